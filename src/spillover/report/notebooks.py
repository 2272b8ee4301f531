"""The notebooks of a project: where they are, what they are called, which prose belongs to which language."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from spillover.errors import DataError

LANGS = ("id", "en")
SUMMARY = "00_summary"  # this notebook is the first page, index.html

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_H1 = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)

Cell = dict[str, Any]


class NotebookError(RuntimeError):
    """A notebook failed; the text is what to show: notebook, cell, marked line, error (at most 25 lines)."""


class Page(NamedTuple):
    """One notebook in one language; written ``id/01_indicators``."""

    notebook: str
    lang: str

    def __str__(self) -> str:
        return f"{self.lang}/{self.notebook}"


@dataclass(frozen=True)
class Notebook:
    """A notebook as it stands in the project, its bilingual prose checked.

    ``digest`` stands for the cells (type, source, tags, attachments); outputs and counters do not count.
    """

    name: str
    path: Path
    titles: dict[str, str]
    digest: str


def page_file(notebook: str) -> str:
    """File name of the page made from a notebook: ``index.html`` for the summary."""
    return "index.html" if notebook == SUMMARY else f"{notebook}.html"


def find_root(start: Path) -> Path:
    """The nearest folder, from ``start`` upwards, that holds ``notebooks/``; DataError if there is none."""
    for folder in (start, *start.parents):
        if (folder / "notebooks").is_dir():
            return folder
    raise DataError(
        str(start), "no folder 'notebooks' here or above", remedy="change into the project folder first"
    )


def read_notebooks(root: Path) -> dict[str, Notebook]:
    """Every notebook of the project in reading order (by name), checked; DataError if one is not usable."""
    paths = sorted(p for p in (root / "notebooks").glob("*.ipynb") if not p.name.startswith((".", "_")))
    if not paths:
        raise DataError(
            "notebooks", "there are no notebooks", remedy="restore notebooks/*.ipynb from the repository"
        )
    return {path.stem: _read(path) for path in paths}


def choose(notebooks: dict[str, Notebook], only: list[str]) -> list[str]:
    """Names of the notebooks asked for: by name, path or unique beginning (``03``); all without a wish."""
    chosen = set()
    for wish in only:
        stem = Path(wish).name.removesuffix(".ipynb").removesuffix(".html")
        found = [n for n in notebooks if n == stem] or [n for n in notebooks if n.startswith(stem)]
        if len(found) != 1:
            problem = "no such notebook" if not found else f"more than one notebook begins with {stem!r}"
            raise DataError(f"--only {wish}", problem, found or None, f"name one of {', '.join(notebooks)}")
        chosen.add(found[0])
    return [n for n in notebooks if n in chosen or not only]


def cell_lang(cell: Cell) -> str | None:
    """The language a Markdown cell is tagged with, or None."""
    tags = cell.get("metadata", {}).get("tags", [])
    langs = [lang for lang in LANGS if f"lang-{lang}" in tags]
    return langs[0] if len(langs) == 1 and cell["cell_type"] == "markdown" else None


def source_of(cell: Cell) -> str:
    """Source of a cell as one string (on disk it may be a list of lines)."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _read(path: Path) -> Notebook:
    where = f"notebooks/{path.name}"
    if not _NAME.fullmatch(path.stem):
        raise DataError(
            where, "this name cannot be a page address", remedy="use letters, digits, '_' and '-' only"
        )
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError, TypeError) as error:
        remedy = "restore it from the repository, or save it again in JupyterLab"
        raise DataError(where, "not a Jupyter notebook (version 4)", remedy=remedy) from error
    _check_twins(cells, where)
    return Notebook(path.stem, path, _titles(cells, where), _digest(cells))


def _check_twins(cells: list[Cell], where: str) -> None:
    """Prose in one language must stand beside its twin in the other, or a reader would miss it."""
    position = 0
    while position < len(cells):
        lang = cell_lang(cells[position])
        if lang is None:
            position += 1
            continue
        other = LANGS[1 - LANGS.index(lang)]
        if position + 1 == len(cells) or cell_lang(cells[position + 1]) != other:
            first = source_of(cells[position]).strip().split("\n")[0][:50]
            remedy = f"put a Markdown cell tagged lang-{other} with the same text directly after it"
            raise DataError(
                f"{where}, cell {position + 1}", f"prose tagged lang-{lang} has no twin", [first], remedy
            )
        position += 2


def _titles(cells: list[Cell], where: str) -> dict[str, str]:
    titles = {}
    for lang in LANGS:
        prose = [c for c in cells if c["cell_type"] == "markdown" and cell_lang(c) in (lang, None)]
        headings = [m.group(1) for c in prose if (m := _H1.search(source_of(c)))]
        if not headings:
            remedy = f"begin a Markdown cell tagged lang-{lang} with '# Title'"
            raise DataError(where, f"the page has no title in {lang!r}", remedy=remedy)
        titles[lang] = re.sub(r"[*_`]", "", headings[0])
    return titles


def _digest(cells: list[Cell]) -> str:
    kept = [
        [c["cell_type"], source_of(c), c.get("metadata", {}).get("tags", []), c.get("attachments", {})]
        for c in cells
    ]
    return hashlib.sha256(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
