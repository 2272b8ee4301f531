"""Reading and cleaning the fifteen poverty-line exports, beside bare pandas.read_csv of the same files.

    python benchmarks/clean_files.py [--rounds 20]

The peer does a small part of the work: it splits lines into cells. It is here as the floor that a reader
of these files cannot go below; the aim is at most three times its time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from spillover.bps.reading import clean_files
from spillover.sources import source_path


def best(work: Callable[[], object], rounds: int) -> float:
    """Shortest of several runs, in seconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20, help="runs of each, the best counts")
    rounds = parser.parse_args().rounds
    files: list[Path] = sorted(source_path("poverty_line").glob("*.csv"))
    clean_files(files)  # loads the gazetteer, once in a session
    ours = best(lambda: clean_files(files), rounds)
    peer = best(lambda: [pd.read_csv(file) for file in files], rounds)
    print(f"{len(files)} files: cleaned in {1000 * ours:.1f} ms, pandas.read_csv {1000 * peer:.1f} ms")
    print(f"ratio {ours / peer:.2f}")


if __name__ == "__main__":
    main()
