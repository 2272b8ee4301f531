"""Where every number comes from: ``data/sources.yml``, checksums, and reading a table as declared.

Each file under ``data/``, or folder of files of one series, has one record in ``sources.yml``. It is read
only if its sha256 is the recorded one, and only with the columns and types that its reader declares.

A user's own folder, named by the environment variable ``SPILLOVER_DATA``, is laid over the bundled
data: a record there replaces the bundled record of the same ``id``.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

FIELDS = (
    "id", "file", "sha256", "title", "producer", "citation", "url", "how_to_obtain",
    "accessed", "published", "licence", "redistributable",
)  # fmt: skip

# How the file is to be read by `spillover.bps`: what it does not say itself, and which indicators it gives.
READ_FIELDS = ("indicators", "indicator", "unit", "year", "number_style", "codes", "province", "dash")

# Kinds of column that `read_csv` knows; a trailing "?" allows empty cells.
_PATTERNS = {"year": r"(?:19|20)\d\d", "integer": r"-?\d+", "flag": r"(?:true|false)"}
_MEANT = {
    "year": "a year such as 2024, without decimals",
    "integer": "a whole number without separators",
    "number": "a number with a decimal point and no thousands separator",
    "flag": "true or false",
    "text": "a text that is not empty",
}


def bundled_dir() -> Path:
    """Folder of the bundled data: inside an installed wheel, else ``data/`` of the source tree."""
    package = Path(__file__).parent
    installed = package / "_data"
    return installed if installed.is_dir() else package.parents[1] / "data"


P = ParamSpec("P")
R = TypeVar("R")


def once_per_data(function: Callable[P, R]) -> Callable[P, R]:
    """Remember what a function made of the data, as long as the data folder (``SPILLOVER_DATA``) is the same.

    For tables that hundreds of specifications share. The arguments must be hashable, and callers must not
    change what they get.
    """

    @lru_cache(maxsize=32)
    def kept(folder: str, *args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return kept(os.environ.get("SPILLOVER_DATA", ""), *args, **kwargs)  # type: ignore[arg-type]

    return call


def data_dirs() -> list[Path]:
    """Folders with a ``sources.yml``: the bundled one, then the user's (``SPILLOVER_DATA``), which wins."""
    folders = [bundled_dir()]
    own = os.environ.get("SPILLOVER_DATA", "").strip()
    if own:
        folder = Path(own).expanduser()
        if not (folder / "sources.yml").is_file():
            raise DataError(
                "SPILLOVER_DATA", "no sources.yml in the folder", [folder], "add one, or unset SPILLOVER_DATA"
            )
        folders.append(folder)
    return folders


def read_sources(*, bundled_only: bool = False) -> pd.DataFrame:
    """Read all source records.

    Parameters
    ----------
    bundled_only : bool
        Leave a user's own records out.

    Returns
    -------
    DataFrame
        One row per file, indexed 0…n-1: the columns of ``FIELDS`` (texts; ``redistributable`` is
        boolean), ``read`` (mapping with keys of ``READ_FIELDS``: what `spillover.bps` is told about the
        file; empty where the file is no BPS table) and ``folder``, which ``file`` is relative to.

    Raises
    ------
    DataError
        If a record lacks a field, has an unknown one, or an id stands twice in one file.

    Examples
    --------
    >>> "parks" in set(read_sources()["id"])
    True
    """
    import pandas as pd

    records: dict[str, dict[str, Any]] = {}
    for folder in [bundled_dir()] if bundled_only else data_dirs():
        for record in read_records(folder / "sources.yml"):
            records[record["id"]] = record | {"folder": str(folder)}
    return pd.DataFrame(list(records.values()), columns=[*FIELDS, "read", "folder"])


def read_records(listing: Path) -> list[dict[str, Any]]:
    """Records of one ``sources.yml``: the fields of ``FIELDS`` and ``read``."""
    return _load_yaml(listing, _stamp(listing))


def source_path(source_id: str) -> Path:
    """Path of a source's file or folder, after its sha256 was found to be the recorded one.

    Raises
    ------
    DataError
        If the id is unknown, the file is missing, or its sha256 differs.
    """
    table = read_sources().set_index("id")
    if source_id not in table.index:
        raise DataError(
            "data/sources.yml",
            "unknown source id",
            [source_id],
            f"known ids: {', '.join(sorted(table.index))}",
        )
    record = table.loc[source_id]
    path = Path(record["folder"]) / record["file"]
    if not path.exists():
        raise DataError(
            record["file"],
            "the file is missing",
            [source_id],
            f"restore it; it is obtained so: {record['how_to_obtain']}",
        )
    if sha256(path) != record["sha256"]:
        raise DataError(
            record["file"],
            "the sha256 differs from data/sources.yml",
            [source_id],
            "restore the file; after a change that you mean, run `spillover check --accept "
            f"{source_id}` and say in the record what changed",
        )
    return Path(path)


