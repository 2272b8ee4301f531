"""Rupiah of different years made comparable: in the prices of one year, or in US dollars.

The columns that are added are those of `spillover.partnerships.normalise`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spillover.catalogue import read_deflators
from spillover.errors import DataError, check_columns, check_rows
from spillover.partnerships.bounds import BOUND_COLUMNS, value_bounds
from spillover.partnerships.dividing import VALUES, divided, span, years_shown

DEFLATORS = ("gdp_deflator", "cpi")
_SOURCE = "deflators"


def constant_prices(
    table: pd.DataFrame,
    base_year: int,
    *,
    deflator: str = "gdp_deflator",
    value_columns: Sequence[str] = VALUES,
    year_column: str = "year",
    unit_column: str = "unit",
) -> pd.DataFrame:
    """Rupiah of each year in the prices of one year.

    Parameters
    ----------
    table : DataFrame
        Amounts in rupiah (or rupiah per day, month or year) that each belong to one calendar year.
    base_year : int
    deflator : {"gdp_deflator", "cpi"}
    value_columns, year_column, unit_column : str
        Where the amounts, their year and their unit stand.

    Returns
    -------
    DataFrame
        The table with ``<column>_constant`` and the other columns that this module names, what = "constant".
        The denominator is the price level relative to the base year.

    Raises
    ------
    DataError
        Amounts that are not in rupiah, rows without a year, years that the deflator does not cover.

    Examples
    --------
    >>> flows = pd.DataFrame({"year": [2010, 2020], "value": [100.0, 100.0], "unit": "IDR"})
    >>> constant_prices(flows, 2010, value_columns=["value"])["value_constant"].round(1).tolist()
    [100.0, 69.4]
    """
    where = "constant_prices"
    levels = _price_levels(deflator, base_year, where)
    _check_rupiah(table, unit_column, where)
    level = _by_year(table[year_column], levels, deflator, where)
    return divided(
        table,
        value_columns,
        "constant",
        unit=table[unit_column] + f" at {base_year} prices",
        by=pd.DataFrame({"value": level, "year": table[year_column], "source_id": _SOURCE}),
        named=f"{deflator}_{base_year}=1",
    )


def constant_price_bounds(
    table: pd.DataFrame, base_year: int, *, deflator: str = "gdp_deflator"
) -> pd.DataFrame:
    """Claims over several years in the prices of one year, as bounds.

    When a sum over years was spent is not known: the bounds hold if all of it was spent at the lowest price
    level of its period, or at the highest.

    Parameters
    ----------
    table : DataFrame
        Rows of the ledger in rupiah, with the columns that `value_bounds` needs.
    base_year : int
    deflator : {"gdp_deflator", "cpi"}

    Returns
    -------
    DataFrame
        The table with value_low and value_up (`value_bounds`), value_low_constant, value_up_constant,
        unit_constant, denominator_constant, denominator_low_constant and denominator_high_constant (lowest
        and highest price level), denominator_year_constant ("2021–2024") and denominator_source_constant.

    Raises
    ------
    DataError
        Amounts that are not in rupiah, claims without a period, years that the deflator does not cover.

    Examples
    --------
    >>> simulated = pd.DataFrame([{"entry_id": "a", "value": 100.0, "value_high": None, "qualifier": "exact",
    ...     "reported_as": "", "unit": "IDR", "basis": "flow", "period_start": "2010", "period_end": "2012",
    ...     "as_of": "2012"}])
    >>> found = constant_price_bounds(simulated, 2010)
    >>> found[["value_low_constant", "value_up_constant"]].round(1).values.tolist()
    [[89.7, 100.0]]
    """
    where = "constant_price_bounds"
    check_columns(table, [*BOUND_COLUMNS, "unit", "basis", "period_start", "period_end", "as_of"], where)
    _check_rupiah(table, "unit", where)
    levels = _price_levels(deflator, base_year, where)
    bare = table["basis"].ne("stock") & table["period_start"].eq("")
    check_rows(table, bare, ["entry_id"], where, "claims without a start", "leave them out")
    spans = [span(row) for row in table.to_dict("records")]
    out = sorted({year for first, last in spans for year in range(first, last + 1)} - set(levels.index))
    if out:
        raise DataError(where, f"years that {deflator} does not cover", out, _reach(levels))
    low = [float(levels.loc[first:last].min()) for first, last in spans]
    high = [float(levels.loc[first:last].max()) for first, last in spans]
    bounds = value_bounds(table)
    return bounds.assign(
        value_low_constant=bounds["value_low"] / high,
        value_up_constant=bounds["value_up"] / low,
        unit_constant=table["unit"] + f" at {base_year} prices",
        denominator_constant=f"{deflator}_{base_year}=1",
        denominator_low_constant=low,
        denominator_high_constant=high,
        denominator_year_constant=[years_shown(s) for s in spans],
        denominator_source_constant=_SOURCE,
    )


def to_usd(
    table: pd.DataFrame,
    *,
    value_columns: Sequence[str] = VALUES,
    year_column: str = "year",
    unit_column: str = "unit",
) -> pd.DataFrame:
    """Rupiah of each year in US dollars at that year's mean rate.

    Returns
    -------
    DataFrame
        The table with ``<column>_usd`` and the other columns that this module names, what = "usd". Rupiah
        at the prices of one year are refused: turn them into dollars first.

    Raises
    ------
    DataError
        Amounts that are not in current rupiah, rows without a year, years without a rate.

    Examples
    --------
    >>> flows = pd.DataFrame({"year": [2024], "value": [15855.44829], "unit": "IDR"})
    >>> to_usd(flows, value_columns=["value"])[["value_usd", "unit_usd"]].values.tolist()
    [[1.0, 'USD']]
    """
    where = "to_usd"
    _check_rupiah(table, unit_column, where)
    fixed = table[unit_column].str.contains(" at ", regex=False)
    check_rows(table, fixed, [unit_column], where, "amounts at constant prices", "turn current rupiah")
    rates = _levels("usd_idr")
    return divided(
        table,
        value_columns,
        "usd",
        unit=table[unit_column].str.replace("IDR", "USD", n=1),
        by=pd.DataFrame(
            {
                "value": _by_year(table[year_column], rates, "usd_idr", where),
                "year": table[year_column],
                "source_id": _SOURCE,
            }
        ),
        named="usd_idr",
    )


def _levels(measure: str) -> pd.Series:
    """Values of one deflator or rate by year."""
    table = read_deflators()
    rows = table[table["measure"].eq(measure)]
    return rows.set_index("year")["value"].sort_index()


def _price_levels(deflator: str, base_year: int, where: str) -> pd.Series:
    """Price levels relative to the base year."""
    if deflator not in DEFLATORS:
        raise DataError(where, "unknown deflator", [deflator], f"use {', '.join(DEFLATORS)}")
    levels = _levels(deflator)
    if base_year not in levels.index:
        raise DataError(where, f"{deflator} does not cover the base year", [base_year], _reach(levels))
    return levels / levels[base_year]


def _by_year(years: pd.Series, levels: pd.Series, name: str, where: str) -> pd.Series:
    """Level of each row's year."""
    if years.isna().any():
        lines = [f"row {i}" for i in years.index[years.isna()]]
        remedy = "leave them out, or use constant_price_bounds for sums over several years"
        raise DataError(where, "rows without a year", lines, remedy)
    out = sorted(set(years) - set(levels.index))
    if out:
        raise DataError(where, f"years that {name} does not cover", out, _reach(levels))
    return years.map(levels).astype("float64")


def _reach(levels: pd.Series) -> str:
    """What a deflator covers, as a remedy."""
    return (
        f"leave these years out: it covers {levels.index.min()}–{levels.index.max()}, nothing is extrapolated"
    )


def _check_rupiah(table: pd.DataFrame, unit_column: str, where: str) -> None:
    """Raise unless all amounts are in rupiah."""
    check_columns(table, [unit_column], where)
    other = ~table[unit_column].str.fullmatch(r"IDR(?:/(?:day|month|year))?(?: .*)?")
    check_rows(table, other, [unit_column], where, "amounts that are not in rupiah", "choose unit IDR")
