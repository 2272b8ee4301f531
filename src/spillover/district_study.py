"""IMK by district against nearness to a park: estimated as soon as a user's data folder has such tables.

The bundled data know IMK by province only. Tables by district that a user lays over them
(``SPILLOVER_DATA``) are put into panels of one measure, one counting system and one sampling frame each;
nothing is filled in, and every district that is left out is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.designs import ring_design
from spillover.district_ground import (
    BASES,
    WITHIN_KM,
    Ground,
    coast_of,
    eastern_ground,
    eastern_regions,
    parks_around,
)
from spillover.district_tables import combined, district_rows
from spillover.errors import DataError
from spillover.inference.redraw import relocate, site_treatments
from spillover.inference.relocation import add_relocation_test
from spillover.inference.sites import draw_sites, moving_parks
from spillover.models.estimates import make_estimates, n_changing
from spillover.models.rings import twfe
from spillover.regions import read_region_changes
from spillover.specs import Spec, make_spec_id

FRAME_YEAR = 2017  # the first year of the sampling frame made from the economic census of 2016
FEWEST = 2
LAW_LAG = 2  # tables show a new district up to two years after the law that made it
MADE_UP = ("estimated", "backcast")


class Sample(NamedTuple):
    """One panel: what it holds, what was left out of it, and why.

    ``measure`` is establishments or workers; ``system`` who counted, as the files say it ("" where they do
    not). ``left_out`` names districts by reason: divided (territory changed), zero (a year without a
    firm, which has no logarithm) and one_year (a value in one year only). ``n_elsewhere`` counts districts
    outside Sulawesi and Maluku, ``n_partial`` values of parts of a year, ``n_made_up`` values that are
    estimates or back-casts. ``refused`` says by spec_id why nothing was estimated: years (fewer than two),
    districts (none left), exposed (fewer than two change status), comparison (nothing to compare
    with), constant (the figures do not move) or sites (too few places to move the parks to).
    """

    number: int
    measure: str
    system: str
    source_ids: tuple[str, ...]
    years: tuple[int, ...]
    codes: tuple[str, ...]
    left_out: dict[str, tuple[str, ...]]
    n_elsewhere: int
    n_partial: int
    n_made_up: int
    refused: dict[str, str]


def district_imk_study(*, draws: int = 999, seed: int = 1) -> tuple[pd.DataFrame, list[Sample]] | None:
    """IMK of districts in Sulawesi and Maluku on a park that operates within 50 and 100 km.

    Two-way fixed effects, by centroid and by nearest edge, for each measure (establishments, workers),
    counting system and sampling frame (before 2017, from 2017) that the data have.

    Parameters
    ----------
    draws, seed : int
        Of the relocation test: the complexes that lie in or near the districts of the panel move along the
        coast of those of them that are in nickel provinces; estimates are compared as in
        `spillover.inference.redraw.relocate`.

    Returns
    -------
    (DataFrame, list of Sample) or None
        Rows of `estimates`, four per sample, with relocation p-values; a row without estimate has its reason
        in the sample. None if no source has IMK by district, as with the bundled data.

    Raises
    ------
    DataError
        Sources that differ on a value and cannot be ordered, or that cannot be read without guessing.

    Examples
    --------
    >>> district_imk_study() is None
    True
    """
    rows = district_rows()
    if rows.empty:
        return None
    ground = eastern_ground(draws, seed)
    tables, samples = [], []
    eras = rows["year"] >= FRAME_YEAR
    for number, ((measure, *_), part) in enumerate(rows.groupby(["measure", "system", eras]), 1):
        sample, panel = _sample(number, str(measure), part)
        for row, reason in _estimates(sample, panel, ground):
            tables.append(row)
            if reason:
                sample.refused[row["spec_id"].item()] = reason
        samples.append(sample)
    return pd.concat(tables, ignore_index=True), samples


def run(spec: Spec, draws: int = 999, seed: int = 1) -> pd.DataFrame:
    """All rows of `district_imk_study`, for `spillover.run_spec` to choose from.

    Raises
    ------
    DataError
        There are no tables of IMK by district.
    """
    study = district_imk_study(draws=draws, seed=seed)
    if study is None:
        remedy = "lay a folder with such tables over the data: SPILLOVER_DATA"
        raise DataError("district_imk", "no table of IMK by district", [spec.outcome], remedy)
    return study[0]


def _sample(number: int, measure: str, rows: pd.DataFrame) -> tuple[Sample, pd.DataFrame]:
    """One panel (region_code, year, log outcome; all districts in all years that have values)."""
    partial, made_up = rows["period"].ne(""), rows["status"].isin(MADE_UP)
    values = combined(rows[~partial & ~made_up])
    east = values["region_code"].isin(eastern_regions()["region_code"])
    here, left_out = _usable(values[east])
    years = sorted(here["year"].unique())
    outcome = f"log_{measure}"
    index = pd.MultiIndex.from_product(
        [sorted(here["region_code"].unique()), years], names=["region_code", "year"]
    )
    logs = np.log(here.set_index(["region_code", "year"])["value"])
    panel = logs.reindex(index).rename(outcome).reset_index()
    used = rows[rows["region_code"].isin(panel["region_code"])] if len(panel) else rows
    return Sample(
        number=number,
        measure=measure,
        system=str(rows["shown"].iloc[0]),
        source_ids=tuple(sorted(used["source_id"].unique())),
        years=tuple(int(y) for y in years),
        codes=tuple(panel["region_code"].unique()),
        left_out=left_out,
        n_elsewhere=int(values.loc[~east, "region_code"].nunique()),
        n_partial=int(partial.sum()),
        n_made_up=int((made_up & ~partial).sum()),
        refused={},
    ), panel


def _usable(values: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Values of districts that can be compared with themselves, and the codes of the others by reason."""
    if values.empty:
        return values, {}
    splits = read_region_changes("split")
    recent = splits[splits["year"].between(values["year"].min() - LAW_LAG, values["year"].max())]
    divided = {*recent["child_code"], *recent["parent_code"]}
    by_district = values.groupby("region_code")["value"]
    left_out: dict[str, tuple[str, ...]] = {}
    gone: set[str] = set()
    marks = {
        "divided": divided & set(by_district.groups),
        "zero": set(values.loc[values["value"].eq(0), "region_code"]),
        "one_year": set(by_district.size()[lambda n: n < FEWEST].index),
    }
    if values["year"].nunique() < FEWEST:
        marks.pop("one_year")  # said once, of the whole sample
    for reason, codes in marks.items():
        left_out[reason] = tuple(sorted(codes - gone))
        gone |= codes
    return values[~values["region_code"].isin(gone)], left_out


