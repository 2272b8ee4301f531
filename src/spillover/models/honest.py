"""How far trends may differ before an effect can be zero: bounds of Rambachan and Roth (2023)."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import optimize
from scipy.special import ndtr

from spillover.errors import DataError
from spillover.models.cohorts import REFERENCE
from spillover.models.event_study import EventFit

WHERE = "honest bounds"
COLUMNS = ("spec_id", "outcome", "restriction", "target", "m", "conf_low", "conf_high", "includes_zero")
_GRID = 1000  # points at which relative-magnitude bounds are tested, the number in R


def smoothness_bounds(fit: EventFit, m: Sequence[float], *, event_time: int | None = None) -> pd.DataFrame:
    """95 % intervals if the slope of the difference in trends changes by at most ``m`` from year to year.

    Fixed-length intervals, optimal for the class Δ^SD(M): a linear combination of the coefficients whose
    worst bias and standard error give the shortest interval (Rambachan and Roth 2023, Review of Economic
    Studies 90(5), section 4.1; Armstrong and Kolesár 2018). m = 0 allows a linear difference in trends.

    Parameters
    ----------
    fit : EventFit
        Of twfe, sun_abraham or callaway_santanna; event times without gaps.
    m : sequence of float
        In units of the outcome per year.
    event_time : int, optional
        The effect wanted, ≥ 0; by default the mean over all event times ≥ 0 shown.

    Returns
    -------
    DataFrame
        One row per m: spec_id, outcome, restriction ("smoothness"), target ("event 0" or "mean"), m,
        conf_low, conf_high, includes_zero.

    Raises
    ------
    DataError
        An estimator without joint covariance, no lead, event times with gaps, a negative m.

    Examples
    --------
    >>> from spillover.models.estimates import make_estimates
    >>> rows = [{"spec_id": "s", "outcome": "y", "event_time": k, "estimate": float(k >= 0)}
    ...         for k in (-3, -2, 0, 1)]
    >>> cov = pd.DataFrame(np.eye(4) * 0.01, index=[-3, -2, 0, 1], columns=[-3, -2, 0, 1])
    >>> fit = EventFit(make_estimates(rows), cov)
    >>> smoothness_bounds(fit, [0.0, 1.0], event_time=0)["includes_zero"].tolist()
    [False, True]
    """
    beta, cov, before, weights, about = _inputs(fit, event_time, m)
    rows = []
    for value in m:
        low, high = _flci(beta, cov, before, weights, float(value))
        rows.append(about | {"restriction": "smoothness", "m": value, "conf_low": low, "conf_high": high})
    return _table(rows)


def relative_magnitude_bounds(
    fit: EventFit, m: Sequence[float], *, event_time: int | None = None
) -> pd.DataFrame:
    """95 % intervals if trends differ after exposure by at most ``m`` times the largest change before it.

    The class Δ^RM(M̄), with the conditional test and its least favourable hybrid (Rambachan and Roth 2023,
    section 3; Andrews, Roth and Pakes 2023), computed by moderndid, which follows the authors' R package.

    Parameters and returns are those of `smoothness_bounds`, ``restriction`` is "relative magnitude". The ends
    are exact to a fiftieth of a standard error (a grid, as in the R package). About a minute for each m.

    Raises
    ------
    DataError
        As there; one lead or one lag only; an interval that is empty or leaves the grid; or moderndid or its
        solver is not installed.
    """
    beta, cov, before, weights, about = _inputs(fit, event_time, m)
    after = len(beta) - before
    if min(before, after) < 2:
        few = "one lead" if before < 2 else "one event time from 0 on"
        raise DataError(WHERE, f"relative-magnitude bounds with {few}", remedy="a wider window")
    try:
        from moderndid.didhonest.sensitivity import create_sensitivity_results_rm
    except ImportError as error:
        remedy = "pip install 'moderndid[didhonest]' (its solver cvxpy comes with it)"
        raise DataError(WHERE, f"relative-magnitude bounds need moderndid: {error}", remedy=remedy) from error
    error_size = float(np.sqrt(weights @ cov[before:, before:] @ weights))
    middle = float(weights @ beta[before:])
    steps = np.abs(np.diff(np.append(beta[:before], 0.0))).max()
    rows = []
    for value in (float(one) for one in m):
        reach = 8 * error_size + value * steps * float(weights @ np.arange(1, after + 1))
        grid = {"grid_points": _GRID, "grid_lb": middle - reach, "grid_ub": middle + reach}
        with warnings.catch_warnings():  # if a part of the union is open, the whole is: an error below
            warnings.filterwarnings(
                "ignore", message="CI is open at one of the endpoints", category=UserWarning
            )
            found = create_sensitivity_results_rm(
                beta, cov, before, after, m_bar_vec=np.array([value]), l_vec=weights[:, None], **grid
            )
        low, high = float(found["lb"][0]), float(found["ub"][0])
        if np.isnan(low):
            problem = "no value that is not rejected: the leads contradict the restriction"
            raise DataError(WHERE, problem, [value], "a larger m, or smoothness_bounds")
        if not (grid["grid_lb"] < low and high < grid["grid_ub"]):
            raise DataError(WHERE, "a relative-magnitude interval beyond the grid", [value], "a smaller m")
        rows.append(
            about | {"restriction": "relative magnitude", "m": value, "conf_low": low, "conf_high": high}
        )
    return _table(rows)


def breakdown_m(bounds: pd.DataFrame) -> float:
    """Smallest m of a table of bounds whose interval includes zero; inf if none does.

    Examples
    --------
    >>> breakdown_m(pd.DataFrame({"m": [0.0, 0.5, 1.0], "includes_zero": [False, True, True]}))
    0.5
    """
    inside = bounds.loc[bounds["includes_zero"], "m"]
    return float(inside.min()) if len(inside) else float("inf")


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    table = pd.DataFrame(rows)
    zero = (table["conf_low"] <= 0) & (table["conf_high"] >= 0)
    return table.assign(includes_zero=zero)[list(COLUMNS)]


def _inputs(
    fit: EventFit, event_time: int | None, m: Sequence[float]
) -> tuple[np.ndarray, np.ndarray, int, np.ndarray, dict[str, object]]:
    """Coefficients, covariance, number of leads, weights of the target over the lags, and names."""
    times = [int(k) for k in fit.covariance.index]
    leads, lags = [k for k in times if k < REFERENCE], [k for k in times if k >= 0]
    if not lags:
        remedy = "use twfe, sun_abraham or callaway_santanna"
        raise DataError(
            WHERE, "no joint covariance of leads and lags", fit.estimates["model"].head(1), remedy
        )
    if not leads:
        raise DataError(WHERE, "no lead besides the reference", remedy="a window that begins before -1")
    whole = [k for k in range(min(times), max(times) + 1) if k != REFERENCE]
    if times != whole:
        lost = sorted(set(whole) - set(times))
        raise DataError(WHERE, "event times with gaps", lost, "a window without them")
    if len(m) == 0 or min(m) < 0:
        raise DataError(WHERE, "no m, or a negative one", list(m), "give values from 0 up")
    if event_time is not None and event_time not in lags:
        raise DataError(WHERE, "an event time that is not shown", [event_time], f"one of {lags}")
    weights = np.array([1.0 / len(lags) if event_time is None else float(k == event_time) for k in lags])
    rows = fit.estimates.dropna(subset=["event_time"])
    beta = rows.set_index(rows["event_time"].astype(int))["estimate"][times].to_numpy(float)
    target = "mean" if event_time is None else f"event {event_time}"
    about = {"spec_id": rows["spec_id"].iloc[0], "outcome": rows["outcome"].iloc[0], "target": target}
    return beta, fit.covariance.to_numpy(float), len(leads), weights, about


def _flci(
    beta: np.ndarray, cov: np.ndarray, before: int, weights: np.ndarray, m: float
) -> tuple[float, float]:
    """Shortest fixed-length interval for the weighted lags under Δ^SD(m).

    A difference in trends that is zero at the reference is a slope and its changes d_j, one for each inner
    year. The estimator v'b + l'a is free of the slope if Σ v_{-i} i = Σ l_i i (i years from the reference);
    its worst bias is m Σ |c_j|, c_j linear in v. The half length is convex in v (and in bounds on the |c_j|).
    """
    scale = float(np.sqrt(weights @ cov[before:, before:] @ weights))
    ahead = np.arange(1, len(weights) + 1)
    back = np.arange(before, 0, -1)  # years from the reference, the earliest lead first
    slope = float(weights @ ahead)
    changes = np.maximum(back[None, :] - np.arange(1, before)[:, None], 0).astype(float)
    # changes after the reference, and the one at it, which the condition on the slope fixes
    fixed = m * (sum(abs(float(weights @ np.maximum(ahead - j, 0))) for j in ahead) + abs(slope))

    def half_length(x: np.ndarray) -> float:
        both = np.append(x[:before], weights)
        error = float(np.sqrt(max(both @ cov @ both, 1e-300)))
        return error * _folded_quantile((fixed + m * float(x[before:].sum())) / error) / scale

    def whole(v: np.ndarray) -> np.ndarray:
        return np.append(v, np.abs(changes @ v))

    best = _least_variance(cov, before, weights, back, slope)
    if m > 0 and before > 1:
        nearest = np.append(np.zeros(before - 1), slope)  # the slope of the last year: the least bias
        limits = [
            {"type": "eq", "fun": lambda x: back @ x[:before] - slope},
            {"type": "ineq", "fun": lambda x: x[before:] - changes @ x[:before]},
            {"type": "ineq", "fun": lambda x: x[before:] + changes @ x[:before]},
        ]
        options = {"ftol": 1e-12, "maxiter": 500}
        tries = [best, nearest]
        for start in (best, nearest):
            x = optimize.minimize(
                half_length, whole(start), method="SLSQP", constraints=limits, options=options
            ).x
            tries.append(x[:before] + back * (slope - back @ x[:before]) / (back @ back))
        best = min(tries, key=lambda v: half_length(whole(v)))
    middle, half = float(np.append(best, weights) @ beta), half_length(whole(best)) * scale
    return middle - half, middle + half


def _least_variance(
    cov: np.ndarray, before: int, weights: np.ndarray, back: np.ndarray, slope: float
) -> np.ndarray:
    """Leads' weights with the smallest variance that take out the slope."""
    system = np.block([[cov[:before, :before], back[:, None]], [back[None, :], np.zeros((1, 1))]])
    right = np.append(-cov[:before, before:] @ weights, slope)
    return np.asarray(np.linalg.solve(system, right)[:before])


def _folded_quantile(t: float) -> float:
    """95 % quantile of |N(t, 1)|."""
    return float(optimize.brentq(lambda c: ndtr(c - t) - ndtr(-c - t) - 0.95, 0.0, t + 8.0))
