"""Impacts: against the derivative by brute force, the delta method, and spreg's split that goes wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from spillover.errors import DataError
from spillover.models.impacts import impact_multipliers, impact_values, simulate_impacts
from spillover.models.spatial import spatial_model
from spillover.models.weights import spatial_weights, to_graph


def simulated_weights(seed: int, n: int, k: int, *, islands: int = 0) -> csr_array:
    """Row-standardised and not symmetric; the last rows are zero for islands, which nobody neighbours."""
    rng = np.random.default_rng(seed)
    dense = np.zeros((n, n))
    for i in range(n - islands):
        others = np.setdiff1d(np.arange(n - islands), [i])
        dense[i, rng.choice(others, size=min(k, len(others)), replace=False)] = 1.0 / min(k, len(others))
    return csr_array(dense)


def by_brute_force(matrix: csr_array, rho: float, beta: float, theta: float) -> tuple[float, float, float]:
    """Raise x by one in one region after the other and solve for all outcomes."""
    n = matrix.shape[0]
    dense, own, all_ = matrix.toarray(), 0.0, 0.0
    for j in range(n):
        x = np.zeros(n)
        x[j] = 1.0
        change = np.linalg.solve(np.eye(n) - rho * dense, x * beta + dense @ x * theta)
        own, all_ = own + change[j], all_ + change.sum()
    return own / n, (all_ - own) / n, all_ / n


@given(
    st.integers(0, 10**6), st.integers(5, 25), st.integers(1, 4), st.integers(0, 2), st.floats(-0.95, 0.95),
    st.floats(-3, 3), st.floats(-3, 3),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_the_derivative_by_brute_force(
    seed: int, n: int, k: int, islands: int, rho: float, beta: float, theta: float
) -> None:
    matrix = simulated_weights(seed, n, k, islands=islands)
    multipliers = impact_multipliers(matrix, np.array([rho]))
    found = impact_values(multipliers, np.array([[beta]]), np.array([[theta]]))[0, :, 0]
    np.testing.assert_allclose(found, by_brute_force(matrix, rho, beta, theta), rtol=1e-8, atol=1e-8)


def test_the_simulated_standard_errors_are_those_of_the_delta_method() -> None:
    """A tight normal, so that the impacts are nearly linear in the parameters."""
    matrix = simulated_weights(4, 40, 4)
    means, root = np.array([1.0, 0.5, 0.3]), 0.01 * np.array([[1.0, 0, 0], [0.4, 0.8, 0], [-0.3, 0.2, 0.6]])
    cov = root @ root.T

    def value(p: np.ndarray) -> np.ndarray:
        m = impact_multipliers(matrix, p[2:])
        return impact_values(m, p[None, :1], p[None, 1:2])[0, :, 0]

    slopes = np.array([(value(means + h) - value(means - h)) / 2e-6 for h in 1e-6 * np.eye(3)])
    expected = np.sqrt(np.diag(slopes.T @ cov @ slopes))
    table, used = simulate_impacts(means, cov, matrix, columns=[(0, 1)], draws=20_000, seed=2)
    assert used == 20_000
    np.testing.assert_allclose(table["std_error"], expected, rtol=0.03)
    np.testing.assert_allclose(table["estimate"], value(means), rtol=1e-12)
    np.testing.assert_allclose((table["conf_high"] - table["conf_low"]) / 3.92, expected, rtol=0.03)


def test_draws_depend_on_the_seed_alone_and_explosive_ones_are_left_out() -> None:
    matrix = simulated_weights(5, 20, 3)
    cov = np.diag([0.04, 0.01])
    both = [simulate_impacts(np.array([1.0, 0.9]), cov, matrix, columns=[(0, None)], seed=3) for _ in "ab"]
    pd.testing.assert_frame_equal(both[0][0], both[1][0])
    assert 1500 < both[0][1] < 1800  # 84 % of a normal lie below its mean and one standard deviation
    other = simulate_impacts(np.array([1.0, 0.9]), cov, matrix, columns=[(0, None)], seed=4)[0]
    assert (other["std_error"] != both[0][0]["std_error"]).all()


def test_p_values_and_intervals_say_the_same() -> None:
    matrix = simulated_weights(6, 30, 3)
    for beta in (0.0, 0.15, 0.19, 0.25, 0.6):
        means = np.array([beta, 0.3])
        table, _ = simulate_impacts(means, np.diag([0.01, 0.01]), matrix, columns=[(0, None)])
        crosses = (table["conf_low"] < 0) & (table["conf_high"] > 0)
        clear = (table["p_value"] - 0.05).abs() > 0.01
        assert (crosses == (table["p_value"] > 0.05))[clear].all()


def test_bad_input() -> None:
    matrix = simulated_weights(7, 12, 2)
    with pytest.raises(DataError, match="not between -1 and 1"):
        impact_multipliers(matrix, np.array([1.0]))
    with pytest.raises(DataError, match="positive definite"):
        simulate_impacts(np.array([1.0, 0.2]), np.diag([1.0, -1.0]), matrix, columns=[(0, None)])
    with pytest.raises(DataError, match="50 draws"):
        simulate_impacts(np.array([1.0, 0.2]), np.eye(2), matrix, columns=[(0, None)], draws=50)
    with pytest.raises(DataError, match="most draws"):
        simulate_impacts(np.array([1.0, 0.99]), np.diag([1.0, 9.0]), matrix, columns=[(0, None)])


# spreg 1.9 still uses a keyword that pandas 4 will drop; the library itself does not call spreg.
@pytest.mark.filterwarnings("ignore:The inplace keyword:pandas.errors.Pandas4Warning")
def test_spreg_puts_the_part_of_theta_that_comes_back_into_the_indirect_impact() -> None:
    """Ours is the derivative; spreg 1.9's direct impact leaves tr((I - ρW)⁻¹W) θ / N out."""
    import spreg

    rng = np.random.default_rng(12)
    n = 80
    regions = pd.DataFrame(
        {
            "region_code": [f"{i:03d}" for i in range(n)],
            "lon": rng.uniform(118, 134, n),
            "lat": rng.uniform(-8, 4, n),
        }
    )
    weights = spatial_weights(regions, k=4)
    dense, x = weights.matrix.toarray(), rng.normal(size=n)
    y = np.linalg.solve(np.eye(n) - 0.5 * dense, x + 1.5 * dense @ x + 0.2 * rng.normal(size=n))
    w = to_graph(weights).to_W()
    theirs = spreg.ML_Lag(y[:, None], x[:, None], w, slx_lags=1, spat_impacts="full", name_x=["x"])
    line = theirs.summary.split("IMPACTS")[1].split("Total\n")[1].split("\n")[0]
    direct, _, total = (float(number) for number in line.split()[1:])
    found = spatial_model(
        regions.assign(x=x, y=y), "y", ["x"], weights=weights, kind="durbin", draws=100
    ).set_index("term")["estimate"]
    beta, theta = found["x"], found["W*x"]
    truth = by_brute_force(weights.matrix, found["rho"], beta, theta)
    assert found["rho"] == pytest.approx(theirs.rho, abs=1e-5)
    np.testing.assert_allclose(found[["direct:x", "indirect:x", "total:x"]], truth, rtol=1e-9)
    assert total == pytest.approx(truth[2], rel=1e-4)
    assert direct < 0.9 * truth[0]
    back = impact_multipliers(weights.matrix, np.array([found["rho"]]))[0, 1] * theta
    assert direct + back == pytest.approx(truth[0], rel=1e-4)
