"""A ranking to be made: values and criteria checked and in one order, with what stands for missing values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError

WHERE = "values of the criteria"
Ranges = tuple[pd.DataFrame, pd.DataFrame]


class Problem(NamedTuple):
    """A ranking to be made; n districts in order of their code, k criteria in order of their id.

    Attributes
    ----------
    codes, ids : list of str
        Districts and the criteria that count: those whose values differ between districts. If no criterion
        tells the districts apart, those that have a value, so that all districts tie.
    filled : ndarray, shape (n, k)
        Values in their own unit, the missing ones as assumed.
    missing : ndarray of bool, shape (n, k)
    low, high : ndarray, shape (n, k)
        Between which the true value lies; of a missing one, the assumed range.
    weights : ndarray, shape (k,)
        Sum to one.
    sign : ndarray, shape (k,)
        1 for a benefit, -1 for a cost.
    log, shared, judged : ndarray of bool, shape (k,)
        Whether a criterion is compared by its logarithm; whether all districts are off alike; whether its
        values are a judgement.
    left_out : list of str
        Criteria that do not count; their weight went to the others in proportion.
    equal : list of str
        Those of them for which there is a value, the same for all districts that have one.
    weight_left_out : float
    n_missing : ndarray of int, shape (n,)
        Missing values of each district, of all criteria.
    quantiles : ndarray, shape (2, k)
        missing_low and missing_high.
    """

    codes: list[str]
    ids: list[str]
    filled: np.ndarray
    missing: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weights: np.ndarray
    sign: np.ndarray
    log: np.ndarray
    shared: np.ndarray
    judged: np.ndarray
    left_out: list[str]
    equal: list[str]
    weight_left_out: float
    n_missing: np.ndarray
    quantiles: np.ndarray

    def compared(self, values: np.ndarray) -> np.ndarray:
        """Values (…, n, k) as they are compared: logarithms where wanted, and more is better."""
        # where=: a logarithm is only taken where it is wanted, of values that were checked to be above zero
        scaled: np.ndarray = np.log(values, out=np.array(values, dtype=float), where=self.log)
        return np.asarray(scaled * self.sign)


def make_problem(values: pd.DataFrame, criteria: pd.DataFrame, ranges: Ranges | None = None) -> Problem:
    """Check values and criteria and put them into one order, so that no result depends on theirs.

    A missing value is taken as the quantile of the observed values of the province in the middle of
    missing_low and missing_high (the median, if these are 0 and 1).

    Parameters
    ----------
    values : DataFrame
        Index region_code, a column per criterion_id, NaN where missing; other columns are not used.
    criteria : DataFrame
        As `read_criteria` gives them.
    ranges : (DataFrame, DataFrame), optional
        Low and high, laid out like ``values``; where they are NaN or not given, ± range_pct.

    Returns
    -------
    Problem

    Raises
    ------
    DataError
        Fewer than two districts, a doubled district, criteria without a column, values that are no finite
        numbers, a logarithm of zero or less, ranges that do not hold the value, and no data at all.

    Examples
    --------
    >>> from spillover.sentra.criteria import read_criteria
    >>> criteria = read_criteria()
    >>> values = pd.DataFrame(1.0, index=["7203", "7206"], columns=criteria["criterion_id"])
    >>> make_problem(values, criteria).filled.shape
    (2, 12)
    """
    criteria = criteria.sort_values("criterion_id")
    table = _checked(values, criteria)
    there, telling = table.nunique().to_numpy() > 0, table.nunique().to_numpy() > 1
    weights = criteria["weight"].to_numpy(float)
    known = there
    if (weights[telling] > 0).any():
        there = telling  # one value for all would add to every score and move no rank
    kept = criteria[there]
    total = float(weights[there].sum())
    if not total > 0:
        remedy = "give at least one criterion with data a weight above zero"
        raise DataError(WHERE, "no criterion with a weight has data", list(table.columns), remedy)
    observed = table.loc[:, there]
    quantiles = kept[["missing_low", "missing_high"]].to_numpy(float).T
    missing = observed.isna().to_numpy()
    raw = observed.to_numpy(float)
    log = kept["transform"].eq("log").to_numpy()
    low, high = _limits(observed, kept, ranges)
    _check_logs(observed, low, log)
    return Problem(
        codes=[str(code) for code in table.index],
        ids=kept["criterion_id"].tolist(),
        filled=np.where(missing, _quantile(raw, quantiles.mean(axis=0)), raw),
        missing=missing,
        low=np.where(missing, _quantile(raw, quantiles[0]), low),
        high=np.where(missing, _quantile(raw, quantiles[1]), high),
        weights=weights[there] / total,
        sign=np.where(kept["direction"].eq("cost"), -1.0, 1.0),
        log=log,
        shared=kept["range_kind"].eq("shared").to_numpy(),
        judged=kept["kind"].eq("judgement").to_numpy(),
        left_out=criteria.loc[~there, "criterion_id"].tolist(),
        equal=criteria.loc[known & ~there, "criterion_id"].tolist(),
        weight_left_out=float(weights[~there].sum()),
        n_missing=table.isna().sum(axis=1).to_numpy(),
        quantiles=quantiles,
    )


def _checked(values: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The values of the criteria in order of district and criterion."""
    ids = criteria["criterion_id"].tolist()
    lacking = [name for name in ids if name not in values.columns]
    if lacking:
        remedy = "give a column for each criterion (of NaN, if no district has it), or drop the criterion"
        raise DataError(WHERE, "unknown criteria: there is no column for them", lacking, remedy)
    double = values.index[values.index.duplicated()]
    if len(double):
        raise DataError(WHERE, "districts that stand twice", double, "keep one row for each")
    if len(values) < 2:
        remedy = "a ranking compares: give the districts of a whole province"
        raise DataError(WHERE, f"{len(values)} districts", remedy=remedy)
    try:
        table = values[ids].astype("float64").sort_index()
    except (TypeError, ValueError) as error:
        raise DataError(
            WHERE, f"values that are no numbers ({error})", remedy="give numbers or NaN"
        ) from None
    infinite = table.columns[np.isinf(table).any()]
    if len(infinite):
        raise DataError(WHERE, "values that are not finite", infinite, "give numbers or NaN")
    return table


