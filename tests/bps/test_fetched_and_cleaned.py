"""A data folder that both `spillover clean` and `spillover fetch` write into keeps the records of both."""

from pathlib import Path

import pytest

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
