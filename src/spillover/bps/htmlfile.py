"""HTML pages to sheets: each table that holds data, with its merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from spillover.bps.decode import decode_text
from spillover.bps.footnotes import with_superscript
from spillover.bps.limits import MAX_CELLS, SAVE_AS, SPLIT, check_grid
from spillover.bps.sheets import Cells, Sheet, Span
from spillover.errors import DataError

# Browsers stop at this number too; a wider cell is no table header.
MAX_SPAN = 1_000
# BPS escapes a table once inside JSON, and copies of that once more.
_ESCAPES = 3
_CHARSET = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?\s{0,5}([\w:.-]{1,40})", re.IGNORECASE)
# A page that says ISO-8859-1 or ASCII means Windows-1252, as all browsers take it; a page whose <meta> can be
# read byte by byte is never UTF-16.
_ENCODINGS = {"utf-8": "utf-8", "utf8": "utf-8", "utf-16": "utf-8", "utf-16le": "utf-8"} | dict.fromkeys(
    ("windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "us-ascii", "ascii"), "cp1252"
)
_SILENT = {"script", "style", "template", "noscript", "head", "title"}
_LINES = {"p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "center"}


def read_html(data: bytes, where: str) -> list[Sheet]:
    """Read the tables of an HTML page or fragment.

    A table that only lays out other tables, or one row, or one column, is no data. Inside a cell white space
    and ``&nbsp;`` become one blank, ``<br>`` and paragraphs begin a new line, superscripts are set apart as
    footnote marks (``1.234<sup>1</sup>`` → ``1.234 1)``), scripts and hidden parts are left out.

    Parameters
    ----------
    data : bytes
        The page; also with its markup escaped (``&lt;table``).
    where : str
        Name for messages.

    Returns
    -------
    list of Sheet
        In the order of the page; ``title`` is the caption; no cell is numeric.

    Raises
    ------
    DataError
        No table with data, an unknown encoding, cells that overlap or stand outside rows, a table with data
        of its own around another, or too many cells.

    Examples
    --------
    >>> page = b"<table><tr><th>Kab<th>2020<tr><td>Morowali<td>1.234<sup>1</sup></table>"
    >>> read_html(page, "a.xls")[0].rows
    [['Kab', '2020'], ['Morowali', '1.234 1)']]
    """
    text = decode_text(data, where, _declared(data, where))
    for _ in range(_ESCAPES):
        if "<table" not in text.lower() and "&" in text:
            text = unescape(text)
    if "<table" not in text.lower():
        remedy = f"if it is the answer to a download, repeat that in a browser; else {SAVE_AS}"
        raise DataError(where, "an HTML page without a table", remedy=remedy)
    tables = _tables(_parse(text, where), where)
    sheets = []
    for number, table in enumerate(tables, start=1):
        name = where if len(tables) == 1 else f"{where}, table {number}"
        sheet = _sheet(table, name)
        sheets += [sheet] if _holds_data(sheet.rows) else []
    if not sheets:
        raise DataError(where, f"{len(tables)} HTML tables, but none with data", remedy=SAVE_AS)
    return sheets


def _declared(data: bytes, where: str) -> str:
    found = _CHARSET.search(data[:4096])
    if not found:
        return ""
    name = found[1].decode("ascii").lower()
    if name not in _ENCODINGS:
        raise DataError(where, "an encoding that is not read", [name], "save the page as UTF-8")
    return _ENCODINGS[name]


def _parse(text: str, where: str) -> Any:
    from lxml import etree, html

    # `huge_tree` lifts a limit of 10 MB a text, beyond which the parser cuts off; size is limited before.
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "surrogatepass"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise DataError(where, f"the HTML cannot be read: {error}", remedy=SAVE_AS) from error
    cut = [f"line {e.line}: {e.message}" for e in parser.error_log if e.level == etree.ErrorLevels.FATAL]
    if cut:
        raise DataError(where, "the HTML is cut off in reading", cut, SAVE_AS)
    return root


def _tables(root: Any, where: str) -> list[Any]:
    """Tables without a table inside; those around them must be layout only."""
    tables = list(root.iter("table"))
    around = {outer for table in tables for outer in [next(table.iterancestors("table"), None)]}
    mixed = [f"line {t.sourceline}" for t in tables if t in around and _has_own_data(t)]
    if mixed:
        raise DataError(where, "tables with data of their own around another table", mixed, SAVE_AS)
    return [t for t in tables if t not in around and t.get("role") not in ("presentation", "none")]


def _has_own_data(table: Any) -> bool:
    """Whether a table around others has two rows with two filled cells beside the inner tables."""
    rows: dict[Any, int] = {}
    for cell in table.iter("td", "th"):
        if next(cell.iterancestors("table")) is table and cell.find(".//table") is None and _text(cell):
            row = cell.getparent()
            rows[row] = rows.get(row, 0) + 1
    return sum(filled > 1 for filled in rows.values()) > 1


def _sheet(table: Any, where: str) -> Sheet:
    """Lay out one table; a cell takes the first free place of its row, as in a browser."""
    rows: Cells = []
    spans: list[Span] = []
    covered: list[int] = []  # for each column the last row that a cell from above covers
    total = placed = 0
    lines = list(table.iter("tr"))
    section_end = _section_ends(lines)
    for i, line in enumerate(lines):
        row: list[str] = []
        for cell in line.iterchildren("td", "th"):
            placed += 1
            column = len(row)
            while column < len(covered) and covered[column] >= i:
                column += 1
            width, height = _span(cell, "colspan", where), _span(cell, "rowspan", where)
            bottom = min(i + height - 1 if height else section_end[i], section_end[i])
            right = column + width - 1
            check_grid(1, right + 1, where)
            covered += [-1] * (right + 1 - len(covered))
            if any(last >= i for last in covered[column : right + 1]):
                raise DataError(where, "cells that overlap", [f"row {i + 1}, column {column + 1}"], SAVE_AS)
            covered[column : right + 1] = [bottom] * width
            row += [""] * (column - len(row)) + [_text(cell)] + [""] * (width - 1)
            if bottom > i or width > 1:
                spans.append((i, column, bottom, right))
        rows.append(row)
        total += len(row)
        if total > MAX_CELLS:
            raise DataError(where, f"more than {MAX_CELLS:,} cells", remedy=SPLIT)
    if placed != sum(1 for _ in table.iter("td", "th")):
        raise DataError(where, "table cells that stand outside rows", remedy=SAVE_AS)
    caption = table.find("caption")
    title = "" if caption is None else _text(caption)
    return Sheet(where, rows, spans=tuple(spans), title=title, full_rows=True)


def _section_ends(lines: list[Any]) -> list[int]:
    """For each row the last row of its section (head, body, foot): a cell reaches no further down."""
    ends = [0] * len(lines)
    end = len(lines) - 1
    for i in range(len(lines) - 1, -1, -1):
        if lines[i].getparent() is not lines[end].getparent():
            end = i
        ends[i] = end
    return ends


def _span(cell: Any, name: str, where: str) -> int:
    """Value of colspan or rowspan; 1 where it is no number, as in a browser."""
    text = (cell.get(name) or "1").strip()
    if not (text.isascii() and text.isdigit()):
        return 1
    number = int(text[:9])
    if name == "colspan":
        number = max(number, 1)
    if number > MAX_SPAN:
        place = f"line {cell.sourceline} {name}={text[:9]}"
        raise DataError(where, f"cells merged over more than {MAX_SPAN:,}", [place], SAVE_AS)
    return number


def _holds_data(rows: Cells) -> bool:
    """At least two rows and two columns with text."""
    filled = {j for row in rows for j, cell in enumerate(row) if cell}
    return len(filled) > 1 and sum(any(row) for row in rows) > 1


def _text(cell: Any) -> str:
    """Printed text of a cell, lines apart by a line feed."""
    text = cell.text or ""
    if len(cell):
        text = ""
        for kind, part in _parts(cell):
            if kind == "mark":
                text = with_superscript(text.rstrip(" "), " ".join(part.split())) if part.strip() else text
            elif kind == "after mark":
                text += part if part[:1] in "),.;:" or part[:1].isspace() else f" {part}"
            else:
                text += part
    lines = [" ".join(line.split()) for line in text.split("\v")]
    return "\n".join(line for line in lines if line)


def _parts(element: Any) -> Iterator[tuple[str, str]]:
    """Texts inside an element in order; a line break is a vertical tab, since HTML has none of its own."""
    yield "text", element.text or ""
    for child in element:
        kind = child.tag if isinstance(child.tag, str) else "comment"
        marked = kind in ("sup", "sub")
        if kind == "br" or kind in _LINES:
            yield "text", "\v"
        if marked:
            yield "mark", "".join(child.itertext())
        elif kind not in _SILENT and kind != "comment" and not _hidden(child):
            yield from _parts(child)
        if kind in _LINES:
            yield "text", "\v"
        if child.tail:
            yield ("after mark" if marked else "text"), child.tail


def _hidden(element: Any) -> bool:
    style = (element.get("style") or "").lower().replace(" ", "")
    return "display:none" in style or element.get("hidden") is not None
