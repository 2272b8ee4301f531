"""What a claim over several years comes to per year."""

from __future__ import annotations

from datetime import date
from math import inf

import pandas as pd

from spillover.errors import DataError
from spillover.partnerships.bounds import row_bounds
from spillover.partnerships.columns import is_rate
from spillover.partnerships.dates import period, stretch, years_between


def average_per_year(ledger: pd.DataFrame, entry_id: str) -> pd.DataFrame:
    """What a cumulative claim or a flow over several years comes to per year.

    The years counted are as long and as short as its dates allow: "since 2021" may be any day of 2021. From
    1 January to 31 December they are calendar years, each one year.

    Parameters
    ----------
    ledger : DataFrame
        As from `read_ledger`.
    entry_id : str

    Returns
    -------
    DataFrame
        One row: entry_id, per_year_low, per_year_high (``inf`` where the claim has no upper bound, or where
        all of it may have been counted at once), unit ("IDR/year"), years_low, years_high.

    Raises
    ------
    DataError
        An unknown entry, a stock, a rate, or a claim that does not say since when it counts.

    Examples
    --------
    >>> claim = {"entry_id": "simulated", "value": 30.0, "value_high": None, "qualifier": "exact",
    ...     "reported_as": "30", "unit": "unit", "basis": "flow", "period_start": "2021",
    ...     "period_end": "2023", "as_of": "2023"}
    >>> average_per_year(pd.DataFrame([claim]), "simulated").round(1).iloc[0, 1:3].tolist()
    [9.8, 10.2]
    """
    rows = ledger[ledger["entry_id"].eq(entry_id)]
    where = "average_per_year"
    if len(rows) != 1:
        raise DataError(where, f"{len(rows)} entries of this id", [entry_id], "give an id of the ledger")
    row = rows.iloc[0]
    if is_rate(row["unit"]):
        raise DataError(where, "a rate is per time already", [entry_id], "use its value as it is")
    shortest, longest = counted_years(row)
    bounds = row_bounds(row)
    made = {
        "entry_id": entry_id,
        "per_year_low": bounds.low / longest,
        "per_year_high": bounds.up / shortest if shortest else inf,
        "unit": f"{row['unit']}/year",
        "years_low": shortest,
        "years_high": longest,
    }
    return pd.DataFrame([made])


def counted_years(row: pd.Series) -> tuple[float, float]:
    """The least and the most years that a flow or a cumulative claim can cover; a calendar year is one.

    Raises
    ------
    DataError
        A stock, or a claim without its start.
    """
    start, basis = row["period_start"], row["basis"]
    if basis == "stock" or not start:
        remedy = "only a claim that says from when to when it counts can be given per year"
        raise DataError("ledger", "no period to divide by", [row["entry_id"]], remedy)
    if basis == "flow":
        return (_years(*period(start, row["period_end"])),) * 2
    since, until = stretch(start), stretch(row["as_of"])
    return _years(since.last, until.first), _years(since.first, until.last)


def _years(first: date, last: date) -> float:
    """Years between two days: calendar years that are whole are counted, other stretches are measured."""
    whole = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    return float(max(last.year - first.year + 1, 0)) if whole else years_between(first, last)
