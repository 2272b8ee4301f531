"""What is in the series and what is not: coverage, jumps, an inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spillover.catalogue import read_breaks
from spillover.errors import check_columns, check_not_empty
from spillover.regions import read_regions

if TYPE_CHECKING:
    from collections.abc import Sequence

COVERED = ["region_code", "year", "period", "indicator", "value", "status", "missing_reason"]


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
    series = ["region_code", "period"] if "period" in table.columns else ["region_code"]
    data = table.dropna(subset=["value"]).sort_values([*series, "year"])
    previous = data.groupby(series)[["year", "value"]].shift()
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


def coverage(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Share of districts with a value for the whole year, by indicator and year, and why the rest has none.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `read_indicator`.

    Returns
    -------
    DataFrame
        indicator, year, n_regions (514), n_values, share (0–1), n_backcast, missing: text such as
        "not_available: 514", "" where nothing is missing. Besides the reasons of the tables there are
        "only parts of the year" (figures of months, quarters or half years), "only its province" (the
        province has a value), and "no row".

    Examples
    --------
    >>> rows = {"region_code": ["7203", "7200"], "year": 2020, "period": "", "indicator": "x",
    ...     "value": [1.0, 9.0], "status": "final", "missing_reason": ""}
    >>> coverage([pd.DataFrame(rows)])["missing"].item()
    'no row: 501; only its province: 12'
    """
    data = pd.concat(tables, ignore_index=True)
    check_columns(data, COVERED, "coverage")
    check_not_empty(data, "coverage")
    regions = read_regions().set_index("region_code")["province_code"]
    rows = []
    for (indicator, year), group in data.groupby(["indicator", "year"]):
        own = group[group["region_code"].isin(regions.index) & group["period"].eq("")]
        # Of several sources of one district a value counts before a missing mark.
        own = own.assign(gap=own["value"].isna()).sort_values("gap", kind="stable")
        own = own.drop_duplicates("region_code")
        why = pd.concat([own.loc[own["gap"], "missing_reason"], _absent(group, own["region_code"], regions)])
        words = "; ".join(f"{reason}: {n}" for reason, n in sorted(why.value_counts().items()))
        found, backcast = int((~own["gap"]).sum()), int(own["status"].eq("backcast").sum())
        rows.append((indicator, year, len(regions), found, found / len(regions), backcast, words))
    columns = ["indicator", "year", "n_regions", "n_values", "share", "n_backcast", "missing"]
    return pd.DataFrame(rows, columns=columns)


def _absent(group: pd.DataFrame, own: pd.Series, regions: pd.Series) -> pd.Series:
    """Why a district has no row of its own for the year, for each that has none."""
    there = group[group["value"].notna()]
    absent = regions[~regions.index.isin(own)]
    why = pd.Series("no row", index=absent.index, dtype="str")
    why = why.mask(absent.isin(there["region_code"]), "only its province")
    return why.mask(absent.index.isin(there["region_code"]), "only parts of the year")


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
        removed = int((table["status"].eq("estimated") & table["value"].isna()).sum())
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
