"""Figures out of text: what a review of the grammar found, grouped by cause.

Each expectation is written as ``value unit`` of one figure after the other, parted by semicolons:
``8e5..1.2e6 IDR`` is a range, ``about``, ``>=`` or ``<=`` before it the qualifier, nothing at all no figure.
The sentences are simulated; their figures report nothing.
"""

from __future__ import annotations

import pandas as pd
import pytest

import spillover as sp

MARKS = {"exact": "", "range": "", "about": "about ", "at_least": ">= ", "at_most": "<= "}


def brief(text: str, published: str = "2025-06-20") -> str:
    """The figures of a text in the short form of this module."""
    rows = sp.extract_figures(text, published).itertuples()
    return "; ".join(
        f"{MARKS[row.qualifier]}{row.value:.12g}"
        + ("" if pd.isna(row.value_high) else f"..{row.value_high:.12g}")
        + f" {row.unit}".rstrip()
        for row in rows
    )


def same(expected: str) -> str:
    """The expectation with its numbers written as `brief` writes them."""
    parts = []
    for part in filter(None, expected.split("; ")):
        words = part.split(" ")
        at = next(i for i, w in enumerate(words) if w[0] in "-0123456789")
        words[at] = "..".join(f"{float(n):.12g}" for n in words[at].split(".."))
        parts.append(" ".join(words))
    return "; ".join(parts)


def cases(table: str) -> list[tuple[str, str]]:
    """Lines ``text → expectation``; ``\\n`` in a text is a line break."""
    pairs = [line.strip().split(" → ") if " → " in line else (line.strip()[:-2], "")
             for line in table.strip().splitlines()]  # fmt: skip
    return [(text.replace("\\n", "\n"), expected) for text, expected in pairs]


def check(text: str, expected: str) -> None:
    assert brief(text) == same(expected)


LANGUAGE = """
Produksi 300 ton per hari, 9.000 ton/bulan. → 300 tonne/day; 9000 tonne/month
Produksi 300 ton per hari, 108.000 ton per tahun. → 300 tonne/day; 108000 tonne/year
Produksi 1.250 ton per bulan. → 1250 tonne/month
Belanja US$ 1.250 per ton. → 1250 USD/tonne
Harga nikel US$ 15.250 per ton. → 15250 USD/tonne
Panjang jalan 1.234 km per kabupaten. → 1234 km/district
Luas 1.250-an hektare. → about 1250 hectare
3.000-an UMKM → about 3000 unit
The firm works in the region. Produksi 12.345 ton. Luas 2.500 hektare. → 12345 tonne; 2500 hectare
Vale Spends $12,500 Training Farmers → 12500 USD
Freeport pays US$3,750 monthly wages → 3750 USD/month
Antam exports 12,345 tonnes nickel ore → 12345 tonne
Nickel hits $15,430/ton → 15430 USD/tonne
Net profit Rp1,234 billion (2023: Rp1,102 billion) → 1.234e12 IDR; 1.102e12 IDR
Total employees: 3,045 (2023: 2,987) → 3045; 2987
Sebanyak US$12,500 dibayarkan oleh perusahaan. → 12500 USD
Biaya USD1,250 per orang untuk pelatihan yang diikuti 40 orang. → 1250 USD/person; 40 person
Produksi 12,500 ton → 12500 tonne
Naik 45.125 persen → 45.125 percent
Naik 3.125 persen → 3.125 percent
up 12,345 percent → 12.345 percent
Rp1,234 triliun → 1.234e12 IDR
Rp1.234 miliar → 1.234e12 IDR
Luasnya 1,250.000 ha →
"""


@pytest.mark.parametrize(("text", "expected"), cases(LANGUAGE))
def test_groups_of_three_are_told_by_what_follows_them(text: str, expected: str) -> None:
    """Currency, scale word and measure after the digits decide 1.250, before the language of the sentence."""
    check(text, expected)


