"""Texts, numbers and cells as the BPS web API writes them."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from html import unescape

from spillover.bps.limits import number_text, plain_decimal

_BREAK = re.compile(r"<\s*/?\s*(?:br|div|p|td|th|tr|li)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^>]*>")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,29})(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


def plain(value: object) -> str:
    """Text without HTML tags, entities (escaped once or twice) and superfluous blanks.

    Examples
    --------
    >>> plain("&lt;b&gt;SULAWESI TENGAH&lt;/b&gt; ")
    'SULAWESI TENGAH'
    >>> plain("Industri Mikro<br>dan Kecil")
    'Industri Mikro dan Kecil'
    """
    return _plain("" if value is None else str(value))


@lru_cache(maxsize=16_384)
def _plain(text: str) -> str:
    if "&" in text or "<" in text:
        text = _TAG.sub("", _BREAK.sub(" ", unescape(unescape(text))))
    return " ".join(text.split())


def json_number(value: object) -> str | None:
    """A JSON number as the shortest plain decimal, ``""`` for null, ``None`` if it is no number.

    Examples
    --------
    >>> json_number(0.28), json_number("1.5e3"), json_number(None), json_number("n.a.")
    ('0.28', '1500', '', None)
    """
    if type(value) is str:
        digits = value.replace(".", "", 1)
        if (
            digits.isdigit()
            and digits.isascii()
            and len(digits) < 30
            and value[0] >= "1"
            and value[-1] != "."
        ):
            return value  # most values
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    text = number_text(value) if isinstance(value, int | float) else str(value)
    if not _NUMBER.fullmatch(text):
        return None
    return plain_decimal(text) if "e" in text or "E" in text else text


def bare(value: object) -> str:
    """Text of a number or code as the payload has it, ``""`` for null."""
    return "" if value is None else str(value).strip()
