"""Poisson pseudo-maximum likelihood: statsmodels, planted truth, separation, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
import statsmodels.formula.api as smf

from spillover.errors import DataError
from spillover.models.counts import ppml


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """Simulated counts of 40 districts × 8 years, many of them zero; planted 0.7; s38 and s39 always zero."""
    random = np.random.default_rng(4)
    panel = pd.DataFrame(
        [(f"s{i:02}", t) for i in range(40) for t in range(2010, 2018)], columns=["region_code", "year"]
    )
    unit = panel["region_code"].str[1:].astype(int)
    panel["near"] = ((unit < 12) & (panel["year"] >= 2014)).astype(float)
    panel["people"] = 1.0 + unit % 3
    mean = np.exp(0.7 * panel["near"] + 0.05 * (panel["year"] - 2010) + random.normal(0.3, 0.6, 40)[unit])
    # more spread than a Poisson: only the mean has to be right
    counts = random.poisson(mean * random.gamma(2.0, 0.5, len(panel)))
    return panel.assign(plants=np.where(unit >= 38, 0, counts))


@pytest.fixture(scope="module")
def row(simulated: pd.DataFrame) -> pd.Series:
    return ppml(simulated, "plants", ["near"]).iloc[0]


def test_agrees_with_the_dummy_regression_of_statsmodels(simulated, row) -> None:
    kept = simulated[simulated["region_code"] < "s38"]
    fit = smf.glm("plants ~ near + C(region_code) + C(year)", kept, family=sm.families.Poisson()).fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": pd.factorize(kept["region_code"])[0]}
    )
    assert row["estimate"] == pytest.approx(fit.params["near"], abs=1e-6)
    assert row["std_error"] == pytest.approx(fit.bse["near"], rel=1e-6)


def test_the_planted_effect_is_recovered_although_counts_are_no_poisson(row) -> None:
    assert row["conf_low"] < 0.7 < row["conf_high"]
    assert row["estimate"] == pytest.approx(0.7, abs=0.3)


def test_separated_rows_are_counted_and_said(row) -> None:
    assert (row["n_obs"], row["n_dropped"], row["n_regions"], row["n_clusters"]) == (304, 16, 38, 38)
    assert row["model"] == "ppml, 16 separated rows left out"
    assert row["n_exposed"] == 12


def test_missing_counts_are_dropped_beside_the_separated(simulated) -> None:
    holes = simulated.assign(plants=simulated["plants"].mask(simulated.index.isin([0, 9])))
    assert ppml(holes, "plants", ["near"])["n_dropped"].item() == 18


def test_weights_and_other_effects(simulated) -> None:
    """Whole weights are the same as repeated rows; here by the first-order condition of the likelihood."""
    kept = simulated[simulated["region_code"] < "s38"]
    found = ppml(kept, "plants", ["near"], weights="people").iloc[0]
    fit = smf.glm(
        "plants ~ near + C(region_code) + C(year)",
        kept,
        family=sm.families.Poisson(),
        freq_weights=kept["people"].to_numpy(),
    ).fit(tol=1e-12)
    assert found["estimate"] == pytest.approx(fit.params["near"], abs=1e-6)
    assert found["model"] == "ppml, weighted by people"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.assign(plants=p["plants"] - 1), r"values below 0 \("),
        (lambda p: p.assign(plants=0), r"the outcome is constant"),
        (lambda p: p.assign(near=(p["year"] >= 2014).astype(float)), r"explain in full"),
        (lambda p: p.assign(near=0.0), r"treatments that never change"),
        (lambda p: pd.concat([p, p.head(1)]), r"duplicate key"),
        (lambda p: p.assign(plants=p["plants"].where(p["region_code"] >= "s12", 0)), r"explain in full"),
    ],
)
def test_bad_input_is_refused(simulated, change, message: str) -> None:
    """The last: all treated districts have only zeros, so that none is left to compare."""
    with pytest.raises(DataError, match=message):
        ppml(change(simulated), "plants", ["near"])
