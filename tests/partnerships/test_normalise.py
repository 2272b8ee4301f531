"""Normalised claims: constant prices, dollars, per year, per head, share of GRDP; nothing is carried over."""

from __future__ import annotations

from functools import cache
from math import inf

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_ledger import claim, flow, ledger, stock

import spillover as sp
from spillover.errors import DataError
from spillover.partnerships.normalise import (
    constant_price_bounds,
    constant_prices,
    per_person,
    per_sme,
    per_year,
    share_of_grdp,
    to_usd,
    with_year,
)

FLOWS = pd.DataFrame(
    {
        "region_code": ["8202", "8202", "8206"],
        "year": [2015, 2020, 2020],
        "value": [100.0, 200.0, 300.0],
        "value_high": [float("nan"), 250.0, inf],
        "unit": "IDR",
    }
)
# Simulated denominators.
PEOPLE = pd.DataFrame(
    {
        "region_code": ["8202", "8202", "8206", "8206"],
        "year": [2015, 2020, 2015, 2020],
        "value": [10.0, 20.0, 30.0, 40.0],
        "unit": "person",
        "source_id": ["sim_old", "sim_new", "sim_old", "sim_new"],
    }
)
GRDP = PEOPLE.assign(unit="billion_idr_current", value=[1e-9, 4e-9, 3e-9, 6e-9])


@cache
def levels() -> dict[tuple[str, int], float]:
    return sp.read_deflators().set_index(["measure", "year"])["value"].to_dict()


def level(measure: str, year: int) -> float:
    return levels()[measure, year]


@pytest.mark.parametrize("deflator", ["gdp_deflator", "cpi"])
def test_constant_prices_divide_by_the_price_level_of_the_year(deflator: str) -> None:
    found = constant_prices(FLOWS, 2010, deflator=deflator)
    for row in found.itertuples():
        assert row.value_constant == pytest.approx(row.value / level(deflator, row.year) * 100)
        assert row.denominator_value_constant == pytest.approx(level(deflator, row.year) / 100)
    assert found.loc[2, "value_high_constant"] == inf
    assert found["unit_constant"].eq("IDR at 2010 prices").all()
    assert found["denominator_constant"].eq(f"{deflator}_2010=1").all()
    assert found["denominator_year_constant"].tolist() == [2015, 2020, 2020]
    assert found["denominator_source_constant"].eq("deflators").all()
    pd.testing.assert_frame_equal(found[list(FLOWS)], FLOWS)


@settings(max_examples=50, deadline=None)
@given(st.integers(2010, 2024), st.integers(2010, 2024), st.floats(1, 1e15))
def test_the_base_year_keeps_its_money_and_bases_agree(year: int, base: int, value: float) -> None:
    """Prices of the base year are 1; another base scales every year alike."""
    table = pd.DataFrame({"year": [year, base], "value": [value, value], "unit": "IDR"})
    found = constant_prices(table, base, value_columns=["value"])["value_constant"]
    assert found[1] == pytest.approx(value)
    other = constant_prices(table, 2010, value_columns=["value"])["value_constant"]
    assert found[0] / found[1] == pytest.approx(other[0] / other[1])


def test_years_that_the_deflator_does_not_cover_are_refused() -> None:
    late = FLOWS.assign(year=[2009, 2024, 2025])
    message = r"years that gdp_deflator does not cover \(2: 2009, 2025\).*2010–2024, nothing is extrapolated"
    with pytest.raises(DataError, match=message):
        constant_prices(late, 2010)
    with pytest.raises(DataError, match=r"usd_idr does not cover \(2: 2009, 2025\)"):
        to_usd(late)
    with pytest.raises(DataError, match=r"does not cover the base year \(1: 2025\)"):
        constant_prices(FLOWS, 2025)
    with pytest.raises(DataError, match=r"unknown deflator \(1: wpi\)"):
        constant_prices(FLOWS, 2010, deflator="wpi")


def test_rows_without_a_year_are_refused() -> None:
    table = FLOWS.assign(year=pd.array([2015, None, 2020], dtype="Int64"))
    with pytest.raises(DataError, match=r"rows without a year \(1: row 1\).*constant_price_bounds"):
        constant_prices(table, 2010)


def test_only_rupiah_are_deflated_and_turned_into_dollars() -> None:
    mixed = FLOWS.assign(unit=["IDR", "USD", "person"])
    for call in (lambda: constant_prices(mixed, 2010), lambda: to_usd(mixed)):
        with pytest.raises(DataError, match=r"not in rupiah \(2: USD, person\)"):
            call()


