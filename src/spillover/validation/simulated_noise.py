"""Simulated errors as large and as persistent as those of the IMK panel, correlated between districts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.exposure import geodesic_km
from spillover.panel import imk_panel
from spillover.sme import read_imk

RANGE_KM = 150.0  # the correlation of two districts so far apart is 1/e
IMK_YEARS = range(2017, 2026)


class Noise(NamedTuple):
    """Errors and effects of districts and years, in log points.

    ``sd`` of the errors; ``serial`` is the correlation of one year's with the next; ``range_km`` is the
    distance at which that of two districts is 1/e (0: independent); ``sd_regions`` and ``sd_years`` of the
    effects.
    """

    sd: float
    serial: float = 0.0
    range_km: float = 0.0
    sd_regions: float = 0.0
    sd_years: float = 0.0


@lru_cache(maxsize=4)
def imk_noise(outcome: str = "log_establishments", *, spatial: bool = True) -> Noise:
    """Noise as large and as persistent as that of the IMK panel of 34 provinces, 2017–2025.

    Parameters
    ----------
    outcome : str
        Column of `spillover.imk_panel`.
    spatial : bool
        Correlated in space (150 km) and in time; False: independent, of the same size.

    Notes
    -----
    The serial correlation is the one of a first-order autoregression whose residuals after province and
    year effects correlate as the panel's do: taking out means makes a short series look less persistent
    (Nickell 1981, Econometrica 49(6)), and this is undone. The range in space is not estimated, provinces
    are too few and too large for that; it is a parameter.

    Districts are noisier than provinces: what is computed with this noise is a lower bound of theirs.

    Examples
    --------
    >>> noise = imk_noise()
    >>> 0.1 < noise.sd < 0.3, 0.2 < noise.serial < 0.6
    (True, True)
    """
    panel = imk_panel(read_imk(), IMK_YEARS)
    values = panel.pivot(index="region_code", columns="year", values=outcome).dropna().to_numpy(float)
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    left = values - rows - columns + values.mean()
    serial = _serial_of(_lag_one(left.T @ left), values.shape[1]) if spatial else 0.0
    within = np.trace(_centred(serial ** _lags(values.shape[1]))) * (len(values) - 1)
    return Noise(
        sd=float(np.sqrt((left**2).sum() / within)),
        serial=serial,
        range_km=RANGE_KM if spatial else 0.0,
        sd_regions=float(rows.std(ddof=1)),
        sd_years=float(columns.std(ddof=1)),
    )


def _lags(n: int) -> np.ndarray:
    return np.abs(np.subtract.outer(np.arange(n), np.arange(n))).astype(float)


def _centred(covariance: np.ndarray) -> np.ndarray:
    """Covariance over years once every district's mean is taken out."""
    rows = covariance - covariance.mean(axis=0, keepdims=True)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))


def _lag_one(moments: np.ndarray) -> float:
    """Correlation of neighbouring years, from their matrix of moments."""
    return float(np.trace(moments, offset=1) / np.trace(moments))


def _serial_of(seen: float, n_years: int) -> float:
    """Serial correlation of errors that, without their means, look as correlated as seen."""
    from scipy.optimize import brentq

    def excess(serial: float) -> float:
        return _lag_one(_centred(serial ** _lags(n_years))) - seen

    return float(brentq(excess, 0.0, 0.99)) if excess(0.0) < 0 else 0.0


def simulated_noise(
    regions: pd.DataFrame, n_years: int, noise: Noise, *, seed: int, simulations: Sequence[int]
) -> np.ndarray:
    """Errors of many simulations at once, without the effects of districts and years.

    Parameters
    ----------
    regions : DataFrame
        lon and lat of the districts.
    n_years : int
    noise : Noise
    seed : int
    simulations : sequence of int
        Numbers of the simulations: each is the same whichever others are made with it.

    Returns
    -------
    ndarray
        Shape (districts × years, simulations), years running fastest.
    """
    n, t = len(regions), n_years
    root_space, root_time = _roots(regions, t, noise)
    out = np.empty((n * t, len(simulations)))
    for column, number in enumerate(simulations):
        raw = _random(seed, number).standard_normal((n, t))
        raw = raw if root_space is None else root_space @ raw
        out[:, column] = (noise.sd * (raw @ root_time.T)).ravel()
    return out


def _random(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))


def _roots(regions: pd.DataFrame, n_years: int, noise: Noise) -> tuple[np.ndarray | None, np.ndarray]:
    """Square roots of the correlations between districts and between years."""
    in_time = np.linalg.cholesky(noise.serial ** _lags(n_years))
    if not noise.range_km:
        return None, in_time
    distance = geodesic_km(regions, regions)
    return np.linalg.cholesky(np.exp(-(distance + distance.T) / 2 / noise.range_km)), in_time
