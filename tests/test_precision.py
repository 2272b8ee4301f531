"""A ring is sure only if a park's place, known to some kilometres, cannot change it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.errors import DataError
from spillover.parks import with_start
from spillover.precision import check_ring_precision

EDGES = (0, 50, 100, 200)


@pytest.fixture(scope="module")
def parks() -> pd.DataFrame:
    return sp.read_parks()


@pytest.fixture(scope="module")
def exposure(parks: pd.DataFrame) -> pd.DataFrame:
    return sp.park_exposure(sp.read_regions(), parks)


def table(distance: list[float], years: list[int]) -> pd.DataFrame:
    names = [f"P{i}" for i in range(len(distance))]
    return pd.DataFrame(
        {
            "region_code": "a",
            "park_id": names,
            "distance_km": distance,
            "first_operation_year": years,
            "status": "operating",
        }
    )


def known_to(*precision: float) -> pd.DataFrame:
    names = [f"P{i}" for i in range(len(precision))]
    return pd.DataFrame({"park_id": names, "coord_precision_km": precision})


def test_haltim_is_known_to_ten_km_and_decides_a_ring_of_its_district(
    exposure: pd.DataFrame, parks: pd.DataFrame
) -> None:
    """ANTAM_HALTIM lies 18.5 ± 10 km from the centroid of Halmahera Timur: sure at 50 km, not at 10 or 25."""
    sure = check_ring_precision(exposure, parks, EDGES)
    assert "8206" not in set(sure.doubtful["region_code"])
    fine = check_ring_precision(exposure, parks, (0, 10, 25, 50, 100, 200))
    row = fine.doubtful.set_index("region_code").loc["8206"]
    assert row[["park_id", "coord_precision_km", "ring_nearer", "ring_farther"]].tolist() == [
        "ANTAM_HALTIM",
        10.0,
        "0-10",
        "25-50",
    ]
    assert row["first_year"] == 2023
    assert "8206" not in set(fine.exposure["region_code"])
    assert fine.n_dropped == fine.n_doubtful == fine.doubtful["region_code"].nunique()
    before = check_ring_precision(exposure, parks, (0, 10, 25, 50, 100, 200), years=range(2000, 2021))
    assert "8206" not in set(before.doubtful["region_code"])


def test_haltim_puts_the_edge_of_halmahera_utara_in_doubt_at_50_km(parks: pd.DataFrame) -> None:
    """With the usual rings, but measured from the district's edge (8205), from 2023 on."""
    regions, boundaries = sp.read_regions(), sp.read_boundaries()
    one, shapes = (table[table["region_code"] == "8205"] for table in (regions, boundaries))
    edge = sp.park_exposure(one, parks, basis="edge", boundaries=shapes)
    found = check_ring_precision(edge, parks, EDGES).doubtful
    assert found[["park_id", "ring_farther", "first_year"]].values.tolist() == [
        ["ANTAM_HALTIM", "50-100", 2023]
    ]


def test_ipip_counts_once_it_is_built(exposure: pd.DataFrame, parks: pd.DataFrame) -> None:
    """IPIP (± 6 km) is under construction: it decides nothing before construction counts as exposure."""
    edges = (0, 20, 50)
    kolaka = exposure[exposure["region_code"] == "7404"]
    alone = kolaka[kolaka["park_id"] == "IPIP"]
    with pytest.raises(DataError, match="no year, or no park that operates"):
        check_ring_precision(alone, parks, edges)
    built = with_start(parks, "construction")
    building = sp.park_exposure(sp.read_regions(), built)
    found = check_ring_precision(
        building[(building["region_code"] == "7404") & (building["park_id"] == "IPIP")], parks, edges
    )
    assert found.doubtful[["park_id", "first_year"]].values.tolist() == [["IPIP", 2022]]


def test_a_badly_known_park_behind_a_near_one_puts_nothing_in_doubt() -> None:
    """The far park straddles 50 km, but the near one decides the ring, once it is open."""
    rows = table([48.0, 10.0], [2010, 2015])
    assert check_ring_precision(rows, known_to(10, 1), EDGES, years=[2016]).n_doubtful == 0
    early = check_ring_precision(rows, known_to(10, 1), EDGES)
    assert early.doubtful[["park_id", "first_year"]].values.tolist() == [["P0", 2010]]


def test_refusing_takes_the_district_not_the_row() -> None:
    """With the row alone gone, district a would look like a district 150 km from the next park."""
    rows = pd.concat(
        [table([45.0, 150.0], [2010, 2010]), table([10.0, 150.0], [2010, 2010]).assign(region_code="b")]
    )
    found = check_ring_precision(rows, known_to(10, 1), EDGES)
    assert found.exposure["region_code"].unique().tolist() == ["b"]
    assert (found.n_doubtful, found.n_dropped, found.n_still_doubtful) == (1, 1, 0)


