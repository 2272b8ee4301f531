"""Numbers of staggered designs that others printed, to their digits."""

from __future__ import annotations

import pytest

from spillover.published.check import Check, agrees
from spillover.published.staggered import checks, read_castle


@pytest.fixture(scope="module")
def found() -> list[Check]:
    return checks()


def test_every_printed_number_is_reproduced(found: list[Check]) -> None:
    assert [c.check_id for c in found if not agrees(c)] == []
    assert len(found) == 42
    assert len({c.check_id for c in found}) == 42


def test_every_check_says_where_it_is_from(found: list[Check]) -> None:
    assert all(c.citation and c.data_source.startswith("published_") and c.statistic for c in found)
    assert {c.study for c in found} >= {
        "Minimum wages, Sun–Abraham",
        "Castle doctrine, Goodman-Bacon weights",
    }


def test_twenty_one_states_adopted_the_castle_doctrine() -> None:
    """Cheng and Hoekstra (2013): 21 states from 2005 (Florida) to 2009 (Montana)."""
    panel = read_castle(full_year=False)
    years = panel.groupby("region_code")["first_exposed_year"].first().value_counts().sort_index()
    assert years.to_dict() == {2005: 1, 2006: 13, 2007: 4, 2008: 2, 2009: 1}
    assert read_castle(full_year=True)["first_exposed_year"].min() == 2006
