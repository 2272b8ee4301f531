"""Scores and ranks of one or many draws: min-max values, weighted sum, TOPSIS and the Pareto front."""

from __future__ import annotations

import numpy as np

DIGITS = 12  # scores that differ by less are a tie: sums in another order differ in the 16th digit


def min_max(compared: np.ndarray) -> np.ndarray:
    """Normalise each criterion to 0 for the worst and 1 for the best district.

    Parameters
    ----------
    compared : ndarray, shape (…, n, k)
        More is better.

    Returns
    -------
    ndarray, shape (…, n, k)
        A criterion in which all districts are equal is 1 for all, as in pymcdm: it moves no rank.

    Examples
    --------
    >>> min_max(np.array([[1.0, 5.0], [3.0, 5.0], [2.0, 5.0]])).tolist()
    [[0.0, 1.0], [1.0, 1.0], [0.5, 1.0]]
    """
    lowest = compared.min(axis=-2, keepdims=True)
    span = compared.max(axis=-2, keepdims=True) - lowest
    flat = span == 0
    return np.where(flat, 1.0, (compared - lowest) / np.where(flat, 1.0, span))


def weighted_sum(normalised: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sum of weight × normalised value: (…, n, k) and (…, k) to (…, n), between 0 and 1.

    Examples
    --------
    >>> weighted_sum(np.array([[0.0, 1.0], [1.0, 0.5]]), np.array([0.4, 0.6])).tolist()
    [0.6, 0.7]
    """
    total: np.ndarray = (normalised * weights[..., None, :]).sum(axis=-1)
    return total


def closeness(normalised: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """TOPSIS: how much nearer to the best than to the worst of all districts, from 0 to 1.

    Hwang and Yoon (1981): D⁻ / (D⁻ + D⁺), with the Euclidean distances of the weighted values from the
    worst and the best value of each criterion.

    Parameters
    ----------
    normalised : ndarray, shape (…, n, k)
        By any rule under which more is better (here `min_max`; Hwang and Yoon divide by the norm).
    weights : ndarray, shape (…, k)

    Returns
    -------
    ndarray, shape (…, n)
        0.5 for all if they are equal in everything that counts.

    Examples
    --------
    >>> closeness(min_max(np.array([[-1.0, 3000], [-2, 3750], [-5, 4500]])), np.array([0.5, 0.5])).round(3)
    array([0.5  , 0.617, 0.5  ])
    """
    weighted = normalised * weights[..., None, :]
    to_best = np.sqrt(((weighted - weighted.max(axis=-2, keepdims=True)) ** 2).sum(axis=-1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=-2, keepdims=True)) ** 2).sum(axis=-1))
    both = to_best + to_worst
    return np.where(both == 0, 0.5, to_worst / np.where(both == 0, 1.0, both))


def ranks(scores: np.ndarray, method: str = "min") -> np.ndarray:
    """Ranks of scores along the last axis, 1 for the highest.

    Parameters
    ----------
    scores : ndarray, shape (…, n)
    method : {"min", "average"}
        Two districts that tie for the second place are both 2 ("min"), or both 2.5 ("average").

    Examples
    --------
    >>> ranks(np.array([0.2, 0.9, 0.9])).tolist(), ranks(np.array([0.2, 0.9, 0.9]), "average").tolist()
    ([3.0, 1.0, 1.0], [3.0, 1.5, 1.5])
    """
    # Not scipy's rankdata: importing scipy.stats takes longer than all draws.
    rounded = np.round(scores, DIGITS)
    mine, theirs = rounded[..., :, None], rounded[..., None, :]
    better = (theirs > mine).sum(axis=-1)
    if method == "min":
        return np.asarray(better + 1.0)
    return np.asarray(better + ((theirs == mine).sum(axis=-1) + 1) / 2)


def dominators(best: np.ndarray, worst: np.ndarray) -> np.ndarray:
    """Which district surely dominates which: at least as good in every criterion, and better in one.

    Parameters
    ----------
    best, worst : ndarray, shape (n, k)
        The best and the worst that each value can be, more is better; the same where it is known.

    Returns
    -------
    ndarray of bool, shape (n, n)
        ``[i, j]``: j dominates i even if j is at its worst and i at its best. With missing values a
        district is therefore only said to be dominated if it is so whatever these are.

    Examples
    --------
    >>> known = np.array([[1.0, 1.0], [2.0, 1.0], [1.0, 3.0]])
    >>> dominators(known, known).any(axis=1).tolist()
    [True, False, False]
    """
    mine, theirs = best[:, None, :], worst[None, :, :]
    return np.asarray((theirs >= mine).all(axis=-1) & (theirs > mine).any(axis=-1))
