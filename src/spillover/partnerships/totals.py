"""Sums of claims: only of those that may be added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_unique
from spillover.partnerships.bounds import value_bounds
from spillover.partnerships.columns import LEDGER_COLUMNS, NATION, is_rate, split_list
from spillover.partnerships.dates import Stretch, period
from spillover.partnerships.ledger import read_programmes, wider_programmes

WHERE = "add_up"
TOTAL_COLUMNS = (
    "measure", "unit", "basis", "stage", "value", "value_low", "value_up", "n_rows", "period_first",
    "period_last", "programmes", "entry_ids",
)  # fmt: skip
_ALIKE = {
    "basis": "a flow, a cumulative sum and a stock are three things: choose one basis",
    "stage": "what is planned, committed and realised is never added: choose one stage",
    "unit": "choose one unit, and one currency (to_usd turns rupiah into dollars, year by year)",
    "measure": "choose one measure",
}
_Row = dict[str, Any]
_Test = Callable[[_Row, _Row], bool]


def add_up(rows: pd.DataFrame, *, programmes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add claims, if they may be added.

    Parameters
    ----------
    rows : DataFrame
        Rows of the ledger, chosen by hand or by a filter.
    programmes : DataFrame, optional
        As from `read_programmes`, which is read without it: says which programme contains which.

    Returns
    -------
    DataFrame
        One row, the columns of ``TOTAL_COLUMNS``: value_low and value_up are the sums of the rows' bounds
        (`value_bounds`; ``inf`` where a row has no upper bound), value is the sum of the printed numbers (NaN
        if a row is a range or gives a bound only), period_first and period_last are the first and the last
        day that any row speaks of, programmes and entry_ids say what was added.

    Raises
    ------
    DataError
        Rates or percentages; several units, bases, stages or measures; a superseded row beside its
        successor; a part beside its total; claims in conflict; a programme beside one that contains it;
        two cumulative rows of one programme; flows or stocks of one programme that may count the same
        thing twice: overlapping in time and in region, and not parts of one total.

    Examples
    --------
    >>> from spillover.partnerships.ledger import read_ledger
    >>> claims = read_ledger()
    >>> one = claims[claims["unit"].eq("IDR") & claims["qualifier"].eq("exact")].head(1)
    >>> add_up(one)["value"].item() == one["value"].item()
    True
    """
    check_columns(rows, list(LEDGER_COLUMNS), WHERE)
    check_not_empty(rows, WHERE)
    check_unique(rows, ["entry_id"], WHERE)
    _check_alike(rows)
    records: list[_Row] = rows.to_dict("records")
    _check_links(records)
    _check_programmes(records, programmes)
    _check_twice(records)
    return _total(value_bounds(rows), records)


def _check_alike(rows: pd.DataFrame) -> None:
    """Rows that are of one kind, and of one that can be added."""
    for name, remedy in _ALIKE.items():
        kinds = list(dict.fromkeys(rows[name]))
        if len(kinds) > 1:
            raise DataError(WHERE, f"rows of several kinds of {name}", kinds, remedy)
    unit = rows["unit"].iloc[0]
    if is_rate(unit):
        remedy = "give each as a sum over its period first, if the source says how long the rate lasted"
        raise DataError(WHERE, "rates cannot be added", [unit], remedy)
    if unit == "percent":
        raise DataError(WHERE, "percentages cannot be added", [unit], "add what they are shares of")


def _check_links(records: list[_Row]) -> None:
    """No row beside its successor, its total, or what it is in conflict with."""
    for column, problem, remedy in (
        ("supersedes", "superseded rows beside their successors", "keep the latest row of each chain"),
        ("part_of", "parts beside their total", "keep the total or the parts"),
    ):
        named = {r["entry_id"]: r[column] for r in records}
        found = [f"{a} and {b}" for a in named for b in _chain(a, named) if b in named]
        if found:
            raise DataError(WHERE, problem, found, remedy)
    groups: dict[str, list[str]] = defaultdict(list)
    for r in records:
        for slug in split_list(r["conflict"]):
            groups[slug].append(r["entry_id"])
    found = [" and ".join(entries) for entries in groups.values() if len(entries) > 1]
    if found:
        raise DataError(WHERE, "claims that cannot both be true", found, "choose one of each conflict")


