"""Whom parks would have exposed at sites drawn among candidates."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from spillover.designs import ring_design
from spillover.exposure import geodesic_km
from spillover.inference.relocation import draw_treatments
from spillover.validation.simulated_panels import Scene


def drawn_exposure(scene: Scene, candidates: pd.DataFrame, *, draws: int, seed: int) -> np.ndarray:
    """Exposure at the real sites and at sites drawn among candidates, (1 + draws, n, t)."""
    index = pd.MultiIndex.from_product(
        [scene.regions["region_code"], scene.years], names=["region_code", "year"]
    )
    panel = index.to_frame(index=False)
    treatments = draw_treatments(
        panel,
        ring_design(panel, scene.regions, scene.within_km),
        measure=partial(geodesic_km, scene.regions),
        parks=scene.parks,
        candidates=candidates,
        draws=draws,
        seed=seed,
    )
    return np.asarray(treatments.T.reshape(-1, len(scene.regions), len(scene.years)))
