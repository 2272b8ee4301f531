"""Make data/reference/boundaries.geojson from the collected district polygons.

    python scripts/make_boundaries.py --source wb_kab.geojson.gz --regions data/reference/regions.csv

The source (github.com/cahyadsn/wilayah_boundaries, MIT) was simplified district by district, so that
neighbours overlap or leave gaps. What is done, in this order:

1. Polygons are repaired (shapely.make_valid, method "structure").
2. All outlines are noded together on the source's own grid of 0.0001 degrees (11 m) and cut into faces.
3. A face that several districts claim goes to the smallest of them: the larger outline is usually an
   old one, drawn before the smaller district was split off (Sorong over Tambrauw and Maybrat).
4. A face that nobody claims but that is enclosed by land goes to the district with the longest common
   border. Lakes are already part of districts in the source, so nothing is left out.
5. Scraps below 1 km² that hang on a neighbour and not on their own district go to that neighbour.
6. Islets below 0.5 km² are dropped, unless they are at least 1 % of their district (Kepulauan Seribu is
   made of such islets); every district keeps at least its largest part.
7. Borders are simplified together (shapely.coverage_simplify), which keeps neighbours exactly joined.

The result is written by region code, outer rings counter-clockwise (RFC 7946), 4 decimals.
`make_regions.py`, which is run first, uses steps 1-5 for areas and centroids.

Against the official areas (Badan Informasi Geospasial, December 2024) provinces outside Papua agree within
0.4 %, but single districts of highland Papua differ by up to 23 %: there the source's outlines overlap, or
leave gaps of up to 794 km², and steps 3 and 4 are a convention, not knowledge.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import shapely
from pyproj import Geod

GRID_DEG = 1e-4
SCRAP_KM2 = 1.0
ISLET_KM2 = 0.5
ISLET_SHARE = 0.01
TOLERANCE_DEG = 0.002
KM2_PER_DEG2 = 111.2 * 111.2  # near the equator; only for thresholds, never for published areas
GEOD = Geod(ellps="WGS84")


class Coverage(NamedTuple):
    """Districts without overlaps or gaps: Kemendagri codes and names as in the source, geometry."""

    codes: list[str]
    names: list[str]
    geometry: np.ndarray


def geodesic_area_km2(geometries: np.ndarray) -> np.ndarray:
    """Area on the WGS 84 ellipsoid, km²."""
    oriented = shapely.orient_polygons(geometries, exterior_cw=False)
    return np.array([abs(GEOD.geometry_area_perimeter(g)[0]) / 1e6 for g in oriented])


def existing_file(text: str) -> Path:
    """Command-line argument that must be a file."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def read_source(path: Path) -> tuple[list[str], list[str], np.ndarray]:
    """Codes, names and polygons of the collected GeoJSON (plain or gzipped)."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    features = json.loads(text)["features"]
    codes = [f["properties"]["code"] for f in features]
    names = [f["properties"]["name"] for f in features]
    geometry = np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
    if len(set(codes)) != len(codes):
        raise SystemExit(f"{path}: a code stands twice")
    return codes, names, geometry


def polygons_only(geometries: np.ndarray) -> np.ndarray:
    """Each geometry as the union of its polygons, without points and lines."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    keep = np.isin(shapely.get_type_id(parts), (3, 6))
    parts, owner = parts[keep], owner[keep]
    return np.array([shapely.union_all(parts[owner == i]) for i in range(len(geometries))])


def overlap_deg2(geometries: np.ndarray) -> float:
    """Sum of the pairwise overlaps, square degrees."""
    first, second = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    pair = first < second
    common = shapely.intersection(geometries[first[pair]], geometries[second[pair]])
    return float(shapely.area(common).sum())


def common_border(polygons: np.ndarray, chosen: np.ndarray) -> pd.DataFrame:
    """Length of the border that each chosen polygon shares with every other: chosen, other, length."""
    first, second = shapely.STRtree(polygons).query(polygons[chosen], predicate="intersects")
    first = chosen[first]
    apart = first != second
    first, second = first[apart], second[apart]
    length = shapely.length(shapely.intersection(polygons[first], polygons[second]))
    table = pd.DataFrame({"chosen": first, "other": second, "length": length})
    return table[table["length"] > 0]


