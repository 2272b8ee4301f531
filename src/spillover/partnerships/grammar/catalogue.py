"""The catalogue of units in two languages (``units.csv``) and the search of its phrases among words."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from spillover.partnerships.grammar.words import Token

UNITS = Path(__file__).with_name("units.csv")
# Signs of currencies that stand before their number.
SIGNS = {
    "rp": "IDR", "idr": "IDR", "us$": "USD", "usd": "USD", "$": "USD", "s$": "SGD", "sgd": "SGD", "€": "EUR",
    "eur": "EUR", "cny": "CNY", "rmb": "CNY", "¥": "CNY", "jpy": "JPY", "a$": "AUD", "au$": "AUD",
    "aud": "AUD", "c$": "CAD", "ca$": "CAD", "cad": "CAD", "nz$": "NZD", "nzd": "NZD", "hk$": "HKD",
    "hkd": "HKD", "sg$": "SGD", "nt$": "TWD", "twd": "TWD", "£": "GBP", "gbp": "GBP", "rm": "MYR",
    "myr": "MYR", "thb": "THB", "rupiah": "IDR",
}  # fmt: skip
# Measures: their numbers may have decimals.
CONTINUOUS = frozenset(["tonne", "kg", "hectare", "km", "MW", "litre", "times"])


class Unit(NamedTuple):
    """A unit of the catalogue: its word, the kind of figure that it makes, and how many base units it is."""

    unit: str
    kind: str
    factor: float


class Phrase(NamedTuple):
    """A phrase of the catalogue found among the words: its unit and the token after it."""

    unit: Unit
    stop: int


@lru_cache(maxsize=1)
def read_units() -> dict[str, list[tuple[tuple[str, ...], Unit]]]:
    """First word → phrases that begin with it, the longest first, each with its unit."""
    found: dict[str, dict[tuple[str, ...], Unit]] = {}
    with UNITS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            unit = Unit(row["unit"], row["kind"], float(row["factor"]))
            for phrase in [*row["id"].split("|"), *row["en"].split("|")]:
                words = split_phrase(phrase)
                found.setdefault(words[0], {}).setdefault(words, unit)
    return {first: sorted(some.items(), key=lambda item: -len(item[0])) for first, some in found.items()}


def split_phrase(phrase: str) -> tuple[str, ...]:
    """A phrase as the tokens of a text would be: a stroke is a token of its own."""
    return tuple(phrase.replace("/", " / ").replace("$", " $ ").split())


def find_unit(found: Sequence[Token], at: int) -> Phrase | None:
    """The longest phrase of the catalogue that begins at token ``at``, inside its sentence.

    Examples
    --------
    >>> from spillover.partnerships.grammar.words import tokens
    >>> find_unit(tokens("4,4 juta unit usaha"), 2)
    Phrase(unit=Unit(unit='unit', kind='count', factor=1.0), stop=4)
    """
    if at >= len(found):
        return None
    for words, unit in read_units().get(found[at].low, ()):
        stop = at + len(words)
        if stop == at + 1:
            return Phrase(unit, stop)
        if tuple(t.low for t in found[at:stop]) == words and found[stop - 1].sentence == found[at].sentence:
            return Phrase(unit, stop)
    return None


def words_of_language(lang: str) -> frozenset[str]:
    """The words of the catalogue's phrases in one language.

    Examples
    --------
    >>> "hektare" in words_of_language("id"), "hektare" in words_of_language("en")
    (True, False)
    """
    with UNITS.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return frozenset(w for row in rows for p in row[lang].split("|") for w in split_phrase(p) if w.isalpha())
