"""One look for all figures: size, type, colours, axes. A figure is 800 units wide: type sizes are pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from spillover.display.language import fmt, fmt_year

WIDTH = 800
SMALL, NORMAL, LARGE = 11.0, 12.5, 14.0
INK, GREY, PALE, RULE, PAPER = "#1b1f24", "#5b6570", "#c9ced3", "#e3e6e8", "#ffffff"

# Okabe–Ito without its yellow: told apart by the colour-blind; dashes and markers tell them apart in grey.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#8a4b78", "#56b4e9", "#c98a00")
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1.2, 1.6)), (0, (7, 2, 1.5, 2)), "-", (0, (5, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")

# Nearest darkest; lightness falls steadily, so grey print keeps the order.
RINGS = ("#0b3c68", "#3f7fb5", "#92bfdf", "#cfe1ee")
BLUES = ("#f4f8fb", "#d3e5f1", "#92bfdf", "#3f7fb5", "#0b3c68")
WATER, LAND, COAST, SEA, ACCENT = "#f4f8fb", "#fffdf8", "#93a6b5", "#4f708b", "#d55e00"
STATUS = {
    "operating": "#0b3c68",
    "construction": "#d99a4e",
    "planned": "#e9cfae",
    "mine": "#8a8178",
    "idle": "#b9b4ad",
    "unknown": "#d6d2cc",
}


def new_figure(height: float, *, width: float = WIDTH) -> Any:
    """Return an empty figure, ``width`` by ``height`` units, outside pyplot's global state."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=PAPER)


def new_axes(fig: Any, box: Sequence[float]) -> Any:
    """Return plain axes in ``box`` = (left, bottom, right, top), in units from the lower left corner."""
    width, height = fig.get_size_inches() * 72
    left, bottom, right, top = box
    axes = fig.add_axes((left / width, bottom / height, (right - left) / width, (top - bottom) / height))
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GREY)
    axes.tick_params(labelsize=NORMAL, labelcolor=INK, color=GREY, length=4)
    axes.tick_params(axis="y", length=0)
    axes.set_axisbelow(True)
    return axes


def write(axes: Any, x: float, y: float, text: str, **style: Any) -> Any:
    """Write ``text`` at data coordinates; never parsed as mathematics, never clipped."""
    style = {"fontsize": NORMAL, "color": INK, "va": "center", "parse_math": False, "clip_on": False} | style
    return axes.text(x, y, text, **style)


def pin(axes: Any, corner: tuple[float, float], shift: tuple[float, float], text: str, **style: Any) -> Any:
    """Write ``text`` ``shift`` units from a place of the axes given as shares of its width and height."""
    style = {"fontsize": NORMAL, "color": INK, "va": "center", "parse_math": False} | style
    return axes.annotate(text, corner, shift, xycoords="axes fraction", textcoords="offset points", **style)


def ink_on(colour: Any) -> str:
    """Return black or white, whichever contrasts more (relative luminance as WCAG 2 defines it)."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return PAPER if 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.06 else INK


def number_axis(axis: Any, *, log: bool = False) -> None:
    """Make the ticks of a matplotlib axis write numbers as the current language does."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    if log:
        axis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0), numticks=12))
        axis.set_minor_formatter(NullFormatter())
        axis.set_major_formatter(FuncFormatter(lambda value, _: fmt(value)))
        axis.set_tick_params(which="minor", length=0)
        return
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))

    def write_tick(value: float, _: int) -> str:
        places = axis.get_majorticklocs()
        step = min((b - a for a, b in pairwise(places)), default=1.0)
        return fmt(value, max(0, min(6, _decimals(step))))

    axis.set_major_formatter(FuncFormatter(write_tick))


def _decimals(step: float) -> int:
    """Decimals needed to write multiples of ``step`` exactly."""
    for places in range(7):
        if math.isclose(step * 10**places, round(step * 10**places), abs_tol=1e-6):
            return places
    return 6


def year_axis(axis: Any, years: Sequence[int], *, most: int = 12) -> None:
    """Tick whole years, at most ``most`` of them, written without separators."""
    from matplotlib.ticker import FixedLocator, FuncFormatter

    first, last = min(years), max(years)
    step = next(s for s in (1, 2, 5, 10, 20, 50) if (last - first) / s < most)
    ticks = [year for year in range(first, last + 1) if year % step == 0]
    axis.set_major_locator(FixedLocator(ticks or [first]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: fmt_year(value)))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of ``text`` in units, as set in DejaVu Sans (wider than most fonts)."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Move ``places`` apart, by little, so that neighbours are at least ``gap`` apart and within the bounds.

    Examples
    --------
    >>> spread([10, 11, 30], 4, 0, 100)
    [8.5, 12.5, 30.0]
    """
    order = sorted(range(len(places)), key=lambda i: (places[i], i))
    wanted = [float(places[i]) for i in order]
    pushed_up = _push_up(wanted, gap)
    pushed_down = [-y for y in _push_up([-y for y in wanted[::-1]], gap)][::-1]
    middle = [(up + down) / 2 for up, down in zip(pushed_up, pushed_down, strict=True)]
    inside = _push_up([max(y, low) for y in middle], gap)
    inside = [-y for y in _push_up([-min(y, high) for y in inside[::-1]], gap)][::-1]
    out = [0.0] * len(places)
    for i, y in zip(order, inside, strict=True):
        out[i] = y
    return out


def _push_up(places: Sequence[float], gap: float) -> list[float]:
    out: list[float] = []
    for place in places:
        out.append(max(place, out[-1] + gap) if out else place)
    return out
