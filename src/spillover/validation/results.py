"""The table of the validation: made from blocks, read from the committed file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_unique
from spillover.sources import read_csv
from spillover.validation.blocks import DESIGNS, METHODS, Task, truth_of

KEY = ("design", "estimator", "inference")
COLUMNS = {
    "design": "text", "errors": "text", "n_exposed": "integer", "estimator": "text", "inference": "text",
    "n_simulations": "integer", "rejection_rate": "number", "coverage": "number?", "power": "number",
    "truth": "number", "mean_estimate": "number", "sd_estimate": "number?", "mean_std_error": "number?",
    "seed": "integer",
}  # fmt: skip
# Nominal 5 % with room for chance: what the relocation test must keep.
SIZE_LIMITS = (0.035, 0.065)


def summarise(blocks: Mapping[Task, Mapping[str, Sequence[float]]]) -> pd.DataFrame:
    """One row per design, estimator and inference from the sums of blocks.

    Parameters
    ----------
    blocks : mapping
        As from `spillover.validation.run.run`, all of one seed.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS``. ``rejection_rate``: share of simulations without effect in which the null
        is rejected at 5 % (right: 0.05). ``coverage``: share of those with the planted effect whose 95 %
        interval holds the truth (right: 0.95). ``power``: share of these in which the null is rejected.
        ``truth`` is the mean planted effect of exposed district-years; mean and standard deviation are those
        of the estimates, ``mean_std_error`` to compare with the latter. ``n_simulations`` counts those with
        a p-value. Rounded to six decimals, so that reruns on other machines agree.
    """
    rows = []
    for design in (d for d in DESIGNS if any(task.design == d for task in blocks)):
        mine = [sums for task, sums in sorted(blocks.items()) if task.design == design]
        errors, n_exposed = design.split("-")
        truth = truth_of(int(n_exposed))
        seed = next(task.seed for task in blocks)
        for estimator, inference in METHODS:
            sums = np.sum([block[f"{estimator} {inference}"] for block in mine], axis=0)
            row = {"design": design, "errors": errors, "n_exposed": int(n_exposed), "estimator": estimator,
                   "inference": inference, "truth": truth, "seed": seed}  # fmt: skip
            rows.append(row | _rates(sums))
    table = pd.DataFrame(rows)[list(COLUMNS)]
    return table.round(dict.fromkeys(table.select_dtypes("float").columns, 6))


def _rates(sums: np.ndarray) -> dict[str, float]:
    n, rejected, covered, found, total, square, n_errors, std_error = sums
    nothing = float("nan")
    mean = total / n if n else nothing
    return {
        "n_simulations": int(n),
        "rejection_rate": rejected / n if n else nothing,
        "coverage": covered / n if n else nothing,
        "power": found / n if n else nothing,
        "mean_estimate": mean,
        "sd_estimate": float(np.sqrt(max(square - n * mean**2, 0.0) / (n - 1))) if n > 1 else nothing,
        "mean_std_error": std_error / n_errors if n_errors else nothing,
    }


def to_csv(table: pd.DataFrame) -> str:
    """The table as text, always in the same order and with the same digits."""
    return str(table.to_csv(index=False, lineterminator="\n", float_format="%.6g"))


def read_coverage() -> pd.DataFrame:
    """Read the committed table of simulated size, coverage and power.

    Returns
    -------
    DataFrame
        The columns of ``COLUMNS`` (see `summarise`).

    Raises
    ------
    DataError
        A cell twice, or a rate outside 0 to 1.

    Examples
    --------
    >>> table = read_coverage()
    >>> usual = table[table["estimator"].eq("twfe") & table["inference"].eq("own")].set_index("design")
    >>> bool(usual["rejection_rate"]["spatial-3"] > 0.2)
    True
    """
    table = read_csv("coverage_simulated", COLUMNS)
    check_unique(table, list(KEY), "coverage_simulated.csv")
    for column in ("rejection_rate", "coverage", "power"):
        wrong = table[~table[column].dropna().between(0, 1).reindex(table.index, fill_value=True)]
        if len(wrong):
            offenders = wrong[list(KEY)].agg(" ".join, axis=1)
            raise DataError("coverage_simulated.csv", f"{column} outside 0 to 1", offenders, "run it again")
    return table


def rates(table: pd.DataFrame, column: str = "rejection_rate") -> pd.DataFrame:
    """One column of the table as rows ``estimator inference`` by designs, in the order of the methods.

    Examples
    --------
    >>> rates(read_coverage()).loc["twfe relocation_coast"].between(*SIZE_LIMITS).all()
    np.True_
    """
    named = table.assign(method=table["estimator"] + " " + table["inference"])
    wide = named.pivot(index="method", columns="design", values=column)
    order = [f"{a} {b}" for a, b in METHODS if f"{a} {b}" in wide.index]
    return wide.reindex(index=order, columns=[d for d in DESIGNS if d in wide.columns])
