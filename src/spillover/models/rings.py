"""Difference-in-differences with fixed effects, on any treatments or on distance rings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.models.estimates import make_estimates, n_changing
from spillover.models.regression import SSC_NAME as SSC_NAME  # other estimators name the same convention
from spillover.models.regression import (
    Options,
    Regression,
    columns_read,
    estimate_rows,
    fitted,
    formula,
    model_name,
    regression_sample,
)


def twfe(
    panel: pd.DataFrame,
    outcome: str,
    treatments: Sequence[str],
    *,
    spec_id: str,
    **regression: Unpack[Regression],
) -> pd.DataFrame:
    """Difference-in-differences with region and year effects, or with others.

    Estimates y_it = Σ_k β_k d_kit + α_i + λ_t + ε_it by (weighted) least squares, standard errors clustered.

    Parameters
    ----------
    panel : DataFrame
        Columns region_code, year, the outcome, the treatments (and the cluster, effects and weights).
    outcome : str
        Column to explain; rows where anything is missing are dropped and counted. Years may have gaps and
        districts may lack years.
    treatments : sequence of str
        Columns of exposure, 0/1, a share, a count.
    spec_id : str
        Name of the specification in the result.
    **regression
        ``cluster="region_code"``, ``effects=("region_code", "year")``, ``weights=None``: see `Regression`.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one per treatment in the order given. Intervals are 95 %, with the t
        distribution of G - 1 degrees of freedom.

    Raises
    ------
    DataError
        Duplicate region-year, a treatment that never changes or that the effects explain (all districts
        treated at once), a constant or infinite outcome, weights that are not positive, or one cluster.

    Notes
    -----
    With few exposed regions these standard errors are too small (false rejection near 0.5 at a nominal
    5 %): read them together with the relocation test and ``n_exposed``. `spillover.models.linear.fit_linear`
    with the same arguments has the same coefficients.

    Examples
    --------
    >>> rows = [(r, t, float(r == "c" and t > 2)) for r in "abcd" for t in (1, 2, 3, 4)]
    >>> panel = pd.DataFrame(rows, columns=["region_code", "year", "near"])
    >>> panel["y"] = 0.5 * panel["near"] + 0.1 * panel["year"] + [0, 0.02, 0, 0, 0, 0, 0.02, 0] * 2
    >>> twfe(panel, "y", ["near"], spec_id="example")[["term", "n_exposed"]].values.tolist()
    [['near', 1]]
    """
    options = Options(**regression)
    sample = regression_sample(panel, outcome, treatments, options, "twfe")
    fit = _fit(sample.neutral, len(treatments), options)
    shared = {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_dropped": sample.n_dropped,
        "model": model_name(options),
    }
    return make_estimates(estimate_rows(fit, sample.data, treatments, options, shared))


def ring_did(
    panel: pd.DataFrame,
    outcome: str,
    *,
    reference: str,
    rings: str | Sequence[str] = "ring",
    spec_id: str = "ring_did",
    **regression: Unpack[Regression],
) -> pd.DataFrame:
    """Difference-in-differences on rings: being in a ring of an operating park against the reference ring.

    Parameters
    ----------
    panel : DataFrame
        With region_code, year, the outcome and ``ring`` (ordered categorical, time-varying: the ring of
        the nearest park that operates in that year), as made by `spillover.add_exposure`. Rows without a
        ring are dropped and counted.
    outcome : str
    reference : str
        The ring to compare with, usually the outermost, for example ``">200"``.
    rings : str or sequence of str
        The column of rings; or one numeric column for each ring but the reference, from the inside out, as
        made by `spillover.models.openings.ring_treatments` for several openings.
    spec_id : str
    **regression
        As for `twfe`; for example ``effects=("region_code", "province_code^year")``.

    Returns
    -------
    DataFrame
        Rows of `estimates`: every declared ring but the reference, in declared order. A ring that no
        district enters or leaves has no estimate (NaN) and ``n_exposed`` 0: it is reported, not lost.

    Raises
    ------
    DataError
        Unknown reference, no ring that changes, or nobody in the reference ring; and as `twfe`.

    Notes
    -----
    The difference is an effect only if districts near and far would have gone the same way. Two things
    pull it towards zero: spillovers into the reference ring (`spillover.models.moving_reference`), and
    districts that were exposed from the first year on and serve as controls of later ones
    (`spillover.models.openings.without_always_exposed`).
    """
    data, others = _ring_columns(panel, reference, rings)
    options = Options(**regression)
    complete = data.dropna(subset=columns_read(outcome, others, options))
    moving = [r for r in others if n_changing(complete, r)]
    if not moving:
        raise DataError("ring_did", "no district changes its ring", others, "widen the years or the rings")
    if not (complete[others] == 0).all(axis=1).any():
        raise DataError(
            "ring_did",
            "nobody is in the reference ring",
            [reference],
            "draw the rings narrower, or add districts",
        )
    fitted = twfe(data, outcome, moving, spec_id=spec_id, **regression).set_index("term")
    blank = fitted.iloc[0].to_dict() | dict.fromkeys(
        ("estimate", "std_error", "conf_low", "conf_high", "p_value")
    )
    rows = [
        (fitted.loc[r].to_dict() if r in moving else blank | {"n_exposed": 0}) | {"term": r} for r in others
    ]
    return make_estimates(rows).assign(model=f"{model_name(options)}, rings against {reference} km")


def _ring_columns(
    panel: pd.DataFrame, reference: str, rings: str | Sequence[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The panel with one column per ring but the reference, and their names."""
    if not isinstance(rings, str):
        check_columns(panel, list(rings), "ring_did")
        return panel, list(rings)
    check_columns(panel, [rings], "ring_did")
    ring = panel[rings]
    if not isinstance(ring.dtype, pd.CategoricalDtype):
        remedy = "use spillover.add_exposure, or spillover.assign_ring"
        raise DataError("ring_did", "rings that are not an ordered categorical", [rings], remedy)
    declared = [str(r) for r in ring.cat.categories]
    if reference not in declared:
        raise DataError("ring_did", "unknown reference ring", [reference], f"rings are {', '.join(declared)}")
    others = [r for r in declared if r != reference]
    columns = {r: (ring == r).astype(float).where(ring.notna()) for r in others}
    return panel.assign(**columns), others


def _fit(neutral: pd.DataFrame, n_treatments: int, options: Options) -> Any:
    """Least squares by pyfixest, without any correction for parameters: `estimate_rows` makes that."""
    import pyfixest as pf

    # the default tolerance leaves the eighth digit to the processor
    return fitted(
        pf.feols,
        formula(n_treatments, options),
        neutral,
        where="twfe",
        demeaner=pf.MapDemeaner(fixef_tol=1e-12),
        weights="w" if options.weights else None,
    )
