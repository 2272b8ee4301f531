"""District series: complete, checked, with their breaks and gaps said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import spillover as sp
from spillover.bps.reading import clean_files
from spillover.bps.writing import write_cleaning
from spillover.check import _needs_arguments
from spillover.errors import DataError
from spillover.indicators import (
    COLUMNS,
    indicator_sources,
    read_indicators,
    read_source,
    release_report,
)
from spillover.sme import SIZES
from spillover.sources import bundled_dir

YEARS = {
    "grdp_per_capita_real": (2000, 2024),
    "grdp_real": (2008, 2020),
    "tpt": (2008, 2020),
    "population": (2000, 2017),
    "poverty_line": (2011, 2025),
}
IMK = {f"imk_{what}_{size}" for what in ("establishments", "workers", "output") for size in SIZES}


@pytest.mark.parametrize("name", YEARS)
def test_every_district_and_year_has_a_row_and_every_gap_a_reason(name: str) -> None:
    table = sp.read_indicator(name)
    first, last = YEARS[name]
    assert len(table) == 514 * (last - first + 1)
    assert set(table["year"]) == set(range(first, last + 1))
    assert (table["value"].isna() == table["missing_reason"].ne("")).all()


def test_catalogue_and_test_know_the_same_indicators() -> None:
    others = {"grdp_nominal", "imk_partnership_yes", "imk_partnership_no"}  # a few provinces; one year
    assert set(indicator_sources()) == set(YEARS) | IMK | others


@pytest.mark.parametrize("name", sorted(IMK))
def test_every_province_and_year_has_a_row_and_every_gap_a_reason(name: str) -> None:
    """Micro and small industry comes in two releases, 2013–2024 without 2016, and 2025."""
    table = sp.read_indicator(name)
    years = [2013, 2014, 2015, *range(2017, 2026)]
    assert table.groupby("year")["region_code"].nunique().to_dict() == dict.fromkeys(years, 38)
    assert len(table) == 38 * len(years)
    assert (table["value"].isna() == table["missing_reason"].ne("")).all()
    assert set(table["source_id"]) == {"imk_2013_2024", "imk_2025"}


def test_published_values_of_morowali_and_halmahera_tengah() -> None:
    """Two cells of the source, as printed there: Rp237,723 and Rp289,772 thousand per head."""
    grdp = sp.read_indicator("grdp_per_capita_real").set_index(["region_code", "year"])["value"]
    assert grdp["7203", 2018] == 237723
    assert grdp["8202", 2024] == 289772


def test_unemployment_of_2016_is_interpolated_in_the_file_and_taken_out() -> None:
    """The raw value is the mean of its neighbours in all 514 districts; the reader gives none of them."""
    raw = read_source("tpt")
    wide = raw.pivot(index="region_code", columns="year", values="value")
    assert (wide[2016] - (wide[2015] + wide[2017]) / 2).abs().max() < 2e-6
    clean = sp.read_indicator("tpt")
    assert clean.loc[clean["year"] == 2016, "value"].isna().all()
    assert clean.loc[clean["year"] == 2016, "missing_reason"].eq("not_available").all()
    assert clean.loc[clean["year"] != 2016, "value"].notna().all()


def test_values_before_a_district_existed_are_backcasts() -> None:
    """Morowali Utara dates from 2013, Morowali from before 2000."""
    table = sp.read_indicator("grdp_per_capita_real").set_index(["region_code", "year"])["status"]
    assert table["7212", 2012] == "backcast"
    assert table["7212", 2013] == "final"
    assert table["7203", 2000] == "final"


def test_a_missing_poverty_line_of_a_district_not_yet_founded_is_not_applicable() -> None:
    table = sp.read_indicator("poverty_line").set_index(["region_code", "year"])
    assert table.loc[("7212", 2012), "missing_reason"] == "not_applicable"
    assert table.loc[("7203", 2013), "value"] == 316400  # as printed by BPS


# One kind of bad input a line: the source, the file in it, what is changed, and what is said of it.
BAD = {
    "a district twice in a year": (
        "tpt", "", "1101,Kabupaten Simeulue,Aceh,2009,", "1101,Kabupaten Simeulue,Aceh,2008,",
        r"tpt.csv: a region stands twice with different values "
        r"\(1: Kabupaten Simeulue 2008 in row 3, column 5\).*keep one row",
    ),
    "a name twice": (
        "population", "", '"Aceh Barat Daya, Kab."', '"Aceh Barat, Kab."',
        r"population.csv: a region stands twice .* \(18: Aceh Barat, Kab. 2000 in row 3, .*, …\)",
    ),
    "a year in two files of a folder": (
        "poverty_line", "2014.csv", ",2014\n", ",2013\n",
        r"poverty_line: duplicate key region_code/year/period/indicator \(514: .*, …\).*keep one row",
    ),
    "a year twice": (
        "population", "", "2003 [YR2003]", "2002 [YR2002]",
        r"columns under the same heading.* \(1: columns 7 and 8: 2002\)",
    ),
    "an unknown code": (
        "tpt", "", "1101,Kabupaten Simeulue,Aceh,2009,", "9999,Kabupaten Simeulue,Aceh,2009,",
        r"tpt.csv: codes that do not fit as a whole "
        r".*\(1: 9999 is .*'Kabupaten Simeulue' is Simeulue \(1101\)",
    ),
    "an unknown name": (
        "poverty_line", "2013.csv", "\nSimeulue,", "\nSimelue,",
        r"2013.csv: rows whose region is unknown .*\(1: row 5 'Simelue': did you mean Simeulue \(1101\)",
    ),
    "a negative rate": (
        "tpt", "", "Aceh,2009,", "Aceh,2009,-",
        r"tpt.csv: negative values of what is never below zero \(1: -12.424338 in row 3, column 5\)",
    ),
    "a negative amount of money": (
        "grdp_real", "", "Aceh,2009,998", "Aceh,2009,-998",
        r"grdp_real.csv: negative values .*\(1: -998 in row 3, column 5\)",
    ),
    "a negative value per head": (
        "poverty_line", "2013.csv", "Simeulue,305600", "Simeulue,-305600",
        r"2013.csv: negative values .*\(1: -305600 in row 5, column 2\)",
    ),
    "a negative count": (
        "population", "", "SP.POP.TOTL,165123", "SP.POP.TOTL,-165123",
        r"population.csv: negative counts \(1: -165123 in row 2, column 5\).*correct the cells",
    ),
    "a fraction of a person": (
        "population", "", "SP.POP.TOTL,165123", "SP.POP.TOTL,165.12",
        r"population.csv: fractions in a table that counts .*\(1: row 2, column 5: '165.12'\)",
    ),
    "a cell that is no number": (
        "population", "", "SP.POP.TOTL,165123", "SP.POP.TOTL,1651x",
        r"neither a number nor a mark of a missing value \(1: row 2, column 5: '1651x'\)",
    ),
    "another quantity under the name": (
        "tpt", "", "Tingkat Pengangguran Terbuka (persen)", "Tingkat Kesempatan Kerja (persen)",
        r"tpt.csv: the indicators are not those of the record \(2: tpt only in the record, "
        r"tingkat_kesempatan_kerja only in the file\).*correct the headings",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_bad_cells_are_refused(change_file: Callable[..., Path], kind: str) -> None:
    source, part, old, new, message = BAD[kind]

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    change_file(source, edit, part=part)
    with pytest.raises(DataError, match=message):
        sp.read_indicator(source)


@pytest.mark.parametrize("name", sp.read_catalogue()["indicator"])
def test_only_growth_may_be_below_zero(tmp_path: Path, name: str) -> None:
    """Every indicator of the catalogue, in a table that declares it, in a unit that is scaled."""
    entry = sp.read_catalogue().set_index("indicator").loc[name]
    price = " Atas Dasar Harga Konstan 2010" if "2010" in entry["unit"] else " Atas Dasar Harga Berlaku"
    title = price if "idr" in entry["unit"] and "month" not in entry["unit"] else ""
    file = tmp_path / "table.csv"
    file.write_text(f"Kabupaten,{title}\n,2020\nMorowali,-2\nPoso,5\n", encoding="utf-8")
    unit = {"money": "ribu rupiah", "per_head": "ribu rupiah", "count": "ribu orang"}.get(entry["kind"], "")
    unit = unit or {"percent": "persen", "index": "indeks", "year": "tahun"}[entry["unit"]]
    unit = {"unit": "ribu unit", "idr_per_head_month": "ribu rupiah/kapita/bulan"}.get(entry["unit"], unit)
    if name == "grdp_growth":
        assert read_indicators(file, indicator=name, unit=unit)["value"].tolist() == [-2, 5]
    else:
        with pytest.raises(DataError, match=r"table.csv: negative (counts|values).* \(1: -2 in row 3"):
            read_indicators(file, indicator=name, unit=unit)


def test_a_negative_value_in_a_cleaned_table_is_refused(add_source: Callable[..., Path]) -> None:
    """A table that `spillover clean` wrote and somebody edited is checked again."""
    text = f"{','.join(COLUMNS)}\n7203,2020,,imk_workers_micro,mine,-5,person,final,\n"
    add_source("mine", text, indicators=["imk_workers_micro"], file="indicators.csv")
    with pytest.raises(DataError, match=r"never below zero \(1: 7203/2020//imk_workers_micro\)"):
        sp.read_indicator("imk_workers_micro")


def test_an_unknown_region_in_a_cleaned_table_is_refused(add_source: Callable[..., Path]) -> None:
    text = f"{','.join(COLUMNS)}\n9999,2020,,x,mine,5,unit,final,\n"
    add_source("mine", text, indicators=["x"], file="indicators.csv")
    with pytest.raises(DataError, match=r"indicators.csv: unknown region codes \(1: 9999\)"):
        sp.read_indicator("x")


def test_a_source_that_no_record_names_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown source id \(1: pop\).*population"):
        read_source("pop")


def test_unknown_indicator_lists_the_known_ones() -> None:
    with pytest.raises(DataError, match=r"unknown indicator \(1: gdp\).*poverty_line"):
        sp.read_indicator("gdp")


def test_a_break_of_an_unknown_region_is_refused(change_file: Callable[..., Path]) -> None:
    change_file("breaks", lambda t: t.replace("imk,9100,", "imk,0100,"))
    with pytest.raises(DataError, match=r"breaks.csv: unknown region codes \(1: 0100\)"):
        sp.read_breaks()


def test_documented_breaks_are_really_in_the_data() -> None:
    """Every break that claims a jump of a district shows one in the series."""
    jumps = sp.find_jumps(sp.read_indicator("grdp_per_capita_real"), factor=1.25)
    found = set(zip(jumps["region_code"], jumps["year"], strict=True))
    breaks = sp.read_breaks("grdp_per_capita_real")
    local = breaks[breaks["region_code"].ne("") & ~breaks["region_code"].str.endswith("00")]
    for entry in local.itertuples():
        assert any((entry.region_code, entry.year + k) in found for k in (0, 1)), entry.region_code
    jambi = {code for code, year in found if code.startswith("15") and year == 2016}
    assert len(jambi) == 9


def test_jumps_compare_consecutive_years_only() -> None:
    table = pd.DataFrame(
        {"region_code": "7203", "indicator": "tpt", "year": [2010, 2011, 2013], "value": [1.0, 2.0, 9.0]}
    )
    jumps = sp.find_jumps(table)
    assert jumps["year"].tolist() == [2011]
    assert jumps["ratio"].item() == 2.0


def test_coverage_counts_values_and_says_why_the_rest_is_missing() -> None:
    table = sp.coverage([sp.read_indicator("tpt")]).set_index("year")
    assert table.loc[2015, "share"] == 1.0
    assert table.loc[2015, "missing"] == ""
    assert table.loc[2016, "n_values"] == 0
    assert table.loc[2016, "missing"] == "not_available: 514"


def a_year_of(name: str, year: int, **values: float) -> pd.DataFrame:
    """Long rows of one indicator: ``a_year_of("tpt", 2020, p7203=1.0)``; "q7203" is a first quarter."""
    rows = [
        {"region_code": key[1:], "year": year, "period": "Q1" if key[0] == "q" else "", "indicator": name,
         "source_id": "s", "value": value, "unit": "u", "status": "final",
         "missing_reason": "" if value == value else "suppressed"}
        for key, value in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_coverage_counts_whole_years_of_districts_only() -> None:
    """Provinces and quarters are no districts with a value; they are why these have none."""
    table = a_year_of("x", 2020, p7203=1.0, p7204=float("nan"), q7204=3.0, q7205=2.0, p7200=9.0, p7100=8.0)
    row = sp.coverage([table]).iloc[0]
    central, north = 13, 15  # districts of Sulawesi Tengah and Sulawesi Utara
    assert row["n_values"] == 1
    words = f"no row: {514 - central - north}; only its province: {central - 3 + north}; "
    assert row["missing"] == words + "only parts of the year: 1; suppressed: 1"
    assert row["share"] == 1 / 514


def test_coverage_of_a_province_series_has_no_district() -> None:
    table = sp.coverage([sp.read_indicator("imk_workers_total")]).set_index("year")
    assert table["n_values"].eq(0).all()
    assert table.loc[2025, "missing"] == "only its province: 514"
    assert table.loc[2013, "missing"] == "no row: 41; only its province: 473"  # five provinces had no row


def test_coverage_counts_a_district_of_two_sources_once() -> None:
    one = a_year_of("x", 2020, p7203=1.0, p7204=float("nan"))
    other = a_year_of("x", 2020, p7203=float("nan"), p7204=2.0, p7205=float("nan")).assign(source_id="t")
    row = sp.coverage([one, other]).iloc[0]
    assert (row["n_values"], row["missing"]) == (2, "no row: 511; suppressed: 1")


def test_inventory_counts_only_values_taken_out_as_removed() -> None:
    """A value that is printed as an estimate is a value."""
    tpt = sp.read_indicator("tpt")
    estimate = tpt.assign(status=tpt["status"].mask(tpt["year"].eq(2020), "estimated"))
    for table in (tpt, estimate):
        row = sp.inventory([table]).iloc[0]
        assert (row["n_removed"], row["n_missing"], row["n_values"]) == (514, 0, 514 * 12)


def test_the_check_of_all_tables_calls_no_reader_that_must_be_told_what() -> None:
    told = (sp.read_indicator, read_indicators, read_source)
    assert [_needs_arguments(read) for read in told] == [True, True, True]
    assert not _needs_arguments(sp.read_imk) and not _needs_arguments(sp.read_breaks)


def test_jumps_are_sought_inside_each_period() -> None:
    """The first quarter of a year is not compared with the whole year before."""
    year = a_year_of("x", 2020, p7203=4.0)
    quarter = a_year_of("x", 2021, q7203=1.0)
    assert sp.find_jumps(pd.concat([year, quarter])).empty
    assert len(sp.find_jumps(pd.concat([year, year.assign(year=2021, value=1.0)]))) == 1


LINES = "Provinsi/Kabupaten/Kota,\n,Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)\n,{year}\n"


def lines(year: int, **values: int) -> str:
    """A poverty line of one year as the site of BPS exports it."""
    body = "".join(f"{name.replace('_', ' ')},{value}\n" for name, value in values.items())
    return LINES.format(year=year) + body


def test_a_later_release_of_a_users_folder_counts(add_source: Callable[..., Path]) -> None:
    """Accessed in 2026, the bundled file cannot be later than a release of 2027, which wins."""
    bundled = sp.read_indicator("poverty_line").set_index(["region_code", "year"])
    same = int(bundled.loc[("7206", 2013), "value"])
    text = lines(2013, Morowali=320000, Tolitoli=same)
    add_source("mine", text, indicators=["poverty_line"], published="2027-02")
    report = release_report("poverty_line")
    table = report.table.set_index(["region_code", "year"])
    assert list(report.table.columns) == COLUMNS
    assert table.loc[("7203", 2013), ["value", "source_id"]].tolist() == [320000, "mine"]
    assert table.loc[("7206", 2013), "value"] == same
    rest = table.index.drop(("7203", 2013))
    assert table.loc[rest, "value"].equals(bundled.loc[rest, "value"])
    old = report.replaced
    assert old[["region_code", "old_source_id", "old_value", "new_value"]].values.tolist() == [
        ["7203", "poverty_line", 316400, 320000]
    ]
    pd.testing.assert_frame_equal(sp.read_indicator("poverty_line"), report.table)
    first = sp.read_indicator("poverty_line", rule="first_release").set_index(["region_code", "year"])
    assert first.loc[("7203", 2013), "value"] == 316400


def test_a_jump_at_a_change_of_release_is_reported(add_source: Callable[..., Path]) -> None:
    text = lines(2013, Morowali=900000)
    add_source("mine", text, indicators=["poverty_line"], published="2027")
    breaks = release_report("poverty_line").breaks
    assert breaks[["region_code", "year", "to_source"]].values.tolist() == [
        ["7203", 2013, "mine"],
        ["7203", 2014, "poverty_line"],
    ]


def test_releases_that_cannot_be_ordered_are_refused(add_source: Callable[..., Path]) -> None:
    """Published some time in 2026, or at a time that nobody states: before or after the bundled file?"""
    for fields in ({"published": "2026"}, {"accessed": "2027-01-01"}):
        add_source("mine", lines(2013, Morowali=320000), indicators=["poverty_line"], **fields)
        expected = (
            r"cannot be ordered \(1: poverty_line/7203/2013: .*316400.*\).*state `published` of .*order="
        )
        with pytest.raises(DataError, match=expected):
            sp.read_indicator("poverty_line")
        value = {
            last: sp.read_indicator("poverty_line", order=[first, last])
            .set_index(["region_code", "year"])
            .loc[("7203", 2013), "value"]
            for first, last in (("mine", "poverty_line"), ("poverty_line", "mine"))
        }
        assert value == {"poverty_line": 316400, "mine": 320000}


@pytest.mark.parametrize("rule", ["latest_release", "first_release"])
def test_two_files_of_the_same_day_are_not_of_the_same_release(
    add_source: Callable[..., Path], rule: str
) -> None:
    """Accessed on one day says nothing of which is later, nor does a provisional mark."""
    text = lines(2013, Morowali=0).replace("Morowali,0", "Morowali,320000*")
    add_source("mine", text, indicators=["poverty_line"], accessed="2026-11-21")
    with pytest.raises(DataError, match="cannot be ordered"):
        sp.read_indicator("poverty_line", rule=rule)


def test_releases_that_agree_need_no_order(add_source: Callable[..., Path]) -> None:
    before = sp.read_indicator("poverty_line")
    add_source("mine", lines(2013, Morowali=316400), indicators=["poverty_line"])
    after = sp.read_indicator("poverty_line")
    pd.testing.assert_frame_equal(
        before[["region_code", "year", "value"]], after[["region_code", "year", "value"]]
    )


def test_releases_in_other_prices_are_refused(add_source: Callable[..., Path]) -> None:
    """A series in prices of 2000 is another indicator, never mixed into that of 2010."""
    text = "Kabupaten,PDRB Atas Dasar Harga Konstan 2000 (miliar rupiah)\n,2010\nMorowali,900\nPoso,800\n"
    add_source("old_prices", text, indicators=["grdp_real"], published="2012")
    with pytest.raises(DataError, match=r"different units \(1: grdp_real: IDR_2000 and billion_idr_2010\)"):
        sp.read_indicator("grdp_real")


def test_final_only_leaves_out_provisional_values_of_a_single_source(add_source: Callable[..., Path]) -> None:
    text = "Kabupaten,Rata-rata Lama Sekolah (tahun)\n,2020\nMorowali,9.1\nPoso,8.25*\n"
    add_source("school", text, indicators=["mean_years_schooling"], published="2021 (revised)")
    every = sp.read_indicator("mean_years_schooling").set_index("region_code")
    assert every["value"].to_dict() == {"7203": 9.1, "7204": 8.25}
    assert every.loc["7204", "status"] == "preliminary"
    final = sp.read_indicator("mean_years_schooling", rule="final_only").set_index("region_code")
    assert final["value"].dropna().to_dict() == {"7203": 9.1}
    assert final.loc["7204", "missing_reason"] == "not_yet_published"
    with pytest.raises(DataError, match=r"unknown rule \(1: newest\)"):
        sp.read_indicator("mean_years_schooling", rule="newest")


def test_a_users_unemployment_of_2016_is_not_taken_out(add_source: Callable[..., Path]) -> None:
    """Only the compilation's values are interpolated; they do not compete with a user's either."""
    text = "Provinsi,Tingkat Pengangguran Terbuka (persen)\n,2016\nSulawesi Tengah,3.29\nMaluku Utara,4.01\n"
    add_source("mine", text, indicators=["tpt"])
    table = sp.read_indicator("tpt").set_index(["region_code", "year"])
    assert table.loc[("7200", 2016), "value"] == 3.29
    assert pd.isna(table.loc[("7203", 2016), "value"])
    district = "Kabupaten,Tingkat Pengangguran Terbuka (persen)\n,2016\nMorowali,3.29\nPoso,4.01\n"
    add_source("mine", district, indicators=["tpt"])
    table = sp.read_indicator("tpt").set_index(["region_code", "year"])
    assert table.loc[("7203", 2016), ["value", "source_id"]].tolist() == [3.29, "mine"]


def test_a_folder_becomes_one_long_table(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "GK 2013 (1).csv").write_text(lines(2013, Morowali=316400), encoding="utf-8")
    (tmp_path / "gk2014.csv").write_text(lines(2014, Morowali=330000, Kota_Palu=400000), encoding="utf-8")
    for given in (tmp_path, str(tmp_path), [tmp_path / "gk2014.csv", str(tmp_path / "tables")]):
        table = read_indicators(given)
        assert list(table.columns) == COLUMNS
        assert table[["region_code", "year", "source_id", "value"]].values.tolist() == [
            ["7203", 2013, "gk_2013", 316400],
            ["7203", 2014, "gk2014", 330000],
            ["7271", 2014, "gk2014", 400000],
        ]


@pytest.mark.parametrize("name", ["poverty_line.csv", "indicators_2013.csv", "regions.csv"])
def test_a_file_named_as_a_bundled_source_does_not_take_its_place(
    tmp_path: Path, own_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The whole way of a user: clean a download, point SPILLOVER_DATA to the result, read."""
    before = len(sp.read_indicator("poverty_line"))
    (tmp_path / name).write_text(lines(2013, Morowali=316400), encoding="utf-8")
    cleaning = clean_files([tmp_path / name])
    write_cleaning(cleaning, own_folder)
    monkeypatch.setenv("SPILLOVER_DATA", str(own_folder))
    assert len(sp.read_indicator("poverty_line")) == before
    assert indicator_sources("poverty_line")["poverty_line"] == ["poverty_line", cleaning.files[0].source_id]


