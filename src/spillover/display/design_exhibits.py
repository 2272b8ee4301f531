"""Exhibits of the other designs: event studies with pre-trends and bounds, spatial models, synthetic twins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from spillover.display.citing import cite
from spillover.display.drawn_sites import drawn_sites_alt, drawn_sites_map
from spillover.display.event_chart import event_chart
from spillover.display.exhibits import Exhibit
from spillover.display.language import fmt, fmt_p, join, label, say
from spillover.display.results import estimate_table, term_label
from spillover.display.robustness_figures import sources_of
from spillover.display.spec_words import option_words
from spillover.display.tables import Column, table, with_raw
from spillover.district_specs import DistrictSpec, district_panel, district_sites
from spillover.models.bacon import bacon_summary
from spillover.models.honest import smoothness_bounds
from spillover.models.pretrends import pretrends_test
from spillover.regions import read_boundaries, read_regions
from spillover.specs import make_spec_id, parse_spec

if TYPE_CHECKING:
    from spillover.models.event_study import EventFit

BENDS = (0.0, 0.01, 0.02, 0.05)  # log points a year; 0 allows a straight difference in trends
IMPACTS = ("direct", "indirect", "total")


def _data_of(spec_id: str) -> str:
    return sources_of(f"district:{parse_spec(spec_id).outcome}")


def _estimator(spec_id: str) -> str:
    return option_words("estimator", parse_spec(spec_id).options.get("estimator", "callaway_santanna"))


def event_figure(fit: EventFit) -> Exhibit:
    """Effects by year since a park first stood near, of one estimator.

    Parameters
    ----------
    fit : EventFit
        As from `spillover.district_events`.
    """
    rows = fit.estimates
    outcome, how = term_label(rows["outcome"].iloc[0]), _estimator(str(rows["spec_id"].iloc[0]))
    timed = rows.dropna(subset=["event_time", "estimate"])
    last = timed.iloc[-1]
    before = fmt(timed.loc[timed["event_time"] < 0, "estimate"].abs().max(), 2)
    return event_chart(
        rows,
        name=f"event_{rows['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome} menurut tahun sejak kawasan pertama beroperasi dalam 50 km, poin log ({how})",
            en=f"{outcome} by year since a park first operated within 50 km, log points ({how})",
        ),
        alt=say(
            id=f"Titik dengan selang 95% biasa; sebelum kawasan paling jauh {before} dari nol, {fmt(last['estimate'], 2, sign=True)} pada tahun ke-{fmt(last['event_time'])}.",
            en=f"Points with usual 95% intervals; before the park at most {before} from zero, {fmt(last['estimate'], 2, sign=True)} in year {fmt(last['event_time'])}.",
        ),
        source=_data_of(str(rows["spec_id"].iloc[0])),
        note=say(
            id="Selang biasa terlalu sempit bila wilayah terpapar sedikit. Jumlah wilayah berubah antartahun, sehingga naik turunnya garis bukan hanya waktu.",
            en="The usual intervals are too narrow with few exposed districts. The number of districts changes between years, so that the line does not show time alone.",
        ),
    )


def estimators_table(fits: Sequence[EventFit]) -> Exhibit:
    """Average effect by each estimator, with what pre-trends say of it.

    Parameters
    ----------
    fits : sequence of EventFit
        As from `spillover.district_events`, of one outcome.
    """
    rows = []
    for fit in fits:
        average = fit.estimates[fit.estimates["term"] == "average"].iloc[0].to_dict()
        own = pretrends_test(fit)
        joint = own[own["test"] == "joint"].set_index("power")
        rows.append(
            average
            | {
                "estimator": _estimator(str(average["spec_id"])),
                "p_leads": joint["p_value"].iloc[0],
                "slope_80": joint.loc[0.8, "slope"],
                "bias_80": joint.loc[0.8, "bias"],
            }
        )
    shown = pd.DataFrame(rows)
    outcome = term_label(shown["outcome"].iloc[0])
    columns: dict[str, Column | str] = {
        "estimator": "estimator",
        "estimate": Column("estimate", "log_points", 3),
        "std_error": Column("std_error", "log_points", 3),
        "p_value": Column("p_value", "probability", kind="p"),
        "p_leads": Column("p_leads", "probability", kind="p"),
        "slope_80": Column("slope_80", "log_points", 3),
        "bias_80": Column("bias_80", "log_points", 3),
        "n_exposed": Column("n_exposed", "region", 0, kind="number"),
    }
    exhibit = table(
        shown,
        columns=columns,
        name=f"estimators_{shown['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: rata-rata pengaruh menurut lima penaksir, dan tren sebelum kawasan",
            en=f"{outcome}: average effect by five estimators, and trends before the park",
        ),
        source=_data_of(str(shown["spec_id"].iloc[0])),
        note=label("event.estimators_note"),
    )
    return with_raw(exhibit, shown)


def bounds_table(fit: EventFit, bends: Sequence[float] = BENDS) -> Exhibit:
    """Intervals of the mean effect if the trends of exposed and other districts may drift apart.

    Parameters
    ----------
    fit : EventFit
        Of twfe, sun_abraham or callaway_santanna.
    bends : sequence of float
        By how much the difference in trends may bend each year, log points.
    """
    found = smoothness_bounds(fit, bends)
    outcome, how = term_label(found["outcome"].iloc[0]), _estimator(str(found["spec_id"].iloc[0]))
    yes, no = say(id="ya", en="yes"), say(id="tidak", en="no")
    shown = found.assign(zero=found["includes_zero"].map({True: yes, False: no}))
    columns: dict[str, Column | str] = {
        "m": Column("bend", "log_points", 2),
        "conf_low": Column("conf_low", "log_points", 2),
        "conf_high": Column("conf_high", "log_points", 2),
        "zero": "includes_zero",
    }
    exhibit = table(
        shown,
        columns=columns,
        name=f"bounds_{found['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: selang 95% bila tren boleh berbeda ({how})",
            en=f"{outcome}: 95% intervals if trends may differ ({how})",
        ),
        source=_data_of(str(found["spec_id"].iloc[0])),
        note=label("event.bounds_note"),
    )
    return with_raw(exhibit, found)


def bacon_table(decomposition: pd.DataFrame, outcome: str) -> Exhibit:
    """What two-way fixed effects averages over, by kind of comparison.

    Parameters
    ----------
    decomposition : DataFrame
        As from `spillover.bacon`.
    outcome : str
        The indicator.
    """
    kinds = bacon_summary(decomposition)
    shown = kinds.assign(comparison=kinds["comparison"].map(_comparison), share=100 * kinds["weight"])
    columns: dict[str, Column | str] = {
        "comparison": "comparison",
        "share": Column("weight", "percent", 1),
        "estimate": Column("estimate", "log_points", 2),
    }
    exhibit = table(
        shown,
        columns=columns,
        name=f"bacon_{outcome}",
        title=say(
            id="Perbandingan yang dirata-ratakan oleh model dua efek tetap",
            en="The comparisons that two-way fixed effects average over",
        ),
        source=_data_of(f"district:{outcome}"),
        note=label("event.bacon_note"),
    )
    name = make_spec_id("event", outcome, {"estimator": "twfe"}, {})
    return with_raw(exhibit, decomposition.assign(spec_id=name))


def _comparison(kind: str) -> str:
    return label(f"comparison.{kind.replace(',', '').replace(' ', '_')}")


def drawn_sites_figure(spec: DistrictSpec, *, draws: int = 999, seed: int = 1) -> Exhibit:
    """Where the relocation test of a specification moves the parks to.

    Parameters
    ----------
    spec : DistrictSpec
    draws, seed : int
        As for `spillover.run_district`.
    """
    panel, _ = district_panel(spec)
    sites, candidates = district_sites(spec, panel, draws, seed)
    complexes, places = fmt(sites["complex_id"].nunique()), fmt(len(candidates))
    return drawn_sites_map(
        read_regions(),
        read_boundaries(),
        sites,
        candidates,
        name="drawn_sites",
        title=say(
            id=f"Ke mana uji relokasi memindahkan {complexes} kompleks kawasan, {fmt(draws)} undian",
            en=f"Where the relocation test moves the {complexes} park complexes to, {fmt(draws)} draws",
        ),
        alt=drawn_sites_alt(sites, candidates),
        source=cite("parks", "boundaries", "nickel_provinces"),
        note=say(
            id=f"{places} titik di sepanjang pesisir provinsi nikel, kira-kira setiap 22 km. Wilayah berpantai panjang terpilih lebih sering.",
            en=f"{places} points along the coast of nickel provinces, about every 22 km. Districts with a long coast are drawn more often.",
        ),
    )


def spatial_table(rows: pd.DataFrame) -> Exhibit:
    """Direct, indirect and total impacts under different weights, with Moran's I of the residuals.

    Parameters
    ----------
    rows : DataFrame
        Rows of several `spillover.district_spatial`.
    """
    part = rows["term"].str.partition(":")[0]
    names = [parse_spec(name).options.get("weights", "knn-6") for name in rows["spec_id"]]
    words = rows.assign(weights=[option_words("weights", name) for name in names])
    kept = words[part.isin(IMPACTS)].assign(term=[label(f"impact.{p}") for p in part if p in IMPACTS])
    left = words[part == "moran"]
    moran = [
        f"{name}: {fmt(i, 2, sign=True)} (p {fmt_p(p)})"
        for name, i, p in zip(left["weights"], left["estimate"], left["p_value"], strict=True)
    ]
    outcome = term_label(kept["outcome"].iloc[0])
    exhibit = estimate_table(
        kept,
        columns={"weights": "spatial_weights"},
        name=f"spatial_{rows['outcome'].iloc[0]}",
        title=say(
            id=f"{outcome}: pengaruh langsung dan lewat tetangga, model Durbin ruang",
            en=f"{outcome}: direct impact and impact through neighbours, spatial Durbin model",
        ),
        source=_data_of(str(rows["spec_id"].iloc[0])),
        note=label("spatial.note", moran=join(moran)),
    )
    return with_raw(exhibit, rows)
