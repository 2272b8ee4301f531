"""Every result has a name from which it can be estimated again."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spillover as sp
from spillover.district_specs import DistrictSpec, district_panel, run_district
from spillover.errors import DataError
from spillover.imk_specs import ImkSpec, sample_panel
from spillover.specs import RUNNERS, make_spec_id, parse_spec

WORDS = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=12).map(lambda t: f"a{t}")
VALUES = st.one_of(
    WORDS,
    st.integers(0, 3000),
    st.floats(0, 1000).map(lambda x: round(x, 2)),
    st.sampled_from(["7203", "0-50"]),
)


@given(WORDS, WORDS, st.dictionaries(WORDS, VALUES, max_size=5))
def test_a_name_is_read_as_it_was_made(study: str, outcome: str, options: dict) -> None:
    spec = parse_spec(make_spec_id(study, outcome, options, {}))
    assert (spec.study, spec.outcome) == (study, outcome)
    assert spec.options == {k: f"{v:g}" if isinstance(v, int | float) else v for k, v in options.items()}


def test_defaults_are_left_out_of_a_name_and_one_choice_has_one_name() -> None:
    assert DistrictSpec("tpt").spec_id == "district:tpt"
    assert DistrictSpec("tpt", within_km=50, basis="centroid").spec_id == "district:tpt"
    assert ImkSpec("log_workers", within_km=50).spec_id == "imk:log_workers:within_km=50"


@pytest.mark.parametrize(
    "name",
    [
        "district:tpt:basis=edge",
        "imk:log_workers:exposure=district_share_centroid,start=construction",
        "partnership:share_percent:nearness=nearest_km,within_km=100",
    ],
)
def test_a_result_is_estimated_again_from_its_name(name: str) -> None:
    first, second = (sp.run_spec(name, draws=9) for _ in range(2))
    assert first["spec_id"].tolist() == [name]
    pd.testing.assert_frame_equal(first, second)


def test_every_row_of_the_headline_studies_has_a_name_that_runs() -> None:
    """The names of all rows are read and belong to a study with a runner; one row of each is run again."""
    estimates = pd.concat([sp.imk_study(draws=9)[1], sp.grdp_study(draws=9)])
    for name in estimates["spec_id"]:
        assert parse_spec(name).study in RUNNERS
    for name in estimates["spec_id"].iloc[[4, -1]]:
        again = sp.run_spec(name, draws=9)
        assert again["estimate"].item() == pytest.approx(
            estimates.set_index("spec_id").loc[name, "estimate"], rel=1e-12
        )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("district", "not the name of a specification"),
        ("district:tpt:basis", "not the name of a specification"),
        ("district:tpt:basis=a,basis=b", "not the name of a specification"),
        ("village:tpt", "unknown study"),
        ("district:tpt:colour=red", "unknown options"),
        ("district:tpt:basis=road", "unknown basis"),
        ("district:tpt:within_km=far", "within_km is no number"),
        ("district:no_such_thing", "unknown indicator"),
        ("district:tpt:parks=without_NOWHERE", "unknown choice"),
        ("imk:tpt", "unknown outcome"),
        ("imk:log_workers:last_year=20.5", "last_year is no number"),
        ("district_imk:log_workers:sample=1", "no table of IMK by district"),
    ],
)
def test_what_cannot_be_run_is_said(name: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        sp.run_spec(name, draws=9)


def test_construction_comes_before_operation_and_includes_what_is_being_built() -> None:
    parks = sp.read_parks()
    from spillover.parks import with_start

    built = with_start(parks, "construction").set_index("park_id")
    assert built.loc["IPIP", ["first_operation_year", "status", "start"]].tolist() == [
        2022,
        "operating",
        "construction",
    ]
    assert built.loc["OBI_MSP", "start"] == "operation"  # its construction has no date
    old = parks.set_index("park_id")["first_operation_year"]
    both = built["first_operation_year"].notna() & old.notna()
    assert (built.loc[both, "first_operation_year"] <= old[both]).all()
    with pytest.raises(DataError, match="unknown start"):
        with_start(parks, "announcement")


def test_options_change_the_sample_as_they_say() -> None:
    whole, _ = district_panel(DistrictSpec("grdp_per_capita_real"))
    broken, _ = district_panel(DistrictSpec("grdp_per_capita_real", breaks="dropped"))
    gone = set(whole["region_code"]) - set(broken["region_code"])
    assert "7203" in gone  # a revision of its own
    assert {c for c in gone if c[:2] == "82"} == {c for c in set(whole["region_code"]) if c[:2] == "82"}
    assert district_panel(DistrictSpec("tpt", last_year=2015))[0]["year"].max() == 2015
    assert "7203" not in set(district_panel(DistrictSpec("tpt", without="7203"))[0]["region_code"])
    old = district_panel(DistrictSpec("grdp_per_capita_real", backcast="dropped"))[0]
    assert old["log_grdp_per_capita_real"].isna().sum() > 100  # districts before they existed
    java = sample_panel(ImkSpec("log_workers", sample="outside_java"))
    assert not java["region_code"].str[:1].eq("3").any()


def test_districts_exposed_from_the_first_year_can_be_left_out() -> None:
    """Kolaka and Luwu Timur have had a smelter since the 1970s; with them go their neighbours."""
    kept, dropped = (
        run_district(DistrictSpec("grdp_per_capita_real", always=choice), draws=9)
        for choice in ("kept", "dropped")
    )
    assert 1 <= kept["n_regions"].item() - dropped["n_regions"].item() <= 5
    assert kept["n_exposed"].item() == dropped["n_exposed"].item()
