"""District indicators: the catalogue, the series, their known breaks, deflators, coverage."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.errors import DataError, check_codes, check_rows, check_unique
from spillover.regions import read_provinces, read_regions
from spillover.sources import read_csv, read_sources, source_path

if TYPE_CHECKING:
    from collections.abc import Sequence

BREAK_COLUMNS = {
    "indicator": "text", "region_code": "text?", "year": "year", "kind": "text",
    "note_id": "text", "note_en": "text", "evidence": "text",
}  # fmt: skip
CATALOGUE_COLUMNS = {
    "indicator": "text", "unit": "text", "kind": "text", "words": "text", "not_words": "text?",
}  # fmt: skip


def read_catalogue() -> pd.DataFrame:
    """Read the catalogue of district indicators.

    Returns
    -------
    DataFrame
        One row per indicator that is known by name: indicator, unit, kind {count, money, per_head, rate},
        words (what its titles say: alternatives separated by ";", each a set of words), not_words (words
        that a title of it never has).
    """
    table = read_csv("indicators", CATALOGUE_COLUMNS)
    check_unique(table, ["indicator"], "indicators.csv")
    known = {"count", "money", "per_head", "rate"}
    check_rows(
        table, ~table["kind"].isin(known), ["indicator", "kind"], "indicators.csv", "unknown kind", str(known)
    )
    return table


def indicator_sources(name: str | None = None) -> dict[str, list[str]]:
    """Which sources give which indicator: ``{"tpt": ["tpt"], …}``, of all or of one.

    Raises
    ------
    DataError
        If no source gives the indicator ``name``.
    """
    given: dict[str, list[str]] = {}
    for record in read_sources().to_dict("records"):
        for indicator in record["read"].get("indicators", []):
            given.setdefault(indicator, []).append(record["id"])
    if name is None:
        return given
    if name not in given:
        remedy = f"known: {', '.join(given)}; others come in with SPILLOVER_DATA"
        raise DataError("data/sources.yml", "unknown indicator", [name], remedy)
    return {name: given[name]}


def read_indicator(name: str, *, rule: str = "latest_release") -> pd.DataFrame:
    """Read one indicator as a long table, from all sources that give it.

    Values that the breaks table marks ``interpolated`` are taken out (they are not observations);
    values of a district for years before it existed carry the status ``backcast``.

    Parameters
    ----------
    name : str
        An indicator that `indicator_sources` lists, for example ``"grdp_per_capita_real"``.
    rule : {"latest_release", "first_release", "final_only"}
        Which release counts where several sources give the indicator: see `combine_releases`.

    Returns
    -------
    DataFrame
        Columns region_code, year, period ("" for the whole year), indicator, source_id, value (float, NaN
        where missing), unit, status {final, revised, preliminary, very_preliminary, estimated, backcast},
        missing_reason {"", not_available, not_applicable, …}.

    Raises
    ------
    DataError
        Unknown indicator, a source that cannot be read without guessing, releases that cannot be ordered.

    Examples
    --------
    >>> tpt = read_indicator("tpt")
    >>> int(tpt.loc[tpt["year"] == 2016, "value"].notna().sum())
    0
    """
    sources = indicator_sources(name)[name]
    tables = [table[table["indicator"] == name] for table in map(read_source, sources)]
    if len(tables) == 1:
        table = tables[0]
    else:
        from spillover.releases import combine_releases

        table = combine_releases(tables, _releases(sources), rule=rule).table
    return _with_status(table.sort_values(["region_code", "year", "period"], ignore_index=True), name)


def read_source(source_id: str) -> pd.DataFrame:
    """Read all indicators of one source, cleaned; columns as of `read_indicator`.

    Raises
    ------
    DataError
        The record, the file, or a table in it, that cannot be read without guessing.
    """
    record = read_sources().set_index("id").loc[source_id].to_dict()
    path = source_path(source_id)
    told = tuple(sorted((k, str(v)) for k, v in record["read"].items() if k != "indicators"))
    table = _cleaned(path, record["sha256"], source_id, told)
    known = {*read_regions()["region_code"], *read_provinces()["province_code"], "0000"}
    check_codes(table["region_code"], known, path.name)
    check_unique(table, ["region_code", "year", "period", "indicator"], path.name)
    return table.copy()


@lru_cache(maxsize=32)
def _cleaned(path: Path, digest: str, source_id: str, told: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    """A file or folder, cleaned once in a session; ``digest`` stands for its content."""
    from spillover.bps.measures import Declared
    from spillover.bps.reading import clean_files, find_files
    from spillover.bps.writing import TABLE, read_long

    if path.name == TABLE:
        return read_long(source_id)
    files = find_files([path])
    cleaning = clean_files(files, Declared(**dict(told)), source_ids=dict.fromkeys(files, source_id))
    refused = [line for account in cleaning.files for line in account.refused]
    if refused:
        remedy = f"correct the file, or say what it does not under read: in the record {source_id}"
        raise DataError("data/sources.yml", f"{source_id} cannot be read", refused, remedy)
    return cleaning.table


def _releases(sources: Sequence[str]) -> pd.DataFrame:
    """What `combine_releases` must know of the sources."""
    records = read_sources().set_index("id").loc[list(sources)]
    return pd.DataFrame(
        {
            "source_id": list(sources),
            "published": records["published"].to_numpy(),
            "base_year": pd.array([pd.NA] * len(sources), dtype="Int64"),
        }
    )


def _with_status(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Mark back-casts; take interpolated values out."""
    from spillover.vintages import flag_backcast

    districts = table["region_code"].isin(read_regions()["region_code"])
    if districts.any():
        table = pd.concat([flag_backcast(table[districts]), table[~districts]]).sort_index()
    breaks = read_breaks(name)
    made_up = breaks.loc[breaks["kind"].eq("interpolated") & breaks["region_code"].eq(""), "year"]
    interpolated = table["year"].isin(made_up)
    reason = table["missing_reason"].mask(interpolated & table["missing_reason"].eq(""), "not_available")
    return table.assign(
        value=table["value"].mask(interpolated),
        status=table["status"].mask(interpolated, "estimated"),
        missing_reason=reason,
    )


