"""One pass over the words of a text: every number that may be a figure, with its unit and its qualifier."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from spillover.partnerships.catalogue import SIGNS, Unit, find_unit
from spillover.partnerships.notfigures import is_bare_year, is_code, is_furniture, is_label, is_list_mark, is_time
from spillover.partnerships.nouns import Noun, find_noun
from spillover.partnerships.numerals import Numeral, read_number
from spillover.partnerships.qualifiers import introduced, qualifier_after, qualifier_before
from spillover.partnerships.words import Lang, Token

CONTINUOUS = frozenset("tonne kg hectare km MW litre times".split())
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_EACH = {"sehari": "day", "seminggu": "week", "sepekan": "week", "sebulan": "month", "setahun": "year", "perbulan": "month",
         "pertahun": "year", "perhari": "day", "perorang": "person"}  # fmt: skip


@dataclass
class Candidate:
    """A number that may be a figure; ``unit`` is None as long as nothing says what it counts."""

    at: int
    stop: int
    value: float
    high: float | None
    unit: Unit | None
    noun: tuple[int, int] | None
    rate: str
    qualifier: str
    opened: int  # first token of its qualifier
    scaled: bool
    introduced: bool

    @property
    def stands(self) -> bool:
        """Whether it is a figure by itself, without the help of its neighbours."""
        return self.unit is not None or self.scaled or self.introduced or self.qualifier != "exact"


@dataclass(frozen=True)
class Words:
    """A text and its tokens: what every step of the scan looks at."""

    text: str
    found: Sequence[Token]
    langs: Sequence[Lang]
    shouting: Sequence[bool]


def shouting_sentences(text: str, found: Sequence[Token]) -> list[bool]:
    """Which sentences are in capitals."""
    loud: dict[int, list[int]] = {}
    for token in found:
        if token.kind == "w" and len(token.low) > 1:
            counts = loud.setdefault(token.sentence, [0, 0])
            counts[text[token.start : token.end].isupper()] += 1
    n = found[-1].sentence + 1 if found else 0
    return [bool(s in loud and loud[s][1] > 2 * loud[s][0]) for s in range(n)]


def scan(words: Words, taken: Collection[int]) -> Iterator[Candidate]:
    """Every candidate in order; tokens in ``taken`` belong to dates and are passed over."""
    at = 0
    while at < len(words.found):
        candidate = None if at in taken else _candidate(words, at, taken)
        if candidate is None:
            at += 1
            continue
        if candidate.value >= 0:
            yield candidate
        at = candidate.stop


def _candidate(words: Words, at: int, taken: Collection[int]) -> Candidate | None:
    found = words.found
    currency, first = _sign(words, at)
    if first >= len(found) or first in taken:
        return None
    lang = words.langs[found[first].sentence]
    number = read_number(found, first, lang, money=currency is not None)
    if number is None:
        return None
    if currency is None and _counts_nothing(words, first, number):
        return _passed(first, number.stop)
    if currency is not None:
        return _money(words, at, first, number, currency)
    return _counted(words, first, number)


def _passed(at: int, stop: int) -> Candidate:
    """A number to step over: its value is below zero."""
    return Candidate(at, stop, -1.0, None, None, None, "", "exact", at, False, False)


def _sign(words: Words, at: int) -> tuple[Unit | None, int]:
    """The currency whose sign stands at token ``at``, and the token after it."""
    found, low = words.found, words.found[at].low
    if low in ("us", "s") and at + 1 < len(found) and found[at + 1].low == "$" and found[at + 1].start == found[at].end:
        return Unit(SIGNS[f"{low}$"], "money", 1.0), at + 2
    if low not in SIGNS:
        return None, at
    stop = at + 1
    if low == "rp" and stop < len(found) and found[stop].low == ".":
        stop += 1
    if low == "usd" and stop < len(found) and found[stop].low == "$":
        stop += 1
    return Unit(SIGNS[low], "money", 1.0), stop


def _counts_nothing(words: Words, at: int, number: Numeral) -> bool:
    found = words.found
    if is_label(found, at, scaled=number.scaled):
        return True
    if number.written != "digits" and found[at].kind != "n":
        return _is_idiom(found, at, number.stop)
    return (
        is_code(found, at, words.text) or is_time(found, at) or is_list_mark(found, at, words.text)
        or is_furniture(found, at, number.stop)
    )  # fmt: skip


def _is_idiom(found: Sequence[Token], at: int, stop: int) -> bool:
    """salah satu, satu sama lain, one of the, one another, dua pertiga, and "a" or "an" before no scale."""
    before = found[at - 1].low if at else ""
    after = found[stop].low if stop < len(found) else ""
    beyond = found[stop + 1].low if stop + 1 < len(found) else ""
    if found[at].low in ("satu", "one") and stop == at + 1:
        if before in ("salah", "no", "this", "that", "the", "any", "every") or after in ("sama", "of", "another", "per", "or", "atau", "by"):
            return True
    return after.startswith("per") and after in _FRACTIONS or after in ("thirds", "third", "quarters", "quarter", "fifths") or (
        after == "-" and beyond in ("satunya", "duanya")
    )


_FRACTIONS = frozenset("pertiga perempat perlima perenam persepuluh perseratus".split())


def _money(words: Words, at: int, first: int, number: Numeral, currency: Unit) -> Candidate:
    found = words.found
    stop = number.stop
    if (named := find_unit(found, stop)) and named.unit.kind == "money":
        stop = named.stop  # Rp5 juta rupiah
    stop = _restated(words, stop, number)
    rate, stop = read_rate(found, stop)
    qualifier, opened = qualifier_before(found, at)
    qualifier = qualifier_after(found, stop) or qualifier
    return Candidate(at, stop, number.value, number.high, currency, (at, first), rate, qualifier, opened, number.scaled, False)


def _counted(words: Words, at: int, number: Numeral) -> Candidate | None:
    """A number without a sign of currency: people, firms, percent, days, or rupiah written after it."""
    found = words.found
    suffix = _suffix(found, number.stop)
    stop = _restated(words, suffix or number.stop, number)
    noun = _noun(words, at, stop, number)
    if noun is None and found[at].kind != "n" and not number.scaled and number.value < 10 and not introduced(found, at):
        return _bare_word(found, at, number)
    if is_bare_year(found, at, number.stop) and (noun is None or noun.unit.unit == ""):
        return _passed(at, number.stop)
    value = _whole(found, at, number, noun)
    rate, stop = read_rate(found, noun.stop) if noun else ("", stop)
    qualifier, opened = qualifier_before(found, at)
    if suffix:
        qualifier = "about"
    qualifier = qualifier_after(found, stop) or qualifier
    factor = noun.unit.factor if noun else 1.0
    return Candidate(
        at, stop, value * factor, None if number.high is None else number.high * factor, noun.unit if noun else None,
        (noun.at, noun.stop) if noun else None, rate, qualifier, opened, number.scaled, introduced(found, at),
    )  # fmt: skip


def _bare_word(found: Sequence[Token], at: int, number: Numeral) -> Candidate:
    """A small number word alone: only a neighbour can make it a figure (dua atau tiga unit)."""
    return Candidate(at, number.stop, number.value, None, None, None, "", "exact", at, False, False)


def _noun(words: Words, at: int, stop: int, number: Numeral) -> Noun | None:
    found = words.found
    loud = words.shouting[found[at].sentence]
    in_words = found[at].kind != "n" and number.written != "approx"
    start = stop
    if number.written == "approx" and stop < len(found) and found[stop].low == "of":
        start = stop + 1
    noun = find_noun(found, start, in_words=in_words, shouting=loud, text=words.text)
    if noun and noun.unit.unit == "" and in_words and number.value == 1:
        return None
    return noun


def _whole(found: Sequence[Token], at: int, number: Numeral, noun: Noun | None) -> float:
    """People and firms come whole: 1,250 UMKM in an Indonesian sentence is 1250, not 1.25."""
    whole = noun is not None and noun.unit.kind == "count" and noun.unit.unit not in CONTINUOUS
    if whole and number.value % 1 and not number.scaled and _COMMA_GROUPS.fullmatch(found[at].low):
        return float(found[at].low.replace(",", "").replace(".", ""))
    return number.value


def _suffix(found: Sequence[Token], stop: int) -> int:
    """The token after "-an" or "an" glued to the digits, else 0."""
    if stop < len(found) and found[stop].low == "an" and found[stop].start == found[stop - 1].end:
        return stop + 1
    if stop + 1 < len(found) and found[stop].low == "-" and found[stop + 1].low == "an":
        return stop + 2 if found[stop].start == found[stop - 1].end else 0
    return 0


def _restated(words: Words, stop: int, number: Numeral) -> int:
    """The token after "(dua ratus dua puluh)" where it says the same number in words, else ``stop``."""
    found = words.found
    if stop + 2 >= len(found) or found[stop].low != "(" or found[stop + 1].kind != "w":
        return stop
    again = read_number(found, stop + 1, words.langs[found[stop].sentence])
    if again is None or again.value != number.value:
        return stop
    after = again.stop
    if (unit := find_unit(found, after)) and unit.stop < len(found) and found[unit.stop].low == ")":
        after = unit.stop
    return after + 1 if after < len(found) and found[after].low == ")" else stop


def read_rate(found: Sequence[Token], stop: int) -> tuple[str, int]:
    """What a figure is paid or counted per, and the token after it: per bulan, /orang, sebulan, a year."""
    if stop >= len(found):
        return "", stop
    low = found[stop].low
    if low in _EACH:
        return _EACH[low], stop + 1
    if low not in ("per", "/", "a", "an", "setiap", "tiap", "every"):
        return "", stop
    unit = find_unit(found, stop + 1)
    if unit is None or unit.unit.kind in ("money", "percent") or (low in ("a", "an") and unit.unit.kind != "duration"):
        return "", stop
    if low in ("setiap", "tiap", "every") and unit.unit.kind != "duration":
        return "", stop
    return unit.unit.unit, unit.stop
