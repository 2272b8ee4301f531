"""Tables and preset charts as readers see them, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest

import spillover as sp
from spillover.display import presets, views
from spillover.display.citing import cite
from spillover.errors import DataError

CAPTION = {"name": "t", "title": "Judul tabel", "source": "BPS"}


@pytest.fixture(params=["id", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    sp.set_language(request.param)
    return request.param


def test_cite_joins_sources_once_and_says_when_they_were_read(lang: str) -> None:
    text = cite("grdp_real", "tpt", "population")
    assert text.count("okun.dta") == 1
    assert "zenodo.4428102" in text
    assert text.endswith({"id": "Diakses 21 November 2026.", "en": "Read on 21 November 2026."}[lang])
    with pytest.raises(DataError, match=r"neither sources with a record nor indicators \(1: none\)"):
        cite("none")


def test_every_break_is_shown_with_a_name_a_kind_and_a_note(lang: str) -> None:
    shown = views.breaks_shown()
    assert len(shown) == len(sp.read_breaks())
    html = sp.table(shown, columns=views.BREAKS_COLUMNS, **CAPTION).html
    assert "Morowali" in html
    assert ("revisi deret" if lang == "id" else "series revised") in html


def test_systems_of_morowali_differ_and_have_no_size_classes(lang: str) -> None:
    shown = views.systems_shown(sp.read_sme_counts(preferred_only=False), "7203")
    assert shown["source_system"].nunique() == 3
    assert shown["value"].min() > 1000
    assert shown["unit"].eq("unit").all()


def test_every_park_has_a_short_name_and_a_district(lang: str) -> None:
    shown = views.parks_shown(sp.read_parks())
    assert len(shown) == 24
    assert shown["district"].notna().all()
    assert shown["park"].str.len().between(3, 24).all()
    assert shown["first_operation_year"].dropna().is_monotonic_increasing


def test_distances_have_a_column_for_each_year(lang: str) -> None:
    regions = sp.eastern_regions()
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), [2015, 2025])
    shown = views.distances_shown(near, regions, [2015, 2025])
    assert len(shown) == 102
    assert (shown["km_2025"] <= shown["km_2015"]).all()
    html = sp.table(shown, columns=views.distances_columns([2015, 2025]), **CAPTION).html
    assert html.count('scope="row"') == 102


def test_break_words_concern_one_line_or_all(lang: str) -> None:
    words = presets.break_words("grdp_per_capita_real", ["7203", "8202"])
    assert ("Morowali", 2018) in words
    assert ("Halmahera Tengah", 2014) in words  # a break of its province
    assert 2020 in words
    assert not any(isinstance(k, tuple) and k[0] == "Bima" for k in words)


def test_a_preset_chart_names_unit_years_and_regions(lang: str) -> None:
    exhibit = sp.indicator_chart("poverty_line", ["7203", "8202"])
    assert "2011–2025" in exhibit.title
    assert "Halmahera Tengah" in exhibit.svg
    assert 'aria-label="' in exhibit.svg


def test_ring_chart_says_which_rings_are_empty(lang: str) -> None:
    by_ring = sp.grdp_by_ring(ring_edges_km=(0, 1, 50, 100, 200))
    html = presets.ring_chart(by_ring).html
    assert by_ring.groupby("ring", observed=False)["n_regions"].max()["0-1"] == 0
    assert ("Cincin tanpa wilayah: 0–1 km" if lang == "id" else "Rings without districts: 0–1 km") in html


def test_alt_texts_count_their_data(lang: str) -> None:
    rings = pd.DataFrame({"ring": sp.assign_ring(pd.Series([10.0, 20.0, 500.0]))})
    assert views.ring_map_alt(rings, 2025).count("km: 0;") == 2
    assert "24" in views.timeline_alt(sp.read_parks())
    estimates = pd.DataFrame({"conf_low": [-1.0, 0.1], "conf_high": [1.0, 0.2]})
    assert ("1 selang" if lang == "id" else "1 interval") in views.coefficient_alt(estimates)