def _limits(
    observed: pd.DataFrame, kept: pd.DataFrame, ranges: Ranges | None
) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of the observed values: as given, else ± range_pct."""
    raw = observed.to_numpy(float)
    part = np.abs(raw) * kept["range_pct"].to_numpy(float) / 100
    low, high = raw - part, raw + part
    if ranges is not None:
        given = [t.reindex(index=observed.index, columns=observed.columns).to_numpy(float) for t in ranges]
        low = np.where(np.isfinite(given[0]), given[0], low)
        high = np.where(np.isfinite(given[1]), given[1], high)
        slack = 1e-9 * np.abs(raw)
        outside = (low > raw + slack) | (high < raw - slack)
        if outside.any():
            cells = [f"{observed.index[i]} {observed.columns[j]}" for i, j in np.argwhere(outside)]
            raise DataError("ranges", "ranges that do not hold the value", cells, "give low <= value <= high")
    return np.minimum(low, raw), np.maximum(high, raw)


def _check_logs(observed: pd.DataFrame, low: np.ndarray, log: np.ndarray) -> None:
    bad = (low <= 0) & log
    if bad.any():
        cells = [f"{observed.index[i]} {observed.columns[j]}" for i, j in np.argwhere(bad)]
        remedy = "set transform to none for this criterion, or mend the value or its range"
        raise DataError(WHERE, "logarithms of zero or less", cells, remedy)


def _quantile(raw: np.ndarray, level: np.ndarray) -> np.ndarray:
    """One quantile of the observed values of each column."""
    return np.array([np.nanquantile(column, q) for column, q in zip(raw.T, level, strict=True)])
