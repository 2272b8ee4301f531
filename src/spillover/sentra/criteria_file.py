"""Where the table of criteria stands in a file: CSV, or a sheet of a workbook, perhaps below a title."""

from __future__ import annotations

import re
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError
from spillover.sentra.plain_text import STRANGE

if TYPE_CHECKING:
    from spillover.bps.sheets import LongCells, Sheet

COLUMNS = (
    "criterion_id", "group", "name_id", "name_en", "weight", "direction", "measure", "transform",
    "missing_low", "missing_high", "range_pct", "range_kind", "kind", "why_id", "why_en",
)  # fmt: skip
NEEDED = ("criterion_id", "weight")
SHEET = "workbook_sheet."
SLUG = r"[a-z][a-z0-9_]*"
CHECKS = ("total", "jumlah", "sum", "check", "cek")  # labels of a row that adds up others


def criteria_texts(path: Path) -> pd.DataFrame:
    """The cells of the one table of criteria in a file, as texts under their column names.

    Parameters
    ----------
    path : Path
        See `spillover.sentra.criteria.read_criteria`.

    Returns
    -------
    DataFrame
        Those of ``COLUMNS`` that the file has, stripped; rows without a text are left out. So are, in an
        XLSX, formulas beside the table and rows of a formula below it, such as the sum of the weights.

    Raises
    ------
    DataError
        No or several tables, merged cells, columns that are missing, doubled or misspelt, too long rows,
        rows without a criterion, formulas in the cells of a criterion, control characters.
    """
    from spillover.bps.sheets import Sheet

    found = []
    for sheet in _sheets(path):
        rows = sheet.rows if isinstance(sheet, Sheet) else []
        heads = [i for i, row in enumerate(rows) if "criterion_id" in _names(row)]
        found += [(sheet, heads[0])] if heads and isinstance(sheet, Sheet) else []
    if len(found) != 1:
        problem = "no table with a column criterion_id" if not found else "several tables of criteria"
        raise DataError(
            path.name,
            problem,
            [sheet.where for sheet, _ in found] or None,
            "give one table whose header names criterion_id and weight",
        )
    sheet, head = found[0]
    _refuse_merged(sheet, head)
    names = _names(sheet.rows[head])
    _check_header(names, path.name)
    _refuse_wide(sheet, head, len(names))
    known = {name: column for column, name in enumerate(names) if name in COLUMNS}
    lines = _lines(sheet, head, known)
    columns = {name: [line[name] for line in lines] for name in known}
    return pd.DataFrame(columns, dtype=str)


def _sheets(path: Path) -> list[Sheet | LongCells]:
    """The sheets of a file; of an XLSX with its formulas marked, for a check beside the table is welcome."""
    from spillover.bps.archive import unpack
    from spillover.bps.files import read_sheets
    from spillover.bps.limits import MAX_FILE_BYTES
    from spillover.bps.xlsxfile import read_xlsx

    with suppress(OSError):  # said by `read_sheets`
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
        if data.startswith(b"PK") and len(data) <= MAX_FILE_BYTES:
            parts = unpack(data, path.name)
            if "xl/workbook.xml" in parts:
                return [*read_xlsx(data, parts, path.name, skip=_other_sheets(), mark_formulas=True)]
    return read_sheets(path)


def _refuse_wide(sheet: Sheet, head: int, width: int) -> None:
    """Raise if delimited text has more cells than headings; beside a table in a workbook notes may stand."""
    if not sheet.full_rows:
        return
    body = [row for row in sheet.rows[head + 1 :] if any(map(str.strip, row))]
    wide = [f"criterion {i}" for i, row in enumerate(body, 1) if any(map(str.strip, row[width:]))]
    if wide:
        remedy = "put texts with the delimiter in them into quotation marks"
        raise DataError(sheet.where, "rows with more cells than the header", wide, remedy)


def _lines(sheet: Sheet, head: int, known: dict[str, int]) -> list[dict[str, str]]:
    """Texts of the criteria; a row of nothing but a check by formula is none."""
    from spillover.bps.cells import FORMULA, cell_name, refuse_formulas

    lines, formulas, unnamed, strange = [], [], [], []
    for at, row in enumerate(sheet.rows[head + 1 :], start=head + 1):
        line = {name: row[i].strip() if i < len(row) else "" for name, i in known.items()}
        checks = [(at, known[name]) for name, text in line.items() if text == FORMULA]
        if not any(line.values()) or (checks and _is_check(line)):
            continue
        formulas += checks
        strange += [cell_name((at, known[n])) for n, text in line.items() if STRANGE.search(text)]
        unnamed += [] if line["criterion_id"] else [f"row {at + 1}"]
        lines.append(line)
    refuse_formulas(formulas, sheet.where)
    if unnamed:
        remedy = "name the criterion of each row as in the sheet Criteria, or empty the row"
        raise DataError(sheet.where, "rows without a criterion_id", unnamed, remedy)
    strange = [] if formulas else strange
    if strange:
        raise DataError(sheet.where, "cells with control characters", strange, "write these texts anew")
    return lines


def _is_check(line: dict[str, str]) -> bool:
    """Whether a row with a formula is a sum of others and no criterion: at most a label stands beside it."""
    from spillover.bps.cells import FORMULA

    name = line["criterion_id"].lower()
    texts = [text for text in line.values() if text not in ("", FORMULA)]
    return len(texts) <= 1 and (name in CHECKS or not re.fullmatch(SLUG, name))


def _other_sheets() -> set[str]:
    """Sheets beside the criteria in a workbook of a study; reading them takes longer than the study."""
    from spillover.display.catalogue import read_labels
    from spillover.sentra.workbook_cells import sheet_name

    keys = {key.removeprefix(SHEET) for key in read_labels() if key.startswith(SHEET)}
    return {sheet_name(key) for key in keys - {"criteria"}}


def _names(row: list[str]) -> list[str]:
    return [cell.strip().lower() for cell in row]


def _refuse_merged(sheet: Sheet, head: int) -> None:
    """Raise if cells of the table itself are merged; a title above it may be."""
    from spillover.bps.cells import cell_name

    merged = [f"{cell_name(s[:2])}:{cell_name(s[2:])}" for s in sheet.spans if s[2] >= head]
    if merged:
        remedy = "unmerge them and write each criterion with its own weight in its own row"
        raise DataError(sheet.where, "merged cells", merged, remedy)


def _check_header(names: list[str], where: str) -> None:
    known = [name for name in names if name in COLUMNS]
    double = sorted({name for name in known if known.count(name) > 1})
    if double:
        raise DataError(where, "columns that stand twice", double, "keep one of each")
    lacking = [name for name in NEEDED if name not in known]
    if lacking:
        raise DataError(where, "missing columns", lacking, f"the table needs {', '.join(NEEDED)}")
    others = [name for name in names if name and name not in (*COLUMNS, "weight_given")]
    absent = [name for name in COLUMNS if name not in known]
    odd = [f"{n} (meant {m[0]}?)" for n in others if (m := get_close_matches(n, absent, 1, 0.8))]
    if odd:
        raise DataError(where, "misspelt columns", odd, f"the columns are {', '.join(COLUMNS)}")
