"""Goodman-Bacon: weights sum to one and give back the two-way fixed-effects coefficient."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.models.bacon import COLUMNS, bacon, bacon_summary
from spillover.models.linear import fit_linear


def simulated(starts: list[int | None], seed: int) -> pd.DataFrame:
    """Simulated districts of given first years, 2000–2007, two of each."""
    random = np.random.default_rng(seed)
    rows = [
        (f"{i}{copy}", t, start, random.normal() + (0 if start is None else max(0, t - start + 1)))
        for i, start in enumerate(starts)
        for copy in "ab"
        for t in range(2000, 2008)
    ]
    return pd.DataFrame(rows, columns=["region_code", "year", "first_exposed_year", "y"])


cohorts = st.lists(st.one_of(st.none(), st.integers(2001, 2007)), min_size=2, max_size=6)


@settings(max_examples=8, deadline=None)
@given(starts=cohorts, seed=st.integers(0, 99))
def test_the_weighted_sum_is_the_two_way_fixed_effects_coefficient(starts, seed) -> None:
    panel = simulated([*starts, 2003, None], seed)
    table = bacon(panel, "y")
    exposed = (panel["year"] >= panel["first_exposed_year"]).astype(float)
    fit = fit_linear(panel.assign(d=exposed), "y", ["d"])
    assert table["weight"].sum() == pytest.approx(1.0, abs=1e-10)
    assert (table["weight"] > 0).all()
    assert float(table["weight"] @ table["estimate"]) == pytest.approx(fit.coefficients[0], abs=1e-8)


def test_each_comparison_is_a_difference_in_differences_of_means() -> None:
    panel = simulated([2003, 2005, None], 1)
    table = bacon(panel, "y").set_index(["cohort", "control_cohort"])
    assert tuple(bacon(panel, "y").columns) == COLUMNS
    mean = panel.assign(g=panel["first_exposed_year"].fillna(0)).groupby(["g", "year"])["y"].mean().unstack()
    after, before = mean.loc[:, 2005:].mean(axis=1), mean.loc[:, 2003:2004].mean(axis=1)
    change = after - before
    found = table.loc[(2005, 2003), "estimate"]
    assert float(found) == pytest.approx(change[2005] - change[2003], rel=1e-10)
    assert table.loc[(2005, 2003), "comparison"] == "later against earlier, already exposed"
    assert (table["n_exposed"] == 2).all()
    assert (table["n_controls"] == 2).all()
    assert bacon_summary(table.reset_index())["weight"].sum() == pytest.approx(1.0)


def test_unbalanced_panels_and_always_exposed_districts() -> None:
    panel = simulated([2003, 2005, None], 1)
    with pytest.raises(DataError, match=r"districts not observed in every year \(1: 0a\)"):
        bacon(panel.drop(index=0), "y")
    early = pd.concat([panel, simulated([1990], 2).assign(region_code=lambda t: "z" + t["region_code"])])
    pd.testing.assert_frame_equal(bacon(early, "y"), bacon(panel, "y"))
