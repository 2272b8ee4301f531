"""Work in a second process beside this one, where the machine allows it."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

PATIENCE = 60.0  # seconds; a second process that takes longer is given up


@contextmanager
def meanwhile(work: Callable[[], object]) -> Iterator[None]:
    """Do work that only writes files in a second process while a block runs, so that both take one's time.

    Where a process cannot be split (Windows, macOS), or if the second one fails for whatever reason, the work
    is done in this one after the block: its errors are then raised here.
    """
    second = None
    if sys.platform == "linux":
        second = multiprocessing.get_context("fork").Process(target=_quietly, args=(work,), daemon=True)
        second.start()
    try:
        yield
    except BaseException:
        if second is not None:
            second.kill()
        raise
    if second is not None:
        second.join(PATIENCE)
    if second is None or second.exitcode != 0:
        if second is not None:
            second.kill()
            second.join()
        work()


def _quietly(work: Callable[[], object]) -> None:
    try:
        work()
    except BaseException:  # the first process does it again and says what is wrong
        sys.exit(1)
