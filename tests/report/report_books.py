"""Tiny projects for the tests of the report engine: notebooks that need no library and run in a second."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from spillover.report.build import Built, Options, build
from spillover.report.formats import nbformat
from spillover.report.progress import Progress

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook  # isort: skip

EXHIBITS = """
import os
from IPython.display import display

lang = os.environ["SPILLOVER_LANG"]
words = {
    "id": ("Peta cincin", "Sumber: BPS", "Jarak (km)"),
    "en": ("Ring map", "Source: BPS", "Distance (km)"),
}[lang]

def exhibit(kind, name, body, **more):
    short = {"figure": "fig", "table": "tab"}[kind]
    html = (
        f'<figure class="exhibit {kind}" id="{short}-{name}"><figcaption>'
        f'<span class="exhibit-number" data-kind="{kind}"></span> {words[0]}</figcaption>{body}'
        f'<p class="exhibit-note">Catatan / note [[tab:PREFIXcounts]]</p>'
        f'<p class="exhibit-source">{words[1]}</p></figure>'
    )
    data = {"text/html": html, "text/plain": name} | more
    display(data, raw=True, metadata={"spillover": {"kind": kind, "name": name, "lang": lang}})

svg = (
    '<svg viewBox="0 0 800 300" role="img" aria-label="' + words[0] + '">'
    '<clipPath id="PREFIXmap-c"><rect width="800" height="300"/></clipPath>'
    '<g clip-path="url(#PREFIXmap-c)"><rect x="10" y="10" width="500" height="250" fill="#9ecae1">'
    '<title>Morowali</title></rect><text x="30" y="60" font-size="14">Morowali</text></g></svg>'
)
exhibit("figure", "PREFIXmap", f'<div class="exhibit-body">{svg}</div>')
head = "".join(f'<th scope="col">{words[2]} {i}</th>' for i in range(12))
row = "<tr>" + "".join(f"<td>{1000 * i:,}</td>" for i in range(12)) + "</tr>"
table = f"<table><thead><tr>{head}</tr></thead><tbody>{row * 8}</tbody></table>"
scroll = f'<div class="table-scroll" tabindex="0" role="region" aria-label="{words[0]} (tabel)">{table}</div>'
files = {"text/csv": "ring,n\\n0-50,4\\n", "text/latex": "\\\\begin{table}\\\\end{table}"}
exhibit("table", "PREFIXcounts", scroll, **files)
"""

OUTPUTS = """
import sys
from IPython.display import Markdown, display
print("a stray print")
print("a stray warning", file=sys.stderr)
display(Markdown("Di [[fig:PREFIXmap]] ada **41,5 persen**, US$ 5 dan US$ 6."))
(1, "stray tuple")
"""

MATHML = "<math><msub><mi>y</mi><mi>i</mi></msub><mo>=</mo><mi>a</mi><mo>*</mo><mi>b</mi><mo>*</mo></math>"


def prose(lang: str, text: str) -> nbformat.NotebookNode:
    """A Markdown cell of one language."""
    return new_markdown_cell(text, metadata={"tags": [f"lang-{lang}"]})


def write_book(root: Path, name: str, cells: list[nbformat.NotebookNode]) -> Path:
    """Write a notebook of the project; cell ids are fixed so that files are the same in every run."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)
    return path


def titles(name: str) -> list[nbformat.NotebookNode]:
    """The two cells with a title that every notebook begins with."""
    return [
        prose("id", f"# Judul {name}\n\nHanya bahasa Indonesia."),
        prose("en", f"# Title {name}\n\nEnglish only."),
    ]


def full_cells(prefix: str) -> list[nbformat.NotebookNode]:
    """A notebook with everything: formula, callout, table in the prose, exhibits, stray outputs."""
    callout = f"\n\n<div class='callout'>\n\n**Batas** / limit {MATHML}\n\n</div>\n\n"
    more = callout + "| a | b |\n|---|---|\n| 1 | 2 |\n"
    return [
        *titles(prefix),
        prose(
            "id",
            "## Peta & tabel\n\nLihat [[fig:PREFIXmap]] dan `kode $x$`.".replace("PREFIX", prefix) + more,
        ),
        prose(
            "en", "## Map & table\n\nSee [[fig:PREFIXmap]] and `code $x$`.".replace("PREFIX", prefix) + more
        ),
        new_code_cell(EXHIBITS.replace("PREFIX", prefix)),
        new_code_cell(OUTPUTS.replace("PREFIX", prefix)),
    ]


def make_project(root: Path) -> Path:
    """A project with a summary and one notebook, a library, data and a lock."""
    write_book(root, "00_summary", [*titles("00"), new_code_cell("1 + 1")])
    write_book(root, "01_first", full_cells("first_"))
    for file, text in {
        "lib/core.py": "x = 1\n",
        "lib/report/page.html": "look\n",
        "lib/cli.py": "y = 1\n",
        "data/table.csv": "a\n1\n",
        "requirements.lock": "pandas==3\n",
        "pyproject.toml": "[project]\n",
    }.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def options_for(root: Path, **changes: object) -> Options:
    """Build options of a project in a test folder; the library is its ``lib``."""
    options = Options(root, reports=root / "reports", results=root / "results", package=root / "lib")
    return replace(options, **changes)


def quiet_build(options: Options) -> Built:
    """Build without writing to the terminal."""
    with Progress(Console(file=StringIO())) as progress:
        return build(options, progress)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }
