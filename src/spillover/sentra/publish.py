"""All files of a study into a folder, and all of them or none."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from spillover.atomic import write_atomic
from spillover.sentra.second_process import meanwhile

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.page import Store
    from spillover.sentra.study import SentraStudy


def criteria_csv(criteria: pd.DataFrame) -> str:
    """Criteria as a CSV that `read_criteria` reads back; numbers without exponents."""
    from spillover.sentra.criteria import NUMBERS
    from spillover.sentra.criteria_file import COLUMNS

    shown = criteria[list(COLUMNS)].copy()
    for name in NUMBERS:
        shown[name] = [f"{value:.12f}".rstrip("0").rstrip(".") for value in shown[name]]
    return str(shown.to_csv(index=False, lineterminator="\n"))


def write_study(study: SentraStudy, out: Path, store: Store, step: Callable[[str], None]) -> list[Path]:
    """Make page, workbook, figures and weights beside, then put them in their places, all or none.

    Parameters
    ----------
    study : SentraStudy
    out : Path
        Folder; its weights.csv is never replaced, and of its figures only those go that the last run wrote.
    store : Store
        Where exhibits that do not depend on weights are kept.
    step : callable
        Told what is done next.

    Returns
    -------
    list of Path
        What was written.
    """
    from spillover.sentra.notes import FIGURES, WEIGHTS, files_of, note_path, note_text, read_note
    from spillover.sentra.page import write_page
    from spillover.sentra.workbook import write_workbook

    out.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out, prefix=".sentra.", suffix=".new") as beside:
        made = Path(beside)
        page, book = (made / name for name in files_of(study.province))
        with meanwhile(partial(write_workbook, study, book)):
            step("writing the page")
            write_page(study, page, store=store)
            step("writing the workbook")
        if not (out / WEIGHTS).exists():
            (made / WEIGHTS).write_text(criteria_csv(study.criteria), encoding="utf-8")
        before = read_note(out, study.province)
        old = {Path(FIGURES) / name for name in before.figures} if before else set()
        new = {path.relative_to(made) for path in made.rglob("*") if path.is_file()}
        note = note_path(study.province)
        figures = [path.name for path in new if path.parent == Path(FIGURES)]
        write_atomic(made / note, note_text(book, study.criteria, figures))
        replace_all(made, out, sorted({*new, note}), sorted(old - new))
    return [out / name for name in sorted(new)]


def replace_all(made: Path, out: Path, new: list[Path], gone: list[Path]) -> None:
    """Move files from one folder to another, in place of those there; if one cannot be moved, none is.

    Parameters
    ----------
    made, out : Path
        Folders of one file system.
    new, gone : list of Path
        Files to move and files of ``out`` to remove, relative to the folders.

    Raises
    ------
    DataError
        A folder in the place of a file; nothing is moved then.
    """
    from spillover.sentra.notes import refuse_folders

    refuse_folders(out / name for name in (*new, *gone))
    aside = made / ".before"
    moved: list[tuple[Path, Path]] = []
    try:
        for name in (*new, *gone):
            steps = [(out / name, aside / name)] if (out / name).exists() else []
            steps += [(made / name, out / name)] if name in new else []
            for source, target in steps:
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
                moved.append((source, target))
    except OSError:
        for source, target in reversed(moved):
            source.parent.mkdir(parents=True, exist_ok=True)
            target.replace(source)
        raise
    shutil.rmtree(aside, ignore_errors=True)
