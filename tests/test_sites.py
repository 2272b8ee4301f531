"""Plausible sites and drawn sets: every rule holds in every draw, and every admissible set is as likely."""

from __future__ import annotations

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod

import spillover as sp
from spillover.errors import DataError
from spillover.inference.coast import coast_km
from spillover.inference.sites import (
    draw_sites,
    moving_parks,
    plausible_sites,
    sites_in_words,
    spacing_km,
)

PARKS = pd.DataFrame({"complex_id": ["B", "A", "A"], "lon": [122.0, 121.0, 121.2], "lat": [-3.0, -2.0, -2.2]})
LINE = pd.DataFrame({"lon": 120.0 + np.arange(6), "lat": -1.0})  # about 111 km apart


@given(st.integers(0, 10**6), st.integers(3, 12), st.integers(0, 6), st.sampled_from([0.0, 50.0, 150.0]))
@settings(max_examples=25, deadline=None)
def test_every_draw_keeps_every_rule(seed: int, n: int, draws: int, apart: float) -> None:
    """Simulated sites: one candidate per complex, none twice, none nearer than asked, the same again."""
    rng = np.random.default_rng(seed)
    candidates = pd.DataFrame({"lon": rng.uniform(119, 128, n), "lat": rng.uniform(-5, 2, n)})
    try:
        sites = draw_sites(PARKS, candidates, draws=draws, seed=seed, min_apart_km=apart)
    except DataError as error:
        assert "hardly any 2" in str(error)
        return
    assert sites.groupby("draw")["complex_id"].agg(list).tolist() == [["A", "B"]] * (draws + 1)
    drawn = sites[sites["draw"] > 0]
    assert not drawn.duplicated(["draw", "candidate"]).any()
    place = candidates.iloc[drawn["candidate"].to_numpy(int)]
    assert (place["lon"].to_numpy() == drawn["lon"]).all() and (place["lat"].to_numpy() == drawn["lat"]).all()
    geod = Geod(ellps="WGS84")
    for _, pair in drawn.groupby("draw"):
        (x1, y1), (x2, y2) = pair[["lon", "lat"]].to_numpy()
        assert geod.inv(x1, y1, x2, y2)[2] / 1000 >= apart
    assert sites.equals(draw_sites(PARKS, candidates, draws=draws, seed=seed, min_apart_km=apart))


def test_all_admissible_sets_are_as_likely() -> None:
    """Sites on a line, neighbours too near: 20 ordered pairs are left. Redrawing only the second site would
    give those with an end of the line 1/24 or 1/18; here each has 1/20 (chi-square, 1 in 1,000)."""
    sites = draw_sites(PARKS, LINE, draws=8000, seed=5, min_apart_km=150)
    drawn = sites[sites["draw"] > 0]
    pairs = Counter(tuple(p) for p in drawn["candidate"].to_numpy(int).reshape(-1, 2))
    assert set(pairs) == {(a, b) for a in range(6) for b in range(6) if abs(a - b) > 1}
    expected = 8000 / 20
    assert sum((n - expected) ** 2 / expected for n in pairs.values()) < 43.8


def test_the_real_sites_come_first_a_complex_at_the_mean_of_its_parks() -> None:
    sites = draw_sites(PARKS, LINE, draws=1, seed=1)
    real = sites[sites["draw"] == 0].set_index("complex_id")
    assert real.loc["A", ["lon", "lat"]].tolist() == pytest.approx([121.1, -2.1])
    assert real["candidate"].isna().all()
    assert sites_in_words(sites) == "1 draws of 2 of 6 sites, any distance apart, seed 1"
    assert len(draw_sites(PARKS, LINE, draws=0, seed=1)) == 2


