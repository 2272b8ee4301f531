"""A filled-in form to its rows: workbook or CSV, whatever the delimiter; merged cells filled and counted."""

from __future__ import annotations

import csv
import io
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from spillover.bps.cells import cell_name
from spillover.bps.decode import UTF16_BOMS, decode_text
from spillover.bps.files import is_delimited, read_sheets
from spillover.bps.limits import MAX_FILE_BYTES, SPLIT
from spillover.bps.sheets import Sheet
from spillover.errors import DataError
from spillover.regions import read_regions
from spillover.sentra.needs_questions import HEADINGS, NEEDED, read_needs_questions
from spillover.sentra.plain_text import STRANGE

DELIMITERS = (";", ",", "\t", "|")
OFTEN = 3  # rows with one region code: a sheet of that district
_KEYS = {name.casefold(): key for key, names in HEADINGS.items() for name in (key, *names)}


class Row(NamedTuple):
    """One row of a form as printed; texts without outer blanks and without control characters.

    ``merged``: keys of the cells that got their content from a merged one. ``cleaned``: what stood in a
    cell of answer or remark from which control characters were taken, by its key, with "�" for each.
    """

    where: str
    line: int
    region_code: str
    district: str
    code: str
    answer: str
    remark: str
    numeric: bool
    merged: tuple[str, ...]
    cleaned: tuple[tuple[str, str], ...] = ()

    @property
    def place(self) -> str:
        """Where the row stands, as a person finds it."""
        return f"{self.where}, row {self.line}"


def read_rows(path: Path) -> list[Row]:
    """Read the rows of all sheets of a form.

    Parameters
    ----------
    path : Path
        XLSX or XLS (every sheet whose header names the columns), or CSV in UTF-8 (with or without byte
        order mark), UTF-16 or Windows-1252, delimited by semicolon, comma, tab or bar. Rows above the
        header are skipped; columns may come in any order; those of other names are not used.

    Returns
    -------
    list of Row
        Rows without region, code, answer and remark are left out. A merged cell gives its content to every
        cell that it covers; ``merged`` names the keys of the cells that got theirs so.

    Raises
    ------
    DataError
        A file that cannot be read, holds no form, has a column twice, or a row with more cells than the
        header.
    """
    sheets = _sheets(path)
    found = [(sheet, head) for sheet in sheets if (head := _head(sheet)) is not None]
    headless = [sheet for sheet in sheets if _head(sheet) is None]
    for sheet in headless:
        _refuse_headless(sheet)
    if not found:
        names = ", ".join(map(_heading, NEEDED))
        raise DataError(path.name, "no needs form in the file", remedy=f"keep the row of headings ({names})")
    return [row for sheet, head in found for row in _rows(sheet, head)]


def _sheets(path: Path) -> list[Sheet]:
    """Sheets of a file; a CSV is split by the delimiter that its own headings show."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        raise DataError(path.name, problem, remedy="check the path") from error
    if len(data) > MAX_FILE_BYTES:
        raise DataError(path.name, f"more than {MAX_FILE_BYTES:,} bytes", remedy=SPLIT)
    if not data.startswith(UTF16_BOMS) and not is_delimited(data):
        return [sheet for sheet in read_sheets(path) if isinstance(sheet, Sheet)]
    text = decode_text(data, path.name)
    for line in io.StringIO(text, newline=None):  # also ends of lines of an old Mac
        for delimiter in DELIMITERS:
            if _is_head(_cells(line.rstrip("\n"), delimiter)):
                return [Sheet(path.name, _split(text, delimiter, path.name), full_rows=True)]
    return []


def _cells(line: str, delimiter: str) -> list[str]:
    """Cells of one line, none if it cannot be split: a line above the headings may hold anything."""
    with suppress(csv.Error):
        return next(csv.reader([line], delimiter=delimiter), [])
    return []


def _split(text: str, delimiter: str, where: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        remedy = 'close or double each quotation mark: "kata ""dikutip"""'
        raise DataError(where, f"a row that cannot be read ({error})", remedy=remedy) from error


def _keys(row: list[str]) -> list[str]:
    return [_KEYS.get(cell.strip().casefold(), "") for cell in row]


