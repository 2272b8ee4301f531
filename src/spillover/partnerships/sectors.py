"""Sectors as partnership claims name them, and their divisions of KBLI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from spillover.errors import DataError, check_not_empty, check_rows, check_unique
from spillover.partnerships.columns import ALL, SLUG, split_list
from spillover.sources import read_csv

if TYPE_CHECKING:
    import pandas as pd

SECTOR_COLUMNS = {
    "sector": "text", "name_id": "text", "name_en": "text", "kbli_section": "text", "kbli_division": "text",
    "division_id": "text", "division_en": "text", "main": "flag", "reason": "text", "supply_chain": "flag",
}  # fmt: skip
# First and last division of each section of KBLI 2020 (the sections and divisions of ISIC Rev. 4).
DIVISIONS = {
    "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47),
    "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82),
    "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99),
}  # fmt: skip
WHERE = "sectors.csv"


def read_sectors() -> pd.DataFrame:
    """Read the sectors of the partnership ledger with their KBLI divisions.

    Returns
    -------
    DataFrame
        One row per sector and division, the columns of ``SECTOR_COLUMNS``: kbli_section is a letter,
        kbli_division two digits (text), main is true for the one row that a sector is counted under,
        supply_chain says whether a park buys from it.

    Raises
    ------
    DataError
        A division given twice or outside its section, a sector with no main row or with two, or with
        names that differ between its rows.

    Examples
    --------
    >>> bool(read_sectors().groupby("sector")["main"].sum().eq(1).all())
    True
    """
    table = read_csv("sectors", SECTOR_COLUMNS)
    check_sectors(table)
    return table


def check_sectors(table: pd.DataFrame) -> None:
    """Raise unless a table is as `read_sectors` says."""
    key = ["sector", "kbli_division"]
    check_not_empty(table, WHERE)
    check_unique(table, key, WHERE)
    bad = ~table["sector"].str.fullmatch(SLUG) | table["sector"].eq(ALL)
    check_rows(table, bad, key, WHERE, "sector is no slug", "use small letters, digits and underscores")
    bad = ~table["kbli_division"].str.fullmatch(r"[0-9]{2}") | ~table["kbli_section"].isin(DIVISIONS)
    remedy = "write a letter A–U and two digits"
    check_rows(table, bad, ["kbli_section", *key], WHERE, "no section or division of KBLI", remedy)
    first = table["kbli_section"].map({letter: ends[0] for letter, ends in DIVISIONS.items()})
    last = table["kbli_section"].map({letter: ends[1] for letter, ends in DIVISIONS.items()})
    bad = ~table["kbli_division"].astype(int).between(first, last)
    remedy = "correct one of them (KBLI 2020)"
    check_rows(table, bad, ["kbli_section", *key], WHERE, "divisions outside their section", remedy)
    of_sector = table.groupby("sector")
    bad = of_sector["main"].transform("sum").ne(1)
    check_rows(table, bad, key, WHERE, "sectors without exactly one main row", "mark one row as main")
    for name in ("name_id", "name_en", "supply_chain"):
        bad = of_sector[name].transform("nunique").ne(1)
        check_rows(table, bad, key, WHERE, f"{name} differs within a sector", "write it alike in all rows")


def sections_by_sector(table: pd.DataFrame) -> dict[str, list[str]]:
    """KBLI sections of each sector, that of its main row first."""
    ordered = table.sort_values("main", ascending=False, kind="stable")
    return {
        str(sector): list(dict.fromkeys(rows["kbli_section"])) for sector, rows in ordered.groupby("sector")
    }


def sectors_of(text: str, *, table: pd.DataFrame | None = None) -> list[str]:
    """Sectors that a ledger's cell names: ``all`` becomes every sector of the table, in its order.

    Raises
    ------
    DataError
        A sector that the table does not have.

    Examples
    --------
    >>> sectors_of("")
    []
    """
    named = split_list(text)
    if not named:
        return []
    table = read_sectors() if table is None else table
    known = list(dict.fromkeys(table["sector"]))
    if named == [ALL]:
        return known
    unknown = [sector for sector in named if sector not in known]
    if unknown:
        raise DataError(WHERE, "unknown sectors", unknown, f"known: {', '.join(known)}, {ALL}")
    return named


def kbli_of(sectors: str | Iterable[str], *, table: pd.DataFrame | None = None) -> pd.DataFrame:
    """KBLI divisions of some sectors.

    Parameters
    ----------
    sectors : str or iterable of str
        A ledger's cell ("food;transport", "all", "") or a list of slugs.
    table : DataFrame, optional
        As from `read_sectors`, which is read without it.

    Returns
    -------
    DataFrame
        The rows of the table that are of these sectors, in the order of the sectors.

    Raises
    ------
    DataError
        A sector that the table does not have.

    Examples
    --------
    >>> table = read_sectors()
    >>> len(kbli_of("all", table=table)) == len(table)
    True
    """
    table = read_sectors() if table is None else table
    named = sectors_of(sectors if isinstance(sectors, str) else ";".join(sectors), table=table)
    rank = {sector: i for i, sector in enumerate(named)}
    chosen = table[table["sector"].isin(rank)]
    return chosen.sort_values("sector", key=lambda s: s.map(rank), kind="stable").reset_index(drop=True)
