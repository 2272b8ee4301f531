"""Published spatial models: every printed number, and what happens when its rows are misaligned."""

from __future__ import annotations

import numpy as np
import pytest

from spillover.errors import DataError
from spillover.models.spatial import spatial_model
from spillover.models.weights import SpatialWeights, subset_weights
from spillover.published.check import Check, agrees
from spillover.published.spatial import REGRESSORS, checks, neighbour_weights, read_columbus

FOUND = checks()


@pytest.mark.parametrize("check", FOUND, ids=[c.check_id for c in FOUND])
def test_printed_digits(check: Check) -> None:
    assert agrees(check), f"{check.statistic}: printed {check.printed}, computed {check.computed}"


def test_ids_are_unique_and_each_check_names_its_source() -> None:
    assert len({c.check_id for c in FOUND}) == len(FOUND) >= 60
    assert all(c.citation and c.data_source.startswith("published_") for c in FOUND)


def test_the_order_of_the_rows_does_not_matter_but_a_wrong_order_of_the_weights_would() -> None:
    """Codes dealt out at random beside the same lists: what misaligned rows would do without any error."""
    table = read_columbus()
    weights = neighbour_weights(table, "neighbours_1988")
    shuffled = table.sample(frac=1, random_state=5)
    rho = [
        spatial_model(t, "crime", REGRESSORS, weights=weights, kind="lag", draws=100)
        .set_index("term")
        .loc["rho", "estimate"]
        for t in (table, shuffled)
    ]
    assert rho[0] == pytest.approx(rho[1], abs=1e-10)
    dealt = np.random.default_rng(1).permutation(table["region_code"].to_numpy())
    wrong = spatial_model(
        table.assign(region_code=dealt), "crime", REGRESSORS, weights=weights, kind="lag", draws=100
    )
    assert abs(wrong.set_index("term").loc["rho", "estimate"]) < 0.25


def test_the_two_published_neighbour_lists_differ_and_are_symmetric() -> None:
    table = read_columbus()
    for column, links in (("neighbours_1988", 232), ("neighbours_queen", 236)):
        matrix = neighbour_weights(table, column).matrix
        assert matrix.nnz == links
        assert ((matrix > 0) != (matrix > 0).T).nnz == 0


def test_a_left_out_neighbourhood_that_is_anothers_last_neighbour_is_refused() -> None:
    table = read_columbus()
    weights: SpatialWeights = neighbour_weights(table, "neighbours_1988")
    with pytest.raises(DataError, match="neighbours are all left out"):
        subset_weights(weights, set(table["region_code"]) - {"01", "06"})
