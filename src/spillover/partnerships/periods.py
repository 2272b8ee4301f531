"""Periods named in a text: since 2021, early 2025, this year, the second quarter, Thursday (19/6/2025).

Each is turned into its first and last day. What is relative (*tahun lalu*, *three years ago*) needs the day of
publication. Parts of a year that the press leaves vague are read as thirds: *awal*/early is January to April,
*pertengahan*/mid May to August, *akhir*/late September to December.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from spillover.errors import DataError
from spillover.partnerships.catalogue import find_unit
from spillover.partnerships.numerals import read_number
from spillover.partnerships.words import Lang, Token

_SINCE = frozenset("sejak dari mulai semenjak since from".split())
_UNTIL = frozenset("hingga sampai s.d until till through to".split())
_DASHES = frozenset("–-—")
_ON = frozenset("pada di selama sepanjang per dalam untuk in during of on by tahun year bulan periode kurun".split())
_PARTS = {
    "awal": 0, "early": 0, "permulaan": 0, "pertengahan": 1, "mid": 1, "medio": 1, "tengah": 1, "akhir": 2, "late": 2,
    "penghujung": 2, "end": 2,
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "pertama": 1, "kedua": 2, "ketiga": 3,
          "keempat": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}  # fmt: skip
_PIECES = {"triwulan": 3, "kuartal": 3, "quarter": 3, "semester": 6, "half": 6, "caturwulan": 4, "tw": 3}
_LAST = frozenset("terakhir belakangan lalu silam last past previous ago".split())
_NEXT = frozenset("mendatang depan kedepan next coming".split())
_THIS = frozenset("ini this".split())
FIRST_YEAR, LAST_YEAR = 1900, 2099


class Period(NamedTuple):
    """A period found at tokens ``at`` to ``stop``; a side that the text leaves open is None."""

    at: int
    stop: int
    start: date | None
    end: date | None


def parse_published(published: object) -> date | None:
    """The day of publication as a date; "" and None are none.

    Raises
    ------
    DataError
        It is no date such as 2025-06-19.
    """
    if published is None or published == "":
        return None
    try:
        return date.fromisoformat(str(published)[:10])
    except ValueError:
        raise DataError("published", "no date", [published], "write it as 2025-06-19") from None


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Names and abbreviations of the months in both languages, from CLDR."""
    from babel import Locale

    found: dict[str, int] = {"agt": 8, "agst": 8, "pebruari": 2, "nopember": 11}
    for lang in ("id", "en"):
        for width in ("wide", "abbreviated"):
            found |= {name.lower().rstrip("."): n for n, name in Locale(lang).months["format"][width].items()}
    return found


def is_month(word: str) -> bool:
    """Whether a lower-case word is the name of a month."""
    return word in _months()


def is_year(token: Token) -> bool:
    """Whether a number could be a year: four digits without separators."""
    return token.kind == "n" and len(token.low) == 4 and token.low.isdigit() and FIRST_YEAR <= int(token.low) <= LAST_YEAR


def find_periods(found: Sequence[Token], langs: Sequence[Lang], published: date | None) -> list[Period]:
    """All periods of a text, in order; those that need a day of publication are found without it, but open."""
    periods: list[Period] = []
    at = 0
    while at < len(found):
        period = _period(found, at, langs, published)
        if period is None:
            at += 1
            continue
        periods.append(period)
        at = max(period.stop, at + 1)
    return periods


def _period(found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None) -> Period | None:
    """The period that begins at token ``at``, with the word that opens it."""
    low = found[at].low
    opening = low if low in _SINCE or low in _UNTIL or low == "by" else ""
    start = _skip(found, at + 1) if opening else at
    first = _stretch(found, start, langs, published)
    if first is None:
        return None
    (low_day, high_day), stop = first
    second = _second(found, stop, langs, published)
    if second is not None and opening not in _UNTIL:
        (_, last), stop = second
        return Period(at, stop, low_day, last)
    if opening in _SINCE and low != "from":
        return Period(at, stop, low_day, None)
    if opening in _UNTIL or opening == "by":
        return Period(at, stop, None, high_day)
    return Period(at, stop, low_day, high_day)


def _skip(found: Sequence[Token], at: int) -> int:
    """Past words that only lead to a date: sampai dengan, pada tahun."""
    while at < len(found) and found[at].low in (*_ON, "dengan", "the", "ke"):
        at += 1
    return at


def _second(
    found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None
) -> tuple[tuple[date | None, date | None], int] | None:
    """The second limb of 2021–2025 or 2021 hingga awal 2025."""
    if at + 1 >= len(found) or not (found[at].low in _UNTIL or found[at].low in _DASHES):
        return None
    if found[at].low == "to" and not is_year(found[at + 1]) and found[at + 1].low not in _PARTS:
        return None
    return _stretch(found, _skip(found, at + 1), langs, published)


