"""Points with names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, label
from spillover.display.placing import place_labels
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

MOST_GROUPS = len(style.SERIES)


def scatter(
    data: pd.DataFrame,
    x: str,
    y: str,
    *,
    axes_text: tuple[str, str],
    names: str | None = None,
    group: str | None = None,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw points with their names, and the number of points in the corner.

    Parameters
    ----------
    data : DataFrame
        ``x``, ``y``, and the columns ``names`` and ``group`` if given; rows without x or y are left out.
    axes_text : (str, str)
        What the two axes measure, each with its unit.
    names : str, optional
        Column of names, written beside the points and shown on hover.
    group : str, optional
        Column that tells colours and markers apart (at most six).

    Raises
    ------
    DataError
        Missing columns, no complete row, an empty axis text, more than six groups.
    """
    check_caption(caption)
    where = caption["name"]
    check_columns(data, [c for c in (x, y, names, group) if c], where)
    points = data.dropna(subset=[x, y])
    check_not_empty(points, where)
    if not all(text.strip() for text in axes_text):
        raise DataError(where, "an axis without text", axes_text, "name quantity and unit of both axes")
    kinds = list(dict.fromkeys(points[group])) if group else [""]
    if len(kinds) > MOST_GROUPS:
        raise DataError(where, f"more than {MOST_GROUPS} groups", kinds, "merge some of them")
    fig = style.new_figure(460)
    axes = style.new_axes(fig, (84, 60, style.WIDTH - 40, 400))
    titles = _draw_points(axes, points, (x, y, names), points[group] if group else None, kinds)
    axes.grid(color=style.RULE, linewidth=1)
    axes.margins(0.09)
    for axis in (axes.xaxis, axes.yaxis):
        style.number_axis(axis)
    axes.set_xlabel(axes_text[0], fontsize=style.NORMAL, color=style.INK, labelpad=8)
    style.pin(axes, (0, 1), (-70, 40 if group else 18), axes_text[1])
    style.pin(axes, (1, 1), (0, 18), label("word.n", n=fmt(len(points))), ha="right", color=style.GREY)
    if group:
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.01), ncols=len(kinds), frameon=False,
                    fontsize=style.NORMAL, handletextpad=0.2, columnspacing=1.4, borderaxespad=0)  # fmt: skip
    if names:
        _name_points(axes, points, (x, y, names))
    return figure(fig, titles=titles, **caption)


def _draw_points(
    axes: Any,
    points: pd.DataFrame,
    columns: tuple[str, str, str | None],
    groups: pd.Series | None,
    kinds: Sequence[Any],
) -> dict[str, str]:
    x, y, names = columns
    titles = {}
    for number, kind in enumerate(kinds):
        rows = points if groups is None else points[groups == kind]
        look = {
            "marker": style.MARKERS[number],
            "color": style.SERIES[number],
            "linestyle": "",
            "markersize": 7,
        }
        axes.plot([], [], label=str(kind), **look)
        for place, (at_x, at_y) in enumerate(zip(rows[x], rows[y], strict=True)):
            gid = f"point-{number}-{place}"
            axes.plot([at_x], [at_y], gid=gid, alpha=0.85, markeredgecolor=style.PAPER, **look)
            who = f"{rows[names].iloc[place]}: " if names else ""
            titles[gid] = f"{who}{fmt(float(at_x))}; {fmt(float(at_y))}"
    return titles


def _name_points(axes: Any, points: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    """Write the names where they fit; a name that would cover another is left to the hover text."""
    x, y, names = columns
    axes.figure.draw_without_rendering()
    anchors = [tuple(axes.transData.transform(point)) for point in zip(points[x], points[y], strict=True)]
    texts = [str(name) for name in points[names]]
    box = axes.bbox
    placed = place_labels(
        anchors, texts, style.SMALL, (box.x0, box.y0, box.x1 + 30, box.y1 + 12), reach=(9, 16)
    )
    for spot in placed:
        if spot.clear:
            at = axes.transData.inverted().transform(spot.centre)
            style.write(axes, at[0], at[1], spot.text, fontsize=style.SMALL, ha="center", color=style.GREY)
