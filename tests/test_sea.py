"""How much of a straight line lies over sea."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Geod

import spillover as sp
from spillover.errors import DataError
from spillover.sea import crosses_sea

DEGREE = 111.3194908  # km along the equator


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Lines from five districts to all parks on the real map."""
    regions = sp.read_regions()
    some = regions[regions["region_code"].isin(["7203", "7403", "8202", "8206", "7303"])]
    return crosses_sea(some, sp.read_parks(), sp.read_boundaries()).set_index(["region_code", "park_id"])


@pytest.fixture
def islands() -> gpd.GeoDataFrame:
    """An island of two districts that touch at 121° E, and another island from 123° to 124° E."""
    boxes = [shapely.box(120, -1, 121, 1), shapely.box(121, -1, 122, 1), shapely.box(123, -1, 124, 1)]
    return gpd.GeoDataFrame(geometry=boxes, crs="EPSG:4326")


def across(points: list[tuple[float, float]], islands: gpd.GeoDataFrame, **options: float) -> pd.DataFrame:
    """Lines along the equator from 120.5° E."""
    district = pd.DataFrame({"region_code": ["a"], "lon": [120.5], "lat": [0.0]})
    parks = pd.DataFrame(points, columns=["lon", "lat"])
    return crosses_sea(
        district, parks.assign(park_id=[f"P{i}" for i in range(len(parks))]), islands, **options
    )


def test_the_strait_between_two_islands(islands: gpd.GeoDataFrame) -> None:
    """By hand: land to 122°, one degree of sea, land from 123°; borders between districts are no sea."""
    table = across([(121.5, 0.0), (123.5, 0.0), (122.5, 0.0), (120.5, 0.0)], islands)
    assert table["line_km"].tolist() == pytest.approx([DEGREE, 3 * DEGREE, 2 * DEGREE, 0.0], abs=1e-4)
    assert table["sea_km"].tolist() == pytest.approx([0.0, DEGREE, DEGREE / 2, 0.0], abs=1e-4)
    assert table["crosses_sea"].tolist() == [False, True, True, False]


def test_the_threshold_decides(islands: gpd.GeoDataFrame) -> None:
    assert not across([(123.5, 0.0)], islands, sea_km=112.0)["crosses_sea"].item()
    assert across([(123.5, 0.0)], islands, sea_km=111.0)["crosses_sea"].item()


def test_a_lake_is_land_and_overlapping_polygons_count_once(islands: gpd.GeoDataFrame) -> None:
    lake = shapely.box(120, -1, 122, 1).difference(shapely.box(120.8, -0.2, 121.2, 0.2))
    twice = gpd.GeoDataFrame(geometry=[lake, *islands.geometry])
    assert across([(121.5, 0.0), (123.5, 0.0)], twice)["sea_km"].tolist() == pytest.approx(
        [0.0, DEGREE], abs=1e-4
    )


def test_a_line_along_a_border_between_districts_is_on_land_once() -> None:
    """The line runs on the common border: counted for both districts, it would hide the sea behind it."""
    shapes = [shapely.box(120, 0, 121, 1), shapely.box(120, -1, 121, 0)]
    table = across([(122.0, 0.0)], gpd.GeoDataFrame(geometry=shapes))
    assert table["sea_km"].item() == pytest.approx(DEGREE, abs=1e-4)


def test_halmahera_and_sulawesi_are_islands_of_their_own(lines: pd.DataFrame) -> None:
    assert lines.loc[("8202", "IMIP"), "crosses_sea"] and lines.loc[("8202", "IMIP"), "sea_km"] > 600
    assert lines.loc[("7203", "IWIP"), "crosses_sea"]
    assert lines.loc[("8206", "IWIP"), "sea_km"] < 0.1  # on Halmahera


def test_morowali_and_konawe_as_the_map_says(lines: pd.DataFrame) -> None:
    """Land all the way from Konawe to IMIP; from Morowali to VDNI the line crosses the bay, some 20 km."""
    assert lines.loc[("7403", "IMIP"), "sea_km"] < 0.1
    assert not lines.loc[("7203", "IMIP"), "crosses_sea"]
    assert not lines.loc[("7303", "HUADI_KIBA"), "crosses_sea"]
    assert 15 < lines.loc[("7203", "VDNI"), "sea_km"] < 25


def test_a_centroid_in_the_sea_is_told() -> None:
    """Kolaka lies around a gulf: the line to the smelter inside the district is all water."""
    regions, parks = sp.read_regions(), sp.read_parks()
    two = regions[regions["region_code"].isin(["7404", "7203"])]
    table = crosses_sea(two, parks[parks["park_id"] == "ANTAM_POMALAA"], sp.read_boundaries())
    assert table.set_index("region_code")["begins_at_sea"].to_dict() == {"7203": False, "7404": True}
    assert table.set_index("region_code").loc["7404", "crosses_sea"]


def test_length_is_that_of_the_geodesic_and_the_sea_is_a_part_of_it(lines: pd.DataFrame) -> None:
    exposure = sp.park_exposure(sp.read_regions(), sp.read_parks()).set_index(["region_code", "park_id"])
    expected = exposure.loc[lines.index, "distance_km"]
    assert np.abs(lines["line_km"] - expected).max() < 1e-6
    assert (lines["sea_km"] >= 0).all() and (lines["sea_km"] <= lines["line_km"] + 1e-6).all()


def test_against_points_along_the_line(lines: pd.DataFrame) -> None:
    """Another way to measure: the share of points every 500 m of the geodesic that no polygon holds."""
    regions, parks = sp.read_regions().set_index("region_code"), sp.read_parks().set_index("park_id")
    land = sp.read_boundaries().union_all()
    shapely.prepare(land)
    for code, park in (("7203", "VDNI"), ("8202", "IWIP"), ("7403", "GNI_SEI")):
        start, end = regions.loc[code], parks.loc[park]
        length = lines.loc[(code, park), "line_km"]
        inside = Geod(ellps="WGS84").npts(start["lon"], start["lat"], end["lon"], end["lat"], int(2 * length))
        outside = ~shapely.contains_xy(land, np.array(inside))
        assert lines.loc[(code, park), "sea_km"] == pytest.approx(outside.mean() * length, abs=2.0)


def test_bad_input_is_refused(islands: gpd.GeoDataFrame) -> None:
    with pytest.raises(DataError, match="threshold"):
        across([(121.0, 0.0)], islands, sea_km=-1)
    with pytest.raises(DataError, match="no land in the boundaries"):
        across([(121.0, 0.0)], islands.iloc[:0])
    bad = pd.DataFrame({"region_code": ["a"], "lon": [np.nan], "lat": [0.0]})
    with pytest.raises(DataError, match=r"districts without coordinates \(1: a\)"):
        crosses_sea(bad, sp.read_parks(), islands)
