"""A cell lost or added: never a number under another region, year or heading."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from table_printer import (
    Grid,
    Planted,
    Truth,
    as_csv,
    as_html,
    as_merged_html,
    as_xlsx,
    clean,
    grid,
    merged,
    planted,
    shifted,
    told,
)

from spillover.bps.layout import lay_out
from spillover.bps.measures import Declared
from spillover.bps.sheets import Sheet
from spillover.errors import DataError

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a table is read to see what is wrong
QUICK = settings(
    max_examples=120, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck)
)
SHAPES: dict[str, Callable[[Any], bytes]] = {
    "csv": lambda cells: as_csv(cells, ","),
    "xlsx": as_xlsx,
    "html": as_html,
    "merged html": as_merged_html,
}


def wrong_cells(got: dict[Any, float], truth: Truth) -> list[Any]:
    """Cells that came out as something that was not planted.

    A missing value may come out; a name may have lost words of a title that was moved, but the class must
    stand.
    """

    def true(key: tuple[str, int, str], value: float) -> bool:
        region, year, name = key
        same = [v for (r, y, n), v in truth.items() if (r, y) == (region, year) and n.endswith(name)]
        return any(value != value or (v is not None and float(v) == value) for v in same)

    return [(key, value) for key, value in got.items() if not true(key, value)]


@QUICK
@given(
    table=planted(),
    shape=st.sampled_from(sorted(SHAPES)),
    kind=st.sampled_from(["drop", "empty", "double"]),
    in_head=st.booleans(),
    data=st.data(),
)
def test_a_lost_or_added_cell_never_gives_a_wrong_number(
    table: Planted, shape: str, kind: str, in_head: bool, data: st.DataObject
) -> None:
    """One cell lost, doubled or put in between, anywhere in header or body: refused, or nothing is wrong."""
    cells, head = grid(table)
    source: Any = merged(cells, head) if shape == "merged html" else cells
    rows = [i for i, row in enumerate(cells) if sum(map(bool, row)) > 1 and (i < head) == in_head]
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.integers(0, len(source[row]) - 1))
    text = source[row][column] if shape != "merged html" else source[row][column][0]
    assume(not (kind == "drop" and text == table.subject.title))  # another table then, not a shifted one
    broken: Any = shifted(source, row, column, kind)
    if kind == "empty" and shape == "merged html":
        broken[row][column] = ("", 1, 1)
    year = str(table.years[0]) if len(table.years) == 1 else ""
    with tempfile.TemporaryDirectory() as folder:
        result = clean(SHAPES[shape](broken), Path(folder), Declared(number_style=table.style, year=year))
    if not result.files[0].refused:
        assert wrong_cells(told(result), table.truth()) == []


TABLE = [
    ["Jumlah Usaha Menurut Kabupaten/Kota (unit)", "", "", "", ""],
    ["Kabupaten/Kota", "2022", "", "2023", ""],
    ["", "Mikro", "Kecil", "Mikro", "Kecil"],
    ["Kab. Morowali", "11", "12", "13", "14"],
    ["Kab. Banggai", "21", "22", "23", "24"],
    ["Kota Palu", "31", "32", "33", "34"],
]


def test_the_table_of_the_next_tests_is_read(tmp_path: Path) -> None:
    """Without damage all twelve values come out."""
    got = told(clean(as_csv(TABLE, ","), tmp_path))
    assert got["7203", 2022, "jumlah_usaha_micro"] == 11
    assert got["7271", 2023, "jumlah_usaha_small"] == 34
    assert len(got) == 12


@pytest.mark.parametrize("row", range(1, 6))
@pytest.mark.parametrize("kind", ["drop", "empty", "double"])
def test_every_cell_of_one_table(row: int, kind: str, tmp_path: Path) -> None:
    """Each cell in turn, as CSV: whatever is read is right, and a row of the body is never read shifted."""
    right = told(clean(as_csv(TABLE, ","), tmp_path))
    truth: Truth = {key: Decimal(value) for key, value in right.items()}
    for column in range(5):
        result = clean(as_csv(shifted(TABLE, row, column, kind), ","), tmp_path)
        assert wrong_cells(told(result), truth) == [], (row, column)
        if row > 2:
            assert result.files[0].refused, (row, column)


def refusal(rows: Grid, **more: Any) -> str:
    with pytest.raises(DataError) as caught:
        lay_out(Sheet("a.csv", rows, **more))
    return str(caught.value)


BODY = [["Morowali", "1", "2"], ["Banggai", "3", "4"], ["Kota Palu", "5", "6"]]
HEADS: dict[str, tuple[Grid, str]] = {
    "same heading twice": ([["Kab", "2022", "2022"]], "columns 2 and 3: 2022"),
    "one heading for two columns": ([["Kab", "2022"]], "columns 2 and 3: 2022"),
    "no heading over the last": ([["Kab", "2022", ""], ["", "Toko", ""]], "columns 2 and 3"),
    "no heading over the first": ([["Kab", "", "2022"], ["", "Toko", "Los"]], "column 2"),
    "years over the names": ([["2022", "2023", ""], ["", "Toko", "Los"]], "2022 over column 1"),
    "a heading of regions over values": (
        [["", "Kabupaten/Kota", "Toko"]],
        "Kabupaten/Kota over values in column 2",
    ),
    "one column with a year": ([["Kab", "2022", "Luas"]], "columns without a year beside others with one"),
}


@pytest.mark.parametrize("name", HEADS)
def test_headers_that_do_not_tell_columns_apart_are_refused(name: str) -> None:
    head, message = HEADS[name]
    assert message in refusal(head + BODY)


def test_a_year_over_a_column_without_values_is_refused() -> None:
    """A heading that moved away from its column must not leave it to the declared year."""
    rows = [["Kabupaten", "2022", ""], ["Morowali", "", "1"], ["Banggai", "", "3"]]
    assert "2022 over column 2, which has no values" in refusal(rows)


def test_a_short_row_is_refused_where_files_write_all_cells() -> None:
    """In a CSV the row has lost a cell; a workbook does not keep empty ones."""
    rows = [
        ["Kab", "2021", "2022", "2023"],
        ["Morowali", "1", "2", "3"],
        ["Banggai", "4"],
        ["Poso", "7", "8", "9"],
    ]
    assert "fewer cells than the header has (1: row 3)" in refusal(rows, full_rows=True)
    assert lay_out(Sheet("a.xlsx", rows))[0].text[3:6] == ["4", "", ""]


def test_the_only_gap_at_the_end_of_a_row_is_refused() -> None:
    """What deleting a cell in a spreadsheet leaves; with other gaps in the table it is a gap like these."""
    rows = [["Kab", "2022", "2023"], ["Morowali", "1", "2"], ["Banggai", "4", ""], ["Poso", "7", "8"]]
    assert "empty in the last column only" in refusal(rows)
    rows[1][1] = ""
    assert lay_out(Sheet("a.xlsx", rows))[0].text == ["", "2", "4", "", "7", "8"]


def test_a_name_in_another_column_does_not_begin_another_table() -> None:
    """Else the row would be read as a table of its own, under a title and a year that are not its own."""
    head = [["Kode", "Kabupaten", "Jumlah Usaha Menurut Kabupaten (unit), 2023"]]
    body = [
        ["7203", "Morowali", "1"],
        ["7201", "Banggai Kepulauan", "2"],
        ["Poso", "3"],
        ["7205", "Donggala", "4"],
    ]
    tables = lay_out(Sheet("a.csv", head + body))
    assert len(tables) == 1
    assert tables[0].labels == ["Morowali", "Banggai Kepulauan", "3", "Donggala"]


def test_rows_of_numbers_above_the_first_name_are_refused() -> None:
    """The first row lost its name: it is no header."""
    rows = [["Kab", "Toko", "Los"], ["1.234", "8", ""], ["Banggai", "3", "4"]]
    assert "region is lost" in refusal(rows)


def test_a_short_title_in_the_first_cell_is_a_title() -> None:
    """Three words that say what is measured are no heading of the names."""
    rows = [["Jumlah Penduduk (jiwa), 2020", ""], ["Kab", "Nilai"], ["Morowali", "1"], ["Banggai", "3"]]
    assert lay_out(Sheet("a.csv", rows))[0].title == "Jumlah Penduduk (jiwa), 2020"


@pytest.mark.parametrize(("full_rows", "refused"), [(True, True), (False, False)])
def test_a_heading_beyond_the_last_column(full_rows: bool, refused: bool) -> None:
    """In a CSV there is no such column; in a workbook it may be an empty one."""
    rows = [["Kab", "2022", "2023", "Keterangan"], ["Morowali", "1", "2"], ["Banggai", "3", "4"]]
    sheet = Sheet("a", rows, full_rows=full_rows)
    if refused:
        with pytest.raises(DataError, match="headings without values below"):
            lay_out(sheet)
    else:
        assert lay_out(sheet)[0].text == ["1", "2", "3", "4"]


def test_a_number_among_words_is_a_row_that_lost_a_cell() -> None:
    """In long form the value of a row without its class would become the class, and the value be missing."""
    head = ["Kabupaten", "Tahun", "Uraian", "Tenaga Kerja (orang)"]
    rows = [["Belu", "2013", "Mikro", "49"], ["Belu", "2013", "639"], ["Belu", "2019", "Mikro", "238"]]
    with pytest.raises(DataError, match=r"numbers in a column of words.*\(1: row 3, column 3: 639\)"):
        lay_out(Sheet("a.csv", [head, *rows]))


@pytest.mark.parametrize("lone", ["NA", "…", "812"])
def test_a_value_alone_above_the_first_name_is_a_row_that_lost_it(lone: str) -> None:
    """It would become a word of the title, and so of the indicator's name."""
    rows = [["Tingkat Pengangguran Terbuka (persen)", ""], ["Kabupaten/Kota", "2014"], [lone]]
    with pytest.raises(DataError, match=r"rows whose region is lost .*\(1: row 3\)"):
        lay_out(Sheet("a.csv", [*rows, ["Way Kanan", "3,5"], ["Cirebon", "4,1"]]))
