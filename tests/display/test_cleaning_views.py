"""From raw to clean: the account of each source, lines beside rows, and the words a reader sees for them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import yaml

import spillover as sp
from spillover.bps.accounts import raw_sources
from spillover.bps.beside import MOST_LINES
from spillover.display import cleaning_views as views
from spillover.errors import DataError
from spillover.sources import bundled_dir

CAPTION = {"name": "t", "title": "Judul tabel", "source": "BPS"}
RECORD = dict.fromkeys(
    ["title", "producer", "citation", "url", "how_to_obtain", "accessed", "published", "licence"], "x"
) | {"redistributable": False}


@pytest.fixture(params=["id", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    sp.set_language(request.param)
    return str(request.param)


@pytest.fixture(scope="module")
def bundled() -> pd.DataFrame:
    """The accounts of the bundled sources, made once."""
    return sp.cleaning_accounts()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Lay a user's source over the bundled ones: a file's name, its text, and what is said of it."""

    def lay(source_id: str, file: str, text: str, **read: object) -> None:
        (tmp_path / file).write_text(text, encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        record = RECORD | {"id": source_id, "file": file, "sha256": digest, "read": read}
        (tmp_path / "sources.yml").write_text(yaml.safe_dump([record]), encoding="utf-8")
        monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path))

    return lay


def account(source_id: str) -> dict:
    return sp.cleaning_accounts(source_id).iloc[0].to_dict()


def test_every_bundled_cell_is_kept_missing_or_set_aside(bundled: pd.DataFrame) -> None:
    """The accounts add up to the tables themselves, and to what stands in the files."""
    accounts = bundled
    assert (accounts["n_values"] + accounts["n_missing"] + accounts["n_set_aside"]).equals(
        accounts["n_cells"]
    )
    assert accounts["n_refused"].eq(0).all()
    for row in accounts.itertuples():
        table = sp.indicators.read_source(row.source_id)
        assert row.n_values == table["value"].notna().sum()
        assert row.n_missing == table["missing_reason"].ne("").sum()
    printed = [
        line
        for file in sorted((bundled_dir() / "raw" / "poverty_line").glob("*.csv"))
        for line in file.read_text(encoding="utf-8-sig").splitlines()[3:]
    ]
    poverty = accounts.set_index("source_id").loc["poverty_line"]
    assert poverty["n_cells"] == len(printed)
    assert poverty["n_set_aside"] == sum(line.split(",")[0].isupper() for line in printed) == 15 * 38


def test_shapes_styles_and_declarations_of_the_bundled_files(bundled: pd.DataFrame) -> None:
    """What a reader would say of each file, seen in the files themselves."""
    accounts = bundled.set_index("source_id")
    found = {i: (r["shape"], r["regions"], r["style"], r["style_by"]) for i, r in accounts.iterrows()}
    assert found == {
        "imk_2013_2024": ("years_and_measures", "code", "id", "cells"),
        "imk_2025": ("measures", "name", "plain", ""),
        "grdp_per_capita_real": ("years", "code", "en", "declared"),
        "grdp_real": ("one_column", "code", "plain", ""),
        "tpt": ("one_column", "code", "en", "cells"),
        "population": ("years", "name_and_province", "plain", ""),
        "poverty_line": ("one_year", "name", "plain", ""),
        "grdp_nominal_2010_2019": ("years", "code", "en", "declared"),
        "grdp_nominal_2020_2025": ("years", "code", "id", "declared"),
        "imk_partnership_2025": ("measures", "name", "plain", ""),
    }
    declared = accounts["declared"]
    assert declared[declared.ne("")].to_dict() == {
        "grdp_per_capita_real": "number_style: en",
        "population": "unit: orang",
        "grdp_nominal_2010_2019": "number_style: en; dash: not_available",
        "grdp_nominal_2020_2025": "number_style: id",
    }


TOTALS = "Provinsi,Jumlah Penduduk (Jiwa) 2023\nSulawesi Tengah,{}\nSulawesi Selatan,20\nINDONESIA,{}\n"


