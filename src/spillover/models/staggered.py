"""Five estimators of dynamic effects, each put into one form: least squares, and adapters to diff-diff.

All take the sample of `spillover.models.cohorts` and give the effect of every event time against the year
before exposure, their covariance, and the average effect.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.inference.clusters import SSC, cluster_design
from spillover.models.cohorts import REFERENCE, Sample, check_reference, keep_balanced
from spillover.models.linear import LinearFit, fit_linear

SSC_NAME = SSC["CR1"]  # of least squares with all fixed effects counted
EXPOSED = "every exposed district-year counts the same"
# Warnings of the libraries that change no number, read and known: category, beginning of the text.
_HARMLESS = (("Pandas4Warning", r"The inplace keyword in DataFrame\.drop is deprecated"),)


class Dynamic(NamedTuple):
    """Effects by event time; ``covariance`` is indexed by those event times for which it is known jointly."""

    effects: pd.Series
    errors: pd.Series
    covariance: pd.DataFrame
    average: float
    average_error: float
    sample: Sample
    words: str
    ssc: str


def dynamic_twfe(sample: Sample, window: tuple[int, int]) -> Dynamic:
    """Two-way fixed effects with a dummy for each event time; the end points are bins.

    y_it = α_i + λ_t + Σ_{k≠-1} β_k 1(event time = k) + ε_it, where the first and last dummy hold all earlier
    and later event times (Schmidheiny and Siegloch 2023, Journal of Applied Econometrics 38(5)). The
    average is the coefficient of one dummy for exposure: its weights are those that `spillover.bacon` shows.
    """
    if any(text.startswith("no district stays unexposed") for text in sample.remarks):
        problem = "no district stays unexposed: leads, lags and years cannot be told apart (twfe)"
        remedy = (
            "use callaway_santanna, sun_abraham, imputation or two_stage, which compare with the last cohort"
        )
        raise DataError("event_study", problem, remedy=remedy)
    binned = sample.data["event_time"].clip(*window)
    fit, cov = _regression(sample.data, binned)
    exposed = (sample.data["event_time"] >= 0).fillna(False).astype(float)
    static = fit_linear(sample.data.assign(d=exposed), "y", ["d"])
    times = [int(name) for name in fit.names]
    return Dynamic(
        effects=pd.Series(fit.coefficients, index=times),
        errors=pd.Series(np.sqrt(np.diag(cov)), index=times),
        covariance=pd.DataFrame(cov, index=times, columns=times),
        average=float(static.coefficients[0]),
        average_error=float(np.sqrt(cluster_cov(static)[0, 0])),
        sample=sample,
        words="twfe; average: one coefficient for exposure, variance weights; end points binned",
        ssc=SSC_NAME,
    )


def dynamic_callaway_santanna(sample: Sample, window: tuple[int, int]) -> Dynamic:
    """Callaway and Sant'Anna (2021, Journal of Econometrics 225(2)): never exposed as controls, one base."""
    import diff_diff

    balanced = keep_balanced(sample)
    check_reference(balanced.data, "callaway_santanna")
    cluster = _cluster(balanced.data)
    model = diff_diff.CallawaySantAnna(base_period="universal", cluster=cluster)
    result = _read(lambda: _fit(model, balanced.data))
    table = _read(lambda: result.aggregate("event_study"))
    effects, errors = _by_time(table)
    index = [int(k) for k in table.vcov_index]
    return Dynamic(
        effects=effects,
        errors=errors,
        covariance=pd.DataFrame(table.vcov, index=index, columns=index),
        average=result.overall_att,
        average_error=result.overall_se,
        sample=balanced,
        words=f"callaway_santanna, never exposed controls, one base; average: {EXPOSED}; end points trimmed",
        ssc="influence function, " + ("no correction" if cluster is None else "G/(G-1)"),
    )


def dynamic_sun_abraham(sample: Sample, window: tuple[int, int]) -> Dynamic:
    """Sun and Abraham (2021, Journal of Econometrics 225(2)): cohort dummies, averaged by cohort shares."""
    import diff_diff

    check_reference(sample.data, "sun_abraham")
    model = diff_diff.SunAbraham(cluster=_cluster(sample.data))
    result = _read(lambda: _fit(model, sample.data))
    found = {int(k): v for k, v in result.event_study_effects.items() if int(k) != REFERENCE}
    index = [int(k) for k in result.event_study_vcov_index]
    cov = pd.DataFrame(result.event_study_vcov, index=index, columns=index)
    return Dynamic(
        effects=pd.Series({k: v["effect"] for k, v in found.items()}).sort_index(),
        errors=pd.Series({k: v["se"] for k, v in found.items()}).sort_index(),
        covariance=cov.drop(index=REFERENCE, columns=REFERENCE, errors="ignore"),
        average=result.overall_att,
        average_error=result.overall_se,
        sample=sample,
        words=f"sun_abraham; average: {EXPOSED}; end points trimmed",
        ssc="(n-1)/(n-k) without effects nested in clusters, G/(G-1)",
    )


def dynamic_imputation(sample: Sample, window: tuple[int, int]) -> Dynamic:
    """Borusyak, Jaravel and Spiess (2024, Review of Economic Studies 91(6)).

    The variance groups effects by cohort and event time (their Theorem 3); where a cohort has one district,
    nothing varies inside such a group and it groups by event time alone.
    """
    import diff_diff

    sizes = sample.data[sample.data["cohort"] > 0].groupby("cohort")["region_code"].nunique()
    groups = "cohort_horizon" if (sizes > 1).all() else "horizon"
    model = diff_diff.ImputationDiD(cluster=_cluster(sample.data), aux_partition=groups)
    name = "effects grouped by " + ("cohort and event time" if groups == "cohort_horizon" else "event time")
    return _imputed(sample, model, f"imputation; {name}", "Theorem 3, no correction")


