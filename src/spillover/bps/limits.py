"""How much a file may hold, and the text of a number: shared by all readers of files."""

from __future__ import annotations

from decimal import Context, Decimal

from spillover.errors import DataError

# A file is read into memory as a whole; the largest BPS table seen is 40 MB.
MAX_FILE_BYTES = 200_000_000
# The widest dynamic table (34 years × 13 months × 4 sizes) has under 1,800 columns.
MAX_COLUMNS = 2_000
# 514 districts × 25 years × 100 measures is 1.3 million cells; texts of 5 million take about 0.5 GB.
MAX_CELLS = 5_000_000

# Above it, CSV files in long form are streamed: read whole, one of 20 MB takes about 0.5 GB.
STREAM_BYTES = 20_000_000

SAVE_AS = "save the table as CSV or XLSX"
SPLIT = "split the table into smaller files, or delete stray cells far from the table"
SPLIT_TABLES = "split the file: one table a file, its header at the top and its notes at the end"

# Wider than any number that a file may hold, so that shifting the decimal point never rounds.
_EXACT = Context(prec=5_000)


def check_grid(rows: int, columns: int, where: str) -> None:
    """Raise unless a grid of this size may be built."""
    if columns > MAX_COLUMNS:
        raise DataError(where, f"{columns:,} columns, more than {MAX_COLUMNS:,}", remedy=SPLIT)
    if rows * columns > MAX_CELLS:
        raise DataError(where, f"{rows * columns:,} cells, more than {MAX_CELLS:,}", remedy=SPLIT)


def number_text(number: float) -> str:
    """Shortest decimal that gives a stored number back, without exponent and without ``.0``.

    Raises
    ------
    ValueError
        If the number is not finite.

    Examples
    --------
    >>> number_text(11.191), number_text(301000.0), number_text(1.5e-7), number_text(-0.0)
    ('11.191', '301000', '0.00000015', '0')
    """
    if number == 0:
        return "0"
    text = repr(number)
    if "e" in text or "n" in text:  # 1e+22, nan, inf
        text = plain_decimal(text)
    return text.removesuffix(".0")


def plain_decimal(text: str) -> str:
    """Write a finite decimal without exponent, digits otherwise as they are.

    Raises
    ------
    ValueError
        If it is not a finite decimal, or its exponent is beyond that of a float.

    Examples
    --------
    >>> plain_decimal("1.50e3"), plain_decimal("5.10")
    ('1500', '5.10')
    """
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 400:
        raise ValueError(f"{text} is not a finite number")
    return format(number, "f")


def percent_text(number: float) -> str:
    """Text of a stored share as a percent format shows it, exactly.

    Examples
    --------
    >>> percent_text(0.0512), percent_text(0.07), percent_text(1), percent_text(0.5)
    ('5.12%', '7%', '100%', '50%')
    """
    return format(Decimal(number_text(number)).scaleb(2, _EXACT), "f") + "%"
