"""Rules that every ledger keeps, bundled or a user's own; all that is wrong is said at once."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty
from spillover.partnerships.columns import (
    ALL,
    BASES,
    LEDGER_COLUMNS,
    NATION,
    QUALIFIERS,
    SLUG,
    STAGES,
    is_unit,
    split_list,
)
from spillover.partnerships.dates import is_date, stretch
from spillover.partnerships.links import link_problems
from spillover.partnerships.problems import Rows, problem
from spillover.partnerships.sectors import read_sectors, sections_by_sector
from spillover.regions import read_provinces, read_regions

_CLOSED = {"qualifier": QUALIFIERS, "basis": BASES, "stage": STAGES}
_SLUGS = ("entry_id", "programme", "measure", "source_id", "supersedes", "part_of")
_NUMBERS = ("value", "value_high")
_SHARE = r"(?:^|_)share(?:_|$)"
WHOLE = 100
_REQUIRED = tuple(name for name, kind in LEDGER_COLUMNS.items() if kind == "text")


def check_ledger(
    table: pd.DataFrame,
    where: str,
    sources: pd.DataFrame | None = None,
    programmes: pd.DataFrame | None = None,
    sectors: pd.DataFrame | None = None,
) -> None:
    """Raise the first problem of `ledger_problems`, if there is one."""
    for error in ledger_problems(table, where, sources, programmes, sectors):
        raise error


def ledger_problems(
    table: pd.DataFrame,
    where: str = "ledger",
    sources: pd.DataFrame | None = None,
    programmes: pd.DataFrame | None = None,
    sectors: pd.DataFrame | None = None,
) -> list[DataError]:
    """All that is wrong with a ledger, one error per rule that is broken.

    Parameters
    ----------
    table : DataFrame
        The columns of ``LEDGER_COLUMNS``; value and value_high may be numbers or their texts. Its index
        counts the rows of the file from 0: an offender's line is that of the file.
    where : str
        The table or file, for messages.
    sources, programmes : DataFrame, optional
        Tables whose ids (source_id; programme_id) the ledger may name. Without one, they are not looked up.
    sectors : DataFrame, optional
        As from `read_sectors`, which is used without it.

    Returns
    -------
    list of DataError
        Empty if nothing is wrong. Each names its rows by line and entry_id. Rows with a fault of their own
        are left out where rows are compared with each other, so that one slip is not reported twice.

    Examples
    --------
    >>> [error.problem for error in ledger_problems(pd.DataFrame({"entry_id": ["a"]}))]
    ['missing columns']
    """
    try:
        check_columns(table, list(LEDGER_COLUMNS), where, exact=True)
        check_not_empty(table, where)
    except DataError as error:
        return [error]
    rows = Rows.of(table, where)
    own = [*_cell_problems(rows), *_date_problems(rows), *_code_problems(rows)]
    own += _named(rows, "programme", programmes, "programme_id", "programmes")
    own += _named(rows, "source_id", sources, "source_id", "sources")
    own += _sector_problems(rows, read_sectors() if sectors is None else sectors)
    return own + link_problems(rows, rows.sound(own))


def _cell_problems(rows: Rows) -> Iterator[DataError]:
    """Cells that are empty, not of a closed list, no slug or no number; ids that stand twice."""
    t = rows.table
    for name in _REQUIRED:
        yield from problem(rows, t[name].eq(""), f"empty {name}", "fill the cell", ())
    for name, known in _CLOSED.items():
        bad = t[name].ne("") & ~t[name].isin(known)
        yield from problem(rows, bad, f"unknown {name}", f"use {', '.join(known)}", (name,))
    for name in _SLUGS:
        bad = t[name].ne("") & ~t[name].str.fullmatch(SLUG)
        yield from problem(
            rows, bad, f"{name} is no slug", "use small letters, digits and underscores", (name,)
        )
    yield from problem(rows, t.duplicated("entry_id"), "entry_id stands twice", "give each row its own", ())
    for name in LEDGER_COLUMNS:
        cell = f"{name}_text" if name in _NUMBERS else name
        broken = t[cell].str.contains(r"[\r\n]")
        yield from problem(rows, broken, f"a line break in {name}", "write the cell in one line", (cell,))
    yield from _number_problems(rows)
    half = t["note_id"].eq("") != t["note_en"].eq("")
    yield from problem(rows, half, "a note in one language only", "fill note_id and note_en, or neither", ())


def _number_problems(rows: Rows) -> Iterator[DataError]:
    """Values that are no finite number from 0 up, and ranges that are none."""
    t = rows.table
    bad = ~t["value"].between(0, float("inf"), inclusive="left")
    remedy = "write plain digits in the base unit, with a decimal point (3500000000000)"
    yield from problem(rows, bad, "value is not a number from 0 up", remedy, ("value_text",))
    for name in _NUMBERS:
        plain = "write plain digits: 1000; or, if a decimal is meant, one more place: 1.0000"
        what = f"{name} may be a decimal or a thousand"
        yield from problem(rows, t[f"{name}_grouped"], what, plain, (f"{name}_text",))
    yield from _share_problems(rows)
    high = t["value_high"]
    bad = t["value_high_text"].ne("") & ~high.between(0, float("inf"), inclusive="left")
    yield from problem(rows, bad, "value_high is not a number from 0 up", remedy, ("value_high_text",))
    ranged = t["qualifier"].eq("range")
    remedy = "a range has a value_high above value; every other qualifier has none"
    bad = (ranged & ~(high > t["value"]) & ~bad) | (~ranged & t["value_high_text"].ne(""))
    show = ("qualifier", "value_text", "value_high_text")
    yield from problem(rows, bad, "qualifier and value_high do not fit", remedy, show)


def _share_problems(rows: Rows) -> Iterator[DataError]:
    """Shares of something that are more than all of it."""
    t = rows.table
    share = t["unit"].eq("percent") & t["measure"].str.contains(_SHARE)
    bad = share & (t["value"].gt(WHOLE) | t["value_high"].gt(WHOLE))
    remedy = "correct the figure; what can be more than all of it is called a growth or a ratio"
    yield from problem(rows, bad, "a share above 100 percent", remedy, ("value_text", "value_high_text"))


def _date_problems(rows: Rows) -> Iterator[DataError]:
    """Dates that are none, or cannot be in this order."""
    t = rows.table
    wrong = pd.Series(False, index=t.index)
    for name in ("period_start", "period_end", "as_of", "quote_date"):
        bad = t[name].ne("") & ~t[name].map(is_date)
        wrong |= bad
        remedy = "write 2024, 2024-03, 2024-03-07, or early-2024, mid-2024, late-2024"
        yield from problem(rows, bad, f"{name} is no date", remedy, (name,))
    periods = ("period_start", "period_end")
    start, end = (t[name].ne("") for name in periods)
    stock, flow, total = (t["basis"].eq(basis) for basis in ("stock", "flow", "cumulative"))
    remedy = "leave period_start and period_end empty; the date of a stock is its as_of"
    yield from problem(rows, stock & (start | end), "a stock with a period", remedy, periods)
    remedy = "fill period_start and period_end; without them it is a stock or cumulative"
    yield from problem(rows, flow & ~(start & end), "a flow without its period", remedy, periods)
    bad = total & end & t["period_end"].ne(t["as_of"])
    remedy = "period_end of a cumulative claim is its as_of, or empty"
    yield from problem(
        rows, bad, "a cumulative claim that does not end at its as_of", remedy, ("period_end", "as_of")
    )
    # What is planned may end after the day it is spoken of; what is realised may not.
    done = t["stage"].eq("realised")
    for early, late, which in (
        ("period_start", "period_end", ~wrong),
        ("period_start", "as_of", ~wrong & done),
        ("period_end", "as_of", ~wrong & done),
        ("as_of", "quote_date", ~wrong & done),
    ):
        both = which & t[early].ne("") & t[late].ne("")
        bad = both & pd.Series(
            [
                ok and stretch(a).first > stretch(b).last
                for a, b, ok in zip(t[early], t[late], both, strict=True)
            ],
            index=t.index,
            dtype=bool,
        )
        yield from problem(rows, bad, f"{early} after {late}", "correct the dates", (early, late))


def _code_problems(rows: Rows) -> Iterator[DataError]:
    """Units and regions that are unknown."""
    t = rows.table
    bad = t["unit"].ne("") & ~t["unit"].map(is_unit)
    remedy = "use a unit of spillover.partnerships.columns.BASE_UNITS, for a rate with /day, /month or /year"
    yield from problem(rows, bad, "unknown unit", remedy, ("unit",))
    known = {NATION, *read_regions()["region_code"], *read_provinces()["province_code"]}
    bad = t["region_code"].ne("") & ~t["region_code"].isin(known)
    remedy = "use today's BPS code of a district or province (7203, 7200), or 0000 for the nation"
    yield from problem(rows, bad, "unknown region_code", remedy, ("region_code",))


def _named(rows: Rows, column: str, known: pd.DataFrame | None, key: str, table: str) -> Iterator[DataError]:
    """Ids that are not in the table that describes them."""
    if known is None:
        return
    cells = rows.table[column]
    bad = cells.ne("") & ~cells.isin(known[key])
    yield from problem(rows, bad, f"unknown {column}", f"add it to {table}.csv, or correct the id", (column,))


def _sector_problems(rows: Rows, sectors: pd.DataFrame) -> Iterator[DataError]:
    """Sectors that are unknown, and KBLI sections that are not those of the sectors."""
    t = rows.table
    known = sections_by_sector(sectors)
    named = t["sector"].map(split_list)
    fine = named.map(lambda slugs: slugs == [ALL] or all(slug in known for slug in slugs))
    remedy = "use slugs of data/reference/sectors.csv joined by ';', all, or an empty cell"
    yield from problem(rows, ~fine, "unknown sector", remedy, ("sector",))
    bad = [
        ok and not _sections_fit(set(split_list(letters)), [known[s] for s in slugs if s != ALL])
        for slugs, letters, ok in zip(named, t["kbli_section"], fine, strict=True)
    ]
    remedy = "give the main section of each sector, and none that no sector has; none for all or no sector"
    show = ("sector", "kbli_section")
    yield from problem(
        rows, pd.Series(bad, index=t.index, dtype=bool), "kbli_section does not fit sector", remedy, show
    )


def _sections_fit(letters: set[str], sections: list[list[str]]) -> bool:
    """Whether the main section of each sector is there, and no letter that none of them has."""
    return {s[0] for s in sections} <= letters <= {letter for s in sections for letter in s}
