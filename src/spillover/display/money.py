"""Amounts of money as people write them: Rp3,5 triliun in Indonesian, Rp3.5 trillion in English."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from spillover.display.language import MISSING, fmt, is_missing, label

SIGNS = {"IDR": "Rp", "USD": "US$"}
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))
DIGITS = 3  # significant digits at most, where nothing else is asked for


def fmt_money(value: Any, unit: str = "IDR", decimals: int | None = None) -> str:
    """Write an amount with its currency and its scale in words.

    Parameters
    ----------
    value : number
        In base units (rupiah, dollars).
    unit : str
        IDR or USD, or a rate such as IDR/month.
    decimals : int, optional
        Exactly so many; without it as many as three significant digits need.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("id"); fmt_money(3.5e12), fmt_money(8e9, "IDR/month"), fmt_money(140e6)
    ('Rp3,5 triliun', 'Rp8 miliar per bulan', 'Rp140 juta')
    >>> set_language("en"); fmt_money(3.5e12), fmt_money(0), fmt_money(None)
    ('Rp3.5 trillion', 'Rp0', '–')
    """
    if is_missing(value):
        return MISSING
    scale, word = scale_of(value)
    return _with_words(in_scale(value, scale, decimals), unit, word)


def fmt_money_range(low: Any, high: Any, unit: str = "IDR", decimals: int | None = None) -> str:
    """Write a range of amounts in the scale of its upper end; an open one as its lower bound.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en"); fmt_money_range(0, 3.55e12), fmt_money_range(7e11, float("inf"))
    ('Rp0–3.55 trillion', 'at least Rp700 billion')
    """
    if high == float("inf"):
        if low <= 0:
            return label("bound.open")
        return label("bound.at_least", value=fmt_money(low, unit, decimals))
    scale, word = scale_of(high)
    return _with_words("–".join(in_scale(v, scale, decimals) for v in (low, high)), unit, word)


def _with_words(number: str, unit: str, word: str) -> str:
    """A written number with its currency before it, and its scale and time after it."""
    currency, _, per = unit.partition("/")
    text = SIGNS.get(currency, f"{currency} ") + number
    text = f"{text} {label(f'scale.{word}')}" if word else text
    return f"{text} {label('word.per')} {label(f'unit.{per}')}" if per else text


def scale_of(value: float) -> tuple[float, str]:
    """The largest scale that an amount reaches, and its word."""
    return next((scale, word) for scale, word in _SCALES if abs(value) >= scale or scale == 1.0)


def in_scale(value: float, scale: float, decimals: int | None = None) -> str:
    """An amount in units of ``scale``, with three significant digits unless ``decimals`` says otherwise."""
    number = value / scale
    if decimals is None:
        decimals = max(0, DIGITS - len(str(int(abs(number)))))
        exact = Decimal(repr(float(number)))  # half up: 2.565 is written 2.57, whatever its binary digits
        return fmt(float(exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)))
    return fmt(number, decimals)
