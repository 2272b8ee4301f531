"""Methods of inference by name, as `spillover.inference.side_by_side.add_inference` takes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns
from spillover.inference.clusters import NOT_COMPUTABLE, cluster_errors, t_table
from spillover.inference.conley import driscoll_kraay_cov
from spillover.inference.conley_fit import SSC_NAME as CONLEY_SSC
from spillover.inference.conley_fit import conley_std_errors
from spillover.inference.permutation import (
    EVER_EXPOSED,
    STATISTICS,
    permutation_draws,
    permutation_p,
    permutation_test,
)
from spillover.inference.wild import wild_bootstrap
from spillover.models.linear import LinearFit

WHERE = "add_inference"


class Regression(NamedTuple):
    """What every method needs: the fit, the panel it was made from, and how."""

    fit: LinearFit
    panel: pd.DataFrame
    outcome: str
    terms: list[str]
    controls: list[str]
    effects: Sequence[str]


class Method(NamedTuple):
    """A method as it was asked for: ``wild province_code draws=1999`` in its parts."""

    said: str
    on: str
    options: dict[str, str]

    def number(self, option: str, default: int) -> int:
        """A whole-number option."""
        text = self.options.get(option, str(default))
        if not text.isdigit() or (option == "draws" and int(text) < 1):
            raise DataError(
                WHERE, f"{option} is not a whole number", [self.said], f"write {option}={default}"
            )
        return int(text)


def read_method(said: str) -> tuple[Callable[[Regression, Method], pd.DataFrame], Method]:
    """A method's function and its parts.

    Raises
    ------
    DataError
        An unknown method or option, or a value that the option cannot have.

    Examples
    --------
    >>> read_method("wild province_code draws=1999")[1].options
    {'draws': '1999'}
    """
    name, *words = said.split()
    options = dict(word.split("=", 1) for word in words if "=" in word)
    on = [word for word in words if "=" not in word]
    if name not in _METHODS:
        raise DataError(WHERE, "unknown method", [said], f"use {', '.join(_METHODS)}")
    function, needed, allowed = _METHODS[name]
    if len(on) != needed or set(options) - set(allowed):
        form = " ".join(
            [name, *["COLUMN" if name != "conley" else "KM"] * needed, *(f"{o}=…" for o in allowed)]
        )
        raise DataError(WHERE, "a method that cannot be read", [said], f"write {form}")
    if options.get("statistic", STATISTICS[0]) not in STATISTICS:
        raise DataError(WHERE, "an unknown statistic", [said], f"use {' or '.join(STATISTICS)}")
    return function, Method(said, on[0] if on else "", options)


def _tried(regression: Regression, vcov: str, run: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The method's results, or why this design has none."""
    try:
        return run()
    except DataError as error:
        named = f" ({', '.join(error.offenders[:3])})" if error.offenders else ""
        why = f"{NOT_COMPUTABLE}: {error.problem}{named}"
        return pd.DataFrame({"term": regression.terms, "vcov": vcov, "ssc": why})


def _cluster(regression: Regression, method: Method) -> pd.DataFrame:
    """CR1, CR2, CR3."""
    kind = {"cluster": "CR1"}.get(method.said.split()[0], method.said.split()[0].upper())
    column = _named(regression, method)
    vcov = f"clustered by {column}" if kind == "CR1" else f"{kind} by {column}"

    def run() -> pd.DataFrame:
        return cluster_errors(regression.fit, column, kind=kind, effects=regression.effects)

    return _tried(regression, vcov, run)


def _wild(regression: Regression, method: Method) -> pd.DataFrame:
    """The wild cluster bootstrap."""
    column = _named(regression, method)
    draws, seed = method.number("draws", 999), method.number("seed", 1)

    def run() -> pd.DataFrame:
        return wild_bootstrap(regression.fit, column, effects=regression.effects, draws=draws, seed=seed)

    return _tried(regression, f"wild cluster bootstrap by {column}", run)


