"""Morowali and Halmahera Tengah against synthetic districts: the study on real data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.models.synthetic import Synthetic, synthetic_control
from spillover.models.synthetic_placebo import (
    FEWEST_BEFORE,
    SpacePlacebo,
    add_placebo_inference,
    leave_one_out,
    placebo_in_space,
    placebo_in_time,
)
from spillover.specs import Spec, make_spec_id
from spillover.synthetic_donors import lasting_reasons
from spillover.synthetic_questions import QUESTIONS, Question, name_of, opening_year, study_panel

METHODS_SHOWN = ("synthetic_control", "synthetic_did")
GOOD_FIT = 0.9  # R² of the synthetic path before the opening
LEVEL = 0.05


class Answer(NamedTuple):
    """What one method says to one question, with its placebo runs."""

    question: Question
    fitted: Synthetic
    space: SpacePlacebo
    time: pd.DataFrame
    without_one: pd.DataFrame
    years: tuple[int, ...]
    verdict: str


class SyntheticStudy(NamedTuple):
    """``estimates``: rows of `estimates`. ``summary``: one row per spec. ``pools``: who is a donor, and why
    not, one row per question and district. ``answers``: spec_id → `Answer`.
    """

    estimates: pd.DataFrame
    summary: pd.DataFrame
    pools: pd.DataFrame
    answers: dict[str, Answer]


def synthetic_study(questions: Iterable[Question] = QUESTIONS) -> SyntheticStudy:
    """Compare the two districts with synthetic ones, by both methods, with all placebo runs.

    GRDP counts what the parks make: it shows the boom, not welfare and no effect on others. The
    unemployment rate (TPT) is a sample survey; 2016 is left out (interpolated). Years from a revision of
    the treated district's own series on are left out: Morowali's GRDP ends in 2017. Nothing is drawn at
    random.

    Parameters
    ----------
    questions : iterable of Question

    Returns
    -------
    SyntheticStudy
        ``summary`` has spec_id, treated, outcome, method, start, first_exposed_year, first_year, last_year,
        n_before, n_donors, rmspe_before, r_squared, p_fit (share of districts that fit at most as well),
        estimate, std_error, p_value (rank of the RMSPE ratio), p_estimate (rank of the estimate among those
        not poorly fitted), n_poor, time_largest (the placebo opening before with the largest gap), time_year,
        loo_low, loo_high (estimates without one donor), verdict {detected, not_detected, no_conclusion}
        and reason {"", poor_fit, worse_than_placebos, perfect_fit}.

    Notes
    -----
    The verdict is no_conclusion if the synthetic path explains less than 90 % of the variance before, if at
    most 5 % of the districts fit as badly, or if the fit is perfect (more donors than years). Else it is
    detected if at most 5 % of the districts have such a ratio of RMSPE after over before and at most 5 % of
    those not poorly fitted such an estimate.

    Examples
    --------
    >>> study = synthetic_study()                                                      # doctest: +SKIP
    >>> study.summary[["spec_id", "estimate", "p_value", "verdict"]]                   # doctest: +SKIP
    """
    estimates, summary, pools, answers = [], [], [], {}
    questions, ground = list(questions), lasting_reasons()
    tables = {name: read_indicator(name) for name in {q.indicator for q in questions}}
    for question in questions:
        panel, pool = study_panel(question, tables[question.indicator], ground)
        pools.append(pool.assign(question=question.spec_id))
        donors = pool.loc[pool["reason"].eq(""), "region_code"].tolist()
        for method in METHODS_SHOWN:
            spec_id = name_of(question, method)
            answer = _answer(question, panel, donors, method, spec_id)
            rows = add_placebo_inference(answer.fitted, answer.space)
            answers[spec_id] = answer
            estimates.append(rows)
            summary.append(_summary(spec_id, answer, rows.iloc[0]))
    return SyntheticStudy(
        pd.concat(estimates, ignore_index=True),
        pd.DataFrame(summary),
        pd.concat(pools, ignore_index=True),
        answers,
    )


def run(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of a named question (nothing is drawn).

    Raises
    ------
    DataError
        The study does not ask it.
    """
    name = make_spec_id(spec.study, spec.outcome, spec.options, {})
    asked = [q for q in QUESTIONS for method in METHODS_SHOWN if name_of(q, method) == name]
    if not asked:
        known = [name_of(q, method) for q in QUESTIONS for method in METHODS_SHOWN]
        raise DataError("synthetic", "a question that is not asked", [name], f"known: {'; '.join(known)}")
    return synthetic_study(asked).estimates


def _answer(question: Question, panel: pd.DataFrame, donors: list[str], method: str, spec_id: str) -> Answer:
    fitted = synthetic_control(
        panel,
        question.outcome,
        treated=question.treated,
        first_exposed_year=opening_year(question.park_id, question.start),
        donors=donors,
        method=method,
        spec_id=spec_id,
    )
    space = placebo_in_space(fitted)
    return Answer(
        question=question,
        fitted=fitted,
        space=space,
        time=placebo_in_time(fitted),
        without_one=leave_one_out(fitted),
        years=tuple(int(y) for y in fitted.outcomes.index),
        verdict=verdict(fitted, space)[0],
    )


def verdict(fitted: Synthetic, space: SpacePlacebo) -> tuple[str, str]:
    """What may be said, and why not more: (detected, not_detected or no_conclusion; reason)."""
    fit = fitted.fit
    before = fitted.outcomes.iloc[: fit.n_before, 0]
    if fit.n_before < FEWEST_BEFORE or fit.rmspe_before < 1e-6 * float(before.std(ddof=0)):
        return "no_conclusion", "perfect_fit"
    if not fit.r_squared >= GOOD_FIT:
        return "no_conclusion", "poor_fit"
    if space.p_fit <= LEVEL:
        return "no_conclusion", "worse_than_placebos"
    # The ratio alone flatters a path fitted closely to few years: the gap must be unusual in size as well.
    return ("detected" if max(space.p_ratio, space.p_estimate) <= LEVEL else "not_detected"), ""


def _summary(spec_id: str, answer: Answer, average: pd.Series) -> dict[str, object]:
    question, fitted, space = answer.question, answer.fitted, answer.space
    moved = answer.time.loc[answer.time["estimate"].abs().idxmax()] if len(answer.time) else None
    return {
        "spec_id": spec_id,
        "treated": question.treated,
        "outcome": question.outcome,
        "method": fitted.method,
        "start": question.start,
        "first_exposed_year": fitted.first_exposed_year,
        "first_year": answer.years[0],
        "last_year": answer.years[-1],
        "n_before": fitted.fit.n_before,
        "n_donors": space.n_placebos,
        "rmspe_before": fitted.fit.rmspe_before,
        "r_squared": fitted.fit.r_squared,
        "p_fit": space.p_fit,
        "estimate": average["estimate"],
        "std_error": average["std_error"],
        "p_value": space.p_ratio,
        "p_estimate": space.p_estimate,
        "n_poor": space.n_poor,
        "time_largest": float("nan") if moved is None else moved["estimate"],
        "time_year": pd.NA if moved is None else int(moved["first_exposed_year"]),
        "loo_low": answer.without_one["estimate"].min(),
        "loo_high": answer.without_one["estimate"].max(),
        "verdict": answer.verdict,
        "reason": verdict(fitted, space)[1],
    }
