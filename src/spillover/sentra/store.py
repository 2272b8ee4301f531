"""What was collected of a province, kept on disk so that a changed weight is answered in seconds.

A set of tables is a folder with one Parquet file per table and a record: the key it was made under, and the
sha256 of each file. The record is written last. What is stale, damaged, half written or cannot be read is
made anew; nothing of it is ever an error.
"""

from __future__ import annotations

import hashlib
import io
import json
import platform
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from spillover.atomic import write_atomic
from spillover.report.cache import digest, file_digest, files_digest, tree
from spillover.sentra.study import Facts, sentra_facts
from spillover.sources import data_dirs

RECORD = "record.json"
PACKAGE = Path(__file__).resolve().parents[1]


def data_fingerprint() -> str:
    """Digest of all data: the bundled ones and the user's own laid over them (``SPILLOVER_DATA``)."""
    return digest(*(files_digest(folder, tree(folder)) for folder in data_dirs()))


def store_key(*parts: str) -> str:
    """Digest of all that can change what is collected: library, data, versions of Python and pandas.

    Parameters
    ----------
    *parts : str
        What else decides: the province, a language.

    Examples
    --------
    >>> store_key("7200") == store_key("7200"), store_key("7200") == store_key("8200")
    (True, False)
    """
    library = files_digest(PACKAGE, tree(PACKAGE))
    return digest(library, data_fingerprint(), platform.python_version(), pd.__version__, *parts)


def facts_of(province: str, folder: Path | None, key: str = "") -> Facts:
    """The facts of a province, as kept in a folder or collected and then kept there.

    Parameters
    ----------
    province : str
        BPS code, "7200".
    folder : Path, optional
        Where they are kept; None: collect them and keep nothing.
    key : str
        As from `store_key`.

    Returns
    -------
    Facts
        Exactly as `spillover.sentra.study.sentra_facts` gives them.
    """
    if folder is None:
        return sentra_facts(province)
    kept = kept_tables(folder, key)
    if kept is not None and set(kept) == set(Facts._fields):
        return Facts(**kept)
    facts = sentra_facts(province)
    keep_tables(folder, key, facts._asdict())
    return facts


def keep_tables(folder: Path, key: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """Keep a set of tables in a folder, in place of what is there.

    Tables that Parquet would change (their types or values) are not kept: they are then made anew each time.
    """
    made = {name: _to_bytes(table) for name, table in tables.items()}
    if any(content is None for content in made.values()):
        return
    contents = {name: content for name, content in made.items() if content is not None}
    try:
        (folder / RECORD).unlink(missing_ok=True)
        for name, content in contents.items():
            write_atomic(folder / f"{name}.parquet", content)
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
        write_atomic(folder / RECORD, json.dumps({"key": key, "files": digests}))
    except OSError:
        return  # a full or read-only disk: the study itself says so if it matters


def kept_tables(folder: Path, key: str) -> dict[str, pd.DataFrame] | None:
    """The set of tables kept under a key, or None if there is none or it is damaged."""
    digests = _record(folder / RECORD, key)
    if digests is None:
        return None
    files = {name: folder / f"{name}.parquet" for name in digests}
    try:
        if any(file_digest(files[name]) != wanted for name, wanted in digests.items()):
            return None
        return {name: _from_bytes(file.read_bytes()) for name, file in files.items()}
    except (OSError, ValueError):
        return None


def text_of_key(file: Path, key: str, make: Callable[[], str]) -> str:
    """A text kept in a file under a key, or made and then kept there."""
    kept = _record(file, key)
    if kept is not None and set(kept) == {"text", "sha256"}:
        text = kept["text"]
        if hashlib.sha256(text.encode()).hexdigest() == kept["sha256"]:
            return text
    text = make()
    entry = {"text": text, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    with suppress(OSError):
        write_atomic(file, json.dumps({"key": key, "files": entry}, ensure_ascii=False))
    return text


def _record(file: Path, key: str) -> dict[str, str] | None:
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
        if record["key"] != key:
            return None
        return {str(name): str(value) for name, value in record["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _to_bytes(table: pd.DataFrame) -> bytes | None:
    """A table as Parquet, or None if it would not come back the same.

    Parquet has no column of "anything": columns of texts or of nothing at all are written as such, and
    come back as the objects that they were.
    """
    objects = [str(name) for name in table.columns if table[name].dtype == object]
    stream = io.BytesIO()
    try:
        written = table.assign(**{name: _as_texts(table[name]) for name in objects})
        written.attrs = {"objects": objects}
        written.to_parquet(stream, index=False)
        content = stream.getvalue()
        pd.testing.assert_frame_equal(_from_bytes(content), table, check_exact=True)
    except (AssertionError, TypeError, ValueError):
        return None
    return content


def _from_bytes(content: bytes) -> pd.DataFrame:
    table = pd.read_parquet(io.BytesIO(content))
    objects = table.attrs.pop("objects", [])
    for name in objects:
        cells = [pd.NA if pd.isna(cell) else json.loads(cell) for cell in table[name].tolist()]
        table[name] = pd.Series(cells, index=table.index, dtype=object)
    return table


def _as_texts(column: pd.Series) -> pd.Series:
    """Cells as JSON, those of pandas' NA as none; TypeError or ValueError for anything JSON would change."""
    cells = [None if cell is pd.NA else json.dumps(cell, allow_nan=False) for cell in column]
    return pd.Series(cells, index=column.index, dtype=object)
