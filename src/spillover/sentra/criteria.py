"""The table of criteria and weights that a meeting edits: read from CSV or XLSX, and checked."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from spillover.errors import DataError, check_not_empty, check_rows, check_unique
from spillover.sentra.criteria_file import COLUMNS, SLUG, criteria_texts
from spillover.sources import source_path

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
SOURCE = "sentra_criteria"
TOLERANCE = 1e-6
RESERVED = ("total", "region_code")  # names of other rows and columns
COUNTS = ("unit", "person", "permit", "IDR")  # what can be had per 1,000 people
_NUMBER = re.compile(r"(-?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d{1,2})?)\s*(%?)")


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
        doubled or misspelt criterion, measure, column or word; a criterion_id that is no small letters,
        digits and underscores; per 1,000 people of what is not counted; and what `criteria_texts` raises.

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
        table = _with_defaults(criteria_texts(Path(path)), bundled, where)
    check_not_empty(table, where)
    check_unique(table, ["criterion_id"], where)
    _check_ids(table, where)
    table = table.assign(**{name: _numbers(table, name, where) for name in NUMBERS})
    _check_words(table, {*MEASURES, *measures}, where)
    _check_numbers(table, where)
    return _with_weights(table, where, normalise=normalise)


def with_weight(criteria: pd.DataFrame, criterion_id: str, weight: float) -> pd.DataFrame:
    """Give one criterion another weight and scale all others alike, so that they still sum to one.

    Parameters
    ----------
    criteria : DataFrame
        As `read_criteria` gives them.
    criterion_id : str
    weight : float
        From 0 to 1.

    Returns
    -------
    DataFrame
        A copy with other weights.

    Raises
    ------
    DataError
        An unknown criterion, a weight outside 0 to 1, or no other criterion to take the rest.

    Examples
    --------
    >>> changed = with_weight(read_criteria(), "demand_100km", 0.6)
    >>> changed["weight"].head(3).round(3).tolist(), float(changed["weight"].sum().round(12))
    ([0.6, 0.06, 0.025], 1.0)
    """
    mine = criteria["criterion_id"].eq(criterion_id)
    rest = float(criteria.loc[~mine, "weight"].sum())
    if not mine.any() or not 0 <= weight <= 1 or (rest <= 0 and weight < 1):
        given = [f"{criterion_id}={weight}"]
        remedy = "name a criterion of the table and a weight from 0 to 1 that leaves the rest to others"
        raise DataError("with_weight", "an impossible weight", given, remedy)
    scaled = criteria["weight"] * ((1 - weight) / rest if rest > 0 else 0.0)
    return criteria.assign(weight=scaled.where(~mine, weight))


def _own_table() -> pd.DataFrame:
    """The project's table as texts."""
    return criteria_texts(source_path(SOURCE))


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


def _check_ids(table: pd.DataFrame, where: str) -> None:
    bad = ~table["criterion_id"].str.fullmatch(SLUG) | table["criterion_id"].isin(RESERVED)
    remedy = f"use small letters, digits and underscores, a letter first, and not {' or '.join(RESERVED)}"
    check_rows(table, bad, ["criterion_id"], where, "criterion_id that cannot be a name", remedy)


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
    unit = table["measure"].map(MEASURES).fillna(COUNTS[0])
    bad = table["transform"].eq("per_1000") & ~unit.isin(COUNTS)
    counted = ", ".join(name for name in MEASURES if MEASURES[name] in COUNTS)
    remedy = f"set transform to none or log; counted are {counted}"
    check_rows(
        table, bad, ["criterion_id", "measure"], where, "per_1000 of what is not a number of things", remedy
    )
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