def test_dollars_are_those_of_the_year() -> None:
    found = to_usd(FLOWS.assign(unit="IDR/month"))
    assert found["value_usd"].tolist() == pytest.approx(
        [100 / level("usd_idr", 2015), 200 / level("usd_idr", 2020), 300 / level("usd_idr", 2020)]
    )
    assert found["unit_usd"].eq("USD/month").all()
    assert found["denominator_usd"].eq("usd_idr").all()
    constant = constant_prices(FLOWS, 2010)
    with pytest.raises(DataError, match="amounts at constant prices"):
        to_usd(constant, unit_column="unit_constant", value_columns=["value_constant"])


def test_a_sum_over_years_is_bounded_by_its_price_levels() -> None:
    """Spent all in the dearest year, or all in the cheapest: 2019 is dearer than 2020 by the GDP deflator."""
    table = ledger(claim("a", value=1000, period_start="2018", as_of="2020"))
    row = constant_price_bounds(table, 2010).iloc[0]
    low, high = level("gdp_deflator", 2018) / 100, level("gdp_deflator", 2019) / 100
    assert row["value_low_constant"] == pytest.approx(999.5 / high)
    assert row["value_up_constant"] == pytest.approx(1000.5 / low)
    assert row["denominator_low_constant"] == pytest.approx(low)
    assert row["denominator_high_constant"] == pytest.approx(high)
    assert row["denominator_year_constant"] == "2018–2020"
    assert row["unit_constant"] == "IDR at 2010 prices"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=15, max_size=15), st.sampled_from(["cpi", "gdp_deflator"]))
def test_whatever_the_years_the_true_sum_lies_within_the_bounds(spent: list[int], deflator: str) -> None:
    """Simulated spending of 2010 to 2024, of which only the sum is printed."""
    years = range(2010, 2025)
    table = ledger(claim("a", value=sum(spent), period_start="2010", as_of="2024"))
    row = constant_price_bounds(table, 2015, deflator=deflator).iloc[0]
    true = sum(v / level(deflator, y) * level(deflator, 2015) for v, y in zip(spent, years, strict=True) if v)
    assert row["value_low_constant"] * (1 - 1e-9) <= true <= row["value_up_constant"] * (1 + 1e-9)


def test_a_period_that_is_not_covered_to_its_end_is_refused() -> None:
    table = ledger(claim("a", as_of="early-2025"), claim("b", period_start="2008", as_of="2012"))
    with pytest.raises(DataError, match=r"does not cover \(3: 2008, 2009, 2025\)"):
        constant_price_bounds(table, 2010)
    with pytest.raises(DataError, match=r"claims without a start \(1: a\)"):
        constant_price_bounds(ledger(claim("a", period_start="")), 2010)


def test_the_year_of_a_claim_is_that_of_its_period() -> None:
    table = ledger(
        flow("one", as_of="2023"),
        flow("two", period_end="2023"),
        claim("sum", period_start="2022"),
        stock("here", as_of="mid-2021"),
    )
    assert with_year(table)["year"].tolist() == [2022, pd.NA, pd.NA, 2021]


def test_per_year_divides_by_the_years_that_the_dates_allow() -> None:
    """A flow of 2021 to 2023 lasts three years; a sum since some day of 2021 is uncertain by one."""
    table = ledger(
        flow("flow", value=300, period_start="2021", period_end="2023"),
        claim("sum", value=300, period_start="2021", as_of="2023-12-31"),
    )
    found = per_year(table).set_index("entry_id")
    years = 3
    assert found.loc["flow", "value_low_per_year"] == pytest.approx(299.5 / years)
    assert found.loc["flow", "value_up_per_year"] == pytest.approx(300.5 / years)
    assert found.loc["sum", "value_low_per_year"] == pytest.approx(299.5 / years)
    assert found.loc["sum", "value_up_per_year"] == pytest.approx(300.5 / (731 / 365.25))
    assert found["unit_per_year"].eq("IDR/year").all()
    assert found["denominator_year_per_year"].eq("2021–2023").all()
    assert found["denominator_source_per_year"].eq("sim_news").all()
    with pytest.raises(DataError, match=r"per time already \(1: a/IDR/month\)"):
        per_year(ledger(flow("a", unit="IDR/month")))
    with pytest.raises(DataError, match=r"no period to divide by \(1: a\)"):
        per_year(ledger(stock("a")))


