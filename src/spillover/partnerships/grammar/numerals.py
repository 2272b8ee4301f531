"""Numbers in digits and in words, Indonesian and English, up to trillions: one small grammar.

    number  := group scale (group smaller_scale)* [group]         dua juta lima ratus ribu; 2,5 ribu
    group   := digits [half | ratus | -an] | words                1.250; 2½; 300-an; seratus dua puluh
    approx  := belasan | puluhan | ratusan | … scale*             puluhan ribu: 10 000 to 99 999

Scale words come from CLDR (Babel); no library known to us reads Indonesian number words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from spillover.partnerships.grammar.catalogue import find_unit
from spillover.partnerships.grammar.digits import notation, read_digits
from spillover.partnerships.grammar.lexicon import numbers
from spillover.partnerships.grammar.numberwords import (
    ALONE,
    TENS,
    UNITS,
    and_a_half,
    is_scale,
    read_words,
    scales,
    word_at,
)
from spillover.partnerships.grammar.words import Lang, Token

_SE = numbers("one_and_scale")
_LETTERS = {"IDR": numbers("letters_rupiah"), "": numbers("letters_other")}
_APPROX = numbers("approximate")
_PARTS = numbers("parts_of_one")
_COMPLETES = {*_PARTS, "setengah", "and", "puluh", "ratus", "hundred", "an", "-"}
_ROUND = {"puluh": 10, "ratus": 100, "hundred": 100}


class Numeral(NamedTuple):
    """A number read from tokens: its value, for approximate words the highest, the token after it."""

    value: float
    high: float | None
    stop: int
    written: str  # "digits", "words" or "approx"
    scaled: bool  # has a scale word, or its digits are grouped: cannot be a year or a label
    scale: float = 1.0  # the last scale word or letter
    about: bool = False  # 200-an, 2 jutaan


class _Group(NamedTuple):
    value: float
    high: float | None
    stop: int
    grouped: bool
    digits: bool
    about: bool


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Words that a number can begin with."""
    halves = {"setengah", "separuh", "seperempat", "half", "a", "an"}
    plain = {*UNITS["id"], *UNITS["en"], *TENS, *ALONE, *_SE, *_APPROX, *halves}
    return frozenset(plain | {f"{tens}-{unit}" for tens in TENS for unit in UNITS["en"]})


def read_number(found: Sequence[Token], at: int, lang: Lang, *, currency: str = "") -> Numeral | None:
    """Read the number that begins at token ``at``: digits, words, or both; None if there is none.

    Parameters
    ----------
    found : sequence of Token
    at : int
    lang : {"id", "en"}
        Decides what ``1.250`` means where nothing after it does.
    currency : str
        The currency that stands before it: single letters are scales (``Rp3,5 T``, ``$2m``).

    Examples
    --------
    >>> from spillover.partnerships.grammar.words import tokens
    >>> read_number(tokens("seratus dua puluh UMKM"), 0, "id").value
    120.0
    >>> read_number(tokens("puluhan ribu orang"), 0, "id")[:2]
    (10000.0, 99999.0)
    """
    if at >= len(found) or not (found[at].kind == "n" or found[at].low in number_words()):
        return None
    if found[at].low in _APPROX:
        return _approximate(found, at)
    total, limit, stop, scaled, written = 0.0, float("inf"), at, False, "words"
    high, about, last = None, False, 1.0
    while stop < len(found) and (stop == at or found[stop].sentence == found[stop - 1].sentence):
        group = _group(found, stop + _and(found, stop, at, lang), lang, currency)
        if group is None:
            break
        scale, after, rounded = _scale(found, group, currency, lang)
        if stop > at and (group.value * scale >= limit or (group.digits and scale == 1)):
            break
        if group.high is not None:
            high = total + group.high * scale
        total, stop, scaled = total + group.value * scale, after, scaled or group.grouped or scale > 1
        written = "digits" if group.digits else written
        about, limit, last = about or group.about or rounded, scale, scale if scale > 1 else last
        if scale == 1 or about or high is not None:
            break
    return Numeral(total, high, stop, written, scaled, last, about) if stop > at else None


def _and(found: Sequence[Token], stop: int, at: int, lang: Lang) -> int:
    """1 where an English number goes on after "and": one thousand and one."""
    if lang != "en" or stop == at or found[stop].low != "and" or stop + 1 >= len(found):
        return 0
    return int(found[stop + 1].low.partition("-")[0] in TENS or found[stop + 1].low in UNITS["en"])


