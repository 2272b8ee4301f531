"""Series in different base years brought to one level, on request, by the ratio of the years they share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_rows, check_unique
from spillover.longtable import CELL
from spillover.release_tables import WHERE, check_units, joined

# Ratios of one region that differ by more than this are no change of level: no factor would be right.
MAX_SPREAD = 1.3


def splice_base_years(
    old: pd.DataFrame, new: pd.DataFrame, *, overlap: Sequence[int] | None = None, how: str = "ratio"
) -> pd.DataFrame:
    """Bring an older series to the level of a newer one with another base year, region by region.

    The old values are multiplied by the mean ratio new / old of the years that both have: the geometric
    mean (mean of log ratios), the one symmetric mean whose spliced series does not depend on how the
    series are scaled (Hill and Fox 1997). It keeps the old growth rates; it makes no constant-price figures.

    Parameters
    ----------
    old, new : DataFrame
        Long tables as in `spillover.releases.combine_releases`, each with one row per region, year, period
        and indicator.
    overlap : sequence of int, optional
        The years to take the ratio in, instead of all that both have.
    how : {"ratio"}

    Returns
    -------
    DataFrame
        All of ``new``, and the years that only ``old`` has, in the unit of ``new``, status "estimated",
        under their own source_id. Two more columns, "" in rows as published: derived ("spliced by ratio in
        2010–2011") and spliced_to (the source_id whose level they have). Values of a region without common
        year, or whose ratios differ by more than a factor of 1.3, are missing (not_available), and derived
        says why: ``derived.value_counts()`` counts them. Give it to `spillover.releases.combine_releases` in
        place of both.

    Raises
    ------
    DataError
        Malformed tables, an indicator without any common year, or a value there that is not positive.

    References
    ----------
    Hill, R. J., and K. J. Fox (1997), "Splicing Index Numbers", Journal of Business & Economic
    Statistics 15(3).

    Examples
    --------
    >>> old = pd.DataFrame({"region_code": "7203", "year": [2009, 2010], "period": "", "indicator": "grdp",
    ...     "source_id": "a", "value": [4.0, 5.0], "unit": "x", "status": "final", "missing_reason": ""})
    >>> new = old.assign(source_id="b", value=[6.0, 7.0], year=[2010, 2011])
    >>> splice_base_years(old, new)[["year", "value", "derived"]].values.tolist()
    [[2009, 4.8, 'spliced by ratio in 2010'], [2010, 6.0, ''], [2011, 7.0, '']]
    """
    if how != "ratio":
        raise DataError(WHERE, "unknown way of splicing", [how], 'use how="ratio"')
    old, new = joined([old]), joined([new])
    for table in (old, new):
        check_unique(table, CELL, WHERE)
    check_units(new)
    moved = _moved(old, _factors(old, new, overlap))
    moved["unit"] = moved["indicator"].map(new.groupby("indicator")["unit"].first())
    # Values first, then what could not be spliced (it is to be counted), then marks of the newer series.
    both = pd.concat([new, moved], ignore_index=True)
    place = np.select([both["value"].notna(), both["derived"] != ""], [0, 1], 2)
    both = both.iloc[np.argsort(place, kind="stable")].drop_duplicates(CELL)
    return both.sort_values(["region_code", "indicator", "period", "year"], ignore_index=True)


def _factors(old: pd.DataFrame, new: pd.DataFrame, overlap: Sequence[int] | None) -> pd.DataFrame:
    """Factor, note and spliced_to for each region and indicator with common years; factor NaN if refused."""
    level = new["source_id"].where(new["spliced_to"] == "", new["spliced_to"])
    right = new.assign(level=level)[[*CELL, "value", "level"]]
    both = old[[*CELL, "value"]].merge(right, on=CELL, validate="1:1", suffixes=("", "_new"))
    both = both[both["value"].notna() & both["value_new"].notna()]
    if overlap is not None:
        both = both[both["year"].isin(list(overlap))]
    apart = sorted(set(old["indicator"]) - set(both["indicator"]))
    if apart:
        remedy = "splice only series that share a region and a year with values (of `overlap`, if given)"
        raise DataError("splice of base years", "no common year", apart, remedy)
    low = both[["value", "value_new"]].min(axis=1) <= 0
    check_rows(both, low, CELL, "splice of base years", "values that are not positive", "choose `overlap`")
    both = both.assign(log=np.log(both["value_new"] / both["value"])).sort_values("year")
    series = both.groupby(["region_code", "indicator"])
    out = series.agg(log=("log", "mean"), years=("year", _years), spliced_to=("level", "last"))
    spread = np.exp(series["log"].max() - series["log"].min())
    refused = spread > MAX_SPREAD
    said = "not spliced: ratios in " + out["years"] + " differ by " + spread.map("{:.2f}".format)
    out["note"] = said.where(refused, "spliced by ratio in " + out["years"])
    return out.assign(factor=np.exp(out["log"]).mask(refused))[["factor", "note", "spliced_to"]]


def _moved(old: pd.DataFrame, factors: pd.DataFrame) -> pd.DataFrame:
    """The old rows at the new level, or missing with the reason in ``derived``."""
    moved = old.drop(columns="spliced_to").merge(
        factors.reset_index(), on=["region_code", "indicator"], how="left", validate="m:1"
    )
    had = moved["value"].notna()
    moved["value"] *= moved.pop("factor")
    done = moved["value"].notna()
    moved["spliced_to"] = moved["spliced_to"].where(done, "")
    note = moved.pop("note").fillna("not spliced: no common year").where(had, "")
    earlier = moved["derived"].where(moved["derived"].eq("") | note.eq(""), moved["derived"] + "; ")
    moved["derived"] = earlier + note
    moved["status"] = moved["status"].mask(done, "estimated")
    moved["missing_reason"] = moved["missing_reason"].mask(had & ~done, "not_available")
    return moved


def _years(years: pd.Series) -> str:
    """Years as a reader writes them: "2010–2011", "2008, 2010–2011"."""
    found = np.unique(years)
    runs = np.split(found, np.flatnonzero(np.diff(found) > 1) + 1)
    return ", ".join(f"{r[0]}–{r[-1]}" if len(r) > 1 else f"{r[0]}" for r in runs)
