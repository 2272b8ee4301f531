"""Lines over the years, in one panel or in many. Each chart is an :class:`Exhibit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import label, text_of
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

Break = int | tuple[str, int]  # a year for all lines, or a line's name and a year
MOST_SERIES = len(style.SERIES)
MOST_MARKERS = 30


def line_chart(
    data: pd.DataFrame,
    y: str = "value",
    *,
    series: str | None = None,
    unit: str,
    breaks: Mapping[Break, str] | None = None,
    log: bool = False,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw one line per series over the years, each named at its end.

    No line is drawn through a missing year, nor across a break.

    Parameters
    ----------
    data : DataFrame
        ``year`` (whole), ``y``, and ``series`` if given; one row per year and series.
    y : str
        Column of values.
    series : str, optional
        Column that tells the lines apart (at most six), in order of appearance.
    unit : str
        Unit of the values: a key of ``unit.*`` (``"thousand_idr_2010"``) or the text itself.
    breaks : mapping, optional
        Year → short reason why values from this year on do not compare with those before; or
        (series, year) → reason, where only one line is concerned and only that one is cut.
    log : bool
        Logarithmic value axis; the values must be positive.

    Raises
    ------
    DataError
        Missing columns, no rows, a year that is not whole, a year twice in a series, more than six series,
        no unit, or a value that is not positive on a logarithmic axis.

    Examples
    --------
    >>> line_chart(grdp, series="name", unit="thousand_idr_2010", breaks={2018: "revisi"}, name="grdp",
    ...            title="PDRB per kapita, …", source="BPS", alt="Grafik garis …")  # doctest: +SKIP
    """
    check_caption(caption)
    lines = _lines(data, y, series, caption["name"])
    if len(lines) > MOST_SERIES:
        raise DataError(
            caption["name"], f"more than {MOST_SERIES} lines", lines, "draw small_multiples instead"
        )
    _check_values(lines, unit, log, caption["name"])
    fig = style.new_figure(420)
    names = list(lines) if series else []
    right = (
        style.WIDTH - 24 - max((style.text_width(name, style.NORMAL, bold=True) for name in names), default=0)
    )
    axes = style.new_axes(fig, (74, 42, right, 372))
    _prepare(axes, lines, breaks or {}, log)
    _unit_line(axes, unit, log)
    for number, (name, line) in enumerate(lines.items()):
        _draw_line(axes, line, _begins(breaks or {}, name), number)
    _name_ends(axes, lines if series else {})
    return figure(fig, **caption)


