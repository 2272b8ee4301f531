"""What the tables hold of the sectors of districts: two sectors of GRDP, and micro and small industry."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.sentra.schooling import read_schooling
from spillover.sentra.supply import MISSING, district_supply

SECTORS = {"grdp_manufacturing": "manufacturing", "grdp_agriculture": "agriculture"}
# From 2015 on no district is in its parent's figures as well, and all are in one unit.
FIRST_YEAR, LAST_YEAR = 2015, 2018
HALF_PERCENT = 0.5  # the shares of the survey are printed in whole percent


def grdp_sectors(years: Sequence[int] = (FIRST_YEAR, LAST_YEAR)) -> pd.DataFrame:
    """GRDP of manufacturing and of agriculture of all districts, ready for `shift_share`.

    Parameters
    ----------
    years : sequence of int
        2015 to 2018: before 2015 split districts are in the figures twice.

    Returns
    -------
    DataFrame
        region_code, sector {manufacturing, agriculture}, year, value (billion rupiah, current prices), flag.

    Raises
    ------
    DataError
        Years outside 2015–2018.

    Notes
    -----
    Total GRDP at current prices is not known by district, so shares are shares of the two sectors together,
    and growth contains inflation. Sections of the economic census are known for provinces only.
    """
    odd = sorted(set(years) - set(range(FIRST_YEAR, LAST_YEAR + 1)))
    if odd:
        remedy = f"use years from {FIRST_YEAR} to {LAST_YEAR}"
        raise DataError("grdp_sectors", "years without comparable figures", odd, remedy)
    table = read_schooling()
    table = table[table["measure"].isin(list(SECTORS)) & table["year"].isin(list(years))]
    table = table.assign(sector=table["measure"].map(SECTORS))
    return table[["region_code", "sector", "year", "value", "flag"]].reset_index(drop=True)


def imk_concentration(province: str) -> pd.DataFrame:
    """Concentration of micro and small industry: a district's share of IMK over its share of the people.

    Parameters
    ----------
    province : str
        BPS code, "7200".

    Returns
    -------
    DataFrame
        One row per district: region_code, share_percent (of the province's IMK, as printed), lq, lq_low,
        lq_high (within half a printed digit of the share), year (of the share), population_year,
        missing_reason.

    Raises
    ------
    DataError
        Unknown province.

    Notes
    -----
    The survey prints shares in whole percent, for Sulawesi Tengah only: a share of 1 % may be 0.5 or 1.5 %,
    and the interval says so. The people are those of the last year that every district has (2017).

    Examples
    --------
    >>> table = imk_concentration("7200").set_index("region_code")
    >>> [round(float(x), 2) for x in table.loc["7205", ["lq_low", "lq", "lq_high"]]]
    [3.22, 3.27, 3.32]
    """
    supply = district_supply(province)
    people = supply[supply["measure"].eq("population") & supply["source_system"].eq("bps")]
    people = people.set_index("region_code")
    shares = supply[supply["measure"].eq("imk_share_of_province")].set_index("region_code")
    part = 100 * people["value"] / people["value"].sum(min_count=len(people))
    made = pd.DataFrame({"share_percent": shares["value"]})
    for name, step in (("lq", 0.0), ("lq_low", -HALF_PERCENT), ("lq_high", HALF_PERCENT)):
        made[name] = (made["share_percent"] + step).clip(lower=0) / part
    made = made.assign(year=shares["year"], population_year=people["year"])
    return made.assign(missing_reason=np.where(made["lq"].isna(), MISSING, "")).reset_index()
