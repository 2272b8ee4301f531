"""Distance from districts to parks, and rings."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from spillover.distances import edge_km, geodesic_km, population_km
from spillover.errors import DataError, check_rows
from spillover.parks import check_parks_in_districts

__all__ = [
    "BASES",
    "EXPOSING_STATUS",
    "RING_EDGES_KM",
    "assign_ring",
    "edge_km",
    "geodesic_km",
    "nearest_operating",
    "park_exposure",
    "population_km",
    "ring_changes",
    "ring_counts",
    "ring_labels",
    "rings_by_year",
]

BASES = ("centroid", "edge", "population")
# A smelter's year of first operation counts as exposed; mines and idle smelters never do.
EXPOSING_STATUS = "operating"
RING_EDGES_KM = (0.0, 50.0, 100.0, 200.0)


def park_exposure(
    regions: pd.DataFrame,
    parks: pd.DataFrame,
    *,
    basis: str = "centroid",
    boundaries: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
    without_points: str = "refuse",
) -> pd.DataFrame:
    """Geodesic distance from every district to every located park.

    Parameters
    ----------
    regions : DataFrame
        Columns region_code, lon, lat (degrees).
    parks : DataFrame
        As from `spillover.read_parks`; parks without coordinates are left out.
    basis : {"centroid", "edge", "population"}
        From the district's centroid; from the nearest point of its polygon (0 inside it); or the mean over
        its people of the distance from where each lives.
    boundaries : GeoDataFrame, optional
        Needed for the edge basis; as from `spillover.read_boundaries`.
    points : DataFrame, optional
        Needed for the population basis: region_code, lon, lat, population (people at the point; villages or
        cells of a population grid). Points of districts that are not in ``regions`` are not looked at.
    without_points : {"refuse", "drop"}
        Districts in which nobody lives according to ``points``: refuse them, or leave them out and count
        them in the column n_dropped.

    Returns
    -------
    DataFrame
        One row per district and located park: region_code, park_id, distance_km, basis,
        first_operation_year (Int64), status; with the population basis also n_dropped, the number of
        districts that were left out.

    Raises
    ------
    DataError
        Unknown basis, missing coordinates of a district, a district without polygon or without people, or
        (edge basis) a park outside the district that its row names.

    Notes
    -----
    No projected coordinate system works over Indonesia (errors of 1–16 %), so distances are geodesics on
    WGS84. For the edge, polygons are projected azimuthally equidistant around each park: distances from
    the centre of that projection are exact. The population basis is the mean distance of people, not the
    distance of their mean place, which may lie in the sea between two islands.

    Examples
    --------
    >>> import spillover as sp
    >>> table = sp.park_exposure(sp.read_regions(), sp.read_parks())
    >>> morowali = table[(table["region_code"] == "7203") & (table["park_id"] == "IMIP")]
    >>> 20 < morowali["distance_km"].item() < 80
    True
    """
    if basis not in BASES:
        raise DataError("park_exposure", "unknown basis", [basis], f"use one of {', '.join(BASES)}")
    blank = regions["lon"].isna() | regions["lat"].isna()
    check_rows(regions, blank, ["region_code"], "regions", "districts without coordinates", "add lon and lat")
    located = parks[parks["lon"].notna()]
    if basis == "edge":
        if boundaries is None:
            raise DataError(
                "park_exposure",
                "the edge basis needs polygons",
                remedy="pass boundaries=sp.read_boundaries()",
            )
        check_parks_in_districts(located, boundaries)
        return _exposure_table(regions, located, edge_km(regions, located, boundaries), basis)
    if basis == "centroid":
        return _exposure_table(regions, located, geodesic_km(regions, located), basis)
    if points is None:
        remedy = "pass points with region_code, lon, lat, population"
        raise DataError("park_exposure", "the population basis needs population points", remedy=remedy)
    if without_points not in ("refuse", "drop"):
        raise DataError("park_exposure", "unknown choice", [without_points], "use refuse or drop")
    distance = population_km(regions, located, points)
    lived = np.isfinite(distance).all(axis=1) if len(located) else np.ones(len(regions), dtype=bool)
    if without_points == "refuse" and not lived.all():
        lost = regions.loc[~lived, "region_code"]
        remedy = 'add points there, or without_points="drop" to leave these districts out and count them'
        raise DataError("park_exposure", "districts without people in the points", lost, remedy)
    table = _exposure_table(regions[lived], located, distance[lived], basis)
    return table.assign(n_dropped=int((~lived).sum()))


def _exposure_table(
    regions: pd.DataFrame, located: pd.DataFrame, distance: np.ndarray, basis: str
) -> pd.DataFrame:
    """Distances of shape (regions, parks) as rows, with each park's year and status."""
    index = pd.MultiIndex.from_product(
        [regions["region_code"], located["park_id"]], names=["region_code", "park_id"]
    )
    table = pd.DataFrame({"distance_km": distance.ravel()}, index=index).reset_index().assign(basis=basis)
    return table.merge(
        located[["park_id", "first_operation_year", "status"]], on="park_id", how="left", validate="m:1"
    )


