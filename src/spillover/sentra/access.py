"""How far each district of a province is from the parks, over sea or land, and from markets."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.distances import geodesic_km
from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.exposure import park_exposure
from spillover.indicators import read_indicator
from spillover.parks import operating, read_parks
from spillover.regions import read_boundaries, read_regions
from spillover.sea import crosses_sea
from spillover.sentra.capitals import read_capitals
from spillover.sentra.islands import other_island
from spillover.sentra.supply import MISSING, districts_of
from spillover.sources import once_per_data

WHERE = "district_access"
# Own distance of a district: mean distance from the centre of a disc of its area (Head and Mayer 2010).
OWN_SHARE = 2 / 3
MASSES = {"population": 2017, "grdp_real": 2020}  # the last year in which every district has a value


def district_access(province: str, year: int | None = None) -> pd.DataFrame:
    """Distance of every district of a province to every park that operates, with capitals and markets.

    Parameters
    ----------
    province : str
        BPS code, "7200".
    year : int, optional
        Parks that operate by the end of this year; by default all that operate by the registry.

    Returns
    -------
    DataFrame
        One row per district and operating park (one with park_id "" if none operates): region_code, park_id,
        year, distance_km (geodesic from the centroid), edge_km (from the nearest point of the district; 0
        inside), nearest (bool: the nearest park by centroid), nearest_edge (bool), capital_km (from the
        capital), other_island (of the capital, or where most of the district lies), sea_km and crosses_sea
        (of the straight line: more than 5 km of it over sea, and be it a bay), sea_from
        {"centroid", "capital"} (from where that line begins: the capital where the centroid lies in the sea
        and the capital has a point), capital, capital_lon, capital_lat, capital_population,
        capital_missing_reason ("" where capital and point are known), market_population (persons per km),
        market_grdp_real (billion rupiah of 2010 per km), and both without the district itself
        (market_population_other, market_grdp_real_other).

    Raises
    ------
    DataError
        Unknown province.

    Notes
    -----
    Distances are geodesics, not roads or ship routes. A bay counts as sea. Ports are left out: no source with
    a licence lists them with their traffic. Market potential: `market_potential`; population of 2017, real
    GRDP of 2020, the last years that all 514 districts have. GRDP shows the smelters themselves.

    Examples
    --------
    >>> table = district_access("7200").query("nearest").set_index("region_code")
    >>> table.loc["7203", "park_id"], bool(table.loc["7203", "crosses_sea"])
    ('WANXIANG', False)
    """
    regions = districts_of(province)
    parks = read_parks()
    last = int(parks.loc[parks["status"].eq("operating"), "first_operation_year"].max())
    year = last if year is None else int(year)
    table = _distances(regions, operating(parks, year)).assign(year=year)
    table = table.merge(_capitals(regions), on="region_code", how="left", validate="m:1")
    table = table.merge(_markets(), on="region_code", how="left", validate="m:1")
    first = ["region_code", "park_id", "year"]
    return table[[*first, *[c for c in table.columns if c not in first]]]


def _distances(regions: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """Distances to each park, which of them is the nearest, and the sea on the way."""
    if parks.empty:
        empty = {"park_id": "", "distance_km": np.nan, "edge_km": np.nan, "nearest": False}
        rest = {"nearest_edge": False, "capital_km": np.nan, "sea_km": np.nan, "crosses_sea": False,
                "other_island": False}  # fmt: skip
        return regions[["region_code"]].assign(**empty, **rest, sea_from="")
    key = ["region_code", "park_id"]
    centre = park_exposure(regions, parks)[[*key, "distance_km"]]
    edge = park_exposure(regions, parks, basis="edge", boundaries=read_boundaries())
    edge = edge[[*key, "distance_km"]].rename(columns={"distance_km": "edge_km"})
    table = centre.merge(edge, on=key, how="left", validate="1:1")
    for column, mark in (("distance_km", "nearest"), ("edge_km", "nearest_edge")):
        order = table.sort_values([column, "distance_km", "park_id"])
        table[mark] = table.index.isin(order.drop_duplicates("region_code").index)
    seats = regions[["region_code"]].merge(
        _seats(regions)[["region_code", "lon", "lat"]], on="region_code", how="left", validate="1:1"
    )
    table = table.merge(other_island(seats, parks), on=key, how="left", validate="1:1")
    return table.merge(_over_sea(regions, parks), on=key, how="left", validate="1:1")


def _over_sea(regions: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """Sea on the line to each park, from the capital where the centroid is no land; capital_km."""
    key = ["region_code", "park_id"]
    land = _land_near(regions, parks)
    sea = crosses_sea(regions, parks, land).assign(sea_from="centroid")
    seats = _seats(regions).dropna(subset=["lon"])
    if seats.empty:
        return sea[[*key, "sea_km", "crosses_sea", "sea_from"]].assign(capital_km=np.nan)
    seat = crosses_sea(seats, parks, land).rename(columns={"line_km": "capital_km"})
    both = sea.merge(seat, on=key, how="left", suffixes=("", "_seat"), validate="1:1")
    use = both["begins_at_sea"] & both["capital_km"].notna()
    for column in ("sea_km", "crosses_sea"):
        both[column] = both[column].mask(use, both[f"{column}_seat"]).astype(both[column].dtype)
    both["sea_from"] = both["sea_from"].mask(use, "capital")
    return both[[*key, "capital_km", "sea_km", "crosses_sea", "sea_from"]]


def _land_near(regions: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """Polygons that a line from the districts to the parks may pass: a box around them, and five degrees."""
    lon = pd.concat([regions["lon"], parks["lon"]])
    lat = pd.concat([regions["lat"], parks["lat"]])
    land = read_boundaries()
    return land.cx[lon.min() - 5 : lon.max() + 5, lat.min() - 5 : lat.max() + 5]


def _seats(regions: pd.DataFrame) -> pd.DataFrame:
    """Capitals of the districts: region_code, capital, lon, lat, population."""
    capitals = read_capitals()
    seats = capitals[capitals["seat_of"].isin(regions["region_code"])]
    return seats[["region_code", "capital", "lon", "lat", "population"]]


def _capitals(regions: pd.DataFrame) -> pd.DataFrame:
    """Capital of each district, and why it is missing where it is."""
    table = regions[["region_code"]].merge(_seats(regions), on="region_code", how="left", validate="1:1")
    table = table.rename(columns={c: f"capital_{c}" for c in ("lon", "lat", "population")})
    gone = table["capital_lon"].isna()
    return table.assign(
        capital=table["capital"].fillna(""), capital_missing_reason=np.where(gone, MISSING, "")
    )


@once_per_data
def _markets() -> pd.DataFrame:
    """Market potential of every district by population and by real GRDP."""
    made = read_regions()[["region_code"]]
    for name, year in MASSES.items():
        table = read_indicator(name)
        mass = table[table["year"].eq(year)].set_index("region_code")["value"]
        potential = market_potential(read_regions(), mass).set_index("region_code")
        named = potential[["potential", "potential_other"]]
        named.columns = pd.Index([f"market_{name}", f"market_{name}_other"])
        made = made.merge(named, left_on="region_code", right_index=True, validate="1:1")
    return made


def market_potential(regions: pd.DataFrame, mass: pd.Series) -> pd.DataFrame:
    """Market potential: the mass of all districts, each divided by its distance.

    Parameters
    ----------
    regions : DataFrame
        region_code, lon, lat (degrees), area_km2 (above 0), as from `spillover.read_regions`.
    mass : Series
        By region_code: people, or GRDP. Districts without a mass are left out and counted.

    Returns
    -------
    DataFrame
        region_code, potential (unit of the mass per km), potential_other (without the district itself),
        own_km, n_missing (districts without a mass).

    Raises
    ------
    DataError
        A district twice, missing coordinates, an area that is not above 0, a negative mass, two districts at
        the same point.

    Notes
    -----
    Harris (1954), Annals of the Association of American Geographers 44(4), 315–348: sum over j of M_j / d_ij.
    The own distance is 2/3 of the radius of a disc of the district's area, 2/3 · sqrt(area / π), as in Head
    and Mayer (2010), in The Gravity Model in International Trade, ch. 1.

    Examples
    --------
    >>> pair = pd.DataFrame({"region_code": ["a", "b"], "lon": [120.0, 121.0], "lat": [0.0, 0.0],
    ...     "area_km2": [100 * np.pi, 400 * np.pi]})
    >>> market_potential(pair, pd.Series({"a": 1000.0, "b": 3000.0})).round(1)["potential"].tolist()
    [176.9, 234.0]
    """
    where = "market_potential"
    check_columns(regions, ["region_code", "lon", "lat", "area_km2"], where)
    check_unique(regions, ["region_code"], where)
    code = ["region_code"]
    blank = regions["lon"].isna() | regions["lat"].isna()
    check_rows(regions, blank, code, where, "districts without coordinates", "add lon and lat")
    check_rows(regions, ~regions["area_km2"].gt(0), code, where, "areas that are not above 0", "give km²")
    weight = mass.reindex(regions["region_code"]).to_numpy(float)
    if (weight < 0).any():
        raise DataError(where, "negative masses", regions.loc[weight < 0, "region_code"], "correct them")
    distance = geodesic_km(regions, regions)
    same = (distance <= 0) & ~np.eye(len(regions), dtype=bool)
    if same.any():
        problem = "districts at the same point"
        raise DataError(where, problem, regions.loc[same.any(axis=1), "region_code"], "correct them")
    own = OWN_SHARE * np.sqrt(regions["area_km2"].to_numpy(float) / np.pi)
    np.fill_diagonal(distance, np.inf)
    known = np.nan_to_num(weight)
    other = (known / distance).sum(axis=1)
    return pd.DataFrame(
        {
            "region_code": regions["region_code"].to_numpy(),
            "potential": other + weight / own,
            "potential_other": other,
            "own_km": own,
            "n_missing": int(np.isnan(weight).sum()),
        }
    )
