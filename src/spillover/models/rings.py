"""Two-way fixed-effects difference-in-differences, on a share or on distance rings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.models.estimates import make_estimates, n_changing

# pyfixest's default drops fixed effects nested in clusters; "full" counts them all and agrees with the
# full-dummy regression, whose standard errors are larger (11 % on mpdta).
SSC_NAME = "k_fixef=full, G/(G-1)"


def twfe(
    panel: pd.DataFrame,
    outcome: str,
    treatments: Sequence[str],
    *,
    spec_id: str,
    cluster: str = "region_code",
) -> pd.DataFrame:
    """Difference-in-differences with region and year effects.

    Estimates y_it = Σ_k β_k d_kit + α_i + λ_t + ε_it by least squares, standard errors clustered.

    Parameters
    ----------
    panel : DataFrame
        Columns region_code, year, the outcome, the treatments (and the cluster).
    outcome : str
        Column to explain; rows where it is missing are dropped and counted.
    treatments : sequence of str
        Columns of exposure, 0/1 or a share.
    spec_id : str
        Name of the specification in the result.
    cluster : str
        Column to cluster by.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one per treatment in the order given. Intervals are 95 %, with the t
        distribution of G - 1 degrees of freedom.

    Raises
    ------
    DataError
        Duplicate region-year, a treatment that never changes, a constant outcome, or one cluster.

    Notes
    -----
    With few exposed regions these standard errors are too small (false rejection near 0.5 at a nominal
    5 %): read them together with the relocation test and ``n_exposed``.
    """
    check_columns(panel, ["region_code", "year", outcome, *treatments, cluster], "panel")
    check_unique(panel, ["region_code", "year"], "panel")
    columns = list(dict.fromkeys(["region_code", "year", outcome, *treatments, cluster]))
    data = panel[columns].dropna().reset_index(drop=True)
    _check_design(data, outcome, treatments, cluster)
    fit = _fit(data, outcome, treatments, cluster)
    tidy = fit.tidy()
    shared = {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_obs": len(data),
        "n_regions": data["region_code"].nunique(),
        "n_clusters": data[cluster].nunique(),
        "n_dropped": len(panel) - len(data),
        "vcov": f"clustered by {cluster}",
        "ssc": SSC_NAME,
        "model": "twfe",
    }
    return make_estimates([_row(tidy.loc[f"d{i}"], name, data, shared) for i, name in enumerate(treatments)])


def _row(found: pd.Series, name: str, data: pd.DataFrame, shared: dict[str, Any]) -> dict[str, Any]:
    return shared | {
        "term": name,
        "estimate": found["Estimate"],
        "std_error": found["Std. Error"],
        "p_value": found["Pr(>|t|)"],
        "conf_low": found["2.5%"],
        "conf_high": found["97.5%"],
        "n_exposed": n_changing(data, name),
    }


def _fit(data: pd.DataFrame, outcome: str, treatments: Sequence[str], cluster: str) -> Any:
    """Fit under neutral column names, so that no name can be read as a formula."""
    import pyfixest as pf

    neutral = data[["region_code", "year"]].assign(y=data[outcome], g=data[cluster])
    for i, name in enumerate(treatments):
        neutral[f"d{i}"] = data[name].astype(float)
    terms = " + ".join(f"d{i}" for i in range(len(treatments)))
    ssc = pf.ssc(k_adj=True, k_fixef="full", G_adj=True)
    # the default tolerance leaves the eighth digit to the processor
    demeaner = pf.MapDemeaner(fixef_tol=1e-12)
    formula = f"y ~ {terms} | region_code + year"
    return pf.feols(formula, neutral, vcov={"CRV1": "g"}, ssc=ssc, fixef_rm="none", demeaner=demeaner)


def _check_design(data: pd.DataFrame, outcome: str, treatments: Sequence[str], cluster: str) -> None:
    if len(data) == 0:
        raise DataError(
            "twfe", "no rows are left after dropping missing values", [outcome], "choose years with data"
        )
    if data[outcome].nunique() < 2:
        raise DataError("twfe", "the outcome is constant", [outcome], "choose another outcome or sample")
    still = [name for name in treatments if n_changing(data, name) == 0]
    if still:
        raise DataError(
            "twfe", "treatments that never change inside the sample", still, "widen the years or the rings"
        )
    if data[cluster].nunique() < 2:
        raise DataError("twfe", "fewer than two clusters", data[cluster].unique(), "cluster by a finer unit")


def ring_did(panel: pd.DataFrame, outcome: str, *, reference: str, spec_id: str = "ring_did") -> pd.DataFrame:
    """Difference-in-differences on rings: being in a ring of an operating park against the reference ring.

    Parameters
    ----------
    panel : DataFrame
        With region_code, year, the outcome and ``ring`` (ordered categorical, time-varying: the ring of
        the nearest park that operates in that year), as made by `spillover.add_exposure`.
    outcome : str
    reference : str
        The ring to compare with, usually the outermost, for example ``">200"``.
    spec_id : str

    Returns
    -------
    DataFrame
        Rows of `estimates`: every declared ring but the reference, in declared order. A ring that no
        district enters or leaves has no estimate (NaN) and ``n_exposed`` 0: it is reported, not lost.

    Raises
    ------
    DataError
        Unknown reference, or no ring that changes.
    """
    rings = list(panel["ring"].cat.categories)
    if reference not in rings:
        raise DataError("ring_did", "unknown reference ring", [reference], f"rings are {', '.join(rings)}")
    others = [r for r in rings if r != reference]
    data = panel.assign(**{r: (panel["ring"] == r).astype(float) for r in others})
    complete = data.dropna(subset=[outcome])
    moving = [r for r in others if n_changing(complete, r)]
    if not moving:
        raise DataError("ring_did", "no district changes its ring", others, "widen the years or the rings")
    fitted = twfe(data, outcome, moving, spec_id=spec_id).set_index("term")
    blank = {"spec_id": spec_id, "outcome": outcome, "n_exposed": 0, "model": "twfe"}
    rows = [fitted.loc[r].to_dict() | {"term": r} if r in moving else blank | {"term": r} for r in others]
    return make_estimates(rows).assign(model=f"twfe, rings against {reference} km")
