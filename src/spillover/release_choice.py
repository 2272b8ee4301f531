"""Which of several releases counts in each cell: the later one, of one date the more settled one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import inf

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.release_tables import STATUS_RANK, WHERE

SETTLED = ("final", "revised")
UNTIL = "until "  # before a date: a release of that day or of any day before


def ranks(data: pd.DataFrame, published: pd.Series, order: Sequence[str] | None) -> pd.DataFrame:
    """When each row was released (earliest, latest) and how settled it is (low, high); more is later."""
    if order is None:
        spans = {str(i): _published_span(str(i), text) for i, text in published.items()}
    else:
        ids = set(data["source_id"].unique())
        wrong = sorted({*ids.symmetric_difference(order)} | {i for i in order if list(order).count(i) > 1})
        if wrong:
            raise DataError(WHERE, "order does not name each release once", wrong, f"order {sorted(ids)}")
        spans = {i: (float(n), float(n)) for n, i in enumerate(order)}
    days, settled = _looked_up(data["source_id"], spans), _looked_up(data["status"], STATUS_RANK)
    ranks = np.hstack([days, settled])
    return pd.DataFrame(ranks, columns=["earliest", "latest", "low", "high"], index=data.index)


def _published_span(source_id: str, published: str) -> tuple[float, float]:
    """First and last day that a printed date can mean."""
    if published == "not stated":
        return -inf, inf
    if published.startswith(UNTIL):
        return -inf, _published_span(source_id, published.removeprefix(UNTIL))[1]
    if re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", published):
        with suppress(ValueError):
            day = pd.Period(published)
            return day.start_time.toordinal(), day.end_time.toordinal()
    remedy = 'write 2013, 2013-05, 2013-05-07, "until 2013-05-07" or "not stated"'
    raise DataError("table of releases", "dates that cannot be read", [f"{source_id}: {published}"], remedy)


def _looked_up(cells: pd.Series, pairs: Mapping[str, tuple[float, float]]) -> np.ndarray:
    """The pair of each cell as a row; each distinct text is looked up once."""
    codes, names = pd.factorize(cells)
    rows: np.ndarray = np.array([pairs[name] for name in names], dtype="float64")[codes]
    return rows


def admit(data: pd.DataFrame, rule: str) -> pd.DataFrame:
    """The rows as the rule sees them: under ``final_only``, other values are marks with a reason."""
    if rule != "final_only":
        return data
    out = data["value"].notna() & ~data["status"].isin(SETTLED)
    provisional = data["status"].isin(("preliminary", "very_preliminary"))
    reason = data["missing_reason"].mask(out, "not_available").mask(out & provisional, "not_yet_published")
    return data.assign(value=data["value"].mask(out), missing_reason=reason)


def choose(data: pd.DataFrame, rank: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The row that is latest in each cell, and the last day it can be of, by cell.

    A row is beaten by one that is later for certain, or of the same date and more settled. Rows that
    none beats must agree; of equal ones the most settled, then the first by name, is taken.
    """
    has = data["value"].notna()
    pool = rank.assign(cell=data["cell"])[has | ~has.groupby(data["cell"]).transform("any")]
    later = pool["latest"] < pool.groupby("cell")["earliest"].transform("max")
    dated = pool[np.isfinite(pool[["earliest", "latest"]]).all(axis=1)]
    settled = dated.groupby(["cell", "earliest", "latest"])["low"].transform("max").reindex(pool.index)
    left = pool[~later & ~(pool["high"] < settled)]
    rows = data.loc[left.index]
    values = rows.groupby("cell")["value"]
    _refuse_clashes(rows[values.transform("max") > values.transform("min")])
    undecided = rows.groupby("cell")["missing_reason"].transform("nunique") > 1
    rows = rows.assign(missing_reason=rows["missing_reason"].mask(undecided, "not_available"))
    ordered = left.assign(source_id=rows["source_id"])
    ordered = ordered.sort_values(["cell", "low", "source_id"], ascending=[True, False, True])
    first = ordered.drop_duplicates("cell")
    return rows.loc[first.index], first.set_index("cell")["latest"]


def _refuse_clashes(rows: pd.DataFrame) -> None:
    """Raise if rows are left that differ in a cell without one being the later."""
    if len(rows):
        said = (
            (rows["source_id"] + " " + rows["value"].map("{:g}".format)).groupby(rows["cell"]).agg(" / ".join)
        )
        names = rows.drop_duplicates("cell").set_index("cell")[["indicator", "region_code", "year", "period"]]
        offenders = [
            f"{'/'.join(str(part) for part in name if part != '')}: {said[cell]}"
            for cell, *name in names.itertuples()
        ]
        ids = ", ".join(sorted(rows["source_id"].unique()))
        dates = "(2013, 2013-05 or 2013-05-07)"
        remedy = f"state `published` of {ids} in sources.yml {dates}, or give order=[…], oldest first"
        raise DataError(WHERE, "different values in releases that cannot be ordered", offenders, remedy)
