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
    numbers = [name for name in ("value", "low", "high") if name in measures.columns]
    wide = measures.set_index(["region_code", "measure"])[numbers].unstack("measure").reindex(codes)
    empty = pd.Series(np.nan, index=codes)
    wanted = dict(zip(criteria["criterion_id"], criteria["measure"], strict=True))
    laid = [
        pd.DataFrame({name: wide.get((column, measure), empty) for name, measure in wanted.items()})
        for column in ("value", "low", "high")
    ]
    people = wide.get(("value", "population"), empty)
    per_1000 = criteria.loc[criteria["transform"].eq("per_1000"), "criterion_id"].tolist()
    without = laid[0][per_1000].notna().any(axis=1) & ~(people > 0)
    if without.any():
        remedy = "add rows of the measure population, above zero, for these districts"
        raise DataError("measures", "values per 1 000 without a population", codes[without], remedy)
    for table in laid:
        table[per_1000] = table[per_1000].div(people / 1000, axis=0)
    return CriteriaValues(*laid)
