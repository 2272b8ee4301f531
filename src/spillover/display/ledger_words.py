"""Claims of the partnership ledger in words: the number with how sure it is, its date, its publisher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from spillover.display.language import fmt, get_language, is_missing, join, label, text_of
from spillover.display.money import fmt_money, fmt_money_range
from spillover.partnerships.ledger import read_claim_sources

MONEY = ("IDR", "USD")
_PARTS = ("early", "mid", "late")
MOST_NAMED = 8  # publishers in a source line


def fmt_amount(value: Any, unit: str) -> str:
    """A value with its unit: money in its scale, percent, or a count and what is counted.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("id"); fmt_amount(3.5e12, "IDR"), fmt_amount(220, "person"), fmt_amount(65, "percent")
    ('Rp3,5 triliun', '220 orang', '65%')
    """
    if unit.partition("/")[0] in MONEY:
        return fmt_money(value, unit)
    if unit == "percent":
        return f"{fmt(value)}%"
    one, _, per = unit.partition("/")
    spaces = ("one", "amount", "unit") if value == 1 else ("amount", "unit")
    text = f"{fmt(value)} {text_of(one, *spaces)}"
    return f"{text} {label('word.per')} {label(f'unit.{per}')}" if per else text


def fmt_claim(row: Mapping[Any, Any]) -> str:
    """The number of a claim as the source qualifies it: sekitar 40 orang, 1.000–9.999 usaha.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en")
    >>> fmt_claim({"value": 7e11, "value_high": None, "unit": "IDR", "qualifier": "at_least"})
    'at least Rp700 billion'
    """
    if row["qualifier"] == "range" and not is_missing(row["value_high"]):
        if row["unit"].partition("/")[0] in MONEY:
            return fmt_money_range(row["value"], row["value_high"], row["unit"])
        return f"{fmt(row['value'])}–{fmt_amount(row['value_high'], row['unit'])}"
    text = fmt_amount(row["value"], row["unit"])
    return text if row["qualifier"] == "exact" else label(f"bound.{row['qualifier']}", value=text)


def fmt_date(text: str) -> str:
    """A date of the ledger in words: 19 Januari 2024, Maret 2024, 2024, awal 2025; "" stays "".

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("id"); fmt_date("2024-01-19"), fmt_date("2024-03"), fmt_date("early-2025")
    ('19 Januari 2024', 'Maret 2024', 'awal 2025')
    """
    part, _, year = text.partition("-")
    if part in _PARTS:
        return label(f"part_of_year.{part}", year=year)
    if len(text) == 4 or not text:
        return text
    from babel.dates import format_date

    whole = len(text) == 10
    day = date.fromisoformat(text if whole else f"{text}-01")
    written: str = format_date(day, format="d MMMM y" if whole else "MMMM y", locale=get_language())
    return written


def fmt_period(row: Mapping[Any, Any]) -> str:
    """What a claim covers: 2021 – awal 2025 (since it counts, until when), or the day it holds for."""
    start, end = row["period_start"], row["period_end"] or row["as_of"]
    if not start or start == end:
        return fmt_date(end)
    return f"{fmt_date(start)} – {fmt_date(end)}"


def publisher_names() -> dict[str, str]:
    """Publisher and date of every claim source in the current language, by source_id."""
    names = {}
    for source in read_claim_sources().itertuples():
        day = fmt_date(source.published) or label("word.undated")
        names[str(source.source_id)] = f"{source.publisher}, {day}"
    return names


def publisher_of(source_ids: Iterable[str]) -> list[str]:
    """Publisher and date of each claim source, once each, in the order given."""
    names = publisher_names()
    return list(dict.fromkeys(names[name] for name in source_ids))


def cite_claims(rows: pd.DataFrame) -> str:
    """The source line of an exhibit made from claims: publishers and dates, and when they were read.

    Parameters
    ----------
    rows : DataFrame
        Claims as from `read_ledger` (source_id).
    """
    from spillover.display.citing import cite

    names = publisher_of(rows["source_id"])
    if len(names) > MOST_NAMED:
        return label("cite.many_claims", n=len(names), ledger=cite("partnerships"))
    sources = read_claim_sources().set_index("source_id").loc[list(rows["source_id"])]
    return f"{'; '.join(names)}. {label('word.accessed')} {fmt_date(sources['accessed'].max())}."


def joined(texts: Iterable[str]) -> str:
    """Texts joined with the current language's *and*, empty ones left out."""
    return join([text for text in texts if text])
