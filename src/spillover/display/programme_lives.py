"""Programmes as they are drawn: checked, grouped by what they do, with their begin and end as years."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from spillover.display.language import get_language, label, text_of
from spillover.display.ledger_words import fmt_date
from spillover.errors import check_columns, check_not_empty, check_rows, check_unique
from spillover.partnerships.dates import stretch, years_between
from spillover.partnerships.ledger import check_spans

# Kinds that are shown together, in the order of their headings.
GROUPS = {
    "buying": ("procurement",),
    "social": ("csr", "award"),
    "training": ("training", "licensing", "facilitation"),
    "rules": ("regulation", "declaration"),
    "credit": ("credit",),
    "figures": ("study", "statistics"),
}
COLUMNS = ("programme_id", "name_id", "name_en", "kind", "lead", "start", "end")
POINT_YEARS = 1.01  # a programme no longer than this is a point


class Life(NamedTuple):
    """Begin and end as years, None where not stated; ``point`` for a day or a year."""

    begin: float | None
    end: float | None
    point: bool


def grouped(programmes: pd.DataFrame, where: str) -> list[dict[str, Any]]:
    """Checked rows with group, name and life, in the order drawn: unknown starts end their group."""
    check_columns(programmes, list(COLUMNS), where)
    check_not_empty(programmes, where)
    check_unique(programmes, ["programme_id"], where)
    group_of = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
    key = ["programme_id"]
    bad = ~programmes["kind"].isin(list(group_of))
    remedy = f"use one of {', '.join(group_of)}"
    check_rows(programmes, bad, [*key, "kind"], where, "unknown kind", remedy)
    check_spans(programmes, where)
    rows = [
        row | {"group": group_of[row["kind"]], "name": row[f"name_{get_language()}"], "life": _life(row)}
        for row in programmes.to_dict("records")
    ]
    order = list(GROUPS)
    return sorted(rows, key=lambda r: (order.index(r["group"]), r["life"].begin or 9999.0, r["name"]))


def year_of(text: str) -> float:
    """A date as a year; the middle of what is known of it."""
    days = stretch(text)
    middle = days.first + (days.last - days.first) / 2
    return middle.year + (middle.timetuple().tm_yday - 1) / 365.25


def _life(row: dict[Any, Any]) -> Life:
    start, end = row["start"], row["end"]
    point = False
    if start and end:
        point = years_between(stretch(start).first, stretch(end).last) <= POINT_YEARS
    return Life(year_of(start) if start else None, year_of(end) if end else None, point)


def dates_in_words(row: dict[str, Any]) -> str:
    """Name, lead, kind and dates of a programme, for the pointer."""
    start = fmt_date(row["start"]) or label("programme_timeline.no_start")
    end = fmt_date(row["end"]) or label("programme_timeline.no_end")
    span = start if row["start"] and row["start"] == row["end"] else f"{start} – {end}"
    return f"{row['name']}: {row['lead']}; {text_of(row['kind'], 'programme_kind')}; {span}"
