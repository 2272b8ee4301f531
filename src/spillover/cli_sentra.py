"""``spillover sentra`` and ``spillover sentra-form``: where an SME centre could work."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import UNCHANGED, plain_errors, progress_bar
from spillover.cli_sentra_answer import say_files, say_study, say_unweighted
from spillover.errors import DataError, printable
from spillover.sentra.publish import criteria_csv

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.page import Store
    from spillover.sentra.study import SentraStudy

SENTRA_HELP = "\n\n".join(
    (
        "Study where in a province a centre for small and medium industry (sentra IKM) could work.",
        "Districts are compared by what the parks around them need, by access and by the firms that exist. "
        "Each rank comes with the probability of being among the first three and an interval: 2,000 draws of "
        "weights, data ranges and missing values.",
        "In --out are then, replaced all at once:",
        "[b]sentra_7200.html[/b]: the study in Indonesian and English, one file without scripts",
        "[b]sentra_7200.xlsx[/b]: every figure with unit, year and source; weights to edit",
        "[b]figures/[/b]: the figures as SVG",
        "[b]weights.csv[/b]: criteria and weights to edit; never replaced once it is yours",
        "Change a weight in the workbook (sheet Criteria) or in weights.csv, and run again with --weights: "
        "what was collected is kept in --out/.cache, so that this takes seconds.",
    )
)
SENTRA_EXAMPLES = """[b]Examples[/b]

spillover sentra --province 7200 --out palu : Sulawesi Tengah with the bundled weights

spillover sentra --province 7200 --out palu --weights palu/sentra_7200.xlsx : with the weights edited there

spillover sentra --province 7200 --out palu --needs form.xlsx : with what offices answered

spillover sentra --province 8200 --out ternate --dry-run : check and say; write nothing"""
FORM_HELP = "\n\n".join(
    (
        "Write the blank needs form that an office fills in during a group discussion.",
        "XLSX has instructions and a sheet for each district; CSV has all districts below each other. "
        "Filled in, it is read by  spillover sentra --needs.",
    )
)
FORM_EXAMPLES = """[b]Examples[/b]

spillover sentra-form --province 7200 formulir.xlsx

