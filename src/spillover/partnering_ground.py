"""Provinces by their share of micro and small industry with a partnership, and their nearness to parks."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from spillover.designs import Design, mean_distance_design, share_design
from spillover.district_ground import distance_measure
from spillover.exposure import nearest_operating, park_exposure
from spillover.imk_partnership import read_imk_partnership
from spillover.imk_specs import WEIGHT_YEAR
from spillover.indicators import read_indicator
from spillover.parks import operating, read_nickel_provinces, read_parks
from spillover.regions import read_provinces, read_regions

YEAR = 2025
BEFORE = 2014  # complexes that began after this year (IMIP, 2015, is the first) move in the relocation test
OUTCOME = "share_percent"
DISTANCE = "nearest_km"
# Nearness of a province → basis of distance; headline first.
NEARNESS = {"population_share_centroid": "centroid", "population_share_edge": "edge", DISTANCE: "centroid"}


class Ground(NamedTuple):
    """What nearness is measured on: districts, their people, and the provinces in ``BEFORE`` and ``YEAR``."""

    panel: pd.DataFrame
    regions: pd.DataFrame
    weights: pd.Series
    within_km: float


def partnership_study(*, within_km: float = 100.0, population: pd.DataFrame | None = None) -> pd.DataFrame:
    """Share of micro and small industry with a partnership and nearness to parks, one row per province.

    Parameters
    ----------
    within_km : float
    population : DataFrame, optional
        As ``spillover.read_indicator("population")``, which it is if left out; the year 2017 is used.

    Returns
    -------
    DataFrame
        The 38 provinces by region_code: region_code, name, nickel (bool: a province of
        `spillover.read_nickel_provinces`), with_partnership, without_partnership, establishments,
        share_percent (as `spillover.read_imk_partnership`, 2025); minimum_km and park_id (of all its
        districts, the distance nearest to a park operating by 2025, and that park, by centroid); population
        (2017) and districts_without_population; nearest_km (mean over people of the distance from their
        district to the nearest such park, by centroid); population_share_centroid and
        population_share_edge (0–1, people whose district is within ``within_km`` of one); exposed
        (boolean: the first of these is above 0).

        Where a district lacks its population, population, nearest_km, shares and exposed are missing: the
        province stays in the table and the estimates count it as dropped.

    Examples
    --------
    >>> rates = partnership_study().set_index("region_code")
    >>> len(rates), rates.index[rates["exposed"]].tolist()
    (38, ['7200', '7300', '7400', '8200'])
    """
    rates = read_imk_partnership().drop(columns=["year", "source_id"])
    names = read_provinces().rename(columns={"province_code": "region_code"})[["region_code", "name"]]
    people = province_people(population)
    ground = province_ground(rates["region_code"], people, within_km)
    for table in (names, _nearest(), _population(people), _nearness(ground)):
        rates = rates.merge(table, on="region_code", how="left", validate="1:1")
    exposed = rates["population_share_centroid"].astype("Float64").gt(0)
    rates = rates.assign(exposed=exposed, nickel=rates["region_code"].isin(read_nickel_provinces()))
    first = ["region_code", "name", "nickel"]
    return rates[[*first, *(c for c in rates.columns if c not in first)]]


def province_people(population: pd.DataFrame | None) -> pd.Series:
    """Persons by district in the year of the weights; missing where there is no figure."""
    table = read_indicator("population") if population is None else population
    people = table[table["year"] == WEIGHT_YEAR].set_index("region_code")["value"]
    return people.reindex(read_regions()["region_code"])


def _population(people: pd.Series) -> pd.DataFrame:
    """Population of provinces (missing if a district's is), and how many districts lack one."""
    grouped = people.groupby(people.index.str[:2] + "00")
    missing = grouped.size() - grouped.count()
    table = pd.DataFrame({"population": grouped.sum(), "districts_without_population": missing})
    table["population"] = table["population"].where(missing == 0)
    return table.rename_axis("region_code").reset_index()


def province_ground(codes: pd.Series, people: pd.Series, within_km: float) -> Ground:
    """Ground of these provinces, but for those in which a district lacks its population."""
    regions = read_regions()
    regions = regions.assign(panel_code=regions["province_code"])
    lost = people.index[people.isna()].str[:2] + "00"
    kept = codes[~codes.isin(lost)]
    regions = regions[regions["panel_code"].isin(kept)].reset_index(drop=True)
    index = pd.MultiIndex.from_product([kept, (BEFORE, YEAR)], names=["region_code", "year"])
    return Ground(index.to_frame(index=False), regions, people, within_km)


def province_design(ground: Ground, name: str) -> Design:
    """Design of a measure of nearness."""
    if name == DISTANCE:
        return mean_distance_design(ground.panel, ground.regions, ground.weights)
    return share_design(ground.panel, ground.regions, ground.weights, ground.within_km)


def _nearness(ground: Ground) -> pd.DataFrame:
    """Nearness of each province in ``YEAR`` at the real sites."""
    sited = operating(read_parks(), YEAR)
    opening = sited["first_operation_year"].to_numpy(float)
    values = {}
    for name, basis in NEARNESS.items():
        measure = distance_measure(ground.regions, basis, ground.within_km)
        values[name] = province_design(ground, name)(measure(sited), opening)
    table = ground.panel.assign(**values)
    return table[table["year"].eq(YEAR)].drop(columns="year")


def _nearest() -> pd.DataFrame:
    """Of each province the smallest distance of a district's centroid to an operating park, and the park."""
    nearest = nearest_operating(park_exposure(read_regions(), read_parks()), [YEAR])
    nearest = nearest.assign(region_code=nearest["region_code"].str[:2] + "00")
    first = nearest.sort_values(["distance_km", "park_id"]).drop_duplicates("region_code")
    return first.rename(columns={"distance_km": "minimum_km"})[["region_code", "minimum_km", "park_id"]]
