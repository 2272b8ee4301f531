"""Titles as BPS prints them: a name of the catalogue only for what it means, another name for all else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.bps.reading import known_indicators
from spillover.bps.titles import name_indicator
from spillover.errors import DataError

# What is measured in the sense of the catalogue.
KNOWN = {
    "Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)": "poverty_line",
    "Garis Kemiskinan Rupiah per Kapita per Bulan": "poverty_line",
    "Poverty Line by Regency/Municipality (Rupiah/Capita/Month)": "poverty_line",
    "Persentase Penduduk Miskin Menurut Kabupaten/Kota (Persen)": "poverty_rate",
    "Persentase Penduduk Miskin (P0) Menurut Kabupaten/Kota (Persen)": "poverty_rate",
    "Jumlah Penduduk Miskin Menurut Kabupaten/Kota (Ribu Jiwa)": "poor_population",
    "Number of Poor People (Thousand People)": "poor_population",
    "Jumlah Penduduk Menurut Kabupaten/Kota (Ribu Jiwa)": "population",
    "Jumlah Penduduk Tahun 2010 (jiwa)": "population",
    "Population by Regency/Municipality (Thousand People)": "population",
    "Tingkat Pengangguran Terbuka Menurut Kabupaten/Kota (Persen)": "tpt",
    "Tingkat Pengangguran Terbuka (TPT) (Agustus)": "tpt",
    "Open Unemployment Rate by Regency/Municipality (Percent)": "tpt",
    "Tingkat Partisipasi Angkatan Kerja (TPAK) Menurut Kabupaten/Kota (Persen)": "tpak",
    "[Seri 2010] Produk Domestik Regional Bruto Harga Konstan 2010 (Juta Rupiah), 2020": "grdp_real",
    "PDRB Atas Dasar Harga Berlaku Menurut Kabupaten/Kota (Miliar Rupiah)": "grdp_nominal",
    "PDRB Per Kapita Atas Dasar Harga Konstan 2010 (Ribu Rupiah)": "grdp_per_capita_real",
    "GRDP per capita constant 2010 prices (thousand rupiah)": "grdp_per_capita_real",
    "PDRB Per Kapita Atas Dasar Harga Berlaku (Ribu Rupiah)": "grdp_per_capita_nominal",
    "Laju Pertumbuhan PDRB Atas Dasar Harga Konstan 2010 Menurut Kabupaten/Kota (Persen)": "grdp_growth",
    "Indeks Pembangunan Manusia Menurut Kabupaten/Kota": "hdi",
    "[Metode Baru] Indeks Pembangunan Manusia menurut Kabupaten/Kota": "hdi",
    "Rata-rata Lama Sekolah Menurut Kabupaten/Kota (Tahun)": "mean_years_schooling",
    "Harapan Lama Sekolah (Tahun)": "expected_years_schooling",
    "Angka Harapan Hidup Menurut Kabupaten/Kota (Tahun)": "life_expectancy",
    "Jumlah Perusahaan Industri Mikro dan Kecil Menurut Provinsi (unit)": "imk_establishments",
    "Jumlah Tenaga Kerja Industri Mikro dan Kecil Menurut Provinsi (Orang)": "imk_workers",
    "Nilai Output Industri Mikro dan Kecil Atas Dasar Harga Berlaku (Juta Rupiah)": "imk_output",
}
# What is measured is something else, or of some people only.
OTHERS = [
    "Garis Kemiskinan Makanan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)",
    "Garis Kemiskinan Non Makanan Menurut Provinsi (rupiah/kapita/bulan)",
    "Garis Kemiskinan (Makanan) (Rupiah/kapita/bulan)",
    "Garis Kemiskinan Perkotaan (Rupiah/Kapita/Bulan)",
    "PDRB Atas Dasar Harga Konstan 2010 Industri Pengolahan (juta rupiah)",
    "PDRB Kabupaten/Kota Atas Dasar Harga Berlaku Menurut Lapangan Usaha (Juta Rupiah)",
    "Laju Pertumbuhan PDRB Per Kapita Atas Dasar Harga Konstan (persen)",
    "Laju Implisit PDRB Menurut Lapangan Usaha (persen)",
    "Distribusi Persentase PDRB Atas Dasar Harga Berlaku (persen)",
    "Persentase Penduduk Miskin Ekstrem Menurut Kabupaten/Kota (Persen)",
    "Persentase Penduduk Miskin (Perkotaan)",
    "Indeks Kedalaman Kemiskinan (P1) Menurut Kabupaten/Kota",
    "Indeks Keparahan Kemiskinan (P2) Menurut Kabupaten/Kota",
    "Jumlah Penduduk Menurut Jenis Kelamin (Jiwa)",
    "Jumlah Penduduk Laki-laki Menurut Kabupaten/Kota (Jiwa)",
    "Jumlah Penduduk 0-14 Tahun (Jiwa)",
    "Jumlah Penduduk 15 Tahun ke Atas (Jiwa)",
    "Jumlah Penduduk Usia Kerja (Jiwa)",
    "Laju Pertumbuhan Penduduk Menurut Kabupaten/Kota (Persen)",
    "Kepadatan Penduduk Menurut Kabupaten/Kota (jiwa/km2)",
    "Population Density (persons per sq km)",
    "Rasio Jenis Kelamin Penduduk Menurut Kabupaten/Kota",
    "Proyeksi Jumlah Penduduk Menurut Kabupaten/Kota (jiwa)",
    "Penduduk Berumur 15 Tahun Ke Atas yang Bekerja (Jiwa)",
    "Tingkat Pengangguran Terbuka Perkotaan (persen)",
    "Tingkat Pengangguran Terbuka (TPT) Lulusan SMK (persen)",
    "Youth Unemployment Rate (Percent)",
    "Tingkat Partisipasi Angkatan Kerja Perempuan (Persen)",
    "Indeks Pembangunan Gender (IPG)",
    "Indeks Pemberdayaan Gender (IDG)",
    "Indeks Pembangunan Manusia (Perempuan)",
    "IPM Metode Lama",
    "Rata-rata Lama Sekolah Perempuan (Tahun)",
    "Harapan Lama Sekolah Laki-laki (Tahun)",
    "Angka Harapan Hidup Laki-laki (Tahun)",
    "Jumlah Perusahaan Industri Besar dan Sedang (unit)",
    "Jumlah Perusahaan Industri Mikro dan Kecil yang Bermitra (unit)",
    "Jumlah Tenaga Kerja Industri Besar dan Sedang (Orang)",
    "Tenaga Kerja Industri Mikro dan Kecil Perempuan (orang)",
    "Upah Tenaga Kerja Industri Mikro dan Kecil (Juta Rupiah)",
    "Nilai Tambah Industri Mikro dan Kecil (Juta Rupiah)",
    "Nilai Output Industri Besar dan Sedang (Juta Rupiah)",
    "Pengeluaran per Kapita Disesuaikan (Ribu Rupiah/Orang/Tahun)",
    "Jumlah Rumah Tangga Miskin (rumah tangga)",
]


def name(title: str, heading: str = "") -> str:
    return name_indicator(title, heading, "a.csv", known_indicators()).indicator


@pytest.mark.parametrize("title", KNOWN)
def test_titles_of_the_catalogue(title: str) -> None:
    assert name(title) == KNOWN[title]


@pytest.mark.parametrize("title", OTHERS)
def test_titles_of_other_things_get_other_names(title: str) -> None:
    """A name of the catalogue would mix another series into it."""
    assert name(title) not in {known.indicator for known in known_indicators()}


def test_other_things_have_different_names() -> None:
    """No two of them are mixed with each other either; only the food line is there in two ways of writing."""
    assert len({name(title) for title in OTHERS}) == len(OTHERS) - 1


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Jumlah Perusahaan Industri Mikro dan Kecil (unit)", "Mikro", "imk_establishments_micro"),
        ("Jumlah Perusahaan Industri Mikro dan Kecil (unit)", "Jumlah", "imk_establishments_total"),
        ("Perusahaan dan Tenaga Kerja Industri Mikro dan Kecil", "Tenaga Kerja", "imk_workers"),
        ("", "Garis Kemiskinan (rupiah/kapita/bulan)", "poverty_line"),
        ("", "Persentase Penduduk Miskin (Perdesaan)", "poverty_rate_perdesaan"),
        ("Jumlah Toko Menurut Kabupaten (unit), 2020", "", "jumlah_toko"),
        ("Jumlah Toko Menurut Kabupaten (unit), 2020", "Besar", "jumlah_toko_large"),
    ],
)
def test_headings_tell_which_part_of_the_title(title: str, heading: str, expected: str) -> None:
    assert name(title, heading) == expected


@pytest.mark.parametrize("heading", ["", "Jumlah", "Nilai", "Mikro"])
def test_a_table_that_says_nothing_is_refused(heading: str) -> None:
    with pytest.raises(DataError, match="does not say what it measures"):
        name("Menurut Kabupaten/Kota, 2020", heading)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(KNOWN)), st.text("qvxzjuw", min_size=4, max_size=12))
def test_an_unknown_word_in_a_title_changes_the_name(title: str, word: str) -> None:
    """Whatever word BPS adds ("Ekstrem", "Makanan"): it is another series until someone says otherwise."""
    plain, added = name(title), name(f"{word.capitalize()} {title}")
    assert added != plain


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_text_gives_a_plain_name_or_a_refusal(title: str, heading: str) -> None:
    try:
        found = name(title, heading)
    except DataError:
        return
    assert found.isascii() and found.replace("_", "a").isalnum()


@pytest.mark.parametrize(
    ("title", "headings"),
    [
        ("Jumlah Kecamatan dan Desa Menurut Kabupaten", ("Kecamatan (unit)", "Desa (unit)")),
        ("Toko Besar dan Kios Kecil", ("Toko Kecil", "Kios Kecil")),
        ("Rumah Tangga yang Menggunakan Listrik sebagai Sumber Penerangan Utama Sehari-hari",
         ("PLN dengan Meteran", "PLN tanpa Meteran")),
        ("Luas Lahan", tuple(f"Ditanami padi sawah dua kali setahun, irigasi teknis {c}" for c in "xy")),
    ],
)  # fmt: skip
def test_headings_of_one_table_never_get_one_name(title: str, headings: tuple[str, str]) -> None:
    """Two columns of one name would be taken for the same cells, printed twice (simulated titles)."""
    names = [name_indicator(title, heading, "a.csv", ()).indicator for heading in headings]
    assert len(set(names)) == 2 and max(map(len, names)) <= 60


@pytest.mark.parametrize("heading", ["Laki-laki", "Laki-laki (jiwa)", "Laki-laki (orang)"])
def test_a_class_has_one_name_with_its_unit_or_without(heading: str) -> None:
    assert name_indicator("Murid", heading, "a.csv", ()).indicator == "murid_male"
    assert (
        name_indicator("Jumlah Penduduk", heading, "a.csv", known_indicators()).indicator == "population_male"
    )
