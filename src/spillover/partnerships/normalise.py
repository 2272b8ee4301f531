"""Claims and flows made comparable: in constant prices, in dollars, per year, per head, as a share of GRDP.

Each function adds ``<column>_<what>`` for its value columns, ``unit_<what>``, and what it divided by:
``denominator_<what>``, ``denominator_value_<what>``, ``denominator_year_<what>`` and
``denominator_source_<what>``; so that several can follow each other. Where a denominator does not reach, they
raise: no value is carried over to another year unless the caller names that year.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from spillover.errors import DataError, check_columns, check_rows
from spillover.partnerships.averages import counted_years
from spillover.partnerships.bounds import value_bounds
from spillover.partnerships.columns import is_rate
from spillover.partnerships.dates import period, stretch
from spillover.partnerships.dividing import VALUES, denominators, divided, span, years_shown
from spillover.partnerships.prices import constant_price_bounds, constant_prices, to_usd

__all__ = [
    "constant_price_bounds", "constant_prices", "per_person", "per_sme", "per_year", "share_of_grdp",
    "to_usd", "with_year",
]  # fmt: skip

_SCALES = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_MONEY = re.compile(r"(?:(thousand|million|billion|trillion)_)?idr_(current|(?:19|20)[0-9]{2})")


class _Columns(NamedTuple):
    """Where the amounts, their year and their unit stand; the year of the denominator, if not theirs."""

    values: Sequence[str]
    year: str
    unit: str
    denominator_year: int | None


def with_year(table: pd.DataFrame) -> pd.DataFrame:
    """Add the calendar year that each claim lies in.

    Returns
    -------
    DataFrame
        The table with year (Int64): of a flow's period or of a stock's as_of, <NA> where it spans several;
        <NA> for cumulative claims, which belong to no year.

    Examples
    --------
    >>> claims = pd.DataFrame({"basis": ["flow", "flow"], "period_start": ["2021-03", "2021"],
    ...     "period_end": ["2021", "2023"], "as_of": ["2021", "2023"]})
    >>> with_year(claims)["year"].tolist()
    [2021, <NA>]
    """
    years = []
    for row in table[["basis", "period_start", "period_end", "as_of"]].to_dict("records"):
        flow = row["basis"] == "flow"
        days = period(row["period_start"], row["period_end"]) if flow else stretch(row["as_of"])
        one = days.first.year == days.last.year and row["basis"] != "cumulative"
        years.append(days.first.year if one else None)
    return table.assign(year=pd.Series(years, index=table.index, dtype="Int64"))


def per_year(table: pd.DataFrame) -> pd.DataFrame:
    """Flows and cumulative claims per year, as bounds: the years counted are as its dates allow.

    Returns
    -------
    DataFrame
        The table with value_low and value_up (`value_bounds`), value_low_per_year, value_up_per_year,
        unit_per_year, denominator_per_year, denominator_low_per_year and denominator_high_per_year (years),
        denominator_year_per_year (the calendar years) and denominator_source_per_year (the claim's own).

    Raises
    ------
    DataError
        Stocks, rates, claims that do not say since when they count.

    Examples
    --------
    >>> simulated = pd.DataFrame([{"entry_id": "a", "value": 731.0, "value_high": None, "qualifier": "range",
    ...     "reported_as": "", "unit": "unit", "basis": "flow", "period_start": "2023", "period_end": "2024",
    ...     "as_of": "2024", "source_id": "simulated"}]).assign(value_high=1462.0)
    >>> per_year(simulated)[["value_low_per_year", "value_up_per_year", "unit_per_year"]].values.tolist()
    [[365.5, 731.0, 'unit/year']]
    """
    where = "per_year"
    rates = table["unit"].map(is_rate).astype(bool)
    check_rows(table, rates, ["entry_id", "unit"], where, "rates are per time already", "leave them out")
    years = [counted_years(row) for _, row in table.iterrows()]
    spans = [span(row) for row in table.to_dict("records")]
    low, high = (pd.Series(column, index=table.index) for column in zip(*years, strict=True))
    bounds = value_bounds(table)
    return bounds.assign(
        value_low_per_year=bounds["value_low"] / high,
        value_up_per_year=bounds["value_up"] / low,
        unit_per_year=table["unit"] + "/year",
        denominator_per_year="years_counted",
        denominator_low_per_year=low,
        denominator_high_per_year=high,
        denominator_year_per_year=[years_shown(s) for s in spans],
        denominator_source_per_year=table["source_id"],
    )


def per_person(
    table: pd.DataFrame,
    population: pd.DataFrame,
    *,
    value_columns: Sequence[str] = VALUES,
    year_column: str = "year",
    unit_column: str = "unit",
    denominator_year: int | None = None,
) -> pd.DataFrame:
    """Amounts per inhabitant of their region.

    Parameters
    ----------
    table : DataFrame
        With region_code, and a year for each row.
    population : DataFrame
        region_code, year, value (persons), source_id, as from `spillover.read_indicator`.
    value_columns, year_column, unit_column : str
    denominator_year : int, optional
        Divide by this year's population in all rows.

    Returns
    -------
    DataFrame
        The table with ``<column>_per_person`` and the other columns that this module names.

    Raises
    ------
    DataError
        Regions and years without a denominator, or with two.

    Examples
    --------
    >>> simulated = {"region_code": ["8202"], "year": [2020]}
    >>> money = pd.DataFrame(simulated | {"value": [300.0], "unit": "IDR"})
    >>> people = pd.DataFrame(simulated | {"value": [20.0], "source_id": "simulated"})
    >>> found = per_person(money, people, value_columns=["value"])
    >>> found[["value_per_person", "unit_per_person"]].values.tolist()
    [[15.0, 'IDR per person']]
    """
    columns = _Columns(value_columns, year_column, unit_column, denominator_year)
    return _per(table, population, "person", columns, "population")


def per_sme(
    table: pd.DataFrame,
    smes: pd.DataFrame,
    *,
    value_columns: Sequence[str] = VALUES,
    year_column: str = "year",
    unit_column: str = "unit",
    denominator_year: int | None = None,
) -> pd.DataFrame:
    """Amounts per small or medium firm of their region.

    Registries, the census and surveys differ by a factor of ten: give the counts of one source system only.

    Parameters
    ----------
    table : DataFrame
        With region_code, and a year for each row.
    smes : DataFrame
        region_code, year, value (firms), source_id.
    value_columns, year_column, unit_column, denominator_year
        As in `per_person`.

    Returns
    -------
    DataFrame
        The table with ``<column>_per_sme`` and the other columns that this module names.

    Raises
    ------
    DataError
        Regions and years without a denominator, or with two; counts of several source systems.

    Examples
    --------
    >>> simulated = {"region_code": ["8202"], "year": [2020]}
    >>> money = pd.DataFrame(simulated | {"value": [300.0], "unit": "IDR"})
    >>> firms = pd.DataFrame(simulated | {"value": [20.0], "source_id": "simulated"})
    >>> per_sme(money, firms, value_columns=["value"])[["value_per_sme", "unit_per_sme"]].values.tolist()
    [[15.0, 'IDR per sme']]
    """
    if "source_system" in smes.columns and smes["source_system"].nunique() > 1:
        remedy = "choose one: read_sme_counts(source_system=...)"
        raise DataError("per_sme", "several source systems", sorted(set(smes["source_system"])), remedy)
    columns = _Columns(value_columns, year_column, unit_column, denominator_year)
    return _per(table, smes, "sme", columns, "smes")


def share_of_grdp(
    table: pd.DataFrame,
    grdp: pd.DataFrame,
    *,
    value_columns: Sequence[str] = VALUES,
    year_column: str = "year",
    unit_column: str = "unit",
    denominator_year: int | None = None,
) -> pd.DataFrame:
    """Amounts in rupiah as a percentage of their region's GRDP, both at current or both at one year's prices.

    Parameters
    ----------
    table : DataFrame
        With region_code and a year for each row; unit "IDR" or, from `constant_prices`, "IDR at 2010 prices".
    grdp : DataFrame
        region_code, year, value, unit ("billion_idr_current", "billion_idr_2010"), source_id.
    value_columns, year_column, unit_column, denominator_year
        As in `per_person`.

    Returns
    -------
    DataFrame
        The table with ``<column>_share_of_grdp`` (percent) and the other columns that this module names;
        denominator_value_share_of_grdp is in rupiah.

    Raises
    ------
    DataError
        Other units, prices of different years, regions and years without a denominator.

    Examples
    --------
    >>> simulated = {"region_code": ["8202"], "year": [2020]}
    >>> money = pd.DataFrame(simulated | {"value": [3e9], "unit": "IDR"})
    >>> grdp = pd.DataFrame(simulated | {"value": [20.0], "unit": "billion_idr_current", "source_id": "sim"})
    >>> share_of_grdp(money, grdp, value_columns=["value"])["value_share_of_grdp"].tolist()
    [15.0]
    """
    where = "share_of_grdp"
    check_columns(grdp, ["region_code", "year", "value", "unit", "source_id"], where)
    units = sorted(set(grdp["unit"]))
    found = _MONEY.fullmatch(units[0]) if len(units) == 1 else None
    if not found:
        raise DataError(where, "GRDP not in one unit of rupiah", units, "give one, as billion_idr_current")
    wanted = "IDR" if found[2] == "current" else f"IDR at {found[2]} prices"
    other = table[unit_column].ne(wanted)
    remedy = f"bring them to {wanted!r}, or give a GRDP at their prices"
    check_rows(table, other, [unit_column], where, f"amounts in other money than GRDP ({units[0]})", remedy)
    rupiah = grdp.assign(value=grdp["value"] * _SCALES[found[1] or ""])
    by = denominators(table, rupiah, year_column, denominator_year, where)
    percent = by.assign(value=by["value"] / 100)
    made = divided(table, value_columns, where, unit="percent", by=percent, named=units[0])
    return made.assign(**{f"denominator_value_{where}": by["value"]})


def _per(table: pd.DataFrame, known: pd.DataFrame, one: str, columns: _Columns, named: str) -> pd.DataFrame:
    """Amounts by a denominator of region and year."""
    where = f"per_{one}"
    by = denominators(table, known, columns.year, columns.denominator_year, where)
    unit = table[columns.unit] + f" per {one}"
    return divided(table, columns.values, where, unit=unit, by=by, named=named)
