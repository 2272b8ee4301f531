"""The wild cluster bootstrap: p-values and intervals with few clusters, by diff-diff on the right design."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.inference.clusters import WHERE, bound_terms, cluster_design, cluster_errors, mark_bound
from spillover.models.linear import EFFECTS, LinearFit

SSC_NAME = "restricted, studentised by CR1; interval by inversion"
ENUMERATED = 12  # up to so many clusters, all 2^G signs are used, not a sample of them
FEW_FOR_SIGNS = 8  # with fewer clusters there are at most 64 different statistics: Webb's six weights then


def wild_bootstrap(
    fit: LinearFit,
    cluster: str,
    *,
    effects: Sequence[str] = EFFECTS,
    weights: str | None = None,
    draws: int = 999,
    seed: int = 1,
) -> pd.DataFrame:
    """Wild cluster bootstrap under the null: p-values, and intervals by inverting the test.

    Residuals of the regression without the term are multiplied by one random number for each cluster
    (Cameron, Gelbach and Miller 2008, Review of Economics and Statistics 90(3)); statistics are studentised
    by CR1. The work is done by diff-diff, on the whole design (`cluster_design`).

    Parameters
    ----------
    fit, cluster, effects, weights
        As for `cluster_errors`.
    draws, seed : int
        With 8 to 12 clusters all 2^G signs are used instead and the seed has no role; with fewer than 8, the
        six weights of Webb (2023, Canadian Journal of Economics 56(3)) are drawn, since there are too few
        signs.

    Returns
    -------
    DataFrame
        As from `cluster_errors`. std_error is that of CR1 (the bootstrap has none of its own), df is missing,
        an end of an interval may be infinite: then no value on that side is rejected. ``vcov`` names the
        weights and the draws.

    Raises
    ------
    DataError
        As `cluster_errors` for CR2, and a bootstrap that breaks down.

    Notes
    -----
    With exposure in one or two clusters this test almost never rejects, whatever the effect (MacKinnon and
    Webb 2018, Econometrics Journal 21(2)). A draw counts if its statistic is strictly larger; with all
    signs two draws always tie, and counting them would add 2/256 to the p-value with 8 clusters.

    Examples
    --------
    >>> from spillover.models.linear import fit_linear
    >>> data = pd.DataFrame({"region_code": list("aabbccddeeffgghh"), "year": [1, 2] * 8,
    ...                      "d": [0.0, 1] * 3 + [0.0, 0] * 5,
    ...                      "y": [0.0, 3, 0, 2, 1, 3, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1]})
    >>> found = wild_bootstrap(fit_linear(data, "y", ["d"]), "region_code")
    >>> round(float(found["p_value"][0]), 4), found["vcov"][0]
    (0.0039, 'wild cluster bootstrap by region_code, Rademacher weights, all 256 draws')
    """
    design = cluster_design(fit, cluster, effects, weights)
    bound = bound_terms(fit, design, cluster)
    count, k = len(design.rows), len(fit.names)
    kind = "webb" if count < FEW_FOR_SIGNS else "rademacher"
    all_signs = FEW_FOR_SIGNS <= count <= ENUMERATED
    X = np.concatenate([fit.X, design.basis[:, k:]], axis=1)
    codes = np.empty(len(fit.y), dtype=int)
    for g, rows in enumerate(design.rows):
        codes[rows] = g
    table = cluster_errors(fit, cluster, kind="CR1", effects=effects, weights=weights).assign(df=np.nan)
    number = 2**count if all_signs else draws
    for j, name in enumerate(fit.names):
        if name in bound:
            continue
        result = _diff_diff(X, fit, codes, j, {"n_bootstrap": number, "weight_type": kind, "seed": seed})
        if not np.isfinite(result[0]):
            raise DataError(WHERE, "the wild bootstrap breaks down", [name], "use the relocation test")
        table.loc[j, ["p_value", "conf_low", "conf_high"]] = result
    said = f"all {number} draws" if all_signs else f"{number} draws, seed {seed}"
    weighing = "Webb weights" if kind == "webb" else "Rademacher weights"
    vcov = f"wild cluster bootstrap by {cluster}, {weighing}, {said}"
    return mark_bound(table.assign(vcov=vcov, ssc=SSC_NAME), bound)


def _diff_diff(
    X: np.ndarray, fit: LinearFit, codes: np.ndarray, j: int, options: dict[str, int | str]
) -> tuple[float, float, float]:
    """P-value and interval of one coefficient from diff-diff."""
    from diff_diff.utils import wild_bootstrap_se

    with warnings.catch_warnings():
        # four clusters or fewer: our rule takes Webb's weights there, and the row says so
        warnings.filterwarnings("ignore", r"Only \d+ clusters detected", UserWarning)
        found = wild_bootstrap_se(X, fit.y, fit.residuals, codes, j, **options)
    return found.p_value, found.ci_lower, found.ci_upper
