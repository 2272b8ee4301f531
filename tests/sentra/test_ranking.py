"""Ranks: published and hand-made results, agreement with pymcdm, and properties of any ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import TOPSIS, WSM
from pymcdm.normalizations import minmax_normalization, vector_normalization
from simulated_tables import tables

from spillover.errors import DataError
from spillover.sentra.criteria import read_criteria, with_weight
from spillover.sentra.draws import draw_ranks
from spillover.sentra.explaining import explain_scores
from spillover.sentra.problem import make_problem
from spillover.sentra.ranking import compare_rankings, rank_districts
from spillover.sentra.scores import closeness, min_max, ranks, weighted_sum

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAN = float("nan")


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """A matrix of small whole numbers (many ties and flat columns) and weights, some of them zero."""
    n, k = draw(st.integers(2, 7)), draw(st.integers(1, 5))
    matrix = draw(arrays(float, (n, k), elements=st.integers(0, 6).map(float)))
    weights = draw(arrays(float, k, elements=st.integers(0, 5).map(float)).filter(lambda w: w.sum() > 0))
    return matrix, weights / weights.sum()


def vector_norm(matrix: np.ndarray, cost: np.ndarray) -> np.ndarray:
    return np.column_stack([vector_normalization(x, c) for x, c in zip(matrix.T, cost, strict=True)])


# --- published --------------------------------------------------------------------------------------------


def test_published_topsis_papathanasiou_ploskas() -> None:
    """Papathanasiou and Ploskas (2018), Multiple Criteria Decision Aid, Springer, chapter 1: six sites."""
    sites = [[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4]]
    normalised = vector_norm(np.array(sites, float), np.zeros(4, bool))
    found = closeness(normalised, np.array([0.4, 0.3, 0.1, 0.2]))
    assert found.round(3).tolist() == [0.387, 0.327, 0.391, 0.615, 0.868, 0.493]


def test_published_topsis_four_cars() -> None:
    """The teaching example of four cars (Civic, Saturn, Ford, Mazda; cost last), as printed to 8 digits."""
    cars = np.array([[7, 9, 9, 8], [8, 7, 8, 7], [9, 6, 8, 9], [6, 7, 8, 6]], float)
    found = closeness(vector_norm(cars, np.array([0, 0, 0, 1], bool)), np.array([0.1, 0.4, 0.3, 0.2]))
    assert found.round(8).tolist() == [0.74269409, 0.40359933, 0.17586999, 0.44142927]


def test_published_topsis_of_the_pymcdm_documentation() -> None:
    """Min-max, one cost and one benefit, through the whole ranking: 0.500, 0.617, 0.500."""
    values, criteria = tables([[1, 3000], [2, 3750], [5, 4500]], [1, 1], direction=["cost", "benefit"])
    table = rank_districts(values, criteria, draws=1).set_index("region_code")["score_topsis"]
    assert table[["A", "B", "C"]].round(3).tolist() == [0.5, 0.617, 0.5]


# --- by hand ----------------------------------------------------------------------------------------------


def by_hand() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three districts: b is a cost compared by logarithms, c is unknown for B (median of 1 and 3: 2)."""
    return tables(
        [[10, 1, 1], [0, 10, NAN], [5, 100, 3]],
        [0.5, 0.3, 0.2],
        direction=["benefit", "cost", "benefit"],
        transform=["none", "log", "none"],
        kind=["judgement", "data", "data"],
    )


def test_scores_by_hand() -> None:
    """A: 0.5×1 + 0.3×1 + 0.2×0 = 0.8; B: 0 + 0.3×0.5 + 0.2×0.5 = 0.25; C: 0.25 + 0 + 0.2 = 0.45."""
    table = rank_districts(*by_hand(), draws=10).set_index("region_code")
    assert table.loc[["A", "B", "C"], "score_weighted"].tolist() == pytest.approx([0.8, 0.25, 0.45])
    assert table.loc[["A", "B", "C"], "rank_weighted"].tolist() == [1, 3, 2]
    # TOPSIS of B: to the worst √(0 + 0.15² + 0.1²), to the best √(0.5² + 0.15² + 0.1²)
    worst, best = np.sqrt(0.0325), np.sqrt(0.2825)
    assert table.loc["B", "score_topsis"] == pytest.approx(worst / (worst + best))
    assert table["n_missing"].to_dict() == {"A": 0, "C": 0, "B": 1}
    shares = table.loc["B", ["share_data", "share_judgement", "share_imputed"]]
    assert shares.tolist() == pytest.approx([0.15 / 0.25, 0, 0.1 / 0.25])
    assert table.loc["A", "share_judgement"] == pytest.approx(0.5 / 0.8)
    assert table.loc["B", "weight_missing"] == pytest.approx(0.2)


