"""Check every file and every table of the data at once, and tell all that is wrong, not only the first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

from spillover.errors import DataError


@dataclass(frozen=True)
class Checked:
    """One file or table: its rows (None if it has none or cannot be read) and its problem ("" if none)."""

    what: str
    rows: int | None
    problem: str


def check_data() -> list[Checked]:
    """Verify the sha256 of every file of ``data/sources.yml``, then load every table through its reader.

    Returns
    -------
    list of Checked
        Files in the order of ``sources.yml`` (rows of a CSV), then tables as the library reads them. A
        problem that a table shares with its file is told once, at the file.

    Raises
    ------
    DataError
        ``sources.yml`` itself cannot be read.

    Examples
    --------
    >>> [c.problem for c in check_data() if c.problem]
    []
    """
    from spillover.sources import read_sources, source_path

    checked = []
    for source in read_sources()["id"]:
        checked.append(_try(f"file {source}", partial(_lines, partial(source_path, source))))
    told = {c.problem for c in checked}
    for name, read in _readers():
        table = _try(name, lambda read=read: len(read()))  # type: ignore[misc]
        if table.problem not in told or not table.problem:
            checked.append(table)
    return checked


def accept(source_id: str) -> bool:
    """Record the sha256 that a file has now; whether it differed from the one recorded.

    The rest of ``sources.yml`` stays as it is, to the byte.
    """
    from spillover.atomic import write_atomic
    from spillover.sources import read_sources, sha256

    records = read_sources().set_index("id")
    if source_id not in records.index:
        known = ", ".join(records.index)
        raise DataError("data/sources.yml", "unknown source id", [source_id], f"known ids: {known}")
    record = records.loc[source_id]
    file = Path(record["folder"]) / record["file"]
    if not file.exists():
        raise DataError(record["file"], "the file is missing", [source_id], "put the file in its place first")
    now = sha256(file)
    if now == record["sha256"]:
        return False
    listing = Path(record["folder"]) / "sources.yml"
    text = listing.read_text(encoding="utf-8")
    found = re.search(rf"sha256:\s*['\"]?{re.escape(record['sha256'])}['\"]?", text)
    if found is None or text.count(record["sha256"]) != 1:
        remedy = f"write sha256: {now} into the record by hand"
        raise DataError(str(listing), "cannot tell which record to change", [source_id], remedy)
    write_atomic(listing, text.replace(record["sha256"], now))
    return True


def _lines(path: Callable[[], Path]) -> int | None:
    """Lines of a CSV after the first; None for other files and for folders."""
    file = path()
    if not file.is_file() or file.suffix != ".csv":
        return None
    with file.open("rb") as stream:
        return sum(1 for _ in stream) - 1


def _try(what: str, count: Callable[[], int | None]) -> Checked:
    try:
        return Checked(what, count(), "")
    except DataError as error:
        return Checked(what, None, str(error))


def _readers() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every table of the library, by the name of the function that reads it."""
    import spillover as sp
    from spillover.indicators import indicator_sources

    for name in sp.__all__:
        if name.startswith("read_") and not _needs_arguments(getattr(sp, name)):
            yield f"{name}()", getattr(sp, name)
    try:
        indicators = list(indicator_sources())
    except DataError:
        return  # told at read_sources() already
    for indicator in indicators:
        yield f"read_indicator({indicator!r})", partial(sp.read_indicator, indicator)
    yield "parks in their districts", _parks_in_districts


def _needs_arguments(read: Callable[..., Any]) -> bool:
    """Whether a reader reads what it is told, not one table of the library."""
    return any(
        p.default is p.empty and p.kind < p.VAR_POSITIONAL for p in signature(read).parameters.values()
    )


def _parks_in_districts() -> Any:
    from spillover.parks import check_parks_in_districts, read_parks
    from spillover.regions import read_boundaries

    parks = read_parks()
    check_parks_in_districts(parks, read_boundaries())
    return parks
