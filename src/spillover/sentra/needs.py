"""Read back the needs form that an office filled in: every answer, every blank, and what was done to them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.sentra.needs_answers import read_answer
from spillover.sentra.needs_cells import Row, read_rows
from spillover.sentra.needs_checks import check_codes, districts, region_codes
from spillover.sentra.needs_questions import DATE, OFFICE, PEOPLE, SESSION, read_needs_questions

ANSWER_COLUMNS = (
    "region_code", "code", "group", "answer_type", "unit", "value", "text", "answered", "remark",
    "n_respondents", "date", "filled_by", "treatment", "place",
)  # fmt: skip
TREATMENT_COLUMNS = ("place", "region_code", "code", "what", "how", "given")


class NeedsForm(NamedTuple):
    """What `read_needs_form` gives: answers and blanks, and the table of what was treated."""

    answers: pd.DataFrame
    treatments: pd.DataFrame


def read_needs_form(path: Path | str, *, province: str | None = None) -> NeedsForm:
    """Read a form as written by `spillover.sentra.needs_blank.write_blank_form` and filled in.

    Parameters
    ----------
    path : path
        XLSX, XLS or CSV; see `spillover.sentra.needs_cells.read_rows`.
    province : str, optional
        BPS code. Districts of other provinces are refused then, and those of this one that the file does
        not have are all blank.

    Returns
    -------
    NeedsForm
        answers: one row for each district and question, also the blank ones: region_code, code, group,
        answer_type, unit, value (of a scale or number; yes 1, no 0; else NaN), text (a sentence, the code of
        a choice, or words that stand in place of a number), answered (bool: a value, a sentence or a
        choice; words in place of a number are no answer to the question and are listed), remark,
        n_respondents, date, filled_by (of the district's discussion; NaN or "" if not said), treatment
        (what of the row in ``treatments``, joined by ";"), place.

        treatments: place, region_code, code, what {text_for_number, text_for_scale, text_for_yes_no,
        outside_scale, impossible_number, ambiguous_number, not_a_choice, thousands_separator, percent_sign,
        mark_for_missing, merged_cell, same_answer_twice, control_characters (what shows nothing or turns
        the direction of a text), row_missing, district_missing}, how {kept_as_text, separator_left_out,
        sign_left_out, characters_left_out, counted_as_blank, filled_from_first_cell, one_kept}, given (as
        written; "�" for each character that was left out). Empty if nothing was treated.

    Raises
    ------
    DataError
        Unknown districts or questions, rows without a question, a code that is not that of the district's
        name, two different answers of a district to one question, a form without any row, and what
        `read_rows` raises.

    Notes
    -----
    Nothing is guessed: "1.250" hectares may be 1.25 or 1,250 and is kept as text; of things that are
    counted one by one it is 1,250. A dash or "tidak tahu" is a blank. A merged cell gives its content to
    each cell that it covers.
    """
    file = Path(path)
    questions = {str(q["code"]): q for q in read_needs_questions().to_dict("records")}
    rows = read_rows(file)
    check_codes(rows, questions, file.name)
    codes = region_codes(rows, province, file.name)
    kept, treated = _one_row_each(rows, codes, file.name)
    lines = []
    for (region, code), row in kept.items():
        line, more = _read(region, row, questions[code])
        lines.append(line)
        treated += more
    expected = list(dict.fromkeys(codes)) if province is None else districts(province)
    blank, more = _missing_rows(expected, set(kept), questions)
    table = pd.DataFrame([*lines, *blank], columns=list(ANSWER_COLUMNS))
    treatments = pd.DataFrame([*treated, *more], columns=list(TREATMENT_COLUMNS), dtype="object")
    return NeedsForm(_with_session(table, list(questions)), treatments.astype("str"))


def _one_row_each(
    rows: list[Row], codes: list[str], where: str
) -> tuple[dict[tuple[str, str], Row], list[dict[str, str]]]:
    """One row per district and question; a second one must be empty or say the same."""
    kept: dict[tuple[str, str], Row] = {}
    treated, contradictions = [], []
    for row, region in zip(rows, codes, strict=True):
        key = (region, row.code)
        first = kept.setdefault(key, row)
        if first is row or not (row.answer or row.remark):
            continue  # a blank says nothing, however often it stands there
        if not (first.answer or first.remark):
            kept[key] = row
            continue
        both = [(first.answer, row.answer), (first.remark, row.remark)]
        if any(a and b and a != b for a, b in both):
            contradictions.append(f"{region} {row.code}: {first.place} and {row.place}")
            continue
        kept[key] = first._replace(
            answer=first.answer or row.answer,
            remark=first.remark or row.remark,
            numeric=first.numeric if first.answer else row.numeric,
            merged=tuple(dict.fromkeys((*first.merged, *row.merged))),
            cleaned=tuple(dict.fromkeys((*first.cleaned, *row.cleaned))),
        )
        if any(a and a == b for a, b in both):
            treated.append(_treated(region, row, "same_answer_twice", "one_kept", row.answer or row.remark))
    if contradictions:
        remedy = (
            "keep one answer for each district and question; of two discussions make two forms, and a study "
            "of each in its own folder"
        )
        raise DataError(where, "different answers to one question", contradictions, remedy)
    return kept, treated


def _treated(region: str, row: Row, what: str, how: str, given: str) -> dict[str, str]:
    line = {"place": row.place, "region_code": region, "code": row.code}
    return line | {"what": what, "how": how, "given": given}


def _read(region: str, row: Row, question: dict[str, str]) -> tuple[dict[str, object], list[dict[str, str]]]:
    """One answer with what was done to it."""
    answer = read_answer(row.answer, question, numeric=row.numeric)
    contents = {"answer": row.answer, "remark": row.remark}
    treated = [
        _treated(region, row, "merged_cell", "filled_from_first_cell", contents[key])
        for key in row.merged
        if contents.get(key)
    ]
    treated += [
        _treated(region, row, "control_characters", "characters_left_out", given) for _, given in row.cleaned
    ]
    if answer.what:
        treated.append(_treated(region, row, answer.what, answer.how, row.answer))
    in_words = question["answer_type"] in ("text", "choice") and answer.how != "kept_as_text"
    answered = answer.value is not None or (in_words and answer.text != "")
    line = _line(region, question) | {
        "value": np.nan if answer.value is None else answer.value,
        "text": answer.text,
        "answered": answered,
        "remark": row.remark,
        "treatment": ";".join(dict.fromkeys(t["what"] for t in treated)),
        "place": row.place,
    }
    return line, treated


def _line(region: str, question: dict[str, str]) -> dict[str, object]:
    """A blank."""
    same = {name: question[name] for name in ("code", "group", "answer_type", "unit")}
    blank = {"value": np.nan, "text": "", "answered": False, "remark": "", "treatment": "", "place": ""}
    return {"region_code": region, **same, **blank}


def _missing_rows(
    expected: list[str], there: set[tuple[str, str]], questions: dict[str, dict[str, str]]
) -> tuple[list[dict[str, object]], list[dict[str, str]]]:
    """Blanks for the rows that the file does not have."""
    have = {region for region, _ in there}
    lines: list[dict[str, object]] = []
    treated = []
    for region in expected:
        same = {"place": "", "region_code": region, "how": "counted_as_blank", "given": ""}
        if region not in have:
            treated.append(same | {"code": "", "what": "district_missing"})
        for code, question in questions.items():
            if (region, code) in there:
                continue
            what = "row_missing" if region in have else "district_missing"
            lines.append(_line(region, question) | {"treatment": what})
            if region in have:
                treated.append(same | {"code": code, "what": "row_missing"})
    return lines, treated


def _with_session(table: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Date, people and office of each district's discussion beside each answer; in the form's order."""
    session = table[table["group"].eq(SESSION)].set_index(["region_code", "code"])
    people = session["value"].unstack()[PEOPLE]
    words = session["text"].unstack()
    table = table.assign(
        n_respondents=table["region_code"].map(people).astype("float64"),
        date=table["region_code"].map(words[DATE]),
        filled_by=table["region_code"].map(words[OFFICE]),
        value=table["value"].astype("float64"),
        answered=table["answered"].astype("bool"),
        at=table["code"].map({code: i for i, code in enumerate(order)}),
    )
    table = table.sort_values(["region_code", "at"], ignore_index=True)
    return table[list(ANSWER_COLUMNS)]
