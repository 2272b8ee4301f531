"""The partnership ledger in words and figures: amounts, dates, bounds, and who said it, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape

import pandas as pd
import pytest

import spillover as sp
from spillover.display import ledger_tables, ledger_views
from spillover.display.flow_chart import cumulative_chart
from spillover.display.flow_views import flows_shown, iwip_claims
from spillover.display.ledger_words import cite_claims, fmt_amount, fmt_claim, fmt_date, fmt_period
from spillover.display.money import fmt_money, fmt_money_range
from spillover.partnerships.bounds import Bounds
from spillover.partnerships.curves import Claim, Curve
from spillover.partnerships.dates import stretch

JANUARY = ["iwip_umkm_contract_value_2024_01_19"]


@pytest.fixture(autouse=True, params=["id", "en"])
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    sp.set_language(request.param)
    yield request.param
    sp.set_language("id")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return sp.read_ledger()


@pytest.fixture(scope="module")
def study(ledger: pd.DataFrame) -> pd.DataFrame:
    return sp.flow_study(ledger, "iwip_umkm", "contract_value", region_code="8200")


@pytest.fixture(scope="module")
def reading(ledger: pd.DataFrame) -> pd.DataFrame:
    return sp.flow_study(ledger, "iwip_umkm", "contract_value", region_code="8200", as_if_year_end=JANUARY)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (3.5e12, "IDR", {"id": "Rp3,5 triliun", "en": "Rp3.5 trillion"}),
        (8e9, "IDR/month", {"id": "Rp8 miliar per bulan", "en": "Rp8 billion per month"}),
        (2.565e9, "USD", {"id": "US$2,57 miliar", "en": "US$2.57 billion"}),
        (1500, "IDR", {"id": "Rp1.500", "en": "Rp1,500"}),
        (0, "IDR", {"id": "Rp0", "en": "Rp0"}),
        (float("nan"), "IDR", {"id": "–", "en": "–"}),
    ],
)
def test_money_is_written_as_each_language_does(
    value: float, unit: str, expected: dict[str, str], lang: str
) -> None:
    assert fmt_money(value, unit) == expected[lang]


def test_ranges_of_money_have_one_scale_and_say_when_they_are_open(lang: str) -> None:
    assert fmt_money_range(0, 3.55e12) == {"id": "Rp0–3,55 triliun", "en": "Rp0–3.55 trillion"}[lang]
    least = {"id": "paling sedikit Rp700 miliar", "en": "at least Rp700 billion"}
    assert fmt_money_range(7e11, float("inf")) == least[lang]
    assert fmt_money_range(0, float("inf")) == {"id": "tidak dapat dibatasi", "en": "cannot be bounded"}[lang]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-19", {"id": "19 Januari 2024", "en": "19 January 2024"}),
        ("2024-03", {"id": "Maret 2024", "en": "March 2024"}),
        ("2024", {"id": "2024", "en": "2024"}),
        ("early-2025", {"id": "awal 2025", "en": "early 2025"}),
        ("", {"id": "", "en": ""}),
    ],
)
def test_dates_in_words(text: str, expected: dict[str, str], lang: str) -> None:
    assert fmt_date(text) == expected[lang]


def test_every_claim_can_be_said_with_its_qualifier(ledger: pd.DataFrame, lang: str) -> None:
    """No unit, measure, basis, stage or conflict of the ledger lacks its words, and a range stays a range."""
    shown = ledger_views.claims_shown(ledger)
    assert len(shown) == len(ledger)
    assert not shown.drop(columns=["mark", "note", "reported_as"]).eq("").any().any()
    for row in ledger.to_dict("records"):
        text = fmt_claim(row)
        assert ("–" in text) == (row["qualifier"] == "range")
        if row["qualifier"] != "exact" and row["qualifier"] != "range":
            assert text != fmt_amount(row["value"], row["unit"])
        assert fmt_period(row)


def test_superseded_and_disputed_claims_are_marked(ledger: pd.DataFrame) -> None:
    shown = ledger_views.claims_shown(ledger).set_index(ledger["entry_id"])["mark"]
    assert sp.label("mark.superseded") in shown["iwip_umkm_contract_value_2024_01_19"]
    assert shown["iwip_umkm_contract_value_early_2025"] == ""
    assert sp.label("mark.part") in shown["bimtek_maluku_2022_participants_ambon_2022"]
    conflict = ledger.set_index("entry_id")["conflict"].ne("")
    assert (shown.str.contains(sp.label("mark.conflict")) == conflict).all()


def test_a_disputed_main_claim_shows_all_that_are_said(ledger: pd.DataFrame) -> None:
    """None of two contradicting figures is chosen: both stand in the table of programmes."""
    shown = ledger_views.programmes_shown(ledger)["main_claim"]
    disputed = ledger_views.main_claims(ledger)["conflict"].ne("")
    assert disputed.any()
    for text in shown[disputed.to_numpy()]:
        assert f" {sp.label('word.or')} " in text
        assert sp.label("mark.conflict") in text


def test_caveats_of_the_ledger_stand_beside_their_claims(ledger: pd.DataFrame, lang: str) -> None:
    html = sp.claims_table(ledger).html
    for note in ledger.loc[ledger[f"note_{lang}"].ne(""), f"note_{lang}"]:
        assert escape(note) in html


def test_main_claims_are_no_superseded_ones_and_one_per_programme(ledger: pd.DataFrame) -> None:
    main = ledger_views.main_claims(ledger)
    assert main["programme"].is_unique
    assert set(main["programme"]) == set(ledger["programme"])
    assert not main["entry_id"].isin(ledger["supersedes"]).any()
    assert main.set_index("programme").loc["iwip_umkm", "value"] == 3.5e12


def test_tables_name_their_publishers(ledger: pd.DataFrame, lang: str) -> None:
    assert "Warta Ekonomi" in cite_claims(iwip_claims(ledger))
    assert "40" in cite_claims(ledger)
    claims = sp.claims_table(ledger)
    for publisher in sp.read_claim_sources()["publisher"]:
        assert escape(publisher) in claims.html
    assert "https://" in claims.csv  # the address of the page is in the file


def test_every_programme_of_the_registry_is_in_the_table(ledger: pd.DataFrame, lang: str) -> None:
    html = sp.programmes_table(ledger).html
    for name in sp.read_programmes()[f"name_{lang}"]:
        assert escape(name) in html


def test_every_supply_sector_of_a_claim_is_in_the_sector_table(ledger: pd.DataFrame, lang: str) -> None:
    shown = ledger_views.sectors_shown(ledger)["sector"].tolist()
    sectors = sp.read_sectors().drop_duplicates("sector").set_index("sector")
    iwip = ledger.set_index("entry_id").loc["iwip_umkm_supply_sectors_early_2025", "sector"]
    for slug in iwip.split(";"):
        assert sectors.loc[slug, f"name_{lang}"] in shown


def test_coverage_says_which_count_is_shaky(ledger: pd.DataFrame) -> None:
    """The survey's count of Maluku Utara halves into 2019, and the note says so, computed."""
    html = sp.coverage_table(ledger).html
    assert "−52%" in html
    assert ledger_tables.coverage_table(ledger).name == "partnership_coverage"


