"""Direct, indirect and total impacts of a regressor in a spatial model, with simulated standard errors.

In y = ρWy + Xβ + WXθ + ε the derivative of all outcomes by regressor k in all regions is
S_k(W) = (I - ρW)⁻¹(β_k I + θ_k W). Its mean diagonal is the direct impact (with what comes back from the
neighbours), its mean row sum the total, the difference the indirect impact (LeSage and Pace 2009,
Introduction to Spatial Econometrics, sections 2.7 and 5.6).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, eye_array
from scipy.sparse.linalg import spsolve

from spillover.errors import DataError

EFFECTS = ("direct", "indirect", "total")


def eigenvalues_of(matrix: csr_array) -> np.ndarray:
    """Eigenvalues of W, read-only. Those of the last matrices are kept: a study fits many models on one map.

    Examples
    --------
    >>> sorted(eigenvalues_of(csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))).tolist())
    [-1.0, 1.0]
    """
    return _eigenvalues(matrix.toarray().astype(float).tobytes(), matrix.shape[0])


@lru_cache(maxsize=8)
def _eigenvalues(entries: bytes, n: int) -> np.ndarray:
    values = np.linalg.eigvals(np.frombuffer(entries).reshape(n, n))
    values.flags.writeable = False
    return np.asarray(values)


def impact_multipliers(
    matrix: csr_array, spatial: np.ndarray, eigenvalues: np.ndarray | None = None
) -> np.ndarray:
    """What β and θ are multiplied by: means of the diagonal and of the row sums.

    Parameters
    ----------
    matrix : csr_array
        Shape (N, N): the weights W.
    spatial : ndarray
        Shape (R,): values of ρ, each above -1 and below 1.
    eigenvalues : ndarray, optional
        Of W, where they are known.

    Returns
    -------
    ndarray
        Shape (R, 4): mean diagonals of (I - ρW)⁻¹ and of (I - ρW)⁻¹W, then their mean row sums.

    Notes
    -----
    Diagonals come exactly from the eigenvalues ω of W: Σ 1/(1 - ρω) and Σ ω/(1 - ρω). Where all rows of W sum
    to one, the row sums are 1/(1 - ρ); else they are solved for.

    Examples
    --------
    >>> pair = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> impact_multipliers(pair, np.array([0.5])).round(6)
    array([[1.333333, 0.666667, 2.      , 2.      ]])
    """
    rho = np.asarray(spatial, dtype=float)
    if not (np.abs(rho) < 1).all():
        raise DataError("impacts", "a spatial parameter that is not between -1 and 1", rho[np.abs(rho) >= 1])
    omega = eigenvalues_of(matrix) if eigenvalues is None else eigenvalues
    inverse = 1.0 / (1.0 - np.outer(rho, omega))
    diagonal = np.column_stack([inverse.mean(axis=1).real, (inverse * omega).mean(axis=1).real])
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    if np.allclose(sums, 1.0, atol=1e-12):
        row = np.repeat(1.0 / (1.0 - rho)[:, None], 2, axis=1)
    else:
        sides = np.column_stack([np.ones(len(sums)), sums])
        one = eye_array(len(sums), format="csc")
        row = np.array([spsolve((one - r * matrix).tocsc(), sides).mean(axis=0) for r in rho])
    return np.column_stack([diagonal, row])


def impact_values(multipliers: np.ndarray, beta: np.ndarray, theta: np.ndarray) -> np.ndarray:
    """Impacts from multipliers (R, 4) and coefficients (R, K): shape (R, 3, K), in the order of ``EFFECTS``.

    Examples
    --------
    >>> impact_values(np.array([[1.0, 0.0, 1.0, 1.0]]), np.array([[2.0]]), np.array([[0.5]]))[0, :, 0]
    array([2. , 0.5, 2.5])
    """
    m = multipliers[:, :, None]
    direct = m[:, 0] * beta + m[:, 1] * theta
    total = m[:, 2] * beta + m[:, 3] * theta
    return np.stack([direct, total - direct, total], axis=1)


def simulate_impacts(
    means: np.ndarray,
    covariance: np.ndarray,
    matrix: csr_array,
    *,
    columns: Sequence[tuple[int, int | None]],
    draws: int = 2000,
    seed: int = 1,
) -> tuple[pd.DataFrame, int]:
    """Impacts of a lag or Durbin model and what the draws from its normal say about them.

    Parameters
    ----------
    means : ndarray
        Shape (k + 1,): coefficients, and ρ last.
    covariance : ndarray
        Shape (k + 1, k + 1).
    matrix : csr_array
        The weights W.
    columns : sequence of (int, int or None)
        For each regressor the place of its β and of its θ (None where it has none, as in a lag model).
    draws, seed : int
        Draws with ρ outside (-1, 1) are left out.

    Returns
    -------
    table : DataFrame
        regressor (place in ``columns``), effect, estimate (at the means), std_error (standard deviation of
        the draws), conf_low, conf_high (their 2.5 and 97.5 % quantiles), p_value (twice the smaller share
        of draws on one side of zero, the estimate's own counted in).
    used : int
        Draws that were used.

    Raises
    ------
    DataError
        Fewer than 100 draws, a covariance that is not positive definite, or no usable draws.

    Examples
    --------
    >>> W = csr_array(np.array([[0.0, 1.0], [1.0, 0.0]]))
    >>> cov = np.diag([0.01, 0.0004])
    >>> table, used = simulate_impacts(np.array([1.0, 0.5]), cov, W, columns=[(0, None)])
    >>> table["estimate"].round(6).tolist(), used
    ([1.333333, 0.666667, 2.0], 2000)
    """
    if draws < 100:
        raise DataError("impacts", f"{draws} draws", remedy="at least 100, better 1,000 or more")
    try:
        root = np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        problem = "a covariance that is not positive definite"
        raise DataError("impacts", problem, remedy="fewer regressors, or more regions") from None
    normal = np.random.default_rng(seed).standard_normal((draws, len(means)))
    drawn = means + normal @ root.T
    drawn = drawn[np.abs(drawn[:, -1]) < 1]
    if len(drawn) < draws / 2:
        raise DataError("impacts", "most draws of rho lie outside (-1, 1)", remedy="the model is too weak")
    omega = eigenvalues_of(matrix)
    point = _values(means[None, :], matrix, omega, columns)[0]
    found = _values(drawn, matrix, omega, columns)
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    side = np.minimum((found <= 0).sum(axis=0), (found >= 0).sum(axis=0))
    p = np.minimum(1.0, 2 * (1 + side) / (1 + len(found)))
    places, effects = np.meshgrid(range(len(columns)), range(3))
    order = (effects.T.ravel(), places.T.ravel())
    table = pd.DataFrame(
        {
            "regressor": order[1],
            "effect": [EFFECTS[i] for i in order[0]],
            "estimate": point[order],
            "std_error": found.std(axis=0, ddof=1)[order],
            "conf_low": low[order],
            "conf_high": high[order],
            "p_value": p[order],
        }
    )
    return table, len(found)


def _values(
    drawn: np.ndarray, matrix: csr_array, eigenvalues: np.ndarray, columns: Sequence[tuple[int, int | None]]
) -> np.ndarray:
    """Impacts (R, 3, K) of parameters (R, k + 1) with ρ last."""
    beta = drawn[:, [b for b, _ in columns]]
    theta = np.column_stack(
        [np.zeros(len(drawn)) if place is None else drawn[:, place] for _, place in columns]
    )
    return impact_values(impact_multipliers(matrix, drawn[:, -1], eigenvalues), beta, theta)
