"""Synthetic control and synthetic DiD: planted truths, other implementations, brute force, bad input."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.models.linear import fit_linear
from spillover.models.synthetic import Synthetic, synthetic_control
from spillover.models.synthetic_placebo import (
    add_placebo_inference,
    leave_one_out,
    placebo_in_space,
    placebo_in_time,
)
from spillover.models.synthetic_weights import METHODS, simplex_weights
from spillover.published.synthetic import prop99, read_prop99

OPENING = {"treated": "t", "first_exposed_year": 2012}


def simulated(seed: int = 1, n_donors: int = 8, n_years: int = 18, shock: float = 0.1) -> pd.DataFrame:
    """Two common factors, own loadings, a little noise; nothing happens to anyone."""
    random = np.random.default_rng(seed)
    factors = random.normal(size=(n_years, 2)).cumsum(axis=0)
    y = factors @ random.uniform(0, 1, size=(2, n_donors + 1)) + 5 * random.uniform(size=n_donors + 1)
    y += shock * random.normal(size=y.shape)
    names = ["t", *(f"d{i}" for i in range(n_donors))]
    wide = pd.DataFrame(y, index=pd.RangeIndex(2000, 2000 + n_years, name="year"), columns=names)
    return wide.rename_axis(columns="region_code").unstack().rename("y").reset_index()


def planted(effect: float, gap: float = 0.0) -> pd.DataFrame:
    """The treated region is 0.7 d0 + 0.3 d1 plus a constant gap, and ``effect`` from 2012 on."""
    wide = simulated().pivot(index="year", columns="region_code", values="y")
    wide["t"] = 0.7 * wide["d0"] + 0.3 * wide["d1"] + gap + effect * (wide.index >= 2012)
    return wide.unstack().rename("y").reset_index()


@pytest.fixture(scope="module")
def california() -> dict[str, Synthetic]:
    return {method: prop99(method, "exact") for method in METHODS}


# --- truths ------------------------------------------------------------------------------------------------


def test_planted_weights_and_effect_are_found() -> None:
    """With a treated region inside the donors' hull, weights and effect come back to 1e-5."""
    found = synthetic_control(planted(2.0), "y", **OPENING)
    weights = found.weights.set_index("region_code")["weight"]
    assert weights["d0"] == pytest.approx(0.7, abs=1e-5)
    assert weights["d1"] == pytest.approx(0.3, abs=1e-5)
    assert found.estimates["estimate"].iloc[0] == pytest.approx(2.0, abs=1e-5)
    assert found.fit.rmspe_before < 1e-5
    assert found.fit.r_squared > 0.99999


@pytest.mark.parametrize("method", ["synthetic_did", "demeaned_synthetic_control"])
def test_a_constant_gap_matters_only_to_synthetic_control(method: str) -> None:
    """A region 50 above all donors: methods with a constant gap do not see the 50, synthetic control does."""
    shifted, plain = (synthetic_control(planted(2.0, g), "y", method=method, **OPENING) for g in (50.0, 0.0))
    assert np.allclose(shifted.estimates["estimate"], plain.estimates["estimate"], atol=1e-8)
    assert shifted.estimates["estimate"].iloc[0] == pytest.approx(2.0, abs=0.3)
    fooled = synthetic_control(planted(2.0, 50.0), "y", **OPENING)
    assert fooled.estimates["estimate"].iloc[0] > 40
    assert fooled.fit.r_squared < 0, "and its fit says so"


@pytest.mark.parametrize("method", METHODS)
def test_scale_and_level_of_the_outcome_do_not_matter(method: str) -> None:
    panel = simulated(3)
    moved = panel.assign(y=100 * panel["y"] + 7)
    first, second = (synthetic_control(p, "y", method=method, **OPENING) for p in (panel, moved))
    assert np.allclose(100 * first.estimates["estimate"], second.estimates["estimate"], atol=1e-5)
    joined = first.weights.merge(second.weights, on="region_code", validate="1:1")
    assert np.allclose(joined["weight_x"], joined["weight_y"], atol=1e-6)


