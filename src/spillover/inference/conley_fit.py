"""Conley standard errors of a fit after fixed effects, told with what has to be known about them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree
from scipy.stats import norm

from spillover.errors import DataError, check_columns, check_unique
from spillover.inference.conley import conley_cov, positive_semidefinite
from spillover.inference.conley_tiles import EARTH_KM
from spillover.models.estimates import make_estimates
from spillover.models.linear import LinearFit

WHERE = "conley_std_errors"
SSC_NAME = "HC0: no small-sample factor; normal quantiles"
# Variances below this share of the heteroscedasticity-robust ones are rounding: the scores have cancelled.
_COLLAPSED = 1e-9


def conley_std_errors(
    fit: LinearFit,
    places: pd.DataFrame,
    *,
    cutoff_km: float,
    kernel: str = "bartlett",
    lag: int = 0,
) -> tuple[np.ndarray, str]:
    """Conley standard errors of all regressors of a fit, and their name in words.

    Parameters
    ----------
    fit : LinearFit
        From `spillover.models.linear.fit_linear`; its data have region_code and, in a panel, year.
    places : DataFrame
        region_code, lon, lat (degrees), one row for each region; others than the fit's may be among them.
    cutoff_km, kernel, lag
        As for `spillover.conley_cov`; the lag, in years, is of each region with itself.

    Returns
    -------
    std_errors : ndarray
        Shape (k,), in the order of ``fit.names``, without small-sample factor. NaN where the variance is
        not positive: there is then no standard error, and the text says so.
    vcov : str
        Such as ``"Conley 200 km, Bartlett, lag 2"``, followed by remarks: that the cutoff reaches beyond
        the map (all pairs count, and variances collapse towards zero) or to no neighbour (White's
        covariance), that negative eigenvalues were set to zero, or that a variance is not positive.

    Raises
    ------
    DataError
        Regions without a place, places missing or twice, and what `spillover.conley_cov` refuses.

    Examples
    --------
    >>> from spillover.models.linear import fit_linear
    >>> data = pd.DataFrame({"region_code": list("aabbcc"), "year": [1, 2] * 3, "d": [0.0, 1, 0, 0, 0, 0],
    ...                      "y": [0.0, 3, 0, 1, 1, 1]})
    >>> places = pd.DataFrame({"region_code": list("abc"), "lon": [120.0, 121, 122], "lat": [0.0, 0, 0]})
    >>> errors, vcov = conley_std_errors(fit_linear(data, "y", ["d"]), places, cutoff_km=150)
    >>> errors.round(3), vcov
    (array([0.215]), 'Conley 150 km, Bartlett')
    """
    at = _placed(fit, places)
    time = fit.data["year"].to_numpy() if "year" in fit.data else None
    unit = fit.data["region_code"].to_numpy()
    lon, lat = at["lon"].to_numpy(float), at["lat"].to_numpy(float)
    covariance = conley_cov(
        fit.X, fit.residuals, lon, lat, cutoff_km, kernel=kernel, time=time, unit=unit, lag=lag
    )
    remarks = [_reach(at.drop_duplicates("region_code"), cutoff_km)]
    covariance, changed = positive_semidefinite(covariance)
    if changed:
        remarks.append("negative eigenvalues set to zero")
    variance = np.diag(covariance)
    gone = variance <= _COLLAPSED * _white(fit)
    if gone.any():
        names = ", ".join(np.array(fit.names)[gone])
        remarks.append(f"no standard error of {names}: the variance is not positive")
    cutoff = f"{cutoff_km:g} km" if np.isfinite(cutoff_km) else "without cutoff"
    text = f"Conley {cutoff}, {kernel.capitalize()}" + (f", lag {lag}" if lag else "")
    return np.sqrt(np.where(gone, np.nan, variance)), "; ".join([text, *filter(None, remarks)])


def conley_rows(
    fit: LinearFit,
    places: pd.DataFrame,
    *,
    spec_id: str,
    outcome: str,
    cutoff_km: float,
    kernel: str = "bartlett",
    lag: int = 0,
    n_exposed: Mapping[str, int] | None = None,
    model: str = "least squares",
) -> pd.DataFrame:
    """Rows of `estimates` with Conley standard errors: one for each regressor of a fit.

    Parameters
    ----------
    fit, places, cutoff_km, kernel, lag
        As for `conley_std_errors`.
    spec_id, outcome, model : str
        As they shall stand in the rows.
    n_exposed : mapping, optional
        Number of exposed regions of each regressor.

    Returns
    -------
    DataFrame
        Rows of `estimates`; 95 % intervals and p-values by the normal distribution, as the covariance is
        justified by large samples only; ``n_clusters`` is missing, as there are none.

    Raises
    ------
    DataError
        As for `conley_std_errors`.

    Examples
    --------
    >>> from spillover.models.linear import fit_linear
    >>> data = pd.DataFrame({"region_code": list("aabbcc"), "year": [1, 2] * 3, "d": [0.0, 1, 0, 0, 0, 0],
    ...                      "y": [0.0, 3, 0, 1, 1, 1]})
    >>> places = pd.DataFrame({"region_code": list("abc"), "lon": [120.0, 121, 122], "lat": [0.0, 0, 0]})
    >>> fit = fit_linear(data, "y", ["d"])
    >>> rows = conley_rows(fit, places, spec_id="t", outcome="y", cutoff_km=150, n_exposed={"d": 1})
    >>> rows[["estimate", "std_error", "n_regions", "vcov"]].round(3).to_dict("records")
    [{'estimate': 2.5, 'std_error': 0.215, 'n_regions': 3, 'vcov': 'Conley 150 km, Bartlett'}]
    """
    errors, vcov = conley_std_errors(fit, places, cutoff_km=cutoff_km, kernel=kernel, lag=lag)
    shared = {"spec_id": spec_id, "outcome": outcome, "vcov": vcov, "ssc": SSC_NAME, "model": model,
              "n_obs": len(fit.data), "n_regions": fit.data["region_code"].nunique(),
              "n_dropped": fit.n_dropped}  # fmt: skip
    half = norm.ppf(0.975) * errors
    p_values = 2 * norm.sf(np.abs(fit.coefficients / errors))
    rows = [
        shared | {"term": name, "estimate": beta, "std_error": error, "conf_low": beta - h,
                  "conf_high": beta + h, "p_value": p, "n_exposed": (n_exposed or {}).get(name)}
        for name, beta, error, h, p in zip(fit.names, fit.coefficients, errors, half, p_values, strict=True)
    ]  # fmt: skip
    return make_estimates(rows)


def _placed(fit: LinearFit, places: pd.DataFrame) -> pd.DataFrame:
    """region_code, lon, lat of each row of the fit."""
    check_columns(fit.data, ["region_code"], "the fit's data")
    check_columns(places, ["region_code", "lon", "lat"], "places")
    check_unique(places, ["region_code"], "places")
    known = places[["region_code", "lon", "lat"]]
    at = fit.data[["region_code"]].merge(known, on="region_code", how="left", validate="many_to_one")
    lost = at.loc[at[["lon", "lat"]].isna().any(axis=1), "region_code"].unique()
    if len(lost):
        raise DataError(WHERE, "regions without coordinates", lost, "complete the places, or drop these rows")
    return at


def _reach(at: pd.DataFrame, cutoff_km: float) -> str:
    """What has to be said of a cutoff that reaches all points, or none but each itself."""
    lon, lat = np.radians(at["lon"].to_numpy(float)), np.radians(at["lat"].to_numpy(float))
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    if len(xyz) < 2:
        return "one place only"
    nearest = _arc_km(cKDTree(xyz).query(xyz, k=2)[0][:, 1].min())
    if cutoff_km <= nearest:
        return f"no two places within the cutoff (nearest {nearest:,.0f} km): White's covariance"
    if cutoff_km <= _arc_km(np.linalg.norm(xyz - xyz[0], axis=1).max()):
        return ""  # the greatest distance is at least that from the first place
    farthest = _arc_km(max(np.linalg.norm(xyz - point, axis=1).max() for point in xyz))
    if cutoff_km <= farthest:
        return ""
    return f"the cutoff is beyond the map (farthest {farthest:,.0f} km): all pairs count"


def _arc_km(chord: float) -> float:
    """Great-circle distance of two points of the unit sphere from their chord."""
    return float(2 * EARTH_KM * np.arcsin(min(chord / 2, 1.0)))


def _white(fit: LinearFit) -> np.ndarray:
    """Heteroscedasticity-robust variances (HC0), for scale."""
    bread = np.linalg.inv(fit.X.T @ fit.X)
    return np.asarray((((fit.X * fit.residuals[:, None]) @ bread) ** 2).sum(axis=0))
