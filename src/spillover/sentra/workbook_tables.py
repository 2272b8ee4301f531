"""The tables of the workbook: those of a study with names beside codes, ready for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from spillover.display.catalogue import read_labels
from spillover.errors import DataError
from spillover.sentra.coefficients import read_demand_coefficients
from spillover.sentra.criteria import read_criteria
from spillover.sentra.explaining import TOTAL
from spillover.sentra.needs_questions import read_needs_questions
from spillover.sentra.workbook_words import Names, both, coded, two
from spillover.sources import read_sources

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

EXPLANATION = [
    "region_code", "criterion", "value", "unit", "year", "source_system", "source_id", "status", "value_used",
    "low", "high", "transform", "direction", "worst", "best", "best_district", "normalised", "weight",
    "contribution", "kind", "weight_in_table", "missing_reason", "flag",
]  # fmt: skip
TOTALS = [
    "region_code", "within_km", "year", "sector", "n_parks", "idr_low", "idr_central", "idr_high",
    "counted_in", "idr_to_add_low", "idr_to_add_central", "idr_to_add_high", "unpriced", "idr_missing_reason",
    "gap_idr_low", "gap_idr_central", "gap_idr_high", "gap_missing_reason", "firms_low", "firms_central",
    "firms_high", "jobs_low", "jobs_central", "jobs_high", "imk_years", "yardstick", "firms_missing_reason",
    "jobs_missing_reason",
]  # fmt: skip
# Sources that every study uses, whatever its districts have; those of values are named in their rows.
ALWAYS = (
    "regions", "boundaries", "parks", "park_workforce", "demand_coefficients", "sentra_criteria",
    "population", "sectors", "sme_counts", "schooling", "capitals", "needs_form", "partnerships",
    "partnership_sources", "programmes", "places",
)  # fmt: skip
# Where the workbook itself has the pages of a source whose rows have one each.
ROWS_ON = {
    "sme_counts": "supply", "partnerships": "supply", "partnership_sources": "supply",
    "demand_coefficients": "coefficients",
}  # fmt: skip


def criterion_names(criteria: pd.DataFrame) -> dict[str, str]:
    """criterion_id → its name in both languages."""
    return {row.criterion_id: two((row.name_id, row.name_en)) for row in criteria.itertuples()}


def rank_table(study: SentraStudy, names: Names) -> pd.DataFrame:
    """Ranks with their uncertainty, the words for codes."""
    table, criteria = study.ranks, criterion_names(study.criteria)
    districts = table["dominated_by"].map(lambda codes: _named(codes, names.regions))
    left_out, equal = (table[c].map(lambda ids: _named(ids, criteria)) for c in ("left_out", "equal"))
    first = ["region_code", "rank_weighted", "rank_low", "rank_high", "p_top3", "p_first", "score_weighted"]
    first += ["rank_topsis", "rank_low_topsis", "rank_high_topsis", "p_top3_topsis", "p_first_topsis"]
    rest = [name for name in table.columns if name not in first]
    return table.assign(dominated_by=districts, left_out=left_out, equal=equal)[[*first, *rest]]


def _named(codes: str, names: Mapping[str, str]) -> str:
    return "; ".join(names.get(code, code) for code in codes.split(", ")) if codes else ""


def explanation(study: SentraStudy, names: Names) -> tuple[pd.DataFrame, list[bool]]:
    """Every term of every weighted sum, best district first; and which rows are totals."""
    about = study.criteria.set_index("criterion_id")
    measured = study.facts.measures.set_index(["region_code", "measure"])[
        ["unit", "year", "source_system", "source_id", "missing_reason", "flag"]
    ]
    place = {code: at for at, code in enumerate(study.ranks["region_code"])}
    order = study.explained["region_code"].map(place).argsort(kind="stable")
    table = study.explained.iloc[order].reset_index(drop=True)
    table["measure"] = table["criterion_id"].map(about["measure"])
    table["direction"] = table["criterion_id"].map(about["direction"])
    table = table.join(measured, on=["region_code", "measure"])
    table["unit"] = [
        _unit(about, name, unit) for name, unit in zip(table["criterion_id"], table["unit"], strict=True)
    ]
    total = table["criterion_id"].eq(TOTAL)
    shown = criterion_names(study.criteria) | {TOTAL: two(both("word.total"))}
    table["criterion"] = table["criterion_id"].map(shown)
    table["best_district"] = table["best_district"].map(lambda code: names.regions.get(code, code))
    return table[EXPLANATION], total.tolist()


def _unit(about: pd.DataFrame, criterion_id: str, unit: object) -> str:
    """Unit of a criterion in both languages."""
    if not isinstance(unit, str):
        return ""
    texts = both(f"measure_unit.{unit}")
    if about.at[criterion_id, "transform"] == "per_1000":
        per = both("measure_unit.per_1000")
        texts = (per[0].format(unit=texts[0]), per[1].format(unit=texts[1]))
    return two(texts)


def value_table(study: SentraStudy) -> pd.DataFrame:
    """Districts by criteria; where there is no value, the reason stands in its place."""
    measured = study.facts.measures.set_index(["region_code", "measure"])["missing_reason"]
    table = study.values.values.astype(object)
    about = study.criteria.set_index("criterion_id")
    for name in table.columns:
        reasons = [coded("missing_reason", measured[code, about.at[name, "measure"]]) for code in table.index]
        table[name] = table[name].where(table[name].notna(), pd.Series(reasons, index=table.index))
    heads = {
        row.criterion_id: f"{row.name_id}\n{row.name_en}\n({_unit(about, row.criterion_id, unit)})"
        for row in study.criteria.itertuples()
        for unit in study.facts.measures.loc[study.facts.measures["measure"].eq(row.measure), "unit"].head(1)
    }
    return table.rename(columns=heads).reset_index()


def missing_table(explained: pd.DataFrame) -> pd.DataFrame:
    """The values that are not there, or only with a caveat; what is assumed for them."""
    columns = [
        "region_code",
        "criterion",
        "unit",
        "missing_reason",
        "flag",
        "status",
        "value_used",
        "low",
        "high",
    ]
    lacking = explained["status"].isin(["assumed", "left_out"]) | explained["flag"].fillna("").ne("")
    table = explained.loc[lacking, columns]
    known = table["status"].eq("observed")
    return table.assign(low=table["low"].mask(known), high=table["high"].mask(known))


def sensitivity_table(study: SentraStudy, names: Names) -> pd.DataFrame:
    """What would change the answer, the nearest change of each question first."""
    table = study.changes.assign(criterion=study.changes["criterion_id"].map(criterion_names(study.criteria)))
    for column in ("enters", "leaves"):
        table[column] = table[column].map(lambda code: names.regions.get(code, code))
    asked = {place: two(both(f"sentra_boundary.{place}")) for place in table["place"].unique()}
    table["boundary"] = table["place"].map(asked)
    order = [
        "boundary", "method", "change", "criterion", "region_code", "status", "current", "needed",
        "difference", "size", "in_range", "possible", "enters", "leaves",
    ]  # fmt: skip
    table["weighted_first"] = table["method"].ne("weighted")
    table = table.sort_values(["place", "weighted_first", "change", "size"], kind="stable")[order]
    return table.rename(columns={"method": "ranking_method", "size": "change_size"})


def choice_table(study: SentraStudy) -> pd.DataFrame:
    """Ranks of the districts under each choice, in the order of the ranks."""
    table = study.choices.assign(choice="sentra_choice." + study.choices["choice"])
    wide = table.pivot(index="region_code", columns="choice", values="rank")[table["choice"].unique()]
    return wide.reindex(study.ranks["region_code"]).rename_axis(columns=None).reset_index()


def total_table(study: SentraStudy) -> pd.DataFrame:
    """Sectors by district and reach; those for whose needs there is no source once, at the widest reach."""
    totals = study.facts.totals
    unsourced = totals["demand_missing_reason"].eq("no_coefficient")
    widest = totals["within_km"].eq(totals["within_km"].max())
    return totals.loc[~unsourced | widest, TOTALS]


def gap_table(study: SentraStudy) -> pd.DataFrame:
    """Items whose demand within reach is known; the sheet by sector has the others with their reasons."""
    gaps = study.facts.gaps
    return gaps[gaps["demand_central"].notna()].drop(columns=["demand_missing_reason"])


def changed_weights(study: SentraStudy) -> pd.DataFrame:
    """Weights as bundled and as used, for the criteria of either; one that is not there weighs nothing."""
    bundled = read_criteria()
    before = bundled.set_index("criterion_id")["weight"]
    after = study.criteria.set_index("criterion_id")["weight"]
    shown = criterion_names(bundled) | criterion_names(study.criteria)
    table = pd.DataFrame({"criterion": shown})
    table["weight_before"] = before.reindex(table.index).fillna(0.0)
    table["weight_after"] = after.reindex(table.index).fillna(0.0)
    return table.assign(difference=table["weight_after"] - table["weight_before"])


def needs_table(study: SentraStudy) -> pd.DataFrame:
    """Answers with their questions; DataError without a form."""
    if study.needs is None:
        raise DataError("needs_table", "the study has no form", remedy="give one as needs=")
    questions = {r.code: two((r.text_id, r.text_en)) for r in read_needs_questions().itertuples()}
    table = study.needs.answers.assign(question=study.needs.answers["code"].map(questions))
    first = ["region_code", "code", "group", "question", "answered", "value", "unit", "text", "remark"]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def source_table(study: SentraStudy) -> pd.DataFrame:
    """Records of the sources whose values the workbook holds."""
    ids = set(ALWAYS)
    for table in (study.facts.supply, study.facts.measures):
        ids |= {name for cell in table["source_id"].dropna().unique() for name in cell.split(";")}
    columns = ["id", "title", "producer", "citation", "url", "licence", "accessed", "published", "sha256"]
    records = read_sources()
    table = records.loc[records["id"].isin(ids), columns]
    pages = [_page(*row) for row in records.loc[table.index, ["id", "url", "file"]].itertuples(index=False)]
    return table.assign(url=pages).rename(columns={"id": "source_id"})


def _page(source_id: str, url: str, file: str) -> str:
    """Address of a source; of a table that has one in each row, where these are."""
    if url.startswith("http"):
        return url
    if source_id in ROWS_ON:
        own, english = both(f"workbook_sheet.{ROWS_ON[source_id]}")
        texts = both("source_url.sheet")
        return two((texts[0].format(sheet=own), texts[1].format(sheet=english)))
    if url:
        return two(both("source_url.own"))
    texts, name = both("source_url.file"), file.rsplit("/", 1)[-1]
    return two((texts[0].format(file=name), texts[1].format(file=name)))


def coefficient_table() -> pd.DataFrame:
    """Needs per worker; their basis is not that of a distance."""
    table = read_demand_coefficients().drop(columns=["name_id", "name_en"])
    return table.rename(columns={"basis": "need_basis"})


def place_table(study: SentraStudy) -> pd.DataFrame:
    """Places of programmes; what else a name may mean in both languages."""
    table = study.facts.places
    named = table["place"].str.lower()
    other = [
        two(both(f"place_meaning.{place}")) if text and f"place_meaning.{place}" in read_labels() else text
        for place, text in zip(named, table["ambiguous"].fillna(""), strict=True)
    ]
    return table.assign(ambiguous=other)
