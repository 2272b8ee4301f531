"""Gaps of sectors by hand, what is missing stays missing, and nothing is counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.display.language import get_language, set_language
from spillover.errors import DataError
from spillover.sentra.coefficients import read_demand_coefficients, sectors_without_coefficient
from spillover.sentra.demand import demand_within, park_demand, to_add
from spillover.sentra.gap_firms import imk_output, with_firms, with_needs
from spillover.sentra.gap_totals import sector_totals
from spillover.sentra.gap_words import firms_finding, gap_finding, gap_unknown, sector_and_items
from spillover.sentra.gaps import ENDS, sector_gaps
from spillover.sentra.supply import district_supply, districts_of
from spillover.sme import read_imk

YEAR = 2024
NEEDS = read_demand_coefficients()


@pytest.fixture(scope="module")
def near() -> pd.DataFrame:
    return demand_within(park_demand([YEAR]), districts_of("7200"))


@pytest.fixture(scope="module")
def supply() -> pd.DataFrame:
    return district_supply("7200")


@pytest.fixture(scope="module")
def gaps(near: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    return sector_gaps(near, supply)


@pytest.fixture(scope="module")
def totals(gaps: pd.DataFrame) -> pd.DataFrame:
    return sector_totals(gaps)


def production(item: str, low: float, value: float, high: float, unit: str = "kg") -> pd.DataFrame:
    row = {"region_code": "7203", "measure": f"production_{item}", "value": value, "unit": unit}
    return pd.DataFrame([row | {"year": 2024, "source_system": "office", "low": low, "high": high}])


def with_production(supply: pd.DataFrame, *rows: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([supply, *rows], ignore_index=True)


def row_of(gaps: pd.DataFrame, item: str, km: float = 50) -> pd.Series:
    return gaps.set_index(["region_code", "within_km", "item_id"]).loc[("7203", km, item)]


def test_every_district_has_every_sector(gaps: pd.DataFrame, near: pd.DataFrame) -> None:
    """13 districts × 3 distances × (items and sectors without one); what demand there is, is untouched."""
    rows = len(NEEDS) + len(sectors_without_coefficient())
    assert len(gaps) == 13 * 3 * rows
    there = gaps[gaps["demand_central"].notna()]
    assert len(there) == len(near)
    assert there["demand_central"].sum() == pytest.approx(near["central"].sum())
    assert there["idr_high"].sum() == pytest.approx(near["idr_high"].sum())


def test_unknown_supply_never_gives_a_gap(gaps: pd.DataFrame) -> None:
    """No source has production by item: every gap is missing, with its reason, none is the demand."""
    numbers = [f"{name}_{end}" for name in ("supply", "gap", "gap_idr") for end in ENDS]
    assert gaps[numbers].isna().all(axis=None)
    assert gaps["gap_missing_reason"].ne("").all()
    known = gaps["demand_central"].notna()
    assert gaps.loc[known, "gap_missing_reason"].eq("supply_unknown").all()
    bare = gaps["item_id"].eq("")
    assert gaps.loc[bare, "demand_missing_reason"].eq("no_coefficient").all()
    assert {"spare_parts", "packaging", "logistics"} <= set(gaps.loc[bare, "sector"])


def test_a_district_out_of_reach_is_unknown_not_zero(gaps: pd.DataFrame) -> None:
    far = gaps[gaps["region_code"].eq("7206") & gaps["item_id"].ne("")]
    assert far["demand_missing_reason"].eq("no_park_with_headcount").all()
    assert far[["demand_central", "idr_central"]].isna().all(axis=None)


def test_gap_by_hand(near: pd.DataFrame, supply: pd.DataFrame) -> None:
    """IMIP 2024 within 50 km of Morowali: rice 81.23 kg × 83,000 workers less a production of 1–3 m kg."""
    heads = park_demand([YEAR], ["IMIP"]).iloc[0]
    row = row_of(sector_gaps(near, with_production(supply, production("rice", 1e6, 2e6, 3e6))), "rice")
    assert row["gap_central"] == pytest.approx(81.23 * heads["workers_central"] - 2e6)
    assert row["gap_low"] == pytest.approx(45.6 * heads["workers_low"] - 3e6)
    assert row["gap_high"] == pytest.approx(120 * heads["workers_high"] - 1e6)
    assert row["gap_idr_central"] == pytest.approx(14900 * row["gap_central"])
    assert row["gap_idr_low"] == pytest.approx(12500 * row["gap_low"])
    assert row["gap_missing_reason"] == ""
    assert row["supply_system"] == "office"


def test_a_surplus_is_below_zero(near: pd.DataFrame, supply: pd.DataFrame) -> None:
    """More rice than the park needs: the low end is the largest surplus at the high price."""
    row = row_of(sector_gaps(near, with_production(supply, production("rice", 1e8, 2e8, 3e8))), "rice")
    assert row["gap_high"] < 0
    assert row["gap_idr_low"] == pytest.approx(15800 * row["gap_low"])
    assert row["gap_idr_low"] <= row["gap_idr_central"] <= row["gap_idr_high"] < 0


def test_production_in_another_unit_is_not_subtracted(near: pd.DataFrame, supply: pd.DataFrame) -> None:
    more = with_production(supply, production("rice", 1, 2, 3, unit="tonne"))
    row = row_of(sector_gaps(near, more), "rice")
    assert pd.isna(row["gap_central"])
    assert row["gap_missing_reason"] == "other_unit"


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(0, 1e9), min_size=3, max_size=3).map(sorted),
    st.sampled_from(["rice", "eggs", "meals", "rented_rooms", "fruit", "commuting"]),
)
def test_low_central_high_are_in_order(supply_range: list[float], item: str) -> None:
    """For any production, gaps in units and rupiah are in order, and hold demand less supply."""
    unit = NEEDS.set_index("item_id").loc[item, "unit"]
    row = {"region_code": "7203", "within_km": 50.0, "year": YEAR, "item_id": item, "n_parks": 1}
    need = NEEDS.set_index("item_id").loc[item]
    amounts = {end: 1000.0 * need[end] for end in ENDS}
    money = {f"idr_{end}": amounts[end] * need[f"price_{end}"] for end in ENDS}
    low, value, high = supply_range
    made = production(item, low, value, high, unit=unit)
    found = row_of(sector_gaps(pd.DataFrame([row | amounts | money]), made, within_km=[50]), item)
    assert found["gap_low"] <= found["gap_central"] <= found["gap_high"]
    assert found["gap_central"] == pytest.approx(amounts["central"] - supply_range[1])
    if np.isnan(need["price_central"]):
        assert np.isnan(found["gap_idr_central"])
    else:
        order = [found[f"gap_idr_{end}"] for end in ENDS]
        assert order[0] <= order[1] + 1 <= order[2] + 2  # a rupiah of rounding in 1e13


def test_totals_add_items_once(near: pd.DataFrame, totals: pd.DataFrame) -> None:
    """What may be added over sectors is what `to_add` leaves; sectors of ingredients add nothing to meals."""
    sums = totals.groupby(["region_code", "within_km"])["idr_to_add_central"].sum()
    once = to_add(near).groupby(["region_code", "within_km"])["idr_central"].sum()
    assert sums[once.index].to_numpy() == pytest.approx(once.to_numpy())
    assert sums.drop(once.index).eq(0).all()
    own = totals[totals["region_code"].eq("7203") & totals["within_km"].eq(50)].set_index("sector")
    assert own.loc["rice", "idr_central"] > 0
    assert pd.isna(own.loc["rice", "idr_to_add_central"])
    assert own.loc["rice", "counted_in"] == "catering"
    assert own.loc["catering", "counted_in"] == ""


def test_totals_are_additive_over_items(gaps: pd.DataFrame, totals: pd.DataFrame) -> None:
    """A sector's rupiah are the sum of its items; those without a price are named, not zero."""
    items = gaps[gaps["region_code"].eq("7203") & gaps["within_km"].eq(50)]
    own = totals[totals["region_code"].eq("7203") & totals["within_km"].eq(50)].set_index("sector")
    for end in ENDS:
        assert own.loc["food", f"idr_{end}"] == pytest.approx(
            items.loc[items["sector"].eq("food"), f"idr_{end}"].sum()
        )
        assert own.loc["vegetables_eggs", f"idr_{end}"] > 0
    assert own.loc["food", ["n_items", "n_priced", "unpriced"]].tolist() == [4, 3, "fruit"]
    assert pd.isna(own.loc["transport", "idr_central"])
    assert own.loc["transport", "idr_missing_reason"] == "no_price"
    assert own.loc["spare_parts", "idr_missing_reason"] == "no_coefficient"
    assert (totals["idr_low"].dropna() <= totals["idr_high"].dropna()).all()


