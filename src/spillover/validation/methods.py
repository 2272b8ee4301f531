"""Errors and tests of the two-way fixed-effects estimate for many outcomes at once.

The project's functions take one outcome; these take (districts, years, simulations) and give the same
numbers (the tests compare them at 1e-8). All but the wild bootstrap are quadratic forms of residuals.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from spillover.inference.clusters import cluster_design
from spillover.inference.conley_tiles import EARTH_KM
from spillover.inference.wild import ENUMERATED
from spillover.models.linear import fit_linear
from spillover.validation.estimators import Estimator, centred

CUTOFFS_KM = (150.0, 200.0)
WILD_DRAWS = 499
_SINGULAR = 1e-9


class Errors(NamedTuple):
    """Standard errors of many outcomes, and the degrees of freedom of their t distribution (inf: normal)."""

    std_error: np.ndarray
    df: float


def t_p_values(estimates: np.ndarray, errors: Errors, null: float) -> np.ndarray:
    """Two-sided p-values of a value of the effect; NaN without a standard error."""
    return np.asarray(2 * stats.t.sf(np.abs(estimates - null) / errors.std_error, errors.df))


def heteroscedastic(fit: Estimator, residuals: np.ndarray) -> Errors:
    """HC1: White's, times n / (n - k) with all effects counted."""
    n, t = fit.weights.shape
    left = n * t - (n + t)
    variance = n * t / left * (fit.weights.ravel() ** 2 @ residuals.reshape(n * t, -1) ** 2)
    return Errors(np.sqrt(variance), float(left))


def conley(
    fit: Estimator, residuals: np.ndarray, lon: np.ndarray, lat: np.ndarray, cutoff_km: float
) -> Errors:
    """Conley, Bartlett, within years, no small-sample factor, normal; NaN where the variance is negative."""
    phi, theta = np.radians(lat), np.radians(lon)
    xyz = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    chord = np.linalg.norm(xyz[:, None] - xyz[None], axis=2)
    kernel = np.maximum(1 - 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0)) / cutoff_km, 0.0)
    scores = fit.weights[:, :, None] * residuals
    near = (kernel @ scores.reshape(len(lon), -1)).reshape(scores.shape)
    variance = (scores * near).sum(axis=(0, 1))
    return Errors(np.sqrt(np.where(variance > 0, variance, np.nan)), np.inf)


def driscoll_kraay(fit: Estimator, residuals: np.ndarray) -> Errors:
    """Any correlation between districts, Bartlett over the years; t with T - 1 degrees of freedom."""
    by_year = np.einsum("it,its->ts", fit.weights, residuals)
    t = len(by_year)
    lag = int(4 * (t / 100) ** (2 / 9))
    variance = (by_year**2).sum(axis=0)
    for step in range(1, lag + 1):
        variance += 2 * (1 - step / (lag + 1)) * (by_year[step:] * by_year[:-step]).sum(axis=0)
    return Errors(np.sqrt(np.where(variance > 0, variance, np.nan)), t - 1.0)


class Clustered(NamedTuple):
    """A cluster-robust error in a fixed design: adjusted ``weights`` (n, t), ``clusters`` of districts."""

    weights: np.ndarray
    clusters: np.ndarray
    factor: float
    df: float


def clustered(exposed: np.ndarray, clusters: np.ndarray, kind: str) -> Clustered:
    """CR1, CR2 or CR3 by clusters of districts, as `spillover.inference.clusters.cluster_errors` has them.

    An error is a sum over clusters of squared sums of weights times residuals; CR2 and CR3 change the weights
    by a power of what a cluster's own rows leave over, which depends on the design alone.
    """
    n, t = exposed.shape
    codes = pd.factorize(clusters, sort=True)[0]
    count = int(codes.max()) + 1
    left = centred(exposed)
    weights = left / (left**2).sum()
    if kind == "CR1":
        factor = count / (count - 1) * (n * t - 1) / (n * t - n - t)
        return Clustered(weights, codes, factor, count - 1.0)
    adjusted, df = _adjusted(exposed, codes, {"CR2": 0.5, "CR3": 1.0}[kind])
    if kind == "CR3":
        return Clustered(adjusted, codes, (count - 1) / count, count - 1.0)
    return Clustered(adjusted, codes, 1.0, df)


