"""District indicators: the catalogue, the series, their known breaks, deflators, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.regions import read_provinces, read_region_changes, read_regions
from spillover.sources import read_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

BREAK_COLUMNS = {
    "indicator": "text", "region_code": "text?", "year": "year", "kind": "text",
    "note_id": "text", "note_en": "text", "evidence": "text",
}  # fmt: skip
CATALOGUE_COLUMNS = {"indicator": "text", "source_id": "text", "unit": "text", "kind": "text"}


def read_catalogue() -> pd.DataFrame:
    """Read the catalogue of district indicators.

    Returns
    -------
    DataFrame
        One row per indicator: indicator, source_id, unit, kind {count, money, per_head, rate}.
    """
    table = read_csv("indicators", CATALOGUE_COLUMNS)
    check_unique(table, ["indicator"], "indicators.csv")
    known = {"count", "money", "per_head", "rate"}
    check_rows(
        table, ~table["kind"].isin(known), ["indicator", "kind"], "indicators.csv", "unknown kind", str(known)
    )
    return table


def read_indicator(name: str) -> pd.DataFrame:
    """Read one district indicator as a long table.

    Values that the breaks table marks ``interpolated`` are taken out (they are not observations);
    values of a district for years before it existed carry the status ``backcast``.

    Parameters
    ----------
    name : str
        An indicator of the catalogue, for example ``"grdp_per_capita_real"``.

    Returns
    -------
    DataFrame
        Columns region_code, year, indicator, source_id, value (float, NaN where missing), unit,
        status {final, backcast, estimated}, missing_reason {"", not_available, not_applicable}.

    Raises
    ------
    DataError
        Unknown indicator or region, duplicate district-year, negative value.

    Examples
    --------
    >>> tpt = read_indicator("tpt")
    >>> int(tpt.loc[tpt["year"] == 2016, "value"].notna().sum())
    0
    """
    catalogue = read_catalogue().set_index("indicator")
    if name not in catalogue.index:
        raise DataError("indicators.csv", "unknown indicator", [name], f"known: {', '.join(catalogue.index)}")
    entry = catalogue.loc[name]
    table = read_csv(entry["source_id"], {"region_code": "text", "year": "year", "value": "number?"})
    where = f"{name} ({entry['source_id']})"
    check_codes(table["region_code"], read_regions()["region_code"], where)
    check_unique(table, ["region_code", "year"], where)
    check_rows(
        table,
        table["value"] < 0,
        ["region_code", "year"],
        where,
        "negative values",
        "correct the sign or the cell",
    )
    table.insert(2, "indicator", name)
    table.insert(3, "source_id", entry["source_id"])
    return _with_status(table.assign(unit=entry["unit"]), name)


def _with_status(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Add status and missing_reason; take interpolated values out."""
    born = read_region_changes().groupby("child_code")["year"].min()
    before = table["year"] < table["region_code"].map(born).fillna(0)
    status = pd.Series("final", index=table.index).mask(before & table["value"].notna(), "backcast")
    breaks = read_breaks(name)
    made_up = breaks.loc[breaks["kind"].eq("interpolated") & breaks["region_code"].eq(""), "year"]
    interpolated = table["year"].isin(made_up)
    status = status.mask(interpolated, "estimated")
    value = table["value"].mask(interpolated)
    reason = pd.Series("", index=table.index).mask(value.isna(), "not_available")
    reason = reason.mask(value.isna() & before, "not_applicable")
    return table.assign(value=value, status=status, missing_reason=reason)


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


def find_jumps(table: pd.DataFrame, *, factor: float = 1.3) -> pd.DataFrame:
    """Year-on-year changes beyond a factor, each marked as known (in the breaks table) or not.

    Parameters
    ----------
    table : DataFrame
        Result of `read_indicator`.
    factor : float
        A change is a jump if value / previous year's value is above ``factor`` or below ``1 / factor``.

    Returns
    -------
    DataFrame
        Columns region_code, year, ratio, known (bool), sorted by size; only consecutive years are compared.
    """
    data = table.dropna(subset=["value"]).sort_values(["region_code", "year"])
    previous = data.groupby("region_code")[["year", "value"]].shift()
    ratio = (data["value"] / previous["value"]).where(previous["year"] == data["year"] - 1)
    jumps = data.assign(ratio=ratio)[(ratio > factor) | (ratio < 1 / factor)]
    breaks = read_breaks(str(table["indicator"].iloc[0]))
    everywhere = set(breaks.loc[breaks["region_code"] == "", "year"])
    local = set(zip(breaks["region_code"], breaks["year"], strict=True))
    known = [
        year in everywhere or (code, year) in local or (code[:2] + "00", year) in local
        for code, year in zip(jumps["region_code"], jumps["year"], strict=True)
    ]
    out = jumps.assign(known=known, size=jumps["ratio"].where(jumps["ratio"] > 1, 1 / jumps["ratio"]))
    return out.sort_values("size", ascending=False)[["region_code", "year", "ratio", "known"]].reset_index(
        drop=True
    )


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


def coverage(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Share of districts with a value, by indicator and year, and why the rest is missing.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `read_indicator`.

    Returns
    -------
    DataFrame
        indicator, year, n_regions (514), n_values, share (0–1), n_backcast, missing (text such as
        "not_available: 514", "" where nothing is missing).
    """
    data = pd.concat(tables, ignore_index=True)
    n = len(read_regions())
    rows = []
    for (indicator, year), group in data.groupby(["indicator", "year"]):
        reasons = group.loc[group["value"].isna(), "missing_reason"].value_counts()
        absent = n - group["region_code"].nunique()
        words = [f"{k}: {v}" for k, v in sorted(reasons.items())] + ([f"no row: {absent}"] if absent else [])
        found = int(group["value"].notna().sum())
        backcast = int(group["status"].eq("backcast").sum())
        rows.append((indicator, year, n, found, found / n, backcast, "; ".join(words)))
    columns = ["indicator", "year", "n_regions", "n_values", "share", "n_backcast", "missing"]
    return pd.DataFrame(rows, columns=columns)


def inventory(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What came in and what was cleaned, one row per indicator.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `read_indicator`.

    Returns
    -------
    DataFrame
        indicator, first_year, last_year, n_regions, n_rows, n_values, n_missing (printed as missing),
        n_removed (taken out because interpolated), n_backcast.
    """
    rows = []
    for table in tables:
        removed = int(table["status"].eq("estimated").sum())
        rows.append(
            {
                "indicator": table["indicator"].iloc[0],
                "first_year": table["year"].min(),
                "last_year": table["year"].max(),
                "n_regions": table["region_code"].nunique(),
                "n_rows": len(table),
                "n_values": int(table["value"].notna().sum()),
                "n_missing": int(table["value"].isna().sum()) - removed,
                "n_removed": removed,
                "n_backcast": int(table["status"].eq("backcast").sum()),
            }
        )
    return pd.DataFrame(rows)
