"""Intervals by inversion and detectable effects: exact against brute force, and of the right coverage."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.inference.inversion import (
    accepted_effects,
    detectable_effect,
    relocation_interval,
    relocation_rows,
    vcov_name,
)
from spillover.inference.redraw import RelocationTest, Treatments, relocate
from spillover.inference.relocation import relocation_ps
from spillover.models.estimates import make_estimates

YEARS = np.arange(2010, 2016)


def simulated(
    seed: int, regions: int = 40, draws: int = 59, k: int = 1, exposed: int = 5
) -> tuple[pd.DataFrame, Treatments]:
    """A simulated panel without effect, and draws that expose other regions and years each time."""
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([range(regions), YEARS], names=["region_code", "year"])
    panel = index.to_frame(index=False).assign(y=rng.normal(size=len(index)))
    values = np.zeros((regions, len(YEARS), draws + 1, k))
    for draw in range(draws + 1):
        chosen = rng.permutation(regions)[: exposed * k].reshape(k, exposed)
        for i in range(k):
            for region in chosen[i]:
                values[region, rng.integers(1, len(YEARS)) :, draw, i] = 1.0
    terms = tuple(f"d{i}" for i in range(k))
    return panel, Treatments(values.reshape(len(panel), draws + 1, k), terms, "simulated")


def p_after(panel: pd.DataFrame, treatments: Treatments, effect: float, statistic: str, i: int = 0) -> float:
    """The relocation p of the outcome less an effect, from the start: nothing of the inversion."""
    rest = panel["y"] - effect * treatments.values[:, 0, i]
    test = relocate(panel.assign(y=rest), "y", treatments, statistic=statistic)
    return float(relocation_ps(test).iloc[i])


@pytest.mark.parametrize("statistic", ["scaled", "estimate"])
@pytest.mark.parametrize("k", [1, 2])
def test_the_interval_ends_where_the_test_begins_to_reject(statistic: str, k: int) -> None:
    for seed in range(2):
        panel, treatments = simulated(seed, k=k)
        test = relocate(panel, "y", treatments, statistic=statistic)
        term = treatments.terms[-1]
        low, high = relocation_interval(test, term=term)
        assert np.isfinite([low, high]).all() and low < test.estimates[0, -1] < high
        for end, out in ((low, -1e-6), (high, 1e-6)):
            assert p_after(panel, treatments, end - out, statistic, k - 1) > 0.05
            assert p_after(panel, treatments, end + out, statistic, k - 1) <= 0.05
        pieces = accepted_effects(test, term=term)
        for effect in np.linspace(low - 2, high + 2, 9):
            p = p_after(panel, treatments, effect, statistic, k - 1)
            assert (p > 0.05) == any(a <= effect <= b for a, b in pieces)


@given(st.integers(0, 10**6), st.integers(5, 60), st.floats(0.02, 0.6))
@settings(max_examples=50, deadline=None)
def test_pieces_agree_with_brute_force_for_any_numbers(seed: int, draws: int, level: float) -> None:
    """Numbers without a panel behind them, some slopes above 1, some draws equal to the real or empty."""
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=draws + 1), rng.normal(scale=0.9, size=draws + 1)
    root = rng.uniform(0.5, 2, size=draws + 1)
    b[0] = 1.0
    same, mirror, empty = rng.random((3, draws + 1)) < 0.1
    same[0] = mirror[0] = empty[0] = False
    a[same], b[same], root[same] = a[0], 1.0, root[0]
    a[mirror], b[mirror], root[mirror] = -a[0], -1.0, root[0]
    a[empty] = np.nan
    test = RelocationTest(
        "y", ("d",), a[:, None], b[:, None, None], root[:, None], "scaled", "", np.empty(0), np.asarray
    )
    pieces = accepted_effects(test, level=level)
    assert (np.diff(pieces.ravel()) >= 0).all()
    ends = pieces[np.isfinite(pieces)]
    tried = np.concatenate([rng.normal(scale=3, size=60), rng.normal(scale=100, size=20), [0.0]])
    tried = tried[np.abs(tried[:, None] - ends).min(axis=1, initial=1.0) > 1e-6]
    told = ~np.isnan(a)
    for x in tried:
        size = np.abs((a - x * b) * root)[told]
        inside = bool(((pieces[:, 0] <= x) & (x <= pieces[:, 1])).any())
        assert inside == ((size >= size[0] * (1 - 1e-9)).mean() > level + 1e-12), x


def test_few_draws_reject_nothing_and_an_unbounded_side_is_said() -> None:
    panel, treatments = simulated(1, draws=18)
    assert relocation_interval(relocate(panel, "y", treatments)) == (-np.inf, np.inf)
    # every draw is the real one: nothing can be told apart
    panel, treatments = simulated(1)
    same = treatments._replace(values=np.repeat(treatments.values[:, :1], 60, axis=1))
    assert relocation_interval(relocate(panel, "y", same)) == (-np.inf, np.inf)
    assert detectable_effect(relocate(panel, "y", same)) == np.inf


def test_coverage_of_a_planted_effect() -> None:
    """An effect of 0.7 planted at sites drawn like the others: 95 % intervals hold it in 95 of 100 samples,
    and hold 0 exactly where p is above 0.05."""
    held, n = 0, 120
    panel, treatments = simulated(7, regions=20, draws=79)
    rng = np.random.default_rng(8)
    for sample in range(n):
        own = sample % 80
        order = [own, *(d for d in range(80) if d != own)]
        here = treatments._replace(values=treatments.values[:, order])
        y = rng.normal(size=len(panel)) + 0.7 * here.values[:, 0, 0]
        test = relocate(panel.assign(y=y), "y", here)
        low, high = relocation_interval(test)
        held += low <= 0.7 <= high
        assert (low <= 0 <= high) == (relocation_ps(test).iloc[0] > 0.05)
    assert 0.9 <= held / n <= 0.99


@pytest.mark.parametrize(("noise", "k"), [("residual", 2), ("outcome", 1)])
def test_detectable_effect_is_that_of_planting_it_everywhere(noise: str, k: int) -> None:
    """Planted one by one, tested from the start: below the figure too few are found, above it enough."""
    panel, treatments = simulated(11, regions=25, draws=59, k=k)
    test = relocate(panel, "y", treatments)
    found = detectable_effect(test, term="d0", noise=noise, plants=12)
    y = panel["y"].to_numpy()
    if noise == "residual":
        y = y - treatments.values[:, 0] @ test.estimates[0]

    def power(effect: float) -> float:
        rejected = 0
        for own in range(1, 13):
            order = [own, *(d for d in range(60) if d != own)]
            here = treatments._replace(values=treatments.values[:, order])
            for sign in (-1, 1):
                planted = panel.assign(y=y + sign * effect * here.values[:, 0, 0])
                rejected += relocation_ps(relocate(planted, "y", here)).iloc[0] <= 0.05
        return rejected / 24

    assert power(found * 0.999) < 0.8 <= power(found * 1.001)


def test_more_noise_needs_more_effect_in_proportion() -> None:
    panel, treatments = simulated(12)
    one, three = (
        detectable_effect(relocate(panel.assign(y=scale * panel["y"]), "y", treatments)) for scale in (1, 3)
    )
    assert three == pytest.approx(3 * one)
    test = relocate(panel, "y", treatments)
    assert detectable_effect(test, power=0.5) < one < detectable_effect(test, power=0.95)


def rows_of(test: RelocationTest) -> pd.DataFrame:
    shared = {"spec_id": "s", "outcome": "y", "std_error": 1.0, "n_obs": 240, "n_clusters": 40, "model": "m"}
    every = [shared | {"term": t, "estimate": e} for t, e in zip(test.terms, test.estimates[0], strict=True)]
    return make_estimates([*every, *(row | {"std_error": 2.0} for row in every)])


def test_rows_carry_the_test_and_nothing_of_other_standard_errors() -> None:
    panel, treatments = simulated(3, k=2)
    treatments.values[:, 5:8, 1] = 0.0  # three draws without the second term
    test = relocate(panel, "y", treatments)
    rows = relocation_rows(rows_of(test), test)
    assert rows["term"].tolist() == ["d0", "d1"]
    assert rows["vcov"].tolist() == ["relocation, 59 draws", "relocation, 59 draws, 3 without this term"]
    assert rows["std_error"].isna().all() and rows["n_clusters"].isna().all()
    assert rows["p_value"].tolist() == relocation_ps(test).tolist() == rows["p_relocation"].tolist()
    low, high = relocation_interval(test, term="d1")
    assert (rows.loc[1, "conf_low"], rows.loc[1, "conf_high"]) == (low, high)
    assert rows["n_obs"].tolist() == [240, 240] and vcov_name(test, "d0") == "relocation, 59 draws"


def test_a_term_that_the_real_sites_do_not_tell_has_no_interval() -> None:
    panel, treatments = simulated(4, k=2)
    treatments.values[:, 0, 1] = 0.0
    test = relocate(panel, "y", treatments)
    rows = relocation_rows(rows_of(test), test)
    assert rows.loc[1, ["estimate", "p_value", "conf_low", "conf_high"]].isna().all()
    assert rows.loc[0, "p_value"] == relocation_ps(test)["d0"]


def test_refusals() -> None:
    panel, treatments = simulated(5, k=2)
    test = relocate(panel, "y", treatments)
    with pytest.raises(DataError, match=r"which term.*terms are d0, d1"):
        relocation_interval(test)
    with pytest.raises(DataError, match="is not the test's"):
        relocation_rows(rows_of(test).assign(estimate=9.0), test)
    with pytest.raises(DataError, match="not one specification"):
        relocation_rows(rows_of(test).assign(spec_id=["a", "b", "a", "b"]), test)
    with pytest.raises(DataError, match=r"no term of the test \(1: x\)"):
        relocation_rows(rows_of(test).assign(term="x"), test)
    with pytest.raises(DataError, match="not between 0 and 1"):
        detectable_effect(test, term="d0", power=80)
    with pytest.raises(DataError, match="unknown noise"):
        detectable_effect(test, term="d0", noise="none")
    treatments.values[:, 1:, 1] = 0.0
    with pytest.raises(DataError, match="no drawn set tells the term"):
        detectable_effect(relocate(panel, "y", treatments), term="d1")
