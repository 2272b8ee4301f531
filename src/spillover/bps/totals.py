"""Totals that print below or above their parts: are they the sum?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from spillover.bps.names import Regions


class Part(NamedTuple):
    """One cell of a quantity that adds up: its series (year and indicator), row, label and number."""

    series: str
    row: int
    label: str
    number: Decimal | None


def check_totals(parts: Sequence[Part], regions: Regions) -> list[str]:
    """Compare totals with the sum of their parts, within the rounding of the print.

    The parts of a province are the districts below it, or, where it stands last, those before it; those of
    the nation are the provinces, else all districts; those of the only other total of several provinces are
    all districts, those of any other total the districts since the total before it. A total with a missing
    part is not checked.

    Parameters
    ----------
    parts : sequence of Part
        Cells in the order of the table.
    regions : Regions
        Levels of the table's rows.

    Returns
    -------
    list of str
        One line for each total that differs: series, total, sum and difference.
    """
    series: dict[str, dict[int, Part]] = {}
    for part in parts:
        series.setdefault(part.series, {})[part.row] = part
    groups = _groups(regions.level)
    return [line for cells in series.values() for line in _compare(cells, groups)]


class RunningTotals:
    """`check_totals` for a table that arrives in parts: it keeps a sum for each total, not the cells.

    Of a total whose parts are not all there, or stand more than once, nothing is said, as in `check_totals`.
    """

    def __init__(self, regions: Regions) -> None:
        self._groups = _groups(regions.level)
        self._totals_of: dict[int, list[int]] = {}
        for total, rows in self._groups.items():
            for row in rows:
                self._totals_of.setdefault(row, []).append(total)
        self._said: dict[tuple[str, int], Part] = {}
        self._sums: dict[tuple[str, int], tuple[int, Decimal, int]] = {}

    def __bool__(self) -> bool:
        """Whether the table has any totals."""
        return bool(self._groups)

    def add(self, parts: Iterable[Part]) -> None:
        """Take in the next cells."""
        for part in parts:
            if part.number is None:
                continue
            if part.row in self._groups:
                self._said[part.series, part.row] = part
            finest = int(part.number.as_tuple().exponent)
            for total in self._totals_of.get(part.row, ()):
                count, sums, before = self._sums.get((part.series, total), (0, Decimal(0), 0))
                self._sums[part.series, total] = count + 1, sums + part.number, min(before, finest)

    def disagreements(self) -> list[str]:
        """Totals that are not the sum of their parts, by series and in the order of the table."""
        lines = []
        for (series, row), part in sorted(self._said.items(), key=lambda item: item[0]):
            count, total, finest = self._sums.get((series, row), (0, Decimal(0), 0))
            assert part.number is not None
            least = min(finest, int(part.number.as_tuple().exponent))
            if count == len(self._groups[row]) and abs(part.number - total) > _allowed(least, count + 1):
                lines.append(_line(part, part.number, total, count))
        return lines


def _groups(level: Sequence[str]) -> dict[int, list[int]]:
    """For each row that is a total, the rows that are its parts."""
    groups: dict[int, list[int]] = {}
    open_province: int | None = None
    waiting: list[int] = []  # districts since the last total
    last: list[int] = []  # parts of the last total: print often gives two totals of one block
    provinces = [r for r, name in enumerate(level) if name == "province"]
    order = [name for name in level if name in ("district", "province")]
    trailing = order[:1] == ["district"] and order[-1:] == ["province"]  # each province below its districts
    for r, name in enumerate(level):
        if name == "district":
            waiting.append(r)
            if open_province is not None:
                groups[open_province].append(r)
        elif name == "province":
            below = not trailing and r + 1 < len(level) and level[r + 1] in ("district", "section")
            groups[r] = [] if below else list(waiting or last)
            open_province, waiting, last = (r if below else None), [], waiting or last
        elif name == "total":
            last = list(waiting) or last
            if len(provinces) > 1 and level.count("total") == 1:  # the one total below all provinces
                last = [i for i, other in enumerate(level) if other == "district"]
            groups[r], waiting = list(last), []
        elif name == "nation":
            groups[r] = provinces or [i for i, other in enumerate(level) if other == "district"]
    return {r: rows for r, rows in groups.items() if len(rows) > 1}


def _compare(cells: dict[int, Part], groups: dict[int, list[int]]) -> list[str]:
    lines = []
    for r, rows in groups.items():
        total = cells.get(r)
        numbers = [cells[i].number if i in cells else None for i in rows]
        known = [n for n in numbers if n is not None]
        if total is None or total.number is None or len(known) < len(numbers):
            continue
        added = sum(known, Decimal(0))
        finest = min(int(n.as_tuple().exponent) for n in (total.number, *known))
        if abs(total.number - added) > _allowed(finest, len(known) + 1):
            lines.append(_line(total, total.number, added, len(known)))
    return lines


def _line(total: Part, number: Decimal, added: Decimal, count: int) -> str:
    return (
        f"{total.series}: {total.label} says {number:f}, its {count} parts sum to {added:f} "
        f"(difference {number - added:+f})"
    )


def _allowed(finest: int, count: int) -> Decimal:
    """The most that rounding can add up to: half a unit of the last printed digit for each number."""
    return Decimal(5).scaleb(min(finest, 0) - 1) * count
