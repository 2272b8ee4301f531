"""Rows of big files on disk: they are cleaned into Parquet files, and read from there in parts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class Spilled(NamedTuple):
    """Cleaned rows of one source in a Parquet file: how many, of which years and indicators."""

    source_id: str
    file: Path
    rows: int
    first_year: int
    last_year: int
    indicators: tuple[str, ...]

    def parts(self) -> Iterator[pd.DataFrame]:
        """The rows, a part at a time."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.file) as stored:
            for group in range(stored.num_row_groups):
                yield stored.read_row_group(group).to_pandas()


def spill(source_id: str, parts: Iterable[pd.DataFrame], folder: Path) -> Spilled:
    """Write the parts of one source into a Parquet file of a folder, one at a time."""
    file = folder / f"{source_id}.parquet"
    rows, years, indicators = 0, set[int](), set[str]()

    def counted() -> Iterator[pd.DataFrame]:
        nonlocal rows
        for part in parts:
            rows += len(part)
            years.update(part["year"].unique().tolist())
            indicators.update(part["indicator"].unique().tolist())
            yield part

    write_parquet(counted(), file)
    return Spilled(
        source_id, file, rows, min(years, default=0), max(years, default=0), tuple(sorted(indicators))
    )


def write_parquet(parts: Iterable[pd.DataFrame], file: Path) -> None:
    """Write parts with equal columns into one Parquet file, a row group each."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    try:
        for part in parts:
            table = pa.Table.from_pandas(part, schema=writer.schema if writer else None, preserve_index=False)
            writer = writer or pq.ParquetWriter(file, table.schema)
            writer.write_table(table)
    finally:
        if writer:
            writer.close()


def write_csv(parts: Iterable[pd.DataFrame], file: Path, number: Callable[[float], str]) -> str:
    """Write parts with equal columns into one CSV file; returns its sha256."""
    digest, header = hashlib.sha256(), True
    with file.open("wb") as out:
        for part in parts:
            text = part.to_csv(index=False, header=header, lineterminator="\n", float_format=number)
            data = text.encode("utf-8")
            digest.update(data)
            out.write(data)
            header = False
    return digest.hexdigest()
