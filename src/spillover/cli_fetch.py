"""``spillover fetch``: tables of the BPS web API into the user's data folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from spillover.cli_errors import UNCHANGED, plain_errors, progress_bar
from spillover.errors import DataError

FETCH_HELP = "\n\n".join(
    (
        "Fetch a table of the BPS web API into your data folder, with the record of its source.",
        "What BPS sends is read at once: it is understood, or refused and kept nowhere. The file as BPS "
        "sent it is then in raw/ of the folder, its record in sources.yml. The folder serves as your data:  "
        "spillover report --data mine",
    )
)
FETCH_EXAMPLES = """[b]Examples[/b]

spillover fetch poverty --years 2018-2023 : the poverty line of all provinces

spillover fetch imk --out mine : micro and small industry, into mine/raw with its source record

spillover fetch imk --domain 7200 --years 2019-2023 --dry-run : what would be asked for

BPS gives keys for free (webapi.bps.go.id). Set it as BPS_API_KEY, or type it when asked; it is not kept."""


def fetch(
    what: Annotated[
        str,
        typer.Argument(
            help="imk, poverty, poverty_rate, tpt, grdp, the number of a variable, static:ID or simdasi:ID."
        ),
    ],
    domain: Annotated[str, typer.Option(help="0000 the nation, 7200 a province, 7203 a district.")] = "0000",
    years: Annotated[str, typer.Option(help="2020, 2018-2023 or 2018,2020; all if left out.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Your data folder; if left out SPILLOVER_DATA, else mine.")
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask BPS again for what is kept.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Use only what is kept; ask nothing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be fetched; ask nothing.")
    ] = False,
) -> None:
    """Fetch a table of the BPS web API into your data folder: `FETCH_HELP`."""
    with plain_errors(UNCHANGED):
        from spillover.bps.downloads import data_folder, fetch_into
        from spillover.bps.webapi import Client

        wanted = years_of(years)
        folder = data_folder(out)
        if dry_run:
            span = ", ".join(map(str, wanted)) or "all years"
            typer.echo(f"would fetch {what} of domain {domain}, {span}, into {folder}")
            return
        with progress_bar() as bar, Client(offline=offline, refresh=refresh) as client:
            task = bar.add_task(what, total=None)

            def on_page(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            written = fetch_into(folder, what, domain, wanted, client=client, on_page=on_page)
        for line in written:
            typer.echo(line)


def years_of(text: str) -> list[int]:
    """Years as a person types them: "2020", "2018:2023" or "2018-2023", "2018,2020".

    Examples
    --------
    >>> years_of("2018:2020,2023")
    [2018, 2019, 2020, 2023]
    """
    years: list[int] = []
    for part in filter(None, (p.strip() for p in text.split(","))):
        first, *rest = re.split(r"\s*[:–-]\s*", part, maxsplit=1)
        last = rest[0] if rest else first
        if not all(p.isascii() and p.isdigit() and len(p) == 4 for p in (first, last)) or last < first:
            raise DataError("--years", "not a year", [part], 'write "2020", "2018-2023" or "2018,2020"')
        years += range(int(first), int(last) + 1)
    return list(dict.fromkeys(years))
