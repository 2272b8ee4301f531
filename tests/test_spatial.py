"""Spatial models: against spreg and pyfixest, planted truths on the real map, and refused input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.models import spatial_ml as ml
from spillover.models.impacts import simulate_impacts
from spillover.models.rings import twfe
from spillover.models.spatial import spatial_model, weights_sensitivity
from spillover.models.weights import SpatialWeights, spatial_weights, to_graph

YEARS = range(2010, 2016)
# spreg 1.9: a keyword that pandas 4 will drop, an option of scipy's search that has no effect, and functions
# that it renamed. The library itself does not call spreg.
SPREG = (
    pytest.mark.filterwarnings("ignore:The inplace keyword:pandas.errors.Pandas4Warning"),
    pytest.mark.filterwarnings("ignore:Method 'bounded' does not support relative:RuntimeWarning"),
)


def marked(test: Callable[..., None]) -> Callable[..., None]:
    for mark in SPREG:
        test = mark(test)
    return test


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    """The real districts of Sulawesi, Maluku and Maluku Utara."""
    table = sp.read_regions()
    return table[table["province_code"].str.startswith(("7", "8"))].reset_index(drop=True)


@pytest.fixture(scope="module")
def weights(regions: pd.DataFrame) -> SpatialWeights:
    return spatial_weights(regions, k=5)


def simulated(
    weights: SpatialWeights,
    seed: int,
    *,
    rho: float = 0.4,
    theta: float = 0.5,
    lam: float = 0.0,
    persistence: float = 0.0,
) -> pd.DataFrame:
    """A panel with planted ρ, β = 1, θ and λ, region and year effects that go with x; rows in any order.

    With ``persistence`` the errors and the part of x that the effects leave are autoregressive in time.
    """
    rng = np.random.default_rng(seed)
    dense, n = weights.matrix.toarray(), len(weights.region_codes)
    region, pull = rng.normal(size=n), np.linalg.inv(np.eye(n) - rho * dense)
    smooth = np.linalg.inv(np.eye(n) - lam * dense)
    start = 1 / np.sqrt(1 - persistence**2)
    rows, error, own = [], start * rng.normal(size=n), start * rng.normal(size=n)
    for year in YEARS:
        common = 0.3 * (year - 2010)
        error = persistence * error + rng.normal(size=n)
        own = persistence * own + rng.normal(size=n)
        x, z, u = own + 0.5 * region + common, rng.normal(size=n), smooth @ error
        y = pull @ (x + theta * (dense @ x) - 0.5 * z + 2 * region + common + u)
        rows.append(pd.DataFrame({"region_code": weights.region_codes, "year": year, "x": x, "z": z, "y": y}))
    return pd.concat(rows).sample(frac=1, random_state=seed % 1000).reset_index(drop=True)


def by_term(estimates: pd.DataFrame, column: str = "estimate") -> pd.Series:
    return estimates.set_index("term")[column]


def stacked(panel: pd.DataFrame, weights: SpatialWeights, column: str) -> np.ndarray:
    wide = panel.pivot(index="year", columns="region_code", values=column)[list(weights.region_codes)]
    return wide.to_numpy().reshape(-1, 1)


# --- against other implementations ---------------------------------------------------------------------


@marked
def test_the_cross_section_is_that_of_spreg(regions: pd.DataFrame, weights: SpatialWeights) -> None:
    import spreg

    panel = simulated(weights, 3).query("year == 2012").drop(columns="year")
    ordered = panel.set_index("region_code").loc[list(weights.region_codes)]
    y, x, w = ordered[["y"]].to_numpy(), ordered[["x", "z"]].to_numpy(), to_graph(weights).to_W()
    for kind, theirs, last in (
        ("lag", spreg.ML_Lag(y, x, w, spat_impacts=None), "rho"),
        ("error", spreg.ML_Error(y, x, w), "lambda"),
    ):
        found = spatial_model(panel, "y", ["x", "z"], weights=weights, kind=kind, draws=100)
        terms = ["constant", "x", "z", last]
        np.testing.assert_allclose(by_term(found)[terms], theirs.betas.ravel(), rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(by_term(found, "std_error")[terms], theirs.std_err, rtol=1e-4)


@marked
def test_region_effects_are_those_of_spreg_but_for_its_small_sigma(weights: SpatialWeights) -> None:
    """Lee and Yu 2010: with region effects alone the transformed and the direct estimates of ρ and β agree,
    while the direct σ² is (T - 1)/T of the right one, which makes spreg's standard errors too small."""
    import spreg

    panel = simulated(weights, 5)
    y = stacked(panel, weights, "y")
    x = np.hstack([stacked(panel, weights, c) for c in ("x", "z")])
    w = to_graph(weights).to_W()
    for kind, estimator, last in (("lag", spreg.ML_LagFE, "rho"), ("error", spreg.ML_ErrorFE, "lambda")):
        theirs = estimator(y, x, w, **({"spat_impacts": None} if kind == "lag" else {}))
        found = spatial_model(
            panel, "y", ["x", "z"], weights=weights, kind=kind, effects=["region_code"], vcov="iid", draws=100
        )
        terms = ["x", "z", last]
        np.testing.assert_allclose(by_term(found)[terms], theirs.betas.ravel(), rtol=1e-4, atol=1e-5)
        ratio = by_term(found, "std_error")[terms].to_numpy() / np.asarray(theirs.std_err)
        np.testing.assert_allclose(ratio, np.sqrt(6 / 5), rtol=2e-3)


