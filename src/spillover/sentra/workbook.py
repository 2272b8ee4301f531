"""The study as one XLSX workbook: every figure with its unit, year and source, and weights to edit."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from spillover.display.catalogue import read_labels
from spillover.errors import DataError
from spillover.sentra import workbook_tables as tables
from spillover.sentra.criteria_file import COLUMNS
from spillover.sentra.store import data_fingerprint
from spillover.sentra.workbook_cells import (
    HEAD,
    OPEN,
    WIDE,
    Plan,
    dark,
    finish,
    print_set_up,
    put,
    sheet_name,
    write_plan,
)
from spillover.sentra.workbook_readme import readme_lines, sheet_lines
from spillover.sentra.workbook_trim import trimmed
from spillover.sentra.workbook_words import both, read_names, with_words

WHOLE = ("values", "reweighted")  # sheets that keep all columns
DIGITS = 12  # weights were divided by their sum, which leaves 0.04999999999999999 of 0.05

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from spillover.sentra.study import SentraStudy


def write_workbook(study: SentraStudy, path: Path | str, *, made: date | None = None) -> list[str]:
    """Write a study as a workbook.

    Parameters
    ----------
    study : SentraStudy
        As from `spillover.sentra.study.sentra_study`.
    path : path
        Ends in .xlsx; a file of that name is replaced.
    made : date, optional
        Said in the workbook; today if not given. The same study and date give the same cells.

    Returns
    -------
    list of str
        Names of the sheets, in both languages.

    Raises
    ------
    DataError
        A path that does not end in .xlsx.

    Notes
    -----
    No cell is a formula, and a text that begins like one stays a text. Only the sheet of criteria has
    a heading criterion_id, so that the workbook itself can be read back as weights.

    Examples
    --------
    >>> write_workbook(study, "sentra_7200.xlsx")[:2]  # doctest: +SKIP
    ['Baca dulu - Read me', 'Kriteria - Criteria']
    """
    from openpyxl import Workbook

    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise DataError("write_workbook", "unknown kind of file", [target.name], "end the name in .xlsx")
    made = date.today() if made is None else made
    plans = _plans(study)
    book = Workbook()
    first = book.active
    first.title = sheet_name("readme")
    lines = readme_lines(study, made=made, data=data_fingerprint())
    _write_readme(first, lines + sheet_lines(["criteria", *(plan.key for plan in plans)]))
    _write_criteria(book.create_sheet(sheet_name("criteria")), study.criteria)
    for plan in plans:
        write_plan(book.create_sheet(sheet_name(plan.key)), plan)
    book.properties.created = datetime.combine(made, time())
    book.properties.creator, book.properties.title = "spillover", target.stem
    book.save(target)
    return list(book.sheetnames)


def _plans(study: SentraStudy) -> list[Plan]:
    """The sheets behind the criteria, in reading order."""
    names = read_names(study.province)
    facts = study.facts
    explained, totals = tables.explanation(study, names)
    shown = {
        "ranks": tables.rank_table(study, names),
        "values": tables.value_table(study),
        "missing": tables.missing_table(explained),
        "choices": tables.choice_table(study),
        "sensitivity": tables.sensitivity_table(study, names),
        "totals": tables.total_table(study),
        "gaps": tables.gap_table(study),
        "demand": facts.demand,
        "coefficients": tables.coefficient_table(),
        "parks": facts.unknown_parks,
        "access": facts.access,
        "supply": facts.supply,
        "training": facts.coverage,
        "places": tables.place_table(study),
    }
    plans = {key: Plan(key, with_words(table, names)) for key, table in shown.items()}
    plans["explanation"] = Plan("explanation", with_words(explained, names), totals)
    order = ["ranks", "explanation", *(key for key in shown if key != "ranks")]
    if study.changed is not None:
        plans["changes"] = Plan("changes", with_words(study.changed, names))
        plans["reweighted"] = Plan("reweighted", tables.changed_weights(study))
        order[1:1] = ["changes", "reweighted"]
    if study.needs is not None:
        plans["needs"] = Plan("needs", with_words(tables.needs_table(study), names))
        plans["treatments"] = Plan("treatments", with_words(study.needs.treatments, names))
        order += ["needs", "treatments"]
    plans["sources"] = Plan("sources", with_words(tables.source_table(study), names))
    return [_trimmed(plans[key]) for key in [*order, "sources"]]


def _trimmed(plan: Plan) -> Plan:
    """Without columns that tell nothing; those that are criteria or weights all stay."""
    if plan.key in WHOLE:
        return plan
    table, note = trimmed(plan.table)
    return plan._replace(table=table, note=note)


def _write_readme(sheet: Worksheet, lines: list[tuple[str, str]]) -> None:
    from openpyxl.styles import Alignment, Font

    heading = True
    for number, texts in enumerate(lines, start=1):
        for column, text in enumerate(texts, start=1):
            cell = sheet.cell(number, column)
            if text:
                put(cell, text)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if heading:
                cell.font = Font(bold=True, size=14 if number == 1 else 12)
        heading = texts == ("", "")
    for letter in "AB":
        sheet.column_dimensions[letter].width = 75
    print_set_up(sheet)


def _write_criteria(sheet: Worksheet, criteria: pd.DataFrame) -> None:
    """The table that a meeting edits and `read_criteria` reads back: nothing may stand below it."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    put(sheet["A1"], " / ".join(both("workbook_title.criteria")))
    total = f"{criteria['weight'].sum():.2f}"  # a value: a formula would be refused when it is read back
    texts, comma = both("workbook_sum.weights"), total.replace(".", ",")
    summed = f"{texts[0].format(total=comma)} / {texts[1].format(total=total)}"
    put(sheet["A2"], f"{' / '.join(both('criteria_note.weight'))} {summed}")
    notes = read_labels()
    for number, name in enumerate(COLUMNS, start=1):
        cell = sheet.cell(HEAD, number)
        cell.value = name
        dark(cell)
        if f"criteria_note.{name}" in notes:
            cell.comment = Comment(
                "\n\n".join(both(f"criteria_note.{name}")), "spillover", height=170, width=330
            )
    shown = criteria[list(COLUMNS)].round({"weight": DIGITS})
    for row, record in enumerate(shown.to_dict("records"), start=HEAD + 1):
        for number, name in enumerate(COLUMNS, start=1):
            cell = sheet.cell(row, number)
            put(cell, record[name])
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name == "weight":
                cell.fill = PatternFill("solid", fgColor=OPEN)
                cell.number_format = "0.00##"
    for number, name in enumerate(COLUMNS, start=1):
        width = WIDE.get(
            name, 30 if name.startswith("name") else 22 if name in ("criterion_id", "measure") else 12
        )
        sheet.column_dimensions[get_column_letter(number)].width = width
    _check_weights(sheet, len(criteria))
    finish(sheet, len(COLUMNS), frozen=2)


def _check_weights(sheet: Worksheet, rows: int) -> None:
    """The spreadsheet itself warns of a weight that is no number from 0 to 1."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(COLUMNS.index("weight") + 1)
    rule = DataValidation(type="decimal", operator="between", formula1="0", formula2="1", allow_blank=False)
    rule.error = " / ".join(both("workbook_error.weight"))[:220]
    rule.add(f"{letter}{HEAD + 1}:{letter}{HEAD + rows}")
    sheet.add_data_validation(rule)