LETTERS = """
The $2m grant was for them. → 2e6 USD
a grant of $2M → 2e6 USD
€2.5m → 2.5e6 EUR
USD5m → 5e6 USD
$5m-$10m → 5e6..1e7 USD
$750k → 7.5e5 USD
USD 22k → 22000 USD
Rp50k → 50000 IDR
IDR 5 B → 5e9 IDR
Rp5 M → 5e9 IDR
US$ 5 mio → 5e6 USD
USD 5 mln → 5e6 USD
Rp 2 mio → 2e6 IDR
3k workers → 3000 person
5M people → 5e6 person
3,5 M rupiah → 3.5e9 IDR
5 M USD → 5e6 USD
Rp 3 m2 →
Rp 3 milliar → 3e9 IDR
Rp 3 triliyun → 3e12 IDR
USD 4 bilion → 4e9 USD
"""


@pytest.mark.parametrize(("text", "expected"), cases(LETTERS))
def test_letters_of_scale_follow_the_currency(text: str, expected: str) -> None:
    """m is a million of dollars and a milliard of rupiah; k and b are read; a misspelt scale is one."""
    check(text, expected)


GLUED = """
Berkisar Rp 5 juta-Rp 10 juta. → 5e6..1e7 IDR
Rp 500 ribu-Rp 1 juta → 5e5..1e6 IDR
Rp3 triliun-Rp4 triliun → 3e12..4e12 IDR
Rp15rb-Rp20rb per porsi → 15000..20000 IDR/item
Rp3T-Rp4T → 3e12..4e12 IDR
10 persen-15 persen → 10..15 percent
Rp3,5 triliun-an → about 3.5e12 IDR
Rp 3 miliar-an → about 3e9 IDR
Rp3juta-an → about 3e6 IDR
50rb-an → about 50000
3 ribu-an → about 3000
3 rb-an UMKM → about 3000 unit
The 1.5 million-strong workforce → 1.5e6
dua puluh-tiga puluh orang → 20..30 person
lima-enam UMKM → 5..6 unit
Rp300-an juta digelontorkan. → about 3e8 IDR
Rp 50-an ribu → about 50000 IDR
20-an ribu orang hadir. → about 20000 person
Rp 300 jutaan per bulan. → about 3e8 IDR/month
Rp 2 jutaan → about 2e6 IDR
2 jutaan rupiah → about 2e6 IDR
20 ribuan orang → about 20000 person
5 milyaran rupiah → about 5e9 IDR
a 300-hectare site → 300 hectare
a 3-year programme → 3 year
a 5-day training → 5 day
"""


@pytest.mark.parametrize(("text", "expected"), cases(GLUED))
def test_scales_glued_by_a_hyphen_are_read(text: str, expected: str) -> None:
    """A hyphen parts scale words from what follows, and "-an" may stand before or after the scale."""
    check(text, expected)


LEAKS = """
Jumlah UMKM mencapai 1.204 atau 45 persen dari target. → 1204; 45 percent
sebanyak 120 atau 45 persen → 120; 45 percent
sebanyak 120 dan 45 persen perempuan → 120; 45 percent
The number rose to 1,204, 12% more → 1204; 12 percent
Mencapai 2,5 juta atau 12 persen. → 2.5e6; 12 percent
Jawa Barat, 1.250, 45% → 1250; 45 percent
Bantuan 500 juta, 3 hari, 25 UMKM → 5e8; 3 day; 25 unit
Menjadi 12, dan 3 bulan kemudian 15 UMKM. → 12; 15 unit
RM 3 juta dan S$5 juta → 3e6 MYR; 5e6 SGD
Jumlahnya 1.500, 25 orang di antaranya perempuan. → 1500; 25 person
Pesertanya 40, 40, 60, dan 80 orang. → 40 person; 40 person; 60 person; 80 person
"""


@pytest.mark.parametrize(("text", "expected"), cases(LEAKS))
def test_a_complete_number_takes_no_unit_of_its_neighbour(text: str, expected: str) -> None:
    """Only a bare small number of a list takes the unit of the next; shares and days are passed to none."""
    check(text, expected)


