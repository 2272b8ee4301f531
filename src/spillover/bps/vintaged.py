"""A cleaned table on the districts of another year."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from spillover.bps.reading import Cleaning, known_indicators
from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.vintages import to_vintage


def at_vintage(cleaning: Cleaning, year: int, *, weight: str = "", territory: str = "native") -> Cleaning:
    """Bring the districts of a cleaning to those of a year.

    Parameters
    ----------
    cleaning : Cleaning
    year : int
        2000–2025.
    weight : str
        Indicator by which rates are averaged and values split, for example "population"; "" for none.
    territory : {"native", "today"}
        What area the rows cover: see `spillover.vintages.to_vintage`.

    Returns
    -------
    Cleaning
        The table has a further column ``derived``: "" or how the value was made.

    Raises
    ------
    DataError
        A rate or a value to be split without weight; rows of provinces, which have no vintage here.
    """
    table = cleaning.table
    above = table["region_code"].str.endswith("00")
    if above.any():
        codes = table.loc[above, "region_code"].unique()
        raise DataError(
            "vintage", "rows of provinces", codes, "vintages are of districts: leave --vintage out"
        )
    weights = read_indicator(weight) if weight else None
    kinds = {k.indicator: k.kind for k in known_indicators()}
    parts = [
        to_vintage(part, year, weight=weights, kind=_kind(str(name), str(unit), kinds), territory=territory)
        for (name, unit), part in table.groupby(["indicator", "unit"])
    ]
    return replace(cleaning, table=pd.concat(parts, ignore_index=True) if parts else table)


def _kind(indicator: str, unit: str, kinds: dict[str, str]) -> str:
    """Kind of an indicator: the catalogue's, also for its classes, else what its unit says."""
    for name in sorted(kinds, key=len, reverse=True):
        if indicator == name or indicator.startswith(f"{name}_"):
            return kinds[name]
    if unit in ("unit", "person", "household"):
        return "count"
    if "per_capita" in unit or "per_head" in unit:
        return "per_head"
    return "money" if unit.upper().startswith(("IDR", "USD")) else "rate"
