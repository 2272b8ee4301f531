"""``spillover figures``: the figures of a text, each with its quotation."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import plain_errors, progress_bar

if TYPE_CHECKING:
    import pandas as pd

FIGURES_HELP = "\n\n".join(
    (
        "Print the figures of a news text, Indonesian or English: money, counts, shares, durations.",
        "Each line shows the number in base units, its unit, how sure the text is (about, at least, at most, "
        "a range), the period that the sentence names, and the words as printed. Dates, laws, codes and "
        "telephone numbers are left out.",
    )
)
FIGURES_EXAMPLES = """[b]Examples[/b]

spillover figures release.txt : a table

spillover figures release.html --published 2025-06-20 : "last year" becomes 2024

pdftotext report.pdf - | spillover figures - --json : for another program"""
LARGEST = 50_000_000


def figures(
    file: Annotated[str, typer.Argument(help="A text or HTML file, or - for standard input.")],
    published: Annotated[
        str, typer.Option(help="Day of publication (2025-06-20), for words such as tahun lalu.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON list instead of a table.")] = False,
) -> None:
    """Print the figures of a text."""
    with plain_errors("Nothing was written"):
        from spillover.partnerships.figures import extract_figures

        text = _text(file)
        with progress_bar() as bar:
            bar.add_task("reading", total=None)
            table = extract_figures(text, published or None)
        if as_json:
            typer.echo(_json(table))
        elif table.empty:
            typer.echo("no figures found")
        else:
            _show(table)


def _text(file: str) -> str:
    """The text of a file or of standard input, in UTF-8 or Windows-1252."""
    from spillover.bps.decode import UTF16_BOMS, decode_text
    from spillover.errors import DataError
    from spillover.partnerships.grammar.words import check_text

    name = "standard input" if file == "-" else Path(file).name
    try:
        data = sys.stdin.buffer.read(LARGEST + 1) if file == "-" else _read(Path(file))
    except OSError as error:
        problem = error.strerror or "cannot be read"
        raise DataError(
            name, problem, remedy="give the path of a text file, or - for standard input"
        ) from error
    if len(data) > LARGEST:
        raise DataError(name, f"more than {LARGEST // 1_000_000} MB", remedy="split the text")
    if not data.startswith(UTF16_BOMS):  # a PDF or an archive is told before its bytes are read as letters
        check_text(data[:4096].decode("latin-1"), name)
    try:
        return decode_text(data, name)
    except DataError as error:
        raise DataError(name, error.problem, error.offenders, "save the text as UTF-8") from error


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)


def _json(table: pd.DataFrame) -> str:
    """The rows as JSON; what is missing is null."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _show(table: pd.DataFrame) -> None:
    """A table that fits the screen; in a pipe it is not cut."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 200)
    shown = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("kind", "value", "unit", "", "period", "as printed"):
        shown.add_column(head, justify="right" if head == "value" else "left", overflow="fold")
    for row in table.itertuples():
        high = "" if row.value_high != row.value_high else f" – {row.value_high:,.15g}"
        period = " – ".join(p for p in (row.period_start, row.period_end) if p)
        sure = "" if row.qualifier == "exact" else row.qualifier.replace("_", " ")
        printed = " ".join(row.quote.split())
        shown.add_row(row.kind, f"{row.value:,.15g}{high}", row.unit, sure, period, escape(printed))
    console.print(shown)
    typer.echo(f"{len(table)} figures")
