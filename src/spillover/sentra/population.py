"""People of districts as counted: the census of 2020 and the civil registry, where pages print them."""

from __future__ import annotations

import pandas as pd

from spillover.errors import check_codes, check_rows, check_unique
from spillover.regions import read_regions
from spillover.sources import read_csv

PEOPLE_SYSTEMS = ("population_census", "civil_registry")
PEOPLE_COLUMNS = {
    "region_code": "text", "year": "year", "as_of": "text", "source_system": "text", "value": "number",
    "qualifier": "text", "reported_as": "text", "url": "text", "note": "text?",
}  # fmt: skip


def read_population_counts() -> pd.DataFrame:
    """Read counts of people by district: the census of September 2020 and the civil registry, where seen.

    Returns
    -------
    DataFrame
        region_code, year, as_of, source_system {population_census, civil_registry}, value (persons),
        qualifier {exact, about}, reported_as, url, note. All of Maluku Utara, eleven of the thirteen
        districts of Sulawesi Tengah, two of Maluku.

    Raises
    ------
    DataError
        Unknown districts or words, a district twice at one date, values that are not above 0.

    Examples
    --------
    >>> table = read_population_counts()
    >>> int(table.loc[table["region_code"].str.startswith("82"), "value"].sum())
    1282937
    """
    where = "population_counts.csv"
    table = read_csv("population_counts", PEOPLE_COLUMNS)
    key = ["region_code", "source_system", "as_of"]
    check_unique(table, key, where)
    check_codes(table["region_code"], read_regions()["region_code"], where)
    check_rows(table, ~table["value"].gt(0), key, where, "counts that are not above 0", "correct the cells")
    known = table["source_system"].isin(PEOPLE_SYSTEMS) & table["qualifier"].isin(["exact", "about"])
    check_rows(table, ~known, key, where, "unknown system or qualifier", f"use {', '.join(PEOPLE_SYSTEMS)}")
    return table
