"""Other designs on the same panels of districts: event studies, spatial models, a reference moved outwards.

Each is named by what it adds to a `DistrictSpec`: ``event:tpt:estimator=twfe,within_km=100`` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from spillover.designs import first_exposed_year
from spillover.district_ground import all_ground
from spillover.district_specs import (
    CHOICES,
    EFFECTS,
    DistrictSpec,
    Estimated,
    district_panel,
    estimate_district,
)
from spillover.errors import DataError
from spillover.exposure import nearest_operating, park_exposure
from spillover.inference.side_by_side import DEFAULT_METHODS, add_inference
from spillover.models.event_study import EventFit, fit_event_study
from spillover.models.moving_reference import moving_reference
from spillover.models.spatial import spatial_model
from spillover.models.staggered import ESTIMATORS
from spillover.models.weights import spatial_weights
from spillover.parks import chosen_parks, operating
from spillover.regions import read_boundaries, read_regions
from spillover.specs import Spec, make_spec_id, read_options

EVENT_DEFAULTS: dict[str, Any] = {"estimator": "callaway_santanna", "window": 5}
SPATIAL_DEFAULTS: dict[str, Any] = {"kind": "durbin", "weights": "knn-6"}
REFERENCE_DEFAULTS: dict[str, Any] = {"beyond": "100-150-200"}


def _split(
    spec: Spec, own: Mapping[str, Any], choices: Mapping[str, tuple[str, ...]]
) -> tuple[DistrictSpec, dict[str, Any]]:
    """The options that a design adds, and the `DistrictSpec` of the others."""
    defaults = {**DistrictSpec._field_defaults, **own}
    options = read_options(spec, defaults, {**CHOICES, **choices})
    chosen = {key: options.pop(key, default) for key, default in own.items()}
    return DistrictSpec(spec.outcome, **options), chosen


def _name(study: str, spec: DistrictSpec, chosen: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    options = spec._asdict()
    return make_spec_id(
        study, options.pop("outcome"), {**options, **chosen}, {**DistrictSpec._field_defaults, **own}
    )


def event_panel(spec: DistrictSpec) -> tuple[pd.DataFrame, str]:
    """Panel of a specification with ``first_exposed_year`` (missing: never within ``within_km``)."""
    panel, outcome = district_panel(spec)
    ground = all_ground().of(panel["region_code"].unique())
    parks = operating(chosen_parks(spec.parks, spec.start), int(panel["year"].max()))
    opening = parks["first_operation_year"].to_numpy(float)
    first = first_exposed_year(ground.measures[spec.basis](parks), opening, spec.within_km)
    years = pd.Series(np.where(np.isfinite(first), first, np.nan), index=ground.regions["region_code"])
    return panel.assign(first_exposed_year=panel["region_code"].map(years)), outcome


def district_events(spec: DistrictSpec, *, estimator: str = "callaway_santanna", window: int = 5) -> EventFit:
    """Event study of one specification: effects by year since a park first stood within ``within_km``.

    Parameters
    ----------
    spec : DistrictSpec
        With year effects and without rings.
    estimator : str
        As for `spillover.event_study`.
    window : int
        Event times from -window to window, in years.

    Returns
    -------
    EventFit
        ``estimates`` as from `spillover.event_study`, and the covariance for pre-trends and bounds.

    Examples
    --------
    >>> fit = district_events(DistrictSpec("tpt"), estimator="twfe", window=3)
    >>> fit.estimates["spec_id"].iloc[0]
    'event:tpt:estimator=twfe,window=3'
    """
    if spec.effects != "year" or spec.rings != "none":
        raise DataError("event", "effects or rings that an event study does not take", [spec.spec_id])
    chosen = {"estimator": estimator, "window": window}
    panel, outcome = event_panel(spec)
    return fit_event_study(
        panel,
        outcome,
        estimator=estimator,
        window=(-window, window),
        spec_id=_name("event", spec, chosen, EVENT_DEFAULTS),
    )


def run_event(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of a named event study (nothing is drawn)."""
    district, chosen = _split(spec, EVENT_DEFAULTS, {"estimator": tuple(ESTIMATORS)})
    return district_events(district, **chosen).estimates


