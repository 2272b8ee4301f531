"""What one worker of a park needs in a year, by supply-chain sector: with sources, ranges and prices."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique
from spillover.partnerships.sectors import read_sectors
from spillover.sources import once_per_data, read_csv

COEFFICIENT_COLUMNS = {
    "item_id": "text", "sector": "text", "name_id": "text", "name_en": "text", "unit": "text", "per": "text",
    "low": "number", "central": "number", "high": "number", "price_low": "number?",
    "price_central": "number?", "price_high": "number?", "price_year": "year?", "price_source_url": "text?",
    "confidence": "text", "basis": "text", "year": "year", "source_url": "text", "citation": "text",
    "reported_as": "text", "included_in": "text?", "note": "text",
}  # fmt: skip
UNITS = ("kg", "egg", "gallon", "m3", "m2", "portion", "set", "pair", "room_month", "return_trip")
PERS = ("worker_year", "worker")
CONFIDENCE = ("high", "medium", "low")
BASES = ("measured", "norm", "judgement")
FILE = "demand_coefficients.csv"
_PRICES = ["price_low", "price_central", "price_high"]
_WORDS = {"unit": UNITS, "per": PERS, "confidence": CONFIDENCE, "basis": BASES}


def read_demand_coefficients() -> pd.DataFrame:
    """Read what a worker needs, as statistics, norms and canteens say.

    Returns
    -------
    DataFrame
        One row per item: item_id, sector (of `read_sectors`, bought by parks), name_id, name_en, unit (one
        of ``UNITS``), per {worker_year: used up each year; worker: a stock}, low, central, high (units per
        worker), price_low, price_central, price_high (rupiah per unit at the prices of price_year; NaN where
        no price was found), price_source_url, confidence {high, medium, low}, basis {measured, norm,
        judgement} of the central value, year (of that value's source), source_url, citation, reported_as
        (as printed; several are joined by ";"), included_in, note.

        included_in names the item that contains this one: what is cooked is part of the meals, and the two
        must not be added. note says which number comes from which page and what is judgement.

    Raises
    ------
    DataError
        As `check_demand_coefficients`.

    Examples
    --------
    >>> table = read_demand_coefficients().set_index("item_id")
    >>> [float(table.loc["rice", name]) for name in ("low", "central", "high")]
    [45.6, 81.23, 120.0]
    """
    table = read_csv("demand_coefficients", COEFFICIENT_COLUMNS)
    check_demand_coefficients(table)
    return table


def check_demand_coefficients(table: pd.DataFrame, where: str = FILE) -> None:
    """Raise unless a table is as `read_demand_coefficients` says.

    Raises
    ------
    DataError
        Items that stand twice, sectors that are unknown or that no park buys from, unknown units or words,
        numbers that are not 0 < low <= central <= high, half a price or one without year and source, no
        source, and an included_in that is no item or includes itself.

    Examples
    --------
    >>> check_demand_coefficients(read_demand_coefficients().assign(unit="sack"))
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: demand_coefficients.csv: unknown unit (17: rice/sack, vegetables/sack, \
eggs/sack, chicken/sack, fish/sack, …). To mend it: use kg, egg, gallon, m3, m2, portion, set, pair, \
room_month, return_trip.
    """
    check_columns(table, list(COEFFICIENT_COLUMNS), where)
    check_not_empty(table, where)
    check_unique(table, ["item_id"], where)
    _check_sectors(table, where)
    for column, words in _WORDS.items():
        bad = ~table[column].isin(words)
        remedy = f"use {', '.join(words)}"
        check_rows(table, bad, ["item_id", column], where, f"unknown {column}", remedy)
    numbers = ["low", "central", "high"]
    remedy = "give 0 < low <= central <= high"
    check_rows(table, ~_ordered(table, numbers), ["item_id", *numbers], where, "numbers out of order", remedy)
    _check_prices(table, where)
    for column in ("source_url", "citation"):
        bare = table[column].fillna("").str.strip().eq("")
        remedy = "name the page; nothing enters without a source"
        check_rows(table, bare, ["item_id"], where, f"items without {column}", remedy)
    inside = table["included_in"].fillna("")
    bad = (inside.ne("") & ~inside.isin(table["item_id"])) | inside.eq(table["item_id"])
    remedy = "name the item_id of the item that contains it, or leave it empty"
    check_rows(table, bad, ["item_id", "included_in"], where, "included_in is no other item", remedy)


def sectors_without_coefficient(table: pd.DataFrame | None = None) -> list[str]:
    """Sectors that parks buy from but for which no need per worker has a source: no demand is computed.

    Examples
    --------
    >>> {"spare_parts", "packaging", "logistics"} <= set(sectors_without_coefficient())
    True
    """
    table = read_demand_coefficients() if table is None else table
    return [sector for sector in _bought() if sector not in set(table["sector"])]


@once_per_data
def _bought() -> tuple[str, ...]:
    """Sectors of the supply chain, in the order of their table."""
    sectors = read_sectors()
    return tuple(dict.fromkeys(sectors.loc[sectors["supply_chain"], "sector"]))


def _check_sectors(table: pd.DataFrame, where: str) -> None:
    """Only sectors of the supply chain."""
    known = _bought()
    unknown = sorted(set(table["sector"]) - set(known))
    if unknown:
        remedy = f"use the sectors of sectors.csv with supply_chain: {', '.join(known)}"
        raise DataError(where, "sectors that are unknown or not bought by parks", unknown, remedy)


def _check_prices(table: pd.DataFrame, where: str) -> None:
    """All three prices or none, in order, with a year and a page."""
    given = table[_PRICES].notna()
    key = ["item_id", *_PRICES]
    half = given.any(axis=1) & ~given.all(axis=1)
    check_rows(table, half, key, where, "prices that are not complete", "give all three or none")
    priced = table[given.all(axis=1)]
    remedy = "give 0 < low <= central <= high"
    check_rows(priced, ~_ordered(priced, _PRICES), key, where, "prices out of order", remedy)
    bare = priced["price_year"].isna() | priced["price_source_url"].fillna("").str.strip().eq("")
    remedy = "give price_year and price_source_url"
    check_rows(priced, bare, ["item_id"], where, "prices without year or source", remedy)


def _ordered(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Whether the three numbers of each row are finite, above 0 and in order (missing ones are not)."""
    low, central, high = (table[c].astype("float64") for c in columns)
    return low.gt(0) & low.le(central) & central.le(high) & high.lt(float("inf"))
