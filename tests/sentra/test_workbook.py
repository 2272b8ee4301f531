"""The workbook: what is in it can be redone by hand, edited and read back, and no cell runs anything."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.workbook import Workbook as Book

from spillover.errors import DataError
from spillover.partnerships.places import read_places
from spillover.sentra.criteria import read_criteria
from spillover.sentra.needs import read_needs_form
from spillover.sentra.needs_blank import write_blank_form
from spillover.sentra.study import Facts, SentraStudy, sentra_study
from spillover.sentra.workbook import write_workbook
from spillover.sentra.workbook_cells import HEAD, heading, is_missing, number_format, put, sheet_name
from spillover.sentra.workbook_trim import trimmed
from spillover.sentra.workbook_words import both, read_names, with_words

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def file(study: SentraStudy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of the bundled weights."""
    path = tmp_path_factory.mktemp("book") / "sentra_7200.xlsx"
    write_workbook(study, path, made=DAY)
    return path


@pytest.fixture(scope="module")
def book(file: Path) -> Book:
    return openpyxl.load_workbook(file)


def rows(book: Book, key: str) -> pd.DataFrame:
    """A sheet as a table under its headings."""
    table = list(book[sheet_name(key)].values)
    return pd.DataFrame(table[HEAD:], columns=list(table[HEAD - 1]))


def test_the_workbook_is_its_own_table_of_weights(file: Path, study: SentraStudy) -> None:
    """Nothing is lost on the way to a spreadsheet and back."""
    pd.testing.assert_frame_equal(read_criteria(file), study.criteria, check_exact=True)


def test_only_one_sheet_is_a_table_of_criteria(book: Book) -> None:
    heads = [s.title for s in book for row in s.iter_rows(values_only=True) if "criterion_id" in row]
    assert heads == [sheet_name("criteria")]


def test_the_score_can_be_redone_by_hand(book: Book, study: SentraStudy) -> None:
    """From raw values, limits and weights on the sheet alone, as its notes say."""
    table = rows(book, "explanation")
    value, worst, best, kind, weight = (
        table[heading(name)] for name in ("value_used", "worst", "best", "transform", "weight")
    )
    log = kind.fillna("").str.contains("logarit")
    counted = value.notna()
    x, low, high = (np.log(s[counted].astype(float).where(log[counted], 1.0)) for s in (value, worst, best))
    plain = ~log[counted]
    x[plain], low[plain], high[plain] = (s[counted].astype(float)[plain] for s in (value, worst, best))
    terms = (x - low) / (high - low) * weight[counted].astype(float)
    sums = terms.groupby(table.loc[counted, heading("region_code")]).sum()
    scores = study.ranks.set_index("region_code")["score_weighted"]
    assert np.allclose(sums, scores.reindex(sums.index), atol=1e-12)
    assert len(sums) == 13


def test_every_value_has_unit_year_and_source_or_a_reason(book: Book) -> None:
    table = rows(book, "explanation")
    terms = table[~table[heading("criterion")].str.startswith("jumlah")]
    there = terms[heading("value")].notna()
    for name in ("unit", "year", "source_system", "source_id"):
        assert terms.loc[there, heading(name)].notna().all(), name
    assert terms.loc[~there, heading("missing_reason")].notna().all()
    assert terms.loc[~there, heading("missing_reason")].str.contains(" / ").all(), "in both languages"
    values = rows(book, "values")
    assert values.notna().all().all(), "where a value is missing its reason stands"


def test_ranks_never_stand_alone(book: Book, study: SentraStudy) -> None:
    table = rows(book, "ranks")
    for name in ("rank_low", "rank_high", "p_top3", "rank_topsis", "p_top3_topsis", "n_missing"):
        assert table[heading(name)].notna().all(), name
    assert table[heading("rank_weighted")].tolist() == study.ranks["rank_weighted"].tolist()


def test_no_cell_is_a_formula_and_numbers_are_numbers(book: Book) -> None:
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row), sheet.title
    demand = book[sheet_name("demand")]
    heads = {cell.value: cell.column for cell in demand[HEAD]}
    cell = demand.cell(HEAD + 1, heads[heading("idr_central")])
    assert isinstance(cell.value, int | float)
    assert cell.number_format == '"Rp"#,##0'
    assert demand.cell(HEAD + 1, heads[heading("year")]).number_format == "0"


