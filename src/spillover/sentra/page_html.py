"""Pieces of the page as HTML: prose, numbered exhibits, references, and ids of two languages."""

from __future__ import annotations

import re
from html import escape

from spillover.display.exhibits import Exhibit
from spillover.display.language import get_language
from spillover.errors import DataError
from spillover.report.texts import TEXTS

WIDE = 9  # columns; tables with more are set smaller on paper
_ID = re.compile(r'(\s(?:id|for)=")([^"]+)"')
_LOCAL = re.compile(r'((?:xlink:)?href="#)([^"]+)"|(url\(#)([^)]+)\)')
_LIST = re.compile(r'(\s(?:aria-labelledby|aria-describedby|headers)=")([^"]+)"')
_REFERENCE = re.compile(r"\[\[(fig|tab):([^\]\s]+)\]\]")


def prose(markdown: str) -> str:
    """Markdown to HTML; tags in it are shown, not obeyed, for a form's own words may be among them."""
    import mistune

    html = str(mistune.create_markdown(escape=True, plugins=["table"])(markdown))
    return re.sub(r"<(/?)h[1-6]>", r"<\1h3>", html).replace("<th>", '<th scope="col">')


def finished(exhibit: Exhibit, number: str, links: dict[str, str]) -> str:
    """An exhibit with its number, a body that narrow screens can scroll, and the file of a figure."""
    markup = re.sub(
        r'(<span class="exhibit-number"[^>]*>)[^<]*(</span>)', rf"\g<1>{number}.\g<2>", exhibit.html, count=1
    )
    if exhibit.kind == "table":
        wide = markup.count('scope="col"') > WIDE
        return markup.replace('class="exhibit table"', 'class="exhibit table wide"', 1) if wide else markup
    scroll = f'<div class="exhibit-body" tabindex="0" role="group" aria-label="{number}"'
    markup = markup.replace('<div class="exhibit-body"', scroll, 1)
    link = f'<a href="{escape(links[exhibit.name])}" download>SVG</a>'
    files = f'<p class="exhibit-files">{TEXTS[get_language()]["download"]} {number}: {link}</p>\n</figure>'
    return files.join(markup.rsplit("</figure>", 1))


def resolved(text: str, numbers: dict[str, str]) -> str:
    """``[[fig:ranks]]`` becomes a link to the figure, with its number as text."""

    def link(match: re.Match[str]) -> str:
        anchor = f"{match.group(1)}-{match.group(2)}"
        if anchor not in numbers:
            remedy = f"exhibits of this page: {', '.join(sorted(numbers)) or 'none'}"
            raise DataError("sentra page", "reference to no exhibit of the page", [match.group()], remedy)
        return f'<a href="#{anchor}">{numbers[anchor]}</a>'

    return _REFERENCE.sub(link, text)


def own_ids(html: str, prefix: str) -> str:
    """Give every id, and every reference to one, a prefix, so that two languages share a page.

    Examples
    --------
    >>> own_ids('<p id="a"><a href="#a">x</a></p>', "en-")
    '<p id="en-a"><a href="#en-a">x</a></p>'
    """
    html = _ID.sub(rf'\g<1>{prefix}\g<2>"', html)
    html = _LOCAL.sub(
        lambda m: f'{m[1]}{prefix}{m[2]}"' if m[1] else f"{m[3]}{prefix}{m[4]})",
        html,
    )
    return _LIST.sub(lambda m: m[1] + " ".join(prefix + name for name in m[2].split()) + '"', html)
