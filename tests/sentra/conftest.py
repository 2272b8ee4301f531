"""Sections of a page that stand in for those of a study, in tests of the page around them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple

import pytest

from spillover.display.exhibits import Exhibit, frame
from spillover.display.language import Said, get_language, say
from spillover.sentra.study import SentraStudy

Items = tuple[Said | Exhibit, ...]
Kept = Callable[[str, Callable[[], Items]], Items]


class Section(NamedTuple):
    """As in `spillover.display.sentra_sections`."""

    title: Said
    items: tuple[Said | Exhibit, ...]


def two_sections(study: SentraStudy, kept: Kept = lambda name, make: make()) -> list[Section]:
    """A page's sections in the current language, with a figure, a table and words that could do harm."""
    caption = {"name": "bars", "title": say(id="Batang", en="Bars"), "source": "<spillover>"}
    body = '<svg viewBox="0 0 9 9" role="img" aria-labelledby="bars-t"><title id="bars-t">x</title>'
    body += '<defs><clipPath id="bars-c"/></defs><path clip-path="url(#bars-c)"/><use href="#bars-c"/></svg>'
    figure = Exhibit(
        "figure",
        "bars",
        caption["title"],
        get_language(),
        frame("figure", f'<div class="exhibit-body">{body}</div>', caption),
        svg=body,
    )
    cells = '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'
    about = caption | {"name": "cells", "title": say(id="Sel", en="Cells")}
    table = Exhibit("table", "cells", about["title"], get_language(), frame("table", cells, about))
    opening = say(
        id="Sekitar **separuh** data, lihat [[fig:bars]].", en="About **half** data, see [[fig:bars]]."
    )
    said = say(id="Kata kantor: <script>alert(1)</script>", en="An office said: <b onclick='x()'>hello</b>")
    return [
        Section(say(id="Jawaban", en="Answer"), (opening, figure)),
        Section(say(id="Isian", en="Form"), kept("form", lambda: (said, table))),
    ]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page's sections, for tests of the page around them."""
    module = ModuleType("sentra_sections")
    module.sentra_sections = two_sections  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "spillover.display.sentra_sections", module)
