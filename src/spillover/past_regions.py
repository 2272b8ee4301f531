"""Districts as they were: the set of each year since 2000, who came from whom, and back-cast values."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_codes, check_columns
from spillover.regions import read_provinces, read_region_changes, read_regions

FIRST_YEAR = 2000
LAST_YEAR = 2025
# BPS gave many districts other codes between 2000 and 2010 (Minahasa 7104 became 7102, while 7104 is
# Kepulauan Talaud now), in years that are not on record: before 2010 no code is better than a wrong one.
CODES_SINCE = 2010


def check_vintage(year: int, where: str) -> None:
    """Raise unless the set of districts of ``year`` is known."""
    if isinstance(year, bool) or not isinstance(year, int) or not FIRST_YEAR <= year <= LAST_YEAR:
        remedy = f"give a whole year from {FIRST_YEAR} to {LAST_YEAR}"
        raise DataError(where, "no set of districts is known for the year", [year], remedy)


def birth_years(changes: pd.DataFrame) -> dict[str, int]:
    """Year of the founding law by code, for the districts made since 2000 (from `read_region_changes`)."""
    splits = changes[changes["kind"] == "split"]
    return {c: int(y) for c, y in zip(splits["child_code"], splits["year"], strict=True)}


def split_parents(changes: pd.DataFrame) -> dict[str, list[str]]:
    """Districts that each district made since 2000 was split from (two for Tambrauw)."""
    splits = changes[changes["kind"] == "split"]
    parents: dict[str, list[str]] = {}
    for child, parent in zip(splits["child_code"], splits["parent_code"], strict=True):
        parents.setdefault(child, []).append(parent)
    return parents


def regions_in(year: int) -> pd.DataFrame:
    """Districts at the end of a year, under today's codes.

    Parameters
    ----------
    year : int
        2000 to 2025.

    Returns
    -------
    DataFrame
        One row per district of that time, by region_code (today's BPS code, the identity everywhere in
        the project): region_code, code_then (the BPS code of that time; "" before 2010, when codes were
        other ones and are not on record), name_then, kind, province_code_then (today's code of the
        province that it belonged to).

    Raises
    ------
    DataError
        A year outside 2000–2025.

    Notes
    -----
    The year of a law counts. Offices and tables follow later: Papua Barat (law of 1999) worked from 2003,
    and BPS printed the old codes of Papua until 2023. A name in use in no known year is never name_then.

    Examples
    --------
    >>> len(regions_in(2000)), len(regions_in(2025))
    (341, 514)
    >>> regions_in(2011).set_index("region_code").loc["6504"].tolist()
    ['6408', 'Nunukan', 'kabupaten', '6400']
    """
    check_vintage(year, "regions_in")
    changes = read_region_changes()
    born = birth_years(changes)
    table = read_regions()[["region_code", "name", "kind", "province_code"]]
    table = table[[born.get(code, 0) <= year for code in table["region_code"]]]
    codes = _former(changes, "former_code", year)
    names = _former(changes, "former_name", year)
    code = table["region_code"]
    code_then = [codes.get(c, c) if year >= CODES_SINCE else "" for c in code]
    return pd.DataFrame(
        {
            "region_code": code,
            "code_then": code_then,
            "name_then": [names.get(c, n) for c, n in zip(code, table["name"], strict=True)],
            "kind": table["kind"],
            "province_code_then": table["province_code"].map(_provinces_in(year)),
        }
    ).reset_index(drop=True)


def _former(changes: pd.DataFrame, column: str, year: int) -> dict[str, str]:
    """Name or code in force at the end of ``year``, by district, where it changed later."""
    later = changes[changes[column].ne("") & changes["year"].gt(year).fillna(False)]
    later = later.sort_values("year", ascending=False)  # the change that came next wins
    return dict(zip(later["child_code"], later[column], strict=True))


def _provinces_in(year: int) -> dict[str, str]:
    """The province of a year's end that today's province lay in."""
    table = read_provinces().set_index("province_code")
    then = {}
    for code in table.index:
        home = code
        while pd.notna(table.loc[home, "since"]) and table.loc[home, "since"] > year:
            home = str(table.loc[home, "parent_code"])
        then[code] = home
    return then


def flag_backcast(table: pd.DataFrame) -> pd.DataFrame:
    """Mark what a table says of districts in years before they existed.

    Parameters
    ----------
    table : DataFrame
        Any rows with region_code (districts, today's codes), year, value, status, missing_reason.

    Returns
    -------
    DataFrame
        A copy, in which rows of years before the district's founding law have status ``"backcast"`` where
        there is a value (an estimate stays ``"estimated"``), and missing_reason ``"not_applicable"`` where
        there is none and the reason was "" or ``"not_available"``.

    Raises
    ------
    DataError
        Missing columns, unknown codes.

    Examples
    --------
    >>> row = {"region_code": "7212", "year": 2012, "value": 1.0, "status": "final", "missing_reason": ""}
    >>> flag_backcast(pd.DataFrame([row]))["status"].tolist()
    ['backcast']
    """
    check_columns(table, ["region_code", "year", "value", "status", "missing_reason"], "flag_backcast")
    check_codes(table["region_code"], read_regions()["region_code"], "flag_backcast")
    born = birth_years(read_region_changes("split"))
    early = table["year"] < table["region_code"].map(born).fillna(0)
    there = table["value"].notna()
    guessed = early & there & table["status"].ne("estimated")
    absent = early & ~there & table["missing_reason"].isin(["", "not_available"])
    return table.assign(
        status=table["status"].mask(guessed, "backcast"),
        missing_reason=table["missing_reason"].mask(absent, "not_applicable"),
    )
