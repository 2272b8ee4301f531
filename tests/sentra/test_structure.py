"""Location quotients, shift-share and densities: by hand, by brute force, and as identities."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.sentra.sectors import grdp_sectors, imk_concentration
from spillover.sentra.structure import location_quotients, per_thousand, shift_share

PARTS = ["national", "industry_mix", "competitive", "allocation"]


def two_years(start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """Matrices regions × sectors as a long table."""
    tables = []
    for year, values in ((2015, start), (2018, end)):
        wide = pd.DataFrame(values, columns=[f"s{j}" for j in range(values.shape[1])])
        wide["region_code"] = [f"r{i}" for i in range(len(values))]
        tables.append(wide.melt("region_code", var_name="sector").assign(year=year))
    return pd.concat(tables, ignore_index=True)


@st.composite
def economies(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    """Two matrices of values; zeros happen, but every sector exists somewhere in the first year."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    cell = st.one_of(st.just(0.0), st.floats(0.01, 1e6))
    size = rows * columns
    start, end = (
        np.array(draw(st.lists(cell, min_size=size, max_size=size))).reshape(rows, columns) for _ in "ab"
    )
    start[0] = np.maximum(start[0], 1.0)
    return start, end


@settings(max_examples=20, deadline=None)
@given(economies(), st.sampled_from(["dunn", "esteban_marquillas"]))
def test_the_parts_add_up_to_the_change(economy: tuple[np.ndarray, np.ndarray], method: str) -> None:
    start, end = economy
    made = shift_share(two_years(start, end), method=method)
    scale = max(start.sum(), end.sum()) * max(1.0, end.sum() / start.sum(), (end.sum(0) / start.sum(0)).max())
    np.testing.assert_allclose(made[PARTS].sum(axis=1), made["change"], atol=1e-9 * scale)
    whole = made[["change", "national", "industry_mix"]].sum()
    assert whole["change"] == pytest.approx(end.sum() - start.sum(), abs=1e-9 * scale)
    # over all regions the mix cancels, and so does what is competitive and allocation together
    assert whole["industry_mix"] == pytest.approx(0, abs=1e-9 * scale)
    assert made[["competitive", "allocation"]].sum().sum() == pytest.approx(0, abs=1e-8 * scale)


def test_shift_share_against_the_formulas_written_out() -> None:
    """Dunn (1960) and Esteban-Marquillas (1972), cell by cell."""
    rng = np.random.default_rng(1)
    start, end = rng.uniform(1, 100, (4, 3)), rng.uniform(1, 100, (4, 3))
    dunn = shift_share(two_years(start, end)).set_index(["region_code", "sector"])
    esteban = shift_share(two_years(start, end), method="esteban_marquillas")
    esteban = esteban.set_index(["region_code", "sector"])
    growth = end.sum() / start.sum() - 1
    for i in range(4):
        for j in range(3):
            sector = end[:, j].sum() / start[:, j].sum() - 1
            own = end[i, j] / start[i, j] - 1
            expected = start[i].sum() * start[:, j].sum() / start.sum()
            cell = (f"r{i}", f"s{j}")
            assert dunn.loc[cell, "national"] == pytest.approx(start[i, j] * growth)
            assert dunn.loc[cell, "industry_mix"] == pytest.approx(start[i, j] * (sector - growth))
            assert dunn.loc[cell, "competitive"] == pytest.approx(start[i, j] * (own - sector))
            assert dunn.loc[cell, "allocation"] == 0
            assert esteban.loc[cell, "competitive"] == pytest.approx(expected * (own - sector))
            rest = (start[i, j] - expected) * (own - sector)
            assert esteban.loc[cell, "allocation"] == pytest.approx(rest)


def test_a_region_that_lacks_a_value_has_no_parts_and_is_not_in_the_reference() -> None:
    table = two_years(np.array([[1.0, 2], [3, 4], [5, 6]]), np.array([[2.0, 2], [3, 5], [9, 9]]))
    hole = table["region_code"].eq("r2") & table["sector"].eq("s1") & table["year"].eq(2018)
    table.loc[hole, "value"] = np.nan
    made = shift_share(table).set_index(["region_code", "sector"])
    cell = made.loc[("r2", "s1")]
    assert cell[["change", *PARTS]].isna().all() and cell["missing_reason"] == "not_available"
    assert made["n_regions"].eq(2).all()
    without = shift_share(table[table["region_code"].ne("r2")]).set_index(["region_code", "sector"])
    pd.testing.assert_frame_equal(made.loc[["r0", "r1"]][PARTS], without[PARTS])


def test_shift_share_with_a_given_area() -> None:
    table = two_years(np.array([[100.0]]), np.array([[150.0]]))
    area = pd.DataFrame({"sector": "s0", "year": [2015, 2018], "value": [1000.0, 1200.0]})
    made = shift_share(table, area).iloc[0]
    assert made[PARTS].tolist() == pytest.approx([20, 0, 30, 0])
    assert made["n_regions"] == 0


def test_location_quotients_by_hand_and_weighted_mean_of_one() -> None:
    rng = np.random.default_rng(2)
    values = rng.uniform(0, 10, (6, 4))
    table = two_years(values, values).query("year == 2015").drop(columns="year")
    made = location_quotients(table)
    wide = made.pivot(index="region_code", columns="sector", values="lq").to_numpy()
    share, area = values / values.sum(1, keepdims=True), values.sum(0) / values.sum()
    np.testing.assert_allclose(wide, share / area)
    # weighted by the size of the regions, the quotients of a sector average to one
    np.testing.assert_allclose((wide * values.sum(1)[:, None]).sum(0) / values.sum(), 1)


