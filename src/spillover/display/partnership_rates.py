"""Partnership of micro and small industry by province against nearness to parks: figure, tables, finding.

Every caption says what BPS asked: a partnership of any kind with anybody, not one with a park.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from spillover.display import style
from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit, figure
from spillover.display.findings import LEVEL, is_detected
from spillover.display.language import Said, fmt, fmt_p, join, label
from spillover.display.placing import place_labels
from spillover.display.results import estimate_table
from spillover.display.tables import Column, table
from spillover.display.views import Columns
from spillover.imk_specs import WEIGHT_YEAR
from spillover.partnering_ground import BEFORE, DISTANCE, NEARNESS, OUTCOME, YEAR

SOURCES = ("imk_partnership_2025", "parks", "population")
SHARES = tuple(name for name in NEARNESS if name != DISTANCE)
COLUMNS: Columns = {
    "name": Column("province_name"),
    "with_partnership": Column("with_partnership", "unit", 0),
    "establishments": Column("establishments", "unit", 0),
    OUTCOME: Column(OUTCOME, "percent", 1),
    **{name: Column(f"term.{name}", "percent", 0) for name in SHARES},
    DISTANCE: Column(DISTANCE, "km", 0),
    "minimum_km": Column("minimum_km", "km", 0),
}


def partnership_rate_scatter(study: pd.DataFrame) -> Exhibit:
    """Share with a partnership against the mean distance of people to a park, one point per province.

    Parameters
    ----------
    study : DataFrame
        As from `spillover.partnering`.

    Examples
    --------
    >>> rates = sp.partnership_study()  # doctest: +SKIP
    >>> sp.partnership_rate_scatter(rates)  # doctest: +SKIP
    """
    shown = study.dropna(subset=[DISTANCE, OUTCOME]).sort_values("nickel", ascending=False, kind="stable")
    words = {True: label("rates.nickel"), False: label("word.other_provinces")}
    shown = shown.assign(group=shown["nickel"].map(words)).round({DISTANCE: 0, OUTCOME: 1})
    n, year = fmt(len(shown), 0), str(YEAR)
    top = shown.loc[shown[OUTCOME].idxmax()]
    counts = {"yes": fmt(top["with_partnership"], 0), "all": fmt(top["establishments"], 0)}
    notes = [label("rates.asked"), label("rates.distance", people_year=WEIGHT_YEAR, year=year)]
    notes += [label("rates.highest", name=top["name"], **counts), dropped_provinces(study)]
    fig, titles = _draw(shown, label("rates.axis_km", year=year), label("rates.axis_percent", year=year))
    return figure(
        fig, titles=titles, name="partnership_rate_scatter",
        title=label("rates.scatter_title", n=n, year=year), note=" ".join(filter(None, notes)),
        alt=label("rates.alt", n=n, **_extremes(shown)), source=cite(*SOURCES),
    )  # fmt: skip


def partnership_rate_table(study: pd.DataFrame, *, within_km: float = 100.0) -> Exhibit:
    """Show the nickel provinces, nearest first, and the nation, made from the sums over all provinces.

    Parameters
    ----------
    study : DataFrame
        As from `spillover.partnering` with the same ``within_km``.

    Examples
    --------
    >>> rates = sp.partnership_study()  # doctest: +SKIP
    >>> sp.partnership_rate_table(rates)  # doctest: +SKIP
    """
    nickel = study[study["nickel"]].sort_values(DISTANCE, na_position="last")
    shown = pd.concat([nickel[list(COLUMNS)], _nation(study)], ignore_index=True)
    shown = shown.assign(**{name: 100 * shown[name] for name in SHARES})
    notes = [label("rates.asked"), label("rates.distance", people_year=WEIGHT_YEAR, year=YEAR)]
    notes += [label("rates.table_note", km=fmt(within_km, 0)), dropped_provinces(study)]
    return table(
        shown, columns=COLUMNS, name="partnership_rates", title=label("rates.table_title", year=YEAR),
        note=" ".join(filter(None, notes)), source=cite(*SOURCES),
    )  # fmt: skip


def partnership_rate_estimates(estimates: pd.DataFrame, *, within_km: float = 100.0) -> Exhibit:
    """Show the estimates with their relocation p.

    Parameters
    ----------
    estimates : DataFrame
        As from `spillover.partnership_estimates` with the same ``within_km``.

    Examples
    --------
    >>> rates = sp.partnership_study()  # doctest: +SKIP
    >>> sp.partnership_rate_estimates(sp.partnership_estimates(rates))  # doctest: +SKIP
    """
    dropped = fmt(estimates["n_dropped"].max(), 0)
    notes = [label("rates.asked"), label("rates.association")]
    notes.append(label("rates.estimates_note", km=fmt(within_km, 0), before=BEFORE, dropped=dropped))
    n = fmt(estimates["n_regions"].iloc[0], 0)
    return estimate_table(
        estimates, unit="percentage_points", decimals=1, name="partnership_rate_ols",
        title=label("rates.estimates_title", n=n, year=YEAR), note=" ".join(notes), source=cite(*SOURCES),
    )  # fmt: skip


def partnership_rate_finding(study: pd.DataFrame, estimates: pd.DataFrame, within_km: float = 100.0) -> Said:
    """What the provinces say: whether partnership goes with nearness to parks, how much, how sure.

    Parameters
    ----------
    study, estimates : DataFrame
        As from `spillover.partnering` and `spillover.partnership_estimates`.
    within_km : float
        The distance of both.

    Examples
    --------
    >>> rates = sp.partnership_study()  # doctest: +SKIP
    >>> sp.partnership_rate_finding(rates, sp.partnership_estimates(rates))  # doctest: +SKIP
    """
    rows = estimates.set_index("term")
    share, edge, distance = (rows.loc[term] for term in (*SHARES, f"log_{DISTANCE}"))
    found = [is_detected(row) for row in (share, edge, distance)]
    lead = "rates.detected" if all(found) else "rates.one_basis" if any(found) else "rates.not_detected"
    exposed = study[study["exposed"].fillna(False).astype(bool)]
    body = label(
        "rates.body", year=YEAR, km=fmt(within_km, 0), names=join(exposed["name"]),
        nation=fmt(rate(study), 1), near=fmt(rate(exposed), 1),
        n=fmt(share["n_exposed"], 0), of=fmt(share["n_regions"], 0),
        size=_points(share["estimate"]), low=_points(share["conf_low"]), high=_points(share["conf_high"]),
        p=fmt_p(share["p_relocation"]), edge=_points(edge["estimate"]), p_edge=fmt_p(edge["p_relocation"]),
        double=_points(math.log(2) * distance["estimate"]), p_distance=fmt_p(distance["p_relocation"]),
    )  # fmt: skip
    usual = int((estimates["p_value"] <= LEVEL).sum())
    tested = (
        label("rates.usual", usual=fmt(usual, 0), of=fmt(len(estimates), 0))
        if usual and not any(found)
        else ""
    )
    parts = [
        label(lead),
        body,
        tested,
        label("rates.asked"),
        label("rates.association"),
        dropped_provinces(study),
    ]
    return Said(" ".join(filter(None, parts)))


def rate(study: pd.DataFrame) -> float:
    """Percent with a partnership in these provinces together, from the sums of both answers."""
    yes, no = study["with_partnership"].sum(), study["without_partnership"].sum()
    return float(100 * yes / (yes + no))


def dropped_provinces(study: pd.DataFrame) -> str:
    """Which provinces have no nearness because a district lacks its population; "" if none."""
    lost = study[study[list(NEARNESS)].isna().any(axis=1)]
    if lost.empty:
        return ""
    return label("rates.dropped", year=WEIGHT_YEAR, n=fmt(len(lost), 0), names=join(lost["name"]))


def _points(value: float) -> str:
    return fmt(value, 1, sign=True)


def _nation(study: pd.DataFrame) -> pd.DataFrame:
    """One row for the nation: sums, and means over the people of provinces with population."""
    people = study.dropna(subset=list(NEARNESS))
    weights = people["population"] / people["population"].sum()
    row = {
        "name": label("rates.nation"),
        **study[["with_partnership", "establishments"]].sum().to_dict(),
        OUTCOME: rate(study),
        **{name: float((people[name] * weights).sum()) for name in NEARNESS},
        "minimum_km": study["minimum_km"].min(),
    }
    return pd.DataFrame([row])[list(COLUMNS)]


def _extremes(shown: pd.DataFrame) -> dict[str, str]:
    """Lowest and highest values of the figure, with names, for its alt text."""
    ranked = shown.sort_values(OUTCOME)
    low, high = (f"{fmt(r[OUTCOME], 1)}% ({r['name']})" for _, r in ranked.iloc[[0, -1]].iterrows())
    near, far = (fmt(shown[DISTANCE].agg(of), 0) for of in ("min", "max"))
    nickel = shown[shown["nickel"]]
    parts = [f"{r['name']} {fmt(r[OUTCOME], 1)}%" for _, r in nickel.iterrows()]
    return {"low": low, "high": high, "near": near, "far": far, "nickel": join(parts)}


def _draw(shown: pd.DataFrame, axis_km: str, axis_percent: str) -> tuple[Any, dict[str, str]]:
    """Points on a log axis of distance (near provinces would be one heap on a plain one), with names."""
    fig = style.new_figure(460)
    axes = style.new_axes(fig, (84, 60, style.WIDTH - 40, 400))
    axes.set_xscale("log")
    titles = {}
    for kind, (group, rows) in enumerate(shown.groupby("group", sort=False)):
        look = {"marker": style.MARKERS[kind], "color": style.SERIES[kind], "linestyle": "", "markersize": 7}
        axes.plot([], [], label=group, **look)
        for place, row in enumerate(rows.to_dict("records")):
            gid = f"point-{kind}-{place}"
            axes.plot(
                [row[DISTANCE]], [row[OUTCOME]], gid=gid, alpha=0.85, markeredgecolor=style.PAPER, **look
            )
            titles[gid] = f"{row['name']}: {fmt(row[DISTANCE], 0)} km; {fmt(row[OUTCOME], 1)}%"
    axes.grid(color=style.RULE, linewidth=1)
    axes.margins(0.09)
    style.number_axis(axes.xaxis, log=True)
    style.number_axis(axes.yaxis)
    axes.set_xlabel(axis_km, fontsize=style.NORMAL, color=style.INK, labelpad=8)
    style.pin(axes, (0, 1), (-70, 40), axis_percent)
    style.pin(axes, (1, 1), (0, 18), label("word.n", n=fmt(len(shown))), ha="right", color=style.GREY)
    axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.01), ncols=2, frameon=False,
                fontsize=style.NORMAL, handletextpad=0.2, columnspacing=1.4, borderaxespad=0)  # fmt: skip
    _name_points(axes, shown)
    return fig, titles


def _name_points(axes: Any, shown: pd.DataFrame) -> None:
    """Write the names of nickel provinces, then those of others where they fit; hovering shows every name."""
    axes.figure.draw_without_rendering()
    at = dict(zip(shown["name"], axes.transData.transform(shown[[DISTANCE, OUTCOME]]).tolist(), strict=True))
    frame = (axes.bbox.x0, axes.bbox.y0, axes.bbox.x1 + 30, axes.bbox.y1 + 12)
    taken: list[tuple[float, float, float, float]] = []
    for nickel, reach, ink in ((True, (9, 14, 20, 28), style.INK), (False, (9, 14), style.GREY)):
        names = shown.loc[shown["nickel"].eq(nickel), "name"].tolist()
        marks = [(x - 7, y - 7, x + 7, y + 7) for name, (x, y) in at.items() if name not in names]
        anchors = [(x, y) for x, y in map(at.__getitem__, names)]
        for spot in place_labels(anchors, names, style.SMALL, frame, reach=reach, taken=[*taken, *marks]):
            if spot.clear:
                x, y = axes.transData.inverted().transform(spot.centre)
                style.write(axes, x, y, spot.text, fontsize=style.SMALL, ha="center", color=ink)
                taken.append(spot.box)
