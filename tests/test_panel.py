"""Panels are balanced, keep every gap, and never compare what cannot be compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError


@pytest.fixture(scope="module")
def regions() -> pd.DataFrame:
    return sp.read_regions()


def test_panel_is_balanced_and_keeps_gaps(regions: pd.DataFrame) -> None:
    east = regions[regions["province_code"].isin(["7200", "8200"])]
    panel = sp.make_panel([sp.read_indicator("tpt")], east, range(2014, 2019))
    assert len(panel) == 23 * 5
    assert panel.loc[panel["year"] == 2016, "tpt"].isna().all()
    assert np.allclose(panel["log_tpt"], np.log(panel["tpt"]), equal_nan=True)


def test_exposure_of_a_panel_row_is_that_years_nearest_park(regions: pd.DataFrame) -> None:
    east = regions[regions["province_code"] == "8200"]
    panel = sp.make_panel([sp.read_indicator("poverty_line")], east, [2019, 2020])
    panel = sp.add_exposure(panel, sp.park_exposure(east, sp.read_parks())).set_index(["region_code", "year"])
    assert panel.loc[("8202", 2020), "park_id"] == "IWIP"
    assert panel.loc[("8202", 2020), "ring"] == "0-50"
    assert panel.loc[("8202", 2019), "ring"] != "0-50"


def test_districts_without_exposure_are_refused(regions: pd.DataFrame) -> None:
    east = regions[regions["province_code"] == "8200"]
    panel = sp.make_panel([sp.read_indicator("poverty_line")], east, [2020])
    with pytest.raises(DataError, match=r"districts without distances \(1: 8201\)"):
        sp.add_exposure(panel, sp.park_exposure(east[east["region_code"] != "8201"], sp.read_parks()))


def test_an_indicator_given_twice_is_refused(regions: pd.DataFrame) -> None:
    tpt = sp.read_indicator("tpt")
    with pytest.raises(DataError, match=r"an indicator is given twice \(1: tpt\)"):
        sp.make_panel([tpt, tpt], regions, [2015])


def test_imk_panel_has_34_provinces_of_constant_territory() -> None:
    imk = sp.read_imk()
    panel = sp.imk_panel(imk, range(2017, 2026))
    assert panel.groupby("year")["region_code"].nunique().eq(34).all()
    total = imk[(imk["size"] == "total") & (imk["year"] == 2025)]
    papua = total[total["region_code"].isin(["9400", "9500", "9600", "9700"])]["establishments"].sum()
    assert panel.set_index(["region_code", "year"])["establishments"]["9400", 2025] == papua
    assert panel[panel["year"] == 2025]["workers"].sum() == total["workers"].sum()


def test_suspicious_output_is_left_out_of_output_per_establishment_only() -> None:
    panel = sp.imk_panel(sp.read_imk(), range(2017, 2026)).set_index(["region_code", "year"])
    assert np.isnan(panel["output_per_establishment"]["7400", 2024])
    assert panel["establishments"]["7400", 2024] == 49497
    assert panel["output_per_establishment"].isna().sum() == 2


def test_years_across_the_frame_change_are_refused() -> None:
    with pytest.raises(DataError, match="both sides of the 2017 frame change"):
        sp.imk_panel(sp.read_imk(), range(2015, 2019))


def test_census_growth_marks_changed_territory_and_rounding() -> None:
    """Kendari grew from 29,101 to 41,908; Konawe lost two districts in between."""
    table = sp.census_growth(sp.read_sme_counts("economic_census"), sp.read_region_changes())
    table = table.set_index("region_code")
    assert table.loc["7471", "growth_percent"] == pytest.approx((41908 / 29101 - 1) * 100)
    assert not table.loc["7471", "territory_changed"]
    assert not table.loc["7471", "rounded"]
    assert table.loc["7403", "territory_changed"]
    assert table.loc["7403", "rounded"]
    assert table.loc["7605", "basis"] == "printed rate"
    assert table.loc["7605", "growth_percent"] == 148.5
