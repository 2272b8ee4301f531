"""Methods of inference side by side, as a reader sees them."""

import io

import pandas as pd
import pytest
from lxml import html as lxml_html

from spillover.display import estimate_table, label, set_language
from spillover.display.inference_table import inference_table
from spillover.display.method_labels import KINDS, method_label
from spillover.errors import DataError

CAPTION = {"name": "inference", "title": "Satu taksiran, banyak cara", "source": "BPS"}
NAN = float("nan")
METHODS = [
    ("clustered by province_code", 0.1, "k_fixef=full, G/(G-1)"),
    ("CR2 by province_code", NAN, "not computable: province_code 7200 alone identifies the term"),
    ("wild cluster bootstrap by province_code, Webb weights, 999 draws, seed 1", 0.1, "restricted"),
    ("permutation of province_code", NAN,
     "not computable: exposure that differs inside a province_code and year (7200)"),
    ("relocation, 1999 draws", 0.1, "none (share of draws)"),
]  # fmt: skip
ROWS = pd.DataFrame(
    {
        "spec_id": "a", "term": "near_centroid", "outcome": "log_establishments", "estimate": 0.3,
        "std_error": [0.1, NAN, 0.1, NAN, NAN], "conf_low": [0.1, NAN, float("-inf"), NAN, -0.1],
        "conf_high": [0.5, NAN, 0.7, NAN, 0.7], "p_value": [0.01, NAN, 0.2, NAN, 0.15], "p_relocation": 0.15,
        "n_obs": 100, "n_regions": 20, "n_exposed": 4, "n_clusters": [8, 8, 8, None, None],
        "vcov": [m for m, _, _ in METHODS], "ssc": [s for _, _, s in METHODS], "model": "twfe",
    }
)  # fmt: skip


def cells(exhibit) -> list[list[str]]:
    root = lxml_html.fromstring(exhibit.html)
    return [[c.text_content() for c in row] for row in root.iterfind(".//tbody/tr")]


def note_of(exhibit) -> str:
    return lxml_html.fromstring(exhibit.html).find(".//p[@class='exhibit-note']").text_content()


def test_one_row_per_method_in_plain_words() -> None:
    table = cells(inference_table(ROWS, **CAPTION))
    assert [row[0] for row in table] == [
        "Per kelompok provinsi (cara biasa)\N{NO-BREAK SPACE}‡",
        "Per kelompok provinsi, disesuaikan bila kelompoknya sedikit (CR2)",
        "Per kelompok provinsi, galat dibalik acak 999 kali (wild bootstrap)\N{NO-BREAK SPACE}§",
        "Paparan ditukar antar-provinsi",
        "Kawasan dipindahkan ke lokasi lain yang masuk akal, 1.999 kali",
    ]
    assert table[0][1:] == ["0,300", "0,100", "[0,100; 0,500]", "0,010"]
    assert table[1][1:] == ["0,300", "–", "–", "–"]
    assert table[2][3] == "[−∞; 0,700]"


def test_the_note_says_what_signs_and_gaps_mean() -> None:
    note = note_of(inference_table(ROWS, **CAPTION))
    for said in (
        "Hasil yang diukur: Log perusahaan IMK.", "Wilayah terpapar: 4.", "‡ Dengan kurang dari 10",
        "§ Dengan kurang dari 10", "∞ berarti tidak ada batas", "ada di satu kelompok (7200)",
        "paparan berbeda di dalam satu provinsi",
    ):  # fmt: skip
        assert said in note
    set_language("en")
    note = note_of(inference_table(ROWS, **CAPTION))
    for said in ("too often declares an effect", "seldom declares", "∞ means no limit", "one group (7200)"):
        assert said in note


def test_with_enough_exposed_regions_no_method_is_marked() -> None:
    exhibit = inference_table(ROWS.assign(n_exposed=10), **CAPTION)
    assert not any(sign in exhibit.html for sign in "‡§†")


def test_driscoll_kraay_is_marked_by_its_years() -> None:
    """Its clusters are the years; the number of exposed regions does not help it."""
    row = ROWS.head(1).assign(vcov="Driscoll-Kraay, lag 2", n_exposed=30, n_clusters=25)
    exhibit = inference_table(row, **CAPTION)
    assert cells(exhibit)[0][0].endswith("¶")
    assert "¶ Dengan kurang dari 40 tahun" in note_of(exhibit)
    assert "¶" not in inference_table(row.assign(n_clusters=40), **CAPTION).html


