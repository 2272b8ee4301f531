"""Stretches of months and days inside a year: Januari–Maret 2025, 3-4 Juni 2025, H1 2024, 1Q24."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from spillover.partnerships.grammar.relativedates import Stretch, months_of, this_or_last
from spillover.partnerships.grammar.textdates import is_month, is_year, months, named_date
from spillover.partnerships.grammar.words import Token

_LINKS = frozenset(["-", "–", "—", "hingga", "sampai", "sd", "to"])
_LENGTHS = {"q": 3, "h": 6}


def month_span(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """Januari–Maret 2025; Maret tahun lalu."""
    if at + 2 >= len(found) or not is_month(found[at].low):
        return None
    first = months()[found[at].low]
    if found[at + 1].low in _LINKS and is_month(found[at + 2].low):
        last = named_date(found, at + 2, published)
        if last is None or last[0][0] is None or last[0][1] is None or last[0][1].month < first:
            return None
        return (date(last[0][1].year, first, 1), last[0][1]), last[1]
    whole = this_or_last(found, at + 1, published)
    if whole is None or found[at + 1].low not in ("tahun", "last", "this"):
        return None
    if whole[0][0] is None or (found[at + 1].low != "tahun" and found[at + 2].low != "year"):
        return (None, None), whole[1]
    return months_of(whole[0][0].year, first, 1), whole[1]


def day_span(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """3-4 Juni 2025, 3 hingga 4 Juni."""
    if at + 3 >= len(found) or found[at + 1].low not in _LINKS or found[at + 2].kind != "n":
        return None
    last = named_date(found, at + 2, published)
    low = found[at].low
    if (
        last is None
        or last[0][1] is None
        or last[0][0] != last[0][1]
        or not (low.isdigit() and len(low) <= 2)
    ):
        return None
    end = last[0][1]
    if not 1 <= int(low) < end.day:
        return None
    return (date(end.year, end.month, int(low)), end), last[1]


def short_piece(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """Q1 2024, H1 2024, Q1-24; 1Q24, 1H2025."""
    if at + 1 >= len(found) or found[at + 1].start != found[at].end:
        return None
    letter, number = found[at].low, found[at + 1].low
    stop = at + 2
    if found[at].kind == "n":
        letter, number = number, letter
        glued = stop < len(found) and found[stop].start == found[at + 1].end
        if not glued:
            return None
    if letter not in _LENGTHS or not (number.isdigit() and 1 <= int(number[:2]) * _LENGTHS[letter] <= 12):
        return None
    year, stop = _year(found, stop)
    if not year:
        return ((None, None), at + 2) if found[at].kind == "w" and letter == "q" else None
    length = _LENGTHS[letter]
    return months_of(year, (int(number) - 1) * length + 1, length), stop


def _year(found: Sequence[Token], at: int) -> tuple[int, int]:
    """The year at token ``at``, also of two digits where it is glued; 0 if there is none."""
    first = at
    while at < len(found) and found[at].low in ("tahun", "of", "-", "/"):
        at += 1
    if at < len(found) and is_year(found[at]):
        return int(found[at].low), at + 1
    glued = at < len(found) and at - first <= 1 and found[at].start == found[at - 1].end
    if glued and found[at].low.isdigit() and len(found[at].low) == 2:
        return 2000 + int(found[at].low), at + 1
    return 0, first


def months_from_january(found: Sequence[Token], at: int, n: int) -> Stretch | None:
    """The rest of *sembilan bulan pertama 2024* after its number: token ``at`` is "pertama"."""
    after = at + 1
    while after < len(found) and found[after].low in ("tahun", "of"):
        after += 1
    if not 1 <= n <= 12:
        return None
    if after < len(found) and is_year(found[after]):
        return months_of(int(found[after].low), 1, n), after + 1
    return (None, None), at + 1


def day_before(published: date | None) -> tuple[date | None, date | None]:
    """The day before publication; nothing without one."""
    if published is None:
        return None, None
    day = date.fromordinal(published.toordinal() - 1)
    return day, day
