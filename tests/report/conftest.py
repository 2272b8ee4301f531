"""Fixtures of the report engine's tests: a tiny project, its build, and a stand-in for kernels."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from report_books import make_project, options_for, quiet_build

from spillover.report import execute
from spillover.report.execute import Job
from spillover.report.formats import nbformat


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that was never built."""
    return make_project(tmp_path / "project")


@pytest.fixture(scope="session")
def built_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project built once with real kernels; tests read it and do not change it."""
    root = make_project(tmp_path_factory.mktemp("built") / "project")
    quiet_build(options_for(root))
    return root


@pytest.fixture
def fake_kernels(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Replace kernels by a stand-in that gives every notebook one figure; lists what it ran."""
    ran: list[str] = []

    def run_all(
        jobs: list[Job], cache_folder: Path, parallel: int, watcher: Any, done: Callable[..., None]
    ) -> None:
        for job in jobs:
            ran.append(str(job.page))
            book = json.loads(job.notebook.path.read_text())
            name = f"exhibit_{job.page.notebook}"
            about = {"spillover": {"kind": "figure", "name": name, "lang": job.page.lang}}
            html = f'<figure class="exhibit figure" id="fig-{name}"><svg></svg></figure>'
            output = {"output_type": "display_data", "metadata": about, "data": {"text/html": html}}
            prose = [c for c in book["cells"] if "[[" not in "".join(c["source"])]
            shown = nbformat.v4.new_code_cell("show()", id="shown", outputs=[output])
            book["cells"] = [*(c for c in prose if c["cell_type"] == "markdown"), shown]
            done(job.page, json.dumps(book), 0.1)

    monkeypatch.setattr(execute, "run_all", run_all)
    return ran
