"""All or nothing: pages are put together beside the present ones and swapped in when all are there.

Each folder that is published (``reports``, ``results``) holds ``.spillover.json``, which lists the files that
belong to each page with their digests. A folder without it was not made here and is never replaced.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from spillover.atomic import write_atomic
from spillover.errors import DataError
from spillover.report.cache import file_digest, tree

STAMP = ".spillover.json"


@dataclass(frozen=True)
class Published:
    """What a folder holds of one page: the key it was rendered with, and the digest of each file."""

    key: str
    files: dict[str, str] = field(default_factory=dict)


class Folder:
    """A published folder, the place beside it where the next one is put together, and the previous one."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.staging = target.with_name(f".{target.name}.staging")
        self.backup = target.with_name(f".{target.name}.backup")

    def read(self) -> dict[str, Published]:
        """What is published, by page; DataError if the folder holds files but was not made by a build."""
        try:
            record = json.loads((self.target / STAMP).read_text(encoding="utf-8"))
            return {page: Published(entry["key"], entry["files"]) for page, entry in record["pages"].items()}
        except (FileNotFoundError, NotADirectoryError):
            if self.target.exists() and (not self.target.is_dir() or any(self.target.iterdir())):
                remedy = "name an empty or a new folder with --out and --results, or move what is in it"
                raise DataError(
                    str(self.target), "is not a folder that spillover made", remedy=remedy
                ) from None
            return {}
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}  # a damaged stamp: everything is rendered anew

    def intact(self, entry: Published | None, key: str) -> bool:
        """Whether a page is there, rendered with this key, and not a byte of it was touched."""
        if entry is None or entry.key != key:
            return False
        return all(file_digest(self.target / name) == sha256 for name, sha256 in entry.files.items())

    def stage(self, kept: dict[str, Published], new: dict[str, tuple[str, dict[str, str]]]) -> None:
        """Put the next folder together: pages kept as they are, pages made anew, and files of the user's own.

        ``new`` maps a page to its key and its files (name to content).
        """
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        present = self.read()
        made = {name for entry in present.values() for name in entry.files} | {STAMP}
        own = [f.relative_to(self.target).as_posix() for f in tree(self.target)]
        for name in [*(n for e in kept.values() for n in e.files), *(n for n in own if n not in made)]:
            if (
                self.target / name
            ).is_file():  # a page not rebuilt now may have lost files; the next build sees it
                (self.staging / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(self.target / name, self.staging / name)
        record = {page: {"key": entry.key, "files": entry.files} for page, entry in kept.items()}
        for page, (key, files) in new.items():
            for name, content in files.items():
                write_atomic(self.staging / name, content)
            record[page] = {"key": key, "files": {n: file_digest(self.staging / n) for n in files}}
        write_atomic(self.staging / STAMP, json.dumps({"pages": record}, indent=1, sort_keys=True) + "\n")


def swap(folders: list[Folder]) -> None:
    """Put the staged folders in the place of the present ones: all, or none if anything goes wrong."""
    try:
        for folder in folders:
            if folder.target.exists():
                folder.target.rename(folder.backup)
        for folder in folders:
            folder.staging.rename(folder.target)
    finally:
        recover(folders)


def recover(folders: list[Folder]) -> None:
    """Finish a swap that was complete, undo one that was not; clear away what an interrupted build left."""
    complete = all(f.target.exists() and not f.staging.exists() for f in folders)
    for folder in folders:
        if not complete and folder.backup.exists():
            shutil.rmtree(folder.target, ignore_errors=True)
            folder.backup.rename(folder.target)
        shutil.rmtree(folder.backup, ignore_errors=True)
        shutil.rmtree(folder.staging, ignore_errors=True)


@contextmanager
def one_at_a_time(cache_folder: Path) -> Iterator[None]:
    """Hold the project's build lock; DataError at once if somebody else holds it."""
    cache_folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(cache_folder / "build.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        remedy = "wait until it has ended and run the command again; nothing was changed"
        raise DataError(
            str(cache_folder.parent.parent.name), "another build is running here", remedy=remedy
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):
            lock.release()
