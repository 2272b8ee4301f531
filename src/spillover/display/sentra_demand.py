"""What the parks within reach need: by district, by sector and item, by year, and beside what was reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, fmt_year, get_language, is_missing, label, say, text_of
from spillover.display.sentra_words import (
    ENDS,
    cite_all,
    money_span,
    names_of,
    province_name,
    span,
)
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.demand import to_add
from spillover.sentra.headcount import park_headcount
from spillover.sentra.measures import REACH_KM
from spillover.workforce import read_park_workforce

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

IDR = [f"idr_{end}" for end in ENDS]
SOURCES = ("demand_coefficients", "park_workforce", "parks")
BILLION = 1e9


def no_demand(study: SentraStudy) -> Said:
    """What stands in place of an exhibit where no park with a number of workers lies within reach."""
    km = fmt(REACH_KM[-1])
    return say(
        id=f"Tidak ada kawasan dengan jumlah pekerja yang diketahui dalam {km} km dari kabupaten/kota mana "
        f"pun di {province_name(study)}, sehingga tidak ada permintaan yang dapat ditampilkan.",
        en=f"No park with a known number of workers lies within {km} km of any district of "
        f"{province_name(study)}, so that there is no demand to show.",
    )


def parks_in_reach(study: SentraStudy, within_km: float = REACH_KM[-1]) -> list[str]:
    """Parks with a number of workers within a distance of some district, the nearest first."""
    access = study.facts.access
    near = access[access["distance_km"] <= within_km].sort_values("distance_km")
    counted = set(study.facts.demand["park_id"])
    return [park for park in near["park_id"].drop_duplicates() if park in counted]


def largest_demand(study: SentraStudy) -> str:
    """The district with the largest demand within the shortest distance at which any has some; "" if none."""
    sums = demand_sums(study)
    if sums.empty:
        return ""
    nearest = sums[sums["within_km"].eq(sums["within_km"].min())]
    return str(nearest.loc[nearest["idr_central"].idxmax(), "region_code"])


def demand_sums(study: SentraStudy) -> pd.DataFrame:
    """Rupiah of the last year by district and distance, nothing counted twice."""
    within = study.facts.within
    last = to_add(within[within["year"].eq(study.year)])
    grouped = last.groupby(["region_code", "within_km"])
    sums = grouped[IDR].sum(min_count=1).join(grouped["n_parks"].max()).reset_index()
    return sums.dropna(subset=["idr_central"])


def sentra_demand_table(study: SentraStudy) -> Exhibit | Said:
    """Demand of the parks within 50, 100 and 200 km of each district, central with its range."""
    if demand_sums(study).empty:
        return no_demand(study)
    measures = study.facts.measures
    rows = {km: measures[measures["measure"].eq(f"demand_idr_{km:g}km")] for km in REACH_KM}
    values = pd.DataFrame({km: own.set_index("region_code")["value"] for km, own in rows.items()})
    order = values.sort_values([*reversed(REACH_KM)], ascending=False).index
    cells = {(row.region_code, km): _demand_cell(row) for km, own in rows.items() for row in own.itertuples()}
    shown = pd.DataFrame({"name": names_of(order)})
    columns: dict[str, Column | str] = {"name": "district"}
    for km in REACH_KM:
        shown[f"km_{km:g}"] = [cells[code, km] for code in order]
        heading = str(say(id=f"Dalam {fmt(km)} km", en=f"Within {fmt(km)} km"))
        columns[f"km_{km:g}"] = Column(heading, "sentra_billion_year", kind="interval")
    shown["parks"] = [_parks_near(study, code) for code in order]
    columns["parks"] = "sentra_parks_reach"
    counted, prices, unknown = workers_counted(study), prices_used(study), values.isna().any(axis=None)
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_demand",
        title=say(
            id=f"Permintaan pekerja kawasan menurut jarak, {province_name(study)}, {study.year}: tengah (rendah–tinggi)",
            en=f"Demand of the parks' workers by distance, {province_name(study)}, {study.year}: central (low–high)",
        ),
        source=cite_all(SOURCES),
        note=say(
            id="Hitungan: pekerja × kebutuhan per orang × harga; bukan pembelian yang tercatat. Kabupaten "
            "yang bertetangga menghitung kawasan yang sama: barisnya tidak boleh dijumlahkan. Jarak dari titik tengah kabupaten. "
            "0: tidak ada kawasan yang beroperasi dalam jarak itu; ≥: sekurang-kurangnya, karena ada pula kawasan tanpa jumlah "
            f"pekerja. {counted} {prices}{' Tanda –: ada kawasan, tetapi tidak satu pun dengan jumlah pekerja.' if unknown else ''}",
            en="Computed: workers × needs per head × prices; not recorded purchases. Neighbouring districts "
            "count the same parks: rows must not be added. Distance from the middle of the district. 0: no park operates within "
            "that distance; ≥: at least, for some parks there have no number of workers. "
            f"{counted} {prices}{' A dash: parks, but none with a number of workers.' if unknown else ''}",
        ),
    )
    return with_raw(exhibit, study.facts.within)


def _demand_cell(row: Any) -> str:
    """Billions of rupiah with their range: 0 where no park operates, "" where the demand is not known."""
    if is_missing(row.value):
        return ""
    if row.value == 0:
        return fmt(0)
    least = "≥ " if row.flag == "at_least" else ""
    return f"{least}{span(row.low, row.value, row.high, BILLION, 0)}"


def _parks_near(study: SentraStudy, code: str) -> str:
    """Parks with a number of workers within the longest distance of a district, the nearest first."""
    access = study.facts.access
    near = access[access["region_code"].eq(code) & access["distance_km"].le(REACH_KM[-1])]
    own = near[near["park_id"].isin(parks_in_reach(study))].sort_values("distance_km")
    if near.empty:
        return str(say(id="tidak ada", en="none"))
    if own.empty:
        return str(say(id="hanya tanpa jumlah pekerja", en="only without a number of workers"))
    return "; ".join(
        f"{text_of(row.park_id, 'park')} ({fmt(row.distance_km, 0)} km)" for row in own.itertuples()
    )


def workers_counted(study: SentraStudy, within_km: float = REACH_KM[-1]) -> Said:
    """Workers that the demand of parks within a distance rests on, with the years of their reports."""
    parks = parks_in_reach(study, within_km)
    heads = park_headcount([study.year]).set_index("park_id").loc[parks].reset_index()
    reports = read_park_workforce()
    reports = reports[reports["park_id"].isin(parks) & reports["workers"].notna() & reports["preferred"]]
    words = {
        (row.park_id, row.year, row.workers): f"{label(f'qualifier_workers.{row.qualifier}')} "
        for row in reports[reports["qualifier"].ne("exact")].itertuples()
    }
    listed = "; ".join(
        f"{text_of(row.park_id, 'park')} {words.get((row.park_id, row.report_year, row.workers_central), '')}"
        f"{fmt(row.workers_central, 0)} ({fmt_year(row.report_year)})"
        for row in heads.itertuples()
    )
    old = (heads["workers_basis"].eq("carried_forward")).any()
    late = {"id": f" Jumlah yang lebih tua dari {study.year} dipakai tanpa perubahan." if old else "",
            "en": f" Numbers older than {study.year} are used unchanged." if old else ""}  # fmt: skip
    wide = reports[reports["kind"].eq("with_contractors") & reports["year"].notna()]
    more = "; ".join(
        f"{text_of(row.park_id, 'park')} {words.get((row.park_id, row.year, row.workers), '')}"
        f"{fmt(row.workers)} ({fmt_year(row.year)})"
        for row in wide.sort_values("year").drop_duplicates("park_id", keep="last").itertuples()
    )
    both = {"id": f" Pekerja kontraktor tidak dihitung; bersama mereka dilaporkan: {more}." if more else "",
            "en": f" Workers of contractors are not counted; with them was reported: {more}." if more else ""}  # fmt: skip
    return say(
        id=f"Pekerja (tahun laporan): {listed}.{late['id']}{both['id']}",
        en=f"Workers (year of the report): {listed}.{late['en']}{both['en']}",
    )


def prices_used(study: SentraStudy) -> Said:
    """Years of the prices of what is added up, with the items."""
    within = study.facts.within
    rows = to_add(within[within["year"].eq(study.year)])
    rows = rows[rows["idr_central"].notna()].drop_duplicates("item_id").sort_values("price_year")
    names = read_demand_coefficients().set_index("item_id")[f"name_{get_language()}"]
    listed = "; ".join(f"{names[row.item_id]} {fmt_year(row.price_year)}" for row in rows.itertuples())
    return say(
        id=f"Tahun harga: {listed}; tidak disesuaikan dengan inflasi.",
        en=f"Year of the prices: {listed}; not adjusted for inflation.",
    )


def sentra_items_table(study: SentraStudy, region_code: str | None = None) -> Exhibit | Said:
    """What the parks within reach of one district need, item by item, in units and in rupiah.

    Parameters
    ----------
    study : SentraStudy
    region_code : str, optional
        The district with the largest demand near by without it.
    """
    code = region_code or largest_demand(study)
    within = study.facts.within
    rows = within[within["region_code"].eq(code) & within["year"].eq(study.year)]
    if rows.empty:
        return no_demand(study)
    km = 100.0 if rows["within_km"].le(100).any() else REACH_KM[-1]
    rows = rows[rows["within_km"].eq(km)]
    known = read_demand_coefficients().set_index("item_id")
    item = known[f"name_{get_language()}"]
    basis = known.loc[rows["item_id"], "basis"]
    shown = pd.DataFrame(
        {
            "item": [f"{item[row.item_id]} ({text_of(str(row.unit), 'unit')})" for row in rows.itertuples()],
            "need": [_need(row) for row in rows.to_dict("records")],
            "money": [money_span(*(row[name] for name in IDR)) for row in rows.to_dict("records")],
            "price_year": rows["price_year"],
            "inside": [item.get(name, "") for name in rows["included_in"]],
            "basis": [
                f"{label(f'sentra_basis.{word}')}; {label(f'confidence.{sure}')}"
                for word, sure in zip(basis, rows["confidence"], strict=True)
            ],
        }
    )
    order = {sector: i for i, sector in enumerate(dict.fromkeys(known["sector"]))}
    shown = shown.iloc[rows["sector"].map(order).argsort(kind="stable")]
    columns: dict[str, Column | str] = {
        "item": "sentra_item_unit",
        "need": Column("sentra_need", "sentra_thousand", kind="interval"),
        "money": Column("sentra_money", "sentra_year", kind="interval"),
        "price_year": Column("price_year", kind="year"),
        "inside": "included_in",
        "basis": "sentra_need_basis",
    }
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_items",
        title=say(
            id=f"Kebutuhan setahun kawasan dalam {fmt(km)} km dari {names_of([code])[0]}, {study.year}, menurut barang dan jasa",
            en=f"Yearly needs of the parks within {fmt(km)} km of {names_of([code])[0]}, {study.year}, by item",
        ),
        source=cite_all(SOURCES),
        note=say(
            id="Tengah (rendah–tinggi), dua angka penting. Yang termasuk dalam makanan siap saji tidak boleh "
            "ditambahkan kepadanya. Luas hunian adalah persediaan, bukan kebutuhan setahun.",
            en="Central (low–high), two significant digits. What is included in meals must not be added to "
            "them. Living space is a stock, not a yearly need.",
        ),
    )
    return with_raw(exhibit, rows)


def _need(row: Any) -> str:
    """Thousands of units, in two significant digits: more would claim what norms cannot know."""
    low, central, high = (fmt(float(f"{row[end] / 1000:.2g}")) for end in ENDS)
    return f"{central} ({low}–{high})"
