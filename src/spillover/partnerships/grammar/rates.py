"""What a figure is paid or counted per: per bulan, /orang, sebulan, a year; and numbers said twice."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.partnerships.grammar.candidates import Words
from spillover.partnerships.grammar.catalogue import CONTINUOUS, Unit, find_unit
from spillover.partnerships.grammar.lexicon import numbers, word_set
from spillover.partnerships.grammar.numerals import Numeral, read_number
from spillover.partnerships.grammar.words import Token

_EACH = numbers("rates_in_one_word")
_NO_RATE_BEFORE = word_set("no_rate_before")
_EVERY = frozenset(["setiap", "tiap", "every", "each"])
_FOR = frozenset(["untuk", "bagi", "for", "dalam"])
_FUNCTION = word_set("function_words")
_MOST = 3
ODD = "?"  # a rate that the units do not know: per 3 bulan


def read_rates(words: Words, stop: int, unit: Unit) -> tuple[str, int]:
    """All rates from token ``stop`` on, joined by strokes (month/unit), and the token after them."""
    rates: list[str] = []
    while len(rates) < _MOST:
        rate, after = _read_rate(words, stop, unit)
        if not rate:
            break
        rates.append(rate)
        stop = after
    return "/".join(rates), stop


def after_cents(found: Sequence[Token], stop: int) -> int:
    """Past ",-" after an amount where a rate or the amount in words follows: Rp 100.000,- per orang."""
    if stop + 2 >= len(found) or found[stop].low != "," or found[stop + 1].low not in "-–":
        return stop
    after = found[stop + 2].low
    rate = after in ("(", "/", "per") or after in _EACH or after in _EVERY
    return stop + 2 if rate and found[stop].start == found[stop - 1].end else stop


def _read_rate(words: Words, stop: int, unit: Unit) -> tuple[str, int]:
    found, first = words.found, stop
    if stop >= len(found) or found[stop].sentence != found[stop - 1].sentence:
        return "", first
    if found[stop].low in _FOR and stop + 1 < len(found):
        stop += 1
        if found[stop].low not in (_EACH if found[first].low == "dalam" else _EVERY):
            return "", first
    low = found[stop].low
    if low in _EACH:
        rate, after = str(_EACH[low]), stop + 1
        if low == "p" and not _says(found, stop, "p", ".", "a", "."):
            return "", first
        after = stop + 4 if low == "p" else after
    elif low in ("per", "/", "a", "an") or low in _EVERY:
        rate, after = _per(words, stop, unit)
    else:
        return "", first
    if not rate or _new_line(words, first) or (after < len(found) and found[after].low in _NO_RATE_BEFORE):
        return "", first
    return rate, after


def _says(found: Sequence[Token], at: int, *low: str) -> bool:
    return tuple(t.low for t in found[at : at + len(low)]) == low


def _new_line(words: Words, at: int) -> bool:
    """Whether token ``at`` begins a line with a capital."""
    token = words.found[at]
    between = words.text[words.found[at - 1].end : token.start]
    return "\n" in between and words.text[token.start].isupper()


def _per(words: Words, stop: int, unit: Unit) -> tuple[str, int]:
    """What follows per, a stroke, setiap or "a": a unit of the catalogue, or any word after "per"."""
    found, low = words.found, words.found[stop].low
    at = stop + 1
    if low == "per" and at < len(found) and found[at].low == "-":
        at += 1
    if at >= len(found) or found[at].sentence != found[stop].sentence:
        return "", stop
    money = unit.kind == "money"
    per = find_unit(found, at) or _with_nya(found, at)
    if per is None:
        return _unknown(words, stop, at) if low in ("per", "/") and (money or low == "per") else ("", stop)
    kind = per[0].kind
    duration = kind == "duration"
    if kind == "percent" or (kind == "money" and (low != "per" or per[0] == unit)):
        return "", stop
    if (low in ("a", "an") and not (duration or (money and per[0].unit in CONTINUOUS))) or (
        low in _EVERY and not duration and not money
    ):
        return "", stop
    if low == "/" and not (money or duration or unit.kind == "percent" or per[0].unit in CONTINUOUS):
        return "", stop  # UMKM/IKM
    return per[0].unit, per[1]


def _with_nya(found: Sequence[Token], at: int) -> tuple[Unit, int] | None:
    """per bulannya: the catalogue's word with its article."""
    low = found[at].low
    if not low.endswith("nya"):
        return None
    stem = find_unit([found[at]._replace(low=low[:-3])], 0)
    return (stem.unit, at + 1) if stem else None


def _unknown(words: Words, stop: int, at: int) -> tuple[str, int]:
    """A word that the catalogue does not know is kept as printed; a number is no unit of a rate."""
    found, token = words.found, words.found[at]
    if token.kind == "n" and words.found[stop].low == "per":
        after = find_unit(found, at + 1)
        return (ODD, after.stop) if after else ("", stop)
    if token.kind != "w" or token.low in _FUNCTION or not words.text[token.start].islower():
        return "", stop
    if words.found[stop].low == "/" and token.start != words.found[stop].end:
        return "", stop
    stop = at + 1
    if stop < len(found) and found[stop].start == token.end and found[stop].low in ("2", "3", "²", "³"):
        return token.low + found[stop].low, stop + 1
    return token.low, stop


def restated(words: Words, stop: int, number: Numeral) -> int:
    """The token after "(dua ratus dua puluh)" where it says the same number again, else ``stop``."""
    found = words.found
    if stop + 2 >= len(found) or found[stop].low != "(":
        return stop
    again = read_number(found, stop + 1, words.langs[found[stop].sentence])
    if again is None or again.value != number.value or (again.written == number.written == "digits"):
        return stop
    after = again.stop
    if (unit := find_unit(found, after)) and unit.stop < len(found) and found[unit.stop].low == ")":
        after = unit.stop
    return after + 1 if after < len(found) and found[after].low == ")" else stop
