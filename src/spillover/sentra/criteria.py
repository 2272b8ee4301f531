"""The table of criteria and weights that a meeting edits: read from CSV or XLSX, and checked."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError, check_not_empty, check_rows, check_unique
from spillover.sources import source_path

if TYPE_CHECKING:
    from spillover.bps.sheets import Sheet

# What can be measured for a district, and in what unit; a criterion names one of these.
MEASURES = {
    "demand_idr_100km": "IDR per year", "demand_idr_50km": "IDR per year", "demand_idr_200km": "IDR per year",
    "park_distance_km": "km", "sea_between": "0 or 1", "market_potential": "persons per km",
    "non_farm_establishments": "unit", "imk_establishments": "unit", "imk_share_of_province": "percent",
    "imk_lq": "ratio", "manufacturing_lq": "ratio", "population": "person", "mean_years_schooling": "year",
    "tpt": "percent", "poverty_line": "IDR per head and month", "grdp_per_capita_real": "thousand IDR 2010",
    "training_and_licences": "unit", "kur_debtors": "person", "kur_disbursed": "IDR",
}  # fmt: skip
TEXTS = ("criterion_id", "group", "name_id", "name_en", "measure", "why_id", "why_en")
WORDS = {
    "direction": ("benefit", "cost"),
    "transform": ("none", "log", "per_1000"),
    "range_kind": ("own", "shared"),
    "kind": ("data", "judgement"),
}
NUMBERS = ("weight", "missing_low", "missing_high", "range_pct")
COLUMNS = (
    "criterion_id", "group", "name_id", "name_en", "weight", "direction", "measure", "transform",
    "missing_low", "missing_high", "range_pct", "range_kind", "kind", "why_id", "why_en",
)  # fmt: skip
NEEDED = ("criterion_id", "weight")
SOURCE = "sentra_criteria"
TOLERANCE = 1e-6
_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)\s*(%?)")


def read_criteria(
    path: Path | str | None = None, *, normalise: bool = False, measures: Collection[str] = ()
) -> pd.DataFrame:
    """Read the criteria of the ranking with their weights.

    Parameters
    ----------
    path : path, optional
        A CSV (comma, semicolon or tab; decimal point or comma; with or without byte order mark) or an XLSX
        workbook with one sheet of criteria; the project's own table if not given. Rows above the header
        are skipped, columns may come in any order, columns of other names are not used. Only criterion_id
        and weight must be there: a column that is absent is taken from the project's table, so a meeting
        may hand in a list of weights. A criterion that is left out does not count.
    normalise : bool
        Rescale weights that do not sum to one, instead of refusing them; weight_given keeps those given.
    measures : collection of str
        Further measures that criteria may name, beside ``MEASURES``.

    Returns
    -------
    DataFrame
        One row per criterion in the order of the file: criterion_id, group, name_id, name_en, weight
        (sums to one), direction {benefit, cost}, measure, transform {none, log, per_1000}, missing_low and
        missing_high (quantiles of the observed values of the province between which a missing value is
        assumed), range_pct (how far the data may be off, ± percent, where no range is given), range_kind
        {own: each district is off by itself; shared: all are off alike}, kind {data, judgement}, why_id,
        why_en, weight_given (as in the file).

    Raises
    ------
    DataError
        Weights that do not sum to one (with their sum), are negative, empty or no number; an unknown,
        doubled or misspelt criterion, measure, column or word; merged cells; no or several tables.

    Examples
    --------
    >>> criteria = read_criteria()
    >>> float(round(criteria["weight"].sum(), 12)), criteria["criterion_id"][0]
    (1.0, 'demand_100km')
    """
    bundled, where = _own_table(), "sentra_criteria.csv"
    table = bundled
    if path is not None:
        where = Path(path).name
        table = _with_defaults(_texts(Path(path)), bundled, where)
    check_not_empty(table, where)
    check_unique(table, ["criterion_id"], where)
    table = table.assign(**{name: _numbers(table, name, where) for name in NUMBERS})
    _check_words(table, {*MEASURES, *measures}, where)
    _check_numbers(table, where)
    return _with_weights(table, where, normalise=normalise)


def _own_table() -> pd.DataFrame:
    """The project's table as texts."""
    return _texts(source_path(SOURCE))


def _texts(path: Path) -> pd.DataFrame:
    """The cells of the one table of criteria in a file, as texts under their column names."""
    from spillover.bps.files import read_sheets
    from spillover.bps.sheets import Sheet

    found = []
    for sheet in read_sheets(path):
        rows = sheet.rows if isinstance(sheet, Sheet) else []
        heads = [i for i, row in enumerate(rows) if "criterion_id" in _names(row)]
        found += [(sheet, heads[0])] if heads and isinstance(sheet, Sheet) else []
    if len(found) != 1:
        problem = "no table with a column criterion_id" if not found else "several tables of criteria"
        raise DataError(
            path.name,
            problem,
            [sheet.where for sheet, _ in found] or None,
            "give one table whose header names criterion_id and weight",
        )
    sheet, head = found[0]
    _refuse_merged(sheet, head)
    names = _names(sheet.rows[head])
    _check_header(names, path.name)
    body = [
        row + [""] * (len(names) - len(row)) for row in sheet.rows[head + 1 :] if any(map(str.strip, row))
    ]
    wide = [i + 1 for i, row in enumerate(body) if any(map(str.strip, row[len(names) :]))]
    if wide:
        raise DataError(
            path.name,
            "rows with more cells than the header",
            [f"criterion {i}" for i in wide],
            "put texts with the delimiter in them into quotation marks",
        )
    columns = {n: [row[i].strip() for row in body] for i, n in enumerate(names) if n in COLUMNS}
    return pd.DataFrame(columns, dtype=str)


