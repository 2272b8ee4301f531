"""One table as printed → rows of the long table `indicators`: every cell right, or the table refused."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from spillover.bps.headers import Said, title_year
from spillover.bps.layout import Table
from spillover.bps.measures import Declared, Measure, read_measures
from spillover.bps.names import Regions, resolve_regions
from spillover.bps.numbers import Numbers, parse_numbers, split_marks
from spillover.bps.titles import Known
from spillover.bps.totals import Part, check_totals
from spillover.errors import DataError

_ZERO_LEGEND = re.compile(
    r"(?:^|\s)[\"'(]?[-–—][\"')]?\s*[:=]?\s*(?:nihil|nol|zero|nil|tidak ada atau nol)\b", re.I
)
NAN = float("nan")
LEVELS = ("district", "province", "nation")
# Of two marks on one value (the year's and its own) the weaker knowledge counts.
STATUSES = ("final", "revised", "preliminary", "very_preliminary", "estimated")


@dataclass(frozen=True)
class Cleaned:
    """One table: rows of `indicators` as parallel lists, and what was done on the way.

    ``set_aside`` counts cells of totals, of the nation and of provinces above their districts, and rows
    that stand twice; ``disagreements`` tells totals that are not the sum of their parts.
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


class _Head(NamedTuple):
    """What the headings of a cell say: year, period, what is measured, status by the year's mark."""

    year: int
    period: str
    measure: Measure
    status: str


def clean_table(table: Table, declared: Declared, catalogue: tuple[Known, ...]) -> Cleaned:
    """Resolve names, numbers, units and years of one table.

    Parameters
    ----------
    table : Table
        As from `spillover.bps.layout.lay_out`.
    declared : Declared
        What the file does not say.
    catalogue : tuple of Known
        Indicators that are known by name.

    Returns
    -------
    Cleaned
        Values in the unit of the catalogue where the indicator is known, else in the base unit (rupiah,
        persons): the unit in the header scales the value exactly once. Only the finest level of the table
        is kept: provinces above their districts, totals and the nation are checked and set aside.

    Raises
    ------
    DataError
        A name, number, unit, year or indicator that the table does not settle; a district twice with
        different values; a negative count; a section heading with values.
    """
    if not table.text:
        raise DataError(table.where, "the table has no values", remedy="check that the right sheet was saved")
    regions = resolve_regions(
        table.labels,
        where=table.where,
        codes=table.codes if any(table.codes) else None,
        blocks=table.blocks if any(table.blocks) else None,
        code_system=declared.codes,
        province=declared.province or None,
    )
    known = _heads(table, read_measures(table, declared, catalogue), declared)
    heads = [known[said] for said in table.said]
    numbers = _numbers(table, heads, declared)
    _check_headings(table, regions, numbers)
    out = Cleaned(table.where, table.title, table.note)
    _fill(out, table, regions, heads, numbers)
    if any(head.measure.adds_up for head in known.values()):
        out.disagreements.extend(check_totals(_parts(table, heads, numbers), regions))
    return out


def _heads(table: Table, measures: dict[str, Measure], declared: Declared) -> dict[Said, _Head]:
    """What each heading says, with the year of the title, or the declared one, where it names none."""
    fallback = title_year(table.title).year or declared.year
    said = list(dict.fromkeys(table.said))
    if not fallback and not all(one.year for one in said):
        missing = [table.place[n] for n, one in enumerate(table.said) if not one.year]
        remedy = "give the year: --year 2023, or year= in Python"
        raise DataError(table.where, "values without a year", missing, remedy)
    return {
        one: _Head(
            int(one.year or fallback),
            one.period,
            measures[one.rest],
            split_marks(f"2000{one.mark}")[1] if one.mark else "final",
        )
        for one in said
    }


def _numbers(table: Table, heads: list[_Head], declared: Declared) -> Numbers:
    """Read all cells in one style; headings that count things may decide it for the others."""
    counts = [head.measure.counts for head in heads]
    dash = declared.dash or dash_means(table.note)
    style = declared.number_style
    if style == "auto" and any(counts) and not all(counts):
        style = _style_of_counts(table, counts)
    return parse_numbers(
        table.text,
        where=table.where,
        style=style,
        numeric=table.numeric,
        whole=all(counts),
        dash=dash,
        places=table.place,
    )


def _style_of_counts(table: Table, counts: list[bool]) -> str:
    """The style that the counted columns settle, "auto" if they do not."""
    texts = [text for text, counted in zip(table.text, counts, strict=True) if counted]
    numeric = [flag for flag, counted in zip(table.numeric, counts, strict=True) if counted]
    try:
        style = parse_numbers(texts, where=table.where, numeric=numeric, whole=True).style
    except DataError:
        return "auto"  # all cells together decide, or refuse
    return "id" if style == "id" else "auto"  # a declared "en" would switch off the check for lost thousands


def dash_means(note: str) -> str:
    """What "-" means by the table's own legend: "zero_shown_as_dash", else "not_available".

    Examples
    --------
    >>> dash_means("Keterangan: - = nihil"), dash_means("Sumber: BPS")
    ('zero_shown_as_dash', 'not_available')
    """
    return "zero_shown_as_dash" if _ZERO_LEGEND.search(note) else "not_available"


