"""The simulator: real map, noise of the stated moments, planted effects that can be recovered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.exposure import geodesic_km
from spillover.parks import read_parks
from spillover.validation.estimators import ESTIMATORS, centred, estimate
from spillover.validation.simulated_noise import Noise, _serial_of, imk_noise, simulated_noise
from spillover.validation.simulated_panels import (
    EXPOSED,
    Effect,
    first_exposure,
    planted_effect,
    simulated_panel,
    simulated_scene,
)

SIMULATIONS = 400


@pytest.fixture(scope="module")
def spatial() -> np.ndarray:
    """Errors of 400 simulations, (102, 14, 400)."""
    regions = simulated_scene(8).regions
    drawn = simulated_noise(regions, 14, imk_noise(), seed=3, simulations=range(SIMULATIONS))
    return drawn.reshape(102, 14, SIMULATIONS)


@pytest.mark.parametrize("n_exposed", EXPOSED)
def test_real_sites_and_years_expose_just_so_many_districts(n_exposed: int) -> None:
    scene = simulated_scene(n_exposed)
    first = first_exposure(scene)
    assert np.isfinite(first).sum() == n_exposed
    real = read_parks().set_index("park_id")
    mine = scene.parks.set_index("park_id")
    columns = ["lon", "lat", "first_operation_year"]
    assert mine[columns].equals(real.loc[mine.index, columns])
    assert first.min() > scene.years[0]


def test_errors_have_the_stated_size_and_persistence(spatial: np.ndarray) -> None:
    noise = imk_noise()
    assert spatial.std() == pytest.approx(noise.sd, rel=0.02)
    serial = (spatial[:, 1:] * spatial[:, :-1]).mean() / (spatial**2).mean()
    assert serial == pytest.approx(noise.serial, abs=0.02)
    two_apart = (spatial[:, 2:] * spatial[:, :-2]).mean() / (spatial**2).mean()
    assert two_apart == pytest.approx(noise.serial**2, abs=0.02)


@pytest.mark.parametrize(("low", "high"), [(0, 50), (100, 150), (200, 300), (600, 900)])
def test_correlation_falls_with_distance(spatial: np.ndarray, low: float, high: float) -> None:
    """Mean product of pairs so far apart is that of exp(-distance / 150 km)."""
    regions = simulated_scene(8).regions
    distance = geodesic_km(regions, regions)
    pairs = (distance > low) & (distance < high)
    flat = spatial.reshape(102, -1)
    seen = (flat @ flat.T / flat.shape[1])[pairs].mean() / (flat**2).mean()
    assert seen == pytest.approx(np.exp(-distance[pairs] / 150).mean(), abs=0.03)


def test_independent_errors_are_independent() -> None:
    noise = imk_noise(spatial=False)
    drawn = simulated_noise(simulated_scene(3).regions, 14, noise, seed=3, simulations=range(100))
    flat = drawn.reshape(102, -1)
    between = np.corrcoef(flat)[np.triu_indices(102, 1)]
    assert abs(between.mean()) < 0.005
    assert between.std() == pytest.approx(1 / np.sqrt(flat.shape[1]), rel=0.1)


def test_calibration_undoes_the_means_taken_out() -> None:
    """Series of 9 years with serial correlation 0.5 look less persistent without their means."""
    regions = pd.DataFrame({"lon": np.arange(4000) % 60 + 95.0, "lat": np.arange(4000) / 400.0})
    drawn = simulated_noise(regions, 9, Noise(1.0, serial=0.5), seed=1, simulations=[0])
    left = centred(drawn.reshape(4000, 9))
    seen = (left[:, 1:] * left[:, :-1]).sum() / (left**2).sum()
    assert seen < 0.3
    assert _serial_of(seen, 9) == pytest.approx(0.5, abs=0.03)


def test_noise_is_computed_from_the_imk_panel() -> None:
    """Residuals of 34 provinces, 2017–2025; workers and establishments differ."""
    assert imk_noise().sd > imk_noise(spatial=False).sd  # persistence hides part of the variance
    assert imk_noise("log_workers").sd != imk_noise().sd
    assert imk_noise(spatial=False).serial == imk_noise(spatial=False).range_km == 0.0


def test_a_simulation_is_the_same_whichever_others_are_made() -> None:
    regions = simulated_scene(3).regions
    alone = simulated_noise(regions, 14, imk_noise(), seed=5, simulations=[7])
    among = simulated_noise(regions, 14, imk_noise(), seed=5, simulations=[1, 7, 3])
    assert np.array_equal(alone[:, 0], among[:, 1])


def test_same_seed_same_panel() -> None:
    scene = simulated_scene(3)
    first = simulated_panel(scene, seed=4, number=2)
    assert first.equals(simulated_panel(scene, seed=4, number=2))
    for other in ({"seed": 5, "number": 2}, {"seed": 4, "number": 3}):
        assert not np.allclose(first["simulated"], simulated_panel(scene, **other)["simulated"])


def test_the_truth_is_what_was_added() -> None:
    scene, effect = simulated_scene(20), Effect(0.1, (0.5, 1.0), anticipation=(0.2,))
    with_effect = simulated_panel(scene, seed=1, effect=effect)
    added = with_effect["simulated"] - simulated_panel(scene, seed=1)["simulated"]
    assert np.allclose(added, with_effect["simulated_effect"], atol=1e-12)
    keys = ["region_code", "year"]
    assert not with_effect.duplicated(keys).any()
    assert with_effect["first_exposed_year"].isna().sum() == 82 * 14


def test_effects_by_event_time_anticipation_and_ring() -> None:
    """Morowali, exposed in 2015: 20 % the year before, half at once, all from the second year."""
    scene = simulated_scene(3)
    effect = Effect(0.2, (0.5, 0.75, 1.0), anticipation=(0.2,), neighbours=((120.0, 0.25),))
    table = simulated_panel(scene, seed=1, effect=effect)
    own = table[table["region_code"] == "7203"].set_index("year")["simulated_effect"]
    expected = {2013: 0.0, 2014: 0.04, 2015: 0.1, 2016: 0.15, 2017: 0.2, 2025: 0.2}
    assert own[list(expected)].round(12).to_dict() == expected
    late = table[table["year"] == 2025]
    by_ring = late.groupby("ring", observed=False)["simulated_effect"].unique().str[0].round(12)
    assert by_ring.to_dict() == {"0-50": 0.2, "50-120": 0.05, ">120": 0.0}


def test_planted_truth_is_recovered() -> None:
    """A growing effect in 300 simulations: unbiased estimators find its mean within 3.5 standard errors."""
    scene = simulated_scene(20)
    exposed = (first_exposure(scene)[:, None] <= np.array(scene.years)).astype(float)
    truth = planted_effect(scene, Effect(0.2, (0.25, 0.5, 0.75, 1.0))).reshape(exposed.shape)
    drawn = simulated_noise(scene.regions, 14, imk_noise(), seed=2, simulations=range(300))
    outcomes = drawn.reshape(*exposed.shape, -1) + truth[:, :, None]
    for name in ("callaway_santanna", "sun_abraham", "imputation", "two_stage"):
        found = estimate(ESTIMATORS[name](exposed).weights, outcomes)
        error = found.std() / np.sqrt(len(found))
        assert abs(found.mean() - truth[exposed > 0].mean()) < 3.5 * error, name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"noise": Noise(0.0)}, "impossible noise"),
        ({"noise": Noise(0.1, serial=1.0)}, "impossible noise"),
        ({"effect": Effect(0.1, neighbours=((40.0, 0.5),))}, "rings that do not grow"),
        ({"effect": Effect(0.1, by_event_time=())}, "no share for the year of opening"),
    ],
)
def test_impossible_simulations_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        simulated_panel(simulated_scene(3), seed=1, **arguments)


def test_unknown_number_of_exposed_districts_is_refused() -> None:
    with pytest.raises(DataError, match="use 3, 8, 20, 50"):
        simulated_scene(7)
