"""Validation: methods for many outcomes agree with those for one; blocks, workers, resuming; the table."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spillover.designs import ring_design
from spillover.errors import DataError
from spillover.exposure import geodesic_km
from spillover.inference import clusters
from spillover.inference.conley import conley_cov, driscoll_kraay_cov
from spillover.inference.error_correlation import RANGES_KM, correlation, error_correlation
from spillover.inference.redraw import Treatments, relocate
from spillover.inference.relocation import (
    candidate_sites,
    draw_treatments,
    relocation_p,
    relocation_ps,
    relocation_test,
    scaled,
)
from spillover.inference.wild import wild_bootstrap
from spillover.models.linear import fit_linear
from spillover.models.rings import twfe
from spillover.parks import read_nickel_provinces
from spillover.validation import run as runner
from spillover.validation.blocks import (
    DESIGNS,
    METHODS,
    SUMS,
    Setting,
    Task,
    run_block,
    setting_of,
    tasks_of,
)
from spillover.validation.drawing import drawn_exposure
from spillover.validation.estimators import ESTIMATORS, centred, estimate, own_errors
from spillover.validation.methods import (
    cluster_errors,
    conley,
    driscoll_kraay,
    heteroscedastic,
    wild_p_values,
    wild_signs,
)
from spillover.validation.relocating import (
    moved,
    relocation_p_values,
    spatial_scale,
)
from spillover.validation.results import COLUMNS, SIZE_LIMITS, rates, read_coverage, summarise, to_csv
from spillover.validation.simulated_noise import imk_noise, simulated_noise

EXACT = 1e-8
N = 3


@pytest.fixture(scope="module")
def at() -> Setting:
    return setting_of(8)


@pytest.fixture(scope="module")
def outcomes(at: Setting) -> np.ndarray:
    """Three simulated outcomes with an effect, (102, 14, 3)."""
    drawn = simulated_noise(at.scene.regions, 14, imk_noise(), seed=11, simulations=range(N))
    return drawn.reshape(102, 14, N) + at.effect[:, :, None]


@pytest.fixture(scope="module")
def panels(at: Setting, outcomes: np.ndarray) -> list[pd.DataFrame]:
    """The same as tables."""
    rows = at.scene.regions.index.repeat(14)
    keys = at.scene.regions.loc[rows, ["region_code", "province_code", "lon", "lat"]].reset_index(drop=True)
    table = keys.assign(year=np.tile(at.scene.years, 102), near=at.exposed.ravel())
    return [table.assign(simulated=outcomes[:, :, s].ravel()) for s in range(N)]


@pytest.fixture(scope="module")
def fits(panels: list[pd.DataFrame]) -> list:
    found = [fit_linear(panel, "simulated", ["near"]) for panel in panels]
    return [fit._replace(data=panel) for fit, panel in zip(found, panels, strict=True)]


def test_twfe_is_the_projects(at: Setting, outcomes: np.ndarray, panels: list[pd.DataFrame]) -> None:
    rows = [twfe(panel, "simulated", ["near"], spec_id="simulated") for panel in panels]
    fit = at.fits["twfe"]
    assert np.allclose(estimate(fit.weights, outcomes), [r["estimate"].item() for r in rows], atol=EXACT)
    assert np.allclose(own_errors(fit, outcomes), [r["std_error"].item() for r in rows], atol=EXACT)


@pytest.mark.parametrize("name", ["sun_abraham", "callaway_santanna", "imputation", "two_stage"])
def test_staggered_estimators_are_diff_diffs(name: str, at: Setting, outcomes: np.ndarray) -> None:
    """Averages and their standard errors, for the designs with 8 and with 50 exposed districts."""
    import diff_diff

    classes = {
        "sun_abraham": diff_diff.SunAbraham,
        "callaway_santanna": diff_diff.CallawaySantAnna,
        "imputation": partial(diff_diff.ImputationDiD, aux_partition="horizon"),
        "two_stage": diff_diff.TwoStageDiD,
    }
    for setting in (at, setting_of(50)):
        cohort = np.where(setting.exposed.any(axis=1), setting.exposed.argmax(axis=1), 0)
        table = pd.DataFrame({"unit": np.repeat(np.arange(102), 14), "time": np.tile(np.arange(14), 102)})
        table = table.assign(cohort=cohort[table["unit"]])
        fit = ESTIMATORS[name](setting.exposed)
        for s in range(1 if setting is not at else N):
            table["y"] = outcomes[:, :, s].ravel()
            result = classes[name]().fit(table, outcome="y", unit="unit", time="time", first_treat="cohort")
            assert estimate(fit.weights, outcomes)[s] == pytest.approx(result.overall_att, abs=EXACT)
            assert own_errors(fit, outcomes)[s] == pytest.approx(result.overall_se, abs=EXACT)


@pytest.mark.parametrize("kind", ["cr1_province", "cr2_region", "cr2_province", "cr3_region", "cr3_province"])
def test_cluster_errors_are_the_projects(kind: str, at: Setting, outcomes: np.ndarray, fits: list) -> None:
    found = cluster_errors(at.clusters[kind], at.fits["twfe"].residuals(outcomes))
    name, column = kind.split("_")
    for s, fit in enumerate(fits):
        one = clusters.cluster_errors(fit, f"{column}_code", kind=name.upper())
        assert found.std_error[s] == pytest.approx(one["std_error"].item(), abs=EXACT)
        assert found.df == pytest.approx(one["df"].item(), abs=1e-6)


def test_spatial_errors_are_the_projects(at: Setting, outcomes: np.ndarray, fits: list) -> None:
    fit, places = at.fits["twfe"], at.scene.regions
    residuals = fit.residuals(outcomes)
    near = conley(fit, residuals, places["lon"].to_numpy(), places["lat"].to_numpy(), 200.0)
    common = driscoll_kraay(fit, residuals)
    for s, one in enumerate(fits):
        year = one.data["year"].to_numpy()
        lon, lat = one.data["lon"].to_numpy(), one.data["lat"].to_numpy()
        covariance = conley_cov(one.X, one.residuals, lon, lat, 200.0, time=year)
        assert near.std_error[s] == pytest.approx(np.sqrt(covariance[0, 0]), abs=EXACT)
        covariance = driscoll_kraay_cov(one.X, one.residuals, year, lag=2)
        assert common.std_error[s] == pytest.approx(np.sqrt(covariance[0, 0]), abs=EXACT)


def test_hc1_is_whites(at: Setting, outcomes: np.ndarray, fits: list) -> None:
    """By its formula, with 116 effects and one regressor."""
    found = heteroscedastic(at.fits["twfe"], at.fits["twfe"].residuals(outcomes))
    x, e = fits[0].X[:, 0], fits[0].residuals
    variance = 1428 / (1428 - 116) * (x**2 @ e**2) / (x @ x) ** 2
    assert found.std_error[0] == pytest.approx(np.sqrt(variance), abs=EXACT)


def test_wild_bootstrap_is_the_projects(at: Setting, outcomes: np.ndarray, fits: list) -> None:
    """By province, all 256 signs; the outcome has its effect taken out so that p-values lie inside."""
    null = outcomes - at.effect[:, :, None]
    provinces = at.scene.regions["province_code"].to_numpy()
    found = wild_p_values(at.exposed, null, provinces, wild_signs(provinces, 1))
    panel = fits[1].data.assign(simulated=null[:, :, 1].ravel())
    one = fit_linear(panel, "simulated", ["near"])
    one = one._replace(data=panel)
    assert found[1] == pytest.approx(wild_bootstrap(one, "province_code")["p_value"].item(), abs=EXACT)
    assert 0.01 < found[1] < 0.99


def test_relocation_is_the_projects(at: Setting, outcomes: np.ndarray, panels: list[pd.DataFrame]) -> None:
    exposures = drawn_exposure(at.scene, at.candidates["centroid"], draws=99, seed=4)
    found = relocation_p_values(moved(exposures, "twfe", at.distance_km), outcomes, at.shape)
    panel = panels[0]
    treatments = draw_treatments(
        panel,
        ring_design(panel, at.scene.regions, at.scene.within_km),
        measure=partial(geodesic_km, at.scene.regions),
        parks=at.scene.parks,
        candidates=candidate_sites(at.scene.regions, read_nickel_provinces()),
        draws=99,
        seed=4,
    )
    for s, table in enumerate(panels):
        placebo = relocation_test(table, "simulated", treatments)
        assert found["raw"][s] == pytest.approx(relocation_p(placebo), abs=EXACT)
        by_power = scaled(placebo, table, "simulated", treatments)
        assert found["scaled"][s] == pytest.approx(relocation_p(by_power), abs=EXACT)
        shuffled = np.random.default_rng(s).permutation(len(table))
        mixed = table.iloc[shuffled].reset_index(drop=True)
        here = Treatments(treatments[shuffled][:, :, None], ("near",), "")
        in_space = relocate(mixed, "simulated", here, places=at.scene.regions)
        assert found["spatial"][s] == pytest.approx(relocation_ps(in_space).item(), abs=EXACT)


def test_spatial_scale_by_brute_force(at: Setting) -> None:
    """w' (K ⊗ R) w with the whole 1,428 × 1,428 matrix, up to one factor."""
    draws = moved(
        drawn_exposure(at.scene, at.candidates["coast"], draws=4, seed=4), "imputation", at.distance_km
    )
    ranges, serial = RANGES_KM.index(150.0), 0.4
    found = spatial_scale(draws, np.array([ranges]), np.array([serial]))[:, 0]
    in_time = serial ** np.abs(np.subtract.outer(np.arange(14), np.arange(14)))
    whole = np.kron(correlation(at.distance_km, 150.0), in_time)
    flat = draws.weights.reshape(len(draws.weights), -1)
    assert np.allclose(found, np.sqrt(np.einsum("di,ij,dj->d", flat, whole, flat)), rtol=1e-10)


