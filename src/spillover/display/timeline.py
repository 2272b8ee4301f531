"""The lives of the parks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import MISSING, fmt_year, is_missing, label, text_of
from spillover.errors import DataError, check_columns, check_not_empty, check_rows

if TYPE_CHECKING:
    import pandas as pd

DATE = re.compile(r"(\d{4})(?:-(\d{2}))?")
TIMELINE_START = 2010
LABEL_YEARS = 1.0  # a year printed inside a bar needs about this much of it; otherwise it stands to the right


def timeline(parks: pd.DataFrame, *, today: float, **caption: Unpack[Caption]) -> Exhibit:
    """Draw each park's life: construction, first operation, until ``today``; in order of first operation.

    Parameters
    ----------
    parks : DataFrame
        park_id, district (written under the park's name), construction_start and first_operation ("2015",
        "2015-04" or ""), status.
    today : float
        Where the bars end, as a year (2026.9).

    Raises
    ------
    DataError
        Missing columns, no rows, a date that is none, or a status that the catalogue does not know.
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    check_columns(parks, ["park_id", "district", "construction_start", "first_operation", "status"], where)
    check_not_empty(parks, where)
    unknown = ~parks["status"].isin(list(style.STATUS))
    remedy = f"use one of {', '.join(style.STATUS)}"
    check_rows(parks, unknown, ["park_id", "status"], where, "unknown status", remedy)
    lives = parks.assign(
        began=[_year(value, where) for value in parks["construction_start"]],
        opened=[_year(value, where) for value in parks["first_operation"]],
    )
    lives = lives.sort_values(["opened", "began", "park_id"], na_position="last")
    names = [_park_and_district(*pair) for pair in zip(lives["park_id"], lives["district"], strict=True)]
    left = max(style.text_width(name, style.NORMAL) for name in names) + 14
    inside = 24.0 * len(names)
    fig = style.new_figure(inside + 78)
    axes = style.new_axes(fig, (left, 62, style.WIDTH - 36, 62 + inside))
    axes.set_xlim(TIMELINE_START, today + 0.2)
    axes.set_ylim(len(names), 0)
    axes.set_yticks([])
    axes.grid(axis="x", color=style.RULE, linewidth=1)
    style.year_axis(axes.xaxis, [TIMELINE_START, int(today)], most=10)
    titles = {}
    for row, (name, life) in enumerate(zip(names, lives.to_dict("records"), strict=True)):
        style.write(
            axes,
            TIMELINE_START - 10 * (today - TIMELINE_START) / (style.WIDTH - left),
            row + 0.5,
            name,
            ha="right",
        )
        titles[f"life-{row}"] = _draw_life(axes, row, life, today)
    _status_key(fig, lives)
    return figure(fig, titles=titles, **caption)


def _park_and_district(park: object, district: str) -> str:
    name = text_of(str(park), "park")
    return name if district in name else f"{name}, {district}"


def _year(value: Any, where: str) -> float:
    """Return "2015-04" as 2015.25 and "2015" as 2015.5 (the middle of what is known); "" as NaN."""
    if is_missing(value) or str(value) == "":
        return float("nan")
    match = DATE.fullmatch(str(value))
    if not match or not 1 <= int(match[2] or 1) <= 12:
        raise DataError(
            where, "a date that is neither year nor year-month", [value], 'write "2015" or "2015-04"'
        )
    return int(match[1]) + ((int(match[2]) - 1) / 12 if match[2] else 0.5)


def _draw_life(axes: Any, row: int, life: dict[Any, Any], today: float) -> str:
    """Draw one bar (pale while built, full once operating) and return the text of its dates."""
    from matplotlib.patches import Rectangle

    colour = style.STATUS[life["status"]]
    opened = life["opened"] if not is_missing(life["opened"]) else today
    begin = life["began"] if not is_missing(life["began"]) else opened
    for start, end, share in ((begin, opened, 0.34), (opened, today, 0.62)):
        shown = max(start, TIMELINE_START)
        if end > shown:
            pale = share < 0.5 and life["status"] == "operating"
            fill = style.STATUS["construction"] if pale else colour
            axes.add_patch(Rectangle((shown, row + (1 - share) / 2), end - shown, share, facecolor=fill,
                                     edgecolor="none", gid=f"life-{row}", clip_on=False))  # fmt: skip
    dates = [
        f"{label(f'column.{c}')} {life[c] or MISSING}" for c in ("construction_start", "first_operation")
    ]
    if is_missing(life["opened"]) and is_missing(life["began"]):
        style.write(
            axes,
            today - 0.1,
            row + 0.5,
            label("timeline.unknown"),
            ha="right",
            fontsize=style.SMALL,
            color=style.GREY,
        )
    elif not is_missing(life["opened"]):
        early = life["opened"] < TIMELINE_START
        text = (
            label("timeline.before", year=fmt_year(int(life["opened"])))
            if early
            else fmt_year(int(life["opened"]))
        )
        inside = early or today - life["opened"] > LABEL_YEARS
        place = (max(life["opened"], TIMELINE_START) if inside else today) + 0.12
        style.write(
            axes, place, row + 0.52, text, fontsize=10, color=style.ink_on(colour) if inside else style.INK
        )
    return "; ".join([*dates, label(f"status.{life['status']}")])


def _status_key(fig: Any, lives: pd.DataFrame) -> None:
    from matplotlib.patches import Rectangle

    axes = style.new_axes(fig, (0, 0, style.WIDTH, 26))
    axes.axis("off")
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(0, 26)
    x = 0.0
    for status in [s for s in style.STATUS if s in set(lives["status"]) | {"construction"}]:
        height = 8 if status == "construction" else 14
        axes.add_patch(
            Rectangle((x, 12 - height / 2), 22, height, facecolor=style.STATUS[status], clip_on=False)
        )
        text = label(f"status.{status}")
        style.write(axes, x + 29, 12, text)
        x += 29 + style.text_width(text, style.NORMAL) + 26
