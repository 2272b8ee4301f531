"""Permutation tests: would exposure paths dealt out otherwise have looked the same?

Whole paths of exposure over the years are permuted among provinces, among districts within strata, or (the
cohort permutation) among the units that are ever exposed, which keeps who is exposed and moves when. The
estimate is computed again for each deal; the p-value is the share of deals at least as far from zero
(Fisher 1935, The Design of Experiments; Young 2019, Quarterly Journal of Economics 134(2)).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.inference.deals import drawn_deals, every_deal, number_of_deals
from spillover.models.linear import EFFECTS, absorb, fit_linear

WHERE = "permutation"
EVER_EXPOSED = "ever exposed"
STATISTICS = ("t", "estimate")
BLOCK_BYTES = 16e6  # of the exposure of a block of draws; a few such blocks are held


def permutation_draws(
    panel: pd.DataFrame,
    regressors: Sequence[str],
    *,
    unit: str = "region_code",
    within: str | None = None,
    draws: int = 999,
    seed: int = 1,
) -> np.ndarray:
    """For every panel row, the row whose exposure it takes in each draw.

    Parameters
    ----------
    panel : DataFrame
        region_code, year, the unit, the regressors (no value missing), in every year of every unit.
    regressors : sequence of str
        Columns of exposure; they move together. All must be alike in the rows of one unit and year.
    unit : str
        Column whose values exchange their paths: ``"province_code"`` or ``"region_code"``.
    within : str, optional
        Column of strata (an island, a province): paths stay inside them. ``"ever exposed"``: only units whose
        exposure is ever other than 0 exchange their paths (the cohort permutation).
    draws, seed : int
        If there are at most ``draws`` different deals, each is used once and the seed has no role.

    Returns
    -------
    ndarray
        Shape (1 + number of draws, rows), integers; the first row is the real deal. ``panel[column]`` in
        draw d is ``panel[column].to_numpy()[result[d]]``.

    Raises
    ------
    DataError
        Exposure that differs inside a unit and year, units without some years, units in several strata,
        missing exposure, or no two units with different paths.

    Notes
    -----
    The p-value is exact if the units that exchange are alike but for their exposure. Neighbours that are
    exposed together are not: permuting districts breaks the cluster up and rejects too often. Permute
    provinces then, or move the parks (relocation test).

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": list("aabbcc"), "year": [1, 2] * 3, "d": [0, 1, 0, 0, 0, 0.0]})
    >>> permutation_draws(panel, ["d"]).tolist()
    [[0, 1, 2, 3, 4, 5], [2, 3, 0, 1, 4, 5], [2, 3, 4, 5, 0, 1]]
    """
    position, row_unit, row_time = _positions(panel, regressors, unit)
    values = panel[list(regressors)].to_numpy(float)
    paths = values[position].reshape(len(position), -1)  # units × (years, regressors)
    kind = np.unique(paths, axis=0, return_inverse=True)[1].ravel()
    if within == EVER_EXPOSED:
        groups = [np.flatnonzero((paths != 0).any(axis=1))]
    else:
        strata = _strata(panel, unit, within, row_unit)
        groups = [np.flatnonzero(strata == s) for s in np.unique(strata)]
    groups = [group for group in groups if len(set(kind[group])) > 1]
    if not groups:
        problem = "no two units exchange different exposure"
        raise DataError(WHERE, problem, [unit], "other units, wider strata, or the relocation test")
    number = prod(number_of_deals(kind[group]) for group in groups)
    orders = every_deal(groups, kind) if number <= draws else drawn_deals(groups, len(paths), draws, seed)
    return np.stack([position[order[row_unit], row_time] for order in orders])


def _positions(
    panel: pd.DataFrame, regressors: Sequence[str], unit: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A row of each unit and year (units, years), and the unit and year of each row, as codes."""
    check_columns(panel, ["region_code", "year", unit, *regressors], WHERE)
    check_unique(panel, ["region_code", "year"], WHERE)
    lost = panel[[unit, *regressors]].isna().any(axis=1)
    if lost.any():
        offenders = panel.loc[lost, "region_code"].unique()
        raise DataError(WHERE, "rows without unit or exposure", offenders, "drop these regions, or fill them")
    row_unit, units = pd.factorize(panel[unit], sort=True)
    row_time, years = pd.factorize(panel["year"], sort=True)
    position = np.full((len(units), len(years)), -1, dtype=np.int32)
    position[row_unit, row_time] = np.arange(len(panel))
    absent = units[(position < 0).any(axis=1)]
    if len(absent):
        raise DataError(WHERE, "units without some years", absent, "drop them, or the years they lack")
    values = panel[list(regressors)].to_numpy(float)
    unlike = (values != values[position[row_unit, row_time]]).any(axis=1)
    if unlike.any():
        problem = f"exposure that differs inside a {unit} and year"
        offenders = panel.loc[unlike, unit].unique()
        raise DataError(WHERE, problem, offenders, "permute region_code within province_code")
    return position, row_unit, row_time