def test_error_correlation_is_recovered(at: Setting) -> None:
    for spatial, range_km, serial in ((True, 150.0, imk_noise().serial), (False, 0.0, 0.0)):
        noise = imk_noise(spatial=spatial)
        drawn = simulated_noise(at.scene.regions, 14, noise, seed=1, simulations=range(100))
        ranges, serials = error_correlation(centred(drawn.reshape(102, 14, -1)), at.shape)
        assert np.median(np.array(RANGES_KM)[ranges]) == range_km
        assert serials.mean() == pytest.approx(serial, abs=0.02)


def test_a_drawn_site_that_exposes_nobody_is_left_out(at: Setting) -> None:
    exposures = drawn_exposure(at.scene, at.candidates["coast"], draws=3, seed=4)
    exposures[2] = 0.0
    exposed = int(exposures.any(axis=(1, 2)).sum())
    assert exposed < 4
    assert len(moved(exposures, "twfe", at.distance_km).weights) == exposed


def test_coast_sites_lie_at_the_coast_of_nickel_provinces(at: Setting) -> None:
    """Inland districts have none (but for lines of different scale), and real parks lie near some."""
    sites = at.candidates["coast"]
    assert set(sites["region_code"].str[:2] + "00") <= set(read_nickel_provinces())
    inland = set(at.scene.regions.loc[~at.scene.regions["coastal"], "region_code"])
    assert sites["region_code"].isin(inland).mean() < 0.02
    assert geodesic_km(at.scene.parks, sites).min(axis=1).max() < 40


