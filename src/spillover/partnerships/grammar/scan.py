"""One pass over the words of a text: every number that may be a figure, with its unit and its qualifier."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from spillover.partnerships.grammar.candidates import Candidate, Words
from spillover.partnerships.grammar.catalogue import SIGNS, Unit, find_unit
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.notfigures import (
    is_bare_year,
    is_code,
    is_cut,
    is_furniture,
    is_label,
    is_list_mark,
    is_time,
)
from spillover.partnerships.grammar.nouns import OTHER, Noun, find_noun
from spillover.partnerships.grammar.numerals import Numeral, number_words, read_number
from spillover.partnerships.grammar.qualifiers import introduced, qualifier_after, qualifier_before
from spillover.partnerships.grammar.rates import ODD, after_cents, read_rates, restated
from spillover.partnerships.grammar.signs import DOLLARS, UNKNOWN, minus_before, read_sign
from spillover.partnerships.grammar.words import Token

# Names of a currency that may follow an amount with its sign: Rp5 juta rupiah.
_NAMES = frozenset(["rupiah", "dolar", "dollar", "dollars"])
_FRACTIONS = word_set("fractions")
_ONE_AFTER = word_set("one_is_no_number_after")
_ONE_BEFORE = word_set("one_is_no_number_before")


def scan(words: Words, taken: Collection[int]) -> Iterator[Candidate]:
    """Every candidate in order; tokens in ``taken`` belong to dates and are passed over."""
    openers, done = number_words() | set(SIGNS) | DOLLARS, 0
    for at, token in enumerate(words.found):
        if at < done or at in taken or not (token.kind == "n" or token.low in openers):
            continue
        candidate = _candidate(words, at, taken)
        if candidate is not None:
            done = candidate.stop
            yield candidate


def _candidate(words: Words, at: int, taken: Collection[int]) -> Candidate | None:
    found = words.found
    currency, first = read_sign(found, at)
    if first >= len(found) or first in taken or found[first].sentence != found[at].sentence:
        return None
    lang = words.langs[found[first].sentence]
    number = read_number(found, first, lang, currency=currency.unit if currency else "")
    if number is None or (found[at].low == "rupiah" and not number.scaled):
        return None
    if currency is None and _counts_nothing(words, first, number):
        return _passed(first, number.stop)
    if is_cut(found, first, number.stop, words.text):
        return _passed(at, number.stop)
    if currency is not None:
        return _money(words, at, first, number, currency)
    return _counted(words, first, number)


def _passed(at: int, stop: int) -> Candidate:
    """A number to step over: it is no figure, and links no others."""
    return Candidate(at, stop, 0.0, None, None, None, "", "exact", at, False, False, void=True)


def _counts_nothing(words: Words, at: int, number: Numeral) -> bool:
    found = words.found
    if is_label(found, at, number.stop, scaled=number.scaled):
        return True
    if number.written != "digits" and found[at].kind != "n":
        return _is_idiom(found, at, number)
    return (
        is_code(found, at, number.stop, words.text) or is_time(found, at)
        or is_list_mark(found, at, words.text) or is_furniture(found, at, number.stop)
    )  # fmt: skip


def _is_idiom(found: Sequence[Token], at: int, number: Numeral) -> bool:
    """salah satu, satu sama lain, one of the, one another, dua pertiga; "dalam jutaan rupiah" of a table."""
    stop = number.stop
    before = found[at - 1].low if at else ""
    after = found[stop].low if stop < len(found) else ""
    if found[at].low in ("satu", "one") and stop == at + 1 and (before in _ONE_AFTER or after in _ONE_BEFORE):
        return True
    if number.written == "approx" and before in ("dalam", "in"):
        unit = find_unit(found, stop + 1 if after == "of" else stop)
        return unit is not None and unit.unit.kind == "money"
    return after in _FRACTIONS


def _money(words: Words, at: int, first: int, number: Numeral, currency: Unit) -> Candidate:
    found = words.found
    stop = number.stop
    if (named := find_unit(found, stop)) and named.unit == currency and found[stop].low in _NAMES:
        stop = named.stop  # Rp5 juta rupiah
    stop = restated(words, after_cents(found, stop), number)
    rate, stop = read_rates(words, stop, currency)
    if currency is UNKNOWN or rate == ODD:
        return _passed(at, stop)
    candidate = _with_qualifier(words, at, stop, number)
    candidate.unit, candidate.noun, candidate.rate = currency, (at, first), rate
    return _with_minus(words, candidate, first)


def _with_qualifier(words: Words, at: int, stop: int, number: Numeral) -> Candidate:
    """A candidate without a unit yet, with all that is said about its number."""
    found = words.found
    qualifier, opened = qualifier_before(found, at)
    if number.about or (at + 1 < len(found) and found[at + 1].low == "±"):
        qualifier = "about"
    qualifier = qualifier_after(found, stop) or qualifier
    leads = introduced(found, at) or _are_among(found, stop)
    return Candidate(
        at, stop, number.value, number.high, None, None, "", qualifier, opened, number.scaled, leads,
        scale=number.scale,
    )  # fmt: skip


def _are_among(found: Sequence[Token], at: int) -> bool:
    """25 di antaranya perempuan: some of those counted before."""
    if at + 1 >= len(found) or found[at].low not in ("di", "diantaranya", "of"):
        return False
    return found[at].low == "diantaranya" or found[at + 1].low in ("antaranya", "antara", "them")


def _with_minus(words: Words, candidate: Candidate, first: int) -> Candidate:
    """The candidate with its minus sign, if it has one."""
    sign = minus_before(words.found, candidate.at, first)
    if sign is not None and candidate.high is None:
        qualifier, opened = qualifier_before(words.found, sign)
        candidate.value, candidate.at, candidate.opened = -candidate.value, sign, opened
        candidate.qualifier = qualifier if candidate.qualifier == "exact" else candidate.qualifier
    return candidate


def _counted(words: Words, at: int, number: Numeral) -> Candidate | None:
    """A number without a sign of currency: people, firms, percent, days, or rupiah written after it."""
    found = words.found
    stop = restated(words, number.stop, number)
    noun = _noun(words, at, stop, number)
    if _is_small_word(words, at, number) and noun is None and stop == number.stop:
        return Candidate(at, number.stop, number.value, None, None, None, "", "exact", at, False, False)
    unknown = noun is None or noun.unit.unit == ""
    if unknown and (is_bare_year(found, at, number.stop) or (noun and _follows_acronym(words, at))):
        return _passed(at, number.stop)
    if noun and noun.unit == OTHER and minus_before(found, at, at) is not None:
        return _passed(at, noun.stop)  # -5 derajat
    rate = ""
    if noun:
        stop = restated(words, noun.stop, number)
        rate, stop = read_rates(words, stop, noun.unit)
    if rate == ODD:
        return _passed(at, stop)
    candidate = _with_qualifier(words, at, stop, number)
    if noun is None:
        return candidate
    factor = noun.unit.factor
    candidate.unit, candidate.noun, candidate.rate = noun.unit, (noun.at, noun.stop), rate
    candidate.value *= factor
    candidate.high = None if candidate.high is None else candidate.high * factor
    if noun.lebih:
        candidate.qualifier = "at_least"
    if noun.unit.kind == "duration" and candidate.opened < at and found[candidate.opened].low == "over":
        candidate.qualifier = "exact"  # repayable over three years
    return _with_minus(words, candidate, at) if noun.unit.kind in ("money", "percent") else candidate


def _is_small_word(words: Words, at: int, number: Numeral) -> bool:
    """Whether it is a small number word alone: only a neighbour can make it a figure (dua atau tiga unit)."""
    small = words.found[at].kind != "n" and not number.scaled and number.value < 10
    return small and not introduced(words.found, at)


def _follows_acronym(words: Words, at: int) -> bool:
    """IPO 2 menunggu: a number after capitals belongs to the name, unless the catalogue knows its noun."""
    token, before = words.found[at], words.found[at - 1] if at else None
    if before is None or before.kind != "w" or words.shouts(at) or token.kind != "n":
        return False
    return before.end - before.start > 1 and words.text[before.start : before.end].isupper()


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
