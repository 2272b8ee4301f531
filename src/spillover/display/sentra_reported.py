"""What was reported of the parks' buying, beside the computed demand, and parks whose workers nobody reported."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, fmt_year, get_language, join, label, say, text_of
from spillover.display.ledger_views import programme_names
from spillover.display.ledger_words import fmt_amount
from spillover.display.money import fmt_money_range
from spillover.display.sentra_demand import parks_in_reach
from spillover.display.sentra_words import cite_all, names_of, province_name, sector_names
from spillover.display.tables import Column, table, with_raw
from spillover.exposure import park_exposure
from spillover.parks import read_parks
from spillover.partnerships.columns import split_list
from spillover.partnerships.ledger import read_claim_sources
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.measures import REACH_KM
from spillover.sentra.reported import compare_with_reported, reported_purchases
from spillover.sentra.supply import districts_of
from spillover.sources import once_per_data

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy


_SECOND_LEVEL = [[name] for name in ("ac", "co", "go", "or", "web")]  # as in agroindonesia.co.id


@once_per_data
def _purchases() -> pd.DataFrame:
    """`reported_purchases`, made once for both languages."""
    return reported_purchases()


@once_per_data
def _compared() -> pd.DataFrame:
    """`compare_with_reported`, made once."""
    return compare_with_reported()


def sentra_purchases_table(study: SentraStudy) -> Exhibit:
    """What parks are reported to buy from small firms: beside the computed demand, never added to it."""
    rows = _purchases()
    reach, names = set(parks_in_reach(study)), sector_names()
    shown = pd.DataFrame(
        {
            "programme": rows["programme"].map(programme_names()),
            "parks": [join(text_of(p, "park") for p in split_list(text)) for text in rows["park_ids"]],
            "year": rows["year"],
            "sector": [
                label("word.all_sectors") if text == "all" else join(map(names.__getitem__, split_list(text)))
                for text in rows["sector"]
            ],
            "amount": [_bounds(row) for row in rows.to_dict("records")],
            "how": [label(f"purchase_how.{how}") for how in rows["how"]],
            "stage": [label(f"stage.{stage}") for stage in rows["stage"]],
            "near": [bool(reach & set(split_list(text))) for text in rows["park_ids"]],
        }
    )
    columns: dict[str, Column | str] = {
        "programme": "programme", "parks": "park_id", "year": Column("year", kind="year"), "sector": "sector",
        "amount": Column("amount", kind="interval"), "how": "sentra_how", "stage": "stage", "near": "sentra_near",
    }  # fmt: skip
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_purchases",
        title=say(
            id="Pembelian kawasan dari usaha kecil yang dilaporkan, menurut program dan tahun",
            en="Reported purchases of parks from small firms, by programme and year",
        ),
        source=cite_all(["partnerships"]),
        note=_none_near(study, shown)
        + str(
            say(
                id="Angka ini di samping hitungan, tidak ditambahkan kepadanya; baris beberapa program, tahun atau satuan "
                "tidak boleh dijumlahkan.",
                en="These stand beside the computed demand and are not added to it; rows of several programmes, years or "
                "units must not be added.",
            )
        ),
    )
    return with_raw(exhibit, rows)


def _none_near(study: SentraStudy, shown: pd.DataFrame) -> str:
    if shown["near"].any():
        return ""
    place = province_name(study)
    said = say(
        id=f"Tidak satu pun dari kawasan ini berada dalam jangkauan {place}: untuk kawasan di sekitarnya tidak "
        "ditemukan laporan pembelian. ",
        en=f"None of these parks is within reach of {place}: for the parks around it no report of purchases was found. ",
    )
    return str(said)


def _bounds(row: dict[str, object]) -> str:
    low, high, unit = row["low"], row["high"], str(row["unit"])
    if unit.startswith("IDR"):
        return fmt_money_range(low, high, unit)
    return f"{fmt(low)}–{fmt_amount(high, unit)}"


def sentra_reported_table() -> Exhibit:
    """Needs per worker as the coefficients have them, against what kitchens of parks were reported to use."""
    rows = _compared()
    names = read_demand_coefficients().set_index("item_id")[f"name_{get_language()}"]
    shown = rows.assign(
        park=[f"{text_of(row.park_id, 'park')} ({fmt_year(row.year)})" for row in rows.itertuples()],
        item=[f"{names[row.item_id]} ({text_of(str(row.unit), 'unit')})" for row in rows.itertuples()],
        reported=rows["reported"].round(),
        computed=[
            f"{fmt(row.central, 0)} ({fmt(row.low, 0)}–{fmt(row.high, 0)})" for row in rows.itertuples()
        ],
        ratio_central=rows["ratio_central"].round(2),
        source=_hosts(rows["source_url"]),
    )
    alike = ["park", "item", "reported", "computed", "ratio_central", "within", "independent"]
    shown = shown.groupby(alike, sort=False, as_index=False)["source"].agg("; ".join)
    columns: dict[str, Column | str] = {
        "park": Column("park_id", "year", kind="text"), "item": "sentra_item_unit",
        "reported": Column("sentra_reported", "sentra_worker_year", 0),
        "computed": Column("sentra_coefficient", "sentra_worker_year", kind="interval"),
        "ratio_central": Column("ratio_central", "sentra_times", 2),
        "within": "sentra_within", "independent": "independent", "source": label("word.source"),
    }  # fmt: skip
    outside = fmt(int((~rows["within"]).sum()))
    tests = rows[rows["independent"]]
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_reported",
        title=say(
            id="Kebutuhan per pekerja per tahun: hitungan dan laporan dapur kawasan",
            en="Needs per worker and year: computed, and as kitchens of parks reported",
        ),
        source=cite_all(["demand_coefficients", "park_reported_needs", "partnerships"]),
        note=say(
            id="Laporan independen: bukan sumber koefisien, jadi hanya laporan itu yang menguji hitungan "
            f"({fmt(len(tests))} dari {fmt(len(rows))}). Di luar kisaran: {outside}. Laporan yang isinya sama berbagi satu baris.",
            en="An independent report is no source of a coefficient, so only such reports test the computation "
            f"({fmt(len(tests))} of {fmt(len(rows))}). Outside the range: {outside}. Reports that say the same share a row.",
        ),
    )
    return with_raw(exhibit, rows)


def _hosts(sources: pd.Series) -> list[str]:
    """Whose page each report is, by the name of its site."""
    pages = read_claim_sources().set_index("source_id")["url"].to_dict()
    hosts = [(urlsplit(pages.get(text, text)).hostname or text).split(".") for text in sources]
    return [".".join(parts[-3 if parts[-2:-1] in _SECOND_LEVEL else -2 :]) for parts in hosts]


def unknown_near(study: SentraStudy) -> pd.DataFrame:
    """Parks without a number of workers of their own or of their complex, near the province or in it."""
    parks = read_parks()
    regions = districts_of(study.province)
    distance = park_exposure(regions, parks[parks["lon"].notna()])
    nearest = distance.groupby("park_id")["distance_km"].min()
    rows = study.facts.unknown_parks
    rows = rows[rows["reason"].ne("complex_has_a_row") & rows["status"].ne("mine")]
    rows = rows.assign(km=rows["park_id"].map(nearest)).merge(
        parks[["park_id", "region_code"]], on="park_id", how="left", validate="1:1"
    )
    inside = rows["region_code"].isin(regions["region_code"])
    return rows[inside | rows["km"].le(REACH_KM[-1])].sort_values("km", ignore_index=True)


def sentra_unknown_table(study: SentraStudy) -> Exhibit | Said:
    """Parks within reach whose workers nobody reported: their demand is not known, and not zero."""
    rows = unknown_near(study)
    if rows.empty:
        return say(
            id=f"Tidak ada kawasan tanpa jumlah pekerja dalam {fmt(REACH_KM[-1])} km dari {province_name(study)}.",
            en=f"No park without a number of workers lies within {fmt(REACH_KM[-1])} km of {province_name(study)}.",
        )
    shown = rows.assign(
        park=[text_of(park, "park") for park in rows["park_id"]],
        district=names_of(rows["region_code"]),
        state=[label(f"status.{status}") for status in rows["status"]],
        why=[label(f"no_headcount.{reason}") for reason in rows["reason"]],
    )
    columns: dict[str, Column | str] = {
        "park": "park_id", "name": "sentra_full_name", "district": "district", "state": "status",
        "km": Column("sentra_nearest_km", "km", 0), "why": "sentra_no_number",
    }  # fmt: skip
    n = fmt(len(rows))
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_unknown_parks",
        title=say(
            id=f"Kawasan tanpa jumlah pekerja di sekitar {province_name(study)}: permintaannya tidak diketahui",
            en=f"Parks without a number of workers around {province_name(study)}: their demand is not known",
        ),
        source=cite_all(["park_workforce", "parks"]),
        note=say(
            id=f"Permintaan {n} kawasan ini tidak termasuk dalam angka mana pun di halaman ini; itu bukan nol.",
            en=f"The demand of these {n} parks is in no figure of this page; that does not mean zero.",
        ),
    )
    return with_raw(exhibit, rows)
