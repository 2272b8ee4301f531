"""A text as words, numbers and marks: what every grammar of this package reads.

Tags, entities, addresses and lines that only point elsewhere are blanked first, character by character, so
that every position is one of the text as given. All of it is linear in the length of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Any, Literal, NamedTuple

from spillover.errors import DataError
from spillover.partnerships.grammar.lexicon import word_set

# One character class follows another and none can match what the next one does: no backtracking.
_GROUPED = r"[0-9]{1,3}(?:[\u00a0\u202f\u2009][0-9]{3}){1,4}(?![0-9])"
_TOKEN = re.compile(
    rf"(?P<n>{_GROUPED}|[0-9]+(?:[.,][0-9]+)*)|(?P<w>[^\W\d_]+(?:['’-][^\W\d_]+)*)|(?P<m>[^\s])"
)
_TAG = re.compile(r"<[^<>]*>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,8});")
_CHUNK = re.compile(r"\S+")
_ADDRESS = re.compile(
    r"https?:|www\.|[\w-]+(?:\.[\w-]+)*\.(?:com|co|id|org|net|go|ac|info|html?)(?:[/:.?]|\W*$)", re.I
)
_MAYBE_ADDRESS = re.compile(r"@|://|www\.|\.(?:com|co|id|org|net|go|ac|info|htm)", re.I)
_LONGEST_ADDRESS = 2_000
_POINTER = re.compile(
    r"^[ \t]*(?:baca (?:juga|selengkapnya)|lihat juga|simak juga|read (?:also|more)|see also)\b.*",
    re.I | re.M,
)
_INVISIBLE = {ord(c): " " for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}
_BREAK = re.compile(r"\n[ \t]*\n")
ABBREVIATIONS = word_set("abbreviations")
_WORDS = {lang: word_set(f"small_words_{lang}") for lang in ("id", "en")}
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


def blanked(text: str) -> str:
    """The text with tags, entities, addresses and "read also" lines blanked, of the same length.

    Examples
    --------
    >>> blanked("<b>Rp3</b>&nbsp;triliun")
    '   Rp3          triliun'
    """
    out = text.translate(_INVISIBLE)
    if "<" in out:
        out = _without_scripts(out)
        out = _TAG.sub(lambda m: " " * len(m[0]), out)
    if "&" in out:
        out = _ENTITY.sub(_entity, out)
    if _MAYBE_ADDRESS.search(out):
        out = "".join(_without_addresses(line) for line in out.splitlines(keepends=True))
    return _POINTER.sub(lambda m: " " * len(m[0]), out)


def tokens(text: str) -> list[Token]:
    """Words, numbers and marks of a `blanked` text, with the number of their sentence."""
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
        low = " ".join(match[0].split()) if match.lastgroup == "n" else match[0].lower()
        found.append(make(Token, (match.lastgroup, low, start, end, sentence)))
        last = end
    return found


def sentence_languages(found: list[Token]) -> list[Lang]:
    """Language of each sentence by its small words; without any, that of the text; Indonesian on a tie."""
    n = found[-1].sentence + 1 if found else 0
    votes = [0] * n
    for token in found:
        if token.kind == "w":
            votes[token.sentence] += (token.low in _WORDS["en"]) - (token.low in _WORDS["id"])
    whole: Lang = "en" if sum(votes) > 0 else "id"
    return ["en" if v > 0 else "id" if v < 0 else whole for v in votes]


def _without_addresses(line: str) -> str:
    if not _MAYBE_ADDRESS.search(line):
        return line
    return _CHUNK.sub(lambda m: " " * len(m[0]) if _is_address(m[0]) else m[0], line)


def _is_address(chunk: str) -> bool:
    """Whether a chunk without blanks is a web or e-mail address."""
    head = chunk[:_LONGEST_ADDRESS].lstrip("([{<\"'“‘")
    if "://" in head or head.startswith("@"):
        return True
    if "@" in head[1:]:
        return "." in head[head.index("@", 1) :]
    return "." in head and not head[0].isdigit() and _ADDRESS.match(head) is not None


def _entity(match: re.Match[str]) -> str:
    """The character that an entity stands for, and blanks for the rest of it."""
    character = unescape(match[0])
    if len(character) != 1 or character.isspace() or character == match[0]:
        return " " * len(match[0])
    return character + " " * (len(match[0]) - 1)


def _without_scripts(text: str) -> str:
    """Blank scripts, styles and comments; one that never ends reaches to the end of the text."""
    lowered = _ascii_lower(text)
    for opening, closing in (("<script", "</script"), ("<style", "</style"), ("<!--", "-->")):
        at = lowered.find(opening)
        while at >= 0:
            end = lowered.find(closing, at)
            end = len(text) if end < 0 else end + len(closing)
            text = text[:at] + " " * (end - at) + text[end:]
            lowered = lowered[:at] + " " * (end - at) + lowered[end:]
            at = lowered.find(opening, end)
    return text


@lru_cache(maxsize=1)
def _lowering() -> dict[int, int]:
    return {ord(c): ord(c.lower()) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _ascii_lower(text: str) -> str:
    """Lower case of the ASCII letters only: other letters may change their length."""
    return text.translate(_lowering())
