"""Files and folders as downloaded → the long table `indicators`, and an account of each file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spillover.bps.clean import Cleaned, clean_table
from spillover.bps.files import read_sheets
from spillover.bps.layout import lay_out
from spillover.bps.limits import STREAM_BYTES
from spillover.bps.measures import Declared, check_declared
from spillover.bps.spill import Spilled, spill
from spillover.bps.streaming import BigTable, open_big
from spillover.bps.titles import Known
from spillover.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "region_code", "year", "period", "indicator", "source_id", "value", "unit", "status", "missing_reason",
)  # fmt: skip
KEY = ["region_code", "year", "period", "indicator", "source_id"]
# Files that lie beside tables and are none; everything else in a folder is read, or refused by name.
BESIDE = {"sources.yml", "cleaning.json", "indicators.csv", "indicators.parquet", "region_aliases.csv"}
NOTHING = Declared()
BESIDE_SUFFIXES = {".md", ".yml", ".yaml"}


@dataclass(frozen=True)
class FileAccount:
    """What happened to one file: its tables with what was set aside, or why it was refused."""

    file: str
    source_id: str
    title: str = ""
    note: str = ""
    cells: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    disagreements: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Cleaning:
    """The long table, the account of each file, and rows of big files that were left on disk on request."""

    table: pd.DataFrame
    files: list[FileAccount]
    spilled: tuple[Spilled, ...] = ()

    def to_json(self) -> str:
        """The account as JSON (`cleaning.json`)."""
        return json.dumps([asdict(f) for f in self.files], ensure_ascii=False, indent=2) + "\n"


@lru_cache(maxsize=1)
def known_indicators() -> tuple[Known, ...]:
    """The catalogue of indicators in the form that titles are matched with."""
    from spillover.indicators import read_catalogue

    return tuple(
        Known(
            row["indicator"],
            tuple(frozenset(entry.split()) for entry in row["words"].split(";")),
            frozenset(row["not_words"].split()),
            row["unit"],
            row["kind"],
        )
        for row in read_catalogue().to_dict("records")
    )


def read_tables(path: Path, declared: Declared = NOTHING) -> list[Cleaned]:
    """Read every table of one file.

    Raises
    ------
    DataError
        The file, or a table in it, that cannot be read without guessing.
    """
    catalogue = known_indicators()
    return [
        clean_table(table, declared, catalogue) for sheet in read_sheets(path) for table in lay_out(sheet)
    ]


def to_frame(tables: Iterable[tuple[str, Cleaned]]) -> pd.DataFrame:
    """One long table of cleaned tables, each with its source id; columns as in ``COLUMNS``."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    lists: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for source_id, cleaned in tables:
        for name in COLUMNS:
            part = [source_id] * len(cleaned.value) if name == "source_id" else getattr(cleaned, name)
            lists[name].extend(part)
    # Texts by way of Arrow: pandas takes several times as long to look at each of them.
    kinds = {"year": "int64", "value": "float64"}
    return pd.DataFrame(
        {
            name: np.array(cells, dtype=kinds[name])
            if name in kinds
            else pd.array(pa.array(cells, pa.large_string()), dtype="str")
            for name, cells in lists.items()
        }
    )


