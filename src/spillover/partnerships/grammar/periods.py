"""Periods named in a text: since 2021, early 2025, this year, the second quarter, Thursday (19/6/2025).

A date stands alone (pada 2022), opens a period (sejak 2021), closes it (hingga awal 2025), or two do both
(2021–2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from spillover.errors import DataError
from spillover.partnerships.grammar.catalogue import SIGNS, find_unit
from spillover.partnerships.grammar.datespans import day_before, day_span, month_span, short_piece
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.notfigures import is_label
from spillover.partnerships.grammar.numerals import number_words
from spillover.partnerships.grammar.relativedates import (
    LAST,
    NEXT,
    Stretch,
    months_of,
    relative,
    this_or_last,
)
from spillover.partnerships.grammar.textdates import (
    ORDINALS,
    PARTS,
    PIECES,
    is_month,
    is_year,
    months,
    named_date,
    numeric_date,
    part_of_year,
    piece_of_year,
)  # fmt: skip
from spillover.partnerships.grammar.words import Lang, Token

_SINCE = word_set("since")
_UNTIL = word_set("until")
_DASHES = frozenset("–-—")
_ON = word_set("lead_to_a_date")
_COMPARE = word_set("compare_with")
_OF_NUMBERS = (numeric_date, day_span, named_date, short_piece)
_OF_WORDS = (month_span, named_date, short_piece, part_of_year, piece_of_year, this_or_last)
_LEADING = _ON | {"dengan", "the", "with"}
_FEW = 3
_YESTERDAY = frozenset(["kemarin", "yesterday"])


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


def find_periods(found: Sequence[Token], langs: Sequence[Lang], published: date | None) -> list[Period]:
    """All periods of a text, in order; without a day of publication those that need one stay open."""
    periods: list[Period] = []
    openers, done = _openers(), 0
    for at, token in enumerate(found):
        if at < done or not (token.kind == "n" or token.low in openers):
            continue
        period = _period(found, at, langs, published)
        if period is not None and not _is_paid(found, at):
            periods.append(period)
            done = period.stop
    return periods


def _is_paid(found: Sequence[Token], at: int) -> bool:
    """Whether a number follows the sign of a currency: Rp 2000 is no year."""
    before = at - 2 if at > 1 and found[at - 1].low == "." else at - 1
    return before >= 0 and found[at].kind == "n" and found[before].low in SIGNS


@lru_cache(maxsize=1)
def _openers() -> frozenset[str]:
    """Words that a period can begin with: no others are looked at."""
    words = {
        "tahun",
        "bulan",
        "year",
        "this",
        "q",
        "h",
        "by",
        *_YESTERDAY,
        *_SINCE,
        *_UNTIL,
        *PARTS,
        *PIECES,
        *LAST,
        *NEXT,
    }
    return frozenset(words | set(ORDINALS) | set(months()) | number_words())


def _period(found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None) -> Period | None:
    """The period that begins at token ``at``, with the word that opens it."""
    low = found[at].low
    opening = low if low in _SINCE or low in _UNTIL or low == "by" else ""
    start = _skip(found, at + 1) if opening else at
    first = _stretch(found, start, langs, published)
    if first is None and opening and published:
        first = _month_alone(found, start, published)
    if first is None:
        return None
    (low_day, high_day), stop = first
    if _is_of_a_law(found, at) or _is_compared(found, at):
        return Period(at, stop, None, None)
    second = _second(found, stop, langs, published)
    if second is not None and opening not in _UNTIL:
        (_, last), stop = second
        return Period(at, stop, low_day, last)
    if opening in _SINCE and low != "from":
        return Period(at, stop, low_day, None)
    if opening in _UNTIL or opening == "by":
        return Period(at, stop, None, high_day)
    return Period(at, stop, low_day, high_day)


def _month_alone(found: Sequence[Token], at: int, published: date) -> Stretch | None:
    """The latest month of that name: sejak Januari."""
    if at >= len(found) or not is_month(found[at].low) or (at + 1 < len(found) and found[at + 1].kind == "n"):
        return None
    month = months()[found[at].low]
    year = published.year - (month > published.month)
    return months_of(year, month, 1), at + 1


def _is_of_a_law(found: Sequence[Token], at: int) -> bool:
    """Whether the year belongs to a number: Nomor 3 Tahun 2020."""
    number = at - 1
    return found[at].low == "tahun" and at > 1 and found[number].kind == "n" and is_label(found, number, at)


def _is_compared(found: Sequence[Token], at: int) -> bool:
    """Whether something is only compared with that time: dibandingkan tahun 2023."""
    before = at - 1
    if before >= 0 and found[before].low == "(" and found[at].low in ("dari", "from"):
        return True  # Rp 3 miliar (dari Rp 2 miliar pada 2023)
    while before > 0 and at - before <= _FEW and found[before].low in _LEADING:
        before -= 1
    return before >= 0 and found[before].low in _COMPARE and found[before].sentence == found[at].sentence


def _skip(found: Sequence[Token], at: int) -> int:
    """Past words that only lead to a date: sampai dengan, pada tahun."""
    while at < len(found) and found[at].low in (*_ON, "dengan", "the", "ke"):
        at += 1
    return at


def _second(found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None) -> Stretch | None:
    """The second limb of 2021–2025, 2021 hingga awal 2025, 2023/2024 or 2023 dan 2024."""
    if _next_year(found, at):
        year = int(found[at + 1].low)
        return (date(year, 1, 1), date(year, 12, 31)), at + 2
    if at + 1 >= len(found) or not (found[at].low in _UNTIL or found[at].low in _DASHES):
        return None
    if found[at].low == "to" and not is_year(found[at + 1]) and found[at + 1].low not in PARTS:
        return None
    return _stretch(found, _skip(found, at + 1), langs, published)


def _next_year(found: Sequence[Token], at: int) -> bool:
    """Whether the year after the one before token ``at`` follows it: 2023/2024, 2023 dan 2024."""
    if not at or at + 1 >= len(found) or found[at].low not in ("/", "dan", "and"):
        return False
    first, second = found[at - 1], found[at + 1]
    return is_year(first) and is_year(second) and int(second.low) == int(first.low) + 1


def _stretch(
    found: Sequence[Token], at: int, langs: Sequence[Lang], published: date | None
) -> Stretch | None:
    """First and last day of the date that begins at token ``at``, and the token after it."""
    if at >= len(found):
        return None
    readers = _OF_NUMBERS if found[at].kind == "n" else _OF_WORDS
    for read in readers:
        if stretch := read(found, at, published):
            return stretch
    if found[at].low in _YESTERDAY:
        return day_before(published), at + 1
    if stretch := relative(found, at, langs[found[at].sentence], published):
        return stretch
    if is_year(found[at]) and not _counted(found, at) and not _ends_a_code(found, at):
        year = int(found[at].low)
        return (date(year, 1, 1), date(year, 12, 31)), at + 1
    if found[at].low in ("tahun", "year") and at + 1 < len(found) and is_year(found[at + 1]):
        year = int(found[at + 1].low)
        return (date(year, 1, 1), date(year, 12, 31)), at + 2
    return None


def _ends_a_code(found: Sequence[Token], at: int) -> bool:
    """Whether a stroke ties a year to a number: No. 12/2021."""
    stroke = at > 1 and found[at - 1].low == "/" and found[at - 2].kind == "n" and not is_year(found[at - 2])
    return stroke and found[at - 1].end == found[at].start


def _counted(found: Sequence[Token], at: int) -> bool:
    """Whether a number like a year is a count: 2000 UMKM; after a word of time it is a year all the same."""
    unit = find_unit(found, at + 1)
    if (
        unit is None
        or found[at + 1].kind != "w"
        or (unit.unit.kind == "money" and found[at + 1].low in SIGNS)
    ):
        return False
    before = found[at - 1].low if at else ""
    return not (before in _ON or before in _SINCE or before in _UNTIL or before in PARTS or is_month(before))


def leads_to_date(found: Sequence[Token], at: int, stop: int) -> bool:
    """Whether only words that lead to a date stand between two tokens: pada tahun, ( , bulan."""
    return stop - at <= 3 and all(t.low in _ON or t.low in "(," for t in found[at:stop])