def sha256(path: Path) -> str:
    """Hex sha256 of a file; of a folder, that of the list of its files with their own sha256."""
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
        listing = "".join(f"{sha256(p)}  {p.relative_to(path).as_posix()}\n" for p in inside)
        return hashlib.sha256(listing.encode()).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_csv(source_id: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Read a source's CSV with exactly the declared columns and kinds.

    Parameters
    ----------
    source_id : str
    columns : mapping
        Column name → kind: ``text``, ``year``, ``integer``, ``number`` or ``flag``; a trailing ``?``
        allows empty cells. Nothing is guessed: ``2024.0`` is not a year and ``1.234,5`` not a number.

    Returns
    -------
    DataFrame
        Columns in declared order: text → str ("" where empty), year → int64 (Int64 if ``?``),
        integer → Int64, number → float64 (NaN where empty), flag → bool.

    Raises
    ------
    DataError
        Unknown or missing column, empty table, or a cell that is not of its column's kind (with line).

    Examples
    --------
    >>> columns = {"measure": "text", "year": "year", "value": "number", "unit": "text"}
    >>> read_csv("deflators", columns)["value"].dtype
    dtype('float64')
    """
    return read_csv_file(source_path(source_id), columns)


def read_csv_file(path: Path, columns: Mapping[str, str]) -> pd.DataFrame:
    """Read a CSV file with exactly the declared columns and kinds, as `read_csv` does."""
    import pandas as pd

    where = path.name
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError(
            where, f"cannot be read as a CSV in UTF-8: {error}", remedy="save it as UTF-8 CSV"
        ) from error
    check_columns(raw, list(columns), where, exact=True)
    check_not_empty(raw, where)
    return pd.DataFrame({name: _convert(raw[name], kind, where) for name, kind in columns.items()})


def _convert(cells: pd.Series, kind: str, where: str) -> pd.Series:
    """One column of texts as its declared kind."""
    import pandas as pd

    base, optional = kind.removesuffix("?"), kind.endswith("?")
    empty = cells == ""
    if base == "text":
        bad = empty & (not optional)
    elif base == "number":
        number = pd.to_numeric(cells.where(~empty), errors="coerce")
        bad = ~(number.abs() < float("inf")) & ~(empty & optional)
    else:
        bad = ~cells.str.fullmatch(_PATTERNS[base]) & ~(empty & optional)
    if bad.any():
        offenders = [f"line {i + 2} {cells.name}={cells[i]!r}" for i in cells.index[bad]]
        raise DataError(where, f"cells that are not {_MEANT[base]}", offenders, "correct these cells")
    if base == "text":
        return cells
    if base == "number":
        return pd.to_numeric(cells.where(~empty)).astype("float64")
    if base == "flag":
        return cells == "true"
    whole = pd.to_numeric(cells.where(~empty)).astype("Int64")
    return whole if optional or base == "integer" else whole.astype("int64")


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file is written; keys the cache of parsed records."""
    if not path.is_file():
        raise DataError(
            str(path.name), "the file is missing", remedy="restore the data folder of the project"
        )
    state = path.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=8)
def _load_yaml(path: Path, stamp: tuple[int, int]) -> list[dict[str, Any]]:
    """Records of one ``sources.yml``, each with all fields as text."""
    import yaml

    try:
        records = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise DataError("sources.yml", f"cannot be read: {error}", remedy="restore the file") from error
    if not isinstance(records, list) or not all(isinstance(r, dict) and "id" in r for r in records):
        raise DataError(
            "sources.yml", "is not a list of records with an id", remedy="see the records of the bundled file"
        )
    wrong = [f"{r['id']}: {', '.join(odd)}" for r in records if (odd := _odd_fields(r))]
    if wrong:
        remedy = f"fields: {', '.join(FIELDS)}; and for a BPS table read: {', '.join(READ_FIELDS)}"
        raise DataError("sources.yml", "records with missing or unknown fields", wrong, remedy)
    ids = [r["id"] for r in records]
    double = sorted({i for i in ids if ids.count(i) > 1})
    if double:
        raise DataError("sources.yml", "ids that stand twice", double, "one record per file")
    return [
        {k: v if isinstance(v, bool | dict) else str(v) for k, v in {"read": {}, **r}.items()}
        for r in records
    ]


def _odd_fields(record: dict[str, Any]) -> list[str]:
    """Fields that a record lacks or should not have."""
    read = record.get("read", {})
    unknown = set(read) - set(READ_FIELDS) if isinstance(read, dict) else {"read"}
    return sorted(set(FIELDS) ^ (set(record) - {"read"})) + sorted(f"read.{k}" for k in unknown)
