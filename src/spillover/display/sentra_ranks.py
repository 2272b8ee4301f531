"""Ranks of a sentra study with how sure they are: table, figure, criteria, and what edited weights changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display import style
from spillover.display.exhibits import Exhibit, figure
from spillover.display.language import fmt, get_language, label, say
from spillover.display.sentra_words import (
    TOP,
    most_probable,
    probability,
    province_name,
    rank_span,
    scale_of_criterion,
    source_line,
    systems_of,
    with_names,
    years_of,
)
from spillover.display.tables import Column, table, with_raw

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

ROW = 27.0
LEFT, RIGHT, ABOVE, BELOW = 176.0, 640.0, 66.0, 40.0
OF_DRAWS = 0.9  # of the repetitions that a rank interval holds


def _source(study: SentraStudy) -> str:
    return source_line(study, *study.criteria["measure"], also=["sentra_criteria"])


def sentra_rank_table(study: SentraStudy) -> Exhibit:
    """Districts with their probability of the top three, rank intervals and scores by both methods.

    Examples
    --------
    >>> sentra_rank_table(sentra_study("7200"))  # doctest: +SKIP
    """
    ranks = with_names(most_probable(study))
    shown = ranks.assign(
        p_top3=ranks["p_top3"].map(probability),
        p_topsis=ranks["p_top3_topsis"].map(probability),
        span=list(map(rank_span, ranks["rank_low"], ranks["rank_high"])),
        span_topsis=list(map(rank_span, ranks["rank_low_topsis"], ranks["rank_high_topsis"])),
    )
    columns: dict[str, Column | str] = {
        "name": "district",
        "p_top3": Column("p_top3", "sentra_weighted", kind="interval"),
        "p_topsis": Column("p_top3", "sentra_topsis", kind="interval"),
        "span": Column("sentra_span", "sentra_weighted", kind="interval"),
        "span_topsis": Column("sentra_span", "sentra_topsis", kind="interval"),
        "score_weighted": Column("sentra_score", "sentra_weighted_0_1", 2),
        "score_topsis": Column("sentra_score", "sentra_topsis_0_1", 2),
        "pareto": "pareto",
        "n_missing": Column("n_missing", "criterion", 0),
    }
    if ranks["pareto"].all():
        del columns["pareto"]  # the note says it once
    n, place = fmt(len(ranks)), province_name(study)
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_ranks",
        title=say(
            id=f"Potensi sentra IKM: peluang masuk tiga besar dan selang peringkat, {n} kabupaten/kota {place}",
            en=f"Potential for an SME centre: probability of the top three and rank interval, {n} districts of {place}",
        ),
        source=_source(study),
        note=say(
            id=f"Selang memuat {fmt(OF_DRAWS, 0, percent=True)} dari {fmt(int(ranks['draws'].iloc[0]))} ulangan. "
            f"TOPSIS: cara kedua, menurut kedekatan dengan nilai terbaik dan jarak dari nilai terburuk. {_outdone(ranks, 'id')}",
            en=f"The interval holds {fmt(OF_DRAWS, 0, percent=True)} of {fmt(int(ranks['draws'].iloc[0]))} repetitions. "
            f"TOPSIS: a second method, by closeness to the best values and distance from the worst. {_outdone(ranks, 'en')}",
        ),
    )
    return with_raw(exhibit, ranks)


def _outdone(ranks: pd.DataFrame, lang: str) -> str:
    """What the column of the Pareto front means; a sentence where all are on it."""
    if ranks["pareto"].all():
        return {
            "id": "Tidak ada kabupaten/kota yang pasti sama atau lebih baik dari yang lain di semua kriteria.",
            "en": "No district is surely as good as another or better in all criteria.",
        }[lang]
    return {
        "id": "Tidak terungguli: tidak ada kabupaten lain yang pasti sama atau lebih baik di semua kriteria.",
        "en": "Not outdone: no other district is surely as good or better in all criteria.",
    }[lang]


def sentra_rank_figure(study: SentraStudy) -> Exhibit:
    """Rank intervals as bars with the central rank, by both methods."""
    ranks = with_names(most_probable(study))
    n = len(ranks)
    height = ABOVE + ROW * n + BELOW
    fig = style.new_figure(height)
    axes = style.new_axes(fig, (LEFT, BELOW, RIGHT, height - ABOVE))
    axes.set_xlim(0.4, n + 0.6)
    axes.set_ylim(n - 0.4, -0.6)
    axes.axvspan(0.5, TOP + 0.5, color=style.WATER, zorder=0)
    axes.axvline(TOP + 0.5, color=style.GREY, linewidth=1, linestyle=(0, (3, 3)), zorder=1)
    for place, row in enumerate(ranks.itertuples()):
        axes.axhline(place + 0.5, color=style.RULE, linewidth=0.7, zorder=0)
        _bar(axes, place - 0.14, row.rank_low, row.rank_high, row.rank_weighted, weighted=True)
        _bar(axes, place + 0.2, row.rank_low_topsis, row.rank_high_topsis, row.rank_topsis, weighted=False)
        both = f"{probability(row.p_top3)} / {probability(row.p_top3_topsis)}"
        style.pin(axes, (0, 1 - (place + 0.6) / n), (-10, 0), row.name, ha="right")
        style.pin(axes, (1, 1 - (place + 0.6) / n), (14, 0), both)
    axes.set_yticks([])
    _rank_ticks(axes, n)
    style.pin(axes, (1, 1), (14, 12), label("sentra.p_both"), fontsize=style.SMALL, color=style.GREY)
    _key(axes)
    first = ranks.iloc[0]
    return figure(
        fig,
        name="sentra_rank_intervals",
        title=say(
            id=f"Selang peringkat potensi sentra IKM, {province_name(study)} ({fmt(OF_DRAWS, 0, percent=True)} dari ulangan)",
            en=f"Rank intervals of the potential for an SME centre, {province_name(study)} ({fmt(OF_DRAWS, 0, percent=True)} of repetitions)",
        ),
        source=_source(study),
        alt=say(
            id=f"Batang selang peringkat per kabupaten/kota menurut dua cara; {first['name']} paling atas, "
            f"peringkat {rank_span(first['rank_low'], first['rank_high'])} dari {fmt(n)}.",
            en=f"Bars of rank intervals by district and two methods; {first['name']} on top, "
            f"rank {rank_span(first['rank_low'], first['rank_high'])} of {fmt(n)}.",
        ),
        note=say(
            id="Batang yang saling bertumpang tindih: urutan kedua kabupaten itu tidak pasti.",
            en="Where bars overlap, the order of these districts is not certain.",
        ),
    )


def _bar(axes: Any, y: float, low: float, high: float, central: float, *, weighted: bool) -> None:
    """An interval and its central rank: solid with a dot, or thin with an open square."""
    colour = style.SERIES[0] if weighted else style.GREY
    width, marker, face = (7, "o", style.INK) if weighted else (2, "s", style.PAPER)
    axes.plot([low - 0.12, high + 0.12], [y, y], color=colour, linewidth=width, alpha=0.75 if weighted else 1,
              solid_capstyle="butt", zorder=2)  # fmt: skip
    axes.plot([central], [y], marker=marker, markersize=6.5 if weighted else 5.5, markerfacecolor=face,
              markeredgecolor=style.INK, linestyle="", zorder=3)  # fmt: skip


def _rank_ticks(axes: Any, n: int) -> None:
    step = 1 if n <= 15 else 2 if n <= 24 else 5
    ticks = [1, *range(step if step > 1 else 2, n + 1, step)]
    axes.set_xticks(ticks)
    axes.set_xticklabels([fmt(tick) for tick in ticks])
    axes.set_xlabel(label("sentra.rank_axis"), fontsize=style.NORMAL, color=style.INK, labelpad=4)


def _key(axes: Any) -> None:
    """Which bar is which method."""
    box = axes.figure.get_size_inches() * 72
    key = style.new_axes(axes.figure, (0, box[1] - 40, style.WIDTH, box[1]))
    key.axis("off")
    key.set_xlim(0, style.WIDTH)
    key.set_ylim(40, 0)
    x = 0.0
    for weighted, name in ((True, "sentra.by_weighted"), (False, "sentra.by_topsis")):
        _bar(key, 14, x + 2, x + 34, x + 18, weighted=weighted)
        style.write(key, x + 44, 14, label(name))
        x += 44 + style.text_width(label(name), style.NORMAL) + 26


def sentra_criteria_table(study: SentraStudy) -> Exhibit:
    """Criteria with their weights: what is measured, by whom, in which year, data or judgement, and why."""
    rows = []
    for criterion in study.criteria.itertuples():
        own = study.facts.measures[study.facts.measures["measure"].eq(criterion.measure)]
        rows.append(
            {
                "criterion": getattr(criterion, f"name_{get_language()}"),
                "weight": 100 * criterion.weight,
                "better": label(f"sentra.{criterion.direction}"),
                "measured": _measured(criterion, own),
                "kind": label(f"sentra.in_{criterion.kind}"),
                "why": getattr(criterion, f"why_{get_language()}"),
            }
        )
    columns: dict[str, Column | str] = {
        "criterion": "criterion_id", "weight": Column("weight", "percent", 0), "better": "sentra_better",
        "measured": "sentra_measured", "kind": "sentra_kind", "why": "sentra_why",
    }  # fmt: skip
    exhibit = table(
        pd.DataFrame(rows),
        columns=columns,
        name="sentra_criteria",
        title=say(
            id=f"Kriteria dan bobot, {fmt(len(rows))} kriteria: semua bobot adalah pertimbangan",
            en=f"Criteria and weights, {fmt(len(rows))} criteria: all weights are judgement",
        ),
        source=_source(study),
        note=say(
            id="Kriteria tanpa angka di satu kabupaten/kota pun, atau yang tidak membedakan, tidak dihitung; "
            "bobotnya dibagi kepada yang lain. Untuk mengubah bobot, sunting lembar Kriteria di XLSX atau "
            "weights.csv, lalu jalankan lagi dengan --weights.",
            en="A criterion without a figure for any district, or that tells none apart, does not count; its weight "
            "goes to the others. To change weights, edit the sheet Criteria of the XLSX or weights.csv and "
            "run again with --weights.",
        ),
    )
    return with_raw(exhibit, study.criteria)


def _measured(criterion: Any, own: pd.DataFrame) -> str:
    """Unit, who counted, and when."""
    whom = ", ".join(text for text in (systems_of(own), years_of(own)) if text)
    return f"{scale_of_criterion(criterion).unit}; {whom or label('sentra.is_left_out')}"