def dynamic_two_stage(sample: Sample, window: tuple[int, int]) -> Dynamic:
    """Gardner (2022, arXiv:2207.05943): the estimates of imputation, with the GMM variance of both stages."""
    import diff_diff

    return _imputed(
        sample, diff_diff.TwoStageDiD(cluster=_cluster(sample.data)), "two_stage", "GMM, no correction"
    )


ESTIMATORS: dict[str, Callable[[Sample, tuple[int, int]], Dynamic]] = {
    "twfe": dynamic_twfe,
    "sun_abraham": dynamic_sun_abraham,
    "callaway_santanna": dynamic_callaway_santanna,
    "imputation": dynamic_imputation,
    "two_stage": dynamic_two_stage,
}


def cluster_cov(fit: LinearFit) -> np.ndarray:
    """Covariance clustered by the column ``cluster`` of the fit's data; shape (k, k).

    Its diagonal is CR1 of `spillover.inference.clusters`, which gives errors and no covariances.
    """
    design = cluster_design(fit, "cluster", (), None)  # CR1 asks nothing of the effects but their number
    parts = [design.directions.T @ (design.basis[rows].T @ fit.residuals[rows]) for rows in design.rows]
    influence, groups = np.stack(parts), len(parts)
    n, k = len(fit.y), len(fit.names) + fit.n_absorbed
    if n <= k:
        raise DataError(
            "event_study", f"{n} rows for {k} coefficients", remedy="a shorter window, or more years"
        )
    factor = groups / (groups - 1) * (n - 1) / (n - k)
    return np.asarray(factor * influence.T @ influence)


def _imputed(sample: Sample, model: Any, name: str, ssc: str) -> Dynamic:
    """Effects from diff-diff; leads from a regression on unexposed rows (the pre-trend test of BJS 2024).

    diff-diff's leads of the two-stage estimator are means of first-stage residuals: they are not relative to
    the year before exposure and lie closer to zero than a trend (Roth 2024, arXiv:2401.12309). One regression
    serves both estimators.
    """
    result = _read(lambda: _fit(model, sample.data))
    effects, errors = _by_time(_read(lambda: result.aggregate("event_study")))
    lags = effects.index[effects.index >= 0]
    untouched = sample.data[~(sample.data["event_time"] >= 0).fillna(False).astype(bool)].reset_index(
        drop=True
    )
    leads: list[int] = []
    cov = np.empty((0, 0))
    before = pd.Series(dtype=float)
    if (untouched["event_time"] < REFERENCE).fillna(False).any():
        fit, cov = _regression(untouched, untouched["event_time"])
        leads = [int(k) for k in fit.names]
        before = pd.Series(fit.coefficients, index=leads)
    return Dynamic(
        effects=pd.concat([before, effects[lags]]),
        errors=pd.concat([pd.Series(np.sqrt(np.diag(cov)), index=leads), errors[lags]]),
        covariance=pd.DataFrame(cov, index=leads, columns=leads),
        average=result.overall_att,
        average_error=result.overall_se,
        sample=sample,
        words=f"{name}; average: {EXPOSED}; end points trimmed; leads from a regression on unexposed rows",
        ssc=f"{ssc}; leads: {SSC_NAME}",
    )


def _regression(data: pd.DataFrame, event_time: pd.Series) -> tuple[LinearFit, np.ndarray]:
    """Least squares on dummies of event time, -1 left out; coefficients and their clustered covariance."""
    times = sorted(int(k) for k in event_time.dropna().unique() if k != REFERENCE)
    dummies = {str(k): (event_time == k).fillna(False).astype(float) for k in times}
    known = data[["region_code", "year", "y", "cluster"]]
    fit = fit_linear(pd.concat([known, pd.DataFrame(dummies, index=data.index)], axis=1), "y", list(dummies))
    return fit, cluster_cov(fit)


def _fit(model: Any, data: pd.DataFrame) -> Any:
    columns = ["region_code", "year", "y", "cohort", "cluster"]
    return model.fit(data[columns].copy(), outcome="y", unit="region_code", time="year", first_treat="cohort")


def _cluster(data: pd.DataFrame) -> str | None:
    """None where every district is its own cluster: what all four libraries then do by themselves."""
    return None if data.groupby("cluster")["region_code"].nunique().eq(1).all() else "cluster"


def _by_time(table: Any) -> tuple[pd.Series, pd.Series]:
    """Effects and standard errors of diff-diff's event-study table, without the reference."""
    found = table.to_dataframe()
    found = found[~found["is_reference"].astype(bool)].set_index("event_time").sort_index()
    found.index = found.index.astype(int)
    return found["att"].astype(float), found["se"].astype(float)


def _read(call: Callable[[], Any]) -> Any:
    """Result of a library; each of its warnings is read: a harmless one is dropped, any other is an error."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            result = call()
        except (ValueError, np.linalg.LinAlgError) as error:
            remedy = "look at cohorts and years; few districts or gaps"
            raise DataError("event_study", f"diff-diff refuses: {error}", remedy=remedy) from error
    for one in said:
        known = (c == one.category.__name__ and re.match(t, str(one.message)) for c, t in _HARMLESS)
        if not any(known):
            remedy = "look at cohorts and years, or use another estimator"
            raise DataError("event_study", f"diff-diff warns: {one.message}", remedy=remedy)
    return result
