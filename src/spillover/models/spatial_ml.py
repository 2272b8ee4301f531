"""Maximum likelihood of spatial models on a balanced panel or a cross-section, free of its fixed effects.

Lag and Durbin y = ρWy + Zδ + ε, error y = Zδ + u with u = λWu + ε. Fixed effects go out by the orthonormal
transformation of Lee and Yu (2010, Journal of Econometrics 154(2), 165–185): T - 1 periods and, with year
effects, N - 1 regions are left, so that σ² and the standard errors are consistent with few years, where
demeaning alone (Elhorst 2003, which spreg follows) makes σ² too small by (T - 1)/T.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.sparse import csr_array

from spillover.errors import DataError
from spillover.models.impacts import eigenvalues_of

LIMIT = 0.9999  # with row-standardised weights I - ρW is regular for |ρ| < 1 (Kelejian and Prucha 2010)


class Sample(NamedTuple):
    """A balanced panel as arrays: ``y`` (T, N), ``design`` (T, N, k), ordered as ``matrix`` (N, N).

    ``by_region`` and ``by_year`` say which effects are taken out, ``clustered`` whether the covariance allows
    for errors of one region that go together over its years.
    """

    names: tuple[str, ...]
    y: np.ndarray
    design: np.ndarray
    matrix: csr_array
    by_region: bool
    by_year: bool
    clustered: bool


class SpatialFit(NamedTuple):
    """A fitted model; ``covariance`` has the order of ``names`` and then ρ or λ (if there is one).

    ``residuals`` (T, N) are those of ε, free of the effects. ``n_free`` is the number of errors that the
    effects leave, which σ² is divided by (less the regressors for least squares).
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    spatial: float
    covariance: np.ndarray
    sigma2: float
    log_likelihood: float
    residuals: np.ndarray
    n_free: int


class Fitted(NamedTuple):
    """What a covariance needs: ``pushed`` is G Zδ of a lag model, and zero of an error model."""

    spatial: float
    sigma2: float
    n_free: int
    design: np.ndarray
    pushed: np.ndarray
    residuals: np.ndarray


def lag(matrix: csr_array, values: np.ndarray) -> np.ndarray:
    """Neighbours' mean of (T, N) or (T, N, k), year by year."""
    flat = np.moveaxis(values, 1, 0).reshape(values.shape[1], -1)
    back = (matrix @ flat).reshape(values.shape[1], values.shape[0], *values.shape[2:])
    return np.asarray(np.moveaxis(back, 0, 1))


def without_effects(values: np.ndarray, sample: Sample) -> np.ndarray:
    """Columns (T, N, …) less the means of regions and of years."""
    out = values - values.mean(axis=0, keepdims=True) if sample.by_region else values
    return out - out.mean(axis=1, keepdims=True) if sample.by_year else out


def fit_least_squares(sample: Sample) -> SpatialFit:
    """Least squares of SLX."""
    years, regions, k = sample.design.shape
    design = without_effects(sample.design, sample).reshape(-1, k)
    y = without_effects(sample.y, sample).ravel()
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ (design.T @ y)
    e = y - design @ beta
    n_free = _free_years(sample) * _free_regions(sample)
    sigma2 = float(e @ e) / (n_free - k)
    covariance = sigma2 * bread
    if sample.clustered:
        scores = (design * e[:, None]).reshape(years, regions, k).sum(axis=0)
        # as pyfixest with k_fixef="full"
        adjust = (years * regions - 1) / (n_free - k) * regions / (regions - 1)
        covariance = adjust * bread @ (scores.T @ scores) @ bread
    likelihood = -n_free / 2 * (np.log(2 * np.pi * (e @ e) / n_free) + 1)
    residuals = e.reshape(years, regions)
    return SpatialFit(sample.names, beta, 0.0, covariance, sigma2, float(likelihood), residuals, n_free)


