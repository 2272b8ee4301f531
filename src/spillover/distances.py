"""Distances in km between districts and points: from centroids, from edges, and from where people live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

# Points whose distances to all parks are computed at a time; memory, not time.
POINTS_AT_A_TIME = 50_000
TROPICS = 15.0  # degrees of latitude within which a degree is as long everywhere, within 2 %
KM_PER_DEGREE = 111.0


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

    polygons = boundaries.set_index("region_code").geometry
    absent = sorted(set(regions["region_code"]) - set(polygons.index))
    if absent:
        raise DataError(
            "boundaries", "districts without polygon", absent, "use boundaries of the same vintage"
        )
    shapes = polygons.loc[regions["region_code"]].to_numpy()
    shapely.prepare(shapes)
    near = geodesic_km(regions, points) - _radius_km(regions, shapes)[:, None] <= within_km
    segments = [_segments(shape) for shape in shapes]
    distance = np.full(near.shape, np.inf)
    for column, (lon, lat) in enumerate(points[["lon", "lat"]].to_numpy(float)):
        rows = np.flatnonzero(near[:, column])
        if len(rows):
            found = _to_segments_km([segments[row] for row in rows], lon, lat)
            distance[rows, column] = np.where(shapely.intersects_xy(shapes[rows], lon, lat), 0.0, found)
    return distance


def _segments(shape: BaseGeometry) -> np.ndarray:
    """Sides of all rings of a polygon: (n, 2, 2), start and end by longitude and latitude."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    sides: np.ndarray = np.stack([corners[:-1], corners[1:]], axis=1)[ring[:-1] == ring[1:]]
    return sides


def _to_segments_km(groups: list[np.ndarray], lon: float, lat: float) -> np.ndarray:
    """Distance of a point from each group of segments, straight in the azimuthal equidistant projection.

    Projecting each corner on the ellipsoid takes most of the time, so a plane that is right within 2 % near
    the equator says first which sides can be the nearest.
    """
    from pyproj import Proj

    sides = np.concatenate(groups)
    first = np.cumsum([0, *map(len, groups[:-1])])
    if abs(lat) <= TROPICS:
        flat = (sides - (lon, lat)) * (np.cos(np.radians(lat)) * KM_PER_DEGREE, KM_PER_DEGREE)
        about = _from_origin(flat)
        least = np.repeat(np.minimum.reduceat(about, first), [len(group) for group in groups])
        able = about <= 1.06 * least + 0.2
        sides = sides[able]
        kept = np.add.reduceat(able, first, dtype=int)
        first = np.cumsum(kept) - kept
    project = Proj(proj="aeqd", lat_0=lat, lon_0=lon, ellps="WGS84")
    x, y = project(sides[..., 0], sides[..., 1])
    return np.asarray(np.minimum.reduceat(_from_origin(np.stack([x, y], axis=-1)), first) / 1000.0)


def _from_origin(sides: np.ndarray) -> np.ndarray:
    """Distance of the origin from segments (n, 2, 2) in a plane."""
    start, line = sides[:, 0], sides[:, 1] - sides[:, 0]
    length = np.maximum((line**2).sum(axis=1), 1e-300)
    along = np.clip(-(start * line).sum(axis=1) / length, 0, 1)
    return np.asarray(np.hypot(*(start + along[:, None] * line).T))


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
