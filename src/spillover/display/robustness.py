"""Sentences and tables on how firm the results are: power, and what the specification curve says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import numpy as np

from spillover.display.exhibits import Exhibit, TableCaption
from spillover.display.findings import LEVEL, is_detected, percent
from spillover.display.language import Said, fmt, fmt_interval, fmt_p, label, say
from spillover.display.results import term_label
from spillover.display.tables import Column, table, with_raw
from spillover.district_specs import LEVELS
from spillover.errors import check_columns

if TYPE_CHECKING:
    import pandas as pd

# Shares of the specifications from which a verdict is said.
MOST, HALF, FEW = 0.9, 0.5, 0.1


def power_table(power: pd.DataFrame, **caption: Unpack[TableCaption]) -> Exhibit:
    """Show estimates with their relocation intervals beside the smallest effect that could be seen.

    Parameters
    ----------
    power : DataFrame
        As from `spillover.power_study`. Logs are shown as changes in per cent, rates in percentage points.
    """
    check_columns(
        power, ["outcome", "estimate", "detectable_effect", "n_exposed"], f"table {caption['name']}"
    )
    shown = power.assign(
        outcome=[term_label(o) for o in power["outcome"]],
        term=[term_label(t) for t in power["term"]],
        estimate=[_size(x, o) for x, o in zip(power["estimate"], power["outcome"], strict=True)],
        interval=[
            fmt_interval(_of(low, o), _of(high, o), _decimals(o))
            for low, high, o in zip(power["conf_low"], power["conf_high"], power["outcome"], strict=True)
        ],
        detectable=[
            _detectable(x, o) for x, o in zip(power["detectable_effect"], power["outcome"], strict=True)
        ],
        unit=[label("unit.percentage_points" if o in LEVELS else "unit.percent") for o in power["outcome"]],
    )
    columns: dict[str, Column | str] = {
        "outcome": "outcome",
        "term": "term",
        "unit": "unit",
        "estimate": Column("estimate", kind="interval"),
        "interval": Column("relocation_interval", kind="interval"),
        "p_relocation": Column("p_relocation", "probability", kind="p"),
        "detectable": Column("detectable_effect", kind="interval"),
        "n_exposed": Column("n_exposed", "region", 0, kind="number"),
    }
    return with_raw(table(shown, columns=columns, **caption), power)


def _of(value: float, outcome: str) -> float:
    """A coefficient as it is shown: per cent for logs, points for rates."""
    if outcome in LEVELS or not np.isfinite(value):
        return value
    return percent(value)


def _decimals(outcome: str) -> int:
    return 1 if outcome in LEVELS else 0


def _size(value: float, outcome: str) -> str:
    return fmt(_of(value, outcome), _decimals(outcome), sign=True)


def _detectable(value: float, outcome: str) -> str:
    """A rise and a fall that are as easy to see: in per cent they differ."""
    if outcome in LEVELS or not np.isfinite(value):
        return f"±{fmt(value, _decimals(outcome))}"
    return label("power.either", up=_size(value, outcome), down=_size(-value, outcome))


def power_finding(power: pd.DataFrame) -> Said:
    """Say in plain words what the SME data could have shown, had it been there.

    Parameters
    ----------
    power : DataFrame
        As from `spillover.power_study`; the row of log establishments is used.
    """
    row = power.set_index("outcome").loc["log_establishments"]
    up, down = (fmt(percent(s * row["detectable_effect"]), 0, sign=True) for s in (1, -1))
    n = fmt(row["n_exposed"], 0)
    low, high = (_percent_or_more(row[c]) for c in ("conf_low", "conf_high"))
    return say(
        id=f"**Apa yang mampu dilihat data ini.** Dengan {n} provinsi terpapar, perubahan jumlah usaha IMK baru akan tertangkap "
        f"(peluang 80%, uji relokasi 5%) bila sebesar {up}% atau {down}% ketika seluruh penduduk provinsi menjadi tinggal dekat kawasan. "
        f"Pengaruh yang lebih kecil bisa ada tanpa terlihat. Menurut uji relokasi, pengaruh antara {low} dan {high} tidak dapat ditolak.",
        en=f"**What these data could have seen.** With {n} exposed provinces, a change in the number of micro and small industries would only be "
        f"caught (80% probability, relocation test at 5%) if it were {up}% or {down}% when all people of a province came to live near a park. "
        f"A smaller effect may be there unseen. By the relocation test, effects between {low} and {high} cannot be rejected.",
    )


def welfare_finding(power: pd.DataFrame) -> Said:
    """Say what unemployment and the poverty line of districts show, and what they could have shown.

    Parameters
    ----------
    power : DataFrame
        As from `spillover.power_study`; the rows of TPT and of the log poverty line are used.
    """
    rows = power.set_index("outcome")
    tpt, line = rows.loc["tpt"], rows.loc["log_poverty_line"]
    seen = [is_detected(tpt), is_detected(line)]
    lead = (
        say(id="**Pengangguran terbuka atau garis kemiskinan berubah bersama kawasan.**",
            en="**Open unemployment or the poverty line changes with the parks.**")
        if any(seen)
        else say(id="**Pengangguran terbuka (TPT) dan garis kemiskinan: tidak terdeteksi perubahan.**",
                 en="**Open unemployment (TPT) and the poverty line: no detectable change.**")
    )  # fmt: skip
    numbers = {
        "tpt": _size(tpt["estimate"], "tpt"), "p": fmt_p(tpt["p_relocation"]), "n": fmt(tpt["n_exposed"], 0),
        "of": fmt(tpt["n_regions"], 0), "visible": _detectable(tpt["detectable_effect"], "tpt"),
        "line": _size(line["estimate"], "log_poverty_line"), "p_line": fmt_p(line["p_relocation"]),
        "up": fmt(percent(line["detectable_effect"]), 0),
    }  # fmt: skip
    return say(
        id="{lead} Setelah kawasan beroperasi dalam 50 km, TPT berbeda {tpt} poin persen dari wilayah lain (p relokasi {p}; {n} dari {of} "
        "wilayah terpapar) dan garis kemiskinan {line}% (p relokasi {p_line}). Hanya perubahan TPT {visible} poin atau garis kemiskinan {up}% "
        "yang akan tertangkap dengan peluang 80%. Garis kemiskinan adalah ukuran biaya hidup, bukan jumlah orang miskin.".format(
            lead=lead, **numbers
        ),
        en="{lead} After a park operates within 50 km, TPT differs by {tpt} percentage points from other districts (relocation p {p}; {n} of "
        "{of} exposed) and the poverty line by {line}% (relocation p {p_line}). Only a change of TPT by {visible} points or of the poverty "
        "line by {up}% would have been caught with 80% probability. The poverty line measures the cost of living, not the number of "
        "poor people.".format(lead=lead, **numbers),
    )


def _percent_or_more(value: float) -> str:
    if np.isfinite(value):
        return f"{fmt(percent(value), 0, sign=True)}%"
    return str(
        say(id="berapa pun turunnya", en="any fall")
        if value < 0
        else say(id="berapa pun naiknya", en="any rise")
    )


def curve_finding(curve: pd.DataFrame) -> Said:
    """Say what the specification curve says: how many choices agree, and how many stand out.

    Parameters
    ----------
    curve : DataFrame
        As from `spillover.specification_curve`; the first row is the headline.
    """
    done = curve.dropna(subset=["estimate"])
    headline = curve.iloc[0]
    same = np.sign(done["estimate"]) == np.sign(headline["estimate"])
    small = done["p_relocation"] <= LEVEL
    numbers = {
        "n": fmt(len(done), 0),
        "same": fmt(int(same.sum()), 0),
        "small": fmt(int(small.sum()), 0),
        "share": fmt(100 * small.mean(), 0),
        "median": fmt(done["estimate"].median(), 2, sign=True),
        "low": fmt(done["estimate"].quantile(0.05), 2, sign=True),
        "high": fmt(done["estimate"].quantile(0.95), 2, sign=True),
        "headline": fmt(headline["estimate"], 2, sign=True),
        "p": fmt_p(headline["p_relocation"]),
    }
    return say(
        id=f"**{_verdict(same, small, headline)}** "
        "{n} spesifikasi: {same} bertanda sama dengan spesifikasi utama ({headline}, p relokasi {p}); median {median}, "
        "90% di antaranya antara {low} dan {high}; p relokasi paling besar 0,05 pada {small} ({share}%). "
        "Kebetulan saja memberi sekitar 5%, dan spesifikasi-spesifikasi itu saling terkait.".format(
            **numbers
        ),
        en=f"**{_verdict(same, small, headline)}** "
        "{n} specifications: {same} have the sign of the headline ({headline}, relocation p {p}); median {median}, "
        "90% of them between {low} and {high}; relocation p at most 0.05 in {small} ({share}%). "
        "Chance alone gives about 5%, and the specifications are related to one another.".format(**numbers),
    )


def _verdict(same: pd.Series, small: pd.Series, headline: pd.Series) -> Said:
    """In one sentence, how firm the headline is."""
    if same.mean() >= MOST and small.mean() >= HALF:
        return say(
            id="Hasil ini bertahan pada hampir semua pilihan.",
            en="This result holds under nearly all choices.",
        )
    if is_detected(headline):
        return say(id="Hasil ini bergantung pada pilihan.", en="This result depends on the choices made.")
    if small.mean() <= FEW:
        return say(
            id="Hampir tidak ada pilihan yang memunculkan perubahan.",
            en="Hardly any choice makes a change appear.",
        )
    return say(
        id="Perubahan muncul hanya pada sebagian pilihan.", en="A change appears under some choices only."
    )