def _strata(panel: pd.DataFrame, unit: str, within: str | None, row_unit: np.ndarray) -> np.ndarray:
    """Stratum of each unit, as a code."""
    if within is None:
        return np.zeros(row_unit.max() + 1, dtype=int)
    check_columns(panel, [within], WHERE)
    of = pd.DataFrame({"unit": row_unit, "name": panel[unit], "stratum": pd.factorize(panel[within])[0]})
    of = of.drop_duplicates(["unit", "stratum"])
    several = of.loc[of.duplicated("unit"), "name"]
    if len(several):
        raise DataError(WHERE, f"units in several {within}", several, "give each unit one stratum")
    return np.asarray(of.sort_values("unit")["stratum"])


def permutation_test(
    panel: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    rows: np.ndarray,
    *,
    cluster: str = "region_code",
    model: dict[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Estimates and t statistics of the regressors at the real deal and at each draw.

    Parameters
    ----------
    panel : DataFrame
        As for `permutation_draws`; rows where the outcome or a control is missing are left out.
    outcome : str
    regressors : sequence of str
    rows : ndarray
        As from `permutation_draws`.
    cluster : str
        Column by which the t statistics are clustered (CR1, without its constant factor).
    model : dict, optional
        ``effects`` (as for `fit_linear`; default region and year) and ``controls``, columns that stay.

    Returns
    -------
    DataFrame
        draw (0 is the real one), term, estimate, t. A draw in which nothing is left of a term, or two terms
        are collinear, has estimates and t of 0: nothing to see there.

    Notes
    -----
    Frisch, Waugh, Lovell: the projection that takes out effects and controls is made once for all draws.

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": list("aabbcc"), "year": [1, 2] * 3, "d": [0, 1, 0, 0, 0, 0.0],
    ...                       "y": [0, 5, 0, 1, 0, 0.0]})
    >>> test = permutation_test(panel, "y", ["d"], permutation_draws(panel, ["d"]))
    >>> round(permutation_p(test, "d", statistic="estimate"), 3)
    0.333
    """
    effects, controls = (model or {}).get("effects", EFFECTS), list((model or {}).get("controls", []))
    check_columns(panel, [cluster], WHERE)
    numbered = panel.assign(row_number=np.arange(len(panel)))
    fit = fit_linear(numbered, outcome, [*regressors, *controls], effects=effects)
    used = fit.data["row_number"].to_numpy()
    project = absorb(fit.data, effects)[0]
    held = np.linalg.qr(fit.X[:, len(regressors) :])[0]
    y = project(fit.data[outcome].to_numpy(float))
    y = y - held @ (held.T @ y)
    values = panel[list(regressors)].to_numpy(float)
    codes = pd.factorize(fit.data[cluster])[0]
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    block = max(1, int(BLOCK_BYTES / (8 * len(used) * len(regressors))))
    found = []
    for first in range(0, len(rows), block):
        taken = rows[first : first + block][:, used[order]].T  # rows of the panel × draws
        flat = values[taken].reshape(len(used), -1)
        X = np.empty_like(flat)
        X[order] = flat
        X = project(X)
        X = (X - held @ (held.T @ X))[order]
        found.append(_slopes(X.reshape(len(used), -1, len(regressors)), y[order], starts))
    index = pd.MultiIndex.from_product([range(len(rows)), regressors], names=["draw", "term"])
    return pd.DataFrame(
        np.concatenate(found).reshape(-1, 2), index=index, columns=["estimate", "t"]
    ).reset_index()


def _slopes(X: np.ndarray, y: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Estimates and t statistics (draws, k, 2) from (n, draws, k), rows by cluster; 0 in a singular draw."""
    power = np.einsum("nbi,nbj->bij", X, X, optimize=True)
    size = np.sqrt(np.einsum("bii->bi", power))
    told = (size > 1e-5).all(axis=1)
    alike = power[told] / (size[told][:, :, None] * size[told][:, None, :])
    told[told] = np.linalg.eigvalsh(alike)[:, 0] > 1e-9
    power[~told] = np.eye(X.shape[2])
    bread = np.linalg.inv(power)
    estimates = np.einsum("bij,nbj,n->bi", bread, X, y, optimize=True)
    residuals = y[:, None] - np.einsum("nbi,bi->nb", X, estimates, optimize=True)
    sums = np.add.reduceat(X * residuals[:, :, None], starts, axis=0)
    error = np.sqrt((np.einsum("gbi,bij->gbj", sums, bread, optimize=True) ** 2).sum(axis=0))
    t = np.divide(estimates, error, out=np.zeros_like(error), where=error > 0)
    return np.where(told[:, None, None], np.stack([estimates, t], axis=2), 0.0)


def permutation_p(test: pd.DataFrame, term: str, *, statistic: str = "t") -> float:
    """Two-sided p-value of a term: share of deals, the real one included, at least as far from zero.

    Parameters
    ----------
    test : DataFrame
        As from `permutation_test`.
    term : str
    statistic : {"t", "estimate"}
        The t statistic keeps its size better when units differ in their noise.
    """
    if statistic not in STATISTICS:
        raise DataError(WHERE, "unknown statistic", [statistic], f"use {' or '.join(STATISTICS)}")
    rows = test[test["term"] == term].sort_values("draw")
    if rows.empty:
        raise DataError(WHERE, "unknown term", [term], f"terms are {', '.join(test['term'].unique())}")
    size = rows[statistic].abs().to_numpy()
    return float((size >= size[0] * (1 - 1e-9)).mean())
