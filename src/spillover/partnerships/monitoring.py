"""The frame for following the Weda Bay park to 2028: indicators by pillar, each with where it starts."""

from __future__ import annotations

from math import nan
from typing import Any

import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.partnerships.baselines import FINDERS, WHERE, Tables
from spillover.partnerships.columns import SLUG, is_unit
from spillover.sources import read_csv

SOURCE = "monitoring_frame"
FRAME_COLUMNS = {
    "pillar": "text", "indicator_id": "text", "name_id": "text", "name_en": "text", "unit": "text",
    "exists": "text", "baseline_from": "text?", "publisher": "text", "progress_2028_id": "text",
    "progress_2028_en": "text", "ask_id": "text", "ask_en": "text",
}  # fmt: skip
PILLARS = ("circular_economy", "industrial_skills", "community_empowerment", "green_supply_chain")
EXISTS = ("published", "partly", "not_published")
BASELINE_COLUMNS = (
    "baseline_value", "baseline_high", "baseline_unit", "baseline_year", "baseline_start", "baseline_as_of",
    "baseline_source", "baseline_entry", "baseline_note", "baseline_text",
)  # fmt: skip

# Where a baseline is to be found, in `baseline_from`.
GRAMMAR = {
    "ledger": ("ledger:<measure>:<programme>", rf"ledger:{SLUG}:{SLUG}"),
    "indicator": ("indicator:<name>:<region_code>", rf"indicator:{SLUG}:[0-9]{{4}}"),
    "sme": ("sme:<measure>:<region_code>", rf"sme:{SLUG}:[0-9]{{4}}"),
    "imk_partnership": ("imk_partnership:<region_code>", r"imk_partnership:[0-9]{4}"),
    "parks": ("parks:<column>:<park_id>", r"parks:[a-z_]+:[A-Z0-9_]+"),
}
FORMS = "|".join(pattern for _, pattern in GRAMMAR.values())
# Units of the sources that count what the frame calls otherwise.
SAME_UNIT = {"debtor": "person"}
_AREA = "hectare"


def read_monitoring_frame() -> pd.DataFrame:
    """Read the indicators with which the four pillars of the Tsingshan–UNIDO declaration can be followed.

    Only the pillars are the declaration's; the indicators are this project's proposal.

    Returns
    -------
    DataFrame
        One row per indicator_id, the columns of ``FRAME_COLUMNS``: pillar (one of ``PILLARS``), exists (one
        of ``EXISTS``), baseline_from (where `baselines` finds the figure, by ``GRAMMAR``; "" exactly where
        nothing is published), and in both languages the name, what counts as progress by 2028 and what to
        ask of the park.

    Raises
    ------
    DataError
        Ids that stand twice or are no slug, words outside the lists, a baseline_from that is none.

    Examples
    --------
    >>> frame = read_monitoring_frame()
    >>> bool(frame["indicator_id"].is_unique), sorted(set(frame["pillar"])) == sorted(PILLARS)
    (True, True)
    """
    table = read_csv(SOURCE, FRAME_COLUMNS)
    check_monitoring_frame(table, WHERE)
    return table


def check_monitoring_frame(table: pd.DataFrame, where: str) -> None:
    """Raise unless a table is as `read_monitoring_frame` says."""
    check_columns(table, list(FRAME_COLUMNS), where)
    key = ["indicator_id"]
    check_unique(table, key, where)
    bad = ~table["indicator_id"].str.fullmatch(SLUG)
    check_rows(table, bad, key, where, "ids that are no slug", "use small letters, digits, underscores")
    for name, known in (("pillar", PILLARS), ("exists", EXISTS)):
        remedy = f"use {', '.join(known)}"
        check_rows(table, ~table[name].isin(known), [*key, name], where, f"unknown {name}", remedy)
    bad = ~table["unit"].map(lambda unit: unit == _AREA or is_unit(unit)).astype(bool)
    check_rows(table, bad, [*key, "unit"], where, "unknown unit", "use a unit of the ledger, or hectare")
    source = table["baseline_from"]
    bad = source.ne("") & ~source.str.fullmatch(FORMS)
    remedy = f"write {'; '.join(form for form, _ in GRAMMAR.values())}"
    check_rows(table, bad, [*key, "baseline_from"], where, "baseline_from that cannot be read", remedy)
    bad = source.eq("") != table["exists"].eq("not_published")
    remedy = "name the baseline of every indicator that exists, and of no other"
    check_rows(table, bad, [*key, "exists"], where, "exists and baseline_from disagree", remedy)


def baselines(frame: pd.DataFrame) -> pd.DataFrame:
    """Add to each indicator the latest figure that the project's data hold for it.

    Parameters
    ----------
    frame : DataFrame
        As from `read_monitoring_frame`.

    Returns
    -------
    DataFrame
        The frame with the columns of ``BASELINE_COLUMNS``. baseline_value (float; NaN where nothing is
        published or only a text is), baseline_high (upper end of a range, ``inf`` if it has none, NaN for a
        single figure), baseline_unit; baseline_year (Int64), baseline_start (from when a claim counts, or
        ""), baseline_as_of (as the source dates it); baseline_source (an id of sources.yml, for a claim ";"
        and that of its page), baseline_entry (the ledger's entry_id, or ""); baseline_note (slugs, ";":
        average_per_year, range, about, at_least, at_most, conflict, part_of_year, free_text, or a status
        that is not final); baseline_text (as printed, or "").

    Raises
    ------
    DataError
        A baseline that cannot be computed: no such claim, indicator, region or park, another unit than the
        frame's, or several figures for one time.

    Examples
    --------
    >>> frame = read_monitoring_frame().set_index("indicator_id", drop=False)
    >>> made = baselines(frame.loc[["imk_with_partnership", "slag_used"]])
    >>> made["baseline_value"].round(1).tolist()
    [7.8, nan]
    """
    check_monitoring_frame(frame, WHERE)
    tables = Tables()
    empty = dict.fromkeys(BASELINE_COLUMNS, "") | {"baseline_value": nan, "baseline_high": nan}
    empty |= {"baseline_year": pd.NA}
    made = [empty | _baseline(row, tables) for row in frame.to_dict("records")]
    added = pd.DataFrame(made, columns=list(BASELINE_COLUMNS), index=frame.index)
    kinds = {"baseline_value": "float64", "baseline_high": "float64", "baseline_year": "Int64"}
    return frame.assign(**{name: added[name].astype(kinds.get(name, "str")) for name in BASELINE_COLUMNS})


def _baseline(row: dict[Any, Any], tables: Tables) -> dict[str, Any]:
    """Columns of one row that are not empty."""
    if not row["baseline_from"]:
        return {}
    kind, *parts = row["baseline_from"].split(":")
    try:
        made = FINDERS[kind](tables, *parts, row["unit"])
        unit = made["unit"]
        if unit != row["unit"] and SAME_UNIT.get(unit) != row["unit"]:
            remedy = f"the frame counts in {row['unit']}; correct one of the two"
            raise DataError(WHERE, f"the figure is in {unit}", remedy=remedy)
    except DataError as error:
        what = f"{row['indicator_id']}: {row['baseline_from']}"
        problem = f"a baseline that cannot be computed, {error.problem}"
        raise DataError(WHERE, problem, [what], error.remedy) from error
    return {f"baseline_{name}": value for name, value in made.items()}