def test_two_way_effects_are_those_of_the_explicit_transformation(weights: SpatialWeights) -> None:
    """Lee and Yu's orthonormal bases written out: (N - 1)(T - 1) errors and F'WF, by brute force."""
    panel = simulated(weights, 6)
    n, t = len(weights.region_codes), len(YEARS)
    wide = {c: stacked(panel, weights, c).reshape(t, n) for c in ("y", "x", "z")}

    def basis(size: int) -> np.ndarray:
        return np.linalg.svd(np.eye(size) - 1 / size)[0][:, : size - 1]

    over_n, over_t, dense = basis(n), basis(t), weights.matrix.toarray()
    inner = over_n.T @ dense @ over_n
    y = (over_t.T @ wide["y"] @ over_n).ravel()
    ly = (over_t.T @ wide["y"] @ over_n @ inner.T).ravel()
    X = np.column_stack([(over_t.T @ wide[c] @ over_n).ravel() for c in ("x", "z")])
    grid = np.linspace(0.2, 0.6, 40_001)
    slopes = np.linalg.lstsq(X, np.column_stack([y, ly]), rcond=None)[0]
    left = np.column_stack([y, ly]) - X @ slopes
    square = [left[:, i] @ left[:, j] for i, j in ((0, 0), (0, 1), (1, 1))]
    sigma2 = (square[0] - 2 * grid * square[1] + grid**2 * square[2]) / len(y)
    values = np.linalg.eigvals(inner)
    jacobian = (t - 1) * np.array([np.log(np.abs(1 - r * values)).sum() for r in grid])
    rho = grid[int(np.argmax(jacobian - len(y) / 2 * np.log(sigma2)))]
    found = spatial_model(panel, "y", ["x", "z"], weights=weights, kind="lag", draws=100)
    assert by_term(found)["rho"] == pytest.approx(rho, abs=1.1e-5)
    np.testing.assert_allclose(by_term(found)[["x", "z"]], slopes[:, 0] - rho * slopes[:, 1], atol=2e-5)


