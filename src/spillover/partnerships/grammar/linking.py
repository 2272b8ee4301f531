"""Numbers that explain each other: ranges, lists and changes.

A range is *40–60 orang*, a list *40, 40, 60, dan 80 peserta*, a change *dari 45 menjadi 120*.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from spillover.partnerships.grammar.candidates import Candidate, Words
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.nouns import OTHER
from spillover.partnerships.grammar.rates import read_rates
from spillover.partnerships.grammar.words import Token

_DASHES = frozenset("-–—~")
_TO = frozenset(["hingga", "sampai", "sd", "to", "until"])
_AND = frozenset(["dan", "and"])
_BETWEEN = frozenset(["antara", "between"])
_OR = frozenset(["dan", "and", "atau", "or", "serta", "&"])
_LISTS = _OR | {","}
_CHANGES = frozenset(["menjadi", "ke", "to", "hingga", "sampai", "into"])
_FROM = frozenset(["dari", "from"])
_EACH = frozenset(["masing-masing", "each"])
_OF = frozenset(["dari", "in", "of", "out"])
_PASSED = frozenset(["dengan", "ke", ".", "maksimal", "maksimum"])
_MOVES = word_set("verbs_of_change")
_LOOK_BACK = 6
_BELOW_SCALE = 1000
_LEAST_RUPIAH = 25  # the press writes no smaller amount of rupiah without a scale: it is a part of a number


def linked(words: Words, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Candidates joined into ranges and lists; what stays without a meaning is left out."""
    joined = _ranges(words, candidates)
    _drop_pairs(words, joined)
    _inherit(words, joined)
    _hand_on(words, joined)
    kept = [c for c in joined if c.stands and not _is_part(c)]
    for figure in kept:
        figure.unit = figure.unit or OTHER
    return kept


def _is_part(figure: Candidate) -> bool:
    """Whether an amount of rupiah is too small to be one: its scale was not read."""
    small = figure.unit is not None and figure.unit.unit == "IDR" and 0 < abs(figure.value) < _LEAST_RUPIAH
    return small and not figure.scaled and not figure.rate


# --- ranges ---


def _ranges(words: Words, candidates: Sequence[Candidate]) -> list[Candidate]:
    done: list[Candidate] = []
    for candidate in candidates:
        if done and _is_range(words.found, done[-1], candidate):
            done[-1] = _one_range(words, done[-1], candidate)
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
    if not between or first.void or second.void or (first.high is None) != (second.high is None):
        return False
    if first.unit is not None and second.unit is not None and first.unit != second.unit:
        return False
    if first.rate and first.rate != second.rate:
        return False
    if first.unit is not None and second.unit is None and first.unit.kind != "money":
        return False
    link = [w for w in between if w not in _PASSED]
    if len(link) != 1 or _scaled_alike(first, second) >= (second.high or second.value):
        return False
    if link[0] in _DASHES:
        return True
    if link[0] in _TO:
        return not _is_change(found, first)
    before = found[first.opened - 1].low if first.opened else ""
    return link[0] in _AND and before in _BETWEEN


def _is_change(found: Sequence[Token], first: Candidate) -> bool:
    """Whether the words before speak of a change: naik dari 40 …, rose from 40 …"""
    start = max(0, first.at - _LOOK_BACK)
    before = [t.low for t in found[start : first.at] if t.sentence == found[first.at].sentence]
    return any(w in _FROM for w in before) and any(w in _MOVES for w in before)


def _scaled_alike(first: Candidate, second: Candidate) -> float:
    """Value of the first; with the scale of the second if only that has one (Rp8–13 miliar)."""
    if first.scale > 1 or second.scale == 1 or first.value >= _BELOW_SCALE:
        return first.value
    if first.high is None and first.scaled:
        return first.value
    return first.value * second.scale


def _one_range(words: Words, first: Candidate, second: Candidate) -> Candidate:
    low, high = _scaled_alike(first, second), second.value if second.high is None else second.high
    unit, noun = second.unit or first.unit, second.noun or first.noun
    rate, stop = second.rate, second.stop
    if not rate and unit and second.unit is None:  # Rp8–13 miliar per bulan
        rate, stop = read_rates(words, second.stop, unit)
    dash = words.found[first.stop].low in _DASHES
    stands = first.introduced or not dash
    scaled = first.scaled or second.scaled
    return Candidate(first.at, stop, low, high, unit, noun, rate, "exact", first.opened, scaled, stands)


