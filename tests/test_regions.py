"""Districts, provinces and polygons: what the reference must say, and what the readers must refuse."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import yaml

from spillover import regions as module
from spillover.errors import DataError
from spillover.parks import read_parks
from spillover.regions import read_boundaries, read_provinces, read_regions
from spillover.sources import read_sources, source_path

LAND_AREA_KM2 = 1_892_410  # land area of Indonesia as published by BPS


def clear_caches() -> None:
    for reader in (module._regions, module._provinces, module._boundaries):
        reader.cache_clear()


def test_all_districts_and_provinces_are_there() -> None:
    """514 districts (416 kabupaten, 98 kota) in 38 provinces, none of them empty."""
    regions, provinces = read_regions(), read_provinces()
    assert len(regions) == regions["region_code"].nunique() == regions["kemendagri_code"].nunique() == 514
    assert regions["kind"].value_counts().to_dict() == {"kabupaten": 416, "kota": 98}
    assert set(regions["province_code"]) == set(provinces["province_code"])
    assert len(provinces) == 38


def test_names_tell_the_kind_and_are_unique_in_their_province() -> None:
    """Cities are written "Kota …", regencies plain; no long or misspelt form of the source is left."""
    regions = read_regions()
    assert (regions["name"].str.startswith("Kota ") == (regions["kind"] == "kota")).all()
    assert not regions["name"].str.contains("Administrasi|Kabupaten|empuan|  ").any()
    assert not regions["name"].duplicated().any()


@pytest.mark.parametrize(
    ("region_code", "name", "kemendagri_code"),
    [
        ("7203", "Morowali", "72.06"),
        ("7206", "Tolitoli", "72.04"),
        ("7212", "Morowali Utara", "72.12"),
        ("7403", "Konawe", "74.02"),
        ("7402", "Muna", "74.03"),
        ("8202", "Halmahera Tengah", "82.02"),
        ("8203", "Kepulauan Sula", "82.05"),
        ("1277", "Kota Padangsidimpuan", "12.77"),
        ("3101", "Kepulauan Seribu", "31.01"),
        ("9201", "Raja Ampat", "96.03"),
    ],
)
def test_both_codes_of_known_districts(region_code: str, name: str, kemendagri_code: str) -> None:
    """The two code systems collide (72.06 is Morowali, 7206 Tolitoli): each district has its own of both."""
    row = read_regions().set_index("region_code").loc[region_code]
    assert (row["name"], row["kemendagri_code"]) == (name, kemendagri_code)


def test_kemendagri_codes_stay_inside_the_province() -> None:
    """A district's Kemendagri code begins with its province's, also in Papua where BPS digits differ."""
    merged = read_regions().merge(
        read_provinces(), on="province_code", validate="m:1", suffixes=("", "_province")
    )
    assert (merged["kemendagri_code"].str[:2] == merged["kemendagri_code_province"]).all()


def test_provinces_of_papua_can_be_put_back_together() -> None:
    """The four provinces of 2022 name the province that they were split from."""
    provinces = read_provinces().set_index("province_code")
    made = provinces[provinces["since"] == 2022]["parent_code"].to_dict()
    assert made == {"9200": "9100", "9500": "9400", "9600": "9400", "9700": "9400"}
    assert provinces.loc["6500", ["since", "parent_code"]].tolist() == [2012, "6400"]


def test_land_area_is_that_of_indonesia() -> None:
    """The sum of the areas is within 2 % of the published land area."""
    assert read_regions()["area_km2"].sum() == pytest.approx(LAND_AREA_KM2, rel=0.02)


def test_nickel_districts_have_their_official_area() -> None:
    """Within 1 % of the areas of the national mapping agency (BIG, December 2024)."""
    official = {
        "7203": 4433.5,
        "7212": 8733.7,
        "7403": 5352.9,
        "7325": 6745.8,
        "8202": 2272.3,
        "8204": 8102.0,
    }
    area = read_regions().set_index("region_code")["area_km2"]
    assert {code: area[code] for code in official} == pytest.approx(official, rel=0.01)


@pytest.mark.parametrize(
    ("region_code", "coastal"),
    [
        ("7203", True),  # Morowali
        ("7271", True),  # Kota Palu
        ("5306", True),  # Belu: land border, but a coast as well
        ("9501", True),  # Merauke
        ("7210", False),  # Sigi
        ("7316", False),  # Enrekang
        ("7326", False),  # Toraja Utara
        ("9702", False),  # Jayawijaya
        ("6108", False),  # Kapuas Hulu: its outer border is Malaysia
        ("9420", False),  # Keerom: Papua New Guinea
        ("1217", False),  # Samosir: the shore of Lake Toba is no coast
    ],
)
def test_coast(region_code: str, coastal: bool) -> None:
    """A coast is sea, not a lake and not a foreign land border."""
    assert read_regions().set_index("region_code").loc[region_code, "coastal"] == coastal


def test_polygons_are_complete_valid_and_small() -> None:
    """514 valid polygons with the codes of the regions, in a file under 2 MB."""
    boundaries = read_boundaries()
    assert boundaries["region_code"].tolist() == read_regions()["region_code"].tolist()
    assert boundaries.geometry.is_valid.all()
    assert boundaries.crs.to_epsg() == 4326
    assert source_path("boundaries").stat().st_size < 2_000_000


def test_polygons_are_a_coverage() -> None:
    """Neighbours share their borders exactly: no overlaps, no slits."""
    import shapely

    geometry = read_boundaries().geometry.to_numpy()
    assert shapely.coverage_is_valid(geometry)
    assert shapely.area(shapely.coverage_union_all(geometry)) == pytest.approx(shapely.area(geometry).sum())


def test_polygons_follow_rfc_7946() -> None:
    """Outer rings run counter-clockwise, coordinates have at most 4 decimals."""
    import shapely

    geometry = read_boundaries().geometry.to_numpy()
    assert shapely.is_ccw(shapely.get_exterior_ring(shapely.get_parts(geometry))).all()
    degrees = shapely.get_coordinates(geometry)
    assert np.array_equal(degrees, degrees.round(4))


def test_polygons_agree_with_area_and_centroid_of_the_table() -> None:
    """Simplification moved no centre by more than 5 km, nor changed a nickel district's area by 1 %."""
    from pyproj import Geod

    geod = Geod(ellps="WGS84")
    regions, geometry = read_regions(), read_boundaries().geometry
    centre = geometry.map(lambda g: g.centroid)
    distance = geod.inv(centre.map(lambda p: p.x), centre.map(lambda p: p.y), regions["lon"], regions["lat"])[
        2
    ]
    assert max(distance) < 5_000
    nickel = regions["region_code"].isin(read_parks()["region_code"])
    area = geometry[nickel].map(lambda g: geod.geometry_area_perimeter(g)[0] / 1e6)
    assert area.to_numpy() == pytest.approx(regions.loc[nickel, "area_km2"].to_numpy(), rel=0.01)


