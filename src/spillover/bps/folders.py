"""Which files are cleaned, and the source id that each of them is known by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from os import walk
from os.path import realpath
from pathlib import Path

from spillover.errors import DataError

# Files that lie beside tables and are none; everything else in a folder is read, or refused by name.
BESIDE = {"sources.yml", "cleaning.json", "region_aliases.csv"}
RESULT = {"indicators.csv", "indicators.parquet"}
BESIDE_SUFFIXES = {".md", ".yml", ".yaml"}
# What Windows and open workbooks leave in folders.
LEFT_BEHIND = {"desktop.ini", "thumbs.db"}
LONGEST_ID = 60


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Files named, and files in folders named (with their subfolders), sorted, each once.

    Raises
    ------
    DataError
        A path that does not exist or may not be looked into, or a folder without tables.

    Examples
    --------
    >>> from spillover.sources import bundled_dir
    >>> len(find_files([bundled_dir() / "raw" / "poverty_line"]))
    15
    """
    found: list[Path] = []
    for path in (Path(p).expanduser() for p in paths):
        try:
            found += _files_of(path)
        except OSError as error:
            remedy = "check the name, and that you may read it"
            raise DataError(str(path), f"cannot be read: {error.strerror}", remedy=remedy) from error
    # By where it really lies: a file that is named and lies in a folder that is named counts once.
    once: dict[str, Path] = {}
    for path in found:
        once.setdefault(realpath(path), path)
    return list(once.values())


def _files_of(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(p for p in _inside(path) if not _is_beside(p, path))
        if not inside and (path / "indicators.csv").is_file():
            remedy = "name the folder with the downloaded tables; this one serves as it is: --data"
            raise DataError(str(path), "holds only a result of spillover clean", remedy=remedy)
        if not inside:
            raise DataError(str(path), "no files in the folder", remedy="put the downloaded tables into it")
        return inside
    if path.is_file():
        return [path]
    if path.is_symlink():
        raise DataError(str(path), "a shortcut to nothing", remedy="name the file itself")
    if path.exists():
        raise DataError(str(path), "neither a file nor a folder", remedy="name a file or a folder")
    raise DataError(str(path), "no such file or folder", remedy="check the name")


def _inside(folder: Path) -> Iterator[Path]:
    """Files below a folder, shortcuts followed; what may not be looked into is an error, not empty."""
    seen = {realpath(folder)}

    def refuse(error: OSError) -> None:
        raise error

    for where, folders, names in walk(folder, onerror=refuse, followlinks=True):
        real = {name: realpath(Path(where, name)) for name in sorted(folders) if not name.startswith(".")}
        folders[:] = [name for name, place in real.items() if place not in seen]  # shortcuts may go round
        seen |= set(real.values())
        # A shortcut to nothing counts: it is refused by name when it is read. Pipes and the like do not.
        yield from (p for name in names if (p := Path(where, name)).is_file() or p.is_symlink())


def _is_beside(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    left = path.name.startswith("~$") or path.name.lower() in LEFT_BEHIND
    result = path.name in RESULT and any(path.with_name(name).exists() for name in BESIDE)
    return hidden or left or result or path.name in BESIDE or path.suffix.lower() in BESIDE_SUFFIXES


def slug_of(path: Path) -> str:
    """A source id from a file's name: small letters, digits and underscores, without a browser's " (2)".

    Examples
    --------
    >>> slug_of(Path("IMK 2023 (2).xlsx"))
    'imk_2023'
    """
    stem = re.sub(r"\s*\(\d+\)$", "", path.stem)
    return "_".join(re.findall(r"[a-z0-9]+", stem.lower()))[:LONGEST_ID] or "table"


def ids_of(files: Sequence[Path]) -> dict[Path, str]:
    """A source id per file; files of one name are told apart by their folder, then by a number.

    The id of a bundled source is not given again: its record would take that one's place as a user's data.
    """
    from spillover.sources import bundled_dir, read_records

    ids: dict[Path, str] = {}
    taken: set[str] = set()
    bundled = {record["id"] for record in read_records(bundled_dir() / "sources.yml")}
    for path in files:
        own = slug_of(path)
        own = f"own_{own}" if own in bundled else own
        folder = slug_of(Path(path.parent.name))
        choices = [own, f"{folder}_{own}", *(f"{folder}_{own}_{n}" for n in range(2, len(files) + 2))]
        ids[path] = next(name for name in choices if name not in taken)
        taken.add(ids[path])
    return ids
