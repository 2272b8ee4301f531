"""The polygons that a map of a province shows: its districts and those around it, in a form that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spillover.regions import read_boundaries
from spillover.sentra.supply import districts_of

if TYPE_CHECKING:
    import geopandas as gpd

MARGIN = 0.35  # degrees around the province
HIGHEST = 1.1  # of the width
Extent = tuple[float, float, float, float]


def map_ground(province: str) -> pd.DataFrame:
    """Polygons of the districts inside a province's map.

    Returns
    -------
    DataFrame
        region_code, wkb (hexadecimal text, degrees, EPSG:4326): as `spillover.regions.read_boundaries` has
        them; reading all 514 takes longer than drawing these.

    Raises
    ------
    DataError
        Unknown province.

    Examples
    --------
    >>> ground = map_ground("7200")
    >>> "7203" in set(ground["region_code"]), len(ground) < 60
    (True, True)
    """
    boundaries = read_boundaries()
    own = boundaries["region_code"].isin(districts_of(province)["region_code"])
    west, south, east, north = map_extent(boundaries[own])
    near = boundaries.cx[west:east, south:north]
    return pd.DataFrame(
        {"region_code": near["region_code"], "wkb": near.geometry.to_wkb(hex=True)}
    ).reset_index(drop=True)


def ground_shapes(ground: pd.DataFrame) -> gpd.GeoDataFrame:
    """The polygons of `map_ground`: region_code, geometry (EPSG:4326)."""
    import geopandas as gpd
    import shapely

    shapes = shapely.from_wkb(ground["wkb"].to_numpy(dtype=object))
    return gpd.GeoDataFrame({"region_code": ground["region_code"]}, geometry=shapes, crs="EPSG:4326")


def map_extent(own: gpd.GeoDataFrame) -> Extent:
    """West, south, east, north of a province with a margin; widened where it would be higher than a page."""
    west, south, east, north = own.total_bounds
    west, south, east, north = west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN
    lacking = (north - south) / HIGHEST - (east - west)
    if lacking > 0:
        west, east = west - lacking / 2, east + lacking / 2
    return (float(west), float(south), float(east), float(north))
