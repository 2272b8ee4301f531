"""What began when: the programmes for small firms, beside the years in which the parks opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import MISSING, fmt_year, label
from spillover.display.programme_lives import GROUPS, Life, dates_in_words, grouped, year_of
from spillover.display.svg import HALO

if TYPE_CHECKING:
    import pandas as pd

COLOURS = dict(zip(GROUPS, style.SERIES, strict=True))
PARKS = ("IMIP", "VDNI", "IWIP")

ROW, HEADING, TOP, FOOT = 25.0, 27.0, 34.0, 92.0
LINE = 12.0  # from one line of a name to the next
NAMES = 268.0  # units that a name may take before it is set in two lines
LEFT = NAMES + 14
BAR = 13.0 / ROW
YEAR_ROOM = 36.0  # units that a year needs inside its bar


class Sheet(NamedTuple):
    """The axes, the first year on them, today, and units per year."""

    axes: Any
    first: int
    today: float
    scale: float


def programme_timeline(programmes: pd.DataFrame, *, today: float, **caption: Unpack[Caption]) -> Exhibit:
    """Draw each programme from its start to its end, grouped by what it does, in order of start.

    A date that is only a year is drawn at its middle. A programme without a stated end runs to ``today`` with
    an arrow; what lies after ``today`` is drawn empty; one without a stated start has words, and no bar.

    Parameters
    ----------
    programmes : DataFrame
        As from `spillover.read_programmes`: programme_id, name_id, name_en, kind, lead, start, end.
    today : float
        Where open bars end, as a year (2026.9).

    Raises
    ------
    DataError
        Missing columns, no rows, an id that stands twice, an unknown kind, or a date that is none.

    Examples
    --------
    >>> programme_timeline(sp.read_programmes(), today=2026.9, name="programmes", title="…",
    ...                    source="…", alt=sp.programme_timeline_alt(programmes))  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    rows = grouped(programmes, where)
    opened = _openings()
    n_headings = len(dict.fromkeys(row["group"] for row in rows))
    inside = ROW * len(rows) + HEADING * n_headings
    fig = style.new_figure(TOP + inside + FOOT)
    axes = style.new_axes(fig, (LEFT, FOOT, style.WIDTH - 22, FOOT + inside))
    first = int(min(opened.values())) - 1
    lives = [row["life"] for row in rows]
    last = max([today + 0.6, *(life.end or (life.begin or 0.0) + 0.6 for life in lives)])
    axes.set_xlim(first, last)
    axes.set_ylim(inside, 0)
    axes.set_yticks([])
    axes.grid(axis="x", color=style.RULE, linewidth=1)
    style.year_axis(axes.xaxis, [first, int(last)], most=12)
    sheet = Sheet(axes, first, today, (style.WIDTH - 22 - LEFT) / (last - first))
    _mark_parks(sheet, opened)
    titles, top, group = {}, 0.0, ""
    for number, row in enumerate(rows):
        if row["group"] != group:
            group = row["group"]
            _write_heading(sheet, top, group, sum(r["group"] == group for r in rows))
            top += HEADING
        titles[f"programme-{number}"] = _draw_row(sheet, top, row, f"programme-{number}")
        top += ROW
    _key(fig)
    return figure(fig, titles=titles, **caption)


def programme_timeline_alt(programmes: pd.DataFrame) -> str:
    """Alt text of the timeline of programmes, counted from its data.

    Examples
    --------
    >>> import pandas as pd
    >>> from spillover.display.language import set_language
    >>> set_language("en")
    >>> simulated = pd.DataFrame({"programme_id": ["a", "b"], "name_id": ["A", "B"], "name_en": ["A", "B"],
    ...     "kind": ["csr", "credit"], "lead": ["X", "X"], "start": ["", "2021"], "end": ["", ""]})
    >>> programme_timeline_alt(simulated)[:46]
    'Timeline of 2 programmes: Social programmes an'
    """
    rows = grouped(programmes, "alt text")
    names = [row["group"] for row in rows]
    parts = [f"{label(f'programme_group.{g}')} {names.count(g)}" for g in GROUPS if g in names]
    known = sorted((row["life"].begin, row["name"]) for row in rows if row["life"].begin is not None)
    return label(
        "alt.programme_timeline",
        n=len(rows),
        parts="; ".join(parts),
        first=known[0][1] if known else label("programme_timeline.no_start"),
        year=fmt_year(int(known[0][0])) if known else MISSING,
        unknown=len(rows) - len(known),
    )


def _openings() -> dict[str, float]:
    """When the three large parks opened."""
    from spillover.parks import read_parks

    first = read_parks().set_index("park_id")["first_operation"]
    return {park: year_of(first[park]) for park in PARKS}


def _mark_parks(sheet: Sheet, opened: dict[str, float]) -> None:
    for park, year in opened.items():
        sheet.axes.axvline(year, color=style.GREY, linewidth=1.1, linestyle=(0, (3, 2)), zorder=0.9)
        text = label("programme_timeline.opens", park=park, year=fmt_year(int(year)))
        style.write(
            sheet.axes, year, -9, text, ha="center", va="bottom", fontsize=style.SMALL, color=style.GREY
        )


def _write_heading(sheet: Sheet, top: float, group: str, n: int) -> None:
    from matplotlib.patches import Rectangle

    left, middle = sheet.first - LEFT / sheet.scale, top + HEADING / 2 + 3
    swatch = Rectangle((left, middle - 6), 12 / sheet.scale, 12, facecolor=COLOURS[group], clip_on=False)
    sheet.axes.add_patch(swatch)
    text = f"{label(f'programme_group.{group}')} ({n})"
    style.write(sheet.axes, left + 18 / sheet.scale, middle, text, weight="bold")


