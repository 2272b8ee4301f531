"""What an office answered beside what the data show of the same matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, get_language, is_missing, label, say, text_of
from spillover.display.money import fmt_money
from spillover.display.sentra_words import cite_all, with_names
from spillover.display.tables import Column, table, with_raw
from spillover.partnerships.columns import split_list
from spillover.sentra.needs_questions import read_needs_questions
from spillover.sentra.needs_summary import needs_beside

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

SHOWN_BESIDE = 60  # rows: all are in the CSV


def question_texts() -> dict[str, str]:
    """Code of a question → its text in the current language."""
    return dict(read_needs_questions().set_index("code")[f"text_{get_language()}"].items())


def choice_names() -> dict[tuple[str, str], str]:
    """(question, code of a choice) → its name."""
    names: dict[tuple[str, str], str] = {}
    for question in read_needs_questions().to_dict("records"):
        codes, words = (split_list(question[c]) for c in ("choices", f"choices_{get_language()}"))
        names |= {(question["code"], code): word for code, word in zip(codes, words, strict=True)}
    return names


def needs_beside_table(study: SentraStudy) -> Exhibit:
    """Answers with what the data show of the same matter."""
    if study.needs is None:
        raise AssertionError("only with a form")
    facts = study.facts
    access = facts.measures[facts.measures["measure"].isin(["park_distance_km", "sea_between"])]
    columns = ["region_code", "measure", "value", "unit", "year", "source_system", "missing_reason"]
    measures = pd.concat([facts.supply[columns], access[columns]], ignore_index=True)
    found = needs_beside(study.needs.answers, measures)
    rows = found[found["answered"] & found["data_value"].notna()].head(SHOWN_BESIDE).reset_index(drop=True)
    if rows.empty:
        rows = found.head(1)
    questions, choices = question_texts(), choice_names()
    shown = with_names(rows).assign(
        question=rows["code"].map(questions),
        answer=[_answer(row, choices) for row in rows.to_dict("records")],
        measure=[text_of(f"measure.{m}") if m not in _OTHER else label(_OTHER[m]) for m in rows["measure"]],
        data=[_data(row) for row in rows.to_dict("records")],
        data_median=[_median(row) for row in rows.to_dict("records")],
    )
    view: dict[str, Column | str] = {
        "name": "district", "question": "sentra_question_asked", "answer": Column("sentra_answer", kind="interval"),
        "measure": "measure", "data": Column("sentra_data", kind="interval"),
        "data_median": Column("sentra_median", kind="interval"),
    }  # fmt: skip
    exhibit = table(
        shown,
        columns=view,
        name="sentra_needs_beside",
        title=say(
            id="Jawaban di samping data tentang hal yang sama",
            en="Answers beside the data on the same matter",
        ),
        source=f"{cite_all(['needs_form'])} {cite_all(name for text in facts.supply['source_id'] for name in split_list(text))}",
        note=say(
            id=f"Paling banyak {fmt(SHOWN_BESIDE)} baris; semuanya dalam CSV. Keduanya tidak dihitung menjadi satu.",
            en=f"At most {fmt(SHOWN_BESIDE)} rows; all are in the CSV. The two are not made into one number.",
        ),
    )
    return with_raw(exhibit, found)


_OTHER = {"park_distance_km": "sentra.park_distance", "sea_between": "column.sentra_island"}


def _answer(row: dict[str, object], choices: dict[tuple[str, str], str]) -> str:
    if row["answer_type"] == "yes_no":
        return label("word.yes" if row["value"] == 1 else "word.no")
    if is_missing(row["value"]):
        return choices.get((str(row["code"]), str(row["text"])), str(row["text"]))
    unit = str(row["unit"])
    if row["answer_type"] == "scale_1_5":
        return f"{fmt(row['value'])}/5"
    return f"{fmt(row['value'])} {text_of(unit, 'unit')}".strip()


def _data(row: dict[str, object]) -> str:
    if is_missing(row["data_value"]):
        return ""
    year = "" if is_missing(row["data_year"]) else f" ({row['data_year']})"
    return f"{_median(row | {'data_median': row['data_value']})}{year}"


def _median(row: dict[str, object]) -> str:
    if is_missing(row["data_median"]):
        return ""
    if row["measure"] == "sea_between":
        return label("word.yes" if row["data_median"] == 1 else "word.no")
    if row["data_unit"] == "IDR":
        return fmt_money(row["data_median"])
    return f"{fmt(row['data_median'], 1)} {text_of(str(row['data_unit']), 'unit')}"
