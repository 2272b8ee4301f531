"""Numbers in digits: what 1.250 and 1,250 mean, in either language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from spillover.partnerships.grammar.catalogue import CONTINUOUS, find_unit
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.words import Lang, Token

_GROUPED_POINT = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
_GROUPED_COMMA = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_FUNCTION = word_set("function_words")
_LANGS: tuple[Lang, ...] = ("id", "en")
_TELLING = {w: lang for lang in _LANGS for w in word_set(f"telling_words_{lang}")}
_MEASURES = word_set("measures")
DIGITS = 15  # whole numbers up to here are exact


def read_digits(text: str, lang: Lang) -> tuple[float, bool] | None:
    """Value of a number in digits and whether its digits are grouped; None if it is no number (14.30.15).

    Examples
    --------
    >>> read_digits("1.234.567,89", "id"), read_digits("1.250", "id"), read_digits("1.250", "en")
    ((1234567.89, True), (1250.0, True), (1.25, False))
    """
    if text.isdigit():
        return (float(text), False) if len(text) <= DIGITS else None
    if len(text) > 2 * DIGITS:
        return None
    if " " in text:  # the tokeniser joins groups of three only over no-break spaces
        return float(text.replace(" ", "")), True
    first, second = (_GROUPED_POINT, _GROUPED_COMMA) if lang == "id" else (_GROUPED_COMMA, _GROUPED_POINT)
    single = sum(text.count(c) for c in ".,") == 1
    if "." in text and "," in text and text.endswith((".000", ",000")):
        return None  # 1,250.000 may be 1250 or a million and a quarter
    if first.fullmatch(text) and not text.startswith("0"):
        return _grouped(text, "." if lang == "id" else ",")
    if second.fullmatch(text) and not single:
        return _grouped(text, "," if lang == "id" else ".")
    if match := _DECIMAL.fullmatch(text):
        return float(f"{match[1]}.{match[2]}"), False
    return None


def _grouped(text: str, group: str) -> tuple[float, bool]:
    return float(text.replace(group, "").replace(",", ".")), True


def notation(found: Sequence[Token], at: int, lang: Lang, *, money: bool) -> Lang:
    """The language in which the digits at token ``at`` are written: it matters for 1.250 and 1,250 only.

    A scale word tells it (1,250 billion is English); a share has decimals, money without a scale and
    things that are counted have none; of a measure those of its own language, but 12,500 is no decimal.
    """
    low = found[at].low
    if not _ONE_GROUP.fullmatch(low):
        return lang
    whole: Lang = "id" if "." in low else "en"  # the language in which its digits are a group
    after = at + 1
    if after >= len(found) or found[after].sentence != found[at].sentence:
        return whole if money else lang
    word = found[after].low
    if word in _TELLING:
        return _TELLING[word] if not low.endswith("0") or word not in _MEASURES else whole
    unit = find_unit(found, after)
    if unit and unit.unit.kind == "percent":
        return "en" if whole == "id" else "id"
    if money or word in ("-", "an"):
        return whole
    if unit is None:
        return whole if found[after].kind == "w" and word not in _FUNCTION else lang
    return whole if unit.unit.unit not in CONTINUOUS or low.endswith("0") else lang
