"""A new claim for a ledger: filled in from its quotation, from its sector and from what the ledger holds."""

from __future__ import annotations

import csv
import io
import stat
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from spillover.errors import DataError
from spillover.partnerships.columns import LEDGER_COLUMNS
from spillover.partnerships.rules import ledger_problems
from spillover.partnerships.texts import read_texts

# What a quotation can say, in terms of `extract_figures`.
_FROM_FIGURE = ("value", "value_high", "unit", "qualifier", "period_start", "period_end")


def from_quote(quote: str, published: str = "") -> dict[str, str]:
    """Cells that the words of a source give: value, unit, qualifier, period and the figure as printed.

    Parameters
    ----------
    quote : str
        The words of the source that hold one figure, with its qualifier.
    published : str
        Their day, for words such as *tahun lalu*.

    Raises
    ------
    DataError
        No figure in the quotation, or several.

    Examples
    --------
    >>> cells = from_quote("lebih dari Rp 700 miliar")
    >>> cells["value"], cells["unit"], cells["qualifier"], cells["reported_as"]
    ('700000000000', 'IDR', 'at_least', 'lebih dari Rp 700 miliar')
    """
    from spillover.partnerships.figures import extract_figures

    table = extract_figures(quote, published or None)
    if len(table) != 1:
        found = table["quote"].tolist()
        remedy = "quote the words around one figure, or give value, unit and qualifier by --set"
        raise DataError("--quote", f"{len(table)} figures instead of one", found or None, remedy)
    row = table.iloc[0]
    cells = {name: _cell(row[name]) for name in _FROM_FIGURE}
    return {k: v for k, v in cells.items() if v} | {"reported_as": " ".join(quote.split())}


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.15g}" if value % 1 else f"{value:.0f}"
    return str(value)


def filled(cells: Mapping[str, str], ledger: pd.DataFrame) -> dict[str, str]:
    """Cells that follow from others: the id, the KBLI sections, the claim that this one replaces.

    Parameters
    ----------
    cells : mapping
        Column → text; what is given stays as it is.
    ledger : DataFrame
        The rows that are there, as texts.

    Examples
    --------
    >>> cells = {"programme": "p", "measure": "m", "as_of": "2024-01", "sector": "food"}
    >>> made = filled(cells, pd.DataFrame(columns=list(LEDGER_COLUMNS)))
    >>> made["entry_id"], made["kbli_section"]
    ('p_m_2024_01', 'G')
    """
    made = {name: str(cells.get(name, "")).strip() for name in LEDGER_COLUMNS}
    made["kbli_section"] = made["kbli_section"] or _sections(made["sector"])
    made["qualifier"] = made["qualifier"] or "exact"
    if made["basis"] == "cumulative" and made["as_of"] and not made["period_end"]:
        made["period_end"] = made["as_of"]
    if not made["entry_id"] and all(made[n] for n in ("programme", "measure", "as_of")):
        made["entry_id"] = _new_id(made, set(ledger["entry_id"]))
    made["supersedes"] = made["supersedes"] or _predecessor(made, ledger)
    return made


def _sections(sectors: str) -> str:
    """Main KBLI sections of sectors, as the ledger writes them; unknown sectors are left to the rules."""
    from spillover.partnerships.sectors import read_sectors, sectors_of

    if sectors in ("", "all"):
        return ""
    table = read_sectors()
    try:
        names = sectors_of(sectors, table=table)
    except DataError:
        return ""
    main = table[table["main"] & table["sector"].isin(names)]
    return ";".join(sorted(set(main["kbli_section"])))