SHARED = """
dari Rp 3 menjadi Rp 5 miliar → 3e9 IDR; 5e9 IDR
dari Rp 3 ke Rp 5 miliar → 3e9 IDR; 5e9 IDR
masing-masing Rp 3 dan Rp 5 miliar → 3e9 IDR; 5e9 IDR
naik dari 3 ke 5 juta ton → 3e6 tonne; 5e6 tonne
dari 1,2 menjadi 1,5 juta orang → 1.2e6 person; 1.5e6 person
It rose from 1.2 to 1.5 million workers → 1.2e6 person; 1.5e6 person
1,2 dan 1,5 juta orang → 1.2e6 person; 1.5e6 person
2, 3, dan 5 juta orang → 2e6 person; 3e6 person; 5e6 person
Rp 2,5 dan 3 miliar → 2.5e9 IDR; 3e9 IDR
"""


@pytest.mark.parametrize(("text", "expected"), cases(SHARED))
def test_changes_and_lists_share_their_scale(text: str, expected: str) -> None:
    """dari Rp 3 menjadi Rp 5 miliar is a change of milliards, not of three rupiah."""
    check(text, expected)


RANGES = """
Rp 800 ribu-1,2 juta. → 8e5..1.2e6 IDR
Rp 800-1,2 juta. →
Rp 2,5 juta-3 juta → 2.5e6..3e6 IDR
Rp3 T-4 T → 3e12..4e12 IDR
Rp10 s.d. Rp15 juta per bulan per UMKM → 1e7..1.5e7 IDR/month/unit
10 s.d. 15 persen → 10..15 percent
5 s/d 10 orang → 5..10 person
5 sd 10 orang → 5..10 person
Rp 10 juta s/d Rp 50 juta per kelompok → 1e7..5e7 IDR/group
Rp 5.000/kg - Rp 6.000/kg → 5000..6000 IDR/kg
Puluhan hingga ratusan UMKM → 10..999 unit
puluhan hingga ratusan juta rupiah → 1e7..999999999 IDR
belasan hingga puluhan juta rupiah → 1.1e7..99999999 IDR
tumbuh 10 sampai 20 persen → 10..20 percent
turun dari 10 hingga 5 persen → 10 percent; 5 percent
10 hingga maksimal 20 persen → 10..20 percent
2~3 UMKM → 2..3 unit
1 juta ton-1,5 juta ton → 1e6..1.5e6 tonne
Total peserta: 12\\n- 25 perempuan\\n- 30 laki-laki → 25 person; 30
Bantuan Rp 3 miliar\\n- Rp 5 miliar untuk UMKM → 3e9 IDR; 5e9 IDR
Total dana Rp 5 miliar\\nPer bulan 3 orang → 5e9 IDR; 3 person
40 orang\\nsetahun kemudian → 40 person
<tr><td>12</td><td>juta</td></tr> →
<li>Rp 3</li><li>miliar</li> →
<p>12</p><p>orang hadir</p> →
"""


@pytest.mark.parametrize(("text", "expected"), cases(RANGES))
def test_ranges(text: str, expected: str) -> None:
    """The ways of writing a range; a new line, a bullet or a block of HTML ends every figure."""
    check(text, expected)


CUT = """
Rp 3 , 5 triliun →
Rp 3, 5 triliun →
naik 12, 5 persen →
Rp 100 000 →
Rp 1.500. 000 →
Rp. 3. 500.000 →
1 .250 UMKM →
1 250 UMKM →
1’250 orang →
Rp 1O0.000 →
Rp 3,5 tri- liun →
1\u00ad250 UMKM → 1250 unit
25\u200b0 orang → 250 person
Rp 3,5 tri\u00adliun → 3.5e12 IDR
Rp 3 miliar¹ → 3e9 IDR
300 UMKM¹ → 300 unit
250<sup>1</sup> UMKM → 250 unit
３００ orang → 300 person
Dividen Rp12,5 per lembar → 12.5 IDR/item
"""


@pytest.mark.parametrize(("text", "expected"), cases(CUT))
def test_a_cut_number_gives_no_wrong_one(text: str, expected: str) -> None:
    """A blank inside a number leaves no figure rather than a part of it; footnotes do no harm."""
    check(text, expected)


