"""Markdown to HTML as the pages want it: MathML unharmed, dollars are dollars, headings with ids, no TeX."""

from __future__ import annotations

import html
import re

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from spillover.errors import DataError
from spillover.report.notebooks import page_file

_MATH = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TEX = re.compile(r"\$\$|\$(?=[^\s$])[^$\n]*\\[A-Za-z]+[^$\n]*\$")
_DOLLAR, _HOLD, _RELEASE = "\ue000", "\ue001", "\ue002"  # private-use characters, in no text
_HELD = re.compile(f"{_HOLD}(\\d+){_RELEASE}")
_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_BOOK_LINK = re.compile(r'href="(?:\./)?([\w-]+)\.ipynb(#[^"]*)?"')
_REFERENCE = re.compile(r"\[\[(fig|tab):([^\]\s]+)\]\]")


class Prose:
    """Turns the Markdown of one page into HTML.

    Parameters
    ----------
    where : str
        The notebook, for error messages.
    references : dict
        Text of each exhibit's number by its id, e.g. ``{"fig-ring_map": "Gambar 1"}``.
    known : set of str
        Names of the notebooks that have a page; links to them become links to pages.
    table_label : str
        What a table inside the prose is called for screen readers; its number is added.
    """

    def __init__(self, where: str, references: dict[str, str], known: set[str], table_label: str) -> None:
        self.where = where
        self.references = references
        self.known = known
        self.table_label = table_label
        self._ids: dict[str, int] = {}
        self._tables = 0

    def render(self, markdown: str) -> str:
        """HTML of a piece of Markdown. DataError for TeX or a reference to no exhibit of the page."""
        held: list[str] = []

        def hold(match: re.Match[str]) -> str:
            held.append(match.group())
            return f"{_HOLD}{len(held) - 1}{_RELEASE}"

        text = _MATH.sub(hold, markdown)
        if tex := _TEX.search(text):
            remedy = "write the formula as <math>…</math>; pages hold no script that could typeset TeX"
            raise DataError(self.where, "formula in TeX", [tex.group()[:40]], remedy)
        text = self.resolve(text.replace("$", _DOLLAR))
        renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
        page = MarkdownWithMath(renderer=renderer).render(text)
        page = _HEADING.sub(self._heading, page)
        page = _TABLE.sub(self._table, page)
        page = _BOOK_LINK.sub(self._link, page)
        return _HELD.sub(lambda m: held[int(m.group(1))], page.replace(_DOLLAR, "$"))

    def resolve(self, text: str) -> str:
        """``[[fig:ring_map]]`` becomes a link to the figure, with its number as text."""
        return _REFERENCE.sub(self._reference, text)

    def _reference(self, match: re.Match[str]) -> str:
        target = f"{match.group(1)}-{match.group(2)}"
        if target not in self.references:
            known = ", ".join(sorted(self.references)) or "none"
            remedy = f"exhibits of this page: {known}"
            raise DataError(
                self.where, "reference to an exhibit that is not on the page", [match.group()], remedy
            )
        return f'<a href="#{target}">{self.references[target]}</a>'

    def _heading(self, match: re.Match[str]) -> str:
        words = html.unescape(re.sub(r"<[^>]+>|\ue001\d+\ue002", "", match.group(2))).lower()
        slug = re.sub(r"[^\w]+", "-", words).strip("-") or "s"
        self._ids[slug] = self._ids.get(slug, 0) + 1
        ident = slug if self._ids[slug] == 1 else f"{slug}-{self._ids[slug]}"
        return f'<h{match.group(1)} id="{ident}">{match.group(2)}</h{match.group(1)}>'

    def _table(self, match: re.Match[str]) -> str:
        self._tables += 1
        label = f"{self.table_label} {self._tables}"
        table = re.sub(r"<th(?=[\s>])", '<th scope="col"', match.group())
        return f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">{table}</div>'

    def _link(self, match: re.Match[str]) -> str:
        name, anchor = match.group(1), match.group(2) or ""
        return f'href="{page_file(name)}{anchor}"' if name in self.known else match.group()
