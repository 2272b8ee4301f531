"""What an office answered beside what the data show of the same matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, fmt_year, get_language, is_missing, label, say, text_of
from spillover.display.money import fmt_money
from spillover.display.sentra_words import cite_all, names_of
from spillover.display.tables import Column, table, with_raw
from spillover.partnerships.columns import split_list
from spillover.sentra.measures import MODEL
from spillover.sentra.needs_questions import read_needs_questions
from spillover.sentra.needs_summary import LEAST_DISTRICTS, needs_beside

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy

ONE_DECIMAL = ("year", "percent")  # units whose data are shown with one decimal, all others with none


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


def needs_beside_tables(study: SentraStudy) -> list[Exhibit]:
    """Answers with what the data show of the same matter: one table for each district that answered."""
    if study.needs is None:
        raise AssertionError("only with a form")
    facts = study.facts
    access = facts.measures[facts.measures["measure"].isin(["park_distance_km", "sea_between"])]
    columns = ["region_code", "measure", "value", "unit", "year", "source_system", "missing_reason"]
    measures = pd.concat([facts.supply[columns], access[columns]], ignore_index=True)
    found = needs_beside(study.needs.answers, measures)
    shown = found[found["answered"] & found["data_value"].notna()]
    return [
        with_raw(_of_district(code, rows, _sources(facts.supply, rows)), found[found["region_code"].eq(code)])
        for code, rows in shown.groupby("region_code", sort=False)
    ]


def _sources(supply: pd.DataFrame, rows: pd.DataFrame) -> str:
    """The form, and where the data beside its answers come from."""
    used = supply[supply["measure"].isin(rows["measure"]) & supply["value"].notna()]["source_id"]
    names = [name for text in used for name in split_list(text)]
    parks = ["parks"] if rows["measure"].isin(list(_OTHER)).any() else []
    return cite_all(["needs_form", *parks, *names])


def _of_district(code: str, rows: pd.DataFrame, source: str) -> Exhibit:
    """A row for each question: the answer, and all data on its matter with system, year and median."""
    questions, choices = question_texts(), choice_names()
    asked = [part.to_dict("records") for _, part in rows.groupby("code", sort=False)]
    shown = pd.DataFrame(
        {
            "question": [questions[part[0]["code"]] for part in asked],
            "answer": [_answer(part[0], choices) for part in asked],
            "data": ["; ".join(_data(row) for row in part) for part in asked],
        }
    )
    view: dict[str, Column | str] = {
        "question": "sentra_question_asked", "answer": Column("sentra_answer", kind="interval"),
        "data": "sentra_data_beside",
    }  # fmt: skip
    name = names_of([code])[0]
    return table(
        shown,
        columns=view,
        name=f"sentra_needs_beside_{code}",
        title=say(
            id=f"Jawaban {name} di samping data tentang hal yang sama",
            en=f"Answers of {name} beside the data on the same matter",
        ),
        source=source,
        note=say(
            id="Keduanya tidak dihitung menjadi satu. Median: kabupaten/kota provinsi ini yang punya angka dalam sistem "
            f"pendataan yang sama; tidak diberikan bila kurang dari {fmt(LEAST_DISTRICTS)}.",
            en="The two are not made into one number. Median: of the districts of this province that have a figure in the "
            f"same counting system; none is given of fewer than {fmt(LEAST_DISTRICTS)}.",
        ),
    )


_OTHER = {"park_distance_km": "sentra.park_distance", "sea_between": "column.sentra_island"}


def with_unit(value: Any, unit: str, decimals: int | None = None) -> str:
    """A number of a form, or of data beside it, with its unit: 12 usaha, 35%, 1 day, 90 days."""
    number = fmt(value, decimals)
    if unit == "percent":
        return f"{number}%"
    spaces = ("needs_unit_one", "needs_unit", "unit") if number == "1" else ("needs_unit", "unit")
    return f"{number} {text_of(unit, *spaces)}".strip() if unit else number


def _answer(row: dict[Any, Any], choices: dict[tuple[str, str], str]) -> str:
    if row["answer_type"] == "yes_no":
        return label("word.yes" if row["value"] == 1 else "word.no")
    if is_missing(row["value"]):
        return choices.get((str(row["code"]), str(row["text"])), str(row["text"]))
    if row["answer_type"] == "scale_1_5":
        return f"{fmt(row['value'])}/5"
    return fmt_money(row["value"]) if row["unit"] == "IDR" else with_unit(row["value"], str(row["unit"]))


def _data(row: dict[Any, Any]) -> str:
    """What was counted, by whom and when, with the median: "KUR, BI 2016: Rp10 miliar (median Rp17 miliar)"."""
    name = row["measure"]
    what = label(_OTHER[name]) if name in _OTHER else text_of(f"measure.{name}")
    by = "" if row["source_system"] in ("", MODEL) else label(f"source_system.{row['source_system']}")
    year = "" if is_missing(row["data_year"]) else fmt_year(row["data_year"])
    when = " ".join(part for part in (by, year) if part)
    middling = not is_missing(row["data_median"]) and name != "sea_between"
    median = f" (median {_value(row, row['data_median'], unit=False)})" if middling else ""
    return f"{what}{', ' if when else ''}{when}: {_value(row, row['data_value'])}{median}"


def _value(row: dict[Any, Any], value: float, *, unit: bool = True) -> str:
    if row["measure"] == "sea_between":
        return label("word.yes" if value == 1 else "word.no")
    name = str(row["data_unit"])
    if name == "IDR":
        return fmt_money(value)
    return with_unit(value, name if unit or name == "percent" else "", 1 if name in ONE_DECIMAL else 0)
