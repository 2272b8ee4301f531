"""Numbers that others printed, with distance or Conley errors: computed again from the same data."""

from __future__ import annotations

import numpy as np
import pytest

from spillover.published.check import Check, agrees
from spillover.published.distance import checks
from spillover.published.r_random import RRandom

CHECKS = checks()


@pytest.mark.parametrize("check", CHECKS, ids=[c.check_id for c in CHECKS])
def test_printed_number_is_computed(check: Check) -> None:
    assert agrees(check), f"{check.statistic}: printed {check.printed}, computed {check.computed!r}"


def test_every_check_names_its_source_once() -> None:
    assert len({c.check_id for c in CHECKS}) == len(CHECKS) >= 4
    assert all(c.study and c.citation and c.data_source and c.statistic for c in CHECKS)


def test_a_wrong_number_would_be_seen() -> None:
    """The comparison has the printed digits: half a unit of the last one more is a difference."""
    for check in CHECKS:
        digits = len(check.printed.partition(".")[2])
        assert not agrees(check._replace(computed=float(check.printed) + 0.6 * 10.0**-digits))


def test_r_draws_as_printed_in_its_manuals() -> None:
    """set.seed(123): runif and rnorm as any R session prints them."""
    np.testing.assert_allclose(RRandom(123).uniform(3), [0.2875775, 0.7883051, 0.4089769], atol=5e-8)
    np.testing.assert_allclose(RRandom(123).normal(3), [-0.56047565, -0.23017749, 1.55870831], atol=5e-9)
    np.testing.assert_allclose(RRandom(1).normal(2, sd=2), [-1.2529076, 0.3672866], atol=5e-8)