@pytest.mark.parametrize(("parts", "differ"), [(("10", "30"), 0), (("10", "40"), 1), (("-", "40"), 0)])
def test_totals_that_differ_are_counted(own, parts: tuple[str, str], differ: int) -> None:
    """A nation that is not the sum of its provinces is counted; one with a gap is not judged."""
    own("penduduk", "p.csv", TOTALS.format(*parts), indicators=["population"])
    row = account("penduduk")
    assert (row["n_cells"], row["set_aside"], row["totals"]) == (3, "nation: 1", "checked")
    assert row["n_disagreements"] == differ


def test_a_refused_file_is_counted_and_gives_no_cells(own) -> None:
    """A source that cannot be read stays in the account, with nothing but the refusal."""
    own("aneh", "a.csv", "Provinsi,Jumlah Penduduk (Jiwa) 2023\nAtlantis,5\n", indicators=["population"])
    row = account("aneh")
    assert (row["n_files"], row["n_refused"], row["n_cells"], row["shape"]) == (1, 1, 0, "")
    shown = views.accounts_shown(sp.cleaning_accounts("aneh")).iloc[0]
    assert (shown["table"], shown["missing"]) == ("x", "tidak ada")


def test_tables_cleaned_before_are_no_raw_files(own) -> None:
    """What `spillover clean` wrote is not accounted for a second time."""
    header = "region_code,year,period,indicator,source_id,value,unit,status,missing_reason\n"
    row = "7203,2023,,population,bersih,5,person,final,\n"
    own("bersih", "indicators.csv", header + row, indicators=["population"])
    with pytest.raises(DataError, match=r"no source of printed tables \(1: bersih\)"):
        sp.cleaning_accounts("bersih")
    assert "bersih" not in {source[0] for source in raw_sources()}
    assert "bersih" in sp.indicator_sources("population")["population"]


def letters(name: str) -> str:
    return "".join(filter(str.isalpha, name)).lower()


def test_lines_stand_beside_the_rows_that_they_become() -> None:
    """Each line of the excerpt is in the file at that place; its row says the same."""
    lines = sp.lines_and_rows("7200")
    text = (bundled_dir() / "raw" / lines["file"].iloc[0]).read_text(encoding="utf-8-sig").splitlines()
    assert [text[n - 1] for n in lines["line"]] == lines["printed"].to_list()
    assert lines["becomes"].to_list()[:4] == ["header", "title", "year", "province"]
    rows = lines[lines["becomes"] == "row"]
    assert len(rows) == 13
    assert rows["region_code"].str.startswith("72").all()
    assert rows["year"].eq(2011).all()
    names = sp.read_regions().set_index("region_code")["name"]
    for row in rows.itertuples():
        name, value = row.printed.rsplit(",", 1)
        assert letters(name) == letters(names[row.region_code])  # Toli-Toli, Tolitoli
        assert (value == "-") == (row.missing_reason == "not_available") == pd.isna(row.value)
        assert value == "-" or float(value) == row.value
    assert rows["missing_reason"].ne("").any()
    assert lines.loc[lines["becomes"] != "row", "value"].isna().all()


def test_lines_of_a_long_file_belong_to_their_year() -> None:
    """In a file with a row for each region and year each line has the value of its own year."""
    rows = sp.lines_and_rows("7200", prefer="tpt").query("becomes == 'row'")
    assert len(rows) == MOST_LINES
    said = rows["printed"].str.extract(r",(\d{4}),([\d.]+)$")
    assert said[0].astype(int).to_list() == rows["year"].to_list()
    assert said[1].astype(float).to_list() == rows["value"].to_list()


@pytest.mark.parametrize("prefer", ["imk_2025", "population", "none"])
def test_a_source_that_cannot_be_shown_line_by_line_gives_way_to_another(prefer: str) -> None:
    """Several values in a line, or no such source: another source is shown, never half a line."""
    lines = sp.lines_and_rows("7200", prefer=prefer)
    assert lines["source_id"].nunique() == 1
    assert prefer not in set(lines["source_id"])
    assert lines["line"].is_unique


