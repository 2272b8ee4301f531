"""Districts and provinces: both code systems, centroid, area, and the district polygons."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.sources import read_csv, source_path

if TYPE_CHECKING:
    import geopandas as gpd

REGION_COLUMNS = {
    "region_code": "text", "name": "text", "kind": "text", "province_code": "text", "kemendagri_code": "text",
    "lon": "number", "lat": "number", "area_km2": "number", "coastal": "flag",
}  # fmt: skip
PROVINCE_COLUMNS = {
    "province_code": "text", "name": "text", "kemendagri_code": "text", "island": "text", "since": "year?",
    "parent_code": "text?",
}  # fmt: skip
CHANGE_COLUMNS = {
    "child_code": "text", "parent_code": "text?", "year": "year?", "law": "text?", "kind": "text",
    "former_code": "text?", "former_name": "text?",
}  # fmt: skip
CHANGE_CELL = {"split": "parent_code", "rename": "former_name", "recode": "former_code"}
KINDS = ("kabupaten", "kota")
ISLANDS = ("Sumatera", "Jawa", "Bali dan Nusa Tenggara", "Kalimantan", "Sulawesi", "Maluku", "Papua")
DISTRICTS = 514
PROVINCES = 38
LON_LIMITS = (94.0, 142.0)
LAT_LIMITS = (-12.0, 7.0)
# Codes of BPS ("7203") and Kemendagri ("72.06") look alike and collide: 7206 is another district.
BPS_DISTRICT = r"[1-9]\d{3}"
KEMENDAGRI_DISTRICT = r"[1-9]\d\.\d\d"


def read_regions() -> pd.DataFrame:
    """Read the 514 districts (kabupaten and kota) of today.

    Returns
    -------
    DataFrame
        514 rows by region_code: region_code (BPS, "7203"), name ("Morowali", "Kota Palu"), kind
        (kabupaten or kota), province_code ("7200"), kemendagri_code ("72.06"), lon and lat (centroid,
        degrees), area_km2 (on the ellipsoid), coastal (bool: the outline touches the sea).

    Raises
    ------
    DataError
        Unknown or missing column, duplicate or malformed code, unknown province or kind, a centroid
        outside Indonesia, or another number of rows than 514.

    Examples
    --------
    >>> read_regions().set_index("region_code").loc["7203", ["name", "kemendagri_code"]].tolist()
    ['Morowali', '72.06']
    """
    return _regions().copy()


def read_provinces() -> pd.DataFrame:
    """Read the 38 provinces of today.

    Returns
    -------
    DataFrame
        38 rows by province_code: province_code (BPS, "7200"), name, kemendagri_code ("72"; in Papua it
        differs from the BPS digits), island, since (Int64: year of the founding law of provinces made
        since 1999, else <NA>), parent_code (province it was split from, else "").

    Raises
    ------
    DataError
        As `read_regions`; also a year without parent, or a parent that is no province.

    Examples
    --------
    >>> read_provinces().set_index("province_code").loc["9500", ["name", "parent_code"]].tolist()
    ['Papua Selatan', '9400']
    """
    return _provinces().copy()


def read_boundaries() -> gpd.GeoDataFrame:
    """Read the district polygons, simplified for maps (EPSG:4326).

    Returns
    -------
    GeoDataFrame
        514 rows by region_code: region_code, geometry (Polygon or MultiPolygon, degrees). Neighbours share
        their borders exactly; islets below 0.5 km² are mostly left out.

    Raises
    ------
    DataError
        The file is no GeoJSON, lacks a district or has an unknown one, or a polygon is not valid.

    Examples
    --------
    >>> read_boundaries().shape
    (514, 2)
    """
    return _boundaries().copy()


@lru_cache(maxsize=1)
def _regions() -> pd.DataFrame:
    where = "regions.csv"
    table = read_csv("regions", REGION_COLUMNS)
    check_unique(table, ["region_code"], where)
    check_unique(table, ["kemendagri_code"], where)
    check_unique(table, ["province_code", "name"], where)
    code = table["region_code"]
    _check(table, ~code.str.fullmatch(BPS_DISTRICT), "codes that are not 4 digits", "use BPS codes (7203)")
    wrong = ~table["kemendagri_code"].str.fullmatch(KEMENDAGRI_DISTRICT)
    _check(table, wrong, "Kemendagri codes that are not 00.00", "write them as text, 72.06")
    _check(
        table, table["province_code"] != code.str[:2] + "00", "districts of another province", "7203 → 7200"
    )
    unknown = ~table["province_code"].isin(_provinces()["province_code"])
    _check(table, unknown, "districts of an unknown province", "use the codes of provinces.csv")
    _check(table, ~table["kind"].isin(KINDS), "unknown kind", f"use {' or '.join(KINDS)}")
    inside = table["lon"].between(*LON_LIMITS) & table["lat"].between(*LAT_LIMITS)
    _check(table, ~inside, "centroids outside Indonesia", "degrees east and north; were they swapped?")
    _check(table, table["area_km2"] <= 0, "areas that are not positive", "give km²")
    _check_count(table, DISTRICTS, where)
    return table.sort_values("region_code", ignore_index=True)


@lru_cache(maxsize=1)
def _provinces() -> pd.DataFrame:
    where = "provinces.csv"
    table = read_csv("provinces", PROVINCE_COLUMNS)
    for column in ("province_code", "kemendagri_code", "name"):
        check_unique(table, [column], where)
    code = ["province_code"]
    wrong = ~table["province_code"].str.fullmatch(r"[1-9]\d00")
    check_rows(table, wrong, code, where, "codes that are not two digits and 00", "use BPS codes (7200)")
    wrong = ~table["kemendagri_code"].str.fullmatch(r"[1-9]\d")
    check_rows(table, wrong, code, where, "Kemendagri codes that are not 2 digits", "write them as text, 72")
    wrong = ~table["island"].isin(ISLANDS)
    check_rows(table, wrong, code, where, "unknown island", f"use {', '.join(ISLANDS)}")
    half = table["since"].notna() != table["parent_code"].ne("")
    check_rows(table, half, code, where, "only one of since and parent_code", "give both or none")
    check_codes(table.loc[table["parent_code"] != "", "parent_code"], table["province_code"], where)
    _check_count(table, PROVINCES, where)
    return table.sort_values("province_code", ignore_index=True)


@lru_cache(maxsize=1)
def _boundaries() -> gpd.GeoDataFrame:
    import geopandas as gpd
    import shapely

    path = source_path("boundaries")
    where = path.name
    try:
        text = path.read_text(encoding="utf-8")
        codes = [feature["properties"]["region_code"] for feature in json.loads(text)["features"]]
        shapes = shapely.get_parts(shapely.from_geojson(text))  # ten times as fast as one by one
        table = gpd.GeoDataFrame({"region_code": codes}, geometry=shapes, crs="EPSG:4326")
    except (ValueError, KeyError, TypeError, shapely.errors.GEOSException) as error:
        remedy = "make it with scripts/make_boundaries.py"
        raise DataError(where, f"cannot be read as GeoJSON of districts: {error}", remedy=remedy) from error
    check_unique(table, ["region_code"], where)
    known = _regions()["region_code"]
    check_codes(table["region_code"], known, where)
    missing = sorted(set(known) - set(table["region_code"]))
    if missing:
        raise DataError(
            where, "districts without polygon", missing, "make it with scripts/make_boundaries.py"
        )
    flawed = table.geometry.is_empty | ~table.geometry.is_valid
    remedy = "make it with scripts/make_boundaries.py"
    check_rows(table, flawed, ["region_code"], where, "polygons that are empty or not valid", remedy)
    return table.sort_values("region_code", ignore_index=True)


def _check(table: pd.DataFrame, bad: pd.Series, problem: str, remedy: str) -> None:
    """`check_rows` for regions.csv, naming the district."""
    check_rows(table, bad, ["region_code", "name"], "regions.csv", problem, remedy)


def _check_count(table: pd.DataFrame, expected: int, where: str) -> None:
    if len(table) != expected:
        remedy = "the reference holds today's regions only; restore the file"
        raise DataError(where, f"{len(table)} rows where {expected} are expected", remedy=remedy)


def read_region_changes(kind: str | None = None) -> pd.DataFrame:
    """Read what became of districts since 2000: splits, changes of name, changes of BPS code.

    Parameters
    ----------
    kind : str, optional
        Only ``"split"``, ``"rename"`` or ``"recode"``.

    Returns
    -------
    DataFrame
        child_code (today's), parent_code (of a split, else ""), year of the law (Int64; <NA> for a name
        in use in no known year), law, kind, former_code (of a recode), former_name (of a rename). One row
        per child and parent: 173 districts were split off, Tambrauw from two parents.

    Raises
    ------
    DataError
        An unknown district, a duplicate, a cell that its kind does not have, a child older than its parent
        or its own parent, a former code that is another district's today.

    Notes
    -----
    Moves to new provinces are not listed: `read_provinces` tells since when a province exists and from
    which one it came. Years are those of the laws; tables of BPS follow up to two years later.

    Examples
    --------
    >>> read_region_changes("rename").set_index("child_code").loc["7605", "former_name"]
    'Mamuju Utara'
    """
    where = "region_changes.csv"
    table = read_csv("region_changes", CHANGE_COLUMNS)
    check_unique(table, ["child_code", "parent_code", "former_code", "former_name"], where)
    parents = table.loc[table["parent_code"] != "", "parent_code"]
    check_codes([*table["child_code"], *parents], _regions()["region_code"], where)
    _check_change_kinds(table, where)
    if kind is None:
        return table
    if kind not in CHANGE_CELL:
        raise DataError(where, "unknown kind of change", [kind], f"use {', '.join(CHANGE_CELL)}")
    return table[table["kind"] == kind].reset_index(drop=True)


def _check_change_kinds(table: pd.DataFrame, where: str) -> None:
    """Each kind of change fills its own cell and no other; a split has a year, and a parent old enough."""
    key = ["child_code", "kind"]
    wanted = table["kind"].map(CHANGE_CELL)
    check_rows(table, wanted.isna(), key, where, "unknown kind", f"use {', '.join(CHANGE_CELL)}")
    for cell in CHANGE_CELL.values():
        wrong = (table[cell] != "") != (wanted == cell)
        check_rows(table, wrong, key, where, f"{cell} empty, or given for another kind", "correct the row")
    undated = table["year"].isna() & (table["kind"] != "rename")
    check_rows(table, undated, key, where, "no year", "give the year of the law")
    born = table[table["kind"] == "split"].groupby("child_code")["year"].max()
    early = table["parent_code"].map(born).gt(table["year"]).fillna(False)
    wrong = early | (table["child_code"] == table["parent_code"])
    check_rows(
        table, wrong, key, where, "split from themselves or from a younger district", "name the parent"
    )
    taken = table["former_code"].isin(_regions()["region_code"])
    check_rows(table, taken, key, where, "former codes that another district has today", "correct the code")