def test_slx_is_two_way_least_squares_on_the_neighbours_means(weights: SpatialWeights) -> None:
    """Estimate, clustered standard error and p-value as pyfixest's; impacts are β, θ and their sum."""
    panel = simulated(weights, 7, rho=0.0)
    near = panel.pivot(index="year", columns="region_code", values="x")[list(weights.region_codes)]
    lagged = pd.DataFrame(
        near.to_numpy() @ weights.matrix.toarray().T, index=near.index, columns=near.columns
    )
    long = lagged.stack().rename("wx").reset_index()
    other = twfe(panel.merge(long, on=["region_code", "year"]), "y", ["x", "wx"], spec_id="t")
    found = spatial_model(panel, "y", ["x"], weights=weights, kind="slx")
    for column in ("estimate", "std_error", "p_value", "conf_low"):
        np.testing.assert_allclose(by_term(found, column)[["x", "W*x"]], other[column], rtol=1e-6)
    values = by_term(found)
    assert values["direct:x"] == values["x"]
    assert values["indirect:x"] == pytest.approx(values["W*x"])
    assert values["total:x"] == pytest.approx(values["x"] + values["W*x"])
    assert by_term(found, "ssc")["x"] == other["ssc"].iloc[0]


# --- planted truths on the real map ----------------------------------------------------------------------


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_planted_durbin_panel_is_recovered(weights: SpatialWeights, seed: int) -> None:
    found = spatial_model(simulated(weights, seed), "y", ["x", "z"], weights=weights, seed=seed)
    dense = weights.matrix.toarray()
    inverse = np.linalg.inv(np.eye(len(dense)) - 0.4 * dense)
    effect = inverse @ (np.eye(len(dense)) + 0.5 * dense)
    direct, total = float(np.trace(effect)) / len(dense), 1.5 / 0.6
    truth = {
        "x": 1.0, "z": -0.5, "W*x": 0.5, "W*z": 0.0, "rho": 0.4,
        "direct:x": direct, "total:x": total, "indirect:x": total - direct,
        "total:z": -0.5 / 0.6,
    }  # fmt: skip
    for term, value in truth.items():
        row = found[found["term"] == term].iloc[0]
        assert abs(row["estimate"] - value) < 3 * row["std_error"], term


def test_planted_error_panel_is_recovered_and_its_residuals_are_clean(weights: SpatialWeights) -> None:
    panel = simulated(weights, 21, rho=0.0, theta=0.0, lam=0.5)
    error = spatial_model(panel, "y", ["x", "z"], weights=weights, kind="error")
    slx = spatial_model(panel, "y", ["x", "z"], weights=weights, kind="slx")
    for term, value in {"lambda": 0.5, "x": 1.0, "z": -0.5}.items():
        row = error[error["term"] == term].iloc[0]
        assert abs(row["estimate"] - value) < 3 * row["std_error"], term
    assert by_term(error, "p_value")["moran:residuals"] > 0.05
    assert by_term(slx, "p_value")["moran:residuals"] < 0.01
    assert by_term(error)["indirect:x"] == 0.0
    assert np.isnan(by_term(error, "std_error")["indirect:x"])