def test_several_terms_get_a_column_and_their_own_marks() -> None:
    both = pd.concat([ROWS.head(2), ROWS.head(2).assign(term=">200", n_exposed=30)])
    exhibit = inference_table(both, **CAPTION)
    assert [row[0] for row in cells(exhibit)] == [
        *["Dekat kawasan (titik pusat)\N{NO-BREAK SPACE}†"] * 2, *["lebih dari 200 km"] * 2]  # fmt: skip
    assert [row[-1] for row in cells(exhibit)] == ["4", "4", "30", "30"]
    assert "† Kurang dari 10 wilayah terpapar" in note_of(exhibit)


def test_every_method_has_words_in_both_languages() -> None:
    """Each kind once, as the library writes it; none is shown as it stands in the data."""
    examples = [
        "clustered by region_code", "CR2 by province_code", "CR3 by province_code", "HC1",
        "wild cluster bootstrap by province_code, Rademacher weights, all 256 draws",
        "wild cluster bootstrap by g, Webb weights, 999 draws, seed 1", "wild cluster bootstrap by g",
        "Conley 200 km, Bartlett, lag 2", "Conley 62.5 km, Uniform", "Driscoll-Kraay, lag 2",
        "permutation of region_code within island, all 60 deals", "permutation of g",
        "permutation of region_code, 99 draws, seed 1", "cohort permutation of region_code, all 6 deals",
        "cohort permutation of g, 99 draws, seed 1", "cohort permutation of g", "relocation, 999 draws",
        "Romano-Wolf over 4 tests, 999 draws",
        "simulated, 999 of 999 draws with |rho| < 1, clustered by region_code",
    ]  # fmt: skip
    assert len(examples) == len(KINDS)
    shown = {}
    for lang in ("id", "en"):
        set_language(lang)
        shown[lang] = [method_label(vcov) for vcov in examples]
        assert len(set(shown[lang])) == len(examples)
    assert not set(shown["id"]) & set(shown["en"])
    assert "62.5 km" in shown["en"][8]
    assert method_label("of my own") == "of my own"


def test_a_conley_distance_beyond_the_map_is_said() -> None:
    vcov = "Conley 9000 km, Uniform; the cutoff is beyond the map (farthest 3,000 km): all pairs count; no standard error of d: the variance is not positive"  # noqa: E501
    note = note_of(inference_table(ROWS.iloc[[1]].assign(vcov=vcov, ssc="HC0"), **CAPTION))
    assert label("table.beyond_the_map") in note
    assert "ragamnya tidak positif" in note


def test_the_csv_is_raw() -> None:
    raw = pd.read_csv(io.StringIO(inference_table(ROWS, **CAPTION).csv))
    assert raw["vcov"].tolist() == ROWS["vcov"].tolist()
    assert raw["term"].tolist() == ROWS["term"].tolist()


def test_the_estimate_table_names_the_methods_of_a_term_that_has_several() -> None:
    exhibit = estimate_table(ROWS, **CAPTION)
    assert cells(exhibit)[0][1] == "Per kelompok provinsi (cara biasa)"
    assert "Galat baku:" not in note_of(exhibit)
    one = estimate_table(ROWS.tail(1), **CAPTION)
    assert "Galat baku: Kawasan dipindahkan" in note_of(one)


def test_few_exposed_without_a_relocation_test_is_said() -> None:
    said = label("table.few_without_relocation")
    assert said not in note_of(estimate_table(ROWS.head(1), **CAPTION))
    assert said in note_of(estimate_table(ROWS.head(1).assign(p_relocation=NAN), **CAPTION))
    assert said in note_of(estimate_table(ROWS.head(1).drop(columns="p_relocation"), **CAPTION))


def test_bad_rows_are_refused() -> None:
    with pytest.raises(DataError, match=r"missing columns.*vcov"):
        inference_table(ROWS.drop(columns="vcov"), **CAPTION)
    with pytest.raises(DataError, match="empty"):
        inference_table(ROWS.head(0), **CAPTION)
