"""Points along the coast: where a smelter could stand."""

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
