"""Numbers that count nothing: labels, articles of law, codes, times, telephone numbers, page furniture."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.textdates import is_year
from spillover.partnerships.grammar.words import Token

# A number right after one of these names or ranks something.
_LABELS = word_set("labels")
# Words of page furniture that name also a number with separators or a scale.
_COUNTERS = word_set("page_counters")
_AFTER = word_set("after_times")
_FURNITURE = word_set("page_furniture")
_AGO = frozenset(["lalu", "ago"])


def is_label(found: Sequence[Token], at: int, *, scaled: bool = False) -> bool:
    """Whether the number at token ``at`` follows a word that it names: Pasal 33, ayat (2), No. 7, Tahap 2.

    A number with a scale or separators (``scaled``) is no name: anggaran 2,5 miliar.
    """
    if scaled:
        return at > 0 and found[at - 1].low in _COUNTERS
    before = at - 1
    while before >= 0 and found[before].low in ".-(:" and at - before <= 2:
        before -= 1
    if before < 0 or (
        found[before].sentence != found[at].sentence and found[before].low not in ("no", "nomor", "pasal")
    ):
        return False
    return found[before].low in _LABELS | _COUNTERS and not _opens_a_span(found, before)


def _opens_a_span(found: Sequence[Token], at: int) -> bool:
    """ "at" and "poin" are labels only of times and ranks, not in "at 40 percent" or "at least"."""
    if found[at].low != "at":
        return False
    number, after = found[at + 1], found[at + 2].low if at + 2 < len(found) else ""
    return after not in (*_AFTER, "a", "p") and not ("." in number.low and len(number.low) == 5)


def is_code(found: Sequence[Token], at: int, text: str) -> bool:
    """Whether digits are glued to letters or strokes: B3, COVID-19, 4G, 20/2008, 3/7, 0812-3456-7890, +62."""
    token = found[at]
    before = text[token.start - 1] if token.start else " "
    after = text[token.end] if token.end < len(text) else " "
    if before in "/\\_#+:@=" or (before.isalpha() and not _is_currency(found, at)):
        return True
    if before == "-" and token.start > 1 and (text[token.start - 2].isalnum()) and not _is_range(found, at):
        return True
    if after in "/:_@=" and token.end + 1 < len(text) and text[token.end + 1].isdigit():
        return True
    if token.low.startswith("0") and len(token.low) > 1 and token.low[1] not in ".,":
        return True
    return (
        after == "-"
        and token.end + 1 < len(text)
        and text[token.end + 1].isdigit()
        and not _is_range(found, at)
    ) or (
        after in ".," and token.low.count(".") > 0 and text[token.end : token.end + 2].strip(".,").isdigit()
    )


def _is_currency(found: Sequence[Token], at: int) -> bool:
    from spillover.partnerships.grammar.catalogue import SIGNS

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
    return not (found[first].low.startswith("0") or found[first + 2].low.startswith("0"))


def is_time(found: Sequence[Token], at: int) -> bool:
    """Whether a number is a time of day: 14.30 WIB, 9 am."""
    after = found[at + 1].low if at + 1 < len(found) else ""
    if after in ("a", "p") and at + 3 < len(found) and found[at + 2].low == "." and found[at + 3].low == "m":
        return True
    return after in _AFTER or (after in ("-", "–") and at + 3 < len(found) and found[at + 3].low in _AFTER)


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
        return alone and stop + 1 < len(found) and found[stop + 1].low in _AGO
    return False


def is_bare_year(found: Sequence[Token], at: int, stop: int) -> bool:
    """Whether a number of four digits without scale is a year (periods have been taken out before)."""
    return stop == at + 1 and is_year(found[at])
