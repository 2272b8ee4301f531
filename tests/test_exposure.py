"""Distances are geodesic, rings half-open, nothing declared is lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Proj

import spillover as sp
from spillover.errors import DataError

RINGS = ["0-50", "50-100", "100-200", ">200"]


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    return sp.read_regions()


@pytest.fixture(scope="module")
def parks() -> pd.DataFrame:
    return sp.read_parks()


@pytest.fixture(scope="module")
def centroid(regions: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    return sp.park_exposure(regions, parks)


@pytest.fixture(scope="module")
def edge(regions: pd.DataFrame, parks: pd.DataFrame) -> pd.DataFrame:
    return sp.park_exposure(regions, parks, basis="edge", boundaries=sp.read_boundaries())


def test_geodesic_distance_of_a_published_example() -> None:
    """Vincenty's test line Flinders Peak – Buninyong, 54,972.271 m (GDA Technical Manual, on GRS80)."""
    flinders = pd.DataFrame(
        {"lon": [144 + 25 / 60 + 29.52440 / 3600], "lat": [-(37 + 57 / 60 + 3.72030 / 3600)]}
    )
    buninyong = pd.DataFrame(
        {"lon": [143 + 55 / 60 + 35.38390 / 3600], "lat": [-(37 + 39 / 60 + 10.15610 / 3600)]}
    )
    assert sp.geodesic_km(flinders, buninyong).item() == pytest.approx(54.972271, abs=1e-5)


def test_all_districts_and_located_parks(centroid: pd.DataFrame) -> None:
    assert len(centroid) == 514 * 21
    assert centroid["distance_km"].notna().all()


def test_edge_is_never_beyond_an_inside_centroid_and_zero_at_home(
    centroid: pd.DataFrame, edge: pd.DataFrame, parks: pd.DataFrame
) -> None:
    key = ["region_code", "park_id"]
    both = centroid.merge(edge, on=key, suffixes=("_c", "_e"), validate="1:1")
    precise = parks[parks["coord_precision_km"] <= 4]
    home = both.merge(precise[key], on=key)
    assert home["distance_km_e"].max() < 1e-9
    # centroids of island districts may lie in the sea, a little nearer than any of their land
    assert (both["distance_km_e"] - both["distance_km_c"]).max() < 60
    assert (both["distance_km_e"] <= both["distance_km_c"] + 1e-6).mean() > 0.99


def test_edge_distance_is_geodesic_to_the_nearest_vertex(edge: pd.DataFrame) -> None:
    """Brute force over the vertices of five districts, with pyproj's geodesic: equal to 200 m."""
    from pyproj import Geod

    shapes = sp.read_boundaries().set_index("region_code").geometry
    park = sp.read_parks().set_index("park_id").loc["IMIP"]
    found = edge[edge["park_id"] == "IMIP"].set_index("region_code")["distance_km"]
    for code in ("7212", "7403", "7271", "8202", "9471"):
        lon, lat = shapes[code].segmentize(0.002).__geo_interface__, None
        points = np.concatenate(
            [np.array(ring) for part in lon["coordinates"] for ring in _rings(lon["type"], part)]
        )
        lon, lat = points[:, 0], points[:, 1]
        metres = Geod(ellps="WGS84").inv(np.full(len(lon), park.lon), np.full(len(lat), park.lat), lon, lat)[
            2
        ]
        assert found[code] == pytest.approx(metres.min() / 1000, abs=0.2)


def test_a_limit_only_leaves_out_what_lies_beyond_it(edge: pd.DataFrame, regions: pd.DataFrame) -> None:
    """Within 100 km the shortened measurement is the full one; what it skips is farther in the full one."""
    parks = sp.read_parks()
    located = parks[parks["lon"].notna()]
    short = sp.edge_km(regions, located, sp.read_boundaries(), within_km=100)
    full = edge["distance_km"].to_numpy().reshape(short.shape)
    measured = np.isfinite(short)
    assert np.array_equal(short[measured], full[measured])
    assert full[~measured].min() > 100
    assert measured.mean() < 0.1


def _rings(kind: str, part: list) -> list:
    return part if kind == "MultiPolygon" else [part]


