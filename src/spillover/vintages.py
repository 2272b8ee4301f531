"""One table on the districts of another year, every value exact, estimated by name, or refused."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

import pandas as pd

from spillover.errors import DataError, check_codes, check_columns, check_not_empty, check_rows, check_unique
from spillover.indicators import read_catalogue
from spillover.past_regions import (
    LAST_YEAR,
    birth_years,
    check_vintage,
    flag_backcast,
    regions_in,
    split_parents,
)
from spillover.regions import read_provinces, read_region_changes, read_regions
from spillover.territory import EXACT, OUT_OF_TIME, STATUSES, Parts, Plan, Row, aggregate, decimal, split

__all__ = ["flag_backcast", "regions_in", "to_vintage"]

COLUMNS = ("region_code", "year", "indicator", "source_id", "value", "unit", "status", "missing_reason")
OPTIONAL = ("period", "derived")
KINDS = ("count", "money", "rate", "per_head")
Shares = Mapping[tuple[str, str], float]


def to_vintage(
    table: pd.DataFrame,
    year: int,
    *,
    weight: pd.DataFrame | None = None,
    kind: str | None = None,
    territory: str | int = "native",
    shares: Mapping[tuple[str, str], float] | None = None,
) -> pd.DataFrame:
    """Bring a long table to the districts of one year.

    Counts and money of districts that did not exist in ``year`` are added to the district they came from,
    exactly; rates and values per head are averaged with ``weight``. Values of a district that was divided
    by ``year`` are split by ``weight``; the parts sum to the whole exactly (values of up to 15 digits; a
    count in whole units stays in whole units). A sum with a missing part is missing, never partial.

    Parameters
    ----------
    table : DataFrame
        Columns region_code (districts, today's codes), year, indicator, source_id, value, unit, status,
        missing_reason; perhaps period, and derived from an earlier call. Only rows of one year, period,
        indicator and source are combined.
    year : int
        2000 to 2025: districts as at the end of that year (`spillover.regions_in`).
    weight : DataFrame, optional
        Columns region_code, year, indicator, value of one indicator, of the years of ``table`` or of one
        single year that serves all. When splitting, of the districts of ``year``.
    kind : {"count", "money", "rate", "per_head"}, optional
        Of every indicator of the table; by default that of the catalogue.
    territory : "native", "today" or int
        What area the rows cover: districts as of the row's own year; today's (a back-cast series); or
        those of the year given.
    shares : mapping, optional
        (child, parent) → fraction of the child that came from that parent, for children of two parents.

    Returns
    -------
    DataFrame
        The same columns and ``derived``: "" where the value is as it was, else how it was made ("sum of
        7203, 7212", "split by population 2010"). Split values are ``estimated``; a sum has the worst
        status of its parts. Rows without value of districts that did not exist are left out.

    Raises
    ------
    DataError
        Rows of provinces, unknown or duplicate keys, several units, an unknown status, a value of a
        district that did not exist then, a weight that is missing or not given where one is needed,
        Tambrauw (of two parents) without ``shares``, a rate to be split.

    Examples
    --------
    >>> rows = pd.DataFrame({"region_code": ["7203", "7212"], "year": 2012, "indicator": "grdp_real",
    ...     "source_id": "x", "value": [5012.0, 4593.0], "unit": "billion_idr_2010", "status": "final",
    ...     "missing_reason": ""})
    >>> to_vintage(rows, 2012, territory="today")[["region_code", "value", "derived"]].values.tolist()
    [['7203', 9605.0, 'sum of 7203, 7212']]
    """
    check_vintage(year, "to_vintage")
    rows = _rows(table)
    kinds = _kinds(table, kind)
    plan = _plan(weight)
    lineages = _Lineages(shares or {})
    out: list[Row] = []
    for (then, _, indicator, _), found in rows.items():
        area = _area(territory, then)
        existing, parts = lineages.between(area, year)
        for code in sorted(set(found) - existing):
            if pd.notna(found.pop(code)["value"]):
                plan.refuse(OUT_OF_TIME, f"{code}/{then}")
        with localcontext(EXACT):
            out += (aggregate if area >= year else split)(found, parts, kinds[indicator], plan)
    plan.check()
    columns = [*table.columns, *(["derived"] if "derived" not in table.columns else [])]
    made = pd.DataFrame(out, columns=columns).astype({"year": "int64", "value": "float64"})
    order = [c for c in ("indicator", "source_id", "region_code", "year", "period") if c in columns]
    return made.sort_values(order, ignore_index=True)


def _rows(table: pd.DataFrame) -> dict[tuple[int, str, str, str], dict[str, Row]]:
    """Checked rows by (year, period, indicator, source_id), then by district."""
    where = "to_vintage"
    check_columns(table, COLUMNS, where)
    absent = {name: "" for name in OPTIONAL if name not in table.columns}
    table = table.assign(**absent)
    check_columns(table, [*COLUMNS, *OPTIONAL], where, exact=True)
    check_not_empty(table, where)
    key = ["region_code", "year", "period", "indicator", "source_id"]
    wider = table["region_code"].isin({"0000", *read_provinces()["province_code"]})
    remedy = "give districts only; provinces are sums of their districts"
    check_rows(table, wider, key, where, "rows of provinces or the nation", remedy)
    check_codes(table["region_code"], read_regions()["region_code"], where)
    check_unique(table, key, where)
    wrong = ~table["status"].isin(STATUSES)
    check_rows(table, wrong, [*key, "status"], where, "unknown status", f"use {', '.join(STATUSES)}")
    wrong = table["value"].abs() == float("inf")
    check_rows(table, wrong, key, where, "infinite values", "correct the cells")
    units = table.groupby(["indicator", "source_id"])["unit"].nunique()
    several = ["/".join(series) for series in units.index[units > 1]]
    if several:
        raise DataError(where, "series in several units", several, "bring each to one unit")
    found: dict[tuple[int, str, str, str], dict[str, Row]] = {}
    for row in table.to_dict("records"):
        group = (int(row["year"]), row["period"], row["indicator"], row["source_id"])
        found.setdefault(group, {})[row["region_code"]] = {str(k): v for k, v in row.items()}
    return found


def _kinds(table: pd.DataFrame, kind: str | None) -> dict[str, str]:
    """Kind of each indicator: the one given, else that of the catalogue."""
    names = sorted(set(table["indicator"]))
    remedy = f"give kind=, one of {', '.join(KINDS)}"
    if kind is not None:
        if kind not in KINDS:
            raise DataError("to_vintage", "unknown kind", [kind], remedy)
        return dict.fromkeys(names, kind)
    known = read_catalogue().set_index("indicator")["kind"]
    unknown = [n for n in names if n not in known.index]
    if unknown:
        raise DataError("to_vintage", "indicators that the catalogue does not have", unknown, remedy)
    return {n: str(known[n]) for n in names}


def _plan(weight: pd.DataFrame | None) -> Plan:
    """The weights by district and year, checked."""
    if weight is None:
        return Plan("", {}, None)
    where = "to_vintage, weight"
    check_columns(weight, ["region_code", "year", "indicator", "value"], where)
    check_not_empty(weight, where)
    names = sorted(set(weight["indicator"]))
    if len(names) > 1:
        raise DataError(where, "more than one indicator", names, "choose one")
    key = ["region_code", "year"]
    check_codes(weight["region_code"], read_regions()["region_code"], where)
    check_unique(weight, key, where)
    wrong = (weight["value"] < 0) | (weight["value"] == float("inf"))
    check_rows(weight, wrong, key, where, "weights below zero or infinite", "correct the cells")
    there = weight[weight["value"].notna()]
    cells = zip(there["region_code"], there["year"], there["value"], strict=True)
    years = sorted(set(weight["year"]))
    single = int(years[0]) if len(years) == 1 else None
    return Plan(names[0], {(c, int(y)): decimal(v) for c, y, v in cells}, single)


def _area(territory: str | int, then: int) -> int:
    """Year of the districts that a row of the year ``then`` covers."""
    if territory == "today":
        return LAST_YEAR
    area = then if territory == "native" else territory
    if isinstance(area, str):
        remedy = 'use "native", "today" or a year'
        raise DataError("to_vintage", "unknown territory", [area], remedy)
    check_vintage(area, "to_vintage, territory")
    return area


class _Lineages:
    """Which district of one year lies in which of another; read once, worked out once for a pair of years."""

    def __init__(self, shares: Shares) -> None:
        changes = read_region_changes("split")
        self.born, self.parents = birth_years(changes), split_parents(changes)
        self.codes = read_regions()["region_code"].tolist()
        self.shares = _checked(shares, self.parents)
        self.known: dict[tuple[int, int], tuple[set[str], Parts]] = {}

    def between(self, area: int, year: int) -> tuple[set[str], Parts]:
        """Districts of ``area``; and for each district of the older year the parts of the younger one."""
        if (area, year) not in self.known:
            parts: Parts = {}
            for code in self._existing(max(area, year)):
                for home, fraction in self._homes(code, min(area, year)).items():
                    parts.setdefault(home, []).append((code, fraction))
            self.known[area, year] = set(self._existing(area)), parts
        return self.known[area, year]

    def _existing(self, year: int) -> list[str]:
        return [code for code in self.codes if self.born.get(code, 0) <= year]

    def _homes(self, code: str, year: int) -> dict[str, Decimal | None]:
        """Districts of ``year`` that the district came from, with the fraction of it."""
        if self.born.get(code, 0) <= year:
            return {code: Decimal(1)}
        homes: dict[str, Decimal | None] = {}
        for parent in self.parents[code]:
            fraction = Decimal(1) if len(self.parents[code]) == 1 else self.shares.get((code, parent))
            for home, above in self._homes(parent, year).items():
                product = None if fraction is None or above is None else fraction * above
                before = homes.get(home, Decimal(0))
                homes[home] = None if product is None or before is None else before + product
        return homes


def _checked(shares: Shares, parents: Mapping[str, list[str]]) -> dict[tuple[str, str], Decimal]:
    """Shares as decimals; those of a child must name all its parents and sum to one."""
    exact = {pair: decimal(share) for pair, share in shares.items()}
    for child in {child for child, _ in exact}:
        own = {parent: share for (c, parent), share in exact.items() if c == child}
        if sorted(own) != sorted(parents.get(child, [])) or min(own.values()) < 0 or sum(own.values()) != 1:
            remedy = "give every parent of the child a share; together exactly 1"
            raise DataError("to_vintage, shares", "not the shares of a child's parents", [child], remedy)
    return exact
