"""Demand of the parks within reach of each district against the supply that data show, sector by sector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique
from spillover.sentra.coefficients import read_demand_coefficients, sectors_without_coefficient
from spillover.sentra.demand import REACH_KM

WHERE = "sector_gaps"
ENDS = ("low", "central", "high")
PRODUCTION = "production_"  # a measure "production_rice" is the district's rice in the unit of that item
GAP_COLUMNS = (
    "region_code", "within_km", "year", "sector", "item_id", "unit", "per", "demand_low", "demand_central",
    "demand_high", "idr_low", "idr_central", "idr_high", "price_year", "included_in", "confidence", "n_parks",
    "demand_missing_reason", "idr_missing_reason", "supply_low", "supply_central", "supply_high",
    "supply_year", "supply_system", "supply_missing_reason", "gap_low", "gap_central", "gap_high",
    "gap_idr_low", "gap_idr_central", "gap_idr_high", "gap_missing_reason",
)  # fmt: skip
_ITEM = ["item_id", "sector", "unit", "per", "price_year", "included_in", "confidence"]
_KEY = ["region_code", "within_km", "year", "item_id"]
_AMOUNTS = [*ENDS, *(f"idr_{end}" for end in ENDS), "n_parks"]


def sector_gaps(
    demand: pd.DataFrame,
    supply: pd.DataFrame,
    *,
    within_km: Sequence[float] = REACH_KM,
    years: Iterable[int] | None = None,
    coefficients: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Set the demand within reach of each district against its own supply, item by item.

    Parameters
    ----------
    demand : DataFrame
        As `spillover.sentra.demand.demand_within` gives it; may be empty.
    supply : DataFrame
        As `spillover.sentra.supply.district_supply` gives it: its districts are those of the result. A
        measure ``production_<item_id>`` is what the district makes of an item in a year, in the unit of the
        item; columns low and high, if there, are its range. No source that was found has such figures.
    within_km : sequence of float
        Distances shown; those of ``demand`` must be among them.
    years : iterable of int, optional
        Those of ``demand`` without it (or one missing year, if there is none).
    coefficients : DataFrame, optional
        Those that the demand was computed with, as from `read_demand_coefficients`.

    Returns
    -------
    DataFrame
        One row for each district, distance, year and item, and one with item_id "" for each sector without
        a coefficient: the columns of ``GAP_COLUMNS``. demand_* in units per year (a stock where per is
        "worker"); idr_* rupiah at the prices of price_year; supply_* of the district itself; gap = demand -
        supply (below 0: more is made than parks within reach need), its low end the low demand less the high
        supply. All three are NaN where one side is not known: nothing is subtracted from a demand whose
        supply is unknown.

        demand_missing_reason {no_coefficient, no_park_with_headcount, ""}: the second means that no park
        whose workers are known lies within reach, which is not the same as no demand. idr_missing_reason
        {the same, no_price}. supply_missing_reason {supply_unknown, other_unit, ""}. gap_missing_reason is
        that of the demand, else that of the supply.

    Raises
    ------
    DataError
        Districts of the demand that the supply does not have, distances or years that are not among those
        asked for, items without a coefficient, rows that stand twice, production of one item by several
        systems, negative or disordered production.

    Notes
    -----
    Rupiah of an item that another contains (included_in) must not be added to it: see
    `spillover.sentra.gap_totals.sector_totals`. The rows of neighbouring districts count the same parks and
    must never be added.

    Examples
    --------
    >>> from spillover.regions import read_regions
    >>> from spillover.sentra.demand import demand_within, park_demand
    >>> from spillover.sentra.supply import district_supply
    >>> near = demand_within(park_demand([2024]), read_regions().query("region_code == '7203'"))
    >>> supply = district_supply("7200").query("region_code == '7203'")
    >>> gaps = sector_gaps(near, supply).set_index(["within_km", "item_id"])
    >>> row = gaps.loc[(50.0, "rice")]
    >>> float(row["demand_central"]), float(row["gap_central"]), row["gap_missing_reason"]
    (6742090.0, nan, 'supply_unknown')
    """
    needs = read_demand_coefficients() if coefficients is None else coefficients
    check_columns(demand, [*_KEY, *_AMOUNTS], f"{WHERE}: the demand")
    check_columns(supply, ["region_code", "measure", "value", "unit"], f"{WHERE}: the supply")
    check_not_empty(supply, f"{WHERE}: the supply")
    check_unique(demand, _KEY, f"{WHERE}: the demand")
    asked = sorted(set(demand["year"]) if years is None else set(years))
    distances = sorted({float(km) for km in within_km})
    codes = list(dict.fromkeys(supply["region_code"]))
    given = {"region_code": codes, "within_km": distances, "year": asked, "item_id": list(needs["item_id"])}
    remedy = "give both tables of the same districts, distances, years and coefficients"
    for column, known in given.items():
        strange = sorted(set(demand[column]) - set(known))
        if strange:
            raise DataError(f"{WHERE}: the demand", f"{column} that was not asked for", strange, remedy)
    grid = _grid(codes, distances, asked, needs)
    amounts = demand[[*_KEY, *_AMOUNTS]].astype({"within_km": "float64", "year": "Int64"})
    table = grid.merge(amounts, on=_KEY, how="left", validate="m:1")
    table = table.rename(columns={end: f"demand_{end}" for end in ENDS})
    table = table.merge(_production(supply, needs), on=["region_code", "item_id"], how="left", validate="m:1")
    return _with_gaps(_with_reasons(table))[list(GAP_COLUMNS)]


