"""What each district has under each criterion: values and their ranges."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_unique


class CriteriaValues(NamedTuple):
    """Three tables of one form: index region_code, a column per criterion_id, NaN where missing."""

    values: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame


def criteria_values(measures: pd.DataFrame, criteria: pd.DataFrame) -> CriteriaValues:
    """Lay out measured values of districts under the criteria.

    Parameters
    ----------
    measures : DataFrame
        One row per district and measure: region_code, measure, value (NaN where missing) and, if known, low
        and high. For criteria per 1 000 the measure population is needed too.
    criteria : DataFrame
        As `read_criteria` gives them.

    Returns
    -------
    CriteriaValues
        A row for every region_code of ``measures``; a measure that no row has is a column of NaN. Values
        per 1 000 are divided; logarithms are not taken here, so that a reader sees kilometres and persons.

    Raises
    ------
    DataError
        A district that stands twice under a measure, or a value per 1 000 without a population.

    Examples
    --------
    >>> from spillover.sentra.criteria import read_criteria
    >>> rows = [("7203", "population", 500.0), ("7203", "non_farm_establishments", 40.0)]
    >>> table = pd.DataFrame(rows, columns=["region_code", "measure", "value"])
    >>> float(criteria_values(table, read_criteria()).values.loc["7203", "businesses_per_1000"])
    80.0
    """
    check_columns(measures, ["region_code", "measure", "value"], "measures")
    check_unique(measures, ["region_code", "measure"], "measures")
    codes = pd.Index(sorted(measures["region_code"].unique()), name="region_code")
    tables = []
    for column in ("value", "low", "high"):
        source = measures if column in measures.columns else measures.assign(**{column: np.nan})
        wide = source.pivot(index="region_code", columns="measure", values=column).reindex(codes)
        tables.append({row.criterion_id: wide.get(row.measure) for row in criteria.itertuples()})
    wide = measures.pivot(index="region_code", columns="measure", values="value").reindex(codes)
    people = wide["population"] if "population" in wide.columns else pd.Series(np.nan, index=codes)
    per_1000 = criteria.loc[criteria["transform"].eq("per_1000"), "criterion_id"].tolist()
    empty = pd.Series(np.nan, index=codes)
    laid = [
        pd.DataFrame({name: empty if column is None else column for name, column in table.items()})
        for table in tables
    ]
    without = laid[0][per_1000].notna().any(axis=1) & ~(people > 0)
    if without.any():
        remedy = "add rows of the measure population, above zero, for these districts"
        raise DataError("measures", "values per 1 000 without a population", codes[without], remedy)
    for table in laid:
        table[per_1000] = table[per_1000].div(people / 1000, axis=0)
    return CriteriaValues(*laid)
