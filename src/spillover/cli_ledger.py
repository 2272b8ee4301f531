"""``spillover ledger check`` and ``spillover ledger add``: a partnership ledger of one's own."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import UNCHANGED, plain_errors, stop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spillover.errors import DataError

app = typer.Typer(
    help="Your own partnership ledger: check it, add claims to it.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
CHECK_HELP = "\n\n".join(
    (
        "Check a ledger: every rule at once, with the lines that break it; exit code 1 if one is broken.",
        "Cumulative figures, stocks and flows are never mixed, nor are plans and what was done; a later "
        "cumulative figure names the one it replaces; parts add up to their total; contradicting claims are "
        "marked.",
    )
)
CHECK_EXAMPLES = """[b]Example[/b]

spillover ledger check mine/partnerships.csv"""
ADD_HELP = "\n\n".join(
    (
        "Add one claim to a ledger. What you do not give is asked for; what breaks a rule is refused.",
        "--quote takes the words of the source: value, unit and qualifier are read from them. The id, the "
        "KBLI sections and the claim that a cumulative figure replaces are filled in. The file is written "
        "whole or stays as it was.",
    )
)
ADD_EXAMPLES = """[b]Examples[/b]

spillover ledger add mine/partnerships.csv --quote "lebih dari Rp 700 miliar" : asks for the rest

spillover ledger add mine/partnerships.csv --quote "220 peserta" --set stage=realised --dry-run

