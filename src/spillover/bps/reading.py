"""Files and folders as downloaded → the long table `indicators`, and an account of each file."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spillover.bps.clean import clean_table
from spillover.bps.fileaccounts import FileAccount, account_of, account_of_big, said_of
from spillover.bps.files import read_sheets
from spillover.bps.folders import find_files, ids_of, slug_of
from spillover.bps.layout import lay_out
from spillover.bps.limits import STREAM_BYTES
from spillover.bps.measures import Declared, check_declared
from spillover.bps.rows import Cleaned
from spillover.bps.spill import Spilled, spill
from spillover.bps.streaming import open_big
from spillover.bps.titles import Known
from spillover.errors import DataError, printable
from spillover.longtable import COLUMNS

if TYPE_CHECKING:
    import pandas as pd

NOTHING = Declared()


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
    with _no_collection():
        return [
            clean_table(table, declared, catalogue) for sheet in read_sheets(path) for table in lay_out(sheet)
        ]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without Python's search for cycles, a third of the time: a table makes many lists and no cycle."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


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
    ids = dict(source_ids or {}) or ids_of(files)
    read = []
    for number, path in enumerate(files, 1):
        if on_file:
            on_file(number, len(files), path)
        source_id = ids.get(path) or slug_of(path)
        try:
            read.append(_read(path, source_id, declared, spill_to))
        except DataError as error:
            name = printable(str(path))
            refused = FileAccount(name, source_id, declared=said_of(declared), refused=[str(error)])
            read.append(_Read(refused))
    small = to_frame([(one.account.source_id, table) for one in read for table in one.tables])
    frames = [small, *(frame for one in read for frame in one.frames)]
    return Cleaning(
        _together(frames), [one.account for one in read], tuple(one.spilled for one in read if one.spilled)
    )


class _Read(NamedTuple):
    """One file: its account, and its rows as tables, as frames (a big file) or on disk."""

    account: FileAccount
    tables: Sequence[Cleaned] = ()
    frames: Sequence[pd.DataFrame] = ()
    spilled: Spilled | None = None


def _read(path: Path, source_id: str, declared: Declared, spill_to: Path | None) -> _Read:
    """Clean one file: all of it, or an error."""
    catalogue = known_indicators()
    if _size(path) > STREAM_BYTES and (big := open_big(path, declared, catalogue)):
        parts = (to_frame([(source_id, part)]) for part in big.parts())
        spilled = spill(source_id, parts, spill_to) if spill_to else None
        frames = [] if spilled else list(parts)
        return _Read(account_of_big(path, source_id, big, declared, catalogue), (), frames, spilled)
    own = read_tables(path, declared)
    _check_once(own, path)
    return _Read(account_of(path, source_id, own, declared, catalogue), own)


def _size(path: Path) -> int:
    """Size of a file; one that a cleaning wrote is refused: its names and units are not those of BPS."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.readline(200)
    except OSError as error:
        remedy = "check that the file is there and may be read; a shortcut may lead to nothing"
        raise DataError(path.name, f"cannot be read: {error.strerror}", remedy=remedy) from error
    if head.startswith(",".join(COLUMNS).encode()):
        remedy = "name the files as downloaded; this one's folder serves as data as it is: --data FOLDER"
        raise DataError(path.name, "a table that spillover clean wrote", remedy=remedy)
    return size


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames below each other."""
    import pandas as pd

    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


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
