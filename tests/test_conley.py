"""Conley covariance: brute force, other packages' special cases, and points where tiles could go wrong."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.errors import DataError
from spillover.inference import conley_tiles
from spillover.inference.conley import conley_cov, driscoll_kraay_cov, positive_semidefinite
from spillover.inference.conley_parts import KERNELS
from spillover.inference.conley_tiles import EARTH_KM

RNG = np.random.default_rng(20)


def brute(
    X: np.ndarray,
    e: np.ndarray,
    lon: np.ndarray,
    lat: np.ndarray,
    cutoff: float,
    kernel: str,
    among: np.ndarray | float = 1.0,
) -> np.ndarray:
    """Every pair at once, with haversine distances: nothing of the tested code. ``among`` weights pairs."""
    s, phi, theta = X * e[:, None], np.radians(lat), np.radians(lon)
    part = np.sin((phi[:, None] - phi) / 2) ** 2
    part += np.cos(phi[:, None]) * np.cos(phi) * np.sin((theta[:, None] - theta) / 2) ** 2
    distance = 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(part, 0, 1)))
    weight = np.where(distance < cutoff, 1 - distance / cutoff if kernel == "bartlett" else 1.0, 0.0)
    bread = np.linalg.inv(X.T @ X)
    return np.asarray(bread @ (s.T @ (weight * among) @ s) @ bread)


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
@settings(max_examples=60, deadline=None)
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


def panel(units: int, times: int, k: int = 2) -> tuple[np.ndarray, ...]:
    """Simulated: X, residuals, lon, lat, time, unit."""
    _, _, lon, lat = simulated(units, k, INDONESIA)
    X, e = RNG.normal(size=(units * times, k)), RNG.normal(size=units * times)
    unit, time = np.repeat(np.arange(units), times), np.tile(np.arange(2001, 2001 + times), units)
    return X, e, lon[unit], lat[unit], time, unit


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("serial", ["own", "all"])
def test_a_panel_with_lags_agrees_with_every_pair_at_once(serial: str, kernel: str) -> None:
    """Own lags: any pair within a time, and each unit with itself. All: the product of both kernels."""
    X, e, lon, lat, time, unit = panel(40, 6)
    apart = np.abs(time[:, None] - time)
    fading = np.maximum(1 - apart / 3, 0)
    if serial == "all":
        expected = brute(X, e, lon, lat, 700, kernel, fading)
    else:
        lags = fading * ((apart > 0) & (unit[:, None] == unit))
        expected = brute(X, e, lon, lat, 700, kernel, apart == 0) + brute(X, e, lon, lat, 700, kernel, lags)
    found = conley_cov(X, e, lon, lat, 700, kernel=kernel, time=time, unit=unit, lag=2, serial=serial)
    np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-16)


@pytest.mark.parametrize("lag", [0, 2])
def test_places_that_do_not_come_back_are_paired_within_their_time(lag: int) -> None:
    """Repeated cross-sections: each time at other places, several rows of one time at one place."""
    X, e, lon, lat = simulated(400, 2, INDONESIA)
    time = RNG.integers(2001, 2009, 400)
    lon[:9], lat[:9], time[:5] = lon[0], lat[0], 2003
    among = np.maximum(1 - np.abs(time[:, None] - time) / (lag + 1), 0)
    found = conley_cov(X, e, lon, lat, 500, time=time, lag=lag, serial="all")
    np.testing.assert_allclose(found, brute(X, e, lon, lat, 500, "bartlett", among), rtol=1e-10)


def test_driscoll_and_kraay_is_the_limit_and_that_of_statsmodels() -> None:
    X, y, lon, lat, time, _ = panel(30, 15)
    fit = sm.OLS(y, X).fit(
        cov_type="nw-groupsum", cov_kwds={"time": time - 2001, "maxlags": 3, "use_correction": False}
    )
    found = driscoll_kraay_cov(X, fit.resid, time, lag=3)
    np.testing.assert_allclose(found, fit.cov_params(), rtol=1e-10)
    options = {"time": time, "lag": 3, "serial": "all"}
    limit = conley_cov(X, fit.resid, lon, lat, np.inf, **options)
    np.testing.assert_allclose(limit, found, rtol=1e-10)
    errors = [
        np.abs(conley_cov(X, fit.resid, lon, lat, cutoff, **options) / found - 1).max()
        for cutoff in (1e5, 1e6, 1e7)
    ]
    assert errors[0] > 5 * errors[1] > 25 * errors[2] > 0
    with pytest.raises(DataError, match="fewer than two times"):
        driscoll_kraay_cov(X, fit.resid, np.full(len(X), 2001))


def test_without_lag_driscoll_and_kraay_is_clustered_by_time() -> None:
    X, y, lon, lat, time, _ = panel(30, 15)
    fit = sm.OLS(y, X).fit(
        cov_type="cluster", cov_kwds={"groups": time, "use_correction": False}, use_t=False
    )
    for found in (
        driscoll_kraay_cov(X, fit.resid, time),
        conley_cov(X, fit.resid, lon, lat, np.inf, time=time),
    ):
        np.testing.assert_allclose(found, fit.cov_params(), rtol=1e-9)


def test_missing_years_are_gaps() -> None:
    """2003 is missing: 2002 and 2004 are two years apart, and one lag does not reach across."""
    X, e, lon, lat, time, unit = panel(10, 3)
    time = np.where(time == 2003, 2004, time)
    place = {"time": time, "unit": unit, "lag": 1}
    early = time < 2004
    found = conley_cov(X, e, lon, lat, 1e-6, **place)
    both = X[early].T @ X[early], X.T @ X
    first = conley_cov(X[early], e[early], lon[early], lat[early], 1e-6, **{
        k: v[early] if k != "lag" else v for k, v in place.items()
    })  # fmt: skip
    s = (X * e[:, None])[~early]
    expected = np.linalg.inv(both[1]) @ (both[0] @ first @ both[0] + s.T @ s) @ np.linalg.inv(both[1])
    np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize("kernel", KERNELS)
def test_agrees_with_diff_diff(kernel: str) -> None:
    """Its radius of the Earth is 6371.01 km: the same angle is another cutoff."""
    from diff_diff.conley import _compute_conley_vcov

    X, e, lon, lat, time, unit = panel(150, 4)
    cutoff = 400.0 * 6371.01 / EARTH_KM
    for among in ({}, {"time": time, "unit": unit, "lag_cutoff": 2}):
        theirs = _compute_conley_vcov(
            X, e, np.column_stack([lat, lon]), cutoff, "haversine", kernel, X.T @ X, **among
        )
        ours = {"lag": 2, "time": time, "unit": unit} if among else {}
        np.testing.assert_allclose(conley_cov(X, e, lon, lat, 400, kernel=kernel, **ours), theirs, rtol=1e-8)


def test_agrees_with_the_hac_of_spreg_on_a_cross_section() -> None:
    """Kernel weights of libpysal on great circles, triangular, fixed bandwidth; its diagonal is 1."""
    from libpysal.weights import Kernel
    from spreg.ols import BaseOLS

    x, y, lon, lat = simulated(250, 2, INDONESIA)
    places = np.column_stack([lon, lat])
    weights = Kernel(
        places, bandwidth=600.0, fixed=True, function="triangular", distance_metric="arc", radius=EARTH_KM
    )
    assert all(weights[i][i] == pytest.approx(1) for i in range(250))
    X = np.column_stack([np.ones(250), x])
    fit = BaseOLS(y[:, None], X, robust="hac", gwk=weights)
    np.testing.assert_allclose(conley_cov(X, fit.u[:, 0], lon, lat, 600), fit.vm, rtol=1e-8)


def test_small_sample_factor_only_when_asked() -> None:
    X, e, lon, lat = simulated(100, 3, INDONESIA)
    plain = conley_cov(X, e, lon, lat, 300)
    asked = conley_cov(X, e, lon, lat, 300, ssc="n/(n-k)", n_absorbed=17)
    np.testing.assert_allclose(asked, plain * 100 / 80, rtol=1e-12)


def test_negative_eigenvalues_are_raised_to_zero_only_when_asked() -> None:
    """Two far places, equal weights and opposite scores of their neighbours: a negative variance."""
    X, e = np.ones((3, 1)), np.array([1.0, -1.5, 1.0])
    lon, lat = np.array([120.0, 120.9, 121.8]), np.zeros(3)
    plain = conley_cov(X, e, lon, lat, 150, kernel="uniform")
    assert plain[0, 0] == pytest.approx((2 + 1.5**2 - 4 * 1.5) / 9)
    assert plain[0, 0] < 0
    assert conley_cov(X, e, lon, lat, 150, kernel="uniform", psd=True)[0, 0] == 0
    mixed = np.array([[2.0, 3.0], [3.0, 2.0]])  # eigenvalues 5 and -1
    mended, changed = positive_semidefinite(mixed)
    assert changed
    np.testing.assert_allclose(mended, np.full((2, 2), 2.5), rtol=1e-12)
    assert not positive_semidefinite(mended)[1]


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
    monkeypatch.setattr(conley_tiles, "BLOCK", 17)
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
        ({"lag": -1, "time": np.zeros(3), "unit": np.zeros(3)}, "no whole number from 0"),
        ({"serial": "some"}, "unknown serial correlation"),
        ({"time": np.array([1.0, np.nan, 2.0])}, "time missing or not in numbers"),
        ({"time": np.zeros(2)}, "lengths that differ"),
        ({"ssc": "n-1"}, "unknown small-sample factor"),
        ({"ssc": "n/(n-k)", "n_absorbed": 2}, "no degrees of freedom left"),
    ],
)
def test_bad_input_is_told(change: dict[str, object], said: str) -> None:
    good: dict[str, object] = {
        "X": np.array([[1.0], [2.0], [-1.0]]), "residuals": np.array([0.5, -0.2, 0.1]),
        "lon": np.array([120.0, 121.0, 122.0]), "lat": np.array([0.0, 1.0, 2.0]), "cutoff_km": 100.0,
    }  # fmt: skip
    with pytest.raises(DataError, match=said):
        sp.conley_cov(**good | change)  # type: ignore[arg-type]
