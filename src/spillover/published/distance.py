"""Published numbers that use distance, Conley's or Driscoll and Kraay's standard errors."""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.exposure import geodesic_km
from spillover.inference.conley import conley_cov, driscoll_kraay_cov
from spillover.inference.conley_fit import conley_std_errors
from spillover.inference.conley_tiles import EARTH_KM
from spillover.models.linear import LinearFit, fit_linear
from spillover.published.check import Check
from spillover.published.r_random import RRandom

CONLEYREG_KM = 6371.01  # radius of the Earth in conleyreg
ISSUE_177 = "github.com/lrberge/fixest, issue 177"
GOLDEN = "github.com/igerber/diff-diff, benchmarks/data/r_conleyreg_conley_golden.json (2026-05-13)"
DUEBEN, BERGE = "Düben (R package conleyreg), in ", "Bergé (R package fixest), in "
SINGLE = (
    "Stata holds these data in single precision, and so does this check; printed with 13 digits, "
    "compared at 10"
)
PARENTHESIS = (
    "weights in time 1 - l / (lag + 1) (Newey and West 1987). Hsiang's Stata code of 2013 has a misplaced "
    "parenthesis, (1 - l) / (lag + 1), which is 0 here; Christensen and Fetzer corrected it in 2017. "
)
ROUNDED = "printed with 15 significant digits, compared at the digits that no processor rounds differently"


def checks() -> list[Check]:
    """All checks of this topic: the printed numbers beside what this project computes.

    Returns
    -------
    list of Check

    Examples
    --------
    >>> from spillover.published.check import agrees
    >>> all(agrees(check) for check in checks())
    True
    """
    return [*_two_libraries(), *_conleyreg_cross_section(), *_conleyreg_panel(), *_grunfeld(), *_geodesic()]


def _two_libraries() -> list[Check]:
    """One panel, fixed effects of units, 10 km, for which conleyreg and fixest print different errors."""
    fit, places = _issue_panel()
    within, _ = conley_std_errors(fit, places, cutoff_km=10)
    at = fit.data.merge(places, on="region_code", validate="many_to_one")
    lon, lat = at["lon"].to_numpy(), at["lat"].to_numpy()
    pooled = conley_cov(fit.X, fit.residuals, lon, lat, 10, kernel="uniform")
    first, second = 100 * (np.sqrt(np.diag(pooled)) / within - 1)
    right = (
        "pairs of one time only, Bartlett kernel: right for a panel (Hsiang 2010 counts pairs within a time, "
        f"and lags of a unit apart). fixest's standard errors of the same fit differ by {first:+.0f} % (X1) "
        f"and {second:+.0f} % (X2), as it takes the panel for a cross-section"
    )
    wrong = (
        "reproduced without time and with the uniform kernel: each unit then counts with itself at all times "
        "with the full weight. That is meant for a cross-section; for this panel conleyreg is right"
    )
    data = "simulated there by R with set.seed(1), 10 units × 20 times; drawn again here"
    bartlett = "Conley 10 km, unit effects: conleyreg", DUEBEN + ISSUE_177 + " (2025-02-21)", data
    uniform = "Conley 10 km, unit effects: fixest", BERGE + ISSUE_177 + " (2025-03-04)", data
    both = "covariance of X1 and X2"
    return [
        Check("conleyreg_177_x1", *bartlett, "standard error of X1", "0.50288", float(within[0]), right),
        Check("conleyreg_177_x2", *bartlett, "standard error of X2", "0.44139", float(within[1]), right),
        Check("fixest_177_x1", *uniform, "variance of X1", "0.15413445", float(pooled[0, 0]), wrong),
        Check("fixest_177_x1_x2", *uniform, both, "0.04226258", float(pooled[0, 1]), wrong),
    ]


def _issue_panel() -> tuple[LinearFit, pd.DataFrame]:
    """The panel of that issue, drawn in the order of its R lines, and its fit with unit effects."""
    draw = RRandom(1)
    units = [f"unit {i:02d}" for i in range(1, 11)]
    lat, lon = draw.uniform(10) - 50, draw.uniform(10) + 40
    places = pd.DataFrame({"region_code": units, "lon": lon, "lat": lat})
    X = draw.normal(1000).reshape(5, 200).T
    level = np.repeat((lat - lon) * 500, 20) + draw.normal(200, sd=5)
    panel = pd.DataFrame({"X1": X[:, 0], "X2": X[:, 1], "y": X[:, :3] @ [-2.0, 2.0, 4.0] + level})
    panel["region_code"], panel["year"] = np.repeat(units, 20), np.tile(np.arange(1, 21), 10)
    return fit_linear(panel, "y", ["X1", "X2"], effects=["region_code"]), places


