"""Inference side by side: each method's own numbers, in one table, of one estimate that is checked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.inference.clusters import cluster_errors
from spillover.inference.conley_fit import conley_std_errors
from spillover.inference.permutation import permutation_draws, permutation_p, permutation_test
from spillover.inference.redraw import Treatments, relocate
from spillover.inference.side_by_side import DEFAULT_METHODS, add_inference
from spillover.inference.wild import wild_bootstrap
from spillover.models.estimates import COLUMNS
from spillover.models.linear import fit_linear
from spillover.models.rings import ring_did, twfe


def simulated_panel() -> pd.DataFrame:
    """Simulated: 24 districts of 6 provinces × 6 years; near a park in 3 districts, far from it in 4."""
    random = np.random.default_rng(5)
    panel = pd.DataFrame(
        [(f"r{i:02}", f"p{i % 6}", t) for i in range(24) for t in range(2010, 2016)],
        columns=["region_code", "province_code", "year"],
    )
    unit = panel["region_code"].str[1:].astype(int)
    late = panel["year"] >= 2013
    panel["near"] = (late & unit.isin([0, 1, 6])).astype(float)
    panel["far"] = (late & unit.isin([2, 3, 8, 15])).astype(float)
    place = random.uniform([118, -5], [128, 2], size=(24, 2))[unit]
    panel["lon"], panel["lat"] = place[:, 0], place[:, 1]
    panel["y"] = random.normal(size=(24, 6)).cumsum(axis=1).ravel() + 0.7 * panel["near"]
    return panel


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulated_panel()


@pytest.fixture(scope="module")
def estimates(panel: pd.DataFrame) -> pd.DataFrame:
    return twfe(panel, "y", ["near", "far"], spec_id="both")


@pytest.fixture(scope="module")
def table(panel: pd.DataFrame, estimates: pd.DataFrame) -> pd.DataFrame:
    methods = [m.replace("wild province_code", "wild province_code draws=99") for m in DEFAULT_METHODS]
    return add_inference(estimates, panel, methods=methods)


def test_one_row_per_term_and_method_in_the_order_asked(table: pd.DataFrame, estimates: pd.DataFrame) -> None:
    assert list(table) == list(COLUMNS)
    assert table["term"].tolist() == ["near", "far"] * len(DEFAULT_METHODS)
    assert table["vcov"].drop_duplicates().tolist() == [
        "clustered by region_code",
        "clustered by province_code",
        "CR2 by province_code",
        "CR3 by province_code",
        "wild cluster bootstrap by province_code, Webb weights, 99 draws, seed 1",
        "permutation of province_code",
        "Conley 200 km, Bartlett",
        "Driscoll-Kraay, lag 2",
    ]
    kept = ["estimate", "n_obs", "n_regions", "n_exposed", "n_dropped", "model", "outcome", "spec_id"]
    for _, rows in table.groupby("vcov"):
        assert rows[kept].reset_index(drop=True).equals(estimates[kept])
    assert (table["ssc"] != "").all()


def test_the_first_rows_are_those_of_twfe(table: pd.DataFrame, estimates: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(table.head(2), estimates, rtol=1e-8)


def test_each_method_has_its_own_numbers(table: pd.DataFrame, panel: pd.DataFrame) -> None:
    fit = fit_linear(panel, "y", ["near", "far"])
    near = table[table["term"] == "near"].set_index("vcov")
    for kind in ("CR2", "CR3"):
        found = cluster_errors(fit, "province_code", kind=kind).iloc[0]
        assert near.loc[f"{kind} by province_code", "std_error"] == found["std_error"]
        assert near.loc[f"{kind} by province_code", "n_clusters"] == 6
    wild = wild_bootstrap(fit, "province_code", draws=99).iloc[0]
    assert near.loc[wild["vcov"], "p_value"] == wild["p_value"]
    places = panel[["region_code", "lon", "lat"]].drop_duplicates()
    errors, name = conley_std_errors(fit, places, cutoff_km=200)
    assert near.loc[name, "std_error"] == errors[0]
    assert near.loc[name, "conf_high"] == pytest.approx(fit.coefficients[0] + 1.959963985 * errors[0])


def test_driscoll_kraay_agrees_with_pyfixest(table: pd.DataFrame, panel: pd.DataFrame) -> None:
    import pyfixest as pf

    ssc = pf.ssc(k_adj=False, G_adj=False)
    kwargs = {"time_id": "year", "panel_id": "unit", "lag": 2}
    numbered = panel.assign(year=panel["year"] - 2009, unit=pd.factorize(panel["region_code"])[0])
    peer = pf.feols("y ~ near + far | region_code + year", numbered, vcov="DK", vcov_kwargs=kwargs, ssc=ssc)
    rows = table[table["vcov"] == "Driscoll-Kraay, lag 2"]
    assert rows["std_error"].to_numpy() == pytest.approx(peer.se().to_numpy(), rel=1e-8)


def test_exposure_that_differs_inside_a_province_cannot_be_permuted_among_provinces(table) -> None:
    """The method is not lost without a word: its row says why it is empty."""
    rows = table[table["vcov"] == "permutation of province_code"]
    assert rows[["std_error", "p_value"]].isna().all(axis=None)
    said = "not computable: exposure that differs inside a province_code and year (p0, p1, p2)"
    assert set(rows["ssc"]) == {said}


def test_permutations_are_those_of_the_function(panel: pd.DataFrame, estimates: pd.DataFrame) -> None:
    methods = ["permutation region_code draws=39 seed=4 statistic=estimate", "cohort region_code draws=99"]
    table = add_inference(estimates, panel, methods=methods)
    draws = permutation_draws(panel, ["near", "far"], draws=39, seed=4)
    test = permutation_test(panel, "y", ["near", "far"], draws)
    assert table["p_value"][1] == permutation_p(test, "far", statistic="estimate")
    assert table["vcov"][0] == "permutation of region_code, 39 draws, seed 4"
    assert table["vcov"][2] == "cohort permutation of region_code, all 35 deals"  # 7 choose 3


def test_rings_are_found_in_the_column_ring_and_empty_ones_keep_their_rows() -> None:
    panel = simulated_panel()
    ring = pd.Series(">200", index=panel.index).mask(panel["near"] == 1, "0-50")
    panel["ring"] = pd.Categorical(ring, ["0-50", "50-100", ">200"], ordered=True)
    estimates = ring_did(panel, "y", reference=">200")
    table = add_inference(estimates, panel, methods=["cluster region_code", "cr2 province_code"])
    assert table["term"].tolist() == ["0-50", "50-100"] * 2
    assert table["estimate"].isna().tolist() == table["p_value"].isna().tolist() == [False, True] * 2
    assert table["vcov"].tolist() == ["clustered by region_code"] * 2 + ["CR2 by province_code"] * 2


def test_the_relocation_p_stands_on_all_rows_and_its_own_come_last(
    panel: pd.DataFrame, estimates: pd.DataFrame
) -> None:
    draws = permutation_draws(panel, ["near", "far"], draws=39)
    values = panel[["near", "far"]].to_numpy()[draws].transpose(1, 0, 2)
    test = relocate(panel, "y", Treatments(values, ("near", "far"), "districts, for the test"))
    methods = ["cluster region_code", "conley 200"]
    for given in (test, {"both": test}):
        table = add_inference(estimates, panel, methods=methods, relocation=given)
        assert table["vcov"].str.startswith("relocation, 39 draws").tolist() == [False] * 4 + [True] * 2
        assert table.groupby("term")["p_relocation"].nunique().tolist() == [1, 1]
        assert (table["p_relocation"][4:] == table["p_value"][4:]).all()
    other = add_inference(estimates, panel, methods=methods, relocation={"another": test})
    assert other["p_relocation"].isna().all()


def test_exposure_in_one_province_is_said_and_not_computed(panel: pd.DataFrame) -> None:
    panel = panel.assign(near=panel["near"] * (panel["province_code"] == "p1"))
    estimates = twfe(panel, "y", ["near"], spec_id="one")
    methods = ["cluster province_code", "cr2 province_code", "cr3 province_code", "wild province_code"]
    table = add_inference(estimates, panel, methods=methods)
    assert table["std_error"].isna().tolist() == [False, True, True, True]
    assert table["ssc"][1:].str.contains("province_code p1 alone identifies").all()


def test_missing_outcomes_are_dropped_as_in_the_estimate(panel: pd.DataFrame) -> None:
    holed = panel.assign(y=panel["y"].mask(panel.index % 11 == 0), x=np.arange(len(panel)) % 7.0)
    fit = fit_linear(holed, "y", ["near", "x"])
    given = twfe(holed, "y", ["near", "x"], spec_id="t").head(1)
    table = add_inference(
        given, holed, controls=["x"], methods=["cr3 region_code", "permutation region_code"]
    )
    assert table["std_error"][0] == cluster_errors(fit, "region_code", kind="CR3")["std_error"][0]
    assert 0 < table["p_value"][1] <= 1
    assert (table["n_dropped"] == fit.n_dropped).all()


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        (["bootstrap province_code"], r"unknown method \(1: bootstrap province_code\).*cluster, cr2"),
        (["cr2"], r"a method that cannot be read \(1: cr2\).*write cr2 COLUMN"),
        (["wild province_code reps=9"], "write wild COLUMN draws=… seed=…"),
        (["wild province_code draws=many"], "draws is not a whole number"),
        (["conley far"], "a cutoff that is not a number"),
        (["permutation region_code statistic=median"], "an unknown statistic"),
        (["cr2 island"], r"missing columns \(1: island\)"),
        (["cluster holed"], r"regions without holed \(1: r00\)"),
    ],
)
def test_methods_that_cannot_be_read_are_refused(panel, estimates, methods: list[str], message: str) -> None:
    panel = panel.assign(holed=panel["province_code"].where(panel["region_code"] != "r00"))
    with pytest.raises(DataError, match=message):
        add_inference(estimates, panel, methods=methods)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e, p: (e.assign(estimate=9.0), p), "not those of this regression.*near: 9 and"),
        (lambda e, p: (e, p.assign(y=1.0)), "the outcome is constant"),
        (lambda e, p: (e, pd.concat([p, p.head(1)])), "duplicate key region_code/year"),
        (lambda e, p: (e.assign(term="near"), p), "different estimates of one specification"),
        (lambda e, p: (e, p.assign(far=2 * p["near"])), "collinear"),
        (lambda e, p: (e.head(0), p), "empty"),
        (lambda e, p: (e, p.drop(columns="lon")), r"missing columns \(1: lon\)"),
        (lambda e, p: (e.assign(estimate=np.nan), p), "no estimate in these rows"),
    ],
)
def test_bad_input_is_refused(panel, estimates, change, message: str) -> None:
    changed, other = change(estimates, panel)
    with pytest.raises(DataError, match=message):
        add_inference(changed, other, methods=["conley 200"])
