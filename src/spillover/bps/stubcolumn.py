"""The column of a grid in which the names or codes of regions stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import filterfalse, repeat, zip_longest

from spillover.bps.looks import CODE_HEAD, cell, is_code
from spillover.bps.sheets import Cells

STUB_COLUMNS = 12  # names of regions stand among the first columns
_SMALL = 1000
Levels = Callable[[Sequence[str]], list[str]]


def stub_column(rows: Cells, begin: int, levels_of: Levels) -> tuple[int | None, list[str]]:
    """The column with the most names of regions, the finest level first; the level of each of its cells."""
    best: tuple[int, int, int] = (0, 0, -1)
    levels: list[str] = []
    below = rows[begin:]
    if max(map(len, below), default=0) > STUB_COLUMNS:
        below = [row[:STUB_COLUMNS] for row in below]
    for j, column in enumerate(zip_longest(*below, fillvalue="")):  # columns out of rows, at C speed
        districts, names, own = (_repeated if len(column) <= _SMALL else _levels_in)(column, levels_of)
        if names and (districts, names) > best[:2]:
            best, levels = (districts, names, j), own
    stub = best[2] if best[2] >= 0 else _code_only_column(rows, begin)
    if stub is None:
        return None, []
    return stub, [""] * begin + (levels or [""] * len(below))


def _levels_in(column: tuple[str, ...], levels_of: Levels) -> tuple[int, int, list[str]]:
    """How many districts, and names in all, a column has, and the level of each of its cells."""
    words = list(filterfalse(str.isdigit, set(column) - {""}))
    found = levels_of(words)
    districts = found.count("district")
    names = districts + found.count("province") + found.count("nation")
    known = dict(zip(words, found, strict=True)) if names else {}
    return districts, names, list(map(known.get, column, repeat(""))) if names else []


# Exports of one table for several years have the same column of names.
_repeated = lru_cache(maxsize=16)(_levels_in)


def _code_only_column(rows: Cells, begin: int) -> int | None:
    """A column of codes that must do without names: headed as such, and nothing but codes below."""
    for j in range(min(STUB_COLUMNS, max((len(row) for row in rows[begin:]), default=0))):
        column = [text for row in rows[begin:] if (text := cell(row, j))]
        head = next((k for k, text in enumerate(column) if CODE_HEAD.fullmatch(text)), len(column))
        if column[head + 1 :] and all(map(is_code, column[head + 1 :])):
            return j  # above the heading may stand a title
    return None
