"""Rules that a review asked for: rounding of parts, claims twice, slips of typing, ledgers with many rows."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from simulated_ledger import GOOD, PROGRAMMES, SECTORS, SOURCES, claim, flow, good, stock, texts

from spillover.errors import DataError
from spillover.partnerships.columns import LEDGER_COLUMNS
from spillover.partnerships.ledger import ledger_file_problems, read_ledger_file
from spillover.partnerships.rules import ledger_problems


def problems(table: pd.DataFrame) -> list[DataError]:
    return ledger_problems(table, "simulated.csv", SOURCES, PROGRAMMES, SECTORS)


def said(table: pd.DataFrame) -> list[str]:
    return [error.problem for error in problems(table)]


# ---------------------------------------------------------------- what can be true together


@pytest.mark.parametrize(
    ("total", "fits"), [(3.0, True), (3.1, True), (3.2, True), (3.3, False), (2.9, False)]
)
def test_parts_are_rounded_as_their_total_is(total: float, fits: bool) -> None:
    """1.7 and 1.4, each give or take 0.05, make 3.0 to 3.2; a total of 3.3 begins at 3.25."""
    rows = texts(
        flow("sum", value=f"{total * 1e9:.0f}", reported_as=f"Rp{total:.1f} miliar".replace(".", ",")),
        flow("a", value="1700000000", reported_as="Rp1,7 miliar", part_of="sum"),
        flow("b", value="1400000000", reported_as="Rp1,4 miliar", part_of="sum"),
    )
    assert (problems(rows) == []) is fits


def test_counts_are_not_rounded_but_percentages_are() -> None:
    """14 and 16 people are not 31; three times 33 percent can be all."""
    people = {"unit": "person", "measure": "trained"}
    counted = [flow("sum", value=31, **people)]
    counted += [flow(name, value=n, part_of="sum", **people) for name, n in (("a", 14), ("b", 16))]
    assert said(texts(*counted)) == ["parts that do not add up to their total"]
    percent = {"unit": "percent", "measure": "share"}
    shares = [flow("sum", value=100, **percent)]
    shares += [flow(name, value=33, part_of="sum", region_code=code, **percent)
               for name, code in (("a", "8201"), ("b", "8202"), ("c", "8206"))]  # fmt: skip
    assert problems(texts(*shares)) == []


@pytest.mark.parametrize(
    ("one", "other", "fits"),
    [
        ({"value": 700, "qualifier": "at_least"}, {"value": 703}, True),
        ({"value": 700, "qualifier": "at_least"}, {"value": 650}, False),
        ({"value": 700, "qualifier": "at_most"}, {"value": 703}, False),
        ({"value": 100, "qualifier": "about"}, {"value": 109}, True),
        ({"value": 9, "value_high": 12, "qualifier": "range"}, {"value": 10}, True),
        ({"value": 2700, "reported_as": "2,7 ribu"}, {"value": 2730, "reported_as": "2,73 ribu"}, True),
    ],
)
def test_only_figures_that_exclude_each_other_differ(one: dict, other: dict, fits: bool) -> None:
    found = said(texts(stock("one", **one), stock("other", **other)))
    assert found == ([] if fits else ["different figures for the same number"])


# ---------------------------------------------------------------- slips


def test_the_same_claim_twice_is_told_with_both_lines() -> None:
    again = good(rice_again=GOOD["rice"] | {"entry_id": "rice_again", "note_id": "x", "note_en": "x"})
    (error,) = problems(again)
    assert (error.problem, error.offenders) == (
        "the same claim twice",
        ["line 11 rice_again, as line 9 rice"],
    )
    for change in ({"region_code": "8206"}, {"source_id": "other"}, {"as_of": "2023"}, {"sector": "wood",
                   "kbli_section": "C"}):  # fmt: skip
        other = good(rice_again=GOOD["rice"] | {"entry_id": "rice_again"} | change)
        assert "the same claim twice" not in said(other)


@pytest.mark.parametrize("text", ["1.000", "28.500", "700.000"])
def test_thousands_written_with_a_point_are_refused(text: str) -> None:
    (error,) = problems(good(rice={"value": text}))
    assert error.offenders == [f"line 9 rice value='{text}'"]
    assert "write plain digits: 1000" in error.remedy
    ranged = {"value": "0.5", "value_high": text, "qualifier": "range"}
    assert [e.offenders for e in problems(good(suppliers=ranged))] == [
        [f"line 8 suppliers value_high='{text}'"]
    ]


def test_decimals_and_numbers_that_are_no_texts_pass() -> None:
    for text in ("28.5", "0.125", "72.55", "3.1250", "1e3"):
        assert problems(good(rice={"value": text})) == []
    table = good()
    table["value"] = table["value"].astype("float64")
    table.loc[table["entry_id"].eq("rice"), "value"] = 3.125
    assert problems(table) == []


def test_a_share_above_one_hundred_percent_is_refused() -> None:
    high = stock("a", unit="percent", measure="local_share", value=100.1, reported_as="100,1")
    assert said(texts(high)) == ["a share above 100 percent"]
    assert said(texts(high | {"measure": "share_signed"})) == ["a share above 100 percent"]
    assert problems(texts(high | {"measure": "growth"})) == []
    assert problems(texts(high | {"value": "100", "reported_as": "100"})) == []
    ranged = high | {"value": "90", "value_high": "120", "qualifier": "range"}
    assert said(texts(ranged)) == ["a share above 100 percent"]


@pytest.mark.parametrize("name", ["place", "note_id", "counterpart", "reported_as"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_break_in_a_cell_is_told(name: str, end: str) -> None:
    change = {name: f"one{end}two"} | ({"note_en": "x"} if name == "note_id" else {})
    (error,) = problems(good(rice=change))
    assert error.problem == f"a line break in {name}"
    assert error.offenders[0].startswith("line 9 rice")


# ---------------------------------------------------------------- files


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([",".join(LEDGER_COLUMNS), *lines, ""]), encoding="utf-8")
    return path


def row(entry_id: str, **cells: object) -> str:
    return (
        pd.DataFrame([stock(entry_id, **cells)])
        .to_csv(index=False, header=False, lineterminator="\n")
        .rstrip("\n")
    )


def test_rows_with_too_few_or_too_many_cells_are_named_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", row("a"), row("b").rsplit(",", 1)[0], "", row("c") + ",x")
    (error,) = ledger_file_problems(path)
    assert error.offenders == ["line 3: 25 cells", "line 5: 27 cells"]
    assert "26 columns" in error.problem
    with pytest.raises(DataError, match="line 3: 25 cells"):
        read_ledger_file(path)


def test_lines_are_true_with_blank_lines_and_line_breaks_in_quotes(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", "", row("a", place="one\ntwo"), "", "", row("b", unit="sacks"))
    found = {error.problem: error.offenders for error in ledger_file_problems(path)}
    assert found == {
        "unknown unit": ["line 7 b unit='sacks'"],
        "a line break in place": ["line 3 a place='one\\ntwo'"],
    }


def test_rows_of_blank_lines_are_counted_from_zero_when_read(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", "", row("a"), "", row("b", measure="other"))
    assert read_ledger_file(path).index.tolist() == [0, 1]


@pytest.mark.parametrize(("mark", "word"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_file_with_another_separator_says_so(tmp_path: Path, mark: str, word: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(mark.join(LEDGER_COLUMNS) + "\n" + mark.join("1" * 26) + "\n", encoding="utf-8")
    (error,) = ledger_file_problems(path)
    assert word in error.problem
    assert "commas" in error.remedy


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "the file is empty"),
        (",".join(LEDGER_COLUMNS) + "\n", "the table is empty"),
        (",".join([*LEDGER_COLUMNS, "place"]) + "\n", "columns that stand twice"),
        (",".join(LEDGER_COLUMNS) + '\n"a,b\n', "cannot be read as CSV"),
    ],
)
def test_files_that_are_no_ledger(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    (error,) = ledger_file_problems(path)
    assert error.problem.startswith(problem)


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.csv", row("a"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert ledger_file_problems(path) == []


# ---------------------------------------------------------------- many rows


def many(n: int, **cells: object) -> list[dict[str, str]]:
    days = [(date(2019, 1, 1) + timedelta(days=i)).isoformat() for i in range(n)]
    return [claim(f"e{i}", as_of=day, period_start="2018", **cells) for i, day in enumerate(days)]


def test_two_thousand_unlinked_rows_are_each_told_once() -> None:
    """Falling from row to row: every row but the first is lower than some earlier one."""
    rows = [
        r | {"value": str(9000 - 2 * i), "reported_as": str(9000 - 2 * i)} for i, r in enumerate(many(2000))
    ]
    began = time.perf_counter()
    found = {error.problem: error.offenders for error in problems(texts(*rows))}
    assert time.perf_counter() - began < 10
    assert {name: len(who) for name, who in found.items()} == {
        "a later cumulative figure without supersedes": 1999,
        "a cumulative figure that is lower than an earlier one": 1999,
    }
    assert found["a later cumulative figure without supersedes"][0] == "line 3 e1: line 2 e0 is earlier"


def test_a_chain_that_skips_far_is_told_once_for_each_row() -> None:
    rows = [r | {"supersedes": "e0" if i else ""} for i, r in enumerate(many(300))]
    found = {error.problem: error.offenders for error in problems(texts(*rows))}
    assert len(found["supersedes skips an entry"]) == 298
    assert found["supersedes skips an entry"][-1] == "line 301 e299: e0, over line 300 e298"


def test_many_figures_for_one_number_are_each_told_once() -> None:
    rows = [stock(f"s{i}", value=1000 + 5 * i) for i in range(2000)]
    (error,) = problems(texts(*rows))
    assert (error.problem, len(error.offenders)) == ("different figures for the same number", 1999)
