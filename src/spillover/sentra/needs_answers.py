"""One answer as written → a value, or the text kept as it stands, and what was done with it."""

from __future__ import annotations

import re
from typing import NamedTuple

from spillover.partnerships.columns import split_list
from spillover.sentra.needs_questions import WHOLE_UNITS

YES = frozenset({"ya", "y", "yes", "ada", "true"})
NO = frozenset({"tidak", "tdk", "t", "no", "n", "tidak ada", "false"})
UNKNOWN = frozenset(
    {"-", "–", "—", "?", "n/a", "na", "tidak tahu", "tidak diketahui", "not known", "unknown"}
)
_PLAIN = re.compile(r"-?\d{1,15}")
_POINT = re.compile(r"-?\d{1,15}\.\d{1,15}")
_COMMA = re.compile(r"-?\d{1,15},\d{1,15}")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3}){1,4}|-?[1-9]\d{0,2}(?:,\d{3}){1,4}")
_BOTH = re.compile(r"-?[1-9]\d{0,2}(?:\.\d{3}){1,4},\d{1,15}|-?[1-9]\d{0,2}(?:,\d{3}){1,4}\.\d{1,15}")
SCALE = (1, 5)
LARGEST = 1e15  # beyond it a count or an amount of rupiah is a slip of the finger


class Answer(NamedTuple):
    """An answer that was read.

    Attributes
    ----------
    value : float or None
        Of a scale, a number, or yes (1) and no (0).
    text : str
        A sentence, the code of a choice, or what was written where it is not the answer asked for.
    what : str
        What was found, "" if the answer is as asked for.
    how : str
        What was done with it.
    """

    value: float | None = None
    text: str = ""
    what: str = ""
    how: str = ""


def read_answer(text: str, question: dict[str, str], *, numeric: bool = False) -> Answer:
    """Read one answer; nothing is guessed, and no word becomes a number.

    Parameters
    ----------
    text : str
        As written, without outer blanks; of a cell stored as a number its plain decimal.
    question : dict
        A row of `spillover.sentra.needs_questions.read_needs_questions`.
    numeric : bool
        Whether the file stores a number, so that a point is a decimal point.

    Returns
    -------
    Answer

    Examples
    --------
    >>> hectares = {"answer_type": "number", "unit": "hectare"}
    >>> read_answer("1,5", hectares).value, read_answer("1.250", hectares).what
    (1.5, 'ambiguous_number')
    >>> read_answer("sekitar 12", {"answer_type": "number", "unit": "unit"})
    Answer(value=None, text='sekitar 12', what='text_for_number', how='kept_as_text')
    """
    if not text:
        return Answer()
    kind = question["answer_type"]
    if text.casefold() in UNKNOWN:
        return Answer(what="mark_for_missing", how="counted_as_blank")
    if kind == "text":
        return Answer(text=text)
    if kind == "choice":
        return _choice(text, question)
    if kind == "yes_no":
        word = text.casefold().rstrip(".")
        if word in YES or word in NO:
            return Answer(value=float(word in YES))
        return Answer(text=text, what="text_for_yes_no", how="kept_as_text")
    if kind == "scale_1_5":
        return _scale(text)
    return _number(text, question["unit"], numeric=numeric)


def _choice(text: str, question: dict[str, str]) -> Answer:
    """The code of a choice, given as code or by its name in either language."""
    codes = split_list(question["choices"])
    for column in ("choices", "choices_id", "choices_en"):
        names = [name.casefold() for name in split_list(question[column])]
        if text.casefold() in names:
            return Answer(text=codes[names.index(text.casefold())])
    return Answer(text=text, what="not_a_choice", how="kept_as_text")


def _scale(text: str) -> Answer:
    plain = text.replace(",", ".")
    if not _PLAIN.fullmatch(text) and not _POINT.fullmatch(plain):
        return Answer(text=text, what="text_for_scale", how="kept_as_text")
    number = float(plain)
    if number != int(number) or not SCALE[0] <= number <= SCALE[1]:
        return Answer(text=text, what="outside_scale", how="kept_as_text")
    return Answer(value=number)


def _number(text: str, unit: str, *, numeric: bool) -> Answer:
    """A number as Indonesian or English writes it, where the two cannot be confused."""
    what = how = ""
    bare = text
    if unit == "percent" and text.endswith("%"):
        bare, what, how = text[:-1].rstrip(), "percent_sign", "sign_left_out"
    whole = unit in WHOLE_UNITS
    if numeric or _PLAIN.fullmatch(bare):
        plain = bare
    elif _GROUPED.fullmatch(bare):
        if not whole and len(re.findall("[.,]", bare)) == 1:
            return Answer(text=text, what="ambiguous_number", how="kept_as_text")
        plain = re.sub("[.,]", "", bare)
        what, how = "thousands_separator", "separator_left_out"
    elif _BOTH.fullmatch(bare):
        decimal = max(bare.rfind(","), bare.rfind("."))
        plain = f"{re.sub('[.,]', '', bare[:decimal])}.{bare[decimal + 1 :]}"
        what, how = "thousands_separator", "separator_left_out"
    elif _COMMA.fullmatch(bare) or _POINT.fullmatch(bare):
        plain = bare.replace(",", ".")
    else:
        return Answer(text=text, what="text_for_number", how="kept_as_text")
    number = float(plain)
    if (
        not 0 <= number <= LARGEST
        or (unit == "percent" and number > 100)
        or (whole and unit != "IDR" and number % 1)
    ):
        return Answer(text=text, what="impossible_number", how="kept_as_text")
    return Answer(value=number, what=what, how=how)
