"""The header of a table: what concerns the whole of it, and what each column of values holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from spillover.bps.columns import Roles
from spillover.bps.headers import Said, read_header, read_period, read_period_under, says_year, title_year
from spillover.bps.headings import read_heading, untold_year
from spillover.bps.looks import VALUE_HEADS
from spillover.bps.sheets import Cells, Sheet
from spillover.bps.shifts import check_header, numbers_columns
from spillover.bps.stubs import heads_names
from spillover.bps.units import parse_unit
from spillover.errors import DataError

_OF_TITLES = re.compile(r"\b(?:menurut|by)\b|[(]", re.I)
# Lines above a table that do not say what it measures.
_NO_TITLE = re.compile(
    r"\W*(?:(?:sumber|source|catatan|note|keterangan|ket)\w*(?:\s*/\s*\w+)?\s*:.*|badan pusat statistik\b.*"
    r"|bps\b.*|statistics indonesia|(?:kembali|back)\b.*)",
    re.I,
)
_UNIT_LINE = re.compile(r"\W*(?:satuan|units?)(?:\s*/\s*units?)?\s*[:=]\s*([^()]+?)\W*", re.I)
_SHEET_YEAR = re.compile(r", (?:\w+ )?sheet (?:tahun |th\.? ?|thn\.? ?)?((?:19[5-9]|20[0-4])\d)", re.I)


# Headings of what is derived from the quantity in the title, and so is in another unit.
_DERIVED = re.compile(
    r"(?:persentase|percentage|persen|percent|proporsi|proportion|share|distribusi|distribution|laju|pertumbuhan|"
    r"perubahan|growth|change|rasio|ratio|kepadatan|density)\b|%",
    re.I,
)


class Heads(NamedTuple):
    """Title lines in one text, what is said over each column of values, and the header's rows."""

    title: str
    columns: dict[int, Said]
    rows: Cells


class _Split(NamedTuple):
    """Lines of the title; texts over all values alike; rows that tell the columns apart."""

    titles: list[Said]
    over: list[str]
    own: Cells


def read_heads(sheet: Sheet, rows: Cells, begin: int, roles: Roles) -> Heads:
    """Read the header that begins at row ``begin`` of a sheet.

    Parameters
    ----------
    sheet : Sheet
        For its name, its merged cells and its title.
    rows : list of list of str
        Its rows, tidy.
    begin : int
    roles : Roles

    Returns
    -------
    Heads

    Raises
    ------
    DataError
        Two years in one heading, a heading whose year cannot be told, columns that are not told apart.

    Examples
    --------
    >>> from spillover.bps.columns import find_roles
    >>> from spillover.bps.gazetteer import gazetteer
    >>> rows = [["Kab", "2020", "2021"], ["Morowali", "1", "2"]]
    >>> roles = find_roles(rows, 0, gazetteer().levels_of)
    >>> [said.year for said in read_heads(Sheet("a.csv", rows), rows, 0, roles).columns.values()]
    ['2020', '2021']
    """
    head = _filled(sheet, rows, begin, roles)
    split = _split(head, roles, merged=bool(sheet.spans), titled=bool(sheet.title))
    over = [read_heading(text) for text in split.over]
    shared = _merge([*split.titles, *over], sheet.where, "the header")
    columns = _columns(sheet, split, shared, roles)
    return Heads(" ".join(filter(None, [sheet.title, shared.rest])), columns, head)


def _filled(sheet: Sheet, rows: Cells, begin: int, roles: Roles) -> Cells:
    """Header rows with merged cells filled in, and without a row that only numbers the columns."""
    head = [row + [""] * (roles.width - len(row)) for row in rows[begin : roles.first]]
    for top, left, bottom, right in sheet.spans:
        for i in range(max(top, begin), min(bottom + 1, roles.first)):
            for j in range(left, min(right + 1, roles.width)):
                head[i - begin][j] = rows[top][left] if top < roles.first and left < len(rows[top]) else ""
    return [row for row in head if any(row) and not numbers_columns(row)]


def _split(head: Cells, roles: Roles, *, merged: bool, titled: bool) -> _Split:
    """Tell lines that concern the whole table from rows that tell its columns apart."""
    titles: list[str] = []
    over_all: list[str] = []
    own: Cells = []
    values = roles.values
    aside: list[str] = []
    for row in head:
        over = [row[j] for j in values if row[j]]
        beside = list(dict.fromkeys(text for j, text in enumerate(row) if text and j not in values))
        if not over:
            # A heading of the names stands beside headings of columns, or alone; a title says more.
            titles += [text for text in beside if len(beside) == 1 and _is_title(text)]
            continue
        if all(says_year(text) or untold_year(text) for text in over):
            aside += [text for text in beside[:1] if _is_title(text) and _OF_TITLES.search(text)]
        if len(set(over)) == 1 and (row[values[0]] and (len(over) == 1 or len(over) == len(values))):
            over_all += [] if over[0].lower() in VALUE_HEADS else over[:1]
        else:
            own.append(row)
    if not merged:  # the lowest row tells the columns apart, and has a heading for each
        own = [*(_carried(row, values) for row in own[:-1]), *own[-1:]]
    if not titled and not titles:
        titles = aside[:1]  # the comma of a title parted it from its year
    return _Split([read_header(_with_unit(text)) for text in titles], over_all, own)


