"""One table as printed: its rows by region, and its cells with what their headings say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import overload

from spillover.bps.columns import Roles
from spillover.bps.headers import Said


@dataclass(frozen=True)
class Table:
    """One table: its rows by region as printed, and its cells.

    Attributes
    ----------
    where, title, note : str
        Name for messages; title lines; source note and footnotes.
    labels, codes, blocks : list of str
        One entry per row of the table, in order, also rows without a value (sections, provinces).
    lines : list of int
        For each of these rows of a grid, the row of the file where it stands first (the file's first is 1).
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
    lines: list[int] = field(default_factory=list)
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
