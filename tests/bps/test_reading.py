"""Whatever lies in a folder: rows, or a refusal by name; nothing else, and in bounded time."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillover.bps.folders import find_files, slug_of
from spillover.bps.measures import Declared
from spillover.bps.reading import Cleaning, clean_files, read_tables
from spillover.errors import DataError
from spillover.longtable import COLUMNS

EXCERPTS = Path(__file__).parents[1] / "data" / "bps"
FILES = sorted(p for p in EXCERPTS.iterdir() if p.suffix != ".yml")
TEXTS = [p for p in FILES if p.suffix in (".csv", ".txt", ".html", ".json")]
SECONDS = 20
SUFFIXES = ["", ".csv", ".tsv", ".txt", ".xls", ".xlsx", ".html", ".json", ".zip", ".pdf"]
TABLE = b"Jumlah Toko Menurut Kabupaten (unit),,\nKabupaten,2022,2023\nMorowali,1,2\nBanggai,3,4\n"
SOME = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def check_either(data: bytes, folder: Path, suffix: str = ".dat") -> Cleaning:
    """Clean one file; it has rows that are whole, or it is refused in a message that says which file."""
    path = folder / f"fuzzed{suffix}"
    path.write_bytes(data)
    begun = time.monotonic()
    result = clean_files([path])
    assert time.monotonic() - begun < SECONDS
    (account,) = result.files
    assert list(result.table.columns) == list(COLUMNS)
    if account.refused:
        assert result.table.empty and account.cells == 0
        assert "fuzzed" in account.refused[0]
    else:
        assert len(result.table) == account.cells > 0
        missing = result.table["value"].isna()
        assert (missing == (result.table["missing_reason"] != "")).all()
        assert result.table["year"].between(1950, 2049).all()
        assert result.table["region_code"].str.fullmatch(r"\d{4}").all()
    return result


@MANY
@given(data=st.binary(max_size=600), suffix=st.sampled_from(SUFFIXES))
def test_arbitrary_bytes(data: bytes, suffix: str, folder: Path) -> None:
    """Under each suffix, also through `read_tables`: a result or a DataError, nothing else."""
    check_either(data, folder, suffix)
    with contextlib.suppress(DataError):
        assert all(table.value for table in read_tables(folder / f"fuzzed{suffix}"))


@SOME
@given(text=st.text(max_size=300))
def test_arbitrary_text_behind_a_table(text: str, folder: Path) -> None:
    """Text below a table never changes the values above it without a word."""
    result = check_either(TABLE + b"\n" + text.encode("utf-8", "replace"), folder)
    if not result.files[0].refused:
        assert result.table["value"].tolist()[:4] == [1.0, 2.0, 3.0, 4.0]
        assert result.table["region_code"].tolist()[:4] == ["7203", "7203", "7202", "7202"]


@MANY
@given(path=st.sampled_from(FILES), data=st.data())
def test_damaged_excerpts(path: Path, data: st.DataObject, folder: Path) -> None:
    """Bytes flipped, cut off, doubled: of text, workbooks and archives."""
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, max(len(content) - 1, 0)))
    kind = data.draw(st.sampled_from(["flip", "cut", "double", "remove"]))
    if kind == "flip" and content:
        content[at] ^= data.draw(st.integers(1, 255))
    elif kind == "cut":
        del content[at:]
    else:
        end = at + data.draw(st.integers(1, 40))
        content[at:end] = content[at:end] * (2 if kind == "double" else 0)
    check_either(bytes(content), folder)


@SOME
@given(path=st.sampled_from(TEXTS), data=st.data())
def test_excerpts_with_lines_moved(path: Path, data: st.DataObject, folder: Path) -> None:
    """Lines doubled, dropped or swapped: a value never changes its region, year or size."""
    lines = path.read_bytes().splitlines(keepends=True)
    if not lines:
        return
    i, j = data.draw(st.integers(0, len(lines) - 1)), data.draw(st.integers(0, len(lines) - 1))
    kind = data.draw(st.sampled_from(["double", "drop", "swap"]))
    if kind == "double":
        lines.insert(j, lines[i])
    elif kind == "drop":
        del lines[i]
    else:
        lines[i], lines[j] = lines[j], lines[i]
    check_either(b"".join(lines), folder)


def test_every_excerpt_in_one_run() -> None:
    """All together: the good ones give one table, each bad one is refused once, none disturbs another."""
    together = clean_files([EXCERPTS])
    assert len(together.files) == len(FILES) > 60
    refused = {account.file for account in together.files if account.refused}
    alone = {str(path) for path in FILES if clean_files([path]).files[0].refused}
    assert refused == alone
    assert len(together.table) == sum(account.cells for account in together.files)
    assert together.table["source_id"].nunique() == len(FILES) - len(refused)


NAMES = [
    "table.csv",
    "table.xlsx",
    "table.xls",
    "table.html",
    "table.json",
    "table.zip",
    "table",
    "TABLE.CSV (1)",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "excerpt",
    ["site_csv_one_year.csv", "biff.xls", "several_sheets.xlsx", "static_table_bilingual.html",
     "dynamic_data.json", "zip_of_csv_and_xlsx.zip", "html_saved_as_xls.xls"],
)  # fmt: skip
def test_the_name_of_a_file_says_nothing(excerpt: str, name: str, tmp_path: Path) -> None:
    """Every shape under every name is read as under its own."""
    (tmp_path / name).write_bytes((EXCERPTS / excerpt).read_bytes())
    columns = ["region_code", "year", "period", "indicator", "value", "unit", "missing_reason"]
    right = clean_files([EXCERPTS / excerpt]).table[columns]
    assert len(right) and clean_files([tmp_path / name]).table[columns].equals(right)


def test_folders_are_searched_and_what_lies_beside_is_left(tmp_path: Path) -> None:
    """Subfolders count; notes, records, hidden files and an earlier result do not."""
    (tmp_path / "a" / ".hidden").mkdir(parents=True)
    for name in (
        "a/t.csv",
        "b.csv",
        "sources.yml",
        "README.md",
        "a/.hidden/x.csv",
        ".x.csv",
        "indicators.csv",
    ):
        (tmp_path / name).write_bytes(TABLE)
    found = [p.relative_to(tmp_path).as_posix() for p in find_files([tmp_path, tmp_path / "b.csv"])]
    assert found == ["a/t.csv", "b.csv"]


def test_paths_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        clean_files([tmp_path / "nothing.csv"])
    with pytest.raises(DataError, match="no files in the folder"):
        clean_files([tmp_path])


def test_files_of_one_name_keep_apart(tmp_path: Path) -> None:
    """Source ids are one per file, whatever the names."""
    for name in ("x/t.csv", "y/t.csv", "t.csv", "t (1).csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TABLE)
    result = clean_files([tmp_path])
    ids = [account.source_id for account in result.files]
    assert len(set(ids)) == 4 and result.table.groupby("source_id").size().tolist() == [4] * 4


@pytest.mark.parametrize(
    ("name", "slug"), [("IMK (2).xlsx", "imk"), ("Ä/ß.csv", "table"), ("2017 2.csv", "2017_2")]
)
def test_source_ids(name: str, slug: str) -> None:
    assert slug_of(Path(name)) == slug


def test_the_same_cells_in_two_tables_of_a_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    path.write_bytes(TABLE + b"\n" + TABLE)
    refused = clean_files([path]).files[0].refused
    assert len(refused) == 1 and ("two tables" in refused[0] or "twice" in refused[0])


def test_progress_is_told_before_each_file(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(TABLE)
    said: list[Any] = []
    clean_files([tmp_path], on_file=lambda n, of, path: said.append((n, of, path.name)))
    assert said == [(1, 2, "a.csv"), (2, 2, "b.csv")]


def account(tmp_path: Path, text: str, declared: Declared | None = None) -> Any:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    return clean_files([path], declared or Declared()).files[0]


NUMBERS = {"id": "1.234,5", "en": "1,234.5", "plain": "1234"}


@pytest.mark.parametrize("style", NUMBERS)
def test_the_number_style_of_each_table_is_in_the_account(style: str, tmp_path: Path) -> None:
    title = "Luas Menurut Kabupaten (ha), 2023;\nKabupaten;Luas\n"
    text = title + f"Morowali;{NUMBERS[style]}\nBanggai;2\n"
    assert account(tmp_path, text).number_style == [style]
    if style != "plain":
        told = account(tmp_path, text, Declared(number_style=style))
        assert told.number_style == [style] and told.declared == {"number_style": style}


CODES = "Kode;Kabupaten;2023\n7203;{};12\n7204;Poso;13\n"


@pytest.mark.parametrize(
    ("label", "remarks"),
    [
        ("Morowali", []),
        ("Kab. Marawoli", ["accepted by code: 'Kab. Marawoli' is no known name, 7203 is Morowali"]),
    ],
)
def test_a_misspelt_name_with_a_right_code_is_remarked(
    label: str, remarks: list[str], tmp_path: Path
) -> None:
    said = account(tmp_path, CODES.format(label), Declared(indicator="toko", unit="unit"))
    assert not said.refused and said.remarks == remarks


def test_a_wrong_name_with_a_code_is_refused(tmp_path: Path) -> None:
    """A name that is known, of another region than the code."""
    said = account(tmp_path, CODES.format("Banggai"), Declared(indicator="toko", unit="unit"))
    assert "7203 is Morowali (7203), the name 'Banggai' is Banggai (7202)" in said.refused[0]


UNIT = "Jumlah Penduduk ({}), 2023;\nKabupaten;Penduduk\nMorowali;100\nBanggai;200\n"


@pytest.mark.parametrize(
    ("printed", "declared"), [("ribu jiwa", "jiwa"), ("jiwa", "ribu jiwa"), ("jiwa", "rupiah")]
)
def test_a_declared_unit_never_replaces_the_table_s_own(printed: str, declared: str, tmp_path: Path) -> None:
    """Also one of the same base: either would be wrong by a factor of 1000. Both are named."""
    (line,) = account(tmp_path, UNIT.format(printed), Declared(unit=declared)).refused
    assert (
        f"the unit declared is not the table's (2: '{printed}' in the table, '{declared}' declared)" in line
    )


def test_a_declared_unit_that_says_the_same_is_kept_on_record(tmp_path: Path) -> None:
    """In other words too: orang and jiwa are one."""
    said = account(tmp_path, UNIT.format("jiwa"), Declared(unit="orang"))
    assert not said.refused and said.declared == {"unit": "orang"} and said.remarks == []


def test_what_was_declared_otherwise_than_the_table_says_is_remarked(tmp_path: Path) -> None:
    """The table's years count; the declared name does, but the title names another indicator."""
    said = account(tmp_path, UNIT.format("jiwa"), Declared(year="2019", indicator="desa"))
    assert said.remarks == [
        "named desa as declared; its title says population: 'Jumlah Penduduk (jiwa), 2023'",
        "the declared year 2019 was not used: the table says 2023",
    ]
