"""The study of Morowali and Halmahera Tengah: donors, years, breaks, and what may be concluded."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.models.estimates import COLUMNS
from spillover.models.synthetic import Synthetic, synthetic_control
from spillover.models.synthetic_placebo import SpacePlacebo, placebo_in_space
from spillover.synthetic_answers import METHODS_SHOWN, SyntheticStudy, synthetic_study, verdict
from spillover.synthetic_donors import REACH_KM, donor_pool
from spillover.synthetic_questions import (
    QUESTIONS,
    Question,
    breaks_inside,
    name_of,
    opening_year,
    study_panel,
    usable_years,
)

GRDP = {q.treated: q for q in QUESTIONS if q.indicator.startswith("grdp") and q.start == "operation"}
TPT = next(q for q in QUESTIONS if q.indicator == "tpt" and q.treated == "7203")


@pytest.fixture(scope="module")
def study() -> SyntheticStudy:
    """Two of the questions: the whole takes four times as long."""
    return synthetic_study([GRDP["7203"], TPT])


@pytest.fixture(scope="module")
def pool() -> pd.DataFrame:
    return donor_pool("grdp_per_capita_real", range(2000, 2025))


def test_donors_were_never_near_a_park(pool: pd.DataFrame) -> None:
    """Distances computed again from the registry: no donor within reach of any park that ever operates."""
    donors = set(pool.loc[pool["reason"].eq(""), "region_code"])
    exposure = sp.park_exposure(sp.read_regions(), sp.read_parks())
    running = exposure[exposure["status"].eq("operating") & exposure["first_operation_year"].notna()]
    nearest = running[running["region_code"].isin(donors)]["distance_km"].min()
    assert nearest >= REACH_KM
    assert 100 < len(donors) < 200


def test_every_district_has_one_reason(pool: pd.DataFrame) -> None:
    reason = pool.set_index("region_code")["reason"]
    assert len(reason) == 514
    assert reason.index.is_unique
    assert reason[["7203", "8202", "7471", "3171", "3204", "5103", "9471", "1501", "5206"]].tolist() == [
        "near_park", "near_park", "near_park", "city", "java_bali", "java_bali", "city", "break", "break",
    ]  # fmt: skip
    assert reason.index[reason.eq("papua")].str.startswith("9").all()
    assert reason["1809"] == "founded_later"  # Pesawaran, 2007


def test_no_donor_has_a_backcast_value(pool: pd.DataFrame) -> None:
    table = sp.read_indicator("grdp_per_capita_real")
    donors = pool.loc[pool["reason"].eq(""), "region_code"]
    assert set(table.loc[table["region_code"].isin(donors), "status"]) == {"final"}


def test_years_end_before_the_revision_of_morowali() -> None:
    assert list(usable_years(GRDP["7203"])) == list(range(2000, 2018))
    assert list(usable_years(GRDP["8202"])) == list(range(2000, 2025))
    kinds = dict(zip(breaks_inside(GRDP["8202"])["year"], breaks_inside(GRDP["8202"])["kind"], strict=True))
    assert kinds == {2020: "population_rebase", 2014: "level_change"}
    assert breaks_inside(GRDP["7203"]).empty


def test_interpolated_unemployment_is_not_used(study: SyntheticStudy) -> None:
    answer = study.answers[name_of(TPT, "synthetic_did")]
    assert answer.years == (*range(2008, 2016), *range(2017, 2021))


def test_openings_come_from_the_registry() -> None:
    parks = sp.read_parks().set_index("park_id")
    assert opening_year("IMIP", "operation") == parks.loc["IMIP", "first_operation_year"]
    assert opening_year("IWIP", "construction") < opening_year("IWIP", "operation")
    with pytest.raises(DataError, match="no year of operation"):
        opening_year("IHIP", "operation")


def test_each_row_can_be_computed_again_by_one_call(study: SyntheticStudy) -> None:
    """A spec_id leads to a question and a method: panel and pool in one call, the estimate in another."""
    panel, pool = study_panel(GRDP["7203"])
    donors = pool.loc[pool["reason"].eq(""), "region_code"].tolist()
    for method in METHODS_SHOWN:
        spec_id = name_of(GRDP["7203"], method)
        again = synthetic_control(
            panel,
            "log_grdp_per_capita_real",
            treated="7203",
            first_exposed_year=2015,
            donors=donors,
            method=method,
        )
        rows = study.estimates[study.estimates["spec_id"].eq(spec_id)]
        assert np.allclose(rows["estimate"], again.estimates["estimate"], atol=1e-9)


def test_tables_have_their_schema(study: SyntheticStudy) -> None:
    assert tuple(study.estimates.columns) == COLUMNS
    assert study.estimates["spec_id"].nunique() == len(study.summary) == 4
    averages = study.estimates[study.estimates["term"].eq("average")]
    assert averages[["std_error", "p_value", "conf_low", "conf_high"]].notna().all().all()
    assert set(study.pools["question"]) == {GRDP["7203"].spec_id, TPT.spec_id}
    assert (study.summary["loo_low"] <= study.summary["loo_high"]).all()
    assert study.summary["verdict"].isin(["detected", "not_detected", "no_conclusion"]).all()


def test_morowali_was_already_rising_before_the_park(study: SyntheticStudy) -> None:
    """The gap opens before 2015, and a placebo opening finds a good part of it: nothing may be concluded."""
    answer = study.answers[name_of(GRDP["7203"], "synthetic_control")]
    gap = answer.fitted.paths.set_index("year")["gap"]
    assert gap[2014] > 0.1
    moved = answer.time.set_index("first_exposed_year")["estimate"]
    assert moved.max() > 0.2
    assert answer.verdict != "detected"


def fitted_and_placebo(shape: str, seed: int = 4) -> tuple[Synthetic, SpacePlacebo]:
    """A simulated panel of 30 donors and 15 years before, of which the treated region has this shape."""
    random = np.random.default_rng(seed)
    years, n = np.arange(2000, 2020), 30
    y = random.normal(size=(20, 2)).cumsum(axis=0) @ random.uniform(size=(2, n + 1))
    y += 0.05 * random.normal(size=y.shape)
    treated, after = y[:, 0], years >= 2015
    treated += {"jump": 5.0, "calm": 0.0, "off": 5.0, "twin": 5.0}[shape] * after
    if shape == "off":
        treated[~after] += random.normal(size=15) * 3
    wide = pd.DataFrame(y, index=pd.Index(years, name="year"), columns=["t", *(f"d{i}" for i in range(n))])
    if shape == "twin":
        wide["d0"] = wide["t"] - 5.0 * after
    panel = wide.rename_axis(columns="region_code").unstack().rename("y").reset_index()
    fitted = synthetic_control(panel, "y", treated="t", first_exposed_year=2015)
    return fitted, placebo_in_space(fitted)


def test_verdicts_follow_the_fit_and_the_placebos() -> None:
    assert verdict(*fitted_and_placebo("jump")) == ("detected", "")
    assert verdict(*fitted_and_placebo("calm")) == ("not_detected", "")
    assert verdict(*fitted_and_placebo("off")) == ("no_conclusion", "poor_fit")
    assert verdict(*fitted_and_placebo("twin")) == ("no_conclusion", "perfect_fit")


def test_a_fit_worse_than_almost_all_placebos_is_no_evidence() -> None:
    """Both ranks must be small, and the fit before must not be among the worst twentieth."""
    fitted, space = fitted_and_placebo("jump")
    assert verdict(fitted, space._replace(p_fit=0.05)) == ("no_conclusion", "worse_than_placebos")
    assert verdict(fitted, space._replace(p_ratio=0.06)) == ("not_detected", "")
    assert verdict(fitted, space._replace(p_estimate=0.06)) == ("not_detected", "")


def test_a_question_with_too_few_years_is_refused() -> None:
    early = Question("7203", "IMIP", "poverty_line", True, "operation", 2014, 2025)
    with pytest.raises(DataError, match="1 years before 2015"):
        synthetic_study([early])