def test_sheets_print_and_scroll_well(book: Book) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes, sheet.title
        assert sheet.freeze_panes.endswith(str(HEAD + 1))
        assert sheet.auto_filter.ref.startswith(f"A{HEAD}:")
        assert sheet.print_title_rows == f"${HEAD}:${HEAD}"
        assert sheet.page_setup.orientation == "landscape"
        wide = sheet.max_column
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.page_setup.fitToWidth == (2 if wide > 18 else 1), sheet.title
        paper = sheet.PAPERSIZE_A3 if wide > 12 else sheet.PAPERSIZE_A4
        assert str(sheet.page_setup.paperSize) == paper, sheet.title
        assert (sheet.print_title_cols is not None) == (wide > 18), "who a row is about, on both pages"
        assert all(5 < sheet.column_dimensions[c].width <= 80 for c in sheet.column_dimensions)
        assert not sheet.merged_cells.ranges


def test_headings_are_in_both_languages_and_explained(book: Book) -> None:
    others = [sheet_name(key) for key in ("readme", "criteria", "values")]
    for sheet in (sheet for sheet in book if sheet.title not in others):
        heads = [cell.value for cell in sheet[HEAD] if cell.value]
        lone = [head for head in heads if "\n" not in head]
        assert len(lone) <= 4, (sheet.title, lone)  # TOPSIS, sha256: the same word in both
        assert not [head for head in heads if "_" in head], sheet.title
    noted = [cell for cell in book[sheet_name("ranks")][HEAD] if cell.comment]
    assert len(noted) >= 8
    assert all("\n\n" in cell.comment.text for cell in noted)


def test_the_first_sheet_says_what_is_judgement(book: Book) -> None:
    text = "\n".join(str(cell) for row in book.worksheets[0].values for cell in row if cell)
    for words in ("pertimbangan", "judgement", "2026-11-22", "fingerprint", "--weights sentra_7200.xlsx"):
        assert words in text, words
    for sheet in book.sheetnames[1:]:
        assert sheet.split(" - ")[0] in text, sheet


def test_sources_are_named_with_address_and_licence(book: Book, study: SentraStudy) -> None:
    table = rows(book, "sources").set_index(heading("source_id"))
    used = {part for cell in study.facts.measures["source_id"].unique() for part in cell.split(";")} - {""}
    assert used <= set(table.index)
    for name in ("title", "citation", "licence", "accessed"):
        assert table[heading(name)].notna().all(), name
    there = table[heading("url")].notna() | table[heading("citation")].str.contains("of each row|\\.csv")
    assert there.mean() > 0.5, "tables with many pages name them in their rows"


def test_same_study_same_cells(book: Book, study: SentraStudy, tmp_path: Path) -> None:
    write_workbook(study, tmp_path / "again.xlsx", made=DAY)
    again = openpyxl.load_workbook(tmp_path / "again.xlsx")
    assert again.sheetnames == book.sheetnames
    for sheet in book:
        assert list(sheet.values) == list(again[sheet.title].values)
    assert again.properties.created == book.properties.created


def test_own_weights_are_compared_with_the_bundled(facts: Facts, tmp_path: Path) -> None:
    own = read_criteria()[["criterion_id", "weight"]].round(12)
    own.loc[own["criterion_id"].isin(["demand_100km", "population"]), "weight"] = [0.05, 0.23]
    own.to_csv(tmp_path / "w.csv", index=False)
    study = sentra_study("7200", weights=tmp_path / "w.csv", facts=facts, draws=100)
    write_workbook(study, tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    changed = rows(book, "reweighted").set_index(heading("criterion"))[heading("difference")]
    assert changed[changed.abs() > 1e-9].round(9).tolist() == [-0.15, 0.15]
    ranks = rows(book, "changes")
    before = sentra_study("7200", facts=facts, draws=100).ranks.set_index("region_code")["rank_weighted"]
    codes = ranks[heading("region_code")]
    assert ranks[heading("rank_weighted_before")].tolist() == before.reindex(codes).tolist()
    assert ranks[heading("rank_weighted_after")].tolist() == study.ranks["rank_weighted"].tolist()
    assert sheet_name("changes") in book.sheetnames


def test_what_an_office_wrote_stays_text(study: SentraStudy, tmp_path: Path) -> None:
    write_blank_form(tmp_path / "form.csv", "7200", delimiter=",")
    lines = pd.read_csv(tmp_path / "form.csv", dtype=str, keep_default_na=False)
    lines.iloc[:, -1] = [
        '=HYPERLINK("http://example.org")',
        "+62",
        "@x",
        "-\x07bell",
        *[""] * (len(lines) - 4),
    ]
    lines.to_csv(tmp_path / "form.csv", index=False)
    form = read_needs_form(tmp_path / "form.csv", province="7200")
    write_workbook(study._replace(needs=form), tmp_path / "needs.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "needs.xlsx")[sheet_name("needs")]
    found = {c.value: c for row in sheet.iter_rows(min_row=HEAD + 1) for c in row if isinstance(c.value, str)}
    for text in ('=HYPERLINK("http://example.org")', "+62", "@x"):
        assert found[text].data_type == "s"
        assert found[text].quotePrefix
    assert "-bell" in found, "without the character that shows nothing"
    treated = openpyxl.load_workbook(tmp_path / "needs.xlsx")[sheet_name("treatments")]
    assert "-\ufffdbell" in [cell for row in treated.values for cell in row]


def test_a_workbook_needs_its_ending(study: SentraStudy, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"end the name in \.xlsx"):
        write_workbook(study, tmp_path / "sentra.xls")


HOSTILE = [
    '=HYPERLINK("http://evil","x")',
    "=1+1",
    "+1",
    "-1",
    "@x",
    "#N/A",
    "a\ufffeb",
    "a\uffffb",
    "a\x0bb",
]


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=20)))
@settings(max_examples=60, deadline=None)
def test_any_text_is_a_text(text: str) -> None:
    """No text is run as a formula or read as an error, and each can be written (XML 1.0, production 2)."""
    cell = Workbook().active["A1"]
    put(cell, text)
    assert cell.data_type == "s"
    assert re.fullmatch("[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*", cell.value)
    assert len(cell.value) == len(text)


