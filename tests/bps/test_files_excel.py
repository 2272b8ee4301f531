"""Excel workbooks to sheets: stored numbers, texts, percent, dates, merged cells, and what is refused."""

from __future__ import annotations

import datetime
import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from spillover.bps.cells import FORMULA
from spillover.bps.files import read_sheets, sheets_from_bytes
from spillover.bps.sheets import Sheet
from spillover.bps.xlsxfile import read_xlsx
from spillover.errors import DataError

OLD = Path(__file__).parents[1] / "data" / "files"
# Record of the shared texts of poverty.xls up to their count: number, length, uses, texts.
SHARED_TEXTS = re.search(rb"\xfc\0..(.)\0\0\0.\0\0\0", (OLD / "poverty.xls").read_bytes(), re.DOTALL)[0]


def saved(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def sheets(data: bytes) -> list[Sheet]:
    return [t for t in sheets_from_bytes(data, "a.xlsx") if isinstance(t, Sheet)]


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """The workbook with a text in one of its parts replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode()
            assert name != part or old in content
            target.writestr(name, content.replace(old, new) if name == part else content)
    return buffer.getvalue()


def dynamic_table(book: openpyxl.Workbook) -> None:
    sheet = book.active
    sheet.title = "Data"
    for row in (["Wilayah", "Persen", None], [None, 2020, "2021*"], ["Morowali", 11.191, "11.191"]):
        sheet.append(row)
    sheet.append(["Kota Palu", 0.25, "-"])
    sheet.append([datetime.date(2020, 3, 1), True, 301000.0])
    sheet.append(["Persen", 0.0512, 0.5])
    sheet["B6"].number_format, sheet["C6"].number_format = "0.00%", '0%;-0%;"-"'
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:XFD1")
    notes = book.create_sheet("Catatan")
    notes.sheet_state = "hidden"
    notes["B2"] = "Sumber: BPS"
    book.create_sheet("Kosong")


def test_numbers_texts_percent_dates_and_merged_cells() -> None:
    """A text that looks like a number is no number; a share shown as percent is that percent, exactly."""
    data, notes = sheets(saved(dynamic_table))
    assert (data.where, notes.where) == ("a.xlsx, sheet Data", "a.xlsx, hidden sheet Catatan")
    assert data.rows == [
        ["Wilayah", "Persen"],
        ["", "2020", "2021*"],
        ["Morowali", "11.191", "11.191"],
        ["Kota Palu", "0.25", "-"],
        ["2020-03-01", "TRUE", "301000"],
        ["Persen", "5.12%", "50%"],
    ]
    assert data.numeric == {(1, 1), (2, 1), (3, 1), (4, 2)}
    assert data.spans == ((0, 0, 1, 0), (0, 1, 0, 2))
    assert notes.rows == [[], ["", "Sumber: BPS"]]


def test_superscript_inside_a_text_is_set_apart() -> None:
    """1.234 with a superscript 1 is 1.234 with a footnote, not 1.2341."""

    def fill(book: openpyxl.Workbook) -> None:
        raised = InlineFont(vertAlign="superscript")
        book.active.append([CellRichText("1.234", TextBlock(raised, "1")), CellRichText("a", "b")])

    assert sheets(saved(fill))[0].rows == [["1.234 1)", "ab"]]


def test_formulas_are_refused_with_their_cells() -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active.append(["Jumlah", "=SUM(A1:A2)", 5, "=B1"])

    with pytest.raises(DataError, match=r"sheet Sheet: cells with a formula .*\(2: B1, D1\).*values only"):
        sheets(saved(fill))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("XFD1048576", "16,384 columns, more than 2,000"),
        ("BXX1048576", "2,078,277,632|more than 2,000|cells"),
    ],
)
def test_a_far_off_cell_does_not_fill_a_rectangle(cell: str, message: str) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        book.active["A1"], book.active[cell] = 1, 2

    data = saved(fill)
    start = time.perf_counter()
    with pytest.raises(DataError, match=message):
        sheets(data)
    assert time.perf_counter() - start < 2


def test_stated_size_does_not_cut_off_cells() -> None:
    data = changed(
        saved(dynamic_table), "xl/worksheets/sheet1.xml", 'dimension ref="A1:XFD6"', 'dimension ref="A1"'
    )
    assert len(sheets(data)[0].rows) == 6


def test_hidden_texts_under_merged_cells_are_not_printed() -> None:
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
    data = saved(lambda book: book.active.append(["a", "b", "c"]))
    data = changed(data, "xl/worksheets/sheet1.xml", "</sheetData>", merged)
    assert sheets(data)[0].rows == [["a", "", "c"]]


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("xl/worksheets/sheet1.xml", "<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", "entities"),
        ("xl/worksheets/sheet1.xml", "<v>301000</v>", "<v>1e999</v>", r"not finite or too long \(1: C5\)"),
        ("xl/worksheets/sheet1.xml", 'r="C5"', 'r="B5"', r"stored twice \(1: B5\)"),
        ("xl/worksheets/sheet1.xml", "</sheetData>", "", "the workbook cannot be read"),
        (
            "xl/workbook.xml",
            "<sheets>",
            '<sheets><sheet name="x" sheetId="9" r:id="rId99"/>',
            "cannot be read|named",
        ),
        ("xl/styles.xml", "0%;-0%;", "0%;-0;", "percent for some numbers only"),
    ],
)
def test_damaged_workbooks_are_refused(part: str, old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        sheets(changed(saved(dynamic_table), part, old, new))


def test_entities_in_utf16_are_found() -> None:
    """The check for type definitions looks at the bytes in each encoding that the parser takes."""
    data = saved(dynamic_table)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = ("<!DOCTYPE worksheet []>" + content.decode()).encode("utf-16")
            target.writestr(name, content)
    with pytest.raises(DataError, match="entities"):
        sheets(buffer.getvalue())


def test_workbook_without_cells_is_refused() -> None:
    with pytest.raises(DataError, match="the file holds no table"):
        sheets(saved(lambda book: None))


def test_workbooks_inside_an_archive() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("2020/a.xls", saved(dynamic_table))
    assert sheets_from_bytes(buffer.getvalue(), "t.zip")[0].where == "t.zip/2020/a.xls, sheet Data"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cn", "Co")), max_size=10),
            max_size=5,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_texts_read_back_the_same(rows: list[list[str]]) -> None:
    """Texts come back as texts; empty cells at the end of a row and empty rows at the end are not kept."""
    assume(not any(re.fullmatch("=.+|#.*|.*_x[0-9A-F]{4}_.*", c) for row in rows for c in row))

    def fill(book: openpyxl.Workbook) -> None:
        for i, row in enumerate(rows, start=1):
            for j, text in enumerate(row, start=1):
                book.active.cell(i, j, text).data_type = "s"

    want = [list(row) for row in rows]
    for row in want:
        while row and row[-1] == "":
            row.pop()
    while want and not want[-1]:
        want.pop()
    assume(want)
    (sheet,) = sheets(saved(fill))
    assert (sheet.rows, sheet.numeric) == (want, frozenset())


ONE_NUMBER = saved(lambda book: book.active.append([77]))


@settings(max_examples=100, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15))
def test_numbers_come_back_to_the_last_digit(number: float) -> None:
    """17 digits, as Excel stores them (openpyxl writes 16, so the number is put into the file)."""
    (sheet,) = sheets(changed(ONE_NUMBER, "xl/worksheets/sheet1.xml", "<v>77</v>", f"<v>{number!r}</v>"))
    text = sheet.rows[0][0]
    assert float(text) == number
    assert "e" not in text
    assert not text.endswith(".0")
    assert sheet.numeric == {(0, 0)}


# XLS


def test_old_workbook_reads_like_a_new_one() -> None:
    """Numbers, texts, percent formats, dates, merged and hidden cells of the binary format."""
    data, notes = read_sheets(OLD / "poverty.xls")
    assert isinstance(data, Sheet)
    assert isinstance(notes, Sheet)
    assert data.rows == [
        ["Garis Kemiskinan (Rupiah/kapita/bulan)"],
        ["Kabupaten/Kota", "Tahun"],
        ["", "2013", "2014*"],
        ["Banggai Kepulauan", "244977", "-"],
        ["Morowali", "316400", "11.191"],
        ["Kota Palu", "378455.5", "…"],
        ["Persen", "5.12%", "7%"],
        ["2020-03-01", "TRUE", "0.30000000000000004"],
    ]
    assert data.numeric == {(2, 1), (3, 1), (4, 1), (5, 1), (7, 2)}
    assert data.spans == ((0, 0, 0, 2), (1, 0, 2, 0), (1, 1, 1, 2))
    assert (notes.where, notes.rows[3]) == ("poverty.xls, hidden sheet Catatan", ["", "", "1.5"])


@pytest.mark.parametrize(
    ("name", "message"),
    [("formula.xls", r"sheet Data: cells with a formula .*\(1: B3\)"), ("far.xls", "16,777,216 cells")],
)
def test_formulas_and_far_off_cells_of_old_workbooks_are_refused(name: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_sheets(OLD / name)


@pytest.mark.parametrize(
    ("at", "new", "message"),
    [
        (0x30, b"\x00\x00\x00\x40", "in no table|beyond the end"),  # the folder begins outside the file
        (0x1E, b"\x1f\x00", "unknown size of sectors"),
        (0x2C, b"\xff\xff\xff\x7f", "more sectors than there are"),
        (0x44, b"\x00\x00\x00\x00", "used twice|beyond the end|in no table"),
    ],
)
def test_broken_containers_are_refused(at: int, new: bytes, message: str) -> None:
    data = bytearray((OLD / "poverty.xls").read_bytes())
    data[at : at + len(new)] = new
    with pytest.raises(DataError, match=message):
        sheets_from_bytes(bytes(data), "a.xls")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        # A password record in place of one that does not matter; 2³² rows; more than 2³¹ shared texts.
        (b"\x42\0\x02\0", b"\x2f\0\x02\0", "protected by a password"),
        (b"\0\x02\x0e\0\0\0\0\0\x08\0\0\0", b"\0\x02\x0e\0\0\0\0\0\xff\xff\xff\xff", "a sheet states"),
        (SHARED_TEXTS, SHARED_TEXTS[:8] + b"\xff\xff\xff\xff", "counts more texts than it can hold"),
    ],
)
def test_records_that_would_mislead_the_library_are_refused(old: bytes, new: bytes, message: str) -> None:
    data = (OLD / "poverty.xls").read_bytes()
    assert old in data
    with pytest.raises(DataError, match=message):
        sheets_from_bytes(data.replace(old, new), "a.xls")


def test_other_old_office_files_are_refused() -> None:
    data = (OLD / "formula.xls").read_bytes()
    name = "Workbook".encode("utf-16-le")
    with pytest.raises(DataError, match="an old Office file without a workbook"):
        sheets_from_bytes(data.replace(name, "WordDocu".encode("utf-16-le")), "a.doc")


def test_a_workbook_with_a_password_says_so() -> None:
    """Such a file is an old container around the encrypted XLSX."""
    data = bytearray((OLD / "formula.xls").read_bytes())
    at = data.index("Workbook".encode("utf-16-le"))
    name = "EncryptedPackage".encode("utf-16-le")
    data[at : at + len(name)] = name
    data[at + 64] = len(name) + 2
    with pytest.raises(DataError, match=r"protected by a password.*save it without one"):
        sheets_from_bytes(bytes(data), "a.xlsx")


def test_formulas_are_refused_unless_they_are_asked_for() -> None:
    data = saved(lambda book: book.active.append(["a", 2, "=1+1"]))
    with pytest.raises(DataError, match=r"cells with a formula instead of a value \(1: C1\)"):
        read_xlsx(data, {}, "a.xlsx")
    assert read_xlsx(data, {}, "a.xlsx", mark_formulas=True)[0].rows == [["a", "2", FORMULA]]
