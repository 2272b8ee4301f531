"""``spillover clean``: tables as downloaded → one long table; ``spillover fetch``: tables of the web API."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import plain_errors
from spillover.errors import DataError

if TYPE_CHECKING:
    from rich.progress import Progress

    from spillover.bps.measures import Declared
    from spillover.bps.reading import Cleaning, FileAccount

SHOWN = 10
UNCHANGED = "What was written before is as it was"
CLEAN_EXAMPLES = """[b]Examples[/b]

spillover clean downloads/ : all tables of a folder into cleaned/

spillover clean poverty.xlsx --dry-run : read it and say what comes out; write nothing

spillover clean imk.csv --indicator imk_establishments --unit unit --year 2023 : what the file does not say

spillover report --data cleaned : the reports with your tables"""
FETCH_EXAMPLES = """[b]Examples[/b]

spillover fetch poverty --years 2018:2023 : the poverty line of all provinces

spillover fetch imk --out mine : micro and small industry, into mine/raw with its source record

spillover fetch 195 --domain 0000 --dry-run : what would be asked for

BPS gives keys for free (webapi.bps.go.id). Set it as BPS_API_KEY, or type it when asked; it is not kept."""


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
    out: Annotated[Path, typer.Option(help="Folder for the result.")] = Path("cleaned"),
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
    """Clean BPS tables as downloaded into one long table.

    Reads CSV, XLSX, XLS, HTML, JSON of the web API and ZIP of any of these. Every cell is either right or its
    table is refused by name: nothing is guessed. Writes indicators.csv, indicators.parquet, cleaning.json
    (what was read, set aside and refused) and sources.yml; the folder then serves as your data:

    spillover report --data cleaned
    """
    from spillover.bps.measures import Declared
    from spillover.bps.writing import write_cleaning

    dash = "zero_shown_as_dash" if dash_is_zero else ""
    declared = Declared(indicator, unit, year, number_style.value, codes.value, province, dash)
    with plain_errors(UNCHANGED, "run the same command again"), TemporaryDirectory() as spare:
        cleaning = _cleaned(paths, declared, Path(spare) if vintage is None else None)
        if vintage is not None:
            from spillover.bps.vintaged import at_vintage

            cleaning = at_vintage(cleaning, vintage, weight=weight, territory=territory.value)
        for account in cleaning.files:
            _say_file(account)
        refused = [account for account in cleaning.files if account.refused]
        _say_total(cleaning, len(refused))
        if not dry_run and not (strict and refused):
            written = write_cleaning(cleaning, out)
            for path in written:
                typer.echo(path)
            if not written:
                typer.echo(f"nothing was read: {out} stays as it was", err=True)
        if refused:
            raise typer.Exit(1)


def _cleaned(paths: list[Path], declared: Declared, spill_to: Path | None) -> Cleaning:
    from spillover.bps.reading import clean_files

    with _bar() as bar:
        task = bar.add_task("", total=None)

        def on_file(number: int, of: int, path: Path) -> None:
            bar.update(task, description=path.name, completed=number - 1, total=of)

        return clean_files(paths, declared, on_file=on_file, spill_to=spill_to)


def _bar() -> Progress:
    """A bar on a terminal, which goes when done; nothing anywhere else."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _say_file(account: FileAccount) -> None:
    """One line for a file that was read, the whole message for one that was refused."""
    if account.refused:
        for line in account.refused:
            typer.echo(f"refused  {line}", err=True)
        return
    missing = sum(account.missing.values())
    aside = ", ".join(f"{n} {what}" for what, n in sorted(account.set_aside.items()))
    parts = [f"{account.cells:,} cells"]
    parts += [f"{missing:,} missing"] if missing else []
    parts += [f"set aside: {aside}"] if aside else []
    typer.echo(f"read     {Path(account.file).name}: {'; '.join(parts)}")
    for line in account.disagreements[:SHOWN]:
        typer.echo(f"         {line}")
    if len(account.disagreements) > SHOWN:
        typer.echo(f"         … {len(account.disagreements) - SHOWN} more totals differ (cleaning.json)")


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


def fetch(
    what: Annotated[
        str,
        typer.Argument(
            help="imk, poverty, poverty_rate, tpt, grdp, the number of a variable, static:ID or simdasi:ID."
        ),
    ],
    domain: Annotated[str, typer.Option(help="0000 the nation, 7200 a province, 7203 a district.")] = "0000",
    years: Annotated[str, typer.Option(help="2020, 2018:2023 or 2018,2020; all if left out.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Your data folder [default: SPILLOVER_DATA, else ./mine].")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask BPS again for what is kept.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Use only what is kept; ask nothing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched; ask nothing.")
    ] = False,
) -> None:
    """Fetch a table of the BPS web API into your data folder, with the record of its source.

    The table is read at once, so that what BPS sends is either understood or refused; spillover report --data
    FOLDER then uses it.
    """
    from spillover.bps.downloads import data_folder, fetch_into
    from spillover.bps.webapi import Client

    with plain_errors(UNCHANGED):
        wanted = years_of(years)
        folder = data_folder(out)
        if dry_run:
            span = ", ".join(map(str, wanted)) or "all years"
            typer.echo(f"would fetch {what} of domain {domain}, {span}, into {folder}")
            return
        with _bar() as bar, Client(offline=offline, refresh=refresh) as client:
            task = bar.add_task(what, total=None)

            def on_page(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            written = fetch_into(folder, what, domain, wanted, client=client, on_page=on_page)
        for line in written:
            typer.echo(line)


def years_of(text: str) -> list[int]:
    """Years as a person types them: "2020", "2018:2023", "2018,2020".

    Examples
    --------
    >>> years_of("2018:2020,2023")
    [2018, 2019, 2020, 2023]
    """
    years: list[int] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        first, colon, last = part.partition(":")
        last = last if colon else first
        if not all(p.isascii() and p.isdigit() and len(p) == 4 for p in (first, last)) or last < first:
            raise DataError("--years", "not a year", [part], 'write "2020", "2018:2023" or "2018,2020"')
        years += range(int(first), int(last) + 1)
    return list(dict.fromkeys(years))
