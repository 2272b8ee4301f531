"""Work in a second process: done when the block ends, and never lost nor done half."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from spillover.errors import DataError
from spillover.sentra.criteria import read_criteria
from spillover.sentra.notes import check_workbook, criteria_digest, note_path, note_text, read_note
from spillover.sentra.publish import criteria_csv, meanwhile, replace_all


def note(file: Path, fails_in: str = "") -> None:
    """Write which process came here; fail before in the one that is named."""
    here = "first" if str(os.getpid()) == os.environ["SPILLOVER_TEST_PID"] else "second"
    if fails_in == "both" or fails_in == here:
        raise DataError(here, "no space left")
    if fails_in == f"kill {here}":
        os._exit(9)
    file.write_text(here, encoding="utf-8")


@pytest.fixture(autouse=True)
def _first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPILLOVER_TEST_PID", str(os.getpid()))


def test_the_work_is_done_when_the_block_ends(tmp_path: Path) -> None:
    file = tmp_path / "a"
    with meanwhile(partial(note, file)):
        pass
    assert file.read_text(encoding="utf-8") in ("second", "first")


@pytest.mark.parametrize("fails_in", ["second", "kill second"])
def test_what_the_second_process_cannot_do_the_first_does(tmp_path: Path, fails_in: str) -> None:
    file = tmp_path / "a"
    with meanwhile(partial(note, file, fails_in)):
        pass
    assert file.read_text(encoding="utf-8") == "first"


def test_an_error_of_the_work_is_raised_in_the_first_process(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="first: no space left"), meanwhile(partial(note, tmp_path, "both")):
        pass


def test_an_error_of_the_block_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(KeyError), meanwhile(partial(note, tmp_path / "a", "first")):
        raise KeyError


def test_where_processes_cannot_be_split_the_work_is_done_after_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    file = tmp_path / "a"
    with meanwhile(partial(note, file)):
        assert not file.exists()
    assert file.read_text(encoding="utf-8") == "first"


def test_a_folder_is_never_replaced_by_a_file(tmp_path: Path) -> None:
    """And nothing is moved then, neither before nor after it."""
    made, out = tmp_path / "made", tmp_path / "out"
    (out / "b").mkdir(parents=True)
    (out / "b" / "mine").write_text("mine")
    made.mkdir()
    for name in ("a", "b"):
        (made / name).write_text("new")
    with pytest.raises(DataError, match="a folder, where a file of the study is to be"):
        replace_all(made, out, [Path("a"), Path("b")], [])
    assert [path.name for path in sorted(out.rglob("*"))] == ["b", "mine"]


def test_a_note_comes_back_and_a_damaged_one_is_none(tmp_path: Path) -> None:
    book, file = tmp_path / "sentra_7200.xlsx", tmp_path / note_path("7200")
    book.write_bytes(b"a")
    file.parent.mkdir()
    file.write_text(note_text(book, read_criteria(), ["b.svg", "a.svg"]))
    note = read_note(tmp_path, "7200")
    assert note is not None
    assert (note.figures, note.criteria) == (("a.svg", "b.svg"), criteria_digest(read_criteria()))
    for text in ("", "{", "[]", "{}", '{"workbook": 1, "criteria": 2}', '{"figures": 3}'):
        file.write_text(text)
        assert read_note(tmp_path, "7200") is None
    file.write_text('{"workbook": "", "criteria": "", "figures": ["../../mine.svg", "a.svg"]}')
    note = read_note(tmp_path, "7200")
    assert note is not None
    assert note.figures == ("a.svg",), "nothing outside the folder of figures"


@pytest.mark.parametrize("weight", [0.2, 0.200001])
def test_a_workbook_without_a_note_may_hold_known_weights_only(tmp_path: Path, weight: float) -> None:
    """Of an older version of the tool: what a run can make again may go."""
    own = read_criteria()
    own.loc[0, "weight"] = weight
    (tmp_path / "sentra_7200.xlsx").write_text(criteria_csv(own))  # the content decides, not the name
    if weight == 0.2:
        check_workbook(tmp_path, "7200", None, read_criteria())
    else:
        with pytest.raises(DataError, match="its weights were edited"):
            check_workbook(tmp_path, "7200", None, read_criteria())
