"""A text as words, numbers and marks: what every grammar of this package reads."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from spillover.errors import DataError
from spillover.partnerships.grammar.lexicon import word_set

# One character class follows another and none can match what the next one does: no backtracking.
_GROUPED = r"[0-9]{1,3}(?:[\u00a0\u202f\u2009][0-9]{3}){1,4}(?![0-9])"
_TOKEN = re.compile(
    rf"(?P<n>{_GROUPED}|[0-9]+(?:[.,][0-9]+)*)|(?P<w>[^\W\d_]+(?:['’-][^\W\d_]+)*)|(?P<m>[^\s])"
)
_BREAK = re.compile(r"\n[ \t]*(?:\n|[-–—•▪·*][ \t])")
ABBREVIATIONS = word_set("abbreviations")
# Words that a hyphen parts from what follows, from what goes before, and from another of their own.
_PART_AFTER, _PART_BEFORE = word_set("parted_after"), word_set("parted_before")
_PART_PAIRS = word_set("parted_pairs") | word_set("units_id")
Lang = Literal["id", "en"]


class Token(NamedTuple):
    """One word (``w``), number (``n``) or mark (``m``): its lower-case text, its place, its sentence."""

    kind: str
    low: str
    start: int
    end: int
    sentence: int


def check_text(text: object, where: str = "text") -> str:
    """Return ``text`` if it is one; bytes, a PDF or a picture taken for a text raise.

    Raises
    ------
    DataError
        Not a string, or the beginning of a PDF, an archive or a picture.
    """
    if not isinstance(text, str):
        remedy = "decode it first, for example path.read_text(encoding='utf-8')"
        raise DataError(where, f"{type(text).__name__} instead of a text", remedy=remedy)
    if text.lstrip("\ufeff \r\n\t").startswith("%PDF-"):
        raise DataError(
            where, "a PDF, no text", remedy="take the text out of it first, for example with pdftotext"
        )
    head = text[:4096]
    if head.startswith(("PK\x03\x04", "\x89PNG", "ÿØÿ")) or "\x00" in head:
        raise DataError(where, "no text (zero bytes or an archive)", remedy="give plain text or HTML")
    return text


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of a blanked text, with the number of their sentence.

    Examples
    --------
    >>> [t.low for t in tokens("Rp5 juta-Rp10 juta")]
    ['rp', '5', 'juta', '-', 'rp', '10', 'juta']
    """
    found: list[Token] = []
    make: Any = tuple.__new__  # half the time of Token(...), which counts here
    sentence, last, before = 0, 0, ""
    breaks = [m.start() for m in _BREAK.finditer(text)]
    coming = iter([*breaks, len(text) + 1])
    next_break = next(coming)
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while start > next_break:
            sentence += 1
            next_break = next(coming)
        if last and found[-1].low in ".!?" and start > last and before not in ABBREVIATIONS:
            sentence += 1
        if found:
            before = found[-1].low
        kind = match.lastgroup
        low = " ".join(match[0].split()) if kind == "n" else match[0].lower()
        last = end
        if kind == "w" and "-" in low and (parts := _parts(match[0])):
            for word, at in parts:
                part = "m" if word == "-" else "w"
                found.append(make(Token, (part, word.lower(), start + at, start + at + len(word), sentence)))
            continue
        found.append(make(Token, (kind, low, start, end, sentence)))
    return found


def _parts(word: str) -> list[tuple[str, int]]:
    """The pieces of juta-Rp, ribu-an or lima-enam with their places; none if its hyphens bind."""
    pieces = word.split("-")
    out: list[tuple[str, int]] = []
    begin, end = 0, len(pieces[0])
    for first, second in pairwise(pieces):
        a, b = first.lower(), second.lower()
        if a in _PART_AFTER or b in _PART_BEFORE or (a in _PART_PAIRS and b in _PART_PAIRS):
            out += [(word[begin:end], begin), ("-", end)]
            begin = end + 1
        end += 1 + len(second)
    return [*out, (word[begin:], begin)] if out else []