FRACTIONS = """
half a dozen firms → 6 unit
two dozen firms → 24 unit
three quarters of a million people → 750000 person
one and a half million rupiah → 1.5e6 IDR
fifteen hundred people → 1500 person
3 ratus juta → 3e8
Rp 3 ratus juta → 3e8 IDR
2 puluh orang → 20 person
satu koma dua lima triliun rupiah → 1.25e12 IDR
selama dua setengah tahun → 2.5 year
Rp 2 setengah juta → 2.5e6 IDR
Satu setengah jam → 1.5 hour
two and a half years → 2.5 year
Rp1½ miliar → 1.5e9 IDR
Rp2¼ miliar → 2.25e9 IDR
2½ juta rupiah → 2.5e6 IDR
dua tiga orang → 2..3 person
seperempat juta rupiah → 250000 IDR
rose .5 percent →
"""


@pytest.mark.parametrize(("text", "expected"), cases(FRACTIONS))
def test_fractions_dozens_and_decimals_in_words(text: str, expected: str) -> None:
    """Halves, quarters, dozens and decimals in words have the value that they say."""
    check(text, expected)


CURRENCIES = """
A$2 million → 2e6 AUD
C$5m → 5e6 CAD
NZ$3m → 3e6 NZD
HK$ 3 juta → 3e6 HKD
500 dolar Hong Kong → 500 HKD
500 dolar Australia → 500 AUD
500 dolar Kanada → 500 CAD
£5 million → 5e6 GBP
RM 3 juta → 3e6 MYR
3 juta ringgit → 3e6 MYR
AUD 5 million → 5e6 AUD
500 baht → 500 THB
Rupiah 3 miliar → 3e9 IDR
5 juta Rp → 5e6 IDR
500 juta US$ → 5e8 USD
Rp: 100.000 → 100000 IDR
Rp ± 3 miliar → about 3e9 IDR
(dalam jutaan Rupiah) →
Nilai investasi X$5 million →
"""


@pytest.mark.parametrize(("text", "expected"), cases(CURRENCIES))
def test_currencies_keep_their_name(text: str, expected: str) -> None:
    """No dollar of another country is one of the United States, and no money is a count."""
    check(text, expected)


SIGNS = """
-2,07 persen → -2.07 percent
minus 2,07% → -2.07 percent
tumbuh minus 5 persen → -5 percent
-Rp 3 miliar → -3e9 IDR
rugi Rp -3 miliar → -3e9 IDR
tumbuh −2,5% pada 2024 → -2.5 percent
+5,2% → 5.2 percent
2,5±1 persen →
suhu -5 derajat →
"""


@pytest.mark.parametrize(("text", "expected"), cases(SIGNS))
def test_a_minus_sign_is_kept(text: str, expected: str) -> None:
    """A loss is no gain: minus before a share or an amount gives a negative value."""
    check(text, expected)


def test_the_quotation_includes_the_sign() -> None:
    table = sp.extract_figures("Ekonomi tumbuh -2,07 persen, lalu minus 3 persen; laba -Rp 3 miliar.")
    assert table["quote"].tolist() == ["-2,07 persen", "minus 3 persen", "-Rp 3 miliar"]


RATES = """
Rp 100.000,- per orang → 100000 IDR/person
Rp 100.000,-/orang → 100000 IDR/person
Rp. 100.000.000,-/bulan → 1e8 IDR/month
Rp5.000.000,- (lima juta rupiah) per bulan → 5e6 IDR/month
sebesar 50% (lima puluh persen) → 50 percent
Rp 5 juta per bulannya → 5e6 IDR/month
Rp 5 juta tiap bulannya → 5e6 IDR/month
Rp 5 juta setiap tahunnya → 5e6 IDR/year
Rp 5 juta/bln → 5e6 IDR/month
Rp 50.000/org → 50000 IDR/person
Rp 5 juta per-bulan → 5e6 IDR/month
USD 5 million per annum → 5e6 USD/year
USD 5 million annually → 5e6 USD/year
Rp 5 juta dalam sebulan → 5e6 IDR/month
Rp 5 juta setiap kelompok → 5e6 IDR/group
Rp 5 juta untuk setiap UMKM → 5e6 IDR/unit
Rp 5 juta tiap orang → 5e6 IDR/person
Rp3 juta per orang per bulan → 3e6 IDR/person/month
Rp 5 juta per 3 bulan →
Rp 15.000 per cangkir → 15000 IDR/cangkir
Rp 15.000/bungkus → 15000 IDR/bungkus
Rp 5 juta per kapal → 5e6 IDR/kapal
Rp 16.000 per dolar AS → 16000 IDR/USD
US$1 = Rp16.000 →
Rp 2000 per porsi → 2000 IDR/item
Sebanyak 40 UMKM/IKM → 40 unit
5 kota/kabupaten → 5 district
12 kab/kota → 12 district
It rose to $18,125.50 a tonne → 18125.5 USD/tonne
Laba $7.1 million a year earlier → 7.1e6 USD
"""


