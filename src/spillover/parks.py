"""The registry of nickel parks and smelter complexes."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.regions import LAT_LIMITS, LON_LIMITS, read_regions
from spillover.sources import read_csv

COLUMNS = {
    "park_id": "text", "name": "text", "operator": "text", "complex_id": "text", "region_code": "text",
    "place": "text?", "lon": "number?", "lat": "number?", "coord_precision_km": "number?",
    "coord_source": "text?", "construction_start": "text?", "first_operation": "text?",
    "first_operation_event": "text", "status": "text", "legal_status": "text?", "products": "text",
    "capacity": "text?", "workforce": "text?", "source_urls": "text", "confidence_date": "text",
    "confidence_location": "text", "note": "text?",
}  # fmt: skip
STATUSES = ("operating", "construction", "mine", "idle", "unknown")
CONFIDENCE = ("high", "medium", "low")
# A point known to this many kilometres must lie inside the district that its row names.
PRECISE_KM = 4.0


def read_parks() -> pd.DataFrame:
    """Read the 24 nickel parks, smelters and the Weda Bay mine.

    Returns
    -------
    DataFrame
        One row per park, the columns of ``COLUMNS`` plus province_code and first_operation_year
        (Int64; <NA> if no operation was seen). lon and lat in degrees, coord_precision_km in km; dates are
        "2015" or "2015-04" or "". status is one of ``STATUSES``; the two confidences are high, medium or low.

    Raises
    ------
    DataError
        Duplicate id, unknown district, a date that is none, a point outside Indonesia, a coordinate
        without source or precision.

    Examples
    --------
    >>> int(read_parks().set_index("park_id").loc["IMIP", "first_operation_year"])
    2015
    """
    table = read_csv("parks", COLUMNS)
    check_unique(table, ["park_id"], "parks.csv")
    check_codes(table["region_code"], read_regions()["region_code"], "parks.csv")
    _check_words(table)
    _check_points(table)
    year = pd.to_numeric(table["first_operation"].str[:4].replace("", None)).astype("Int64")
    return table.assign(province_code=table["region_code"].str[:2] + "00", first_operation_year=year)


def _check_words(table: pd.DataFrame) -> None:
    for column in ("construction_start", "first_operation"):
        bad = ~table[column].str.fullmatch(r"(?:(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?)?")
        check_rows(
            table,
            bad,
            ["park_id", column],
            "parks.csv",
            f"{column} is not YYYY or YYYY-MM",
            "correct the date",
        )
    bad = ~table["status"].isin(STATUSES)
    check_rows(table, bad, ["park_id", "status"], "parks.csv", "unknown status", f"use {', '.join(STATUSES)}")
    for column in ("confidence_date", "confidence_location"):
        bad = ~table[column].isin(CONFIDENCE)
        check_rows(
            table, bad, ["park_id", column], "parks.csv", f"unknown {column}", f"use {', '.join(CONFIDENCE)}"
        )


def _check_points(table: pd.DataFrame) -> None:
    point = ["park_id", "lon", "lat"]
    half = table["lon"].isna() != table["lat"].isna()
    check_rows(table, half, point, "parks.csv", "only one of lon and lat", "give both or none")
    located = table[table["lon"].notna()]
    outside = ~(located["lon"].between(*LON_LIMITS) & located["lat"].between(*LAT_LIMITS))
    check_rows(
        located,
        outside,
        point,
        "parks.csv",
        "points outside Indonesia",
        "degrees east and north; were they swapped?",
    )
    bare = located["coord_precision_km"].isna() | located["coord_source"].eq("")
    check_rows(located, bare, ["park_id"], "parks.csv", "points without source or precision", "add them")


def check_parks_in_districts(parks: pd.DataFrame, boundaries: pd.DataFrame) -> None:
    """Raise if a park located to ≤ 4 km lies outside the district that its row names.

    Parameters
    ----------
    parks : DataFrame
        As from `read_parks`.
    boundaries : GeoDataFrame
        As from `spillover.read_boundaries`, or some of them: parks of other districts are not looked at.

    Raises
    ------
    DataError
        Parks outside their district.
    """
    import shapely

    precise = parks[parks["coord_precision_km"] <= PRECISE_KM]
    precise = precise[precise["region_code"].isin(boundaries["region_code"])]
    polygons = boundaries.set_index("region_code").geometry.reindex(precise["region_code"])
    points = shapely.points(precise["lon"], precise["lat"])
    outside = pd.Series(~shapely.contains(polygons.to_numpy(), points), index=precise.index)
    key = ["park_id", "region_code"]
    problem = "parks outside the district that their row names"
    check_rows(precise, outside, key, "parks.csv", problem, "correct the point or the region_code")


def operating(parks: pd.DataFrame, year: int) -> pd.DataFrame:
    """Located parks that operate by the end of ``year``; mines and idle smelters are left out."""
    begun = parks["first_operation_year"].le(year).fillna(False)
    return parks[begun & parks["lon"].notna() & parks["status"].eq("operating")]


def read_nickel_provinces() -> list[str]:
    """Codes of today's provinces with nickel mining permits in April 2024, where a park is plausible.

    Source: Coordinating Ministry for Maritime Affairs and Investment, as reported by Sultranesia (2024).
    """
    table = read_csv("nickel_provinces", {"province_code": "text", "today_of": "text", "url": "text"})
    codes: list[str] = table["province_code"].tolist()
    if len(set(codes)) != len(codes):
        raise DataError("nickel_provinces.csv", "a province stands twice", codes, "keep one row for each")
    return codes