def give_away(owner: np.ndarray, border: pd.DataFrame) -> np.ndarray:
    """Owners after each chosen polygon went to the district with the longest common border."""
    border = border.assign(owner=owner[border["other"]])
    total = border[border["owner"] >= 0].groupby(["chosen", "owner"], as_index=False)["length"].sum()
    longest = total.sort_values(["chosen", "length", "owner"], ascending=[True, False, True])
    longest = longest.drop_duplicates("chosen")
    given = owner.copy()
    given[longest["chosen"].to_numpy()] = longest["owner"].to_numpy()
    return given


def cut_into_faces(geometries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Faces of all outlines together, and the owner of each (-1: nobody claims it)."""
    lines = shapely.union_all(shapely.boundary(geometries), grid_size=GRID_DEG)
    faces = np.array(shapely.get_parts(shapely.polygonize([lines])))
    face, district = shapely.STRtree(geometries).query(shapely.point_on_surface(faces), predicate="within")
    rank = np.argsort(np.argsort(shapely.area(geometries), kind="stable"))
    claims = pd.DataFrame({"face": face, "district": district, "rank": rank[district]})
    smallest = claims.sort_values(["face", "rank"]).drop_duplicates("face")
    owner = np.full(len(faces), -1)
    owner[smallest["face"].to_numpy()] = smallest["district"].to_numpy()
    return faces, owner


def dissolve(faces: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """One (multi)polygon per owner."""
    return np.array([shapely.coverage_union_all(faces[owner == i]) for i in range(count)])


def hand_over_scraps(geometries: np.ndarray, report: dict[str, Any]) -> np.ndarray:
    """Step 5: small parts that hang on a neighbour only go to it."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    area = shapely.area(parts) * KM2_PER_DEG2
    largest = pd.Series(area).groupby(owner).idxmax().to_numpy()
    scrap = np.setdiff1d(np.flatnonzero(area < SCRAP_KM2), largest)
    border = common_border(parts, scrap)
    border = border[~border["other"].isin(scrap)]
    given = give_away(owner, border)
    moved = given != owner
    report["scraps handed over"] = f"{moved.sum()} parts, {area[moved].sum():.1f} km²"
    return dissolve(parts, given, len(geometries))


def build_coverage(path: Path, report: dict[str, Any]) -> Coverage:
    """Steps 1-5: districts at full detail, without overlaps and enclosed gaps."""
    codes, names, raw = read_source(path)
    repaired = polygons_only(shapely.make_valid(raw, method="structure", keep_collapsed=False))
    total = shapely.area(repaired).sum()
    report["districts"] = len(codes)
    report["invalid in the source"] = int((~shapely.is_valid(raw)).sum())
    report["overlap in the source"] = f"{100 * overlap_deg2(repaired) / total:.3f} % of the area"
    faces, owner = cut_into_faces(repaired)
    gap = np.flatnonzero(owner < 0)
    sizes = geodesic_area_km2(faces[gap])
    owner = give_away(owner, common_border(faces, gap))
    report["enclosed gaps filled"] = f"{len(gap)}, {sizes.sum():.0f} km²; above 20 km²:" + "".join(
        f"\n    {sizes[k]:.0f} km² to {names[owner[gap[k]]]}" for k in np.argsort(-sizes) if sizes[k] > 20
    )
    report["faces left without owner"] = int((owner < 0).sum())
    geometry = hand_over_scraps(dissolve(faces, owner, len(codes)), report)
    report["overlap after repair"] = f"{100 * overlap_deg2(geometry) / total:.6f} % of the area"
    report["coverage valid"] = bool(shapely.coverage_is_valid(geometry))
    return Coverage(codes, names, geometry)


def drop_islets(geometries: np.ndarray, report: dict[str, Any]) -> np.ndarray:
    """Step 6."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    area = geodesic_area_km2(parts)
    by_district = pd.Series(area).groupby(owner)
    keep = (area >= ISLET_KM2) | (area >= ISLET_SHARE * by_district.transform("sum").to_numpy())
    keep[by_district.idxmax().to_numpy()] = True
    report["islets dropped"] = f"{(~keep).sum()} parts, {area[~keep].sum():.0f} km² of {area.sum():.0f}"
    return dissolve(parts[keep], owner[keep], len(geometries))


def as_geojson(region_codes: list[str], geometries: np.ndarray) -> str:
    """FeatureCollection, one feature a line, sorted by code."""
    geometries = shapely.orient_polygons(geometries, exterior_cw=False)
    lines = []
    for code, geometry in sorted(zip(region_codes, geometries, strict=True)):
        shape = json.loads(shapely.to_geojson(geometry), parse_float=lambda x: round(float(x), 4))
        feature = {"type": "Feature", "properties": {"region_code": code}, "geometry": shape}
        lines.append(json.dumps(feature, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"


def write_atomically(text: str, path: Path) -> None:
    """Write beside the file, then replace it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def check_result(text: str, full: Coverage, region_code: dict[str, str], report: dict[str, Any]) -> None:
    """Read the text back, check it, and compare areas with the full detail."""
    features = json.loads(text)["features"]
    back = np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
    codes = [f["properties"]["region_code"] for f in features]
    before = dict(zip((region_code[c] for c in full.codes), geodesic_area_km2(full.geometry), strict=True))
    name = dict(zip((region_code[c] for c in full.codes), full.names, strict=True))
    change = pd.Series(geodesic_area_km2(back), index=codes) / pd.Series(before).loc[codes] - 1
    order = change.abs().sort_values(ascending=False).index
    report["result: districts, invalid, parts, vertices"] = (
        len(back), int((~shapely.is_valid(back)).sum()),
        int(shapely.get_num_geometries(back).sum()), int(shapely.get_num_coordinates(back).sum()),
    )  # fmt: skip
    report["result: coverage valid"] = bool(shapely.coverage_is_valid(back))
    report["result: size"] = f"{len(text.encode()) / 1e6:.2f} MB"
    report["area change: districts above 1 %, largest"] = f"{(change.abs() > 0.01).sum()}" + "".join(
        f"\n    {name[c]} {100 * change[c]:+.2f} %" for c in order if abs(change[c]) > 0.01
    )
    bad = [c for c, ok in zip(codes, shapely.is_valid(back), strict=True) if not ok]
    if bad or len(set(codes)) != len(region_code) or not shapely.coverage_is_valid(back):
        raise SystemExit(f"the result is not a valid coverage of all districts: {bad[:5]}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--source", type=existing_file, required=True, help="collected polygons, .geojson or .geojson.gz"
    )
    parser.add_argument(
        "--regions", type=existing_file, required=True, help="regions.csv, made by make_regions.py"
    )
    parser.add_argument("--out", type=Path, default=Path("data/reference/boundaries.geojson"))
    parser.add_argument(
        "--tolerance", type=float, default=TOLERANCE_DEG, help="degrees (default %(default)s)"
    )
    parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
    args = parser.parse_args()
    regions = pd.read_csv(args.regions, dtype=str)
    region_code = dict(zip(regions["kemendagri_code"], regions["region_code"], strict=True))
    report: dict[str, Any] = {}
    full = build_coverage(args.source, report)
    if set(full.codes) != set(region_code):
        raise SystemExit(
            f"codes differ from {args.regions}: {sorted(set(full.codes) ^ set(region_code))[:5]}"
        )
    report["vertices before"] = int(shapely.get_num_coordinates(full.geometry).sum())
    small = shapely.coverage_simplify(drop_islets(full.geometry, report), args.tolerance)
    text = as_geojson([region_code[c] for c in full.codes], small)
    check_result(text, full, region_code, report)
    for label, value in report.items():
        print(f"{label}: {value}")
    if not args.dry_run:
        write_atomically(text, args.out)
        print(f"written: {args.out}")


if __name__ == "__main__":
    main()