def test_a_sector_has_a_gap_only_if_all_its_items_have(near: pd.DataFrame, supply: pd.DataFrame) -> None:
    """Rice alone fills the sector of rice; eggs without vegetables leave theirs unknown."""
    more = with_production(
        supply, production("rice", 1e6, 2e6, 3e6), production("eggs", 1e6, 2e6, 3e6, unit="egg")
    )
    found = sector_totals(sector_gaps(near, more))
    own = found[found["region_code"].eq("7203") & found["within_km"].eq(50)].set_index("sector")
    assert own.loc["rice", "gap_idr_central"] > 0
    assert own.loc["rice", "gap_missing_reason"] == ""
    assert pd.isna(own.loc["vegetables_eggs", "gap_idr_central"])
    assert own.loc["vegetables_eggs", ["n_supply_known", "gap_missing_reason"]].tolist() == [
        1,
        "supply_unknown",
    ]


def test_firms_by_hand(totals: pd.DataFrame) -> None:
    """Catering around Morowali over the output per establishment of 2023 to 2025, as the survey has it."""
    imk = read_imk().query("region_code == '7200' and size == 'total' and year >= 2023").set_index("year")
    output = 1e6 * imk["output_million_idr"].astype(float) / imk["establishments"].astype(float)
    found = with_firms(totals)
    assert len(found) == len(totals)
    row = found.set_index(["region_code", "within_km", "sector"]).loc[("7203", 50.0, "catering")]
    assert row["firms_central"] == pytest.approx(row["idr_central"] / output[2025])
    assert row["firms_low"] == pytest.approx(row["idr_low"] / output.max())
    assert row["firms_high"] == pytest.approx(row["idr_high"] / output.min())
    assert row[["yardstick", "imk_year", "imk_years"]].tolist() == ["other_section", 2025, "2023–2025"]
    assert pd.isna(row["jobs_central"])
    assert row["jobs_missing_reason"] == "no_productivity"


