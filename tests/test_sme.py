"""SME counts: sums, published totals, and systems that are never mixed."""

from __future__ import annotations

import csv
import io
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


def replaced(old: str, new: str) -> Callable[[str], str]:
    """An edit that must find what it changes."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def with_cell(code: str, year: int, size: str, change: Callable[[str], str]) -> Callable[[str], str]:
    """An edit of one cell of a table with years over size classes, named by what stands around it."""

    def edit(text: str) -> str:
        rows = list(csv.reader(io.StringIO(text)))
        start, offset = rows[1].index(str(year)), ("Mikro", "Kecil", "Total").index(size)
        row = next(row for row in rows if row[0] == code)
        row[start + offset] = change(row[start + offset])
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return edit


def without_2020_of_central_sulawesi(text: str) -> str:
    for size in ("Mikro", "Kecil", "Total"):
        text = with_cell("72", 2020, size, lambda _: "-")(text)
    return text


BAD = {
    "a total that is not the sum": (
        with_cell("72", 2018, "Total", lambda cell: cell.replace("89.424", "89.425")),
        r"micro \+ small is not total in establishments \(1: 7200/2018\).*correct the row",
    ),
    "a size class twice": (
        replaced("Mikro,Kecil,Total", "Mikro,Mikro,Total"),
        r"establishments.csv: columns under the same heading.* \(1: columns 3 and 4: .*2013\)",
    ),
    "a province twice": (
        replaced("\n73,SULAWESI SELATAN", "\n72,SULAWESI TENGAH"),
        r"establishments.csv: a region stands twice with different values \(33: SULAWESI TENGAH 2013 .*, …\)",
    ),
    "a negative count": (
        with_cell("72", 2018, "Mikro", lambda cell: f"-{cell}"),
        r"establishments.csv: negative counts \(1: -[\d.]+ in row \d+, column 15\)",
    ),
    "an unknown code": (
        replaced("\n72,", "\n99,"),
        r"establishments.csv: codes that do not fit .*\(1: 99 \(SULAWESI TENGAH\) is unknown",
    ),
    "the code of another province": (
        replaced("\n72,", "\n73,"),
        r"codes that do not fit .*\(1: 73 is Sulawesi Selatan \(7300\), the name 'SULAWESI TENGAH' is",
    ),
    "a size class that the record does not name": (
        replaced("Mikro,Kecil,Total", "Mini,Kecil,Total"),
        r"the indicators are not those of the record \(1: imk_establishments_mini only in the file\)",
    ),
    "a province left out of a year": (
        without_2020_of_central_sulawesi,
        r"differ from the published national totals \(1: 2020: 4125258 against 4.209.817\).*find the row",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_rows_are_refused(change_file: Callable[..., Path], kind: str) -> None:
    edit, message = BAD[kind]
    change_file("imk_2013_2024", edit, part="establishments.csv")
    with pytest.raises(DataError, match=message):
        sp.read_imk()


def test_an_unknown_size_class_is_refused(change_file: Callable[..., Path]) -> None:
    """Also where the record names it."""
    sources = sp.read_sources().set_index("id")
    names = [*sources.loc["imk_2013_2024", "read"]["indicators"], "imk_establishments_mini"]
    edit = replaced("Mikro,Kecil,Total", "Mini,Kecil,Total")
    change_file("imk_2013_2024", edit, part="establishments.csv", read={"indicators": names})
    with pytest.raises(
        DataError, match=r"unknown size class \(33: 1100/2013/mini, .*, …\).*micro, small, total"
    ):
        sp.read_imk()


def test_output_that_is_not_whole_is_refused(change_file: Callable[..., Path]) -> None:
    """BPS prints whole millions of rupiah; a fraction is a sign of a separator misread."""
    edit = with_cell("72", 2018, "Mikro", lambda cell: f"{cell},5")
    change_file("imk_2013_2024", edit, part="output.csv")
    with pytest.raises(DataError, match=r"values that are not whole \(1: 7200/2018/imk_output_micro\)"):
        sp.read_imk()


def test_parts_of_a_year_are_refused(change_file: Callable[..., Path]) -> None:
    """A quarter of a survey is not a year of it."""
    change_file("imk_2013_2024", replaced(",2018,", ",2018 Triwulan I,"), part="workers.csv")
    with pytest.raises(
        DataError, match=r"imk_2013_2024: parts of a year \(114: 1100/2018/imk_workers_.*, …\)"
    ):
        sp.read_imk()


def test_an_unknown_province_without_code_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("imk_2025", replaced(";SULAWESI TENGAH;", ";SULAWESI TENGA;"))
    with pytest.raises(
        DataError, match=r"region is unknown .*\(1: row \d+ 'SULAWESI TENGA': did you mean Sulawesi"
    ):
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
