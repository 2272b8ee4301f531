"""Cumulative claims as yearly flows: what is proved, and no more."""

from __future__ import annotations

from datetime import date, timedelta
from math import inf
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_ledger import claim, flow, ledger, stock
from test_dates import forms

from spillover.errors import DataError
from spillover.partnerships.bounds import Bounds
from spillover.partnerships.curves import Claim, Curve
from spillover.partnerships.dates import stretch
from spillover.partnerships.flows import FLOW_COLUMNS, average_per_year, to_flow

# The claims of the Weda Bay park as the press printed them, with a wider one of the park and its mine.
WEDA = [
    claim("jan_2024", value=700e9, reported_as="Rp 700 miliar", qualifier="at_least", as_of="2024-01-19"),
    claim("early_2025", value=3.5e12, reported_as="Rp3,5 triliun", as_of="early-2025", supersedes="jan_2024"),
    claim("with_mine", value=4.4e12, reported_as="Rp4,4 triliun", as_of="mid-2025", programme="sim_wider"),
]


def flows(*rows: dict[str, str], **choices: Any) -> pd.DataFrame:
    """Flows of the simulated park by year; no programme is wider unless it is named."""
    given = {"wider": ()} | choices
    return to_flow(ledger(*rows), "sim_park", "contracts", **given).set_index("year")


def test_what_can_be_said_of_the_weda_bay_park() -> None:
    """All of 2021 to early 2025 may have been spent in any one year; 2024 has no lower bound but 0."""
    found = flows(*WEDA, wider=["sim_wider"])
    assert list(found.index) == [2021, 2022, 2023, 2024, 2025]
    assert found["flow_low"].tolist() == [0, 0, 0, 0, 0]
    assert found["flow_high"].tolist() == [3.55e12, 3.55e12, 3.55e12, 3.55e12, inf]
    assert found["binding_high"].tolist() == ["early_2025"] * 4 + [""]
    assert found["complete"].tolist() == [True, True, True, True, False]
    assert found["n_claims"].tolist() == [0, 0, 0, 1, 2]
    assert found["unit"].eq("IDR").all()
    assert found["stage"].eq("realised").all()
    assert list(found.reset_index().columns) == list(FLOW_COLUMNS)


def test_a_release_of_january_may_be_read_as_the_end_of_the_year() -> None:
    """Then at least 699.5 billion were spent by 2023, and at most 2.8505 trillion in 2024."""
    for choice in ({"jan_2024"}, ["jan_2024"], {"jan_2024": 2023}):
        found = flows(*WEDA[:2], as_if_year_end=choice)
        assert found.loc[2024, "flow_high"] == 3.55e12 - 0.6995e12
        assert found.loc[2024, "binding_high"] == "early_2025;jan_2024"
        assert found.loc[2024, "assumption"] == "read_as_year_end"
        assert found.loc[2023, "assumption"] == ""
    with pytest.raises(DataError, match=r"as_if_year_end names other claims \(1: feb_2024\)"):
        flows(*WEDA, as_if_year_end={"feb_2024"})


def test_two_exact_year_ends_give_the_flow_between() -> None:
    """100 by the end of 2021 and 250 by the end of 2022, to half a unit each."""
    found = flows(
        claim("one", value=100, as_of="2021-12-31"),
        claim("two", value=250, as_of="2022-12-31", supersedes="one"),
    )
    assert found[["flow_low", "flow_high"]].values.tolist() == [[99.5, 100.5], [149, 151]]
    assert found["binding_low"].tolist() == ["one", "two;one"]
    assert found["binding_high"].tolist() == ["one", "two;one"]


def test_a_vague_date_bounds_from_its_ends_only() -> None:
    """A sum "of 2022" is reached on some day of 2022: surely by its end, surely not passed before it."""
    found = flows(claim("one", value=100, as_of="2022"), claim("two", value=300, as_of="2023-12-31"))
    assert found["flow_low"].tolist() == [0, 0, 0]
    assert found["flow_high"].tolist() == [100.5, 300.5, 300.5 - 99.5]


