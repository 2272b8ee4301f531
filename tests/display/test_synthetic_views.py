"""Synthetic districts on the page: what is drawn, what is counted, and sentences that follow the numbers."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from lxml import etree

from spillover.display import set_language, style
from spillover.display.exhibits import Exhibit
from spillover.display.synthetic_tables import donor_table, synthetic_table
from spillover.display.synthetic_views import synthetic_alt, synthetic_chart, synthetic_note
from spillover.display.synthetic_words import synthetic_finding
from spillover.errors import DataError
from spillover.synthetic_answers import Answer, SyntheticStudy, synthetic_study
from spillover.synthetic_questions import QUESTIONS, name_of

GRDP = next(q for q in QUESTIONS if q.treated == "8202" and q.indicator.startswith("grdp"))
SPEC = name_of(GRDP, "synthetic_control")


@pytest.fixture(scope="module")
def study() -> SyntheticStudy:
    return synthetic_study([GRDP])


@pytest.fixture(scope="module")
def answer(study: SyntheticStudy) -> Answer:
    return study.answers[SPEC]


@pytest.fixture(scope="module")
def exhibit(answer: Answer) -> Exhibit:
    """The chart in Indonesian; more than a hundred lines take their time."""
    set_language("id")
    return draw(answer)


def draw(answer: Answer) -> Exhibit:
    return synthetic_chart(answer, name="c", title="Judul", source="BPS", alt=synthetic_alt(answer))


def texts(exhibit: Exhibit) -> str:
    return " | ".join(e.text or "" for e in etree.fromstring(exhibit.svg).iter("{*}text"))


def n_lines(exhibit: Exhibit, colour: str) -> int:
    found = etree.fromstring(exhibit.svg).iter("{*}path")
    return sum(f"stroke:{colour}" in e.get("style", "") and "fill:none" in e.get("style", "") for e in found)


def test_only_well_fitted_placebos_are_drawn(answer: Answer, exhibit: Exhibit) -> None:
    shown = int((~answer.space.runs["poor_fit"]).sum()) - 1
    assert n_lines(exhibit, style.PALE) == shown
    assert shown + answer.space.n_poor == answer.space.n_placebos
    assert f"plasebo di {shown} wilayah lain" in texts(exhibit)
    assert f"{answer.space.n_poor} plasebo" in synthetic_note(answer)


def test_the_chart_speaks_both_languages(answer: Answer, exhibit: Exhibit) -> None:
    assert "beroperasi 2020" in texts(exhibit)
    assert "sintetis" in texts(exhibit)
    set_language("en")
    english = texts(draw(answer))
    assert "operates from 2020" in english
    assert "gap to the synthetic one" in english
    assert "sintetis" not in english + synthetic_alt(answer) + synthetic_note(answer)


def test_no_line_runs_through_a_year_left_out(answer: Answer, exhibit: Exhibit) -> None:
    """Simulated: without 2010 every line of the district comes in two pieces."""
    fitted = answer.fitted
    gaps = answer.space.gaps[answer.space.gaps["year"] != 2010]
    cut = answer._replace(
        fitted=fitted._replace(paths=fitted.paths[fitted.paths["year"] != 2010]),
        space=answer.space._replace(gaps=gaps),
    )
    assert n_lines(draw(cut), style.SERIES[0]) == 2 * n_lines(exhibit, style.SERIES[0])


def test_breaks_inside_the_series_are_said(answer: Answer) -> None:
    note = synthetic_note(answer)
    assert "2014" in note
    assert "2020" in note


def test_donor_table_shows_the_largest_and_counts_the_rest(answer: Answer) -> None:
    exhibit = donor_table(answer, most=3, name="d", title="Judul", source="BPS")
    used = answer.fitted.weights.query("weight > 0.001")
    assert f"{len(used) - 3} wilayah lain" in exhibit.html
    assert len(exhibit.csv.strip().splitlines()) == 1 + answer.space.n_placebos, "the CSV holds all donors"
    assert len(re.findall("<tr>", exhibit.html)) == 1 + 3
    with pytest.raises(DataError, match="no row to show"):
        donor_table(answer, most=0, name="d", title="Judul", source="BPS")


def test_summary_table_holds_every_spec(study: SyntheticStudy) -> None:
    exhibit = synthetic_table(study, name="s", title="Judul", source="BPS")
    assert exhibit.html.count("Halmahera Tengah") == 2
    assert "kontrol sintetis" in exhibit.html
    assert "DiD sintetis" in exhibit.html
    assert "n_donors" in exhibit.csv
    set_language("en")
    assert "detected" in synthetic_table(study, name="s", title="Title", source="BPS").html


def changed(study: SyntheticStudy, **values: object) -> SyntheticStudy:
    return study._replace(summary=study.summary.assign(**values))


def test_the_finding_follows_the_verdicts(study: SyntheticStudy) -> None:
    def words(**values: object) -> str:
        return str(synthetic_finding(changed(study, **values), "8202", "grdp_per_capita_real"))

    set_language("en")
    assert "departs clearly" in words(verdict="detected")
    assert "is not shown" in words(verdict="not_detected")
    assert "depends on the method" in words(verdict=["detected", "not_detected"])
    silent = words(verdict="no_conclusion", reason="poor_fit")
    assert "no conclusion can be drawn" in silent
    assert silent.count("cannot be used") == 2
    off = words(verdict="not_detected", p_value=0.4, p_estimate=0.01)
    assert "off already before the opening" in off
    assert "off already" not in words(verdict="not_detected", p_value=0.4, p_estimate=0.5)


def test_the_finding_carries_the_numbers_and_what_grdp_is(study: SyntheticStudy) -> None:
    made = changed(
        study, estimate=[0.5, 0.1], p_value=[0.2, 0.03], p_estimate=[0.1, 0.04], time_largest=0.0953
    )
    said = str(synthetic_finding(made, "8202", "grdp_per_capita_real"))
    for part in (
        "+65%",
        "+11%",
        "p plasebo 0,200",
        "p plasebo 0,040",
        "+10%",
        "bukan kesejahteraan",
        "2020–2024",
    ):
        assert part in said, part
    assert "124 wilayah" in said
    no_time = changed(study, time_largest=float("nan"), time_year=pd.NA)
    assert "digeser" not in str(synthetic_finding(no_time, "8202", "grdp_per_capita_real"))
    with pytest.raises(DataError, match="no such spec"):
        synthetic_finding(study, "8202", "tpt")


def test_other_outcomes_are_not_called_a_boom(study: SyntheticStudy, answer: Answer) -> None:
    """The caveat on GRDP belongs to GRDP; points are points and not percent."""
    question = GRDP._replace(indicator="tpt", logged=False)
    renamed = {s: a._replace(question=question) for s, a in study.answers.items()}
    said = str(synthetic_finding(study._replace(answers=renamed), "8202", "tpt"))
    assert "kesejahteraan" not in said
    assert "poin persen" in said


def test_exhibits_are_reproducible(answer: Answer, exhibit: Exhibit) -> None:
    assert draw(answer) == exhibit
