"""Counts with zeros: Poisson pseudo-maximum likelihood with fixed effects."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Unpack

import pandas as pd

from spillover.errors import DataError, check_columns, check_rows
from spillover.models.estimates import make_estimates
from spillover.models.regression import (
    Options,
    Regression,
    estimate_rows,
    fitted,
    formula,
    model_name,
    regression_sample,
)

WHERE = "ppml"
ITERATIONS = 200


def ppml(
    panel: pd.DataFrame,
    outcome: str,
    treatments: Sequence[str],
    *,
    spec_id: str = "ppml",
    **regression: Unpack[Regression],
) -> pd.DataFrame:
    """Poisson pseudo-maximum likelihood with fixed effects, standard errors clustered.

    Estimates E[y_it] = exp(Σ_k β_k d_kit + α_i + λ_t). Zeros stay in the sample, and β is right even where
    the variance is not that of a Poisson, as long as the mean is (Santos Silva and Tenreyro 2006, Review of
    Economics and Statistics 88(4)). 100 (exp β - 1) is the change in percent.

    Parameters
    ----------
    panel : DataFrame
        As for `spillover.twfe`.
    outcome : str
        Counts, or other values that are 0 or more.
    treatments : sequence of str
    spec_id : str
    **regression
        As for `spillover.twfe`: ``cluster``, ``effects``, ``weights``.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one per treatment. ``n_dropped`` counts rows with a missing value and rows that
        are separated (their likelihood is highest at minus infinity: all rows of a district whose outcome is
        always 0, for example); ``model`` says how many those are. Intervals are 95 %, t with G - 1 degrees.

    Raises
    ------
    DataError
        Negative values, no convergence, nothing but zeros in one group; and as `spillover.twfe`.

    Notes
    -----
    Separated rows carry no information on β (Correia, Guimarães and Zylkin 2019, arXiv 1903.01633); they are
    found by fixed effects and by the iterative rectifier, as pyfixest does both.

    Examples
    --------
    >>> rows = [(r, t, float(r in "ab" and t > 2)) for r in "abcdef" for t in (1, 2, 3, 4)]
    >>> panel = pd.DataFrame(rows, columns=["region_code", "year", "near"])
    >>> panel["plants"] = [0, 1, 2, 2, 1, 1, 3, 2, 0, 1, 1, 0, 2, 1, 1, 2, 1, 2, 1, 2, 0, 0, 0, 0]
    >>> ppml(panel, "plants", ["near"])[["n_obs", "n_dropped"]].values.tolist()
    [[20, 4]]
    """
    options = Options(**regression)
    check_columns(panel, ["region_code", "year", outcome], "panel")
    remedy = "use twfe for outcomes that can be negative"
    check_rows(
        panel, (panel[outcome] < 0).fillna(False), ["region_code", "year"], WHERE, "values below 0", remedy
    )
    sample = regression_sample(panel, outcome, treatments, options, WHERE)
    fit = _fit(sample.neutral, len(treatments), options)
    kept = sample.data.loc[fit._data.index]
    separated = len(sample.data) - len(kept)
    # after the separated rows are gone a treatment may have nothing left to say
    regression_sample(kept, outcome, treatments, options, WHERE)
    name = model_name(options, "ppml") + (f", {separated} separated rows left out" if separated else "")
    shared = {
        "spec_id": spec_id,
        "outcome": outcome,
        "n_dropped": sample.n_dropped + separated,
        "model": name,
    }
    return make_estimates(estimate_rows(fit, kept, treatments, options, shared))


def _fit(neutral: pd.DataFrame, n_treatments: int, options: Options) -> Any:
    """Fit by pyfixest, with tolerances below the sixth digit."""
    import pyfixest as pf

    with warnings.catch_warnings():
        # said in n_dropped and in the model's words instead
        warnings.filterwarnings("ignore", r"\d+ observations removed because of separation", UserWarning)
        # keywords of pandas that pyfixest 0.60 still uses and pandas 4 will drop; nothing of ours
        for words in (r"The 'lsuffix' and 'rsuffix' keywords", r"The inplace keyword"):
            warnings.filterwarnings("ignore", words, pd.errors.Pandas4Warning)
        warnings.filterwarnings("error", "iterative rectivier", UserWarning)
        try:
            fit = fitted(
                pf.fepois,
                formula(n_treatments, options),
                neutral,
                where=WHERE,
                demeaner=pf.MapDemeaner(fixef_tol=1e-10),
                weights="w" if options.weights else None,
                iwls_tol=1e-12,
                iwls_maxiter=ITERATIONS,
                separation_check=["fe", "ir"],
            )
        except UserWarning as warning:
            remedy = "drop groups with hardly any counts, or use fewer effects"
            raise DataError(WHERE, "rows whose separation cannot be decided", remedy=remedy) from warning
    if not fit.convergence:
        problem = f"no convergence in {ITERATIONS} iterations"
        raise DataError(WHERE, problem, remedy="drop groups with hardly any counts, or use fewer effects")
    return fit
