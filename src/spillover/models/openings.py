"""Several openings: the rings of a district near more than one park, or near parks of different years."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.exposure import EXPOSING_STATUS, RING_EDGES_KM, ring_labels

SEVERAL = ("nearest", "first_entry", "count")
WHERE = "ring_treatments"


def ring_treatments(
    panel: pd.DataFrame,
    exposure: pd.DataFrame,
    edges_km: Sequence[float] = RING_EDGES_KM,
    *,
    several: str = "nearest",
) -> pd.DataFrame:
    """One column per ring but the outermost: what a district's parks mean in each year.

    Parameters
    ----------
    panel : DataFrame
        region_code and year.
    exposure : DataFrame
        As from `spillover.park_exposure`, one basis: region_code, park_id, distance_km,
        first_operation_year, status. Only parks that operate count.
    edges_km : sequence of float
        Edges of the half-open rings, for example (0, 50, 100, 200).
    several : {"nearest", "first_entry", "count"}
        ``"nearest"``: 1 in the ring of the nearest park that operates in that year; a district changes ring
        when a nearer park opens. Estimates the difference, in the years spent in a ring, to years without a
        park in reach; a second park in the same ring changes nothing.
        ``"first_entry"``: from the year of the first park inside the last edge on, 1 in the closest ring
        that the district reaches up to the panel's last year, for good. Estimates the mean difference after
        the first opening by eventual ring, early years near a farther park included; groups do not move, as
        estimators for staggered openings need it.
        ``"count"``: number of operating parks inside each ring. Estimates the difference per park, if every
        further park adds the same.

    Returns
    -------
    DataFrame
        Index of the panel; float columns named by ring, from the inside out. Join it to the panel and pass
        the names as ``rings`` to `spillover.ring_did`.

    Raises
    ------
    DataError
        Unknown ``several``, districts of the panel without distances, missing distances, a park twice for
        one district (two bases in one table), or no park that operates.

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": "7203", "year": [2014, 2016, 2018]})
    >>> exposure = pd.DataFrame({"region_code": "7203", "park_id": ["A", "B"], "distance_km": [120.0, 30.0],
    ...     "first_operation_year": [2015, 2018], "status": "operating"})
    >>> ring_treatments(panel, exposure, (0, 50, 200)).astype(int).values.tolist()
    [[0, 0], [0, 1], [1, 0]]
    >>> ring_treatments(panel, exposure, (0, 50, 200), several="first_entry").astype(int).values.tolist()
    [[0, 0], [1, 0], [1, 0]]
    >>> ring_treatments(panel, exposure, (0, 50, 200), several="count").astype(int).values.tolist()
    [[0, 0], [0, 1], [1, 1]]
    """
    if several not in SEVERAL:
        raise DataError(WHERE, "unknown way to take several parks", [several], f"use {', '.join(SEVERAL)}")
    labels = ring_labels(edges_km)
    distance, opening = _distances(panel, exposure, edges_km[0])
    ring = np.searchsorted(np.asarray(edges_km, dtype=float), distance.to_numpy(), side="right") - 1
    years = np.unique(panel["year"])
    inside = np.arange(len(labels) - 1)
    states = np.zeros((len(distance), len(years), len(inside)))
    begun = opening[None, :] <= years[:, None]  # (years, parks)
    if several == "count":
        states = np.einsum("rpk,tp->rtk", (ring[:, :, None] == inside).astype(float), begun.astype(float))
    elif several == "nearest":
        nearest = np.where(begun[None], ring[:, None, :], len(inside)).min(axis=2)
        states = (nearest[:, :, None] == inside).astype(float)
    else:
        closest = np.where(begun[-1], ring, len(inside)).min(axis=1)
        first = np.where(ring < len(inside), opening, np.inf).min(axis=1)
        entered = years[None, :] >= first[:, None]
        states = entered[:, :, None] * (closest[:, None, None] == inside).astype(float)
    row = distance.index.get_indexer(panel["region_code"])
    values = states[row, np.searchsorted(years, panel["year"])]
    return pd.DataFrame(values, index=panel.index, columns=labels[:-1])


def _distances(
    panel: pd.DataFrame, exposure: pd.DataFrame, least_km: float
) -> tuple[pd.DataFrame, np.ndarray]:
    """Distances (districts × operating parks) and the parks' opening years, checked."""
    check_columns(panel, ["region_code", "year"], WHERE)
    key = ["region_code", "park_id"]
    check_columns(exposure, [*key, "distance_km", "first_operation_year", "status"], WHERE)
    check_unique(exposure, key, WHERE)
    used = exposure[exposure["status"].eq(EXPOSING_STATUS) & exposure["first_operation_year"].notna()]
    if used.empty:
        raise DataError(WHERE, "no park operates", remedy="check status and first_operation_year")
    bad = ~(used["distance_km"] >= least_km)
    remedy = "give every distance, and begin the edges at 0"
    check_rows(used, bad, key, WHERE, "distances that are missing or below the first edge", remedy)
    distance = used.pivot(index="region_code", columns="park_id", values="distance_km")
    lost = sorted(set(panel["region_code"]) - set(distance.index))
    lost += [str(code) for code in distance.index[distance.isna().any(axis=1)]]
    if lost:
        raise DataError(WHERE, "districts without distances", lost, "make the exposure for these districts")
    opening = used.groupby("park_id")["first_operation_year"].first().reindex(distance.columns)
    return distance, opening.to_numpy(float)


def without_always_exposed(
    panel: pd.DataFrame, *, reference: str = "", rings: str | Sequence[str] = "ring"
) -> pd.DataFrame:
    """Take districts that are exposed from their first year on out of a ring design.

    Their change at a park's opening lies before the panel, so they carry no effect; but two-way fixed
    effects use them as controls of districts exposed later (Goodman-Bacon 2021, Journal of Econometrics
    225(2)), and where effects grow over time this pulls the estimate down.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the rings.
    reference : str
        The reference ring; not needed where ``rings`` are columns.
    rings : str or sequence of str
        As for `spillover.ring_did`.

    Returns
    -------
    DataFrame
        The panel with the rings of these districts missing, so that an estimator drops these rows and
        counts them in ``n_dropped``.

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": list("aabb"), "year": [1, 2, 1, 2], "0-50": [0., 1, 1, 1]})
    >>> without_always_exposed(panel, rings=["0-50"])["0-50"].tolist()
    [0.0, 1.0, nan, nan]
    """
    names = [rings] if isinstance(rings, str) else list(rings)
    check_columns(panel, ["region_code", "year", *names], "without_always_exposed")
    if isinstance(rings, str):
        if reference not in panel[rings].cat.categories:
            known = ", ".join(map(str, panel[rings].cat.categories))
            raise DataError(
                "without_always_exposed", "unknown reference ring", [reference], f"rings are {known}"
            )
        exposed = (panel[rings] != reference) & panel[rings].notna()
    else:
        exposed = (panel[names] > 0).any(axis=1)
    first = panel["year"] == panel.groupby("region_code")["year"].transform("min")
    always = panel["region_code"].isin(panel.loc[first & exposed, "region_code"])
    return panel.assign(**{name: panel[name].mask(always) for name in names})
