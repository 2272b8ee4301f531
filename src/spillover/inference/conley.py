"""Conley covariance: standard errors when neighbours' errors go together, at any number of points.

Conley (1999, Journal of Econometrics 92(1), equation 3.8 and following): the sum over pairs of observations
of their scores, weighted by a kernel of their great-circle distance. Pairs are found in tiles of a latitude
band, so that memory is one tile however many pairs there are, and each pair is visited once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from spillover.errors import DataError

EARTH_KM = 6371.0088  # mean radius (IUGG)
BLOCK = 1024  # points of a tile's side; 1024 × 4096 numbers are 32 MB
KERNELS = ("bartlett", "uniform")
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


def conley_cov(
    X: np.ndarray,
    residuals: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    cutoff_km: float,
    *,
    kernel: str = "bartlett",
    time: np.ndarray | None = None,
    unit: np.ndarray | None = None,
    lag: int = 0,
) -> np.ndarray:
    """Covariance of least-squares coefficients, robust to correlation in space and, with a lag, in time.

    Parameters
    ----------
    X : ndarray
        Shape (n, k): regressors after the fixed effects were partialled out.
    residuals : ndarray
        Shape (n,).
    lon, lat : ndarray
        Shape (n,), degrees.
    cutoff_km : float
        Pairs farther apart have no weight.
    kernel : {"bartlett", "uniform"}
        Weight 1 - d / cutoff_km, or 1, for d < cutoff_km.
    time, unit : ndarray, optional
        Shape (n,): in a panel, pairs of one time are correlated in space, and, with a lag, those of one unit
        in time.
    lag : int
        Times of one unit up to this many apart are correlated with the weight 1 - l / (lag + 1) (Newey and
        West 1987); needs time (whole numbers) and unit.

    Returns
    -------
    ndarray
        Shape (k, k): (X'X)⁻¹ Σᵢⱼ K(dᵢⱼ) sᵢ sⱼ' (X'X)⁻¹ with scores s = X · residual, without any correction
        for small samples (HC0). With the uniform kernel it need not be positive semidefinite.

    Raises
    ------
    DataError
        Shapes that do not fit, missing or impossible coordinates, a cutoff that is not positive, an unknown
        kernel, regressors that are collinear, points all around the globe.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X, e = rng.normal(size=(50, 1)), rng.normal(size=50)
    >>> lon, lat = rng.uniform(120, 128, 50), rng.uniform(-5, 2, 50)
    >>> near = conley_cov(X, e, lon, lat, 1e-6)  # only each point itself: White (1980)
    >>> bool(np.isclose(near[0, 0], (X[:, 0] ** 2 @ e**2) / (X[:, 0] @ X[:, 0]) ** 2))
    True
    """
    X, residuals, lon, lat = _checked(X, residuals, lon, lat, cutoff_km, kernel)
    scores = X * residuals[:, None]
    when = np.zeros(len(X), dtype=int) if time is None else np.asarray(time)
    meat = np.zeros((X.shape[1], X.shape[1]))
    for moment in np.unique(when):
        rows = when == moment
        meat += spatial_meat(scores[rows], lon[rows], lat[rows], cutoff_km, kernel)
    if lag:
        meat += serial_meat(scores, when if time is not None else None, unit, lag)
    try:
        bread = np.linalg.inv(X.T @ X)
    except np.linalg.LinAlgError:
        raise DataError(WHERE, "regressors that are collinear", remedy="leave one of them out") from None
    return np.asarray(bread @ meat @ bread)


def spatial_meat(
    scores: np.ndarray, lon: np.ndarray, lat: np.ndarray, cutoff_km: float, kernel: str = "bartlett"
) -> np.ndarray:
    """Sum over all pairs of one time of their scores, weighted by the kernel; shape (k, k).

    Parameters
    ----------
    scores : ndarray
        Shape (n, k).
    lon, lat, cutoff_km, kernel
        As for `conley_cov`.

    Examples
    --------
    >>> spatial_meat(np.ones((2, 1)), np.array([120.0, 120.0]), np.array([0.0, 0.0]), 10.0)
    array([[4.]])
    """
    points = _sorted_points(lon, lat, cutoff_km)
    s = scores[points.order]
    meat = s.T @ s  # each point with itself
    for rows, columns in _tiles(points):
        weights = _kernel(points.xyz[rows], points.xyz[columns], cutoff_km, kernel)
        if rows.start == columns.start:  # inside a block: pairs above the diagonal
            weights[np.tril_indices(len(weights), 0, weights.shape[1])] = 0.0
        half = s[rows].T @ (weights @ s[columns])
        meat += half + half.T
    return np.asarray(meat)


def serial_meat(scores: np.ndarray, time: np.ndarray | None, unit: np.ndarray | None, lag: int) -> np.ndarray:
    """Sum over pairs of one unit at different times, weighted by 1 - l / (lag + 1); shape (k, k)."""
    if time is None or unit is None or lag < 0:
        raise DataError(WHERE, "a lag without time and unit", remedy="pass both, or lag=0")
    _, which = np.unique(np.asarray(unit), return_inverse=True)
    order = np.lexsort((time, which))
    s, t, u = scores[order], np.asarray(time)[order], which[order]
    if ((np.diff(u) == 0) & (np.diff(t) == 0)).any():
        raise DataError(WHERE, "a unit twice at one time", remedy="keep one row for each unit and time")
    meat = np.zeros((s.shape[1], s.shape[1]))
    for step in range(1, min(lag, len(s) - 1) + 1):  # rows so far apart are at least so many times apart
        gap = t[step:] - t[:-step]
        near = (u[step:] == u[:-step]) & (gap <= lag)
        weight = np.where(near, 1.0 - gap / (lag + 1.0), 0.0)
        half = s[:-step].T @ (weight[:, None] * s[step:])
        meat += half + half.T
    return meat


def _checked(
    X: np.ndarray,
    residuals: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    cutoff_km: float,
    kernel: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The arguments as arrays of floats, or what is wrong with them."""
    X = np.asarray(X, dtype=float)
    X = X[:, None] if X.ndim == 1 else X
    rest = [np.asarray(v, dtype=float) for v in (residuals, lon, lat)]
    if kernel not in KERNELS:
        raise DataError(WHERE, "unknown kernel", [kernel], f"use {' or '.join(KERNELS)}")
    if not (np.isfinite(cutoff_km) and cutoff_km > 0):
        raise DataError(WHERE, "a cutoff that is not positive", [cutoff_km], "give it in kilometres")
    shapes = [v.shape for v in rest]
    if any(shape != (len(X),) for shape in shapes) or len(X) == 0:
        raise DataError(WHERE, "lengths that differ", [X.shape, *shapes], "align all by row")
    for name, values, low, high in (("lon", rest[1], -180, 360), ("lat", rest[2], -90, 90)):
        bad = np.flatnonzero(~(values >= low) | ~(values <= high))
        if len(bad):
            raise DataError(WHERE, f"{name} missing or impossible", [f"row {i}" for i in bad], "degrees")
    if not (np.isfinite(X).all() and np.isfinite(rest[0]).all()):
        raise DataError(WHERE, "missing or infinite regressors or residuals", remedy="drop these rows first")
    return X, rest[0], rest[1], rest[2]


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
    """Blocks of points with the stretches of their own and the next band that can be near: each pair once."""
    n = len(points.lon)
    bands, starts = np.unique(points.band, return_index=True)
    ends = np.append(starts[1:], n)
    for number, (band, first, last) in enumerate(zip(bands, starts, ends, strict=True)):
        above = number + 1 < len(bands) and bands[number + 1] == band + 1
        for at in range(first, last, BLOCK):
            stop = min(at + BLOCK, last)
            far = points.lon[stop - 1] + points.reach[at]
            end = at + int(np.searchsorted(points.lon[at:last], far, side="right"))
            yield slice(at, stop), slice(at, max(end, stop))
            if above:
                low, high = starts[number + 1], ends[number + 1]
                reach = max(points.reach[at], points.reach[low])
                there = points.lon[low:high]
                near = low + np.searchsorted(there, (points.lon[at] - reach, points.lon[stop - 1] + reach))
                if near[0] < near[1]:
                    yield slice(at, stop), slice(int(near[0]), int(near[1]))


def _kernel(a: np.ndarray, b: np.ndarray, cutoff_km: float, kernel: str) -> np.ndarray:
    """Weights of all pairs of two sets of points, from their chords.

    Points are counted from the middle of the first set, so that chords of neighbours keep their digits.
    """
    middle = a.mean(axis=0)
    a, b = a - middle, b - middle
    size_a, size_b = (a**2).sum(axis=1), (b**2).sum(axis=1)
    square = a @ b.T
    square *= -2.0
    square += size_a[:, None]
    square += size_b[None, :]
    limit = (2 * np.sin(min(cutoff_km / EARTH_KM, np.pi) / 2)) ** 2
    outside = square >= limit
    if kernel == "uniform":
        return np.asarray(np.where(outside, 0.0, 1.0))
    square[square < _SAME * (size_a.max() + size_b.max())] = 0.0
    half = np.sqrt(np.minimum(square, 4.0, out=square), out=square)
    half *= 0.5
    weights = np.arcsin(np.minimum(half, 1.0, out=half), out=half)
    weights *= -2.0 * EARTH_KM / cutoff_km
    weights += 1.0
    weights[outside] = 0.0
    return np.asarray(weights)
