"""Rules between rows: what supersedes what, parts and totals, claims that cannot both be true."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from spillover.errors import DataError
from spillover.partnerships.bounds import Bounds, row_bounds
from spillover.partnerships.columns import CURVE, split_list
from spillover.partnerships.dates import is_later, stretch
from spillover.partnerships.problems import Rows

# What parts have in common with their total; the as_of of a flow is not part of its period.
SHARED_BY_PARTS = ("programme", "measure", "unit", "stage", "basis", "period_start", "period_end", "as_of")
# Claims alike in all of these speak of one number.
SAME_NUMBER = (
    "programme", "actor", "counterpart", "measure", "unit", "basis", "stage", "as_of", "period_start",
    "period_end", "region_code", "sector",
)  # fmt: skip
# Relative slack for sums of floats.
SLACK = 1e-9


@dataclass(frozen=True, eq=False)
class Claim:
    """One row, with its line in the file, its bounds, and the conflict groups that it is in."""

    line: int
    cells: dict[str, Any]
    bounds: Bounds
    slugs: frozenset[str]

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
        """Whether this claim's as_of is later."""
        return is_later(self.as_of, other.as_of)

    def disputes(self, *others: Claim) -> bool:
        """Whether this claim and all of the others stand in one conflict group."""
        return bool(self.slugs.intersection(*(o.slugs for o in others)))


def link_problems(every: Rows, sound: Rows) -> list[DataError]:
    """Problems between the ``sound`` rows; ids and groups are looked up in ``every`` row."""
    claims = [_claim(line, cells) for line, cells in sound.table.to_dict("index").items()]
    ids = set(every.table["entry_id"])
    found = [*_supersedes(claims, ids), *_curves(claims), *_parts(claims, ids), *_same_number(claims)]
    found += _lonely(every)
    return [DataError(every.where, what, who, remedy) for what, who, remedy in found if who]


def _claim(line: Any, cells: dict[str, Any]) -> Claim:
    slugs = frozenset(split_list(cells["conflict"]))
    return Claim(int(line), cells, row_bounds(cells), slugs)


Found = tuple[str, list[str], str]


