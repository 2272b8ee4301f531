"""A column of years with cells that are none: its years would be taken for values."""

from __future__ import annotations

import re

from spillover.bps.columns import YEAR_HEAD, Roles
from spillover.bps.headings import read_heading, untold_year
from spillover.bps.looks import is_year
from spillover.bps.sheets import Cells
from spillover.errors import DataError

_OF_TIME = re.compile(r"(?:tahun|year|thn|th|periode?|waktu|tanggal|date|bulan|month)\b", re.I)


def _refuse_dates(where: str, cells: set[str], heads: list[str], j: int) -> None:
    if cells and all(is_year(text) or untold_year(text) for text in cells):
        remedy = "head the years of the values Tahun, four digits each, months Bulan; take other dates out"
        problem = "a column of dates, or of years of something else, among the values"
        raise DataError(where, problem, [f"column {j + 1}: {heads[-1]}"], remedy)


def check_year_cells(where: str, rows: Cells, begin: int, roles: Roles) -> None:
    """Refuse a column that is headed as years, and mostly holds them, for its cells that are none.

    A column without such cells has the role of the year and is not among the values; one headed "Tahun"
    that hardly holds years (years of schooling, say) is left alone. Refused are also columns of dates and
    periods, and of years of something else ("Tahun Berdiri"): they would get the unit of the title.

    Raises
    ------
    DataError
    """
    for j in roles.values:
        heads = [row[j].strip(" .:") for row in rows[begin : roles.first] if j < len(row)]
        if not any(_OF_TIME.match(text) and not read_heading(text).year for text in heads):
            continue
        cells = {i: rows[i][j] for i in roles.body if j < len(rows[i])}
        wrong = [f"{text!r} in row {i + 1}, column {j + 1}" for i, text in cells.items() if not is_year(text)]
        if any(map(YEAR_HEAD.fullmatch, heads)) and 0 < 2 * len(wrong) < len(cells):
            remedy = "write years in four digits, without decimals"
            raise DataError(where, "cells that are no years in a column of years", wrong, remedy)
        _refuse_dates(where, {text for text in cells.values() if text}, heads, j)