def _named(regression: Regression, method: Method) -> str:
    """The cluster column, complete."""
    check_columns(regression.fit.data, [method.on], f"{WHERE}, {method.said}")
    lost = regression.fit.data[method.on].isna()
    if lost.any():
        where, offenders = f"{WHERE}, {method.said}", regression.fit.data.loc[lost, "region_code"].unique()
        raise DataError(where, f"regions without {method.on}", offenders, "name it, or drop these rows")
    return method.on


def _conley(regression: Regression, method: Method) -> pd.DataFrame:
    """Conley's covariance."""
    check_columns(regression.panel, ["lon", "lat"], f"{WHERE}, {method.said}")
    try:
        cutoff = float(method.on)
    except ValueError:
        remedy = "write conley 200, in km"
        raise DataError(WHERE, "a cutoff that is not a number", [method.said], remedy) from None
    places = regression.fit.data[["region_code", "lon", "lat"]].drop_duplicates()
    kernel, lag = method.options.get("kernel", "bartlett"), method.number("lag", 0)
    errors, vcov = conley_std_errors(regression.fit, places, cutoff_km=cutoff, kernel=kernel, lag=lag)
    table = t_table(regression.fit, errors, np.full(len(errors), np.inf))
    return table.assign(vcov=vcov, ssc=CONLEY_SSC)


def _driscoll_kraay(regression: Regression, method: Method) -> pd.DataFrame:
    """Errors correlated between all regions of a year, and over some years."""
    fit, times = regression.fit, regression.fit.data["year"].nunique()
    lag = method.number("lag", int(4 * (times / 100) ** (2 / 9)))

    def run() -> pd.DataFrame:
        covariance = driscoll_kraay_cov(fit.X, fit.residuals, fit.data["year"].to_numpy(), lag=lag)
        table = t_table(fit, np.sqrt(np.diag(covariance)), np.full(len(fit.names), times - 1.0))
        ssc = "no small-sample factor; t with T-1 degrees of freedom"
        return table.assign(n_clusters=times, vcov=f"Driscoll-Kraay, lag {lag}", ssc=ssc)

    return _tried(regression, f"Driscoll-Kraay, lag {lag}", run)


def _permutation(regression: Regression, method: Method) -> pd.DataFrame:
    """Exposure paths dealt out among units; all terms move together."""
    terms, unit, options = regression.terms, method.on, method.options
    cohort = method.said.startswith("cohort")
    within = EVER_EXPOSED if cohort else options.get("within")
    check_columns(regression.panel, [unit, *([within] if within and not cohort else [])], WHERE)
    statistic, seed = options.get("statistic", "t"), method.number("seed", 1)
    about = f"{'cohort permutation' if cohort else 'permutation'} of {unit}"
    about += f" within {within}" if within and not cohort else ""

    draws = method.number("draws", 999)

    def run() -> pd.DataFrame:
        rows = permutation_draws(regression.panel, terms, unit=unit, within=within, draws=draws, seed=seed)
        model = {"effects": regression.effects, "controls": regression.controls}
        test = permutation_test(regression.panel, regression.outcome, terms, rows, model=model)
        p_values = [permutation_p(test, term, statistic=statistic) for term in terms]
        sampled = len(rows) == 1 + draws
        said = f"{draws} draws, seed {seed}" if sampled else f"all {len(rows)} deals"
        ssc = f"none (share of deals, by {'t clustered by region_code' if statistic == 't' else statistic})"
        return pd.DataFrame({"term": terms, "p_value": p_values, "vcov": f"{about}, {said}", "ssc": ssc})

    return _tried(regression, about, run)


# name: (function, number of words it works on, options)
_METHODS: dict[str, tuple[Callable[[Regression, Method], pd.DataFrame], int, tuple[str, ...]]] = {
    "cluster": (_cluster, 1, ()),
    "cr2": (_cluster, 1, ()),
    "cr3": (_cluster, 1, ()),
    "wild": (_wild, 1, ("draws", "seed")),
    "conley": (_conley, 1, ("kernel", "lag")),
    "driscoll-kraay": (_driscoll_kraay, 0, ("lag",)),
    "permutation": (_permutation, 1, ("within", "statistic", "draws", "seed")),
    "cohort": (_permutation, 1, ("statistic", "draws", "seed")),
}
