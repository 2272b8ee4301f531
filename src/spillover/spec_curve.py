"""Specification curve: every sensible choice at once, so that none was picked for its result.

Simonsohn, Simmons and Nelson (2020), "Specification curve analysis", Nature Human Behaviour 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import pandas as pd

from spillover import district_specs, imk_specs
from spillover.district_specs import DistrictSpec, run_district
from spillover.errors import DataError
from spillover.imk_specs import ImkSpec, run_imk
from spillover.models.estimates import make_estimates
from spillover.parks import operating, read_parks
from spillover.specs import parse_spec

WITHIN_KM = (50.0, 100.0, 150.0)
DRAWS = 199  # a relocation p in steps of 0.005


def imk_curve(outcome: str = "log_establishments") -> list[ImkSpec]:
    """All choices for one outcome of micro and small industry; the first is the headline.

    Exposure × distance × start × provinces, at all sizes; then, at the headline's choices, micro and small
    firms alone, parks surely located only, later first years, and each complex left out in turn.

    Examples
    --------
    >>> specs = imk_curve()
    >>> specs[0].spec_id, len(specs) > 60, len(set(specs)) == len(specs)
    ('imk:log_establishments', True, True)
    """
    base, choices = ImkSpec(outcome), imk_specs.CHOICES
    kilometres = (base.within_km, *(km for km in WITHIN_KM if km != base.within_km))
    crossed = [
        base._replace(exposure=exposure, within_km=km, start=start, sample=sample)
        for exposure in imk_specs.EXPOSURES
        for km in kilometres
        for start in choices["start"]
        for sample in choices["sample"]
    ]
    single = [
        changed
        for each in (base._replace(exposure=exposure) for exposure in imk_specs.EXPOSURES)
        for changed in (
            each._replace(size="micro"),
            each._replace(size="small"),
            each._replace(parks="surely_located"),
            each._replace(first_year=2018),
            each._replace(first_year=2019),
            each._replace(last_year=2023),
        )
    ]
    return [*crossed, *single, *(base._replace(parks=p) for p in parks_in_turn(2017))]


def district_curve(outcome: str = "grdp_per_capita_real") -> list[DistrictSpec]:
    """All choices for one outcome of districts; the first is the headline.

    Basis × distance × start × effects × always exposed × marked breaks; then, at the headline's choices,
    other samples, back-casts left out, parks surely located only, an earlier last year, and each complex left
    out in turn.

    Examples
    --------
    >>> specs = district_curve()
    >>> specs[0].spec_id, len(specs) > 100, len(set(specs)) == len(specs)
    ('district:grdp_per_capita_real', True, True)
    """
    base, names = DistrictSpec(outcome), ("basis", "start", "effects", "always", "breaks")
    values = product(*(district_specs.CHOICES[name] for name in names))
    chosen = [dict(zip(names, value, strict=True)) for value in values]
    crossed = [base._replace(within_km=km, **choice) for km in WITHIN_KM for choice in chosen]  # type: ignore[arg-type]
    single = [
        changed
        for each in (base, base._replace(basis="edge"))
        for changed in (
            each._replace(sample="nickel"),
            each._replace(sample="indonesia"),
            each._replace(backcast="dropped"),
            each._replace(parks="surely_located"),
            each._replace(last_year=2019),
        )
    ]
    return [*crossed, *single, *(base._replace(parks=p) for p in parks_in_turn(2005))]


def parks_in_turn(after: int) -> list[str]:
    """The choice of parks that leaves out one complex, for each that begins to operate after a year."""
    parks = operating(read_parks(), 2025)
    starts = parks.groupby("complex_id")["first_operation_year"].min()
    return [f"without_{name}" for name in starts.index[starts > after]]


def specification_curve(
    specs: Sequence[ImkSpec | DistrictSpec], *, draws: int = DRAWS, seed: int = 1
) -> pd.DataFrame:
    """Estimate each specification; what cannot be estimated stays as a row without estimate.

    Parameters
    ----------
    specs : sequence of ImkSpec or DistrictSpec
        As from `imk_curve` or `district_curve`; the first is the headline.
    draws, seed : int
        Of the relocation test of each.

    Returns
    -------
    DataFrame
        One row of `estimates` per specification, in the order given. A row without estimate has the reason
        in ``model``.

    Raises
    ------
    DataError
        No specification, or none that can be estimated.

    Examples
    --------
    >>> curve = specification_curve(imk_curve()[:2], draws=9)
    >>> curve["spec_id"].tolist()
    ['imk:log_establishments', 'imk:log_establishments:sample=nickel']
    """
    if not specs:
        raise DataError("specification_curve", "no specification", remedy="give some, the headline first")
    rows = []
    for spec in specs:
        try:
            if isinstance(spec, ImkSpec):
                rows.append(run_imk(spec, draws=draws, seed=seed))
            else:
                rows.append(run_district(spec, draws=draws, seed=seed))
        except DataError as error:
            rows.append(
                make_estimates([{"spec_id": spec.spec_id, "outcome": spec.outcome, "model": str(error)}])
            )
    curve = pd.concat(rows, ignore_index=True)
    if curve["estimate"].isna().all():
        raise DataError("specification_curve", "nothing could be estimated", curve["model"].unique())
    return curve


def choices_of(curve: pd.DataFrame) -> pd.DataFrame:
    """The choices behind each row of a curve: spec_id and one text column per option of its study."""
    studies: dict[str, Any] = {"imk": ImkSpec, "district": DistrictSpec}
    rows: list[dict[str, Any]] = []
    for name in curve["spec_id"]:
        spec = parse_spec(name)
        defaults = studies[spec.study]._field_defaults
        rows.append(
            {"spec_id": name}
            | {k: f"{v:g}" if isinstance(v, float | int) else v for k, v in defaults.items()}
            | spec.options
        )
    return pd.DataFrame(rows)
