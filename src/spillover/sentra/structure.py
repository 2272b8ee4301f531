"""Structure of the districts' economies: location quotients, shift-share, densities per 1,000 people."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique

MISSING = "not_available"
OLDEST = 5  # years that a population may be away from a count
METHODS = ("dunn", "esteban_marquillas")


def location_quotients(table: pd.DataFrame, reference: pd.DataFrame | None = None) -> pd.DataFrame:
    """Location quotients: the share of a sector in a region over its share in the reference area.

    Parameters
    ----------
    table : DataFrame
        region_code, sector, value (0 or more; NaN where not known), one year.
    reference : DataFrame, optional
        sector, value: the whole area. By default the sum of those regions of the table that have every
        sector.

    Returns
    -------
    DataFrame
        One row per region and sector, also where it is missing: region_code, sector, value, share,
        reference_share, lq (1: as in the reference; NaN where not known), n_regions (summed for the
        reference; 0 if it was given), missing_reason ("not_available" where a sector of the region is not
        known, "not_applicable" where the region or the reference has nothing to share).

    Raises
    ------
    DataError
        A region and sector twice, negative values, no region with every sector, sectors that the reference
        does not have, a reference that adds up to nothing.

    Notes
    -----
    Isard (1960), Methods of Regional Analysis, ch. 7. A region that lacks a sector has no shares: its total
    is not known, and taking the missing part for zero would raise the others.

    Examples
    --------
    >>> table = pd.DataFrame({"region_code": ["a", "a", "b", "b"], "sector": ["C", "A"] * 2,
    ...     "value": [30.0, 10.0, 20.0, 40.0]})
    >>> location_quotients(table)["lq"].round(2).tolist()
    [0.5, 1.5, 1.33, 0.67]
    """
    where = "location_quotients"
    wide = _by_sector(table, where)
    whole = wide.notna().all(axis=1)
    if reference is None:
        if not whole.any():
            raise DataError(where, "no region has every sector", remedy="add the missing values")
        area, n_regions = wide[whole].sum(), int(whole.sum())
    else:
        area, n_regions = _area(reference, wide.columns, where), 0
    if not area.sum() > 0:
        raise DataError(where, "the reference adds up to nothing", remedy="give values above 0")
    total = wide.sum(axis=1).where(whole)
    share = wide.div(total.where(total > 0), axis=0)
    part = area / area.sum()
    long = wide.stack(future_stack=True).rename("value").reset_index()
    long["share"] = share.stack(future_stack=True).to_numpy()
    long["reference_share"] = long["sector"].map(part)
    long["lq"] = long["share"] / long["reference_share"].where(long["reference_share"] > 0)
    there = long["region_code"].map(whole)
    reason = np.where(~there, MISSING, np.where(long["lq"].isna(), "not_applicable", ""))
    return long.assign(n_regions=n_regions, missing_reason=reason)


def shift_share(
    table: pd.DataFrame, reference: pd.DataFrame | None = None, *, method: str = "dunn"
) -> pd.DataFrame:
    """Split the change of each sector of each region into the area's growth, the sector's, and the rest.

    Parameters
    ----------
    table : DataFrame
        region_code, sector, year (exactly two), value (0 or more; NaN where not known).
    reference : DataFrame, optional
        sector, year, value: the whole area. By default the sum of those regions that have every sector in
        both years.
    method : {"dunn", "esteban_marquillas"}
        The second divides the competitive part further.

    Returns
    -------
    DataFrame
        One row per region and sector: region_code, sector, year_start, year_end, start, end, change,
        national (start × growth of the area), industry_mix (start × what the sector grew faster than the
        area), competitive (what it grew faster here than in the area), allocation (0 under "dunn"),
        n_regions, missing_reason. The parts add up to change; NaN where the region lacks a value.

    Raises
    ------
    DataError
        Unknown method, another number of years than two, a row twice, negative values, sectors whose
        reference is 0 in the first year, no region with every value.

    Notes
    -----
    Dunn (1960), Papers in Regional Science 6(1), 97–112. Esteban-Marquillas (1972), Regional and Urban
    Economics 2(3), 249–255: competitive = E' (g_ij − g_i) and allocation = (E − E') (g_ij − g_i), with E'
    what the sector would have in the region were its structure that of the area. Where a sector starts from
    0 it has no rate of growth: all of its change is competitive. An accounting identity, not an effect.

    Examples
    --------
    >>> table = pd.DataFrame({"region_code": ["a", "b"] * 2, "sector": "C",
    ...     "year": [2015, 2015, 2018, 2018], "value": [100.0, 100.0, 180.0, 120.0]})
    >>> parts = shift_share(table).set_index("region_code").loc["a"]
    >>> [float(parts[c]) for c in ("change", "national", "industry_mix", "competitive")]
    [80.0, 50.0, 0.0, 30.0]
    """
    where = "shift_share"
    if method not in METHODS:
        raise DataError(where, "unknown method", [method], f"use {' or '.join(METHODS)}")
    check_columns(table, ["region_code", "sector", "year", "value"], where)
    years = sorted(set(table["year"]))
    if len(years) != 2:
        raise DataError(where, "the table does not have exactly two years", years, "keep two years")
    wide = [_by_sector(table[table["year"] == year], where) for year in years]
    index = wide[0].index.union(wide[1].index)
    columns = wide[0].columns.union(wide[1].columns)
    start, end = (w.reindex(index=index, columns=columns) for w in wide)
    whole = (start.notna() & end.notna()).all(axis=1)
    if reference is None:
        if not whole.any():
            raise DataError(where, "no region has every sector in both years", remedy="add the values")
        area = [start[whole].sum(), end[whole].sum()]
    else:
        check_columns(reference, ["sector", "year", "value"], where)
        area = [_area(reference[reference["year"] == year], columns, where) for year in years]
    empty = area[0].index[~area[0].gt(0)]
    if len(empty):
        remedy = "leave these sectors out, or begin in a later year"
        raise DataError(where, "sectors with nothing in the first year", empty, remedy)
    parts = _parts(start, end, area, method)
    made = pd.DataFrame({name: part.stack(future_stack=True) for name, part in parts.items()})
    made = made.reset_index().assign(n_regions=int(whole.sum()) if reference is None else 0)
    made.insert(2, "year_start", years[0])
    made.insert(3, "year_end", years[1])
    return made.assign(missing_reason=np.where(made["change"].isna(), MISSING, ""))


def _parts(
    start: pd.DataFrame, end: pd.DataFrame, area: list[pd.Series], method: str
) -> dict[str, pd.DataFrame]:
    """The parts of the change, regions × sectors."""
    growth = area[1].sum() / area[0].sum() - 1
    by_sector = area[1] / area[0] - 1
    competitive = end - start * (1 + by_sector)
    allocation = competitive * 0
    if method == "esteban_marquillas":
        share = area[0] / area[0].sum()
        expected = pd.DataFrame(
            np.outer(start.sum(axis=1, min_count=start.shape[1]), share), start.index, start.columns
        )
        rate = competitive / start.where(start > 0)
        homothetic = (expected * rate).where(start.gt(0) | start.isna(), competitive)
        allocation = competitive - homothetic
        competitive = homothetic
    there = (end - start).notna()
    return {
        "start": start,
        "end": end,
        "change": end - start,
        "national": (start * growth).where(there),
        "industry_mix": (start * (by_sector - growth)).where(there),
        "competitive": competitive,
        "allocation": allocation,
    }


def per_thousand(counts: pd.DataFrame, base: pd.DataFrame, *, oldest: int = OLDEST) -> pd.DataFrame:
    """Counts per 1,000 of a base, mostly people, of the nearest year.

    Parameters
    ----------
    counts : DataFrame
        region_code, value, year (missing where the value is), and any other columns, which stay.
    base : DataFrame
        region_code, year, value (above 0): the base, one or more years.
    oldest : int
        Years that the base may lie before or after the count.

    Returns
    -------
    DataFrame
        The rows of ``counts`` with base, base_year (Int64; of years that are equally near the earlier),
        per_1000 (NaN where the count is missing, or no base is near enough) and per_1000_missing_reason.

    Raises
    ------
    DataError
        Missing columns, an empty base, a district twice in a year of the base, a base that is not above 0.

    Examples
    --------
    >>> counts = pd.DataFrame({"region_code": ["7203"], "value": [17021.0], "year": [2016]})
    >>> people = pd.DataFrame({"region_code": ["7203"] * 2, "year": [2010, 2017], "value": [1e5, 113132]})
    >>> per_thousand(counts, people)[["base_year", "per_1000"]].round(1).values.tolist()
    [[2017, 150.5]]
    """
    where = "per_thousand"
    check_columns(counts, ["region_code", "value", "year"], where)
    check_columns(base, ["region_code", "year", "value"], where)
    known = base.dropna(subset=["value"])
    check_not_empty(known, f"{where}: the base")
    key = ["region_code", "year"]
    check_unique(known, key, f"{where}: the base")
    check_rows(known, ~known["value"].gt(0), key, where, "bases that are not above 0", "correct them")
    rows = counts.reset_index(drop=True)
    pairs = rows[["region_code", "year"]].dropna().assign(row=lambda t: t.index)
    found = known[["region_code", "year", "value"]].rename(columns={"value": "base", "year": "base_year"})
    pairs = pairs.merge(found, on="region_code", how="inner")
    pairs["gap"] = (pairs["year"].astype(int) - pairs["base_year"].astype(int)).abs()
    best = pairs[pairs["gap"] <= oldest].sort_values(["gap", "base_year"]).drop_duplicates("row")
    best = best.set_index("row")[["base", "base_year"]].reindex(rows.index)
    made = rows.join(best.astype({"base": "float64", "base_year": "Int64"}))
    made["per_1000"] = 1000 * made["value"].astype("float64") / made["base"]
    return made.assign(per_1000_missing_reason=np.where(made["per_1000"].isna(), MISSING, ""))


def _by_sector(table: pd.DataFrame, where: str) -> pd.DataFrame:
    """Values as regions × sectors; a pair that the table does not have is missing, never 0."""
    check_columns(table, ["region_code", "sector", "value"], where)
    check_not_empty(table, where)
    key = ["region_code", "sector"]
    check_unique(table, key, where)
    check_rows(table, table["value"].lt(0).fillna(False), key, where, "negative values", "correct them")
    return table.pivot(index="region_code", columns="sector", values="value").astype("float64")


def _area(reference: pd.DataFrame, sectors: pd.Index, where: str) -> pd.Series:
    """The reference by sector, in the order of the sectors."""
    check_columns(reference, ["sector", "value"], where)
    check_unique(reference, ["sector"], f"{where}: the reference")
    area = reference.set_index("sector")["value"].reindex(sectors).astype("float64")
    if area.isna().any():
        lost = area.index[area.isna()]
        raise DataError(where, "sectors that the reference does not have", lost, "add them")
    return area
