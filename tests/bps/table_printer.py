"""Random tables of real districts, printed the ways BPS and its readers print them; what is true is kept."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from hypothesis import strategies as st

from spillover.bps.measures import Declared
from spillover.bps.reading import Cleaning, clean_files
from spillover.regions import read_provinces, read_regions

Grid = list[list[str]]
Key = tuple[str, int, str]  # region, year, indicator
Truth = dict[Key, Decimal | None]
MISSING = ("-", "...", "…", "NA", "n.a.")
MARKS = {"": "final", "*": "preliminary", "**": "very_preliminary", "r": "revised", "e": "estimated"}


@dataclass(frozen=True)
class Subject:
    """A title, the headings of its columns ("" for a table of one measure) with what they must be named."""

    title: str
    headings: tuple[tuple[str, str, str], ...]  # printed, indicator, factor to the unit of the result
    adds_up: bool
    decimals: int


SUBJECTS = (
    Subject(
        "Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)",
        (("", "poverty_line", "1"),), False, 0,
    ),
    Subject("Jumlah Penduduk Menurut Kabupaten/Kota (ribu jiwa)", (("", "population", "1000"),), True, 2),
    Subject("Tingkat Pengangguran Terbuka Menurut Kabupaten/Kota (persen)", (("", "tpt", "1"),), False, 2),
    Subject(
        "PDRB Atas Dasar Harga Konstan 2010 Menurut Kabupaten/Kota (juta rupiah)",
        (("", "grdp_real", "0.001"),), True, 1,
    ),
    Subject(
        "Jumlah Tenaga Kerja Industri Mikro dan Kecil Menurut Kabupaten/Kota (orang)",
        (("Mikro", "imk_workers_micro", "1"), ("Kecil", "imk_workers_small", "1")), True, 0,
    ),
    Subject(
        "Usaha Menurut Kabupaten/Kota",
        (
            ("Banyaknya Toko (unit)", "usaha_banyaknya_toko", "1"),
            ("Pendapatan (juta rupiah)", "usaha_pendapatan", "1000000"),
            ("Biaya (ribu rupiah)", "usaha_biaya", "1000"),
        ), True, 0,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """One table: what it says, and how it is printed."""

    subject: Subject
    regions: tuple[str, ...]
    years: tuple[int, ...]
    values: tuple[tuple[Decimal | None, ...], ...]  # by region, then year by heading
    provinces: str  # none, rows, column
    codes: bool
    layout: str  # wide, long
    style: str  # id, en
    marks: tuple[str, ...]  # one a year
    missing: str
    total: bool
    footer: bool
    title_line: bool
    numbered: bool
    years_first: bool

    def truth(self) -> Truth:
        """Every cell in the unit of the result."""
        at = [(y, name, Decimal(f)) for y, (_, name, f) in self.columns()]
        return {
            (code, year, name): None if value is None else value * factor
            for code, row in zip(self.regions, self.values, strict=True)
            for (year, name, factor), value in zip(at, row, strict=True)
        }

    def columns(self) -> list[tuple[int, tuple[str, str, str]]]:
        """Year and heading of each column of values."""
        if self.years_first:
            return [(y, h) for y in self.years for h in self.subject.headings]
        return [(y, h) for h in self.subject.headings for y in self.years]


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """District → name as the site prints it where the kind must be plain."""
    table = read_regions()
    kinds = {"kabupaten": "Kab. ", "kota": ""}
    return {row["region_code"]: kinds[row["kind"]] + row["name"] for row in table.to_dict("records")} | dict(
        zip(read_provinces()["province_code"], read_provinces()["name"], strict=True)
    )


@lru_cache(maxsize=1)
def homes() -> dict[str, str]:
    """District → province."""
    table = read_regions()
    return dict(zip(table["region_code"], table["province_code"], strict=True))


@st.composite
def planted(draw: Any) -> Planted:
    """A table of 3–12 districts, 1–3 years."""
    subject = draw(st.sampled_from(SUBJECTS))
    regions = draw(st.lists(st.sampled_from(sorted(homes())), min_size=3, max_size=12, unique=True))
    provinces = draw(st.sampled_from(["none", "rows", "column"]))
    if provinces != "none":
        regions.sort(key=lambda code: homes()[code])  # within a province as drawn
    years = draw(st.lists(st.integers(2008, 2024), min_size=1, max_size=3, unique=True))
    width = len(years) * len(subject.headings)
    digits = draw(st.sampled_from([3, 5, 8]))
    number = st.integers(1, 10**digits).map(
        lambda n: Decimal(n).scaleb(-draw(st.sampled_from([0, subject.decimals])))
    )
    values = tuple(
        tuple(draw(st.none() | number if draw(st.integers(0, 5)) == 0 else number) for _ in range(width))
        for _ in regions
    )
    return Planted(
        subject, tuple(regions), tuple(years), values, provinces,
        codes=draw(st.booleans()), layout=draw(st.sampled_from(["wide", "wide", "long"])),
        style=draw(st.sampled_from(["id", "en"])),
        marks=tuple(draw(st.sampled_from(sorted(MARKS))) for _ in years),
        missing=draw(st.sampled_from(MISSING)), total=draw(st.booleans()), footer=draw(st.booleans()),
        title_line=draw(st.booleans()), numbered=draw(st.booleans()), years_first=draw(st.booleans()),
    )  # fmt: skip


def number_text(value: Decimal | None, style: str, missing: str) -> str:
    """A number as printed."""
    if value is None:
        return missing
    text = f"{value:,f}"
    return text.translate(str.maketrans(",.", ".,")) if style == "id" else text


def grid(table: Planted) -> tuple[Grid, int]:
    """Cells as printed, and how many of the first rows are header."""
    rows = _long(table) if table.layout == "long" else _wide(table)
    width = max(map(len, rows[0]))
    head = rows[0]
    if table.footer:
        rows[1].append(["Sumber: BPS, diolah"] + [""] * (width - 1))
    return head + rows[1], len(head)


def _stub(table: Planted, code: str) -> list[str]:
    own = [code] if table.codes else []
    if table.provinces == "column":
        own.append(names()[homes()[code]] if code in homes() else "")
    return [*own, names()[code]]


def _stub_heads(table: Planted) -> list[str]:
    own = ["Kode"] if table.codes else []
    if table.provinces == "column":
        own.append("Provinsi")
    return [*own, "Kabupaten/Kota"]


def _wide(table: Planted) -> tuple[Grid, Grid]:
    stub, columns = _stub_heads(table), table.columns()
    n, width = len(stub), len(stub) + len(columns)
    marked = [f"{year}{mark}" for year, mark in zip(table.years, table.marks, strict=True)]
    year_of = dict(zip(table.years, marked, strict=True))
    lines = [[year_of[y] for y, _ in columns]]
    if len(table.subject.headings) > 1:
        headings = [h[0] for _, h in columns]
        upper, lower = (lines[0], headings) if table.years_first else (headings, lines[0])
        upper = [t if k == 0 or upper[k - 1] != t else "" for k, t in enumerate(upper)]
        lines = [upper, lower]
    blank = [""] * n
    if table.title_line:
        head = [[table.subject.title] + [""] * (width - 1), [*stub, *lines[0]]]
        head += [blank + line for line in lines[1:]]
    else:
        head = [[*stub, table.subject.title] + [""] * (len(columns) - 1)]
        head += [blank + line for line in lines]
    if table.numbered:
        head.append([f"({k + 1})" for k in range(width)])
    body: Grid = []
    last = ""
    for code, row in zip(table.regions, table.values, strict=True):
        if table.provinces == "rows" and homes()[code] != last:
            last = homes()[code]
            own = [last] if table.codes else []
            body.append([*own, names()[last].upper()] + [table.missing] * len(columns))
        body.append([*_stub(table, code), *(number_text(v, table.style, table.missing) for v in row)])
    if table.total and table.subject.adds_up:
        sums = [
            None if None in column else sum(column, Decimal(0)) for column in zip(*table.values, strict=True)
        ]
        body.append([""] * (n - 1) + ["Jumlah"] + [number_text(v, table.style, table.missing) for v in sums])
    return head, body


def _long(table: Planted) -> tuple[Grid, Grid]:
    many = len(table.subject.headings) > 1
    head = [*_stub_heads(table), "Tahun", *(["Uraian"] if many else []), "Nilai"]
    body: Grid = []
    for code, row in zip(table.regions, table.values, strict=True):
        for (year, heading), value in zip(table.columns(), row, strict=True):
            mark = table.marks[table.years.index(year)]
            text = number_text(value, table.style, table.missing)
            body.append([*_stub(table, code), f"{year}{mark}", *([heading[0]] if many else []), text])
    return [[table.subject.title] + [""] * (len(head) - 1), head], body


def as_csv(cells: Grid, delimiter: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter, lineterminator="\n").writerows(cells)
    return stream.getvalue().encode()


def as_xlsx(cells: Grid) -> bytes:
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append([text or None for text in row])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_html(cells: Grid) -> bytes:
    rows = ("".join(f"<td>{html.escape(text)}</td>" for text in row) for row in cells)
    return ("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>").encode()


Merged = list[list[tuple[str, int, int]]]


def merged(cells: Grid, head: int) -> Merged:
    """Cells with how many columns and rows they go over: print merges headings instead of repeating them."""
    out: Merged = [[(text, 1, 1) for text in row] for row in cells]
    taken: set[tuple[int, int]] = set()
    for i in range(head):
        own = []
        for j, text in enumerate(cells[i]):
            if (i, j) in taken:
                continue
            right = j + 1
            while (
                text
                and right < len(cells[i])
                and not cells[i][right]
                and (i, right) not in taken
                and (j == 0 or i + 1 < head)
                and not (i and cells[i - 1][right])
            ):
                right += 1
            bottom = i + 1
            while text and right == j + 1 and bottom < head and not cells[bottom][j]:
                bottom += 1
            taken |= {(k, m) for k in range(i, bottom) for m in range(j, right)}
            own.append((text, right - j, bottom - i))
        out[i] = own
    return out


def as_merged_html(rows: Merged) -> bytes:
    lines = (
        "".join(f'<td colspan="{w}" rowspan="{h}">{html.escape(t)}</td>' for t, w, h in row) for row in rows
    )
    return ("<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>").encode()


def as_json(cells: Grid, head: int) -> bytes:
    """Records; only for a header of one row below a title."""
    keys = cells[head - 1]
    records = [dict(zip(keys, row, strict=True)) for row in cells[head:]]
    return json.dumps({"title": cells[0][0], "data": records}).encode()


def clean(data: bytes, folder: Path, declared: Declared | None = None, name: str = "table.dat") -> Cleaning:
    """Clean one file's content."""
    path = folder / name
    path.write_bytes(data)
    return clean_files([path], declared or Declared())


def told(result: Cleaning) -> dict[Key, float]:
    """What came out; NaN where missing."""
    table = result.table
    keys = zip(table["region_code"], table["year"], table["indicator"], strict=True)
    return dict(zip(((c, int(y), i) for c, y, i in keys), table["value"], strict=True))


def printed(table: Planted, shape: str) -> bytes:
    """The file's bytes."""
    cells, head = grid(table)
    if shape == "xlsx":
        return as_xlsx(cells)
    if shape == "html":
        return as_html(cells)
    if shape == "json":
        return as_json(cells, head)
    return as_csv(cells, shape)


def shifted(cells: Grid, row: int, column: int, kind: str) -> Grid:
    """The cells of one row with one cell lost, or an empty or a doubled one added."""
    out: Sequence[list[str]] = [list(line) for line in cells]
    if kind == "drop":
        del out[row][column]
    else:
        out[row].insert(column, "" if kind == "empty" else out[row][column])
    return list(out)