@pytest.mark.parametrize("persistence", [0.0, 0.8])
def test_standard_errors_are_the_spread_over_samples(weights: SpatialWeights, persistence: float) -> None:
    """Monte Carlo, 60 simulated panels, with errors and x that persist or not. Clustered standard errors of
    coefficients and impacts are right in both; those for independent errors are too small in the second."""
    rng, truth = np.random.default_rng(31), np.array([0.4, 1.0, 2.5])
    n, pull = len(weights.region_codes), np.linalg.inv(np.eye(102) - 0.4 * weights.matrix.toarray())
    found: dict[bool, list[np.ndarray]] = {True: [], False: []}
    for seed in range(60):
        error, x = rng.normal(size=(2, 6, n))
        for values in (error, x):
            values[0] /= np.sqrt(1 - persistence**2)
            for t in range(1, 6):
                values[t] += persistence * values[t - 1]
        near = ml.lag(weights.matrix, x)
        design, y = np.stack([x, near], axis=2), (x + 0.5 * near + error) @ pull.T
        for clustered in (True, False):
            fit = ml.fit_lag(ml.Sample(("x", "wx"), y, design, weights.matrix, True, True, clustered))
            means = np.append(fit.coefficients, fit.spatial)
            total = simulate_impacts(
                means, fit.covariance, weights.matrix, columns=[(0, 1)], draws=200, seed=seed
            )[0].iloc[2]
            errors = np.sqrt(np.diag(fit.covariance))
            found[clustered].append(
                np.array(
                    [[fit.spatial, means[0], total["estimate"]], [errors[2], errors[0], total["std_error"]]]
                )
            )
    clusters, iid = np.array(found[True]), np.array(found[False])
    spread = iid[:, 0].std(axis=0, ddof=1)
    told = clusters[:, 1].mean(axis=0) / spread
    assert ((told > 0.75) & (told < 1.4)).all(), told  # 1.06 to 1.13 over 300 panels; here 60
    assert (np.abs(iid[:, 0].mean(axis=0) - truth) < 4 * spread / np.sqrt(60)).all()
    covered = (np.abs(clusters[:, 0] - truth) < 1.98 * clusters[:, 1]).mean(axis=0)
    assert (covered >= 0.85).all(), covered  # 0.95 less 3.5 binomial standard errors
    ratio = iid[:, 1].mean(axis=0) / clusters[:, 1].mean(axis=0)
    full = np.sqrt(5 / 6)  # the clustered ones count the region effects (k_fixef=full), as everywhere here
    assert (ratio < 0.8).all() if persistence else (np.abs(ratio / full - 1) < 0.05).all(), ratio


def test_scores_by_region_are_those_of_the_likelihood(weights: SpatialWeights) -> None:
    """They sum to zero at the estimate, and off it to the slope of the log likelihood by differences."""
    rng = np.random.default_rng(4)
    n, years = len(weights.region_codes), 5
    dense, x = weights.matrix.toarray(), rng.normal(size=(years, n, 1))
    y = np.linalg.solve(np.eye(n) - 0.4 * dense, (x[..., 0] + rng.normal(size=(years, n))).T).T
    sample = ml.Sample(("x",), y, x, weights.matrix, by_region=True, by_year=False, clustered=True)
    flat, out = ml.without_effects(x, sample).reshape(-1, 1), ml.without_effects(y, sample)
    n_free = n * (years - 1)

    def log_likelihood(b: float, rho: float, sigma2: float) -> float:
        e = out - rho * ml.lag(weights.matrix, out) - b * flat.reshape(years, n)
        jacobian = (years - 1) * np.linalg.slogdet(np.eye(n) - rho * dense)[1]
        return float(jacobian - n_free / 2 * np.log(sigma2) - (e**2).sum() / (2 * sigma2))

    fit = ml.fit_lag(sample)
    best = np.array([fit.coefficients[0], fit.spatial, fit.sigma2])
    for point in (best, best + np.array([0.1, -0.1, 0.2])):
        b, rho, sigma2 = point
        pushed = np.linalg.solve(np.eye(n) - rho * dense, b * flat.reshape(years, n).T)
        pushing = dense @ np.linalg.inv(np.eye(n) - rho * dense)
        e = out - rho * ml.lag(weights.matrix, out) - b * flat.reshape(years, n)
        fitted = ml.Fitted(rho, sigma2, n_free, flat, (dense @ pushed).T.ravel(), e)
        found = ml._region_scores(fitted, pushing).sum(axis=0)
        slopes = [
            (log_likelihood(*(point + h)) - log_likelihood(*(point - h))) / 2e-6 for h in 1e-6 * np.eye(3)
        ]
        np.testing.assert_allclose(found, slopes, rtol=1e-4, atol=1e-3)


# --- what is counted, dropped and refused ------------------------------------------------------------------