@pytest.mark.parametrize(("text", "expected"), cases(RATES))
def test_rates(text: str, expected: str) -> None:
    """What is paid per something is never a plain total, and two names of one thing are no rate."""
    check(text, expected)


QUALIFIERS = """
tidak melebihi 300 UMKM → <= 300 unit
tidak melampaui 5 persen → <= 5 percent
tidak di atas 5 persen → <= 5 percent
a sum not exceeding $5 million → <= 5e6 USD
not over 300 firms → <= 300 unit
never more than 300 firms → <= 300 unit
belum lebih dari 300 UMKM → <= 300 unit
tidak lebih 300 UMKM → <= 300 unit
tidak di bawah 300 UMKM → >= 300 unit
not fewer than 300 firms → >= 300 unit
belum mencapai 300 UMKM → <= 300 unit
tidak mencapai 300 UMKM → <= 300 unit
It did not reach 300 firms → <= 300 unit
It does not exceed 5 percent → <= 5 percent
tidak kurang 300 UMKM → >= 300 unit
lebih dari sekitar 300 UMKM → >= 300 unit
tembus hingga Rp 3 miliar → >= 3e9 IDR
repayable over three years → 3 year
Rp 3,5 triliun lebih telah disalurkan → >= 3.5e12 IDR
300 orang lebih hadir → >= 300 person
65 juta lebih pelaku UMKM → >= 6.5e7 unit
300 lebih UMKM → >= 300 unit
Lebih 300 orang hadir → >= 300 person
300 orang atau lebih → >= 300 person
setidaknya ada 300 UMKM → >= 300 unit
menembus angka Rp 3 miliar → >= 3e9 IDR
melebihi target 300 UMKM → 300 unit
Rp 300 juta ke bawah → <= 3e8 IDR
300+ firms → >= 300 unit
300 or more firms → >= 300 unit
≈40 orang → about 40 person
+/- 40 orang → about 40 person
> Rp 5 juta untuk UMKM → 5e6 IDR
300 orang lebih banyak → 300 person
"""


@pytest.mark.parametrize(("text", "expected"), cases(QUALIFIERS))
def test_qualifiers_with_a_negation_and_after_the_number(text: str, expected: str) -> None:
    """ "Not over" is "at most", and the qualifier may follow the number or stand a word away."""
    check(text, expected)


NOTHING = """
Menurut Peraturan Nomor 5, 6 dan 7 Tahun 2021, wajib. →
Pasal 5, 6, dan 7 menyebut 3 kriteria → 3
1 dari 5 UMKM →
Satu dari tiga pelaku usaha →
One in five SMEs →
25 dari 40 UMKM lolos → 25 unit; 40 unit
On June 12, 30 people attended. → 30 person
Buka 10.00 – 12.00 →
Buka 9.30 pagi →
Jl Sudirman 52-53 →
Skor 3-1 →
a 50-50 joint venture →
ranking 5 dunia →
untuk yang ke-3 kalinya →
5 menit baca →
5 min read →
sebanyak 64,2 juta menyerap tenaga → 6.42e7
25 women-owned firms → 25 unit
40 partner SMEs → 40 unit
selama 12 thn → 12 year
selama 3 bln → 3 month
17 org → 17 person
Untung < 5 persen bagi 300 UMKM, rugi > 2 tahun → <= 5 percent; 300 unit; >= 2 year
jalan 12 km → 12 km
kelas (30 siswa) → 30 person
angkatan 30 orang → 30 person
kepulauan 12 desa → 12 village
anggaran 40 persen → 40 percent
at 12.75 percent → 12.75 percent
Pihak pertama lima (5) orang → 5 person
selama tiga (3) hari → 3 day
tahun 2020-an →
Ada 40 UMKM, 25 di antaranya milik perempuan. → 40 unit; 25
KUR tahap 3 UMKM →
"""


