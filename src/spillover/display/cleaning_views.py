"""From tables as they arrive to one table, as readers see it: lines beside rows, sources counted."""

from __future__ import annotations

import pandas as pd

from spillover.display.language import Said, fmt, label, say, text_of
from spillover.display.tables import Column
from spillover.display.views import Columns
from spillover.indicators import indicator_sources, read_indicator
from spillover.regions import read_regions
from spillover.sources import read_sources

# A cell that is empty on purpose; "" would be shown as a missing value.
BLANK = "\N{NO-BREAK SPACE}"
ACCOUNTS_COLUMNS: Columns = {
    "table": Column("table"),
    "n_files": Column("n_files", "count", 0),
    "shape": Column("shape"),
    "regions": Column("known_by", values="known_by"),
    "n_cells": Column("n_cells", "cell", 0),
    "missing": Column("missing"),
    "aside": Column("set_aside"),
    "style": Column("number_style"),
    "declared": Column("declared"),
}


def district_indicators() -> dict[str, pd.DataFrame]:
    """Read the indicators that have values of districts, and these values only: name → long table."""
    districts = set(read_regions()["region_code"])
    tables = {name: read_indicator(name) for name in indicator_sources()}
    kept = {name: table[table["region_code"].isin(districts)] for name, table in tables.items()}
    return {name: table.reset_index(drop=True) for name, table in kept.items() if len(table)}


def lines_columns(lines: pd.DataFrame) -> Columns:
    """Columns of `lines_shown`; the unit, one for all lines of a file, stands over the values."""
    unit = next(unit for unit in lines["unit"] if unit)
    return {
        "line": Column("line", kind="year"),  # a number that names, without separators
        "printed": Column("printed"),
        "becomes": Column("becomes"),
        "region_code": Column("region_code"),
        "year": Column("year", kind="interval"),
        "indicator": Column("indicator"),
        "value": Column("value", unit, kind="interval"),
        "status": Column("status"),
        "missing_reason": Column("missing_reason"),
    }


def lines_shown(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines beside rows in words; cells stay blank where a line gives no row.

    Parameters
    ----------
    lines : DataFrame
        As from `spillover.lines_and_rows`.
    """
    given = lines["becomes"].eq("row")
    missing = given & lines["missing_reason"].ne("")
    words = {
        "region_code": lines["region_code"],
        "year": lines["year"].astype(str),
        "indicator": [text_of(name, "indicator") for name in lines["indicator"]],
        "value": [fmt(value) for value in lines["value"]],
        "status": [text_of(status, "status") for status in lines["status"]],
    }
    shown = {name: pd.Series(texts, index=lines.index).where(given, BLANK) for name, texts in words.items()}
    reasons = pd.Series([text_of(reason, "missing") for reason in lines["missing_reason"]], index=lines.index)
    becomes = lines["becomes"].mask(missing, "row_missing")
    return lines.assign(
        **shown,
        missing_reason=reasons.where(missing, BLANK),
        becomes=[label(f"becomes.{what}") for what in becomes],
    )


def accounts_shown(accounts: pd.DataFrame) -> pd.DataFrame:
    """The account of each source in words.

    Parameters
    ----------
    accounts : DataFrame
        As from `spillover.cleaning_accounts`.
    """
    titles = read_sources().set_index("id")["title"]
    rows = accounts.to_dict("records")
    return accounts.assign(
        table=[_label_or(f"source.{row['source_id']}", titles[row["source_id"]]) for row in rows],
        shape=[_words(row["shape"], "shape") for row in rows],
        regions=[_words(row["regions"], "known_by") for row in rows],
        missing=[_counted(row["missing"], "missing") for row in rows],
        aside=[_aside(row["set_aside"], row["totals"], row["n_disagreements"]) for row in rows],
        style=[_words(row["style"], "number_style") for row in rows],
        declared=[_declared(row["declared"]) for row in rows],
    )


def _label_or(key: str, text: str) -> str:
    """The label, or the text where the catalogue has none (a user's own source)."""
    found = text_of(key)
    return text if found == key else found


def _words(words: str, space: str) -> str:
    return ", ".join(label(f"{space}.{word}") for word in words.split("; ") if word)


def _counted(counts: str, space: str) -> str:
    """Write "province: 570" in the current language; "none" where nothing was counted."""
    if not counts:
        return label("missing.none")
    pairs = [part.rpartition(": ") for part in counts.split("; ")]
    return "; ".join(f"{text_of(what, space)}: {fmt(int(count), 0)}" for what, _, count in pairs)


def _aside(counts: str, totals: str, differ: int) -> str:
    """Write what was set aside, and whether it is the sum of its parts."""
    sums = {
        "none": "",
        "no_sum": label("totals.no_sum"),
        "checked": label("totals.checked", n=fmt(differ, 0)),
    }
    return _counted(counts, "aside") + (f" ({sums[totals]})" if sums[totals] else "")


def _declared(told: str) -> str:
    """Write "unit: orang" in the current language; what is declared stays as the record has it."""
    if not told:
        return label("missing.none")
    pairs = [part.partition(": ") for part in told.split("; ")]
    said = (
        (text_of(what, "declared"), text_of(value, "number_style", "missing")) for what, _, value in pairs
    )
    return "; ".join(f"{what}: {value}" for what, value in said)


def cleaning_finding(accounts: pd.DataFrame) -> Said:
    """How many files and cells were read, kept, missing, set aside and refused.

    Parameters
    ----------
    accounts : DataFrame
        As from `spillover.cleaning_accounts`.
    """
    total = accounts.select_dtypes("number").sum()
    files, cells, values, missing, aside, refused = (
        fmt(int(total[f"n_{name}"]), 0)
        for name in ("files", "cells", "values", "missing", "set_aside", "refused")
    )
    told = fmt(int(accounts["declared"].ne("").sum()), 0)
    of = fmt(len(accounts), 0)
    return say(
        id=f"**{files} berkas, {cells} sel, {refused} berkas ditolak.** Dari sel itu {values} berisi nilai, "
        f"{missing} kosong dan tercatat alasannya, dan {aside} disisihkan karena sudah termuat dalam "
        f"baris lain tabelnya. Yang perlu diberi keterangan tambahan: {told} dari {of} sumber.",
        en=f"**{files} files, {cells} cells, {refused} files refused.** Of these cells {values} hold a "
        f"value, {missing} are missing with the reason on record, and {aside} were set aside because other "
        f"rows of their table hold them already. Something had to be declared for {told} of {of} sources.",
    )
