"""Several releases of one series made into one by a stated rule; series in different base years spliced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import inf
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique

CELL = ["region_code", "year", "period", "indicator"]
KEY = [*CELL, "source_id"]
COLUMNS = [*KEY, "value", "unit", "status", "missing_reason"]
SPLICED = ["derived", "spliced_to"]
RULES = ("latest_release", "first_release", "final_only")
REASONS = (
    "not_available", "not_applicable", "not_yet_published", "suppressed", "zero_shown_as_dash",
)  # fmt: skip
SETTLED = ("final", "revised")
# How settled a figure is, as (at least, at most): statuses whose ranges overlap cannot be ordered.
STATUS_RANK = {
    "very_preliminary": (1, 1), "preliminary": (2, 2), "final": (3, 3), "revised": (3, 3),
    "estimated": (1, 2), "backcast": (1, 2), "": (1, 3),
}  # fmt: skip
MAX_SPREAD = 1.3
WHERE = "releases"


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
        source_id, published (2013, 2013-05, 2013-05-07 or "not stated"), base_year of the prices (<NA> if
        none). A volume with series in current and in constant prices needs one source_id for each.
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
    data = _joined(tables)
    used = _described(data, releases)
    _check_agreement(data, used)
    data["cell"] = data.groupby(CELL).ngroup()
    rank = _ranks(data, used["published"], order)
    if rule == "first_release":
        rank = -rank[["latest", "earliest", "high", "low"]].set_axis(rank.columns, axis=1)
    chosen, latest = _choose(_admit(data, rule), rank)
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
        Long tables as in `combine_releases`, each with one row per region, year, period and indicator.
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
        says why: ``derived.value_counts()`` counts them. Give it to `combine_releases` in place of both.

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
    old, new = _joined([old]), _joined([new])
    for table in (old, new):
        check_unique(table, CELL, WHERE)
    _check_units(new)
    moved = _moved(old, _factors(old, new, overlap))
    moved["unit"] = moved["indicator"].map(new.groupby("indicator")["unit"].first())
    # Values first, then what could not be spliced (it is to be counted), then marks of the newer series.
    both = pd.concat([new, moved], ignore_index=True)
    place = np.select([both["value"].notna(), both["derived"] != ""], [0, 1], 2)
    both = both.iloc[np.argsort(place, kind="stable")].drop_duplicates(CELL)
    return both.sort_values(["region_code", "indicator", "period", "year"], ignore_index=True)


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows in one table, checked, in an order that does not depend on that of the tables."""
    if not tables:
        raise DataError(WHERE, "no table is given", remedy="give at least one")
    kept = []
    for number, table in enumerate(tables, 1):
        where = f"{WHERE}, table {number}"
        check_columns(table, COLUMNS, where)
        check_not_empty(table, where)
        kept.append(table.reindex(columns=[*COLUMNS, *SPLICED], fill_value=""))
        wrong = [column for column, cells in kept[-1].items() if not _is_kind(str(column), cells)]
        if wrong:
            remedy = "texts must be text without gaps, year an integer, value a number or missing"
            raise DataError(where, "columns of another kind", wrong, remedy)
    data = pd.concat([t.astype({"year": "int64", "value": "float64"}) for t in kept], ignore_index=True)
    _check_marks(data)
    return data.sort_values(KEY, ignore_index=True)


def _is_kind(column: str, cells: pd.Series) -> bool:
    """Whether a column holds what its name says: codes are texts, years whole, values numbers."""
    types = pd.api.types
    if column == "value":
        return bool(types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells))
    check = types.is_integer_dtype if column == "year" else types.is_string_dtype
    return bool(check(cells) and cells.notna().all())


def _check_marks(data: pd.DataFrame) -> None:
    """Raise unless each row stands once and says in known words what it is."""
    value, reason = data["value"], data["missing_reason"]
    check_unique(data, KEY, WHERE)
    remedy = f"use {', '.join(s for s in STATUS_RANK if s)}; only a missing value may have none"
    unknown = ~data["status"].isin(STATUS_RANK) | (data["status"].eq("") & value.notna())
    check_rows(data, unknown, [*KEY, "status"], WHERE, "unknown status", remedy)
    check_rows(data, value.abs() == inf, KEY, WHERE, "infinite values", "correct them, or mark them missing")
    wrong = value.isna() & ~reason.isin(REASONS)
    check_rows(data, wrong, KEY, WHERE, "missing without a known reason", f"use {', '.join(REASONS)}")
    check_rows(data, value.notna() & reason.ne(""), KEY, WHERE, "value and reason", "keep one of both")
    half = data["derived"].ne("") & value.notna() & data["spliced_to"].eq("")
    check_rows(
        data, half, KEY, WHERE, "derived values without spliced_to", "make them with splice_base_years"
    )


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