def test_yearly_rows_and_paths_add_up(california: dict[str, Synthetic]) -> None:
    for fitted in california.values():
        rows, paths = fitted.estimates, fitted.paths
        after = rows["event_time"] >= 0
        assert rows["estimate"].iloc[0] == pytest.approx(rows.loc[after.fillna(False), "estimate"].mean())
        assert np.allclose(paths["actual"] - paths["synthetic"], paths["gap"])
        assert rows["event_time"].iloc[1:].tolist() == list(range(-19, 12))
        assert fitted.weights["weight"].sum() == pytest.approx(1.0)
        assert set(rows["n_exposed"]) == {1}
        assert set(rows["n_regions"]) == {39}


# --- other implementations ---------------------------------------------------------------------------------


def test_exact_weights_are_those_of_diff_diff(california: dict[str, Synthetic]) -> None:
    """diff-diff's SyntheticControl with all outcomes before as predictors and equal importance."""
    from diff_diff import SyntheticControl

    table = read_prop99().assign(d=lambda t: (t["region_code"].eq("California") & (t["year"] >= 1989)) * 1)
    other = SyntheticControl(v_method="custom", custom_v=np.ones(19), standardize="none").fit(
        table, outcome="packs", treatment="d", unit="region_code", time="year"
    )
    ours = california["synthetic_control"]
    assert ours.estimates["estimate"].iloc[0] == pytest.approx(other.att, abs=1e-6)
    assert ours.fit.rmspe_before == pytest.approx(other.pre_rmspe, rel=1e-7)
    weights = ours.weights.set_index("region_code")["weight"]
    assert max(abs(weights[state] - weight) for state, weight in other.donor_weights.items()) < 1e-7


def test_the_exact_solution_fits_better_than_the_stopped_steps(california: dict[str, Synthetic]) -> None:
    """Where libraries disagree: the exact minimum has the smaller gap before, so it is the right one."""
    stopped = prop99("synthetic_control", "frank_wolfe")
    assert california["synthetic_control"].fit.rmspe_before < stopped.fit.rmspe_before - 0.005


@pytest.mark.parametrize("method", ["synthetic_did", "demeaned_synthetic_control", "did"])
def test_estimates_are_weighted_two_way_regressions(method: str, california: dict[str, Synthetic]) -> None:
    """Arkhangelsky et al. 2021, equation (1): least squares with unit and year effects and both weights."""
    fitted = california[method]
    omega = fitted.weights.set_index("region_code")["weight"].to_dict() | {"California": 1.0}
    years = fitted.time_weights.set_index("year")["weight"].to_dict()
    table = read_prop99()
    table["w"] = table["region_code"].map(omega) * table["year"].map(years).fillna(1 / 12)
    table = table[table["w"] > 1e-9]
    table["d"] = (table["region_code"].eq("California") & (table["year"] >= 1989)).astype(float)
    slope = fit_linear(table, "packs", ["d"], weights="w").coefficients[0]
    assert slope == pytest.approx(fitted.estimates["estimate"].iloc[0], abs=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(1, 8),
    k=st.integers(1, 6),
    ridge=st.sampled_from([0.0, 1e-4, 1.0]),
    gap=st.booleans(),
)
def test_no_other_weights_are_better(seed: int, rows: int, k: int, ridge: float, gap: bool) -> None:
    """On the simplex, and at least as good as every corner and 200 drawn points."""
    random = np.random.default_rng(seed)
    columns, target = random.normal(size=(rows, k)), random.normal(size=rows)
    weights = simplex_weights(columns, target, ridge, gap)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1.0)
    if gap:
        columns, target = columns - columns.mean(axis=0), target - target.mean()
    others = np.vstack([np.eye(k), random.dirichlet(np.ones(k), size=200)])
    value = np.array(
        [((target - columns @ w) ** 2).mean() + ridge**2 * (w**2).sum() for w in [weights, *others]]
    )
    assert value[0] <= value[1:].min() + 1e-9