def test_per_person_takes_the_region_and_the_year() -> None:
    """Also where the rows of both tables are shuffled."""
    found = per_person(FLOWS.iloc[::-1], PEOPLE.sample(frac=1, random_state=1)).sort_index()
    assert found["value_per_person"].tolist() == [10, 10, 7.5]
    assert found["unit_per_person"].eq("IDR per person").all()
    assert found["denominator_value_per_person"].tolist() == [10, 20, 40]
    assert found["denominator_year_per_person"].tolist() == [2015, 2020, 2020]
    assert found["denominator_source_per_person"].tolist() == ["sim_old", "sim_new", "sim_new"]
    assert found["denominator_per_person"].eq("population").all()


def test_no_other_year_is_taken_unless_the_caller_names_it() -> None:
    gap = PEOPLE[~(PEOPLE["region_code"].eq("8206") & PEOPLE["year"].eq(2020))]
    with pytest.raises(DataError, match=r"without denominator \(1: 8206/2020\).*has the years 2015, 2020"):
        per_person(FLOWS, gap)
    found = per_person(FLOWS, gap, denominator_year=2015)
    assert found["value_per_person"].tolist() == [10, 20, 10]
    assert found["denominator_year_per_person"].tolist() == [2015, 2015, 2015]


def test_zero_missing_and_double_denominators_are_refused() -> None:
    for value in (0.0, float("nan")):
        hole = PEOPLE.assign(value=PEOPLE["value"].mask(PEOPLE["year"].eq(2015), value))
        with pytest.raises(DataError, match=r"without denominator \(1: 8202/2015\)"):
            per_person(FLOWS, hole)
    with pytest.raises(DataError, match=r"duplicate key region_code/year"):
        per_person(FLOWS, pd.concat([PEOPLE, PEOPLE]))


def test_per_sme_takes_one_source_system() -> None:
    assert per_sme(FLOWS, PEOPLE)["unit_per_sme"].eq("IDR per sme").all()
    systems = PEOPLE.assign(source_system=["registry", "census", "census", "census"])
    with pytest.raises(DataError, match=r"several source systems \(2: census, registry\)"):
        per_sme(FLOWS, systems)


def test_share_of_grdp_is_in_percent_of_rupiah() -> None:
    found = share_of_grdp(FLOWS.assign(value=[0.1, 1.0, 3.0]), GRDP)
    assert found["value_share_of_grdp"].tolist() == pytest.approx([10, 25, 50])
    assert found["unit_share_of_grdp"].eq("percent").all()
    assert found["denominator_value_share_of_grdp"].tolist() == pytest.approx([1, 4, 6])
    assert found["denominator_share_of_grdp"].eq("billion_idr_current").all()


def test_shares_need_the_same_prices_above_and_below() -> None:
    real = GRDP.assign(unit="billion_idr_2010")
    with pytest.raises(DataError, match=r"other money than GRDP \(billion_idr_2010\).*'IDR at 2010 prices'"):
        share_of_grdp(FLOWS, real)
    constant = constant_prices(FLOWS, 2010)
    how = {"value_columns": ["value_constant"], "unit_column": "unit_constant"}
    found = share_of_grdp(constant, real, **how)
    assert found.loc[0, "value_constant_share_of_grdp"] == pytest.approx(
        100 * 100 / level("gdp_deflator", 2015) * 100
    )
    with pytest.raises(DataError, match="other money than GRDP"):
        share_of_grdp(constant, GRDP, **how)
    with pytest.raises(DataError, match=r"not in one unit of rupiah \(1: person\)"):
        share_of_grdp(FLOWS, PEOPLE)


def test_steps_can_follow_each_other_and_keep_where_they_came_from() -> None:
    """In constant prices per person: both denominators stand beside the result."""
    step = constant_prices(FLOWS, 2010)
    found = per_person(step, PEOPLE, value_columns=["value_constant"], unit_column="unit_constant")
    assert found["unit_per_person"].eq("IDR at 2010 prices per person").all()
    assert found.loc[0, "value_constant_per_person"] == pytest.approx(found.loc[0, "value_constant"] / 10)
    assert {"denominator_value_constant", "denominator_value_per_person"} <= set(found)
    with pytest.raises(DataError, match="normalised so before"):
        constant_prices(step, 2015)