def test_a_criterion_in_which_all_are_equal_does_not_count() -> None:
    """One judged value for all would give each its whole weight, as if it were a strength: it gives none."""
    values, criteria = by_hand()
    flat = values.assign(a=5.0)
    table = rank_districts(flat, criteria, draws=10).set_index("region_code")
    assert table.loc["B", ["share_data", "share_imputed"]].tolist() == pytest.approx([0.6, 0.4])
    assert set(table["left_out"]) == set(table["equal"]) == {"a"}
    assert table["weight_left_out"].iloc[0] == pytest.approx(0.5)
    without = rank_districts(values[["b", "c"]], criteria[criteria["criterion_id"].ne("a")], draws=10)
    assert table["score_weighted"].tolist() == pytest.approx(without["score_weighted"].tolist())
    explained = explain_scores(flat, criteria).set_index(["region_code", "criterion_id"]).loc["B"]
    assert explained.loc["a", ["status", "value", "contribution"]].tolist() == ["equal", 5.0, 0.0]
    one_known = flat.assign(a=[5.0, NAN, NAN])
    assert set(rank_districts(one_known, criteria, draws=10)["equal"]) == {"a"}


def test_the_explanation_is_the_score() -> None:
    values, criteria = by_hand()
    table = explain_scores(values, criteria).set_index(["region_code", "criterion_id"]).loc["B"]
    assert table.loc[["a", "b", "c"], "contribution"].tolist() == pytest.approx([0, 0.15, 0.1])
    assert table.loc["total", "contribution"] == pytest.approx(0.25)
    assert table.loc["total", ["weight", "weight_in_table"]].tolist() == pytest.approx([1, 1])
    assert table.loc[["a", "b", "c"], "status"].tolist() == ["observed", "observed", "assumed"]
    assert np.isnan(table.loc["c", "value"])
    assert table.loc["c", "value_used"] == 2
    assert table.loc["b", ["worst", "best", "best_district"]].tolist() == [100, 1, "A"]
    scores = rank_districts(values, criteria, draws=10).set_index("region_code")["score_weighted"]
    everything = explain_scores(values, criteria)
    totals = everything[everything["criterion_id"].eq("total")].set_index("region_code")["contribution"]
    assert totals.to_dict() == pytest.approx(scores.to_dict())


# --- against pymcdm ---------------------------------------------------------------------------------------


@given(cases())
@QUICK
def test_own_scores_agree_with_pymcdm(case: tuple[np.ndarray, np.ndarray]) -> None:
    """For every matrix, with flat columns and zero weights, to 1e-12; many draws at once as one by one."""
    matrix, weights = case
    normalised = min_max(matrix)
    benefit = np.ones(len(weights))
    theirs = WSM(minmax_normalization)(matrix, weights, benefit, validation=False)
    np.testing.assert_allclose(weighted_sum(normalised, weights), theirs, rtol=0, atol=1e-12)
    ours = closeness(normalised, weights)
    if ((weights > 0) & (np.ptp(matrix, axis=0) > 0)).any():
        theirs = TOPSIS(minmax_normalization)(matrix, weights, benefit, validation=False)
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12)
    else:
        assert (ours == 0.5).all()
    stack = np.stack([matrix, matrix[::-1], matrix * 3])
    many = closeness(min_max(stack), np.stack([weights] * 3))
    np.testing.assert_allclose(many, [ours, ours[::-1], ours], rtol=0, atol=1e-12)


def test_each_draw_agrees_with_pymcdm() -> None:
    """Real criteria with costs, logarithms, ranges and gaps: pymcdm ranks each drawn problem alike."""
    from spillover.sentra.draws import _blocks

    rng = np.random.default_rng(3)
    criteria = read_criteria()
    values = pd.DataFrame(rng.lognormal(0, 1, (13, 12)), columns=criteria["criterion_id"])
    values = values.set_axis([f"A{i:02d}" for i in range(13)]).mask(rng.random(values.shape) < 0.1)
    problem = make_problem(values, criteria)
    found = draw_ranks(problem, 60, 5)
    weights, drawn = next(_blocks(problem, 60, 5, 100.0))
    for d in range(60):
        matrix = np.where(problem.log, np.log(drawn[d]), drawn[d])
        theirs = TOPSIS(minmax_normalization)(matrix, weights[d], problem.sign, validation=False)
        assert (found["topsis"][d] == ranks(theirs)).all()
        theirs = WSM(minmax_normalization)(matrix, weights[d], problem.sign, validation=False)
        assert (found["weighted"][d] == ranks(theirs)).all()


# --- properties -------------------------------------------------------------------------------------------