def _conleyreg_cross_section() -> list[Check]:
    """50 simulated points all around the tropics, Bartlett, 500 km."""
    draw = RRandom(42)
    lat, lon = draw.uniform(50, -30, 30), draw.uniform(50, -100, 100)
    x = draw.normal(50)
    X, e = _least_squares(x, 1 + 0.5 * x + draw.normal(50, sd=0.5))
    cov = conley_cov(X, e, lon, lat, 500 * EARTH_KM / CONLEYREG_KM)
    data = "simulated there by R with set.seed(42): 50 points; drawn again here"
    shared = ("Conley 500 km, Bartlett, cross-section", DUEBEN + GOLDEN, data)
    return [
        Check("conleyreg_golden_intercept", *shared, "variance of the intercept", "0.004401879382",
              float(cov[0, 0]), ROUNDED),
        Check("conleyreg_golden_slope", *shared, "variance of the slope", "0.004009655622", float(cov[1, 1]),
              ROUNDED),
        Check("conleyreg_golden_both", *shared, "their covariance", "-0.000246427609", float(cov[0, 1]),
              ROUNDED),
    ]  # fmt: skip


def _conleyreg_panel() -> list[Check]:
    """100 simulated units at four times, Bartlett, 200 km, one lag."""
    draw = RRandom(1003)
    lat, lon = draw.uniform(100, 25, 50), draw.uniform(100, -125, -65)
    x1, x2 = draw.normal(400), draw.normal(400)
    X, e = _least_squares(np.column_stack([x1, x2]), 1 + 0.5 * x1 + 2 * x2 + draw.normal(400, sd=0.5))
    unit, time = np.repeat(np.arange(100), 4), np.tile(np.arange(4), 100)
    cutoff = 200 * EARTH_KM / CONLEYREG_KM
    cov = conley_cov(X, e, lon[unit], lat[unit], cutoff, time=time, unit=unit, lag=1)
    data = "simulated there by R with set.seed(1003): 100 units × 4 times; drawn again here"
    printed = {"the intercept": "0.000589930988", "x1": "0.000588678019", "x2": "0.000614119032"}
    return [
        Check(f"conleyreg_lag_{i}", "Conley 200 km, Bartlett, lag 1, panel", DUEBEN + GOLDEN, data,
              f"variance of {name}", number, float(cov[i, i]), PARENTHESIS + ROUNDED.capitalize())
        for i, (name, number) in enumerate(printed.items())
    ]  # fmt: skip


def _grunfeld() -> list[Check]:
    """Grunfeld's investment data: Driscoll and Kraay, and lags of each firm alone (no neighbour counts)."""
    from statsmodels.datasets import grunfeld

    firms = grunfeld.load_pandas().data.iloc[:200]  # without the eleventh firm, as there
    invest, *causes = (firms[c].to_numpy(np.float32).astype(float) for c in ("invest", "value", "capital"))
    X, e = _least_squares(np.column_stack(causes), invest)
    year, firm = firms["year"].to_numpy(), pd.factorize(firms["firm"])[0]
    common = np.sqrt(np.diag(driscoll_kraay_cov(X, e, year, lag=4)))
    alone = conley_cov(X, e, firm * 1.0, firm * 0.0, 1.0, time=year, unit=firm, lag=4, ssc="n/(n-k)")
    own = np.sqrt(np.diag(alone))
    data = "Grunfeld's panel (statsmodels.datasets.grunfeld), 10 firms, 1935–1954"
    kept = "statsmodels' reference results (results_grunfeld_ols_robust_cluster.py)"
    hoechle = "Hoechle (2007, Stata Journal 7(3)): xtscc invest mvalue kstock, lag(4); in " + kept
    xtscc = "Driscoll and Kraay, lag 4", hoechle, data
    newey = (
        "Newey and West by firm, lag 4",
        "Stata: newey invest mvalue kstock, lag(4) force; in " + kept,
        data,
    )
    value, capital = "standard error of mvalue", "standard error of kstock"
    factor = SINGLE + "; the serial part of conley_cov alone, with Stata's factor n / (n - k)"
    constant = "standard error of the constant"
    return [
        Check("xtscc_value", *xtscc, value, ".01343601776", float(common[1]), SINGLE),
        Check("xtscc_capital", *xtscc, capital, ".04930800664", float(common[2]), SINGLE),
        Check("xtscc_constant", *xtscc, constant, "12.1903471842", float(common[0]), SINGLE),
        Check("newey_value", *newey, value, ".01142785251", float(own[1]), factor),
        Check("newey_capital", *newey, capital, ".06842168281", float(own[2]), factor),
    ]


def _geodesic() -> list[Check]:
    """The distance that exposure is measured in."""
    berkeley = pd.DataFrame({"lon": [-122.23558], "lat": [37.87622]})
    port_moresby = pd.DataFrame({"lon": [147.1597], "lat": [-9.4047]})
    metres = 1000 * float(geodesic_km(berkeley, port_moresby)[0, 0])
    citation = "Karney (2013, Journal of Geodesy 87), example of the geographiclib crate's documentation"
    return [
        Check("geodesic", "Geodesic distance on WGS84", citation, "two points given there",
              "Berkeley to Port Moresby, metres", "10700471.955", metres),
    ]  # fmt: skip


def _least_squares(regressors: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Regressors with a constant before them, and residuals."""
    X = np.column_stack([np.ones(len(y)), regressors])
    return X, y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
