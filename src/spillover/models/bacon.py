"""What two-way fixed effects averages over: the decomposition of Goodman-Bacon (2021)."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError
from spillover.models.cohorts import make_sample

WHERE = "bacon"
COLUMNS = ("comparison", "cohort", "control_cohort", "weight", "estimate", "n_exposed", "n_controls")
# The names of diff-diff, in the words of this project; the last kind uses exposed districts as controls.
_KINDS = {
    "treated_vs_never": "exposed against never exposed",
    "earlier_vs_later": "earlier against later, before it is exposed",
    "later_vs_earlier": "later against earlier, already exposed",
}


def bacon(panel: pd.DataFrame, outcome: str, *, first_exposed: str = "first_exposed_year") -> pd.DataFrame:
    """All two-by-two comparisons in a two-way fixed-effects coefficient, with their weights.

    Parameters
    ----------
    panel : DataFrame
        Balanced: region_code, year, the outcome and the year of first exposure (missing: never exposed).
        Districts exposed in all years, and rows without outcome, are left out first.
    outcome : str
    first_exposed : str

    Returns
    -------
    DataFrame
        One row per comparison: comparison (in words), cohort, control_cohort (Int64, missing: never exposed),
        weight (they sum to 1), estimate, n_exposed and n_controls (districts). Σ weight · estimate is the
        coefficient of exposure with region and year effects (Goodman-Bacon 2021, Journal of Econometrics
        225(2), theorem 1). Where effects grow with time, comparisons with districts already exposed pull it
        away from every effect.

    Raises
    ------
    DataError
        As `spillover.event_study`, or a panel that is not balanced.

    Examples
    --------
    >>> starts = {"a": 2001, "b": 2002, "c": 9999}
    >>> rows = [(c, t, f, float(t >= f) * f) for c, f in starts.items() for t in range(2000, 2004)]
    >>> panel = pd.DataFrame(rows, columns=["region_code", "year", "first_exposed_year", "y"])
    >>> round(float(bacon(panel, "y")["weight"].sum()), 9)
    1.0
    """
    import diff_diff

    sample = make_sample(panel, outcome, first_exposed, "region_code")
    data = sample.data
    years = data["year"].nunique()
    seen = data.groupby("region_code")["year"].size()
    if (seen < years).any():
        remedy = "leave these districts out, or choose years that all have"
        raise DataError(WHERE, "districts not observed in every year", seen[seen < years].index, remedy)
    table = data[["region_code", "year", "y", "cohort"]].astype({"y": float})
    model = diff_diff.BaconDecomposition()
    found = model.fit(
        table, outcome="y", unit="region_code", time="year", first_treat="cohort"
    ).to_dataframe()
    sizes = data[data["cohort"] > 0].groupby("cohort")["region_code"].nunique()
    never = data.loc[data["cohort"] == 0, "region_code"].nunique()
    control = pd.to_numeric(found["control_group"], errors="coerce").astype("Int64")
    out = pd.DataFrame(
        {
            "comparison": found["comparison_type"].map(_KINDS),
            "cohort": found["treated_group"].astype("Int64"),
            "control_cohort": control,
            "weight": found["weight"].astype(float),
            "estimate": found["estimate"].astype(float),
            "n_exposed": found["treated_group"].astype(int).map(sizes).astype("Int64"),
            "n_controls": control.map(sizes).fillna(never).astype("Int64"),
        }
    )
    return out.sort_values(["comparison", "cohort", "control_cohort"], ignore_index=True)[list(COLUMNS)]


def bacon_summary(decomposition: pd.DataFrame) -> pd.DataFrame:
    """Weight and mean estimate of each kind of comparison: comparison, weight, estimate.

    Examples
    --------
    >>> bacon_summary(pd.DataFrame({"comparison": ["a", "a"], "weight": [0.5, 0.5], "estimate": [1.0, 3.0]}))
      comparison  weight  estimate
    0          a     1.0       2.0
    """
    product = decomposition.assign(product=decomposition["weight"] * decomposition["estimate"])
    sums = product.groupby("comparison", as_index=False)[["weight", "product"]].sum()
    sums["estimate"] = sums["product"] / sums["weight"]
    return sums[["comparison", "weight", "estimate"]]
