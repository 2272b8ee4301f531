"""Proposition 99: synthetic difference-in-differences and its relatives, as printed elsewhere."""

from __future__ import annotations

import pandas as pd

from spillover.models.synthetic import Synthetic, synthetic_control
from spillover.models.synthetic_weights import METHODS
from spillover.published.check import Check
from spillover.sources import read_csv

STUDY = "Proposition 99 (California, 1989)"
SDID = "Arkhangelsky, Athey, Hirshberg, Imbens and Wager (2021), American Economic Review 111(12), 4088–4118"
ADH = "Abadie, Diamond and Hainmueller (2010), Journal of the American Statistical Association 105(490)"
SYNTHDID = "synthdid (R, Python), example on california_prop99"
AZCAUSAL = "amazon-science/azcausal, tests of SDID and DID on california_prop99"
DATA = "published_prop99"


def read_prop99() -> pd.DataFrame:
    """Packs of cigarettes sold per head in 39 states, 1970–2000: region_code (the state), year, packs."""
    table = read_csv("published_prop99", {"state": "text", "year": "year", "packs_per_capita": "number"})
    return table.rename(columns={"state": "region_code", "packs_per_capita": "packs"})


def prop99(method: str, solver: str) -> Synthetic:
    """California against the other states, treated from 1989 on."""
    return synthetic_control(
        read_prop99(),
        "packs",
        treated="California",
        first_exposed_year=1989,
        method=method,
        solver=solver,
        spec_id=f"prop99_{method}_{solver}",
    )


def checks() -> list[Check]:
    """Point estimates, weights of years and of donors."""
    stopped = {m: prop99(m, "frank_wolfe") for m in ("synthetic_did", "synthetic_control", "did")}
    exact = {m: prop99(m, "exact") for m in METHODS if m != "did"}
    first = {k: average(f) for k, f in stopped.items()}
    solved = {k: average(f) for k, f in exact.items()}
    sdid_note = (
        f"Frank–Wolfe steps, stopped as synthdid stops; solved exactly {solved['synthetic_did']:.6f}, which "
        "is what spillover uses"
    )
    sc_note = _sc_note(stopped["synthetic_control"], exact["synthetic_control"])
    difp = solved["demeaned_synthetic_control"]
    rows = [
        ("sdid", f"{SDID}; {SYNTHDID}", "synthetic DiD", "-15.603828", first["synthetic_did"], sdid_note),
        ("sc", f"{ADH}; {SYNTHDID}", "synthetic control", "-19.619663", first["synthetic_control"], sc_note),
        ("did", f"{SDID}; {AZCAUSAL}", "difference-in-differences", "-27.349111", first["did"], ""),
        ("sdid_table1", f"{SDID}, Table 1", "SDID, solved exactly", "-15.6", solved["synthetic_did"], ""),
        ("difp_table1", f"{SDID}, Table 1", "DIFP, solved exactly", "-11.1", difp, ""),
        ("did_table1", f"{SDID}, Table 1", "DID", "-27.3", first["did"], ""),
        *_weights(stopped["synthetic_did"]),
    ]
    return [
        Check(f"prop99_{key}", STUDY, cited, DATA, statistic, printed, computed, note)
        for key, cited, statistic, printed, computed, note in rows
    ]


def average(fitted: Synthetic) -> float:
    """The mean gap from 1989 on."""
    return float(fitted.estimates["estimate"].iloc[0])


def _sc_note(stopped: Synthetic, solved: Synthetic) -> str:
    """Two libraries disagree; the one with the smaller squared gap before solves the stated problem."""
    return (
        f"synthdid stops its Frank–Wolfe steps early (RMSPE before {stopped.fit.rmspe_before:.5f}); the "
        f"exact minimum, which diff-diff's SyntheticControl finds too, is {solved.fit.rmspe_before:.5f} and "
        f"gives {average(solved):.6f}: that one is right, and what spillover uses"
    )


def _weights(fitted: Synthetic) -> list[tuple[str, str, str, str, float, str]]:
    """Weights of three years and three donors."""
    years = fitted.time_weights.set_index("year")["weight"]
    donors = fitted.weights.set_index("region_code")["weight"]
    printed_years = {1986: "0.366471", 1987: "0.206453", 1988: "0.427076"}
    printed_donors = {"West Virginia": "0.033569", "Wisconsin": "0.036667", "Wyoming": "0.001386"}
    cited = f"{SDID}; {AZCAUSAL}"
    rows = [(f"lambda_{y}", f"SDID weight of {y}", text, years[y]) for y, text in printed_years.items()]
    for state, text in printed_donors.items():
        rows.append(
            (f"omega_{state.lower().replace(' ', '_')}", f"SDID weight of {state}", text, donors[state])
        )
    return [(key, cited, statistic, printed, float(value), "") for key, statistic, printed, value in rows]
