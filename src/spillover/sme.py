"""Counts of small firms: the IMK panel of provinces, and district counts by source system."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.indicators import read_breaks, read_source
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_csv

IMK_SOURCES = ("imk_2013_2024", "imk_2025")
IMK_MEASURES = ("establishments", "workers", "output_million_idr")
SIZES = ("micro", "small", "total")
SME_COLUMNS = {
    "region_code": "text", "place": "text?", "year": "year", "measure": "text", "source_system": "text",
    "release": "text", "value": "number", "unit": "text", "reported_as": "text?", "as_of": "text?",
    "url": "text", "preferred": "flag",
}  # fmt: skip
NATIONAL_COLUMNS = {"year": "year", "establishments": "integer", "reported_as": "text", "publisher": "text"}
NATION = "0000"


def read_imk() -> pd.DataFrame:
    """Read micro and small industry (IMK) by province: the SME outcome of the project.

    Returns
    -------
    DataFrame
        One row per province, year (2013–2015, 2017–2025; there is no 2016) and size {micro, small,
        total}: region_code ("7200"), year, size, establishments (number), workers (persons),
        output_million_idr (current prices), flag (kinds of the known breaks that concern the row,
        joined by ";"), source_id.

    Raises
    ------
    DataError
        Unknown province, duplicate key, negative count, micro + small ≠ total, or a sum over provinces
        that does not give the published national total.

    Notes
    -----
    Source: BPS, Profil Industri Mikro dan Kecil. Levels before and after the frame change of 2017 must
    never be compared.
    """
    table = pd.concat([_imk_wide(source) for source in IMK_SOURCES], ignore_index=True)
    key = ["region_code", "year", "size"]
    check_codes(table["region_code"], read_provinces()["province_code"], "imk")
    check_rows(table, ~table["size"].isin(SIZES), key, "imk", "unknown size class", f"use {', '.join(SIZES)}")
    check_unique(table, key, "imk")
    for measure in IMK_MEASURES:
        check_rows(
            table, (table[measure] < 0).fillna(False), key, "imk", f"negative {measure}", "correct the cells"
        )
        _check_sizes(table, measure)
    _check_national(table)
    return table.assign(flag=_imk_flags(table))


def _imk_wide(source_id: str) -> pd.DataFrame:
    """One source with its three measures beside each other; without the years before a province existed."""
    long = read_source(source_id)
    parts = long["indicator"].str.extract(r"imk_(?P<measure>establishments|workers|output)_(?P<size>\w+)")
    check_rows(long, parts["measure"].isna(), ["indicator"], source_id, "not an IMK table", "see sources.yml")
    parts = parts.replace({"measure": {"output": "output_million_idr"}})
    key = ["region_code", "year", "indicator"]
    check_rows(long, long["period"].ne(""), key, source_id, "parts of a year", "give whole years")
    broken = long["value"].notna() & (long["value"] % 1 != 0)
    check_rows(long, broken, key, source_id, "values that are not whole", "give them as BPS prints them")
    key = ["region_code", "year", "size"]
    wide = long.assign(**parts).pivot(index=key, columns="measure", values="value")
    wide = wide.dropna(how="all").astype("Int64").reset_index().rename_axis(columns=None)
    return wide[[*key, *IMK_MEASURES]].assign(source_id=source_id)


def _check_sizes(table: pd.DataFrame, measure: str) -> None:
    """Micro + small must be the total, where all three are there."""
    wide = table.pivot(index=["region_code", "year"], columns="size", values=measure).dropna().reset_index()
    bad = wide["micro"] + wide["small"] != wide["total"]
    check_rows(
        wide,
        bad,
        ["region_code", "year"],
        "imk",
        f"micro + small is not total in {measure}",
        "correct the row",
    )


def national_totals(imk: pd.DataFrame) -> pd.DataFrame:
    """IMK establishments summed over provinces beside the national totals that were published.

    Returns
    -------
    DataFrame
        year, sum_of_provinces, published, reported_as (as printed), publisher, tolerance (0, or half a
        printed digit where the total was printed rounded).
    """
    published = read_csv("imk_national", NATIONAL_COLUMNS)
    sums = imk[imk["size"] == "total"].groupby("year")["establishments"].sum()
    rounded = published["reported_as"].str.contains("juta")
    return pd.DataFrame(
        {
            "year": published["year"],
            "sum_of_provinces": published["year"].map(sums),
            "published": published["establishments"],
            "reported_as": published["reported_as"],
            "publisher": published["publisher"],
            "tolerance": rounded.map({True: 50_000, False: 0}),
        }
    )


def _check_national(table: pd.DataFrame) -> None:
    """The provinces' sum must be the published national total (to its printed rounding)."""
    totals = national_totals(table)
    off = totals[(totals["sum_of_provinces"] - totals["published"]).abs() > totals["tolerance"]]
    if len(off):
        offenders = [f"{r.year}: {r.sum_of_provinces} against {r.reported_as}" for r in off.itertuples()]
        problem = "sums over provinces differ from the published national totals"
        raise DataError("imk", problem, offenders, "find the row")


def _imk_flags(table: pd.DataFrame) -> pd.Series:
    """Kinds of the breaks that begin in the row's year, for all provinces or for its own."""
    breaks = read_breaks("imk")
    flags = pd.Series("", index=table.index)
    for entry in breaks.itertuples():
        hit = (table["year"] == entry.year) & (
            (entry.region_code == "") | (table["region_code"] == entry.region_code)
        )
        flags = flags.mask(hit, flags.where(flags == "", flags + ";") + entry.kind)
    return flags


def read_sme_counts(source_system: str | None = None, *, preferred_only: bool = True) -> pd.DataFrame:
    """Read the SME counts of districts and provinces.

    Growth exists only inside one ``source_system``: registries, the census and surveys differ by a
    factor of ten for the same place and must never be differenced.

    Parameters
    ----------
    source_system : str, optional
        Only this system, for example ``"economic_census"``.
    preferred_only : bool
        Where pages of one system disagree on one date, keep the one that the table prefers (default), or
        all. Figures of one system for several dates or periods of a year are all kept (column as_of).

    Returns
    -------
    DataFrame
        Columns of ``SME_COLUMNS``: region_code, place (a sub-district, or ""), year, measure,
        source_system, release, value, unit, reported_as (rounding as printed), as_of, url, preferred.
    """
    table = read_csv("sme_counts", SME_COLUMNS)
    key = ["region_code", "place", "year", "measure", "source_system", "as_of"]
    known = {NATION, *read_regions()["region_code"], *read_provinces()["province_code"]}
    check_codes(table["region_code"], known, "sme_counts.csv")
    check_rows(table, table["value"] < 0, key, "sme_counts.csv", "negative counts", "correct the cells")
    check_unique(table[table["preferred"]], key, "sme_counts.csv (preferred rows)")
    if source_system is not None:
        systems = sorted(set(table["source_system"]))
        if source_system not in systems:
            raise DataError(
                "sme_counts.csv", "unknown source system", [source_system], f"known: {', '.join(systems)}"
            )
        table = table[table["source_system"] == source_system]
    return (table[table["preferred"]] if preferred_only else table).reset_index(drop=True)