def _check_units(data: pd.DataFrame) -> None:
    """Raise if values of one indicator are in different units."""
    units = data[data["value"].notna()].groupby("indicator")["unit"].unique()
    mixed = [f"{name}: {' and '.join(sorted(u))}" for name, u in units.items() if len(u) > 1]
    if mixed:
        raise DataError(WHERE, "different units", mixed, "convert the values before they are combined")


def _check_agreement(data: pd.DataFrame, used: pd.DataFrame) -> None:
    """Raise if values of one indicator are in different units or in prices of different years."""
    _check_units(data)
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


def _published_span(source_id: str, published: str) -> tuple[float, float]:
    """First and last day that a printed date can mean."""
    if published == "not stated":
        return -inf, inf
    if re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", published):
        with suppress(ValueError):
            day = pd.Period(published)
            return day.start_time.toordinal(), day.end_time.toordinal()
    remedy = 'write 2013, 2013-05, 2013-05-07 or "not stated"'
    raise DataError("table of releases", "dates that cannot be read", [f"{source_id}: {published}"], remedy)


def _ranks(data: pd.DataFrame, published: pd.Series, order: Sequence[str] | None) -> pd.DataFrame:
    """When each row was released (earliest, latest) and how settled it is (low, high); more is later."""
    if order is None:
        spans = {str(i): _published_span(str(i), text) for i, text in published.items()}
    else:
        ids = set(data["source_id"].unique())
        wrong = sorted({*ids.symmetric_difference(order)} | {i for i in order if list(order).count(i) > 1})
        if wrong:
            raise DataError(WHERE, "order does not name each release once", wrong, f"order {sorted(ids)}")
        spans = {i: (float(n), float(n)) for n, i in enumerate(order)}
    days, settled = _looked_up(data["source_id"], spans), _looked_up(data["status"], STATUS_RANK)
    ranks = np.hstack([days, settled])
    return pd.DataFrame(ranks, columns=["earliest", "latest", "low", "high"], index=data.index)


def _looked_up(cells: pd.Series, pairs: Mapping[str, tuple[float, float]]) -> np.ndarray:
    """The pair of each cell as a row; each distinct text is looked up once."""
    codes, names = pd.factorize(cells)
    rows: np.ndarray = np.array([pairs[name] for name in names], dtype="float64")[codes]
    return rows


def _admit(data: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The rows as the rule sees them: under ``final_only``, other values are marks with a reason."""
    if rule != "final_only":
        return data
    out = data["value"].notna() & ~data["status"].isin(SETTLED)
    provisional = data["status"].isin(("preliminary", "very_preliminary"))
    reason = data["missing_reason"].mask(out, "not_available").mask(out & provisional, "not_yet_published")
    return data.assign(value=data["value"].mask(out), missing_reason=reason)


def _choose(data: pd.DataFrame, rank: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The row that is latest in each cell, and the last day it can be of, by cell.

    A row is beaten by one that is later for certain, or of the same date and more settled. Rows that
    none beats must agree; of equal ones the most settled, then the first by name, is taken.
    """
    has = data["value"].notna()
    pool = rank.assign(cell=data["cell"])[has | ~has.groupby(data["cell"]).transform("any")]
    later = pool["latest"] < pool.groupby("cell")["earliest"].transform("max")
    dated = pool[pool["earliest"] > -inf]
    settled = dated.groupby(["cell", "earliest", "latest"])["low"].transform("max").reindex(pool.index)
    left = pool[~later & ~(pool["high"] < settled)]
    rows = data.loc[left.index]
    values = rows.groupby("cell")["value"]
    _refuse_clashes(rows[values.transform("max") > values.transform("min")])
    undecided = rows.groupby("cell")["missing_reason"].transform("nunique") > 1
    rows = rows.assign(missing_reason=rows["missing_reason"].mask(undecided, "not_available"))
    ordered = left.assign(source_id=rows["source_id"])
    ordered = ordered.sort_values(["cell", "low", "source_id"], ascending=[True, False, True])
    first = ordered.drop_duplicates("cell")
    return rows.loc[first.index], first.set_index("cell")["latest"]


def _refuse_clashes(rows: pd.DataFrame) -> None:
    """Raise if rows are left that differ in a cell without one being the later."""
    if len(rows):
        said = (
            (rows["source_id"] + " " + rows["value"].map("{:g}".format)).groupby(rows["cell"]).agg(" / ".join)
        )
        names = rows.drop_duplicates("cell").set_index("cell")[["indicator", "region_code", "year", "period"]]
        offenders = [
            f"{'/'.join(str(part) for part in name if part != '')}: {said[cell]}"
            for cell, *name in names.itertuples()
        ]
        ids = ", ".join(sorted(rows["source_id"].unique()))
        remedy = f"state `published` of {ids} in sources.yml, or give order=[…], oldest first"
        raise DataError(WHERE, "different values in releases that cannot be ordered", offenders, remedy)


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
