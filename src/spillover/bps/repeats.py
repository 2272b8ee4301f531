"""Cells of a big table that stand more than once: found by their keys, compared by their values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from spillover.bps.clean import Rules
from spillover.bps.digest import HEADINGS, Digest
from spillover.bps.limits import SPLIT
from spillover.bps.rows import finest_level
from spillover.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spillover.bps.streaming import BigTable

# Cells whose values are compared; a table with more of them is two tables.
MAX_REPEATED = 500_000


class _Cell(NamedTuple):
    """A cell by its number in the table, its value, and how to call it."""

    number: int
    value: Decimal | None
    name: str


def find_repeated(big: BigTable, digest: Digest, rules: Rules) -> set[int]:
    """Cells to set aside, so that each region has one value: the others say the same, or nothing.

    Cells are numbered through the table, row by row.

    Raises
    ------
    DataError
        A region twice with different values, or too many cells that repeat others.
    """
    keys = _cell_keys(big, digest, rules)
    order = np.sort(keys)
    double = np.unique(order[1:][(order[1:] == order[:-1]) & (order[1:] >= 0)])
    if not len(double):
        return set()
    cells = np.flatnonzero(np.isin(keys, double))
    where = digest.sheet.where
    if len(cells) > MAX_REPEATED:
        raise DataError(where, f"{len(cells):,} cells of regions that stand more than once", remedy=SPLIT)
    wanted = dict(zip(cells.tolist(), keys[cells].tolist(), strict=True))
    del keys, order
    return set(wanted) - _chosen(big, rules, wanted, where)


def _cell_keys(big: BigTable, digest: Digest, rules: Rules) -> NDArray[np.int64]:
    """For each cell a number that says its region, year, period and indicator; -1 where it is not kept."""
    finest, regions = finest_level(rules.regions), rules.regions
    codes: dict[str, int] = {}
    kept = [regions.level[row] == finest for row in big.rows_of]
    code = [codes.setdefault(regions.region_code[row], len(codes)) for row in big.rows_of]
    region = np.where(kept, code, -1).astype(np.int64)
    heads: dict[object, int] = {}
    across = [
        [
            heads.setdefault((h.year, h.period, h.measure.indicator), len(heads))
            for h in rules.each_head(big.layout, said)
        ]
        for said in big.said_of
    ]
    heading = np.array(across, dtype=np.int64)
    rows = np.frombuffer(digest.keys, dtype=np.int64)
    own = region[rows // HEADINGS][:, None]
    return np.where(own < 0, -1, own * len(heads) + heading[rows % HEADINGS]).ravel()


def _chosen(big: BigTable, rules: Rules, wanted: dict[int, int], where: str) -> set[int]:
    """Of cells of one key the first with a value, or the first; all values must be the same."""
    chosen: dict[int, _Cell] = {}
    double: list[str] = []
    first = 0
    for table in big.tables():
        inside = [n for n in range(len(table.text)) if first + n in wanted]
        part = table.only(inside)
        heads = rules.heads(part)
        years = heads.each(lambda head: head.year)
        for at, value in enumerate(rules.numbers(part, heads).value if inside else ()):
            number = first + inside[at]
            name = f"{part.labels[part.row[at]]} {years[at]} in {part.place[at]}"
            cell = _Cell(number, value, name)
            before = chosen.setdefault(wanted[number], cell)
            if before.value is None:
                chosen[wanted[number]] = cell
            elif value not in (None, before.value):
                double.append(name)
        first += len(table.text)
    if double:
        remedy = "keep one row; Kabupaten and Kota of one name need their kind, or a code"
        raise DataError(where, "a region stands twice with different values", double, remedy)
    return {cell.number for cell in chosen.values()}