def test_missing_sectors_are_not_zero() -> None:
    """Without agriculture the region's total is not known: manufacturing must not become 100 %."""
    rows = [("a", "C", 30.0), ("a", "A", 10.0), ("b", "C", 20.0), ("c", "C", 5.0), ("c", "A", 0.0)]
    table = pd.DataFrame(rows, columns=["region_code", "sector", "value"])
    made = location_quotients(table).set_index(["region_code", "sector"])
    assert len(made) == 6 and made["n_regions"].eq(2).all()
    assert made.loc["b", "lq"].isna().all() and made.loc["b", "missing_reason"].eq("not_available").all()
    assert made.loc[("c", "A"), "lq"] == 0 and made.loc[("c", "A"), "missing_reason"] == ""
    given = location_quotients(table, pd.DataFrame({"sector": ["A", "C"], "value": [50.0, 50.0]}))
    assert given.set_index(["region_code", "sector"]).loc[("a", "C"), "lq"] == 1.5


def test_a_region_with_nothing_has_no_quotient() -> None:
    table = pd.DataFrame({"region_code": ["a", "b"], "sector": "C", "value": [0.0, 4.0]})
    made = location_quotients(table).set_index("region_code")
    assert np.isnan(made.loc["a", "lq"]) and made.loc["a", "missing_reason"] == "not_applicable"


def test_bad_tables_are_refused() -> None:
    table = two_years(np.ones((2, 2)), np.ones((2, 2)))
    one = table[table["year"].eq(2015)].drop(columns="year")
    with pytest.raises(DataError, match="duplicate key"):
        location_quotients(pd.concat([one, one.iloc[:1]]))
    with pytest.raises(DataError, match="negative values"):
        location_quotients(one.assign(value=-1.0))
    with pytest.raises(DataError, match="no region has every sector"):
        location_quotients(one.assign(value=np.nan))
    with pytest.raises(DataError, match="adds up to nothing"):
        location_quotients(one.assign(value=0.0))
    with pytest.raises(DataError, match="the table is empty"):
        location_quotients(one.iloc[:0])
    with pytest.raises(DataError, match=r"reference does not have .*s1"):
        location_quotients(one, pd.DataFrame({"sector": ["s0"], "value": [1.0]}))
    with pytest.raises(DataError, match="exactly two years"):
        shift_share(table[table["year"].eq(2015)])
    with pytest.raises(DataError, match="unknown method"):
        shift_share(table, method="arcelus")
    nothing = table.assign(value=table["value"].mask(table["sector"].eq("s1") & table["year"].eq(2015), 0.0))
    with pytest.raises(DataError, match=r"nothing in the first year .*s1"):
        shift_share(nothing)


def test_density_takes_the_nearest_year_and_no_far_one() -> None:
    counts = pd.DataFrame(
        {"region_code": ["a", "b", "c", "d"], "value": [10.0, 10.0, 10.0, np.nan],
         "year": pd.array([2016, 2016, 2016, pd.NA], dtype="Int64"), "kept": list("wxyz")}
    )  # fmt: skip
    base = pd.DataFrame(
        {"region_code": ["a", "a", "b", "d"], "year": [2015, 2017, 2000, 2016], "value": [2e3, 4e3, 1e3, 1e3]}
    )
    made = per_thousand(counts, base)
    assert made["kept"].tolist() == list("wxyz")
    assert made.loc[0, ["base", "base_year", "per_1000"]].tolist() == [2000, 2015, 5]
    assert made.loc[1:, "per_1000"].isna().all()
    assert made.loc[1:, "per_1000_missing_reason"].eq("not_available").all()
    assert per_thousand(counts, base, oldest=16).loc[1, "per_1000"] == 10
    with pytest.raises(DataError, match="not above 0"):
        per_thousand(counts, base.assign(value=0.0))
    with pytest.raises(DataError, match="duplicate key"):
        per_thousand(counts, pd.concat([base, base]))
    with pytest.raises(DataError, match="empty"):
        per_thousand(counts, base.assign(value=np.nan))


def test_sectors_of_the_districts_are_two_from_2015_on() -> None:
    table = grdp_sectors()
    assert table.groupby(["sector", "year"]).size().eq(514).all()
    assert not table["flag"].isin(["backcast", "before_split"]).any()
    made = shift_share(table)
    assert made["missing_reason"].eq("").all()
    morowali = made[made["region_code"].eq("7203")].set_index("sector").loc["manufacturing"]
    assert morowali["competitive"] / morowali["change"] > 0.5  # the smelters, in words of the identity
    with pytest.raises(DataError, match="2012"):
        grdp_sectors([2012, 2018])


def test_concentration_of_small_industry_with_its_rounding() -> None:
    """Morowali Utara has 1 % of the industries and 4 % of the people: 0.2 to 0.4."""
    table = imk_concentration("7200").set_index("region_code")
    assert ((table["lq_low"] < table["lq"]) & (table["lq"] < table["lq_high"])).all()
    row = table.loc["7212"]
    assert row["lq_high"] / row["lq_low"] == pytest.approx(3)
    people = read_indicator("population").query("year == 2017").set_index("region_code")["value"]
    whole = people[people.index.str.startswith("72")].sum()
    assert row["lq"] == pytest.approx(0.01 / (people["7212"] / whole))
    other = imk_concentration("8200")
    assert other["lq"].isna().all() and other["missing_reason"].eq("not_available").all()
