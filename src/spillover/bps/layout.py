"""A grid of cells as printed → a table whose cells know their region, year, period and measure.

The way a person reads a sheet: find the column of region names; above its first name stands the header,
below its last one the notes; a column of years makes the table long, years in the header make it wide.
Nothing is interpreted here: names, numbers and units stay as printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from operator import itemgetter
from typing import overload

from spillover.bps.columns import Levels, Roles, find_roles, is_code
from spillover.bps.gazetteer import gazetteer
from spillover.bps.headers import Said, read_header, read_period, title_year
from spillover.bps.sheets import Cells, LongCells, Sheet
from spillover.bps.shifts import (
    check_body_begins,
    check_header,
    check_overhang,
    check_places,
    check_rows,
    numbers_columns,
    refuse_cut_off,
)
from spillover.bps.yearcells import check_year_cells
from spillover.errors import DataError

_OF_TITLES = re.compile(r"\b(?:menurut|by)\b|\d|[(,]", re.I)
_CONTINUED = re.compile(r"\W*(?:lanjutan|continued|continuation)\b", re.I)
_UNIT_MEASURE = "{measure} ({unit})"


@dataclass(frozen=True)
class Table:
    """One table: its rows by region as printed, and its cells.

    Attributes
    ----------
    where, title, note : str
        Name for messages; title lines; source note and footnotes.
    labels, codes, blocks : list of str
        One entry per row of the table, in order, also rows without a value (sections, provinces).
    row : list of int
        For each cell, the place of its row in ``labels``.
    said : list of Said
        For each cell, what its headings say: year ("2013", "" where none), its provisional mark, period
        ("" for the whole year), and what is measured (``rest``).
    text : list of str
        For each cell, its value as printed.
    numeric : list of bool
        For each cell, whether the file stores it as a number.
    place : sequence of str
        For each cell, where it stands: "row 7, column 3".
    roles, columns : Roles or None, dict
        Of a grid: what its columns hold, and what is said over each column of values.
    """

    where: str
    title: str
    note: str
    labels: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    row: list[int] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)
    place: Sequence[str] = field(default_factory=list)
    roles: Roles | None = None
    columns: dict[int, Said] = field(default_factory=dict)

    def headings(self) -> list[Said]:
        """Each heading once (told apart by identity first, which is quicker than to hash all texts)."""
        return list(dict.fromkeys(dict(zip(map(id, self.said), self.said, strict=True)).values()))

    def only(self, cells: Sequence[int]) -> Table:
        """The table with some of its cells."""
        return replace(
            self,
            row=[self.row[n] for n in cells],
            said=[self.said[n] for n in cells],
            text=[self.text[n] for n in cells],
            numeric=[self.numeric[n] for n in cells],
            place=[self.place[n] for n in cells],
        )


class Places(Sequence[str]):
    """Where the cells of a grid stand, in words, made only when a message needs them."""

    def __init__(self, rows: list[int], columns: list[int]) -> None:
        self._rows, self._columns = rows, columns

    def __len__(self) -> int:
        return len(self._rows) * len(self._columns)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        row, column = divmod(range(len(self))[at], len(self._columns))
        return f"row {self._rows[row] + 1}, column {self._columns[column] + 1}"


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
        No column of region names; values without a region; a column of values without a header, or a year
        over the names (a shifted header or column); merged cells among the values; two years in one header.

    Examples
    --------
    >>> sheet = Sheet("a.csv", [["Kabupaten", "2013"], ["Morowali", "316400"], ["Banggai", "287133"]])
    >>> [said.year for said in lay_out(sheet)[0].said]
    ['2013', '2013']
    """
    if isinstance(sheet, LongCells):
        return [_from_long(sheet)]
    rows = tidy(sheet.rows)
    levels_of = gazetteer().levels_of
    tables: list[Table] = []
    begin = 0
    while any(rows[begin:]):
        roles = find_roles(rows, begin, levels_of)
        if roles is None and tables:
            break  # notes below the last table
        if roles is None or not roles.values:
            raise DataError(
                sheet.where,
                "no table of regions found: a column with names or codes of regions, and values beside it",
                remedy="give kabupaten/kota or province names as BPS prints them, one row each",
            )
        if tables and not any(rows[begin : roles.first]):
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


def _read(
    sheet: Sheet, rows: Cells, begin: int, roles: Roles, levels_of: Levels, before: Table | None
) -> Table:
    """Read the table whose header begins at row ``begin``; ``before`` is the one above it."""
    head = _filled(sheet, rows, begin, roles)
    check_body_begins(sheet.where, rows, begin, roles)
    check_overhang(sheet, rows, begin, roles)
    check_year_cells(sheet.where, rows, begin, roles)
    lines, own = _split(head, roles, merged=bool(sheet.spans))
    shared = _merge([read_header(text) for text in lines], sheet.where, "the header")
    note = " ".join(
        text for row in rows[roles.body[-1] + 1 : _next(rows, roles, levels_of)] for text in row if text
    )
    title = " ".join(filter(None, [sheet.title, shared.rest]))
    if before is not None and (not title or _CONTINUED.match(title)):
        title = before.title  # print repeats the header on a new page, not the title
    table = Table(sheet.where, title, note)
    columns = _columns(sheet, own, shared, roles)
    check_places(sheet.where, head, roles, dated=all(said.year for said in columns.values()))
    _check_merged(sheet, roles)
    check_rows(sheet, rows, roles)
    kept = _add_rows(sheet, rows, roles, columns, table)
    return _with_cells(sheet, rows, roles, columns, table, kept)