def test_jobs_only_in_industry(totals: pd.DataFrame) -> None:
    """Output per worker is known of industry: drinks have jobs, meals and rooms a reason."""
    found = with_firms(totals)
    jobs = found[found["jobs_central"].notna()]
    assert set(jobs["sector"]) == {"food_beverages"}
    assert (jobs["jobs_low"] <= jobs["jobs_central"]).all()
    assert (jobs["jobs_central"] <= jobs["jobs_high"]).all()
    assert found.loc[found["jobs_central"].isna(), "jobs_missing_reason"].ne("").all()
    assert found.loc[found["firms_central"].isna(), "firms_missing_reason"].ne("").all()
    assert found.loc[found["firms_central"].notna(), "firms_missing_reason"].eq("").all()


def test_a_province_without_the_survey_says_so(totals: pd.DataFrame) -> None:
    """Codes that the survey does not have: no firms, with a reason."""
    assert pd.isna(imk_output("9900")["imk_year"])
    found = with_firms(totals.assign(region_code="9901"))
    assert found["firms_central"].isna().all()
    assert "no_imk" in set(found["firms_missing_reason"])


def test_the_office_stands_beside_and_changes_nothing(totals: pd.DataFrame) -> None:
    """A 2 on transport, words on packaging, a blank on food, no form elsewhere; no number moves."""
    answers = pd.DataFrame(
        [
            ("7203", "potential_logistics", 2.0, "", "", 14.0, True),
            ("7203", "potential_packaging", np.nan, "lemah", "", 14.0, False),
            ("7203", "potential_food", np.nan, "", "", 14.0, False),
        ],
        columns=["region_code", "code", "value", "text", "remark", "n_respondents", "answered"],
    )
    found = with_needs(totals, answers)
    pd.testing.assert_frame_equal(found[totals.columns.tolist()], totals)
    own = found[found["region_code"].eq("7203") & found["within_km"].eq(50)].set_index("sector")
    assert own.loc["transport", ["office_scale", "office_n", "office_missing_reason"]].tolist() == [2, 14, ""]
    assert own.loc["packaging", ["office_text", "office_missing_reason"]].tolist() == ["lemah", "not_read"]
    assert own.loc["catering", "office_missing_reason"] == "blank"
    assert own.loc["fuel", "office_missing_reason"] == "not_asked"
    other = found[found["region_code"].eq("7206") & found["office_code"].ne("")]
    assert other["office_missing_reason"].eq("no_form").all()
    none = with_needs(totals, None)
    assert set(none["office_missing_reason"]) == {"no_form", "not_asked"}


