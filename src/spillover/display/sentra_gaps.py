"""Demand within reach against supply, by district and sector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, fmt_year, get_language, is_missing, join, label, say
from spillover.display.sentra_demand import BILLION, SOURCES, no_demand, workers_counted
from spillover.display.sentra_words import (
    ENDS,
    cite_all,
    money_span,
    names_of,
    province_name,
    sector_names,
    span,
)
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.gap_words import firms_finding, gap_finding, gap_unknown, sector_and_items

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

NEAR_KM = 100.0


def sentra_gap_words(study: SentraStudy) -> list[Said]:
    """Sentences on the gap: the largest demand, what firms it comes to, and what is not known."""
    totals = study.facts.totals
    if not (study.facts.access["distance_km"] <= NEAR_KM).any():
        return [_no_park(study)]
    return [
        f(totals, within_km=NEAR_KM, year=_year(study)) for f in (gap_finding, firms_finding, gap_unknown)
    ]


def _no_park(study: SentraStudy) -> Said:
    """That the demand is nothing, which is not the same as not known, where no park operates near by."""
    n, km = fmt(study.facts.access["region_code"].nunique()), fmt(NEAR_KM)
    return say(
        id=f"Tidak satu pun dari {n} kabupaten/kota berada dalam {km} km dari kawasan yang beroperasi: permintaan kawasan di "
        "sana nol.",
        en=f"None of the {n} districts lies within {km} km of an operating park: demand of parks there is zero.",
    )


def _year(study: SentraStudy) -> int | None:
    years = study.facts.totals["year"].dropna()
    return int(years.max()) if len(years) else None


def sentra_gap_table(study: SentraStudy) -> Exhibit | Said:
    """Demand within 100 km by district and sector, in rupiah, firms and jobs, beside what supply is known."""
    totals = study.facts.totals
    rows = totals[totals["within_km"].eq(NEAR_KM) & totals["demand_missing_reason"].eq("")]
    if rows.empty:
        return no_demand(study)
    size = rows.groupby("region_code")["idr_central"].transform("max")
    rows = rows.assign(size=size).sort_values(["size", "region_code"], ascending=[False, True], kind="stable")
    sectors = sector_names()
    shown = pd.DataFrame(
        {
            "name": names_of(rows["region_code"]),
            "sector": [_what(row) for row in rows.to_dict("records")],
            "money": [_billions(row) for row in rows.to_dict("records")],
            "inside": [_inside(row, sectors) for row in rows.to_dict("records")],
            "firms": [_about(row, "firms") for row in rows.to_dict("records")],
            "jobs": [_about(row, "jobs") for row in rows.to_dict("records")],
            "known": [
                f"{fmt(k)}/{fmt(n)}" for k, n in zip(rows["n_supply_known"], rows["n_items"], strict=True)
            ],
            "gap": [_gap(row) for row in rows.to_dict("records")],
        }
    )
    columns: dict[str, Column | str] = {
        "name": "district", "sector": "sector", "money": Column("sentra_money", "sentra_billion_year", kind="interval"),
        "inside": "counted_in", "firms": Column("sentra_firms", "sentra_imk_firms", kind="interval"),
        "jobs": Column("sentra_jobs", "person", kind="interval"),
        "known": Column("sentra_supply_known", "sentra_items", kind="interval"), "gap": "sentra_gap",
    }  # fmt: skip
    counted = workers_counted(study, NEAR_KM)
    unknown = _supply_unknown(rows)
    if unknown:  # a column that says the same in every row is a sentence
        columns = {name: column for name, column in columns.items() if name not in ("known", "gap")}
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_gaps",
        title=say(
            id=f"Permintaan kawasan dalam {fmt(NEAR_KM)} km dan pasokan, menurut kabupaten dan sektor, {province_name(study)}, {study.year}",
            en=f"Demand of parks within {fmt(NEAR_KM)} km and supply, by district and sector, {province_name(study)}, {study.year}",
        ),
        source=cite_all([*SOURCES, "sme_counts", "imk_2013_2024", "imk_2025"]),
        note=unknown
        + say(
            id="Tengah (rendah–tinggi). Baris kabupaten yang bertetangga menghitung kawasan yang sama dan tidak boleh "
            "dijumlahkan; yang sudah terhitung dalam sektor lain juga tidak. Usaha dan pekerja setara: nilai itu dibagi "
            "output rata-rata IMK provinsi, hanya ukuran besar; pekerja hanya untuk sektor industri. Harga tidak "
            f"disesuaikan dengan inflasi. {counted}",
            en="Central (low–high). Rows of neighbouring districts count the same parks and must not be added, nor those "
            "already counted in another sector. Equivalent firms and jobs: the value over the average output of the "
            "province's IMK, a measure of size only; jobs for industry only. Prices are not adjusted for inflation. "
            f"{counted}",
        ),
    )
    return with_raw(exhibit, totals)


def _billions(row: dict[Any, Any]) -> str:
    """Demand in billions of rupiah with its range; "" without a price."""
    if is_missing(row["idr_central"]):
        return ""
    return span(row["idr_low"], row["idr_central"], row["idr_high"], BILLION)


def _what(row: dict[Any, Any]) -> str:
    """The sector, the items that its value is of, and the years of their prices."""
    name = sector_and_items(row["sector"], row["unpriced"], get_language())
    first, last = row["price_year_first"], row["price_year_last"]
    if is_missing(first):
        return name
    years = fmt_year(first) if first == last else f"{fmt_year(first)}–{fmt_year(last)}"
    return str(say(id=f"{name}, harga {years}", en=f"{name}, prices of {years}"))


def _inside(row: dict[Any, Any], sectors: dict[str, str]) -> str:
    """The sectors in which this money, or a part of it, is already counted."""
    if is_missing(row["idr_central"]) or row["idr_to_add_central"] == row["idr_central"]:
        return ""
    return join(sectors[s] for s in row["counted_in"].split(";") if s)


def _supply_unknown(rows: pd.DataFrame) -> str:
    """That no gap is known because no supply is, if so."""
    if rows["n_supply_known"].gt(0).any() or rows["gap_idr_central"].notna().any():
        return ""
    n = fmt(int(rows["n_items"].sum()))
    said = say(
        id=f"Selisihnya tidak diketahui di baris mana pun: produksi kabupaten menurut barang tidak diketahui (0 dari {n}), "
        "dan permintaan tidak dianggap belum terlayani. ",
        en=f"The gap is known in no row: what districts make of each item is not known (0 of {n}), and demand is not "
        "taken to be unserved. ",
    )
    return str(said)


def _about(row: dict[Any, Any], name: str) -> str:
    """A number of firms or jobs with its range, in two significant digits."""
    if is_missing(row[f"{name}_central"]):
        return ""
    low, central, high = (fmt(float(f"{row[f'{name}_{end}']:.2g}"), 0) for end in ENDS)
    return f"{central} ({low}–{high})"


def _gap(row: dict[Any, Any]) -> str:
    """The gap in rupiah, or why it is not known."""
    if not is_missing(row["gap_idr_central"]):
        return money_span(*(row[f"gap_idr_{end}"] for end in ENDS))
    reasons = [reason for reason in str(row["gap_missing_reason"]).split(";") if reason]
    return "; ".join(label(f"gap_reason.{reason}") for reason in reasons)
