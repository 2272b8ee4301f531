"""A grid of cells as printed → a table whose cells know their region, year, period and measure.

The way a person reads a sheet: find the column of region names; above its first name stands the header,
below its last one the notes; a column of years makes the table long, years in the header make it wide.
Nothing is interpreted here: names, numbers and units stay as printed.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

from spillover.bps.body import fill
from spillover.bps.columns import Roles, find_roles
from spillover.bps.gazetteer import gazetteer
from spillover.bps.headers import Said, read_header, read_period
from spillover.bps.heads import read_heads
from spillover.bps.looks import cell
from spillover.bps.lostcells import check_rows
from spillover.bps.othertables import check_columns, check_notes, check_regions, refuse_nameless
from spillover.bps.sheets import Cells, LongCells, Sheet
from spillover.bps.shifts import (
    check_body_begins,
    check_overhang,
    check_places,
    numbers_columns,
    refuse_cut_off,
)
from spillover.bps.stubcolumn import Levels
from spillover.bps.table import Table
from spillover.bps.yearcells import check_year_cells
from spillover.errors import DataError

_CONTINUED = re.compile(
    r"\W*(?:tab(?:el|le)\s*[\d.]*\W*)?(?:lanjutan|sambungan|continued|continuation)\b", re.I
)


def lay_out(sheet: Sheet | LongCells) -> list[Table]:
    """Find the tables of a sheet.

    Parameters
    ----------
    sheet : Sheet or LongCells
        As from `spillover.bps.files.read_sheets`.

    Returns
    -------
    list of Table
        In the order of the sheet, which may hold several tables below each other.

    Raises
    ------
    DataError
        No column of region names, regions across the top, or sub-districts; values without a region; a column
        of values without a header, or a year over the names (a shifted header or column); merged cells among
        the values; two years in one header, or a span of years.

    Examples
    --------
    >>> sheet = Sheet("a.csv", [["Kabupaten", "2013"], ["Morowali", "316400"], ["Banggai", "287133"]])
    >>> [said.year for said in lay_out(sheet)[0].said]
    ['2013', '2013']
    """
    if isinstance(sheet, LongCells):
        return [_from_long(sheet)]
    rows = tidy(sheet.rows)
    gaz = gazetteer()
    levels_of = gaz.levels_of
    tables: list[Table] = []
    begin = 0
    while any(rows[begin:]):
        roles = find_roles(rows, begin, levels_of)
        if roles is None and tables:
            check_notes(sheet.where, rows, begin)
            break
        if roles is not None:
            check_regions(sheet.where, rows, begin, roles, gaz)
        if roles is None or not roles.values:
            refuse_nameless(sheet.where, rows[begin:])
        if tables and not _is_headed(rows[begin : roles.first], roles):
            refuse_cut_off(sheet.where, roles)
        tables.append(_read(sheet, rows, begin, roles, levels_of, tables[-1] if tables else None))
        begin = roles.end
    return tables


def tidy(rows: Cells) -> Cells:
    """Rows with plain single blanks in their cells, and blank rows empty."""
    if not _is_tidy(rows):
        rows = [[" ".join(cell.split()) for cell in row] for row in rows]
    if not all(map(any, rows)):
        rows = [row if any(row) else [] for row in rows]
    return rows


def _is_tidy(rows: Cells) -> bool:
    """Whether no cell has a blank at its ends, two together, or one that is no plain space."""
    text = "\x00".join(chain.from_iterable(rows))
    odd = ("  ", " \x00", "\x00 ", "\t", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f")
    return text.isascii() and text.strip() == text and not any(mark in text for mark in odd)


def _is_headed(head: Cells, roles: Roles) -> bool:
    """Whether rows above a further table have headings over its values: notes do not part a table."""
    over = [cell(row, j) for row in head if not numbers_columns(row) for j in roles.values]
    numbers = (text for text in over if text.replace(".", "").replace(",", "").isdigit())
    return any(over) and all(read_header(text).year for text in numbers)


def _read(
    sheet: Sheet, rows: Cells, begin: int, roles: Roles, levels_of: Levels, before: Table | None
) -> Table:
    """Read the table whose header begins at row ``begin``; ``before`` is the one above it."""
    check_columns(sheet.where, rows, begin, roles)
    check_body_begins(sheet.where, rows, begin, roles)
    check_overhang(sheet, rows, begin, roles)
    check_year_cells(sheet.where, rows, begin, roles)
    heads = read_heads(sheet, rows, begin, roles)
    notes = rows[roles.body[-1] + 1 : _next(rows, roles, levels_of)]
    title = heads.title
    if before is not None and (not title or _CONTINUED.match(title)):
        title = before.title  # print repeats the header on a new page, not the title
    table = Table(sheet.where, title, " ".join(text for row in notes for text in row if text))
    dated = all(said.year for said in heads.columns.values())
    check_places(sheet.where, heads.rows, roles, dated=dated)
    check_rows(sheet, rows, roles)
    return fill(sheet, rows, roles, heads.columns, table)


def _next(rows: Cells, roles: Roles, levels_of: Levels) -> int:
    """End of the notes below a table: the header of the next one, which follows an empty row, or the end."""
    if not any(rows[roles.end :]) or find_roles(rows, roles.end, levels_of) is None:
        return len(rows)
    return next((i for i in range(roles.end, len(rows)) if not rows[i]), roles.end)


def _from_long(cells: LongCells) -> Table:
    """Cells that arrive labelled (web API)."""
    title = " ".join(filter(None, [cells.title, f"({cells.unit})" if cells.unit else ""]))
    table = Table(cells.where, title, cells.note)
    seen: dict[tuple[str, str, str], int] = {}
    for key in zip(cells.label, cells.code, cells.block, strict=True):
        table.row.append(seen.setdefault(key, len(seen)))
    for label, code, block in seen:
        table.labels.append(label)
        table.codes.append(code)
        table.blocks.append(block)
    odd = [text for text in dict.fromkeys(cells.period) if text and read_period(text) is None]
    if odd:
        raise DataError(cells.where, "periods that are no month, quarter or half year", odd)
    table.said.extend(
        [
            Said(said.year, said.mark, (read_period(period) or "") if period else "", measure)
            for said, period, measure in zip(
                map(read_header, cells.year), cells.period, cells.measure, strict=True
            )
        ]
    )
    table.text.extend(cells.text)
    table.numeric.extend(cells.numeric)
    return replace(table, place=cells.place)
