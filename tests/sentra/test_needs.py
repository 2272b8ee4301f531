"""The needs form: what is written comes back, nothing is guessed, and all that was treated is shown."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillover.bps.limits import number_text
from spillover.errors import DataError
from spillover.partnerships.columns import split_list
from spillover.sentra.needs import read_needs_form
from spillover.sentra.needs_answers import UNKNOWN, read_answer
from spillover.sentra.needs_blank import SHEET, blank_form, write_blank_form
from spillover.sentra.needs_questions import (
    HEADINGS,
    WHOLE_UNITS,
    check_needs_questions,
    read_needs_questions,
)

PROVINCE = "3400"  # five districts: a small form
QUESTIONS = read_needs_questions()
RECORDS = QUESTIONS.set_index("code", drop=False).to_dict("index")
LETTERS = st.characters(codec="utf-8", categories=("L", "N"), include_characters=" ,;|\t\n\"'.-–%()?")
ANSWER, REMARK = (list(HEADINGS).index(key) for key in ("answer", "remark"))
STRANGE_ONES = "\x01\x07\x1b\x7f\x9b\u202e\u2066\u2069\ufffe\uffff"
HARD = pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("needs")


@pytest.fixture(scope="module")
def blank_book(folder: Path) -> Path:
    write_blank_form(folder / "blank.xlsx", PROVINCE)
    return folder / "blank.xlsx"


def write_csv(
    path: Path, rows: list[list[object]], delimiter: str = ";", encoding: str = "utf-8-sig"
) -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def form_rows(filled: dict[tuple[str, str], object], province: str = PROVINCE) -> list[list[object]]:
    """Rows of the blank form with some answers."""
    rows: list[list[object]] = [[names[0] for names in HEADINGS.values()]]
    for record in blank_form(province).to_dict("records"):
        record["answer"] = filled.get((record["region_code"], record["code"]), "")
        rows.append([record[key] for key in HEADINGS])
    return rows


def sentences() -> st.SearchStrategy[str]:
    found = st.text(LETTERS, min_size=1, max_size=30).map(str.strip)
    return found.filter(lambda text: text != "" and text.casefold() not in UNKNOWN)


def written(question: dict[str, str]) -> st.SearchStrategy[tuple[object, float | None, str]]:
    """Something that may be written as an answer: the cell, the value and the text that must come back."""
    kind, unit = question["answer_type"], question["unit"]
    if kind == "scale_1_5":
        return st.integers(1, 5).map(lambda n: (n, float(n), ""))
    if kind == "yes_no":
        words = {"ya": 1.0, "Ya": 1.0, "YES": 1.0, "tidak": 0.0, "Tidak": 0.0, "no": 0.0}
        return st.sampled_from(sorted(words)).map(lambda word: (word, words[word], ""))
    if kind == "choice":
        names = [split_list(question[c]) for c in ("choices", "choices_id", "choices_en")]
        places = st.tuples(st.integers(0, 2), st.integers(0, len(names[0]) - 1))
        return places.map(lambda at: (names[at[0]][at[1]].upper(), None, names[0][at[1]]))
    if kind == "text":
        return sentences().map(lambda text: (text, None, text))
    top = 100 if unit == "percent" else 999_999_999
    whole = st.integers(0, top).map(lambda n: (n, float(n), ""))
    if unit in WHOLE_UNITS:
        return whole
    tenths = st.integers(0, 10 * min(top, 5000))
    comma = tenths.map(lambda n: (f"{n // 10},{n % 10}", n / 10, ""))
    point = tenths.map(lambda n: (n / 10, n / 10, ""))
    return st.one_of(whole, comma, point)


KEYS = [(region, code) for region, code in blank_form(PROVINCE)[["region_code", "code"]].to_numpy().tolist()]
FILLED = st.lists(st.sampled_from(KEYS), unique=True, max_size=15).flatmap(
    lambda keys: st.fixed_dictionaries({key: written(RECORDS[key[1]]) for key in keys})
)
Filled = dict[tuple[str, str], tuple[Any, float | None, str]]


def check_back(path: Path, filled: Filled) -> None:
    """Every answer comes back, every other row is a blank, and nothing had to be treated."""
    form = read_needs_form(path, province=PROVINCE)
    assert form.treatments.empty, form.treatments
    assert len(form.answers) == len(KEYS)
    for row in form.answers.to_dict("records"):
        _, value, text = filled.get((row["region_code"], row["code"]), ("", None, ""))
        assert row["answered"] == ((row["region_code"], row["code"]) in filled)
        assert row["text"] == text
        assert pd.isna(row["value"]) if value is None else row["value"] == value


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    filled=FILLED,
    delimiter=st.sampled_from([";", ",", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv_round_trip(folder: Path, filled: Filled, delimiter: str, encoding: str) -> None:
    """A form filled at random comes back from CSV under each delimiter and encoding."""
    rows = form_rows({key: cell for key, (cell, _, _) in filled.items()})
    check_back(write_csv(folder / "filled.csv", rows, delimiter, encoding), filled)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(filled=FILLED)
def test_workbook_round_trip(folder: Path, blank_book: Path, filled: Filled) -> None:
    """The blank workbook filled at random in its answer cells comes back."""
    book = openpyxl.load_workbook(blank_book)
    for sheet in book.worksheets[1:]:
        for row in sheet.iter_rows(min_row=2):
            key = (str(row[0].value), str(row[2].value))
            if key in filled:
                row[ANSWER].value = filled[key][0]
    book.save(folder / "filled.xlsx")
    check_back(folder / "filled.xlsx", filled)


def test_a_blank_form_holds_no_answer(folder: Path, blank_book: Path) -> None:
    """Neither the workbook nor the CSV as written has an answer, and none is zero or no."""
    write_blank_form(folder / "blank.csv", PROVINCE, "en")
    for path in (blank_book, folder / "blank.csv"):
        form = read_needs_form(path)
        assert form.treatments.empty
        assert not form.answers["answered"].any()
        assert form.answers[["value", "n_respondents"]].isna().all(axis=None)
        assert len(form.answers) == 5 * len(QUESTIONS)


def test_the_workbook_lets_an_office_write_answers_only(blank_book: Path) -> None:
    """Frozen headings, protected questions, open answers, lists to choose from, both languages."""
    book = openpyxl.load_workbook(blank_book)
    assert book.sheetnames[0] == SHEET
    told = [str(row[0].value) for row in book[SHEET].iter_rows()]
    assert "Petunjuk pengisian" in told
    assert "How to fill in this form" in told
    assert len(book.sheetnames) == 6
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "E2"
        assert sheet.protection.sheet
        open_cells = {
            cell.column - 1 for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        assert open_cells == {ANSWER, REMARK}
        rules = sheet.data_validations.dataValidation
        assert len(rules) == (QUESTIONS["answer_type"] != "text").sum()
        assert max(len(str(rule.formula1)) for rule in rules) <= 255
        assert any(rule.formula1 == '"ya,tidak"' for rule in rules)


def test_questions_are_complete_in_both_languages() -> None:
    """No choice holds a comma (a list in a workbook would split it), and both languages differ."""
    names = QUESTIONS["choices_id"] + QUESTIONS["choices_en"]
    assert not names.str.contains(",").any()
    assert (QUESTIONS["text_id"] != QUESTIONS["text_en"]).all()
    assert (QUESTIONS["group"] != "session").sum() in range(20, 31)
    key = {"logistics", "food_beverages", "spare_parts", "packaging", "housing_services"}
    assert key <= {s for text in QUESTIONS["sectors"] for s in split_list(text)}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"code": "twice"}, "duplicate key"),
        ({"answer_type": "date"}, "unknown answer_type"),
        ({"group": "other"}, "unknown group"),
        ({"unit": "sack"}, "units that do not fit"),
        ({"choices_en": "one"}, "choices that do not fit"),
        ({"sectors": "gold"}, "unknown sectors"),
    ],
)
def test_bad_questions_are_refused(change: dict[str, str], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        check_needs_questions(QUESTIONS.assign(**change))


def test_a_group_has_one_meaning_of_five() -> None:
    """A median over scales of which some are good and some bad at 5 would say nothing."""
    bad = QUESTIONS.assign(
        high_means=QUESTIONS["high_means"].mask(QUESTIONS["code"].eq("obstacle_quality"), "good")
    )
    with pytest.raises(DataError, match="scales without one meaning"):
        check_needs_questions(bad)


@pytest.mark.parametrize(
    ("text", "unit", "value", "what"),
    [
        ("12 orang", "person", None, "text_for_number"),
        ("sekitar 12", "person", None, "text_for_number"),
        ("Rp 5 juta", "IDR", None, "text_for_number"),
        ("10-15", "unit", None, "text_for_number"),
        ("1e3", "unit", None, "text_for_number"),
        ("5.000.000", "IDR", 5e6, "thousands_separator"),
        ("5,000,000", "IDR", 5e6, "thousands_separator"),
        ("1.250", "unit", 1250, "thousands_separator"),
        ("1.250", "hectare", None, "ambiguous_number"),
        ("1,250", "hectare", None, "ambiguous_number"),
        ("1.250,5", "hectare", 1250.5, "thousands_separator"),
        ("1,250.5", "hectare", 1250.5, "thousands_separator"),
        ("0,125", "hectare", 0.125, ""),
        ("2,5", "hour", 2.5, ""),
        ("15%", "percent", 15, "percent_sign"),
        ("15%", "hour", None, "text_for_number"),
        ("101", "percent", None, "impossible_number"),
        ("-3", "unit", None, "impossible_number"),
        ("2,5", "person", None, "impossible_number"),
        ("-", "unit", None, "mark_for_missing"),
        ("tidak tahu", "unit", None, "mark_for_missing"),
        ("0", "hectare", 0, ""),
        ("999.999.999.999.999", "IDR", 999_999_999_999_999, "thousands_separator"),
    ],
)  # fmt: skip
def test_numbers(text: str, unit: str, value: float | None, what: str) -> None:
    """Words, ranges and what two languages read differently never become a number."""
    found = read_answer(text, {"answer_type": "number", "unit": unit})
    assert (found.value, found.what) == (value, what)
    assert found.text == (text if found.how == "kept_as_text" else "")


@given(st.floats(1.001e15, 1.7e308))
def test_a_number_that_no_count_reaches_is_kept_as_words(number: float) -> None:
    """A stored 1e300 is a slip of the finger, and could not be shown."""
    for unit in ("unit", "IDR", "hectare", "percent"):
        found = read_answer(number_text(number), {"answer_type": "number", "unit": unit}, numeric=True)
        assert (found.value, found.what) == (None, "impossible_number")


@given(st.text(min_size=1, max_size=12).map(str.strip))
def test_no_words_become_numbers(text: str) -> None:
    """Whatever is written: with a letter in it, it is never a number; what is read says its own number."""
    for unit in ("person", "hectare", "percent", "IDR"):
        found = read_answer(text, {"answer_type": "number", "unit": unit})
        if any(c.isalpha() for c in text):
            assert found.value is None
        if found.value is not None:
            assert found.value >= 0


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_both_languages_write_the_same_number(whole: int, cents: int) -> None:
    """1.234.567,89 and 1,234,567.89 are one number; of rupiah also without decimals."""
    question = {"answer_type": "number", "unit": "IDR"}
    english = f"{whole:,}.{cents:02d}"
    indonesian = english.translate(str.maketrans(",.", ".,"))
    expected = whole + cents / 100
    for text in (english, indonesian):
        assert read_answer(text, question).value == pytest.approx(expected)
    assert read_answer(f"{whole:,}".replace(",", "."), question).value == whole


@pytest.mark.parametrize("text", ["0", "6", "3,5", "3.5", "-1", "3-4", "baik", "5 (kuat)"])
def test_what_is_off_the_scale_is_no_answer(folder: Path, text: str) -> None:
    """It is kept as written, shown with its place, counted apart from blanks, and has no value."""
    path = write_csv(folder / "scale.csv", form_rows({("3401", "potential_food"): text}))
    form = read_needs_form(path)
    row = form.answers.set_index(["region_code", "code"]).loc[("3401", "potential_food")]
    assert pd.isna(row["value"])
    assert not row["answered"]
    assert row["text"] == text
    treated = form.treatments.iloc[0]
    assert treated["what"] in ("outside_scale", "text_for_scale")
    assert [treated["how"], treated["given"]] == ["kept_as_text", text]
    assert treated["place"] == "scale.csv, row 5"


def test_merged_cells_hold_for_each_cell_and_are_shown(folder: Path, blank_book: Path) -> None:
    """A 4 merged over three scales answers all three; two of them say so; so does a merged remark."""
    book = openpyxl.load_workbook(blank_book)
    sheet = book.worksheets[1]
    rows = {str(sheet.cell(i, 3).value): i for i in range(2, sheet.max_row + 1)}
    first, last = rows["potential_food"], rows["potential_spare_parts"]
    sheet.cell(first, ANSWER + 1).value = 4
    sheet.merge_cells(start_row=first, end_row=last, start_column=ANSWER + 1, end_column=ANSWER + 1)
    sheet.cell(first, REMARK + 1).value = "tiga sekaligus"
    sheet.merge_cells(start_row=first, end_row=last, start_column=REMARK + 1, end_column=REMARK + 1)
    book.save(folder / "merged.xlsx")
    form = read_needs_form(folder / "merged.xlsx")
    answers = form.answers[form.answers["region_code"].eq("3401")].set_index("code")
    three = answers.loc[["potential_food", "potential_logistics", "potential_spare_parts"]]
    assert three["value"].tolist() == [4, 4, 4]
    assert three["remark"].tolist() == ["tiga sekaligus"] * 3
    assert three["treatment"].tolist() == ["", "merged_cell", "merged_cell"]
    assert form.treatments["what"].tolist() == ["merged_cell"] * 4
    assert form.treatments["given"].tolist() == ["4", "tiga sekaligus"] * 2
    assert answers["answered"].sum() == 3


def test_a_merged_cell_across_types_shows_both_treatments(folder: Path, blank_book: Path) -> None:
    """A "ya" merged over a yes/no and the text below it is a yes, and a sentence that is shown as merged."""
    book = openpyxl.load_workbook(blank_book)
    sheet = book.worksheets[1]
    rows = {str(sheet.cell(i, 3).value): i for i in range(2, sheet.max_row + 1)}
    sheet.cell(rows["market_sold"], ANSWER + 1).value = "ya"
    end = rows["market_firms"]
    sheet.merge_cells(
        start_row=rows["market_sold"], end_row=end, start_column=ANSWER + 1, end_column=ANSWER + 1
    )
    book.save(folder / "across.xlsx")
    form = read_needs_form(folder / "across.xlsx")
    answers = form.answers[form.answers["region_code"].eq("3401")].set_index("code")
    assert answers.loc["market_sold", "value"] == 1
    assert answers.loc["market_firms", ["answered", "text", "treatment"]].tolist() == [
        False, "ya", "merged_cell;text_for_number",
    ]  # fmt: skip


def test_formulas_are_refused(folder: Path, blank_book: Path) -> None:
    book = openpyxl.load_workbook(blank_book)
    book.worksheets[1].cell(5, ANSWER + 1).value = "=2+2"
    book.save(folder / "formula.xlsx")
    with pytest.raises(DataError, match="formula"):
        read_needs_form(folder / "formula.xlsx")


def test_the_discussion_stands_beside_each_answer(folder: Path) -> None:
    """Date, people and office of one district do not leak into another."""
    filled = {
        ("3401", "session_people"): 14, ("3401", "session_date"): "2026-11-30",
        ("3401", "session_office"): "Dinas Perindustrian", ("3402", "potential_food"): 2,
    }  # fmt: skip
    answers = read_needs_form(write_csv(folder / "session.csv", form_rows(filled))).answers
    own = answers[answers["region_code"].eq("3401")]
    assert own["n_respondents"].eq(14).all()
    assert own["date"].eq("2026-11-30").all()
    assert own["filled_by"].eq("Dinas Perindustrian").all()
    other = answers[answers["region_code"].eq("3402")]
    assert other["n_respondents"].isna().all()
    assert other["filled_by"].eq("").all()


@pytest.mark.parametrize(
    ("change", "lacking"),
    [
        ({"Jawaban": "Isian"}, r"\(1: Jawaban / Answer\)"),
        ({"Kode wilayah": "", "Kode": ""}, r"\(2: Kode wilayah / Region code, Kode / Code\)"),
        (dict.fromkeys((names[0] for names in HEADINGS.values()), ""), r"\(3: Kode wilayah"),
    ],
)
def test_a_sheet_that_lost_its_headings_is_not_dropped(
    folder: Path, blank_book: Path, change: dict[str, str], lacking: str
) -> None:
    """The answers of one district would be gone without a word; the sheet and the heading are named."""
    book = openpyxl.load_workbook(blank_book)
    for cell in book.worksheets[2][1]:
        cell.value = change.get(cell.value, cell.value)
    book.save(folder / "renamed.xlsx")
    with pytest.raises(DataError, match=rf"sheet {book.sheetnames[2]}: headings of the form .*{lacking}"):
        read_needs_form(folder / "renamed.xlsx", province=PROVINCE)


def test_a_sheet_of_notes_does_no_harm(folder: Path, blank_book: Path) -> None:
    book = openpyxl.load_workbook(blank_book)
    for row in [["Catatan rapat", "2026"], ["Kode pos", 3401], ["hadir", 14]]:
        book.create_sheet("Catatan").append(row)
    book.save(folder / "notes.xlsx")
    assert read_needs_form(folder / "notes.xlsx", province=PROVINCE).treatments.empty


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n"])
def test_any_end_of_line(folder: Path, end: str) -> None:
    rows: list[list[object]] = [["Formulir"]]
    rows += form_rows({("3401", "session_people"): 4, ("3401", "partner_wish"): "a\nb"})
    with (folder / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";", lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    answers = read_needs_form(folder / "lines.csv").answers.set_index(["region_code", "code"])
    assert answers.loc[("3401", "session_people"), "value"] == 4
    assert answers.loc[("3401", "partner_wish"), "text"] == "a\nb"


def test_what_cannot_be_split_is_one_error(folder: Path) -> None:
    """A cell longer than the reader takes, above the headings or below them."""
    long = "x" * 200_000
    (folder / "long.csv").write_text(f"{long}\na;b\n")
    with pytest.raises(DataError, match="no needs form"):
        read_needs_form(folder / "long.csv")
    path = write_csv(folder / "cell.csv", form_rows({("3401", "partner_wish"): long}))
    with pytest.raises(DataError, match="a row that cannot be read"):
        read_needs_form(path)


@settings(max_examples=12, deadline=None)
@given(
    words=st.text(st.characters(categories=["L"]), min_size=1, max_size=8),
    marks=st.lists(
        st.sampled_from("\x01\x07\x1b\x7f\x9b\u202e\u2066\u2069\ufffe\uffff"), min_size=1, max_size=4
    ),
)
def test_characters_that_show_nothing_are_taken_out_and_counted(
    folder: Path, words: str, marks: list[str]
) -> None:
    """A text reads as without them; what stood there is shown with a mark for each."""
    given_text = words + "".join(f"{mark}x" for mark in marks)
    path = write_csv(folder / "marks.csv", form_rows({("3401", "partner_wish"): given_text}))
    form = read_needs_form(path)
    row = form.answers.set_index(["region_code", "code"]).loc[("3401", "partner_wish")]
    assert (row["text"], row["treatment"]) == (words + "x" * len(marks), "control_characters")
    told = form.treatments[["what", "how", "given"]].to_numpy().tolist()
    assert told == [["control_characters", "characters_left_out", words + "\ufffdx" * len(marks)]]


def test_a_note_below_the_table_is_quoted(folder: Path) -> None:
    note: list[object] = ["Catatan: disepakati dalam rapat tanggal 3 Desember 2026", *[""] * 7]
    path = write_csv(folder / "note.csv", [*form_rows({}), note])
    with pytest.raises(DataError, match=r"row 162: Catatan: disepakati dalam rapa ….*column Catatan"):
        read_needs_form(path)


def test_the_remedy_names_what_the_command_has(folder: Path) -> None:
    path = write_csv(folder / "codes.csv", bad(form_rows({}), 2, "region_code", "3402"))
    with pytest.raises(DataError, match="spillover sentra-form") as caught:
        read_needs_form(path)
    assert "--codes" not in str(caught.value)


@HARD
def test_a_foreign_delimiter_and_rows_above_the_headings(folder: Path, delimiter: str) -> None:
    """The headings decide the delimiter: a title above them, sep= and texts full of others do no harm."""
    rows = form_rows({("3401", "partner_wish"): "a;b,c\td|e", ("3401", "logistics_hours"): "2,5"})
    path = write_csv(
        folder / "odd.csv", [[f"sep={delimiter}"], ["Formulir; kebutuhan, 2026"], *rows], delimiter
    )
    answers = read_needs_form(path).answers.set_index(["region_code", "code"])
    assert answers.loc[("3401", "partner_wish"), "text"] == "a;b,c\td|e"
    assert answers.loc[("3401", "logistics_hours"), "value"] == 2.5


def test_an_unquoted_decimal_comma_is_refused_not_cut(folder: Path) -> None:
    rows = form_rows({})
    lines = [",".join(f'"{cell}"' for cell in row) for row in rows]
    lines[5] = lines[5].replace('"",""', "2,5,")
    (folder / "cut.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match=r"more cells than the headings.*row 6"):
        read_needs_form(folder / "cut.csv")


def bad(rows: list[list[object]], line: int, column: str, text: str) -> list[list[object]]:
    changed = [list(row) for row in rows]
    changed[line][list(HEADINGS).index(column)] = text
    return changed


@pytest.mark.parametrize(
    ("column", "text", "problem"),
    [
        ("region_code", "9999", "9999"),
        ("region_code", "3402", "3402"),  # that of another district's name
        ("region_code", "", "without a region code"),
        ("region_code", "3400", "not of a district|do not fit"),
        ("code", "potential_gold", "unknown questions.*potential_gold"),
        ("code", "", r"rows without the code of a question \(1: bad.csv, row 3: 4\)"),
    ],
)
def test_unknown_districts_and_questions_are_refused(
    folder: Path, column: str, text: str, problem: str
) -> None:
    rows = form_rows({("3401", "session_people"): 4})
    path = write_csv(folder / "bad.csv", bad(rows, 2, column, text))
    with pytest.raises(DataError, match=problem):
        read_needs_form(path)


def test_another_province_is_refused(folder: Path) -> None:
    path = write_csv(folder / "province.csv", form_rows({}))
    with pytest.raises(DataError, match="not of this province"):
        read_needs_form(path, province="7200")


def test_answers_that_stand_twice(folder: Path) -> None:
    """The same twice is kept once and shown; two different ones are refused with both places."""
    rows = form_rows({("3401", "potential_food"): 3})
    again = [*rows, rows[4]]
    form = read_needs_form(write_csv(folder / "twice.csv", again))
    assert form.treatments["what"].tolist() == ["same_answer_twice"]
    assert form.answers["value"].count() == 1
    copied = [*rows, *form_rows({})[1:]]
    assert read_needs_form(write_csv(folder / "copied.csv", copied)).treatments.empty, "blanks say nothing"
    behind = [*form_rows({}), rows[4]]
    found = read_needs_form(write_csv(folder / "behind.csv", behind))
    assert found.treatments.empty
    assert found.answers.set_index("value").loc[3.0, "place"] == "behind.csv, row 162"
    other = [*rows, bad(rows, 4, "answer", "4")[4]]
    with pytest.raises(DataError, match=r"different answers.*row 5 and .*row 162.*make two forms"):
        read_needs_form(write_csv(folder / "contradiction.csv", other))


def test_rows_and_districts_that_are_gone_are_blank_and_shown(folder: Path) -> None:
    rows = [row for row in form_rows({}) if row[0] != "3404" and row[2] != "skills_lacking"]
    form = read_needs_form(write_csv(folder / "gone.csv", rows), province=PROVINCE)
    assert len(form.answers) == 5 * len(QUESTIONS)
    assert not form.answers["answered"].any()
    assert form.treatments["what"].value_counts().to_dict() == {"row_missing": 4, "district_missing": 1}


def test_files_that_are_no_form_are_refused(folder: Path) -> None:
    with pytest.raises(DataError, match="no needs form"):
        read_needs_form(write_csv(folder / "other.csv", [["a", "b"], ["1", "2"]]))
    with pytest.raises(DataError, match="has no rows"):
        read_needs_form(write_csv(folder / "empty.csv", form_rows({})[:1]))
    with pytest.raises(DataError, match="cannot be read"):
        read_needs_form(folder / "none.csv")
    heads = [*form_rows({})[0], "Jawaban"]
    with pytest.raises(DataError, match="stand twice"):
        read_needs_form(write_csv(folder / "heads.csv", [heads]))


@pytest.mark.parametrize(
    ("kwargs", "problem"),
    [
        ({"language": "fr"}, "unknown language"),
        ({"delimiter": "/"}, "unknown delimiter"),
        ({"province": "7203"}, "unknown province"),
    ],
)
def test_bad_arguments(folder: Path, kwargs: dict[str, Any], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        write_blank_form(folder / "x.csv", **{"province": PROVINCE, **kwargs})
    with pytest.raises(DataError, match="kind of file"):
        write_blank_form(folder / "x.ods", PROVINCE)
