"""A number that may be a figure, and the text that it stands in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from spillover.partnerships.grammar.catalogue import Unit
from spillover.partnerships.grammar.words import Lang, Token


@dataclass
class Candidate:
    """A number that may be a figure; ``unit`` is None as long as nothing says what it counts."""

    at: int
    stop: int
    value: float
    high: float | None
    unit: Unit | None
    noun: tuple[int, int] | None
    rate: str
    qualifier: str
    opened: int  # first token of its qualifier
    scaled: bool
    introduced: bool
    scale: float = 1.0  # of its last scale word
    void: bool = False  # no figure: it only stands between others

    @property
    def stands(self) -> bool:
        """Whether it is a figure by itself, without the help of its neighbours."""
        if self.void:
            return False
        return self.unit is not None or self.scaled or self.introduced or self.qualifier != "exact"


@dataclass(frozen=True)
class Words:
    """A text and its tokens: what every step of the scan looks at."""

    text: str
    found: Sequence[Token]
    langs: Sequence[Lang]
    loud: dict[int, bool]  # sentences in capitals, as far as they were asked for

    def shouts(self, at: int) -> bool:
        """Whether the sentence of token ``at`` is in capitals, so that capitals mark no names."""
        sentence = self.found[at].sentence
        if sentence not in self.loud:
            first = bisect_left(self.found, sentence, key=lambda t: t.sentence)
            last = bisect_left(self.found, sentence + 1, key=lambda t: t.sentence)
            words = [t for t in self.found[first:last] if t.kind == "w" and len(t.low) > 1]
            capitals = sum(self.text[t.start : t.end].isupper() for t in words)
            self.loud[sentence] = capitals > 2 * (len(words) - capitals)
        return self.loud[sentence]