def _adjusted(exposed: np.ndarray, codes: np.ndarray, power: float) -> tuple[np.ndarray, float]:
    """Weights of CR2 or CR3, and the degrees of freedom of CR2 (Pustejovsky and Tipton 2018, equation 11)."""
    n, t = exposed.shape
    data = pd.DataFrame(
        {"region_code": np.repeat(np.arange(n), t), "year": np.tile(np.arange(t), n), "d": exposed.ravel(),
         "cluster": np.repeat(codes, t), "y": np.random.default_rng(0).standard_normal(n * t)}
    )  # fmt: skip
    design = cluster_design(fit_linear(data, "y", ["d"]), "cluster", ("region_code", "year"), None)
    direction = design.directions[:, 0]
    out, inner, diagonal = np.empty(n * t), [], []
    for rows in design.rows:
        _, size, right = np.linalg.svd(design.basis[rows], full_matrices=False)
        rest = np.maximum(1 - size**2, 0.0)
        inverse = np.divide(1.0, rest, out=np.zeros_like(rest), where=rest > _SINGULAR)
        seen = right @ direction
        out[rows] = design.basis[rows] @ (right.T @ (inverse**power * seen))
        inner.append(right.T @ (size**2 * np.sqrt(inverse) * seen))
        diagonal.append((size**2 * inverse * seen**2).sum())
    pairs = np.diag(diagonal) - np.stack(inner) @ np.stack(inner).T
    return out.reshape(n, t), float(np.trace(pairs) ** 2 / (pairs**2).sum())


def cluster_errors(how: Clustered, residuals: np.ndarray) -> Errors:
    """Errors of many outcomes from their residuals (n, t, simulations)."""
    by_district = np.einsum("it,its->is", how.weights, residuals)
    sums = np.zeros((int(how.clusters.max()) + 1, by_district.shape[1]))
    np.add.at(sums, how.clusters, by_district)
    return Errors(np.sqrt(how.factor * (sums**2).sum(axis=0)), how.df)


def wild_signs(clusters: np.ndarray, seed: int, draws: int = WILD_DRAWS) -> np.ndarray:
    """Signs by draw and cluster; with up to 12 clusters all signs there are."""
    count = len(np.unique(clusters))
    if count <= ENUMERATED:
        bits = np.arange(2**count)[:, None] >> np.arange(count) & 1
        return np.asarray(1.0 - 2.0 * bits)
    return np.asarray(np.random.default_rng(seed).choice([-1.0, 1.0], size=(draws, count)))


def wild_p_values(
    exposed: np.ndarray, outcomes: np.ndarray, clusters: np.ndarray, signs: np.ndarray
) -> np.ndarray:
    """Wild cluster bootstrap p-values of no effect (Cameron, Gelbach and Miller 2008), by CR1's t.

    Clusters hold whole districts, so that a drawn outcome, free of its effects, is the cluster's residuals
    less one number for each year: all draws need sums of clusters only. The p-value is the share of draws
    strictly farther from zero, as in `spillover.inference.wild`, and never below one draw's share.
    """
    x = centred(exposed)
    codes = pd.factorize(clusters, sort=True)[0]
    member = np.eye(codes.max() + 1)[codes]  # (n, clusters)
    x_sum = member.T @ x  # (clusters, t)
    x_square = member.T @ (x**2).sum(axis=1)
    left = centred(outcomes)
    own = member.T @ np.einsum("it,its->is", x, left)  # (clusters, simulations)
    by_year = np.einsum("ig,its->gts", member, left) / len(x)
    slopes = own.sum(axis=0) / x_square.sum()
    scores = own - np.einsum("gt,hts->gs", x_sum, by_year) - slopes * x_square[:, None]
    sizes = np.abs(slopes) / np.sqrt((scores**2).sum(axis=0))
    out = np.empty(left.shape[2])
    for s in range(len(out)):
        product = signs * own[:, s]
        slope = product.sum(axis=1) / x_square.sum()
        # what the year effects of the drawn outcome take out of each cluster's score
        common = (signs @ by_year[:, :, s]) @ x_sum.T
        score = product - common - slope[:, None] * x_square
        size = np.abs(slope) / np.sqrt((score**2).sum(axis=1))
        out[s] = (size > sizes[s] * (1 + 1e-9)).mean()
    return np.maximum(out, 1 / (len(signs) + 1))
