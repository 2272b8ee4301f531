"""Dates, years and parts of years as the press writes them, each read as its first and its last day.

Parts of a year that the press leaves vague are thirds: *awal*/early is January to April, *pertengahan*/mid
May to August, *akhir*/late September to December.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

from spillover.partnerships.dates import YEAR_PARTS
from spillover.partnerships.grammar.relativedates import (
    FIRST_YEAR,
    LAST_YEAR,
    Stretch,
    months_of,
    this_or_last,
)
from spillover.partnerships.grammar.words import Token

PARTS = {
    "awal": "early", "early": "early", "permulaan": "early", "pertengahan": "mid", "mid": "mid",
    "medio": "mid", "tengah": "mid", "akhir": "late", "late": "late", "penghujung": "late", "end": "late",
}  # fmt: skip
ORDINALS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4, "pertama": 1, "kedua": 2, "ketiga": 3,
    "keempat": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
PIECES = {"triwulan": 3, "kuartal": 3, "quarter": 3, "semester": 6, "half": 6, "caturwulan": 4, "tw": 3}


@lru_cache(maxsize=1)
def months() -> dict[str, int]:
    """Names and abbreviations of the months in both languages, from CLDR."""
    from babel import Locale

    found: dict[str, int] = {"agt": 8, "agst": 8, "pebruari": 2, "nopember": 11}
    for lang in ("id", "en"):
        for width in ("wide", "abbreviated"):
            found |= {name.lower().rstrip("."): n for n, name in Locale(lang).months["format"][width].items()}
    return found


def is_month(word: str) -> bool:
    """Whether a lower-case word is the name of a month."""
    return word in months()


def is_year(token: Token) -> bool:
    """Whether a number could be a year: four digits without separators."""
    return (
        token.kind == "n"
        and len(token.low) == 4
        and token.low.isdigit()
        and FIRST_YEAR <= int(token.low) <= LAST_YEAR
    )


def _day(year: int, month: int, day: int) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)


def numeric_date(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
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
    if (
        mark.low not in "/-"
        or mark.start != found[at].end
        or second.start != mark.end
        or not second.low.isdigit()
    ):
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


def named_date(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """21 Mei 2025, Mei 2025, May 21, 2025, 21 Mei (of the year of publication)."""
    token, n = found[at], len(found)
    if token.kind == "n" and len(token.low) <= 2 and at + 1 < n and is_month(found[at + 1].low):
        year, stop = _year_after(found, at + 2, published)
        day = (
            _day(year, months()[found[at + 1].low], int(token.low)) if year and token.low.isdigit() else None
        )
        return (day, day), stop
    if (
        token.kind != "w"
        or not is_month(token.low)
        or (token.low in ("mei", "may", "mar", "march") and at + 1 >= n)
    ):
        return None
    month = months()[token.low]
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


def part_of_year(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """awal 2025, mid-2025, akhir tahun lalu."""
    low, inner = found[at].low, at + 1
    if low not in PARTS:
        return None
    if inner < len(found) and found[inner].low in ("-", "of"):
        inner += 1
    if (
        inner < len(found)
        and found[inner].low in ("tahun", "year")
        and inner + 1 < len(found)
        and is_year(found[inner + 1])
    ):
        inner += 1
    if inner < len(found) and is_month(found[inner].low):
        return named_date(found, inner, published)
    year = int(found[inner].low) if inner < len(found) and is_year(found[inner]) else 0
    stop = inner + 1
    if not year:
        whole = this_or_last(found, inner, published) if inner < len(found) else None
        if whole is None or (whole[0][0] and (whole[0][1] or whole[0][0]) - whole[0][0] < timedelta(300)):
            return None
        if whole[0][0] is None:
            return whole
        year, stop = whole[0][0].year, whole[1]
    first, last = YEAR_PARTS[PARTS[low]]
    return months_of(year, first, last - first + 1), stop


def piece_of_year(found: Sequence[Token], at: int, published: date | None) -> Stretch | None:
    """triwulan II 2024, kuartal pertama tahun 2024, semester I 2024, Q2 2024, second quarter of 2024."""
    low, n = found[at].low, len(found)
    if low in PIECES and [t.low for t in found[at + 1 : at + 3]] == ["ke", "-"]:
        at += 2
    if low in PIECES and at + 1 < n and found[at + 1].low in ORDINALS:
        length, number, stop = PIECES[low], ORDINALS[found[at + 1].low], at + 2
    elif (
        low in ("first", "second", "third", "fourth")
        and at + 1 < n
        and found[at + 1].low in ("quarter", "half")
    ):
        length, number, stop = PIECES[found[at + 1].low], ORDINALS[low], at + 2
    else:
        return None
    if number * length > 12:
        return None
    while stop < n and found[stop].low in ("tahun", "of", "-", "/"):
        stop += 1
    if stop < n and is_year(found[stop]):
        return months_of(int(found[stop].low), (number - 1) * length + 1, length), stop + 1
    whole = (
        this_or_last(found, stop - 1 if found[stop - 1].low == "tahun" else stop, published)
        if stop < n
        else None
    )
    if whole and whole[0][0]:
        return months_of(whole[0][0].year, (number - 1) * length + 1, length), whole[1]
    return (None, None), stop