def _group(found: Sequence[Token], at: int, lang: Lang, currency: str) -> _Group | None:
    token = found[at]
    if token.kind == "n":
        read = read_digits(token.low, notation(found, at, lang, money=currency != ""))
        return None if read is None else _after_digits(found, at, *read)
    if token.kind != "w":
        return None
    if token.low in _SE:
        return _Group(1.0, None, at, False, False, False)  # its scale is read from the same word
    words = read_words(found, at)
    return None if words is None else _Group(*words, False, False, False)


def _after_digits(found: Sequence[Token], at: int, value: float, grouped: bool) -> _Group:
    """What completes digits: ½, setengah, ratus, and "-an" glued to them."""
    stop, low = at + 1, word_at(found, at + 1)
    if low not in _COMPLETES:
        return _Group(value, None, stop, grouped, True, False)
    if low in _PARTS and found[stop].start == found[at].end:
        return _Group(value + _PARTS[low], None, stop + 1, grouped, True, False)
    if half := and_a_half(found, stop):
        return _Group(value + 0.5, None, half, grouped, True, False)
    if low in _ROUND and value < 100 and found[stop].sentence == found[at].sentence:
        return _Group(value * _ROUND[low], None, stop + 1, True, True, False)
    after = _suffix(found, stop)
    return _Group(value, None, after or stop, grouped, True, after > 0)


def _suffix(found: Sequence[Token], stop: int) -> int:
    """The token after "-an" or "an" glued to the number, else 0."""
    if stop >= len(found) or found[stop].start != found[stop - 1].end:
        return 0
    if found[stop].low == "an":
        return stop + 1
    return stop + 2 if found[stop].low == "-" and word_at(found, stop + 1) == "an" else 0


def _scale(found: Sequence[Token], group: _Group, currency: str, lang: Lang) -> tuple[float, int, bool]:
    """Product of the scale words after a group, the token after them, whether they are rounded (jutaan)."""
    at = group.stop
    if at < len(found) and found[at].low in _SE:
        return _SE[found[at].low], at + 1, False
    scale, known = 1.0, scales()
    while (
        at < len(found)
        and found[at].kind == "w"
        and (at == 0 or found[at].sentence == found[at - 1].sentence)
    ):
        word = found[at].low
        stem = word[:-2] if group.digits and word.endswith("an") else word
        if stem in known and known[stem] > (scale if scale > 1 else 0):
            scale, at = scale * known[stem], at + 1
            if stem != word:
                return scale, at, True
        elif group.digits and scale == 1 and (size := _letter(found, at, currency, lang)):
            scale, at = size, at + 1
        else:
            break
    after = _suffix(found, at) if scale > 1 else 0
    return scale, after or at, after > 0


def _letter(found: Sequence[Token], at: int, currency: str, lang: Lang) -> float:
    """Value of a letter of scale after digits: Rp5 M, $2m, 3k workers, 5 M USD; 0 if it is none."""
    low, glued = found[at].low, found[at].start == found[at - 1].end
    if low not in _LETTERS[""] or (at + 1 < len(found) and found[at + 1].start == found[at].end
                                   and found[at + 1].kind == "n"):  # fmt: skip
        return 0.0
    unit = None if currency else find_unit(found, at + 1)
    if not currency and at > 4 and found[at - 3].low == low and found[at - 2].low in "-–":
        currency = "IDR" if found[at - 5].low in ("rp", "idr") else "USD"  # Rp3 T-4 T
    elif unit and unit.unit.kind == "money":
        currency = unit.unit.unit
    elif not currency and not (unit and unit.unit.kind == "count" and glued and (low == "k" or lang == "en")):
        return 0.0
    return float(_LETTERS["IDR" if currency == "IDR" else ""][low])


def _approximate(found: Sequence[Token], at: int) -> Numeral:
    """``puluhan ribu``, ``hundreds of millions``: from the first number meant to the last."""
    low, beyond = _APPROX[found[at].low]
    stop, scale = at + 1, 1.0
    if word_at(found, stop) == "of" and (word_at(found, stop + 1) in _APPROX or is_scale(found, stop + 1)):
        stop += 1
    while is_scale(found, stop) and found[stop].sentence == found[at].sentence:
        scale, stop = scale * scales()[found[stop].low], stop + 1
    if stop > at + 1 and word_at(found, stop) in _APPROX and found[stop - 1].low == "of":
        scale, stop = scale * _APPROX[found[stop].low][0], stop + 1
    return Numeral(float(low * scale), float(beyond * scale - 1), stop, "approx", True, scale)