def _next(rows: Cells, roles: Roles, levels_of: Levels) -> int:
    """End of the notes below a table: the header of the next one, which follows an empty row, or the end."""
    if not any(rows[roles.end :]) or find_roles(rows, roles.end, levels_of) is None:
        return len(rows)
    return next((i for i in range(roles.end, len(rows)) if not rows[i]), roles.end)


def _filled(sheet: Sheet, rows: Cells, begin: int, roles: Roles) -> Cells:
    """Header rows with merged cells filled in, and without a row that only numbers the columns."""
    head = [row + [""] * (roles.width - len(row)) for row in rows[begin : roles.first]]
    for top, left, bottom, right in sheet.spans:
        for i in range(max(top, begin), min(bottom + 1, roles.first)):
            for j in range(left, min(right + 1, roles.width)):
                head[i - begin][j] = rows[top][left] if top < roles.first and left < len(rows[top]) else ""
    return [row for row in head if any(row) and not numbers_columns(row)]


def _split(head: Cells, roles: Roles, *, merged: bool) -> tuple[list[str], Cells]:
    """Texts that concern the whole table, and the rows that tell its columns apart."""
    lines: list[str] = []
    own: Cells = []
    values = roles.values
    for row in head:
        over = [row[j] for j in values if row[j]]
        beside = [text for j, text in enumerate(row) if text and j not in values]
        if not over:
            # A stub's heading stands beside headings of columns or alone with few words; a title says more.
            lines += [text for text in beside[:1] if len(beside) == 1 and _is_title(text)]
        elif len(set(over)) == 1 and (row[values[0]] and (len(over) == 1 or len(over) == len(values))):
            lines += [] if _is_value_head(over[0]) else over[:1]
        else:
            own.append(row)
    if not merged:  # the lowest row tells the columns apart, and has a heading for each
        own = [*(_carried(row, values) for row in own[:-1]), *own[-1:]]
    return lines, own


def _is_title(text: str) -> bool:
    return len(text.split()) > 3 or bool(_OF_TITLES.search(text))


def _carried(row: list[str], values: Sequence[int]) -> list[str]:
    """A heading goes on over the empty cells to its right, as print sets it over several columns."""
    out = list(row)
    for before, j in pairwise(values):
        out[j] = out[j] or out[before]
    return out


def _merge(parts: Sequence[Said], where: str, what: str) -> Said:
    """What several headings say together."""
    years = list(dict.fromkeys((p.year, p.mark) for p in parts if p.year))
    periods = list(dict.fromkeys(p.period for p in parts if p.period))
    if len(years) > 1 or len(periods) > 1:
        said = [y + m for y, m in years] if len(years) > 1 else periods
        raise DataError(where, f"{what} names more than one year or period", said, "leave one of them")
    texts = list(dict.fromkeys(p.rest for p in parts if p.rest))
    rest = " ".join(t for t in texts if not any(t != other and t.lower() in other.lower() for other in texts))
    if not years:
        ended = [title_year(p.rest) for p in parts if p.rest]
        years = list(dict.fromkeys((said.year, said.mark) for said in ended if said.year))
        years = years if len(years) == 1 else []
    year, mark = years[0] if years else ("", "")
    return Said(year, mark, periods[0] if periods else "", rest)


def _columns(sheet: Sheet, own: Cells, shared: Said, roles: Roles) -> dict[int, Said]:
    """What each column of values holds: its own headings, else what the whole table says."""
    columns = {}
    for j in roles.values:
        parts = [read_header(row[j]) for row in own]
        said = _merge(parts, sheet.where, f"the header of column {j + 1}")
        columns[j] = Said(
            said.year or shared.year,
            said.mark if said.year else shared.mark,
            said.period or shared.period,
            said.rest,
        )
    check_header(sheet.where, own, columns, roles, merged=bool(sheet.spans))
    return columns


def _check_merged(sheet: Sheet, roles: Roles) -> None:
    """Merged cells among the values say nothing about which cell has the value."""
    body = set(roles.body)
    wrong = [
        f"row {top + 1}, column {left + 1}"
        for top, left, bottom, right in sheet.spans
        if any(i in body for i in range(top, bottom + 1))
        and any(left <= j <= right for j in roles.values)
        and any(j < len(sheet.rows[top]) and sheet.rows[top][j].strip() for j in range(left, right + 1))
    ]
    if wrong:
        raise DataError(
            sheet.where, "merged cells among the values", wrong, "undo the merge, one value a cell"
        )


