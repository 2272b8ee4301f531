"""Effects by year since first exposure, with their intervals: one panel, or one for each ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, fmt_interval, is_missing, join, label, text_of
from spillover.display.results import term_label
from spillover.errors import DataError, check_columns, check_not_empty

if TYPE_CHECKING:
    import pandas as pd

PLOTTED = ("spec_id", "term", "outcome", "estimate", "conf_low", "conf_high", "event_time", "n_exposed")
MOST_PANELS = 6
PANEL, BELOW, ABOVE = 190.0, 78.0, 40.0  # height of a panel, of what is under its axis, and above it


def event_chart(
    estimates: pd.DataFrame, *, unit: str = "log_points", decimals: int = 2, **caption: Unpack[Caption]
) -> Exhibit:
    """Draw the rows of `spillover.event_study` that have an event time, 95 % intervals as bars.

    Under the axis stands how many exposed regions each point rests on; the average effect is written
    above each panel. A point without interval is open. The dashed line parts the years before
    exposure from those since.

    Parameters
    ----------
    estimates : DataFrame
        The table ``estimates`` with event_time; one panel for each spec_id, named by what follows its last
        colon (the ring). All panels share the axis of values.
    unit : str
        Unit of the estimates: a key of ``unit.*`` or the text itself.
    decimals : int
        Decimals of the average.

    Raises
    ------
    DataError
        Missing columns, no event times, an event time twice in a panel, more than six panels, or several
        outcomes.

    Examples
    --------
    >>> event_chart(estimates, name="event_grdp", title="Log PDRB per kapita, 2000–2024",
    ...             source="BPS", alt="Titik dan selang menurut tahun sejak …")  # doctest: +SKIP
    """
    check_caption(caption)
    where = caption["name"]
    check_columns(estimates, PLOTTED, where)
    rows = estimates[estimates["event_time"].notna() & estimates["estimate"].notna()]
    check_not_empty(rows, where)
    _check(rows, where)
    names = list(dict.fromkeys(rows["spec_id"]))
    columns = 1 if len(names) == 1 else 2
    lines = -(-len(names) // columns)
    height = lines * (PANEL + BELOW + ABOVE) + 26
    fig = style.new_figure(height)
    step = (style.WIDTH - 84) / columns
    for number, name in enumerate(names):
        line, column = divmod(number, columns)
        top = height - 30 - ABOVE - line * (PANEL + BELOW + ABOVE)
        left = 84 + column * (step + 10 * (columns - 1))
        right = left + step - 22 - 10 * (columns - 1) * 2
        axes = style.new_axes(fig, (left, top - PANEL, right, top))
        panel = rows[rows["spec_id"] == name].sort_values("event_time")
        _prepare(axes, rows, column == 0)
        _draw(axes, panel)
        _write_counts(axes, panel, column == 0)
        average = estimates[(estimates["spec_id"] == name) & (estimates["term"] == "average")]
        _write_heading(axes, name if len(names) > 1 else "", average, decimals)
    fig.text(
        12 / style.WIDTH, 1 - 14 / height, text_of(unit, "unit"), fontsize=style.NORMAL, color=style.GREY
    )
    full: Caption = {**caption, "note": _note(estimates, rows, caption.get("note", ""))}
    return figure(fig, **full)


def _note(estimates: pd.DataFrame, rows: pd.DataFrame, note: str) -> str:
    """The caption's note, what open points mean, and which rings have nothing to draw."""
    open_points = label("event.no_interval") if rows["conf_low"].isna().any() else ""
    absent = [name for name in dict.fromkeys(estimates["spec_id"]) if name not in set(rows["spec_id"])]
    named = join(term_label(name.rpartition(":")[2]) for name in absent)
    missing = label("event.not_drawn", panels=named) if absent else ""
    return " ".join(filter(None, [note, open_points, missing]))