def _draw_row(sheet: Sheet, top: float, row: dict[str, Any], gid: str) -> str:
    """Draw one programme and return the text for its pointer."""
    life, colour, middle = row["life"], COLOURS[row["group"]], top + ROW / 2
    left = sheet.first - (LEFT - 18) / sheet.scale
    sheet.axes.plot([left, sheet.axes.get_xlim()[1]], [top + ROW] * 2, color=style.RULE, linewidth=0.7,
                    clip_on=False, zorder=0.5)  # fmt: skip
    lines = _in_lines(row["name"])
    for line, text in enumerate(lines):
        height = middle + 4 + LINE * (line - (len(lines) - 1) / 2)
        style.write(sheet.axes, left, height, text, fontsize=style.SMALL, va="baseline")
    if life.begin is None:
        words = label("programme_timeline.no_start")
        clear = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.0}
        style.write(sheet.axes, sheet.first + 6 / sheet.scale, middle, words, fontsize=style.SMALL,
                    color=style.GREY, style="italic", bbox=clear, gid=gid)  # fmt: skip
    elif life.point:
        sheet.axes.plot([life.begin], [middle], marker="D", markersize=8, color=colour, linestyle="",
                        clip_on=False, gid=gid)  # fmt: skip
        _write_year(sheet, life.begin, middle, 9.0)
    else:
        _draw_bar(sheet, middle, life, colour, gid)
    return dates_in_words(row)


def _draw_bar(sheet: Sheet, middle: float, life: Life, colour: str, gid: str) -> None:
    """A full bar until today or the end, an empty one for what is still to come, an arrow for no end."""
    from matplotlib.patches import Polygon, Rectangle

    begin, half = max(life.begin or 0.0, sheet.first), BAR * ROW / 2
    done = max(begin, sheet.today) if life.end is None else min(life.end, sheet.today)
    if done > begin:
        bar = Rectangle((begin, middle - half), done - begin, 2 * half, facecolor=colour, edgecolor="none")
        bar.set_gid(gid)
        sheet.axes.add_patch(bar)
    if life.end is None:
        tip = done + 9 / sheet.scale
        corners = [(done, middle - half), (tip, middle), (done, middle + half)]
        arrow = Polygon(corners, facecolor=colour, edgecolor="none", clip_on=False)
        arrow.set_gid(None if done > begin else gid)
        sheet.axes.add_patch(arrow)
    elif life.end > sheet.today:
        start = max(begin, sheet.today)
        ahead = Rectangle((start, middle - half), life.end - start, 2 * half, facecolor=style.PAPER,
                          edgecolor=colour, linewidth=1.3, clip_on=False)  # fmt: skip
        ahead.set_gid(gid if done <= begin else None)
        sheet.axes.add_patch(ahead)
    year = int(life.begin or 0.0)
    early = year < sheet.first
    text = label("timeline.before", year=fmt_year(year)) if early else fmt_year(year)
    if early or (done - begin) * sheet.scale > YEAR_ROOM:
        style.write(
            sheet.axes, begin + 4 / sheet.scale, middle, text, fontsize=10, color=style.ink_on(colour)
        )
    else:
        _write_year(sheet, begin, middle, 4.0)


def _write_year(sheet: Sheet, begin: float, middle: float, gap: float) -> None:
    """The year to the left of what begins then."""
    style.write(sheet.axes, begin - gap / sheet.scale, middle, fmt_year(int(begin)), fontsize=10, ha="right",
                gid=f"{HALO}-{middle:.0f}")  # fmt: skip


def _in_lines(name: str) -> tuple[str, ...]:
    """The name, in two lines if it is too long for one: broken where the halves are most alike."""
    words = name.split()
    breaks = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    if style.text_width(name, style.SMALL) <= NAMES - 18 or not breaks:
        return (name,)
    return min(breaks, key=lambda pair: max(style.text_width(line, style.SMALL) for line in pair))


def _key(fig: Any) -> None:
    """What the shapes mean; the colours are named by the headings."""
    from matplotlib.patches import Polygon, Rectangle

    axes = style.new_axes(fig, (0, 0, style.WIDTH, FOOT - 34))
    axes.axis("off")
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(0, FOOT - 34)
    places = ((0.0, 40.0), (0.0, 18.0), (style.WIDTH / 2, 40.0), (style.WIDTH / 2, 18.0))
    (x, y), (x2, y2), (x3, y3), (x4, y4) = places
    axes.add_patch(Rectangle((x, y - 6), 20, 12, color=style.GREY, linewidth=0))
    axes.add_patch(Polygon([(x + 20, y - 6), (x + 29, y), (x + 20, y + 6)], color=style.GREY, linewidth=0))
    axes.plot([x2 + 15], [y2], marker="D", markersize=8, color=style.GREY, linestyle="")
    axes.add_patch(
        Rectangle((x3 + 1, y3 - 6), 27, 12, facecolor=style.PAPER, edgecolor=style.GREY, linewidth=1.3)
    )
    axes.plot([x4 + 15] * 2, [y4 - 9, y4 + 9], color=style.GREY, linewidth=1.1, linestyle=(0, (3, 2)))
    for (left, height), key in zip(places, ("open", "point", "ahead", "park"), strict=True):
        style.write(axes, left + 38, height, label(f"programme_timeline.{key}"), fontsize=style.SMALL)
