"""How sure the printed number is: about, at least, at most, exact; words before it and after it."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.partnerships.grammar.lexicon import phrases, word_set
from spillover.partnerships.grammar.words import Token

_WORDS = {p: name for name in ("about", "at_least", "at_most") for p in phrases(f"qualifier_{name}")}
_LONGEST = max(map(len, _WORDS))
# Words that may stand between the qualifier and its number.
_BETWEEN = word_set("between_qualifier_and_number")
# The last words of all that is looked for before a number.
_CLOSING = frozenset(words[-1] for words in _WORDS) | _BETWEEN
# Words after which a bare number is a figure.
INTRODUCE = word_set("introduce_a_bare_number")
_COMPARES = word_set("after_comparing_lebih")


def qualifier_before(found: Sequence[Token], at: int) -> tuple[str, int]:
    """The qualifier whose words end right before token ``at`` ("exact" if none), and where they begin.

    Examples
    --------
    >>> from spillover.partnerships.grammar.words import tokens
    >>> qualifier_before(tokens("senilai lebih dari Rp3 triliun"), 3)
    ('at_least', 1)
    """
    end, skipped = at, 0
    while end and found[end - 1].low in _CLOSING:
        for length in range(min(_LONGEST, end), 0, -1):
            words = tuple(t.low for t in found[end - length : end])
            name = _WORDS.get(words)
            if name and found[end - length].sentence == found[at].sentence:
                if skipped and words in (("hingga",), ("sampai",)):
                    return "exact", at  # "hingga mencapai": it did reach it
                return name, end - length
        if end and skipped < 2 and found[end - 1].low in _BETWEEN:
            end, skipped = end - 1, skipped + 1
            continue
        break
    return "exact", at


def qualifier_after(found: Sequence[Token], stop: int) -> str:
    """The qualifier said after the figure: "Rp3 triliun lebih", "200 or more", "1.000+"; "" if none."""
    if stop >= len(found):
        return ""
    if found[stop].sentence != found[stop - 1].sentence:
        return ""
    low = found[stop].low
    after = found[stop + 1].low if stop + 1 < len(found) else ""
    if low == "+" or (low == "lebih" and after not in _COMPARES) or (low == "atau" and after == "lebih"):
        return "at_least"
    if low == "ke" and after in ("atas", "bawah"):
        return "at_least" if after == "atas" else "at_most"
    if low == "or" and after in ("more", "fewer", "less"):
        return "at_least" if after == "more" else "at_most"
    return ""


def introduced(found: Sequence[Token], at: int) -> bool:
    """Whether the word before token ``at`` makes a bare number a figure: sebanyak, masing-masing, each."""
    return at > 0 and found[at - 1].low in INTRODUCE