def test_rows_say_what_was_done(weights: SpatialWeights) -> None:
    found = spatial_model(simulated(weights, 2), "y", ["x", "z"], weights=weights, spec_id="here", draws=200)
    assert set(found["spec_id"]) == {"here"}
    assert (found["n_obs"] == 6 * len(weights.region_codes)).all()
    assert (found["n_regions"] == len(weights.region_codes)).all()
    assert by_term(found, "ssc")["x"].startswith("sigma2 over 6 - 1 years")
    assert by_term(found, "vcov")["total:x"].startswith("simulated, 200 of 200 draws")
    assert found["model"].str.contains("region_code and year effects, weights: 5 nearest").all()
    assert found["term"].tolist()[:5] == ["x", "z", "W*x", "W*z", "rho"]


def test_n_exposed_counts_the_regions_whose_regressor_changes(weights: SpatialWeights) -> None:
    panel = simulated(weights, 2)
    few = list(weights.region_codes[10:17])
    panel["park"] = (panel["region_code"].isin(few) & (panel["year"] >= 2013)).astype(float)
    found = spatial_model(panel, "y", ["park", "x"], weights=weights, draws=100)
    counts = by_term(found, "n_exposed")
    assert counts["park"] == counts["W*park"] == counts["indirect:park"] == 7
    assert counts["x"] == counts["rho"] == len(weights.region_codes)


def test_order_of_rows_does_not_matter(weights: SpatialWeights) -> None:
    panel = simulated(weights, 4)
    first = spatial_model(panel, "y", ["x"], weights=weights, draws=100)
    other = spatial_model(panel.sample(frac=1, random_state=9), "y", ["x"], weights=weights, draws=100)
    pd.testing.assert_frame_equal(first, other)


def test_missing_rows_are_dropped_with_their_region_and_counted(
    regions: pd.DataFrame, weights: SpatialWeights
) -> None:
    """An empty year goes as a year, a region with one gap as a whole; the rest are weighted anew."""
    panel = simulated(weights, 8)
    gone = weights.region_codes[3]
    holes = panel.copy()
    holes.loc[holes["year"] == 2012, "y"] = np.nan
    holes.loc[(holes["year"] == 2014) & (holes["region_code"] == gone), "y"] = np.nan
    found = spatial_model(holes, "y", ["x"], weights=weights, kind="slx")
    n = len(weights.region_codes)
    assert (found["n_dropped"] == n + 5).all()
    assert (found["n_regions"] == n - 1).all()
    assert found["model"].str.contains("1 regions left out").all()
    absent = holes.dropna(subset=["y"])  # the same rows not there at all: unbalanced, with a gap in the years
    missing = spatial_model(absent, "y", ["x"], weights=weights, kind="slx")
    pd.testing.assert_frame_equal(found.drop(columns="n_dropped"), missing.drop(columns="n_dropped"))
    assert (missing["n_dropped"] == 4).all()


def test_islands_and_year_effects(regions: pd.DataFrame) -> None:
    kept = spatial_weights(regions, kind="band", cutoff_km=60, islands="keep")
    assert kept.islands
    panel = simulated(kept, 9)
    with pytest.raises(DataError, match="year effects with regions without neighbours"):
        spatial_model(panel, "y", ["x"], weights=kept, kind="lag")
    alone = spatial_model(panel, "y", ["x"], weights=kept, kind="durbin", effects=["region_code"], draws=200)
    dense = kept.matrix.toarray()
    values = by_term(alone)
    inverse = np.linalg.inv(np.eye(len(dense)) - values["rho"] * dense)
    effect = inverse @ (values["x"] * np.eye(len(dense)) + values["W*x"] * dense)
    assert values["total:x"] == pytest.approx(effect.sum() / len(dense), rel=1e-9)
    slx = by_term(spatial_model(panel, "y", ["x"], weights=kept, kind="slx"))
    share = 1 - len(kept.islands) / len(dense)
    assert slx["indirect:x"] == pytest.approx(share * slx["W*x"])


