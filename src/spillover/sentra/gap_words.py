"""What the parks need and what is not known of it, in sentences that change with the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.catalogue import LANGUAGES
from spillover.display.language import Said, fmt, fmt_year, is_missing, say
from spillover.display.money import fmt_money, fmt_money_range
from spillover.errors import DataError, check_columns
from spillover.partnerships.sectors import read_sectors
from spillover.regions import read_regions
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.gap_totals import TOTAL_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 3
_AND = {"id": "dan", "en": "and"}


def gap_finding(totals: pd.DataFrame, *, within_km: float = 100, year: int | None = None) -> Said:
    """Say which sectors of a province the parks within reach need most, in rupiah with ranges.

    Parameters
    ----------
    totals : DataFrame
        As from `spillover.sentra.gap_totals.sector_totals`, of the districts of one province.
    within_km : float
    year : int, optional
        The last year of the table without it.

    Raises
    ------
    DataError
        Missing columns, or no row of that distance and year.

    Examples
    --------
    >>> gap_finding(sector_totals(sector_gaps(near, supply)))  # doctest: +SKIP
    """
    rows = _of(totals, within_km, year)
    money = rows[rows["idr_to_add_central"].notna()]
    n, km = rows["region_code"].nunique(), fmt(within_km)
    if money.empty:
        return say(
            id=f"Tidak satu pun dari {fmt(n)} kabupaten/kota mempunyai kawasan nikel dengan jumlah pekerja "
            f"yang diketahui dalam jarak {km} km. Permintaannya tidak diketahui; itu bukan berarti nol.",
            en=f"None of the {fmt(n)} districts has a nickel park with a known number of workers within "
            f"{km} km. The demand is not known, which does not mean that it is zero.",
        )
    sums = money.groupby("region_code")[["idr_to_add_low", "idr_to_add_central", "idr_to_add_high"]].sum()
    best = str(sums["idr_to_add_central"].idxmax())
    own = money[money["region_code"].eq(best)].sort_values("idr_to_add_central", ascending=False)
    place = read_regions().set_index("region_code").loc[best, "name"]
    when = fmt_year(rows["year"].iloc[0])
    listed = {lang: _amounts(own.head(SHOWN), lang) for lang in LANGUAGES}
    total = fmt_money_range(sums.loc[best, "idr_to_add_low"], sums.loc[best, "idr_to_add_high"])
    central = fmt_money(sums.loc[best, "idr_to_add_central"])
    prices = _span(own["price_year_first"].min(), own["price_year_last"].max())
    return say(
        id=f"Dalam jarak {km} km, {fmt(len(sums))} dari {fmt(n)} kabupaten/kota mempunyai kawasan nikel "
        f"dengan jumlah pekerja yang diketahui. Permintaan terbesar berada di sekitar {place}: pada {when} "
        f"para pekerja membutuhkan barang dan jasa yang harganya diketahui senilai {total} setahun (tengah "
        f"{central}; harga {prices}), terutama {listed['id']}. Ini hitungan pekerja kali kebutuhan per "
        "orang, bukan pembelian yang tercatat. Kabupaten yang bertetangga menghitung kawasan yang sama, jadi "
        "angkanya tidak boleh dijumlahkan.",
        en=f"Within {km} km, {fmt(len(sums))} of {fmt(n)} districts have a nickel park with a known number "
        f"of workers. Demand is largest around {place}: in {when} the workers needed goods and services with "
        f"a known price worth {total} a year (central {central}; prices of {prices}), above all "
        f"{listed['en']}. This is workers times needs per head, not recorded purchases. Neighbouring "
        "districts count the same parks, so their figures must not be added.",
    )


def gap_unknown(totals: pd.DataFrame, *, within_km: float = 100, year: int | None = None) -> Said:
    """Say what of the gap is not known: sectors without a need per head, items without a price, supply.

    Parameters
    ----------
    totals, within_km, year
        As for `gap_finding`.
    """
    rows = _of(totals, within_km, year)
    bare = rows.loc[rows["demand_missing_reason"].eq("no_coefficient"), "sector"].drop_duplicates()
    items = list(dict.fromkeys(item for text in rows["unpriced"] for item in text.split(";") if item))
    priced = read_demand_coefficients().set_index("item_id")
    items = [
        item for item in items if item in priced.index and priced.loc[item, ["price_central"]].isna().all()
    ]
    names = {lang: _names(lang) for lang in LANGUAGES}
    sectors = {lang: _join([names[lang][s] for s in bare], lang) for lang in LANGUAGES}
    goods = {lang: _join([priced.loc[i, f"name_{lang}"] for i in items], lang) for lang in LANGUAGES}
    parts: dict[str, list[str]] = {"id": [], "en": []}
    if len(bare):
        parts["id"].append(
            f"Untuk {fmt(len(bare))} sektor tidak ada kebutuhan per pekerja yang bersumber, sehingga "
            f"permintaannya tidak dihitung: {sectors['id']}."
        )
        parts["en"].append(
            f"For {fmt(len(bare))} sectors no need per worker has a source, so that their demand is not "
            f"computed: {sectors['en']}."
        )
    if items:
        parts["id"].append(f"Tanpa harga yang bersumber, jadi tanpa rupiah: {goods['id']}.")
        parts["en"].append(f"Without a sourced price, and therefore without rupiah: {goods['en']}.")
    known, wanted = int(rows["n_supply_known"].sum()), int(rows["n_items"].sum())
    parts["id"].append(
        f"Produksi kabupaten menurut barang diketahui pada {fmt(known)} dari {fmt(wanted)} pasangan "
        "kabupaten dan barang; di mana tidak diketahui, selisihnya pun tidak diketahui, dan permintaan tidak "
        "dianggap belum terlayani."
    )
    parts["en"].append(
        f"What a district makes of an item is known for {fmt(known)} of {fmt(wanted)} pairs of district and "
        "item; where it is not, neither is the gap, and demand is not taken to be unserved."
    )
    return say(id=" ".join(parts["id"]), en=" ".join(parts["en"]))


def firms_finding(totals: pd.DataFrame, *, within_km: float = 100, year: int | None = None) -> Said:
    """Say how many firms of average size the largest demands come to.

    Parameters
    ----------
    totals : DataFrame
        As from `spillover.sentra.gap_firms.with_firms` on `sector_totals`.
    within_km, year
        As for `gap_finding`.
    """
    check_columns(totals, ["firms_low", "firms_central", "firms_high", "imk_years"], "firms_finding")
    rows = _of(totals, within_km, year)
    rows = rows[rows["firms_central"].notna() & rows["idr_to_add_central"].notna()]
    if rows.empty:
        return say(
            id="Berapa usaha yang setara dengan permintaan itu tidak dapat dihitung: permintaan dalam rupiah "
            "atau output IMK provinsi tidak diketahui.",
            en="How many firms the demand comes to cannot be computed: the demand in rupiah or the output of "
            "the province's IMK is not known.",
        )
    sums = rows.groupby("region_code")["idr_to_add_central"].sum()
    own = rows[rows["region_code"].eq(sums.idxmax())].sort_values("idr_to_add_central", ascending=False)
    first = own.iloc[0]
    name = {lang: sector_and_items(first["sector"], first["unpriced"], lang) for lang in LANGUAGES}
    span = "–".join(fmt(_about(first[f"firms_{end}"])) for end in ("low", "high"))
    central = fmt(_about(first["firms_central"]))
    other = first["yardstick"] == "other_section"
    size = {"id": " IMK adalah industri pengolahan; untuk sektor ini ia hanya ukuran besar.",
            "en": " IMK is manufacturing; for this sector it only measures size."}  # fmt: skip
    caveat = size if other else {"id": "", "en": ""}
    years = {"price": _span(first["price_year_first"], first["price_year_last"]), "imk": first["imk_years"]}
    return say(
        id=f"{name['id']} setara dengan output setahun sekitar {span} usaha sebesar rata-rata IMK provinsi "
        f"(tengah {central}).{caveat['id']} Permintaan memakai harga {years['price']}, output "
        f"IMK {years['imk']} menurut harga berlaku; keduanya tidak disesuaikan dengan inflasi.",
        en=f"{name['en']} comes to the yearly output of about {span} firms of the average size of the "
        f"province's IMK (central {central}).{caveat['en']} Demand is at the prices of {years['price']}, the "
        f"output of IMK {years['imk']} at current prices; neither is adjusted for inflation.",
    )


def _of(totals: pd.DataFrame, within_km: float, year: int | None) -> pd.DataFrame:
    """Rows of one distance and year."""
    check_columns(totals, list(TOTAL_COLUMNS), "gap_finding")
    rows = totals[totals["within_km"].eq(within_km)]
    last = rows["year"].max() if year is None else year
    if not is_missing(last):  # without any demand the table has one missing year
        rows = rows[rows["year"].eq(last).fillna(False)]
    if rows.empty:
        remedy = "use a distance and a year that the table has"
        raise DataError("gap_finding", "no rows of this distance and year", [within_km, year], remedy)
    return rows


def _about(number: float) -> float:
    """A number in two significant digits: more would claim what a yardstick cannot know."""
    return float(f"{number:.2g}")


def _span(first: object, last: object) -> str:
    return fmt_year(first) if first == last else f"{fmt_year(first)}–{fmt_year(last)}"


def _names(lang: str) -> pd.Series:
    sectors = read_sectors()
    return sectors[sectors["main"]].set_index("sector")[f"name_{lang}"]


def sector_and_items(sector: str, unpriced: str, lang: str) -> str:
    """Name of a sector with the items that its rupiah are of, where these are not the whole sector.

    Parameters
    ----------
    sector : str
    unpriced : str
        Items of it without a price, joined by ";", as in ``sector_totals``.
    lang : {"id", "en"}

    Examples
    --------
    >>> sector_and_items("catering", "", "en"), sector_and_items("rice", "", "en")
    ('Catering and food service (meals served only)', 'Rice')
    """
    from babel.lists import format_list

    name = str(_names(lang)[sector])
    needs = read_demand_coefficients()
    own = needs[needs["sector"].eq(sector) & ~needs["item_id"].isin(unpriced.split(";"))]
    items = [_small(item) for item in own[f"name_{lang}"]]
    if not items or items == [_small(name)]:
        return name
    if len(items) > 1:
        return f"{name} ({format_list(items, locale=lang)})"
    return f"{name} (hanya {items[0]})" if lang == "id" else f"{name} ({items[0]} only)"


def _amounts(rows: pd.DataFrame, lang: str) -> str:
    """Sectors with their amounts: "catering Rp254 billion–2.7 trillion"."""
    texts = []
    for row in rows.to_dict("records"):
        name = _small(sector_and_items(row["sector"], row["unpriced"], lang))
        texts.append(f"{name} {fmt_money_range(row['idr_to_add_low'], row['idr_to_add_high'])}")
    return _join(texts, lang)


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def _join(texts: list[str], lang: str) -> str:
    """A list in one language, with semicolons: amounts hold commas."""
    small = [_small(text) for text in texts]
    return (
        small[0] if len(small) == 1 else f"{'; '.join(small[:-1])}; {_AND[lang]} {small[-1]}" if small else ""
    )
