"""Every file has a record, is what its record says, and is read only as declared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spillover as sp
from spillover import sources
from spillover.errors import DataError

POPULATION = {"region_code": "text", "year": "year", "value": "number?"}


def test_every_data_file_has_exactly_one_record_and_its_sha256() -> None:
    records = sp.read_sources()
    root = sources.bundled_dir()
    found = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix in {".csv", ".geojson"}}
    assert set(records["file"]) == found
    for source_id in records["id"]:
        assert sources.source_path(source_id).is_file()


def test_records_say_who_and_under_what_licence() -> None:
    records = sp.read_sources()
    for field in ("title", "producer", "citation", "how_to_obtain", "accessed", "licence"):
        assert records[field].str.len().min() > 0, field


def test_wrong_sha256_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text.replace("1101", "1102", 1), seal=False)
    with pytest.raises(DataError, match=r"raw/population.csv: the sha256 differs .*spillover check --accept"):
        sp.read_indicator("population")


def test_missing_file_says_how_it_is_obtained(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text).unlink()
    with pytest.raises(DataError, match=r"the file is missing .*download from the doi"):
        sp.read_indicator("population")


def test_unknown_source_id_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"unknown source id \(1: populaton\).*population"):
        sources.source_path("populaton")


def test_unknown_column_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text.replace("region_code,year,value", "region_code,year,persons"))
    with pytest.raises(DataError, match=r"population.csv: missing columns \(1: value\)"):
        sp.read_indicator("population")
    change_file("population", lambda _: "region_code,year,value,note\n1101,2001,5,x\n")
    with pytest.raises(DataError, match=r"population.csv: unknown columns \(1: note\)"):
        sp.read_indicator("population")


def test_year_as_float_is_refused_with_its_line(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text.replace("1101,2003,", "1101,2003.0,"))
    with pytest.raises(DataError, match=r"\(1: line 5 year='2003.0'\)"):
        sp.read_indicator("population")


def test_empty_table_and_empty_file_are_refused(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda _: "region_code,year,value\n")
    with pytest.raises(DataError, match=r"population.csv: the table is empty"):
        sp.read_indicator("population")
    change_file("population", lambda _: "")
    with pytest.raises(DataError, match=r"population.csv: cannot be read as a CSV"):
        sp.read_indicator("population")


def test_a_folder_without_records_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"SPILLOVER_DATA: no sources.yml"):
        sp.read_sources()


def test_a_users_record_replaces_the_bundled_one(change_file: Callable[..., Path]) -> None:
    before = sp.read_indicator("population").set_index(["region_code", "year"])["value"]
    change_file(
        "population", lambda text: text.replace(f"1101,2003,{before['1101', 2003]:.0f}", "1101,2003,123")
    )
    after = sp.read_indicator("population").set_index(["region_code", "year"])["value"]
    assert after["1101", 2003] == 123
    assert after.drop(("1101", 2003)).equals(before.drop(("1101", 2003)))


@given(st.text(max_size=12) | st.sampled_from(["inf", "-inf", "nan", "1e400", "1.234,5", "1,234"]))
def test_a_cell_is_its_number_or_refused(cell: str) -> None:
    """No text becomes a number that Python's own float would not read from the same text."""
    import pandas as pd

    cells = pd.Series([cell], name="value")
    try:
        value = sources._convert(cells, "number", "t").item()
    except DataError:
        return
    assert value == float(cell)
    assert abs(value) < float("inf")


@given(st.integers(1900, 2099), st.sampled_from(["", ".0", " ", ",", "a"]))
def test_only_plain_years_are_years(year: int, tail: str) -> None:
    import pandas as pd

    cells = pd.Series([f"{year}{tail}"], name="year")
    if tail == "":
        assert sources._convert(cells, "year", "t").item() == year
    else:
        with pytest.raises(DataError, match="not a year"):
            sources._convert(cells, "year", "t")
