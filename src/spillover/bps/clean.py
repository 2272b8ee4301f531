"""One table as printed → rows of the long table `indicators`: every cell right, or the table refused."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from spillover.bps.headers import Said, title_year
from spillover.bps.measures import Declared, Measure, read_measures
from spillover.bps.names import Regions, resolve_regions
from spillover.bps.numbers import Numbers, parse_numbers, split_marks
from spillover.bps.remarks import accepted_by_code
from spillover.bps.rows import Cleaned, Head, Heads, fill_rows, refuse_cells
from spillover.bps.table import Table
from spillover.bps.titles import Known
from spillover.bps.totals import Part, RunningTotals, check_totals
from spillover.errors import DataError

_ZERO_LEGEND = re.compile(
    r"(?:^|\s)[\"'(]?[-–—][\"')]?\s*[:=]?\s*(?:nihil|nol|zero|nil|tidak ada atau nol)\b", re.I
)


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
    regions = regions_of(table, declared)
    heads = _heads(table, read_measures(table, declared, catalogue), declared)
    numbers = _numbers(table, heads, declared)
    return _cleaned(table, regions, heads, numbers)


class Rules(NamedTuple):
    """What all cells of a table together decide; then it can be cleaned part by part."""

    declared: Declared
    regions: Regions
    measures: dict[str, Measure]
    style: str
    whole: bool

    def heads(self, table: Table) -> Heads:
        """Headings of a part."""
        return _heads(table, self.measures, self.declared)

    def each_head(self, table: Table, said: list[Said]) -> list[Head]:
        """What each of some headings says."""
        heads = self.heads(replace(table, said=said))
        return [heads.known[at] for at in heads.of]

    def numbers(self, table: Table, heads: Heads) -> Numbers:
        """Numbers of a part, in the style that all cells decided."""
        dash = self.declared.dash or dash_means(table.note)
        return parse_numbers(
            table.text, where=table.where, style=self.style, whole=self.whole, dash=dash, places=table.place
        )

    def clean(self, table: Table, totals: RunningTotals) -> Cleaned:
        """Clean a part; its totals are compared when all parts are there."""
        heads = self.heads(table)
        numbers = self.numbers(table, heads)
        if totals:
            totals.add(_parts(table, heads, numbers))
        return _cleaned(table, self.regions, heads, numbers, whole_table=False)


def find_rules(table: Table, declared: Declared, catalogue: tuple[Known, ...]) -> Rules:
    """Rules of a table from cells that show all that is in it; refuses what `clean_table` refuses."""
    measures = read_measures(table, declared, catalogue)
    regions, heads = regions_of(table, declared), _heads(table, measures, declared)
    numbers = _numbers(table, heads, declared)
    _cleaned(table, regions, heads, numbers, whole_table=False)
    return Rules(declared, regions, measures, numbers.style, all(h.measure.counts for h in heads.known))


def regions_of(table: Table, declared: Declared) -> Regions:
    """Regions of a table's rows, by all that it says of them and what is declared."""
    return resolve_regions(
        table.labels,
        where=table.where,
        codes=table.codes if any(table.codes) else None,
        blocks=table.blocks if any(table.blocks) else None,
        code_system=declared.codes,
        province=declared.province or None,
        lines=table.lines or None,
    )


def _cleaned(
    table: Table, regions: Regions, heads: Heads, numbers: Numbers, *, whole_table: bool = True
) -> Cleaned:
    _check_headings(table, regions, numbers)
    out = Cleaned(table.where, table.title, table.note, number_style=numbers.style)
    if whole_table:
        out.remarks.extend(accepted_by_code(table.labels, regions))
    fill_rows(out, table, regions, heads, numbers)
    if whole_table and any(head.measure.adds_up for head in heads.known):
        out.disagreements.extend(check_totals(_parts(table, heads, numbers), regions))
    return out


def _heads(table: Table, measures: dict[str, Measure], declared: Declared) -> Heads:
    """What each heading says, with the year of the title, or the declared one, where it names none."""
    fallback = title_year(table.title).year or declared.year
    said = table.headings()
    if not fallback and not all(one.year for one in said):
        missing = [table.place[n] for n, one in enumerate(table.said) if not one.year]
        remedy = "give the year: --year 2023, or year= in Python"
        raise DataError(table.where, "values without a year", missing, remedy)
    known = [
        Head(
            int(one.year or fallback),
            one.period,
            measures[one.rest],
            split_marks(f"2000{one.mark}")[1] if one.mark else "final",
        )
        for one in said
    ]
    if len(known) == 1:
        return Heads(known, [0] * len(table.said))
    place = {one: at for at, one in enumerate(said)}
    return Heads(known, list(map(place.__getitem__, table.said)))


def _numbers(table: Table, heads: Heads, declared: Declared) -> Numbers:
    """Read all cells in one style; headings that count things may decide it for the others."""
    counts = heads.each(lambda head: head.measure.counts)
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
    refuse_cells(table.where, wrong, "values in a row that names no region", "name the region")


def _parts(table: Table, heads: Heads, numbers: Numbers) -> list[Part]:
    """Cells whose totals are sums: counts and money, not rates or per-head values."""
    names = heads.each(lambda h: f"{h.year}{h.period and ' ' + h.period} {h.measure.indicator}")
    adds_up = heads.each(lambda h: h.measure.adds_up)
    return [
        Part(name, r, table.labels[r], value)
        for name, counted, r, value in zip(names, adds_up, table.row, numbers.value, strict=True)
        if counted
    ]
