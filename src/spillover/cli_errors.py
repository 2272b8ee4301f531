"""What all commands share: a bar while they work, and one line that says what to do if something is wrong."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

from spillover.errors import DataError, printable

if TYPE_CHECKING:
    from rich.progress import Progress

REPORTS = "The reports are as they were"
UNCHANGED = "What was written before is as it was"


@contextmanager
def plain_errors(
    kept: str = REPORTS, again: str = "run the same command to go on where it ended"
) -> Iterator[None]:
    """Whatever a person can mend ends in one line on stderr; ``kept`` says what has not changed."""
    try:
        yield
    except DataError as error:
        stop(str(error))
    except KeyboardInterrupt:
        stop(f"Stopped. {kept}; {again}.", 130)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            stop(f"The disk is full. {kept}; free some space and run the command again.")
        place = f" ({error.filename})" if error.filename else ""
        stop(f"{error.strerror or error}{place}. {kept}; mend this and run again.")
    except RuntimeError as error:
        from spillover.report.notebooks import NotebookError

        if not isinstance(error, NotebookError):
            raise
        typer.echo(str(error), err=True)
        stop(f"{kept}. Mend the notebook (or what it calls) and run again.")


def stop(line: str, code: int = 1) -> NoReturn:
    """Say the line on stderr and end the command."""
    typer.echo(printable(line), err=True)
    raise typer.Exit(code)


def progress_bar() -> Progress:
    """A bar on a terminal, which goes when done; nothing anywhere else."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
