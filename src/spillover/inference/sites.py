"""Where parks could have stood: rules for plausible sites, and sets of sites drawn under them.

Each rule is a parameter: provinces (`plausible_sites`), distance to the coast (`plausible_sites`), distance
between the sites of one draw (`draw_sites`), opening years (every complex keeps its own).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows
from spillover.exposure import geodesic_km
from spillover.inference.coast import coast_km
from spillover.parks import operating

# Sets of sites thrown away in a row before the rule is called impossible. If one set in 500 meets the rule,
# this fails once in 20,000 draws; rarer sets are refused.
MOST_TRIES = 5_000


def plausible_sites(
    regions: pd.DataFrame,
    *,
    provinces: Sequence[str],
    coast_within_km: float | None = None,
    boundaries: pd.DataFrame | None = None,
    apart_from: pd.DataFrame | None = None,
    min_apart_km: float = 0.0,
) -> pd.DataFrame:
    """Candidate sites: centroids of districts at the coast of the given provinces.

    Parameters
    ----------
    regions : DataFrame
        As from `spillover.read_regions` (region_code, province_code, coastal, lon, lat).
    provinces : sequence of str
        Province codes, for example `spillover.read_nickel_provinces()`.
    coast_within_km : float, optional
        Districts whose centroid is at most so far from the coast. If left out: the districts that have a
        coast at all (column coastal).
    boundaries : GeoDataFrame, optional
        As from `spillover.read_boundaries`; needed with ``coast_within_km``.
    apart_from : DataFrame, optional
        Points (lon, lat) that no site may be near: parks that stay where they are.
    min_apart_km : float
        How far from these points, at least.

    Returns
    -------
    DataFrame
        region_code, lon, lat.

    Raises
    ------
    DataError
        No district is left, missing coordinates, or a distance to the coast without boundaries.

    Examples
    --------
    >>> import spillover as sp
    >>> sites = plausible_sites(sp.read_regions(), provinces=["7200"])
    >>> sites["region_code"].isin(["7203"]).any(), sites["region_code"].isin(["7210"]).any()
    (np.True_, np.False_)
    """
    chosen = regions[regions["province_code"].isin(list(provinces))]
    blank = chosen["lon"].isna() | chosen["lat"].isna()
    check_rows(chosen, blank, ["region_code"], "regions", "districts without coordinates", "add lon and lat")
    if coast_within_km is None:
        chosen = chosen[chosen["coastal"]]
    elif boundaries is None:
        raise DataError(
            "plausible_sites", "a distance to the coast without polygons", remedy="pass boundaries"
        )
    else:
        chosen = chosen[coast_km(chosen, boundaries) <= coast_within_km]
    if apart_from is not None and len(apart_from) and len(chosen):
        chosen = chosen[(geodesic_km(chosen, apart_from) >= min_apart_km).all(axis=1)]
    if chosen.empty:
        raise DataError("plausible_sites", "no district meets the rules", provinces, "widen a rule")
    return chosen[["region_code", "lon", "lat"]].reset_index(drop=True)


def moving_parks(parks: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Parks of the complexes that begin to operate after year ``first`` and by ``last``: those to be moved.

    Raises
    ------
    DataError
        No park opens inside these years.
    """
    sited = operating(parks, last)
    starts = sited.groupby("complex_id")["first_operation_year"].transform("min")
    moving = sited[(starts > first).fillna(False).to_numpy(bool)]
    if moving.empty:
        raise DataError("draw_treatments", f"no park opens after {first}", remedy="begin the panel earlier")
    return moving