def read_breaks(indicator: str | None = None) -> pd.DataFrame:
    """Read the known breaks and doubts of the series.

    Returns
    -------
    DataFrame
        Columns indicator, region_code ("" for all regions; a province code for all its districts),
        year (the first year after the break), kind, note_id, note_en, evidence.
    """
    table = read_csv("breaks", BREAK_COLUMNS)
    check_unique(table, ["indicator", "region_code", "year", "kind"], "breaks.csv")
    known = {"", *read_regions()["region_code"], *read_provinces()["province_code"]}
    check_codes(table["region_code"], known, "breaks.csv")
    return table if indicator is None else table[table["indicator"] == indicator].reset_index(drop=True)


def find_jumps(table: pd.DataFrame, *, factor: float = 1.3) -> pd.DataFrame:
    """Year-on-year changes beyond a factor, each marked as known (in the breaks table) or not.

    Parameters
    ----------
    table : DataFrame
        Result of `read_indicator`.
    factor : float
        A change is a jump if value / previous year's value is above ``factor`` or below ``1 / factor``.

    Returns
    -------
    DataFrame
        Columns region_code, year, ratio, known (bool), sorted by size; only consecutive years are compared.
    """
    data = table.dropna(subset=["value"]).sort_values(["region_code", "year"])
    previous = data.groupby("region_code")[["year", "value"]].shift()
    ratio = (data["value"] / previous["value"]).where(previous["year"] == data["year"] - 1)
    jumps = data.assign(ratio=ratio)[(ratio > factor) | (ratio < 1 / factor)]
    breaks = read_breaks(str(table["indicator"].iloc[0]))
    everywhere = set(breaks.loc[breaks["region_code"] == "", "year"])
    local = set(zip(breaks["region_code"], breaks["year"], strict=True))
    known = [
        year in everywhere or (code, year) in local or (code[:2] + "00", year) in local
        for code, year in zip(jumps["region_code"], jumps["year"], strict=True)
    ]
    out = jumps.assign(known=known, size=jumps["ratio"].where(jumps["ratio"] > 1, 1 / jumps["ratio"]))
    return out.sort_values("size", ascending=False)[["region_code", "year", "ratio", "known"]].reset_index(
        drop=True
    )


def read_deflators() -> pd.DataFrame:
    """Read deflators: measure {cpi, gdp_deflator, usd_idr}, year (2010–2024), value, unit.

    Source: World Bank, World Development Indicators. Indices are 2010 = 100; nothing is extrapolated.
    """
    columns = {"measure": "text", "year": "year", "value": "number", "unit": "text"}
    table = read_csv("deflators", columns)
    check_unique(table, ["measure", "year"], "deflators.csv")
    check_rows(
        table, table["value"] <= 0, ["measure", "year"], "deflators.csv", "not positive", "correct the cells"
    )
    return table


def coverage(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Share of districts with a value, by indicator and year, and why the rest is missing.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `read_indicator`.

    Returns
    -------
    DataFrame
        indicator, year, n_regions (514), n_values, share (0–1), n_backcast, missing (text such as
        "not_available: 514", "" where nothing is missing).
    """
    data = pd.concat(tables, ignore_index=True)
    n = len(read_regions())
    rows = []
    for (indicator, year), group in data.groupby(["indicator", "year"]):
        reasons = group.loc[group["value"].isna(), "missing_reason"].value_counts()
        absent = n - group["region_code"].nunique()
        words = [f"{k}: {v}" for k, v in sorted(reasons.items())] + ([f"no row: {absent}"] if absent else [])
        found = int(group["value"].notna().sum())
        backcast = int(group["status"].eq("backcast").sum())
        rows.append((indicator, year, n, found, found / n, backcast, "; ".join(words)))
    columns = ["indicator", "year", "n_regions", "n_values", "share", "n_backcast", "missing"]
    return pd.DataFrame(rows, columns=columns)


def inventory(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """What came in and what was cleaned, one row per indicator.

    Parameters
    ----------
    tables : sequence of DataFrame
        Results of `read_indicator`.

    Returns
    -------
    DataFrame
        indicator, first_year, last_year, n_regions, n_rows, n_values, n_missing (printed as missing),
        n_removed (taken out because interpolated), n_backcast.
    """
    rows = []
    for table in tables:
        removed = int(table["status"].eq("estimated").sum())
        rows.append(
            {
                "indicator": table["indicator"].iloc[0],
                "first_year": table["year"].min(),
                "last_year": table["year"].max(),
                "n_regions": table["region_code"].nunique(),
                "n_rows": len(table),
                "n_values": int(table["value"].notna().sum()),
                "n_missing": int(table["value"].isna().sum()) - removed,
                "n_removed": removed,
                "n_backcast": int(table["status"].eq("backcast").sum()),
            }
        )
    return pd.DataFrame(rows)