def _estimates(sample: Sample, panel: pd.DataFrame, ground: Ground) -> Iterator[tuple[pd.DataFrame, str]]:
    """A row of `estimates` for each distance and basis, with the reason where it has no estimate."""
    for km in WITHIN_KM:
        for basis in BASES:
            yield _estimate(sample, panel, ground, km, basis)


def _estimate(
    sample: Sample, panel: pd.DataFrame, ground: Ground, within_km: float, basis: str
) -> tuple[pd.DataFrame, str]:
    """One specification."""
    outcome, term = f"log_{sample.measure}", f"near_{within_km:g}km_{basis}"
    choices = {"sample": sample.number, "within_km": within_km, "basis": basis}
    spec = make_spec_id("district_imk", outcome, choices, {})
    blank = {"spec_id": spec, "term": term, "outcome": outcome, "n_exposed": 0, "model": "twfe"}
    if len(sample.years) < FEWEST or not sample.codes:
        return make_estimates([blank]), "years" if sample.codes else "districts"
    ground = ground.of(sample.codes)
    parks = parks_around(ground, max(sample.years), within_km)
    candidates = coast_of(ground.regions["region_code"])
    design, measure = ring_design(panel, ground.regions, within_km), ground.measures[basis]
    panel = panel.assign(**{term: design(measure(parks), parks["first_operation_year"].to_numpy(float))})
    complete = panel.dropna()
    reason = _why_not(complete, outcome, term)
    reason = reason or ("sites" if len(candidates) < parks["complex_id"].nunique() else "")
    if reason:
        n_regions, n_exposed = complete["region_code"].nunique(), n_changing(complete, term)
        counts = {"n_regions": n_regions, "n_obs": len(complete), "n_exposed": n_exposed}
        return make_estimates([blank | counts | {"n_dropped": len(panel) - len(complete)}]), reason
    moving = moving_parks(parks, min(sample.years), max(sample.years))
    treatments = site_treatments(
        panel,
        design,
        measure=measure,
        parks=parks,
        sites=draw_sites(moving, candidates, draws=ground.draws, seed=ground.seed),
        terms=(term,),
    )
    row = twfe(panel, outcome, [term], spec_id=spec)
    test = relocate(panel, outcome, treatments, places=ground.regions)
    return add_relocation_test(row, test), ""


def _why_not(data: pd.DataFrame, outcome: str, term: str) -> str:
    """Why these rows (without missing values) cannot carry an estimate; "" if they can."""
    if n_changing(data, term) < FEWEST:
        return "exposed"
    used = data["region_code"].nunique() + data["year"].nunique()
    if len(data) <= used or _within(data, term) < 1e-10:
        return "comparison"
    return "constant" if _within(data, outcome) < 1e-10 else ""


def _within(data: pd.DataFrame, column: str) -> float:
    """Sum of squares of a column that district and year effects leave over."""
    return float((_left_over(data, data[column].to_numpy(float)) ** 2).sum())


def _left_over(data: pd.DataFrame, values: np.ndarray) -> np.ndarray:
    """What district and year effects leave over of columns."""
    effects = pd.get_dummies(data[["region_code", "year"]].astype(str)).to_numpy(float)
    return np.asarray(values - effects @ np.linalg.lstsq(effects, values, rcond=None)[0])
