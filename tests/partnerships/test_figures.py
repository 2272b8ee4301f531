"""Figures out of text: annotated sentences, number words, dates, and what must never be a figure."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.errors import DataError
from spillover.partnerships.figures import COLUMNS, KINDS, QUALIFIERS
from spillover.partnerships.grammar.blanking import blanked
from spillover.partnerships.grammar.catalogue import read_units
from spillover.partnerships.grammar.digits import read_digits
from spillover.partnerships.grammar.numerals import read_number
from spillover.partnerships.grammar.words import tokens

sys.path.insert(0, str(Path(__file__).parent))
from scoring import read_corpus, score

TARGET = 0.98


def first(text: str, published: str | None = None) -> tuple[object, ...]:
    """The one figure of a text, without the columns that are empty."""
    table = sp.extract_figures(text, published)
    assert len(table) == 1, table.to_string()
    row = table.iloc[0]
    high = None if pd.isna(row["value_high"]) else row["value_high"]
    return row["quote"], row["kind"], row["value"], high, row["unit"], row["qualifier"]


def period(text: str, published: str = "2025-06-20") -> tuple[str, str]:
    """Period of the first figure of a text."""
    row = sp.extract_figures(text, published).iloc[0]
    return row["period_start"], row["period_end"]


# --- the annotated sentences ---


@pytest.mark.parametrize("part", ["dev", "held_out", "review", "second"])
def test_precision_and_recall(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    """On the sentences that the grammar was written with, and on those set aside before it was written.

    "review" was written after it, from causes of mistakes that a review found; "second" after that, by
    someone who had seen neither the grammar nor the other sentences.

    When it was first run on those set aside: precision 0.993, recall 1.000 on "held_out" (one of 145 was too
    much); 0.992 and 0.992 on "second" (one of 124 has a longer quotation: "85 UMKM Lokal").
    """
    corpus = read_corpus(part)
    result = score(corpus)
    with capsys.disabled():
        print(
            f"\n{part}: precision {result.precision:.3f}, recall {result.recall:.3f}; "
            f"{result.expected} figures in {len(corpus)} texts, "
            f"{sum(not item['figures'] for item in corpus)} of them without any; "
            f"periods {result.periods_right} of {result.periods}"
        )
    assert result.precision >= TARGET, result.wrong
    assert result.recall >= TARGET, result.wrong
    assert result.periods_right >= TARGET * result.periods, result.wrong


def test_corpus_is_large_enough_and_its_parts_share_nothing() -> None:
    parts = {part: read_corpus(part) for part in ("dev", "held_out", "review", "second")}
    assert sum(map(len, parts.values())) >= 150
    assert sum(not item["figures"] for part in parts.values() for item in part) >= 40
    texts = {part: {item["text"] for item in items} for part, items in parts.items()}
    assert len(set().union(*texts.values())) == sum(map(len, parts.values()))


# --- single figures ---


@pytest.mark.parametrize(
    ("text", "quote", "value", "unit"),
    [
        ("Rp3,5 triliun", "Rp3,5 triliun", 3.5e12, "IDR"),
        ("Rp 700 miliar", "Rp 700 miliar", 7e11, "IDR"),
        ("Rp\u00a0700\u202fmiliar", "Rp\u00a0700\u202fmiliar", 7e11, "IDR"),
        ("Rp500 ribu", "Rp500 ribu", 5e5, "IDR"),
        ("Rp1.234.567,89", "Rp1.234.567,89", 1234567.89, "IDR"),
        ("senilai 2,7 juta dolar AS", "2,7 juta dolar AS", 2.7e6, "USD"),
        ("worth USD 10 billion", "USD 10 billion", 1e10, "USD"),
        ("US$5 juta", "US$5 juta", 5e6, "USD"),
        ("4,4 juta unit usaha", "4,4 juta unit usaha", 4.4e6, "unit"),
        ("1.250 pelaku usaha", "1.250 pelaku usaha", 1250, "unit"),
        ("1,250 businesses were trained", "1,250 businesses", 1250, "unit"),
        ("1\u00a0250\u00a0000 orang", "1\u00a0250\u00a0000 orang", 1250000, "person"),
        ("220 peserta", "220 peserta", 220, "person"),
        ("seratus dua puluh UMKM", "seratus dua puluh UMKM", 120, "unit"),
        ("lima pilar", "lima pilar", 5, "pillar"),
        ("3,69 persen", "3,69 persen", 3.69, "percent"),
        ("65%", "65%", 65, "percent"),
        ("tiga hari", "tiga hari", 3, "day"),
        ("selama tiga tahun", "tiga tahun", 3, "year"),
        ("satu dekade", "satu dekade", 10, "year"),
        ("dua kali lipat", "dua kali lipat", 2, "times"),
        ("2,5 ribu orang", "2,5 ribu orang", 2500, "person"),
        ("half a million people", "half a million people", 5e5, "person"),
        ("masing-masing 20", "20", 20, ""),
        ("220 (dua ratus dua puluh) orang", "220 (dua ratus dua puluh) orang", 220, "person"),
        ("Rp13 miliar per bulan", "Rp13 miliar per bulan", 1.3e10, "IDR/month"),
        ("220 licences", "220 licences", 220, "permit"),
        ("30 ton beras", "30 ton", 30, "tonne"),
        ("TOTAL RP 3,5 TRILIUN", "RP 3,5 TRILIUN", 3.5e12, "IDR"),
    ],
)
def test_value_and_unit(text: str, quote: str, value: float, unit: str) -> None:
    found = first(text)
    assert (found[0], found[2], found[4], found[5]) == (quote, value, unit, "exact")


@pytest.mark.parametrize(
    ("text", "value", "high", "qualifier"),
    [
        ("sekitar 40 orang", 40, None, "about"),
        ("hampir 1.900 mitra", 1900, None, "about"),
        ("200-an orang", 200, None, "about"),
        ("lebih dari Rp700 miliar", 7e11, None, "at_least"),
        ("melampaui 65 persen", 65, None, "at_least"),
        ("minimal 20 UMKM", 20, None, "at_least"),
        ("hingga 60 orang", 60, None, "at_most"),
        ("up to 60 people", 60, None, "at_most"),
        ("hingga mencapai 60 orang", 60, None, "exact"),
        ("antara 40 dan 60 orang", 40, 60, "range"),
        ("40–60 orang", 40, 60, "range"),
        ("40-60 orang", 40, 60, "range"),
        ("Rp8–13 miliar", 8e9, 1.3e10, "range"),
        ("belasan UMKM", 11, 19, "range"),
        ("puluhan UMKM", 10, 99, "range"),
        ("ratusan UMKM", 100, 999, "range"),
        ("ribuan UMKM", 1000, 9999, "range"),
        ("puluhan ribu orang", 10000, 99999, "range"),
        ("hundreds of workers", 100, 999, "range"),
    ],
)
def test_qualifier(text: str, value: float, high: float | None, qualifier: str) -> None:
    found = first(text)
    assert (found[2], found[3], found[5]) == (value, high, qualifier)


@pytest.mark.parametrize(
    "text",
    [
        "19/6/2025",
        "21 Mei 2025",
        "Kamis (19/6/2025)",
        "pada tahun 2024",
        "ke-21",
        "abad ke-21",
        "Peraturan Nomor 1 Tahun 2022",
        "Pasal 33 ayat (2)",
        "UU 20/2008",
        "APBD 2023",
        "tahun anggaran 2024",
        "Komisi VII DPR",
        "Komisi 7 DPR",
        "COVID-19",
        "limbah B3",
        "KM 12",
        "0812-3456-7890",
        "+62 921 312 4567",
        "https://example.org/read/2024/01/19/215703426",
        "info@umkm12.id",
        "pukul 14.30 WIB",
        "14.30 WIB",
        "Halaman 2 dari 5",
        "Baca juga: 5 Fakta Kawasan",
        "Dibaca 1.204 kali",
        "3 komentar",
        "tiga tahun terakhir",
        "dua tahun lalu",
        "salah satu mitra",
        "satu sama lain",
        "kedua kabupaten",
        "Tahap I",
        "tahap 2",
        "one of the suppliers",
        "dua pertiga",
        "the last three years",
        "ISO 14001",
        "Gate 2",
        "SNI 8152",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert sp.extract_figures(text, "2025-06-20").empty
    around = sp.extract_figures(f"Menurut dinas, {text}, ada 45 UMKM.", "2025-06-20")
    assert around["quote"].tolist() == ["45 UMKM"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sejak 2021 ada 45 UMKM.", ("2021-01-01", "")),
        ("Ada 45 UMKM hingga awal 2025.", ("", "2025-04-30")),
        ("Sejak 2021 hingga awal 2025 ada 45 UMKM.", ("2021-01-01", "2025-04-30")),
        ("Sejak 2021, ada 45 UMKM hingga awal 2025.", ("2021-01-01", "2025-04-30")),
        ("Tahun ini ada 45 UMKM.", ("2025-01-01", "2025-12-31")),
        ("Tahun lalu ada 45 UMKM.", ("2024-01-01", "2024-12-31")),
        ("Pada Kamis (19/6/2025) hadir 45 orang.", ("2025-06-19", "2025-06-19")),
        ("Pada triwulan II 2024 ada 45 UMKM.", ("2024-04-01", "2024-06-30")),
        ("Dalam tiga tahun terakhir ada 45 UMKM.", ("2022-06-20", "2025-06-20")),
        ("Pada 2023 Rp8 miliar.", ("2023-01-01", "2023-12-31")),
        ("Over the last three years 45 SMEs were trained.", ("2022-06-20", "2025-06-20")),
        ("Ada 45 UMKM.", ("", "")),
    ],
)
def test_period(text: str, expected: tuple[str, str]) -> None:
    assert period(text) == expected


def test_each_figure_takes_the_period_that_is_its_own() -> None:
    table = sp.extract_figures("Nilainya Rp8 miliar pada 2023 dan Rp13 miliar pada 2024.")
    assert table["period_start"].tolist() == ["2023-01-01", "2024-01-01"]


def test_lists_and_changes_share_their_unit() -> None:
    table = sp.extract_figures("Pesertanya 40, 40, 60, dan 80 orang, naik dari 45 menjadi 120 UMKM.")
    assert table["value"].tolist() == [40, 40, 60, 80, 45, 120]
    assert table["unit"].tolist() == ["person"] * 4 + ["unit"] * 2


def test_html_gives_the_places_of_the_text_as_given() -> None:
    page = "<p class='a 12'>Nilai <b>Rp3,5</b>&nbsp;triliun</p><script>var x = '99 orang';</script>"
    row = sp.extract_figures(page).iloc[0]
    assert page[row["start"] : row["end"]] == row["quote"] == "Rp3,5</b>&nbsp;triliun"
    assert len(sp.extract_figures(page)) == 1


@pytest.mark.parametrize("text", [b"Rp3 triliun", "%PDF-1.7 Rp3 triliun", "PK\x03\x04", "a\x00b", None, 3])
def test_what_is_no_text_is_told(text: object) -> None:
    with pytest.raises(DataError):
        sp.extract_figures(text)  # type: ignore[arg-type]


def test_a_day_that_is_none_is_told() -> None:
    with pytest.raises(DataError, match="no date"):
        sp.extract_figures("45 UMKM", "kemarin")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "Tidak ada angka di sini.", "<html></html>"])
def test_nothing_gives_an_empty_table_with_all_columns(text: str) -> None:
    table = sp.extract_figures(text)
    assert table.empty
    assert list(table.columns) == COLUMNS
    assert str(table["start"].dtype) == "int64"


# --- numbers ---

# As num2words 0.5.14 spells them; all 2,037 numbers that were tried with it are read back, in both languages.
SPELLED = [
    (12, "dua belas", "twelve"),
    (21, "dua puluh satu", "twenty-one"),
    (111, "seratus sebelas", "one hundred and eleven"),
    (1001, "seribu satu", "one thousand and one"),
    (1999, "seribu sembilan ratus sembilan puluh sembilan", "one thousand, nine hundred and ninety-nine"),
    (11000, "sebelas ribu", "eleven thousand"),
    (101010, "seratus satu ribu sepuluh", "one hundred and one thousand and ten"),
    (2500000, "dua juta lima ratus ribu", "two million, five hundred thousand"),
    (10**12 + 1, "satu triliun satu", "one trillion and one"),
]


@pytest.mark.parametrize(("number", "indonesian", "english"), SPELLED)
def test_numbers_as_another_library_spells_them(number: int, indonesian: str, english: str) -> None:
    for lang, words in (("id", indonesian), ("en", english.replace(",", ""))):
        found = tokens(words)
        read = read_number(found, 0, lang)  # type: ignore[arg-type]
        assert read is not None
        assert (read.value, read.stop) == (number, len(found))


SIZES = (
    (10**12, "triliun"),
    (10**9, "miliar"),
    (10**6, "juta"),
    (1000, "ribu"),
    (100, "ratus"),
    (10, "puluh"),
)


def spelled(n: int) -> str:
    """A whole number below 10^15 in Indonesian words."""
    ones = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
    if n < 10:
        return ones[n]
    if n < 20:
        return {10: "sepuluh", 11: "sebelas"}.get(n, f"{ones[n - 10]} belas")
    for size, word in SIZES:
        if n >= size:
            many, rest = divmod(n, size)
            head = f"se{word}" if many == 1 and size in (100, 1000) else f"{spelled(many)} {word}"
            return head if rest == 0 else f"{head} {spelled(rest)}"
    raise AssertionError(n)


@given(st.integers(0, 10**15 - 1))
@settings(max_examples=200)
def test_every_spelled_number_is_read_back(n: int) -> None:
    """Planted truth: what was spelled is what is read, to the last word."""
    found = tokens(spelled(n))
    read = read_number(found, 0, "id")
    assert read is not None
    assert (read.value, read.stop) == (n, len(found))


@given(st.integers(0, 10**12), st.integers(0, 99), st.sampled_from(["id", "en"]))
@settings(max_examples=100)
def test_grouped_digits_are_read_back(whole: int, cents: int, lang: str) -> None:
    """The project's own writer of numbers (Babel) and this reader agree in both languages."""
    from babel.numbers import format_decimal

    text = format_decimal(whole + cents / 100, format="#,##0.00", locale=lang)
    read = read_digits(text, lang)  # type: ignore[arg-type]
    assert read is not None
    assert read[0] == pytest.approx(whole + cents / 100, abs=1e-3)


