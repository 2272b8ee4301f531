"""Tables as readers see them: the right rows and columns, names instead of codes, in the current language."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spillover.display.language import fmt, get_language, label, text_of
from spillover.display.tables import Column
from spillover.exposure import ring_labels
from spillover.indicators import read_breaks
from spillover.regions import read_provinces, read_regions

Columns = dict[str, Column | str]

INVENTORY_COLUMNS: Columns = {
    "indicator": Column("indicator", values="indicator"),
    "first_year": Column("first_year", kind="year"),
    "last_year": Column("last_year", kind="year"),
    "n_regions": Column("n_regions", "district", 0),
    "n_values": Column("n_values", "value", 0),
    "n_missing": Column("n_missing", "value", 0),
    "n_removed": Column("n_removed", "value", 0),
    "n_backcast": Column("n_backcast", "value", 0),
}
BREAKS_COLUMNS: Columns = {
    "series": Column("indicator"),
    "region": Column("region"),
    "year": Column("year", kind="year"),
    "kind": Column("kind_of_break", values="break"),
    "note": Column("note"),
}
JUMPS_COLUMNS: Columns = {
    "name": Column("district"),
    "year": Column("year", kind="year"),
    "change_percent": Column("change", "percent", 0),
    "known": Column("known"),
}
NATIONAL_COLUMNS: Columns = {
    "year": Column("year", kind="year"),
    "sum_of_provinces": Column("sum_of_provinces", "unit", 0),
    "published": Column("published", "unit", 0),
    "reported_as": Column("reported_as"),
    "publisher": Column("publisher"),
}
SYSTEMS_COLUMNS: Columns = {
    "system": Column("source_system"),
    "place": Column("place"),
    "year": Column("year", kind="year"),
    "measure": Column("measure"),
    "value": Column("value", "business", 0),
}
COUNTS_COLUMNS: Columns = {
    "system": Column("source_system"),
    "n_regions": Column("n_regions", "region", 0),
    "first_year": Column("first_year", kind="year"),
    "last_year": Column("last_year", kind="year"),
    "n_values": Column("n_values", "value", 0),
    "n_conflicts": Column("n_conflicts", "value", 0),
}
PARKS_COLUMNS: Columns = {
    "park": Column("park_name"),
    "district": Column("district"),
    "status": Column("status", values="status"),
    "construction_start": Column("construction_start"),
    "first_operation": Column("first_operation"),
    "coord_precision_km": Column("coord_precision_km", "km", 1),
    "confidence_date": Column("confidence_date", values="confidence"),
    "confidence_location": Column("confidence_location", values="confidence"),
}
RING_CHANGES_COLUMNS: Columns = {
    "name": Column("district"),
    "ring_first": Column("ring_centroid", values="ring"),
    "distance_first_km": Column("distance_centroid", "km", 0),
    "ring_second": Column("ring_edge", values="ring"),
    "distance_second_km": Column("distance_edge", "km", 0),
}
RINGS_BY_YEAR_COLUMNS: Columns = {
    "basis": Column("basis", values="basis"),
    "year": Column("year", kind="year"),
    **{ring: Column(f"ring.{ring}", "district", 0) for ring in ring_labels()},
}
CENSUS_COLUMNS: Columns = {
    "name": Column("district"),
    "distance_km": Column("distance_2016", "km", 0),
    "park": Column("park_name"),
    "count_2006": Column("count_2006", "business", 0),
    "count_2016": Column("count_2016", "business", 0),
    "growth_percent": Column("growth", "percent", 1),
    "basis": Column("counted_from", values="counted"),
    "rounded": Column("rounded"),
    "territory": Column("territory"),
}
# Measures of the SME counts that count businesses (not workers, loans or rupiah), in any system.
BUSINESS_UNITS = ("unit",)


def with_name(table: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Add the name of each row's district."""
    names = regions.set_index("region_code")["name"]
    return table.assign(name=table["region_code"].map(names))


def with_district(parks: pd.DataFrame) -> pd.DataFrame:
    """Add ``district``, the name of the district that a park lies in."""
    names = read_regions().set_index("region_code")["name"]
    return parks.assign(district=parks["region_code"].map(names))


def counts_shown(counts: pd.DataFrame) -> pd.DataFrame:
    """What each counting system covers: regions, years, figures, and how many contradict a preferred one."""
    grouped = counts.groupby("source_system")
    table = grouped.agg(
        n_regions=("region_code", "nunique"),
        first_year=("year", "min"),
        last_year=("year", "max"),
        n_values=("value", "size"),
        n_conflicts=("preferred", lambda kept: int((~kept).sum())),
    ).reset_index()
    words = [text_of(s, "source_system") for s in table["source_system"]]
    plain = [w if w != s else w.replace("_", " ") for w, s in zip(words, table["source_system"], strict=True)]
    return table.assign(system=plain).sort_values("n_values", ascending=False, ignore_index=True)


def parks_shown(parks: pd.DataFrame) -> pd.DataFrame:
    """Parks in order of first operation, those not operating last."""
    named = with_district(parks).assign(park=[text_of(p, "park") for p in parks["park_id"]])
    return named.sort_values(
        ["first_operation_year", "first_operation", "park_id"], na_position="last", ignore_index=True
    )