def test_parks_lie_in_the_district_that_they_name() -> None:
    """Every park located to 4 km or better lies inside its district, also after simplification."""
    import shapely

    parks = read_parks()
    precise = parks[parks["coord_precision_km"] <= 4]
    assert len(precise) >= 17
    polygon = read_boundaries().set_index("region_code").geometry.loc[precise["region_code"]].to_numpy()
    inside = shapely.contains(polygon, shapely.points(precise["lon"], precise["lat"]))
    assert precise.loc[~inside, "park_id"].tolist() == []


def test_a_caller_cannot_spoil_what_the_next_one_reads() -> None:
    """Results are cached, but each caller gets a copy."""
    for mine in (read_regions(), read_provinces()):
        mine.loc[0, "name"] = "spoilt"
    assert read_regions().loc[0, "name"] == "Simeulue"
    assert read_provinces().loc[0, "name"] == "Aceh"


Spoil = Callable[[str, Callable[[str], str]], None]


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Spoil]:
    """Lay a changed copy of one source file over the bundled one, with its own checksum."""

    def lay_over(source_id: str, change: Callable[[str], str]) -> None:
        text = source_path(source_id).read_text(encoding="utf-8")
        changed = change(text)
        assert changed != text
        record = read_sources().set_index("id", drop=False).loc[source_id].drop("folder").to_dict()
        record["redistributable"] = bool(record["redistributable"])
        record["file"] = Path(record["file"]).name
        record["sha256"] = hashlib.sha256(changed.encode()).hexdigest()
        (tmp_path / record["file"]).write_text(changed, encoding="utf-8")
        (tmp_path / "sources.yml").write_text(yaml.safe_dump([record]), encoding="utf-8")
        monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path))
        clear_caches()

    yield lay_over
    monkeypatch.undo()
    clear_caches()


