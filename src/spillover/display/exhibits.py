"""Exhibits: the one form in which figures and tables reach a notebook and, from there, the reports."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Literal, NotRequired, TypedDict, Unpack

from spillover.display.language import get_language, label
from spillover.display.svg import clean_svg
from spillover.errors import DataError

NAME = re.compile(r"[a-z][a-z0-9_]*")
SHORTEST_ALT = 20


class TableCaption(TypedDict):
    """What every table says about itself: ``title`` names the quantity, the unit, the place and the years."""

    name: str
    title: str
    source: str
    note: NotRequired[str]


class Caption(TableCaption):
    """What every figure says about itself; ``alt`` tells in words what the picture shows."""

    alt: str


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table in one language, ready to be shown.

    Attributes
    ----------
    kind : {"figure", "table"}
    name : str
        Lower snake case, unique over all notebooks; the page's anchor is ``fig-name`` or ``tab-name``.
    title, lang, html : str
    svg, csv, latex, plain : str
        Other forms, empty where there is none.
    """

    kind: Literal["figure", "table"]
    name: str
    title: str
    lang: str
    html: str
    svg: str = ""
    csv: str = ""
    latex: str = ""
    plain: str = ""

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = {"text/html": self.html}
        if self.csv:
            data["text/csv"] = self.csv
        if self.latex:
            data["text/latex"] = self.latex
        data["text/plain"] = self.plain
        return data, {"spillover": {"kind": self.kind, "name": self.name, "lang": self.lang}}

    def __repr__(self) -> str:
        return f"{label(f'word.{self.kind}')} {self.name}: {self.title}"


def figure(fig: Any, *, titles: Mapping[str, str] | None = None, **caption: Unpack[Caption]) -> Exhibit:
    """Make an exhibit of a matplotlib figure and close it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    titles : mapping, optional
        gid of an artist → text shown when the pointer rests on it.
    **caption
        ``name``, ``title``, ``source``, ``alt`` (at least 20 characters), optional ``note``.

    Raises
    ------
    DataError
        If the name is not lower snake case, title or source is empty, or the alt text too short.

    Examples
    --------
    >>> figure(fig, name="growth", title="Growth, %, Sulawesi, 2010–2024", source="BPS",
    ...        alt="Line chart: growth rises from 5 to 12 % after 2015.")  # doctest: +SKIP
    """
    check_caption(caption)
    name, title, alt = caption["name"], caption["title"], caption["alt"].strip()
    if len(alt) < SHORTEST_ALT:
        raise DataError(
            f"figure {name}",
            f"an alt text of {len(alt)} characters",
            remedy="say what the picture shows, in a sentence",
        )
    svg = clean_svg(fig, name=name, alt=alt, titles=titles)
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(fig)
    return Exhibit(
        kind="figure",
        name=name,
        title=title,
        lang=get_language(),
        html=frame("figure", f'<div class="exhibit-body">{svg}</div>', caption),
        svg=svg,
        plain=f"{label('word.figure')} {name}: {title}",
    )


def check_caption(caption: Mapping[str, Any]) -> None:
    """Raise unless the exhibit has a proper name, a title and a source."""
    name = caption.get("name", "")
    if not NAME.fullmatch(name):
        raise DataError(
            "exhibit", "a name that is not lower snake case", [name], "write it like ring_map_2024"
        )
    for part in ("title", "source"):
        if not str(caption.get(part, "")).strip():
            raise DataError(f"exhibit {name}", f"no {part}", remedy=f"every figure and table needs a {part}")


def frame(kind: Literal["figure", "table"], body: str, caption: Mapping[str, Any]) -> str:
    """Put caption, note and source around the ``body`` (HTML); their texts are escaped."""
    anchor = {"figure": "fig", "table": "tab"}[kind]
    number = f'<span class="exhibit-number" data-kind="{kind}"></span>'
    parts = [
        f'<figure class="exhibit {kind}" id="{anchor}-{caption["name"]}">',
        f"<figcaption>{number} {escape(caption['title'])}</figcaption>",
        body,
    ]
    if note := caption.get("note", "").strip():
        parts.append(f'<p class="exhibit-note">{label("word.note")}: {escape(note)}</p>')
    parts.append(f'<p class="exhibit-source">{label("word.source")}: {escape(caption["source"])}</p>')
    return "\n".join([*parts, "</figure>"])
