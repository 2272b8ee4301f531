"""Regressions at drawn sites: treatments that drawn sites would have made, and the estimates they give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.designs import Design, Measure
from spillover.errors import DataError, check_columns, check_unique
from spillover.inference.error_correlation import Correlation, fit_correlation
from spillover.inference.refit import Within, refit, within_effects
from spillover.inference.sites import sites_in_words
from spillover.models.linear import EFFECTS
from spillover.parks import operating

STATISTICS = ("spatial", "scaled", "estimate")


class Treatments(NamedTuple):
    """Treatment of every panel row at the real sites and at drawn ones.

    ``values`` (panel rows, 1 + draws, k), the real sites first; ``terms`` names the k treatments; ``rules``
    says how the sites were drawn.
    """

    values: np.ndarray
    terms: tuple[str, ...]
    rules: str


class RelocationTest(NamedTuple):
    """Estimates at the real and the drawn sites, and what intervals and power need of them.

    ``estimates`` (1 + draws, k), the real sites first; NaN where a draw cannot tell the treatment. ``slopes``
    (1 + draws, k, k): coefficient on drawn treatment i of the real treatment j, so that the estimates of
    the outcome less β times real treatment j are ``estimates - β slopes[:, :, j]``. ``root`` (1 + draws, k):
    1 / the standard deviation of an estimate, up to a factor (see `spillover.inference.refit.Refit`).
    ``statistic`` is one of ``STATISTICS``, ``correlation`` that of the errors if it is "spatial".
    ``treatments`` (rows used, 1 + draws, k) and ``within`` serve
    `spillover.inference.inversion.detectable_effect`.
    """

    outcome: str
    terms: tuple[str, ...]
    estimates: np.ndarray
    slopes: np.ndarray
    root: np.ndarray
    statistic: str
    rules: str
    treatments: np.ndarray
    within: Within
    correlation: Correlation | None = None

    @property
    def draws(self) -> int:
        """Number of draws, the real sites not counted."""
        return len(self.estimates) - 1

    @property
    def weights(self) -> np.ndarray:
        """What estimates are multiplied by to be compared (1 + draws, k); 1 at the real sites."""
        if self.statistic == "estimate":
            return np.ones_like(self.root)
        return self.root / np.where(self.root[0] > 0, self.root[0], 1.0)


def site_treatments(
    panel: pd.DataFrame,
    design: Design,
    *,
    measure: Measure,
    parks: pd.DataFrame,
    sites: pd.DataFrame,
    terms: Sequence[str] = ("treatment",),
) -> Treatments:
    """Treatments of every panel row at the real sites and at those of a table.

    Parameters
    ----------
    panel : DataFrame
        region_code and year, as the design was made for.
    design : callable
        One or several treatments of each panel row (see `spillover.designs`, for example `rings_design`).
    measure : callable
        Table of points (lon, lat) → distance_km (districts, points), districts in the design's order.
    parks : DataFrame
        As from `spillover.read_parks`.
    sites : DataFrame
        As from `spillover.inference.sites.draw_sites`; complexes that are not in it stay.
    terms : sequence of str
        Names of the treatments.

    Raises
    ------
    DataError
        Complexes that are not among the parks, or another number of terms than the design gives.

    Examples
    --------
    >>> import spillover as sp
    >>> from functools import partial
    >>> from spillover.designs import ring_terms, rings_design
    >>> from spillover.inference.sites import draw_sites, moving_parks
    >>> regions, parks = sp.read_regions(), sp.read_parks()
    >>> panel = sp.make_panel([sp.read_indicator("grdp_per_capita_real")], regions, range(2008, 2021))
    >>> candidates = sp.candidate_sites(regions, sp.read_nickel_provinces())
    >>> sites = draw_sites(moving_parks(parks, 2008, 2020), candidates, draws=9, seed=1)
    >>> rings = rings_design(panel, regions)
    >>> measure = partial(sp.geodesic_km, regions)
    >>> at = site_treatments(panel, rings, measure=measure, parks=parks, sites=sites, terms=ring_terms())
    >>> at.values.shape, at.terms
    ((6682, 10, 3), ('0-50', '50-100', '100-200'))
    """
    sited = operating(parks, int(panel["year"].max()))
    opening = sited["first_operation_year"].to_numpy(float)
    complexes = pd.Index(sites.loc[sites["draw"] == 0, "complex_id"])
    of = complexes.get_indexer(sited["complex_id"])
    absent = set(complexes) - set(sited["complex_id"])
    if absent:
        raise DataError("site_treatments", "complexes without operating parks", absent, "use the same parks")
    drawn = sites[sites["draw"] > 0]
    points = drawn.drop_duplicates("candidate").reset_index(drop=True)
    index = pd.Index(points["candidate"]).get_indexer(drawn["candidate"]).reshape(-1, len(complexes))
    real, moved = measure(sited), of >= 0
    there = measure(points) if len(points) else np.empty((len(real), 0))
    first = _columns(design(real, opening), terms)
    by_draw = np.empty((1 + len(index), len(panel), len(terms)), dtype=first.dtype)
    by_draw[0] = first
    distance = real.copy()
    for draw, places in enumerate(index, 1):
        distance[:, moved] = there[:, places[of[moved]]]
        by_draw[draw] = _columns(design(distance, opening), terms)
    return Treatments(by_draw.transpose(1, 0, 2), tuple(terms), sites_in_words(sites))


def _columns(treatment: np.ndarray, terms: Sequence[str]) -> np.ndarray:
    """A design's result as columns, one per term."""
    columns = treatment if treatment.ndim == 2 else treatment[:, None]
    if columns.shape[1] != len(terms):
        problem = f"{columns.shape[1]} treatments for {len(terms)} terms"
        raise DataError("site_treatments", problem, terms, "name each treatment of the design")
    return columns


