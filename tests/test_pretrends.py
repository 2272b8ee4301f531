"""Pre-trends: joint test, power by brute force; bounds of Rambachan and Roth against R and diff-diff."""

from __future__ import annotations

import sys
import warnings
from functools import partial

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from spillover.errors import DataError
from spillover.models import honest
from spillover.models.estimates import make_estimates
from spillover.models.event_study import EventFit, fit_event_study
from spillover.models.honest import breakdown_m, relative_magnitude_bounds, smoothness_bounds
from spillover.models.pretrends import pretrends_test
from spillover.published.staggered import medicaid_fit, read_medicaid

TIMES = [-4, -3, -2, 0, 1, 2]


def simulated_fit(beta: list[float] | None = None, *, groups: int = 4000, model: str = "twfe") -> EventFit:
    """A simulated event study with correlated coefficients, as a shared reference year makes them."""
    random = np.random.default_rng(3)
    root = random.normal(size=(6, 6)) * 0.05
    cov = pd.DataFrame(root @ root.T + 0.02 + 0.01 * np.eye(6), index=TIMES, columns=TIMES)
    values = beta or [0.1, 0.0, -0.1, 0.4, 0.5, 0.6]
    shared = {"spec_id": "s", "outcome": "y", "model": model, "n_clusters": groups}
    rows = [shared | {"event_time": k, "estimate": b} for k, b in zip(TIMES, values, strict=True)]
    return EventFit(make_estimates([*rows, shared | {"term": "average", "estimate": 0.5}]), cov)


def test_the_joint_test_is_the_wald_statistic() -> None:
    fit = simulated_fit()
    row = pretrends_test(fit).iloc[0]
    b, cov = np.array([0.1, 0.0, -0.1]), fit.covariance.to_numpy()[:3, :3]
    wald = b @ np.linalg.inv(cov) @ b
    assert (row["test"], row["n_leads"], row["df1"], row["df2"]) == ("joint", 3, 3, 3999)
    assert row["statistic"] == pytest.approx(wald / 3, rel=1e-10)
    assert row["p_value"] == pytest.approx(stats.chi2.sf(wald, 3), rel=0.01)


def test_the_power_of_both_tests_agrees_with_brute_force() -> None:
    """Leads are drawn around the trend said to be found with 50 % and 80 % power, and tested."""
    fit = simulated_fit()
    cov = fit.covariance.to_numpy()[:3, :3]
    random = np.random.default_rng(8)
    noise = random.multivariate_normal(np.zeros(3), cov, size=40_000)
    for row in pretrends_test(fit).to_dict("records"):
        drawn = noise + row["slope"] * np.array([-3, -2, -1])
        if row["test"] == "joint":
            wald = np.einsum("ij,jk,ik->i", drawn, np.linalg.inv(cov), drawn)
            found = (wald > stats.chi2.isf(0.05, 3)).mean()
        else:
            found = (np.abs(drawn) > stats.norm.isf(0.025) * np.sqrt(np.diag(cov))).any(axis=1).mean()
        assert found == pytest.approx(row["power"], abs=0.01)
        assert row["bias"] == pytest.approx(row["slope"] * 2.0)  # mean of 1, 2 and 3 years


def test_the_power_agrees_with_diff_diff_for_the_single_tests() -> None:
    """Roth's slope at 80 % power, as diff-diff computes it from a Callaway-Sant'Anna event study."""
    import diff_diff

    data = read_medicaid().rename(columns={"insured_share": "y"})
    data["g"] = data["first_exposed_year"].where(data["first_exposed_year"] <= 2015).fillna(0).astype(int)
    model = diff_diff.CallawaySantAnna(base_period="universal")
    table = model.fit(data, outcome="y", unit="region_code", time="year", first_treat="g").aggregate(
        "event_study"
    )
    theirs = diff_diff.PreTrendsPower(alpha=0.05, power=0.8, pretest_form="nis").fit(table)
    fit = fit_event_study(data, "y", estimator="callaway_santanna", window=(-6, 1))
    mine = pretrends_test(fit).set_index(["test", "power"]).loc[("individual", 0.8)]
    assert theirs.mdv * _per_year(theirs) == pytest.approx(mine["slope"], rel=0.02)


def _per_year(result) -> float:
    """diff-diff norms its trend to length one over the leads; the step between neighbours is its slope."""
    weights = np.asarray(result.violation_weights, dtype=float)
    return float(np.abs(np.diff(weights)).mean())


def test_a_trend_biases_imputation_more_so_that_no_bias_is_said() -> None:
    assert pretrends_test(simulated_fit(model="imputation; …"))["bias"].isna().all()


def test_a_planted_pre_trend_is_found_and_none_is_not() -> None:
    assert pretrends_test(simulated_fit([-3.0, -2.0, -1.0, 1, 2, 3])).iloc[0]["p_value"] < 1e-6
    assert pretrends_test(simulated_fit([0.0] * 6)).iloc[0]["p_value"] == 1.0


def test_what_cannot_be_tested_is_refused() -> None:
    fit = simulated_fit()
    with pytest.raises(DataError, match="no lead besides the reference"):
        pretrends_test(EventFit(fit.estimates, fit.covariance.loc[[0, 1, 2], [0, 1, 2]]))
    same = fit.covariance * 0 + 1.0
    with pytest.raises(DataError, match="leads whose covariance is singular"):
        pretrends_test(EventFit(fit.estimates, same))


