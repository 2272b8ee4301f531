"""Figures out of news text, Indonesian and English: what is counted, paid, shared or lasts, and for when."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

from spillover.partnerships.grammar.blanking import blanked, visible
from spillover.partnerships.grammar.candidates import Candidate, Words
from spillover.partnerships.grammar.languages import sentence_languages
from spillover.partnerships.grammar.linking import linked
from spillover.partnerships.grammar.periods import Period, find_periods, leads_to_date, parse_published
from spillover.partnerships.grammar.qualifiers import INTRODUCE
from spillover.partnerships.grammar.scan import scan
from spillover.partnerships.grammar.words import Token, check_text, tokens

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = [
    "start", "end", "quote", "kind", "value", "value_high", "unit", "noun", "qualifier",
    "period_start", "period_end",
]  # fmt: skip
KINDS = ("money", "count", "percent", "duration")
QUALIFIERS = ("exact", "about", "at_least", "at_most", "range")


def extract_figures(text: str, published: str | None = None) -> pd.DataFrame:
    """Find the figures of a text: money, counts, shares and durations, each with its quotation.

    Dates, years, ordinals, articles of law, codes, times, telephone numbers and addresses are no figures.
    Tags and entities of HTML are passed over. Time and memory grow with the length of the text.

    Parameters
    ----------
    text : str
        Plain text or HTML.
    published : str, optional
        Day of publication (2025-06-19), which words such as *tahun lalu* and *three years ago* refer to.

    Returns
    -------
    DataFrame
        One row per figure in order of the text; none if there is none.

        - start, end (int64): place in ``text``; ``text[start:end] == quote`` always.
        - quote (str): number, scale and unit as printed, without the words of its qualifier.
        - kind: money, count, percent or duration.
        - value (float): in base units (3.5e12 for Rp3,5 triliun; 65 for 65%); of a range its lower end;
          below zero after a minus sign, which then belongs to the quote.
        - value_high (float): upper end of a range, else NaN.
        - unit: word of the catalogue (IDR, percent, day, unit, person, …), with ``/month`` for a rate,
          ``/person/month`` for two, ``/kapal`` as printed for one that the catalogue does not know; "" for
          things that the catalogue does not know.
        - noun: what is counted, as printed; "" if it is not said there.
        - qualifier: exact, about, at_least, at_most or range.
        - period_start, period_end (str): first and last day of the period said in the sentence, else "".

    Raises
    ------
    DataError
        ``text`` is no text (bytes, a PDF, an archive), or ``published`` is no date.

    Examples
    --------
    >>> text = "Sejak 2021 hingga awal 2025 nilainya lebih dari Rp3,5 triliun."
    >>> extract_figures(text)[["quote", "value", "qualifier", "period_end"]].values.tolist()
    [['Rp3,5 triliun', 3500000000000.0, 'at_least', '2025-04-30']]
    """
    import pandas as pd

    day = parse_published(published)
    shown, places = visible(check_text(text))
    plain = blanked(shown)
    found = tokens(plain)
    words = Words(plain, found, sentence_languages(found), {})
    periods = find_periods(found, words.langs, day)
    taken = {i for p in periods for i in range(p.at, p.stop)}
    figures = linked(words, list(scan(words, taken)))
    named = _Periods(found, periods)
    rows = [_row(text, places, found, figure, named) for figure in figures]
    table = pd.DataFrame(rows, columns=COLUMNS)
    kinds = {"start": "int64", "end": "int64", "value": "float64", "value_high": "float64"}
    texts = dict.fromkeys((c for c in COLUMNS if c not in kinds), "str")
    return table.astype(kinds | texts)


def _row(
    text: str, places: list[int] | None, found: Sequence[Token], figure: Candidate, named: _Periods
) -> dict[str, object]:
    start, end = _span(places, found, figure.at, figure.stop)
    assert figure.unit is not None
    noun = slice(*_span(places, found, *figure.noun)) if figure.noun else slice(0)
    first, last = named.of(figure)
    return {
        "start": start,
        "end": end,
        "quote": text[start:end],
        "kind": figure.unit.kind,
        "value": figure.value,
        "value_high": figure.high,
        "unit": figure.unit.unit + (f"/{figure.rate}" if figure.rate else ""),
        "noun": text[noun],
        "qualifier": "range" if figure.high is not None else figure.qualifier,
        "period_start": first,
        "period_end": last,
    }


def _span(places: list[int] | None, found: Sequence[Token], at: int, stop: int) -> tuple[int, int]:
    """Places of tokens ``at`` to ``stop`` in the text as given."""
    start, end = found[at].start, found[stop - 1].end
    return (start, end) if places is None else (places[start], places[end - 1] + 1)


# Words between a period and its figure: tahun 2022 sebanyak 45; not those of a change (pada 2021 menjadi).
_LEADS = INTRODUCE - {"menjadi"}


class _Periods:
    """The periods of a text, looked up for a figure."""

    def __init__(self, found: Sequence[Token], periods: Sequence[Period]) -> None:
        self.found = found
        self.periods = [p for p in periods if p.start or p.end]
        self.starts = [p.at for p in self.periods]

    def of(self, figure: Candidate) -> tuple[str, str]:
        """First and last day of a figure's period: named right after it, else before it, else later on."""
        sentence = self.found[figure.at].sentence
        after = bisect_left(self.starts, figure.stop)
        order = [after - 1, after]
        if after < len(self.periods) and self._opens_another(self.periods[after]):
            order = [after - 1]
        elif after and self._leads_here(self.periods[after - 1], figure):
            pass
        elif after < len(self.periods) and leads_to_date(self.found, figure.stop, self.starts[after]):
            order = [after, after - 1]
        here = [self.periods[i] for i in order if 0 <= i < len(self.periods)]
        here = [p for p in here if self.found[p.at].sentence == sentence]
        if not here:
            return "", ""
        if len(here) > 1 and self._leads_here(here[0], figure) and here[0].start and here[0].end:
            here = here[:1]
        start, end = here[0].start, here[0].end
        for other in here[1:]:  # "sejak 2021, … hingga awal 2025"
            if start is None and other.end is None:
                start = other.start
            elif end is None and other.start is None:
                end = other.end
        return start.isoformat() if start else "", end.isoformat() if end else ""

    def _opens_another(self, period: Period) -> bool:
        """Whether a period names what follows it: (2023: Rp1.102 miliar)."""
        return period.stop < len(self.found) and self.found[period.stop].low == ":"

    def _leads_here(self, period: Period, figure: Candidate) -> bool:
        """Whether nothing but a word that introduces a number stands between a period and a figure."""
        between = self.found[period.stop : figure.opened]
        return len(between) <= 1 and all(t.low in _LEADS for t in between)
