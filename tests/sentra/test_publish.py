"""Work in a second process: done when the block ends, and never lost nor done half."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from spillover.errors import DataError
from spillover.sentra.publish import meanwhile


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
