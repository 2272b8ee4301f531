"""Training and licensing: rates with their own denominators, places, and who is far from any."""

from __future__ import annotations

import pandas as pd
import pytest
from pyproj import Geod

from spillover.errors import DataError
from spillover.parks import read_parks
from spillover.regions import read_regions
from spillover.sentra.coverage import far_from_programmes, place_distances, programme_coverage
from spillover.sentra.reach import BASES, reached, reached_places


def of_kind(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    return table[table["kind"].eq(kind)].set_index("region_code")


@pytest.mark.parametrize(("province", "districts"), [("7200", 13), ("8200", 10), ("8100", 11), ("3500", 38)])
def test_every_district_has_a_row_of_each_kind(province: str, districts: int) -> None:
    table = programme_coverage(province)
    assert table.groupby("kind")["region_code"].nunique().to_dict() == {
        "training": districts,
        "licensing": districts,
    }
    assert table["value"].isna().equals(table["missing_reason"].ne(""))
    assert table["nearest_km"].ge(0).all() and table["nearest_place"].ne("").all()


def test_rates_of_the_provinces_by_hand() -> None:
    """220 of 33,613 industries in Maluku 2022; 220 permits per 14,213 in Maluku Utara 2019."""
    training = of_kind(programme_coverage("8100"), "training")
    assert training["province_per_1000_imk"].unique().tolist() == pytest.approx([1000 * 220 / 33613])
    licensing = of_kind(programme_coverage("8200"), "licensing")
    assert licensing["province_per_1000_imk"].unique().tolist() == pytest.approx([1000 * 220 / 14213])
    assert licensing["value"].isna().all()  # no page says how many of the 220 each district got
    assert of_kind(programme_coverage("7200"), "training")["province_value"].isna().all()


def test_district_rates_use_the_census_and_say_so() -> None:
    """Ambon: 40 people; Maluku's census counts are known for few districts, so most rates are missing."""
    table = of_kind(programme_coverage("8100"), "training")
    assert table["value"].dropna().to_dict() == {"8101": 60, "8105": 80, "8106": 40, "8171": 40}
    there = table["per_1000_businesses"].notna()
    assert (table.loc[there, "businesses_year"] == 2016).all()
    assert table.loc[~there, "businesses_year"].isna().all()
    assert table.loc["8105", "per_1000_people"] == pytest.approx(80 / 93.780)  # people of 2017
    assert table["per_1000_people"].notna().sum() == 4
    coached = of_kind(programme_coverage("8200"), "training").loc["8202"]
    assert coached["people_year"] == 2020 and coached["per_1000_people"] == pytest.approx(50 / 56.802)
    assert table["per_1000_imk"].isna().all()  # no shares of districts are printed for Maluku


def test_parts_of_a_claim_are_not_added_to_it() -> None:
    claims = reached()
    assert not claims.duplicated(["programme", "measure", "region_code"]).any()
    maluku = claims[claims["programme"].eq("bimtek_maluku_2022")].set_index("region_code")["value"]
    assert maluku.drop("8100").sum() == maluku["8100"] == 220


def test_nine_places_of_the_licences_with_the_basis_of_their_points() -> None:
    places = reached_places()
    nine = places[places["programme"].eq("malut_licences_2019")].set_index("place")
    assert len(nine) == 9 and set(places["basis"]) <= set(BASES)
    assert nine["region_code"].value_counts().to_dict() == {"8272": 6, "8201": 2, "8271": 1}
    assert nine.loc["Sofifi", "basis"] == "settlement" and nine.loc["Guraping", "basis"] == "same_kecamatan"
    assert nine.loc["Toniku", "basis"] == "district_capital"
    assert nine.loc["Ome", "basis"] == "district_centroid"
    assert "Sahu Timur" in nine.loc["Akelamo", "ambiguous"]
    coached = places[places["programme"].eq("iwip_umkm_coaching")].iloc[0]
    park = read_parks().set_index("park_id").loc["IWIP"]
    assert coached["basis"] == "park" and (coached["lon"], coached["lat"]) == (park["lon"], park["lat"])


def test_distances_of_the_places_to_the_parks() -> None:
    table = place_distances("8200")
    licences = table[table["programme"].eq("malut_licences_2019")]
    assert licences.groupby("place")["nearest"].sum().eq(1).all()
    sofifi = licences[licences["place"].eq("Sofifi") & licences["nearest"]].iloc[0]
    park = read_parks().set_index("park_id").loc[sofifi["park_id"]]
    expected = Geod(ellps="WGS84").inv(127.5588, 0.73729, park["lon"], park["lat"])[2] / 1000
    assert sofifi["park_id"] == "IWIP" and sofifi["distance_km"] == pytest.approx(expected)
    assert (table["edge_km"] <= table["distance_km"] + 0.5).all()
    # when the licences were given IWIP did not operate yet, and every place was farther from a park
    then = place_distances("8200", 2019)
    assert "IWIP" not in set(then["park_id"])
    key = ["programme", "measure", "place"]
    pairs = [t[t["nearest"]].set_index(key)["distance_km"] for t in (table, then)]
    assert (pairs[1] >= pairs[0]).all() and (pairs[1] > pairs[0]).any()


def test_training_districts_of_maluku_are_far_from_every_park() -> None:
    table = place_distances("8100")
    nearest = table[table["nearest"]].set_index("region_code")["distance_km"]
    assert sorted(nearest.index) == ["8101", "8105", "8106", "8171"]
    assert nearest.min() > 150 and nearest["8105"] > 800


def test_places_of_a_province_without_any_and_parks_of_no_year() -> None:
    assert place_distances("3500").empty
    assert list(place_distances("3500").columns) == list(place_distances("8200").columns)
    assert place_distances("8200", 1960).empty
    assert set(place_distances()["region_code"]) >= {"8101", "8202", "8271"}


def test_who_is_far() -> None:
    """Of Sulawesi Tengah the ledger records no place: nobody knows who is far. Maluku Utara has both."""
    table = far_from_programmes("7200")
    assert len(table) == 13 and table["nearest_km"].is_monotonic_decreasing
    assert table["missing_reason"].eq("not_available").all()
    assert far_from_programmes("8200")["missing_reason"].eq("").all()
    north = set(far_from_programmes("8200")["region_code"])
    assert {"8271", "8272", "8201", "8202"}.isdisjoint(north) and {"8203", "8208"} <= north
    assert set(far_from_programmes("8200", far_km=5000)["region_code"]) == set()
    assert len(far_from_programmes("8200", far_km=1)) == 10 - 4


def test_far_is_known_only_where_programmes_of_the_kind_are_recorded() -> None:
    """Maluku: training was recorded there, licensing was not; Sulawesi Tengah: neither."""
    assert programme_coverage("7200")["far"].isna().all()
    maluku = programme_coverage("8100")
    assert of_kind(maluku, "training")["far"].notna().all() and of_kind(maluku, "training")["far"].any()
    assert of_kind(maluku, "licensing")["far"].isna().all()
    # a place near by is near, wherever it was recorded
    assert not programme_coverage("7200", far_km=5000)["far"].isna().any()
    assert set(far_from_programmes("8100")["missing_reason"]) == {""}


def test_a_place_inside_a_large_district_is_not_far() -> None:
    """The middle of Kepulauan Aru is far from Dobo, but Aru had the training."""
    table = of_kind(programme_coverage("8100", far_km=10), "training")
    assert table.loc["8105", "n_places"] == 1 and not table.loc["8105", "far"]
    assert table.loc["8105", "nearest_km"] > 10


def test_unknown_province_and_distance() -> None:
    with pytest.raises(DataError, match="unknown province"):
        programme_coverage("8199")
    with pytest.raises(DataError, match="unknown province"):
        place_distances("8199")
    for bad in (0, -1, float("nan")):
        with pytest.raises(DataError, match="not above 0"):
            programme_coverage("8200", far_km=bad)


def test_the_shared_tables_stay_as_they_are() -> None:
    mine = reached_places()
    mine["lon"] = 0.0
    assert reached_places()["lon"].gt(90).all()
    assert set(reached_places()["region_code"]) <= set(read_regions()["region_code"])
