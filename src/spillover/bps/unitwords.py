"""Words of units, Indonesian and English, and how BPS joins them to phrases."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

SCALES = {
    word: Decimal(10) ** exponent
    for exponent, words in {
        3: "ribu ribuan thousand thousands 000 1000 1.000 1,000",
        6: "juta jutaan million millions 000.000 000,000 1.000.000 1,000,000",
        9: "miliar milyar miliaran milyaran billion billions",
        12: "triliun trilyun triliunan trilyunan trillion trillions",
    }.items()
    for word in words.split()
}
BASES = {
    word: base
    for base, words in {
        "IDR": "rupiah rupiahs rp idr",
        "USD": "usd",
        "person": "orang jiwa person persons people",
        "unit": "unit units usaha perusahaan establishment establishments enterprise enterprises company "
        "companies business businesses",
        "household": "rumahtangga household households",
        "percent": "persen percent %",
        "year": "tahun year years",
        "km2": "km2",
        "hectare": "hektar hektare hectare hectares ha",
        "tonne": "ton tons tonne tonnes",
        "index": "indeks index",
    }.items()
    for word in words.split()
}
PER_HEAD = {
    "percapita": "IDR_per_capita",
    "percapitamonth": "IDR_per_capita_month",
    "percapitayear": "IDR_per_capita_year",
}
_FILLERS = frozenset(("dalam", "in", "x", "of", "'", "’"))
_TELLING = frozenset(("IDR", "USD", "percent"))

# Phrases and signs that stand for one word of the tables above (text in lower case, single spaces).
_HEAD = r" ?(?:/|\bper) ?(?:kapita|capita|orang|person)(?: ?(?:/|\bper) ?| se)"
_REWRITES = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\b(?:atas dasar )?harga (?:konstan|berlaku)(?: tahun)?(?: \d{4})?\b", " "),
        (r"\bat (?:constant|current)(?: \d{4})?(?: market)? prices?\b", " "),
        (rf"{_HEAD}(?:bulan|month)\b", " percapitamonth "),
        (rf"{_HEAD}(?:tahun|year)\b", " percapitayear "),
        (r" ?(?:/|\bper) ?(?:kapita|capita)\b", " percapita "),
        (r"\bu\.?s\.? ?(?:\$|dollars?\b)|\b(?:dollar|dolar) (?:as|amerika serikat)\b", " usd "),
        (r"\brp\.", "rp "),
        (r"\brumah[- ]tangga\b", "rumahtangga"),
        (r"\bper cent\b", "percent"),
        (r"\b(?:kilometer|km) persegi\b|\bsq(?:uare|\.)? ?(?:km|kilomet(?:er|re)s?)\b|\bkm ?[2²]", "km2"),
    )
)
_TOKEN = re.compile(r"(?:0{3}|1)(?:[.,]0{3})+(?!\d)|[^\W\d_]+2?|\d+|\S")


class Phrase(NamedTuple):
    """A scale (None without a scale word) and the base beside it ("" where there is only a scale)."""

    scale: Decimal | None
    base: str


_EMPTY = Phrase(None, "")


def read_phrases(text: str) -> list[Phrase] | None:
    """The units that ``text`` consists of, in printed order; None if it holds another word, or none at all.

    Examples
    --------
    >>> read_phrases("Juta Rupiah/Million Rupiahs") == [Phrase(Decimal(10) ** 6, "IDR")] * 2
    True
    >>> read_phrases("Lapangan Usaha") is None
    True
    """
    found, phrase = [], _EMPTY
    for token in _tokens(text):
        if token in ("/", "|") or (token in SCALES and phrase.scale is not None):
            found.append(phrase)
            phrase = _EMPTY
        if token in SCALES:
            phrase = phrase._replace(scale=SCALES[token])
        elif token in BASES and phrase.base in ("", BASES[token]):
            phrase = phrase._replace(base=BASES[token])
        elif token in PER_HEAD and phrase.base == "IDR":
            phrase = phrase._replace(base=PER_HEAD[token])
        elif token not in _FILLERS and token not in ("/", "|"):
            return None
    return [each for each in (*found, phrase) if each != _EMPTY] or None


def looks_like_unit(text: str) -> bool:
    """Whether ``text`` names a scale, money or percent, and no other number that these could belong to.

    Examples
    --------
    >>> looks_like_unit("ribu rupiah per pohon"), looks_like_unit("omzet 300 juta rupiah")
    (True, False)
    """
    tokens = _tokens(text)
    if any(token.isdecimal() and token not in SCALES for token in tokens):
        return False
    return any(token in SCALES or BASES.get(token) in _TELLING for token in tokens)


def _tokens(text: str) -> list[str]:
    text = " ".join(text.lower().split())
    for pattern, word in _REWRITES:
        text = pattern.sub(word, text)
    return _TOKEN.findall(text)
