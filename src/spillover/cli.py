"""The command line: ``spillover report``, ``check``, ``clean``, ``fetch``, ``figures`` and others."""

from __future__ import annotations

import atexit
import gc
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spillover import cli_data, cli_fetch, cli_figures, cli_ledger, cli_sentra, cli_validate
from spillover.cli_errors import plain_errors

if TYPE_CHECKING:
    from spillover.report.build import Built, Options

app = typer.Typer(
    help="What happens to small firms around Indonesia's nickel parks: data, estimates, bilingual reports.",
    epilog="Begin with:  spillover report --open",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Lang(StrEnum):
    """Languages to build."""

    id = "id"
    en = "en"
    both = "both"


Data = Annotated[
    Path | None,
    typer.Option(help="Your own data folder, laid over the bundled data (also: SPILLOVER_DATA)."),
]

app.command(help=cli_data.CLEAN_HELP, epilog=cli_data.CLEAN_EXAMPLES)(cli_data.clean)
app.command(help=cli_fetch.FETCH_HELP, epilog=cli_fetch.FETCH_EXAMPLES)(cli_fetch.fetch)
app.command(help=cli_figures.FIGURES_HELP, epilog=cli_figures.FIGURES_EXAMPLES)(cli_figures.figures)
app.add_typer(cli_ledger.app, name="ledger")
app.command(help=cli_sentra.SENTRA_HELP, epilog=cli_sentra.SENTRA_EXAMPLES)(cli_sentra.sentra)
app.command("sentra-form", help=cli_sentra.FORM_HELP, epilog=cli_sentra.FORM_EXAMPLES)(cli_sentra.sentra_form)
app.command(help=cli_validate.VALIDATE_HELP, epilog=cli_validate.VALIDATE_EXAMPLES)(cli_validate.validate)


def _use_data(folder: Path | None) -> None:
    """Lay the folder over the bundled data, here and in the notebooks that are run."""
    if folder is not None:
        os.environ["SPILLOVER_DATA"] = str(folder.expanduser().resolve())


def main() -> None:
    """Entry point of the command ``spillover``."""
    atexit.register(gc.freeze)  # what is left goes with the process: to look through it takes a while
    app()


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"spillover {version('spillover')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


@app.command(
    epilog="""[b]Examples[/b]

spillover report --dry-run : what would run

spillover report --lang id --open : Indonesian only, then show it

spillover report --only 03_sme_growth : one page, the others stay

spillover report --data mine : your data, as spillover clean made it, over the bundled"""
)
def report(
    lang: Annotated[Lang, typer.Option(help="Language of the pages.")] = Lang.both,
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only this notebook (repeatable; '03' is enough if it is unique)."),
    ] = None,
    show: Annotated[bool, typer.Option("--open", help="Open the first page in the browser.")] = False,
    jobs: Annotated[int, typer.Option(min=1, max=16, help="Notebooks that run at the same time.")] = 2,
    out: Annotated[Path, typer.Option(help="Folder of the pages.")] = Path("reports"),
    results: Annotated[Path, typer.Option(help="Folder of the tables and figures as files.")] = Path(
        "results"
    ),
    data: Data = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run; change nothing.")] = False,
) -> None:
    """Run the notebooks that changed and publish the reports in both languages.

    A notebook runs again only if it, the library, a data file or the pinned environment changed.
    The pages are replaced all at once, and only if every notebook succeeded.
    """
    with plain_errors():
        _use_data(data)
        options = _options(lang, only or [], jobs, out, results)
        if dry_run:
            _show_plan(options)
            return
        from spillover.report.build import build
        from spillover.report.progress import Progress

        with Progress() as progress:
            built = build(options, progress)
        _show_built(built)
        if show and built.pages:
            typer.launch(built.pages[0].resolve().as_uri())


@app.command(
    epilog="""[b]Examples[/b]

spillover check : all files and tables

spillover check --accept parks : you changed parks.csv and mean it"""
)
def check(
    accept: Annotated[
        list[str] | None, typer.Option(help="Record the present sha256 of this source (repeatable).")
    ] = None,
    data: Data = None,
) -> None:
    """Check the data: every file of data/sources.yml, every table; exit code 1 if anything is wrong."""
    with plain_errors():
        _use_data(data)
        from spillover.check import accept as record
        from spillover.check import check_data

        for source in accept or []:
            typer.echo(f"{source}: {'recorded' if record(source) else 'was recorded already'}")
        checked = check_data()
        width = max(len(c.what) for c in checked)
        for line in checked:
            rows = "" if line.rows is None else f"{line.rows:,}"
            typer.echo(f"{line.what:<{width}}  {rows:>9}  {'wrong' if line.problem else 'ok'}")
        problems = [c.problem for c in checked if c.problem]
        for problem in problems:
            typer.echo(problem, err=True)
        if problems:
            raise typer.Exit(1)


def _options(lang: Lang, only: list[str], jobs: int, out: Path, results: Path) -> Options:
    """The build that was asked for; folders that are not absolute are those of the project."""
    from spillover.report.build import Options
    from spillover.report.notebooks import LANGS, find_root

    root = find_root(Path.cwd())
    langs = LANGS if lang is Lang.both else (lang.value,)
    return Options(root, langs, tuple(only), root / out, root / results, jobs)


def _show_plan(options: Options) -> None:
    from spillover.report.build import plan

    for page, runs in plan(options).items():
        typer.echo(f"{'would execute' if runs else 'unchanged'} {page.notebook} ({page.lang})")


def _show_built(built: Built) -> None:
    """How long the steps took (each run was told as it ended), and where the pages are."""
    for page in built.unchanged:
        typer.echo(f"unchanged {page.notebook} ({page.lang})")
    if built.rendered:
        typer.echo(f"rendered {len(built.rendered)} pages {sum(built.rendered.values()):.1f} s")
    for line in built.dropped:
        typer.echo(line)
    typer.echo(f"total {built.seconds:.1f} s")
    for path in built.pages:
        typer.echo(os.path.relpath(path))


if __name__ == "__main__":
    main()
