"""Who neighbours whom: spatial weights by nearest districts, distance band or shared border.

Everything is keyed by region code. A table in another order gives the same weights, and a model that gets
weights of other regions refuses: with rows shuffled against the weights, Moran's I of one and the same
table fell from 0.935 to 0.015 without any error.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique
from spillover.inference.conley_tiles import EARTH_KM

if TYPE_CHECKING:
    from libpysal.graph import Graph

KINDS = ("knn", "band", "contiguity")
ISLANDS = ("refuse", "nearest", "keep")
WHERE = "spatial_weights"


class SpatialWeights(NamedTuple):
    """Row-standardised weights; rows and columns of ``matrix`` are ``region_codes`` (sorted).

    ``islands`` names the regions without a neighbour of their own under the definition; after
    ``islands="nearest"`` they have one neighbour, after ``"keep"`` a row of zeros. ``definition`` says in
    words how the weights were made.
    """

    region_codes: tuple[str, ...]
    matrix: csr_array
    definition: str
    islands: tuple[str, ...]


def spatial_weights(
    regions: pd.DataFrame,
    *,
    kind: str = "knn",
    k: int = 5,
    cutoff_km: float | None = None,
    boundaries: pd.DataFrame | None = None,
    islands: str = "refuse",
) -> SpatialWeights:
    """Row-standardised weights between regions, by code.

    Parameters
    ----------
    regions : DataFrame
        region_code, lon, lat (degrees): one row per region, in any order.
    kind : {"knn", "band", "contiguity"}
        The ``k`` nearest regions; all regions nearer than ``cutoff_km``; or regions whose polygons touch,
        corners included (queen). Distances are great circles between centroids, never degrees.
    k : int
        Neighbours of each region (knn). Equal distances are settled by region code.
    cutoff_km : float, optional
        Needed for a band, which is half-open: a region at exactly this distance is no neighbour.
    boundaries : GeoDataFrame, optional
        Needed for contiguity: region_code and geometry, as from `spillover.read_boundaries`.
    islands : {"refuse", "nearest", "keep"}
        What to do with regions that have no neighbour: a `DataError` that names them, their nearest region
        as the only neighbour, or a row of zeros (which lag models with year effects refuse).

    Returns
    -------
    SpatialWeights

    Raises
    ------
    DataError
        Duplicate codes, missing or impossible coordinates, ``k`` not below the number of regions, a band
        without a cutoff, contiguity without polygons, islands that are refused, or no neighbours at all.

    Examples
    --------
    >>> regions = pd.DataFrame({"region_code": ["b", "a", "c"], "lon": [121.0, 120.0, 125.0], "lat": 0.0})
    >>> weights = spatial_weights(regions, kind="band", cutoff_km=200, islands="nearest")
    >>> weights.region_codes, weights.islands, weights.matrix.toarray()[2].tolist()
    (('a', 'b', 'c'), ('c',), [0.0, 1.0, 0.0])
    """
    if kind not in KINDS or islands not in ISLANDS:
        problem = f"kind {kind!r} with islands {islands!r}"
        raise DataError(WHERE, problem, remedy=f"kind of {KINDS}, islands of {ISLANDS}")
    places = _checked_places(regions)
    codes = tuple(places["region_code"])
    points = unit_sphere(places["lon"].to_numpy(float), places["lat"].to_numpy(float))
    if kind == "knn":
        links, words = _nearest(points, k), f"{k} nearest"
    elif kind == "band":
        links, words = _band(points, cutoff_km), f"band of {cutoff_km:g} km"
    else:
        links, words = _touching(codes, boundaries), "contiguity (queen)"
    alone = np.setdiff1d(np.arange(len(codes)), links[:, 0])
    names = tuple(codes[i] for i in alone)
    if names and islands == "refuse":
        raise DataError(WHERE, f"regions without neighbours, {words}", names, 'islands="nearest" or "keep"')
    if names and islands == "nearest":
        links = np.vstack([links, _nearest(points, 1)[alone]])
    if len(links) == 0:
        raise DataError(WHERE, f"no region has a neighbour, {words}", remedy="a wider band")
    done = {"nearest": "joined to the nearest", "keep": "without neighbours"}
    told = f", {len(names)} islands {done[islands]}" if names else ""
    return SpatialWeights(codes, _standardised(links, len(codes)), words + told, names)


def weights_from_neighbours(neighbours: pd.Series, definition: str) -> SpatialWeights:
    """Row-standardised weights from lists of neighbours, for example of a published data set.

    Parameters
    ----------
    neighbours : Series
        Indexed by region code; each value holds the codes of the neighbours, separated by spaces ("" for
        none).
    definition : str
        In words, for the results.

    Raises
    ------
    DataError
        A neighbour that is no region, or a region that is its own neighbour.

    Examples
    --------
    >>> weights_from_neighbours(pd.Series({"b": "a c", "a": "b", "c": "b"}), "line").matrix.toarray()
    array([[0. , 1. , 0. ],
           [0.5, 0. , 0.5],
           [0. , 1. , 0. ]])
    """
    ordered = neighbours.sort_index()
    index = pd.Index(ordered.index.astype(str))
    lists = ordered.astype(str).str.split()
    links = np.array([(i, j) for i, names in enumerate(lists) for j in index.get_indexer(names)], dtype=int)
    if len(links) == 0 or (links < 0).any() or (links[:, 0] == links[:, 1]).any():
        odd = sorted({name for names in lists for name in names} - set(index))
        raise DataError(WHERE, "lists of neighbours that do not fit", odd, "codes of other rows only")
    alone = tuple(index[np.setdiff1d(np.arange(len(index)), links[:, 0])])
    return SpatialWeights(tuple(index), _standardised(links, len(index)), definition, alone)


def subset_weights(weights: SpatialWeights, codes: Iterable[str]) -> SpatialWeights:
    """Weights among some of the regions, standardised anew.

    Raises
    ------
    DataError
        Codes that the weights do not have, or regions that lose their last neighbour: build the weights
        anew for the regions that are left.
    """
    wanted = set(codes)
    unknown = sorted(wanted - set(weights.region_codes))
    if unknown:
        raise DataError("weights", "codes that the weights do not have", unknown, "build them for these")
    kept = np.array([code in wanted for code in weights.region_codes])
    if kept.all():
        return weights
    inner = weights.matrix[kept][:, kept].tocoo()
    names = np.array(weights.region_codes)[kept]
    had = np.diff(weights.matrix.indptr)[kept] > 0
    lost = names[had & (np.bincount(inner.row, minlength=len(names)) == 0)]
    if len(lost):
        remedy = "build the weights for the regions that have complete data"
        raise DataError("weights", "regions whose neighbours are all left out", lost, remedy)
    totals = np.bincount(inner.row, inner.data, minlength=len(names))
    matrix = csr_array((inner.data / totals[inner.row], (inner.row, inner.col)), shape=inner.shape)
    words = f"{weights.definition}, {int((~kept).sum())} regions left out"
    return SpatialWeights(tuple(names), matrix, words, tuple(i for i in weights.islands if i in wanted))


def to_graph(weights: SpatialWeights) -> Graph:
    """The weights as a libpysal Graph labelled by region code, for esda, spreg (``.to_W()``) and maps."""
    from libpysal.graph import Graph

    return Graph.from_sparse(weights.matrix.tocoo(), ids=list(weights.region_codes))


def unit_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Points on the unit sphere, shape (n, 3), from degrees: their chords order as great circles do."""
    theta, phi = np.radians(lon), np.radians(lat)
    return np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])


