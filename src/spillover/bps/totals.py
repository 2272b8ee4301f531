"""Totals that print below or above their parts: are they the sum?"""

from __future__ import annotations

from collections.abc import Sequence
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
    the nation are the provinces, else all districts; those of any other total are the districts since the
    total before it. A total with a missing part is not checked.

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
    return [line for name, cells in series.items() for line in _compare(name, cells, groups)]


def _groups(level: Sequence[str]) -> dict[int, list[int]]:
    """For each row that is a total, the rows that are its parts."""
    groups: dict[int, list[int]] = {}
    open_province: int | None = None
    waiting: list[int] = []  # districts since the last total
    last: list[int] = []  # parts of the last total: print often gives two totals of one block
    provinces = [r for r, name in enumerate(level) if name == "province"]
    for r, name in enumerate(level):
        if name == "district":
            waiting.append(r)
            if open_province is not None:
                groups[open_province].append(r)
        elif name == "province":
            below = r + 1 < len(level) and level[r + 1] in ("district", "section")
            groups[r] = [] if below else list(waiting or last)
            open_province, waiting, last = (r if below else None), [], waiting or last
        elif name == "total":
            last = list(waiting) or last
            groups[r], waiting = list(last), []
        elif name == "nation":
            groups[r] = provinces or [i for i, other in enumerate(level) if other == "district"]
    return {r: rows for r, rows in groups.items() if len(rows) > 1}


def _compare(name: str, cells: dict[int, Part], groups: dict[int, list[int]]) -> list[str]:
    lines = []
    for r, rows in groups.items():
        total = cells.get(r)
        numbers = [cells[i].number if i in cells else None for i in rows]
        known = [n for n in numbers if n is not None]
        if total is None or total.number is None or len(known) < len(numbers):
            continue
        difference = total.number - sum(known, Decimal(0))
        if abs(difference) > _rounding([total.number, *known]):
            lines.append(
                f"{name}: {total.label} says {total.number:f}, its {len(known)} parts sum to "
                f"{total.number - difference:f} (difference {difference:+f})"
            )
    return lines


def _rounding(numbers: Sequence[Decimal]) -> Decimal:
    """The most that rounding can add up to: half a unit of the last printed digit for each number."""
    finest = min(int(n.as_tuple().exponent) for n in numbers)
    return Decimal(5).scaleb(min(finest, 0) - 1) * len(numbers)
