"""Maps of a toy country of four square districts in two provinces."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from lxml import etree
from pyproj import Geod
from shapely.geometry import Point, box

from spillover.display import choropleth, ring_map, set_language, style
from spillover.display.exhibits import Exhibit
from spillover.display.placing import place_labels
from spillover.display.shapes import EAST, Frame, draw_shapes, province_borders
from spillover.errors import DataError

CAPTION = {
    "name": "map",
    "title": "Jarak",
    "source": "BPS",
    "alt": "Empat kabupaten menurut jarak ke kawasan.",
}
CODES = ["7203", "7204", "7403", "9999"]
REGIONS = pd.DataFrame(
    {
        "region_code": CODES,
        "name": ["Morowali", "Poso", "Konawe", "Luar"],
        "province_code": ["7200", "7200", "7400", "9900"],
    }
)
SQUARES = [box(121, -3, 122, -2), box(120, -3, 121, -2), box(121, -4, 122, -3), box(140, -3, 141, -2)]
BOUNDARIES = gpd.GeoDataFrame({"region_code": CODES}, geometry=SQUARES, crs=4326)
RINGS = pd.DataFrame(
    {
        "region_code": CODES,
        "ring": ["0-50", "50-100", "50-100", ">200"],
        "distance_km": [18.3, 70.1, 99.0, 2000.0],
        "park_id": "IMIP",
    }
)
PARKS = pd.DataFrame(
    {
        "park_id": ["IMIP", "IHIP", "OBI_HPAL", "OBI_MSP", "WBN_MINE", "CMMI_PURIALA"],
        "complex_id": ["IMIP", "IHIP", "OBI", "OBI", "WEDA_BAY", "CMMI_PURIALA"],
        "lon": [121.9, 121.2, 127.4, 127.5, 121.5, np.nan],
        "lat": [-2.8, -2.2, -1.5, -1.6, -2.5, np.nan],
        "first_operation_year": pd.array([2015, None, 2021, 2016, 2019, 2013], dtype="Int64"),
        "status": ["operating", "construction", "operating", "operating", "mine", "idle"],
    }
)


def draw(year: int = 2024, rings: pd.DataFrame = RINGS, **changes: object) -> Exhibit:
    return ring_map(REGIONS, BOUNDARIES, rings, PARKS, year=year, **(CAPTION | changes))


def texts(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}text")]


def titles(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}title")]


def test_every_declared_ring_is_in_the_legend_even_without_districts() -> None:
    assert {"0–50 km  (1)", "50–100 km  (2)", "100–200 km  (0)", "lebih dari 200 km  (1)"} <= set(
        texts(draw())
    )
    declared = RINGS.assign(
        ring=pd.Categorical(RINGS["ring"], ["0-50", "50-100", "100-150", ">200"], ordered=True)
    )
    assert "100–150 km  (0)" in texts(draw(rings=declared))


def test_each_district_and_park_says_what_it_is() -> None:
    said = titles(draw())
    assert "Morowali: 18 km dari IMIP (0–50 km)" in said
    assert "IMIP: beroperasi sejak 2015" in said and "IHIP: belum beroperasi pada 2024" in said
    assert not any("Tambang" in s or "CMMI" in s for s in said), "mines and unlocated parks are not drawn"
    assert "Obi: HPL (HPAL): belum beroperasi pada 2020" in titles(draw(year=2020))
    set_language("en")
    assert "Morowali: 18 km from IMIP (0–50 km)" in titles(draw())


def test_complexes_are_named_once_and_what_is_outside_is_counted() -> None:
    written = texts(draw())
    assert written.count("Pulau Obi (Harita)") == 1
    assert "1 wilayah di luar bingkai peta" in written


def test_a_year_without_any_park_is_drawn_and_said() -> None:
    none_yet = RINGS.assign(ring=">200", distance_km=np.nan, park_id="")
    assert "Morowali: belum ada kawasan yang beroperasi" in titles(draw(year=1970, rings=none_yet))


def test_two_drawings_are_the_same_bytes() -> None:
    assert draw().html == draw().html


@pytest.mark.parametrize(
    ("rings", "problem"),
    [
        (RINGS.iloc[:0], "empty"),
        (pd.concat([RINGS, RINGS]), "duplicate key region_code"),
        (RINGS.assign(region_code=["7203", "72.06", "7403", "9999"]), "unknown region codes.*72.06"),
        (RINGS.assign(ring="0-60"), "not declared.*0-60"),
        (RINGS.drop(columns="park_id"), "missing columns.*park_id"),
    ],
)
def test_bad_rings_are_refused(rings: pd.DataFrame, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        draw(rings=rings)


def test_only_lines_between_provinces_are_borders() -> None:
    frame = Frame(EAST)
    shapes = draw_shapes(BOUNDARIES, frame)
    province = dict(zip(REGIONS["region_code"], REGIONS["province_code"], strict=True))
    borders = province_borders(shapes, province)
    assert borders.length == pytest.approx(frame.scale * frame.squeeze, rel=1e-6), (
        "one degree, Morowali to Konawe"
    )


def test_the_map_is_true_to_scale_at_its_middle() -> None:
    """A square of 100 km at the map's middle is 100 km wide and high, as the scale bar has it, within 1 %."""
    frame = Frame(EAST)
    lon, lat = (EAST[0] + EAST[2]) / 2, (EAST[1] + EAST[3]) / 2
    geod = Geod(ellps="WGS84")
    x0, y0 = frame.project(lon, lat)
    for azimuth in (0, 90):
        x, y = frame.project(*geod.fwd(lon, lat, azimuth, 100_000)[:2])
        assert np.hypot(x - x0, y - y0) == pytest.approx(frame.km_to_units(100), rel=0.01)


def test_an_extent_turned_round_is_refused() -> None:
    with pytest.raises(DataError, match="extent that is none"):
        draw(extent=(131, -6, 118, 2))


def test_names_cover_neither_each_other_nor_points() -> None:
    anchors = [(300 + 9 * i, 200 + 6 * i) for i in range(8)]
    placed = place_labels(anchors, [f"Kawasan {i}" for i in range(8)], 12.5, (0, 0, 800, 600))
    assert all(spot.clear for spot in placed)
    for i, spot in enumerate(placed):
        area = box(*spot.box)
        assert not any(area.intersects(box(*other.box)) for other in placed[i + 1 :])
        assert not any(area.contains(Point(anchor)) for anchor in anchors)


def test_ring_colours_fall_steadily_in_grey_print() -> None:
    def grey(colour: str) -> float:
        return sum(w * int(colour[i : i + 2], 16) for w, i in ((0.299, 1), (0.587, 3), (0.114, 5)))

    assert np.diff([grey(colour) for colour in style.RINGS]).min() > 30


def test_choropleth_counts_its_classes_and_refuses_what_they_do_not_hold() -> None:
    values = pd.DataFrame({"region_code": CODES[:3], "value": [1.0, 5.0, np.nan]})
    exhibit = choropleth(REGIONS, BOUNDARIES, values, bins=[0, 2, 5, 10], unit="percent", **CAPTION)
    assert {"0 – 2  (1)", "2 – 5  (0)", "5 – 10  (1)"} <= set(texts(exhibit))
    assert "Poso: 5 %" in titles(exhibit)
    with pytest.raises(DataError, match=r"outside the classes.*7204"):
        choropleth(REGIONS, BOUNDARIES, values, bins=[0, 2, 5], unit="percent", **CAPTION)
    with pytest.raises(DataError, match="do not increase"):
        choropleth(REGIONS, BOUNDARIES, values, bins=[0, 0], unit="percent", **CAPTION)
