"""Numbers in digits and in words, Indonesian and English, up to trillions: one small grammar.

    number  := group scale (group smaller_scale)* [group]         dua juta lima ratus ribu; 2,5 ribu
    group   := digits | hundreds                                  1.250; seratus dua puluh
    approx  := belasan | puluhan | ratusan | … scale*             puluhan ribu: 10 000 to 99 999

Scale words come from CLDR (Babel); no library known to us reads Indonesian number words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from spillover.partnerships.grammar.lexicon import numbers, word_list
from spillover.partnerships.grammar.words import Lang, Token

_UNITS = {lang: {word: n for n, word in enumerate(word_list(f"units_{lang}"))} for lang in ("id", "en")}
_TENS = {word: 20 + 10 * n for n, word in enumerate(word_list("tens_en"))}
_ALONE = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
_SE = numbers("one_and_scale")
_LETTERS = numbers("letters_after_money")
_APPROX = numbers("approximate")
_GROUPED_POINT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_GROUPED_COMMA = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
DIGITS = 15  # whole numbers up to here are exact


class Numeral(NamedTuple):
    """A number read from tokens: its value, for approximate words the highest, the token after it."""

    value: float
    high: float | None
    stop: int
    written: str  # "digits", "words" or "approx"
    scaled: bool  # has a scale word, or its digits are grouped: cannot be a year or a label


@lru_cache(maxsize=1)
def scales() -> dict[str, float]:
    """Scale word → value: those of CLDR for both languages, and spellings of the press."""
    from babel import Locale

    found: dict[str, float] = {}
    for lang in ("id", "en"):
        for size, pattern in Locale(lang).compact_decimal_formats["long"]["other"].items():
            zeros, word = str(pattern.pattern).split(" ")
            found[word] = float(size) / 10 ** (len(zeros) - 1)
    return found | numbers("scale_spellings")


@lru_cache(maxsize=1)
def number_words() -> frozenset[str]:
    """Words that a number can begin with."""
    plain = {
        *_UNITS["id"],
        *_UNITS["en"],
        *_TENS,
        *_ALONE,
        *_SE,
        *_APPROX,
        "setengah",
        "separuh",
        "half",
        "a",
        "an",
    }
    return frozenset(plain | {f"{tens}-{unit}" for tens in _TENS for unit in _UNITS["en"]})


def read_digits(text: str, lang: Lang) -> tuple[float, bool] | None:
    """Value of a number in digits and whether its digits are grouped; None if it is no number (14.30.15).

    Examples
    --------
    >>> read_digits("1.234.567,89", "id"), read_digits("1.250", "id"), read_digits("1.250", "en")
    ((1234567.89, True), (1250.0, True), (1.25, False))
    """
    if text.isdigit():
        return (float(text), False) if len(text) <= DIGITS else None
    if len(text) > 2 * DIGITS:
        return None
    if " " in text:  # the tokeniser joins groups of three only over no-break spaces
        return float(text.replace(" ", "")), True
    first, second = (_GROUPED_POINT, _GROUPED_COMMA) if lang == "id" else (_GROUPED_COMMA, _GROUPED_POINT)
    single = sum(text.count(c) for c in ".,") == 1
    if first.fullmatch(text) and not text.startswith("0"):
        return _grouped(text, "." if lang == "id" else ",")
    if second.fullmatch(text) and not single:
        return _grouped(text, "," if lang == "id" else ".")
    if match := _DECIMAL.fullmatch(text):
        return float(f"{match[1]}.{match[2]}"), False
    return None


def _grouped(text: str, group: str) -> tuple[float, bool]:
    return float(text.replace(group, "").replace(",", ".")), True


def read_number(found: Sequence[Token], at: int, lang: Lang, *, money: bool = False) -> Numeral | None:
    """Read the number that begins at token ``at``: digits, words, or both; None if there is none.

        Parameters
        ----------
        found : sequence of Token
        at : int
        lang : {"id", "en"}
            Decides what ``1.250`` means.
        money : bool
            A currency stands before it: single letters are scales (``Rp3,5 T``).

        Examples
        --------
        >>> from spillover.partnerships.grammar.lexicon import numbers, word_list
    from spillover.partnerships.grammar.words import tokens
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
    while stop < len(found) and (stop == at or _joins(found, stop)):
        group = _group(found, stop + _and(found, stop, at, lang), lang)
        if group is None:
            break
        value, after, grouped, digits = group
        scale, after = _scale(found, after, money=money, short=digits)
        if stop > at and (value * scale >= limit or (digits and scale == 1)):
            break
        total, stop, scaled = total + value * scale, after, scaled or grouped or scale > 1
        written = "digits" if digits else written
        limit = scale
        if scale == 1:
            break
    return Numeral(total, None, stop, written, scaled) if stop > at else None


def _and(found: Sequence[Token], stop: int, at: int, lang: Lang) -> int:
    """1 where an English number goes on after "and": one thousand and one."""
    if lang != "en" or stop == at or found[stop].low != "and" or stop + 1 >= len(found):
        return 0
    return int(found[stop + 1].low.partition("-")[0] in _TENS or found[stop + 1].low in _UNITS["en"])


def _joins(found: Sequence[Token], at: int) -> bool:
    """Whether a further group may begin here: in the sentence of the one before."""
    return found[at].sentence == found[at - 1].sentence


