"""Rules between rows: what supersedes what, parts and totals; what speaks of one number is in `alike`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from spillover.errors import DataError
from spillover.partnerships.alike import lonely, same_number, twice
from spillover.partnerships.bounds import Bounds
from spillover.partnerships.claims import SLACK, Claim, Found, claim_of, totals_of
from spillover.partnerships.columns import CURVE, is_rate
from spillover.partnerships.dates import Stretch
from spillover.partnerships.problems import Rows

# What parts have in common with their total; the as_of of a flow is not part of its period.
SHARED_BY_PARTS = ("programme", "measure", "unit", "stage", "basis", "period_start", "period_end", "as_of")
# Half a unit of a number printed to its last digit, and the units in which such a number is still rounded.
WHOLE_HALF = 0.5
MEASURED = ("percent", "tonne", "year")


def link_problems(every: Rows, sound: Rows) -> list[DataError]:
    """Problems between the ``sound`` rows; ids and groups are looked up in ``every`` row."""
    claims = [claim_of(line, cells) for line, cells in sound.table.to_dict("index").items()]
    ids = set(every.table["entry_id"])
    found = [*_supersedes(claims, ids), *_curves(claims), *_parts(claims, ids)]
    found += [*twice(claims), *same_number(claims), *lonely(every)]
    return [DataError(every.where, what, who, remedy) for what, who, remedy in found if who]


def curves(claims: Iterable[Claim]) -> Iterator[list[Claim]]:
    """Cumulative claims of one curve each, in time order; a part has its counterpart's own."""
    groups: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.basis == "cumulative":
            part = claim.key(("part_of", "counterpart")) if claim.part_of else ("", "")
            groups[(*claim.key(CURVE), "part" if part[0] else "", part[1])].append(claim)
    for group in groups.values():
        yield sorted(group, key=_days)


def _days(claim: Claim) -> Stretch:
    return claim.days


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
        skips += [f"{pair}, over {q}" for q in _between(p, c, of_curve.get(c.entry_id, []))]
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


def _between(earlier: Claim, later: Claim, curve: Sequence[Claim]) -> list[Claim]:
    """The last claim of a curve that lies between two, if one does."""
    for n in range(bisect_left(curve, later.days, key=_days) - 1, -1, -1):
        c = curve[n]
        if c.days.first <= earlier.days.first:
            break
        if later.is_after(c) and c.is_after(earlier) and not later.disputes(c):
            return [c]
    return []


def _curves(claims: Sequence[Claim]) -> Iterator[Found]:
    """A later figure of a curve names the one before it, and is not lower."""
    done = {c.supersedes for c in claims}
    missing, falls = [], []
    for curve in curves(claims):
        for p in curve:
            following = None if p.entry_id in done else _following(p, curve)
            missing += [f"{following}: {p} is earlier"] if following else []
        falls += [f"{c} is below {p}" for c, p in _falls(curve)]
    yield "a later cumulative figure without supersedes", missing, "name the earlier entry in supersedes"
    remedy = "correct the figures; if sources disagree, give both rows the same conflict slug"
    yield "a cumulative figure that is lower than an earlier one", falls, remedy


def _following(earlier: Claim, curve: Sequence[Claim]) -> Claim | None:
    """The first claim after another, unless a later one disputes it."""
    begin = bisect_right(curve, earlier.days.first, key=lambda c: c.days.first)
    later = (c for c in curve[begin:] if c.is_after(earlier))
    if not earlier.slugs:
        return next(later, None)
    every = list(later)
    return every[0] if every and not any(c.disputes(earlier) for c in every) else None


def _falls(curve: Sequence[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each claim that is surely lower than one that is surely earlier, with the greatest of those."""
    waiting = sorted(curve, key=lambda c: c.days.last)
    before: list[Claim] = []
    n = 0
    for c in curve:
        while waiting[n].days.last < c.days.first:
            insort(before, waiting[n], key=lambda p: -p.bounds.low)
            n += 1
        for p in before:
            if c.bounds.up >= p.bounds.low * (1 - SLACK):
                break
            if not c.disputes(p):
                yield c, p
                break


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


def _adds_up(total: Claim, parts: Sequence[Claim]) -> bool:
    """Whether the sum lies within the rounding of the total and of the parts."""
    spans = [_rounded(c) for c in parts]
    slack = SLACK * total.value
    low, up = sum(s.low for s in spans), sum(s.up for s in spans)
    return bool(low <= total.bounds.up + slack and up >= total.bounds.low - slack)


def _rounded(part: Claim) -> Bounds:
    """Bounds of a part; one that is printed to the last rupiah, person or firm is not rounded."""
    whole = part.bounds.up - part.value <= WHOLE_HALF and part.unit not in MEASURED and not is_rate(part.unit)
    return Bounds(part.value, part.value) if part.qualifier == "exact" and whole else part.bounds