def test_spacing_tells_whether_the_real_sites_keep_the_rule() -> None:
    """The real parks of Morowali stand nearer to each other than 50 km: the drawn ones then do not."""
    moving = moving_parks(sp.read_parks(), 2008, 2024)
    candidates = plausible_sites(sp.read_regions(), provinces=sp.read_nickel_provinces())
    spacing = spacing_km(draw_sites(moving, candidates, draws=20, seed=1, min_apart_km=50))
    assert spacing[0] < 50 <= spacing[1:].min()
    assert np.isnan(spacing_km(draw_sites(PARKS.head(1), LINE, draws=0, seed=1))[0])


def test_bad_rules_are_refused() -> None:
    far = LINE.assign(lon=LINE["lon"] / 1000)
    with pytest.raises(DataError, match=r"hardly any 2 of 6 sites are 50 km apart.*lower min_apart_km"):
        draw_sites(PARKS, far, draws=1, seed=1, min_apart_km=50)
    with pytest.raises(DataError, match=r"fewer candidate sites than complexes to move \(2: A, B\)"):
        draw_sites(PARKS, LINE.head(1), draws=1, seed=1)
    with pytest.raises(DataError, match="places without coordinates"):
        draw_sites(PARKS, LINE.assign(lat=np.nan), draws=1, seed=1)
    with pytest.raises(DataError, match="a number of draws below 0"):
        draw_sites(PARKS, LINE, draws=-1, seed=1)
    with pytest.raises(DataError, match="no park opens after 2090"):
        moving_parks(sp.read_parks(), 2090, 2100)


def test_a_complex_that_began_before_the_panel_stays() -> None:
    moving = set(moving_parks(sp.read_parks(), 2008, 2024)["complex_id"])
    assert {"IMIP", "WEDA_BAY", "OBI"} <= moving and not {"POMALAA", "VALE_SOROWAKO"} & moving


ISLAND = gpd.GeoDataFrame(
    {"region_code": ["1", "2", "3"]},
    geometry=[shapely.box(120, -1, 121, 1), shapely.box(121, -1, 122, 1), shapely.box(125, -1, 125.2, 1)],
)


def test_distance_to_the_coast_is_geodesic_and_inner_borders_are_no_coast() -> None:
    """On the border of two districts, 111 km from the sea to the west or east, 100 from that to the south."""
    found = coast_km(pd.DataFrame({"lon": [121.0, 120.0], "lat": [-0.096, 0.5]}), ISLAND)
    south = Geod(ellps="WGS84").inv(121, -0.096, 121, -1)[2] / 1000
    assert found.tolist() == pytest.approx([south, 0.0], abs=0.02)
    lake = ISLAND.assign(geometry=[shapely.box(120, -1, 122, 1) - shapely.box(120.9, -0.1, 121.1, 0.1)] * 3)
    assert coast_km(pd.DataFrame({"lon": [121.0], "lat": [0.0]}), lake)[0] > 100  # a lake is no coast


def test_each_rule_of_plausible_sites_leaves_districts_out() -> None:
    regions = pd.DataFrame(
        {"region_code": ["1", "2", "3", "4"], "province_code": ["7200"] * 3 + ["3100"],
         "lon": [120.1, 121.2, 125.1, 120.1], "lat": 0.0, "coastal": [True, False, True, True]}
    )  # fmt: skip

    def codes(**rules: object) -> list[str]:
        return plausible_sites(regions, provinces=["7200"], **rules)["region_code"].tolist()  # type: ignore[arg-type]

    assert codes() == ["1", "3"]
    assert codes(coast_within_km=20, boundaries=ISLAND) == ["1", "3"]
    assert codes(coast_within_km=100, boundaries=ISLAND) == ["1", "2", "3"]
    assert codes(apart_from=regions.tail(1), min_apart_km=50) == ["3"]
    with pytest.raises(DataError, match="distance to the coast without polygons"):
        codes(coast_within_km=20)
    with pytest.raises(DataError, match="no district meets the rules"):
        codes(apart_from=regions, min_apart_km=1)
    with pytest.raises(DataError, match="districts without coordinates"):
        plausible_sites(regions.assign(lon=np.nan), provinces=["7200"])
