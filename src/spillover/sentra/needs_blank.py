"""The blank needs form: a workbook with one sheet for each district, or one CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.errors import DataError
from spillover.partnerships.columns import split_list
from spillover.sentra.needs_questions import HEADINGS, LANGUAGES, how_to_answer, read_needs_questions
from spillover.sentra.supply import districts_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WHERE = "write_blank_form"
DELIMITERS = (";", ",", "\t")
SHEET = "Petunjuk - Instructions"
_WIDTHS = (9, 18, 20, 14, 62, 30, 34, 34)
_OPEN = ("answer", "remark")
_GREEN, _YELLOW = "FF1F5C4D", "FFFFF7D6"
# The group names stand in the form only: the catalogue of labels may change, files at an office do not.
GROUP_NAMES = {
    "session": ("Diskusi", "Discussion"),
    "potential": ("Potensi", "Potential"),
    "obstacles": ("Hambatan", "Obstacles"),
    "needs": ("Kebutuhan", "Needs"),
    "market": ("Pasar", "Market"),
    "raw_material": ("Bahan baku", "Raw materials"),
    "finance": ("Permodalan", "Finance"),
    "skills": ("Keterampilan", "Skills"),
    "licences": ("Perizinan", "Licences"),
    "logistics": ("Logistik", "Logistics"),
    "land_utilities": ("Lahan, listrik, air", "Land and utilities"),
    "partnership": ("Kemitraan", "Partnership"),
}
INSTRUCTIONS = {
    "id": (
        "Satu lembar untuk satu kabupaten/kota, satu baris untuk satu pertanyaan.",
        "Isi hanya kolom kuning: Jawaban dan, bila perlu, Catatan.",
        "Kosongkan yang tidak diketahui. Jawaban kosong dihitung sebagai kosong, bukan nol dan bukan tidak.",
        "Angka ditulis tanpa satuan: 1,5 atau 1500. Kata pada kolom angka disimpan sebagai kata, "
        "tidak diubah menjadi angka.",
        "Jangan menggabungkan sel. Bila tetap digabung, isinya berlaku untuk setiap sel dan dicatat.",
        "Jangan mengubah kode wilayah dan kode pertanyaan; dengan kode itu jawaban dibaca kembali.",
        "Nama orang tidak diperlukan. Catatan dan kalimat ditampilkan apa adanya dalam laporan.",
    ),
    "en": (
        "One sheet for each district, one row for each question.",
        "Fill in the yellow columns only: Answer and, where needed, Remarks.",
        "Leave empty what is not known. An empty answer counts as empty, not as zero and not as no.",
        "Write numbers without their unit: 1.5 or 1500. Words in place of a number are kept as words "
        "and never turned into a number.",
        "Do not merge cells. If they are merged all the same, their content holds for each cell, "
        "and this is shown.",
        "Do not change the codes of districts and questions: answers are read back by them.",
        "No names of persons are needed. Remarks and sentences are shown word for word in the report.",
    ),
}


def write_blank_form(
    path: Path | str, province: str, language: str = "id", *, delimiter: str = ";"
) -> pd.DataFrame:
    """Write the form that offices fill in after a group discussion.

    Parameters
    ----------
    path : path
        Ends in .xlsx (a sheet of instructions in both languages and one sheet for each district, with lists
        to choose from; all but the answers is protected, without a password) or in .csv (all districts
        below each other, UTF-8 with byte order mark).
    province : str
        BPS code, "7200".
    language : {"id", "en"}
        Of the questions and headings.
    delimiter : {";", ",", tab}
        Of the CSV: a spreadsheet set to Indonesian expects the semicolon.

    Returns
    -------
    DataFrame
        What was written, one row per district and question: the keys of ``HEADINGS``.

    Raises
    ------
    DataError
        Unknown province, language, delimiter or ending of the file.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> table = write_blank_form(Path(folder.name) / "form.csv", "7200")
    >>> table["region_code"].nunique(), bool(table["answer"].eq("").all())
    (13, True)
    >>> folder.cleanup()
    """
    target = Path(path)
    if language not in LANGUAGES:
        raise DataError(WHERE, "unknown language", [language], f"use {' or '.join(LANGUAGES)}")
    if delimiter not in DELIMITERS:
        raise DataError(WHERE, "unknown delimiter", [repr(delimiter)], "use ; or , or a tab")
    if target.suffix.lower() not in (".xlsx", ".csv"):
        raise DataError(WHERE, "unknown kind of file", [target.name], "end the name in .xlsx or .csv")
    form = blank_form(province, language)
    headings = [names[LANGUAGES.index(language)] for names in HEADINGS.values()]
    if target.suffix.lower() == ".csv":
        with target.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow(headings)
            writer.writerows(form[list(HEADINGS)].to_numpy().tolist())
    else:
        _write_workbook(target, form, headings, language)
    return form


def blank_form(province: str, language: str = "id") -> pd.DataFrame:
    """Rows of the form of one province, without answers: the keys of ``HEADINGS``."""
    at = LANGUAGES.index(language)
    questions = read_needs_questions()
    records = questions.to_dict("records")
    rows = pd.DataFrame(
        {
            "code": questions["code"],
            "group": questions["group"].map({key: names[at] for key, names in GROUP_NAMES.items()}),
            "question": questions[f"text_{language}"] + " " + questions[f"help_{language}"],
            "how": [how_to_answer(record, language) for record in records],
            "answer": "",
            "remark": "",
        }
    )
    districts = districts_of(province)[["region_code", "name"]].rename(columns={"name": "district"})
    return districts.merge(rows, how="cross")[list(HEADINGS)]


def _write_workbook(target: Path, form: pd.DataFrame, headings: list[str], language: str) -> None:
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    first.title = SHEET
    _instructions(first)
    questions = read_needs_questions().set_index("code").to_dict("index")
    for code, rows in form.groupby("region_code", sort=False):
        name = "".join(c for c in rows["district"].iloc[0] if c not in "[]:*?/\\")
        sheet = book.create_sheet(f"{code} {name}"[:31])
        _fill(sheet, rows, headings)
        _validate(sheet, rows["code"].tolist(), questions, language)
    book.save(target)


def _instructions(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.column_dimensions["A"].width = 110
    titles = {"id": "Petunjuk pengisian", "en": "How to fill in this form"}
    for language, title in titles.items():
        sheet.append([title])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True, size=14)
        for number, line in enumerate(INSTRUCTIONS[language], start=1):
            sheet.append([f"{number}. {line}"])
            sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.append([None])
    sheet.protection.sheet = True


def _fill(sheet: Worksheet, rows: pd.DataFrame, headings: list[str]) -> None:
    """Write one district: headings, questions, and cells for the answers that alone can be written in."""
    from openpyxl.styles import Alignment, Font, PatternFill, Protection
    from openpyxl.utils import get_column_letter

    sheet.append(headings)
    for record in rows.to_dict("records"):
        sheet.append([record[name] or None for name in HEADINGS])
    keys = list(HEADINGS)
    for at, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
        head = sheet.cell(1, at)
        head.font = Font(bold=True, color="FFFFFFFF")
        head.fill = PatternFill("solid", fgColor=_GREEN)
    for row in sheet.iter_rows(min_row=2, max_row=len(rows) + 1, max_col=len(keys)):
        for key, cell in zip(keys, row, strict=True):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if key in _OPEN:
                cell.protection = Protection(locked=False)
                cell.fill = PatternFill("solid", fgColor=_YELLOW)
    sheet.freeze_panes = f"{get_column_letter(keys.index('question') + 1)}2"
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False  # False: allowed
    sheet.protection.formatRows = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _validate(
    sheet: Worksheet, codes: list[str], questions: dict[str, dict[str, str]], language: str
) -> None:
    """Lists to choose from; a scale and a number warn, so that "not known" can be written all the same."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    column = get_column_letter(list(HEADINGS).index("answer") + 1)
    for row, code in enumerate(codes, start=2):
        question = questions[code]
        kind = question["answer_type"]
        if kind == "text":
            continue
        if kind == "number":
            rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0")
        elif kind == "scale_1_5":
            rule = DataValidation(type="whole", operator="between", formula1="1", formula2="5")
        else:
            yes_no = {"id": ["ya", "tidak"], "en": ["yes", "no"]}[language]
            listed = yes_no if kind == "yes_no" else split_list(question[f"choices_{language}"])
            rule = DataValidation(type="list", formula1=f'"{",".join(listed)}"')
        rule.errorStyle = "warning"
        rule.allow_blank = True
        rule.error = how_to_answer(question, language)[:200]
        rule.prompt = question[f"help_{language}"][:250]
        rule.add(f"{column}{row}")
        sheet.add_data_validation(rule)
