"""What may be divided by a year, by GRDP and by small firms, and what may not."""

from __future__ import annotations

from math import inf, isnan

import pandas as pd
import pytest
from simulated_ledger import claim, flow, ledger, stock

import spillover as sp
from spillover.errors import DataError
from spillover.partnerships.averages import average_per_year
from spillover.partnerships.spending import flow_study, provincial_grdp, share_over_period

RP = {"value": 100e9, "reported_as": "Rp100 miliar"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (stock("a", unit="IDR"), "no period to divide by"),
        (claim("a", period_start=""), "no period to divide by"),
        (flow("a", unit="unit"), "no amount in rupiah.*a unit='unit'"),
        (flow("a", unit="USD"), "no amount in rupiah"),
        (flow("a", unit="IDR/month"), "no amount in rupiah"),
        (claim("a", unit="person"), "no amount in rupiah"),
    ],
)
def test_only_rupiah_over_a_period_have_a_share_of_grdp(row: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        share_over_period(ledger(row), "a", region_code="8200")


def test_a_flow_is_held_against_the_years_of_its_period() -> None:
    """A flow of 2022 that was told for 2024: the GRDP is that of 2022 alone."""
    grdp = provincial_grdp("8200").set_index("year")["value"]
    found = share_over_period(ledger(flow("a", as_of="2024", **RP)), "a", region_code="8200")
    assert (found["first_year"], found["last_year"], found["whole_years"]) == (2022, 2022, 1)
    assert found["low"] == pytest.approx(100 * 99.5 / grdp[2022])
    assert found["high"] == pytest.approx(100 * 100.5 / grdp[2022])
    part = flow("a", period_start="2022-03", period_end="2022-12", **RP)
    assert share_over_period(ledger(part), "a", region_code="8200")["high"] == inf


def test_a_last_year_that_is_over_counts_whole() -> None:
    """Since 1 January 2021 until 31 December 2022 for certain: two whole years."""
    row = claim("a", period_start="2021-01-01", as_of="2022-12-31", **RP)
    assert share_over_period(ledger(row), "a", region_code="8200")["whole_years"] == 2


def test_a_study_of_flows_needs_rupiah() -> None:
    with pytest.raises(DataError, match="no amount in rupiah"):
        flow_study(ledger(claim("a", unit="unit")), "sim_park", "contracts", region_code="8200")


@pytest.mark.parametrize(("first", "last", "years"), [(2021, 2021, 1), (2020, 2020, 1), (2021, 2024, 4)])
def test_calendar_years_are_counted_not_measured(first: int, last: int, years: int) -> None:
    row = flow("a", period_start=first, period_end=last, as_of=last, value=1200, reported_as="1.200")
    made = average_per_year(ledger(row), "a").iloc[0]
    assert (made["years_low"], made["years_high"]) == (years, years)
    assert (made["per_year_low"], made["per_year_high"]) == (1199.5 / years, 1200.5 / years)


def test_calendar_years_of_a_cumulative_claim_are_counted_too() -> None:
    """Some day of 2021 until 31 December 2023: 2 years and a day to 3 years."""
    made = average_per_year(ledger(claim("a", as_of="2023-12-31")), "a").iloc[0]
    assert made["years_high"] == 3
    assert made["years_low"] == pytest.approx(2, abs=0.01)


# ---------------------------------------------------------------- coverage


@pytest.fixture(scope="module")
def covered() -> pd.DataFrame:
    return sp.programme_coverage(sp.read_ledger(), sp.read_programmes()).set_index("entry_id")


def test_only_whole_provinces_and_small_industry_have_a_rate_of_small_firms(covered: pd.DataFrame) -> None:
    rated = covered[covered["per_1000_imk"].notna()]
    assert set(rated.index) == {"bimtek_maluku_2022_participants_2022", "malut_licences_2019_licences_2019"}
    assert rated["imk_establishments"].notna().all()
    assert covered.loc[covered["per_1000_imk"].isna(), "imk_establishments"].isna().all()


def test_people_counted_long_before_a_programme_are_no_divisor(covered: pd.DataFrame) -> None:
    old = covered["year"] - covered["population_year"] > 5
    assert old.any()
    assert covered.loc[old.fillna(False), "per_10000_people"].isna().all()
    coached = covered[covered["programme"].eq("iwip_umkm_coaching")]
    assert len(coached) == 3
    assert coached[["per_1000_imk", "per_10000_people"]].isna().all(axis=None)
    recent = covered["year"] - covered["population_year"] <= 5
    assert covered.loc[recent.fillna(False), "per_10000_people"].notna().all()


def test_the_year_of_a_programme_is_that_of_its_period() -> None:
    """Trained in 2022, told for 2024: held against the small firms of 2022."""
    table = sp.read_ledger()
    table.loc[table["programme"].eq("bimtek_maluku_2022"), "as_of"] = "2024"
    found = sp.programme_coverage(table, sp.read_programmes()).set_index("entry_id")
    assert found.loc["bimtek_maluku_2022_participants_2022", "year"] == 2022
    table.loc[table["programme"].eq("bimtek_maluku_2022"), "period_start"] = "2021"
    found = sp.programme_coverage(table, sp.read_programmes()).set_index("entry_id")
    assert found.loc["bimtek_maluku_2022_participants_2022", "year"] == 2024
    assert not isnan(found.loc["bimtek_maluku_2022_participants_2022", "value"])
