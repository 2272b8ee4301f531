"""Blocks of simulations: all estimators and all inference on 250 simulated panels of one design.

A block's numbers depend on the seed, the design and the numbers of its simulations, on nothing else. Each
block draws its own sites for the relocation test: the size shown is not that of one lucky set of draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.exposure import geodesic_km
from spillover.inference.coast import coast_sites
from spillover.inference.error_correlation import Shape, error_shape
from spillover.inference.relocation import candidate_sites
from spillover.parks import read_nickel_provinces
from spillover.regions import read_boundaries
from spillover.validation.drawing import drawn_exposure
from spillover.validation.estimators import ESTIMATORS, Estimator, estimate, own_errors
from spillover.validation.methods import (
    CUTOFFS_KM,
    Clustered,
    Errors,
    cluster_errors,
    clustered,
    conley,
    driscoll_kraay,
    heteroscedastic,
    t_p_values,
    wild_p_values,
    wild_signs,
)
from spillover.validation.relocating import (
    Moved,
    moved,
    relocation_p_values,
)
from spillover.validation.simulated_noise import imk_noise, simulated_noise
from spillover.validation.simulated_panels import (
    EXPOSED,
    Effect,
    Scene,
    first_exposure,
    planted_effect,
    simulated_scene,
)

BLOCK = 250
LEVEL = 0.05
DRAWS = 999
# In the end an exposed district gains 20 log points; half of it in the year of opening.
PLANTED = Effect(size=0.20, by_event_time=(0.5, 0.75, 1.0))
ERRORS = ("iid", "spatial")
DESIGNS = tuple(f"{errors}-{n}" for errors in ERRORS for n in EXPOSED)
# Estimators whose averages are one and the same weighted sum share their relocation test.
WEIGHTS_OF = {"twfe": "twfe", "sun_abraham": "callaway_santanna", "callaway_santanna": "callaway_santanna",
              "imputation": "imputation", "two_stage": "imputation"}  # fmt: skip
TWFE_INFERENCE = (
    "own", "hc1", "cr1_province", "cr2_region", "cr2_province", "cr3_region", "cr3_province", "conley_150",
    "conley_200", "driscoll_kraay", "wild_region", "wild_province", "relocation_raw", "relocation_scaled",
    "relocation_spatial", "relocation_coast",
)  # fmt: skip
METHODS = tuple(("twfe", name) for name in TWFE_INFERENCE) + tuple(
    (estimator, name)
    for estimator in ESTIMATORS
    if estimator != "twfe"
    for name in ("own", "relocation_scaled", "relocation_spatial", "relocation_coast")
)
# Where sites are drawn: at centroids of coastal districts or along the coast; which scales are shown.
SITES = {
    "centroid": {"raw": "relocation_raw", "scaled": "relocation_scaled", "spatial": "relocation_spatial"},
    "coast": {"spatial": "relocation_coast"},
}
SUMS = ("n", "rejected", "covered", "found", "estimate", "square", "n_errors", "std_error")


class Task(NamedTuple):
    """A block: design, simulations (``first`` to before ``last``), seed, draws of the relocation test."""

    design: str
    first: int
    last: int
    seed: int
    draws: int = DRAWS

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.design}_{self.first:06d}_{self.last:06d}_seed{self.seed}_draws{self.draws}.json"


class Setting(NamedTuple):
    """What does not change between the simulations of a design."""

    scene: Scene
    distance_km: np.ndarray
    exposed: np.ndarray
    effect: np.ndarray
    truth: float
    fits: dict[str, Estimator]
    clusters: dict[str, Clustered]
    shape: Shape
    candidates: dict[str, pd.DataFrame]


def tasks_of(simulations: int, designs: Sequence[str], seed: int) -> list[Task]:
    """All blocks of a run.

    Raises
    ------
    DataError
        An unknown design, or no simulations.

    Examples
    --------
    >>> [task.last for task in tasks_of(600, ["iid-3"], 1)]
    [250, 500, 600]
    """
    unknown = [d for d in designs if d not in DESIGNS]
    if unknown or not designs:
        raise DataError("validate", "unknown design", unknown, f"use {', '.join(DESIGNS)}")
    if simulations < 1:
        raise DataError("validate", "no simulations", [simulations], "use 2000, or 100 for a first look")
    starts = range(0, simulations, BLOCK)
    return [Task(d, at, min(at + BLOCK, simulations), seed) for at in starts for d in designs]


def truth_of(n_exposed: int) -> float:
    """Mean planted effect of exposed district-years, in log points."""
    scene = simulated_scene(n_exposed)
    exposed = first_exposure(scene)[:, None] <= np.array(scene.years)
    return float(planted_effect(scene, PLANTED)[exposed.ravel()].mean())


@lru_cache(maxsize=2)
def setting_of(n_exposed: int) -> Setting:
    """Prepare a design: estimators, adjusted weights, distances."""
    scene = simulated_scene(n_exposed)
    distance = geodesic_km(scene.regions, scene.regions)
    distance = (distance + distance.T) / 2
    exposed = (first_exposure(scene)[:, None] <= np.array(scene.years)).astype(float)
    effect = planted_effect(scene, PLANTED).reshape(exposed.shape)
    by = {"region": np.arange(len(exposed)), "province": scene.regions["province_code"].to_numpy()}
    provinces = read_nickel_provinces()
    polygons = read_boundaries()
    polygons = polygons[polygons["region_code"].isin(scene.regions["region_code"])]
    kinds = [("CR1", "province"), *((kind, name) for kind in ("CR2", "CR3") for name in by)]
    return Setting(
        scene=scene,
        distance_km=distance,
        exposed=exposed,
        effect=effect,
        truth=truth_of(n_exposed),
        fits={name: make(exposed) for name, make in ESTIMATORS.items()},
        clusters={f"{kind.lower()}_{name}": clustered(exposed, by[name], kind) for kind, name in kinds},
        shape=error_shape(distance, exposed.shape[1]),
        candidates={
            "centroid": candidate_sites(scene.regions, provinces),
            "coast": coast_sites(scene.regions, polygons, provinces=provinces),
        },
    )


def run_block(task: Task) -> dict[str, list[float]]:
    """Sums over the simulations of a block, by ``estimator inference``; the numbers are those of ``SUMS``.

    Without a planted effect the share rejected is counted (size); with one, how often the truth is not
    rejected (coverage of the interval that inverts the test) and how often zero is (power).
    """
    errors, n_exposed = task.design.split("-")
    at = setting_of(int(n_exposed))
    noise = imk_noise(spatial=errors == "spatial")
    drawn = simulated_noise(
        at.scene.regions, len(at.scene.years), noise, seed=task.seed, simulations=range(task.first, task.last)
    )
    plain = drawn.reshape(*at.exposed.shape, -1)
    planted = plain + at.effect[:, :, None]
    outcomes = {"rejected": plain, "covered": planted - at.truth * at.exposed[:, :, None], "found": planted}
    p_values = {what: _p_values(at, values, task) for what, values in outcomes.items()}
    return {
        f"{estimator} {inference}": _sums(at, estimator, inference, planted, p_values)
        for estimator, inference in METHODS
    }


def _sums(
    at: Setting,
    estimator: str,
    inference: str,
    planted: np.ndarray,
    p_values: dict[str, dict[str, np.ndarray]],
) -> list[float]:
    ps = {what: found[f"{estimator} {inference}"] for what, found in p_values.items()}
    known = np.isfinite(np.stack(list(ps.values()))).all(axis=0)
    estimates = estimate(at.fits[estimator].weights, planted)[known]
    errors = _errors(at, estimator, inference, planted)
    std_error = np.empty(0) if errors is None else errors.std_error[known]
    return [
        float(known.sum()),
        float((ps["rejected"][known] <= LEVEL).sum()),
        float((ps["covered"][known] > LEVEL).sum()),
        float((ps["found"][known] <= LEVEL).sum()),
        float(estimates.sum()),
        float((estimates**2).sum()),
        float(len(std_error)),
        float(std_error.sum()),
    ]


def _p_values(at: Setting, outcomes: np.ndarray, task: Task) -> dict[str, np.ndarray]:
    """P-values of no effect by every method, for outcomes (n, t, simulations)."""
    out = {}
    for estimator, inference in METHODS:
        errors = _errors(at, estimator, inference, outcomes)
        if errors is not None:
            found = t_p_values(estimate(at.fits[estimator].weights, outcomes), errors, 0.0)
            out[f"{estimator} {inference}"] = found
    by = {"region": np.arange(len(at.exposed)), "province": at.scene.regions["province_code"].to_numpy()}
    for name, clusters in by.items():
        signs = wild_signs(clusters, task.seed + task.first)
        out[f"twfe wild_{name}"] = wild_p_values(at.exposed, outcomes, clusters, signs)
    for sites, shown in SITES.items():
        for weights in dict.fromkeys(WEIGHTS_OF.values()):
            by_scale = relocation_p_values(moved_of(weights, sites, task), outcomes, at.shape)
            mine = [estimator for estimator, of in WEIGHTS_OF.items() if of == weights]
            out |= {f"{e} {name}": by_scale[scale] for e in mine for scale, name in shown.items()}
    return out


@lru_cache(maxsize=6)
def moved_of(weights: str, sites: str, task: Task) -> Moved:
    """Weights at the sites drawn for a block."""
    at = setting_of(int(task.design.split("-")[1]))
    draw_seed = int(np.random.SeedSequence(task.seed, spawn_key=(task.first, 2)).generate_state(1)[0])
    exposures = drawn_exposure(at.scene, at.candidates[sites], draws=task.draws, seed=draw_seed)
    return moved(exposures, weights, at.distance_km)


def _errors(at: Setting, estimator: str, inference: str, outcomes: np.ndarray) -> Errors | None:
    """Standard errors, or None for a method that has none of its own."""
    fit = at.fits[estimator]
    if inference == "own":
        return Errors(own_errors(fit, outcomes), len(at.exposed) - 1.0)
    if inference.startswith(("relocation", "wild")):
        return None
    residuals = fit.residuals(outcomes)
    if inference in at.clusters:
        return cluster_errors(at.clusters[inference], residuals)
    if inference == "hc1":
        return heteroscedastic(fit, residuals)
    if inference == "driscoll_kraay":
        return driscoll_kraay(fit, residuals)
    places = at.scene.regions
    cutoffs = {f"conley_{km:g}": km for km in CUTOFFS_KM}
    return conley(fit, residuals, places["lon"].to_numpy(), places["lat"].to_numpy(), cutoffs[inference])
