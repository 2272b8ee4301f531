"""What ``spillover sentra`` says when it is done: who comes first, how surely, and what changed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from spillover.errors import printable
from spillover.sentra.publish import criteria_csv

if TYPE_CHECKING:
    import pandas as pd

    from spillover.sentra.study import SentraStudy

TOP = 3
SURE = 0.995  # beyond it a share of draws is not said to be 100 %


def say_study(study: SentraStudy, changed: pd.DataFrame | None, written: list[Path], out: Path) -> None:
    """What was written, who comes first, and what changed."""
    figures = [path for path in written if path.suffix == ".svg"]
    for path in written:
        if path.suffix != ".svg":
            typer.echo(printable(str(path)))
    typer.echo(printable(f"{out / 'figures'}: {len(figures)} SVG files"))
    if out / "weights.csv" not in written:
        from spillover.sentra.criteria import read_criteria

        same = (out / "weights.csv").read_text(encoding="utf-8") == criteria_csv(read_criteria())
        typer.echo(printable(f"{out / 'weights.csv'}: {'as it was' if same else 'yours, left as it is'}"))
    _say_ranks(study)
    if study.needs is not None:
        answers, treated = study.needs.answers, len(study.needs.treatments)
        typer.echo(
            f"{int(answers['answered'].sum())} answers of the form; {treated} cells treated (workbook)"
        )
    if changed is not None:
        _say_changes(study, changed)


def _names(study: SentraStudy) -> dict[str, str]:
    from spillover.sentra.supply import districts_of

    return {r.region_code: r.name for r in districts_of(study.province).itertuples()}


def _say_ranks(study: SentraStudy) -> None:
    names, ranks = _names(study), study.ranks
    draws = int(ranks["draws"].iloc[0])
    typer.echo(f"{len(ranks)} districts, {len(study.criteria)} criteria, {draws:,} draws")
    for row in ranks.head(TOP).itertuples():
        sure = _percent(row.p_top3)
        typer.echo(
            f"{row.rank_weighted}. {names[row.region_code]}: in the top three in {sure} of the draws, "
            f"rank {_interval(row.rank_low, row.rank_high)}"
        )
    left_out = str(ranks["left_out"].iloc[0])
    if left_out:
        weight = float(ranks["weight_left_out"].iloc[0])
        typer.echo(f"no data, not counted: {left_out} (weight {weight:.2g}, goes to the others)")


def _interval(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _percent(share: float) -> str:
    """A share of draws; never 0 or 100 %, which no number of draws can show."""
    if share > SURE:
        return "more than 99 %"
    return "less than 1 %" if share < 1 - SURE else f"{100 * share:.0f} %"


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
