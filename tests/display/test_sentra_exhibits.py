"""The page of a sentra study: numbers shown are numbers computed, in both languages, and no rank is bare."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape, unescape

import openpyxl
import pandas as pd
import pytest

import spillover as sp
from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, label
from spillover.display.sentra_opening import telling
from spillover.display.sentra_sections import Section
from spillover.display.sentra_words import most_probable, names_of, probability, rank_span
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.coverage import place_distances, programme_coverage
from spillover.sentra.criteria import read_criteria
from spillover.sentra.headcount import park_headcount
from spillover.sentra.needs import NeedsForm, read_needs_form
from spillover.sentra.needs_blank import write_blank_form
from spillover.sentra.needs_questions import read_needs_questions
from spillover.sentra.study import Facts, SentraStudy
from spillover.workforce import read_park_workforce

DRAWS = 200
LANGUAGES = ("id", "en")


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
        f"({fmt(judged, 0, percent=True)} {'dari bobot yang' if lang == 'id' else 'of the weights that'}"
        in text
    )
    telling_apart = {"id": "dari bobot itu membedakan", "en": "of them tell districts apart"}[lang]
    assert f"{fmt(counting['weight'].sum(), 0, percent=True)} {telling_apart}" in text


def test_the_opening_names_what_is_left_out_and_missing(study: SentraStudy) -> None:
    sp.set_language("en")
    text = sp.sentra_opening(study)
    assert "Left out because no district has a figure: Training places and licences" in text
    gone = int(study.values.values["kur_per_1000"].isna().sum())
    assert f"KUR credit disbursed per 1,000 inhabitants ({gone})" in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_province_far_from_all_parks_hears_it_first(far: SentraStudy, lang: str) -> None:
    sp.set_language(lang)
    text = sp.sentra_opening(far)
    nearest = far.facts.access["distance_km"].min()
    assert nearest > 200
    begins = {"id": "**Maluku jauh dari semua kawasan", "en": "**Maluku lies far from all nickel parks"}
    assert text.startswith(begins[lang])
    assert f"{fmt(nearest, 0)} km" in text
    assert {"id": "tidak membedakan: Kebutuhan", "en": "telling nothing: Needs"}[lang] in text
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
    kur = "KUR credit disbursed per 1,000 inhabitants"
    assert f"{kur}: Banggai Laut and Morowali Utara (" in exhibit.html
    assert f"{kur}: Banggai Kepulauan and Morowali (former boundary" in exhibit.html
    shown = raw(exhibit).set_index("region_code")["kur_per_1000"]
    assert shown.to_dict() == pytest.approx(study.values.values["kur_per_1000"].to_dict(), nan_ok=True)


def test_the_market_has_the_year_of_its_people_not_of_the_parks(study: SentraStudy) -> None:
    rows = study.facts.measures.drop_duplicates("measure").set_index("measure")
    assert rows.loc["market_potential", "year"] == 2017
    assert rows.loc["park_distance_km", "year"] == study.year
    assert "(ribu orang per km, 2017)" in sp.sentra_values_table(study, 1).html


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
    assert "spillover sentra-form --province" in text
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


# --- what a district officer found wrong ------------------------------------------------------------------


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> NeedsForm:
    """A form of three districts; in one the number of people stands in words."""
    path = tmp_path_factory.mktemp("three") / "form.xlsx"
    write_blank_form(path, "7200")
    book = openpyxl.load_workbook(path)
    answers = {
        "7203": {"session_people": 24, "session_office": "Disperindag", "session_date": "2026-09-14",
                 "potential_food": 4, "market_firms": "sekitar 40", "market_payment_days": 90,
                 "finance_access": 2},
        "7212": {"session_people": "18 orang", "session_date": "3 September 2026", "market_firms": 1},
        "7271": {"session_people": 31, "logistics_hours": 14, "licence_share": 61.5,
                 "skills_lacking": "tidak"},
    }  # fmt: skip
    for code, given in answers.items():
        sheet = next(book[name] for name in book.sheetnames if name.startswith(code))
        rows = {sheet.cell(row, 3).value: row for row in range(2, sheet.max_row + 1)}
        for question, answer in given.items():
            sheet.cell(rows[question], 7).value = answer
    book.save(path)
    return read_needs_form(path, province="7200")


def needs_page(study: SentraStudy, form: NeedsForm) -> tuple[dict[str, Exhibit], str]:
    """Exhibits on a form by name, and all text without tags."""
    items = sp.sentra_needs_exhibits(study._replace(needs=form))
    exhibits = {item.name: item for item in items if isinstance(item, Exhibit)}
    return exhibits, text_of(*items)


def text_of(*items: object) -> str:
    whole = "\n".join(i.html if isinstance(i, Exhibit) else str(i) for i in items)
    return unescape(re.sub(r"<[^>]+>", " ", whole)).replace("\N{NO-BREAK SPACE}", " ")


def cells(exhibit: Exhibit) -> dict[str, list[str]]:
    """Texts of each row by the text of its first cell."""
    rows = re.findall(r'<tr><th scope="row"[^>]*>(.*?)</th>(.*?)</tr>', exhibit.html)
    return {
        unescape(name): [unescape(c) for c in re.findall(r"<td[^>]*>(.*?)</td>", rest)] for name, rest in rows
    }


def test_demand_is_zero_where_no_park_operates_and_a_dash_where_it_is_unknown(
    study: SentraStudy,
) -> None:
    """The table by distance says what the ranking was given, cell by cell."""
    measures = study.facts.measures
    rows = cells(sp.sentra_demand_table(study))
    assert len(rows) == 13
    for at, km in enumerate((50, 100, 200)):
        values = measures[measures["measure"].eq(f"demand_idr_{km}km")].set_index("region_code")["value"]
        for code, value in values.items():
            shown_as = rows[names_of([str(code)])[0]][at]
            assert (shown_as == "0") == (value == 0)
            assert (shown_as == "–") == pd.isna(value)
    assert "0" in {row[0] for row in rows.values()}


def test_unknown_demand_is_a_dash_and_a_lower_bound_is_said(study: SentraStudy) -> None:
    measures = study.facts.measures.copy()
    palu = measures["region_code"].eq("7271") & measures["measure"].eq("demand_idr_200km")
    measures.loc[palu, ["value", "low", "high"]] = float("nan")
    exhibit = sp.sentra_demand_table(study._replace(facts=study.facts._replace(measures=measures)))
    assert cells(exhibit)["Kota Palu"][2] == "–"
    flagged = measures[measures["measure"].eq("demand_idr_100km") & measures["flag"].eq("at_least")]
    assert len(flagged)
    assert all(cells(exhibit)[name][1].startswith("≥ ") for name in names_of(flagged["region_code"]))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_years_of_headcounts_and_prices_stand_below_the_demand(study: SentraStudy, lang: str) -> None:
    """Demand of 2025 rests on reports of 2021 and 2024: the notes say so, park by park."""
    sp.set_language(lang)
    heads = park_headcount([study.year]).set_index("park_id")
    demand, gap = (
        text_of(exhibit) for exhibit in (sp.sentra_demand_table(study), sp.sentra_gap_table(study))
    )
    for park in ("GNI_SEI", "VALE_SOROWAKO"):
        row, name = heads.loc[park], label(f"park.{park}")
        assert row["report_year"] < study.year
        said = rf"{name} (\w+ )?{re.escape(fmt(row['workers_central'], 0))} \({row['report_year']}\)"
        assert re.search(said, demand) and re.search(said, gap)
    assert "VDNI" in demand and "VDNI" not in gap  # farther than 100 km
    own = read_park_workforce().query("park_id == 'VALE_SOROWAKO' and kind == 'with_contractors'").iloc[0]
    assert f"{fmt(own['workers'])} ({own['year']})" in demand
    priced = study.facts.within.query("included_in == '' and idr_central.notna()")
    assert priced["price_year"].nunique() > 1
    assert all(str(year) in demand.split({"id": "Tahun harga", "en": "Year of the prices"}[lang])[1]
               for year in priced["price_year"])  # fmt: skip
    meals = {"id": "(hanya makanan siap saji), harga 2018", "en": "(meals served only), prices of 2018"}
    assert meals[lang] in gap


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sector_of_one_item_is_not_passed_off_as_the_sector(study: SentraStudy, lang: str) -> None:
    """Of processed food and drinks only gallons of water have a need and a price."""
    sp.set_language(lang)
    needs = read_demand_coefficients()
    one = needs[needs["sector"].eq("food_beverages") & needs["price_central"].notna()]
    item = one[f"name_{lang}"].iloc[0]
    item = item[:1].lower() + item[1:]
    only = {"id": f"(hanya {item})", "en": f"({item} only)"}[lang]
    assert len(one) == 1
    assert only in sp.sentra_gap_words(study)[0]
    assert only in text_of(sp.sentra_gap_table(study))


def test_where_no_programme_is_recorded_nobody_is_called_far(study: SentraStudy) -> None:
    exhibit = sp.sentra_coverage_table(study)
    assert {row[-1] for row in cells(exhibit).values()} == {"tidak diketahui"}
    assert "Pelatihan terdekat yang tercatat" in exhibit.html
    assert "tidak mencatat tempat pelatihan atau perizinan di Sulawesi Tengah" in exhibit.html
    # every place named as the nearest is in the table of places
    places = text_of(sp.sentra_places_table(study))
    assert all(place in places for place in study.facts.coverage["nearest_place"].unique())


def test_the_middle_of_a_district_is_no_place(study: SentraStudy) -> None:
    """Six places of licences lie in Tidore Kepulauan, one of them at its very middle only on paper."""
    facts = study.facts._replace(coverage=programme_coverage("8200"), places=place_distances("8200"))
    values = study.values._replace(values=pd.DataFrame(index=sorted(facts.coverage["region_code"].unique())))
    exhibit = sp.sentra_coverage_table(study._replace(province="8200", facts=facts, values=values))
    rows = cells(exhibit)
    assert "di kabupaten/kota ini (6 tempat)" in rows["Kota Tidore Kepulauan"]
    assert "(0 km)" not in text_of(exhibit)
    assert rows["Pulau Taliabu"][-1] == "ya" and rows["Kota Ternate"][-1] == "tidak"


def test_no_district_near_a_park_is_said_as_none(study: SentraStudy, far: SentraStudy) -> None:
    sp.set_language("en")
    by_edge = far.facts.access.groupby("region_code")["edge_km"].min().le(200).sum()
    said = str(sp.sentra_access_finding(far))
    assert said.startswith("None of the 11 districts lies within 200 km") and said.endswith(f", {by_edge}.")
    access = study.facts.access
    away = access.assign(distance_km=access["distance_km"] + 60)
    said = sp.sentra_access_finding(study._replace(facts=study.facts._replace(access=away)))
    assert "none within 50 km" in said and " 0 " not in said


def test_without_a_park_near_by_the_demand_is_zero_not_unknown(far: SentraStudy) -> None:
    sp.set_language("en")
    (said,) = sp.sentra_gap_words(far)
    assert "zero" in said and "not known" not in said


def test_market_potential_has_three_digits(study: SentraStudy) -> None:
    sp.set_language("en")
    rows = cells(sp.sentra_access_table(study))
    shown_as = [int(row[-1].replace(",", "")) for row in rows.values()]
    exact = study.facts.access.drop_duplicates("region_code").set_index("region_code")["market_population"]
    assert sorted(shown_as) == sorted(int(float(f"{value:.3g}")) for value in exact)
    assert all(number % 1000 == 0 for number in shown_as)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_reports_that_say_the_same_share_a_row_with_both_sources(lang: str) -> None:
    sp.set_language(lang)
    exhibit = sp.sentra_reported_table()
    rows = re.findall(r"<tr><th.*?</tr>", exhibit.html)[1:]
    assert len(rows) == len(set(rows)) == len(raw(exhibit)) - 1
    assert "kumparan.com; tbpnickel.com" in exhibit.html
    assert {"id": "Laporan independen", "en": "Independent report"}[lang] in exhibit.html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_number_of_people_is_not_passed_off_as_that_of_all_discussions(
    study: SentraStudy, three: NeedsForm, lang: str
) -> None:
    sp.set_language(lang)
    exhibits, text = needs_page(study, three)
    said = {
        "id": "55 orang di 2 dari 3 diskusi; jumlah di Morowali Utara tidak terbaca",
        "en": "55 people in 2 of 3 discussions; not readable for Morowali Utara",
    }
    assert said[lang] in text
    rows = cells(exhibits["sentra_needs_discussions"])
    assert rows["Morowali"] == ["2026-09-14", "Disperindag", "24"]
    assert rows["Morowali Utara"] == ["3 September 2026", "–", "“18 orang”"]
    assert rows["Kota Palu"] == ["–", "–", "31"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_district_has_its_own_answers_beside_the_data(
    study: SentraStudy, three: NeedsForm, lang: str
) -> None:
    """No row is cut off, systems are named, and one district makes no median."""
    sp.set_language(lang)
    exhibits, text = needs_page(study, three)
    beside = {name: item for name, item in exhibits.items() if name.startswith("sentra_needs_beside_")}
    assert list(beside) == [f"sentra_needs_beside_{code}" for code in ("7203", "7212", "7271")]
    debtors = {"id": "Debitur KUR, Dinas Koperasi UMKM Morowali 2020", "en": "2020: 5,051 debtors"}
    assert debtors[lang] in text and "median 5" not in text
    assert {"id": "KUR, BI Sulawesi Tengah 2016: Rp", "en": "BI Sulawesi Tengah 2016: Rp"}[lang] in text
    assert {"id": "17.021 usaha (median", "en": "17,021 businesses (median"}[lang] in text
    assert "CSV" not in text
    assert {"id": "perusahaan", "en": "establishments ("}[lang] not in text


def test_units_of_answers_follow_their_number(study: SentraStudy, three: NeedsForm) -> None:
    sp.set_language("en")
    _, text = needs_page(study, three)
    assert "90 days" in text and "1 business " in text and "14 hours" in text and "61.5%" in text
    assert "90 day " not in text and "61.5 %" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_treated_cells_are_named_in_the_language_of_the_page(
    study: SentraStudy, three: NeedsForm, lang: str
) -> None:
    sp.set_language(lang)
    exhibits, _ = needs_page(study, three)
    html = exhibits["sentra_treatments"].html
    where = {
        "id": "form.xlsx, lembar 7212 Morowali Utara, baris 3",
        "en": "form.xlsx, sheet 7212 Morowali Utara, row 3",
    }
    assert where[lang] in html
    question = read_needs_questions().set_index("code").loc["market_firms", f"text_{lang}"]
    assert escape(question) in html and "market_firms" not in html
