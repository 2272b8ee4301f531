"""A unit is found with its scale exactly once, or there is none, or the text is refused."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spillover.bps.units import Unit, convert, parse_prices, parse_unit, whole
from spillover.bps.unitwords import BASES, SCALES, read_phrases
from spillover.errors import DataError
from spillover.indicators import read_catalogue

SCALE_WORDS = {
    1: ("",),
    10**3: ("ribu", "ribuan", "thousand", "000"),
    10**6: ("juta", "jutaan", "million", "000.000"),
    10**9: ("miliar", "milyar", "billion"),
    10**12: ("triliun", "trilyun", "trillion"),
}
BASE_WORDS = {
    "IDR": ("rupiah", "rupiahs", "Rp", "Rp."),
    "USD": ("USD", "US$", "US Dollar"),
    "person": ("orang", "jiwa", "persons", "people"),
    "unit": ("unit", "usaha", "perusahaan", "establishments", "unit usaha"),
    "household": ("rumah tangga", "households"),
    "percent": ("persen", "percent", "%"),
    "year": ("tahun", "years"),
    "km2": ("km2", "km²", "kilometer persegi", "sq km", "square kilometres"),
    "hectare": ("hektar", "ha", "hectares"),
    "tonne": ("ton", "tonnes"),
    "index": ("indeks", "index"),
}


@pytest.mark.parametrize(
    ("text", "factor", "base"),
    [
        ("Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)", 1, "IDR_per_capita_month"),
        ("Jumlah Penduduk Menurut Kabupaten/Kota (Ribu Jiwa), 2023", 1000, "person"),
        ("PDRB Atas Dasar Harga Konstan 2010 (Miliar Rupiah), 2010-2020", 10**9, "IDR"),
        ("[Seri 2010] PDRB (Harga Konstan 2010, Juta Rupiah)", 10**6, "IDR"),
        ("PDRB (Miliar Rupiah Harga Berlaku)", 10**9, "IDR"),
        ("GRDP at Constant 2010 Prices (billion rupiahs)", 10**9, "IDR"),
        ("Pengeluaran per Kapita Disesuaikan (Ribu Rupiah/Orang/Tahun)", 1000, "IDR_per_capita_year"),
        ("(rupiah per kapita per bulan)", 1, "IDR_per_capita_month"),
        ("Rupiah per kapita sebulan", 1, "IDR_per_capita_month"),
        ("Ribu rupiah/kapita", 1000, "IDR_per_capita"),
        ("(Ribu Rupiah)", 1000, "IDR"),
        ("jutaan rupiah", 10**6, "IDR"),
        ("Milyar Rupiah", 10**9, "IDR"),
        ("million rupiahs", 10**6, "IDR"),
        ("Rp 000", 1000, "IDR"),
        ("(Rp.000.000)", 10**6, "IDR"),
        ("(000 jiwa)", 1000, "person"),
        ("Jiwa (Ribu)", 1000, "person"),
        ("Ribu (Jiwa)", 1000, "person"),
        ("Penduduk (ribu) (orang)", 1000, "person"),
        ("ribu/thousand orang", 1000, "person"),
        ("Juta Rupiah/Million Rupiahs", 10**6, "IDR"),
        ("Juta Rupiah\nMillion Rupiahs", 10**6, "IDR"),
        ("(persen/percent)", 1, "percent"),
        ("Persentase Penduduk Miskin (Persen)", 1, "percent"),
        ("(%)", 1, "percent"),
        ("Satuan : Ribu Rupiah", 1000, "IDR"),
        ("Unit: Persen", 1, "percent"),
        ("dalam juta rupiah", 10**6, "IDR"),
        ("Usaha (Juta Rupiah)", 10**6, "IDR"),
        ("Perusahaan/Usaha (Unit)", 1, "unit"),
        ("Rata-rata Lama Sekolah (Tahun)", 1, "year"),
        ("Luas Wilayah (km²)", 1, "km2"),
        ("Usaha Mikro (omzet sampai 300 juta rupiah) (unit)", 1, "unit"),
        ("Banyaknya Rumah  Tangga (rumah tangga)", 1, "household"),
    ],
)
def test_units_of_real_titles_and_headers(text: str, factor: int, base: str) -> None:
    unit = parse_unit(text)
    assert unit is not None
    assert (unit.factor, unit.base) == (factor, base)


@pytest.mark.parametrize(
    "text",
    [
        "", "Kabupaten/Kota", "2013", "Provinsi/Kabupaten/Kota", "Jumlah", "Mikro", "Tahunan",
        "Lapangan Usaha",
        "PDRB Menurut Lapangan Usaha (2010=100)", "Rumah Tangga Usaha Pertanian (2013)", "Kab. Konawe (Lama)",
        "Sensus Ekonomi (SE2016)", "Jumlah Penduduk, 2010-2020", "Indeks Pembangunan Manusia", "1000 Hari",
        "Omzet (> 2,5 miliar rupiah)", "x",
    ],
)  # fmt: skip
def test_what_names_no_unit_gives_none(text: str) -> None:
    assert parse_unit(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Perusahaan (unit) dan Tenaga Kerja (orang)", "two different units"),
        ("Juta Rupiah/Billion Rupiahs", "two different units"),
        ("ribu orang/jiwa", "two different units"),
        ("Kepadatan (jiwa/km2)", "two different units"),
        ("Rupiah/tahun", "two different units"),
        ("Ribu Jiwa (Juta)", "two different units"),
        ("Ribu Jiwa (Juta Rupiah)", "two different units"),
        ("Penduduk (Ribu)", "a scale without a unit"),
        ("Juta", "a scale without a unit"),
        ("(ribu rupiah per pohon)", r"not known \(1: ribu rupiah per pohon\)"),
        ("(poin persen)", "not known"),
        ("(Rupiah/bulan)", "not known"),
        ("(US$/kapita)", "not known"),
    ],
)
def test_units_that_do_not_settle_are_refused(text: str, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        parse_unit(text)


def cases() -> list[tuple[str, str, int, str]]:
    return [
        (scale, word, factor, base)
        for factor, scales in SCALE_WORDS.items()
        for scale in scales
        for base, words in BASE_WORDS.items()
        for word in words
    ]


@given(
    st.sampled_from(cases()),
    st.booleans(),
    st.sampled_from([str, str.upper, str.title]),
    st.sampled_from(["{}", "({})", "Judul Tabel Menurut Kabupaten ({}), 2020", " {} ", "[{}]", "dalam {}"]),
)
def test_every_scale_with_every_base(
    case: tuple[str, str, int, str], swap: bool, write: type[str], frame: str
) -> None:
    """In both languages, whatever the order of words, the case and the place in the title."""
    scale, word, factor, base = case
    text = " ".join((word, scale) if swap else (scale, word)).strip()
    unit = parse_unit(frame.format(write(text)))
    assert unit is not None
    assert (unit.factor, unit.base) == (factor, base)


@given(st.sampled_from(cases()), st.sampled_from(cases()))
def test_two_languages_agree_or_are_refused(
    first: tuple[str, str, int, str], second: tuple[str, str, int, str]
) -> None:
    """A factor is never multiplied twice, and of two different units none is picked."""
    text = f"({first[0]} {first[1]}/{second[0]} {second[1]})"
    if first[2:] == second[2:]:
        unit = parse_unit(text)
        assert unit is not None
        assert (unit.factor, unit.base) == first[2:]
    else:
        with pytest.raises(DataError, match="two different units"):
            parse_unit(text)


@given(st.text() | st.text("abcdeghimnoprtu ()/,%0[]", max_size=20))
def test_text_without_unit_words_has_no_unit(text: str) -> None:
    """Any unit found comes from a word of the tables that stands in the text."""
    try:
        unit = parse_unit(text)
    except DataError:
        return
    if unit is not None:
        low = text.lower()
        assert any(word in low for word, base in BASES.items() if unit.base.startswith(base))
        assert unit.factor == 1 or any(word in low for word, scale in SCALES.items() if scale == unit.factor)


@pytest.mark.parametrize("text", ["(" * 100_000, "ribu " * 20_000, " " * 100_000, "(" + "km " * 30_000 + ")"])
def test_long_texts_cost_nothing(text: str) -> None:
    started = time.process_time()
    assert parse_unit(text) is None
    assert parse_prices(text) == ("", None)
    assert time.process_time() - started < 0.5


def test_phrases_keep_their_order() -> None:
    assert read_phrases("ribu jiwa/persen") == [(Decimal(1000), "person"), (None, "percent")]


@pytest.mark.parametrize(
    ("title", "prices", "year"),
    [
        ("PDRB Atas Dasar Harga Konstan 2010 (Miliar Rupiah), 2015-2020", "constant", 2010),
        ("PDRB Atas Dasar Harga Konstan Tahun 2000 Menurut Kabupaten", "constant", 2000),
        ("PDRB ADHK 2010 (juta rupiah)", "constant", 2010),
        ("PDRB Atas Dasar Harga Konstan (2010=100)", "constant", 2010),
        ("GRDP at Constant 2010 Market Prices", "constant", 2010),
        ("GRDP at 2010 Constant Prices", "constant", 2010),
        ("PDRB atas dasar harga konstan, 2010-2014", "constant", None),
        ("PDRB atas dasar harga konstan 2010-2014", "constant", None),
        ("PDRB Atas Dasar Harga Berlaku, 2010", "current", None),
        ("GRDP at Current Market Prices", "current", None),
        ("PDRB ADHB", "current", None),
        ("PDRB Atas Dasar Harga Berlaku dan Konstan 2010", "", None),
        ("Jumlah Penduduk 2010", "", None),
        ("Indeks (2010=100)", "", None),
    ],
)
def test_prices_and_their_year(title: str, prices: str, year: int | None) -> None:
    """The base year of prices is neither a unit nor a year of data."""
    assert parse_prices(title) == (prices, year)


def test_two_base_years_are_refused() -> None:
    with pytest.raises(DataError, match=r"two base years of prices \(2: 2000, 2010\)"):
        parse_prices("PDRB Harga Konstan 2000 dan Harga Konstan 2010")


@pytest.mark.parametrize(
    ("text", "to", "factor"),
    [
        ("(Ribu Rupiah)", "thousand_idr_2010", "1"),
        ("(Juta Rupiah)", "thousand_idr_2010", "1000"),
        ("(Juta Rupiah)", "billion_idr_2010", "0.001"),
        ("(Triliun Rupiah)", "billion_idr_2010", "1000"),
        ("(Rupiah/kapita/bulan)", "idr_per_head_month", "1"),
        ("(Ribu Jiwa)", "person", "1000"),
        ("(%)", "percent", "1"),
        ("km2", "km2", "1"),
        ("Rupiah", "IDR_current", "1"),
    ],
)
def test_factor_to_a_unit_of_the_catalogue(text: str, to: str, factor: str) -> None:
    unit = parse_unit(text)
    assert unit is not None
    assert convert(unit, to) == Decimal(factor)


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("(%)", "billion_idr_2010"),
        ("(Rupiah/kapita/bulan)", "thousand_idr_2010"),
        ("(Rupiah)", "idr_per_head_month"),
        ("(Rupiah/kapita/tahun)", "idr_per_head_month"),
        ("(USD)", "thousand_idr_2010"),
        ("(unit)", "person"),
    ],
)
def test_units_that_do_not_measure_the_same_are_refused(text: str, to: str) -> None:
    unit = parse_unit(text)
    assert unit is not None
    with pytest.raises(DataError, match=rf"do not measure the same .*{to}"):
        convert(unit, to)


def test_unknown_unit_of_the_catalogue_is_refused() -> None:
    unit = parse_unit("Rupiah")
    assert unit is not None
    with pytest.raises(DataError, match=r"not in the catalogue \(1: furlong\)"):
        convert(unit, "furlong")


def test_every_unit_of_the_projects_catalogue_can_be_converted_to() -> None:
    """Each unit of the catalogue is what some printed unit is, one to one."""
    texts = ["Rupiah/kapita/bulan", *(f"{scale} rupiah" for scale in ("ribu", "juta", "miliar"))]
    units = [parse_unit(text) for text in [*texts, "jiwa", "unit", "persen", "indeks", "tahun"]]
    for to in read_catalogue()["unit"]:
        bases = [unit for unit in units if unit is not None and _factor(unit, to) == 1]
        assert len(bases) == 1, to


def _factor(unit: Unit, to: str) -> Decimal | None:
    try:
        return convert(unit, to)
    except DataError as error:
        assert "do not measure the same" in str(error)
        return None


def test_only_things_one_by_one_are_whole() -> None:
    assert [base for base in BASE_WORDS if whole(base)] == ["person", "unit", "household"]
    assert not whole("person", Decimal(1000))
