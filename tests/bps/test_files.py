"""Files to sheets: the content decides the kind, cells come as printed, the rest is refused by name."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spillover.bps import archive, files
from spillover.bps.files import read_sheets, sheets_from_bytes
from spillover.bps.sheets import Sheet
from spillover.errors import DataError

POVERTY = (
    "\ufeffProvinsi/Kabupaten/Kota,\n,Garis Kemiskinan (Rupiah/kapita/bulan)\n,2013\n"
    "SULAWESI TENGAH,301000\nBanggai Kepulauan,244977\nBanggai Laut,-"
)


def only(data: bytes | str, name: str = "a.csv") -> Sheet:
    """The one sheet of a file."""
    tables = sheets_from_bytes(data.encode() if isinstance(data, str) else data, name)
    assert len(tables) == 1
    assert isinstance(tables[0], Sheet)
    return tables[0]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name, content)
    return buffer.getvalue()


def test_site_csv_comes_as_printed_and_has_no_numbers() -> None:
    """Byte order mark gone, dash kept, no cell is taken for a stored number, no last line end needed."""
    sheet = only(POVERTY)
    assert sheet.rows[:3] == [
        ["Provinsi/Kabupaten/Kota", ""],
        ["", "Garis Kemiskinan (Rupiah/kapita/bulan)"],
        ["", "2013"],
    ]
    assert sheet.rows[-1] == ["Banggai Laut", "-"]
    assert (sheet.where, sheet.numeric, sheet.spans) == ("a.csv", frozenset(), ())


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "Kampar;8524,41;8843,22;33455\nSiak;1,5;2,5;3",
            [["Kampar", "8524,41", "8843,22", "33455"], ["Siak", "1,5", "2,5", "3"]],
        ),
        ("Kampar;8524,41\nSiak;8843,22", [["Kampar", "8524,41"], ["Siak", "8843,22"]]),
        (
            "Kemiskinan, 2020\nKampar;8524,41\nSiak;8843,22",
            [["Kemiskinan, 2020"], ["Kampar", "8524,41"], ["Siak", "8843,22"]],
        ),
        ("Nilai\n8524,41\n8843,22\n5", [["Nilai"], ["8524,41"], ["8843,22"], ["5"]]),
        (
            "Kab,2020\nA,5\nB,6\nCatatan: a; b\nSumber: c; d",
            [["Kab", "2020"], ["A", "5"], ["B", "6"], ["Catatan: a; b"], ["Sumber: c; d"]],
        ),
        ('a,"8,200"\nb," 7,1 "', [["a", "8,200"], ["b", " 7,1 "]]),
        ("a\tb\nd\te,f", [["a", "b"], ["d", "e,f"]]),
        ('sep=;\na;b,c\n"x;y";d', [[], ["a", "b,c"], ["x;y", "d"]]),
        ('"Kab\n(nama)",2020\nA,1\n , \n,\n', [["Kab\n(nama)", "2020"], ["A", "1"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        ("<5,3\n>5,4", [["<5", "3"], [">5", "4"]]),
        ("Kab,x\nA,1 <b>\nB,2", [["Kab", "x"], ["A", "1 <b>"], ["B", "2"]]),
    ],
)
def test_delimiter_is_decided_from_the_whole_text(text: str, rows: list[list[str]]) -> None:
    assert only(text).rows == rows


def test_delimiters_that_fit_equally_are_refused() -> None:
    with pytest.raises(DataError, match=r"delimiters that fit equally well \(2: ',', ';'\).*sep=;"):
        only("a;b,c\nd;e,f")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'Kab,2020\nA,"5\nB,6\nC,7\n', r"cannot be read \(unexpected end of data\) \(1: line 2\)"),
        (b'Kab,2020\nA,"5\n' + b"B,6\n" * 30 + b'"\n', r"cells of more than 20 lines \(1: row 2, column 2\)"),
        (b"Kab,2020\nA,5\0\n", r"1 NUL characters.*line 2"),
        (b"Kab,2020\nA\x81,5\n", r"bytes that are not cp1252 \(1: line 2 byte 81\)"),
        (b"Kab\xc3\xa9,2020\nA\xe9,5\n", r"bytes that are not utf-8 \(1: line 2 byte e9\)"),
        (b"\xef\xbb\xbfKab\xe9,2020\n", r"bytes that are not utf-8"),
        (b"\xff\xfeK\0a", r"bytes that are not utf-16"),
        (b"," * 2_500 + b"\n", r"the file has no cells"),
        (b"a" + b"," * 2_500 + b"\n", r"2,501 columns, more than 2,000"),
        (b"," * 6_000_000, r"more than 5,000,000 cells"),
    ],
)
def test_broken_csv_is_refused_with_its_place(data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        sheets_from_bytes(data, "a.csv")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "the file is empty"),
        (b" \r\n\t", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"PAR1....", "a Parquet file"),
        (b"\x1f\x8b\x08", "a gzip archive"),
        (b"{\\rtf1 x}", "an RTF text"),
        (b"\x09\x08\x10\x00", "an Excel 5 sheet"),
        (b"MIME-Version: 1.0\n", "a web archive"),
        (b"<?xml version='1.0'?><a/>", "XML, no table"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"><Table/>',
            "XML spreadsheet of 2003",
        ),
        (b"<html><body>Request blocked</body></html>", "an HTML page without a table"),
        (zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b"<a/>"}), "a DOCX text"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "an ODS"),
        (zipped({"xl/workbook.bin": b"x"}), "an XLSB workbook"),
        (zipped({}), "the archive is empty"),
    ],
)
def test_other_kinds_are_refused_by_name(data: bytes, kind: str) -> None:
    with pytest.raises(DataError, match=rf"a\.xlsx: .*{kind}.*To mend it"):
        sheets_from_bytes(data, "a.xlsx")


def test_a_file_of_any_suffix_is_read_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "kemiskinan.xlsx"
    path.write_text("Kab;2020\nA;1,5", encoding="utf-8")
    (sheet,) = read_sheets(path)
    assert (sheet.where, sheet.rows) == ("kemiskinan.xlsx", [["Kab", "2020"], ["A", "1,5"]])


def test_missing_file_folder_and_large_file_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match=r"none.csv: the file cannot be read: No such file"):
        read_sheets(tmp_path / "none.csv")
    with pytest.raises(DataError, match=r"cannot be read: Is a directory"):
        read_sheets(tmp_path)
    (tmp_path / "a.csv").write_text("a,b\nc,d")
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 6)
    with pytest.raises(DataError, match=r"7 bytes, more than 6"):
        read_sheets(tmp_path / "a.csv")


# JSON


def test_records_in_json_keep_their_printed_numbers() -> None:
    """5.10 stays 5.10, an exponent is written out, null is empty, a text of digits stays a text."""
    text = (
        '{"judul": "IMK", "data": [{"kab": "A", "n": 5.10, "t": "1.234"}, {"kab": "B", "n": 1e3, "x": null}]}'
    )
    sheet = only(text)
    assert sheet.rows == [["kab", "n", "t", "x"], ["A", "5.10", "1.234", ""], ["B", "1000", "", ""]]
    assert (sheet.numeric, sheet.title) == (frozenset({(1, 1), (2, 1)}), "IMK")


def test_json_of_the_web_api_is_handed_on() -> None:
    payload = {"status": "OK", "data": [{"page": 1, "pages": 1}, [{"th_id": 117, "th": 2017}]]}
    assert only(json.dumps(payload)).rows == [["th_id", "th"], ["117", "2017"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"a": 1}', r"no valid JSON: .*line 1, column 10"),
        ('[{"a": NaN}]', r"values that are no numbers \(1: NaN\)"),
        ('[{"a": 1, "a": 2}]', r"stand twice in one object \(1: a\)"),
        ('[{"a": [1]}]', r"lists or objects instead of a value \(1: record 1 a\)"),
        ('{"a": [{"x": 1}], "b": [{"x": 1}]}', r"has 2 lists of records"),
        ("[1, 2]", r"no list of flat records"),
        ('[{"a": 1e999999999}]', r"numbers beyond"),
        ("[" * 60 + "]" * 60, r"more than 50 levels"),
        ("[" * 200_000, r"more than 50 levels|no valid JSON"),
    ],
)
def test_other_json_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        only(text, "a.json")


# ZIP


def test_members_come_sorted_with_their_place() -> None:
    members = {"b/x.csv": b"a,b\nc,d", "a.json": b'[{"k": 1}]', "__MACOSX/._a": b"\0", "b/.DS_Store": b"\0"}
    tables = sheets_from_bytes(zipped(members), "t.zip")
    assert [t.where for t in tables] == ["t.zip/a.json", "t.zip/b/x.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "/a.csv", "C:/a.csv", "x\\a.csv", "a/../../b.csv"])
def test_names_that_lead_out_of_an_archive_are_refused(name: str) -> None:
    with pytest.raises(DataError, match="lead out of the archive"):
        sheets_from_bytes(zipped({name: b"a,b\nc,d"}), "t.zip")


def test_archives_made_to_burst_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="more than 200 times its size"):
        sheets_from_bytes(zipped({"a.csv": b"0" * 2_000_000}), "t.zip")
    with pytest.raises(DataError, match="1,001 members, more than 1,000"):
        sheets_from_bytes(zipped({f"{i}.csv": b"" for i in range(1_001)}), "t.zip")
    with pytest.raises(DataError, match=r"archives inside the archive \(1: b.zip\)"):
        sheets_from_bytes(zipped({"b.zip": zipped({"a.csv": b"a,b"})}), "t.zip")
    with pytest.raises(DataError, match="7 bytes when unpacked, 6 are allowed"):
        archive.unpack(zipped({"a.csv": b"a,b\nc,d"}), "t.zip", allowance=6)


def test_a_size_that_the_header_hides_is_found_while_reading() -> None:
    """The size in the headers is set to 5 of 7 bytes: neither cut off silently nor unpacked in full."""
    data = bytearray(zipped({"a.csv": b"a,b\nc,d"}))
    central = data.index(b"PK\x01\x02")
    data[22:26] = data[central + 24 : central + 28] = (5).to_bytes(4, "little")
    with pytest.raises(DataError, match=r"cannot be unpacked|larger than they say"):
        sheets_from_bytes(bytes(data), "t.zip")


def test_encrypted_members_are_refused() -> None:
    data = bytearray(zipped({"a.csv": b"a,b\nc,d"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match=r"encrypted members \(1: a.csv\)"):
        sheets_from_bytes(bytes(data), "t.zip")


def test_members_that_stand_twice_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("a.csv", "a,b\nc,d")
        with pytest.warns(UserWarning, match="Duplicate"):
            target.writestr("a.csv", "a,b\nc,e")
    with pytest.raises(DataError, match="stand twice"):
        sheets_from_bytes(buffer.getvalue(), "t.zip")


# Round trip

LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r\ufeff")
CP1252 = "aéÀü–€ \n\"'019.-*()" + "BKŠž"


@st.composite
def grids(draw: st.DrawFn, letters: st.SearchStrategy[str]) -> list[list[str]]:
    """2 to 6 rows of 2 to 5 texts; the last row is not blank, which reading would drop."""
    width = draw(st.integers(2, 5))
    row = st.lists(st.text(letters, max_size=12), min_size=width, max_size=width)
    rows = draw(st.lists(row, min_size=2, max_size=6))
    assume(any(cell.strip() for cell in rows[-1]))
    return rows


def written(rows: list[list[str]], delimiter: str, quoting: int) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, quoting=quoting).writerows(rows)
    return buffer.getvalue()


@settings(max_examples=150, deadline=None)
@given(
    grids(LETTERS),
    st.sampled_from(",;\t|"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_quoted_csv_reads_back_the_same(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    """Any texts in quotation marks, in each delimiter and encoding of Unicode."""
    assert only(written(rows, delimiter, csv.QUOTE_ALL).encode(encoding)).rows == rows


@settings(max_examples=150, deadline=None)
@given(grids(LETTERS.filter(lambda c: c not in ",;\t|<{[&")), st.sampled_from(",;\t|"))
def test_unquoted_csv_reads_back_the_same(rows: list[list[str]], delimiter: str) -> None:
    """Texts without delimiters, quotation marks only where they must be."""
    data = written(rows, delimiter, csv.QUOTE_MINIMAL).encode("utf-8-sig")
    assert only(data).rows == rows


@settings(max_examples=150, deadline=None)
@given(grids(st.sampled_from(CP1252)), st.sampled_from(",;\t|"))
def test_windows_csv_reads_back_the_same(rows: list[list[str]], delimiter: str) -> None:
    data = written(rows, delimiter, csv.QUOTE_ALL).encode("cp1252")
    assume(data.decode("utf-8", "ignore").isascii())
    assert only(data).rows == rows


@settings(max_examples=200, deadline=None)
@given(grids(st.sampled_from("a1,;|\t ")), st.sampled_from(";\t|"))
def test_a_delimiter_is_never_mistaken_for_another(rows: list[list[str]], delimiter: str) -> None:
    """Texts full of other delimiters: the same grid, or a refusal, but no other grid."""
    try:
        read = only(written(rows, delimiter, csv.QUOTE_MINIMAL)).rows
    except DataError as error:
        assert "fit equally well" in str(error)
    else:
        assert read == rows