def draw_sites(
    parks: pd.DataFrame, candidates: pd.DataFrame, *, draws: int, seed: int, min_apart_km: float = 0.0
) -> pd.DataFrame:
    """Draw sets of sites, one site for each complex, and put the real ones first.

    Every ordered set of different candidates that lie at least ``min_apart_km`` from each other is as likely
    as any other: whole sets are drawn without replacement, all as likely, and a set with a pair that is too
    near is thrown away as a whole (replacing only the site at fault would favour crowded places).

    Parameters
    ----------
    parks : DataFrame
        complex_id, lon, lat of the parks to move, as from `moving_parks`; a complex moves as a whole and
        keeps its years.
    candidates : DataFrame
        lon, lat of plausible sites.
    draws, seed : int
        With 0 draws, the real sites alone.
    min_apart_km : float
        Geodesic, between any two sites of one draw. The test compares the real sites with sets that keep
        this rule: see with `spacing_km` whether they keep it themselves.

    Returns
    -------
    DataFrame
        draw (0: the real sites, the mean place of each complex's parks), complex_id, candidate (row
        number in ``candidates``; missing for the real ones), lon, lat, n_candidates, min_apart_km, seed.

    Raises
    ------
    DataError
        Fewer candidates than complexes, coordinates missing, no draws, or a distance between sites that
        hardly any set keeps.

    Examples
    --------
    >>> parks = pd.DataFrame({"complex_id": ["A", "B"], "lon": [120.0, 125.0], "lat": [0.0, 0.0]})
    >>> there = pd.DataFrame({"lon": [121.0, 121.1, 126.0], "lat": [-1.0, -1.0, -1.0]})
    >>> sites = draw_sites(parks, there, draws=50, seed=1, min_apart_km=100)
    >>> sorted(set(sites[sites["draw"] > 0].astype({"candidate": str}).groupby("draw")["candidate"].sum()))
    ['02', '12', '20', '21']
    """
    for table, columns in ((parks, ["complex_id", "lon", "lat"]), (candidates, ["lon", "lat"])):
        check_columns(table, columns, "draw_sites")
        blank = table["lon"].isna() | table["lat"].isna()
        check_rows(table, blank, columns, "draw_sites", "places without coordinates", "add lon and lat")
    if draws < 0:
        raise DataError(
            "draw_sites", "a number of draws below 0", [draws], "use 999, or 0 for the real sites"
        )
    real = parks.groupby("complex_id")[["lon", "lat"]].mean()  # sorted by complex
    if len(real) > len(candidates):
        raise DataError(
            "draw_sites", "fewer candidate sites than complexes to move", list(real.index), "widen the rule"
        )
    chosen = _draw(len(real), candidates, draws, np.random.default_rng(seed), min_apart_km)
    table = pd.DataFrame(
        {
            "draw": np.repeat(np.arange(draws + 1), len(real)),
            "complex_id": np.tile(real.index, draws + 1),
            "candidate": pd.array([None] * len(real) + chosen.ravel().tolist(), dtype="Int64"),
            "lon": np.append(real["lon"], candidates["lon"].to_numpy(float)[chosen]),
            "lat": np.append(real["lat"], candidates["lat"].to_numpy(float)[chosen]),
        }
    )
    return table.assign(n_candidates=len(candidates), min_apart_km=float(min_apart_km), seed=seed)


def _draw(
    size: int, candidates: pd.DataFrame, draws: int, random: np.random.Generator, min_apart_km: float
) -> np.ndarray:
    """Row numbers of the candidates drawn, shape (draws, size)."""
    near = np.zeros((len(candidates), len(candidates)), dtype=bool)
    if min_apart_km > 0:
        near = geodesic_km(candidates, candidates) < min_apart_km
        np.fill_diagonal(near, False)
    found, failed = np.empty((draws, size), dtype=int), 0
    draw = 0
    while draw < draws:
        sites = random.permutation(len(candidates))[:size]
        if min_apart_km > 0 and near[np.ix_(sites, sites)].any():
            failed += 1
            if failed > MOST_TRIES:
                problem = f"hardly any {size} of {len(candidates)} sites are {min_apart_km:g} km apart"
                raise DataError("draw_sites", problem, remedy="lower min_apart_km, or widen the other rules")
            continue
        found[draw], failed, draw = sites, 0, draw + 1
    return found


def spacing_km(sites: pd.DataFrame) -> pd.Series:
    """Of each draw the distance between its two nearest sites (km); draw 0 are the real sites.

    Missing where a draw has one site only.
    """

    def nearest(group: pd.DataFrame) -> float:
        between = geodesic_km(group, group)[np.triu_indices(len(group), 1)]
        return float(between.min()) if len(between) else float("nan")

    spacing = {draw: nearest(group) for draw, group in sites.groupby("draw")[["lon", "lat"]]}
    return pd.Series(spacing, name="spacing_km").rename_axis("draw")


def sites_in_words(sites: pd.DataFrame) -> str:
    """How a table of `draw_sites` was drawn, in a sentence for the table of estimates.

    Examples
    --------
    >>> parks = pd.DataFrame({"complex_id": ["A"], "lon": [120.0], "lat": [0.0]})
    >>> sites_in_words(draw_sites(parks, parks, draws=9, seed=3))
    '9 draws of 1 of 1 sites, any distance apart, seed 3'
    """
    head = sites.iloc[0]
    apart = f"at least {head['min_apart_km']:g} km apart" if head["min_apart_km"] else "any distance apart"
    size = sites["complex_id"].nunique()
    draws = int(sites["draw"].max())
    return f"{draws} draws of {size} of {head['n_candidates']} sites, {apart}, seed {head['seed']}"
