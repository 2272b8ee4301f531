"""A ledger's file as texts: every cell with its line, and one clear word if it is no ledger at all."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty
from spillover.partnerships.columns import LEDGER_COLUMNS


def read_texts(path: str | Path, *, may_be_empty: bool = False) -> pd.DataFrame:
    """All cells of a file as texts, in its order of columns, indexed so that `ledger_problems` names lines.

    With ``may_be_empty`` a file without rows, or without anything, is a ledger without claims.

    Raises
    ------
    DataError
        No file, no CSV in UTF-8, another separator, other columns, no rows, or rows with too few or too
        many cells.
    """
    file = Path(path)
    if not file.is_file():
        raise DataError(str(path), "the file is missing", remedy="give the path of a CSV file")
    lines = _lines(file)
    if not lines and may_be_empty:
        return pd.DataFrame(columns=list(LEDGER_COLUMNS), dtype="str")
    if not lines:
        raise DataError(
            file.name, "the file is empty", remedy=f"its first line is {','.join(LEDGER_COLUMNS)}"
        )
    (_, header), *rows = lines
    _check_header(header, file.name)
    odd = [f"line {line}: {len(cells)} cells" for line, cells in rows if len(cells) != len(header)]
    if odd:
        what = f"rows with fewer or more cells than the {len(header)} columns"
        raise DataError(file.name, what, odd, "put a cell that has a comma in double quotes")
    index = pd.Index([line - 2 for line, _ in rows], dtype="int64")
    table = pd.DataFrame([cells for _, cells in rows], columns=header, index=index, dtype="str")
    if not may_be_empty:
        check_not_empty(table, file.name)
    return table


def _lines(file: Path) -> list[tuple[int, list[str]]]:
    """Rows of cells, each with the line of the file where it begins; blank lines are left out."""
    found, line = [], 1
    try:
        reader = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""), strict=True)
        for cells in reader:
            found += [(line, cells)] if cells else []
            line = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise DataError(file.name, f"no UTF-8: {error}", remedy="save it as a CSV in UTF-8") from error
    except csv.Error as error:
        remedy = "close every double quote, and save the file as a CSV in UTF-8"
        raise DataError(file.name, f"cannot be read as CSV: {error}", [f"line {line}"], remedy) from error
    return found


def _check_header(header: list[str], where: str) -> None:
    """Raise unless a first line names the ledger's columns, with commas between them."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            remedy = "save it with commas between the cells; a spreadsheet program asks for the separator"
            raise DataError(where, f"the cells are separated by {word}", remedy=remedy)
    twice = [name for name, n in Counter(header).items() if n > 1]
    if twice:
        raise DataError(where, "columns that stand twice", twice, "keep one of each")
    check_columns(pd.DataFrame(columns=header), list(LEDGER_COLUMNS), where, exact=True)
