"""What every panel regression here shares: options, checks, the call of pyfixest, and rows of `estimates`."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.models.estimates import n_changing
from spillover.models.linear import EFFECTS

# pyfixest's default drops fixed effects nested in clusters; "full" counts them all and agrees with the
# full-dummy regression, whose standard errors are larger (11 % on mpdta).
SSC_NAME = "k_fixef=full, G/(G-1)"


class Regression(TypedDict, total=False):
    """What every panel regression here may be told besides its treatments.

    ``cluster`` is the column to cluster by (region_code), ``effects`` the fixed effects (region_code and
    year; ``"province_code^year"`` is one for each pair), ``weights`` a column of positive weights.
    """

    cluster: str
    effects: Sequence[str]
    weights: str | None


class Options(NamedTuple):
    """A `Regression` with its defaults."""

    cluster: str = "region_code"
    effects: Sequence[str] = EFFECTS
    weights: str | None = None


class Sample(NamedTuple):
    """Rows that a regression uses, under names that no formula can misread: y, d0 …, e0 …, g and w."""

    data: pd.DataFrame
    neutral: pd.DataFrame
    n_dropped: int


def model_name(options: Options, kind: str = "") -> str:
    """Words for the effects and weights of a regression."""
    effects = " + ".join(options.effects) or "an intercept"
    plain = "twfe" if tuple(options.effects) == EFFECTS else f"fixed effects {effects}"
    words = plain if not kind else kind if plain == "twfe" else f"{kind}, {plain}"
    return words + (f", weighted by {options.weights}" if options.weights else "")


def columns_read(outcome: str, treatments: Sequence[str], options: Options) -> list[str]:
    """Columns that a regression reads."""
    parts = [part for effect in options.effects for part in effect.split("^")]
    weights = [options.weights] if options.weights else []
    return list(
        dict.fromkeys(["region_code", "year", outcome, *treatments, options.cluster, *parts, *weights])
    )


def regression_sample(
    panel: pd.DataFrame, outcome: str, treatments: Sequence[str], options: Options, where: str
) -> Sample:
    """Complete rows of a panel, checked; raises `DataError` for what no regression can take."""
    columns = columns_read(outcome, treatments, options)
    check_columns(panel, columns, "panel")
    check_unique(panel, ["region_code", "year"], "panel")
    data = panel[columns].dropna().reset_index(drop=True)
    if len(data) == 0:
        remedy = "choose years with data"
        raise DataError(where, "no rows are left after dropping missing values", [outcome], remedy)
    numbers = data[[outcome, *treatments]].to_numpy(float)
    infinite = pd.Series(~np.isfinite(numbers).all(axis=1), index=data.index)
    remedy = "use ppml for counts with zeros, or leave these rows out"
    check_rows(data, infinite, ["region_code", "year"], where, "values that are infinite", remedy)
    if options.weights:
        bad = data[options.weights] <= 0
        check_rows(data, bad, ["region_code", "year"], where, "weights not above 0", "leave these rows out")
    _check_design(data, outcome, treatments, options.cluster, where)
    neutral = pd.DataFrame({"y": data[outcome].astype(float), "g": data[options.cluster]})
    for i, effect in enumerate(options.effects):
        neutral[f"e{i}"] = data.groupby(effect.split("^")).ngroup()
    for i, name in enumerate(treatments):
        neutral[f"d{i}"] = data[name].astype(float)
    if options.weights:
        neutral["w"] = data[options.weights].astype(float)
    return Sample(data, neutral, len(panel) - len(data))


def _check_design(
    data: pd.DataFrame, outcome: str, treatments: Sequence[str], cluster: str, where: str
) -> None:
    if data[outcome].nunique() < 2:
        raise DataError(where, "the outcome is constant", [outcome], "choose another outcome or sample")
    still = [name for name in treatments if n_changing(data, name) == 0]
    if still:
        remedy = "widen the years or the rings"
        raise DataError(where, "treatments that never change inside the sample", still, remedy)
    if data[cluster].nunique() < 2:
        raise DataError(where, "fewer than two clusters", data[cluster].unique(), "cluster by a finer unit")


def formula(n_treatments: int, options: Options) -> str:
    """Formula of a `Sample`."""
    effects = " + ".join(f"e{i}" for i in range(len(options.effects)))
    return f"y ~ {' + '.join(f'd{i}' for i in range(n_treatments))}" + (f" | {effects}" if effects else "")


def fitted(estimator: Any, formula: str, neutral: pd.DataFrame, *, where: str, **settings: Any) -> Any:
    """Fit by an estimator of pyfixest; what it would only warn of (a dropped treatment) is an error here."""
    import pyfixest as pf

    ssc = pf.ssc(k_adj=False, k_fixef="full", G_adj=True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", r"(?s).*dropped due to multicollinearity", UserWarning)
            return estimator(formula, neutral, vcov={"CRV1": "g"}, ssc=ssc, fixef_rm="none", **settings)
    except (UserWarning, ValueError) as error:
        if "collinear" not in str(error):
            raise
        problem = "treatments that the fixed effects or other treatments explain in full"
        remedy = "keep districts that are never treated, or leave a treatment out"
        raise DataError(where, problem, remedy=remedy) from error


def estimate_rows(
    fit: Any, data: pd.DataFrame, treatments: Sequence[str], options: Options, shared: dict[str, Any]
) -> list[dict[str, Any]]:
    """Rows of `estimates` from a fit by `fitted` on ``data``, with the correction for parameters."""
    from scipy.stats import t

    n_clusters = data[options.cluster].nunique()
    n_parameters = _n_effects(data, options.effects) + len(treatments)
    if len(data) <= n_parameters:
        problem = f"{len(data)} rows for {n_parameters} coefficients"
        raise DataError(shared["model"], problem, remedy="use fewer effects, or more years")
    tidy = fit.tidy()
    small = np.sqrt((len(data) - 1) / (len(data) - n_parameters))
    reach = t.ppf(0.975, n_clusters - 1)
    rows = []
    for i, name in enumerate(treatments):
        estimate, error = tidy.loc[f"d{i}", "Estimate"], tidy.loc[f"d{i}", "Std. Error"] * small
        row = {
            "term": name,
            "estimate": estimate,
            "std_error": error,
            "p_value": 2 * t.sf(abs(estimate / error), n_clusters - 1) if error > 0 else np.nan,
            "conf_low": estimate - reach * error,
            "conf_high": estimate + reach * error,
            "n_obs": len(data),
            "n_regions": data["region_code"].nunique(),
            "n_exposed": n_changing(data, name),
            "n_clusters": n_clusters,
            "vcov": f"clustered by {options.cluster}",
            "ssc": SSC_NAME,
        }
        rows.append(shared | row)
    return rows


def _n_effects(data: pd.DataFrame, effects: Sequence[str]) -> int:
    """Number of independent fixed effects; exact for up to two (levels less connected groups of them)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    codes = [data.groupby(effect.split("^")).ngroup().to_numpy() for effect in effects]
    if not codes:
        return 1
    levels = [int(c.max()) + 1 for c in codes]
    if len(codes) != 2:
        return sum(levels) - len(levels) + 1
    graph = coo_matrix(
        (np.ones(len(data)), (codes[0], codes[1] + levels[0])), shape=(sum(levels), sum(levels))
    )
    return sum(levels) - int(connected_components(graph, directed=False, return_labels=False))