def test_nearest_operating_park_follows_the_openings(centroid: pd.DataFrame) -> None:
    nearest = sp.nearest_operating(centroid, [2010, 2015, 2020]).set_index(["region_code", "year"])
    assert nearest.loc[("7203", 2010), "park_id"] == "VALE_SOROWAKO"
    assert nearest.loc[("7203", 2015), "park_id"] == "IMIP"
    assert nearest.loc[("8202", 2015), "park_id"] != "IWIP"
    assert nearest.loc[("8202", 2020), "park_id"] == "IWIP"


def test_no_operating_park_is_the_outermost_ring(centroid: pd.DataFrame) -> None:
    nearest = sp.nearest_operating(centroid, [1970])
    assert nearest["park_id"].eq("").all()
    assert nearest["distance_km"].isna().all()
    assert sp.assign_ring(nearest["distance_km"]).eq(">200").all()


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20))
def test_every_distance_is_in_exactly_the_half_open_ring(distances: list[float]) -> None:
    ring = sp.assign_ring(pd.Series(distances))
    limits = dict(zip(RINGS, [(0, 50), (50, 100), (100, 200), (200, np.inf)], strict=True))
    assert list(ring.cat.categories) == RINGS
    assert all(limits[r][0] <= d < limits[r][1] for r, d in zip(ring, distances, strict=True))


def test_an_empty_ring_is_counted_not_lost() -> None:
    counts = sp.ring_counts(sp.assign_ring(pd.Series([10.0, 500.0])))
    assert counts["ring"].tolist() == RINGS
    assert counts["n_regions"].tolist() == [1, 0, 0, 1]


def test_ring_changes_between_bases(
    centroid: pd.DataFrame, edge: pd.DataFrame, regions: pd.DataFrame
) -> None:
    """A third of the eastern districts change ring with the basis, so results must be shown under both."""
    east = regions.loc[regions["province_code"].str[0].isin(["7", "8"]), "region_code"]
    first, second = (sp.nearest_operating(t[t["region_code"].isin(east)], [2025]) for t in (centroid, edge))
    changes = sp.ring_changes(first, second, (0, 50, 100, 150, 200))
    assert 30 <= len(changes) <= 45
    assert (changes["ring_first"] != changes["ring_second"]).all()


@pytest.mark.parametrize("edges", [(50, 0), (0,), (0, 50, 50), (-1, 5)])
def test_bad_edges_are_refused(edges: tuple[float, ...]) -> None:
    with pytest.raises(DataError, match="ring edges: not increasing"):
        sp.ring_labels(edges)


def test_bad_input_is_refused(regions: pd.DataFrame, parks: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"unknown basis \(1: border\)"):
        sp.park_exposure(regions, parks, basis="border")
    with pytest.raises(DataError, match="the edge basis needs polygons"):
        sp.park_exposure(regions, parks, basis="edge")
    with pytest.raises(DataError, match=r"districts without coordinates \(514: 1101"):
        sp.park_exposure(regions.assign(lon=np.nan), parks)
    with pytest.raises(DataError, match=r"districts without polygon \(1: 7203\)"):
        shapes = sp.read_boundaries()
        sp.park_exposure(regions, parks, basis="edge", boundaries=shapes[shapes["region_code"] != "7203"])
    with pytest.raises(DataError, match="distances below the first edge"):
        sp.assign_ring(pd.Series([5.0]), (10, 50))


@pytest.fixture
def two_places() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Two districts; a park on the equator at 120° E; people at 0, 1 and 2 degrees (111.319 km each)."""
    regions = pd.DataFrame({"region_code": ["a", "b"], "lon": [120.5, 122.0], "lat": [0.0, 0.0]})
    parks = pd.DataFrame(
        {
            "park_id": ["P"],
            "lon": [120.0],
            "lat": [0.0],
            "first_operation_year": [2015],
            "status": "operating",
        }
    )
    points = pd.DataFrame(
        {
            "region_code": ["a", "b", "a", "elsewhere"],
            "lon": [120.0, 122.0, 121.0, np.nan],
            "lat": [0.0, 0.0, 0.0, np.nan],
            "population": [300, 7, 100, -1],
        }
    )
    return regions, parks, points


def test_population_distance_is_the_mean_over_people(
    two_places: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    """By hand: 300 people at the park and 100 at one degree are 0.25 degrees away on average."""
    regions, parks, points = two_places
    table = sp.park_exposure(regions, parks, basis="population", points=points)
    degree = 111.3194908
    assert table["distance_km"].tolist() == pytest.approx([degree / 4, 2 * degree], abs=1e-5)
    assert table["basis"].eq("population").all() and table["n_dropped"].eq(0).all()
    assert sp.nearest_operating(table, [2016])["park_id"].tolist() == ["P", "P"]


def test_population_distance_of_one_point_in_the_centroid_is_the_centroid_distance(
    regions: pd.DataFrame, parks: pd.DataFrame, centroid: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the points come in several pieces and in another order."""
    monkeypatch.setattr("spillover.distances.POINTS_AT_A_TIME", 100)
    points = regions[["region_code", "lon", "lat"]].assign(population=5.0).iloc[::-1]
    table = sp.park_exposure(regions, parks, basis="population", points=points)
    assert np.abs(table["distance_km"] - centroid["distance_km"]).max() < 1e-9


