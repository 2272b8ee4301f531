"""Charts that the notebooks draw more than once, each with its caption made from its data."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spillover.display.charts import Break, line_chart
from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, join, label, text_of
from spillover.display.views import region_name
from spillover.imk_specs import HEADLINE
from spillover.indicators import read_breaks, read_catalogue, read_indicator

# Breaks that leave no step in a line: the values are gone, or all of the series is meant.
SILENT = ("interpolated", "implied", "missing_year", "suspicious_output", "province_split", "new_province")
IMK_SOURCES = ("imk_2013_2024", "imk_2025")


def break_words(indicator: str, codes: Sequence[str]) -> dict[Break, str]:
    """Breaks that concern these regions: (name, year) → short reason, or year → reason where all are concerned."""
    breaks = read_breaks(indicator)
    words: dict[Break, str] = {}
    for entry in breaks[~breaks["kind"].isin(SILENT)].itertuples():
        reason, year = label(f"break.{entry.kind}"), int(entry.year)
        if entry.region_code == "":
            words[year] = reason
            continue
        where = f"{reason} ({region_name(entry.region_code)})"
        hit = [c for c in codes if entry.region_code in (c, c[:2] + "00")]
        words |= {(region_name(code), year): where for code in hit}
    return words


def indicator_chart(indicator: str, region_codes: Sequence[str], *, log: bool = False) -> Exhibit:
    """One indicator of a few districts over the years, with its breaks.

    Parameters
    ----------
    indicator : str
        Of the catalogue.
    region_codes : sequence of str
        At most six districts.
    log : bool
        Logarithmic axis.
    """
    entry = read_catalogue().set_index("indicator").loc[indicator]
    table = read_indicator(indicator)
    table = table[table["region_code"].isin(region_codes)].assign(
        name=lambda t: t["region_code"].map(region_name)
    )
    order = {code: i for i, code in enumerate(region_codes)}
    table = table.sort_values(
        ["region_code", "year"], key=lambda c: c.map(order) if c.name == "region_code" else c
    )
    name, unit = text_of(indicator, "indicator"), text_of(entry["unit"], "unit")
    years = f"{table['year'].min()}–{table['year'].max()}"
    last = table[table["year"] == table["year"].max()].dropna(subset=["value"]).sort_values("value")
    low, high = last.iloc[0], last.iloc[-1]
    extremes = {
        "low": f"{low['name']} ({fmt(low['value'], 1)})", "high": f"{high['name']} ({fmt(high['value'], 1)})"
    }  # fmt: skip
    return line_chart(
        table, series="name", unit=entry["unit"], log=log, breaks=break_words(indicator, region_codes),
        name=f"{indicator}_hosts",
        title=label("title.indicator_hosts", name=name, unit=unit, years=years),
        alt=label("alt.lines", name=name, regions=join(map(region_name, region_codes)), years=years, **extremes),
        source=cite(indicator),
    )  # fmt: skip


def imk_chart(imk: pd.DataFrame, province_codes: Sequence[str]) -> Exhibit:
    """IMK establishments of a few provinces, all years, with the missing 2016 and the frame change."""
    table = imk[imk["size"].eq("total") & imk["region_code"].isin(province_codes)]
    table = table.assign(
        name=table["region_code"].map(region_name), value=table["establishments"].astype(float)
    )
    years = f"{table['year'].min()}–{table['year'].max()}"
    names = join(map(region_name, province_codes))
    last = table[table["year"] == table["year"].max()].sort_values("value")
    low, high = (f"{r['name']} ({fmt(r['value'], 0)})" for _, r in last.iloc[[0, -1]].iterrows())
    measure = label("measure.establishments")
    return line_chart(
        table, series="name", unit="unit", breaks=break_words("imk", province_codes), name="imk_establishments",
        title=label("title.imk_chart", years=years), note=label("note.imk_chart"),
        alt=label("alt.lines", name=measure, regions=names, years=years, low=low, high=high),
        source=cite(*IMK_SOURCES),
    )  # fmt: skip


def exposure_chart(panel: pd.DataFrame, *, within_km: float = 100.0) -> Exhibit:
    """Share of each exposed province's population near an operating park, percent, by year."""
    peak = panel.groupby("region_code")[HEADLINE].max()
    codes = list(peak.index[peak > 0])
    table = panel[panel["region_code"].isin(codes)]
    table = table.assign(name=table["region_code"].map(region_name), value=100 * table[HEADLINE])
    years = f"{table['year'].min()}–{table['year'].max()}"
    last = table[table["year"] == table["year"].max()].sort_values("value")
    low, high = (f"{r['name']} ({fmt(r['value'], 0)}%)" for _, r in last.iloc[[0, -1]].iterrows())
    return line_chart(
        table, series="name", unit="percent", name="imk_exposure",
        title=label("title.exposure_chart", years=years, km=fmt(within_km, 0)), note=label("note.exposure_chart"),
        alt=label("alt.lines", name=label(f"term.{HEADLINE}"), regions=join(map(region_name, codes)),
                  years=years, low=low, high=high),
        source=cite("parks", "population", "regions"),
    )  # fmt: skip


