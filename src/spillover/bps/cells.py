"""Cells of a workbook, whatever its format, to one sheet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from spillover.bps.limits import MAX_CELLS, SPLIT, check_grid, number_text, percent_text
from spillover.bps.sheets import Sheet, Span
from spillover.errors import DataError

Cell = tuple[int, int]
FORMULA = "\0="  # text of a formula cell where formulas are let in; no file can hold it as a text
PASTE_VALUES = "copy the sheet and paste it as values only, then save it again"
_REPAIR = "open the file in a spreadsheet program and save it anew"


def cell_name(cell: Cell) -> str:
    """Name of a cell, counted from 0, as a spreadsheet shows it.

    Examples
    --------
    >>> cell_name((0, 0)), cell_name((9, 27))
    ('A1', 'AB10')
    """
    letters, column = "", cell[1] + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{cell[0] + 1}"


def refuse_formulas(cells: Iterable[Cell], where: str) -> None:
    """Raise if there are formulas: what a file keeps of them may be an old or no result."""
    names = [cell_name(cell) for cell in sorted(cells)]
    if names:
        raise DataError(where, "cells with a formula instead of a value", names, PASTE_VALUES)


def make_sheet(where: str, values: dict[Cell, object], percent: set[Cell], spans: Iterable[Span]) -> Sheet:
    """Lay out stored values as a sheet of texts.

    Parameters
    ----------
    where : str
        Name for messages.
    values : dict
        (row, column) from 0 → text, number, truth value, date or time; cells that are not there are empty.
    percent : set of (row, column)
        Number cells that are shown as percent; they become texts such as ``"5.12%"``.
    spans : iterable of Span
        Merged cells; they are cut at the last row and column that hold something.

    Returns
    -------
    Sheet
        As described there; dates are ISO texts, truth values ``"TRUE"`` and ``"FALSE"``.

    Raises
    ------
    DataError
        Too many cells, or a number that is not finite.

    Examples
    --------
    >>> make_sheet("a.xlsx", {(0, 0): "Kota Palu", (0, 2): 0.25}, {(0, 2)}, []).rows
    [['Kota Palu', '', '25%']]
    """
    height = 1 + max((row for row, _ in values), default=-1)
    width = 1 + max((column for _, column in values), default=-1)
    check_grid(height, width, where)
    cut = _cut_spans(spans, height, width, where)
    for top, left, bottom, right in cut:
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    values.pop((row, column), None)  # hidden under the merged cell: not printed
    rows: list[list[str]] = [[] for _ in range(height)]
    numeric, broken = set(), []
    for cell in sorted(values):
        value = values[cell]
        line = rows[cell[0]]
        line += [""] * (cell[1] - len(line))
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                line.append(percent_text(value) if cell in percent else number_text(value))
            except ValueError:
                broken.append(cell_name(cell))
                continue
            if cell not in percent:
                numeric.add(cell)
        else:
            line.append(_text(value))
    if broken:
        raise DataError(where, "numbers that are not finite or too long", broken, _REPAIR)
    return Sheet(where, rows, frozenset(numeric), tuple(cut))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.datetime):
        return value.isoformat() if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _cut_spans(spans: Iterable[Span], height: int, width: int, where: str) -> list[Span]:
    """Merged cells within the used part; a title merged over a whole row is common."""
    cut, area = [], 0
    for top, left, last_row, last_column in sorted(spans):
        bottom, right = min(last_row, height - 1), min(last_column, width - 1)
        if top > bottom or left > right or (top, left) == (bottom, right):
            continue
        area += (bottom - top + 1) * (right - left + 1)
        if area > MAX_CELLS:
            raise DataError(where, f"merged cells over more than {MAX_CELLS:,} cells", remedy=SPLIT)
        cut.append((top, left, bottom, right))
    return cut
