"""Distances in km between districts and points: from centroids, from edges, and from where people live."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows

# Points whose distances to all parks are computed at a time; memory, not time.
POINTS_AT_A_TIME = 50_000


def geodesic_km(places: pd.DataFrame, points: pd.DataFrame) -> np.ndarray:
    """Geodesic distances (WGS84, km) between all rows of two tables with lon and lat: (places, points)."""
    from pyproj import Geod

    lon1, lon2 = np.broadcast_arrays(places["lon"].to_numpy(float)[:, None], points["lon"].to_numpy(float))
    lat1, lat2 = np.broadcast_arrays(places["lat"].to_numpy(float)[:, None], points["lat"].to_numpy(float))
    return np.asarray(Geod(ellps="WGS84").inv(lon1, lat1, lon2, lat2)[2]) / 1000.0


def edge_km(
    regions: pd.DataFrame, points: pd.DataFrame, boundaries: pd.DataFrame, *, within_km: float = np.inf
) -> np.ndarray:
    """Distance from the nearest point of each district's polygon to each point (km, 0 inside).

    Parameters
    ----------
    regions, points : DataFrame
        Tables with lon and lat; the regions also with region_code.
    boundaries : GeoDataFrame
        region_code and geometry.
    within_km : float
        Districts that lie beyond this distance for certain are not measured: inf for them.

    Returns
    -------
    ndarray
        Shape (regions, points).
    """
    import shapely
    from pyproj import Proj

    polygons = boundaries.set_index("region_code").geometry
    absent = sorted(set(regions["region_code"]) - set(polygons.index))
    if absent:
        raise DataError(
            "boundaries", "districts without polygon", absent, "use boundaries of the same vintage"
        )
    shapes = polygons.loc[regions["region_code"]].to_numpy()
    near = geodesic_km(regions, points) - _radius_km(regions, shapes)[:, None] <= within_km
    distance = np.full(near.shape, np.inf)
    for column, point in enumerate(points.itertuples()):
        project = Proj(proj="aeqd", lat_0=point.lat, lon_0=point.lon, ellps="WGS84")
        flat = shapely.transform(shapes[near[:, column]], project, interleaved=False)
        distance[near[:, column], column] = shapely.distance(flat, shapely.Point(0.0, 0.0)) / 1000.0
    return distance


def _radius_km(regions: pd.DataFrame, shapes: np.ndarray) -> np.ndarray:
    """No point of a district is farther from its centroid than this: the corners of its box, and a tenth."""
    import shapely
    from pyproj import Geod

    west, south, east, north = shapely.bounds(shapes).T
    lon, lat = regions["lon"].to_numpy(float), regions["lat"].to_numpy(float)
    corners = [(west, south), (west, north), (east, south), (east, north)]
    far = [Geod(ellps="WGS84").inv(lon, lat, *corner)[2] for corner in corners]
    return np.asarray(1.1 * np.max(far, axis=0)) / 1000.0


def population_km(regions: pd.DataFrame, parks: pd.DataFrame, points: pd.DataFrame) -> np.ndarray:
    """Mean over the people of each district of the geodesic distance to each park (km).

    Parameters
    ----------
    regions : DataFrame
        region_code.
    parks : DataFrame
        lon, lat (degrees).
    points : DataFrame
        region_code, lon, lat, population (0 or more); points of other districts are not looked at.

    Returns
    -------
    ndarray
        Shape (regions, parks); NaN for a district without people in the points.

    Raises
    ------
    DataError
        Points without coordinates, or with a population that is missing, negative or infinite.

    Notes
    -----
    Each point and park costs one geodesic, about a microsecond: 80,000 villages and 24 parks take some
    seconds. Sum a fine grid over cells first if it has millions of points.

    Examples
    --------
    >>> regions, parks = pd.DataFrame({"region_code": ["a"]}), pd.DataFrame({"lon": [120.0], "lat": [0.0]})
    >>> points = pd.DataFrame({"region_code": "a", "lon": [120.0, 121.0], "lat": 0.0, "population": [3, 1]})
    >>> population_km(regions, parks, points).round(2)
    array([[27.83]])
    """
    where = "population points"
    check_columns(points, ["region_code", "lon", "lat", "population"], where)
    row = pd.Index(regions["region_code"]).get_indexer(points["region_code"])
    used, row = points[row >= 0], row[row >= 0]
    there = np.isfinite(used["lon"].to_numpy(float)) & np.isfinite(used["lat"].to_numpy(float))
    key = ["region_code", "lon", "lat"]
    blank = pd.Series(~there, index=used.index)
    check_rows(used, blank, key, where, "points without coordinates", "add lon and lat")
    people = used["population"].to_numpy(float)
    odd = pd.Series(~(np.isfinite(people) & (people >= 0)), index=used.index)
    remedy = "give the number of people at each point, 0 or more"
    check_rows(used, odd, key, where, "populations that are missing or negative", remedy)
    total = np.zeros((len(regions), len(parks)))
    for start in range(0, len(used), POINTS_AT_A_TIME):
        part = slice(start, start + POINTS_AT_A_TIME)
        np.add.at(total, row[part], geodesic_km(used.iloc[part], parks) * people[part, None])
    weight = np.bincount(row, people, minlength=len(regions))
    mean = np.full(total.shape, np.nan)
    return np.asarray(np.divide(total, weight[:, None], out=mean, where=weight[:, None] > 0))
