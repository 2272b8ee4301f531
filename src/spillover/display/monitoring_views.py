"""The monitoring frame as readers see it: a table for each pillar, and what exists today in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf
from typing import Any

import pandas as pd

from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.language import (
    Said,
    fmt,
    fmt_year,
    get_language,
    is_missing,
    join,
    label,
    say,
    text_of,
)
from spillover.display.ledger_words import MONEY, fmt_amount, fmt_date, publisher_of
from spillover.display.money import fmt_money_range
from spillover.display.tables import Column, table, with_raw
from spillover.errors import DataError, check_columns, check_not_empty
from spillover.partnerships.baselines import PART_OF_YEAR
from spillover.partnerships.columns import split_list
from spillover.partnerships.dates import is_date
from spillover.partnerships.ledger import read_claim_sources
from spillover.partnerships.monitoring import BASELINE_COLUMNS, FRAME_COLUMNS, PILLARS

WHERE = "monitoring frame"
MONITORING_COLUMNS: dict[str, Column | str] = {
    "indicator": Column("monitoring_indicator"),
    "baseline": Column("monitoring_baseline"),
    "publishers": Column("monitoring_publisher"),
    "progress": Column("monitoring_progress"),
    "ask": Column("monitoring_ask"),
}
# Remarks on a baseline that its words do not show already.
REMARKS = ("conflict", "preliminary", "very_preliminary", "estimated", "backcast", "revised")
SHARE_DECIMALS, MONEY_DECIMALS = 1, 2


def monitoring_shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its words in the current language.

    Parameters
    ----------
    frame : DataFrame
        As from `spillover.baselines`.

    Returns
    -------
    DataFrame
        The frame, pillar by pillar, with pillar_name, indicator (its unit in brackets), baseline ("7,8%
        (2025)", or that none was found), publishers, progress and ask.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> from spillover.partnerships.monitoring import baselines, read_monitoring_frame
    >>> set_language("en")
    >>> frame = read_monitoring_frame()
    >>> monitoring_shown(baselines(frame[frame["indicator_id"].eq("slag_used")]))["baseline"].tolist()
    ['not found']
    """
    check_columns(frame, [*FRAME_COLUMNS, *BASELINE_COLUMNS], WHERE)
    check_not_empty(frame, WHERE)
    lang = get_language()
    rows = frame.to_dict("records")
    shown = frame.assign(
        pillar_name=[label(f"pillar.{row['pillar']}") for row in rows],
        indicator=[f"{row[f'name_{lang}']} ({_unit(row['unit'])})" for row in rows],
        baseline=[baseline_in_words(row) for row in rows],
        publishers=[_publishers(row["publisher"]) for row in rows],
        progress=frame[f"progress_2028_{lang}"],
        ask=frame[f"ask_{lang}"],
    )
    order = shown["pillar"].map({pillar: place for place, pillar in enumerate(PILLARS)})
    return shown.iloc[order.argsort(kind="stable").to_numpy()].reset_index(drop=True)


def monitoring_table(frame: pd.DataFrame, pillar: str) -> Exhibit:
    """The indicators of one pillar with baseline, publisher, progress by 2028 and what to ask of the park.

    Parameters
    ----------
    frame : DataFrame
        As from `spillover.baselines`.
    pillar : str
        One of ``PILLARS``; the exhibit is named monitoring_<pillar>.

    Raises
    ------
    DataError
        An unknown pillar, or a frame without baselines.

    Examples
    --------
    >>> from spillover.partnerships.monitoring import baselines, read_monitoring_frame
    >>> monitoring_table(baselines(read_monitoring_frame()), "circular_economy").name
    'monitoring_circular_economy'
    """
    if pillar not in PILLARS:
        raise DataError(WHERE, "unknown pillar", [pillar], f"use one of {', '.join(PILLARS)}")
    raw = frame[frame["pillar"].eq(pillar)]
    shown = monitoring_shown(raw)
    exists = raw["exists"].ne("not_published")
    known = fmt(int(exists.sum())) if exists.any() else label("monitoring.none")
    title = label("title.monitoring", pillar=label(f"pillar.{pillar}"), n=len(raw), known=known)
    notes = [label("note.monitoring")]
    notes += [label(f"note.monitoring_{slug}") for slug in _slugs(raw) if slug in _EXPLAINED]
    made = table(
        shown,
        columns=MONITORING_COLUMNS,
        name=f"monitoring_{pillar}",
        title=title,
        source=_sources(raw),
        note=" ".join(notes),
    )
    return with_raw(made, raw)


def _sources(frame: pd.DataFrame) -> str:
    """The source line: publishers of the claims by name, then the tables."""
    named = list(dict.fromkeys(s for text in frame["baseline_source"] for s in split_list(text)))
    pages = set(read_claim_sources()["source_id"])
    tables = [name for name in named if name not in pages and name != "partnerships"]
    claims = publisher_of(name for name in named if name in pages)
    return "; ".join([*claims, cite("monitoring_frame", *tables)])


_EXPLAINED = ("average_per_year", "conflict", "part_of_year")


def _slugs(frame: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(slug for text in frame["baseline_note"] for slug in split_list(text)))


