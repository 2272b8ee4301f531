"""How every normalisation divides: by a denominator that says what it is, of which year, from where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.partnerships.dates import period

VALUES = ("value", "value_high")


def divided(
    table: pd.DataFrame,
    value_columns: Sequence[str],
    what: str,
    *,
    unit: pd.Series | str,
    by: pd.DataFrame,
    named: str,
) -> pd.DataFrame:
    """The table with its value columns divided, and by what."""
    check_columns(table, list(value_columns), what)
    made = {f"{name}_{what}": table[name].astype("float64") / by["value"] for name in value_columns}
    again = sorted({*made, f"unit_{what}"} & set(table.columns))
    if again:
        raise DataError(what, "the table was normalised so before", again, "start from the table before it")
    return table.assign(
        **made,
        **{
            f"unit_{what}": unit,
            f"denominator_{what}": named,
            f"denominator_value_{what}": by["value"],
            f"denominator_year_{what}": by["year"].astype("Int64"),
            f"denominator_source_{what}": by["source_id"],
        },
    )


def denominators(
    table: pd.DataFrame, known: pd.DataFrame, year_column: str, denominator_year: int | None, where: str
) -> pd.DataFrame:
    """value, year and source_id of each row's denominator, indexed as the table."""
    check_columns(known, ["region_code", "year", "value", "source_id"], f"{where}: the denominator")
    check_columns(table, ["region_code", year_column], where)
    usable = known.loc[known["value"] > 0, ["region_code", "year", "value", "source_id"]]
    check_unique(usable, ["region_code", "year"], f"{where}: the denominator")
    keys = pd.DataFrame({"region_code": table["region_code"], "year": table[year_column]})
    if denominator_year is not None:
        keys["year"] = denominator_year
    keys["year"] = keys["year"].astype("Int64")
    usable = usable.assign(year=usable["year"].astype("Int64"))
    found = keys.merge(usable, on=["region_code", "year"], how="left", validate="m:1").set_index(table.index)
    years = ", ".join(map(str, sorted(set(usable["year"])))) or "none"
    remedy = f"leave these rows out, or name a denominator_year; the denominator has the years {years}"
    missing = found["value"].isna()
    check_rows(
        found, missing, ["region_code", "year"], where, "regions and years without denominator", remedy
    )
    return found


def span(row: dict[str, Any]) -> tuple[int, int]:
    """First and last calendar year that a claim speaks of."""
    end = row["period_end"] if row["basis"] == "flow" else row["as_of"]
    days = period(row["period_start"] or end, end)
    return days.first.year, days.last.year


def years_shown(years: tuple[int, int]) -> str:
    """First and last year as a text.

    Examples
    --------
    >>> years_shown((2021, 2024)), years_shown((2024, 2024))
    ('2021–2024', '2024')
    """
    return str(years[0]) if years[0] == years[1] else f"{years[0]}–{years[1]}"
