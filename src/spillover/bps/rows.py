"""Cells of one table that are numbers → rows of `indicators`: the finest level, each region once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from spillover.bps.measures import Measure
from spillover.bps.names import Regions
from spillover.bps.numbers import Numbers
from spillover.bps.table import Table
from spillover.errors import DataError

NAN = float("nan")
T = TypeVar("T")
LEVELS = ("district", "province", "nation")
# Of two marks on one value (the year's and its own) the weaker knowledge counts.
STATUSES = ("final", "revised", "preliminary", "very_preliminary", "estimated")


@dataclass(frozen=True)
class Cleaned:
    """One table: rows of `indicators` as parallel lists, and what was done on the way.

    ``set_aside`` counts cells of totals, of the nation and of provinces above their districts, and rows
    that stand twice; ``disagreements`` tells totals that are not the sum of their parts; ``remarks`` what was
    accepted but should be looked at; ``number_style`` is as in `Numbers`.
    """

    where: str
    title: str
    note: str
    region_code: list[str] = field(default_factory=list)
    year: list[int] = field(default_factory=list)
    period: list[str] = field(default_factory=list)
    indicator: list[str] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    status: list[str] = field(default_factory=list)
    missing_reason: list[str] = field(default_factory=list)
    set_aside: dict[str, int] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)
    number_style: str = ""
    remarks: list[str] = field(default_factory=list)


class Head(NamedTuple):
    """What the headings of a cell say: year, period, what is measured, status by the year's mark."""

    year: int
    period: str
    measure: Measure
    status: str


class Heads(NamedTuple):
    """Headings of a table, and for each cell the place of its own: there are few of them, and many cells."""

    known: list[Head]
    of: list[int]

    def each(self, what: Callable[[Head], T]) -> list[T]:
        """Something of each cell's heading."""
        found = [what(head) for head in self.known]
        return found * len(self.of) if len(found) == 1 else list(map(found.__getitem__, self.of))

    def only(self, cells: list[int]) -> Heads:
        """Headings of some cells."""
        return Heads(self.known, list(map(self.of.__getitem__, cells)))


def finest_level(regions: Regions) -> str:
    """The level of which a table's rows are kept: districts before provinces before the nation."""
    return next((level for level in LEVELS if level in regions.level), "")


def fill_rows(out: Cleaned, table: Table, regions: Regions, heads: Heads, numbers: Numbers) -> None:
    """Add the cells of the finest level to ``out``, and count what is set aside.

    Raises
    ------
    DataError
        Negative counts, fractions of things, a scale given twice, a region twice with different values.
    """
    finest = finest_level(regions)
    levels = list(map(regions.level.__getitem__, table.row))
    keep = [n for n, level in enumerate(levels) if level == finest]
    for name, count in Counter(levels).items():
        if name not in (finest, "section", "blank"):
            out.set_aside[name] = count
    _check_cells(table, heads, numbers, keep)
    code = [regions.region_code[table.row[n]] for n in keep]
    mine = heads.only(keep)
    if len(set(code)) < len(code):
        keys = list(zip(code, mine.each(lambda h: (h.year, h.period, h.measure.indicator)), strict=True))
        if len(set(keys)) < len(keys):
            keep = _once(out, table, numbers, keep, keys)
            code, mine = [regions.region_code[table.row[n]] for n in keep], heads.only(keep)
    value = [numbers.value[n] for n in keep]
    if any(head.measure.factor != 1 for head in heads.known):
        factors = mine.each(lambda h: h.measure.factor)
        value = [None if v is None else v * factor for v, factor in zip(value, factors, strict=True)]
    status = [numbers.status[n] for n in keep]
    if any(head.status != "final" for head in heads.known):
        status = list(map(_weaker, status, mine.each(lambda h: h.status)))
    out.region_code.extend(code)
    out.year.extend(mine.each(lambda h: h.year))
    out.period.extend(mine.each(lambda h: h.period))
    out.indicator.extend(mine.each(lambda h: h.measure.indicator))
    out.value.extend([NAN if v is None else float(v) for v in value])
    out.unit.extend(mine.each(lambda h: h.measure.unit))
    out.status.extend(status)
    out.missing_reason.extend([numbers.missing_reason[n] for n in keep])


def _check_cells(table: Table, heads: Heads, numbers: Numbers, keep: list[int]) -> None:
    """Refuse counts below zero or in fractions, percentages of another unit, and scales given twice."""

    def refuse(wrong: list[int], problem: str, remedy: str) -> None:
        refuse_cells(table.where, [f"{table.text[n]} in {table.place[n]}" for n in wrong], problem, remedy)

    value = numbers.value
    if numbers.signed:
        below = [n for n in keep if (v := value[n]) is not None and v < 0]
        measure = heads.each(lambda h: h.measure)
        counts = [n for n in below if measure[n].counts]
        refuse(counts, "negative counts", "correct the cells")
        others = [n for n in below if measure[n].never_negative]
        refuse(others, "negative values of what is never below zero", "correct the cells")
    counted = {head.measure.counts for head in heads.known}
    if len(counted) > 1:  # where all columns count things, the numbers were read so
        count = heads.each(lambda h: h.measure.counts)
        parts = [  # in totals too: a style that was declared wrongly shows there
            n for n, v in enumerate(value) if count[n] and v is not None and v != v.to_integral_value()
        ]
        refuse(parts, "fractions in a column that counts things one by one", "check unit and number style")
    if any(numbers.scaled):
        scaled = heads.each(lambda h: h.measure.scaled)
        twice = [n for n in keep if numbers.scaled[n] and scaled[n]]
        remedy = "write the numbers in full, or declare the unit without ribu, juta, …"
        refuse(twice, "a scale in the cell and another in the unit of the table", remedy)
    if any(numbers.percent):
        of_percent = heads.each(lambda h: h.measure.percent)
        percent = [n for n in keep if numbers.percent[n] and not of_percent[n]]
        refuse(percent, "percentages in a table of another unit", "correct the cells, or the unit")


Key = tuple[str, tuple[int, str, str]]


def _once(out: Cleaned, table: Table, numbers: Numbers, keep: list[int], keys: list[Key]) -> list[int]:
    """Each region once: of two cells, one that says the same or nothing is set aside.

    Today's layout of 38 provinces lists the districts of new provinces twice: with their figures under the
    old province, and with "-" under the new one.
    """
    chosen: dict[Key, int] = {}
    double = []
    for n, key in zip(keep, keys, strict=True):
        first = chosen.setdefault(key, n)
        if first == n:
            continue
        out.set_aside["repeated"] = out.set_aside.get("repeated", 0) + 1
        if numbers.value[first] is None:
            chosen[key] = n
        elif numbers.value[n] not in (None, numbers.value[first]):
            double.append(f"{table.labels[table.row[n]]} {key[1][0]} in {table.place[n]}")
    remedy = "keep one row; Kabupaten and Kota of one name need their kind, or a code"
    refuse_cells(table.where, double, "a region stands twice with different values", remedy)
    return list(chosen.values())


@lru_cache(maxsize=len(STATUSES) ** 2)
def _weaker(status: str, other: str) -> str:
    return status if status == other else max(status, other, key=STATUSES.index)


def refuse_cells(where: str, offenders: list[str], problem: str, remedy: str) -> None:
    """Raise if there are offenders."""
    if offenders:
        raise DataError(where, problem, offenders, remedy)
