"""The relocation test for many outcomes at once, with three ways to make drawn estimates comparable.

Raw estimates are not comparable: where the drawn sites expose more districts than the real ones do, drawn
estimates vary less. ``scaled`` divides by the length of the weights, which is the standard deviation under
independent errors. ``spatial`` divides by the standard deviation under errors correlated in space and
time, as far as the outcome itself shows them to be: exponential in distance, autoregressive in time. It is
what keeps the size of the test where exposed districts lie close together.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.exposure import geodesic_km
from spillover.validation.estimators import centred, imputation_weights, never_weights, twfe

RANGES_KM = (0.0, 20.0, 40.0, 60.0, 90.0, 120.0, 150.0, 200.0, 250.0, 350.0, 500.0, 800.0)
BINS_KM = (0.0, 50.0, 100.0, 150.0, 200.0, 300.0)
SERIAL = np.round(np.arange(-0.5, 0.99, 0.01), 2)
SCALES = ("raw", "scaled", "spatial")
_NOTHING = 1e-10


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


def correlation(distance_km: np.ndarray, range_km: float) -> np.ndarray:
    """Exponential correlation of districts; range 0: independent."""
    return np.exp(-distance_km / range_km) if range_km else np.eye(len(distance_km))


def _by_lag(weights: np.ndarray, between: np.ndarray) -> np.ndarray:
    """(lags, draws): Σ over years so far apart of w_s' K w_t."""
    t = weights.shape[2]
    seen = np.einsum("ij,djt->dit", between, weights, optimize=True)
    pairs = np.einsum("dis,dit->dst", weights, seen, optimize=True)
    return np.stack([np.trace(pairs, offset=lag, axis1=1, axis2=2) * (2 if lag else 1) for lag in range(t)])


class Shape(NamedTuple):
    """What tells the correlation of errors: pairs by distance, and what each correlation would look like.

    ``bins`` (bins, n, n) average pairs; ``expected`` (ranges, bins) the shares of the variance that pairs of
    a bin have in common once district and year means are out; ``size`` (bins,) pairs in each;
    ``lag_one`` (serial correlations,) likewise in time.
    """

    bins: np.ndarray
    expected: np.ndarray
    size: np.ndarray
    lag_one: np.ndarray


def error_shape(distance_km: np.ndarray, n_years: int) -> Shape:
    """Prepare `error_correlation` for a balanced panel of districts and years."""
    masks, sizes = [], []
    for low, high in itertools.pairwise(BINS_KM):
        mask = (distance_km >= low) & (distance_km < high)
        np.fill_diagonal(mask, False)
        sizes.append(int(mask.sum()))
        masks.append(mask / max(mask.sum(), 1))
    expected = []
    for km in RANGES_KM:
        left = _doubly_centred(correlation(distance_km, km))
        expected.append([(mask * left).sum() / np.diag(left).mean() for mask in masks])
    lags = np.abs(np.subtract.outer(np.arange(n_years), np.arange(n_years)))
    in_time = [_doubly_centred(serial**lags) for serial in SERIAL]
    lag_one = np.array([np.trace(one, offset=1) / np.trace(one) for one in in_time])
    return Shape(np.stack(masks), np.array(expected), np.array(sizes, dtype=float), lag_one)


def _doubly_centred(matrix: np.ndarray) -> np.ndarray:
    rows = matrix - matrix.mean(axis=0, keepdims=True)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))


def error_correlation(outcomes: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Range in space and serial correlation that fit outcomes best, under the null of no effect.

    Parameters
    ----------
    outcomes : ndarray
        (n, t, simulations); district and year means are taken out here.
    shape : Shape

    Returns
    -------
    ranges : ndarray
        (simulations,), rows of ``RANGES_KM``: least squares over the bins of distance, weighted by pairs.
    serial : ndarray
        (simulations,), by the correlation of neighbouring years.
    """
    left = centred(outcomes)
    n, t, simulations = left.shape
    flat = left.reshape(n, t * simulations)
    variance = (left**2).mean(axis=(0, 1))
    seen = [
        ((bins @ flat) * flat).reshape(n, t, simulations).sum(axis=(0, 1)) / t / variance
        for bins in shape.bins
    ]
    miss = ((np.stack(seen)[None] - shape.expected[:, :, None]) ** 2 * shape.size[:, None]).sum(axis=1)
    one = (left[:, 1:] * left[:, :-1]).sum(axis=(0, 1)) / (left**2).sum(axis=(0, 1))
    return miss.argmin(axis=0), np.interp(one, shape.lag_one, SERIAL)


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
    scale = spatial_scale(at, *error_correlation(outcomes, shape))
    scales = {"raw": np.ones_like(at.length)[:, None], "scaled": at.length[:, None], "spatial": scale}
    return {name: _share_as_far(estimates / by) for name, by in scales.items()}


def _share_as_far(statistics: np.ndarray) -> np.ndarray:
    size = np.abs(statistics)
    return np.asarray((size >= size[0] * (1 - 1e-12)).mean(axis=0))


def spatially_scaled(
    placebo: pd.DataFrame, panel: pd.DataFrame, outcome: str, treatments: np.ndarray, regions: pd.DataFrame
) -> pd.DataFrame:
    """Drawn estimates brought to the precision of the real one under the outcome's own correlation.

    What `spillover.inference.relocation.scaled` does for independent errors, for errors correlated in space
    and time: then too, exposed districts that lie together are told from those that lie apart.

    Parameters
    ----------
    placebo : DataFrame
        As from `spillover.relocation_test` for this panel, outcome and treatments.
    panel : DataFrame
        region_code, year, outcome: a balanced panel without missing values.
    outcome : str
    treatments : ndarray
        (panel rows, 1 + draws).
    regions : DataFrame
        region_code, lon, lat of the panel's districts.

    Raises
    ------
    DataError
        A panel with gaps.
    """
    districts = regions[regions["region_code"].isin(panel["region_code"])].reset_index(drop=True)
    order = panel.assign(_row=np.arange(len(panel))).pivot(index="region_code", columns="year", values="_row")
    order = order.reindex(districts["region_code"])
    if order.isna().any(axis=None) or panel[outcome].isna().any():
        raise DataError("spatially_scaled", "a panel with gaps", [outcome], "use years and districts without")
    rows = order.to_numpy(int)
    distance = geodesic_km(districts, districts)
    distance = (distance + distance.T) / 2
    exposures = np.asarray(treatments, dtype=float)[rows].transpose(2, 0, 1)
    left = np.stack([centred(exposure) for exposure in exposures])
    power = (left**2).sum(axis=(1, 2), keepdims=True)
    told = power[:, 0, 0] > _NOTHING
    at = _prepared(left[told] / power[told], distance)
    values = panel[outcome].to_numpy(float)[rows][:, :, None]
    scale = np.full(len(left), np.nan)
    scale[told] = spatial_scale(at, *error_correlation(values, error_shape(distance, rows.shape[1])))[:, 0]
    return placebo.assign(estimate=placebo["estimate"] * (scale[0] / scale))
