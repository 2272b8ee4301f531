"""A cumulative sum as claims bound it: what it was at least and at most, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import isfinite
from typing import Any, Unpack

import pandas as pd

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import label
from spillover.display.ledger_words import fmt_claim, fmt_date
from spillover.partnerships.bounds import row_bounds
from spillover.partnerships.curves import Curve
from spillover.partnerships.dates import stretch

TRILLION = 1e12
HEIGHT = 430
LOWER, UPPER, WIDER = style.SERIES[0], style.SERIES[1], style.SERIES[3]


def cumulative_chart(
    curve: Curve, claims: pd.DataFrame, wider: pd.DataFrame, **caption: Unpack[Caption]
) -> Exhibit:
    """Draw the least and the most that a cumulative sum in rupiah can have been, and the claims that say so.

    Parameters
    ----------
    curve : Curve
        As from `cumulative_curve`.
    claims : DataFrame
        The claims of the curve, rows of the ledger.
    wider : DataFrame
        Claims of a wider scope, shown apart; they may be none.
    """
    check_caption(caption)
    first = curve.start
    last = max(stretch(text).last for text in [*claims["as_of"], *wider["as_of"]]) + timedelta(days=120)
    top = 1.12 * max([*claims["value"], *wider["value"]]) / TRILLION
    fig = style.new_figure(HEIGHT)
    axes = style.new_axes(fig, (56, 40, style.WIDTH - 20, HEIGHT - 74))
    axes.set_xlim(_at(first), _at(last))
    axes.set_ylim(0, top)
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    style.number_axis(axes.yaxis)
    style.year_axis(axes.xaxis, [first.year, last.year])
    _draw_bounds(axes, curve, (first, last), top)
    titles = {}
    for number, (rows, colour) in enumerate(((claims, LOWER), (wider, WIDER))):
        for place, row in enumerate(rows.to_dict("records")):
            titles[f"claim-{number}-{place}"] = _draw_claim(
                axes, row, colour, f"claim-{number}-{place}", hollow=number == 1
            )
    _key(fig, has_wider=len(wider) > 0)
    fig.text(
        8 / style.WIDTH, 1 - 62 / HEIGHT, label("unit.trillion_idr"), fontsize=style.NORMAL, color=style.GREY
    )
    return figure(fig, titles=titles, **caption)


def _at(day: date) -> float:
    """A day as a fraction of its year."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _steps(curve: Curve, days: tuple[date, date]) -> list[date]:
    """The days on which a bound can change, with the ends."""
    first, last = days
    moves = [d for c in curve.claims for d in (c.days.first, c.days.first + timedelta(days=1), c.days.last)]
    return sorted({first, last, *(d for d in moves if first < d < last)})


def _draw_bounds(axes: Any, curve: Curve, days: tuple[date, date], top: float) -> None:
    """Step lines of both bounds and the band between them, up to the top where there is no upper bound."""
    steps = _steps(curve, days)
    low = [curve.lower(d).value / TRILLION for d in steps]
    high = [curve.upper(d).value / TRILLION for d in steps]
    capped = [min(v, top) if isfinite(v) else top for v in high]
    places = [_at(d) for d in steps]
    axes.fill_between(places, low, capped, step="post", color=style.BLUES[1], linewidth=0, zorder=1)
    axes.step(places, low, where="post", color=LOWER, linewidth=2, zorder=3)
    known = [(x, y) for x, y, v in zip(places, capped, high, strict=True) if isfinite(v)]
    end = [places[len(known)]] if len(known) < len(places) else []
    if known:
        xs, ys = [x for x, _ in known] + end, [y for _, y in known] + [known[-1][1]] * len(end)
        axes.step(xs, ys, where="post", color=UPPER, linewidth=2, linestyle=(0, (5, 2)), zorder=3)
    if end:
        at = (axes.get_xlim()[1] - 0.05, top * 0.05)
        style.write(axes, *at, label("chart.open_above"), ha="right", fontsize=style.SMALL, color=style.GREY)


def _draw_claim(axes: Any, row: dict[Any, Any], colour: str, gid: str, *, hollow: bool) -> str:
    """One claim: its days, its value, and what it says; returns the text for the pointer."""
    days, bounds = stretch(row["as_of"]), row_bounds(row)
    x, y = (_at(days.first) + _at(days.last)) / 2, row["value"] / TRILLION
    axes.plot([_at(days.first), _at(days.last)], [y, y], color=colour, linewidth=1.4, zorder=4)
    if not isfinite(bounds.up):  # an arrow upwards: at least
        axes.annotate("", (x, y + 0.28), (x, y), arrowprops={"arrowstyle": "->", "color": colour}, zorder=4)
    axes.plot(
        [x],
        [y],
        "o",
        gid=gid,
        markersize=8,
        color=colour,
        markerfacecolor=style.PAPER if hollow else colour,
        zorder=5,
    )
    text = f"{fmt_claim(row)}, {fmt_date(row['as_of'])}"
    style.write(
        axes,
        x - 0.07,
        y + 0.02 * axes.get_ylim()[1],
        text,
        ha="right",
        va="bottom",
        color=colour,
        fontweight="bold",
    )
    return f"{text}; {row['reported_as']}"


def _key(fig: Any, *, has_wider: bool) -> None:
    """What the lines and points mean."""
    axes = style.new_axes(fig, (0, HEIGHT - 44, style.WIDTH, HEIGHT))
    axes.axis("off")
    axes.set_xlim(0, style.WIDTH)
    axes.set_ylim(0, 44)
    entries: Sequence[tuple[str, dict[str, Any]]] = [
        ("chart.upper", {"color": UPPER, "linestyle": (0, (5, 2)), "linewidth": 2}),
        ("chart.lower", {"color": LOWER, "linewidth": 2}),
        ("chart.claim_own", {"color": LOWER, "marker": "o", "linestyle": "", "markersize": 8}),
    ]
    wide = (
        "chart.claim_wider",
        {"color": WIDER, "marker": "o", "linestyle": "", "markersize": 8, "markerfacecolor": "w"},
    )
    x = 8.0
    for key, look in [*entries, *([wide] if has_wider else [])]:
        axes.plot([x, x + 12, x + 24], [24, 24, 24] if look.get("linewidth") else [None, 24, None], **look)
        style.write(axes, x + 31, 24, label(key))
        x += 31 + style.text_width(label(key), style.NORMAL) + 22