def test_refused_files_are_listed_or_left_out_on_request(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(lines(2013, Morowali=316400), encoding="utf-8")
    for name in "abcdef":
        (tmp_path / f"{name}.csv").write_text(lines(2013, Marawoli=1), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"cannot be read without guessing \(6: a.csv: .*e.csv: .*, …\)"
    ) as caught:
        read_indicators(tmp_path)
    assert len(caught.value.offenders) == 6
    assert read_indicators(tmp_path, allow_refused=True)["source_id"].tolist() == ["good"]
    with pytest.raises(DataError, match=r"\(1: a.csv"):  # nothing is left: an empty table would hide it
        read_indicators(tmp_path / "a.csv", allow_refused=True)


def test_what_files_do_not_say_is_declared_or_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "school.csv"
    file.write_text('Kabupaten,Rata-rata Lama Sekolah\nMorowali,"9,12"\nPoso,"8,25"\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"does not say its unit.*unit= in Python"):
        read_indicators(file)
    table = read_indicators(file, unit="tahun", year="2020")
    assert table[["year", "value", "unit"]].values.tolist() == [[2020, 9.12, "year"], [2020, 8.25, "year"]]
    with pytest.raises(DataError, match=r"unknown declarations \(1: units\).*known: indicator, unit, year"):
        read_indicators(file, units="tahun")


def test_the_raw_folder_and_the_indicators_are_the_same_numbers() -> None:
    """No loader of its own beside `spillover.bps`: the folder gives what `read_indicator` gives."""
    raw = read_indicators(bundled_dir() / "raw" / "poverty_line").set_index(["region_code", "year"])["value"]
    own = sp.read_indicator("poverty_line").set_index(["region_code", "year"])["value"]
    pd.testing.assert_series_equal(raw.sort_index(), own.sort_index())


def test_deflators_are_2010_based_and_positive() -> None:
    table = sp.read_deflators().set_index(["measure", "year"])["value"]
    assert table["cpi", 2010] == 100
    assert set(table.index.get_level_values("measure")) == {"cpi", "gdp_deflator", "usd_idr"}
    assert table["usd_idr"].between(8000, 17000).all()
