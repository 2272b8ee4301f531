"""Exhibits of the robustness notebook: what they say of themselves is the same wherever they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spillover.display.citing import cite
from spillover.display.exhibits import Exhibit
from spillover.display.inference_table import inference_table
from spillover.display.language import fmt, label, say
from spillover.display.results import estimate_table, term_label
from spillover.display.spec_curve import specification_chart
from spillover.display.spec_words import spec_words
from spillover.display.tables import Column
from spillover.district_specs import LEVELS
from spillover.spec_curve import DRAWS
from spillover.specs import parse_spec

if TYPE_CHECKING:
    import pandas as pd

SOURCES = {
    "grdp_per_capita_real": ("grdp_per_capita_real", "parks"),
    "tpt": ("tpt", "parks"),
    "poverty_line": ("poverty_line", "parks"),
}
IMK_SOURCES = ("imk_2013_2024", "imk_2025", "parks", "population")


def sources_of(spec_id: str) -> str:
    """Citation of the data behind a specification."""
    spec = parse_spec(spec_id)
    return cite(*(IMK_SOURCES if spec.study == "imk" else SOURCES[spec.outcome]))


def _unit(outcome: str) -> str:
    return "percentage_points" if outcome in LEVELS else "log_points"


def _outcome(estimates: pd.DataFrame) -> str:
    return term_label(estimates["outcome"].iloc[0])


def curve_figure(curve: pd.DataFrame) -> Exhibit:
    """The specification curve of one outcome.

    Parameters
    ----------
    curve : DataFrame
        As from `spillover.specification_curve`.
    """
    done = curve.dropna(subset=["estimate"])
    outcome, n = _outcome(done), fmt(len(done))
    low, high = (fmt(done["estimate"].quantile(q), 2) for q in (0.05, 0.95))
    unit = label(f"unit.{_unit(str(done['outcome'].iloc[0]))}")
    return specification_chart(
        curve,
        unit=_unit(str(done["outcome"].iloc[0])),
        name=f"curve_{done['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: taksiran pengaruh kawasan menurut {n} spesifikasi, {unit}, dengan selang 95% biasa",
            en=f"{outcome}: estimates for parks under {n} specifications, {unit}, with the usual 95% intervals",
        ),
        alt=say(
            id=f"Taksiran terurut dari terkecil; 90% berada antara {low} dan {high}. Di bawahnya, pilihan setiap spesifikasi.",
            en=f"Estimates in order of size; 90% lie between {low} and {high}. Below, the choices behind each.",
        ),
        source=sources_of(str(curve["spec_id"].iloc[0])),
        note=say(
            id=f"Selang biasa terlalu sempit bila wilayah terpapar sedikit; warna mengikuti uji relokasi, di sini {fmt(DRAWS)} undian tiap spesifikasi, sehingga p dapat berbeda sedikit dari halaman lain (999 undian).",
            en=f"The usual intervals are too narrow with few exposed regions; the colour follows the relocation test, here with {fmt(DRAWS)} draws each, so that p may differ a little from other pages (999 draws).",
        ),
    )


def leave_out_table(curve: pd.DataFrame) -> Exhibit:
    """The headline, and each park complex left out in turn.

    Parameters
    ----------
    curve : DataFrame
        As from `spillover.specification_curve`, with the rows that leave out one complex.
    """
    parks = [parse_spec(name).options.get("parks", "") for name in curve["spec_id"]]
    own = [i for i, which in enumerate(parks) if i == 0 or which.startswith("without_")]
    rows = curve.iloc[own]
    outcome = _outcome(rows)
    return estimate_table(
        rows.assign(specification=[spec_words(name) for name in rows["spec_id"]]),
        columns={"specification": "specification"},
        unit=_unit(str(rows["outcome"].iloc[0])),
        name=f"without_each_park_{rows['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: taksiran bila satu kompleks kawasan dikeluarkan bergantian",
            en=f"{outcome}: estimates with each park complex left out in turn",
        ),
        source=sources_of(str(rows["spec_id"].iloc[0])),
        note=say(
            id="Kompleks yang dikeluarkan dianggap tidak ada: wilayah di dekatnya masuk ke pembanding.",
            en="A complex left out counts as if it were not there: districts near it join the comparison.",
        ),
    )


def side_by_side_table(rows: pd.DataFrame) -> Exhibit:
    """One estimate under every kind of inference.

    Parameters
    ----------
    rows : DataFrame
        As from `spillover.inference_of`.
    """
    outcome = _outcome(rows)
    return inference_table(
        rows,
        unit=_unit(str(rows["outcome"].iloc[0])),
        name=f"inference_{rows['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: satu taksiran, ketidakpastiannya menurut berbagai cara",
            en=f"{outcome}: one estimate, its uncertainty by different methods",
        ),
        source=sources_of(str(rows["spec_id"].iloc[0])),
    )


def reference_table(rows: pd.DataFrame) -> Exhibit:
    """Rings against a reference that begins farther and farther out.

    Parameters
    ----------
    rows : DataFrame
        As from `spillover.district_references`.
    """
    outcome = _outcome(rows)
    beyond = rows["model"].str.extract(r"against (>[0-9.]+)", expand=False)
    return estimate_table(
        rows.assign(reference=beyond),
        columns={"reference": Column("reference", values="ring")},
        unit=_unit(str(rows["outcome"].iloc[0])),
        name=f"references_{rows['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: cincin terhadap pembanding yang dimulai semakin jauh",
            en=f"{outcome}: rings against a reference that begins farther and farther out",
        ),
        source=sources_of(f"district:{parse_spec(str(rows['spec_id'].iloc[0])).outcome}"),
        note=say(
            id="Wilayah terpapar sama di semua baris, sehingga hanya pembandingnya yang berubah.",
            en="The exposed districts are the same in all rows, so that only the reference changes.",
        ),
    )


def ring_estimates_table(rows: pd.DataFrame, outcome: str) -> Exhibit:
    """One outcome by ring of the nearest operating park.

    Parameters
    ----------
    rows : DataFrame
        As from `spillover.ring_study`.
    outcome : str
        The indicator, such as "tpt".
    """
    own = rows[rows["spec_id"].map(lambda name: parse_spec(name).outcome == outcome)]
    name, n = _outcome(own), fmt(own["n_regions"].iloc[0], 0)
    return estimate_table(
        own,
        unit=_unit(outcome),
        decimals=2 if outcome in LEVELS else 3,
        name=f"rings_{outcome}",
        title=say(
            id=f"{name} menurut cincin jarak dari kawasan terdekat yang beroperasi, {n} kabupaten/kota di Sulawesi dan Maluku",
            en=f"{name} by ring of distance from the nearest operating park, {n} districts of Sulawesi and Maluku",
        ),
        source=sources_of(str(own["spec_id"].iloc[0])),
        note=say(
            id="Pembanding: wilayah yang lebih jauh dari cincin terluar. Cincin berubah ketika kawasan baru beroperasi.",
            en="Comparison: districts beyond the outermost ring. Rings change when a new park begins to operate.",
        ),
    )
