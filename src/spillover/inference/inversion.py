"""Intervals and power of the relocation test, exactly, from the estimates at all draws.

If the real effect is β, the outcome less β times the real treatment has none. The estimates of that outcome
are linear in β at every draw, so a draw is at least as far from zero as the real sites on a stretch of β
that ends where two straight lines cross; the p-value is a step function of β, known without any grid
(inverting a randomisation test: Lehmann and Romano 2005, Testing Statistical Hypotheses, sections 3.5, 5.12).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from spillover.errors import DataError
from spillover.inference.redraw import RelocationTest
from spillover.inference.refit import refit
from spillover.inference.relocation import check_same, relocation_ps
from spillover.inference.stretches import at_least, farther
from spillover.models.estimates import make_estimates

LEVEL = 0.05
NOISES = ("residual", "outcome")
SSC_NAME = "none (share of draws)"


def relocation_interval(test: RelocationTest, *, term: str = "", level: float = LEVEL) -> tuple[float, float]:
    """All effects that the relocation test does not reject, from the lowest to the highest.

    Parameters
    ----------
    test : RelocationTest
        As from `spillover.inference.redraw.relocate`.
    term : str
        May be left out if the test has one.
    level : float
        Effects with a relocation p-value above it are inside.

    Returns
    -------
    (low, high)
        -inf or inf where no effect, however large, is rejected on that side: the draws move too many
        districts that the real sites move too, or there are too few of them (fewer than 1 / level - 1). Both
        NaN if the real sites do not tell the term. The effects that are not rejected may lie in several
        pieces (`accepted_effects`); the interval then spans them all, so that it rejects less often.

    Notes
    -----
    Of several treatments one is tested at a time: the outcome keeps the effects of the others, as in the
    p-value, so that the interval excludes 0 exactly if p is at most ``level``.

    Examples
    --------
    >>> from spillover.inference.redraw import Treatments, relocate
    >>> panel = pd.DataFrame({"region_code": np.repeat(list("abcdef"), 2), "year": [1, 2] * 6})
    >>> late = panel["year"].to_numpy() == 2
    >>> draws = np.column_stack([late & (panel["region_code"] == c) for c in "abcdef"])[:, :, None]
    >>> panel["y"] = [0.0, 9, 0, 1, 0, 2, 0, 3, 0, -1, 0, 0]
    >>> test = relocate(panel, "y", Treatments(draws, ("near",), "each region once"))
    >>> tuple(round(end, 6) for end in relocation_interval(test, level=0.2))
    (5.0, 11.0)
    """
    pieces = accepted_effects(test, term=term, level=level)
    return (float("nan"),) * 2 if not len(pieces) else (float(pieces[0, 0]), float(pieces[-1, 1]))


def accepted_effects(test: RelocationTest, *, term: str = "", level: float = LEVEL) -> np.ndarray:
    """Closed stretches of effects that the test does not reject, in order: shape (pieces, 2)."""
    j = _term_number(test, term)
    if np.isnan(test.estimates[0, j]):
        return np.empty((0, 2))
    return _accepted(test.estimates[:, j], test.slopes[:, j, j], test.weights[:, j], 0, level)


def relocation_rows(estimates: pd.DataFrame, test: RelocationTest, *, level: float = LEVEL) -> pd.DataFrame:
    """Rows of estimates whose p-value and interval are those of the relocation test.

    Parameters
    ----------
    estimates : DataFrame
        Rows of one specification; the first row of each term that the test has is taken.
    test : RelocationTest
        Of the same design.
    level : float
        The interval is one of 1 - level.

    Returns
    -------
    DataFrame
        Rows of `estimates`: std_error and n_clusters are missing, p_value and p_relocation are the relocation
        p, conf_low and conf_high those of `relocation_interval` (may be infinite), ``vcov`` names the draws,
        and how many of them do not tell the term. How sites were drawn is in ``test.rules``.

    Raises
    ------
    DataError
        Several specifications, no term of the test, or an estimate that is not the test's own.
    """
    if estimates["spec_id"].nunique() != 1:
        raise DataError("relocation_rows", "not one specification", estimates["spec_id"].unique(), "one each")
    first = estimates.drop_duplicates("term")
    first = first[first["term"].isin(test.terms)]
    if first.empty:
        raise DataError("relocation_rows", "no term of the test", estimates["term"].unique(), "name terms")
    ps, rows = relocation_ps(test), []
    for row in first.to_dict("records"):
        j = test.terms.index(row["term"])
        check_same(row["estimate"], float(test.estimates[0, j]))
        low, high = relocation_interval(test, term=row["term"], level=level)
        found = {"std_error": np.nan, "n_clusters": pd.NA, "conf_low": low, "conf_high": high}
        found |= {"p_value": ps[row["term"]], "p_relocation": ps[row["term"]], "ssc": SSC_NAME}
        rows.append(
            {str(name): value for name, value in row.items()} | found | {"vcov": vcov_name(test, row["term"])}
        )
    return make_estimates(rows)


def vcov_name(test: RelocationTest, term: str = "") -> str:
    """How the test was made, as the column vcov says it."""
    blind = int(np.isnan(test.estimates[1:, _term_number(test, term)]).sum())
    parts = [f"relocation, {test.draws} draws"]
    parts += [f"{blind} without this term"] if blind else []
    return ", ".join(parts)


def detectable_effect(
    test: RelocationTest,
    *,
    term: str = "",
    power: float = 0.8,
    level: float = LEVEL,
    noise: str = "residual",
    plants: int = 199,
) -> float:
    """Smallest effect that the relocation test finds with the given probability, of either sign.

    An effect δ is planted at drawn sites: the outcome becomes noise + δ × their treatment. The test then
    compares these sites with all others, the real ones included. The power at δ is the share of planted
    sites and signs at which p is at most ``level``. It is computed exactly: for each planted set the effects
    that are not found form stretches (see `accepted_effects`), and these are counted.

    Parameters
    ----------
    test : RelocationTest
    term : str
        The treatment that has the effect; may be left out if there is one.
    power, level : float
    noise : {"residual", "outcome"}
        What the outcome would be without any effect: the outcome free of the estimated effects at the
        real sites, or the outcome as it is (as if nothing of it were an effect).
    plants : int
        Number of drawn sets at which the effect is planted, the first ones that tell the term. With 199, the
        power has a standard error of about 2 to 3 percentage points.

    Returns
    -------
    float
        From this effect on, in the units of the estimate, the power stays at least ``power``; inf if no
        effect, however large, is found so often.

    Raises
    ------
    DataError
        A power or level outside (0, 1), an unknown noise, or no drawn set that tells the term.

    Examples
    --------
    >>> from spillover.inference.redraw import Treatments, relocate
    >>> rng = np.random.default_rng(1)
    >>> panel = pd.DataFrame({"region_code": np.repeat(np.arange(60), 2).astype(str), "year": [1, 2] * 60})
    >>> late = panel["year"].to_numpy() == 2
    >>> draws = np.column_stack([late & panel["region_code"].eq(str(i)) for i in range(60)])[:, :, None]
    >>> test = relocate(panel.assign(y=rng.normal(size=120)), "y", Treatments(draws, ("near",), ""))
    >>> 3 < detectable_effect(test) < 6  # a difference of two normal draws has a spread of 1.4
    True
    """
    if not (0 < power < 1 and 0 < level < 1):
        raise DataError("detectable_effect", "not between 0 and 1", [power, level], "use 0.8 and 0.05")
    if noise not in NOISES:
        raise DataError("detectable_effect", "unknown noise", [noise], f"use {' or '.join(NOISES)}")
    j = _term_number(test, term)
    null = test.estimates[:, j].copy()
    if noise == "residual":
        null -= test.slopes[:, j] @ np.nan_to_num(test.estimates[0])
    sets = np.flatnonzero(~np.isnan(null[1:]))[:plants] + 1
    if not len(sets):
        raise DataError(
            "detectable_effect", "no drawn set tells the term", [term], "draw more, or wider rings"
        )
    planted = test.within(test.treatments[:, sets, j].astype(float))
    slopes = refit(test.treatments, planted, test.within).coefficients[:, j]
    pieces = [
        _accepted(null, slopes[:, i], test.weights[:, j], int(own), level) for i, own in enumerate(sets)
    ]
    missed = np.concatenate([side for found in pieces for side in (found, -found[:, ::-1])])
    # an effect of either sign is missed on the part of its stretches above 0
    missed = np.maximum(missed[missed[:, 1] >= 0], 0.0)
    most = int(np.floor((1 - power) * 2 * len(sets) + 1e-9))
    stretches = at_least(missed, most + 1)
    return float(stretches[-1, 1]) if len(stretches) else 0.0


def _term_number(test: RelocationTest, term: str) -> int:
    if term in test.terms:
        return test.terms.index(term)
    if term or len(test.terms) > 1:
        raise DataError("relocation test", "which term", [term], f"terms are {', '.join(test.terms)}")
    return 0


def _accepted(
    estimates: np.ndarray, slopes: np.ndarray, weights: np.ndarray, own: int, level: float
) -> np.ndarray:
    """Stretches of x in which the sites ``own`` are not rejected, (pieces, 2).

    Draw d has the statistic weight (estimate - x slope); x is not rejected if the share of draws, the own
    one included, whose statistic is at least as far from zero as the own one is above ``level``.
    """
    told = ~np.isnan(estimates) & ~np.isnan(slopes)
    others = told & (np.arange(len(told)) != own)
    needed = int(np.floor(level * told.sum() + 1e-9))  # so many others as far away are enough
    if needed == 0:
        return np.array([[-np.inf, np.inf]])
    level_at, slope = weights[others] * estimates[others], weights[others] * slopes[others]
    own_level, own_slope = weights[own] * estimates[own], weights[own] * slopes[own]
    return at_least(farther(level_at, slope, float(own_level), float(own_slope)), needed)
