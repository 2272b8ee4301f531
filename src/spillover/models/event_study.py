"""Event studies: effects by year since first exposure, with five estimators behind one call."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd
from scipy import stats

from spillover.errors import DataError
from spillover.models.cohorts import REFERENCE, WHERE, Sample, make_sample, ring_cohorts
from spillover.models.estimates import make_estimates
from spillover.models.staggered import ESTIMATORS, Dynamic


class EventFit(NamedTuple):
    """``estimates`` as from `event_study`, and the joint covariance of its event times.

    ``covariance`` is indexed by event time on both sides, without the reference. For imputation and two_stage
    it holds the leads only: their lags come from another regression.
    """

    estimates: pd.DataFrame
    covariance: pd.DataFrame


def event_study(
    panel: pd.DataFrame,
    outcome: str,
    *,
    estimator: str = "twfe",
    first_exposed: str = "first_exposed_year",
    window: tuple[int, int] = (-5, 5),
    ring: str | None = None,
    cluster: str = "region_code",
    spec_id: str = "event_study",
) -> pd.DataFrame:
    """Effect of exposure by year since its first year, against the year before.

    Parameters
    ----------
    panel : DataFrame
        One row per district and year: region_code, year, the outcome, and the columns named below. Rows may
        be missing; ``callaway_santanna`` then uses the districts observed in every year.
    outcome : str
        Rows where it is missing are dropped and counted.
    estimator : {"twfe", "sun_abraham", "callaway_santanna", "imputation", "two_stage"}
        See `spillover.models.staggered` for each. ``twfe`` is biased where effects differ by cohort or
        grow with time; the others are not.
    first_exposed : str
        Column with the first year of exposure; missing for districts that are never exposed.
    window : (int, int)
        First and last event time shown, in years. ``twfe`` bins what lies beyond into its end points;
        the others estimate all event times and show these.
    ring : str, optional
        Column of rings (see `spillover.models.cohorts.ring_cohorts`): one event study for each declared
        ring but the outermost, ``first_exposed`` is then not used. ``spec_id`` gets ``:<ring>`` added.
    cluster : str
        Column to cluster by; must not change within a district.
    spec_id : str

    Returns
    -------
    DataFrame
        Rows of `estimates`: one per event time (term ``"event -2"``, event_time filled), the reference -1 as
        0 without standard error, and term ``"average"``: for twfe the coefficient of a dummy for exposure,
        for the others the mean over all exposed district-years (also those beyond the window).
        ``n_exposed`` counts the ever-exposed districts observed at that event time. ``n_dropped`` counts
        all rows left out; ``model`` says why. Intervals are 95 %, t with G - 1 degrees of freedom. A row that
        rests on one district, or (callaway_santanna, sun_abraham) on cohorts of one district only, has no
        standard error: nothing shows how much one district varies. A ring that no district
        enters is one row ``average`` without estimate.

    Raises
    ------
    DataError
        Whatever makes the design impossible: nobody exposed, all exposed at once, no controls for twfe, one
        cluster, a constant outcome, duplicate region-years, a cohort without its year before exposure, or
        a warning of the library.

    Notes
    -----
    Always-exposed districts are left out, never used as controls. With few exposed districts the standard
    errors are too small whatever the estimator: read them beside the relocation test. Those of
    callaway_santanna and two_stage hold how effects differ between cohorts, as if cohorts were drawn anew;
    those of sun_abraham and imputation take the cohorts as given, and are smaller where effects differ.
    Where ``model`` says "cohorts of one district: 3 of 6", callaway_santanna and sun_abraham leave the noise
    of these three out of their standard errors; imputation and two_stage do not.

    Examples
    --------
    >>> import numpy as np
    >>> rows = [(f"r{i}", t, 2003 if i < 4 else None) for i in range(9) for t in range(2000, 2006)]
    >>> panel = pd.DataFrame(rows, columns=["region_code", "year", "first_exposed_year"])
    >>> panel["y"] = (panel["year"] >= panel["first_exposed_year"]) * 2.0 + np.sin(range(54))
    >>> table = event_study(panel, "y", window=(-3, 2))
    >>> table["event_time"].tolist()
    [-3, -2, -1, 0, 1, 2, <NA>]
    """
    options: dict[str, Any] = {"estimator": estimator, "window": window, "cluster": cluster}
    if ring is None:
        fit = fit_event_study(panel, outcome, first_exposed=first_exposed, spec_id=spec_id, **options)
        return fit.estimates
    if ring not in panel or not isinstance(panel[ring].dtype, pd.CategoricalDtype):
        raise DataError(WHERE, "no ordered column of rings", [ring], "make it with spillover.add_exposure")
    tables = []
    for name in list(panel[ring].cat.categories)[:-1]:
        rows, remark = ring_cohorts(panel, name, ring=ring)
        mine = f"{spec_id}:{name}"
        if not _someone_enters(rows, outcome):
            blank = {
                "spec_id": mine,
                "term": "average",
                "outcome": outcome,
                "n_exposed": 0,
                "n_dropped": len(panel),
            }
            words = f"{estimator}; ring {name}: no district becomes exposed in it inside the sample"
            tables.append(make_estimates([blank | {"model": words}]))
            continue
        fit = fit_event_study(rows, outcome, spec_id=mine, **options)
        words = fit.estimates["model"] + f"; ring {name}: {remark}"
        gone = fit.estimates["n_dropped"] + (len(panel) - len(rows))
        tables.append(fit.estimates.assign(model=words, n_dropped=gone))
    return pd.concat(tables, ignore_index=True)


def fit_event_study(
    panel: pd.DataFrame,
    outcome: str,
    *,
    estimator: str = "twfe",
    first_exposed: str = "first_exposed_year",
    window: tuple[int, int] = (-5, 5),
    cluster: str = "region_code",
    spec_id: str = "event_study",
) -> EventFit:
    """As `event_study`, with the covariance that tests of pre-trends and bounds need.

    Parameters and errors are those of `event_study`; for one ring pass the panel that `ring_cohorts` gives.
    """
    if estimator not in ESTIMATORS:
        raise DataError(WHERE, "unknown estimator", [estimator], f"use one of {', '.join(ESTIMATORS)}")
    low, high = window
    if not low <= REFERENCE <= 0 <= high:
        raise DataError(WHERE, "a window without -1 and 0", [window], "give one such as (-5, 5)")
    sample = make_sample(panel, outcome, first_exposed, cluster)
    found = ESTIMATORS[estimator](sample, window)
    counts = _count_exposed(found.sample, window, binned=estimator == "twfe")
    shown = [k for k in counts.index if k == REFERENCE or k in found.effects.index]
    lone = _resting_on_one(found.sample, window, estimator)
    shared = _shared(found, outcome, cluster, spec_id)
    shared["n_dropped"] = len(panel) - len(found.sample.data)
    rows = [_row(found, k, counts, lone, shared) for k in shown]
    exposed = found.sample.data[(found.sample.data["event_time"] >= 0).fillna(False)]["region_code"].nunique()
    average_error = float("nan") if lone["average"] else found.average_error
    values = _values(found.average, average_error, shared["n_clusters"])
    rows.append(shared | values | {"term": "average", "n_exposed": exposed})
    known = [k for k in found.covariance.index if k in shown and not lone.get(k, False)]
    return EventFit(make_estimates(rows), found.covariance.loc[known, known])


def _row(
    found: Dynamic, k: int, counts: pd.Series, lone: dict[Any, bool], shared: dict[str, Any]
) -> dict[str, Any]:
    """One event time as a row of estimates."""
    row = shared | {"term": f"event {k}", "event_time": k, "n_exposed": int(counts[k])}
    if k == REFERENCE:
        return row | {"estimate": 0.0}
    error = float("nan") if lone.get(k, False) else float(found.errors[k])
    return row | _values(float(found.effects[k]), error, shared["n_clusters"])


def _values(estimate: float, error: float, n_clusters: int) -> dict[str, float]:
    """Estimate with its interval and p-value, t with G - 1 degrees of freedom."""
    reach = float(stats.t.ppf(0.975, n_clusters - 1)) * error
    p = 2 * float(stats.t.sf(abs(estimate / error), n_clusters - 1)) if error > 0 else float("nan")
    return {
        "estimate": estimate,
        "std_error": error,
        "conf_low": estimate - reach,
        "conf_high": estimate + reach,
        "p_value": p,
    }


def _shared(found: Dynamic, outcome: str, cluster: str, spec_id: str) -> dict[str, Any]:
    data = found.sample.data
    sizes = data[data["cohort"] > 0].groupby("cohort")["region_code"].nunique()
    words = [found.words, *found.sample.remarks]
    if single := int((sizes == 1).sum()):
        words.append(f"cohorts of one district: {single} of {len(sizes)}")
    return {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_obs": len(data),
        "n_regions": data["region_code"].nunique(),
        "n_clusters": data["cluster"].nunique(),
        "vcov": f"clustered by {cluster}",
        "ssc": f"{found.ssc}; t(G-1)",
        "model": "; ".join(words),
    }


def _times(sample: Sample, window: tuple[int, int], *, binned: bool) -> pd.DataFrame:
    """Rows of ever-exposed districts inside the window, with their event time (or its bin)."""
    exposed = sample.data[sample.data["cohort"] > 0]
    exposed = exposed.assign(event_time=exposed["event_time"].astype(int))
    if binned:
        return exposed.assign(event_time=exposed["event_time"].clip(*window))
    return exposed[exposed["event_time"].between(*window)]


def _count_exposed(sample: Sample, window: tuple[int, int], *, binned: bool) -> pd.Series:
    """Ever-exposed districts observed at each event time, the reference always among them."""
    counts = _times(sample, window, binned=binned).groupby("event_time")["region_code"].nunique()
    every = sorted({*counts.index, REFERENCE})
    return counts.reindex(every, fill_value=0)


def _resting_on_one(sample: Sample, window: tuple[int, int], estimator: str) -> dict[Any, bool]:
    """Event times (and ``"average"``) for which no standard error can be had."""
    rows = _times(sample, window, binned=estimator == "twfe")
    within_cohorts = estimator in ("callaway_santanna", "sun_abraham")

    def alone(part: pd.DataFrame) -> bool:
        sizes = part.groupby("cohort")["region_code"].nunique()
        return bool((sizes == 1).all()) if within_cohorts else bool(sizes.sum() < 2)

    out: dict[Any, bool] = {int(k): alone(part) for k, part in rows.groupby("event_time")}
    every = sample.data[(sample.data["event_time"] >= 0).fillna(False)]
    return out | {"average": alone(every)}


def _someone_enters(rows: pd.DataFrame, outcome: str) -> bool:
    """Whether a district of the ring is observed before and after its first exposure."""
    seen = rows.dropna(subset=[outcome, "first_exposed_year"])
    spread = seen.assign(before=seen["year"] < seen["first_exposed_year"]).groupby("region_code")["before"]
    return bool((spread.nunique() > 1).any())
