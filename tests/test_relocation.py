"""The relocation test: the same estimator at drawn sites, reproducible, and of the right size."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError


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
    random = np.random.default_rng(8)
    keys = ("measure", "parks", "candidates")
    treatments = sp.draw_treatments(
        setting["panel"], setting["design"], **{k: setting[k] for k in keys}, draws=199
    )
    p_values = []
    for _ in range(400):
        noise = random.normal(size=(len(setting["regions"]), 13)).cumsum(axis=1)
        panel = setting["panel"].assign(simulated=noise.ravel())
        p_values.append(sp.relocation_p(sp.relocation_test(panel, "simulated", treatments)))
    assert 0.06 <= np.mean(np.array(p_values) <= 0.1) <= 0.15


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
