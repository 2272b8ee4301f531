"""Made-up tables to rank: letters for districts and criteria, so that nobody takes them for data."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def tables(
    rows: Sequence[Sequence[float]], weights: Sequence[float], **columns: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values with districts A, B, … and criteria a, b, …; ``columns`` replace columns of the criteria."""
    ids = [chr(ord("a") + j) for j in range(len(weights))]
    codes = pd.Index([chr(ord("A") + i) for i in range(len(rows))], name="region_code")
    usual: dict[str, object] = {
        "direction": "benefit", "transform": "none", "missing_low": 0.0, "missing_high": 1.0,
        "range_pct": 0.0, "range_kind": "own", "kind": "data",
    }  # fmt: skip
    criteria = pd.DataFrame({"criterion_id": ids, "weight": [w / sum(weights) for w in weights]})
    return pd.DataFrame(list(rows), index=codes, columns=ids, dtype=float), criteria.assign(**usual | columns)
