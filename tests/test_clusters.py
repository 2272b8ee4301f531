"""Few clusters: CR1, CR2, CR3 and the wild bootstrap against full-dummy brute force and other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from spillover.errors import DataError
from spillover.inference.clusters import cluster_errors
from spillover.inference.wild import wild_bootstrap
from spillover.models.linear import fit_linear
from spillover.models.rings import twfe


def simulated_panel(provinces: int = 6, *, seed: int = 3, exposed: tuple[int, ...] = (0, 2)) -> pd.DataFrame:
    """Simulated: provinces of 2 to 5 districts × 6 years, two treatments, some rows lost."""
    random = np.random.default_rng(seed)
    units = [(f"p{p}", f"p{p}d{i}") for p in range(provinces) for i in range(2 + p % 4)]
    panel = pd.DataFrame([(p, r, t) for p, r in units for t in range(6)],
                         columns=["province_code", "region_code", "year"])  # fmt: skip
    province = panel["province_code"].str[1:].astype(int)
    first = panel["region_code"].str.endswith("d0")
    panel["near"] = (province.isin(exposed) & first & (panel["year"] >= 3)).astype(float)
    panel["far"] = (province.isin([1, 3, 4]) & (panel["year"] >= 2 + province % 3)).astype(float)
    shock = random.normal(size=(provinces, 6)).cumsum(axis=1)[province, panel["year"]]
    panel["y"] = shock + random.normal(size=len(panel)) + 0.5 * panel["near"]
    panel["people"] = random.uniform(0.5, 3.0, size=len(panel))
    return panel.drop(index=panel.index[[7, 40]]).reset_index(drop=True)


def full_dummies(panel: pd.DataFrame, terms: list[str]) -> np.ndarray:
    """The regressors and a dummy of every region and of every year but one."""
    dummies = [pd.get_dummies(panel[c], dtype=float).to_numpy() for c in ("region_code", "year")]
    return np.concatenate([panel[terms].to_numpy(float), dummies[0], dummies[1][:, 1:]], axis=1)


def root_of_inverse(matrix: np.ndarray) -> np.ndarray:
    """Symmetric root of the Moore–Penrose inverse."""
    size, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    return (vectors * np.where(size > 1e-9, 1 / np.sqrt(np.maximum(size, 1e-9)), 0.0)) @ vectors.T


def brute_cr2(X: np.ndarray, y: np.ndarray, clusters: np.ndarray, term: int) -> tuple[float, float]:
    """CR2 and Satterthwaite degrees by their definitions, with n × n matrices and all dummies."""
    bread = np.linalg.pinv(X.T @ X, rcond=1e-12)
    maker = np.eye(len(y)) - X @ bread @ X.T
    residuals, groups = maker @ y, [np.flatnonzero(clusters == c) for c in np.unique(clusters)]
    vectors = []
    for rows in groups:
        vector = np.zeros(len(y))
        adjusted = root_of_inverse(maker[np.ix_(rows, rows)])
        vector[rows] = adjusted @ X[rows] @ bread[:, term]
        vectors.append(maker @ vector)  # the adjusted score is this vector times the errors
    variance = sum((v @ residuals) ** 2 for v in vectors)
    gram = np.array([[a @ b for a in vectors] for b in vectors])
    return float(np.sqrt(variance)), float(np.trace(gram) ** 2 / (gram**2).sum())


TERMS = ["near", "far"]


def test_cr1_is_the_standard_error_of_twfe() -> None:
    panel = simulated_panel()
    for cluster in ("region_code", "province_code"):
        ours = cluster_errors(fit_linear(panel, "y", TERMS), cluster, kind="CR1")
        theirs = twfe(panel, "y", TERMS, spec_id="t", cluster=cluster)
        for column in ("std_error", "p_value", "conf_low", "conf_high"):
            assert ours[column].to_numpy() == pytest.approx(theirs[column].to_numpy(), rel=1e-8), column
        assert (ours[["vcov", "ssc"]] == theirs[["vcov", "ssc"]]).all(axis=None)


@pytest.mark.parametrize("cluster", ["province_code", "region_code", "year"])
def test_cr2_is_its_definition_with_all_dummies(cluster: str) -> None:
    """Effects inside the clusters are absorbed, those across them kept; the year is the other way round."""
    panel = simulated_panel()
    found = cluster_errors(fit_linear(panel, "y", TERMS), cluster, kind="CR2")
    X, clusters = full_dummies(panel, TERMS), panel[cluster].to_numpy()
    for j in range(2):
        error, df = brute_cr2(X, panel["y"].to_numpy(), clusters, j)
        assert found["std_error"][j] == pytest.approx(error, rel=1e-8)
        assert found["df"][j] == pytest.approx(df, rel=1e-7)


def test_province_by_year_effects_that_cross_the_clusters_are_kept() -> None:
    """Clusters of districts, effects of provinces by year: all dummies, as they are collinear too."""
    panel, effects = simulated_panel(), ("region_code", "province_code^year")
    found = cluster_errors(fit_linear(panel, "y", ["near"], effects=effects), "region_code", effects=effects)
    pairs = panel["province_code"] + panel["year"].astype(str)
    dummies = [pd.get_dummies(c, dtype=float).to_numpy() for c in (panel["region_code"], pairs)]
    X = np.concatenate([panel[["near"]].to_numpy(), *dummies], axis=1)
    error, df = brute_cr2(X, panel["y"].to_numpy(), panel["region_code"].to_numpy(), 0)
    assert found.loc[0, ["std_error", "df"]].tolist() == pytest.approx([error, df], rel=1e-7)


def test_taking_the_years_out_first_would_be_wrong() -> None:
    """The pitfall: the hat matrix of the residualised regressors alone gives another standard error."""
    panel = simulated_panel()
    fit = fit_linear(panel, "y", TERMS)
    short, _ = brute_cr2(fit.X, fit.y, panel["province_code"].to_numpy(), 0)
    right = cluster_errors(fit, "province_code", kind="CR2")["std_error"][0]
    assert abs(short / right - 1) > 0.01


def test_cr2_agrees_with_diff_diff_on_the_full_dummy_design() -> None:
    from diff_diff.linalg import _compute_cr2_bm_vcov_and_dof

    panel = simulated_panel()
    X, y = full_dummies(panel, TERMS), panel["y"].to_numpy()
    residuals = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    contrasts = np.eye(X.shape[1])[:, :2]
    vcov, df = _compute_cr2_bm_vcov_and_dof(
        X, panel["province_code"].to_numpy(), X.T @ X, contrasts, residuals
    )
    found = cluster_errors(fit_linear(panel, "y", TERMS), "province_code", kind="CR2")
    assert found["std_error"].to_numpy() == pytest.approx(np.sqrt(np.diag(vcov))[:2], rel=1e-8)
    assert found["df"].to_numpy() == pytest.approx(df, rel=1e-7)


def test_cr3_leaves_out_one_cluster_at_a_time() -> None:
    panel = simulated_panel()
    fit = fit_linear(panel, "y", TERMS)
    without = [
        fit_linear(panel[panel["province_code"] != p], "y", TERMS).coefficients - fit.coefficients
        for p in panel["province_code"].unique()
    ]
    brute = np.sqrt(5 / 6 * (np.array(without) ** 2).sum(axis=0))
    found = cluster_errors(fit, "province_code", kind="CR3")
    assert found["std_error"].to_numpy() == pytest.approx(brute, rel=1e-8)
    assert found["p_value"][0] == pytest.approx(2 * stats.t.sf(abs(fit.coefficients[0]) / brute[0], 5))


def test_cr3_agrees_with_pyfixest() -> None:
    import pyfixest as pf

    panel = simulated_panel()
    peer = pf.feols("y ~ near + far | region_code + year", panel, vcov={"CRV3": "province_code"},
                    ssc=pf.ssc(k_adj=False, G_adj=False), fixef_rm="none")  # fmt: skip
    found = cluster_errors(fit_linear(panel, "y", TERMS), "province_code", kind="CR3")
    expected = peer.se().to_numpy() * np.sqrt(5 / 6)  # pyfixest leaves out (G-1)/G
    assert found["std_error"].to_numpy() == pytest.approx(expected, rel=1e-5)


def test_weights_and_a_cross_section_are_the_transformed_regression() -> None:
    """With weights: least squares on rows times the root of the weight, all dummies likewise."""
    panel = simulated_panel()
    root = np.sqrt(panel["people"].to_numpy())
    X, clusters = full_dummies(panel, TERMS) * root[:, None], panel["province_code"].to_numpy()
    fit = fit_linear(panel, "y", TERMS, weights="people")
    found = cluster_errors(fit, "province_code", weights="people")
    assert found["std_error"][0] == pytest.approx(brute_cr2(X, panel["y"] * root, clusters, 0)[0], rel=1e-8)
    flat = cluster_errors(fit_linear(panel, "y", ["far"], effects=()), "province_code", effects=())
    X = np.column_stack([panel["far"], np.ones(len(panel))])
    error, df = brute_cr2(X, panel["y"].to_numpy(), clusters, 0)
    assert flat.loc[0, ["std_error", "df"]].tolist() == pytest.approx([error, df], rel=1e-8)


def brute_wild(panel: pd.DataFrame, value: float) -> float:
    """P-value of near = value: all sign vectors, every regression refitted with all dummies, CR1 t."""
    X, names = full_dummies(panel, TERMS), panel["province_code"].to_numpy()
    groups = [names == c for c in np.unique(names)]
    pinv, restricted = np.linalg.pinv(X), X[:, 1:]

    def t(y: np.ndarray) -> float:
        coefficients = pinv @ y
        rest = y - X @ coefficients
        return (coefficients[0] - value) / np.sqrt(sum((pinv[0, g] @ rest[g]) ** 2 for g in groups))

    base = panel["y"].to_numpy() - value * X[:, 0]
    fitted = restricted @ (np.linalg.pinv(restricted) @ base)
    signs = ((np.arange(2 ** len(groups))[:, None] >> np.arange(len(groups))) & 1) * 2.0 - 1
    of = np.stack(groups, axis=1).astype(float)
    drawn = [t(value * X[:, 0] + fitted + (base - fitted) * (of @ sign)) for sign in signs]
    real = t(panel["y"].to_numpy())
    return float(np.mean(np.abs(drawn) > abs(real) * (1 + 1e-9)))


def test_wild_bootstrap_is_the_loop_over_all_signs() -> None:
    """Eight clusters: 256 sign vectors; the interval's ends are where that p-value crosses 5 %."""
    panel = simulated_panel(8, exposed=(0, 2, 5, 6))
    found = wild_bootstrap(fit_linear(panel, "y", TERMS), "province_code").iloc[0]
    assert found["p_value"] == pytest.approx(brute_wild(panel, 0.0), abs=1e-12)
    assert found["vcov"] == "wild cluster bootstrap by province_code, Rademacher weights, all 256 draws"
    width = found["conf_high"] - found["conf_low"]
    for end, outward in (("conf_low", -1), ("conf_high", 1)):
        assert brute_wild(panel, found[end] + outward * 0.01 * width) < 0.05
        assert brute_wild(panel, found[end] - outward * 0.01 * width) >= 0.05