Stretch = tuple[tuple[date | None, date | None], int]


def _stretch(found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None) -> Stretch | None:
    """First and last day of the date that begins at token ``at``, and the token after it."""
    if at >= len(found):
        return None
    for read in (_numeric_date, _named_date, _part_of_year, _piece_of_year):
        if stretch := read(found, at, published):
            return stretch
    if stretch := _this_or_last(found, at, published):
        return stretch
    if stretch := _relative(found, at, langs[found[at].sentence], published):
        return stretch
    if is_year(found[at]) and not _counted(found, at):
        year = int(found[at].low)
        return (date(year, 1, 1), date(year, 12, 31)), at + 1
    if found[at].low in ("tahun", "year") and at + 1 < len(found) and is_year(found[at + 1]):
        year = int(found[at + 1].low)
        return (date(year, 1, 1), date(year, 12, 31)), at + 2
    return None


def _counted(found: Sequence[Token], at: int) -> bool:
    """Whether a number like a year is a count: 2000 UMKM; after a word of time it is a year all the same."""
    if find_unit(found, at + 1) is None or found[at + 1].kind != "w":
        return False
    before = found[at - 1].low if at else ""
    return not (before in _ON or before in _SINCE or before in _UNTIL or before in _PARTS or is_month(before))


def _day(year: int, month: int, day: int) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def _numeric_date(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """19/6/2025, 19-06-2025, 2025-06-19, 19.06.2025; and 19/6 of the year of publication."""
    low = found[at].low
    if found[at].kind != "n":
        return None
    parts = low.split(".")
    if len(parts) == 3 and all(p.isdigit() for p in parts) and len(parts[2]) == 4:
        day = _day(int(parts[2]), int(parts[1]), int(parts[0]))
        return ((day, day), at + 1) if day else None
    if not low.isdigit() or len(low) > 4 or at + 2 >= len(found):
        return None
    mark, second = found[at + 1], found[at + 2]
    if mark.low not in "/-" or mark.start != found[at].end or second.start != mark.end or not second.low.isdigit():
        return None
    if at + 4 < len(found) and found[at + 3].low == mark.low and found[at + 4].start == found[at + 3].end:
        third = found[at + 4].low
        if third.isdigit() and max(len(low), len(second.low), len(third)) <= 4:
            numbers = int(low), int(second.low), int(third)
            day = _day(*numbers) if len(low) == 4 else _day(numbers[2], numbers[1], numbers[0])
            return ((day, day), at + 5) if day else None
    if mark.low == "/" and published and len(low) <= 2 and len(second.low) <= 2:
        before = found[at - 1].low if at else ""
        day = _day(published.year, int(second.low), int(low))
        return ((day, day), at + 3) if day and before == "(" else None
    return None


def _named_date(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """21 Mei 2025, Mei 2025, May 21, 2025, 21 Mei (of the year of publication)."""
    token, n = found[at], len(found)
    if token.kind == "n" and len(token.low) <= 2 and at + 1 < n and is_month(found[at + 1].low):
        year, stop = _year_after(found, at + 2, published)
        day = _day(year, _months()[found[at + 1].low], int(token.low)) if year and token.low.isdigit() else None
        return (day, day), stop
    if token.kind != "w" or not is_month(token.low) or (token.low in ("mei", "may", "mar", "march") and at + 1 >= n):
        return None
    month = _months()[token.low]
    if at + 1 < n and is_year(found[at + 1]):
        year = int(found[at + 1].low)
        return (date(year, month, 1), date(year, month, monthrange(year, month)[1])), at + 2
    if at + 1 < n and found[at + 1].kind == "n" and len(found[at + 1].low) <= 2 and _then_year(found, at + 2):
        year, stop = _year_after(found, at + 3 if found[at + 2].low == "," else at + 2, published)
        day = _day(year, month, int(found[at + 1].low)) if year else None
        return (day, day), stop
    return None


def _then_year(found: Sequence[Token], at: int) -> bool:
    if at < len(found) and found[at].low == ",":
        at += 1
    return at < len(found) and is_year(found[at])


def _year_after(found: Sequence[Token], at: int, published: date | None) -> tuple[int, int]:
    """The year at token ``at`` and the token after it, else the year of publication (0 if unknown)."""
    if at < len(found) and is_year(found[at]):
        return int(found[at].low), at + 1
    return (published.year if published else 0), at


def _part_of_year(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """awal 2025, mid-2025, akhir tahun lalu."""
    low, inner = found[at].low, at + 1
    if low not in _PARTS:
        return None
    if inner < len(found) and found[inner].low in ("-", "of"):
        inner += 1
    if inner < len(found) and found[inner].low in ("tahun", "year") and inner + 1 < len(found) and is_year(found[inner + 1]):
        inner += 1
    if inner < len(found) and is_month(found[inner].low):
        return _named_date(found, inner, published)
    year = int(found[inner].low) if inner < len(found) and is_year(found[inner]) else 0
    stop = inner + 1
    if not year:
        whole = _this_or_last(found, inner, published) if inner < len(found) else None
        if whole is None or (whole[0][0] and (whole[0][1] or whole[0][0]) - whole[0][0] < timedelta(300)):
            return None
        if whole[0][0] is None:
            return whole
        year, stop = whole[0][0].year, whole[1]
    return _months_of(year, 4 * _PARTS[low] + 1, 4), stop


def _months_of(year: int, first: int, n: int) -> tuple[date, date]:
    last = first + n - 1
    return date(year, first, 1), date(year, last, monthrange(year, last)[1])


def _piece_of_year(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """triwulan II 2024, kuartal pertama tahun 2024, semester I 2024, Q2 2024, second quarter of 2024."""
    low, n = found[at].low, len(found)
    if low == "q" and at + 1 < n and found[at + 1].low in ("1", "2", "3", "4") and found[at + 1].start == found[at].end:
        length, number, stop = 3, int(found[at + 1].low), at + 2
    elif low in _PIECES and at + 1 < n and found[at + 1].low in _ROMAN:
        length, number, stop = _PIECES[low], _ROMAN[found[at + 1].low], at + 2
    elif low in ("first", "second", "third", "fourth") and at + 1 < n and found[at + 1].low in ("quarter", "half"):
        length, number, stop = _PIECES[found[at + 1].low], _ROMAN[low], at + 2
    else:
        return None
    if number * length > 12:
        return None
    while stop < n and found[stop].low in ("tahun", "of", "-", "/"):
        stop += 1
    if stop < n and is_year(found[stop]):
        return _months_of(int(found[stop].low), (number - 1) * length + 1, length), stop + 1
    whole = _this_or_last(found, stop - 1 if found[stop - 1].low == "tahun" else stop, published) if stop < n else None
    if whole and whole[0][0]:
        return _months_of(whole[0][0].year, (number - 1) * length + 1, length), whole[1]
    return (None, None), stop


def _this_or_last(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
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
        return _months_of(published.year - back, 1, 12), at + 2
    month = published.year * 12 + published.month - 1 - back
    return _months_of(month // 12, month % 12 + 1, 1), at + 2


def _relative(found: Sequence[Token], at: int, lang: Lang, published: date | None) -> Stretch | None:
    """tiga tahun terakhir, dua tahun lalu, the last three years, five years ago, tiga tahun ke depan."""
    opened = found[at].low if found[at].low in _LAST or found[at].low in _NEXT else ""
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
    if not opened and closing == "yang" and stop + 1 < len(found) and found[stop + 1].low in ("lalu", "silam"):
        stop, closing = stop + 1, found[stop + 1].low
    word = opened or closing
    if (word not in _LAST and word not in _NEXT) or (opened in ("lalu", "silam", "depan", "terakhir", "ago")):
        return None
    stop = stop if opened else stop + 1
    if published is None or number.high is not None or number.value != int(number.value):
        return (None, None), stop
    length = int(number.value * unit.unit.factor)
    if word in ("lalu", "silam", "ago"):
        return _single(published, unit.unit.unit, length), stop
    return ((published, _moved(published, unit.unit.unit, length)) if word in _NEXT
            else (_moved(published, unit.unit.unit, -length), published)), stop  # fmt: skip


def _single(published: date, unit: str, length: int) -> tuple[date | None, date | None]:
    """The year, month or day so long ago."""
    there = _moved(published, unit, -length)
    if there is None:
        return None, None
    if unit == "year":
        return _months_of(there.year, 1, 12)
    return _months_of(there.year, there.month, 1) if unit == "month" else (there, there)


def _moved(day: date, unit: str, length: int) -> date | None:
    """A day moved by so many years, months, weeks or days; None beyond the years known here."""
    if unit in ("year", "month"):
        month = day.year * 12 + day.month - 1 + length * (12 if unit == "year" else 1)
        if not FIRST_YEAR <= month // 12 <= LAST_YEAR:
            return None
        return date(month // 12, month % 12 + 1, min(day.day, monthrange(month // 12, month % 12 + 1)[1]))
    days = length * {"week": 7, "day": 1}.get(unit, 0)
    return day + timedelta(days) if abs(days) < 365 * 100 else None


def leads_to_date(found: Sequence[Token], at: int, stop: int) -> bool:
    """Whether only words that lead to a date stand between two tokens: pada tahun, ( , bulan."""
    return stop - at <= 3 and all(t.low in _ON or t.low in "(," for t in found[at:stop])
