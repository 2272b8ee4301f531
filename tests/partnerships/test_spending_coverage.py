"""What claims come to per year, against GRDP, and against small firms: computed by hand beside."""

from __future__ import annotations

import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.partnerships.spending import provincial_grdp, share_over_period

ENTRY = "iwip_umkm_contract_value_early_2025"


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    return sp.read_ledger()


def test_flow_against_grdp_by_hand(ledger: pd.DataFrame) -> None:
    """2024: at most 3.55 trillion of 96,949 billion, 3.66 percent; at 2024 prices the same."""
    study = sp.flow_study(ledger, "iwip_umkm", "contract_value", region_code="8200").set_index("year")
    assert study.loc[2024, "share_high"] == pytest.approx(100 * 3550 / 96949)
    assert study.loc[2024, "flow_high_constant"] == pytest.approx(3.55e12)
    assert study.loc[2021, "flow_high_constant"] > 3.55e12  # rupiah of 2021 bought more
    assert (
        study.loc[2025, "flow_high_constant"] != study.loc[2025, "flow_high_constant"]
    )  # no deflator, no value
    assert study.loc[2025, "share_high"] == float("inf")
    assert (study["flow_low"] == 0).all()


def test_share_over_the_whole_period_by_hand(ledger: pd.DataFrame) -> None:
    grdp = provincial_grdp("8200").set_index("year")["value"]
    found = share_over_period(ledger, ENTRY, region_code="8200")
    assert found["low"] == pytest.approx(100 * 3450 / grdp.loc[2021:2025].sum())
    assert found["high"] == pytest.approx(100 * 3550 / grdp.loc[2022:2024].sum())


def test_share_refuses_years_without_grdp_and_unknown_entries(ledger: pd.DataFrame) -> None:
    late = ledger.assign(as_of=ledger["as_of"].mask(ledger["entry_id"].eq(ENTRY), "2031"))
    with pytest.raises(DataError, match=r"years without GRDP .*2026"):
        share_over_period(late, ENTRY, region_code="8200")
    with pytest.raises(DataError, match="no such entry"):
        share_over_period(ledger, "nothing", region_code="8200")


def test_coverage_by_hand(ledger: pd.DataFrame) -> None:
    """220 trained of 33,613 small industries in Maluku; the four districts add up to the total."""
    table = sp.programme_coverage(ledger, sp.read_programmes())
    maluku = table[table["programme"].eq("bimtek_maluku_2022")]
    whole = maluku[~maluku["is_part"]].iloc[0]
    assert whole["per_1000_imk"] == pytest.approx(1000 * 220 / 33613)
    assert maluku.loc[maluku["is_part"], "value"].sum() == whole["value"] == 220
    ambon = maluku[maluku["region_code"].eq("8171")].iloc[0]
    assert ambon["per_10000_people"] == pytest.approx(10_000 * 40 / ambon["population"])
    assert pd.isna(whole["per_10000_people"])  # a province has no district population


def test_coverage_without_such_claims_is_told(ledger: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="the table is empty"):
        sp.programme_coverage(ledger[ledger["measure"].eq("contract_value")], sp.read_programmes())


def test_published_grdp_of_maluku_utara() -> None:
    """BPS announced 70.9 trillion rupiah for 2022 and 36,497.6 billion for 2018."""
    grdp = provincial_grdp("8200").set_index("year")["value"]
    assert grdp[2022] == pytest.approx(70_900, abs=50)
    assert grdp[2018] == pytest.approx(36_497.6, abs=0.5)
