"""What the districts have and where they lie: supply, structure, access to parks and markets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, join, label, say, text_of
from spillover.display.sentra_words import (
    cite_all,
    names_of,
    province_name,
    years_of,
)
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.access import MASSES
from spillover.sentra.former import FORMER
from spillover.sentra.measures import REACH_KM
from spillover.sentra.sectors import FIRST_YEAR, LAST_YEAR, grdp_sectors, imk_concentration
from spillover.sentra.structure import location_quotients, shift_share
from spillover.sources import once_per_data

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

# Measures of supply that are shown, with divisor and decimals.
SUPPLY = {
    "population": (1, 0), "non_farm_establishments": (1, 0), "imk_establishments": (1, 0),
    "kur_disbursed": (1e9, 1), "mean_years_schooling": (1, 1), "tpt": (1, 1), "poverty_line": (1e3, 0),
    "training_participants": (1, 0), "licences": (1, 0),
}  # fmt: skip
MANUFACTURING = "manufacturing"
BILLION = 1e9


def _rows(study: SentraStudy, measure: str) -> pd.DataFrame:
    """One row per district: as the ranking uses the measure, else of the system with most districts."""
    chosen = study.facts.measures
    own = chosen[chosen["measure"].eq(measure)]
    if own.empty:
        supply = study.facts.supply
        own = supply[supply["measure"].eq(measure)]
        counts = own.groupby("source_system")["value"].count()
        own = own[own["source_system"].eq(counts.idxmax())]
    return own


def sentra_supply_table(study: SentraStudy) -> Exhibit:
    """What each district has, each measure of one counting system; what no source has is a dash."""
    codes = study.values.values.index
    shown = pd.DataFrame({"name": names_of(codes)})
    columns: dict[str, Column | str] = {"name": "district"}
    empty, sources = [], []
    for measure, (by, decimals) in SUPPLY.items():
        rows = _rows(study, measure)
        value = rows.set_index("region_code")["value"].reindex(codes)
        if value.isna().all():
            empty.append(label(f"measure.{measure}"))
            continue
        shown[measure] = value.to_numpy() / by
        parts = [label(f"sentra_supply.{measure}"), years_of(rows)]
        columns[measure] = Column(label(f"measure.{measure}"), ", ".join(p for p in parts if p), decimals)
        sources += [name for text in rows.loc[rows["value"].notna(), "source_id"] for name in text.split(";")]
    nothing = "; ".join(empty)
    gone = str(say(id=f"Tanpa angka di semua kabupaten/kota: {nothing}. ",
                   en=f"Without a figure in any district: {nothing}. ")) if empty else ""  # fmt: skip
    rows = study.facts.measures
    former = rows[rows["missing_reason"].eq(FORMER) & rows["measure"].isin(SUPPLY)]
    for measure, those in former.groupby("measure"):
        where = join(names_of(those["region_code"]))
        gone += f"{label(f'measure.{measure}')}, {where}: {label(f'missing.{FORMER}')}. "
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_supply",
        title=say(
            id=f"Pasokan dan tenaga kerja, {province_name(study)}: angka terakhir yang dapat dibandingkan",
            en=f"Supply and workers, {province_name(study)}: the last figures that can be compared",
        ),
        source=cite_all(sources),
        note=gone
        + str(
            say(
                id="Setiap kolom dari satu sistem pendataan; sistem tidak pernah digabung. IMK: pangsa "
                "kabupaten (persen bulat) dikali jumlah provinsi.",
                en="Each column is of one counting system; systems are never pooled. IMK: the district's share "
                "(whole percent) times the province's number.",
            )
        ),
    )
    return with_raw(exhibit, study.facts.supply)


def sentra_structure_table(study: SentraStudy) -> Exhibit:
    """Where micro and small industry concentrates, and how manufacturing moved against the nation."""
    codes = study.values.values.index
    imk = imk_concentration(study.province).set_index("region_code")
    quotients, parts = _structure()
    lq, shift = (
        t[t["sector"].eq(MANUFACTURING)].set_index("region_code").reindex(codes) for t in (quotients, parts)
    )
    shown = pd.DataFrame(
        {
            "name": names_of(codes),
            "imk": [_quotient(row) for row in imk.reindex(codes).itertuples()],
            "lq": lq["lq"].to_numpy(),
            **{
                name: shift[name].to_numpy() for name in ("change", "national", "industry_mix", "competitive")
            },
        }
    )
    unit = str(
        say(id=f"miliar rupiah, {FIRST_YEAR}–{LAST_YEAR}", en=f"billion rupiah, {FIRST_YEAR}–{LAST_YEAR}")
    )
    shares = years_of(imk.rename(columns={"lq": "value"}))
    columns: dict[str, Column | str] = {
        "name": "district",
        "imk": Column(label("sentra.lq_imk"), f"1 = {label('sentra.average')}{', ' + shares if shares else ''}", kind="interval"),
        "lq": Column(label("sentra.lq_manufacturing"), f"1 = {label('sentra.nation')}, {LAST_YEAR}", 2),
        "change": Column("change", unit, 0), "national": Column("sentra_national", unit, 0),
        "industry_mix": Column("industry_mix", unit, 0), "competitive": Column("competitive", unit, 0),
    }  # fmt: skip
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_structure",
        title=say(
            id=f"Struktur: pemusatan IMK, dan industri pengolahan dalam PDRB harga berlaku, {province_name(study)}",
            en=f"Structure: concentration of IMK, and manufacturing in GRDP at current prices, {province_name(study)}",
        ),
        source=cite_all(["sme_counts", "population", "schooling"]),
        note=say(
            id="IMK: pangsa atas penduduk, kisaran karena pangsa dicetak dalam persen bulat. Industri pengolahan: hanya "
            "terhadap pertanian, dan di kabupaten kawasan ia mengukur smelter, bukan usaha kecil; kenaikan memuat "
            "inflasi. Perubahan = pertumbuhan nasional + bauran + daya saing: sebuah identitas, bukan pengaruh.",
            en="IMK: share over share of people, with a range because shares are printed in whole percent. Manufacturing: "
            "against agriculture only, and in park districts it measures smelters, not small firms; growth contains "
            "inflation. Change = national growth + mix + competitive part: an identity, not an effect.",
        ),
    )
    return with_raw(exhibit, shown.assign(region_code=codes))


@once_per_data
def _structure() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Location quotients and shift-share of all districts, made once."""
    sectors = grdp_sectors((FIRST_YEAR, LAST_YEAR))
    return location_quotients(sectors[sectors["year"].eq(LAST_YEAR)]), shift_share(sectors)


