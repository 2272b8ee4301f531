"""Headings over values: what is measured, and a year before or behind it, or one that cannot be told."""

from __future__ import annotations

import re
from functools import lru_cache

from spillover.bps.headers import MARK, MONTHS, YEAR, YEAR_RANGE, Said, read_header, read_period, title_year

# "Sensus Penduduk 2010": the year of the census is that of its figures.
_CENSUS = re.compile(
    rf"(?P<rest>(?:hasil\s+)?(?:sensus|census|sp|se|st|supas)(?:\s+(?:penduduk|ekonomi|pertanian))?)\s*"
    rf"(?P<year>{YEAR})",
    re.I,
)
# A year that says what kind of figure it is, not of when: of prices, of a classification, of a census.
_OF_KIND = re.compile(
    rf"(?:konstan|constant|dasar|base|adhk|seri|series|kbli|isic|klui|sensus|census|sp|proyeksi|uu|perpres|"
    rf"nomor|no)\W{{0,3}}(?:\w+\W{{1,3}}){{0,2}}{YEAR}|{YEAR}\s*=\s*100|{YEAR}\s+(?:constant|prices?)",
    re.I,
)
# "Penduduk 2020", "Penduduk 2020 (jiwa)", "Penduduk (2020)"; "2020 (jiwa)", "2020 Mikro".
_ENDS_WITH_YEAR = re.compile(
    rf"(?P<rest>.*?[^\s_–,-])[\s_–,-]*(?:\btahun\s*)?\(?(?<!\d)(?P<year>{YEAR})\)?\s*(?P<mark>{MARK})?"
    r"(?P<unit>\s*[(\[][^()\[\]]*[)\]])?",
    re.I,
)
_BEGINS_WITH_YEAR = re.compile(
    rf"(?:tahun\s*)?(?P<year>{YEAR})\s*(?P<mark>\*{{1,3}}|[re]\))?(?:[\s_–:,-]+|(?=\())(?P<rest>\D.*)", re.I
)
_ANY_YEAR = re.compile(rf"(?<!\d){YEAR}(?!\d)")
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?:T.*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d\d){1,2}|(?:\d{1,2}[-/ ])?[a-z]{3,9}[-/' ]+\d\d|"
    r"['’‘]\d\d",
    re.I,
)


@lru_cache(maxsize=4096)
def read_heading(text: str) -> Said:
    """`read_header` of a heading over values, where a year may stand before or behind what is measured.

    Examples
    --------
    >>> read_heading("Penduduk 2020 (jiwa)")
    Said(year='2020', mark='', period='', rest='Penduduk (jiwa)')
    >>> read_heading("2020 (jiwa)").year, read_heading("PDRB Harga Konstan 2010").year
    ('2020', '')
    """
    said = read_header(text)
    plain = said.rest
    known = said.year or said.period or not plain
    if not known and (census := _CENSUS.fullmatch(plain)):
        return Said(census["year"], "", "", census["rest"])
    if known or len(_ANY_YEAR.findall(plain)) != 1 or _OF_KIND.search(plain) or title_year(plain).year:
        return said
    found = _ENDS_WITH_YEAR.fullmatch(plain) or _BEGINS_WITH_YEAR.fullmatch(plain)
    if not found or YEAR_RANGE.search(plain) or is_date(plain):
        return said
    rest, period = _without_period(found["rest"])
    unit = (found.groupdict().get("unit") or "").strip()
    return Said(found["year"], found["mark"] or "", period, " ".join(filter(None, [rest, unit])))


def _without_period(text: str) -> tuple[str, str]:
    """Split the period off that stands before a year: "TPT Agustus"; "" for none."""
    words = text.split()
    for n in (len(words), 2, 1):
        period = read_period(" ".join(words[-n:])) if n <= len(words) else None
        if period is not None:
            return " ".join(words[:-n]), period
    return text, ""


def untold_year(text: str) -> bool:
    """Whether a heading names a year, a span of years or a date that cannot be told for its column.

    Examples
    --------
    >>> [untold_year(text) for text in ("2019/2020", "2019-01-01", "Jan-19", "Penduduk 2020", "Mikro")]
    [True, True, True, False, False]
    """
    said = read_heading(text)
    if said.year or said.period or title_year(said.rest).year:
        return False
    if is_date(said.rest) or YEAR_RANGE.search(said.rest):
        return True
    return bool(_ANY_YEAR.search(said.rest)) and not _OF_KIND.search(said.rest)


def is_date(text: str) -> bool:
    """Whether a cell is a date, as spreadsheets make of "Jan 2019"."""
    found = _DATE.fullmatch(text)
    if not found:
        return False
    word = re.search(r"[a-z]{3,}", text, re.I)
    return word is None or word[0].lower() in MONTHS
