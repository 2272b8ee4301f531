"""What a file holds before anything is understood: sheets of cells as printed, or cells with their labels."""

from __future__ import annotations

from dataclasses import dataclass, field

Cells = list[list[str]]
Span = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sheet:
    """One grid of cells, as printed; row 0 and column 0 are the first of the file.

    Attributes
    ----------
    where : str
        What to call it in a message: ``"kemiskinan.xlsx, sheet Data"``.
    rows : list of list of str
        Text of each cell, ``""`` where empty; rows may differ in length. A cell that the file stores as a
        number is written as the shortest decimal that gives it back (``"11.191"``, never ``"1.1191e1"``),
        with a decimal point and without thousands separator.
    numeric : frozenset of (row, column)
        Cells that the file stores as a number: their text is not a person's way of writing.
    spans : tuple of (first row, first column, last row, last column)
        Merged cells (rowspan, colspan), inclusive; the text stands in the first cell, the others are empty.
    title : str
        A title that the file gives beside the grid (a caption, a JSON field), else ``""``.
    full_rows : bool
        Whether the file writes every cell of a row, also the empty ones (delimited text, HTML), so that a
        shorter row has lost one; a workbook keeps no empty cells.
    """

    where: str
    rows: Cells
    numeric: frozenset[tuple[int, int]] = frozenset()
    spans: tuple[Span, ...] = ()
    title: str = ""
    full_rows: bool = False


@dataclass(frozen=True)
class LongCells:
    """Cells that are already labelled: one entry per cell in lists of equal length.

    Attributes
    ----------
    where, title, unit, note : str
        Name for messages; title; unit as printed ("" if none is given); source note and footnotes.
    label : list of str
        Name of the region as printed.
    code : list of str
        Region code as printed, ``""`` where there is none.
    block : list of str
        Name of the province as printed, where the table says it beside the region; else ``""``.
    year, period, measure : list of str
        As printed: ``"2021**"``, ``"Tahunan"``, ``"Mikro"``; ``""`` where there is none.
    text : list of str
        The value as printed.
    numeric : list of bool
        Whether the file stores the value as a number.
    place : list of str
        Where the cell stands, for messages: ``"row 7, column 3"``.
    """

    where: str
    title: str = ""
    unit: str = ""
    note: str = ""
    label: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    block: list[str] = field(default_factory=list)
    year: list[str] = field(default_factory=list)
    period: list[str] = field(default_factory=list)
    measure: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    numeric: list[bool] = field(default_factory=list)
    place: list[str] = field(default_factory=list)
