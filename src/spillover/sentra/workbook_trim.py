"""Columns of a sheet that tell nothing row by row are said once, in the line under its title."""

from __future__ import annotations

import re

import pandas as pd

from spillover.sentra.workbook_cells import heading, is_missing
from spillover.sentra.workbook_words import both, two

MANY = 3  # rows; a shorter table is shown whole
LONGEST = 160  # characters of a text that the line can hold
# What a row is about, what is ranked, and what a score is redone with by hand.
KEPT = re.compile(
    r"region_code|district|criterion|criterion_id|sector|item_id|park_id|code|question|place|programme|measure"
    r"|rank_.*|p_(?:first|top3).*|score_.*|value|value_used|weight|normalised|contribution"
)


def trimmed(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Take out columns that are empty, or the same, in all rows of a table of more than ``MANY``.

    Parameters
    ----------
    table : DataFrame
        As a sheet would show it, with words for codes.

    Returns
    -------
    (DataFrame, str)
        The table without them; and what they were, in both languages ("" if none was taken out). Columns
        by which a row is known, ranks, probabilities, scores and values stay, as do long texts.

    Examples
    --------
    >>> table = pd.DataFrame({"region_code": list("abcd"), "year": 2025, "flag": ""})
    >>> left, note = trimmed(table)
    >>> list(left.columns), note
    (['region_code'], 'Sama di semua baris / Same in all rows: Tahun / Year = 2025. Tanpa isi di semua \
baris / No value in any row: Tanda / Flag.')
    """
    if len(table) <= MANY:
        return table, ""
    same, empty, gone = [], [], []
    for at, name in enumerate(map(str, table.columns)):
        if KEPT.fullmatch(name):
            continue
        cells = set(table.iloc[:, at].astype(object).tolist())
        if all(map(is_missing, cells)):
            empty.append(_name(name))
        elif len(cells) == 1 and len(text := _text(cells.pop())) <= LONGEST:
            same.append(f"{_name(name)} = {text}")
        else:
            continue
        gone.append(at)
    parts = [("same", same), ("empty", empty)]
    note = " ".join(
        f"{two(both(f'workbook_trim.{key}'))}: {'; '.join(found)}." for key, found in parts if found
    )
    return table.iloc[:, [at for at in range(table.shape[1]) if at not in gone]], note


def _name(column: str) -> str:
    return heading(column).replace("\n", " / ")


def _text(value: object) -> str:
    """A cell in a line of words: whole numbers without a point."""
    if isinstance(value, bool):
        return two(both(f"word.{'yes' if value else 'no'}"))
    if isinstance(value, int | float):
        return f"{value:.0f}" if value == int(value) else f"{value:.6g}"
    return str(value)