def _group(found: Sequence[Token], at: int, lang: Lang) -> tuple[float, int, bool, bool] | None:
    """Value, next token, whether grouped digits, whether digits."""
    token = found[at]
    if token.kind == "n":
        read = read_digits(token.low, lang)
        return None if read is None else (read[0], at + 1, read[1], True)
    if token.kind != "w":
        return None
    low = token.low
    if low in _SE:
        return 1.0, at, False, False  # its scale is read from the same word
    if low in ("setengah", "half", "separuh"):
        after = at + 2 if low == "half" and at + 1 < len(found) and found[at + 1].low == "a" else at + 1
        return (0.5, after, False, False) if _is_scale(found, after) else None
    words = _hundreds(found, at)
    if words is None:
        return None
    value, after = words
    if (
        after + 1 < len(found)
        and found[after].low in ("koma", "point")
        and (tenth := _digit(found, after + 1)) is not None
    ):
        return value + tenth / 10, after + 2, False, False
    if after < len(found) and found[after].low == "setengah" and _is_scale(found, after + 1):
        return value + 0.5, after + 1, False, False
    return float(value), after, False, False


def _scale(found: Sequence[Token], at: int, *, money: bool, short: bool) -> tuple[float, int]:
    """Product of the scale words from here on, and the token after them."""
    if at < len(found) and found[at].low in _SE:
        return _SE[found[at].low], at + 1
    scale, known = 1.0, scales()
    while at < len(found) and found[at].kind == "w":
        word = found[at].low
        if word in known and known[word] > (scale if scale > 1 else 0):
            scale *= known[word]
        elif money and short and scale == 1 and word in _LETTERS:
            scale *= _LETTERS[word]
        else:
            break
        at += 1
    return scale, at


def _is_scale(found: Sequence[Token], at: int) -> bool:
    return at < len(found) and found[at].low in scales()


def _digit(found: Sequence[Token], at: int) -> int | None:
    if at >= len(found):
        return None
    value = _UNITS["id"].get(found[at].low, _UNITS["en"].get(found[at].low))
    return value if value is not None and value < 10 else None


def _hundreds(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A number below 1000 in words, of either language."""
    low = found[at].low
    if low == "seratus":
        rest = _tens_id(found, at + 1)
        return (100 + rest[0], rest[1]) if rest else (100, at + 1)
    if low in ("a", "an"):
        nxt = found[at + 1].low if at + 1 < len(found) else ""
        if nxt == "hundred":
            return _after_hundred(100, found, at + 2)
        if nxt == "dozen":
            return 12, at + 2
        return (1, at + 1) if _is_scale(found, at + 1) else None
    digit = _digit(found, at)
    following = found[at + 1].low if at + 1 < len(found) else ""
    if digit and following == "ratus":
        rest = _tens_id(found, at + 2)
        return (100 * digit + rest[0], rest[1]) if rest else (100 * digit, at + 2)
    if digit and following == "hundred":
        return _after_hundred(100 * digit, found, at + 2)
    return _tens_id(found, at) or _tens_en(found, at)


def _after_hundred(value: int, found: Sequence[Token], at: int) -> tuple[int, int]:
    start = at + 1 if at < len(found) and found[at].low == "and" else at
    rest = _tens_en(found, start)
    return (value + rest[0], rest[1]) if rest else (value, at)


def _tens_id(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """An Indonesian number below 100."""
    if at >= len(found):
        return None
    low = found[at].low
    if low in ("sepuluh", "sebelas"):
        return _ALONE[low], at + 1
    digit = _UNITS["id"].get(low)
    if digit is None:
        return None
    following = found[at + 1].low if at + 1 < len(found) else ""
    if digit and following == "belas":
        return digit + 10, at + 2
    if digit and following == "puluh":
        unit = _UNITS["id"].get(found[at + 2].low) if at + 2 < len(found) else None
        return (10 * digit + unit, at + 3) if unit else (10 * digit, at + 2)
    return digit, at + 1


def _tens_en(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """An English number below 100, also with a hyphen."""
    if at >= len(found):
        return None
    tens, _, unit = found[at].low.partition("-")
    if tens in _TENS:
        if unit:
            return (_TENS[tens] + _UNITS["en"][unit], at + 1) if _UNITS["en"].get(unit, 10) < 10 else None
        digit = _UNITS["en"].get(found[at + 1].low) if at + 1 < len(found) else None
        return (_TENS[tens] + digit, at + 2) if digit and digit < 10 else (_TENS[tens], at + 1)
    value = _UNITS["en"].get(found[at].low)
    return None if value is None else (value, at + 1)


def _approximate(found: Sequence[Token], at: int) -> Numeral:
    """``puluhan ribu``, ``hundreds of millions``: from the first number meant to the last."""
    low, beyond = _APPROX[found[at].low]
    stop = at + 1
    if (
        stop + 1 < len(found)
        and found[stop].low == "of"
        and (found[stop + 1].low in _APPROX or _is_scale(found, stop + 1))
    ):
        stop += 1
    while stop < len(found) and found[stop].low in scales():
        low, beyond, stop = low * scales()[found[stop].low], beyond * scales()[found[stop].low], stop + 1
    if stop > at + 1 and stop < len(found) and found[stop].low in _APPROX and found[stop - 1].low == "of":
        factor = _APPROX[found[stop].low][0]
        low, beyond, stop = low * factor, beyond * factor, stop + 1
    return Numeral(float(low), float(beyond - 1), stop, "approx", True)
