"""The discussions behind a needs form: when, by which office, and how many people took part."""

from __future__ import annotations

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, is_missing, join, say
from spillover.display.sentra_words import cite_all, names_of, with_names
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.needs_questions import PEOPLE, SESSION


def sessions_of(answers: pd.DataFrame) -> pd.DataFrame:
    """The discussion of each district that answered a question or said something of the discussion.

    region_code, date, filled_by, people (NaN if not said or not read), written (what stands in place of the
    number of people), answered (whether a question on the matter itself was answered).
    """
    asked = answers[answers["group"].ne(SESSION)].groupby("region_code")["answered"].any()
    said = answers[answers["code"].eq(PEOPLE)][["region_code", "date", "filled_by", "value", "text"]]
    said = said.rename(columns={"value": "people", "text": "written"})
    said = said.fillna({"date": "", "filled_by": "", "written": ""})
    said = said.assign(answered=said["region_code"].map(asked).fillna(False).astype(bool))
    something = (
        said["answered"] | said["people"].notna() | said[["date", "filled_by", "written"]].ne("").any(axis=1)
    )
    return said[something].reset_index(drop=True)


def heard(answers: pd.DataFrame) -> Said:
    """How many districts answered, and how many people took part: in how many of the discussions that is known."""
    sessions = sessions_of(answers)
    some = sessions[sessions["answered"]]
    n, of = fmt(len(some)), fmt(answers["region_code"].nunique())
    who = _people(some)
    return say(
        id=f"Formulir memuat jawaban dari {n} dari {of} kabupaten/kota{who['id']}. Jawaban ini pendapat peserta, diletakkan di "
        "samping data dan tidak dipakai dalam peringkat.",
        en=f"The form holds answers of {n} of {of} districts{who['en']}. They are the view of those present, placed beside the "
        "data and not used in the ranking.",
    )


def _people(some: pd.DataFrame) -> dict[str, str]:
    """Number of people by language: ", 55 people in 2 of 3 discussions; not readable for Morowali Utara"."""
    counted = some[some["people"].notna()]
    gone = some[some["people"].isna()]
    if counted.empty:
        return {"id": "", "en": ""}
    people, n, of = fmt(counted["people"].sum(), 0), fmt(len(counted)), fmt(len(some))
    known = {
        "id": f", {people} orang di {n} dari {of} diskusi",
        "en": f", {people} people in {n} of {of} discussions",
    }
    if gone.empty:
        each = "discussion" if len(counted) == 1 else "discussions"
        known = {"id": f", {people} orang dalam {n} diskusi", "en": f", {people} people in {n} {each}"}
    bad, unsaid = (gone.loc[gone["written"].ne("") == given, "region_code"] for given in (True, False))
    for codes, words in (
        (bad, ("tidak terbaca", "not readable")),
        (unsaid, ("tidak disebutkan", "not stated")),
    ):
        if len(codes):
            places = join(names_of(codes))
            known["id"] += f"; jumlah di {places} {words[0]}"
            known["en"] += f"; {words[1]} for {places}"
    return known


def discussions_table(sessions: pd.DataFrame) -> Exhibit:
    """When each discussion was, which office filled in the form, and how many took part."""
    shown = with_names(sessions).assign(
        people=[
            f"“{row.written}”" if is_missing(row.people) and row.written else fmt(row.people, 0)
            for row in sessions.itertuples()
        ]
    )
    columns: dict[str, Column | str] = {
        "name": "district", "date": "sentra_date", "filled_by": "sentra_office",
        "people": Column("n_respondents", "person", kind="interval"),
    }  # fmt: skip
    title = say(
        id="Diskusi yang mengisi formulir, menurut kabupaten",
        en="Discussions that filled in the form, by district",
    )
    note = say(
        id="Tanggal dan kantor seperti tertulis. Jumlah dalam tanda kutip tidak terbaca sebagai angka dan tidak dihitung.",
        en="Dates and offices as written. A number in quotation marks was not read as a number and is not counted.",
    )
    caption = {
        "name": "sentra_needs_discussions",
        "title": title,
        "source": cite_all(["needs_form"]),
        "note": note,
    }
    return with_raw(table(shown, columns=columns, **caption), sessions)
