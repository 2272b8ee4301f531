"""What is kept comes back exactly; what is stale or damaged is made anew and is never an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from spillover.sentra import store
from spillover.sentra.store import RECORD, facts_of, keep_tables, kept_tables, store_key, text_of_key
from spillover.sentra.study import Facts

TABLES = {
    "mixed": pd.DataFrame(
        {
            "text": pd.Series(["", "a;b", "é"], dtype="str"),
            "words": pd.Series(["", "7203", pd.NA], dtype=object),
            "value": [0.1 + 0.2, np.nan, -1e300],
            "year": pd.Series([2024, pd.NA, 1], dtype="Int64"),
            "n": [1, 2, 3],
            "far": pd.Series([True, pd.NA, False], dtype="boolean"),
            "near": [True, False, True],
        }
    ),
    "empty": pd.DataFrame({"a": pd.Series([], dtype="str"), "b": pd.Series([], dtype="float64")}),
}


def test_tables_come_back_exactly(tmp_path: Path) -> None:
    keep_tables(tmp_path, "k", TABLES)
    kept = kept_tables(tmp_path, "k")
    assert kept is not None
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(kept[name], table, check_exact=True)
        assert kept[name].attrs == {}


def test_the_facts_of_a_province_come_back_exactly(facts: Facts, tmp_path: Path) -> None:
    keep_tables(tmp_path, "k", facts._asdict())
    kept = kept_tables(tmp_path, "k")
    assert kept is not None, "a table of the facts could not be kept"
    assert list(kept) == list(Facts._fields)
    for name, table in facts._asdict().items():
        pd.testing.assert_frame_equal(kept[name], table, check_exact=True)


@pytest.mark.parametrize(
    "harm",
    [
        lambda folder: (folder / "mixed.parquet").write_bytes(b"PAR1"),
        lambda folder: (folder / "mixed.parquet").unlink(),
        lambda folder: (folder / RECORD).write_text("{"),
        lambda folder: (folder / RECORD).write_text("[1]"),
        lambda folder: (folder / RECORD).write_text('{"key": "k", "files": 3}'),
        lambda folder: (folder / RECORD).unlink(),
    ],
)
def test_what_is_damaged_is_not_used(tmp_path: Path, harm: Callable[[Path], object]) -> None:
    keep_tables(tmp_path, "k", TABLES)
    harm(tmp_path)
    assert kept_tables(tmp_path, "k") is None


def test_another_key_is_another_set(tmp_path: Path) -> None:
    keep_tables(tmp_path, "k", TABLES)
    assert kept_tables(tmp_path, "other") is None


def test_a_table_that_would_change_is_not_kept(tmp_path: Path) -> None:
    strange = pd.DataFrame({"a": pd.Series([{1}, object()], dtype=object)})
    keep_tables(tmp_path, "k", TABLES | {"strange": strange})
    assert kept_tables(tmp_path, "k") is None


def test_facts_are_collected_once(facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected = []

    def collect(province: str) -> Facts:
        collected.append(province)
        return facts

    monkeypatch.setattr(store, "sentra_facts", collect)
    for key in ("k", "k", "new"):
        assert facts_of("7200", tmp_path, key).gaps.equals(facts.gaps)
    assert collected == ["7200", "7200"], "the key changed once"
    record = json.loads((tmp_path / RECORD).read_text())
    (tmp_path / RECORD).write_text(json.dumps(record | {"files": {"gaps": record["files"]["gaps"]}}))
    facts_of("7200", tmp_path, "new")
    assert len(collected) == 3, "a set that lacks tables is no set"


def test_a_disk_that_takes_nothing_is_no_error(
    facts: Facts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "sentra_facts", lambda province: facts)
    (tmp_path / "file").write_text("")
    assert facts_of("7200", tmp_path / "file" / "below", "k") is facts
    assert text_of_key(tmp_path / "file" / "below.json", "k", lambda: "made") == "made"


def test_the_key_follows_data_and_province(change_file: Callable[..., Path]) -> None:
    before = store_key("7200")
    assert store_key("8200") != before
    change_file("parks", lambda text: text + "\n")
    assert store_key("7200") != before


def test_texts_are_kept_under_their_key(tmp_path: Path) -> None:
    made = []

    def make() -> str:
        made.append(1)
        return f"é {len(made)}"

    file = tmp_path / "a" / "text.json"
    assert [text_of_key(file, key, make) for key in ("k", "k", "l")] == ["é 1", "é 1", "é 2"]
    file.write_text(file.read_text(encoding="utf-8").replace("é 2", "é 9"), encoding="utf-8")
    assert text_of_key(file, "l", make) == "é 3", "a text that was changed is not used"
