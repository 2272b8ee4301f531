"""Which files of a folder are read: all that may be tables, each once, nothing passed over unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spillover.bps.folders import find_files
from spillover.bps.reading import clean_files
from spillover.errors import DataError

TABLE = "Jumlah Toko Menurut Kabupaten (unit),\nKabupaten,2023\nMorowali,1\n"


def names(folder: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in find_files([folder])]


def test_shortcuts_are_followed_once_and_may_go_round(tmp_path: Path) -> None:
    """To files and to folders; a shortcut to the folder above does not hang."""
    (tmp_path / "in").mkdir()
    (tmp_path / "far").mkdir()
    (tmp_path / "far/t.csv").write_text(TABLE)
    (tmp_path / "in/a.csv").symlink_to(tmp_path / "far/t.csv")
    (tmp_path / "in/b.csv").symlink_to(tmp_path / "far/t.csv")
    assert names(tmp_path / "in") == ["a.csv"]
    (tmp_path / "in/b.csv").unlink()
    (tmp_path / "in/a.csv").unlink()
    (tmp_path / "in/far").symlink_to(tmp_path / "far")
    (tmp_path / "in/up").symlink_to(tmp_path / "in")
    assert names(tmp_path / "in") == ["far/t.csv"]


def test_a_shortcut_to_nothing_is_refused_by_name(tmp_path: Path) -> None:
    """The others are read."""
    (tmp_path / "t.csv").write_text(TABLE)
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    (tmp_path / "round.csv").symlink_to("round.csv")
    cleaning = clean_files([tmp_path])
    refused = {Path(a.file).name: a.refused[0] for a in cleaning.files if a.refused}
    assert set(refused) == {"gone.csv", "round.csv"} and len(cleaning.table) == 1
    assert "gone.csv: cannot be read" in refused["gone.csv"] and "To mend it" in refused["gone.csv"]


def test_a_file_that_is_named_twice_counts_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TABLE)
    assert find_files([Path("t.csv"), Path("./t.csv"), tmp_path, tmp_path / "t.csv"]) == [Path("t.csv")]


def test_what_windows_and_open_workbooks_leave_is_no_table(tmp_path: Path) -> None:
    for name in ("t.csv", "~$t.xlsx", "Thumbs.db", "desktop.ini", ".DS_Store"):
        (tmp_path / name).write_text(TABLE)
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == ["t.csv"]


def test_the_home_folder_may_be_written_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "t.csv").write_text(TABLE)
    assert find_files([Path("~/t.csv")]) == [tmp_path / "t.csv"]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda p: p.mkdir(), "no files in the folder"),
        (lambda p: p.symlink_to("nowhere"), "a shortcut to nothing"),
        (os.mkfifo, "neither a file nor a folder"),
        (lambda p: None, "no such file or folder"),
    ],
)
def test_a_path_that_gives_no_table_is_an_error(tmp_path: Path, make: object, problem: str) -> None:
    make(tmp_path / "x")  # type: ignore[operator]
    with pytest.raises(DataError, match=rf"{problem}.*To mend it"):
        find_files([tmp_path / "x"])


def test_names_that_no_disk_takes_and_folders_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DataError, match="File name too long"):
        find_files([tmp_path / ("x" * 300)])

    def denied(path: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", denied)
    with pytest.raises(DataError, match="cannot be read: Permission denied"):
        find_files([tmp_path])


@pytest.mark.parametrize("name", [b"donn\xe9es.csv", b"two\nlines.csv", b"red\x1b[31m.csv"])
def test_names_that_no_screen_shows(tmp_path: Path, name: bytes) -> None:
    """Read and refused alike; what is said of them is one line that any screen and file takes."""
    path = tmp_path / os.fsdecode(name)
    for text in (TABLE, "Kab,2023\nMarowali,1\n"):
        path.write_text(text)
        cleaning = clean_files([tmp_path])
        assert cleaning.to_json().encode("utf-8")
        (account,) = cleaning.files
        assert all(text.isprintable() for text in [account.file, *account.refused])