spillover ledger add --columns : what each column means"""
# Column → what it means, and whether a person is asked for it.
COLUMNS = {
    "entry_id": "name of the claim; made from programme, measure and date",
    "programme": "short name of the programme, small letters, such as iwip_umkm",
    "actor": "who does it: company, office or ministry",
    "counterpart": "with whom",
    "measure": "what is measured, such as contract_value, participants, licences",
    "value": "number in base units: 3500000000000, not 3,5 triliun",
    "value_high": "upper end of a range",
    "unit": "IDR, USD, unit, person, permit, percent, tonne, IDR/month, …",
    "qualifier": "exact, about, at_least, at_most or range",
    "period_start": "since when it counts: 2021, 2021-03 or 2021-03-07",
    "period_end": "until when",
    "as_of": "the date that the claim holds for: 2024, 2024-01-19, early-2025",
    "basis": "flow (in a period), cumulative (since the start) or stock (on a date)",
    "stage": "planned, committed or realised",
    "region_code": "BPS code: 8202 a district, 8200 a province, 0000 the nation",
    "place": "place as printed",
    "sector": "sectors of sectors.csv joined by ;  or all",
    "kbli_section": "KBLI sections; made from the sectors",
    "source_id": "short name of the page or report",
    "quote_date": "when it was said",
    "supersedes": "the claim that it replaces; found by itself",
    "part_of": "the claim whose part it is",
    "conflict": "a name shared by claims that cannot both be true",
    "reported_as": "number as printed",
    "note_id": "caveat in Indonesian",
    "note_en": "caveat in English",
}
ASKED = (
    "programme", "actor", "measure", "value", "unit", "basis", "stage", "as_of", "region_code", "source_id",
)  # fmt: skip
# Columns that a basis cannot do without.
PERIODS = {"flow": ("period_start", "period_end")}


@app.command(help=CHECK_HELP, epilog=CHECK_EXAMPLES)
def check(file: Annotated[Path, typer.Argument(help="A CSV file in UTF-8.")]) -> None:
    """Check a ledger: `CHECK_HELP`."""
    with plain_errors(UNCHANGED):
        from spillover.partnerships.adding import existing
        from spillover.partnerships.ledger import ledger_file_problems

        problems = ledger_file_problems(file)
        _tell(problems)
        rows = existing(file)
        typer.echo(f"{file.name}: {len(rows)} claims of {rows['programme'].nunique()} programmes, in order")
        for column, name in (("programme", "programmes"), ("source_id", "sources")):
            unknown = _own(rows[column].unique().tolist(), column)
            if unknown:
                shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
                typer.echo(f"{len(unknown)} {name} are your own: {shown}")


@app.command(help=ADD_HELP, epilog=ADD_EXAMPLES)
def add(
    file: Annotated[Path | None, typer.Argument(help="The ledger; made if it is not there.")] = None,
    quote: Annotated[str, typer.Option(help="Words of the source with one figure and its qualifier.")] = "",
    cells: Annotated[
        list[str] | None, typer.Option("--set", help="column=value (repeatable); see --columns.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the line; write nothing.")] = False,
    columns: Annotated[bool, typer.Option("--columns", help="Say what each column means, and end.")] = False,
) -> None:
    """Add one claim: `ADD_HELP`."""
    with plain_errors(UNCHANGED):
        if columns:
            for name, meaning in COLUMNS.items():
                typer.echo(f"{name:<13} {meaning}")
            return
        if file is None:
            stop("Give the ledger's file, for example  spillover ledger add mine/partnerships.csv", 2)
        from spillover.partnerships.adding import existing, filled, line, problems_with, write_claim

        given = _quoted(quote, _given(cells or []))
        before = existing(file)
        claim = filled(_asked(given), before)
        _tell(problems_with(file, claim))
        typer.echo(line(list(claim.values())), nl=False)
        for column, name in (("programme", "programme"), ("source_id", "source")):
            if claim[column] not in set(before[column]) and _own([claim[column]], column):
                typer.echo(f"{name} {claim[column]} is your own: the bundled tables do not know it")
        if dry_run:
            typer.echo(f"would add this line to {file}")
            return
        write_claim(file, claim)
        typer.echo(f"added {claim['entry_id']} to {file}")


def _quoted(quote: str, given: dict[str, str]) -> dict[str, str]:
    """The cells given, and those that a quotation says."""
    from spillover.partnerships.adding import check_quote, from_quote

    if not quote:
        return given
    said = from_quote(quote, given.get("quote_date", ""))
    check_quote(said, given)
    return said | given


def _given(pairs: list[str]) -> dict[str, str]:
    """column=value pairs as cells."""
    wrong = [p for p in pairs if p.partition("=")[0] not in COLUMNS or "=" not in p]
    if wrong:
        stop(f"--set takes column=value, not {', '.join(wrong)}; see  spillover ledger add --columns", 2)
    return {name: value for name, _, value in (p.partition("=") for p in pairs)}


def _asked(given: Mapping[str, str]) -> dict[str, str]:
    """The cells given, and those that a person types; without a person, what is missing is said."""
    cells = dict(given)
    missing = [name for name in ASKED if not cells.get(name)]
    if not _at_terminal():
        missing += [name for name in PERIODS.get(cells.get("basis", ""), ()) if not cells.get(name)]
        if missing:
            sets = " ".join(f"--set {name}=…" for name in missing)
            stop(f"{len(missing)} columns are missing: {', '.join(missing)}. Give them:  {sets}")
        return cells
    for name in missing:
        cells[name] = _typed(name)
    for name in PERIODS.get(cells["basis"], ()):
        cells[name] = cells.get(name) or _typed(name)
    if cells["basis"] == "cumulative" and "period_start" not in cells:
        cells["period_start"] = _typed("period_start", may_be_empty=True)
    return cells


def _typed(name: str, *, may_be_empty: bool = False) -> str:
    """What a person types for a column, asked again until it can be right."""
    more = "; nothing if the source does not say" if may_be_empty else ""
    default = "" if may_be_empty else None
    while True:
        try:
            text = str(
                typer.prompt(f"{name} ({COLUMNS[name]}{more})", default=default, show_default=False)
            ).strip()
        except typer.Abort:
            typer.echo(err=True)
            stop(f"The input ended at {name}. {UNCHANGED}; give what is missing with  --set {name}=…")
        wrong = _refusal(name, text) if text or not may_be_empty else ""
        if not wrong:
            return text
        typer.echo(wrong, err=True)


def _refusal(name: str, text: str) -> str:
    """Why a text cannot stand in a column, as far as the text alone can say; else nothing."""
    from spillover.partnerships.columns import BASE_UNITS, BASES, QUALIFIERS, SLUG, STAGES, is_unit
    from spillover.partnerships.dates import is_date

    closed = {"basis": BASES, "stage": STAGES, "qualifier": QUALIFIERS}
    if name in closed and text not in closed[name]:
        return f"Use one of {', '.join(closed[name])}."
    if name in ("as_of", "period_start", "period_end") and not is_date(text):
        return "Write 2024, 2024-03, 2024-03-07, early-2024, mid-2024 or late-2024."
    if name in ("programme", "measure", "source_id") and not re.fullmatch(SLUG, text):
        return "Use small letters, digits and underscores."
    if name == "unit" and not is_unit(text):
        return f"Use one of {', '.join(BASE_UNITS)}; for a rate with /day, /month or /year."
    if name == "region_code" and not re.fullmatch("[0-9]{4}", text):
        return "Write four digits: 8202 a district, 8200 a province, 0000 the nation."
    if name == "value" and not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        return "Write plain digits: 3500000000000."
    return ""


def _tell(problems: list[DataError]) -> None:
    """Say all problems and end, if there are any."""
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        raise typer.Exit(1)


def _own(ids: list[str], column: str) -> list[str]:
    """Programmes or sources that the bundled tables do not know."""
    from spillover.partnerships.ledger import read_claim_sources, read_programmes

    known = read_programmes()["programme_id"] if column == "programme" else read_claim_sources()["source_id"]
    return sorted(set(ids) - set(known))


def _at_terminal() -> bool:
    """Whether a person can answer."""
    return sys.stdin.isatty()