MOROWALI = "7203,Morowali,kabupaten,7200,72.06,"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("region_code,", "kode,", "missing columns"),
        (MOROWALI, "7202,Morowali,kabupaten,7200,72.06,", "duplicate key region_code"),
        (MOROWALI, "7203,Morowali,kabupaten,7200,72.04,", "duplicate key kemendagri_code"),
        (MOROWALI, "72.06,Morowali,kabupaten,7200,72.06,", "not 4 digits"),
        (MOROWALI, "7203,Morowali,kabupaten,7200,7206,", "Kemendagri codes"),
        (MOROWALI, "7203,Morowali,kabupaten,7300,72.06,", "another province"),
        (MOROWALI, "7203,Morowali,regency,7200,72.06,", "unknown kind"),
        (MOROWALI, "7203,Morowali,kabupaten,7200,72.06,1", "centroids outside Indonesia"),
    ],
)
def test_spoilt_regions_are_refused(spoil: Spoil, old: str, new: str, problem: str) -> None:
    """Each fault is named, with the file."""
    spoil("regions", lambda text: text.replace(old, new, 1))
    with pytest.raises(DataError, match=problem) as caught:
        read_regions()
    assert "regions.csv" in str(caught.value)


def test_an_unknown_column_is_refused(spoil: Spoil) -> None:
    """A column that the reader does not declare is named."""
    spoil("regions", lambda text: text.replace("\n", ",x\n").replace(",x\n", ",note\n", 1))
    with pytest.raises(DataError, match=r"unknown columns .*note"):
        read_regions()


def test_a_lost_district_is_refused(spoil: Spoil) -> None:
    """513 rows are an error, not a smaller country."""
    spoil("regions", lambda text: text[: text.rstrip().rindex("\n") + 1])
    with pytest.raises(DataError, match="513 rows where 514"):
        read_regions()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (",2022,9100", ",2022,", "only one of since and parent_code"),
        (",2022,9100", ",2022,9300", "unknown region codes"),
        (",Papua,2022,9100", ",Irian,2022,9100", "unknown island"),
        ("9200,", "92,", "two digits and 00"),
        (",2022,9100", ",2022.0,9100", "a year such as"),
    ],
)
def test_spoilt_provinces_are_refused(spoil: Spoil, old: str, new: str, problem: str) -> None:
    """Each fault is named."""
    spoil("provinces", lambda text: text.replace(old, new, 1))
    with pytest.raises(DataError, match=problem):
        read_provinces()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"region_code":"7203"', '"region_code":"7299"', "unknown region codes"),
        ('"region_code":"7203"', '"region_code":"7202"', "duplicate key"),
        ('"features":[', '"rows":[', "cannot be read as GeoJSON"),
        ("{", "", "cannot be read as GeoJSON"),
    ],
)
def test_spoilt_polygons_are_refused(spoil: Spoil, old: str, new: str, problem: str) -> None:
    """Each fault is named."""
    spoil("boundaries", lambda text: text.replace(old, new, 1))
    with pytest.raises(DataError, match=problem):
        read_boundaries()


def test_a_lost_polygon_is_refused(spoil: Spoil) -> None:
    """A district without polygon is an error."""
    spoil("boundaries", lambda text: "\n".join(line for line in text.split("\n") if '"7203"' not in line))
    with pytest.raises(DataError, match=r"districts without polygon \(1: 7203"):
        read_boundaries()


def test_a_crossed_polygon_is_refused(spoil: Spoil) -> None:
    """A bow-tie is not valid."""
    bow_tie = '"geometry":{"type":"Polygon","coordinates":[[[120,0],[121,1],[121,0],[120,1],[120,0]]]}},'

    def cross(text: str) -> str:
        lines = text.split("\n")
        at = next(i for i, line in enumerate(lines) if '"7203"' in line)
        lines[at] = lines[at].split('"geometry"')[0] + bow_tie
        return "\n".join(lines)

    spoil("boundaries", cross)
    with pytest.raises(DataError, match=r"empty or not valid \(1: 7203"):
        read_boundaries()