def test_keeping_only_counts() -> None:
    rows = table([45.0], [2010])
    found = check_ring_precision(rows, known_to(10), EDGES, imprecise="keep")
    assert found.exposure is rows and found.edges_km == EDGES
    assert (found.n_doubtful, found.n_dropped, found.n_still_doubtful) == (1, 0, 1)


@pytest.mark.parametrize(
    ("edges", "precision", "expected"),
    [
        ((0, 10, 25, 50, 100), 10.0, (0, 25, 50, 100)),
        ((0, 30, 60, 70), 10.0, (0, 30, 70)),  # the last edge stays, the one before it goes
        ((0, 20, 40), 10.0, (0, 20, 40)),  # just wide enough
        ((0, 5, 10, 100), 20.0, (0, 100)),
    ],
)
def test_widened_rings_are_twice_the_precision(
    edges: tuple[float, ...], precision: float, expected: tuple[float, ...]
) -> None:
    rows = table([edges[1] + 1.0], [2010])
    found = check_ring_precision(rows, known_to(precision), edges, imprecise="widen")
    assert found.edges_km == expected
    assert (np.diff(found.edges_km) >= 2 * precision).all()
    assert found.n_doubtful == 1 and found.n_dropped == 0


def test_what_is_still_in_doubt_after_widening_is_counted(
    exposure: pd.DataFrame, parks: pd.DataFrame
) -> None:
    found = check_ring_precision(exposure, parks, (0, 10, 25, 50, 100, 150, 200), imprecise="widen")
    assert found.edges_km == (0, 25, 50, 100, 150, 200)
    again = check_ring_precision(exposure, parks, found.edges_km, imprecise="keep")
    assert found.n_still_doubtful == again.n_doubtful < found.n_doubtful


def test_nothing_is_widened_where_nothing_is_in_doubt() -> None:
    found = check_ring_precision(table([30.0], [2010]), known_to(5), (0, 1, 2, 100), imprecise="widen")
    assert found.edges_km == (0, 1, 2, 100) and found.n_doubtful == 0


@given(
    st.lists(st.floats(0, 300), min_size=1, max_size=4),
    st.lists(st.floats(0, 40), min_size=4, max_size=4),
    st.lists(st.floats(-1, 1), min_size=4, max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_a_ring_that_is_sure_stays_whatever_the_places(
    distance: list[float], precision: list[float], shift: list[float]
) -> None:
    """Every park moved by less than its precision: only a ring in doubt may change."""
    rows = table(distance, [2010] * len(distance))
    found = check_ring_precision(rows, known_to(*precision[: len(distance)]), EDGES, imprecise="keep")
    moved = [max(d + 0.999 * s * p, 0.0) for d, p, s in zip(distance, precision, shift, strict=False)]
    before, after = sp.assign_ring(pd.Series([min(distance), min(moved)]), EDGES)
    assert before == after or found.n_doubtful == 1


@given(st.floats(0, 300), st.floats(0.01, 40))
@settings(max_examples=40, deadline=None)
def test_one_park_is_in_doubt_if_an_edge_is_nearer_than_its_precision(
    distance: float, precision: float
) -> None:
    found = check_ring_precision(table([distance], [2010]), known_to(precision), EDGES, imprecise="keep")
    gap = min(abs(distance - edge) for edge in EDGES[1:])
    if abs(gap - precision) > 1e-9:
        assert (found.n_doubtful == 1) == (gap < precision)


def test_bad_input_is_refused() -> None:
    rows = table([45.0], [2010])
    with pytest.raises(DataError, match=r"unknown choice \(1: guess\)"):
        check_ring_precision(rows, known_to(1), EDGES, imprecise="guess")
    for parks in (known_to(np.nan), known_to(-1), known_to(1).assign(park_id="other")):
        with pytest.raises(DataError, match=r"parks without precision \(1: P0\)"):
            check_ring_precision(rows, parks, EDGES)
    with pytest.raises(DataError, match="missing or below the first edge"):
        check_ring_precision(rows.assign(distance_km=np.nan), known_to(1), EDGES)
    with pytest.raises(DataError, match="duplicate key"):
        check_ring_precision(pd.concat([rows, rows]), known_to(1), EDGES)
    with pytest.raises(DataError, match="all rings together are narrower than 120 km"):
        check_ring_precision(rows, known_to(60), (0, 50, 100), imprecise="widen")
    with pytest.raises(DataError, match="not increasing"):
        check_ring_precision(rows, known_to(1), (50, 0))
