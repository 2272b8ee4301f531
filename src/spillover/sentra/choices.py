"""The ranking under other choices than those of the table of criteria: does the answer hang on them?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from spillover.sentra.problem import make_problem
from spillover.sentra.ranking import central_scores
from spillover.sentra.scores import ranks
from spillover.sentra.values import criteria_values

DEMAND = "demand_idr_{}km"
REACHES = (50, 200)
AS_USED, TOPSIS = "as_used", "topsis"


def other_choices(measures: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """Rank districts as the table of criteria says, and under other choices.

    Parameters
    ----------
    measures : DataFrame
        As from `spillover.sentra.measures.study_measures`.
    criteria : DataFrame
        As from `spillover.sentra.criteria.read_criteria`.

    Returns
    -------
    DataFrame
        One row per choice and district: choice, region_code, score (0 to 1), rank (ties share the lower
        number). Choices: as_used (weighted sum), topsis; reach_50 and reach_200 (demand of parks within so
        many km, in place of the reach of the table; absent without such a criterion); equal_weights (of all
        criteria with a weight); data_only (without criteria whose values are judgement). A choice that
        leaves nothing to compare is absent.

    Raises
    ------
    DataError
        See `spillover.sentra.problem.make_problem`.

    Examples
    --------
    >>> table = other_choices(measures, criteria)  # doctest: +SKIP
    >>> table[table["rank"].le(3)].groupby("choice")["region_code"].agg(list)  # doctest: +SKIP
    """
    tables = dict(_tables(criteria))
    every = pd.concat(tables.values()).drop_duplicates("criterion_id", ignore_index=True)
    values = criteria_values(measures, every)
    parts = []
    for choice, table in tables.items():
        problem = make_problem(values.values, table, (values.low, values.high))
        scores = central_scores(problem)
        methods = {choice: "weighted"} | ({TOPSIS: "topsis"} if choice == AS_USED else {})
        for name, method in methods.items():
            columns = {"region_code": problem.codes, "score": scores[method], "rank": ranks(scores[method])}
            parts.append(pd.DataFrame(columns).assign(choice=name))
    made = pd.concat(parts, ignore_index=True).astype({"rank": int})
    return made[["choice", "region_code", "score", "rank"]]


def _tables(criteria: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables of criteria, each under the name of its choice; a criterion of another reach has its own id."""
    yield AS_USED, criteria
    demand = criteria["measure"].isin([DEMAND.format(km) for km in (50, 100, 200)])
    for km in REACHES:
        measure = DEMAND.format(km)
        if demand.sum() == 1 and not criteria["measure"].eq(measure).any():
            ids = criteria["criterion_id"].mask(demand, f"_{measure}")
            yield (
                f"reach_{km}",
                criteria.assign(criterion_id=ids, measure=criteria["measure"].mask(demand, measure)),
            )
    weighed = criteria["weight"].gt(0)
    yield "equal_weights", criteria.assign(weight=weighed / weighed.sum())
    data = criteria["kind"].eq("data")
    if not data.all() and criteria.loc[data, "weight"].sum() > 0:
        kept = criteria[data]
        yield "data_only", kept.assign(weight=kept["weight"] / kept["weight"].sum())