def clean_files(
    paths: Sequence[Path],
    declared: Declared = NOTHING,
    *,
    source_ids: Mapping[Path, str] | None = None,
    on_file: Callable[[int, int, Path], None] | None = None,
    spill_to: Path | None = None,
) -> Cleaning:
    """Clean files, and all files in folders, into one table.

    Parameters
    ----------
    paths : sequence of Path
    declared : Declared
        What the files do not say; it holds for all of them.
    source_ids : mapping, optional
        File → source id; a file without one is known by its name.
    on_file : callable, optional
        Called before each file with its number, how many there are, and the file.
    spill_to : Path, optional
        Folder for the rows of big CSV files, which are read in bounded memory: ``spilled`` says where they
        are, and `write_cleaning` takes them from there. Without it they are in ``table`` as all others.

    Returns
    -------
    Cleaning
        ``table`` with the columns of ``COLUMNS``; ``files`` with one account per file. A file that cannot be
        read without guessing is in ``files`` with the reason, and gives no rows at all.

    Raises
    ------
    DataError
        A path that does not exist, or a folder without files.
    """
    check_declared(declared)
    files = find_files(paths)
    ids = dict(source_ids or {}) or _ids(files)
    accounts, tables = [], []
    frames: list[pd.DataFrame] = []
    spilled: list[Spilled] = []
    for number, path in enumerate(files, 1):
        if on_file:
            on_file(number, len(files), path)
        source_id = ids.get(path) or slug_of(path)
        try:
            if path.stat().st_size > STREAM_BYTES and (big := open_big(path, declared, known_indicators())):
                parts = (to_frame([(source_id, part)]) for part in big.parts())
                if spill_to:
                    spilled.append(spill(source_id, parts, spill_to))
                else:
                    frames += list(parts)  # all of them, or none
                accounts.append(_account_of_big(path, source_id, big))
                continue
            own = read_tables(path, declared)
            _check_once(own, path)
        except DataError as error:
            accounts.append(FileAccount(str(path), source_id, refused=[str(error)]))
            continue
        accounts.append(_account(path, source_id, own))
        tables += [(source_id, cleaned) for cleaned in own]
    return Cleaning(_together([to_frame(tables), *frames]), accounts, tuple(spilled))


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other."""
    import pandas as pd

    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _account_of_big(path: Path, source_id: str, big: BigTable) -> FileAccount:
    return FileAccount(
        str(path),
        source_id,
        title=big.title,
        note=big.note,
        cells=big.cells,
        missing=dict(big.missing),
        set_aside=dict(big.set_aside),
        disagreements=big.disagreements,
    )


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and files in folders named (with their subfolders), sorted, each once."""
    found: list[Path] = []
    for path in paths:
        if path.is_file():
            found.append(path)
        elif path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and not _is_beside(p, path))
            if not inside:
                raise DataError(
                    str(path), "no files in the folder", remedy="put the downloaded tables into it"
                )
            found += inside
        else:
            raise DataError(str(path), "no such file or folder", remedy="check the name")
    return list(dict.fromkeys(found))


def _is_beside(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return hidden or path.name in BESIDE or path.suffix.lower() in BESIDE_SUFFIXES


def slug_of(path: Path) -> str:
    """A source id from a file's name: small letters, digits and underscores, without a browser's " (2)"."""
    stem = re.sub(r"\s*\(\d+\)$", "", path.stem)
    return "_".join(re.findall(r"[a-z0-9]+", stem.lower()))[:60] or "table"


def _ids(files: Sequence[Path]) -> dict[Path, str]:
    """A source id per file; files of one name are told apart by their folder, then by a number.

    The id of a bundled source is not given again: its record would take that one's place as a user's data.
    """
    from spillover.sources import read_sources

    ids: dict[Path, str] = {}
    taken: set[str] = set()
    bundled = set(read_sources(bundled_only=True)["id"])
    for path in files:
        own = slug_of(path)
        own = f"own_{own}" if own in bundled else own
        folder = slug_of(Path(path.parent.name))
        choices = [own, f"{folder}_{own}", *(f"{folder}_{own}_{n}" for n in range(2, len(files) + 2))]
        ids[path] = next(name for name in choices if name not in taken)
        taken.add(ids[path])
    return ids


def _check_once(tables: Sequence[Cleaned], path: Path) -> None:
    """A region's value must not stand in two tables of one file."""
    if len(tables) < 2:
        return
    seen: set[tuple[str, int, str, str]] = set()
    double = []
    for cleaned in tables:
        own = set(zip(cleaned.region_code, cleaned.year, cleaned.period, cleaned.indicator, strict=True))
        double += [f"{key[0]} {key[1]} {key[3]}" for key in sorted(own & seen)]
        seen |= own
    if double:
        remedy = "keep one of the tables, or give each its own file"
        raise DataError(path.name, "the same cells stand in two tables of the file", double, remedy)


def _account(path: Path, source_id: str, tables: Sequence[Cleaned]) -> FileAccount:
    missing: dict[str, int] = {}
    aside: dict[str, int] = {}
    for cleaned in tables:
        for reason in filter(None, cleaned.missing_reason):
            missing[reason] = missing.get(reason, 0) + 1
        for what, count in cleaned.set_aside.items():
            aside[what] = aside.get(what, 0) + count
    return FileAccount(
        str(path),
        source_id,
        title="; ".join(dict.fromkeys(t.title for t in tables if t.title)),
        note="; ".join(dict.fromkeys(t.note for t in tables if t.note)),
        cells=sum(len(t.value) for t in tables),
        missing=missing,
        set_aside=aside,
        disagreements=[line for t in tables for line in t.disagreements],
    )