def _add_rows(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table
) -> dict[int, int]:
    """Add the rows of the body; the line of the sheet → the row of the table that it belongs to."""
    seen: dict[tuple[str, str, str], int] = {}
    above: dict[int | None, str] = {}
    lines: dict[int, int] = {}
    orphans = []
    long = roles.year is not None or bool(roles.dimensions)
    if not long and roles.codes is None and roles.block is None and roles.kind is None:
        return _add_names(sheet, rows, roles, columns, table)
    for i in roles.body:
        row = rows[i]
        carry = long and not (roles.stub < len(row) and row[roles.stub])
        label, code, block = with_kind(
            _cell(row, roles.stub, above, carry),
            _cell(row, roles.codes, above, carry),
            _cell(row, roles.block, above, True),
            row,
            roles,
        )
        if not label and not code and any(j < len(row) and row[j] for j in columns):
            orphans.append(f"row {i + 1}")
            continue
        at = seen.get((label, code, block)) if long else None
        if at is None:
            at = seen[label, code, block] = len(table.labels)
            table.labels.append(label)
            table.codes.append(code)
            table.blocks.append(block)
        lines[i] = at
    _refuse_orphans(sheet, orphans)
    return lines


def _add_names(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table
) -> dict[int, int]:
    """`_add_rows` where a name is all that a row says of its region, as in most exports."""
    names = [rows[i][roles.stub] if len(rows[i]) > roles.stub else "" for i in roles.body]
    if not all(names):
        at = zip(roles.body, names, strict=True)
        _refuse_orphans(sheet, [f"row {i + 1}" for i, name in at if not name])
    codes = {name for name in names if name[0].isdigit() and is_code(name)}
    table.labels.extend(["" if name in codes else name for name in names] if codes else names)
    table.codes.extend([name if name in codes else "" for name in names] if codes else [""] * len(names))
    table.blocks.extend([""] * len(names))
    return dict(zip(roles.body, range(len(names)), strict=True))


def _refuse_orphans(sheet: Sheet, orphans: list[str]) -> None:
    if orphans:
        raise DataError(
            sheet.where, "rows with values but no region", orphans, "give the region, or delete the row"
        )


def with_kind(label: str, code: str, block: str, row: Sequence[str], roles: Roles) -> tuple[str, str, str]:
    """A label with its kind from a column of its own ("Bogor" beside "City"); a code alone is no label."""
    if roles.kind is not None and label and roles.kind < len(row) and row[roles.kind]:
        label = f"{label} {row[roles.kind].split()[-1]}"
    if not code and label[:1].isdigit() and is_code(label):
        label, code = "", label
    return label, code, block


def _cell(row: Sequence[str], j: int | None, above: dict[int | None, str], carry: bool) -> str:
    """A cell's text, or the one above it where the print goes on without repeating it."""
    if j is None:
        return ""
    text = row[j] if j < len(row) else ""
    if text or not carry:
        above[j] = text
    return text or (above[j] if carry else "")


def _with_cells(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table, lines: dict[int, int]
) -> Table:
    """The table with the cells of its rows."""
    across = list(columns)
    table.row.extend(lines.values() if len(across) == 1 else [at for at in lines.values() for _ in across])
    table.text.extend(texts_of([sheet.rows[i] for i in lines], across))
    if sheet.numeric:
        table.numeric.extend([(i, j) in sheet.numeric for i in lines for j in across])
    else:
        table.numeric.extend([False] * len(table.row))
    said = list(columns.values())
    if roles.year is None and roles.period is None and roles.unit is None and not roles.dimensions:
        table.said.extend(said * len(lines))
    else:
        table.said.extend([said_in_row(rows[i], roles, one) for i in lines for one in said])
    return replace(table, place=Places(list(lines), across), roles=roles, columns=columns)


def texts_of(raw: Cells, across: list[int]) -> list[str]:
    """Texts of some columns, row by row; "" where a row is too short."""
    if min(map(len, raw), default=0) <= across[-1]:
        return [row[j] if j < len(row) else "" for row in raw for j in across]
    if len(across) == 1:
        return list(map(itemgetter(across[0]), raw))
    return list(chain.from_iterable(map(itemgetter(*across), raw)))


def said_in_row(row: list[str], roles: Roles, said: Said) -> Said:
    """What a column's heading says, with the year, period, class and unit that stand in the row."""

    def cell(j: int | None) -> str:
        return row[j] if j is not None and j < len(row) else ""

    if roles.year is not None:
        year = read_header(cell(roles.year))
        said = said._replace(year=year.year, mark=year.mark)
    if period := read_period(cell(roles.period)) if roles.period is not None else "":
        said = said._replace(period=period)
    words, unit = [text for text in map(cell, roles.dimensions) if text], cell(roles.unit)
    if words or unit:
        rest = " ".join([*words, *([said.rest] if said.rest and not _is_value_head(said.rest) else [])])
        said = said._replace(rest=_UNIT_MEASURE.format(measure=rest, unit=unit) if unit else rest)
    return said


def _is_value_head(text: str) -> bool:
    """A heading that says nothing but that values follow."""
    return text.lower() in {"value", "nilai", "values", "jumlah", "angka", "data", "total"}


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
