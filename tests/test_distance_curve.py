"""The flexible curve: bins near the optimum, planted step and decay, and a band that covers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from spillover.errors import DataError
from spillover.models import distance_curve as module
from spillover.models.distance_curve import POINTWISE, UNIFORM, bin_edges, distance_curve, optimal_bins


def simulated(effect, *, n: int = 400, noise: float = 0.3, seed: int = 2) -> pd.DataFrame:
    """Simulated districts at distances that thin out, with a planted effect and a common change of 1."""
    random = np.random.default_rng(seed)
    distance = np.sort(400 * random.beta(1.2, 1.8, n))
    y = 1.0 + effect(distance) + noise * random.normal(size=n)
    return pd.DataFrame({"region_code": [f"s{i}" for i in range(n)], "distance_km": distance, "y": y})


def step(distance: np.ndarray) -> np.ndarray:
    return 0.8 * (distance < 60)


def decay(distance: np.ndarray) -> np.ndarray:
    return 1.5 * np.exp(-distance / 50)


def truth(data: pd.DataFrame, effect, edges: np.ndarray) -> np.ndarray:
    """Mean planted effect of each bin less that of the outermost one."""
    which = np.searchsorted(edges[1:-1], data["distance_km"], side="right")
    means = pd.Series(effect(data["distance_km"].to_numpy())).groupby(which).mean().to_numpy()
    return means[:-1] - means[-1]


@pytest.mark.parametrize("effect", [step, decay])
def test_a_planted_effect_lies_in_the_band_and_fades(effect) -> None:
    data = simulated(effect)
    curve = distance_curve(data, "y")
    band = curve[curve["vcov"] == UNIFORM].reset_index(drop=True)
    bins = len(band) + 1
    assert f"{bins} bins" in band["model"].iloc[0]
    assert "chosen by the data" in band["model"].iloc[0]
    edges = bin_edges(data["distance_km"].to_numpy(), bins)
    assert band["estimate"].to_numpy() == pytest.approx(truth(data, effect, edges), abs=0.25)
    assert (
        (band["conf_low"] < truth(data, effect, edges)) & (truth(data, effect, edges) < band["conf_high"])
    ).all()
    assert band["estimate"].iloc[0] > 0.5
    assert abs(band["estimate"].iloc[-1]) < 0.2


def test_bins_are_means_and_intervals_are_welch() -> None:
    """Brute force: each bin against the outermost is Welch's two-sample test of scipy."""
    data = simulated(decay, n=60)
    curve = distance_curve(data, "y", bins=4)
    point = curve[curve["vcov"] == POINTWISE]
    groups = np.array_split(data["y"].to_numpy(), 4)
    for row, group in zip(point.to_dict("records"), groups[:-1], strict=True):
        test = stats.ttest_ind(group, groups[-1], equal_var=False)
        interval = test.confidence_interval(0.95)
        assert row["estimate"] == pytest.approx(group.mean() - groups[-1].mean(), rel=1e-12)
        assert row["p_value"] == pytest.approx(test.pvalue, rel=1e-9)
        assert [row["conf_low"], row["conf_high"]] == pytest.approx([interval.low, interval.high], rel=1e-9)
    wide = curve[curve["vcov"] == UNIFORM]
    assert (wide["conf_high"].to_numpy() > point["conf_high"].to_numpy()).all()
    assert point["n_exposed"].tolist() == [15, 15, 15]
    assert "4 bins (4 bins as given)" in point["model"].iloc[0]


