"""What a person sees while a build runs: one line a notebook, on stderr."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console

from spillover.report.notebooks import Page

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


class Progress:
    """A live bar for each running notebook on a terminal; plain lines anywhere else.

    Examples
    --------
    >>> with Progress() as progress:                                      # doctest: +SKIP
    ...     progress.cell(Page("01_indicators", "id"), 3, 20)
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._bars: RichProgress | None = None
        self._tasks: dict[Page, TaskID] = {}

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def cell(self, page: Page, number: int, of: int) -> None:
        """A cell of a notebook begins."""
        if not self.console.is_terminal:
            return
        bars = self._started()
        if page not in self._tasks:
            self._tasks[page] = bars.add_task(f"{page.notebook} ({page.lang})", total=of)
        bars.update(self._tasks[page], completed=number - 1)

    def done(self, page: Page, text: str) -> None:
        """A notebook is through."""
        if self._bars is not None and page in self._tasks:
            self._bars.remove_task(self._tasks.pop(page))
        self.note(text)

    def note(self, text: str) -> None:
        """Show a line."""
        self.console.print(text, markup=False)

    def _started(self) -> RichProgress:
        if self._bars is None:
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as RichProgress

            columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
            self._bars = RichProgress(*columns, console=self.console, transient=True)
            self._bars.start()
        return self._bars
