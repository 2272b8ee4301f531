"""Several releases of one series made into one by a stated rule, with what was replaced and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.longtable import CELL
from spillover.release_choice import admit, choose, ranks
from spillover.release_tables import WHERE, check_units, joined
from spillover.splicing import splice_base_years

__all__ = ["Combined", "combine_releases", "replaced_summary", "splice_base_years"]

RULES = ("latest_release", "first_release", "final_only")


class Combined(NamedTuple):
    """Result of `combine_releases`: four tables, described there."""

    table: pd.DataFrame
    replaced: pd.DataFrame
    breaks: pd.DataFrame
    counts: pd.DataFrame


def combine_releases(
    tables: Sequence[pd.DataFrame],
    releases: pd.DataFrame,
    *,
    rule: str = "latest_release",
    order: Sequence[str] | None = None,
    jump: float = 1.3,
) -> Combined:
    """Combine releases of the same series into one value for each region, year, period and indicator.

    A missing mark never takes the place of a value. Of releases with the same date, a final or revised
    figure is later than a provisional one, and a preliminary later than a very preliminary one. A year
    or a month says no more than that: 2013 and 2013-05 cannot be ordered, 2013 and 2014-01 can.

    Parameters
    ----------
    tables : sequence of DataFrame
        Long tables with region_code, year (integer), period ("" for annual), indicator, source_id, value,
        unit, status and missing_reason; further columns are left out, but for those of `splice_base_years`.
    releases : DataFrame
        source_id, published (2013, 2013-05, 2013-05-07, "until 2013-05-07" or "not stated"), base_year of
        the prices (<NA> if none). A volume with series in current and in constant prices needs one
        source_id for each.
    rule : {"latest_release", "first_release", "final_only"}
        ``final_only`` is the latest release among final and revised values.
    order : sequence of str, optional
        All source ids, oldest first, instead of ``published`` and of the order of statuses.
    jump : float
        Year-on-year ratios above ``jump`` or below ``1 / jump`` at a seam are reported.

    Returns
    -------
    Combined
        ``table``: one row for each region, year, period and indicator. Where no value is admitted,
        missing_reason is that of the release that the rule prefers ("not_available" if releases that cannot
        be ordered give different reasons; "not_yet_published" if ``final_only`` found only provisional ones).

        ``replaced``: the values that gave way to a different one: the columns of ``CELL``, old_source_id,
        old_value, old_status, new_source_id, new_value, difference (new - old), ratio (new / old).

        ``breaks``: jumps at seams, where consecutive years (of one period) come from different releases:
        region_code, year (the later one), period, indicator, from_source, to_source, ratio (to the year
        before), and overlap_before and overlap_after: to_source / from_source in the earlier and in the
        later of the two years, NaN where they do not both have a value. An overlap near ``ratio`` says
        that the jump is the change of release. No jump is seen across a missing year.

        ``counts``: rows by indicator, source_id and fate, for `replaced_summary`.

        A ratio over zero is infinite; that of two zeros is 1.

    Raises
    ------
    DataError
        Malformed tables, a release given twice or not described, units or base years that differ, or
        different values in releases that cannot be ordered.

    Examples
    --------
    >>> grdp = pd.DataFrame({"region_code": "7203", "year": [2017, 2018], "period": "", "indicator": "grdp",
    ...     "source_id": "a", "value": [1.0, 2.0], "unit": "x", "status": "final", "missing_reason": ""})
    >>> later = grdp.assign(source_id="b", value=[1.0, 2.5])
    >>> dates = pd.DataFrame({"source_id": ["a", "b"], "published": ["2019", "2020-05"], "base_year": 2010})
    >>> both = combine_releases([grdp, later], dates)
    >>> both.table["value"].tolist(), both.replaced["ratio"].tolist()
    ([1.0, 2.5], [1.25])
    """
    if rule not in RULES:
        raise DataError(WHERE, "unknown rule", [rule], f"use one of {', '.join(RULES)}")
    if not 1 < jump < inf:
        raise DataError(WHERE, "jump is not a factor above 1", [jump], "give a factor such as 1.3")
    data = joined(tables)
    used = _described(data, releases)
    _check_agreement(data, used)
    data["cell"] = data.groupby(CELL).ngroup()
    rank = ranks(data, used["published"], order)
    if rule == "first_release":
        rank = -rank[["latest", "earliest", "high", "low"]].set_axis(rank.columns, axis=1)
    chosen, latest = choose(admit(data, rule), rank)
    chosen = chosen.sort_values(["region_code", "indicator", "period", "year"], ignore_index=True)
    fate = _fates(data, chosen, rank["earliest"] > data["cell"].map(latest))
    counts = data.groupby(["indicator", "source_id", fate]).size().rename("n").reset_index()
    replaced = _replaced(data[fate == "replaced"], chosen)
    return Combined(chosen.drop(columns="cell"), replaced, _breaks(chosen, data, jump), counts)


def replaced_summary(combined: Combined) -> pd.DataFrame:
    """Count what became of each release's rows, and by how much its values were changed.

    Returns
    -------
    DataFrame
        One row per indicator and source_id: n_values = n_kept + n_equal (another release gave the same
        value) + n_replaced + n_not_admitted (no value of the cell fits the rule); n_missing marks, of
        which n_passed_over stand in a release that the rule prefers to the one whose value was used;
        ratio_median, ratio_min, ratio_max (new / old) of the replaced values, NaN where there are none.

    Examples
    --------
    >>> a = pd.DataFrame({"region_code": "7203", "year": [2017, 2018], "period": "", "indicator": "grdp",
    ...     "source_id": "a", "value": [1.0, 2.0], "unit": "x", "status": "final", "missing_reason": ""})
    >>> dates = pd.DataFrame({"source_id": ["a", "b"], "published": ["2019", "2020"], "base_year": 2010})
    >>> both = combine_releases([a, a.assign(source_id="b", value=[1.0, 2.5])], dates)
    >>> replaced_summary(both)[["source_id", "n_kept", "n_equal", "n_replaced", "ratio_max"]].values.tolist()
    [['a', 0, 1, 1, 1.25], ['b', 2, 0, 0, nan]]
    """
    key = ["indicator", "source_id"]
    fates = ["kept", "equal", "replaced", "not_admitted", "missing", "passed_over"]
    wide = combined.counts.pivot(index=key, columns="fate", values="n")
    wide = wide.reindex(columns=fates).fillna(0).astype("int64").add_prefix("n_").rename_axis(columns=None)
    wide.insert(0, "n_values", wide[[f"n_{fate}" for fate in fates[:4]]].sum(axis=1))
    wide["n_missing"] += wide["n_passed_over"]
    ratio = combined.replaced.rename(columns={"old_source_id": "source_id"}).groupby(key)["ratio"]
    return wide.join(ratio.agg(["median", "min", "max"]).add_prefix("ratio_")).reset_index()


def _described(data: pd.DataFrame, releases: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``releases`` that are used, by source_id: published (text), base_year (Int64)."""
    check_columns(releases, ["source_id", "published", "base_year"], "table of releases")
    ids = {*data["source_id"].unique(), *data["spliced_to"].unique()} - {""}
    used = releases[releases["source_id"].isin(ids)]
    check_unique(used, ["source_id"], "table of releases")
    unknown = sorted(ids - set(used["source_id"]))
    if unknown:
        raise DataError("table of releases", "releases not described", unknown, "add a row for each")
    try:
        base = used["base_year"].astype("Int64")
    except (TypeError, ValueError) as error:
        bad = used["base_year"].unique()
        raise DataError("table of releases", "base years that are no years", bad, "2010, or <NA>") from error
    return used.assign(base_year=base, published=used["published"].map(str)).set_index("source_id")