@pytest.mark.parametrize(("text", "expected"), cases(NOTHING))
def test_what_counts_nothing_and_what_does(text: str, expected: str) -> None:
    """Articles of law, times, scores and addresses are none; a label does not hide a number with a unit."""
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Januari–Maret 2025 ada 45 UMKM.", ("2025-01-01", "2025-03-31")),
        ("Januari-Maret 2025 ada 45 UMKM.", ("2025-01-01", "2025-03-31")),
        ("Pada 3-4 Juni 2025 hadir 45 UMKM.", ("2025-06-03", "2025-06-04")),
        ("Pada H1 2024 ada 45 UMKM.", ("2024-01-01", "2024-06-30")),
        ("Pada 1Q24 ada 45 UMKM.", ("2024-01-01", "2024-03-31")),
        ("Pada 1H25 ada 45 UMKM.", ("2025-01-01", "2025-06-30")),
        ("Triwulan ke-2 tahun 2024 ada 45 UMKM.", ("2024-04-01", "2024-06-30")),
        ("Sembilan bulan pertama 2024 ada 45 UMKM.", ("2024-01-01", "2024-09-30")),
        ("Pada 2021 s.d. 2024 ada 45 UMKM.", ("2021-01-01", "2024-12-31")),
        ("Maret tahun lalu ada 45 UMKM.", ("2024-03-01", "2024-03-31")),
        ("UU No. 3 Tahun 2020 mewajibkan 40 persen.", ("", "")),
        ("Ada 45 UMKM, naik dibandingkan tahun 2023.", ("", "")),
        ("Sampai dengan 30 April 2025 ada 45 UMKM.", ("", "2025-04-30")),
        ("Sejak Januari ada 45 UMKM.", ("2025-01-01", "")),
        ("Pada 2023/2024 ada 45 UMKM.", ("2023-01-01", "2024-12-31")),
        ("Pada 2023 dan 2024 ada 45 UMKM.", ("2023-01-01", "2024-12-31")),
        ("Omzet Rp 3 miliar (dari Maret 2023).", ("", "")),
        ("Kontrak No. 12/2021 senilai Rp 3 miliar.", ("", "")),
        ("Kemarin hadir 45 UMKM.", ("2025-06-19", "2025-06-19")),
    ],
)
def test_periods(text: str, expected: tuple[str, str]) -> None:
    """Spans of months and days, halves, quarters and what only looks like a period."""
    row = sp.extract_figures(text, "2025-06-20").iloc[0]
    assert (row["period_start"], row["period_end"]) == expected


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Pada 2021 Rp1 miliar, pada 2022 Rp2 miliar, dan pada 2023 Rp3 miliar.", ["2021", "2022", "2023"]),
        ("Tahun 2022 sebanyak 45 UMKM, tahun 2023 60 UMKM", ["2022", "2023"]),
        ("Laba 2024 Rp3 miliar (2023: Rp2 miliar)", ["2024", "2023"]),
        ("Laba Rp1.234 miliar (2023: Rp1.102 miliar)", ["", "2023"]),
        ("Nilainya Rp8 miliar pada 2023 dan Rp13 miliar pada 2024.", ["2023", "2024"]),
    ],
)
def test_each_figure_of_a_row_takes_its_own_year(text: str, years: list[str]) -> None:
    """Year before figure or figure before year: the order of the sentence holds for all of its figures."""
    assert [p[:4] for p in sp.extract_figures(text)["period_start"]] == years
