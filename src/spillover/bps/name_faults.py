"""What a refused row label is told: why it is no region, and the regions whose spelling is nearest."""

from __future__ import annotations

from difflib import SequenceMatcher

from spillover.bps.gazetteer import Gazetteer, Label
from spillover.bps.labels import squeeze

CLOSEST = 3
SHOWN_LETTERS = 60


def fault(row: Label, block: str, gaz: Gazetteer, near: bool) -> str:
    """Why a row is refused, with candidates (the nearest names only if ``near``: they take time)."""
    name = row.text.strip()[:SHOWN_LETTERS]
    if not row.matches:
        return f"{name!r}: {closest(name, gaz)}" if near else repr(name)
    titles = " or ".join(gaz.title(m.code) for m in row.matches)
    inside = [m for m in row.matches if not block or block in gaz.homes[m.code]]
    if not inside:
        return f"{name!r} stands under {gaz.title(block)}, but {titles} does not lie there"
    if len(row.matches) == 1:
        return f"{name!r} is {titles} only in a table of that province"
    return f"{name!r} may be {titles}"


def closest(text: str, gaz: Gazetteer, level: str = "") -> str:
    """The three regions whose spelling is nearest, for a message only."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(squeeze(text)[:SHOWN_LETTERS])
    best: dict[str, float] = {}
    floor = 0.0
    for code, name in gaz.name.items():
        if level and gaz.kind.get(code) != level:
            continue
        for form in {squeeze(name), squeeze(name.removeprefix("Kota "))}:
            matcher.set_seq1(form)
            if matcher.real_quick_ratio() >= floor and matcher.quick_ratio() >= floor:
                best[code] = max(best.get(code, 0.0), matcher.ratio())
        floor = sorted(best.values())[-CLOSEST] if len(best) >= CLOSEST else 0.0
    nearest = sorted(best, key=lambda code: (-best[code], code))[:CLOSEST]
    return f"did you mean {', '.join(gaz.title(code) for code in nearest)}?"
