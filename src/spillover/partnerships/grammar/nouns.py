"""What a number counts: the phrase after it, from the catalogue or, failing that, one ordinary word."""

from __future__ import annotations

from typing import NamedTuple

from spillover.partnerships.grammar.candidates import Words
from spillover.partnerships.grammar.catalogue import Unit, find_unit
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.numerals import scales

ITEM = Unit("item", "count", 1.0)
OTHER = Unit("", "count", 1.0)
# Adjectives that may stand between a number and its noun.
_BETWEEN = word_set("adjectives")
# Words that are no noun although they are lower-case and follow a number.
_FUNCTION = word_set("function_words")
# Generic nouns with which a number word only speaks, and counts nothing.
_IDIOMS = word_set("idiom_nouns")
_SHORTEST = 3


class Noun(NamedTuple):
    """A noun phrase: its unit, its first token and the token after it."""

    unit: Unit
    at: int
    stop: int


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
    found, first = words.found, at
    while at < len(found) and found[at].low in _BETWEEN and find_unit(found, at) is None:
        at += 1
    if at >= len(found) or (at and found[at].sentence != found[at - 1].sentence):
        return None
    if phrase := find_unit(found, at):
        if phrase.unit.unit == "unit" and phrase.stop == at + 1 and found[at].low == "unit":
            return _unit_of_what(words, first, at)
        return Noun(phrase.unit, first, phrase.stop)
    return _ordinary(words, at, in_words=in_words) if at == first else None


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
    return words.text[token.start].islower() or words.shouts(at)
