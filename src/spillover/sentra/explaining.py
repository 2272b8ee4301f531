"""How each weighted sum comes about, criterion by criterion, so that it can be checked by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.sentra.problem import Problem, Ranges, make_problem
from spillover.sentra.scores import min_max

TOTAL = "total"


def explain_scores(
    values: pd.DataFrame, criteria: pd.DataFrame, *, ranges: Ranges | None = None
) -> pd.DataFrame:
    """Show how the weighted sum of each district comes about.

    Parameters
    ----------
    values, criteria, ranges
        As for `spillover.sentra.ranking.rank_districts`.

    Returns
    -------
    DataFrame
        For each region_code in its order one row per criterion in the order of ``criteria``, and a last one
        with criterion_id "total": region_code, criterion_id, value (NaN if missing), status {observed,
        assumed, equal: the same everywhere and not counted, left_out: no value}, value_used, low, high,
        worst and best (of all districts, in the unit of the value), normalised, weight (that counts),
        contribution = weight × normalised, best_district (code), transform, kind, weight_in_table (as in
        ``criteria``; weight is larger if criteria are left out).
        normalised = (f(value_used) - f(worst)) / (f(best) - f(worst)), with f the logarithm where
        transform is "log". The total is score_weighted.

    Raises
    ------
    DataError
        See `spillover.sentra.problem.make_problem`.

    Examples
    --------
    >>> from spillover.sentra.criteria import read_criteria
    >>> criteria = read_criteria()
    >>> values = pd.DataFrame(2.0, index=["7203", "7206"], columns=criteria["criterion_id"])
    >>> values.loc["7206", "demand_100km"] = 3.0
    >>> table = explain_scores(values, criteria).set_index(["region_code", "criterion_id"])
    >>> table.loc[("7203", "demand_100km"), ["worst", "best", "contribution"]].astype(float).tolist()
    [2.0, 3.0, 0.0]
    """
    problem = make_problem(values, criteria, ranges)
    own = criteria.set_index("criterion_id")
    order = pd.MultiIndex.from_product(
        [problem.codes, [*own.index, TOTAL]], names=["region_code", "criterion_id"]
    )
    table = _counted(problem).reindex(order)
    total = table.index.get_level_values("criterion_id") == TOTAL
    ids = table.index.get_level_values("criterion_id")
    table.loc[~total, "status"] = table.loc[~total, "status"].fillna("left_out")
    same = ids.isin(problem.equal)
    table.loc[same, "status"] = "equal"
    table.loc[same, "value"] = values.stack().reindex(table.index[same]).astype(float)
    for name in ("transform", "kind", "weight"):
        cells = own[name].reindex(order.get_level_values("criterion_id")).to_numpy()
        table["weight_in_table" if name == "weight" else name] = cells
    summed = ["weight", "contribution", "weight_in_table"]
    table[summed] = table[summed].fillna(0.0)
    table.loc[total, summed] = table[summed].groupby("region_code").sum().to_numpy()
    words = ["status", "best_district", "transform", "kind"]
    table[words] = table[words].fillna("")
    return table.reset_index()


def _counted(problem: Problem) -> pd.DataFrame:
    """The cells of the criteria that count, by district and criterion."""
    n = len(problem.codes)
    compared = problem.compared(problem.filled)
    normalised = min_max(compared)
    best, worst = compared.argmax(axis=0), compared.argmin(axis=0)
    every = range(len(problem.ids))
    index = pd.MultiIndex.from_product([problem.codes, problem.ids], names=["region_code", "criterion_id"])
    return pd.DataFrame(
        {
            "value": np.where(problem.missing, np.nan, problem.filled).ravel(),
            "status": np.where(problem.missing, "assumed", "observed").ravel().astype(object),
            "value_used": problem.filled.ravel(),
            "low": problem.low.ravel(),
            "high": problem.high.ravel(),
            "worst": np.tile(problem.filled[worst, every], n),
            "best": np.tile(problem.filled[best, every], n),
            "normalised": normalised.ravel(),
            "weight": np.tile(problem.weights, n),
            "contribution": (normalised * problem.weights).ravel(),
            "best_district": np.tile(np.array(problem.codes, dtype=object)[best], n),
        },
        index=index,
    )
