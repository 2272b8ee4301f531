"""Dynamic tables of the BPS web API: cells under a key that joins the numbers of five labels."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from math import prod
from typing import Any

from spillover.bps.apicells import bare, json_number, plain
from spillover.bps.sheets import LongCells
from spillover.errors import DataError

DIMENSIONS = ("vervar", "var", "turvar", "tahun", "turtahun")
MOST_COMBINATIONS = 5_000_000
# A total is a row like any other, but it has no region code.
TOTALS = {"9999", "0000"}
# `turtahun` values that mean the whole year, where the label does not say so itself.
ANNUAL = {"0", "13", "63"}
NONE = {"", "tidak ada", "none", "not applicable"}

_REGION = re.compile(r"[1-9]\d{3}", re.ASCII)

Item = tuple[str, str]
Combo = tuple[Item, ...]


def dynamic_cells(payload: dict[str, Any], where: str) -> list[LongCells]:
    """Cells of a dynamic table (``/list?model=data``).

    A key of ``datacontent`` is never split: every combination of vervar, var, turvar, tahun and turtahun
    is joined and looked up.

    Parameters
    ----------
    payload : dict
        As parsed; numbers may be numbers or their printed texts.
    where : str
        What to call the table in a message.

    Returns
    -------
    list of LongCells
        One for each unit. A listed region without a cell has a row with the text ``""`` in every period
        and measure that the payload has cells for; a period without any cell has no row.

    Raises
    ------
    DataError
        A dimension is missing; a key fits two combinations or none; a value is not a number.

    Examples
    --------
    >>> one = {"vervar": [{"val": 7203, "label": "Morowali "}],
    ...        "var": [{"val": 195, "label": "Garis Kemiskinan", "unit": "Rupiah"}],
    ...        "turvar": [{"val": 0, "label": "Tidak ada"}], "tahun": [{"val": 113, "label": "2013"}],
    ...        "turtahun": [{"val": 0, "label": "Tahun"}], "datacontent": {"720319501130": 316400}}
    >>> cells = dynamic_cells(one, "195.json")[0]
    >>> cells.label, cells.code, cells.year, cells.text, cells.unit
    (['Morowali'], ['7203'], ['2013'], ['316400'], 'Rupiah')
    """
    content = payload.get("datacontent")
    if not isinstance(content, dict) or not content:
        raise DataError(where, "the table has no cells", remedy="choose years that BPS has published")
    dims = {name: _items(payload, name, where) for name in DIMENSIONS}
    if prod(map(len, dims.values())) > MOST_COMBINATIONS:
        raise DataError(where, "too many combinations of its labels", remedy="ask for fewer years at a time")
    regions, combos = dims["vervar"], list(product(*(dims[name] for name in DIMENSIONS[1:])))
    texts = _texts(content, where)
    found = _explain(content, regions, combos, where)

    used = [combos[t] for t in set(found.values())]
    measures = {combo[:2] for combo in used}
    periods = {combo[2:] for combo in used}
    columns = [combo for combo in combos if combo[:2] in measures and combo[2:] in periods]
    units = _units(payload["var"], where)
    return [
        _one_unit(payload, regions, [c for c in columns if units[c[0][0]] == unit], texts, where)
        for unit in dict.fromkeys(units[c[0][0]] for c in columns)
    ]


def _one_unit(
    payload: dict[str, Any], regions: list[Item], columns: list[Combo], texts: dict[str, str], where: str
) -> LongCells:
    """Cells of the columns (var, turvar, tahun, turtahun) of one unit, region by region."""
    ids = {combo[0][0] for combo in columns}
    variables = [v for v in payload["var"] if bare(v.get("val")) in ids]
    notes = [plain(v.get("note")) for v in variables]
    if payload.get("last_update"):
        notes.append(f"last_update: {plain(payload['last_update'])}")
    heads = _heads(columns, len(payload["var"]) > 1, where)
    tails = ["".join([val for val, _ in combo]) for combo in columns]
    keys = [val + tail for val, _ in regions for tail in tails]
    shown = [texts.get(key, "") for key in keys]
    wide, long = len(columns), len(regions)
    return LongCells(
        where=where,
        title="; ".join(plain(v.get("label")) for v in variables),
        unit=plain(variables[0].get("unit")),
        note="\n".join(n for n in dict.fromkeys(notes) if n),
        label=[label for _, label in regions for _ in range(wide)],
        code=[code for code in _region_codes(regions) for _ in range(wide)],
        block=[""] * len(keys),
        measure=[measure for measure, _, _ in heads] * long,
        year=[year for _, year, _ in heads] * long,
        period=[period for _, _, period in heads] * long,
        text=shown,
        numeric=[text != "" for text in shown],
        place=["key " + key for key in keys],
    )


def _heads(columns: list[Combo], several: bool, where: str) -> list[tuple[str, str, str]]:
    """(measure, year, period) of each column; no two may be the same."""
    heads = [(_measure(var, turvar, several), year[1], _period(part)) for var, turvar, year, part in columns]
    seen = Counter(heads)
    double = [" / ".join(head) for head, times in seen.items() if times > 1]
    if double:
        raise DataError(where, "columns that share a label", double, "ask for one variable at a time")
    return heads


def _units(variables: list[dict[str, Any]], where: str) -> dict[str, str]:
    """Number of a variable → its unit."""
    units: dict[str, str] = {}
    for variable in variables:
        val, unit = bare(variable.get("val")), plain(variable.get("unit"))
        if units.setdefault(val, unit) != unit:
            raise DataError(
                where, "a variable with two units", [f"{val}: {units[val]}, {unit}"], "fetch it again"
            )
    return units


def _items(payload: dict[str, Any], name: str, where: str) -> list[Item]:
    """(val, label) of one dimension; an item that is listed twice word for word counts once."""
    listed = payload.get(name)
    if not isinstance(listed, list) or not listed or not all(isinstance(i, dict) for i in listed):
        raise DataError(where, "a list of labels is missing", [name], "fetch the table again")
    items = list(dict.fromkeys((bare(i.get("val")), plain(i.get("label"))) for i in listed))
    bad = [f"{name} {val or '(empty)'}" for val, _ in items if not (val.isascii() and val.isdigit())]
    if bad:
        raise DataError(where, "labels whose number is not a number", bad, "fetch the table again")
    return items


def _explain(content: dict[str, Any], regions: list[Item], combos: list[Combo], where: str) -> dict[str, int]:
    """Key → its column, or a refusal that names the keys with two meanings or none."""
    found: dict[str, int] = {}
    whose: dict[str, Item] = {}
    shared: list[str] = []
    tails = ["".join([val for val, _ in combo]) for combo in combos]
    for region in regions:
        val = region[0]
        for t, tail in enumerate(tails):
            key = val + tail
            if key not in content:
                continue
            if key not in found:
                found[key], whose[key] = t, region
                continue
            one, other = (whose[key], *combos[found[key]]), (region, *combos[t])
            shared.append(f"{key} = {_name(one)} or {_name(other)}")
    if shared:
        remedy = "ask for one region or one category at a time, so that each key has one meaning"
        raise DataError(where, "keys that fit two combinations of labels", shared, remedy)
    unknown = [key for key in content if key not in found]
    if unknown:
        problem = "keys that no combination of labels explains"
        raise DataError(where, problem, unknown, "fetch the table again")
    return found


def _name(combo: tuple[Item, ...]) -> str:
    return "+".join(f"{label or '?'}[{val}]" for val, label in combo)


def _texts(content: dict[str, Any], where: str) -> dict[str, str]:
    """Key → value as plain decimal, ``""`` for null."""
    texts: dict[str, str] = {}
    bad: list[str] = []
    for key, value in content.items():
        text = json_number(value)
        if text is None:
            bad.append(f"{key}={value!r}")
        else:
            texts[key] = text
    if bad:
        remedy = "fetch the table again, or report it to BPS"
        raise DataError(where, "values that are not numbers", bad, remedy)
    return texts


def _region_codes(regions: list[Item]) -> list[str]:
    """BPS codes, if every region but a total has one of four digits; else none: 1, 2, 3 are only numbers."""
    places = [val for val, _ in regions if val not in TOTALS]
    if not places or not all(map(_REGION.fullmatch, places)):
        return [""] * len(regions)
    return ["" if val in TOTALS else val for val, _ in regions]


def _measure(var: Item, turvar: Item, several: bool) -> str:
    parts = [var[1]] if several else []
    if turvar[1].lower() not in NONE:
        parts.append(turvar[1])
    return ": ".join(parts)


def _period(turtahun: Item) -> str:
    val, label = turtahun
    return "Tahunan" if val in ANNUAL and label.lower() in NONE else label
