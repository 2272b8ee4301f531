"""Weights of donors and of years: what synthetic control and its relatives have in common."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from spillover.errors import DataError

TINY_RIDGE = 1e-6  # times the noise: makes the weights unique without moving them (Arkhangelsky et al. 2021)
SOLVERS = ("exact", "frank_wolfe")


class Recipe(NamedTuple):
    """What a method does: are donors weighted, is a constant gap allowed, how years before are weighted."""

    weighted: bool
    constant_gap: bool
    penalised: bool
    years: str  # "none", "equal" or "fitted"
    words: str


METHODS = {
    "synthetic_control": Recipe(True, False, False, "none", "synthetic control"),
    "synthetic_did": Recipe(True, True, True, "fitted", "synthetic difference-in-differences"),
    "demeaned_synthetic_control": Recipe(True, True, False, "equal", "synthetic control with a constant gap"),
    "did": Recipe(False, True, False, "equal", "difference-in-differences against the mean of the donors"),
}


class Fit(NamedTuple):
    """How near the synthetic region is before the opening, and how far after it.

    ``rmspe`` is the root of the mean squared gap, in units of the outcome; before the opening a constant
    gap is taken out where the method allows one. ``r_squared`` is one minus the squared RMSPE before over
    the variance of the treated region's outcome before (NaN if that is constant).
    """

    rmspe_before: float
    rmspe_after: float
    r_squared: float
    n_before: int
    n_after: int

    @property
    def ratio(self) -> float:
        """RMSPE after over RMSPE before (Abadie, Diamond and Hainmueller 2010)."""
        return self.rmspe_after / self.rmspe_before if self.rmspe_before > 0 else float("inf")


def weigh(
    outcomes: np.ndarray, n_before: int, method: str, solver: str = "exact"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights of the donors and of the years before, and the gap that they leave.

    Parameters
    ----------
    outcomes : ndarray
        Shape (years, 1 + donors), the treated region first.
    n_before : int
        Number of years before the opening.
    method, solver : str
        As for `synthetic_control`.

    Returns
    -------
    gap : ndarray
        Shape (years,): treated minus synthetic, less the weighted gap before where a constant gap is allowed.
    omega, years : ndarray
        Shapes (donors,) and (n_before,).
    """
    recipe = METHODS[method]
    treated, donors = outcomes[:, 0], outcomes[:, 1:]
    before, after = donors[:n_before], donors[n_before:]
    changes = np.diff(before, axis=0)
    noise = float(changes.std(ddof=1)) if changes.size > 1 else 0.0
    ridge = noise * (len(after) ** 0.25 if recipe.penalised else TINY_RIDGE)
    omega = np.full(donors.shape[1], 1.0 / donors.shape[1])
    years = np.full(n_before, 0.0 if recipe.years == "none" else 1.0 / n_before)
    if solver == "frank_wolfe":
        from diff_diff.utils import compute_sdid_unit_weights, compute_time_weights

        stop = 1e-5 * noise
        if recipe.weighted:
            omega = compute_sdid_unit_weights(before, treated[:n_before], ridge, recipe.constant_gap, stop)
        if recipe.years == "fitted":
            years = compute_time_weights(before, after, TINY_RIDGE * noise, True, stop)
    else:
        if recipe.weighted:
            omega = simplex_weights(before, treated[:n_before], ridge, recipe.constant_gap)
        if recipe.years == "fitted":
            years = simplex_weights(before.T, after.mean(axis=0), TINY_RIDGE * noise, True)
    gap = treated - donors @ omega
    return gap - years @ gap[:n_before], np.asarray(omega), np.asarray(years)


def simplex_weights(columns: np.ndarray, target: np.ndarray, ridge: float, constant_gap: bool) -> np.ndarray:
    """Weights w ≥ 0 with sum 1 that minimise mean((target - columns @ w)²) + ridge² · sum(w²).

    On the simplex target - columns w = -(columns - target) w, so one non-negative least squares solves it
    without any stopping rule: u ≥ 0 that minimises |Z u|² + (sum(u) - 1)² is a multiple of w.

    Parameters
    ----------
    columns : ndarray
        Shape (rows, k).
    target : ndarray
        Shape (rows,).
    ridge : float
    constant_gap : bool
        Take the mean out of the target and of every column first.

    Examples
    --------
    >>> simplex_weights(np.array([[0.0, 4.0], [0.0, 8.0]]), np.array([1.0, 2.0]), 0.0, False)
    array([0.75, 0.25])
    """
    from scipy.optimize import nnls

    if constant_gap:
        columns, target = columns - columns.mean(axis=0), target - target.mean()
    k = columns.shape[1]
    stacked = np.vstack([columns - target[:, None], np.sqrt(len(target)) * ridge * np.eye(k)])
    size = float(np.sqrt((stacked**2).mean())) or 1.0
    try:
        u = nnls(
            np.vstack([stacked / size, np.ones(k)]), np.append(np.zeros(len(stacked)), 1.0), maxiter=50 * k
        )[0]
    except RuntimeError as error:
        raise DataError(
            "synthetic_control", "no weights were found", [str(error)], "take fewer donors"
        ) from error
    return np.asarray(u / u.sum())


def measure_fit(gap: np.ndarray, actual: np.ndarray, n_before: int, method: str) -> Fit:
    """How near and how far: `Fit` of a gap (years,) and the treated outcome (years,)."""
    before, after = gap[:n_before], gap[n_before:]
    if METHODS[method].constant_gap:
        before = before - before.mean()
    variance = float(actual[:n_before].var())
    mean_square = float((before**2).mean())
    r_squared = 1.0 - mean_square / variance if variance > 1e-12 * float((actual**2).mean()) else float("nan")
    return Fit(mean_square**0.5, float((after**2).mean() ** 0.5), r_squared, n_before, len(after))
