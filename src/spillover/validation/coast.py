"""Where the validation moves parks to: points along the coast, and whom they would have exposed."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from spillover.designs import ring_design
from spillover.exposure import geodesic_km
from spillover.inference.relocation import draw_treatments
from spillover.parks import read_nickel_provinces
from spillover.regions import read_boundaries
from spillover.validation.simulated_panels import Scene

EVERY_DEGREES = 0.2


def coast_sites(regions: pd.DataFrame, *, every: float = EVERY_DEGREES) -> pd.DataFrame:
    """Points along the coast of nickel provinces, at even distances: where a smelter could stand.

    Centroids of coastal districts are crowded where districts are small, in towns, and a park at a centroid
    always exposes its own district, which real parks at the shore do not.

    Parameters
    ----------
    regions : DataFrame
        region_code of the districts whose coast is meant; borders with districts left out would count as
        coast, so they should be whole islands.
    every : float
        Degrees along the shore, about 22 km for 0.2; islands with a shorter one are left out.

    Returns
    -------
    DataFrame
        region_code (of the nearest district), lon, lat.

    Examples
    --------
    >>> from spillover.validation.simulated_panels import simulated_scene
    >>> sites = coast_sites(simulated_scene(3).regions)
    >>> len(sites) > 500, "7210" in set(sites["region_code"])  # Sigi has no coast
    (True, False)
    """
    import shapely

    polygons = read_boundaries()
    polygons = polygons[polygons["region_code"].isin(regions["region_code"])]
    shapes = polygons.geometry.to_numpy()
    shores = shapely.get_exterior_ring(shapely.get_parts(shapely.union_all(shapes)))
    points = np.concatenate(
        [shapely.line_interpolate_point(s, np.arange(0, s.length, every)) for s in shores if s.length > every]
    )
    codes = polygons["region_code"].to_numpy()[shapely.STRtree(shapes).nearest(points)]
    table = pd.DataFrame({"region_code": codes, "lon": shapely.get_x(points), "lat": shapely.get_y(points)})
    provinces = regions.set_index("region_code")["province_code"].loc[table["region_code"]]
    return table[provinces.isin(read_nickel_provinces()).to_numpy()].reset_index(drop=True)


def drawn_exposure(scene: Scene, candidates: pd.DataFrame, *, draws: int, seed: int) -> np.ndarray:
    """Exposure at the real sites and at sites drawn among candidates, (1 + draws, n, t)."""
    index = pd.MultiIndex.from_product(
        [scene.regions["region_code"], scene.years], names=["region_code", "year"]
    )
    panel = index.to_frame(index=False)
    treatments = draw_treatments(
        panel,
        ring_design(panel, scene.regions, scene.within_km),
        measure=partial(geodesic_km, scene.regions),
        parks=scene.parks,
        candidates=candidates,
        draws=draws,
        seed=seed,
    )
    return np.asarray(treatments.T.reshape(-1, len(scene.regions), len(scene.years)))
