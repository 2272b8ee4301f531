"""How many of the small firms and people of a place a programme reached: training and licences per 1,000."""

from __future__ import annotations

from typing import Any

import pandas as pd

from spillover.errors import check_not_empty
from spillover.partnerships.columns import NATION
from spillover.partnerships.dates import period, stretch
from spillover.regions import read_regions
from spillover.sme import read_imk

MEASURES = ("participants", "licences")
KINDS = ("training", "licensing")
# How a counterpart is named that IMK can count.
SMALL_INDUSTRY = r"\bIKM\b"
# Years that a population may be older than a programme.
OLDEST = 5


def programme_coverage(ledger: pd.DataFrame, programmes: pd.DataFrame) -> pd.DataFrame:
    """Participants and licences per 1,000 micro and small industries of the province, and per 10,000 people.

    The number of micro and small industries (IMK) is that of the province in the year of the programme. No
    source counts them by district, so only a claim on a whole province has this rate, and only if its
    counterpart is small industry (IKM): traders and suppliers are no part of IMK. The population is that of
    the district itself, of its last year known; if that lies more than ``OLDEST`` years before the programme
    there is no rate. The year of a programme is that of its period, or of as_of if the period has several.

    Parameters
    ----------
    ledger : DataFrame
        As from `read_ledger`: realised flows of participants and licences of programmes of training and
        licensing are taken, totals and parts alike.
    programmes : DataFrame
        As from `read_programmes`.

    Returns
    -------
    DataFrame
        One row per claim: entry_id, programme, region_code, place, measure, value, unit, qualifier, year,
        imk_establishments (of the province, that year) and per_1000_imk (both NaN where the rule above gives
        no rate, or there is no figure), population, population_year, per_10000_people (NaN for a province,
        and for a population that is too old), is_part, source_id.

    Raises
    ------
    DataError
        No such claims.

    Examples
    --------
    >>> from spillover.partnerships.ledger import read_ledger, read_programmes
    >>> table = programme_coverage(read_ledger(), read_programmes()).set_index("entry_id")
    >>> round(float(table.loc["bimtek_maluku_2022_participants_2022", "per_1000_imk"]), 1)
    6.5
    """
    chosen = programmes.loc[programmes["kind"].isin(KINDS), "programme_id"]
    rows = ledger[
        ledger["programme"].isin(chosen) & ledger["measure"].isin(MEASURES)
        & ledger["basis"].eq("flow") & ledger["stage"].eq("realised")
    ]  # fmt: skip
    check_not_empty(rows, "programme_coverage")
    rows = rows.assign(year=[_year(row) for row in rows.to_dict("records")])
    made = _with_population(_with_imk(rows))
    made["per_1000_imk"] = 1000 * made["value"] / made["imk_establishments"]
    recent = (made["year"] - made["population_year"]).le(OLDEST).fillna(False).astype(bool)
    made["per_10000_people"] = (10_000 * made["value"] / made["population"]).where(recent)
    made["is_part"] = made["part_of"].ne("")
    columns = [
        "entry_id", "programme", "region_code", "place", "measure", "value", "unit", "qualifier", "year",
        "imk_establishments", "per_1000_imk", "population", "population_year", "per_10000_people", "is_part",
        "source_id",
    ]  # fmt: skip
    return made[columns].reset_index(drop=True)


def _year(row: dict[Any, Any]) -> int:
    """The calendar year of a flow; that of its as_of if its period has several."""
    days = period(row["period_start"], row["period_end"])
    return days.first.year if days.first.year == days.last.year else stretch(row["as_of"]).first.year


def _with_imk(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the province's micro and small industries in the year of each row that can be held against them."""
    imk = read_imk()
    total = imk[imk["size"].eq("total")][["region_code", "year", "establishments"]]
    total = total.rename(columns={"region_code": "province_code", "establishments": "imk_establishments"})
    keyed = rows.assign(province_code=rows["region_code"].str[:2] + "00")
    joined = keyed.merge(total, on=["province_code", "year"], how="left", validate="m:1")
    whole = joined["region_code"].str.endswith("00") & joined["region_code"].ne(NATION)
    fits = whole & joined["counterpart"].str.contains(SMALL_INDUSTRY)
    counted = joined["imk_establishments"].astype("float64")
    return joined.assign(imk_establishments=counted.where(fits))


def _with_population(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the population of each row's district, of the last year that a source gives."""
    from spillover.indicators import read_indicator

    people = read_indicator("population").dropna(subset=["value"])
    people = people[people["region_code"].isin(read_regions()["region_code"])]
    last = people.sort_values("year").drop_duplicates("region_code", keep="last")
    last = last.rename(columns={"value": "population", "year": "population_year"})
    columns = ["region_code", "population", "population_year"]
    joined = rows.merge(last[columns], on="region_code", how="left", validate="m:1")
    return joined.astype({"population_year": "Int64"})
