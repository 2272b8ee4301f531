"""Where a weighted sum changes its first places, by algebra: scores are made of linear pieces."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

EPSILON = 1e-12


class Change(NamedTuple):
    """The nearest point beyond which the first places differ: where it is, and who passes whom."""

    at: float
    enters: int
    leaves: int


class Sides(NamedTuple):
    """Districts inside and outside the first places."""

    inside: np.ndarray
    outside: np.ndarray


class Piece(NamedTuple):
    """Scores intercept + slope × u (n,) while u runs from start to end; the value there is of_u(u)."""

    intercept: np.ndarray
    slope: np.ndarray
    start: float
    end: float
    kind: str
    value: float


def sides(scores: np.ndarray, place: int) -> Sides:
    """The districts on the first places and the others; ties go by the order of the codes.

    Examples
    --------
    >>> sides(np.array([0.1, 0.7, 0.4]), 1).inside.tolist()
    [1]
    """
    order = np.argsort(-np.round(scores, 12), kind="stable")
    return Sides(order[:place], order[place:])


def weight_change(x: np.ndarray, weights: np.ndarray, j: int, split: Sides) -> Change | None:
    """The nearest weight of criterion j, the others scaled alike, beyond which the first places differ.

    With t the weight of j, a score is t x_j + (1 - t) r, where r is the score by the other criteria alone.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Normalised values.
    weights : ndarray, shape (k,)
    j : int
    split : Sides

    Returns
    -------
    Change or None
        None if no weight from 0 to 1 changes them, or no other criterion has a weight.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> round(weight_change(x, np.array([0.6, 0.4]), 0, Sides(np.array([0]), np.array([1]))).at, 12)
    0.5
    """
    now = float(weights[j])
    others = np.delete(np.arange(len(weights)), j)
    total = weights[others].sum()
    if total <= EPSILON:
        return None
    rest = x[:, others] @ weights[others] / total
    up = _first(Piece(rest, x[:, j] - rest, now, 1.0, "t", now), split)
    down = _first(Piece(rest, x[:, j] - rest, now, 0.0, "t", now), split)
    found = [change for change in (up, down) if change]
    return min(found, key=lambda change: abs(change.at - now)) if found else None


def value_changes(y: np.ndarray, others: np.ndarray, weight: float, i: int, split: Sides) -> list[Change]:
    """The nearest values of district i upwards and downwards beyond which the first places differ.

    Parameters
    ----------
    y : ndarray, shape (n,)
        Values of one criterion as compared (more is better).
    others : ndarray, shape (n,)
        Scores by the other criteria.
    weight : float
        Of the criterion.
    i : int
    split : Sides

    Returns
    -------
    list of Change
        None, one or two; ``at`` is on the scale of ``y``.

    Notes
    -----
    Between the lowest (a) and highest (b) of the other districts only the score of i moves, in v. Above b
    the others are (y - a) / (v - a) and i is 1; below a they are 1 - (b - y) / (b - v) and i is 0: linear
    in 1 / (v - a) and 1 / (b - v).

    Examples
    --------
    >>> split = Sides(np.array([0]), np.array([1, 2]))
    >>> value_changes(np.array([4.0, 2.0, 0.0]), np.array([0.0, 0.1, 0.0]), 0.5, 1, split)
    [Change(at=3.2, enters=1, leaves=0)]
    """
    found = []
    for upwards in (True, False):
        for piece in _pieces(y, others, weight, i, upwards=upwards):
            change = _first(piece, split)
            if change:
                a, b = np.delete(y, i).min(), np.delete(y, i).max()
                found.append(change._replace(at=_value(change.at, piece, a, b)))
                break
    return found


def _pieces(y: np.ndarray, others: np.ndarray, weight: float, i: int, *, upwards: bool) -> list[Piece]:
    """The linear pieces that the value of district i passes on its way up or down."""
    rest = np.delete(y, i)
    a, b, now = float(rest.min()), float(rest.max()), float(y[i])
    mine = np.arange(len(y)) == i
    span = b - a
    # With others all equal the coordinate is of no account: their scores do not move on the piece.
    at_edge = 1 / span if span > 0 else 1.0
    pieces = {
        "below": (others + weight * ~mine, np.where(mine, 0.0, -weight * (b - y))),
        "inside": (
            others + weight * np.where(mine, -a / span if span > 0 else 0.0, (y - a) * at_edge),
            np.where(mine, weight * at_edge, 0.0),
        ),
        "above": (others + weight * mine, np.where(mine, 0.0, weight * (y - a))),
    }
    below = 1 / (b - now) if now < a else at_edge
    above = 1 / (now - a) if now > b else at_edge
    within = min(max(now, a), b)
    if upwards:
        course = [("below", below, at_edge, now)] if now < a else []
        course += [("inside", within, b, within)] if now < b and span > 0 else []
        course += [("above", above, 0.0, max(now, b))]
    else:
        course = [("above", above, at_edge, now)] if now > b else []
        course += [("inside", within, a, within)] if now > a and span > 0 else []
        course += [("below", below, 0.0, min(now, a))]
    return [Piece(*pieces[kind], start, end, kind, value) for kind, start, end, value in course]


def _value(u: float, piece: Piece, a: float, b: float) -> float:
    if u == piece.start or piece.kind == "inside":
        return piece.value if u == piece.start else u
    return a + 1 / u if piece.kind == "above" else b - 1 / u


def _first(piece: Piece, split: Sides) -> Change | None:
    """Where on the way from start to end an outsider first passes an insider."""
    inside, outside = split.inside[:, None], split.outside[None, :]
    gap = piece.intercept[inside] - piece.intercept[outside]
    slope = piece.slope[inside] - piece.slope[outside]
    at_start = gap + slope * piece.start
    if (at_start < -EPSILON).any():
        where = np.unravel_index(at_start.argmin(), at_start.shape)
        return Change(piece.start, int(split.outside[where[1]]), int(split.inside[where[0]]))
    way = piece.end - piece.start
    closing = slope * way < -EPSILON * EPSILON
    root = np.divide(-gap, slope, out=np.full_like(gap, np.inf), where=closing)
    # a tie now is passed at once, also where rounding puts its root a little behind the start
    part = np.where(closing, np.maximum((root - piece.start) / way, 0.0), np.inf) if way else root * np.inf
    if part.size == 0 or not part.min() < 1:
        return None
    where = np.unravel_index(part.argmin(), part.shape)
    at = piece.start + float(part[where]) * way
    return Change(at, int(split.outside[where[1]]), int(split.inside[where[0]]))