def _checked_places(regions: pd.DataFrame) -> pd.DataFrame:
    """Regions sorted by code, each once, each with coordinates."""
    check_columns(regions, ["region_code", "lon", "lat"], WHERE)
    check_not_empty(regions, WHERE)
    check_unique(regions, ["region_code"], WHERE)
    bad = ~regions["lon"].between(-180, 360) | ~regions["lat"].between(-90, 90)
    check_rows(regions, bad, ["region_code"], WHERE, "regions without possible coordinates", "add lon, lat")
    return regions.sort_values("region_code", ignore_index=True)


def _nearest(points: np.ndarray, k: int) -> np.ndarray:
    """Pairs (region, neighbour) of the k nearest, shape (n·k, 2); ties by order of the points."""
    n = len(points)
    if not 1 <= k < n:
        raise DataError(WHERE, f"{k} neighbours among {n} regions", remedy=f"k from 1 to {n - 1}")
    tree = KDTree(points)
    far = tree.query(points, k=k + 1)[0][:, -1] * (1 + 1e-12) + 1e-15  # the region itself is the first
    pairs = []
    for i, near in enumerate(tree.query_ball_point(points, far)):
        others = np.array(sorted(set(near) - {i}))
        chord = np.linalg.norm(points[others] - points[i], axis=1).round(12)
        pairs.append(np.column_stack([np.full(k, i), others[np.lexsort((others, chord))[:k]]]))
    return np.concatenate(pairs)


def _band(points: np.ndarray, cutoff_km: float | None) -> np.ndarray:
    """Pairs of regions nearer than the cutoff, both ways."""
    if cutoff_km is None or not 0 < cutoff_km < np.inf:
        raise DataError(WHERE, f"a band of {cutoff_km} km", remedy="give a positive cutoff_km")
    chord = 2 * np.sin(min(cutoff_km / EARTH_KM, np.pi) / 2)
    pairs = KDTree(points).query_pairs(chord, output_type="ndarray").reshape(-1, 2)
    near = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1) < chord
    return np.vstack([pairs[near], pairs[near][:, ::-1]])


def _touching(codes: tuple[str, ...], boundaries: pd.DataFrame | None) -> np.ndarray:
    """Pairs of regions whose polygons share at least a point of their border."""
    from libpysal.graph import Graph

    if boundaries is None:
        raise DataError(WHERE, "contiguity needs polygons", remedy="boundaries=spillover.read_boundaries()")
    check_unique(boundaries, ["region_code"], "boundaries")
    polygons = boundaries.set_index("region_code")
    absent = sorted(set(codes) - set(polygons.index))
    if absent:
        raise DataError("boundaries", "regions without polygon", absent, "boundaries of the same vintage")
    matrix = Graph.build_contiguity(polygons.loc[list(codes)], rook=False).sparse.tocoo()
    return np.asarray(np.column_stack([matrix.row, matrix.col])[matrix.data > 0])


def _standardised(links: np.ndarray, n: int) -> csr_array:
    """Equal weights in each row, summing to one; rows without links are zero."""
    degree = np.bincount(links[:, 0], minlength=n)
    data = 1.0 / degree[links[:, 0]]
    return csr_array((data, (links[:, 0], links[:, 1])), shape=(n, n))
