"""What an office answered in the needs form: summed up, word for word, and what was done to its cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, is_missing, label, say
from spillover.display.money import fmt_money
from spillover.display.sentra_needs_beside import (
    choice_names,
    needs_beside_tables,
    question_texts,
    with_unit,
)
from spillover.display.sentra_needs_discussions import discussions_table, heard, sessions_of
from spillover.display.sentra_words import cite_all, province_name, with_names
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.needs_summary import needs_summary

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy


# Where a cell stands, as the reader of the form says it: "form.xlsx, sheet 7203 Morowali, row 18".
_PLACE = re.compile(r"(?P<file>.+?)(?:, sheet (?P<sheet>.+))?, row (?P<row>\d+)")


def sentra_needs_exhibits(study: SentraStudy) -> list[Exhibit | Said]:
    """Everything on the form: who answered and how much, numbers, words as written, data beside, treatments.

    Without a form: how to get a blank one.
    """
    if study.needs is None:
        return [no_form(study)]
    answers = study.needs.answers
    found = needs_summary(answers)
    shown: list[Exhibit | Said] = [heard(answers)]
    sessions = sessions_of(answers)
    if len(sessions):
        shown.append(discussions_table(sessions))
    shown.append(_groups(study, found.groups))
    if len(found.numbers):
        shown.append(_numbers(study, found.numbers))
    if len(found.texts):
        shown.append(_texts(study, found.texts))
    return [*shown, *needs_beside_tables(study), _treatments(study)]


def no_form(study: SentraStudy) -> Said:
    """How to get a blank form."""
    command = f"spillover sentra-form --province {study.province} FILE"
    return say(
        id=f"Belum ada formulir hambatan dan kebutuhan dari {province_name(study)}. Formulir kosong untuk diskusi kelompok: "
        f"`{command}`; setelah diisi, jalankan lagi dengan `--needs FILE`.",
        en=f"There is no form on obstacles and needs from {province_name(study)} yet. A blank one for a group discussion: "
        f"`{command}`; once it is filled in, run again with `--needs FILE`.",
    )


def _source() -> str:
    return cite_all(["needs_form"])


def _groups(study: SentraStudy, groups: pd.DataFrame) -> Exhibit:
    answered = groups[groups["n_answered"].gt(0) | groups["n_not_read"].gt(0)]
    rows = (answered if len(answered) else groups).reset_index(drop=True)
    shown = with_names(rows).assign(
        group=[label(f"needs_group.{group}") for group in rows["group"]],
        scale=[_scale(row) for row in rows.to_dict("records")],
        meaning=[label(f"high_means.{word}") if word else "" for word in rows["high_means"]],
        yes=[
            "" if is_missing(s) else f"{fmt(s * n, 0)}/{fmt(n)}"
            for s, n in zip(rows["yes_share"], rows["n_yes_no"], strict=True)
        ],
    )
    columns: dict[str, Column | str] = {
        "name": "district", "group": "sentra_group", "n_answered": Column("n_answered", "sentra_questions", 0),
        "n_blank": Column("n_blank", "sentra_questions", 0), "n_not_read": Column("n_not_read", "sentra_questions", 0),
        "scale": Column("sentra_scale", "sentra_1_5", kind="interval"), "meaning": "sentra_meaning",
        "yes": Column("sentra_yes", "sentra_yes_of", kind="interval"),
    }  # fmt: skip
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_needs",
        title=say(
            id=f"Formulir kebutuhan menurut kabupaten dan kelompok pertanyaan, {province_name(study)}",
            en=f"Needs form by district and group of questions, {province_name(study)}",
        ),
        source=_source(),
        note=say(
            id="Median atas pertanyaan dalam satu diskusi, bukan atas orang. Kosong dihitung kosong, bukan tidak.",
            en="Medians over the questions of one discussion, not over people. A blank counts as blank, not as no.",
        ),
    )
    return with_raw(exhibit, groups)


def _scale(row: dict[str, object]) -> str:
    """Median of the scales, with the lowest and the highest."""
    if is_missing(row["scale_median"]):
        return ""
    return f"{fmt(row['scale_median'], 1)} ({fmt(row['scale_low'], 0)}–{fmt(row['scale_high'], 0)})"


def _numbers(study: SentraStudy, numbers: pd.DataFrame) -> Exhibit:
    texts = question_texts()
    shown = with_names(numbers).assign(
        question=numbers["code"].map(texts),
        value=[
            fmt_money(value) if unit == "IDR" else with_unit(value, unit)
            for value, unit in zip(numbers["value"], numbers["unit"], strict=True)
        ],
    )
    columns: dict[str, Column | str] = {
        "name": "district", "question": "sentra_question_asked", "value": Column("sentra_answer", kind="interval"),
    }  # fmt: skip
    title = say(id="Angka dari formulir, seperti diisi", en="Numbers of the form, as filled in")
    return with_raw(
        table(shown, columns=columns, name="sentra_needs_numbers", title=title, source=_source()), numbers
    )


def _texts(study: SentraStudy, texts: pd.DataFrame) -> Exhibit:
    questions, choices = question_texts(), choice_names()
    shown = with_names(texts).assign(
        question=texts["code"].map(questions),
        kind=[label(f"needs_text.{kind}") for kind in texts["kind"]],
        text=[
            choices.get((row.code, row.text), row.text) if row.kind == "choice" else row.text
            for row in texts.itertuples()
        ],
    )
    columns: dict[str, Column | str] = {
        "name": "district", "question": "sentra_question_asked", "kind": "kind", "text": "sentra_words",
    }  # fmt: skip
    title = say(id="Kata demi kata dari formulir", en="Word for word from the form")
    note = say(
        id="Ditulis seperti dalam formulir, dalam bahasa penulisnya; tidak disunting.",
        en="As written in the form, in the language of the writer; not edited.",
    )
    caption = {"name": "sentra_needs_words", "title": title, "source": _source(), "note": note}
    return with_raw(table(shown, columns=columns, **caption), texts)


def _treatments(study: SentraStudy) -> Exhibit | Said:
    """What was done to cells that were not as asked for; shown, so that nothing is changed in silence."""
    if study.needs is None or study.needs.treatments.empty:
        return say(
            id="Semua sel formulir terbaca seperti diminta; tidak ada yang diubah.",
            en="All cells of the form were read as asked for; nothing was changed.",
        )
    rows = study.needs.treatments
    questions = question_texts()
    shown = with_names(rows).assign(
        place=[_place(place) for place in rows["place"]],
        question=[questions.get(code, "") for code in rows["code"]],
        what=[label(f"needs_what.{what}") for what in rows["what"]],
        how=[label(f"needs_how.{how}") for how in rows["how"]],
    )
    columns: dict[str, Column | str] = {
        "place": "sentra_cell", "name": "district", "question": "sentra_question_asked", "given": "sentra_given",
        "what": "sentra_found", "how": "sentra_done",
    }  # fmt: skip
    title = say(id="Sel formulir yang tidak seperti diminta, dan apa yang dilakukan",
                en="Cells of the form that were not as asked for, and what was done")  # fmt: skip
    return with_raw(
        table(shown, columns=columns, name="sentra_treatments", title=title, source=_source()), rows
    )


def _place(place: str) -> str:
    """Where a cell stands, in words of the current language."""
    found = _PLACE.fullmatch(place)
    if not found:
        return place
    sheet = found["sheet"]
    said = say(
        id=f"{found['file']}{f', lembar {sheet}' if sheet else ''}, baris {found['row']}",
        en=f"{found['file']}{f', sheet {sheet}' if sheet else ''}, row {found['row']}",
    )
    return str(said)
