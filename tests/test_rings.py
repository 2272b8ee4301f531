"""Ring difference-in-differences: effects, weights, several openings, moving reference, refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.exposure import assign_ring
from spillover.models.linear import fit_linear
from spillover.models.moving_reference import moving_reference
from spillover.models.openings import ring_treatments, without_always_exposed
from spillover.models.rings import ring_did, twfe

RINGS = ["0-50", "50-100", "100-200"]


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """36 simulated districts × 8 years in 4 provinces: 5 move into 0-50, 6 into 100-200, none into 50-100."""
    random = np.random.default_rng(7)
    panel = pd.DataFrame(
        [(f"s{i:02}", t) for i in range(36) for t in range(2010, 2018)], columns=["region_code", "year"]
    )
    unit = panel["region_code"].str[1:].astype(int)
    panel["province_code"] = (unit % 4).astype(str)
    panel["people"] = 1.0 + (unit % 5)
    distance = pd.Series(np.nan, index=panel.index).mask(panel["year"] >= 2012, 500.0)
    distance = distance.mask((panel["year"] >= 2013) & (unit < 5), 10.0)
    distance = distance.mask((panel["year"] >= 2015) & unit.between(5, 10), 150.0)
    panel["distance_km"] = distance
    panel["ring"] = assign_ring(distance)
    effect = 0.5 * (panel["ring"] == "0-50") + 0.2 * (panel["ring"] == "100-200")
    province_year = random.normal(size=(4, 8))[unit % 4, panel["year"] - 2010]
    return panel.assign(
        y=random.normal(size=36)[unit] + province_year + effect + 0.05 * random.normal(size=len(panel))
    )


@pytest.mark.parametrize("effects", [("region_code", "year"), ("region_code", "province_code^year")])
@pytest.mark.parametrize("weights", [None, "people"])
def test_rings_agree_with_the_base_of_all_covariances(simulated, effects, weights) -> None:
    """Same coefficients as fit_linear at 1e-8; standard errors as the textbook formula on its parts."""
    table = ring_did(simulated, "y", reference=">200", effects=effects, weights=weights)
    assert table["term"].tolist() == RINGS
    filled = table.dropna(subset=["estimate"])
    dummies = {r: (simulated["ring"] == r).astype(float) for r in filled["term"]}
    fit = fit_linear(simulated.assign(**dummies), "y", list(dummies), effects=effects, weights=weights)
    assert filled["estimate"].tolist() == pytest.approx(fit.coefficients.tolist(), abs=1e-8)
    scores = pd.DataFrame(fit.X * fit.residuals[:, None]).groupby(fit.data["region_code"]).sum().to_numpy()
    bread = np.linalg.inv(fit.X.T @ fit.X)
    n, k, groups = len(fit.y), fit.n_absorbed + len(dummies), len(scores)
    cov = bread @ scores.T @ scores @ bread * (n - 1) / (n - k) * groups / (groups - 1)
    assert filled["std_error"].tolist() == pytest.approx(np.sqrt(np.diag(cov)).tolist(), rel=1e-8)
    if effects[1] != "year":
        assert filled["estimate"].tolist() == pytest.approx([0.5, 0.2], abs=0.05)
    assert table["n_exposed"].tolist() == [5, 0, 6]
    assert table["n_obs"].eq(288).all()
    assert table["n_clusters"].eq(36).all()


def test_model_and_clusters_are_named(simulated) -> None:
    row = ring_did(
        simulated,
        "y",
        reference=">200",
        effects=("region_code", "province_code^year"),
        weights="people",
        cluster="province_code",
    ).iloc[0]
    wanted = "fixed effects region_code + province_code^year, weighted by people, rings against >200 km"
    assert row["model"] == wanted
    assert (row["vcov"], row["n_clusters"]) == ("clustered by province_code", 4)


def test_unbalanced_panels_and_year_gaps_give_the_full_dummy_answer(simulated) -> None:
    """Least squares on all dummies, by brute force, on a panel with holes and without two years."""
    holes = simulated[~simulated["year"].isin([2011, 2014])].sample(frac=0.85, random_state=3)
    table = ring_did(holes, "y", reference=">200").dropna(subset=["estimate"])
    dummies = [(holes["ring"] == r).to_numpy(float) for r in table["term"]]
    blocks = [pd.get_dummies(holes[c]).to_numpy(float) for c in ("region_code", "year")]
    found = np.linalg.lstsq(np.column_stack([*dummies, *blocks]), holes["y"].to_numpy(), rcond=None)[0][:2]
    assert table["estimate"].tolist() == pytest.approx(found.tolist(), abs=1e-8)


def test_rows_without_ring_or_weight_are_dropped_and_counted(simulated) -> None:
    holes = simulated.assign(
        ring=simulated["ring"].mask(simulated.index == 0),
        people=simulated["people"].mask(simulated.index == 9),
    )
    row = ring_did(holes, "y", reference=">200", weights="people").iloc[0]
    assert (row["n_obs"], row["n_dropped"]) == (286, 2)


@pytest.mark.parametrize(
    ("change", "settings", "message"),
    [
        (lambda p: p.assign(people=-1.0), {"weights": "people"}, r"weights not above 0 \(288"),
        (lambda p: p.assign(y=1.0), {}, r"the outcome is constant"),
        (lambda p: p.assign(y=p["y"].mask(p.index == 0, -np.inf)), {}, r"infinite \(1: s00/2010\)"),
        (lambda p: pd.concat([p, p.head(1)]), {}, r"duplicate key region_code/year \(1: s00/2010\)"),
        (lambda p: p.assign(ring=p["ring"].astype(str)), {}, r"rings that are not an ordered categorical"),
        (lambda p: p[p["region_code"].eq("s00")], {"cluster": "province_code"}, r"fewer than two clusters"),
        (lambda p: p[p["region_code"] < "s05"], {}, r"explain in full"),
        (lambda p: p, {"effects": ("region_code", "region_code^year")}, r"explain in full"),
    ],
)
def test_bad_input_is_refused(simulated, change, settings, message: str) -> None:
    """Among them all treated at once (the five of the inner ring alone) and effects that leave nothing."""
    with pytest.raises(DataError, match=message):
        ring_did(change(simulated), "y", reference=">200", **settings)


def test_nobody_in_the_reference_is_refused(simulated) -> None:
    ring = simulated["ring"].mask(simulated["ring"] == ">200", "50-100")
    with pytest.raises(DataError, match=r"nobody is in the reference ring \(1: >200\)"):
        ring_did(simulated.assign(ring=ring), "y", reference=">200")


def test_an_unknown_option_is_an_error(simulated) -> None:
    with pytest.raises(TypeError, match="weight"):
        ring_did(simulated, "y", reference=">200", weight="people")


# --- several openings -------------------------------------------------------------------------------------

PARKS = {"A": (2012, "operating"), "B": (2014, "operating"), "C": (2015, "operating"), "D": (2011, "idle")}
DISTANCES = {  # to A, B, C, D
    "s0": (150.0, 40.0, 45.0, 5.0),
    "s1": (60.0, 300.0, 199.9, 5.0),
    "s2": (50.0, 500.0, 500.0, 5.0),
    "s3": (400.0, 450.0, 500.0, 5.0),
}


@pytest.fixture(scope="module")
def openings() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [(r, p, d, *PARKS[p]) for r, ds in DISTANCES.items() for p, d in zip(PARKS, ds, strict=True)]
    exposure = pd.DataFrame(
        rows, columns=["region_code", "park_id", "distance_km", "first_operation_year", "status"]
    )
    panel = pd.DataFrame(
        [(r, t) for r in DISTANCES for t in range(2011, 2017)], columns=["region_code", "year"]
    )
    return panel.sample(frac=1, random_state=1), exposure


def brute_force(region: str, year: int, several: str) -> list[float]:
    """Rings of one row, written out park by park."""

    def ring(km: float) -> int:
        return 0 if km < 50 else 1 if km < 100 else 2 if km < 200 else 3

    open_now = [(ring(d), PARKS[p][0]) for p, d in zip(PARKS, DISTANCES[region], strict=True)
                if PARKS[p][1] == "operating"]  # fmt: skip
    out = [0.0, 0.0, 0.0]
    if several == "count":
        for k, begun in open_now:
            if k < 3 and begun <= year:
                out[k] += 1
    elif several == "nearest":
        k = min([k for k, begun in open_now if begun <= year], default=3)
        if k < 3:
            out[k] = 1.0
    else:
        near = [(k, begun) for k, begun in open_now if k < 3 and begun <= 2016]
        if near and min(begun for _, begun in near) <= year:
            out[min(near)[0]] = 1.0
    return out


@pytest.mark.parametrize("several", ["nearest", "first_entry", "count"])
def test_several_openings_as_counted_by_hand(openings, several: str) -> None:
    panel, exposure = openings
    columns = ring_treatments(panel, exposure, several=several)
    assert columns.columns.tolist() == RINGS
    assert columns.index.equals(panel.index)
    wanted = [brute_force(r, t, several) for r, t in zip(panel["region_code"], panel["year"], strict=True)]
    assert columns.to_numpy().tolist() == wanted


def test_nearest_is_the_ring_of_the_panel(openings) -> None:
    """The columns for the nearest park are the rings that add_exposure gives."""
    from spillover.panel import add_exposure

    panel, exposure = openings
    ringed = add_exposure(panel.reset_index(drop=True), exposure.assign(basis="centroid"))
    columns = ring_treatments(ringed, exposure)
    assert all((columns[r] == (ringed["ring"] == r)).all() for r in RINGS)


def test_a_planted_effect_per_park_is_recovered(simulated) -> None:
    """Two parks near five districts, one near six: 0.3 per park inside 50 km."""
    codes = sorted(simulated["region_code"].unique())
    parks = {"A": 2012, "B": 2015}
    rows = [
        (code, park, 20.0 if i < 5 or (park == "B" and i < 11) else 900.0, year, "operating")
        for i, code in enumerate(codes) for park, year in parks.items()
    ]  # fmt: skip
    exposure = pd.DataFrame(
        rows, columns=["region_code", "park_id", "distance_km", "first_operation_year", "status"]
    )
    columns = ring_treatments(simulated, exposure, several="count")
    panel = simulated.assign(y=0.01 * simulated["y"] + 0.3 * columns["0-50"]).join(columns)
    table = ring_did(panel, "y", reference=">200", rings=list(columns))
    assert table["estimate"].iloc[0] == pytest.approx(0.3, abs=0.02)
    assert table["n_exposed"].tolist() == [11, 0, 0]
    assert table["term"].tolist() == RINGS


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda e: e[e["region_code"] != "s1"], r"districts without distances \(1: s1\)"),
        (lambda e: pd.concat([e, e.head(1)]), r"duplicate key region_code/park_id \(1: s0/A\)"),
        (
            lambda e: e.assign(distance_km=e["distance_km"].mask(e.index == 1)),
            r"missing or below .* \(1: s0/B\)",
        ),
        (lambda e: e.assign(distance_km=-1.0), r"missing or below the first edge \(12"),
        (lambda e: e.assign(status="planned"), r"no park operates"),
    ],
)
def test_bad_exposure_is_refused(openings, change, message: str) -> None:
    panel, exposure = openings
    with pytest.raises(DataError, match=message):
        ring_treatments(panel, change(exposure))
    with pytest.raises(DataError, match=r"unknown way to take several parks \(1: mean\)"):
        ring_treatments(panel, exposure, several="mean")


def staggered(growth: float) -> pd.DataFrame:
    """Simulated: 6 districts exposed before the panel, 6 from year 5 on, 12 never; effects grow each year."""
    panel = pd.DataFrame(
        [(f"s{i:02}", t) for i in range(24) for t in range(10)], columns=["region_code", "year"]
    )
    unit = panel["region_code"].str[1:].astype(int)
    start = pd.Series(np.inf, index=panel.index).mask(unit < 6, -2.0).mask(unit.between(6, 11), 5.0)
    since = (panel["year"] - start + 1).clip(lower=0.0)
    panel["ring"] = assign_ring(pd.Series(10.0, index=panel.index).where(since > 0), (0, 50))
    noise = 0.001 * np.random.default_rng(1).normal(size=len(panel))
    return panel.assign(y=growth * since + noise)


def test_always_exposed_districts_are_taken_out_and_counted() -> None:
    """Effects grow by 0.1 a year: 0.3 on average after opening. With the always exposed as controls: less."""
    panel = staggered(0.1)
    kept = ring_did(panel, "y", reference=">50").iloc[0]
    clean = ring_did(without_always_exposed(panel, reference=">50"), "y", reference=">50").iloc[0]
    assert clean["estimate"] == pytest.approx(0.3, abs=0.01)
    assert kept["estimate"] < 0.2
    assert (clean["n_dropped"], clean["n_regions"]) == (60, 18)
    columns = panel.assign(**{"0-50": (panel["ring"] == "0-50").astype(float)})
    again = ring_did(without_always_exposed(columns, rings=["0-50"]), "y", reference=">50", rings=["0-50"])
    assert again["estimate"].iloc[0] == pytest.approx(clean["estimate"], abs=1e-10)
    with pytest.raises(DataError, match=r"unknown reference ring \(1: >99\)"):
        without_always_exposed(panel, reference=">99")


# --- moving reference -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def spilled() -> pd.DataFrame:
    """Simulated: one park opens in 2014; effects 1 within 50 km, 0.6 to 100, 0.3 to 250, none beyond."""
    random = np.random.default_rng(11)
    km = np.linspace(5, 600, 120)
    panel = pd.DataFrame(
        [(f"s{i:03}", t) for i in range(120) for t in range(2010, 2018)], columns=["region_code", "year"]
    )
    distance = pd.Series(km[panel["region_code"].str[1:].astype(int)], index=panel.index)
    effect = np.select([distance < 50, distance < 100, distance < 250], [1.0, 0.6, 0.3], 0.0)
    late = panel["year"] >= 2014
    noise = 0.02 * random.normal(size=len(panel))
    return panel.assign(distance_km=distance.where(late), y=effect * late + 0.1 * panel["year"] + noise)


def test_estimates_converge_once_the_reference_is_beyond_the_reach(spilled) -> None:
    table = moving_reference(spilled, "y", beyond_km=(100, 200, 250, 300, 400))
    inner = table[table["term"] == "0-50"]
    assert inner["spec_id"].tolist()[0] == "moving_reference_beyond_100km"
    bias = (inner["estimate"] - 1.0).to_numpy()
    assert bias[0] == pytest.approx(-0.3 * 150 / 500, abs=0.03)  # share of the reference that is exposed
    assert bias[1] == pytest.approx(-0.3 * 50 / 400, abs=0.03)
    assert np.abs(bias[2:]).max() < 0.02
    outer = table[table["term"] == "50-100"]["estimate"].to_numpy()
    assert outer[2:] == pytest.approx(np.full(3, 0.6), abs=0.02)
    assert table.groupby("spec_id", sort=False)["n_dropped"].first().is_monotonic_increasing
    assert inner["n_dropped"].iloc[0] == 0


def test_rows_and_districts_between_are_left_out_and_counted() -> None:
    """s1 is ever nearer than 150 km but never inside: out. s0 spends one year at 120 km: that year is out."""
    distances = {"s0": [np.nan, 120.0, 30.0, 30.0], "s1": [np.nan, 110.0, 110.0, 110.0]}
    distances |= {f"s{i}": [np.nan, 400.0, 380.0, 380.0] for i in range(2, 7)}
    rows = [(r, t, d[t]) for r, d in distances.items() for t in range(4)]
    panel = pd.DataFrame(rows, columns=["region_code", "year", "distance_km"])
    panel["y"] = panel["distance_km"].eq(30.0) * 2.0 + panel["year"] + 0.01 * np.arange(len(panel)) % 0.03
    table = moving_reference(panel, "y", edges_km=(0, 50, 100), beyond_km=(150,))
    assert table["n_dropped"].tolist() == [5, 5]
    assert table["n_exposed"].tolist() == [1, 0]
    assert table["estimate"].iloc[0] == pytest.approx(2.0, abs=0.05)
    wanted = "twfe, rings against >150 km, 1 districts between and 0 never beyond 150 km left out"
    assert table["model"].iloc[0] == wanted


def test_the_exposed_districts_are_the_same_for_every_reference(spilled) -> None:
    """Ten inner districts lie 260 km from an older park before 2014: no year of theirs is beyond 300 km."""
    unit = spilled["region_code"].str[1:].astype(int)
    old = spilled["distance_km"].mask((unit < 10) & (spilled["year"] < 2014), 260.0)
    table = moving_reference(
        spilled.assign(distance_km=old), "y", edges_km=(0, 100), beyond_km=(100, 200, 300)
    )
    assert table["n_exposed"].nunique() == 1
    assert table["n_exposed"].iloc[0] == 9  # of the 19 inside 100 km
    assert table["n_dropped"].iloc[0] == 80
    assert "10 never beyond 300 km left out" in table["model"].iloc[0]
    moving = moving_reference(
        spilled.assign(distance_km=old), "y", edges_km=(0, 100), beyond_km=(100, 300), same_exposed=False
    )
    assert moving["n_exposed"].tolist() == [19, 9]


def test_impossible_references_are_refused(spilled) -> None:
    with pytest.raises(DataError, match=r"references that begin inside the last ring \(1: 80\)"):
        moving_reference(spilled, "y", beyond_km=(80, 200))
    with pytest.raises(DataError, match=r"a reference ring without districts \(1: >700\)"):
        moving_reference(spilled, "y", beyond_km=(700,))
    with pytest.raises(DataError, match="distances below the first edge"):
        moving_reference(spilled.assign(distance_km=-3.0), "y")


def test_twfe_on_the_panel_is_unchanged_by_row_order(simulated) -> None:
    panel = simulated.assign(near=(simulated["ring"] == "0-50").astype(float))
    rows = [
        twfe(p, "y", ["near"], spec_id="t").iloc[0] for p in (panel, panel.sample(frac=1, random_state=1))
    ]
    assert rows[0]["estimate"] == pytest.approx(rows[1]["estimate"], abs=1e-10)
    assert rows[0]["std_error"] == pytest.approx(rows[1]["std_error"], rel=1e-9)
