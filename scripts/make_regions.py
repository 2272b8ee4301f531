"""Make data/reference/regions.csv: the 514 districts with both code systems, centroid, area and coast.

    python scripts/make_regions.py --source wb_kab.geojson.gz --names gdp_pc.csv

Codes and names of BPS come from a published district table (github.com/quarcs-lab/indonesia514,
gdp/gdp_pc.csv: columns districtID, district); codes of the Ministry of Home Affairs (Kemendagri) from
the boundary collection (github.com/cahyadsn/wilayah_boundaries). They are joined by name and kind
inside the province, one to one; anything left over stops the script. Area and centroid are taken from
the repaired polygons before simplification (see make_boundaries.py): area on the ellipsoid, centroid in
a Lambert equal-area projection of the district's own.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from make_boundaries import GEOD, Coverage, build_coverage, existing_file, geodesic_area_km2, write_atomically
from pyproj import Transformer

# Slips and long forms of the names table, as BPS writes them today.
NAMES = {
    "1277": "Kota Padangsidimpuan",
    "3101": "Kepulauan Seribu",
    "3171": "Kota Jakarta Selatan",
    "3172": "Kota Jakarta Timur",
    "3173": "Kota Jakarta Pusat",
    "3174": "Kota Jakarta Barat",
    "3175": "Kota Jakarta Utara",
    "6271": "Kota Palangka Raya",
}

# Landlocked, but with an outline that the polygons cannot tell from a coast: the land border with a
# neighbour state, or a wide river.
LANDLOCKED = {
    "6105": "Sanggau: Sarawak",
    "6107": "Sintang: Sarawak",
    "6108": "Kapuas Hulu: Sarawak",
    "6411": "Mahakam Ulu: Sarawak",
    "6472": "Kota Samarinda: the Mahakam, 30 km above its delta",
    "6501": "Malinau: Sarawak and Sabah",
    "9420": "Keerom: Papua New Guinea",
    "9502": "Boven Digoel: Papua New Guinea",
    "9708": "Pegunungan Bintang: Papua New Guinea",
}
# Bengkayang, Sambas, Nunukan, Belu, Malaka, Timor Tengah Utara, Kupang, Kota Jayapura and Merauke also
# have a land border, but a coast as well: they stay as computed.

MIN_COAST_KM = 2.0
COLUMNS = [
    "region_code",
    "name",
    "kind",
    "province_code",
    "kemendagri_code",
    "lon",
    "lat",
    "area_km2",
    "coastal",
]


def name_key(name: str) -> str:
    """Name for matching: lower case, letters only, without the word for regency; 'kota' stays."""
    text = re.sub(r"\b(kabupaten|kab\.|administrasi|adm\.?)\s+", "", name.strip().lower())
    text = re.sub(r"\bkep\.\s*", "kepulauan ", text)
    return re.sub(r"[^a-z]", "", text)


def read_names(path: Path) -> pd.DataFrame:
    """BPS codes and names: region_code, name, kind, province_code, key."""
    raw = pd.read_csv(path, dtype=str, encoding="utf-8-sig").dropna(how="all")
    missing = {"districtID", "district"} - set(raw.columns)
    if missing:
        raise SystemExit(f"{path}: missing columns {sorted(missing)}")
    table = pd.DataFrame({"region_code": raw["districtID"].str.strip(), "name": raw["district"].str.strip()})
    table["name"] = table["region_code"].map(NAMES).fillna(table["name"])
    table["kind"] = np.where(table["region_code"].str[2] == "7", "kota", "kabupaten")
    table["province_code"] = table["region_code"].str[:2] + "00"
    table["key"] = table["name"].map(name_key)
    prefixed = table["name"].str.startswith("Kota ")
    if (prefixed != (table["kind"] == "kota")).any():
        raise SystemExit("a name and the kind in its code disagree")
    return table


def add_kemendagri_codes(table: pd.DataFrame, source: Coverage, provinces: pd.DataFrame) -> pd.DataFrame:
    """Join the other code by name inside the province; one to one or an error."""
    other = pd.DataFrame({"kemendagri_code": source.codes, "key": [name_key(n) for n in source.names]})
    other["province"] = other["kemendagri_code"].str[:2]
    to_kemendagri = provinces.set_index("province_code")["kemendagri_code"]
    table = table.assign(province=table["province_code"].map(to_kemendagri))
    joined = table.merge(other, on=["province", "key"], how="outer", validate="1:1", indicator=True)
    left_over = joined[joined["_merge"] != "both"]
    if len(left_over):
        raise SystemExit(f"names without partner:\n{left_over.to_string()}")
    return joined


def centroid(geometry: Any) -> tuple[float, float]:
    """Centroid in an equal-area projection around the district, degrees."""
    middle = geometry.representative_point()
    projection = f"+proj=laea +lat_0={middle.y} +lon_0={middle.x} +ellps=WGS84 +units=m"
    there = Transformer.from_crs("EPSG:4326", projection, always_xy=True)
    flat = shapely.transform(geometry, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))
    lon, lat = there.transform(flat.centroid.x, flat.centroid.y, direction="INVERSE")
    return round(lon, 4), round(lat, 4)


def coast_km(geometries: np.ndarray) -> np.ndarray:
    """Length of each district's outline that lies on the outer shore of its landmass, km."""
    land = shapely.get_parts(shapely.coverage_union_all(geometries))
    filled = shapely.get_parts(shapely.union_all(shapely.polygons(shapely.get_exterior_ring(land))))
    shore = shapely.get_exterior_ring(filled)
    district, ring = shapely.STRtree(shore).query(geometries, predicate="intersects")
    common = shapely.intersection(shapely.boundary(geometries[district]), shore[ring])
    length = [abs(GEOD.geometry_length(line)) / 1000 for line in common]
    return np.bincount(district, weights=length, minlength=len(geometries))


