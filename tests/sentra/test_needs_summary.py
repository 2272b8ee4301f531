"""Summaries of the needs form by hand, blanks that stay blanks, and answers beside data."""

from __future__ import annotations

import csv

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.sentra.needs import read_needs_form
from spillover.sentra.needs_blank import blank_form
from spillover.sentra.needs_questions import HEADINGS, SESSION, read_needs_questions
from spillover.sentra.needs_summary import needs_beside, needs_summary
from spillover.sentra.supply import district_supply

QUESTIONS = read_needs_questions()
FILLED = {
    "session_people": "14", "potential_food": "4", "potential_logistics": "2", "potential_packaging": "1",
    "potential_clothing": "kuat", "skills_lacking": "ya", "skills_which": "tukang las", "land_area": "2,5",
    "finance_need": "sekitar 50 juta", "obstacle_main": "Modal kerja",
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    path = tmp_path_factory.mktemp("needs") / "form.csv"
    form = blank_form("7200")
    own = form["region_code"].eq("7203")
    form["answer"] = form["code"].map(FILLED).where(own).fillna("")
    form.loc[own & form["code"].eq("land_area"), "remark"] = "dekat pelabuhan"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([names[1] for names in HEADINGS.values()])
        writer.writerows(form[list(HEADINGS)].to_numpy().tolist())
    return read_needs_form(path, province="7200").answers


def test_groups_by_hand(answers: pd.DataFrame) -> None:
    """4, 2 and 1 have the median 2; "kuat" is not read; two scales are blank; one yes of one."""
    groups = needs_summary(answers).groups.set_index(["region_code", "group"])
    row = groups.loc[("7203", "potential")]
    counts = ["n_questions", "n_answered", "n_blank", "n_not_read", "n_respondents", "n_scale"]
    assert row[counts].tolist() == [6, 3, 2, 1, 14, 3]
    assert row[["scale_median", "scale_low", "scale_high", "high_means"]].tolist() == [2, 1, 4, "good"]
    assert groups.loc[("7203", "skills"), ["n_yes_no", "yes_share"]].tolist() == [1, 1.0]
    assert groups.loc[("7203", "obstacles"), "high_means"] == "bad"


def test_districts_without_answers_have_counts_but_no_values(answers: pd.DataFrame) -> None:
    """Twelve districts did not fill in anything: all blank, no median, no share."""
    groups = needs_summary(answers).groups
    others = groups[groups["region_code"].ne("7203")]
    assert others["region_code"].nunique() == 12
    assert (others["n_blank"] == others["n_questions"]).all()
    assert others[["scale_median", "yes_share", "n_respondents"]].isna().all(axis=None)
    assert others["n_answered"].eq(0).all()


def test_numbers_keep_their_unit_and_words_are_listed(answers: pd.DataFrame) -> None:
    """2.5 hectares is the one number; "about 50 million" is among the words, never among the numbers."""
    found = needs_summary(answers)
    assert found.numbers[["code", "value", "unit"]].values.tolist() == [["land_area", 2.5, "hectare"]]
    texts = found.texts.set_index("code")[["kind", "text"]]
    assert texts.loc["finance_need"].tolist() == ["not_read", "sekitar 50 juta"]
    assert texts.loc["potential_clothing"].tolist() == ["not_read", "kuat"]
    assert texts.loc["skills_which"].tolist() == ["sentence", "tukang las"]
    assert texts.loc["obstacle_main"].tolist() == ["choice", "capital"]
    assert texts.loc["land_area"].tolist() == ["remark", "dekat pelabuhan"]
    assert set(found.texts["region_code"]) == {"7203"}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([None, "words", 1.0, 2.0, 5.0]), min_size=1, max_size=8))
def test_counts_add_up_and_blanks_do_not_move_the_median(given_scales: list[float | str | None]) -> None:
    """Answered, blank and not read are all of the questions; the median is that of the answers alone."""
    rows = [
        {
            "region_code": "7203", "code": f"q{i}", "group": "potential", "answer_type": "scale_1_5",
            "unit": "", "value": scale if isinstance(scale, float) else float("nan"),
            "text": scale if isinstance(scale, str) else "", "answered": isinstance(scale, float),
            "remark": "", "n_respondents": float("nan"), "treatment": "",
        }
        for i, scale in enumerate(given_scales)
    ]  # fmt: skip
    row = needs_summary(pd.DataFrame(rows)).groups.iloc[0]
    assert row["n_questions"] == row["n_answered"] + row["n_blank"] + row["n_not_read"] == len(rows)
    numbers = sorted(s for s in given_scales if isinstance(s, float))
    if numbers:
        middle = (numbers[(len(numbers) - 1) // 2] + numbers[len(numbers) // 2]) / 2
        assert row["scale_median"] == middle
    else:
        assert pd.isna(row["scale_median"])


def test_answers_lie_beside_data(answers: pd.DataFrame) -> None:
    """Skilled workers are lacking in Morowali: schooling and unemployment stand beside it, with medians."""
    supply = district_supply("7200")
    found = needs_beside(answers, supply)
    rows = found[found["region_code"].eq("7203") & found["code"].eq("skills_lacking")].set_index("measure")
    assert rows["value"].tolist() == [1, 1]
    data = supply[supply["measure"].eq("mean_years_schooling")].set_index("region_code")["value"]
    assert rows.loc["mean_years_schooling", "data_value"] == data["7203"]
    assert rows.loc["mean_years_schooling", "data_median"] == data.median()
    assert rows.loc["mean_years_schooling", "n_districts"] == 13
    assert rows["missing_reason"].eq("").all()


def test_missing_data_and_missing_answers_stay_missing(answers: pd.DataFrame) -> None:
    """A measure that no table has, and a question that nobody answered, are rows without a value."""
    found = needs_beside(answers, district_supply("7200"))
    road = found[found["code"].eq("logistics_road")]
    assert road["data_value"].isna().all()
    assert road["missing_reason"].eq("not_available").all()
    assert road["n_districts"].eq(0).all()
    assert not road["answered"].any()
    assert SESSION not in set(QUESTIONS.set_index("code").loc[found["code"], "group"])


def test_no_median_of_fewer_than_three_districts(answers: pd.DataFrame) -> None:
    """KUR of one office is of one district: that is no median of the province."""
    rows = [(code, "kur_debtors", "one", 5051.0) for code in ("7203",)]
    rows += [(code, "kur_disbursed", "two", n) for code, n in (("7203", 1.0), ("7206", 3.0))]
    rows += [(code, "kur_disbursed", "three", n) for code, n in (("7203", 1.0), ("7206", 3.0), ("7212", 8.0))]
    data = pd.DataFrame(rows, columns=["region_code", "measure", "source_system", "value"])
    found = needs_beside(answers, data).query("region_code == '7203' and code == 'finance_access'")
    by_system = found.set_index("source_system")
    assert by_system.loc["three", "data_median"] == 3.0
    assert by_system.loc[["one", "two"], "data_median"].isna().all()
    assert by_system["n_districts"].to_dict() == {"one": 1, "two": 2, "three": 3}


def test_bad_tables_are_refused(answers: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="duplicate key"):
        needs_summary(pd.concat([answers, answers.iloc[:1]]))
    with pytest.raises(DataError, match="missing columns"):
        needs_summary(answers.drop(columns="answered"))
    supply = district_supply("7200")
    with pytest.raises(DataError, match="duplicate key"):
        needs_beside(answers, pd.concat([supply, supply.iloc[:1]]))