# --- placebo runs ------------------------------------------------------------------------------------------


def test_a_large_effect_ranks_first_and_none_is_drawn_twice() -> None:
    panel = simulated(5, n_donors=19)
    panel.loc[panel["region_code"].eq("t") & panel["year"].ge(2012), "y"] += 8.0
    fitted = synthetic_control(panel, "y", method="synthetic_did", **OPENING)
    placebo = placebo_in_space(fitted)
    assert placebo.p_ratio == pytest.approx(1 / 20)
    assert placebo.n_placebos == 19
    assert placebo.runs["region_code"].tolist()[0] == "t"
    assert not placebo.runs["region_code"].duplicated().any()
    rows = add_placebo_inference(fitted, placebo)
    assert rows["p_value"].iloc[0] == pytest.approx(1 / 20)
    spread = placebo.runs["estimate"].iloc[1:].std(ddof=0)
    assert rows["std_error"].iloc[0] == pytest.approx(spread)
    before = (rows["event_time"] < 0).fillna(False)
    assert rows.loc[before, "std_error"].isna().all(), "years before have no placebo inference"


def test_placebo_runs_are_the_estimates_of_the_donors() -> None:
    """A placebo is what synthetic_control says of that donor, without the treated region."""
    panel = simulated(7)
    placebo = placebo_in_space(synthetic_control(panel, "y", **OPENING)).runs.set_index("region_code")
    alone = synthetic_control(panel[panel["region_code"] != "t"], "y", treated="d3", first_exposed_year=2012)
    assert placebo.loc["d3", "estimate"] == pytest.approx(alone.estimates["estimate"].iloc[0], abs=1e-9)
    assert placebo.loc["d3", "ratio"] == pytest.approx(alone.fit.ratio)


def test_poorly_fitted_placebos_are_counted_and_left_out() -> None:
    panel = simulated(9, n_donors=12)
    panel.loc[panel["region_code"].eq("d4"), "y"] += 300.0  # no mean of others reaches it
    placebo = placebo_in_space(synthetic_control(panel, "y", **OPENING))
    runs = placebo.runs.set_index("region_code")
    assert runs.loc["d4", "poor_fit"]
    assert placebo.n_poor == runs["poor_fit"].sum()
    kept = runs[~runs["poor_fit"]]["estimate"].abs()
    assert placebo.p_estimate == pytest.approx((kept >= kept.loc["t"] - 1e-12).mean())


def test_the_test_has_its_size_under_the_null() -> None:
    """30 simulated panels in which nothing happens: p ≤ 0.2 in about one in five."""
    p_values = [
        placebo_in_space(synthetic_control(simulated(s, 9, 14, 0.5), "y", **OPENING)).p_ratio
        for s in range(30)
    ]
    assert 0.05 <= np.mean(np.array(p_values) <= 0.2) <= 0.4


def test_placebo_in_time_knows_nothing_of_the_years_after() -> None:
    calm, wild = planted(0.0), planted(99.0)
    first, second = (placebo_in_time(synthetic_control(p, "y", **OPENING)) for p in (calm, wild))
    assert first.equals(second)
    assert first["first_exposed_year"].tolist() == list(range(2005, 2012))
    assert (first["n_before"] + first["n_after"] == 12).all()


def test_placebo_in_time_finds_what_began_early() -> None:
    """Simulated: the change came in 2009, the opening is said to be in 2012."""
    panel = simulated(2)
    panel.loc[panel["region_code"].eq("t") & panel["year"].ge(2009), "y"] += 6.0
    moved = placebo_in_time(synthetic_control(panel, "y", method="synthetic_did", **OPENING))
    assert moved.set_index("first_exposed_year").loc[2009, "estimate"] > 3.0


