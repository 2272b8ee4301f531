"""Tables that are none of districts or provinces, one row each: refused with words that help; simulated."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_printer import clean, told

from spillover.bps.layout import lay_out
from spillover.bps.measures import Declared
from spillover.bps.sheets import Sheet
from spillover.errors import DataError

TITLE = "Jumlah Penduduk Menurut Kabupaten/Kota (jiwa), 2020"


def refusal(text: str) -> str:
    rows = [line.split(",") for line in text.split("\n")]
    with pytest.raises(DataError) as caught:
        lay_out(Sheet("a.csv", rows))
    return str(caught.value)


ACROSS = {
    "years down": "Tahun,Morowali,Banggai,Poso\n2020,1,2,3\n2021,4,5,6",
    "measures down": "Uraian,Kab. Morowali,Kab. Banggai\nPenduduk (jiwa),1000,2000\nMiskin (jiwa),10,20",
    "units beside": "Indikator,Satuan,Morowali,Banggai\nPenduduk,jiwa,1000,2000\nTPT,persen,3.5,2.5",
    "one row": "Uraian,Kab. Morowali,Kab. Banggai,Kab. Poso\nPenduduk (jiwa),1000,2000,3000",
    "nothing down": "Morowali,Banggai,Poso\n1000,2000,3000",
    "provinces": "Uraian,SULAWESI TENGAH,BALI\nPenduduk (jiwa),1000,2000",
    "nation beside": "Tahun,Indonesia,Bali\n2020,1000,200\n2021,1100,210",
    "one region": "Tahun,Morowali\n2020,1\n2021,4",
    "two lines": "Tahun,Morowali,,Poso,\n,L,P,L,P\n2020,1,2,3,4\n2021,5,6,7,8",
}


@pytest.mark.parametrize("name", ACROSS)
def test_regions_across_the_top_are_refused_as_such(name: str) -> None:
    message = refusal(ACROSS[name])
    assert "the regions stand in the columns" in message and "Transpose" in message


DOWN = {
    "a province beside one district": "Provinsi,Kabupaten,2020\nSulawesi Tengah,Morowali,10",
    "the name again in English": "Provinsi,2020,2021,Province\nSulawesi Tengah,10,11,Central Sulawesi",
    "where from and where to": "Provinsi,Aceh,Riau,Bali\nAceh,0,1,2\nRiau,3,0,4\nBali,5,6,0",
    "capitals": "Kabupaten,Ibukota,2020\nPoso,Poso,10\nBanggai Laut,Banggai,20\nBuol,Buol,20",
}


@pytest.mark.parametrize("name", DOWN)
def test_names_in_other_columns_do_not_make_a_table_one_of_columns(name: str) -> None:
    assert len(lay_out(Sheet("a.csv", [line.split(",") for line in DOWN[name].split("\n")]))) == 1


SMALLER = {
    "heading": "Kecamatan,2020\nBahodopi,1000\nBungku Tengah,2000\nKabupaten Morowali,3000",
    "names of districts among them": "Kecamatan,2020\nDonggala,1000\nBanawa,2000\nLabuan,3000",
    "title": "Penduduk Menurut Kecamatan di Kabupaten Morowali (jiwa),\n,2020\nBahodopi,1000\nMorowali,3000",
    "a column of its own": "Kabupaten,Kecamatan,2020\nMorowali,Bahodopi,1\nMorowali,Petasia,2\nPoso,Lage,3",
    "one of each district": "Kabupaten,nama_kecamatan,2020\nMorowali,Bahodopi,10\nPoso,Poso Kota,30",
    "no name of a district": "Nama Desa/Kelurahan,Penduduk (jiwa)\nBete-Bete,100\nKurisa,200",
}


@pytest.mark.parametrize("name", SMALLER)
def test_sub_districts_are_never_taken_for_districts(name: str) -> None:
    assert "a table by kecamatan or desa" in refusal(SMALLER[name])


def test_counts_of_sub_districts_are_read() -> None:
    rows = [["Kabupaten", "Kecamatan (unit)", "Desa (unit)"], ["Morowali", "9", "126"], ["Poso", "19", "142"]]
    assert lay_out(Sheet("a.csv", rows))[0].text == ["9", "126", "19", "142"]


def test_names_that_nobody_knows_are_told() -> None:
    message = refusal("Wilayah,2020\nBahodopi,1000\nPetasia,1100")
    assert "none of the names is one of a kabupaten/kota or province (2: Bahodopi, Petasia)" in message
    assert "tables by kecamatan are not read" in message


def test_rows_of_a_further_table_without_known_names_are_not_left_out() -> None:
    text = "Kabupaten,2020\nMorowali,10\nPoso,20\nSumber: BPS,\n\nBahodopi,5\nPetasia,6"
    assert "rows with values below the last table" in refusal(text)


@pytest.mark.parametrize("year", ["2000", "2001.0"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_misspelt_name_beside_a_count_like_a_year_is_refused(at: int, year: str) -> None:
    """Not taken for a header: the year of the table would be 2000, or the rows below another table's."""
    rows = [["Kabupaten", "Toko (unit)"], ["Morowali", "10"], ["Poso", "20"], ["Banggai", "30"]]
    rows[at] = ["Morowalli", year]
    table = lay_out(Sheet("a.csv", rows))[0]
    assert table.labels[at - 1] == "Morowalli" and not table.said[0].year


