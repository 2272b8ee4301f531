"""What was reported of the parks' buying: beside the computed demand, held against it, never added to it."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_rows, check_unique
from spillover.parks import read_parks
from spillover.partnerships.bounds import row_bounds
from spillover.partnerships.columns import is_rate, split_list
from spillover.partnerships.flows import to_flow
from spillover.partnerships.ledger import read_ledger, read_programmes
from spillover.partnerships.normalise import with_year
from spillover.sentra.coefficients import CONFIDENCE, read_demand_coefficients
from spillover.sentra.headcount import park_headcount
from spillover.sources import read_csv

PURCHASE_COLUMNS = (
    "programme", "park_ids", "year", "sector", "measure", "low", "high", "unit", "stage", "how",
    "entry_ids", "assumption",
)  # fmt: skip
NEED_COLUMNS = {
    "report_id": "text", "park_id": "text", "year": "year", "item_id": "text", "per_day": "number?",
    "per_month": "number?", "workers": "integer", "reported_as": "text", "source_url": "text",
    "confidence": "text", "note": "text?",
}  # fmt: skip
BOUGHT = ("contract_value", "purchases", "supply_quantity")
DAYS, MONTHS = 365, 12
# Items and the units that the ledger's needs of food are in.
_LEDGER_ITEMS = {
    ("vegetables_eggs", "tonne/day"): ("vegetables", 1000.0),
    ("vegetables_eggs", "item/day"): ("eggs", 1.0),
}
_FILE = "park_reported_needs.csv"


def reported_purchases(
    ledger: pd.DataFrame | None = None, programmes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """What parks are reported to buy from small firms, by programme and year, as bounds.

    Parameters
    ----------
    ledger, programmes : DataFrame, optional
        As from `read_ledger` and `read_programmes`, which are read without them.

    Returns
    -------
    DataFrame
        The columns of ``PURCHASE_COLUMNS``, for programmes of kind procurement that name their parks.
        how is one of {flow_of_cumulative: the flow of a year that the cumulative claims prove (`to_flow`),
        flow: as reported for a period; rate: a rate (unit "IDR/month") that held in its period and is not
        multiplied; not_by_year: a cumulative sum that does not say since when it counts, year <NA>}.
        high is inf where nothing bounds it. Claims that a later one replaced are only used inside `to_flow`,
        parts of a total are left out, so nothing is there twice; but a programme and one that contains
        it (wider_of) are both shown, and rows of several programmes, units or how must not be added.

    Examples
    --------
    >>> found = reported_purchases()
    >>> rates = found[found["how"].eq("rate")]
    >>> rates[["year", "low", "high"]].values.tolist()[0]
    [2023, 7500000000.0, 8500000000.0]
    """
    ledger = read_ledger() if ledger is None else ledger
    programmes = read_programmes() if programmes is None else programmes
    buying = programmes[programmes["kind"].eq("procurement") & programmes["park_ids"].ne("")]
    parks = buying.set_index("programme_id")["park_ids"]
    claims = ledger[ledger["programme"].isin(parks.index) & ledger["measure"].isin(BOUGHT)]
    rows: list[dict[str, object]] = []
    for (programme, measure), own in claims.groupby(["programme", "measure"], sort=False):
        rows += [
            {"programme": programme, "park_ids": parks[programme], "measure": measure, **row}
            for row in _purchases(ledger, own)
        ]
    table = pd.DataFrame(rows, columns=list(PURCHASE_COLUMNS))
    return table.astype({"year": "Int64", "low": "float64", "high": "float64"})


def _purchases(ledger: pd.DataFrame, own: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of one programme and measure."""
    programme, measure = str(own["programme"].iloc[0]), str(own["measure"].iloc[0])
    counted = own["basis"].eq("cumulative") & own["period_start"].ne("")
    rows: list[dict[str, object]] = []
    if counted.any():
        sectors = ";".join(dict.fromkeys(s for text in own["sector"] for s in split_list(text)))
        flows = to_flow(ledger, programme, measure)
        rows += [
            {
                "year": flow["year"], "sector": sectors, "low": flow["flow_low"], "high": flow["flow_high"],
                "unit": flow["unit"], "stage": flow["stage"], "how": "flow_of_cumulative",
                "entry_ids": ";".join(own.loc[counted, "entry_id"]), "assumption": flow["assumption"],
            }
            for flow in flows.to_dict("records")
        ]  # fmt: skip
    replaced = set(ledger["supersedes"])
    alone = own[~counted & own["part_of"].eq("") & ~own["entry_id"].isin(replaced)]
    for claim in with_year(alone).to_dict("records"):
        bounds = row_bounds(claim)
        cumulative = claim["basis"] == "cumulative"
        how = "not_by_year" if cumulative else "rate" if is_rate(str(claim["unit"])) else "flow"
        about = "about_ten_percent" if claim["qualifier"] == "about" else ""
        rows.append(
            {name: claim[name] for name in ("year", "sector", "unit", "stage")}
            | {"low": bounds.low, "high": bounds.up, "how": how, "entry_ids": claim["entry_id"]}
            | {"assumption": about}
        )
    return rows


