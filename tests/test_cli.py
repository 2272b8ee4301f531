"""The command line: it teaches, it is quick to start, and bad input ends in one line."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import spillover as sp
from spillover import check
from spillover.check import Checked
from spillover.cli import app
from spillover.errors import DataError
from spillover.report import build as engine

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def run(*arguments: str) -> Result:
    """Run the command in this process."""
    return CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(app, list(arguments))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with notebooks/ as the current one."""
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", [["--help"], ["report", "--help"], ["check", "--help"]])
def test_help_teaches_with_examples(arguments: list[str]) -> None:
    """Each help page shows at least one command that can be typed."""
    result = run(*arguments)
    text = ANSI.sub("", result.output)
    assert result.exit_code == 0
    assert re.search(
        r"^ +(Begin with: +)?(SPILLOVER_DATA=\S+ )?spillover (report|check)\b", text, re.MULTILINE
    )


def test_options_of_report_are_named() -> None:
    """What the documentation promises is there."""
    text = ANSI.sub("", run("report", "--help").output)
    for option in ("--lang", "--only", "--open", "--jobs", "--out", "--results", "--dry-run"):
        assert option in text


def test_help_loads_nothing_heavy() -> None:
    """Help comes in a quarter of a second because none of the heavy libraries is imported."""
    code = (
        "import sys\nsys.argv = ['spillover', 'report', '--help']\nfrom spillover.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'nbconvert', 'nbformat', 'nbclient', 'geopandas', 'zmq'}\n"
        "print('heavy:', sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("heavy: []")


def test_an_unchanged_build_loads_nothing_heavy() -> None:
    """The second `make report` is quick because nothing is imported that is not needed."""
    code = "import sys, spillover.report.build; print({'nbformat', 'nbconvert', 'pandas'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_version() -> None:
    """--version prints name and version, nothing else."""
    assert re.fullmatch(r"spillover \d+\.\d+\.\d+\S*\n", run("--version").output)


def test_outside_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says where to go, exit code 1."""
    monkeypatch.chdir(tmp_path)
    result = run("report")
    assert result.exit_code == 1 and "no folder 'notebooks' here or above" in result.stderr
    assert result.stderr.count("\n") == 1


CASES = [
    (DataError("regions.csv", "unknown code", ["9"], "mend"), 1, "regions.csv: unknown code (1: 9)"),
    (KeyboardInterrupt(), 130, "Stopped. The reports are as they were"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 1, "The disk is full. The reports are as they were"),
    (PermissionError(errno.EACCES, "Permission denied", "reports"), 1, "Permission denied (reports)"),
]


@pytest.mark.parametrize(("error", "code", "line"), CASES, ids=lambda v: type(v).__name__)
def test_failures_end_in_one_line(
    here: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, line: str
) -> None:
    """Whatever happens, a person reads one line that says what to do, never a traceback."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(engine, "build", fail)
    result = run("report")
    assert result.exit_code == code
    assert result.stderr.startswith(line) and result.stderr.count("\n") == 1


def test_check_tells_every_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    """All problems are listed, not only the first; the exit code is 1."""
    found = [
        Checked("file a", 3, ""),
        Checked("file b", None, "b: gone."),
        Checked("read_c()", None, "c: bad."),
    ]
    monkeypatch.setattr(check, "check_data", lambda: found)
    result = run("check")
    assert result.exit_code == 1
    assert result.stderr == "b: gone.\nc: bad.\n"
    assert re.search(r"file a +3 +ok", result.stdout) and re.search(r"file b +wrong", result.stdout)


def own_data(folder: Path, monkeypatch: pytest.MonkeyPatch, sha256: str) -> Path:
    """A user's folder that replaces the indicator catalogue."""
    from spillover.sources import FIELDS, bundled_dir

    folder.mkdir()
    file = folder / "mine.csv"
    file.write_bytes((bundled_dir() / "reference/indicators.csv").read_bytes())
    record = dict.fromkeys(FIELDS, "x") | {"id": "indicators", "file": "mine.csv", "sha256": sha256}
    lines = [f"{'- ' if i == 0 else '  '}{k}: '{v}'" for i, (k, v) in enumerate(record.items())]
    (folder / "sources.yml").write_text("# mine\n" + "\n".join(lines) + "\n")
    monkeypatch.setenv("SPILLOVER_DATA", str(folder))
    return file


def test_check_finds_and_accepts_a_changed_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong sha256 is told once, with the command that mends it; that command changes only that value."""
    own_data(tmp_path / "own", monkeypatch, "0" * 64)
    monkeypatch.setattr(check, "_readers", lambda: [("catalogue", sp.read_catalogue)])  # all would take long
    result = run("check")
    assert result.exit_code == 1
    assert result.stderr.count("mine.csv: the sha256 differs") == 1
    before = (tmp_path / "own/sources.yml").read_text()
    assert "indicators: recorded" in run("check", "--accept", "indicators").stdout
    after = (tmp_path / "own/sources.yml").read_text()
    assert re.sub(r"[0-9a-f]{64}", "", before) == re.sub(r"[0-9a-f]{64}", "", after) != after
    assert "was recorded already" in run("check", "--accept", "indicators").stdout
    assert "unknown source id" in run("check", "--accept", "nothing").stderr


def test_the_bundled_data_pass() -> None:
    """Every file and every table that the project ships is right."""
    wrong = [c for c in check.check_data() if c.problem]
    assert wrong == []
