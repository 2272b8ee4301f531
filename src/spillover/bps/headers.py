"""What a header says: the year and its mark, the period inside the year, or what is measured."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

MONTHS = {
    "januari": 1, "january": 1, "jan": 1, "februari": 2, "february": 2, "feb": 2, "pebruari": 2,
    "maret": 3, "march": 3, "mar": 3, "april": 4, "apr": 4, "mei": 5, "may": 5, "juni": 6, "june": 6,
    "jun": 6, "juli": 7, "july": 7, "jul": 7, "agustus": 8, "august": 8, "agt": 8, "ags": 8, "agu": 8,
    "aug": 8, "september": 9, "sep": 9, "sept": 9, "oktober": 10, "october": 10, "okt": 10, "oct": 10,
    "november": 11, "nopember": 11, "nov": 11, "nop": 11,
    "desember": 12, "december": 12, "des": 12, "dec": 12,
}  # fmt: skip
ORDINALS = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "1": "1", "2": "2", "3": "3", "4": "4"}
ANNUAL = {"tahunan", "annual", "annually", "setahun", "tahun", "year", "yearly", "jumlah setahun"}

YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
MARK = r"(?:\*{1,3}|[re]|[a-z0-9#*]{1,3}\))"
# "2013", "Tahun 2013", "2023**", "2021 r)", "2013.0" (as data frames write it), "2000 [YR2000]",
# "grdp_pc_2000", "POP2000".
_YEAR_ALONE = re.compile(
    rf"(?:tahun(?: anggaran| ajaran)?|year|th\.?|thn\.?|t\.?a\.?|fy)?\s*({YEAR})(?:\.0)?"
    rf"\s*({MARK})?(?:\s*\[yr\1\])?",
    re.I,
)
_YEAR_NAMED = re.compile(rf"([a-z][a-z_ ]*?)[_ ]?({YEAR})\s*({MARK})?", re.I)
_YEAR_FIRST = re.compile(rf"(?P<year>{YEAR})\s*(?P<mark>{MARK})?[\s\-/,]+(?P<other>.+)", re.I)
_YEAR_LAST = re.compile(rf"(?P<other>.+?)[\s\-/,]+(?P<year>{YEAR})\s*(?P<mark>{MARK})?", re.I)
_PERIOD = re.compile(r"(?:(triwulan|quarter|tw|q)|(semester|smt|s))\.?\s*(iv|iii|ii|i|[1-4])", re.I)
_GLOSSED = re.compile(r"([^()]+?)\s*\(([^()]+)\)")
_TITLE_YEAR = re.compile(rf"(?:,|\btahun|\bdi|\bin|\))\s*({YEAR})\s*({MARK})?\s*$", re.I)
_PRICE_BASE = re.compile(rf"(?:konstan|constant|dasar|base)\D{{0,14}}{YEAR}\W*$", re.I)
YEAR_RANGE = re.compile(
    rf"{YEAR}\s*(?:[-–—/]|s\.?/?d\.?|sampai|to|terhadap|dan|and)\s*(?:{YEAR}|\d\d\b(?![-/]))", re.I
)
_STATUSES = {
    "**": r"(?:angka\s+)?sangat\s+sementara|very\s+preliminary(?:\s+figures?)?",
    "*": r"(?:angka\s+)?sementara|preliminary(?:\s+figures?)?",
    "r": r"(?:angka\s+)?(?:revisi|diperbaiki)|revised(?:\s+figures?)?",
    "e": r"(?:angka\s+)?(?:estimasi|perkiraan)|estimated?(?:\s+figures?)?",
}
_IN_WORDS = {
    mark: re.compile(rf"({YEAR})\s*[(\[]\s*(?:{words})\s*[)\]]$", re.I) for mark, words in _STATUSES.items()
}


class Said(NamedTuple):
    """Year ("2013"), its mark ("**"), period ("", "03", "Q1", "S2"), and what else the text says."""

    year: str
    mark: str
    period: str
    rest: str


NOTHING = Said("", "", "", "")


@lru_cache(maxsize=4096)
def read_header(text: str) -> Said:
    """Tell year, period and the rest of one header cell apart.

    Parameters
    ----------
    text : str
        One header cell as printed.

    Returns
    -------
    Said
        ``period`` is "" for a whole year or where none is said; ``rest`` is what is measured, as printed.
        A range of years ("2010–2020") is no year.

    Examples
    --------
    >>> read_header("2023**")
    Said(year='2023', mark='**', period='', rest='')
    >>> read_header("Agustus 2020")
    Said(year='2020', mark='', period='08', rest='')
    >>> read_header("Mikro").rest
    'Mikro'
    """
    plain = " ".join(text.split())
    if plain[-1:] in (")", "]"):
        for mark, words in _IN_WORDS.items():
            plain = words.sub(rf"\1 {mark}", plain)
    if not plain or YEAR_RANGE.search(plain):
        return Said("", "", "", plain)
    found = _YEAR_ALONE.fullmatch(plain)
    if found:
        return Said(found[1], found[2] or "", "", "")
    period = read_period(plain)
    if period is not None:
        return Said("", "", period, "")
    return _year_with_more(plain)


def says_year(text: str) -> bool:
    """Whether a header names a year, and nothing but a mark or a period beside it."""
    said = read_header(text)
    return bool(said.year) and not said.rest


def _year_with_more(plain: str) -> Said:
    """A year beside a period ("Agustus 2020", "2020 Q2") or a name ("grdp_pc_2000")."""
    for pattern in (_YEAR_FIRST, _YEAR_LAST):
        found = pattern.fullmatch(plain)
        period = read_period(found["other"]) if found else None
        if found and period is not None:
            return Said(found["year"], found["mark"] or "", period, "")
    named = _YEAR_NAMED.fullmatch(plain)
    if named and " " not in plain:
        return Said(named[2], named[3] or "", "", named[1].strip("_ "))
    return Said("", "", "", plain)


@lru_cache(maxsize=4096)
def read_period(text: str) -> str | None:
    """Period inside a year: "" for the whole year, "03" a month, "Q1" a quarter, "S2" a half; else None.

    Bilingual texts ("Maret/March") count if both sides say the same.
    """
    plain = " ".join(text.lower().replace(".", " ").split())
    glossed = _GLOSSED.fullmatch(plain)
    if glossed and read_period(glossed[2]) is not None:
        return read_period(glossed[1])  # "Semester 1 (Maret)"
    parts = [p.strip() for p in plain.split("/")]
    if len(parts) == 2 and all(parts):
        said = {read_period(part) for part in parts}
        return said.pop() if len(said) == 1 else None
    if plain in ANNUAL:
        return ""
    if plain in MONTHS:
        return f"{MONTHS[plain]:02d}"
    found = _PERIOD.fullmatch(plain)
    if not found:
        return None
    number = ORDINALS[found[3].lower()]
    if found[1]:
        return f"Q{number}"
    return f"S{number}" if number in "12" else None


def read_period_under(heading: str, text: str) -> str | None:
    """`read_period` of a cell or heading that may be a number only, below the word that says of what.

    Examples
    --------
    >>> read_period_under("Bulan", "8"), read_period_under("Triwulan", "II"), read_period_under("", "2")
    ('08', 'Q2', None)
    """
    plain = text.strip(" .")
    word = heading.lower()
    if plain.isdigit() and 1 <= int(plain) <= 12 and re.search(r"bulan|month", word):
        return f"{int(plain):02d}"
    for kind, said in (("triwulan", r"triwulan|kuartal|quarter"), ("semester", "semester")):
        if re.search(said, word):
            return read_period(f"{kind} {plain}") or read_period(plain)
    return read_period(text)


def title_year(title: str) -> Said:
    """The year that a title ends with ("…, 2013", "… Tahun 2013*"); NOTHING if it names none or a range.

    Examples
    --------
    >>> title_year("Jumlah Penduduk Menurut Kabupaten/Kota (Jiwa), 2013").year
    '2013'
    >>> title_year("PDRB Atas Dasar Harga Konstan 2010").year
    ''
    """
    if YEAR_RANGE.search(title) or _PRICE_BASE.search(title):
        return NOTHING
    found = _TITLE_YEAR.search(" ".join(title.split()))
    return Said(found[1], found[2] or "", "", "") if found else NOTHING
