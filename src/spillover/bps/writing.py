"""A cleaned folder, ready to serve as SPILLOVER_DATA: the long table, the account, the sources."""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from spillover.atomic import write_atomic
from spillover.bps.reading import Cleaning
from spillover.bps.records import HEAD, Completed, made_record
from spillover.bps.spill import write_csv, write_parquet
from spillover.errors import DataError
from spillover.longtable import KEY

if TYPE_CHECKING:
    import pandas as pd

TABLE = "indicators.csv"
PARQUET = "indicators.parquet"
ACCOUNT = "cleaning.json"
# Bytes of a file, or what writes them to a path.
Content = bytes | Callable[[Path], object]


def write_cleaning(cleaning: Cleaning, out: Path) -> list[Path]:
    """Write the long table, the account and the source records into a folder.

    Parameters
    ----------
    cleaning : Cleaning
        As from `spillover.bps.reading.clean_files`.
    out : Path
        Folder; it is made if it is not there. Only what a cleaning wrote is replaced: a ``sources.yml`` of
        another origin is left alone and refused. What a person completed in its records is kept.

    Returns
    -------
    list of Path
        The files written. Without any cell only ``cleaning.json`` is, or nothing where an earlier result
        lies: the four files belong together.

    Raises
    ------
    DataError
        If ``out`` holds a ``sources.yml`` or a table that no cleaning wrote, or records that others added, or
        if its ``sources.yml`` cannot be read any more.
    """
    _check_own(out)
    if cleaning.table.empty and not cleaning.spilled:
        if (out / TABLE).exists():
            return []
        write_atomic(out / ACCOUNT, cleaning.to_json())
        return [out / ACCOUNT]
    make = _content_in_parts if cleaning.spilled else _content
    content = make(cleaning, partial(_records, cleaning, Completed(out)))
    write_together({out / name: data for name, data in content.items()})
    return [out / name for name in content]


def _content(cleaning: Cleaning, records: Callable[[str], bytes]) -> dict[str, Content]:
    """What the files of a cleaned folder hold."""
    table = cleaning.table.sort_values(KEY, ignore_index=True)
    text = table.to_csv(index=False, lineterminator="\n", float_format=plain_number).encode("utf-8")
    parquet = io.BytesIO()
    table.to_parquet(parquet, index=False)
    return {
        TABLE: text,
        PARQUET: parquet.getvalue(),
        ACCOUNT: cleaning.to_json().encode("utf-8"),
        "sources.yml": records(hashlib.sha256(text).hexdigest()),
    }


def _content_in_parts(cleaning: Cleaning, records: Callable[[str], bytes]) -> dict[str, Content]:
    """The same for a table that is not in memory as a whole: rows of big files follow in their own order."""
    digest: list[str] = []

    def parts() -> Iterator[pd.DataFrame]:
        if not cleaning.table.empty:
            yield cleaning.table.sort_values(KEY, ignore_index=True)
        for spilled in cleaning.spilled:
            yield from spilled.parts()

    return {
        TABLE: lambda file: digest.append(write_csv(parts(), file, plain_number)),
        PARQUET: lambda file: write_parquet(parts(), file),
        ACCOUNT: cleaning.to_json().encode("utf-8"),
        "sources.yml": lambda file: file.write_bytes(records(digest[0])),
    }


def write_together(files: Mapping[Path, Content]) -> None:
    """Write files that belong together: all of them, or none and what was there stays.

    Parameters
    ----------
    files : mapping
        Path → content, or what writes it to a path; in their order. All are written beside first, then
        renamed; if that breaks off, the old come back.
    """
    new = {file: file.with_name(f".{file.name}.{secrets.token_hex(8)}.new") for file in files}
    old = {file: beside.with_suffix(".old") for file, beside in new.items() if file.exists()}
    renaming = False
    try:
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, bytes):
                new[file].write_bytes(data)
            else:
                data(new[file])
        for file, kept in old.items():
            _keep(file, kept)
        renaming = True
        for file, beside in new.items():
            beside.replace(file)
    except BaseException:
        for file in files if renaming else ():
            if file in old:
                old[file].replace(file)
            else:
                file.unlink(missing_ok=True)
        raise
    finally:
        for beside in (*new.values(), *old.values()):
            beside.unlink(missing_ok=True)


def _keep(file: Path, kept: Path) -> None:
    """Give a file a second name, so that it is never away; a copy where the disk has no second names."""
    try:
        os.link(file, kept)
    except OSError:
        shutil.copy2(file, kept)


def plain_number(value: float) -> str:
    """The shortest decimal that gives the number back, without an exponent.

    Examples
    --------
    >>> plain_number(316400.0), plain_number(1e22), plain_number(2e-7)
    ('316400', '10000000000000000000000', '0.0000002')
    """
    value = float(value)  # NumPy writes its own numbers as "np.float64(0.1)"
    text = format(value, ".0f") if value == int(value) else repr(value)
    return text if "e" not in text else format(Decimal(text), "f")


def _check_own(out: Path) -> None:
    """Raise if a folder holds what no cleaning wrote under the names that are to be written."""
    listing, remedy = out / "sources.yml", "choose another folder with --out; this one stays as it is"
    if listing.is_file():
        text = listing.read_text(encoding="utf-8", errors="replace")
        files = re.findall(r"^  file: (.*)$", text, re.MULTILINE)
        # All its records are of the long table, none was fetched.
        if not (text.startswith(HEAD) and set(files) <= {TABLE}):
            raise DataError(str(listing), "holds records that no cleaning wrote", remedy=remedy)
    elif foreign := [name for name in (TABLE, PARQUET) if (out / name).exists()]:
        raise DataError(str(out), "holds a table that no cleaning wrote", foreign, remedy)


def _records(cleaning: Cleaning, completed: Completed, digest: str) -> bytes:
    """sources.yml of the folder: one record per file that gave cells."""
    import yaml

    given = {str(name): own.unique() for name, own in cleaning.table.groupby("source_id")["indicator"]}
    given |= {spilled.source_id: spilled.indicators for spilled in cleaning.spilled}
    records = [
        completed.over(made_record(file, sorted(given[file.source_id]), TABLE, digest), file)
        for file in cleaning.files
        if file.cells
    ]
    dumped = (yaml.safe_dump([one], allow_unicode=True, sort_keys=False, width=110) for one in records)
    text = "\n".join(dumped)
    told = "Complete what is not stated: it is kept when the files are cleaned again."
    head = f"{HEAD}: where the rows of {TABLE} come from. {told}"
    return f"{head}\n\n{text}{completed.rest(given)}".encode()
