"""Synthetic districts as readers see them: chart with placebo paths, and tables."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
import pandas as pd

from spillover.display import style
from spillover.display.charts import segments
from spillover.display.exhibits import Caption, Exhibit, TableCaption, check_caption, figure
from spillover.display.language import Said, fmt, join, label, say, text_of
from spillover.display.synthetic_words import (
    gap_cell,
    method_words,
    outcome_words,
    reason_words,
    start_words,
    verdict_words,
)
from spillover.display.tables import Column, table, with_raw
from spillover.display.views import region_name
from spillover.errors import DataError, check_not_empty
from spillover.indicators import read_catalogue
from spillover.models.synthetic_placebo import USED
from spillover.synthetic_study import Answer, SyntheticStudy, breaks_inside, usable_years

HEIGHT = 400.0
GAPS = ("estimate", "time_largest", "loo_low", "loo_high")
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


def donor_table(answer: Answer, *, most: int = 10, **caption: Unpack[TableCaption]) -> Exhibit:
    """The donors with the largest weights; the CSV holds all of them.

    Raises
    ------
    DataError
        ``most`` below one.
    """
    if most < 1:
        raise DataError("donor_table", "no row to show", [most], "give most=10")
    weights = answer.fitted.weights
    used = weights[weights["weight"] > USED]
    shown = used.head(most).assign(name=lambda t: t["region_code"].map(region_name))
    shown["share"] = 100 * shown["weight"]
    rest = len(used) - len(shown)
    note = caption.get("note", "")
    if rest > 0:
        share = fmt(100 * used["weight"].iloc[most:].sum(), 0)
        more = say(
            id=f"{fmt(rest)} wilayah lain bersama {share}%.",
            en=f"{fmt(rest)} other districts hold {share}% together.",
        )
        note = f"{note} {more}".strip()
    columns: dict[str, Column | str] = {
        "name": Column("district"),
        "share": Column(str(say(id="bobot", en="weight")), "percent", 1),
    }
    full: TableCaption = {**caption, "note": note}
    return with_raw(table(shown, columns=columns, **full), weights)


def synthetic_table(study: SyntheticStudy, **caption: Unpack[TableCaption]) -> Exhibit:
    """All specs side by side: fit before, gap, placebo ranks, placebo in time, without one donor, verdict.

    The CSV holds the whole summary, with the numbers of years and donors.
    """
    summary = study.summary
    check_not_empty(summary, f"table {caption['name']}")
    questions = {spec: answer.question for spec, answer in study.answers.items()}
    asked = [questions[spec] for spec in summary["spec_id"]]
    logged = [q.logged for q in asked]
    gaps = {c: [gap_cell(*pair) for pair in zip(summary[c], logged, strict=True)] for c in GAPS}
    between = str(say(id="sampai", en="to"))
    shown = summary.assign(
        district=summary["treated"].map(region_name),
        what=[f"{outcome_words(q)} ({_short_unit(q.logged)})" for q in asked],
        begin=[
            f"{start_words(q.start)} {y}" for q, y in zip(asked, summary["first_exposed_year"], strict=True)
        ],
        how=[method_words(m) for m in summary["method"]],
        gap=gaps["estimate"],
        moved=gaps["time_largest"],
        without=[f"{a} {between} {b}" for a, b in zip(gaps["loo_low"], gaps["loo_high"], strict=True)],
        said=[verdict_words(v) for v in summary["verdict"]],
        r_squared=100 * summary["r_squared"],
        p=summary[["p_value", "p_estimate"]].max(axis=1),
    )
    full: TableCaption = {**caption, "note": f"{caption.get('note', '')} {_summary_note(summary)}".strip()}
    return with_raw(table(shown, columns=_summary_columns(), **full), summary)


def _summary_note(summary: pd.DataFrame) -> str:
    """What the p-value is, and the reasons for no conclusion that occur."""
    text = say(
        id="p: bagian wilayah yang rasio RMSPE-nya (sesudah/sebelum), atau besar selisihnya, sekurangnya "
        "sama; yang lebih besar dari keduanya. Plasebo waktu: selisih terbesar bila pembukaan digeser ke "
        "tahun sebelumnya.",
        en="p: share of districts whose ratio of RMSPE (after/before), or whose gap, is at least as large; "
        "the larger of the two. Placebo in time: the largest gap with the opening moved to an earlier year.",
    )
    why = [reason_words(r) for r in dict.fromkeys(summary["reason"]) if r]
    tail = (
        say(id=f" Tanpa kesimpulan: {'; '.join(why)}.", en=f" No conclusion: {'; '.join(why)}.")
        if why
        else ""
    )
    return f"{text}{tail}"


def _summary_columns() -> dict[str, Column | str]:
    return {
        "district": Column("district"),
        "what": Column(str(say(id="ukuran", en="outcome"))),
        "begin": Column(str(say(id="awal", en="start"))),
        "how": Column(str(say(id="cara", en="method"))),
        "r_squared": Column(str(say(id="R² sebelum", en="R² before")), "percent", 0),
        "gap": Column(str(say(id="selisih rata-rata", en="mean gap")), kind="interval"),
        "p": Column(str(say(id="p plasebo", en="placebo p")), kind="p"),
        "moved": Column(str(say(id="plasebo waktu", en="placebo in time")), kind="interval"),
        "without": Column(str(say(id="tanpa satu pembanding", en="without one donor")), kind="interval"),
        "said": Column(str(say(id="kesimpulan", en="conclusion"))),
    }


def _short_unit(logged: bool) -> str:
    return text_of("percent" if logged else "percentage_points", "unit")
