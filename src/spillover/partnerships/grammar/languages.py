"""The language of each sentence: Indonesian and English write 1.250 and 1,250 the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from spillover.partnerships.grammar.catalogue import words_of_language
from spillover.partnerships.grammar.lexicon import word_set
from spillover.partnerships.grammar.words import Lang, Token


@lru_cache(maxsize=1)
def _votes() -> dict[str, int]:
    """Small words and words of the catalogue: 1 for English, -1 for Indonesian, 0 where both have it."""
    english = word_set("small_words_en") | words_of_language("en")
    indonesian = word_set("small_words_id") | words_of_language("id")
    return dict.fromkeys(english - indonesian, 1) | dict.fromkeys(indonesian - english, -1)


def sentence_languages(found: Sequence[Token]) -> list[Lang]:
    """Language of each sentence by its words; without any, that of the text; Indonesian on a tie.

    Examples
    --------
    >>> from spillover.partnerships.grammar.words import tokens
    >>> sentence_languages(tokens("Produksi 9.000 ton per hari. It trained 9,000 farmers."))
    ['id', 'en']
    """
    n = found[-1].sentence + 1 if found else 0
    votes, known = [0] * n, _votes()
    for token in found:
        if token.kind == "w" and token.low in known:
            votes[token.sentence] += known[token.low]
    whole: Lang = "en" if sum(votes) > 0 else "id"
    return ["en" if v > 0 else "id" if v < 0 else whole for v in votes]