def _chain(entry: str, named: dict[str, str]) -> Iterator[str]:
    """What an entry names, and what that names, as far as the rows say."""
    seen = {entry}
    following = named[entry]
    while following and following not in seen:
        yield following
        seen.add(following)
        following = named.get(following, "")


def _check_programmes(records: list[_Row], programmes: pd.DataFrame | None) -> None:
    """No programme beside one that contains it."""
    there = list(dict.fromkeys(r["programme"] for r in records))
    if len(there) < 2:
        return
    table = read_programmes() if programmes is None else programmes
    found = [f"{wide} contains {p}" for p in there for wide in wider_programmes(p, table) if wide in there]
    if found:
        raise DataError(WHERE, "a programme beside a wider one", found, "keep one of them")


def _check_twice(records: list[_Row]) -> None:
    """Rows of one programme that may count the same thing twice."""
    tests: dict[str, tuple[_Test, str, str]] = {
        "cumulative": (
            lambda a, b: True,
            "several cumulative rows of one programme",
            "keep the latest, or turn them into flows with to_flow",
        ),
        "flow": (
            lambda a, b: _overlap(_days(a), _days(b)) and _may_share(a, b),
            "flows of one programme that overlap",
            "keep one row for each period and region",
        ),
        "stock": (
            lambda a, b: a["as_of"] != b["as_of"] or _may_share(a, b),
            "stocks of one programme that count the same thing",
            "keep one date, and one row for each region",
        ),
    }
    twice, problem, remedy = tests[records[0]["basis"]]
    groups: dict[str, list[_Row]] = defaultdict(list)
    for r in records:
        groups[r["programme"]].append(r)
    found = [
        f"{a['entry_id']} and {b['entry_id']}"
        for group in groups.values()
        for a, b in combinations(group, 2)
        if twice(a, b)
    ]
    if found:
        raise DataError(WHERE, problem, found, remedy)


def _days(row: _Row) -> Stretch:
    """Days that a row speaks of."""
    if row["basis"] == "flow":
        return period(row["period_start"], row["period_end"])
    return period(row["period_start"] or row["as_of"], row["as_of"])


def _overlap(a: Stretch, b: Stretch) -> bool:
    return a.first <= b.last and b.first <= a.last


def _may_share(a: _Row, b: _Row) -> bool:
    """Whether two rows may count the same thing: regions that overlap, unless both are parts of one total."""
    if a["part_of"] and a["part_of"] == b["part_of"]:
        return False
    one, other = a["region_code"], b["region_code"]
    if NATION in (one, other) or one == other:
        return True
    return bool(one[:2] == other[:2] and (one.endswith("00") or other.endswith("00")))


def _total(rows: pd.DataFrame, records: list[_Row]) -> pd.DataFrame:
    """The sum and what it is made of."""
    days = [_days(r) for r in records]
    printed = rows["qualifier"].isin(["exact", "about"]).all()
    first = rows.iloc[0]
    made = {
        **{name: first[name] for name in ("measure", "unit", "basis", "stage")},
        "value": rows["value"].sum() if printed else float("nan"),
        "value_low": rows["value_low"].sum(),
        "value_up": rows["value_up"].sum(),
        "n_rows": len(rows),
        "period_first": min(d.first for d in days).isoformat(),
        "period_last": max(d.last for d in days).isoformat(),
        "programmes": ";".join(dict.fromkeys(rows["programme"])),
        "entry_ids": ";".join(rows["entry_id"]),
    }
    return pd.DataFrame([made], columns=list(TOTAL_COLUMNS))
