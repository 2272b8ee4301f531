"""Ranks under other weights, other data within their ranges, and other values for the missing ones."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from spillover.errors import DataError
from spillover.sentra.problem import Problem
from spillover.sentra.scores import closeness, min_max, ranks, weighted_sum

# A weight of 0.10 then has a standard deviation of 0.03, and lies between 0.055 and 0.153 in 90 % of draws.
CONCENTRATION = 100.0
CELLS = 2_000_000  # of one block of draws: bounds the memory for a whole country


def draw_ranks(
    problem: Problem, draws: int, seed: int, *, concentration: float = CONCENTRATION
) -> dict[str, np.ndarray]:
    """Rank the districts anew for drawn weights and values.

    Weights come from a Dirichlet distribution around those given, with variance w (1 - w) / (c + 1) for
    the concentration c; a weight of zero stays zero. A value comes from a triangular distribution over
    its range with its peak at the value; where all districts are off alike (shared), all take the same
    place in their range. A missing value is drawn from the observed values of the other districts: a level
    is uniform between missing_low and missing_high, and the value is their quantile at that level.
    Min-max limits are set anew in each draw.

    Parameters
    ----------
    problem : Problem
    draws : int
    seed : int
        Weights, ranges and missing values have streams of their own: another value leaves the weights as
        they were.
    concentration : float
        Above 1; ``inf`` keeps the weights as given.

    Returns
    -------
    dict
        "weighted", "topsis": ranks (ties: the lower number), shape (draws, n); "weighted_mean",
        "topsis_mean": mean of the ranks with ties averaged, shape (n,).

    Raises
    ------
    DataError
        No draws, or a concentration that is not above 1.

    Notes
    -----
    Dirichlet weights around given ones: Jia, Fischer and Dyer (1998), Journal of Multi-Criteria Decision
    Analysis 7(2), 85-105, compare such rules; rank acceptability: Lahdelma and Salminen (2001), Operations
    Research 49(3), 444-454.
    """
    if draws < 1 or not concentration > 1:
        given = [f"draws={draws}", f"concentration={concentration}"]
        raise DataError("rank_districts", "impossible draws", given, "use draws >= 1 and concentration > 1")
    blocks: dict[str, list[np.ndarray]] = {"weighted": [], "topsis": []}
    totals = {name: np.zeros(len(problem.codes)) for name in blocks}
    for weights, values in _blocks(problem, draws, seed, concentration):
        normalised = min_max(problem.compared(values))
        for name, score in (("weighted", weighted_sum), ("topsis", closeness)):
            scores = score(normalised, weights)
            blocks[name].append(ranks(scores))
            totals[name] += ranks(scores, "average").sum(axis=0)
    found = {name: np.concatenate(parts) for name, parts in blocks.items()}
    return found | {f"{name}_mean": total / draws for name, total in totals.items()}


def _blocks(
    problem: Problem, draws: int, seed: int, concentration: float
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Drawn weights (m, k) and values (m, n, k), block by block."""
    streams = [np.random.default_rng([seed, stream]) for stream in range(4)]
    n, k = problem.filled.shape
    size = max(1, CELLS // (n * k))
    for start in range(0, draws, size):
        m = min(size, draws - start)
        yield (
            _weights(problem.weights, m, streams[0], concentration),
            _missing(problem, _ranges(problem, m, streams[1], streams[2]), streams[3]),
        )


def _weights(weights: np.ndarray, m: int, rng: np.random.Generator, concentration: float) -> np.ndarray:
    if np.isinf(concentration):
        return np.broadcast_to(weights, (m, len(weights)))
    parts = rng.standard_gamma(concentration * weights, size=(m, len(weights)))
    return np.asarray(parts / parts.sum(axis=1, keepdims=True))


def _ranges(problem: Problem, m: int, own: np.random.Generator, common: np.random.Generator) -> np.ndarray:
    """Values drawn from triangular distributions, by their inverse; each has a place in its range."""
    n, k = problem.filled.shape
    place = np.where(problem.shared, common.random((m, 1, k)), own.random((m, n, k)))
    low, peak, high = problem.low, problem.filled, problem.high
    span = high - low
    below = np.divide(peak - low, span, out=np.zeros_like(span), where=span > 0)
    rising = low + np.sqrt(place * span * (peak - low))
    falling = high - np.sqrt((1 - place) * span * (high - peak))
    return np.asarray(np.where(place < below, rising, falling))


def _missing(problem: Problem, drawn: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Put drawn quantiles of the observed values where a value is missing."""
    levels = rng.random((len(drawn), int(problem.missing.sum())))
    start = 0
    for j in np.flatnonzero(problem.missing.any(axis=0)):
        missing = problem.missing[:, j]
        observed = np.sort(problem.filled[~missing, j])
        low, high = problem.quantiles[:, j]
        level = low + (high - low) * levels[:, start : start + int(missing.sum())]
        start += int(missing.sum())
        drawn[:, missing, j] = np.interp(level, np.linspace(0, 1, len(observed)), observed)
    return drawn