def test_names_are_told_by_the_row_of_the_file(tmp_path: Path) -> None:
    """Titles, headers and empty rows count: that is what a spreadsheet shows."""
    text = f'"{TITLE}"\nSumber: BPS\n\nKabupaten,Penduduk\nMorowali,1\nBogor,2\nMorowalli,3\n'
    message = clean(text.encode(), tmp_path).files[0].refused[0]
    assert "row 6 'Bogor' may be" in message and "row 7 'Morowalli': did you mean" in message


def test_two_tables_side_by_side_are_refused() -> None:
    """The values of the right one would stand under the names of the left one."""
    text = "Kabupaten,2020,Kabupaten,2021\nMorowali,10,Sigi,30\nPoso,20,Buol,40"
    assert "two tables side by side (2: Sigi in row 2, Buol in row 3)" in refusal(text)


def test_a_year_whose_cells_are_mostly_words_is_not_left_out() -> None:
    text = "Kabupaten,2019,2020\nMorowali,10,belum ada\nPoso,20,tidak dihitung\nBanggai,30,31"
    assert "a column of a year whose cells are mostly no numbers (2: 'belum ada' in row 2" in refusal(text)


DATES = ("Tanggal,2020-12-31", "Periode,2020-08", "Tahun Berdiri,1999", "Tahun,2019/2020")


@pytest.mark.parametrize("column", DATES)
def test_dates_are_no_values(column: str, tmp_path: Path) -> None:
    """Nor is the year of a district's foundation that of its values."""
    head, cell = column.split(",")
    text = f'"{TITLE}"\nKabupaten,{head},Penduduk\nMorowali,{cell},10\nPoso,{cell},20\n'
    message = clean(text.encode(), tmp_path).files[0].refused[0]
    assert f"among the values (1: column 2: {head})" in message


@pytest.mark.parametrize("head", ["Tahun", "TAHUN DATA", "Periode"])
def test_a_column_of_years_by_other_names(head: str, tmp_path: Path) -> None:
    text = f"Kabupaten,{head},Penduduk (jiwa)\nMorowali,2020,10\nPoso,2020.0,20\n"
    assert {year for _, year, _ in told(clean(text.encode(), tmp_path))} == {2020}


def test_numbers_with_their_unit_are_told(tmp_path: Path) -> None:
    text = "Luas Menurut Kabupaten (km2),\nKabupaten,2020\nMorowali,10 km2\nPoso,20 km2\n"
    message = clean(text.encode(), tmp_path).files[0].refused[0]
    assert "rows of regions without numbers beside them (2: '10 km2', '20 km2')" in message


def test_ranks_are_left_out(tmp_path: Path) -> None:
    """The first place is no person."""
    text = f'"{TITLE}"\nKabupaten,Penduduk,Peringkat\nMorowali,1000,2\nPoso,2000,1\n'
    got = told(clean(text.encode(), tmp_path))
    assert got == {("7203", 2020, "population"): 1000, ("7204", 2020, "population"): 2000}


def test_numbers_of_months_are_periods(tmp_path: Path) -> None:
    text = "Kabupaten,Tahun,Bulan,TPT (persen)\nMorowali,2020,8,3.25\nPoso,2020,8,2.25\n"
    table = clean(text.encode(), tmp_path, Declared(number_style="en")).table
    assert set(table["period"]) == {"08"} and set(table["indicator"]) == {"tpt"}
