"""The headline studies: what they are made of, and that their sentences follow the numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.imk_specs import EXPOSURES, HEADLINE, OUTCOMES


@pytest.fixture(scope="module")
def imk() -> tuple[pd.DataFrame, pd.DataFrame]:
    return sp.imk_study(draws=99)


@pytest.fixture(scope="module")
def grdp() -> pd.DataFrame:
    return sp.grdp_study(draws=99)


def test_imk_study_covers_all_outcomes_and_exposures_with_a_relocation_p(imk) -> None:
    panel, estimates = imk
    assert len(panel) == 32 * 9
    assert set(zip(estimates["outcome"], estimates["term"], strict=True)) == {
        (o, e) for o in OUTCOMES for e in EXPOSURES
    }
    assert estimates["p_relocation"].between(0.01, 1).all()
    assert estimates["spec_id"].is_unique
    assert estimates["n_exposed"].between(1, 9).all()
    dropped = estimates.set_index("outcome")["n_dropped"]
    assert (dropped["log_output_per_establishment"] == 2).all()  # the two doubtful values
    assert (dropped["log_establishments"] == 0).all()


def test_exposure_is_a_share_that_rises_when_parks_open(imk) -> None:
    panel = imk[0].set_index(["region_code", "year"])[HEADLINE]
    assert panel.between(0, 1).all()
    assert panel["8200", 2020] > panel["8200", 2019]  # Weda Bay
    assert panel["7400", 2025] == panel["7400", 2017]  # nothing new within 100 km of other people
    assert panel["3300"].eq(0).all()
    steps = panel.groupby("region_code").diff().dropna()
    assert (steps >= -1e-12).all()


def test_a_province_share_is_the_hand_sum_of_its_districts(imk) -> None:
    """Maluku Utara 2020, by hand: people of districts with a centroid within 100 km of an operating park."""
    regions = sp.read_regions()
    regions = regions[regions["province_code"] == "8200"]
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), [2020])
    near = near.set_index("region_code")["distance_km"] < 100
    people = sp.read_indicator("population")
    people = people[people["year"] == 2017].set_index("region_code")["value"].reindex(near.index)
    by_hand = people[near].sum() / people.sum()
    assert imk[0].set_index(["region_code", "year"])[HEADLINE]["8200", 2020] == pytest.approx(
        by_hand, rel=1e-12
    )


def test_grdp_study_shows_both_bases_and_leaves_morowali_out(grdp) -> None:
    assert grdp["term"].tolist() == ["near_centroid", "near_edge", "near_centroid"]
    assert grdp["n_regions"].tolist() == [102, 102, 101]
    assert grdp["n_obs"].tolist() == [2550, 2550, 2525]
    assert grdp["estimate"].iloc[0] > grdp["estimate"].iloc[2]


def test_census_study_is_districts_with_their_distance_of_2016() -> None:
    table = sp.census_study()
    assert len(table) == 11
    assert table["distance_km"].is_monotonic_increasing
    assert not table["region_code"].str.endswith("00").any()
    assert table.set_index("name").loc["Kota Kendari", "park_id"] == "ANTAM_POMALAA"  # VDNI opened in 2017


def test_grdp_by_ring_is_the_geometric_mean_of_its_districts() -> None:
    table = sp.grdp_by_ring()
    assert table.groupby("year")["n_regions"].sum().eq(102).all()
    regions = sp.eastern_regions()
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), [2024])
    inner = near.loc[near["distance_km"] < 50, "region_code"]
    grdp = sp.read_indicator("grdp_per_capita_real")
    values = grdp[grdp["region_code"].isin(inner) & grdp["year"].eq(2024)]["value"]
    found = table[(table["ring"] == "0-50") & (table["year"] == 2024)]["value"].item()
    assert found == pytest.approx(np.exp(np.log(values).mean()), rel=1e-12)


def test_index_starts_at_100_and_others_come_last(imk) -> None:
    index = sp.imk_index(imk[0], "establishments")
    assert index.loc[index["year"] == 2017, "value"].eq(100).all()
    assert index["region_code"].iloc[-1] == ""
    assert set(index["region_code"]) == {"7200", "7300", "7400", "8200", ""}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_findings_follow_the_relocation_test_not_the_usual_p(imk, grdp, lang: str) -> None:
    words = {
        "id": (
            "Tidak terdeteksi",
            "bergerak bersama",
            "tidak terbukti",
            "bergantung pada",
            "melonjak di dekat kawasan.**",
        ),
        "en": (
            "No detectable change",
            "moves with",
            "not shown",
            "depends on",
            "jumps near the parks.**",
        ),
    }[lang]
    sp.set_language(lang)
    estimates = imk[1].assign(p_value=0.001)
    assert words[0] in sp.imk_finding(estimates.assign(p_relocation=0.2))
    assert words[1] in sp.imk_finding(estimates.assign(p_relocation=0.01))
    assert words[2] in sp.grdp_finding(grdp.assign(p_relocation=0.2))
    assert words[3] in sp.grdp_finding(grdp.assign(p_relocation=[0.01, 0.2, 0.01]))
    assert words[4] in sp.grdp_finding(grdp.assign(p_relocation=0.01))


def test_findings_write_the_numbers_they_are_given(imk) -> None:
    sp.set_language("en")
    chosen = imk[1]["term"].eq(HEADLINE) & imk[1]["outcome"].eq("log_establishments")
    changed = imk[1].assign(
        estimate=imk[1]["estimate"].mask(chosen, np.log(1.5)),
        conf_low=imk[1]["conf_low"].mask(chosen, np.log(0.9)),
        conf_high=imk[1]["conf_high"].mask(chosen, np.log(2.5)),
        n_exposed=imk[1]["n_exposed"].mask(chosen, 7),
    )
    text = sp.imk_finding(changed)
    assert "+50%" in text
    assert "−10% to +150%" in text
    assert "Only 7 of 32" in text
    assert "−10% and +150%" in sp.exposure_limit(changed)


def test_largest_fall_is_outside_any_change_of_exposure(imk) -> None:
    """Maluku Utara 2019, from 29,311 to 14,213 establishments: -52 %, the year before Weda Bay opened."""
    sp.set_language("en")
    names = sp.read_provinces().set_index("province_code")["name"]
    text = sp.largest_fall(imk[0], names)
    assert "Maluku Utara" in text
    assert "−52% in 2019" in text


def test_systems_limit_quotes_census_and_registry() -> None:
    sp.set_language("en")
    text = sp.systems_limit(sp.read_sme_counts(), "7203", "Morowali")
    assert "17,021" in text
    assert "4,603" in text


def test_numbered_is_a_markdown_list() -> None:
    sp.set_language("id")
    text = sp.numbered(sp.say(id="satu", en="one"), sp.say(id="dua", en="two"))
    assert text == "1. satu\n2. dua"
    assert text._repr_mimebundle_()["text/markdown"] == text
