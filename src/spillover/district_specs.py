"""One family of specifications: an outcome of districts after a park opens within a distance.

Every choice that a reader may doubt is a field of `DistrictSpec`; `run_district` estimates one choice of all
of them, so that headline, robustness and specification curve are the same code.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.catalogue import read_breaks
from spillover.designs import ring_design, ring_terms, rings_design
from spillover.district_ground import REMEMBERED_KM, all_ground, coast_of, eastern_regions
from spillover.errors import DataError
from spillover.exposure import ring_labels
from spillover.indicators import read_indicator
from spillover.inference.redraw import RelocationTest, Treatments, relocate, site_treatments
from spillover.inference.relocation import add_relocation_test
from spillover.inference.sites import draw_sites, moving_parks
from spillover.models.rings import ring_did, twfe
from spillover.panel import make_panel
from spillover.parks import chosen_parks, read_nickel_provinces
from spillover.regions import read_regions
from spillover.sources import once_per_data
from spillover.specs import Spec, make_spec_id, read_options

# Outcomes in per cent stay as they are; all others are logs.
LEVELS = ("tpt", "poverty_rate")


class DistrictSpec(NamedTuple):
    """What is estimated, and on what.

    ``within_km``: a district is exposed once a park stands within this distance, by ``basis`` {centroid,
    edge} and from ``start`` {operation, construction} on. ``effects``: {year, province_year} beside those
    of districts. ``sample`` {east, nickel, indonesia}: Sulawesi and Maluku; the provinces with nickel
    permits; all. ``parks`` {all, surely_located, without_<complex>}. ``always`` {kept, dropped}: districts
    exposed from the first year on. ``breaks`` {kept, dropped}: districts whose series has a marked break.
    ``backcast`` {kept, dropped}: values for years before a district existed. ``last_year``: last year used.
    ``without``: a district left out (its code), or none. ``rings``: edges in km such as 0-50-100-200, for
    the ring of the nearest park, against the outermost, in place of ``within_km``; or none.
    """

    outcome: str
    within_km: float = 50.0
    basis: str = "centroid"
    start: str = "operation"
    effects: str = "year"
    sample: str = "east"
    parks: str = "all"
    always: str = "kept"
    breaks: str = "kept"
    backcast: str = "kept"
    last_year: int = 2025
    without: str = "none"
    rings: str = "none"

    @property
    def spec_id(self) -> str:
        """The name that `spillover.run_spec` takes."""
        options = self._asdict()
        return make_spec_id("district", options.pop("outcome"), options, self._field_defaults)


CHOICES: dict[str, tuple[str, ...]] = {
    "basis": ("centroid", "edge"),
    "start": ("operation", "construction"),
    "effects": ("year", "province_year"),
    "sample": ("east", "nickel", "indonesia"),
    "always": ("kept", "dropped"),
    "breaks": ("kept", "dropped"),
    "backcast": ("kept", "dropped"),
}
EFFECTS = {"year": ("region_code", "year"), "province_year": ("region_code", "province_code^year")}


def run(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Row of `estimates` of a named specification: see `run_district`."""
    options = read_options(spec, DistrictSpec._field_defaults, CHOICES)
    return run_district(DistrictSpec(spec.outcome, **options), draws=draws, seed=seed)


class Estimated(NamedTuple):
    """What a specification gave: rows of `estimates`, and what other inference on them needs.

    ``panel`` has one column for each term; ``test`` is the relocation test of the rows.
    """

    rows: pd.DataFrame
    panel: pd.DataFrame
    outcome: str
    effects: tuple[str, ...]
    test: RelocationTest


