"""The monitoring frame: its grammar, and baselines computed a second time from the raw files."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from spillover.display import language, set_language
from spillover.display.monitoring_views import (
    baseline_in_words,
    monitoring_finding,
    monitoring_shown,
    monitoring_table,
)
from spillover.errors import DataError
from spillover.partnerships.monitoring import (
    BASELINE_COLUMNS,
    FRAME_COLUMNS,
    PILLARS,
    baselines,
    read_monitoring_frame,
)

DATA = Path(__file__).parents[2] / "data"


def raw(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(autouse=True)
def _begin_in_indonesian(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(language.VARIABLE, raising=False)
    monkeypatch.setattr(language, "_chosen", None)


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return baselines(read_monitoring_frame())


@pytest.fixture(scope="module")
def made(frame: pd.DataFrame) -> dict[str, dict]:
    return {row["indicator_id"]: row for row in frame.to_dict("records")}


def test_frame_has_18_indicators_of_four_pillars_and_nothing_exists_in_the_circular_economy() -> None:
    table = read_monitoring_frame()
    assert list(table.columns) == list(FRAME_COLUMNS)
    assert table["pillar"].value_counts().reindex(PILLARS).tolist() == [4, 4, 5, 5]
    circular = table[table["pillar"].eq("circular_economy")]
    assert set(circular["exists"]) == {"not_published"}
    assert (table["baseline_from"].eq("") == table["exists"].eq("not_published")).all()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("parks:workforce:IWIP", "parks:workforce", "park_workforce/parks:workforce"),
        ("sme:umkm:8202", "sme:umkm", "umkm_registered/sme:umkm"),
        ("indicator:tpt:8202", "indicator:tpt:82.02", "open_unemployment/indicator:tpt:82.02"),
        ("imk_partnership:8200", "survey:8200", "imk_with_partnership/survey:8200"),
        ("ledger:contract_value:iwip_umkm", "ledger:contract_value", "sme_contract_value/"),
        ("imk_partnership:8200", "", "disagree.*imk_with_partnership/published"),
        ("not_published,,PT IWIP; KLH", "partly,,PT IWIP; KLH", "disagree.*slag_used/partly"),
        ("circular_economy,slag_used", "circular,slag_used", "unknown pillar.*slag_used/circular"),
        ("percent,not_published,,PT IWIP; KLH", "percent,no,,PT IWIP; KLH", "unknown exists.*slag_used/no"),
        ("percent,not_published,,PT IWIP; KLH", "cubit,not_published,,PT IWIP; KLH", "unit.*slag_used/cubit"),
        ("circular_economy,slag_used", "circular_economy,Slag used", "no slug.*Slag used"),
        ("circular_economy,organic_waste", "circular_economy,slag_used", "duplicate key.*slag_used"),
        ("Share of nickel slag that is put to use", "", "name_en"),
    ],
)
def test_broken_frames_are_refused_and_the_row_is_named(
    change_file: Callable[..., Path], old: str, new: str, problem: str
) -> None:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    change_file("monitoring_frame", edit)
    with pytest.raises(DataError, match=problem):
        read_monitoring_frame()


@pytest.mark.parametrize(
    ("indicator", "source", "problem"),
    [
        ("sme_trained", "ledger:participants:iwip_umkm", "no figure there.*sme_trained: ledger:part"),
        ("sme_trained", "ledger:contract_value:iwip_umkm", "the figure is in IDR.*counts in person"),
        ("open_unemployment", "indicator:unheard_of:8202", "cannot be computed.*unheard_of:8202"),
        ("open_unemployment", "indicator:tpt:9999", "no figure there.*tpt:9999"),
        ("umkm_registered", "sme:umkm:7101", "no figure there.*sme:umkm:7101"),
        ("imk_with_partnership", "imk_partnership:0000", "no figure there"),
        ("park_workforce", "parks:workforce:NOWHERE", "no figure there"),
        ("park_workforce", "parks:workers:IWIP", "missing columns.*park_workforce"),
    ],
)
def test_a_baseline_that_cannot_be_computed_raises(indicator: str, source: str, problem: str) -> None:
    table = read_monitoring_frame()
    table.loc[table["indicator_id"].eq(indicator), "baseline_from"] = source
    with pytest.raises(DataError, match=problem):
        baselines(table[table["indicator_id"].eq(indicator)])


def test_nothing_is_invented_where_nobody_publishes(frame: pd.DataFrame) -> None:
    none = frame[frame["exists"].eq("not_published")]
    assert len(none) == 9
    assert none[["baseline_value", "baseline_high", "baseline_year"]].isna().all(axis=None)
    assert none[["baseline_source", "baseline_note", "baseline_text"]].eq("").all(axis=None)
    there = frame[frame["exists"].ne("not_published")]
    assert there["baseline_value"].notna().all()
    assert there["baseline_source"].ne("").all()
    assert list(frame.columns) == [*FRAME_COLUMNS, *BASELINE_COLUMNS]


def test_claims_of_the_ledger_against_its_file(made: dict[str, dict]) -> None:
    """The latest realised total that no row supersedes, read with the csv module alone."""
    rows = raw("raw/partnerships.csv")
    replaced = {row["supersedes"] for row in rows}

    def latest(programme: str, measure: str) -> dict[str, str]:
        chosen = [
            row
            for row in rows
            if (row["programme"], row["measure"], row["stage"], row["part_of"])
            == (programme, measure, "realised", "")
            and row["entry_id"] not in replaced
        ]
        return max(chosen, key=lambda row: row["as_of"][-4:] if row["as_of"][0] > "9" else row["as_of"])

    trained, partners = (
        latest("iwip_umkm_coaching", "participants"),
        latest("iwip_umkm", "partner_establishments"),
    )
    assert made["sme_trained"]["baseline_value"] == float(trained["value"]) == 50
    assert made["sme_trained"]["baseline_entry"] == trained["entry_id"]
    assert math.isnan(made["sme_trained"]["baseline_high"])
    suppliers = made["sme_suppliers"]
    assert suppliers["baseline_value"] == float(partners["value"])
    assert suppliers["baseline_high"] == float(partners["value_high"])
    assert suppliers["baseline_note"].split(";") == ["range", "conflict"]
    assert suppliers["baseline_source"] == f"partnerships;{partners['source_id']}"


def test_contract_value_per_year_by_hand(made: dict[str, dict]) -> None:
    """Rp3.5 trillion (3.45 to 3.55) since some day of 2021 until some day of January to April 2025."""
    row = made["sme_contract_value"]
    longest = ((date(2025, 4, 30) - date(2021, 1, 1)).days + 1) / 365.25
    shortest = ((date(2025, 1, 1) - date(2021, 12, 31)).days + 1) / 365.25
    assert row["baseline_value"] == pytest.approx(3.45e12 / longest)
    assert row["baseline_high"] == pytest.approx(3.55e12 / shortest)
    assert row["baseline_unit"] == "IDR/year"
    assert (row["baseline_start"], row["baseline_as_of"]) == ("2021", "early-2025")
    assert row["baseline_note"] == "average_per_year"


def test_counts_and_shares_against_their_files(made: dict[str, dict]) -> None:
    counts = [
        row for row in raw("reference/sme_counts.csv") if row["region_code"] == "8202" and not row["place"]
    ]
    for indicator, measure in (("umkm_registered", "umkm"), ("kur_debtors", "kur_debtors")):
        last = max((row for row in counts if row["measure"] == measure), key=lambda row: row["year"])
        assert made[indicator]["baseline_value"] == float(last["value"])
        assert made[indicator]["baseline_as_of"] == last["as_of"]
    printed = (DATA / "raw/imk_partnership_2025.csv").read_text(encoding="utf-8")
    line = next(line for line in printed.splitlines() if ";MALUKU UTARA;" in line)
    yes, no = (int(cell) for cell in line.split(";")[2:4])
    assert made["imk_with_partnership"]["baseline_value"] == pytest.approx(100 * yes / (yes + no))


def test_workforce_is_the_newest_number_of_the_text(
    made: dict[str, dict], change_file: Callable[..., Path]
) -> None:
    text = next(row["workforce"] for row in raw("reference/parks.csv") if row["park_id"] == "IWIP")
    assert text.endswith("; >45000 (2023)")
    row = made["park_workforce"]
    assert (row["baseline_value"], row["baseline_high"], row["baseline_year"]) == (45_000, math.inf, 2023)
    assert (row["baseline_note"], row["baseline_text"]) == ("at_least", ">45000 (2023)")
    change_file("parks", lambda old: old.replace(">45000 (2023)", "28000+1800 foreign (Q1 2022)", 1))
    table = read_monitoring_frame()
    again = baselines(table[table["indicator_id"].eq("park_workforce")]).iloc[0]
    assert math.isnan(again["baseline_value"])
    assert again["baseline_note"] == "free_text"
    assert again["baseline_text"].endswith("28000+1800 foreign (Q1 2022)")
    assert baseline_in_words(again).startswith("tertulis: 1200 local")


def test_two_registries_for_one_year_are_not_chosen_between(change_file: Callable[..., Path]) -> None:
    def edit(text: str) -> str:
        line = next(row for row in text.splitlines() if row.startswith("8202,,2024,umkm,"))
        return text + line.replace("registry_dinas_koperasi_ukm_malut", "registry_simulated") + "\n"

    change_file("sme_counts", edit)
    table = read_monitoring_frame()
    with pytest.raises(DataError, match=r"several figures for one time.*umkm_registered"):
        baselines(table[table["indicator_id"].eq("umkm_registered")])


def test_indicators_against_their_files(made: dict[str, dict]) -> None:
    rows = [row for row in raw("raw/tpt.csv") if row["kode"] == "8202"]
    last = max(rows, key=lambda row: row["tahun"])
    rate = made["open_unemployment"]
    assert rate["baseline_value"] == float(last["Tingkat Pengangguran Terbuka (persen)"])
    assert rate["baseline_year"] == int(last["tahun"])
    printed = (DATA / "raw/imk_2025.csv").read_text(encoding="utf-8")
    line = next(line for line in printed.splitlines() if ";MALUKU UTARA;" in line)
    assert made["imk_establishments"]["baseline_value"] == int(line.split(";")[4])
    assert made["imk_establishments"]["baseline_year"] == 2025


IN_WORDS = {
    "slag_used": ("tidak kami temukan", "not found"),
    "park_workforce": ("paling sedikit 45.000 orang (2023)", "at least 45,000 people (2023)"),
    "sme_trained": ("50 orang (7 Maret 2024)", "50 people (7 March 2024)"),
    "open_unemployment": ("6,7% (2020)", "6.7% (2020)"),
    "umkm_registered": ("8.200 usaha (sampai 2024)", "8,200 businesses (by 2024)"),
    "kur_debtors": ("260 debitur (Januari–Mei 2025)", "260 debtors (January–May 2025)"),
    "sme_contract_value": (
        "Rp0,80–1,18 triliun per tahun (rata-rata 2021–awal 2025)",
        "Rp0.80–1.18 trillion per year (average, 2021–early 2025)",
    ),
    "sme_suppliers": (
        "1.000–9.999 usaha (19 Januari 2024; bertentangan dengan klaim lain)",
        "1,000–9,999 businesses (19 January 2024; in conflict with another claim)",
    ),
    "imk_with_partnership": ("7,8% (2025)", "7.8% (2025)"),
}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_baselines_in_words(frame: pd.DataFrame, lang: str) -> None:
    set_language(lang)
    shown = monitoring_shown(frame).set_index("indicator_id")
    place = ("id", "en").index(lang)
    for indicator, words in IN_WORDS.items():
        assert shown.loc[indicator, "baseline"] == words[place]
    assert list(dict.fromkeys(shown["pillar"])) == list(PILLARS)
    assert shown[["indicator", "progress", "ask", "publishers"]].ne("").all(axis=None)
    finding = monitoring_finding(frame)
    assert "18" in finding
    empty = ("tanpa satu angka pun: Ekonomi sirkular", "a single figure: Circular economy")[place]
    assert empty in finding


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("pillar", PILLARS)
def test_one_table_for_each_pillar(frame: pd.DataFrame, pillar: str, lang: str) -> None:
    set_language(lang)
    made = monitoring_table(frame, pillar)
    own = frame[frame["pillar"].eq(pillar)]
    assert (made.name, made.kind, made.lang) == (f"monitoring_{pillar}", "table", lang)
    assert made.html.count('<th scope="row"') == len(own)
    assert "partnership_sources.csv" not in made.html, "claims are cited by publisher"
    assert made.csv.splitlines()[0].startswith("pillar,indicator_id,")


def test_tables_need_a_known_pillar_and_baselines(frame: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"unknown pillar.*welfare"):
        monitoring_table(frame, "welfare")
    with pytest.raises(DataError, match=r"missing columns.*baseline_value"):
        monitoring_table(read_monitoring_frame(), "circular_economy")


def test_finding_names_no_pillar_when_all_have_a_figure(frame: pd.DataFrame) -> None:
    simulated = frame.assign(exists="published")
    assert "Pilar tanpa" not in monitoring_finding(simulated)
    assert "18 sudah ada angkanya" in monitoring_finding(simulated)
