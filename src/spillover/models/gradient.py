"""How an outcome changes with distance: regressions of one row per district."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict, Unpack

import numpy as np
import pandas as pd

from spillover.errors import DataError, check_columns, check_rows, check_unique
from spillover.models.estimates import make_estimates

FORMS = ("log", "rings", "decay")
SSC = {"HC1": "n/(n-k)", "nonrobust": "1/(n-k)"}
WHERE = "distance_gradient"


class Gradient(TypedDict, total=False):
    """What a gradient may be told besides its distance.

    ``controls`` are numeric columns, ``weights`` a column of positive weights, ``vcov`` a covariance of
    statsmodels ("HC1", the default, "HC3", "nonrobust"), ``spec_id`` the name of the specification.
    """

    controls: Sequence[str]
    weights: str | None
    vcov: str
    spec_id: str


class Options(NamedTuple):
    """A `Gradient` with its defaults."""

    controls: Sequence[str] = ()
    weights: str | None = None
    vcov: str = "HC1"
    spec_id: str = "distance_gradient"


def distance_gradient(
    data: pd.DataFrame,
    outcome: str,
    *,
    distance: str = "distance_km",
    form: str = "log",
    **gradient: Unpack[Gradient],
) -> pd.DataFrame:
    """Regress an outcome, or its change, on nearness, one row per district, by (weighted) least squares.

    Estimates y_i = n(distance_i)'β + x_i'γ + α + ε_i, where n is the log of distance, dummies of rings or
    any measure of decaying exposure.

    Parameters
    ----------
    data : DataFrame
        One row per district: region_code, the outcome, the distance, controls and weights. For the change
        between two years see `long_difference`. Rows where anything is missing are dropped and counted.
    outcome : str
    distance : str
        With ``form="log"`` a column of positive distances (km); with ``"rings"`` an ordered categorical as
        `spillover.assign_ring` makes, its last category the reference; with ``"decay"`` a numeric column
        that falls with distance.
    form : {"log", "rings", "decay"}
    **gradient
        ``controls=()``, ``weights=None``, ``vcov="HC1"``, ``spec_id="distance_gradient"``: see `Gradient`.

    Returns
    -------
    DataFrame
        Rows of `estimates`: term ``log_<distance>`` (β / 100 is the change for one percent more distance),
        or every ring but the reference in declared order (without districts: NaN and ``n_exposed`` 0), or
        ``<distance>``. ``n_exposed`` counts districts in the ring, or with exposure above 0. Intervals are
        95 %, t with n - k degrees.

    Raises
    ------
    DataError
        Distances or weights that are not positive, a constant outcome, a district twice, nobody in the
        reference ring or all in it, collinear columns, HC3 with a ring of one district, or fewer rows than
        coefficients + 2.

    Notes
    -----
    Distance is not drawn at random: the slope is an association. The robust covariance of a ring with one
    district is far too small, since its residual is 0: look at ``n_exposed``.

    Examples
    --------
    >>> data = pd.DataFrame({"region_code": list("abcdef"), "distance_km": [1.0, 2, 4, 8, 16, 32],
    ...                      "y": [5.0, 4.1, 3, 2, 0.9, 0]})
    >>> distance_gradient(data, "y")[["term", "n_obs"]].values.tolist()
    [['log_distance_km', 6]]
    """
    options = Options(**gradient)
    used, x, n_exposed = _design(data, outcome, distance, form, options)
    filled = [name for name, n in n_exposed.items() if n]
    fit = _fit(used, outcome, x[[*filled, *options.controls]], options)
    intervals = fit.conf_int()
    shared = {
        "spec_id": options.spec_id,
        "outcome": outcome,
        "n_obs": len(used),
        "n_regions": used["region_code"].nunique(),
        "n_dropped": len(data) - len(used),
        "vcov": options.vcov,
        "ssc": SSC.get(options.vcov, "none"),
        "model": _model_name(distance, form, options.weights),
    }
    rows: list[dict[str, Any]] = []
    for name, n in n_exposed.items():
        row = shared | {"term": f"log_{distance}" if form == "log" else name, "n_exposed": n}
        if n:
            row |= {"estimate": fit.params[name], "std_error": fit.bse[name], "p_value": fit.pvalues[name]}
            row |= dict(zip(("conf_low", "conf_high"), intervals.loc[name], strict=True))
        rows.append(row)
    return make_estimates(rows)


def long_difference(
    panel: pd.DataFrame, outcome: str, years: tuple[int, int], *, at_start: Sequence[str] = ()
) -> pd.DataFrame:
    """Change of an outcome between two years, one row per district, for `distance_gradient`.

    Parameters
    ----------
    panel : DataFrame
        region_code, year and the outcome; one row per district and year.
    outcome : str
    years : (int, int)
        First and last year; those in between are not used.
    at_start : sequence of str
        Columns to take from the first year, such as controls. All others are those of the last year.

    Returns
    -------
    DataFrame
        Every district of the panel, sorted: region_code, ``change_<outcome>`` (NaN where a year is
        missing), the other columns.

    Raises
    ------
    DataError
        A year that the panel does not have, a last year not after the first, or a district twice in a year.

    Examples
    --------
    >>> panel = pd.DataFrame({"region_code": list("aab"), "year": [2006, 2016, 2016], "y": [1.0, 3, 5]})
    >>> long_difference(panel, "y", (2006, 2016))["change_y"].tolist()
    [2.0, nan]
    """
    where = "long_difference"
    check_columns(panel, ["region_code", "year", outcome, *at_start], where)
    check_unique(panel, ["region_code", "year"], where)
    absent = sorted(set(years) - set(panel["year"]))
    if absent or years[0] >= years[1]:
        raise DataError(
            where, "years that the panel lacks or in the wrong order", absent or years, "see its years"
        )
    districts = pd.Index(sorted(panel["region_code"].unique()), name="region_code")
    first, last = (panel[panel["year"] == y].set_index("region_code").reindex(districts) for y in years)
    table = last.drop(columns=["year", outcome, *at_start]).join(first[list(at_start)])
    table.insert(0, f"change_{outcome}", last[outcome] - first[outcome])
    return table.reset_index()


def _design(
    data: pd.DataFrame, outcome: str, distance: str, form: str, options: Options
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Complete rows, the regressors, and the number of districts behind each measure of nearness."""
    if form not in FORMS:
        raise DataError(WHERE, "unknown form", [form], f"use one of {', '.join(FORMS)}")
    weights = [options.weights] if options.weights else []
    columns = list(dict.fromkeys(["region_code", outcome, distance, *options.controls, *weights]))
    check_columns(data, columns, WHERE)
    used = data[columns].dropna()
    check_unique(used, ["region_code"], WHERE)
    if weights:
        remedy = "leave these out"
        check_rows(used, used[weights[0]] <= 0, ["region_code"], WHERE, "weights not above 0", remedy)
    x = used[list(options.controls)].astype(float)
    if form == "rings":
        x, n_exposed = _rings(x, used[distance])
    elif form == "decay":
        x, n_exposed = (
            x.assign(**{distance: used[distance].astype(float)}),
            {distance: int((used[distance] > 0).sum())},
        )
    else:
        bad = used[distance] <= 0
        remedy = "use the centroid basis, or leave these out"
        check_rows(used, bad, ["region_code", distance], WHERE, "distances not above 0", remedy)
        x, n_exposed = x.assign(log_distance=np.log(used[distance])), {"log_distance": len(used)}
    if len(used) < x.shape[1] + 3:
        raise DataError(WHERE, f"{len(used)} complete rows are too few", remedy="add districts")
    if not any(n_exposed.values()):
        remedy = "widen the rings or the reach"
        raise DataError(WHERE, "no district is exposed", list(n_exposed), remedy)
    return used, x, n_exposed


