"""How far errors of regions go together in space and time, as far as the outcome itself shows it.

Exponential in distance, autoregressive in time: two numbers, found by moments. The relocation test divides
drawn estimates by the standard deviation that they have under such errors. It is what keeps the size of the
test where exposed regions lie close together (``data/validation/coverage_simulated.csv``).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows
from spillover.exposure import geodesic_km

RANGES_KM = (0.0, 20.0, 40.0, 60.0, 90.0, 120.0, 150.0, 200.0, 250.0, 350.0, 500.0, 800.0)
BINS_KM = (0.0, 50.0, 100.0, 150.0, 200.0, 300.0)
SERIAL = np.round(np.arange(-0.5, 0.99, 0.01), 2)


class Shape(NamedTuple):
    """What tells the correlation of errors: pairs by distance, and what each correlation would look like.

    ``bins`` (bins, n, n): 1 for a pair of the bin. ``expected`` (ranges, bins): the share of the variance
    that pairs of a bin have in common once the effects are out. ``lag_one`` (serial correlations,): likewise
    of neighbouring years, times (T - 1) / T.
    """

    bins: np.ndarray
    expected: np.ndarray
    lag_one: np.ndarray


class Correlation(NamedTuple):
    """Range of the exponential correlation in space (km; 0: none) and autocorrelation in time."""

    range_km: float
    serial: float


def correlation(distance_km: np.ndarray, range_km: float) -> np.ndarray:
    """Exponential correlation of regions; range 0: independent."""
    return np.exp(-distance_km / range_km) if range_km else np.eye(len(distance_km))


def error_shape(
    distance_km: np.ndarray, n_years: int, *, groups: np.ndarray | None = None, in_time: bool = True
) -> Shape:
    """Prepare `error_correlation` for regions and years.

    Parameters
    ----------
    distance_km : ndarray
        Between the regions, (n, n), symmetric.
    n_years : int
    groups : ndarray, optional
        (n,): regions that have year effects in common (provinces, for province-by-year effects); if left
        out, all have the same. -1: no year effects at all.
    in_time : bool
        Whether regions have effects of their own.
    """
    masks = []
    for low, high in itertools.pairwise(BINS_KM):
        mask = ((distance_km >= low) & (distance_km < high)).astype(float)
        np.fill_diagonal(mask, 0.0)
        masks.append(mask)
    group = np.zeros(len(distance_km), dtype=int) if groups is None else groups
    sizes = np.maximum([mask.sum() for mask in masks], 1.0)
    expected = []
    for km in RANGES_KM:
        left = _centred_within(correlation(distance_km, km), group)
        variance = np.diag(left).mean()
        expected.append(
            [(m * left).sum() / size / variance if variance > 0 else 0.0
             for m, size in zip(masks, sizes, strict=True)]
        )  # fmt: skip
    return Shape(np.stack(masks), np.array(expected), _lag_one(n_years, in_time))


@lru_cache(maxsize=32)
def _lag_one(n_years: int, in_time: bool) -> np.ndarray:
    """Of each serial correlation, what neighbouring years have in common once the region means are out."""
    lags = np.abs(np.subtract.outer(np.arange(n_years), np.arange(n_years)))
    years = np.full(n_years, 0 if in_time else -1)
    series = [_centred_within(serial**lags, years) for serial in SERIAL]
    return np.array([np.trace(one, offset=1) / max(np.trace(one), 1e-300) for one in series])


def _centred_within(matrix: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Covariances once the mean of each group is out; group -1 keeps its own."""
    member = (group[:, None] == np.unique(group[group >= 0])[None, :]).astype(float)
    mean = member / np.maximum(member.sum(axis=0), 1.0)
    left = matrix - member @ (mean.T @ matrix)
    return np.asarray(left - (left @ mean) @ member.T)


