"""The relocation test for many outcomes at once, with three ways to make drawn estimates comparable.

Raw estimates are not comparable: where the drawn sites expose more districts than the real ones do, drawn
estimates vary less. ``scaled`` divides by the length of the weights, which is the standard deviation under
independent errors. ``spatial`` divides by the standard deviation under errors correlated in space and
time, as far as the outcome itself shows them to be: exponential in distance, autoregressive in time. It is
what keeps the size of the test where exposed districts lie close together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spillover.inference.error_correlation import RANGES_KM, Shape, correlation, error_correlation
from spillover.validation.estimators import centred, imputation_weights, never_weights, twfe

SCALES = ("raw", "scaled", "spatial")


class Moved(NamedTuple):
    """Weights of an estimator at the real sites and at drawn ones, (1 + draws, n, t), the real ones first.

    ``length`` of the weights (1 + draws,). ``spatial`` (ranges, lags, 1 + draws): sum over pairs of years so
    far apart of weights times spatial correlation times weights.
    """

    weights: np.ndarray
    length: np.ndarray
    spatial: np.ndarray


def moved(exposures: np.ndarray, estimator: str, distance_km: np.ndarray) -> Moved:
    """Weights of an estimator at every draw; draws that expose no district are left out.

    Parameters
    ----------
    exposures : ndarray
        As from `drawn_exposure`.
    estimator : {"twfe", "callaway_santanna", "imputation"}
        Sun and Abraham's average has the weights of the second, the two-stage one those of the third.
    distance_km : ndarray
        Between the districts, (n, n).
    """
    make = {
        "twfe": lambda exposed: twfe(exposed).weights,
        "callaway_santanna": never_weights,
        "imputation": imputation_weights,
    }[estimator]
    weights = np.stack([make(exposed) for exposed in exposures if exposed.any()])
    return _prepared(weights, distance_km)


def _prepared(weights: np.ndarray, distance_km: np.ndarray) -> Moved:
    spatial = np.stack([_by_lag(weights, correlation(distance_km, km)) for km in RANGES_KM])
    return Moved(weights, np.sqrt((weights**2).sum(axis=(1, 2))), spatial)


def _by_lag(weights: np.ndarray, between: np.ndarray) -> np.ndarray:
    """(lags, draws): Σ over years so far apart of w_s' K w_t."""
    t = weights.shape[2]
    seen = np.einsum("ij,djt->dit", between, weights, optimize=True)
    pairs = np.einsum("dis,dit->dst", weights, seen, optimize=True)
    return np.stack([np.trace(pairs, offset=lag, axis1=1, axis2=2) * (2 if lag else 1) for lag in range(t)])


def spatial_scale(at: Moved, ranges: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Deviations of drawn estimates under errors so correlated, up to a factor: (draws, simulations)."""
    lags = np.arange(at.spatial.shape[1])
    variance = np.einsum("sld,sl->ds", at.spatial[ranges], serial[:, None] ** lags)
    return np.asarray(np.sqrt(variance))


def relocation_p_values(at: Moved, outcomes: np.ndarray, shape: Shape) -> dict[str, np.ndarray]:
    """Two-sided p-values of no effect by each of ``SCALES``; each (simulations,).

    The share of draws, the real one included, at least as far from zero as the real one.
    """
    flat = outcomes.reshape(-1, outcomes.shape[2])
    estimates = at.weights.reshape(len(at.weights), -1) @ flat
    scale = spatial_scale(at, *error_correlation(centred(outcomes), shape))
    scales = {"raw": np.ones_like(at.length)[:, None], "scaled": at.length[:, None], "spatial": scale}
    return {name: _share_as_far(estimates / by) for name, by in scales.items()}


def _share_as_far(statistics: np.ndarray) -> np.ndarray:
    size = np.abs(statistics)
    return np.asarray((size >= size[0] * (1 - 1e-12)).mean(axis=0))