spillover sentra-form --province 8200 form.csv --lang en"""


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: a study makes very many objects and hardly any cycle among them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class FormLang(StrEnum):
    """Languages of the form."""

    id = "id"
    en = "en"


Province = Annotated[str, typer.Option(help="BPS code of the province: 7200 is Sulawesi Tengah.")]


def sentra(
    province: Province,
    out: Annotated[Path, typer.Option(help="Folder for the study.")],
    weights: Annotated[
        Path | None, typer.Option(help="Criteria and weights of your own: CSV, or the workbook edited.")
    ] = None,
    needs: Annotated[Path | None, typer.Option(help="The needs form, filled in: XLSX or CSV.")] = None,
    normalise: Annotated[
        bool, typer.Option("--normalise", help="Rescale weights that do not sum to 1, instead of refusing.")
    ] = False,
    draws: Annotated[int, typer.Option(min=100, max=100_000, help="Draws of the Monte Carlo.")] = 2000,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and say; write nothing.")] = False,
) -> None:
    """Where an SME centre could work: `SENTRA_HELP`."""
    with (
        plain_errors(UNCHANGED, "run the same command again"),
        TemporaryDirectory() as spare,
        uncollected(),
    ):
        from spillover.sentra.criteria import read_criteria
        from spillover.sentra.notes import check_folder, check_workbook, kept_folder
        from spillover.sentra.page import Store
        from spillover.sentra.publish import write_study
        from spillover.sentra.store import store_key
        from spillover.sentra.supply import districts_of

        out = out.expanduser()
        weights, needs = (None if file is None else file.expanduser() for file in (weights, needs))
        districts_of(province)
        check_folder(out, province)
        own = None if weights is None else _read(weights, normalise=normalise)
        check_workbook(out, province, weights, read_criteria() if own is None else own)
        given = None if weights is None or own is None else Path(spare) / f"{weights.stem}.csv"
        if given is not None and own is not None:
            given.write_text(criteria_csv(own), encoding="utf-8")  # read quickly, its weights rescaled
        if dry_run:
            _plan(province, out, given, needs)
            return
        with progress_bar() as bar:
            task = bar.add_task("", total=4)

            def step(text: str) -> None:
                bar.update(task, description=text, advance=0 if text.startswith("reading") else 1)

            store = Store(kept_folder(out, province), store_key(province))
            study = _study(province, store, given, needs, draws, step)
            study = study if own is None else study._replace(criteria=own)
            say_study(study)
            written = write_study(study, out, store, step)
        say_files(study, written, out)


def sentra_form(
    file: Annotated[Path, typer.Argument(help="The form to write; ends in .xlsx or .csv.")],
    province: Province,
    lang: Annotated[FormLang, typer.Option(help="Language of the questions.")] = FormLang.id,
) -> None:
    """Write the blank form: `FORM_HELP`."""
    with plain_errors(UNCHANGED, "run the same command again"), TemporaryDirectory() as spare:
        from spillover.atomic import write_atomic
        from spillover.sentra.needs_blank import write_blank_form

        file = file.expanduser()
        if file.exists():
            remedy = "a form that was filled in is never replaced: give another name"
            raise DataError(str(file), "the file is there already", remedy=remedy)
        made = Path(spare) / file.name
        form = write_blank_form(made, province, lang.value)
        write_atomic(file, made.read_bytes())
        districts = form["region_code"].nunique()
        typer.echo(printable(str(file)))
        typer.echo(f"{districts} districts, {len(form) // districts} questions each; when filled in:")
        typer.echo(printable(f"spillover sentra --province {province} --out sentra --needs {file}"))


def _read(weights: Path, *, normalise: bool) -> pd.DataFrame:
    """The criteria of a file; what to do about their sum in the words of the command."""
    from spillover.sentra.criteria import read_criteria

    if not weights.is_file():
        remedy = "give a CSV, or the workbook of an earlier run"
        raise DataError(str(weights), "there is no such file of weights", remedy=remedy)
    try:
        return read_criteria(weights, normalise=normalise)
    except DataError as error:
        remedy = error.remedy.replace("ask for normalise=True, which", "add --normalise, which")
        raise DataError(error.where, error.problem, error.offenders or None, remedy) from error


def _plan(province: str, out: Path, weights: Path | None, needs: Path | None) -> None:
    """What a run would do, after its input was checked."""
    from spillover.sentra.criteria import read_criteria
    from spillover.sentra.needs import read_needs_form
    from spillover.sentra.notes import FIGURES, WEIGHTS, files_of, kept_folder
    from spillover.sentra.store import kept_tables, store_key

    criteria = read_criteria(weights)
    typer.echo(f"{len(criteria)} criteria, {'your own' if weights else 'bundled'} weights: in order")
    say_unweighted(criteria)
    if needs is not None:
        form = read_needs_form(needs, province=province)
        typer.echo(f"{int(form.answers['answered'].sum())} answers in {needs.name}: in order")
    kept = kept_tables(kept_folder(out, province), store_key(province)) is not None
    typer.echo("what was collected is kept" if kept else "would collect the tables of the province")
    for name in (*files_of(province), f"{FIGURES}/", WEIGHTS):
        there = (out / name).exists()
        verb = "would keep" if there and name == WEIGHTS else "would replace" if there else "would write"
        unused = " (not used unless given with --weights)" if verb == "would keep" else ""
        typer.echo(printable(f"{verb} {out / name}{unused}"))


def _study(
    province: str,
    store: Store,
    weights: Path | None,
    needs: Path | None,
    draws: int,
    step: Callable[[str], None],
) -> SentraStudy:
    from spillover.sentra.needs import read_needs_form
    from spillover.sentra.store import facts_of
    from spillover.sentra.study import sentra_study

    step("reading the tables of the province")
    if needs is not None:
        read_needs_form(needs, province=province)  # its faults are said before anything is kept
    facts = facts_of(province, store.folder, store.key)
    step("ranking")
    return sentra_study(province, weights=weights, needs=needs, facts=facts, draws=draws)
