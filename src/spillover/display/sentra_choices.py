"""Ranks under other choices: reach, method, weights, without judged values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, fmt, join, say
from spillover.display.sentra_words import TOP, most_probable, names_of, province_name, source_line
from spillover.display.tables import Column, table, with_raw

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy


def sentra_choice_table(study: SentraStudy) -> Exhibit:
    """Ranks of the districts as the criteria say and under other choices, side by side.

    Examples
    --------
    >>> sentra_choice_table(sentra_study("7200"))  # doctest: +SKIP
    """
    order = list(study.choices["choice"].unique())
    wide = study.choices.pivot(index="region_code", columns="choice", values="rank")
    wide = wide.reindex(most_probable(study)["region_code"])[order]
    shown = wide.reset_index(drop=True).assign(name=names_of(wide.index))
    columns: dict[str, Column | str] = {"name": "district"}
    columns |= {name: Column(f"sentra_choice.{name}", "rank", 0) for name in order}
    exhibit = table(
        shown,
        columns=columns,
        name="sentra_choices",
        title=say(
            id=f"Peringkat bila pilihan lain dibuat, {len(wide)} kabupaten/kota {province_name(study)}",
            en=f"Ranks under other choices, {len(wide)} districts of {province_name(study)}",
        ),
        source=source_line(study, *study.criteria["measure"], also=["sentra_criteria"]),
        note=_note(study),
    )
    return with_raw(exhibit, study.choices)


def steady(study: SentraStudy) -> tuple[list[str], list[str], int]:
    """Who is in the top three under all choices, and under some only; and how many choices there are."""
    inside = study.choices.assign(top=study.choices["rank"].le(TOP)).groupby("region_code")["top"]
    share = inside.mean().reindex(most_probable(study)["region_code"])
    n = study.choices["choice"].nunique()
    return list(share.index[share == 1]), list(share.index[share.between(0, 1, inclusive="neither")]), n


def steady_words(study: SentraStudy) -> Said:
    """Whether the answer hangs on choices of reach, method and weights."""
    always, sometimes, n = steady(study)
    one = "hanya " if len(always) == 1 else ""
    only = "only " if len(always) == 1 else ""
    if not always:
        return say(
            id=f"Bila jangkauan, cara atau bobot dipilih lain ({fmt(n)} pilihan), tidak ada yang selalu masuk "
            f"tiga besar; bergantian: {join(names_of(sometimes))}.",
            en=f"Under other choices of reach, method or weights ({fmt(n)} of them), no district is always in the "
            f"top three; in turn: {join(names_of(sometimes))}.",
        )
    also = join(names_of(sometimes))
    id_more = f"; hanya pada sebagian pilihan: {also}" if also else ""
    en_more = f"; under some of them only: {also}" if also else ""
    return say(
        id=f"Bila jangkauan, cara atau bobot dipilih lain ({fmt(n)} pilihan), {one}{join(names_of(always))} yang "
        f"selalu masuk tiga besar{id_more}.",
        en=f"Under other choices of reach, method or weights ({fmt(n)} of them), {only}{join(names_of(always))} "
        f"{'is' if len(always) == 1 else 'are'} always in the top three{en_more}.",
    )


def _note(study: SentraStudy) -> str:
    words = steady_words(study)
    return str(
        say(
            id=f"{words} Nilai tengah, tanpa ulangan; jarak dihitung dari titik tengah kabupaten/kota.",
            en=f"{words} Central values, without repetitions; distances are from the middle of a district.",
        )
    )
