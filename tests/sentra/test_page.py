"""The page: both languages in one file, nothing loaded, no id twice, words that are only words."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from spillover.display.language import get_language, set_language
from spillover.errors import DataError
from spillover.sentra import page
from spillover.sentra.page import CSP, write_page
from spillover.sentra.page_html import own_ids
from spillover.sentra.study import SentraStudy

DAY = date(2026, 11, 22)


@pytest.fixture
def text(study: SentraStudy, stand_in: None, tmp_path: Path) -> str:
    """The page as written."""
    write_page(study, tmp_path / "sentra_7200.html", made=DAY)
    return (tmp_path / "sentra_7200.html").read_text(encoding="utf-8")


def test_both_languages_stand_in_one_file(text: str) -> None:
    assert text.startswith('<!DOCTYPE html>\n<html lang="id">')
    id_half, en_half = text.index('<div id="id" class="half in-id" lang="id">'), text.index('<div id="en"')
    assert id_half < text.index("Di mana sentra IKM bisa berjalan di Sulawesi Tengah?", id_half) < en_half
    assert text.index("Where could an SME centre work in Sulawesi Tengah?", en_half) > en_half
    for words in ("22 November 2026", "November 22, 2026", "sidik data", "data fingerprint"):
        assert words in text
    assert '<a href="#en" hreflang="en">English</a>' in text


def test_no_id_stands_twice_and_each_link_has_its_place(text: str) -> None:
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    local = set(re.findall(r'href="#([^"]+)"', text)) | set(re.findall(r"url\(#([^)]+)\)", text))
    local |= set(re.findall(r'aria-labelledby="([^"]+)"', text))
    assert local <= set(ids)
    assert {"id-fig-bars", "en-fig-bars", "id-bars-c", "en-bars-c", "en-content"} <= set(ids)


def test_exhibits_are_numbered_in_their_language(text: str) -> None:
    for number in ("Gambar 1.", "Tabel 1.", "Figure 1.", "Table 1."):
        assert f'data-kind="{"figure" if number[0] in "GF" else "table"}">{number}</span>' in text
    assert '<a href="#id-fig-bars">Gambar 1</a>' in text
    assert '<a href="#en-fig-bars">Figure 1</a>' in text


def test_headings_follow_each_other(text: str) -> None:
    for half in text.split('<div id="en"'):
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", half)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(b - a <= 1 for a, b in pairwise(levels))


def test_nothing_runs_and_nothing_is_loaded(text: str) -> None:
    assert f'content="{CSP}"' in text
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text, "what an office wrote is shown as it is"
    assert not re.search(r"<b\b", text)
    assert not re.findall(r'(?:src|href)="https?://(?!creativecommons)', text)


def test_figures_are_files_of_their_own(study: SentraStudy, stand_in: None, tmp_path: Path) -> None:
    files = write_page(study, tmp_path / "sentra_7200.html", made=DAY)
    assert [file.name for file in files[1:]] == ["7200_bars_id.svg", "7200_bars_en.svg"]
    for file in files[1:]:
        assert file.parent.name == "figures"
        assert file.read_text(encoding="utf-8").startswith('<svg xmlns="http://www.w3.org/2000/svg"')
        assert f'href="figures/{file.name}"' in files[0].read_text(encoding="utf-8")


def test_same_study_same_page(study: SentraStudy, stand_in: None, tmp_path: Path) -> None:
    pages = [write_page(study, tmp_path / name / "s.html", made=DAY)[0].read_bytes() for name in "ab"]
    assert pages[0] == pages[1]


def test_the_language_before_is_the_language_after(
    study: SentraStudy, stand_in: None, tmp_path: Path
) -> None:
    before = get_language()
    set_language("en")
    try:
        write_page(study, tmp_path / "s.html")
        assert get_language() == "en"
    finally:
        set_language(before)


def test_outside_content_is_refused(
    study: SentraStudy, stand_in: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "prose", lambda text: '<img src="https://example.org/a.png">')
    with pytest.raises(DataError, match="script or outside content"):
        write_page(study, tmp_path / "s.html")
    assert not list(tmp_path.iterdir())


def test_a_reference_to_no_exhibit_is_refused(
    study: SentraStudy, stand_in: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "prose", lambda text: "[[tab:nowhere]]")
    with pytest.raises(DataError, match="reference to no exhibit"):
        write_page(study, tmp_path / "s.html")


def test_ids_of_lists_and_links_get_the_prefix() -> None:
    given = '<td headers="a b"><label for="c"></label><a href="#d"></a><a href="x.html#d"></a>'
    wanted = '<td headers="id-a id-b"><label for="id-c"></label><a href="#id-d"></a><a href="x.html#d"></a>'
    assert own_ids(given, "id-") == wanted
