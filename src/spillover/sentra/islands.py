"""Whether a district and a park stand on the same island: no ship is needed between them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from spillover.errors import check_columns
from spillover.regions import read_boundaries


@lru_cache(maxsize=1)
def _islands() -> np.ndarray:
    """All islands of the map as polygons; those that touch are one."""
    import shapely

    return np.asarray(shapely.get_parts(shapely.union_all(read_boundaries().geometry.to_numpy())))


def other_island(districts: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    """Whether a park stands on another island than the seat of a district.

    A straight line may cross a bay although a road leads around it; this asks for the island alone.

    Parameters
    ----------
    districts : DataFrame
        region_code, and lon, lat of the seat; where these are missing, the island on which most of the
        district lies is taken.
    parks : DataFrame
        park_id, lon, lat.

    Returns
    -------
    DataFrame
        One row per district and park: region_code, park_id, other_island (bool). A place off the simplified
        shore belongs to the nearest island. A bridge between islands is not known.

    Raises
    ------
    DataError
        Missing columns.

    Examples
    --------
    >>> rows = [("7271", 119.87, -0.91), ("7211", 123.50, -1.59)]
    >>> seats = pd.DataFrame(rows, columns=["region_code", "lon", "lat"])
    >>> park = pd.DataFrame({"park_id": ["IMIP"], "lon": [122.1553], "lat": [-2.8274]})
    >>> other_island(seats, park)["other_island"].tolist()  # Palu, Banggai Laut
    [False, True]
    """
    import shapely

    check_columns(districts, ["region_code", "lon", "lat"], "other_island")
    check_columns(parks, ["park_id", "lon", "lat"], "other_island")
    islands = _islands()
    tree = shapely.STRtree(islands)
    polygons = read_boundaries().set_index("region_code").geometry
    own = []
    for code, lon, lat in districts[["region_code", "lon", "lat"]].itertuples(index=False):
        point: Any = shapely.Point(lon, lat) if pd.notna(lon) and pd.notna(lat) else None
        if point is None:
            parts = shapely.get_parts(polygons[code])
            point = shapely.point_on_surface(parts[np.argmax(shapely.area(parts))])
        own.append(int(tree.nearest(point)))
    there = tree.nearest(shapely.points(parks["lon"], parks["lat"])) if len(parks) else np.empty(0, dtype=int)
    apart = np.asarray(own)[:, None] != np.asarray(there)[None, :]
    index = pd.MultiIndex.from_product(
        [districts["region_code"], parks["park_id"]], names=["region_code", "park_id"]
    )
    return pd.DataFrame({"other_island": apart.ravel()}, index=index).reset_index()
