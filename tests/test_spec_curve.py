"""The specification curve: every choice once, the headline first, nothing lost."""

from __future__ import annotations

import pandas as pd
import pytest

import spillover as sp
from spillover.district_specs import DistrictSpec
from spillover.errors import DataError
from spillover.imk_specs import ImkSpec
from spillover.spec_curve import (
    choices_of,
    district_curve,
    imk_curve,
    parks_in_turn,
    specification_curve,
)


@pytest.mark.parametrize("specs", [imk_curve(), district_curve()], ids=["imk", "district"])
def test_each_choice_stands_once_and_the_headline_first(specs: list) -> None:
    names = [spec.spec_id for spec in specs]
    assert len(set(names)) == len(names)
    assert names[0].count(":") == 1
    table = choices_of(pd.DataFrame({"spec_id": names}))
    assert (table.drop(columns="spec_id").nunique() > 1).sum() >= 6  # options that vary


def test_hundreds_of_rows_over_outcomes() -> None:
    assert len(imk_curve("log_workers")) + len(district_curve()) + len(district_curve("tpt")) > 250


def test_every_complex_that_opens_is_left_out_once() -> None:
    chosen = {spec.parks for spec in district_curve()}
    assert chosen == {"all", "surely_located", *parks_in_turn(2005)}
    assert "without_IMIP" in chosen
    assert "without_POMALAA" not in chosen  # since 1976: it identifies nothing
    assert "without_IHIP" not in chosen  # not yet operating


def test_a_row_of_the_curve_is_the_specification_run_alone() -> None:
    specs = [ImkSpec("log_workers"), ImkSpec("log_workers", size="micro"), DistrictSpec("tpt")]
    curve = specification_curve(specs, draws=9)
    assert curve["spec_id"].tolist() == [spec.spec_id for spec in specs]
    pd.testing.assert_frame_equal(
        curve.iloc[[1]].reset_index(drop=True), sp.run_spec(specs[1].spec_id, draws=9)
    )


def test_what_cannot_be_estimated_stays_with_its_reason() -> None:
    """A park within 1 km of a centroid exposes nobody: a row without estimate, not a lost row."""
    curve = specification_curve([DistrictSpec("tpt"), DistrictSpec("tpt", within_km=1)], draws=9)
    assert curve["estimate"].notna().tolist() == [True, False]
    assert "never change" in curve["model"].iloc[1]


def test_nothing_to_estimate_is_an_error() -> None:
    with pytest.raises(DataError, match="no specification"):
        specification_curve([])
    with pytest.raises(DataError, match="nothing could be estimated"):
        specification_curve([DistrictSpec("tpt", within_km=1)], draws=9)
