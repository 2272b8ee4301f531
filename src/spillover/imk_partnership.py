"""Micro and small industry (IMK) with and without a partnership, by province."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.errors import DataError, check_rows
from spillover.indicators import read_source
from spillover.sme import read_imk

if TYPE_CHECKING:
    import pandas as pd

SOURCE = "imk_partnership_2025"
ANSWERS = {"imk_partnership_yes": "with_partnership", "imk_partnership_no": "without_partnership"}
# Weighted estimates are rounded one by one: two answers and their total can be one apart, never two.
ROUNDING = 1


def read_imk_partnership() -> pd.DataFrame:
    """Read how many micro and small industry establishments have a partnership, by province.

    Returns
    -------
    DataFrame
        One row per province: region_code ("8200"), year (2025), with_partnership, without_partnership,
        establishments (all three numbers; the last as `read_imk` gives it), share_percent (with a
        partnership, in percent of the two answers), source_id.

    Raises
    ------
    DataError
        A missing, broken or negative cell; a province without its count in `read_imk`, or the reverse;
        answers whose sum is more than one away from the number of establishments.

    Notes
    -----
    Source: BPS, Profil Industri Mikro dan Kecil 2025. BPS prints the two answers and the total each rounded
    on its own, so that their sum may be off by one. A partnership here is one with anybody, of any kind: the
    survey does not say how many are with a park or a large firm.

    Examples
    --------
    >>> answers = read_imk_partnership().set_index("region_code")
    >>> int(answers.loc["8200", "with_partnership"]), round(float(answers.loc["8200", "share_percent"]), 1)
    (1735, 7.8)
    """
    table = _answers().merge(
        _establishments(), on=["region_code", "year"], how="outer", validate="1:1", indicator=True
    )
    key = ["region_code", "year"]
    problem = "provinces that only one of the two tables has"
    check_rows(table, table["_merge"] != "both", key, SOURCE, problem, f"compare {SOURCE} with imk_2025")
    table = table.drop(columns="_merge").astype(dict.fromkeys([*ANSWERS.values(), "establishments"], "int64"))
    _check_sum(table)
    both = table["with_partnership"] + table["without_partnership"]
    table["share_percent"] = 100 * table["with_partnership"] / both
    return table.assign(source_id=SOURCE).sort_values(key, ignore_index=True)


def _answers() -> pd.DataFrame:
    """Both answers beside each other."""
    long = read_source(SOURCE)
    key = ["region_code", "year", "indicator"]
    check_rows(long, long["period"].ne(""), key, SOURCE, "parts of a year", "give whole years")
    broken = long["value"].isna() | (long["value"] % 1 != 0)
    check_rows(long, broken, key, SOURCE, "values that are missing or not whole", "correct the cells")
    wide = long.pivot(index=["region_code", "year"], columns="indicator", values="value")
    wide = wide.rename(columns=ANSWERS).reset_index().rename_axis(columns=None)
    return wide[["region_code", "year", *ANSWERS.values()]]


def _establishments() -> pd.DataFrame:
    """Number of establishments of the year of the answers."""
    imk = read_imk()
    total = imk[imk["size"].eq("total") & imk["source_id"].eq("imk_2025")]
    return total[["region_code", "year", "establishments"]]


def _check_sum(table: pd.DataFrame) -> None:
    """Yes + no must be the number of establishments, but for rounding."""
    off = table["with_partnership"] + table["without_partnership"] - table["establishments"]
    wrong = table[off.abs() > ROUNDING]
    if len(wrong):
        offenders = [
            f"{r.region_code}: {r.with_partnership} + {r.without_partnership}, not {r.establishments}"
            for r in wrong.itertuples()
        ]
        problem = "answers that do not add up to the number of establishments"
        raise DataError(SOURCE, problem, offenders, "correct the cells, or the counts of imk_2025")
