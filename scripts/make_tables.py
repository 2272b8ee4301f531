"""Transcribe the collected figures that are no BPS tables into the project's own tables in ``data/reference``.

    python scripts/make_tables.py --collected FOLDER [--out data] [--dry-run]

FOLDER holds the figures as collected from the pages and repositories that ``data/sources.yml``
names. The project does not carry that folder: it carries these tables, and everything runs from
them. The script is kept because it says, line by line, what was done to each figure on the way:
names brought to today's BPS codes, units fixed, unused columns left out. Nothing is filled, smoothed
or corrected here; doubts are rows in ``data/reference/breaks.csv``.

The series in ``data/raw`` are printed by ``make_printed.py``. Districts and boundaries are made by
``make_regions.py`` and ``make_boundaries.py``; the other tables in ``data/reference`` are kept by hand.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from spillover.atomic import write_atomic
from spillover.bps.names import resolve_regions


def imk_national(collected: Path) -> pd.DataFrame:
    """National IMK establishments as published, to check the provinces' sums against."""
    rows = [
        (2020, 4209817, "4.209.817", "databoks.katadata.co.id"),
        (2022, 4300000, "sekitar 4,3 juta", "databoks.katadata.co.id"),
        (2023, 4500584, "4.500.584", "data.goodstats.id"),
    ]
    table = pd.read_csv(collected / "imk_province_panel.csv", dtype={"bps_code": str})
    seen = table[table["bps_code"].eq("0000") & table["measure"].eq("IMK perusahaan total")]
    assert dict(zip(seen["year"], seen["value"], strict=True)) == {y: v for y, v, _, _ in rows}
    return pd.DataFrame(rows, columns=["year", "establishments", "reported_as", "publisher"])


def sme_counts(collected: Path) -> pd.DataFrame:
    """SME counts of districts and provinces, each with its source system, rounding and page."""
    files = ["se2016_kabupaten.csv", "sme_counts_collected.csv", "sme_counts_collected_2.csv"]
    table = pd.concat([pd.read_csv(collected / f, dtype=str, keep_default_na=False) for f in files])
    table = table[table["bps_code"].ne("")]  # islands and groups of districts have no code
    split = table["unit"].str.extract(r"^([^(]*?)\s*(?:\((.*)\))?$")
    system, release = zip(*map(source_system, table["source_system"], table["as_of"]), strict=True)
    unit = split[0].str.strip()
    scale = unit.map({"miliar rupiah": 1e9, "triliun rupiah": 1e12}).fillna(1.0)
    value = (table["value"].astype(float) * scale).round(2)
    out = pd.DataFrame(
        {
            "region_code": table["bps_code"],
            "place": table["area"].where(table["area"].str.startswith("Kec."), ""),
            "year": table["year"],
            "measure": table["measure"].map(measure_word),
            "source_system": system,
            "release": release,
            "value": [f"{v:.10g}" if v < 1e9 else f"{v:.0f}" for v in value],
            "unit": unit.map(UNITS),
            "reported_as": split[1].fillna("").str.removeprefix("reported "),
            "as_of": table["as_of"],
            "url": table["url"],
        }
    )
    assert out.notna().all().all(), out[out.isna().any(axis=1)]
    out["preferred"] = preferred(out)
    key = ["region_code", "place", "year", "measure", "source_system", "release", "as_of"]
    return out.drop_duplicates().sort_values([*key, "value"])


UNITS = {
    "unit": "unit", "orang": "person", "percent": "percent", "rupiah": "IDR", "miliar rupiah": "IDR",
    "triliun rupiah": "IDR", "debitur": "debtor", "rekening": "account", "pelaku usaha": "unit",
    "jenis usaha": "kind of business",
}  # fmt: skip


def measure_word(printed: str) -> str:
    """The project's word for a measure as printed (kept close to the print: systems differ)."""
    words = {
        "usaha nonpertanian": "non_farm_establishments",
        "tenaga kerja usaha nonpertanian": "non_farm_workers",
        "UMK (mikro+kecil)": "micro_small_establishments",
        "UMB (menengah+besar)": "medium_large_establishments",
        "usaha perdagangan": "trade_establishments",
        "tenaga kerja perdagangan": "trade_workers",
        "usaha industri pengolahan": "manufacturing_establishments",
        "usaha akomodasi dan makan minum": "accommodation_food_establishments",
        "growth of usaha nonpertanian 2006-2016": "non_farm_growth_2006_2016",
        "KUR disalurkan": "kur_disbursed",
        "KUR debitur": "kur_debtors",
        "KUR rekening": "kur_accounts",
    }
    return words.get(printed) or re.sub(r"[^a-z0-9]+", "_", printed.lower()).strip("_")


def source_system(printed: str, as_of: str) -> tuple[str, str]:
    """Source system and release. Growth exists only inside one system."""
    if printed == "BPS SE2016" or printed == "BPS SE2006":
        release = "final" if "2006" in as_of else ("preliminary" if "prelim" in as_of else "listing")
        return "economic_census", release
    if "survei IMK" in printed:
        return "imk_survey", "annual"
    if "survey" in printed:
        return "park_survey_imip", "annual"
    if "KUR" in printed:
        return "kur_" + re.sub(
            r"[^a-z]+", "_", printed.lower().replace("(kur sikp)", "").replace("(kur)", "")
        ).strip("_"), "report"
    if "PL-KUMKM" in as_of:
        return "pl_kumkm", as_of[-4:]
    word = re.sub(r"[^a-z0-9]+", "_", printed.lower()).strip("_")
    return f"registry_{word}", "report"


