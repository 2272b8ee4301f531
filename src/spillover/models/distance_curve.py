"""The effect as a flexible curve in distance: bins chosen by the data, against the outermost bin.

Butts (2023, "JUE Insight: Difference-in-differences with geocoded microdata", Journal of Urban Economics
133): the change of the outcome is averaged in bins of distance with equally many units; the mean of the
outermost bin is the change that the others would have had. The number of bins minimises the integrated mean
squared error, as for binned scatter plots (Cattaneo, Crump, Farrell and Feng 2024, American Economic Review
114(5)).
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.models.estimates import make_estimates

WHERE = "distance_curve"
DRAWS = 10_000  # of the largest t ratio; fixes the band to about 1 % of its width
LEAST_IN_BIN = 5
DEGREE = 4  # of the polynomial that the rule of thumb fits
POINTWISE, UNIFORM = "by bin; pointwise 95 %", "by bin; uniform 95 % band (sup-t)"
SSC = "variance of each bin over its n - 1; t of Welch, sup-t simulated with chi-squared variances"


def distance_curve(
    data: pd.DataFrame,
    outcome: str,
    *,
    distance: str = "distance_km",
    bins: int | None = None,
    seed: int = 1,
    spec_id: str = "distance_curve",
) -> pd.DataFrame:
    """Estimate how the change of an outcome falls with distance, without choosing rings.

    In bin j of distance τ_j = mean(Δy | bin j) - mean(Δy | outermost bin).

    Parameters
    ----------
    data : DataFrame
        One row per district: region_code, the outcome (the change after less before, as from
        `spillover.models.gradient.long_difference`) and the distance (km, 0 or more). Rows where one is
        missing are dropped and counted.
    outcome, distance : str
    bins : int, optional
        Number of bins; chosen by `optimal_bins` if not given.
    seed : int
        Of the simulated largest t ratio.
    spec_id : str

    Returns
    -------
    DataFrame
        Rows of `estimates`, every bin but the outermost from the inside out: first with intervals that hold
        for one bin (``vcov`` "by bin; pointwise 95 %"), then once more with the band that holds for all
        bins at once ("by bin; uniform 95 % band (sup-t)"). ``term`` is the bin in km to 0.1 ("0-48.3"),
        ``n_exposed`` its number of districts; ``model`` says how many bins there are, who chose them, and
        where the outermost begins.

    Raises
    ------
    DataError
        A district twice, distances below 0, a constant outcome, fewer than 10 districts, bins that leave
        fewer than 5 districts or no variance in a bin.

    Notes
    -----
    The differences are effects only if the outermost bin is beyond the reach of the parks and if the change
    without parks would not have varied with distance. Neighbours' errors are taken as independent here.

    Examples
    --------
    >>> near = np.arange(40) < 10
    >>> data = pd.DataFrame({"region_code": [f"r{i}" for i in range(40)], "distance_km": np.arange(40.0),
    ...                      "y": 2.0 * near + np.tile([-0.1, 0.1], 20)})
    >>> curve = distance_curve(data, "y", bins=4)
    >>> curve[["term", "estimate", "n_exposed"]].head(3).round(3).values.tolist()
    [['0-9.5', 2.0, 10], ['9.5-19.5', 0.0, 10], ['19.5-29.5', 0.0, 10]]
    """
    used = _checked(data, outcome, distance)
    x, y = used[distance].to_numpy(float), used[outcome].to_numpy(float)
    chosen = f"{bins} bins as given" if bins else "bins chosen by the data"
    edges = bin_edges(x, bins or optimal_bins(x, y))
    which = np.searchsorted(edges[1:-1], x, side="right")
    n, mean, variance = _moments(which, y, len(edges) - 1)
    labels = [f"{round(a, 1):g}-{round(b, 1):g}" for a, b in itertools.pairwise(edges)]
    shared = {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_obs": len(used),
        "n_regions": len(used),
        "n_dropped": len(data) - len(used),
        "ssc": SSC,
        "model": f"mean change by distance, {len(n)} bins ({chosen}), against {labels[-1]} km",
    }
    columns = _inference(n, mean, variance, seed)
    rows: list[dict[str, Any]] = []
    for vcov, critical in ((POINTWISE, columns["critical"]), (UNIFORM, columns["uniform"])):
        table = pd.DataFrame(columns).assign(
            term=labels[:-1],
            conf_low=columns["estimate"] - critical * columns["std_error"],
            conf_high=columns["estimate"] + critical * columns["std_error"],
            vcov=vcov,
        )
        rows += [shared | row for row in table.to_dict("records")]
    return make_estimates(rows)


def optimal_bins(x: np.ndarray, y: np.ndarray) -> int:
    """Number of quantile-spaced bins that minimises the integrated mean squared error of bin means.

    With u the rank of the distance (0–1), bins of equal counts have width 1/J in u. Bin means then have an
    integrated variance of J σ² / n and an integrated squared bias of B / J², B = ∫ μ'(u)² du / 12, so that
    J = (2 B n / σ²)^(1/3): the piecewise-constant case of the optimum of Cattaneo, Crump, Farrell and Feng
    (2024), written in ranks, where the density of distance is 1 and need not be estimated. σ² and μ' come
    from a polynomial of degree 4 in u; what its own noise adds to μ'² is taken off.

    Parameters
    ----------
    x, y : ndarray
        Shape (n,): distance and outcome.

    Returns
    -------
    int
        At least 2 (one bin and the outermost one), at most n / 5.

    Examples
    --------
    >>> x = np.arange(200.0)
    >>> optimal_bins(x, np.tile([-1.0, 1.0], 100)), optimal_bins(x, x / 20 + np.tile([-1.0, 1.0], 100))
    (2, 15)
    """
    from numpy.polynomial import legendre
    from scipy.stats import rankdata

    n = len(x)
    u = 2 * (rankdata(x) - 0.5) / n - 1  # -1 to 1, where Legendre polynomials are orthogonal
    design = legendre.legvander(u, DEGREE)
    coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
    variance = float(((y - design @ coefficients) ** 2).sum() / max(n - DEGREE - 1, 1))
    slopes = np.stack([legendre.legval(u, legendre.legder(e)) for e in np.eye(DEGREE + 1)], axis=1)
    noise = variance * np.einsum("ij,jk,ik->i", slopes, np.linalg.pinv(design.T @ design), slopes)
    bias = max(float(np.mean(4 * ((slopes @ coefficients) ** 2 - noise))) / 12, 0.0)  # d/du is 2 d/d(2u-1)
    most = max(2, n // LEAST_IN_BIN)
    if variance <= 1e-12 * float(np.var(y)):
        return most
    return int(np.clip(round((2 * bias * n / variance) ** (1 / 3)), 2, most))


def bin_edges(x: np.ndarray, bins: int) -> np.ndarray:
    """Edges of bins with equal counts, halfway between two distances; ties stay together (fewer bins)."""
    values = np.sort(x)
    cuts = [round(k * len(values) / bins) for k in range(1, bins)]
    inner = sorted({(values[c - 1] + values[c]) / 2 for c in cuts if values[c] > values[c - 1]})
    return np.array([values[0], *inner, values[-1]])


def _checked(data: pd.DataFrame, outcome: str, distance: str) -> pd.DataFrame:
    """Complete rows of one district each."""
    check_columns(data, ["region_code", outcome, distance], WHERE)
    used = data[["region_code", outcome, distance]].dropna()
    check_unique(used, ["region_code"], WHERE)
    bad = (used[distance] < 0) | ~np.isfinite(used[[distance, outcome]].astype(float)).all(axis=1)
    check_rows(used, bad, ["region_code"], WHERE, "distances below 0 or infinite values", "leave these out")
    if len(used) < 2 * LEAST_IN_BIN:
        raise DataError(WHERE, f"{len(used)} complete rows are too few", remedy="add districts")
    if used[outcome].nunique() < 2:
        raise DataError(WHERE, "the outcome is constant", [outcome], "choose another outcome or sample")
    return used


def _moments(which: np.ndarray, y: np.ndarray, bins: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count, mean and variance of the mean in every bin."""
    n = np.bincount(which, minlength=bins)
    if bins < 2 or n.min() < LEAST_IN_BIN:
        problem = f"bins of {n.min()} districts" if bins > 1 else "a single bin"
        raise DataError(
            WHERE, problem, n, f"use fewer bins, or distances with fewer ties; {LEAST_IN_BIN} at least"
        )
    mean = np.bincount(which, y) / n
    variance = np.bincount(which, (y - mean[which]) ** 2) / (n - 1) / n
    if (variance == 0).any():
        raise DataError(WHERE, "bins in which the outcome does not vary", remedy="use fewer bins")
    return n, mean, variance


def _inference(n: np.ndarray, mean: np.ndarray, variance: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Differences to the last bin with Welch's t, and the 95 % point of the largest |t| over all bins."""
    from scipy.stats import t

    estimate = mean[:-1] - mean[-1]
    std_error = np.sqrt(variance[:-1] + variance[-1])
    degrees = std_error**4 / (variance[:-1] ** 2 / (n[:-1] - 1) + variance[-1] ** 2 / (n[-1] - 1))
    random = np.random.default_rng(seed)
    drawn = random.standard_normal((DRAWS, len(n))) * np.sqrt(variance)
    spread = variance * random.chisquare(n - 1, (DRAWS, len(n))) / (n - 1)
    ratio = np.abs(drawn[:, :-1] - drawn[:, [-1]]) / np.sqrt(spread[:, :-1] + spread[:, [-1]])
    return {
        "estimate": estimate,
        "std_error": std_error,
        "p_value": 2 * t.sf(np.abs(estimate) / std_error, degrees),
        "critical": t.ppf(0.975, degrees),
        "uniform": np.full(len(estimate), np.quantile(ratio.max(axis=1), 0.95)),
        "n_exposed": n[:-1],
    }
