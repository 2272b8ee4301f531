"""Headings over the names of regions: words that say "region" and nothing of what is measured."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import lru_cache

from spillover.bps.gazetteer import gazetteer
from spillover.bps.labels import squeeze

_WORDS = frozenset(
    (
        "provinsi", "propinsi", "prov", "province", "provinces", "kabupaten", "kab", "kabko", "kabkot",
        "kabkota", "regency", "regencies", "kota", "kotamadya", "city", "cities", "municipality",
        "municipalities", "wilayah", "daerah", "region", "regions", "area", "areas", "district", "districts",
        "kecamatan", "kec", "subdistrict", "subdistricts", "sub", "desa", "kelurahan", "village", "villages",
        "nama", "name", "names", "kode", "kd", "code", "codes", "id", "no", "nomor", "number", "uraian",
        "rincian", "description", "descriptions", "item", "items", "lokasi", "location", "tempat", "place",
        "places", "administrasi", "administrative", "administratif", "tingkat", "level", "dati", "ii", "i",
        "unit", "domain", "label", "bps", "kemendagri", "pulau", "island", "islands", "se", "dan", "and",
        "or", "atau", "of", "the", "di", "in",
    )
)  # fmt: skip
# None of these heads a column of names without another word beside it.
_NOT_ALONE = frozenset(
    ("unit", "level", "tingkat", "se", "sub", "dan", "and", "or", "atau", "of", "the", "di", "in", "i", "ii")
)
_SMALLER = frozenset(
    ("kecamatan", "kec", "subdistrict", "subdistricts", "sub", "desa", "kelurahan", "village", "villages")
)
_LARGER = frozenset(
    (
        "kabupaten", "kab", "kabko", "kabkot", "kabkota", "kota", "regency", "regencies", "municipality",
        "city", "provinsi", "province",
    )
)  # fmt: skip
_BY_SMALLER = re.compile(
    r"\b(?:menurut|by|per|tiap|setiap)\s+(?:kecamatan|sub[- ]?districts?|desa|kelurahan|villages?)\b", re.I
)
_LIKENESS = 0.8


@lru_cache(maxsize=4096)
def heads_names(text: str) -> bool:
    """Whether a text is the heading of a column of regions, in one language or two.

    Examples
    --------
    >>> [heads_names(text) for text in ("Provinsi/Kabupaten/Kota", "Region", "Penduduk Miskin", "2013")]
    [True, True, False, False]
    """
    words = _words_of(text)
    return bool(words) and words <= _WORDS and not words <= _NOT_ALONE


def heads_smaller(text: str) -> bool:
    """Whether a heading is that of sub-districts or villages, not of districts.

    Examples
    --------
    >>> heads_smaller("Kecamatan/Subdistrict"), heads_smaller("Kabupaten/Kecamatan")
    (True, False)
    """
    words = _words_of(text)
    return heads_names(text) and bool(words & _SMALLER) and not words & _LARGER


def _words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


def by_smaller(title: str) -> bool:
    """Whether a title says that the table is one by sub-district or village.

    Examples
    --------
    >>> by_smaller("Penduduk Menurut Kecamatan di Kabupaten Poso"), by_smaller("Jumlah Kecamatan, 2020")
    (True, False)
    """
    return bool(_BY_SMALLER.search(title))


@lru_cache(maxsize=4096)
def resembles_region(text: str) -> bool:
    """Whether a text is written nearly as a region is: a slip of the pen, not a heading.

    Examples
    --------
    >>> resembles_region("Morowalli"), resembles_region("Banyaknya Usaha")
    (True, False)
    """
    own = squeeze(text)
    return bool(own) and bool(get_close_matches(own, gazetteer().spellings, 1, _LIKENESS))
