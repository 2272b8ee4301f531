"""Exhibits of the other designs: what they show is what the models gave, in both languages."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import spillover as sp
from spillover.display.language import fmt
from spillover.models.event_study import EventFit
from spillover.models.pretrends import pretrends_test

HEADLINE = sp.DistrictSpec("grdp_per_capita_real")


@pytest.fixture(scope="module")
def fits() -> list[EventFit]:
    return [sp.district_events(HEADLINE, estimator=name, window=3) for name in ("twfe", "callaway_santanna")]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_event_exhibits_show_the_fits(fits: list[EventFit], lang: str) -> None:
    sp.set_language(lang)
    figure = sp.event_figure(fits[1])
    assert {"id": "tahun sejak kawasan", "en": "year since a park"}[lang] in figure.title
    assert "Callaway–Sant'Anna" in figure.title
    last = fits[1].estimates.dropna(subset=["event_time"])["estimate"].iloc[-1]
    assert fmt(last, 2, sign=True) in figure.html
    shown = sp.estimators_table(fits)
    raw = pd.read_csv(io.StringIO(shown.csv))
    average = [fit.estimates.loc[fit.estimates["term"] == "average", "estimate"].item() for fit in fits]
    assert raw["estimate"].tolist() == pytest.approx(average)
    joint = pretrends_test(fits[0]).query("test == 'joint' and power == 0.8").iloc[0]
    assert raw.loc[0, ["p_leads", "slope_80"]].tolist() == pytest.approx([joint["p_value"], joint["slope"]])


def test_bounds_widen_and_say_whether_zero_is_inside(fits: list[EventFit]) -> None:
    sp.set_language("en")
    exhibit = sp.bounds_table(fits[1], (0.0, 0.05))
    raw = pd.read_csv(io.StringIO(exhibit.csv))
    width = raw["conf_high"] - raw["conf_low"]
    assert width.iloc[1] > width.iloc[0]
    assert exhibit.html.count(">yes<") == int(raw["includes_zero"].sum())


def test_bacon_shares_add_up_and_every_kind_has_words() -> None:
    decomposition = sp.bacon(*sp.event_panel(HEADLINE))
    for lang, never in (("id", "tidak pernah terpapar"), ("en", "never exposed")):
        sp.set_language(lang)
        exhibit = sp.bacon_table(decomposition, "grdp_per_capita_real")
        assert never in exhibit.html
        assert "comparison." not in exhibit.html
    raw = pd.read_csv(io.StringIO(exhibit.csv))
    assert raw["weight"].sum() == pytest.approx(1.0)


def test_the_spatial_table_has_impacts_and_says_moran_of_each_weights() -> None:
    rows = [sp.district_spatial(HEADLINE, weights=name, draws=100) for name in ("knn-4", "band-150")]
    sp.set_language("en")
    exhibit = sp.spatial_table(pd.concat(rows, ignore_index=True))
    assert exhibit.html.count("<tr>") == 1 + 6
    for words in ("4 nearest neighbours", "within 150 km", "Through neighbours", "s I of the residuals"):
        assert words in exhibit.html
    assert "clustered by region_code" not in exhibit.html, "methods are said in words"
    raw = pd.read_csv(io.StringIO(exhibit.csv))
    again = sp.run_spec(raw["spec_id"].iloc[0], draws=100)
    assert again["estimate"].tolist() == pytest.approx(raw["estimate"].head(len(again)).tolist())
    assert again["term"].tolist() == raw["term"].head(len(again)).tolist()


@pytest.mark.parametrize("lang", ["id", "en"])
def test_synthetic_exhibits_name_the_district_and_its_donors(lang: str) -> None:
    from spillover.synthetic_questions import QUESTIONS

    sp.set_language(lang)
    asked = [q for q in QUESTIONS if q.spec_id == "8202_grdp_per_capita_real_operation"]
    study = sp.synthetic_study(asked)
    figure = sp.synthetic_figure(study, "8202", "grdp_per_capita_real")
    assert "Halmahera Tengah" in figure.title
    weights = pd.read_csv(io.StringIO(sp.twin_weights_table(study, "8202", "grdp_per_capita_real").csv))
    assert weights["weight"].sum() == pytest.approx(1.0, abs=1e-6)
    assert "Halmahera Tengah" in sp.synthetic_overview(study).html


def test_the_map_of_drawn_sites_counts_its_places() -> None:
    sp.set_language("en")
    exhibit = sp.drawn_sites_figure(sp.DistrictSpec("tpt"), draws=9)
    panel, _ = sp.event_panel(sp.DistrictSpec("tpt"))
    from spillover.district_ground import coast_of

    assert f"{fmt(len(coast_of(panel['region_code'].unique())))} points along the coast" in exhibit.html


def test_a_term_that_is_the_same_in_all_rows_is_said_once() -> None:
    """With a column that tells the rows apart; the dagger moves to that column."""
    rows = pd.concat(
        [sp.run_district(sp.DistrictSpec("tpt", within_km=km), draws=9) for km in (25.0, 50.0)],
        ignore_index=True,
    )
    sp.set_language("en")
    caption = {"name": "t", "title": "T", "source": "S"}
    shown = sp.estimate_table(rows.assign(km=["near", "far"]), columns={"km": "specification"}, **caption)
    assert shown.html.count("Near a park (centroid)") == 1
    assert "Estimated: Near a park (centroid)." in shown.html
    few = rows["n_exposed"] < 10
    for word, mark in zip(("near", "far"), few, strict=True):
        assert (f"{word}\N{NO-BREAK SPACE}†" in shown.html) == mark
    assert few.any(), "one of them has few exposed districts"


def test_rings_of_several_outcomes_keep_their_units() -> None:
    rows = sp.ring_study(("tpt", "poverty_line"), rings="0-100-200", draws=9)
    assert rows.groupby("outcome")["term"].agg(list).to_dict() == {
        "tpt": ["0-100", "100-200"], "log_poverty_line": ["0-100", "100-200"],
    }  # fmt: skip
    sp.set_language("en")
    assert "percentage points" in sp.ring_estimates_table(rows, "tpt").html
    assert "log points" in sp.ring_estimates_table(rows, "poverty_line").html
