"""Partnership rates by province against nearness to parks: sums, planted truth, size of the test, words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover import partnering, partnering_ground
from spillover.designs import mean_distance_design
from spillover.display import fmt, fmt_p
from spillover.display.partnership_rates import (
    partnership_rate_estimates,
    partnership_rate_finding,
    partnership_rate_scatter,
    partnership_rate_table,
)
from spillover.errors import DataError
from spillover.imk_partnership import read_imk_partnership
from spillover.inference.relocation import relocation_p
from spillover.partnering import cross_section_test, partnership_estimates, partnership_treatments
from spillover.partnering_ground import NEARNESS, partnership_study, province_ground, province_people

TERMS = ["population_share_centroid", "population_share_edge", "log_nearest_km"]
ASKED = {"id": "kemitraan apa pun, dengan siapa pun", "en": "partnership of any kind, with anybody"}


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    return partnership_study()


@pytest.fixture(scope="module")
def estimates(study: pd.DataFrame) -> pd.DataFrame:
    return partnership_estimates(study, draws=99)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Both bases by centroid: the polygons take seconds and are not what is tested."""
    for module in (partnering, partnering_ground):
        monkeypatch.setattr(module, "distance_measure", lambda regions, *_: partial(sp.geodesic_km, regions))
    yield


def test_every_province_once_and_the_sums_are_those_of_the_survey(study: pd.DataFrame) -> None:
    assert len(study) == 38
    assert study["region_code"].is_unique
    survey = read_imk_partnership()
    for column in ("with_partnership", "without_partnership", "establishments"):
        assert study[column].sum() == survey[column].sum()
    assert study["share_percent"].tolist() == survey["share_percent"].tolist()
    assert study["name"].notna().all()
    assert study.loc[study["nickel"], "region_code"].tolist() == sp.read_nickel_provinces()


def test_distances_are_the_hand_means_of_their_districts(study: pd.DataFrame) -> None:
    regions = sp.read_regions()
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), [2025])
    people = sp.read_indicator("population").query("year == 2017").set_index("region_code")["value"]
    here = near[near["region_code"].str.startswith("72")].set_index("region_code")["distance_km"]
    weights = people.reindex(here.index)
    row = study.set_index("region_code").loc["7200"]
    assert row["nearest_km"] == pytest.approx((here * weights).sum() / weights.sum(), rel=1e-9)
    assert row["minimum_km"] == here.min()
    assert row["park_id"] == near.set_index("region_code").loc[here.idxmin(), "park_id"]
    assert row["population_share_centroid"] == pytest.approx(weights[here < 100].sum() / weights.sum())
    assert row["population"] == weights.sum()


def test_exposure_by_edge_is_never_less_than_by_centroid(study: pd.DataFrame) -> None:
    assert (study["population_share_edge"] >= study["population_share_centroid"] - 1e-12).all()
    assert study["exposed"].tolist() == (study["population_share_centroid"] > 0).tolist()
    assert (study["minimum_km"] <= study["nearest_km"]).all()


def test_estimates_have_one_row_for_each_measure_of_nearness(study, estimates) -> None:
    assert estimates["term"].tolist() == TERMS
    assert set(estimates["n_regions"]) == {38}
    assert set(estimates["n_dropped"]) == {0}
    exposed = [int((study[term] > 0).sum()) for term in TERMS[:2]]
    assert estimates["n_exposed"].tolist() == [*exposed, 38]
    assert estimates["p_relocation"].between(0.01, 1).all()
    assert set(estimates["vcov"]) == {"HC3"}
    slope = np.polyfit(study["population_share_edge"], study["share_percent"], 1)[0]
    assert estimates["estimate"][1] == pytest.approx(slope)


@pytest.mark.usefixtures("quick")
def test_a_planted_simulated_slope_is_found_and_told_from_other_sites() -> None:
    simulated, noise = partnership_study(), np.random.default_rng(3).normal(0, 0.2, 38)
    simulated["share_percent"] = 12 + 9 * simulated["population_share_centroid"] + noise
    rows = partnership_estimates(simulated, draws=99).set_index("term")
    found = rows.loc["population_share_centroid"]
    assert found["estimate"] == pytest.approx(9, abs=0.5)
    assert found["p_relocation"] <= 0.05
    simulated["share_percent"] = 12 + 2 * np.log(simulated["nearest_km"]) + noise
    rows = partnership_estimates(simulated, draws=9).set_index("term")
    assert rows.loc["log_nearest_km", "estimate"] == pytest.approx(2, abs=0.2)


def test_under_a_simulated_null_the_relocation_p_is_near_uniform() -> None:
    """Outcomes unrelated to parks; the "real" sites are drawn like the others, so that p must be uniform."""
    codes = read_imk_partnership()["region_code"]
    ground = province_ground(codes, province_people(None), 100.0)
    drawn = partnership_treatments(ground, "population_share_centroid", draws=199, seed=5)
    random = np.random.default_rng(8)
    simulated = random.normal(size=(400, len(codes)))
    columns = [random.choice(np.arange(1, 200), size=60, replace=False) for _ in simulated]
    p = [relocation_p(cross_section_test(y, drawn[:, c])) for y, c in zip(simulated, columns, strict=True)]
    assert 0.05 < np.mean(np.array(p) <= 0.1) < 0.16
    assert np.mean(p) == pytest.approx(0.5, abs=0.06)
    at_real = [relocation_p(cross_section_test(y, drawn)) for y in simulated]
    assert np.mean(np.array(at_real) <= 0.05) < 0.14


