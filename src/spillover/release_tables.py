"""Long tables of releases: the columns they share, and the checks that every way of combining them needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique
from spillover.longtable import COLUMNS, KEY

SPLICED = ["derived", "spliced_to"]
REASONS = (
    "not_available", "not_applicable", "not_yet_published", "suppressed", "zero_shown_as_dash",
)  # fmt: skip
# How settled a figure is, as (at least, at most): statuses whose ranges overlap cannot be ordered.
STATUS_RANK = {
    "very_preliminary": (1, 1), "preliminary": (2, 2), "final": (3, 3), "revised": (3, 3),
    "estimated": (1, 2), "backcast": (1, 2), "": (1, 3),
}  # fmt: skip
WHERE = "releases"


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """All rows in one table, checked, in an order that does not depend on that of the tables."""
    if not tables:
        raise DataError(WHERE, "no table is given", remedy="give at least one")
    kept = []
    for number, table in enumerate(tables, 1):
        where = f"{WHERE}, table {number}"
        check_columns(table, COLUMNS, where)
        check_not_empty(table, where)
        kept.append(table.reindex(columns=[*COLUMNS, *SPLICED], fill_value=""))
        wrong = [column for column, cells in kept[-1].items() if not _is_kind(str(column), cells)]
        if wrong:
            remedy = "texts must be text without gaps, year an integer, value a number or missing"
            raise DataError(where, "columns of another kind", wrong, remedy)
    data = pd.concat([t.astype({"year": "int64", "value": "float64"}) for t in kept], ignore_index=True)
    _check_marks(data)
    return data.sort_values(KEY, ignore_index=True)


def _is_kind(column: str, cells: pd.Series) -> bool:
    """Whether a column holds what its name says: codes are texts, years whole, values numbers."""
    types = pd.api.types
    if column == "value":
        return bool(types.is_numeric_dtype(cells) and not types.is_bool_dtype(cells))
    check = types.is_integer_dtype if column == "year" else types.is_string_dtype
    return bool(check(cells) and cells.notna().all())


def _check_marks(data: pd.DataFrame) -> None:
    """Raise unless each row stands once and says in known words what it is."""
    value, reason = data["value"], data["missing_reason"]
    check_unique(data, KEY, WHERE)
    remedy = f"use {', '.join(s for s in STATUS_RANK if s)}; only a missing value may have none"
    unknown = ~data["status"].isin(STATUS_RANK) | (data["status"].eq("") & value.notna())
    check_rows(data, unknown, [*KEY, "status"], WHERE, "unknown status", remedy)
    check_rows(data, value.abs() == inf, KEY, WHERE, "infinite values", "correct them, or mark them missing")
    wrong = value.isna() & ~reason.isin(REASONS)
    check_rows(data, wrong, KEY, WHERE, "missing without a known reason", f"use {', '.join(REASONS)}")
    check_rows(data, value.notna() & reason.ne(""), KEY, WHERE, "value and reason", "keep one of both")
    half = data["derived"].ne("") & value.notna() & data["spliced_to"].eq("")
    check_rows(
        data, half, KEY, WHERE, "derived values without spliced_to", "make them with splice_base_years"
    )


def check_units(data: pd.DataFrame) -> None:
    """Raise if values of one indicator are in different units."""
    units = data[data["value"].notna()].groupby("indicator")["unit"].unique()
    mixed = [f"{name}: {' and '.join(sorted(u))}" for name, u in units.items() if len(u) > 1]
    if mixed:
        raise DataError(WHERE, "different units", mixed, "convert the values before they are combined")
