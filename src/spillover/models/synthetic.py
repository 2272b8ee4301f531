"""Synthetic control and synthetic difference-in-differences for one treated region.

A weighted mean of regions that no park reached stands for what the treated region would have been. The
weights are positive, sum to one, and are chosen on the years before the opening alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.models.estimates import make_estimates
from spillover.models.synthetic_weights import METHODS, SOLVERS, Fit, measure_fit, weigh

FEWEST_BEFORE = 2
NO_INFERENCE = "none: see the placebo runs"


class Synthetic(NamedTuple):
    """A fitted synthetic region.

    ``estimates`` are rows of `estimates`: term ``average`` (mean gap from the opening on), then one per year
    (term the year, ``event_time`` years since the opening; those before show the fit). ``weights`` has
    region_code and weight, largest first; ``time_weights`` year and weight; ``paths`` year, actual, synthetic
    and gap (where the method allows a constant gap, the synthetic path is shifted by it); ``dropped`` the
    donors left out: region_code and reason {exposed, missing years}. ``outcomes`` (years × regions, the
    treated one first), ``method`` and ``solver`` are what the placebo runs need.
    """

    estimates: pd.DataFrame
    weights: pd.DataFrame
    time_weights: pd.DataFrame
    paths: pd.DataFrame
    fit: Fit
    dropped: pd.DataFrame
    outcomes: pd.DataFrame
    first_exposed_year: int
    method: str
    solver: str


def synthetic_control(
    panel: pd.DataFrame,
    outcome: str,
    *,
    treated: str = "7203",
    first_exposed_year: int = 2015,
    donors: Sequence[str] | None = None,
    method: str = "synthetic_control",
    solver: str = "exact",
    spec_id: str = "synthetic_control",
) -> Synthetic:
    """Compare one region with a weighted mean of others that follows it before the opening.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the outcome. Regions with a value in ``first_exposed_year``, if the panel has
        that column, are never donors.
    outcome : str
    treated : str
        Code of the treated region. Years in which it has no value are left out.
    first_exposed_year : int
        The first year that counts as after.
    donors : sequence of str, optional
        Codes of the donors; without it all other regions of the panel.
    method : {"synthetic_control", "synthetic_did", "demeaned_synthetic_control", "did"}
        ``synthetic_control``: no constant gap, all years before count alike (Abadie, Diamond and Hainmueller
        2010, with the outcomes of all years before as predictors). ``synthetic_did``: a constant gap, weights
        of donors spread by a ridge, weights of years (Arkhangelsky et al. 2021, Algorithm 1).
        ``demeaned_synthetic_control``: Ferman and Pinto (2021). ``did``: equal weights of all.
    solver : {"exact", "frank_wolfe"}
        ``exact`` solves for the weights by non-negative least squares. ``frank_wolfe`` stops where R's
        synthdid stops (by diff-diff): only to reproduce its printed digits.
    spec_id : str

    Returns
    -------
    Synthetic

    Raises
    ------
    DataError
        Duplicate region-years, unknown regions or method, no year after or fewer than two before the
        opening, a constant outcome, or no donor left.

    Notes
    -----
    The rows carry no standard error: with one treated region there is none but by placebo runs
    (`spillover.models.synthetic_placebo`). ``n_dropped`` counts rows: years without a value of the
    treated region, and all rows of donors left out.

    References
    ----------
    Abadie, A., A. Diamond and J. Hainmueller (2010), "Synthetic Control Methods for Comparative Case
    Studies", Journal of the American Statistical Association 105(490), 493–505.
    Arkhangelsky, D., S. Athey, D. A. Hirshberg, G. W. Imbens and S. Wager (2021), "Synthetic
    Difference-in-Differences", American Economic Review 111(12), 4088–4118.
    Ferman, B., and C. Pinto (2021), "Synthetic Controls with Imperfect Pretreatment Fit", Quantitative
    Economics 12(4), 1197–1221.

    Examples
    --------
    >>> rows = [(r, y, a * (y - 2010) + (3.0 if r == "t" and y >= 2014 else 0.0))
    ...         for r, a in (("a", 1.0), ("b", 3.0), ("t", 2.0)) for y in range(2011, 2016)]
    >>> panel = pd.DataFrame(rows, columns=["region_code", "year", "y"])
    >>> found = synthetic_control(panel, "y", treated="t", first_exposed_year=2014)
    >>> found.estimates["estimate"].round(4).add(0.0).tolist()
    [3.0, 0.0, 0.0, 0.0, 3.0, 3.0]
    >>> found.weights.round(4).values.tolist()
    [['a', 0.5], ['b', 0.5]]
    """
    if method not in METHODS or solver not in SOLVERS:
        remedy = f"methods: {', '.join(METHODS)}; solvers: {', '.join(SOLVERS)}"
        raise DataError("synthetic_control", "unknown method or solver", [method, solver], remedy)
    outcomes, dropped, n_rows = _sample(panel, outcome, treated, donors)
    _check_years(outcomes, treated, first_exposed_year)
    gap, omega, years = weigh(outcomes.to_numpy(), _n_before(outcomes, first_exposed_year), method, solver)
    shared = {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_obs": outcomes.size,
        "n_regions": outcomes.shape[1],
        "n_exposed": 1,
        "n_dropped": n_rows - outcomes.size,
        "vcov": NO_INFERENCE,
        "ssc": "none",
        "model": f"{METHODS[method].words}, {outcomes.shape[1] - 1} donors",
    }
    before = outcomes.index[outcomes.index < first_exposed_year]
    return Synthetic(
        estimates=_rows(gap, outcomes.index, first_exposed_year, shared),
        weights=_ranked(outcomes.columns[1:], omega),
        time_weights=pd.DataFrame({"year": before, "weight": years}),
        paths=_paths(outcomes, gap),
        fit=measure_fit(gap, outcomes.iloc[:, 0].to_numpy(), len(before), method),
        dropped=dropped,
        outcomes=outcomes,
        first_exposed_year=first_exposed_year,
        method=method,
        solver=solver,
    )


def _sample(
    panel: pd.DataFrame, outcome: str, treated: str, donors: Sequence[str] | None
) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Outcomes (years × regions, treated first), donors left out, and the number of rows there were."""
    where = "synthetic_control"
    check_columns(panel, ["region_code", "year", outcome], where)
    check_unique(panel, ["region_code", "year"], where)
    known = sorted(set(panel["region_code"]))
    wanted = [c for c in known if c != treated] if donors is None else list(dict.fromkeys(donors))
    unknown = sorted({treated, *wanted} - set(known))
    if unknown:
        raise DataError(where, "regions that the panel does not have", unknown, "check the codes")
    if treated in wanted:
        raise DataError(where, "the treated region is among its donors", [treated], "leave it out")
    exposed = _exposed(panel)
    chosen = panel[panel["region_code"].isin([treated, *wanted])]
    wide = chosen.pivot(index="year", columns="region_code", values=outcome).astype(float)
    wide = wide.where(np.isfinite(wide)).loc[:, [treated, *wanted]]
    wide = wide[wide[treated].notna()]
    gaps = set(wide.columns[wide.isna().any()])
    reasons = {c: "exposed" if c in exposed else "missing years" for c in wanted if c in exposed | gaps}
    dropped = pd.DataFrame({"region_code": list(reasons), "reason": list(reasons.values())}, dtype="str")
    kept = [c for c in wanted if c not in reasons]
    if not kept:
        counts = dropped["reason"].value_counts().to_dict() if len(dropped) else "there are no others"
        raise DataError(
            where, f"no donor is left ({counts})", wanted, "widen the pool, or choose other years"
        )
    outcomes = wide[[treated, *kept]].sort_index()
    if outcomes.size and float(np.ptp(outcomes.to_numpy())) == 0.0:
        raise DataError(where, "the outcome is constant", [outcome], "choose another outcome")
    return outcomes, dropped, len(chosen)


