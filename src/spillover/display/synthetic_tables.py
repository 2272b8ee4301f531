"""Synthetic districts as tables: the donors of one, and all specifications side by side."""

from __future__ import annotations

from typing import Unpack

import pandas as pd

from spillover.display.exhibits import Exhibit, TableCaption
from spillover.display.language import fmt, say, text_of
from spillover.display.synthetic_words import (
    gap_cell,
    method_words,
    outcome_words,
    reason_words,
    start_words,
    verdict_words,
)
from spillover.display.tables import Column, table, with_raw
from spillover.display.views import region_name
from spillover.errors import DataError, check_not_empty
from spillover.models.synthetic_placebo import USED
from spillover.synthetic_answers import Answer, SyntheticStudy

GAPS = ("estimate", "time_largest", "loo_low", "loo_high")


def donor_table(answer: Answer, *, most: int = 10, **caption: Unpack[TableCaption]) -> Exhibit:
    """The donors with the largest weights; the CSV holds all of them.

    Raises
    ------
    DataError
        ``most`` below one.
    """
    if most < 1:
        raise DataError("donor_table", "no row to show", [most], "give most=10")
    weights = answer.fitted.weights
    used = weights[weights["weight"] > USED]
    shown = used.head(most).assign(name=lambda t: t["region_code"].map(region_name))
    shown["share"] = 100 * shown["weight"]
    rest = len(used) - len(shown)
    note = caption.get("note", "")
    if rest > 0:
        share = fmt(100 * used["weight"].iloc[most:].sum(), 0)
        more = say(
            id=f"{fmt(rest)} wilayah lain bersama {share}%.",
            en=f"{fmt(rest)} other districts hold {share}% together.",
        )
        note = f"{note} {more}".strip()
    columns: dict[str, Column | str] = {
        "name": Column("district"),
        "share": Column(str(say(id="bobot", en="weight")), "percent", 1),
    }
    full: TableCaption = {**caption, "note": note}
    return with_raw(table(shown, columns=columns, **full), weights)


def synthetic_table(study: SyntheticStudy, **caption: Unpack[TableCaption]) -> Exhibit:
    """All specs side by side: fit before, gap, placebo ranks, placebo in time, without one donor, verdict.

    The CSV holds the whole summary, with the numbers of years and donors.
    """
    summary = study.summary
    check_not_empty(summary, f"table {caption['name']}")
    questions = {spec: answer.question for spec, answer in study.answers.items()}
    asked = [questions[spec] for spec in summary["spec_id"]]
    logged = [q.logged for q in asked]
    gaps = {c: [gap_cell(*pair) for pair in zip(summary[c], logged, strict=True)] for c in GAPS}
    between = str(say(id="sampai", en="to"))
    shown = summary.assign(
        district=summary["treated"].map(region_name),
        what=[f"{outcome_words(q)} ({_short_unit(q.logged)})" for q in asked],
        begin=[
            f"{start_words(q.start)} {y}" for q, y in zip(asked, summary["first_exposed_year"], strict=True)
        ],
        how=[method_words(m) for m in summary["method"]],
        gap=gaps["estimate"],
        moved=gaps["time_largest"],
        without=[f"{a} {between} {b}" for a, b in zip(gaps["loo_low"], gaps["loo_high"], strict=True)],
        said=[verdict_words(v) for v in summary["verdict"]],
        r_squared=100 * summary["r_squared"],
        p=summary[["p_value", "p_estimate"]].max(axis=1),
    )
    full: TableCaption = {**caption, "note": f"{caption.get('note', '')} {_summary_note(summary)}".strip()}
    return with_raw(table(shown, columns=_summary_columns(), **full), summary)


def _summary_note(summary: pd.DataFrame) -> str:
    """What the p-value is, and the reasons for no conclusion that occur."""
    text = say(
        id="p: bagian wilayah yang rasio RMSPE-nya (sesudah/sebelum), atau besar selisihnya, sekurangnya "
        "sama; yang lebih besar dari keduanya. Plasebo waktu: selisih terbesar bila pembukaan digeser ke "
        "tahun sebelumnya.",
        en="p: share of districts whose ratio of RMSPE (after/before), or whose gap, is at least as large; "
        "the larger of the two. Placebo in time: the largest gap with the opening moved to an earlier year.",
    )
    why = [reason_words(r) for r in dict.fromkeys(summary["reason"]) if r]
    tail = (
        say(id=f" Tanpa kesimpulan: {'; '.join(why)}.", en=f" No conclusion: {'; '.join(why)}.")
        if why
        else ""
    )
    return f"{text}{tail}"


def _summary_columns() -> dict[str, Column | str]:
    return {
        "district": Column("district"),
        "what": Column(str(say(id="ukuran", en="outcome"))),
        "begin": Column(str(say(id="awal", en="start"))),
        "how": Column(str(say(id="cara", en="method"))),
        "r_squared": Column(str(say(id="R² sebelum", en="R² before")), "percent", 0),
        "gap": Column(str(say(id="selisih rata-rata", en="mean gap")), kind="interval"),
        "p": Column(str(say(id="p plasebo", en="placebo p")), kind="p"),
        "moved": Column(str(say(id="plasebo waktu", en="placebo in time")), kind="interval"),
        "without": Column(str(say(id="tanpa satu pembanding", en="without one donor")), kind="interval"),
        "said": Column(str(say(id="kesimpulan", en="conclusion"))),
    }


def _short_unit(logged: bool) -> str:
    return text_of("percent" if logged else "percentage_points", "unit")