def test_a_meeting_may_check_its_sum(file: Path, study: SentraStudy, tmp_path: Path) -> None:
    """By formulas beside and below the table of weights, and on any other sheet of the workbook."""
    book = openpyxl.load_workbook(file)
    book.worksheets[1]["Q4"], book.worksheets[1]["E17"] = "=SUM(E4:E15)", "=SUM(E4:E15)"
    book.worksheets[2]["Z9"] = "=1+1"
    book.save(tmp_path / "checked.xlsx")
    pd.testing.assert_frame_equal(read_criteria(tmp_path / "checked.xlsx"), study.criteria)


def test_what_a_meeting_calls_a_criterion_is_no_formula(facts: Facts, tmp_path: Path) -> None:
    """It stands in cells, in headings and in the lines under titles."""
    own = read_criteria().drop(columns="weight_given")
    own.loc[own["criterion_id"].eq("training_licences"), "name_id"] = HOSTILE[0]
    own.loc[0, ["name_id", "name_en"]] = HOSTILE[0]
    own.to_csv(tmp_path / "w.csv", index=False)
    study = sentra_study("7200", weights=tmp_path / "w.csv", facts=facts, draws=100)
    write_workbook(study, tmp_path / "own.xlsx")
    book = openpyxl.load_workbook(tmp_path / "own.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert str(book[sheet_name("values")]["C3"].value).startswith("=HYPERLINK")


CELLS = st.one_of(st.none(), st.just(""), st.integers(0, 2), st.sampled_from(["a", "b"]), st.just(np.nan))


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6))
def test_what_is_trimmed_is_said_and_nothing_else_is(rows: list[list[object]]) -> None:
    """A column goes if and only if it is empty or the same in all rows, and the line has what it held."""
    table = pd.DataFrame(rows, columns=["year", "flag", "value"], dtype=object)
    left, note = trimmed(table)
    assert "value" in left.columns
    assert left.equals(table[left.columns])
    for name in ("year", "flag"):
        cells = ["" if is_missing(cell) else cell for cell in table[name]]
        told = f"{heading(name).replace(chr(10), ' / ')}"
        gone = len(cells) > 3 and len(set(cells)) == 1
        assert (name not in left.columns) == gone
        assert (told in note) == gone
        if gone and cells[0] != "":
            assert f"{told} = {cells[0]}" in note


def test_long_texts_and_short_tables_stay() -> None:
    table = pd.DataFrame({"note": ["x" * 200] * 5, "year": 2025, "rank_low": 1, "p_top3": 1.0})
    assert list(trimmed(table)[0].columns) == ["note", "rank_low", "p_top3"]
    assert trimmed(table.head(3))[1] == ""
    assert list(trimmed(table.head(3))[0].columns) == list(table.columns)


