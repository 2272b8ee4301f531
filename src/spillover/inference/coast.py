"""The coast: how far places are from it, and points along it, where a smelter could stand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError

EVERY_DEGREES = 0.2


def coast_sites(
    regions: pd.DataFrame,
    boundaries: pd.DataFrame,
    *,
    provinces: Sequence[str],
    every: float = EVERY_DEGREES,
) -> pd.DataFrame:
    """Points along the coast of some provinces, at even distances.

    Centroids of coastal districts are crowded where districts are small, in towns, and a park at a centroid
    always exposes its own district, which real parks at the shore do not. In simulations the relocation test
    holds its size with these sites (``data/validation/coverage_simulated.csv``).

    Parameters
    ----------
    regions : DataFrame
        region_code, province_code.
    boundaries : GeoDataFrame
        As from `spillover.read_boundaries`; borders with districts left out would count as coast, so it
        should hold whole islands.
    provinces : sequence of str
        Province codes, for example `spillover.read_nickel_provinces()`.
    every : float
        Degrees along the shore, about 22 km for 0.2; islands with a shorter one are left out.

    Returns
    -------
    DataFrame
        region_code (of the nearest district), lon, lat.

    Raises
    ------
    DataError
        No shore in these provinces.

    Examples
    --------
    >>> import spillover as sp
    >>> sites = coast_sites(sp.read_regions(), sp.read_boundaries(), provinces=["7200"])
    >>> len(sites) > 50, "7210" in set(sites["region_code"])  # Sigi has no coast
    (True, False)
    """
    import shapely

    shapes = boundaries.geometry.to_numpy()
    shores = shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(shapes)))
    points = np.concatenate(
        [shapely.line_interpolate_point(s, np.arange(0, s.length, every)) for s in shores if s.length > every]
        or [np.empty(0, dtype=object)]
    )
    codes = boundaries["region_code"].to_numpy()[shapely.STRtree(shapes).nearest(points)]
    table = pd.DataFrame({"region_code": codes, "lon": shapely.get_x(points), "lat": shapely.get_y(points)})
    province = table["region_code"].map(regions.set_index("region_code")["province_code"])
    table = table[province.isin(list(provinces))].reset_index(drop=True)
    if table.empty:
        raise DataError("coast_sites", "no shore in these provinces", provinces, "check the codes")
    return table


def coast_km(places: pd.DataFrame, boundaries: pd.DataFrame) -> np.ndarray:
    """Distance from each place to the coast, km.

    The coast is the outline of all polygons together, without lakes. Borders with other countries count as
    coast: do not use it for Kalimantan, Timor and the east of Papua.

    Parameters
    ----------
    places : DataFrame
        lon, lat (degrees).
    boundaries : GeoDataFrame
        geometry (degrees), of the whole country: borders with districts left out would count as coast.

    Returns
    -------
    ndarray
        Shape (places,). Geodesic: each outline is projected azimuthally equidistant around the place.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> island = gpd.GeoDataFrame(geometry=[shapely.box(120, -1, 121, 0), shapely.box(121, -1, 122, 0)])
    >>> coast_km(pd.DataFrame({"lon": [121.0], "lat": [-0.1]}), island).round(1)
    array([11.1])
    """
    import shapely
    from pyproj import Proj

    land = shapely.union_all(boundaries.geometry.to_numpy())
    outlines = shapely.get_exterior_ring(shapely.get_parts(land))
    lon, lat = places["lon"].to_numpy(float), places["lat"].to_numpy(float)
    found = np.empty(len(places))
    for i, (x, y) in enumerate(zip(lon, lat, strict=True)):
        # no shore that is farther in degrees than the nearest can be nearer in km, with room to spare
        degrees = shapely.distance(outlines, shapely.Point(x, y))
        near = outlines[degrees <= 1.5 * degrees.min() + 0.1]
        project = Proj(proj="aeqd", lat_0=y, lon_0=x, ellps="WGS84")
        flat = shapely.transform(near, project, interleaved=False)
        found[i] = shapely.distance(flat, shapely.Point(0.0, 0.0)).min() / 1000.0
    return found
