"""What stands before a number: the sign of its currency, and minus."""

from __future__ import annotations

from collections.abc import Sequence

from spillover.partnerships.grammar.catalogue import SIGNS, Unit
from spillover.partnerships.grammar.numerals import number_words
from spillover.partnerships.grammar.words import Token

# What stands before $ in the name of another dollar: us, s, a, hk, …
DOLLARS = frozenset(sign[:-1] for sign in SIGNS if len(sign) > 1 and sign.endswith("$"))
UNKNOWN = Unit("", "money", 1.0)
_MINUS = frozenset("-−–")
_BEFORE_SIGN = frozenset([":", "±", "~", "≈"])


def read_sign(found: Sequence[Token], at: int) -> tuple[Unit | None, int]:
    """The currency whose sign stands at token ``at``, and the token of its number.

    A dollar of a country that is not known is ``UNKNOWN``: it is none of the United States.
    """
    low = found[at].low
    if at + 1 < len(found) and found[at + 1].low == "$" and found[at + 1].start == found[at].end:
        if low in DOLLARS:
            return Unit(SIGNS[f"{low}$"], "money", 1.0), _number_after(found, at + 2)
        if low != "usd":
            return None, at
    if low not in SIGNS:
        return None, at
    if low == "$" and at and found[at - 1].end == found[at].start and found[at - 1].kind == "w":
        return UNKNOWN, at + 1
    stop = at + 1
    if stop < len(found) and (
        (low == "rp" and found[stop].low == ".") or (low == "usd" and found[stop].low == "$")
    ):
        stop += 1
    return Unit(SIGNS[low], "money", 1.0), _number_after(found, stop)


def _number_after(found: Sequence[Token], at: int) -> int:
    """Past a colon, ± or minus between a currency and its number."""
    if at + 1 < len(found) and (
        found[at].low in _BEFORE_SIGN
        or (found[at].low in _MINUS and found[at].end == found[at + 1].start and found[at + 1].kind == "n")
    ):
        return at + 1
    return at


def minus_before(found: Sequence[Token], at: int, first: int) -> int | None:
    """The token of the minus sign of the number at ``first`` (its currency at ``at``), None if there is none.

    Between two numbers a dash is no minus; neither is one that a blank parts from its number.
    """
    if first - 1 > at and found[first - 1].low in _MINUS:
        return at
    if not at:
        return None
    before = found[at - 1]
    if before.low == "minus" and before.sentence == found[at].sentence:
        return at - 1
    if before.low not in _MINUS or before.end != found[at].start:
        return None
    if at == 1:
        return 0
    left = found[at - 2]
    if left.end == before.start and left.low not in "(:[":
        return None
    return None if left.kind == "n" or left.low in ("persen", "%") or left.low in number_words() else at - 1
