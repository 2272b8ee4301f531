"""A cleaned folder, ready to serve as SPILLOVER_DATA: the long table, the account, the sources."""

from __future__ import annotations

import hashlib
import io
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spillover.atomic import write_atomic
from spillover.bps.reading import COLUMNS, KEY, Cleaning, FileAccount
from spillover.bps.spill import write_csv, write_parquet
from spillover.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

TABLE = "indicators.csv"
PARQUET = "indicators.parquet"
ACCOUNT = "cleaning.json"
# Bytes of a file, or what writes them to a path.
Content = bytes | Callable[[Path], object]
LONG_COLUMNS = {
    "region_code": "text", "year": "year", "period": "text?", "indicator": "text", "source_id": "text",
    "value": "number?", "unit": "text", "status": "text", "missing_reason": "text?",
}  # fmt: skip


def write_cleaning(cleaning: Cleaning, out: Path) -> list[Path]:
    """Write the long table, the account and the source records into a folder.

    Parameters
    ----------
    cleaning : Cleaning
        As from `spillover.bps.reading.clean_files`.
    out : Path
        Folder; it is made if it is not there. Only what a cleaning wrote is replaced: a ``sources.yml`` of
        another origin is left alone and refused.

    Returns
    -------
    list of Path
        The files written. Without any cell only ``cleaning.json`` is, or nothing where an earlier result
        lies: the four files belong together.

    Raises
    ------
    DataError
        If ``out`` holds a ``sources.yml`` that no cleaning wrote, or to which others added records.
    """
    listing = out / "sources.yml"
    if listing.is_file() and not _is_of_cleaning(listing.read_text(encoding="utf-8")):
        raise DataError(
            str(listing),
            "holds records that no cleaning wrote",
            remedy="choose another folder with --out; this one stays as it is",
        )
    if cleaning.table.empty and not cleaning.spilled:
        if (out / TABLE).exists():
            return []
        write_atomic(out / ACCOUNT, cleaning.to_json())
        return [out / ACCOUNT]
    content = _content_in_parts(cleaning) if cleaning.spilled else _content(cleaning)
    write_together({out / name: data for name, data in content.items()})
    return [out / name for name in content]


def _content(cleaning: Cleaning) -> dict[str, Content]:
    """What the files of a cleaned folder hold."""
    table = cleaning.table.sort_values(KEY, ignore_index=True)
    text = table.to_csv(index=False, lineterminator="\n", float_format=plain_number).encode("utf-8")
    parquet = io.BytesIO()
    table.to_parquet(parquet, index=False)
    return {
        TABLE: text,
        PARQUET: parquet.getvalue(),
        ACCOUNT: cleaning.to_json().encode("utf-8"),
        "sources.yml": _records(cleaning, hashlib.sha256(text).hexdigest()).encode("utf-8"),
    }


def _content_in_parts(cleaning: Cleaning) -> dict[str, Content]:
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
        "sources.yml": lambda file: file.write_bytes(_records(cleaning, digest[0]).encode("utf-8")),
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
    old: dict[Path, Path] = {}
    try:
        for file, data in files.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(data, bytes):
                new[file].write_bytes(data)
            else:
                data(new[file])
        for file in files:
            if file.exists():
                kept = file.with_name(f"{new[file].name}.old")
                old[file] = kept
                file.replace(kept)
        for file, beside in new.items():
            beside.replace(file)
    except BaseException:
        for file, kept in old.items():
            if kept.exists():
                kept.replace(file)
        raise
    finally:
        for beside in (*new.values(), *old.values()):
            beside.unlink(missing_ok=True)


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


_HEAD = "# Made by `spillover clean`"


def _is_of_cleaning(text: str) -> bool:
    """Whether a sources.yml may be replaced: all its records are of the long table, none was fetched."""
    files = re.findall(r"^  file: (.*)$", text, re.MULTILINE)
    return text.startswith(_HEAD) and set(files) <= {TABLE}


def _records(cleaning: Cleaning, digest: str) -> str:
    """sources.yml of the folder: one record per file that gave cells."""
    import yaml

    given = {str(name): own.unique() for name, own in cleaning.table.groupby("source_id")["indicator"]}
    given |= {spilled.source_id: spilled.indicators for spilled in cleaning.spilled}
    records = [_record(f, sorted(given[f.source_id]), digest) for f in cleaning.files if f.cells]
    text = yaml.safe_dump(records, allow_unicode=True, sort_keys=False, width=110)
    return f"{_HEAD}: where the rows of {TABLE} come from. Complete what is not stated.\n\n{text}"


def _record(account: FileAccount, indicators: list[str], digest: str) -> dict[str, Any]:
    name = Path(account.file).name
    return {
        "id": account.source_id,
        "file": TABLE,
        "sha256": digest,
        "title": account.title or name,
        "producer": account.note or "not stated",
        "citation": f"{account.note or 'source not stated'} ({name})",
        "url": "not stated",
        "how_to_obtain": f"spillover clean {name}",
        "accessed": date.today().isoformat(),
        "published": "not stated",
        "licence": "not stated",
        "redistributable": False,
        "read": {"indicators": indicators},
    }


def read_long(source_id: str) -> pd.DataFrame:
    """Rows of one source in a table that `write_cleaning` wrote; columns as in `COLUMNS`."""
    from spillover.sources import read_csv

    table = read_csv(source_id, LONG_COLUMNS)
    return table.loc[table["source_id"] == source_id, list(COLUMNS)].reset_index(drop=True)
