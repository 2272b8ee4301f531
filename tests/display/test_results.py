"""Estimates as a table and as a plot."""

import io

import pandas as pd
import pytest
from lxml import etree
from lxml import html as lxml_html

from spillover.display import coefficient_plot, estimate_table, set_language
from spillover.errors import DataError

CAPTION = {"name": "did", "title": "Taksiran", "source": "BPS"}
ALT = "Taksiran dan selang di kiri dan kanan garis nol."
ESTIMATES = pd.DataFrame(
    {
        "spec_id": "a", "term": ["0-50", ">200"], "outcome": "log_establishments",
        "estimate": [-0.08123456, 0.3], "std_error": [0.18, 0.1], "conf_low": [-0.43, 0.1],
        "conf_high": [0.27, 0.5], "p_value": [0.66, 0.0001], "p_relocation": [0.4, None], "n_obs": 340,
        "n_regions": 34, "n_exposed": [4, 30], "n_clusters": 34, "vcov": "CRV1: province", "ssc": "full",
    }
)  # fmt: skip


def test_the_estimate_table_says_all_that_is_needed_to_judge() -> None:
    root = lxml_html.fromstring(estimate_table(ESTIMATES, **CAPTION).html)
    rows = [[c.text_content() for c in row] for row in root.iterfind(".//tbody/tr")]
    assert rows[0] == [
        "0–50 km\N{NO-BREAK SPACE}†",
        "−0,081",
        "0,180",
        "[−0,430; 0,270]",
        "0,660",
        "0,400",
        "4",
    ]
    assert rows[1][0] == "lebih dari 200 km", "thirty exposed regions need no dagger"
    assert rows[1][4:6] == ["<0,001", "–"]
    heads = [th.text_content() for th in root.iterfind(".//thead//th")]
    assert all("(" in head for head in heads[1:]), "a unit in the header of every column of numbers"
    note = root.find(".//p[@class='exhibit-note']").text_content()
    for said in (
        "Log perusahaan IMK",
        "CRV1: province",
        "full",
        "Wilayah: 34.",
        "Gugus: 34.",
        "Pengamatan: 340.",
        "Kurang dari 10 wilayah terpapar",
    ):
        assert said in note


def test_the_csv_of_estimates_is_raw_and_complete() -> None:
    raw = pd.read_csv(io.StringIO(estimate_table(ESTIMATES, **CAPTION).csv))
    assert list(raw) == list(ESTIMATES)
    assert raw["estimate"].tolist() == [-0.08123456, 0.3]
    assert raw["term"].tolist() == ["0-50", ">200"]


def test_several_outcomes_get_a_column() -> None:
    both = pd.concat([ESTIMATES, ESTIMATES.assign(outcome="log_workers")])
    root = lxml_html.fromstring(estimate_table(both, **CAPTION).html)
    firsts = [row[0].text_content() for row in root.iterfind(".//tbody/tr")]
    assert firsts == ["Log perusahaan IMK"] * 2 + ["Log tenaga kerja IMK"] * 2


def test_the_plot_writes_the_figures_beside_the_marks() -> None:
    set_language("en")
    exhibit = coefficient_plot(ESTIMATES, alt=ALT, **CAPTION)
    texts = {e.text for e in etree.fromstring(exhibit.svg).iter("{*}text")}
    assert {
        "0–50 km\N{NO-BREAK SPACE}†",
        "−0.08 [−0.43, 0.27]",
        "0.400",
        "4",
        "log points",
        "Log IMK establishments",
    } <= texts
    assert "Fewer than 10 exposed regions" in exhibit.html


def test_a_ring_without_estimate_keeps_its_row() -> None:
    """An empty ring is reported in table and plot, with dashes and without a dagger; counts may be <NA>."""
    blank = {"estimate": None, "std_error": None, "conf_low": None, "conf_high": None, "n_exposed": 0}
    empty = ESTIMATES.iloc[[0]].assign(**blank, n_clusters=pd.NA, term="50-100", p_value=None)
    both = pd.concat([ESTIMATES, empty]).astype({"estimate": float, "conf_low": float, "conf_high": float})
    both = both.astype(dict.fromkeys(["n_exposed", "n_clusters"], "Int64"))
    root = lxml_html.fromstring(estimate_table(both, **CAPTION).html)
    last = [c.text_content() for c in root.find(".//tbody/tr[last()]")]
    assert last == ["50–100 km", "–", "–", "–", "–", "0,400", "0"]
    texts = [e.text for e in etree.fromstring(coefficient_plot(both, alt=ALT, **CAPTION).svg).iter("{*}text")]
    assert texts[texts.index("50–100 km") + 1] == "–"


def test_bad_estimates_are_refused() -> None:
    with pytest.raises(DataError, match=r"missing columns.*conf_low"):
        coefficient_plot(ESTIMATES.drop(columns="conf_low"), alt=ALT, **CAPTION)
    with pytest.raises(DataError, match="empty"):
        estimate_table(ESTIMATES.iloc[:0], **CAPTION)
