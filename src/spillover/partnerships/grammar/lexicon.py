"""The words of the grammar (``lexicon.yml``): one place to add a word that the press uses."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

LEXICON = Path(__file__).with_name("lexicon.yml")


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    import yaml

    lists: dict[str, Any] = yaml.safe_load(LEXICON.read_text(encoding="utf-8"))
    return lists


def word_list(name: str) -> list[str]:
    """The words of one list, in order.

    Examples
    --------
    >>> word_list("units_id")[:2]
    ['nol', 'satu']
    """
    words: list[str] = _read()[name].split()
    return words


def numbers(name: str) -> dict[str, Any]:
    """Words with the number, or the pair of numbers, that each stands for.

    Examples
    --------
    >>> numbers("approximate")["belasan"]
    [11, 20]
    """
    return dict(_read()[name])


def word_set(name: str) -> frozenset[str]:
    """The words of one list, for looking up.

    Examples
    --------
    >>> "pasal" in word_set("labels")
    True
    """
    return frozenset(word_list(name))


def phrases(name: str) -> list[tuple[str, ...]]:
    """The phrases of one list, each as its words.

    Examples
    --------
    >>> ("lebih", "dari") in phrases("qualifier_at_least")
    True
    """
    return [tuple(phrase.split()) for phrase in _read()[name].split(";")]
