"""Exposure to several parks at once: sums that decay with distance."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.exposure import EXPOSING_STATUS

DECAYS = ("inverse", "exponential")
NEEDED = ["region_code", "park_id", "distance_km", "first_operation_year", "status"]


def decay(distance_km: np.ndarray, half_distance_km: float, kind: str = "inverse") -> np.ndarray:
    """What is left of a park's weight at a distance: 1 at the park, one half at the half-distance.

    Parameters
    ----------
    distance_km : ndarray
    half_distance_km : float
        Above 0.
    kind : {"inverse", "exponential"}
        1 / (1 + d / h), which fades slowly, or 2 ** (-d / h), which is next to nothing after a few h.

    Examples
    --------
    >>> decay(np.array([0.0, 50.0, 150.0]), 50.0).tolist()
    [1.0, 0.5, 0.25]
    >>> decay(np.array([0.0, 50.0, 150.0]), 50.0, "exponential").tolist()
    [1.0, 0.5, 0.125]
    """
    if kind not in DECAYS:
        raise DataError("decay", "unknown kind of decay", [kind], f"use {' or '.join(DECAYS)}")
    if not 0 < half_distance_km < np.inf:
        raise DataError("decay", "the half-distance is not above 0", [half_distance_km], "give it in km")
    share = np.asarray(distance_km, dtype=float) / half_distance_km
    return np.asarray(1.0 / (1.0 + share) if kind == "inverse" else np.exp2(-share))


def decay_exposure(
    exposure: pd.DataFrame,
    years: Iterable[int],
    *,
    half_distance_km: float,
    kind: str = "inverse",
    weights: pd.Series | None = None,
    missing_weights: str = "refuse",
) -> pd.DataFrame:
    """Sum over the parks that operate in a year of weight × decay of the distance.

    Parameters
    ----------
    exposure : DataFrame
        As from `spillover.park_exposure`, one basis.
    years : iterable of int
    half_distance_km, kind
        As for `decay`.
    weights : Series, optional
        By park_id, or by park_id and year: workers as from `spillover.workforce.park_workforce`, or a
        capacity in one unit. 1 for every park if left out. 0 or more.
    missing_weights : {"refuse", "count"}
        Parks that operate but have no weight: refuse them, or leave them out of the sum and say so in
        n_without_weight and share_weighted. They are never given a weight.

    Returns
    -------
    DataFrame
        One row per district and year: region_code, year, exposure (in the unit of the weights; 0 if no park
        operates), n_parks (that operate), n_without_weight, share_weighted (of the decayed sum of all
        operating parks, each counted as 1, the share that the parks with a weight hold; NaN without parks),
        basis.

    Raises
    ------
    DataError
        Two bases in one table, missing or negative distances, a district without the distance to some park,
        negative weights, parks without a weight unless they are to be counted, an unknown word.

    Notes
    -----
    The sum over places with an inverse of distance is the market potential of Harris (1954, Annals of the
    Association of American Geographers 44(4)); 1 is added to d / h so that it stays finite at a park.
    On the population basis the mean distance decays, which gives less than the mean over people. With
    ``missing_weights="count"`` the sum rises when a park is first reported, not only when it grows: read it
    beside share_weighted, and better use one weight per park.

    Examples
    --------
    >>> exposure = pd.DataFrame({"region_code": "7203", "park_id": ["A", "B"], "distance_km": [50.0, 150.0],
    ...     "first_operation_year": [2015, 2018], "status": "operating", "basis": "centroid"})
    >>> decay_exposure(exposure, [2014, 2015, 2018], half_distance_km=50)["exposure"].tolist()
    [0.0, 0.5, 0.75]
    >>> jobs = pd.Series({"A": 1000, "B": 400})
    >>> decay_exposure(exposure, [2018], half_distance_km=50, weights=jobs)["exposure"].tolist()
    [600.0]
    """
    if missing_weights not in ("refuse", "count"):
        raise DataError("decay_exposure", "unknown choice", [missing_weights], "use refuse or count")
    years = [int(year) for year in years]
    distance, opening, basis = operating_distances(exposure, "decay_exposure")
    near = decay(distance.to_numpy(), half_distance_km, kind)
    begun = opening[:, None] <= np.array(years)[None, :]  # (parks, years)
    weight = _weights(weights, distance.columns, years)
    without = begun & np.isnan(weight)
    if missing_weights == "refuse" and without.any():
        rows, columns = np.nonzero(without)
        lost = [
            f"{distance.columns[row]} in {years[column]}" for row, column in zip(rows, columns, strict=True)
        ]
        remedy = 'give a weight for each park, or missing_weights="count" to leave these parks out'
        raise DataError("decay_exposure", "parks that operate but have no weight", lost, remedy)
    known = begun & ~without
    every = near @ begun.astype(float)
    held = np.divide(near @ known.astype(float), every, out=np.full(every.shape, np.nan), where=every > 0)
    index = pd.MultiIndex.from_product([distance.index, years], names=["region_code", "year"])
    table = {
        "exposure": (near @ np.where(known, weight, 0.0)).ravel(),
        "n_parks": np.tile(begun.sum(axis=0), len(distance)),
        "n_without_weight": np.tile(without.sum(axis=0), len(distance)),
        "share_weighted": held.ravel(),
    }
    return pd.DataFrame(table, index=index).reset_index().assign(basis=basis)


def operating_distances(exposure: pd.DataFrame, where: str) -> tuple[pd.DataFrame, np.ndarray, str]:
    """Distances (districts × parks that operate at some time), opening years, and the basis, checked."""
    check_columns(exposure, [*NEEDED, "basis"], where)
    bases = exposure["basis"].unique()
    if len(bases) != 1:
        raise DataError(where, "not one basis in the table", bases, "give the distances of one basis")
    key = ["region_code", "park_id"]
    check_unique(exposure, key, where)
    bad = ~exposure["distance_km"].between(0, np.inf, inclusive="left")
    check_rows(exposure, bad, key, where, "distances that are missing or below 0", "give every distance")
    wide = exposure.pivot(index="region_code", columns="park_id", values="distance_km")
    if wide.isna().to_numpy().any():
        lost = wide.index[wide.isna().any(axis=1)]
        raise DataError(where, "districts without the distance to some park", lost, "give every distance")
    used = exposure[exposure["status"].eq(EXPOSING_STATUS) & exposure["first_operation_year"].notna()]
    opening = used.drop_duplicates("park_id").set_index("park_id")["first_operation_year"].sort_index()
    return wide[opening.index], opening.to_numpy(float), str(bases[0])


def _weights(weights: pd.Series | None, parks: pd.Index, years: list[int]) -> np.ndarray:
    """Weight of each park in each year, shape (parks, years); NaN where there is none."""
    if weights is None:
        return np.ones((len(parks), len(years)))
    if weights.index.has_duplicates:
        double = weights.index[weights.index.duplicated()].unique()
        raise DataError("weights", "parks with two weights", double, "give one for each park (and year)")
    if weights.index.nlevels == 2:
        index = pd.MultiIndex.from_product([parks, years])
        found = weights.reindex(index).to_numpy(float, na_value=np.nan).reshape(len(parks), len(years))
    else:
        one = weights.reindex(parks).to_numpy(float, na_value=np.nan)
        found = np.repeat(one[:, None], len(years), axis=1)
    odd = (found < 0) | np.isinf(found)
    if odd.any():
        raise DataError("weights", "weights below 0 or infinite", parks[odd.any(axis=1)], "correct them")
    return np.asarray(found)
