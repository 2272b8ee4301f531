"""What the columns of a table measure, in which unit, and what a person declares where the file is silent."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from spillover.bps.table import Table
from spillover.bps.titles import SIZES, Known, Named, name_indicator, slug
from spillover.bps.units import Unit, convert, parse_prices, parse_unit, whole
from spillover.errors import DataError

_PRICES = re.compile(r"(?:(?:19|20)\d\d|current)$")
# Every indicator of the catalogue is zero at least, but for these.
MAY_BE_NEGATIVE = frozenset({"grdp_growth"})
_ADDS_UP = ("IDR", "USD", "km2", "hectare", "tonne")


class Declared(NamedTuple):
    """What a person says of a table because its file does not; "" where the file is to say it.

    ``number_style`` is "id" (1.234,56), "en" (1,234.56) or "auto"; ``codes`` "bps", "bps_2021",
    "kemendagri" or "auto"; ``dash`` is what "-" means: "zero_shown_as_dash" or "not_available".
    """

    indicator: str = ""
    unit: str = ""
    year: str = ""
    number_style: str = "auto"
    codes: str = "auto"
    province: str = ""
    dash: str = ""


def check_declared(declared: Declared) -> None:
    """Raise if something declared cannot be true of any table.

    Raises
    ------
    DataError
    """
    if declared.indicator and not re.fullmatch(r"[a-z][a-z0-9_]*", declared.indicator):
        remedy = "use small letters, digits and underscores: imk_establishments"
        raise DataError("indicator", "not a name of an indicator", [declared.indicator], remedy)
    if declared.year and not re.fullmatch(r"(?:19|20)\d\d", declared.year):
        raise DataError("year", "not a year", [declared.year], "give four digits: 2023")
    if declared.unit:
        _parsed(declared.unit, "unit")


def _parsed(text: str, where: str) -> Unit:
    """A declared unit."""
    try:
        unit = parse_unit(text)
    except DataError as error:
        raise DataError(where, f"unit: {error.problem}", error.offenders, error.remedy) from None
    if unit is None:
        raise DataError(where, "unknown unit declared", [text], 'write it as BPS does: "ribu rupiah"')
    return unit


class Measure(NamedTuple):
    """What one heading measures: name, factor to the result's unit, that unit, and its kind.

    ``never_negative`` is true of the catalogue's indicators that cannot be below zero.
    """

    indicator: str
    factor: Decimal
    unit: str
    counts: bool
    adds_up: bool
    percent: bool
    scaled: bool
    never_negative: bool = False


def read_measures(table: Table, declared: Declared, catalogue: tuple[Known, ...]) -> dict[str, Measure]:
    """Name and unit of each heading of a table.

    Raises
    ------
    DataError
        A table that says neither what it measures nor in which unit, or whose unit is not the declared one.
    """
    headings = list(dict.fromkeys(said.rest for said in table.headings()))
    return {text: _measure(text, table, declared, catalogue, len(headings) == 1) for text in headings}


def _measure(
    printed: str, table: Table, declared: Declared, catalogue: tuple[Known, ...], alone: bool
) -> Measure:
    if declared.indicator:
        named = _declared_name("" if alone else printed, declared, catalogue)
    else:
        named = name_indicator(table.title, printed, table.where, catalogue)
    unit = _unit(printed, table, declared)
    prices, price_year = parse_prices(f"{table.title} {printed}")
    base, factor = _with_prices(unit, prices, price_year), unit.factor
    if named.known is not None and _same_prices(named.known.unit, base):
        try:
            factor, base = convert(_per_head(unit, named.known), named.known.unit), named.known.unit
        except DataError:  # another thing under like words ("Jumlah Penduduk (Persen)"): its own name
            named = name_indicator(table.title, printed, table.where, ())
    adds_up = whole(unit.base) or unit.base in _ADDS_UP
    counts = whole(unit.base) and unit.factor == 1
    return Measure(
        named.indicator,
        factor,
        base,
        counts,
        adds_up,
        percent=unit.base == "percent",
        scaled=unit.factor != 1,
        never_negative=named.known is not None and named.known.indicator not in MAY_BE_NEGATIVE,
    )


def _declared_name(printed: str, declared: Declared, catalogue: tuple[Known, ...]) -> Named:
    """The declared indicator; where a table has several headings, each is appended."""
    suffix = "" if not printed else SIZES.get(printed.strip().lower(), slug(printed))
    known = next((k for k in catalogue if k.indicator == declared.indicator), None)
    return Named("_".join(filter(None, [declared.indicator, suffix])), known)


def _unit(printed: str, table: Table, declared: Declared) -> Unit:
    """The unit of one heading: its own, the table's, or the declared one; they must not differ."""
    try:
        found = parse_unit(printed) or parse_unit(table.title)
    except DataError as error:
        raise DataError(table.where, f"unit: {error.problem}", error.offenders, error.remedy) from None
    said = _parsed(declared.unit, table.where) if declared.unit else None
    if found is None and said is None:
        raise DataError(
            table.where,
            "the table does not say its unit",
            [printed or table.title or "no title"],
            'give it as BPS writes it ("ribu rupiah", "persen", "orang"): --unit, or unit= in Python',
        )
    if found and said and found[:2] != said[:2]:
        # Also of one base: whoever is wrong, the values would be off by a factor of 1000 or so.
        both = [f"{found.printed!r} in the table", f"{said.printed!r} declared"]
        remedy = "leave the declaration out, or correct the heading of the file if that is wrong"
        raise DataError(table.where, "the unit declared is not the table's", both, remedy)
    unit = found or said
    assert unit is not None
    return unit


def _per_head(unit: Unit, known: Known) -> Unit:
    """ "ribu rupiah/kapita/tahun" of a per-head indicator is what others print as "ribu rupiah"."""
    if known.kind == "per_head" and "capita" not in known.unit and "head" not in known.unit:
        return unit._replace(base=re.sub(r"_per_capita(?:_year)?$", "", unit.base))
    return unit


def _with_prices(unit: Unit, prices: str, price_year: int | None) -> str:
    """The unit's word with the prices it is in: "IDR_2010", "IDR_current"."""
    if not unit.base.startswith(("IDR", "USD")):
        return unit.base
    if prices == "constant" and price_year:
        return f"{unit.base}_{price_year}"
    return f"{unit.base}_current" if prices == "current" else unit.base


def _same_prices(known: str, base: str) -> bool:
    """Whether two units are in the same prices."""
    own, other = (_PRICES.search(text.lower()) for text in (known, base))
    return (own[0] if own else "") == (other[0] if other else "")