def preferred(out: pd.DataFrame) -> pd.Series:
    """True for one row of each region, place, year, measure, system and date; contradicting ones stay beside it.

    A listing goes before preliminary counts, a figure printed in full before a rounded one, the later
    page in the collection before the earlier (it was looked up because of the doubt). The releases of the
    economic census are of one date; elsewhere another date or period is another figure, not a conflict.
    """
    rank = pd.DataFrame(
        {
            "release": out["release"].map({"listing": 0, "final": 0}).fillna(1),
            "rounded": out["reported_as"].ne("").astype(int),
            "late": -pd.Series(range(len(out)), index=out.index),
            "date": out["as_of"].mask(out["source_system"].eq("economic_census"), ""),
        }
    )
    out = out.assign(**rank).reset_index(drop=True)
    first = out.sort_values(["release", "rounded", "late"]).drop_duplicates(
        ["region_code", "place", "year", "measure", "source_system", "date"]
    )
    return pd.Series(out.index.isin(first.index), dtype=object).map({True: "true", False: "false"}).to_numpy()


def deflators(collected: Path) -> pd.DataFrame:
    """Consumer prices, GDP deflator (2010 = 100) and rupiah per US dollar, 2010–2024."""
    table = pd.read_csv(collected / "deflators.csv", dtype=str)
    word = {"CPI annual average": "cpi", "GDP deflator": "gdp_deflator", "USD/IDR annual average": "usd_idr"}
    table = table[table["measure"].isin(word)]
    unit = {"cpi": "index_2010", "gdp_deflator": "index_2010", "usd_idr": "idr_per_usd"}
    measure = table["measure"].map(word)
    out = pd.DataFrame(
        {"measure": measure, "year": table["year"], "value": table["value"], "unit": measure.map(unit)}
    )
    return out.sort_values(["measure", "year"])


def parks(collected: Path) -> pd.DataFrame:
    """The 24 parks: dates and coordinates each with source, precision and confidence."""
    table = pd.read_csv(collected / "parks_collected.csv", dtype=str, keep_default_na=False)
    status = {
        "WBN_MINE": "mine", "CMMI_PURIALA": "idle", "IPIP": "construction", "IHIP": "construction",
        "MOTUI_NIS": "construction", "BNSI_SAMBALAGI": "construction", "COR_PETASIA": "unknown",
    }  # fmt: skip
    complexes = {
        "VDNI": "VDNI_OSS", "OSS": "VDNI_OSS", "OBI_MSP": "OBI", "OBI_HPAL": "OBI", "OBI_HJF": "OBI",
        "OBI_WP": "OBI", "IWIP": "WEDA_BAY", "WBN_MINE": "WEDA_BAY", "ANTAM_POMALAA": "POMALAA", "IPIP": "POMALAA",
    }  # fmt: skip
    code = resolve_regions(list(table["kabupaten"]), where="parks_collected.csv").region_code
    confidence = [park_confidence(c) for c in table["confidence"]]
    place = table["kecamatan_desa"].replace("not seen", "").str.replace("not seen", "", regex=False)
    return pd.DataFrame(
        {
            "park_id": table["id"],
            "name": table["name"],
            "operator": table["operator"],
            "complex_id": [complexes.get(i, i) for i in table["id"]],
            "region_code": code,
            "place": place,
            "lon": table["lon"],
            "lat": table["lat"],
            "coord_precision_km": table["coord_precision_km"],
            "coord_source": table["coord_source"].replace("not located", ""),
            "construction_start": table["construction_start"]
            .str.extract(r"^(\d{4}(?:-\d\d)?)")[0]
            .fillna(""),
            "first_operation": table["first_operation"],
            "first_operation_event": table["first_operation_event"],
            "status": [status.get(i, "operating") for i in table["id"]],
            "legal_status": table["legal_status"].replace("not seen", ""),
            "products": table["main_product"],
            "capacity": table["capacity"],
            "workforce": table["workforce"],
            "source_urls": table["source_urls"],
            "confidence_date": [c[0] for c in confidence],
            "confidence_location": [
                location_confidence(c[1], p)
                for c, p in zip(confidence, table["coord_precision_km"], strict=True)
            ],
            "note": table["notes"],
        }
    )


def park_confidence(text: str) -> tuple[str, str]:
    """(date, location) confidence out of the collection's wording, e.g. 'high (date) / low (point)'."""
    level = {"high": "high", "medium-high": "medium", "medium": "medium", "low": "low"}
    parts = [p.strip() for p in text.split(" / ")]
    date = point = parts[0].split(" (")[0]
    for part in parts:
        if "(date)" in part:
            date = part.split(" (")[0]
        if "(point)" in part:
            point = part.split(" (")[0]
    return level[date], level[point]


def location_confidence(level: str, precision: str) -> str:
    """Location is at best medium beyond 2 km of precision and low beyond 4 km or without a point."""
    if precision == "" or float(precision) > 4:
        return "low"
    return "medium" if float(precision) > 2 and level == "high" else level


TABLES: dict[str, Callable[[Path], pd.DataFrame]] = {
    "reference/imk_national.csv": imk_national,
    "reference/sme_counts.csv": sme_counts,
    "reference/deflators.csv": deflators,
    "reference/parks.csv": parks,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collected", type=Path, required=True, help="folder with the collected files")
    parser.add_argument("--out", type=Path, default=Path("data"), help="folder of reference/ (default: data)")
    parser.add_argument("--only", nargs="*", choices=list(TABLES), help="write only these tables")
    parser.add_argument("--dry-run", action="store_true", help="say what would be written")
    options = parser.parse_args()
    for file, make in TABLES.items():
        if options.only and file not in options.only:
            continue
        table = make(options.collected)
        target = options.out / file
        print(f"{'would write' if options.dry_run else 'wrote'} {target}: {len(table)} rows")
        if not options.dry_run:
            write_atomic(target, table.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    main()
