"""Event studies, spatial models and moved references on the panels of districts, each named and run again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.district_designs import (
    district_events,
    district_references,
    district_spatial,
    event_panel,
    inference_of,
)
from spillover.district_specs import DistrictSpec, estimate_district
from spillover.errors import DataError
from spillover.imk_specs import ImkSpec, estimate_imk
from spillover.power import power_study

SPEC = DistrictSpec("grdp_per_capita_real")


def test_first_years_of_exposure_are_those_of_the_treatment() -> None:
    panel, _ = event_panel(SPEC)
    exposed = (panel["year"] >= panel["first_exposed_year"]).astype(float).to_numpy()
    treated = estimate_district(SPEC, draws=0).panel["near_centroid"].to_numpy()
    assert (exposed == treated).all()


@pytest.mark.parametrize(
    "name",
    [
        "event:tpt:estimator=twfe,window=3",
        "reference:tpt:beyond=100-200",
        "spatial:tpt:kind=slx,last_year=2017,weights=knn-4",
    ],
)
def test_a_design_is_run_again_from_its_name(name: str) -> None:
    first, second = (sp.run_spec(name, draws=19) for _ in range(2))
    assert set(first["spec_id"]) == {name}
    pd.testing.assert_frame_equal(first, second)


def test_an_event_study_counts_its_districts_and_drops_the_always_exposed() -> None:
    rows = district_events(SPEC, estimator="twfe").estimates.set_index("term")
    assert rows.loc["event -1", "estimate"] == 0
    assert rows.loc["average", "n_exposed"] == estimate_district(SPEC, draws=0).rows["n_exposed"].item()
    assert rows["n_dropped"].iloc[0] == 3 * 25  # three districts have had a smelter since the 1970s nearby


def test_references_move_outwards_with_fewer_rows() -> None:
    rows = district_references(SPEC, beyond="100-200")
    assert rows["term"].tolist() == ["0-50", "50-100"] * 2
    assert rows["n_dropped"].iloc[2] > rows["n_dropped"].iloc[0]
    assert rows["model"].str.contains("against >").all()


def test_spatial_rows_have_impacts_and_a_moran() -> None:
    spec = DistrictSpec("tpt", last_year=2017)
    terms = set(district_spatial(spec, kind="slx", weights="band-150", draws=19)["term"])
    assert {"direct:near_centroid", "indirect:near_centroid", "moran:residuals"} <= terms


@pytest.mark.parametrize(
    "done", [estimate_district(SPEC, draws=99), estimate_imk(ImkSpec("log_workers"), draws=99)]
)
def test_inference_side_by_side_ends_with_the_relocation_test(done) -> None:
    methods = ("cluster region_code", "cr3 region_code")
    rows = inference_of(done, methods)
    assert len(rows) == 3
    assert np.allclose(rows["estimate"], done.rows["estimate"].item())
    assert rows["std_error"].iloc[0] == pytest.approx(done.rows["std_error"].item(), rel=1e-9)
    assert rows["vcov"].iloc[-1] == "relocation, 99 draws"
    assert (rows["p_relocation"] == done.rows["p_relocation"].item()).all()


def test_power_rows_are_the_designs_own() -> None:
    power = power_study([ImkSpec("log_workers"), DistrictSpec("tpt")], draws=99)
    assert power["spec_id"].tolist() == ["imk:log_workers", "district:tpt"]
    assert (power["detectable_effect"] > 0).all()
    inside = (power["conf_low"] <= power["estimate"]) & (power["estimate"] <= power["conf_high"])
    assert inside.all()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("event:tpt:estimator=magic", "unknown estimator"),
        ("event:tpt:effects=province_year", "effects or rings"),
        ("spatial:tpt:weights=road", "unknown weights"),
        ("spatial:tpt:kind=best", "unknown kind"),
        ("reference:tpt:beyond=20", "references that begin inside"),
    ],
)
def test_what_a_design_cannot_do_is_said(name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        sp.run_spec(name, draws=9)
