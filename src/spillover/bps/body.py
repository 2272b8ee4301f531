"""The body of a table: its rows by region, and the cells of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from operator import itemgetter

from spillover.bps.columns import Roles
from spillover.bps.headers import Said, read_header, read_period_under
from spillover.bps.looks import VALUE_HEADS, is_code
from spillover.bps.sheets import Cells, Sheet
from spillover.bps.table import Places, Table
from spillover.errors import DataError

_UNIT_MEASURE = "{measure} ({unit})"


def fill(sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table) -> Table:
    """The table with its rows and their cells.

    Raises
    ------
    DataError
        Merged cells among the values, or values without a region.
    """
    _check_merged(sheet, roles)
    lines = _add_rows(sheet, rows, roles, columns, table)
    return _with_cells(sheet, rows, roles, columns, table, lines)


def _check_merged(sheet: Sheet, roles: Roles) -> None:
    """Merged cells among the values say nothing about which cell has the value."""
    body = set(roles.body)
    wrong = [
        f"row {top + 1}, column {left + 1}"
        for top, left, bottom, right in sheet.spans
        if any(i in body for i in range(top, bottom + 1))
        and any(left <= j <= right for j in roles.values)
        and any(j < len(sheet.rows[top]) and sheet.rows[top][j].strip() for j in range(left, right + 1))
    ]
    if wrong:
        raise DataError(
            sheet.where, "merged cells among the values", wrong, "undo the merge, one value a cell"
        )


def _add_rows(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table
) -> dict[int, int]:
    """Add the rows of the body; the line of the sheet → the row of the table that it belongs to."""
    seen: dict[tuple[str, str, str], int] = {}
    above: dict[int | None, str] = {}
    lines: dict[int, int] = {}
    orphans = []
    long = roles.year is not None or bool(roles.dimensions)
    if not long and roles.codes is None and roles.block is None and roles.kind is None:
        return _add_names(sheet, rows, roles, columns, table)
    for i in roles.body:
        row = rows[i]
        carry = long and not (roles.stub < len(row) and row[roles.stub])
        label, code, block = with_kind(
            _cell(row, roles.stub, above, carry),
            _cell(row, roles.codes, above, carry),
            _cell(row, roles.block, above, True),
            row,
            roles,
        )
        if not label and not code and any(j < len(row) and row[j] for j in columns):
            orphans.append(f"row {i + 1}")
            continue
        at = seen.get((label, code, block)) if long else None
        if at is None:
            at = seen[label, code, block] = len(table.labels)
            table.labels.append(label)
            table.codes.append(code)
            table.blocks.append(block)
            table.lines.append(i + 1)
        lines[i] = at
    _refuse_orphans(sheet, orphans)
    return lines


def _add_names(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table
) -> dict[int, int]:
    """`_add_rows` where a name is all that a row says of its region, as in most exports."""
    names = _texts_of([rows[i] for i in roles.body], [roles.stub])
    if not all(names):
        at = zip(roles.body, names, strict=True)
        _refuse_orphans(sheet, [f"row {i + 1}" for i, name in at if not name])
    digits = any(map(str.isdigit, map(itemgetter(0), names)))
    codes = set(filter(is_code, names)) if digits else set()
    table.labels.extend(["" if name in codes else name for name in names] if codes else names)
    table.codes.extend([name if name in codes else "" for name in names] if codes else [""] * len(names))
    table.blocks.extend([""] * len(names))
    table.lines.extend([i + 1 for i in roles.body])
    return dict(zip(roles.body, range(len(names)), strict=True))


def _refuse_orphans(sheet: Sheet, orphans: list[str]) -> None:
    if orphans:
        raise DataError(
            sheet.where, "rows with values but no region", orphans, "give the region, or delete the row"
        )


def with_kind(label: str, code: str, block: str, row: Sequence[str], roles: Roles) -> tuple[str, str, str]:
    """A label with its kind from a column of its own ("Bogor" beside "City"); a code alone is no label."""
    if roles.kind is not None and label and roles.kind < len(row) and row[roles.kind]:
        label = f"{label} {row[roles.kind].split()[-1]}"
    if not code and label[:1].isdigit() and is_code(label):
        label, code = "", label
    return label, code, block


def _cell(row: Sequence[str], j: int | None, above: dict[int | None, str], carry: bool) -> str:
    """A cell's text, or the one above it where the print goes on without repeating it."""
    if j is None:
        return ""
    text = row[j] if j < len(row) else ""
    if text or not carry:
        above[j] = text
    return text or (above[j] if carry else "")


def _with_cells(
    sheet: Sheet, rows: Cells, roles: Roles, columns: dict[int, Said], table: Table, lines: dict[int, int]
) -> Table:
    """The table with the cells of its rows."""
    across = list(columns)
    table.row.extend(lines.values() if len(across) == 1 else [at for at in lines.values() for _ in across])
    table.text.extend(_texts_of([sheet.rows[i] for i in lines], across))
    if sheet.numeric:
        table.numeric.extend([(i, j) in sheet.numeric for i in lines for j in across])
    else:
        table.numeric.extend([False] * len(table.row))
    said = list(columns.values())
    if roles.year is None and roles.period is None and roles.unit is None and not roles.dimensions:
        table.said.extend(said * len(lines))
    else:
        table.said.extend([said_in_row(rows[i], roles, one) for i in lines for one in said])
    return replace(table, place=Places(list(lines), across), roles=roles, columns=columns)


def _texts_of(raw: Cells, across: list[int]) -> list[str]:
    """Texts of some columns, row by row; "" where a row is too short."""
    if min(map(len, raw), default=0) <= across[-1]:
        return [row[j] if j < len(row) else "" for row in raw for j in across]
    if len(across) == 1:
        return list(map(itemgetter(across[0]), raw))
    return list(chain.from_iterable(map(itemgetter(*across), raw)))


def said_in_row(row: list[str], roles: Roles, said: Said) -> Said:
    """What a column's heading says, with the year, period, class and unit that stand in the row."""

    def cell(j: int | None) -> str:
        return row[j] if j is not None and j < len(row) else ""

    if roles.year is not None:
        year = read_header(cell(roles.year))
        said = said._replace(year=year.year, mark=year.mark)
    if roles.period is not None and (period := read_period_under(roles.period_word, cell(roles.period))):
        said = said._replace(period=period)
    words, unit = [text for text in map(cell, roles.dimensions) if text], cell(roles.unit)
    if words or unit:
        rest = " ".join([*words, *([] if said.rest.lower() in {"", *VALUE_HEADS} else [said.rest])])
        said = said._replace(rest=_UNIT_MEASURE.format(measure=rest, unit=unit) if unit else rest)
    return said
