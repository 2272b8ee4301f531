"""One family of specifications: micro and small industry (IMK) of provinces on the share near a park.

As for districts, every choice that a reader may doubt is a field of `ImkSpec`, and headline, robustness and
specification curve are the same code.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from spillover.designs import share_design
from spillover.district_ground import Ground, all_ground
from spillover.district_specs import Estimated, drawn_along_coast
from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.inference.redraw import Treatments, relocate, site_treatments
from spillover.inference.relocation import add_relocation_test
from spillover.models.linear import EFFECTS
from spillover.models.rings import twfe
from spillover.panel import imk_panel, panel_province
from spillover.parks import chosen_parks, read_nickel_provinces
from spillover.sme import SIZES, read_imk
from spillover.sources import once_per_data
from spillover.specs import Spec, make_spec_id, read_options

YEARS = range(2017, 2026)
OUTCOMES = ("log_establishments", "log_workers", "log_output_per_establishment")
# Exposure of a province → basis of distance, and whether districts are weighted by people; headline first.
EXPOSURES = {
    "population_share_centroid": ("centroid", True),
    "population_share_edge": ("edge", True),
    "district_share_centroid": ("centroid", False),
}
HEADLINE = "population_share_centroid"
# Papua's provinces were divided in 2022; its IMK counts jump with it, so it is left out of the estimates.
LEFT_OUT = ("9100", "9400")
WEIGHT_YEAR = 2017  # the last year of the population series; fixed, so that growth does not move exposure


class ImkSpec(NamedTuple):
    """What is estimated, and on what.

    ``exposure``: a key of ``EXPOSURES``, the share of people or districts within ``within_km`` of a park,
    from its ``start`` {operation, construction} on. ``size`` {total, micro, small}. ``sample``
    {without_papua, nickel, outside_java}. ``parks`` as for `spillover.parks.chosen_parks`. ``first_year``,
    ``last_year``.
    """

    outcome: str
    exposure: str = HEADLINE
    within_km: float = 100.0
    start: str = "operation"
    size: str = "total"
    sample: str = "without_papua"
    parks: str = "all"
    first_year: int = 2017
    last_year: int = 2025

    @property
    def spec_id(self) -> str:
        """The name that `spillover.run_spec` takes."""
        options = self._asdict()
        return make_spec_id("imk", options.pop("outcome"), options, self._field_defaults)


CHOICES: dict[str, tuple[str, ...]] = {
    "exposure": tuple(EXPOSURES),
    "start": ("operation", "construction"),
    "size": SIZES,
    "sample": ("without_papua", "nickel", "outside_java"),
}
JAVA = ("31", "32", "33", "34", "35", "36")


def run(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Row of `estimates` of a named specification: see `run_imk`."""
    if spec.outcome not in OUTCOMES:
        raise DataError("imk", "unknown outcome", [spec.outcome], f"use {', '.join(OUTCOMES)}")
    options = read_options(spec, ImkSpec._field_defaults, CHOICES)
    return run_imk(ImkSpec(spec.outcome, **options), draws=draws, seed=seed)


def run_imk(spec: ImkSpec, *, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Estimate one specification: a row of `estimates`, with its relocation p-value.

    Two-way fixed effects of provinces and years. The coefficient is the change of the log outcome when the
    share of the province near a park goes from 0 to 1; standard errors are clustered by province.

    Parameters
    ----------
    spec : ImkSpec
    draws, seed : int
        Of the relocation test: complexes that start inside the panel move along the coast of nickel
        provinces, with their years. In 300 simulated panels of these provinces and years without effect, at
        each of eight strengths of correlation in space and time, p ≤ 0.05 came in 4.7 to 7.0 %.

    Examples
    --------
    >>> run_imk(ImkSpec("log_workers"), draws=9)["spec_id"].item()
    'imk:log_workers'
    """
    return estimate_imk(spec, draws=draws, seed=seed).rows


def estimate_imk(spec: ImkSpec, *, draws: int = 999, seed: int = 1) -> Estimated:
    """As `run_imk`, with the panel and the relocation test."""
    panel = sample_panel(spec)
    treatments = imk_treatments(spec, panel, draws, seed)
    panel = panel.assign(**{spec.exposure: treatments.values[:, 0, 0]})
    row = twfe(panel, spec.outcome, [spec.exposure], spec_id=spec.spec_id)
    test = relocate(panel, spec.outcome, treatments, places=_province_places(panel))
    return Estimated(add_relocation_test(row, test), panel, spec.outcome, EFFECTS, test)


def sample_panel(spec: ImkSpec) -> pd.DataFrame:
    """Panel of a specification: as `spillover.imk_panel`, the provinces of its sample."""
    panel = _panel(tuple(range(spec.first_year, spec.last_year + 1)), spec.size)
    code = panel["region_code"]
    keep = ~code.isin(LEFT_OUT)
    if spec.sample == "nickel":
        keep &= code.isin(read_nickel_provinces())
    if spec.sample == "outside_java":
        keep &= ~code.str[:2].isin(JAVA)
    return panel[keep].reset_index(drop=True).assign(province_code=lambda t: t["region_code"])


@once_per_data
def _panel(years: Iterable[int], size: str) -> pd.DataFrame:
    return imk_panel(read_imk(), years, size=size)


def imk_treatments(spec: ImkSpec, panel: pd.DataFrame, draws: int, seed: int) -> Treatments:
    """Exposure of each row of a panel at the real sites and at drawn ones."""
    basis, weighted = EXPOSURES[spec.exposure]
    ground = _ground(tuple(panel["region_code"].unique()))
    weights = _population() if weighted else pd.Series(1.0, index=ground.regions["region_code"])
    years, codes = (spec.first_year, spec.last_year), tuple(ground.regions["region_code"])
    return site_treatments(
        panel,
        share_design(panel, ground.regions, weights, spec.within_km),
        measure=ground.measures[basis],
        parks=chosen_parks(spec.parks, spec.start),
        sites=drawn_along_coast((spec.parks, spec.start), years, codes, draws, seed)[0],
        terms=(spec.exposure,),
    )


def _province_places(panel: pd.DataFrame) -> pd.DataFrame:
    """Mean place of the districts of each province: what tells how far errors of provinces go together."""
    regions = _ground(tuple(panel["region_code"].unique())).regions
    return regions.groupby("panel_code")[["lon", "lat"]].mean().reset_index(names="region_code")


@once_per_data
def _ground(provinces: tuple[str, ...]) -> Ground:
    """Districts of these provinces as they were before 2022, with their distances."""
    ground = all_ground()
    panel_code = panel_province(ground.regions["province_code"])
    ground = ground._replace(regions=ground.regions.assign(panel_code=panel_code))
    return ground.of(ground.regions.loc[panel_code.isin(provinces), "region_code"])


@once_per_data
def _population() -> pd.Series:
    """Persons by district in the year of the weights."""
    population = read_indicator("population")
    return population[population["year"] == WEIGHT_YEAR].set_index("region_code")["value"]
