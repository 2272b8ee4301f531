"""Conley covariance: standard errors when neighbours' errors go together, at any number of points.

Conley (1999, Journal of Econometrics 92(1), equation 3.8 and following): the sum over pairs of observations
of their scores, weighted by a kernel of their great-circle distance. Pairs are found in tiles
(`spillover.inference.conley_tiles`), so that memory does not grow with their number.
"""

from __future__ import annotations

import numpy as np

from spillover.errors import DataError
from spillover.inference.conley_parts import (
    KERNELS,
    check_choices,
    checked,
    checked_time,
    panel_meat,
    sandwich,
    serial_meat,
    small_sample_factor,
    time_meat,
)
from spillover.inference.conley_tiles import WHERE


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
    serial: str = "own",
    ssc: str = "none",
    n_absorbed: int = 0,
    psd: bool = False,
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
        Pairs farther apart have no weight. ``inf``: all pairs (of one time) have the weight 1.
    kernel : {"bartlett", "uniform"}
        Weight 1 - d / cutoff_km, or 1, for d < cutoff_km.
    time, unit : ndarray, optional
        Shape (n,): in a panel, pairs of one time are correlated in space, and, with a lag, those of one unit
        in time. Without time all pairs count, as in a cross-section.
    lag : int
        Times up to this many apart (in whole numbers of ``time``: a gap of years is a gap) are correlated
        with the weight 1 - l / (lag + 1) (Newey and West 1987).
    serial : {"own", "all"}
        Between different times, pairs of one unit only, whatever their distance (Hsiang 2010, PNAS 107(35),
        with its weights as corrected by Christensen and Fetzer in 2017; needs ``unit``), or of all units,
        with the product of the kernels in space and time (Conley 1999, section 4). Only the latter has
        Driscoll and Kraay (1998) as its limit for a growing cutoff: `driscoll_kraay_cov`.
    ssc : {"none", "n/(n-k)"}
        Factor for small samples: none (HC0), or n / (n - k - n_absorbed).
    n_absorbed : int
        Rank of the fixed effects that were partialled out, for that factor.
    psd : bool
        Whether to raise negative eigenvalues of the covariance to zero: `positive_semidefinite`, which
        tells whether there were any.

    Returns
    -------
    ndarray
        Shape (k, k): (X'X)⁻¹ Σᵢⱼ K(dᵢⱼ) sᵢ sⱼ' (X'X)⁻¹ with scores s = X · residual. Neither kernel in
        great-circle distance ensures that it is positive semidefinite (Conley's own Bartlett window, his
        equation 3.14, is a product over two axes).

    Raises
    ------
    DataError
        Shapes that do not fit, missing or impossible coordinates, a cutoff that is not positive, an unknown
        kernel, regressors that are collinear, points all around the globe, a lag without times.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> X, e = rng.normal(size=(50, 1)), rng.normal(size=50)
    >>> lon, lat = rng.uniform(120, 128, 50), rng.uniform(-5, 2, 50)
    >>> near = conley_cov(X, e, lon, lat, 1e-6)  # only each point itself: White (1980)
    >>> bool(np.isclose(near[0, 0], (X[:, 0] ** 2 @ e**2) / (X[:, 0] @ X[:, 0]) ** 2))
    True
    """
    X, residuals, lon, lat = checked(X, residuals, lon, lat)
    check_choices(cutoff_km, kernel, lag, serial)
    scores = X * residuals[:, None]
    if lag and (time is None or (serial == "own" and unit is None)):
        raise DataError(WHERE, "a lag without time and unit", remedy="pass both, or lag=0")
    when = np.zeros(len(X), dtype=int) if time is None else checked_time(time, len(X))
    across = lag if serial == "all" else 0
    if np.isinf(cutoff_km):
        meat = time_meat(scores, when, across)
    else:
        meat = panel_meat(scores, lon, lat, when, cutoff_km=cutoff_km, kernel=kernel, lag=across)
    if lag and serial == "own":
        meat += serial_meat(scores, when, unit, lag)
    covariance = sandwich(X, meat) * small_sample_factor(X, ssc, n_absorbed)
    return positive_semidefinite(covariance)[0] if psd else covariance


def driscoll_kraay_cov(
    X: np.ndarray,
    residuals: np.ndarray,
    time: np.ndarray,
    *,
    lag: int = 0,
    ssc: str = "none",
    n_absorbed: int = 0,
) -> np.ndarray:
    """Covariance robust to any correlation between units, fading in time (Driscoll and Kraay 1998, eq. 4).

    The scores are summed over the units of each time; their sums get the covariance of Newey and West
    (1987). It is `conley_cov` with an infinite cutoff and ``serial="all"``, and with lag 0 the covariance
    clustered by time. It needs many times, not many units.

    Parameters
    ----------
    X, residuals, lag, ssc, n_absorbed
        As for `conley_cov`.
    time : ndarray
        Shape (n,), whole numbers such as years; a missing year counts as a gap.

    Returns
    -------
    ndarray
        Shape (k, k).

    Raises
    ------
    DataError
        Shapes that do not fit, missing values, fewer than two times, collinear regressors.

    Examples
    --------
    >>> X, e = np.ones((4, 1)), np.array([1.0, 2.0, -1.0, -1.0])
    >>> driscoll_kraay_cov(X, e, np.array([2001, 2001, 2002, 2002]))  # (3² + 2²) / 4²
    array([[0.8125]])
    """
    X, residuals = checked(X, residuals)
    check_choices(np.inf, KERNELS[0], lag, "all")
    when = checked_time(time, len(X))
    if len(np.unique(when)) < 2:
        raise DataError("driscoll_kraay_cov", "fewer than two times", np.unique(when), "use a panel")
    meat = time_meat(X * residuals[:, None], when, lag)
    return sandwich(X, meat) * small_sample_factor(X, ssc, n_absorbed)


def positive_semidefinite(covariance: np.ndarray) -> tuple[np.ndarray, bool]:
    """The nearest positive semidefinite matrix, and whether it differs from the given one.

    Negative eigenvalues are set to zero (Cameron, Gelbach and Miller 2011, Journal of Business & Economic
    Statistics 29(2), section 2.3). Whoever reports the result has to say that this was done.

    Parameters
    ----------
    covariance : ndarray
        Shape (k, k), symmetric.

    Returns
    -------
    covariance : ndarray
    changed : bool

    Examples
    --------
    >>> positive_semidefinite(np.diag([2.0, -1.0]))
    (array([[2., 0.],
           [0., 0.]]), True)
    """
    values, vectors = np.linalg.eigh(covariance)
    if values.min() >= -1e-12 * np.abs(values).max():  # below is rounding
        return covariance, False
    return np.asarray((vectors * np.maximum(values, 0.0)) @ vectors.T), True
