"""Placebo runs of a synthetic region: in space, in time, and without one donor.

With one treated region there is no sampling theory to lean on. What there is: the same estimate for every
donor, as if the park had opened there, and for every earlier year, as if it had opened then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.models.synthetic import Synthetic
from spillover.models.synthetic_weights import Fit, measure_fit, weigh

WORST_FIT = 5.0  # squared RMSPE before, as a multiple of the treated one's (ADH 2010 show 20, 5 and 2)
FEWEST_BEFORE = 5
USED = 1e-3  # a donor with less weight is not counted as one
PROGRESS_FROM = 50  # runs: fewer are over in less than two seconds

T = TypeVar("T")


class SpacePlacebo(NamedTuple):
    """Every donor treated in turn.

    ``runs`` has one row per region, the treated one first: region_code, estimate, rmspe_before,
    rmspe_after, ratio, poor_fit. ``gaps`` has region_code, year and gap. ``p_ratio`` is the share of regions
    whose ratio of RMSPE after over before is at least the treated one's; ``p_estimate`` the share, among
    those not poorly fitted, whose estimate is at least as far from zero; ``p_fit`` the share fitted at most
    as well before. Each counts the treated region itself. ``n_poor`` counts the placebos left out of
    ``p_estimate``.
    """

    runs: pd.DataFrame
    gaps: pd.DataFrame
    p_ratio: float
    p_estimate: float
    p_fit: float
    n_placebos: int
    n_poor: int


def placebo_in_space(fitted: Synthetic, *, worst_fit: float = WORST_FIT) -> SpacePlacebo:
    """Give every donor the opening of the treated region, with the other donors to draw on.

    The treated region is never a donor of a placebo: it is exposed. Nothing is drawn at random: with one
    treated region the placebo runs of Arkhangelsky et al. (2021, Algorithm 4) can be gone through in full.

    Parameters
    ----------
    fitted : Synthetic
    worst_fit : float
        A placebo whose mean squared gap before is more than this multiple of the treated region's is poorly
        fitted.

    Raises
    ------
    DataError
        Fewer than two donors.

    References
    ----------
    Abadie, Diamond and Hainmueller (2010), Section 3.4.
    """
    codes = list(fitted.outcomes.columns)
    if len(codes) < 3:
        raise DataError("placebo_in_space", "fewer than two donors", codes[1:], "widen the pool of donors")
    values, n_before = fitted.outcomes.to_numpy(), fitted.fit.n_before
    gaps = [fitted.paths["gap"].to_numpy()]
    for column in _progress(range(1, len(codes)), "placebo in space"):
        rest = [c for c in range(1, len(codes)) if c != column]
        gaps.append(weigh(values[:, [column, *rest]], n_before, fitted.method, fitted.solver)[0])
    fits = [measure_fit(g, values[:, i], n_before, fitted.method) for i, g in enumerate(gaps)]
    # below this RMSPE a fit is perfect but for rounding; ratios of such would be ratios of rounding errors
    floor = 1e-6 * float(values.std())
    before = np.maximum([f.rmspe_before for f in fits], floor)
    runs = pd.DataFrame(
        {
            "region_code": codes,
            "estimate": [float(g[n_before:].mean()) for g in gaps],
            "rmspe_before": before,
            "rmspe_after": [f.rmspe_after for f in fits],
            "ratio": [f.rmspe_after for f in fits] / before,
            "poor_fit": before**2 > worst_fit * before[0] ** 2,
        }
    )
    return SpacePlacebo(
        runs=runs,
        gaps=_long(gaps, codes, fitted.outcomes.index),
        p_ratio=_share(runs["ratio"]),
        p_estimate=_share(runs.loc[~runs["poor_fit"], "estimate"].abs()),
        p_fit=_share(runs["rmspe_before"]),
        n_placebos=len(codes) - 1,
        n_poor=int(runs["poor_fit"].sum()),
    )


def add_placebo_inference(fitted: Synthetic, placebo: SpacePlacebo) -> pd.DataFrame:
    """Rows of `estimates` with what the placebo runs in space say.

    Standard errors are the spread of the placebo estimates (Arkhangelsky et al. 2021, Algorithm 4, all runs
    instead of draws): right if the treated region is as noisy as its donors. The p-value of the average is
    the share of regions with at least its ratio of RMSPE, that of a year the share with at least its gap.

    Returns
    -------
    DataFrame
        As ``fitted.estimates``; std_error, conf_low, conf_high (95 %, normal) and p_value from the
        opening on, and the words for them in vcov and ssc.
    """
    table = fitted.estimates.copy()
    gaps = placebo.gaps.pivot(index="year", columns="region_code", values="gap")
    treated, others = fitted.outcomes.columns[0], list(fitted.outcomes.columns[1:])
    spread = {str(year): float(row.std(ddof=0)) for year, row in gaps[others].iterrows()}
    ranks = {str(year): _share(row.abs()[[treated, *others]]) for year, row in gaps.iterrows()}
    after = (table["term"] == "average") | (table["event_time"] >= 0).fillna(False)
    spread["average"] = float(placebo.runs["estimate"].iloc[1:].std(ddof=0))
    ranks["average"] = placebo.p_ratio
    table["std_error"] = table["term"].map(spread).where(after)
    table["p_value"] = table["term"].map(ranks).where(after)
    table["conf_low"] = table["estimate"] - 1.959964 * table["std_error"]
    table["conf_high"] = table["estimate"] + 1.959964 * table["std_error"]
    return table.assign(vcov="placebo in space", ssc="all donors once, no factor")


def placebo_in_time(fitted: Synthetic, *, fewest_before: int = FEWEST_BEFORE) -> pd.DataFrame:
    """Move the opening to every earlier year, with the years before the real opening only.

    Parameters
    ----------
    fitted : Synthetic
    fewest_before : int
        A placebo opening needs so many years before it.

    Returns
    -------
    DataFrame
        first_exposed_year, estimate, rmspe_before, rmspe_after, ratio, n_before, n_after; no row if there
        are too few years.

    References
    ----------
    Abadie, A., A. Diamond and J. Hainmueller (2015), "Comparative Politics and the Synthetic Control
    Method", American Journal of Political Science 59(2), 495–510.
    """
    values = fitted.outcomes.to_numpy()[: fitted.fit.n_before]
    rows = []
    for n_before in range(fewest_before, len(values)):
        gap = weigh(values, n_before, fitted.method, fitted.solver)[0]
        fit = measure_fit(gap, values[:, 0], n_before, fitted.method)
        rows.append(_row(gap, fit) | {"first_exposed_year": int(fitted.outcomes.index[n_before])})
    columns = ["first_exposed_year", *_row(np.zeros(2), Fit(1.0, 1.0, 1.0, 1, 1))]
    return pd.DataFrame(rows, columns=columns)


def leave_one_out(fitted: Synthetic) -> pd.DataFrame:
    """Estimate again without each donor that carries weight, one at a time.

    Returns
    -------
    DataFrame
        left_out (region_code), weight (what it had), estimate, rmspe_before, rmspe_after, ratio, n_before,
        n_after; largest weight first.

    Raises
    ------
    DataError
        Fewer than two donors.
    """
    if fitted.outcomes.shape[1] < 3:
        raise DataError("leave_one_out", "fewer than two donors", fitted.outcomes.columns[1:], "add donors")
    used = fitted.weights[fitted.weights["weight"] > USED]
    n_before, rows = fitted.fit.n_before, []
    for code, weight in _progress(
        list(zip(used["region_code"], used["weight"], strict=True)), "leave one out"
    ):
        values = fitted.outcomes.drop(columns=code).to_numpy()
        gap = weigh(values, n_before, fitted.method, fitted.solver)[0]
        fit = measure_fit(gap, values[:, 0], n_before, fitted.method)
        rows.append({"left_out": code, "weight": weight} | _row(gap, fit))
    return pd.DataFrame(rows)


def _row(gap: np.ndarray, fit: Fit) -> dict[str, float]:
    return {
        "estimate": float(gap[fit.n_before :].mean()),
        "rmspe_before": fit.rmspe_before,
        "rmspe_after": fit.rmspe_after,
        "ratio": fit.ratio,
        "n_before": fit.n_before,
        "n_after": fit.n_after,
    }


def _share(values: pd.Series) -> float:
    """Share of values at least as large as the first, the first included."""
    numbers = values.to_numpy(float)
    return float((numbers >= numbers[0] * (1 - 1e-12)).mean())


def _long(gaps: Sequence[np.ndarray], codes: Sequence[str], years: pd.Index) -> pd.DataFrame:
    table = pd.DataFrame(np.column_stack(gaps), index=years, columns=pd.Index(codes, name="region_code"))
    return table.unstack().rename("gap").reset_index()


def _progress(items: Sequence[T], text: str) -> Iterable[T]:
    """Show a bar on a terminal if there is much to do; nothing in a notebook, a file or a pipe."""
    if len(items) < PROGRESS_FROM or not sys.stderr.isatty():
        return items
    from rich.console import Console
    from rich.progress import track

    return track(items, description=text, console=Console(stderr=True), transient=True)
