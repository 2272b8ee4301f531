"""Published ring and distance regressions are reproduced to their printed digits."""

from __future__ import annotations

import pytest

from spillover.published.check import Check, agrees
from spillover.published.rings import checks


@pytest.fixture(scope="module")
def found() -> list[Check]:
    return checks()


def test_every_printed_digit_is_reproduced(found: list[Check]) -> None:
    assert [c.check_id for c in found if not agrees(c)] == []
    assert all(c.citation and c.data_source.startswith("published_") for c in found)


def test_all_seven_coefficients_of_the_ring_example_are_there(found: list[Check]) -> None:
    """The targets to six digits as this project noted them before the code existed."""
    targets = [0.908639, 10.044998, 5.140329, 3.849797, 2.961494, 2.142955, 0.804617]
    computed = [c.computed for c in found if c.check_id.startswith("clarke")][:7]
    assert computed == pytest.approx(targets, abs=6e-7)


def test_a_wrong_number_would_not_pass(found: list[Check]) -> None:
    assert not agrees(found[2]._replace(computed=found[2].computed + 1e-6))