def _check_headings(table: Table, regions: Regions, numbers: Numbers) -> None:
    """A row that is no region (a section's heading) must have no values."""
    headings = {r for r, level in enumerate(regions.level) if level in ("section", "blank")}
    if not headings:
        return
    wrong = [
        f"{table.labels[r]!r} in {table.place[n]}"
        for n, r in enumerate(table.row)
        if r in headings and numbers.value[n] is not None
    ]
    _refuse(table.where, wrong, "values in a row that names no region", "name the region")


def _fill(out: Cleaned, table: Table, regions: Regions, heads: list[_Head], numbers: Numbers) -> None:
    """Add the cells of the finest level."""
    finest = next((level for level in LEVELS if level in regions.level), "")
    level, code = regions.level, regions.region_code
    keep = [n for n, r in enumerate(table.row) if level[r] == finest]
    for name, count in Counter(level[r] for r in table.row).items():
        if name not in (finest, "section", "blank"):
            out.set_aside[name] = count
    _check_cells(table, heads, numbers, keep)
    keys = [
        (code[table.row[n]], head.year, head.period, head.measure.indicator)
        for n in keep
        for head in (heads[n],)
    ]
    if len(set(keys)) < len(keys):
        keep, keys = _once(out, table, numbers, keep, keys)
    value, mine = [numbers.value[n] for n in keep], [heads[n] for n in keep]
    out.region_code.extend([key[0] for key in keys])
    out.year.extend([key[1] for key in keys])
    out.period.extend([key[2] for key in keys])
    out.indicator.extend([key[3] for key in keys])
    if any(head.measure.factor != 1 for head in mine[:1]) or len(set(map(id, mine))) > 1:
        value = [None if v is None else v * head.measure.factor for v, head in zip(value, mine, strict=True)]
    out.value.extend([NAN if v is None else float(v) for v in value])
    out.unit.extend([head.measure.unit for head in mine])
    out.status.extend([_weaker(numbers.status[n], head.status) for n, head in zip(keep, mine, strict=True)])
    out.missing_reason.extend([numbers.missing_reason[n] for n in keep])


def _check_cells(table: Table, heads: list[_Head], numbers: Numbers, keep: list[int]) -> None:
    """Refuse counts below zero, percentages of another unit, and scales in the cell and in the heading."""

    def refuse(wrong: list[int], problem: str, remedy: str) -> None:
        _refuse(table.where, [f"{table.text[n]} in {table.place[n]}" for n in wrong], problem, remedy)

    value = numbers.value
    below = [n for n in keep if (v := value[n]) is not None and v < 0 and heads[n].measure.counts]
    refuse(below, "negative counts", "correct the cells")
    if any(numbers.scaled):
        twice = [n for n in keep if numbers.scaled[n] and heads[n].measure.scaled]
        remedy = "write the numbers in full, or declare the unit without ribu, juta, …"
        refuse(twice, "a scale in the cell and another in the unit of the table", remedy)
    if any(numbers.percent):
        percent = [n for n in keep if numbers.percent[n] and not heads[n].measure.percent]
        refuse(percent, "percentages in a table of another unit", "correct the cells, or the unit")


Keys = list[tuple[str, int, str, str]]


def _once(
    out: Cleaned, table: Table, numbers: Numbers, keep: list[int], keys: Keys
) -> tuple[list[int], Keys]:
    """Each region once: of two cells, one that says the same or nothing is set aside.

    Today's layout of 38 provinces lists the districts of new provinces twice: with their figures under the
    old province, and with "-" under the new one.
    """
    chosen: dict[tuple[str, int, str, str], int] = {}
    double = []
    for n, key in zip(keep, keys, strict=True):
        first = chosen.setdefault(key, n)
        if first == n:
            continue
        out.set_aside["repeated"] = out.set_aside.get("repeated", 0) + 1
        if numbers.value[first] is None:
            chosen[key] = n
        elif numbers.value[n] not in (None, numbers.value[first]):
            double.append(f"{table.labels[table.row[n]]} {key[1]} in {table.place[n]}")
    remedy = "keep one row; Kabupaten and Kota of one name need their kind, or a code"
    _refuse(table.where, double, "a region stands twice with different values", remedy)
    return list(chosen.values()), list(chosen)


def _weaker(status: str, other: str) -> str:
    return status if status == other else max(status, other, key=STATUSES.index)


def _refuse(where: str, offenders: list[str], problem: str, remedy: str) -> None:
    if offenders:
        raise DataError(where, problem, offenders, remedy)


def _parts(table: Table, heads: list[_Head], numbers: Numbers) -> list[Part]:
    """Cells whose totals are sums: counts and money, not rates or per-head values."""
    names = {
        head: f"{head.year}{head.period and ' ' + head.period} {head.measure.indicator}"
        for head in set(heads)
    }
    return [
        Part(names[head], r, table.labels[r], value)
        for head, r, value in zip(heads, table.row, numbers.value, strict=True)
        if head.measure.adds_up
    ]
