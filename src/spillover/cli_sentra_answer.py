"""What ``spillover sentra`` says when it is done: who comes first, how surely, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from spillover.errors import DataError, printable

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.study import SentraStudy

TOP = 3
SURE, RARE = 0.99, 0.01  # beyond them a share of draws is said to be more or less than that


def say_study(study: SentraStudy) -> None:
    """Who comes first, how surely, and what changed: known before the files are written."""
    _say_ranks(study)
    say_unweighted(study.criteria)
    if study.needs is not None:
        answers, treated = study.needs.answers, len(study.needs.treatments)
        typer.echo(
            f"{int(answers['answered'].sum())} answers of the form; {treated} cells treated (workbook)"
        )
    if study.changed is not None:
        _say_changes(study, study.changed)


def say_files(study: SentraStudy, written: list[Path], out: Path) -> None:
    """What was written, and what was left as it was."""
    figures = [path for path in written if path.suffix == ".svg"]
    for path in written:
        if path.suffix != ".svg":
            typer.echo(printable(str(path)))
    typer.echo(printable(f"{out / 'figures'}: {len(figures)} SVG files"))
    if out / "weights.csv" not in written:
        typer.echo(printable(f"{out / 'weights.csv'}: {_left(out / 'weights.csv', study)}"))


def _left(file: Path, study: SentraStudy) -> str:
    """What is said of a table of weights that was there already."""
    from spillover.sentra.criteria import read_criteria
    from spillover.sentra.notes import criteria_digest

    try:
        found = criteria_digest(read_criteria(file, normalise=True))
    except DataError as error:
        return f"yours, left as it is; it was not used, and it cannot be read as weights ({error.problem})"
    if found == criteria_digest(study.criteria):
        return "as it was"
    if found == criteria_digest(read_criteria()):
        return "the bundled weights, as it was"
    return f"yours, left as it is; it was not used: give it with --weights {file}"


def say_unweighted(criteria: pd.DataFrame) -> None:
    """The criteria of the bundled table that weights of one's own do not name."""
    from spillover.sentra.criteria import read_criteria

    gone = [name for name in read_criteria()["criterion_id"] if name not in set(criteria["criterion_id"])]
    if gone:
        typer.echo(f"not in your weights, weigh nothing: {', '.join(gone)}")


def _names(study: SentraStudy) -> dict[str, str]:
    from spillover.sentra.supply import districts_of

    return {r.region_code: r.name for r in districts_of(study.province).itertuples()}


def _say_ranks(study: SentraStudy) -> None:
    from spillover.display.sentra_words import most_probable

    names, ranks = _names(study), study.ranks
    draws = int(ranks["draws"].iloc[0])
    typer.echo(f"{len(ranks)} districts, {len(study.criteria)} criteria, {draws:,} draws")
    for row in most_probable(study).head(TOP).itertuples():  # as the page has them
        sure = _percent(row.p_top3)
        others = int(ranks["rank_weighted"].eq(row.rank_weighted).sum()) - 1
        tied = f", shared with {others} other{'s' if others > 1 else ''}" if others else ""
        typer.echo(
            f"{row.rank_weighted}. {names[row.region_code]}: in the top three in {sure} of the draws, "
            f"rank {_interval(row.rank_low, row.rank_high)}{tied}"
        )
    shared = ranks["rank_weighted"].value_counts().sort_index()
    for rank, n in shared[shared.gt(1) & (shared.index <= TOP)].items():
        typer.echo(f"{n} districts share rank {rank}: {_listed(ranks, names, int(str(rank)))}")
    weights = study.criteria.set_index("criterion_id")["weight"]
    equal = [name for name in str(ranks["equal"].iloc[0]).split(", ") if name]
    left_out = [name for name in str(ranks["left_out"].iloc[0]).split(", ") if name and name not in equal]
    for ids, why in ((left_out, "no data"), (equal, "the same in all districts that have a figure")):
        if ids:
            weight = float(weights[ids].sum())
            typer.echo(f"{why}, not counted: {', '.join(ids)} (weight {weight:.2g}, goes to the others)")


def _listed(ranks: pd.DataFrame, names: dict[str, str], rank: int) -> str:
    """Names of the districts that share a rank."""
    return ", ".join(names[code] for code in ranks.loc[ranks["rank_weighted"].eq(rank), "region_code"])


def _interval(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _percent(share: float) -> str:
    """A share of draws; never 0 or 100 %, which no number of draws can show."""
    if share > SURE:
        return "more than 99 %"
    return "less than 1 %" if share < RARE else f"{100 * share:.0f} %"


def _say_changes(study: SentraStudy, changed: pd.DataFrame) -> None:
    """Places and the top three against the bundled weights."""
    names = _names(study)
    moved = changed[changed["change"].ne("same")]
    if moved.empty:
        typer.echo("against the bundled weights: no place changes")
    else:
        typer.echo(f"against the bundled weights: {len(moved)} of {len(changed)} districts change places")
    for row in moved.itertuples():
        top = {"enters": ", enters the top three", "leaves": ", leaves the top three"}.get(row.top3, "")
        typer.echo(
            f"  {names[row.region_code]}: {row.rank_weighted_before:.0f} → {row.rank_weighted_after:.0f}{top}"
            f"; in the top three in {_percent(row.p_top3_before)} → {_percent(row.p_top3_after)} of the draws"
        )