def _check_agreement(data: pd.DataFrame, used: pd.DataFrame) -> None:
    """Raise if values of one indicator are in different units or in prices of different years."""
    check_units(data)
    # A spliced value has the base year of the release it was brought to.
    level = data["source_id"].where(data["spliced_to"] == "", data["spliced_to"])
    pairs = data.assign(level=level)[data["value"].notna()].groupby("indicator")["level"].unique()
    mixed = []
    for name, ids in pairs.items():
        bases = used.loc[sorted(ids), "base_year"]
        if bases.nunique(dropna=False) > 1:
            mixed.append(
                f"{name}: " + ", ".join(f"{i} {'none' if b is pd.NA else b}" for i, b in bases.items())
            )
    if mixed:
        remedy = "leave one base year out, or ask for a splice with splice_base_years"
        raise DataError(WHERE, "different base years", mixed, remedy)


def _ratio(new: pd.Series, old: pd.Series) -> pd.Series:
    """New / old; two equal values have the ratio 1, also two zeros."""
    return (new / old).mask(new == old, 1.0)


def _fates(data: pd.DataFrame, chosen: pd.DataFrame, preferred: pd.Series) -> pd.Series:
    """What became of each row; every row has one fate."""
    won = chosen.set_index("cell")
    new, has = data["cell"].map(won["value"]), data["value"].notna()
    own = data["source_id"] == data["cell"].map(won["source_id"])
    marks = [~has & new.notna() & preferred, ~has, new.isna(), own, data["value"] == new]
    names = ["passed_over", "missing", "not_admitted", "kept", "equal"]
    return pd.Series(np.select(marks, names, "replaced"), index=data.index, name="fate")


def _replaced(data: pd.DataFrame, chosen: pd.DataFrame) -> pd.DataFrame:
    """Values that gave way, beside those that took their place."""
    fields = ["source_id", "value"]
    old = data[[*CELL, "cell", *fields, "status"]].rename(
        columns={c: f"old_{c}" for c in [*fields, "status"]}
    )
    new = chosen[["cell", *fields]].rename(columns={c: f"new_{c}" for c in fields})
    both = old.merge(new, on="cell", how="left", validate="m:1").drop(columns="cell")
    both["difference"] = both["new_value"] - both["old_value"]
    both["ratio"] = _ratio(both["new_value"], both["old_value"])
    return both


def _breaks(chosen: pd.DataFrame, data: pd.DataFrame, jump: float) -> pd.DataFrame:
    """Jumps between consecutive years that come from different releases; ``chosen`` by series and year."""
    rows = chosen[chosen["value"].notna()]
    series = rows.groupby(["region_code", "indicator", "period"])
    before = series[["year", "source_id", "value", "cell"]].shift()
    ratio = _ratio(rows["value"], before["value"])
    seam = (before["year"] == rows["year"] - 1) & (before["source_id"] != rows["source_id"])
    seam &= (ratio > jump) | (ratio < 1 / jump)
    found = rows.assign(from_source=before["source_id"], to_source=rows["source_id"], ratio=ratio)[seam]
    printed = data.set_index(["cell", "source_id"])["value"]
    for name, cells in (("overlap_before", before["cell"]), ("overlap_after", rows["cell"])):
        keys = (pd.MultiIndex.from_arrays([cells[seam], found[s]]) for s in ("to_source", "from_source"))
        found[name] = _ratio(*(printed.reindex(k).reset_index(drop=True) for k in keys)).to_numpy()
    columns = [*CELL, "from_source", "to_source", "ratio", "overlap_before", "overlap_after"]
    return found[columns].reset_index(drop=True)
