"""The table of needs per worker: its rules, each broken once, and what it claims about the data."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.partnerships.sectors import read_sectors
from spillover.sentra.coefficients import (
    UNITS,
    check_demand_coefficients,
    read_demand_coefficients,
    sectors_without_coefficient,
)

TABLE = read_demand_coefficients()


@pytest.fixture
def table() -> pd.DataFrame:
    return TABLE.copy()


def _with(table: pd.DataFrame, item: str, **cells: object) -> pd.DataFrame:
    changed = table.copy()
    for name, value in cells.items():
        changed.loc[changed["item_id"].eq(item), name] = value
    return changed


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"sector": "gold"}, "sectors that are unknown"),
        ({"sector": "crafts"}, "not bought by parks"),  # a sector, but not of the supply chain
        ({"unit": "sack"}, "unknown unit"),
        ({"per": "household"}, "unknown per"),
        ({"confidence": "sure"}, "unknown confidence"),
        ({"basis": "guess"}, "unknown basis"),
        ({"low": 90.0}, "numbers out of order"),
        ({"high": 1.0}, "numbers out of order"),
        ({"low": 0.0}, "numbers out of order"),
        ({"high": np.inf}, "numbers out of order"),
        ({"central": np.nan}, "numbers out of order"),
        ({"price_low": np.nan}, "prices that are not complete"),
        ({"price_high": 1.0}, "prices out of order"),
        ({"price_year": pd.NA}, "prices without year or source"),
        ({"price_source_url": " "}, "prices without year or source"),
        ({"source_url": ""}, "items without source_url"),
        ({"citation": "  "}, "items without citation"),
        ({"included_in": "feast"}, "included_in is no other item"),
        ({"included_in": "rice"}, "included_in is no other item"),
    ],
)
def test_each_rule_is_enforced(table: pd.DataFrame, cells: dict[str, object], problem: str) -> None:
    """One cell changed for the worse gives an error that names the item and says what to do."""
    with pytest.raises(DataError, match=problem) as error:
        check_demand_coefficients(_with(table, "rice", **cells))
    assert error.value.remedy
    assert any("rice" in o or o in ("gold", "crafts") for o in error.value.offenders)


def test_items_that_stand_twice_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="duplicate key item_id"):
        check_demand_coefficients(pd.concat([table, table.head(1)]))


def test_an_empty_table_and_lost_columns_are_refused(table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="empty"):
        check_demand_coefficients(table.head(0))
    with pytest.raises(DataError, match="missing columns"):
        check_demand_coefficients(table.drop(columns="basis"))


NUMBER = st.one_of(st.floats(-5, 500, allow_nan=False), st.sampled_from([0.0, 1.0, math.inf, math.nan]))


@settings(max_examples=100, deadline=None)
@given(low=NUMBER, central=NUMBER, high=NUMBER)
def test_numbers_pass_if_and_only_if_they_are_in_order(low: float, central: float, high: float) -> None:
    """Any three numbers pass exactly when 0 < low <= central <= high < infinity."""
    changed = _with(TABLE, "rice", low=low, central=central, high=high)
    if 0 < low <= central <= high < math.inf:
        check_demand_coefficients(changed)
    else:
        with pytest.raises(DataError, match="numbers out of order"):
            check_demand_coefficients(changed)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(len(TABLE))), word=st.text(max_size=12))
def test_order_is_free_and_words_are_not(order: list[int], word: str) -> None:
    """Rows may stand in any order; any word that is not listed is refused, whatever it is."""
    shuffled = TABLE.iloc[order]
    check_demand_coefficients(shuffled)
    if word not in UNITS:
        with pytest.raises(DataError, match="unknown unit"):
            check_demand_coefficients(_with(shuffled, "rice", unit=word))


def test_sectors_join_those_of_the_ledger(table: pd.DataFrame) -> None:
    """Every sector of the supply chain either has an item or is named as one without."""
    sectors = read_sectors()
    bought = set(sectors.loc[sectors["supply_chain"], "sector"])
    without = set(sectors_without_coefficient())
    assert set(table["sector"]) | without == bought
    assert not set(table["sector"]) & without
    assert {"spare_parts", "packaging", "logistics"} <= without


def test_judgement_is_said_and_measured_numbers_are_printed(table: pd.DataFrame) -> None:
    """A judgement says so in its note and has low confidence; a page is named for each item and price."""
    judged = table[table["basis"].eq("judgement")]
    assert judged["note"].str.contains("judgement").all()
    assert judged["confidence"].eq("low").all()
    assert table["source_url"].str.contains("http").all()
    assert table["reported_as"].str.contains(r"\d|dua|empat").all()
    priced = table[table["price_central"].notna()]
    assert priced["price_source_url"].str.startswith("http").all()


def test_yearly_numbers_follow_from_what_is_printed(table: pd.DataFrame) -> None:
    """Numbers turned into a year by hand are what the printed ones give."""
    by = table.set_index("item_id")
    expected = {
        ("rice", "low"): 3500 * 365 / 28000,
        ("rice", "high"): 10 * 12,
        ("vegetables", "low"): 0.0700 * 365,
        ("vegetables", "central"): 0.11979 * 365,
        ("fruit", "low"): 0.0388 * 365,
        ("fruit", "central"): (0.20989 - 0.11979) * 365,
        ("eggs", "low"): 3.94 * 12,
        ("eggs", "central"): 10.09 * 12,
        ("eggs", "high"): 12 * 16,
        ("chicken", "central"): 4000 * 365 / 28000,
        ("chicken", "high"): (500 + 2100 + 1100 + 1000) * 365 / 28000,
        ("fish", "low"): 1.2 * 12,
        ("sugar", "low"): 0.111 * 52,
        ("tofu_tempeh", "central"): (1.09 + 0.90) * 12,
        ("drinking_water", "central"): 2.5 * 365 / 19,
        ("drinking_water", "high"): 5 * 365 / 19,
        ("clean_water", "high"): 0.180 * 365,
        ("meals", "high"): 90000 / 30000 * 365,
    }
    for (item, end), value in expected.items():
        assert by.loc[item, end] == pytest.approx(value, rel=0.005), (item, end)
