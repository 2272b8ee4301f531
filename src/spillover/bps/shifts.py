"""Signs that a cell was lost or added: every value to its right then stands under another heading."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NoReturn

from spillover.bps.columns import MEASURE_HEAD, Roles
from spillover.bps.headers import Said, read_header, says_year
from spillover.bps.looks import MISSING, NUMBER, is_value, names_region
from spillover.bps.sheets import Cells, Sheet
from spillover.errors import DataError

_REGIONS = re.compile(
    r"(?:nama\s+)?(?:provinsi|kabupaten|kab\.?|kota|wilayah|daerah|regency|municipality|district|province|"
    r"region|city)(?:\s*/\s*(?:kabupaten|kab\.?|kota|regency|municipality|city|province|district))*",
    re.I,
)
_COLUMN_NUMBER = re.compile(r"\(?\s*(\d{1,3})\s*\)?")
_SHIFTED = "the header or a column is shifted"
_HEADINGS = "put each heading over its column"


def check_header(
    where: str, rows: Cells, own: dict[int, Said], columns: dict[int, Said], roles: Roles, *, merged: bool
) -> None:
    """Refuse a header that does not tell every column of values apart from all others.

    Parameters
    ----------
    where : str
        For messages.
    rows : list of list of str
        The header's rows that tell columns apart, headings carried over their empty neighbours.
    own, columns : dict
        What is said over each column of values, and what it is found to hold with what the title says.
    roles : Roles
    merged : bool
        Whether the file says which cells are merged (then nothing was carried).

    Raises
    ------
    DataError
        A column without a heading of its own, two columns that say the same, years over some columns only.
    """
    wrong = list(_bare(rows, roles, merged=merged))
    if wrong:
        raise DataError(where, f"columns of values without a header: {_SHIFTED}", wrong, _HEADINGS)
    yearless = [j for j, said in own.items() if not said.year]
    if rows and 0 < len(yearless) < len(columns) and roles.year is None:
        offenders = [f"column {j + 1}" for j in yearless]
        remedy = "give each column of values its year, or take those without one out"
        raise DataError(
            where, f"columns without a year beside others with one, or {_SHIFTED}", offenders, remedy
        )
    first: dict[Said, int] = {}
    double = [
        f"columns {first[said] + 1} and {j + 1}: {_in_words(said)}"
        for j, said in columns.items()
        if first.setdefault(said, j) != j
    ]
    if double:
        remedy = "give each column of values a heading of its own, or keep one of them"
        raise DataError(where, f"columns under the same heading, or {_SHIFTED}", double, remedy)


def _bare(own: Cells, roles: Roles, *, merged: bool) -> Iterator[str]:
    """Columns without a heading, or beside the headings of a row that are merged or carried over others."""
    values = roles.values
    telling = [row for row in own if any(row[j] for j in values)]
    for j in values if own else ():
        beside = any(not row[j] for row in (telling if merged else telling[:-1]))
        if not _is_headed(own, j) or (beside and (merged or own[-1][j])):
            yield f"column {j + 1}"


def _is_headed(own: Cells, j: int) -> bool:
    """Whether a column has a heading of its own, not only one that goes on from its left."""
    return bool(own[-1][j]) or any(row[j] and (j == 0 or row[j] != row[j - 1]) for row in own)


def check_places(where: str, head: Cells, roles: Roles, *, dated: bool) -> None:
    """Refuse words for regions, or for what is measured, over values, and years that stand over none.

    Parameters
    ----------
    where, head, roles
        Name for messages; rows of the header; columns.
    dated : bool
        Whether the header gives every column of values its year.

    Raises
    ------
    DataError
    """
    wrong = []
    for row in head:
        others = [j for j, text in enumerate(row) if text and j not in roles.values]
        wrong += [
            f"{row[j]} over column {j + 1}, which has no values"
            for j in others
            if (not dated or j == roles.stub)
            and len(others) + sum(bool(row[k]) for k in roles.values) > 1
            and roles.year is None
            and says_year(row[j])
        ]
        wrong += [
            f"{row[j]} over values in column {j + 1}"
            for j in roles.values
            if _REGIONS.fullmatch(row[j]) or MEASURE_HEAD.fullmatch(row[j])
        ]
    if wrong:
        raise DataError(where, f"headings over other columns: {_SHIFTED}", wrong, _HEADINGS)


def _is_nameless(row: list[str]) -> bool:
    """Whether a row above the first name holds nothing but numbers: not years, nor the columns' numbers."""
    filled = [text for text in row if text]
    numbers = [text for text in filled if NUMBER.fullmatch(text) and not read_header(text).year]
    return (
        len(filled) > 1
        and bool(numbers)
        and all(is_value(text) for text in filled)
        and not numbers_columns(row)
    )


