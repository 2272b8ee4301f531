"""Sentences on what the data and the designs cannot say, made from the data, in both languages."""

from __future__ import annotations

import pandas as pd

from spillover.display.findings import percent
from spillover.display.language import Said, fmt, join, label, say
from spillover.district_tables import has_district_imk
from spillover.imk_specs import HEADLINE
from spillover.sme import IMK_MEASURES


def exposure_limit(estimates: pd.DataFrame) -> Said:
    """The first limit: how few provinces carry the estimate, and which change would have gone unseen."""
    chosen = estimates["outcome"].eq("log_establishments") & estimates["term"].eq(HEADLINE)
    row = estimates[chosen].iloc[0]
    n, of = fmt(row["n_exposed"], 0), fmt(row["n_regions"], 0)
    low, high = (fmt(percent(row[c]), 0, sign=True) for c in ("conf_low", "conf_high"))
    return say(
        id=f"**Sedikit wilayah terpapar.** Hanya {n} dari {of} provinsi yang paparannya berubah sejak 2017; IMIP (2015) "
        f"dan VDNI (2017) beroperasi sebelum ada tahun pembanding. Perubahan apa pun antara {low}% dan {high}% tidak "
        "dapat dibedakan dari nol, bahkan menurut selang yang terlalu sempit itu.",
        en=f"**Few exposed regions.** Only {n} of {of} provinces change exposure since 2017; IMIP (2015) and VDNI "
        f"(2017) operated before there is a year to compare with. Any change between {low}% and {high}% cannot be "
        "told from zero, even by that too narrow interval.",
    )


def systems_limit(counts: pd.DataFrame, region_code: str, name: str) -> Said:
    """The second limit: systems disagree on one place, and without a user's tables there is no district panel.

    Parameters
    ----------
    counts : DataFrame
        As from `spillover.read_sme_counts`.
    region_code, name : str
        The district taken as example; it needs a count of the 2016 census and one of a registry.
    """
    here = counts[counts["region_code"].eq(region_code) & counts["place"].eq("")]
    census = here[here["source_system"].eq("economic_census") & here["measure"].eq("non_farm_establishments")]
    registry = here[here["source_system"].str.startswith("registry") & here["measure"].eq("umkm_total")]
    first, second = census.iloc[-1], registry.sort_values("year").iloc[0]
    a, b = fmt(first["value"], 0), fmt(second["value"], 0)
    years = int(first["year"]), int(second["year"])
    own = "district_counts" if has_district_imk() else "no_district_series"
    return say(
        id=f"**{label(f'limit.{own}')}** Pendataan yang berbeda tidak dapat dibandingkan: di "
        f"{name}, Sensus Ekonomi {years[0]} mencatat {a} usaha, dinas mencatat {b} UMKM pada {years[1]}. Selisihnya "
        "bukan penurunan.",
        en=f"**{label(f'limit.{own}')}** Counting systems cannot be compared: in {name} the "
        f"economic census of {years[0]} counted {a} businesses, the local office {b} SMEs in {years[1]}. The "
        "difference is not a fall.",
    )


def design_limit(*, by_district: bool | None = None) -> Said:
    """The third limit: parks are not placed at random, and the unit of the figures is coarse.

    Parameters
    ----------
    by_district : bool, optional
        Whether there are IMK figures by district; left out, the data that are there decide.
    """
    if by_district is None:
        by_district = has_district_imk()
    if by_district:
        return Said(label("district.limit"))
    return say(
        id="**Bersamaan bukan berarti disebabkan.** Kawasan dibangun di tempat yang ada nikel, pelabuhan, dan "
        "lahannya. Data IMK hanya menurut provinsi, sehingga apa yang terjadi di sekitar pagar kawasan dapat "
        "hilang dalam rata-rata provinsi.",
        en="**Moving together is not causing.** Parks are built where there are nickel, a port and land. IMK data "
        "exist by province only, so that what happens around the fence may vanish in the average of a province.",
    )


def dropped_parks(parks: pd.DataFrame) -> Said:
    """Which parks cannot be placed, and are in no map or distance."""
    lost = parks[parks["lon"].isna()]
    names = join(lost["name"])
    n, of = fmt(len(lost), 0), fmt(len(parks), 0)
    return say(
        id=f"{n} dari {of} baris tidak punya koordinat dalam sumber mana pun dan tidak ikut dihitung jaraknya: {names}.",
        en=f"{n} of {of} rows have no coordinates in any source and are in no distance: {names}.",
    )


def imk_gaps(imk: pd.DataFrame, names: pd.Series) -> Said:
    """What the IMK panel covers and which cells of it are empty.

    Parameters
    ----------
    imk : DataFrame
        As from `spillover.read_imk`.
    names : Series
        Province code → name.
    """
    total = imk[imk["size"] == "total"]
    provinces = total.groupby("year").size()
    span = range(int(total["year"].min()), int(total["year"].max()) + 1)
    absent = join(str(y) for y in span if y not in provinces.index)
    blank = total.set_index(["region_code", "year"])[list(IMK_MEASURES)].isna()
    empty = blank[blank.any(axis=1)].reset_index()
    measures = join(
        label(f"measure.{m.removesuffix('_million_idr')}") for m in IMK_MEASURES if blank[m].any()
    )
    cells = join(f"{names[r.region_code]} {r.year}" for r in empty.itertuples())
    counts = f"{provinces.min()}–{provinces.max()}"
    return say(
        id=f"Panel IMK memuat {counts} provinsi per tahun, {span.start}–{span.stop - 1}, tanpa {absent}. Sel kosong "
        f"({measures}): {cells}; dibiarkan kosong.",
        en=f"The IMK panel holds {counts} provinces a year, {span.start}–{span.stop - 1}, without {absent}. Empty cells "
        f"({measures}): {cells}; they are left empty.",
    )
