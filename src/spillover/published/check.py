"""One published number, beside what this project computes from the same data."""

from __future__ import annotations

from typing import NamedTuple

from spillover.errors import DataError


class Check(NamedTuple):
    """``printed`` is the number as its source prints it: its digits decide whether ``computed`` agrees."""

    check_id: str
    study: str
    citation: str
    data_source: str
    statistic: str
    printed: str
    computed: float
    note: str = ""


def agrees(check: Check) -> bool:
    """Whether the computed number, rounded to the printed digits, is the printed one.

    Examples
    --------
    >>> agrees(Check("a", "", "", "", "", "-0.0400", -0.03995))
    True
    """
    try:
        printed = float(check.printed)
    except ValueError:
        raise DataError("published", "a printed number that is no number", [check.printed]) from None
    digits = len(check.printed.partition(".")[2])
    return abs(check.computed - printed) <= 0.5000001 * 10.0**-digits
