"""Running the validation: on all cores or a cluster, each block kept on disk so that it can go on."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

from spillover.atomic import write_atomic
from spillover.errors import DataError
from spillover.validation.blocks import Task, run_block

Sums = dict[str, list[float]]


def code_key() -> str:
    """Short name of the code that made a block: blocks of older code are not used."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:12]


def run(
    tasks: Sequence[Task],
    folder: Path,
    *,
    workers: int = 2,
    dask: str = "",
    done: Callable[[Task], None] = lambda task: None,
) -> dict[Task, Sums]:
    """Run what is not yet in the folder, keep each block there as it ends, and return all.

    Parameters
    ----------
    tasks : sequence of Task
    folder : Path
        One file for each block; whole or not there.
    workers : int
        Processes; 1 runs here.
    dask : str
        Address of a Dask scheduler; then ``workers`` has no role.
    done : callable
        Told each block that is there.
    """
    out: dict[Task, Sums] = {}
    left = []
    for task in tasks:
        file = folder / task.file
        if file.exists():
            out[task] = json.loads(file.read_text(encoding="utf-8"))
            done(task)
        else:
            left.append(task)
    blocks = _on_dask(left, dask) if dask else _here(left, workers)
    for task, sums in blocks:
        write_atomic(folder / task.file, json.dumps(sums))
        out[task] = sums
        done(task)
    return out


def _here(tasks: Sequence[Task], workers: int) -> Iterator[tuple[Task, Sums]]:
    """Blocks as they end, on the cores of this machine."""
    if workers == 1 or len(tasks) < 2:
        for task in tasks:
            yield task, run_block(task)
        return
    # one thread each: the workers are the parallel part
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    spawn = get_context("spawn")
    with ProcessPoolExecutor(workers, spawn, _end_with_parent, (os.getpid(),)) as pool:
        futures: dict[Future[Sums], Task] = {pool.submit(run_block, t): t for t in tasks}
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _end_with_parent(parent: int) -> None:
    """Let a worker end when the run that started it was killed, even in the midst of a block."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1.0)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _on_dask(tasks: Sequence[Task], address: str) -> Iterator[tuple[Task, Sums]]:
    """Blocks as they end, on a Dask cluster."""
    try:
        from distributed import Client
        from distributed import as_completed as completed
    except ImportError:
        remedy = "pip install 'spillover[cluster]'"
        raise DataError("validate", "a Dask cluster needs the package distributed", remedy=remedy) from None
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        remedy = "start one with  dask scheduler  and give its address, like tcp://host:8786"
        raise DataError("validate", f"no Dask scheduler there: {error}", [address], remedy) from None
    with client:
        futures = client.map(run_block, tasks, pure=False)
        of = {future.key: task for future, task in zip(futures, tasks, strict=True)}
        for future in completed(futures):  # type: ignore[no-untyped-call]
            yield of[future.key], future.result()
