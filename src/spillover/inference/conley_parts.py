"""Parts of the covariances of Conley and of Driscoll and Kraay: checks, sums over pairs, bread and factor."""

from __future__ import annotations

import numpy as np

from spillover.errors import DataError
from spillover.inference.conley_tiles import WHERE, spatial_meat

KERNELS = ("bartlett", "uniform")
SERIAL = ("own", "all")
SSC = ("none", "n/(n-k)")


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


def panel_meat(
    scores: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    when: np.ndarray,
    *,
    cutoff_km: float,
    kernel: str,
    lag: int = 0,
) -> np.ndarray:
    """Sum over pairs in space within each time and, with a lag, over times up to so many apart; (k, k).

    Rows of one place and time are added up first; where places come back, the weight of two of them is
    computed once for all times.
    """
    places, place = np.unique(lon + 1j * lat, return_inverse=True)
    times, which = np.unique(when, return_inverse=True)
    if len(times) > 1 and not lag and len(places) * len(times) > 2 * len(scores):  # few places come back
        parts = (
            panel_meat(scores[rows], lon[rows], lat[rows], when[rows], cutoff_km=cutoff_km, kernel=kernel)
            for rows in np.split(np.argsort(which, kind="stable"), np.cumsum(np.bincount(which))[:-1])
        )
        return np.asarray(sum(parts))
    cell, cells = place * len(times) + which, len(places) * len(times)
    sums = np.stack([np.bincount(cell, s, cells) for s in scores.T], axis=1)
    fading = np.maximum(1.0 - np.abs(times[:, None] - times) / (lag + 1.0), 0.0) if lag else None
    sums = sums.reshape(len(places), len(times), -1)
    return spatial_meat(sums, places.real, places.imag, cutoff_km, kernel, between_times=fading)


def time_meat(scores: np.ndarray, when: np.ndarray, lag: int) -> np.ndarray:
    """Meat of the sums of scores by time, weighted by 1 - l / (lag + 1)."""
    times, which = np.unique(when, return_inverse=True)
    sums = np.zeros((len(times), scores.shape[1]))
    np.add.at(sums, which, scores)
    meat = sums.T @ sums
    if lag:
        meat = meat + serial_meat(sums, times, np.zeros(len(times)), lag)
    return np.asarray(meat)


def sandwich(X: np.ndarray, meat: np.ndarray) -> np.ndarray:
    """Bread, meat, bread."""
    try:
        bread = np.linalg.inv(X.T @ X)
    except np.linalg.LinAlgError:
        raise DataError(WHERE, "regressors that are collinear", remedy="leave one of them out") from None
    return np.asarray(bread @ meat @ bread)


def small_sample_factor(X: np.ndarray, ssc: str, n_absorbed: int) -> float:
    """The small-sample factor."""
    if ssc not in SSC:
        raise DataError(WHERE, "unknown small-sample factor", [ssc], f"use {' or '.join(SSC)}")
    left = len(X) - X.shape[1] - n_absorbed
    if ssc == "none":
        return 1.0
    if left <= 0:
        raise DataError(WHERE, "no degrees of freedom left", [left], "fewer regressors, or ssc='none'")
    return float(len(X) / left)


def check_choices(cutoff_km: float, kernel: str, lag: int, serial: str) -> None:
    """Refuse unknown options."""
    if kernel not in KERNELS:
        raise DataError(WHERE, "unknown kernel", [kernel], f"use {' or '.join(KERNELS)}")
    if serial not in SERIAL:
        raise DataError(WHERE, "unknown serial correlation", [serial], f"use {' or '.join(SERIAL)}")
    if not cutoff_km > 0:
        raise DataError(WHERE, "a cutoff that is not positive", [cutoff_km], "give it in kilometres")
    if not (lag >= 0 and lag == int(lag)):
        raise DataError(WHERE, "a lag that is no whole number from 0", [lag], "count times, such as years")


def checked_time(time: np.ndarray, n: int) -> np.ndarray:
    """Times, complete and one for each row."""
    time = np.asarray(time)
    if time.shape != (n,):
        raise DataError(WHERE, "lengths that differ", [f"time {time.shape}", n], "align all by row")
    if time.dtype.kind not in "iuf" or not np.isfinite(time).all():
        raise DataError(WHERE, "time missing or not in numbers", remedy="use whole numbers, such as years")
    return time


def checked(X: np.ndarray, residuals: np.ndarray, *coordinates: np.ndarray) -> list[np.ndarray]:
    """The arguments as arrays of floats, or what is wrong with them."""
    X = np.asarray(X, dtype=float)
    X = X[:, None] if X.ndim == 1 else X
    rest = [np.asarray(v, dtype=float) for v in (residuals, *coordinates)]
    shapes = [v.shape for v in rest]
    if any(shape != (len(X),) for shape in shapes) or len(X) == 0:
        raise DataError(WHERE, "lengths that differ", [X.shape, *shapes], "align all by row")
    limits = (("lon", -180, 360), ("lat", -90, 90))
    for (name, low, high), values in zip(limits, rest[1:], strict=False):
        bad = np.flatnonzero(~(values >= low) | ~(values <= high))
        if len(bad):
            raise DataError(WHERE, f"{name} missing or impossible", [f"row {i}" for i in bad], "degrees")
    if not (np.isfinite(X).all() and np.isfinite(rest[0]).all()):
        raise DataError(WHERE, "missing or infinite regressors or residuals", remedy="drop these rows first")
    return [X, *rest]
