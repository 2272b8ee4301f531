"""Where the baselines of the monitoring frame stand: one finder for each kind of table."""

from __future__ import annotations

import re
from functools import cached_property
from math import inf, nan
from typing import TYPE_CHECKING, Any

from spillover.errors import DataError, check_columns
from spillover.partnerships.averages import average_per_year
from spillover.partnerships.dates import stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

WHERE = "monitoring_frame.csv"

# "Jan-May 2025": the months that a count adds up.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = "|".join(_MONTHS)
PART_OF_YEAR = re.compile(rf"({_MONTH})-({_MONTH}) ((?:19|20)[0-9]{{2}})")
# One number and its year, as the registry of parks writes them: "21600 (2021)", ">45000 (2023)".
_WORKERS = re.compile(r"([>~]?)([0-9]+) \(((?:19|20)[0-9]{2})\)")
_SIGNS = {"": "", ">": "at_least", "~": "about"}

# Stages that a baseline may have, where that is not only what was done: no one tells payments from contracts.
_STAGES = {"contract_value": ("realised", "committed")}


class Tables:
    """The tables that baselines are taken from, each read once and only if it is asked for."""

    @cached_property
    def ledger(self) -> pd.DataFrame:
        from spillover.partnerships.ledger import read_ledger

        return read_ledger()

    @cached_property
    def counts(self) -> pd.DataFrame:
        from spillover.sme import read_sme_counts

        return read_sme_counts()


def _from_ledger(tables: Tables, measure: str, programme: str, unit: str) -> dict[str, Any]:
    """The latest claim in force of the stages of `_STAGES`; per year where the frame asks for that."""
    ledger = tables.ledger
    chosen = ledger["programme"].eq(programme) & ledger["measure"].eq(measure)
    chosen &= ledger["stage"].isin(_STAGES.get(measure, ("realised",))) & ledger["part_of"].eq("")
    rows = ledger[chosen & ~ledger["entry_id"].isin(ledger["supersedes"])]
    order = [stretch(text)[::-1] for text in rows["as_of"]]
    row = _only(rows[[days == max(order) for days in order]])
    high = inf if row["qualifier"] == "at_least" else row["value_high"]
    made = {"value": row["value"], "high": high, "unit": row["unit"]}
    slugs = [] if row["qualifier"] == "exact" else [row["qualifier"]]
    if unit == f"{row['unit']}/year":
        average = average_per_year(ledger, row["entry_id"]).iloc[0]
        made = {"value": average["per_year_low"], "high": average["per_year_high"], "unit": average["unit"]}
        slugs.append("average_per_year")
    if row["conflict"]:
        slugs.append("conflict")
    return made | {
        "year": stretch(row["as_of"]).last.year,
        "start": row["period_start"],
        "as_of": row["as_of"],
        "source": f"partnerships;{row['source_id']}",
        "entry": row["entry_id"],
        "note": ";".join(slugs),
        "text": row["reported_as"],
    }


def _from_indicator(_: Tables, name: str, region_code: str, unit: str) -> dict[str, Any]:
    """The last year with a value."""
    from spillover.indicators import read_indicator

    table = read_indicator(name)
    rows = table[table["region_code"].eq(region_code) & table["value"].notna() & table["period"].eq("")]
    row = _only(rows[rows["year"].eq(rows["year"].max())])
    note = "" if row["status"] == "final" else row["status"]
    return _of_year(row["value"], row["unit"], row["year"], row["source_id"]) | {"note": note}


def _from_counts(tables: Tables, measure: str, region_code: str, unit: str) -> dict[str, Any]:
    """The latest count of a whole region, all of one counting system."""
    counts = tables.counts
    rows = counts[counts["region_code"].eq(region_code) & counts["measure"].eq(measure)]
    rows = rows[rows["place"].eq("")]
    rows = rows[rows["year"].eq(rows["year"].max())]
    last = rows["as_of"].map(_last_month)
    row = _only(rows[last.eq(last.max())])
    note = "part_of_year" if PART_OF_YEAR.fullmatch(row["as_of"]) else ""
    made = _of_year(row["value"], row["unit"], row["year"], "sme_counts")
    return made | {"as_of": row["as_of"], "note": note, "text": row["reported_as"]}


def _last_month(as_of: str) -> int:
    """Number of the month in which a count over months ends; 12 for any other date."""
    months = PART_OF_YEAR.fullmatch(as_of)
    return _MONTHS.index(months[2]) + 1 if months else 12


def _from_imk_partnership(_: Tables, region_code: str, unit: str) -> dict[str, Any]:
    from spillover.imk_partnership import read_imk_partnership

    table = read_imk_partnership()
    rows = table[table["region_code"].eq(region_code)]
    row = _only(rows[rows["year"].eq(rows["year"].max())])
    return _of_year(row["share_percent"], "percent", row["year"], row["source_id"])


def _from_parks(_: Tables, column: str, park_id: str, unit: str) -> dict[str, Any]:
    """The newest number of workers if the text gives one with its year; else the text as it stands."""
    from spillover.parks import read_parks

    parks = read_parks()
    check_columns(parks, [column], "parks.csv")
    text = str(_only(parks[parks["park_id"].eq(park_id) & parks[column].notna()])[column])
    if not text:
        raise DataError(
            WHERE, "the cell of the park is empty", remedy="fill it in parks.csv, or drop the row"
        )
    newest = text.split("; ")[-1]
    found = _WORKERS.fullmatch(newest) if column == "workforce" else None
    years = re.findall(r"(?:19|20)[0-9]{2}(?=\))", text)
    if found is None or found[3] != max(years):
        return {"unit": unit, "source": "parks", "note": "free_text", "text": text}
    made = _of_year(float(found[2]), "person", int(found[3]), "parks")
    return made | {"high": inf if found[1] == ">" else nan, "note": _SIGNS[found[1]], "text": newest}


def _of_year(value: float, unit: str, year: int, source: str) -> dict[str, Any]:
    return {"value": value, "unit": unit, "year": year, "as_of": str(year), "source": source}


def _only(rows: pd.DataFrame) -> pd.Series:
    """The one row that is left."""
    if len(rows) != 1:
        problem = "several figures for one time" if len(rows) else "no figure there"
        raise DataError(WHERE, problem, remedy="correct baseline_from, or settle the figures in their table")
    return rows.iloc[0]


FINDERS: dict[str, Callable[..., dict[str, Any]]] = {
    "ledger": _from_ledger,
    "indicator": _from_indicator,
    "sme": _from_counts,
    "imk_partnership": _from_imk_partnership,
    "parks": _from_parks,
}