def _is_lone_value(row: list[str]) -> bool:
    """Whether a row is nothing but one number, or mark of a missing one: its name was lost."""
    filled = [text for text in row if text]
    return len(filled) == 1 and (
        filled[0].lower() in MISSING or bool(NUMBER.fullmatch(filled[0]) and not read_header(filled[0]).year)
    )


def numbers_columns(row: Sequence[str]) -> bool:
    """(1) (2) (3): the numbers that print gives its columns."""
    found = [_COLUMN_NUMBER.fullmatch(cell) for cell in row if cell]
    numbers = [int(match[1]) for match in found if match]
    if not len(found) == len(numbers) > 1:
        return False
    counted = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    # A continued page goes on with (5) (6); a row 11, 12, 13 is one of values.
    return counted and (numbers[0] == 1 or all(match and "(" in match[0] for match in found))


def refuse_cut_off(where: str, roles: Roles) -> NoReturn:
    """Refuse rows below a table, or below a note in it, that are neither of it nor of one with a header."""
    offenders = [f"row {i + 1}" for i in roles.body]
    remedy = (
        "move notes to the end of the table, and each cell into the column of its heading; give a further "
        "table its own header"
    )
    problem = "rows of regions below the end of the table, with no heading over their values"
    raise DataError(where, problem, offenders, remedy)


def check_overhang(sheet: Sheet, rows: Cells, begin: int, roles: Roles) -> None:
    """Refuse headings that hang over beyond the last column of values: those to their left are shifted.

    A file that writes all cells of a row has no column there; in a workbook it may be an empty one, unless
    the heading stands over values too, or values to its left have none.

    Raises
    ------
    DataError
    """
    last = roles.values[-1]
    wrong = []
    for i in range(begin, roles.first):
        row = rows[i]
        over = [row[j] if j < len(row) else "" for j in roles.values]
        beyond = [j for j in range(last + 1, len(row)) if row[j] and not _has_cells(rows, roles, j)]
        if not any(over) or numbers_columns(row):
            continue
        end = max(len(rows[i]) for i in roles.body) if beyond else 0
        for j in beyond:
            if (sheet.full_rows and j >= end) or row[j] in over or not all(over):
                wrong.append(f"{row[j]} in row {i + 1}, column {j + 1}")
    if wrong:
        raise DataError(sheet.where, f"headings without values below: {_SHIFTED}", wrong, _HEADINGS)


def _has_cells(rows: Cells, roles: Roles, j: int) -> bool:
    return any(j < len(rows[i]) and rows[i][j] for i in roles.body)


def check_body_begins(where: str, rows: Cells, begin: int, roles: Roles) -> None:
    """Refuse a row of a region and values above the body: its name stands in another column.

    Raises
    ------
    DataError
    """
    wrong = [
        f"row {i + 1}"
        for i in range(begin, roles.first)
        if (any(is_value(text) and not read_header(text).year for text in rows[i]) and names_region(rows[i]))
        or _is_nameless(rows[i])
        or (i == roles.first - 1 and _is_lone_value(rows[i]))
    ]
    if wrong:
        remedy = "put names of regions into one column"
        problem = "rows whose region is lost or stands in another column"
        raise DataError(where, problem, wrong, remedy)


def _in_words(said: Said) -> str:
    return " ".join(filter(None, [said.rest, said.period, said.year + said.mark])) or "no heading"
