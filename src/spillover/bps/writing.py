"""A cleaned folder, ready to serve as SPILLOVER_DATA: the long table, the account, the sources."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spillover.atomic import write_atomic
from spillover.bps.reading import COLUMNS, KEY, Cleaning, FileAccount
from spillover.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

TABLE = "indicators.csv"
ACCOUNT = "cleaning.json"
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
        The files written. Without any cell only ``cleaning.json`` is.

    Raises
    ------
    DataError
        If ``out`` holds a ``sources.yml`` that no cleaning wrote.
    """
    listing = out / "sources.yml"
    if listing.is_file() and not listing.read_text(encoding="utf-8").startswith(_HEAD):
        raise DataError(
            str(listing),
            "is not of a cleaning",
            remedy="choose another folder with --out; this one stays as it is",
        )
    write_atomic(out / ACCOUNT, cleaning.to_json())
    if cleaning.table.empty:
        return [out / ACCOUNT]
    table = cleaning.table.sort_values(KEY, ignore_index=True)
    text = table.to_csv(index=False, lineterminator="\n", float_format=plain_number)
    parquet = io.BytesIO()
    table.to_parquet(parquet, index=False)
    write_atomic(out / "indicators.parquet", parquet.getvalue())
    write_atomic(out / TABLE, text)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    write_atomic(listing, _records(cleaning, digest))
    return [out / name for name in (TABLE, "indicators.parquet", ACCOUNT, "sources.yml")]


def plain_number(value: float) -> str:
    """The shortest decimal that gives the number back, without an exponent.

    Examples
    --------
    >>> plain_number(316400.0), plain_number(1e22), plain_number(0.1)
    ('316400', '10000000000000000000000', '0.1')
    """
    text = format(value, ".0f") if value == int(value) else repr(value)
    return text if "e" not in text else format(value, "f")


_HEAD = "# Made by `spillover clean`"


def _records(cleaning: Cleaning, digest: str) -> str:
    """sources.yml of the folder: one record per file that gave cells."""
    import yaml

    given = cleaning.table.groupby("source_id")["indicator"].unique()
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
