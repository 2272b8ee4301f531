"""What every page says of the site around it; light, for a build with nothing to do needs it too."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from spillover.report.cache import data_digest
from spillover.report.notebooks import LANGS, Notebook, Page


@dataclass(frozen=True)
class Frame:
    """The site around a page; ``titles`` by language and notebook, in reading order, of the pages that exist.

    ``results`` is the way from a page to the results of its language, without it: ``../../results``.
    """

    titles: dict[str, dict[str, str]]
    results: str
    version: str
    commit: str
    data: str


@dataclass
class Rendered:
    """Files of one page by name, in ``reports`` and ``results``; ``dropped`` says what was left out."""

    reports: dict[str, str] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    dropped: list[str] = field(default_factory=list)


def make_frame(
    root: Path, notebooks: dict[str, Notebook], there: set[str], reports: Path, results: Path
) -> Frame:
    """The frame of a site whose pages (``id/01_indicators``) are ``there``."""
    titles = {
        lang: {n.name: n.titles[lang] for n in notebooks.values() if str(Page(n.name, lang)) in there}
        for lang in LANGS
    }
    way = Path(os.path.relpath(results.resolve(), (reports / LANGS[0]).resolve())).as_posix()
    return Frame(titles, way, version("spillover"), _commit(root), data_digest(root)[:10])


def _commit(root: Path) -> str:
    """The revision of the project (``-dirty`` if files differ from it); "" where git knows of none."""
    if not (root / ".git").exists():
        return ""
    command = ["git", "--no-optional-locks", f"--git-dir={root / '.git'}", f"--work-tree={root}"]
    command += ["describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False, cwd=root)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
