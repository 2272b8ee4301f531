"""Permutation tests: deals against brute force, exact size, and what the permuted estimates are."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.inference.deals import every_deal, number_of_deals
from spillover.inference.permutation import permutation_draws, permutation_p, permutation_test
from spillover.models.linear import absorb, fit_linear


def simulated_panel(firsts: tuple[float, ...] = (2, 3, 3, 9, 9, 9), *, seed: int = 1) -> pd.DataFrame:
    """Simulated: one province per opening year × 5 years, two districts each; 9 is never."""
    random = np.random.default_rng(seed)
    panel = pd.DataFrame(
        [(f"p{p}", f"p{p}d{i}", t) for p in range(len(firsts)) for i in (0, 1) for t in range(5)],
        columns=["province_code", "region_code", "year"],
    )
    first = np.array(firsts)[panel["province_code"].str[1:].astype(int)]
    noise = random.normal(size=(len(firsts), 5))[panel["province_code"].str[1:].astype(int), panel["year"]]
    return panel.assign(
        d=(panel["year"] >= first).astype(float),
        years=np.maximum(panel["year"] - first + 1, 0.0),
        y=noise + random.normal(size=len(panel)),
        x=random.normal(size=len(panel)),
        island=np.where(panel["province_code"] < "p3", "west", "east"),
    )


def test_few_deals_are_all_used_once() -> None:
    """6! / (1! 2! 3!) = 60 different deals of one early, two later and three unexposed provinces."""
    panel = simulated_panel()
    rows = permutation_draws(panel, ["d"], unit="province_code", draws=999)
    values = panel["d"].to_numpy()[rows]
    assert rows.shape == (60, len(panel))
    assert len(np.unique(values, axis=0)) == 60
    assert (values[0] == panel["d"]).all()


def test_the_exact_p_value_is_that_of_all_120_permutations() -> None:
    """Deals that repeat each other change nothing: brute force over all orders, refitted one by one."""
    panel = simulated_panel((2, 3, 3, 9, 9))
    rows = permutation_draws(panel, ["d"], unit="province_code")
    test = permutation_test(panel, "y", ["d"], rows)
    paths = panel.pivot_table(index="province_code", columns="year", values="d").to_numpy()
    code = panel["province_code"].str[1:].astype(int).to_numpy()
    slopes = [
        fit_linear(panel.assign(d=paths[np.array(o)][code, panel["year"]]), "y", ["d"]).coefficients[0]
        for o in permutations(range(5))
    ]
    expected = np.mean(np.abs(slopes) >= abs(slopes[0]) * (1 - 1e-9))
    assert permutation_p(test, "d", statistic="estimate") == pytest.approx(expected)


def test_estimates_and_t_are_those_of_the_regression_for_every_draw() -> None:
    """Two treatments that move together, a control that stays, rows with a missing outcome."""
    panel = simulated_panel((1, 2, 3, 9, 9, 9))
    panel.loc[[3, 17], "y"] = np.nan
    rows = permutation_draws(panel, ["d", "years"], unit="region_code", draws=7, seed=3)
    model = {"controls": ["x"], "effects": ["region_code", "year"]}
    test = permutation_test(panel, "y", ["d", "years"], rows, cluster="province_code", model=model)
    for draw in range(8):
        moved = panel.assign(**{c: panel[c].to_numpy()[rows[draw]] for c in ("d", "years")})
        fit = fit_linear(moved, "y", ["d", "years", "x"])
        bread = np.linalg.inv(fit.X.T @ fit.X)
        sums = (
            pd.DataFrame(fit.X * fit.residuals[:, None]).groupby(fit.data["province_code"].to_numpy()).sum()
        )
        t = fit.coefficients / np.sqrt(np.diag(bread @ sums.T.to_numpy() @ sums.to_numpy() @ bread))
        found = test[test["draw"] == draw]
        assert found["estimate"].to_numpy() == pytest.approx(fit.coefficients[:2], rel=1e-8)
        assert found["t"].to_numpy() == pytest.approx(t[:2], rel=1e-8)


def test_strata_keep_paths_and_cohorts_keep_who_is_exposed() -> None:
    panel = simulated_panel((1, 2, 9, 3, 9, 9))
    inside = permutation_draws(panel, ["d"], unit="province_code", within="island")
    exposed = panel["d"].to_numpy()[inside][:, panel["island"] == "west"]
    assert len(inside) == 6 * 3
    assert set(exposed.sum(axis=1)) == {exposed[0].sum()}
    cohort = permutation_draws(panel, ["d"], unit="province_code", within="ever exposed")
    ever = pd.Series(panel["d"]).groupby(panel["province_code"]).max()
    assert len(cohort) == 6  # three provinces, three opening years
    for row in cohort:
        assert pd.Series(panel["d"].to_numpy()[row]).groupby(panel["province_code"]).max().equals(ever)


def test_random_deals_are_reproducible() -> None:
    panel = simulated_panel(tuple(range(1, 5)) * 3)
    first, again, other = (permutation_draws(panel, ["d"], draws=20, seed=s) for s in (1, 1, 2))
    assert (first == again).all()
    assert (first[1:] != other[1:]).any()
    assert (first[0] == np.arange(len(panel))).all()


def test_size_is_right_when_provinces_are_exchangeable() -> None:
    """1,000 simulated outcomes with shocks by province and year: 8 to 12 % have p ≤ 0.1, as they should.

    Permuting districts, of which two share each shock, rejects more than twice as often.
    """
    panel = simulated_panel((2, 2, 9, 9, 9, 9, 9, 9, 9, 9))
    random = np.random.default_rng(7)
    shocks = random.normal(size=(1000, 10, 5)).cumsum(axis=2)
    shocks = shocks[:, panel["province_code"].str[1:].astype(int), panel["year"]]
    noise = (shocks + 0.1 * random.normal(size=shocks.shape)).T
    project = absorb(panel)[0]
    share = {}
    for unit in ("province_code", "region_code"):
        rows = permutation_draws(panel, ["d"], unit=unit, draws=99)
        X = project(panel["d"].to_numpy()[rows].T)
        slopes = np.abs(
            X.T @ noise / (X**2).sum(axis=0)[:, None]
        )  # draws × outcomes, as the test above proves
        share[unit] = ((slopes >= slopes[0] * (1 - 1e-9)).mean(axis=0) <= 0.1).mean()
    assert 0.08 <= share["province_code"] <= 0.12
    assert share["region_code"] > 0.2


@given(st.lists(st.integers(0, 3), min_size=1, max_size=7))
@settings(max_examples=60, deadline=None)
def test_every_deal_comes_once_with_the_real_one_first(kinds: list[int]) -> None:
    kind = np.array(kinds)
    deals = [tuple(kind[order]) for order in every_deal([np.arange(len(kind))], kind)]
    assert deals[0] == tuple(kind)
    assert sorted(deals) == sorted(set(permutations(kinds)))
    assert len(deals) == number_of_deals(kind)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda p: p, {"within": "region_code"}, "no two units exchange different exposure"),
        (lambda p: p.assign(d=1.0), {}, "no two units exchange different exposure"),
        (lambda p: p.drop(index=3), {}, r"units without some years \(1: p0d0\)"),
        (lambda p: p.assign(d=p["d"].mask(p.index == 3)), {}, "rows without unit or exposure"),
        (lambda p: pd.concat([p, p.head(1)]), {}, "duplicate key region_code/year"),
        (lambda p: p.assign(d=p["d"] * (p["region_code"] != "p1d0")), {"unit": "province_code"},
         r"differs inside a province_code and year \(1: p1\)"),
        (lambda p: p.assign(island=p["year"]), {"within": "island"}, "units in several island"),
    ],
)  # fmt: skip
def test_paths_that_cannot_be_permuted_are_refused(change, options: dict, message: str) -> None:
    with pytest.raises(DataError, match=message):
        permutation_draws(change(simulated_panel()), ["d"], **options)


def test_unknown_statistics_and_terms_are_refused() -> None:
    panel = simulated_panel()
    test = permutation_test(panel, "y", ["d"], permutation_draws(panel, ["d"], draws=3))
    with pytest.raises(DataError, match="unknown statistic"):
        permutation_p(test, "d", statistic="median")
    with pytest.raises(DataError, match=r"unknown term \(1: z\)"):
        permutation_p(test, "z")


def test_a_draw_that_the_effects_explain_has_nothing_to_see() -> None:
    """With province-by-year effects nothing is left of paths that both districts get: 0, no error."""
    panel = simulated_panel((2, 9, 9))
    panel["d"] *= panel["region_code"] == "p0d0"
    rows = np.tile(np.arange(len(panel)), (2, 1))
    rows[1] = np.where(panel["region_code"] == "p0d1", np.arange(len(panel)) - 5, np.arange(len(panel)))
    model = {"effects": ["region_code", "province_code^year"]}
    test = permutation_test(panel, "y", ["d"], rows, model=model)
    assert test.loc[test["draw"] == 1, ["estimate", "t"]].to_numpy().tolist() == [[0.0, 0.0]]
    assert (test.loc[test["draw"] == 0, "estimate"] != 0).all()
