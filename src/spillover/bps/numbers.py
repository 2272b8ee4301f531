"""Cells of one BPS table as printed → exact values; the style of writing is decided by all cells together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from spillover.bps.marks import is_spreadsheet_error, split_marks
from spillover.bps.printed import MOST_DIGITS, Reading, read_stored, read_text
from spillover.bps.styles import (
    Readings,
    Refuse,
    check_gaps,
    check_thousands,
    style_of,
    values_under,
    without_fractions,
)
from spillover.errors import DataError

__all__ = ["Numbers", "decide_style", "parse_numbers", "split_marks"]

STYLES = ("auto", "id", "en")
DASHES = ("not_available", "zero_shown_as_dash")
_PLAIN = re.compile(rf"(?:(?:-|0|[1-9][0-9]{{0,{MOST_DIGITS - 1}}})(?:\n(?!\Z)|\Z))*")
_LONGEST_SHOWN = 40


class Numbers(NamedTuple):
    """Values of the cells, in lists parallel to the texts.

    Attributes
    ----------
    value : list of Decimal or None
        Exact, in the unit of the table (a percentage stays in percent); None where missing.
    status, missing_reason, footnote : list of str
        As in the long table; ``missing_reason`` and ``footnote`` are "" where there is none.
    percent, scaled : list of bool
        Whether the cell has a percent sign; whether a word such as "juta" in the cell was multiplied in.
    signed : bool
        Whether a value is below zero.
    currency : str
        IDR or USD if cells have such a prefix, else "".
    style : str
        id or en; auto if the value of no text cell depends on it.
    """

    value: list[Decimal | None]
    status: list[str]
    missing_reason: list[str]
    footnote: list[str]
    percent: list[bool]
    scaled: list[bool]
    signed: bool
    currency: str
    style: str


def parse_numbers(
    texts: Sequence[str],
    *,
    where: str,
    style: str = "auto",
    numeric: Sequence[bool] | None = None,
    whole: bool = False,
    dash: str = "not_available",
    places: Sequence[str] | None = None,
) -> Numbers:
    """Read the cells of one table: each is its value, a missing mark, or the whole table is refused.

    Parameters
    ----------
    texts : sequence of str
        Cells as printed; those stored as numbers as plain decimals with a point.
    where : str
        The table, for messages.
    style : {"auto", "id", "en"}
        ``id`` writes 1.234,56 and ``en`` 1,234.56; ``auto`` decides by all cells together.
    numeric : sequence of bool, optional
        Which cells the file stores as numbers (none by default).
    whole : bool
        The unit counts things one by one (persons, not thousands of persons): no fractions.
    dash : {"not_available", "zero_shown_as_dash"}
        What the table's legend says of ``-``; it is never turned into 0.
    places : sequence of str, optional
        Where each cell stands, for messages; ``cell 12`` by default.

    Returns
    -------
    Numbers
        Lists as long as ``texts``.

    Raises
    ------
    DataError
        Cells that are neither a number nor a missing mark; spreadsheet errors; a style that the cells
        contradict or do not decide; lost thousands; a fraction of a thing; two currencies; thousands
        set apart in two ways.

    Examples
    --------
    >>> numbers = parse_numbers(["11.191", "1.234,5*", "-"], where="table")
    >>> numbers.value, numbers.status, numbers.style
    ([Decimal('11191'), Decimal('1234.5'), None], ['final', 'preliminary', 'final'], 'id')
    """
    _check_arguments(where, style, dash)
    refuse = _refusing(where, texts, numeric, places)
    if not (numeric and any(numeric)) and (plain := _plain(texts, style, dash)):
        return plain
    table = _read_cells(texts, numeric, dash, refuse)
    printed, stored = _counted(table) if whole else (table.printed, table.stored)
    decided = style_of(printed, table.refuse) if style == "auto" else style
    values = values_under(printed, decided, table.refuse)
    check_gaps(printed, decided, table.refuse)
    if style != "en":
        check_thousands(printed, stored, decided, style != "auto", table.refuse)
    if stored:
        flags = numeric or ()
        rows = [(stored if f else printed)[text] for text, f in zip(texts, flags, strict=True)]
        value = [row.en if f else values[t] for t, f, row in zip(texts, flags, rows, strict=True)]
    else:
        rows = [printed[text] for text in texts]
        value = [values[text] for text in texts]
    return Numbers(
        value,
        [row.status for row in rows],
        [row.reason for row in rows],
        [row.footnote for row in rows],
        [row.percent for row in rows],
        [row.scaled for row in rows],
        any(v < 0 for v in value if v is not None),
        _one_currency(printed, table.refuse),
        decided,
    )


def _plain(texts: Sequence[str], style: str, dash: str) -> Numbers | None:
    """A table of nothing but whole numbers without separators, and dashes: most exports, read quickly."""
    joined = "\n".join(texts)
    if "" in texts or joined.count("\n") >= max(len(texts), 1) or not _PLAIN.fullmatch(joined):
        return None
    dashes = "-" in texts
    n = len(texts)
    return Numbers(
        [None if text == "-" else Decimal(text) for text in texts] if dashes else list(map(Decimal, texts)),
        ["final"] * n,
        [dash if text == "-" else "" for text in texts] if dashes else [""] * n,
        [""] * n,
        [False] * n,
        [False] * n,
        False,
        "",
        style,
    )


def decide_style(
    texts: Sequence[str],
    *,
    where: str,
    numeric: Sequence[bool] | None = None,
    whole: bool = False,
    places: Sequence[str] | None = None,
) -> str:
    """Style in which a table writes its numbers, by all its cells together.

    Parameters
    ----------
    texts, where, numeric, whole, places
        As for `parse_numbers`.

    Returns
    -------
    str
        ``id`` (1.234,56) or ``en`` (1,234.56); ``auto`` if the value of no text cell depends on it.

    Raises
    ------
    DataError
        Unreadable cells; cells that contradict each other; cells whose value depends on the style where
        no other cell decides it.

    Examples
    --------
    >>> decide_style(["11.191", "8524,41"], where="table"), decide_style(["11"], where="table")
    ('id', 'auto')
    """
    table = _read_cells(texts, numeric, DASHES[0], _refusing(where, texts, numeric, places))
    return style_of(_counted(table)[0] if whole else table.printed, table.refuse)


class _Table(NamedTuple):
    """Readings of the distinct texts that are printed, and of those stored as numbers."""

    printed: Readings
    stored: Readings
    refuse: Refuse


def _check_arguments(where: str, style: str, dash: str) -> None:
    if style not in STYLES:
        raise DataError(where, "unknown style of numbers", [style], f"use {', '.join(STYLES)}")
    if dash not in DASHES:
        raise DataError(where, "unknown meaning of a dash", [dash], f"use {' or '.join(DASHES)}")


def _refusing(
    where: str, texts: Sequence[str], numeric: Sequence[bool] | None, places: Sequence[str] | None
) -> Refuse:
    """What makes an error that names every cell with one of the texts at fault."""
    lengths = [len(cells) for cells in (texts, numeric, places) if cells is not None]
    if len(set(lengths)) > 1:
        raise DataError(where, "texts, numeric and places differ in length", lengths, "give one per cell")

    def refuse(problem: str, bad: Collection[str], remedy: str) -> DataError:
        at = (i for i, text in enumerate(texts) if text in bad)
        names = [f"{places[i] if places else f'cell {i + 1}'}: {_shown(texts[i])}" for i in at]
        return DataError(where, problem, names, remedy)

    return refuse


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…")


def _read_cells(texts: Sequence[str], numeric: Sequence[bool] | None, dash: str, refuse: Refuse) -> _Table:
    """Read each distinct text, or refuse the table."""
    if numeric is None or not any(numeric):
        return _Table(_readings(texts, dash, read_text, refuse), {}, refuse)
    printed = [text for text, flag in zip(texts, numeric, strict=True) if not flag]
    stored = [text for text, flag in zip(texts, numeric, strict=True) if flag]
    return _Table(
        _readings(printed, dash, read_text, refuse), _readings(stored, dash, read_stored, refuse), refuse
    )


def _readings(
    texts: Iterable[str], dash: str, read: Callable[[str, str], Reading | None], refuse: Refuse
) -> Readings:
    readings: dict[str, Reading] = {}
    unread = set()
    for text in dict.fromkeys(texts):
        reading = read(text, dash)
        if reading is None:
            unread.add(text)
        else:
            readings[text] = reading
    failed = {text for text in unread if is_spreadsheet_error(text)}
    if failed:
        remedy = "mend the formulas in the spreadsheet, or empty these cells if the values do not exist"
        raise refuse("spreadsheet errors instead of numbers", failed, remedy)
    if unread:
        raise refuse(
            "cells that are neither a number nor a mark of a missing value",
            unread,
            "write 1.234,56 or 1,234.56, one number a cell, ... where there is none; a footnote stands apart "
            "as in 1.234 1)",
        )
    return readings


def _counted(table: _Table) -> tuple[Readings, Readings]:
    """Readings of a table that counts things."""
    return (
        without_fractions(table.printed, table.refuse, stored=False),
        without_fractions(table.stored, table.refuse, stored=True),
    )


def _one_currency(readings: Readings, refuse: Refuse) -> str:
    """Currency that cells have as a prefix."""
    found = {text: reading.currency for text, reading in readings.items() if reading.currency}
    if len(set(found.values())) > 1:
        raise refuse("two currencies in one table", found, "read the parts of the table one by one")
    return next(iter(found.values()), "")