def fit_lag(sample: Sample) -> SpatialFit:
    """ML of y = ρWy + Zδ + ε, concentrated in ρ (Ord 1975; Anselin 1988, section 12.1.1)."""
    years, regions, k = sample.design.shape
    design = without_effects(sample.design, sample).reshape(-1, k)
    both = np.stack([sample.y, lag(sample.matrix, sample.y)], axis=2)
    both = without_effects(both, sample).reshape(-1, 2)
    slopes = np.linalg.lstsq(design, both, rcond=None)[0]
    e = both - design @ slopes
    n_free, free = _sizes(sample)

    def profile(rho: float) -> tuple[float, float]:
        left = e[:, 0] - rho * e[:, 1]
        return float(left @ left) / n_free, float(-2 * left @ e[:, 1]) / n_free

    rho, likelihood = _maximum(profile, free, _free_years(sample), n_free)
    sigma2 = profile(rho)[0]
    delta = slopes[:, 0] - rho * slopes[:, 1]
    pushed = np.linalg.solve(np.eye(regions) - rho * sample.matrix.toarray(), (sample.design @ delta).T).T
    pushed = without_effects(lag(sample.matrix, pushed), sample).ravel()  # G Zδ
    residuals = (e[:, 0] - rho * e[:, 1]).reshape(years, regions)
    fitted = Fitted(rho, sigma2, n_free, design, pushed, residuals)
    covariance = _covariance(sample, fitted, free)
    return SpatialFit(sample.names, delta, rho, covariance, sigma2, likelihood, residuals, n_free)


