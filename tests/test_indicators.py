"""District series: complete, checked, with their breaks and gaps said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.indicators import CATALOGUE_COLUMNS
from spillover.sources import read_csv

YEARS = {
    "grdp_per_capita_real": (2000, 2024),
    "grdp_real": (2008, 2020),
    "tpt": (2008, 2020),
    "population": (2000, 2017),
    "poverty_line": (2011, 2025),
}


@pytest.mark.parametrize("name", YEARS)
def test_every_district_and_year_has_a_row_and_every_gap_a_reason(name: str) -> None:
    table = sp.read_indicator(name)
    first, last = YEARS[name]
    assert len(table) == 514 * (last - first + 1)
    assert set(table["year"]) == set(range(first, last + 1))
    assert (table["value"].isna() == table["missing_reason"].ne("")).all()


def test_catalogue_and_test_know_the_same_indicators() -> None:
    assert set(read_csv("indicators", CATALOGUE_COLUMNS)["indicator"]) == set(YEARS)


def test_published_values_of_morowali_and_halmahera_tengah() -> None:
    """Two cells of the source, as printed there: Rp237,723 and Rp289,772 thousand per head."""
    grdp = sp.read_indicator("grdp_per_capita_real").set_index(["region_code", "year"])["value"]
    assert grdp["7203", 2018] == 237723
    assert grdp["8202", 2024] == 289772


def test_unemployment_of_2016_is_interpolated_in_the_file_and_taken_out() -> None:
    """The raw value is the mean of its neighbours in all 514 districts; the reader gives none of them."""
    raw = read_csv("tpt", {"region_code": "text", "year": "year", "value": "number?"})
    wide = raw.pivot(index="region_code", columns="year", values="value")
    assert (wide[2016] - (wide[2015] + wide[2017]) / 2).abs().max() < 2e-6
    clean = sp.read_indicator("tpt")
    assert clean.loc[clean["year"] == 2016, "value"].isna().all()
    assert clean.loc[clean["year"] == 2016, "missing_reason"].eq("not_available").all()
    assert clean.loc[clean["year"] != 2016, "value"].notna().all()


def test_values_before_a_district_existed_are_backcasts() -> None:
    """Morowali Utara dates from 2013, Morowali from before 2000."""
    table = sp.read_indicator("grdp_per_capita_real").set_index(["region_code", "year"])["status"]
    assert table["7212", 2012] == "backcast"
    assert table["7212", 2013] == "final"
    assert table["7203", 2000] == "final"


def test_a_missing_poverty_line_of_a_district_not_yet_founded_is_not_applicable() -> None:
    table = sp.read_indicator("poverty_line").set_index(["region_code", "year"])
    assert table.loc[("7212", 2012), "missing_reason"] == "not_applicable"
    assert table.loc[("7203", 2013), "value"] == 316400  # as printed by BPS


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda t: t.replace("1101,2001,", "1101,2000,"), r"duplicate key region_code/year \(1: 1101/2000\)"),
        (lambda t: t.replace("\n1101,", "\n9999,"), r"unknown region codes \(1: 9999\)"),
        (lambda t: t.replace("1101,2001,", "1101,2001,-"), r"negative values \(1: 1101/2001\)"),
        (lambda t: t.replace("1101,2001,", "1101,2001,1.234."), r"not a number with a decimal point"),
    ],
)
def test_bad_cells_are_refused(
    change_file: Callable[..., Path], edit: Callable[[str], str], message: str
) -> None:
    change_file("population", edit)
    with pytest.raises(DataError, match=message):
        sp.read_indicator("population")


def test_unknown_indicator_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"unknown indicator \(1: gdp\).*poverty_line"):
        sp.read_indicator("gdp")


def test_a_break_of_an_unknown_region_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("breaks", lambda t: t.replace("imk,9100,", "imk,0100,"))
    with pytest.raises(DataError, match=r"breaks.csv: unknown region codes \(1: 0100\)"):
        sp.read_breaks()


def test_documented_breaks_are_really_in_the_data() -> None:
    """Every break that claims a jump of a district shows one in the series."""
    jumps = sp.find_jumps(sp.read_indicator("grdp_per_capita_real"), factor=1.25)
    found = set(zip(jumps["region_code"], jumps["year"], strict=True))
    breaks = sp.read_breaks("grdp_per_capita_real")
    local = breaks[breaks["region_code"].ne("") & ~breaks["region_code"].str.endswith("00")]
    for entry in local.itertuples():
        assert any((entry.region_code, entry.year + k) in found for k in (0, 1)), entry.region_code
    jambi = {code for code, year in found if code.startswith("15") and year == 2016}
    assert len(jambi) == 9


def test_jumps_compare_consecutive_years_only() -> None:
    table = pd.DataFrame(
        {"region_code": "7203", "indicator": "tpt", "year": [2010, 2011, 2013], "value": [1.0, 2.0, 9.0]}
    )
    jumps = sp.find_jumps(table)
    assert jumps["year"].tolist() == [2011]
    assert jumps["ratio"].item() == 2.0


def test_coverage_counts_values_and_says_why_the_rest_is_missing() -> None:
    table = sp.coverage([sp.read_indicator("tpt")]).set_index("year")
    assert table.loc[2015, "share"] == 1.0
    assert table.loc[2015, "missing"] == ""
    assert table.loc[2016, "n_values"] == 0
    assert table.loc[2016, "missing"] == "not_available: 514"


def test_deflators_are_2010_based_and_positive() -> None:
    table = sp.read_deflators().set_index(["measure", "year"])["value"]
    assert table["cpi", 2010] == 100
    assert set(table.index.get_level_values("measure")) == {"cpi", "gdp_deflator", "usd_idr"}
    assert table["usd_idr"].between(8000, 17000).all()
