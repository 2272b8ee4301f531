"""Words of the sentra study: names of districts and criteria, values with units, probabilities, reasons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from spillover.display.catalogue import read_labels
from spillover.display.citing import cite
from spillover.display.language import (
    MISSING,
    Said,
    fmt,
    fmt_year,
    get_language,
    is_missing,
    join,
    label,
    say,
)
from spillover.display.money import in_scale, scale_of
from spillover.partnerships.columns import split_list
from spillover.partnerships.sectors import read_sectors
from spillover.regions import read_provinces, read_regions
from spillover.sentra.former import FORMER
from spillover.sentra.measures import MODEL

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.study import SentraStudy

TOP = 3
ENDS = ("low", "central", "high")
SURE, RARE = 0.99, 0.01  # beyond them a probability of so many draws is written as more or less than that


class Scale(NamedTuple):
    """How values of a criterion are written: divided by, decimals, unit in words of the current language."""

    by: float
    decimals: int
    unit: str


# Measures whose values are written in another scale than they are computed in; per 1,000 people for the last.
_SCALES = {
    "demand_idr_50km": (1e9, 0), "demand_idr_100km": (1e9, 0), "demand_idr_200km": (1e9, 0),
    "market_potential": (1e3, 0), "park_distance_km": (1, 1), "imk_lq": (1, 2), "manufacturing_lq": (1, 2),
    "non_farm_establishments": (1, 1), "population": (1, 0), "mean_years_schooling": (1, 2), "tpt": (1, 1),
    "poverty_line": (1e3, 0), "training_and_licences": (1, 2), "kur_disbursed": (1e6, 0), "sea_between": (1, 0),
}  # fmt: skip


def scale_of_criterion(criterion: Any) -> Scale:
    """Scale of a row of the criteria (measure, transform)."""
    by, decimals = _SCALES.get(criterion.measure, (1, 1))
    unit = label(f"sentra_unit.{criterion.measure}")
    if criterion.transform == "per_1000":  # "businesses per 1,000 people", or a unit of its own
        own = f"sentra_unit.{criterion.measure}.per_1000"
        unit = label(own) if own in read_labels() else f"{unit} {label('sentra.per_1000')}"
    return Scale(by, decimals, unit)


def value_text(value: Any, criterion: Any, *, unit: bool = True) -> str:
    """A value of a criterion as read: 1.805 miliar rupiah per tahun; yes or no for the sea.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> from spillover.sentra.criteria import read_criteria
    >>> set_language("en"); rows = {row.criterion_id: row for row in read_criteria().itertuples()}
    >>> value_text(12.3, rows["park_distance"]), value_text(1.0, rows["sea_between"])
    ('12.3 km', 'yes')
    """
    if is_missing(value):
        return MISSING
    if criterion.measure == "sea_between" and value in (0, 1):
        return label("word.yes" if value else "word.no")
    scale = scale_of_criterion(criterion)
    number = fmt(value / scale.by, scale.decimals)
    gap = "" if scale.unit == "%" else " "
    return f"{number}{gap}{scale.unit}" if unit else number


def probability(p: Any) -> str:
    """A probability out of draws, never 0 or 100 %, which no number of draws can show.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en"); probability(1.0), probability(0.48), probability(0.0)
    ('>99%', '48%', '<1%')
    """
    if is_missing(p):
        return MISSING
    if p > SURE:
        return f">{fmt(SURE, 0, percent=True)}"
    return f"<{fmt(RARE, 0, percent=True)}" if p < RARE else fmt(p, 0, percent=True)


def rank_span(low: Any, high: Any) -> str:
    """A rank interval: 2–4, or 1 where both ends are the same."""
    return fmt(int(low)) if low == high else f"{fmt(int(low))}–{fmt(int(high))}"


def span(low: Any, central: Any, high: Any, by: float, decimals: int | None = None) -> str:
    """A central value with its range, in one scale: 1.805 (373–4.294)."""
    if is_missing(central):
        return MISSING
    low, central, high = (in_scale(value, by, decimals) for value in (low, central, high))
    return f"{central} ({low}–{high})"


def money_span(low: Any, central: Any, high: Any) -> str:
    """Rupiah with their range, in the scale of the upper end: Rp1,81 (0,37–4,29) triliun."""
    if is_missing(central):
        return MISSING
    by, word = scale_of(high)
    return f"Rp{span(low, central, high, by)} {label(f'scale.{word}') if word else ''}".strip()


def names_of(codes: Iterable[str]) -> list[str]:
    """Names of districts."""
    names = read_regions().set_index("region_code")["name"]
    return [str(names[code]) for code in codes]


def with_names(table: pd.DataFrame) -> pd.DataFrame:
    """The table with a column ``name`` first."""
    made = table.assign(name=names_of(table["region_code"]))
    return made[["name", *(c for c in made.columns if c != "name")]]


def province_name(study: SentraStudy) -> str:
    """Name of the study's province."""
    return str(read_provinces().set_index("province_code").loc[study.province, "name"])


