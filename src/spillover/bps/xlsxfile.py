"""Excel workbooks (XLSX) to sheets, by openpyxl."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Collection
from typing import Any

from spillover.bps.cells import FORMULA, Cell, cell_name, make_sheet, refuse_formulas
from spillover.bps.footnotes import with_superscript
from spillover.bps.limits import MAX_CELLS, SPLIT
from spillover.bps.numberformat import is_percent
from spillover.bps.sheets import Sheet, Span
from spillover.errors import DataError

# A type definition in a part can name entities that unfold without end; Excel never writes one.
_FORBIDDEN = [m.encode(e) for m in ("<!DOCTYPE", "<!ENTITY") for e in ("utf-8", "utf-16-le", "utf-16-be")]
_SAVE_ANEW = "open the file in a spreadsheet program and save it anew"
_SHEET_TAG = re.compile(rb"<(?:\w{1,20}:)?sheet\s")


def read_xlsx(
    data: bytes,
    parts: dict[str, bytes],
    where: str,
    *,
    skip: Collection[str] = (),
    mark_formulas: bool = False,
) -> list[Sheet]:
    """Read the sheets of an XLSX workbook.

    Parameters
    ----------
    data : bytes
        The file.
    parts : dict
        Its unpacked parts by name, already checked for size.
    where : str
        Name for messages.
    skip : collection of str
        Titles of sheets that are not read.
    mark_formulas : bool
        Give `spillover.bps.cells.FORMULA` as the text of a formula, instead of refusing the sheet: for a
        caller who knows which cells count.

    Returns
    -------
    list of Sheet
        In the order of the workbook, without empty sheets; hidden sheets say so in ``where``. Superscripts
        inside a text are set apart as a footnote mark: ``"PALOPO 1)"``.

    Raises
    ------
    DataError
        A damaged workbook, formulas (with cell names), entity definitions, or too many cells.

    Examples
    --------
    >>> read_xlsx(b"PK", {}, "a.xlsx")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: a.xlsx: the workbook cannot be read: File is not a zip file. To mend it: \
open the file in a spreadsheet program and save it anew.
    """
    unsafe = [n for n, part in parts.items() if any(mark in part for mark in _FORBIDDEN)]
    if unsafe:
        raise DataError(where, "parts with a document type or entities", unsafe, _SAVE_ANEW)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of parts it drops (charts, extensions): nothing that holds a cell.
            warnings.simplefilter("ignore")
            sheets, count = _read(data, where, skip, mark_formulas)
    except DataError:
        raise
    except Exception as error:  # a damaged part may raise anything in openpyxl and the XML parser
        raise DataError(where, f"the workbook cannot be read: {error}", remedy=_SAVE_ANEW) from error
    named = len(_SHEET_TAG.findall(parts.get("xl/workbook.xml", b"")))
    if named > count:
        raise DataError(where, f"{named} sheets are named, {count} are there", remedy=_SAVE_ANEW)
    return sheets


def _read(data: bytes, where: str, skip: Collection[str], mark: bool) -> tuple[list[Sheet], int]:
    """The filled sheets, and how many sheets and charts there are."""
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False, rich_text=True)
    sheets = []
    for worksheet in book.worksheets:
        if worksheet.title in skip:
            continue
        hidden = "" if worksheet.sheet_state == "visible" else "hidden "
        sheet = _read_sheet(book, worksheet, f"{where}, {hidden}sheet {worksheet.title}", mark)
        sheets += [sheet] if sheet.rows else []
    return sheets, len(book.sheetnames)


def _read_sheet(book: Any, worksheet: Any, where: str, mark: bool) -> Sheet:
    """One sheet from its filled cells.

    openpyxl's own sheets do not serve: in memory a merged or linked range fills a rectangle of cells, and
    read-only they believe the stated size, which may cut cells off, and know no merged cells.
    """
    from openpyxl.cell.rich_text import CellRichText
    from openpyxl.worksheet._reader import WorkSheetParser

    percent_styles = _percent_styles(book)
    values: dict[Cell, object] = {}
    percent, formulas, twice = set(), [], []
    with worksheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            worksheet._shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
            rich_text=True,
        )
        parser.parse_formula = _formula_found  # its text is not needed, and translating it costs time
        for _, row in parser.parse():
            for cell in row:
                place = cell["row"] - 1, cell["column"] - 1
                value = cell["value"]
                if cell["data_type"] == "f":
                    formulas.append(place)
                elif value is not None and value != "":
                    twice += [place] if place in values else []
                    values[place] = _text(value) if isinstance(value, CellRichText) else value
                    if cell["data_type"] == "n" and cell["style_id"] in percent_styles:
                        percent.add(place)
            if len(values) > MAX_CELLS:
                raise DataError(where, f"more than {MAX_CELLS:,} cells", remedy=SPLIT)
    if mark:
        values |= dict.fromkeys(formulas, FORMULA)
    else:
        refuse_formulas(formulas, where)
    if twice:
        raise DataError(where, "cells that are stored twice", map(cell_name, twice), _SAVE_ANEW)
    return make_sheet(where, values, percent, _spans(parser))


def _formula_found(element: Any) -> str:
    return "="


def _percent_styles(book: Any) -> set[int]:
    """Numbers of the cell styles that show a number as percent."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    formats = BUILTIN_FORMATS | dict(enumerate(book._number_formats, start=BUILTIN_FORMATS_MAX_SIZE))
    styles = [formats.get(style.numFmtId, "General") for style in book._cell_styles]
    return {i for i, number_format in enumerate(styles) if is_percent(number_format)}


def _spans(parser: Any) -> list[Span]:
    ranges = parser.merged_cells.mergeCell if parser.merged_cells else []
    return [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in ranges]


def _text(runs: Any) -> str:
    """A rich text as plain text with its superscripts as footnote marks."""
    from openpyxl.cell.rich_text import TextBlock

    text = ""
    for run in runs:
        if isinstance(run, TextBlock) and run.font is not None and run.font.vertAlign == "superscript":
            text = with_superscript(text, run.text)
        else:
            text += str(run)
    return text
