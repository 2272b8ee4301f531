"""What would change the answer: the change found does change it, less does not, and nothing nearer does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from simulated_tables import tables

from spillover.errors import DataError
from spillover.sentra.criteria import read_criteria, with_weight
from spillover.sentra.ranking import rank_districts
from spillover.sentra.scores import closeness, min_max, weighted_sum
from spillover.sentra.sensitivity import what_would_change

QUICK = settings(max_examples=15, deadline=None, phases=[Phase.generate])
NAN = float("nan")


class Scratch:
    """The ranking from scratch in plain numpy, with one weight or value moved."""

    def __init__(self, values: pd.DataFrame, criteria: pd.DataFrame) -> None:
        there = values.notna().any().to_numpy()
        self.there, self.raw = there, values.to_numpy(float)
        self.codes, self.ids = list(values.index), criteria["criterion_id"].tolist()
        self.weights = criteria["weight"].to_numpy(float)
        self.log = criteria["transform"].eq("log").to_numpy()
        self.sign = np.where(criteria["direction"].eq("cost"), -1.0, 1.0)

    def answer(self, row: Any = None, at: float = NAN, *, method: str, place: int) -> frozenset[str]:
        """The districts on the first places; a tie at the boundary gives more of them."""
        raw, weights = self.raw.copy(), self.weights
        if row is not None:
            j = self.ids.index(row.criterion_id)
            if row.change == "weight":
                weights = weights * (1 - at) / (1 - weights[j])
                weights[j] = at
            else:
                raw[self.codes.index(row.region_code), j] = at
        y = np.log(raw, out=raw, where=self.log) * self.sign
        used = weights[self.there] / weights[self.there].sum()
        score = {"weighted": weighted_sum, "topsis": closeness}[method]
        scores = score(min_max(y[:, self.there]), used).round(11)
        last = np.sort(scores)[-place]
        return frozenset(code for code, s in zip(self.codes, scores, strict=True) if s >= last)

    def logs(self, row: Any) -> bool:
        return bool(row.change == "value" and self.log[self.ids.index(row.criterion_id)])

    def part_way(self, row: Any, share: float) -> float:
        """The weight or value after a share of the way of a found change (1: all the way, to the tie)."""
        if self.logs(row):
            return float(row.current * (row.needed / row.current) ** share)
        return float(row.current + share * (row.needed - row.current))


@st.composite
def cases(draw: st.DrawFn) -> tuple[pd.DataFrame, pd.DataFrame]:
    n, k, seed = draw(st.integers(3, 6)), draw(st.integers(2, 4)), draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    rows = rng.lognormal(0, 1, (n, k))
    words = [draw(st.sampled_from(["benefit", "cost"])) for _ in range(k)]
    transforms = [draw(st.sampled_from(["none", "log"])) for _ in range(k)]
    return tables(rows, rng.dirichlet(np.ones(k)) + 0.01, direction=words, transform=transforms)


@given(cases(), st.sampled_from([1, 2]))
@QUICK
def test_a_found_change_changes_the_answer_and_less_does_not(
    case: tuple[pd.DataFrame, pd.DataFrame], place: int
) -> None:
    scratch = Scratch(*case)
    for row in what_would_change(*case, places=[place], every_district=True).itertuples():
        if not row.possible or row.size < 1e-6:
            continue
        now = scratch.answer(method=row.method, place=place)
        at = scratch.part_way(row, 1 + 1e-5)
        if row.change == "weight" and not 0 < at < 1:
            continue
        beyond = scratch.answer(row, at, method=row.method, place=place)
        assert beyond != now, row
        assert row.enters in beyond
        for share in (0.2, 0.5, 0.9, 1 - 1e-5):
            at = scratch.part_way(row, share)
            assert scratch.answer(row, at, method=row.method, place=place) == now, row


@given(cases(), st.sampled_from([1, 2]))
@QUICK
def test_nothing_nearer_and_nothing_where_it_says_impossible(
    case: tuple[pd.DataFrame, pd.DataFrame], place: int
) -> None:
    """By brute force: a grid of weights, and of each value as far beyond those observed as is allowed."""
    scratch, values = Scratch(*case), case[0]
    table = what_would_change(*case, places=[place], methods=["weighted"], every_district=True)
    now = scratch.answer(method="weighted", place=place)
    for row in table.itertuples():
        scale, back = (np.log, np.exp) if scratch.logs(row) else (np.asarray, np.asarray)
        column = scale(values[row.criterion_id].to_numpy())
        far = 10 * np.ptp(column)
        lowest = column.min() - far if scratch.logs(row) else 0
        grid = back(np.linspace(lowest, column.max() + far, 50))
        for at in np.linspace(0.001, 0.999, 41) if row.change == "weight" else grid:
            nearer = abs(scale(at) - scale(row.current)) < abs(scale(row.needed) - scale(row.current)) - 1e-9
            if nearer or not row.possible:
                assert scratch.answer(row, at, method="weighted", place=place) == now, (row, at)


def by_hand() -> tuple[pd.DataFrame, pd.DataFrame]:
    """A 0.6 × 1 + 0.4 × 0 = 0.6, B 0 + 0.4 = 0.4, C 0.6 × 0.5 + 0.4 × 0.25 = 0.4."""
    return tables([[10, 0], [0, 8], [5, 2]], [0.6, 0.4])


def test_changes_by_hand() -> None:
    """Where two of the three tie, worked out beside each line."""
    table = what_would_change(*by_hand(), places=[1], methods=["weighted"], every_district=True)
    rows = table.set_index(["change", "criterion_id", "region_code"])
    weight = rows.loc[("weight", "a", "")]
    assert weight["needed"] == pytest.approx(0.5)
    assert (weight["enters"], weight["leaves"]) == ("B", "A")
    # A at v > 5: A stays 0.6 and C is 0.6 × 5/v + 0.1: they tie at v = 6
    value = rows.loc[("value", "a", "A")]
    assert value["needed"] == pytest.approx(6)
    assert (value["enters"], value["size"]) == ("C", pytest.approx(0.4))
    # B under a: the lowest is then B or C; with B above it the first place is B's
    changed = rows.loc[("value", "a", "B")]
    scratch, row = Scratch(*by_hand()), _row(table, "a", "B")
    assert scratch.answer(row, scratch.part_way(row, 1.001), method="weighted", place=1) == {"B"}
    assert changed["enters"] == "B"
    # B under b already has the most: more of it only lowers C, so nothing changes the first place upwards,
    # and less makes C the best of b: 0.3 + 0.4 = 0.7 > 0.6, at 8 > v with C 0.3 + 0.4 × 2/v = 0.6: v = 8/3
    assert rows.loc[("value", "b", "B"), "needed"] == pytest.approx(8 / 3)
    assert rows.loc[("value", "b", "B"), "enters"] == "C"


def _row(table: pd.DataFrame, criterion: str, district: str) -> Any:
    chosen = table["criterion_id"].eq(criterion) & table["region_code"].eq(district)
    return next(table[chosen].itertuples())


def test_what_cannot_change_is_said() -> None:
    """A leads in everything: no weight can unseat it; a value of 0 or 1 stays between them."""
    table = what_would_change(*tables([[3, 1], [2, 0], [1, 0]], [0.5, 0.5]), places=[1])
    weights = table[table["change"] == "weight"]
    assert not weights["possible"].any()
    assert weights["needed"].isna().all()
    values, criteria = tables([[3, 1], [2, 0], [1, 0]], [0.9, 0.1])
    values = what_would_change(values, criteria, places=[1], every_district=True)
    binary = values[values["change"].eq("value") & values["criterion_id"].eq("b")]
    assert not binary["possible"].any()
    alone = what_would_change(*tables([[3, 1], [2, 2]], [1.0, 0.0]), places=[1])
    rows = alone.set_index(["method", "change", "criterion_id"])
    assert not rows.loc[("weighted", "weight", "a"), "possible"]
    assert rows.loc[("weighted", "weight", "b"), "needed"] == pytest.approx(0.5)
    assert rows.loc[("topsis", "weight", "b"), "needed"] == pytest.approx(0.5)
    assert not rows.loc[("topsis", "value", "b"), "possible"]


def test_values_stay_above_zero_where_all_are() -> None:
    """To lose the first place A would need a negative value, which no measure of this kind has."""
    values, criteria = tables([[2, 10], [1, 0], [0, 0]], [0.1, 0.9])
    table = what_would_change(values, criteria, places=[1], every_district=True)
    assert not table.loc[table["criterion_id"].eq("a") & table["change"].eq("value"), "possible"].any()


def test_a_tie_is_a_change_of_size_zero() -> None:
    table = what_would_change(*tables([[1, 0], [0, 1]], [0.5, 0.5]), places=[1])
    weights = table[table["change"] == "weight"]
    assert weights["possible"].all()
    assert weights["size"].to_numpy() == pytest.approx(0, abs=1e-9)


def test_criteria_in_which_all_are_equal_change_nothing() -> None:
    """A change of "102.1 to 102.1", or of a weight that moves no rank, is no change: b does not count."""
    values, criteria = tables([[1, 4], [0, 4]], [0.3, 0.7])
    table = what_would_change(values, criteria, places=[1])
    flat = table[table["criterion_id"].eq("b")]
    assert set(flat["status"]) == {"equal"}
    assert not flat["possible"].any()


def test_weights_are_those_of_the_table_also_if_a_criterion_has_no_data() -> None:
    values, criteria = tables([[10, 0, NAN], [0, 8, NAN]], [0.5, 0.3, 0.2])
    table = what_would_change(values, criteria, places=[1])
    row = next(table[table["criterion_id"].eq("a")].itertuples())
    assert row.current == pytest.approx(0.5)
    for share, first in ((1 - 1e-6, "A"), (1 + 1e-6, "B")):
        changed = with_weight(criteria, "a", row.current + share * row.difference)
        assert rank_districts(values, changed, draws=1)["region_code"][0] == first
    left_out = table[table["status"].eq("left_out")]
    assert set(left_out["criterion_id"]) == {"c"}
    assert not left_out["possible"].any()


def test_the_range_of_a_value_may_leave_the_answer_open() -> None:
    """B needs 9.5 of a: within its 20 %, not within its 1 %."""
    for percent, open_ in ((20.0, True), (1.0, False)):
        values, criteria = tables([[10, 0], [9, 0.5], [0, 10]], [0.9, 0.1], range_pct=percent)
        table = what_would_change(values, criteria, places=[1], methods=["weighted"], every_district=True)
        row = _row(table, "a", "B")
        assert 9 < row.needed < 10
        assert row.in_range == open_


def test_boundaries_and_wrong_questions() -> None:
    values, criteria = by_hand()
    assert what_would_change(values, criteria, places=[3]).empty
    with pytest.raises(DataError, match=r"unknown methods \(1: electre\)"):
        what_would_change(values, criteria, methods=["electre"])
    with pytest.raises(DataError, match="impossible places"):
        what_would_change(values, criteria, places=[0])
    with pytest.raises(DataError, match="an impossible weight"):
        with_weight(criteria, "a", 1.2)
    with pytest.raises(DataError, match="an impossible weight"):
        with_weight(criteria, "z", 0.2)


def test_the_real_criteria_give_a_row_for_each_question() -> None:
    rng = np.random.default_rng(0)
    criteria = read_criteria()
    values = pd.DataFrame(rng.lognormal(1, 1, (8, 12)), columns=criteria["criterion_id"])
    values = values.set_axis([f"A{i}" for i in range(8)]).mask(rng.random(values.shape) < 0.1)
    table = what_would_change(values, criteria)
    assert len(table) == 2 * 2 * 12 * 2
    assert set(table["criterion_id"]) == set(criteria["criterion_id"])
    found = table[table["possible"]]
    assert (found["enters"] != found["leaves"]).all()
    assert set(table["status"]) <= {"observed", "assumed", ""}