def test_a_province_without_parks_runs(supply: pd.DataFrame) -> None:
    """DI Yogyakarta: no demand is known, and the sentences say so instead of a zero."""
    nothing = demand_within(park_demand([YEAR]), districts_of("3400"))
    found = with_firms(sector_totals(sector_gaps(nothing, district_supply("3400"))))
    assert found["idr_central"].isna().all()
    before = get_language()
    try:
        set_language("en")
        assert "does not mean that it is zero" in gap_finding(found)
        assert "cannot be computed" in firms_finding(found)
    finally:
        set_language(before)


def test_words_follow_the_table(totals: pd.DataFrame) -> None:
    """Largest sectors with ranges, what is unknown, both languages; doubling the table doubles the words."""
    before = get_language()
    full = with_firms(totals)
    try:
        set_language("en")
        said = gap_finding(full)
        assert "3 of 13 districts" in said
        assert "Morowali" in said
        assert said.index("catering") < said.index("housing services")
        more = totals.assign(**{f"idr_to_add_{end}": 10 * totals[f"idr_to_add_{end}"] for end in ENDS})
        assert gap_finding(more) != said
        unknown = gap_unknown(full)
        assert "spare parts" in unknown
        assert "0 of 221 pairs" in unknown
        firms = firms_finding(full)
        assert "only measures size" in firms
        assert "2023–2025" in firms
        set_language("id")
        assert "terutama jasa boga" in gap_finding(full)
        assert "suku cadang" in gap_unknown(full)
        assert "sekitar 2.300–40.000 usaha" in firms_finding(full)
    finally:
        set_language(before)
    with pytest.raises(DataError, match="no rows of this distance"):
        gap_finding(totals, within_km=77)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (production("gold", 1, 2, 3), "unknown items"),
        (production("rice", 3, 2, 1), "out of order"),
        (production("rice", -1, 2, 3), "out of order"),
        (pd.concat([production("rice", 1, 2, 3)] * 2), "duplicate key"),
    ],
)
def test_bad_production_is_refused(
    near: pd.DataFrame, supply: pd.DataFrame, rows: pd.DataFrame, problem: str
) -> None:
    with pytest.raises(DataError, match=problem):
        sector_gaps(near, with_production(supply, rows))


def test_tables_that_do_not_fit_are_refused(near: pd.DataFrame, supply: pd.DataFrame) -> None:
    """A district missing from the supply, a distance, a year or an item too many, a row twice."""
    with pytest.raises(DataError, match=r"region_code that was not asked for.*7203"):
        sector_gaps(near, supply[supply["region_code"].ne("7203")])
    with pytest.raises(DataError, match="within_km that was not asked for"):
        sector_gaps(near, supply, within_km=[50])
    with pytest.raises(DataError, match="year that was not asked for"):
        sector_gaps(near, supply, years=[2020])
    with pytest.raises(DataError, match="item_id that was not asked for"):
        sector_gaps(near, supply, coefficients=NEEDS[NEEDS["item_id"].ne("rice")])
    with pytest.raises(DataError, match="duplicate key"):
        sector_gaps(pd.concat([near, near.iloc[:1]]), supply)
    with pytest.raises(DataError, match="empty"):
        sector_gaps(near, supply.iloc[:0])
    with pytest.raises(DataError, match="no years"):
        imk_output("7200", years=0)


def test_a_sector_is_named_with_the_items_that_have_a_price() -> None:
    """One item stands for itself only; several are listed; none, or the sector itself, adds nothing."""
    needs = read_demand_coefficients()
    own = needs[needs["sector"].eq("food_beverages")].set_index("item_id")["name_en"]
    assert len(own) == 2
    first, second = (name[:1].lower() + name[1:] for name in own)
    name = sector_and_items("food_beverages", ";".join(own.index), "en")
    assert "(" not in name
    assert sector_and_items("food_beverages", own.index[0], "en") == f"{name} ({second} only)"
    assert sector_and_items("food_beverages", "", "en") == f"{name} ({first} and {second})"
    assert sector_and_items("rice", "", "id") == "Beras"