def _check(rows: pd.DataFrame, where: str) -> None:
    if rows["spec_id"].nunique() > MOST_PANELS:
        raise DataError(
            where, f"more than {MOST_PANELS} panels", rows["spec_id"].unique(), "draw fewer at once"
        )
    if rows["outcome"].nunique() > 1:
        raise DataError(where, "several outcomes", rows["outcome"].unique(), "one chart for each")
    double = rows[rows.duplicated(["spec_id", "event_time"])]
    if len(double):
        raise DataError(
            where, "event times twice in a panel", double["term"], "one covariance for each chart"
        )


def _prepare(axes: Any, rows: pd.DataFrame, first: bool) -> None:
    """Axes common to all panels."""
    from matplotlib.ticker import FixedLocator, FuncFormatter

    times = rows["event_time"].astype(int)
    low = min(0.0, float(rows[["conf_low", "estimate"]].min().min()))
    high = max(0.0, float(rows[["conf_high", "estimate"]].max().max()))
    margin = 0.08 * ((high - low) or 1.0)
    axes.set_ylim(low - margin, high + margin)
    axes.set_xlim(times.min() - 0.6, times.max() + 0.6)
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    axes.axhline(0, color=style.INK, linewidth=1)
    axes.axvline(-0.5, color=style.GREY, linewidth=1, linestyle=(0, (3, 3)))
    style.number_axis(axes.yaxis)
    axes.tick_params(labelleft=first)
    axes.xaxis.set_major_locator(FixedLocator(list(range(times.min(), times.max() + 1))))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: fmt(round(value), 0, sign=True)))


def _draw(axes: Any, panel: pd.DataFrame) -> None:
    """Points with their intervals; open ones where there is no interval."""
    colour = style.SERIES[0]
    for row in panel.to_dict("records"):
        k, known = int(row["event_time"]), not is_missing(row["conf_low"])
        if known:
            ends = (row["conf_low"], row["conf_high"])
            axes.plot((k, k), ends, color=colour, linewidth=2, solid_capstyle="butt")
        face = colour if known else style.PAPER
        edge = style.PAPER if known else colour
        look = {"markersize": 8, "color": face, "markeredgecolor": edge, "markeredgewidth": 1.2}
        axes.plot([k], [row["estimate"]], marker="o", zorder=3, **look)


def _write_counts(axes: Any, panel: pd.DataFrame, first: bool) -> None:
    """Number of exposed regions under each event time, and what the axis shows."""
    low, high = axes.get_xlim()
    crowded = len(panel) > 12
    for row in panel.to_dict("records"):
        k = int(row["event_time"])
        if crowded and k % 2:
            continue
        look = {"ha": "center", "color": style.GREY, "fontsize": style.SMALL}
        style.pin(axes, ((k - low) / (high - low), 0), (0, -32), fmt(row["n_exposed"], 0), **look)
    style.pin(axes, (0.5, 0), (0, -62), label("event.years"), ha="center", color=style.GREY)
    if first:
        heading = label("event.exposed").replace(" ", "\n", 1)
        style.pin(axes, (0, 0), (-8, -32), heading, ha="right", color=style.GREY, fontsize=style.SMALL)


def _write_heading(axes: Any, name: str, average: pd.DataFrame, decimals: int) -> None:
    """The panel's name at the left, the average effect at the right."""
    if name:
        style.pin(axes, (0, 1), (0, 16), term_label(name.rpartition(":")[2]), ha="left", fontweight="bold")
    if len(average) == 1 and not is_missing(average["estimate"].iloc[0]):
        row = average.iloc[0]
        known = not is_missing(row["conf_low"])
        interval = fmt_interval(row["conf_low"], row["conf_high"], decimals) if known else ""
        text = label("event.average", estimate=fmt(row["estimate"], decimals), interval=interval).strip()
        style.pin(axes, (1, 1), (0, 16), text, ha="right", color=style.GREY, fontsize=style.SMALL)
