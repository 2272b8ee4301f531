"""The rules of the ledger: each refuses what it is there for, and lets a ledger in order pass."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_ledger import GOOD, PROGRAMMES, SECTORS, SOURCES, claim, flow, good, stock, texts

from spillover.errors import DataError
from spillover.partnerships.rules import check_ledger, ledger_problems


def problems(table: pd.DataFrame) -> list[DataError]:
    return ledger_problems(table, "simulated.csv", SOURCES, PROGRAMMES, SECTORS)


def test_a_ledger_in_order_has_no_problems() -> None:
    """It has a chain, a conflict, a total with parts, a range, a rate, and claims on all sectors."""
    assert problems(good()) == []
    check_ledger(good(), "simulated.csv", SOURCES, PROGRAMMES, SECTORS)


# name: (changes to the ledger in order, the problem, one of its offenders)
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "an empty cell": ({"rice": {"actor": ""}}, "empty actor", "line 9 rice"),
    "a qualifier": (
        {"rice": {"qualifier": "roughly"}},
        "unknown qualifier",
        "line 9 rice qualifier='roughly'",
    ),
    "a basis": ({"rice": {"basis": "sum"}}, "unknown basis", "line 9 rice basis='sum'"),
    "a stage": ({"rice": {"stage": "done"}}, "unknown stage", "line 9 rice stage='done'"),
    "an id twice": (
        {"everyone": {"entry_id": "suppliers"}},
        "entry_id stands twice",
        "line 10 suppliers",
    ),
    "an id that is no slug": (
        {"rice": {"entry_id": "Rice 1"}},
        "entry_id is no slug",
        "line 9 Rice 1 entry_id='Rice 1'",
    ),
    "a measure that is no slug": (
        {"rice": {"measure": "a b"}},
        "measure is no slug",
        "line 9 rice measure='a b'",
    ),
    "a negative value": (
        {"rice": {"value": "-1"}},
        "value is not a number from 0 up",
        "line 9 rice value='-1'",
    ),
    "an infinite value": (
        {"rice": {"value": "inf"}},
        "value is not a number from 0 up",
        "line 9 rice value='inf'",
    ),
    "a value with separators": (
        {"rice": {"value": "1.000,5"}},
        "value is not a number from 0 up",
        "line 9 rice value='1.000,5'",
    ),
    "a high value in words": (
        {"suppliers": {"value_high": "many"}},
        "value_high is not a number from 0 up",
        "line 8 suppliers value_high='many'",
    ),
    "a range without its end": (
        {"suppliers": {"value_high": ""}},
        "qualifier and value_high do not fit",
        "line 8 suppliers qualifier='range' value='1000' value_high=''",
    ),
    "a range of nothing": (
        {"suppliers": {"value_high": "1000"}},
        "qualifier and value_high do not fit",
        "line 8 suppliers qualifier='range' value='1000' value_high='1000'",
    ),
    "an end without a range": (
        {"rice": {"value_high": "200"}},
        "qualifier and value_high do not fit",
        "line 9 rice qualifier='exact' value='100' value_high='200'",
    ),
    "a date that is none": (
        {"rice": {"as_of": "2022-02-30"}},
        "as_of is no date",
        "line 9 rice as_of='2022-02-30'",
    ),
    "a quote date that is none": (
        {"rice": {"quote_date": "after 2025"}},
        "quote_date is no date",
        "line 9 rice quote_date='after 2025'",
    ),
    "a stock with a period": (
        {"everyone": {"period_start": "2021"}},
        "a stock with a period",
        "line 10 everyone period_start='2021' period_end=''",
    ),
    "a flow without a period": (
        {"rice": {"period_end": ""}},
        "a flow without its period",
        "line 9 rice period_start='2022' period_end=''",
    ),
    "a sum that ends elsewhere": (
        {"sum_2022": {"period_end": "2022"}},
        "a cumulative claim that does not end at its as_of",
        "line 2 sum_2022 period_end='2022' as_of='2022-12-07'",
    ),
    "a period that ends before it starts": (
        {"rice": {"period_start": "2022-06", "period_end": "2022-05"}},
        "period_start after period_end",
        "line 9 rice period_start='2022-06' period_end='2022-05'",
    ),
    "a sum counted from after its date": (
        {"sum_2022": {"period_start": "2023", "as_of": "2022", "period_end": ""}},
        "period_start after as_of",
        "line 2 sum_2022 period_start='2023' as_of='2022'",
    ),
    "a realised flow of the future": (
        {"rice": {"period_end": "2023"}, "everyone": {"as_of": "2023"}, "part_a": {"as_of": "2021"}},
        "period_end after as_of",
        "line 6 part_a period_end='2022' as_of='2021'",
    ),
    "a claim reported before its day": (
        {"rice": {"quote_date": "2021-12-31"}},
        "as_of after quote_date",
        "line 9 rice as_of='2022' quote_date='2021-12-31'",
    ),
    "a unit": ({"rice": {"unit": "rupiah"}}, "unknown unit", "line 9 rice unit='rupiah'"),
    "a rate": ({"rice": {"unit": "IDR/week"}}, "unknown unit", "line 9 rice unit='IDR/week'"),
    "a region": (
        {"rice": {"region_code": "82.02"}},
        "unknown region_code",
        "line 9 rice region_code='82.02'",
    ),
    "a sector": ({"rice": {"sector": "food;gold"}}, "unknown sector", "line 9 rice sector='food;gold'"),
    "all sectors and one more": (
        {"everyone": {"sector": "all;food"}},
        "unknown sector",
        "line 10 everyone sector='all;food'",
    ),
    "a section that no sector has": (
        {"rice": {"kbli_section": "G;A;C"}},
        "kbli_section does not fit sector",
        "line 9 rice sector='food;fish' kbli_section='G;A;C'",
    ),
    "a main section left out": (
        {"rice": {"kbli_section": "A"}},
        "kbli_section does not fit sector",
        "line 9 rice sector='food;fish' kbli_section='A'",
    ),
    "a section of all sectors": (
        {"everyone": {"kbli_section": "G"}},
        "kbli_section does not fit sector",
        "line 10 everyone sector='all' kbli_section='G'",
    ),
    "a programme": (
        {"rice": {"programme": "sim_other"}},
        "unknown programme",
        "line 9 rice programme='sim_other'",
    ),
    "a source": (
        {"rice": {"source_id": "hearsay"}},
        "unknown source_id",
        "line 9 rice source_id='hearsay'",
    ),
    "a note in one language": (
        {"everyone": {"note_id": ""}},
        "a note in one language only",
        "line 10 everyone",
    ),
    "a successor of nothing": (
        {"sum_2024": {"supersedes": "sum_2020"}},
        "supersedes an unknown entry",
        "line 3 sum_2024: sum_2020",
    ),
    **{
        f"a successor of another {name}": (
            {"sum_2024": {name: other}},
            "supersedes an entry of another curve",
            f"line 3 sum_2024: sum_2022 differs in {name}",
        )
        for name, other in {
            "programme": "sim_group",
            "actor": "Another park",
            "measure": "other",
            "unit": "USD",
            "stage": "committed",
            "region_code": "8206",
            "period_start": "2020",
        }.items()
    },
    "a stock that supersedes": (
        {"everyone": {"supersedes": "suppliers", "as_of": "2023"}},
        "supersedes between claims that are not both cumulative",
        "line 10 everyone: suppliers",
    ),
    "a successor that is not later": (
        {"sum_2024": {"as_of": "2022"}},
        "supersedes an entry that is not earlier",
        "line 3 sum_2024: sum_2022",
    ),
    "a circle": (
        {"sum_2022": {"supersedes": "sum_2024"}},
        "supersedes an entry that is not earlier",
        "line 2 sum_2022: sum_2024",
    ),
    "a chain that skips": (
        {"sum_2023": {"as_of": "2023", "value": 150, "supersedes": "sum_2022"}},
        "supersedes skips an entry",
        "line 3 sum_2024: sum_2022, over line 11 sum_2023",
    ),
    "two successors of one": (
        {"sum_2023": {"as_of": "2023", "value": 150, "supersedes": "sum_2022"}},
        "an entry superseded twice",
        "line 11 sum_2023: sum_2022, as line 3 sum_2024 does",
    ),
    "a successor that does not say so": (
        {"sum_2024": {"supersedes": ""}},
        "a later cumulative figure without supersedes",
        "line 3 sum_2024: line 2 sum_2022 is earlier",
    ),
    "a sum that falls": (
        {"sum_2022": {"value": 400, "reported_as": "400"}},
        "a cumulative figure that is lower than an earlier one",
        "line 3 sum_2024 is below line 2 sum_2022",
    ),
    "a part of nothing": (
        {"part_a": {"part_of": "sum"}},
        "part of an unknown entry",
        "line 6 part_a: sum",
    ),
    "a part of itself": (
        {"total": {"part_of": "part_a"}},
        "part of itself",
        "line 6 part_a",
    ),
    **{
        f"a part of another {name}": (
            {"part_a": {name: other}},
            "a part that differs from its total",
            f"line 6 part_a: {name}",
        )
        for name, other in {
            "programme": "sim_group",
            "measure": "other",
            "unit": "permit",
            "stage": "planned",
            "basis": "cumulative",
            "period_start": "2021",
            "period_end": "late-2022",
        }.items()
    },
    "parts that are too few": (
        {"part_b": {"value": "16", "reported_as": "16"}},
        "parts that do not add up to their total",
        "line 5 total: 14 + 16 against 31",
    ),
    "a conflict with itself": (
        {"rice": {"conflict": "alone"}},
        "a conflict slug that only one row has",
        "line 9 rice: alone",
    ),
    "two figures for one number": (
        {"rice_again": GOOD["rice"] | {"entry_id": "rice_again", "value": "90", "reported_as": "90"}},
        "different figures for the same number",
        "line 11 rice_again: 90, line 9 rice: 100",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_each_rule_refuses(name: str) -> None:
    changes, problem, offender = BAD[name]
    found = {error.problem: error for error in problems(good(**changes))}
    assert problem in found
    assert offender in found[problem].offenders
    assert found[problem].where == "simulated.csv"
    assert found[problem].remedy


def test_all_problems_are_said_at_once_and_the_first_is_raised() -> None:
    table = good(rice={"unit": "rupiah"}, everyone={"region_code": "9999"}, part_b={"value": "16"})
    found = [error.problem for error in problems(table)]
    assert found == ["unknown unit", "unknown region_code", "parts that do not add up to their total"]
    with pytest.raises(DataError, match=r"unknown unit \(1: line 9 rice unit='rupiah'\)"):
        check_ledger(table, "simulated.csv", SOURCES, PROGRAMMES, SECTORS)


def test_a_row_with_a_fault_of_its_own_is_reported_once() -> None:
    """The unreadable total is not also a total to which its parts do not add up."""
    assert [e.problem for e in problems(good(total={"value": "31 orang"}))] == [
        "value is not a number from 0 up"
    ]


def test_ids_are_looked_up_only_where_their_tables_are_given() -> None:
    table = good(rice={"programme": "own", "source_id": "own"})
    assert ledger_problems(table, "own.csv", sectors=SECTORS) == []


def test_another_table_is_refused_before_its_rows_are_looked_at() -> None:
    table = good().drop(columns="stage")
    assert [e.problem for e in problems(table)] == ["missing columns"]
    assert [e.problem for e in problems(good().assign(comment=""))] == ["unknown columns"]
    assert [e.problem for e in problems(good().iloc[:0])] == ["the table is empty"]


def test_parts_add_up_within_the_rounding_of_their_total() -> None:
    """Printed digits: 1.66 + 1.37 = 3.03 is "3,0 miliar"; 3.2 is not, unless all three share a conflict."""

    def rows(total: float, printed: str, conflict: str = "") -> pd.DataFrame:
        return texts(
            flow("sum", value=f"{total:.0f}", reported_as=printed, conflict=conflict),
            flow("a", value="1660000000", reported_as="Rp1,66 miliar", part_of="sum", conflict=conflict),
            flow("b", value="1370000000", reported_as="Rp1,37 miliar", part_of="sum", conflict=conflict),
        )

    assert problems(rows(3e9, "Rp3,0 miliar")) == []
    found = problems(rows(3.2e9, "Rp3,2 miliar"))
    assert [e.offenders for e in found] == [["line 2 sum: 1.66e+09 + 1.37e+09 against 3.2e+09"]]
    assert problems(rows(3.2e9, "Rp3,2 miliar", conflict="stages")) == []
    assert len(problems(rows(3e9, "unprinted"))) == 1, "without printed digits the sum is exact"


def test_the_as_of_of_parts_counts_unless_they_are_flows() -> None:
    """A flow has a period of its own; the period of a stock is its as_of."""
    whole, part = flow("whole"), flow("part", part_of="whole", as_of="2023")
    assert problems(texts(whole, part)) == []
    whole, part = stock("whole"), stock("part", part_of="whole", as_of="2023")
    assert [e.offenders for e in problems(texts(whole, part))] == [["line 3 part: as_of"]]


def test_what_is_planned_may_lie_after_the_day_it_is_spoken_of() -> None:
    """A target for 2025, told in 2024."""
    told = {"period_start": "2025", "period_end": "2025", "as_of": "2024-05-01", "quote_date": "2024-04-30"}
    assert problems(texts(flow("target", stage="planned", **told))) == []
    assert [e.problem for e in problems(texts(flow("target", **told)))] == [
        "period_start after as_of",
        "period_end after as_of",
        "as_of after quote_date",
    ]


def test_a_later_figure_may_be_lower_within_its_rounding() -> None:
    """3.5 trillion may be anything from 3.45 on, and 3.48 fits; "about 3.3" reaches up to 3.63."""
    first = claim("first", value="3500000000000", reported_as="Rp3,5 triliun", as_of="2022")
    for later in (
        claim("later", value="3480000000000", reported_as="Rp3,48 triliun", as_of="2023", supersedes="first"),
        claim("later", value="3300000000000", qualifier="about", as_of="2023", supersedes="first"),
        claim("later", value="3000000000000", qualifier="at_least", as_of="2023", supersedes="first"),
    ):
        assert problems(texts(first, later)) == []
    lower = claim(
        "later", value="3300000000000", reported_as="Rp3,3 triliun", as_of="2023", supersedes="first"
    )
    assert [e.problem for e in problems(texts(first, lower))] == [
        "a cumulative figure that is lower than an earlier one"
    ]


def test_two_successors_may_dispute_each_other() -> None:
    """Sources disagree on what followed: both supersede the same entry, neither the other."""
    rows = [
        claim("first", as_of="2021"),
        claim("one", value=300, as_of="2022", supersedes="first", conflict="next"),
        claim("other", value=200, as_of="2023", supersedes="first", conflict="next"),
    ]
    assert problems(texts(*rows)) == []


def test_dates_that_cannot_be_ordered_need_no_supersedes() -> None:
    """2024-05 may be before or after the day that mid-2024 means."""
    assert problems(texts(claim("a", as_of="2024-05"), claim("b", as_of="mid-2024"))) == []
    assert len(problems(texts(claim("a", as_of="2024-04"), claim("b", as_of="mid-2024")))) == 1


def test_parts_of_two_totals_are_no_curve_with_the_totals() -> None:
    """Each counterpart has a curve of its own."""
    sums = [
        claim("t1", value=30, as_of="2022"),
        claim("t2", value=50, as_of="2023", supersedes="t1"),
        claim("a1", value=10, as_of="2022", part_of="t1", counterpart="a"),
        claim("b1", value=20, as_of="2022", part_of="t1", counterpart="b"),
        claim("a2", value=15, as_of="2023", part_of="t2", counterpart="a", supersedes="a1"),
        claim("b2", value=35, as_of="2023", part_of="t2", counterpart="b", supersedes="b1"),
    ]
    assert problems(texts(*sums)) == []
    forgotten = [row | {"supersedes": ""} if row["entry_id"] == "a2" else row for row in sums]
    assert [e.offenders for e in problems(texts(*forgotten))] == [["line 6 a2: line 4 a1 is earlier"]]


def test_figures_that_one_number_fits_are_no_conflict() -> None:
    """Over 700 and 703 can both be true; so can a figure and a finer one."""
    pairs = [
        (stock("a", value=700, qualifier="at_least"), stock("b", value=703)),
        (stock("a", value=3500, reported_as="3,5 ribu"), stock("b", value=3460)),
        (stock("a", value=100), stock("b", value=90, region_code="8206")),
    ]
    for pair in pairs:
        assert problems(texts(*pair)) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(GOOD)),
            st.sampled_from(sorted(GOOD["rice"])),
            st.one_of(
                st.text(max_size=12), st.sampled_from(["total", "sum_2024", "2023", "-1", "9e999", ";"])
            ),
        ),
        max_size=4,
    )
)
def test_no_cell_makes_the_checks_fall_over(edits: list[tuple[str, str, str]]) -> None:
    """Whatever stands in a cell, the answer is a list of problems."""
    rows = {name: dict(row) for name, row in GOOD.items()}
    for name, column, text in edits:
        rows[name][column] = text
    for error in problems(texts(*rows.values())):
        assert isinstance(error, DataError)
        assert error.offenders
