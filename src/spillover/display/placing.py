"""Where to put names so that they cover neither each other nor the points they name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from spillover.display.style import text_width

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

Point = tuple[float, float]
Box = tuple[float, float, float, float]

DIRECTIONS = 24
PASSES = 4
MARK = 7.0  # half the width of a point with its margin
ON_LAND = 60.0  # a name wholly on land, in units of distance
CONFLICT = 1000.0  # covering, or being crossed: never accepted where anything else is possible


@dataclass(frozen=True)
class Placed:
    """A name with its centre and box; ``clear`` tells whether it covers nothing."""

    text: str
    anchor: Point
    centre: Point
    box: Box
    cost: float
    clear: bool = True


def place_labels(
    anchors: Sequence[Point],
    texts: Sequence[str],
    size: float,
    frame: Box,
    *,
    reach: Sequence[float] = (13, 24, 38, 54, 72, 92),
    taken: Sequence[Box] = (),
    land: BaseGeometry | None = None,
    homes: Sequence[BaseGeometry] = (),
) -> list[Placed]:
    """Choose a place near its anchor for each text, then revise each choice in view of all the others.

    Parameters
    ----------
    anchors : (x, y) in units, one per text
    size : float
        Type size in units.
    frame : (left, bottom, right, top)
        Names stay inside it.
    reach : distances in units between the anchor and the edge of the name
    taken : boxes that no name may cover
    land : geometry that names keep off where they can
    homes : for each text the part of the land that is its own

    Returns
    -------
    list of Placed, in the order of the texts; the same input gives the same places.
    """
    if not texts:
        return []
    # kept, for a page in two languages asks the same twice
    return list(
        _placed(tuple(anchors), tuple(texts), size, frame, tuple(reach), tuple(taken), land, tuple(homes))
    )


@lru_cache(maxsize=64)
def _placed(
    anchors: tuple[Point, ...], texts: tuple[str, ...], size: float, frame: Box,
    reach: tuple[float, ...], taken: tuple[Box, ...], land: BaseGeometry | None,
    homes: tuple[BaseGeometry, ...],
) -> tuple[Placed, ...]:  # fmt: skip
    marks = [_box(point, 2 * MARK, 2 * MARK) for point in anchors]
    choices = []
    for number, (anchor, text) in enumerate(zip(anchors, texts, strict=True)):
        spots = _spots(anchor, text, size, reach)
        costs = _own_costs(spots, frame, (*taken, *marks), anchors)
        if land is not None:
            costs += _land_costs(spots, land, homes[number] if homes else None)
        spots = [replace(s, cost=cost) for s, cost in zip(spots, costs.tolist(), strict=True)]
        choices.append(sorted(spots, key=lambda spot: spot.cost))  # stable: the first direction wins a tie
    crowd = [sum(math.dist(a, b) < 90 for b in anchors) for a in anchors]
    places = range(len(texts))
    orders = [
        sorted(places, key=lambda i: (-crowd[i], i)),
        sorted(places, key=lambda i: (anchors[i][1], i)),
        sorted(places, key=lambda i: (-anchors[i][1], i)),
        sorted(places, key=lambda i: (anchors[i][0], i)),
    ]
    trials = [_settle(choices, order) for order in orders]
    return tuple(min(trials, key=lambda spots: sum(spot.cost for spot in spots)))


def _land_costs(spots: Sequence[Placed], land: BaseGeometry, home: BaseGeometry | None) -> np.ndarray:
    """Costs of writing on land rather than on the sea, by points of a grid in each box."""
    import shapely

    left, bottom, right, top = np.array([spot.box for spot in spots]).T
    x, y = np.linspace(left, right, 7), np.linspace(bottom, top, 3)
    x, y = np.broadcast_arrays(x[None, :, :], y[:, None, :])
    strange = shapely.contains_xy(land, x, y)
    if home is not None:
        strange &= ~shapely.contains_xy(home, x, y)
    return np.asarray(ON_LAND * strange.mean(axis=(0, 1)))


def _settle(choices: Sequence[Sequence[Placed]], order: Sequence[int]) -> list[Placed]:
    """Place the names in ``order``, then let each move again in view of the others, costs summed."""
    done: dict[int, Placed] = {}
    for _ in range(PASSES):
        for i in order:
            done[i] = _cheapest(choices[i], [placed for j, placed in done.items() if j != i])
    final = [done[i] for i in range(len(order))]
    costs = [s.cost + _mutual_cost(s, [t for t in final if t is not s]) for s in final]
    return [replace(s, cost=cost, clear=cost < CONFLICT) for s, cost in zip(final, costs, strict=True)]


def _cheapest(spots: Sequence[Placed], others: Sequence[Placed]) -> Placed:
    """Return the cheapest of ``spots``, which come in order of their own cost."""
    best, least = spots[0], math.inf
    for spot in spots:
        if spot.cost >= least:
            break
        cost = spot.cost + _mutual_cost(spot, others)
        if cost < least:
            best, least = spot, cost
    return best


def _spots(anchor: Point, text: str, size: float, reach: Sequence[float]) -> list[Placed]:
    width, height = text_width(text, size), size * 1.15
    spots = []
    for distance in reach:
        for k in range(DIRECTIONS):
            angle = 2 * math.pi * k / DIRECTIONS
            dx, dy = math.cos(angle), math.sin(angle)
            centre = (anchor[0] + dx * (distance + width / 2), anchor[1] + dy * (distance + height / 2))
            spots.append(Placed(text, anchor, centre, _box(centre, width + 4, height + 2), 0.0))
    return spots


def _own_costs(
    spots: Sequence[Placed], frame: Box, taken: Sequence[Box], anchors: Sequence[Point]
) -> np.ndarray:
    """Costs of one name's places, whatever other names do: distance, covering, whose name it seems to be."""
    anchor = spots[0].anchor
    boxes = np.array([spot.box for spot in spots])[:, None, :]  # (places, 1, 4)
    low, high = boxes[..., :2], boxes[..., 2:]
    ends = np.clip(np.array(anchor), low, high)
    distance = np.array([math.dist(anchor, end) for end in ends[:, 0]])
    inside = ((low >= frame[:2]) & (high <= frame[2:])).all(axis=(1, 2))
    others = np.array(taken).reshape(-1, 4)
    covered = ((low < others[:, 2:]) & (others[:, :2] < high)).all(axis=2).sum(axis=1)
    strangers = np.array([point for point in anchors if point != anchor]).reshape(-1, 2)
    away = np.linalg.norm(strangers - np.clip(strangers, low, high), axis=2)
    nearer = (away < np.maximum(distance, MARK + 2)[:, None]).sum(axis=1)
    run_over = (_to_segments(strangers, np.array(anchor), ends) < MARK + 1).sum(axis=1)
    outside = np.where(inside, 0, 5 * CONFLICT)
    return np.asarray(distance + CONFLICT * covered + outside + 15 * nearer + 300 * run_over)


