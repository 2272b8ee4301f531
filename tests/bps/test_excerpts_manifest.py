"""The excerpts under tests/data/bps: all listed, tiny, and with the figures they claim to have."""

from __future__ import annotations

import io
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import yaml

from spillover.indicators import read_indicator
from spillover.regions import read_provinces, read_regions

FOLDER = Path(__file__).parents[1] / "data" / "bps"
MANIFEST = "manifest.yml"
FIELDS = {"file", "shape", "quirk", "source", "damaged", "options"}
OPTIONS = {"number_style", "indicator", "unit", "year", "codes", "province"}
VALUE_FIELDS = {"region_code", "year", "value", "unit", "status", "missing_reason"}
UNITS = {"IDR", "IDR_per_capita_month", "IDR_per_capita_year", "person", "unit", "percent", "year"}
STATUS = {"final", "preliminary", "very_preliminary", "revised", "estimated"}
MISSING = {"not_available", "not_yet_published", "zero_shown_as_dash"}
PERIOD = re.compile(r"|0[1-9]|1[0-2]|Q[1-4]|S[12]")
LARGEST, LARGEST_TOGETHER = 30_000, 600_000  # bytes

ENTRIES: list[dict[str, Any]] = yaml.safe_load((FOLDER / MANIFEST).read_text(encoding="utf-8"))
READ = [entry for entry in ENTRIES if "expect" in entry]


def name(entry: dict[str, Any]) -> str:
    return f"{entry['file']}-{'-'.join(map(str, entry['options'].values()))}"


def texts_of(data: bytes, suffix: str) -> list[str]:
    """Every printed text of a file, read without the project's own readers."""
    if suffix == ".zip":
        archive = zipfile.ZipFile(io.BytesIO(data))
        return [t for m in archive.namelist() for t in texts_of(archive.read(m), Path(m).suffix)]
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        return [
            str(x)
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for x in row
            if x is not None
        ]
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        book = python_calamine.load_workbook(io.BytesIO(data))
        return [
            str(x) for s in book.sheet_names for row in book.get_sheet_by_name(s).to_python() for x in row
        ]
    if data.startswith(b"\xff\xfe"):
        return [data.decode("utf-16")]
    try:
        return [data.decode("utf-8-sig")]
    except UnicodeDecodeError:
        return [data.decode("cp1252")]


@lru_cache(maxsize=8)
def project(indicator: str) -> dict[tuple[str, int], float]:
    """One of the project's own series: (region_code, year) → value, missing ones left out."""
    table = read_indicator(indicator).dropna(subset=["value"])
    return dict(zip(zip(table["region_code"], table["year"], strict=True), table["value"], strict=True))


def test_every_excerpt_is_listed_and_every_listed_one_is_there() -> None:
    there = {path.name for path in FOLDER.iterdir()} - {MANIFEST}
    assert there == {entry["file"] for entry in ENTRIES}


def test_there_are_enough_excerpts_and_all_eleven_shapes() -> None:
    assert len({entry["file"] for entry in ENTRIES}) >= 60
    assert {entry["shape"] for entry in ENTRIES} == {*range(1, 12), "quirk"}


def test_excerpts_are_tiny() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir() if path.name != MANIFEST}
    assert {file: size for file, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) + (FOLDER / MANIFEST).stat().st_size <= LARGEST_TOGETHER


@pytest.mark.parametrize("entry", ENTRIES, ids=name)
def test_entry_has_its_form(entry: dict[str, Any]) -> None:
    """Either an expectation or a refusal, known options only, a quirk and a source in words."""
    assert set(entry) - FIELDS in ({"expect"}, {"refused"})
    assert set(entry) >= FIELDS
    assert set(entry["options"]) <= OPTIONS
    assert entry["quirk"].strip() and entry["source"].strip() and isinstance(entry["damaged"], str)
    if "refused" in entry:
        assert entry["refused"].strip()
        return
    expect = entry["expect"]
    assert set(expect) == {"cells", "missing", "values"} and expect["values"]
    assert expect["cells"] >= len(expect["values"]) and 0 <= expect["missing"] < expect["cells"]


