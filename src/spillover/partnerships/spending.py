"""What claims in rupiah come to: per year, in constant prices, against the GRDP of its province."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import inf, isfinite

import pandas as pd

from spillover.catalogue import read_deflators
from spillover.errors import DataError
from spillover.partnerships.averages import counted_years
from spillover.partnerships.bounds import row_bounds
from spillover.partnerships.dates import Stretch, period, stretch, year_end
from spillover.partnerships.flows import to_flow
from spillover.partnerships.normalise import share_of_grdp
from spillover.partnerships.prices import constant_prices

BASE_YEAR = 2024


def flow_study(
    ledger: pd.DataFrame,
    programme: str,
    measure: str,
    *,
    region_code: str,
    as_if_year_end: Iterable[str] = (),
    base_year: int = BASE_YEAR,
) -> pd.DataFrame:
    """Yearly flows with bounds, at current and constant prices, and against a province's GRDP.

    Parameters
    ----------
    ledger, programme, measure, as_if_year_end
        As for `to_flow`; amounts in rupiah.
    region_code : str
        The province whose GRDP at current prices is the denominator.
    base_year : int
        Year of the constant prices (GDP deflator).

    Returns
    -------
    DataFrame
        The columns of `to_flow`, flow_low_constant and flow_high_constant (NaN for years that the deflator
        does not reach), grdp (rupiah, current prices; NaN where none is published), share_low and share_high
        (percent of it), grdp_source.

    Raises
    ------
    DataError
        As `to_flow`, and for claims in another unit than rupiah.

    Examples
    --------
    >>> from spillover.partnerships.ledger import read_ledger
    >>> study = flow_study(read_ledger(), "iwip_umkm", "contract_value", region_code="8200")
    >>> round(float(study.set_index("year").loc[2024, "share_high"]), 1)
    3.7
    """
    flows = to_flow(ledger, programme, measure, as_if_year_end=as_if_year_end)
    _check_rupiah(flows["unit"].iloc[0], f"{programme}/{measure}", "flow_study")
    flows = flows.assign(region_code=region_code)
    prices = read_deflators()
    reached = flows["year"].isin(prices.loc[prices["measure"].eq("gdp_deflator"), "year"])
    named = ("flow_low", "flow_high")
    within = constant_prices(flows[reached], base_year, value_columns=named)
    grdp = provincial_grdp(region_code)
    known = flows["year"].isin(grdp["year"])
    share = share_of_grdp(flows[known], grdp, value_columns=named)
    joined = flows.join(within[["flow_low_constant", "flow_high_constant"]])
    shown = share[
        [
            "flow_low_share_of_grdp", "flow_high_share_of_grdp", "denominator_value_share_of_grdp",
            "denominator_source_share_of_grdp",
        ]
    ]  # fmt: skip
    shown.columns = ["share_low", "share_high", "grdp", "grdp_source"]
    return joined.join(shown)


def provincial_grdp(region_code: str) -> pd.DataFrame:
    """GRDP of one province at current prices: region_code, year, value (billion rupiah), unit, source_id."""
    from spillover.indicators import read_indicator

    table = read_indicator("grdp_nominal")
    table = table[table["region_code"].eq(region_code) & table["value"].notna()]
    return table[["region_code", "year", "value", "unit", "source_id"]].reset_index(drop=True)


def share_over_period(ledger: pd.DataFrame, entry_id: str, *, region_code: str) -> dict[str, float]:
    """A cumulative claim or a flow against the GRDP of all the years that it can cover, as bounds.

    The lower share divides by the GRDP of every year that the period touches, the upper one by that of the
    years that it covers whole for certain. Nothing is interpolated.

    Returns
    -------
    dict
        low, high (percent), first_year, last_year (touched), whole_years.

    Raises
    ------
    DataError
        An unknown entry, a stock, a claim in another unit than rupiah or per month or day, one that does not
        say since when it counts, or a year without GRDP.

    Examples
    --------
    >>> from spillover.partnerships.ledger import read_ledger
    >>> found = share_over_period(read_ledger(), "iwip_umkm_contract_value_early_2025", region_code="8200")
    >>> f"{found['low']:.2f} to {found['high']:.2f} percent"
    '0.78 to 1.40 percent'
    """
    rows = ledger[ledger["entry_id"].eq(entry_id)]
    if len(rows) != 1:
        raise DataError("share_over_period", "no such entry", [entry_id], "give an entry_id of the ledger")
    row = rows.iloc[0]
    _check_rupiah(row["unit"], entry_id, "share_over_period")
    counted_years(row)
    since, until = _ends(row)
    touched = range(since.first.year, until.last.year + 1)
    whole = [y for y in touched if since.last <= date(y, 1, 1) and year_end(y) <= until.first]
    grdp = provincial_grdp(region_code).set_index("year")["value"] * 1e9
    missing = [y for y in touched if y not in grdp.index]
    if missing:
        raise DataError("share_over_period", "years without GRDP", missing, "add the table of these years")
    bounds = row_bounds(row)
    high = float(100 * bounds.up / grdp[whole].sum()) if whole and isfinite(bounds.up) else inf
    return {
        "low": float(100 * bounds.low / grdp[list(touched)].sum()),
        "high": high,
        "first_year": float(touched[0]),
        "last_year": float(touched[-1]),
        "whole_years": float(len(whole)),
    }


def _ends(row: pd.Series) -> tuple[Stretch, Stretch]:
    """Days on which the counting of a claim may begin and end; those of a flow's period are known."""
    if row["basis"] == "flow":
        days = period(row["period_start"], row["period_end"])
        return Stretch(days.first, days.first), Stretch(days.last, days.last)
    return stretch(row["period_start"]), stretch(row["as_of"])


def _check_rupiah(unit: str, claim: str, where: str) -> None:
    """Raise unless amounts are in rupiah, and not per month or day."""
    if unit != "IDR":
        remedy = "take a claim in IDR; a rate says how much, but not for how long"
        raise DataError(where, "no amount in rupiah", [f"{claim} unit={unit!r}"], remedy)