@pytest.fixture(scope="module")
def small() -> list[Task]:
    return [Task("iid-3", at, at + 5, 1, draws=19) for at in (0, 5)]


@pytest.fixture(scope="module")
def alone(small: list[Task], tmp_path_factory: pytest.TempPathFactory) -> dict:
    return runner.run(small, tmp_path_factory.mktemp("alone"), workers=1)


def test_two_workers_give_the_same_table(small: list[Task], alone: dict, tmp_path: Path) -> None:
    both = runner.run(small, tmp_path, workers=2)
    assert to_csv(summarise(both)) == to_csv(summarise(alone))
    assert len(list(tmp_path.iterdir())) == 2


def test_one_block_of_ten_is_two_of_five(small: list[Task], alone: dict) -> None:
    """What does not draw sites or signs is the same however simulations are cut into blocks."""
    whole = run_block(Task("iid-3", 0, 10, 1, draws=19))
    for estimator, inference in METHODS:
        name = f"{estimator} {inference}"
        if not inference.startswith(("wild_region", "relocation")):
            parts = np.sum([alone[task][name] for task in small], axis=0)
            assert np.allclose(parts, whole[name], rtol=1e-10), name


def test_a_stopped_run_goes_on(
    small: list[Task], alone: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped after the first block; the second run does the second block only, and the table is the same."""

    def stop(task: Task) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner.run(small, tmp_path, workers=1, done=stop)
    assert [f.name for f in tmp_path.iterdir()] == [small[0].file]
    ran: list[Task] = []
    monkeypatch.setattr(runner, "run_block", lambda task: ran.append(task) or alone[task])
    found = runner.run(small, tmp_path, workers=1)
    assert ran == [small[1]]
    assert to_csv(summarise(found)) == to_csv(summarise(alone))


def test_dask_gives_the_same_table(small: list[Task], alone: dict, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp://"
    ) as cluster:
        found = runner.run(small[:1], tmp_path, dask=cluster.scheduler_address)
    assert found == {small[0]: alone[small[0]]}


def test_without_distributed_the_remedy_is_said(
    small: list[Task], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r"pip install 'spillover\[cluster\]'"):
        runner.run(small, tmp_path, dask="tcp://127.0.0.1:1")


def test_unknown_designs_and_no_simulations_are_refused() -> None:
    with pytest.raises(DataError, match="unknown design"):
        tasks_of(10, ["spatial-9"], 1)
    with pytest.raises(DataError, match="no simulations"):
        tasks_of(0, DESIGNS, 1)


# --- the committed table ------------------------------------------------------------------------------------


def test_the_committed_table_has_every_cell() -> None:
    table = read_coverage()
    assert list(table.columns) == list(COLUMNS)
    cells = set(table[["design", "estimator", "inference"]].itertuples(index=False, name=None))
    assert cells == {(design, *method) for design in DESIGNS for method in METHODS}
    assert table["n_simulations"].eq(2000).all()
    assert table["seed"].nunique() == 1
    assert not rates(table).isna().any(axis=None)


def test_the_relocation_test_holds_its_size_in_all_designs() -> None:
    """3.5 to 6.5 % at a nominal 5 %: sites along the coast, scaled in space; for every estimator."""
    found = rates(read_coverage())
    held = found[found.index.str.endswith("relocation_coast")]
    assert held.shape == (5, 8)
    assert held.stack().between(*SIZE_LIMITS).all(), held.to_dict()
    raw = found.loc["twfe relocation_raw"]
    assert not raw.between(*SIZE_LIMITS).all()  # why the scale is needed


def test_the_table_shows_where_usual_errors_fail() -> None:
    found = rates(read_coverage())
    assert (found.loc["twfe own", ["spatial-3", "spatial-8", "spatial-20", "spatial-50"]] > 0.1).all()
    assert found.loc["twfe own", "iid-50"] < 0.075
    assert (found.loc["sun_abraham own"] > found.loc["callaway_santanna own"]).all()


def test_a_small_rerun_agrees_with_the_table() -> None:
    """100 simulations with another seed: every rate within 4 binomial standard errors of the table's."""
    sums = run_block(Task("spatial-8", 0, 100, 99, draws=199))
    table = read_coverage().query("design == 'spatial-8'").set_index(["estimator", "inference"])
    for estimator, inference in METHODS:
        row, found = (
            table.loc[(estimator, inference)],
            dict(zip(SUMS, sums[f"{estimator} {inference}"], strict=True)),
        )
        for column, key in (("rejection_rate", "rejected"), ("coverage", "covered"), ("power", "found")):
            rate = float(np.clip(row[column], 0.01, 0.99))
            error = np.sqrt(rate * (1 - rate) / 100)
            assert abs(found[key] / 100 - row[column]) < 4 * error + 0.01, (estimator, inference, column)
        assert found["estimate"] / 100 == pytest.approx(row["mean_estimate"], abs=5 * row["sd_estimate"] / 10)


def test_a_damaged_table_is_refused(change_file) -> None:
    change_file("coverage_simulated", lambda text: text.replace(",0.", ",1.", 1))
    with pytest.raises(DataError, match="outside 0 to 1"):
        read_coverage()
