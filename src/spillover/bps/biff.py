"""What an XLS workbook records beside the values: formulas, percent formats, merged cells, size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import Struct, error, unpack_from

from spillover.bps.numberformat import is_percent
from spillover.bps.sheets import Span

# Records of [MS-XLS], by number.
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _FORMAT, _XF, _SST = 0x809, 0x0A, 0x2F, 0x85, 0x41E, 0xE0, 0xFC
_DIMENSIONS, _FORMULA, _MERGED, _MULRK = 0x200, 0x06, 0xE5, 0xBD
_NUMBERS = {0x203, 0x27E}  # NUMBER and RK
_OTHER_CELLS = {0xFD, 0x204, 0x205, 0xD6, _FORMULA}  # texts and truth values
_SHEET_ROWS, _SHEET_COLUMNS = 65_536, 256  # the largest sheet of this format
_BUILT_IN_PERCENT = {9: "0%", 10: "0.00%"}
_HEAD = Struct("<HH")


@dataclass
class SheetRecords:
    """One sheet: cells by kind as (row, column), and merged cells; rows and columns from 0."""

    numbers: dict[tuple[int, int], int] = field(default_factory=dict)  # → number of the cell's format record
    formulas: list[tuple[int, int]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    rows: int = 0
    columns: int = 0


def scan(stream: bytes) -> tuple[list[SheetRecords], list[str]]:
    """Walk once through the records of a workbook.

    Parameters
    ----------
    stream : bytes
        The stream ``Workbook`` (Excel 97 and later) or ``Book`` (Excel 5 and 95).

    Returns
    -------
    sheets : list of SheetRecords
        In the order of the workbook.
    formats : list of str
        The number format behind each format record that a cell names, ``""`` for built-in ones.

    Raises
    ------
    ValueError
        An encrypted or older workbook, or records that contradict each other.

    Examples
    --------
    >>> scan(b"\\x09\\x00\\x04\\x00\\x02\\x00\\x10\\x00")
    Traceback (most recent call last):
    ...
    ValueError: it is older than Excel 5
    """
    try:
        return _scan(stream)
    except (error, IndexError) as cut:
        raise ValueError(f"a record is cut off ({cut})") from cut


def _scan(stream: bytes) -> tuple[list[SheetRecords], list[str]]:
    starts: dict[int, SheetRecords] = {}
    custom: dict[int, str] = dict(_BUILT_IN_PERCENT)
    cell_formats: list[int] = []
    found, depth = set(), 0
    sheet: SheetRecords | None = None
    wide = unpack_from("<H", stream, 4)[0] == 0x600  # Excel 97: two-byte letters
    for at, kind, body in _records(stream):
        if at == 0 and kind != _BOF:
            raise ValueError("it is older than Excel 5")
        if kind == _BOF:
            if depth == 0 and at in starts:
                sheet = starts[at]
                found.add(at)
            depth += 1
        elif kind == _EOF:
            depth -= 1
            sheet = sheet if depth else None
        elif kind == _FILEPASS:
            raise ValueError("it is protected by a password")
        elif kind == _DIMENSIONS:
            _check_stated_size(body)
        elif sheet is not None:
            if depth == 1:  # not the data of a chart inside the sheet
                _add_record(sheet, kind, body)
        elif kind == _BOUNDSHEET:
            place = unpack_from("<I", body)[0]
            if place in starts:
                raise ValueError("two sheets stand at one place")
            starts[place] = SheetRecords()
        elif kind == _FORMAT:
            custom[unpack_from("<H", body)[0]] = _format_text(body, wide)
        elif kind == _XF:
            cell_formats.append(unpack_from("<H", body, 2)[0])
        elif kind == _SST and unpack_from("<I", body, 4)[0] * 3 > len(stream):
            raise ValueError("it counts more texts than it can hold")
    if len(found) < len(starts):
        raise ValueError(f"{len(starts) - len(found)} sheets are missing or cut off")
    return list(starts.values()), [custom.get(n, "") for n in cell_formats]


def percent_cells(sheet: SheetRecords, formats: list[str]) -> set[tuple[int, int]]:
    """Number cells of a sheet that are shown as percent.

    Raises
    ------
    ValueError
        If a cell names a format that is not there, or one that is percent for some numbers only.

    Examples
    --------
    >>> percent_cells(SheetRecords(numbers={(1, 2): 0, (1, 3): 1}), ["0.0%", ""])
    {(1, 2)}
    """
    if any(number >= len(formats) for number in sheet.numbers.values()):
        raise ValueError("cells name a number format that is not there")
    shown = [is_percent(text) for text in formats]
    return {cell for cell, number in sheet.numbers.items() if shown[number]}


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each record: where it begins, its number, its bytes."""
    at, end = 0, len(stream)
    while at + 4 <= end:
        kind, length = _HEAD.unpack_from(stream, at)
        if kind == 0 and length == 0:  # padding up to the end of the stream
            return
        if at + 4 + length > end:
            raise ValueError("a record is cut off")
        yield at, kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _add_record(sheet: SheetRecords, kind: int, body: bytes) -> None:
    """Take one record of a sheet."""
    row = column = 0
    if kind in _NUMBERS or kind in _OTHER_CELLS:
        row, column, cell_format = unpack_from("<HHH", body)
        if kind in _NUMBERS:
            _add_number(sheet, row, column, cell_format)
        elif kind == _FORMULA:
            sheet.formulas.append((row, column))
    elif kind == _MULRK:
        row, first = unpack_from("<HH", body)
        column = unpack_from("<H", body, len(body) - 2)[0]
        if len(body) != 6 + 6 * (column - first + 1):
            raise ValueError(f"row {row + 1} is cut off")
        for i in range(first, column + 1):
            _add_number(sheet, row, i, unpack_from("<H", body, 4 + 6 * (i - first))[0])
    elif kind == _MERGED:
        for i in range(unpack_from("<H", body)[0]):
            top, bottom, left, right = unpack_from("<HHHH", body, 2 + 8 * i)
            sheet.spans.append((top, left, bottom, right))
    sheet.rows, sheet.columns = max(sheet.rows, row + 1), max(sheet.columns, column + 1)


def _check_stated_size(body: bytes) -> None:
    """Raise if a sheet states a size that no sheet has: what reads the values reserves room for it."""
    form = {14: "<IIHH", 10: "<HHHH"}.get(len(body))
    if form is None:
        raise ValueError("the size of a sheet is cut off")
    row, end_row, column, end_column = unpack_from(form, body)
    if not (row <= end_row <= _SHEET_ROWS and column <= end_column <= _SHEET_COLUMNS):
        raise ValueError(f"a sheet states {end_row - row} rows and {end_column - column} columns")


def _add_number(sheet: SheetRecords, row: int, column: int, cell_format: int) -> None:
    if (row, column) in sheet.numbers:
        raise ValueError(f"two numbers in row {row + 1}, column {column + 1}")
    sheet.numbers[row, column] = cell_format


def _format_text(body: bytes, wide: bool) -> str:
    """Text of a number format; letters beyond Latin-1 do not matter for percent signs."""
    if not wide:
        return body[3 : 3 + body[2]].decode("latin-1")
    length, flags = unpack_from("<HB", body, 2)
    return (
        body[5 : 5 + 2 * length].decode("utf-16-le") if flags & 1 else body[5 : 5 + length].decode("latin-1")
    )
