"""The partnership ledger: what was said about partnerships of large firms with SMEs, by whom, for when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError, check_rows, check_unique
from spillover.partnerships.columns import (
    AUTHOR_KINDS,
    LEDGER_COLUMNS,
    NATION,
    PROGRAMME_COLUMNS,
    PROGRAMME_KINDS,
    SLUG,
    SOURCE_COLUMNS,
    split_list,
)
from spillover.partnerships.dates import is_date, stretch
from spillover.partnerships.problems import Rows
from spillover.partnerships.rules import check_ledger, ledger_problems
from spillover.partnerships.texts import read_texts
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_csv

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LEDGER_COLUMNS", "check_ledger", "ledger_file_problems", "ledger_problems", "read_claim_sources",
    "read_ledger", "read_ledger_file", "read_programmes", "wider_programmes",
]  # fmt: skip


def read_ledger() -> pd.DataFrame:
    """Read the partnership ledger, one row per claim.

    Claims that cannot both be true stand side by side and share a slug in ``conflict``; figures that a
    later one replaces stay, named in its ``supersedes``. To add claims use `add_up`, never a bare sum.

    Returns
    -------
    DataFrame
        The columns of ``LEDGER_COLUMNS``, in file order: texts ("" where empty), and value and value_high
        as floats in the base unit (NaN where there is no value_high).

    Raises
    ------
    DataError
        The first rule that a row breaks; `ledger_problems` gives all.

    Examples
    --------
    >>> sorted(set(read_ledger()["basis"]) - {"cumulative", "flow", "stock"})
    []
    """
    table = read_csv("partnerships", LEDGER_COLUMNS)
    check_ledger(table, "partnerships.csv", read_claim_sources(), read_programmes())
    return table


def read_ledger_file(
    path: str | Path, *, sources: pd.DataFrame | None = None, programmes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Read a ledger of the user's own from a CSV file, by the rules of the bundled one.

    Parameters
    ----------
    path : str or Path
        A CSV file in UTF-8 with the columns of ``LEDGER_COLUMNS``.
    sources, programmes : DataFrame, optional
        As from `read_claim_sources` and `read_programmes`; without them their ids are not looked up.

    Returns
    -------
    DataFrame
        As `read_ledger`.

    Raises
    ------
    DataError
        The first problem; `ledger_file_problems` gives all.

    Examples
    --------
    >>> read_ledger_file("nowhere.csv")
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: nowhere.csv: the file is missing. To mend it: give the path of a CSV file.
    """
    raw = read_texts(path)
    check_ledger(raw, Path(path).name, sources, programmes)
    return Rows.of(raw, "").table[list(LEDGER_COLUMNS)].reset_index(drop=True)


def ledger_file_problems(
    path: str | Path, *, sources: pd.DataFrame | None = None, programmes: pd.DataFrame | None = None
) -> list[DataError]:
    """All that is wrong with a ledger in a CSV file: one error per broken rule, none if it is in order.

    Parameters
    ----------
    path, sources, programmes
        As for `read_ledger_file`.

    Returns
    -------
    list of DataError
        As from `ledger_problems`; one only if the file cannot be read or has other columns.

    Examples
    --------
    >>> [error.problem for error in ledger_file_problems("nowhere.csv")]
    ['the file is missing']
    """
    try:
        raw = read_texts(path)
    except DataError as error:
        return [error]
    return ledger_problems(raw, Path(path).name, sources, programmes)


def read_claim_sources() -> pd.DataFrame:
    """Read the pages and reports that make the ledger's claims.

    Returns
    -------
    DataFrame
        One row per source_id, the columns of ``SOURCE_COLUMNS``: author_kind is one of ``AUTHOR_KINDS``
        (who wrote the text: a company's release is not a report of the press), published a date or "".

    Raises
    ------
    DataError
        Ids that stand twice or are no slug, an unknown author_kind, dates that are none.

    Examples
    --------
    >>> bool(read_claim_sources()["source_id"].is_unique)
    True
    """
    where, table = "partnership_sources.csv", read_csv("partnership_sources", SOURCE_COLUMNS)
    check_claim_sources(table, where)
    return table


