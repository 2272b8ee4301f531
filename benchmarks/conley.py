"""Time and memory of `conley_cov` beside all pairs at once, in one run; half the points clustered like Java.

python benchmarks/conley.py --points 5000 84000
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np

import spillover as sp

CUTOFF_KM = 100.0
MOST_AT_ONCE = 10_000  # all pairs of more points do not fit into memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[5_000, 20_000, 84_000])
    sizes = sorted(parser.parse_args().points)
    results = {}
    for n in sizes:
        took, results[n] = seconds(sp.conley_cov, *simulated(n), CUTOFF_KM)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{n:>8,} points: {took:7.2f} s, peak {peak:,.0f} MB")
        results[n] = took, results[n]
    for n in (n for n in sizes if n <= MOST_AT_ONCE):  # last, as their memory would count for the others
        took, expected = seconds(all_pairs, *simulated(n), CUTOFF_KM)
        worst = float(np.abs(results[n][1] / expected - 1).max())
        ratio = took / results[n][0]
        print(f"{n:>8,} points, all pairs at once: {took:.2f} s, {ratio:.1f} times, differ by {worst:.0e}")


def simulated(n: int) -> tuple[np.ndarray, ...]:
    """Points over Indonesia, half on an island like Java; regressors and residuals mean nothing."""
    rng = np.random.default_rng(1)
    half = n // 2
    lon = np.r_[rng.uniform(105.1, 114.6, half), rng.uniform(95, 141, n - half)]
    lat = np.r_[rng.uniform(-8.7, -5.9, half), rng.uniform(-11, 6, n - half)]
    return rng.normal(size=(n, 2)), rng.normal(size=n), lon, lat


def all_pairs(X: np.ndarray, e: np.ndarray, lon: np.ndarray, lat: np.ndarray, cutoff_km: float) -> np.ndarray:
    """The textbook double sum as one matrix, with haversine distances."""
    scores, phi, theta = X * e[:, None], np.radians(lat), np.radians(lon)
    part = np.sin((phi[:, None] - phi) / 2) ** 2
    part += np.cos(phi[:, None]) * np.cos(phi) * np.sin((theta[:, None] - theta) / 2) ** 2
    distance = 2 * 6371.0088 * np.arcsin(np.sqrt(part))
    weights = np.where(distance < cutoff_km, 1 - distance / cutoff_km, 0.0)
    bread = np.linalg.inv(X.T @ X)
    return np.asarray(bread @ (scores.T @ weights @ scores) @ bread)


def seconds(work: object, *arguments: object) -> tuple[float, np.ndarray]:
    start = time.perf_counter()
    result = work(*arguments)  # type: ignore[operator]
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