def test_districts_without_people_are_refused_or_counted(
    two_places: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    regions, parks, points = two_places
    deserted = points.assign(population=points["population"].where(points["region_code"] != "b", 0))
    for lacking in (deserted, points[points["region_code"] == "a"]):
        with pytest.raises(DataError, match=r"districts without people in the points \(1: b\)"):
            sp.park_exposure(regions, parks, basis="population", points=lacking)
        kept = sp.park_exposure(regions, parks, basis="population", points=lacking, without_points="drop")
        assert kept["region_code"].tolist() == ["a"] and kept["n_dropped"].tolist() == [1]


def test_bad_population_points_are_refused(
    two_places: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame],
) -> None:
    regions, parks, points = two_places
    here = points[points["region_code"] != "elsewhere"]
    for change, words in (
        ({"lon": np.nan}, "points without coordinates"),
        ({"population": -1.0}, "populations that are missing or negative"),
        ({"population": np.nan}, "populations that are missing or negative"),
    ):
        with pytest.raises(DataError, match=words):
            sp.park_exposure(regions, parks, basis="population", points=here.assign(**change))
    with pytest.raises(DataError, match="needs population points"):
        sp.park_exposure(regions, parks, basis="population")
    with pytest.raises(DataError, match="unknown choice"):
        sp.park_exposure(regions, parks, basis="population", points=here, without_points="guess")
    with pytest.raises(DataError, match="missing columns"):
        sp.park_exposure(regions, parks, basis="population", points=here.drop(columns="population"))


def projected_km(shape: object, lon: float, lat: float) -> float:
    """Distance from a polygon with every corner projected around the point: the slow way."""
    project = Proj(proj="aeqd", lat_0=lat, lon_0=lon, ellps="WGS84")
    flat = shapely.transform(shape, project, interleaved=False)
    return float(shapely.distance(flat, shapely.Point(0, 0)) / 1000)


@pytest.mark.parametrize("north", [0.0, 45.0])
def test_edges_are_those_of_the_whole_projected_polygon(north: float) -> None:
    """Only sides that can be the nearest are projected: nothing may be missed, near the equator or far."""
    regions, boundaries = sp.read_regions(), sp.read_boundaries()
    some = regions.iloc[::40].assign(lat=lambda table: table["lat"] + north)
    moved = boundaries[boundaries["region_code"].isin(some["region_code"])].copy()
    moved["geometry"] = moved.geometry.translate(yoff=north)
    random = np.random.default_rng(5)
    points = pd.DataFrame({"lon": random.uniform(95, 141, 25), "lat": random.uniform(-11, 6, 25) + north})
    found = sp.edge_km(some, points, moved)
    shapes = moved.set_index("region_code").geometry[some["region_code"]]
    slow = [[projected_km(shape, *point) for point in points.to_numpy()] for shape in shapes]
    assert found == pytest.approx(np.array(slow), abs=1e-6)


def test_a_hole_is_outside_and_its_edge_the_nearest() -> None:
    ring = shapely.box(120, -2, 122, 0).difference(shapely.box(120.9, -1.1, 121.1, -0.9))
    regions = pd.DataFrame({"region_code": ["1"], "lon": [121.0], "lat": [-1.0]})
    boundaries = gpd.GeoDataFrame({"region_code": ["1"]}, geometry=[ring], crs="EPSG:4326")
    points = pd.DataFrame({"lon": [121.0, 120.5], "lat": [-1.0, -1.0]})
    assert sp.edge_km(regions, points, boundaries)[0] == pytest.approx([11.06, 0.0], abs=0.01)
