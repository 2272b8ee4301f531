"""Demand of the parks by supply-chain sector: workers times needs, in units and rupiah, with ranges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.exposure import park_exposure
from spillover.parks import read_parks
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.headcount import park_headcount, parks_without_headcount

__all__ = ["DEMAND_COLUMNS", "REACH_KM", "demand_within", "park_demand", "parks_without_headcount", "to_add"]

DEMAND_COLUMNS = (
    "park_id", "complex_id", "year", "sector", "item_id", "unit", "per", "workers_low", "workers_central",
    "workers_high", "workers_basis", "workers_kind", "covers", "low", "central", "high", "idr_low",
    "idr_central", "idr_high", "price_year", "included_in", "confidence",
)  # fmt: skip
REACH_KM = (50.0, 100.0, 200.0)
_ENDS = ("low", "central", "high")
_SUMS = [*_ENDS, *(f"idr_{end}" for end in _ENDS)]
_ITEM = ["sector", "item_id", "unit", "per", "price_year", "included_in", "confidence"]


def park_demand(
    years: Iterable[int] | None = None,
    parks: Sequence[str] | None = None,
    *,
    coefficients: pd.DataFrame | None = None,
    kinds: Sequence[str] = ("employees",),
    fill: str = "interpolate",
) -> pd.DataFrame:
    """Demand of each park, year and item: its workers times what one worker needs.

    Parameters
    ----------
    years, parks, kinds, fill
        As for `park_headcount`.
    coefficients : DataFrame, optional
        As from `read_demand_coefficients`, which is read without it.

    Returns
    -------
    DataFrame
        One row per park, year and item: the columns of ``DEMAND_COLUMNS``. low is the low number of workers
        times the low need, high the high one times the high need: the widest range that both allow, and no
        probability. idr_low, idr_central, idr_high are rupiah at the prices of price_year, not deflated, NaN
        where no price is known.

        Parks without a headcount have no rows; `parks_without_headcount` names them. Sectors without a
        coefficient have none either (`sectors_without_coefficient`).

    Raises
    ------
    DataError
        As `park_headcount`.

    Notes
    -----
    Rows of items that another contains (included_in: the food that is cooked into the meals) and rows in
    another unit must not be added; `to_add` leaves out what would count twice. Workers only: what the
    furnaces need (parts, gas, fuel) has no coefficient per worker.

    Examples
    --------
    >>> rice = park_demand([2024], ["IMIP"]).set_index("item_id").loc["rice"]
    >>> [round(rice[end] / 1000) for end in ("low", "central", "high")]
    [3406, 6742, 10956]
    """
    needs = read_demand_coefficients() if coefficients is None else coefficients
    heads = park_headcount(years, parks=parks, kinds=kinds, fill=fill)
    needs = needs.drop(columns="year").rename(columns={end: f"need_{end}" for end in _ENDS})
    table = heads.merge(needs, how="cross").astype({f"workers_{end}": "float64" for end in _ENDS})
    for end in _ENDS:
        table[end] = table[f"workers_{end}"] * table[f"need_{end}"]
        table[f"idr_{end}"] = table[end] * table[f"price_{end}"]
    return table[list(DEMAND_COLUMNS)]


def to_add(demand: pd.DataFrame) -> pd.DataFrame:
    """The rows whose rupiah may be added: without items that another one of the table contains.

    Examples
    --------
    >>> table = to_add(park_demand([2024], ["IMIP"]))
    >>> "meals" in set(table["item_id"]), "rice" in set(table["item_id"])
    (True, False)
    """
    check_columns(demand, ["item_id", "included_in"], "demand")
    return demand[~demand["included_in"].isin(set(demand["item_id"]))]


def demand_within(
    demand: pd.DataFrame,
    regions: pd.DataFrame,
    within_km: Sequence[float] = REACH_KM,
    *,
    exposure: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Demand of the parks that lie within reach of each district.

    Parameters
    ----------
    demand : DataFrame
        As from `park_demand`.
    regions : DataFrame
        region_code, lon, lat, as from `spillover.read_regions`.
    within_km : sequence of float
        Distances; each holds the shorter ones (200 km counts all within 50 km too).
    exposure : DataFrame, optional
        region_code, park_id, distance_km, as from `park_exposure` on any basis. Without it: from the
        centroid of the district.

    Returns
    -------
    DataFrame
        One row per district, distance, year and item with at least one park: region_code, within_km, year,
        sector, item_id, unit, per, low, central, high, idr_low, idr_central, idr_high, price_year,
        included_in, confidence, n_parks (rows of parks or complexes that were added). A district without a
        row has no park with a headcount within reach, which is not the same as no demand.

    Raises
    ------
    DataError
        Distances that are not positive, rows of a park, year and item that stand twice, parks without a
        distance, and what `park_exposure` raises.

    Examples
    --------
    >>> from spillover.regions import read_regions
    >>> near = demand_within(park_demand([2018, 2024]), read_regions())
    >>> rice = near[near["region_code"].eq("7203") & near["item_id"].eq("rice") & near["within_km"].eq(50)]
    >>> [round(tonnes / 1000) for tonnes in rice["central"]]
    [2315, 6742]
    """
    where = "demand_within"
    wrong = [km for km in within_km if not 0 < km < float("inf")]
    if wrong or not len(within_km):
        raise DataError(
            where, "distances that are not above 0", wrong, "give kilometres such as (50, 100, 200)"
        )
    check_columns(demand, ["park_id", "year", *_ITEM, *_SUMS], where)
    check_unique(demand, ["park_id", "year", "item_id"], where)
    if exposure is None:
        exposure = park_exposure(regions, read_parks())
    check_columns(exposure, ["region_code", "park_id", "distance_km"], where)
    lost = sorted(set(demand["park_id"]) - set(exposure["park_id"]))
    if lost:
        raise DataError(where, "parks without a distance", lost, "give them coordinates, or leave them out")
    near = exposure[exposure["region_code"].isin(regions["region_code"])]
    near = near[["region_code", "park_id", "distance_km"]]
    key = ["region_code", "within_km", "year", *_ITEM]
    tables = []
    for km in sorted(set(within_km)):
        both = near[near["distance_km"] <= km].merge(demand, on="park_id", how="inner", validate="m:m")
        grouped = both.assign(within_km=float(km)).groupby(key, dropna=False, sort=False)
        tables.append(
            grouped[_SUMS].sum(min_count=1).assign(n_parks=grouped["park_id"].nunique()).reset_index()
        )
    table = pd.concat(tables, ignore_index=True).sort_values(key, ignore_index=True)
    columns = ["region_code", "within_km", "year", "sector", "item_id", "unit", "per", *_SUMS]
    return table[[*columns, "price_year", "included_in", "confidence", "n_parks"]]
