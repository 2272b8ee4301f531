"""The study of one province: everything that the page and the workbook show, from one call."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from spillover.sentra.access import district_access
from spillover.sentra.choices import other_choices
from spillover.sentra.coverage import place_distances, programme_coverage
from spillover.sentra.criteria import read_criteria
from spillover.sentra.demand import demand_within, park_demand, parks_without_headcount
from spillover.sentra.explaining import explain_scores
from spillover.sentra.gap_firms import with_firms
from spillover.sentra.gap_totals import sector_totals
from spillover.sentra.gaps import sector_gaps
from spillover.sentra.ground import map_ground
from spillover.sentra.measures import REACH_KM, study_measures
from spillover.sentra.needs import NeedsForm, read_needs_form
from spillover.sentra.ranking import compare_rankings, rank_districts
from spillover.sentra.sensitivity import what_would_change
from spillover.sentra.supply import district_supply, districts_of
from spillover.sentra.values import CriteriaValues, criteria_values

DRAWS, SEED = 2000, 1


class Facts(NamedTuple):
    """What does not depend on weights: tables of a province.

    ``supply``, ``access``, ``coverage``, ``places``: as their functions give them. ``demand``: of the parks,
    all years; ``within``: what of it lies within reach of each district, all years. ``unknown_parks``:
    without a headcount. ``gaps``: by sector and item, last year; ``totals``: by sector.
    ``measures``: as from `spillover.sentra.measures.study_measures`. ``ground``: the polygons of the map.
    """

    supply: pd.DataFrame
    access: pd.DataFrame
    demand: pd.DataFrame
    within: pd.DataFrame
    unknown_parks: pd.DataFrame
    gaps: pd.DataFrame
    totals: pd.DataFrame
    coverage: pd.DataFrame
    places: pd.DataFrame
    measures: pd.DataFrame
    ground: pd.DataFrame


class SentraStudy(NamedTuple):
    """``facts``, and what follows: ``values``, ``ranks``, the terms of their scores (``explained``, as from
    `spillover.sentra.explaining.explain_scores`), the ranks under other ``choices``
    (`spillover.sentra.choices.other_choices`) and what ``changes`` would turn them.

    ``own_weights`` is True if the criteria are not the bundled ones; ``changed`` then says what they moved
    (`spillover.sentra.ranking.compare_rankings` with the same draws and seed), else it is None. ``needs`` is
    the form that an office filled in, or None.
    """

    province: str
    year: int
    facts: Facts
    criteria: pd.DataFrame
    own_weights: bool
    values: CriteriaValues
    ranks: pd.DataFrame
    explained: pd.DataFrame
    choices: pd.DataFrame
    changes: pd.DataFrame
    changed: pd.DataFrame | None
    needs: NeedsForm | None


def sentra_facts(province: str) -> Facts:
    """Collect what is known of a province and the parks around it.

    Raises
    ------
    DataError
        Unknown province.
    """
    supply, access = district_supply(province), district_access(province)
    demand = park_demand()
    within = demand_within(demand, districts_of(province), REACH_KM)
    year = int(demand["year"].max())
    last, near = (table[table["year"] == year] for table in (demand, within))
    gaps = sector_gaps(near, supply, within_km=REACH_KM, years=[year])
    return Facts(
        supply=supply,
        access=access,
        demand=demand,
        within=within,
        unknown_parks=parks_without_headcount(),
        gaps=gaps,
        totals=with_firms(sector_totals(gaps)),
        coverage=programme_coverage(province),
        places=place_distances(province),
        measures=study_measures(province, supply, access, last, near),
        ground=map_ground(province),
    )


def sentra_study(
    province: str,
    *,
    weights: Path | str | None = None,
    needs: Path | str | None = None,
    facts: Facts | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> SentraStudy:
    """Study where in a province a centre for small and medium industry (sentra IKM) could work.

    Parameters
    ----------
    province : str
        BPS code: "7200" is Sulawesi Tengah.
    weights : path, optional
        Criteria and weights as a meeting edited them (`spillover.sentra.criteria.read_criteria`).
    needs : path, optional
        The form that an office filled in (`spillover.sentra.needs.read_needs_form`).
    facts : Facts, optional
        As from `sentra_facts` for this province, to spare collecting them again.
    draws, seed : int
        Of the Monte Carlo over weights, ranges and missing values.

    Returns
    -------
    SentraStudy

    Raises
    ------
    DataError
        Unknown province, or faults of the two files.

    Examples
    --------
    >>> study = sentra_study("7200", draws=100)  # doctest: +SKIP
    >>> study.ranks["region_code"].iloc[0]  # doctest: +SKIP
    '7203'
    """
    criteria = read_criteria(weights)
    form = None if needs is None else read_needs_form(needs, province=province)
    facts = sentra_facts(province) if facts is None else facts
    values, ranks = _ranked(facts, criteria, draws, seed)
    changed = None
    if weights is not None:
        changed = compare_rankings(_ranked(facts, read_criteria(), draws, seed)[1], ranks)
    return SentraStudy(
        province=province,
        year=int(facts.demand["year"].max()),
        facts=facts,
        criteria=criteria,
        own_weights=weights is not None,
        values=values,
        ranks=ranks,
        explained=explain_scores(values.values, criteria, ranges=(values.low, values.high)),
        choices=other_choices(facts.measures, criteria),
        changes=what_would_change(values.values, criteria, ranges=(values.low, values.high)),
        changed=changed,
        needs=form,
    )


def _ranked(
    facts: Facts, criteria: pd.DataFrame, draws: int, seed: int
) -> tuple[CriteriaValues, pd.DataFrame]:
    """Values of the criteria, and the districts ranked by them."""
    values = criteria_values(facts.measures, criteria)
    ranges = (values.low, values.high)
    return values, rank_districts(values.values, criteria, draws=draws, seed=seed, ranges=ranges)