def test_scale_words_of_the_catalogue_are_those_of_cldr() -> None:
    from spillover.partnerships.grammar.numberwords import scales

    assert {w: scales()[w] for w in ("ribu", "juta", "miliar", "triliun", "billion")} == {
        "ribu": 1e3, "juta": 1e6, "miliar": 1e9, "triliun": 1e12, "billion": 1e9,
    }  # fmt: skip


def test_units_have_known_kinds() -> None:
    units = [unit for some in read_units().values() for _, unit in some]
    assert {unit.kind for unit in units} == set(KINDS)


# --- anything at all ---

PIECES = st.sampled_from(
    [
        *[
            "Rp",
            "Rp.",
            "US$",
            "3,5",
            "1.250",
            "40",
            "2021",
            "12",
            "triliun",
            "juta",
            "ribu",
            "persen",
            "%",
            "UMKM",
            "orang",
            "dan",
            "hingga",
            "–",
            "-",
            "antara",
            ",",
            ".",
            ";",
            "(",
        ],
        *[
            ")",
            "<",
            ">",
            "&",
            "/",
            "@",
            "sejak",
            "tahun",
            "lalu",
            "terakhir",
            "per",
            "bulan",
            "seratus",
            "dua",
            "puluh",
            "belasan",
            "setengah",
            "lebih",
            "dari",
            "Pasal",
        ],
        *[
            "No.",
            "ke",
            "-an",
            "a",
            "of",
            "half",
            "\ufeff",
            "&nbsp;",
            "<b>",
            "</b>",
            "<script>",
            "http://x.id",
            "+62",
            "0812",
            "Mei",
            "awal",
            "triwulan",
            "II",
        ],
        *[
            "minus",
            "-2,5",
            "½",
            "\u00ad",
            "s.d.",
            "juta-Rp",
            "¹",
            "<sup>",
            "dua tiga",
            "A$",
            "per kapal",
            "=",
            "lebih",
        ],
        "\u00a0",
        " ",
        "\n\n",
    ]
)
LISTS = st.lists(PIECES, max_size=40)


