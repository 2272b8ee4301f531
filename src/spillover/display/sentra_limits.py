"""What the first paragraph must not hide: who ranks without demand in reach, and what demand is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.language import Said, fmt, join, label, say, text_of
from spillover.display.sentra_words import (
    TOP,
    criterion_names,
    measure_rows,
    most_probable,
    names_of,
    province_name,
    sector_names,
)
from spillover.parks import read_parks
from spillover.sentra.explaining import TOTAL
from spillover.sentra.measures import REACH_KM

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

NAMED = 3  # criteria, parks or sectors that are named one by one
COMMISSIONED = ("spare_parts", "packaging", "logistics")  # sectors that offices ask for, named first


def has_demand(study: SentraStudy, measure: str = f"demand_idr_{REACH_KM[-1]:g}km") -> bool:
    """Whether any district has demand of a park within reach, or one whose size is not known."""
    values = measure_rows(study, measure)["value"]
    return bool(values.isna().any() or (values > 0).any())


def far_away(study: SentraStudy) -> Said | str:
    """That no park is near, if so."""
    if has_demand(study):
        return ""
    name, km = province_name(study), fmt(REACH_KM[-1])
    near = study.facts.access[study.facts.access["nearest"]]
    if near.empty:
        return say(
            id=f"**Belum ada kawasan industri nikel yang beroperasi.** Permintaan kawasan di {name} nol.",
            en=f"**No nickel park operates yet.** Demand of parks in {name} is zero.",
        )
    first = near.sort_values("distance_km").iloc[0]
    park, place = text_of(first["park_id"], "park"), names_of([first["region_code"]])[0]
    far = fmt(first["distance_km"], 0)
    return say(
        id=f"**{name} jauh dari semua kawasan industri nikel: yang terdekat, {park}, berjarak {far} km "
        f"dari titik tengah {place}.** Tidak ada permintaan kawasan dalam {km} km dari kabupaten/kota mana "
        "pun, sehingga urutan di bawah hanya membandingkan jarak, pasar, usaha dan tenaga kerja; urutan itu "
        "tidak menunjukkan bahwa sentra pemasok kawasan dapat hidup di sini.",
        en=f"**{name} lies far from all nickel parks: the nearest, {park}, is {far} km from the middle of "
        f"{place}.** No district has demand of a park within {km} km, so that the order below only compares "
        "distance, markets, firms and workers; it does not show that a centre supplying a park could live "
        "here.",
    )


def out_of_reach(study: SentraStudy) -> Said | str:
    """Which of the three most probable districts have no demand of a park in reach, and why they rank; or ""."""
    demand = measure_rows(study, f"demand_idr_{REACH_KM[-1]:g}km")["value"]
    first = most_probable(study)["region_code"].head(TOP)
    without = [code for code in first if demand[code] == 0]
    if not without or not (demand > 0).any():
        return ""
    terms = study.explained[study.explained["region_code"].isin(without)]
    terms = terms[terms["criterion_id"].ne(TOTAL)].groupby("criterion_id")["contribution"].sum()
    names = criterion_names(study)
    most = join(f"“{names[name]}”" for name in terms.nlargest(NAMED).index)
    who, km = join(names_of(without)), fmt(REACH_KM[-1])
    return say(
        id=f"{who} tidak punya kawasan nikel beroperasi dalam {km} km: skornya terutama berasal dari kriteria "
        f"{most}, bukan dari kebutuhan kawasan.",
        en=f"{who} {'has' if len(without) == 1 else 'have'} no operating nickel park within {km} km: the score comes mainly "
        f"from the criteria {most}, not from needs of a park.",
    )


def uncounted(study: SentraStudy) -> list[Said]:
    """Parks of the province without a number of workers, and sectors of which no need has a source."""
    parks = read_parks().set_index("park_id")["region_code"]
    unknown = study.facts.unknown_parks
    unknown = unknown[unknown["reason"].ne("complex_has_a_row")]
    here = unknown[unknown["park_id"].map(parks).isin(study.ranks["region_code"])]
    shown = join(
        f"{text_of(row.park_id, 'park')} ({label(f'status.{row.status}')})" for row in here.itertuples()
    )
    totals = study.facts.totals
    blank = set(totals.loc[totals["demand_missing_reason"].eq("no_coefficient"), "sector"])
    words = sector_names()
    asked = join(words[sector].lower() for sector in COMMISSIONED if sector in blank)
    parts: list[Said] = []
    if len(here):
        parts.append(
            say(
                id=f"Kebutuhan {fmt(len(here))} kawasan lain di provinsi ini tidak diketahui: {shown}.",
                en=f"The needs of {fmt(len(here))} other parks of the province are unknown: {shown}.",
            )
        )
    if asked:
        parts.append(
            say(
                id=f"Yang terhitung hanya kebutuhan pekerja; untuk belanja pabrik di {fmt(len(blank))} sektor, "
                f"antara lain {asked}, tidak ada sumber.",
                en=f"Only needs of workers are counted; for what plants buy in {fmt(len(blank))} sectors, {asked} "
                "among them, there is no source.",
            )
        )
    return parts
