"""Stretches of a line: where one distance is at least another, and what so many stretches cover."""

from __future__ import annotations

import numpy as np

_SAME = 1e-9  # of the largest number of its kind: a rounding error of two equal draws


def farther(level: np.ndarray, slope: np.ndarray, own_level: float, own_slope: float) -> np.ndarray:
    """Closed stretches of x where |level - x slope| ≥ |own_level - x own_slope|, of all draws, (n, 2).

    The difference of the squares is the product of two straight lines: its sign changes at their zeros.
    """
    lines = []
    high, steep = max(np.abs(level).max(initial=0), abs(own_level)), max(abs(own_slope), 1e-300)
    for sign in (-1.0, 1.0):
        c, s = level + sign * own_level, slope + sign * own_slope
        s = np.where(np.abs(s) <= _SAME * steep, 0.0, s)
        lines.append((np.where((s == 0) & (np.abs(c) <= _SAME * high), 0.0, c), s))
    (c1, s1), (c2, s2) = lines
    with np.errstate(divide="ignore", invalid="ignore"):
        zeros = np.column_stack([c1 / s1, c2 / s2])
    both = (s1 != 0) & (s2 != 0)
    low, top = zeros[both].min(axis=1), zeros[both].max(axis=1)
    outside = (s1 * s2)[both] > 0
    out = [np.column_stack([low, top])[~outside]]
    apart = outside & (low < top)
    out += [np.column_stack([np.full(apart.sum(), -np.inf), low[apart]])]
    out += [np.column_stack([top[apart], np.full(apart.sum(), np.inf)])]
    always = int((outside & (low == top)).sum()) + int((~both & _never_less(c1, s1, c2, s2)).sum())
    out.append(np.tile([[-np.inf, np.inf]], (always, 1)))
    for flat, (c, s) in (((s1 == 0) & (s2 != 0), (c1, s2)), ((s2 == 0) & (s1 != 0), (c2, s1))):
        zero = np.where(s1 == 0, zeros[:, 1], zeros[:, 0])
        half = flat & (c != 0)
        below = half & (c * s > 0)  # the sloping line has the flat one's sign left of its zero
        out.append(np.column_stack([np.full(below.sum(), -np.inf), zero[below]]))
        above = half & ~below
        out.append(np.column_stack([zero[above], np.full(above.sum(), np.inf)]))
    return np.concatenate(out)


def _never_less(c1: np.ndarray, s1: np.ndarray, c2: np.ndarray, s2: np.ndarray) -> np.ndarray:
    """Whether the product of two lines, one of them flat, is nowhere below 0."""
    nothing = ((s1 == 0) & (c1 == 0)) | ((s2 == 0) & (c2 == 0))
    return np.asarray(nothing | ((s1 == 0) & (s2 == 0) & (c1 * c2 >= 0)))


def at_least(stretches: np.ndarray, needed: int) -> np.ndarray:
    """Parts of the line that at least ``needed`` of the closed stretches cover, in order: (pieces, 2)."""
    ends = np.concatenate([stretches[:, 0], stretches[:, 1]])
    step = np.repeat([1, -1], len(stretches))
    order = np.lexsort((-step, ends))  # at one place, stretches begin before others end
    ends, step = ends[order], step[order]
    covered = np.cumsum(step)
    begins = ends[(step == 1) & (covered == needed)]
    stops = ends[(step == -1) & (covered == needed - 1)]
    return np.column_stack([begins, stops])