def _new_id(cells: Mapping[str, str], taken: set[str]) -> str:
    base = f"{cells['programme']}_{cells['measure']}_{cells['as_of']}".replace("-", "_").lower()
    names = (base, *(f"{base}_{n}" for n in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _predecessor(cells: Mapping[str, str], ledger: pd.DataFrame) -> str:
    """The claim of the same curve that this one replaces: the last that none replaces yet."""
    from spillover.partnerships.columns import CURVE
    from spillover.partnerships.dates import is_date, is_later

    if cells["basis"] != "cumulative" or cells["conflict"] or not is_date(cells["as_of"]):
        return ""
    alike = ledger["basis"].eq("cumulative") & ~ledger["entry_id"].isin(ledger["supersedes"])
    for name in CURVE:
        alike &= ledger[name].eq(cells[name])
    rows = ledger[alike]
    earlier = rows[[is_date(day) and is_later(cells["as_of"], day) for day in rows["as_of"]]]
    return str(earlier["entry_id"].iloc[-1]) if len(earlier) else ""


def existing(path: Path) -> pd.DataFrame:
    """The rows of a ledger file as texts; none if there is no file yet, or one without rows."""
    if not path.exists():
        return pd.DataFrame(columns=list(LEDGER_COLUMNS), dtype="str")
    return read_texts(path, may_be_empty=True)


def check_quote(quoted: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raise if cells contradict what a quotation says.

    Parameters
    ----------
    quoted : mapping
        As from `from_quote`.
    given : mapping
        Cells given beside it.

    Examples
    --------
    >>> check_quote(from_quote("Rp3 triliun"), {"value": "4000000000000"})
    Traceback (most recent call last):
    ...
    spillover.errors.DataError: --quote: cells that contradict the quotation (1: value='4000000000000', \
quoted '3000000000000'). To mend it: leave them out, or quote the words of this figure.
    """
    both = [(name, given[name], quoted[name]) for name in ("value", "unit") if given.get(name)]
    odd = [f"{name}={mine!r}, quoted {said!r}" for name, mine, said in both if _number(mine) != _number(said)]
    if odd:
        remedy = "leave them out, or quote the words of this figure"
        raise DataError("--quote", "cells that contradict the quotation", odd, remedy)


def _number(text: str) -> float | str:
    """A number as such, however it is written; any other text as it stands."""
    try:
        return float(text)
    except ValueError:
        return text


def problems_with(path: Path, cells: Mapping[str, str]) -> list[DataError]:
    """What is wrong with a ledger once a claim is added to it, which would stand in its next line."""
    rows = existing(path)
    new = pd.DataFrame([dict(cells)], index=pd.Index([_lines(path) - 1], dtype="int64"))
    both = pd.concat([rows, new]) if len(rows) else new
    return [*_formulas(cells), *ledger_problems(both, path.name)]


def _lines(path: Path) -> int:
    """Lines of a ledger file; one, the header, if there is nothing in it."""
    old = path.read_bytes() if path.exists() else b""
    return len(old.splitlines()) if _has_text(old) else 1


def _has_text(data: bytes) -> bool:
    """Whether a file holds more than blank lines and a byte order mark."""
    return bool(data.removeprefix(BOM_UTF8).strip())


def _formulas(cells: Mapping[str, str]) -> list[DataError]:
    """Cells that a spreadsheet program would compute."""
    found = [
        f"{name}={text!r}"
        for name, text in cells.items()
        if text.startswith(("=", "+", "-", "@")) and not isinstance(_number(text.removeprefix("-")), float)
    ]
    remedy = "begin the cell with another character than = + - @"
    return [DataError("the claim", "cells that begin like a formula", found, remedy)] if found else []


def write_claim(path: Path, cells: Mapping[str, str]) -> None:
    """Add one line to a ledger file, which is written whole or stays as it is.

    The claim is not checked here: `problems_with` says beforehand which rules it would break.

    Its mode, its line ends and its order of columns are kept; of a link, the file it leads to is written.
    """
    from spillover.atomic import write_atomic

    columns = list(existing(path).columns)
    file = path.resolve()
    mode = stat.S_IMODE(file.stat().st_mode) if file.exists() else None
    old = file.read_bytes() if file.exists() else b""
    end = "\r\n" if b"\r\n" in old[: old.find(b"\n") + 1] else "\n"
    if not _has_text(old):
        old = line(columns, end).encode()
    between = b"" if old.endswith(b"\n") else end.encode()
    write_atomic(file, old + between + line([cells[name] for name in columns], end).encode())
    if mode is not None:
        file.chmod(mode)


def line(cells: list[str], end: str = "\n") -> str:
    """One line of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerow(cells)
    return out.getvalue()
