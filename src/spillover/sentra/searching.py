"""Where TOPSIS changes its first places: by steps outwards, then by finer ones, for it is not linear."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from spillover.sentra.crossings import EPSILON, Change, Sides
from spillover.sentra.scores import closeness, min_max

STEPS = 200
BEYOND = np.geomspace(1e-6, 10.0, 80)  # how far outside the observed values, in spans of them
PARTS, ROUNDS = 64, 9  # a bracket is parted so often and so finely: beyond the digits of a float
Scores = Callable[[np.ndarray], np.ndarray]


def weight_scores(x: np.ndarray, weights: np.ndarray, j: int) -> Scores | None:
    """Function from weights of j (m,), the others scaled alike, to TOPSIS scores (m, n)."""
    rest = 1 - float(weights[j])
    if rest <= EPSILON:
        return None

    def scores(t: np.ndarray) -> np.ndarray:
        drawn = weights * ((1 - t) / rest)[:, None]
        drawn[:, j] = t
        return closeness(x, drawn)

    return scores


def value_scores(y: np.ndarray, x: np.ndarray, weights: np.ndarray, i: int, j: int) -> Scores:
    """Function from values of district i under criterion j (m,) to TOPSIS scores (m, n).

    ``y`` (n, k) are the compared and ``x`` (n, k) the normalised values; only column j moves.
    """
    others = np.delete(np.arange(len(weights)), j)
    others = others[np.ptp(y[:, others], axis=0) > 0]
    to_worst = ((x[:, others] * weights[others]) ** 2).sum(axis=1)
    to_best = (((1 - x[:, others]) * weights[others]) ** 2).sum(axis=1)

    def scores(v: np.ndarray) -> np.ndarray:
        column = np.repeat(y[None, :, j], len(v), axis=0)
        column[:, i] = v
        new = min_max(column[:, :, None])[:, :, 0]
        counts = (np.ptp(column, axis=1) > 0)[:, None] * weights[j]
        worst = np.sqrt(to_worst + (counts * new) ** 2)
        best = np.sqrt(to_best + (counts * (1 - new)) ** 2)
        both = worst + best
        return np.where(both == 0, 0.5, worst / np.where(both == 0, 1.0, both))

    return scores


def weight_path(now: float, end: float) -> np.ndarray:
    """Weights from the present one to 0 or 1, which itself is left out: there nothing else would count."""
    return np.linspace(now, end, STEPS + 1)[:-1]


def value_path(column: np.ndarray, i: int, limits: tuple[float, float], *, upwards: bool) -> np.ndarray:
    """Values of district i from the present one outwards: through those of the others, then far beyond."""
    sign = 1.0 if upwards else -1.0
    now, edge = float(column[i]), float((sign * column).max() * sign)
    span = float(np.ptp(column)) or 1.0
    path = np.concatenate([np.linspace(now, edge, STEPS), edge + sign * span * BEYOND])
    limit = limits[1] if upwards else limits[0]
    within = path[sign * path <= sign * limit]
    return np.append(within, limit) if len(within) < len(path) else path


def search(scores: Scores, path: np.ndarray, split: Sides) -> tuple[float, float] | None:
    """The first step of the path at which the first places differ: (last unchanged, first changed)."""
    changed = np.flatnonzero(_margin(scores(path), split) < -EPSILON)
    if not len(changed):
        return None
    first = int(changed[0])
    return float(path[max(first - 1, 0)]), float(path[first])


def bisect(scores: Scores, bracket: tuple[float, float], split: Sides) -> Change:
    """The point in a bracket from which on the first places differ, and who passes whom there."""
    kept, changed = bracket
    for _ in range(ROUNDS):
        points = np.linspace(kept, changed, PARTS + 1)
        beyond = np.flatnonzero(_margin(scores(points[1:]), split) < -EPSILON)
        first = int(beyond[0]) if len(beyond) else PARTS - 1
        narrower = float(points[first]), float(points[first + 1])
        if narrower == (kept, changed):
            break
        kept, changed = narrower
    there = scores(np.array([changed]))[0]
    enters = split.outside[there[split.outside].argmax()]
    return Change(changed, int(enters), int(split.inside[there[split.inside].argmin()]))


def _margin(scores: np.ndarray, split: Sides) -> np.ndarray:
    """By how much the last insider is above the first outsider."""
    return np.asarray(scores[:, split.inside].min(axis=1) - scores[:, split.outside].max(axis=1))
