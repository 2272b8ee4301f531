"""Transcribe the collected figures into the project's own tables under ``data/``.

    python scripts/make_tables.py --collected FOLDER [--out data] [--dry-run]

FOLDER holds the figures as collected from the pages and repositories that ``data/sources.yml``
names. The project does not carry that folder: it carries these tables, and everything runs from
them. The script is kept because it says, line by line, what was done to each figure on the way:
codes and names brought to today's BPS codes, units fixed, sub-totals and unused columns left out.
Nothing is filled, smoothed or corrected here; doubts are rows in ``data/reference/breaks.csv``.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

# Spellings of the compilations that differ from the BPS name of today (key: kind, squeezed name).
ALIASES = {
    ("kab", "tobasamosir"): "1206",
    ("kota", "padangsidimpuan"): "1277",
    ("kab", "kepulauanseribu"): "3101",
    ("kab", "pontianakmempawah"): "6104",
    ("kab", "pontianak"): "6104",
    ("kab", "mahakamhulu"): "6411",
    ("kab", "siautagulandangbiaro"): "7108",
    ("kab", "mamujuutara"): "7605",
    ("kab", "malukutenggarabarat"): "8101",
    ("kab", "kepulauanpangkajene"): "7309",
    ("kab", "pangkajenekepulauan"): "7309",
    ("kab", "pasir"): "6401",
    ("kab", "polewalimamasa"): "7602",
    ("kab", "yapenwaropen"): "9408",
    ("kab", "halmaherabarat2000malukuutara"): "8201",
    ("kab", "pasangkayucreatedasmamujuutara"): "7605",
}
JAKARTA = {"selatan": "3171", "timur": "3172", "pusat": "3173", "barat": "3174", "utara": "3175"}
ALIASES |= {("kota", f"jakarta{k}"): v for k, v in JAKARTA.items()}
# "Kota Baru" of South Kalimantan is the regency Kotabaru, not a city.
ALIASES[("kota", "baru")] = ALIASES[("kab", "baru")] = "6302"


class Names:
    """Resolve a district's printed name (and whether it is a city) to today's BPS code."""

    def __init__(self, collected: Path) -> None:
        table = pd.read_csv(
            collected / "grdp_per_capita_514_2000_2024_as_obtained.csv", dtype=str, encoding="utf-8-sig"
        )
        self.grdp = table.dropna(subset=["districtID"])
        self.known = {
            self.key(r.district, r.districtID[2] == "7"): r.districtID for r in self.grdp.itertuples()
        } | ALIASES

    @staticmethod
    def key(name: str, city: bool) -> tuple[str, str]:
        text = name.lower().strip()
        text = re.sub(r"^(kabupaten|kab\.|kota adm\.|kota)\s+", "", text)
        text = re.sub(r"(,\s*(kota|kab)| city)$", "", text)
        text = re.sub(r"^kep\.? ", "kepulauan ", text)
        return ("kota" if city else "kab", re.sub(r"[^a-z0-9]", "", text))

    def code(self, name: str, city: bool) -> str:
        if self.key(name, city) == ("kota", "kepulauantidore"):
            return "8272"
        return self.known[self.key(name, city)]


def imk(collected: Path, years: range, source: str) -> pd.DataFrame:
    """IMK by province, year and size class: three measures side by side."""
    table = pd.read_csv(collected / "imk_province_panel.csv", dtype={"bps_code": str})
    table = table[table["source"].eq(source) & table["year"].isin(years) & table["bps_code"].ne("0000")]
    size = {"mikro": "micro", "kecil": "small", "total": "total"}
    measure = {
        "IMK perusahaan": "establishments",
        "IMK tenaga kerja": "workers",
        "IMK nilai output": "output_million_idr",
    }
    parts = table["measure"].str.rsplit(" ", n=1)
    table = table.assign(size=parts.str[1].map(size), measure=parts.str[0].map(measure))
    wide = table.pivot(index=["bps_code", "year", "size"], columns="measure", values="value").reset_index()
    wide = wide.rename(columns={"bps_code": "region_code"})
    order = pd.Categorical(wide["size"], ["micro", "small", "total"])
    wide = wide.assign(order=order).sort_values(["region_code", "year", "order"])
    return whole(wide[["region_code", "year", "size", *measure.values()]])


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


def grdp_per_capita(collected: Path) -> pd.DataFrame:
    """GRDP per head, thousand rupiah of 2010 (514 districts, 2000–2024)."""
    table = Names(collected).grdp.melt(
        id_vars="districtID", value_vars=[f"grdp_pc_{y}" for y in range(2000, 2025)], var_name="year"
    )
    value = table["value"].str.strip().str.replace(",", "", regex=False)  # comma thousands, padded
    return long(table["districtID"], table["year"].str[-4:], value)


def grdp_tpt(collected: Path, column: str) -> pd.DataFrame:
    """Real GRDP (billion rupiah of 2010) or open unemployment (percent), 2008–2020."""
    names = Names(collected)
    table = pd.read_csv(collected / "grdp_tpt_514_2008_2020.csv", dtype=str)
    pairs = table[["kabkot", "bps_code"]].drop_duplicates()
    codes = {r.bps_code: names.code(r.kabkot, r.bps_code[2] == "7") for r in pairs.itertuples()}
    return long(table["bps_code"].map(codes), table["year"], table[column])


def population(collected: Path) -> pd.DataFrame:
    """Persons by district, 2000–2017 (implied by the GRDP series, not a census)."""
    names = Names(collected)
    table = pd.read_csv(collected / "population_grdp_514_2000_2017_cc_by.csv", dtype=str)
    table["code"] = [names.code(r.District_name, r.KDJ[2] == "7") for r in table.itertuples()]
    out = table.melt(id_vars="code", value_vars=[f"POP{y}" for y in range(2000, 2018)], var_name="year")
    return long(out["code"], out["year"].str[-4:], out["value"].astype(float).round().astype(int).astype(str))


def poverty_line(collected: Path) -> pd.DataFrame:
    """Poverty line, rupiah per head and month; empty where BPS printed '-'."""
    names = Names(collected)
    table = pd.read_csv(collected / "poverty_line_514_2011_2025.csv", dtype=str, keep_default_na=False)
    table = table[table["level"].eq("kabkota")]
    code = [names.code(n, n.lower().startswith("kota ")) for n in table["name"]]
    return long(pd.Series(code, index=table.index), table["year"], table["poverty_line_idr_cap_month"])


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


def region_changes(collected: Path) -> pd.DataFrame:
    """District splits since 2000 with their laws; parents under today's codes."""
    names = Names(collected)
    east = pd.read_csv(collected / "region_changes.csv", dtype=str).rename(columns={"parents": "parent"})
    rest = pd.read_csv(collected / "region_changes_rest_of_indonesia.csv", dtype=str)
    rows = []
    for r in pd.concat([east, rest]).itertuples():
        for parent in r.parent.split(" + "):
            code = names.code(parent, parent.startswith("Kota "))
            rows.append((r.bps_code, code, r.year, r.law, "split"))
    table = pd.DataFrame(rows, columns=["child_code", "parent_code", "year", "law", "kind"])
    return table.sort_values(["child_code", "parent_code"])


