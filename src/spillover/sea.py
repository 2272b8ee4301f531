"""Whether the straight line from a district to a park leaves the land."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows

STEP_KM = 20.0  # between two points of a line; a chord of this length is nowhere 10 m off the geodesic
SEA_KM = 5.0


def crosses_sea(
    regions: pd.DataFrame, parks: pd.DataFrame, boundaries: pd.DataFrame, *, sea_km: float = SEA_KM
) -> pd.DataFrame:
    """Length over sea of the shortest line from each district's centroid to each located park.

    Parameters
    ----------
    regions : DataFrame
        region_code, lon, lat (degrees), as from `spillover.read_regions`.
    parks : DataFrame
        park_id, lon, lat; parks without coordinates are left out.
    boundaries : GeoDataFrame
        geometry (degrees), of all districts that any line may pass: what is left out counts as sea. As from
        `spillover.read_boundaries`.
    sea_km : float
        A line crosses the sea if more than this is over sea. Simplified coasts, jetties and harbours give
        lengths of up to some kilometres to lines that stay on land.

    Returns
    -------
    DataFrame
        One row per district and located park: region_code, park_id, line_km (length of the geodesic),
        sea_km (the part of it outside land), crosses_sea (bool), begins_at_sea (bool: the district's point
        is no land, so that the line crosses water without a strait).

    Raises
    ------
    DataError
        Districts without coordinates, boundaries without land, or a threshold that is missing or below 0.

    Notes
    -----
    Land is the union of the polygons, with its lakes: only the outer shores count. A bay is sea, so two
    places on one island may be flagged; the length says how much is at stake. The
    centroid of 27 districts lies in the sea, islands mostly, but also Kolaka and Morowali Utara around their
    gulfs: pass other lon and lat for them (the seat of the district) where it matters. Lines are geodesics
    on WGS84, cut into steps of 20 km.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> islands = gpd.GeoDataFrame(geometry=[shapely.box(120, -1, 121, 1), shapely.box(122, -1, 123, 1)])
    >>> district = pd.DataFrame({"region_code": ["a"], "lon": [120.5], "lat": [0.0]})
    >>> parks = pd.DataFrame({"park_id": ["near", "over"], "lon": [120.9, 122.5], "lat": [0.0, 0.0]})
    >>> table = crosses_sea(district, parks, islands).round(1)
    >>> table[["line_km", "sea_km", "crosses_sea"]].values.tolist()
    [[44.5, 0.0, False], [222.6, 111.3, True]]
    """
    import shapely

    if not sea_km >= 0:
        raise DataError("crosses_sea", "the threshold is missing or below 0", [sea_km], "give kilometres")
    check_columns(regions, ["region_code", "lon", "lat"], "crosses_sea")
    check_columns(parks, ["park_id", "lon", "lat"], "crosses_sea")
    blank = regions["lon"].isna() | regions["lat"].isna()
    check_rows(regions, blank, ["region_code"], "regions", "districts without coordinates", "add lon and lat")
    located = parks[parks["lon"].notna() & parks["lat"].notna()]
    lines, length = _lines(regions, located)
    land = _land(boundaries)
    over_sea = np.clip(length - _over_land_km(lines, land), 0.0, None)
    at_sea = np.ones(len(regions), dtype=bool)
    points = shapely.points(regions["lon"].to_numpy(float), regions["lat"].to_numpy(float))
    at_sea[shapely.STRtree(land).query(points, predicate="intersects")[0]] = False
    index = pd.MultiIndex.from_product(
        [regions["region_code"], located["park_id"]], names=["region_code", "park_id"]
    )
    table = pd.DataFrame(
        {
            "line_km": length,
            "sea_km": over_sea,
            "crosses_sea": over_sea > sea_km,
            "begins_at_sea": np.repeat(at_sea, len(located)),
        },
        index=index,
    )
    return table.reset_index()


def _land(boundaries: pd.DataFrame) -> np.ndarray:
    """The islands: outer shores of all polygons together."""
    import shapely

    shapes = boundaries.geometry.to_numpy()
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(shapes):
        raise DataError("crosses_sea", "no land in the boundaries", remedy="pass sp.read_boundaries()")
    valid = shapely.coverage_is_valid(shapes)
    land = shapely.coverage_union_all(shapes) if valid else shapely.union_all(shapes)
    return np.asarray(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(land))))


def _lines(regions: pd.DataFrame, located: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Geodesics (regions × parks, in this order) as lines of short steps, and their lengths in km."""
    import shapely
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    shape = (len(regions), len(located))
    lon1 = np.repeat(regions["lon"].to_numpy(float), shape[1])
    lat1 = np.repeat(regions["lat"].to_numpy(float), shape[1])
    lon2 = np.tile(located["lon"].to_numpy(float), shape[0])
    lat2 = np.tile(located["lat"].to_numpy(float), shape[0])
    azimuth, _, metres = geod.inv(lon1, lat1, lon2, lat2)
    length = np.asarray(metres) / 1000.0
    steps = np.maximum(np.ceil(length / STEP_KM).astype(int), 1)
    line = np.repeat(np.arange(len(length)), steps + 1)
    step = np.arange(len(line)) - np.repeat(np.cumsum(steps + 1) - (steps + 1), steps + 1)
    along = 1000.0 * length[line] * step / steps[line]
    lon, lat, _ = geod.fwd(lon1[line], lat1[line], np.asarray(azimuth)[line], along)
    return np.asarray(shapely.linestrings(np.column_stack([lon, lat]), indices=line)), length


def _over_land_km(lines: np.ndarray, land: np.ndarray) -> np.ndarray:
    """Geodesic length of what each line has in common with the islands, which do not overlap (km)."""
    import shapely
    from pyproj import Geod

    line, island = shapely.STRtree(land).query(lines, predicate="intersects")
    pieces, source = shapely.get_parts(shapely.intersection(lines[line], land[island]), return_index=True)
    is_line = shapely.get_dimensions(pieces) == 1  # a line may also touch an island in a point
    pieces, source = pieces[is_line], source[is_line]
    places, piece = shapely.get_coordinates(pieces, return_index=True)
    same = piece[1:] == piece[:-1]
    start, end = places[:-1][same], places[1:][same]
    metres = Geod(ellps="WGS84").inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    of = line[source[piece[1:][same]]]
    return np.bincount(of, np.asarray(metres) / 1000.0, minlength=len(lines))
