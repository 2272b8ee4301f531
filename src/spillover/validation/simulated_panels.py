"""Simulated panels on the real map: real districts, park sites and opening years; simulated outcomes.

Everything else here is made up, and named so. The noise is as large and as persistent as that of the IMK
panel by province; it is correlated between districts as an exponential function of their distance. Effects
are planted by ring and by time since the opening, so that a method can be asked whether it finds them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.designs import first_exposed_year
from spillover.district_ground import eastern_regions
from spillover.errors import DataError
from spillover.exposure import assign_ring, geodesic_km
from spillover.parks import operating, read_parks
from spillover.validation.simulated_noise import Noise, imk_noise, simulated_noise

YEARS = range(2012, 2026)
WHERE = "simulated_panel"
# Districts exposed → how many complexes, in the order of their opening, and within how many kilometres:
# chosen so that the real map gives just these numbers.
EXPOSED: dict[int, tuple[int, float]] = {3: (3, 50.0), 8: (4, 50.0), 20: (11, 60.0), 50: (11, 140.0)}


class Scene(NamedTuple):
    """What is real: districts, the parks that open within the years, and how near is exposed."""

    regions: pd.DataFrame
    parks: pd.DataFrame
    years: tuple[int, ...]
    within_km: float


class Effect(NamedTuple):
    """A planted effect, in log points.

    ``size`` is what an exposed district gains in the end. ``by_event_time`` are its shares in the year of
    opening, one year after, …; the last one stays. ``anticipation`` are its shares one year before, two
    years before, …. ``neighbours`` are (outer edge in km, share) of the rings beyond the exposed one.
    """

    size: float = 0.0
    by_event_time: tuple[float, ...] = (1.0,)
    anticipation: tuple[float, ...] = ()
    neighbours: tuple[tuple[float, float], ...] = ()


def simulated_scene(n_exposed: int, *, years: Sequence[int] = YEARS) -> Scene:
    """The districts of Sulawesi, Maluku and Maluku Utara, so many of them exposed to a new park.

    Parameters
    ----------
    n_exposed : {3, 8, 20, 50}
        Districts with a park within the distance that ``EXPOSED`` names: the first three complexes that
        opened since 2012 within 50 km, the first four within 50 km, all eleven within 60 km or 140 km.
    years : sequence of int
        Parks that opened before the second year are left out: districts near them compare like others.

    Raises
    ------
    DataError
        A number that is not among them.

    Examples
    --------
    >>> scene = simulated_scene(8)
    >>> len(scene.regions), int(np.isfinite(first_exposure(scene)).sum()), scene.parks["complex_id"].nunique()
    (102, 8, 4)
    """
    if n_exposed not in EXPOSED:
        known = ", ".join(map(str, EXPOSED))
        raise DataError("simulated_scene", "no such number of exposed districts", [n_exposed], f"use {known}")
    count, within_km = EXPOSED[n_exposed]
    sited = operating(read_parks(), max(years))
    opened = sited.groupby("complex_id")["first_operation_year"].min()
    opened = opened[opened > min(years)].sort_values(kind="stable")
    parks = sited[sited["complex_id"].isin(opened.index[:count])].reset_index(drop=True)
    return Scene(eastern_regions(), parks, tuple(years), within_km)


def first_exposure(scene: Scene) -> np.ndarray:
    """First year with a park of the scene within its distance, by district; inf if never."""
    opening = scene.parks["first_operation_year"].to_numpy(float)
    return first_exposed_year(geodesic_km(scene.regions, scene.parks), opening, scene.within_km)


def planted_effect(scene: Scene, effect: Effect) -> np.ndarray:
    """The planted effect of every district and year, in log points; shape (districts × years,).

    Where several rings reach a district the largest share counts, as the nearest park's does.
    """
    distance = geodesic_km(scene.regions, scene.parks)
    opening = scene.parks["first_operation_year"].to_numpy(float)
    out = np.zeros((len(scene.regions), len(scene.years)))
    for outer_km, share in ((scene.within_km, 1.0), *effect.neighbours):
        first = first_exposed_year(distance, opening, outer_km)
        shares = share * _by_event_time(np.array(scene.years) - first[:, None], effect)
        out = np.where(np.abs(shares) > np.abs(out), shares, out)
    return np.asarray(effect.size * out).ravel()


def _by_event_time(event_time: np.ndarray, effect: Effect) -> np.ndarray:
    out = np.zeros(event_time.shape)
    last = len(effect.by_event_time) - 1
    for time, share in enumerate(effect.by_event_time):
        out[(event_time >= time) if time == last else (event_time == time)] = share
    for before, share in enumerate(effect.anticipation, 1):
        out[event_time == -before] = share
    return out


def simulated_panel(
    scene: Scene, *, seed: int, noise: Noise | None = None, effect: Effect | None = None, number: int = 0
) -> pd.DataFrame:
    """One simulated panel on the real map.

    Parameters
    ----------
    scene : Scene
        As from `simulated_scene`.
    seed, number : int
        The same two give the same panel.
    noise : Noise, optional
        `imk_noise` if not given.
    effect : Effect, optional
        None planted if not given.

    Returns
    -------
    DataFrame
        One row per district and year: region_code, province_code, lon, lat, year, first_exposed_year (Int64,
        missing if never exposed), distance_km (to the nearest open park of the scene), ring (ordered;
        the exposed one, those of the neighbours, and the rest), simulated (the outcome), simulated_effect
        (the truth: what the planted effect added to it).

    Examples
    --------
    >>> panel = simulated_panel(simulated_scene(3), seed=1, effect=Effect(0.1, neighbours=((100.0, 0.5),)))
    >>> panel.shape, sorted(panel["simulated_effect"].unique().tolist())
    ((1428, 10), [0.0, 0.05, 0.1])
    """
    noise, effect = noise or imk_noise(), effect or Effect()
    _check(scene, noise, effect)
    n, t = len(scene.regions), len(scene.years)
    errors = simulated_noise(scene.regions, t, noise, seed=seed, simulations=[number])[:, 0].reshape(n, t)
    more = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, 1)))
    outcome = errors + noise.sd_regions * more.standard_normal((n, 1))
    outcome += noise.sd_years * more.standard_normal(t)
    truth = planted_effect(scene, effect)
    near = _nearest(scene)
    first = pd.Series(np.repeat(first_exposure(scene), t)).replace(np.inf, np.nan).astype("Int64")
    edges = (0.0, scene.within_km, *(outer for outer, _ in effect.neighbours))
    keys = scene.regions[["region_code", "province_code", "lon", "lat"]]
    return keys.loc[keys.index.repeat(t)].reset_index(drop=True).assign(
        year=np.tile(scene.years, n),
        first_exposed_year=first,
        distance_km=near.ravel(),
        ring=assign_ring(pd.Series(near.ravel()), edges).to_numpy(),
        simulated=outcome.ravel() + truth,
        simulated_effect=truth,
    )  # fmt: skip


def _nearest(scene: Scene) -> np.ndarray:
    """Distance to the nearest open park, by district and year; NaN before there is one."""
    distance = geodesic_km(scene.regions, scene.parks)
    opening = scene.parks["first_operation_year"].to_numpy(float)
    by_year = [distance[:, opening <= year].min(axis=1, initial=np.inf) for year in scene.years]
    near = np.stack(by_year, axis=1)
    return np.where(np.isfinite(near), near, np.nan)


def _check(scene: Scene, noise: Noise, effect: Effect) -> None:
    if noise.sd <= 0 or not 0 <= noise.serial < 1 or noise.range_km < 0:
        raise DataError(
            WHERE, "impossible noise", [noise], "sd above 0, serial from 0 to below 1, range_km ≥ 0"
        )
    edges = [scene.within_km, *(outer for outer, _ in effect.neighbours)]
    if edges != sorted(set(edges)):
        raise DataError(WHERE, "rings that do not grow", edges, f"begin beyond {scene.within_km:g} km")
    if not effect.by_event_time:
        raise DataError(WHERE, "no share for the year of opening", remedy="give by_event_time at least one")
