"""``spillover validate``: how often each estimator and error is right where the truth is known."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from spillover.cli_errors import plain_errors, progress_bar

if TYPE_CHECKING:
    from spillover.validation.blocks import Task

VALIDATE_HELP = "\n\n".join(
    (
        "Simulate panels with a known truth on the real map, and count how often each method finds it.",
        "Districts, park sites and opening years are real; outcomes are simulated, as noisy as the IMK "
        "panel. Eight designs: errors independent (iid) or correlated in space and time (spatial), and 3, 8, "
        "20 or 50 districts near a new park. For each estimator and each way to judge its error it says "
        "how often a true null is rejected at 5 % (size; right: 0.05), how often the 95 % interval holds "
        "the truth (coverage; right: 0.95) and how often the planted effect is found (power).",
        "The work is done in blocks of 250 simulations. Each is kept as it ends: a run that was stopped goes "
        "on, and more simulations are added to those there are. The table is the same for any number of "
        "workers.",
    )
)
VALIDATE_EXAMPLES = """[b]Examples[/b]

spillover validate --dry-run : what would run

spillover validate --simulations 250 --designs spatial-8 : a first look, under a minute

spillover validate --out data/validation/coverage_simulated.csv : the committed table again

spillover validate --dask tcp://10.0.0.5:8786 : on a cluster"""
CACHE = Path(".cache/validate")
KEPT = "Finished blocks are kept"
SEED = 20261122


def validate(
    simulations: Annotated[int, typer.Option(min=1, help="Simulated panels for each design.")] = 2000,
    designs: Annotated[
        list[str] | None,
        typer.Option(help="Only this design, such as spatial-8 (repeatable); else all eight."),
    ] = None,
    out: Annotated[Path, typer.Option(help="The table, CSV.")] = Path("results/coverage_simulated.csv"),
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes on this machine.")] = 2,
    dask: Annotated[str, typer.Option(help="Address of a Dask scheduler, such as tcp://host:8786.")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same table.")] = SEED,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Use finished blocks of the same code, or none.")
    ] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would run; change nothing.")] = False,
) -> None:
    """Planted truths: `VALIDATE_HELP`."""
    with plain_errors(KEPT):
        from spillover.atomic import write_atomic
        from spillover.validation.blocks import DESIGNS, tasks_of
        from spillover.validation.results import summarise, to_csv
        from spillover.validation.run import code_key, run

        tasks = tasks_of(simulations, designs or DESIGNS, seed)
        folder = CACHE / code_key()
        if dry_run:
            _show_plan(tasks, folder, resume, out)
            return
        if not resume:
            shutil.rmtree(folder, ignore_errors=True)
        with progress_bar() as bar:
            shown = bar.add_task("simulating", total=len(tasks))
            blocks = run(tasks, folder, workers=workers, dask=dask, done=lambda task: bar.advance(shown))
        table = summarise(blocks)
        write_atomic(out, to_csv(table))
        cells = f"{table['design'].nunique()} designs, {len(table)} cells, {simulations:,} simulations each"
        typer.echo(f"{out}: {cells}, seed {seed}")
        tests = table[table["inference"].eq("relocation_coast") & table["estimator"].eq("twfe")]
        for design, rate in zip(tests["design"], tests["rejection_rate"], strict=True):
            typer.echo(f"{design:<11} relocation test rejects a true null in {rate:.3f} (nominal 0.050)")


def _show_plan(tasks: list[Task], folder: Path, resume: bool, out: Path) -> None:
    there = [task for task in tasks if resume and (folder / task.file).exists()]
    for design in dict.fromkeys(task.design for task in tasks):
        mine = [task for task in tasks if task.design == design]
        kept = sum(task in there for task in mine)
        typer.echo(
            f"{design:<11} {max(task.last for task in mine):>6,} simulations, {len(mine)} blocks, {kept} done"
        )
    typer.echo(f"would run {len(tasks) - len(there)} blocks and write {out}")
