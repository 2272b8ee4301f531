"""``spillover clean`` and ``spillover fetch`` as a person types them."""

from __future__ import annotations

import errno
import functools
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner, Result

import spillover as sp
from spillover import check
from spillover.bps import webapi, writing
from spillover.bps.apihttp import Pace
from spillover.cli import app
from spillover.cli_errors import progress_bar
from spillover.cli_fetch import years_of
from spillover.errors import DataError

sys.path.insert(0, str(Path(__file__).parent / "bps"))
from api_server import ApiServer, Params, serve

EXCERPTS = Path(__file__).parent / "data" / "bps"
KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
GOOD = {"site_csv_one_year.csv": "poverty.xlsx", "biff.xls": "table.csv", "dynamic_data.json": "data.txt"}
BAD = ["unknown_name.csv", "shifted_column.csv", "picture_named_csv.csv", "doubtful_thousands_only.csv"]
FOUR = ["cleaning.json", "indicators.csv", "indicators.parquet", "sources.yml"]


def run(*arguments: object) -> Result:
    """Run the command in this process."""
    runner = CliRunner(env={"COLUMNS": "100", "TERM": "dumb"})
    return runner.invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder with ``downloads`` in it: good files under wrong names, and bad ones."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for name, other in GOOD.items():
        (folder / other).write_bytes((EXCERPTS / name).read_bytes())
    for name in BAD:
        (folder / name).write_bytes((EXCERPTS / name).read_bytes())
    monkeypatch.chdir(tmp_path)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())} if folder.is_dir() else {}


def write(folder: Path, text: str, name: str = "t.csv") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_good_are_written_and_each_bad_one_is_told_once(downloads: Path) -> None:
    """Exit code 1, one message for each refused file on stderr, with what to do; the rest is written."""
    result = run("clean", downloads)
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == len(BAD) and all(line.startswith("refused  ") for line in lines)
    for name in BAD:
        assert sum(name in line for line in lines) == 1
    assert all("To mend it: " in line for line in lines)
    assert f"{len(GOOD)} of {len(GOOD) + len(BAD)} files read, {len(BAD)} refused" in result.stdout
    assert sorted(files(Path("cleaned"))) == FOUR
    table = pd.read_csv("cleaned/indicators.csv", dtype=str, keep_default_na=False)
    assert set(table["source_id"]) == {"poverty", "table", "data"}
    row = table[(table["region_code"] == "7203") & (table["source_id"] == "poverty")]
    assert row["value"].tolist() == ["316400"]
    accounts = json.loads(Path("cleaned/cleaning.json").read_text(encoding="utf-8"))
    assert {Path(a["file"]).name for a in accounts if a["refused"]} == set(BAD)


def test_all_good_is_exit_code_0(downloads: Path) -> None:
    result = run("clean", *(downloads / name for name in GOOD.values()), "--out", "mine")
    assert result.exit_code == 0 and result.stderr == ""
    assert sorted(files(Path("mine"))) == FOUR


@pytest.mark.parametrize("option", ["--strict", "--dry-run"])
def test_nothing_is_written(downloads: Path, option: str) -> None:
    """--strict because something is refused; --dry-run always."""
    before = sorted(Path().rglob("*"))
    result = run("clean", downloads, option)
    assert result.exit_code == 1 and sorted(Path().rglob("*")) == before
    assert "nothing is written" in result.output


def test_strict_writes_what_is_all_good(downloads: Path) -> None:
    result = run("clean", downloads / "poverty.xlsx", "--strict")
    assert result.exit_code == 0 and sorted(files(Path("cleaned"))) == FOUR


def test_a_second_run_gives_the_same_bytes(downloads: Path) -> None:
    """Also from the folder above the result: what was written is not read again."""
    run("clean", ".")
    before = files(Path("cleaned"))
    run("clean", ".")
    assert files(Path("cleaned")) == before and len(before) == 4


