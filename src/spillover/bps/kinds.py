"""Kinds of printed numbers: texts of one kind are alike for every rule that all cells together decide.

The style of a table, lost thousands, fractions of things, gaps and currencies are found out from its distinct
texts. A file that does not fit in memory is judged by one text of each kind instead of by all of them.
"""

from __future__ import annotations

from decimal import Decimal

from spillover.bps.marks import is_spreadsheet_error
from spillover.bps.printed import UNSURE, read_text

Kind = tuple[object, ...]
MEMO_LIMIT = 50_000
# Digits that no rule tells apart: 0 leads and ends numbers in its own way, 1 is what print sets apart.
_ALIKE = dict.fromkeys(map(ord, "3456789"), "2")
_memo: dict[str, Kind] = {}


def kind_of(text: str) -> Kind:
    """Kind of a cell as printed.

    Examples
    --------
    >>> kind_of("8.524,41") == kind_of("7.713,95"), kind_of("11.191") == kind_of("11.191,5")
    (True, False)
    """
    shape = text.translate(_ALIKE)
    found = _memo.get(shape)
    if found is None:
        if len(_memo) >= MEMO_LIMIT:
            _memo.clear()
        found = _memo[shape] = _kind(shape)
    return found


def _kind(text: str) -> Kind:
    reading = read_text(text, "not_available")
    if reading is None:
        return ("unread", is_spreadsheet_error(text))
    return (
        reading.id is reading.en,
        _worth(reading.id),
        _worth(reading.en),
        "." in text,
        "." in reading.body,
        "," in reading.body,
        *reading[2:4],
        *reading[5:8],
        reading.spaced,
    )


def _worth(value: Decimal | None) -> str:
    """What matters of a value: its sign, whether it is whole, reaches 1000 or 1, and how its decimals end."""
    if value is None or value is UNSURE:
        return "" if value is None else "unsure"
    _, digits, exponent = value.as_tuple()
    places = max(0, -int(exponent))
    size = "thousands" if abs(value) >= 1000 else "units" if abs(value) >= 1 else "less"
    ends = "0" if places and digits[-1] == 0 else "whole" if value == value.to_integral_value() else ""
    return f"{'-' if value < 0 else ''}{size} {min(places, 4)} {ends}"
