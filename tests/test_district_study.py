"""The district regression of IMK: planted truth, nothing mixed, nothing filled, and every refusal in words.

All figures here are simulated: tables in the shapes of BPS, written into a folder, cleaned as a user's
downloads are, and laid over the bundled data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import yaml

import spillover as sp
from spillover.bps.reading import clean_files
from spillover.bps.writing import write_cleaning
from spillover.district_ground import coast_of, eastern_ground, parks_around
from spillover.district_tables import counting_system
from spillover.errors import DataError
from spillover.inference.relocation import scaled

TITLE = "Jumlah Perusahaan Industri Mikro dan Kecil Menurut Kabupaten/Kota (Unit)"
WORKERS = "Jumlah Tenaga Kerja Industri Mikro dan Kecil Menurut Kabupaten/Kota (Orang)"
YEARS = range(2017, 2025)
HEADLINE = "near_50km_centroid"
Lay = Callable[[dict[str, str]], Path]


def lay_over(folder: Path, texts: dict[str, str], patch: pytest.MonkeyPatch) -> Path:
    """Clean these simulated downloads and lay the result over the bundled data."""
    downloads, out = folder / "simulated_downloads", folder / "mine"
    downloads.mkdir()
    for name, text in texts.items():
        (downloads / name).write_text(text, encoding="utf-8-sig")
    cleaning = clean_files([downloads])
    assert [line for account in cleaning.files for line in account.refused] == []
    write_cleaning(cleaning, out)
    patch.setenv("SPILLOVER_DATA", str(out))
    return out


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """``lay({file name: text})``: as `lay_over`, for one test."""
    return lambda texts: lay_over(tmp_path, texts, monkeypatch)


@pytest.fixture(scope="module")
def planted_study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple]:
    """Folder and study of establishments with −0.3 log points planted, and of three times as many workers."""
    counts = simulated_counts(-0.3)
    workers = wide_table(counts * 3, '"Sumber: BPS, Survei IMK 2024"', WORKERS)
    files = site_exports(counts) | {"simulated_workers.csv": workers}
    with pytest.MonkeyPatch.context() as patch:
        folder = lay_over(tmp_path_factory.mktemp("planted"), files, patch)
        return folder, sp.district_imk_study(draws=199)


@pytest.fixture
def planted(planted_study: tuple[Path, tuple], monkeypatch: pytest.MonkeyPatch) -> tuple:
    """The planted study, with its folder laid over the bundled data (its sources are cited)."""
    monkeypatch.setenv("SPILLOVER_DATA", str(planted_study[0]))
    return planted_study[1]


def simulated_counts(
    effect: float, seed: int = 3, years: Iterable[int] = YEARS, provinces: Iterable[str] = ()
) -> pd.DataFrame:
    """Counts by district (rows) and year: district and year effects, noise, and ``effect`` log points in
    districts whose centroid is within 50 km of a park that operates by then."""
    years, random = list(years), np.random.default_rng(seed)
    regions = sp.eastern_regions()
    if chosen := list(provinces):
        regions = regions[regions["province_code"].isin(chosen)]
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), years)
    near = near.assign(near=near["distance_km"] < 50).pivot(
        index="region_code", columns="year", values="near"
    )
    logs = random.normal(8, 0.6, (len(near), 1)) + random.normal(0, 0.1, (1, len(years)))
    logs = logs + random.normal(0, 0.08, near.shape) + effect * near.to_numpy(float)
    return pd.DataFrame(np.exp(logs).round(), index=near.index, columns=years)


def site_exports(counts: pd.DataFrame, title: str = TITLE, name: str = "simulated_imk") -> dict[str, str]:
    """One CSV per year as the BPS site exports them: a province, then its districts; "-" is missing."""
    regions = sp.read_regions().set_index("region_code").loc[counts.index].reset_index()
    provinces = sp.read_provinces().set_index("province_code")["name"]
    files = {}
    for year in counts.columns:
        lines = ["Provinsi/Kabupaten/Kota,", f",{title}", f",{year}"]
        for code, group in regions.groupby("province_code"):
            known = counts.loc[group["region_code"], year].dropna()
            lines.append(
                f"{provinces[code].upper()},{known.sum():.0f}" if len(known) else f"{provinces[code]},-"
            )
            for row in group.itertuples():
                value = counts.loc[row.region_code, year]
                lines.append(f"{row.name},{'-' if pd.isna(value) else f'{value:.0f}'}")
        files[f"{name}_{year}.csv"] = "\n".join(lines)
    return files


def wide_table(counts: pd.DataFrame, footer: str, title: str = TITLE) -> str:
    """One table with a column for each year, and a footer that says who counted."""
    names = sp.read_regions().set_index("region_code")["name"]
    lines = [title + "," * len(counts.columns), ",".join(["Kabupaten/Kota", *map(str, counts.columns)])]
    lines += [",".join([names[code], *(f"{v:.0f}" for v in row)]) for code, *row in counts.itertuples()]
    return "\n".join([*lines, footer])


def only(study: tuple | None) -> tuple:
    """Estimates by term, and the sample, of a study with one sample."""
    assert study is not None
    estimates, samples = study
    assert len(samples) == 1
    return estimates.set_index("term"), samples[0]


def test_with_the_bundled_data_there_is_no_study_and_the_notebook_says_so() -> None:
    assert sp.district_imk_study() is None
    assert sp.district_imk_table(None) is None
    for lang, words in (("id", "Belum ada tabel IMK"), ("en", "no IMK tables by district yet")):
        sp.set_language(lang)
        text = sp.district_imk_finding(None)
        assert words in text
        assert "(2)" in text  # the two sources by province
        assert "spillover clean FOLDER --out mine" in text


def test_a_planted_effect_is_recovered(planted: tuple) -> None:
    """−0.3 log points within 50 km after opening: inside its interval, and the relocation test sees it."""
    estimates, samples = planted
    assert [s.years for s in samples] == [tuple(YEARS)] * 2
    rows = estimates[estimates["outcome"] == "log_establishments"].set_index("term")
    row = rows.loc[HEADLINE]
    assert row["conf_low"] < -0.3 < row["conf_high"]
    assert row["estimate"] == pytest.approx(-0.3, abs=0.05)
    assert row["p_relocation"] <= 0.02
    assert (row["n_regions"], row["n_obs"], row["n_dropped"]) == (102, 816, 0)
    assert (rows["n_exposed"] >= 10).all()
    assert (rows.loc[["near_100km_centroid", "near_50km_edge"], "estimate"].abs() < 0.3).all()


def test_without_an_effect_nothing_is_detected(lay: Lay) -> None:
    lay(site_exports(simulated_counts(0.0)))
    study = sp.district_imk_study(draws=199)
    estimates, _ = only(study)
    assert estimates.loc[HEADLINE, "p_relocation"] > 0.1
    assert abs(estimates.loc[HEADLINE, "estimate"]) < 0.05
    sp.set_language("en")
    assert sp.district_imk_finding(study).startswith("**No detectable change")


def test_the_estimate_is_that_of_a_regression_on_the_simulated_table(planted: tuple) -> None:
    """Written, exported, cleaned and read again, the figures give what they give in memory."""
    long = simulated_counts(-0.3).stack().rename("value").rename_axis(["region_code", "year"]).reset_index()
    regions = sp.eastern_regions()
    near = sp.nearest_operating(sp.park_exposure(regions, sp.read_parks()), list(YEARS))
    panel = long.merge(near.assign(near=(near["distance_km"] < 50).astype(float)), on=["region_code", "year"])
    by_hand = sp.twfe(panel.assign(y=np.log(panel["value"])), "y", ["near"], spec_id="t")["estimate"].item()
    found = planted[0][planted[0]["term"] == HEADLINE]["estimate"]
    assert found.tolist() == pytest.approx([by_hand, by_hand], rel=1e-9), (
        "three times as many: the same slope"
    )


def test_years_on_both_sides_of_the_frame_change_are_two_samples(lay: Lay) -> None:
    """A frame that counts four times as many firms does not become growth."""
    counts = simulated_counts(0.0, years=range(2013, 2020))
    counts.loc[:, 2017:] *= 4
    lay(site_exports(counts.drop(columns=2016)))
    estimates, samples = sp.district_imk_study(draws=9)
    assert [s.years for s in samples] == [(2013, 2014, 2015), (2017, 2018, 2019)]
    assert estimates["estimate"].abs().max() < 0.3
    assert "7212" in samples[0].left_out["divided"], "Morowali Utara was split off in 2013"
    assert "7203" in samples[0].left_out["divided"], "and Morowali lost its territory"
    assert samples[1].left_out["divided"] == ()


def test_counting_systems_are_never_mixed(lay: Lay) -> None:
    """The survey and the registry of the local office differ by a factor of ten: two samples."""
    first, second = (
        simulated_counts(0.0, years=range(2017, 2021)),
        simulated_counts(0.0, years=range(2021, 2025)),
    )
    files = {
        "simulated_survey.csv": wide_table(first, "Sumber: BPS Provinsi Sulawesi Tengah"),
        "simulated_survey_late.csv": wide_table(second, "Sumber: Badan Pusat Statistik Kabupaten Poso, 2025"),
        "simulated_registry.csv": wide_table(second // 10, "Sumber: Dinas Perindustrian Kota Palu"),
    }
    lay(files)
    estimates, samples = sp.district_imk_study(draws=9)
    assert [s.source_ids for s in samples] == [
        ("simulated_survey", "simulated_survey_late"),
        ("simulated_registry",),
    ]
    assert [s.years for s in samples] == [tuple(range(2017, 2025)), tuple(range(2021, 2025))]
    assert estimates["estimate"].abs().max() < 0.3
    sp.set_language("en")
    shown = sp.district_imk_table((estimates, samples)).html
    assert "Dinas Perindustrian Kota Palu, 2021–2024" in shown


@pytest.mark.parametrize(
    ("producer", "title", "system"),
    [
        ("BPS", "", "bps"),
        ("Badan Pusat Statistik (BPS)", "", "bps"),
        ("Sumber: BPS Kabupaten Konawe Utara, 2021", "", "bps"),
        ("Sumber/Source: BPS-Statistics of Sulawesi Tengah Province", "", "bps"),
        ("Sumber: BPS Catatan: angka sementara", "", "bps"),
        ("Sumber: BPS, Sensus Ekonomi 2016", "", "bps ekonomi sensus"),
        ("Dinas Koperasi dan UMKM Kab. Morowali", "", "dinas koperasi umkm"),
        ("not stated", "Jumlah Perusahaan IMK Menurut Kabupaten/Kota, 2019", "title jumlah_perusahaan_imk"),
        ("not stated", "imk_2020.csv", "title imk_csv"),
    ],
)
def test_who_counted_tells_systems_apart_and_the_office_or_year_does_not(
    producer: str, title: str, system: str
) -> None:
    assert counting_system({"producer": producer, "title": title})[0] == system


def test_gaps_are_not_filled_and_every_district_left_out_is_named(lay: Lay) -> None:
    counts = simulated_counts(0.0)
    counts[2020] = np.nan
    counts.loc["7204", 2018] = np.nan  # Poso: a gap, kept
    counts.loc["7205", 2018:] = np.nan  # Donggala: one year only
    counts.loc["7206", 2019] = 0  # Tolitoli: no logarithm
    lay(site_exports(counts))
    study = sp.district_imk_study(draws=9)
    estimates, sample = only(study)
    assert sample.years == (2017, 2018, 2019, 2021, 2022, 2023, 2024)
    assert sample.left_out == {"divided": (), "zero": ("7206",), "one_year": ("7205",)}
    assert (estimates["n_regions"] == 100).all()
    assert (estimates["n_obs"] == 100 * 7 - 1).all()
    assert (estimates["n_dropped"] == 1).all()
    sp.set_language("en")
    html = sp.district_imk_table(study).html
    assert "years without figures, not filled: 2020" in html
    assert "1 left out because a year is zero, which has no logarithm: Tolitoli" in html
    assert "1 left out because they have figures for one year only: Donggala" in html
    assert "2017–2019, 2021–2024" in html


def test_figures_for_parts_of_a_year_are_left_out_and_counted(lay: Lay) -> None:
    out = lay(site_exports(simulated_counts(0.0, years=range(2017, 2020))))
    text = (out / "indicators.csv").read_text(encoding="utf-8")
    extra = "7204,2019,Q1,imk_establishments,simulated_imk_2019,999999,unit,final,\n"
    seal(out, text + extra)
    _, sample = only(sp.district_imk_study(draws=9))
    assert sample.n_partial == 1
    sp.set_language("en")
    assert (
        "1 figures for parts of a year not used" in sp.district_imk_table(sp.district_imk_study(draws=9)).html
    )


def seal(folder: Path, text: str) -> None:
    """Replace the cleaned table, with its sha256 in every record."""
    from spillover.sources import sha256

    (folder / "indicators.csv").write_text(text, encoding="utf-8")
    records = yaml.safe_load((folder / "sources.yml").read_text(encoding="utf-8"))
    digest = sha256(folder / "indicators.csv")
    (folder / "sources.yml").write_text(yaml.safe_dump([r | {"sha256": digest} for r in records]), "utf-8")


def test_micro_and_small_are_added_where_no_total_is_printed(lay: Lay) -> None:
    """Half of the years print the classes, half the total; the estimate is the same as of totals alone."""
    counts = simulated_counts(-0.3)
    files = site_exports(counts)
    for year in range(2017, 2021):
        names = sp.read_regions().set_index("region_code")["name"]
        lines = [TITLE + ",,", f",{year},{year}", "Kabupaten/Kota,Mikro,Kecil"]
        lines += [f"{names[c]},{v - v // 5:.0f},{v // 5:.0f}" for c, v in counts[year].items()]
        files[f"simulated_imk_{year}.csv"] = "\n".join(lines)
    lay(files)
    estimates, sample = only(sp.district_imk_study(draws=9))
    assert sample.years == tuple(YEARS)
    assert estimates.loc[HEADLINE, "n_obs"] == 816
    assert estimates.loc[HEADLINE, "estimate"] == pytest.approx(-0.3, abs=0.05)


def test_releases_that_differ_and_cannot_be_ordered_are_refused_by_name(lay: Lay) -> None:
    files = site_exports(simulated_counts(0.0, years=[2017, 2018]))
    again = site_exports(simulated_counts(0.0, seed=9, years=[2018]), name="simulated_again")
    lay(files | again)
    with pytest.raises(DataError, match=r"cannot be ordered.*published"):
        sp.district_imk_study(draws=9)


@pytest.mark.parametrize(
    ("counts", "reason", "words"),
    [
        (lambda: simulated_counts(0, years=[2019]), "years", "figures for fewer than two years"),
        (
            lambda: simulated_counts(0, years=[2013, 2014]),
            "exposed",
            "fewer than two districts change status",
        ),
        (
            lambda: simulated_counts(0, provinces=["8100"]),
            "exposed",
            "fewer than two districts change status",
        ),
        (
            lambda: simulated_counts(0).loc[["8202", "8272"]],
            "comparison",
            "too few districts to compare with",
        ),
        (
            lambda: simulated_counts(0).apply(lambda year: year * 0 + 50),
            "constant",
            "do not change over the years",
        ),
    ],
)
def test_what_cannot_be_estimated_is_refused_in_words(
    lay: Lay, counts: Callable, reason: str, words: str
) -> None:
    lay(site_exports(counts()))
    study = sp.district_imk_study(draws=9)
    estimates, sample = only(study)
    assert set(sample.refused.values()) == {reason}
    assert set(sample.refused) == set(estimates["spec_id"])
    assert estimates[["estimate", "p_relocation"]].isna().all(axis=None)
    sp.set_language("en")
    text = sp.district_imk_finding(study)
    assert text.startswith("**There are district tables on the number of IMK establishments, but")
    assert words in text
    assert "district_imk_did" in sp.district_imk_table(study).html


def test_districts_elsewhere_alone_are_refused_and_counted(lay: Lay) -> None:
    java = sp.read_regions().query("province_code == '3300'")["region_code"]
    lay(site_exports(pd.DataFrame(100.0, index=pd.Index(java, name="region_code"), columns=[2019, 2020])))
    _, sample = only(sp.district_imk_study(draws=9))
    assert set(sample.refused.values()) == {"districts"}
    assert sample.n_elsewhere == 35


def test_parks_far_from_the_data_are_not_moved_into_them(lay: Lay) -> None:
    """With Sulawesi Tengah and Tenggara alone, only the complexes in or near them are relocated."""
    ground = eastern_ground()
    central = ground.regions.loc[ground.regions["province_code"].isin(["7200", "7400"]), "region_code"]
    near = parks_around(ground.of(list(central)), 2024, 50.0)
    assert {"IMIP", "GNI_SEI", "VDNI"} <= set(near["park_id"])
    assert not {"IWIP", "OBI_HPAL", "HUADI_KIBA"} & set(near["park_id"])
    everywhere = parks_around(ground, 2024, 50.0)
    assert set(everywhere["park_id"]) == set(sp.operating(sp.read_parks(), 2024)["park_id"])
    lay(site_exports(simulated_counts(-0.5, provinces=["7200", "7400"])))
    estimates, _ = only(sp.district_imk_study(draws=199))
    assert estimates["n_regions"].unique().tolist() == [30]
    assert estimates.loc["near_50km_centroid", "p_relocation"] <= 0.1


def test_with_few_districts_the_scaled_relocation_test_has_about_the_right_size() -> None:
    """Two provinces, two districts that change: 200 simulated nulls, correlated over the years. The raw
    comparison rejects far more often than one in twenty; at one precision it is near it."""
    ground = eastern_ground()
    regions = ground.regions
    ground = ground.of(list(regions.loc[regions["province_code"].isin(["7200", "7400"]), "region_code"]))
    codes = ground.regions["region_code"]
    panel = pd.MultiIndex.from_product([codes, YEARS], names=["region_code", "year"]).to_frame(index=False)
    treatments = sp.draw_treatments(
        panel,
        sp.ring_design(panel, ground.regions, 100.0),
        measure=ground.measures["edge"],
        parks=parks_around(ground, 2024, 100.0),
        candidates=coast_of(ground.regions["region_code"]),
        draws=99,
    )
    random = np.random.default_rng(5)
    ones = pd.DataFrame({"draw": range(100), "estimate": 1.0})
    scale = scaled(ones, panel.assign(y=1.0), "y", treatments)["estimate"]
    raw, even = [], []
    for _ in range(200):
        noise = random.normal(size=(len(codes), len(YEARS)))
        for year in range(1, len(YEARS)):
            noise[:, year] += 0.7 * noise[:, year - 1]
        placebo = sp.relocation_test(panel.assign(y=noise.ravel()), "y", treatments)
        raw.append(sp.relocation_p(placebo) <= 0.05)
        even.append(sp.relocation_p(placebo.assign(estimate=placebo["estimate"] * scale)) <= 0.05)
    assert np.mean(raw) > 0.2
    assert np.mean(even) < 0.15


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_finding_leads_with_the_verdict_and_names_the_data(planted: tuple, lang: str) -> None:
    """Which words are used follows from the relocation p on both bases, never from the usual p."""
    estimates, samples = planted
    assert [s.measure for s in samples] == ["establishments", "workers"]
    sp.set_language(lang)
    detected, one_way, nothing, data = {
        "id": ("**Terdeteksi", "satu cara mengukur", "**Tidak terdeteksi", "pencacah tidak disebut"),
        "en": ("**Detected", "one way of measuring", "**No detectable", "who counted is not stated"),
    }[lang]
    near = estimates["term"].eq("near_50km_edge")
    for p, start in ((0.01, detected), (0.2, nothing)):
        text = sp.district_imk_finding((estimates.assign(p_value=0.5 - p, p_relocation=p), samples))
        assert all(part.startswith(start) for part in text.split("\n\n"))
    mixed = estimates.assign(p_relocation=np.where(near, 0.2, 0.01))
    first, second = sp.district_imk_finding((mixed, samples)).split("\n\n")
    assert one_way in first
    assert f"Data: {data}, 2017–2024" in first
    assert "simulated_imk_2017" in first
    assert "simulated_imk_2024;" in first
    assert "BPS, Survei IMK 2024, 2017–2024 (" in second
    assert "simulated_workers.csv" in second


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_cells_of_the_notebook_grow_the_regression(planted: tuple, lang: str) -> None:
    """The cells as committed, on the user's folder: a captioned table in both languages."""
    path = Path(__file__).resolve().parent.parent / "notebooks" / "03_sme_growth.ipynb"
    cells = [c.source for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert any("district = sp.district_imk_study()" in source for source in cells)
    shown = [source for source in cells if source.startswith("sp.district_imk_")]
    sp.set_language(lang)
    finding, exhibit = (eval(source, {"sp": sp, "district": planted}) for source in shown)
    assert str(finding).startswith({"id": "**Terdeteksi", "en": "**Detected"}[lang])
    words = {
        "id": "jumlah perusahaan IMK dan jumlah tenaga kerja IMK",
        "en": "the number of IMK establishments and",
    }
    assert words[lang] in exhibit.title
    assert exhibit.title.endswith(", 2017–2024")
    assert "simulated_imk_2024.csv" in exhibit.html
    assert "BPS, Survei IMK 2024, 2017–2024" in exhibit.html, "the sample, since there are two"
    assert exhibit.csv.count("\n") == 9


def test_the_conclusions_say_provinces_only_only_without_district_data(planted: tuple) -> None:
    sp.set_language("en")
    imk, census, grdp = sp.imk_study(draws=9)[1], sp.census_study(), sp.grdp_study(draws=9)
    more = {"power": sp.power_study(draws=39), "synthetic": sp.synthetic_study()}
    before = sp.conclusions(imk, census, grdp, **more)
    twins = [sp.synthetic_finding(more["synthetic"], c, "grdp_per_capita_real") for c in ("8202", "7203")]
    firms = (sp.imk_finding(imk), sp.power_finding(more["power"]), sp.census_finding(census))
    rest = (sp.grdp_finding(grdp), *twins, sp.welfare_finding(more["power"]), sp.exposure_limit(imk))
    assert before == sp.numbered(*firms, *rest, sp.design_limit(by_district=False))
    assert "by province only" in before
    after = sp.conclusions(imk, census, grdp, district=planted, **more)
    assert len(after.split("\n")) == len(before.split("\n")) + 2
    assert "by province only" not in after
    assert "\n3. **Detected: the number of IMK establishments changes within 50 km" in after
    assert "\n4. **Detected: the number of IMK workers changes within 50 km" in after


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_limits_of_the_summary_are_true_with_and_without_district_data(
    lang: str, planted_study: tuple[Path, tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They look at the data themselves: the summary does not know of a user's tables."""
    sp.set_language(lang)
    provinces = {"id": "Data IMK hanya menurut provinsi", "en": "IMK data exist by province only"}[lang]
    series = {"id": "Tidak ada deret UMKM per kabupaten", "en": "There is no series of SMEs by district"}[
        lang
    ]
    counts = sp.read_sme_counts()

    def limits() -> tuple[bool, bool]:
        return provinces in sp.design_limit(), series in sp.systems_limit(counts, "7203", "Morowali")

    monkeypatch.delenv("SPILLOVER_DATA", raising=False)
    assert limits() == (True, True)
    monkeypatch.setenv("SPILLOVER_DATA", str(planted_study[0]))
    assert limits() == (False, False)


@pytest.mark.parametrize(("lang", "words"), [("id", "sumber tidak disebutkan"), ("en", "source not stated")])
def test_files_that_name_no_source_are_cited_together_in_the_language(
    lang: str, words: str, planted_study: tuple[Path, tuple], monkeypatch: pytest.MonkeyPatch
) -> None:
    sp.set_language(lang)
    monkeypatch.setenv("SPILLOVER_DATA", str(planted_study[0]))
    text = sp.cite("simulated_imk_2017", "tpt", "simulated_imk_2018", "simulated_workers")
    assert text.count(words) == 1 and f"{words} (simulated_imk_2017.csv, simulated_imk_2018.csv)." in text
    assert "BPS, Survei IMK 2024 (simulated_workers.csv); " in text and "Sumber:" not in text
