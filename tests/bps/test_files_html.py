"""HTML pages to sheets: merged cells, footnotes and several tables as a browser shows them."""

from __future__ import annotations

import html

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from spillover.bps.files import sheets_from_bytes
from spillover.bps.sheets import Sheet
from spillover.errors import DataError


def pages(text: str | bytes) -> list[Sheet]:
    tables = sheets_from_bytes(text.encode() if isinstance(text, str) else text, "a.xls")
    return [t for t in tables if isinstance(t, Sheet)]


STATIC = """<html><head><script>var t = "<td>9</td>";</script></head><body>
<table><caption>Jumlah <b>UMKM</b></caption>
<thead><tr><th rowspan="2">Kabupaten/<br>Kota</th><th colspan="2">Tahun</th></tr>
<tr><th>2020<sup>1</sup></th><th>2021<sup>**</sup></th></tr></thead>
<tbody><tr><td>&nbsp;Morowali&nbsp;Utara </td><td>1.234<sup>1</sup></td><td>1<b>.</b>300</td></tr>
<tr><td>J U M L A H<!-- 5 --></td><td>1.234</td><td>5<span style="display: none">77</span></td><td></td></tr>
</tbody></table></body></html>"""


def test_static_table_with_merged_header_and_footnotes() -> None:
    """Superscripts never touch a number, hidden texts and scripts do not count, spans are kept."""
    (sheet,) = pages(STATIC)
    assert sheet.title == "Jumlah UMKM"
    assert sheet.rows == [
        ["Kabupaten/\nKota", "Tahun", ""],
        ["", "2020 1)", "2021**"],
        ["Morowali Utara", "1.234 1)", "1.300"],
        ["J U M L A H", "1.234", "5", ""],
    ]
    assert sheet.spans == ((0, 0, 1, 0), (0, 1, 0, 2))


@pytest.mark.parametrize("times", [1, 2])
def test_escaped_html_reads_like_plain(times: int) -> None:
    text = STATIC[STATIC.index("<table") : STATIC.index("</body")]
    for _ in range(times):
        text = html.escape(text)
    assert pages(text)[0].rows == pages(STATIC)[0].rows


def test_of_nested_tables_the_innermost_count_and_layout_is_left_out() -> None:
    inner = "<table><tr><td>{0}<td>1<tr><td>b<td>2</table>"
    text = f"<table><tr><td>menu</td><td>{inner.format('x')}</td></tr></table>{inner.format('y')}"
    text += "<table><tr><td>one<td>row</table>"
    sheets = pages(text)
    assert [s.rows[0][0] for s in sheets] == ["x", "y"]
    assert [s.where for s in sheets] == ["a.xls, table 1", "a.xls, table 2"]


def test_rowspan_ends_with_its_section() -> None:
    """As in a browser: a head cell of 9 rows does not reach into the body, 0 means all rows left."""
    text = "<table><thead><tr><th rowspan=9>Kab<th>2020</thead><tr><td rowspan=0>A<td>1<tr><td>2</table>"
    (sheet,) = pages(text)
    assert sheet.rows == [["Kab", "2020"], ["A", "1"], ["", "2"]]
    assert sheet.spans == ((1, 0, 2, 0),)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("luas (km<sup>2</sup>)", "luas (km²)"),
        ("PALOPO<sup>#)</sup>", "PALOPO #)"),
        ("<sup>1</sup> Angka sementara", "1) Angka sementara"),
        ("1.234<sup>1</sup>567", "1.234 1) 567"),
        ("5<sub>1</sub>", "5 1)"),
        ("12<br/>345", "12\n345"),
        ("<p>12</p><p>345</p>", "12\n345"),
        ("5<sup> </sup>", "5"),
        ("Rp&nbsp;5&amp;6", "Rp 5&6"),
    ],
)
def test_parts_of_a_cell_are_not_glued(cell: str, text: str) -> None:
    (sheet,) = pages(f"<table><tr><td>a<td>b<tr><td>c<td>{cell}</table>")
    assert sheet.rows[1][1] == text


@pytest.mark.parametrize(
    ("meta", "encoding"),
    [("windows-1252", "cp1252"), ("ISO-8859-1", "cp1252"), ("utf-8", "utf-8"), ("", "cp1252"), ("", "utf-8")],
)
def test_encoding_is_the_declared_one(meta: str, encoding: str) -> None:
    head = f"<meta charset='{meta}'>" if meta else ""
    text = f"<html>{head}<table><tr><td>Kab<td>–<tr><td>é<td>1</table>"
    assert pages(text.encode(encoding))[0].rows == [["Kab", "–"], ["é", "1"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<table><tr><td colspan=1001>a<td>b<tr><td>c<td>d</table>", "merged over more than 1,000"),
        ("<table>" + "<tr>" + "<td colspan=999>a" * 3 + "</table>", "2,997 columns, more than 2,000"),
        (
            "<table><tr><td>x<td rowspan=2>b<tr><td colspan=2>c<td>d</table>",
            r"overlap \(1: row 2, column 1\)",
        ),
        ("<table><td>a<td>b<tr><td>c<td>d</table>", "stand outside rows"),
        ("<table><tr><td>menu</table>", "1 HTML tables, but none with data"),
        ("<div>" * 5_000 + "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "cut off in reading"),
        ("<meta charset='koi8-r'><table>", r"encoding that is not read \(1: koi8-r\)"),
        (
            "<table><tr><td>a<td>1<tr><td>b<td>2<tr><td><table><tr><td>x<td>y</table></table>",
            "data of their own around another table",
        ),
    ],
)
def test_unclear_tables_are_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        pages(text)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(TEXTS, min_size=n, max_size=n), min_size=2)))
def test_escaped_texts_read_back_up_to_white_space(rows: list[list[str]]) -> None:
    want = [[" ".join(cell.split()) for cell in row] for row in rows]
    assume(sum(any(row) for row in want) > 1 and sum(any(column) for column in zip(*want, strict=True)) > 1)
    lines = "".join(f"<tr>{''.join(f'<td>{html.escape(c)}</td>' for c in row)}</tr>" for row in rows)
    assert pages(f"<meta charset=utf-8><table>{lines}</table>")[0].rows == want
