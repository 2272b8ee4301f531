"""One estimate, many standard errors: the same regression under every kind of inference, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_unique
from spillover.inference.inversion import relocation_rows
from spillover.inference.methods import WHERE, Regression, read_method
from spillover.inference.redraw import RelocationTest
from spillover.models.estimates import make_estimates
from spillover.models.linear import EFFECTS, fit_linear

DEFAULT_METHODS = (
    "cluster region_code", "cluster province_code", "cr2 province_code", "cr3 province_code",
    "wild province_code", "permutation province_code", "conley 200", "driscoll-kraay",
)  # fmt: skip
_RESULTS = ("std_error", "conf_low", "conf_high", "p_value", "n_clusters", "vcov", "ssc")


def add_inference(
    estimates: pd.DataFrame,
    panel: pd.DataFrame,
    *,
    methods: Sequence[str] = DEFAULT_METHODS,
    effects: Sequence[str] = EFFECTS,
    controls: Sequence[str] = (),
    relocation: RelocationTest | Mapping[str, RelocationTest] | None = None,
) -> pd.DataFrame:
    """Estimate each specification again and give its rows under every method of inference.

    Parameters
    ----------
    estimates : DataFrame
        Rows of `estimates` of one or several specifications with these effects and controls. A term is a
        column of the panel, or a ring of its column ``ring``.
    panel : DataFrame
        The panel they were made from: region_code, year, outcomes, terms, controls, effects, the columns
        that methods name, and lon, lat (degrees) for ``conley``.
    methods : sequence of str
        Each a name, what it works on, and options:

        - ``cluster COLUMN``: clustered, CR1. Rejects far too often with few exposed clusters.
        - ``cr2 COLUMN``, ``cr3 COLUMN``: see `cluster_errors`. Better with few clusters; no help when errors
          reach across clusters, and no value when one cluster holds all exposure.
        - ``wild COLUMN draws=999 seed=1``: see `wild_bootstrap`. With exposure in one or two clusters it
          almost never rejects.
        - ``conley KM kernel=bartlett lag=0``: see `conley_std_errors`. Too small with few exposed districts.
        - ``driscoll-kraay lag=2``: needs many years; too small with few. Without a lag: 4 (T/100)^(2/9),
          rounded down (Newey and West 1994, Review of Economic Studies 61(4)).
        - ``permutation COLUMN within=COLUMN statistic=t draws=999 seed=1``, ``cohort COLUMN …``: see
          `permutation_draws`. Coarse with few units; wrong if exposed units differ in their noise.
    effects : sequence of str
        Fixed effects, as for `fit_linear`.
    controls : sequence of str
        Further regressors.
    relocation : RelocationTest, or mapping of spec_id to RelocationTest, optional
        As from `spillover.inference.redraw.relocate`. Its p-value is put into p_relocation of all rows of
        the specification, and its own rows stand last.

    Returns
    -------
    DataFrame
        Rows of `estimates`, one per specification, term and method, in this order. Where a method cannot be
        computed for the design, its numbers are missing and ``ssc`` says why ("not computable: …").

    Raises
    ------
    DataError
        A point estimate that is not the given one, an unknown method, missing columns or cluster names,
        duplicate region-years, a constant outcome, or a singular design.

    Examples
    --------
    >>> from spillover.models.rings import twfe
    >>> panel = pd.DataFrame({"region_code": list("aabbccdd"), "year": [1, 2] * 4,
    ...                       "d": [0, 1, 0, 1, 0, 0, 0, 0.0], "y": [0, 3, 0, 2, 1, 1, 0, 1.0]})
    >>> rows = add_inference(twfe(panel, "y", ["d"], spec_id="s"), panel,
    ...                      methods=["cluster region_code", "cr2 region_code", "permutation region_code"])
    >>> rows[["vcov", "std_error", "p_value"]].round(3).values.tolist()[1]
    ['CR2 by region_code', 0.707, 0.106]
    """
    check_columns(estimates, ["spec_id", "term", "outcome", "estimate"], WHERE)
    check_not_empty(estimates, WHERE)
    check_columns(panel, ["region_code", "year"], WHERE)
    check_unique(panel, ["region_code", "year"], WHERE)
    asked = [read_method(method) for method in methods]
    tables = []
    for (spec_id, outcome), rows in estimates.groupby(["spec_id", "outcome"], sort=False):
        first = _one_row_per_term(rows)
        regression = _refit(first, panel, str(outcome), effects, list(controls))
        done = [_rows(first, run(regression, method)) for run, method in asked]
        test = relocation.get(str(spec_id)) if isinstance(relocation, Mapping) else relocation
        if test is not None:
            moved = relocation_rows(first, test)
            p_values = moved.set_index("term")["p_relocation"]
            done = [table.assign(p_relocation=table["term"].map(p_values)) for table in done]
            done.append(moved)
        tables += done
    return make_estimates([row for table in tables for row in table.to_dict("records")])


def _one_row_per_term(rows: pd.DataFrame) -> pd.DataFrame:
    """The first row of each term; other rows of it must have the same estimate."""
    spread = rows.groupby("term")["estimate"].agg(lambda x: x.max() - x.min())
    unlike = spread[spread > 1e-9 * rows["estimate"].abs().max()].index
    if len(unlike):
        remedy = "give different designs different spec_ids"
        raise DataError(WHERE, "different estimates of one specification and term", unlike, remedy)
    return rows.drop_duplicates("term")


def _refit(
    rows: pd.DataFrame, panel: pd.DataFrame, outcome: str, effects: Sequence[str], controls: list[str]
) -> Regression:
    """The regression once more; its estimates must be the given ones."""
    told = rows.dropna(subset=["estimate"]).set_index("term")["estimate"]
    terms = [str(term) for term in told.index]
    check_columns(panel, [outcome], WHERE)
    if panel[outcome].nunique() < 2:
        raise DataError(WHERE, "the outcome is constant", [outcome], "choose another outcome or sample")
    rings = list(panel["ring"].cat.categories) if "ring" in panel else []
    dummies = {t: (panel["ring"] == t).astype(float) for t in terms if t not in panel and t in rings}
    panel = panel.assign(**dummies)
    if not terms:
        raise DataError(WHERE, "no estimate in these rows", rows["spec_id"].unique(), "drop them")
    fit = fit_linear(panel, outcome, [*terms, *controls], effects=effects)
    found = fit.coefficients[: len(terms)]
    unlike = ~np.isclose(found, told.to_numpy(), rtol=1e-6, atol=1e-8)
    if unlike.any():
        pairs = [f"{t}: {a:.6g} and {b:.6g}" for t, a, b in zip(terms, told, found, strict=True) if a != b]
        remedy = "pass the panel, the effects and the controls that the estimates were made with"
        raise DataError(WHERE, "estimates that are not those of this regression", pairs, remedy)
    return Regression(fit, panel, outcome, terms, controls, effects)


def _rows(rows: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """The given rows with the results of one method; a term without estimate keeps its row, empty."""
    found = results.set_index("term").reindex(columns=list(_RESULTS)).reindex(rows["term"])
    found[["vcov", "ssc"]] = found[["vcov", "ssc"]].ffill().bfill()
    return rows.assign(**{column: found[column].to_numpy() for column in _RESULTS})
