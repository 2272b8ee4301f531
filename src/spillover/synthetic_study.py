"""Morowali and Halmahera Tengah against synthetic districts: the study on real data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from spillover.catalogue import read_breaks
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
from spillover.panel import make_panel
from spillover.parks import read_parks
from spillover.regions import read_regions
from spillover.specs import Spec, make_spec_id
from spillover.synthetic_donors import donor_pool, lasting_reasons

METHODS_SHOWN = ("synthetic_control", "synthetic_did")
GOOD_FIT = 0.9  # R² of the synthetic path before the opening
LEVEL = 0.05


class Question(NamedTuple):
    """One district, one outcome, one date that counts as the opening, and the years of the series."""

    treated: str
    park_id: str
    indicator: str
    logged: bool
    start: str  # "operation" or "construction"
    first_year: int
    last_year: int

    @property
    def outcome(self) -> str:
        return f"log_{self.indicator}" if self.logged else self.indicator

    @property
    def spec_id(self) -> str:
        return f"{self.treated}_{self.indicator}_{self.start}"


# The poverty line begins in 2011, four years before Morowali's park: too few to choose weights on.
QUESTIONS = (
    Question("7203", "IMIP", "grdp_per_capita_real", True, "operation", 2000, 2024),
    Question("7203", "IMIP", "grdp_per_capita_real", True, "construction", 2000, 2024),
    Question("7203", "IMIP", "tpt", False, "operation", 2008, 2020),
    Question("8202", "IWIP", "grdp_per_capita_real", True, "operation", 2000, 2024),
    Question("8202", "IWIP", "grdp_per_capita_real", True, "construction", 2000, 2024),
    Question("8202", "IWIP", "tpt", False, "operation", 2008, 2020),
    Question("8202", "IWIP", "poverty_line", True, "operation", 2011, 2025),
)


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


def study_panel(
    question: Question, table: pd.DataFrame | None = None, ground: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel of the treated district and its donors, and the pool: region_code, reason ("" for a donor).

    ``table`` (as from `read_indicator`) and ``ground`` (as from `lasting_reasons`) are read if not given.
    """
    years = usable_years(question)
    pool = donor_pool(question.indicator, years, ground)
    chosen = [question.treated, *pool.loc[pool["reason"].eq(""), "region_code"]]
    regions = read_regions()
    regions = regions[regions["region_code"].isin(chosen)].reset_index(drop=True)
    table = read_indicator(question.indicator) if table is None else table
    return make_panel([table], regions, years), pool


def usable_years(question: Question) -> range:
    """Years of the question up to the first revision of the treated district's own series."""
    breaks = read_breaks(question.indicator)
    own = breaks[breaks["region_code"].eq(question.treated) & breaks["kind"].eq("revision")]
    later = own.loc[own["year"] > question.first_year, "year"]
    return range(question.first_year, min([question.last_year + 1, *later]))


def breaks_inside(question: Question) -> pd.DataFrame:
    """Known breaks of the treated district, its province or the whole country inside the years used."""
    breaks, years = read_breaks(question.indicator), usable_years(question)
    places = ["", question.treated, question.treated[:2] + "00"]
    inside = breaks["year"].between(years[1], years[-1])
    return breaks[breaks["region_code"].isin(places) & inside].reset_index(drop=True)


def opening_year(park_id: str, start: str) -> int:
    """First year of operation, or of construction, of a park of the registry."""
    park = read_parks().set_index("park_id").loc[park_id]
    year = str(park["first_operation" if start == "operation" else "construction_start"])[:4]
    if not year.isdigit():
        raise DataError("parks.csv", f"no year of {start}", [park_id], "add it, or use the other start")
    return int(year)


def name_of(question: Question, method: str) -> str:
    """Name of a specification, for `spillover.run_spec`."""
    options = {"treated": question.treated, "start": question.start, "method": method}
    return make_spec_id("synthetic", question.indicator, options, {"start": "operation"})


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