def curves(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Cumulative claims of one curve each; a part has its counterpart's own."""
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.basis == "cumulative":
            part = claim.key(("part_of", "counterpart")) if claim.part_of else ("", "")
            groups[(*claim.key(CURVE), "part" if part[0] else "", part[1])].append(claim)
    yield from groups.values()


def _supersedes(claims: Sequence[Claim], ids: set[str]) -> Iterator[Found]:
    """Each later figure of a curve supersedes the one before it, and nothing else."""
    by_id = {c.entry_id: c for c in claims}
    of_curve = {c.entry_id: curve for curve in curves(claims) for c in curve}
    unknown, other, basis, early, skips, twice = ([] for _ in range(6))
    first: dict[str, Claim] = {}
    for c in (c for c in claims if c.supersedes):
        p = by_id.get(c.supersedes)
        if p is None:
            unknown += [f"{c}: {c.supersedes}"] if c.supersedes not in ids else []
            continue
        pair = f"{c}: {p.entry_id}"
        differ = [name for name in CURVE if c.cells[name] != p.cells[name]]
        other += [f"{pair} differs in {', '.join(differ)}"] if differ else []
        basis += [pair] if {c.basis, p.basis} != {"cumulative"} else []
        early += [pair] if not c.is_after(p) else []
        between = [q for q in of_curve.get(c.entry_id, []) if c.is_after(q) and q.is_after(p)]
        skips += [f"{pair}, over {q}" for q in between if not c.disputes(q)]
        rival = first.setdefault(p.entry_id, c)
        twice += [f"{pair}, as {rival} does"] if rival is not c and not c.disputes(rival) else []
    yield "supersedes an unknown entry", unknown, "correct the entry_id"
    remedy = "supersede only a claim of the same programme, actor, measure, unit, stage, region and start"
    yield "supersedes an entry of another curve", other, remedy
    yield "supersedes between claims that are not both cumulative", basis, "empty the cell: flows stay"
    yield "supersedes an entry that is not earlier", early, "correct as_of, or turn the pair around"
    yield "supersedes skips an entry", skips, "name the entry just before it"
    yield (
        "an entry superseded twice",
        twice,
        "let each supersede the one just before it, or mark the conflict",
    )


def _curves(claims: Sequence[Claim]) -> Iterator[Found]:
    """A later figure of a curve names the one before it, and is not lower."""
    done = {c.supersedes for c in claims}
    missing, falls = [], []
    for curve in curves(claims):
        for p in curve:
            later = [c for c in curve if c.is_after(p)]
            if later and p.entry_id not in done and not any(c.disputes(p) for c in later):
                following = min(later, key=lambda c: stretch(c.as_of))
                missing.append(f"{following}: {p} is earlier")
            falls += [f"{c} is below {p}" for c in later if falls_below(c, p) and not c.disputes(p)]
    yield "a later cumulative figure without supersedes", missing, "name the earlier entry in supersedes"
    remedy = "correct the figures; if sources disagree, give both rows the same conflict slug"
    yield "a cumulative figure that is lower than an earlier one", falls, remedy


def falls_below(later: Claim, earlier: Claim) -> bool:
    """Whether a cumulative claim is surely lower than one that is surely no later."""
    if stretch(earlier.as_of).last > stretch(later.as_of).first:
        return False
    return later.bounds.up < earlier.bounds.low * (1 - SLACK)


def _parts(claims: Sequence[Claim], ids: set[str]) -> Iterator[Found]:
    """Parts speak of what their total speaks of, and add up to it as far as it is printed."""
    by_id = {c.entry_id: c for c in claims}
    groups: dict[str, list[Claim]] = defaultdict(list)
    for c in claims:
        if c.part_of:
            groups[c.part_of].append(c)
    unknown, circles, differ, sums = ([] for _ in range(4))
    for name, parts in groups.items():
        total = by_id.get(name)
        if total is None:
            unknown += [f"{c}: {name}" for c in parts if name not in ids]
            continue
        circles += [str(c) for c in parts if c.entry_id in totals_of(c, by_id)]
        shared = [n for n in SHARED_BY_PARTS if n != "as_of" or total.basis != "flow"]
        odd = [f"{c}: {n}" for c in parts for n in shared if c.cells[n] != total.cells[n]]
        differ += odd
        if not odd and not _adds_up(total, parts) and not total.disputes(*parts):
            sums.append(f"{total}: {' + '.join(f'{c.value:g}' for c in parts)} against {total.value:g}")
    yield "part of an unknown entry", unknown, "correct the entry_id"
    yield "part of itself", circles, "part_of names the printed total"
    remedy = "give parts the programme, measure, unit, stage, basis and period of their total"
    yield "a part that differs from its total", differ, remedy
    remedy = "correct the figures; if the source prints them so, give total and parts one conflict slug"
    yield "parts that do not add up to their total", sums, remedy


def totals_of(claim: Claim, by_id: dict[str, Claim]) -> set[str]:
    """The totals that a claim is part of, directly or through another."""
    found: set[str] = set()
    while claim.part_of and claim.part_of not in found:
        found.add(claim.part_of)
        claim = by_id.get(claim.part_of, claim)
    return found


def _adds_up(total: Claim, parts: Sequence[Claim]) -> bool:
    """Whether the sum lies within the rounding of the total; exact parts count as they are printed."""
    spans = [Bounds(c.value, c.value) if c.qualifier == "exact" else c.bounds for c in parts]
    slack = SLACK * total.value
    low, up = sum(s.low for s in spans), sum(s.up for s in spans)
    return bool(low <= total.bounds.up + slack and up >= total.bounds.low - slack)


def _same_number(claims: Sequence[Claim]) -> Iterator[Found]:
    """Claims about one number that cannot both be true say so."""
    by_id = {c.entry_id: c for c in claims}
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for c in claims:
        groups[c.key(SAME_NUMBER)].append(c)
    found = [
        f"{b}: {b.value:g}, {a}: {a.value:g}"
        for group in groups.values()
        for a, b in combinations(group, 2)
        if _apart(a, b) and not a.disputes(b) and not _related(a, b, by_id)
    ]
    remedy = "correct one; if sources disagree, give both the same conflict slug"
    yield "different figures for the same number", found, remedy


def _apart(a: Claim, b: Claim) -> bool:
    """Whether no number fits both claims."""
    return max(a.bounds.low, b.bounds.low) * (1 - SLACK) > min(a.bounds.up, b.bounds.up)


def _related(a: Claim, b: Claim, by_id: dict[str, Claim]) -> bool:
    """Whether two claims are a part and its total, or parts of one."""
    up = [{c.entry_id, *totals_of(c, by_id)} for c in (a, b)]
    return bool(up[0] & up[1])


def _lonely(rows: Rows) -> Iterator[Found]:
    """A conflict has two sides."""
    cells = {line: split_list(text) for line, text in rows.table["conflict"].items()}
    count = Counter(slug for slugs in cells.values() for slug in set(slugs))
    entry = rows.table["entry_id"]
    alone = [f"line {i} {entry[i]}: {s}" for i, slugs in cells.items() for s in slugs if count[s] == 1]
    yield "a conflict slug that only one row has", alone, "give it to the other side, or empty the cell"