def fit_error(sample: Sample) -> SpatialFit:
    """ML of y = Zδ + u, u = λWu + ε, concentrated in λ (Anselin 1988, section 12.1.2)."""
    years, regions, k = sample.design.shape
    near = without_effects(lag(sample.matrix, sample.design), sample).reshape(-1, k)
    design = without_effects(sample.design, sample).reshape(-1, k)
    y = without_effects(sample.y, sample).ravel()
    near_y = without_effects(lag(sample.matrix, sample.y), sample).ravel()
    n_free, free = _sizes(sample)

    def solved(lam: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        filtered = design - lam * near
        delta = np.linalg.lstsq(filtered, y - lam * near_y, rcond=None)[0]
        return delta, y - lam * near_y - filtered @ delta, filtered

    def profile(lam: float) -> tuple[float, float]:
        delta, left, _ = solved(lam)
        return float(left @ left) / n_free, float(-2 * left @ (near_y - near @ delta)) / n_free

    lam, likelihood = _maximum(profile, free, _free_years(sample), n_free)
    sigma2 = profile(lam)[0]
    delta, e, filtered = solved(lam)
    residuals = e.reshape(years, regions)
    fitted = Fitted(lam, sigma2, n_free, filtered, np.zeros(len(y)), residuals)
    covariance = _covariance(sample, fitted, free)
    return SpatialFit(sample.names, delta, lam, covariance, sigma2, likelihood, residuals, n_free)


def _free_years(sample: Sample) -> int:
    return int(sample.y.shape[0]) - int(sample.by_region)


def _free_regions(sample: Sample) -> int:
    return int(sample.y.shape[1]) - int(sample.by_year)


def _sizes(sample: Sample) -> tuple[int, np.ndarray]:
    """Number of free errors, and the eigenvalues of the transformed W: with year effects one of 1 less."""
    values = eigenvalues_of(sample.matrix)
    free = np.delete(values, np.abs(values - 1).argmin()) if sample.by_year else values
    return _free_years(sample) * _free_regions(sample), free


def _maximum(
    profile: Callable[[float], tuple[float, float]], eigenvalues: np.ndarray, years: int, n_free: int
) -> tuple[float, float]:
    """The ρ (or λ) of the largest concentrated likelihood, and that likelihood.

    ``profile`` gives σ² and its derivative. A search over the interval finds the peak to about eight
    digits, the zero of the score then the rest.
    """

    def loss(spatial: float) -> float:
        jacobian = years * np.log(np.abs(1 - spatial * eigenvalues)).sum()
        return float(n_free / 2 * (np.log(2 * np.pi * profile(spatial)[0]) + 1) - jacobian)

    def score(spatial: float) -> float:
        sigma2, slope = profile(spatial)
        ratio = (eigenvalues / (1 - spatial * eigenvalues)).sum().real
        return float(n_free / 2 * slope / sigma2 + years * ratio)

    found = minimize_scalar(loss, bounds=(-LIMIT, LIMIT), method="bounded", options={"xatol": 1e-8})
    if abs(found.x) > LIMIT - 1e-4:
        problem = f"the likelihood is largest at the bound, {found.x:.4f}"
        remedy = "the outcome has a unit root over space: take year effects, differences or other weights"
        raise DataError("spatial_model", problem, remedy=remedy)
    low, high = found.x - 1e-5, found.x + 1e-5
    best = brentq(score, low, high, xtol=1e-14) if score(low) * score(high) < 0 else found.x
    return float(best), -loss(float(best))


def _covariance(sample: Sample, fitted: Fitted, eigenvalues: np.ndarray) -> np.ndarray:
    """Covariance of δ and ρ (or λ): inverse information of δ, ρ, σ², or with clusters the sandwich of it."""
    years, regions = sample.y.shape
    dense, design, sigma2 = sample.matrix.toarray(), fitted.design, fitted.sigma2
    pushing = np.linalg.solve((np.eye(regions) - fitted.spatial * dense).T, dense.T).T  # G
    if sample.by_year:
        pushing = pushing - pushing.mean(axis=0, keepdims=True)
        pushing = pushing - pushing.mean(axis=1, keepdims=True)
    ratio = eigenvalues / (1 - fitted.spatial * eigenvalues)
    free = _free_years(sample)
    k = design.shape[1]
    information = np.zeros((k + 2, k + 2))
    information[:k, :k] = design.T @ design / sigma2
    information[:k, k] = information[k, :k] = design.T @ fitted.pushed / sigma2
    traces = free * float((ratio**2).sum().real + (pushing**2).sum())  # tr(G² + G'G) over the free years
    information[k, k] = traces + fitted.pushed @ fitted.pushed / sigma2
    information[k, k + 1] = information[k + 1, k] = free * float(ratio.sum().real) / sigma2
    information[k + 1, k + 1] = fitted.n_free / (2 * sigma2**2)
    covariance = np.linalg.inv(information)
    if sample.clustered:
        scores = _region_scores(fitted, pushing)
        adjust = (years * regions - 1) / (fitted.n_free - k - 1) * regions / (regions - 1)
        covariance = adjust * covariance @ (scores.T @ scores) @ covariance
    return np.asarray(covariance[: k + 1, : k + 1])


def _region_scores(fitted: Fitted, pushing: np.ndarray) -> np.ndarray:
    """Scores of δ, ρ, σ² by region (N, k + 2), uncorrelated between regions whatever happens inside one.

    The score of ρ holds ε'Gε. Region i gets its own square and its products with the regions before it:
    martingale differences, whose outer products estimate the variance of the sum (Yang 2018, Journal of
    Econometrics 205(2), 423–447), here summed over a region's years, so that its errors may be correlated.
    """
    e, sigma2 = fitted.residuals, fitted.sigma2
    years, regions = e.shape
    expected = sigma2 * fitted.n_free / regions
    square = (e**2).sum(axis=0) - expected
    before = e @ np.tril(pushing + pushing.T, -1).T
    quadratic = (e * before).sum(axis=0) + np.diag(pushing) * square
    linear = (fitted.pushed.reshape(years, regions) * e).sum(axis=0)
    by_column = (fitted.design.reshape(years, regions, -1) * e[:, :, None]).sum(axis=0)
    return np.column_stack([by_column / sigma2, (linear + quadratic) / sigma2, square / (2 * sigma2**2)])
