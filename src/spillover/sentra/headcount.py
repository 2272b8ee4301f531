"""Workers of the parks in each year as a range: what was reported, and what lies between the reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from spillover.errors import DataError
from spillover.parks import read_parks
from spillover.partnerships.bounds import ABOUT_SHARE
from spillover.sources import once_per_data
from spillover.workforce import KINDS, read_park_workforce

HEADCOUNT_COLUMNS = (
    "park_id", "complex_id", "year", "workers_low", "workers_central", "workers_high", "workers_basis",
    "workers_kind", "covers", "report_year",
)  # fmt: skip
FILLS = ("interpolate", "carry", "none")
# Share below and above the printed number that a word allows; the 10 % above "more than" are an assumption.
_SLACK = {"exact": (0.0, 0.0), "about": (ABOUT_SHARE, ABOUT_SHARE), "at_least": (0.0, ABOUT_SHARE),
          "at_most": (ABOUT_SHARE, 0.0)}  # fmt: skip
WHERE = "park_headcount"


def park_headcount(
    years: Iterable[int] | None = None,
    *,
    parks: Sequence[str] | None = None,
    kinds: Sequence[str] = ("employees",),
    fill: str = "interpolate",
) -> pd.DataFrame:
    """Workers of each park and year, with a range and with how each number came about.

    Parameters
    ----------
    years : iterable of int, optional
        Default: from the first dated report to the last.
    parks : sequence of str, optional
        Only these park_id.
    kinds : sequence of str
        Which reports count (`spillover.workforce.KINDS`), the better kind first. Needs and plans ("need") and
        builders ("construction") count only if named here.
    fill : {"interpolate", "carry", "none"}
        Years without a report: on the line between the report before and the one after, and carried forward
        after the last; carried forward only; or left out. Nothing is carried back.

    Returns
    -------
    DataFrame
        One row per park (or complex) and year with a number: the columns of ``HEADCOUNT_COLUMNS``.
        workers_basis is one of {reported, interpolated, carried_forward}; report_year is the year of the
        report, or of the one before. covers {park, complex}: a report of a complex stands in the row of the
        park that it was made for, and from that year on no other row of the complex is given, for their
        workers are in it.

        low and high: the printed number is exact, or ± 10 % ("about"), or up to 10 % more ("more than": an
        assumption, for nothing bounds it), and the range holds every other report of that park, year and
        kind. Between two reports the range is that of both.

    Raises
    ------
    DataError
        Unknown parks, kinds or fill.

    Examples
    --------
    >>> table = park_headcount([2018, 2019], parks=["IMIP"])
    >>> table[["workers_low", "workers_central", "workers_high", "workers_basis"]].values.tolist()
    [[25650.0, 28500.0, 31350.0, 'reported'], [25650.0, 32046.0, 47300.0, 'interpolated']]
    """
    _check_choices(parks, kinds, fill)
    reports = _reports(tuple(kinds))
    if parks is not None:
        complexes = set(_complexes().reindex(list(parks)))
        reports = reports[reports["complex_id"].isin(complexes)]
    if reports.empty:
        return pd.DataFrame(columns=list(HEADCOUNT_COLUMNS))
    wanted = range(reports["year"].min(), reports["year"].max() + 1) if years is None else sorted(set(years))
    rows = [
        {"park_id": park, "complex_id": series["complex_id"].iloc[0], "covers": covers, **found}
        for (park, covers), series in reports.groupby(["park_id", "covers"], sort=False)
        for year in wanted
        if (found := _in_year(series.set_index("year"), int(year), fill))
    ]
    table = _without_members(pd.DataFrame(rows, columns=list(HEADCOUNT_COLUMNS)))
    if parks is not None:
        table = table[table["park_id"].isin(list(parks))]
    return table.sort_values(["park_id", "year"], ignore_index=True)


def parks_without_headcount(
    years: Iterable[int] | None = None, *, kinds: Sequence[str] = ("employees",), fill: str = "interpolate"
) -> pd.DataFrame:
    """Parks that `park_headcount` gives no row for, and why: their demand is not known, and not zero.

    Returns
    -------
    DataFrame
        park_id, name, status, reason {complex_has_a_row, only_other_kinds, no_number, no_date,
        no_report, not_in_these_years}, seen (the kinds reported, or the park whose row is that of the
        complex). Whether a complex's number holds the workers of this park, the note of its report says:
        that of Obi is of one group, so OBI_WP is not in it.

    Examples
    --------
    >>> missing = parks_without_headcount().set_index("park_id")
    >>> missing.loc["IHIP", "reason"], missing.loc["OSS", "seen"]
    ('no_report', 'VDNI')
    """
    counted = park_headcount(years, kinds=kinds, fill=fill)
    holder = counted[counted["covers"].eq("complex")].drop_duplicates("complex_id").set_index("complex_id")
    reports = read_park_workforce()
    rows = []
    for park in read_parks().to_dict("records"):
        if park["park_id"] in set(counted["park_id"]):
            continue
        own = reports[reports["park_id"].eq(park["park_id"])]
        if park["complex_id"] in holder.index:
            why = ("complex_has_a_row", str(holder.loc[park["complex_id"], "park_id"]))
        else:
            why = (_reason(own, kinds), ";".join(dict.fromkeys(own["kind"])))
        rows.append((park["park_id"], park["name"], park["status"], *why))
    return pd.DataFrame(rows, columns=["park_id", "name", "status", "reason", "seen"])


def _reason(own: pd.DataFrame, kinds: Sequence[str]) -> str:
    """Why the reports of a park give no number."""
    if own.empty:
        return "no_report"
    used = own[own["kind"].isin(list(kinds))]
    if used.empty:
        return "only_other_kinds"
    if used["workers"].isna().all():
        return "no_number"
    return "no_date" if used["year"].isna().all() else "not_in_these_years"


def _check_choices(parks: Sequence[str] | None, kinds: Sequence[str], fill: str) -> None:
    """Raise unless all words are known."""
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise DataError(WHERE, "unknown kind", unknown, f"use {', '.join(KINDS)}")
    if fill not in FILLS:
        raise DataError(WHERE, "unknown fill", [fill], f"use {', '.join(FILLS)}")
    strange = sorted(set(parks or ()) - set(_complexes().index))
    if strange:
        raise DataError(WHERE, "unknown parks", strange, "use the park_id of parks.csv")


@once_per_data
def _complexes() -> pd.Series:
    """complex_id by park_id."""
    return read_parks().set_index("park_id")["complex_id"]


@once_per_data
def _reports(kinds: tuple[str, ...]) -> pd.DataFrame:
    """One row per park, coverage and year: the range and the preferred number of the best kind reported."""
    table = read_park_workforce()
    dated = table["year"].notna() & table["workers"].notna() & table["kind"].isin(list(kinds))
    table = table[dated].assign(
        year=lambda t: t["year"].astype(int), number=lambda t: t["workers"].astype(float)
    )
    down, up = (table["qualifier"].map({word: both[i] for word, both in _SLACK.items()}) for i in (0, 1))
    table = table.assign(
        low=(table["number"] * (1 - down)).round(), high=(table["number"] * (1 + up)).round()
    )
    key = ["park_id", "covers", "year", "kind"]
    wide = table.groupby(key, as_index=False).agg(workers_low=("low", "min"), workers_high=("high", "max"))
    best = table.loc[table["preferred"], [*key, "number"]].rename(columns={"number": "workers_central"})
    found = wide.merge(best, on=key, how="inner", validate="1:1")
    found = found.assign(
        rank=found["kind"].map({kind: i for i, kind in enumerate(kinds)}),
        complex_id=found["park_id"].map(_complexes()),
    )
    found = found.sort_values(["park_id", "covers", "year", "rank"]).drop_duplicates(key[:3])
    return found.rename(columns={"kind": "workers_kind"}).drop(columns="rank")


def _in_year(series: pd.DataFrame, year: int, fill: str) -> dict[str, object]:
    """The numbers of one park in one year; empty if none hold."""
    before, after = series[series.index <= year].tail(1), series[series.index > year].head(1)
    if before.empty:
        return {}
    last, at = before.iloc[0], int(before.index[0])
    found = {k: last[k] for k in ("workers_low", "workers_central", "workers_high", "workers_kind")}
    found |= {
        "year": year,
        "report_year": at,
        "workers_basis": "reported" if at == year else "carried_forward",
    }
    if at == year:
        return found
    if fill == "none":
        return {}
    if fill == "carry" or after.empty:
        return found
    following, until = after.iloc[0], int(after.index[0])
    step = (following["workers_central"] - last["workers_central"]) * (year - at) / (until - at)
    return found | {
        "workers_basis": "interpolated",
        "workers_low": min(last["workers_low"], following["workers_low"]),
        "workers_central": round(last["workers_central"] + step),
        "workers_high": max(last["workers_high"], following["workers_high"]),
    }


def _without_members(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out rows of parks whose workers are in a row of their complex in the same year."""
    whole = table.loc[table["covers"].eq("complex"), ["complex_id", "year"]].drop_duplicates()
    seen = pd.MultiIndex.from_frame(table[["complex_id", "year"]]).isin(pd.MultiIndex.from_frame(whole))
    return table[table["covers"].eq("complex") | ~seen]