def read_reported_needs() -> pd.DataFrame:
    """Read what kitchens of parks were reported to use: the test of the coefficients.

    Returns
    -------
    DataFrame
        One row per report: report_id, park_id, year, item_id, quantity (units of the item in a year: the
        daily one times 365, the monthly one times 12), workers (whom the page names; else of the park in
        that year), reported_as, source_url, confidence, note. With the needs of food of the ledger (measure
        food_demand), whose source_url is the source_id of the claim.

    Raises
    ------
    DataError
        Unknown parks, items or confidence, not exactly one of per_day and per_month, numbers not above 0.

    Examples
    --------
    >>> read_reported_needs().set_index("report_id").loc["imip_rice_2018", "quantity"] / 1000 # tonnes
    np.float64(1277.5)
    """
    table = read_csv("park_reported_needs", NEED_COLUMNS)
    check_reported_needs(table)
    yearly = (table["per_day"] * DAYS).fillna(table["per_month"] * MONTHS)
    table = table.assign(quantity=yearly, workers=table["workers"].astype("float64"))
    table = table.drop(columns=["per_day", "per_month"])
    return pd.concat([table, _ledger_needs()], ignore_index=True)


def check_reported_needs(table: pd.DataFrame, where: str = _FILE) -> None:
    """Raise unless a table is as the file of `read_reported_needs`."""
    key = ["report_id"]
    check_unique(table, key, where)
    known = {
        "park_id": set(read_parks()["park_id"]),
        "item_id": set(read_demand_coefficients()["item_id"]),
        "confidence": set(CONFIDENCE),
    }
    for name, words in known.items():
        bad = ~table[name].isin(words)
        check_rows(table, bad, [*key, name], where, f"unknown {name}", "correct the word")
    both = table["per_day"].notna() == table["per_month"].notna()
    check_rows(table, both, key, where, "not one of per_day and per_month", "give one of them")
    bad = ~(table["per_day"].fillna(table["per_month"]).gt(0) & table["workers"].gt(0))
    check_rows(table, bad, key, where, "numbers that are not above 0", "correct them")


def _ledger_needs() -> pd.DataFrame:
    """Needs of food in the ledger, with the workers of their park in that year."""
    ledger, programmes = read_ledger(), read_programmes().set_index("programme_id")
    claims = ledger[ledger["measure"].eq("food_demand")]
    rows = []
    for claim in with_year(claims).to_dict("records"):
        kind = (claim["sector"], claim["unit"])
        if kind not in _LEDGER_ITEMS:
            raise DataError(
                "ledger", "a need of food of unknown item", [claim["entry_id"]], "add it to the map"
            )
        item, units = _LEDGER_ITEMS[kind]
        park = split_list(programmes.loc[claim["programme"], "park_ids"])[0]
        workers = park_headcount([claim["year"]], parks=[park], fill="none")["workers_central"]
        if len(workers) == 1:
            rows.append(
                {"report_id": claim["entry_id"], "park_id": park, "year": int(claim["year"]), "item_id": item}
                | {"quantity": claim["value"] * units * DAYS, "workers": float(workers.iloc[0])}
                | {"reported_as": claim["reported_as"], "source_url": claim["source_id"]}
                | {"confidence": "medium", "note": claim["note_en"]}
            )
    return pd.DataFrame(rows)


def compare_with_reported(
    coefficients: pd.DataFrame | None = None, needs: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Hold the coefficients against what kitchens of parks were reported to use.

    Returns
    -------
    DataFrame
        One row per report: report_id, park_id, year, item_id, unit, workers, reported (units per worker and
        year), low, central, high (the coefficients), ratio_low, ratio_central, ratio_high (coefficient
        over reported: 2 means that the computed demand is twice the reported one), within (the reported one
        lies between low and high), independent (the report is no source of the coefficient: only then is it a
        test), confidence, reported_as, source_url.

    Examples
    --------
    >>> found = compare_with_reported().set_index("item_id")
    >>> found.loc["eggs", "ratio_central"].round(2), bool(found.loc["eggs", "independent"])
    (np.float64(1.46), True)
    """
    known = read_demand_coefficients() if coefficients is None else coefficients
    needs = read_reported_needs() if needs is None else needs
    columns = ["item_id", "unit", "low", "central", "high", "source_url"]
    table = needs.merge(
        known[columns].rename(columns={"source_url": "sources"}), on="item_id", how="inner", validate="m:1"
    )
    table = table.assign(reported=table["quantity"] / table["workers"])
    for end in ("low", "central", "high"):
        table[f"ratio_{end}"] = table[end] / table["reported"]
    table["within"] = table["reported"].between(table["low"], table["high"])
    pairs = zip(table["source_url"], table["sources"], strict=True)
    table["independent"] = [url not in split_sources(urls) for url, urls in pairs]
    shown = [
        "report_id",
        "park_id",
        "year",
        "item_id",
        "unit",
        "workers",
        "reported",
        "low",
        "central",
        "high",
    ]
    shown += ["ratio_low", "ratio_central", "ratio_high", "within", "independent", "confidence"]
    return table[[*shown, "reported_as", "source_url"]]


def split_sources(text: str) -> list[str]:
    """Pages of a cell that are joined by " ; ".

    Examples
    --------
    >>> split_sources("https://a.id/x;y ; https://b.id")
    ['https://a.id/x;y', 'https://b.id']
    """
    return [page.strip() for page in text.split(" ; ") if page.strip()]
