"""The build as a whole with a stand-in for kernels: what runs again, and that failures change nothing."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from filelock import FileLock
from report_books import options_for, quiet_build, snapshot, titles, write_book

from spillover.errors import DataError
from spillover.report import execute, publish, render
from spillover.report.build import plan
from spillover.report.notebooks import NotebookError, Page
from spillover.report.publish import Folder, recover

ALL = ["id/00_summary", "id/01_first", "en/00_summary", "en/01_first"]


def site(root: Path) -> dict[str, bytes]:
    """Reports and results together, and whatever a build left beside them."""
    beside = {p.name: b"" for p in root.iterdir() if p.name.startswith((".reports", ".results"))}
    return snapshot(root / "reports") | {f"r/{k}": v for k, v in snapshot(root / "results").items()} | beside


def test_unchanged_project_runs_and_writes_nothing(project: Path, fake_kernels: list[str]) -> None:
    """The second build executes nothing, renders nothing and leaves the folders untouched."""
    assert list(map(str, quiet_build(options_for(project)).executed)) == ALL
    inode = (project / "reports").stat().st_ino
    again = quiet_build(options_for(project))
    assert fake_kernels == ALL and not again.executed and not again.rendered
    assert (project / "reports").stat().st_ino == inode
    assert sorted(map(str, again.unchanged)) == sorted(ALL)


CHANGES = {
    "notebooks/01_first.ipynb": ["id/01_first", "en/01_first"],
    "lib/core.py": ALL,
    "lib/new.csv": ALL,
    "data/table.csv": ALL,
    "requirements.lock": ALL,
    "pyproject.toml": ALL,
    "lib/report/page.html": [],
    "lib/cli.py": [],
}


@pytest.mark.parametrize(("file", "expected"), CHANGES.items(), ids=CHANGES)
def test_a_change_runs_exactly_what_it_must(
    project: Path, fake_kernels: list[str], file: str, expected: list[str]
) -> None:
    """Notebook: it alone. Library, data, lock: all. Looks: pages are rendered anew, nothing runs."""
    quiet_build(options_for(project))
    fake_kernels.clear()
    path = project / file
    if path.suffix == ".ipynb":
        path.write_text(path.read_text().replace("Judul first", "Judul baru"))
    else:
        path.write_text("changed")
    assert {str(p) for p, runs in plan(options_for(project)).items() if runs} == set(expected)
    built = quiet_build(options_for(project))
    assert fake_kernels == expected
    assert (len(built.rendered) == 4) == (file != "lib/cli.py")


def test_the_users_own_data_are_part_of_the_key(
    project: Path, fake_kernels: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file changed in SPILLOVER_DATA runs everything again."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("SPILLOVER_DATA", str(own))
    quiet_build(options_for(project))
    (own / "mine.csv").write_text("a\n2\n")
    assert all(plan(options_for(project)).values())


def test_damaged_cache_runs_again(project: Path, fake_kernels: list[str]) -> None:
    """Cut or garbled cache files are not an error: that page runs again."""
    quiet_build(options_for(project))
    first = site(project)
    cache = project / ".cache/spillover/executed"
    (cache / "01_first.id.ipynb").write_text("{")
    (cache / "00_summary.en.json").write_text("[1]")
    fake_kernels.clear()
    quiet_build(options_for(project))
    assert fake_kernels == ["id/01_first", "en/00_summary"]
    assert site(project) == first


def test_touched_or_lost_pages_are_rendered_anew(project: Path, fake_kernels: list[str]) -> None:
    """A page edited or deleted by hand comes back; so does a lost result file."""
    quiet_build(options_for(project))
    first = site(project)
    (project / "reports/id/01_first.html").write_text("edited")
    (project / "results/en/exhibit_00_summary.svg").unlink()
    built = quiet_build(options_for(project))
    assert {str(p) for p in built.rendered} == {"id/01_first", "en/00_summary"}
    assert site(project) == first


def test_rebuild_from_nothing_is_byte_identical(project: Path, fake_kernels: list[str]) -> None:
    """Two builds of the same project give the same bytes, clock or not."""
    quiet_build(options_for(project))
    first = site(project)
    for folder in ("reports", "results", ".cache"):
        shutil.rmtree(project / folder)
    quiet_build(options_for(project))
    assert site(project) == first


def test_removed_notebook_disappears(project: Path, fake_kernels: list[str]) -> None:
    """Page, results and cache of a notebook that is gone go too; files of the user's own stay."""
    quiet_build(options_for(project))
    (project / "notebooks/01_first.ipynb").unlink()
    (project / "reports/mine.txt").write_text("mine")
    quiet_build(options_for(project))
    names = {*snapshot(project / "reports"), *snapshot(project / "results"), *snapshot(project / ".cache")}
    assert not [n for n in names if "01_first" in n]
    assert (project / "reports/mine.txt").read_text() == "mine"


def test_only_and_lang_carry_the_other_pages_over(project: Path, fake_kernels: list[str]) -> None:
    """--only rebuilds one page; the others are the same bytes, also when their notebooks changed."""
    quiet_build(options_for(project))
    before = site(project)
    for name in ("00_summary", "01_first"):
        write_book(project, name, titles(f"{name} baru"))
    fake_kernels.clear()
    quiet_build(options_for(project, only=("01",), langs=("id",)))
    after = site(project)
    assert fake_kernels == ["id/01_first"]
    assert b"Judul 01_first baru" in after["id/01_first.html"]
    for name in (
        "en/01_first.html",
        "id/index.html",
        "r/en/exhibit_01_first.svg",
        "r/id/exhibit_00_summary.svg",
    ):
        assert after[name] == before[name]


