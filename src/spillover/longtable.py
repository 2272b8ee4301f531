"""Columns of the long table `indicators`, which every reader gives and every step takes."""

from __future__ import annotations

# One figure of one region; several sources may give it.
CELL = ["region_code", "year", "period", "indicator"]
KEY = [*CELL, "source_id"]
COLUMNS = [*KEY, "value", "unit", "status", "missing_reason"]
