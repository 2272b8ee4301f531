"""The study as one page in both languages: self-contained, without scripts, Indonesian first."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spillover.atomic import write_atomic
from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, get_language, say, set_language
from spillover.errors import DataError
from spillover.report.contained import CSP, check_contained
from spillover.report.texts import LANGUAGE_NAMES, TEXTS
from spillover.sentra.page_html import finished, own_ids, prose, resolved
from spillover.sentra.store import data_fingerprint, text_of_key

if TYPE_CHECKING:
    from spillover.display.sentra_sections import Items, Kept, Section
    from spillover.sentra.study import SentraStudy

LANGS = ("id", "en")
FIGURES = "figures"
SVG = "http://www.w3.org/2000/svg"
TEMPLATES = Path(__file__).resolve().parents[1] / "report" / "templates" / "spillover"
PREFIX = {"figure": "fig", "table": "tab"}
# Inside tags only: what offices wrote in a form may speak of javascript.
_SCRIPT = re.compile(r"<script\b|<[^>]*\s(?:on[a-z]+\s*=|href\s*=\s*[\"']?\s*javascript:)", re.IGNORECASE)


class Store(NamedTuple):
    """A folder, and the key under which things in it are good (`spillover.sentra.store.store_key`)."""

    folder: Path
    key: str


class Half(NamedTuple):
    """The page in one language; ``sections`` have anchor, title and body (HTML)."""

    lang: str
    title: str
    about: str
    contents: str
    print: str
    made: str
    text: dict[str, str]
    sections: list[dict[str, str]]
    figures: dict[str, str]


def write_page(
    study: SentraStudy, path: Path | str, *, store: Store | None = None, made: date | None = None
) -> list[Path]:
    """Write a study as one HTML file in both languages, and its figures as SVG files.

    Parameters
    ----------
    study : SentraStudy
        As from `spillover.sentra.study.sentra_study`.
    path : path
        Of the page; a file of that name is replaced.
    store : Store, optional
        Where exhibits that follow from the facts alone are kept, as the facts themselves are.
    made : date, optional
        Said in the footer; today if not given.

    Returns
    -------
    list of Path
        What was written, the page first; figures are in the folder ``figures`` beside it.

    Raises
    ------
    DataError
        A script or anything loaded from elsewhere, an exhibit named twice, a reference to no exhibit.

    Notes
    -----
    Which language shows is decided by the end of the address: nothing or ``#id`` is Indonesian, ``#en``
    English, as is any place inside it. A browser that cannot do so (before 2023) shows both. What is shown is
    what prints.
    """
    target = Path(path)
    folder = target.parent / FIGURES
    made = date.today() if made is None else made
    halves = [_half(study, lang, target.stem, made, store) for lang in LANGS]
    text = _render(halves)
    check_contained(text, target.name, script=_SCRIPT)
    files = {folder / name: svg for half in halves for name, svg in half.figures.items()}
    write_atomic(target, text)
    for file, svg in files.items():
        write_atomic(file, svg)
    return [target, *files]


def _keeping(store: Store, lang: str) -> Kept:
    """Keep the exhibits of a group in a file, one for each language."""

    def kept(name: str, make: Callable[[], Items]) -> Items:
        def text() -> str:
            return json.dumps([asdict(i) if isinstance(i, Exhibit) else str(i) for i in make()])

        found = json.loads(text_of_key(store.folder / f"{name}_{lang}.json", store.key, text))
        return tuple(Said(item) if isinstance(item, str) else Exhibit(**item) for item in found)

    return kept


@contextmanager
def language(lang: str) -> Iterator[None]:
    """Speak a language for a while."""
    before = get_language()
    set_language(lang)
    try:
        yield
    finally:
        set_language(before)


def _half(study: SentraStudy, lang: str, stem: str, made: date, store: Store | None) -> Half:
    from babel.dates import format_date

    from spillover.display.sentra_sections import sentra_sections
    from spillover.display.sentra_words import province_name

    name = province_name(study)
    with language(lang):
        sections = sentra_sections(study, _keeping(store, lang)) if store else sentra_sections(study)
        numbers = _numbers(sections)
        ending = f"_{lang}.svg"
        links = {
            exhibit.name: f"{FIGURES}/{study.province}_{exhibit.name}{ending}"
            for exhibit in _exhibits(sections)
            if exhibit.svg
        }
        bodies = [_body(section.items, numbers, links) for section in sections]
        return Half(
            lang=lang,
            title=say(
                id=f"Di mana sentra IKM bisa berjalan di {name}?",
                en=f"Where could an SME centre work in {name}?",
            ),
            about=say(
                id=f"Angka setiap tabel dan gambar, sumbernya, dan bobot yang boleh diubah: {stem}.xlsx.",
                en=f"The figures of all tables and charts, sources and the weights to edit: {stem}.xlsx.",
            ),
            contents=say(id="Isi", en="Contents"),
            print=say(
                id="Yang tercetak adalah bahasa yang sedang tampil.",
                en="What prints is the language that is shown.",
            ),
            made=format_date(made, "long", locale=lang),
            text=TEXTS[lang],
            sections=[
                {"anchor": f"{lang}-s{i}", "title": str(section.title), "body": body}
                for i, (section, body) in enumerate(zip(sections, bodies, strict=True), start=1)
            ],
            figures=_files(sections, links),
        )


def _numbers(sections: Sequence[Section]) -> dict[str, str]:
    """Anchor of each exhibit → its number in words of the current language."""
    numbers: dict[str, str] = {}
    counts = dict.fromkeys(PREFIX, 0)
    for exhibit in _exhibits(sections):
        anchor = f"{PREFIX[exhibit.kind]}-{exhibit.name}"
        if anchor in numbers:
            raise DataError("sentra page", "two exhibits have the same name", [exhibit.name], "rename one")
        counts[exhibit.kind] += 1
        numbers[anchor] = f"{TEXTS[get_language()][exhibit.kind]} {counts[exhibit.kind]}"
    return numbers


def _exhibits(sections: Sequence[Section]) -> list[Exhibit]:
    return [item for section in sections for item in section.items if isinstance(item, Exhibit)]


def _files(sections: Sequence[Section], links: dict[str, str]) -> dict[str, str]:
    """SVG of the figures by name of their file."""
    files = {}
    for exhibit in _exhibits(sections):
        if exhibit.svg:
            whole = "xmlns=" in exhibit.svg.split(">", 1)[0]
            svg = exhibit.svg if whole else exhibit.svg.replace("<svg", f'<svg xmlns="{SVG}"', 1)
            files[links[exhibit.name].rsplit("/", 1)[-1]] = svg.rstrip("\n") + "\n"
    return files


def _body(items: Sequence[Any], numbers: dict[str, str], links: dict[str, str]) -> str:
    """HTML of a section: paragraphs and exhibits."""
    parts = []
    for item in items:
        if isinstance(item, Exhibit):
            anchor = f"{PREFIX[item.kind]}-{item.name}"
            parts.append(f'<div class="output">\n{finished(item, numbers[anchor], links)}\n</div>')
        elif str(item).strip():
            parts.append(f'<div class="prose">\n{prose(str(item))}</div>')
    return own_ids(resolved("\n".join(parts), numbers), f"{get_language()}-")


def _render(halves: list[Half]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=False)
    template = environment.get_template("sentra.html.j2")
    data, names = data_fingerprint()[:10], LANGUAGE_NAMES
    text = template.render(halves=halves, csp=CSP, version=version("spillover"), data=data, names=names)
    return "\n".join(line.rstrip() for line in text.strip().split("\n")) + "\n"
