"""One indicator as one long table, from all sources that give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spillover.catalogue import read_breaks, read_catalogue, read_deflators
from spillover.cleaned import read_indicators, read_source
from spillover.errors import DataError
from spillover.gaps import coverage, find_jumps, inventory
from spillover.longtable import COLUMNS
from spillover.past_regions import flag_backcast
from spillover.regions import read_regions
from spillover.sources import read_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spillover.releases import Combined

__all__ = [
    "coverage", "find_jumps", "indicator_sources", "inventory", "read_breaks", "read_catalogue",
    "read_deflators", "read_indicator", "read_indicators", "read_source", "release_report",
]  # fmt: skip


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


def read_indicator(
    name: str, *, rule: str = "latest_release", order: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read one indicator as a long table, from all sources that give it.

    Values that the breaks table marks ``interpolated`` are taken out (they are not observations);
    values of a district for years before it existed carry the status ``backcast``.

    Parameters
    ----------
    name : str
        An indicator that `indicator_sources` lists, for example ``"grdp_per_capita_real"``.
    rule : {"latest_release", "first_release", "final_only"}
        Which release counts where several sources give the indicator: see `release_report`.
    order : sequence of str, optional
        The source ids, oldest first, where their records do not say when they were published.

    Returns
    -------
    DataFrame
        One row per region, year and period: region_code, year, period ("" for the whole year), indicator,
        source_id, value (float, NaN where missing), unit, status {final, revised, preliminary,
        very_preliminary, estimated, backcast}, missing_reason {"", not_available, not_applicable, …}.

    Raises
    ------
    DataError
        Unknown indicator, a source that cannot be read without guessing, values below zero of what cannot
        be, releases that differ and cannot be ordered.

    Examples
    --------
    >>> tpt = read_indicator("tpt")
    >>> int(tpt.loc[tpt["year"] == 2016, "value"].notna().sum())
    0
    """
    return release_report(name, rule=rule, order=order).table


def release_report(
    name: str, *, rule: str = "latest_release", order: Sequence[str] | None = None, jump: float = 1.3
) -> Combined:
    """Say how the releases of one indicator were made into one: what was replaced, where a jump is a seam.

    A source whose record does not state when it was published counts as published until the day it was
    accessed, and no later.

    Parameters
    ----------
    name, rule, order
        As for `read_indicator`.
    jump : float
        Year-on-year ratios above ``jump`` or below ``1 / jump`` where the release changes are reported.

    Returns
    -------
    Combined
        ``table`` (what `read_indicator` gives), ``replaced`` (values that gave way to different ones, with
        both and their ratio), ``breaks`` (jumps at a change of release) and ``counts`` (what became of each
        release's rows, for `replaced_summary`). The columns are described at `combine_releases`.

    Examples
    --------
    >>> report = release_report("tpt")
    >>> len(report.replaced), len(report.breaks)
    (0, 0)
    """
    from spillover.releases import combine_releases

    sources = indicator_sources(name)[name]
    tables = [_without_interpolated(read_source(i).query("indicator == @name"), name) for i in sources]
    combined = combine_releases(tables, _releases(sources), rule=rule, order=order, jump=jump)
    table = combined.table.sort_values(["region_code", "year", "period"], ignore_index=True)
    return combined._replace(table=_with_backcasts(table[COLUMNS]))


def _releases(sources: Sequence[str]) -> pd.DataFrame:
    """What `combine_releases` must know of the sources; a single one needs no date."""
    records = read_sources().set_index("id").loc[list(sources)]
    published = records["published"].mask(
        records["published"].eq("not stated"), "until " + records["accessed"]
    )
    return pd.DataFrame(
        {
            "source_id": list(sources),
            "published": published.to_numpy() if len(sources) > 1 else "not stated",
            "base_year": pd.array([pd.NA] * len(sources), dtype="Int64"),  # prices are part of the unit
        }
    )


def _without_interpolated(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Take the interpolated values out of a bundled source; the breaks table speaks of no others."""
    records = read_sources(bundled_only=True)
    breaks = read_breaks(name)
    made_up = breaks.loc[breaks["kind"].eq("interpolated") & breaks["region_code"].eq(""), "year"]
    gone = table["year"].isin(made_up) & table["source_id"].isin(records["id"])
    reason = table["missing_reason"].mask(gone & table["missing_reason"].eq(""), "not_available")
    return table.assign(
        value=table["value"].mask(gone),
        status=table["status"].mask(gone, "estimated"),
        missing_reason=reason,
    )


def _with_backcasts(table: pd.DataFrame) -> pd.DataFrame:
    """Mark the values of districts for years before they existed."""
    districts = table["region_code"].isin(read_regions()["region_code"])
    if not districts.any():
        return table
    return pd.concat([flag_backcast(table[districts]), table[~districts]]).sort_index()
