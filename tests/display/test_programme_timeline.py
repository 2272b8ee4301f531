"""The timeline of programmes: every one is drawn, and what is not known is said in words."""

import pandas as pd
import pytest
from lxml import etree

from spillover.display import set_language
from spillover.display.exhibits import Exhibit
from spillover.display.programme_lives import GROUPS
from spillover.display.programme_timeline import programme_timeline, programme_timeline_alt
from spillover.errors import DataError
from spillover.partnerships.columns import PROGRAMME_KINDS
from spillover.partnerships.ledger import read_programmes

CAPTION = {
    "name": "programmes",
    "title": "Judul",
    "source": "spillover",
    "alt": "Garis waktu program, simulasi.",
}
SIMULATED = pd.DataFrame(
    [
        ("long_ago", "Pinjaman", "Loans", "credit", "Bank", "1998", ""),
        ("one_day", "Pelatihan", "Training", "training", "Dinas", "2024-03-07", "2024-03-07"),
        ("one_year", "Izin", "Licences", "licensing", "Dinas", "2019", "2019"),
        ("unknown", "CSR", "CSR", "csr", "Kawasan", "", ""),
        ("ahead", "Deklarasi", "Declaration", "declaration", "UNIDO", "2025-11-24", "2028"),
        ("ended", "Pembelian", "Purchases", "procurement", "Kawasan", "2016", "2020-06"),
    ],
    columns=["programme_id", "name_id", "name_en", "kind", "lead", "start", "end"],
)


def draw(programmes: pd.DataFrame) -> Exhibit:
    return programme_timeline(programmes, today=2026.9, **CAPTION)


def texts(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}text")]


def titles(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}title")]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_programme_is_drawn_once(lang: str) -> None:
    set_language(lang)
    programmes = read_programmes()
    exhibit = draw(programmes)
    shown = titles(exhibit)
    assert len(shown) == len(programmes)
    for row in programmes.to_dict("records"):
        expected = f"{row[f'name_{lang}']}: {row['lead']}; "
        assert sum(text.startswith(expected) for text in shown) == 1
    written = " ".join(texts(exhibit))
    for name in programmes[f"name_{lang}"]:
        assert name in written, "in one line or two"


def test_what_is_unknown_is_said_and_not_drawn() -> None:
    programmes = read_programmes()
    unknown = int(programmes["start"].eq("").sum())
    assert texts(draw(programmes)).count("mulai tidak disebut") == unknown > 0
    set_language("en")
    exhibit = draw(SIMULATED)
    assert texts(exhibit).count("start not stated") == 1
    assert "CSR: Kawasan; social programme (CSR); start not stated – end not stated" in titles(exhibit)


def test_dates_in_words_and_years_beside_the_bars() -> None:
    exhibit = draw(SIMULATED)
    shown = titles(exhibit)
    assert "Pelatihan: Dinas; pelatihan; 7 Maret 2024" in shown
    assert "Izin: Dinas; perizinan; 2019" in shown
    assert "Deklarasi: UNIDO; deklarasi; 24 November 2025 – 2028" in shown
    assert {"sejak 1998", "2024", "2019", "2025", "2016"} <= set(texts(exhibit))
    assert {"IMIP 2015", "VDNI 2017", "IWIP 2020"} <= set(texts(exhibit))


def test_groups_are_headed_with_their_number_and_hold_every_kind() -> None:
    kinds = [kind for members in GROUPS.values() for kind in members]
    assert sorted(kinds) == sorted(PROGRAMME_KINDS)
    written = texts(draw(read_programmes()))
    assert {"Pembelian dari usaha setempat (5)", "Kredit (1)", "Program sosial dan penghargaan (8)"} <= set(
        written
    )
    assert written.index("Pembelian dari usaha setempat (5)") < written.index("Kredit (1)")


def test_inside_a_group_the_earliest_comes_first_and_unknown_starts_last() -> None:
    rows = read_programmes()
    written = texts(draw(rows))
    rules = ["Peraturan BKPM 1/2022 tentang kemitraan", "Peraturan BKPM 3/2025 tentang kemitraan"]
    social = ["CSR IWIP", "PPM Harita Nickel", "CSR IMIP"]
    for names in (rules, social):
        places = [written.index(name) for name in names]
        assert places == sorted(places)


def test_nothing_is_drawn_beyond_the_figure() -> None:
    long = "Program dengan nama yang panjang sekali, enam puluh huruf ya"
    assert len(long) == 60
    root = etree.fromstring(draw(SIMULATED.assign(name_id=long)).svg)
    width = float(root.get("viewBox").split()[2])
    assert width == 800
    lines = [e.text for e in root.iter("{*}text") if e.text and e.text in long]
    assert len(lines) == 2 * len(SIMULATED)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "festival"}, "unknown kind.*long_ago/festival"),
        ({"start": "2021-13"}, "start is no date.*one_day/2021-13"),
        ({"start": "soon"}, "start is no date"),
        ({"end": "24-11-2025"}, "end is no date"),
        ({"start": "2025", "end": "2021"}, "end before start.*long_ago/2025/2021"),
        ({"programme_id": "twice"}, "duplicate key"),
    ],
)
def test_bad_programmes_are_refused(changes: dict, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        draw(SIMULATED.assign(**changes))


def test_bad_tables_are_refused() -> None:
    with pytest.raises(DataError, match=r"missing columns.*lead"):
        draw(SIMULATED.drop(columns="lead"))
    with pytest.raises(DataError, match="empty"):
        draw(SIMULATED.iloc[:0])


@pytest.mark.parametrize(
    "life", [("2030", ""), ("2028", "2031"), ("", "2024"), ("2022-09", "2022"), ("late-2024", "")]
)
def test_unusual_lives_are_drawn(life: tuple[str, str]) -> None:
    rows = SIMULATED.copy()
    rows.loc[0, ["start", "end"]] = life
    assert len(titles(draw(rows))) == len(rows)


def test_alt_text_is_counted() -> None:
    alt = programme_timeline_alt(read_programmes())
    assert f"{len(read_programmes())} program" in alt
    assert "Antam UBPN Sultra, 1998" in alt
    set_language("en")
    alt = programme_timeline_alt(SIMULATED)
    assert "6 programmes" in alt
    assert "Credit 1" in alt
    assert "start of 1 programmes" in alt
    nothing = programme_timeline_alt(SIMULATED.assign(start="", end=""))
    assert "start not stated" in nothing
