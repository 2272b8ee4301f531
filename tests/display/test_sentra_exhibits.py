"""The page of a sentra study: numbers shown are numbers computed, in both languages, and no rank is bare."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pandas as pd
import pytest

import spillover as sp
from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt
from spillover.display.sentra_opening import most_probable, telling
from spillover.display.sentra_sections import Section
from spillover.display.sentra_words import names_of, probability, rank_span
from spillover.sentra.criteria import read_criteria
from spillover.sentra.needs import NeedsForm, read_needs_form
from spillover.sentra.needs_blank import write_blank_form
from spillover.sentra.store import facts_of, store_key
from spillover.sentra.study import Facts, SentraStudy

DRAWS = 200
LANGUAGES = ("id", "en")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SentraStudy:
    """Of facts collected once, also for tests that run beside."""
    shared = tmp_path_factory.getbasetemp().parent / "sentra_facts"
    return sp.sentra_study("7200", facts=facts_of("7200", shared, store_key("7200")), draws=DRAWS)


@pytest.fixture(scope="module")
def far() -> SentraStudy:
    """Maluku: every operating park lies more than 200 km away."""
    return sp.sentra_study("8100", draws=DRAWS)


@pytest.fixture(scope="module")
def own(study: SentraStudy, tmp_path_factory: pytest.TempPathFactory) -> SentraStudy:
    """Weights of a meeting that puts everything on schooling."""
    path = tmp_path_factory.mktemp("sentra") / "weights.csv"
    weights = read_criteria()[["criterion_id"]].assign(weight=0.0)
    weights.loc[weights["criterion_id"].eq("schooling"), "weight"] = 1.0
    weights.to_csv(path, index=False)
    return sp.sentra_study("7200", weights=path, facts=study.facts, draws=DRAWS)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> NeedsForm:
    """A form of one district, filled in with a sentence, a word in place of a number, and a scale."""
    path = tmp_path_factory.mktemp("needs") / "form.csv"
    blank = write_blank_form(path, "7200")
    table = pd.read_csv(path, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    answer, code, region = table.columns[6], table.columns[2], table.columns[0]
    questions = blank.drop_duplicates("code").set_index("code")["how"]
    here = table[region].eq("7203")
    scale = questions.index[questions.str.contains("1 sampai 5")][0]
    yes = questions.index[questions.eq("ya / tidak")][0]
    number = questions.index[questions.str.contains("angka") & ~questions.str.contains("1 sampai 5")]
    number = next(c for c in number if c != "session_people")
    sentence = next(c for c in questions.index[questions.eq("kalimat")] if not c.startswith("session"))
    given = {
        "session_people": "12",
        scale: "4",
        yes: "ya",
        number: "banyak <sekali>",
        sentence: "Jalan rusak & sempit",
    }
    for name, text in given.items():
        table.loc[here & table[code].eq(name), answer] = text
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    return read_needs_form(path, province="7200")


def raw(exhibit: object) -> pd.DataFrame:
    assert isinstance(exhibit, Exhibit)
    return pd.read_csv(io.StringIO(exhibit.csv), dtype={"region_code": str})


# --- the first paragraph ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_opening_says_who_how_sure_and_what_is_judgement(study: SentraStudy, lang: str) -> None:
    sp.set_language(lang)
    text = sp.sentra_opening(study)
    first = most_probable(study).head(3)
    for row in first.itertuples():
        name = names_of([row.region_code])[0]
        both = f"{probability(row.p_top3)}/{probability(row.p_top3_topsis)}"
        words = {"id": ("peluang", "peringkat"), "en": ("probability", "rank")}[lang]
        assert f"{name} ({words[0]} {both}, {words[1]} {rank_span(row.rank_low, row.rank_high)})" in text
    low, high = (fmt(v, 0, percent=True) for v in (first["share_data"].min(), first["share_data"].max()))
    assert {"id": f"{low[:-1]}–{high} berasal dari data", "en": f"{low[:-1]}–{high} come from data"}[
        lang
    ] in text
    counting = study.criteria[study.criteria["criterion_id"].isin(telling(study))]
    judged = counting.loc[counting["kind"].eq("judgement"), "weight"].sum() / counting["weight"].sum()
    assert (
        f"{fmt(judged, 0, percent=True)} {'dari bobot itu' if lang == 'id' else 'of these weights'}" in text
    )


def test_the_opening_names_what_is_left_out_and_missing(study: SentraStudy) -> None:
    sp.set_language("en")
    text = sp.sentra_opening(study)
    assert "Left out because no district has a figure: Training places and licences" in text
    gone = int(study.values.values["kur_per_1000"].isna().sum())
    assert f"KUR credit disbursed per 1 000 inhabitants ({gone})" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_far_from_all_parks_hears_it_first(far: SentraStudy, lang: str) -> None:
    sp.set_language(lang)
    text = sp.sentra_opening(far)
    nearest = far.facts.access["distance_km"].min()
    assert nearest > 200
    begins = {"id": "**Maluku jauh dari semua kawasan", "en": "**Maluku lies far from all nickel parks"}
    assert text.startswith(begins[lang])
    assert f"{fmt(nearest, 0)} km" in text
    assert {"id": "tidak membedakan: Permintaan", "en": "telling nothing: Demand"}[lang] in text
    for shown in (sp.sentra_demand_figure(far), sp.sentra_demand_table(far), sp.sentra_gap_table(far)):
        assert not isinstance(shown, Exhibit)
        assert "200 km" in shown


# --- ranks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_ranks_stand_with_their_intervals(study: SentraStudy, lang: str) -> None:
    sp.set_language(lang)
    exhibit = sp.sentra_rank_table(study)
    table = raw(exhibit).set_index("region_code")
    ranks = study.ranks.set_index("region_code")
    for column in ("p_top3", "rank_low", "rank_high", "score_weighted", "score_topsis"):
        assert table[column].to_dict() == pytest.approx(ranks[column].to_dict(), rel=1e-7)
    rows = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', exhibit.html)
    assert len(rows) == 13
    for row, cells in zip(most_probable(study).itertuples(), (c for _, c in rows), strict=True):
        texts = re.findall(r"<td[^>]*>(.*?)</td>", cells)
        assert texts[2] == rank_span(row.rank_low, row.rank_high)
        assert texts[3] == rank_span(row.rank_low_topsis, row.rank_high_topsis)
    assert ">1<" not in exhibit.html or "90%" in exhibit.html


def test_the_figure_names_every_district_and_both_methods(study: SentraStudy) -> None:
    figure = sp.sentra_rank_figure(study)
    for name in names_of(study.ranks["region_code"]):
        assert f">{name}<" in figure.svg
    assert "TOPSIS" in figure.svg
    assert figure.svg.count("%") >= 2 * 13


def test_probabilities_out_of_draws_are_never_certain() -> None:
    assert [probability(p) for p in (1.0, 0.997, 0.5, 0.004, 0.0)] == [">99%", ">99%", "50%", "<1%", "<1%"]


# --- why --------------------------------------------------------------------------------------------------


def test_the_explanation_adds_up_to_the_score(study: SentraStudy) -> None:
    explained = sp.sentra_explained(study)
    for exhibit, row in zip(explained, most_probable(study).head(3).itertuples(), strict=True):
        table = raw(exhibit).set_index("criterion_id")
        assert table.drop("total")["contribution"].sum() == pytest.approx(row.score_weighted)
        assert fmt(row.score_weighted, 3) in exhibit.html
        assert f"peringkat {rank_span(row.rank_low, row.rank_high)}" in exhibit.title


def test_values_have_units_years_and_reasons_for_dashes(study: SentraStudy) -> None:
    sp.set_language("en")
    exhibit = sp.sentra_values_table(study, 2)
    assert "(million rupiah per 1,000 people, 2016)" in exhibit.html
    gone = names_of(study.values.values.index[study.values.values["kur_per_1000"].isna()])
    assert f"KUR credit disbursed per 1 000 inhabitants: {gone[0]} and {gone[1]}" in exhibit.html
    shown = raw(exhibit).set_index("region_code")["kur_per_1000"]
    assert shown.to_dict() == pytest.approx(study.values.values["kur_per_1000"].to_dict(), nan_ok=True)


def test_the_market_has_the_year_of_its_people_not_of_the_parks(study: SentraStudy) -> None:
    rows = study.facts.measures.drop_duplicates("measure").set_index("measure")
    assert rows.loc["market_potential", "year"] == 2017
    assert rows.loc["park_distance_km", "year"] == study.year
    assert "(orang per km, 2017)" in sp.sentra_values_table(study, 1).html


def test_changes_shown_are_those_found_and_stay_among_observed_values(study: SentraStudy) -> None:
    sp.set_language("en")
    exhibit = sp.sentra_change_table(study)
    assert len(raw(exhibit)) == len(study.changes)
    first = study.changes.query("place == 1 and method == 'weighted' and change == 'weight' and possible")
    least = first.loc[first["size"].idxmin()]
    assert f">{fmt(least['needed'], 3)}<" in exhibit.html
    assert f"{names_of([least['enters']])[0]} replaces {names_of([least['leaves']])[0]}" in exhibit.html


def test_weights_of_a_meeting_show_what_they_changed(own: SentraStudy, study: SentraStudy) -> None:
    sp.set_language("en")
    exhibit = sp.sentra_compare_table(own)
    table = raw(exhibit).set_index("region_code")
    before = study.ranks.set_index("region_code")["p_top3"]
    assert table["p_top3_before"].to_dict() == pytest.approx(before.to_dict())
    best = study.values.values["schooling"].idxmax()
    assert table.loc[best, "rank_weighted_after"] == 1
    assert "Mean years of schooling 0.080 → 1.000" in exhibit.html
    assert "bundled" in str(sp.sentra_compare_table(study))


# --- demand, supply, gap ----------------------------------------------------------------------------------


def test_demand_by_district_is_what_was_computed(study: SentraStudy) -> None:
    exhibit = sp.sentra_demand_table(study)
    own = study.facts.measures.set_index(["region_code", "measure"])
    for km in (50, 100, 200):
        row = own.loc[("7203", f"demand_idr_{km}km")]
        low, central, high = (fmt(row[c] / 1e9, 0) for c in ("low", "value", "high"))
        assert f"{central} ({low}–{high})" in exhibit.html
    assert "IHIP" in sp.sentra_unknown_table(study).html


def test_what_may_not_be_added_is_said(study: SentraStudy) -> None:
    sp.set_language("en")
    for exhibit in (sp.sentra_demand_table(study), sp.sentra_gap_table(study), sp.sentra_items_table(study)):
        assert "must not be added" in exhibit.html
    assert "The gap is known in no row" in sp.sentra_gap_table(study).html


def test_figures_of_supply_are_of_one_system_and_nothing_missing_is_zero(study: SentraStudy) -> None:
    sp.set_language("en")
    exhibit = sp.sentra_supply_table(study)
    assert "(businesses, 2016)" in exhibit.html
    assert ">17,021<" in exhibit.html  # Morowali, economic census of 2016
    assert "Without a figure in any district: Training participants; Licences facilitated" in exhibit.html


# --- the whole page ---------------------------------------------------------------------------------------


def shown(sections: list[Section]) -> str:
    return "\n".join(str(i.html if isinstance(i, Exhibit) else i) for s in sections for i in s.items)


@pytest.mark.parametrize(("which", "lang"), [("study", "id"), ("own", "en"), ("far", "id")])
def test_sections_hold_every_exhibit_once_in_one_language(
    which: str, lang: str, request: pytest.FixtureRequest
) -> None:
    case: SentraStudy = request.getfixturevalue(which)
    sp.set_language(lang)
    sections = sp.sentra_sections(case)
    assert sections[0].items[0] == sp.sentra_opening(case)
    names = [item.name for section in sections for item in section.items if isinstance(item, Exhibit)]
    assert len(names) == len(set(names))
    assert (names[0] == "sentra_compare") == (which == "own")  # what a meeting changed comes first
    text = shown(sections)
    assert "sentra form --province" in text
    other = {
        "id": [" the ", "Source:", "judgement", "not_available"],
        "en": [" dari ", "Sumber:", "pertimbangan"],
    }
    plain = re.sub(r"<[^>]+>", " ", text)
    assert not [word for word in other[lang] if word in plain]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_form_is_shown_word_for_word_with_its_treatments(
    study: SentraStudy, form: NeedsForm, lang: str
) -> None:
    sp.set_language(lang)
    items = sp.sentra_needs_exhibits(study._replace(needs=form))
    text = "\n".join(i.html if isinstance(i, Exhibit) else str(i) for i in items)
    assert "Jalan rusak &amp; sempit" in text
    assert "banyak &lt;sekali&gt;" in text
    assert {"id": "Kata pada tempat angka", "en": "Words in place of a number"}[lang] in text
    assert {"id": "1 dari 13 kabupaten/kota, 12 orang", "en": "1 of 13 districts, 12 people"}[lang] in text


def test_an_empty_form_gives_no_error(study: SentraStudy, tmp_path: object, form: NeedsForm) -> None:
    answers = form.answers.assign(
        answered=False, text="", remark="", value=float("nan"), n_respondents=float("nan")
    )
    items = sp.sentra_needs_exhibits(study._replace(needs=NeedsForm(answers, form.treatments.iloc[:0])))
    assert "0 dari 13" in str(items[0])
    assert not isinstance(items[-1], Exhibit)


@pytest.mark.parametrize("make", [sp.sentra_map, sp.sentra_rank_figure])
def test_figures_can_be_read_without_colour(
    study: SentraStudy, make: Callable[[SentraStudy], Exhibit]
) -> None:
    """What a figure says stands in words too: in its alternative text."""
    figure = make(study)
    assert names_of([str(most_probable(study)["region_code"].iloc[0])])[0] in figure.svg
    assert 'role="img"' in figure.svg


def test_facts_are_used_again(study: SentraStudy, own: SentraStudy) -> None:
    assert isinstance(own.facts, Facts)
    assert own.facts is study.facts
