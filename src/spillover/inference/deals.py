"""Ways to deal paths of exposure out among units: all different ones, or random ones, the real one first.

A deal is an array of units: unit i takes the path of unit ``deal[i]``. ``kind[i]`` is a code of unit i's
path; deals that give each unit the same kind are one deal.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial, prod

import numpy as np


def number_of_deals(kinds: np.ndarray) -> int:
    """Number of different ways to deal these paths out."""
    counts = np.unique(kinds, return_counts=True)[1]
    return factorial(len(kinds)) // prod(factorial(int(c)) for c in counts)


def drawn_deals(groups: list[np.ndarray], n_units: int, draws: int, seed: int) -> Iterator[np.ndarray]:
    """The real order, then random ones."""
    random = np.random.default_rng(seed)
    yield np.arange(n_units)
    for _ in range(draws):
        order = np.arange(n_units)
        for group in groups:
            order[group] = random.permutation(group)
        yield order


def every_deal(groups: list[np.ndarray], kind: np.ndarray) -> Iterator[np.ndarray]:
    """Every different deal once, the real one first."""
    yield np.arange(len(kind))
    for order in _orders(groups, kind):
        if (kind[order] != kind).any():
            yield order


def _orders(groups: list[np.ndarray], kind: np.ndarray) -> Iterator[np.ndarray]:
    """Every different deal once: units of the first group take turns, then the next group."""
    if not groups:
        yield np.arange(len(kind))
        return
    group, rest = groups[0], groups[1:]
    for later in _orders(rest, kind):
        for chosen in _arrangements(list(group), kind):
            order = later.copy()
            order[group] = chosen
            yield order


def _arrangements(left: list[int], kind: np.ndarray) -> Iterator[list[int]]:
    """Orders of units that differ in their kinds: at each place, one unit of each kind that is left."""
    if not left:
        yield []
        return
    first_of_kind: dict[int, int] = {}
    for at in left:
        first_of_kind.setdefault(int(kind[at]), at)
    for at in first_of_kind.values():
        for rest in _arrangements([other for other in left if other != at], kind):
            yield [at, *rest]
