"""The unit that a title or header names, what it is worth in a base unit, and the prices it is in."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from spillover.bps.unitwords import BASES, PER_HEAD, SCALES, Phrase, looks_like_unit, read_phrases
from spillover.errors import DataError

COUNTED = ("person", "unit", "household")

_ONE = Decimal(1)
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_CUTS = re.compile(r"[;\n]|,(?!\d)")
_LABEL = re.compile(r"\A\s*(?:satuan|unit)\s*[:=]|\b(?:in )?number of (?=people|persons)", re.I)
_LONGEST = 1000  # no title is longer; what is longer holds a table

_PRICES = re.compile(
    r"\b(?:harga )?(?P<konstan>konstan)\b|\b(?P<adhk>adhk)\b|\b(?P<constant>constant)\b"
    r"|\bharga berlaku\b|\badhb\b|\bcurrent(?: market)? prices?\b",
    re.I,
)
_PRICE_YEAR = re.compile(
    r"\b(?:konstan|adhk|constant)(?: market)?(?: prices?)?[ (]*(?:tahun |dasar |of |in )*"
    r"((?:19|20)\d\d)\b(?! ?[-–] ?\d)"
    r"|\b((?:19|20)\d\d) ?= ?100\b|\b((?:19|20)\d\d) constant\b",
    re.I,
)


class Unit(NamedTuple):
    """A unit as printed: value in ``base`` = printed value × ``factor``."""

    factor: Decimal
    base: str
    printed: str


class Prices(NamedTuple):
    """Prices of money values: constant, current or "" if not said; the year of constant prices."""

    prices: str
    price_year: int | None


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit | None:
    """Find the unit in a title or header: in brackets, or as all of the text.

    Parameters
    ----------
    text : str
        ``"Garis Kemiskinan (Rupiah/kapita/bulan)"``, ``"Jiwa (Ribu)"``, ``"Juta Rupiah/Million Rupiahs"``.

    Returns
    -------
    Unit or None
        None if the text names no unit. ``base`` is one of IDR, IDR_per_capita, IDR_per_capita_month,
        IDR_per_capita_year, USD, person, unit, household, percent, year, km2, hectare, tonne, index.

    Raises
    ------
    DataError
        Two units that differ; a scale without a unit ("(Ribu)"); a scale, money or percent with words that
        are not known ("(ribu rupiah per pohon)").

    Examples
    --------
    >>> parse_unit("Jumlah Penduduk Menurut Kabupaten/Kota (Ribu Jiwa), 2023")
    Unit(factor=Decimal('1000'), base='person', printed='Ribu Jiwa')
    >>> parse_unit("Kabupaten/Kota") is None
    True
    """
    if len(text) > _LONGEST:
        return None
    text = _LABEL.sub("", text)
    segments = [part.strip() for inner in _BRACKETS.findall(text) for part in _CUTS.split(inner)]
    inside = {segment: phrases for segment in segments if (phrases := read_phrases(segment))}
    unknown = [segment for segment in segments if segment not in inside and looks_like_unit(segment)]
    if unknown:
        raise DataError("unit", "not known", unknown, "write it in words such as 'ribu rupiah'")
    bare = " ".join(_BRACKETS.sub(" ", text).split())
    outside = read_phrases(bare) or []
    found = [phrase for phrases in inside.values() for phrase in phrases]
    if any(not phrase.base for phrase in (*found, *outside)):
        return _joined(text, [*found, *outside])  # "Jiwa (Ribu)"
    if not found:
        return _agreed(text, outside, bare) if outside else None
    # In "Usaha (Juta Rupiah)" the header is what is measured, and only the bracket is the unit.
    found += [phrase for phrase in outside if phrase.scale is not None]
    return _agreed(text, found, next(iter(inside)))


def _joined(text: str, phrases: list[Phrase]) -> Unit:
    """The unit of a text in which a scale stands apart from its base."""
    scales = {phrase.scale for phrase in phrases if phrase.scale is not None}
    bases = {phrase.base for phrase in phrases if phrase.base}
    printed = " ".join(text.split())
    if not bases:
        raise DataError("unit", "a scale without a unit", [printed], "name the unit: 'ribu jiwa'")
    if len(scales) > 1 or len(bases) > 1:
        raise DataError("unit", "two different units", [printed], "name one unit")
    return Unit(scales.pop(), bases.pop(), printed)


def _agreed(text: str, phrases: list[Phrase], printed: str) -> Unit:
    """The one unit that all phrases name, such as two languages."""
    units = {(phrase.scale or _ONE, phrase.base) for phrase in phrases}
    if len(units) > 1:
        remedy = "name one unit; columns in different units need it in their headers"
        raise DataError("unit", "two different units", [" ".join(text.split())], remedy)
    factor, base = units.pop()
    return Unit(factor, base, printed)


def whole(base: str, factor: Decimal = _ONE) -> bool:
    """Whether a unit counts things one by one, so that a value has no fraction.

    Examples
    --------
    >>> whole("person"), whole("person", Decimal(1000)), whole("percent")
    (True, False, False)
    """
    return base in COUNTED and factor == 1


def convert(unit: Unit, to: str) -> Decimal:
    """Factor from printed values to a unit of the catalogue.

    Parameters
    ----------
    unit : Unit
    to : str
        A base of `parse_unit`, or a unit of the indicator catalogue such as ``"thousand_idr_2010"`` or
        ``"idr_per_head_month"``. The year of prices in its name is the caller's to compare (`parse_prices`).

    Returns
    -------
    Decimal
        Value in ``to`` = printed value × factor.

    Raises
    ------
    DataError
        ``to`` is unknown or measures something else: another dimension, or per head where the unit is not.

    Examples
    --------
    >>> convert(parse_unit("(Juta Rupiah)"), "billion_idr_2010")
    Decimal('0.001')
    """
    words = to.lower().replace("_per_head", "_per_capita")
    words = re.sub(r"_(?:(?:19|20)\d\d|current)\Z", "", words)
    scale = _ONE
    first, _, rest = words.partition("_")
    if first in SCALES and rest:
        scale, words = SCALES[first], rest
    known = {base.lower() for base in (*BASES.values(), *PER_HEAD.values())}
    if words not in known:
        raise DataError("unit", "not in the catalogue", [to], f"use one of {', '.join(sorted(known))}")
    if words != unit.base.lower():
        both = [f"{unit.printed} ({unit.base})", to]
        raise DataError("unit", "two units that do not measure the same", both, "check title and indicator")
    return unit.factor / scale


def parse_prices(title: str) -> Prices:
    """Prices that a title names.

    Returns
    -------
    Prices
        ``prices`` is "constant", "current", or "" where the title names none or both; ``price_year`` is the
        base year of constant prices, None if not said.

    Raises
    ------
    DataError
        Two base years.

    Examples
    --------
    >>> parse_prices("PDRB Atas Dasar Harga Konstan 2010 (Miliar Rupiah), 2015-2020")
    Prices(prices='constant', price_year=2010)
    """
    kinds = {"constant" if match.lastgroup else "current" for match in _PRICES.finditer(title)}
    if kinds != {"constant"}:
        return Prices("current" if kinds == {"current"} else "", None)
    years = {int(next(filter(None, match.groups()))) for match in _PRICE_YEAR.finditer(title)}
    if len(years) > 1:
        raise DataError("unit", "two base years of prices", sorted(years), "read the tables one by one")
    return Prices("constant", years.pop() if years else None)
