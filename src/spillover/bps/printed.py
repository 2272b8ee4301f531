"""One number as printed: what it is worth under each style of writing, if it is a number at all."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from spillover.bps.marks import LONGEST, PLAIN, missing_reason, split_marks

MOST_DIGITS = 30

# The style cannot be ruled out, but under it the text could be two numbers: no value.
UNSURE = Decimal("NaN")

_SCALES = {
    "ribu": 3, "thousand": 3, "juta": 6, "million": 6, "miliar": 9, "milyar": 9, "billion": 9,
    "triliun": 12, "trilyun": 12, "trillion": 12,
}  # fmt: skip
_CURRENCIES = (("Rp.", "IDR"), ("Rp", "IDR"), ("IDR", "IDR"), ("US$", "USD"), ("USD", "USD"))
_BODY = PLAIN | frozenset("., ")
_MINUS = "-−–"
_FIRST = frozenset("123456789")
_NEGLIGIBLE = "~0"
_LEAST_SPACED = 4  # "1 2 3" is more likely three numbers than a letter-spaced one


class Reading(NamedTuple):
    """A distinct text: its value under either style (None: not that style), or why it has none."""

    id: Decimal | None = None
    en: Decimal | None = None
    reason: str = ""
    status: str = "final"
    footnote: str = ""
    percent: bool = False
    scaled: bool = False
    currency: str = ""
    body: str = ""  # digits, separators and spaces; "" for plain digits
    spaced: bool = False  # thousands set apart by spaces


class _Affixes(NamedTuple):
    body: str
    negative: bool = False
    percent: bool = False
    exponent: int = 0
    currency: str = ""


def read_text(text: str, dash: str) -> Reading | None:
    """What a text cell says, None if it is neither a number nor a mark of a missing value.

    Examples
    --------
    >>> read_text("1.234 r", "not_available")[:5]
    (Decimal('1234'), Decimal('1.234'), '', 'revised', '')
    """
    if text.isdigit() and text[0] in _FIRST and text.isascii() and len(text) <= MOST_DIGITS:
        value = Decimal(text)
        return Reading(value, value)
    if text[-1:] in PLAIN and (plain := _read_plain(text)):
        return plain
    core, status, footnote = split_marks(text)
    if reason := missing_reason(core, dash):
        return Reading(None, None, reason, status, footnote)
    if len(core) > LONGEST or not core:
        return None
    if core[-1] in PLAIN and (plain := _read_plain(core, status, footnote)):
        return plain
    if core == _NEGLIGIBLE:
        return Reading(Decimal(0), Decimal(0), "", status, f"{_NEGLIGIBLE} {footnote}".rstrip())
    affixes = _Affixes(core) if core[0] in PLAIN and core[-1] in PLAIN else _unwrap(core)
    if affixes is None or not _BODY.issuperset(affixes.body) or not affixes.body:
        return None
    by_id, by_en, spaced = _values(affixes.body)
    if by_id is None and by_en is None:
        return None
    if affixes.negative or affixes.exponent:
        by_id, by_en = _applied(by_id, affixes), _applied(by_en, affixes)
    if by_id == by_en:
        by_en = by_id
    body, _, percent, exponent, currency = affixes
    return Reading(by_id, by_en, "", status, footnote, percent, exponent > 0, currency, body, spaced)


def _read_plain(text: str, status: str = "final", footnote: str = "") -> Reading | None:
    """The common cases, quickly: nothing but digits and separators."""
    if not text.isascii() or len(text) > LONGEST or (text[0] == "0" and text[1:2].isdigit()):
        return None
    if text.isdigit():
        if len(text) > MOST_DIGITS:
            return None
        value = Decimal(text)
        return Reading(value, value, "", status, footnote)
    whole, mark, rest = text.partition("," if "," in text else ".")
    if (
        mark and rest.isdigit() and whole.isdigit() and len(text) <= MOST_DIGITS
    ):  # one separator, as in most cells
        decimals = Decimal(f"{whole}.{rest}")
        grouped = Decimal(whole + rest) if len(rest) == 3 and len(whole) <= 3 and whole[0] != "0" else None
        if mark == ".":
            return Reading(grouped, decimals, "", status, footnote, False, False, "", text)
        return Reading(decimals, grouped, "", status, footnote, False, False, "", text)
    comma, point = text.rfind(","), text.rfind(".")
    by_id = None if point > comma >= 0 else _value(text, ".", ",")
    by_en = None if comma > point >= 0 else _value(text, ",", ".")
    if by_id is None and by_en is None:
        return None
    return Reading(by_id, by_en, "", status, footnote, False, False, "", text)


def read_stored(text: str, dash: str) -> Reading | None:
    """What a cell says that the file stores as a number: digits with a decimal point, nothing else."""
    if not text.strip():
        return Reading(None, None, missing_reason("", dash))
    body = text.removeprefix("-")
    if not body.isascii() or "," in body or (value := _value(body, ",", ".")) is None:
        return None
    if len(body) < len(text) and value:
        value = value.copy_negate()
    return Reading(value, value)


def _unwrap(core: str) -> _Affixes | None:
    """Take brackets, percent sign, scale word, currency and sign off; None if they contradict each other."""
    if core[0] == "(" and core[-1] == ")":
        inner = _unwrap(core[1:-1].strip(" ")) if len(core) > 2 else None
        signed = inner is None or inner.negative or "+" in core
        return None if inner is None or signed else inner._replace(negative=True)
    percent = core[-1] == "%"
    body = core[:-1].rstrip(" ") if percent else core
    number = body.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    word = body[len(number) :]
    exponent = _SCALES.get(word.casefold(), 0)
    if (word and not exponent) or (percent and exponent):
        return None
    body, currency = number.rstrip(" "), ""
    for prefix, known in _CURRENCIES:
        if body.startswith(prefix):
            body, currency = body[len(prefix) :].lstrip(" "), known
            break
    if body[:1] == "(" and body[-1:] == ")":
        inside = body[1:-1].strip(" ")
        return _Affixes(inside, True, percent, exponent, currency)
    before = body[:1] in ("+", *_MINUS) and body[1:2] in PLAIN
    after = body[-1:] in tuple(_MINUS) and body[-2:-1] in PLAIN
    if before and after:
        return None
    negative = after or (before and body[0] != "+")
    return _Affixes(body[before : len(body) - after], negative, percent, exponent, currency)


def _applied(value: Decimal | None, affixes: _Affixes) -> Decimal | None:
    """The value with its scale word and its sign, exactly (operators would round to 28 digits)."""
    if not value or value is UNSURE:
        return value
    _, digits, exponent = value.as_tuple()
    return Decimal((int(affixes.negative), digits, int(exponent) + affixes.exponent))


def _values(body: str) -> tuple[Decimal | None, Decimal | None, bool]:
    """Values under styles id and en, and whether spaces set thousands apart."""
    if " " not in body:
        return _value(body, ".", ","), _value(body, ",", "."), False
    parts = body.split(" ")
    joined = "".join(parts)
    by_id, by_en = _value(joined, ".", ","), _value(joined, ",", ".")
    if len(parts) >= _LEAST_SPACED and all(len(part) == 1 for part in parts):
        return by_id, by_en, False
    if _is_grouped(parts):
        if len(parts[-1]) == 7:  # "12 345.678" may be 12 and 345678, or 12 and 345.678
            return (UNSURE, by_en, True) if "." in joined else (by_id, UNSURE, True)
        return by_id, by_en, True
    # A gap that a PDF leaves is closed only in a number that some style groups by thousands.
    grouped = (by_id is not None and "." in joined) or (by_en is not None and "," in joined)
    return (by_id, by_en, False) if grouped and _is_kerned(parts) else (None, None, False)


def _is_kerned(parts: list[str]) -> bool:
    """Whether each gap is one that a PDF leaves inside a number: before a separator, or after leading ones.

    Other digits are not accepted before a gap: ``2 1.638`` is as well a row number and its value.
    """
    leading = all_kerned = True
    for left, right in pairwise(parts):
        leading = leading and left == "1"
        all_kerned = all_kerned and (leading or right[:1] in (".", ","))
    return all_kerned and all(part and part[-1] in PLAIN for part in parts)


def _is_grouped(parts: list[str]) -> bool:
    """Whether the gaps part thousands: 1–3 digits, then three each, then perhaps a decimal part."""
    first, last = parts[0], parts[-1]
    if not (1 <= len(first) <= 3 and first.isdigit() and first[0] != "0"):
        return False
    if not all(len(part) == 3 and part.isdigit() for part in parts[1:-1]):
        return False
    return last[:3].isdigit() and len(last) != 4 and len(last) >= 3 and last[3:4] in ("", ".", ",")


def _value(body: str, thousands: str, decimal: str) -> Decimal | None:
    """Value of digits and separators if they are a well-formed number of this style."""
    whole, mark, fraction = body.partition(decimal)
    if mark and not fraction.isdigit():
        return None
    if thousands in whole:
        first, *groups = whole.split(thousands)
        if not 1 <= len(first) <= 3 or first[0] == "0" or any(len(group) != 3 for group in groups):
            return None
        whole = first + "".join(groups)
    elif whole[:1] == "0" and len(whole) > 1:
        return None
    if not whole.isdigit() or len(whole) + len(fraction) > MOST_DIGITS:
        return None
    return Decimal(f"{whole}.{fraction}" if mark else whole)
