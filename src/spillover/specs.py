"""The name of a specification says what was estimated, and is enough to estimate it again.

``district:grdp_per_capita_real:within_km=100,basis=edge`` is the study, the outcome and the choices that
differ from the study's defaults. Every row of `estimates` carries such a ``spec_id``; `run_spec` runs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

import pandas as pd

from spillover.errors import DataError

# study → module and function (Spec, draws, seed) -> rows of `estimates`
RUNNERS = {
    "district": "district_specs:run",
    "imk": "imk_specs:run",
    "district_imk": "district_study:run",
    "partnership": "partnering:run",
    "synthetic": "synthetic_answers:run",
    "event": "district_designs:run_event",
    "spatial": "district_designs:run_spatial",
    "reference": "district_designs:run_reference",
}
_PART = re.compile(r"[a-z][a-z0-9_]*=[A-Za-z0-9_.^+>-]+")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class Spec(NamedTuple):
    """A study, its outcome, and the options that differ from the study's defaults."""

    study: str
    outcome: str
    options: dict[str, str]


def make_spec_id(study: str, outcome: str, options: Mapping[str, Any], defaults: Mapping[str, Any]) -> str:
    """Name of a specification; options equal to the study's defaults are left out.

    Examples
    --------
    >>> make_spec_id("district", "tpt", {"within_km": 100.0, "basis": "edge"}, {"basis": "centroid"})
    'district:tpt:basis=edge,within_km=100'
    """
    chosen = {k: _text(v) for k, v in options.items() if k not in defaults or _text(v) != _text(defaults[k])}
    parts = [f"{key}={chosen[key]}" for key in sorted(chosen)]
    name = f"{study}:{outcome}" + (f":{','.join(parts)}" if parts else "")
    parse_spec(name)
    return name


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def parse_spec(spec_id: str) -> Spec:
    """Read a name of a specification.

    Raises
    ------
    DataError
        It is not of the form ``study:outcome`` or ``study:outcome:key=value,key=value``.

    Examples
    --------
    >>> parse_spec("district:tpt:basis=edge,within_km=100").options
    {'basis': 'edge', 'within_km': '100'}
    """
    study, _, rest = spec_id.partition(":")
    outcome, _, listed = rest.partition(":")
    parts = listed.split(",") if listed else []
    options = dict(part.split("=", 1) for part in parts if _PART.fullmatch(part))
    if not (_NAME.fullmatch(study) and _NAME.fullmatch(outcome)) or len(options) != len(parts):
        remedy = "write study:outcome:key=value,key=value"
        raise DataError("spec_id", "not the name of a specification", [spec_id], remedy)
    return Spec(study, outcome, options)


def read_options(
    spec: Spec, defaults: Mapping[str, Any], choices: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Options of a name, as the types of a study's defaults.

    Raises
    ------
    DataError
        Options that the study does not have, numbers that are none, or values outside its choices.

    Examples
    --------
    >>> read_options(parse_spec("district:tpt:within_km=75"), {"within_km": 50.0}, {})
    {'within_km': 75.0}
    """
    strange = sorted(set(spec.options) - set(defaults))
    if strange:
        raise DataError(spec.study, "unknown options", strange, f"known: {', '.join(defaults)}")
    options: dict[str, Any] = {}
    for key, text in spec.options.items():
        kind = type(defaults[key])
        try:
            options[key] = kind(text)
        except ValueError:
            raise DataError(spec.study, f"{key} is no number", [text], "write digits") from None
        if text not in choices.get(key, [text]):
            raise DataError(spec.study, f"unknown {key}", [text], f"use {', '.join(choices[key])}")
    return options


def run_spec(spec_id: str, *, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Estimate a specification again from the name in the column ``spec_id`` of any table of results.

    Parameters
    ----------
    spec_id : str
    draws, seed : int
        Of the relocation test and of whatever else the study draws at random.

    Returns
    -------
    DataFrame
        The rows of `estimates` with this ``spec_id``.

    Raises
    ------
    DataError
        Unknown study, option or value.

    Examples
    --------
    >>> rows = run_spec("district:tpt:basis=edge,within_km=100", draws=9)
    >>> rows[["n_regions", "n_obs"]].values.tolist()
    [[102, 1224]]
    """
    spec = parse_spec(spec_id)
    if spec.study not in RUNNERS:
        raise DataError("run_spec", "unknown study", [spec.study], f"known: {', '.join(RUNNERS)}")
    module, function = RUNNERS[spec.study].split(":")
    rows: pd.DataFrame = getattr(import_module(f"spillover.{module}"), function)(spec, draws, seed)
    found = rows[rows["spec_id"] == spec_id].reset_index(drop=True)
    if found.empty:
        known = list(dict.fromkeys(rows["spec_id"]))
        raise DataError("run_spec", "the study has no such specification", [spec_id], f"it has {known[:8]}")
    return found