def _quotient(row: Any) -> str:
    if pd.isna(row.lq):
        return ""
    return f"{fmt(row.lq, 2)} ({fmt(row.lq_low, 2)}–{fmt(row.lq_high, 2)})"


def sentra_access_table(study: SentraStudy) -> Exhibit:
    """Nearest operating park by district: distance from the middle, the edge and the capital, sea, market."""
    access = study.facts.access
    near = access[access["nearest"]].drop_duplicates("region_code").sort_values("distance_km")
    if near.empty:
        near = access.drop_duplicates("region_code")
    shown = pd.DataFrame(
        {
            "name": names_of(near["region_code"]),
            "park": [text_of(park, "park") if park else "" for park in near["park_id"]],
            **{name: near[name].to_numpy() for name in ("distance_km", "edge_km", "capital_km")},
            "sea": near["crosses_sea"].to_numpy(),
            "island": near["other_island"].to_numpy(),
            "capital": near["capital"].to_numpy(),
            "market": [float(f"{value:.3g}") for value in near["market_population"]],
        }
    )
    columns: dict[str, Column | str] = {
        "name": "district", "park": "sentra_nearest_park", "distance_km": Column("distance_centroid", "km", 0),
        "edge_km": Column("distance_edge", "km", 0), "capital": "capital",
        "capital_km": Column("capital_km", "km", 0), "island": "sentra_island", "sea": "crosses_sea",
        "market": Column("sentra_market", "sentra_people_km", 0),
    }  # fmt: skip
    bare = names_of(near.loc[near["capital_lon"].isna(), "region_code"])
    note = say(
        id="Jarak garis lurus, bukan jalan atau pelayaran; teluk pun terhitung laut. Pelabuhan tidak dimuat: tidak ada sumber berlisensi "
        f"dengan lalu lintasnya. Potensi pasar: penduduk {MASSES['population']} semua kabupaten dibagi jaraknya, tiga "
        "angka penting.",
        en="Straight lines, not roads or shipping; a bay counts as sea. Ports are left out: no licensed source has their traffic. "
        f"Market potential: people of {MASSES['population']} of all districts over their distance, in three significant "
        "digits.",
    )
    unknown = (
        say(id=f" Titik ibu kota tidak ada: {join(bare)}.", en=f" No point of the capital: {join(bare)}.")
        if bare
        else ""
    )
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_access",
        title=say(
            id=f"Jarak ke kawasan terdekat yang beroperasi, {province_name(study)}, {access['year'].iloc[0]}",
            en=f"Distance to the nearest operating park, {province_name(study)}, {access['year'].iloc[0]}",
        ),
        source=cite_all(["parks", "capitals", "population", "boundaries"]),
        note=f"{note}{unknown}",
    )
    return with_raw(exhibit, access)


def sentra_access_finding(study: SentraStudy) -> Said:
    """How many districts lie within each reach of an operating park."""
    access = study.facts.access
    near = access.groupby("region_code")["distance_km"].min()
    edge = access.groupby("region_code")["edge_km"].min()
    n, far = fmt(len(near)), REACH_KM[-1]
    if not (near <= far).any():
        by_edge = int((edge <= far).sum())
        also = {"id": f"dari batas wilayahnya ada {fmt(by_edge)}" if by_edge else "dari batas wilayahnya pun tidak ada",
                "en": f"from their edge, {fmt(by_edge)}" if by_edge else "nor from their edge"}  # fmt: skip
        return say(
            id=f"Tidak satu pun dari {n} kabupaten/kota berada dalam {fmt(far)} km dari kawasan yang beroperasi, diukur "
            f"dari titik tengahnya; {also['id']}.",
            en=f"None of the {n} districts lies within {fmt(far)} km of an operating park, measured from their middle; "
            f"{also['en']}.",
        )
    counts = [(km, int((near <= km).sum())) for km in REACH_KM]
    by_edge = int((edge <= REACH_KM[0]).sum())
    id_words = join(f"{_none(k, 'tidak satu pun')} dalam {fmt(km)} km" for km, k in counts)
    en_words = join(f"{_none(k, 'none')} within {fmt(km)} km" for km, k in counts)
    short = fmt(REACH_KM[0])
    return say(
        id=f"Jarak ke kawasan yang beroperasi: dari {n} kabupaten/kota, {id_words}, diukur dari titik tengahnya; "
        f"dari batas wilayahnya {_none(by_edge, 'tidak satu pun')} dalam {short} km.",
        en=f"Distance to an operating park: of {n} districts, {en_words}, measured from their middle; from their edge "
        f"{_none(by_edge, 'none')} within {short} km.",
    )


def _none(count: int, word: str) -> str:
    """A count, or the word for none."""
    return fmt(count) if count else word
