"""What all cells of a table together say of how it writes numbers, and whether it lost its thousands."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal

from spillover.bps.printed import UNSURE, Reading
from spillover.errors import DataError

# Reading of each distinct text.
Readings = Mapping[str, Reading]
# Makes the error from a problem, the texts at fault and a remedy.
Refuse = Callable[[str, Collection[str], str], DataError]

_DECLARE = "--number-style {0} (in Python number_style={0!r})"
_HOW_TO_DECLARE = (
    f"say how the table writes numbers: {_DECLARE.format('id')} for 1.234,56 or "
    f"{_DECLARE.format('en')} for 1,234.56"
)
_LOST = "as when 11.191 and 6.300 (thousands) are read as decimals and saved as 11.191 and 6.3"
_RESTORE = (
    "take the file as downloaded, not one that was saved again; if these are decimals, declare "
    f"{_DECLARE.format('en')}; if thousands were lost, declare that and a unit a thousand times larger"
)
_MEND = "check the unit (thousands of persons may have fractions), and correct these cells"


def style_of(readings: Readings, refuse: Refuse) -> str:
    """Style that all distinct texts allow: id or en, "auto" if none depends on it."""
    only_id: list[str] = []
    only_en: list[str] = []
    doubtful: list[str] = []
    for text, reading in readings.items():
        if reading.id is reading.en:
            continue
        kind = only_id if reading.en is None else only_en if reading.id is None else doubtful
        kind.append(text)
    if only_id and only_en:
        rare, common = ("id", "en") if len(only_id) <= len(only_en) else ("en", "id")
        few, many = (only_id, only_en) if rare == "id" else (only_en, only_id)
        raise refuse(
            f"cells that can only be style {rare} in a table with others that can only be {common}, such as "
            f"{many[0]!r}",
            set(few),
            "correct these cells, or read the parts of the table that are written differently one by one",
        )
    if doubtful and not (only_id or only_en):
        raise refuse("the separator may part thousands or decimals", set(doubtful), _HOW_TO_DECLARE)
    return "id" if only_id else "en" if only_en else "auto"


def without_fractions(readings: Readings, refuse: Refuse, stored: bool) -> Readings:
    """Readings of a table that counts things: a style under which a text has a fraction is ruled out."""
    out = dict(readings)
    broken = set()
    for text, reading in readings.items():
        by_id = reading.id if _is_whole(reading.id) else None
        by_en = by_id if reading.en is reading.id else reading.en if _is_whole(reading.en) else None
        if by_id is None and by_en is None and not reading.reason:
            broken.add(text)
        elif by_id is not reading.id or by_en is not reading.en:
            out[text] = reading._replace(id=by_id, en=by_en)
    if broken:
        problem = "fractions in a table that counts things one by one"
        raise refuse(f"{problem}, {_LOST}" if stored else problem, broken, _RESTORE if stored else _MEND)
    return out


def _is_whole(value: Decimal | None) -> bool:
    return value is not None and value == value.to_integral_value()


def values_under(readings: Readings, style: str, refuse: Refuse) -> dict[str, Decimal | None]:
    """Value of each distinct text under the style; refuses those that are not written so."""
    values = {}
    wrong = set()
    for text, reading in readings.items():
        values[text] = value = reading.id if style == "id" else reading.en
        if value is UNSURE or (value is None and not reading.reason):
            wrong.add(text)
    if wrong:
        problem = f"cells that are no numbers in style {style}, or two numbers"
        raise refuse(problem, wrong, f"correct these cells, or {_HOW_TO_DECLARE}")
    return values


def check_gaps(readings: Readings, style: str, refuse: Refuse) -> None:
    """Refuse thousands set apart by spaces in a table that uses a separator: they may be two numbers."""
    spaced = {text for text, reading in readings.items() if reading.spaced}
    separator = "." if style == "id" else ","
    if spaced and any(separator in r.body for text, r in readings.items() if text not in spaced):
        problem = f"spaces between digits in a table that parts thousands by {separator!r}"
        raise refuse(problem, spaced, "these may be two numbers each: write each number in a cell of its own")


def check_thousands(printed: Readings, stored: Readings, style: str, declared: bool, refuse: Refuse) -> None:
    """Refuse a table that looks as if its thousands were read as decimals.

    ``stored`` are the cells that the file stores as numbers; ``declared`` tells that a person gave the
    style, so that it says nothing of how these were made.
    """
    values = [reading.en for reading in stored.values() if reading.en is not None]
    suspects = [text for text in stored if "." in text]
    if style == "en":
        as_typed = {
            text: reading.en
            for text, reading in printed.items()
            if reading.en is not None and not (reading.scaled or reading.percent)
        }
        values += as_typed.values()
        suspects += [text for text in as_typed if "." in text]
    # Where text cells part thousands by points, any point in a stored number may have done so.
    if suspects and _lost_thousands(values, style == "id" and not declared):
        raise refuse(f"numbers that may have lost zeros, {_LOST}", set(suspects), _RESTORE)


def _lost_thousands(values: Iterable[Decimal], any_decimals: bool) -> bool:
    """Whether values could be thousands read as decimals.

    All are below 1000; none has more than three decimals; some has just three (or any, with
    ``any_decimals``). A decimal below 1 or a printed last zero speaks against it: no group of thousands
    begins with 0, and what lost its zeros shows none.
    """
    found = False
    for value in values:
        _, digits, exponent = value.as_tuple()
        places = -int(exponent)
        if value >= 1000 or value <= -1000:
            return False
        if places > 0:
            if places > 3 or -1 < value < 1 or (places < 3 and digits[-1] == 0):
                return False
            found = found or places == 3 or any_decimals
    return found
