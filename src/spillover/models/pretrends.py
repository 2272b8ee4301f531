"""Pre-trends: a joint test of the leads, and what that test would have missed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy import optimize, stats

from spillover.errors import DataError
from spillover.models.cohorts import REFERENCE
from spillover.models.event_study import EventFit

WHERE = "pre-trends"
COLUMNS = (
    "spec_id",
    "outcome",
    "test",
    "n_leads",
    "statistic",
    "df1",
    "df2",
    "p_value",
    "power",
    "slope",
    "bias",
)
POWERS = (0.5, 0.8)
# Estimators whose lags are differences from the year before exposure: a trend biases them by its own size.
_SHORT_DIFFERENCE = ("twfe", "sun_abraham", "callaway_santanna")


def pretrends_test(fit: EventFit) -> pd.DataFrame:
    """Joint test that all leads are zero, and the linear pre-trend that it finds with 50 % and 80 % power.

    The test is W = b' V⁻¹ b / q against F(q, G - 1), q leads, G clusters. Under a trend of slope s per year
    lead k is s (k + 1) on average, and W follows the noncentral F with noncentrality s² t' V⁻¹ t, t the
    vector of k + 1. The other common test, that no single lead is significant at 5 %, is shown beside it: it
    rejects unless all leads are inside ± 1.96 standard errors (Roth 2022, AER: Insights 4(3), section I).

    Parameters
    ----------
    fit : EventFit
        From `spillover.models.event_study.fit_event_study`; leads inside the window are tested.

    Returns
    -------
    DataFrame
        One row for each test {"joint", "individual"} and power {0.5, 0.8}: spec_id, outcome, test, n_leads,
        statistic (W, or the largest absolute t), df1 and df2 (of W; missing for "individual"), p_value
        (for "individual": of the largest t, by drawing from the joint normal of all leads), power, slope
        (per year, in units of the outcome, of the linear pre-trend found with that power) and bias (that
        slope times the mean of k + 1 over the event times ≥ 0 shown: what it adds to the average of these
        effects; missing for imputation and two_stage, which compare with all years before exposure, so that
        a trend biases them more).

    Raises
    ------
    DataError
        No lead besides the reference, or leads whose covariance is singular.

    Notes
    -----
    A test that is passed does not show parallel trends: a trend below the ``slope`` that is found with 50 %
    power is missed more often than not.

    Examples
    --------
    >>> from spillover.models.estimates import make_estimates
    >>> rows = [{"spec_id": "s", "term": f"event {k}", "outcome": "y", "event_time": k, "estimate": 0.1 * k,
    ...          "n_clusters": 50, "model": "twfe"} for k in (-3, -2, 0, 1)]
    >>> cov = pd.DataFrame(np.eye(4) * 0.01, index=[-3, -2, 0, 1], columns=[-3, -2, 0, 1])
    >>> pretrends_test(EventFit(make_estimates(rows), cov))["slope"].round(3).tolist()
    [0.103, 0.143, 0.088, 0.129]
    """
    rows = fit.estimates.dropna(subset=["event_time", "estimate"])
    by_time = rows.set_index(rows["event_time"].astype(int))["estimate"]
    leads = [k for k in fit.covariance.index if k < REFERENCE]
    if not leads:
        remedy = "a window that begins before -1, and years before exposure"
        raise DataError(WHERE, "no lead besides the reference", remedy=remedy)
    b = by_time[leads].to_numpy(float)
    cov = fit.covariance.loc[leads, leads].to_numpy(float)
    if not np.isfinite(cov).all() or np.linalg.matrix_rank(cov) < len(leads):
        problem = "leads whose covariance is singular: fewer clusters than leads, or one district behind them"
        raise DataError(WHERE, problem, leads, "a shorter window, or a coarser set of event times")
    first = rows.iloc[0]
    groups = int(first["n_clusters"])
    joint, individual = _joint(b, cov, groups), _individual(b, cov)
    trend = np.array([k - REFERENCE for k in leads], dtype=float)
    after = [k - REFERENCE for k in by_time.index if k >= 0]
    known = any(str(first["model"]).startswith(name) for name in _SHORT_DIFFERENCE)
    per_slope = float(np.mean(after)) if after and known else float("nan")
    out = []
    for found, power_at in ((joint, _joint_power(cov, groups)), (individual, _individual_power(cov))):
        for power in POWERS:
            slope = _slope(power_at, trend, cov, power)
            about = {"spec_id": first["spec_id"], "outcome": first["outcome"], "n_leads": len(leads)}
            out.append(about | found | {"power": power, "slope": slope, "bias": slope * per_slope})
    return pd.DataFrame(out, columns=list(COLUMNS))


def _joint(b: np.ndarray, cov: np.ndarray, groups: int) -> dict[str, object]:
    q = len(b)
    wald = float(b @ np.linalg.solve(cov, b)) / q
    p = float(stats.f.sf(wald, q, groups - 1))
    return {"test": "joint", "statistic": wald, "df1": q, "df2": groups - 1, "p_value": p}


def _individual(b: np.ndarray, cov: np.ndarray) -> dict[str, object]:
    size = np.sqrt(np.diag(cov))
    largest = float(np.max(np.abs(b) / size))
    p = float((np.abs(_draws(cov)) > largest).any(axis=1).mean())
    return {"test": "individual", "statistic": largest, "p_value": p}


def _draws(cov: np.ndarray) -> np.ndarray:
    """Quasi-random draws of N(0, correlation of the leads); shape (2^15, q). Probabilities to about 0.002."""
    size = np.sqrt(np.diag(cov))
    root = np.linalg.cholesky(cov / np.outer(size, size))
    uniform = stats.qmc.Sobol(len(cov), seed=1).random_base2(15)
    return np.asarray(stats.norm.ppf(np.clip(uniform, 1e-12, 1 - 1e-12)) @ root.T)


def _joint_power(cov: np.ndarray, groups: int) -> Callable[[np.ndarray], float]:
    q = len(cov)
    critical = float(stats.f.isf(0.05, q, groups - 1))
    return lambda mean: float(stats.ncf.sf(critical, q, groups - 1, float(mean @ np.linalg.solve(cov, mean))))


def _individual_power(cov: np.ndarray) -> Callable[[np.ndarray], float]:
    draws, size, reach = _draws(cov), np.sqrt(np.diag(cov)), float(stats.norm.isf(0.025))
    return lambda mean: float((np.abs(draws + mean / size) > reach).any(axis=1).mean())


def _slope(
    power_at: Callable[[np.ndarray], float], trend: np.ndarray, cov: np.ndarray, power: float
) -> float:
    """Slope (positive) of the trend that is found with this power; 0 if the test rejects as often without."""
    if power_at(0.0 * trend) >= power:
        return 0.0
    unit = float(np.min(np.sqrt(np.diag(cov)) / np.abs(trend)))
    high = unit
    while power_at(high * trend) < power:
        high *= 2.0
    return float(optimize.brentq(lambda s: power_at(s * trend) - power, 0.0, high, xtol=1e-6 * unit))
