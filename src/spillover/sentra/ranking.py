"""Rank districts by their potential: two methods, the Pareto front, and how sure each rank is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import check_columns, check_unique
from spillover.sentra.draws import CONCENTRATION, draw_ranks
from spillover.sentra.problem import Problem, Ranges, make_problem
from spillover.sentra.scores import closeness, dominators, min_max, ranks, weighted_sum

METHODS = ("weighted", "topsis")
TOP = 3


def rank_districts(
    values: pd.DataFrame,
    criteria: pd.DataFrame,
    *,
    draws: int = 2000,
    seed: int = 1,
    ranges: Ranges | None = None,
    concentration: float = CONCENTRATION,
) -> pd.DataFrame:
    """Rank districts by weighted sum and by TOPSIS, and say how sure each rank is.

    Both methods take values that are min-max normalised over the districts given, so that 0 is
    the worst and 1 the best of them. The uncertainty is a Monte Carlo over weights, data ranges and missing
    values; see `spillover.sentra.draws.draw_ranks`.

    Parameters
    ----------
    values : DataFrame
        Index region_code, a column per criterion_id in the criterion's unit, NaN where missing.
    criteria : DataFrame
        As `read_criteria` gives them. A criterion for which no district has a value, or all the same one, is
        left out and its weight goes to the others in proportion: weight_left_out says how much.
    draws, seed : int
    ranges : (DataFrame, DataFrame), optional
        Low and high of the values, laid out alike; where NaN or not given, ± range_pct of the criterion.
    concentration : float
        How close drawn weights stay to the given ones; see `draw_ranks`.

    Returns
    -------
    DataFrame
        One row per district, the best weighted sum first: region_code; score_weighted, score_topsis (0 to
        1); rank_weighted, rank_topsis (ties share the lower number); pareto (no other district is surely at
        least as good in all and better in one), dominated_by (codes); of the draws by weighted sum p_first,
        p_top3, mean_rank, rank_low, rank_high (5th and 95th percentile), and the same for TOPSIS with
        ``_topsis``; n_missing (of all criteria), weight_missing (the weight of the missing ones that count);
        share_data, share_judgement, share_imputed (parts of score_weighted that come from data, from
        judgement and from assumed values; NaN where the score is zero); n_districts, n_criteria (that
        count), left_out (criteria that do not count), equal (those of them that have a value, the same
        everywhere), weight_left_out, draws, seed, concentration.

        With ties p_first and p_top3 count each district that ties, so that they may sum to more than 1 and 3.

    Raises
    ------
    DataError
        See `make_problem`; impossible draws.

    Examples
    --------
    >>> from spillover.sentra.criteria import read_criteria
    >>> criteria = read_criteria()
    >>> values = pd.DataFrame(2.0, index=["7203", "7206", "7207"], columns=criteria["criterion_id"])
    >>> values.loc["7206", "demand_100km"] = 3.0
    >>> rank_districts(values, criteria, draws=50)[["region_code", "rank_weighted"]].values.tolist()
    [['7206', 1], ['7203', 2], ['7207', 2]]
    """
    problem = make_problem(values, criteria, ranges)
    scores = central_scores(problem)
    found = draw_ranks(problem, draws, seed, concentration=concentration)
    above = _dominators(problem)
    columns: dict[str, object] = {
        "region_code": problem.codes,
        **{f"score_{name}": scores[name] for name in METHODS},
        **{f"rank_{name}": ranks(scores[name]).astype(int) for name in METHODS},
        "pareto": ~above.any(axis=1),
        "dominated_by": [", ".join(np.array(problem.codes)[row]) for row in above],
        **_sureness(found["weighted"], found["weighted_mean"], ""),
        **_sureness(found["topsis"], found["topsis_mean"], "_topsis"),
        "n_missing": problem.n_missing,
        "weight_missing": (problem.missing * problem.weights).sum(axis=1),
        **_shares(problem, scores["normalised"]),
        "n_districts": len(problem.codes),
        "n_criteria": len(problem.ids),
        "left_out": ", ".join(problem.left_out),
        "equal": ", ".join(problem.equal),
        "weight_left_out": problem.weight_left_out,
        "draws": draws,
        "seed": seed,
        "concentration": concentration,
    }
    return pd.DataFrame(columns).sort_values(["rank_weighted", "region_code"], ignore_index=True)


def central_scores(problem: Problem) -> dict[str, np.ndarray]:
    """Scores (n,) of both methods, and the normalised values (n, k).

    They are those of pymcdm (WSM and TOPSIS with min-max), to which tests hold them at 1e-12; importing it
    takes longer than ranking all districts of the country.
    """
    normalised = min_max(problem.compared(problem.filled))
    return {
        "weighted": weighted_sum(normalised, problem.weights),
        "topsis": closeness(normalised, problem.weights),
        "normalised": normalised,
    }


def _dominators(problem: Problem) -> np.ndarray:
    """Sure dominance in the criteria that count: a missing value may be the best or the worst observed."""
    counting = problem.weights > 0
    compared = problem.compared(problem.filled)[:, counting]
    missing = problem.missing[:, counting]
    best = np.where(missing, compared.max(axis=0), compared)
    worst = np.where(missing, compared.min(axis=0), compared)
    return dominators(best, worst)


def _sureness(drawn: np.ndarray, mean: np.ndarray, suffix: str) -> dict[str, np.ndarray]:
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0, method="inverted_cdf")
    return {
        f"p_first{suffix}": (drawn == 1).mean(axis=0),
        f"p_top3{suffix}": (drawn <= TOP).mean(axis=0),
        f"mean_rank{suffix}": mean,
        f"rank_low{suffix}": low.astype(int),
        f"rank_high{suffix}": high.astype(int),
    }


def _shares(problem: Problem, normalised: np.ndarray) -> dict[str, np.ndarray]:
    """Parts of each weighted sum by what its values rest on."""
    parts = normalised * problem.weights
    total = parts.sum(axis=1)
    judged = problem.judged & ~problem.missing
    shares = {}
    for name, cells in (
        ("data", ~problem.judged & ~problem.missing),
        ("judgement", judged),
        ("imputed", problem.missing),
    ):
        part = (parts * cells).sum(axis=1)
        shares[f"share_{name}"] = np.divide(part, total, out=np.full(len(part), np.nan), where=total > 0)
    return shares


def compare_rankings(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Show what changed between two rankings: after an edited weight, a new value or a new district.

    Parameters
    ----------
    before, after : DataFrame
        As `rank_districts` gives them.

    Returns
    -------
    DataFrame
        One row per district of either, in the order of ``after``, those that are gone last: region_code;
        rank_weighted, rank_topsis, score_weighted, p_first and p_top3, each ``_before`` and ``_after``
        (NaN where the district is not in that ranking); places (by weighted sum; above zero is better
        now); top3 {stays, enters, leaves, outside}; change {up, down, same, added, removed}.

    Raises
    ------
    DataError
        Missing columns or doubled districts.
    """
    columns = ["rank_weighted", "rank_topsis", "score_weighted", "p_first", "p_top3"]
    for table, where in ((before, "before"), (after, "after")):
        check_columns(table, ["region_code", *columns], where)
        check_unique(table, ["region_code"], where)
    old = before.set_index("region_code")[columns].add_suffix("_before")
    new = after.set_index("region_code")[columns].add_suffix("_after")
    order = [*new.index, *(code for code in old.index if code not in new.index)]
    table = pd.concat([old, new], axis=1).reindex(pd.Index(order, name="region_code"))
    table["places"] = table["rank_weighted_before"] - table["rank_weighted_after"]
    was, now = table["rank_weighted_before"] <= TOP, table["rank_weighted_after"] <= TOP
    table["top3"] = np.select([was & now, now, was], ["stays", "enters", "leaves"], "outside")
    gone, fresh = table["rank_weighted_after"].isna(), table["rank_weighted_before"].isna()
    table["change"] = np.select(
        [gone, fresh, table["places"] > 0, table["places"] < 0], ["removed", "added", "up", "down"], "same"
    )
    return table.reset_index()
