"""Every file has a record, is what its record says, and is read only as declared."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spillover as sp
from spillover import sources
from spillover.errors import DataError


def test_every_data_file_has_exactly_one_record_and_its_sha256() -> None:
    records = sp.read_sources()
    root = sources.bundled_dir()
    found = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.suffix in {".csv", ".geojson"}}
    owners = {file: [own for own in records["file"] if f"{file}/".startswith(f"{own}/")] for file in found}
    assert {file: own for file, own in owners.items() if len(own) != 1} == {}
    assert {own for of in owners.values() for own in of} == set(records["file"])
    for source_id in records["id"]:
        assert sources.source_path(source_id).exists()


def test_records_say_who_and_under_what_licence() -> None:
    records = sp.read_sources()
    for field in ("title", "producer", "citation", "how_to_obtain", "accessed", "licence"):
        assert records[field].str.len().min() > 0, field


def test_wrong_sha256_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text.replace("165123", "165124", 1), seal=False)
    with pytest.raises(DataError, match=r"raw/population.csv: the sha256 differs .*spillover check --accept"):
        sp.read_indicator("population")


def test_missing_file_says_how_it_is_obtained(change_file: Callable[..., Path]) -> None:
    change_file("population", lambda text: text).unlink()
    with pytest.raises(DataError, match=r"the file is missing .*download from the doi"):
        sp.read_indicator("population")


def test_unknown_source_id_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"unknown source id \(1: populaton\).*population"):
        sources.source_path("populaton")


def test_wrong_sha256_of_one_file_in_a_folder_is_refused(change_file: Callable[..., Path]) -> None:
    """The sha256 of a folder is that of the list of its files: a changed, added or lost file shows."""
    what = (
        r"raw/poverty_line: the sha256 differs .*\(1: poverty_line\).*spillover check --accept poverty_line"
    )
    file = change_file("poverty_line", lambda t: t.replace("305600", "305601"), part="2013.csv", seal=False)
    with pytest.raises(DataError, match=what):
        sp.read_indicator("poverty_line")
    change_file("poverty_line", lambda text: text, part="2013.csv")
    assert len(sp.read_indicator("poverty_line")) == 514 * 15
    copied = file.with_name("2013 (1).csv")
    copied.write_bytes(file.read_bytes())
    with pytest.raises(DataError, match=what):
        sp.read_indicator("poverty_line")
    copied.unlink()
    file.unlink()
    with pytest.raises(DataError, match=what):
        sp.read_indicator("poverty_line")


def test_unknown_column_is_refused(change_file: Callable[..., Path]) -> None:
    """A reference table has the declared columns; a BPS table says what each column of values is."""
    change_file("deflators", lambda text: text.replace("measure,year,value", "measure,year,number"))
    with pytest.raises(DataError, match=r"deflators.csv: missing columns \(1: value\)"):
        sp.read_deflators()
    change_file("deflators", lambda _: "measure,year,value,unit,note\ncpi,2010,100,index,x\n")
    with pytest.raises(DataError, match=r"deflators.csv: unknown columns \(1: note\)"):
        sp.read_deflators()
    change_file("population", lambda text: text.replace("2000 [YR2000]", "persons"))
    with pytest.raises(DataError, match=r"population.csv: columns without a year .*\(1: column 5\)"):
        sp.read_indicator("population")
    change_file("tpt", lambda text: re.sub(r",(tahun|20\d\d),", _with_a_column, text))
    with pytest.raises(DataError, match=r"tpt cannot be read \(1: tpt.csv: .*\(1: catatan\)"):
        sp.read_indicator("tpt")


def _with_a_column(found: re.Match[str]) -> str:
    return f"{found[0]}catatan," if found[1] == "tahun" else f"{found[0]}7,"


def test_year_that_is_none_is_refused_with_its_place(change_file: Callable[..., Path]) -> None:
    change_file("deflators", lambda text: text.replace("cpi,2010,", "cpi,2010.0,"))
    with pytest.raises(DataError, match=r"\(1: line \d+ year='2010.0'\)"):
        sp.read_deflators()
    change_file("population", lambda text: text.replace("2003 [YR2003]", "2003.5 [YR2003]"))
    with pytest.raises(DataError, match=r"population.csv: .*column"):
        sp.read_indicator("population")
    change_file("tpt", lambda text: text.replace("Aceh,2009,", "Aceh,2009.5,", 1))
    with pytest.raises(
        DataError, match=r"tpt.csv: cells that are no years .*\(1: '2009.5' in row 3, column 4\)"
    ):
        sp.read_indicator("tpt")


def test_empty_table_and_empty_file_are_refused(change_file: Callable[..., Path]) -> None:
    for source, read in (
        ("population", partial(sp.read_indicator, "population")),
        ("deflators", sp.read_deflators),
    ):
        change_file(source, lambda text: text.splitlines()[0] + "\n")
        with pytest.raises(DataError, match=rf"{source}.csv: (no table of regions found|the table is empty)"):
            read()
        change_file(source, lambda _: "")
        with pytest.raises(DataError, match=rf"{source}.csv: (the file is empty|cannot be read as a CSV)"):
            read()


def test_a_folder_without_records_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"SPILLOVER_DATA: no sources.yml"):
        sp.read_sources()


def test_a_users_record_replaces_the_bundled_one(change_file: Callable[..., Path]) -> None:
    before = sp.read_indicator("population").set_index(["region_code", "year"])["value"]
    change_file("population", lambda text: text.replace(f",{before['1101', 2003]:.0f},", ",123,"))
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
