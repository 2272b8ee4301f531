"""The registry of parks: 24 rows, each dated and located as far as known, inside its district."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import spillover as sp
from spillover.errors import DataError


def test_registry_has_24_parks_with_sources() -> None:
    parks = sp.read_parks()
    assert len(parks) == 24
    assert parks["source_urls"].str.len().min() > 10
    assert parks.loc[parks["lon"].isna(), "confidence_location"].eq("low").all()
    assert parks["lon"].isna().sum() == 3


def test_first_operation_of_the_four_parks_of_the_question() -> None:
    year = sp.read_parks().set_index("park_id")["first_operation_year"]
    assert (year["IMIP"], year["VDNI"], year["IWIP"], year["OBI_MSP"]) == (2015, 2017, 2020, 2016)


def test_every_precise_park_lies_inside_the_district_its_row_names() -> None:
    parks = sp.read_parks()
    assert (parks["coord_precision_km"] <= 4).sum() >= 17
    sp.check_parks_in_districts(parks, sp.read_boundaries())


def test_a_park_outside_its_district_is_refused() -> None:
    parks = sp.read_parks()
    moved = parks.assign(region_code=parks["region_code"].mask(parks["park_id"] == "IMIP", "7271"))
    with pytest.raises(DataError, match=r"outside the district that their row names \(1: IMIP/7271\)"):
        sp.check_parks_in_districts(moved, sp.read_boundaries())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("122.1553,-2.8274", "-2.8274,122.1553", r"points outside Indonesia \(1: IMIP/"),
        ("122.1553,-2.8274", ",-2.8274", r"only one of lon and lat \(1: IMIP/"),
        ("2014-12,2015-04,", "2014-12,2015-4,", r"first_operation is not YYYY or YYYY-MM \(1: IMIP/2015-4\)"),
        (",IMIP,7203,", ",IMIP,72.06,", r"unknown region codes \(1: 72.06\)"),
        ("\nVDNI,", "\nIMIP,", r"duplicate key park_id \(1: IMIP\)"),
    ],
)
def test_bad_rows_are_refused(change_file: Callable[..., Path], old: str, new: str, message: str) -> None:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    change_file("parks", edit)
    with pytest.raises(DataError, match=message):
        sp.read_parks()


def test_operating_leaves_out_mines_idle_smelters_and_the_future() -> None:
    parks = sp.read_parks()
    ids = set(sp.operating(parks, 2019)["park_id"])
    assert "IMIP" in ids
    assert not {"IWIP", "WBN_MINE", "CMMI_PURIALA", "IHIP"} & ids
    assert "IWIP" in set(sp.operating(parks, 2020)["park_id"])
