"""The ground of a district study: districts, their distances to parks, and where parks could stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.designs import Measure
from spillover.exposure import edge_km, geodesic_km
from spillover.inference.coast import coast_sites
from spillover.parks import operating, read_nickel_provinces, read_parks
from spillover.regions import read_boundaries, read_regions
from spillover.sources import once_per_data, source_path

WITHIN_KM = (50.0, 100.0)
BASES = ("centroid", "edge")
EAST = ("7", "8")  # Sulawesi; Maluku and Maluku Utara
REMEMBERED_KM = 200.0  # edges farther off than this count as infinitely far


def eastern_regions() -> pd.DataFrame:
    """Districts of Sulawesi, Maluku and Maluku Utara: as `spillover.read_regions`, 102 rows."""
    regions = read_regions()
    return regions[regions["province_code"].str.startswith(EAST)].reset_index(drop=True)


def distance_measure(regions: pd.DataFrame, basis: str, within_km: float) -> Measure:
    """Distances from these districts to any points, under a basis of distance."""
    if basis == "edge":
        return partial(edge_km, regions, boundaries=read_boundaries(), within_km=within_km)
    return partial(geodesic_km, regions)


class Ground(NamedTuple):
    """Districts, the distances from them to any points by basis (in their order), and the draws to make."""

    regions: pd.DataFrame
    measures: dict[str, Measure]
    draws: int
    seed: int

    def of(self, codes: Sequence[str]) -> Ground:
        """The same for some of the districts."""
        rows = np.flatnonzero(self.regions["region_code"].isin(codes))
        chosen = {basis: _rows_of(measure, rows) for basis, measure in self.measures.items()}
        return self._replace(regions=self.regions.iloc[rows].reset_index(drop=True), measures=chosen)


def _rows_of(measure: Measure, rows: np.ndarray) -> Measure:
    return lambda points: measure(points)[rows]


@once_per_data
def all_ground() -> Ground:
    """All districts of the country; each point is measured once, however many specifications ask."""
    return _measured(source_path("regions"), source_path("boundaries"))


@lru_cache(maxsize=2)  # by the files: most folders of a user's data bring neither
def _measured(regions_file: Path, boundaries_file: Path) -> Ground:
    regions = read_regions()
    measures = {b: remembered(distance_measure(regions, b, REMEMBERED_KM)) for b in BASES}
    return Ground(regions, measures, draws=0, seed=0)


def eastern_ground(draws: int = 999, seed: int = 1) -> Ground:
    """All districts of Sulawesi, Maluku and Maluku Utara."""
    east = all_ground().of(eastern_regions()["region_code"])
    return east._replace(draws=draws, seed=seed)


def remembered(measure: Measure) -> Measure:
    """The same distances, each point measured once: all specifications share parks and drawn sites."""
    known: dict[tuple[float, float], np.ndarray] = {}

    def distances(points: pd.DataFrame) -> np.ndarray:
        keys = list(zip(points["lon"], points["lat"], strict=True))
        new = points.loc[[key not in known for key in keys]]
        found = measure(new)
        known.update({key: found[:, i] for i, key in enumerate(zip(new["lon"], new["lat"], strict=True))})
        return np.column_stack([known[key] for key in keys]) if keys else found

    return distances


def parks_around(ground: Ground, year: int, within_km: float) -> pd.DataFrame:
    """Parks of the complexes that by ``year`` operate in these districts or so near them.

    A park far from all districts that have data touches none of them; were it moved too, the drawn
    openings among them would be more than the real ones.
    """
    parks = operating(read_parks(), year)
    near = ground.measures["edge"](parks) < within_km
    around = parks.loc[near.any(axis=0), "complex_id"]
    return parks[parks["complex_id"].isin(around)].reset_index(drop=True)


@once_per_data
def _coast() -> pd.DataFrame:
    files = source_path("regions"), source_path("boundaries")
    return _coast_of_files(*files, provinces=tuple(read_nickel_provinces()))


@lru_cache(maxsize=2)
def _coast_of_files(regions_file: Path, boundaries_file: Path, *, provinces: tuple[str, ...]) -> pd.DataFrame:
    return coast_sites(read_regions(), read_boundaries(), provinces=provinces)


def coast_of(codes: Iterable[str]) -> pd.DataFrame:
    """Places that parks are moved to: points along the coast of those of these districts that have nickel.

    Returns
    -------
    DataFrame
        As from `spillover.inference.coast.coast_sites`; empty if none has a coast in a nickel province.
    """
    sites = _coast()
    return sites[sites["region_code"].isin(list(codes))].reset_index(drop=True)