@given(cases(), st.floats(0.01, 1000))
@QUICK
def test_units_and_order_do_not_matter(case: tuple[np.ndarray, np.ndarray], factor: float) -> None:
    matrix, weights = case
    values, criteria = tables(matrix, weights, range_pct=20.0)
    first = rank_districts(values, criteria, draws=20)
    shuffled = values.sample(frac=1, random_state=1).iloc[:, ::-1]
    again = rank_districts(shuffled, criteria.iloc[::-1], draws=20)
    pd.testing.assert_frame_equal(first, again)
    scaled = rank_districts(values * factor, criteria, draws=20)
    whole = ["region_code", "rank_weighted", "rank_topsis", "pareto", "rank_low", "rank_high", "p_top3"]
    pd.testing.assert_frame_equal(first[whole], scaled[whole])
    np.testing.assert_allclose(first["score_weighted"], scaled["score_weighted"], atol=1e-9)


@given(cases())
@QUICK
def test_a_dominating_district_never_ranks_lower(case: tuple[np.ndarray, np.ndarray]) -> None:
    values, criteria = tables(*case)
    table = rank_districts(values, criteria, draws=1).set_index("region_code")
    counting = criteria.loc[criteria["weight"] > 0, "criterion_id"]
    for this in values.index:
        above = [
            other
            for other in values.index
            if (values.loc[other, counting] >= values.loc[this, counting]).all()
            and (values.loc[other, counting] > values.loc[this, counting]).any()
        ]
        assert table.loc[this, "dominated_by"] == ", ".join(above)
        assert table.loc[this, "pareto"] == (not above)
        for other in above:
            assert table.loc[other, "rank_weighted"] <= table.loc[this, "rank_weighted"]
            assert table.loc[other, "rank_topsis"] <= table.loc[this, "rank_topsis"]


@given(cases(), st.integers(0, 4))
@QUICK
def test_all_weight_on_one_criterion_gives_its_order(case: tuple[np.ndarray, np.ndarray], j: int) -> None:
    matrix, weights = case
    j %= len(weights)
    values, criteria = tables(matrix, np.eye(len(weights))[j])
    table = rank_districts(values, criteria, draws=3).set_index("region_code")
    order = values.iloc[:, j].rank(ascending=False, method="min").astype(int).reindex(table.index)
    assert (table["rank_weighted"] == order).all()
    assert (table["rank_topsis"] == order).all()
    assert (table["rank_low"] == order).all()
    assert (table["rank_high"] == order).all()


def test_probabilities_sum_and_intervals_hold_the_ranks() -> None:
    rng = np.random.default_rng(1)
    values, criteria = tables(rng.random((13, 12)), np.ones(12), range_pct=20.0)
    table = rank_districts(values.mask(rng.random(values.shape) < 0.2), criteria, draws=500)
    for suffix in ("", "_topsis"):
        assert table[f"p_top3{suffix}"].sum() == pytest.approx(3)
        assert table[f"p_first{suffix}"].sum() == pytest.approx(1)
        assert table[f"mean_rank{suffix}"].mean() == pytest.approx(7)
        assert (table[f"rank_low{suffix}"] <= table[f"rank_high{suffix}"]).all()
    assert (table["rank_low"] < table["rank_high"]).any()
    with pytest.raises(DataError, match=r"impossible draws \(2: draws=0"):
        rank_districts(values, criteria, draws=0)


def test_nothing_uncertain_means_one_rank() -> None:
    values, criteria = tables([[3, 1], [2, 5], [1, 0]], [0.5, 0.5])
    table = rank_districts(values, criteria, draws=40, concentration=np.inf)
    assert (table["rank_low"] == table["rank_weighted"]).all()
    assert (table["rank_high"] == table["rank_weighted"]).all()
    assert set(table["p_first"]) == {0.0, 1.0}


# --- the draws themselves ---------------------------------------------------------------------------------


def test_drawn_weights_and_values_have_their_distributions() -> None:
    """A weight of 0.10 has mean 0.10 and deviation √(0.1 × 0.9 / 101) = 0.030; a triangle its moments."""
    from spillover.sentra.draws import _blocks

    values, criteria = tables([[10, 4], [20, NAN], [40, 8], [30, 6]], [0.1, 0.9], range_pct=[10.0, 0.0])
    ranges = (values * NAN, values.where(values != 40, 60.0) * np.array([1, NAN]))
    ranges[1].loc[["A", "B", "D"], "a"] = NAN
    problem = make_problem(values, criteria, ranges)
    weights, drawn = next(_blocks(problem, 20_000, 1, 100.0))
    assert weights[:, 0].mean() == pytest.approx(0.1, abs=0.001)
    assert weights[:, 0].std() == pytest.approx(0.0298, abs=0.001)
    assert np.quantile(weights[:, 0], [0.05, 0.95]) == pytest.approx([0.055, 0.153], abs=0.003)
    third = drawn[:, 2, 0]
    assert (third.min() >= 36, third.max() <= 60) == (True, True)
    assert third.mean() == pytest.approx((36 + 40 + 60) / 3, abs=0.15)
    assert third.var() == pytest.approx((36**2 + 40**2 + 60**2 - 36 * 40 - 36 * 60 - 40 * 60) / 18, rel=0.03)
    assert np.corrcoef(drawn[:, 0, 0], third)[0, 1] == pytest.approx(0, abs=0.03)
    unknown = drawn[:, 1, 1]
    assert np.quantile(unknown, [0, 0.5, 1]) == pytest.approx([4, 6, 8], abs=0.05)
    assert np.ptp(drawn[:, 0, 1]) == 0


