"""Distance gradients: agreement with statsmodels and fit_linear, planted rings, differences, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from spillover.errors import DataError
from spillover.exposure import assign_ring
from spillover.models.gradient import distance_gradient, long_difference
from spillover.models.linear import fit_linear

EDGES = (0, 50, 100, 150, 200)


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """80 simulated districts; nobody at 100-150 km; effect 0.4 within 50 km and 0.1 at 50-100."""
    random = np.random.default_rng(5)
    distance = random.uniform(2, 400, 80)
    distance = np.where((distance >= 100) & (distance < 150), distance + 300, distance)
    data = pd.DataFrame({"region_code": [f"s{i:02}" for i in range(80)], "distance_km": distance})
    data["x"] = random.normal(size=80)
    data["people"] = random.uniform(1, 9, 80)
    data["ring"] = assign_ring(data["distance_km"], EDGES)
    data["decay"] = np.exp(-data["distance_km"] / 60)
    effect = 0.4 * (data["ring"] == "0-50") + 0.1 * (data["ring"] == "50-100")
    return data.assign(y=effect + 0.5 * data["x"] + 0.02 * random.normal(size=80))


def test_every_declared_ring_comes_back_in_order_with_planted_effects(simulated: pd.DataFrame) -> None:
    table = distance_gradient(simulated, "y", distance="ring", form="rings", controls=["x"])
    assert table["term"].tolist() == ["0-50", "50-100", "100-150", "150-200"]
    assert table["n_exposed"].tolist()[2] == 0
    assert table["estimate"].isna().tolist() == [False, False, True, False]
    assert table["estimate"].iloc[:2].tolist() == pytest.approx([0.4, 0.1], abs=0.04)
    assert table["n_obs"].eq(80).all()


@pytest.mark.parametrize("vcov", ["HC1", "HC3", "nonrobust"])
@pytest.mark.parametrize("weights", [None, "people"])
def test_decay_agrees_with_statsmodels(simulated: pd.DataFrame, vcov: str, weights: str | None) -> None:
    row = distance_gradient(
        simulated, "y", distance="decay", form="decay", controls=["x"], weights=weights, vcov=vcov
    ).iloc[0]
    weight = simulated[weights] if weights else np.ones(80)
    fit = smf.wls("y ~ decay + x", simulated, weights=weight).fit(cov_type=vcov, use_t=True)
    assert row["estimate"] == pytest.approx(fit.params["decay"], rel=1e-10)
    assert row["std_error"] == pytest.approx(fit.bse["decay"], rel=1e-10)
    assert [row["conf_low"], row["conf_high"]] == pytest.approx(
        fit.conf_int().loc["decay"].tolist(), rel=1e-9
    )
    assert row["term"] == "decay"
    assert ("weighted by people" in row["model"]) is (weights is not None)


def test_the_base_of_all_covariances_has_the_same_coefficients(simulated: pd.DataFrame) -> None:
    """fit_linear without effects is the same regression: what Conley errors will be computed from."""
    rings = distance_gradient(simulated, "y", distance="ring", form="rings", controls=["x"], weights="people")
    filled = rings.dropna(subset=["estimate"])
    dummies = {r: (simulated["ring"] == r).astype(float) for r in filled["term"]}
    fit = fit_linear(simulated.assign(**dummies), "y", [*dummies, "x"], effects=[], weights="people")
    assert filled["estimate"].tolist() == pytest.approx(fit.coefficients[:-1].tolist(), abs=1e-10)


def test_long_difference_counts_districts_without_both_years() -> None:
    panel = pd.DataFrame(
        [(f"s{i:02}", t, 5.0 + i + (t == 2016) * (1 + 2 * (i < 6)), 10.0 if i < 6 else 300.0 + i, t + i % 3)
         for i in range(20) for t in (2006, 2010, 2016)],
        columns=["region_code", "year", "y", "distance_km", "start"],
    )  # fmt: skip
    panel = panel[~((panel["region_code"] == "s19") & (panel["year"] == 2006))]
    table = long_difference(panel, "y", (2006, 2016), at_start=["start"])
    assert table["start"].iloc[0] == 2006
    table["ring"] = assign_ring(table["distance_km"], (0, 50))
    noise = np.tile([-0.1, 0.1], 10)
    row = distance_gradient(
        table.assign(change_y=table["change_y"] + noise), "change_y", distance="ring", form="rings"
    ).iloc[0]
    assert row["estimate"] == pytest.approx(2.0, abs=0.02)
    assert (row["n_obs"], row["n_dropped"], row["n_exposed"]) == (19, 1, 6)
    with pytest.raises(DataError, match=r"years that the panel lacks or in the wrong order \(1: 2011\)"):
        long_difference(panel, "y", (2006, 2011))
    with pytest.raises(DataError, match=r"duplicate key region_code/year"):
        long_difference(pd.concat([panel, panel.head(1)]), "y", (2006, 2016))


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        (lambda d: d.assign(y=1.0), {}, r"the outcome is constant \(1: y\)"),
        (lambda d: d.assign(distance_km=0.0), {}, r"distances not above 0 \(80"),
        (lambda d: d.assign(people=0.0), {"weights": "people"}, r"weights not above 0 \(80"),
        (lambda d: d.assign(x=2.0), {"controls": ["x"]}, r"columns that are collinear"),
        (lambda d: pd.concat([d, d.head(1)]), {}, r"duplicate key region_code \(1: s00\)"),
        (lambda d: d.assign(y=np.inf), {}, r"values that are infinite"),
        (lambda d: d.assign(decay=0.0), {"distance": "decay", "form": "decay"}, r"no district is exposed"),
        (lambda d: d.assign(ring=d["ring"].astype(str)), {"distance": "ring", "form": "rings"},
         r"rings that are not an ordered categorical \(1: ring\)"),
        (lambda d: d[d["distance_km"] < 200], {"distance": "ring", "form": "rings"},
         r"nobody is in the reference ring \(1: >200\)"),
        (lambda d: d[d["distance_km"] >= 200], {"distance": "ring", "form": "rings"},
         r"no district is exposed"),
        (lambda d: d, {"form": "exponential"}, r"unknown form \(1: exponential\)"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(simulated: pd.DataFrame, change, settings, message: str) -> None:
    with pytest.raises(DataError, match=message):
        distance_gradient(change(simulated), "y", **settings)


def test_missing_values_are_dropped_and_counted(simulated: pd.DataFrame) -> None:
    holes = simulated.assign(
        y=simulated["y"].mask(simulated.index == 3), people=simulated["people"].mask(simulated.index == 4)
    )
    row = distance_gradient(holes, "y", weights="people").iloc[0]
    assert (row["n_obs"], row["n_dropped"]) == (78, 2)


def test_hc3_with_a_district_alone_in_its_ring_is_refused(simulated: pd.DataFrame) -> None:
    ring = simulated["ring"].mask(simulated["ring"] == "50-100", ">200")
    ring = ring.mask(simulated.index == 7, "50-100")
    alone = simulated.assign(ring=ring)
    with pytest.raises(DataError, match=r"HC3 with a district alone in its ring \(1: s07\)"):
        distance_gradient(alone, "y", distance="ring", form="rings", vcov="HC3")
    assert distance_gradient(alone, "y", distance="ring", form="rings")["n_exposed"].tolist()[1] == 1


def test_an_unknown_option_is_an_error(simulated: pd.DataFrame) -> None:
    with pytest.raises(TypeError, match="contrls"):
        distance_gradient(simulated, "y", contrls=["x"])
