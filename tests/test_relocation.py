"""The relocation test: the same estimator at drawn sites, reproducible, and of the right size."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.designs import ring_terms, rings_design
from spillover.errors import DataError
from spillover.inference.redraw import Treatments, relocate, site_treatments
from spillover.inference.refit import refit, within_effects
from spillover.inference.relocation import relocation_ps, scaled
from spillover.inference.sites import draw_sites, moving_parks
from spillover.models.linear import fit_linear
from spillover.partnering import cross_section_test


@pytest.fixture(scope="module")
def setting() -> dict:
    regions = sp.read_regions()
    regions = regions[regions["province_code"].isin(["7200", "7300", "7400", "8200"])].reset_index(drop=True)
    years = range(2008, 2021)
    panel = sp.make_panel([sp.read_indicator("grdp_real")], regions, years)
    return {
        "regions": regions,
        "panel": panel,
        "parks": sp.read_parks(),
        "candidates": sp.candidate_sites(regions, sp.read_nickel_provinces()),
        "design": sp.ring_design(panel, regions, 50),
        "measure": partial(sp.geodesic_km, regions),
    }


def run(setting: dict, outcome: str, panel: pd.DataFrame | None = None, **options) -> pd.DataFrame:
    chosen = setting["panel"] if panel is None else panel
    keys = ("measure", "parks", "candidates")
    treatments = sp.draw_treatments(chosen, setting["design"], **{k: setting[k] for k in keys}, **options)
    return sp.relocation_test(chosen, outcome, treatments)


def real_treatment(setting: dict) -> np.ndarray:
    sited = sp.operating(setting["parks"], 2020)
    distance = sp.geodesic_km(setting["regions"], sited)
    return setting["design"](distance, sited["first_operation_year"].to_numpy(float))


def test_real_draw_is_the_estimate_of_the_regression(setting: dict) -> None:
    """Frisch–Waugh–Lovell with a cached projection gives the coefficient that pyfixest gives."""
    panel = setting["panel"].assign(near=real_treatment(setting))
    estimate = sp.twfe(panel, "log_grdp_real", ["near"], spec_id="t")
    placebo = run(setting, "log_grdp_real", draws=19)
    assert placebo.loc[0, "estimate"] == pytest.approx(estimate["estimate"].item(), rel=1e-9)
    tested = sp.add_relocation_test(estimate, placebo)
    assert tested["p_relocation"].item() in {k / 20 for k in range(1, 21)}


def test_with_missing_outcomes_the_real_draw_is_still_the_regression(setting: dict) -> None:
    panel = setting["panel"].assign(near=real_treatment(setting))
    panel.loc[panel.index[::17], "log_grdp_real"] = np.nan
    estimate = sp.twfe(panel, "log_grdp_real", ["near"], spec_id="t")
    placebo = run(setting, "log_grdp_real", panel=panel, draws=5)
    assert placebo.loc[0, "estimate"] == pytest.approx(estimate["estimate"].item(), rel=1e-9)


def test_same_seed_same_draws(setting: dict) -> None:
    first, second = (run(setting, "log_grdp_real", draws=9, seed=4) for _ in range(2))
    assert first.equals(second)
    assert not first.equals(run(setting, "log_grdp_real", draws=9, seed=5))


def test_a_large_planted_effect_is_found(setting: dict) -> None:
    """Simulated: noise plus an effect of five standard deviations at the real sites."""
    random = np.random.default_rng(2)
    panel = setting["panel"].assign(simulated=random.normal(size=len(setting["panel"])))
    panel["simulated"] += 5 * real_treatment(setting)
    assert sp.relocation_p(run(setting, "simulated", panel=panel, draws=199)) <= 0.02


def test_size_is_right_under_the_null(setting: dict) -> None:
    """400 simulated outcomes without effect, correlated within regions: about one in ten has p ≤ 0.1."""
    keys = ("measure", "parks", "candidates")
    treatments = sp.draw_treatments(
        setting["panel"], setting["design"], **{k: setting[k] for k in keys}, draws=199
    )
    noise = np.random.default_rng(8).normal(size=(len(setting["regions"]), 13, 400)).cumsum(axis=1)
    noise = noise.reshape(len(setting["panel"]), -1)
    within = within_effects(setting["panel"], ("region_code", "year"))
    slopes = refit(treatments[:, :, None], within(noise), within).coefficients[:, 0]
    p_values = [sp.relocation_p(pd.DataFrame({"estimate": column})) for column in slopes.T]
    assert 0.06 <= np.mean(np.array(p_values) <= 0.1) <= 0.15
    first = sp.relocation_test(setting["panel"].assign(simulated=noise[:, 0]), "simulated", treatments)
    np.testing.assert_allclose(first["estimate"], slopes[:, 0], rtol=1e-9)


def test_p_value_counts_the_real_draw() -> None:
    assert sp.relocation_p(pd.DataFrame({"estimate": [2.0, 1.0, -3.0, 0.5]})) == 0.5


def test_a_mismatched_estimate_is_refused(setting: dict) -> None:
    panel = setting["panel"].assign(near=real_treatment(setting))
    estimate = sp.twfe(panel, "log_grdp_real", ["near"], spec_id="t").assign(estimate=9.0)
    with pytest.raises(DataError, match="is not the test's"):
        sp.add_relocation_test(estimate, run(setting, "log_grdp_real", draws=1))


def test_refusals(setting: dict) -> None:
    with pytest.raises(DataError, match="no coastal district in these provinces"):
        sp.candidate_sites(setting["regions"], ["3100"])
    late = setting["panel"][setting["panel"]["year"] == 2020]
    with pytest.raises(DataError, match="no park opens after 2020"):
        run(setting, "log_grdp_real", panel=late)
    with pytest.raises(DataError, match="fewer candidate sites than complexes"):
        run(setting | {"candidates": setting["candidates"].head(2)}, "log_grdp_real")


def test_candidates_are_coastal_districts_of_nickel_provinces() -> None:
    regions = sp.read_regions()
    sites = set(sp.candidate_sites(regions, sp.read_nickel_provinces())["region_code"])
    assert {"7203", "8202", "7404"} <= sites
    assert not {"7210", "3171", "9702"} & sites  # landlocked Sigi, Jakarta, Jayawijaya


# --- several treatments, any effects, draws that tell nothing ----------------------------------------------

YEARS = range(2012, 2021)


def few_regions(n: int = 40) -> pd.DataFrame:
    """Simulated: a panel without effect in four provinces."""
    index = pd.MultiIndex.from_product([[f"{i:04d}" for i in range(n)], YEARS], names=["region_code", "year"])
    panel = index.to_frame(index=False)
    y = np.random.default_rng(1).normal(size=len(panel))
    return panel.assign(y=y, province_code=panel["region_code"].astype(int) % 4)


def simulated_rings(panel: pd.DataFrame, draws: int = 5, seed: int = 1) -> Treatments:
    """Treatments of two rings, six and nine other regions in each draw."""
    random, n = np.random.default_rng(seed), panel["region_code"].nunique()
    codes, years = panel["region_code"].astype(int).to_numpy(), panel["year"].to_numpy()
    values = np.zeros((len(panel), draws + 1, 2), dtype=bool)
    for draw in range(draws + 1):
        order, start = random.permutation(n), random.integers(2014, 2020, n)
        for ring, members in enumerate((order[:6], order[6:15])):
            values[:, draw, ring] = np.isin(codes, members) & (years >= start[codes])
    return Treatments(values, ("0-50", "50-100"), "simulated")


def loop_over_pyfixest(
    panel: pd.DataFrame, outcome: str, treatments: Treatments, effects: tuple[str, ...]
) -> np.ndarray:
    """One regression after another."""
    import pyfixest as pf

    found = []
    for draw in range(treatments.values.shape[1]):
        k = treatments.values.shape[2]
        data = panel.assign(**{f"d{i}": treatments.values[:, draw, i].astype(float) for i in range(k)})
        data = data.dropna(subset=[outcome])
        formula = f"{outcome} ~ {' + '.join(f'd{i}' for i in range(k))} | {' + '.join(effects)}"
        demeaner = pf.MapDemeaner(fixef_tol=1e-13, fixef_maxiter=100_000)
        found.append(
            pf.feols(formula, data, vcov="iid", fixef_rm="none", demeaner=demeaner).coef().to_numpy()
        )
    return np.array(found)


@pytest.mark.parametrize("effects", [("region_code", "year"), ("region_code", "province_code^year")])
@pytest.mark.parametrize("missing", [False, True])
def test_several_rings_agree_with_a_loop_over_pyfixest(effects: tuple[str, ...], missing: bool) -> None:
    """Balanced and unbalanced panels, year effects and province-by-year effects, each draw at 1e-8."""
    panel = few_regions()
    if missing:
        panel.loc[panel.index % 11 == 0, "y"] = np.nan
    treatments = simulated_rings(panel)
    test = relocate(panel, "y", treatments, effects=effects)
    expected = loop_over_pyfixest(panel, "y", treatments, effects)
    np.testing.assert_allclose(test.estimates, expected, rtol=1e-8, atol=1e-10)
    # the slopes are the same regressions, of the real treatments
    for ring in range(2):
        real = panel.assign(real=treatments.values[:, 0, ring].astype(float)).where(panel["y"].notna())
        real = real.assign(region_code=panel["region_code"], year=panel["year"])
        slopes = loop_over_pyfixest(
            real.assign(province_code=panel["province_code"]), "real", treatments, effects
        )
        np.testing.assert_allclose(test.slopes[:, :, ring], slopes, rtol=1e-8, atol=1e-10)


def test_real_rings_are_those_of_ring_did(setting: dict) -> None:
    """The design of the draws makes the very columns that `ring_did` estimates, at the real sites."""
    panel, regions, parks = setting["panel"], setting["regions"], setting["parks"]
    sites = draw_sites(moving_parks(parks, 2008, 2020), setting["candidates"], draws=3, seed=1)
    treatments = site_treatments(
        panel, rings_design(panel, regions), measure=setting["measure"], parks=parks, sites=sites,
        terms=ring_terms(),
    )  # fmt: skip
    table = sp.ring_did(
        sp.add_exposure(panel, sp.park_exposure(regions, parks)), "log_grdp_real", reference=">200"
    )
    test = relocate(panel, "log_grdp_real", treatments)
    found = sp.add_relocation_test(table, test)
    assert found["term"].tolist() == list(test.terms)
    assert found["p_relocation"].tolist() == relocation_ps(test).tolist()
    assert found["p_relocation"].notna().all()


def test_moving_a_complex_is_having_its_parks_there(setting: dict) -> None:
    """The treatments of a draw are those of a registry in which the parks stand at the drawn sites."""
    panel, regions, parks = setting["panel"], setting["regions"], setting["parks"]
    sites = draw_sites(moving_parks(parks, 2008, 2020), setting["candidates"], draws=2, seed=9)
    treatments = site_treatments(
        panel, rings_design(panel, regions), measure=setting["measure"], parks=parks, sites=sites,
        terms=ring_terms(),
    )  # fmt: skip
    there = sites[sites["draw"] == 2].set_index("complex_id")
    moved = parks.assign(
        lon=parks["complex_id"].map(there["lon"]).fillna(parks["lon"]),
        lat=parks["complex_id"].map(there["lat"]).fillna(parks["lat"]),
    )
    ring = sp.add_exposure(panel, sp.park_exposure(regions, moved))["ring"]
    for i, name in enumerate(ring_terms()):
        assert (treatments.values[:, 2, i] == (ring == name)).all()


def test_a_ring_that_a_draw_leaves_empty_is_compared_with_nothing_and_the_others_stay() -> None:
    panel = few_regions()
    treatments = simulated_rings(panel, draws=30)
    treatments.values[:, 3, 0] = False  # nobody ever in it
    treatments.values[:, 4, 0] = panel["region_code"].to_numpy() < "0006"  # six from the first year on
    test = relocate(panel, "y", treatments)
    assert np.flatnonzero(np.isnan(test.estimates[:, 0])).tolist() == [3, 4]
    alone = relocate(panel, "y", Treatments(treatments.values[:, :, 1:], ("50-100",), ""))
    np.testing.assert_allclose(test.estimates[3:5, 1], alone.estimates[3:5, 0])
    size = np.abs(test.estimates[:, 0] * test.root[:, 0])
    known = np.delete(size, [3, 4])
    assert relocation_ps(test)["0-50"] == pytest.approx((known >= size[0]).mean())


def test_rings_that_say_the_same_are_told_neither_of_them() -> None:
    panel = few_regions()
    treatments = simulated_rings(panel)
    treatments.values[:, 2, 1] = treatments.values[:, 2, 0]
    assert np.isnan(relocate(panel, "y", treatments).estimates[2]).all()


def test_draws_without_an_estimate_do_not_count() -> None:
    assert sp.relocation_p(pd.DataFrame({"estimate": [2.0, 1.0, np.nan, -3.0, 0.5, np.nan]})) == 0.5


def test_the_scaled_statistic_is_an_estimate_over_what_its_noise_is_in_proportion_to() -> None:
    """The root is that of the inverse of the diagonal of the bread: the t statistic but for one constant."""
    panel, effects = few_regions(), ("region_code", "year")
    treatments = simulated_rings(panel)
    test = relocate(panel, "y", treatments)
    for draw in range(6):
        columns = {f"d{i}": treatments.values[:, draw, i].astype(float) for i in range(2)}
        fit = fit_linear(panel.assign(**columns), "y", list(columns), effects=effects)
        bread = np.linalg.inv(fit.X.T @ fit.X)
        np.testing.assert_allclose(test.root[draw], 1 / np.sqrt(np.diag(bread)), rtol=1e-10)
    assert (test.weights[0] == 1).all() and (
        relocate(panel, "y", treatments, statistic="estimate").weights == 1
    ).all()


def test_scaled_of_one_treatment_is_that_of_the_test() -> None:
    panel = few_regions()
    values = simulated_rings(panel, draws=20).values[:, :, 0]
    placebo = sp.relocation_test(panel, "y", values)
    test = relocate(panel, "y", Treatments(values[:, :, None], ("near",), ""))
    even = scaled(placebo, panel, "y", values)["estimate"]
    np.testing.assert_allclose(even, (test.estimates * test.weights)[:, 0])
    assert sp.relocation_p(scaled(placebo, panel, "y", values)) == relocation_ps(test)["near"]


def test_without_effects_it_is_the_cross_section_test_of_the_partnership_page() -> None:
    """One year, an intercept: least-squares slopes at one precision."""
    random = np.random.default_rng(3)
    y, values = random.normal(size=30), random.random((30, 12)) ** 4
    panel = pd.DataFrame({"region_code": [f"{i}" for i in range(30)], "year": 2025, "y": y})
    test = relocate(panel, "y", Treatments(values[:, :, None], ("share",), ""), effects=())
    expected = cross_section_test(y, values)["estimate"]
    np.testing.assert_allclose((test.estimates * test.weights)[:, 0], expected)


def test_size_of_rings_is_right_when_the_real_sites_are_drawn(setting: dict) -> None:
    """Simulated outcomes without effect, correlated in space and time; every draw in turn is the real one."""
    panel, regions, parks = setting["panel"], setting["regions"], setting["parks"]
    sites = draw_sites(moving_parks(parks, 2008, 2020), setting["candidates"], draws=199, seed=2)
    values = site_treatments(
        panel, rings_design(panel, regions), measure=setting["measure"], parks=parks, sites=sites,
        terms=ring_terms(),
    ).values  # fmt: skip
    random, n, simulations = np.random.default_rng(6), len(regions), 400
    root = np.linalg.cholesky(np.exp(-sp.geodesic_km(regions, regions) / 150) + 1e-9 * np.eye(n))
    noise = np.einsum("ij,jts->its", root, random.normal(size=(n, 13, simulations))).cumsum(axis=1)
    within = within_effects(panel, ("region_code", "year"))
    found = refit(values, within(noise.reshape(len(panel), -1)), within)
    for ring in range(3):
        size = np.abs(found.coefficients[:, ring]) * found.root[:, ring, None]
        told = np.flatnonzero(found.root[:, ring] > 0)
        real = random.choice(told, simulations)
        p = (size[told] >= size[real, np.arange(simulations)]).mean(axis=0)
        assert 0.03 <= (p <= 0.05).mean() <= 0.075


def test_refusals_of_the_test() -> None:
    panel = few_regions()
    treatments = simulated_rings(panel)
    with pytest.raises(DataError, match="treatments of 360 rows for a panel of 359"):
        relocate(panel.head(359), "y", treatments)
    with pytest.raises(DataError, match="no rows are left"):
        relocate(panel.assign(y=np.nan), "y", treatments)
    with pytest.raises(DataError, match="duplicate key region_code/year"):
        relocate(panel.assign(year=2012), "y", treatments)
    with pytest.raises(DataError, match="explain the outcome in full"):
        relocate(panel.assign(y=3.0), "y", treatments)
    with pytest.raises(DataError, match="unknown statistic"):
        relocate(panel, "y", treatments, statistic="t")
    all_treated = treatments._replace(values=np.ones_like(treatments.values))
    with pytest.raises(DataError, match=r"no treatment changes at the real sites \(2: 0-50, 50-100\)"):
        relocate(panel, "y", all_treated)
    with pytest.raises(DataError, match="no term of the test"):
        sp.add_relocation_test(
            pd.DataFrame({"term": ["x"], "estimate": [1.0]}), relocate(panel, "y", treatments)
        )


def test_refusals_of_designs_and_sites(setting: dict) -> None:
    panel, regions, parks = setting["panel"], setting["regions"], setting["parks"]
    sites = draw_sites(moving_parks(parks, 2008, 2020), setting["candidates"], draws=1, seed=1)
    rings = rings_design(panel, regions)
    rules = {"measure": setting["measure"], "sites": sites}
    with pytest.raises(DataError, match="3 treatments for 1 terms"):
        site_treatments(panel, rings, parks=parks, **rules)
    with pytest.raises(DataError, match="complexes without operating parks"):
        site_treatments(panel, rings, parks=parks[parks["complex_id"] != "IMIP"], **rules)
    with pytest.raises(DataError, match="distances below the first edge"):
        design = rings_design(panel, regions, ring_edges_km=(10, 50))
        site_treatments(panel, design, parks=parks, terms=("10-50",), **rules)
    with pytest.raises(DataError, match=r"unknown reference ring \(1: >9\)"):
        ring_terms((0, 50), ">9")
    with pytest.raises(DataError, match="districts without distances"):
        rings_design(panel, regions.head(3))
