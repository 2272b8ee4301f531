"""The same regression at many treatments: coefficients of every draw without refitting.

By the theorem of Frisch, Waugh and Lovell the outcome is freed of its fixed effects once, and each draw's
treatments in blocks of draws; what is left are systems as small as the number of treatments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from spillover.models.linear import absorb

Within = Callable[[np.ndarray], np.ndarray]
BLOCK_BYTES = 32e6  # of the treatments freed of their effects at one time; a few such blocks are held
_TINY = 1e-10  # sum of squares of a treatment below which the effects explain it in full
_COLLINEAR = 1e-9  # eigenvalue of the treatments' correlations below which they say the same


class Refit(NamedTuple):
    """Coefficients of all draws.

    ``coefficients`` (draws, k, m): of each treatment, for each of m responses; NaN where the draw does not
    tell it (nothing of the treatment is left, or others say the same). ``root`` (draws, k): a coefficient's
    standard error is proportional to 1 / root; 0 where not told. Under independent errors it is the root of
    the sum of squares of the treatment that effects and other treatments leave over.
    """

    coefficients: np.ndarray
    root: np.ndarray


def within_effects(data: pd.DataFrame, effects: Sequence[str]) -> Within:
    """Function that takes fixed effects out of columns: in closed form where that is exact.

    In a balanced panel (and wherever the two projections commute) the means of one effect are taken out,
    then those of the other. Otherwise by `spillover.models.linear.absorb`.

    Parameters
    ----------
    data : DataFrame
        Holds the columns of ``effects``.
    effects : sequence of str
        As for `spillover.models.linear.absorb`.

    Returns
    -------
    callable
        (n,) or (n, m) → the same shape.

    Examples
    --------
    >>> data = pd.DataFrame({"region_code": list("aabb"), "year": [1, 2, 1, 2]})
    >>> within_effects(data, ["region_code", "year"])(np.array([0.0, 0.0, 0.0, 1.0]))
    array([ 0.25, -0.25, -0.25,  0.25])
    """
    if len(effects) not in (1, 2):
        return absorb(data, effects)[0]
    groups = [_group_matrix(data, effect) for effect in effects]

    def sweep(columns: np.ndarray) -> np.ndarray:
        left = np.array(columns, dtype=float)
        for members, size in groups:
            means = (members @ left) / (size if left.ndim == 1 else size[:, None])
            left -= members.T @ means
        return left

    # if the projections did not commute, the second would bring means of the first back into any such column
    probe = sweep(np.random.default_rng(0).normal(size=len(data)))
    members, size = groups[0]
    if np.abs((members @ probe) / size).max(initial=0.0) < 1e-10:
        return sweep
    return absorb(data, effects)[0]


def _group_matrix(data: pd.DataFrame, effect: str) -> tuple[sparse.csr_array, np.ndarray]:
    """Which row is in which group (groups, rows), and the size of each group."""
    code = data.groupby(effect.split("^"), sort=False).ngroup().to_numpy()
    rows = np.arange(len(data))
    members = sparse.csr_array((np.ones(len(data)), (code, rows)), shape=(int(code.max()) + 1, len(data)))
    return members, np.bincount(code).astype(float)


def refit(
    treatments: np.ndarray, responses: np.ndarray, within: Within, *, errors: Within | None = None
) -> Refit:
    """Coefficients of responses on the treatments of each draw.

    Parameters
    ----------
    treatments : ndarray
        Shape (rows, draws, k), of any numeric or boolean type, without missing values.
    responses : ndarray
        Shape (rows, m), already free of the effects.
    within : callable
        As from `within_effects` for the same rows.
    errors : callable, optional
        (rows, m) → the correlation matrix of the errors times these columns; if left out, the errors are
        independent.

    Examples
    --------
    >>> draws = np.array([[[0.0], [1.0]], [[1.0], [0.0]], [[0.0], [0.0]]])
    >>> y = np.array([[-1.0], [2.0], [-1.0]])
    >>> refit(draws, y, lambda x: x - x.mean(axis=0)).coefficients.ravel().round(6)
    array([ 3. , -1.5])
    """
    _, draws, k = treatments.shape
    coefficients = np.empty((draws, k, responses.shape[1]))
    root = np.empty((draws, k))
    for block in _blocks(treatments.shape):
        x = within(treatments[:, block].reshape(len(treatments), -1).astype(float))
        moments = (x.T @ responses).reshape(-1, k, responses.shape[1])
        gram = _gram(x.reshape(len(x), -1, k))
        coefficients[block], root[block] = _solve(gram, moments)
        if errors is not None:
            root[block] = _root_under(errors, x, gram)
    return Refit(coefficients, root)


def _root_under(errors: Within, x: np.ndarray, gram: np.ndarray) -> np.ndarray:
    """1 / standard deviation of each coefficient under correlated errors; 0 where it is not told."""
    draws, k = gram.shape[:2]
    inverse, _ = _solve(gram, np.broadcast_to(np.eye(k), gram.shape))
    weights = np.einsum("ndj,dij->ndi", x.reshape(len(x), draws, k), np.nan_to_num(inverse))
    flat = weights.reshape(len(x), draws * k)
    variance = np.einsum("nd,nd->d", flat, errors(flat)).reshape(draws, k)
    told = ~np.isnan(inverse[:, :, 0]) & (variance > 0)
    return np.where(told, 1.0 / np.sqrt(np.where(told, variance, 1.0)), 0.0)


def _blocks(shape: tuple[int, ...]) -> Iterator[slice]:
    """Stretches of draws of which the treatments fit into one block."""
    rows, draws, k = shape
    step = max(1, int(BLOCK_BYTES / (8.0 * max(rows * k, 1))))
    for start in range(0, draws, step):
        yield slice(start, start + step)


def _gram(x: np.ndarray) -> np.ndarray:
    """Products of the treatments of each draw, (draws, k, k), from (rows, draws, k)."""
    gram = np.empty((x.shape[1], x.shape[2], x.shape[2]))
    for i in range(x.shape[2]):
        for j in range(i + 1):
            gram[:, i, j] = gram[:, j, i] = np.einsum("nd,nd->d", x[:, :, i], x[:, :, j])
    return gram


def _solve(gram: np.ndarray, moments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of each system; NaN, and a root of 0, where it does not tell them.

    A coefficient is told if no direction in which the treatments leave nothing touches it (the others are
    then those of the regression without the treatments at fault).
    """
    size = np.sqrt(np.einsum("dii->di", gram))
    told = size**2 > _TINY
    scale = np.where(told, size, 1.0)
    correlation = np.where(told[:, :, None] & told[:, None, :], gram, 0.0)
    correlation /= scale[:, :, None] * scale[:, None, :]
    value, vector = np.linalg.eigh(correlation)
    flat = value <= _COLLINEAR
    inverse = np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, value))
    told &= (vector**2 * flat[:, None, :]).sum(axis=2) < _COLLINEAR
    solved = np.einsum("dia,da,dja,djm->dim", vector, inverse, vector, moments / scale[:, :, None])
    coefficients = np.where(told[:, :, None], solved / scale[:, :, None], np.nan)
    spread = np.where(told, (vector**2 * inverse[:, None, :]).sum(axis=2), 1.0)
    return coefficients, np.where(told, size / np.sqrt(spread), 0.0)
