"""Numbers in words below a thousand, Indonesian and English, with their decimals and halves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from spillover.partnerships.grammar.lexicon import numbers, word_list
from spillover.partnerships.grammar.words import Token

UNITS = {lang: {word: n for n, word in enumerate(word_list(f"units_{lang}"))} for lang in ("id", "en")}
TENS = {word: 20 + 10 * n for n, word in enumerate(word_list("tens_en"))}
ALONE = {"sepuluh": 10, "sebelas": 11, "seratus": 100}
_QUARTERS = {"seperempat": 0.25, "perempat": 0.25, "quarters": 0.25, "quarter": 0.25}


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


def word_at(found: Sequence[Token], at: int) -> str:
    """The word at token ``at``, "" after the last one."""
    return found[at].low if at < len(found) else ""


def is_scale(found: Sequence[Token], at: int) -> bool:
    """Whether token ``at`` is a scale word."""
    return word_at(found, at) in scales()


def read_words(found: Sequence[Token], at: int) -> tuple[float, float | None, int] | None:
    """Value of the number words from token ``at`` on without their scale, a higher one, the token after it.

    There is a higher one only for *dua tiga orang*: two or three.
    """
    if found[at].low in ("setengah", "half", "separuh", "seperempat"):
        return _half(found, at)
    words = _hundreds(found, at)
    if words is None:
        return None
    value, after = words
    if word_at(found, after) in ("koma", "point") and (decimals := _decimals(found, after + 1)):
        return value + decimals[0], None, decimals[1]
    if word_at(found, after) in _QUARTERS and (stop := _past_of_a(found, after + 1)):
        return value * _QUARTERS[found[after].low], None, stop
    if stop := and_a_half(found, after):
        return value + 0.5, None, stop
    if (
        1 <= value < 9
        and UNITS["id"].get(word_at(found, after)) == value + 1
        and found[at].low in UNITS["id"]
    ):
        beyond = word_at(found, after + 1)
        if beyond not in UNITS["id"] and beyond not in ("puluh", "belas", "ratus", "koma"):
            return float(value), float(value + 1), after + 1
    return float(value), None, after


def and_a_half(found: Sequence[Token], at: int) -> int:
    """The token after "setengah" or "and a half" at token ``at``; 0 if it says something else."""
    first = word_at(found, at)
    if first == "setengah":
        return at + 1
    if first == "and" and [word_at(found, at + k) for k in range(3)] == ["and", "a", "half"]:
        return at + 3
    return 0


def _half(found: Sequence[Token], at: int) -> tuple[float, float | None, int] | None:
    """setengah juta, half a dozen, seperempat juta: parts of a scale only."""
    after = at + 2 if found[at].low == "half" and word_at(found, at + 1) == "a" else at + 1
    if not is_scale(found, after):
        return None
    return _QUARTERS.get(found[at].low, 0.5), None, after


def _past_of_a(found: Sequence[Token], at: int) -> int:
    """The scale word at token ``at`` or after "of a"; 0 if there is none."""
    stop = at + 2 if word_at(found, at) == "of" and word_at(found, at + 1) == "a" else at
    return stop if is_scale(found, stop) else 0


def _decimals(found: Sequence[Token], at: int) -> tuple[float, int] | None:
    """What follows "koma": nol dua, dua lima, dua puluh lima."""
    if word_at(found, at + 1) in ("puluh", "belas") and (tens := _tens_id(found, at)):
        return tens[0] / 100, tens[1]
    value, size, stop = 0.0, 0.1, at
    while (digit := _digit(found, stop)) is not None and stop - at < 6:
        value, size, stop = value + digit * size, size / 10, stop + 1
    return (round(value, 6), stop) if stop > at else None


def _digit(found: Sequence[Token], at: int) -> int | None:
    if at >= len(found):
        return None
    value = UNITS["id"].get(found[at].low, UNITS["en"].get(found[at].low))
    return value if value is not None and value < 10 else None


def _hundreds(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """A number below 1000 in words, of either language; English also fifteen hundred."""
    low = found[at].low
    if low == "seratus":
        rest = _tens_id(found, at + 1)
        return (100 + rest[0], rest[1]) if rest else (100, at + 1)
    if low in ("a", "an"):
        if word_at(found, at + 1) == "hundred":
            return _after_hundred(100, found, at + 2)
        return (1, at + 1) if is_scale(found, at + 1) else None
    digit, following = _digit(found, at), word_at(found, at + 1)
    if digit and following == "ratus":
        rest = _tens_id(found, at + 2)
        return (100 * digit + rest[0], rest[1]) if rest else (100 * digit, at + 2)
    hundred = UNITS["en"].get(low)
    if hundred and following == "hundred":
        return _after_hundred(100 * hundred, found, at + 2)
    return _tens_id(found, at) or _tens_en(found, at)


def _after_hundred(value: int, found: Sequence[Token], at: int) -> tuple[int, int]:
    start = at + 1 if word_at(found, at) == "and" else at
    rest = _tens_en(found, start)
    return (value + rest[0], rest[1]) if rest else (value, at)


def _tens_id(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """An Indonesian number below 100."""
    if at >= len(found):
        return None
    low = found[at].low
    if low in ("sepuluh", "sebelas"):
        return ALONE[low], at + 1
    digit = UNITS["id"].get(low)
    if digit is None:
        return None
    following = word_at(found, at + 1)
    if digit and following == "belas":
        return digit + 10, at + 2
    if digit and following == "puluh":
        unit = UNITS["id"].get(word_at(found, at + 2))
        return (10 * digit + unit, at + 3) if unit else (10 * digit, at + 2)
    return digit, at + 1


def _tens_en(found: Sequence[Token], at: int) -> tuple[int, int] | None:
    """An English number below 100, also with a hyphen."""
    if at >= len(found):
        return None
    tens, _, unit = found[at].low.partition("-")
    if tens in TENS:
        if unit:
            return (TENS[tens] + UNITS["en"][unit], at + 1) if UNITS["en"].get(unit, 10) < 10 else None
        digit = UNITS["en"].get(word_at(found, at + 1))
        return (TENS[tens] + digit, at + 2) if digit and digit < 10 else (TENS[tens], at + 1)
    value = UNITS["en"].get(found[at].low)
    return None if value is None else (value, at + 1)