OPTIONS: dict[str, tuple[str, list[str], dict[str, str]]] = {
    "indicator and unit": (
        "Kab,2023\nMorowali,12\nBanggai,13\n", ["--indicator", "imk_establishments", "--unit", "unit"],
        {"indicator": "imk_establishments", "unit": "unit", "value": "12"},
    ),
    "year": ("Jumlah Toko Menurut Kabupaten (unit),\nKab,Toko\nMorowali,12\nBanggai,13\n", ["--year", "2019"],
             {"year": "2019", "value": "12"}),
    "number style id": ("Luas (ha);2023\nKab;Luas (ha)\nMorowali;1.234\nBanggai;2.345\n",
                        ["--number-style", "id", "--indicator", "luas", "--year", "2023"], {"value": "1234"}),
    "number style en": ("Luas (ha);2023\nKab;Luas (ha)\nMorowali;1.234\nBanggai;2.345\n",
                        ["--number-style", "en", "--indicator", "luas", "--year", "2023"],
                        {"value": "1.234"}),
    "dash is zero": ("Jumlah Toko Menurut Kabupaten (unit), 2023;\nKab;Toko\nMorowali;-\nBanggai;13\n",
                     ["--dash-is-zero"], {"value": "", "missing_reason": "zero_shown_as_dash"}),
    "province": ("Jumlah Toko Menurut Kabupaten (unit);2023\nKab;2023\nMorowali;1\nKota Palu;2\n",
                 ["--province", "7200", "--indicator", "toko", "--unit", "unit"], {"region_code": "7203"}),
    "codes": ("Jumlah Toko Menurut Kabupaten (unit), 2023;\nKode;Toko\n7206;1\n7203;2\n7271;3\n",
              ["--codes", "kemendagri"], {"value": "1"}),
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONS)
def test_declared_options_reach_the_reader(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the file does not say is taken from the command, for the row of Morowali."""
    monkeypatch.chdir(tmp_path)
    text, options, expected = OPTIONS[name]
    result = run("clean", write(tmp_path / "in", text), *options)
    assert result.exit_code == 0, result.stderr
    table = pd.read_csv("cleaned/indicators.csv", dtype=str, keep_default_na=False)
    row = table[table["region_code"] == "7203"].iloc[0]
    assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--year", "abc"], "year: not a year (1: abc)"),
        (["--unit", "kambing"], "unit: unknown unit declared (1: kambing)"),
        (["--indicator", "PDRB baru"], "not a name of an indicator"),
    ],
)
def test_options_that_cannot_be_are_told_once(downloads: Path, options: list[str], message: str) -> None:
    """One line for the command, not one for each file; nothing is written."""
    result = run("clean", downloads, *options)
    assert result.exit_code == 1 and message in result.stderr and result.stderr.count("\n") == 1
    assert not Path("cleaned").exists()


def test_dry_run_of_good_files_is_exit_code_0_and_writes_nothing(downloads: Path) -> None:
    """An earlier result stays as well, and a folder for the result is not asked for."""
    run("clean", downloads / "poverty.xlsx")
    before = files(Path("cleaned"))
    result = run("clean", downloads / "table.csv", "--dry-run")
    assert result.exit_code == 0 and files(Path("cleaned")) == before
    assert "dry run: nothing is written" in result.stdout
    assert run("clean", downloads / "table.csv", "--dry-run", "--out", downloads / "table.csv").exit_code == 0


def test_strict_leaves_an_earlier_result(downloads: Path) -> None:
    run("clean", downloads / "poverty.xlsx")
    before = files(Path("cleaned"))
    result = run("clean", downloads, "--strict")
    assert result.exit_code == 1 and files(Path("cleaned")) == before
    assert result.stderr.splitlines()[-1] == "--strict: nothing is written; cleaned stays as it was"


def test_a_folder_that_cannot_take_the_result_is_told_before_anything_is_read(
    downloads: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of that name, a file above it, a folder that may not be written to."""
    for out in ("downloads/table.csv", "downloads/table.csv/below"):
        result = run("clean", downloads, "--out", out)
        assert result.exit_code == 1 and result.stdout == ""
        assert re.search(r"table.csv: a file, where the folder .* is to be.*--out\.$", result.stderr)
    monkeypatch.setattr(os, "access", lambda _, mode: mode == os.R_OK)
    result = run("clean", downloads, "--out", "new/below")
    assert result.exit_code == 1 and "nothing may be written there" in result.stderr


def test_files_of_one_name_are_told_with_their_folder(downloads: Path) -> None:
    """Read and refused ones."""
    for folder, name in (("a", "table.csv"), ("b", "unknown_name.csv")):
        (downloads / folder).mkdir()
        (downloads / folder / name).write_bytes((downloads / name).read_bytes())
    result = run("clean", "downloads", "--dry-run")
    assert all(f"read     {n}: " in result.stdout for n in ("downloads/table.csv", "downloads/a/table.csv"))
    said = [line.split(": ")[0] for line in result.stderr.splitlines() if "unknown_name" in line]
    assert said == ["refused  downloads/b/unknown_name.csv", "refused  downloads/unknown_name.csv"]


def test_remarks_are_told_under_their_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "Kode;Kabupaten;2023\n7203;Marawoli;12\n7204;Poso;13\n"
    options = ["--indicator", "toko", "--unit", "unit", "--year", "2019"]
    result = run("clean", write(tmp_path / "in", text), *options)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "read     t.csv: 2 cells",
        "         accepted by code: 'Marawoli' is no known name, 7203 is Morowali",
        "         the declared year 2019 was not used: the table says 2023",
    ]