def test_no_case_stands_twice() -> None:
    """A file may stand twice, but not with the same options."""
    cases = [name(entry) for entry in ENTRIES]
    assert len(cases) == len(set(cases))


@pytest.mark.parametrize("entry", READ, ids=name)
def test_expected_values_have_known_codes_units_and_reasons(entry: dict[str, Any]) -> None:
    known = set(read_regions()["region_code"]) | set(read_provinces()["province_code"])
    keys = []
    for value in entry["expect"]["values"]:
        assert set(value) - {"period", "measure"} == VALUE_FIELDS
        assert value["region_code"] in known
        assert isinstance(value["year"], int) and 2000 <= value["year"] <= 2026
        assert value["unit"] in UNITS and value["status"] in STATUS
        assert PERIOD.fullmatch(value.get("period", ""))
        assert (value["value"] is None) == (value["missing_reason"] in MISSING)
        assert value["value"] is None or value["missing_reason"] == ""
        keys.append(
            (value["region_code"], value["year"], *(value.get(k, "") for k in ("period", "measure", "unit")))
        )
    assert len(keys) == len(set(keys))
    assert sum(v["value"] is None for v in entry["expect"]["values"]) <= entry["expect"]["missing"]


@pytest.mark.parametrize("entry", READ, ids=name)
def test_expected_figures_are_printed_in_the_file(entry: dict[str, Any]) -> None:
    """The digits of each expected value stand in the file, with separators or kerning between them."""
    path = FOLDER / entry["file"]
    text = "\n".join(texts_of(path.read_bytes(), path.suffix))
    for value in entry["expect"]["values"]:
        if value["value"] is not None:
            digits = re.sub(r"\D", "", f"{value['value']:.6f}").strip("0") or "0"
            printed = r"[.,\s]{0,2}".join(digits)
            assert re.search(rf"(?<!\d)0*[.,]?0*{printed}[0.,]*(?!\d)", text), value


def test_site_exports_print_the_poverty_lines_of_the_project() -> None:
    """Row by row: a district's figure in a site export is the project's, '-' stands where it has none."""
    regions = read_regions().merge(
        read_provinces(), on="province_code", validate="m:1", suffixes=("", "_province")
    )
    code = {(r.name_province.upper(), r.name): r.region_code for r in regions.itertuples(index=False)}
    provinces = {province for province, _ in code}
    lines, seen = project("poverty_line"), 0
    for file in {entry["file"] for entry in ENTRIES if entry["shape"] == 1}:
        rows = (FOLDER / file).read_text(encoding="utf-8-sig").split("\n")
        year, block = int(rows[2].removeprefix(",")), ""
        for label, printed in (row.rsplit(",", 1) for row in rows[3:]):
            block = label if label in provinces else block
            if label != block and (block, label) in code:
                own = lines.get((code[block, label], year))
                assert printed == ("-" if own is None else f"{own:.0f}"), (file, label)
                seen += 1
    assert seen >= 40


def own_figure(value: dict[str, Any], source: str) -> float | None:
    """The project's figure for an expected value, in the base unit; None if it has none."""
    key = (value["region_code"], value["year"])
    if value["unit"] == "IDR_per_capita_month":
        return project("poverty_line").get(key)
    if value["unit"] == "person" and "tenaga" not in value.get("measure", "").lower():
        return project("population").get(key)
    if source.startswith("real GRDP per head"):
        return project("grdp_per_capita_real").get(key, float("nan")) * 1e3
    if source.startswith("real GRDP 2010 prices"):
        return project("grdp_real").get(key, float("nan")) * 1e9
    return None


def test_expected_values_are_those_of_the_projects_own_tables() -> None:
    """Poverty lines, population and GRDP agree wherever both have the district and year."""
    compared = 0
    for entry in READ:
        for value in entry["expect"]["values"]:
            own = own_figure(value, entry["source"])
            if own is not None and value["value"] is not None:
                # Thousands of persons are printed with two decimals: half of ten persons.
                allowed = 5 if value["unit"] == "person" else 1e-6
                assert value["value"] == pytest.approx(own, abs=allowed), entry["file"]
                compared += 1
    assert compared >= 100
