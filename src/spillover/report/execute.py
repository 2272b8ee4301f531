"""Run notebooks, two kernels at a time, and say plainly which cell failed."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from spillover.report.formats import nbformat  # isort: skip  (first, see there)
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from spillover.report.notebooks import Notebook, NotebookError, Page

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN_LINES = 15  # of the failing cell
_WIDTH = 110


class Watcher(Protocol):
    """What is told about the progress of a run."""

    def cell(self, page: Page, number: int, of: int) -> None:
        """A cell begins: its number from 1, and how many the notebook has."""

    def note(self, text: str) -> None:
        """Something worth a line."""


@dataclass(frozen=True)
class Job:
    """One notebook to run in one language."""

    page: Page
    notebook: Notebook


Done = Callable[[Page, str, float], None]


def run_all(jobs: list[Job], cache_folder: Path, parallel: int, watcher: Watcher, done: Done) -> None:
    """Run notebooks, at most ``parallel`` at once, each in a fresh kernel of this interpreter.

    ``done(page, executed notebook as text, seconds)`` is called after each success. When one fails no further
    one is started, those that run are finished (their results are kept), and the first failure is raised.

    Raises
    ------
    NotebookError
        A cell failed or the kernel died.
    KeyboardInterrupt
        Ctrl-C or SIGTERM; the kernels are gone by then.
    """
    with tempfile.TemporaryDirectory(prefix="spillover-") as scratch:
        env = _environment(cache_folder, Path(scratch))
        try:
            asyncio.run(_run_all(jobs, env, parallel, watcher, done))
        except asyncio.CancelledError:  # by SIGTERM; asyncio itself turns Ctrl-C into KeyboardInterrupt
            raise KeyboardInterrupt from None


async def _run_all(jobs: list[Job], env: dict[str, str], parallel: int, watcher: Watcher, done: Done) -> None:
    task = asyncio.current_task()
    assert task is not None
    with contextlib.suppress(NotImplementedError, RuntimeError):  # Windows, or not the main thread
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    failures: list[NotebookError] = []
    waiting = list(jobs)

    async def worker() -> None:
        while waiting and not failures:
            job = waiting.pop(0)
            start = time.perf_counter()
            try:
                text = await _run(job, env, watcher)
            except NotebookError as error:
                failures.append(error)
                return
            done(job.page, text, time.perf_counter() - start)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(parallel, len(jobs))):
                group.create_task(worker())
    except BaseExceptionGroup as several:  # e.g. a full disk in done(): show the error itself
        raise several.exceptions[0] from None
    if failures:
        raise failures[0]


async def _run(job: Job, env: dict[str, str], watcher: Watcher) -> str:
    book = nbformat.read(job.notebook.path, as_version=4)  # type: ignore[no-untyped-call]
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = _Client(
        book,
        record_timing=False,  # times would make every run differ
        shutdown_kernel="immediate",
        resources={"metadata": {"path": str(job.notebook.path.parent)}},
        on_cell_start=lambda cell, cell_index: watcher.cell(job.page, cell_index + 1, len(book.cells)),
    )
    try:
        await client.async_execute(env=env | {"SPILLOVER_LANG": job.page.lang})
    except CellExecutionError as error:
        raise NotebookError(_describe(job, book, error)) from None
    except DeadKernelError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # nbclient takes a cancelled wait for a dead kernel
            raise asyncio.CancelledError from None
        number, _ = _last_started(book)
        text = f"{_place(job, number)}: the kernel died, perhaps for want of memory; try again with --jobs 1"
        raise NotebookError(text) from None
    _take_warnings(job, book, watcher)
    text = str(nbformat.writes(book))  # type: ignore[no-untyped-call]
    return text if text.endswith("\n") else text + "\n"


class _OwnKernels(KernelSpecManager):
    """Knows one kernel: this interpreter, whatever kernels the user has installed under the same name."""

    def get_kernel_spec(self, kernel_name: str) -> Any:
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        about = {"supported_encryption": ["curve"]}  # nobody else on this machine listens in
        return KernelSpec(argv=argv, display_name=kernel_name, language="python", metadata=about)


class _Client(NotebookClient):
    """nbclient without its signal handling, which knows one kernel only; here Ctrl-C must end all of them."""

    @contextlib.asynccontextmanager
    async def async_setup_kernel(self, **kwargs: Any) -> AsyncIterator[None]:
        kwargs.pop("cleanup_kc", None)
        specs = _OwnKernels()
        self.km = AsyncKernelManager(
            kernel_name="python3", kernel_spec_manager=specs, transport_encryption="auto"
        )
        try:
            await self.async_start_new_kernel(**kwargs)
            await self._answer()
            yield
        finally:
            if self.km is not None:
                await self._async_cleanup_kernel()

    async def _answer(self) -> None:
        """Wait until the kernel answers; jupyter_client says only in a RuntimeError that it does not."""
        try:
            await self.async_start_new_kernel_client()
        except DeadKernelError:
            raise
        except RuntimeError:
            raise NotebookError(
                "a kernel did not answer; is the machine overloaded, or its loopback network off? "
                "Try again with --jobs 1"
            ) from None


def _environment(cache_folder: Path, scratch: Path) -> dict[str, str]:
    """Environment of the kernels: the user's own start-up files and settings must not change a result."""
    matplotlib = cache_folder / "matplotlib"  # kept, for its font list takes seconds to make
    matplotlib.mkdir(parents=True, exist_ok=True)
    fixed = {
        "IPYTHONDIR": str(scratch / "ipython"),
        "MPLCONFIGDIR": str(matplotlib),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TZ": "UTC",
    }
    if own := os.environ.get("SPILLOVER_DATA", "").strip():  # kernels start in another folder
        fixed["SPILLOVER_DATA"] = str(Path(own).expanduser().resolve())
    return {k: v for k, v in os.environ.items() if k != "MATPLOTLIBRC"} | fixed


