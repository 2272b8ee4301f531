"""The workbook: what is in it can be redone by hand, edited and read back, and no cell runs anything."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl import Workbook
from openpyxl.workbook import Workbook as Book

from spillover.errors import DataError
from spillover.sentra.criteria import read_criteria
from spillover.sentra.needs import read_needs_form
from spillover.sentra.needs_blank import write_blank_form
from spillover.sentra.study import Facts, SentraStudy, sentra_study
from spillover.sentra.workbook import write_workbook
from spillover.sentra.workbook_cells import HEAD, heading, number_format, put, sheet_name

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
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
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
    assert "-\ufffdbell" in found or not any("bell" in text for text in found)


def test_a_workbook_needs_its_ending(study: SentraStudy, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"end the name in \.xlsx"):
        write_workbook(study, tmp_path / "sentra.xls")


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