def check_claim_sources(table: pd.DataFrame, where: str) -> None:
    """Raise unless a table is as `read_claim_sources` says."""
    key = ["source_id"]
    check_unique(table, key, where)
    bad = ~table["source_id"].str.fullmatch(SLUG)
    check_rows(table, bad, key, where, "ids that are no slug", "use small letters, digits, underscores")
    bad = ~table["author_kind"].isin(AUTHOR_KINDS)
    remedy = f"use {', '.join(AUTHOR_KINDS)}"
    check_rows(table, bad, [*key, "author_kind"], where, "unknown author_kind", remedy)
    for name in ("published", "accessed"):
        bad = table[name].ne("") & ~table[name].map(lambda text: is_date(text, fuzzy=False))
        remedy = "write 2024, 2024-03 or 2024-03-07; words belong in published_note"
        check_rows(table, bad, [*key, name], where, f"{name} is no date", remedy)


def read_programmes() -> pd.DataFrame:
    """Read the programmes that the ledger's claims are about.

    Returns
    -------
    DataFrame
        One row per programme_id, the columns of ``PROGRAMME_COLUMNS``; several park_ids, region_codes and
        source_ids are joined by ";". wider_of names the programme whose figures this one's contain.

    Raises
    ------
    DataError
        Ids that stand twice or are unknown, an unknown kind, dates that are none, a circle of wider_of.

    Examples
    --------
    >>> bool(read_programmes()["programme_id"].is_unique)
    True
    """
    table = read_csv("programmes", PROGRAMME_COLUMNS)
    check_programmes(table, "programmes.csv", read_claim_sources())
    return table


def check_programmes(table: pd.DataFrame, where: str, sources: pd.DataFrame) -> None:
    """Raise unless a table is as `read_programmes` says."""
    from spillover.parks import read_parks

    key = ["programme_id"]
    check_unique(table, key, where)
    bad = ~table["programme_id"].str.fullmatch(SLUG)
    check_rows(table, bad, key, where, "ids that are no slug", "use small letters, digits, underscores")
    bad = ~table["kind"].isin(PROGRAMME_KINDS)
    remedy = f"use {', '.join(PROGRAMME_KINDS)}"
    check_rows(table, bad, [*key, "kind"], where, "unknown kind", remedy)
    regions = {NATION, *read_regions()["region_code"], *read_provinces()["province_code"]}
    known = {
        "region_codes": regions,
        "park_ids": set(read_parks()["park_id"]),
        "source_ids": set(sources["source_id"]),
        "wider_of": set(table["programme_id"]),
    }
    for name, ids in known.items():
        bad = ~table[name].map(lambda text, ids=ids: set(split_list(text)) <= ids)
        check_rows(table, bad, [*key, name], where, f"unknown {name}", "correct the ids")
    check_spans(table, where)
    circles = [i for i in table["programme_id"] if i in wider_programmes(i, table)]
    if circles:
        raise DataError(where, "programmes that are wider than themselves", circles, "correct wider_of")


def check_spans(table: pd.DataFrame, where: str) -> None:
    """Raise unless start and end of programmes are dates, or empty, in this order."""
    key = ["programme_id"]
    for name in ("start", "end"):
        bad = table[name].ne("") & ~table[name].map(is_date)
        check_rows(table, bad, [*key, name], where, f"{name} is no date", "write 2024, 2024-03 or 2024-03-07")
    spans = zip(table["start"], table["end"], strict=True)
    late = [bool(a and b) and stretch(a).first > stretch(b).last for a, b in spans]
    bad = pd.Series(late, index=table.index, dtype=bool)
    check_rows(table, bad, [*key, "start", "end"], where, "end before start", "correct the dates")


def wider_programmes(programme: str, programmes: pd.DataFrame) -> list[str]:
    """Programmes whose figures contain those of ``programme``, directly or through another.

    Examples
    --------
    >>> import pandas as pd
    >>> simulated = pd.DataFrame({"programme_id": ["park", "park_and_mine"], "wider_of": ["", "park"]})
    >>> wider_programmes("park", simulated)
    ['park_and_mine']
    """
    inside = [split_list(text) for text in programmes["wider_of"]]
    found: list[str] = []
    todo: Iterable[str] = [programme]
    while todo:
        wider = [
            p
            for p, narrower in zip(programmes["programme_id"], inside, strict=True)
            if set(narrower) & set(todo) and p not in found
        ]
        found += wider
        todo = wider
    return found
