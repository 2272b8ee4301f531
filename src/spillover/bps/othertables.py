"""Tables that are none of districts or provinces, one row each: told from them, and refused by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NoReturn

from spillover.bps.columns import Roles
from spillover.bps.gazetteer import DISTRICT, PROVINCE, Gazetteer, gazetteer
from spillover.bps.headers import read_header
from spillover.bps.headings import read_heading
from spillover.bps.looks import FOOTER, cell, is_value
from spillover.bps.sheets import Cells
from spillover.bps.stubcolumn import STUB_COLUMNS
from spillover.bps.stubs import by_smaller, heads_names, heads_smaller
from spillover.errors import DataError

_TRANSPOSE = (
    "turn the table round so that each region has a row of its own: in Excel copy it, then "
    "Paste Special (Tempel Khusus), Transpose"
)
_SMALLER = "a table by kecamatan or desa: these are not read, only kabupaten/kota and provinces"
_SHOWN = 40
_CAPITAL = re.compile(r"\W*(?:nama\s+)?ibu\s?kota|\W*capital", re.I)
_LEVELS = (DISTRICT, PROVINCE, "nation")


def check_regions(where: str, rows: Cells, begin: int, roles: Roles, gaz: Gazetteer) -> None:
    """Refuse a table whose regions stand side by side, or are sub-districts or villages.

    Raises
    ------
    DataError
    """
    names = next((found for row in rows[begin : roles.first + 1] if (found := _across(row, gaz))), [])
    if names and _is_transposed(names, [cell(rows[i], roles.stub) for i in roles.body], gaz):
        _refuse_transposed(where, names)
    head = rows[begin : roles.first]
    own = [text for row in head if (text := cell(row, roles.stub)) and heads_names(text)]
    columns = [
        j for j in range(roles.width) if j not in roles.values and any(cell(rows[i], j) for i in roles.body)
    ]
    heads = [text for row in head for j in columns if (text := cell(row, j)) and heads_smaller(text)]
    titles = [] if set(own) - set(heads) else [text for row in head for text in row if by_smaller(text)]
    if heads or titles:
        remedy = "use the table of the same figures by kabupaten/kota"
        raise DataError(where, _SMALLER, [text[:_SHOWN] for text in heads or titles], remedy)


def check_columns(where: str, rows: Cells, begin: int, roles: Roles) -> None:
    """Refuse columns that would be passed over although they hold names of other regions, or a year's cells.

    Raises
    ------
    DataError
        Two tables side by side; a column headed by a year most of whose cells are no numbers.
    """
    known = {roles.stub, roles.codes, roles.block, roles.kind, roles.year, roles.period, roles.unit}
    known |= {*roles.dimensions, *roles.values}
    for j in [j for j in range(roles.width) if j not in known]:
        cells = {i: text for i in roles.body if (text := cell(rows[i], j))}
        heads = [text for row in rows[begin : roles.first] if (text := cell(row, j))]
        if cells and j < roles.values[-1] and not any(map(_CAPITAL.match, heads)):
            _refuse_side_by_side(where, rows, roles.stub, cells)
        if cells and roles.year is None and any(read_heading(text).year for text in heads):
            words = {i: text for i, text in cells.items() if not is_value(text)}
            wrong = [f"{text!r} in row {i + 1}, column {j + 1}" for i, text in words.items()]
            remedy = "write ... where there is no value"
            raise DataError(where, "a column of a year whose cells are mostly no numbers", wrong, remedy)


def _refuse_side_by_side(where: str, rows: Cells, stub: int, cells: dict[int, str]) -> None:
    """Refuse a second column of names, if most of them are of other regions than those of their rows."""
    gaz = gazetteer()
    other = [
        f"{text} in row {i + 1}"
        for i, text in cells.items()
        if gaz.level_of(text) in _LEVELS
        and not {m.code for m in gaz.read(text).matches}
        & {m.code for m in gaz.read(cell(rows[i], stub)).matches}
    ]
    if 2 * len(other) > len(cells):
        remedy = "put the one table below the other, each with its header, or into a file of its own"
        raise DataError(where, "names of regions in two columns: two tables side by side", other, remedy)


def refuse_nameless(where: str, rows: Cells) -> NoReturn:
    """Refuse a sheet in which no region has a row of its own.

    Raises
    ------
    DataError
        Saying whether the regions stand side by side, or names of something else have values.
    """
    gaz = gazetteer()
    across = max((_across(row, gaz) for row in rows), key=len, default=[])
    if across:
        _refuse_transposed(where, across)
    labels = [row[0] for row in rows if _is_row(row)]
    headed = [text for row in rows for text in row[:STUB_COLUMNS] if heads_smaller(text) or by_smaller(text)]
    if headed or labels:
        problem = _SMALLER if headed else "none of the names is one of a kabupaten/kota or province"
        remedy = "give names as BPS prints them, or codes, one row each; tables by kecamatan are not read"
        raise DataError(where, problem, labels, remedy)
    texts = [
        text for row in rows if len(row) > 1 and gaz.level_of(row[0]) in _LEVELS for text in row[1:] if text
    ]
    if texts:
        problem = "rows of regions without numbers beside them"
        remedy = "write numbers only, and their unit into the heading"
        raise DataError(where, problem, [repr(text[:_SHOWN]) for text in texts], remedy)
    raise DataError(
        where,
        "no table of regions found: a column with names or codes of regions, and values beside it",
        remedy="give kabupaten/kota or province names as BPS prints them, one row each",
    )


def check_notes(where: str, rows: Cells, begin: int) -> None:
    """Refuse rows below the last table that have a name and values, but name no region.

    Raises
    ------
    DataError
    """
    wrong = [f"row {i} {row[0]!r}" for i, row in enumerate(rows[begin:], begin + 1) if _is_row(row)]
    if wrong:
        problem = "rows with values below the last table whose names are of no kabupaten/kota or province"
        remedy = "correct the names, or delete what is no part of the table"
        raise DataError(where, problem, wrong, remedy)


def _across(row: Sequence[str], gaz: Gazetteer) -> list[str]:
    """Cells of a row, beyond its first, that each name another district; else those of wider areas."""
    found: dict[bool, dict[tuple[str, ...], str]] = {True: {}, False: {}}
    for text in row[1:]:
        level = gaz.level_of(text) if text else ""
        if level in _LEVELS:
            codes = tuple(m.code for m in gaz.read(text).matches)
            found[level == DISTRICT].setdefault(codes, text)
    return max(list(found[True].values()), list(found[False].values()), key=len)


def _is_transposed(names: Sequence[str], below: Sequence[str], gaz: Gazetteer) -> bool:
    """Whether a row has more names of regions than the column of names, or that is one of values."""
    known = sum(level in _LEVELS for level in gaz.levels_of([text for text in below if text]))
    others = [text for text in below if text and text not in names]
    return (len(names) > 1 and len(names) > known) or (
        known == 1 and bool(others) and all(map(is_value, others))
    )


def _refuse_transposed(where: str, names: Sequence[str]) -> NoReturn:
    raise DataError(where, "the regions stand in the columns, not in the rows", names, _TRANSPOSE)


def _is_row(row: Sequence[str]) -> bool:
    """Whether a row looks like one of a table: a name, and nothing but numbers beside it."""
    values = [text for text in row[1:] if text]
    return (
        bool(values)
        and bool(re.search(r"[^\W\d_]", row[0]))
        and all(map(is_value, values))
        and any(c.isdigit() for text in values for c in text)
        and not all(read_header(text).year for text in values)
        and not FOOTER.match(row[0])
        and not heads_names(row[0])
    )
