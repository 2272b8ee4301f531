"""Where to put names so that they cover neither each other nor the points they name."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from spillover.display.style import text_width

Point = tuple[float, float]
Box = tuple[float, float, float, float]

DIRECTIONS = 24
PASSES = 4
MARK = 7.0  # half the width of a point with its margin
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
    discourage: Callable[[Box], float] | None = None,
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
    discourage : cost, in units of distance, of a box at its place

    Returns
    -------
    list of Placed, in the order of the texts; the same input gives the same places.
    """
    if not texts:
        return []
    if discourage is None:  # pages in two languages ask the same again
        return list(_place(tuple(anchors), tuple(texts), size, frame, tuple(reach), tuple(taken)))
    return _placed(anchors, texts, size, frame, reach, taken, discourage)


@lru_cache(maxsize=64)
def _place(
    anchors: tuple[Point, ...], texts: tuple[str, ...], size: float, frame: Box,
    reach: tuple[float, ...], taken: tuple[Box, ...],
) -> tuple[Placed, ...]:  # fmt: skip
    return tuple(_placed(anchors, texts, size, frame, reach, taken, None))


def _placed(
    anchors: Sequence[Point],
    texts: Sequence[str],
    size: float,
    frame: Box,
    reach: Sequence[float],
    taken: Sequence[Box],
    discourage: Callable[[Box], float] | None,
) -> list[Placed]:
    taken = [*taken, *(_box(point, 2 * MARK, 2 * MARK) for point in anchors)]
    choices = []
    for anchor, text in zip(anchors, texts, strict=True):
        spots = [
            replace(s, cost=_own_cost(s, frame, taken, anchors) + (discourage(s.box) if discourage else 0))
            for s in _spots(anchor, text, size, reach)
        ]
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
    return min(trials, key=lambda spots: sum(spot.cost for spot in spots))


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


def _own_cost(spot: Placed, frame: Box, taken: Sequence[Box], anchors: Sequence[Point]) -> float:
    """Cost of a place whatever the other names do: distance, what it covers, whose name it seems to be."""
    box, end = spot.box, nearest_point(spot.anchor, spot.box)
    distance = math.dist(spot.anchor, end)
    inside = box[0] >= frame[0] and box[1] >= frame[1] and box[2] <= frame[2] and box[3] <= frame[3]
    covered = sum(_overlap(box, other) for other in taken)
    strangers = [point for point in anchors if point != spot.anchor]
    nearer = sum(math.dist(point, nearest_point(point, box)) < max(distance, MARK + 2) for point in strangers)
    run_over = sum(_to_segment(point, spot.anchor, end) < MARK + 1 for point in strangers)
    return distance + CONFLICT * covered + (0 if inside else 5 * CONFLICT) + 15 * nearer + 300 * run_over


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


def _to_segment(point: Point, a: Point, b: Point) -> float:
    length = math.dist(a, b)
    along = 0.0
    if length:
        along = ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / length**2
    along = min(max(along, 0.0), 1.0)
    return math.dist(point, (a[0] + along * (b[0] - a[0]), a[1] + along * (b[1] - a[1])))
