"""One row of the ledger as the rules between rows see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from spillover.partnerships.bounds import Bounds, row_bounds
from spillover.partnerships.columns import split_list
from spillover.partnerships.dates import Stretch, stretch

# Relative slack for sums of floats.
SLACK = 1e-9
# What is wrong, the rows at fault, what to do.
Found = tuple[str, list[str], str]


@dataclass(frozen=True, eq=False)
class Claim:
    """One row, with its line in the file, its bounds, and the conflict groups that it is in."""

    line: int
    cells: dict[str, Any]
    bounds: Bounds
    slugs: frozenset[str]
    days: Stretch

    def __getattr__(self, name: str) -> Any:
        """A cell by the name of its column."""
        try:
            return self.cells[name]
        except KeyError:
            raise AttributeError(name) from None

    def __str__(self) -> str:
        return f"line {self.line} {self.entry_id}"

    def key(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Cells of some columns."""
        return tuple(self.cells[name] for name in columns)

    def is_after(self, other: Claim) -> bool:
        """Whether this claim's as_of is later, as `is_later` says."""
        return self.days.first > other.days.first and self.days.last > other.days.last

    def disputes(self, *others: Claim) -> bool:
        """Whether this claim and all of the others stand in one conflict group."""
        return bool(self.slugs.intersection(*(o.slugs for o in others)))


def claim_of(line: Any, cells: dict[str, Any]) -> Claim:
    """A row of `Rows` as a claim."""
    slugs = frozenset(split_list(cells["conflict"]))
    return Claim(int(line), cells, row_bounds(cells), slugs, stretch(cells["as_of"]))


def totals_of(claim: Claim, by_id: dict[str, Claim]) -> set[str]:
    """The totals that a claim is part of, directly or through another."""
    found: set[str] = set()
    while claim.part_of and claim.part_of not in found:
        found.add(claim.part_of)
        claim = by_id.get(claim.part_of, claim)
    return found
