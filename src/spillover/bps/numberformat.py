"""Whether a spreadsheet's number format shows a number as percent."""

from __future__ import annotations

import re
from functools import lru_cache

# Parts of a format that are printed as they are: "text", \x, _x (a blank), *x (fill), [colour or condition].
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]')


@lru_cache(maxsize=1024)
def is_percent(number_format: str) -> bool:
    """Whether numbers are shown as percent (0.05 as 5 %).

    Raises
    ------
    ValueError
        If the format is percent for some numbers and not for others.

    Examples
    --------
    >>> is_percent("0.00%"), is_percent('0.0" %"'), is_percent("General"), is_percent('0%;-0%;"-"')
    (True, False, False, True)
    """
    if "%" not in number_format:
        return False
    sections = [s for s in _LITERAL.sub("", number_format).split(";")[:3] if any(c in s for c in "0#?")]
    shown = {"%" in section for section in sections}
    if len(shown) > 1:
        raise ValueError(f"the number format {number_format!r} is percent for some numbers only")
    return True in shown
