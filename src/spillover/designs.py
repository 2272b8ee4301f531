"""Designs: from distances and opening years to the treatment of each row of a panel.

A design is a function. The estimates call it with the real distances, the relocation test calls the
same function with the distances to drawn sites, so both measure exposure in one way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.exposure import RING_EDGES_KM, ring_labels

# (distance_km of shape (regions, parks), opening years of shape (parks,)) -> one number per panel row, or
# one row of numbers where there are several treatments (rings)
Design = Callable[[np.ndarray, np.ndarray], np.ndarray]
# points with lon and lat -> distance_km of shape (regions, points)
Measure = Callable[[pd.DataFrame], np.ndarray]


def share_design(panel: pd.DataFrame, regions: pd.DataFrame, weights: pd.Series, within_km: float) -> Design:
    """Design: share of a province (by weight) that lies within a distance of an operating park.

    Parameters
    ----------
    panel : DataFrame
        Rows region_code (provinces) and year.
    regions : DataFrame
        Districts, in the order of the distances' rows; column panel_code names the panel's province.
    weights : Series
        District code → weight: population, or 1 for the share of districts.
    within_km : float
        Half-open: a district at exactly this distance is outside.

    Returns
    -------
    callable
        (distance_km (districts, parks), opening years (parks,)) → share (0–1) per panel row.
    """
    weight = weights.reindex(regions["region_code"]).to_numpy(float)
    if np.isnan(weight).any():
        lost = regions.loc[np.isnan(weight), "region_code"]
        raise DataError(
            "weights", "districts without a weight", lost, "give one for each, or leave the province out"
        )
    provinces = pd.Index(sorted(regions["panel_code"].unique()))
    member = (regions["panel_code"].to_numpy()[None, :] == provinces.to_numpy()[:, None]) * weight
    member = member / member.sum(axis=1, keepdims=True)
    row = provinces.get_indexer(panel["region_code"])
    if (row < 0).any():
        raise DataError(
            "panel", "provinces without districts", panel.loc[row < 0, "region_code"].unique(), "check codes"
        )
    year = panel["year"].to_numpy()

    def treatment(distance_km: np.ndarray, opening: np.ndarray) -> np.ndarray:
        first = first_exposed_year(distance_km, opening, within_km)
        out = np.empty(len(year))
        for value in np.unique(year):
            rows = year == value
            out[rows] = (member @ (first <= value))[row[rows]]
        return out

    return treatment


def mean_distance_design(panel: pd.DataFrame, regions: pd.DataFrame, weights: pd.Series) -> Design:
    """Design: mean over a province's weight of the distance to the nearest operating park (km).

    Parameters are those of `share_design`, and so is what the design takes and returns.
    """
    weight = weights.reindex(regions["region_code"]).to_numpy(float)
    provinces = pd.Index(sorted(regions["panel_code"].unique()))
    of = provinces.get_indexer(regions["panel_code"])
    row, year = provinces.get_indexer(panel["region_code"]), panel["year"].to_numpy()

    def treatment(distance_km: np.ndarray, opening: np.ndarray) -> np.ndarray:
        out = np.empty(len(year))
        for value in np.unique(year):
            nearest = distance_km[:, opening <= value].min(axis=1, initial=np.inf)
            rows = year == value
            mean = np.bincount(of, weight * nearest) / np.bincount(of, weight)
            out[rows] = mean[row[rows]]
        return out

    return treatment


def ring_design(panel: pd.DataFrame, regions: pd.DataFrame, within_km: float) -> Design:
    """Design: 1 once a park operates within ``within_km`` of the district, else 0, per panel row."""
    row = pd.Index(regions["region_code"]).get_indexer(panel["region_code"])
    year = panel["year"].to_numpy()

    def treatment(distance_km: np.ndarray, opening: np.ndarray) -> np.ndarray:
        first = first_exposed_year(distance_km, opening, within_km)
        return np.asarray(first[row] <= year, dtype=float)

    return treatment


def rings_design(
    panel: pd.DataFrame,
    regions: pd.DataFrame,
    *,
    ring_edges_km: Sequence[float] = RING_EDGES_KM,
    reference: str = "",
) -> Design:
    """Design: the ring of the nearest park that operates in the row's year, one column per ring.

    The columns are those that `spillover.ring_did` estimates: `ring_terms` names them. A row is True in
    the column of its ring, and False everywhere if it is in the reference ring.

    Parameters
    ----------
    panel : DataFrame
        Rows region_code and year.
    regions : DataFrame
        Districts (region_code), in the order of the distances' rows.
    ring_edges_km : sequence of float
        Half-open rings, as for `spillover.assign_ring`.
    reference : str
        The ring without a column; by default the outermost. Districts without an operating park are in the
        outermost ring.

    Returns
    -------
    callable
        (distance_km (districts, parks), opening years (parks,)) → boolean array (panel rows, rings - 1).
        It raises a DataError if a distance is below the first edge.

    Examples
    --------
    >>> regions = pd.DataFrame({"region_code": ["a", "b"]})
    >>> panel = pd.DataFrame({"region_code": ["a", "a", "b"], "year": [2019, 2020, 2020]})
    >>> design = rings_design(panel, regions, ring_edges_km=(0, 50, 100))
    >>> design(np.array([[10.0], [70.0]]), np.array([2020.0])).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1]]
    """
    labels = ring_labels(ring_edges_km)
    columns = np.array([labels.index(t) for t in ring_terms(ring_edges_km, reference)], dtype=np.int8)
    edges = np.asarray(ring_edges_km, dtype=float)
    row = pd.Index(regions["region_code"]).get_indexer(panel["region_code"])
    if (row < 0).any():
        lost = panel.loc[row < 0, "region_code"].unique()
        raise DataError("panel", "districts without distances", lost, "pass their regions")
    years, when = np.unique(panel["year"].to_numpy(), return_inverse=True)

    def treatment(distance_km: np.ndarray, opening: np.ndarray) -> np.ndarray:
        order = np.argsort(opening, kind="stable")
        nearest = np.minimum.accumulate(distance_km[:, order], axis=1)
        if nearest.size and nearest.min() < edges[0]:
            raise DataError(
                "rings", "distances below the first edge", [nearest.min()], "begin the edges at 0"
            )
        none_yet = np.full((len(distance_km), 1), np.inf)
        ring = np.searchsorted(edges[1:], np.hstack([none_yet, nearest]), side="right")
        n_open = np.searchsorted(opening[order], years, side="right")
        found: np.ndarray = ring[:, n_open][row, when][:, None] == columns
        return found

    return treatment


def ring_terms(ring_edges_km: Sequence[float] = RING_EDGES_KM, reference: str = "") -> tuple[str, ...]:
    """Names of the columns of `rings_design`: every declared ring but the reference, in declared order.

    Examples
    --------
    >>> ring_terms((0, 50, 100))
    ('0-50', '50-100')
    """
    labels = ring_labels(ring_edges_km)
    left_out = reference or labels[-1]
    if left_out not in labels:
        raise DataError("rings", "unknown reference ring", [left_out], f"rings are {', '.join(labels)}")
    return tuple(label for label in labels if label != left_out)


def first_exposed_year(distance_km: np.ndarray, opening: np.ndarray, within_km: float) -> np.ndarray:
    """First year with an operating park nearer than ``within_km``, per district; inf if never."""
    near = np.where(distance_km < within_km, opening, np.inf)
    return np.asarray(near.min(axis=1, initial=np.inf))
