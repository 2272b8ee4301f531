"""Conley standard errors of a fit: the same numbers as by hand, and remarks where they need care."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from spillover.errors import DataError
from spillover.inference.conley import conley_cov
from spillover.inference.conley_fit import conley_rows, conley_std_errors
from spillover.models.estimates import COLUMNS
from spillover.models.linear import fit_linear

RNG = np.random.default_rng(7)
CODES = [f"{7200 + i}" for i in range(40)]


def simulated_panel(years: int = 6) -> pd.DataFrame:
    panel = pd.DataFrame(
        {"region_code": np.repeat(CODES, years), "year": np.tile(range(2010, 2010 + years), 40)}
    )
    noise = RNG.normal(size=(len(panel), 4))
    return panel.assign(y=noise[:, 0], near=noise[:, 1], far=noise[:, 2], people=np.exp(noise[:, 3]))


PLACES = pd.DataFrame(
    {"region_code": CODES[::-1], "lon": RNG.uniform(119, 125, 40), "lat": RNG.uniform(-5, 1, 40)}
)  # in another order than the panel


def by_row(fit, column: str) -> np.ndarray:
    return PLACES.set_index("region_code").loc[fit.data["region_code"], column].to_numpy()


@pytest.mark.parametrize("weights", [None, "people"])
def test_standard_errors_are_those_of_the_covariance(weights: str | None) -> None:
    fit = fit_linear(simulated_panel(), "y", ["near", "far"], weights=weights)
    found, text = conley_std_errors(fit, PLACES, cutoff_km=200, lag=2)
    expected = conley_cov(
        fit.X, fit.residuals, by_row(fit, "lon"), by_row(fit, "lat"), 200,
        time=fit.data["year"].to_numpy(), unit=fit.data["region_code"].to_numpy(), lag=2,
    )  # fmt: skip
    np.testing.assert_allclose(found, np.sqrt(np.diag(expected)), rtol=1e-12)
    assert text == "Conley 200 km, Bartlett, lag 2"


def test_rows_are_estimates_with_everything_in_words() -> None:
    panel = simulated_panel()
    panel.loc[:4, "y"] = np.nan
    fit = fit_linear(panel, "y", ["near", "far"])
    rows = conley_rows(
        fit, PLACES, spec_id="s", outcome="y", cutoff_km=150, kernel="uniform", n_exposed={"near": 3}
    )
    errors, _ = conley_std_errors(fit, PLACES, cutoff_km=150, kernel="uniform")
    assert list(rows.columns) == list(COLUMNS)
    assert rows["term"].tolist() == ["near", "far"]
    np.testing.assert_allclose(rows["std_error"], errors)
    np.testing.assert_allclose(rows["conf_high"] - rows["estimate"], norm.ppf(0.975) * errors)
    np.testing.assert_allclose(rows["p_value"], 2 * norm.sf(abs(rows["estimate"]) / errors))
    assert rows["n_exposed"].isna().tolist() == [False, True]
    assert rows[["n_obs", "n_regions", "n_dropped"]].iloc[0].tolist() == [235, 40, 5]
    assert rows["n_clusters"].isna().all()
    assert set(rows["vcov"]) == {"Conley 150 km, Uniform"}
    assert set(rows["ssc"]) == {"HC0: no small-sample factor; normal quantiles"}


def test_a_cutoff_below_every_distance_is_white_and_said() -> None:
    fit = fit_linear(simulated_panel(), "y", ["near"])
    errors, text = conley_std_errors(fit, PLACES, cutoff_km=0.001)
    white = np.sqrt((fit.X[:, 0] * fit.residuals) @ (fit.X[:, 0] * fit.residuals)) / (
        fit.X[:, 0] @ fit.X[:, 0]
    )
    assert errors[0] == pytest.approx(white, rel=1e-10)
    assert "no two places within the cutoff" in text
    assert "White's covariance" in text


def test_a_cutoff_beyond_the_map_is_said() -> None:
    fit = fit_linear(simulated_panel(), "y", ["near"])
    assert "beyond the map" not in conley_std_errors(fit, PLACES, cutoff_km=800)[1]
    assert "the cutoff is beyond the map (farthest " in conley_std_errors(fit, PLACES, cutoff_km=1500)[1]


def test_a_cross_section_of_pairs_all_alike_has_no_standard_error() -> None:
    """Residuals are orthogonal to the regressors: with equal weights of all pairs nothing is left."""
    fit = fit_linear(simulated_panel(1).drop(columns="year"), "y", ["near"], effects=[])
    for cutoff in (5000.0, np.inf):
        errors, text = conley_std_errors(fit, PLACES, cutoff_km=cutoff, kernel="uniform")
        assert np.isnan(errors).all()
        assert "no standard error of near: the variance is not positive" in text
    rows = conley_rows(fit, PLACES, spec_id="s", outcome="y", cutoff_km=5000, kernel="uniform")
    assert rows[["std_error", "conf_low", "p_value"]].isna().all(axis=None)
    assert rows["estimate"].notna().all()


def test_a_mended_covariance_is_said() -> None:
    """Simulated cross-sections until one has a negative eigenvalue, but positive variances."""
    for _ in range(200):
        fit = fit_linear(simulated_panel(1).drop(columns="year"), "y", ["near", "far"], effects=[])
        cov = conley_cov(fit.X, fit.residuals, by_row(fit, "lon"), by_row(fit, "lat"), 400, kernel="uniform")
        values = np.linalg.eigvalsh(cov)
        if values[0] < -0.05 * values[1] and np.diag(cov).min() > 0.1 * np.diag(cov).max():
            break
    errors, text = conley_std_errors(fit, PLACES, cutoff_km=400, kernel="uniform")
    assert text == "Conley 400 km, Uniform; negative eigenvalues set to zero"
    assert (errors > np.sqrt(np.diag(cov))).all()


def test_places_that_do_not_fit_are_refused() -> None:
    fit = fit_linear(simulated_panel(), "y", ["near"])
    with pytest.raises(DataError, match=r"regions without coordinates \(1: 7239\)"):
        conley_std_errors(fit, PLACES.iloc[1:], cutoff_km=200)
    unknown = PLACES.assign(lon=PLACES["lon"].where(PLACES["region_code"] != "7203"))
    with pytest.raises(DataError, match=r"regions without coordinates \(1: 7203\)"):
        conley_std_errors(fit, unknown, cutoff_km=200)
    with pytest.raises(DataError, match="duplicate key region_code"):
        conley_std_errors(fit, pd.concat([PLACES, PLACES.head(1)]), cutoff_km=200)
    with pytest.raises(DataError, match="missing columns"):
        conley_std_errors(fit, PLACES.drop(columns="lat"), cutoff_km=200)
