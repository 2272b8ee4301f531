"""SME counts: sums, published totals, and systems that are never mixed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import spillover as sp
from spillover.errors import DataError


def test_panel_has_its_years_provinces_and_no_2016() -> None:
    imk = sp.read_imk()
    total = imk[imk["size"] == "total"]
    counts = total.groupby("year").size().to_dict()
    before = dict.fromkeys([2013, 2014], 33) | dict.fromkeys([2015, *range(2017, 2024)], 34)
    assert counts == before | {2024: 38, 2025: 38}


def test_published_national_totals() -> None:
    """BPS published 4,209,817 establishments for 2020 and 4,500,584 for 2023."""
    imk = sp.read_imk()
    sums = imk[imk["size"] == "total"].groupby("year")["establishments"].sum()
    assert sums[2020] == 4209817
    assert sums[2023] == 4500584


def test_published_province_cells() -> None:
    """Figures that news pages print from BPS releases, not from the panel's own source."""
    imk = sp.read_imk()
    total = imk[imk["size"] == "total"].set_index(["region_code", "year"])["establishments"]
    survey = sp.read_sme_counts("imk_survey")
    printed = survey[survey["measure"].eq("imk") & survey["region_code"].ne("0000")]
    assert len(printed) >= 5
    for row in printed.itertuples():
        assert total[row.region_code, row.year] == row.value, row.region_code


def test_known_breaks_are_flags_of_their_rows() -> None:
    imk = sp.read_imk().set_index(["region_code", "year", "size"])["flag"]
    assert imk["7400", 2024, "total"] == "suspicious_output"
    assert imk["7200", 2017, "total"] == "frame_change"
    assert imk["9400", 2024, "total"] == "province_split"
    assert imk["7200", 2020, "total"] == ""


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda t: t.replace("7200,2018,total,89424", "7200,2018,total,89425"),
            r"micro \+ small is not total",
        ),
        (
            lambda t: t.replace("7200,2018,total,", "7200,2018,micro,", 1),
            r"duplicate key region_code/year/size",
        ),
        (
            lambda t: t.replace("7200,2018,micro,", "7200,2018,micro,-"),
            r"negative establishments \(1: 7200/2018/micro\)",
        ),
        (lambda t: t.replace("7200,2018,micro,", "7299,2018,micro,"), r"unknown region codes \(1: 7299\)"),
        (
            lambda t: t.replace("7200,2018,micro,", "7200,2018,tiny,"),
            r"unknown size class \(1: 7200/2018/tiny\)",
        ),
        (
            lambda t: "\n".join(line for line in t.split("\n") if not line.startswith("7200,2020,")),
            r"differ from the published national totals \(1: 2020: 4125258 against 4.209.817\)",
        ),
    ],
)
def test_bad_rows_are_refused(
    change_file: Callable[..., Path], edit: Callable[[str], str], message: str
) -> None:
    change_file("imk_2013_2024", edit)
    with pytest.raises(DataError, match=message):
        sp.read_imk()


def test_one_preferred_figure_per_region_year_measure_and_system() -> None:
    """Sulawesi Tenggara 2006 stands in three forms; all are kept, one is preferred."""
    every = sp.read_sme_counts("economic_census", preferred_only=False)
    sultra = every[every["region_code"].eq("7400") & every["year"].eq(2006)]
    assert sorted(sultra["value"]) == [198404, 198484, 198848]
    assert sultra["preferred"].sum() == 1


def test_census_of_sulawesi_tengah_adds_up() -> None:
    """The thirteen districts of the 2016 listing sum to the printed total of the province, 343,705."""
    census = sp.read_sme_counts("economic_census")
    firms = census[census["measure"].eq("non_farm_establishments") & census["year"].eq(2016)]
    districts = firms[firms["region_code"].str.startswith("72") & firms["region_code"].ne("7200")]
    assert len(districts) == 13
    assert districts["value"].sum() == 343705


def test_unknown_source_system_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"unknown source system \(1: bps\).*economic_census"):
        sp.read_sme_counts("bps")


def test_two_preferred_rows_are_refused(change_file: Callable[..., Path]) -> None:
    change_file("sme_counts", lambda t: t.replace(",false\n", ",true\n"))
    with pytest.raises(DataError, match=r"\(preferred rows\): duplicate key"):
        sp.read_sme_counts()


def test_other_dates_of_one_system_are_not_conflicts() -> None:
    """The park's own survey of Bahodopi counted 6,617 in February and 7,299 in August 2023: both stay."""
    counts = sp.read_sme_counts("park_survey_imip")
    assert counts.loc[counts["year"] == 2023, "value"].tolist() == [6617, 7299]
    every = sp.read_sme_counts(preferred_only=False)
    assert every.loc[~every["preferred"], "source_system"].eq("economic_census").all()