def _names(row: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in row]


def _refuse_merged(sheet: Sheet, head: int) -> None:
    """Raise if cells of the table itself are merged; a title above it may be."""
    from spillover.bps.cells import cell_name

    merged = [f"{cell_name(s[:2])}:{cell_name(s[2:])}" for s in sheet.spans if s[2] >= head]
    if merged:
        remedy = "unmerge them and write each criterion with its own weight in its own row"
        raise DataError(sheet.where, "merged cells", merged, remedy)


def _check_header(names: list[str], where: str) -> None:
    known = [name for name in names if name in COLUMNS]
    double = sorted({name for name in known if known.count(name) > 1})
    if double:
        raise DataError(where, "columns that stand twice", double, "keep one of each")
    lacking = [name for name in NEEDED if name not in known]
    if lacking:
        raise DataError(where, "missing columns", lacking, f"the table needs {', '.join(NEEDED)}")
    others = [name for name in names if name and name not in (*COLUMNS, "weight_given")]
    absent = [name for name in COLUMNS if name not in known]
    odd = [f"{n} (meant {m[0]}?)" for n in others if (m := get_close_matches(n, absent, 1, 0.8))]
    if odd:
        raise DataError(where, "misspelt columns", odd, f"the columns are {', '.join(COLUMNS)}")


def _with_defaults(table: pd.DataFrame, bundled: pd.DataFrame, where: str) -> pd.DataFrame:
    """Fill the columns that the file does not have from the project's table."""
    lacking = [name for name in COLUMNS if name not in table.columns]
    own = bundled.set_index("criterion_id")
    unknown = sorted(set(table["criterion_id"]) - set(own.index))
    if unknown and lacking:
        known = ", ".join(own.index)
        raise DataError(
            where,
            "unknown criteria",
            unknown,
            f"known are {known}; for a new one give also the columns {', '.join(lacking)}",
        )
    filled = {name: table["criterion_id"].map(own[name]) for name in lacking}
    return table.assign(**filled)[list(COLUMNS)]


def _numbers(table: pd.DataFrame, column: str, where: str) -> pd.Series:
    """A column of numbers with decimal point or comma; "20 %" is 0.2 for a weight and 20 for range_pct."""
    matches = [_NUMBER.fullmatch(text) for text in table[column]]
    rows = zip(table["criterion_id"], table[column], matches, strict=True)
    bad = [f"{criterion}: {text or 'empty'}" for criterion, text, match in rows if not match]
    if bad:
        raise DataError(where, f"{column} that is no number", bad, "write one number such as 0.15 or 0,15")
    part = 1.0 if column == "range_pct" else 0.01
    numbers = [float(m[1].replace(",", ".")) * (part if m[2] else 1.0) for m in matches if m]
    return pd.Series(numbers, index=table.index, dtype="float64")


def _check_words(table: pd.DataFrame, measures: set[str], where: str) -> None:
    key = ["criterion_id"]
    for name in TEXTS:
        check_rows(table, table[name].eq(""), [*key], where, f"empty {name}", "fill these cells")
    for name, words in WORDS.items():
        key = ["criterion_id", name]
        check_rows(table, ~table[name].isin(words), key, where, f"unknown {name}", f"use {', '.join(words)}")
    bad = ~table["measure"].isin(sorted(measures))
    remedy = f"use one of {', '.join(sorted(measures))}"
    check_rows(table, bad, ["criterion_id", "measure"], where, "unknown measures", remedy)
    double = table.duplicated(["measure", "transform"], keep=False)
    remedy = "a measure that counts twice hides its weight: keep one criterion and add the weights"
    check_rows(table, double, ["criterion_id", "measure"], where, "criteria of the same measure", remedy)


def _check_numbers(table: pd.DataFrame, where: str) -> None:
    key = ["criterion_id", "weight"]
    remedy = "a weight is at least 0; for a criterion that should count the other way change its direction"
    check_rows(table, table["weight"] < 0, key, where, "negative weights", remedy)
    low, high = table["missing_low"], table["missing_high"]
    key = ["criterion_id", "missing_low", "missing_high"]
    remedy = "give two quantiles with 0 <= missing_low <= missing_high <= 1"
    check_rows(table, ~((low >= 0) & (low <= high) & (high <= 1)), key, where, "impossible quantiles", remedy)
    remedy = "give a percentage from 0 to below 100"
    wrong = ~table["range_pct"].between(0, 100, inclusive="left")
    check_rows(table, wrong, ["criterion_id", "range_pct"], where, "impossible ranges", remedy)


def _with_weights(table: pd.DataFrame, where: str, *, normalise: bool) -> pd.DataFrame:
    """The table with weights that sum to one, and the weights as given."""
    total = float(table["weight"].sum())
    if total <= 0:
        raise DataError(where, "all weights are zero", remedy="give at least one criterion a weight")
    if abs(total - 1) > TOLERANCE and not normalise:
        raise DataError(
            where,
            f"the weights sum to {total:.6g}, not to 1",
            remedy=f"change them by {1 - total:+.6g} in all, or ask for normalise=True, which divides each "
            f"by {total:.6g}",
        )
    return table.assign(weight=table["weight"] / total, weight_given=table["weight"])