def parks(collected: Path) -> pd.DataFrame:
    """The 24 parks: dates and coordinates each with source, precision and confidence."""
    names = Names(collected)
    table = pd.read_csv(collected / "parks_collected.csv", dtype=str, keep_default_na=False)
    status = {
        "WBN_MINE": "mine", "CMMI_PURIALA": "idle", "IPIP": "construction", "IHIP": "construction",
        "MOTUI_NIS": "construction", "BNSI_SAMBALAGI": "construction", "COR_PETASIA": "unknown",
    }  # fmt: skip
    complexes = {
        "VDNI": "VDNI_OSS", "OSS": "VDNI_OSS", "OBI_MSP": "OBI", "OBI_HPAL": "OBI", "OBI_HJF": "OBI",
        "OBI_WP": "OBI", "IWIP": "WEDA_BAY", "WBN_MINE": "WEDA_BAY", "ANTAM_POMALAA": "POMALAA", "IPIP": "POMALAA",
    }  # fmt: skip
    code = [names.code(k, k.startswith("Kota ")) for k in table["kabupaten"]]
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


def long(code: pd.Series, year: pd.Series, value: pd.Series) -> pd.DataFrame:
    """The project's shape of a district series: region_code, year, value."""
    table = pd.DataFrame({"region_code": code.to_numpy(), "year": year.to_numpy(), "value": value.to_numpy()})
    assert not table.duplicated(["region_code", "year"]).any()
    return table.sort_values(["region_code", "year"])


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Counts as whole numbers; empty stays empty."""
    floats = table.select_dtypes("float").columns
    return table.assign(**{c: table[c].astype("Int64") for c in floats})


TABLES: dict[str, Callable[[Path], pd.DataFrame]] = {
    "raw/imk_2013_2024.csv": lambda c: imk(c, range(2013, 2025), "s1"),
    "raw/imk_2025.csv": lambda c: imk(c, range(2025, 2026), "s3"),
    "raw/imk_national.csv": imk_national,
    "raw/sme_counts.csv": sme_counts,
    "raw/grdp_per_capita_real.csv": grdp_per_capita,
    "raw/grdp_real.csv": lambda c: grdp_tpt(c, "grdp_real2010_bn_idr"),
    "raw/tpt.csv": lambda c: grdp_tpt(c, "tpt_pct"),
    "raw/population.csv": population,
    "raw/poverty_line.csv": poverty_line,
    "reference/deflators.csv": deflators,
    "reference/region_changes.csv": region_changes,
    "reference/parks.csv": parks,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--collected", type=Path, required=True, help="folder with the collected files")
    parser.add_argument(
        "--out", type=Path, default=Path("data"), help="where raw/ and reference/ are (default: data)"
    )
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
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_suffix(".tmp")
            table.to_csv(temporary, index=False, lineterminator="\n")
            temporary.replace(target)


if __name__ == "__main__":
    main()
