"""Errors correlated in space and time: what is fitted, and what it does to the relocation test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.inference.error_correlation import RANGES_KM, correlation, fit_correlation
from spillover.inference.redraw import Treatments, relocate
from spillover.inference.refit import refit, within_effects
from spillover.inference.relocation import relocation_ps

YEARS = np.arange(2010, 2020)
EXACT = 1e-10


@pytest.fixture(scope="module")
def places() -> pd.DataFrame:
    """80 simulated regions in four provinces, over 5° × 5°."""
    rng = np.random.default_rng(1)
    lon, lat = 120 + 5 * rng.random(80), -5 * rng.random(80)
    table = pd.DataFrame({"region_code": [f"r{i:02}" for i in range(80)], "lon": lon, "lat": lat})
    return table.assign(province_code=np.where(lon > 122.5, "e", "w") + np.where(lat > -2.5, "n", "s"))


def panel_of(places: pd.DataFrame, km: float, serial: float, seed: int) -> pd.DataFrame:
    """A simulated outcome without effects, correlated as told; every eleventh row is missing."""
    from spillover.exposure import geodesic_km

    distance = geodesic_km(places, places)
    root = np.linalg.cholesky(correlation((distance + distance.T) / 2, km) + 1e-9 * np.eye(len(places)))
    steps = np.abs(np.subtract.outer(YEARS, YEARS))
    in_time = np.linalg.cholesky(serial**steps + 1e-12 * np.eye(len(YEARS)))
    values = root @ np.random.default_rng(seed).normal(size=(len(places), len(YEARS))) @ in_time.T
    index = pd.MultiIndex.from_product([places["region_code"], YEARS], names=["region_code", "year"])
    panel = pd.DataFrame({"simulated": values.ravel()}, index=index).reset_index()
    return panel.merge(places, on="region_code").drop(index=range(0, len(panel), 11), errors="ignore")


@pytest.mark.parametrize("effects", [("region_code", "year"), ("region_code", "province_code^year")])
def test_the_correlation_is_recovered_in_panels_with_gaps(
    places: pd.DataFrame, effects: tuple[str, ...]
) -> None:
    """Planted 150 km and 0.6, and planted independence, over twenty simulated panels each."""
    for km, serial, low, high in ((150.0, 0.6, 90.0, 200.0), (0.0, 0.0, 0.0, 20.0)):
        found = []
        for seed in range(20):
            panel = panel_of(places, km, serial, seed).reset_index(drop=True)
            left = within_effects(panel, effects)(panel["simulated"].to_numpy())
            found.append(fit_correlation(panel, left, places, effects)[0])
        assert low <= np.median([one.range_km for one in found]) <= high
        assert np.mean([one.serial for one in found]) == pytest.approx(serial, abs=0.06)


def test_errors_multiply_by_brute_force(places: pd.DataFrame) -> None:
    """Ω of every pair of rows, written out, in a shuffled panel with gaps; and the deviations from it."""
    from spillover.exposure import geodesic_km

    panel = panel_of(places, 150.0, 0.6, 3).sample(frac=1.0, random_state=2).reset_index(drop=True)
    within = within_effects(panel, ("region_code", "year"))
    found, multiply = fit_correlation(
        panel, within(panel["simulated"].to_numpy()), places, ("region_code", "year")
    )
    assert found.range_km in RANGES_KM[1:]
    distance = geodesic_km(panel, panel)
    gap = np.abs(np.subtract.outer(panel["year"].to_numpy(), panel["year"].to_numpy()))
    whole = correlation((distance + distance.T) / 2, found.range_km) * found.serial**gap
    random = np.random.default_rng(4)
    columns = random.normal(size=(len(panel), 3))
    assert np.allclose(multiply(columns), whole @ columns, atol=1e-6)
    # two draws of two treatments each: standard deviations of (X'X)⁻¹X'e, e of covariance Ω
    treatments = (random.random((len(panel), 2, 2)) < 0.3).astype(float)
    root = refit(treatments, columns, within, errors=multiply).root
    for draw in range(2):
        x = within(treatments[:, draw])
        weights = x @ np.linalg.inv(x.T @ x)
        deviation = np.sqrt(np.diag(weights.T @ whole @ weights))
        assert np.allclose(1.0 / root[draw], deviation, rtol=1e-6)


def test_without_correlation_the_spatial_statistic_is_the_scaled_one(places: pd.DataFrame) -> None:
    panel = panel_of(places, 0.0, 0.0, 8).reset_index(drop=True)
    near = np.stack(
        [panel["region_code"].isin(places["region_code"].sample(9, random_state=s)) for s in range(40)]
    )
    values = (near & panel["year"].ge(2015).to_numpy()).T[:, :, None].astype(float)
    treatments = Treatments(values, ("near",), "nine regions, for the test")
    spatial = relocate(panel, "simulated", treatments, places=places)
    assert spatial.statistic == "spatial"
    assert spatial.correlation is not None
    assert spatial.correlation.range_km <= 20.0
    assert abs(spatial.correlation.serial) < 0.1
    scaled = relocate(panel, "simulated", treatments)
    assert (scaled.statistic, scaled.correlation) == ("scaled", None)
    assert np.allclose(spatial.estimates, scaled.estimates)
    assert relocation_ps(spatial).item() == pytest.approx(relocation_ps(scaled).item(), abs=0.11)


def test_with_correlation_neighbours_count_for_less(places: pd.DataFrame) -> None:
    """Nine regions in a corner against nine apart: an estimate of the corner varies more, so it is shrunk."""
    panel = panel_of(places, 350.0, 0.6, 5).reset_index(drop=True)
    corner = (places["lon"] + places["lat"]).nlargest(9).index
    apart = places.index[::9]
    late = panel["year"].ge(2015).to_numpy()
    near = [late & panel["region_code"].isin(places.loc[rows, "region_code"]) for rows in (apart, corner)]
    treatments = Treatments(np.column_stack(near).astype(float)[:, :, None], ("near",), "")
    test = relocate(panel, "simulated", treatments, places=places)
    assert test.weights[1, 0] < 0.9
    assert relocate(panel, "simulated", treatments).weights[1, 0] > 0.9


def test_what_has_no_spatial_statistic_is_refused(places: pd.DataFrame) -> None:
    panel = panel_of(places, 0.0, 0.0, 1).reset_index(drop=True)
    values = (panel["lon"].gt(122) & panel["year"].ge(2015)).to_numpy(float)[:, None, None]
    treatments = Treatments(values, ("near",), "")
    with pytest.raises(DataError, match=r"regions without a place \(1: r79"):
        relocate(panel, "simulated", treatments, places=places.head(79))
    blank = places.assign(lon=places["lon"].where(places.index != 3))
    with pytest.raises(DataError, match=r"regions without a place \(1: r03"):
        relocate(panel, "simulated", treatments, places=blank)
    with pytest.raises(DataError, match="errors in space are not known"):
        relocate(panel, "simulated", treatments, places=places, effects=("region_code", "province_code"))
    with pytest.raises(DataError, match="spatial needs places"):
        relocate(panel, "simulated", treatments, statistic="spatial")
