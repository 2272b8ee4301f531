"""What the ranking compares: one value per district and measure, with its year, source and range."""

from __future__ import annotations

import pandas as pd

from spillover.sentra.access import MASSES
from spillover.sentra.criteria import MEASURES
from spillover.sentra.demand import to_add
from spillover.sentra.former import FORMER
from spillover.sentra.sectors import imk_concentration
from spillover.sentra.supply import MISSING, districts_of

REACH_KM = (50.0, 100.0, 200.0)
MODEL = "spillover"  # who computed it, where no office counted
COLUMNS = [
    "region_code", "measure", "value", "low", "high", "unit", "year", "source_system", "source_id",
    "missing_reason", "flag",
]  # fmt: skip


def study_measures(
    province: str, supply: pd.DataFrame, access: pd.DataFrame, demand: pd.DataFrame, within: pd.DataFrame
) -> pd.DataFrame:
    """One row per district and measure of the ranking.

    Parameters
    ----------
    province : str
        BPS code, "7200".
    supply, access : DataFrame
        As from `spillover.sentra.supply.district_supply` and `spillover.sentra.access.district_access`.
    demand, within : DataFrame
        Of one year, as from `spillover.sentra.demand.park_demand` and, for ``REACH_KM``,
        `spillover.sentra.demand.demand_within`.

    Returns
    -------
    DataFrame
        region_code, measure (a key of ``MEASURES``), value (NaN where missing), low, high (NaN where
        only the criterion's range is known), unit, year, source_system, source_id, missing_reason, flag.

        Systems that count are never pooled: of several, the one that has a figure for most districts of the
        province is taken for all (of two that have as many, the later one). Demand within a reach is 0 only
        where no operating park lies within it; where parks lie there but none has a headcount it is missing,
        and where some have none it is flagged ``at_least``.

    Examples
    --------
    >>> from spillover.sentra.access import district_access
    >>> from spillover.sentra.demand import demand_within, park_demand
    >>> from spillover.sentra.supply import district_supply
    >>> needs = park_demand([2025])
    >>> near = demand_within(needs, districts_of("7200"), REACH_KM)
    >>> table = study_measures("7200", district_supply("7200"), district_access("7200"), needs, near)
    >>> table.groupby("region_code").size().unique().tolist() == [len(MEASURES)]
    True
    """
    codes = districts_of(province)["region_code"]
    parts = [_from_supply(supply), _from_access(access), _demand(access, demand, within), _imk(province)]
    found = pd.concat([p.reindex(columns=COLUMNS) for p in parts if len(p)], ignore_index=True)
    found = found[found["measure"].isin(list(MEASURES))]
    grid = pd.MultiIndex.from_product([codes, list(MEASURES)], names=["region_code", "measure"])
    table = grid.to_frame(index=False).merge(found, on=["region_code", "measure"], how="left", validate="1:1")
    blank = table["value"].isna() & table["missing_reason"].fillna("").eq("")
    table["missing_reason"] = table["missing_reason"].fillna("").mask(blank, MISSING)
    table["unit"] = table["measure"].map(MEASURES)
    return table.fillna({"source_system": "", "source_id": "", "flag": ""})[COLUMNS]


def _from_supply(supply: pd.DataFrame) -> pd.DataFrame:
    """Of each measure the system that knows most districts; training and licences together."""
    known = supply.dropna(subset=["value"])
    rank = known.groupby(["measure", "source_system"]).agg(n=("region_code", "nunique"), year=("year", "max"))
    best = rank.sort_values(["n", "year"]).reset_index().drop_duplicates("measure", keep="last")
    chosen = supply.merge(best[["measure", "source_system"]], on=["measure", "source_system"], validate="m:1")
    former = chosen["flag"].fillna("").str.split(";").map(lambda flags: FORMER in flags)
    # a count of two districts, per inhabitant of one of them, would be wrong
    chosen = chosen.assign(
        value=chosen["value"].mask(former), missing_reason=chosen["missing_reason"].mask(former, FORMER)
    )
    helped = supply[supply["measure"].isin(["training_participants", "licences"])]
    if not helped["value"].notna().any():
        return chosen
    total = helped.groupby("region_code").agg(
        value=("value", lambda v: v.sum(min_count=1)), year=("year", "max"), source_id=("source_id", "first")
    )
    total = total.reset_index().assign(measure="training_and_licences", source_system="ledger")
    return pd.concat([chosen, total], ignore_index=True)


def _from_access(access: pd.DataFrame) -> pd.DataFrame:
    """Distance and sea to the nearest operating park, and the market."""
    near = access[access["nearest"]].drop_duplicates("region_code")
    every = access.drop_duplicates("region_code")
    near_values = {
        "park_distance_km": near["distance_km"],
        "sea_between": near["other_island"].astype(float),
    }
    rows = [
        pd.DataFrame({"region_code": near["region_code"], "measure": name, "value": value.astype(float)})
        for name, value in near_values.items()
    ]
    found = pd.concat(rows, ignore_index=True).assign(year=int(access["year"].iloc[0]), source_id="parks")
    market = every[["region_code"]].assign(measure="market_potential", value=every["market_population"])
    market = market.assign(year=MASSES["population"], source_id="population")  # not the year of the parks
    return pd.concat([found, market], ignore_index=True).assign(source_system=MODEL)


def _demand(access: pd.DataFrame, demand: pd.DataFrame, within: pd.DataFrame) -> pd.DataFrame:
    """Rupiah that parks within each reach need in a year, low and high."""
    year = int(demand["year"].max())
    money = ["idr_low", "idr_central", "idr_high"]
    sums = to_add(within).groupby(["region_code", "within_km"])[money].sum(min_count=1)
    rows = []
    known = set(demand["park_id"]) | set(demand["complex_id"])
    for km in REACH_KM:
        near = access[access["distance_km"] < km]
        parks = near.groupby("region_code")["park_id"].agg(set)
        for code in access["region_code"].unique():
            low, value, high = (
                sums.loc[(code, km), money] if (code, km) in sums.index else (float("nan"),) * 3
            )
            around = parks.get(code, set())
            if not around:
                low = value = high = 0.0
            flag = "at_least" if around - known and value > 0 else ""
            measure = f"demand_idr_{km:g}km"
            rows.append((code, measure, value, low, high, year, MODEL, "demand_coefficients", flag))
    names = ["region_code", "measure", "value", "low", "high", "year", "source_system", "source_id", "flag"]
    return pd.DataFrame(rows, columns=names)


def _imk(province: str) -> pd.DataFrame:
    """Concentration of micro and small industry."""
    table = imk_concentration(province)
    columns = {"lq": "value", "lq_low": "low", "lq_high": "high"}
    return table.rename(columns=columns).assign(
        measure="imk_lq", source_system="imk_survey", source_id="sme_counts"
    )