def test_a_file_without_the_province_shows_its_first_regions(own) -> None:
    """A user's table of another province replaces the bundled one and is shown all the same."""
    text = 'Kabupaten/Kota,Garis Kemiskinan (Rupiah/kapita/bulan) 2023\nKolaka,1\nKonawe,"2"\n'
    own("poverty_line", "garis.csv", text, indicators=["poverty_line"])
    lines = sp.lines_and_rows("7200")
    assert lines["region_code"].to_list() == ["", "7404", "7403"]
    assert lines["printed"].to_list() == text.splitlines()


def test_lines_are_shown_in_words_and_blank_where_there_is_no_row(lang: str) -> None:
    lines = sp.lines_and_rows("7200")
    shown = views.lines_shown(lines)
    empty = lines["becomes"].ne("row")
    for name in ("region_code", "year", "indicator", "value", "status", "missing_reason"):
        assert shown.loc[empty, name].eq(views.BLANK).all()
    gap = shown[lines["missing_reason"].ne("")].iloc[0]
    words = {"id": ("tanpa nilai", "tidak tersedia"), "en": ("no value", "not available")}[lang]
    assert (gap["becomes"], gap["missing_reason"], gap["value"]) == (*words, "–")
    morowali = shown[shown["region_code"] == "7203"].iloc[0]
    assert morowali["value"] == {"id": "267.895", "en": "267,895"}[lang]
    html = sp.table(shown, columns=views.lines_columns(lines), **CAPTION).html
    assert {"id": "rupiah per kapita per bulan", "en": "rupiah per head per month"}[lang] in html


def test_accounts_are_shown_in_words(bundled: pd.DataFrame, lang: str) -> None:
    shown = views.accounts_shown(bundled).set_index("source_id")
    poverty = shown.loc["poverty_line"]
    assert (
        poverty["aside"] == {"id": "provinsi: 570 (bukan jumlahan)", "en": "provinces: 570 (not sums)"}[lang]
    )
    assert poverty["missing"] == {"id": "tidak tersedia: 71", "en": "not available: 71"}[lang]
    assert shown.loc["population", "declared"] == {"id": "satuan: orang", "en": "unit: orang"}[lang]
    texts = shown[["table", "shape", "regions", "style"]].to_numpy().ravel()
    assert [text for text in texts if "_" in text or not text] == []
    html = sp.table(shown.reset_index(), columns=views.ACCOUNTS_COLUMNS, **CAPTION).html
    assert html.count('scope="row"') == len(bundled)


def test_a_total_that_differs_is_named(own, lang: str) -> None:
    own("penduduk", "p.csv", TOTALS.format("10", "40"), indicators=["population"])
    shown = views.accounts_shown(sp.cleaning_accounts("penduduk")).set_index("source_id")
    words = {"id": "nasional: 1 (1 berbeda dari", "en": "nation: 1 (1 differ from"}[lang]
    assert shown.loc["penduduk", "aside"].startswith(words)


def test_the_finding_counts_what_the_accounts_count(bundled: pd.DataFrame, lang: str) -> None:
    accounts = bundled
    said = views.cleaning_finding(accounts)
    for name in ("n_files", "n_cells", "n_values", "n_missing", "n_set_aside"):
        assert sp.fmt(int(accounts[name].sum()), 0) in said
    assert {"id": "0 berkas ditolak", "en": "0 files refused"}[lang] in said
    worse = views.cleaning_finding(accounts.assign(n_refused=1))
    assert {"id": f"{len(accounts)} berkas ditolak", "en": f"{len(accounts)} files refused"}[lang] in worse


def test_district_indicators_have_values_of_districts() -> None:
    """Province series are left out; every other series of the sources is there."""
    tables = sp.district_indicators()
    whole = ["grdp_per_capita_real", "grdp_real", "tpt", "population", "poverty_line"]
    assert list(tables) == [*whole, "grdp_nominal"]
    assert all(name.startswith("imk_") for name in set(sp.indicator_sources()) - set(tables))
    for name in whole:
        assert tables[name]["region_code"].nunique() == 514
    assert set(tables["grdp_nominal"]["region_code"].str[:2]) == {"82"}  # its provinces are no districts