def _is_head(row: list[str]) -> bool:
    return set(NEEDED) <= set(_keys(row))


def _head(sheet: Sheet) -> int | None:
    """Row of the headings."""
    return next((i for i, row in enumerate(sheet.rows) if _is_head(row)), None)


def _heading(key: str) -> str:
    return " / ".join(HEADINGS[key])


def _refuse_headless(sheet: Sheet) -> None:
    """Raise if a sheet without all headings holds questions or districts: its answers would be lost."""
    best = max((set(_keys(row)) - {""} for row in sheet.rows), key=len, default=set())
    cells = [cell.strip() for row in sheet.rows for cell in row]
    questions = set(read_needs_questions()["code"]) & set(cells)
    regions = set(read_regions()["region_code"])
    often = [code for code, n in Counter(cells).items() if n >= OFTEN and code.removesuffix(".0") in regions]
    if len(best) > 1 or questions or often:
        lacking = [_heading(key) for key in NEEDED if key not in best]
        remedy = "write the headings as in the blank form, all in one row; or delete the sheet"
        raise DataError(sheet.where, "headings of the form that are missing", lacking or None, remedy)


def _rows(sheet: Sheet, head: int) -> list[Row]:
    """Rows of one sheet below its headings."""
    keys = _keys(sheet.rows[head])
    double = sorted({key for key in keys if key and keys.count(key) > 1})
    if double:
        names = [HEADINGS[key][0] for key in double]
        raise DataError(sheet.where, "columns that stand twice", names, "keep one of each")
    body = sheet.rows[head + 1 :]
    # In delimited text one cell too many, even an empty one, is a decimal comma that cut an answer in two.
    more = [row[len(keys) :] for row in body]
    wide = [
        f"row {i}"
        for i, rest in enumerate(more, head + 2)
        if (sheet.full_rows and rest) or any(map(str.strip, rest))
    ]
    if wide:
        remedy = "put texts and decimal commas that hold the delimiter into quotation marks"
        raise DataError(sheet.where, "rows with more cells than the headings", wide, remedy)
    filled, origins = _fill_merged(sheet, head, len(keys))
    rows = []
    for i, cells in enumerate(filled, start=head + 1):
        given = {key: cells[j] for j, key in enumerate(keys) if key}
        texts = {key: STRANGE.sub("", text).strip() for key, text in given.items()}
        if not any(texts.get(key) for key in ("region_code", "code", "answer", "remark")):
            continue
        column = keys.index("answer")
        rows.append(
            Row(
                where=sheet.where,
                line=i + 1,
                region_code=texts["region_code"],
                district=texts.get("district", ""),
                code=texts["code"],
                answer=texts["answer"],
                remark=texts.get("remark", ""),
                numeric=origins.get((i, column), (i, column)) in sheet.numeric,
                merged=tuple(key for j, key in enumerate(keys) if key and (i, j) in origins),
                cleaned=_cleaned(given),
            )
        )
    return rows


def _cleaned(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Of answer and remark those from which characters were taken, with "�" in their places."""
    found = {key: given[key] for key in ("answer", "remark") if STRANGE.search(given.get(key, ""))}
    return tuple((key, STRANGE.sub("\ufffd", text).strip()) for key, text in found.items())


def _fill_merged(
    sheet: Sheet, head: int, width: int
) -> tuple[list[list[str]], dict[tuple[int, int], tuple[int, int]]]:
    """Rows below the headings with merged cells filled, and for each cell so filled the cell it is from."""
    grid = [[*row, *[""] * (width - len(row))] for row in sheet.rows[head + 1 :]]
    origins = {}
    for top, left, bottom, right in sheet.spans:
        if bottom <= head:
            continue
        if top <= head:
            span = f"{cell_name((top, left))}:{cell_name((bottom, right))}"
            raise DataError(sheet.where, "headings merged with answers", [span], "unmerge these cells")
        for i in range(top, bottom + 1):
            for j in range(left, min(right, width - 1) + 1):
                if (i, j) != (top, left):
                    grid[i - head - 1][j] = sheet.rows[top][left] if left < len(sheet.rows[top]) else ""
                    origins[(i, j)] = (top, left)
    return grid, origins
