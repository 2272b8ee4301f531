"""Counts of a district that still hold a district split off from it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from spillover.regions import read_region_changes

FORMER = "former_boundary"
ROUNDING = 0.005  # of the total: sums of printed figures may differ from a printed total by this part


def holding_others(counts: pd.DataFrame, total: float, codes: Collection[str]) -> set[str]:
    """Districts whose count holds a district that was split off from them.

    A source that lists districts as they were before a split shows it by its sums: the listed districts add
    up to the province, and every district that is not listed was split off from a listed one.

    Parameters
    ----------
    counts : DataFrame
        region_code, value: one count of one date for each listed district.
    total : float
        The same count for the province, as the source prints it.
    codes : collection of str
        All districts of the province today.

    Returns
    -------
    set of str
        Codes of the listed parents; empty where a district that is not listed may be missing.

    Examples
    --------
    >>> listed = pd.DataFrame({"region_code": ["7203", "7271"], "value": [10.0, 140.0]})
    >>> holding_others(listed, 150.0, ["7203", "7212", "7271"])
    {'7203'}
    >>> holding_others(listed, 190.0, ["7203", "7212", "7271"])
    set()
    """
    listed = set(counts["region_code"])
    absent = set(codes) - listed
    if not absent or not abs(counts["value"].sum() - total) <= ROUNDING * total:
        return set()
    splits = read_region_changes("split")
    splits = splits[splits["child_code"].isin(absent) & splits["parent_code"].isin(listed)]
    return set(splits["parent_code"]) if set(splits["child_code"]) == absent else set()


def flags_of_former(found: pd.DataFrame, whole: pd.DataFrame, codes: Collection[str]) -> pd.Series:
    """Flags of counts, joined by ";", with ``former_boundary`` where one holds a district split off since.

    Parameters
    ----------
    found : DataFrame
        One count of one system: region_code, year, as_of, value, flag; a row per district.
    whole : DataFrame
        The same count for the province: year, as_of, value; any dates.
    codes : collection of str
        As for `holding_others`.

    Returns
    -------
    Series
        Flags by the index of ``found``; as they were where the counts are of several dates or the province's
        total of that date is not known.
    """
    dates = found[["year", "as_of"]].drop_duplicates()
    total = whole.merge(dates, on=["year", "as_of"])["value"]
    if len(dates) != 1 or len(total) != 1:
        return found["flag"]
    holding = found["region_code"].isin(holding_others(found, float(total.iloc[0]), codes))
    return found["flag"].mask(holding, (found["flag"] + ";" + FORMER).str.strip(";"))