def small_multiples(
    data: pd.DataFrame,
    y: str = "value",
    *,
    series: str,
    unit: str,
    breaks: Mapping[Break, str] | None = None,
    log: bool = False,
    **caption: Unpack[Caption],
) -> Exhibit:
    """Draw one small panel per series on common axes, the other series in pale grey behind it.

    Parameters and errors are those of :func:`line_chart`, without the limit of six.
    """
    check_caption(caption)
    lines = _lines(data, y, series, caption["name"])
    _check_values(lines, unit, log, caption["name"])
    columns = min(4, len(lines))
    rows = -(-len(lines) // columns)
    fig = style.new_figure(46 + rows * 158)
    height = 46 + rows * 158
    step = (style.WIDTH - 60) / columns
    for number, (name, line) in enumerate(lines.items()):
        row, column = divmod(number, columns)
        left, top = 62 + column * step, height - 52 - row * 158
        axes = style.new_axes(fig, (left, top - 108, left + step - 22, top))
        _prepare(axes, lines, breaks or {}, log, written=False)
        axes.tick_params(labelsize=style.SMALL, labelleft=column == 0)
        for other, background in lines.items():
            _draw_line(axes, background, _begins(breaks or {}, other), None)
        _draw_line(axes, line, _begins(breaks or {}, name), 0)
        axes.set_title(name, loc="left", fontsize=style.NORMAL, fontweight="bold", color=style.INK, pad=7)
    fig.text(
        12 / style.WIDTH, 1 - 16 / height, _unit_text(unit, log), fontsize=style.NORMAL, color=style.GREY
    )
    return figure(fig, **caption)


def _lines(data: pd.DataFrame, y: str, series: str | None, where: str) -> dict[str, pd.Series]:
    """Split ``data`` into one Series per line, on every year from the first to the last, gaps as NaN."""
    check_columns(data, ["year", y, *([series] if series else [])], where)
    check_not_empty(data, where)
    uneven = data[data["year"].isna() | (data["year"] % 1 != 0)]
    if len(uneven):
        raise DataError(
            where, "years that are not whole", uneven["year"], "the column year holds whole years"
        )
    groups = data.groupby(series, sort=False, observed=True) if series else [("", data)]
    lines = {}
    for name, rows in groups:
        line = rows.set_index(rows["year"].astype(int))[y].astype(float)
        if line.index.has_duplicates:
            double = sorted(set(line.index[line.index.duplicated()]))
            raise DataError(
                where, f"years twice in the series {name!r}", double, "one row per year and series"
            )
        lines[str(name)] = line.reindex(range(line.index.min(), line.index.max() + 1))
    return lines


def _check_values(lines: Mapping[str, pd.Series], unit: str, log: bool, where: str) -> None:
    if not unit.strip():
        raise DataError(where, "no unit", remedy="name the unit of the values")
    empty = [name for name, line in lines.items() if line.notna().sum() == 0]
    if empty:
        raise DataError(where, "series without any value", empty, "leave them out and say so")
    below = [name for name, line in lines.items() if log and (line <= 0).any()]
    if below:
        raise DataError(where, "values that are not positive on a logarithmic axis", below, "use log=False")


def _begins(breaks: Mapping[Break, str], series: str) -> list[int]:
    """Years in which a new piece of this line begins."""
    return [
        key if isinstance(key, int) else key[1] for key in breaks if isinstance(key, int) or key[0] == series
    ]


def segments(line: pd.Series, breaks: Sequence[int] = ()) -> list[pd.Series]:
    """Cut a line (indexed by every year) where a year is missing and where a break begins."""
    import numpy as np

    begins = line.isna().to_numpy() | np.isin(line.index, list(breaks))
    return [part.dropna() for _, part in line.groupby(begins.cumsum()) if part.notna().any()]


def _prepare(
    axes: Any, lines: Mapping[str, pd.Series], breaks: Mapping[Break, str], log: bool, written: bool = True
) -> None:
    years = [year for line in lines.values() for year in (line.index.min(), line.index.max())]
    axes.set_xlim(min(years) - 0.5, max(years) + 0.5)
    if log:
        axes.set_yscale("log")
    low = min(line.min() for line in lines.values())
    high = max(line.max() for line in lines.values())
    if log:
        axes.set_ylim(low / 1.25, high * 1.35)
    else:  # from zero unless the values are far from it: a cut axis exaggerates
        base = min(0.0, low * 1.08) if low < 0.4 * high else low - 0.12 * (high - low or abs(high) or 1)
        axes.set_ylim(base, high + 0.12 * (high - base))
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    style.number_axis(axes.yaxis, log=log)
    style.year_axis(axes.xaxis, years, most=12 if written else 4)
    reasons = {(key if isinstance(key, int) else key[1], reason) for key, reason in breaks.items()}
    for rank, (year, reason) in enumerate(sorted(reasons)):
        if min(years) < year <= max(years):
            axes.axvline(year - 0.5, color=style.GREY, linewidth=1, linestyle=(0, (3, 3)))
            if written:
                _write_break(axes, year, reason, rank, year > (min(years) + max(years)) / 2)


def _write_break(axes: Any, year: int, reason: str, rank: int, to_the_left: bool) -> None:
    first, last = axes.get_xlim()
    corner = ((year - 0.5 - first) / (last - first), 1.0)
    shift = (-5 if to_the_left else 5, -7 - 15 * (rank % 3))
    backing = {
        "facecolor": style.PAPER,
        "edgecolor": "none",
        "pad": 1,
    }  # keeps other break lines off the words
    look = {"fontsize": style.SMALL, "color": style.GREY, "style": "italic", "bbox": backing}
    style.pin(axes, corner, shift, reason, ha="right" if to_the_left else "left", **look)


def _unit_text(unit: str, log: bool) -> str:
    text = text_of(unit, "unit")
    return f"{text} ({label('word.chart_log')})" if log else text


def _unit_line(axes: Any, unit: str, log: bool) -> None:
    """Write the unit above the value axis, where it is read first."""
    style.pin(axes, (0, 1), (-60, 22), _unit_text(unit, log), color=style.GREY)


def _draw_line(axes: Any, line: pd.Series, begins: Sequence[int], number: int | None) -> None:
    """Draw one line; ``number`` picks colour, dashes and marker, None makes it background."""
    look: dict[str, Any] = {"color": style.PALE, "linewidth": 0.8, "zorder": 1}
    if number is not None:
        look = {
            "color": style.SERIES[number], "linestyle": style.DASHES[number], "linewidth": 2, "zorder": 3,
            "marker": style.MARKERS[number] if len(line) <= MOST_MARKERS else "", "markersize": 4.5,
            "markeredgewidth": 0,
        }  # fmt: skip
    for part in segments(line, begins):
        axes.plot(part.index, part.to_numpy(), clip_on=False, **look)


def _name_ends(axes: Any, lines: Mapping[str, pd.Series]) -> None:
    """Write each line's name beside its last point, moved apart where they would touch."""
    axes.figure.draw_without_rendering()
    last = [(line.dropna().index[-1], line.dropna().iloc[-1]) for line in lines.values()]
    box = axes.bbox
    ends = [axes.transData.transform(point)[1] for point in last]
    places = style.spread(ends, style.NORMAL * 1.35, box.y0 + 6, box.y1 + 4)
    edge = box.x1 + 4
    for number, (name, place) in enumerate(zip(lines, places, strict=True)):
        at = axes.transData.inverted().transform((edge, place))
        style.write(axes, at[0], at[1], name, color=style.SERIES[number], fontweight="bold", ha="left")
