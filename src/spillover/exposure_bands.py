"""The first year in which a park operates inside each band of distance around each district."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.designs import first_exposed_year
from spillover.errors import DataError, check_columns
from spillover.exposure import ring_labels
from spillover.exposure_measures import NEEDED, operating_distances
from spillover.parks import with_start


def first_exposed(
    exposure: pd.DataFrame,
    *,
    within_km: float | None = None,
    edges_km: Sequence[float] | None = None,
    parks: pd.DataFrame | None = None,
    start: str = "operation",
) -> pd.DataFrame:
    """First year in which a park operates inside each band around each district.

    Parameters
    ----------
    exposure : DataFrame
        As from `spillover.park_exposure`, one basis.
    within_km : float
        One band, from 0 up to, not with, this distance. Give this or ``edges_km``.
    edges_km : sequence of float
        Edges of half-open bands, for example (0, 50, 100, 200).
    parks : DataFrame, optional
        As from `spillover.read_parks`; needed for a start other than first operation.
    start : {"operation", "construction", "announcement"}
        What counts as a park's beginning, as for `spillover.parks.with_start`.

    Returns
    -------
    DataFrame
        One row per district and band: region_code, band ("0-50", …), first_exposed_year (Int64; missing if
        no park ever stands inside the band), first_nearer_year (Int64: first year with a park nearer than
        the band), never_exposed (bool: no park inside the band), never_within (bool: no park nearer
        than the outer edge at all: a clean control of this band), start, basis.

    Raises
    ------
    DataError
        Neither or both of ``within_km`` and ``edges_km``, another start without ``parks``, or parks of the
        exposure that are not in ``parks``; and as `decay_exposure`.

    Notes
    -----
    A band is not a ring of the nearest park: a district may have its first park at 80 km in 2015 and another
    at 20 km in 2019, and then stands in both bands. Of the two years the model needs the one that fits its
    question; that is why both are given.

    Examples
    --------
    >>> exposure = pd.DataFrame({"region_code": "7203", "park_id": ["A", "B"], "distance_km": [80.0, 20.0],
    ...     "first_operation_year": [2015, 2019], "status": "operating", "basis": "centroid"})
    >>> table = first_exposed(exposure, edges_km=(0, 50, 100))
    >>> table["band"].tolist(), table["first_exposed_year"].tolist(), table["first_nearer_year"].tolist()
    (['0-50', '50-100'], [2019, 2015], [<NA>, 2019])
    """
    where = "first_exposed"
    if (within_km is None) == (edges_km is None):
        raise DataError(where, "one of within_km and edges_km is needed", remedy="give one of them")
    edges = [0.0, float(within_km)] if within_km is not None else list(edges_km or [])
    bands = ring_labels(edges)[:-1]
    distance, opening, basis = operating_distances(_started(exposure, parks, start), where)
    table = []
    for band, low, high in zip(bands, edges[:-1], edges[1:], strict=True):
        kilometres = distance.to_numpy()
        inside = np.where(kilometres >= low, kilometres, np.inf)
        first = _as_years(first_exposed_year(inside, opening, high))
        nearer = _as_years(first_exposed_year(kilometres, opening, low))
        rows = {"first_exposed_year": first, "first_nearer_year": nearer, "never_exposed": first.isna()}
        clean = first.isna() & nearer.isna()
        part = pd.DataFrame({"region_code": distance.index, "band": band, **rows})
        table.append(part.assign(never_within=clean))
    return pd.concat(table, ignore_index=True).assign(start=start, basis=basis)


def _as_years(years: np.ndarray) -> pd.Series:
    return pd.Series(years).replace(np.inf, np.nan).astype("Int64")


def _started(exposure: pd.DataFrame, parks: pd.DataFrame | None, start: str) -> pd.DataFrame:
    """Exposure with the years and status of another start."""
    if parks is None:
        if start == "operation":
            return exposure
        remedy = "pass parks=sp.read_parks()"
        raise DataError("first_exposed", f"the start {start} needs the parks", remedy=remedy)
    check_columns(exposure, NEEDED, "first_exposed")
    begun = with_start(parks, start)[["park_id", "first_operation_year", "status"]]
    lost = sorted(set(exposure["park_id"]) - set(begun["park_id"]))
    if lost:
        raise DataError(
            "first_exposed", "parks of the exposure that are not in parks", lost, "pass all parks"
        )
    kept = exposure.drop(columns=["first_operation_year", "status"])
    return kept.merge(begun, on="park_id", how="left", validate="m:1")