def test_sensitivity_has_a_block_for_each_definition(regions: pd.DataFrame, weights: SpatialWeights) -> None:
    panel = simulated(weights, 10)
    found = weights_sensitivity(
        panel, "y", ["x"], regions=sp.read_regions(), boundaries=sp.read_boundaries(), draws=100
    )
    names = [
        "weights/knn-4", "weights/knn-6", "weights/knn-8", "weights/band-100", "weights/band-150",
        "weights/band-200", "weights/contiguity",
    ]  # fmt: skip
    assert found["spec_id"].unique().tolist() == names
    rho = found[found["term"] == "rho"].set_index("spec_id")["estimate"]
    assert rho["weights/knn-4"] != rho["weights/contiguity"]
    assert found[found["spec_id"] == "weights/contiguity"]["model"].str.contains("islands joined").all()
    assert (found["n_regions"] == len(weights.region_codes)).all()


def test_bad_input_says_what_to_do(weights: SpatialWeights) -> None:
    panel = simulated(weights, 1)
    steady = panel.assign(steady=panel["region_code"].str[-1].astype(float))
    spread = panel.assign(twice=2 * panel["x"])
    common = panel.assign(common=panel["year"] - 2000.0)
    code = weights.region_codes[0]
    cases: list[tuple[pd.DataFrame, list[str], dict[str, object], str]] = [
        (panel.assign(y=1.0), ["x"], {}, "outcome is constant"),
        (steady, ["steady"], {}, "effects explain in full"),
        (common, ["common"], {}, "effects explain in full"),
        (spread, ["x", "twice"], {}, "collinear"),
        (panel[panel["region_code"] != code], ["x"], {}, f"differ.*{code}"),
        (panel.replace({"region_code": {code: "9999"}}), ["x"], {}, "differ.*9999"),
        (pd.concat([panel, panel.iloc[:1]]), ["x"], {}, "duplicate key"),
        (panel.assign(x=np.inf), ["x"], {}, "infinite"),
        (panel.assign(y=np.nan), ["x"], {}, "fewer than three regions"),
        (panel, ["w"], {}, "missing columns"),
        (panel, ["x"], {"kind": "sarar"}, "unknown kind"),
        (panel, ["x"], {"effects": ["province_code"]}, "effects"),
        (panel[panel["year"] == 2011], ["x"], {"effects": ["region_code"]}, r"with 1 year\(s\)"),
        (panel, ["x"], {"draws": 10}, "10 draws"),
        (panel, ["x"], {"vcov": "HC1"}, "unknown vcov"),
    ]
    for table, regressors, options, said in cases:
        with pytest.raises(DataError, match=said) as error:
            spatial_model(table, "y", regressors, weights=weights, **options)  # type: ignore[arg-type]
        assert error.value.remedy, said


def test_neighbours_means_that_the_effects_explain_are_refused() -> None:
    """All regions neighbour all others: Wx is the year's mean less a share of x, so θ is not identified."""
    n = 12
    table = pd.DataFrame(
        {"region_code": [f"{i:02d}" for i in range(n)], "lon": np.linspace(120, 121, n), "lat": 0.0}
    )
    weights = spatial_weights(table, k=n - 1)
    with pytest.raises(DataError, match="collinear"):
        spatial_model(simulated(weights, 3), "y", ["x"], weights=weights, kind="slx")


def test_a_spatial_unit_root_is_refused(weights: SpatialWeights) -> None:
    """A smooth surface without noise: the likelihood climbs to ρ = 1."""
    n = len(weights.region_codes)
    values, vectors = np.linalg.eig(weights.matrix.toarray())
    rng = np.random.default_rng(2)
    smooth = vectors[:, np.argsort(-values.real)[:2]].real @ np.array([5.0, 1e-4])
    table = pd.DataFrame({"region_code": weights.region_codes, "y": smooth + 1e-9 * rng.normal(size=n)})
    with pytest.raises(DataError, match="at the bound"):
        spatial_model(table.assign(x=rng.normal(size=n)), "y", ["x"], weights=weights, kind="lag")