def test_smoothness_bounds_agree_with_diff_diff() -> None:
    from diff_diff.honest_did import _compute_optimal_flci

    fit = medicaid_fit()
    by_time = fit.estimates.dropna(subset=["event_time"]).set_index("event_time")["estimate"]
    beta = by_time[list(fit.covariance.index)].to_numpy(float)
    row = smoothness_bounds(fit, [0.02]).iloc[0]
    theirs = _compute_optimal_flci(
        beta[:5], beta[5:], fit.covariance.to_numpy(), np.array([0.5, 0.5]), 5, 2, 0.02
    )
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(theirs, abs=1e-5)


def test_smoothness_bounds_agree_with_the_r_package_to_its_simulation_error() -> None:
    """README of HonestDiD: M = 0 to 0.05. R draws a quantile, so that not every third digit is ours."""
    table = smoothness_bounds(medicaid_fit(), [0.0, 0.02, 0.03, 0.05], event_time=0)
    assert table["conf_low"].tolist() == pytest.approx([0.0259, 0.00286, -0.00714, -0.0271], abs=1e-4)
    assert table["conf_high"].tolist() == pytest.approx([0.0607, 0.0907, 0.101, 0.121], abs=5e-4)
    assert breakdown_m(table) == 0.03
    assert breakdown_m(table.head(2)) == np.inf


def test_no_linear_estimator_is_shorter_by_brute_force() -> None:
    """Two leads leave one free weight: a grid over it finds no shorter interval."""
    fit = simulated_fit()
    times = [-3, -2, 0]
    part = EventFit(fit.estimates, fit.covariance.loc[times, times])
    m = 0.05
    row = smoothness_bounds(part, [m], event_time=0).iloc[0]
    cov, best = part.covariance.to_numpy(), np.inf
    for far in np.linspace(-1, 1, 201):
        a = np.array([far, 1 - 2 * far, 1.0])  # free of the slope: 2 v(-3) + v(-2) = 1
        error = np.sqrt(a @ cov @ a)
        bias = m * (1 + abs(far))  # a change at the reference counts once, one at -2 as much as far
        best = min(best, error * stats.foldnorm.ppf(0.95, bias / error))
    assert (row["conf_high"] - row["conf_low"]) / 2 == pytest.approx(best, rel=1e-4)


def test_bounds_need_a_joint_covariance_without_gaps() -> None:
    panel = read_medicaid()
    fit = fit_event_study(panel, "insured_share", estimator="imputation", window=(-6, 1))
    with pytest.raises(DataError, match="no joint covariance of leads and lags"):
        smoothness_bounds(fit, [0.0])
    whole = simulated_fit()
    gap = [-4, -2, 0, 1]
    with pytest.raises(DataError, match=r"event times with gaps \(1: -3\)"):
        smoothness_bounds(EventFit(whole.estimates, whole.covariance.loc[gap, gap]), [0.0])
    with pytest.raises(DataError, match="no m, or a negative one"):
        smoothness_bounds(whole, [-1.0])
    with pytest.raises(DataError, match="an event time that is not shown"):
        smoothness_bounds(whole, [0.0], event_time=7)
    with pytest.raises(DataError, match="no lead besides the reference"):
        smoothness_bounds(EventFit(whole.estimates, whole.covariance.loc[[0, 1], [0, 1]]), [0.0])


def test_relative_magnitudes_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moderndid.didhonest.sensitivity", None)
    with pytest.raises(DataError, match=r"pip install 'moderndid\[didhonest\]'"):
        relative_magnitude_bounds(medicaid_fit(), [1.0], event_time=0)


def test_relative_magnitudes_agree_with_the_r_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """README of HonestDiD, M̄ = 1: 0.0170 to 0.0720, on a grid of 0.0004.

    Ours is as fine here, and the first-stage critical value comes from 100 draws and not 1,000 as in R:
    measured, the ends move by less than the grid, in a third of the time.
    """
    from moderndid.didhonest import arp_nuisance

    fewer = partial(arp_nuisance.compute_least_favorable_cv, sims=100)
    monkeypatch.setattr(arp_nuisance, "compute_least_favorable_cv", fewer)
    monkeypatch.setattr(honest, "_GRID", 400)
    row = relative_magnitude_bounds(medicaid_fit(), [1.0], event_time=0).iloc[0]
    assert (row["conf_low"], row["conf_high"]) == pytest.approx((0.0170, 0.0720), abs=8e-4)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-99.0, 0.1, "beyond the grid"), (np.nan, np.nan, "no value that is not rejected")],
)
def test_an_open_interval_is_an_error_and_not_a_warning(
    monkeypatch: pytest.MonkeyPatch, low: float, high: float, said: str
) -> None:
    """moderndid warns that an interval is open and returns the end of the grid: that is no bound."""
    from moderndid.didhonest import sensitivity

    def fake(*_: object, grid_lb: float, **__: object) -> dict[str, list[float]]:
        warnings.warn("CI is open at one of the endpoints; CI bounds may not be accurate.", stacklevel=1)
        return {"lb": [max(low, grid_lb)], "ub": [high]}

    monkeypatch.setattr(sensitivity, "create_sensitivity_results_rm", fake)
    with pytest.raises(DataError, match=said):
        relative_magnitude_bounds(simulated_fit(), [1.0])


def test_relative_magnitudes_need_two_leads_and_two_lags() -> None:
    """The largest change before exposure needs two leads; with one lag moderndid ends in an IndexError."""
    fit = simulated_fit()
    for times, said in [([-2, 0, 1], "one lead"), ([-3, -2, 0], "one event time from 0 on")]:
        part = EventFit(fit.estimates, fit.covariance.loc[times, times])
        with pytest.raises(DataError, match=said):
            relative_magnitude_bounds(part, [1.0])
