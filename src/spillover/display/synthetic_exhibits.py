"""Exhibits of synthetic twins: what they say of themselves is the same wherever they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.language import say
from spillover.display.synthetic_tables import donor_table, synthetic_table
from spillover.display.synthetic_views import synthetic_alt, synthetic_chart, synthetic_note
from spillover.display.synthetic_words import method_words, outcome_words
from spillover.display.tables import with_raw
from spillover.display.views import region_name
from spillover.specs import make_spec_id

if TYPE_CHECKING:
    from spillover.synthetic_answers import SyntheticStudy

MAIN_METHOD = "synthetic_control"


def synthetic_figure(
    study: SyntheticStudy, treated: str, indicator: str, *, method: str = MAIN_METHOD
) -> Exhibit:
    """A district beside its synthetic twin, from the first operation on.

    Parameters
    ----------
    study : SyntheticStudy
        As from `spillover.synthetic_study`.
    treated, indicator, method : str
        One of its answers.
    """
    answer = study.answers[_answer_id(treated, indicator, method)]
    years = answer.fitted.paths["year"]
    what, how = outcome_words(answer.question), method_words(method)
    return synthetic_chart(
        answer,
        name=f"{method}_{treated}_{indicator}",
        title=say(
            id=f"{what} {region_name(treated)} dan kembaran sintetisnya, {years.min()}–{years.max()} ({how})",
            en=f"{what} of {region_name(treated)} and its synthetic twin, {years.min()}–{years.max()} ({how})",
        ),
        alt=synthetic_alt(answer),
        source=cite(indicator, "parks"),
        note=synthetic_note(answer),
    )


def _answer_id(treated: str, indicator: str, method: str) -> str:
    return make_spec_id("synthetic", indicator, {"method": method, "treated": treated}, {})


def twin_weights_table(study: SyntheticStudy, treated: str, indicator: str) -> Exhibit:
    """The districts that a synthetic twin is made of."""
    spec_id = _answer_id(treated, indicator, MAIN_METHOD)
    answer = study.answers[spec_id]
    exhibit = donor_table(
        answer,
        name=f"donors_{treated}_{indicator}",
        title=say(
            id=f"Bobot wilayah dalam kembaran sintetis {region_name(treated)}, {outcome_words(answer.question)}",
            en=f"Weights of districts in the synthetic twin of {region_name(treated)}, {outcome_words(answer.question)}",
        ),
        source=cite(indicator, "parks"),
    )
    return with_raw(exhibit, answer.fitted.weights.assign(spec_id=spec_id))


def synthetic_overview(study: SyntheticStudy) -> Exhibit:
    """All questions and both methods side by side."""
    return synthetic_table(
        study,
        name="synthetic_all",
        title=say(
            id="Halmahera Tengah dan Morowali terhadap kembaran sintetis: semua pertanyaan, dua metode",
            en="Halmahera Tengah and Morowali against synthetic twins: all questions, two methods",
        ),
        source=cite("grdp_per_capita_real", "tpt", "poverty_line", "parks"),
    )
