"""The questions of the needs form, and the words in which a form names its columns."""

from __future__ import annotations

import pandas as pd

from spillover.errors import DataError, check_columns, check_not_empty, check_rows, check_unique
from spillover.partnerships.columns import SLUG, split_list
from spillover.partnerships.sectors import read_sectors
from spillover.sources import once_per_data, read_csv

QUESTION_COLUMNS = {
    "code": "text", "group": "text", "answer_type": "text", "unit": "text?", "choices": "text?",
    "choices_id": "text?", "choices_en": "text?", "high_means": "text?", "sectors": "text?",
    "measures": "text?", "text_id": "text", "text_en": "text", "help_id": "text", "help_en": "text",
}  # fmt: skip
SESSION, DATE, PEOPLE, OFFICE = "session", "session_date", "session_people", "session_office"
GROUPS = (
    SESSION, "potential", "obstacles", "needs", "market", "raw_material", "finance", "skills", "licences",
    "logistics", "land_utilities", "partnership",
)  # fmt: skip
ANSWER_TYPES = ("scale_1_5", "yes_no", "number", "choice", "text")
# Things that are counted one by one, or rupiah: "1.234" is then 1,234 in either language.
WHOLE_UNITS = ("person", "unit", "day", "IDR")
UNITS = (*WHOLE_UNITS, "percent", "hour", "hectare")
HIGH_MEANS = ("good", "bad", "urgent")
# Headings of the columns of a form, Indonesian and English: part of the format of files that offices keep.
HEADINGS = {
    "region_code": ("Kode wilayah", "Region code"),
    "district": ("Kabupaten/kota", "District"),
    "code": ("Kode", "Code"),
    "group": ("Kelompok", "Group"),
    "question": ("Pertanyaan", "Question"),
    "how": ("Cara menjawab", "How to answer"),
    "answer": ("Jawaban", "Answer"),
    "remark": ("Catatan", "Remarks"),
}
NEEDED = ("region_code", "code", "answer")
LANGUAGES = ("id", "en")
WHERE = "needs_form.csv"


def read_needs_questions() -> pd.DataFrame:
    """Read the questions that an office answers for each district.

    Returns
    -------
    DataFrame
        One row per question in the order of the form: code, group (of ``GROUPS``), answer_type (of
        ``ANSWER_TYPES``), unit (of a number), choices (codes joined by ";"), choices_id and choices_en
        (their names in the same order), high_means {good, bad, urgent} (what 5 says on a scale; the same
        within a group), sectors (of the supply chain, joined by ";"; "" for all), measures (of
        `spillover.sentra.supply.district_supply` and access that lie beside the answer), text_id, text_en,
        help_id, help_en.

    Raises
    ------
    DataError
        As `check_needs_questions`.

    Examples
    --------
    >>> questions = read_needs_questions().set_index("code")
    >>> questions.loc["skills_lacking", ["answer_type", "text_en"]].tolist()
    ['yes_no', 'Are skilled workers lacking?']
    """
    return _questions().copy()


@once_per_data
def _questions() -> pd.DataFrame:
    """`read_needs_questions`, read and checked once."""
    table = read_csv("needs_form", QUESTION_COLUMNS)
    check_needs_questions(table)
    return table


def check_needs_questions(table: pd.DataFrame, where: str = WHERE) -> None:
    """Raise unless a table is as `read_needs_questions` says.

    Raises
    ------
    DataError
        Codes that stand twice or are no slugs, unknown words, a number without unit or a unit without a
        number, choices whose codes and names differ in number, a scale without a meaning or with two in
        one group, unknown sectors, or no questions on date, people and office.
    """
    check_columns(table, list(QUESTION_COLUMNS), where)
    check_not_empty(table, where)
    check_unique(table, ["code"], where)
    _check_words(table, where)
    kind = table["answer_type"]
    wrong = table["unit"].isin(UNITS) != kind.eq("number")
    remedy = f"give each number, and nothing else, one of {', '.join(UNITS)}"
    check_rows(table, wrong, ["code", "unit"], where, "units that do not fit", remedy)
    counts = [
        table[c].map(lambda text: len(split_list(text))) for c in ("choices", "choices_id", "choices_en")
    ]
    same = counts[0].eq(counts[1]) & counts[0].eq(counts[2]) & counts[0].gt(1).eq(kind.eq("choice"))
    remedy = "give two or more choices to a question of choice, with as many names in both languages"
    check_rows(table, ~same, ["code"], where, "choices that do not fit", remedy)
    scale = table[kind.eq("scale_1_5")]
    several = scale.groupby("group")["high_means"].transform("nunique").ne(1)
    bad = several | ~scale["high_means"].isin(HIGH_MEANS)
    remedy = f"use one of {', '.join(HIGH_MEANS)} for all scales of a group: their median mixes them"
    check_rows(scale, bad, ["code", "high_means"], where, "scales without one meaning", remedy)
    lacking = sorted({DATE, PEOPLE, OFFICE} - set(table.loc[table["group"].eq(SESSION), "code"]))
    if lacking:
        raise DataError(where, "questions on the discussion are missing", lacking, "add them")


def _check_words(table: pd.DataFrame, where: str) -> None:
    remedy = "use small letters, digits and underscores"
    check_rows(table, ~table["code"].str.fullmatch(SLUG), ["code"], where, "codes that are no slugs", remedy)
    for column, words in (("group", GROUPS), ("answer_type", ANSWER_TYPES)):
        remedy = f"use {', '.join(words)}"
        check_rows(table, ~table[column].isin(words), ["code", column], where, f"unknown {column}", remedy)
    known = set(read_sectors()["sector"])
    bad = table["sectors"].map(lambda text: not set(split_list(text)) <= known)
    check_rows(table, bad, ["code", "sectors"], where, "unknown sectors", "use those of sectors.csv")


def how_to_answer(question: dict[str, str], language: str) -> str:
    """What may be written as the answer to one question.

    Examples
    --------
    >>> how_to_answer({"answer_type": "yes_no"}, "id"), how_to_answer({"answer_type": "scale_1_5"}, "en")
    ('ya / tidak', 'a whole number from 1 to 5')
    """
    at = LANGUAGES.index(language)
    kind = question["answer_type"]
    if kind == "choice":
        return " / ".join(split_list(question[f"choices_{language}"]))
    if kind == "number":
        return f"{('angka', 'a number')[at]} ({UNIT_NAMES[question['unit']][at]})"
    return ANSWER_HINTS[kind][at]


ANSWER_HINTS = {
    "scale_1_5": ("angka bulat 1 sampai 5", "a whole number from 1 to 5"),
    "yes_no": ("ya / tidak", "yes / no"),
    "text": ("kalimat", "a sentence"),
}
UNIT_NAMES = {
    "person": ("orang", "people"),
    "unit": ("usaha", "firms"),
    "day": ("hari", "days"),
    "IDR": ("rupiah", "rupiah"),
    "percent": ("persen", "percent"),
    "hour": ("jam", "hours"),
    "hectare": ("hektare", "hectares"),
}
