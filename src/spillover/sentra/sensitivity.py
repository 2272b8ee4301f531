"""What would have to change, and by how much, to change who comes first or who is among the first three."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.sentra.crossings import Change, Sides, sides, value_changes, weight_change
from spillover.sentra.problem import Problem, Ranges, make_problem
from spillover.sentra.ranking import METHODS, central_scores
from spillover.sentra.scores import weighted_sum
from spillover.sentra.searching import (
    bisect,
    search,
    value_path,
    value_scores,
    weight_path,
    weight_scores,
)

COLUMNS = (
    "place", "method", "change", "criterion_id", "region_code", "status", "current", "needed", "difference",
    "size", "in_range", "possible", "enters", "leaves",
)  # fmt: skip

REACH = 10.0  # spans of the observed values beyond which a value is not moved: no measure changes so much


class _Case(NamedTuple):
    """One question: a ranking problem, a method, a boundary, and who is on which side of it."""

    problem: Problem
    compared: np.ndarray
    normalised: np.ndarray
    method: str
    place: int
    split: Sides


def what_would_change(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    *,
    ranges: Ranges | None = None,
    places: Sequence[int] = (1, 3),
    methods: Sequence[str] = METHODS,
    every_district: bool = False,
) -> pd.DataFrame:
    """Find, for each criterion, the smallest change of its weight and of one value that changes the answer.

    Parameters
    ----------
    values, criteria, ranges
        As for `rank_districts`.
    places : sequence of int
        Boundaries: 1 asks who is first, 3 who is among the first three, whatever their order.
    methods : sequence of {"weighted", "topsis"}
    every_district : bool
        Give the smallest change of the value of each district, not only of the one for which it is least.

    Returns
    -------
    DataFrame
        place; method; change {weight, value}; criterion_id; region_code (whose value changes; "" for a
        weight); status {observed, assumed, left_out, equal, ""}, with left_out if no district has a value and
        equal if all have the same; current and needed (a weight as in ``criteria``, the others scaled by
        `spillover.sentra.criteria.with_weight`, or a value in the unit of the criterion): anything beyond
        needed changes the answer, and needed itself is a tie; difference; size (of a weight the difference
        without sign, of a value in spans from the worst to the best district, of logarithms where these are
        compared); in_range (whether needed lies within the range of the value, so that the data themselves
        leave the answer open; NA for weights, and where all districts are off alike); possible; enters,
        leaves (codes). If nothing changes the answer possible is False and the rest is empty.

    Raises
    ------
    DataError
        An unknown method, a place below 1; see `make_problem`.

    Notes
    -----
    If the weight of a criterion changes, the others keep their proportions. Values are moved one at a
    time, assumed values of other districts stay, and min-max limits follow. A value stays at zero or above
    if all observed ones are, between 0 and 1 if they are all 0 or 1, and no further beyond the observed ones
    than ten times their span (of logarithms where these are compared). For the weighted sum the result
    is exact; for TOPSIS the path is searched in 200 steps and then by bisection, so that a change that is
    undone within one step can be missed. A change of size 0 is a tie that any change resolves. A boundary
    that does not exist (place >= number of districts) gives no rows.

    Examples
    --------
    >>> from spillover.sentra.criteria import read_criteria
    >>> criteria = read_criteria()
    >>> values = pd.DataFrame(2.0, index=["7203", "7206"], columns=criteria["criterion_id"])
    >>> values.loc["7206", "demand_100km"] = 3.0
    >>> values.loc["7203", "schooling"] = 2.5
    >>> found = what_would_change(values, criteria, methods=["weighted"])
    >>> found[found["criterion_id"].eq("schooling")][["change", "needed"]].round(3).values.tolist()
    [['weight', 0.179], ['value', nan]]
    """
    unknown = [method for method in methods if method not in METHODS]
    if unknown:
        raise DataError("what_would_change", "unknown methods", unknown, f"use {', '.join(METHODS)}")
    if min(places, default=1) < 1:
        raise DataError("what_would_change", "impossible places", places, "use 1 or more")
    problem = make_problem(values, criteria, ranges)
    scores = central_scores(problem)
    compared = problem.compared(problem.filled)
    rows: list[dict[str, Any]] = []
    for place in (p for p in places if p < len(problem.codes)):
        for method in methods:
            split = sides(scores[method], place)
            case = _Case(problem, compared, scores["normalised"], method, place, split)
            for j in range(len(problem.ids)):
                rows.append(_weight_row(case, j))
                rows += _value_rows(case, j, every_district)
            rows += [
                _row(case, "weight", name, status="equal" if name in problem.equal else "left_out")
                for name in problem.left_out
            ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"in_range": "boolean", "possible": bool})


def _weight_row(case: _Case, j: int) -> dict[str, Any]:
    """The nearest weight of criterion j that changes the answer."""
    weights, now = case.problem.weights, float(case.problem.weights[j])
    if case.method == "weighted":
        found = weight_change(case.normalised, weights, j, case.split)
    else:
        scores = weight_scores(case.normalised, weights, j)
        brackets = [search(scores, weight_path(now, end), case.split) for end in (0.0, 1.0)] if scores else []
        changes = [bisect(scores, b, case.split) for b in brackets if b and scores]
        found = min(changes, key=lambda c: abs(c.at - now)) if changes else None
    current = now * (1 - case.problem.weight_left_out)
    row = _row(case, "weight", case.problem.ids[j], current=current)
    if found:
        # Criteria without data give their weight to the others: undo that, for the table holds them too.
        shared = case.problem.weight_left_out / (1 - current)
        needed = found.at * (1 - shared) / (1 - found.at * shared)
        row |= _found(case, found, needed=needed, current=current, size=abs(needed - current))
    return row


def _value_rows(case: _Case, j: int, every_district: bool) -> list[dict[str, Any]]:
    """The smallest changes of a value under criterion j: of each district, or of the one nearest to it."""
    column = case.compared[:, j]
    span = float(np.ptp(column)) or 1.0
    limits = _limits(case.problem, column, j)
    rows = []
    for i in range(len(column)) if case.problem.weights[j] > 0 else ():
        changes = [c for c in _changes(case, i, j, limits) if limits[0] <= c.at <= limits[1]]
        current = float(case.problem.filled[i, j])
        status = "assumed" if case.problem.missing[i, j] else "observed"
        row = _row(case, "value", case.problem.ids[j], current=current, status=status)
        row["region_code"] = case.problem.codes[i]
        if changes:
            nearest = min(changes, key=lambda c: abs(c.at - column[i]))
            needed = _in_unit(case.problem, j, nearest.at)
            size = abs(nearest.at - column[i]) / span
            row |= _found(case, nearest, needed=needed, current=current, size=size)
            low, high = case.problem.low[i, j], case.problem.high[i, j]
            if not case.problem.shared[j]:  # else no district is off by itself
                row["in_range"] = bool(min(low, current) <= needed <= max(high, current))
        rows.append(row)
    if every_district:
        return rows
    possible = [row for row in rows if row["possible"]]
    return (
        [min(possible, key=lambda row: row["size"])]
        if possible
        else [_row(case, "value", case.problem.ids[j])]
    )


def _changes(case: _Case, i: int, j: int, limits: tuple[float, float]) -> list[Change]:
    column, weights = case.compared[:, j], case.problem.weights
    if case.method == "weighted":
        others = np.where(np.arange(len(weights)) == j, 0.0, weights)
        changes = value_changes(column, weighted_sum(case.normalised, others), weights[j], i, case.split)
        # beyond the limit there is nothing, so a tie at the limit itself changes nothing
        return [c for c in changes if limits[0] < c.at < limits[1] or c.at == column[i]]
    scores = value_scores(case.compared, case.normalised, weights, i, j)
    paths = [value_path(column, i, limits, upwards=upwards) for upwards in (True, False)]
    brackets = [search(scores, path, case.split) for path in paths]
    return [bisect(scores, bracket, case.split) for bracket in brackets if bracket]


def _limits(problem: Problem, column: np.ndarray, j: int) -> tuple[float, float]:
    """Between which a value may be moved, on the scale on which values are compared."""
    reach = REACH * (float(np.ptp(column)) or 1.0)
    low, high = float(column.min()) - reach, float(column.max()) + reach
    seen = problem.filled[~problem.missing[:, j], j]
    if problem.log[j] or (seen < 0).any():
        return low, high
    most = 1.0 if np.isin(seen, (0.0, 1.0)).all() else np.inf
    domain = (0.0, most) if problem.sign[j] > 0 else (-most, 0.0)
    return max(low, domain[0]), min(high, domain[1])


def _in_unit(problem: Problem, j: int, compared: float) -> float:
    value = compared * problem.sign[j]
    return float(np.exp(value) if problem.log[j] else value)


def _row(
    case: _Case, change: str, criterion_id: str, *, current: float = np.nan, status: str = ""
) -> dict[str, Any]:
    """A row that says that nothing was found."""
    return {
        "place": case.place, "method": case.method, "change": change, "criterion_id": criterion_id,
        "region_code": "", "status": status, "current": current, "needed": np.nan, "difference": np.nan,
        "size": np.nan, "in_range": pd.NA, "possible": False, "enters": "", "leaves": "",
    }  # fmt: skip


def _found(case: _Case, found: Change, *, needed: float, current: float, size: float) -> dict[str, Any]:
    return {
        "needed": needed,
        "difference": needed - current,
        "size": size,
        "possible": True,
        "enters": case.problem.codes[found.enters],
        "leaves": case.problem.codes[found.leaves],
    }
