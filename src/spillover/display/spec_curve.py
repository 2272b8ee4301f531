"""The specification curve as a figure: estimates in order above, the choices behind each below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

from spillover.display import style
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import fmt, label, text_of
from spillover.display.spec_words import option_words
from spillover.errors import check_columns, check_not_empty
from spillover.spec_curve import choices_of

if TYPE_CHECKING:
    import pandas as pd

ROW, GAP, CURVE = 15.0, 10.0, 230.0
LEFT = 268.0
LEVEL = 0.05
PLOTTED = ("spec_id", "estimate", "conf_low", "conf_high", "p_relocation")
SMALL_P, LARGE_P, HEADLINE = style.SERIES[0], "#aab2ba", style.SERIES[1]


class Choice(NamedTuple):
    """One line of the lower part: an option's value and the places of the specifications that have it."""

    option: str
    value: str
    places: list[int]


def specification_chart(
    curve: pd.DataFrame, *, unit: str = "log_points", **caption: Unpack[Caption]
) -> Exhibit:
    """Draw a specification curve, the headline marked.

    Parameters
    ----------
    curve : DataFrame
        As from `spillover.specification_curve`; the first row is the headline. Rows without estimate are not
        drawn; the note counts them.
    unit : str
        Unit of the estimates: a key of ``unit.*`` or the text itself.

    Raises
    ------
    DataError
        Missing columns or no estimate.

    Examples
    --------
    >>> specification_chart(curve, name="curve", title="…", source="…", alt="…")  # doctest: +SKIP
    """
    check_caption(caption)
    where = f"figure {caption['name']}"
    check_columns(curve, PLOTTED, where)
    headline = curve["spec_id"].iloc[0]
    drawn = curve.dropna(subset=["estimate"]).sort_values("estimate", kind="stable").reset_index(drop=True)
    check_not_empty(drawn, where)
    choices = _choices(drawn)
    options = list(dict.fromkeys(c.option for c in choices))
    below = len(choices) * ROW + len(options) * GAP
    fig = style.new_figure(below + CURVE + 92)
    top = style.new_axes(fig, (LEFT, below + 30, style.WIDTH - 8, below + 30 + CURVE))
    _draw_curve(top, drawn, headline, unit)
    bottom = style.new_axes(fig, (LEFT, 4, style.WIDTH - 8, 4 + below))
    place = int(drawn.index[drawn["spec_id"] == headline][0]) if headline in set(drawn["spec_id"]) else None
    _draw_choices(bottom, choices, (len(drawn), below), place)
    dropped = len(curve) - len(drawn)
    parts = [caption.get("note", ""), label("spec_curve.not_estimated", n=fmt(dropped)) if dropped else ""]
    full: Caption = {**caption, "note": " ".join(filter(None, parts))}
    return figure(fig, **full)


def _choices(drawn: pd.DataFrame) -> list[Choice]:
    """Lines for every option that varies, in the order of the study's fields."""
    table = choices_of(drawn)
    out = []
    for option in table.columns.drop("spec_id"):
        values = sorted(table[option].unique(), key=_order)
        if len(values) > 1:
            places = table.groupby(option).indices
            out += [Choice(option, value, list(places[value])) for value in values]
    return out


def _order(value: str) -> tuple[int, float, str]:
    number = value.replace(".", "", 1).isdigit()
    return (0, float(value), "") if number else (1, 0.0, value)


def _draw_curve(axes: Any, drawn: pd.DataFrame, headline: str, unit: str) -> None:
    small = drawn["p_relocation"] <= LEVEL
    axes.axhline(0, color=style.INK, linewidth=1)
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    for chosen, colour in ((~small, LARGE_P), (small, SMALL_P)):
        rows = drawn[chosen]
        axes.vlines(rows.index, rows["conf_low"], rows["conf_high"], colors=colour, linewidth=1.2, alpha=0.55)
        axes.plot(rows.index, rows["estimate"], linestyle="", marker="o", markersize=3.2, color=colour)
    main = drawn[drawn["spec_id"] == headline]
    axes.plot(main.index, main["estimate"], linestyle="", marker="D", markersize=8, color=HEADLINE,
              markeredgecolor=style.PAPER, zorder=5)  # fmt: skip
    axes.set_xlim(-1, len(drawn))
    axes.set_xticks([])
    style.number_axis(axes.yaxis)
    style.pin(
        axes, (0, 1), (-38, 8), text_of(unit, "unit"), color=style.GREY, fontsize=style.SMALL, ha="right"
    )
    legend = [
        (HEADLINE, "D", label("spec_curve.headline")),
        (SMALL_P, "o", label("spec_curve.small_p", p=fmt(LEVEL, 2))),
        (LARGE_P, "o", label("spec_curve.large_p", p=fmt(LEVEL, 2))),
    ]
    x = 0.0
    for colour, marker, text in legend:
        axes.annotate("", (0, 1), (x + 6, 22), xycoords="axes fraction", textcoords="offset points")
        _key(axes, x, colour, marker)
        style.pin(axes, (0, 1), (x + 14, 22), text, fontsize=style.SMALL)
        x += 14 + style.text_width(text, style.SMALL) + 22


def _key(axes: Any, x: float, colour: str, marker: str) -> None:
    from matplotlib.transforms import ScaledTranslation

    shift = ScaledTranslation((x + 5) / 72, 22 / 72, axes.figure.dpi_scale_trans)
    axes.plot([0], [1], marker=marker, color=colour, markersize=6, clip_on=False, linestyle="",
              transform=axes.transAxes + shift)  # fmt: skip


def _draw_choices(axes: Any, choices: list[Choice], size: tuple[int, float], headline: int | None) -> None:
    n, height = size
    axes.set_xlim(-1, n)
    axes.set_ylim(0, height)
    axes.axis("off")
    y, before = height, ""
    for choice in choices:
        if choice.option != before:
            y -= GAP
            head = label(f"option.{choice.option}")
            style.pin(axes, (0, 0), (-LEFT + 2, y - ROW / 2), head, color=style.GREY, fontsize=style.SMALL)
            axes.axhline(y, color=style.RULE, linewidth=1)
        before, y = choice.option, y - ROW
        words = option_words(choice.option, choice.value)
        style.pin(axes, (0, 0), (-10, y + ROW / 2), words, ha="right", fontsize=style.SMALL)
        axes.plot(choice.places, [y + ROW / 2] * len(choice.places), linestyle="", marker="|", markersize=8,
                  markeredgewidth=1.2, color=style.INK)  # fmt: skip
    if headline is not None:
        axes.axvline(headline, color=HEADLINE, linewidth=1, alpha=0.6)
