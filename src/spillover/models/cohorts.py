"""From a panel to the sample of an event study: cohorts, controls, and what has to be left out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique

WHERE = "event_study"
REFERENCE = -1


class Sample(NamedTuple):
    """Rows that are used, and in words what was left out.

    ``data`` holds region_code, year, y (the outcome), cohort (year of first exposure; 0 = not exposed in any
    year of the sample), cluster and event_time (Int64; missing for the never exposed).
    """

    data: pd.DataFrame
    n_dropped: int
    remarks: tuple[str, ...]


def make_sample(panel: pd.DataFrame, outcome: str, first_exposed: str, cluster: str) -> Sample:
    """Cohorts and controls of a panel.

    Rows with a missing outcome are dropped. So are districts without a year before their exposure (always
    exposed): they can be neither treated nor controls. Districts first exposed after the last year count as
    not exposed. Without any district that stays unexposed, the years from the last cohort's first exposure on
    are left out, and this cohort is the control (Sun and Abraham 2021, Journal of Econometrics 225(2)).

    Raises
    ------
    DataError
        Missing columns or codes, duplicate region-years, a first exposure or cluster that changes within a
        district, a constant outcome, nobody exposed, all exposed at once, or one cluster.

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": list("aabbcc"), "year": [1, 2] * 3, "y": [0.0, 1, 0, 1, 0, 3]})
    >>> panel["first"] = [2, 2, 1, 1, None, None]
    >>> sample = make_sample(panel, "y", "first", "region_code")
    >>> sample.data["region_code"].unique().tolist(), sample.n_dropped
    (['a', 'c'], 2)
    """
    _check_panel(panel, outcome, first_exposed, cluster)
    data = pd.DataFrame(
        {
            "region_code": panel["region_code"].astype(str),
            "year": panel["year"].astype(int),
            "y": panel[outcome].astype(float),
            "cohort": panel[first_exposed].astype("Float64").fillna(0.0).astype(float),
            "cluster": panel[cluster].astype(str),
        }
    ).dropna()
    data = data.sort_values(["region_code", "year"], ignore_index=True)
    if data.empty or data["y"].nunique() < 2:
        problem = (
            "no rows are left after dropping missing values" if data.empty else "the outcome is constant"
        )
        raise DataError(WHERE, problem, [outcome], "choose another outcome or other years")
    remarks: list[str] = []
    data = _without_always(data, remarks)
    data["cohort"] = data["cohort"].where(data["cohort"] <= data["year"].max(), 0.0)
    data = _with_controls(data, remarks)
    if data["cluster"].nunique() < 2:
        raise DataError(WHERE, "fewer than two clusters", data["cluster"].unique(), "cluster by a finer unit")
    data["cohort"] = data["cohort"].astype(int)
    data["event_time"] = (data["year"] - data["cohort"]).where(data["cohort"] > 0).astype("Int64")
    data = data.reset_index(drop=True)
    return Sample(data, len(panel) - len(data), tuple(remarks))


def keep_balanced(sample: Sample) -> Sample:
    """Only districts that are observed in every year of the sample."""
    data = sample.data
    years = data["year"].nunique()
    whole = data.groupby("region_code")["year"].transform("size") == years
    if whole.all():
        return sample
    lost = data.loc[~whole, "region_code"].nunique()
    kept = data[whole].reset_index(drop=True)
    if (kept["cohort"] > 0).sum() == 0 or (kept["cohort"] == 0).sum() == 0:
        problem = "no exposed districts, or no controls, are observed in every year"
        remedy = 'choose years without gaps, or estimator="imputation", which takes unbalanced panels'
        raise DataError(WHERE, problem, remedy=remedy)
    remark = f"districts not observed in every year left out: {lost}"
    return Sample(kept, sample.n_dropped + int((~whole).sum()), (*sample.remarks, remark))


def check_reference(data: pd.DataFrame, estimator: str) -> None:
    """Raise if a cohort is not observed in the year before its exposure, which it is compared with."""
    exposed = data[data["cohort"] > 0]
    has = exposed[exposed["event_time"] == REFERENCE]["cohort"].unique()
    lost = sorted(set(exposed["cohort"]) - set(has))
    if lost:
        remedy = 'use estimator="imputation" or "two_stage", or leave these cohorts out'
        raise DataError(
            WHERE, f"cohorts not observed in the year before exposure ({estimator})", lost, remedy
        )


def ring_cohorts(panel: pd.DataFrame, of: str, *, ring: str = "ring") -> tuple[pd.DataFrame, str]:
    """Rows of a panel that show what exposure in one ring does, with their year of first exposure.

    A district belongs to the ring in which a park first reaches it: its cohort is the first year in which a
    park operates inside that ring's outer edge. Districts first reached in another ring are left out, also
    as controls, and so are the rows of a district after it moves to another ring. Controls are districts
    in the outermost ring in all years.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the column of rings (ordered categorical, time-varying, nearest first; the last
        category is "not exposed"), as from `spillover.add_exposure`.
    of : str
        The ring wanted.
    ring : str
        Name of the column.

    Returns
    -------
    panel : DataFrame
        The rows kept, with ``first_exposed_year`` (Int64).
    remark : str
        How many districts and rows were left out.

    Raises
    ------
    DataError
        Unknown ring, or rows without ring.

    Examples
    --------
    >>> rings = pd.Categorical(["9+", "0-9", "9+", "9+"], categories=["0-9", "9+"], ordered=True)
    >>> panel = pd.DataFrame({"region_code": list("aabb"), "year": [1, 2, 1, 2], "ring": rings})
    >>> ring_cohorts(panel, "0-9")[0]["first_exposed_year"].tolist()
    [2, 2, <NA>, <NA>]
    """
    check_columns(panel, ["region_code", "year", ring], WHERE)
    check_rows(panel, panel[ring].isna(), ["region_code", "year"], WHERE, "rows without ring", "add_exposure")
    labels = list(panel[ring].cat.categories)
    if of not in labels[:-1]:
        raise DataError(WHERE, "unknown ring", [of], f"rings of exposure are {', '.join(labels[:-1])}")
    exposed = panel[panel[ring] != labels[-1]].sort_values("year")
    first = exposed.drop_duplicates("region_code").set_index("region_code")
    year = panel["region_code"].map(first["year"]).astype("Int64")
    landed = panel["region_code"].map(first[ring].astype(str))
    elsewhere = landed.notna() & (landed != of)
    moved = (landed == of) & (panel["year"] >= year).fillna(False).astype(bool) & (panel[ring] != of)
    keep = ~elsewhere & ~moved
    remark = (
        f"districts first reached in another ring left out: {panel.loc[elsewhere, 'region_code'].nunique()}; "
        f"district-years after a move to another ring left out: {int(moved.sum())}"
    )
    return panel.assign(first_exposed_year=year)[keep].reset_index(drop=True), remark


def _check_panel(panel: pd.DataFrame, outcome: str, first_exposed: str, cluster: str) -> None:
    check_columns(panel, ["region_code", "year", outcome, first_exposed, cluster], WHERE)
    blank = panel["region_code"].isna() | panel["year"].isna() | panel[cluster].isna()
    check_rows(
        panel, blank, ["region_code", "year"], WHERE, "rows without region, year or cluster", "fill them"
    )
    check_unique(panel, ["region_code", "year"], WHERE)
    if np.isinf(panel[outcome].to_numpy(dtype=float, na_value=np.nan)).any():
        raise DataError(WHERE, "infinite values", [outcome], "take the log of positive values only")
    for column, problem in ((first_exposed, "first exposure"), (cluster, "cluster")):
        several = panel.groupby("region_code")[column].nunique(dropna=False)
        changing = several[several > 1].index
        if len(changing):
            raise DataError(
                WHERE, f"a {problem} that changes within a district", changing, "give one for each"
            )


def _without_always(data: pd.DataFrame, remarks: list[str]) -> pd.DataFrame:
    begins = data.groupby("region_code")["year"].transform("min")
    always = (data["cohort"] > 0) & (data["cohort"] <= begins)
    if always.any():
        n = data.loc[always, "region_code"].nunique()
        remarks.append(f"districts without a year before exposure left out: {n}")
    return data[~always]


def _with_controls(data: pd.DataFrame, remarks: list[str]) -> pd.DataFrame:
    """The data with districts that stay unexposed; the last cohort if there are no others."""
    cohorts = sorted(data.loc[data["cohort"] > 0, "cohort"].unique())
    if not cohorts:
        raise DataError(
            WHERE, "no district becomes exposed inside the sample", remedy="begin the panel earlier"
        )
    if (data["cohort"] == 0).any():
        return data
    if len(cohorts) == 1:
        problem = "all districts are exposed, all from one year on: there is nothing to compare with"
        raise DataError(WHERE, problem, [int(cohorts[0])], "add districts that are not exposed")
    last = cohorts[-1]
    cut = data[data["year"] < last].copy()
    cut["cohort"] = cut["cohort"].where(cut["cohort"] < last, 0.0)
    remarks.append(
        f"no district stays unexposed: years from {int(last)} on left out, cohort {int(last)} is the control"
    )
    return cut
