"""Marks in and beside a number: provisional, revised, footnoted, missing, spoilt by a spreadsheet.

The legend that BPS prints under its tables: ``...`` not available, ``-`` none or zero, ``NA`` cannot be
shown, ``~0`` negligible, ``*`` ``**`` ``***`` preliminary, very, and very, very preliminary, ``r`` revised,
``e`` estimated, ``a`` ``b`` ``c`` doubts about precision or additivity.
"""

from __future__ import annotations

import re

PLAIN = frozenset("0123456789")
LONGEST = 120  # no printed number is longer; what is longer is refused unread

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁾"
_STATUS = {
    "*": "preliminary", "**": "very_preliminary", "***": "very_preliminary",
    "r": "revised", "ʳ": "revised", "e": "estimated", "ᵉ": "estimated",
}  # fmt: skip
# One mark at the end: stars, letters, footnotes in half brackets, superscripts.
_MARK = re.compile(
    rf"(?:(?<!\*)\*{{1,3}}\)?|[a-z]\)|[abcer]|[ʳᵉ]|(?<!\d)\d{{1,2}}\)|(?<!#)#{{1,2}}\)?|[†‡]|[{_SUPERSCRIPTS}]+)\Z",
    re.ASCII,
)
_LAST = frozenset("*)#†‡ʳᵉabcer" + _SUPERSCRIPTS)
_LONGEST_MARK = 6
_MOST_MARKS = 4
_SIGNS = frozenset(")*#%†‡…ʳᵉ" + _SUPERSCRIPTS)

# Spaces that stand inside a line; a line break or a tab separates cells and is never one of them.
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"), " ")

_DASHES = frozenset("-–—−")
_NOT_AVAILABLE = (
    "", "...", "....", "…", "..", "na", "n.a.", "n.a", "n/a", "nan", "tad", "data tidak tersedia",
    "tidak tersedia", "data not available", "not available",
)  # fmt: skip
_REASONS = (
    dict.fromkeys(_NOT_AVAILABLE, "not_available")
    | dict.fromkeys(
        ("belum tersedia", "data belum tersedia", "belum rilis", "belum dirilis", "not yet available"),
        "not_yet_published",
    )
    | dict.fromkeys(("tidak berlaku", "not applicable"), "not_applicable")
    | dict.fromkeys(("dirahasiakan", "data dirahasiakan"), "suppressed")
)


def plain_spaces(text: str) -> str:
    """``text`` without spaces at its ends, and with plain spaces for no-break, thin and other wide ones."""
    text = text.strip()
    return text if text.isascii() else text.translate(_SPACES)


def split_marks(text: str) -> tuple[str, str, str]:
    """Part a printed number or year from the marks that stand after it.

    A digit is a footnote only with a half bracket and apart from the number (``1.234 1)``), or raised
    (``1.234¹``): what is glued (``1.2341)``) stays where it is, and a second mark of status too, so that
    the number is refused.

    Parameters
    ----------
    text : str
        A cell, a year header or a label, as printed.

    Returns
    -------
    core : str
        What is left, without spaces at its ends.
    status : str
        ``final`` without a mark, else ``preliminary``, ``very_preliminary``, ``revised`` or ``estimated``.
    footnote : str
        Footnote marks in printed order, with a space between; also ``***``, whose status has no own word.

    Examples
    --------
    >>> split_marks("2023**"), split_marks("1.234 r) 1)"), split_marks("1.2341)")
    (('2023', 'very_preliminary', ''), ('1.234', 'revised', '1)'), ('1.2341)', 'final', ''))
    """
    core, status = plain_spaces(text), "final"
    notes: list[str] = []
    for _ in range(_MOST_MARKS):
        mark = _last_mark(core)
        if not mark:
            break
        kind = _STATUS.get(mark.removesuffix(")"))
        if kind and status != "final":
            break
        if kind:
            status = kind
        if not kind or mark.startswith("***"):
            notes.append(mark)
        core = core[: -len(mark)].rstrip(" ")
    return core, status, " ".join(reversed(notes))


def _last_mark(core: str) -> str:
    """The mark that ``core`` ends with, or ``""``."""
    if core[-1:] not in _LAST or not (found := _MARK.search(core[-_LONGEST_MARK:])):
        return ""
    mark = found.group()
    before = core[: -len(mark)]
    rest = before.rstrip(" ")
    apart = len(rest) < len(before)
    if not rest or (mark.endswith(")") and core.count("(") >= core.count(")")):
        return ""  # the mark alone, or a bracket that was opened
    if mark[0] in "*#†‡" or (apart and mark.endswith(")")):
        return mark
    if mark[0] in _SUPERSCRIPTS and rest == "10":
        return ""  # a power of ten
    stands = rest[-1] in _SIGNS or rest.endswith("..")
    if mark[0] not in PLAIN:
        stands = stands or rest[-1] in PLAIN or rest in _DASHES
    return mark if stands else ""


def missing_reason(core: str, dash: str) -> str:
    """Why a cell has no value, ``""`` if it is no mark of a missing value; ``dash`` is what a dash means.

    Examples
    --------
    >>> missing_reason("n.a.", "not_available"), missing_reason("–", "zero_shown_as_dash")
    ('not_available', 'zero_shown_as_dash')
    """
    if core in _DASHES:
        return dash
    if len(core) > LONGEST or core[-1:] in PLAIN:
        return ""
    return _REASONS.get(" ".join(core.casefold().split()), "")


def is_spreadsheet_error(text: str) -> bool:
    """Whether a cell holds what a spreadsheet writes when a formula fails (``#REF!``, ``Err:502``)."""
    text = text.strip()
    return text.startswith("Err:") or (text[:1] == "#" and (text[1:2].isupper() or set(text) == {"#"}))
