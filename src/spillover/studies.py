"""The headline studies, each one call: what the notebooks show and the summary repeats."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from spillover.designs import Design, Measure, ring_design, share_design
from spillover.exposure import (
    RING_EDGES_KM,
    assign_ring,
    edge_km,
    geodesic_km,
    nearest_operating,
    park_exposure,
)
from spillover.indicators import read_indicator
from spillover.inference.relocation import (
    add_relocation_test,
    candidate_sites,
    draw_treatments,
    relocation_test,
)
from spillover.models.rings import twfe
from spillover.panel import census_growth, imk_panel, make_panel, panel_province
from spillover.parks import read_nickel_provinces, read_parks
from spillover.regions import read_boundaries, read_region_changes, read_regions
from spillover.sme import read_imk, read_sme_counts

IMK_YEARS = range(2017, 2026)
IMK_OUTCOMES = ("log_establishments", "log_workers", "log_output_per_establishment")
# Exposure of a province → basis of distance, and whether districts are weighted by people; headline first.
IMK_EXPOSURES = {
    "population_share_centroid": ("centroid", True),
    "population_share_edge": ("edge", True),
    "district_share_centroid": ("centroid", False),
}
HEADLINE = "population_share_centroid"
# Papua's provinces were divided in 2022; its IMK counts jump with it, so it is left out of the estimates.
LEFT_OUT = ("9100", "9400")
WEIGHT_YEAR = 2017  # the last year of the population series; fixed, so that growth does not move exposure
EAST = ("7", "8")  # Sulawesi; Maluku and Maluku Utara


def eastern_regions() -> pd.DataFrame:
    """Districts of Sulawesi, Maluku and Maluku Utara: as `spillover.read_regions`, 102 rows."""
    regions = read_regions()
    return regions[regions["province_code"].str.startswith(EAST)].reset_index(drop=True)


def imk_study(
    *, within_km: float = 100.0, years: Iterable[int] = IMK_YEARS, draws: int = 999, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """IMK by province against the share of the province near an operating park.

    Three exposures: the share of the population (2017) whose district has its centroid, or its nearest
    edge, within ``within_km`` of a park that operates by the end of the year; and the share of the
    districts, by centroid. Provinces of Papua are left out.

    Parameters
    ----------
    within_km : float
    years : iterable of int
        Inside 2017–2025, the years of one sampling frame.
    draws, seed : int
        Of the relocation test.

    Returns
    -------
    panel : DataFrame
        As `spillover.imk_panel`, with the columns of ``IMK_EXPOSURES`` (0–1).
    estimates : DataFrame
        Rows of `estimates`, outcomes × exposures, each with its relocation p-value. A coefficient is the
        change in the log outcome when the share goes from 0 to 1.
    """
    panel = imk_panel(read_imk(), years)
    panel = panel[~panel["region_code"].isin(LEFT_OUT)].reset_index(drop=True)
    regions = read_regions()
    regions = regions.assign(panel_code=panel_province(regions["province_code"]))
    regions = regions[regions["panel_code"].isin(panel["region_code"])].reset_index(drop=True)
    tables = []
    for name, (basis, weighted) in IMK_EXPOSURES.items():
        weights = _population() if weighted else pd.Series(1.0, index=regions["region_code"])
        design = share_design(panel, regions, weights, within_km)
        treatments = _treatments(
            panel, regions, design, distance_measure(regions, basis, within_km), draws, seed
        )
        panel = panel.assign(**{name: treatments[:, 0]})
        for outcome in IMK_OUTCOMES:
            row = twfe(panel, outcome, [name], spec_id=f"imk_{outcome}_{name}_{within_km:g}km")
            tables.append(add_relocation_test(row, relocation_test(panel, outcome, treatments)))
    order = {outcome: i for i, outcome in enumerate(IMK_OUTCOMES)}
    estimates = pd.concat(tables, ignore_index=True)
    return panel, estimates.sort_values(
        "outcome", key=lambda c: c.map(order), kind="stable", ignore_index=True
    )


def _population() -> pd.Series:
    """Persons by district in the year of the weights."""
    population = read_indicator("population")
    return population[population["year"] == WEIGHT_YEAR].set_index("region_code")["value"]


def distance_measure(regions: pd.DataFrame, basis: str, within_km: float) -> Measure:
    """Distances from these districts to any points, under a basis of distance."""
    if basis == "edge":
        return partial(edge_km, regions, boundaries=read_boundaries(), within_km=within_km)
    return partial(geodesic_km, regions)


def _treatments(
    panel: pd.DataFrame, regions: pd.DataFrame, design: Design, measure: Measure, draws: int, seed: int
) -> np.ndarray:
    """Treatments at the real sites and at sites drawn from the coastal districts of nickel provinces."""
    candidates = candidate_sites(regions, read_nickel_provinces())
    return draw_treatments(
        panel, design, measure=measure, parks=read_parks(), candidates=candidates, draws=draws, seed=seed
    )


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
    outcome, tables = "log_grdp_per_capita_real", []
    for basis, skipped in (("centroid", ""), ("edge", ""), ("centroid", "7203")):
        regions = eastern_regions()
        regions = regions[regions["region_code"] != skipped].reset_index(drop=True)
        panel = make_panel([read_indicator("grdp_per_capita_real")], regions, range(2000, 2025))
        measure = distance_measure(regions, basis, within_km)
        treatments = _treatments(panel, regions, ring_design(panel, regions, within_km), measure, draws, seed)
        term, spec = (
            f"near_{basis}",
            f"grdp_{within_km:g}km_{basis}{'_without_' + skipped if skipped else ''}",
        )
        row = twfe(panel.assign(**{term: treatments[:, 0]}), outcome, [term], spec_id=spec)
        tables.append(add_relocation_test(row, relocation_test(panel, outcome, treatments)))
    return pd.concat(tables, ignore_index=True)
