"""Sentences on firmness follow the numbers; the curve's figure shows every estimate and the headline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.display.robustness import curve_finding, power_finding, power_table
from spillover.display.spec_curve import specification_chart
from spillover.display.spec_words import spec_words
from spillover.errors import DataError
from spillover.spec_curve import imk_curve

CAPTION = {"name": "curve", "title": "Curve, log points", "source": "BPS"}
ALT = "Estimates in order of size, and the choices behind each."


def a_curve(estimates: list[float], ps: list[float]) -> pd.DataFrame:
    """Results made up for the test, under names of real specifications."""
    size = np.array(estimates)
    return pd.DataFrame(
        {
            "spec_id": [spec.spec_id for spec in imk_curve()[: len(size)]],
            "estimate": size,
            "conf_low": size - 0.1,
            "conf_high": size + 0.1,
            "p_relocation": ps,
        }
    )


@pytest.mark.parametrize(
    ("estimates", "ps", "id_words", "en_words"),
    [
        ([0.3] * 10, [0.01] * 10, "bertahan pada hampir semua", "holds under nearly all"),
        ([0.3, -0.3] * 5, [0.01] * 10, "bergantung pada pilihan", "depends on the choices"),
        ([0.3] * 10, [0.4] * 10, "Hampir tidak ada pilihan", "Hardly any choice"),
        ([0.3] * 10, [0.4] * 5 + [0.01] * 5, "bertahan", "holds"),
        ([0.3, -0.3] * 5, [0.4] * 7 + [0.01] * 3, "hanya pada sebagian", "some choices only"),
    ],
)
def test_the_verdict_on_a_curve_follows_its_numbers(estimates, ps, id_words: str, en_words: str) -> None:
    for lang, words in (("id", id_words), ("en", en_words)):
        sp.set_language(lang)
        assert words in curve_finding(a_curve(estimates, ps))


def test_a_curve_counts_what_it_says() -> None:
    sp.set_language("en")
    text = curve_finding(a_curve([0.2, 0.1, -0.1, np.nan], [0.3, 0.04, 0.9, np.nan]))
    assert "3 specifications: 2 have the sign of the headline (+0.20, relocation p 0.300)" in text
    assert "at most 0.05 in 1 (33%)" in text


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_figure_names_every_option_that_varies_and_counts_what_is_not_drawn(lang: str) -> None:
    sp.set_language(lang)
    curve = a_curve([0.2, 0.1, -0.1, 0.3, np.nan], [0.3, 0.04, 0.9, 0.5, np.nan])
    html = specification_chart(curve, alt=ALT, **CAPTION).html
    for word in {"id": ("Mulai", "dibangun", "luar Jawa"), "en": ("Start", "construction", "outside Java")}[
        lang
    ]:
        assert word in html
    assert {"id": "1 spesifikasi tidak dapat", "en": "1 specifications cannot"}[lang] in html
    assert {"id": "Ukuran usaha", "en": "Firm size"}[lang] not in html  # the same in all four


def test_a_figure_without_estimates_is_an_error() -> None:
    with pytest.raises(DataError):
        specification_chart(a_curve([np.nan], [np.nan]), alt=ALT, **CAPTION)


def test_power_is_told_as_a_rise_and_a_fall() -> None:
    """A log effect of 0.5 is a rise of 65 % or a fall of 39 %; an unbounded interval is said to be one."""
    power = pd.DataFrame(
        {
            "spec_id": ["imk:log_establishments", "district:tpt"],
            "outcome": ["log_establishments", "tpt"],
            "term": ["population_share_centroid", "near_centroid"],
            "estimate": [0.1, -0.4],
            "conf_low": [-np.inf, -1.2],
            "conf_high": [0.3, 0.4],
            "p_relocation": [0.4, 0.2],
            "n_exposed": [3, 10],
            "detectable_effect": [0.5, 1.44],
        }
    )
    sp.set_language("en")
    text = power_finding(power)
    assert "+65% or −39%" in text
    assert "between any fall and +35%" in text
    html = power_table(power, name="power", title="Power, 2017–2025", source="BPS").html
    assert "+65 or −39" in html
    assert "±1.4" in html
    sp.set_language("id")
    assert "antara berapa pun turunnya dan +35%" in power_finding(power)


def test_a_specification_in_words() -> None:
    sp.set_language("en")
    assert spec_words("district:tpt:parks=without_IMIP,last_year=2019,without=7203") == (
        "Parks: without IMIP; Last year: 2019; Without district: Morowali"
    )
    sp.set_language("id")
    assert spec_words("imk:log_workers:within_km=150") == "Jarak (km): 150"