def error_correlation(left: np.ndarray, shape: Shape) -> tuple[np.ndarray, np.ndarray]:
    """Range in space and serial correlation that fit outcomes best, under the null of no effect.

    Parameters
    ----------
    left : ndarray
        (n, t, outcomes), free of the effects; NaN where a region-year has no value, the same in all.
    shape : Shape

    Returns
    -------
    ranges : ndarray
        (outcomes,), rows of ``RANGES_KM``: least squares over the bins of distance, weighted by pairs.
    serial : ndarray
        (outcomes,), by the correlation of neighbouring years.
    """
    n, t, outcomes = left.shape
    there = ~np.isnan(left[:, :, 0])
    values = np.where(there[:, :, None], left, 0.0)
    variance = (values**2).sum(axis=(0, 1)) / there.sum()
    flat, known = values.reshape(n, t * outcomes), there.astype(float)
    pairs = np.array([(known * (bins @ known)).sum() for bins in shape.bins])
    seen = [
        ((bins @ flat) * flat).reshape(n, t, outcomes).sum(axis=(0, 1)) / max(size, 1.0) / variance
        for bins, size in zip(shape.bins, pairs, strict=True)
    ]
    miss = ((np.stack(seen)[None] - shape.expected[:, :, None]) ** 2 * pairs[:, None]).sum(axis=1)
    if t == 1:
        return miss.argmin(axis=0), np.zeros(outcomes)
    neighbours = max(float((known[:, 1:] * known[:, :-1]).sum()), 1.0)
    one = (values[:, 1:] * values[:, :-1]).sum(axis=(0, 1)) / neighbours / variance * (t - 1) / t
    return miss.argmin(axis=0), np.interp(one, shape.lag_one, SERIAL)


def fit_correlation(
    rows: pd.DataFrame, left: np.ndarray, places: pd.DataFrame, effects: Sequence[str]
) -> tuple[Correlation, Callable[[np.ndarray], np.ndarray]]:
    """Correlation of the errors of a panel, and what multiplies columns by it.

    Parameters
    ----------
    rows : DataFrame
        region_code, year and the columns of the effects, each region-year once; gaps are allowed.
    left : ndarray
        (rows,): the outcome, free of the effects.
    places : DataFrame
        region_code, lon, lat of all regions of the panel.
    effects : sequence of str
        Of regions, of years, or of groups of regions by year.

    Returns
    -------
    Correlation
    callable
        (rows, m) → Ω @ columns, Ω the correlation matrix of the rows.

    Raises
    ------
    DataError
        A region without a place, or other effects.

    Notes
    -----
    In a panel with gaps the expected moments are those of the full panel: exact without gaps.
    """
    codes = pd.Index(rows["region_code"].unique())
    at = _places_of(places, codes)
    years = np.sort(rows["year"].unique())
    i, j = codes.get_indexer(rows["region_code"]), np.searchsorted(years, rows["year"])
    distance = geodesic_km(at, at)
    distance = (distance + distance.T) / 2
    groups, in_time = _effect_groups(rows, effects, i)
    grid = np.full((len(codes), len(years)), np.nan)
    grid[i, j] = left
    step = np.abs(np.subtract.outer(years, years))
    shape = error_shape(distance, len(years), groups=groups, in_time=in_time)
    ranges, serial = error_correlation(grid[:, :, None], shape)
    found = Correlation(RANGES_KM[int(ranges[0])], float(serial[0]))
    in_space, over_years = correlation(distance, found.range_km), found.serial**step

    def multiply(columns: np.ndarray) -> np.ndarray:
        full = np.zeros((len(codes), len(years), columns.shape[1]))
        full[i, j] = columns
        full = (in_space @ full.reshape(len(codes), -1)).reshape(full.shape)
        return np.asarray(np.matmul(over_years, full)[i, j])

    return found, multiply


def _places_of(places: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    check_columns(places, ["region_code", "lon", "lat"], "relocate")
    at = places.drop_duplicates("region_code").set_index("region_code").reindex(codes)
    blank = at["lon"].isna() | at["lat"].isna()
    check_rows(
        at.reset_index(names="region_code"), blank.reset_index(drop=True), ["region_code"], "relocate",
        "regions without a place", "pass lon and lat of every region of the panel",
    )  # fmt: skip
    return at.reset_index(names="region_code")


def _effect_groups(rows: pd.DataFrame, effects: Sequence[str], i: np.ndarray) -> tuple[np.ndarray, bool]:
    """Groups of regions with common year effects, (n,), and whether regions have effects."""
    size, in_time = int(i.max()) + 1, False
    groups = np.full(size, -1)
    for effect in effects:
        parts = set(effect.split("^"))
        if parts == {"region_code"}:
            in_time = True
        elif "year" in parts and "region_code" not in parts:
            by = sorted(parts - {"year"})
            code = rows.groupby(by, sort=False).ngroup().to_numpy() if by else np.zeros(len(rows), dtype=int)
            groups[i] = code
        else:
            remedy = "use effects of regions, years or groups by year, or statistic='scaled'"
            raise DataError("relocate", "effects for which errors in space are not known", [effect], remedy)
    return groups, in_time
