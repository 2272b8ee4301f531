"""Executed notebooks to pages: one self-contained HTML file each, and its tables and figures as files."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from spillover.report.contained import CSP, check_contained

from spillover.report.formats import nbformat  # isort: skip  (first, see there)
from nbconvert.exporters import HTMLExporter, TemplateExporter

from spillover.errors import DataError
from spillover.report.frame import Frame, Rendered
from spillover.report.notebooks import LANGS, SUMMARY, Page, cell_lang, page_file
from spillover.report.prose import Prose
from spillover.report.texts import LANGUAGE_NAMES, TEXTS

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TEMPLATES = Path(__file__).parent / "templates"
_WIDE = 9  # columns; tables with more are set smaller on paper
_PREFIX = {"figure": "fig", "table": "tab"}
_SVG = re.compile(r"<svg\b.*</svg>", re.DOTALL)


def render_page(page: Page, executed: str, frame: Frame) -> Rendered:
    """Render an executed notebook as the page of one language.

    Parameters
    ----------
    page : Page
        Notebook name and language.
    executed : str
        The executed notebook as JSON text; it is also copied beside the page for download.
    frame : Frame
        Titles of all pages, versions, and where results are.

    Raises
    ------
    DataError
        For a script or anything loaded from elsewhere, an exhibit named twice or in the other language,
        TeX, or a reference to an exhibit that is not on the page.
    """
    book = nbformat.reads(executed, as_version=4)  # type: ignore[no-untyped-call]
    where = f"notebooks/{page.notebook}.ipynb"
    rendered = Rendered()
    book.cells = [c for c in book.cells if cell_lang(c) in (page.lang, None) and c.cell_type != "raw"]
    references = _take_exhibits(book, page, frame, rendered)
    words = TEXTS[page.lang]
    prose = Prose(where, references, set(frame.titles[page.lang]), words["text_table"])
    text, _ = _exporter().from_notebook_node(book, resources={"page": _context(page, frame), "prose": prose})
    check_contained(text, where)
    file = page_file(page.notebook)
    rendered.reports[file] = "\n".join(line.rstrip() for line in text.strip().split("\n")) + "\n"
    rendered.reports[f"{page.notebook}.ipynb"] = executed
    return rendered


def render_choice(titles: dict[str, dict[str, str]]) -> str:
    """The page above the languages: one link for each."""
    template = _exporter().environment.get_template("choice.html.j2")
    first = {lang: page_file(next(iter(names))) for lang, names in titles.items() if names}
    return str(template.render(first=first, texts=TEXTS, names=LANGUAGE_NAMES, csp=CSP)).strip() + "\n"


class _PageExporter(HTMLExporter):
    """HTMLExporter without its last step, an HTML parser that would lower-case viewBox and clipPath."""

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> Any:
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


@cache
def _exporter() -> _PageExporter:
    basedirs = [str(_TEMPLATES)]
    return _PageExporter(template_name="spillover", extra_template_basedirs=basedirs)  # type: ignore[no-untyped-call]


def _context(page: Page, frame: Frame) -> dict[str, Any]:
    """Variables of the template."""
    here = frame.titles[page.lang]
    other = LANGS[1 - LANGS.index(page.lang)]
    return {
        "lang": page.lang,
        "csp": CSP,
        "title": here[page.notebook],
        "overview": page.notebook == SUMMARY,
        "text": TEXTS[page.lang],
        "home": page_file(next(iter(here))),
        "nav": [{"file": page_file(n), "title": t, "here": n == page.notebook} for n, t in here.items()],
        "languages": [
            {
                "code": code,
                "name": name,
                "here": code == page.lang,
                "file": f"../{code}/{page_file(page.notebook)}",
            }
            for code, name in LANGUAGE_NAMES.items()
            if code == page.lang or page.notebook in frame.titles.get(other, {})
        ],
        "notebook": f"{page.notebook}.ipynb",
        "version": frame.version,
        "commit": frame.commit,
        "data": frame.data,
    }


def _take_exhibits(book: NotebookNode, page: Page, frame: Frame, rendered: Rendered) -> dict[str, str]:
    """Number the exhibits, take their files, drop what no page shows; numbers by exhibit id are returned."""
    numbers: dict[str, str] = {}
    counts = dict.fromkeys(_PREFIX, 0)
    for at, cell in enumerate(book.cells):
        if cell.cell_type != "code":
            continue
        kept = []
        for output in cell.outputs:
            data = output.get("data", {})
            about = output.get("metadata", {}).get("spillover")
            if about:
                ident = _check_exhibit(about, page, numbers)
                counts[about["kind"]] += 1
                numbers[ident] = f"{TEXTS[page.lang][about['kind']]} {counts[about['kind']]}"
                _take_files(about, data, rendered)
                data["text/html"] = _finish(data["text/html"], about, numbers[ident], page.lang, frame)
            if "text/html" in data or "text/markdown" in data:
                kept.append(output)
            elif any(kind.startswith("image/") for kind in data):
                rendered.dropped.append(f"{page}: left out an image without alt text (output cell {at + 1})")
        cell.outputs = kept
    return numbers


def _check_exhibit(about: dict[str, str], page: Page, numbers: dict[str, str]) -> str:
    where = f"notebooks/{page.notebook}.ipynb"
    ident = f"{_PREFIX[about['kind']]}-{about['name']}"
    if about.get("lang", page.lang) != page.lang:
        remedy = "make exhibits in the current language (sp.get_language()), not in a fixed one"
        raise DataError(
            where, f"exhibit is not in the language of the page ({page.lang})", [about["name"]], remedy
        )
    if ident in numbers:
        raise DataError(
            where, "two exhibits have the same name", [about["name"]], "give each exhibit its own name"
        )
    return ident


def _take_files(about: dict[str, str], data: dict[str, str], rendered: Rendered) -> None:
    """CSV and LaTeX of a table, SVG of a figure."""
    found = {"csv": data.get("text/csv"), "tex": data.get("text/latex")}
    if about["kind"] == "figure" and (svg := _SVG.search(data["text/html"])):
        text = svg.group()
        found["svg"] = (
            text if "xmlns=" in text else text.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
        )
    for suffix, content in found.items():
        if content:
            rendered.results[f"{about['name']}.{suffix}"] = content.rstrip("\n") + "\n"


def _finish(markup: str, about: dict[str, str], number: str, lang: str, frame: Frame) -> str:
    """An exhibit with its number, its files to download, and a body that narrow screens can scroll."""
    markup = re.sub(
        r'(<span class="exhibit-number"[^>]*>)[^<]*(</span>)', rf"\g<1>{number}.\g<2>", markup, count=1
    )
    scroll = f'<div class="exhibit-body" tabindex="0" role="group" aria-label="{number}"'
    if about["kind"] == "figure":
        markup = markup.replace('<div class="exhibit-body"', scroll, 1)
    elif markup.count('scope="col"') > _WIDE:
        markup = markup.replace('class="exhibit table"', 'class="exhibit table wide"', 1)
    formats = {"table": {"csv": "CSV", "tex": "LaTeX"}, "figure": {"svg": "SVG"}}[about["kind"]]
    base = PurePosixPath(frame.results) / lang / about["name"]
    links = [f'<a href="{html.escape(str(base))}.{s}" download>{n}</a>' for s, n in formats.items()]
    files = f'<p class="exhibit-files">{TEXTS[lang]["download"]} {number}: {", ".join(links)}</p>\n</figure>'
    return files.join(markup.rsplit("</figure>", 1))
