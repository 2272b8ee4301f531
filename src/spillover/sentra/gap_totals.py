"""Items of each sector added up without counting anything twice."""

from __future__ import annotations

import pandas as pd

from spillover.errors import check_columns
from spillover.sentra.demand import to_add
from spillover.sentra.gaps import ENDS, GAP_COLUMNS

TOTAL_COLUMNS = (
    "region_code", "within_km", "year", "sector", "n_items", "n_priced", "unpriced", "idr_low", "idr_central",
    "idr_high", "counted_in", "idr_to_add_low", "idr_to_add_central", "idr_to_add_high", "price_year_first",
    "price_year_last", "n_parks", "n_supply_known", "gap_idr_low", "gap_idr_central", "gap_idr_high",
    "demand_missing_reason", "idr_missing_reason", "gap_missing_reason",
)  # fmt: skip


def sector_totals(gaps: pd.DataFrame) -> pd.DataFrame:
    """Add the items of each sector, without counting anything twice.

    Parameters
    ----------
    gaps : DataFrame
        As from `sector_gaps`.

    Returns
    -------
    DataFrame
        One row per district, distance, year and sector: the columns of ``TOTAL_COLUMNS``. idr_*: the
        priced items of the sector (n_priced of n_items; unpriced names the others, whose rupiah are not
        known and not zero). counted_in: the sectors whose items contain some of these (food that is
        cooked is in catering); idr_to_add_* leaves those out, and only these may be added over sectors.
        price_year_first and _last: of the items priced. gap_idr_*: only where every item of the sector has
        one, else NaN with a reason.

    Raises
    ------
    DataError
        Missing columns.
    """
    check_columns(gaps, list(GAP_COLUMNS), "sector_totals")
    gaps = gaps.reset_index(drop=True)
    items = gaps[gaps["item_id"].ne("")]  # a sector without a coefficient has no item to contain others
    adds = gaps.index.isin(to_add(items).index)
    sector_of = items.drop_duplicates("item_id").set_index("item_id")["sector"]
    holder = gaps["included_in"].map(sector_of).fillna("")
    own = adds | holder.ne(gaps["sector"])
    priced = gaps["idr_central"].notna()
    inside = holder.where(holder.ne("") & holder.ne(gaps["sector"]), "")
    work = gaps.assign(
        is_item=gaps["item_id"].ne(""),
        is_priced=priced,
        known=gaps["supply_central"].notna(),
        bare=gaps["item_id"].where(~priced, ""),
        inside=inside,
        priced_year=gaps["price_year"].where(priced),
        whole=gaps["gap_idr_central"].notna() | ~own,
        **{f"idr_{end}": gaps[f"idr_{end}"].where(own) for end in ENDS},
        **{f"idr_to_add_{end}": gaps[f"idr_{end}"].where(adds) for end in ENDS},
        **{f"gap_idr_{end}": gaps[f"gap_idr_{end}"].where(own) for end in ENDS},
    )
    key = ["region_code", "within_km", "year", "sector"]
    grouped = work.groupby(key, sort=False, dropna=False)
    sums = [f"{name}_{end}" for name in ("idr", "idr_to_add", "gap_idr") for end in ENDS]
    table = grouped[sums].sum(min_count=1).join(
        grouped.agg(
            n_items=("is_item", "sum"), n_priced=("is_priced", "sum"), unpriced=("bare", _joined),
            counted_in=("inside", _joined), price_year_first=("priced_year", "min"),
            price_year_last=("priced_year", "max"), n_parks=("n_parks", "max"),
            n_supply_known=("known", "sum"), whole=("whole", "all"),
            demand_missing_reason=("demand_missing_reason", "first"),
            idr_missing_reason=("idr_missing_reason", _joined),
            gap_missing_reason=("gap_missing_reason", _joined),
        )
    )  # fmt: skip
    for end in ENDS:
        table[f"gap_idr_{end}"] = table[f"gap_idr_{end}"].where(table["whole"])
    money = table["idr_missing_reason"].where(table["n_priced"].eq(0), "")
    why = table["gap_missing_reason"].where(table["gap_missing_reason"].ne(""), "no_price")
    gap = why.where(table["gap_idr_central"].isna(), "")
    table = table.assign(idr_missing_reason=money, gap_missing_reason=gap)
    return table.reset_index()[list(TOTAL_COLUMNS)]


def _joined(texts: pd.Series) -> str:
    return ";".join(dict.fromkeys(text for text in texts if text))
