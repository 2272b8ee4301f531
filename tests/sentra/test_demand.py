"""Demand of the parks: headcounts as reported, ranges, reach, and what kitchens were reported to use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.distances import geodesic_km
from spillover.errors import DataError
from spillover.parks import read_parks
from spillover.partnerships.ledger import read_ledger
from spillover.regions import read_regions
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.demand import demand_within, park_demand, to_add
from spillover.sentra.headcount import park_headcount, parks_without_headcount
from spillover.sentra.reported import (
    check_reported_needs,
    compare_with_reported,
    read_reported_needs,
    reported_purchases,
)
from spillover.workforce import read_park_workforce

ENDS = ["low", "central", "high"]
NEEDS = read_demand_coefficients()


@pytest.fixture(scope="module")
def demand() -> pd.DataFrame:
    return park_demand()


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    table = read_regions()
    return table[table["region_code"].str[:2].isin(["72", "74", "82"])]


@pytest.fixture(scope="module")
def near(demand: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    return demand_within(demand, regions)


def test_reported_years_hold_the_reported_number() -> None:
    """In a year with a report the central number is the preferred one, and only employees count."""
    heads = park_headcount()
    reported = heads[heads["workers_basis"].eq("reported")]
    table = read_park_workforce()
    table = table[table["preferred"] & table["kind"].eq("employees") & table["year"].notna()]
    both = reported.merge(table, on=["park_id", "year", "covers"], how="left", validate="1:1")
    assert both["workers"].notna().all()
    assert (both["workers_central"] == both["workers"]).all()
    assert set(heads["workers_kind"]) == {"employees"}


def test_gaps_are_flagged_and_nothing_is_carried_back() -> None:
    """2019 of IMIP lies between its reports and says so; before the first report there is no row."""
    heads = park_headcount(range(2010, 2028), parks=["IMIP"]).set_index("year")
    assert heads.index.min() == 2017  # the number of 2016 is a need, not a count
    assert heads.loc[2019, "workers_basis"] == "interpolated"
    assert heads.loc[2019, "workers_central"] == (28500 + 35592) / 2
    assert heads.loc[2027, ["workers_basis", "report_year"]].tolist() == ["carried_forward", 2025]
    bare = park_headcount(range(2010, 2028), parks=["IMIP"], fill="none")
    assert 2019 not in set(bare["year"])
    assert set(bare["workers_basis"]) == {"reported"}
    carried = park_headcount([2019], parks=["IMIP"], fill="carry").iloc[0]
    assert [carried["workers_central"], carried["workers_basis"]] == [28500, "carried_forward"]


def test_reports_that_contradict_each_other_widen_the_range() -> None:
    """IMIP 2020: 35,592 by the company, about 43,000 by another page; both are in the range."""
    row = park_headcount([2020], parks=["IMIP"]).iloc[0]
    assert [row["workers_low"], row["workers_central"]] == [35592, 35592]
    assert row["workers_high"] == pytest.approx(43000 * 1.1, abs=1)


def test_a_complex_is_counted_once() -> None:
    """From 2021 on the number of VDNI holds OSS: one row for the complex, none for its members."""
    heads = park_headcount(range(2019, 2025))
    for _, rows in heads.groupby(["complex_id", "year"]):
        assert len(rows) == 1 or rows["covers"].eq("park").all()
    obi = heads[heads["complex_id"].eq("OBI")]
    assert set(obi["park_id"]) == {"OBI_MSP"}  # 2,600 of HJF are among the 20,000
    assert heads.loc[heads["park_id"].eq("VDNI") & heads["year"].ge(2021), "covers"].eq("complex").all()


def test_needs_and_builders_count_only_if_named() -> None:
    assert "HUADI_KIBA" not in set(park_headcount()["park_id"])
    builders = park_headcount(kinds=["construction"])
    assert set(builders["park_id"]) == {"IPIP", "BMS_BUA", "BNSI_SAMBALAGI"}
    assert set(builders["workers_kind"]) == {"construction"}


def test_every_park_has_rows_or_a_reason() -> None:
    """No park is lost: each has a headcount, or stands in the list with the reason why not."""
    missing = parks_without_headcount()
    counted = set(park_headcount()["park_id"])
    assert counted | set(missing["park_id"]) == set(read_parks()["park_id"])
    assert not counted & set(missing["park_id"])
    why = missing.set_index("park_id")["reason"].to_dict()
    assert why["IHIP"] == "no_report"
    assert why["IPIP"] == "only_other_kinds"
    assert why["CNI_CERIA"] == "no_number"
    assert why["OSS"] == "complex_has_a_row"
    early = parks_without_headcount([2016]).set_index("park_id")["reason"]
    assert early["IMIP"] == "not_in_these_years"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"parks": ["EIFFEL"]}, "unknown parks"),
        ({"kinds": ["robots"]}, "unknown kind"),
        ({"kinds": []}, "unknown kind"),
        ({"fill": "guess"}, "unknown fill"),
    ],
)
def test_unknown_choices_are_refused(arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        park_demand(**arguments)  # type: ignore[arg-type]


def test_demand_is_workers_times_need(demand: pd.DataFrame) -> None:
    """Low times low, central times central, high times high, for units and for rupiah."""
    needs = read_demand_coefficients()[["item_id", *ENDS, "price_low", "price_central", "price_high"]]
    both = demand.merge(needs, on="item_id", suffixes=("", "_need"), validate="m:1")
    for end in ENDS:
        expected = both[f"workers_{end}"] * both[f"{end}_need"]
        assert np.allclose(both[end], expected)
        rupiah = (expected * both[f"price_{end}"]).to_numpy()
        assert np.allclose(both[f"idr_{end}"], rupiah, equal_nan=True)
    assert (both["low"] <= both["central"]).all() and (both["central"] <= both["high"]).all()
    assert len(demand) == len(park_headcount()) * len(needs)


def test_a_missing_price_is_missing_rupiah_and_never_zero(demand: pd.DataFrame, near: pd.DataFrame) -> None:
    for table in (demand, near):
        shoes = table[table["item_id"].eq("safety_shoes")]
        assert len(shoes) and shoes[[f"idr_{end}" for end in ENDS]].isna().all().all()
        assert table.loc[table["item_id"].eq("rice"), "idr_low"].gt(0).all()


def test_what_is_cooked_is_not_added_to_the_meals(demand: pd.DataFrame) -> None:
    """With the meals in the table their food is left out; without them it is kept."""
    assert not set(to_add(demand)["item_id"]) & {"rice", "eggs", "fish"}
    alone = demand[demand["item_id"].ne("meals")]
    assert len(to_add(alone)) == len(alone)


def test_reach_is_the_sum_over_the_parks_within_it(demand: pd.DataFrame, regions: pd.DataFrame) -> None:
    """Brute force: for each district and distance, the parks whose geodesic is not longer."""
    near = demand_within(demand, regions, (80, 300)).set_index(
        ["region_code", "within_km", "year", "item_id"]
    )
    parks = read_parks().dropna(subset=["lon"])
    km = geodesic_km(regions, parks)
    one = demand[demand["item_id"].eq("rice") & demand["year"].eq(2024)].set_index("park_id")
    for i, code in enumerate(regions["region_code"]):
        for reach in (80.0, 300.0):
            inside = [p for j, p in enumerate(parks["park_id"]) if km[i, j] <= reach and p in one.index]
            key = (code, reach, 2024, "rice")
            assert (key in near.index) == bool(inside)
            if inside:
                assert near.loc[key, ENDS].to_numpy(float) == pytest.approx(one.loc[inside, ENDS].sum())
                assert near.loc[key, "n_parks"] == len(inside)


def test_demand_grows_with_distance_and_openings(near: pd.DataFrame) -> None:
    """Longer reach holds the shorter one; around Morowali demand grows from the first report on."""
    rice = near[near["item_id"].eq("rice")]
    wide = rice.pivot(index=["region_code", "year"], columns="within_km", values="central")
    filled = wide.fillna(0)
    assert (filled[50.0] <= filled[100.0]).all() and (filled[100.0] <= filled[200.0]).all()
    morowali = rice[rice["region_code"].eq("7203") & rice["within_km"].eq(50)].set_index("year")["central"]
    assert morowali.loc[2017] < morowali.loc[2020] < morowali.loc[2024]
    assert morowali.index.min() == 2017


def test_district_order_and_extra_exposure_do_not_matter(
    demand: pd.DataFrame, regions: pd.DataFrame, near: pd.DataFrame
) -> None:
    shuffled = demand_within(demand.sample(frac=1, random_state=1), regions.sample(frac=1, random_state=2))
    pd.testing.assert_frame_equal(shuffled, near)


def test_bad_reach_doubled_rows_and_unlocated_parks_are_refused(
    demand: pd.DataFrame, regions: pd.DataFrame
) -> None:
    with pytest.raises(DataError, match="not above 0"):
        demand_within(demand, regions, (0, 50))
    with pytest.raises(DataError, match="not above 0"):
        demand_within(demand, regions, ())
    with pytest.raises(DataError, match="duplicate key"):
        demand_within(pd.concat([demand, demand.head(1)]), regions)
    with pytest.raises(DataError, match="parks without a distance"):
        demand_within(demand.assign(park_id="BNSI_SAMBALAGI").drop_duplicates(["year", "item_id"]), regions)
    with pytest.raises(DataError, match="coordinates"):
        demand_within(demand, regions.assign(lon=np.nan))


@settings(max_examples=8, deadline=None)
@given(scale=st.floats(0.1, 10), years=st.lists(st.integers(2015, 2027), min_size=1, max_size=4, unique=True))
def test_needs_that_are_scaled_scale_the_demand(scale: float, years: list[int]) -> None:
    """Twice the need is twice the demand, in any years; the order of the years does not matter."""
    needs = NEEDS.head(3)
    scaled = needs.assign(**{end: needs[end] * scale for end in ENDS})
    once, more = (park_demand(years, coefficients=n) for n in (needs, scaled))
    assert np.allclose(more[ENDS].astype(float), once[ENDS].astype(float) * scale)
    pd.testing.assert_frame_equal(once, park_demand(years[::-1], coefficients=needs))


def test_coefficients_against_what_kitchens_used() -> None:
    """Reports that are no source of the coefficients: vegetables and eggs hold, rice on Obi does not."""
    found = compare_with_reported()
    tests = found[found["independent"]].set_index("report_id")
    print(tests[["item_id", "reported", *ENDS, "ratio_central", "within"]].round(2).to_string())
    imip = tests[tests["park_id"].eq("IMIP")].set_index("item_id")
    assert imip["within"].all()
    assert imip["ratio_central"].round(2).to_dict() == {"vegetables": 1.32, "eggs": 1.46}
    assert imip.loc["eggs", "reported"] == pytest.approx(2500 * 365 / 11000)
    assert not tests.loc["obi_rice_2024", "within"]
    assert tests.loc["obi_rice_2024", "ratio_high"] == pytest.approx(120 / (500000 * 12 / 30000))
    assert not found.set_index("report_id").loc["imip_chicken_2018", "independent"]


def test_food_of_obi_against_its_local_purchases() -> None:
    """Rp13 billion a month of food, bought near Obi in 2024, is within the computed cost of its food."""
    food = park_demand([2024], ["OBI_MSP"])
    food = food[food["included_in"].eq("meals")]
    found = reported_purchases()
    bought = found[found["how"].eq("rate") & found["year"].eq(2024)].iloc[0]
    assert food["idr_low"].sum() / 12 < bought["low"] < bought["high"] < food["idr_high"].sum() / 12
    assert food["idr_central"].sum() / 12 == pytest.approx(8.5e9, rel=0.01)


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"park_id": "EIFFEL"}, "unknown park_id"),
        ({"item_id": "gold"}, "unknown item_id"),
        ({"confidence": "sure"}, "unknown confidence"),
        ({"per_month": 1.0}, "not one of per_day and per_month"),
        ({"per_day": -1.0}, "not above 0"),
        ({"workers": 0}, "not above 0"),
        ({"report_id": "b"}, "duplicate key"),
    ],
)
def test_reports_of_kitchens_are_checked(cells: dict[str, object], problem: str) -> None:
    row = {"park_id": "IMIP", "item_id": "rice", "confidence": "low", "per_day": 1.0, "per_month": np.nan}
    table = pd.DataFrame([row | {"report_id": "a", "workers": 10}, row | {"report_id": "b", "workers": 10}])
    check_reported_needs(table)
    for name, value in cells.items():
        table.loc[0, name] = value
    with pytest.raises(DataError, match=problem):
        check_reported_needs(table)


def test_reported_needs_are_those_of_the_file_and_of_the_ledger() -> None:
    needs = read_reported_needs()
    assert needs["report_id"].is_unique
    claims = read_ledger()
    food = set(claims.loc[claims["measure"].eq("food_demand"), "entry_id"])
    assert food <= set(needs["report_id"])


def test_purchases_are_shown_once_and_as_reported() -> None:
    """A claim that a later one replaced gives no row of its own; rates stay rates; bounds are in order."""
    found = reported_purchases()
    assert (found["low"] <= found["high"]).all()
    claims = read_ledger().set_index("entry_id")
    rates = found[found["how"].eq("rate")]
    assert rates["unit"].eq("IDR/month").all()
    for _, row in rates.iterrows():
        assert row["low"] <= claims.loc[row["entry_ids"], "value"] <= row["high"]
    single = found[found["how"].ne("flow_of_cumulative")]
    assert single["entry_ids"].is_unique
    assert not set(single["entry_ids"]) & set(claims["supersedes"])
    assert not found.duplicated(["programme", "measure", "year", "unit"]).any()
    assert set(found.loc[found["how"].eq("not_by_year"), "programme"]) == {"iwip_wbn_umkm"}
    assert found["park_ids"].ne("").all()
