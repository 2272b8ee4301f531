"""Synthetic districts as a chart with placebo paths, its alt text and its note."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
import pandas as pd

from spillover.display import style
from spillover.display.charts import segments
from spillover.display.exhibits import Caption, Exhibit, check_caption, figure
from spillover.display.language import Said, fmt, join, label, say, text_of
from spillover.display.synthetic_words import method_words, outcome_words, start_words
from spillover.display.views import region_name
from spillover.indicators import read_catalogue
from spillover.models.synthetic_placebo import USED
from spillover.synthetic_answers import Answer
from spillover.synthetic_questions import breaks_inside, usable_years

HEIGHT = 400.0
LEFT, RIGHT = (78, 44, 388, 330), (470, 44, 786, 330)


def synthetic_chart(answer: Answer, **caption: Unpack[Caption]) -> Exhibit:
    """Draw the district beside its synthetic one, and its gap among the placebo gaps.

    Left: values (a logged outcome in its own unit, on a logarithmic axis). Right: the gap; grey are the
    placebo runs, without those that are poorly fitted before.

    Parameters
    ----------
    answer : Answer
        Of `spillover.synthetic_study`.
    **caption
        ``name``, ``title``, ``source``, ``alt`` (see `synthetic_alt`), optional ``note`` (`synthetic_note`).
    """
    check_caption(caption)
    fig = style.new_figure(HEIGHT)
    logged = answer.question.logged
    paths = answer.fitted.paths.set_index("year")
    values = np.exp(paths[["actual", "synthetic"]]) if logged else paths[["actual", "synthetic"]]
    left, right = style.new_axes(fig, LEFT), style.new_axes(fig, RIGHT)
    if logged:
        left.set_yscale("log")
    for number, column in enumerate(("actual", "synthetic")):
        _draw(left, values[column], style.SERIES[number], style.DASHES[number])
    runs = answer.space.runs
    gaps = answer.space.gaps.pivot(index="year", columns="region_code", values="gap")
    for code in runs.loc[~runs["poor_fit"], "region_code"].iloc[1:]:
        _draw(right, gaps[code], style.PALE, "-", width=0.8, order=1)
    _draw(right, gaps[runs["region_code"].iloc[0]], style.SERIES[0], "-")
    right.axhline(0, color=style.GREY, linewidth=1, zorder=2)
    for axes in (left, right):
        _finish(axes, answer, log=logged and axes is left)
    unit = text_of(_unit(answer), "unit")
    head = f"{unit} ({label('word.chart_log')})" if logged else unit
    style.pin(left, (0, 1), (-66, 40), head, color=style.GREY)
    gap_unit = text_of("log_points", "unit") if logged else text_of("percentage_points", "unit")
    words = say(id=f"selisih terhadap sintetis, {gap_unit}", en=f"gap to the synthetic one, {gap_unit}")
    style.pin(right, (0, 1), (-44, 40), str(words), color=style.GREY)
    _key(left, [(region_name(answer.question.treated), 0), (str(say(id="sintetis", en="synthetic")), 1)])
    n_shown = int((~runs["poor_fit"]).sum()) - 1
    style.pin(right, (0, 1), (-44, 20), str(_grey_words(n_shown)), color=style.GREY, fontsize=style.SMALL)
    return figure(fig, **caption)


def _grey_words(n: int) -> Said:
    return say(
        id=f"abu-abu: plasebo di {fmt(n)} wilayah lain", en=f"grey: placebos in {fmt(n)} other districts"
    )


def _draw(axes: Any, line: pd.Series, colour: str, dashes: Any, width: float = 2.0, order: int = 3) -> None:
    whole = line.reindex(range(int(line.index.min()), int(line.index.max()) + 1))
    for part in segments(whole):
        mark = "o" if len(part) == 1 and order > 1 else ""
        axes.plot(part.index, part.to_numpy(), color=colour, linestyle=dashes, linewidth=width, zorder=order,
                  marker=mark, markersize=4)  # fmt: skip


def _finish(axes: Any, answer: Answer, *, log: bool) -> None:
    """Axes, and a line where the park opens."""
    years = answer.years
    axes.set_xlim(years[0] - 0.5, years[-1] + 0.5)
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    style.number_axis(axes.yaxis, log=log)
    style.year_axis(axes.xaxis, list(years), most=6)
    opening = answer.fitted.first_exposed_year
    axes.axvline(opening - 0.5, color=style.GREY, linewidth=1, linestyle=(0, (3, 3)), zorder=2)
    share = (opening - years[0]) / (years[-1] - years[0] + 1)
    words = f"{start_words(answer.question.start)} {opening}"
    backing = {"facecolor": style.PAPER, "edgecolor": "none", "pad": 1}
    style.pin(axes, (share, 1.0), (-4, -6), words, ha="right", color=style.GREY, fontsize=style.SMALL,
              style="italic", bbox=backing)  # fmt: skip


def _key(axes: Any, entries: list[tuple[str, int]]) -> None:
    """Names of the lines in their colours, above the panel."""
    start = -66.0
    for text, number in entries:
        look = {"color": style.SERIES[number], "fontweight": "bold", "fontsize": style.NORMAL}
        style.pin(axes, (0, 1), (start, 20), text, **look)
        start += style.text_width(text, style.NORMAL, bold=True) + 22


def _unit(answer: Answer) -> str:
    return str(read_catalogue().set_index("indicator").loc[answer.question.indicator, "unit"])


def synthetic_alt(answer: Answer) -> str:
    """Alt text: how large the gap is before and after, and how many placebos there are."""
    gap = answer.fitted.paths.set_index("year")["gap"]
    before = fmt(gap[gap.index < answer.fitted.first_exposed_year].abs().max(), 2)
    last, year = fmt(gap.iloc[-1], 2, sign=True), int(gap.index[-1])
    name, what = region_name(answer.question.treated), outcome_words(answer.question)
    n = fmt(answer.space.n_placebos)
    return str(
        say(
            id=f"Dua grafik garis. Kiri: {what} {name} dan kembaran sintetisnya. Kanan: selisih keduanya, "
            f"paling jauh {before} sebelum {answer.fitted.first_exposed_year} dan {last} pada {year}, di "
            f"antara selisih {n} plasebo.",
            en=f"Two line charts. Left: {what} of {name} and its synthetic twin. Right: the gap between "
            f"them, at most {before} before {answer.fitted.first_exposed_year} and {last} in {year}, among "
            f"the gaps of {n} placebos.",
        )
    )


def synthetic_note(answer: Answer) -> str:
    """Note: donors with weight, placebos not drawn, years left out, and known breaks inside the years."""
    used = fmt((answer.fitted.weights["weight"] > USED).sum())
    n, poor = fmt(answer.space.n_placebos), fmt(answer.space.n_poor)
    how = method_words(answer.fitted.method)
    how = how[0].upper() + how[1:]
    text = say(
        id=f"{how}: {used} dari {n} wilayah pembanding berbobot. {poor} plasebo yang buruk kecocokannya "
        "sebelum pembukaan tidak digambar.",
        en=f"{how}: {used} of {n} donors carry weight. {poor} placebos with a poor fit before the opening "
        "are not drawn.",
    )
    parts = [str(text)]
    end = usable_years(answer.question)[-1]
    if end < answer.question.last_year:
        cut = say(
            id=f"Deret dipakai sampai {end} saja: sesudahnya direvisi.",
            en=f"The series is used up to {end} only: it was revised after that.",
        )
        parts.append(str(cut))
    breaks = breaks_inside(answer.question)
    breaks = breaks[~breaks["kind"].isin(("interpolated", "implied"))].sort_values("year")
    if len(breaks):
        found = join(f"{label(f'break.{b.kind}')} ({b.year})" for b in breaks.itertuples())
        parts.append(
            str(say(id=f"Patahan di dalam deret: {found}.", en=f"Breaks inside the series: {found}."))
        )
    return " ".join(parts)
