"""The bundled tables are read as declared; a user's own file is held to the same rules."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from pathlib import Path

import pandas as pd
import pytest
from simulated_ledger import PROGRAMMES, SECTORS, SOURCES, good

import spillover as sp
from spillover.errors import DataError
from spillover.partnerships.columns import LEDGER_COLUMNS, is_unit, split_list
from spillover.partnerships.flows import to_flow
from spillover.partnerships.ledger import (
    ledger_file_problems,
    read_claim_sources,
    read_ledger,
    read_ledger_file,
    read_programmes,
    wider_programmes,
)

BUNDLED = {"partnerships", "partnership_sources", "programmes", "sectors", "places"}
needs_data = pytest.mark.skipif(
    not set(sp.read_sources(bundled_only=True)["id"]) >= BUNDLED, reason="the ledger is not bundled yet"
)


def csv(table: pd.DataFrame) -> str:
    flags = table.map(lambda cell: str(cell).lower() if isinstance(cell, bool) else cell)
    return flags.to_csv(index=False, lineterminator="\n")


@pytest.fixture
def lay(add_source: Callable[..., Path]) -> Callable[..., None]:
    """Lay the simulated tables over the bundled data, some of them changed."""

    def over(**tables: pd.DataFrame) -> None:
        given = {
            "partnerships": good(),
            "partnership_sources": SOURCES,
            "programmes": PROGRAMMES,
            "sectors": SECTORS,
        }
        for name, table in (given | tables).items():
            add_source(name, csv(table), indicators=[])

    return over


def test_the_ledger_has_its_columns_and_types(lay: Callable[..., None]) -> None:
    lay()
    table = read_ledger()
    assert list(table.columns) == list(LEDGER_COLUMNS)
    assert table["value"].dtype == table["value_high"].dtype == "float64"
    assert table["value_high"].notna().sum() == 1
    assert table.loc[0, ["entry_id", "as_of", "supersedes"]].tolist() == ["sum_2022", "2022-12-07", ""]


def test_the_bundled_ledger_is_held_to_all_rules(lay: Callable[..., None]) -> None:
    """Also to those that need the other tables: an unknown programme, source or sector."""
    for change, message in (
        ({"programme": "sim_other"}, r"partnerships.csv: unknown programme \(1: line 9 rice"),
        ({"source_id": "hearsay"}, "unknown source_id"),
        ({"sector": "gold"}, "unknown sector"),
        ({"unit": "rupiah"}, "unknown unit"),
    ):
        lay(partnerships=good(rice=change))
        with pytest.raises(DataError, match=message):
            read_ledger()


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("source_id", "Sim News", r"ids that are no slug \(1: Sim News\)"),
        ("author_kind", "blog", r"unknown author_kind \(1: sim_news/blog\)"),
        ("published", "after 2025", r"published is no date \(1: sim_news/after 2025\).*published_note"),
        ("published", "mid-2025", r"published is no date"),
        ("accessed", "today", r"accessed is no date"),
    ],
)
def test_bad_claim_sources_are_refused(
    lay: Callable[..., None], column: str, text: str, message: str
) -> None:
    lay()
    assert read_claim_sources()["source_id"].tolist() == ["sim_news"]
    lay(partnership_sources=SOURCES.assign(**{column: text}))
    with pytest.raises(DataError, match=message):
        read_claim_sources()


@pytest.mark.parametrize(
    ("column", "text", "message"),
    [
        ("programme_id", "Sim Park", r"ids that are no slug \(1: Sim Park\)"),
        ("programme_id", "sim_group", r"duplicate key programme_id \(1: sim_group\)"),
        ("kind", "charity", r"unknown kind \(1: sim_park/charity\)"),
        ("region_codes", "8202;82.06", r"unknown region_codes \(1: sim_park/8202;82.06\)"),
        ("park_ids", "IWIP;NONE", r"unknown park_ids \(1: sim_park/IWIP;NONE\)"),
        ("source_ids", "hearsay", r"unknown source_ids \(1: sim_park/hearsay\)"),
        ("wider_of", "sim_other", r"unknown wider_of \(1: sim_park/sim_other\)"),
        ("wider_of", "sim_group", r"wider than themselves \(3: sim_park, sim_park_and_mine, sim_group\)"),
        ("start", "long ago", r"start is no date \(1: sim_park/long ago\)"),
        ("end", "2020", r"end before start \(1: sim_park/2021/2020\)"),
    ],
)
def test_bad_programmes_are_refused(lay: Callable[..., None], column: str, text: str, message: str) -> None:
    lay()
    assert len(read_programmes()) == 3
    changed = PROGRAMMES.copy()
    changed.loc[0, column] = text
    lay(programmes=changed)
    with pytest.raises(DataError, match=message):
        read_programmes()


def test_programmes_are_wider_directly_or_through_another() -> None:
    assert wider_programmes("sim_park", PROGRAMMES) == ["sim_park_and_mine", "sim_group"]
    assert wider_programmes("sim_group", PROGRAMMES) == []


def test_flows_know_the_wider_programmes_of_the_bundled_table(lay: Callable[..., None]) -> None:
    """The park and its mine together spent 90 by 2021, so the park alone no more."""
    wide = {"programme": "sim_park_and_mine", "value": 90, "reported_as": "90", "as_of": "2021-12-31"}
    lay(partnerships=good(wide=wide, sum_2024=None, sum_2025=None))
    found = to_flow(read_ledger(), "sim_park", "contracts")
    assert found["flow_high"].tolist() == [90.5, inf]
    alone = to_flow(read_ledger(), "sim_park", "contracts", wider=False)
    assert alone["flow_high"].tolist() == [100.5, inf]


def test_a_file_of_the_users_own_is_read_by_the_same_rules(tmp_path: Path, lay: Callable[..., None]) -> None:
    lay()
    path = tmp_path / "mine.csv"
    path.write_text(csv(good()), encoding="utf-8")
    pd.testing.assert_frame_equal(read_ledger_file(path), read_ledger())
    assert ledger_file_problems(path, sources=SOURCES, programmes=PROGRAMMES) == []

    broken = good(rice={"value": "1,5", "unit": "rupiah", "programme": "own"}, part_b={"value": "16"})
    path.write_text(csv(broken), encoding="utf-8")
    found = ledger_file_problems(path)
    assert [str(error) for error in found] == [
        "mine.csv: value is not a number from 0 up (1: line 9 rice value='1,5'). To mend it: write plain "
        "digits in the base unit, with a decimal point (3500000000000).",
        "mine.csv: unknown unit (1: line 9 rice unit='rupiah'). To mend it: use a unit of "
        "spillover.partnerships.columns.BASE_UNITS, for a rate with /day, /month or /year.",
        "mine.csv: parts that do not add up to their total (1: line 5 total: 14 + 16 against 31). To mend "
        "it: correct the figures; if the source prints them so, give total and parts one conflict slug.",
    ]
    with pytest.raises(DataError, match=r"mine.csv: value is not a number"):
        read_ledger_file(path)
    extra = ledger_file_problems(path, programmes=PROGRAMMES)
    assert "unknown programme" in [error.problem for error in extra]


def test_a_file_that_is_no_ledger_is_one_problem(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    assert [e.problem for e in ledger_file_problems(path)] == ["the file is missing"]
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert [e.problem for e in ledger_file_problems(path)] == ["missing columns"]
    path.write_bytes(b"\xff\xfe\x00")
    assert len(ledger_file_problems(path)) == 1


def test_units_and_lists() -> None:
    assert all(map(is_unit, ("IDR", "tonne/day", "percent")))
    assert not any(map(is_unit, ("", "/day", "IDR/", "IDR/month/year", "idr")))
    assert split_list(" a;b ;; c") == ["a", "b", "c"]


# ---------------------------------------------------------------- the bundled tables


@needs_data
def test_the_bundled_ledger_is_in_order() -> None:
    table = read_ledger()
    assert len(table) > 80
    assert set(table["source_id"]) <= set(read_claim_sources()["source_id"])
    assert set(table["programme"]) <= set(read_programmes()["programme_id"])


@needs_data
def test_the_flow_of_the_weda_bay_park_is_not_the_difference_of_two_figures() -> None:
    """3.5 trillion less 700 billion is not the flow of 2024: it may have been anything from 0 to 3.55."""
    found = to_flow(read_ledger(), "iwip_umkm", "contract_value").set_index("year")
    assert found.loc[2024, "flow_low"] == 0
    assert found.loc[2024, "flow_high"] == 3.55e12


@needs_data
def test_conflicts_are_only_of_claims_that_exclude_each_other() -> None:
    """What is compatible under rounding, or speaks of two dates or units, has a note instead."""
    table = read_ledger()
    assert set(table["conflict"]) - {""} == {
        "iwip_partner_count", "bkpm_umkm_2020", "imip_csr_span", "imip_business_count_2022",
        "vale_national_suppliers_2022", "antam_partner_count",
    }  # fmt: skip


@needs_data
def test_contract_values_are_commitments_and_no_payments() -> None:
    table = read_ledger()
    values = table[table["measure"].eq("contract_value")]
    assert len(values) > 5
    assert not values["stage"].eq("realised").any()


@needs_data
def test_a_claim_about_the_year_so_far_ends_on_its_day() -> None:
    """No realised or committed flow of one year ends after the day for which it was told."""
    flows = read_ledger().query("basis == 'flow' and stage != 'planned'")
    for row in flows.to_dict("records"):
        if len(row["period_end"]) == 4 and row["as_of"][:4] == row["period_end"]:
            assert row["as_of"] == row["period_end"] or "/" in row["unit"], row["entry_id"]
