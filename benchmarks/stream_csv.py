"""Cleaning a big CSV file in parts, beside pandas.read_csv whole and in chunks: time and peak memory.

    python benchmarks/stream_csv.py [--megabytes 100]

The file is simulated: all districts, 2001–2024, invented measures and values; its name says so, and it is
deleted afterwards. Each reader runs in a process of its own, whose peak resident memory is measured. pandas
only splits lines into cells; spillover also resolves names, decides the style of numbers by all cells, checks
units, years and cells that stand twice, and writes indicators.csv and indicators.parquet.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spillover.regions import read_regions

YEARS = range(2001, 2025)
HEAD = "kode,kabupaten,tahun,indikator,satuan,nilai\n"
READERS = ("pandas.read_csv", "pandas.read_csv in chunks", "spillover clean")
IMPORTS_ONLY = "imports and names only"


class Cost(NamedTuple):
    """Seconds and peak resident megabytes of one process."""

    seconds: float
    megabytes: float


def simulate(file: Path, megabytes: int) -> int:
    """Write a simulated table of about this size; returns its number of rows."""
    rows = size = 0
    with file.open("w", encoding="utf-8") as out:
        out.write(HEAD)
        for line in _lines():
            size += out.write(line)
            rows += 1
            if size >= megabytes * 1_000_000:
                break
    return rows


def _lines() -> Iterator[str]:
    """Rows without end."""
    draw = random.Random(1)
    regions = read_regions()
    places = list(zip(regions["region_code"], regions["name"], strict=True))
    measure = 0
    while True:
        measure += 1
        for year in YEARS:
            for code, name in places:
                value = draw.randrange(100_000, 1_000_000_000) / 100
                yield f"{code},{name},{year},Ukuran simulasi {measure},rupiah,{value:.2f}\n"


def read(reader: str, file: Path) -> None:
    """Read the file in one of the ways; runs in a process of its own."""
    import pandas as pd

    from spillover.bps.gazetteer import gazetteer
    from spillover.bps.reading import clean_files
    from spillover.bps.writing import write_cleaning

    if reader == "pandas.read_csv":
        pd.read_csv(file)
    elif reader == "pandas.read_csv in chunks":
        for _ in pd.read_csv(file, chunksize=10_000):
            pass
    elif reader == IMPORTS_ONLY:
        gazetteer()
    else:
        with tempfile.TemporaryDirectory() as spare:
            cleaning = clean_files([file], spill_to=Path(spare))
            if cleaning.files[0].refused:
                raise SystemExit(cleaning.files[0].refused[0])
            write_cleaning(cleaning, file.parent / "cleaned")


def cost(reader: str, file: Path) -> Cost:
    """Run one reader in a process of its own and measure it."""
    command = [sys.executable, __file__, "--reader", reader, "--file", str(file)]
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(time.perf_counter() - start, float(done.stdout))


def compare(megabytes: int) -> None:
    """Make the file, run all readers, print their costs."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "simulated_not_data.csv"
        rows = simulate(file, megabytes)
        print(f"simulated: {rows:,} rows, {file.stat().st_size / 1e6:.0f} MB")
        costs = {reader: cost(reader, file) for reader in (IMPORTS_ONLY, *READERS)}
    for reader, own in costs.items():
        print(f"{reader:<26} {own.seconds:7.1f} s {own.megabytes:7.0f} MB")
    whole, chunks, ours = (costs[reader] for reader in READERS)
    for name, peer in (("read_csv", whole), ("read_csv in chunks", chunks)):
        time_ratio, memory_ratio = ours.seconds / peer.seconds, ours.megabytes / peer.megabytes
        print(f"spillover / {name}: time {time_ratio:.1f}, memory {memory_ratio:.2f}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=100, help="size of the simulated file")
    parser.add_argument("--reader", choices=[IMPORTS_ONLY, *READERS], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.reader:
        read(told.reader, told.file)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    else:
        compare(told.megabytes)


if __name__ == "__main__":
    main()
