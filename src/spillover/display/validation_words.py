"""What the simulations of planted truths say, in sentences that change when the table changes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from spillover.display.findings import percent
from spillover.display.language import Said, fmt, join, label
from spillover.errors import check_columns, check_not_empty
from spillover.validation.results import SIZE_LIMITS

if TYPE_CHECKING:
    import pandas as pd

NEEDED = (
    "design",
    "errors",
    "n_exposed",
    "estimator",
    "inference",
    "n_simulations",
    "truth",
    "mean_estimate",
)
# The inference behind the headline p-values, and what most papers do.
HEADLINE = "relocation_coast"
USUAL = ("twfe", "own")
LEVEL = 0.05
ERRORS = {"iid": "validation.independent", "spatial": "validation.linked"}


def trust_finding(checks: pd.DataFrame, coverage: pd.DataFrame) -> Said:
    """Say in one paragraph whether the methods can be trusted.

    Parameters
    ----------
    checks : DataFrame
        As from `spillover.published_checks`.
    coverage : DataFrame
        As from `spillover.read_coverage`.

    Examples
    --------
    >>> trust_finding(published_checks(), read_coverage())  # doctest: +SKIP
    """
    check_columns(checks, ["agrees"], "trust_finding")
    size, usual = _ours(coverage)["rejection_rate"], _usual(coverage)["rejection_rate"]
    key = "validation.trust_size" if size.between(*SIZE_LIMITS).all() else "validation.trust_size_wrong"
    times = usual / LEVEL
    n = {"same": fmt(int(checks["agrees"].sum())), "n": fmt(len(checks))}
    beyond = {"times_low": fmt(times.min(), 0), "times_high": fmt(times.max(), 0)}
    said = (
        label("validation.trust_published", **n),
        label(key, designs=fmt(coverage["design"].nunique()), **_span(size), **_limits()),
        label("validation.trust_usual", **_span(usual, 0), **beyond),
    )
    return Said(" ".join(said))


def validation_finding(coverage: pd.DataFrame, column: str = "rejection_rate") -> Said:
    """Say what one heat map shows: false alarms, intervals that hold the truth, or effects found.

    Parameters
    ----------
    coverage : DataFrame
        As from `spillover.read_coverage`.
    column : {"rejection_rate", "coverage", "power"}
    """
    _check(coverage, column)
    find = {"rejection_rate": _size, "coverage": _coverage, "power": _power}[column]
    return Said(find(coverage))


def validation_alt(coverage: pd.DataFrame, column: str = "rejection_rate") -> str:
    """Alt text of `validation_heat_map` for the same table and column."""
    _check(coverage, column)
    counts = {
        "methods": fmt(coverage[["estimator", "inference"]].drop_duplicates().shape[0]),
        "designs": fmt(coverage["design"].nunique()),
    }
    usual = {f"usual_{k}": v for k, v in _span(_usual(coverage)[column]).items()}
    return label(f"validation.alt.{column}", **counts, **_span(_ours(coverage)[column]), **usual)


def simulation_limits() -> Said:
    """List what the simulation does not cover, with the numbers it was set to."""
    from spillover.panel import imk_panel
    from spillover.sme import read_imk
    from spillover.validation.blocks import PLANTED
    from spillover.validation.simulated_noise import IMK_YEARS, imk_noise
    from spillover.validation.simulated_panels import YEARS, simulated_scene

    noise = imk_noise()
    provinces = imk_panel(read_imk(), IMK_YEARS)["region_code"].nunique()
    said = (
        label("validation.limit.1_noise", sd=fmt(noise.sd, 2), serial=fmt(noise.serial, 2),
              provinces=fmt(provinces), first=IMK_YEARS[0], last=IMK_YEARS[-1]),
        label("validation.limit.2_space", km=fmt(noise.range_km, 0), correlation=fmt(math.exp(-1), 2)),
        label("validation.limit.3_shape"),
        label("validation.limit.4_effect", years=fmt(len(PLANTED.by_event_time))),
        label("validation.limit.5_place", districts=fmt(len(simulated_scene(3).regions)), first=YEARS[0],
              last=YEARS[-1]),
        label("validation.limit.6_methods"),
    )  # fmt: skip
    return Said("\n".join(f"- {line}" for line in said))


def _size(coverage: pd.DataFrame) -> str:
    ours, rates = _ours(coverage)["rejection_rate"], coverage["rejection_rate"]
    plain = coverage[coverage["estimator"].eq(USUAL[0])]
    usual = plain[plain["inference"].eq(USUAL[1])]["rejection_rate"]
    right = rates.between(*SIZE_LIMITS).groupby(plain["inference"]).all()
    good = [label(f"validation.inference.{name}") for name in right.index[right] if name != HEADLINE]
    conley = plain[plain["inference"].str.startswith("conley") & plain["errors"].eq("spatial")]
    return label(
        "validation.finding_size",
        right=fmt(int(ours.between(*SIZE_LIMITS).sum())),
        cells=fmt(len(ours)),
        n=fmt(int(coverage["n_simulations"].max())),
        usual_right=fmt(int(usual.between(*SIZE_LIMITS).sum())),
        designs=fmt(len(usual)),
        good=join(good) if good else label("validation.none"),
        **_span(ours),
        **{k: v for k, v in _limits().items() if k != "level"},
        **{f"usual_{k}": v for k, v in _span(_usual(coverage)["rejection_rate"]).items()},
        **{f"conley_{k}": v for k, v in _span(conley["rejection_rate"]).items()},
    )


def _coverage(coverage: pd.DataFrame) -> str:
    ours = _ours(coverage)
    off = 100 * (ours["mean_estimate"] / ours["truth"] - 1)
    worst = ours["coverage"].idxmin()
    others = off[ours["estimator"].ne(ours["estimator"][worst])].abs()
    return label(
        "validation.finding_coverage",
        bias=fmt(off[worst], 1, sign=True),
        other_bias=fmt(others.max(), 1),
        **_span(ours["coverage"]),
        **_case(ours.loc[worst]),
        **{f"usual_{k}": v for k, v in _span(_usual(coverage)["coverage"]).items()},
    )


def _power(coverage: pd.DataFrame) -> str:
    ours = _ours(coverage)
    effects = ours["truth"].map(percent)
    plain = ours[ours["estimator"].eq(USUAL[0]) & ours["errors"].eq("spatial")]
    found = [
        label("validation.found_at", share=fmt(100 * row.power, 0), n=fmt(row.n_exposed))
        for row in plain.itertuples()
    ]
    return label(
        "validation.finding_power",
        effect_low=fmt(effects.min(), 0),
        effect_high=fmt(effects.max(), 0),
        low=fmt(100 * ours["power"].min(), 0),
        by_exposed=join(found),
        **_case(ours.loc[ours["power"].idxmin()]),
    )


def _check(coverage: pd.DataFrame, column: str) -> None:
    check_columns(coverage, [*NEEDED, column], "validation_finding")
    check_not_empty(coverage, "validation_finding")


def _ours(coverage: pd.DataFrame) -> pd.DataFrame:
    """Rows of the inference behind the headlines, of all estimators and designs."""
    return coverage[coverage["inference"].eq(HEADLINE)]


def _usual(coverage: pd.DataFrame) -> pd.DataFrame:
    """Rows of the usual errors where errors are linked."""
    mine = coverage["estimator"].eq(USUAL[0]) & coverage["inference"].eq(USUAL[1])
    return coverage[mine & coverage["errors"].eq("spatial")]


def _span(rates: pd.Series, decimals: int = 1) -> dict[str, str]:
    return {"low": fmt(100 * rates.min(), decimals), "high": fmt(100 * rates.max(), decimals)}


def _limits() -> dict[str, str]:
    return {
        "level": fmt(100 * LEVEL, 0),
        "from_": fmt(100 * SIZE_LIMITS[0], 1),
        "to": fmt(100 * SIZE_LIMITS[1], 1),
    }


def _case(row: pd.Series) -> dict[str, str]:
    """A cell in words."""
    return {
        "method": label(f"validation.estimator.{row['estimator']}"),
        "n_exposed": fmt(int(row["n_exposed"])),
        "errors": label(ERRORS[row["errors"]]),
    }
