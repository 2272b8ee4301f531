"""What a page holds beside its words: tags, scripts, entities, addresses and pointers are blanked.

Every character that is blanked leaves a blank, so that places stay those of the text. All of it is linear in
the length of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape

from spillover.partnerships.grammar.lexicon import word_set

# One character class follows another and none can match what the next one does: no backtracking.
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*|/[A-Za-z][A-Za-z0-9]*|[/!?])[^<>]*>")
_FOOTNOTE = re.compile(r"<sup\b[^<>]*>[^<>]{0,12}</sup>", re.I)
_RAISED = re.compile("[\u00b9\u00b2\u00b3\u2070\u2074-\u2079]+")
_BEFORE_NOTE = re.compile(r"\w{3}$|[\d)%]$")
_BLOCKS = word_set("tags_of_blocks")
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
_QUOTING = re.compile(r"^[ \t]*>[> \t]*", re.M)  # an answer to a letter
_UNTIL = re.compile(r"[sS][./][dD]\b\.?")  # s.d., s/d
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_WIDE_DIGIT = re.compile("[\uff10-\uff19]")
_WIDE = {0xFF10 + n: str(n) for n in range(10)}


def visible(text: str) -> tuple[str, list[int] | None]:
    """The text without characters that print nothing, and the place of each one left (None: unchanged).

    A soft hyphen or a blank of no width parts no number: they are taken out, not blanked.

    Examples
    --------
    >>> visible("1\\u00ad250")
    ('1250', [0, 2, 3, 4])
    """
    if not _INVISIBLE.search(text):
        return text, None
    hidden = {m.start() for m in _INVISIBLE.finditer(text)}
    places = [i for i in range(len(text)) if i not in hidden]
    return _INVISIBLE.sub("", text), places


def blanked(text: str) -> str:
    """The text with tags, entities, addresses and "read also" lines blanked, of the same length.

    Tags of blocks become line breaks: no figure reaches across them.

    Examples
    --------
    >>> blanked("<b>Rp3</b>&nbsp;triliun")
    '   Rp3          triliun'
    """
    out = text.translate(_WIDE) if _WIDE_DIGIT.search(text) else text
    if ">" in out:
        out = _QUOTING.sub(_blank, out)
    if "<" in out:
        out = _without_scripts(out)
        out = _FOOTNOTE.sub(_blank, out)
        out = _TAG.sub(_tag, out)
    if "&" in out:
        out = _ENTITY.sub(_entity, out)
    if _MAYBE_ADDRESS.search(out):
        out = "".join(_without_addresses(line) for line in out.splitlines(keepends=True))
    out = _RAISED.sub(_note, out)
    out = _UNTIL.sub(_until, out)
    return _POINTER.sub(_blank, out)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _note(match: re.Match[str]) -> str:
    """Blanks for the raised figure of a footnote; that of m² stays."""
    before = match.string[max(0, match.start() - 3) : match.start()]
    return " " * len(match[0]) if _BEFORE_NOTE.search(before) else match[0]


def _until(match: re.Match[str]) -> str:
    """s.d. and s/d as one word, unless they end another."""
    inside = match.start() and match.string[match.start() - 1].isalnum()
    return match[0] if inside else "sd".ljust(len(match[0]))


def _tag(match: re.Match[str]) -> str:
    """Blanks for a tag; for one that begins or ends a block an empty line."""
    length = len(match[0])
    return "\n\n" + " " * (length - 2) if match[1].lstrip("/").lower() in _BLOCKS else " " * length


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
    for opening, closing in (("<script", "</script"), ("<style", "</style"), ("<!--", "-->")):
        lowered = text.translate(_lowering())  # of the same length, which str.lower may not be
        pieces, done = [], 0
        at = lowered.find(opening)
        while at >= 0:
            end = lowered.find(closing, at)
            end = len(text) if end < 0 else end + len(closing)
            pieces += [text[done:at], " " * (end - at)]
            done = end
            at = lowered.find(opening, end)
        text = "".join([*pieces, text[done:]]) if pieces else text
    return text


@lru_cache(maxsize=1)
def _lowering() -> dict[int, int]:
    return {ord(c): ord(c.lower()) for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
