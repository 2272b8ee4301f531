"""What `spillover clean` wrote, read back: one source of it, or a folder or file as a whole."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from spillover.bps.folders import find_files
from spillover.bps.writing import TABLE
from spillover.errors import DataError
from spillover.longtable import COLUMNS
from spillover.sources import read_csv_file, read_records, sha256

if TYPE_CHECKING:
    import pandas as pd

LONG_COLUMNS = {
    "region_code": "text", "year": "year", "period": "text?", "indicator": "text", "source_id": "text",
    "value": "number?", "unit": "text", "status": "text", "missing_reason": "text?",
}  # fmt: skip
DERIVED = {"derived": "text?"}  # of a table that was brought to the districts of another year


def read_long(path: Path, digest: str, source_id: str) -> pd.DataFrame:
    """Rows of one source in a table that `write_cleaning` wrote; columns as in `COLUMNS`.

    Parameters
    ----------
    path : Path
        The table.
    digest : str
        Its sha256, which was checked.
    source_id : str
    """
    table = _rows(path, digest)
    return table.loc[table["source_id"] == source_id, list(COLUMNS)].reset_index(drop=True)


def is_written(path: Path) -> bool:
    """Whether a path is a result of `spillover clean`: its table, or a folder with it and no other tables."""
    if path.is_dir() and (path / TABLE).is_file():
        try:
            return not find_files([path])
        except DataError:
            return True
    return path.is_file() and path.name == TABLE and _header(path)[: len(COLUMNS)] == list(COLUMNS)


def read_written(path: Path) -> pd.DataFrame:
    """All rows of a result of `spillover clean`; columns as in `COLUMNS`, and derived if it has that.

    Raises
    ------
    DataError
        A table that is not as it was written.
    """
    file = path / TABLE if path.is_dir() else path
    digest = sha256(file)
    listing = file.with_name("sources.yml")
    recorded = {r["sha256"] for r in read_records(listing) if r["file"] == TABLE} if listing.exists() else {}
    if recorded and recorded != {digest}:
        remedy = "clean the files again; to correct a figure, correct the file that it comes from"
        raise DataError(str(file), "the table is not as it was written", [f"sha256 {digest}"], remedy)
    return _rows(file, digest).copy()


@lru_cache(maxsize=1)
def _rows(path: Path, digest: str) -> pd.DataFrame:
    """The whole table; ``digest`` stands for its content."""
    return read_csv_file(path, LONG_COLUMNS | (DERIVED if "derived" in _header(path) else {}))


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.readline(1000).strip().split(",")