def test_within_the_days_of_a_vague_date_only_the_weaker_side_holds() -> None:
    """A sum "of mid-2022" is surely reached on 31 August, and surely not passed before 1 May."""
    said = Claim("one", stretch("mid-2022"), Bounds(99.5, 100.5), False, "", ())
    curve = Curve([said], date(2021, 1, 1))
    days = [date(2020, 12, 31), date(2022, 5, 1), date(2022, 5, 2), date(2022, 8, 30), date(2022, 8, 31)]
    assert [curve.lower(day).value for day in days] == [0, 0, 0, 0, 99.5]
    assert [curve.upper(day).value for day in days] == [0, 100.5, inf, inf, inf]


def test_a_wider_programme_bounds_from_above_only() -> None:
    """It never proves that the narrower one spent anything."""
    wide = claim("wide", value=150, as_of="2021-12-31", programme="sim_wider")
    narrow = claim("narrow", value=1000, qualifier="at_most", as_of="2022-12-31")
    without, found = flows(narrow, wide), flows(narrow, wide, wider=["sim_wider"])
    assert without["flow_high"].tolist() == [1000, 1000]
    assert found["flow_high"].tolist() == [150.5, 1000]
    assert found["flow_low"].tolist() == [0, 0]
    assert found["assumption"].tolist() == ["wider_scope_upper_bound", ""]
    for start in ("2022", ""):
        late = wide | {"period_start": start}
        assert flows(narrow, late, wider=["sim_wider"])["flow_high"].tolist() == [1000, 1000]


def test_about_is_named_as_an_assumption() -> None:
    found = flows(claim("one", value=100, as_of="2021-12-31", qualifier="about"))
    assert found[["flow_low", "flow_high", "assumption"]].values.tolist() == [[90, 110, "about_ten_percent"]]


FALLING = [
    claim("high", value=2482, as_of="2021-12-31", conflict="fell"),
    claim("low", value=1900, as_of="2022-12-31", conflict="fell"),
]


def test_claims_in_conflict_are_refused_or_widened() -> None:
    """Either may be true: by 2022 at least 1,899.5; by 2021 at most 2,482.5, and nothing later is bounded."""
    with pytest.raises(DataError, match=r'claims in conflict \(1: high against low\).*conflicts="widen"'):
        flows(*FALLING)
    found = flows(*FALLING, conflicts="widen")
    assert found["flow_low"].tolist() == [0, 0]
    assert found["flow_high"].tolist() == [2482.5, inf]
    assert found.loc[2021, "assumption"] == "conflict_widened"
    later = claim("later", value=3000, as_of="2022-12-31")
    assert flows(*FALLING, later, conflicts="widen").loc[2022, "flow_low"] == 3000 - 0.5 - 2482.5


def test_a_conflict_mark_does_not_matter_where_bounds_agree() -> None:
    rows = [claim("a", as_of="2021", conflict="x"), claim("b", value=200, as_of="2022", conflict="x")]
    assert len(flows(*rows)) == 2


