"""Rules for rows that speak of one number: a claim twice, figures that exclude each other, conflicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from spillover.partnerships.claims import SLACK, Claim, Found, totals_of
from spillover.partnerships.columns import split_list
from spillover.partnerships.problems import Rows

# Claims alike in all of these speak of one number.
SAME_NUMBER = (
    "programme", "actor", "counterpart", "measure", "unit", "basis", "stage", "as_of", "period_start",
    "period_end", "region_code", "sector",
)  # fmt: skip
# Claims of one source alike in these say the same thing.
SAME_CLAIM = (*SAME_NUMBER, "value", "value_high", "source_id")


def twice(claims: Sequence[Claim]) -> Iterator[Found]:
    """One claim stands in one row."""
    first: dict[tuple[str, ...], Claim] = {}
    again = []
    for c in claims:
        known = first.setdefault(tuple(map(str, c.key(SAME_CLAIM))), c)
        again += [f"{c}, as {known}"] if known is not c else []
    yield "the same claim twice", again, "keep one of the rows"


def same_number(claims: Sequence[Claim]) -> Iterator[Found]:
    """Claims about one number that cannot both be true say so; each is held against one other."""
    by_id = {c.entry_id: c for c in claims}
    above = {c.entry_id: {c.entry_id, *totals_of(c, by_id)} for c in claims}
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for c in claims:
        groups[c.key(SAME_NUMBER)].append(c)
    pairs = []
    for group in groups.values():
        rising = sorted(group, key=lambda c: c.bounds.up)
        for c in group:
            for other in rising:
                if c.bounds.low * (1 - SLACK) <= other.bounds.up:
                    break
                if not c.disputes(other) and not above[c.entry_id] & above[other.entry_id]:
                    pairs.append(sorted((c, other), key=lambda claim: -claim.line))
                    break
    found = [f"{b}: {b.value:g}, {a}: {a.value:g}" for b, a in pairs]
    remedy = "correct one; if sources disagree, give both the same conflict slug"
    yield "different figures for the same number", found, remedy


def lonely(rows: Rows) -> Iterator[Found]:
    """A conflict has two sides."""
    cells = {line: split_list(text) for line, text in rows.table["conflict"].items()}
    count = Counter(slug for slugs in cells.values() for slug in set(slugs))
    entry = rows.table["entry_id"]
    alone = [f"line {i} {entry[i]}: {s}" for i, slugs in cells.items() for s in slugs if count[s] == 1]
    yield "a conflict slug that only one row has", alone, "give it to the other side, or empty the cell"
