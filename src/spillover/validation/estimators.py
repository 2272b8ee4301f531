"""Five estimators for many outcomes at once: in a fixed design each is a weighted sum of the outcome.

An estimate is ``weights @ y``, and each estimator's own standard error sums ``weights * residuals`` by
district, squares and adds; only what counts as a residual differs. For 2,000 simulated outcomes that is one
matrix product instead of 2,000 calls; the tests compare with the calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from spillover.errors import DataError


class Estimator(NamedTuple):
    """An estimator in a fixed design of n districts and t years.

    ``weights`` (n, t); ``residuals`` takes and gives (n, t, simulations); ``factor`` multiplies the variance;
    ``more`` gives what else a district adds to the influence, (n, simulations), of the outcomes.
    """

    name: str
    weights: np.ndarray
    residuals: Callable[[np.ndarray], np.ndarray]
    factor: float
    more: Callable[[np.ndarray], np.ndarray] | None = None


def centred(values: np.ndarray) -> np.ndarray:
    """What district and year effects leave over of a balanced panel (districts, years, …)."""
    rows = values.mean(axis=1, keepdims=True)
    columns = values.mean(axis=0, keepdims=True)
    return np.asarray(values - rows - columns + values.mean(axis=(0, 1), keepdims=True))


def estimate(weights: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Weighted sums of outcomes (n, t, simulations)."""
    return np.asarray(weights.ravel() @ outcomes.reshape(weights.size, -1))


def own_errors(estimator: Estimator, outcomes: np.ndarray) -> np.ndarray:
    """The estimator's own standard errors, clustered by district; shape (simulations,)."""
    scores = np.einsum("it,its->is", estimator.weights, estimator.residuals(outcomes))
    if estimator.more is not None:
        scores = scores + estimator.more(outcomes)
    return np.asarray(np.sqrt(estimator.factor * (scores**2).sum(axis=0)))


def twfe(exposed: np.ndarray) -> Estimator:
    """Two-way fixed effects on a dummy (n, t); CR1 with all effects counted, as `spillover.twfe`."""
    left = centred(exposed)
    weights = left / (left**2).sum()
    n, t = exposed.shape

    def residuals(outcomes: np.ndarray) -> np.ndarray:
        return np.asarray(centred(outcomes) - left[:, :, None] * estimate(weights, outcomes))

    return Estimator("twfe", weights, residuals, _cr1(n, n * t, n + t))


def _cr1(groups: int, rows: int, parameters: int) -> float:
    return groups / (groups - 1) * (rows - 1) / (rows - parameters)


def callaway_santanna(exposed: np.ndarray) -> Estimator:
    """Callaway and Sant'Anna (2021) against the never exposed; influence with that of the cohort shares."""
    n, t = exposed.shape
    cohort = cohorts(exposed)
    cells = [(g, year) for g in np.unique(cohort[cohort < t]) for year in range(int(g), t)]
    size = np.array([(cohort == g).sum() for g, _ in cells], dtype=float)
    share = size / size.sum()
    each = np.stack([_two_by_two(cohort, t, g, year) for g, year in cells])
    member = np.stack([(cohort == g).astype(float) for g, _ in cells], axis=1) - size / n
    total = size.sum() / n
    influence = (member / total - member.sum(axis=1, keepdims=True) * share / total) / n
    levels = [np.flatnonzero(cohort == g) for g in np.unique(cohort)]

    def residuals(outcomes: np.ndarray) -> np.ndarray:
        out = outcomes.copy()
        for rows in levels:
            out[rows] -= outcomes[rows].mean(axis=0)
        return out

    def more(outcomes: np.ndarray) -> np.ndarray:
        return np.asarray(influence @ (each.reshape(len(cells), -1) @ outcomes.reshape(n * t, -1)))

    return Estimator("callaway_santanna", never_weights(exposed), residuals, 1.0, more)


def never_weights(exposed: np.ndarray) -> np.ndarray:
    """Weights (n, t) of Callaway and Sant'Anna's average, which is Sun and Abraham's too.

    All exposed district-years count the same, each against its district's last year before exposure and
    against the never exposed.
    """
    cohort, n_years = cohorts(exposed), exposed.shape[1]
    out = exposed / exposed.sum()
    mine = np.flatnonzero(cohort < n_years)
    out[mine, cohort[mine].astype(int) - 1] -= out[mine].sum(axis=1)
    out[cohort == n_years] = -out.sum(axis=0) / (cohort == n_years).sum()
    return np.asarray(out)


