"""One pass over the words of a text: every number that may be a figure, with its unit and its qualifier."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from spillover.partnerships.grammar.candidates import Candidate, Words
from spillover.partnerships.grammar.catalogue import SIGNS, Unit, find_unit
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.notfigures import (
    is_bare_year,
    is_code,
    is_furniture,
    is_label,
    is_list_mark,
    is_time,
)
from spillover.partnerships.grammar.nouns import Noun, find_noun
from spillover.partnerships.grammar.numerals import Numeral, number_words, read_number
from spillover.partnerships.grammar.qualifiers import introduced, qualifier_after, qualifier_before
from spillover.partnerships.grammar.words import Token

CONTINUOUS = frozenset(["tonne", "kg", "hectare", "km", "MW", "litre", "times"])
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_FRACTIONS = word_set("fractions")
_ONE_AFTER = word_set("one_is_no_number_after")
_ONE_BEFORE = word_set("one_is_no_number_before")
_EACH = {
    "sehari": "day", "seminggu": "week", "sepekan": "week", "sebulan": "month", "setahun": "year",
    "perhari": "day", "perbulan": "month", "pertahun": "year", "perorang": "person",
}  # fmt: skip


def scan(words: Words, taken: Collection[int]) -> Iterator[Candidate]:
    """Every candidate in order; tokens in ``taken`` belong to dates and are passed over."""
    openers, done = number_words() | set(SIGNS) | {"us", "s"}, 0
    for at, token in enumerate(words.found):
        if at < done or at in taken or not (token.kind == "n" or token.low in openers):
            continue
        candidate = _candidate(words, at, taken)
        if candidate is not None:
            done = candidate.stop
            if candidate.value >= 0:
                yield candidate


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
    if (
        low in ("us", "s")
        and at + 1 < len(found)
        and found[at + 1].low == "$"
        and found[at + 1].start == found[at].end
    ):
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
    if found[at].low in ("satu", "one") and stop == at + 1 and (before in _ONE_AFTER or after in _ONE_BEFORE):
        return True
    return after in _FRACTIONS or (after == "-" and beyond in ("satunya", "duanya"))


def _money(words: Words, at: int, first: int, number: Numeral, currency: Unit) -> Candidate:
    found = words.found
    stop = number.stop
    if (named := find_unit(found, stop)) and named.unit.kind == "money":
        stop = named.stop  # Rp5 juta rupiah
    stop = _restated(words, stop, number)
    rate, stop = read_rate(found, stop)
    qualifier, opened = qualifier_before(found, at)
    qualifier = qualifier_after(found, stop) or qualifier
    value, high, scaled = number.value, number.high, number.scaled
    return Candidate(at, stop, value, high, currency, (at, first), rate, qualifier, opened, scaled, False)


def _counted(words: Words, at: int, number: Numeral) -> Candidate | None:
    """A number without a sign of currency: people, firms, percent, days, or rupiah written after it."""
    found = words.found
    suffix = _suffix(found, number.stop)
    stop = _restated(words, suffix or number.stop, number)
    noun = _noun(words, at, stop, number)
    if (
        noun is None
        and found[at].kind != "n"
        and not number.scaled
        and number.value < 10
        and not introduced(found, at)
    ):
        return _bare_word(found, at, number)
    unknown = noun is None or noun.unit.unit == ""
    if unknown and (is_bare_year(found, at, number.stop) or (noun and _follows_acronym(words, at))):
        return _passed(at, number.stop)
    value = _whole(found, at, number, noun)
    rate, stop = read_rate(found, noun.stop) if noun else ("", stop)
    qualifier, opened = qualifier_before(found, at)
    if suffix:
        qualifier = "about"
    qualifier = qualifier_after(found, stop) or qualifier
    unit, place = (noun.unit, (noun.at, noun.stop)) if noun else (None, None)
    factor = unit.factor if unit else 1.0
    high = None if number.high is None else number.high * factor
    leads, scaled = introduced(found, at), number.scaled
    return Candidate(at, stop, value * factor, high, unit, place, rate, qualifier, opened, scaled, leads)


def _follows_acronym(words: Words, at: int) -> bool:
    """IPO 2 menunggu: a number after capitals belongs to the name, unless the catalogue knows its noun."""
    token, before = words.found[at], words.found[at - 1] if at else None
    if before is None or before.kind != "w" or words.shouts(at) or token.kind != "n":
        return False
    return before.end - before.start > 1 and words.text[before.start : before.end].isupper()


def _bare_word(found: Sequence[Token], at: int, number: Numeral) -> Candidate:
    """A small number word alone: only a neighbour can make it a figure (dua atau tiga unit)."""
    return Candidate(at, number.stop, number.value, None, None, None, "", "exact", at, False, False)


def _noun(words: Words, at: int, stop: int, number: Numeral) -> Noun | None:
    found = words.found
    in_words = found[at].kind != "n" and number.written != "approx"
    start = stop
    if number.written == "approx" and stop < len(found) and found[stop].low == "of":
        start = stop + 1
    noun = find_noun(words, start, in_words=in_words)
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
    if (
        unit is None
        or unit.unit.kind in ("money", "percent")
        or (low in ("a", "an") and unit.unit.kind != "duration")
    ):
        return "", stop
    if low in ("setiap", "tiap", "every") and unit.unit.kind != "duration":
        return "", stop
    return unit.unit.unit, unit.stop
