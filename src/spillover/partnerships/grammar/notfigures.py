"""Numbers that count nothing: labels, articles of law, codes, times, telephone numbers, page furniture."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spillover.partnerships.grammar.catalogue import SIGNS, find_unit
from spillover.partnerships.grammar.lexicon import numbers, word_set
from spillover.partnerships.grammar.numberwords import scales
from spillover.partnerships.grammar.textdates import is_year
from spillover.partnerships.grammar.words import Token

# A number right after one of these names or ranks something.
_LABELS = word_set("labels")
# Words of page furniture that name also a number with separators or a scale.
_COUNTERS = word_set("page_counters")
_NAMING = _LABELS | _COUNTERS
_AFTER = word_set("after_times")
_FURNITURE = word_set("page_furniture")
_SOFT = word_set("soft_labels")
_PARTS_OF_DAY = word_set("parts_of_day")
_LINKS = frozenset([",", "dan", "and", "&", "sampai", "hingga"])
_LETTERS = frozenset(numbers("letters_other"))
_LONGEST_LIST = 16
_CLOCK = re.compile(r"[0-2]?[0-9][.][0-5][0-9]")
_AGO = frozenset(["lalu", "ago"])


def is_label(found: Sequence[Token], at: int, stop: int, *, scaled: bool = False) -> bool:
    """Whether the number at token ``at`` follows a word that it names: Pasal 33, ayat (2), No. 7, Tahap 2.

    A number with a scale or separators (``scaled``) is no name: anggaran 2,5 miliar. Labels that are also
    plain words give way to a unit after the number: jalan 12 km. A label names a list: Pasal 5, 6 dan 7.
    """
    if scaled:
        return at > 0 and found[at - 1].low in _COUNTERS
    first = _first_of_list(found, at)
    before = first - 1
    while before >= 0 and found[before].low in ".-(:" and first - before <= 2:
        before -= 1
    label = found[before].low if before >= 0 else ""
    if label not in _NAMING or (
        found[before].sentence != found[at].sentence and label not in ("no", "nomor", "pasal")
    ):
        return False
    unit = find_unit(found, stop)
    if unit and (label in _SOFT or (first < at and unit.unit.kind != "duration")):
        return False
    return label != "at" or not _is_rate_or_span(found, before, unit is not None)


def _first_of_list(found: Sequence[Token], at: int) -> int:
    """First number of a list of bare numbers that ends at token ``at``; ``at`` itself if it is none."""
    if not at or found[at - 1].low not in _LINKS:
        return at
    first = at
    while first > 1 and at - first < _LONGEST_LIST and found[first - 1].low in _LINKS:
        link = first - 2 if found[first - 2].low == "," else first - 1
        if link < 1 or found[link - 1].kind != "n":
            break
        first = link - 1
    return first


def _is_rate_or_span(found: Sequence[Token], at: int, unit: bool) -> bool:
    """ "at" is a label only of times, not in "at 40 percent" or "at least"."""
    number, after = found[at + 1], found[at + 2].low if at + 2 < len(found) else ""
    return unit or (after not in (*_AFTER, "a", "p") and not ("." in number.low and len(number.low) == 5))


def is_code(found: Sequence[Token], at: int, stop: int, text: str) -> bool:
    """Whether digits are glued to letters or strokes: B3, COVID-19, 4G, 20/2008, 3/7, 0812-3456-7890, +62."""
    token = found[at]
    start, end = token.start, token.end
    before, after = text[start - 1 : start] or " ", text[end : end + 1] or " "
    behind, beyond = text[max(0, start - 2) : start - 1] or " ", text[end + 1 : end + 2] or " "
    if before in "/\\_#:@=" or (before.isalpha() and not _is_currency(found, at)):
        return True
    if before == "+" and not (behind.isspace() and _is_percent(found, stop)):
        return True
    if (before == "." and not behind.isalnum()) or (before in "'’±" and behind.isdigit()):
        return True
    if before == "-" and behind.isalnum() and not (_is_range(found, at) or _after_unit(found, at)):
        return True
    if after in "/:_@='’±" and beyond.isdigit():
        return True
    if token.low.startswith("0") and len(token.low) > 1 and token.low[1] not in ".,":
        return True
    if after == "-" and beyond.isdigit() and not _is_range(found, at):
        return True
    return after in ".," and token.low.count(".") > 0 and beyond.isdigit()


def _is_percent(found: Sequence[Token], stop: int) -> bool:
    unit = find_unit(found, stop)
    return unit is not None and unit.unit.kind == "percent"


def _after_unit(found: Sequence[Token], at: int) -> bool:
    """Whether a number follows a hyphen after another one with its unit: 10 persen-15 persen, 2jt-3jt."""
    if (
        at < 3
        or found[at - 2].kind != "w"
        or not (found[at - 3].kind == "n" or found[at - 3].low in scales())
    ):
        return False
    return (
        found[at - 2].low in scales() or found[at - 2].low in _LETTERS or find_unit(found, at - 2) is not None
    )


def is_cut(found: Sequence[Token], at: int, stop: int, text: str) -> bool:
    """Whether a blank seems to cut a number: 1 250, 100 000, 3 , 5, Rp 1.500. 000."""
    if at and found[at - 1].kind == "n" and _continues(found, at, text):
        return True
    if stop >= len(found):
        return bool(at > 1 and _broken(found, at - 2))
    if found[stop].kind == found[stop - 1].kind == "n" and _continues(found, stop, text):
        return True
    return (found[at + 1].low in ".," and _broken(found, at)) or (
        at > 1 and found[at - 1].low in ".," and _broken(found, at - 2)
    )


def _continues(found: Sequence[Token], at: int, text: str) -> bool:
    """Whether three digits follow others after a blank of the same line."""
    left, token = found[at - 1], found[at]
    if left.kind != "n" or token.kind != "n" or len(token.low) != 3 or not token.low.isdigit():
        return False
    return (len(left.low) <= 3 or "." in left.low) and "\n" not in text[left.end : token.start]


def _broken(found: Sequence[Token], at: int) -> bool:
    """Whether a point or comma with a blank parts the digits at token ``at`` from those after it."""
    if (
        at + 2 >= len(found)
        or found[at + 1].low not in ".,"
        or not found[at].kind == found[at + 2].kind == "n"
    ):
        return False
    left, mark, right = found[at : at + 3]
    if mark.start > left.end or (len(right.low) == 3 and right.low.isdigit() and right.low.startswith("0")):
        return True
    before = at - 2 if at > 1 and found[at - 1].low == "." else at - 1
    return before >= 0 and found[before].low in SIGNS and len(left.low) < 3 and left.low.isdigit()


def _is_currency(found: Sequence[Token], at: int) -> bool:
    return at > 0 and found[at - 1].low in SIGNS


def _is_range(found: Sequence[Token], at: int) -> bool:
    """Two numbers with one hyphen between them, neither like part of a telephone number, and no third."""
    n = len(found)

    def glued(i: int) -> bool:
        return (
            i >= 0 and i + 2 < n and found[i].kind == "n" == found[i + 2].kind and found[i + 1].low == "-"
            and found[i].end == found[i + 1].start and found[i + 1].end == found[i + 2].start
        )  # fmt: skip

    first = at if glued(at) else at - 2 if glued(at - 2) else -1
    if first < 0 or glued(first - 2) or glued(first + 2):
        return False
    low, high = found[first].low, found[first + 2].low
    if low.isdigit() and high.isdigit() and int(low[:15]) >= int(high[:15]):
        return False  # a score, 50-50
    return not (low.startswith("0") or high.startswith("0"))


def is_time(found: Sequence[Token], at: int) -> bool:
    """Whether a number is a time of day: 14.30 WIB, 9 am."""
    after = found[at + 1].low if at + 1 < len(found) else ""
    if after in ("a", "p") and at + 3 < len(found) and found[at + 2].low == "." and found[at + 3].low == "m":
        return True
    if _CLOCK.fullmatch(found[at].low):
        if after in _PARTS_OF_DAY:
            return True
        pairs = [i for i in (at, at - 2) if i >= 0 and i + 2 < len(found) and found[i + 1].low in "-–—"]
        if any(
            _is_clock(found, i) and _is_clock(found, i + 2) and not find_unit(found, i + 3) for i in pairs
        ):
            return True
    return after in _AFTER or (after in ("-", "–") and at + 3 < len(found) and found[at + 3].low in _AFTER)


def _is_clock(found: Sequence[Token], at: int) -> bool:
    return _CLOCK.fullmatch(found[at].low) is not None


def is_list_mark(found: Sequence[Token], at: int, text: str) -> bool:
    """Whether a number only numbers a line: "1. ", "2) "."""
    token = found[at]
    line = text.rfind("\n", max(0, token.start - 8), token.start)
    lead = text[line + 1 : token.start] if line >= 0 or token.start <= 8 else "x"
    if lead.strip(" \t(*-•") or not token.low.isdigit() or len(token.low) > 2:
        return False
    return text[token.end : token.end + 2] in (". ", ") ", ".\t", ")\t", ".\n", ")\n")


def is_furniture(found: Sequence[Token], at: int, stop: int) -> bool:
    """Whether a number counts readers or comments of the page, or minutes since it was put there."""
    if stop < len(found) and found[stop].low in _FURNITURE:
        alone = at == 0 or found[at - 1].sentence != found[at].sentence or found[at - 1].kind == "m"
        if found[stop].low in ("komentar", "comments", "comment", "views", "shares", "likes"):
            return True
        if stop + 1 < len(found) and found[stop + 1].low in ("baca", "read", "reading"):
            return True
        return alone and stop + 1 < len(found) and found[stop + 1].low in _AGO
    return False


def is_bare_year(found: Sequence[Token], at: int, stop: int) -> bool:
    """Whether a number of four digits without scale is a year (periods have been taken out before)."""
    return stop == at + 1 and is_year(found[at])
