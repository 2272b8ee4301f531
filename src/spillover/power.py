"""What our own designs could have seen: the smallest effect that each finds with 80 % probability."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from spillover.district_specs import DistrictSpec, estimate_district
from spillover.imk_specs import OUTCOMES, ImkSpec, estimate_imk
from spillover.inference.inversion import detectable_effect, relocation_rows

POWER = 0.8
HEADLINES: tuple[ImkSpec | DistrictSpec, ...] = (
    *(ImkSpec(outcome) for outcome in OUTCOMES),
    DistrictSpec("grdp_per_capita_real"),
    DistrictSpec("tpt"),
    DistrictSpec("poverty_line"),
)


def power_study(
    specs: Sequence[ImkSpec | DistrictSpec] = HEADLINES, *, draws: int = 999, seed: int = 1
) -> pd.DataFrame:
    """Relocation interval and detectable effect of each headline design.

    Parameters
    ----------
    specs : sequence of ImkSpec or DistrictSpec
    draws, seed : int
        Of the relocation test.

    Returns
    -------
    DataFrame
        Rows of `estimates` whose interval and p-value are those of the relocation test, and
        ``detectable_effect``: the smallest effect, of either sign and in the unit of the estimate, that the
        relocation test at 5 % finds with a probability of 80 % (see
        `spillover.inference.inversion.detectable_effect`).

    Examples
    --------
    >>> found = power_study([DistrictSpec("tpt")], draws=99)
    >>> 0.5 < found["detectable_effect"].item() < 5  # percentage points of unemployment
    True
    """
    tables = []
    for spec in specs:
        done = (
            estimate_imk(spec, draws=draws, seed=seed)
            if isinstance(spec, ImkSpec)
            else estimate_district(spec, draws=draws, seed=seed)
        )
        row = relocation_rows(done.rows, done.test)
        tables.append(row.assign(detectable_effect=detectable_effect(done.test, power=POWER)))
    return pd.concat(tables, ignore_index=True)