@pytest.mark.usefixtures("quick")
def test_a_province_without_population_is_counted_not_lost() -> None:
    population = sp.read_indicator("population")
    population = population[population["region_code"] != "7501"]
    study = partnership_study(population=population)
    row = study.set_index("region_code").loc["7500"]
    assert len(study) == 38
    assert row["districts_without_population"] == 1
    assert row[["population", "exposed", *NEARNESS]].isna().all()
    assert row["minimum_km"] > 0
    estimates = partnership_estimates(study, population=population, draws=9)
    assert estimates["n_dropped"].tolist() == [1, 1, 1]
    assert estimates["n_regions"].tolist() == [37, 37, 37]
    for lang, left_out in {"id": "dikeluarkan: 1.", "en": "left out: 1."}.items():
        sp.set_language(lang)
        figure, said = partnership_rate_scatter(study), partnership_rate_finding(study, estimates)
        for text in (said, figure.html, partnership_rate_table(study).html):
            assert "(1): Gorontalo." in text
        assert "n = 37" in figure.svg
        assert left_out in partnership_rate_estimates(estimates).html


@pytest.mark.usefixtures("quick")
def test_a_study_of_another_distance_or_population_is_refused(study: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="is not the test's"):
        partnership_estimates(study, within_km=50.0, draws=3)
    population = sp.read_indicator("population")
    with pytest.raises(DataError, match=r"provinces without population \(1: 7500\)"):
        partnership_estimates(study, population=population[population["region_code"] != "7501"], draws=3)


def test_a_treatment_alike_everywhere_is_refused_or_counts_as_nothing() -> None:
    outcome = np.array([1.0, 2.0, 4.0])
    with pytest.raises(DataError, match="alike in all regions"):
        cross_section_test(outcome, np.ones((3, 2)))
    placebo = cross_section_test(outcome, np.column_stack([outcome, np.ones(3), 10 * outcome]))
    assert placebo["estimate"].tolist() == pytest.approx([1, 0, 1])


def test_mean_distance_counts_only_parks_that_are_open() -> None:
    panel = pd.DataFrame({"region_code": ["1100", "1100"], "year": [2014, 2025]})
    regions = pd.DataFrame({"region_code": ["1101", "1102"], "panel_code": "1100"})
    design = mean_distance_design(panel, regions, pd.Series({"1101": 3.0, "1102": 1.0}))
    distance = np.array([[100.0, 20.0], [200.0, 300.0]])
    assert design(distance, np.array([1976, 2020])).tolist() == [125.0, 65.0]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_finding_writes_its_numbers_and_says_what_bps_asked(study, estimates, lang: str) -> None:
    sp.set_language(lang)
    text = partnership_rate_finding(study, estimates)
    rows = estimates.set_index("term")
    first, distance = rows.loc[TERMS[0]], rows.loc[TERMS[2]]
    yes, no = study["with_partnership"].sum(), study["without_partnership"].sum()
    numbers = [fmt(100 * yes / (yes + no), 1), fmt(first["estimate"], 1, sign=True)]
    numbers += [fmt(rows.loc[TERMS[1], "estimate"], 1, sign=True), fmt(first["conf_low"], 1, sign=True)]
    numbers += [fmt(np.log(2) * distance["estimate"], 1, sign=True), *map(fmt_p, rows["p_relocation"])]
    numbers += [{"id": "4 dari 38 provinsi", "en": "4 of 38 provinces"}[lang], "Maluku Utara", ASKED[lang]]
    for number in numbers:
        assert number in text


@pytest.mark.parametrize("lang", ["id", "en"])
def test_words_follow_the_relocation_p_not_the_usual_one(study, estimates, lang: str) -> None:
    sp.set_language(lang)
    words = {
        "id": ("Tidak terdeteksi hubungan", "bergantung pada", "sejalan dengan"),
        "en": ("No detectable association", "depends on", "goes with where parks stand.**"),
    }[lang]
    usual = estimates.assign(p_value=0.001)
    assert words[0] in partnership_rate_finding(study, usual.assign(p_relocation=0.2))
    assert words[1] in partnership_rate_finding(study, usual.assign(p_relocation=[0.2, 0.01, 0.2]))
    assert words[2] in partnership_rate_finding(study, usual.assign(p_relocation=0.01))


@pytest.mark.parametrize("lang", ["id", "en"])
def test_exhibits_name_the_nickel_provinces_and_what_bps_asked(study, estimates, lang: str) -> None:
    sp.set_language(lang)
    figure, rates = partnership_rate_scatter(study), partnership_rate_table(study)
    results = partnership_rate_estimates(estimates)
    for exhibit in (figure, rates, results):
        assert ASKED[lang] in exhibit.html
    for name in study.loc[study["nickel"], "name"]:
        assert f">{name}</text>" in figure.svg, "the names that matter are all written"
        assert name in rates.html
    assert figure.svg.count("<title>") >= 38
    last = rates.csv.splitlines()[-1].split(",")
    assert last[:3] == ["Indonesia", "670517", "4461888"]
    assert float(last[3]) == pytest.approx(100 * 670517 / (670517 + 3791372))
    assert "HC3" in results.html
