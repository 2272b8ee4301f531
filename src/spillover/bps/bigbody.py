"""The body of a big CSV table, a stretch of rows at a time, as `lay_out` finds it in a whole sheet."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import NamedTuple

from spillover.bps.bodyrows import body_rows
from spillover.bps.columns import Roles, find_roles
from spillover.bps.csvstream import CsvRows
from spillover.bps.gazetteer import gazetteer
from spillover.bps.layout import tidy
from spillover.bps.limits import SPLIT_TABLES
from spillover.bps.looks import is_code
from spillover.bps.sheets import Cells
from spillover.errors import DataError

# Rows from which the columns are first understood.
HEAD_ROWS = 2_000
# Rows of notes below a table, or without values in it, that are held until it is clear what they are.
MAX_NOTES = 1_000
_KNOWN = ("district", "province", "nation")


class Begin(NamedTuple):
    """Where the body begins, a row of it with a known region, and what the columns hold."""

    row: int
    anchor: list[str]
    roles: Roles


class Stretch(NamedTuple):
    """Rows of the body: their numbers in the file, their cells as printed, and with plain blanks."""

    numbers: list[int]
    raw: Cells
    rows: Cells


def find_begin(head: Cells) -> Begin | None:
    """Understand the first rows of a file; None where they begin no table in long form.

    Only a table with a column of years or of classes can be longer than a sheet: one row per region cannot.
    """
    rows = tidy(head)
    levels_of = gazetteer().levels_of
    roles = find_roles(rows, 0, levels_of)
    if roles is None or not roles.values or not is_long(roles):
        return None
    body = [rows[i] for i in roles.body if len(rows[i]) > roles.stub]
    levels = levels_of([row[roles.stub] for row in body])
    known = [row for row, level in zip(body, levels, strict=True) if level in _KNOWN]
    anchors = known or [row for row in body if is_code(row[roles.stub])]
    return Begin(roles.first, anchors[0], roles) if anchors else None


def is_long(roles: Roles) -> bool:
    """Whether rows of one region are told apart by year or class."""
    return roles.year is not None or bool(roles.dimensions)


class Body:
    """Rows of the body in stretches; afterwards also the rows above (``head``) and below (``tail``) it."""

    def __init__(self, source: CsvRows, begin: Begin, size: int) -> None:
        self._source, self._begin, self._size = source, begin, size
        self._where = source.path.name
        self._above = ["", "", ""]  # name, code and province that go on where cells are empty
        self.head: Cells = []
        self.tail: Cells = []
        self.tail_row = 0

    def stretches(self) -> Iterator[Stretch]:
        """Go through the file once.

        Raises
        ------
        DataError
            Rows with more or fewer cells than the header, or rows that are no longer of the table.
        """
        start, rows_read = self._begin.row, 0
        left: Cells = []
        for raw in self._source.stretches(self._size):
            above = max(0, start - rows_read)
            self.head += raw[:above]
            rows_read += len(raw)
            left += raw[above:]
            first = rows_read - len(left)
            rows = tidy(left)
            taken, end = self._body(rows)
            if taken:
                stretch = Stretch(
                    [first + i for i in taken], [left[i] for i in taken], [rows[i] for i in taken]
                )
                yield self._filled(self._even(stretch))
            left = left[end:]
            if len(left) > MAX_NOTES:
                at = [f"row {rows_read - len(left) + 1}"]
                problem = "a big file with rows that are not of the table, or without values, and more below"
                raise DataError(self._where, problem, at, SPLIT_TABLES)
        self.tail, self.tail_row = left, rows_read - len(left)

    def _body(self, rows: Cells) -> tuple[list[int], int]:
        """Which rows are of the body, and where what may be notes begins."""
        stub = self._begin.roles.stub
        below = [self._begin.anchor, *rows]
        names = [row[stub] if len(row) > stub else "" for row in below]
        distinct = list(set(names))
        level = dict(zip(distinct, gazetteer().levels_of(distinct), strict=True))
        body, end = body_rows(below, 0, stub, [level[name] for name in names])
        return [i - 1 for i in body[1:]], end - 1

    def _even(self, stretch: Stretch) -> Stretch:
        """Rows of the width of the table; empty cells beyond it are left out."""
        width = self._begin.roles.width
        if set(map(len, stretch.rows)) == {width}:
            return stretch
        odd = [
            f"row {number + 1} has {len(row)}"
            for number, row in zip(stretch.numbers, stretch.rows, strict=True)
            if len(row) < width or any(row[width:])
        ]
        if odd:
            problem = f"rows with another number of cells than the table's {width}"
            raise DataError(
                self._where, problem, odd, "write all cells of these rows, ... where there is no value"
            )
        return Stretch(stretch.numbers, *([row[:width] for row in rows] for rows in stretch[1:]))

    def _filled(self, stretch: Stretch) -> Stretch:
        """Names, codes and provinces where the print goes on without repeating them."""
        roles = self._begin.roles
        columns = (roles.stub, roles.codes, roles.block)
        if all(all(map(itemgetter(j), stretch.rows)) for j in columns if j is not None):
            self._above = [stretch.rows[-1][j] if j is not None else "" for j in columns]
            return stretch
        raw, rows = [list(row) for row in stretch.raw], [list(row) for row in stretch.rows]
        for printed, row in zip(raw, rows, strict=True):
            again = not row[roles.stub]
            for at, (j, carry) in enumerate(zip(columns, (again, again, True), strict=True)):
                if j is None:
                    continue
                if row[j] or not carry:
                    self._above[at] = row[j]
                else:
                    printed[j] = row[j] = self._above[at]
        return Stretch(stretch.numbers, raw, rows)
