"""What became of each table: how it is printed, how many cells were kept, are missing or were set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spillover.bps.fileaccounts import FileAccount
from spillover.bps.files import read_sheets
from spillover.bps.folders import find_files
from spillover.bps.layout import lay_out
from spillover.bps.measures import Declared, read_measures
from spillover.bps.numbers import decide_style
from spillover.bps.reading import clean_files, known_indicators
from spillover.bps.sheets import LongCells, Sheet
from spillover.bps.table import Table
from spillover.bps.writing import TABLE
from spillover.errors import DataError
from spillover.sources import read_sources, source_path

if TYPE_CHECKING:
    import pandas as pd

TOTALS = ("province", "nation", "total")


class _Print(NamedTuple):
    """How one table is printed; each field is a word of the catalogue ``shape``, ``regions``, …"""

    shape: str
    regions: str
    style: str
    adds_up: bool


def cleaning_accounts(*source_ids: str) -> pd.DataFrame:
    """What became of the tables of each source: the bundled ones, and those of the user's folder.

    Every source whose record has ``read:`` is cleaned as `spillover.read_indicator` cleans it, with what its
    record declares. Tables that ``spillover clean`` wrote are left out: they were cleaned before.

    Parameters
    ----------
    *source_ids : str
        Only these; without any, all.

    Returns
    -------
    DataFrame
        One row per source: source_id, file (as in its record), n_files, shape {one_year, one_column,
        years, years_and_measures, measures, labelled}, regions {code, name_and_province, name} (by what
        regions are known), style {id, en, plain} (how numbers are written), style_by {declared, cells, ""},
        declared ("unit: orang", "" for nothing), n_cells (read), n_values, n_missing, missing
        ("not_available: 17"), n_set_aside, set_aside ("province: 38"), totals {none, no_sum, checked}
        (whether cells set aside are sums), n_disagreements, n_refused (files).
        Where tables of a source differ, all their words, with "; ".

    Raises
    ------
    DataError
        An id that is of no such source; a file that is missing or whose sha256 is not the recorded one.

    Examples
    --------
    >>> cleaning_accounts("poverty_line")[["n_files", "set_aside"]].to_numpy().tolist()
    [[15, 'province: 570']]
    """
    import pandas as pd

    sources = {source_id: (file, path, declared) for source_id, file, path, declared in raw_sources()}
    unknown = [source_id for source_id in source_ids if source_id not in sources]
    if unknown:
        remedy = f"sources with tables as printed: {', '.join(sources)}"
        raise DataError("data/sources.yml", "no source of printed tables", unknown, remedy)
    rows = []
    for source_id in source_ids or sources:
        file, path, declared = sources[source_id]
        rows.append({"source_id": source_id, "file": file, **_account(source_id, path, declared)})
    return pd.DataFrame(rows)


def raw_sources() -> list[tuple[str, str, Path, Declared]]:
    """Sources with tables as printed: id, file, path, and what the record declares."""
    chosen = [r for r in read_sources().to_dict("records") if r["read"] and Path(r["file"]).name != TABLE]
    return [(r["id"], r["file"], source_path(r["id"]), _declared(r["read"])) for r in chosen]


def _declared(read: Mapping[str, Any]) -> Declared:
    return Declared(**{key: str(value) for key, value in read.items() if key != "indicators"})


def _account(source_id: str, path: Path, declared: Declared) -> dict[str, Any]:
    files = find_files([path])
    accounts = clean_files(files, declared, source_ids=dict.fromkeys(files, source_id)).files
    read = [(file, account) for file, account in zip(files, accounts, strict=True) if not account.refused]
    prints = [(account, one) for file, account in read for one in _prints(file, declared)]
    missing = _sum(account.missing for account in accounts)
    aside = _sum(account.set_aside for account in accounts)
    kept = sum(account.cells for account in accounts)
    style = _words(one.style for _, one in prints)
    told = declared.number_style != "auto"
    return {
        "n_files": len(files),
        "shape": _words(one.shape for _, one in prints),
        "regions": _words(one.regions for _, one in prints),
        "style": style,
        "style_by": "declared" if told else "" if style == "plain" else "cells",
        "declared": "; ".join(
            f"{k}: {v}" for k, v in declared._asdict().items() if v != Declared._field_defaults[k]
        ),
        "n_cells": kept + aside.total(),
        "n_values": kept - missing.total(),
        "n_missing": missing.total(),
        "missing": _listed(missing),
        "n_set_aside": aside.total(),
        "set_aside": _listed(aside),
        "totals": _totals(prints),
        "n_disagreements": sum(len(account.disagreements) for account in accounts),
        "n_refused": len(files) - len(read),
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in counts:
        total.update(one)
    return total


def _listed(counts: Counter[str]) -> str:
    """ "not_available: 17; suppressed: 2"."""
    return "; ".join(f"{what}: {n}" for what, n in sorted(counts.items()))


def _words(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words))


def _totals(prints: Iterable[tuple[FileAccount, _Print]]) -> str:
    """Whether totals were set aside, and whether they are sums that were compared with their parts."""
    with_totals = [one.adds_up for account, one in prints if set(TOTALS) & set(account.set_aside)]
    return "none" if not with_totals else "checked" if any(with_totals) else "no_sum"


def _prints(path: Path, declared: Declared) -> list[_Print]:
    """How the tables of one file are printed."""
    return [_print(sheet, table, declared) for sheet in read_sheets(path) for table in lay_out(sheet)]


def _print(sheet: Sheet | LongCells, table: Table, declared: Declared) -> _Print:
    measures = read_measures(table, declared, known_indicators())
    counts = [measures[said.rest].counts for said in table.said]
    known_by = "code" if any(table.codes) else "name_and_province" if any(table.blocks) else "name"
    return _Print(
        _shape(sheet, table),
        known_by,
        _style(table, counts, declared),
        any(measure.adds_up for measure in measures.values()),
    )


def _shape(sheet: Sheet | LongCells, table: Table) -> str:
    """One word for the lay-out of a table."""
    if isinstance(sheet, LongCells):
        return "labelled"
    years, measures = ({one[part] for one in set(table.said)} for part in (0, 3))
    if len(years) > 1 and len(sheet.rows) > len(table.text) / 2:
        return "one_column"
    if len(measures) > 1:
        return "measures" if len(years) == 1 else "years_and_measures"
    return "one_year" if len(years) == 1 else "years"


def _style(table: Table, counts: list[bool], declared: Declared) -> str:
    """How the table writes its numbers: by the columns that count things, if they settle it, else by all."""
    if declared.number_style != "auto":
        return declared.number_style
    chosen = [n for n, counted in enumerate(counts) if counted] or list(range(len(counts)))
    style = decide_style(
        [table.text[n] for n in chosen],
        where=table.where,
        numeric=[table.numeric[n] for n in chosen],
        whole=any(counts),
    )
    if style == "auto" and any(counts) and not all(counts):
        style = decide_style(table.text, where=table.where, numeric=table.numeric)
    return "plain" if style == "auto" else style