def _is_title(text: str) -> bool:
    return not heads_names(text) and not _NO_TITLE.fullmatch(text)


def _with_unit(text: str) -> str:
    """ "Satuan: ribu jiwa" as it stands in a title."""
    found = _UNIT_LINE.fullmatch(text)
    return f"({found[1]})" if found else text


def _carried(row: list[str], values: Sequence[int]) -> list[str]:
    """A heading goes on over the empty cells to its right, as print sets it over several columns."""
    out = list(row)
    for before, j in pairwise(values):
        out[j] = out[j] or out[before]
    return out


def _merge(parts: Sequence[Said], where: str, what: str) -> Said:
    """What several headings say together."""
    years = list(dict.fromkeys((p.year, p.mark) for p in parts if p.year))
    periods = list(dict.fromkeys(p.period for p in parts if p.period))
    if len(years) > 1 or len(periods) > 1:
        said = [y + m for y, m in years] if len(years) > 1 else periods
        raise DataError(where, f"{what} names more than one year or period", said, "leave one of them")
    texts = list(dict.fromkeys(p.rest for p in parts if p.rest))
    rest = " ".join(t for t in texts if not any(t != other and t.lower() in other.lower() for other in texts))
    if not years:
        ended = [title_year(p.rest) for p in parts if p.rest]
        years = list(dict.fromkeys((said.year, said.mark) for said in ended if said.year))
        years = years if len(years) == 1 else []
    year, mark = years[0] if years else ("", "")
    return Said(year, mark, periods[0] if periods else "", rest)


def _columns(sheet: Sheet, split: _Split, shared: Said, roles: Roles) -> dict[int, Said]:
    """What each column of values holds: its own headings, else what the whole table says."""
    own = {
        j: _in_part_year(
            _merge([read_heading(row[j]) for row in split.own], sheet.where, f"the header of column {j + 1}"),
            " ".join([sheet.title, shared.rest]),
        )
        for j in roles.values
    }
    _check_years(sheet.where, split, own)
    _check_shares(sheet.where, " ".join([sheet.title, shared.rest]), own)
    named = _SHEET_YEAR.search(sheet.where)
    year, mark = (shared.year, shared.mark) if shared.year or not named else (named[1], "")
    columns = {
        j: Said(said.year or year, said.mark if said.year else mark, said.period or shared.period, said.rest)
        for j, said in own.items()
    }
    check_header(sheet.where, split.own, own, columns, roles, merged=bool(sheet.spans))
    return columns


def _in_part_year(said: Said, title: str) -> Said:
    """ "I", "II", … under "Triwulan", or in a table that is by quarter as its title says."""
    if said.period or not said.rest:
        return said
    period = read_period(said.rest)
    if period is None and not said.rest.isdigit():
        period = read_period_under(title, said.rest)
    return said if period is None else said._replace(period=period, rest="")


def _check_shares(where: str, title: str, own: dict[int, Said]) -> None:
    """Refuse headings of shares, growth and ratios that would be given the title's unit of a quantity.

    Raises
    ------
    DataError
    """
    derived = {j: said.rest for j, said in own.items() if _DERIVED.search(said.rest)}
    if not derived or len({said.rest for said in own.values()}) == 1:
        return
    try:
        unit = parse_unit(title)
        wrong = [f"{text!r} over column {j + 1}" for j, text in derived.items() if parse_unit(text) is None]
    except DataError:
        return  # a unit that is not known is refused where it is read
    if unit is not None and unit.base != "percent" and wrong:
        remedy = "write its unit behind each: 'Persentase (persen)'"
        raise DataError(where, f"the title's unit ({unit.printed}) is not that of all columns", wrong, remedy)


def _check_years(where: str, split: _Split, own: dict[int, Said]) -> None:
    """Refuse headings that name a year of their own, but not so that it can be told.

    The year of the title, of the sheet or of the person would be given to their values.

    Raises
    ------
    DataError
    """
    over = [read_heading(text) for text in split.over]
    dated = any(said.year or title_year(said.rest).year for said in over) or all(s.year for s in own.values())
    texts = {text: "all columns" for text in split.over if not dated and untold_year(text)}
    for j, said in own.items():
        untold = [row[j] for row in split.own if untold_year(row[j])] if said.year == "" else []
        texts |= dict.fromkeys(untold, f"column {j + 1}")
    if texts:
        raise DataError(
            where,
            "headings whose year cannot be told",
            [f"{text!r} over {place}" for text, place in texts.items()],
            "write the one year that each stands for, as 2020 for 2019/2020 or Januari 2019 for Jan-19",
        )
