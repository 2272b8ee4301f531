"""Event studies: planted truths, brute force, and what is refused or left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.errors import DataError
from spillover.exposure import assign_ring
from spillover.models.cohorts import ring_cohorts
from spillover.models.estimates import COLUMNS
from spillover.models.event_study import event_study, fit_event_study
from spillover.models.staggered import ESTIMATORS

ROBUST = ("sun_abraham", "callaway_santanna", "imputation", "two_stage")
COHORTS = {2004: 12, 2007: 6, 2010: 9}
YEARS = range(2000, 2014)


def simulated(*, noise: float = 0.05, never: int = 20, seed: int = 2) -> pd.DataFrame:
    """Simulated districts in three cohorts; effects grow by 0.1 a year, twice as fast in the first cohort."""
    random = np.random.default_rng(seed)
    starts = [g for g, n in COHORTS.items() for _ in range(n)] + [None] * never
    rows = []
    for i, start in enumerate(starts):
        level = random.normal()
        for t in YEARS:
            k = -1 if start is None else t - start
            effect = 0.0 if k < 0 else 0.1 * (k + 1) * (2 if start == 2004 else 1)
            rows.append((f"r{i:02}", t, start, level + np.sin(t) + effect + noise * random.normal(), effect))
    columns = ["region_code", "year", "first_exposed_year", "y", "effect"]
    panel = pd.DataFrame(rows, columns=columns)
    return panel.assign(province_code="p" + (panel["region_code"].str[1:].astype(int) % 7).astype(str))


def truth(panel: pd.DataFrame) -> pd.Series:
    """Mean effect by event time, and over all exposed district-years."""
    exposed = panel[panel["year"] >= panel["first_exposed_year"]]
    by_time = exposed.groupby((exposed["year"] - exposed["first_exposed_year"]).astype(int))["effect"].mean()
    return pd.concat(
        [by_time.rename(lambda k: f"event {k}"), pd.Series({"average": exposed["effect"].mean()})]
    )


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return simulated()


@pytest.fixture(scope="module")
def tables(panel: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {name: event_study(panel, "y", estimator=name).set_index("term") for name in ESTIMATORS}


@pytest.mark.parametrize("name", ROBUST)
def test_four_estimators_recover_growing_and_unequal_effects(name, tables, panel) -> None:
    table, true = tables[name], truth(panel)
    for term in ("average", *(f"event {k}" for k in range(6))):
        row = table.loc[term]
        assert abs(row["estimate"] - true[term]) < 4 * row["std_error"], term
        assert row["std_error"] < 0.1 * true[term] + 0.02
    leads = table[table["event_time"].fillna(0) < -1]
    assert (leads["estimate"].abs() < 4 * leads["std_error"]).all()


def test_two_way_fixed_effects_misses_them(tables, panel) -> None:
    row = tables["twfe"].loc["average"]
    assert abs(row["estimate"] - truth(panel)["average"]) > 4 * row["std_error"]


@pytest.mark.parametrize("name", tuple(ESTIMATORS))
def test_every_table_has_the_same_form(name, tables) -> None:
    table = tables[name]
    assert set(COLUMNS) == {"term", *table.columns}
    times = table["event_time"].dropna().tolist()
    assert times == list(range(-5, 6))
    reference = table.loc["event -1"]
    assert reference["estimate"] == 0.0
    assert np.isnan(reference["std_error"])
    assert table["n_exposed"].tolist() == [15] + [27] * 8 + [18, 18, 27]
    assert (table["n_regions"] == 47).all()
    assert (table["n_dropped"] == 0).all()
    assert table["ssc"].str.endswith("t(G-1)").all()
    assert table["vcov"].eq("clustered by region_code").all()
    assert table["model"].str.contains("end points binned" if name == "twfe" else "end points trimmed").all()


def test_twfe_agrees_with_pyfixest(panel, tables) -> None:
    import pyfixest as pf

    k = (panel["year"] - panel["first_exposed_year"]).clip(-5, 5)
    data = panel.assign(k=k.fillna(-1).astype(int))  # the never exposed have no dummy: with the reference
    ssc = pf.ssc(k_adj=True, k_fixef="full", G_adj=True)
    fit = pf.feols("y ~ i(k, ref=-1) | region_code + year", data, vcov={"CRV1": "region_code"}, ssc=ssc)
    tidy = fit.tidy()
    mine = tables["twfe"].drop(index=["event -1", "average"])
    assert mine["estimate"].to_numpy() == pytest.approx(tidy["Estimate"].to_numpy(), rel=1e-6, abs=1e-8)
    assert mine["std_error"].to_numpy() == pytest.approx(tidy["Std. Error"].to_numpy(), rel=1e-6)
    assert mine["p_value"].to_numpy() == pytest.approx(tidy["Pr(>|t|)"].to_numpy(), rel=1e-4, abs=1e-12)


def test_two_stage_agrees_with_pyfixest_in_estimates_and_errors(panel, tables) -> None:
    """diff-diff and pyfixest agree on the average and on every lag; leads differ and are ours."""
    import pyfixest as pf

    k = (panel["year"] - panel["first_exposed_year"]).fillna(-99).astype(int)
    data = panel.assign(d=(k >= 0).astype(int), k=k.where(k >= 0, -99))
    shared = {
        "yname": "y",
        "first_stage": "~ 0 | region_code + year",
        "treatment": "d",
        "cluster": "region_code",
    }
    static = pf.did2s(data, second_stage="~ d", **shared).tidy().iloc[0]
    row = tables["two_stage"].loc["average"]
    assert (row["estimate"], row["std_error"]) == pytest.approx(
        (static["Estimate"], static["Std. Error"]), rel=1e-6
    )
    lags = pf.did2s(data, second_stage="~ i(k, ref=-99)", **shared).tidy().iloc[:6]
    mine = tables["two_stage"].loc[[f"event {i}" for i in range(6)]]
    assert mine["estimate"].to_numpy() == pytest.approx(lags["Estimate"].to_numpy(), rel=1e-6)
    assert mine["std_error"].to_numpy() == pytest.approx(lags["Std. Error"].to_numpy(), rel=1e-6)


def imputed_by_hand(panel: pd.DataFrame) -> pd.Series:
    """Effects of exposed rows by least squares on dummies of unexposed rows."""
    dummies = pd.get_dummies(panel[["region_code", "year"]].astype(str), dtype=float).to_numpy()
    exposed = (panel["year"] >= panel["first_exposed_year"]).to_numpy()
    y = panel["y"].to_numpy()
    beta = np.linalg.lstsq(dummies[~exposed], y[~exposed], rcond=None)[0]
    return pd.Series((y - dummies @ beta)[exposed], index=panel.index[exposed])


def test_imputation_agrees_with_brute_force_on_an_unbalanced_panel_with_a_missing_year(panel) -> None:
    uneven = panel[(panel["year"] != 2009) & ~panel.index.isin([3, 50, 200, 333])].reset_index(drop=True)
    effects = imputed_by_hand(uneven)
    k = (uneven["year"] - uneven["first_exposed_year"])[effects.index].astype(int)
    table = event_study(uneven, "y", estimator="imputation", window=(-3, 3)).set_index("term")
    assert table.loc["average", "estimate"] == pytest.approx(effects.mean(), rel=1e-8)
    for time in range(4):
        assert table.loc[f"event {time}", "estimate"] == pytest.approx(effects[k == time].mean(), rel=1e-8)


def test_callaway_santanna_is_a_weighted_mean_of_differences_in_means(panel, tables) -> None:
    wide = panel.pivot(index="region_code", columns="year", values="y")
    start = panel.groupby("region_code")["first_exposed_year"].first()
    parts, sizes = [], []
    for g, n in COHORTS.items():
        change = wide[g + 2] - wide[g - 1]
        parts.append(change[start == g].mean() - change[start.isna()].mean())
        sizes.append(n)
    mine = tables["callaway_santanna"].loc["event 2", "estimate"]
    assert mine == pytest.approx(np.average(parts, weights=sizes), rel=1e-10)


def test_unbalanced_districts_are_left_out_of_callaway_santanna_and_counted(panel) -> None:
    row = event_study(panel.drop(index=[5, 300]), "y", estimator="callaway_santanna").iloc[0]
    assert (row["n_regions"], row["n_dropped"]) == (45, 26)
    assert "districts not observed in every year left out: 2" in row["model"]


def test_missing_outcomes_are_dropped_and_counted(panel) -> None:
    holed = panel.assign(y=panel["y"].mask(panel.index.isin([1, 400])))
    row = event_study(holed, "y").iloc[0]
    assert (row["n_obs"], row["n_dropped"]) == (len(panel) - 2, 2)


def test_always_exposed_districts_are_never_controls(panel, tables) -> None:
    early = panel.assign(
        first_exposed_year=panel["first_exposed_year"].where(panel["region_code"] != "r46", 1995)
    )
    same = event_study(panel[panel["region_code"] != "r46"], "y", estimator="imputation")
    row = event_study(early, "y", estimator="imputation").iloc[-1]
    assert row["estimate"] == pytest.approx(same.iloc[-1]["estimate"], rel=1e-12)
    assert row["n_dropped"] == 14
    assert "districts without a year before exposure left out: 1" in row["model"]


def test_first_exposure_after_the_last_year_is_a_control(panel, tables) -> None:
    later = panel.assign(first_exposed_year=panel["first_exposed_year"].fillna(2030))
    row = event_study(later, "y").set_index("term").loc["average"]
    assert row["estimate"] == pytest.approx(tables["twfe"].loc["average", "estimate"], rel=1e-12)


@pytest.mark.parametrize("name", ROBUST)
def test_without_never_exposed_the_last_cohort_is_the_control(name) -> None:
    panel = simulated(never=0)
    row = event_study(panel, "y", estimator=name).set_index("term").loc["average"]
    before = panel[panel["year"] < 2010]
    true = before.loc[before["year"] >= before["first_exposed_year"], "effect"].mean()
    assert abs(row["estimate"] - true) < 4 * row["std_error"]
    assert (row["n_exposed"], row["n_dropped"]) == (18, 27 * 4)
    assert "cohort 2010 is the control" in row["model"]


def test_without_never_exposed_twfe_is_refused_and_says_what_works() -> None:
    with pytest.raises(DataError, match="use callaway_santanna, sun_abraham, imputation or two_stage"):
        event_study(simulated(never=0), "y")


def test_a_cohort_of_one_district_is_said_and_one_district_alone_has_no_error(panel) -> None:
    """Nothing shows how much one district varies: its standard error would be that of the controls alone."""
    few = panel[panel["first_exposed_year"].isna() | panel["region_code"].isin(["r00"])]
    for name in ESTIMATORS:
        table = event_study(few, "y", estimator=name)
        assert table["std_error"].isna().all(), name
        assert table["estimate"].notna().all()
    alone = panel[panel["first_exposed_year"].isna() | panel["region_code"].isin(["r00", "r12", "r20"])]
    assert event_study(alone, "y", estimator="callaway_santanna")["std_error"].isna().all()
    kept = event_study(alone, "y", estimator="imputation").set_index("term")
    assert kept.loc["average", "std_error"] > 0
    assert "effects grouped by event time" in kept.loc["average", "model"]
    assert "cohorts of one district: 3 of 3" in kept.loc["average", "model"]


def test_coarser_clusters_reach_every_estimator(panel, tables) -> None:
    for name in ESTIMATORS:
        row = (
            event_study(panel, "y", estimator=name, cluster="province_code").set_index("term").loc["average"]
        )
        assert (row["n_clusters"], row["vcov"]) == (7, "clustered by province_code")
        assert row["estimate"] == pytest.approx(tables[name].loc["average", "estimate"], rel=1e-9)
        assert row["std_error"] != pytest.approx(tables[name].loc["average", "std_error"], rel=1e-3)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: pd.concat([p, p.head(1)]), r"duplicate key region_code/year \(1: r00/2000\)"),
        (lambda p: p.assign(y=1.0), r"the outcome is constant \(1: y\)"),
        (lambda p: p.assign(y=np.nan), "no rows are left after dropping missing values"),
        (lambda p: p.assign(y=np.inf), "infinite values"),
        (lambda p: p.assign(first_exposed_year=np.nan), "no district becomes exposed inside the sample"),
        (lambda p: p.assign(first_exposed_year=2005.0), "all districts are exposed, all from one year on"),
        (lambda p: p.assign(region_code=None), "rows without region, year or cluster"),
        (lambda p: p.assign(first_exposed_year=p["year"]), "a first exposure that changes within a district"),
        (lambda p: p.drop(columns="first_exposed_year"), r"missing columns \(1: first_exposed_year\)"),
    ],
)
def test_bad_panels_are_refused(panel, change, message) -> None:
    with pytest.raises(DataError, match=message):
        event_study(change(panel), "y")


def test_bad_choices_are_refused(panel) -> None:
    with pytest.raises(DataError, match="unknown estimator"):
        event_study(panel, "y", estimator="twofe")
    with pytest.raises(DataError, match="a window without -1 and 0"):
        event_study(panel, "y", window=(1, 5))
    with pytest.raises(DataError, match="fewer than two clusters"):
        event_study(panel.assign(one="a"), "y", cluster="one")
    with pytest.raises(DataError, match="a cluster that changes within a district"):
        event_study(panel, "y", cluster="year")
    with pytest.raises(DataError, match="no ordered column of rings"):
        event_study(panel, "y", ring="province_code")


@pytest.mark.parametrize("name", ["sun_abraham", "callaway_santanna"])
def test_a_cohort_without_its_year_before_exposure_is_refused(panel, name) -> None:
    gap = panel[panel["year"] != 2006]
    with pytest.raises(DataError, match=r"not observed in the year before exposure \(\w+\) \(1: 2007\)"):
        event_study(gap, "y", estimator=name)


def test_a_warning_of_a_library_is_not_swallowed() -> None:
    import warnings

    from spillover.models.staggered import _read

    with pytest.raises(DataError, match="diff-diff warns: the design is odd"):
        _read(lambda: warnings.warn("the design is odd", UserWarning, stacklevel=1))
    with pytest.raises(DataError, match="diff-diff refuses: no"):
        _read(lambda: (_ for _ in ()).throw(ValueError("no")))


def ringed(noise: float = 0.0) -> pd.DataFrame:
    """Simulated rings: 6 districts enter 0-50 in 2005 (effect 1), 6 enter 50-100 in 2006 (0.3), of which 2
    move into 0-50 in 2009 (2 more); none is in 100-200; 10 never."""
    rows = []
    random = np.random.default_rng(4)
    for i in range(22):
        for t in range(2000, 2012):
            distance, effect = 500.0, 0.0
            if i < 6 and t >= 2005:
                distance, effect = 10.0, 1.0
            elif 6 <= i < 12 and t >= 2006:
                moved = i < 8 and t >= 2009
                distance, effect = (20.0, 2.3) if moved else (70.0, 0.3)
            rows.append((f"r{i:02}", t, distance, i + 0.1 * t + effect + noise * random.normal()))
    table = pd.DataFrame(rows, columns=["region_code", "year", "distance_km", "y"])
    return table.assign(ring=assign_ring(table["distance_km"]))


def test_rings_are_told_apart_and_their_districts_are_no_controls_of_each_other() -> None:
    table = event_study(ringed(noise=1e-3), "y", estimator="imputation", ring="ring", spec_id="s")
    average = table[table["term"] == "average"].set_index("spec_id")
    assert average.index.tolist() == ["s:0-50", "s:50-100", "s:100-200"]
    assert average.loc["s:0-50", "estimate"] == pytest.approx(1.0, abs=0.01)
    assert average.loc["s:50-100", "estimate"] == pytest.approx(0.3, abs=0.01)
    assert average["n_exposed"].tolist() == [6, 6, 0]
    assert average["n_dropped"].tolist() == [72, 72 + 6, 264]
    assert np.isnan(average.loc["s:100-200", "estimate"])
    assert "no district becomes exposed in it" in average.loc["s:100-200", "model"]
    assert (
        "left out: 6; district-years after a move to another ring left out: 6"
        in average.loc["s:50-100", "model"]
    )


def test_ring_refusals() -> None:
    panel = ringed()
    with pytest.raises(DataError, match=r"unknown ring \(1: >200\)"):
        ring_cohorts(panel, ">200")
    with pytest.raises(DataError, match="rows without ring"):
        ring_cohorts(panel.assign(ring=panel["ring"].where(panel["year"] > 2000)), "0-50")


def test_the_covariance_belongs_to_the_table(panel) -> None:
    for name in ESTIMATORS:
        fit = fit_event_study(panel, "y", estimator=name)
        errors = fit.estimates.dropna(subset=["event_time"]).set_index("event_time")["std_error"]
        diagonal = np.sqrt(np.diag(fit.covariance))
        assert diagonal == pytest.approx(errors[list(fit.covariance.index)].to_numpy(), rel=1e-10), name
        assert (min(fit.covariance.index), -1 in fit.covariance.index) == (-5, False)