def region_name(code: str) -> str:
    """Name of a district or province; "" means all."""
    if code == "":
        return label("word.all_regions")
    names = {
        **read_regions().set_index("region_code")["name"].to_dict(),
        **read_provinces().set_index("province_code")["name"].to_dict(),
    }
    return str(names[code])


def breaks_shown() -> pd.DataFrame:
    """Known breaks with names and the note of the current language."""
    table = read_breaks()
    return table.assign(
        series=[text_of(i, "indicator", "measure") for i in table["indicator"]],
        region=[region_name(code) for code in table["region_code"]],
        note=table[f"note_{get_language()}"],
    ).sort_values(["series", "year", "region"], ignore_index=True)


def jumps_shown(jumps: pd.DataFrame, regions: pd.DataFrame) -> pd.DataFrame:
    """Jumps of these districts, in percent, largest first."""
    chosen = with_name(jumps[jumps["region_code"].isin(regions["region_code"])], regions)
    return chosen.assign(change_percent=(chosen["ratio"] - 1) * 100, known=chosen["known"].astype(bool))


def systems_shown(counts: pd.DataFrame, region_code: str) -> pd.DataFrame:
    """Every count of all businesses in a district, by counting system and year (size classes left out)."""
    chosen = counts[counts["region_code"].eq(region_code) & counts["unit"].isin(BUSINESS_UNITS)]
    parts = chosen["measure"].isin(["umkm_mikro", "umkm_kecil", "umkm_menengah"])
    chosen = chosen[~parts & ~chosen["measure"].str.startswith("bpum")]
    return chosen.assign(
        system=[text_of(s, "source_system") for s in chosen["source_system"]],
        measure=[text_of(m, "count", "measure") for m in chosen["measure"]],
    ).sort_values(["source_system", "place", "year", "value"], ignore_index=True)


def distances_shown(nearest: pd.DataFrame, regions: pd.DataFrame, years: Sequence[int]) -> pd.DataFrame:
    """One row per district: name, province, distance in each year, nearest park in the last one."""
    chosen = nearest[nearest["year"].isin(years)]
    wide = chosen.pivot(index="region_code", columns="year", values="distance_km")
    wide.columns = [f"km_{year}" for year in wide.columns]
    last = chosen[chosen["year"] == max(years)].set_index("region_code")["park_id"]
    provinces = read_provinces().set_index("province_code")["name"]
    table = regions[["region_code", "name"]].assign(province=regions["province_code"].map(provinces))
    table = table.merge(wide, on="region_code", validate="1:1")
    park = [text_of(p, "park") if p else "" for p in table["region_code"].map(last)]
    return table.assign(park=park).sort_values(["province", f"km_{max(years)}"], ignore_index=True)


def distances_columns(years: Sequence[int]) -> Columns:
    """Columns of `distances_shown`."""
    kilometres: Columns = {f"km_{y}": Column(str(y), "km", 0) for y in years}
    return (
        {"name": Column("district"), "province": Column("province_name")}
        | kilometres
        | {"park": Column("park_name")}
    )


def census_shown(census: pd.DataFrame) -> pd.DataFrame:
    """Census growth with words for the park and for whether the territory changed."""
    return census.assign(
        park=[text_of(p, "park") for p in census["park_id"]],
        territory=[label(f"territory.{'changed' if c else 'same'}") for c in census["territory_changed"]],
    )


def ring_map_alt(rings: pd.DataFrame, year: int) -> str:
    """Alt text of a ring map, counted from its data."""
    counts = rings["ring"].value_counts().reindex(rings["ring"].cat.categories, fill_value=0)
    parts = [f"{label(f'ring.{ring}')}: {fmt(n, 0)}" for ring, n in counts.items()]
    return label("alt.ring_map", year=year, counts="; ".join(parts))


def timeline_alt(parks: pd.DataFrame) -> str:
    """Alt text of the timeline of parks, counted from its data."""
    operating = parks[parks["status"].eq("operating")]
    first = operating.sort_values(["first_operation_year", "park_id"])
    new = first[first["first_operation_year"] >= 2000]
    return label(
        "alt.timeline",
        n=len(parks),
        operating=len(operating),
        old=len(operating) - len(new),
        first=text_of(new["park_id"].iloc[0], "park"),
        year=int(new["first_operation_year"].iloc[0]),
    )


def coefficient_alt(estimates: pd.DataFrame) -> str:
    """Alt text of a coefficient plot: how many intervals there are and how many contain zero."""
    holds = (estimates["conf_low"] < 0) & (estimates["conf_high"] > 0)
    return label("alt.coefficients", n=len(estimates), zero=int(holds.sum()))


def coverage_alt(shares: pd.DataFrame) -> str:
    """Alt text of the coverage map: years with any value, per indicator."""
    parts = []
    for name, row in shares.iterrows():
        years = row[row > 0].index
        parts.append(f"{text_of(str(name), 'indicator')} {min(years)}–{max(years)}")
    return label("alt.coverage", parts="; ".join(parts))


def scatter_alt(census: pd.DataFrame) -> str:
    """Alt text of the census scatter: number of points and range of growth."""
    growth = census["growth_percent"]
    return label("alt.scatter", n=len(census), low=fmt(growth.min(), 0), high=fmt(growth.max(), 0))
