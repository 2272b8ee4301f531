"""Superscripts as plain text: never glued to the number or name that they stand behind."""

from __future__ import annotations

_POWERS = {"2": "²", "3": "³"}
_LENGTHS = ("km", "m", "cm", "hm")


def with_superscript(text: str, mark: str) -> str:
    """Append a superscript to a text: as footnote mark, as a power of a length, or as stars.

    Parameters
    ----------
    text, mark : str
        What stands before, and the superscript.

    Returns
    -------
    str

    Examples
    --------
    >>> with_superscript("1.234", "1"), with_superscript("PALOPO", "#)"), with_superscript("(km", "2")
    ('1.234 1)', 'PALOPO #)', '(km²')
    >>> with_superscript("2021", "**"), with_superscript("", "1")
    ('2021**', '1)')
    """
    mark = mark.strip()
    if not mark.strip("*"):
        return text + mark
    word = text[-4:].split()[-1:] if text and not text[-1].isspace() else []
    if mark in _POWERS and word and word[0].lstrip("(/") in _LENGTHS:
        return text + _POWERS[mark]
    blank = " " if text and not text[-1].isspace() else ""
    return f"{text}{blank}{mark}" + ("" if mark.endswith(")") else ")")
