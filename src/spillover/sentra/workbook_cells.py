"""A table to a sheet that prints well: formats by column, two languages, text that stays text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from spillover.display.catalogue import read_labels
from spillover.sentra.plain_text import STRANGE
from spillover.sentra.workbook_words import both

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

DARK, SOFT, OPEN = "FF1D3D63", "FFF4F7FA", "FFFFF7D6"  # heading, total, cells to be edited
RUPIAH, WHOLE, PERCENT, SCORE, YEAR = '"Rp"#,##0', "#,##0", "0%", "0.0000", "0"
# What a number is, by its column: the first that fits.
FORMATS = (
    (re.compile(r"(?:.*_)?year(?:_first|_last)?|seed|draws"), YEAR),
    (re.compile(r"(?:gap_)?idr_.*|price_.*"), RUPIAH),
    (re.compile(r"p_(?:first|top3).*|share_.*"), PERCENT),
    (re.compile(r"score_.*|normalised|contribution|weight.*|missing_low|missing_high|change_size"), SCORE),
    (re.compile(r".*_km|mean_rank.*"), "#,##0.0"),
    (re.compile(r"rank_.*|n_.*|workers_.*|firms_.*|jobs_.*|places|place"), WHOLE),
    (re.compile(r".*_l(?:on|at)"), "0.0000"),
)
WIDE = {
    "why_id": 60,
    "why_en": 60,
    "citation": 70,
    "url": 50,
    "source_url": 50,
    "title": 50,
    "note": 60,
    "text": 60,
}
WIDTHS = {"region_code": 9, "district": 20, "criterion": 30, "criterion_id": 22, "sector": 32, "item_id": 26}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_WIDTH = 44
A4_COLUMNS, A3_COLUMNS = 12, 18  # that can be read on one page
HEAD = 3  # row of the headings, below a title and a note
Looks = dict[str, Any]


class Plan(NamedTuple):
    """A sheet to be written: its name and heading are ``workbook_sheet.<key>`` of the catalogue.

    ``total``: rows that sum others up; ``note`` stands under the title.
    """

    key: str
    table: pd.DataFrame
    total: Sequence[bool] = ()
    note: str = ""


def sheet_name(key: str) -> str:
    """Name of a sheet in both languages, at most 31 characters, as a spreadsheet wants it.

    Examples
    --------
    >>> sheet_name("ranks")
    'Peringkat - Ranks'
    """
    return " - ".join(both(f"workbook_sheet.{key}"))[:31]


def write_plan(sheet: Worksheet, plan: Plan) -> None:
    """Write title, headings and rows of a table; freeze, filter and print set-up."""
    put(sheet.cell(1, 1), " / ".join(both(f"workbook_title.{plan.key}")))
    if plan.note:
        put(sheet.cell(2, 1), plan.note)
    columns = [str(name) for name in plan.table.columns]
    _headings(sheet, columns)
    cells = [plan.table[name].astype(object).tolist() for name in plan.table.columns]
    looks: dict[str, Any] = {}
    totals = list(plan.total) or [False] * len(plan.table)
    for at, (row, total) in enumerate(zip(zip(*cells, strict=True), totals, strict=True), start=HEAD + 1):
        _row(sheet, at, columns, row, looks)
        if total:
            _mark_total(sheet, at, len(columns))
    _look(sheet, columns, plan.table)


def _headings(sheet: Worksheet, columns: Sequence[str]) -> None:
    from openpyxl.comments import Comment

    notes = read_labels()
    for number, name in enumerate(columns, start=1):
        cell = sheet.cell(HEAD, number)
        put(cell, heading(name))  # a criterion's own name may begin like a formula
        dark(cell)
        if f"workbook_note.{name}" in notes:
            comment = Comment("\n\n".join(both(f"workbook_note.{name}")), "spillover", height=170, width=330)
            cell.comment = comment


def heading(name: str) -> str:
    """Heading of a column in both languages; a name that is no key of the catalogue stands as it is."""
    labels = read_labels()
    texts = both(f"column.{name}") if f"column.{name}" in labels else (name, name)
    return texts[0] if texts[0] == texts[1] else "\n".join(texts)


def dark(cell: Cell) -> None:
    """Make a cell look like a heading."""
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(bold=True, color="FFFFFFFF")
    cell.fill = PatternFill("solid", fgColor=DARK)
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _row(
    sheet: Worksheet, at: int, columns: Sequence[str], row: Sequence[Any], looks: dict[str, Any]
) -> None:
    """Write what is there; counting rows here, for the sheet would count all its cells each time.

    ``looks``: the style of each number format, shared by its cells: looking it up anew is most of the work.
    """
    for number, (name, value) in enumerate(zip(columns, row, strict=True), start=1):
        if is_missing(value):
            continue
        cell = sheet.cell(at, number)
        put(cell, value)
        if cell.data_type == "n":
            style = number_format(name, float(value))
            if style in looks:
                cell._style = looks[style]
            else:
                cell.number_format = style
                looks[style] = cell._style


def _mark_total(sheet: Worksheet, at: int, columns: int) -> None:
    from openpyxl.styles import Font, PatternFill

    for number in range(1, columns + 1):
        cell = sheet.cell(at, number)
        cell._style = copy(cell._style)  # shared until now
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=SOFT)


def put(cell: Cell, value: object) -> None:
    """Write a value; a text stays a text, whatever it begins with; "�" stands for what no cell can hold."""
    if isinstance(value, bool):
        value = " / ".join(both(f"word.{'yes' if value else 'no'}"))
    if not isinstance(value, str):
        cell.value = value
        return
    text = STRANGE.sub("\ufffd", value)
    cell.value = text
    cell.data_type = "s"  # "=1+1" and "#N/A" too
    if text.startswith(FORMULA):
        cell.quotePrefix = True


def is_missing(value: object) -> bool:
    """NaN, NA, None or an empty text: an empty cell."""
    return value is None or value is pd.NA or value == "" or value != value


def number_format(column: str, value: float) -> str:
    """How a number is shown: by its column, else by its size.

    Examples
    --------
    >>> number_format("year", 2025), number_format("value", 1.805e12), number_format("value", 0.506)
    ('0', '#,##0', '#,##0.000')
    """
    style = _format_of(column)
    if style:
        return style
    if abs(value) >= 1000 or value == int(value):
        return WHOLE
    return "#,##0.0" if abs(value) >= 100 else "#,##0.00" if abs(value) >= 1 else "#,##0.000"


@cache
def _format_of(column: str) -> str:
    return next((style for pattern, style in FORMATS if pattern.fullmatch(column)), "")


def _look(sheet: Worksheet, columns: Sequence[str], table: pd.DataFrame) -> None:
    from openpyxl.utils import get_column_letter

    for number, name in enumerate(columns, start=1):
        width = WIDTHS.get(name) or WIDE.get(name) or _width(name, table.iloc[:, number - 1])
        sheet.column_dimensions[get_column_letter(number)].width = width
    frozen = 1 + sum(name in ("region_code", "district", "park_id", "criterion_id") for name in columns[:3])
    finish(sheet, len(columns), frozen)


def _width(name: str, column: pd.Series) -> float:
    """Wide enough for most cells, and for the longest word of the heading."""
    words = max(len(word) for word in heading(name).split())
    known = [value for value in column if not is_missing(value)]
    texts = max((len(value) for value in known if isinstance(value, str)), default=0)
    largest = max((abs(value) for value in known if isinstance(value, int | float)), default=0)
    return float(min(max(words + 3, texts + 1, len(f"{largest:,.0f}") + 4, 10), LONGEST_WIDTH))


def finish(sheet: Worksheet, columns: int, frozen: int = 1) -> None:
    """Freeze the headings, filter, and print across, with the headings on each page."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet["A1"].font = Font(bold=True, size=14, color=DARK)
    sheet["A2"].font = Font(italic=True)
    sheet.freeze_panes = f"{get_column_letter(frozen)}{HEAD + 1}"
    sheet.auto_filter.ref = f"A{HEAD}:{get_column_letter(columns)}{max(sheet.max_row, HEAD)}"
    print_set_up(sheet, columns)
    sheet.print_title_rows = f"{HEAD}:{HEAD}"
    if columns > A3_COLUMNS:
        sheet.print_title_cols = f"A:{get_column_letter(max(frozen - 1, 1))}"


def print_set_up(sheet: Worksheet, columns: int = 1) -> None:
    """Across, with page numbers; a wide table on A3, the widest on two pages side by side."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4 if columns <= A4_COLUMNS else sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = (1 if columns <= A3_COLUMNS else 2), 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A · &P / &N"
