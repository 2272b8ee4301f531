"""Demand of the parks within reach by year, growing with their openings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display import style
from spillover.display.exhibits import Exhibit, figure
from spillover.display.language import Said, fmt, join, label, say, text_of
from spillover.display.money import fmt_money
from spillover.display.sentra_words import (
    cite_all,
    province_name,
)
from spillover.sentra.demand import to_add
from spillover.sentra.measures import REACH_KM

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

from spillover.display.sentra_demand import BILLION, IDR, SOURCES, no_demand, parks_in_reach

PANEL, PER_ROW = 168.0, 3


def sentra_demand_figure(study: SentraStudy) -> Exhibit | Said:
    """Demand of each park within reach by year, growing with its openings: central line and range."""
    parks = parks_in_reach(study)
    if not parks:
        return no_demand(study)
    demand = to_add(study.facts.demand)
    demand = demand[demand["park_id"].isin(parks)]
    sums = demand.groupby(["park_id", "year"]).agg(
        **{name: (name, "sum") for name in IDR}, basis=("workers_basis", "first"), complex_id=("complex_id", "first")
    )  # fmt: skip
    parks = sorted(parks, key=lambda park: -sums.loc[park, "idr_central"].iloc[-1])
    rows = -(-len(parks) // PER_ROW)
    height = 58 + rows * PANEL
    fig = style.new_figure(height)
    years = [int(y) for y in (demand["year"].min(), demand["year"].max())]
    top = 1.12 * sums["idr_high"].max() / BILLION
    step = (style.WIDTH - 66) / PER_ROW
    last = {}
    for number, park in enumerate(parks):
        row, column = divmod(number, PER_ROW)
        left, ceiling = 62 + column * step, height - 62 - row * PANEL
        axes = style.new_axes(fig, (left, ceiling - 104, left + step - 30, ceiling))
        own = sums.loc[park]
        _panel(axes, own, years, top, written=column == 0)
        name = text_of(str(own["complex_id"].iloc[0]), "complex")
        axes.set_title(name, loc="left", fontsize=style.NORMAL, fontweight="bold", pad=7)
        last[park] = own["idr_central"].iloc[-1]
    heading = label("sentra.demand_axis")
    fig.text(8 / style.WIDTH, 1 - 14 / height, heading, fontsize=style.NORMAL, color=style.GREY, va="center")
    words = join(f"{text_of(park, 'park')} {fmt_money(value)}" for park, value in last.items())
    return figure(
        fig,
        name="sentra_demand_years",
        title=say(
            id=f"Permintaan pekerja kawasan yang terjangkau dari {province_name(study)}, miliar rupiah per tahun, {years[0]}–{years[1]}",
            en=f"Demand of the workers of parks within reach of {province_name(study)}, billion rupiah a year, {years[0]}–{years[1]}",
        ),
        source=cite_all(SOURCES),
        alt=say(
            id=f"Garis per kawasan dengan pita rendah–tinggi; pada {years[1]} nilai tengah: {words}.",
            en=f"A line per park with a band from low to high; central values in {years[1]}: {words}.",
        ),
        note=say(
            id=f"Kawasan dalam {fmt(REACH_KM[-1])} km dari suatu kabupaten. Titik berisi: jumlah pekerja "
            "dilaporkan; titik kosong: di antara dua laporan, atau diteruskan dari laporan terakhir. Harga "
            "tidak disesuaikan dengan inflasi.",
            en=f"Parks within {fmt(REACH_KM[-1])} km of some district. Filled points: workers as reported; "
            "open points: between two reports, or carried on from the last. Prices are not adjusted for "
            "inflation.",
        ),
    )


def _panel(axes: Any, own: pd.DataFrame, years: list[int], top: float, *, written: bool) -> None:
    x = own.index.to_numpy()
    low, central, high = (own[name].to_numpy() / BILLION for name in IDR)
    axes.fill_between(x, low, high, color=style.RINGS[3], linewidth=0, zorder=1)
    axes.plot(x, central, color=style.SERIES[0], linewidth=2, zorder=2)
    for reported, face in ((True, style.SERIES[0]), (False, style.PAPER)):
        mine = own["basis"].eq("reported").to_numpy() == reported
        axes.plot(x[mine], central[mine], linestyle="", marker="o", markersize=4.5, markerfacecolor=face,
                  markeredgecolor=style.SERIES[0], zorder=3)  # fmt: skip
    axes.set_xlim(years[0] - 0.4, years[1] + 0.4)
    axes.set_ylim(0, top)
    axes.grid(axis="y", color=style.RULE, linewidth=1)
    style.number_axis(axes.yaxis)
    style.year_axis(axes.xaxis, years, most=4)
    axes.tick_params(labelsize=style.SMALL, labelleft=written)
    above = max(central[-1], min(high[-1], top * 0.9)) + 0.03 * top
    style.write(axes, years[1] + 0.3, above, fmt(central[-1], 0), ha="right", va="bottom",
                fontsize=style.SMALL, fontweight="bold")  # fmt: skip
