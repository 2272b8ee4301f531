"""What is known about the indicators: the catalogue, known breaks, deflators."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spillover.errors import check_codes, check_rows, check_unique
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_csv

if TYPE_CHECKING:
    import pandas as pd

BREAK_COLUMNS = {
    "indicator": "text", "region_code": "text?", "year": "year", "kind": "text",
    "note_id": "text", "note_en": "text", "evidence": "text",
}  # fmt: skip
CATALOGUE_COLUMNS = {
    "indicator": "text", "unit": "text", "kind": "text", "words": "text", "not_words": "text?",
}  # fmt: skip


def read_catalogue() -> pd.DataFrame:
    """Read the catalogue of district indicators.

    Returns
    -------
    DataFrame
        One row per indicator that is known by name: indicator, unit, kind {count, money, per_head, rate},
        words (what its titles say: alternatives separated by ";", each a set of words), not_words (words
        that a title of it never has).
    """
    table = read_csv("indicators", CATALOGUE_COLUMNS)
    check_unique(table, ["indicator"], "indicators.csv")
    known = {"count", "money", "per_head", "rate"}
    check_rows(
        table,
        ~table["kind"].isin(known),
        ["indicator", "kind"],
        "indicators.csv",
        "unknown kind",
        f"use {', '.join(sorted(known))}",
    )
    return table


def never_negative(names: Iterable[str]) -> set[str]:
    """Those of some indicators that cannot be below zero: the catalogue's and their size classes, but growth.

    Examples
    --------
    >>> sorted(never_negative(["tpt", "imk_workers_micro", "grdp_growth", "profit"]))
    ['imk_workers_micro', 'tpt']
    """
    from spillover.bps.measures import MAY_BE_NEGATIVE
    from spillover.bps.titles import SIZES

    known = set(read_catalogue()["indicator"]) - MAY_BE_NEGATIVE
    classes = {f"{name}_{size}" for name in known for size in SIZES.values()}
    return set(names) & (known | classes)


def read_breaks(indicator: str | None = None) -> pd.DataFrame:
    """Read the known breaks and doubts of the series.

    Returns
    -------
    DataFrame
        Columns indicator, region_code ("" for all regions; a province code for all its districts),
        year (the first year after the break), kind, note_id, note_en, evidence.
    """
    table = read_csv("breaks", BREAK_COLUMNS)
    check_unique(table, ["indicator", "region_code", "year", "kind"], "breaks.csv")
    known = {"", *read_regions()["region_code"], *read_provinces()["province_code"]}
    check_codes(table["region_code"], known, "breaks.csv")
    return table if indicator is None else table[table["indicator"] == indicator].reset_index(drop=True)


def read_deflators() -> pd.DataFrame:
    """Read deflators: measure {cpi, gdp_deflator, usd_idr}, year (2010–2024), value, unit.

    Source: World Bank, World Development Indicators. Indices are 2010 = 100; nothing is extrapolated.
    """
    columns = {"measure": "text", "year": "year", "value": "number", "unit": "text"}
    table = read_csv("deflators", columns)
    check_unique(table, ["measure", "year"], "deflators.csv")
    check_rows(
        table, table["value"] <= 0, ["measure", "year"], "deflators.csv", "not positive", "correct the cells"
    )
    return table
