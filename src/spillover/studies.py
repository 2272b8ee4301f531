"""The headline studies, each one call: what the notebooks show and the summary repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from spillover.district_ground import eastern_regions
from spillover.district_specs import DistrictSpec, run_district
from spillover.exposure import RING_EDGES_KM, assign_ring, nearest_operating, park_exposure
from spillover.imk_specs import (
    EXPOSURES,
    HEADLINE,
    OUTCOMES,
    YEARS,
    ImkSpec,
    imk_treatments,
    run_imk,
    sample_panel,
)
from spillover.indicators import read_indicator
from spillover.panel import census_growth, make_panel
from spillover.parks import read_parks
from spillover.regions import read_region_changes, read_regions
from spillover.sme import read_sme_counts


def imk_study(
    *, within_km: float = 100.0, years: Sequence[int] = YEARS, draws: int = 999, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IMK by province against the share of the province near an operating park.

    Three exposures: the share of the population (2017) whose district has its centroid, or its nearest
    edge, within ``within_km`` of a park that operates by the end of the year; and the share of the
    districts, by centroid. Provinces of Papua are left out.

    Parameters
    ----------
    within_km : float
    years : sequence of int
        Inside 2017–2025, the years of one sampling frame, without gaps.
    draws, seed : int
        Of the relocation test.

    Returns
    -------
    panel : DataFrame
        As `spillover.imk_panel`, with the columns of ``EXPOSURES`` (0–1).
    estimates : DataFrame
        Rows of `estimates`, outcomes × exposures, each with its relocation p-value. A coefficient is the
        change in the log outcome when the share goes from 0 to 1.
    """
    base = ImkSpec(OUTCOMES[0], within_km=within_km, first_year=min(years), last_year=max(years))
    specs = [base._replace(outcome=o, exposure=e) for o in OUTCOMES for e in EXPOSURES]
    panel = sample_panel(base)
    shares = {s.exposure: imk_treatments(s, panel, 0, seed).values[:, 0, 0] for s in specs[: len(EXPOSURES)]}
    rows = [run_imk(spec, draws=draws, seed=seed) for spec in specs]
    return panel.assign(**shares), pd.concat(rows, ignore_index=True)


def imk_index(panel: pd.DataFrame, outcome: str, base: int = 2017) -> pd.DataFrame:
    """Outcome of each exposed province and of the others together, base year = 100.

    Returns
    -------
    DataFrame
        region_code ("" for all other provinces together), year, value.
    """
    moved = panel.groupby("region_code")[HEADLINE].max()
    exposed = set(moved.index[moved > 0])
    group = panel["region_code"].where(panel["region_code"].isin(exposed), "")
    sums = panel.groupby([group, "year"])[outcome].sum(min_count=1).reset_index()
    sums = sums.sort_values("region_code", key=lambda c: c.replace("", "~"), kind="stable")  # others last
    first = sums[sums["year"] == base].set_index("region_code")[outcome]
    return sums.assign(value=100 * sums[outcome] / sums["region_code"].map(first))[
        ["region_code", "year", "value"]
    ]


def census_study() -> pd.DataFrame:
    """District growth 2006–2016 inside the economic census, with the distance to the park nearest in 2016.

    Returns
    -------
    DataFrame
        As `spillover.census_growth`, districts only, with name, park_id and distance_km (centroid).
    """
    table = census_growth(read_sme_counts("economic_census"), read_region_changes())
    regions = read_regions()
    table = table.merge(regions[["region_code", "name"]], on="region_code", how="inner", validate="1:1")
    chosen = regions[regions["region_code"].isin(table["region_code"])]
    nearest = nearest_operating(park_exposure(chosen, read_parks()), [2016])
    return table.merge(
        nearest[["region_code", "park_id", "distance_km"]], on="region_code", validate="1:1"
    ).sort_values("distance_km", ignore_index=True)


def grdp_by_ring(
    *, years: Iterable[int] = range(2000, 2025), ring_edges_km: Sequence[float] = RING_EDGES_KM
) -> pd.DataFrame:
    """GRDP per head of eastern districts by today's ring: the boom itself, not an SME result.

    Districts are grouped by the ring of the nearest park operating in the last year (centroid), so that
    the groups stay the same over time.

    Returns
    -------
    DataFrame
        ring (ordered categorical), year, value (geometric mean over districts, thousand rupiah of 2010),
        n_regions.
    """
    years = list(years)
    regions = eastern_regions()
    panel = make_panel([read_indicator("grdp_per_capita_real")], regions, years)
    nearest = nearest_operating(park_exposure(regions, read_parks()), [max(years)]).set_index("region_code")
    ring = assign_ring(nearest["distance_km"], ring_edges_km)
    panel = panel.assign(ring=panel["region_code"].map(ring).astype(ring.dtype))
    grouped = panel.groupby(["ring", "year"], observed=False)["log_grdp_per_capita_real"]
    out = grouped.agg(value="mean", n_regions="count").reset_index()
    return out.assign(value=np.exp(out["value"]))


def grdp_study(*, within_km: float = 50.0, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Difference-in-differences of GRDP per head on a park operating within a distance, eastern districts.

    Returns
    -------
    DataFrame
        Three rows of `estimates`, term ``near_centroid`` or ``near_edge``: all districts on both bases,
        2000–2024, and all but Morowali, whose series has a revision, by centroid.
    """
    specs = [
        DistrictSpec("grdp_per_capita_real", within_km),
        DistrictSpec("grdp_per_capita_real", within_km, "edge"),
        DistrictSpec("grdp_per_capita_real", within_km, without="7203"),
    ]
    return pd.concat([run_district(s, draws=draws, seed=seed) for s in specs], ignore_index=True)


def ring_study(
    outcomes: Sequence[str] = ("grdp_per_capita_real", "tpt", "poverty_line"),
    *,
    rings: str = "0-50-100-200",
    draws: int = 999,
    seed: int = 1,
) -> pd.DataFrame:
    """Outcomes of eastern districts by ring of the nearest operating park, against those farther off.

    Parameters
    ----------
    outcomes : sequence of str
        Indicators of districts: GRDP per head 2000–2024, unemployment (TPT) 2008–2020 and poverty line
        2011–2025 in the bundled data.
    rings : str
        Edges in km, as in `spillover.district_specs.DistrictSpec`.
    draws, seed : int
        Of the relocation test.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one per outcome and ring: log points, for TPT percentage points.
    """
    specs = [DistrictSpec(outcome, rings=rings) for outcome in outcomes]
    return pd.concat([run_district(s, draws=draws, seed=seed) for s in specs], ignore_index=True)
