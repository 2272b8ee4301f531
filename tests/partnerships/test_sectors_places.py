"""Sectors and their KBLI divisions; places and their districts, looked up and never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_ledger import SECTORS

from spillover.bps.labels import squeeze
from spillover.errors import DataError
from spillover.partnerships.places import KINDS, PLACE_COLUMNS, check_places, locate, read_places
from spillover.partnerships.sectors import (
    check_sectors,
    kbli_of,
    read_sectors,
    sections_by_sector,
    sectors_of,
)
from spillover.regions import read_provinces, read_regions

# Simulated places in real districts.
PLACES = pd.DataFrame(
    [
        ("Simulasi", "desa", "Weda Tengah", "8202", "", "simulated", ""),
        ("Weda Tengah", "kecamatan", "Weda Tengah", "8202", "", "simulated", ""),
        ("Weda", "kecamatan", "Weda", "8202", "", "simulated", ""),
        ("Weda", "desa", "Weda", "8202", "", "simulated", ""),
        ("Kembar", "desa", "Weda", "8202", "", "simulated", ""),
        ("Kembar", "desa", "Bahodopi", "7203", "", "simulated", ""),
        ("Sama", "desa", "Weda", "8202", "", "simulated", ""),
        ("Sama", "desa", "Weda Tengah", "8202", "", "simulated", ""),
        ("Ragu", "kelurahan", "Oba", "8272", "another Ragu in 8204", "simulated", ""),
        ("Jaya", "kelurahan", "Tidore Utara", "8272", "", "simulated", ""),
        ("Pulau Kecil", "pulau", "", "8204", "", "simulated", ""),
        ("Taman Uji", "kawasan", "Weda Tengah", "8202", "", "simulated", ""),
        ("Kota Ternate", "kota", "", "8271", "", "simulated", ""),
    ],
    columns=list(PLACE_COLUMNS),
)


def found(text: str, within: str = "") -> list[tuple[str, str, str]]:
    return [place[:3] for place in locate(text, within=within, places=PLACES)]


# ---------------------------------------------------------------- sectors


def test_sectors_are_read_as_declared(add_source: Callable[..., Path]) -> None:
    text = SECTORS.map(lambda c: str(c).lower() if isinstance(c, bool) else c).to_csv(index=False)
    add_source("sectors", text, indicators=[])
    table = read_sectors()
    assert table["main"].dtype == bool
    assert table["kbli_division"].tolist() == ["46", "01", "03", "16"]


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (1, "kbli_division", "46", r"duplicate key sector/kbli_division \(1: food/46\)"),
        (0, "sector", "all", r"sector is no slug \(1: all/46\)"),
        (0, "sector", "Food", r"sector is no slug \(1: Food/46\)"),
        (0, "kbli_division", "4", r"no section or division of KBLI \(1: G/food/4\)"),
        (0, "kbli_section", "Z", r"no section or division of KBLI \(1: Z/food/46\)"),
        (0, "kbli_section", "C", r"divisions outside their section \(1: C/food/46\)"),
        (0, "main", False, r"without exactly one main row \(2: food/46, food/01\)"),
        (1, "main", True, r"without exactly one main row"),
        (1, "name_id", "Makanan", r"name_id differs within a sector \(2:"),
        (1, "supply_chain", False, r"supply_chain differs within a sector"),
    ],
)
def test_bad_sectors_are_refused(row: int, column: str, cell: object, message: str) -> None:
    table = SECTORS.copy()
    table.loc[row, column] = cell
    with pytest.raises(DataError, match=message):
        check_sectors(table)


def test_sectors_of_a_claim_and_their_divisions() -> None:
    assert sectors_of("fish; food", table=SECTORS) == ["fish", "food"]
    assert sectors_of("all", table=SECTORS) == ["food", "fish", "wood"]
    assert sectors_of("", table=SECTORS) == []
    assert kbli_of("fish;food", table=SECTORS)["kbli_division"].tolist() == ["03", "46", "01"]
    assert kbli_of(["wood"], table=SECTORS)["kbli_section"].tolist() == ["C"]
    assert len(kbli_of("", table=SECTORS)) == 0
    assert len(kbli_of("all", table=SECTORS)) == 4
    assert sections_by_sector(SECTORS.iloc[::-1])["food"] == ["G", "A"], "the main section is first"
    for text in ("gold", "food;gold", "all;food"):
        with pytest.raises(DataError, match=r"unknown sectors \(1: .*known: food, fish, wood, all"):
            sectors_of(text, table=SECTORS)


# ---------------------------------------------------------------- places


def test_places_are_read_as_declared(add_source: Callable[..., Path]) -> None:
    add_source("places", PLACES.to_csv(index=False), indicators=[])
    assert len(read_places()) == len(PLACES)
    assert found("Simulasi") == [place[:3] for place in locate("Simulasi")]


@pytest.mark.parametrize(
    ("row", "column", "cell", "message"),
    [
        (0, "kind", "dusun", r"unknown kind \(1: Simulasi/dusun/Weda Tengah/8202\)"),
        (0, "region_code", "82.02", r"unknown region codes \(1: 82.02\)"),
        (0, "region_code", "8200", r"codes that do not fit the kind \(1: Simulasi/desa/Weda Tengah/8200\)"),
        (12, "kind", "provinsi", r"codes that do not fit the kind \(1: Kota Ternate/provinsi//8271\)"),
        (0, "kecamatan", "", r"places without kecamatan \(1: Simulasi/desa//8202\)"),
        (6, "kecamatan", "Weda Tengah", r"duplicate key place/kind/kecamatan/region_code"),
    ],
)
def test_bad_places_are_refused(row: int, column: str, cell: str, message: str) -> None:
    table = PLACES.copy()
    table.loc[row, column] = cell
    with pytest.raises(DataError, match=message):
        check_places(table)


VILLAGE = [("Simulasi", "8202", "desa")]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Desa Simulasi, Kec. Weda Tengah, Halmahera Tengah", VILLAGE),
        ("Simulasi (Halmahera Tengah)", VILLAGE),
        ("SIMULASI, Kab. Halmahera Tengah, Maluku Utara, Indonesia", VILLAGE),
        ("Taman Uji, Weda Tengah", [("Taman Uji", "8202", "kawasan")]),
        ("Weda Tengah, Halmahera Tengah", [("Weda Tengah", "8202", "kecamatan")]),
        ("Weda", [("Weda", "8202", "kecamatan")]),
        ("Desa Weda", [("Weda", "8202", "desa")]),
        ("Kota Ternate", [("Kota Ternate", "8271", "kota")]),
        ("Ternate", [("Kota Ternate", "8271", "kota")]),
        ("Maluku Utara", [("Maluku Utara", "8200", "provinsi")]),
        ("Indonesia", [("Indonesia", "0000", "negara")]),
        ("Pulau Kecil", [("Pulau Kecil", "8204", "pulau")]),
        ("Simulasi; Ternate", [*VILLAGE, ("Kota Ternate", "8271", "kota")]),
        ("Simulasi, Jaya", [*VILLAGE, ("Jaya", "8272", "kelurahan")]),
        ("Simulasi, Ternate", [*VILLAGE, ("Kota Ternate", "8271", "kota")]),
        ("Morowali dan Morowali Utara", [("Morowali", "7203", "kabupaten"),
                                         ("Morowali Utara", "7212", "kabupaten")]),
        ("Pangkajene dan Kepulauan", [("Pangkajene dan Kepulauan", "7309", "kabupaten")]),
        ("Entah; Simulasi", [("Entah", "", "unknown"), *VILLAGE]),
        ("Desa Entah, Weda Tengah, Halmahera Tengah", [("Desa Entah", "", "unknown"),
                                                       ("Weda Tengah", "8202", "kecamatan")]),
        ("Kecamatan Simulasi", [("Kecamatan Simulasi", "", "unknown")]),
        ("Jumlah", [("Jumlah", "", "unknown")]),
        ("", []),
        (" ; , ", []),
    ],
)  # fmt: skip
def test_the_most_specific_place_of_each_part(text: str, places: list[tuple[str, str, str]]) -> None:
    assert found(text) == places


def test_a_name_of_several_districts_is_ambiguous_until_the_text_says_more() -> None:
    place = locate("Kembar", places=PLACES)[0]
    assert place == ("Kembar", "", "ambiguous", "Kembar (8202) or Kembar (7203)")
    assert found("Kembar, Morowali") == [("Kembar", "7203", "desa")]
    assert found("Kembar, Maluku Utara") == [("Kembar", "8202", "desa")]
    assert found("Kembar", within="7200") == [("Kembar", "7203", "desa")]
    assert found("Kembar", within="8202") == [("Kembar", "8202", "desa")]
    assert found("Kembar", within="7400") == [("Kembar", "", "ambiguous")]
    assert found("Bogor") == [("Bogor", "", "ambiguous")]
    assert found("Bogor, Jawa Barat") == [("Bogor", "", "ambiguous")], "the province has both"
    assert found("Kota Bogor") == [("Kota Bogor", "3271", "kota")]


def test_what_else_a_name_may_mean_is_kept_unless_the_district_is_named() -> None:
    assert locate("Ragu", places=PLACES)[0] == ("Ragu", "8272", "kelurahan", "another Ragu in 8204")
    assert locate("Ragu", within="8200", places=PLACES)[0].ambiguous != ""
    assert locate("Ragu", within="8272", places=PLACES)[0].ambiguous == ""
    assert locate("Ragu, Kota Tidore Kepulauan", places=PLACES)[0].ambiguous == ""
    assert locate("Sama", places=PLACES)[0].ambiguous == "Weda or Weda Tengah"
    assert locate("Simulasi", places=PLACES)[0].ambiguous == ""


CODES = {"", "0000", *read_regions()["region_code"], *read_provinces()["province_code"]}


PIECES = [
    *PLACES["place"], "Morowali", "Entah", "Bogor", "Desa ", "Kec. ", ",", ";", " dan ", "(", ")", "\n", "82",
    "Maluku Utara",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join))
def test_whatever_is_printed_nothing_is_guessed(text: str) -> None:
    """A located place is in a table under letters that stand in the text; the rest is marked."""
    for place in locate(text, places=PLACES):
        assert place.region_code in CODES
        assert place.kind in {*KINDS, "unknown", "ambiguous"}
        assert (place.region_code == "") == (place.kind in {"unknown", "ambiguous"})
        assert squeeze(place.place).removeprefix("kota") in squeeze(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=30))
def test_no_text_makes_locate_fall_over(text: str) -> None:
    for place in locate(text, places=PLACES):
        assert place.kind in {*KINDS, "unknown", "ambiguous"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["Simulasi", "Weda Tengah", "Jaya", "Morowali", "Entah"]), max_size=6))
def test_parts_between_semicolons_do_not_change_each_other(names: list[str]) -> None:
    assert found(";".join(names)) == [place for name in names for place in found(name)]
