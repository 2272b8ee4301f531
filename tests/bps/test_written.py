"""`read_indicators` on what `spillover clean` wrote gives what it gives on the files as downloaded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from spillover import read_indicator, read_indicators
from spillover.bps.reading import clean_files
from spillover.bps.vintaged import at_vintage
from spillover.bps.writing import write_cleaning
from spillover.errors import DataError

TABLE = "Jumlah Penduduk Menurut Kabupaten/Kota (jiwa),\nKabupaten,2020\nMorowali,100\nMorowali Utara,-\n"


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """A folder of downloads, cleaned into ``out`` beside it."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw/people.csv").write_text(TABLE)
    (tmp_path / "raw/shops.csv").write_text(TABLE.replace("Penduduk", "Toko").replace("jiwa", "unit"))
    write_cleaning(clean_files([tmp_path / "raw"]), tmp_path / "out")
    return tmp_path / "raw"


def test_a_cleaned_folder_or_its_table_gives_the_same(raw: Path) -> None:
    expected = read_indicators(raw)
    for path in (raw.parent / "out", raw.parent / "out/indicators.csv"):
        pd.testing.assert_frame_equal(read_indicators(path), expected)


def test_raw_and_cleaned_may_be_read_together(raw: Path, tmp_path: Path) -> None:
    (tmp_path / "more.csv").write_text(TABLE.replace("2020", "2021"))
    both = read_indicators([raw.parent / "out", tmp_path / "more.csv"])
    assert both.groupby("source_id").size().to_dict() == {"more": 2, "people": 2, "shops": 2}
    with pytest.raises(DataError, match="duplicate key"):
        read_indicators([raw, raw.parent / "out"])


def test_a_folder_with_downloads_and_a_result_is_one_of_downloads(raw: Path) -> None:
    """The downloads are read, with what is declared; the result beside them is left."""
    write_cleaning(clean_files([raw]), raw)
    (raw / "shops.csv").unlink()
    assert set(read_indicators(raw)["source_id"]) == {"people"}


def test_what_was_cleaned_takes_no_declarations_and_no_changes(raw: Path) -> None:
    out = raw.parent / "out"
    with pytest.raises(DataError, match=r"cleaned before \(1: unit\)"):
        read_indicators(out, unit="orang")
    table = out / "indicators.csv"
    table.write_text(table.read_text().replace("100", "900"))
    with pytest.raises(DataError, match=r"not as it was written.*clean the files again"):
        read_indicators(out)


def test_a_result_is_not_cleaned_again(raw: Path) -> None:
    """Its names and units are ours, not those of BPS; the reason is said, whatever its name now is."""
    out = raw.parent / "out"
    (raw / "copy.csv").write_bytes((out / "indicators.csv").read_bytes())
    refused = [line for account in clean_files([raw]).files for line in account.refused]
    assert len(refused) == 1 and "copy.csv: a table that spillover clean wrote" in refused[0]
    with pytest.raises(DataError, match=r"holds only a result of spillover clean.*--data"):
        clean_files([out])


def test_districts_of_another_year_are_read_back_and_serve_as_data(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The column that says how values were made is in the table, and does not keep it from being read."""
    out = raw.parent / "old"
    write_cleaning(at_vintage(clean_files([raw / "people.csv"]), 2012), out)
    table = read_indicators(out)
    assert "derived" in table.columns and table["region_code"].tolist() == ["7203"]
    monkeypatch.setenv("SPILLOVER_DATA", str(out))
    own = read_indicator("population", order=["population", "people"]).query("source_id == 'people'")
    assert own["region_code"].tolist() == ["7203"]