def test_few_clusters_take_webbs_weights_and_the_seed_decides() -> None:
    fit = fit_linear(simulated_panel(4, exposed=(0, 2)), "y", ["near"])
    first, again, other = (
        wild_bootstrap(fit, "province_code", draws=199, seed=s)["p_value"][0] for s in (1, 1, 2)
    )
    assert first == again != other
    said = wild_bootstrap(fit, "province_code", draws=199, seed=2)["vcov"][0]
    assert said == "wild cluster bootstrap by province_code, Webb weights, 199 draws, seed 2"


@pytest.mark.parametrize("kind", ["CR2", "CR3", "wild"])
def test_exposure_in_one_cluster_is_refused(kind: str) -> None:
    """Nothing of the term is left without that cluster: CR2 would be 0 and the jackknife undefined."""
    fit = fit_linear(simulated_panel(exposed=(2,)), "y", ["near"])
    with pytest.raises(DataError, match=r"province_code p2 alone identifies \(1: near\).*relocation test"):
        if kind == "wild":
            wild_bootstrap(fit, "province_code", draws=9)
        else:
            cluster_errors(fit, "province_code", kind=kind)
    assert cluster_errors(fit, "region_code", kind="CR1")["std_error"][0] > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p.assign(g="one"), r"fewer than two clusters \(1: one\)"),
        (lambda p: p.assign(g=p["province_code"].where(p["region_code"] != "p1d0")), "6 rows without g"),
        (lambda p: p.assign(g=p["province_code"], y=3.0), "the outcome is constant"),
        (lambda p: p.assign(g=p["province_code"], y=2 * p["near"] + p["year"]), "without residuals"),
        (lambda p: p, r"missing columns \(1: g\)"),
    ],
)
def test_bad_clusters_are_refused(change, message: str) -> None:
    fit = fit_linear(change(simulated_panel()), "y", ["near"])
    with pytest.raises(DataError, match=message):
        cluster_errors(fit, "g")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown kind of standard error \(1: CR9\)"):
        cluster_errors(fit_linear(simulated_panel(), "y", ["near"]), "province_code", kind="CR9")


@pytest.mark.parametrize("kind", ["CR2", "CR3", "wild"])
def test_only_the_term_in_one_cluster_is_left_out(kind: str) -> None:
    fit = fit_linear(simulated_panel(exposed=(2,)), "y", TERMS)
    if kind == "wild":
        found = wild_bootstrap(fit, "province_code", draws=49)
    else:
        found = cluster_errors(fit, "province_code", kind=kind)
    assert found["std_error"].isna().tolist() == found["p_value"].isna().tolist() == [True, False]
    assert found["ssc"][0] == "not computable: province_code p2 alone identifies the term"
