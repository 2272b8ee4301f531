"""IMK tables by district out of all sources: whose count each is, and one value per district and year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import pandas as pd

from spillover.bps.titles import slug
from spillover.errors import check_rows
from spillover.indicators import indicator_sources, read_source
from spillover.regions import read_provinces, read_regions
from spillover.releases import combine_releases
from spillover.sources import read_sources

NAMED = re.compile(r"^imk_(?P<measure>establishments|workers)(?:_(?P<size>total|micro|small))?$")
COLUMNS = (
    "region_code", "year", "period", "measure", "size", "value", "unit", "status", "missing_reason",
    "source_id", "system", "shown",
)  # fmt: skip
_UNSTATED = ("", "not stated")
_STATED = re.compile(r"(?:sumber|source)s?\b\W*(.*?)(?=\b(?:catatan|keterangan|notes?)\b|;|\n|$)", re.I)
# Words that say which office, year or edition it was, not which count.
_OFFICES = {
    "provinsi", "province", "kabupaten", "kab", "kota", "regency", "municipality", "city", "of", "dan", "and",
    "tahun", "tahunan", "annual", "year", "statistik", "statistics", "indonesia", "sumber", "source",
}  # fmt: skip


def imk_sources() -> list[str]:
    """Ids of all sources with micro and small industry: establishments or workers."""
    given = indicator_sources()
    return list(dict.fromkeys(i for name, ids in given.items() if NAMED.match(name) for i in ids))


def district_rows() -> pd.DataFrame:
    """Values of IMK by district, of all sources.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``: measure {establishments, workers}, size {"" or total, micro, small},
        system (what tells one counting system from another) and shown (who counted, as the source says; ""
        if it does not); no rows if there are only provinces.
    """
    records = read_sources().set_index("id")
    districts = set(read_regions()["region_code"])
    tables = [pd.DataFrame(columns=list(COLUMNS))]
    for source_id in imk_sources():
        table = read_source(source_id)
        named = table["indicator"].str.extract(NAMED)
        chosen = named["measure"].notna() & table["region_code"].isin(districts) & table["value"].notna()
        system, shown = counting_system(records.loc[source_id])
        table = table.assign(measure=named["measure"], size=named["size"].fillna(""))[chosen]
        if len(table):
            tables.append(table.assign(system=system, shown=shown)[list(COLUMNS)])
    return pd.concat(tables[1:] or tables, ignore_index=True)


def has_district_imk() -> bool:
    """Whether any source has micro and small industry by district; the bundled ones have not."""
    return not district_rows().empty


def counting_system(record: Mapping[str, Any] | pd.Series) -> tuple[str, str]:
    """What tells the counting system of a source from others, and who counted, as the record says.

    Offices of one kind in different places are one system; a source that does not say who counted is
    of one system only with others that do not say it either and have the same title.

    Examples
    --------
    >>> counting_system({"producer": "Sumber: BPS Kabupaten Poso, 2019", "title": ""})
    ('bps', 'BPS Kabupaten Poso, 2019')
    >>> counting_system({"producer": "not stated", "title": "Jumlah Perusahaan IMK, 2019"})
    ('title jumlah_perusahaan_imk', '')
    """
    producer = str(record["producer"]).strip()
    named = _STATED.search(producer)
    stated = "" if producer in _UNSTATED else (named.group(1) if named else producer).strip(" .")
    plain = re.sub(r"badan pusat statistik|\bstatistics indonesia\b", "bps", stated.lower())
    words = {w for w in re.findall(r"[a-z]+", plain) if w not in _OFFICES and w not in _place_words()}
    title = re.sub(r"\d+", "", slug(str(record["title"]).replace("_", " "))).strip("_")
    return " ".join(sorted(words)) or f"title {title}", stated


@lru_cache(maxsize=1)
def _place_words() -> frozenset[str]:
    names = [*read_regions()["name"], *read_provinces()["name"]]
    return frozenset(word for name in names for word in re.findall(r"[a-z]+", name.lower()))


def combined(rows: pd.DataFrame) -> pd.DataFrame:
    """One value per district and year out of the sources of one measure and system.

    Parameters
    ----------
    rows : DataFrame
        As from `district_rows`.

    Returns
    -------
    DataFrame
        region_code, year, value: the printed total, else micro + small; of several sources the latest
        release.

    Raises
    ------
    DataError
        Two totals in one source, negative counts, releases that differ and cannot be ordered.
    """
    if rows.empty:
        return rows[["region_code", "year", "value"]].astype({"value": float})
    totals = _totals(rows)
    if totals["source_id"].nunique() > 1:
        releases = read_sources().rename(columns={"id": "source_id"})[["source_id", "published"]]
        releases = releases.assign(base_year=pd.array([pd.NA] * len(releases), dtype="Int64"))
        totals = combine_releases([part for _, part in totals.groupby("source_id")], releases).table
    return totals[["region_code", "year", "value"]].reset_index(drop=True)


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """The long table of totals, micro and small added where only they are printed."""
    key = ["source_id", "region_code", "year"]
    where = "IMK of districts"
    check_rows(rows, rows["value"] < 0, key, where, "negative counts", "correct the cells")
    wide = rows.pivot(index=key, columns="size", values="value").reindex(
        columns=["", "total", "micro", "small"]
    )
    both = wide[["", "total"]].notna().all(axis=1) & (wide[""] != wide["total"])
    check_rows(wide.reset_index(), both, key, where, "two totals that differ", "keep one of the tables")
    total = wide[""].fillna(wide["total"]).fillna(wide["micro"] + wide["small"])
    said = rows.groupby(key)[["unit", "status"]].first()
    table = said.assign(value=total).dropna(subset=["value"]).reset_index()
    name = f"imk_{rows['measure'].iloc[0]}"
    return table.assign(indicator=name, period="", missing_reason="", year=table["year"].astype(int))
