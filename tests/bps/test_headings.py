"""Headings over values: the year they name is that of the values, or the table is refused; simulated."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_printer import clean, told

from spillover.bps.headings import read_heading, untold_year
from spillover.bps.measures import Declared
from spillover.bps.stubs import heads_names


@pytest.mark.parametrize(
    ("text", "year", "period", "rest"),
    [
        ("2020", "2020", "", ""),
        ("2020.0", "2020", "", ""),
        ("TA 2020", "2020", "", ""),
        ("2020 (jiwa)", "2020", "", "(jiwa)"),
        ("Penduduk 2020", "2020", "", "Penduduk"),
        ("Penduduk (2020)", "2020", "", "Penduduk"),
        ("Penduduk 2020 (jiwa)", "2020", "", "Penduduk (jiwa)"),
        ("2020 Mikro", "2020", "", "Mikro"),
        ("TPT Agustus 2020 (persen)", "2020", "08", "TPT (persen)"),
        ("Sensus Penduduk 2010", "2010", "", "Sensus Penduduk"),
        ("Harga Konstan 2010", "", "", "Harga Konstan 2010"),
        ("ADHK 2010 (juta rupiah)", "", "", "ADHK 2010 (juta rupiah)"),
        ("Indeks (2018=100)", "", "", "Indeks (2018=100)"),
        ("UHH Hasil LF SP2020", "", "", "UHH Hasil LF SP2020"),
        ("15-64", "", "", "15-64"),
    ],
)
def test_the_year_of_a_heading(text: str, year: str, period: str, rest: str) -> None:
    said = read_heading(text)
    assert (said.year, said.period, said.rest) == (year, period, rest)
    assert not untold_year(text)


def test_the_status_of_a_year_in_words() -> None:
    said = [read_heading(f"2020 ({word})").mark for word in ("angka sangat sementara", "sementara", "revisi")]
    assert said == ["**", "*", "r"]


UNTOLD = ("2019/2020", "2019-20", "2019-2020", "2019 s/d 2020", "Laju 2019-2020 (%)", "2020-12", "2019-01-01",
          "Jan-19", "'20", "31/12/2020", "Rata-rata 2019 dan 2020")  # fmt: skip


@pytest.mark.parametrize("text", UNTOLD)
def test_spans_and_dates_are_no_years(text: str, tmp_path: Path) -> None:
    """The year of the title, or the declared one, is not theirs."""
    assert untold_year(text)
    title = '"Jumlah Murid Menurut Kabupaten/Kota (orang), 2021"'
    for heads in (text, f"{text},2021"):
        values = ",".join("1" for _ in heads.split(","))
        csv = f"{title}\nKabupaten,{heads}\nMorowali,{values}\nPoso,{values.replace('1', '2')}\n"
        result = clean(csv.encode(), tmp_path, Declared(year="2022"))
        assert "headings whose year cannot be told" in result.files[0].refused[0]


def test_the_year_of_a_heading_goes_before_that_of_title_and_person(tmp_path: Path) -> None:
    csv = "Tabel Penduduk Tahun 2021,\nKabupaten,Penduduk 2020 (jiwa)\nMorowali,1000\nPoso,2000\n"
    got = told(clean(csv.encode(), tmp_path, Declared(year="2022")))
    assert {year for _, year, _ in got} == {2020}


def test_quarters_by_number_only_where_the_table_says_quarters(tmp_path: Path) -> None:
    csv = '"{} Menurut Kabupaten (orang)"\nKabupaten,2021,,,\n,I,II,III,IV\nMorowali,1,2,3,4\nPoso,5,6,7,8\n'
    by_quarter = clean(csv.format("Pekerja Triwulanan").encode(), tmp_path).table
    by_rank = clean(csv.format("PNS Menurut Golongan").encode(), tmp_path).table
    assert sorted(set(by_quarter["period"])) == ["Q1", "Q2", "Q3", "Q4"]
    assert set(by_rank["period"]) == {""} and by_rank["indicator"].nunique() == 4


@pytest.mark.parametrize(
    "heading", ["Persentase", "Laju Pertumbuhan", "Rasio Jenis Kelamin", "Kepadatan Penduduk"]
)
def test_shares_and_growth_are_not_in_the_unit_of_the_title(heading: str, tmp_path: Path) -> None:
    csv = f'"Jumlah Penduduk (jiwa), 2020"\nKabupaten,Penduduk,{heading}\nMorowali,60,60\nPoso,40,40\n'
    assert "is not that of all columns" in clean(csv.encode(), tmp_path).files[0].refused[0]
    with_unit = csv.replace(heading, f"{heading} (persen)")
    assert set(clean(with_unit.encode(), tmp_path).table["unit"]) == {"person", "percent"}


TITLES = ("IMK Usaha", "Penduduk Miskin", "Luas Wilayah", "Produksi Perikanan Tangkap")


@pytest.mark.parametrize("title", TITLES)
def test_a_few_words_alone_in_the_first_cell_are_the_title(title: str, tmp_path: Path) -> None:
    csv = f"{title},\nKabupaten/Kota,2020 (unit)\nMorowali,10\nPoso,20\n"
    table = clean(csv.encode(), tmp_path).table
    assert set(table["indicator"]) == {title.lower().replace(" ", "_")}


STUBS = (
    "Provinsi/Kabupaten/Kota",
    "Nama Kabupaten",
    "Wilayah",
    "Kab./Kota *)",
    "Provinsi/Province",
    "Kode",
    "Regency/City",
    "Kabupaten dan Kota",
    "Daerah Tingkat II",
    "nama_kabupaten_kota",
    "Uraian",
    "No.",
)


@pytest.mark.parametrize("heading", STUBS)
def test_words_for_regions_are_no_title(heading: str, tmp_path: Path) -> None:
    assert heads_names(heading)
    csv = f"{heading},\n,Luas (km2)\n,2020\nMorowali,10\nPoso,20\n"
    assert set(clean(csv.encode(), tmp_path).table["indicator"]) == {"luas"}


@pytest.mark.parametrize(
    "heading", ["Luas Wilayah", "Penduduk Kota", "Jumlah Desa", "Unit", "dan", "2013", ""]
)
def test_other_words_head_no_names(heading: str) -> None:
    assert not heads_names(heading)
