"""Moran's I of a table or of residuals, with a permutation test that keeps each region's years together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from spillover.errors import DataError, check_columns, check_unique
from spillover.models.estimates import make_estimates
from spillover.models.weights import SpatialWeights

WHERE = "moran"


class MoranTest(NamedTuple):
    """I, its mean and standard deviation over the permutations, and the two-sided p-value."""

    value: float
    mean: float
    std: float
    p_value: float


def moran(
    table: pd.DataFrame,
    column: str,
    weights: SpatialWeights,
    *,
    permutations: int = 999,
    seed: int = 1,
    spec_id: str = "moran",
) -> pd.DataFrame:
    """Moran's I of a column, over one year or pooled over years.

    Parameters
    ----------
    table : DataFrame
        region_code, the column, and year if there are several; exactly the regions of the weights in every
        year, in any order, without missing values.
    column : str
    weights : SpatialWeights
        As from `spatial_weights`.
    permutations, seed : int
    spec_id : str

    Returns
    -------
    DataFrame
        One row of `estimates`, term ``moran``: I as estimate, the standard deviation of the permuted values,
        and the two-sided permutation p-value.

    Raises
    ------
    DataError
        Codes that do not match the weights, missing values, duplicates, a constant column, fewer than 99
        permutations.

    Notes
    -----
    I = (n / S₀) z'Wz / z'z (Moran 1950; Cliff and Ord 1981, equation 1.44), with z less its year's mean. Over
    several years W is block-diagonal, so that only neighbours in one year count. A permutation moves whole
    regions with all their years: drawing each year anew would take a lasting pattern for proof. For residuals
    of a model that fits ρ or λ the test is conservative, because the fit has taken the pattern out.

    Examples
    --------
    >>> from spillover.models.weights import weights_from_neighbours
    >>> line = weights_from_neighbours(pd.Series({"a": "b", "b": "a c", "c": "b d", "d": "c"}), "line")
    >>> table = pd.DataFrame({"region_code": list("dcba"), "value": [4.0, 3.0, 2.0, 1.0]})
    >>> moran(table, "value", line)["estimate"].item()
    0.4
    """
    check_columns(table, ["region_code", column], WHERE)
    years = table["year"] if "year" in table.columns else pd.Series(0, index=table.index)
    keyed = pd.DataFrame({"region_code": table["region_code"], "year": years, "value": table[column]})
    check_unique(keyed, ["region_code", "year"], WHERE)
    wrong = sorted(set(keyed["region_code"]) ^ set(weights.region_codes))
    if wrong:
        raise DataError(WHERE, "regions of the table and of the weights differ", wrong, "build them from one")
    wide = keyed.pivot(index="year", columns="region_code", values="value")[list(weights.region_codes)]
    values = wide.to_numpy(float)
    if not np.isfinite(values).all():
        raise DataError(WHERE, "missing or infinite values", [column], "complete years, or fewer regions")
    test = moran_test(values, weights.matrix, permutations=permutations, seed=seed)
    words = f"Moran's I, weights: {weights.definition}"
    row = moran_row(test, permutations) | {"spec_id": spec_id, "outcome": column, "model": words}
    return make_estimates([row | {"n_obs": values.size, "n_regions": values.shape[1], "n_dropped": 0}])


def moran_row(test: MoranTest, permutations: int) -> dict[str, object]:
    """The part of a row of `estimates` that a Moran test fills."""
    return {
        "term": "moran",
        "estimate": test.value,
        "std_error": test.std,
        "p_value": test.p_value,
        "vcov": f"{permutations} permutations of regions",
        "ssc": "p counts the real order in; two-sided about the permuted mean",
    }


def moran_test(values: np.ndarray, matrix: csr_array, *, permutations: int = 999, seed: int = 1) -> MoranTest:
    """Moran's I of values (T, N) in the order of the weights' rows, pooled over the T years."""
    if permutations < 99:
        raise DataError(WHERE, f"{permutations} permutations", remedy="at least 99, better 999")
    z = values - values.mean(axis=1, keepdims=True)
    square = float((z**2).sum())
    if square <= 1e-14 * max(float((values**2).sum()), 1e-300):
        raise DataError(WHERE, "a constant column", remedy="choose another column or sample")
    scale = values.shape[1] / float(matrix.sum()) / square  # n / S0 is the same for one and for T blocks
    links, products = matrix.tocoo(), z.T @ z  # a permutation of regions only picks other products
    random = np.random.default_rng(seed)
    real = scale * float(products[links.row, links.col] @ links.data)
    drawn = np.empty(permutations)
    for i in range(permutations):
        order = random.permutation(z.shape[1])
        drawn[i] = scale * float(products[order[links.row], order[links.col]] @ links.data)
    mean = float(drawn.mean())
    far = int((np.abs(drawn - mean) >= abs(real - mean) - 1e-12).sum())
    return MoranTest(real, mean, float(drawn.std(ddof=1)), (1 + far) / (1 + permutations))
