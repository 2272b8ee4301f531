"""Simulated partnership tables: invented numbers that only tests use."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spillover.partnerships.columns import LEDGER_COLUMNS, PROGRAMME_COLUMNS, SOURCE_COLUMNS
from spillover.partnerships.sectors import SECTOR_COLUMNS

_CLAIM = {
    "programme": "sim_park", "actor": "Simulated park", "counterpart": "simulated SMEs",
    "measure": "contracts", "value": "100", "unit": "IDR", "qualifier": "exact", "period_start": "2021",
    "as_of": "2022", "basis": "cumulative", "stage": "realised", "region_code": "8202",
    "source_id": "sim_news",
}  # fmt: skip


def claim(entry_id: str, **cells: Any) -> dict[str, str]:
    """One simulated row: a cumulative claim of 100 rupiah from 2021 to 2022, with some cells replaced."""
    row = dict.fromkeys(LEDGER_COLUMNS, "") | _CLAIM | {"entry_id": entry_id}
    row |= {name: str(cell) for name, cell in cells.items()}
    unknown = set(cells) - set(LEDGER_COLUMNS)
    assert not unknown, unknown
    return row if row["reported_as"] or "reported_as" in cells else row | {"reported_as": row["value"]}


def flow(entry_id: str, **cells: Any) -> dict[str, str]:
    """One simulated flow of 2022."""
    given = {"basis": "flow", "period_start": "2022", "period_end": "2022"}
    return claim(entry_id, **(given | cells))


def stock(entry_id: str, **cells: Any) -> dict[str, str]:
    """One simulated stock of 2022."""
    return claim(entry_id, **({"basis": "stock", "period_start": "", "unit": "unit"} | cells))


def ledger(*rows: dict[str, str]) -> pd.DataFrame:
    """Simulated rows as a file would give them to the readers: numbers as floats."""
    table = pd.DataFrame(list(rows), columns=list(LEDGER_COLUMNS))
    for name in ("value", "value_high"):
        table[name] = pd.to_numeric(table[name].replace("", None)).astype("float64")
    return table


def texts(*rows: dict[str, str]) -> pd.DataFrame:
    """Simulated rows with all cells as texts."""
    return pd.DataFrame(list(rows), columns=list(LEDGER_COLUMNS))


# A ledger in order, with one of everything: a chain, a conflict, a total with parts, a stock, a range.
GOOD = {
    row["entry_id"]: row
    for row in (
        claim("sum_2022", as_of="2022-12-07", period_end="2022-12-07"),
        claim("sum_2024", value=300, as_of="2024", supersedes="sum_2022", conflict="sum_fell"),
        claim("sum_2025", value=200, as_of="early-2025", conflict="sum_fell"),
        flow("total", value=31, measure="trained", unit="person", region_code="8200"),
        flow("part_a", value=14, measure="trained", unit="person", part_of="total"),
        flow("part_b", value=17, measure="trained", unit="person", part_of="total", region_code="8206"),
        stock(
            "suppliers",
            measure="suppliers",
            qualifier="range",
            value=1000,
            value_high=9999,
            reported_as="ribuan",
        ),
        flow("rice", unit="IDR/month", sector="food;fish", kbli_section="G;A", measure="rate"),
        stock("everyone", sector="all", measure="members", note_id="Simulasi.", note_en="Simulated."),
    )
}

SECTORS = pd.DataFrame(
    [
        ("food", "Pangan", "Food", "G", "46", "Perdagangan", "Trade", True, "simulated", True),
        ("food", "Pangan", "Food", "A", "01", "Tanaman", "Crops", False, "simulated", True),
        ("fish", "Ikan", "Fish", "A", "03", "Perikanan", "Fishing", True, "simulated", True),
        ("wood", "Kayu", "Wood", "C", "16", "Kayu", "Wood", True, "simulated", False),
    ],
    columns=list(SECTOR_COLUMNS),
)
SOURCES = pd.DataFrame(
    [("sim_news", "Simulated", "Simulated News", "press", "2024-01-19", "", "", "2026-11-21")],
    columns=list(SOURCE_COLUMNS),
)
PROGRAMMES = pd.DataFrame(
    [
        (f"sim_{name}", "Simulasi", "Simulated", "procurement", "Simulated park", "IWIP", "8202", "2021", "",
         wider, "Simulasi.", "Simulated.", "sim_news")
        for name, wider in (("park", ""), ("park_and_mine", "sim_park"), ("group", "sim_park_and_mine"))
    ],
    columns=list(PROGRAMME_COLUMNS),
)  # fmt: skip


def good(**changes: dict[str, Any] | None) -> pd.DataFrame:
    """The ledger in order with cells of some rows changed, rows left out (None) or added."""
    rows = {name: dict(row) for name, row in GOOD.items()}
    for name, change in changes.items():
        if change is None:
            del rows[name]
        else:
            rows[name] = rows.get(name, claim(name)) | {k: str(v) for k, v in change.items()}
    return texts(*rows.values())