def imk_index_chart(index: pd.DataFrame, measure: str, base: int = 2017) -> Exhibit:
    """Index of an IMK measure: each exposed province and all others together (from `spillover.imk_index`)."""
    names = {
        code: region_name(code) if code else label("word.other_provinces")
        for code in index["region_code"].unique()
    }
    table = index.assign(name=index["region_code"].map(names))
    years = f"{table['year'].min()}–{table['year'].max()}"
    last = table[table["year"] == table["year"].max()].sort_values("value")
    low, high = (f"{r['name']} ({fmt(r['value'], 0)})" for _, r in last.iloc[[0, -1]].iterrows())
    what = label(f"measure.{measure}")
    return line_chart(
        table, series="name", unit=label("unit.index_base", year=base), name=f"imk_index_{measure}",
        title=label("title.imk_index", name=what, base=base, years=years),
        alt=label("alt.lines", name=what, regions=join(names.values()), years=years, low=low, high=high),
        source=cite(*IMK_SOURCES),
    )  # fmt: skip


def ring_chart(by_ring: pd.DataFrame) -> Exhibit:
    """GRDP per head by ring (from `spillover.grdp_by_ring`), geometric means on a log axis."""
    counts = by_ring.groupby("ring", observed=False)["n_regions"].max()
    names = {ring: f"{label(f'ring.{ring}')} ({fmt(n, 0)})" for ring, n in counts.items()}
    table = by_ring[by_ring["n_regions"] > 0]
    table = table.assign(name=table["ring"].astype(str).map(names))
    years = f"{table['year'].min()}–{table['year'].max()}"
    last = table[table["year"] == table["year"].max()].sort_values("value")
    low, high = (f"{r['name']}: {fmt(r['value'], 0)}" for _, r in last.iloc[[0, -1]].iterrows())
    empty = [label(f"ring.{ring}") for ring, n in counts.items() if n == 0]
    note = label("note.ring_chart") + (" " + label("note.empty_rings", rings=join(empty)) if empty else "")
    return line_chart(
        table, series="name", unit="thousand_idr_2010", log=True, name="grdp_by_ring",
        breaks=_ring_breaks(names),
        title=label("title.ring_chart", years=years), note=note,
        alt=label("alt.lines", name=label("indicator.grdp_per_capita_real"), regions=join(names.values()),
                  years=years, low=low, high=high),
        source=cite("grdp_per_capita_real", "parks"),
    )  # fmt: skip


def _ring_breaks(names: dict[str, str]) -> dict[Break, str]:
    """Breaks of all districts, and that of Morowali in its ring, the nearest."""
    words = break_words("grdp_per_capita_real", ["7203"])
    nearest = next(iter(names.values()))
    return {key if isinstance(key, int) else (nearest, key[1]): reason for key, reason in words.items()}
