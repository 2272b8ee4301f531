"""A digest of a big table: the rows that show something new. All that is in the table is in the digest."""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from spillover.bps.bigbody import HEAD_ROWS, Body, Stretch
from spillover.bps.columns import Roles, is_ballast
from spillover.bps.kinds import kind_of
from spillover.bps.limits import SPLIT
from spillover.bps.sheets import Cells, Sheet
from spillover.errors import DataError

# A table of all districts over all years with a hundred measures shows some ten thousand new things.
MAX_ROWS = 100_000
# Regions in the high half of a key, headings in the low one.
HEADINGS = 1 << 32
Texts = tuple[str, ...]


@dataclass
class Digest:
    """Rows that show something new, and which region and heading each row of the table has.

    Attributes
    ----------
    sheet : Sheet
        Rows above the body, rows of the digest, rows below it.
    numbers : list of int
        Where these rows stand in the file.
    regions, headings : dict of texts to int
        Texts that say the region, and texts that say year, period, class and unit, in order of appearance.
    keys : array of int
        Of each row of the body: the number of its region times ``HEADINGS``, and that of its heading.
    """

    sheet: Sheet
    numbers: list[int] = field(default_factory=list)
    regions: dict[Texts, int] = field(default_factory=dict)
    headings: dict[Texts, int] = field(default_factory=dict)
    keys: array[int] = field(default_factory=lambda: array("q"))


def region_columns(roles: Roles) -> list[int]:
    """Columns that say the region."""
    return [j for j in (roles.stub, roles.codes, roles.block, roles.kind) if j is not None]


def heading_columns(roles: Roles) -> list[int]:
    """Columns that say what the values of a row are."""
    return [j for j in (roles.year, roles.period, roles.unit, *roles.dimensions) if j is not None]


def places_of(keys: Sequence[Texts], known: dict[Texts, int]) -> list[int]:
    """Number of each key; new ones are numbered on."""
    for key in dict.fromkeys(keys):
        known.setdefault(key, len(known))
    return list(map(known.__getitem__, keys))


def texts_in(rows: Cells, columns: Sequence[int]) -> list[Texts]:
    """Texts of some columns, row by row."""
    if len(columns) > 1:
        return list(map(itemgetter(*columns), rows))
    return [(row[columns[0]],) for row in rows] if columns else [()] * len(rows)


def collect(body: Body, roles: Roles, where: str) -> Digest:
    """Go through a table once and keep what is new.

    Raises
    ------
    DataError
        A column with something new in most rows that is not one of values: the digest would be the table.
    """
    digest = Digest(Sheet(where, [], full_rows=True))
    rows: Cells = []
    seen: dict[Hashable, set[Hashable]] = {}
    count = 0
    for stretch in body.stretches():
        new = set(range(max(0, min(HEAD_ROWS - count, len(stretch.rows)))))
        for name, cells in _facets(stretch, roles, body.head):
            new |= _first_of_each(cells, seen.setdefault(name, set()))
        rows += [stretch.raw[n] for n in sorted(new)]
        digest.numbers += [stretch.numbers[n] for n in sorted(new)]
        if len(rows) > MAX_ROWS:
            names = [f"row {n + 1}" for n in digest.numbers[-3:]]
            problem = "too much that differs from row to row, beside regions, years, measures and values"
            raise DataError(where, problem, names, f"take columns of notes or counters out, or {SPLIT}")
        count += len(stretch.rows)
        regions = places_of(texts_in(stretch.rows, region_columns(roles)), digest.regions)
        headings = places_of(texts_in(stretch.rows, heading_columns(roles)), digest.headings)
        digest.keys.extend([r * HEADINGS + h for r, h in zip(regions, headings, strict=True)])
    digest.sheet.rows.extend([*body.head, *rows, *body.tail])
    tail = range(body.tail_row, body.tail_row + len(body.tail))
    digest.numbers = [*range(len(body.head)), *digest.numbers, *tail]
    return digest


def _facets(stretch: Stretch, roles: Roles, head: Cells) -> list[tuple[Hashable, Sequence[Hashable]]]:
    """What rows may show that is new: each facet's name, and what each row shows of it."""
    rows = stretch.rows
    beside = [[_in_short(row[j]) for row in rows] for j in _other_columns(roles, head)]
    region = texts_in(rows, region_columns(roles))
    measure = texts_in(rows, [j for j in heading_columns(roles) if j not in (roles.year, roles.period)])
    facets: list[tuple[Hashable, Sequence[Hashable]]] = [("region", region)]
    facets.append(("measure", list(zip(measure, *beside, strict=True))))
    facets += [((j, "of a region"), list(zip(region, texts, strict=True))) for j, texts in enumerate(beside)]
    facets += [(j, [row[j] for row in rows]) for j in (roles.year, roles.period) if j is not None]
    if len(roles.values) > 1:
        facets.append(
            ("filled", list(zip(*([bool(row[j]) for row in rows] for j in roles.values), strict=True)))
        )
    for j in roles.values:
        kinds = [kind_of(row[j]) for row in stretch.raw]
        facets.append(((j, "kinds"), list(zip(measure, kinds, strict=True))))
    return facets


def _other_columns(roles: Roles, head: Cells) -> list[int]:
    """Columns without a role, except those whose heading says that they do not matter (counters)."""
    known = {*region_columns(roles), *heading_columns(roles), *roles.values}
    others = [j for j in range(roles.width) if j not in known]
    heads = {j: [" ".join(row[j].split()) for row in head if len(row) > j and row[j].strip()] for j in others}
    return [j for j in others if not is_ballast((), heads[j], False)]


def _in_short(text: str) -> Hashable:
    """Words as they are, anything else by its kind."""
    return kind_of(text) if text.upper() == text.lower() else text


def _first_of_each(cells: Sequence[Hashable], seen: set[Hashable]) -> set[int]:
    """Places where something stands for the first time."""
    new = set(cells) - seen
    seen |= new
    places = set()
    for n, cell in enumerate(cells if new else ()):
        if cell in new:
            places.add(n)
            new.discard(cell)
    return places
