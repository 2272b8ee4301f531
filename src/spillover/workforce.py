"""Workers of the parks, as reported, and which of the reports holds in a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from spillover.errors import DataError, check_rows, check_unique
from spillover.parks import DATE, read_parks
from spillover.sources import read_csv

COLUMNS = {
    "park_id": "text", "year": "year?", "as_of": "text?", "workers": "integer?", "qualifier": "text",
    "reported_as": "text", "kind": "text", "covers": "text", "preferred": "flag", "source_url": "text",
    "note": "text?",
}  # fmt: skip
KINDS = ("employees", "local", "with_contractors", "construction", "need")
QUALIFIERS = ("exact", "about", "at_least", "at_most", "unknown")
COVERS = ("park", "complex")
FILE = "park_workforce.csv"


def read_park_workforce() -> pd.DataFrame:
    """Read what companies, ministries and the press said of the workers of each park.

    Returns
    -------
    DataFrame
        One row per report: park_id, year (Int64; missing if the report has no date), as_of ("2019",
        "2019-02" or ""), workers (Int64; missing where only a word such as "thousands" is said), qualifier
        {exact, about, at_least, at_most, unknown}, reported_as (as printed, or as noted in parks.csv), kind,
        covers {park, complex}, preferred (bool), source_url, note.

        kind is one of {employees: workers of the park and its firms; local: Indonesians or local people
        only; with_contractors; construction: builders; need: a need or a plan, never a count}. A report that
        covers a complex counts the workers of more parks than its own.

        Reports of one park, year, kind and coverage that contradict each other are all kept; exactly one of
        them is preferred, and note says why.

    Raises
    ------
    DataError
        Unknown parks or words, a year that is not that of as_of, a number below 1, a missing number without
        the qualifier unknown, and not exactly one preferred report.

    Examples
    --------
    >>> table = read_park_workforce()
    >>> both = table[table["park_id"].eq("IMIP") & table["year"].eq(2020).fillna(False)]
    >>> both[["workers", "preferred"]].values.tolist()
    [[35592, True], [43000, False]]
    """
    table = read_csv("park_workforce", COLUMNS)
    key = ["park_id", "as_of", "reported_as"]
    check_unique(table, [*key, "kind", "source_url"], FILE)
    unknown = sorted(set(table["park_id"]) - set(read_parks()["park_id"]))
    if unknown:
        raise DataError(FILE, "unknown parks", unknown, "use the park_id of parks.csv")
    for column, words in (("kind", KINDS), ("qualifier", QUALIFIERS), ("covers", COVERS)):
        check_rows(
            table, ~table[column].isin(words), key, FILE, f"unknown {column}", f"use {', '.join(words)}"
        )
    remedy = 'write as_of as "2019" or "2019-02", and the same year; leave both empty if not known'
    same = table["as_of"].str[:4] == table["year"].astype("string").fillna("")
    wrong = ~(same & table["as_of"].str.fullmatch(DATE))
    check_rows(table, wrong, key, FILE, "dates that do not fit", remedy)
    wrong = table["workers"].le(0).fillna(False) | (
        table["workers"].isna() != table["qualifier"].eq("unknown")
    )
    check_rows(table, wrong, key, FILE, "numbers that do not fit", "give a number, or the qualifier unknown")
    dated = table[table["year"].notna()]
    group = ["park_id", "year", "kind", "covers"]
    chosen = dated.groupby(group)["preferred"].transform("sum")
    check_rows(dated, chosen != 1, key, FILE, "not one preferred report of a year", "mark exactly one")
    return table


def park_workforce(
    years: Iterable[int],
    *,
    kinds: Sequence[str] = ("employees",),
    covers: str = "park",
    max_age: int | None = None,
) -> pd.Series:
    """Workers of each park in each year: the latest preferred report of that year or before.

    Nothing is filled: a park without a report by then is missing, and a number is not carried back. It is
    carried forward, because parks do not report each year; ``max_age`` limits that.

    Parameters
    ----------
    years : iterable of int
    kinds : sequence of str
        Which reports count, the better kind first; of two reports of one year and month the first kind is
        taken. Needs and plans are no counts, and builders are not the park's workers: they count only if
        named here.
    covers : {"park", "complex"}
        Reports of the park alone, or only those of its whole complex: the two must not be added up.
    max_age : int, optional
        Reports that are older than so many years are not used.

    Returns
    -------
    Series
        Name workers (Int64), index (park_id, year) with every park of the registry: as `decay_exposure`
        takes its weights.

    Raises
    ------
    DataError
        Unknown kind or coverage.

    Notes
    -----
    Capacity is not offered as a weight: the registry states it in nickel content, in tonnes of NPI or
    ferronickel of unequal grade (4–16 % nickel), in stainless steel, in furnaces or in megawatts, partly as
    plans. To add these up one would have to invent the grade. A user who has capacities in one unit passes
    them as ``weights``.

    Examples
    --------
    >>> workers = park_workforce([2017, 2019, 2020])
    >>> workers.loc["IMIP"].tolist()
    [11000, 28500, 35592]
    >>> bool(workers.loc["OSS"].isna().all())
    True
    """
    check_words = [(kinds, KINDS, "kind"), ([covers], COVERS, "coverage")]
    for given, known, what in check_words:
        unknown = [word for word in given if word not in known]
        if unknown or not given:
            raise DataError("park_workforce", f"unknown {what}", unknown, f"use {', '.join(known)}")
    table = read_park_workforce()
    used = table[
        table["preferred"] & table["year"].notna() & table["workers"].notna() & table["covers"].eq(covers)
    ]
    used = used[used["kind"].isin(list(kinds))]
    rank = used["kind"].map({kind: place for place, kind in enumerate(kinds)})
    # a report of a year without a month is taken as of its end
    month = used["as_of"].where(used["as_of"].str.len() > 4, used["as_of"] + "-12")
    used = used.assign(rank=-rank, month=month).sort_values(["month", "rank"])
    found = {}
    for year in years:
        known = used[(used["year"] <= year).to_numpy(bool)]
        if max_age is not None:
            known = known[(known["year"] >= year - max_age).to_numpy(bool)]
        found[int(year)] = known.drop_duplicates("park_id", keep="last").set_index("park_id")["workers"]
    parks = read_parks()["park_id"]
    index = pd.MultiIndex.from_product([parks, list(found)], names=["park_id", "year"])
    values = [found[year].get(park, pd.NA) for park, year in index]
    return pd.Series(pd.array(values, dtype="Int64"), index=index, name="workers")
