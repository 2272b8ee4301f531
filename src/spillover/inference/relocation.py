"""The relocation test: would parks opened elsewhere in the nickel provinces have looked the same?

With three to ten exposed regions, usual standard errors reject a true null in up to half of all samples.
Here the parks that open inside the sample are moved to drawn sites, with their opening years; the
estimate is computed again with the same design; the p-value is the share of draws at least as far from
zero (randomisation inference: Fisher 1935; Young 2019, Quarterly Journal of Economics 134(2)).

The test is exact if the real sites are one more draw by the same rules. A draw in which a treatment cannot be
told (a ring that no district ever enters) is compared with nothing: the p-value is that among the draws in
which it can, which is exact too, as the real sites are one of these. Such draws are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.designs import Design, Measure
from spillover.errors import DataError
from spillover.inference.redraw import RelocationTest, Treatments, relocate, site_treatments
from spillover.inference.refit import refit, within_effects
from spillover.inference.sites import draw_sites, moving_parks
from spillover.models.linear import EFFECTS

_TIE = 1e-12


def candidate_sites(regions: pd.DataFrame, provinces: list[str]) -> pd.DataFrame:
    """Plausible sites: the centroids of coastal districts in the given provinces.

    Placebo sites anywhere in Indonesia would make any real site look special; smelters stand at the
    coast of provinces with laterite nickel.

    Parameters
    ----------
    regions : DataFrame
        As from `spillover.read_regions` (uses province_code, coastal, lon, lat).
    provinces : list of str
        Province codes, for example `spillover.read_nickel_provinces()`.

    Returns
    -------
    DataFrame
        region_code, lon, lat.
    """
    chosen = regions[regions["province_code"].isin(provinces) & regions["coastal"]]
    if chosen.empty:
        raise DataError(
            "candidate_sites", "no coastal district in these provinces", provinces, "check the codes"
        )
    return chosen[["region_code", "lon", "lat"]].reset_index(drop=True)


def draw_treatments(
    panel: pd.DataFrame,
    design: Design,
    *,
    measure: Measure,
    parks: pd.DataFrame,
    candidates: pd.DataFrame,
    draws: int = 999,
    seed: int = 1,
) -> np.ndarray:
    """Treatment of every panel row at the real sites and at drawn ones.

    Parameters
    ----------
    panel : DataFrame
        With year; complexes that begin to operate after its first year move, each as a whole and with its
        years; the others stay where they are.
    design : callable
        Treatment of each panel row from distances and opening years (see `spillover.designs`); built
        for this panel and these regions.
    measure : callable
        Table of points (lon, lat) → distance_km (districts, points), districts in the design's order: for
        example ``functools.partial(spillover.geodesic_km, regions)``.
    parks : DataFrame
        As from `spillover.read_parks`.
    candidates : DataFrame
        Sites to draw from, without replacement (lon, lat).
    draws, seed : int

    Returns
    -------
    ndarray
        Shape (panel rows, 1 + draws); the first column is the real one.

    Raises
    ------
    DataError
        No park opens inside the panel, or fewer candidates than complexes to move.
    """
    first, last = int(panel["year"].min()), int(panel["year"].max())
    sites = draw_sites(moving_parks(parks, first, last), candidates, draws=draws, seed=seed)
    return site_treatments(panel, design, measure=measure, parks=parks, sites=sites).values[:, :, 0]


def relocation_test(
    panel: pd.DataFrame, outcome: str, treatments: np.ndarray, *, effects: Sequence[str] = EFFECTS
) -> pd.DataFrame:
    """Estimates of one treatment at the real and the drawn sites.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the outcome; rows with a missing outcome are left out.
    outcome : str
    treatments : ndarray
        As from `draw_treatments` for the same panel: shape (panel rows, 1 + draws).
    effects : sequence of str
        Fixed effects, as for `spillover.models.linear.absorb`.

    Returns
    -------
    DataFrame
        draw (0 is the real one), estimate; missing where the treatment of a draw never changes.
    """
    test = relocate(panel, outcome, Treatments(treatments[:, :, None], ("treatment",), ""), effects=effects)
    return pd.DataFrame({"draw": range(test.draws + 1), "estimate": test.estimates[:, 0]})


def relocation_p(placebo: pd.DataFrame) -> float:
    """Two-sided p-value: share of draws, the real one included, at least as far from zero as the real one.

    Draws without an estimate do not count.
    """
    return _share_as_far(placebo["estimate"].to_numpy(float))


def relocation_ps(test: RelocationTest) -> pd.Series:
    """Two-sided p-value of each term; missing where the real sites do not tell it."""
    sizes = np.where(np.isnan(test.estimates), np.nan, test.estimates * test.weights)
    return pd.Series([_share_as_far(column) for column in sizes.T], index=list(test.terms), name="p")


def _share_as_far(statistics: np.ndarray) -> float:
    size = np.abs(statistics)
    if np.isnan(size[0]):
        return float("nan")
    known = size[~np.isnan(size)]
    return float((known >= known[0] - _TIE * max(1.0, known[0])).mean())


def add_relocation_test(estimates: pd.DataFrame, placebo: pd.DataFrame | RelocationTest) -> pd.DataFrame:
    """Put relocation p-values into a table of estimates, after checking that both are of one design.

    Parameters
    ----------
    estimates : DataFrame
        One row (with a table of `relocation_test`), or the rows of one specification: each whose term is
        in the test gets its p-value.
    placebo : DataFrame or RelocationTest

    Raises
    ------
    DataError
        If an estimate is not the test's real draw: the design or the sample differs.
    """
    if not isinstance(placebo, RelocationTest):
        check_same(estimates["estimate"].item(), float(placebo["estimate"].iloc[0]))
        return estimates.assign(p_relocation=relocation_p(placebo))
    ps, real = relocation_ps(placebo), dict(zip(placebo.terms, placebo.estimates[0], strict=True))
    known = estimates["term"].isin(real)
    if not known.any():
        raise DataError(
            "add_relocation_test", "no term of the test", estimates["term"].unique(), "name terms"
        )
    for term, estimate in estimates.loc[known, ["term", "estimate"]].itertuples(index=False):
        check_same(estimate, real[term])
    found = estimates["term"].map(ps).where(known, estimates["p_relocation"])
    return estimates.assign(p_relocation=found.astype(float))


def check_same(estimate: float, real: float) -> None:
    """Raise unless an estimate is the test's own at the real sites."""
    if not np.isclose(estimate, real, rtol=1e-6, atol=1e-8, equal_nan=True):
        problem = f"the estimate {estimate:.6g} is not the test's {real:.6g}"
        raise DataError("add_relocation_test", problem, remedy="use one design")


def scaled(
    placebo: pd.DataFrame,
    panel: pd.DataFrame,
    outcome: str,
    treatments: np.ndarray,
    *,
    effects: Sequence[str] = EFFECTS,
) -> pd.DataFrame:
    """Drawn estimates brought to the precision of the real one, which stays as it is.

    Where few districts have data, the real openings may change two of them and drawn ones ten. The real
    estimate then varies more than the drawn ones by chance alone, and the raw comparison rejects a true
    null in up to three of ten samples. Each estimate times the root of its treatment's sum of squares,
    free of the effects, varies alike.

    Parameters
    ----------
    placebo : DataFrame
        As from `relocation_test` for this panel, outcome, treatments and effects.
    """
    rows = panel[outcome].notna().to_numpy()
    within = within_effects(panel[rows], effects)
    root = refit(treatments[rows, :, None], np.zeros((int(rows.sum()), 1)), within).root[:, 0]
    return placebo.assign(estimate=placebo["estimate"] * (root / root[0]))