def _exposed(panel: pd.DataFrame) -> set[str]:
    """Regions that a park reaches at any time, where the panel says so."""
    if "first_exposed_year" not in panel.columns:
        return set()
    return set(panel.loc[panel["first_exposed_year"].notna(), "region_code"])


def _check_years(outcomes: pd.DataFrame, treated: str, first: int) -> None:
    n_before = _n_before(outcomes, first)
    if n_before < FEWEST_BEFORE:
        problem = f"{n_before} years before {first} with a value of {treated}: nothing to choose weights on"
        remedy = f"at least {FEWEST_BEFORE} years before are needed"
        raise DataError("synthetic_control", problem, outcomes.index[:n_before], remedy)
    if n_before == len(outcomes):
        problem = f"no year from {first} on with a value of {treated}"
        raise DataError("synthetic_control", problem, remedy="add later years")


def _n_before(outcomes: pd.DataFrame, first: int) -> int:
    return int((outcomes.index < first).sum())


def _paths(outcomes: pd.DataFrame, gap: np.ndarray) -> pd.DataFrame:
    actual = outcomes.iloc[:, 0].to_numpy()
    return pd.DataFrame({"year": outcomes.index, "actual": actual, "synthetic": actual - gap, "gap": gap})


def _ranked(codes: pd.Index, weights: np.ndarray) -> pd.DataFrame:
    """Donors by weight, largest first; weights that differ by rounding are in the order of the codes."""
    table = pd.DataFrame({"region_code": codes, "weight": weights, "rank": -weights.round(9)})
    return table.sort_values(["rank", "region_code"], ignore_index=True).drop(columns="rank")


def _rows(gap: np.ndarray, years: pd.Index, first: int, shared: dict[str, Any]) -> pd.DataFrame:
    after = np.asarray(years >= first)
    rows = [shared | {"term": "average", "estimate": float(gap[after].mean())}]
    rows += [
        shared | {"term": str(year), "estimate": value, "event_time": int(year) - first}
        for year, value in zip(years, gap, strict=True)
    ]
    return make_estimates(rows)
