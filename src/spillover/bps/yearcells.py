"""A column of years with cells that are none: its years would be taken for values."""

from __future__ import annotations

from spillover.bps.columns import YEAR_HEAD, Roles, is_year
from spillover.bps.sheets import Cells
from spillover.errors import DataError


def check_year_cells(where: str, rows: Cells, begin: int, roles: Roles) -> None:
    """Refuse a column that is headed as years, and mostly holds them, for its cells that are none.

    A column without such cells has the role of the year and is not among the values; one headed "Tahun"
    that hardly holds years (years of schooling, say) is left alone.

    Raises
    ------
    DataError
    """
    for j in roles.values:
        heads = [row[j].strip(" .:") for row in rows[begin : roles.first] if j < len(row)]
        if not any(map(YEAR_HEAD.fullmatch, heads)):
            continue
        cells = {i: rows[i][j] for i in roles.body if j < len(rows[i])}
        wrong = [f"{text!r} in row {i + 1}, column {j + 1}" for i, text in cells.items() if not is_year(text)]
        if 0 < 2 * len(wrong) < len(cells):
            remedy = "write years in four digits, without decimals"
            raise DataError(where, "cells that are no years in a column of years", wrong, remedy)
