"""Pairs of points on the globe in tiles: the part of the Conley covariance that must be fast and small.

Points are sorted by latitude band and longitude, so that the neighbours of a block of points stand in one
stretch of its own band and one of the next. Memory is one tile however many pairs there are, and each pair
is visited once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spillover.errors import DataError

EARTH_KM = 6371.0088  # mean radius (IUGG)
# Most points of a tile: 128 × 400 numbers stay near the processor, and BLAS starts no threads for them.
# Below SMALL points, starting on a tile costs more than narrow ones save.
BLOCK, STRETCH, SMALL = 128, 400, 48
WHERE = "conley_cov"
# Squared chords below this share of a tile's squared extent are rounding errors of one and the same point.
_SAME = 1e-15


class Points(NamedTuple):
    """Points in the order of their band and longitude: unit vectors, band starts, where each came from."""

    xyz: np.ndarray
    lon: np.ndarray
    band: np.ndarray
    order: np.ndarray
    reach: np.ndarray  # degrees of longitude within the cutoff, by band


def spatial_meat(
    scores: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    cutoff_km: float,
    kernel: str = "bartlett",
    *,
    between_times: np.ndarray | None = None,
) -> np.ndarray:
    """Sum over all pairs of points, within each time, of their scores, weighted by the kernel; (k, k).

    Parameters
    ----------
    scores : ndarray
        Shape (n, k), or (n, times, k): each kernel weight is computed once for all times.
    lon, lat, cutoff_km, kernel
        As for `conley_cov`; the cutoff is finite.
    between_times : ndarray, optional
        Shape (times, times), symmetric: weights of pairs at different times. By default none but one time
        with itself.

    Examples
    --------
    >>> spatial_meat(np.ones((2, 1)), np.array([120.0, 120.0]), np.array([0.0, 0.0]), 10.0)
    array([[4.]])
    """
    points = _sorted_points(lon, lat, cutoff_km)
    k = scores.shape[-1]
    left = np.ascontiguousarray(scores[points.order])
    right = left if between_times is None else np.einsum("ts,nsk->ntk", between_times, left)
    left, right = left.reshape(len(left), -1), right.reshape(len(left), -1)
    meat, memory = np.zeros((k, k)), np.empty(BLOCK * STRETCH)
    for rows, columns in _tiles(points):
        weights = _kernel(points.xyz[rows], points.xyz[columns], cutoff_km, kernel, memory)
        if rows == columns:
            np.fill_diagonal(weights, 1.0)  # each point with itself
        half = left[rows].reshape(-1, k).T @ (weights @ right[columns]).reshape(-1, k)
        meat += half if rows == columns else half + half.T
    return np.asarray(meat)


def _sorted_points(lon: np.ndarray, lat: np.ndarray, cutoff_km: float) -> Points:
    """Points in bands of latitude as high as the cutoff, by longitude inside each."""
    angle = min(cutoff_km / EARTH_KM, np.pi)
    lon = _away_from_the_seam(np.mod(lon, 360.0), np.degrees(angle))
    height = np.degrees(angle)
    band = np.floor((lat + 90.0) / height).astype(np.int64)
    order = np.lexsort((lon, band))
    lon, lat, band = lon[order], lat[order], band[order]
    phi, theta = np.radians(lat), np.radians(lon)
    xyz = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    bands, start = np.unique(band, return_index=True)
    steepest = np.maximum.reduceat(np.abs(lat), start)
    farthest = np.radians(np.minimum(steepest + height, 90.0))
    ratio = np.sin(min(angle, np.pi / 2) / 2) / np.maximum(np.cos(farthest), 1e-12)
    reach = np.where(ratio < 1, np.degrees(2 * np.arcsin(np.minimum(ratio, 1.0))), 360.0)
    return Points(xyz, lon, band, order, reach[np.searchsorted(bands, band)])


def _away_from_the_seam(lon: np.ndarray, reach: float) -> np.ndarray:
    """Longitudes counted from the middle of their widest gap, so that no pair lies across the seam."""
    ordered = np.sort(lon)
    gaps = np.diff(np.append(ordered, ordered[0] + 360.0))
    widest = int(np.argmax(gaps))
    if gaps[widest] < 2 * reach and gaps[widest] < 180.0:
        remedy = "use a smaller cutoff, or the points of one side of the globe"
        raise DataError(WHERE, "points all around the globe", remedy=remedy)
    return np.asarray(np.mod(lon - (ordered[widest] + gaps[widest] / 2), 360.0))


def _tiles(points: Points) -> Iterator[tuple[slice, slice]]:
    """Blocks of points with themselves, and with the later points that can be near: each pair once.

    Later points stand in a stretch of the same band or of the next one to the north.
    """
    bands, starts = np.unique(points.band, return_index=True)
    ends = np.append(starts[1:], len(points.lon))
    for number, (band, first, last) in enumerate(zip(bands, starts, ends, strict=True)):
        above = number + 1 < len(bands) and bands[number + 1] == band + 1
        at = int(first)
        while at < last:
            stop = _block_end(points, at, int(last))
            yield slice(at, stop), slice(at, stop)
            far = points.lon[stop - 1] + points.reach[at]
            end = at + int(np.searchsorted(points.lon[at:last], far, side="right"))
            yield from ((slice(at, stop), part) for part in _stretches(stop, end))
            if above:
                low, high = int(starts[number + 1]), int(ends[number + 1])
                reach = max(points.reach[at], points.reach[low])
                sought = points.lon[at] - reach, points.lon[stop - 1] + reach
                near = low + np.searchsorted(points.lon[low:high], sought)
                yield from ((slice(at, stop), part) for part in _stretches(int(near[0]), int(near[1])))
            at = stop


def _block_end(points: Points, at: int, last: int) -> int:
    """End of a block: it shall be narrow against the reach, but not of very few points."""
    narrow = points.lon[at] + points.reach[at] / 4
    within = at + int(np.searchsorted(points.lon[at : min(at + BLOCK, last)], narrow))
    return min(max(within, at + SMALL), last)


def _stretches(start: int, end: int) -> Iterator[slice]:
    """Parts of a stretch of points that fit into the memory of a tile."""
    return (slice(at, min(at + STRETCH, end)) for at in range(start, end, STRETCH))


def _kernel(a: np.ndarray, b: np.ndarray, cutoff_km: float, kernel: str, memory: np.ndarray) -> np.ndarray:
    """Weights of all pairs of two sets of points, from their half chords; written into the memory.

    Points are counted from the middle of the first set, so that chords of neighbours keep their digits. One
    matrix product gives all |a - b|² / 4 = (|a|² - 2 a'b + |b|²) / 4.
    """
    middle = a.mean(axis=0)
    a, b = a - middle, b - middle
    size_a, size_b = np.einsum("ij,ij->i", a, a), np.einsum("ij,ij->i", b, b)
    left = np.column_stack([-0.5 * a, 0.25 * size_a, np.full(len(a), 0.25)])
    right = np.column_stack([b, np.ones(len(b)), size_b])
    square = memory[: len(a) * len(b)].reshape(len(a), len(b))
    np.matmul(left, right.T, out=square)
    angle = min(cutoff_km / EARTH_KM, np.pi) / 2
    if kernel == "uniform":
        return np.asarray(square < np.sin(angle) ** 2, dtype=float)
    square[square < _SAME / 4 * (size_a.max() + size_b.max())] = 0.0
    half = np.sqrt(square, out=square)
    np.minimum(half, 1.0, out=half)
    weights = np.arcsin(half, out=half)
    weights *= -2.0 * EARTH_KM / cutoff_km
    weights += 1.0
    return np.asarray(np.maximum(weights, 0.0, out=weights))
