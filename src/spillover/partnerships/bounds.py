"""What a printed figure says: the least and the most that the true number can be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import inf, isclose
from typing import Any, NamedTuple

import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.partnerships.columns import QUALIFIERS

# An assumption: "sekitar", "hampir", "about" and "nearly" mean the printed number ± 10 %.
ABOUT_SHARE = 0.10
BOUND_COLUMNS = ("value", "value_high", "qualifier", "reported_as")

# Words behind a number and what they may multiply it by ("M" is miliar in Indonesian, million in English).
_SCALES = {
    "ribu": (3,), "rb": (3,), "thousand": (3,), "juta": (6,), "jt": (6,), "million": (6,), "mn": (6,),
    "miliar": (9,), "milyar": (9,), "billion": (9,), "bn": (9,), "m": (9, 6), "triliun": (12,),
    "trilyun": (12,), "trillion": (12,), "tn": (12,), "t": (12,), "kg": (-3,),
}  # fmt: skip
_NUMBER = re.compile(r"([0-9]+(?:[.,][0-9]+)*)[\s-]*([A-Za-z]*)")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+|[1-9][0-9]{0,2}(?:,[0-9]{3})+|[0-9]+")
_WITH_DECIMALS = re.compile(r"([0-9]+(?:\.[0-9]{3})*),([0-9]+)|([0-9]+(?:,[0-9]{3})*)\.([0-9]+)")


class Bounds(NamedTuple):
    """Least and greatest value; ``up`` is infinite where nothing is known."""

    low: float
    up: float


def rounding_half_unit(reported_as: str, value: float) -> float:
    """Half a unit of the last printed digit, in base units.

    A printed number can be read in the Indonesian way (1.250 is a thousand and more) or in the English
    one (3.5 is three and a half). Only readings that give ``value`` count; of several numbers that do, the
    one with the most digits.

    Parameters
    ----------
    reported_as : str
        Number and unit as printed.
    value : float
        The number in base units.

    Returns
    -------
    float
        0 if no number of the text gives ``value``: the figure then counts as exact.

    Examples
    --------
    >>> rounding_half_unit("Rp3,5 triliun", 3.5e12), rounding_half_unit("Rp3.5 trillion", 3.5e12)
    (50000000000.0, 50000000000.0)
    >>> rounding_half_unit("1.250", 1250), rounding_half_unit("thousands", 1000)
    (0.5, 0.0)
    """
    fitting = [
        max(halves)
        for printed, word in _NUMBER.findall(reported_as)
        if (halves := _half_units(printed, word, value))
    ]
    return float(min(fitting, default=Decimal(0)))


def _half_units(printed: str, word: str, value: float) -> list[Decimal]:
    """Half units of those readings of one printed number that give ``value``."""
    return [
        Decimal(5).scaleb(scale - digits - 1)
        for number, digits in _readings(printed)
        for scale in (0, *_SCALES.get(word.lower(), ()))
        if isclose(float(number.scaleb(scale)), value, rel_tol=1e-9, abs_tol=1e-9)
    ]


def _readings(printed: str) -> Iterator[tuple[Decimal, int]]:
    """Numbers that digits with separators may mean, each with its count of decimals."""
    if _GROUPED.fullmatch(printed):
        yield Decimal(re.sub(r"[.,]", "", printed)), 0
    parts = _WITH_DECIMALS.fullmatch(printed)
    if parts:
        whole, decimals = (parts[1], parts[2]) if parts[1] else (parts[3], parts[4])
        yield Decimal(f"{re.sub('[.,]', '', whole)}.{decimals}"), len(decimals)


def row_bounds(row: Mapping[Any, Any]) -> Bounds:
    """Bounds of one claim.

    Parameters
    ----------
    row : mapping or Series
        With value, value_high, qualifier and reported_as.

    Returns
    -------
    Bounds
        exact: value ± half a unit of the last printed digit. about: value ± ``ABOUT_SHARE`` (an
        assumption), or ± that half unit if it is more. at_least: from value less half a unit on.
        at_most: from 0 to value. range: value to value_high. Never below 0.

    Examples
    --------
    >>> row_bounds({"value": 45, "value_high": None, "qualifier": "exact", "reported_as": "45 UMKM"})
    Bounds(low=44.5, up=45.5)
    """
    value, qualifier = float(row["value"]), row["qualifier"]
    if qualifier not in QUALIFIERS:
        raise DataError("ledger", "unknown qualifier", [qualifier], f"use {', '.join(QUALIFIERS)}")
    if qualifier == "range":
        return Bounds(value, float(row["value_high"]))
    if qualifier == "at_most":
        return Bounds(0.0, value)
    half = rounding_half_unit(str(row["reported_as"]), value)
    if qualifier == "about":
        half = max(half, ABOUT_SHARE * value)
    return Bounds(max(0.0, value - half), inf if qualifier == "at_least" else value + half)


def value_bounds(table: pd.DataFrame) -> pd.DataFrame:
    """Add to each claim the least and the most that it allows, as `row_bounds` says.

    Returns
    -------
    DataFrame
        The table with value_low and value_up (float; ``inf`` where the claim has no upper bound).

    Examples
    --------
    >>> claims = pd.DataFrame({"value": [700e9], "value_high": [None], "qualifier": ["at_least"],
    ...     "reported_as": ["lebih dari Rp700 miliar"]})
    >>> value_bounds(claims)[["value_low", "value_up"]].values.tolist()
    [[699500000000.0, inf]]
    """
    check_columns(table, BOUND_COLUMNS, "ledger")
    bounds = [row_bounds(row) for row in table[list(BOUND_COLUMNS)].to_dict("records")]
    return table.assign(
        value_low=pd.Series([b.low for b in bounds], index=table.index, dtype="float64"),
        value_up=pd.Series([b.up for b in bounds], index=table.index, dtype="float64"),
    )
