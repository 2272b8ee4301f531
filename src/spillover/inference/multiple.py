"""Several outcomes at once: p-values that hold for the whole family of tests.

Among twenty true nulls one has p below 0.05 on average. Here the statistics of all outcomes (and terms) in
one and the same draw are kept together, so that the adjustment knows how they move together.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.inference.redraw import RelocationTest
from spillover.models.estimates import make_estimates

WHERE = "several tests"


def draw_matrix(
    tests: Mapping[str, pd.DataFrame | RelocationTest], statistic: str = "t"
) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Statistics of several outcomes in one matrix: the draws in rows, outcomes × terms in columns.

    Parameters
    ----------
    tests : mapping
        Outcome → table with draw (0 is the real one), the statistic, and term if there are several, as from
        `permutation_test` or `relocation_test`; or a `RelocationTest`. All must rest on the same draws.
    statistic : str
        Column of the tables: "t", or "estimate"; of a `RelocationTest` its own statistic is taken.

    Returns
    -------
    names : list of (outcome, term)
    stats : ndarray
        Shape (1 + draws, m), the real ones first.

    Raises
    ------
    DataError
        Tests with different draws, or no tests.
    """
    columns = []
    for outcome, test in tests.items():
        if isinstance(test, RelocationTest):
            names = [(outcome, term) for term in test.terms]
            columns.append(pd.DataFrame(test.estimates * test.weights).set_axis(names, axis=1))
            continue
        check_columns(test, ["draw", statistic], WHERE)
        named = test if "term" in test else test.assign(term="")
        check_unique(named, ["draw", "term"], WHERE)
        wide = named.pivot(index="draw", columns="term", values=statistic)[named["term"].unique()]
        columns.append(wide.set_axis([(outcome, str(term)) for term in wide], axis=1))
    if len({tuple(wide.index) for wide in columns}) != 1:
        raise DataError(WHERE, "tests that rest on different draws", list(tests), "use one set of draws")
    together = pd.concat(columns, axis=1)
    return list(together.columns), together.to_numpy(float)


def max_t(stats: np.ndarray) -> np.ndarray:
    """Family-wise p-values by the largest statistic of each draw, in one step.

    Parameters
    ----------
    stats : ndarray
        Shape (1 + draws, m): the real statistics, then those of each draw, which hold under the null. A
        missing value in a draw counts as 0: it has nothing to see. Each column is divided by its root mean
        square over all rows, so that outcomes in different units count alike (the real row is in it too:
        the p-value stays that of a randomisation test).

    Returns
    -------
    ndarray
        Shape (m,): share of rows, the real one included, whose largest size reaches this statistic.
        Westfall and Young 1993, Resampling-Based Multiple Testing, section 2.3.

    Examples
    --------
    >>> max_t(np.array([[3.0, 1.0], [2.0, 0.5], [-1.0, 2.0], [1.0, -0.5]]))
    array([0.5 , 0.75])
    """
    size = _sizes(stats)
    return _share(size.max(axis=1)[:, None], size[0])


def romano_wolf(stats: np.ndarray) -> np.ndarray:
    """Family-wise p-values by stepdown: after each rejected test the rest are compared among themselves.

    Parameters
    ----------
    stats : ndarray
        As for `max_t`.

    Returns
    -------
    ndarray
        Shape (m,): adjusted p-values, never below the single ones, never above those of `max_t`. Romano and
        Wolf 2005, Econometrica 73(4), algorithm 4.1; 2016, Statistics & Probability Letters 113, as p-values.

    Raises
    ------
    DataError
        No draws, real values that are missing, infinite values, or a column of zeros.

    Examples
    --------
    >>> romano_wolf(np.array([[3.0, 1.0], [2.0, 0.5], [-1.0, 2.0], [1.0, -0.5]]))
    array([0.5, 0.5])
    """
    size = _sizes(stats)
    order = np.argsort(-size[0], kind="stable")
    # the largest among this statistic and all that are smaller, by draw
    largest = np.maximum.accumulate(size[:, order[::-1]], axis=1)[:, ::-1]
    stepped = np.maximum.accumulate(_share(largest, size[0, order]))
    adjusted = np.empty(len(order))
    adjusted[order] = stepped
    return adjusted


def _sizes(stats: np.ndarray) -> np.ndarray:
    """Absolute statistics, each column in units of its root mean square."""
    table = np.asarray(stats, dtype=float)
    if table.ndim != 2 or len(table) < 2 or table.shape[1] == 0:
        raise DataError(WHERE, "no draws", [table.shape], "pass shape (1 + draws, number of tests)")
    table = np.vstack([table[:1], np.where(np.isnan(table[1:]), 0.0, table[1:])])
    if not np.isfinite(table).all():
        bad = np.flatnonzero(~np.isfinite(table).all(axis=0))
        raise DataError(
            WHERE, "missing or infinite statistics", [f"column {i}" for i in bad], "leave them out"
        )
    scale = np.sqrt((table**2).mean(axis=0))
    if (scale == 0).any():
        empty = [f"column {i}" for i in np.flatnonzero(scale == 0)]
        raise DataError(WHERE, "statistics that are all zero", empty, "leave out these outcomes")
    return np.asarray(np.abs(table / scale))


def _share(size: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Share of rows at least as large as the real statistic, by column."""
    return np.asarray((size >= real * (1 - 1e-9)).mean(axis=0))


def family_rows(
    estimates: pd.DataFrame, tests: Mapping[str, pd.DataFrame | RelocationTest], *, statistic: str = "t"
) -> pd.DataFrame:
    """Rows of `estimates` whose p-value is that of the stepdown over all their outcomes and terms.

    Parameters
    ----------
    estimates : DataFrame
        One row per outcome and term.
    tests : mapping
        As for `draw_matrix`: outcome → draws, of the same estimates.
    statistic : str

    Returns
    -------
    DataFrame
        The rows without standard error and interval, p_value adjusted, vcov naming tests and draws.

    Raises
    ------
    DataError
        Draws that lack one of the rows, or have others.
    """
    check_unique(estimates, ["outcome", "term"], WHERE)
    names, stats = draw_matrix(tests, statistic)
    if [term for _, term in names] == [""] * len(names):  # one term, not named in the draws
        names = [(outcome, term) for outcome, term in zip(tests, estimates["term"], strict=False)]
    rows = list(estimates[["outcome", "term"]].itertuples(index=False, name=None))
    if sorted(rows) != sorted(names):
        offenders = ["/".join(name) for name in set(rows) ^ set(names)]
        raise DataError(WHERE, "estimates and draws that do not match", offenders, "one test for each row")
    adjusted = dict(zip(names, romano_wolf(stats), strict=True))
    blank = dict.fromkeys(("std_error", "conf_low", "conf_high"), np.nan)
    said = f"Romano-Wolf over {len(rows)} tests, {len(stats) - 1} draws"
    done = estimates.assign(**blank, p_value=[adjusted[row] for row in rows], vcov=said, ssc="none")
    return make_estimates(done.to_dict("records"))
