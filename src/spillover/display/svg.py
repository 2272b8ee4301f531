"""From what matplotlib writes to an SVG fit to stand in a page: small, titled, clash-free, reproducible."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

SVG = "http://www.w3.org/2000/svg"
HREF = "{http://www.w3.org/1999/xlink}href"
FONTS = "system-ui, 'DejaVu Sans', Arial, sans-serif"

# Added before rounding: 12.25 computed as 12.249999999999 on another CPU must not give another digit.
HAIR = 1e-6

LARGEST = 1.15  # pixels per unit on a wide page; narrower pages shrink the figure

# Texts whose gid begins so get a white outline, which matplotlib could only draw as outlines of glyphs.
HALO = "halo"
HALO_STYLE = "paint-order:stroke;stroke:#ffffff;stroke-width:3.5px;stroke-opacity:0.85"

NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
FONT_FAMILY = re.compile(r"\s*font-family:[^;]*;?")
NO_ROTATION = re.compile(r"^rotate\(-?0 [^)]*\)$")
CURVE = re.compile(r"[^MLz\d\s.e-]")
PATH_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")


def clean_svg(fig: Any, *, name: str, alt: str, titles: Mapping[str, str] | None = None) -> str:
    """Return ``fig`` (a matplotlib Figure) as an inline SVG element.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    name : str
        Prefix of every id, so that two figures on one page never share one.
    alt : str
        What the picture shows, in words; becomes the accessible name.
    titles : mapping, optional
        gid → text shown when the pointer rests on the artist that has this gid.
    """
    from lxml import etree

    root = etree.fromstring(_draw(fig), etree.XMLParser(remove_blank_text=True, remove_comments=True))
    _drop(root, "metadata", "style")
    _add_halos(root)
    _prefix_ids(root, name, dict(titles or {}))
    for element in root.iter():
        _tidy(element)
    _flatten(root)
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    root.set("role", "img")
    root.set("aria-label", alt)
    root.set("font-family", FONTS)
    # matplotlib sets these two by a style element "*{…}", which would apply to the whole page
    root.set("stroke-linejoin", "round")
    root.set("stroke-linecap", "butt")
    widest = LARGEST * float(root.get("viewBox").split()[2])
    root.set("style", f"width:100%;max-width:{widest:.0f}px;height:auto")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _draw(fig: Any) -> bytes:
    import matplotlib as mpl

    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "spillover"}):
        fig.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def _drop(root: Any, *tags: str) -> None:
    for element in list(root.iter(*(f"{{{SVG}}}{tag}" for tag in tags))):
        element.getparent().remove(element)


def _add_halos(root: Any) -> None:
    for group in root.iter(f"{{{SVG}}}g"):
        if group.get("id", "").startswith(HALO):
            for text in group.iter(f"{{{SVG}}}text"):
                text.set("style", f"{text.get('style', '').rstrip('; ')}; {HALO_STYLE}")


def _prefix_ids(root: Any, name: str, titles: dict[str, str]) -> None:
    """Insert titles, number the ids that are referred to, drop all others."""
    from lxml import etree

    referred = set()
    for element in root.iter():
        if element.get(HREF):
            referred.add(element.get(HREF).removeprefix("#"))
        for value in element.attrib.values():
            referred.update(REFERENCE.findall(value))
    order = [e.get("id") for e in root.iter() if e.get("id") in referred]
    new = {old: f"{name}-{number}" for number, old in enumerate(order, start=1)}
    for element in root.iter():
        if text := titles.get(element.get("id")):
            title = etree.Element(f"{{{SVG}}}title")
            title.text = text
            element.insert(0, title)
        if (old := element.attrib.pop("id", None)) in new:
            element.set("id", new[old])
        if target := element.attrib.pop(HREF, None):
            element.set("href", "#" + new[target.removeprefix("#")])
        for key, value in element.attrib.items():
            if "url(#" in value:
                element.set(key, REFERENCE.sub(lambda m: f"url(#{new[m[1]]})", value))


def _tidy(element: Any) -> None:
    """Round the numbers of one element and drop what only repeats the defaults."""
    for key, value in list(element.attrib.items()):
        if key == "d":
            element.set(key, compact_path(value))
        elif key == "style":
            style = FONT_FAMILY.sub("", value).strip().rstrip(";").replace(": ", ":").replace("; ", ";")
            element.set(key, _round(style, 2))
        elif key == "transform" and NO_ROTATION.match(value):
            del element.attrib[key]
        elif key in {"x", "y", "width", "height", "transform", "x1", "x2", "y1", "y2", "points"}:
            element.set(key, _round(value, 1))


def _flatten(root: Any) -> None:
    """Dissolve groups that say nothing (most of matplotlib's) and empty definitions."""
    for defs in [d for d in root.iter(f"{{{SVG}}}defs") if not len(d)]:
        defs.getparent().remove(defs)
    for group in list(root.iter(f"{{{SVG}}}g")):
        if not group.attrib and not len(group.findall(f"{{{SVG}}}title")):
            parent, place = group.getparent(), group.getparent().index(group)
            for child in reversed(group):
                parent.insert(place, child)
            parent.remove(group)


def _number(value: float, digits: int = 1) -> str:
    text = f"{value + HAIR:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return "0" if text in {"-0", ""} else text


def _round(text: str, digits: int) -> str:
    return NUMBER.sub(lambda match: _number(float(match[0]), digits), text)


def compact_path(data: str) -> str:
    """Rewrite path data of absolute M, L, z in whole tenths and relative steps, a third of the length.

    Steps are differences of rounded positions, so errors do not add up; points that coincide
    after rounding go.
    Data with curves are only rounded.

    Examples
    --------
    >>> compact_path("M 10.04 20 L 11 20.5 L 11.01 20.52 L 9 9 z")
    'M10 20l1 .5-2-11.5z'
    """
    tokens = PATH_TOKEN.findall(data)
    if CURVE.search(data):
        return " ".join(_round(data, 1).split())
    out: list[str] = []
    at, command, place = (0, 0), "", 0
    while place < len(tokens):
        if tokens[place] in {"M", "L", "z"}:
            command = tokens[place]
            place += 1
            if command == "z":
                out.append("z")
            continue
        x, y = (round((float(t) + HAIR) * 10) for t in tokens[place : place + 2])
        place += 2
        if command == "M":
            out.append(f"M{_tenths(x)}{_glue(y)}")
        elif (x, y) != at:
            step = f"{_tenths(x - at[0])}{_glue(y - at[1])}"
            out.append(("l" if not out or out[-1][0] in "Mz" else "") + step)
        at = (x, y)
    return "".join(_spaced(out))


def _tenths(tenths: int) -> str:
    sign, tenths = ("-" if tenths < 0 else ""), abs(tenths)
    whole, rest = divmod(tenths, 10)
    return sign + (f"{whole or ''}.{rest}" if rest else str(whole))


def _glue(tenths: int) -> str:
    text = _tenths(tenths)
    return text if text.startswith("-") else " " + text


def _spaced(parts: list[str]) -> list[str]:
    return [" " + p if i and p[0] not in "-Mlz" else p for i, p in enumerate(parts)]
