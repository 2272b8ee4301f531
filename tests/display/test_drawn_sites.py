"""The map of drawn sites: shares that are counted, classes that hold all, marks that say what they are."""

import geopandas as gpd
import pandas as pd
import pytest
from lxml import etree
from shapely.geometry import box

from spillover.display import set_language
from spillover.display.drawn_sites import draw_shares, drawn_sites_alt, drawn_sites_map
from spillover.display.exhibits import Exhibit
from spillover.errors import DataError
from spillover.inference.sites import draw_sites

CODES = ["7203", "7204", "7403", "8202"]
REGIONS = pd.DataFrame(
    {"region_code": CODES, "name": ["Morowali", "Poso", "Konawe", "Halmahera Tengah"],
     "province_code": ["7200", "7200", "7400", "8200"]}
)  # fmt: skip
SQUARES = [box(121, -3, 122, -2), box(120, -3, 121, -2), box(121, -4, 122, -3), box(128, 0, 129, 1)]
BOUNDARIES = gpd.GeoDataFrame({"region_code": CODES}, geometry=SQUARES, crs=4326)
CANDIDATES = pd.DataFrame(
    {"region_code": ["7203", "7403", "8202"], "lon": [121.5, 121.5, 128.5], "lat": [-2.5, -3.5, 0.5]}
)
PARKS = pd.DataFrame({"complex_id": ["IMIP", "OBI"], "lon": [121.9, 127.4], "lat": [-2.8, -1.5]})
SITES = draw_sites(PARKS, CANDIDATES, draws=300, seed=1, min_apart_km=150)


def draw(**changes: object) -> Exhibit:
    given = {"name": "drawn", "title": "Tapak", "source": "BPS", "alt": drawn_sites_alt(SITES, CANDIDATES)}
    return drawn_sites_map(REGIONS, BOUNDARIES, SITES, CANDIDATES, **(given | changes))


def written(exhibit: Exhibit, kind: str) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}" + kind)]


def test_shares_are_counted_by_district() -> None:
    """Morowali and Konawe are too near to each other: one of them and Halmahera Tengah in every draw."""
    shares = draw_shares(SITES, CANDIDATES).set_index("region_code")["percent"]
    assert shares["8202"] == 100.0
    assert shares["7203"] + shares["7403"] == pytest.approx(100.0)
    assert 40 < shares["7203"] < 60
    two = pd.concat([CANDIDATES, CANDIDATES.tail(1).assign(lon=128.9)], ignore_index=True)
    halves = draw_shares(draw_sites(PARKS, two, draws=99, seed=1), two)
    assert halves["region_code"].is_unique and halves["percent"].max() <= 100.0


def test_each_district_and_each_mark_says_what_it_is_in_both_languages() -> None:
    told = written(draw(example=7), "title")
    assert "Halmahera Tengah: terpilih dalam 100,0% undian" in told
    assert "IMIP: tapak sebenarnya" in told and "Pulau Obi (Harita): tapak dalam undian 7" in told
    texts = written(draw(example=7), "text")
    assert {"tapak sebenarnya", "tapak dalam undian 7"} <= set(texts)
    assert "Tapak diundi di sini dalam … persen dari 300 undian" in texts
    counts = [int(t.rsplit("(", 1)[1].rstrip(")")) for t in texts if "–" in t and t.endswith(")")]
    assert sum(counts) == 3, "every candidate is in one class"
    set_language("en")
    assert "Halmahera Tengah: in 100.0% of the draws" in written(draw(), "title")
    assert "A site is drawn here in … percent of 300 draws" in written(draw(), "text")
    assert drawn_sites_alt(SITES, CANDIDATES).startswith("Map of 3 districts")


def test_two_drawings_are_the_same_bytes() -> None:
    assert draw().html == draw().html


def test_other_candidates_and_unknown_draws_are_refused() -> None:
    with pytest.raises(DataError, match=r"draws are numbered 1 to 300 \(1: 301\)"):
        draw(example=301)
    with pytest.raises(DataError, match="draws are numbered"):
        draw(example=0)
    for other in (CANDIDATES.head(2), CANDIDATES.iloc[::-1]):
        with pytest.raises(DataError, match="not those of the draws"):
            draw_shares(SITES, other)
    with pytest.raises(DataError, match=r"missing columns.*region_code"):
        draw_shares(SITES, CANDIDATES[["lon", "lat"]])
