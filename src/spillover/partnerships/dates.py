"""Dates as sources print them: a year, a month, a day, or early, mid and late in a year."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from spillover.errors import DataError

# First and last month of a part of a year, as the ledger defines them.
YEAR_PARTS = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
DAYS_PER_YEAR = 365.25

_DATE = re.compile(r"((?:19|20)[0-9]{2})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_FUZZY = re.compile(rf"({'|'.join(YEAR_PARTS)})-((?:19|20)[0-9]{{2}})")
_REMEDY = "write 2024, 2024-03, 2024-03-07, or early-2024, mid-2024, late-2024"


class Stretch(NamedTuple):
    """First and last day that a date may mean."""

    first: date
    last: date


def stretch(text: str) -> Stretch:
    """Days that a date as printed may mean.

    Raises
    ------
    DataError
        The text is no date of the ledger's forms.

    Examples
    --------
    >>> [day.isoformat() for day in stretch("2024-02")]
    ['2024-02-01', '2024-02-29']
    >>> [day.isoformat() for day in stretch("early-2025")]
    ['2025-01-01', '2025-04-30']
    """
    found = _stretch(text)
    if found is None:
        raise DataError("date", "not a date of the ledger", [repr(text)], _REMEDY)
    return found


def is_date(text: str, *, fuzzy: bool = True) -> bool:
    """Whether a text is a date of the ledger's forms; without ``fuzzy``, only of the plain ones.

    Examples
    --------
    >>> is_date("2024-02-30"), is_date("mid-2024"), is_date("mid-2024", fuzzy=False)
    (False, True, False)
    """
    return _stretch(text) is not None and (fuzzy or text[:1].isdigit())


def is_later(one: str, other: str) -> bool:
    """Whether a date lies after another as far as their forms can say.

    Of two that overlap, the later one begins and ends no earlier: 2024-05 and mid-2024 cannot be ordered.

    Examples
    --------
    >>> is_later("2024", "2023-12"), is_later("2024-05", "mid-2024"), is_later("2024", "2024")
    (True, False, False)
    """
    a, b = stretch(one), stretch(other)
    return a.first > b.first and a.last > b.last


def period(start: str, end: str) -> Stretch:
    """First and last day of a period that lasts from the first day of ``start`` to the last of ``end``.

    Examples
    --------
    >>> [day.isoformat() for day in period("2021", "2023")]
    ['2021-01-01', '2023-12-31']
    """
    return Stretch(stretch(start).first, stretch(end).last)


def years_between(first: date, last: date) -> float:
    """Years from the beginning of one day to the end of another (0 if the other is earlier).

    Examples
    --------
    >>> round(years_between(date(2021, 1, 1), date(2023, 12, 31)), 2)
    3.0
    """
    return max((last - first + timedelta(days=1)).days, 0) / DAYS_PER_YEAR


def year_end(year: int) -> date:
    """31 December of a year."""
    return date(year, 12, 31)


@lru_cache(maxsize=4096)
def _stretch(text: str) -> Stretch | None:
    """`stretch`, or None if the text is no date."""
    fuzzy = _FUZZY.fullmatch(text)
    if fuzzy:
        months, year = YEAR_PARTS[fuzzy[1]], int(fuzzy[2])
        return Stretch(date(year, months[0], 1), date(year, months[1], monthrange(year, months[1])[1]))
    plain = _DATE.fullmatch(text)
    if not plain:
        return None
    year, month, day = (int(part) if part else 0 for part in plain.groups())
    if not plain[2]:
        return Stretch(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        return None
    days = monthrange(year, month)[1]
    if not plain[3]:
        return Stretch(date(year, month, 1), date(year, month, days))
    return Stretch(date(year, month, day), date(year, month, day)) if 1 <= day <= days else None
