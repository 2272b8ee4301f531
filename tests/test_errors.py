"""The one error says where, what, how many, which first five, and what to do."""

import pandas as pd
import pytest

from spillover.errors import DataError, check_codes, check_columns, check_not_empty, check_rows, check_unique


def test_message_names_place_count_first_five_and_remedy() -> None:
    text = str(DataError("t.csv", "bad codes", [f"c{i}" for i in range(7)], "fix them."))
    assert text == "t.csv: bad codes (7: c0, c1, c2, c3, c4, …). To mend it: fix them."


def test_missing_and_unknown_columns() -> None:
    table = pd.DataFrame({"a": [1], "z": [2]})
    with pytest.raises(DataError, match=r"missing columns \(1: b\)"):
        check_columns(table, ["a", "b"], "t")
    with pytest.raises(DataError, match=r"unknown columns \(1: z\)"):
        check_columns(table, ["a"], "t", exact=True)
    check_columns(table, ["a"], "t")


def test_empty_table() -> None:
    with pytest.raises(DataError, match="t: the table is empty"):
        check_not_empty(pd.DataFrame({"a": []}), "t")


def test_duplicate_keys_are_named_together() -> None:
    table = pd.DataFrame({"a": ["x", "x", "y"], "b": [1, 1, 1]})
    with pytest.raises(DataError, match=r"duplicate key a/b \(1: x/1\)"):
        check_unique(table, ["a", "b"], "t")


def test_a_missing_mark_counts_as_bad() -> None:
    table = pd.DataFrame({"a": ["x", "y"]})
    with pytest.raises(DataError, match=r"odd \(1: y\)"):
        check_rows(table, pd.Series([False, None], dtype="boolean"), ["a"], "t", "odd", "")


def test_unknown_codes_are_counted_once_each() -> None:
    with pytest.raises(DataError, match=r"unknown region codes \(2: 72.06, 9999\)"):
        check_codes(["7203", "9999", "9999", "72.06"], ["7203"], "t")
