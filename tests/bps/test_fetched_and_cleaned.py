"""A data folder that both `spillover clean` and `spillover fetch` write into keeps the records of both."""

from pathlib import Path

import pytest
import yaml

from spillover.bps.downloads import add_record
from spillover.bps.reading import clean_files
from spillover.bps.writing import write_cleaning
from spillover.errors import DataError

EXCERPT = Path(__file__).parents[1] / "data/bps/site_csv_one_year.csv"


def test_a_cleaning_may_be_repeated_but_never_drops_what_was_fetched(tmp_path: Path) -> None:
    """Cleaned twice: replaced. With a fetched record beside it: refused, and nothing is changed."""
    cleaning = clean_files([EXCERPT])
    write_cleaning(cleaning, tmp_path)
    write_cleaning(cleaning, tmp_path)
    add_record(tmp_path, {"id": "bps_195", "file": "raw/bps_195.json"})
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(DataError, match=r"records that no cleaning wrote.*another folder with --out"):
        write_cleaning(cleaning, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert b"bps_195" in before["sources.yml"]


def test_what_was_completed_of_a_fetched_table_stays_when_it_is_fetched_again(tmp_path: Path) -> None:
    """Licence and producer are a person's; the rest is new."""
    first = {"id": "bps_195", "file": "raw/a.json", "sha256": "1", "producer": "BPS", "licence": "not stated"}
    add_record(tmp_path, first)
    add_record(tmp_path, {"id": "other", "file": "raw/b.json", "producer": "x"})
    listing = tmp_path / "sources.yml"
    listing.write_text(listing.read_text().replace("licence: not stated", "licence: CC BY 4.0"))
    add_record(tmp_path, first | {"sha256": "2"})
    records = yaml.safe_load(listing.read_text())
    assert records[0] == first | {"sha256": "2", "licence": "CC BY 4.0"}
    assert records[1] == {"id": "other", "file": "raw/b.json", "producer": "x"}


def test_a_listing_that_was_broken_takes_no_record(tmp_path: Path) -> None:
    listing = tmp_path / "sources.yml"
    listing.write_text("- id: a\n  title: b: c\n")
    with pytest.raises(DataError, match=r"is no YAML in line 2.*texts with a colon need quotes"):
        add_record(tmp_path, {"id": "bps_195"})
    assert listing.read_text() == "- id: a\n  title: b: c\n"
