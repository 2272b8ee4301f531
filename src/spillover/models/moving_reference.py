"""A control group that is itself exposed: the reference ring moved outwards, and what that does."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Unpack

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.exposure import ring_labels
from spillover.models.regression import Regression
from spillover.models.rings import ring_did

WHERE = "moving_reference"
BEYOND_KM = (100.0, 150.0, 200.0, 300.0, 400.0)


def moving_reference(
    panel: pd.DataFrame,
    outcome: str,
    *,
    edges_km: Sequence[float] = (0.0, 50.0, 100.0),
    beyond_km: Sequence[float] = BEYOND_KM,
    same_exposed: bool = True,
    spec_id: str = "moving_reference",
    **regression: Unpack[Regression],
) -> pd.DataFrame:
    """Ring difference-in-differences with the reference ring beginning farther and farther out.

    If parks change the outcome beyond the last ring, the reference is exposed too and the difference is
    too small (Clarke 2017; Butts 2021, "Difference-in-differences estimation with spatial spillovers").
    Estimates that settle once the reference begins far enough out show how far effects reach. With each
    step fewer controls are left, so intervals grow.

    Parameters
    ----------
    panel : DataFrame
        region_code, year, the outcome and distance_km (to the nearest park operating in that year; missing
        where none does), as made by `spillover.add_exposure`.
    outcome : str
    edges_km : sequence of float
        Edges of the rings that are kept, for example (0, 50, 100) for "0-50" and "50-100".
    beyond_km : sequence of float
        Where the reference ring begins; each at least the last edge. Districts that are ever nearer than
        this but never inside the last edge are left out, and so are the years that others spend there.
    same_exposed : bool
        Use in all steps the exposed districts of the last one: those with years beyond the farthest
        reference to compare with. Otherwise districts drop out from step to step (those that had another
        park at a middling distance before), and the estimates move because other districts are compared.
    spec_id : str
        Beginning of the names of the specifications.
    **regression
        As for `spillover.ring_did`.

    Returns
    -------
    DataFrame
        Rows of `estimates`, rings × references; spec_id is ``<spec_id>_beyond_<km>km``; ``n_dropped`` counts
        the rows left out, ``model`` names the reference and the number of districts left out for it.

    Raises
    ------
    DataError
        References inside the last edge, or with no district; and as `spillover.ring_did`.
    """
    check_columns(panel, ["region_code", "year", outcome, "distance_km"], WHERE)
    labels = ring_labels(edges_km)[:-1]
    last = float(edges_km[-1])
    inner = [b for b in beyond_km if b < last]
    if inner or not len(beyond_km):
        remedy = f"begin the reference at {last:g} km or farther"
        raise DataError(WHERE, "references that begin inside the last ring", inner, remedy)
    distance = panel["distance_km"].fillna(np.inf)
    if (distance < edges_km[0]).any():
        raise DataError(WHERE, "distances below the first edge", remedy="begin the edges at 0")
    closest = distance.groupby(panel["region_code"]).transform("min")
    clean = (
        ((distance >= max(beyond_km)) & panel[outcome].notna()).groupby(panel["region_code"]).transform("any")
    )
    stuck = (
        (closest < last) & ~clean & same_exposed
    )  # inside, but never free of parks as far as the farthest reference
    tables = []
    for beyond in beyond_km:
        between = closest.between(last, beyond, inclusive="left")
        reference = f">{beyond:g}"
        if not (closest >= beyond).any():
            remedy = "shorten beyond_km, or add districts far away"
            raise DataError(WHERE, "a reference ring without districts", [reference], remedy)
        ring = _rings(distance, [*edges_km, beyond], [*labels, reference]).mask(between | stuck)
        table = ring_did(
            panel.assign(ring=ring),
            outcome,
            reference=reference,
            spec_id=f"{spec_id}_beyond_{beyond:g}km",
            **regression,
        )
        counts = [panel.loc[rows, "region_code"].nunique() for rows in (between, stuck)]
        words = f", {counts[0]} districts between and {counts[1]} never beyond {max(beyond_km):g} km left out"
        tables.append(table.assign(model=table["model"] + words))
    return pd.concat(tables, ignore_index=True)


def _rings(distance: pd.Series, edges: Sequence[float], labels: Sequence[str]) -> pd.Series:
    """Rings up to the last but one edge and the reference from the last edge on; missing in between."""
    ring = pd.Series(pd.Categorical([None] * len(distance), labels, ordered=True), index=distance.index)
    for label, (low, high) in zip(labels, itertools.pairwise(edges[:-1]), strict=False):
        ring = ring.mask(distance.between(low, high, inclusive="left"), label)
    return ring.mask(distance >= edges[-1], labels[-1])
