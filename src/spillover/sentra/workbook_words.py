"""The words of the workbook: every heading and every code in both languages at once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import pandas as pd

from spillover.display.catalogue import read_labels
from spillover.errors import DataError
from spillover.partnerships.ledger import read_programmes
from spillover.partnerships.sectors import read_sectors
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.supply import districts_of

# Codes of a column → where the catalogue has their words.
NAMESPACES = {
    "missing_reason": ("missing", "gap_reason"),
    "demand_missing_reason": ("gap_reason", "missing"),
    "idr_missing_reason": ("gap_reason", "missing"),
    "gap_missing_reason": ("gap_reason", "missing"),
    "supply_missing_reason": ("gap_reason", "missing"),
    "firms_missing_reason": ("gap_reason", "missing"),
    "jobs_missing_reason": ("gap_reason", "missing"),
    "capital_missing_reason": ("missing",),
    "measure": ("measure", "indicator", "claim"),
    "unit": ("unit",),
    "source_system": ("source_system",),
    "supply_system": ("source_system",),
    "confidence": ("confidence",),
    "covers": ("covers",),
    "workers_kind": ("workforce_kind",),
    "per": ("need_per",),
    "basis": ("point_basis",),
    "need_basis": ("need_basis",),
    "sea_from": ("sea_from",),
    "workers_basis": ("workers_basis",),
    "yardstick": ("yardstick",),
    "group": ("needs_group",),
    "answer_type": ("answer_type",),
    "what": ("needs_what",),
    "how": ("needs_how",),
    "kind": ("criterion_kind", "programme_kind"),
    "status": ("value_status", "status"),
    "direction": ("direction",),
    "transform": ("transform",),
    "change": ("ranking_change", "sentra_change"),
    "top3": ("top3",),
    "ranking_method": ("sentra_method",),
    "published": ("sentra_published",),
    "reason": ("no_headcount",),
    "nearest_basis": ("point_basis", "basis"),
    "park_id": ("park",),
    "complex_id": ("complex",),
    "seen": ("workforce_kind", "status", "park"),
    "flag": ("sentra_flag", "status"),
    "imk_flag": ("sentra_flag", "status"),
}

LISTS = ("flag", "imk_flag")  # several codes joined by semicolons


class Names(NamedTuple):
    """Names of codes, in both languages where these differ."""

    regions: Mapping[str, str]
    sectors: Mapping[str, str]
    items: Mapping[str, str]
    programmes: Mapping[str, str]


def both(key: str) -> tuple[str, str]:
    """A text of the catalogue in Indonesian and English; DataError if there is none.

    Examples
    --------
    >>> both("unit.person")
    ('orang', 'people')
    """
    labels = read_labels()
    if key not in labels:
        raise DataError("labels.csv", "unknown label", [key], "add a row key,id,en to the catalogue")
    return labels[key]["id"], labels[key]["en"]


def two(texts: tuple[str, str]) -> str:
    """Both in one cell, once if they are the same.

    Examples
    --------
    >>> two(("orang", "people")), two(("kg", "kg"))
    ('orang / people', 'kg')
    """
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} / {texts[1]}"


def coded(column: str, code: object) -> object:
    """What a code of a column means, in both languages; a code without words as it stands."""
    if not isinstance(code, str) or not code:
        return code
    if column in LISTS and ";" in code:
        return "; ".join(str(coded(column, part)) for part in code.split(";"))
    labels = read_labels()
    for space in NAMESPACES.get(column, ()):
        if f"{space}.{code}" in labels:
            return two(both(f"{space}.{code}"))
    return code.replace("_", " ") if column in NAMESPACES and code.islower() else code


def with_words(table: pd.DataFrame, names: Names) -> pd.DataFrame:
    """The codes of a table as words; districts keep their code and get their name beside it."""
    table = table.copy()
    for column in table.columns.intersection(list(NAMESPACES)):
        words = {code: coded(column, code) for code in table[column].dropna().unique()}
        table[column] = table[column].astype(object).map(words)
    named = {
        "sector": names.sectors,
        "counted_in": names.sectors,
        "item_id": names.items,
        "included_in": names.items,
        "programme": names.programmes,
        "nearest_programme": names.programmes,
    }
    if "unpriced" in table.columns:
        table["unpriced"] = table["unpriced"].map(lambda codes: _listed(codes, names.items))
    for column in table.columns.intersection(list(named)):
        table[column] = table[column].map(lambda code, n=named[column]: n.get(code, code))
    if "region_code" in table.columns:
        at = int(table.columns.get_indexer(["region_code"])[0]) + 1
        table.insert(at, "district", table["region_code"].map(dict(names.regions)).fillna(""))
    return table


def _listed(codes: str, names: Mapping[str, str]) -> str:
    return "; ".join(names.get(code, code) for code in codes.split(";"))


@cache
def _fixed() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    sectors = read_sectors().drop_duplicates("sector")
    items = read_demand_coefficients()
    programmes = read_programmes()
    return (
        {r.sector: two((r.name_id, r.name_en)) for r in sectors.itertuples()},
        {r.item_id: two((r.name_id, r.name_en)) for r in items.itertuples()},
        {r.programme_id: two((r.name_id, r.name_en)) for r in programmes.itertuples()},
    )


def read_names(province: str) -> Names:
    """Names of the districts of a province, of sectors, of what parks need and of programmes."""
    regions = districts_of(province).set_index("region_code")["name"].to_dict()
    return Names(regions, *_fixed())
