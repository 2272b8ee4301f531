"""Time and memory of `conley_cov` beside diff-diff, each in a process of its own; half the points as in Java.

    python benchmarks/conley.py                    # 5,000 points beside diff-diff; 84,000 and 500,000 of ours
    python benchmarks/conley.py --peer-84k         # diff-diff also at 84,000: some minutes and 18 GB
    python benchmarks/conley.py --growth FOLDER    # up to a million points: growth.csv and growth.svg

Points, regressors and residuals are simulated. Times are without imports (a small call before warms up); the
memory is the peak of the whole process. diff-diff does not finish with 500,000 points on 24 GB.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

CUTOFF_KM = 100.0
AIMS = {5_000: "aim 10", 84_000: "aim 12, memory 50"}
GROWTH = (5_000, 20_000, 84_000, 200_000, 500_000, 1_000_000)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, nargs="+", default=[5_000, 84_000, 500_000])
    parser.add_argument("--peer-84k", action="store_true", help="run diff-diff with 84,000 points too")
    parser.add_argument("--growth", type=Path, help="folder for the plot of the growth with pairs")
    parser.add_argument("--most", type=int, default=GROWTH[-1], help="most points of the growth")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], int(options.one[1]))))
    elif options.growth:
        grow(options.growth, [n for n in GROWTH if n <= options.most])
    else:
        compare(sorted(options.points), 84_000 if options.peer_84k else 5_000)


def compare(sizes: list[int], most_of_peer: int) -> None:
    """Both in turn, and their ratios."""
    for n in sizes:
        ours = [measure("spillover", n) for _ in range(3 if n <= 5_000 else 1)]
        best = min(ours, key=lambda run: run["seconds"])
        print(f"{n:>9,} points, {CUTOFF_KM:.0f} km: {told(best)}")
        if n <= most_of_peer:
            runs = [measure("diff_diff", n) for _ in range(3 if n <= 5_000 else 1)]
            peer = min(runs, key=lambda run: run["seconds"])
            worst = np.abs(np.array(best["cov"]) / np.array(peer["cov"]) - 1).max()
            print(
                f"{'diff-diff':>24}: {told(peer)}; "
                f"{peer['seconds'] / best['seconds']:.1f} times our time, "
                f"{peer['peak_mb'] / best['peak_mb']:.1f} times our memory ({AIMS.get(n, '')}); "
                f"the results differ by {worst:.0e}"
            )


def told(run: dict[str, float]) -> str:
    """On a busy machine the time of the processor is the one to compare."""
    return (
        f"{run['seconds']:.2f} s ({run['processor']:.2f} s of the processor), peak {run['peak_mb']:,.0f} MB"
    )


def grow(folder: Path, sizes: list[int]) -> None:
    """Table and plot of the time against the number of pairs within the cutoff."""
    rows = []
    for n in sizes:
        run = measure("spillover", n)
        rows.append(
            {"points": n, "pairs": pairs(n), **{k: run[k] for k in ("seconds", "processor", "peak_mb")}}
        )
        print(f"{n:>9,} points, {rows[-1]['pairs']:.2g} pairs: {told(run)}", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "growth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    draw(rows, folder / "growth.svg")


def draw(rows: list[dict[str, float]], path: Path) -> None:
    """Time against pairs on logarithmic axes, beside the line of times that grow as the pairs do."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot as plt

    x, y = (np.array([row[key] for row in rows]) for key in ("pairs", "processor"))
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    axes.loglog(x, x * y[-1] / x[-1], color="0.7", label="in proportion to the pairs")
    axes.loglog(x, y, "o-", label="conley_cov")
    for row in rows:
        text = f"{row['points']:,} points\n{row['processor']:.3g} s, {row['peak_mb']:.0f} MB"
        at, side = ((-8, 4), "right") if row is rows[-1] else ((8, -16), "left")
        place = row["pairs"], row["processor"]
        axes.annotate(text, place, at, textcoords="offset points", fontsize=8, ha=side)
    axes.set(xlabel="pairs within the cutoff", ylabel="seconds of the processor")
    axes.set_title(f"Conley covariance of simulated points, half of them clustered, {CUTOFF_KM:.0f} km")
    axes.margins(x=0.15, y=0.15)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})


def measure(who: str, n: int) -> dict[str, float]:
    """One run in a process of its own, so that peaks of memory are its own."""
    command = [sys.executable, __file__, "--one", who, str(n)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{who} with {n:,} points failed: {done.stderr[-500:] or done.returncode}")
    return dict(json.loads(done.stdout))


def one(who: str, n: int) -> dict[str, object]:
    """Seconds by the clock and of the processor, peak memory in MB and the covariance."""
    work = {"spillover": ours, "diff_diff": theirs}[who]
    work(*simulated(200))
    data = simulated(n)
    start, busy = time.perf_counter(), time.process_time()
    cov = work(*data)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": took, "processor": busy, "peak_mb": peak, "cov": cov.tolist()}


def ours(X: np.ndarray, e: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    from spillover.inference.conley import conley_cov

    return conley_cov(X, e, lon, lat, CUTOFF_KM)


def theirs(X: np.ndarray, e: np.ndarray, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """diff-diff's, with the cutoff at the same angle (its radius of the Earth is 6371.01 km)."""
    from diff_diff.conley import _compute_conley_vcov

    coordinates, cutoff = np.column_stack([lat, lon]), CUTOFF_KM * 6371.01 / 6371.0088
    return np.asarray(_compute_conley_vcov(X, e, coordinates, cutoff, "haversine", "bartlett", X.T @ X))


def simulated(n: int) -> tuple[np.ndarray, ...]:
    """Points over Indonesia, half on an island like Java; regressors and residuals mean nothing."""
    rng = np.random.default_rng(1)
    half = n // 2
    lon = np.r_[rng.uniform(105.1, 114.6, half), rng.uniform(95, 141, n - half)]
    lat = np.r_[rng.uniform(-8.7, -5.9, half), rng.uniform(-11, 6, n - half)]
    return rng.normal(size=(n, 2)), rng.normal(size=n), lon, lat


def pairs(n: int, sample: int = 2_000) -> float:
    """Number of pairs within the cutoff, from the neighbours of a random sample of the points."""
    from scipy.spatial import cKDTree

    _, _, lon, lat = simulated(n)
    phi, theta = np.radians(lat), np.radians(lon)
    xyz = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    chosen = np.random.default_rng(2).choice(n, min(sample, n), replace=False)
    chord = 2 * np.sin(CUTOFF_KM / 6371.0088 / 2)
    counts = cKDTree(xyz).query_ball_point(xyz[chosen], chord, return_length=True)
    return float((counts - 1).mean() * n / 2)


if __name__ == "__main__":
    main()
