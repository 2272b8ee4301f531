"""How an outcome changes with distance: a regression on log distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows
from spillover.models.estimates import make_estimates


def distance_gradient(
    data: pd.DataFrame,
    outcome: str,
    *,
    distance: str = "distance_km",
    controls: Sequence[str] = (),
    vcov: str = "HC1",
    spec_id: str = "distance_gradient",
) -> pd.DataFrame:
    """Regress an outcome on the log of distance, one row per district, by least squares.

    Estimates y_i = β log(distance_i) + x_i'γ + α + ε_i. β / 100 is the change of the outcome for one
    percent more distance.

    Parameters
    ----------
    data : DataFrame
        One row per district: region_code, the outcome, the distance (km, positive) and the controls.
    outcome, distance : str
    controls : sequence of str
        Numeric columns.
    vcov : str
        A covariance type of statsmodels: "HC1" (default), "HC3", "nonrobust".
    spec_id : str

    Returns
    -------
    DataFrame
        One row of `estimates`, term ``log_<distance>``; intervals are 95 %, t with n - k degrees.

    Raises
    ------
    DataError
        Distances that are not positive, or fewer rows than coefficients + 2.

    Notes
    -----
    Distance is not drawn at random: the slope is an association.
    """
    import statsmodels.api as sm

    check_columns(data, ["region_code", outcome, distance, *controls], "distance_gradient")
    used = data[["region_code", outcome, distance, *controls]].dropna()
    bad = used[distance] <= 0
    remedy = "use the centroid basis, or leave these out"
    check_rows(used, bad, ["region_code", distance], "distance_gradient", "distances not above 0", remedy)
    if len(used) < len(controls) + 4:
        raise DataError("distance_gradient", f"{len(used)} complete rows are too few", remedy="add districts")
    x = used[list(controls)].astype(float).assign(log_distance=np.log(used[distance]))
    fit = sm.OLS(used[outcome].astype(float), sm.add_constant(x)).fit(cov_type=vcov, use_t=True)
    low, high = fit.conf_int().loc["log_distance"]
    row = {
        "spec_id": spec_id,
        "term": f"log_{distance}",
        "outcome": outcome,
        "estimate": fit.params["log_distance"],
        "std_error": fit.bse["log_distance"],
        "conf_low": low,
        "conf_high": high,
        "p_value": fit.pvalues["log_distance"],
        "n_obs": len(used),
        "n_regions": used["region_code"].nunique(),
        "n_exposed": len(used),
        "n_dropped": len(data) - len(used),
        "vcov": vcov,
        "ssc": "n/(n-k)" if vcov == "HC1" else "none" if vcov.startswith("HC") else "1/(n-k)",
        "model": "ols on log distance",
    }
    return make_estimates([row])
