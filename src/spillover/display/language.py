"""Two languages: labels from the catalogue, and numbers as each language writes them.

Everything a reader sees passes through here.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterable, Sequence
from typing import Any

from spillover.display.catalogue import CATALOGUE, LANGUAGES, placeholders, read_labels
from spillover.errors import DataError

DEFAULT = "id"
VARIABLE = "SPILLOVER_LANG"
MISSING = "–"
MINUS = "\N{MINUS SIGN}"

_chosen: str | None = None


def set_language(lang: str) -> None:
    """Choose the language of everything shown from now on: ``"id"`` or ``"en"``.

    Raises
    ------
    DataError
        If the language is not one of the two.

    Examples
    --------
    >>> set_language("en"); fmt(1234.5, 1)
    '1,234.5'
    """
    global _chosen  # noqa: PLW0603 - one language per process is what a notebook means by "the language"
    _chosen = _known_language(lang, "set_language")


def get_language() -> str:
    """Return the current language: the one set, else that of the variable SPILLOVER_LANG, else ``"id"``."""
    return _chosen or _known_language(os.environ.get(VARIABLE) or DEFAULT, VARIABLE)


def _known_language(lang: str, where: str) -> str:
    if lang not in LANGUAGES:
        raise DataError(where, "unknown language", [lang], f"use one of {', '.join(LANGUAGES)}")
    return lang


# Rings have any edges, so their labels are made: "ring.0-50", "ring.>200".
RING = re.compile(r"ring\.(?:(?P<low>\d+(?:\.\d+)?)-(?P<high>\d+(?:\.\d+)?)|>(?P<beyond>\d+(?:\.\d+)?))")

# --- labels -----------------------------------------------------------------------------------------------


def label(key: str, **values: object) -> str:
    """Return the text of ``key`` in the current language, its {placeholders} filled from ``values``.

    Raises
    ------
    DataError
        If the key is unknown, or a placeholder has no value.

    Examples
    --------
    >>> set_language("id"); label("unit.person")
    'orang'
    """
    labels = read_labels()
    if key not in labels and (ring := RING.fullmatch(key)):
        limits = {name: fmt(float(km)) for name, km in ring.groupdict().items() if km}
        return label("ring.beyond" if "beyond" in limits else "ring.between", **limits)
    if key not in labels:
        raise DataError(CATALOGUE.name, "unknown label", [key], "add a row key,id,en to the catalogue")
    text = labels[key][get_language()]
    lacking = sorted(placeholders(text) - set(values))
    if lacking:
        raise DataError(
            CATALOGUE.name, f"label {key} lacks values", lacking, "pass them as keyword arguments"
        )
    return text.format(**values)


def text_of(key_or_text: str, *namespaces: str) -> str:
    """Return the label of ``namespace.key`` (first that exists) or of ``key``, else the text as it stands.

    An indicator without a label, from a user's own table, is shown in words: its underscores are blanks.

    Examples
    --------
    >>> set_language("en"); text_of("person", "unit"), text_of("Rp per egg", "unit")
    ('people', 'Rp per egg')
    >>> text_of("luas_panen_padi", "indicator")
    'Luas panen padi'
    """
    labels = read_labels()
    for key in (*(f"{space}.{key_or_text}" for space in namespaces), key_or_text):
        if key in labels or RING.fullmatch(key):
            return label(key)
    if "indicator" in namespaces and key_or_text.islower():
        return key_or_text.replace("_", " ").capitalize()
    return key_or_text


class Said(str):
    """A text in the current language: a paragraph where it is shown, a plain text everywhere else."""

    __slots__ = ()

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": str(self), "text/plain": str(self)}


def say(*, id: str, en: str) -> Said:
    """Show one Markdown paragraph in the current language; numbers are put in by f-strings and :func:`fmt`.

    Examples
    --------
    >>> n = 12; say(id=f"Ada {fmt(n)} kabupaten.", en=f"There are {fmt(n)} districts.")  # doctest: +SKIP
    """
    texts = {"id": id, "en": en}
    empty = [lang for lang, text in texts.items() if not text.strip()]
    if empty:
        raise DataError("say", "an empty text", empty, "write the sentence in both languages")
    return Said(texts[get_language()])


# --- numbers ----------------------------------------------------------------------------------------------


def is_missing(value: Any) -> bool:
    """Tell whether a single value is None, NaN, NaT or pandas' NA (pandas itself is not imported for it)."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    return bool(value != value)


def fmt(value: Any, decimals: int | None = None, *, sign: bool = False, percent: bool = False) -> str:
    """Write a number as the current language does.

    Parameters
    ----------
    value : number
        A missing one is written ``–``; a value that rounds to zero has no sign.
    decimals : int, optional
        Exactly so many; without it, at most three and only those that are needed.
    sign : bool
        Write ``+`` before positive numbers.
    percent : bool
        The value is a share: 0.123 is written ``12,3%``.

    Examples
    --------
    >>> set_language("id"); fmt(-1234.5, 2), fmt(0.123, 1, percent=True), fmt(None)
    ('−1.234,50', '12,3%', '–')
    """
    if is_missing(value):
        return MISSING
    from babel.numbers import format_decimal

    number = float(value) * 100 if percent else value.item() if hasattr(value, "item") else value
    places = 3 if decimals is None else decimals
    if isinstance(number, float) and math.isfinite(number) and round(number, places) == 0:
        number = 0.0
    pattern = "#,##0" + ("." + ("#" if decimals is None else "0") * places if places else "")
    text: str = format_decimal(number, format=pattern, locale=get_language(), group_separator=True)
    text = text.replace("-", MINUS)
    return ("+" if sign and number > 0 else "") + text + ("%" if percent else "")


def fmt_p(p: Any) -> str:
    """Write a p-value with three decimals; below 0.001 as ``<0,001``.

    Raises
    ------
    DataError
        If ``p`` is not between 0 and 1.
    """
    if is_missing(p):
        return MISSING
    if not 0 <= p <= 1:
        raise DataError("fmt_p", "a p-value outside 0 to 1", [p], "check the column that was passed")
    return "<" + fmt(0.001, 3) if p < 0.001 else fmt(p, 3)


def fmt_interval(low: Any, high: Any, decimals: int) -> str:
    """Write an interval: ``[−0,43; 0,27]`` in Indonesian, ``[−0.43, 0.27]`` in English."""
    if is_missing(low) or is_missing(high):
        return MISSING
    between = "; " if get_language() == "id" else ", "
    return f"[{fmt(low, decimals)}{between}{fmt(high, decimals)}]"


def fmt_year(year: Any) -> str:
    """Write a year, never with separators.

    Raises
    ------
    DataError
        If it is not a whole number (2015.5).
    """
    if is_missing(year):
        return MISSING
    if int(year) != float(year):
        raise DataError("fmt_year", "a year that is not whole", [year], "pass whole years")
    return str(int(year))


def join(items: Iterable[object]) -> str:
    """Join with commas and the current language's *and*: ``A, B, dan C``.

    Examples
    --------
    >>> set_language("en"); join(["A", "B"])
    'A and B'
    """
    from babel.lists import format_list

    texts: Sequence[str] = [str(item) for item in items]
    joined: str = format_list(texts, locale=get_language())
    return joined
