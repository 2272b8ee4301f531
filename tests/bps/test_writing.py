"""What a cleaning writes belongs together: all four files, or what was there before."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spillover.bps.folders import find_files
from spillover.bps.reading import Cleaning, clean_files
from spillover.bps.writing import plain_number, write_cleaning, write_together
from spillover.errors import DataError
from spillover.longtable import COLUMNS, KEY

HEAD = "Jumlah Penduduk Menurut Kabupaten/Kota (ribu jiwa),\nKabupaten/Kota,{year}\n"
BODY = "Morowali,{a}\nKota Palu,-\nBanggai,12.5\n"
FOUR = ["cleaning.json", "indicators.csv", "indicators.parquet", "sources.yml"]


def cleaned(folder: Path, a: str = "1.25", year: int = 2023) -> Cleaning:
    folder.mkdir(exist_ok=True)
    (folder / "Penduduk.csv").write_text(HEAD.format(year=year) + BODY.format(a=a))
    return clean_files([folder])


def content(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_the_four_files_tell_the_same(tmp_path: Path) -> None:
    cleaning = cleaned(tmp_path / "in")
    written = write_cleaning(cleaning, tmp_path / "out")
    assert sorted(path.name for path in written) == sorted(content(tmp_path / "out")) == FOUR
    text = pd.read_csv(tmp_path / "out/indicators.csv", dtype=str, keep_default_na=False)
    parquet = pd.read_parquet(tmp_path / "out/indicators.parquet")
    assert list(text.columns) == list(parquet.columns) == list(COLUMNS)
    assert text["value"].tolist() == ["12500", "1250", ""]
    assert parquet["value"].fillna(-1).tolist() == [12500.0, 1250.0, -1.0]
    assert text["region_code"].tolist() == parquet["region_code"].tolist() == ["7202", "7203", "7271"]
    (record,) = yaml.safe_load((tmp_path / "out/sources.yml").read_text(encoding="utf-8"))
    assert record["sha256"] == hashlib.sha256((tmp_path / "out/indicators.csv").read_bytes()).hexdigest()
    assert record["id"] == "penduduk" and record["read"] == {"indicators": ["population"]}
    (account,) = json.loads((tmp_path / "out/cleaning.json").read_text(encoding="utf-8"))
    assert account["cells"] == 3 and account["missing"] == {"not_available": 1}


def test_rows_are_in_the_order_of_their_key(tmp_path: Path) -> None:
    """Whatever the order of the files, so that two results can be compared line by line."""
    write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    table = pd.read_csv(tmp_path / "out/indicators.csv", dtype=str, keep_default_na=False)
    assert table.equals(table.sort_values(KEY, ignore_index=True))


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    before = content(tmp_path / "out")
    write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    assert content(tmp_path / "out") == before


FULL = OSError(28, "No space left on device")


def faults(*places: tuple[object, str]) -> list[Any]:
    return [
        pytest.param(owner, name, at, fault, id=f"{name}-{at}-{type(fault).__name__}")
        for owner, name in places
        for at in range(4)
        for fault in (FULL, KeyboardInterrupt())
    ]


def break_off(patch: pytest.MonkeyPatch, owner: Any, name: str, at: int, fault: BaseException) -> None:
    """Let the call number ``at`` of a function fail, after it left half of a file."""
    done, count = getattr(owner, name), iter(range(100))

    def broken(path: Path, *arguments: Any) -> object:
        if next(count) != at:
            return done(path, *arguments)
        if name == "write_bytes":
            done(path, b"half")
        raise fault

    patch.setattr(owner, name, broken)


@pytest.mark.parametrize(
    ("owner", "name", "at", "fault"), faults((Path, "write_bytes"), (os, "link"), (Path, "replace"))
)
def test_whatever_breaks_off_leaves_the_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at: int, fault: BaseException
) -> None:
    """A full disk or Ctrl-C at any step: the four old files are there, whole, and nothing beside them."""
    files = {tmp_path / name: b"old" for name in FOUR}
    write_together(files)
    with monkeypatch.context() as patch:
        break_off(patch, owner, name, at, fault)
        if name == "link" and isinstance(fault, OSError):  # a disk without second names: copied instead
            write_together(dict.fromkeys(files, b"new"))
            assert content(tmp_path) == dict.fromkeys(FOUR, b"new")
            return
        with pytest.raises(type(fault)):
            write_together(dict.fromkeys(files, b"new"))
    assert content(tmp_path) == dict.fromkeys(FOUR, b"old")


@pytest.mark.parametrize(("owner", "name", "at", "fault"), faults((Path, "write_bytes"), (Path, "replace")))
def test_a_first_result_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, at: int, fault: BaseException
) -> None:
    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        break_off(patch, owner, name, at, fault)
        write_together({tmp_path / name: b"new" for name in FOUR})
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_is_never_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if the process is killed between two renamings: under each name there is a whole file."""
    files = {tmp_path / name: b"old" for name in FOUR}
    write_together(files)
    done = Path.replace

    def watched(path: Path, target: Path) -> Path:
        assert all(file.read_bytes() in (b"old", b"new") for file in files)
        return done(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    write_together(dict.fromkeys(files, b"new"))
    assert content(tmp_path) == dict.fromkeys(FOUR, b"new")


def test_a_copy_that_does_not_fit_damages_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk without second names for files that is full as well."""
    files = {tmp_path / name: b"old" for name in FOUR}
    write_together(files)

    def no_link(file: Path, kept: Path) -> None:
        raise OSError(1, "Operation not permitted")

    def half(file: Path, kept: Path) -> None:
        kept.write_bytes(b"ol")
        raise FULL

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
        patch.setattr(os, "link", no_link)
        patch.setattr(shutil, "copy2", half)
        write_together(dict.fromkeys(files, b"new"))
    assert content(tmp_path) == dict.fromkeys(FOUR, b"old")


def test_what_another_writer_cannot_finish_goes_too(tmp_path: Path) -> None:
    """Big tables are written by a function, in parts; half of one does not stay."""

    def half(file: Path) -> None:
        file.write_bytes(b"half")
        raise FULL

    with pytest.raises(OSError, match="No space"):
        write_together({tmp_path / "a": b"whole", tmp_path / "b": half})
    assert list(tmp_path.iterdir()) == []


def test_records_of_another_origin_are_left_alone(tmp_path: Path) -> None:
    """The user's own data folder is not made over."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sources.yml").write_text("- id: mine\n")
    with pytest.raises(DataError, match="no cleaning wrote"):
        write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    assert content(tmp_path / "out") == {"sources.yml": b"- id: mine\n"}


@pytest.mark.parametrize("name", ["indicators.csv", "indicators.parquet"])
def test_a_table_of_another_origin_is_left_alone(tmp_path: Path, name: str) -> None:
    """A download that happens to have the name of the result is no result, and is read as any other."""
    (tmp_path / name).write_bytes(b"mine")
    with pytest.raises(DataError, match=rf"a table that no cleaning wrote \(1: {name}\).*--out"):
        write_cleaning(cleaned(tmp_path / "in"), tmp_path)
    assert (tmp_path / name).read_bytes() == b"mine"
    assert tmp_path / name in find_files([tmp_path])


def test_without_any_cell_an_earlier_result_stays(tmp_path: Path) -> None:
    """An account of nothing beside the table of an earlier run would be a false one."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/letter.csv").write_text("no table\n")
    nothing = clean_files([tmp_path / "bad"])
    assert [p.name for p in write_cleaning(nothing, tmp_path / "new")] == ["cleaning.json"]
    write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    before = content(tmp_path / "out")
    assert write_cleaning(nothing, tmp_path / "out") == []
    assert content(tmp_path / "out") == before


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_are_written_in_full(value: float) -> None:
    """Without an exponent, and giving the same number back."""
    text = plain_number(value)
    assert "e" not in text.lower() and float(text) == value