def test_the_band_covers_all_bins_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 simulated samples of 80 districts: 95 % within simulation error; pointwise intervals do not."""
    monkeypatch.setattr(module, "DRAWS", 1000)
    inside = np.zeros(2)
    for seed in range(400):
        data = simulated(step, n=80, seed=seed)
        x, y = data["distance_km"].to_numpy(), data["y"].to_numpy()
        edges = bin_edges(x, 6)
        which = np.searchsorted(edges[1:-1], x, side="right")
        found = module._inference(*module._moments(which, y, 6), seed)
        wanted = np.bincount(which, step(x)) / np.bincount(which)
        off = np.abs(found["estimate"] - (wanted[:-1] - wanted[-1])) / found["std_error"]
        inside += [(off < found[c]).all() for c in ("critical", "uniform")]
    pointwise, uniform = inside / 400
    assert 0.925 <= uniform <= 0.975
    assert pointwise < 0.9


def integrated_error(x: np.ndarray, mean: np.ndarray, noise: float, bins: int) -> float:
    """Exact integrated mean squared error of bin means: variance and squared bias."""
    which = np.searchsorted(bin_edges(x, bins)[1:-1], x, side="right")
    means = (np.bincount(which, mean) / np.bincount(which))[which]
    return noise**2 * bins / len(x) + float(np.mean((mean - means) ** 2))


@pytest.mark.parametrize("noise", [0.1, 0.3])
def test_the_chosen_number_of_bins_is_near_the_best(noise: float) -> None:
    """On average the exact error at the chosen number is at most a quarter above that of the best number."""
    chosen = []
    for seed in range(20):
        data = simulated(decay, noise=noise, seed=seed)
        x = data["distance_km"].to_numpy()
        best = min(integrated_error(x, decay(x), noise, j) for j in range(2, 60))
        chosen.append(integrated_error(x, decay(x), noise, optimal_bins(x, data["y"].to_numpy())) / best)
    assert np.mean(chosen) < 1.25


def test_more_data_and_steeper_effects_get_more_bins_and_noise_gets_two() -> None:
    few, many = (simulated(decay, n=n) for n in (200, 3200))
    bins = [optimal_bins(d["distance_km"].to_numpy(), d["y"].to_numpy()) for d in (few, many)]
    assert bins[1] / bins[0] == pytest.approx(16 ** (1 / 3), rel=0.25)
    flat = [
        optimal_bins(d["distance_km"].to_numpy(), d["y"].to_numpy())
        for d in (simulated(np.zeros_like, seed=s) for s in range(40))
    ]
    assert np.median(flat) <= 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=10, max_size=60), st.integers(2, 8))
def test_edges_never_part_equal_distances(values: list[int], bins: int) -> None:
    x = np.array(values, dtype=float)
    edges = bin_edges(x, bins)
    which = np.searchsorted(edges[1:-1], x, side="right")
    assert (np.diff(edges[1:-1]) > 0).all()
    assert len(edges) <= bins + 1
    assert pd.Series(which).groupby(x).nunique().max() == 1
    assert set(which) == set(range(len(edges) - 1))


def test_the_seed_decides_the_band() -> None:
    data = simulated(decay, n=60)
    first, again, other = (distance_curve(data, "y", bins=4, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    band = [t.loc[t["vcov"] == UNIFORM, "conf_high"].to_numpy() for t in (first, other)]
    assert not np.array_equal(*band)
    assert band[0] == pytest.approx(band[1], rel=0.02)


@pytest.mark.parametrize(
    ("change", "bins", "message"),
    [
        (lambda d: d.assign(y=1.0), None, r"the outcome is constant \(1: y\)"),
        (lambda d: d.assign(distance_km=-1.0), None, r"distances below 0 or infinite values \(60"),
        (lambda d: d.assign(y=np.inf), None, r"distances below 0 or infinite values \(60"),
        (lambda d: pd.concat([d, d.head(1)]), None, r"duplicate key region_code \(1: s0\)"),
        (lambda d: d.head(7), None, r"7 complete rows are too few"),
        (lambda d: d, 20, r"bins of 3 districts"),
        (lambda d: d.assign(distance_km=5.0), 4, r"a single bin"),
        (lambda d: d.assign(y=np.where(d.index < 20, 1.0, d["y"])), 4, r"the outcome does not vary"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(change, bins: int | None, message: str) -> None:
    with pytest.raises(DataError, match=message):
        distance_curve(change(simulated(decay, n=60)), "y", bins=bins)


def test_missing_values_are_counted() -> None:
    data = simulated(decay, n=60)
    curve = distance_curve(data.assign(distance_km=data["distance_km"].mask(data.index < 2)), "y", bins=3)
    assert curve["n_dropped"].eq(2).all()
    assert curve["n_obs"].eq(58).all()
