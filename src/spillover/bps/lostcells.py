"""Rows that lost a cell: the values to its right stand under other headings."""

from __future__ import annotations

from spillover.bps.columns import Roles
from spillover.bps.looks import NUMBER, cell
from spillover.bps.sheets import Cells, Sheet
from spillover.errors import DataError


def check_rows(sheet: Sheet, rows: Cells, roles: Roles) -> None:
    """Refuse rows that lost a cell.

    A text file or a page writes every cell of a row, also the empty ones: a row with values that ends before
    the last column has lost one. In any file, rows whose only gap is their last cell, in a table without
    other gaps, look just like rows from which a cell was deleted.

    Raises
    ------
    DataError
    """
    _check_words(sheet.where, rows, roles)
    if len(roles.values) < 2:
        return
    last = roles.values[-1]
    filled = {i: [j for j in roles.values if j < len(rows[i]) and rows[i][j]] for i in roles.body}
    if sheet.full_rows:
        short = [f"row {i + 1}" for i, own in filled.items() if own and len(rows[i]) <= last]
        if short:
            remedy = "write all cells of these rows, ... where there is no value"
            raise DataError(sheet.where, "rows with fewer cells than the header has", short, remedy)
    full = len(roles.values)
    gaps = [i for i, own in filled.items() if 0 < len(own) < full]
    lost = [i for i in gaps if len(filled[i]) == full - 1 and filled[i][-1] != last]
    if gaps and lost == gaps and 2 * len(lost) < len(filled):
        remedy = "write ... where there is no value, or put the lost cell back"
        problem = "rows that are empty in the last column only: a cell may be lost, and the others shifted"
        raise DataError(sheet.where, problem, [f"row {i + 1}" for i in lost], remedy)


def _check_words(where: str, rows: Cells, roles: Roles) -> None:
    """Refuse rows whose value stands in a column of words (size classes, series), and none in its own."""
    if not roles.dimensions:
        return
    wrong = [
        f"row {i + 1}, column {j + 1}: {text}"
        for i in roles.body
        if not any(cell(rows[i], v) for v in roles.values)
        for j in roles.dimensions
        if NUMBER.fullmatch(text := cell(rows[i], j))
    ]
    if wrong:
        remedy = "write all cells of these rows, ... where there is no value"
        raise DataError(where, "numbers in a column of words: a cell is lost", wrong, remedy)