def nearest_operating(exposure: pd.DataFrame, years: Iterable[int]) -> pd.DataFrame:
    """The nearest park that operates by the end of each year.

    Returns
    -------
    DataFrame
        One row per district and year: region_code, year, park_id ("" if none operates), distance_km
        (NaN if none operates), basis.
    """
    open_parks = exposure[exposure["status"].eq(EXPOSING_STATUS) & exposure["first_operation_year"].notna()]
    base = exposure[["region_code", "basis"]].drop_duplicates()
    tables = []
    for year in years:
        begun = open_parks[open_parks["first_operation_year"] <= year].sort_values(["distance_km", "park_id"])
        first = begun.drop_duplicates("region_code")[["region_code", "park_id", "distance_km"]]
        tables.append(base.merge(first, on="region_code", how="left", validate="1:1").assign(year=year))
    out = pd.concat(tables, ignore_index=True)
    return out.assign(park_id=out["park_id"].fillna(""))[
        ["region_code", "year", "park_id", "distance_km", "basis"]
    ]


def ring_labels(edges_km: Sequence[float] = RING_EDGES_KM) -> list[str]:
    """Labels of the half-open rings [lo, hi): "0-50", …, and the open outermost one, ">200"."""
    edges = list(edges_km)
    if len(edges) < 2 or edges != sorted(set(edges)) or edges[0] < 0:
        raise DataError(
            "ring edges", "not increasing from 0 or more", edges, "give edges such as (0, 50, 100, 200)"
        )
    return [f"{lo:g}-{hi:g}" for lo, hi in itertools.pairwise(edges)] + [f">{edges[-1]:g}"]


def assign_ring(distance_km: pd.Series, edges_km: Sequence[float] = RING_EDGES_KM) -> pd.Series:
    """Ring of each distance, an ordered categorical with every declared ring.

    A district without any operating park (NaN) is in the outermost ring. Bands are half-open: 50 km is
    in "50-100". A distance below the first edge is an error.

    Examples
    --------
    >>> assign_ring(pd.Series([49.9, 50.0, 200.0, float("nan")])).tolist()
    ['0-50', '50-100', '>200', '>200']
    """
    labels = ring_labels(edges_km)
    below = distance_km[distance_km < edges_km[0]]
    if len(below):
        raise DataError("rings", "distances below the first edge", below.round(1), "begin the edges at 0")
    cut = pd.cut(distance_km.fillna(np.inf), [*edges_km, np.inf], right=False, labels=labels)
    return cut.where(np.isfinite(distance_km.fillna(np.inf)), labels[-1])


def ring_counts(ring: pd.Series) -> pd.DataFrame:
    """Number of districts in every declared ring, empty ones included: columns ring, n_regions."""
    counts = ring.value_counts().reindex(ring.cat.categories, fill_value=0)
    return pd.DataFrame({"ring": counts.index.astype(str), "n_regions": counts.to_numpy(int)})


def ring_changes(
    first: pd.DataFrame, second: pd.DataFrame, edges_km: Sequence[float] = RING_EDGES_KM
) -> pd.DataFrame:
    """Districts whose ring differs between two results of `nearest_operating` (say, centroid and edge).

    Returns
    -------
    DataFrame
        region_code, year, ring_first, ring_second, distance_first_km, distance_second_km.
    """
    both = first.merge(second, on=["region_code", "year"], suffixes=("_first", "_second"), validate="1:1")
    both = both.assign(
        ring_first=assign_ring(both["distance_km_first"], edges_km).astype(str),
        ring_second=assign_ring(both["distance_km_second"], edges_km).astype(str),
    ).rename(columns={"distance_km_first": "distance_first_km", "distance_km_second": "distance_second_km"})
    columns = ["region_code", "year", "ring_first", "ring_second", "distance_first_km", "distance_second_km"]
    return both.loc[both["ring_first"] != both["ring_second"], columns].reset_index(drop=True)


def rings_by_year(
    nearest: Sequence[pd.DataFrame], years: Iterable[int], edges_km: Sequence[float] = RING_EDGES_KM
) -> pd.DataFrame:
    """Number of districts in each ring, by basis and year.

    Parameters
    ----------
    nearest : sequence of DataFrame
        Results of `nearest_operating`, one per basis.
    years : iterable of int
    edges_km : sequence of float

    Returns
    -------
    DataFrame
        basis, year, and one column per declared ring (empty ones are 0).
    """
    years = list(years)
    data = pd.concat(nearest, ignore_index=True)
    data = data[data["year"].isin(years)].assign(ring=lambda t: assign_ring(t["distance_km"], edges_km))
    counts = data.groupby(["basis", "year", "ring"], observed=False).size().unstack("ring", fill_value=0)
    counts.columns = counts.columns.astype(str)
    return counts.reset_index()
