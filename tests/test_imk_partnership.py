"""Partnerships of micro and small industry: sums, rounding, cells that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.imk_partnership import read_imk_partnership

COLUMNS = [
    "region_code", "year", "with_partnership", "without_partnership", "establishments", "share_percent",
    "source_id",
]  # fmt: skip


def test_every_province_once_with_its_columns() -> None:
    table = read_imk_partnership()
    assert list(table.columns) == COLUMNS
    assert table["region_code"].is_unique
    assert len(table) == 38
    assert set(table["year"]) == {2025}


def test_answers_add_up_to_the_establishments_but_for_rounding() -> None:
    """Weighted estimates rounded one by one: 15 provinces are one apart, none is two."""
    table = read_imk_partnership()
    off = table["with_partnership"] + table["without_partnership"] - table["establishments"]
    assert off.abs().max() == 1
    assert (off != 0).sum() == 15
    assert (off.eq(1).sum(), off.eq(-1).sum()) == (8, 7)


def test_establishments_are_those_of_the_panel() -> None:
    imk = sp.read_imk()
    total = imk[imk["size"].eq("total") & imk["year"].eq(2025)].set_index("region_code")["establishments"]
    table = read_imk_partnership().set_index("region_code")
    assert table["establishments"].to_dict() == total.to_dict()


def test_national_totals() -> None:
    table = read_imk_partnership()
    assert table["with_partnership"].sum() == 670_517
    assert table["without_partnership"].sum() == 3_791_372
    assert table["establishments"].sum() == 4_461_888


def test_shares_of_the_nickel_provinces() -> None:
    """As computed by hand from the printed cells: 1,735 of 22,195 in Maluku Utara."""
    share = read_imk_partnership().set_index("region_code")["share_percent"]
    assert share["8200"] == pytest.approx(100 * 1735 / 22195)
    assert share["7200"] == pytest.approx(100 * 8942 / 65921)
    assert share["7400"] == pytest.approx(100 * 5507 / 53947)
    assert share.between(0, 100).all()


def replaced(old: str, new: str) -> Callable[[str], str]:
    """An edit that must find what it changes."""

    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


ROW = "MALUKU UTARA;1735;20460"
BAD = {
    "a cell that is two off": (
        replaced(ROW, "MALUKU UTARA;1738;20460"),
        r"do not add up to the number of establishments \(1: 8200: 1738 \+ 20460, not 22196\)",
    ),
    "a cell that is no number": (replaced(ROW, "MALUKU UTARA;17x5;20460"), r"17x5"),
    "a missing cell": (
        replaced(ROW, "MALUKU UTARA;...;20460"),
        r"missing or not whole \(1: 8200/2025/imk_partnership_yes\)",
    ),
    "a negative cell": (replaced(ROW, "MALUKU UTARA;-1735;20460"), r"negative counts \(1: -1735"),
    "a part of an establishment": (
        replaced(ROW, "MALUKU UTARA;1735,5;20460"),
        r"fractions in a table that counts things one by one \(1: row 34, column 3: '1735,5'\)",
    ),
    "a province left out": (
        replaced(f"MALUKU & PAPUA;{ROW}\n", ""),
        r"only one of the two tables has \(1: 8200/2025\)",
    ),
    "an unknown province": (replaced("MALUKU UTARA;", "MALUKU UTERA;"), r"'MALUKU UTERA'"),
    "another heading": (
        replaced(";menjalin kemitraan", ";mempunyai kemitraan"),
        r"the indicators are not those of the record",
    ),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_cells_are_refused(change_file: Callable[..., Path], kind: str) -> None:
    edit, message = BAD[kind]
    change_file("imk_partnership_2025", edit)
    with pytest.raises(DataError, match=message):
        read_imk_partnership()


def test_one_establishment_of_rounding_is_accepted(change_file: Callable[..., Path]) -> None:
    """Sulawesi Tengah adds up exactly; one more is rounding, and the share stays within 0 and 100."""
    change_file("imk_partnership_2025", replaced("SULAWESI TENGAH;8942", "SULAWESI TENGAH;8943"))
    table = read_imk_partnership().set_index("region_code")
    assert table.loc["7200", "with_partnership"] == 8943


def test_nominal_grdp_of_north_maluku() -> None:
    """Totals in billion rupiah, with the marks of the publication; 2018 as BPS announced it, rounded."""
    grdp = sp.read_indicator("grdp_nominal")
    assert set(grdp["unit"]) == {"billion_idr_current"}
    malut = grdp[grdp["region_code"].eq("8200")].set_index("year")
    assert malut.index.tolist() == list(range(2010, 2026))
    assert malut.loc[2018, "value"] == pytest.approx(36_497.6, abs=0.5)
    assert malut.loc[[2021, 2022, 2023, 2024, 2025], "value"].tolist() == [52481, 70903, 85938, 96949, 133620]
    assert malut.loc[[2023, 2024, 2025], "status"].tolist() == ["final", "preliminary", "very_preliminary"]


def test_districts_of_north_maluku_add_up_to_their_printed_sum() -> None:
    grdp = sp.read_indicator("grdp_nominal")
    districts = grdp[grdp["region_code"].str.match("82(?!00)")]
    assert districts["region_code"].nunique() == 10
    sums = districts.groupby("year")["value"].sum()
    printed = {2020: 42495, 2021: 52831, 2022: 70950, 2023: 85881, 2024: 97050, 2025: 133798}
    assert (sums - list(printed.values())).abs().max() <= 2  # each district is rounded
