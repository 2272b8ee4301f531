"""Dates told from the day of publication: tahun lalu, bulan ini, tiga tahun terakhir, five years ago."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from spillover.partnerships.grammar.catalogue import find_unit, read_units
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.numerals import read_number
from spillover.partnerships.grammar.words import Lang, Token

LAST = word_set("last")
NEXT = word_set("next")
AFTERWARDS = frozenset(["kemudian", "later", "sebelumnya", "earlier", "berselang"])
FIRST_YEAR, LAST_YEAR = 1900, 2099
# First and last day (None where the text leaves it open), and the token after the words that say so.
Stretch = tuple[tuple[date | None, date | None], int]


@lru_cache(maxsize=1)
def _durations() -> frozenset[str]:
    """First words of the units of time."""
    return frozenset(
        w for w, some in read_units().items() if any(unit.kind == "duration" for _, unit in some)
    )


def months_of(year: int, first: int, n: int) -> tuple[date, date]:
    """First and last day of ``n`` months of a year from month ``first`` on."""
    last = first + n - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def this_or_last(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """tahun ini, tahun lalu, bulan lalu, this year, last month."""
    if at + 1 >= len(found):
        return None
    first, second = found[at].low, found[at + 1].low
    if first in ("tahun", "bulan") and second in ("ini", "lalu", "kemarin", "depan", "silam"):
        span, back = ("year" if first == "tahun" else "month"), {"ini": 0, "depan": -1}.get(second, 1)
    elif second in ("year", "month") and first in ("this", "last", "next"):
        span, back = second, {"this": 0, "last": 1, "next": -1}[first]
    else:
        return None
    if published is None:
        return (None, None), at + 2
    if span == "year":
        return months_of(published.year - back, 1, 12), at + 2
    month = published.year * 12 + published.month - 1 - back
    return months_of(month // 12, month % 12 + 1, 1), at + 2


def relative(found: Sequence[Token], at: int, lang: Lang, published: date | None) -> Stretch | None:
    """tiga tahun terakhir, dua tahun lalu, the last three years, five years ago, tiga tahun ke depan."""
    if found[at].kind == "n" and (at + 1 >= len(found) or found[at + 1].low not in _durations()):
        return None
    opened = found[at].low if found[at].low in LAST or found[at].low in NEXT else ""
    number = read_number(found, at + 1 if opened else at, lang)
    if number is None or number.stop >= len(found):
        return None
    unit = find_unit(found, number.stop)
    if unit is None or unit.unit.kind != "duration":
        return None
    stop = unit.stop
    closing = found[stop].low if stop < len(found) else ""
    if not opened and closing == "ke" and stop + 1 < len(found):
        stop, closing = stop + 1, found[stop + 1].low
    if (
        not opened
        and closing == "yang"
        and stop + 1 < len(found)
        and found[stop + 1].low in ("lalu", "silam")
    ):
        stop, closing = stop + 1, found[stop + 1].low
    if not opened and unit.unit.unit == "month" and closing == "pertama" and number.high is None:
        from spillover.partnerships.grammar.datespans import months_from_january

        return months_from_january(found, stop, int(number.value))
    if not opened and closing in AFTERWARDS:
        return (None, None), stop + 1
    word = opened or closing
    if (word not in LAST and word not in NEXT) or (opened in ("lalu", "silam", "depan", "terakhir", "ago")):
        return None
    stop = stop if opened else stop + 1
    if published is None or number.high is not None or number.value != int(number.value):
        return (None, None), stop
    length = int(number.value * unit.unit.factor)
    if word in ("lalu", "silam", "ago"):
        return _single(published, unit.unit.unit, length), stop
    return ((published, _moved(published, unit.unit.unit, length)) if word in NEXT
            else (_moved(published, unit.unit.unit, -length), published)), stop  # fmt: skip


def _single(published: date, unit: str, length: int) -> tuple[date | None, date | None]:
    """The year, month or day so long ago."""
    there = _moved(published, unit, -length)
    if there is None:
        return None, None
    if unit == "year":
        return months_of(there.year, 1, 12)
    return months_of(there.year, there.month, 1) if unit == "month" else (there, there)


def _moved(day: date, unit: str, length: int) -> date | None:
    """A day moved by so many years, months, weeks or days; None beyond the years known here."""
    if unit in ("year", "month"):
        month = day.year * 12 + day.month - 1 + length * (12 if unit == "year" else 1)
        if not FIRST_YEAR <= month // 12 <= LAST_YEAR:
            return None
        return date(month // 12, month % 12 + 1, min(day.day, monthrange(month // 12, month % 12 + 1)[1]))
    days = length * {"week": 7, "day": 1}.get(unit, 0)
    return day + timedelta(days) if abs(days) < 365 * 100 else None
