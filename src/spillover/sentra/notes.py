"""What a run remembers of what it wrote, so that the next one replaces nothing of the user's own."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from spillover.errors import DataError
from spillover.sentra.criteria import NUMBERS, read_criteria
from spillover.sentra.criteria_file import COLUMNS

CACHE, FIGURES, WEIGHTS = ".cache", "figures", "weights.csv"
ELSEWHERE = "choose another folder with --out"


class Note(NamedTuple):
    """``workbook``: sha256 of the file as written; ``criteria``: `criteria_digest` of what it holds;
    ``figures``: names of the files in the folder of figures."""

    workbook: str
    criteria: str
    figures: tuple[str, ...]


def files_of(province: str) -> tuple[str, str]:
    """Names of page and workbook.

    Examples
    --------
    >>> files_of("7200")
    ('sentra_7200.html', 'sentra_7200.xlsx')
    """
    return f"sentra_{province}.html", f"sentra_{province}.xlsx"


def kept_folder(out: Path, province: str) -> Path:
    """Where what was collected of a province is kept."""
    return out / CACHE / f"sentra_{province}"


def note_path(province: str) -> Path:
    """Where the note stands, from the folder of the study."""
    return Path(CACHE) / f"sentra_{province}_written.json"


def read_note(out: Path, province: str) -> Note | None:
    """What the last run wrote; None if there was none or its note is damaged."""
    try:
        found = json.loads((out / note_path(province)).read_text(encoding="utf-8"))
        figures = tuple(name for name in map(str, found["figures"]) if Path(name).name == name)
        return Note(str(found["workbook"]), str(found["criteria"]), figures)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_text(workbook: Path, criteria: pd.DataFrame, figures: Iterable[str]) -> str:
    """The note on a run, to be written beside what it wrote."""
    note = Note(_file_digest(workbook), criteria_digest(criteria), tuple(sorted(figures)))
    return json.dumps(note._asdict(), indent=1) + "\n"


def criteria_digest(criteria: pd.DataFrame) -> str:
    """Digest of a table of criteria: the same for one that a spreadsheet saved anew without a change.

    Examples
    --------
    >>> own = read_criteria()
    >>> criteria_digest(own) == criteria_digest(own.assign(weight=own["weight"] + 1e-13))
    True
    """
    rows = [
        [
            f"{value:.9f}" if name in NUMBERS else " ".join(str(value).split())
            for name, value in record.items()
        ]
        for record in criteria[list(COLUMNS)].to_dict("records")
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def check_folder(out: Path, province: str) -> None:
    """Raise at once, not when all is computed, if the study cannot be written there.

    Parameters
    ----------
    out : Path
        Folder of the study; it need not be there.
    province : str
        BPS code.

    Raises
    ------
    DataError
        A file or a link to nothing where a folder is to be, a folder where a file is to be, or a folder in
        which nothing may be written.
    """
    there = next(place for place in (out, *out.absolute().parents) if os.path.lexists(place))
    if not there.exists():
        raise DataError(str(there), "a link to nothing, where the folder is to be", remedy=ELSEWHERE)
    if not there.is_dir():
        raise DataError(str(there), "a file, where the folder for the study is to be", remedy=ELSEWHERE)
    folders = [out / FIGURES, out / CACHE, kept_folder(out, province)]
    for place in folders:
        if os.path.lexists(place) and not place.is_dir():
            remedy = f"rename or remove it, or {ELSEWHERE}"
            raise DataError(str(place), "a file, where a folder of the study is to be", remedy=remedy)
    for place in (there, *folders):
        if place.is_dir() and not os.access(place, os.W_OK | os.X_OK):
            raise DataError(str(place), "nothing may be written there", remedy=ELSEWHERE)
    files = [out / name for name in (*files_of(province), WEIGHTS, note_path(province))]
    refuse_folders([*files, *(out / FIGURES).glob(f"{province}_*.svg")])


def refuse_folders(files: Iterable[Path]) -> None:
    """Raise if one of the places of files is a folder: it would be removed with all that it holds."""
    folders = [str(file) for file in files if file.is_dir()]
    if folders:
        remedy = f"rename or remove it, or {ELSEWHERE}"
        raise DataError(folders[0], "a folder, where a file of the study is to be", remedy=remedy)


def check_workbook(out: Path, province: str, given: Path | None, criteria: pd.DataFrame) -> None:
    """Raise if the workbook of the last run was edited since, and this run would replace it unread.

    Parameters
    ----------
    out : Path
        Folder of the study.
    province : str
        BPS code.
    given : Path or None
        File of weights of this run.
    criteria : DataFrame
        Criteria of this run: what the workbook may hold just as well.

    Raises
    ------
    DataError
        Its criteria are neither those of this run, nor the bundled ones, nor as they were written; or it
        cannot be read.
    """
    book = out / files_of(province)[1]
    note = read_note(out, province)
    if not book.exists() or (given is not None and given.exists() and given.samefile(book)):
        return
    if note is not None and _file_digest(book) == note.workbook:
        return
    remedy = f"give it with --weights {book}; or move or delete it, and run again"
    try:
        found = criteria_digest(read_criteria(book, normalise=True))
    except DataError as error:
        problem = f"it was changed since it was written, and its criteria cannot be read ({error.problem})"
        raise DataError(str(book), problem, error.offenders or None, remedy) from error
    known = {criteria_digest(criteria), criteria_digest(read_criteria())}
    if found not in known | ({note.criteria} if note else set()):
        problem = "its weights were edited, and this run would replace it without using them"
        raise DataError(str(book), problem, remedy=remedy)


def _file_digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
