"""Reading and cleaning the fifteen poverty-line exports, beside bare pandas.read_csv of the same files.

    python benchmarks/clean_files.py [--rounds 40]

The peer does a small part of the work: it splits lines into cells. It is here as the floor that a reader
of these files cannot go below; the aim is at most three times its time. Machines have slow and fast
moments, so each round runs both, and the best of each counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pandas as pd

from spillover.bps.reading import clean_files
from spillover.sources import source_path

AIM = 3.0


def seconds(work: Callable[[], object]) -> float:
    """Time of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=40, help="runs of each, in turn")
    rounds = parser.parse_args().rounds
    files: list[Path] = sorted(source_path("poverty_line").glob("*.csv"))
    clean_files(files)  # loads the gazetteer, once in a session
    ours, peer = [], []
    for _ in range(rounds):
        ours.append(seconds(lambda: clean_files(files)))
        peer.append(seconds(lambda: [pd.read_csv(file) for file in files]))
    print(f"{len(files)} files, {rounds} rounds, milliseconds best (median)")
    for name, times in (("spillover clean_files", ours), ("pandas.read_csv", peer)):
        print(f"{name:<22} {1000 * min(times):6.1f} ({1000 * median(times):6.1f})")
    each = median(a / b for a, b in zip(ours, peer, strict=True))
    print(f"ratio {min(ours) / min(peer):.2f} of the best, {each:.2f} median of the rounds; aim {AIM:.0f}")


if __name__ == "__main__":
    main()
