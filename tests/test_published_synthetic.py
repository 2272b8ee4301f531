"""Proposition 99: the printed digits come back from the same data."""

from __future__ import annotations

import pytest

from spillover.published.check import Check, agrees
from spillover.published.synthetic import checks, prop99, read_prop99


@pytest.fixture(scope="module")
def found() -> dict[str, Check]:
    """Computed here and not on import: diff-diff takes seconds to load."""
    made = checks()
    by_id = {check.check_id: check for check in made}
    assert len(by_id) == len(made)
    return by_id


def test_printed_digits_are_reproduced(found: dict[str, Check]) -> None:
    assert [check for check in found.values() if not agrees(check)] == []
    printed = {check.printed for check in found.values()}
    assert {"-15.603828", "-19.619663", "-27.349111"} <= printed
    assert len(found) == 12


def test_another_number_does_not_agree(found: dict[str, Check]) -> None:
    """The comparison can fail: the exact solution is not what synthdid prints."""
    exact = prop99("synthetic_control", "exact").estimates["estimate"].iloc[0]
    assert not agrees(found["prop99_sc"]._replace(computed=exact))
    assert "that one is right" in found["prop99_sc"].note


def test_the_table_is_whole() -> None:
    """39 states, 31 years, and the values of California and New Hampshire as Abadie et al. print them."""
    table = read_prop99()
    assert table.groupby("region_code").size().eq(31).all()
    assert table["region_code"].nunique() == 39
    first = table[table["year"] == 1988].set_index("region_code")["packs"].round(2)
    assert (first["California"], first["Utah"]) == (90.10, 55.00)
