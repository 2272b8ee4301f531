"""Random tables of real districts, printed in many ways, come out exactly as planted, or refused."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from table_printer import MARKS, Planted, as_csv, clean, planted, printed, told

from spillover.bps.clean import dash_means
from spillover.bps.measures import Declared
from spillover.bps.reading import Cleaning

NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)  # a table is read to see what is wrong
QUICK = settings(max_examples=80, deadline=None, phases=NO_SHRINKING, suppress_health_check=list(HealthCheck))
SHAPES = [",", ";", "\t", "xlsx", "html", "json"]


def check_as_planted(table: Planted, result: Cleaning, *, totals: bool = True) -> None:
    truth = table.truth()
    got = told(result)
    assert set(got) == set(truth)
    for key, value in truth.items():
        if value is None:
            assert got[key] != got[key], key
        else:
            assert Decimal(got[key]) == Decimal(float(value)), key
    status = dict(zip(table.years, (MARKS[mark] for mark in table.marks), strict=True))
    assert all(row.status == status[row.year] for row in result.table.itertuples())
    missing = result.table["value"].isna()
    assert (result.table.loc[missing, "missing_reason"] != "").all()
    assert (result.table.loc[~missing, "missing_reason"] == "").all()
    assert not (totals and result.files[0].disagreements)


def shape_for(table: Planted, shape: str) -> str:
    """JSON records hold only long tables."""
    return "," if shape == "json" and table.layout != "long" else shape


@QUICK
@given(table=planted(), shape=st.sampled_from(SHAPES))
def test_declared_style_gives_every_value_as_planted(table: Planted, shape: str) -> None:
    """Where the style of numbers is told, nothing may be refused and every value is exact."""
    with tempfile.TemporaryDirectory() as folder:
        data = printed(table, shape_for(table, shape))
        result = clean(data, Path(folder), Declared(number_style=table.style))
    assert not result.files[0].refused
    check_as_planted(table, result)


@QUICK
@given(table=planted(), shape=st.sampled_from(SHAPES))
def test_undeclared_style_gives_the_planted_values_or_a_refusal(table: Planted, shape: str) -> None:
    """Without a declaration only the separators may be in doubt, and then the table is refused."""
    with tempfile.TemporaryDirectory() as folder:
        result = clean(printed(table, shape_for(table, shape)), Path(folder))
    if result.files[0].refused:
        assert "the separator may part thousands or decimals" in result.files[0].refused[0]
        assert result.table.empty
    else:
        check_as_planted(table, result)


@QUICK
@given(table=planted(), shape=st.sampled_from(SHAPES))
def test_the_other_style_is_never_read_as_another_number(table: Planted, shape: str) -> None:
    """A wrong declaration is refused unless the two styles say the same, or no cell shows which one it is.

    Where only a total has thousands, the values are right and the account says that it disagrees.
    """
    other = "en" if table.style == "id" else "id"
    with tempfile.TemporaryDirectory() as folder:
        data = printed(table, shape_for(table, shape))
        auto = clean(data, Path(folder))
        result = clean(data, Path(folder), Declared(number_style=other))
    if not auto.files[0].refused and not result.files[0].refused:
        check_as_planted(table, result, totals=False)


def total_table(total: str, parts: tuple[str, str, str], unit: str = "ribu jiwa") -> bytes:
    rows = [
        [f"Jumlah Penduduk Menurut Kabupaten/Kota ({unit}), 2023", ""],
        ["Kabupaten/Kota", "Penduduk"],
        *(
            [name, part]
            for name, part in zip(("Kab. Morowali", "Kab. Banggai", "Kota Palu"), parts, strict=True)
        ),
        ["Jumlah", total],
    ]
    return as_csv(rows, ";")


@pytest.mark.parametrize(
    ("total", "parts", "agrees"),
    [
        ("60,0", ("10,0", "20,0", "30,0"), True),
        ("60,2", ("10,0", "20,0", "30,0"), True),  # four numbers, each off by at most 0.05
        ("60,3", ("10,0", "20,0", "30,0"), False),
        ("59,8", ("10,0", "20,0", "30,0"), True),
        ("59,7", ("10,0", "20,0", "30,0"), False),
        ("60,25", ("10,05", "20,10", "30,08"), True),
        ("60,26", ("10,05", "20,10", "30,08"), False),
        ("60,0", ("10,0", "20,0", "..."), True),  # a part is missing: nothing can be said
    ],
)
def test_totals_are_checked_to_the_rounding_of_the_print(
    total: str, parts: tuple[str, str, str], agrees: bool, tmp_path: Path
) -> None:
    """Just inside the rounding nothing is said; just outside the difference is told, and the parts stay."""
    result = clean(total_table(total, parts), tmp_path)
    lines = result.files[0].disagreements
    assert bool(lines) is not agrees
    assert agrees or "difference" in lines[0]
    assert len(result.table) == 3 and result.files[0].set_aside == {"total": 1}


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.integers(0, 10**7), min_size=3, max_size=3), error=st.integers(-5, 5))
def test_totals_of_counts_by_any_error(parts: list[int], error: int) -> None:
    """Counts: half a person for each of four numbers, so an error of two is rounding and of three is not."""
    with tempfile.TemporaryDirectory() as folder:
        texts = (str(parts[0]), str(parts[1]), str(parts[2]))
        data = total_table(str(max(sum(parts) + error, 0)), texts, unit="jiwa")
        result = clean(data, Path(folder))
    difference = abs(max(sum(parts) + error, 0) - sum(parts))
    assert bool(result.files[0].disagreements) == (difference > 2)


def test_rates_have_no_totals(tmp_path: Path) -> None:
    """The rate of a province is no sum of its districts."""
    rows = [["Tingkat Pengangguran Terbuka (persen), 2023", ""], ["Kabupaten/Kota", "TPT"]]
    rows += [["Kab. Morowali", "3,5"], ["Kab. Banggai", "2,25"], ["Jumlah", "2,75"]]
    assert clean(as_csv(rows, ";"), tmp_path).files[0].disagreements == []


UNITS = {
    "two units": ("Jumlah Penduduk (ribu jiwa), 2023", "Penduduk (juta jiwa)", "", "two different units"),
    "no unit": ("Jumlah Toko Menurut Kabupaten, 2023", "Toko", "", "the table does not say its unit"),
    "declared another": ("Jumlah Penduduk (jiwa), 2023", "Penduduk", "persen", "not the table's"),
    "unknown": ("Jumlah Toko (ribu rupiah per pohon), 2023", "Toko", "", "unit: not known"),
}


@pytest.mark.parametrize("name", UNITS)
def test_units_that_conflict_are_refused(name: str, tmp_path: Path) -> None:
    title, heading, declared, message = UNITS[name]
    rows = [[title, ""], ["Kabupaten/Kota", heading], ["Kab. Morowali", "1"], ["Kab. Banggai", "2"]]
    result = clean(as_csv(rows, ";"), tmp_path, Declared(unit=declared))
    assert message in " ".join(result.files[0].refused) and result.table.empty


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        (Declared(year="abc"), "not a year (1: abc)"),
        (Declared(year="23"), "not a year (1: 23)"),
        (Declared(unit="kambing"), "unknown unit declared (1: kambing)"),
        (Declared(indicator="PDRB baru"), "not a name of an indicator (1: PDRB baru)"),
    ],
)
def test_what_no_table_can_be_is_refused_at_once(declared: Declared, message: str, tmp_path: Path) -> None:
    """Not once for each file, and not only where the file does not say it itself."""
    with pytest.raises(ValueError) as caught:
        clean(b"Kab;2023\nMorowali;1", tmp_path, declared)
    assert message in str(caught.value)


@QUICK
@given(table=planted())
def test_a_district_twice_is_refused_if_the_values_differ(table: Planted) -> None:
    """A repeated row says the same (and is set aside), or the table is refused."""
    again = replace(
        table, regions=(*table.regions, table.regions[0]), values=(*table.values, table.values[-1]),
        provinces="none", total=False, layout="wide",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        result = clean(printed(again, ";"), Path(folder), Declared(number_style=table.style))
    first, last = table.values[0], table.values[-1]
    differ = any(None not in pair and pair[0] != pair[1] for pair in zip(first, last, strict=True))
    assert bool(result.files[0].refused) is differ


def test_dash_by_legend() -> None:
    assert dash_means("Catatan: - = nol") == "zero_shown_as_dash"
    assert dash_means("Catatan: - data tidak tersedia") == "not_available"


def test_fractions_of_a_count_beside_other_columns_are_refused(tmp_path: Path) -> None:
    """96.977 shops are not 96,977 thousandths, whatever style is declared for the other columns."""
    rows = [["Usaha Menurut Kabupaten, 2023", "", ""], ["Kab", "Toko (unit)", "Omzet (juta rupiah)"]]
    rows += [["Morowali", "96.977", "1.5"], ["Banggai", "12.345", "2.25"]]
    result = clean(as_csv(rows, ";"), tmp_path, Declared(number_style="en"))
    assert "fractions in a column that counts things" in result.files[0].refused[0]


def test_one_total_below_several_provinces_is_that_of_all(tmp_path: Path) -> None:
    """Not of the last block only."""
    rows = [["Jumlah Toko Menurut Kabupaten (unit), 2023", ""], ["Kab", "Toko"], ["SULAWESI TENGAH", "-"]]
    rows += [["Morowali", "10"], ["Banggai", "20"], ["MALUKU UTARA", "-"], ["Halmahera Tengah", "1"]]
    rows += [["Halmahera Utara", "2"], ["Jumlah", "33"]]
    assert clean(as_csv(rows, ";"), tmp_path).files[0].disagreements == []
    rows[-1][1] = "40"
    assert "its 4 parts sum to 33" in clean(as_csv(rows, ";"), tmp_path).files[0].disagreements[0]
