"""A big CSV cleaned in parts gives what it gives when read whole, in bounded memory, or is refused."""

import gc
import tracemalloc
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from spillover.bps import reading
from spillover.bps.kinds import kind_of
from spillover.bps.measures import Declared
from spillover.bps.numbers import decide_style
from spillover.bps.reading import clean_files
from spillover.bps.streaming import open_big, stream_cleaned
from spillover.bps.writing import write_cleaning
from spillover.cli import app
from spillover.errors import DataError
from spillover.longtable import KEY
from spillover.regions import read_regions

DISTRICTS = ["Morowali", "Kota Palu", "Banggai", "Poso", "Buol", "Sigi", "Donggala", "Parigi Moutong"]
CODE_OF = dict(zip(DISTRICTS, ["7203", "7271", "7202", "7204", "7207", "7210", "7205", "7208"], strict=True))
MARKS = ["-", "...", "n.a.", ""]


def as_id(number: int, decimals: int) -> str:
    """1234567 with two decimals as 12.345,67."""
    whole, rest = divmod(number, 10**decimals)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{grouped},{rest:0{decimals}d}" if decimals else grouped


def as_en(number: int, decimals: int) -> str:
    whole, rest = divmod(number, 10**decimals)
    return f"{whole:,}.{rest:0{decimals}d}" if decimals else f"{whole:,}"


@st.composite
def long_tables(draw: st.DrawFn) -> str:
    """The text of a table in long form as offices make them: with its quirks, readable or not."""
    style = draw(st.sampled_from([as_id, as_en]))
    decimals = draw(st.integers(0, 2))
    unit = draw(st.sampled_from(["rupiah", "ribu rupiah", "persen", "jiwa"]))
    measures = draw(st.sampled_from([[""], ["Mikro", "Kecil"], ["Beras", "Jagung", "Kedelai"]]))
    years = draw(st.lists(st.integers(2001, 2024), min_size=1, max_size=5, unique=True))
    mark = draw(st.sampled_from(["", "", "*", "**"]))
    names = draw(st.lists(st.sampled_from(sorted(CODE_OF)), min_size=2, max_size=8, unique=True))
    coded, carried = draw(st.booleans()), draw(st.booleans())
    cell = st.one_of(
        st.integers(0, 10**8).map(lambda n: style(n, decimals)),
        st.sampled_from(MARKS),
        *([st.sampled_from(["x", "1.2.3", "-5,5"])] if draw(st.integers(0, 9)) == 0 else []),
    )
    rows, last = [], ""
    for name in names:
        for year in years:
            for measure in measures:
                label = "" if carried and name == last else name
                last = name
                row = ([CODE_OF[name]] if coded and label else [""] if coded else []) + [label]
                row += [f"{year}{mark if year == max(years) else ''}"] + ([measure] if measure else [])
                rows.append([*row, draw(cell)])
    for _ in range(draw(st.integers(0, 2))):  # cells that stand again, mostly with the same value
        again = list(draw(st.sampled_from(rows)))
        if again[coded]:
            again[-1] = draw(st.sampled_from([again[-1], "-", again[-1], draw(cell)]))
            rows.append(again)
    if draw(st.booleans()):  # the province below its districts
        for year in years:
            for measure in measures:
                said = ["7200"] * coded + ["Sulawesi Tengah", f"{year}"] + ([measure] if measure else [])
                rows.append([*said, draw(cell)])
    head = ["Kode"] * coded + ["Kabupaten/Kota", "Tahun"] + (["Rincian"] if measures[0] else [])
    lines = [";".join([*head, f"Nilai sesuatu ({unit})"]), *map(";".join, rows)]
    if draw(st.booleans()):
        lines.append("Sumber: BPS;" + ";" * (len(head) - 1))
        lines.append("Keterangan: - = nihil;" + ";" * (len(head) - 1))
    return "\n".join(lines) + "\n"


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    return table.sort_values(KEY, ignore_index=True)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=long_tables(), size=st.integers(1, 40))
def test_parts_are_what_the_whole_is(tmp_path_factory: pytest.TempPathFactory, text: str, size: int) -> None:
    """Rows, account and refusals are the same, whatever the size of the parts."""
    file = tmp_path_factory.mktemp("a") / "long.csv"
    file.write_text(text, encoding="utf-8")
    whole = clean_files([file])
    assert file.stat().st_size < reading.STREAM_BYTES
    try:
        big = open_big(file, Declared(), reading.known_indicators(), size)
        parts = [reading.to_frame([("long", part)]) for part in big.parts()] if big else []
    except DataError:
        assert whole.files[0].refused, "refused in parts only"
        return
    if big is None:  # no values, or no column of years or classes: it would be read whole
        assert whole.files[0].refused
        return
    assert not whole.files[0].refused, "refused as a whole only"
    pd.testing.assert_frame_equal(in_order(pd.concat(parts)), in_order(whole.table))
    account = asdict(whole.files[0])
    assert {"cells": big.cells, "missing": dict(big.missing), "set_aside": dict(big.set_aside)} == {
        name: account[name] for name in ("cells", "missing", "set_aside")
    }
    assert (big.title, big.note) == (account["title"], account["note"])
    if "repeated" not in big.set_aside:
        assert sorted(big.disagreements) == sorted(account["disagreements"])