def test_a_declared_unit_that_contradicts_the_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("clean", write(tmp_path / "in", VINTAGE), "--unit", "ribu jiwa")
    assert result.exit_code == 1 and "'jiwa' in the table, 'ribu jiwa' declared" in result.stderr


def test_help_says_what_comes_out(capsys: pytest.CaptureFixture[str]) -> None:
    for command, words in (
        ("clean", [*FOUR, "spillover clean downloads/", "exit code 1", "spillover report --data cleaned"]),
        (
            "fetch",
            ["raw/", "sources.yml", "fetch poverty --years", "BPS_API_KEY", "SPILLOVER_DATA"],
        ),
    ):
        text = re.sub(r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", run(command, "--help").output))
        assert [word for word in words if word not in text] == []


def test_the_bar_is_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """On stderr, so that what is said can be kept in a file."""
    assert progress_bar().disable
    monkeypatch.setenv("FORCE_COLOR", "1")
    bar = progress_bar()
    assert not bar.disable and bar.console.stderr


def test_a_path_that_is_not_there(downloads: Path) -> None:
    result = run("clean", "nothing.csv")
    assert result.exit_code == 1
    assert result.stderr == "nothing.csv: no such file or folder. To mend it: check the name.\n"


def test_a_foreign_folder_is_not_made_over(downloads: Path) -> None:
    write(Path("mine"), "- id: mine\n", "sources.yml")
    result = run("clean", downloads / "poverty.xlsx", "--out", "mine")
    assert result.exit_code == 1 and "this one stays as it is" in result.stderr
    assert files(Path("mine")) == {"sources.yml": b"- id: mine\n"}


FAULTS = {
    "full": (
        OSError(errno.ENOSPC, "No space left on device"),
        1,
        "The disk is full. What was written before",
    ),
    "stop": (KeyboardInterrupt(), 130, "Stopped. What was written before is as it was"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_full_disk_or_a_stop_leaves_the_earlier_result(
    downloads: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """One line, and the four files of the earlier run, byte for byte."""
    run("clean", downloads / "poverty.xlsx")
    before = files(Path("cleaned"))
    fault, code, line = FAULTS[name]
    done, count = Path.replace, iter(range(99))

    def broken(path: Path, target: Path) -> Path:
        if next(count) == 1:  # the first new file is in its place
            raise fault
        return done(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", broken)
        result = run("clean", downloads)
    assert result.exit_code == code and line in result.stderr.splitlines()[-1]
    assert files(Path("cleaned")) == before


def test_the_result_is_a_data_folder(downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`spillover check --data` accepts it, and the library reads it."""
    run("clean", downloads / "poverty.xlsx")
    monkeypatch.setenv("SPILLOVER_DATA", str(Path("cleaned").resolve()))
    table = sp.read_indicator("poverty_line")
    mine = table[table["source_id"] == "poverty"]
    assert mine.set_index("region_code")["value"]["7203"] == 316400.0
    assert sp.read_sources().set_index("id").loc["poverty", "file"] == writing.TABLE


def test_check_takes_a_cleaned_folder(downloads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("clean", downloads / "poverty.xlsx")
    own = Path("cleaned").resolve()
    monkeypatch.setenv("SPILLOVER_DATA", "")  # the command sets it; put back after the test
    monkeypatch.setattr(check, "_readers", lambda: [("table", partial(sp.read_indicator, "poverty_line"))])
    done = run("check", "--data", own)
    assert done.exit_code == 0, done.stderr
    assert re.search(r"file poverty +5 +ok", done.stdout) and re.search(r"table +\d,\d+ +ok", done.stdout)


def test_the_real_command(downloads: Path) -> None:
    """As installed: the folder is read, stderr has the refusals and nothing else, no traceback."""
    command = [str(Path(sys.executable).with_name("spillover")), "clean", "--out", "out"]
    paths = [str(downloads / name) for name in ("table.csv", BAD[0])]
    done = subprocess.run([*command, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [f"refused  {BAD[0]}"]
    assert sorted(files(Path("out"))) == FOUR


VINTAGE = """Jumlah Penduduk Menurut Kabupaten/Kota (jiwa), 2020
Kabupaten/Kota;Penduduk
Morowali;100
Morowali Utara;50
"""


def test_vintage_brings_counts_to_the_districts_of_a_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 2012 Morowali Utara was still part of Morowali."""
    monkeypatch.chdir(tmp_path)
    result = run("clean", write(tmp_path / "in", VINTAGE), "--vintage", 2012)
    assert result.exit_code == 0, result.stderr
    table = pd.read_csv("cleaned/indicators.csv", dtype=str, keep_default_na=False)
    assert dict(zip(table["region_code"], table["value"], strict=True)) == {"7203": "150"}
    assert table["derived"].tolist() != [""]


def test_vintage_of_a_rate_needs_a_weight(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = VINTAGE.replace("Jumlah Penduduk", "Tingkat Pengangguran Terbuka").replace("jiwa", "persen")
    result = run("clean", write(tmp_path / "in", text), "--vintage", 2012)
    assert result.exit_code == 1 and "weight" in result.stderr and not Path("cleaned").exists()


def table_of(var: str, th: str, label: str = "Garis Kemiskinan", unit: str = "Rupiah/Kapita/Bulan") -> Any:
    """Poverty lines of two districts (BPS, 2013) under whatever years are asked for."""
    ids = th.split(";")
    values = {7203: 316400, 7271: 378455}
    return {
        "status": "OK", "data-availability": "available", "last_update": "2022-11-25 02:42:42",
        "var": [{"val": int(var), "label": label, "unit": unit, "note": ""}],
        "turvar": [{"val": "0", "label": "Tidak ada"}],
        "vervar": [{"val": r, "label": n} for r, n in ((7203, "Morowali "), (7271, "Kota Palu"))],
        "tahun": [{"val": int(i), "label": str(1900 + int(i))} for i in ids],
        "turtahun": [{"val": 0, "label": "Tahun"}],
        "datacontent": {f"{r}{var}0{i}0": v for i in ids for r, v in values.items()},
    }  # fmt: skip


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiServer]:
    """A web API on this machine, and a client that asks it; variable 666 is a table that cannot be read."""

    def route(kind: str, params: Params) -> Any:
        if kind == "th":
            years = [{"th_id": 113 + i, "th": str(2013 + i)} for i in range(3)]
            head = {"page": 1, "pages": 1, "per_page": 10, "count": 3, "total": 3}
            return {"status": "OK", "data-availability": "available", "data": [head, years]}
        if params["var"] == "666":
            return table_of("666", params["th"], "Jumlah", "kambing")
        return table_of(params["var"], params["th"])

    with serve(route) as server:
        pace = Pace(sleep=lambda _: None)
        local = functools.partial(webapi.Client, base_url=server.url, cache_dir=tmp_path / "cache", pace=pace)
        monkeypatch.setattr(webapi, "Client", local)
        monkeypatch.setenv("BPS_API_KEY", KEY)
        monkeypatch.delenv("SPILLOVER_DATA", raising=False)
        monkeypatch.chdir(tmp_path)
        yield server


def records(folder: str = "mine") -> list[dict[str, Any]]:
    return yaml.safe_load((Path(folder) / "sources.yml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_fetch_keeps_the_file_and_its_record_and_the_library_reads_it(
    api: ApiServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file as BPS sent it, one record with its sha256; the key is nowhere on disk nor in what is said."""
    result = run("fetch", "poverty", "--years", "2013")
    assert result.exit_code == 0, result.stderr
    (record,) = records()
    assert json.loads((Path("mine") / record["file"]).read_bytes()) == table_of("195", "113")
    assert record["read"] == {"indicators": ["poverty_line"]}
    assert record["published"] == "2022-11-25"  # the day alone: releases are put in order by it
    assert any(params.get("key") == KEY for _, params in api.asked)
    assert KEY not in result.output
    assert all(KEY.encode() not in p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path / "mine"))
    table = sp.read_indicator("poverty_line")
    mine = table[table["source_id"] == record["id"]]
    assert set(zip(mine["region_code"], mine["year"], mine["value"], strict=True)) >= {
        ("7203", 2013, 316400.0)
    }


def test_fetch_again_replaces_the_record_and_leaves_others(api: ApiServer) -> None:
    """Once more asks nothing (all is kept); another table is added behind."""
    run("fetch", "poverty", "--years", "2013")
    first, asked = records(), len(api.asked)
    assert run("fetch", "poverty", "--years", "2013").exit_code == 0
    assert records() == first and len(api.asked) == asked
    assert run("fetch", "777", "--years", "2013,2015").exit_code == 0
    assert {params["th"] for kind, params in api.asked if kind == "data"} == {"113", "113;115"}
    assert [r["id"] for r in records()] == [first[0]["id"], "bps_var777_0000_2013_2015"]


def test_a_table_that_cannot_be_read_is_kept_nowhere(api: ApiServer) -> None:
    """Refused with the reason; no file, no record, and what was there stays."""
    result = run("fetch", "666", "--years", "2013")
    assert result.exit_code == 1 and "the table cannot be read" in result.stderr
    assert not Path("mine/sources.yml").exists() and not list(Path("mine").rglob("*.json"))


def test_offline_asks_nothing(api: ApiServer) -> None:
    """Without what is kept it says so; with it, it works."""
    result = run("fetch", "poverty", "--years", "2013", "--offline")
    assert result.exit_code == 1 and "is not in the cache" in result.stderr and api.asked == []
    run("fetch", "poverty", "--years", "2013")
    asked = len(api.asked)
    assert run("fetch", "poverty", "--years", "2013", "--offline", "--out", "other").exit_code == 0
    assert len(api.asked) == asked and len(records("other")) == 1


def test_dry_run_says_what_and_asks_nothing(api: ApiServer) -> None:
    result = run("fetch", "imk", "--years", "2018:2020,2023", "--dry-run", "--domain", "7200")
    assert result.exit_code == 0
    assert result.stdout == "would fetch imk of domain 7200, 2018, 2019, 2020, 2023, into mine\n"
    assert api.asked == [] and not Path("mine").exists()


@pytest.mark.parametrize("answer", [{"error": "UserNotFound"}, {"status": "Error", "message": "Invalid key"}])
def test_a_key_that_bps_does_not_know_is_to_be_checked(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch, answer: dict[str, str]
) -> None:
    monkeypatch.setattr(api, "route", lambda kind, params: answer)
    result = run("fetch", "imk", "--domain", "7200", "--years", "2019-2023")
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and KEY not in result.output
    assert "BPS refused: " in result.stderr and "check BPS_API_KEY" in result.stderr


def test_without_a_network_it_ends_in_one_line(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens at that port."""
    away = functools.partial(webapi.Client, base_url="http://127.0.0.1:9/v1/api")
    monkeypatch.setattr(webapi, "Client", away)
    result = run("fetch", "imk", "--domain", "7200", "--years", "2019-2023")
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and KEY not in result.output
    assert "no answer after" in result.stderr and "check the connection" in result.stderr
    assert not Path("mine").exists()


def test_several_variables_of_a_province_are_named_with_their_numbers(
    api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = {11: "Jumlah Perusahaan IMK", 12: "Tenaga Kerja IMK"}
    items = [{"var_id": n, "title": t} for n, t in titles.items()]
    head = {"page": 1, "pages": 1, "per_page": 10, "count": 2, "total": 2}
    listed = {"status": "OK", "data-availability": "available", "data": [head, items]}
    monkeypatch.setattr(api, "route", lambda kind, params: listed)
    result = run("fetch", "IMK", "--domain", "7200")
    assert result.exit_code == 1 and "11 Jumlah Perusahaan IMK, 12 Tenaga Kerja IMK" in result.stderr
    assert "by its number: spillover fetch 11" in result.stderr


def test_without_a_key_it_says_where_to_get_one(api: ApiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BPS_API_KEY")
    result = run("fetch", "poverty")
    assert result.exit_code == 1 and "BPS_API_KEY" in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gdp"], "unknown table (1: gdp)"),
        (["imk", "--years", "20x"], "not a year (1: 20x)"),
        (
            ["simdasi:QUJD", "--domain", "7203"],
            "name them, as in --years 2019-2023",
        ),
        (["imk", "--domain", "72"], "not a domain (1: 72)"),
        (["poverty", "--years", "1999"], "years that BPS does not have (1: 1999)"),
        (["poverty", "--offline", "--refresh"], "contradict each other"),
    ],
)
def test_wrong_requests_end_in_one_line(api: ApiServer, arguments: list[str], message: str) -> None:
    result = run("fetch", *arguments)
    assert result.exit_code == 1 and message in result.stderr and result.stderr.count("\n") == 1
    assert not Path("mine").exists()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("", []),
        ("2020", [2020]),
        ("2018:2020", [2018, 2019, 2020]),
        (" 2018 , 2020,2018", [2018, 2020]),
        ("2019-2020", [2019, 2020]),
        ("2019 – 2020", [2019, 2020]),
    ],
)
def test_year_lists(text: str, years: list[int]) -> None:
    assert years_of(text) == years


@pytest.mark.parametrize("text", ["2020:2018", "20", "x", "2018:", ":2018", "2018-2020-2021", "٢٠٢٠"])
def test_what_is_no_year_list(text: str) -> None:
    with pytest.raises(DataError, match="not a year"):
        years_of(text)
