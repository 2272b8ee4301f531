"""An effect drawn as a curve in distance, with its band and the number of districts behind each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, label, text_of
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("outcome", "term", "estimate", "conf_low", "conf_high", "n_exposed", "vcov")
HEIGHT, LEFT, BOTTOM, TOP = 440.0, 78.0, 96.0, 372.0


def distance_curve_chart(
    estimates: pd.DataFrame, *, unit: str = "log_points", **caption: Unpack[Caption]
) -> Exhibit:
    """Draw a curve of `spillover.models.distance_curve.distance_curve`, one step per bin of distance.

    The dark band is the 95 % interval of each bin, the pale one holds for all bins at once; below the axis
    stands the number of districts in each bin. The line at zero is the change in the outermost bin.

    Parameters
    ----------
    estimates : DataFrame
        Rows of one outcome from ``distance_curve``.
    unit : str
        Unit of the estimates: a key of ``unit.*`` or the text itself.

    Raises
    ------
    DataError
        Missing columns, no rows, several outcomes, or terms that are not bins of distance ("12.5-48").

    Examples
    --------
    >>> distance_curve_chart(curve, name="curve", title="…", source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    check_columns(estimates, COLUMNS, where)
    check_not_empty(estimates, where)
    outcomes = list(estimates["outcome"].unique())
    if len(outcomes) > 1:
        raise DataError(where, "several outcomes in one curve", outcomes, "draw one chart for each")
    edges = _edges(estimates, where)
    fig = style.new_figure(HEIGHT)
    axes = style.new_axes(fig, (LEFT, BOTTOM, style.WIDTH - 28, TOP))
    titles: dict[str, str] = {}
    # the widest band first, so that the narrower one lies on it
    kinds = [rows for _, rows in estimates.groupby("vcov", sort=False)]
    kinds.sort(key=lambda rows: -float((rows["conf_high"] - rows["conf_low"]).mean()))
    for number, rows in enumerate(kinds):
        colour = style.BLUES[2 if number == len(kinds) - 1 and len(kinds) > 1 else 1]
        _draw_band(axes, rows, edges, colour)
    titles |= _draw_steps(axes, kinds[-1], edges)
    axes.axhline(0, color=style.INK, linewidth=1, zorder=2)
    axes.set_xlim(min(0.0, edges[0][0]), edges[-1][1])
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    for axis in (axes.xaxis, axes.yaxis):
        style.number_axis(axis)
    axes.set_xlabel(label("curve.distance"), fontsize=style.NORMAL, color=style.INK, labelpad=36)
    style.pin(axes, (0, 1), (-64, 20), text_of(unit, "unit"), color=style.GREY)
    _legend(axes, len(kinds))
    _write_counts(axes, kinds[-1], edges)
    beyond = label(
        "curve.reference", km=fmt(edges[-1][1], _places(edges[-1][1])), n=fmt(_outermost(kinds[-1]))
    )
    note = " ".join(filter(None, [caption.get("note", ""), beyond]))
    full: Caption = {**caption, "note": note}
    return figure(fig, titles=titles, **full)


def _edges(estimates: pd.DataFrame, where: str) -> list[tuple[float, float]]:
    """Lower and upper edge of each bin, from the inside out."""
    edges = []
    for term in dict.fromkeys(estimates["term"]):
        low, _, high = str(term).partition("-")
        try:
            edges.append((float(low), float(high)))
        except ValueError:
            remedy = "pass the result of distance_curve"
            raise DataError(where, "terms that are not bins of distance", [term], remedy) from None
    return edges


def _draw_band(axes: Any, rows: pd.DataFrame, edges: list[tuple[float, float]], colour: str) -> None:
    for (left, right), low, high in zip(edges, rows["conf_low"], rows["conf_high"], strict=True):
        axes.fill_between((left, right), low, high, color=colour, linewidth=0, zorder=1)


def _draw_steps(axes: Any, rows: pd.DataFrame, edges: list[tuple[float, float]]) -> dict[str, str]:
    """The estimate of each bin as a step; gid → text on hover."""
    titles = {}
    look = {"color": style.SERIES[0], "linewidth": 2.2, "solid_capstyle": "butt", "zorder": 3}
    for number, ((left, right), row) in enumerate(zip(edges, rows.to_dict("records"), strict=True)):
        gid = f"step-{number}"
        axes.plot((left, right), (row["estimate"],) * 2, gid=gid, **look)
        interval = f"{fmt(row['conf_low'], 3)} … {fmt(row['conf_high'], 3)}"
        n = label("word.n", n=fmt(int(row["n_exposed"])))
        titles[gid] = f"{text_of(str(row['term']), 'ring')}: {fmt(row['estimate'], 3)} ({interval}); {n}"
    for (_, at), low, high in zip(
        edges[:-1], rows["estimate"].iloc[:-1], rows["estimate"].iloc[1:], strict=True
    ):
        axes.plot((at, at), (low, high), color=style.SERIES[0], linewidth=0.9, zorder=3)
    return titles


def _write_counts(axes: Any, rows: pd.DataFrame, edges: list[tuple[float, float]]) -> None:
    """Number of districts of each bin, under the axis' numbers; left out where the bin is too narrow."""
    from matplotlib.transforms import blended_transform_factory

    under = blended_transform_factory(axes.transData, axes.transAxes)
    per_unit = (style.WIDTH - 28 - LEFT) / (edges[-1][1] - min(0.0, edges[0][0]))
    look = {"fontsize": style.SMALL, "color": style.GREY, "ha": "center", "transform": under}
    for (left, right), n in zip(edges, rows["n_exposed"], strict=True):
        text = fmt(int(n))
        if (right - left) * per_unit > style.text_width(text, style.SMALL) + 4:
            style.write(axes, (left + right) / 2, -0.125, text, **look)
    style.pin(
        axes,
        (0, -0.125),
        (-8, 0),
        label("curve.districts"),
        ha="right",
        fontsize=style.SMALL,
        color=style.GREY,
    )


def _legend(axes: Any, n_kinds: int) -> None:
    from matplotlib.patches import Patch

    if n_kinds < 2:
        return
    patches = [
        Patch(color=style.BLUES[2], label=label("curve.pointwise")),
        Patch(color=style.BLUES[1], label=label("curve.uniform")),
    ]
    axes.legend(handles=patches, loc="lower right", bbox_to_anchor=(1.0, 1.005), ncols=2, frameon=False,
                fontsize=style.SMALL, handlelength=1.2, borderaxespad=0)  # fmt: skip


def _outermost(rows: pd.DataFrame) -> int:
    """Districts in the outermost bin."""
    return int(rows["n_regions"].iloc[0] - rows["n_exposed"].sum()) if "n_regions" in rows else 0


def _places(value: float) -> int:
    return 0 if float(value).is_integer() else 1
