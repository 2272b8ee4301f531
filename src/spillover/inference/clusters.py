"""Standard errors with few clusters: CR1, CR2 and CR3 (for the wild cluster bootstrap see `wild`).

All rest on the hat matrix of the whole regression, its fixed effects included. Effects whose levels each lie
in one cluster can be taken out first without changing anything (Pustejovsky and Tipton 2018, Journal of
Business and Economic Statistics 36(4), theorem 2). The others, usually years, cannot: they stay as columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.models.linear import EFFECTS, LinearFit, absorb

WHERE = "clusters"
NOT_COMPUTABLE = "not computable"
KINDS = ("CR1", "CR2", "CR3")
SSC = {
    "CR1": "k_fixef=full, G/(G-1)",
    "CR2": "Bell-McCaffrey, t with Satterthwaite degrees of freedom",
    "CR3": "jackknife, (G-1)/G, t with G-1 degrees of freedom",
}
_SINGULAR = 1e-9
_NOTHING = 1e-20  # of squares: rounding errors


class Design(NamedTuple):
    """The regression as clusters see it: ``basis`` (n, q) orthonormal, the regressors' part first.

    Coefficient j is ``directions[:, j] @ basis.T @ y``; ``rows`` are the rows of each cluster.
    """

    basis: np.ndarray
    directions: np.ndarray
    rows: list[np.ndarray]
    clusters: list[str]


def cluster_errors(
    fit: LinearFit,
    cluster: str,
    *,
    kind: str = "CR2",
    effects: Sequence[str] = EFFECTS,
    weights: str | None = None,
) -> pd.DataFrame:
    """Cluster-robust standard errors, p-values and 95 % intervals of all regressors.

    Parameters
    ----------
    fit : LinearFit
        As from `spillover.models.linear.fit_linear`.
    cluster : str
        Column of ``fit.data``.
    kind : {"CR2", "CR1", "CR3"}
        CR1: the usual one, (n-1)/(n-k) · G/(G-1) with all fixed effects in k, t with G-1 degrees of freedom.
        CR2: residuals adjusted so that the variance is unbiased under independent errors (Bell and McCaffrey
        2002, Survey Methodology 28(2)), t with Satterthwaite degrees of freedom (Pustejovsky and Tipton
        2018, equation 11). CR3: leave-one-cluster-out jackknife around the estimate (MacKinnon, Nielsen and
        Webb 2023, Journal of Applied Econometrics 38(5), equation 12).
    effects, weights
        The same as in `fit_linear`. With weights, the working model is that of least squares: variances
        inverse to the weights.

    Returns
    -------
    DataFrame
        One row per regressor: term, std_error, conf_low, conf_high, p_value, df, n_clusters, vcov, ssc. CR2
        and CR3 have no value for a regressor that one cluster alone identifies (nothing of it is left
        without that cluster); ``ssc`` says so.

    Raises
    ------
    DataError
        Fewer than two clusters, missing cluster names, a constant outcome, no residuals; for CR2 and CR3
        also if all regressors are identified by one cluster alone.

    Notes
    -----
    With exposure in few clusters CR1 rejects too often. Simulated with 20 independent provinces of 6 regions,
    14 years and errors that last, 3 or 8 regions exposed in 3 provinces, nominal 5 % (400 panels): CR1 by
    province 0.18 and 0.14, CR2 with its degrees of freedom 0.015 both, CR3 0.09 and 0.08. None helps when
    errors reach across clusters.

    Examples
    --------
    >>> from spillover.models.linear import fit_linear
    >>> data = pd.DataFrame({"region_code": list("aabbccdd"), "year": [1, 2] * 4,
    ...                      "d": [0, 1, 0, 1, 0, 0, 0, 0.0], "y": [0, 3, 0, 2, 1, 1, 0, 1.0]})
    >>> found = cluster_errors(fit_linear(data, "y", ["d"]), "region_code", kind="CR2")
    >>> found[["std_error", "df"]].round(4).values.tolist()
    [[0.7071, 2.0]]
    """
    if kind not in KINDS:
        raise DataError(WHERE, "unknown kind of standard error", [kind], f"use {', '.join(KINDS)}")
    design = cluster_design(fit, cluster, effects, weights)
    n, count = len(fit.y), len(design.rows)
    bound: dict[str, str] = {}
    if kind == "CR1":
        parameters = fit.n_absorbed + len(fit.names)
        if n <= parameters:
            raise DataError(WHERE, f"{n} rows for {parameters} coefficients", remedy="fewer effects")
        scale = (n - 1) / (n - parameters) * count / (count - 1)
    else:
        bound = bound_terms(fit, design, cluster)
        scale = (count - 1) / count if kind == "CR3" else 1.0
    influence, df = _influence(fit, design, {"CR1": 0.0, "CR2": 0.5, "CR3": 1.0}[kind])
    std_error = np.sqrt(scale * (influence**2).sum(axis=0))
    if kind != "CR2":
        df = np.full(len(std_error), count - 1.0)
    vcov = f"clustered by {cluster}" if kind == "CR1" else f"{kind} by {cluster}"
    table = t_table(fit, std_error, df).assign(n_clusters=count, vcov=vcov, ssc=SSC[kind])
    return mark_bound(table, bound)


def t_table(fit: LinearFit, std_error: np.ndarray, df: np.ndarray) -> pd.DataFrame:
    """Term, standard error, 95 % interval and p-value by the t distribution (normal where df is inf)."""
    from scipy import stats

    reach = stats.t.ppf(0.975, df) * std_error
    p_value = 2 * stats.t.sf(np.abs(fit.coefficients) / std_error, df)
    return pd.DataFrame(
        {
            "term": fit.names,
            "std_error": std_error,
            "conf_low": fit.coefficients - reach,
            "conf_high": fit.coefficients + reach,
            "p_value": p_value,
            "df": df,
        }
    )


def cluster_design(fit: LinearFit, cluster: str, effects: Sequence[str], weights: str | None) -> Design:
    """Clusters of a fit, and an orthonormal basis of its regressors and of the effects that cross clusters.

    Raises
    ------
    DataError
        As `cluster_errors`.
    """
    check_columns(fit.data, [cluster, *([weights] if weights else [])], WHERE)
    lost = fit.data[cluster].isna()
    if lost.any():
        problem, remedy = f"{int(lost.sum())} rows without {cluster}", "name it, or drop these rows"
        raise DataError(WHERE, problem, fit.data.loc[lost, "region_code"].unique(), remedy)
    left_over, unexplained = (fit.y**2).sum(), (fit.residuals**2).sum()
    if left_over <= _NOTHING * len(fit.y):
        raise DataError(WHERE, "the outcome is constant once the effects are out", remedy="another outcome")
    if unexplained <= _NOTHING * left_over:
        raise DataError(WHERE, "a regression without residuals", fit.names, "fewer effects or regressors")
    codes, names = pd.factorize(fit.data[cluster], sort=True)
    if len(names) < 2:
        raise DataError(WHERE, "fewer than two clusters", names, "cluster by a finer unit")
    left, triangle = np.linalg.qr(fit.X)
    basis = np.concatenate([left, _crossing(fit.data, codes, effects, weights)], axis=1)
    directions = np.zeros((basis.shape[1], len(fit.names)))
    directions[: len(fit.names)] = np.linalg.inv(triangle).T
    rows = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    return Design(basis, directions, rows, [str(name) for name in names])


def _crossing(
    data: pd.DataFrame, codes: np.ndarray, effects: Sequence[str], weights: str | None
) -> np.ndarray:
    """Orthonormal columns of the effects that cross clusters, free of those that lie inside them."""
    levels = {e: np.asarray(data.groupby(e.split("^"), sort=False).ngroup()) for e in effects}
    clusters = codes.max() + 1
    inside = [e for e, of in levels.items() if len(np.unique(of * clusters + codes)) == of.max() + 1]
    dummies = [np.eye(of.max() + 1)[of] for e, of in levels.items() if e not in inside]
    if not effects:
        dummies = [np.ones((len(data), 1))]  # the intercept crosses them all
    if not dummies:
        return np.empty((len(data), 0))
    columns = np.concatenate(dummies, axis=1)
    weight = None if weights is None else data[weights].to_numpy(float)
    if inside:
        columns = absorb(data, inside, weight)[0](columns)
    elif weight is not None:
        columns = columns * np.sqrt(weight)[:, None]
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, size > 1e-10 * max(size[0], 1.0)])


def _influence(fit: LinearFit, design: Design, power: float) -> tuple[np.ndarray, np.ndarray]:
    """What each cluster adds to each coefficient, and Satterthwaite degrees of freedom (for power 1/2).

    With the basis Z of the whole design, cluster g's part of the hat matrix is Z_g Z_g', and all three
    kinds weigh its residuals by a power of (I - Z_g Z_g')^-1: 0, 1/2 and 1. Eigenvalues of 1 are directions
    that only this cluster sees; they are left out (Moore-Penrose).
    """
    influence = np.empty((len(design.rows), len(fit.names)))
    inner = np.empty((len(design.rows), *design.directions.shape))
    diagonal = np.empty_like(influence)
    for g, rows in enumerate(design.rows):
        _, size, right = np.linalg.svd(design.basis[rows], full_matrices=False)
        share = size**2
        rest = np.maximum(1.0 - share, 0.0)
        inverse = np.divide(1.0, rest, out=np.zeros_like(rest), where=rest > _SINGULAR)
        seen = right @ design.directions
        factor = inverse**power if power else np.ones_like(rest)
        influence[g] = (right @ (design.basis[rows].T @ fit.residuals[rows]) * factor) @ seen
        inner[g] = right.T @ ((share * np.sqrt(inverse))[:, None] * seen)
        diagonal[g] = (share * inverse) @ seen**2
    if power != 0.5:
        return influence, np.empty(0)
    df = np.empty(len(fit.names))
    for j in range(len(df)):
        pairs = np.diag(diagonal[:, j]) - inner[:, :, j] @ inner[:, :, j].T
        df[j] = np.trace(pairs) ** 2 / (pairs**2).sum()
    return influence, df


def mark_bound(table: pd.DataFrame, bound: dict[str, str]) -> pd.DataFrame:
    """Take the results of bound terms out of a table of `cluster_errors`, and say why in ``ssc``."""
    lost = table["term"].isin(list(bound))
    results = ["std_error", "conf_low", "conf_high", "p_value", "df"]
    said = [f"{NOT_COMPUTABLE}: {bound.get(term)} alone identifies the term" for term in table["term"]]
    ssc = np.where(lost, said, table["ssc"])
    return table.assign(**{column: table[column].mask(lost) for column in results}, ssc=ssc)


def bound_terms(fit: LinearFit, design: Design, cluster: str) -> dict[str, str]:
    """Regressors of which nothing is left without one of the clusters: term → that cluster, in words.

    Raises
    ------
    DataError
        If all regressors are such.
    """
    length = np.linalg.norm(design.directions, axis=0)
    found: dict[str, str] = {}
    for name, rows in zip(design.clusters, design.rows, strict=True):
        _, size, right = np.linalg.svd(design.basis[rows], full_matrices=False)
        alone = right[1.0 - size**2 < _SINGULAR]
        bound = np.abs(alone @ design.directions).max(axis=0, initial=0.0) > 1e-6 * length
        found |= {
            term: f"{cluster} {name}" for term, is_bound in zip(fit.names, bound, strict=True) if is_bound
        }
    if len(found) == len(fit.names):
        problem = f"regressors that {' and '.join(sorted(set(found.values())))} alone identifies"
        remedy = "cluster by a finer unit, or read the relocation test"
        raise DataError(WHERE, problem, found, remedy)
    return found
