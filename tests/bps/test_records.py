"""The sources.yml of a cleaned folder: what the files say, and what a person completed, for good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from spillover.bps.fileaccounts import FileAccount
from spillover.bps.measures import Declared
from spillover.bps.reading import clean_files
from spillover.bps.records import made_record, producer_of
from spillover.bps.writing import write_cleaning
from spillover.errors import DataError
from spillover.sources import read_records

TABLE = "Jumlah Toko Menurut Kabupaten (unit),\nKabupaten,2023\nMorowali,{n}\n"
BY_HAND = {"producer": "Dinas Perdagangan", "licence": "CC BY 4.0", "published": "2024-05", "url": "x: y"}


@pytest.mark.parametrize(
    ("note", "producer"),
    [
        ("Sumber: BPS, Sensus Ekonomi 2016", "BPS, Sensus Ekonomi 2016"),
        ("Sumber : BPS, Survei IMK Source : BPS-Statistics Indonesia, IMK Survey", "BPS, Survei IMK"),
        ("Sumber/Source: BPS Kabupaten Poso, 2019", "BPS Kabupaten Poso, 2019"),
        ("Sumber BPS, Susenas", "BPS, Susenas"),
        ("Sumber Data: Dinas Sumber Daya Air", "Dinas Sumber Daya Air"),
        ("Source: BPS Note: as of March", "BPS"),
        ("Catatan: angka sementara Sumber: Disperindag. Keterangan: x", "Disperindag"),
        ("Sumber: BPS, Survei IMK\nlast_update: 2024-06-28 10:12:31", "BPS, Survei IMK"),
        ("BRS, BPS Provinsi Maluku\nlast_update: 2022-11-25 02:42:42", "BRS, BPS Provinsi Maluku"),
        ("last_update: 2024-06-28 10:12:31", "not stated"),
        ("* Angka sementara/Preliminary figures", "not stated"),
        ("Catatan: – data tidak tersedia", "not stated"),
        ("Sumber:", "not stated"),
        ("", "not stated"),
    ],
)
def test_the_producer_is_what_the_footer_says(note: str, producer: str) -> None:
    """Without "Sumber:" before it, and never a footnote."""
    assert producer_of(note) == producer


def test_the_api_says_when_a_table_was_updated() -> None:
    note = "Sumber: BPS\nlast_update: 2024-06-28 10:12:31"
    record = made_record(FileAccount("a.json", "a", note=note), ["x"], "indicators.csv", "0")
    assert record["published"] == "2024-06-28" and record["citation"] == "BPS (a.json)"


def test_how_to_obtain_repeats_what_was_declared() -> None:
    said = {"unit": "ribu rupiah", "number_style": "id", "dash": "zero_shown_as_dash"}
    record = made_record(FileAccount("t 1.csv", "t", declared=said), [], "", "")
    told = "spillover clean 't 1.csv' --unit 'ribu rupiah' --number-style id --dash-is-zero"
    assert record["how_to_obtain"] == told


def write(folder: Path, **numbers: int) -> None:
    for name, n in numbers.items():
        (folder / f"{name}.csv").write_text(TABLE.format(n=n))


def clean(folder: Path, *names: str, declared: Declared | None = None) -> dict[str, dict[str, Any]]:
    """Clean these files into ``out``; its records by id."""
    files = [folder / f"{name}.csv" for name in names]
    write_cleaning(clean_files(files, declared or Declared()), folder / "out")
    return {record["id"]: record for record in read_records(folder / "out/sources.yml")}


def complete(folder: Path, source_id: str, **fields: object) -> None:
    """What a person does in an editor."""
    listing = folder / "out/sources.yml"
    head, records = listing.read_text().split("\n\n", 1)
    changed = [r | fields if r["id"] == source_id else r for r in yaml.safe_load(records)]
    listing.write_text(f"{head}\n\n{yaml.safe_dump(changed, sort_keys=False)}")


def test_what_was_completed_stays_when_the_files_are_cleaned_again(tmp_path: Path) -> None:
    """Only sha256 and what the file says anew change; the other record is as made."""
    write(tmp_path, a=1, b=2)
    before = clean(tmp_path, "a", "b")
    complete(tmp_path, "a", **BY_HAND, redistributable=True)
    write(tmp_path, a=5)
    after = clean(tmp_path, "a", "b")
    assert {k: after["a"][k] for k in BY_HAND} == BY_HAND and after["a"]["redistributable"] is True
    assert after["a"]["citation"] == "Dinas Perdagangan (a.csv)", "made of the producer that was completed"
    assert after["a"]["sha256"] == after["b"]["sha256"] != before["b"]["sha256"]
    assert after["b"] == before["b"] | {"sha256": after["b"]["sha256"]}
    assert clean(tmp_path, "a", "b") == after, "and so a third time"


def test_a_field_that_was_not_completed_follows_the_file(tmp_path: Path) -> None:
    write(tmp_path, a=1)
    clean(tmp_path, "a")
    complete(tmp_path, "a", licence="CC BY 4.0")
    (tmp_path / "a.csv").write_text(TABLE.format(n=1).replace("Toko", "Kios") + "Sumber: BPS,\n")
    record = clean(tmp_path, "a")["a"]
    assert record["title"].startswith("Jumlah Kios") and record["producer"] == "BPS"
    assert record["licence"] == "CC BY 4.0" and record["citation"] == "BPS (a.csv)"


def test_a_completed_producer_may_be_corrected(tmp_path: Path) -> None:
    """A citation that is there stays: whether a person wrote it is not known any more."""
    write(tmp_path, a=1)
    clean(tmp_path, "a")
    complete(tmp_path, "a", producer="Dinas")
    assert clean(tmp_path, "a")["a"]["citation"] == "Dinas (a.csv)"
    complete(tmp_path, "a", producer="Disperindag", citation="Disperindag, Laporan 2024")
    record = clean(tmp_path, "a")["a"]
    assert (record["producer"], record["citation"]) == ("Disperindag", "Disperindag, Laporan 2024")


def test_the_day_of_reading_is_that_of_the_file(tmp_path: Path) -> None:
    """The same bytes were read on the earlier day; a new file today."""
    write(tmp_path, a=1)
    today = clean(tmp_path, "a")["a"]["accessed"]
    complete(tmp_path, "a", accessed="2024-01-31")
    assert clean(tmp_path, "a")["a"]["accessed"] == "2024-01-31"
    write(tmp_path, a=2)
    assert clean(tmp_path, "a")["a"]["accessed"] == today


def test_work_for_a_file_that_gives_no_rows_this_time_is_not_lost(tmp_path: Path) -> None:
    """It rests as a comment, over several cleanings, and comes back with the file."""
    write(tmp_path, a=1, b=2)
    clean(tmp_path, "a", "b")
    complete(tmp_path, "a", **BY_HAND)
    assert set(clean(tmp_path, "b")) == {"b"}
    assert set(clean(tmp_path, "b")) == {"b"}
    text = (tmp_path / "out/sources.yml").read_text()
    assert "# Completed by hand, for files that gave no rows" in text and "# - id: a\n" in text
    again = clean(tmp_path, "a", "b")
    assert {k: again["a"][k] for k in BY_HAND} == BY_HAND
    assert "Completed by hand" not in (tmp_path / "out/sources.yml").read_text()


def test_without_the_account_all_counts_as_written_by_hand(tmp_path: Path) -> None:
    write(tmp_path, a=1)
    clean(tmp_path, "a")
    complete(tmp_path, "a", licence="CC BY 4.0")
    (tmp_path / "out/cleaning.json").write_text("{")
    assert clean(tmp_path, "a")["a"]["licence"] == "CC BY 4.0"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda text: text.replace("title: ", "title: a: b "), "is no YAML in line 6"),
        (lambda text: text.split("\n\n")[0] + "\n\nx\n", "is not a list of records"),
    ],
)
def test_a_listing_that_was_broken_is_not_made_over(tmp_path: Path, change: Any, problem: str) -> None:
    """Someone was at work there: where, and what to do; all four files stay."""
    write(tmp_path, a=1)
    clean(tmp_path, "a")
    listing = tmp_path / "out/sources.yml"
    listing.write_text(change(listing.read_text()))
    before = {p: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    with pytest.raises(DataError, match=rf"sources.yml: {problem}.*--out"):
        clean(tmp_path, "a")
    assert {p: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before
