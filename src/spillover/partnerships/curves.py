"""A sum that only grows, seen through claims: the least and the most that it can be on a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import inf
from typing import NamedTuple

from spillover.errors import DataError
from spillover.partnerships.bounds import Bounds
from spillover.partnerships.columns import split_list
from spillover.partnerships.dates import Stretch

# Relative slack for comparing bounds that were computed from the same digits.
SLACK = 1e-9


class Claim(NamedTuple):
    """What one claim says: bounds on the sum on some day of ``days``; of a wider sum, only the upper one."""

    entry_id: str
    days: Stretch
    bounds: Bounds
    wider: bool
    conflict: str
    slugs: tuple[str, ...]

    def lower(self, day: date) -> float:
        """Lower bound on the sum at the end of a day, as far as this claim says."""
        return self.bounds.low if self.days.last <= day and not self.wider else 0.0

    def upper(self, day: date) -> float:
        """Upper bound on the sum at the end of a day, as far as this claim says."""
        return self.bounds.up if day <= self.days.first else inf


class Bound(NamedTuple):
    """A bound, the claims that make it, and what they assume."""

    value: float
    entries: tuple[str, ...]
    slugs: tuple[str, ...]


@dataclass(frozen=True)
class Curve:
    """Claims about one cumulative sum that is 0 before ``start``.

    With ``widen``, of claims that share a conflict slug only one is held to be true, whichever it is.
    """

    claims: Sequence[Claim]
    start: date
    widen: bool = False

    @cached_property
    def groups(self) -> list[list[Claim]]:
        """Claims of which one at least is true: each alone, or those of a conflict together."""
        groups: list[list[Claim]] = []
        for claim in self.claims:
            slugs = set(split_list(claim.conflict)) if self.widen else set()
            joint = [g for g in groups if any(slugs & set(split_list(c.conflict)) for c in g)]
            merged = [c for g in joint for c in g]
            groups = [g for g in groups if g not in joint] + [[*merged, claim]]
        return groups

    def lower(self, day: date) -> Bound:
        """The best lower bound on the sum at the end of a day."""
        best = Bound(0.0, (), ())
        if day < self.start:
            return best
        for group in self.groups:
            value = min(c.lower(day) for c in group)
            if value > best.value:
                best = _bound(value, group)
        return best

    def upper(self, day: date) -> Bound:
        """The best upper bound on the sum at the end of a day (``inf`` if there is none)."""
        if day < self.start:
            return Bound(0.0, (), ())
        best = Bound(inf, (), ())
        for group in self.groups:
            value = max(c.upper(day) for c in group)
            if value < best.value:
                best = _bound(value, group)
        return best

    def check(self, where: str) -> None:
        """Raise if no curve fits the claims."""
        early = [c.entry_id for c in self.claims if c.days.last < self.start and c.lower(self.start) > 0]
        if early:
            remedy = f"the sum is counted from {self.start}: correct period_start or as_of"
            raise DataError(where, "claims for a day before the counting starts", early, remedy)
        pairs = list(self._contradictions())
        if not pairs:
            return
        marked = all(self._disputed(a, b) for a, b in pairs)
        offenders = [f"{a[0].entry_id} against {b[0].entry_id}" for a, b in pairs]
        if marked:
            remedy = 'take one side out of the ledger first, or use conflicts="widen"'
            raise DataError(where, "claims in conflict", offenders, remedy)
        remedy = "correct the ledger, or mark the conflict there"
        raise DataError(where, "claims that contradict each other", offenders, remedy)

    def _contradictions(self) -> Iterator[tuple[list[Claim], list[Claim]]]:
        """Pairs of groups where a lower bound exceeds an upper one that holds on the same day."""
        for low in self.groups:
            since = max(c.days.last for c in low)
            least = min(c.lower(since) for c in low)
            for up in self.groups:
                until = min(c.days.first for c in up)
                most = max(c.upper(until) for c in up)
                if low is not up and since <= until and least > most * (1 + SLACK):
                    yield low, up

    @staticmethod
    def _disputed(one: list[Claim], other: list[Claim]) -> bool:
        """Whether two groups share a conflict slug."""
        slugs = [{s for c in group for s in split_list(c.conflict)} for group in (one, other)]
        return bool(slugs[0] & slugs[1])


def _bound(value: float, group: list[Claim]) -> Bound:
    slugs = [slug for c in group for slug in c.slugs]
    if len(group) > 1:
        slugs.append("conflict_widened")
    return Bound(value, tuple(c.entry_id for c in group), tuple(slugs))