def _take_warnings(job: Job, book: NotebookNode, watcher: Watcher) -> None:
    """Say what cells wrote to stderr, and leave it out: it names processes and folders."""
    for number, cell in enumerate(book.cells, 1):
        if cell.cell_type == "code":
            said = "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stderr")
            cell.outputs = [o for o in cell.outputs if o.output_type != "stream" or o.name != "stderr"]
            if said.strip():
                first = _ANSI.sub("", said).strip().split("\n")[0]
                watcher.note(f"{_place(job, number)} warns: {first}"[:200])


def _last_started(book: NotebookNode) -> tuple[int, NotebookNode]:
    """Number (from 1, all cells counted) and cell that ran last."""
    code = [(i, c) for i, c in enumerate(book.cells, 1) if c.cell_type == "code"]
    failed = [(i, c) for i, c in code if any(o.output_type == "error" for o in c.outputs)]
    started = [(i, c) for i, c in code if c.execution_count is not None or c.outputs]
    return (failed or started or code)[-1]


def _place(job: Job, number: int) -> str:
    return f"notebooks/{job.notebook.path.name} ({job.page.lang}), cell {number}"


def _describe(job: Job, book: NotebookNode, error: CellExecutionError) -> str:
    """At most 25 lines about a failing cell: where, its source with the line marked, the error."""
    number, cell = _last_started(book)
    trace = _ANSI.sub("", error.traceback)
    found = re.search(rf"Cell In\s?\[{cell.execution_count}\], line (\d+)", trace)
    lines = str(cell.source).split("\n")
    blank = len(
        list(itertools.takewhile(lambda line: not line.strip(), lines))
    )  # IPython does not count them
    marked = blank + int(found.group(1)) if found else 0
    first = max(0, min(marked - _SHOWN_LINES // 2 - 1, len(lines) - _SHOWN_LINES))
    report = [f"{_place(job, number)} (In [{cell.execution_count}]) failed:", ""]
    for at, line in enumerate(lines[first : first + _SHOWN_LINES], first + 1):
        report.append(f"{'->' if at == marked else '  '} {at:3d} | {line}"[:_WIDTH])
    raised = re.findall(r"File (?:\S*/)?(spillover/\S+?\.py):(\d+)", trace)
    message = _ANSI.sub("", error.evalue).strip().split("\n")
    report += ["", f"{error.ename}: {message[0]}", *(line[:_WIDTH] for line in message[1:4])]
    if raised:
        report.append(f"raised in src/{raised[-1][0]}, line {raised[-1][1]}")
    return "\n".join(report)
