"""Access: distances against geodesics, sea and capitals as on the map, market potential by brute force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from spillover.errors import DataError
from spillover.parks import operating, read_parks
from spillover.regions import read_boundaries, read_regions
from spillover.sentra.access import district_access, market_potential
from spillover.sentra.capitals import from_geonames, read_capitals


@pytest.fixture(scope="module")
def sulteng() -> pd.DataFrame:
    return district_access("7200")


@pytest.fixture(scope="module")
def malut() -> pd.DataFrame:
    return district_access("8200")


def test_a_row_for_every_district_and_operating_park(sulteng: pd.DataFrame) -> None:
    parks = operating(read_parks(), int(sulteng["year"].iloc[0]))
    assert len(sulteng) == 13 * len(parks)
    assert set(sulteng["park_id"]) == set(parks["park_id"])
    assert not sulteng.duplicated(["region_code", "park_id"]).any()
    assert (
        not sulteng[["distance_km", "edge_km", "capital_km", "sea_km", "market_population"]]
        .isna()
        .any()
        .any()
    )


def test_distances_are_geodesics_and_the_edge_is_nearer(sulteng: pd.DataFrame) -> None:
    regions = read_regions().set_index("region_code")
    parks = read_parks().set_index("park_id")
    geod = Geod(ellps="WGS84")
    for row in sulteng.sample(20, random_state=1).itertuples():
        here, park = regions.loc[row.region_code], parks.loc[row.park_id]
        assert row.distance_km == pytest.approx(geod.inv(here.lon, here.lat, park.lon, park.lat)[2] / 1000)
        capital = geod.inv(row.capital_lon, row.capital_lat, park.lon, park.lat)[2] / 1000
        assert row.capital_km == pytest.approx(capital)
    # the edge is the nearest point of the district; 0.1 km for capitals and centroids on the coast
    on_land = sulteng[sulteng["sea_from"].eq("centroid")]
    assert (on_land["edge_km"] <= on_land["distance_km"] + 0.1).all()
    assert (sulteng["edge_km"] <= sulteng["capital_km"] + 0.5).all()
    home = sulteng.merge(read_parks()[["park_id", "region_code"]], on=["park_id", "region_code"])
    assert len(home) and (home["edge_km"] == 0).all()


def test_one_nearest_park_for_each_district(sulteng: pd.DataFrame) -> None:
    nearest = sulteng[sulteng["nearest"]]
    assert nearest["region_code"].is_unique and len(nearest) == 13
    lowest = sulteng.groupby("region_code")["distance_km"].min()
    assert nearest.set_index("region_code")["distance_km"].eq(lowest).all()
    assert sulteng.groupby("region_code")["nearest_edge"].sum().eq(1).all()


def test_sea_as_on_the_map(sulteng: pd.DataFrame, malut: pd.DataFrame) -> None:
    """Banggai Laut and Sula are islands; Palu and Poso are on the island of the parks."""
    near = pd.concat([sulteng, malut]).query("nearest").set_index("region_code")
    assert near.loc[["7201", "7211", "8203", "8208", "8271"], "crosses_sea"].all()
    assert not near.loc[["7203", "7204", "7210", "7212", "8206"], "crosses_sea"].any()
    # the middle of Morowali Utara lies in the gulf of Tomori: its line begins at the capital
    assert near.loc["7212", "sea_from"] == "capital" and near.loc["7203", "sea_from"] == "centroid"


def test_parks_of_a_year(sulteng: pd.DataFrame) -> None:
    early = district_access("7200", 2016)
    assert set(early["park_id"]) < set(sulteng["park_id"])
    assert "IWIP" not in set(early["park_id"]) and "IMIP" in set(early["park_id"])
    assert (early["year"] == 2016).all()


def test_before_any_park_every_district_has_an_empty_row() -> None:
    table = district_access("7200", 1960)
    assert len(table) == 13 and table["park_id"].eq("").all()
    assert table[["distance_km", "edge_km"]].isna().all(axis=None) and not table["nearest"].any()
    assert table["market_population"].notna().all()


def test_provinces_without_capitals_say_so(malut: pd.DataFrame) -> None:
    java = district_access("3500", 2016)
    assert java["capital_missing_reason"].eq("not_available").all() and java["capital"].eq("").all()
    assert java["capital_km"].isna().all() and java["distance_km"].notna().all()
    tidore = malut[malut["region_code"].eq("8272")]
    assert tidore["capital"].eq("Soasio").all() and tidore["capital_lon"].isna().all()
    assert tidore["capital_missing_reason"].eq("not_available").all()
    with pytest.raises(DataError, match="unknown province"):
        district_access("9999")


def test_every_district_of_the_three_provinces_has_a_capital_inside_of_it() -> None:
    import shapely

    capitals = read_capitals()
    regions = read_regions()
    three = regions.loc[regions["province_code"].isin(["7200", "8100", "8200"]), "region_code"]
    assert set(three) <= set(capitals["seat_of"])
    located = capitals.dropna(subset=["lon"])
    assert set(capitals.loc[capitals["lon"].isna(), "capital"]) == {"Soasio"}
    shapes = read_boundaries().set_index("region_code").geometry.loc[located["region_code"]].to_numpy()
    points = shapely.points(located["lon"].to_numpy(float), located["lat"].to_numpy(float))
    assert (shapely.distance(shapes, points) < 0.005).all()  # half a kilometre: simplified coasts


def test_capitals_are_as_geonames_has_them() -> None:
    capitals = read_capitals().dropna(subset=["geonames_id"]).reset_index(drop=True)
    found = from_geonames(capitals["geonames_id"])
    np.testing.assert_allclose(capitals[["lon", "lat"]], found[["lon", "lat"]], atol=1e-9)
    kept = capitals["capital"].ne("Tolitoli")  # its population there is that of more than the district
    assert capitals.loc[kept, "population"].equals(found.loc[kept, "population"])
    assert capitals.loc[~kept, "population"].isna().all() and found.loc[~kept, "population"].gt(225_150).all()


def test_ids_that_geonames_does_not_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spillover.sentra.capitals.SMALLEST", 15_000)  # a smaller file, read sooner
    with pytest.raises(DataError, match="GeoNames does not have here"):
        from_geonames([1])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("7203,7203,Bungku,1647638,121.97200", "7203,7203,Bungku,1647638,", "only one of lon and lat"),
        ("7203,7203,Bungku,1647638,121.97200", "7203,7203,Bungku,1647638,21.97200", "outside Indonesia"),
        ("7203,7203,Bungku", "7204,7203,Bungku", "duplicate key"),
        ("7203,7203,Bungku", "7203,7212,Bungku", "seats in another district"),
        ("7203,7203,Bungku", "7299,7203,Bungku", "unknown region codes"),
    ],
)
def test_bad_capitals_are_refused(change_file: Callable[..., Path], old: str, new: str, message: str) -> None:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    change_file("capitals", edit)
    with pytest.raises(DataError, match=message):
        read_capitals()


def test_market_potential_by_brute_force() -> None:
    regions = read_regions().sample(12, random_state=3).reset_index(drop=True)
    mass = pd.Series(np.arange(1.0, 13), index=regions["region_code"])
    made = market_potential(regions, mass)
    geod = Geod(ellps="WGS84")
    for i, here in regions.iterrows():
        own = 2 / 3 * np.sqrt(here["area_km2"] / np.pi)
        other = sum(
            mass[there["region_code"]]
            / (geod.inv(here["lon"], here["lat"], there["lon"], there["lat"])[2] / 1000)
            for j, there in regions.iterrows()
            if j != i
        )
        assert made.loc[i, "potential_other"] == pytest.approx(other)
        assert made.loc[i, "potential"] == pytest.approx(other + mass[here["region_code"]] / own)


def test_market_potential_scales_and_counts_what_is_missing() -> None:
    regions = read_regions().head(5)
    mass = pd.Series(10.0, index=regions["region_code"])
    whole = market_potential(regions, mass)
    np.testing.assert_allclose(market_potential(regions, 3 * mass)["potential"], 3 * whole["potential"])
    less = market_potential(regions, mass.iloc[1:])
    assert less["n_missing"].eq(1).all() and np.isnan(less.loc[0, "potential"])
    assert (less["potential_other"].iloc[1:] < whole["potential_other"].iloc[1:]).all()


def test_market_potential_refuses_bad_input() -> None:
    regions = read_regions().head(3)
    mass = pd.Series(1.0, index=regions["region_code"])
    bad = [
        (regions.assign(lon=np.nan), mass, "without coordinates"),
        (regions.assign(area_km2=0.0), mass, "not above 0"),
        (regions, -mass, "negative masses"),
        (pd.concat([regions, regions]), mass, "duplicate key"),
        (regions.assign(lon=120.0, lat=0.0), mass, "same point"),
        (regions.drop(columns="area_km2"), mass, "missing columns"),
    ]
    for table, series, message in bad:
        with pytest.raises(DataError, match=message):
            market_potential(table, series)


def test_a_bay_is_no_other_island() -> None:
    """Luwuk looks at GNI over a bay and has a road; Salakan, Banggai and Ternate lie on other islands."""
    access = district_access("7200").query("park_id == 'GNI_SEI'").set_index("region_code")
    assert access.loc["7202", "crosses_sea"]
    assert not access.loc["7202", "other_island"]
    assert set(access.index[access["other_island"]]) == {"7201", "7211"}
    north = district_access("8200").query("park_id == 'IWIP'").set_index("region_code")["other_island"]
    assert north[north].index.tolist() == ["8203", "8204", "8207", "8208", "8271"]
