"""What a cleaning writes belongs together: all four files, or what was there before."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from spillover.bps.reading import COLUMNS, KEY, Cleaning, clean_files
from spillover.bps.writing import plain_number, write_cleaning, write_together
from spillover.errors import DataError

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


@pytest.mark.parametrize(
    "fault", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "stop"]
)
@pytest.mark.parametrize("step", ["write_bytes", "replace"])
@pytest.mark.parametrize("at", range(4))
def test_whatever_breaks_off_leaves_the_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException, step: str, at: int
) -> None:
    """A full disk or Ctrl-C at any file: the four old files are there, whole, and nothing beside them."""
    files = {tmp_path / name: b"old" for name in FOUR}
    write_together(files)
    done = getattr(Path, step)
    count = iter(range(100))

    def broken(path: Path, *arguments: object) -> object:
        if next(count) == at + (2 if step == "replace" else 0):
            raise fault
        return done(path, *arguments)

    with monkeypatch.context() as patch, pytest.raises(type(fault)):
        patch.setattr(Path, step, broken)
        write_together(dict.fromkeys(files, b"new"))
    assert content(tmp_path) == dict.fromkeys(FOUR, b"old")


def test_a_first_result_that_breaks_off_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(Path, "write_bytes", full)
        write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_records_of_another_origin_are_left_alone(tmp_path: Path) -> None:
    """The user's own data folder is not made over."""
    (tmp_path / "out").mkdir()
    (tmp_path / "out/sources.yml").write_text("- id: mine\n")
    with pytest.raises(DataError, match="no cleaning wrote"):
        write_cleaning(cleaned(tmp_path / "in"), tmp_path / "out")
    assert content(tmp_path / "out") == {"sources.yml": b"- id: mine\n"}


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
