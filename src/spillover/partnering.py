"""Micro and small industry (IMK) with a partnership, by province, against nearness to parks: one year.

BPS asks about a partnership of any kind with anybody; nothing here says how many are with a park. One year
compared across provinces shows an association, never an effect.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.district_ground import distance_measure
from spillover.errors import DataError, check_columns
from spillover.inference.relocation import add_relocation_test, candidate_sites, draw_treatments
from spillover.models.estimates import make_estimates
from spillover.models.gradient import distance_gradient
from spillover.parks import read_nickel_provinces, read_parks
from spillover.partnering_ground import (
    DISTANCE,
    NEARNESS,
    OUTCOME,
    YEAR,
    Ground,
    partnership_study,
    province_design,
    province_ground,
    province_people,
)
from spillover.specs import Spec, make_spec_id, read_options

VCOV = "HC3"  # four provinces are near: HC1 would be far too small


def partnership_estimates(
    study: pd.DataFrame,
    *,
    within_km: float = 100.0,
    population: pd.DataFrame | None = None,
    draws: int = 999,
    seed: int = 1,
) -> pd.DataFrame:
    """Share with a partnership on nearness to parks: least squares over provinces, with a relocation test.

    Parameters
    ----------
    study : DataFrame
        As from `partnership_study` with the same ``within_km`` and ``population``.
    within_km : float
    population : DataFrame, optional
    draws, seed : int
        Of the relocation test.

    Returns
    -------
    DataFrame
        Three rows of `estimates`: share_percent on the share of the people near a park by centroid and by
        edge (percentage points, from nobody to everybody), and on the log of nearest_km (percentage points
        for one unit of the log: multiply by log 2 for twice the distance). Each province counts once.

    Raises
    ------
    DataError
        The study was made with another distance or population.

    Notes
    -----
    Complexes that began after 2014 move to coastal districts of nickel provinces, so that the test compares
    places inside these provinces; that nickel provinces differ from all others is in every draw alike. Draws
    are compared at one precision (see `cross_section_test`). In 5,000 simulated outcomes unrelated to parks,
    with and without likeness of neighbours, p ≤ 0.05 came in 4 to 9 % for the shares but in 10 to 17 % for
    the log of distance, which varies less at the real sites than at 99 % of the drawn ones: a small p in that
    row is weaker evidence than it looks.

    Examples
    --------
    >>> rates = partnership_study()
    >>> partnership_estimates(rates, draws=9)[["term", "n_exposed", "n_regions"]].values.tolist()[0]
    ['population_share_centroid', 4, 38]
    """
    check_columns(study, ["region_code", OUTCOME, *NEARNESS], "partnership_estimates")
    used = study.dropna(subset=[OUTCOME, *NEARNESS])
    ground = province_ground(used["region_code"], province_people(population), within_km)
    if len(ground.panel) != 2 * len(used):
        lost = set(used["region_code"]) - set(ground.panel["region_code"])
        raise DataError(
            "partnership_estimates", "provinces without population", lost, "use the study's population"
        )
    tables = []
    for name in NEARNESS:
        treatments = partnership_treatments(ground, name, draws, seed)
        spec = make_spec_id("partnership", OUTCOME, {"nearness": name, "within_km": within_km}, {})
        if name == DISTANCE:
            treatments = np.log(treatments)
            row = distance_gradient(study, OUTCOME, distance=DISTANCE, vcov=VCOV, spec_id=spec)
        else:
            row = _share_estimate(study, name, spec)
        placebo = cross_section_test(used[OUTCOME].to_numpy(float), treatments)
        tables.append(add_relocation_test(row, placebo))
    return pd.concat(tables, ignore_index=True)


def run(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of `partnership_estimates` at the distance of a named specification."""
    defaults = {"nearness": "", "within_km": 100.0}
    within_km = read_options(spec, defaults, {"nearness": tuple(NEARNESS)}).get("within_km", 100.0)
    study = partnership_study(within_km=within_km)
    return partnership_estimates(study, within_km=within_km, draws=draws, seed=seed)


def partnership_treatments(ground: Ground, name: str, draws: int, seed: int) -> np.ndarray:
    """Nearness of each province at the real sites (first column) and at drawn ones."""
    every = draw_treatments(
        ground.panel,
        province_design(ground, name),
        measure=distance_measure(ground.regions, NEARNESS[name], ground.within_km),
        parks=read_parks(),
        candidates=candidate_sites(ground.regions, read_nickel_provinces()),
        draws=draws,
        seed=seed,
    )
    return np.asarray(every[ground.panel["year"].eq(YEAR).to_numpy()])


def cross_section_test(outcome: np.ndarray, treatments: np.ndarray) -> pd.DataFrame:
    """Least-squares slopes of one outcome on the real and the drawn treatments, at one precision.

    A drawn slope is multiplied by the root of its treatment's sum of squares over the real one's: sites that
    bring few people near make slopes vary more by chance alone, and must not count for more.

    Parameters
    ----------
    outcome : ndarray
        One number per region.
    treatments : ndarray
        Shape (regions, 1 + draws), the real one first.

    Returns
    -------
    DataFrame
        draw (0 is the real one), estimate (0 where a drawn treatment is alike everywhere).

    Examples
    --------
    >>> cross_section_test(np.array([1.0, 2.0, 3.0]), np.array([[0, 1], [0, 0], [1, 0]]))["estimate"].tolist()
    [1.5, -1.5]
    """
    y, x = outcome - outcome.mean(), treatments - treatments.mean(axis=0)
    size = np.sqrt((x**2).sum(axis=0))
    if not size[0] > 1e-8:
        raise DataError("cross_section_test", "the real treatment is alike in all regions")
    slopes = np.divide(x.T @ y, size * size[0], out=np.zeros(len(size)), where=size > 1e-8)
    return pd.DataFrame({"draw": range(len(slopes)), "estimate": slopes})


def _share_estimate(study: pd.DataFrame, name: str, spec_id: str) -> pd.DataFrame:
    """One row of `estimates`: least squares of the outcome on a share; intervals t with n - 2 degrees."""
    import statsmodels.api as sm

    used = study.dropna(subset=[OUTCOME, name])
    x = sm.add_constant(used[[name]].astype(float))
    fit = sm.OLS(used[OUTCOME].astype(float), x).fit(cov_type=VCOV, use_t=True)
    low, high = fit.conf_int().loc[name]
    row = {
        "spec_id": spec_id, "term": name, "outcome": OUTCOME, "estimate": fit.params[name],
        "std_error": fit.bse[name], "conf_low": low, "conf_high": high, "p_value": fit.pvalues[name],
        "n_obs": len(used), "n_regions": len(used), "n_exposed": int(used[name].gt(0).sum()),
        "n_dropped": len(study) - len(used), "vcov": VCOV, "ssc": "none", "model": "ols on share near a park",
    }  # fmt: skip
    return make_estimates([row])