def _two_by_two(cohort: np.ndarray, t: int, g: float, year: int) -> np.ndarray:
    """Weights of one cohort's effect in one year, against the year before its exposure."""
    out = np.zeros((len(cohort), t))
    mine, never = cohort == g, cohort >= t
    change = mine / mine.sum() - never / never.sum()
    out[:, year] += change
    out[:, int(g) - 1] -= change
    return out


def cohorts(exposed: np.ndarray) -> np.ndarray:
    """Number of the first exposed year of each district (t if never)."""
    found = np.where(exposed.any(axis=1), exposed.argmax(axis=1), exposed.shape[1]).astype(float)
    if (found == 0).any() or (found < exposed.shape[1]).all():
        problem = "districts exposed from the first year, or none never exposed"
        raise DataError("validation", problem, remedy="begin the years earlier, or a smaller distance")
    return np.asarray(found)


def sun_abraham(exposed: np.ndarray) -> Estimator:
    """Sun and Abraham (2021): one dummy for each cohort and event time but -1.

    In a balanced panel the average has the weights of `callaway_santanna`; its variance is that of the
    regression, CR1 without the effects of districts counted.
    """
    n, t = exposed.shape
    cohort = cohorts(exposed)
    columns = []
    for g in np.unique(cohort[cohort < t]):
        for year in range(t):
            if year != g - 1:
                dummy = np.zeros((n, t))
                dummy[cohort == g, year] = 1.0
                columns.append(centred(dummy).ravel())
    basis = np.linalg.qr(np.stack(columns, axis=1))[0]

    def residuals(outcomes: np.ndarray) -> np.ndarray:
        flat = centred(outcomes).reshape(n * t, -1)
        return np.asarray((flat - basis @ (basis.T @ flat)).reshape(outcomes.shape))

    return Estimator("sun_abraham", never_weights(exposed), residuals, _cr1(n, n * t, basis.shape[1] + t))


def imputation_weights(exposed: np.ndarray) -> np.ndarray:
    """Weights of the imputation estimator (Borusyak, Jaravel and Spiess 2024, equation 5), (n, t).

    District and year effects are fitted on rows that are not exposed; district effects are solved out.
    """
    free = 1.0 - exposed
    mean = exposed / exposed.sum()
    by_district = free.sum(axis=1)
    shares = free / by_district[:, None]
    normal = np.diag(free.sum(axis=0)) - free.T @ shares
    right = mean.sum(axis=0) - shares.T @ mean.sum(axis=1)
    years = np.linalg.lstsq(normal, right, rcond=1e-10)[0]
    districts = (mean.sum(axis=1) - free @ years) / by_district
    return np.asarray(mean - free * (districts[:, None] + years[None, :]))


def _imputed(exposed: np.ndarray, name: str, groups: list[np.ndarray]) -> Estimator:
    """An estimator by imputation; the effects of each group are compared with their mean."""
    n, t = exposed.shape
    free = (exposed == 0).ravel()
    dummies = np.concatenate([np.repeat(np.eye(n), t, axis=0), np.tile(np.eye(t), (n, 1))[:, 1:]], axis=1)
    solve = np.linalg.pinv(dummies[free])

    def residuals(outcomes: np.ndarray) -> np.ndarray:
        flat = outcomes.reshape(n * t, -1)
        left = flat - dummies @ (solve @ flat[free])
        for rows in groups:
            left[rows] -= left[rows].mean(axis=0)
        return np.asarray(left.reshape(outcomes.shape))

    return Estimator(name, imputation_weights(exposed), residuals, 1.0)


def imputation(exposed: np.ndarray) -> Estimator:
    """Imputation with the variance of Theorem 3.

    As in `event_study` effects are grouped by cohort and event time, or by event time alone where a cohort is
    one district.
    """
    cohort, t = cohorts(exposed), exposed.shape[1]
    sizes = [(cohort == g).sum() for g in np.unique(cohort[cohort < t])]
    event = np.arange(t)[None, :] - cohort[:, None]
    of = event + (0.0 if min(sizes) == 1 else 1000.0 * cohort[:, None])
    of = np.where(event >= 0, of, -1.0).ravel()
    return _imputed(exposed, "imputation", [np.flatnonzero(of == k) for k in np.unique(of[of >= 0])])


def two_stage(exposed: np.ndarray) -> Estimator:
    """Gardner (2022): the weights of imputation, the variance of both stages (GMM)."""
    return _imputed(exposed, "two_stage", [np.flatnonzero(exposed.ravel())])


ESTIMATORS: dict[str, Callable[[np.ndarray], Estimator]] = {
    "twfe": twfe,
    "sun_abraham": sun_abraham,
    "callaway_santanna": callaway_santanna,
    "imputation": imputation,
    "two_stage": two_stage,
}