HEAD = "Kabupaten,Tahun,Rincian,Nilai sesuatu (rupiah)"


def lines_of(measures: int, value: str = "{n}") -> list[str]:
    """Rows of all districts, years and measures."""
    return [
        f"{name},{year},Jenis {measure},{value.format(n=1000 + 7 * measure + year)}"
        for measure in range(measures)
        for year in range(2001, 2025)
        for name in CODE_OF
    ]


def written(folder: Path, lines: list[str], head: str = HEAD, encoding: str = "utf-8") -> Path:
    file = folder / "simulated.csv"
    file.write_bytes("\n".join([head, *lines, ""]).encode(encoding))
    return file


def streamed(file: Path, size: int = 100) -> pd.DataFrame:
    return in_order(pd.concat(stream_cleaned(file, Declared(), chunk_rows=size)))


@pytest.fixture
def small_is_big(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stream files of any size."""
    monkeypatch.setattr(reading, "STREAM_BYTES", 0)


def test_the_last_row_decides_how_all_numbers_are_written(tmp_path: Path) -> None:
    """Nothing is read in the wrong style because the evidence stands far below."""
    rows, last = lines_of(20, '"1.250"'), "Sigi,2000,Jenis 0"
    with pytest.raises(DataError, match="the separator may part thousands or decimals"):
        streamed(written(tmp_path, rows))
    by_id = streamed(written(tmp_path, [*rows, f'{last},"7,5"']))
    assert set(by_id["value"]) == {1250.0, 7.5}
    by_en = streamed(written(tmp_path, [*rows, f'{last},"1250.55"']))
    assert set(by_en["value"]) == {1.25, 1250.55}
    with pytest.raises(DataError, match="numbers that may have lost zeros"):
        streamed(written(tmp_path, [*rows, f'{last},"7.55"']))


def test_messages_name_the_row_of_the_file(tmp_path: Path) -> None:
    rows = lines_of(20)
    rows[3000] = rows[3000].rpartition(",")[0] + ",seribu"
    with pytest.raises(DataError, match=r"row 3002, column 4: 'seribu'"):
        streamed(written(tmp_path, rows))


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([*lines_of(15), "", HEAD.replace("2", "3"), *lines_of(15)], "not of the table|tables in a big file"),
        ([*lines_of(15), "Sumber: BPS,,,", *lines_of(15)], "not of the table"),
        ([*lines_of(15), "Sigi,2000,Jenis 1,5,6"], "another number of cells"),
        ([*lines_of(15), "Sigi,2000"], "another number of cells"),
        ([*lines_of(15), 'Sigi,2000,"Jenis 1,5'], "cannot be read"),
        ([*lines_of(15), "Atlantis,2000,Jenis 1,5"], "unknown or ambiguous"),
        ([*lines_of(15), "Sigi,2001,Jenis 0,5"], "stands twice with different values"),
        ([*lines_of(15), "Sigi,2000,Jenis 0,-5"], "negative"),
        ([f"{line},a{n}" for n, line in enumerate(lines_of(700))], "differs from row to row"),
    ],
    ids=["two tables", "notes in the middle", "long row", "short row", "lost quote", "unknown name",
         "two values", "negative", "a note in each row"],
)  # fmt: skip
def test_what_cannot_be_streamed_is_refused(tmp_path: Path, lines: list[str], problem: str) -> None:
    head = f"{HEAD},Uraian" if lines[0].endswith("a0") else HEAD
    head = head.replace("rupiah", "jiwa") if problem == "negative" else head
    with pytest.raises(DataError, match=problem):
        streamed(written(tmp_path, lines, head), size=1000)


def test_a_wide_table_is_left_to_the_reader_of_whole_files(tmp_path: Path) -> None:
    """One row per region is never long; `stream_cleaned` says so."""
    file = written(tmp_path, ["Sigi,1,2", "Buol,3,4"], "Jumlah Penduduk (jiwa),2020,2021")
    assert open_big(file, Declared(), reading.known_indicators()) is None
    with pytest.raises(DataError, match="long form"):
        streamed(file)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_are_those_of_small_files(tmp_path: Path, encoding: str) -> None:
    rows = [line.replace("Jenis", "Caf\u00e9") for line in lines_of(2)]
    file = written(tmp_path, rows, encoding=encoding)
    pd.testing.assert_frame_equal(streamed(file), in_order(clean_files([file]).table))


def test_broken_bytes_are_refused(tmp_path: Path) -> None:
    file = written(tmp_path, [*lines_of(2), "Caf\u00e9,2000,Jenis 1,5"])
    file.write_bytes(file.read_bytes() + b"\xe9")
    with pytest.raises(DataError, match="not utf-8"):
        streamed(file)


def test_a_line_that_names_the_delimiter(tmp_path: Path) -> None:
    file = written(
        tmp_path, [HEAD.replace(",", ";"), *(row.replace(",", ";") for row in lines_of(2))], "sep=;"
    )
    pd.testing.assert_frame_equal(streamed(file), in_order(clean_files([file]).table))


@pytest.mark.usefixtures("small_is_big")
def test_a_cleaned_folder_is_the_same_written_in_parts(tmp_path: Path) -> None:
    """Rows on disk give the same table, account and records as rows in memory, in the file's order."""
    (tmp_path / "in").mkdir()
    (tmp_path / "spare").mkdir()
    file = written(tmp_path / "in", lines_of(3, "{n}.75"))
    whole = clean_files([file])
    spilled = clean_files([file], spill_to=tmp_path / "spare")
    assert spilled.table.empty and spilled.spilled[0].rows == len(whole.table)
    for name, cleaning in (("whole", whole), ("parts", spilled)):
        assert len(write_cleaning(cleaning, tmp_path / name)) == 4
    tables = [pd.read_parquet(tmp_path / name / "indicators.parquet") for name in ("whole", "parts")]
    pd.testing.assert_frame_equal(tables[0], in_order(tables[1]))
    texts = [(tmp_path / name / "indicators.csv").read_text().splitlines() for name in ("whole", "parts")]
    assert texts[0][0] == texts[1][0] and sorted(texts[0]) == sorted(texts[1])
    assert texts[0][1].split(",")[5] == "3001.75"
    assert (tmp_path / "whole/cleaning.json").read_text() == (tmp_path / "parts/cleaning.json").read_text()


@pytest.mark.usefixtures("small_is_big")
def test_the_command_streams(tmp_path: Path) -> None:
    """`spillover clean` names what it read and writes the rows of a streamed file."""
    file = written(tmp_path, lines_of(3))
    result = CliRunner().invoke(app, ["clean", str(file), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "1 of 1 files read, 0 refused; 576 rows" in result.output
    assert "2001–2024; nilai_sesuatu_jenis_0, nilai_sesuatu_jenis_1" in result.output
    assert len(pd.read_csv(tmp_path / "out" / "indicators.csv")) == 576


@pytest.mark.usefixtures("small_is_big")
def test_a_refusal_in_the_middle_leaves_no_rows(tmp_path: Path) -> None:
    file = written(tmp_path, [*lines_of(15), "Sigi,2001,Jenis 0,5"])
    cleaning = clean_files([file], spill_to=tmp_path)
    assert cleaning.table.empty and not cleaning.spilled
    assert "stands twice" in cleaning.files[0].refused[0]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Of a file four times as long only some tens of bytes for each row come on top: numbers, not texts."""
    names = read_regions()["name"]
    peaks, lengths = [], []
    for measures in (2, 8):
        rows = [
            f"{name},{year},Jenis {m},5"
            for m in range(measures)
            for year in range(2020, 2025)
            for name in names
        ]
        file = written(tmp_path, rows)
        gc.freeze()  # what other tests left alive must not put off the collection of what this one drops
        gc.collect()
        tracemalloc.start()
        lengths.append(sum(len(part) for part in stream_cleaned(file, Declared(), chunk_rows=500)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        gc.unfreeze()
        assert lengths[-1] == len(rows)
    assert (peaks[1] - peaks[0]) / (lengths[1] - lengths[0]) < 100


NUMBERS = st.builds(
    lambda n, decimals, style, sign: sign + style(n, decimals),
    st.integers(0, 10**9),
    st.integers(0, 4),
    st.sampled_from([as_id, as_en]),
    st.sampled_from(["", "", "", "-", "Rp "]),
)


def verdict(texts: list[str], whole: bool) -> str:
    """Style of a table, or the kind of refusal."""
    try:
        return decide_style(texts, where="t", whole=whole)
    except DataError as error:
        return error.problem.split(", such as")[0]


@settings(max_examples=120, deadline=None)
@given(
    texts=st.lists(NUMBERS | st.sampled_from([*MARKS, "1 234", "12*", "x"]), min_size=1), whole=st.booleans()
)
def test_one_number_of_each_kind_decides_like_all(texts: list[str], whole: bool) -> None:
    """The digest keeps one text of each kind: style and refusals are those of all texts."""
    one_each = list({kind_of(text): text for text in texts}.values())
    both = {verdict(texts, whole), verdict(one_each, whole)}
    assert len(both) == 1 or all("can only be style" in said for said in both)
