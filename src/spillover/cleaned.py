"""Tables as BPS prints them, read whole: one recorded source, or files and folders of anyone."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spillover.catalogue import never_negative
from spillover.errors import DataError, check_codes, check_not_empty, check_rows, check_unique
from spillover.longtable import CELL, KEY
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_sources, source_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from spillover.bps.measures import Declared
    from spillover.bps.reading import Cleaning


def read_source(source_id: str) -> pd.DataFrame:
    """Read all indicators of one source, cleaned, as they stand there; columns as of `read_indicator`.

    Raises
    ------
    DataError
        The record, the file, or a table in it, that cannot be read without guessing; indicators that are
        not those of the record; values below zero of what cannot be; a region twice in a year.
    """
    path = source_path(source_id)
    record = read_sources().set_index("id").loc[source_id].to_dict()
    told = tuple(sorted((k, str(v)) for k, v in record["read"].items() if k != "indicators"))
    table = _cleaned(path, record["sha256"], source_id, told)
    known = {*read_regions()["region_code"], *read_provinces()["province_code"], "0000"}
    check_codes(table["region_code"], known, path.name)
    check_unique(table, CELL, path.name)
    _check_indicators(table, record["read"].get("indicators", []), source_id, path.name)
    below = (table["value"] < 0) & table["indicator"].isin(never_negative(table["indicator"].unique()))
    check_rows(table, below, CELL, path.name, "negative values of what is never below zero", "correct them")
    return table.copy()


def read_indicators(
    paths: str | Path | Iterable[str | Path], *, allow_refused: bool = False, **told: str
) -> pd.DataFrame:
    """Read files as downloaded, or folders of them, into one long table.

    Parameters
    ----------
    paths : str, Path or several
        Files (CSV, XLSX, XLS, HTML, JSON of the web API, ZIP of these), or folders with such files; or a
        folder that ``spillover clean`` wrote (its ``indicators.csv``), which is read as it is.
    allow_refused : bool
        Leave out files that cannot be read without guessing. By default they are an error.
    **told : str
        What the files do not say, for all of them: indicator, unit, year, number_style ("id", "en"), codes
        ("bps", "bps_2021", "kemendagri"), province, dash ("zero_shown_as_dash").

    Returns
    -------
    DataFrame
        Columns as of `read_indicator`; source_id is made of the file's name. Releases stay beside each
        other: `combine_releases` makes one of them. A table that was brought to the districts of another
        year has ``derived`` as well.

    Raises
    ------
    DataError
        Files that are refused, each with its reason; a path that does not exist; no table at all;
        declarations for a result of ``spillover clean``, or such a result that was changed.

    Examples
    --------
    >>> from spillover.sources import bundled_dir
    >>> lines = read_indicators(bundled_dir() / "raw" / "poverty_line" / "2013.csv")
    >>> lines.loc[lines["region_code"] == "7203", ["year", "indicator", "value"]].values.tolist()
    [[2013, 'poverty_line', 316400.0]]
    """
    import pandas as pd

    from spillover.bps.written import is_written, read_written

    given = [paths] if isinstance(paths, str | Path) else list(paths)
    places = [Path(p).expanduser() for p in given]
    written = [place for place in places if is_written(place)]
    raw = [place for place in places if place not in written]
    declared = _declared(told)
    if written and told:
        remedy = "leave them out, or read the files as downloaded"
        raise DataError("read_indicators", "declarations for a table that was cleaned before", told, remedy)
    tables = [read_written(place) for place in written]
    tables += [_cleaned_files(raw, declared, allow_refused)] if raw or not written else []
    table = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    check_unique(table, KEY, "read_indicators")
    if "derived" in table.columns:
        table["derived"] = table["derived"].fillna("")
    return table.sort_values(["indicator", *KEY[:3], "source_id"], ignore_index=True)


def _cleaned_files(paths: list[Path], declared: Declared, allow_refused: bool) -> pd.DataFrame:
    """Files as downloaded as one table, or an error that lists all that are refused."""
    from spillover.bps.reading import clean_files

    cleaning = clean_files(paths, declared)
    refused = _refused(cleaning)
    if refused and not (allow_refused and len(cleaning.table)):
        remedy = "correct the files, say what they do not (unit=, year=, …), or leave them out: allow_refused"
        raise DataError("read_indicators", "files that cannot be read without guessing", refused, remedy)
    check_not_empty(cleaning.table, "read_indicators")
    return cleaning.table


def _declared(told: dict[str, Any]) -> Declared:
    """What a person says of files, under the names that the reader knows."""
    from spillover.bps.measures import Declared

    unknown = sorted(set(told) - set(Declared._fields))
    if unknown:
        raise DataError(
            "read_indicators", "unknown declarations", unknown, f"known: {', '.join(Declared._fields)}"
        )
    return Declared(**{name: str(value) for name, value in told.items()})


def _refused(cleaning: Cleaning) -> list[str]:
    return [line for account in cleaning.files for line in account.refused]


@lru_cache(maxsize=32)
def _cleaned(path: Path, digest: str, source_id: str, told: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """A file or folder, cleaned once in a session; ``digest`` stands for its content."""
    from spillover.bps.folders import find_files
    from spillover.bps.measures import Declared
    from spillover.bps.reading import clean_files
    from spillover.bps.writing import TABLE
    from spillover.bps.written import read_long

    if path.name == TABLE:
        return read_long(path, digest, source_id)
    files = find_files([path])
    cleaning = clean_files(files, Declared(**dict(told)), source_ids=dict.fromkeys(files, source_id))
    if refused := _refused(cleaning):
        remedy = f"correct the file, or say what it does not under read: in the record {source_id}"
        raise DataError("data/sources.yml", f"{source_id} cannot be read", refused, remedy)
    return cleaning.table


def _check_indicators(table: pd.DataFrame, named: Sequence[str], source_id: str, where: str) -> None:
    """The file must give what its record names: a heading that changed must not empty a series unseen."""
    found = set(table["indicator"])
    offenders = [f"{name} only in the record" for name in sorted(set(named) - found)]
    offenders += [f"{name} only in the file" for name in sorted(found - set(named))]
    if offenders:
        remedy = f"correct the headings of the file, or `indicators` under read: in the record {source_id}"
        raise DataError(where, "the indicators are not those of the record", offenders, remedy)