def make_table(source: Coverage, names: pd.DataFrame, provinces: pd.DataFrame) -> pd.DataFrame:
    """The regions table, sorted by code, with the length of the coast in ``coast_km``."""
    table = add_kemendagri_codes(names, source, provinces)
    position = {code: i for i, code in enumerate(source.codes)}
    order = table["kemendagri_code"].map(position).to_numpy()
    table["area_km2"] = geodesic_area_km2(source.geometry)[order].round(1)
    table["coast_km"] = coast_km(source.geometry)[order].round(1)
    centres = [centroid(source.geometry[i]) for i in order]
    table["lon"], table["lat"] = zip(*centres, strict=True)
    table["coastal"] = (table["coast_km"] > MIN_COAST_KM) & ~table["region_code"].isin(LANDLOCKED)
    return table.sort_values("region_code", ignore_index=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--source", type=existing_file, required=True, help="collected polygons, .geojson or .geojson.gz"
    )
    parser.add_argument(
        "--names", type=existing_file, required=True, help="BPS codes and names: districtID, district"
    )
    parser.add_argument("--provinces", type=existing_file, default=Path("data/reference/provinces.csv"))
    parser.add_argument("--out", type=Path, default=Path("data/reference/regions.csv"))
    parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
    args = parser.parse_args()
    report: dict[str, Any] = {}
    source = build_coverage(args.source, report)
    provinces = pd.read_csv(args.provinces, dtype=str)
    table = make_table(source, read_names(args.names), provinces)
    for label, value in report.items():
        print(f"{label}: {value}")
    print(f"{len(table)} districts, {table['area_km2'].sum():.0f} km², {table['coastal'].sum()} coastal")
    near = table[(table["coast_km"] > 0) & (table["coast_km"] < 15)]
    print(
        f"coasts below 15 km:\n{near[['region_code', 'name', 'coast_km', 'coastal']].to_string(index=False)}"
    )
    if not args.dry_run:
        table["coastal"] = table["coastal"].map({True: "true", False: "false"})
        write_atomically(table[COLUMNS].to_csv(index=False, lineterminator="\n"), args.out)
        print(f"written: {args.out}")


if __name__ == "__main__":
    main()
