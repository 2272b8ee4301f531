"""The one table in which results travel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "spec_id", "term", "outcome", "estimate", "std_error", "conf_low", "conf_high", "p_value", "p_relocation",
    "event_time", "n_obs", "n_regions", "n_exposed", "n_clusters", "n_dropped", "vcov", "ssc", "model",
)  # fmt: skip
_COUNTS = ("n_obs", "n_regions", "n_exposed", "n_clusters", "n_dropped", "event_time")
_TEXTS = ("spec_id", "term", "outcome", "vcov", "ssc", "model")


def make_estimates(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows of results in the project's one schema; columns not given are missing.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``: texts, floats, and Int64 counts. ``n_exposed`` is the number of
        regions whose exposure changes inside the sample: only they carry the estimate. ``n_dropped`` is the
        number of rows left out because a value was missing.
    """
    table = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    kinds: dict[str, Any] = {c: "Int64" if c in _COUNTS else "float64" for c in COLUMNS if c not in _TEXTS}
    return table.astype(kinds)


def n_changing(data: pd.DataFrame, column: str) -> int:
    """Number of regions whose ``column`` changes over time: those that identify a within estimate."""
    spread = data.groupby("region_code")[column].agg(lambda x: np.ptp(x.to_numpy(float)))
    return int((spread > 1e-12).sum())