def relocate(
    panel: pd.DataFrame,
    outcome: str,
    treatments: Treatments,
    *,
    effects: Sequence[str] = EFFECTS,
    places: pd.DataFrame | None = None,
    statistic: str = "",
) -> RelocationTest:
    """Estimate one regression at the real and at all drawn sites, with one or several treatments.

    Parameters
    ----------
    panel : DataFrame
        region_code, year, the outcome and the effects; rows with a missing value are left out.
    outcome : str
    treatments : Treatments
        As from `site_treatments` for the same rows.
    effects : sequence of str
        Fixed effects, as for `spillover.models.linear.absorb`.
    places : DataFrame, optional
        region_code, lon, lat of every region: needed for "spatial".
    statistic : {"spatial", "scaled", "estimate"}, optional
        What draws are compared by: the estimate over its standard deviation under errors correlated in space
        and time as the outcome shows (`spillover.inference.error_correlation`), which is taken if places are
        given; or under independent errors, as `spillover.inference.relocation.scaled`, which is taken if not;
        or the estimate itself. See the notes.

    Returns
    -------
    RelocationTest

    Raises
    ------
    DataError
        Treatments of other rows than the panel's, duplicate region-years, no rows left, a constant outcome,
        or real sites at which no treatment can be told (nobody changes, or all are treated alike).

    Notes
    -----
    No regression is refitted: see `spillover.inference.refit`. Where several treatments move together, each
    is tested alone; the effects of the others stay in the outcome.

    Each statistic is exact if the real sites are drawn by the rules. For sites that are as they are, and
    errors that vary, it matters that estimates are comparable: drawn sites expose more or fewer districts
    than the real ones, or such that lie closer together, and those estimates vary more. In the simulations of
    ``data/validation/coverage_simulated.csv`` the spatial statistic with sites along the coast rejects a true
    null in 4.2 to 6.3 % of samples in all eight designs; the scaled one with sites at centroids in 3.6 to
    8.8 %, the raw one in 3.7 to 12.6 %. The correlation is that of the outcome as it is, so that an interval
    excludes 0 exactly if p is at most its level.
    """
    columns = list(dict.fromkeys(["region_code", "year", *(c for e in effects for c in e.split("^"))]))
    check_columns(panel, [*columns, outcome], "relocate")
    check_unique(panel, ["region_code", "year"], "relocate")
    statistic = statistic or ("scaled" if places is None else "spatial")
    if statistic not in STATISTICS or (statistic == "spatial" and places is None):
        remedy = f"use {' or '.join(STATISTICS)}; spatial needs places"
        raise DataError("relocate", "unknown statistic, or one without places", [statistic], remedy)
    if treatments.values.shape[0] != len(panel):
        problem = f"treatments of {treatments.values.shape[0]} rows for a panel of {len(panel)}"
        raise DataError("relocate", problem, remedy="make them for this panel")
    rows = panel[[*columns, outcome]].notna().all(axis=1).to_numpy()
    if not rows.any():
        raise DataError(
            "relocate", "no rows are left after dropping missing values", [outcome], "other years"
        )
    data = panel.loc[rows, columns].reset_index(drop=True)
    used = treatments.values if rows.all() else treatments.values[rows]
    within = within_effects(data, effects)
    y = panel.loc[rows, outcome].to_numpy(float)
    responses = within(np.column_stack([y, used[:, 0].astype(float)]))
    if not (responses[:, 0] ** 2).sum() > 1e-16 * max((y**2).sum(), 1e-300):
        raise DataError("relocate", "the effects explain the outcome in full", [outcome], "another outcome")
    errors, multiply = None, None
    if statistic == "spatial" and places is not None:
        errors, multiply = fit_correlation(data, responses[:, 0], places, effects)
    found = refit(used, responses, within, errors=multiply)
    estimates = found.coefficients[:, :, 0]
    if np.isnan(estimates[0]).all():
        remedy = "widen the years or the rings"
        raise DataError("relocate", "no treatment changes at the real sites", treatments.terms, remedy)
    return RelocationTest(
        outcome,
        treatments.terms,
        estimates,
        found.coefficients[:, :, 1:],
        found.root,
        statistic,
        treatments.rules,
        used,
        within,
        errors,
    )