def test_first_build_of_one_language_links_to_what_is_there(project: Path, fake_kernels: list[str]) -> None:
    """No link to a page that does not exist: no switch, no navigation entry."""
    quiet_build(options_for(project, only=("01_first",), langs=("en",)))
    page = (project / "reports/en/01_first.html").read_text()
    assert "../id/" not in page and "index.html" not in page
    assert sorted(snapshot(project / "reports")) == [
        ".spillover.json",
        "en/01_first.html",
        "en/01_first.ipynb",
        "index.html",
    ]


def test_same_exhibit_name_in_two_notebooks(project: Path, fake_kernels: list[str]) -> None:
    """Their files would overwrite each other, so the build stops and says which."""
    real = execute.run_all

    def clash(jobs, cache_folder, parallel, watcher, done):
        real(
            jobs,
            cache_folder,
            parallel,
            watcher,
            lambda p, text, s: done(p, text.replace(f"exhibit_{p[0]}", "same"), s),
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(execute, "run_all", clash)
        with pytest.raises(DataError, match=r"exhibits with the same name \(1: id/same.svg\)"):
            quiet_build(options_for(project))
    assert not (project / "reports").exists()


def raising(error: BaseException):
    """A function that raises."""

    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")
FAILURES = [
    (execute, "run_all", NotebookError("cell 3")),
    (execute, "run_all", KeyboardInterrupt()),
    (render, "render_page", KeyboardInterrupt()),
    (render, "render_page", DataError("x", "y")),
    (publish, "write_atomic", FULL),
    (shutil, "copyfile", FULL),
    (os, "rename", FULL),
]


@pytest.mark.parametrize(("module", "name", "error"), FAILURES, ids=lambda v: getattr(v, "__name__", None))
def test_a_failed_build_changes_nothing(
    project: Path,
    fake_kernels: list[str],
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    name: str,
    error: Exception,
) -> None:
    """Failing notebook, Ctrl-C, full disk at any step: the same bytes as before, nothing left over."""
    quiet_build(options_for(project))
    before = site(project)
    write_book(project, "01_first", titles("baru"))
    if name == "rename":  # the second folder cannot be moved: the first must come back
        real, calls = Path.rename, []

        def rename(self: Path, target: Path) -> Path:
            calls.append(target)
            if len(calls) == 3:
                raise error
            return real(self, target)

        monkeypatch.setattr(Path, "rename", rename)
    else:
        monkeypatch.setattr(module, name, raising(error))
    with pytest.raises(type(error)):
        quiet_build(options_for(project, only=("01_first",)))
    monkeypatch.undo()
    assert site(project) == before


def test_full_disk_while_the_cache_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, fake_kernels: list[str]
) -> None:
    """The disk may fill at any write; a half-written file is never taken for a whole one."""
    quiet_build(options_for(project))
    before = site(project)
    write_book(project, "01_first", titles("baru"))
    with monkeypatch.context() as patch:
        for write in ("write_text", "write_bytes"):
            patch.setattr(Path, write, raising(FULL))
        with pytest.raises(OSError, match="No space"):
            quiet_build(options_for(project))
    assert site(project) == before
    assert plan(options_for(project))[Page("01_first", "id")]


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_a_crash_in_the_swap_is_mended_at_the_next_start(tmp_path: Path, moved: int) -> None:
    """Killed after any rename, both folders come back as they were; after the last, the new ones stay."""
    folders = [Folder(tmp_path / "reports"), Folder(tmp_path / "results")]
    for folder in folders:
        for place, text in ((folder.target, "old"), (folder.staging, "new")):
            place.mkdir()
            (place / "f").write_text(text)
    first, second = folders
    steps = [
        (first.target, first.backup),
        (second.target, second.backup),
        (first.staging, first.target),
        (second.staging, second.target),
    ]
    for old, new in steps[: moved + 1]:
        old.rename(new)
    recover(folders)
    expected = "new" if moved == 3 else "old"
    assert [f.target.joinpath("f").read_text() for f in folders] == [expected, expected]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["reports", "results"]


def test_two_builds_at_once(project: Path, fake_kernels: list[str]) -> None:
    """The second says that one is running and changes nothing."""
    lock = project / ".cache/spillover/build.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock), pytest.raises(DataError, match="another build is running"):
        quiet_build(options_for(project))
    assert not (project / "reports").exists() and not fake_kernels


def test_a_folder_that_is_not_ours_is_not_replaced(project: Path, fake_kernels: list[str]) -> None:
    """--out on a folder with other files must not delete them; nothing runs before that is known."""
    (project / "thesis").mkdir()
    (project / "thesis/chapter.tex").write_text("years of work")
    with pytest.raises(DataError, match="not a folder that spillover made"):
        quiet_build(options_for(project, reports=project / "thesis"))
    with pytest.raises(DataError, match="one folder is inside the other"):
        quiet_build(options_for(project, results=project / "reports/results"))
    assert (project / "thesis/chapter.tex").read_text() == "years of work" and not fake_kernels


def test_links_follow_the_folders(project: Path, fake_kernels: list[str]) -> None:
    """With other folders the links to results lead there."""
    quiet_build(options_for(project, reports=project / "a/b", results=project / "c"))
    page = project / "a/b/id/01_first.html"
    assert 'href="../../../c/id/exhibit_01_first.svg"' in page.read_text()
    assert (page.parent / "../../../c/id/exhibit_01_first.svg").is_file()
