"""Which rows of a grid are the body of a table: from the first name of a region to the notes."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.bps.headers import read_header, read_period
from spillover.bps.looks import FOOTER, cell, is_code, is_value, names_region
from spillover.bps.sheets import Cells
from spillover.bps.stubs import heads_names, resembles_region

_REGIONS = ("district", "province", "nation")
_PARTS = frozenset((*_REGIONS, "total"))
# Words of the longest name of a region, with its kind; titles have more.
_LONG_NAME = 5


def body_rows(rows: Cells, begin: int, stub: int, levels: Sequence[str]) -> tuple[list[int], int]:
    """Rows of the table's body, and the row after them."""
    first = next((i for i in range(begin, len(rows)) if levels[i] in _REGIONS), None)
    if first is None:
        first = next((i for i in range(begin, len(rows)) if is_code(cell(rows[i], stub))), len(rows))
    headed = any(heads_names(cell(row, stub)) for row in rows[begin : max(first - 1, begin)])
    while first > begin and _belongs_above(rows[first - 1], stub, levels[first - 1], headed=headed):
        first -= 1
    if _PARTS.issuperset(levels[first:]):  # as in most exports: nothing but regions to the end
        return list(range(first, len(rows))), len(rows)
    body: list[int] = []
    waiting: list[int] = []  # texts without values: names that nobody knows, or the title of a next table
    for i in range(first, len(rows)):
        row = rows[i]
        if not row:
            continue
        if levels[i] in _PARTS or (levels[i] == "section" and not _is_header(row, stub)):
            if waiting:
                body += waiting
                waiting = []
            body.append(i)
        elif FOOTER.match(next(text for text in row if text)) or (
            _is_header(row, stub) and not (body and _goes_on(row, rows[body[0]], stub))
        ):
            return body, (waiting or [i])[0]
        elif any(map(is_value, _without(row, stub))):
            body += [*waiting, i]
            waiting = []
        else:
            waiting.append(i)
    return body, (waiting or [len(rows)])[0]


def _goes_on(row: Sequence[str], first: Sequence[str], stub: int) -> bool:
    """Whether a row without a name goes on with the region above it, without a value.

    Unlike a header it has cells only where the table's first row has a year or words.
    """
    if cell(row, stub):
        return False
    beside = [(text, cell(first, j)) for j, text in enumerate(row) if text]
    return all(
        bool(read_header(text).year) if read_header(own).year else own and not is_value(own)
        for text, own in beside
    )


def _without(row: Sequence[str], stub: int) -> list[str]:
    return [text for j, text in enumerate(row) if j != stub and text]


def _belongs_above(row: Sequence[str], stub: int, level: str, *, headed: bool) -> bool:
    """Whether a row directly above the first known name is of the body: a section, or a name nobody knows.

    A count may look like a year; then it is the name that tells a row of values from one of headings, or that
    the names have their heading further up (``headed``).
    """
    text, rest = cell(row, stub), _without(row, stub)
    if not text:
        return False
    if not rest:
        return level in ("section", "total")
    if heads_names(text) or any(c.isdigit() for c in text):
        return False
    if any(is_value(t) and not read_header(t).year for t in rest):
        return not read_header(text).year
    return all(read_header(t).year for t in rest) and _is_slip(text, headed)


def _is_slip(text: str, headed: bool) -> bool:
    """Whether a text above or among names of regions is one that nobody knows, and no heading."""
    return len(text.split()) <= _LONG_NAME and (headed or resembles_region(text))


def _is_header(row: Sequence[str], stub: int) -> bool:
    """Whether a row without a region heads a further table: years or words over its values.

    A row with the name of a region in another column is a shifted one; one with a name that nobody knows and
    counts that look like years is no header either.
    """
    text, rest = cell(row, stub), _without(row, stub)
    if not rest or names_region(rest) or is_code(text):
        return False
    dated = [bool(read_header(t).year or read_period(t) is not None) for t in rest]
    if not all(year or not is_value(t) for year, t in zip(dated, rest, strict=True)):
        return False
    if not text or heads_names(text):
        return True
    return not _is_slip(text, headed=all(dated))
