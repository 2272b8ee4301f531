"""Numbers that explain each other: ranges, lists and changes.

A range is *40–60 orang*, a list *40, 40, 60, dan 80 peserta*, a change *dari 45 menjadi 120*.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spillover.partnerships.grammar.candidates import Candidate, Words
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.nouns import OTHER
from spillover.partnerships.grammar.scan import read_rate
from spillover.partnerships.grammar.words import Token

_DASHES = frozenset("-–—")
_TO = frozenset(["hingga", "sampai", "s.d", "to", "until"])
_AND = frozenset(["dan", "and"])
_BETWEEN = frozenset(["antara", "between"])
_LISTS = frozenset([",", "dan", "and", "atau", "or", "serta", "&"])
_CHANGES = frozenset(["menjadi", "ke", "to", "hingga", "into"])
_MOVES = word_set("verbs_of_change")
_LOOK_BACK = 6
_BELOW_SCALE = 1000


def linked(words: Words, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates joined into ranges and lists; what stays without a meaning is left out."""
    joined = _inherit(words, _ranges(words, candidates))
    kept = [c for c in joined if c.stands]
    for figure in kept:
        figure.unit = figure.unit or OTHER
    return kept


def _ranges(words: Words, candidates: Sequence[Candidate]) -> list[Candidate]:
    done: list[Candidate] = []
    for candidate in candidates:
        if done and _is_range(words.found, done[-1], candidate):
            done[-1] = _one_range(words.found, done[-1], candidate)
        else:
            done.append(candidate)
    return done


def _between(found: Sequence[Token], first: Candidate, second: Candidate) -> list[str]:
    """The few words between two candidates of one sentence; a long or broken stretch gives none."""
    if second.at - first.stop > 3 or found[second.at].sentence != found[first.at].sentence:
        return []
    return [t.low for t in found[first.stop : second.at]]


def _is_range(found: Sequence[Token], first: Candidate, second: Candidate) -> bool:
    between = _between(found, first, second)
    if not between or first.high is not None or second.high is not None:
        return False
    if first.unit is not None and second.unit is not None and (first.unit != second.unit or first.rate):
        return False
    if first.unit is not None and second.unit is None and first.unit.kind != "money":
        return False
    link = [w for w in between if w not in ("dengan", "ke", ".")]
    low, _ = _scaled_alike(first, second)
    if low >= second.value:
        return False
    if len(link) == 1 and link[0] in _DASHES:
        return True
    if len(link) == 1 and (link[0] in _TO):
        return not _is_change(found, first)
    before = found[first.opened - 1].low if first.opened else ""
    return len(link) == 1 and link[0] in _AND and before in _BETWEEN


def _is_change(found: Sequence[Token], first: Candidate) -> bool:
    """Whether the words before speak of a change: naik dari 40 …, rose from 40 …"""
    start = max(0, first.at - _LOOK_BACK)
    return any(t.low in _MOVES for t in found[start : first.at] if t.sentence == found[first.at].sentence)


def _scaled_alike(first: Candidate, second: Candidate) -> tuple[float, float]:
    """Values of both limbs; the first takes the scale of the second if only that has one (Rp8–13 miliar)."""
    if first.scaled or not second.scaled or first.value >= _BELOW_SCALE:
        return first.value, second.value
    scale = 1.0
    for size in (1e12, 1e9, 1e6, 1e3):
        if second.value >= size:
            scale = size
            break
    return first.value * scale, second.value


def _one_range(found: Sequence[Token], first: Candidate, second: Candidate) -> Candidate:
    low, high = _scaled_alike(first, second)
    rate, stop = (
        (second.rate, second.stop) if second.unit else read_rate(found, second.stop)
    )  # Rp8–13 miliar per bulan
    unit, noun = second.unit or first.unit, second.noun or first.noun
    return Candidate(first.at, stop, low, high, unit, noun, rate, "range", first.opened, True, True)


def _inherit(words: Words, candidates: list[Candidate]) -> list[Candidate]:
    """A bare number takes its unit from the next one of its list, or from that which it was changed from."""
    found = words.found
    for first, second in zip(reversed(candidates[:-1]), reversed(candidates[1:]), strict=True):
        between = _between(found, first, second)
        plain = [w for w in between if w not in _LISTS and w not in _CHANGES]
        if not between or plain:
            continue
        if first.unit is None and second.unit is not None:
            first.unit = second.unit
            first.value *= second.unit.factor
        if first.unit and first.unit.kind == "money" and not first.scaled and first.value % 1:
            first.value, _ = _scaled_alike(first, second)
    for first, second in pairwise(candidates):
        between = _between(found, first, second)
        if second.unit is None and first.unit is not None and between and all(w in _CHANGES for w in between):
            second.unit = first.unit
    return candidates
