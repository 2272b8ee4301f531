"""Nearest park of millions of points: `nearest_park` beside GeoPandas and a k-d tree, each in a process.

    python benchmarks/nearest.py                       # 4.4 million points, all parks with a place
    python benchmarks/nearest.py --points 500000 --crs EPSG:32751

Points are simulated: two thirds anywhere in Indonesia's box, one third around the parks. Times are without
imports and without making the points (a small call before warms up); memory is the peak of the whole process,
points and libraries counted. Wrong are parks that are not nearest by geodesics on WGS84, on a sample.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import spillover as sp
from spillover.nearest import nearest_park

EDGES_KM = (0, 50, 100, 200)
AIM_SECONDS, AIM_MB, AIM_ERROR = 1.5, 600, 0.003
SAMPLE = 100_000
NAMES = {
    "spillover": "spillover nearest_park",
    "exact": "spillover nearest_park, exact",
    "tree": "scipy cKDTree on the unit sphere",
    "geopandas": "geopandas sjoin_nearest, projected",
}
Found = tuple[np.ndarray, np.ndarray, np.ndarray]  # park_id, distance_km, number of the ring


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=4_400_000)
    parser.add_argument("--crs", default="EPSG:3857", help="projection of sjoin_nearest (Web Mercator)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each but the exact; the best counts")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], options.points, options.crs, Path(options.one[1]))))
    else:
        compare(options.points, options.crs, options.rounds)


def compare(n: int, crs: str, rounds: int) -> None:
    """All contenders in turn, their ratios to ours, and how many of their parks are wrong."""
    points, parks = simulated_points(n).iloc[:SAMPLE], sites()
    geodesic = sp.geodesic_km(points, parks)
    truth, least = parks["park_id"].to_numpy()[geodesic.argmin(axis=1)], geodesic.min(axis=1)
    print(f"{n:,} simulated points, {len(parks)} places of parks")
    ours: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, words in NAMES.items():
            file = Path(folder) / f"{name}.npz"
            runs = [measure(name, n, crs, file) for _ in range(rounds if name != "exact" else 1)]
            best = min(runs, key=lambda run: run["seconds"])
            ours = ours or best
            answer = np.load(file)
            wrong = float((answer["park"] != truth).mean())
            error = float(np.abs(answer["distance"] / np.maximum(least, 1e-9) - 1)[least > 0.01].max())
            ring = sp.assign_ring(pd.Series(least), EDGES_KM).cat.codes.to_numpy()
            moved = float((answer["ring"] != ring).mean())
            print(
                f"{words:<36} {best['seconds']:6.2f} s ({best['processor']:.2f} s of the processor), "
                f"peak {best['peak_mb']:,.0f} MB; {best['seconds'] / ours['seconds']:.1f} times our time, "
                f"{best['peak_mb'] / ours['peak_mb']:.1f} times our memory; wrong park {wrong:.4%}, "
                f"wrong ring {moved:.4%}, distance off by up to {error:.2%}"
            )
    print(f"aim: {AIM_SECONDS} s, {AIM_MB} MB, distance within {AIM_ERROR:.1%}, on two idle cores")


def measure(name: str, n: int, crs: str, file: Path) -> dict[str, float]:
    """One contender in a process of its own."""
    command = [sys.executable, __file__, "--points", str(n), "--crs", crs, "--one", name, str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def one(name: str, n: int, crs: str, file: Path) -> dict[str, float]:
    """Run one contender, keep its answers to the sample, tell time and peak memory."""
    work: Callable[[pd.DataFrame, pd.DataFrame], Found] = {
        "spillover": ours,
        "exact": lambda points, parks: ours(points, parks, exact=True),
        "tree": tree,
        "geopandas": lambda points, parks: geopandas_join(points, parks, crs),
    }[name]
    points, parks = simulated_points(n), sites()
    work(points.iloc[:1000], parks)
    start, used = time.perf_counter(), time.process_time()
    park, distance, ring = work(points, parks)
    took, busy = time.perf_counter() - start, time.process_time() - used
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    np.savez(
        file,
        park=park[:SAMPLE].astype(str),
        distance=np.array(distance[:SAMPLE]),
        ring=np.array(ring[:SAMPLE]),
    )
    return {"seconds": took, "processor": busy, "peak_mb": peak}


def simulated_points(n: int) -> pd.DataFrame:
    """Points without meaning, shuffled, the same in every process."""
    random = np.random.default_rng(11)
    lon, lat = random.uniform(94, 142, n), random.uniform(-12, 7, n)
    parks = sites()
    near = np.flatnonzero(random.random(n) < 1 / 3)
    at = random.integers(len(parks), size=len(near))
    lon[near] = parks["lon"].to_numpy()[at] + random.normal(0, 0.4, len(near))
    lat[near] = parks["lat"].to_numpy()[at] + random.normal(0, 0.4, len(near))
    return pd.DataFrame({"lon": lon, "lat": lat}, copy=False)


def sites() -> pd.DataFrame:
    """Located parks, one for each place, so that no contender can choose another of two at one place."""
    parks = sp.read_parks().dropna(subset=["lon"]).sort_values("park_id")
    return parks.drop_duplicates(["lon", "lat"]).reset_index(drop=True)


def ours(points: pd.DataFrame, parks: pd.DataFrame, *, exact: bool = False) -> Found:
    found = nearest_park(points, parks, edges_km=EDGES_KM, exact=exact)
    park = found["park_id"].cat
    ids = park.categories.to_numpy()[park.codes[:SAMPLE]]
    return ids, found["distance_km"].to_numpy(), found["ring"].cat.codes.to_numpy()


def tree(points: pd.DataFrame, parks: pd.DataFrame) -> Found:
    """A k-d tree of the parks on the unit sphere, as a careful user would write it."""
    from scipy.spatial import cKDTree

    def sphere(table: pd.DataFrame) -> np.ndarray:
        lam, phi = np.radians(table["lon"].to_numpy()), np.radians(table["lat"].to_numpy())
        return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])

    chord, row = cKDTree(sphere(parks)).query(sphere(points), workers=2)
    distance = 2 * 6371.0088 * np.arcsin(chord / 2)
    ring = pd.cut(distance, [*EDGES_KM, np.inf], right=False).codes
    return parks["park_id"].to_numpy()[row[:SAMPLE]], distance, ring


def geopandas_join(points: pd.DataFrame, parks: pd.DataFrame, crs: str) -> Found:
    """Nearest in the plane of a projection, as most tutorials write it."""
    import geopandas as gpd

    left = gpd.GeoDataFrame(geometry=gpd.points_from_xy(points["lon"], points["lat"]), crs="EPSG:4326")
    right = gpd.GeoDataFrame(
        parks[["park_id"]], geometry=gpd.points_from_xy(parks["lon"], parks["lat"]), crs="EPSG:4326"
    )
    joined = left.to_crs(crs).sjoin_nearest(right.to_crs(crs), distance_col="metres")
    distance = joined["metres"].to_numpy() / 1000
    ring = pd.cut(distance, [*EDGES_KM, np.inf], right=False).codes
    return joined["park_id"].to_numpy()[:SAMPLE], distance, ring


if __name__ == "__main__":
    main()
