"""Mean years of schooling, and what manufacturing and agriculture add to the GRDP of each district."""

from __future__ import annotations

import pandas as pd

from spillover.errors import check_codes, check_rows, check_unique
from spillover.regions import read_region_changes, read_regions
from spillover.sources import read_csv

FILE = "schooling.csv"
UNITS = {
    "mean_years_schooling": "year",
    "grdp_manufacturing": "billion_idr_current",
    "grdp_agriculture": "billion_idr_current",
}
COLUMNS = {"region_code": "text", "year": "year", **dict.fromkeys(UNITS, "number")}
# BPS revised the GRDP of Morowali upwards from 2018 on; this compilation is older.
REVISED_LATER = "7203"


def read_schooling() -> pd.DataFrame:
    """Read mean years of schooling and the GRDP of two sectors, 514 districts, 2010–2018.

    Returns
    -------
    DataFrame
        Long: region_code, year, measure {mean_years_schooling, grdp_manufacturing, grdp_agriculture}, value,
        unit, flag: "backcast" before the district had a law of its own, "before_split" where it still
        contained a district that left it later (both only for money), "before_revision" for the
        manufacturing of Morowali, else "".

    Raises
    ------
    DataError
        Unknown district, a district twice in a year, a negative value, schooling above 25 years.

    Notes
    -----
    Source: BPS, as compiled by QuaRCS-lab (Miranti 2020). That file states no units. Its sums over the
    districts say billion rupiah at current prices: manufacturing 3,463 trillion rupiah in 2018.
    Districts that had split off are in the figures twice before the split, as themselves and inside of their
    parent, and the money of 7413–7415 before 2015 is in another unit: from 2015 on neither is so.

    Examples
    --------
    >>> table = read_schooling().set_index(["region_code", "year", "measure"])["value"]
    >>> float(table["7203", 2018, "mean_years_schooling"])
    8.98
    """
    wide = read_csv("schooling", COLUMNS)
    key = ["region_code", "year"]
    check_unique(wide, key, FILE)
    check_codes(wide["region_code"], read_regions()["region_code"], FILE)
    check_rows(wide, wide[list(UNITS)].lt(0).any(axis=1), key, FILE, "negative values", "correct the cells")
    years = wide["mean_years_schooling"]
    check_rows(wide, years > 25, key, FILE, "more than 25 years of schooling", "correct the cells")
    long = wide.melt(key, var_name="measure", value_name="value")
    return long.assign(unit=long["measure"].map(UNITS), flag=_flags(long))


def _flags(long: pd.DataFrame) -> pd.Series:
    """What is wrong with a figure of money; schooling is a mean and is not doubled by a split."""
    splits = read_region_changes("split")
    born = long["region_code"].map(splits.groupby("child_code")["year"].max()).astype("Float64")
    lost = long["region_code"].map(splits.groupby("parent_code")["year"].max()).astype("Float64")
    money = long["measure"] != "mean_years_schooling"
    flag = pd.Series("", index=long.index)
    flag = flag.mask(money & lost.gt(long["year"]).fillna(False).astype(bool), "before_split")
    flag = flag.mask(money & born.gt(long["year"]).fillna(False).astype(bool), "backcast")
    old = long["measure"].eq("grdp_manufacturing") & long["region_code"].eq(REVISED_LATER)
    return flag.mask(old & flag.eq(""), "before_revision")
