"""Sums of claims: added where that says something, refused where it does not."""

from __future__ import annotations

from math import inf, isnan

import pandas as pd
import pytest
from simulated_ledger import PROGRAMMES, claim, flow, ledger, stock

from spillover.errors import DataError
from spillover.partnerships.totals import TOTAL_COLUMNS, add_up


def total(*rows: dict[str, str]) -> pd.Series:
    table = add_up(ledger(*rows), programmes=PROGRAMMES)
    assert list(table.columns) == list(TOTAL_COLUMNS)
    assert len(table) == 1
    return table.iloc[0]


def test_parts_of_one_total_add_up_with_their_bounds() -> None:
    """Districts of one training: 40 + 60 people, each to half a unit."""
    row = total(
        flow("a", value=40, unit="person", part_of="all"),
        flow("b", value=60, unit="person", part_of="all"),
    )
    assert row[["value", "value_low", "value_up", "n_rows"]].tolist() == [100, 99, 101, 2]
    assert row[["period_first", "period_last"]].tolist() == ["2022-01-01", "2022-12-31"]
    assert row[["unit", "basis", "stage", "measure"]].tolist() == ["person", "flow", "realised", "contracts"]
    assert row[["programmes", "entry_ids"]].tolist() == ["sim_park", "a;b"]


def test_a_sum_with_a_lower_bound_has_no_upper_one() -> None:
    row = total(flow("a", qualifier="at_least"), flow("b", period_start="2023", period_end="2023"))
    assert isnan(row["value"])
    assert row[["value_low", "value_up"]].tolist() == [199, inf]


def test_flows_of_different_years_or_districts_may_be_added() -> None:
    years = [flow("a"), flow("b", period_start="2023", period_end="2023", as_of="2023")]
    districts = [flow("a"), flow("b", region_code="8206"), flow("c", region_code="7200")]
    assert total(*years)["value"] == 200
    assert total(*districts)["value"] == 300


def test_one_cumulative_row_of_each_programme_may_be_added() -> None:
    assert total(claim("a"), claim("b", programme="sim_other", as_of="2024"))["value"] == 200


BAD = {
    "bases": ([flow("a"), claim("b")], r"several kinds of basis \(2: flow, cumulative\)"),
    "stages": ([flow("a"), flow("b", stage="planned")], r"several kinds of stage"),
    "currencies": ([flow("a"), flow("b", unit="USD")], r"several kinds of unit.*one currency"),
    "measures": ([flow("a"), flow("b", measure="other")], r"several kinds of measure"),
    "rates": ([flow("a", unit="IDR/month")], r"rates cannot be added \(1: IDR/month\).*how long the rate"),
    "percentages": ([stock("a", unit="percent")], r"percentages cannot be added"),
    "a superseded row and its successor": (
        [claim("a"), claim("b", as_of="2023", supersedes="a", programme="sim_other")],
        r"superseded rows beside their successors \(1: b and a\)",
    ),
    "a chain with its first and last": (
        [claim("a"), claim("b", supersedes="a"), claim("c", supersedes="b")],
        r"\(3: b and a, c and b, c and a\)",
    ),
    "a part and its total": (
        [flow("all", region_code="8206"), flow("a", part_of="all")],
        r"parts beside their total \(1: a and all\)",
    ),
    "claims in conflict": (
        [flow("a", conflict="x"), flow("b", conflict="x", region_code="8206")],
        r"cannot both be true \(1: a and b\)",
    ),
    "a programme and a wider one": (
        [flow("a"), flow("b", programme="sim_park_and_mine")],
        r"beside a wider one \(1: sim_park_and_mine contains sim_park\)",
    ),
    "a programme and a much wider one": (
        [flow("a"), flow("b", programme="sim_group")],
        r"beside a wider one \(1: sim_group contains sim_park\)",
    ),
    "cumulative rows of one programme": (
        [claim("a"), claim("b", region_code="8206")],
        r"several cumulative rows of one programme \(1: a and b\).*to_flow",
    ),
    "flows that overlap": (
        [flow("a"), flow("b", period_start="2022-12", period_end="2023")],
        r"flows of one programme that overlap \(1: a and b\)",
    ),
    "a district and its province": (
        [flow("a"), flow("b", region_code="8200")],
        r"flows of one programme that overlap",
    ),
    "a district and the nation": (
        [flow("a"), flow("b", region_code="0000")],
        r"flows of one programme that overlap",
    ),
    "stocks of two dates": (
        [stock("a"), stock("b", as_of="2023", region_code="8206")],
        r"stocks of one programme that count the same thing",
    ),
    "stocks of one place": ([stock("a"), stock("b")], r"stocks of one programme"),
    "one row twice": ([flow("a"), flow("a")], r"duplicate key entry_id \(1: a\)"),
    "nothing": ([], r"the table is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_must_not_be_added_is_refused(name: str) -> None:
    rows, message = BAD[name]
    with pytest.raises(DataError, match=message):
        add_up(ledger(*rows), programmes=PROGRAMMES)
