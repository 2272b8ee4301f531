"""Tables of the web API into a user's data folder: the file as BPS sent it, and its record in sources.yml."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from spillover.atomic import write_atomic
from spillover.bps.apifetch import Fetched, fetch_table
from spillover.bps.apipages import OnPage
from spillover.bps.reading import clean_files
from spillover.bps.records import load_records
from spillover.bps.webapi import Client
from spillover.errors import DataError

HEAD = "# Your own data, laid over the bundled data of spillover. One record per file.\n"
STANDING = ("producer", "how_to_obtain", "licence", "redistributable")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def data_folder(out: Path | None) -> Path:
    """The user's data folder: the one named, else ``SPILLOVER_DATA``, else ``mine`` here."""
    own = os.environ.get("SPILLOVER_DATA", "").strip()
    return (out or Path(own or "mine")).expanduser()


def fetch_into(
    folder: Path,
    what: str,
    domain: str,
    years: Sequence[int],
    *,
    client: Client,
    on_page: OnPage | None = None,
) -> list[str]:
    """Fetch a table, read it, and keep it with its record.

    Parameters
    ----------
    folder : Path
        Data folder; it is made if it is not there.
    what, domain, years
        As for `spillover.bps.apifetch.fetch_table`; no years means all.
    client : Client
    on_page : callable, optional
        ``on_page(done, total)`` while a long list is read.

    Returns
    -------
    list of str
        One line for each file: its path, cells and indicators.

    Raises
    ------
    DataError
        Whatever the client raises; a table that cannot be read without guessing (then nothing is kept).
    """
    return [_keep(folder, got) for got in fetch_table(client, what, domain, list(years) or None, on_page)]


def _keep(folder: Path, got: Fetched) -> str:
    """Write one file and its record, if the file is understood."""
    path = folder / got.record["file"]
    with TemporaryDirectory() as aside:  # read before it is kept: a table that is refused leaves no trace
        copy = Path(aside) / path.name
        copy.write_bytes(got.body)
        cleaning = clean_files([copy])
    refused = [line for account in cleaning.files for line in account.refused]
    if refused or cleaning.table.empty:
        remedy = "ask for another table; this one is kept nowhere"
        raise DataError(got.record["title"], "the table cannot be read", refused or ["no cells"], remedy)
    _read_listing(folder / "sources.yml")  # one that cannot be read is told before anything is kept
    write_atomic(path, got.body)
    indicators = sorted(cleaning.table["indicator"].unique())
    published = _DAY.match(got.record["published"])  # BPS says the second; releases are ordered by days
    dated = {"published": published[0]} if published else {}
    add_record(folder, got.record | dated | {"read": {"indicators": indicators}})
    years = f"{cleaning.table['year'].min()}–{cleaning.table['year'].max()}"
    return f"{path}: {len(cleaning.table):,} cells, {years}; {', '.join(indicators)}"


def _read_listing(listing: Path) -> tuple[str, list[dict[str, Any]]]:
    """Text and records of a ``sources.yml``, which need not be there."""
    text = listing.read_text(encoding="utf-8") if listing.is_file() else HEAD
    return text, load_records(text, listing)


def add_record(folder: Path, record: dict[str, Any]) -> None:
    """Add a record to the folder's sources.yml, in place of one of the same id; the rest stays as it is.

    Fields of ``STANDING`` are the same for all tables of the API; others were completed by a person and stay.
    """
    import yaml

    listing = folder / "sources.yml"
    text, records = _read_listing(listing)
    before = next((r for r in records if r["id"] == record["id"]), {})
    record = record | {name: before[name] for name in STANDING if name in before}
    own = yaml.safe_dump([record], allow_unicode=True, sort_keys=False, width=110)
    old = re.compile(rf"^- id: ['\"]?{re.escape(record['id'])}['\"]?\n(?:(?!- ).*\n?)*", re.MULTILINE)
    text = old.sub(lambda _: own, text) if old.search(text) else f"{text.rstrip()}\n\n{own}"
    write_atomic(listing, text)
