"""Spatial regressions on a cross-section or a balanced panel: SLX, lag, error and Durbin, with impacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique
from spillover.models.estimates import make_estimates
from spillover.models.linear import fit_linear
from spillover.models.moran import moran_row, moran_test
from spillover.models.spatial_ml import Sample, fit_error, fit_lag, fit_least_squares, lag
from spillover.models.spatial_rows import coefficient_rows, impact_rows, shared_columns
from spillover.models.weights import SpatialWeights, spatial_weights, subset_weights

KINDS = ("slx", "lag", "error", "durbin")
WHERE = "spatial_model"
# What `weights_sensitivity` tries: arguments of `spatial_weights`.
DEFINITIONS: tuple[Mapping[str, Any], ...] = (
    {"kind": "knn", "k": 4},
    {"kind": "knn", "k": 6},
    {"kind": "knn", "k": 8},
    {"kind": "band", "cutoff_km": 100.0},
    {"kind": "band", "cutoff_km": 150.0},
    {"kind": "band", "cutoff_km": 200.0},
    {"kind": "contiguity"},
)


def spatial_model(
    panel: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    weights: SpatialWeights,
    kind: str = "durbin",
    effects: Sequence[str] | None = None,
    vcov: str | None = None,
    draws: int = 2000,
    seed: int = 1,
    spec_id: str = "spatial_model",
) -> pd.DataFrame:
    """Spatial regression with its impacts and Moran's I of its residuals.

    y = ρWy + Xβ + WXθ + ε: ``slx`` has θ, ``lag`` ρ, ``durbin`` both; ``error`` is y = Xβ + u with
    u = λWu + ε.

    Parameters
    ----------
    panel : DataFrame
        region_code, the outcome, the regressors, and year unless it is a cross-section. Any order.
    outcome : str
    regressors : sequence of str
    weights : SpatialWeights
        As from `spatial_weights`, for exactly the regions of the panel.
    kind : {"slx", "lag", "error", "durbin"}
    effects : sequence of str, optional
        Of region_code and year. By default both with several years, and a constant alone with one.
    vcov : {"iid", "cluster"}, optional
        Errors that are independent and of one variance, or that go together over the years of a region. By
        default "cluster" with several years and "iid" with one.
    draws, seed : int
        Of the simulated impacts and (999) permutations of Moran's I.
    spec_id : str

    Returns
    -------
    DataFrame
        Rows of `estimates`: ``constant`` (without effects), each regressor, ``W*<regressor>``, ``rho`` or
        ``lambda``, then ``direct:<x>``, ``indirect:<x>``, ``total:<x>``, and ``moran:residuals``.

    Raises
    ------
    DataError
        Unknown kind or effects, codes that do not match the weights, duplicates, a constant outcome,
        regressors that the effects explain or that are collinear (with their own neighbours' means, too), no
        region with complete years, a left-out region that was another's only neighbour, year effects with
        rows of weights that do not sum to one, or ρ at its bound.

    Notes
    -----
    The panel must be complete. Years in which no region has all values are left out, then regions that miss
    one of the years left; the weights among the rest are standardised anew. ``n_dropped`` counts the rows,
    and ``model`` the regions. Gaps between years do not matter: no term looks back in time.

    Estimation is by maximum likelihood with the transformation of Lee and Yu (2010) for the fixed effects
    (see `spillover.models.spatial_ml`), SLX by least squares. Errors that persist leave ρ and β consistent
    but make the "iid" standard errors too small; "cluster" allows for them by a sandwich. With a regressor
    that few regions identify (``n_exposed``) both are too small: read them with a placebo test. Errors of
    unequal variance over regions make ρ itself inconsistent (Lin and Lee 2010).

    spreg's Durbin impacts count all of θ as indirect; here the direct impact has the part of θ that comes
    back through the neighbours (`spillover.models.impacts`).

    Examples
    --------
    >>> from spillover.models.weights import weights_from_neighbours
    >>> ring = pd.Series({f"{i:02d}": f"{(i - 1) % 30:02d} {(i + 1) % 30:02d}" for i in range(30)})
    >>> x = np.random.default_rng(0).normal(size=30)
    >>> data = pd.DataFrame({"region_code": ring.index, "x": x, "y": x + 0.5 * np.roll(x, 1)})
    >>> data["y"] += np.random.default_rng(1).normal(scale=0.1, size=30)
    >>> found = spatial_model(data, "y", ["x"], weights=weights_from_neighbours(ring, "ring"), kind="slx")
    >>> found["term"].tolist()
    ['constant', 'x', 'W*x', 'direct:x', 'indirect:x', 'total:x', 'moran:residuals']
    """
    if kind not in KINDS:
        raise DataError(WHERE, "unknown kind", [kind], f"use one of {', '.join(KINDS)}")
    if vcov not in (None, "iid", "cluster"):
        raise DataError(WHERE, "unknown vcov", [vcov], "use iid or cluster")
    data, kept, dropped = _complete(panel, outcome, regressors, weights)
    sample, effects = _laid_out(data, outcome, regressors, kept, (kind, effects, vcov))
    fit = {"slx": fit_least_squares, "error": fit_error}.get(kind, fit_lag)(sample)
    shared = shared_columns(sample, (kind, effects), kept, outcome)
    shared |= {"spec_id": spec_id, "n_dropped": dropped}
    exposed = _exposed(data, sample, regressors)
    rows = coefficient_rows(fit, sample, kind)
    rows += impact_rows(fit, sample, regressors, kind=kind, draws=draws, seed=seed)
    test = moran_test(fit.residuals, sample.matrix, seed=seed)
    rows.append(moran_row(test, 999) | {"term": "moran:residuals"})
    n_regions = sample.y.shape[1]
    return make_estimates(
        [shared | {"n_exposed": exposed.get(_bare(row["term"]), n_regions)} | row for row in rows]
    )


def weights_sensitivity(
    panel: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    *,
    regions: pd.DataFrame,
    boundaries: pd.DataFrame | None = None,
    definitions: Sequence[Mapping[str, Any]] = DEFINITIONS,
    islands: str = "nearest",
    spec_id: str = "weights",
    **options: Any,
) -> pd.DataFrame:
    """One spatial model under several weights.

    Parameters
    ----------
    panel, outcome, regressors
        As for `spatial_model`.
    regions : DataFrame
        region_code, lon, lat; those of the panel are used.
    boundaries : GeoDataFrame, optional
        For contiguity.
    definitions : sequence of mapping
        Arguments of `spatial_weights`; by default 4, 6 and 8 nearest, 100, 150 and 200 km, contiguity.
    islands : str
        As for `spatial_weights`; how many there are stands in ``model``.
    spec_id : str
        The definition is added to it.
    **options
        Of `spatial_model`: kind, effects, vcov, draws, seed.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one block per definition.
    """
    used = regions[regions["region_code"].isin(panel["region_code"])]
    blocks = []
    for definition in definitions:
        weights = spatial_weights(used, boundaries=boundaries, islands=islands, **definition)
        name = f"{spec_id}/" + "-".join(
            f"{v:g}" if isinstance(v, float) else str(v) for v in definition.values()
        )
        blocks.append(spatial_model(panel, outcome, regressors, weights=weights, spec_id=name, **options))
    return pd.concat(blocks, ignore_index=True)


def _complete(
    panel: pd.DataFrame, outcome: str, regressors: Sequence[str], weights: SpatialWeights
) -> tuple[pd.DataFrame, SpatialWeights, int]:
    """Rows sorted by year and region, complete and balanced; the weights among them; rows left out."""
    columns = [outcome, *regressors]
    check_columns(panel, ["region_code", *columns], WHERE)
    data = panel.assign(year=panel["year"] if "year" in panel.columns else 0)
    check_unique(data, ["region_code", "year"], WHERE)
    wrong = sorted(set(data["region_code"]) ^ set(weights.region_codes))
    if wrong:
        remedy = "build the weights for the regions of the panel"
        raise DataError(WHERE, "regions of the panel and of the weights differ", wrong, remedy)
    numbers = data[columns].to_numpy(float)
    if np.isinf(numbers).any():
        raise DataError(WHERE, "infinite values", columns, "check logs of zero")
    whole = data[~np.isnan(numbers).any(axis=1)]
    counts = whole.groupby("region_code")["year"].nunique()
    regions = counts.index[counts == whole["year"].nunique()]
    if len(regions) < 3:
        raise DataError(WHERE, "fewer than three regions are complete in all years", columns, "fewer years")
    kept = subset_weights(weights, regions)
    used = whole[whole["region_code"].isin(regions)].sort_values(["year", "region_code"], ignore_index=True)
    return used, kept, len(panel) - len(used)


def _laid_out(
    data: pd.DataFrame,
    outcome: str,
    regressors: Sequence[str],
    weights: SpatialWeights,
    chosen: tuple[str, Sequence[str] | None, str | None],
) -> tuple[Sample, tuple[str, ...]]:
    """Arrays by year and region, after a look for what cannot be estimated."""
    kind, wanted, vcov = chosen
    years, n = data["year"].nunique(), len(weights.region_codes)
    effects = tuple(wanted) if wanted is not None else (("region_code", "year") if years > 1 else ())
    if set(effects) - {"region_code", "year"} or (effects and years == 1):
        problem = f"effects {list(effects)} with {years} year(s)"
        raise DataError(WHERE, problem, remedy="of region_code and year with several years; none with one")
    sums = np.asarray(weights.matrix.sum(axis=1)).ravel()
    if "year" in effects and kind != "slx" and not np.allclose(sums, 1):
        remedy = 'islands="nearest", or effects=["region_code"]'
        raise DataError(WHERE, "year effects with regions without neighbours", weights.islands, remedy)
    y = data[outcome].to_numpy(float).reshape(years, n)
    x = data[list(regressors)].to_numpy(float).reshape(years, n, len(regressors))
    names = list(regressors)
    if kind in ("slx", "durbin"):
        x = np.concatenate([x, lag(weights.matrix, x)], axis=2)
        names += [f"W*{name}" for name in regressors]
    flat = pd.DataFrame(x.reshape(years * n, -1), columns=names)
    long = flat.assign(**{c: data[c] for c in ("region_code", "year", outcome)})
    left = fit_linear(long, outcome, names, effects=effects).y
    if (left**2).sum() <= 1e-14 * max((y**2).sum(), 1e-300):
        raise DataError(WHERE, "the outcome is constant", [outcome], "choose another outcome or sample")
    if not effects:
        x = np.concatenate([np.ones((years, n, 1)), x], axis=2)
        names = ["constant", *names]
    clustered = vcov == "cluster" or (vcov is None and years > 1)
    out = ("region_code" in effects, "year" in effects)
    return Sample(tuple(names), y, x, weights.matrix, *out, clustered), effects


def _exposed(data: pd.DataFrame, sample: Sample, regressors: Sequence[str]) -> dict[str, int]:
    """Regions that identify each regressor: those where it changes, or all without region effects."""
    if not sample.by_region:
        return {}
    by_region = data.groupby("region_code")[list(regressors)]
    spread = by_region.max() - by_region.min()
    return {name: int((spread[name] > 1e-12).sum()) for name in regressors}


def _bare(term: str) -> str:
    """The regressor that a term is about."""
    return term.removeprefix("W*").partition(":")[2] or term.removeprefix("W*")
