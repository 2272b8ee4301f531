"""Shaded cells with a figure in each: what is known when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import MISSING, fmt, fmt_year, is_missing, label, text_of
from spillover.errors import DataError, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

CELL = 27.0


def heat_map(table: pd.DataFrame, **caption: Unpack[Caption]) -> Exhibit:
    """Draw shares in per cent as shaded cells, the figure in each: rows by years.

    Parameters
    ----------
    table : DataFrame
        Index: row names (keys of ``indicator.*`` or ``measure.*``, or texts). Columns: years. Values: 0 to
        100; missing ones are drawn as empty cells with a dash.

    Raises
    ------
    DataError
        An empty table, or a value outside 0 to 100.

    Examples
    --------
    >>> heat_map(shares, name="coverage", title="…", source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    check_not_empty(table, where)
    values = table.astype(float)
    outside = [name for name, row in values.iterrows() if ((row < 0) | (row > 100)).any()]
    if outside:
        raise DataError(where, "shares outside 0 to 100", outside, "give per cent")
    names = [text_of(str(name), "indicator", "measure") for name in values.index]
    left = max(style.text_width(name, style.NORMAL) for name in names) + 14
    inside = CELL * len(names)
    fig = style.new_figure(inside + 74)
    axes = style.new_axes(fig, (left, 44, style.WIDTH - 2, 44 + inside))
    axes.set_xlim(0, values.shape[1])
    axes.set_ylim(len(names), 0)
    axes.spines["bottom"].set_visible(False)
    axes.set_yticks([])
    axes.set_xticks([])
    titles: dict[str, str] = {}
    for row, name in enumerate(names):
        style.write(axes, -8 * values.shape[1] / (style.WIDTH - left), row + 0.5, name, ha="right")
        for column, year in enumerate(values.columns):
            gid = f"cell-{row}-{column}"
            written = _cell(axes, row, column, values.iat[row, column], gid)
            titles[gid] = f"{name}, {fmt_year(year)}: {written}"
    _years_above(axes, values, (style.WIDTH - left) / values.shape[1])
    _colour_key(fig)
    return figure(fig, titles=titles, **caption)


def _shade(share: float) -> Any:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("share", style.BLUES)(share / 100)


def _cell(axes: Any, row: int, column: int, share: float, gid: str) -> str:
    """Draw one cell and return its figure; 99.6 is not yet 100 and 0.3 not yet 0."""
    from matplotlib.patches import Rectangle

    missing = is_missing(share)
    colour = style.PAPER if missing else _shade(share)
    box = Rectangle((column, row), 1, 1, facecolor=colour, edgecolor=style.PAPER,
                    linewidth=1.5, gid=gid, clip_on=False)  # fmt: skip
    axes.add_patch(box)
    whole = MISSING if missing else fmt(99 if 99 < share < 100 else 1 if 0 < share < 1 else share, 0)
    style.write(
        axes,
        column + 0.5,
        row + 0.52,
        whole,
        ha="center",
        fontsize=10,
        color=style.ink_on(colour),
    )
    return MISSING if missing else f"{fmt(share, 1)}%"


def _years_above(axes: Any, values: pd.DataFrame, width: float) -> None:
    step = next(s for s in (1, 2, 5, 10) if s * width >= 32)
    for column, year in enumerate(values.columns):
        if int(year) % step == 0:
            style.write(axes, column + 0.5, -0.45, fmt_year(year), ha="center", fontsize=style.SMALL)


def _colour_key(fig: Any) -> None:
    from matplotlib.patches import Rectangle

    axes = style.new_axes(fig, (0, 0, style.WIDTH, 30))
    axes.axis("off")
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(0, 30)
    text = label("heat_map.legend")
    style.write(axes, 0, 12, text, color=style.GREY, fontsize=style.SMALL)
    x = style.text_width(text, style.SMALL) + 14
    for share in (0, 25, 50, 75, 100):
        axes.add_patch(
            Rectangle((x, 6), 20, 12, facecolor=_shade(share), edgecolor=style.PALE, linewidth=0.6)
        )
        style.write(axes, x + 25, 12, f"{fmt(share)}%", fontsize=style.SMALL, color=style.GREY)
        x += 68
