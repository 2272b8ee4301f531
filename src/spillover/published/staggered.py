"""Published numbers of staggered designs: minimum wages (mpdta), castle doctrine, Medicaid expansion."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from spillover.models.bacon import bacon, bacon_summary
from spillover.models.event_study import EventFit, fit_event_study
from spillover.models.honest import smoothness_bounds
from spillover.published.check import Check
from spillover.sources import read_csv


class _Source(NamedTuple):
    """Study, where its number is printed, and the source id of its data."""

    study: str
    citation: str
    data_source: str


_CS = _Source(
    "Minimum wages, Callaway–Sant'Anna",
    "Callaway and Sant'Anna (2021), J. Econometrics 225(2); R package did, aggte(type='simple'), analytic SE",
    "published_mpdta",
)
_SA = _Source(
    "Minimum wages, Sun–Abraham",
    "Sun and Abraham (2021), J. Econometrics 225(2); R fixest 0.14.0, sunab, as pinned by StatsPAI's tests",
    "published_mpdta",
)
_BJS = _Source(
    "Minimum wages, imputation",
    "Borusyak, Jaravel and Spiess (2024), Rev. Econ. Studies 91(6); Rios-Avila, jwdid (Stata), equals it",
    "published_mpdta",
)
_TWO_STAGE = _Source(
    "Minimum wages, two-stage",
    "Gardner (2022), arXiv:2207.05943; R did2s 1.2.1, as pinned by StatsPAI's tests",
    "published_mpdta",
)
_CASTLE = _Source(
    "Castle doctrine, two-stage",
    "Butts and Gardner (2022), R Journal 14(3); pyfixest did2s on causaldata's castle",
    "published_castle",
)
_CASTLE_R = _CASTLE._replace(
    citation="Butts and Gardner (2022), R Journal 14(3); R did2s 1.2.1, as pinned by StatsPAI's tests"
)
_BACON = _Source(
    "Castle doctrine, Goodman-Bacon weights",
    "Goodman-Bacon (2021), J. Econometrics 225(2); vignette of the R package bacondecomp",
    "published_castle",
)
_MEDICAID = _Source(
    "Medicaid expansion, smoothness bounds",
    "Rambachan and Roth (2023), Rev. Econ. Studies 90(5); README of the R package HonestDiD",
    "published_medicaid",
)

_SUNAB = {
    -4: ("0.00330636", "0.02455510"),
    -3: ("0.02502183", "0.01815434"),
    -2: ("0.02445874", "0.01426679"),
    0: ("-0.01993182", "0.01185754"),
    1: ("-0.05095737", "0.01687068"),
    2: ("-0.13725874", "0.03658948"),
    3: ("-0.10081136", "0.03450427"),
}
_IMPUTED = {0: "-.0310669", 1: "-.0522349", 2: "-.1360781", 3: "-.1047075"}
_WEIGHTS = {
    "earlier against later, before it is exposed": ("0.05976", "-0.00554"),
    "later against earlier, already exposed": ("0.03190", "0.07032"),
    "exposed against never exposed": ("0.90834", "0.08796"),
}
_FLCI = (
    (0.0, "conf_high", "0.0607"),
    (0.01, "conf_low", "0.0132"),
    (0.01, "conf_high", "0.0787"),
    (0.02, "conf_high", "0.0907"),
    (0.03, "conf_high", "0.101"),
    (0.04, "conf_high", "0.111"),
    (0.05, "conf_high", "0.121"),
)

_BJS_NOTE = (
    "Estimates only: jwdid's standard error (.013265) is that of one saturated regression; Theorem 3 of "
    "Borusyak, Jaravel and Spiess, as diff-diff computes it, gives 0.013222: each right for its own variance."
)
_CASTLE_NOTE = (
    "Exposure begins with the first full year of the law. With the year in which it took effect the estimate "
    "is 0.0798 (compared too). pyfixest and diff-diff agree on each: the coding of partial years differs."
)
_SIMULATED = (
    "R's lower ends at other M differ from ours by up to 7e-5 (0.00286 against 0.00283 at M = 0.02): R draws "
    "the quantile of the folded normal, here it is exact; diff-diff gives our value to 1e-5."
)


def checks() -> list[Check]:
    """Numbers printed elsewhere, beside ours from the same data.

    Where libraries disagree: pyfixest's and diff-diff's two-stage estimates and standard errors agree; the
    leads of both are means of first-stage residuals and are not used here. Averages of Sun–Abraham by event
    time (−0.0772) and by district-year (−0.0400, R's agg="att") are both in use: ours is the second.
    moderndid's relative-magnitude bounds follow R, diff-diff's are too narrow and not used.
    """
    return [*_mpdta_checks(), *_castle_checks(), *_medicaid_checks()]


def read_mpdta() -> pd.DataFrame:
    """County panel of Callaway and Sant'Anna: region_code, year, log_employment, first_exposed_year."""
    kinds = {"region_code": "text", "year": "year", "log_employment": "number", "first_exposed_year": "year?"}
    return read_csv("published_mpdta", kinds)


def read_castle(*, full_year: bool) -> pd.DataFrame:
    """State panel of Cheng and Hoekstra, with first_exposed_year: the law's first full year, or its first."""
    kinds = {"region_code": "text", "year": "year", "log_homicide": "number", "effective_year": "year?"}
    panel = read_csv("published_castle", kinds)
    return panel.assign(first_exposed_year=panel["effective_year"] + int(full_year))


def read_medicaid() -> pd.DataFrame:
    """States to 2015 without those that expanded in 2015, as in HonestDiD's README."""
    kinds = {"region_code": "text", "year": "year", "insured_share": "number", "first_exposed_year": "year?"}
    panel = read_csv("published_medicaid", kinds)
    keep = (panel["year"] < 2016) & panel["first_exposed_year"].ne(2015).fillna(True)
    return panel[keep].reset_index(drop=True)


def medicaid_fit() -> EventFit:
    """Two-way fixed effects on `read_medicaid`, with R's small-sample factor.

    fixest does not count the effects nested in clusters: (n - 57) / (n - 15) of our covariance, n = 344.
    """
    fit = fit_event_study(read_medicaid(), "insured_share", window=(-6, 1))
    n = int(fit.estimates["n_obs"].iloc[0])
    return EventFit(fit.estimates, fit.covariance * (n - 57) / (n - 15))


def _mpdta_checks() -> list[Check]:
    panel = read_mpdta()
    found = {
        name: fit_event_study(panel, "log_employment", estimator=name).estimates.set_index("term")
        for name in ("callaway_santanna", "sun_abraham", "imputation", "two_stage")
    }
    cs, sa = found["callaway_santanna"], found["sun_abraham"]
    bjs, two = found["imputation"], found["two_stage"]
    out = [
        _check("mpdta_cs_average", _CS, "average effect", "-0.039951", cs.loc["average", "estimate"]),
        _check("mpdta_cs_average_se", _CS, "its standard error", "0.012034", cs.loc["average", "std_error"]),
        _check("mpdta_sa_average", _SA, "average effect", "-0.0399512752", sa.loc["average", "estimate"]),
        _check(
            "mpdta_sa_average_se", _SA, "its standard error", "0.0117962774", sa.loc["average", "std_error"]
        ),
    ]
    for k, (estimate, error) in _SUNAB.items():
        row = sa.loc[f"event {k}"]
        out.append(_check(f"mpdta_sa_event_{k}", _SA, f"effect at event time {k}", estimate, row["estimate"]))
        out.append(_check(f"mpdta_sa_event_{k}_se", _SA, f"standard error at {k}", error, row["std_error"]))
    average = bjs.loc["average", "estimate"]
    out.append(_check("mpdta_bjs_average", _BJS, "average effect", "-.0477099", average, _BJS_NOTE))
    for k, printed in _IMPUTED.items():
        value = bjs.loc[f"event {k}", "estimate"]
        out.append(_check(f"mpdta_bjs_event_{k}", _BJS, f"effect at event time {k}", printed, value))
    error = two.loc["average", "std_error"]
    out.append(
        _check("mpdta_two_stage_se", _TWO_STAGE, "standard error of the average", "0.0134784088", error)
    )
    return out


def _castle_checks() -> list[Check]:
    out = []
    for name, source, full, printed, note in (
        ("castle_two_stage", _CASTLE, True, ("0.066900", "0.057014"), _CASTLE_NOTE),
        ("castle_two_stage_effective_year", _CASTLE_R, False, ("0.0798015", "0.0609790"), ""),
    ):
        panel = read_castle(full_year=full)
        table = fit_event_study(panel, "log_homicide", estimator="two_stage").estimates
        row = table.set_index("term").loc["average"]
        out.append(_check(name, source, "average effect", printed[0], row["estimate"], note))
        out.append(_check(f"{name}_se", source, "its standard error", printed[1], row["std_error"], note))
    parts = bacon(read_castle(full_year=False), "log_homicide")
    kinds = bacon_summary(parts).set_index("comparison")
    for i, (kind, (weight, mean)) in enumerate(_WEIGHTS.items(), 1):
        out.append(
            _check(f"castle_bacon_weight_{i}", _BACON, f"weight, {kind}", weight, kinds.loc[kind, "weight"])
        )
        out.append(
            _check(f"castle_bacon_mean_{i}", _BACON, f"mean, {kind}", mean, kinds.loc[kind, "estimate"])
        )
    total = float((parts["weight"] * parts["estimate"]).sum())
    out.append(_check("castle_bacon_total", _BACON, "two-way fixed effects", "0.0818", total))
    return out


def _medicaid_checks() -> list[Check]:
    wanted = sorted({m for m, _, _ in _FLCI})
    table = smoothness_bounds(medicaid_fit(), wanted, event_time=0).set_index("m")
    ends = {"conf_low": "lower end", "conf_high": "upper end"}
    return [
        _check(
            f"medicaid_flci_{m}_{end}",
            _MEDICAID,
            f"{ends[end]}, M = {m}",
            printed,
            table.loc[m, end],
            _SIMULATED,
        )
        for m, end, printed in _FLCI
    ]


def _check(
    name: str, source: _Source, statistic: str, printed: str, computed: object, note: str = ""
) -> Check:
    return Check(name, *source, statistic, printed, float(str(computed)), note)
