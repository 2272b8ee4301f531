"""Decay, sums over parks, weights that are never filled, and the first year in each band."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.designs import first_exposed_year
from spillover.errors import DataError
from spillover.exposure_bands import first_exposed
from spillover.exposure_measures import DECAYS, decay, decay_exposure
from spillover.workforce import park_workforce

KM = st.floats(0, 2_000)
KINDS = st.sampled_from(DECAYS)


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    return sp.park_exposure(sp.read_regions(), sp.read_parks())


def table(distances: dict[str, list[float]], years: list[int | None]) -> pd.DataFrame:
    """Exposure of districts (keys) to parks A, B, … with these opening years."""
    parks = [chr(ord("A") + i) for i in range(len(years))]
    rows = [
        {"region_code": code, "park_id": park, "distance_km": km, "first_operation_year": year}
        for code, kms in distances.items()
        for park, km, year in zip(parks, kms, years, strict=True)
    ]
    out = pd.DataFrame(rows).astype({"first_operation_year": "Int64"})
    return out.assign(status="operating", basis="centroid")


@given(KM, KM, st.floats(1, 500), KINDS)
def test_decay_falls_with_distance_and_is_half_at_the_half_distance(
    one: float, other: float, half: float, kind: str
) -> None:
    near, far = sorted([one, other])
    values = decay(np.array([0.0, half, near, far]), half, kind)
    assert values[0] == 1.0 and values[1] == pytest.approx(0.5)
    assert values[2] >= values[3] >= 0


def test_the_kinds_by_hand() -> None:
    """At three half-distances 1/4 is left of the inverse and 1/8 of the exponential."""
    assert decay(np.array([150.0]), 50.0, "inverse").item() == 0.25
    assert decay(np.array([150.0]), 50.0, "exponential").item() == 0.125


def test_a_sum_of_two_parks_by_hand() -> None:
    """Workers 1,000 at 50 km and 400 at 150 km, half-distance 50 km: 500 + 100, and 500 + 50."""
    rows = table({"a": [50.0, 150.0], "b": [0.0, 50.0]}, [2015, 2018])
    jobs = pd.Series({"B": 400.0, "A": 1000.0})
    found = decay_exposure(rows, [2014, 2015, 2018], half_distance_km=50, weights=jobs)
    assert found["exposure"].tolist() == pytest.approx([0, 500, 600, 0, 1000, 1200])
    assert found["n_parks"].tolist() == [0, 1, 2] * 2
    assert found["share_weighted"].isna().tolist() == [True, False, False] * 2
    quick = decay_exposure(rows, [2018], half_distance_km=50, weights=jobs, kind="exponential")
    assert quick["exposure"].tolist() == pytest.approx([550, 1200])


def test_against_a_loop(real: pd.DataFrame) -> None:
    """The matrix products are the sum over rows that the definition states."""
    random = np.random.default_rng(3)
    weights = pd.Series(random.uniform(0, 9, 24), index=sp.read_parks()["park_id"])
    years = [2000, 2015, 2024]
    found = decay_exposure(real, years, half_distance_km=80, weights=weights).set_index(
        ["region_code", "year"]
    )
    for code in ("7203", "8202", "1101"):
        for year in years:
            rows = real[(real["region_code"] == code) & (real["status"] == "operating")]
            rows = rows[(rows["first_operation_year"] <= year).fillna(False)]
            total = sum(
                weights[p] / (1 + d / 80) for p, d in zip(rows["park_id"], rows["distance_km"], strict=True)
            )
            assert found.loc[(code, year), "exposure"] == pytest.approx(total, rel=1e-12)
            assert found.loc[(code, year), "n_parks"] == len(rows)


@given(
    st.lists(st.tuples(KM, st.integers(2000, 2024), st.floats(0, 1e5)), min_size=1, max_size=6),
    KINDS,
    st.floats(1, 500),
)
@settings(max_examples=40, deadline=None)
def test_one_more_park_never_lowers_exposure(
    parks: list[tuple[float, int, float]], kind: str, half: float
) -> None:
    """And a year later it is never lower either: parks do not close in the registry."""
    km, years, weight = (list(column) for column in zip(*parks, strict=True))
    names = [chr(ord("A") + i) for i in range(len(parks))]
    rows, weights = table({"a": km}, years), pd.Series(weight, index=names)
    options = {"half_distance_km": half, "kind": kind, "weights": weights}
    every = decay_exposure(rows, range(1999, 2026), **options)["exposure"]
    assert (every.diff().dropna() >= -1e-6).all()
    if len(parks) > 1:
        fewer = decay_exposure(rows[rows["park_id"] != names[-1]], range(1999, 2026), **options)["exposure"]
        assert (every >= fewer - 1e-6).all()


def test_parks_that_do_not_operate_do_not_count(real: pd.DataFrame) -> None:
    """Mines, idle smelters and those under construction expose nobody."""
    found = decay_exposure(real, [2025], half_distance_km=50)
    assert found["n_parks"].unique().tolist() == [len(sp.read_parks().query("status == 'operating'"))]


def test_missing_weights_are_refused_or_counted_never_filled() -> None:
    rows = table({"a": [50.0, 50.0, 50.0]}, [2015, 2018, 2020])
    jobs = pd.Series({"A": 1000.0, "B": np.nan})
    with pytest.raises(DataError, match=r"have no weight \(2: B in 2018, B in 2019\)"):
        decay_exposure(rows, [2015, 2018, 2019], half_distance_km=50, weights=jobs)
    found = decay_exposure(
        rows, [2015, 2018, 2020], half_distance_km=50, weights=jobs, missing_weights="count"
    )
    assert found["exposure"].tolist() == pytest.approx([500, 500, 500])
    assert found["n_without_weight"].tolist() == [0, 1, 2]
    assert found["share_weighted"].tolist() == pytest.approx([1, 1 / 2, 1 / 3])
    decay_exposure(rows, [2015], half_distance_km=50, weights=jobs)  # B does not operate yet


def test_workers_by_year_as_weights(real: pd.DataFrame) -> None:
    """The reported workers go in as they are; most parks have none, and the table says so."""
    years = [2018, 2020, 2024]
    workers = park_workforce(years)
    found = decay_exposure(real, years, half_distance_km=50, weights=workers, missing_weights="count")
    home = found[found["region_code"] == "7203"].set_index("year")
    imip = real[(real["region_code"] == "7203") & (real["park_id"] == "IMIP")]["distance_km"].item()
    assert home.loc[2018, "exposure"] == pytest.approx(28_500 / (1 + imip / 50))
    assert home["n_without_weight"].tolist() == [
        int(workers.loc[list(open_parks(year)), year].isna().sum()) for year in years
    ]
    assert home["share_weighted"].between(0.1, 0.9).all()


def open_parks(year: int) -> set[str]:
    return set(sp.operating(sp.read_parks(), year)["park_id"])


def test_first_exposed_year_agrees_with_the_designs(real: pd.DataFrame) -> None:
    located = sp.read_parks().query("status == 'operating' and lon == lon").sort_values("park_id")
    regions = sp.read_regions()
    expected = first_exposed_year(
        sp.geodesic_km(regions, located), located["first_operation_year"].to_numpy(float), 100.0
    )
    found = first_exposed(real, within_km=100).set_index("region_code").loc[regions["region_code"]]
    assert np.array_equal(found["first_exposed_year"].astype(float).fillna(np.inf), expected)
    assert (found["never_exposed"].to_numpy() == np.isinf(expected)).all()
    assert found["band"].eq("0-100").all() and found["first_nearer_year"].isna().all()


def test_bands_are_half_open_and_know_of_nearer_parks() -> None:
    rows = table({"a": [50.0, 10.0], "b": [120.0, 99.9], "c": [300.0, 400.0]}, [2010, 2020])
    found = first_exposed(rows, edges_km=(0, 50, 100)).set_index(["region_code", "band"])
    assert found.loc[("a", "0-50"), "first_exposed_year"] == 2020
    assert found.loc[("a", "50-100"), ["first_exposed_year", "first_nearer_year"]].tolist() == [2010, 2020]
    assert found.loc[("b", "50-100"), "first_exposed_year"] == 2020
    assert found.loc["b", "never_exposed"].tolist() == [True, False]
    assert found.loc["c", "never_within"].all() and found.loc["c", "never_exposed"].all()
    assert not found.loc[("a", "50-100"), "never_within"]
    inner = first_exposed(table({"a": [10.0]}, [2020]), edges_km=(0, 50, 100)).set_index("band")
    assert inner.loc["50-100", ["never_exposed", "never_within"]].tolist() == [True, False]


def test_construction_starts_earlier_and_brings_parks_that_do_not_operate_yet(real: pd.DataFrame) -> None:
    parks = sp.read_parks()
    operation = first_exposed(real, within_km=50).set_index("region_code")
    construction = first_exposed(real, within_km=50, parks=parks, start="construction").set_index(
        "region_code"
    )
    assert operation.loc["7203", "first_exposed_year"] == 2015
    assert construction.loc["7203", "first_exposed_year"] == 2014
    both = operation["first_exposed_year"].notna() & construction["first_exposed_year"].notna()
    early, late = construction.loc[both, "first_exposed_year"], operation.loc[both, "first_exposed_year"]
    assert (early <= late).all()
    assert construction["never_exposed"].sum() <= operation["never_exposed"].sum()
    assert construction["start"].eq("construction").all()
    same = first_exposed(real, within_km=50, parks=parks).set_index("region_code")
    assert same.equals(operation)


def test_announcements_have_no_dates_unless_the_user_has_them(real: pd.DataFrame) -> None:
    parks = sp.read_parks()
    with pytest.raises(DataError, match="no dates of announcement"):
        first_exposed(real, within_km=50, parks=parks, start="announcement")
    with pytest.raises(DataError, match=r"the start announcement needs the parks"):
        first_exposed(real, within_km=50, start="announcement")
    simulated = parks.assign(announcement=parks["park_id"].map({"IMIP": "2013-08"}))
    found = first_exposed(real, within_km=50, parks=simulated, start="announcement").set_index("region_code")
    assert found.loc["7203", "first_exposed_year"] == 2013
    built = first_exposed(real, within_km=50, parks=parks, start="construction").set_index("region_code")
    assert found.loc["8202", "first_exposed_year"] == built.loc["8202", "first_exposed_year"]
    with pytest.raises(DataError, match="announcement without a date"):
        sp.parks.with_start(parks.assign(announcement="soon"), "announcement")


def test_bad_input_is_refused() -> None:
    rows = table({"a": [50.0, 20.0], "b": [60.0, 30.0]}, [2015, 2018])
    good = {"half_distance_km": 50.0}
    for bad, words in (
        ({"half_distance_km": 0.0}, "half-distance is not above 0"),
        ({"half_distance_km": np.nan}, "half-distance is not above 0"),
        (good | {"kind": "linear"}, "unknown kind of decay"),
        (good | {"missing_weights": "zero"}, "unknown choice"),
        (good | {"weights": pd.Series({"A": -1.0, "B": 1.0})}, r"below 0 or infinite \(1: A\)"),
        (good | {"weights": pd.Series([1.0, 2.0], index=["A", "A"])}, r"two weights \(1: A\)"),
    ):
        with pytest.raises(DataError, match=words):
            decay_exposure(rows, [2020], **bad)
    for table_, words in (
        (rows.assign(distance_km=[1.0, 2.0, 3.0, np.nan]), "missing or below 0 .*b/B"),
        (rows.iloc[:3], r"without the distance to some park \(1: b\)"),
        (pd.concat([rows, rows]), "duplicate key"),
        (pd.concat([rows, rows.assign(basis="edge")]), "not one basis"),
        (rows.drop(columns="status"), "missing columns"),
    ):
        with pytest.raises(DataError, match=words):
            decay_exposure(table_, [2020], **good)
    for options in ({}, {"within_km": 50, "edges_km": (0, 50)}):
        with pytest.raises(DataError, match="one of within_km and edges_km"):
            first_exposed(rows, **options)
    with pytest.raises(DataError, match=r"not in parks \(2: A, B\)"):
        first_exposed(rows, within_km=50, parks=sp.read_parks())
