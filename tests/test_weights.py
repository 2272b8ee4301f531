"""Spatial weights: against brute force and libpysal, in any order of rows, on the real map, with islands."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import spillover as sp
from spillover.errors import DataError
from spillover.inference.conley_tiles import EARTH_KM
from spillover.models.moran import moran
from spillover.models.weights import (
    SpatialWeights,
    spatial_weights,
    subset_weights,
    to_graph,
    weights_from_neighbours,
)


def simulated(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    codes = [f"{c:04d}" for c in rng.permutation(10 * n)[:n]]
    return pd.DataFrame({"region_code": codes, "lon": rng.uniform(118, 134, n), "lat": rng.uniform(-8, 4, n)})


def haversine(regions: pd.DataFrame) -> np.ndarray:
    phi, theta = np.radians(regions["lat"].to_numpy()), np.radians(regions["lon"].to_numpy())
    part = np.sin((phi[:, None] - phi) / 2) ** 2
    part += np.cos(phi[:, None]) * np.cos(phi) * np.sin((theta[:, None] - theta) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(part)))


def same(a: SpatialWeights, b: SpatialWeights) -> bool:
    return a.region_codes == b.region_codes and np.array_equal(a.matrix.toarray(), b.matrix.toarray())


@given(st.integers(0, 10**6), st.integers(8, 40), st.integers(1, 7), st.floats(50, 800))
@settings(max_examples=25, deadline=None)
def test_brute_force_and_any_order_of_rows(seed: int, n: int, k: int, cutoff: float) -> None:
    regions = simulated(n, seed)
    near = spatial_weights(regions, k=k)
    band = spatial_weights(regions, kind="band", cutoff_km=cutoff + 1500, islands="keep")
    shuffled = regions.sample(frac=1, random_state=seed % 1000)
    assert same(near, spatial_weights(shuffled, k=k))
    assert same(band, spatial_weights(shuffled, kind="band", cutoff_km=cutoff + 1500, islands="keep"))
    ordered = regions.sort_values("region_code", ignore_index=True)
    distance = haversine(ordered)
    inside = (distance < cutoff + 1500) & ~np.eye(n, dtype=bool)
    np.testing.assert_array_equal(band.matrix.toarray() > 0, inside)
    np.fill_diagonal(distance, np.inf)
    expected = np.zeros((n, n), dtype=bool)
    np.put_along_axis(expected, np.argsort(distance, axis=1)[:, :k], True, axis=1)
    np.testing.assert_array_equal(near.matrix.toarray() > 0, expected)
    np.testing.assert_allclose(near.matrix.sum(axis=1), 1)


def test_kilometres_and_not_degrees_decide() -> None:
    """At 60° north a degree of longitude is half a degree of latitude: plane degrees choose the wrong one."""
    regions = pd.DataFrame({"region_code": ["a", "b", "c"], "lon": [0, 1.5, 0], "lat": [60.0, 60.0, 61.0]})
    assert spatial_weights(regions, k=1).matrix.toarray()[0].tolist() == [0.0, 1.0, 0.0]


def test_equal_distances_are_settled_by_code_and_a_band_is_half_open() -> None:
    line = pd.DataFrame(
        {"region_code": ["b", "c", "a"], "lon": [120.0, 121.0, 119.0], "lat": [0.0, 0.0, 0.0]}
    )
    for order in ([0, 1, 2], [1, 2, 0], [2, 1, 0]):
        weights = spatial_weights(line.iloc[order], k=1)
        assert weights.matrix.toarray()[1].tolist() == [1.0, 0.0, 0.0]
    step = float(np.radians(1.0) * EARTH_KM)
    assert spatial_weights(line, kind="band", cutoff_km=step * 1.000001).matrix.nnz == 4
    with pytest.raises(DataError, match="regions without neighbours"):
        spatial_weights(line, kind="band", cutoff_km=step * 0.999999)


@pytest.fixture(scope="module")
def east() -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    regions = sp.read_regions()
    regions = regions[regions["province_code"].str.startswith(("7", "8"))]
    boundaries = sp.read_boundaries()
    return regions, boundaries[boundaries["region_code"].isin(regions["region_code"])]


def test_islands_of_the_real_map_are_named_and_handled_by_choice(
    east: tuple[pd.DataFrame, gpd.GeoDataFrame],
) -> None:
    regions, boundaries = east
    with pytest.raises(DataError, match="contiguity") as refused:
        spatial_weights(regions, kind="contiguity", boundaries=boundaries)
    kept = spatial_weights(regions, kind="contiguity", boundaries=boundaries, islands="keep")
    joined = spatial_weights(regions, kind="contiguity", boundaries=boundaries, islands="nearest")
    assert {"7301", "7407", "8207"} <= set(kept.islands)  # Selayar, Wakatobi, Morotai
    assert tuple(refused.value.offenders) == kept.islands == joined.islands
    empty = np.asarray(kept.matrix.sum(axis=1)).ravel() == 0
    assert tuple(np.array(kept.region_codes)[empty]) == kept.islands
    np.testing.assert_allclose(joined.matrix.sum(axis=1), 1)
    place = joined.region_codes.index("8207")
    nearest = joined.region_codes[int(joined.matrix.toarray()[place].argmax())]
    ordered = regions.sort_values("region_code", ignore_index=True)
    distance = haversine(ordered)[place] + np.where(np.arange(len(ordered)) == place, np.inf, 0)
    assert nearest == ordered["region_code"][int(distance.argmin())]
    assert f"{len(kept.islands)} islands joined" in joined.definition


def test_contiguity_counts_corners() -> None:
    squares = [shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)]
    boundaries = gpd.GeoDataFrame({"region_code": list("dcba")}, geometry=squares, crs="EPSG:4326")
    regions = pd.DataFrame(
        {"region_code": list("abcd"), "lon": [1.5, 0.5, 1.5, 0.5], "lat": [1.5, 1.5, 0.5, 0.5]}
    )
    weights = spatial_weights(regions, kind="contiguity", boundaries=boundaries)
    np.testing.assert_allclose(weights.matrix.toarray(), (1 - np.eye(4)) / 3)


def test_the_graph_keeps_codes_weights_and_islands() -> None:
    import esda

    regions = simulated(30, 3)
    weights = spatial_weights(regions, kind="band", cutoff_km=250, islands="keep")
    graph = to_graph(weights)
    assert tuple(graph.unique_ids) == weights.region_codes
    assert tuple(sorted(graph.isolates)) == weights.islands
    np.testing.assert_allclose(graph.sparse.toarray(), weights.matrix.toarray())
    near = spatial_weights(regions, k=4)
    table = regions.assign(value=regions["lat"] + 0.1 * regions["lon"])
    ordered = table.set_index("region_code").loc[list(near.region_codes), "value"]
    other = esda.Moran(ordered.to_numpy(), to_graph(near), permutations=0)
    ours = moran(table.sample(frac=1, random_state=1), "value", near, permutations=99)
    assert ours["estimate"].item() == pytest.approx(other.I, abs=1e-12)


def test_moran_of_a_panel_is_that_of_blocks_and_its_p_keeps_years_together() -> None:
    """With one lasting pattern of noise, permuting each year anew would find it far too significant."""
    rng = np.random.default_rng(8)
    regions = simulated(40, 8)
    weights = spatial_weights(regions, k=4)
    small = 0
    for _ in range(60):
        lasting = rng.normal(size=40)
        years = [regions.assign(year=y, v=lasting + 0.1 * rng.normal(size=40)) for y in range(6)]
        found = moran(pd.concat(years), "v", weights, permutations=99)
        small += found["p_value"].item() < 0.05
    assert small <= 9  # 3 expected of 60; binomial 99.9 %
    wide = pd.concat(years).pivot(index="year", columns="region_code", values="v")[list(weights.region_codes)]
    z = wide.to_numpy() - wide.to_numpy().mean(axis=1, keepdims=True)
    block = np.kron(np.eye(6), weights.matrix.toarray())
    assert found["estimate"].item() == pytest.approx(z.ravel() @ block @ z.ravel() / (z**2).sum(), abs=1e-12)


def test_a_shuffled_table_keeps_its_moran() -> None:
    regions = simulated(60, 11)
    weights = spatial_weights(regions, k=5)
    table = regions.assign(value=regions["lon"])
    found = [
        moran(t, "value", weights)["estimate"].item() for t in (table, table.sample(frac=1, random_state=2))
    ]
    assert found[0] == pytest.approx(found[1], abs=1e-12)
    assert found[0] > 0.7


def test_subset_standardises_anew() -> None:
    weights = weights_from_neighbours(pd.Series({"a": "b c", "b": "a c", "c": "a b d", "d": "c"}), "four")
    less = subset_weights(weights, {"a", "b", "c"})
    np.testing.assert_allclose(less.matrix.toarray(), (1 - np.eye(3)) / 2)
    assert "1 regions left out" in less.definition


GOOD = simulated(10, 1)


@pytest.mark.parametrize(
    ("change", "options", "said"),
    [
        ({"lat": np.nan}, {}, "without possible coordinates"),
        ({"lat": 120.0}, {}, "without possible coordinates"),
        ({"region_code": "0001"}, {}, "duplicate key"),
        ({}, {"k": 10}, "10 neighbours among 10"),
        ({}, {"k": 0}, "0 neighbours"),
        ({}, {"kind": "band"}, "band of None km"),
        ({}, {"kind": "band", "cutoff_km": -5.0}, "band of -5"),
        ({}, {"kind": "band", "cutoff_km": 0.001}, "regions without neighbours"),
        ({}, {"kind": "band", "cutoff_km": 0.001, "islands": "keep"}, "no region has a neighbour"),
        ({}, {"kind": "contiguity"}, "needs polygons"),
        ({}, {"kind": "rook"}, "kind 'rook'"),
        ({}, {"islands": "drop"}, "islands 'drop'"),
    ],
)
def test_bad_input_says_what_to_do(change: dict[str, object], options: dict[str, object], said: str) -> None:
    with pytest.raises(DataError, match=said) as error:
        spatial_weights(GOOD.assign(**change), **options)  # type: ignore[arg-type]
    assert error.value.remedy


def test_regions_without_polygon_are_named(east: tuple[pd.DataFrame, gpd.GeoDataFrame]) -> None:
    regions, boundaries = east
    with pytest.raises(DataError, match=r"without polygon.*7203"):
        spatial_weights(
            regions, kind="contiguity", boundaries=boundaries[boundaries["region_code"] != "7203"]
        )


def test_moran_refuses_what_does_not_fit() -> None:
    weights = spatial_weights(GOOD, k=3)
    table = GOOD.assign(value=np.arange(10.0))
    for bad, said in (
        (table.iloc[1:], "differ"),
        (table.assign(value=1.0), "constant"),
        (table.assign(value=np.nan), "missing"),
        (pd.concat([table, table]), "duplicate"),
    ):
        with pytest.raises(DataError, match=said):
            moran(bad, "value", weights)
    with pytest.raises(DataError, match="permutations"):
        moran(table, "value", weights, permutations=9)
    with pytest.raises(DataError, match="do not fit"):
        weights_from_neighbours(pd.Series({"a": "b", "b": "z"}), "broken")