def _grid(
    codes: Sequence[str], distances: list[float], years: list[int], needs: pd.DataFrame
) -> pd.DataFrame:
    """Every district, distance, year and item; a sector without a coefficient has a row without an item."""
    empty = {name: "" for name in _ITEM if name != "price_year"} | {"price_year": pd.NA}
    bare = pd.DataFrame([empty | {"sector": sector} for sector in sectors_without_coefficient(needs)])
    items = pd.concat([needs[_ITEM].astype("object"), bare.astype("object")], ignore_index=True)
    words = {name: "str" for name in _ITEM if name != "price_year"}
    items = items.fillna({"included_in": ""}).astype(words | {"price_year": "Int64"})
    grid = pd.DataFrame({"region_code": codes})
    grid = grid.merge(pd.DataFrame({"within_km": distances}), how="cross")
    grid = grid.merge(pd.DataFrame({"year": years or [pd.NA]}, dtype="Int64"), how="cross")
    return grid.merge(items, how="cross")


def _production(supply: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """Production of each district by item, with its range; other units stay without a value."""
    where = f"{WHERE}: the supply"
    made = supply[supply["measure"].str.startswith(PRODUCTION) & supply["value"].notna()].copy()
    made["item_id"] = made["measure"].str.removeprefix(PRODUCTION)
    unknown = sorted(set(made["item_id"]) - set(needs["item_id"]))
    if unknown:
        raise DataError(where, "production of unknown items", unknown, "name items of the coefficients")
    check_unique(made, ["region_code", "item_id"], where)
    central = made["value"].astype("float64")
    low, high = (
        made[end].astype("float64").fillna(central) if end in made.columns else central
        for end in ("low", "high")
    )
    wrong = ~(low.ge(0) & low.le(central) & central.le(high) & high.lt(np.inf))
    remedy = "give 0 <= low <= value <= high"
    check_rows(made, wrong, ["region_code", "item_id"], where, "production out of order", remedy)
    same = made["unit"].eq(made["item_id"].map(needs.set_index("item_id")["unit"]))
    return pd.DataFrame(
        {
            "region_code": made["region_code"].astype("str"),
            "item_id": made["item_id"].astype("str"),
            "supply_low": low.where(same),
            "supply_central": central.where(same),
            "supply_high": high.where(same),
            "supply_year": (made["year"] if "year" in made.columns else central * np.nan).astype("Int64"),
            "supply_system": made["source_system"] if "source_system" in made.columns else "",
            "supply_missing_reason": np.where(same, "", "other_unit"),
        }
    )


def _with_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """Why demand, rupiah or supply are missing."""
    bare = np.where(table["item_id"].eq(""), "no_coefficient", "no_park_with_headcount")
    demand = np.where(table["demand_central"].isna(), bare, "")
    money = np.where(demand != "", demand, np.where(table["idr_central"].isna(), "no_price", ""))
    return table.assign(
        demand_missing_reason=demand,
        idr_missing_reason=money,
        supply_missing_reason=table["supply_missing_reason"].fillna("supply_unknown").astype("str"),
        supply_system=table["supply_system"].fillna("").astype("str"),
        n_parks=table["n_parks"].fillna(0).astype("int64"),
    )


def _with_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Demand less supply, the low end with the high supply; rupiah at the price that makes each end."""
    for end, other in zip(ENDS, reversed(ENDS), strict=True):
        table[f"gap_{end}"] = table[f"demand_{end}"] - table[f"supply_{other}"]
    price = {
        end: table[f"idr_{end}"] / table[f"demand_{end}"].where(table[f"demand_{end}"] > 0) for end in ENDS
    }
    for end, other in (("low", "high"), ("high", "low")):
        gap = table[f"gap_{end}"]
        table[f"gap_idr_{end}"] = gap * price[end].where(gap >= 0, price[other])
    table["gap_idr_central"] = table["gap_central"] * price["central"]
    first = table["demand_missing_reason"]
    return table.assign(gap_missing_reason=first.where(first.ne(""), table["supply_missing_reason"]))