def test_flows_are_shown_with_bounds_only(
    study: pd.DataFrame, reading: pd.DataFrame, ledger: pd.DataFrame, lang: str
) -> None:
    """The table shows what follows from the claims alone; the note what a second reading changes."""
    shown = flows_shown(study, ledger).set_index("year")
    assert shown.loc[2024, "high"] == {"id": "Rp3,55 triliun", "en": "Rp3.55 trillion"}[lang]
    assert shown.loc[2025, "high"] == sp.label("bound.open")
    assert "Warta Ekonomi" in shown.loc[2024, "binding"]
    html = sp.flows_table(study, ledger, reading).html
    assert sp.label("assume.read_as_year_end") in html
    assert {"id": "2024 Rp0–2,85 triliun", "en": "2024 Rp0–2.85 trillion"}[lang] in html
    assert sp.label("assume.read_as_year_end") not in sp.flows_table(study, ledger, study).html


def test_the_finding_follows_the_ledger(study: pd.DataFrame, ledger: pd.DataFrame, lang: str) -> None:
    """Another value in the ledger is another sentence: nothing is written by hand."""
    said = sp.iwip_finding(ledger, study)
    assert {"id": "Rp3,5 triliun", "en": "Rp3.5 trillion"}[lang] in said
    own = ledger["entry_id"].eq("iwip_umkm_contract_value_early_2025")
    changed = ledger.assign(
        value=ledger["value"].mask(own, 2.5e12), reported_as=ledger["reported_as"].mask(own, "Rp2,5 triliun")
    )
    assert {"id": "Rp2,5 triliun", "en": "Rp2.5 trillion"}[lang] in sp.iwip_finding(changed, study)
    assert str(len(ledger)) in sp.who_says(ledger)


def test_chart_of_bounds_with_and_without_an_upper_one(ledger: pd.DataFrame) -> None:
    chart = sp.iwip_chart(ledger)
    assert chart.svg.count("<title>") == 3  # three claims, each with its words
    days = stretch("2022-06-30")
    curve = Curve([Claim("simulated", days, Bounds(1e12, float("inf")), False, "", ())], date(2021, 1, 1))
    row = ledger[ledger["entry_id"].eq("iwip_umkm_contract_value_2024_01_19")].assign(as_of="2022-06-30")
    drawn = cumulative_chart(
        curve, row, ledger.iloc[:0], name="simulated_curve", title="simulated", source="simulated",
        alt="A simulated claim with a lower bound only.",
    )  # fmt: skip
    assert sp.label("chart.open_above") in drawn.svg
