"""Counts that still hold a district split off since: found by their sums, never where one may be missing."""

from __future__ import annotations

import pandas as pd
import pytest

from spillover.sentra.former import FORMER, flags_of_former, holding_others
from spillover.sentra.measures import study_measures
from spillover.sentra.study import Facts
from spillover.sentra.supply import district_supply

CODES = ["7201", "7203", "7205", "7211", "7212"]  # 7211 was split off from 7201, 7212 from 7203


def listed(**values: float) -> pd.DataFrame:
    return pd.DataFrame({"region_code": [k[1:] for k in values], "value": list(values.values())})


@pytest.mark.parametrize(
    ("counts", "total", "found"),
    [
        (listed(c7201=2, c7203=10, c7205=17), 29.01, {"7201", "7203"}),
        (listed(c7201=2, c7203=10, c7205=17), 31, set()),  # somebody is missing
        (listed(c7201=2, c7203=10, c7205=17, c7212=3), 32, {"7201"}),
        (listed(c7201=2, c7203=10, c7205=17, c7211=1, c7212=3), 33, set()),  # all are there
        (listed(c7201=2, c7203=10), 12, set()),  # 7205 was not split off from these: it may be nil
    ],
)
def test_parents_are_those_whose_sums_leave_no_room(
    counts: pd.DataFrame, total: float, found: set[str]
) -> None:
    assert holding_others(counts, total, CODES) == found


def test_flags_are_joined_and_a_total_of_another_date_tells_nothing() -> None:
    counts = listed(c7201=2, c7203=10, c7205=17).assign(year=2016, as_of="2016Q3", flag=["rounded", "", ""])
    whole = pd.DataFrame({"year": [2016], "as_of": ["2016Q3"], "value": [29.0]})
    assert flags_of_former(counts, whole, CODES).tolist() == [f"rounded;{FORMER}", FORMER, ""]
    assert flags_of_former(counts, whole.assign(as_of="2016Q2"), CODES).tolist() == ["rounded", "", ""]


def test_credit_of_2016_is_not_divided_by_the_people_of_todays_morowali(facts: Facts) -> None:
    """The eleven districts of the source add up to the province: Morowali holds Morowali Utara."""
    supply = district_supply("7200").set_index(["region_code", "measure", "source_system"])
    row = supply.loc[("7203", "kur_disbursed", "kur_bi_kekr_sulteng")]
    assert row["flag"] == FORMER
    assert row["value"] == 10.24e9, "the figure itself stays"
    near = facts.within[facts.within["year"].eq(facts.within["year"].max())]
    last = facts.demand[facts.demand["year"].eq(facts.demand["year"].max())]
    measures = study_measures("7200", facts.supply, facts.access, last, near)
    credit = measures[measures["measure"].eq("kur_disbursed")].set_index("region_code")
    assert set(credit.index[credit["missing_reason"].eq(FORMER)]) == {"7201", "7203"}
    assert credit.loc[["7201", "7203"], "value"].isna().all()
    assert credit.loc["7271", "value"] == 141.63e9
