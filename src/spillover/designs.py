"""Designs: from distances and opening years to the treatment of each row of a panel.

A design is a function. The estimates call it with the real distances, the relocation test calls the
same function with the distances to drawn sites, so both measure exposure in one way.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spillover.errors import DataError

# (distance_km of shape (regions, parks), opening years of shape (parks,)) -> one number per panel row
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


def first_exposed_year(distance_km: np.ndarray, opening: np.ndarray, within_km: float) -> np.ndarray:
    """First year with an operating park nearer than ``within_km``, per district; inf if never."""
    near = np.where(distance_km < within_km, opening, np.inf)
    return np.asarray(near.min(axis=1, initial=np.inf))
