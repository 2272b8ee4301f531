"""Rows of `estimates` from a fitted spatial model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from spillover.models.impacts import EFFECTS, simulate_impacts
from spillover.models.spatial_ml import Sample, SpatialFit
from spillover.models.weights import SpatialWeights


def coefficient_rows(fit: SpatialFit, sample: Sample, kind: str) -> list[dict[str, Any]]:
    """Rows of the coefficients and of rho or lambda."""
    values, names = fit.coefficients, list(fit.names)
    if kind != "slx":
        values, names = np.append(values, fit.spatial), [*names, "lambda" if kind == "error" else "rho"]
    errors = np.sqrt(np.diag(fit.covariance))
    degrees = _degrees(fit, sample, kind)
    return [_row(name, v, e, degrees) for name, v, e in zip(names, values, errors, strict=True)]


def impact_rows(
    fit: SpatialFit, sample: Sample, regressors: Sequence[str], *, kind: str, draws: int, seed: int
) -> list[dict[str, Any]]:
    """Rows direct, indirect and total of every regressor."""
    place = {name: i for i, name in enumerate(fit.names)}
    columns = [(place[x], place.get(f"W*{x}")) for x in regressors]
    if kind in ("lag", "durbin"):
        means = np.append(fit.coefficients, fit.spatial)
        table, used = simulate_impacts(
            means, fit.covariance, sample.matrix, columns=columns, draws=draws, seed=seed
        )
        by = ", clustered by region_code" if sample.clustered else ""
        vcov = f"simulated, {used} of {draws} draws with |rho| < 1{by}"
        ssc = "standard deviation and quantiles of draws from the normal of the coefficients"
        out: list[dict[str, Any]] = table.drop(columns=["regressor", "effect"]).to_dict("records")
        terms = [f"{e}:{regressors[i]}" for i, e in zip(table["regressor"], table["effect"], strict=True)]
        return [row | {"term": t, "vcov": vcov, "ssc": ssc} for row, t in zip(out, terms, strict=True)]
    degrees, rows = _degrees(fit, sample, kind), []
    share = float(sample.matrix.sum()) / sample.matrix.shape[0]  # 1 but for regions without neighbours
    for name, (own, near) in zip(regressors, columns, strict=True):
        for effect in EFFECTS:
            take = np.zeros(len(fit.coefficients))
            take[own] = float(effect != "indirect")
            if near is not None:
                take[near] = share * (effect != "direct")
            variance = take @ fit.covariance[: len(take), : len(take)] @ take
            error = np.sqrt(variance) if take.any() else np.nan  # no spillover by construction: no error
            rows.append(_row(f"{effect}:{name}", float(take @ fit.coefficients), error, degrees))
    return rows


def _degrees(fit: SpatialFit, sample: Sample, kind: str) -> float:
    """Degrees of freedom of the t distribution; inf for the normal of maximum likelihood."""
    if sample.clustered:
        return float(sample.y.shape[1] - 1)
    return float(fit.n_free - len(fit.names)) if kind == "slx" else np.inf


def _row(term: str, estimate: float, error: float, degrees: float) -> dict[str, Any]:
    normal = np.isinf(degrees)
    half = error * (ndtri(0.975) if normal else stdtrit(degrees, 0.975))
    size = -abs(estimate) / error if error > 0 else np.nan
    p = 2 * (ndtr(size) if normal else stdtr(degrees, size))
    return {
        "term": term, "estimate": estimate, "std_error": error, "p_value": p,
        "conf_low": estimate - half, "conf_high": estimate + half,
    }  # fmt: skip


def shared_columns(
    sample: Sample, chosen: tuple[str, tuple[str, ...]], weights: SpatialWeights, outcome: str
) -> dict[str, Any]:
    """What all rows of one model say."""
    (kind, effects), (years, n) = chosen, sample.y.shape
    free = [f"{years}{' - 1' * sample.by_region} years", f"{n}{' - 1' * sample.by_year} regions"]
    counted = "sigma2 over " + " x ".join(free) + (" (Lee and Yu 2010)" if effects else "")
    if kind == "slx":
        vcov = "clustered by region_code" if sample.clustered else "iid"
        ssc = "k_fixef=full, G/(G-1)" if sample.clustered else "1/(n-k)"
    else:
        vcov = "ML, clustered by region_code" if sample.clustered else "ML information, errors independent"
        ssc = f"{counted}; k_fixef=full, G/(G-1)" if sample.clustered else counted
    words = " and ".join(effects) + " effects" if effects else "constant"
    return {
        "outcome": outcome, "n_obs": sample.y.size, "n_regions": n, "vcov": vcov, "ssc": ssc,
        "n_clusters": n if sample.clustered else pd.NA,
        "model": f"spatial {kind}, {words}, weights: {weights.definition}",
    }  # fmt: skip
