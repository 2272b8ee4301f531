"""Estimators: numbers we did not write, planted truths, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

import spillover as sp
from spillover.errors import DataError
from spillover.models.estimates import COLUMNS


def simulated_panel(effect: float, *, noise: float = 0.0, seed: int = 3) -> pd.DataFrame:
    """40 simulated regions × 8 years; a tenth are treated from year 5 with a known effect."""
    random = np.random.default_rng(seed)
    panel = pd.DataFrame(
        [(f"r{i:02}", t) for i in range(40) for t in range(2010, 2018)], columns=["region_code", "year"]
    )
    unit = panel["region_code"].str[1:].astype(int)
    treated = ((unit < 4) & (panel["year"] >= 2014)).astype(float)
    common = random.normal(size=40)[unit] + 0.1 * (panel["year"] - 2010)
    return panel.assign(treated=treated, y=common + effect * treated + noise * random.normal(size=len(panel)))


def test_first_look_of_the_imk_panel_is_reproduced() -> None:
    """Noted before this code existed: -0.08 (0.18) for log establishments, Papua left out."""
    panel = sp.imk_panel(sp.read_imk(), range(2017, 2026))
    panel = panel[~panel["region_code"].isin(["9100", "9400"])]
    start = {"7200": 2015, "7400": 2017, "7300": 2019, "8200": 2020}
    treated = [
        float(y >= start.get(c, 9999)) for c, y in zip(panel["region_code"], panel["year"], strict=True)
    ]
    row = sp.twfe(panel.assign(treated=treated), "log_establishments", ["treated"], spec_id="t").iloc[0]
    assert round(row["estimate"], 2) == -0.08
    assert round(row["std_error"], 2) == 0.18
    assert row["n_exposed"] == 2


def test_twfe_recovers_a_planted_effect_exactly_without_noise() -> None:
    row = sp.twfe(simulated_panel(0.7), "y", ["treated"], spec_id="planted").iloc[0]
    assert row["estimate"] == pytest.approx(0.7, abs=1e-10)
    assert row["n_exposed"] == 4
    assert row["n_regions"] == row["n_clusters"] == 40


def test_twfe_agrees_with_the_full_dummy_regression_of_statsmodels() -> None:
    panel = simulated_panel(0.7, noise=1.0)
    row = sp.twfe(panel, "y", ["treated"], spec_id="t").iloc[0]
    fit = smf.ols("y ~ treated + C(region_code) + C(year)", panel).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(panel["region_code"])[0]}, use_t=True
    )
    assert row["estimate"] == pytest.approx(fit.params["treated"], rel=1e-9)
    assert row["std_error"] == pytest.approx(fit.bse["treated"], rel=1e-9)
    assert row["p_value"] == pytest.approx(fit.pvalues["treated"], rel=1e-7)


def test_rows_with_a_missing_outcome_are_dropped_and_counted() -> None:
    panel = simulated_panel(0.7)
    panel.loc[[0, 5], "y"] = np.nan
    row = sp.twfe(panel, "y", ["treated"], spec_id="t").iloc[0]
    assert (row["n_obs"], row["n_dropped"]) == (318, 2)
    assert row["estimate"] == pytest.approx(0.7, abs=1e-10)


def test_estimates_have_the_one_schema() -> None:
    table = sp.twfe(simulated_panel(0.7, noise=1.0), "y", ["treated"], spec_id="t")
    assert list(table.columns) == list(COLUMNS)
    assert table["p_relocation"].isna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.assign(treated=1.0), r"treatments that never change inside the sample \(1: treated\)"),
        (lambda p: p.assign(y=1.0), r"the outcome is constant \(1: y\)"),
        (lambda p: p.assign(y=np.nan), r"no rows are left"),
        (lambda p: pd.concat([p, p.head(2)]), r"duplicate key region_code/year \(2: r00/2010, r00/2011\)"),
        (lambda p: p.drop(columns="treated"), r"missing columns \(1: treated\)"),
        (lambda p: p.assign(cluster="one"), r"fewer than two clusters \(1: one\)"),
    ],
)
def test_singular_designs_are_refused(change, message: str) -> None:
    panel = change(simulated_panel(0.7, noise=1.0))
    cluster = "cluster" if "cluster" in panel else "region_code"
    with pytest.raises(DataError, match=message):
        sp.twfe(panel, "y", ["treated"], spec_id="t", cluster=cluster)


def ringed_panel() -> pd.DataFrame:
    """Simulated: four regions move into 0-50 (effect 0.5), eight into 100-200 (0.1), none into 50-100."""
    panel = simulated_panel(0.0)
    unit = panel["region_code"].str[1:].astype(int)
    late = panel["year"] >= 2014
    distance = pd.Series(500.0, index=panel.index).mask(late & (unit < 4), 10.0)
    distance = distance.mask(late & unit.between(4, 11), 150.0)
    panel = panel.assign(ring=sp.assign_ring(distance))
    return panel.assign(y=panel["y"] + 0.5 * (panel["ring"] == "0-50") + 0.1 * (panel["ring"] == "100-200"))


def test_rings_recover_planted_effects_and_report_the_empty_ring() -> None:
    table = sp.ring_did(ringed_panel(), "y", reference=">200")
    assert table["term"].tolist() == ["0-50", "50-100", "100-200"]
    assert table["estimate"].tolist() == pytest.approx([0.5, np.nan, 0.1], abs=1e-10, nan_ok=True)
    assert table["n_exposed"].tolist() == [4, 0, 8]


def test_ring_refusals() -> None:
    with pytest.raises(DataError, match=r"unknown reference ring \(1: >300\)"):
        sp.ring_did(ringed_panel(), "y", reference=">300")
    still = ringed_panel()
    still = still.assign(ring=sp.assign_ring(pd.Series(500.0, index=still.index)))
    with pytest.raises(DataError, match="no district changes its ring"):
        sp.ring_did(still, "y", reference=">200")


def test_gradient_recovers_a_planted_slope_and_agrees_with_statsmodels() -> None:
    random = np.random.default_rng(5)
    data = pd.DataFrame(
        {"region_code": [f"{i}" for i in range(60)], "distance_km": random.uniform(5, 400, 60)}
    )
    data["x"] = random.normal(size=60)
    data["y"] = -0.3 * np.log(data["distance_km"]) + 0.5 * data["x"] + 0.1 * random.normal(size=60)
    row = sp.distance_gradient(data, "y", controls=["x"]).iloc[0]
    fit = smf.ols("y ~ np.log(distance_km) + x", data).fit(cov_type="HC1", use_t=True)
    assert row["estimate"] == pytest.approx(fit.params.iloc[1], rel=1e-10)
    assert row["std_error"] == pytest.approx(fit.bse.iloc[1], rel=1e-10)
    assert row["conf_low"] < -0.3 < row["conf_high"]
    with pytest.raises(DataError, match=r"distances not above 0 \(1: 0/0.0\)"):
        sp.distance_gradient(data.assign(distance_km=data["distance_km"].mask(data.index == 0, 0.0)), "y")
    with pytest.raises(DataError, match="3 complete rows are too few"):
        sp.distance_gradient(data.head(3), "y")