def district_spatial(
    spec: DistrictSpec, *, kind: str = "durbin", weights: str = "knn-6", draws: int = 999, seed: int = 1
) -> pd.DataFrame:
    """Spatial panel regression of one specification, with impacts and Moran's I of the residuals.

    Parameters
    ----------
    spec : DistrictSpec
    kind : str
        As for `spillover.spatial_model`.
    weights : str
        "knn-6", "band-150" (km) or "contiguity"; regions without neighbours are joined to the nearest.
    draws, seed : int
        Of the simulated impacts.

    Returns
    -------
    DataFrame
        Rows of `estimates`.
    """
    done = estimate_district(spec, draws=0, seed=seed)
    regions = read_regions()
    regions = regions[regions["region_code"].isin(done.panel["region_code"])]
    form, _, number = weights.partition("-")
    if form not in ("knn", "band", "contiguity") or (form != "contiguity" and not number.isdigit()):
        raise DataError("spatial", "unknown weights", [weights], "use knn-6, band-150 or contiguity")
    options: dict[str, Any] = {"k": int(number)} if form == "knn" else {}
    options |= {"cutoff_km": float(number)} if form == "band" else {}
    boundaries = read_boundaries() if form == "contiguity" else None
    links = spatial_weights(regions, kind=form, boundaries=boundaries, islands="nearest", **options)
    return spatial_model(
        done.panel,
        done.outcome,
        list(done.test.terms),
        weights=links,
        kind=kind,
        draws=draws,
        seed=seed,
        spec_id=_name("spatial", spec, {"kind": kind, "weights": weights}, SPATIAL_DEFAULTS),
    )


def run_spatial(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of a named spatial model."""
    district, chosen = _split(spec, SPATIAL_DEFAULTS, {})
    return district_spatial(district, **chosen, draws=draws, seed=seed)


def district_references(spec: DistrictSpec, *, beyond: str = "100-150-200") -> pd.DataFrame:
    """Rings of one specification against a reference that begins farther and farther out.

    Parameters
    ----------
    spec : DistrictSpec
        By centroid; its rings, or 0–50 and 50–100 km, are kept inside.
    beyond : str
        Where the reference begins, km.

    Returns
    -------
    DataFrame
        As from `spillover.moving_reference`, one spec_id; ``model`` names the reference.
    """
    panel, outcome = district_panel(spec)
    places = all_ground().regions
    places = places[places["region_code"].isin(panel["region_code"])]
    exposure = park_exposure(places, chosen_parks(spec.parks, spec.start))
    nearest = nearest_operating(exposure, sorted(panel["year"].unique()))
    panel = panel.merge(nearest.drop(columns="basis"), on=["region_code", "year"], validate="1:1")
    edges = (0.0, 50.0, 100.0) if spec.rings == "none" else tuple(map(float, spec.rings.split("-")))
    rows = moving_reference(
        panel,
        outcome,
        edges_km=edges,
        beyond_km=tuple(map(float, beyond.split("-"))),
        effects=EFFECTS[spec.effects],
    )
    return rows.assign(spec_id=_name("reference", spec, {"beyond": beyond}, REFERENCE_DEFAULTS))


def run_reference(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """Rows of a named run of `district_references` (nothing is drawn)."""
    district, chosen = _split(spec, REFERENCE_DEFAULTS, {})
    return district_references(district, **chosen)


def inference_of(done: Estimated, methods: tuple[str, ...] = DEFAULT_METHODS) -> pd.DataFrame:
    """Rows of a specification under every kind of inference, the relocation test last.

    Parameters
    ----------
    done : Estimated
        As from `spillover.district_specs.estimate_district` or `spillover.imk_specs.estimate_imk`.
    methods : tuple of str
        As for `spillover.add_inference`.
    """
    places = read_regions()[["region_code", "lon", "lat"]]
    panel = done.panel
    if panel["region_code"].isin(places["region_code"]).all():
        panel = panel.merge(places, on="region_code", how="left", validate="m:1")
    return add_inference(done.rows, panel, methods=methods, effects=done.effects, relocation=done.test)