def _rings(x: pd.DataFrame, ring: pd.Series) -> tuple[pd.DataFrame, dict[str, int]]:
    """Dummies of all rings but the last that have districts, and the number of districts of all of them."""
    if not isinstance(ring.dtype, pd.CategoricalDtype):
        raise DataError(
            WHERE, "rings that are not an ordered categorical", [ring.name], "use spillover.assign_ring"
        )
    *others, reference = ring.cat.categories
    if not (ring == reference).any():
        remedy = "draw the rings narrower, or add districts"
        raise DataError(WHERE, "nobody is in the reference ring", [reference], remedy)
    n_exposed = {str(r): int((ring == r).sum()) for r in others}
    return x.assign(**{r: (ring == r).astype(float) for r, n in n_exposed.items() if n}), n_exposed


def _fit(used: pd.DataFrame, outcome: str, x: pd.DataFrame, options: Options) -> Any:
    """Fit by statsmodels after the checks that it does not make."""
    import statsmodels.api as sm

    y = used[outcome].astype(float)
    if not np.isfinite(pd.concat([x, y], axis=1).to_numpy()).all():
        raise DataError(WHERE, "values that are infinite", [outcome, *x.columns], "leave these rows out")
    if y.nunique() < 2:
        raise DataError(WHERE, "the outcome is constant", [outcome], "choose another outcome or sample")
    design = sm.add_constant(x, has_constant="add")
    spread = design / np.sqrt((design**2).sum()).replace(0.0, 1.0)
    if np.linalg.matrix_rank(spread.to_numpy()) < design.shape[1]:
        raise DataError(WHERE, "columns that are collinear", list(x.columns), "leave one of them out")
    weight = used[options.weights].astype(float) if options.weights else 1.0
    model = sm.WLS(y, design, weights=weight)
    if options.vcov == "HC3":
        left, _ = np.linalg.qr(model.wexog)
        alone = used.loc[(left**2).sum(axis=1) > 1 - 1e-9, "region_code"]
        if len(alone):
            remedy = "use HC1, or wider rings"
            raise DataError(WHERE, "HC3 with a district alone in its ring", alone, remedy)
    return model.fit(cov_type=options.vcov, use_t=True)


def _model_name(distance: str, form: str, weights: str | None) -> str:
    kind = f"wls weighted by {weights}" if weights else "ols"
    return f"{kind} on " + {"log": "log distance", "rings": "distance rings", "decay": distance}[form]
