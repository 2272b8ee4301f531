"""The registry of nickel parks and smelter complexes."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.park_choice import with_word
from spillover.regions import LAT_LIMITS, LON_LIMITS, read_regions
from spillover.sources import once_per_data, read_csv

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
DATE = r"(?:(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?)?"  # a year, a month, or not known
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
        bad = ~table[column].str.fullmatch(DATE)
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


def with_start(parks: pd.DataFrame, start: str = "operation") -> pd.DataFrame:
    """Parks with another event as the start of exposure, put into ``first_operation_year``.

    Parameters
    ----------
    parks : DataFrame
        As from `read_parks`.
    start : {"operation", "construction", "announcement"}
        From the start of construction on, parks still under construction count as operating; a park whose
        start of construction is not known is exposed from its first operation on. The registry has no dates
        of announcement (of 24 parks, a page tells it for one): for this start add a column announcement
        ("2013" or "2013-08", "" if unknown) of your own; a park without one begins with its construction.

    Returns
    -------
    DataFrame
        The same rows and columns, and ``start`` {"operation", "construction", "announcement"}: the event
        that the year is of.

    Raises
    ------
    DataError
        Unknown start; announcement without a column of that name, or with cells that are no dates.

    Examples
    --------
    >>> int(with_start(read_parks(), "construction").set_index("park_id").loc["IMIP", "first_operation_year"])
    2014
    """
    if start == "operation":
        return parks.assign(start=start)
    if start == "announcement":
        if "announcement" not in parks.columns:
            remedy = "add a column announcement with dates that have a source, or use construction"
            raise DataError(
                "parks", "unknown start: the parks have no dates of announcement", [start], remedy
            )
        return _begun_by(with_start(parks, "construction"), "announcement")
    if start != "construction":
        raise DataError("parks", "unknown start", [start], "use operation, construction or announcement")
    return _begun_by(parks.assign(start="operation"), "construction", "construction_start")


def _begun_by(parks: pd.DataFrame, event: str, column: str = "") -> pd.DataFrame:
    """Parks that begin with the event in this column; those without its date keep their year."""
    dates = parks[column or event].fillna("").astype(str)
    remedy = f'give {event} as "2013" or "2013-08", "" where it is not known'
    check_rows(parks, ~dates.str.fullmatch(DATE), ["park_id"], "parks", f"{event} without a date", remedy)
    year = pd.to_numeric(dates.str[:4].replace("", None)).astype("Int64")
    known = year.notna()
    return parks.assign(
        first_operation_year=year.fillna(parks["first_operation_year"]),
        status=parks["status"].mask(parks["status"].eq("construction") & known, "operating"),
        start=parks["start"].mask(known, event),
    )


@once_per_data
def chosen_parks(which: str = "all", start: str = "operation") -> pd.DataFrame:
    """Parks of a specification: all, only those surely located, or all but one complex.

    Parameters
    ----------
    which : str
        "all"; "surely_located", without those whose location has low confidence; "without_IMIP" and so on,
        without a complex_id; "only_psn" and so on, those with a word of legal status or product, as
        `spillover.park_choice.choose_parks` knows them.
    start : str
        As for `with_start`.

    Examples
    --------
    >>> len(chosen_parks("without_OBI")) - len(read_parks())
    -4
    >>> chosen_parks("only_matte")["park_id"].tolist()
    ['IWIP', 'VALE_SOROWAKO']
    """
    parks = with_start(read_parks(), start)
    if which == "all":
        return parks
    if which == "surely_located":
        return parks[parks["confidence_location"] != "low"]
    if which.startswith("only_"):
        return with_word(parks, which.removeprefix("only_"))
    left_out = which.removeprefix("without_")
    if left_out == which or left_out not in set(parks["complex_id"]):
        raise DataError(
            "parks", "unknown choice", [which], "use all, surely_located, without_<complex> or only_<word>"
        )
    return parks[parks["complex_id"] != left_out]


@once_per_data
def read_nickel_provinces() -> list[str]:
    """Codes of today's provinces with nickel mining permits in April 2024, where a park is plausible.

    Source: Coordinating Ministry for Maritime Affairs and Investment, as reported by Sultranesia (2024).
    """
    table = read_csv("nickel_provinces", {"province_code": "text", "today_of": "text", "url": "text"})
    codes: list[str] = table["province_code"].tolist()
    if len(set(codes)) != len(codes):
        raise DataError("nickel_provinces.csv", "a province stands twice", codes, "keep one row for each")
    return codes