def test_contradictions_that_the_ledger_does_not_mark_are_refused_always() -> None:
    for choice in ("refuse", "widen"):
        with pytest.raises(DataError, match=r"contradict each other \(1: high against low\).*mark the conf"):
            flows(*(row | {"conflict": ""} for row in FALLING), conflicts=choice)


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"unit": "USD"}, r"differ in unit .*\(2: unit='IDR', unit='USD'\).*give unit='IDR'"),
        ({"stage": "planned"}, r"differ in stage .*choose one first: ledger\[ledger\['stage'\]"),
        ({"basis": "stock", "period_start": ""}, "differ in period_start"),
        ({"basis": "flow", "period_end": "2023"}, "differ in basis"),
        ({"actor": "Another"}, "differ in actor"),
        ({"region_code": "8206"}, "differ in region_code"),
        ({"period_start": "2022"}, "differ in period_start"),
    ],
)
def test_different_curves_are_never_mixed(other: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        flows(claim("a"), claim("b", as_of="2023") | other)


def test_a_unit_may_be_chosen() -> None:
    rows = [claim("a", as_of="2021-12-31"), claim("b", value=7, as_of="2021-12-31", unit="USD")]
    assert flows(*rows, unit="USD")["flow_high"].tolist() == [7.5]


def test_parts_are_not_claims_on_the_whole() -> None:
    part = claim("part", value=40, as_of="2021-12-31", part_of="whole")
    assert flows(claim("whole", as_of="2021-12-31"), part)["n_claims"].tolist() == [1]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (flow("a"), r"not cumulative \(1: a\)"),
        (stock("a"), r"not cumulative \(1: a\)"),
        (claim("a", period_start=""), r"without a start of counting \(1: a\)"),
        (claim("a", unit="IDR/month"), r"rates are no sums \(1: a\)"),
        (claim("a", measure="other"), r"no claims \(1: sim_park/contracts\)"),
        (claim("a", as_of="2020"), r"before the counting starts \(1: a\)"),
    ],
)
def test_what_has_no_yearly_flow_is_refused(row: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        flows(row)


def test_an_unknown_choice_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown choice of conflicts \(1: ignore\)"):
        flows(claim("a"), conflicts="ignore")


# ---------------------------------------------------------------- simulated curves

START, DAYS = date(2020, 5, 17), 1300


@st.composite
def curves(draw: st.DrawFn) -> np.ndarray:
    """Simulated sums at the end of each day since ``START``: they jump now and then and never fall."""
    jumps = draw(st.lists(st.tuples(st.integers(0, DAYS - 1), st.integers(1, 5000)), min_size=1, max_size=12))
    steps = np.zeros(DAYS)
    for day, amount in jumps:
        steps[day] += amount
    return np.cumsum(steps)


@st.composite
def observation(draw: st.DrawFn, name: str, curve: np.ndarray) -> dict[str, str]:
    """A truthful claim on a simulated curve, on some day, printed more or less roughly."""
    at = draw(st.integers(0, DAYS - 1))
    as_of = draw(st.sampled_from(forms(START + timedelta(days=at))))
    value, told = int(curve[at]), draw(st.sampled_from(["exact", "about", "at_least", "at_most", "range"]))
    cells: dict[str, Any] = {"value": value}
    if told == "exact":
        thousands = round(value / 1000)
        rough = {"value": thousands * 1000, "reported_as": f"{thousands} ribu"}
        cells = draw(st.sampled_from([cells, rough]))
    elif told == "range":
        cells = {"value": value - min(value, 50), "value_high": value + draw(st.integers(1, 500))}
    elif told != "about":
        off = draw(st.integers(0, 400))
        cells = {"value": max(0, value - off) if told == "at_least" else value + off}
    return claim(name, qualifier=told, as_of=as_of, period_start="2020", **cells)


@st.composite
def curves_with_claims(draw: st.DrawFn) -> tuple[np.ndarray, list[dict[str, str]]]:
    curve = draw(curves())
    n = draw(st.integers(2, 5))
    return curve, [draw(observation(f"c{i}", curve)) for i in range(n)]


def true_flow(curve: np.ndarray, year: int) -> float:
    """What the simulated curve grew by in a calendar year."""

    def at(day: date) -> float:
        i = (day - START).days
        return 0.0 if i < 0 else float(curve[min(i, DAYS - 1)])

    return at(date(year, 12, 31)) - at(date(year - 1, 12, 31))


@settings(max_examples=100, deadline=None)
@given(curves_with_claims())
def test_every_true_flow_lies_within_its_bounds(drawn: tuple[np.ndarray, list[dict[str, str]]]) -> None:
    """Whatever truthful claims are made on a simulated curve, in whatever words."""
    curve, rows = drawn
    found = flows(*rows)
    assert (found["flow_low"] <= found["flow_high"]).all()
    for year, low, high in found[["flow_low", "flow_high"]].itertuples():
        assert low - 1e-6 <= true_flow(curve, year) <= high + 1e-6


@settings(max_examples=60, deadline=None)
@given(curves_with_claims())
def test_a_truthful_claim_more_never_loosens_a_bound(drawn: tuple[np.ndarray, list[dict[str, str]]]) -> None:
    _, rows = drawn
    fewer, more = flows(*rows[:-1]), flows(*rows)
    both = fewer.index.intersection(more.index)
    assert list(both) == list(fewer.index)
    assert (more.loc[both, "flow_low"] >= fewer["flow_low"] - 1e-6).all()
    assert (more.loc[both, "flow_high"] <= fewer["flow_high"] + 1e-6).all()


@settings(max_examples=60, deadline=None)
@given(curves_with_claims(), st.integers(0, 9000), st.sampled_from(["2020", "2021-06-30", "late-2022"]))
def test_widening_holds_if_one_side_of_a_conflict_is_true(
    drawn: tuple[np.ndarray, list[dict[str, str]]], wrong: int, as_of: str
) -> None:
    """A false claim beside a true one of its conflict group does not move the bounds off the truth."""
    curve, rows = drawn
    rows[0]["conflict"] = "dispute"
    false = claim("false", value=wrong, as_of=as_of, period_start="2020", conflict="dispute")
    found = flows(*rows, false, conflicts="widen")
    for year, low, high in found[["flow_low", "flow_high"]].itertuples():
        assert low - 1e-6 <= true_flow(curve, year) <= high + 1e-6


@settings(max_examples=60, deadline=None)
@given(curves_with_claims(), st.integers(0, 3000))
def test_a_wider_curve_never_moves_the_bounds_off_the_truth(
    drawn: tuple[np.ndarray, list[dict[str, str]]], more: int
) -> None:
    """The wider simulated curve is the narrower one and something on top."""
    curve, rows = drawn
    wide = claim(
        "wide", value=int(curve[600]) + more, as_of=(START + timedelta(days=600)).isoformat(),
        period_start="2020", programme="sim_wider",
    )  # fmt: skip
    found, without = flows(*rows, wide, wider=["sim_wider"]), flows(*rows)
    assert (found["flow_high"] <= without["flow_high"]).all()
    for year, low, high in found[["flow_low", "flow_high"]].itertuples():
        assert low - 1e-6 <= true_flow(curve, year) <= high + 1e-6


# ---------------------------------------------------------------- averages


def test_an_average_knows_how_long_the_counting_may_have_lasted() -> None:
    """3.5 trillion from some day of 2021 until some day of January to April 2025: 3.01 to 4.33 years."""
    row = average_per_year(ledger(*WEDA), "early_2025").iloc[0]
    assert row["years_low"] == pytest.approx(1098 / 365.25)
    assert row["years_high"] == pytest.approx(1581 / 365.25)
    assert row["per_year_low"] == pytest.approx(3.45e12 / (1581 / 365.25))
    assert row["per_year_high"] == pytest.approx(3.55e12 / (1098 / 365.25))
    assert row["unit"] == "IDR/year"


def test_averages_without_an_upper_bound_are_infinite() -> None:
    table = ledger(*WEDA, claim("one_day", period_start="2022", as_of="2022"))
    assert average_per_year(table, "jan_2024")["per_year_high"].item() == inf
    assert average_per_year(table, "one_day")["per_year_high"].item() == inf


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (stock("a"), r"no period to divide by \(1: a\)"),
        (claim("a", period_start=""), r"no period to divide by \(1: a\)"),
        (flow("a", unit="IDR/month"), r"per time already \(1: a\)"),
        (claim("b"), r"0 entries of this id \(1: a\)"),
    ],
)
def test_what_has_no_average_is_refused(row: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        average_per_year(ledger(row), "a")


# ---------------------------------------------------------------- a disputed start


def test_claims_that_dispute_since_when_can_be_widened() -> None:
    """170 in three years or in two: the flows begin in the earliest year, and only one of the two is true."""
    rows = [
        claim("three", value=170, period_start="2021", as_of="2024-03-07", conflict="span"),
        claim("two", value=170, qualifier="about", period_start="2022", as_of="2024-03-07", conflict="span"),
    ]
    with pytest.raises(DataError, match="differ in period_start"):
        flows(*rows)
    found = flows(*rows, conflicts="widen")
    assert found.index.tolist() == [2021, 2022, 2023, 2024]
    assert found["flow_high"].tolist() == [187, 187, 187, inf]
    assert found["flow_low"].tolist() == [0, 0, 0, 0]
    turned = flows(*rows[::-1], conflicts="widen")
    assert turned["flow_high"].tolist() == found["flow_high"].tolist()


def test_a_start_that_differs_without_a_dispute_is_refused_always() -> None:
    rows = [claim("a", period_start="2021"), claim("b", period_start="2020", as_of="2023")]
    for marks in (("", ""), ("x", ""), ("x", "y")):
        marked = [row | {"conflict": mark} for row, mark in zip(rows, marks, strict=True)]
        with pytest.raises(DataError, match="differ in period_start"):
            flows(*marked, conflicts="widen")
    unknown = [claim("a", conflict="x"), claim("b", period_start="", as_of="2023", conflict="x")]
    with pytest.raises(DataError, match="without a start of counting"):
        flows(*unknown, conflicts="widen")