def test_sheets_have_no_column_without_news(book: Book) -> None:
    for sheet in book.worksheets[2:]:
        if sheet.title in (sheet_name("values"), sheet_name("reweighted")):
            continue
        body = list(sheet.values)[HEAD:]
        kept = [heading(name) for name in ("value", "p_first", "p_first_topsis", "item_id", "sector")]
        for head, *cells in zip(list(sheet.values)[HEAD - 1], *body, strict=True):
            if len(cells) > 3 and head not in kept:
                assert len(set(cells)) > 1 or len(str(cells[0])) > 160, (sheet.title, head)
    notes = {sheet.title: sheet["A2"].value for sheet in book}
    assert "Undian / Draws = 200" in notes[sheet_name("ranks")]
    assert "Diungguli oleh / Dominated by" in notes[sheet_name("ranks")].split("No value in any row")[1]
    assert "Jumlah bobot sebagaimana ditulis: 1,00" in notes[sheet_name("criteria")]
    assert "Sum of the weights as written: 1.00" in notes[sheet_name("criteria")]


def test_codes_are_words_in_both_languages(book: Book) -> None:
    assert "beroperasi / operating" in rows(book, "parks")[heading("status")].tolist()
    heads = [cell.value for cell in book[sheet_name("explanation")][HEAD]]
    assert "Nilai kabupaten/kota terbaik\nValue of the best district" in heads
    assert len(heads) == len(set(heads))
    asked = rows(book, "sensitivity")
    method = asked[heading("ranking_method")]
    for _, part in method.groupby(asked[heading("boundary")]):
        assert part.iloc[0] == "jumlah berbobot / weighted sum"
    programmes = rows(book, "training")[heading("nearest_programme")]
    assert programmes.str.contains(" / ").all()
    assert rows(book, "sources")[heading("published")].str.contains("tidak disebut / not stated").any()


def test_places_and_flags_of_another_province_are_words() -> None:
    names = read_names("8200")
    table = with_words(
        pd.DataFrame(
            {
                "flag": ["part_of_year;very_preliminary"],
                "measure": ["participants"],
                "programme": ["malut_licences_2019"],
            }
        ),
        names,
    )
    assert table.iloc[0].str.contains(" / ").all()
    assert "_" not in "".join(table.iloc[0])
    places = read_places()
    for row in places[places["ambiguous_with"].fillna("").ne("")].itertuples():
        texts = both(f"place_meaning.{row.place.lower()}")
        assert texts[1] == row.ambiguous_with
        assert texts[0] != texts[1]


def test_sources_without_an_address_say_where_it_is(book: Book) -> None:
    table = rows(book, "sources").set_index(heading("source_id"))[heading("url")]
    assert table.notna().all()
    assert table["sme_counts"] == "lihat baris lembar Pasokan / see the rows of the sheet Supply"
    assert table["sentra_criteria"].endswith("written by this project")
    assert rows(book, "supply")[heading("url")].str.startswith("http").any()


def test_the_readme_says_what_is_empty_and_how_to_change(book: Book) -> None:
    text = "\n".join(str(cell) for row in book.worksheets[0].values for cell in row if cell)
    for words in ("dominated by nobody", "--normalise", "--weights weights.csv", "15 %", "formula", "rumus"):
        assert words in text, words


def test_values_and_truths_are_shown_as_they_are() -> None:
    cell = Workbook().active["A1"]
    put(cell, True)
    assert cell.value == "ya / yes"
    put(cell, "=1+1")
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert number_format("p_top3", 0.5) == "0%"
    assert number_format("idr_low", 1e9) == '"Rp"#,##0'


def test_sheets_of_other_names_are_read_for_weights(file: Path, tmp_path: Path) -> None:
    """The tool's own other sheets are passed over; a sheet renamed is found, a second table is not hidden."""
    book = openpyxl.load_workbook(file)
    sheet = book[sheet_name("criteria")]
    sheet.title = "Bobot rapat"
    book.save(tmp_path / "renamed.xlsx")
    assert len(read_criteria(tmp_path / "renamed.xlsx")) == len(read_criteria())
    book.copy_worksheet(sheet).title = "Bobot rapat 2"
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(DataError, match=r"several tables of criteria \(2: "):
        read_criteria(tmp_path / "two.xlsx")


def test_ranks_under_other_choices_have_a_sheet(book: Book, study: SentraStudy) -> None:
    table = rows(book, "choices").set_index(heading("region_code"))
    wide = study.choices.pivot(index="region_code", columns="choice", values="rank")
    for choice in wide.columns:
        assert table[heading(f"sentra_choice.{choice}")].to_dict() == wide[choice].to_dict()
