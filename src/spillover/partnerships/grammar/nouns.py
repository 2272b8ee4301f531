"""What a number counts: the phrase after it, from the catalogue or, failing that, one ordinary word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from spillover.partnerships.grammar.candidates import Words
from spillover.partnerships.grammar.catalogue import CONTINUOUS, SIGNS, Unit, find_unit
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.numberwords import scales
from spillover.partnerships.grammar.words import Token

ITEM = Unit("item", "count", 1.0)
OTHER = Unit("", "count", 1.0)
# Adjectives that may stand between a number and its noun.
_BETWEEN = word_set("adjectives")
# Words that are no noun although they are lower-case and follow a number.
_FUNCTION = word_set("function_words")
_NO_VERBS = word_set("nouns_like_verbs")
# Generic nouns with which a number word only speaks, and counts nothing.
_IDIOMS = word_set("idiom_nouns")
_SHORTEST = 3
_ADJECTIVES = ("-owned", "-led", "-run", "-based", "-scale", "-sized", "-level", "-strong")
_VERB = re.compile(r"me(?:m|n|ng|ny)[a-z]{4,}")


class Noun(NamedTuple):
    """A noun phrase: its unit, its first token and the token after it."""

    unit: Unit
    at: int
    stop: int
    lebih: bool = False  # 300 lebih UMKM


def find_noun(words: Words, at: int, *, in_words: bool) -> Noun | None:
    """The noun phrase at token ``at``; None if there is none.

    Parameters
    ----------
    words : Words
    at : int
        The token after the number.
    in_words : bool
        The number stands in words: idioms such as *dua pihak* count nothing.
    """
    found = words.found
    if at + 1 < len(found) and found[at].low == "lebih" and (phrase := find_unit(found, at + 1)):
        return Noun(phrase.unit, at + 1, phrase.stop, lebih=True)
    if at + 1 < len(found) and found[at].low == "-" and found[at].start == found[at - 1].end:
        at += 1 if found[at + 1].start == found[at].end and _is_measure(found, at + 1) else 0
    elif at + 1 < len(found) and found[at].low == "+" and find_unit(found, at + 1):
        return Noun(*_phrase(found, at + 1), lebih=True)
    elif _or_more(found, at) and find_unit(found, at + 2):
        return Noun(*_phrase(found, at + 2), lebih=True)
    first = at
    while (
        at < len(found)
        and (found[at].low in _BETWEEN or _qualifies(found, at))
        and find_unit(found, at) is None
    ):
        at += 1
    if at >= len(found) or (at and found[at].sentence != found[at - 1].sentence):
        return None
    if phrase := find_unit(found, at):
        if phrase.unit.kind == "money" and found[at].low in SIGNS and _is_number(found, phrase.stop):
            return None  # 12.000 Rp 15.000: the sign of the next one
        if phrase.unit.unit == "unit" and phrase.stop == at + 1 and found[at].low == "unit":
            return _unit_of_what(words, first, at)
        return Noun(phrase.unit, first, phrase.stop)
    return _ordinary(words, at, in_words=in_words) if at == first else None


def _phrase(found: Sequence[Token], at: int) -> tuple[Unit, int, int]:
    phrase = find_unit(found, at)
    assert phrase is not None
    return phrase.unit, at, phrase.stop


def _or_more(found: Sequence[Token], at: int) -> bool:
    return at + 2 < len(found) and found[at].low == "or" and found[at + 1].low == "more"


def _is_measure(found: Sequence[Token], at: int) -> bool:
    """Whether a unit of time or a measure stands at token ``at``: 3-year, 300-hectare."""
    unit = find_unit(found, at)
    return unit is not None and (unit.unit.kind == "duration" or unit.unit.unit in CONTINUOUS)


def _is_number(found: Sequence[Token], at: int) -> bool:
    return at < len(found) and found[at].kind == "n"


def _qualifies(found: Sequence[Token], at: int) -> bool:
    """women-owned, family-run: an adjective with a hyphen before a noun of the catalogue."""
    return found[at].low.endswith(_ADJECTIVES) and find_unit(found, at + 1) is not None


def _unit_of_what(words: Words, first: int, at: int) -> Noun:
    """``5 unit mesin`` counts machines, ``5 unit`` alone establishments."""
    found = words.found
    if at + 1 < len(found) and _is_ordinary(words, at + 1):
        return Noun(ITEM, first, at + 2)
    if at + 1 < len(found) and (thing := find_unit(found, at + 1)) and thing.unit.unit == "item":
        return Noun(ITEM, first, thing.stop)
    return Noun(Unit("unit", "count", 1.0), first, at + 1)


def _ordinary(words: Words, at: int, *, in_words: bool) -> Noun | None:
    if not _is_ordinary(words, at) or (in_words and words.found[at].low in _IDIOMS):
        return None
    return Noun(OTHER, at, at + 1)


def _is_ordinary(words: Words, at: int) -> bool:
    """Whether a token can be the name of a thing: a lower-case word that is no function word."""
    found, token = words.found, words.found[at]
    if token.kind != "w" or len(token.low) < _SHORTEST or token.low in _FUNCTION or token.low in scales():
        return False
    if at and token.sentence != found[at - 1].sentence:
        return False
    if _VERB.fullmatch(token.low) and token.low not in _NO_VERBS:
        return False
    return words.text[token.start].islower() or words.shouts(at)