def _mutual_cost(spot: Placed, others: Sequence[Placed]) -> float:
    """Cost of covering other names, or of leader lines that cross names or each other."""
    cost = 0.0
    for other in others:
        conflicts = _overlap(spot.box, other.box) + _cross(
            spot.anchor, spot.centre, other.anchor, other.centre
        )
        conflicts += _crosses_box(spot, other.box) + _crosses_box(other, spot.box)
        cost += CONFLICT * conflicts
    return cost


def nearest_point(point: Point, box: Box) -> Point:
    """Return the point of ``box`` nearest to ``point``."""
    return min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])


def _box(centre: Point, width: float, height: float) -> Box:
    return (centre[0] - width / 2, centre[1] - height / 2, centre[0] + width / 2, centre[1] + height / 2)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def _crosses_box(spot: Placed, box: Box) -> bool:
    """Tell whether the leader line of ``spot`` runs through ``box`` (across one of its diagonals)."""
    end = nearest_point(spot.anchor, spot.box)
    rising, falling = ((box[0], box[1]), (box[2], box[3])), ((box[0], box[3]), (box[2], box[1]))
    return _cross(spot.anchor, end, *rising) or _cross(spot.anchor, end, *falling)


def _to_segments(points: np.ndarray, start: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Distances (places, points) between points (points, 2) and lines from a start to ends (places, 1, 2)."""
    line = ends - start
    length = np.maximum((line**2).sum(axis=2), 1e-300)  # of no length: along is 0
    along = np.clip(((points - start) * line).sum(axis=2) / length, 0, 1)
    return np.asarray(np.linalg.norm(points - (start + along[..., None] * line), axis=2))
