"""What the weights of a meeting changed against the project's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, get_language, label, say
from spillover.display.sentra_words import probability, province_name, source_line, with_names
from spillover.display.tables import Column, table, with_raw
from spillover.sentra.criteria import read_criteria

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy


def sentra_compare_table(study: SentraStudy) -> Exhibit | Said:
    """What edited weights changed against the project's own; a sentence if none were given."""
    changed = study.changed
    if changed is None:
        return say(
            id="Bobot yang dipakai adalah bobot bawaan; belum ada bobot dari rapat untuk dibandingkan.",
            en="The weights are the bundled ones; there are none of a meeting to compare.",
        )
    shown = with_names(changed).assign(
        before=changed["p_top3_before"].map(probability),
        after=changed["p_top3_after"].map(probability),
        ranks=[_move(row) for row in changed.itertuples()],
        top3=changed["top3"].map(lambda word: label(f"sentra_top3.{word}")),
    )
    columns: dict[str, Column | str] = {
        "name": "district", "before": Column("sentra_before", "sentra_weighted", kind="interval"),
        "after": Column("sentra_after", "sentra_weighted", kind="interval"),
        "ranks": Column("sentra_rank_move", kind="interval"), "top3": "sentra_top3",
    }  # fmt: skip
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_compare",
        title=say(
            id=f"Yang berubah dengan bobot dari rapat, {province_name(study)}: peluang masuk tiga besar sebelum dan sesudah",
            en=f"What the meeting's weights changed, {province_name(study)}: probability of the top three before and after",
        ),
        source=source_line(study, *study.criteria["measure"], also=["sentra_criteria"]),
        note=_weights_changed(study),
    )
    return with_raw(exhibit, changed)


def _move(row: Any) -> str:
    """Central rank before and after; beside it stands the probability."""
    return f"{fmt(row.rank_weighted_before)} → {fmt(row.rank_weighted_after)}"


def _weights_changed(study: SentraStudy) -> str:
    """Which weights differ from the project's own."""
    old, new = (t.set_index("criterion_id") for t in (read_criteria(), study.criteria))
    both = pd.concat([old["weight"].rename("old"), new["weight"].rename("new")], axis=1).fillna(0.0)
    moved = both[(both["old"] - both["new"]).abs() > 5e-4]
    names = pd.concat([new, old])[f"name_{get_language()}"]
    names = names[~names.index.duplicated()]
    parts = [f"{names[name]} {fmt(row['old'], 3)} → {fmt(row['new'], 3)}" for name, row in moved.iterrows()]
    if not parts:
        return str(
            say(
                id="Tidak satu bobot pun berbeda dari bobot bawaan.",
                en="No weight differs from the bundled ones.",
            )
        )
    return str(
        say(id=f"Bobot yang berubah: {'; '.join(parts)}.", en=f"Weights that changed: {'; '.join(parts)}.")
    )
