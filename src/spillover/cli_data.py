"""``spillover clean``: tables as downloaded → one long table."""

from __future__ import annotations

import os
from collections import Counter
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import UNCHANGED, plain_errors, progress_bar
from spillover.errors import DataError, printable

if TYPE_CHECKING:
    from spillover.bps.fileaccounts import FileAccount
    from spillover.bps.measures import Declared
    from spillover.bps.reading import Cleaning

SHOWN = 10
# Paragraphs are single lines here: Typer keeps the line ends of a docstring.
CLEAN_HELP = "\n\n".join(
    (
        "Clean BPS tables as downloaded into one long table.",
        "Reads CSV, XLSX, XLS, HTML, JSON of the web API and ZIP of these, whatever the file is called. "
        "Every cell is either right or its file is refused by name, with what to do: nothing is guessed. "
        "The others are written all the same; exit code 1 if any is refused.",
        "In --out are then, replaced all at once:",
        "[b]indicators.csv[/b], [b]indicators.parquet[/b]: the long table (region_code, year, period, "
        "indicator, source_id, value, unit, status, missing_reason)",
        "[b]cleaning.json[/b]: what was read, set aside, remarked and refused, file by file",
        "[b]sources.yml[/b]: a record for each file; what you complete in it is kept",
        "The folder serves as your data:  spillover report --data cleaned",
    )
)
CLEAN_EXAMPLES = """[b]Examples[/b]

spillover clean downloads/ : all tables of a folder into cleaned/

spillover clean poverty.xlsx --dry-run : read it and say what comes out; write nothing

spillover clean imk.csv --indicator imk_establishments --unit unit --year 2023 : what the file does not say

spillover report --data cleaned : the reports with your tables"""


class NumberStyle(StrEnum):
    """How numbers are written."""

    auto = "auto"
    id = "id"
    en = "en"


class Codes(StrEnum):
    """Code systems of regions."""

    auto = "auto"
    bps = "bps"
    bps_2021 = "bps_2021"
    kemendagri = "kemendagri"


class Territory(StrEnum):
    """Area that rows cover."""

    native = "native"
    today = "today"


def clean(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders with files, as downloaded.")],
    out: Annotated[Path, typer.Option(help="Folder for the result; an earlier one is replaced.")] = Path(
        "cleaned"
    ),
    indicator: Annotated[
        str, typer.Option(help="Name of the indicator, where the file does not say it.")
    ] = "",
    unit: Annotated[str, typer.Option(help="Unit, as BPS writes it: 'ribu rupiah'.")] = "",
    year: Annotated[str, typer.Option(help="Year, where the file does not say it.")] = "",
    number_style: Annotated[
        NumberStyle,
        typer.Option(help="id: 1.234,56 · en: 1,234.56 · auto: all cells together decide, or refuse."),
    ] = NumberStyle.auto,
    codes: Annotated[
        Codes, typer.Option(help="Code system of the regions; auto: the set as a whole decides, or refuses.")
    ] = Codes.auto,
    province: Annotated[str, typer.Option(help="Code of the province of a provincial table: 7200.")] = "",
    dash_is_zero: Annotated[
        bool, typer.Option("--dash-is-zero", help="'-' stands for zero here (recorded, not filled in).")
    ] = False,
    vintage: Annotated[
        int | None,
        typer.Option(min=2000, max=2025, help="Bring counts and money to the districts of this year."),
    ] = None,
    weight: Annotated[
        str,
        typer.Option(help="With --vintage: indicator that averages rates and splits values (population)."),
    ] = "",
    territory: Annotated[
        Territory, typer.Option(help="With --vintage: area of the rows; today for back-cast series.")
    ] = Territory.native,
    strict: Annotated[bool, typer.Option("--strict", help="Write nothing if anything is refused.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and say; write nothing.")] = False,
) -> None:
    """Clean BPS tables as downloaded into one long table: `CLEAN_HELP`."""
    with plain_errors(UNCHANGED, "run the same command again"), TemporaryDirectory() as spare:
        from spillover.bps.measures import Declared  # takes seconds, in which it may be stopped

        dash = "zero_shown_as_dash" if dash_is_zero else ""
        declared = Declared(indicator, unit, year, number_style.value, codes.value, province, dash)
        out = out.expanduser()
        if not dry_run:
            _check_out(out)
        cleaning = _cleaned(paths, declared, Path(spare) if vintage is None else None)
        if vintage is not None:
            from spillover.bps.vintaged import at_vintage

            cleaning = at_vintage(cleaning, vintage, weight=weight, territory=territory.value)
        refused = sum(bool(account.refused) for account in cleaning.files)
        _say(cleaning, refused)
        if dry_run:
            typer.echo("dry run: nothing is written")
        elif strict and refused:
            typer.echo(f"--strict: nothing is written; {out} stays as it was", err=True)
        else:
            _write(cleaning, out)
        if refused:
            raise typer.Exit(1)