# --- lists and changes ---


def _drop_pairs(words: Words, candidates: list[Candidate]) -> None:
    """Ratios (one in five), rates of exchange (US$1 = Rp16.000) and cut numbers (12, 5 persen) are none."""
    found = words.found
    for i, (first, second) in enumerate(pairwise(candidates)):
        between = _between(found, first, second)
        if not between or first.void or second.void:
            continue
        ratio = all(w in _OF for w in between) and first.unit is None and _is_ratio(first, second)
        exchange = between == ["="]
        dashed = between[0] in _DASHES and len(between) == 1 and _is_half_read(first, second)
        lone = i == 0 or not _between(found, candidates[i - 1], first)
        cut = between == [","] and lone and _is_cut_off(found, first, second)
        if between == ["dari"] and first.unit is None and not ratio and first.value < second.value:
            first.unit = second.unit  # 25 dari 40 UMKM
        if ratio or exchange or dashed or cut:
            first.void = second.void = True


def _is_half_read(first: Candidate, second: Candidate) -> bool:
    """Rp 800-1,2 juta: neither limb can be read without the other."""
    money = first.unit is not None and first.unit.kind == "money"
    return money and not first.scaled and second.unit is None


def _is_ratio(first: Candidate, second: Candidate) -> bool:
    return first.value < second.value <= 10 and not first.scaled and not second.scaled


def _is_cut_off(found: Sequence[Token], first: Candidate, second: Candidate) -> bool:
    """12, 5 persen: one digit after the comma, a share or a scale behind it, and no list."""
    whole = found[first.stop - 1].low
    after = found[second.stop].low if second.stop < len(found) else ""
    unit = second.unit is not None and second.unit.kind == "percent"
    return (
        first.unit is None and not first.introduced and whole.isdigit() and second.value < 10 * second.scale
        and (unit or second.scale > 1) and after not in _LISTS
    )  # fmt: skip


def _inherit(words: Words, candidates: Sequence[Candidate]) -> None:
    """A bare number takes unit and scale from the next one of its list, or from that which it changes to."""
    found, chained = words.found, False
    for first, second in zip(reversed(candidates[:-1]), reversed(candidates[1:]), strict=True):
        between = _between(found, first, second)
        if (
            not between
            or first.void
            or second.void
            or any(w not in _LISTS and w not in _CHANGES for w in between)
        ):
            chained = False
            continue
        chained = chained or any(w != "," for w in between)
        change = any(w in _CHANGES for w in between)
        if change and second.qualifier == "at_most":
            second.qualifier = "exact"  # turun dari 10 hingga 5 persen
        if not chained or not (change or _may_share(found, first, second)):
            chained = False
            continue
        shares = first.unit is None or first.unit == second.unit
        if shares and not first.scaled and second.unit is not None:
            first.value = _scaled_alike(first, second)
            first.scaled, first.scale = first.value >= second.scale > 1, second.scale
        if first.unit is None and second.unit is not None:
            first.unit = second.unit
            first.value *= second.unit.factor


def _may_share(found: Sequence[Token], first: Candidate, second: Candidate) -> bool:
    """Whether a number of a list may take the unit of the next: not one that is complete by itself."""
    if second.unit is None or second.high is not None:
        return second.unit is None
    if second.unit.kind in ("percent", "duration"):
        return not first.scaled and (not first.introduced or found[first.at - 1].low in _EACH)
    return not first.scaled or second.scaled


def _hand_on(words: Words, candidates: Sequence[Candidate]) -> None:
    """A number takes its unit from that which it was changed from, or from the amount before it."""
    for first, second in pairwise(candidates):
        between = _between(words.found, first, second)
        if second.unit is not None or first.unit is None or not between or second.void:
            continue
        if all(w in _CHANGES for w in between):
            second.unit = first.unit
        elif (
            all(w in _OR for w in between)
            and first.unit.kind == "money"
            and second.scale > 1
            and not first.scaled
        ):
            second.unit, first.value = first.unit, _scaled_alike(first, second)
            first.scaled = True