def baseline_in_words(row: Mapping[Any, Any]) -> str:
    """The figure that an indicator starts from, and its date, in the current language.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en")
    >>> simulated = {"exists": "published", "baseline_value": 7.8, "baseline_high": None,
    ...     "baseline_unit": "percent", "baseline_start": "", "baseline_as_of": "2025",
    ...     "baseline_note": "", "baseline_text": "", "baseline_year": 2025}
    >>> baseline_in_words(simulated)
    '7.8% (2025)'
    """
    if row["exists"] == "not_published":
        return label("monitoring.nobody")
    if is_missing(row["baseline_value"]):
        return label("monitoring.as_reported", text=row["baseline_text"])
    slugs = split_list(row["baseline_note"])
    when = _when(row, averaged="average_per_year" in slugs)
    remarks = [label(f"monitoring_remark.{slug}") for slug in slugs if slug in REMARKS]
    return f"{_number(row, slugs)} ({'; '.join([when, *remarks])})"


def _number(row: Mapping[Any, Any], slugs: list[str]) -> str:
    """A figure or a range, with its unit."""
    value, high, unit = row["baseline_value"], row["baseline_high"], row["baseline_unit"]
    money = unit.partition("/")[0] in MONEY
    if not is_missing(high) and not isinf(high):
        if money:
            return fmt_money_range(value, high, unit, MONEY_DECIMALS)
        return f"{fmt(value)}–{fmt_amount(high, unit)}"
    one = f"{fmt(value, SHARE_DECIMALS)}%" if unit == "percent" else fmt_amount(value, unit)
    if not is_missing(high):
        return label("bound.at_least", value=one)
    bound = next((slug for slug in slugs if slug in ("about", "at_most")), "")
    return label(f"bound.{bound}", value=one) if bound else one


def _when(row: Mapping[Any, Any], *, averaged: bool) -> str:
    """The date or the period of a baseline."""
    start, as_of = row["baseline_start"], row["baseline_as_of"]
    months = PART_OF_YEAR.fullmatch(as_of)
    if months:
        return label("monitoring.months", first=_month(months[1]), last=_month(months[2]), year=months[3])
    if not is_date(as_of):
        year = fmt_year(row["baseline_year"])
        return label("monitoring.by_year", year=year) if as_of.startswith("to ") else year
    span = fmt_date(as_of) if start in ("", as_of) else f"{fmt_date(start)}–{fmt_date(as_of)}"
    return label("monitoring.average", span=span) if averaged else span


def _month(short: str) -> str:
    """An English short name of a month, as the sources' dates have it, in full in the current language."""
    from datetime import datetime

    from babel.dates import format_date

    day = datetime.strptime(f"{short} 2000", "%b %Y").date()
    return str(format_date(day, format="MMMM", locale=get_language()))


def _unit(unit: str) -> str:
    one, _, per = unit.partition("/")
    text = text_of(one, "amount", "unit")
    return f"{text} {label('word.per')} {label(f'unit.{per}')}" if per else text


def _publishers(text: str) -> str:
    return "; ".join(text_of(name, "monitoring_publisher") for name in split_list(text))


def monitoring_finding(frame: pd.DataFrame) -> Said:
    """How many of the indicators exist today, in all and by pillar; pillars that have none are named.

    Parameters
    ----------
    frame : DataFrame
        As from `spillover.read_monitoring_frame`.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en")
    >>> simulated = pd.DataFrame({"pillar": ["circular_economy"], "exists": ["not_published"]})
    >>> monitoring_finding(simulated).splitlines()[0][:37]
    '**Of 1 indicators that we propose for'
    """
    check_columns(frame, ["pillar", "exists"], WHERE)
    check_not_empty(frame, WHERE)
    every, (full, partly, none) = len(frame), _counts(frame)
    parts, empty = [], []
    for pillar in [p for p in PILLARS if p in set(frame["pillar"])]:
        own = frame[frame["pillar"].eq(pillar)]
        there = len(own) - _counts(own)[2]
        name = label(f"pillar.{pillar}")
        parts.append(label("monitoring.of", name=name, known=there, n=len(own)))
        if not there:
            empty.append(name)
    known = full + partly
    start = say(
        id=f"**Dari {every} indikator yang kami usulkan untuk empat pilar UNIDO, {known} sudah ada angkanya "
        f"hari ini**: {full} terbit dan {partly} "
        f"hanya sebagian; untuk {none} lainnya kami tidak menemukan penerbit. "
        f"Menurut pilar: {'; '.join(parts)}.",
        en=f"**Of {every} indicators that we propose for the four UNIDO pillars, {known} have a figure "
        f"today**: {full} are published and {partly} "
        f"only in part; for the other {none} we found no publisher. By pillar: {'; '.join(parts)}.",
    )
    if not empty:
        return start
    end = say(
        id=f"Pilar tanpa satu angka pun: {join(empty)}. Kemajuannya belum dapat dinilai sampai ada yang "
        "menerbitkan angkanya.",
        en=f"Without a single figure: {join(empty)}. Progress there cannot be judged until somebody "
        "publishes figures.",
    )
    return Said(f"{start} {end}")


def _counts(frame: pd.DataFrame) -> tuple[int, int, int]:
    """Numbers of indicators that are published, partly, not."""
    return tuple(int(frame["exists"].eq(word).sum()) for word in ("published", "partly", "not_published"))  # type: ignore[return-value]
