"""Conley covariance: brute force, other packages' special cases, and points where tiles could go wrong."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.errors import DataError
from spillover.inference import conley
from spillover.inference.conley import EARTH_KM, KERNELS, conley_cov

RNG = np.random.default_rng(20)


def brute(
    X: np.ndarray, e: np.ndarray, lon: np.ndarray, lat: np.ndarray, cutoff: float, kernel: str
) -> np.ndarray:
    """Every pair at once, with haversine distances: nothing of the tested code."""
    s, phi, theta = X * e[:, None], np.radians(lat), np.radians(lon)
    part = np.sin((phi[:, None] - phi) / 2) ** 2
    part += np.cos(phi[:, None]) * np.cos(phi) * np.sin((theta[:, None] - theta) / 2) ** 2
    distance = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(part, 0, 1)))
    weight = np.where(distance < cutoff, 1 - distance / cutoff if kernel == "bartlett" else 1.0, 0.0)
    bread = np.linalg.inv(X.T @ X)
    return np.asarray(bread @ (s.T @ weight @ s) @ bread)


def simulated(n: int, k: int, box: tuple[float, float, float, float]) -> tuple[np.ndarray, ...]:
    west, east, south, north = box
    return (
        RNG.normal(size=(n, k)), RNG.normal(size=n), RNG.uniform(west, east, n), RNG.uniform(south, north, n)
    )  # fmt: skip


INDONESIA = (95.0, 141.0, -11.0, 6.0)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize(
    ("n", "cutoff", "box"),
    [
        (300, 150, INDONESIA),
        (2500, 60, INDONESIA),  # several tiles in a band
        (700, 500, INDONESIA),
        (300, 3000, INDONESIA),
        (300, 200, (175.0, 185.0, -5.0, 5.0)),  # across the date line
        (300, 300, (0.0, 170.0, 60.0, 89.9)),  # near the pole
    ],
)
def test_agrees_with_every_pair_at_once(n: int, cutoff: float, box: tuple[float, ...], kernel: str) -> None:
    X, e, lon, lat = simulated(n, 3, box)  # type: ignore[arg-type]
    lon[:7], lat[:7] = lon[0], lat[0]  # several observations at one place
    lon = np.where(lon > 180, lon - 360, lon)
    found = conley_cov(X, e, lon, lat, cutoff, kernel=kernel)
    np.testing.assert_allclose(found, brute(X, e, lon, lat, cutoff, kernel), rtol=1e-10, atol=1e-16)


@given(st.integers(0, 10**6), st.integers(2, 60), st.floats(1, 5000))
@settings(max_examples=60)
def test_agrees_for_any_small_simulated_map(seed: int, n: int, cutoff: float) -> None:
    rng = np.random.default_rng(seed)
    X, e = rng.normal(size=(n, 1)), rng.normal(size=n)
    lon, lat = rng.uniform(95, 141, n), rng.uniform(-11, 6, n)
    found, expected = conley_cov(X, e, lon, lat, cutoff), brute(X, e, lon, lat, cutoff, "bartlett")
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-14)


def test_without_neighbours_it_is_white_and_with_all_it_is_zero_by_orthogonality() -> None:
    """HC0 of statsmodels at a tiny cutoff; residuals are orthogonal to X, so equal weights give nothing."""
    X, y, lon, lat = simulated(200, 2, INDONESIA)
    fit = sm.OLS(y, X).fit(cov_type="HC0")
    np.testing.assert_allclose(conley_cov(X, fit.resid, lon, lat, 1e-4), fit.cov_params(), rtol=1e-10)
    everywhere = conley_cov(X, fit.resid, lon, lat, 30_000, kernel="uniform")
    assert np.abs(everywhere).max() < 1e-16


def test_time_keeps_periods_apart_as_clusters_by_time_do() -> None:
    """A uniform kernel over the whole map, by time, is statsmodels' cluster-robust one by time."""
    X, y, lon, lat = simulated(240, 2, INDONESIA)
    time = np.repeat(np.arange(12), 20)
    fit = sm.OLS(y, X).fit(
        cov_type="cluster", cov_kwds={"groups": time, "use_correction": False}, use_t=False
    )
    found = conley_cov(X, fit.resid, lon, lat, 30_000, kernel="uniform", time=time)
    np.testing.assert_allclose(found, fit.cov_params(), rtol=1e-9)


def test_one_unit_over_time_is_newey_and_west() -> None:
    X, y, _, _ = simulated(120, 2, INDONESIA)
    fit = sm.OLS(y, X).fit(cov_type="HAC", cov_kwds={"maxlags": 4, "use_correction": False})
    place = np.full(120, 122.0), np.full(120, -2.0)
    found = conley_cov(X, fit.resid, *place, 50, time=np.arange(120), unit=np.zeros(120), lag=4)
    np.testing.assert_allclose(found, fit.cov_params(), rtol=1e-10)


def test_order_of_rows_and_size_of_tiles_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    X, e, lon, lat = simulated(900, 2, INDONESIA)
    found = conley_cov(X, e, lon, lat, 250)
    mixed = RNG.permutation(900)
    np.testing.assert_allclose(conley_cov(X[mixed], e[mixed], lon[mixed], lat[mixed], 250), found, rtol=1e-10)
    monkeypatch.setattr(conley, "BLOCK", 17)
    np.testing.assert_allclose(conley_cov(X, e, lon, lat, 250), found, rtol=1e-10)


def test_bartlett_is_positive_semidefinite_here_and_one_regressor_may_be_flat() -> None:
    X, e, lon, lat = simulated(400, 3, INDONESIA)
    assert np.linalg.eigvalsh(conley_cov(X, e, lon, lat, 300)).min() > 0
    assert conley_cov(X[:, 0], e, lon, lat, 300).shape == (1, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cutoff_km": 0}, "cutoff that is not positive"),
        ({"cutoff_km": float("nan")}, "cutoff that is not positive"),
        ({"kernel": "gauss"}, "unknown kernel"),
        ({"lon": np.array([120.0, np.nan, 121.0])}, r"lon missing or impossible \(1: row 1\)"),
        ({"lat": np.array([0.0, 95.0, 1.0])}, r"lat missing or impossible \(1: row 1\)"),
        ({"residuals": np.array([1.0, 2.0])}, "lengths that differ"),
        ({"residuals": np.array([1.0, np.inf, 2.0])}, "missing or infinite"),
        ({"X": np.zeros((3, 1))}, "collinear"),
        ({"lag": 1}, "a lag without time and unit"),
        ({"lag": 1, "time": np.zeros(3), "unit": np.zeros(3)}, "a unit twice at one time"),
    ],
)
def test_bad_input_is_told(change: dict[str, object], said: str) -> None:
    good: dict[str, object] = {
        "X": np.array([[1.0], [2.0], [-1.0]]), "residuals": np.array([0.5, -0.2, 0.1]),
        "lon": np.array([120.0, 121.0, 122.0]), "lat": np.array([0.0, 1.0, 2.0]), "cutoff_km": 100.0,
    }  # fmt: skip
    with pytest.raises(DataError, match=said):
        sp.conley_cov(**good | change)  # type: ignore[arg-type]
