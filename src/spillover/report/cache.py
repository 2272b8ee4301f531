"""Which notebooks must run again: keys over everything that can change a result, and the outputs kept.

A notebook's key holds its own cells, the library, the data, the lock, the Python version and the language, so
a changed notebook runs alone and a changed library or data file runs them all. What only changes the look of
a page (``report/``, ``cli.py``) is left out: pages are then rendered anew from the kept outputs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spillover.atomic import write_atomic
from spillover.report.notebooks import LANGS, Notebook, Page

_LOOKS_ONLY = ("report", "check.py", "cli.py")


def digest(*parts: str) -> str:
    """sha256 of a list of texts, unambiguous about where one ends."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def files_digest(base: Path, files: Iterable[Path]) -> str:
    """sha256 over the relative paths and contents of files; a file that does not exist counts as such."""
    listed = {}
    for file in sorted(files):
        listed[file.relative_to(base).as_posix()] = file_digest(file)
    return digest(json.dumps(listed))


def file_digest(file: Path) -> str:
    """sha256 of a file, "" if there is none."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError:
        return ""


def tree(folder: Path) -> list[Path]:
    """Every file under a folder but byte code and hidden files (editors and file managers leave those)."""
    found = []
    for base, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if f != "__pycache__" and not f.startswith(".")]
        found += [Path(base, n) for n in names if not n.startswith(".") and not n.endswith(".pyc")]
    return found


def library_digest(package: Path) -> str:
    """Digest of the library files that can change a result."""
    return files_digest(
        package, (f for f in tree(package) if f.relative_to(package).parts[0] not in _LOOKS_ONLY)
    )


def looks_digest(package: Path) -> str:
    """Digest of the code and templates that make pages from executed notebooks."""
    return files_digest(package, tree(package / "report"))


def data_digest(root: Path) -> str:
    """Digest of the project's data, and of the user's own folder named by SPILLOVER_DATA if set."""
    own = os.environ.get("SPILLOVER_DATA", "")
    folders = [root / "data"] + ([Path(own)] if own else [])
    return digest(*(files_digest(folder, tree(folder)) for folder in folders))


def execution_keys(root: Path, package: Path, notebooks: dict[str, Notebook]) -> dict[Page, str]:
    """Key of each notebook in each language; equal keys mean equal outputs."""
    lock = files_digest(root, [root / "requirements.lock", root / "pyproject.toml"])
    common = (library_digest(package), data_digest(root), lock, platform.python_version())
    return {Page(n.name, lang): digest(n.digest, *common, lang) for n in notebooks.values() for lang in LANGS}


@dataclass(frozen=True)
class Executed:
    """An executed notebook in the cache: its file, the digest of its content, how long the run took."""

    file: Path
    sha256: str
    seconds: float


class Cache:
    """Executed notebooks under ``.cache/spillover``, the latest of each notebook and language.

    Examples
    --------
    >>> cache = Cache(root / ".cache" / "spillover")                      # doctest: +SKIP
    >>> cache.find(Page("01_indicators", "id"), key) is None              # doctest: +SKIP
    True
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find(self, page: Page, key: str) -> Executed | None:
        """The executed notebook of a page, or None if none has this key or the file is damaged."""
        file, record = self._files(page)
        try:
            entry = json.loads(record.read_text(encoding="utf-8"))
            executed = Executed(file, str(entry["sha256"]), float(entry["seconds"]))
            usable = entry["key"] == key and file_digest(file) == executed.sha256
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None  # never run, or a damaged record: running again mends both
        return executed if usable else None

    def keep(self, page: Page, key: str, text: str, seconds: float) -> Executed:
        """Keep an executed notebook in place of the previous one of the same page."""
        file, record = self._files(page)
        write_atomic(file, text)
        entry = {
            "key": key,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "seconds": round(seconds, 2),
        }
        write_atomic(record, json.dumps(entry))
        return Executed(file, str(entry["sha256"]), seconds)

    def prune(self, notebooks: dict[str, Notebook]) -> None:
        """Drop what belongs to notebooks that are no longer there."""
        for file in (self.folder / "executed").glob("*.*"):
            if file.name.split(".")[0] not in notebooks:
                file.unlink()

    def _files(self, page: Page) -> tuple[Path, Path]:
        stem = self.folder / "executed" / f"{page.notebook}.{page.lang}"
        return stem.with_name(stem.name + ".ipynb"), stem.with_name(stem.name + ".json")