@given(st.one_of(st.text(max_size=120), LISTS.map(" ".join), LISTS.map("".join)))
@settings(max_examples=300)
def test_any_text_gives_quotations_of_itself(text: str) -> None:
    """Nothing but DataError is raised; quotations are exact, in order and apart; ranges are in order."""
    try:
        table = sp.extract_figures(text, "2025-06-20")
    except DataError:
        return
    for row in table.itertuples():
        assert text[row.start : row.end] == row.quote
        assert row.quote.strip() == row.quote != ""
        assert row.kind in KINDS
        assert row.qualifier in QUALIFIERS
        assert (row.qualifier == "range") == (row.value_high == row.value_high)
        assert not row.value_high <= row.value
        assert re.fullmatch(r"(\d{4}-\d\d-\d\d)?", row.period_start)
    assert (table["start"].to_numpy()[1:] >= table["end"].to_numpy()[:-1]).all()


@given(st.text(max_size=200))
@settings(max_examples=200)
def test_blanking_keeps_every_place(text: str) -> None:
    assert len(blanked(text)) == len(text)


HOSTILE = [
    "1 ",
    "Rp1 ",
    "<",
    "<a ",
    "&a",
    "a@",
    "seratus ",
    "2021-",
    "1/",
    "1,",
    "111\xa0",
    "hingga ",
    "5 hingga ",
    "<script>",
    "<!-- -->",
    "<script>x</script>",
    "<sup>",
    "<p>",
    "juta-",
    "1 juta ton-",
    "minus ",
    "per x ",
    "(",
    "3 tahun lalu ",
    "40 UMKM ",
    "dan ",
    "1.000.",
    "-",
    "x",
    "sejak 2021 ",
    "1 dan ",
    "Rp",
    "lebih dari ",
    "salah satu ",
    ". ",
]


def calls(text: str) -> int:
    """How many functions are called to read a text: a measure of work that no other process disturbs."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        sp.extract_figures(text)
    finally:
        sys.setprofile(None)
    return counted


def test_one_long_word_with_hyphens_is_parted_in_one_pass() -> None:
    """Its pieces and its hyphens are each looked at once, whatever its length."""
    found = tokens("x-" * 20_000 + "juta-" * 20_000 + "x")
    assert len(found) == 40_001
    assert found[-1].end == 7 * 20_000 + 1


@pytest.mark.parametrize("unit", HOSTILE)
def test_work_grows_with_the_length_only(unit: str) -> None:
    """Eight times the text takes at most about eight times the work, not sixty-four."""
    calls(unit)
    short, long = calls(unit * 250), calls(unit * 2000)
    assert long < 8.8 * short
