"""The relocation test: would parks opened elsewhere in the nickel provinces have looked the same?

With three to ten exposed regions, usual standard errors reject a true null in up to half of all samples.
Here the parks that open inside the sample are moved to drawn sites, with their opening years; the
estimate is computed again with the same design; the p-value is the share of draws at least as far from
zero (randomisation inference: Fisher 1935; Young 2019, Quarterly Journal of Economics 134(2)).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from spillover.designs import Design, Measure
from spillover.errors import DataError
from spillover.parks import operating


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
    sited = operating(parks, last)
    opening = sited["first_operation_year"].to_numpy(float)
    starts = sited.groupby("complex_id")["first_operation_year"].transform("min")
    moving = sorted(sited.loc[(starts > first).to_numpy(), "complex_id"].unique())
    if not moving:
        raise DataError("draw_treatments", f"no park opens after {first}", remedy="begin the panel earlier")
    if len(moving) > len(candidates):
        raise DataError(
            "draw_treatments", "fewer candidate sites than complexes to move", moving, "widen the rule"
        )
    real, drawn = measure(sited), measure(candidates)
    columns = [np.flatnonzero(sited["complex_id"].to_numpy() == name) for name in moving]
    random = np.random.default_rng(seed)
    treatments = [design(real, opening)]
    for _ in range(draws):
        distance = real.copy()
        for column, site in zip(columns, random.permutation(len(candidates)), strict=False):
            distance[:, column] = drawn[:, [site]]
        treatments.append(design(distance, opening))
    return np.column_stack(treatments)


def relocation_test(panel: pd.DataFrame, outcome: str, treatments: np.ndarray) -> pd.DataFrame:
    """Two-way fixed-effects estimates at the real and the drawn sites.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the outcome; rows with a missing outcome are left out.
    outcome : str
    treatments : ndarray
        As from `draw_treatments` for the same panel.

    Returns
    -------
    DataFrame
        draw (0 is the real one), estimate.

    Notes
    -----
    By the theorem of Frisch, Waugh and Lovell the outcome and all treatments are freed of region and
    year effects with one projection; no regression is refitted.
    """
    rows = panel[outcome].notna().to_numpy()
    project = _projection(panel[rows])
    y = project(panel.loc[rows, outcome].to_numpy(float)[:, None])[:, 0]
    estimates = _slopes(y, project(treatments[rows]))
    return pd.DataFrame({"draw": range(len(estimates)), "estimate": estimates})


def relocation_p(placebo: pd.DataFrame) -> float:
    """Two-sided p-value: share of draws, the real one included, at least as far from zero as the real one."""
    size = placebo["estimate"].abs()
    return float((size >= size.iloc[0] - 1e-12).mean())


def add_relocation_test(estimates: pd.DataFrame, placebo: pd.DataFrame) -> pd.DataFrame:
    """Put the relocation p-value into a one-row table of estimates, after checking that both agree.

    Raises
    ------
    DataError
        If the estimate is not the test's real draw: the design or the sample differs.
    """
    found, real = estimates["estimate"].item(), placebo["estimate"].iloc[0]
    if not np.isclose(found, real, rtol=1e-6, atol=1e-8):
        raise DataError(
            "add_relocation_test",
            f"the estimate {found:.6g} is not the test's {real:.6g}",
            remedy="use one design",
        )
    return estimates.assign(p_relocation=relocation_p(placebo))


def _projection(panel: pd.DataFrame) -> Callable[[np.ndarray], np.ndarray]:
    """Function that takes region and year effects out of columns (any pattern of missing rows)."""
    codes = [pd.factorize(panel[c])[0] for c in ("region_code", "year")]
    dummies = np.concatenate([np.eye(c.max() + 1)[c] for c in codes], axis=1)[:, :-1]
    basis = np.linalg.qr(dummies)[0]
    return lambda columns: columns - basis @ (basis.T @ columns)


def _slopes(y: np.ndarray, treatments: np.ndarray) -> np.ndarray:
    """Least-squares slope of y on each column; 0 where a drawn treatment never changes (nothing to see)."""
    power = (treatments**2).sum(axis=0)
    slopes: np.ndarray = np.divide(treatments.T @ y, power, out=np.zeros(len(power)), where=power > 1e-10)
    return slopes