def _check_out(out: Path) -> None:
    """Raise at once, not after all files were read, if the result cannot be written there."""
    there = next(place for place in (out, *out.absolute().parents) if place.exists())
    remedy = "choose another folder with --out"
    if not there.is_dir():
        raise DataError(str(there), "a file, where the folder for the result is to be", remedy=remedy)
    if not os.access(there, os.W_OK | os.X_OK):
        raise DataError(str(there), "nothing may be written there", remedy=remedy)


def _cleaned(paths: list[Path], declared: Declared, spill_to: Path | None) -> Cleaning:
    from spillover.bps.reading import clean_files

    with progress_bar() as bar:
        task = bar.add_task("", total=None)

        def on_file(number: int, of: int, path: Path) -> None:
            # How far a single file is read is not known: the bar only moves.
            bar.update(task, description=path.name, completed=number - 1, total=of if of > 1 else None)

        return clean_files(paths, declared, on_file=on_file, spill_to=spill_to)


def _write(cleaning: Cleaning, out: Path) -> None:
    from spillover.bps.writing import write_cleaning

    with progress_bar() as bar:
        bar.add_task(f"writing {out}", total=None)
        written = write_cleaning(cleaning, out)
    for path in written:
        typer.echo(printable(str(path)))
    if not written:
        typer.echo(f"nothing was read: {out} stays as it was", err=True)


def _say(cleaning: Cleaning, refused: int) -> None:
    """A line for each file, and one for all; files of one name with their folder."""
    names = Counter(Path(account.file).name for account in cleaning.files)
    for account in cleaning.files:
        path = Path(account.file)
        _say_file(account, str(path) if names[path.name] > 1 else path.name)
    _say_total(cleaning, refused)


def _say_file(account: FileAccount, name: str) -> None:
    """One line for a file that was read, the whole message for one that was refused."""
    if account.refused:
        for line in account.refused:
            own = Path(account.file).name
            typer.echo(
                f"refused  {name}{line.removeprefix(own) if line.startswith(own) else ': ' + line}", err=True
            )
        return
    missing = sum(account.missing.values())
    aside = ", ".join(f"{n} {what}" for what, n in sorted(account.set_aside.items()))
    parts = [f"{account.cells:,} cells"]
    parts += [f"{missing:,} missing"] if missing else []
    parts += [f"set aside: {aside}"] if aside else []
    typer.echo(f"read     {name}: {'; '.join(parts)}")
    for lines, what in ((account.remarks, "remarks"), (account.disagreements, "totals differ")):
        for line in lines[:SHOWN]:
            typer.echo(f"         {line}")
        if len(lines) > SHOWN:
            typer.echo(f"         … {len(lines) - SHOWN} more {what} (cleaning.json)")


def _say_total(cleaning: Cleaning, refused: int) -> None:
    table, big = cleaning.table, cleaning.spilled
    read = len(cleaning.files) - refused
    rows = len(table) + sum(spilled.rows for spilled in big)
    typer.echo(f"{read} of {len(cleaning.files)} files read, {refused} refused; {rows:,} rows")
    if rows:
        spans = [year for spilled in big for year in (spilled.first_year, spilled.last_year)]
        spans += [table["year"].min(), table["year"].max()] if len(table) else []
        first, last = min(spans), max(spans)
        years = f"{first}–{last}" if first < last else str(first)
        names = sorted(
            {*table["indicator"].unique(), *(name for spilled in big for name in spilled.indicators)}
        )
        more = f", … ({len(names)})" if len(names) > SHOWN else ""
        typer.echo(f"{years}; {', '.join(names[:SHOWN])}{more}")
