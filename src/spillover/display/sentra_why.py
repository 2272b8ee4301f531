"""Why a district ranks where it does, and what would have to change to change the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, get_language, is_missing, label, say
from spillover.display.sentra_words import (
    TOP,
    criterion_names,
    missing_sentence,
    most_probable,
    names_of,
    probability,
    province_name,
    rank_span,
    scale_of_criterion,
    source_line,
    value_text,
    years_of,
)
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.explaining import TOTAL

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

PER_TABLE = 6  # criteria that fit beside each other on paper


def value_parts(study: SentraStudy) -> int:
    """How many tables `sentra_values_table` needs for all criteria."""
    return -(-len(study.criteria) // PER_TABLE)


def sentra_values_table(study: SentraStudy, part: int = 1) -> Exhibit:
    """Values of the districts under up to six criteria, with unit and year; a dash where there is none.

    Parameters
    ----------
    study : SentraStudy
    part : int
        1 for the first six criteria of the table, 2 for the next.
    """
    chosen = study.criteria.iloc[PER_TABLE * (part - 1) : PER_TABLE * part]
    values = study.values.values
    shown: dict[str, list[str]] = {"name": names_of(values.index)}
    columns: dict[str, Column | str] = {"name": "district"}
    for criterion in chosen.itertuples():
        own = study.facts.measures[study.facts.measures["measure"].eq(criterion.measure)]
        unit = ", ".join(text for text in (scale_of_criterion(criterion).unit, years_of(own)) if text)
        shown[criterion.criterion_id] = [
            value_text(value, criterion, unit=False) for value in values[criterion.criterion_id]
        ]
        heading = getattr(criterion, f"name_{get_language()}")
        columns[criterion.criterion_id] = Column(heading, unit, kind="interval")
    ids = list(chosen["criterion_id"])
    exhibit = table(
        pd.DataFrame(shown),
        columns=columns,
        name=f"sentra_values_{part}",
        title=say(
            id=f"Nilai menurut kriteria, {province_name(study)}, bagian {fmt(part)} dari {fmt(value_parts(study))}",
            en=f"Values by criterion, {province_name(study)}, part {fmt(part)} of {fmt(value_parts(study))}",
        ),
        source=source_line(study, *chosen["measure"]),
        note=f"{missing_sentence(study, ids)} {_at_least(study, list(chosen['measure']))}".strip(),
    )
    return with_raw(exhibit, values[ids].reset_index())


def _at_least(study: SentraStudy, measures: list[str]) -> str:
    """Where demand lacks parks without a number of workers."""
    rows = study.facts.measures
    short = rows[rows["measure"].isin(measures) & rows["flag"].eq("at_least")]
    if short.empty:
        return ""
    names = ", ".join(names_of(short["region_code"].drop_duplicates()))
    return str(
        say(
            id=f"Permintaan {names} adalah paling sedikit: ada kawasan dalam jangkauan tanpa jumlah pekerja.",
            en=f"Demand of {names} is at least this much: a park within reach has no number of workers.",
        )
    )


def sentra_explain_table(study: SentraStudy, region_code: str | None = None) -> Exhibit:
    """How the weighted sum of one district comes about, criterion by criterion, to be checked by hand.

    Parameters
    ----------
    study : SentraStudy
    region_code : str, optional
        The most probable district of the first three without it.
    """
    code = region_code or str(most_probable(study)["region_code"].iloc[0])
    found = study.explained[study.explained["region_code"].eq(code)].drop(columns="region_code")
    criteria = {row.criterion_id: row for row in study.criteria.itertuples()}
    names = criterion_names(study) | {TOTAL: label("sentra.sum")}
    idle = found["status"].isin(["left_out", "equal"])
    shown = found.assign(
        criterion=found["criterion_id"].map(names),
        value=[_used(row, criteria.get(row.criterion_id)) for row in found.itertuples()],
        worst_best=[_limits(row, criteria.get(row.criterion_id)) for row in found.itertuples()],
        rests=[_rests(row) for row in found.itertuples()],
        weight=found["weight"].mask(idle),
        contribution=found["contribution"].mask(idle),
    )
    columns: dict[str, Column | str] = {
        "criterion": "criterion_id", "value": "value", "worst_best": "sentra_worst_best",
        "normalised": Column("normalised", "share", 2), "weight": Column("weight", "share", 3),
        "contribution": Column("contribution", "share", 3), "rests": "sentra_kind",
    }  # fmt: skip
    row = study.ranks.set_index("region_code").loc[code]
    place, p = rank_span(row["rank_low"], row["rank_high"]), probability(row["p_top3"])
    name = names_of([code])[0]
    exhibit = table(
        shown,
        columns=columns,
        name=f"sentra_explain_{code}",
        title=say(
            id=f"Mengapa {name}: peringkat {place}, peluang tiga besar {p}; skor = jumlah bobot × nilai ternormalisasi",
            en=f"Why {name}: rank {place}, probability of the top three {p}; score = sum of weight × normalised value",
        ),
        source=source_line(study, *study.criteria["measure"], also=["sentra_criteria"]),
        note=_how_normalised(study),
    )
    return with_raw(exhibit, found)


def sentra_explained(study: SentraStudy) -> list[Exhibit]:
    """`sentra_explain_table` of the three districts that most probably are the first three."""
    return [sentra_explain_table(study, str(code)) for code in most_probable(study)["region_code"].head(TOP)]


def _used(row: Any, criterion: Any) -> str:
    """The value that counts; an assumed one is marked."""
    value = row.value if row.status == "equal" else row.value_used
    if criterion is None or is_missing(value):
        return ""
    text = value_text(value, criterion)
    return f"{text} *" if row.status == "assumed" else text


def _limits(row: Any, criterion: Any) -> str:
    if criterion is None or is_missing(row.worst):
        return ""
    worst, best = (value_text(value, criterion, unit=False) for value in (row.worst, row.best))
    return f"{worst} → {best}"


def _rests(row: Any) -> str:
    """Data, judgement, assumed or left out."""
    if row.criterion_id == TOTAL:
        return ""
    return label(f"sentra.in_{row.kind}" if row.status == "observed" else f"sentra.is_{row.status}")


def _how_normalised(study: SentraStudy) -> str:
    logs = study.criteria.loc[study.criteria["transform"].eq("log"), "criterion_id"]
    names = criterion_names(study)
    which = ", ".join(names[name] for name in logs)
    return str(
        say(
            id="Ternormalisasi: 0 untuk kabupaten terlemah, 1 untuk terkuat di provinsi ini, di antaranya "
            f"sebanding (menurut logaritma: {which or '–'}). * nilai andaian. Kriteria tanpa data, "
            "atau yang tidak membedakan kabupaten/kota, tidak dihitung; bobotnya dibagi kepada yang lain.",
            en="Normalised: 0 for the weakest, 1 for the strongest district of the province, in proportion "
            f"between (of logarithms: {which or '–'}). * an assumed value. Criteria without "
            "data, or that tell no districts apart, do not count; their weight goes to the others.",
        )
    )