def run_district(spec: DistrictSpec, *, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of `estimates` of one specification, with their relocation p-values: see `estimate_district`.

    Examples
    --------
    >>> row = run_district(DistrictSpec("tpt", within_km=100), draws=9)
    >>> row[["spec_id", "n_regions"]].values.tolist()
    [['district:tpt:within_km=100', 102]]
    """
    return estimate_district(spec, draws=draws, seed=seed).rows


def estimate_district(spec: DistrictSpec, *, draws: int = 999, seed: int = 1) -> Estimated:
    """Estimate one specification.

    Districts within ``within_km`` of a park (or in a ring) against all others of the sample, before and after
    the park's start, with effects of districts and years (or provinces × years); standard errors are
    clustered by district.

    Parameters
    ----------
    spec : DistrictSpec
    draws, seed : int
        Of the relocation test: complexes that start inside the panel move along the coast of nickel
        provinces, with their years; estimates are compared at one precision, under errors as correlated in
        space and time as the outcome shows.

    Raises
    ------
    DataError
        An outcome without data for districts, no park that starts inside the panel, or no district that
        becomes exposed.
    """
    panel, outcome = district_panel(spec)
    treatments = district_treatments(spec, panel, draws, seed)
    if spec.always == "dropped":
        keep = _changing(panel, treatments)
        panel = panel[keep].reset_index(drop=True)
        treatments = treatments._replace(values=treatments.values[keep])
    effects, terms = EFFECTS[spec.effects], list(treatments.terms)
    panel = panel.assign(**{term: treatments.values[:, 0, k].astype(float) for k, term in enumerate(terms)})
    if spec.rings == "none":
        rows = twfe(panel, outcome, terms, spec_id=spec.spec_id, effects=effects)
    else:
        outermost = ring_labels(_edges(spec))[-1]
        rows = ring_did(
            panel, outcome, reference=outermost, rings=terms, spec_id=spec.spec_id, effects=effects
        )
    test = relocate(panel, outcome, treatments, effects=effects, places=all_ground().regions)
    return Estimated(add_relocation_test(rows, test), panel, outcome, effects, test)


def _changing(panel: pd.DataFrame, treatments: Treatments) -> np.ndarray:
    """Rows of districts that are not exposed from the first year on."""
    first = (panel["year"] == panel["year"].min()).to_numpy()
    exposed = (treatments.values[:, 0] > 0).any(axis=1)
    always = panel["region_code"].isin(panel.loc[first & exposed, "region_code"])
    return np.asarray(~always, dtype=bool)


def district_panel(spec: DistrictSpec) -> tuple[pd.DataFrame, str]:
    """Panel of a specification, and the column of its outcome.

    Rows without a value are left out, so that the panel may be unbalanced; ``n_dropped`` of the estimate
    counts what a complete panel of the same districts and years would have had more.
    """
    table = _values(spec.outcome)
    if spec.backcast == "dropped":
        table = table[table["status"] != "backcast"]
    if spec.breaks == "dropped":
        table = table[~table["region_code"].isin(_broken(spec.outcome))]
    regions = _sample(spec.sample)
    known = table.dropna(subset=["value"])
    regions = regions[regions["region_code"].isin(known["region_code"].unique())]
    regions = regions[regions["region_code"] != spec.without]
    years = sorted(y for y in known["year"].unique() if y <= spec.last_year)
    panel = make_panel([table], regions, years)
    return panel, spec.outcome if spec.outcome in LEVELS else f"log_{spec.outcome}"


@once_per_data
def _values(outcome: str) -> pd.DataFrame:
    """Values of districts, of whole years."""
    table = read_indicator(outcome)
    table = table[table["period"].eq("") & table["region_code"].str[2:].ne("00")]
    if table.empty:
        raise DataError("district", "no values by district", [outcome], "choose another outcome")
    return table


@once_per_data
def _broken(outcome: str) -> set[str]:
    """Districts with a marked break of their own series, or of all districts of their province."""
    marked, codes = set(read_breaks(outcome)["region_code"]) - {""}, _values(outcome)["region_code"].unique()
    return {c for c in codes if c in marked or c[:2] + "00" in marked}


@once_per_data
def _sample(name: str) -> pd.DataFrame:
    if name == "east":
        return eastern_regions()
    regions = read_regions()
    return regions[regions["province_code"].isin(read_nickel_provinces())] if name == "nickel" else regions


def district_sites(
    spec: DistrictSpec, panel: pd.DataFrame, draws: int = 999, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sites that the relocation test of a specification draws, and the places along the coast drawn from.

    Returns
    -------
    sites, candidates : DataFrame
        As from `spillover.draw_sites` and `spillover.inference.coast.coast_sites`.
    """
    years = int(panel["year"].min()), int(panel["year"].max())
    return drawn_along_coast(
        (spec.parks, spec.start), years, tuple(panel["region_code"].unique()), draws, seed
    )


@once_per_data
def drawn_along_coast(
    parks: tuple[str, str], years: tuple[int, int], codes: tuple[str, ...], draws: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sites drawn along the coast of some districts, and the places drawn from.

    Parameters
    ----------
    parks : (str, str)
        Which, and from which start on: as for `spillover.parks.chosen_parks`.
    years : (int, int)
        First and last of the panel: complexes that start in between move.
    codes : tuple of str
        The districts.
    draws, seed : int
    """
    candidates = coast_of(codes)
    return draw_sites(
        moving_parks(chosen_parks(*parks), *years), candidates, draws=draws, seed=seed
    ), candidates


def district_treatments(spec: DistrictSpec, panel: pd.DataFrame, draws: int, seed: int) -> Treatments:
    """Exposure of each row of a panel at the real sites and at drawn ones."""
    ground = all_ground().of(panel["region_code"].unique())
    design = ring_design(panel, ground.regions, spec.within_km)
    terms: tuple[str, ...] = (f"near_{spec.basis}",)
    if spec.rings != "none":
        edges = _edges(spec)
        design, terms = rings_design(panel, ground.regions, ring_edges_km=edges), ring_terms(edges)
    return site_treatments(
        panel,
        design,
        measure=ground.measures[spec.basis],
        parks=chosen_parks(spec.parks, spec.start),
        sites=district_sites(spec, panel, draws, seed)[0],
        terms=terms,
    )


def _edges(spec: DistrictSpec) -> tuple[float, ...]:
    """Edges of the rings; those beyond what edges of districts are measured to are refused."""
    try:
        edges = tuple(float(edge) for edge in spec.rings.split("-"))
    except ValueError:
        raise DataError(
            "district", "rings that are not edges in km", [spec.rings], "write 0-50-100"
        ) from None
    if spec.basis == "edge" and max(edges) > REMEMBERED_KM:
        problem = f"rings beyond {REMEMBERED_KM:g} km from edges"
        raise DataError("district", problem, [spec.rings], "use smaller rings, or the centroid basis")
    return edges
