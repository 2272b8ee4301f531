"""Least squares after any fixed effects: the parts that every covariance and every placebo needs.

By the theorem of Frisch, Waugh and Lovell the coefficients of a regression with fixed effects are those of
the regression of what the effects leave over of the outcome on what they leave over of the regressors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns

EFFECTS = ("region_code", "year")
_TINY = 1e-10  # share of a column's sum of squares below which nothing is left of it


class LinearFit(NamedTuple):
    """A least-squares fit, free of its fixed effects; rows are those without missing values.

    ``X`` (n, k) and ``y`` (n,) are free of the effects (and times the root of the weights, if there are
    weights), ``residuals`` (n,) likewise; ``data`` holds the rows of the panel that were used, in the same
    order. ``n_absorbed`` counts the independent effects.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    X: np.ndarray
    y: np.ndarray
    residuals: np.ndarray
    data: pd.DataFrame
    n_absorbed: int
    n_dropped: int


def absorb(
    data: pd.DataFrame, effects: Sequence[str] = EFFECTS, weights: np.ndarray | None = None
) -> tuple[Callable[[np.ndarray], np.ndarray], int]:
    """Function that takes fixed effects out of columns, exactly, for any pattern of missing rows.

    The effect with the most levels is taken out by group means, the others by projection on what that
    leaves over of their dummies.

    Parameters
    ----------
    data : DataFrame
        Holds the columns of ``effects``.
    effects : sequence of str
        Names of columns; ``"province_code^year"`` is the effect of each pair of values. None: an intercept.
    weights : ndarray, optional
        Shape (n,), positive. Columns come back times the root of their weights.

    Returns
    -------
    project : callable
        (n,) or (n, m) → the same shape.
    n_absorbed : int
        Rank of the effects.

    Examples
    --------
    >>> data = pd.DataFrame({"region_code": list("aabb"), "year": [1, 2, 1, 2]})
    >>> project, n_absorbed = absorb(data)
    >>> project(np.array([0.0, 0.0, 0.0, 1.0])), n_absorbed
    (array([ 0.25, -0.25, -0.25,  0.25]), 3)
    """
    codes = sorted((_levels(data, effect) for effect in effects), key=lambda c: -int(c.max(initial=0)))
    codes = codes or [np.zeros(len(data), dtype=int)]
    weight = np.ones(len(data)) if weights is None else np.asarray(weights, dtype=float)
    largest, root = codes[0], np.sqrt(weight)[:, None]
    total = np.bincount(largest, weight)

    def centre(columns: np.ndarray) -> np.ndarray:
        sums = np.stack([np.bincount(largest, weight * c) for c in columns.T], axis=1)
        return np.asarray((columns - (sums / total[:, None])[largest]) * root)

    basis, rank = np.empty((len(data), 0)), 0
    if len(codes) > 1:
        dummies = np.concatenate([np.eye(c.max() + 1)[c] for c in codes[1:]], axis=1)
        left, size, _ = np.linalg.svd(centre(dummies), full_matrices=False)
        rank = int((size > size[0] * 1e-10).sum()) if size[0] > 1e-10 else 0
        basis = left[:, :rank]

    def project(columns: np.ndarray) -> np.ndarray:
        flat = np.asarray(columns, dtype=float)
        centred = centre(flat.reshape(len(flat), -1))
        return np.asarray(centred - basis @ (basis.T @ centred)).reshape(flat.shape)

    return project, int(len(total) + rank)


def fit_linear(
    data: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    effects: Sequence[str] = EFFECTS,
    weights: str | None = None,
) -> LinearFit:
    """Least squares of an outcome on regressors with fixed effects.

    Parameters
    ----------
    data : DataFrame
        One row per region (and year): region_code, the outcome, the regressors, the effects and the weight.
        Rows with a missing value are dropped and counted.
    outcome : str
    regressors : sequence of str
    effects : sequence of str
        As for `absorb`; empty for a cross-section with an intercept.
    weights : str, optional
        Column of positive weights.

    Raises
    ------
    DataError
        Nothing left after dropping, regressors of which the effects leave nothing or that are collinear,
        weights that are not positive, or fewer rows than coefficients.

    Examples
    --------
    >>> data = pd.DataFrame({"region_code": list("aabb"), "year": [1, 2, 1, 2], "y": [0., 1, 0, 3],
    ...                      "d": [0., 0, 0, 1]})
    >>> fit_linear(data, "y", ["d"], effects=["region_code", "year"]).coefficients.round(6)
    array([2.])
    """
    needed = list(
        dict.fromkeys(
            [
                outcome,
                *regressors,
                *(c for e in effects for c in e.split("^")),
                *([weights] if weights else []),
            ]
        )
    )
    check_columns(data, needed, "regression")
    complete = data[needed].notna().all(axis=1).to_numpy()
    used = data[complete].reset_index(drop=True)
    if used.empty:
        raise DataError(
            "regression", "no rows are left after dropping missing values", [outcome], "other years"
        )
    weight = None if weights is None else used[weights].to_numpy(float)
    if weight is not None and not (weight > 0).all():
        raise DataError(
            "regression", "weights that are not positive", used.loc[weight <= 0, weights], "drop them"
        )
    project, n_absorbed = absorb(used, effects, weight)
    raw = used[list(regressors)].to_numpy(float)
    X, y = project(raw), project(used[outcome].to_numpy(float))
    _check_regressors(raw, X, regressors)
    if len(used) < n_absorbed + len(regressors):
        problem = f"{len(used)} rows for {n_absorbed + len(regressors)} coefficients"
        raise DataError("regression", problem, [outcome], "fewer effects, or more years")
    coefficients = np.linalg.lstsq(X, y, rcond=None)[0]
    return LinearFit(
        names=tuple(regressors),
        coefficients=coefficients,
        X=X,
        y=y,
        residuals=y - X @ coefficients,
        data=used,
        n_absorbed=n_absorbed,
        n_dropped=int((~complete).sum()),
    )


def _levels(data: pd.DataFrame, effect: str) -> np.ndarray:
    """Codes 0, 1, … of the values of one effect."""
    parts = effect.split("^")
    return np.asarray(data.groupby(parts, sort=False).ngroup())


def _check_regressors(raw: np.ndarray, X: np.ndarray, names: Sequence[str]) -> None:
    """Refuse regressors of which nothing is left, and such that say the same."""
    left = (X**2).sum(axis=0)
    gone = [n for n, a, b in zip(names, left, (raw**2).sum(axis=0), strict=True) if a <= _TINY * max(b, 1.0)]
    if gone:
        remedy = "leave them out, or choose other years or rings"
        raise DataError("regression", "regressors that the fixed effects explain in full", gone, remedy)
    if np.linalg.matrix_rank(X / np.sqrt(left)) < X.shape[1]:
        raise DataError("regression", "regressors that are collinear", list(names), "leave one of them out")
