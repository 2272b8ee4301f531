"""Supply of districts: a row for everything, reasons for what is missing, systems never pooled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.regions import read_regions
from spillover.sentra.population import read_population_counts
from spillover.sentra.schooling import read_schooling
from spillover.sentra.supply import COLUMNS, _schooling, district_supply, districts_of
from spillover.sme import read_imk, read_sme_counts

KEY = ["region_code", "measure", "source_system"]


@pytest.fixture(scope="module")
def sulteng() -> pd.DataFrame:
    return district_supply("7200")


@pytest.fixture(scope="module")
def malut() -> pd.DataFrame:
    return district_supply("8200")


@pytest.mark.parametrize(("province", "districts"), [("7200", 13), ("8200", 10), ("8100", 11), ("3500", 38)])
def test_every_measure_has_a_row_for_every_district(province: str, districts: int) -> None:
    table = district_supply(province)
    assert list(table.columns) == COLUMNS
    per_measure = table.groupby(["measure", "source_system"])["region_code"].agg(["size", "nunique"])
    assert (per_measure == districts).all(axis=None)
    core = {"non_farm_establishments", "kur_debtors", "imk_establishments", "licences", "population"}
    assert core <= set(table["measure"])


@pytest.mark.parametrize("province", ["7200", "8200", "8100", "3500"])
def test_missing_is_nan_with_a_reason_and_never_zero(province: str) -> None:
    table = district_supply(province)
    gone = table["value"].isna()
    assert gone.equals(table["missing_reason"].ne(""))
    assert set(table.loc[gone, "missing_reason"]) == {"not_available"}
    assert table.loc[gone, "year"].isna().all() and table.loc[~gone, "year"].notna().all()
    assert table.loc[~gone, "source_id"].ne("").all()
    zero = table[table["value"].eq(0)]
    assert zero.empty  # none of the sources counts zero here; a zero would be a filled gap


def test_values_are_those_of_the_sources(sulteng: pd.DataFrame) -> None:
    """Morowali by hand: census 2016, poverty line 2025, schooling 2018, GRDP per head 2024."""
    row = sulteng.set_index(KEY).loc["7203"]
    assert row.loc[("non_farm_establishments", "economic_census"), "value"] == 17021
    assert row.loc[("poverty_line", "bps"), ["value", "year"]].tolist() == [603022, 2025]
    assert row.loc[("mean_years_schooling", "bps"), ["value", "year"]].tolist() == [8.98, 2018]
    assert row.loc[("grdp_per_capita_real", "bps"), "year"] == 2024
    assert row.loc[("grdp_manufacturing", "bps"), "flag"] == "before_revision"
    last = read_indicator("tpt").query("region_code == '7203'").dropna(subset=["value"]).iloc[-1]
    assert row.loc[("tpt", "bps"), ["value", "year"]].tolist() == [last["value"], last["year"]]


def test_systems_are_rows_of_their_own_and_agree_with_the_counts(malut: pd.DataFrame) -> None:
    counts = read_sme_counts()
    counts = counts[counts["place"].eq("") & counts["region_code"].isin(malut["region_code"])]
    systems = set(malut["source_system"]) - {"bps", "ledger", "imk_survey", "economic_census", "kur_any"}
    assert systems - {"population_census", "civil_registry"} <= set(counts["source_system"])
    there = malut[malut["source_id"].eq("sme_counts") & malut["value"].notna()]
    key = ["region_code", "measure", "source_system", "value"]
    merged = there.merge(counts[key].drop_duplicates(), on=key, how="left", indicator=True)
    assert (merged["_merge"] == "both").all() and len(there) > 20


def test_one_date_for_all_districts_or_the_last_of_each(malut: pd.DataFrame) -> None:
    """KUR debtors are complete for January–August 2022; five districts have newer ones of 2025."""

    def debtors(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["measure"].eq("kur_debtors")].set_index("region_code")

    same, last = debtors(malut), debtors(district_supply("8200", counts="latest"))
    assert set(same["as_of"]) == {"Jan-Aug 2022"} and same["value"].notna().all()
    assert last.loc["8205", ["as_of", "value"]].tolist() == ["Jan-Aug 2025", 1497]
    assert set(same["flag"]) == {"part_of_year"}


def test_imk_of_a_district_is_share_times_province(sulteng: pd.DataFrame, malut: pd.DataFrame) -> None:
    wide = sulteng.pivot(index="region_code", columns=["measure", "source_system"], values="value")
    imk = read_imk().set_index(["region_code", "year", "size"])["establishments"]
    expected = wide["imk_share_of_province", "imk_survey"] / 100 * int(imk["7200", 2021, "total"])
    made = wide["imk_establishments", "imk_survey"]
    pd.testing.assert_series_equal(made, expected, check_names=False)
    assert wide["imk_share_of_province", "imk_survey"].sum() == 100
    assert sulteng.loc[sulteng["measure"].eq("imk_establishments"), "flag"].eq("derived;rounded").all()
    assert malut.loc[malut["measure"].eq("imk_establishments"), "value"].isna().all()


def test_claims_of_a_district_are_not_counted_twice(malut: pd.DataFrame) -> None:
    """50 took part in Halmahera Tengah, of whom 25 and 25 are told apart; licences only have a total."""
    rows = malut.set_index(KEY)["value"]
    assert rows["8202", "training_participants", "ledger"] == 50
    assert rows.xs("licences", level="measure").isna().all()
    maluku = district_supply("8100").set_index(KEY)["value"].xs("training_participants", level="measure")
    assert maluku.dropna().droplevel(1).to_dict() == {"8101": 60, "8105": 80, "8106": 40, "8171": 40}


def test_census_of_2020_adds_up_to_what_bps_published() -> None:
    """1,282,937 people in Maluku Utara; Sulawesi Tengah lacks two districts and stays below 2,985,734."""
    census = read_population_counts().query("source_system == 'population_census'")
    by_province = census.groupby(census["region_code"].str[:2])["value"].sum()
    assert by_province["82"] == 1_282_937
    assert 2_985_734 - by_province["72"] > 300_000


def test_no_value_of_another_province() -> None:
    table = district_supply("8100")
    regions = read_regions().set_index("region_code")["province_code"]
    assert set(table["region_code"].map(regions)) == {"8100"}


def test_the_table_is_the_callers_own(sulteng: pd.DataFrame) -> None:
    mine = district_supply("7200")
    mine["value"] = -1.0
    assert (district_supply("7200")["value"].dropna() >= 0).all()


def test_unknown_province_and_choice() -> None:
    with pytest.raises(DataError, match=r"unknown province .*7203.*provinces\.csv"):
        districts_of("7203")
    with pytest.raises(DataError, match="unknown province"):
        district_supply("Sulawesi Tengah")
    with pytest.raises(DataError, match="unknown choice of counts"):
        district_supply("7200", counts="newest")


def test_a_district_missing_from_a_table_keeps_its_rows(change_file: Callable[..., Path]) -> None:
    def without(text: str) -> str:
        assert "\n7203," in text
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("7203,"))

    change_file("schooling", without)
    rows = _schooling(["7203", "7204"]).set_index(KEY)  # all of the supply would take seconds here
    row = rows.loc[("7203", "mean_years_schooling", "bps")]
    assert pd.isna(row["value"]) and row["missing_reason"] == "not_available" and row["unit"] == "year"
    assert rows.loc[("7204", "mean_years_schooling", "bps"), "value"] > 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("7203,2018,8.98", "7203,2018,89.8", "more than 25 years"),
        ("7203,2018,8.98", "7203,2017,8.98", "duplicate key"),
        ("7203,2018,8.98", "7299,2018,8.98", "unknown region codes"),
        ("7203,2018,8.98,7693.22", "7203,2018,8.98,-1", "negative values"),
    ],
)
def test_bad_schooling_is_refused(change_file: Callable[..., Path], old: str, new: str, message: str) -> None:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    change_file("schooling", edit)
    with pytest.raises(DataError, match=message):
        read_schooling()


def test_schooling_flags_and_national_sums() -> None:
    """The unit is inferred: sums over 514 districts lie near the national accounts, in trillion rupiah."""
    table = read_schooling()
    money = table[table["measure"].eq("grdp_manufacturing")].groupby("year")["value"].sum() / 1000
    assert 1500 < money[2010] < 1800 and 2900 < money[2018] < 3600
    flags = table.set_index(["region_code", "year", "measure"])["flag"]
    assert flags["7203", 2012, "grdp_agriculture"] == "before_split"
    assert flags["7212", 2012, "grdp_agriculture"] == "backcast"
    assert flags["7212", 2012, "mean_years_schooling"] == ""
    assert flags["7203", 2018, "grdp_agriculture"] == ""
