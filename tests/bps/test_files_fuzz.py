"""Whatever the bytes: a result or a DataError, in bounded time."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spillover.bps.files import sheets_from_bytes
from spillover.errors import DataError

OLD = Path(__file__).parents[1] / "data" / "files"
SECONDS = 20  # five million empty cells of a far-off number take 4 s; nothing may take longer than such
PREFIXES = [
    b"", b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{", b"[", b'{"a":', b"<",
    b"<table>", b"<html><table><tr><td>", b"<?xml", b"&lt;table", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf",
    b'"', b"sep=;\n",
]  # fmt: skip


def workbook(compression: int) -> bytes:
    book = openpyxl.Workbook()
    for i in range(4):
        book.active.append([f"Kabupaten {i}", i * 1.5, "1.234", i / 100])
    book.active["D2"].number_format = "0.0%"
    book.active.merge_cells("A1:B2")
    buffer = io.BytesIO()
    book.save(buffer)
    # Stored without compression, a changed byte reaches the XML once its checksum is mended (see below).
    plain = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(plain, "w", compression) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return plain.getvalue()


SAMPLES = {
    "xlsx": workbook(zipfile.ZIP_DEFLATED),
    "xls": (OLD / "poverty.xls").read_bytes(),
    "formula": (OLD / "formula.xls").read_bytes(),
    "json": b'{"judul": "x", "data": [{"kab": "Morowali", "n": 1.50, "t": null}, {"kab": "B", "n": 2}]}',
    "api": b'{"status":"OK","data":[{"page":1,"pages":1},[{"th_id":117,"th":2017}]]}',
    "html": b"<meta charset=utf-8><table><tr><th rowspan=2>Kab<th colspan=2>T"
    b"<tr><td>1<sup>2</sup><td>3</table>",
    "csv": b'\xef\xbb\xbfKab;2020\n"Kota ""Palu""";8524,41\nSiak;"8.843\n,22"\n',
}


def read(data: bytes) -> None:
    start = time.perf_counter()
    try:
        assert sheets_from_bytes(data, "a.bin")
    except DataError as error:
        assert error.remedy, "a refusal says what to do"
    assert time.perf_counter() - start < SECONDS


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(PREFIXES), st.binary(max_size=200))
def test_arbitrary_bytes_behind_each_magic(prefix: bytes, rest: bytes) -> None:
    read(prefix + rest)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PREFIXES), st.text("<>/table trdhsupcolspan=\"'&;,\n0123456789{}[]:", max_size=120))
def test_arbitrary_texts_behind_each_magic(prefix: bytes, rest: str) -> None:
    read(prefix + rest.encode())


@pytest.mark.parametrize("sample", list(SAMPLES))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_and_cut_files(sample: str, data: st.DataObject) -> None:
    """Up to six bytes changed anywhere, then cut off anywhere."""
    content = bytearray(SAMPLES[sample])
    places = st.integers(0, len(content) - 1)
    for place, byte in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        content[place] = byte
    if data.draw(st.booleans()):
        del content[data.draw(places) :]
    read(bytes(content))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_changed_parts_of_a_workbook(data: st.DataObject) -> None:
    """The same inside the parts, packed again, so that checksums do not catch it first."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SAMPLES["xlsx"])) as source, zipfile.ZipFile(buffer, "w") as target:
        chosen = data.draw(st.sampled_from(source.namelist()))
        for name in source.namelist():
            content = bytearray(source.read(name))
            if name == chosen:
                for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
                    content[place] = data.draw(st.integers(0, 255))
            target.writestr(name, bytes(content))
    read(buffer.getvalue())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(512, 5631), st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF])), max_size=4
    )
)
def test_changed_records_of_an_old_workbook(changes: list[tuple[int, int]]) -> None:
    """The library for XLS may panic or reserve all memory: it must never be given such a file."""
    content = bytearray(SAMPLES["xls"])
    for place, byte in changes:
        content[place] = byte
    read(bytes(content))
