"""Several tests at once: the stepdown's definition, another implementation, its properties, its size."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from spillover.errors import DataError
from spillover.inference.multiple import draw_matrix, family_rows, max_t, romano_wolf
from spillover.inference.redraw import Treatments, relocate
from spillover.inference.relocation import relocation_ps
from spillover.models.estimates import make_estimates


def scaled(stats: np.ndarray) -> np.ndarray:
    return np.abs(stats / np.sqrt((stats**2).mean(axis=0)))


def brute_stepdown(stats: np.ndarray) -> list[float]:
    """Smallest level at which the stepdown rejects each hypothesis, by trying all levels."""
    size, count = scaled(stats), len(stats)
    adjusted = [1.0] * stats.shape[1]
    for k in range(count, 0, -1):  # level k / count
        left = set(range(stats.shape[1]))
        while left:
            largest = np.sort(size[:, sorted(left)].max(axis=1))[::-1]
            # rejected: at most k rows, the real one included, are as large
            gone = {j for j in left if (largest >= size[0, j] * (1 - 1e-9)).sum() <= k}
            if not gone:
                break
            left -= gone
        for j in set(range(stats.shape[1])) - left:
            adjusted[j] = k / count
    return adjusted


def test_the_stepdown_is_its_definition() -> None:
    random = np.random.default_rng(4)
    for _ in range(20):
        stats = random.normal(size=(20, 4)) + np.array([2.0, 1.0, 0.0, 0.5]) * (np.arange(20) == 0)[:, None]
        assert romano_wolf(stats) == pytest.approx(brute_stepdown(stats))


def test_agrees_with_pyfixest_given_the_same_draws() -> None:
    from pyfixest.estimation.post_estimation.multcomp import _get_rwolf_pval

    random = np.random.default_rng(2)
    stats = random.normal(size=(200, 6)) * np.array([1, 1, 2, 3, 1, 0.5])
    stats[0] += [3, 1, 5, 0, 2, 1]
    same = scaled(stats)
    assert romano_wolf(stats) == pytest.approx(_get_rwolf_pval(same[0], same[1:]), rel=1e-12)


tables = arrays(float, st.tuples(st.integers(2, 12), st.integers(1, 5)), elements=st.integers(-6, 6)).filter(
    lambda x: (x != 0).any(axis=0).all()
)


@given(tables)
@settings(max_examples=150, deadline=None)
def test_adjusted_p_values_lie_between_the_single_ones_and_the_largest_ts(stats: np.ndarray) -> None:
    single = (scaled(stats) >= scaled(stats)[0] * (1 - 1e-9)).mean(axis=0)
    stepped, one_step = romano_wolf(stats), max_t(stats)
    assert (single <= stepped + 1e-12).all()
    assert (stepped <= one_step + 1e-12).all()
    assert (one_step <= 1).all()
    assert stepped.min() == pytest.approx(one_step.min())
    order = np.argsort(-scaled(stats)[0], kind="stable")
    assert (np.diff(stepped[order]) >= -1e-12).all()


@given(tables, st.lists(st.floats(0.01, 100), min_size=5, max_size=5))
@settings(max_examples=50, deadline=None)
def test_units_do_not_matter(stats: np.ndarray, scale: list[float]) -> None:
    assert romano_wolf(stats * np.array(scale[: stats.shape[1]])) == pytest.approx(romano_wolf(stats))


def test_one_test_is_its_own_family() -> None:
    stats = np.array([[2.0], [1.0], [-3.0], [0.5]])
    assert romano_wolf(stats).tolist() == max_t(stats).tolist() == [0.5]


def test_the_family_is_rejected_falsely_as_often_as_said() -> None:
    """2,000 simulated families of 5 correlated true nulls at 10 %: 8 to 12 %; single p-values: over 25 %.

    With one strong effect the other four are still rejected falsely in at most 12 %, and the stepdown finds
    more than the largest t alone.
    """
    random = np.random.default_rng(11)
    mixing = np.linalg.cholesky(0.4 * np.eye(5) + 0.6)
    false, single, step, one = 0, 0, 0, 0
    for _ in range(2000):
        stats = random.normal(size=(100, 5)) @ mixing.T
        false += romano_wolf(stats).min() <= 0.1
        single += (np.abs(stats) >= np.abs(stats[0])).mean(axis=0).min() <= 0.1
        stats[0, 0] += 9
        stats[0, 1] += 2
        step += romano_wolf(stats)[1] <= 0.1
        one += max_t(stats)[1] <= 0.1
    assert 0.08 <= false / 2000 <= 0.12
    assert single / 2000 > 0.25
    assert step > one


def simulated_tests(draws: int = 9) -> dict[str, pd.DataFrame]:
    """Simulated: two outcomes, two terms, the same draws."""
    random = np.random.default_rng(3)
    index = pd.MultiIndex.from_product([range(draws + 1), ["near", "far"]], names=["draw", "term"])
    return {
        name: pd.DataFrame({"t": random.normal(size=len(index))}, index=index).reset_index()
        for name in ("a", "b")
    }


def test_rows_carry_the_adjusted_p_value_and_say_so() -> None:
    tests = simulated_tests()
    names, stats = draw_matrix(tests)
    assert names == [("a", "near"), ("a", "far"), ("b", "near"), ("b", "far")]
    assert stats[3, 2] == tests["b"].set_index(["draw", "term"]).loc[(3, "near"), "t"]
    estimates = make_estimates(
        [{"spec_id": "s", "outcome": o, "term": t, "estimate": 1.0, "std_error": 0.1} for o, t in names[::-1]]
    )
    rows = family_rows(estimates, tests)
    assert rows["p_value"].tolist() == pytest.approx(romano_wolf(stats)[::-1].tolist())
    assert set(rows["vcov"]) == {"Romano-Wolf over 4 tests, 9 draws"}
    assert rows["std_error"].isna().all()


def test_one_unnamed_term_takes_the_name_of_its_row() -> None:
    tests = {name: t[t["term"] == "near"].drop(columns="term") for name, t in simulated_tests().items()}
    estimates = make_estimates([{"outcome": o, "term": "near", "estimate": 1.0} for o in ("b", "a")])
    rows = family_rows(estimates, tests)
    expected = romano_wolf(np.column_stack([tests["b"]["t"], tests["a"]["t"]]))
    assert rows["p_value"].tolist() == pytest.approx(expected.tolist())


def test_relocation_draws_of_several_outcomes_are_one_family() -> None:
    """The same moved treatments for both outcomes; alone, each p-value is that of the relocation test."""
    random = np.random.default_rng(6)
    panel = pd.DataFrame({"region_code": np.repeat(np.arange(12).astype(str), 2), "year": [1, 2] * 12})
    late = panel["year"].to_numpy() == 2
    near = np.column_stack([late & (panel["region_code"] == str(i)) for i in range(12)])[:, :, None]
    panel = panel.assign(a=random.normal(size=24) + 6 * near[:, 0, 0], b=random.normal(size=24))
    tests = {o: relocate(panel, o, Treatments(near, ("near",), "each region")) for o in ("a", "b")}
    names, stats = draw_matrix(tests)
    assert names == [("a", "near"), ("b", "near")]
    estimates = make_estimates([{"outcome": o, "term": "near", "estimate": 1.0} for o in tests])
    adjusted = family_rows(estimates, tests)["p_value"].to_numpy()
    alone = [relocation_ps(test)["near"] for test in tests.values()]
    assert [romano_wolf(stats[:, [j]])[0] for j in (0, 1)] == pytest.approx(alone)
    assert adjusted[0] == pytest.approx(1 / 12)
    assert (adjusted >= alone).all()


def test_a_draw_without_value_counts_as_nothing() -> None:
    stats = np.array([[2.0, 1.0], [1.0, np.nan], [-3.0, 2.0]])
    assert romano_wolf(stats) == pytest.approx(romano_wolf(np.nan_to_num(stats)))


@pytest.mark.parametrize(
    ("stats", "message"),
    [
        (np.ones((1, 3)), "no draws"),
        (np.ones(3), "no draws"),
        (np.array([[np.nan, 1.0], [1.0, 1.0]]), r"missing or infinite statistics \(1: column 0\)"),
        (np.array([[0.0, 1.0], [0.0, 1.0]]), r"all zero \(1: column 0\)"),
    ],
)
def test_statistics_that_cannot_be_compared_are_refused(stats: np.ndarray, message: str) -> None:
    for adjust in (romano_wolf, max_t):
        with pytest.raises(DataError, match=message):
            adjust(stats)


def test_draws_that_do_not_match_are_refused() -> None:
    tests = simulated_tests()
    tests["b"] = tests["b"][tests["b"]["draw"] < 5]
    with pytest.raises(DataError, match="different draws"):
        draw_matrix(tests)
    estimates = make_estimates([{"outcome": "a", "term": "near", "estimate": 1.0}])
    with pytest.raises(DataError, match=r"do not match \(3: "):
        family_rows(estimates, simulated_tests())
