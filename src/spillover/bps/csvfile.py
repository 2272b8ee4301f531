"""CSV to a sheet: the delimiter is decided from the whole text, the cells are kept as printed."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from typing import Any, NamedTuple

from spillover.bps.limits import MAX_CELLS, SPLIT, check_grid
from spillover.bps.sheets import Cells, Sheet
from spillover.errors import DataError

DELIMITERS = (",", ";", "\t", "|")
# Longer cells are a lost closing quote: a table cell of more lines was never printed by BPS.
MAX_LINES_IN_CELL = 20
# Stands for "no delimiter": the unit separator of ASCII, which no printed table holds.
_NONE = "\x1f"
_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d)")
QUOTES = 'close or double each quotation mark: "Kota ""Baru"""'


class _Split(NamedTuple):
    """The text split by one delimiter: its rows and the share of rows that have the usual width."""

    delimiter: str
    rows: Cells
    share: float


def read_csv_text(text: str, where: str) -> Sheet:
    """Read the text of a CSV file into one sheet.

    The delimiter (comma, semicolon, tab or bar) is the one by which most rows have the same number of
    cells. Commas that mostly stand between digits beside another delimiter are decimal commas, and a single
    column with decimal commas stays one column. A first line ``sep=;`` decides, and becomes an empty row.

    Parameters
    ----------
    text : str
    where : str
        Name for messages.

    Returns
    -------
    Sheet
        Texts exactly as printed, also outer blanks; no cell is numeric; blank last rows are dropped.

    Raises
    ------
    DataError
        No cells, a lost quotation mark (with line), two delimiters that fit equally, or too many cells.

    Examples
    --------
    >>> read_csv_text("Kampar;8524,41\\nSiak;8843,22", "a.csv").rows
    [['Kampar', '8524,41'], ['Siak', '8843,22']]
    """
    hint = _hint(text)
    if hint:
        rows: Cells = [[], *_parse(text.partition("\n")[2], hint, where)]
    else:
        rows = _decide(text, where).rows
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise DataError(where, "the file has no cells", remedy="restore the file")
    if '"' in text:
        check_lines(rows, where)
    check_grid(1, max(map(len, rows)), where)
    return Sheet(where, rows, full_rows=True)


def decide_delimiter(text: str, where: str) -> tuple[str, bool]:
    """Delimiter of a CSV text, and whether its first line does nothing but say so; see `read_csv_text`.

    Examples
    --------
    >>> decide_delimiter("Kampar;8524,41\\nSiak;8843,22", "a.csv")
    (';', False)
    """
    hint = _hint(text)
    return (hint, True) if hint else (_decide(text, where).delimiter, False)


def _hint(text: str) -> str:
    """The delimiter that a first line ``sep=;`` declares, else ""."""
    first = text.partition("\n")[0].rstrip("\r").strip('"')
    return first[4] if len(first) == 5 and first.startswith("sep=") and first[4] in DELIMITERS else ""


def _decide(text: str, where: str) -> _Split:
    """Rows of the text by the delimiter that fits best."""
    splits, failure = [], None
    for delimiter in DELIMITERS:
        if delimiter in text:
            try:
                split = _split(text, delimiter, where)
            except DataError as error:
                failure = failure or error
            else:
                splits += [split] if split.share else []
    splits = [s for s in splits if s.delimiter != "," or not _commas_are_decimal(text, s, splits)]
    if not splits:
        if failure:
            raise failure
        return _Split(_NONE, _parse(text, _NONE, where), 1.0)
    best = max(s.share for s in splits)
    fits = [s for s in splits if s.share == best]
    if len(fits) > 1:
        raise DataError(
            where,
            "delimiters that fit equally well",
            [repr(s.delimiter) for s in fits],
            "write all cells in quotation marks, or 'sep=;' as the first line",
        )
    return fits[0]


def _split(text: str, delimiter: str, where: str) -> _Split:
    """Split by one delimiter; the share is 0 where it makes no table of two columns."""
    rows = _parse(text, delimiter, where)
    widths = Counter(map(len, rows))
    filled = len(rows) - widths.pop(0, 0)
    wide = max((n for width, n in widths.items() if width > 1), default=0)
    return _Split(delimiter, rows, wide / filled if wide > 1 or wide == filled else 0.0)


def _commas_are_decimal(text: str, comma: _Split, splits: list[_Split]) -> bool:
    """Whether the commas belong to numbers: most stand between digits, and the rows say so too."""
    other = any(s.share >= 0.5 for s in splits if s.delimiter != ",")
    if comma.share == 1 and not other:
        return False
    commas, between = text.count(","), len(_BETWEEN_DIGITS.findall(text))
    if other:
        return 2 * between >= commas
    # One column of numbers with decimal commas under a header without comma: nothing to split.
    return between == commas and all(len(row) <= 2 for row in comma.rows)


def _parse(text: str, delimiter: str, where: str) -> Cells:
    if text.count(delimiter) > MAX_CELLS:
        raise DataError(where, f"more than {MAX_CELLS:,} cells", remedy=SPLIT)
    try:
        return list(_reader(text, delimiter))
    except csv.Error as error:
        problem = f"a row that cannot be read ({error})"
        raise DataError(where, problem, [f"line {_broken_line(text, delimiter)}"], QUOTES) from error


def _reader(text: str, delimiter: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _broken_line(text: str, delimiter: str) -> int:
    """Line where the row begins that cannot be read: a lost quotation mark shows only at the end of it."""
    reader, line = _reader(text, delimiter), 1
    with suppress(csv.Error):
        for _ in reader:
            line = reader.line_num + 1
    return line


def check_lines(rows: Cells, where: str, first: int = 0) -> None:
    """Raise if a quoted cell runs over so many lines that it must have swallowed rows."""
    long = [
        f"row {i + 1}, column {j + 1}"
        for i, row in enumerate(rows, first)
        for j, cell in enumerate(row)
        if "\n" in cell and cell.count("\n") >= MAX_LINES_IN_CELL
    ]
    if long:
        raise DataError(where, f"cells of more than {MAX_LINES_IN_CELL} lines", long, QUOTES)