def test_shared_errors_do_not_reorder() -> None:
    """If all districts are off alike, their order under that criterion is sure; each by itself, it is not."""
    rows, weights = [[100, 1], [95, 1], [90, 1]], [1, 0]
    sure = rank_districts(*tables(rows, weights, range_pct=30.0, range_kind="shared"), draws=200)
    open_ = rank_districts(*tables(rows, weights, range_pct=30.0), draws=200)
    assert sure["p_first"].tolist() == [1.0, 0.0, 0.0]
    assert open_["p_first"].between(0.1, 0.6).all()


def test_blocks_bound_memory_and_keep_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    values, criteria = tables(np.random.default_rng(2).random((6, 4)), np.ones(4), range_pct=10.0)
    problem = make_problem(values.mask(values > 0.8), criteria.assign(range_kind=["own", "shared"] * 2))
    whole = draw_ranks(problem, 90, 1)
    monkeypatch.setattr("spillover.sentra.draws.CELLS", 24 * 7)
    parts = draw_ranks(problem, 90, 1)
    assert parts["topsis"].shape == (90, 6)
    np.testing.assert_array_equal(whole["weighted"], parts["weighted"])
    np.testing.assert_allclose(whole["topsis_mean"], parts["topsis_mean"])


# --- odd input --------------------------------------------------------------------------------------------


def test_a_criterion_without_data_is_left_out_and_said() -> None:
    values, criteria = tables([[1, NAN, 2], [3, NAN, 1], [2, NAN, 0]], [0.5, 0.2, 0.3])
    table = rank_districts(values, criteria, draws=20)
    without = rank_districts(*tables(values[["a", "c"]].to_numpy(), [0.5, 0.3]), draws=1)
    assert table["score_weighted"].tolist() == pytest.approx(without["score_weighted"].tolist())
    assert set(table["left_out"]) == {"b"}
    assert table["weight_left_out"].iloc[0] == pytest.approx(0.2)
    assert set(table["n_missing"]) == {1}
    assert set(table["n_criteria"]) == {2}
    explained = explain_scores(values, criteria).set_index(["region_code", "criterion_id"]).loc["A"]
    assert explained.loc["b", ["status", "weight", "weight_in_table"]].tolist() == ["left_out", 0.0, 0.2]


def test_districts_that_are_equal_tie() -> None:
    values, criteria = tables([[1, 2], [1, 2], [1, 2]], [0.5, 0.5])
    table = rank_districts(values, criteria, draws=10)
    assert set(table["rank_weighted"]) == set(table["rank_topsis"]) == {1}
    assert set(table["score_topsis"]) == {0.5}
    assert set(table["mean_rank"]) == {2.0}
    assert table["pareto"].all()


def test_a_missing_value_may_still_be_the_best() -> None:
    """B is below A in all that is known of it, but nobody knows its b: it stays on the front."""
    table = rank_districts(*tables([[3, 1], [1, NAN], [2, 4]], [0.5, 0.5]), draws=5).set_index("region_code")
    assert table["pareto"].to_dict() == {"A": True, "B": False, "C": True}
    assert table.loc["B", "dominated_by"] == "C"
    table = rank_districts(*tables([[3, 1], [1, NAN], [0, 4]], [0.5, 0.5]), draws=5).set_index("region_code")
    assert table["pareto"].all()


# --- before and after -------------------------------------------------------------------------------------


def test_an_edited_weight_shows_what_it_changed() -> None:
    values, criteria = tables([[9, 0], [8, 5], [7, 6], [0, 10]], [0.9, 0.1])
    before = rank_districts(values, criteria, draws=200)
    after = rank_districts(values.drop("A"), with_weight(criteria, "a", 0.2), draws=200)
    table = compare_rankings(before, after).set_index("region_code")
    assert table.index.tolist() == ["D", "C", "B", "A"]
    assert table["change"].to_dict() == {"D": "up", "C": "up", "B": "down", "A": "removed"}
    assert table["top3"].to_dict() == {"D": "enters", "C": "stays", "B": "stays", "A": "leaves"}
    assert table.loc["D", "places"] == 3
    same = compare_rankings(before, before)
    assert set(same["change"]) == {"same"}
    with pytest.raises(DataError, match=r"before: missing columns"):
        compare_rankings(before.drop(columns="p_top3"), after)
