"""What the answers of a needs form come to, by district and group, and what the data say beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import check_columns, check_unique
from spillover.partnerships.columns import split_list
from spillover.sentra.needs_questions import SESSION, read_needs_questions

MISSING = "not_available"
LEAST_DISTRICTS = 3  # of fewer a median says nothing of the province
_NEEDED = [
    "region_code", "code", "group", "answer_type", "unit", "value", "text", "answered", "remark",
    "n_respondents", "treatment",
]  # fmt: skip
GROUP_COLUMNS = (
    "region_code", "group", "n_questions", "n_answered", "n_blank", "n_not_read", "n_respondents", "n_scale",
    "scale_median", "scale_low", "scale_high", "high_means", "n_yes_no", "yes_share",
)  # fmt: skip
NUMBER_COLUMNS = ("region_code", "group", "code", "value", "unit", "n_respondents")
TEXT_COLUMNS = ("region_code", "group", "code", "kind", "text")
BESIDE_COLUMNS = (
    "region_code", "code", "answer_type", "answered", "value", "unit", "text", "n_respondents", "measure",
    "data_value", "data_unit", "data_year", "source_system", "data_median", "n_districts", "missing_reason",
)  # fmt: skip


class NeedsSummary(NamedTuple):
    """What `needs_summary` gives: groups, numbers, and what was said in words."""

    groups: pd.DataFrame
    numbers: pd.DataFrame
    texts: pd.DataFrame


def needs_summary(answers: pd.DataFrame) -> NeedsSummary:
    """Sum up a form by district and group of questions; blanks are counted and never taken for answers.

    Parameters
    ----------
    answers : DataFrame
        As ``read_needs_form(path).answers``.

    Returns
    -------
    NeedsSummary
        groups: one row per district and group (without the questions on the discussion itself):
        n_questions, n_answered, n_blank, n_not_read (something is written, but not what was asked for; the
        three add up), n_respondents, n_scale (scales answered), scale_median, scale_low, scale_high (NaN
        without any), high_means {good, bad, urgent, ""}, n_yes_no, yes_share (yes among those answered).

        numbers: one row per number that was given: region_code, group, code, value, unit, n_respondents.

        texts: word for word, region_code, group, code, kind {sentence, choice (its code), not_read,
        remark}, text.

    Raises
    ------
    DataError
        Missing columns, or a district and question twice.

    Notes
    -----
    A median over the questions of one discussion, not over persons: n_respondents says how many took part.
    """
    check_columns(answers, _NEEDED, "needs_summary")
    check_unique(answers, ["region_code", "code"], "needs_summary")
    asked = answers[answers["group"].ne(SESSION)].reset_index(drop=True)
    not_read = ~asked["answered"] & asked["text"].ne("")
    scales = asked["answer_type"].eq("scale_1_5") & asked["answered"]
    yes_no = asked["answer_type"].eq("yes_no") & asked["answered"]
    work = asked.assign(
        not_read=not_read,
        blank=~asked["answered"] & ~not_read,
        scale=asked["value"].where(scales),
        yes=asked["value"].where(yes_no),
    )
    groups = work.groupby(["region_code", "group"], sort=False, as_index=False).agg(
        n_questions=("code", "size"), n_answered=("answered", "sum"), n_blank=("blank", "sum"),
        n_not_read=("not_read", "sum"), n_respondents=("n_respondents", "first"),
        n_scale=("scale", "count"), scale_median=("scale", "median"), scale_low=("scale", "min"),
        scale_high=("scale", "max"), n_yes_no=("yes", "count"), yes_share=("yes", "mean"),
    )  # fmt: skip
    questions = read_needs_questions()
    scale = questions[questions["answer_type"].eq("scale_1_5")]
    means = scale.drop_duplicates("group").set_index("group")["high_means"]
    groups = groups.assign(high_means=groups["group"].map(means).fillna(""))
    numbers = asked[asked["answer_type"].eq("number") & asked["answered"]]
    return NeedsSummary(
        groups[list(GROUP_COLUMNS)],
        numbers[list(NUMBER_COLUMNS)].reset_index(drop=True),
        _texts(asked, not_read),
    )


def _texts(asked: pd.DataFrame, not_read: pd.Series) -> pd.DataFrame:
    """All that was said in words, in the order of the form."""
    kind = asked["answer_type"].map({"text": "sentence", "choice": "choice"}).fillna("")
    said = asked.assign(kind=kind.mask(not_read, "not_read"))[asked["text"].ne("")]
    remarks = asked[asked["remark"].ne("")].assign(kind="remark", text=lambda t: t["remark"])
    both = pd.concat([said, remarks]).sort_index(kind="stable")
    return both[list(TEXT_COLUMNS)].reset_index(drop=True)


def needs_beside(answers: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    """Place what an office says beside what the data show of the same matter, without a verdict.

    Parameters
    ----------
    answers : DataFrame
        As ``read_needs_form(path).answers``.
    measures : DataFrame
        region_code, measure, value and, if known, unit, year, source_system, missing_reason: as
        `spillover.sentra.supply.district_supply` gives them, with rows of other measures (park_distance_km,
        sea_between) if wanted.

    Returns
    -------
    DataFrame
        One row per district, question that has a measure, and row of that measure (of each system that
        counts): region_code, code, answer_type, answered, value, unit, text (as answered), n_respondents,
        measure, data_value, data_unit, data_year, source_system, data_median (of the districts of
        ``measures`` that have one under that system; NaN if these are fewer than ``LEAST_DISTRICTS``),
        n_districts (that have one),
        missing_reason ("" where data are there).

    Raises
    ------
    DataError
        Missing columns, or a district, measure and system twice.

    Examples
    --------
    >>> answers = pd.DataFrame({"region_code": ["7203"], "code": ["skills_lacking"], "group": ["skills"],
    ...     "answer_type": ["yes_no"], "unit": [""], "value": [1.0], "text": [""], "answered": [True],
    ...     "remark": [""], "n_respondents": [12.0], "treatment": [""]})
    >>> data = pd.DataFrame({"region_code": ["7203"], "measure": ["tpt"], "value": [3.5]})
    >>> needs_beside(answers, data)[["measure", "value", "data_value", "missing_reason"]].values.tolist()
    [['mean_years_schooling', 1.0, nan, 'not_available'], ['tpt', 1.0, 3.5, '']]
    """
    check_columns(answers, _NEEDED, "needs_beside: the answers")
    check_columns(measures, ["region_code", "measure", "value"], "needs_beside: the measures")
    absent = [c for c in ("unit", "year", "source_system", "missing_reason") if c not in measures.columns]
    data = measures.assign(**{c: pd.NA if c == "year" else "" for c in absent})
    check_unique(data, ["region_code", "measure", "source_system"], "needs_beside: the measures")
    of_measure = data.groupby(["measure", "source_system"])["value"]
    counted = of_measure.transform("count")
    median = of_measure.transform("median").where(counted >= LEAST_DISTRICTS)
    data = data.assign(data_median=median, n_districts=counted)
    kept = ["region_code", "measure", "value", "unit", "year", "source_system", "missing_reason"]
    data = data[[*kept, "data_median", "n_districts"]].rename(
        columns={"value": "data_value", "unit": "data_unit", "year": "data_year"}
    )
    questions = read_needs_questions().set_index("code")["measures"].map(split_list)
    pairs = answers.assign(measure=answers["code"].map(questions)).explode("measure")
    pairs = pairs[pairs["measure"].notna()]
    made = pairs.drop(columns="treatment").merge(
        data, on=["region_code", "measure"], how="left", validate="m:m"
    )
    gone = made["data_value"].isna()
    reason = made["missing_reason"].fillna("").astype("str")
    made = made.assign(
        missing_reason=np.where(gone, reason.mask(reason.eq(""), MISSING), ""),
        n_districts=made["n_districts"].fillna(0).astype("int64"),
        data_unit=made["data_unit"].fillna("").astype("str"),
        source_system=made["source_system"].fillna("").astype("str"),
        data_year=made["data_year"].astype("Int64"),
    )
    return made[list(BESIDE_COLUMNS)].reset_index(drop=True)