def test_leave_one_out_leaves_each_weighted_donor_out() -> None:
    fitted = synthetic_control(planted(2.0), "y", **OPENING)
    table = leave_one_out(fitted)
    assert table["left_out"].tolist() == ["d0", "d1"]
    rest = planted(2.0).query("region_code != 'd0'")
    again = synthetic_control(rest, "y", **OPENING).estimates["estimate"].iloc[0]
    assert table["estimate"].iloc[0] == pytest.approx(again)


def test_no_bar_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    placebo_in_space(synthetic_control(simulated(1, n_donors=60), "y", **OPENING))
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


# --- bad input ---------------------------------------------------------------------------------------------


def test_donors_that_cannot_serve_are_dropped_and_counted() -> None:
    panel = simulated(1).assign(first_exposed_year=np.nan)
    panel.loc[panel["region_code"].eq("d0"), "first_exposed_year"] = 2016.0
    panel.loc[panel["region_code"].eq("d1") & panel["year"].eq(2004), "y"] = np.nan
    panel.loc[panel["region_code"].eq("d2") & panel["year"].eq(2005), "y"] = -np.inf
    panel.loc[panel["region_code"].eq("t") & panel["year"].eq(2007), "y"] = np.nan
    found = synthetic_control(panel, "y", **OPENING)
    reasons = dict(zip(found.dropped["region_code"], found.dropped["reason"], strict=True))
    assert reasons == {"d0": "exposed", "d1": "missing years", "d2": "missing years"}
    assert 2007 not in found.paths["year"].tolist()
    row = found.estimates.iloc[0]
    assert (row["n_regions"], row["n_obs"], row["n_dropped"]) == (6, 6 * 17, 9 * 18 - 6 * 17)


def test_one_donor_is_the_synthetic_region() -> None:
    panel = simulated(1)
    for method in METHODS:
        found = synthetic_control(panel, "y", donors=["d3"], method=method, **OPENING)
        assert found.weights.values.tolist() == [["d3", 1.0]]
        assert np.isfinite(found.estimates["estimate"]).all()
        with pytest.raises(DataError, match="fewer than two donors"):
            placebo_in_space(found)
        with pytest.raises(DataError, match="fewer than two donors"):
            leave_one_out(found)


def test_a_donor_that_is_the_treated_region_gets_all_weight() -> None:
    panel = simulated(1)
    twin = panel[panel["region_code"].eq("t")].assign(region_code="twin")
    found = synthetic_control(pd.concat([panel, twin]), "y", **OPENING)
    assert found.weights["region_code"].iloc[0] == "twin"
    assert found.estimates["estimate"].abs().max() < 1e-6


def test_refusals() -> None:
    panel = simulated(1)
    cases = [
        (panel, {"treated": "9999"}, "regions that the panel does not have"),
        (panel, {"donors": ["d0", "nowhere"]}, "regions that the panel does not have"),
        (panel, {"donors": ["d0", "t"]}, "among its donors"),
        (panel, {"donors": []}, "no donor is left"),
        (panel, {"first_exposed_year": 2000}, "0 years before 2000"),
        (panel, {"first_exposed_year": 2001}, "1 years before 2001"),
        (panel, {"first_exposed_year": 2030}, "no year from 2030 on"),
        (panel, {"method": "magic"}, "unknown method"),
        (panel, {"solver": "magic"}, "unknown method"),
        (pd.concat([panel, panel.head(1)]), {}, "duplicate key"),
        (panel.assign(first_exposed_year=2014), {}, "no donor is left"),
        (panel.assign(y=3.0), {}, "constant"),
        (panel.assign(y=np.nan), {}, "no donor is left|0 years before"),
        (panel.drop(columns="y"), {}, "missing columns"),
    ]
    for table, change, message in cases:
        with pytest.raises(DataError, match=message):
            synthetic_control(table, "y", **(OPENING | change))
