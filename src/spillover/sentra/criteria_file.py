"""Where the table of criteria stands in a file: CSV, or a sheet of a workbook, perhaps below a title."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError

if TYPE_CHECKING:
    from spillover.bps.sheets import Sheet

COLUMNS = (
    "criterion_id", "group", "name_id", "name_en", "weight", "direction", "measure", "transform",
    "missing_low", "missing_high", "range_pct", "range_kind", "kind", "why_id", "why_en",
)  # fmt: skip
NEEDED = ("criterion_id", "weight")
SHEET = "workbook_sheet."


def criteria_texts(path: Path) -> pd.DataFrame:
    """The cells of the one table of criteria in a file, as texts under their column names.

    Parameters
    ----------
    path : Path
        See `spillover.sentra.criteria.read_criteria`.

    Returns
    -------
    DataFrame
        Those of ``COLUMNS`` that the file has, stripped; rows without a text are left out.

    Raises
    ------
    DataError
        No or several tables, merged cells, columns that are missing, doubled or misspelt, too long rows.
    """
    from spillover.bps.files import read_sheets
    from spillover.bps.sheets import Sheet

    found = []
    for sheet in read_sheets(path, skip=_other_sheets()):
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
    body = [
        row + [""] * (len(names) - len(row)) for row in sheet.rows[head + 1 :] if any(map(str.strip, row))
    ]
    wide = [i + 1 for i, row in enumerate(body) if any(map(str.strip, row[len(names) :]))]
    if wide:
        raise DataError(
            path.name,
            "rows with more cells than the header",
            [f"criterion {i}" for i in wide],
            "put texts with the delimiter in them into quotation marks",
        )
    columns = {n: [row[i].strip() for row in body] for i, n in enumerate(names) if n in COLUMNS}
    return pd.DataFrame(columns, dtype=str)


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
