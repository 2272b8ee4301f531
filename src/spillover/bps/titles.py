"""What a table measures: its title and headings → the name of an indicator."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from spillover.bps.headers import read_period
from spillover.bps.units import parse_unit
from spillover.errors import DataError

SIZES = {
    "mikro": "micro", "micro": "micro", "kecil": "small", "small": "small", "menengah": "medium",
    "medium": "medium", "besar": "large", "large": "large", "jumlah": "total", "total": "total",
    "laki-laki": "male", "laki laki": "male", "pria": "male", "wanita": "female", "male": "male",
    "perempuan": "female", "female": "female",
}  # fmt: skip
EMPTY_WORDS = {"value", "values", "nilai", "jumlah", "total", "angka", "data", "banyaknya"}
# Words of titles that do not change what is measured.
NEUTRAL = {
    "dan", "and", "of", "the", "menurut", "by", "di", "in", "pada", "at", "per", "atau", "or", "dengan",
    "with", "untuk", "for", "dari", "from", "tk", "banyaknya", "number", "provinsi", "province",
    "provinces", "kabupaten", "kab", "kota", "regency", "regencies", "municipality", "municipalities",
    "city", "cities", "district", "districts", "wilayah", "region", "regions", "indonesia", "nasional",
    "national", "seri", "series", "metode", "method", "baru", "new", "atas", "dasar", "harga",
    "prices", "price", "market", "tabel", "table", "tahun", "year", "tahunan", "annual", "semester",
    "triwulan", "bulan", "rata", "angka", "data", "hasil", "bps", "statistik", "industri", "industry",
    "industries", "manufacturing", "enterprises", "establishments", "usaha", "perusahaan", "units",
    "value", "nilai", "total", "jumlah", "juta", "ribu", "miliar", "milyar", "rupiah", "rupiahs", "persen",
    "percent", "jiwa", "orang", "constant", "konstan", "current", "berlaku",
}  # fmt: skip
LONGEST = 60
_REGIONS = r"(?:provinsi|kabupaten|kab\.?|kota|regency|district|municipality|city|province|wilayah|region)"
_BY_CLAUSE = re.compile(
    rf"\b(?:menurut|by|per)\s+{_REGIONS}(?:\s*(?:/|\bdan\b|\band\b|&)\s*{_REGIONS})*"
    r"(?:\s+(?:di|in)\s+[\w .]+?(?=[,(/]|$))?",
    re.I,
)
_NUMBERED = re.compile(
    r"^\W*(?:(?:tabel|table)\s*[\d.]*\d[.:]?\s*(?:/\s*table\s*[\d.]*\d[.:]?)?|\d{1,2}\s*[-.)]\s)", re.I
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PER_HEAD = re.compile(r"\brupiahs?\s*(?:/|\bper\b)\s*[ck]apita\b", re.I)
_BOTH_KINDS = re.compile(rf"{_REGIONS}\s+(?:dan|and)\s+{_REGIONS}", re.I)
_SEVERAL = re.compile(r"\b(?:dan|and|serta)\b|&|,(?!\s*(?:tahun\s*)?\d)", re.I)
_AGES = re.compile(r"\b\d{1,2}\s*(?:[-–+]\s*\d{0,2}|)\s*(?:tahun|years?)\b(?!\s*(?:19|20)\d\d)", re.I)
_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9/ -]{0,11}")
_YEARS = re.compile(r"\b(?:tahun\s*)?(?:19|20)\d\d\b(?:\s*[-–]\s*(?:19|20)?\d\d\b)?\**", re.I)


class Known(NamedTuple):
    """An indicator of the catalogue: the words of its titles, those it must not have, its unit and kind."""

    indicator: str
    words: tuple[frozenset[str], ...]
    not_words: frozenset[str]
    unit: str
    kind: str


class Named(NamedTuple):
    """Name of an indicator, and its entry in the catalogue (None if it is not known there)."""

    indicator: str
    known: Known | None


@lru_cache(maxsize=4096)
def name_indicator(title: str, measure: str, where: str, catalogue: tuple[Known, ...]) -> Named:
    """Name what a column measures.

    Parameters
    ----------
    title, measure : str
        Title of the table and heading of the column, as printed.
    where : str
        For messages.
    catalogue : tuple of Known
        As from `catalogue`.

    Returns
    -------
    Named
        An indicator of the catalogue where the words of one entry, and of no other as long, are all there;
        else a name made of the title's own words. Classes of a table (Mikro, Kecil) are appended.

    Raises
    ------
    DataError
        If neither title nor heading says what is measured.
    """
    own = _match(measure, catalogue)
    known = own or _match(f"{title} {measure}", catalogue, measure)
    if known is not None:
        # What the title adds to the indicator's own words makes it another one: "Garis Kemiskinan Makanan".
        said = (
            measure if own is not None else f"{_of_title(title, known, catalogue)} {_heading_class(measure)}"
        )
        return Named("_".join([known.indicator, *_classes(said, known)]), known)
    said = SIZES.get(_BRACKETS.sub("", measure).strip().lower(), slug(measure)) if measure else ""
    # Of a title that names several things, the heading says which: all its words then tell columns apart.
    several = _SEVERAL.search(_BOTH_KINDS.sub(" ", _BRACKETS.sub(" ", title)))
    titled = set() if several else set(slug(title, longest=400).split("_"))
    suffix = "_".join(word for word in said.split("_") if word not in titled)
    parts = [part for part in (slug(title, longest=400), suffix) if part]
    if not parts or (len(parts) == 1 and parts[0] in {*EMPTY_WORDS, *SIZES.values()}):
        raise DataError(
            where,
            "the table does not say what it measures",
            [measure] if measure else None,
            "give the indicator: --indicator NAME, or indicator= in Python",
        )
    return Named(_cut("_".join(parts), LONGEST), None)


def _of_title(title: str, known: Known, catalogue: tuple[Known, ...]) -> str:
    """Words of a title that are not the indicator's own, nor another's that the title names beside it.

    Names of regions and words that stand in any title do not count either.
    """
    said = _words(title)
    named = [
        known,
        *(k for k in catalogue if any(entry <= said for entry in k.words) and not said & k.not_words),
    ]
    own = {word for k in named for entry in k.words for word in entry} | NEUTRAL | _region_words()
    words = slug(_PER_HEAD.sub(" ", _opened(title)), longest=400).split("_")
    aged = ["aged"] if _AGES.search(title) else []  # "0-14 Tahun": only part of the people
    return " ".join([*(word for word in words if word not in own and not word.isdigit()), *aged])


def _opened(text: str) -> str:
    """A text without the brackets that say of whom or of what it speaks: "(Perkotaan)", not "(persen)"."""

    def open_one(found: re.Match[str]) -> str:
        inner = found[0][1:-1].strip()
        silent = (
            _ABBREVIATION.fullmatch(inner)
            or any(c.isdigit() for c in inner)
            or _is_unit(inner)
            or read_period(inner) is not None
        )
        return " " if silent else f" {inner} "

    return _BRACKETS.sub(open_one, text)


def _is_unit(text: str) -> bool:
    try:
        return parse_unit(f"({text})") is not None
    except DataError:
        return True  # one that is not known


@lru_cache(maxsize=1)
def _region_words() -> frozenset[str]:
    """Words that names of regions are made of."""
    from spillover.regions import read_provinces, read_regions

    names = [*read_regions()["name"], *read_provinces()["name"]]
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", name.lower()))


def _heading_class(measure: str) -> str:
    """A heading without the word for "number of" in front of others."""
    words = slug(_opened(measure)).split("_")
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("jumlah", "total") else words)


def _classes(said: str, known: Known) -> list[str]:
    """What texts add to the indicator's own words: classes (Mikro), or other words.

    "Industri Mikro dan Kecil" names the indicator, "Mikro" alone one of its classes.
    """
    if said.strip().lower() in SIZES:
        return [SIZES[said.strip().lower()]]
    plain = _heading_class(said).strip()
    if plain in SIZES:
        return [SIZES[plain]]
    words = plain.split()
    named = {word for entry in known.words for word in entry} | NEUTRAL
    whole = set(words) >= {"mikro", "kecil"}
    kept = [SIZES.get(word, word) for word in words if word not in named or (word in SIZES and not whole)]
    return list(dict.fromkeys(filter(None, kept)))


def _match(text: str, catalogue: tuple[Known, ...], heading: str = "") -> Known | None:
    """The one entry of the catalogue whose words are in the text: most in the heading, then most of all.

    A title may name two things ("perusahaan dan tenaga kerja"); the heading says which one a column is.
    """
    said, headed = _words(text), _words(heading)
    found: list[tuple[tuple[int, int], Known]] = []
    for known in catalogue:
        fits = [entry for entry in known.words if entry <= said] if not said & known.not_words else []
        if fits:
            found.append((max((len(entry & headed), len(entry)) for entry in fits), known))
    most = max((score for score, _ in found), default=None)
    best = [known for score, known in found if score == most]
    return best[0] if len(best) == 1 else None


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text.lower()))


def slug(text: str, longest: int = LONGEST) -> str:
    """A name of small letters, digits and underscores, without the clause "by district", unit and years.

    Examples
    --------
    >>> slug("Jumlah Sekolah Menurut Kabupaten/Kota (unit), 2020")
    'jumlah_sekolah'
    """
    plain = _YEARS.sub(" ", _BRACKETS.sub(" ", _BY_CLAUSE.sub(" ", _NUMBERED.sub("", text))))
    return _cut("_".join(re.findall(r"[a-z0-9]+", plain.lower())), longest)


def _cut(name: str, longest: int) -> str:
    """A name that is not too long; one that is cut ends in a sign of the rest, which may tell it apart."""
    if len(name) <= longest:
        return name
    return f"{name[: longest - 5].strip('_')}_{sha256(name.encode()).hexdigest()[:4]}"