def criterion_names(study: SentraStudy) -> dict[str, str]:
    """criterion_id → name in the current language."""
    return dict(study.criteria.set_index("criterion_id")[f"name_{get_language()}"].items())


def sector_names() -> dict[str, str]:
    """Sector of the supply chain → name in the current language."""
    sectors = read_sectors()
    return dict(sectors[sectors["main"]].set_index("sector")[f"name_{get_language()}"].items())


def measure_rows(study: SentraStudy, measure: str) -> pd.DataFrame:
    """Rows of one measure of the ranking, index region_code."""
    rows = study.facts.measures
    return rows[rows["measure"].eq(measure)].set_index("region_code")


def years_of(rows: pd.DataFrame) -> str:
    """The year or years of values that are there: 2025, 2016–2021; "" without any."""
    years = rows.loc[rows["value"].notna(), "year"].dropna()
    if years.empty:
        return ""
    first, last = years.min(), years.max()
    return fmt_year(first) if first == last else f"{fmt_year(first)}–{fmt_year(last)}"


def systems_of(rows: pd.DataFrame) -> str:
    """Who counted or computed the values."""
    names = [n for n in dict.fromkeys(rows.loc[rows["value"].notna(), "source_system"]) if n]
    return ", ".join(label("sentra.computed" if name == MODEL else f"source_system.{name}") for name in names)


def most_probable(study: SentraStudy) -> pd.DataFrame:
    """The ranks, those that most probably belong to the first three first."""
    order = study.ranks.sort_values(["p_top3", "rank_weighted", "region_code"], ascending=[False, True, True])
    return order.reset_index(drop=True)


def source_line(study: SentraStudy, *measures: str, also: Iterable[str] = ()) -> str:
    """Citation of the data behind measures of the ranking, and of other sources."""
    rows = study.facts.measures
    known = rows[rows["measure"].isin(measures) & rows["value"].notna()]
    return cite_all([*(name for text in known["source_id"] for name in split_list(text)), *also])


def cite_all(ids: Iterable[str]) -> str:
    """Citations; tables of this project are named in the current language, with where their sources stand.

    Examples
    --------
    >>> from spillover.display.language import set_language
    >>> set_language("en"); cite_all(["sentra_criteria"])
    'sentra_criteria.csv (judgement of this project, to be edited).'
    """
    once = [name for name in dict.fromkeys(ids) if name]
    own = [name for name in once if f"sentra_source.{name}" in read_labels()]
    others = [name for name in once if name not in own]
    said = "; ".join(label(f"sentra_source.{name}") for name in own)
    cited = cite(*others) if others else ""
    return "; ".join(text for text in (said, cited) if text) + ("" if cited else ".")


def missing_sentence(study: SentraStudy, ids: Iterable[str]) -> Said | str:
    """Which values of these criteria are missing, and why; "" if none is."""
    names, parts = criterion_names(study), []
    measures = study.criteria.set_index("criterion_id")["measure"]
    for name in ids:
        gone = study.values.values.index[study.values.values[name].isna()]
        former = measure_rows(study, measures[name])["missing_reason"].reindex(gone).eq(FORMER)
        absent = label(
            "sentra.no_headcount" if str(measures[name]).startswith("demand_") else "sentra.no_data"
        )
        for codes, why in ((gone[~former], absent), (gone[former], label(f"missing.{FORMER}"))):
            if len(codes):
                everywhere = len(codes) == len(study.values.values)
                where = label("sentra.every_district") if everywhere else join(names_of(codes))
                parts.append(f"{names[name]}: {where} ({why})")
    if not parts:
        return ""
    return say(id=f"Tidak ada angka: {'; '.join(parts)}.", en=f"No figure: {'; '.join(parts)}.")
