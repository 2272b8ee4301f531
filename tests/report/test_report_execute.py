"""With real kernels: language, environment, the report of a failing cell, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from report_books import options_for, quiet_build, snapshot, titles, write_book

from spillover.report import execute
from spillover.report.formats import nbformat
from spillover.report.notebooks import NotebookError

from nbformat.v4 import new_code_cell, new_markdown_cell  # isort: skip


def test_each_language_runs_with_its_own_setting(built_project: Path) -> None:
    """The kernel sees SPILLOVER_LANG: exhibits are in the page's language, numbered in its words."""
    for lang, words in {"id": ("Gambar 1", "Peta cincin"), "en": ("Figure 1", "Ring map")}.items():
        page = (built_project / f"reports/{lang}/01_first.html").read_text()
        assert all(word in page for word in words)
        assert (built_project / f"results/{lang}/first_counts.csv").read_text() == "ring,n\n0-50,4\n"


def test_executed_notebooks_hold_nothing_of_this_machine(built_project: Path) -> None:
    """No times, no stderr, no folder names in the notebook that readers download; it is valid."""
    text = (built_project / "reports/id/01_first.ipynb").read_text()
    cells = [c for c in json.loads(text)["cells"] if c["cell_type"] == "code"]
    assert "a stray print" in json.dumps([c["outputs"] for c in cells])
    assert "a stray warning" not in json.dumps([c["outputs"] for c in cells])
    assert not any(c["metadata"] for c in cells)
    assert str(built_project) not in text and sys.prefix not in text
    nbformat.validate(nbformat.reads(text, as_version=4))
    assert [c["execution_count"] for c in cells] == [1, 2]


def test_kernels_are_this_interpreter_in_a_fixed_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither another kernel of the same name nor the user's IPython and matplotlib settings are used."""
    user = tmp_path / "user"
    kernel = user / "kernels/python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": ["false"], "display_name": "x", "language": "python"})
    )
    startup = user / "ipython/profile_default/startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("leaked = 1\n")
    monkeypatch.setenv("JUPYTER_PATH", str(user))
    monkeypatch.setenv("IPYTHONDIR", str(user / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "nonsense")
    code = (
        "import os, sys\nfrom IPython.display import Markdown, display\nassert 'leaked' not in globals()\n"
        "fixed = [os.environ[k] for k in ('OPENBLAS_NUM_THREADS', 'PYTHONHASHSEED', 'TZ')]\n"
        "display(Markdown(' '.join([sys.executable, *fixed, os.path.basename(os.getcwd())])))"
    )
    write_book(tmp_path, "01_a", [*titles("a"), new_code_cell(code)])
    quiet_build(options_for(tmp_path, langs=("id",)))
    assert f"{sys.executable} 1 0 UTC notebooks" in (tmp_path / "reports/id/01_a.html").read_text()


def test_failing_cell_is_shown_in_a_few_lines(tmp_path: Path) -> None:
    """Notebook, cell number, its source with the line marked, error type and message; no traceback."""
    code = "\n\n" + "\n".join(f"x{i} = {i}" for i in range(40)) + "\nresult = 1 / 0\n" + "y = 1\n" * 30
    write_book(
        tmp_path, "01_a", [*titles("a"), new_code_cell("1"), new_markdown_cell("z"), new_code_cell(code)]
    )
    with pytest.raises(NotebookError) as caught:
        quiet_build(options_for(tmp_path, langs=("id",)))
    text = str(caught.value)
    assert "notebooks/01_a.ipynb (id), cell 5 (In [2]) failed:" in text
    assert "->  43 | result = 1 / 0" in text
    assert "ZeroDivisionError: division by zero" in text
    assert len(text.split("\n")) <= 25 and "Traceback" not in text and "\x1b" not in text
    assert not (tmp_path / "reports").exists()


def test_a_kernel_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """jupyter_client raises a bare RuntimeError then, for example without a loopback network."""

    async def silent(_: object) -> None:
        raise RuntimeError("Kernel didn't respond in 60 seconds")

    monkeypatch.setattr(execute._Client, "async_start_new_kernel_client", silent)
    write_book(tmp_path, "01_a", [*titles("a"), new_code_cell("1")])
    with pytest.raises(NotebookError, match=r"a kernel did not answer.*--jobs 1"):
        quiet_build(options_for(tmp_path, langs=("id",)))
    assert not (tmp_path / "reports").exists()


def test_dead_kernel_is_told(tmp_path: Path) -> None:
    """A kernel that is killed (memory) is named with its cell."""
    write_book(tmp_path, "01_a", [*titles("a"), new_code_cell("import os; os._exit(1)")])
    with pytest.raises(NotebookError, match=r"01_a.ipynb \(en\), cell 3: the kernel died"):
        quiet_build(options_for(tmp_path, langs=("en",)))


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupt_ends_kernels_and_leaves_everything(tmp_path: Path, sent: signal.Signals) -> None:
    """Ctrl-C in the middle: exit code 130, one line, no kernel left, no staging folder, cache usable."""
    code = "import os, time, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))\ntime.sleep(60)"
    write_book(tmp_path, "01_a", [*titles("a"), new_code_cell(code)])
    command = [sys.executable, "-m", "spillover.cli", "report", "--lang", "id"]
    # A shell's background jobs ignore Ctrl-C, and so would what they start, these tests included.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    run = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    pid = tmp_path / "notebooks/pid"
    end = time.monotonic() + 30
    while not (pid.exists() and pid.read_text()) and time.monotonic() < end:
        time.sleep(0.05)
    run.send_signal(sent)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said.strip().split("\n")[-1].startswith("Stopped. The reports are as they were")
    assert "Traceback" not in said
    kernel = int(pid.read_text())
    with pytest.raises(ProcessLookupError):
        for _ in range(40):
            os.kill(kernel, 0)
            time.sleep(0.05)
    assert not [f for f in snapshot(tmp_path) if "reports" in f or "staging" in f]
