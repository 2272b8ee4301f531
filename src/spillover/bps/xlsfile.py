"""Old Excel workbooks (XLS) to sheets: values by calamine, the rest from the records themselves."""

from __future__ import annotations

import io

from spillover.bps.biff import SheetRecords, percent_cells, scan
from spillover.bps.cells import Cell, cell_name, make_sheet, refuse_formulas
from spillover.bps.limits import SAVE_AS, check_grid
from spillover.bps.ole import read_stream
from spillover.bps.sheets import Sheet
from spillover.errors import DataError

_XLSX = "open the file in a spreadsheet program and save it as XLSX"
_LOCKED = "EncryptedPackage"  # an XLSX with a password is an old container around the encrypted file
_OPEN = "open the file with its password and save it without one"


def read_xls(data: bytes, where: str) -> list[Sheet]:
    """Read the sheets of an XLS workbook (Excel 5 to 2003).

    Numbers, texts, dates, percent formats, merged and formula cells are told apart as in XLSX. Not seen is
    text formatting inside a cell: a footnote number set as superscript behind a name or a text number looks
    like part of it.

    Parameters
    ----------
    data : bytes
    where : str
        Name for messages.

    Returns
    -------
    list of Sheet
        In the order of the workbook, without empty sheets; hidden sheets say so in ``where``.

    Raises
    ------
    DataError
        No workbook, a damaged or protected one (an XLSX with a password too), formulas, or too many cells.

    Examples
    --------
    >>> read_xls(b"no workbook", "a.xls")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: a.xls: the old Excel workbook cannot be read: the header is cut off. To mend \
it: open the file in a spreadsheet program and save it as XLSX.
    """
    try:
        stream = read_stream(data, ("Workbook", "Book", "WORKBOOK", "BOOK"))
        locked = not stream and read_stream(data, (_LOCKED,)) is not None
        records, formats = scan(stream) if stream else ([], [])
    except ValueError as error:
        raise DataError(where, f"the old Excel workbook cannot be read: {error}", remedy=_XLSX) from error
    if locked:
        raise DataError(where, "the file is protected by a password", remedy=_OPEN)
    if not stream:
        raise DataError(where, "an old Office file without a workbook (DOC, PPT, MSG …)", remedy=SAVE_AS)
    for sheet in records:
        check_grid(sheet.rows, sheet.columns, where)
    named = _values(data, where)
    if len(named) != len(records):
        raise DataError(where, f"{len(records)} sheets are recorded, {len(named)} readable", remedy=_XLSX)
    sheets = []
    for (name, values), sheet in zip(named, records, strict=True):
        refuse_formulas(sheet.formulas, name)
        if values:
            _check_numbers(values, sheet, name)
            sheets.append(make_sheet(name, values, _percent(sheet, formats, name), sheet.spans))
    return sheets


def _values(data: bytes, where: str) -> list[tuple[str, dict[Cell, object]]]:
    """Name for messages and filled cells of each sheet, by calamine."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    named = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for i, about in enumerate(book.sheets_metadata):
            hidden = "" if about.visible == SheetVisibleEnum.Visible else "hidden "
            rows = book.get_sheet_by_index(i).to_python(skip_empty_area=False)
            cells: dict[Cell, object] = {
                (r, c): v for r, row in enumerate(rows) for c, v in enumerate(row) if v != ""
            }
            named.append((f"{where}, {hidden}sheet {about.name}", cells))
    except BaseException as error:
        # A damaged file may raise any error of the library, and its panics derive from BaseException.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise DataError(where, f"the old Excel workbook cannot be read: {error}", remedy=_XLSX) from error
        raise
    return named


def _check_numbers(values: dict[Cell, object], sheet: SheetRecords, where: str) -> None:
    """Raise unless the library gave a value for each number that is recorded, and for no other cell."""
    given = {c for c, v in values.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    differ = [
        cell_name(c) for c in sorted(given - sheet.numbers.keys() | sheet.numbers.keys() - values.keys())
    ]
    if differ:
        raise DataError(where, "cells that are recorded otherwise than they are read", differ, _XLSX)


def _percent(sheet: SheetRecords, formats: list[str], where: str) -> set[Cell]:
    try:
        return percent_cells(sheet, formats)
    except ValueError as error:
        raise DataError(where, str(error), remedy=_XLSX) from error
