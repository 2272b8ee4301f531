"""The whole build: execute what changed, render what changed, publish all or nothing."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from spillover.errors import DataError
from spillover.report.cache import Cache, Executed, digest, execution_keys, looks_digest
from spillover.report.frame import Frame, Rendered, make_frame
from spillover.report.notebooks import LANGS, Notebook, Page, choose, page_file, read_notebooks
from spillover.report.progress import Progress
from spillover.report.publish import Folder, Published, one_at_a_time, recover, swap

CHOICE = "index"  # the page above the languages
_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Options:
    """What to build and where; ``package`` is the library whose changes make notebooks run again."""

    root: Path
    langs: tuple[str, ...] = LANGS
    only: tuple[str, ...] = ()
    reports: Path = Path("reports")
    results: Path = Path("results")
    jobs: int = 2
    package: Path = _PACKAGE

    @property
    def cache_folder(self) -> Path:
        return self.root / ".cache" / "spillover"


@dataclass
class Built:
    """What a build did.

    ``executed`` and ``rendered`` hold seconds, ``unchanged`` what did not have to run again, ``dropped``
    what no page could show, ``pages`` the first page of each language.
    """

    executed: dict[Page, float] = field(default_factory=dict)
    unchanged: list[Page] = field(default_factory=list)
    rendered: dict[Page, float] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)
    pages: list[Path] = field(default_factory=list)
    seconds: float = 0.0


def build(options: Options, progress: Progress) -> Built:
    """Bring reports and results up to date.

    Parameters
    ----------
    options : Options
        Project folder, languages, notebooks, target folders, number of parallel kernels.
    progress : Progress
        Is told what happens.

    Returns
    -------
    Built
        What ran, what did not have to, where the pages are.

    Raises
    ------
    DataError
        Another build is running, a notebook is not usable, a target folder was not made by a build.
    NotebookError
        A notebook failed. Reports and results are then as they were, as after any other exception.
    """
    start = time.perf_counter()
    folders = _folders(options)
    with one_at_a_time(options.cache_folder):
        recover(folders)
        for folder in folders:
            folder.read()  # a folder that holds something else is refused before an hour of work, not after
        notebooks = read_notebooks(options.root)
        built = Built()
        pages = [Page(n, lang) for lang in options.langs for n in choose(notebooks, list(options.only))]
        executed = _execute(options, notebooks, pages, progress, built)
        _publish(options, folders, notebooks, executed, built)
        Cache(options.cache_folder).prune(notebooks)
    built.seconds = time.perf_counter() - start
    return built


def plan(options: Options) -> dict[Page, bool]:
    """Which notebooks a build would execute (True) and which it has; nothing is changed."""
    notebooks = read_notebooks(options.root)
    keys = execution_keys(options.root, options.package, notebooks)
    cache = Cache(options.cache_folder)
    pages = [Page(n, lang) for lang in options.langs for n in choose(notebooks, list(options.only))]
    return {page: cache.find(page, keys[page]) is None for page in pages}


def _folders(options: Options) -> list[Folder]:
    """The two folders to publish; DataError if one is inside the other."""
    reports, results = options.reports.resolve(), options.results.resolve()
    if reports == results or reports in results.parents or results in reports.parents:
        remedy = "name two folders beside each other"
        raise DataError("--out, --results", "one folder is inside the other", [reports, results], remedy)
    return [Folder(reports), Folder(results)]


def _execute(
    options: Options, notebooks: dict[str, Notebook], pages: list[Page], progress: Progress, built: Built
) -> dict[Page, tuple[str, Executed]]:
    """Key and executed notebook of each page, run where there is none with the key of today."""
    cache = Cache(options.cache_folder)
    keys = execution_keys(options.root, options.package, notebooks)
    found = {page: cache.find(page, keys[page]) for page in pages}
    ready = {page: (keys[page], executed) for page, executed in found.items() if executed is not None}
    built.unchanged = list(ready)
    missing = [page for page in pages if page not in ready]
    if not missing:
        return ready
    from spillover.report.execute import Job, run_all

    def done(page: Page, text: str, seconds: float) -> None:
        ready[page] = (keys[page], cache.keep(page, keys[page], text, seconds))
        built.executed[page] = seconds
        progress.done(page, f"executed {page.notebook} ({page.lang}) {seconds:.1f} s")

    jobs = [Job(page, notebooks[page.notebook]) for page in missing]
    run_all(jobs, options.cache_folder, options.jobs, progress, done)
    return ready


def _publish(
    options: Options,
    folders: list[Folder],
    notebooks: dict[str, Notebook],
    executed: dict[Page, tuple[str, Executed]],
    built: Built,
) -> None:
    """Render the pages that are not as they should be, carry the others over, swap the folders in."""
    reports, results = folders
    present, present_results = reports.read(), results.read()
    known = {str(Page(n, lang)) for n in notebooks for lang in LANGS}
    there = {str(p) for p in executed} | (set(present) & known)
    frame = make_frame(options.root, notebooks, there, options.reports, options.results)
    looks = digest(looks_digest(options.package), json.dumps(asdict(frame)))
    keys = {str(page): digest(key, run.sha256, looks) for page, (key, run) in executed.items()} | {
        CHOICE: looks
    }
    built.pages = [options.reports / lang / page_file(next(iter(t))) for lang, t in frame.titles.items() if t]

    pairs = [(reports, present), (results, present_results)]
    stale = [p for p, key in keys.items() if not all(f.intact(have.get(p), key) for f, have in pairs)]
    kept = [p for p in present if p not in stale and (p in known or p == CHOICE)]
    if not stale and set(kept) == set(present):
        return
    new = _render([(p, run) for p, (_, run) in executed.items() if str(p) in stale], frame, built)
    if CHOICE in stale:
        from spillover.report.render import render_choice

        new[CHOICE] = Rendered({"index.html": render_choice(frame.titles)})
    kept_results = {p: present_results[p] for p in kept if p in present_results}
    _check_names(kept_results, new)
    try:
        reports.stage({p: present[p] for p in kept}, {p: (keys[p], r.reports) for p, r in new.items()})
        results.stage(kept_results, {p: (keys[p], r.results) for p, r in new.items()})
        swap(folders)
    finally:
        recover(folders)


def _render(pages: list[tuple[Page, Executed]], frame: Frame, built: Built) -> dict[str, Rendered]:
    """Pages anew, each file under the folder of its language."""
    from spillover.report.render import render_page  # takes a second: not when there is nothing to render

    new = {}
    for page, run in pages:
        start = time.perf_counter()
        made = render_page(page, run.file.read_text(encoding="utf-8"), frame)
        built.rendered[page] = time.perf_counter() - start
        built.dropped += made.dropped
        reports, results = (
            {f"{page.lang}/{n}": t for n, t in files.items()} for files in (made.reports, made.results)
        )
        new[str(page)] = Rendered(reports, results)
    return new


def _check_names(kept: dict[str, Published], new: dict[str, Rendered]) -> None:
    """Exhibits of different notebooks must not have the same name: they become files of one folder."""
    owner: dict[str, str] = {}
    listed = [(page, list(entry.files)) for page, entry in kept.items()]
    for page, names in listed + [(page, list(made.results)) for page, made in new.items()]:
        for name in names:
            if name in owner:
                remedy = "give each exhibit a name of its own; it is its file name in the results"
                raise DataError(f"{owner[name]} and {page}", "exhibits with the same name", [name], remedy)
            owner[name] = page
