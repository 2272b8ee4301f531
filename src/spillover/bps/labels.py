"""One printed row label: its squeezed letters, and rows that are no region (totals, sections, the nation)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# A label of a region is short; anything longer is prose, and is not searched with patterns.
LONGEST = 160
_ASCII_DROPPED = {i: None for i in range(128) if not chr(i).isalnum()}
# Soft hyphen, zero-width signs and the byte-order mark; raised digits are footnotes, never part of a name.
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
)  # fmt: skip
# A letter is a footnote only in brackets or apart: "(Kota)" ends in one as well.
_NOTE = r"(?:(?<!\d)\d{1,2}(?:, ?\d{1,2})*[)\]]|[(\[](?:\d{1,2}|[a-z])[)\]]|(?<= )[a-z]\)|[*#†‡]\)?)"
_FOOTNOTE = re.compile(f"(?: ?{_NOTE})+$", re.IGNORECASE)
_NUMBERED = re.compile(r"[(\[]?(\d{7}|\d\d\.\d\d|\d{1,4})(?:[.):\]]+ ?|[ ])(?:[-–:] ?)?(?=[^\W\d])")
_CODE_BEHIND = re.compile(r"(.*[^\W\d].*?) ?[(\[](\d{7}|\d\d\.\d\d|\d{4})[)\]]")
_LETTERED = re.compile(r"(?:[a-z]|[ivx]{1,5})[.)] ?", re.IGNORECASE)

_KABUPATEN = frozenset(("kabupaten", "kab", "regency", "regencies"))
_KOTA = frozenset(
    ("kota", "kotamadya", "kodya", "city", "cities", "municipality", "municipalities", "municipal")
)
_PROVINCE = frozenset(("provinsi", "propinsi", "prov", "province", "provinces"))
_TOTAL = frozenset(
    ("jumlah", "total", "jml", "jlh", "ratarata", "average", "mean", "subtotal", "subjumlah", "grandtotal")
)
_FILLER = frozenset(("sub", "grand", "keseluruhan", "seluruh", "overall", "dan", "and", "of", "wilayah"))
_NATION = frozenset(("indonesia", "nasional", "national"))
_PLACE = _KABUPATEN | _KOTA | _PROVINCE
_WORDS = _PLACE | _TOTAL | _FILLER | _NATION
# Groups of islands are subtotals over provinces, as "SUMATERA" above Aceh.
_ISLANDS = frozenset(
    (
        "sumatera", "sumatra", "jawa", "java", "kalimantan", "sulawesi", "balinusatenggara",
        "jawabali", "balidannusatenggara", "balinusra", "nusatenggara", "malukudanpapua",
        "malukupapua", "jawadanbali", "jawamadura", "luarjawa", "luarjawabali",
    )
)  # fmt: skip


class Plain(NamedTuple):
    """What a label says before any region is looked up.

    ``kind`` is "" (may be a region), "blank", "nation", "total" or "section"; ``section`` is "kabupaten" or
    "kota" for a heading row of that kind, else "".
    """

    kind: str
    section: str = ""


def squeeze(text: str) -> str:
    """Letters and digits of a text in lower case, all else dropped: how two spellings are compared.

    Accents stay (they are another letter), footnotes in raised digits go.

    Examples
    --------
    >>> squeeze("R\u00a0I a u"), squeeze("Bau-Bau"), squeeze("KAB.INDRAMAYU")
    ('riau', 'baubau', 'kabindramayu')
    """
    if text.isascii():
        return text.lower().translate(_ASCII_DROPPED)
    plain = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).lower()
    return "".join(c for c in plain if c.isalnum() or unicodedata.category(c)[0] == "M")


def one_line(text: str) -> str:
    """The label in normal form: visible signs only, single blanks, "" if too long for a name."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE))
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else ""


def without_footnote(text: str) -> str:
    """Drop marks behind a name: ``PALOPO#)``, ``BENGKALIS1)``, ``Nduga *``.

    Examples
    --------
    >>> [without_footnote(t) for t in ("PALOPO#)", "BENGKALIS1)", "Nduga *", "Kupang (a)", "Kupang (Kota)")]
    ['PALOPO', 'BENGKALIS', 'Nduga', 'Kupang', 'Kupang (Kota)']
    """
    return _FOOTNOTE.sub("", text)


def without_number(text: str) -> tuple[str, str]:
    """Split a row number or a code off a name: the name, and the code if it has the form of one.

    Examples
    --------
    >>> without_number("1. Morowali"), without_number("7203 Morowali"), without_number("Morowali (72.06)")
    (('Morowali', ''), ('Morowali', '7203'), ('Morowali', '72.06'))
    """
    found = _NUMBERED.match(text)
    if found:
        return text[found.end() :], found[1] if len(found[1]) >= 4 else ""
    behind = _CODE_BEHIND.fullmatch(text)
    return (behind[1], behind[2]) if behind else (text, "")


def halves(text: str) -> list[str]:
    """The parts of a bilingual label, squeezed: ``Sulawesi Tengah/Central Sulawesi``; [] if there is one."""
    parts = [part for part in map(squeeze, re.split(r"[/|()]", text)) if part]
    return parts if len(parts) > 1 else []


def read_plain(text: str) -> Plain:
    """Tell rows that are no region from those that may be one.

    Parameters
    ----------
    text : str
        A label in the form of `one_line`, without footnote.

    Examples
    --------
    >>> read_plain("J U M L A H/ T o t a l").kind, read_plain("Total Indonesia").kind
    ('total', 'nation')
    >>> read_plain("A. Kabupaten/Regency")
    Plain(kind='section', section='kabupaten')
    >>> read_plain("Morowali").kind
    ''
    """
    if not any(c.isalnum() for c in text):
        return Plain("blank")
    if squeeze(text).removeprefix("pulau") in _ISLANDS:
        return Plain("total")
    words = _words(text) or _words(_LETTERED.sub("", text, count=1))
    if not words:
        return Plain("")
    if words & _NATION:
        return Plain("nation")
    if words & _TOTAL or words <= _PROVINCE:
        return Plain("total")
    if words & _PLACE:
        kabupaten, kota = bool(words & _KABUPATEN), bool(words & _KOTA)
        both = kabupaten == kota or bool(words & _PROVINCE)
        return Plain("section", "" if both else "kabupaten" if kabupaten else "kota")
    return Plain("")


def _words(text: str) -> frozenset[str]:
    """Words of a label if all are known ones of totals and headings, else none."""
    for split in (r"[/|()]", r"[/|()\s.,&]+"):
        words = frozenset(filter(None, map(squeeze, re.split(split, text.replace("-", "")))))
        if words and words <= _WORDS:
            return words
    # Average is written in two words, and letter-spaced forms may stand without a slash.
    whole = squeeze(text)
    return frozenset((whole,)) if whole in _WORDS else frozenset()
