"""Whether a district's ring is sure, when the place of a park is known to some kilometres only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.exposure import EXPOSING_STATUS, ring_labels

WHERE = "check_ring_precision"
CHOICES = ("refuse", "widen", "keep")


class RingPrecision(NamedTuple):
    """What `check_ring_precision` returns."""

    exposure: pd.DataFrame  # without the districts that were left out
    edges_km: tuple[float, ...]  # wider rings, if widened
    doubtful: pd.DataFrame  # districts whose ring is not sure, with the park at fault
    n_doubtful: int  # districts in doubt under the edges given
    n_dropped: int  # districts left out
    n_still_doubtful: int  # districts in doubt in what is returned


def check_ring_precision(
    exposure: pd.DataFrame,
    parks: pd.DataFrame,
    edges_km: Sequence[float],
    *,
    years: Iterable[int] | None = None,
    imprecise: str = "refuse",
) -> RingPrecision:
    """Find the districts that a small shift of a park would put into another ring, and deal with them.

    The place of each park is known to coord_precision_km. So its distance from a district lies between
    d - p and d + p, and that of the nearest operating park between the smallest d - p and the smallest
    d + p. If these two fall into different rings, the ring of the district is not sure. A park that is
    known badly but is far behind a nearer one puts nothing in doubt.

    Parameters
    ----------
    exposure : DataFrame
        As from `spillover.park_exposure`, one basis.
    parks : DataFrame
        park_id and coord_precision_km, as from `spillover.read_parks`.
    edges_km : sequence of float
        Edges of the half-open rings.
    years : iterable of int, optional
        The years of the panel: a park that opens later puts nothing in doubt. If left out, every year in
        which a park begins.
    imprecise : {"refuse", "widen", "keep"}
        ``"refuse"``: leave out every district whose ring is not sure in one of the years, with all its rows.
        Leaving out only the row of the park at fault would turn the district into a control that it may not
        be. ``"widen"``: merge rings that are narrower than twice the precision of the worst park that
        decides a ring, from the inside out; the last edge stays, so that the reference ring does not grow.
        Districts near the edges that remain are still in doubt and counted. ``"keep"``: only count.

    Returns
    -------
    RingPrecision
        exposure, edges_km, doubtful, n_doubtful, n_dropped, n_still_doubtful. ``doubtful`` has one row per
        district and park at fault, under the edges given: region_code, park_id, distance_km,
        coord_precision_km, ring_nearer, ring_farther (the nearest and the farthest ring the district may be
        in), first_year.

    Raises
    ------
    DataError
        Unknown choice, parks without precision, distances missing or below the first edge, or rings of
        which none would be left after widening.

    Examples
    --------
    >>> exposure = pd.DataFrame({"region_code": ["a", "b"], "park_id": "P", "distance_km": [45.0, 70.0],
    ...     "first_operation_year": 2020, "status": "operating"})
    >>> parks = pd.DataFrame({"park_id": ["P"], "coord_precision_km": [10.0]})
    >>> found = check_ring_precision(exposure, parks, (0, 50, 100))
    >>> found.exposure["region_code"].tolist(), found.n_dropped
    (['b'], 1)
    >>> check_ring_precision(exposure, parks, (0, 10, 50, 100), imprecise="widen").edges_km
    (0.0, 50.0, 100.0)
    """
    if imprecise not in CHOICES:
        raise DataError(WHERE, "unknown choice", [imprecise], f"use {', '.join(CHOICES)}")
    edges = tuple(float(edge) for edge in edges_km)
    ring_labels(edges)
    used = _operating_rows(exposure, parks, edges[0])
    begun = used["first_operation_year"].to_numpy(float)
    when = sorted({int(year) for year in (begun if years is None else years)})
    doubtful = _doubtful(used, edges, when)
    lost = set(doubtful["region_code"])
    if imprecise == "refuse":
        kept = exposure[~exposure["region_code"].isin(lost)]
        return RingPrecision(kept, edges, doubtful, len(lost), len(lost), 0)
    if imprecise == "keep":
        return RingPrecision(exposure, edges, doubtful, len(lost), 0, len(lost))
    wider = _widened(edges, 2.0 * float(doubtful["coord_precision_km"].max()) if lost else 0.0)
    still = _doubtful(used, wider, when)["region_code"].nunique()
    return RingPrecision(exposure, wider, doubtful, len(lost), 0, still)


def _operating_rows(exposure: pd.DataFrame, parks: pd.DataFrame, least_km: float) -> pd.DataFrame:
    """Rows of parks that operate at some time, with their precision, checked."""
    key = ["region_code", "park_id"]
    check_columns(exposure, [*key, "distance_km", "first_operation_year", "status"], WHERE)
    check_columns(parks, ["park_id", "coord_precision_km"], WHERE)
    check_unique(exposure, key, WHERE)
    used = exposure[exposure["status"].eq(EXPOSING_STATUS) & exposure["first_operation_year"].notna()]
    used = used.merge(parks[["park_id", "coord_precision_km"]], on="park_id", how="left", validate="m:1")
    bad = ~(used["distance_km"] >= least_km)
    remedy = "give every distance, and begin the edges at 0"
    check_rows(used, bad, key, WHERE, "distances that are missing or below the first edge", remedy)
    bare = used.drop_duplicates("park_id")
    bad = ~bare["coord_precision_km"].between(0, np.inf, inclusive="left")
    check_rows(bare, bad, ["park_id"], WHERE, "parks without precision", "give coord_precision_km, 0 or more")
    return used


def _doubtful(used: pd.DataFrame, edges: tuple[float, ...], years: list[int]) -> pd.DataFrame:
    """Districts and parks in doubt under these edges, with the first year of the doubt."""
    labels = np.array(ring_labels(edges))
    inner = np.array(edges[1:])
    near = (used["distance_km"] - used["coord_precision_km"]).clip(lower=edges[0])
    used = used.assign(near=near, far=used["distance_km"] + used["coord_precision_km"])
    found = []
    for year in years:
        begun = used[used["first_operation_year"] <= year].sort_values(["near", "park_id"])
        # the park that may be the nearest one at the nearest ring; the farthest ring is set by all parks
        first = begun.drop_duplicates("region_code").set_index("region_code")
        farthest = begun.groupby("region_code")["far"].min().reindex(first.index)
        nearer = np.searchsorted(inner, first["near"], side="right")
        # a distance that only just reaches an edge is still inside it
        farther = np.searchsorted(inner, farthest, side="left")
        rings = {"ring_nearer": labels[nearer], "ring_farther": labels[farther], "first_year": year}
        found.append(first.assign(**rings)[farther > nearer].reset_index())
    columns = ["region_code", "park_id", "distance_km", "coord_precision_km"]
    columns += ["ring_nearer", "ring_farther", "first_year"]
    if not found:
        raise DataError(WHERE, "no year, or no park that operates", remedy="check years and status")
    table = pd.concat(found, ignore_index=True).drop_duplicates(["region_code", "park_id"])
    return table[columns].sort_values(["region_code", "first_year"], ignore_index=True)


def _widened(edges: tuple[float, ...], least_km: float) -> tuple[float, ...]:
    """Edges at least so far from each other, with the first and the last kept."""
    kept = [edges[0]]
    for edge in edges[1:-1]:
        if edge - kept[-1] >= least_km:
            kept.append(edge)
    while len(kept) > 1 and edges[-1] - kept[-1] < least_km:
        kept.pop()
    if edges[-1] - kept[-1] < least_km:
        problem = f"all rings together are narrower than {least_km:g} km, twice the precision of a park"
        raise DataError(WHERE, problem, [edges], 'use wider rings, or imprecise="refuse"')
    return (*kept, edges[-1])
