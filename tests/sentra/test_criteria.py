"""The table of criteria: any way in which a meeting may save it is read alike, any fault is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.sentra.criteria import MEASURES, read_criteria
from spillover.sentra.criteria_file import COLUMNS
from spillover.sentra.problem import make_problem
from spillover.sentra.values import criteria_values
from spillover.sources import bundled_dir

OWN = bundled_dir() / "reference" / "sentra_criteria.csv"


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_csv(OWN, dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("criteria")


def save_xlsx(table: pd.DataFrame, path: Path, merge: str = "", title: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
        sheet.merge_cells("A1:D1")
    sheet.append(list(table.columns))
    for row in table.itertuples(index=False):
        sheet.append(list(row))
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def test_the_own_table_is_a_judgement_that_says_why() -> None:
    table = read_criteria()
    assert 10 <= len(table) <= 12
    assert table["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert set(table["group"]) == {"demand", "access", "supply", "people", "institutions", "cost"}
    assert (table[["why_id", "why_en", "name_id", "name_en"]].map(len) > 5).all().all()
    assert set(table["measure"]) <= set(MEASURES)


@pytest.mark.parametrize("form", ["semicolon", "tab", "bom", "xlsx", "title", "reordered", "percent"])
def test_every_form_of_the_file_reads_alike(form: str, raw: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    comma = raw.assign(weight=raw["weight"].str.replace(".", ","))
    if form == "semicolon":
        comma.to_csv(path, sep=";", index=False)
    elif form == "tab":
        comma.to_csv(path, sep="\t", index=False)
    elif form == "bom":
        raw.to_csv(path, index=False, encoding="utf-8-sig")
    elif form == "xlsx":
        numbers = {c: raw[c].astype(float) for c in ("weight", "missing_low", "missing_high", "range_pct")}
        save_xlsx(raw.assign(**numbers), path)
    elif form == "title":
        save_xlsx(raw, path, title="Bobot rapat 3 Desember")
    elif form == "reordered":
        raw[list(COLUMNS)[::-1]].assign(catatan="").to_csv(path, index=False)
    else:
        raw.assign(weight=[f"{100 * float(w):g} %" for w in raw["weight"]]).to_csv(path, index=False)
    pd.testing.assert_frame_equal(read_criteria(path), read_criteria())


def test_a_list_of_weights_is_enough(raw: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "bobot.csv"
    path.write_text("criterion_id;weight\npopulation;0,25\ndemand_100km;0,75\n", encoding="utf-8")
    table = read_criteria(path)
    assert table["weight"].tolist() == [0.25, 0.75]
    assert table["transform"].tolist() == ["log", "none"]
    assert table["why_id"].str.len().min() > 5


@settings(max_examples=30, deadline=None)
@given(
    weight=st.decimals(0, 1, places=4).filter(lambda x: 0 < x < 1),
    comma=st.booleans(),
    bare=st.booleans(),
    exponent=st.sampled_from(["", "e", "E"]),
)
def test_any_way_to_write_a_weight(
    folder: Path, weight: Decimal, comma: bool, bare: bool, exponent: str
) -> None:
    """.20, ",20", 0,20 and 20e-2 are one number."""
    text = f"{weight * 100:f}{exponent}-2" if exponent else f"{weight:f}"
    text = text.removeprefix("0") if bare and text.startswith("0.") else text
    text = text.replace(".", ",") if comma else text
    path = folder / "weights.csv"
    path.write_text(f"criterion_id;weight\npopulation;{text}\nschooling;{1 - weight}\n")
    assert read_criteria(path)["weight"].iloc[0] == pytest.approx(float(weight), abs=1e-9)


@pytest.mark.parametrize("text", [".", ",", "e-2", "1e", "1e-", "1e999", "--1", "0.1.2", "1 2", "nan", "inf"])
def test_what_is_no_weight(text: str, folder: Path) -> None:
    (folder / "w.csv").write_text(f"criterion_id;weight\npopulation;{text}\n")
    with pytest.raises(DataError, match="weight that is no number"):
        read_criteria(folder / "w.csv")


@pytest.mark.parametrize(
    "checks",
    [
        {"Q4": "=SUM(E2:E13)", "P4": "jumlah"},
        {"E15": "=SUM(E2:E13)"},
        {"A14": "Jumlah", "E14": "=SUM(E2:E13)", "F14": None},
        {"D16": "jumlah bobot", "E16": "=SUM(E2:E13)"},
    ],
)
def test_a_check_by_formula_beside_or_below_the_table(
    checks: dict[str, str | None], raw: pd.DataFrame, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(save_xlsx(raw, tmp_path / "w.xlsx"))
    for cell, text in checks.items():
        book.active[cell].value = text
    book.create_sheet("Hitungan")["A1"] = "=1+1"
    book.save(tmp_path / "w.xlsx")
    pd.testing.assert_frame_equal(read_criteria(tmp_path / "w.xlsx"), read_criteria())


@pytest.mark.parametrize("cell", ["E4", "D4", "A4", "E13"])
def test_a_formula_in_a_criterion_is_refused(cell: str, raw: pd.DataFrame, tmp_path: Path) -> None:
    """Also in the last row, which might be taken for a sum; what a file keeps of a formula may be old."""
    book = openpyxl.load_workbook(save_xlsx(raw, tmp_path / "w.xlsx"))
    book.active[cell].value = "=0.05"
    book.save(tmp_path / "w.xlsx")
    with pytest.raises(DataError, match=rf"cells with a formula instead of a value \(1: {cell}\)"):
        read_criteria(tmp_path / "w.xlsx")


def change(raw: pd.DataFrame, criterion: str, column: str, value: str) -> pd.DataFrame:
    table = raw.copy()
    table.loc[table["criterion_id"] == criterion, column] = value
    return table


FAULTS = {
    "sum": ("population", "weight", "0.18", r"the weights sum to 1\.1, not to 1.*change them by -0\.1"),
    "negative": ("population", "weight", "-0.08", r"negative weights \(1: population/-0\.08"),
    "free text": ("population", "weight", "about 0.08", r"weight that is no number \(1: population: about"),
    "empty": ("population", "weight", "", r"weight that is no number \(1: population: empty\)"),
    "measure": ("population", "measure", "populaton", r"unknown measures \(1: population/populaton"),
    "direction": ("population", "direction", "good", r"unknown direction \(1: population/good"),
    "doubled": ("population", "criterion_id", "schooling", r"duplicate key criterion_id \(1: schooling\)"),
    "twice": ("population", "measure", "mean_years_schooling", r"criteria of the same measure \(2: pop"),
    "quantiles": ("population", "missing_low", "2", r"impossible quantiles"),
    "range": ("population", "range_pct", "100", r"impossible ranges"),
    "why": ("population", "why_id", "", r"empty why_id"),
    "comma": ("population", "criterion_id", "imk, x", r"criterion_id that cannot be a name \(1: imk, x\)"),
    "reserved": ("population", "criterion_id", "total", r"criterion_id that cannot be a name \(1: total\)"),
    "unnamed": ("population", "criterion_id", "", r"rows without a criterion_id \(1: row 8\)"),
    "control": ("population", "name_id", "a\x07b", r"cells with control characters \(1: C8\)"),
    "turned": ("population", "why_en", "a\u202eb", r"cells with control characters \(1: O8\)"),
    "ratio": ("imk_concentration", "transform", "per_1000", r"per_1000 of what is not a number of things"),
    "km": ("park_distance", "transform", "per_1000", r"per_1000 of .*park_distance/park_distance_km"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault: str, raw: pd.DataFrame, tmp_path: Path) -> None:
    criterion, column, value, message = FAULTS[fault]
    table = change(raw, criterion, column, value)
    if fault == "twice":
        table = change(table, criterion, "transform", "none")
    path = tmp_path / "weights.csv"
    table.to_csv(path, index=False)
    with pytest.raises(DataError, match=message):
        read_criteria(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("criterion_id,wieght\npopulation,1\n", r"missing columns \(1: weight\)"),
        ("criterion_id,weight,direcion\npopulation,1,cost\n", r"misspelt columns \(1: direcion \(meant dir"),
        ("criterion_id,weight,weight\npopulation,1,1\n", r"columns that stand twice \(1: weight\)"),
        ("criterion_id,weight\npopulaton,1\n", r"unknown criteria \(1: populaton\)"),
        ("criterion_id,weight\npopulation,0\n", "all weights are zero"),
        ("criterion_id,weight\n", "the table is empty"),
        ("kriteria,bobot\npopulation,1\n", "no table with a column criterion_id"),
    ],
)
def test_a_table_that_lacks_something(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        read_criteria(path)


def test_merged_weights_and_two_tables_are_refused(raw: pd.DataFrame, tmp_path: Path) -> None:
    column = list(raw.columns).index("weight")
    letter = chr(ord("A") + column)
    path = save_xlsx(raw, tmp_path / "merged.xlsx", merge=f"{letter}3:{letter}5")
    with pytest.raises(DataError, match=rf"merged cells \(1: {letter}3:{letter}5\)"):
        read_criteria(path)
    book = openpyxl.load_workbook(save_xlsx(raw, tmp_path / "two.xlsx"))
    book.copy_worksheet(book.active)
    book.save(tmp_path / "two.xlsx")
    with pytest.raises(DataError, match="several tables of criteria"):
        read_criteria(tmp_path / "two.xlsx")


def test_normalising_keeps_the_weights_given(raw: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "weights.csv"
    change(raw, "population", "weight", "0.18").to_csv(path, index=False)
    table = read_criteria(path, normalise=True).set_index("criterion_id")
    assert table["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert table.loc["population", "weight_given"] == 0.18
    assert table.loc["population", "weight"] == pytest.approx(0.18 / 1.1)


def test_values_are_laid_out_under_the_criteria() -> None:
    rows = [
        ("7203", "population", 200_000.0, None, None),
        ("7203", "non_farm_establishments", 8_000.0, 7_000.0, 10_000.0),
        ("7206", "population", None, None, None),
        ("7206", "park_distance_km", 12.0, None, None),
    ]
    table = pd.DataFrame(rows, columns=["region_code", "measure", "value", "low", "high"])
    laid = criteria_values(table, read_criteria())
    assert laid.values.loc["7203", "businesses_per_1000"] == 40
    assert laid.low.loc["7203", "businesses_per_1000"] == 35
    assert laid.high.loc["7203", "businesses_per_1000"] == 50
    assert laid.values.loc["7206", "park_distance"] == 12
    assert laid.values["kur_per_1000"].isna().all()
    assert laid.values.index.tolist() == ["7203", "7206"]
    with pytest.raises(DataError, match=r"values per 1 000 without a population \(1: 7206\)"):
        extra = pd.DataFrame([("7206", "non_farm_establishments", 5.0)], columns=table.columns[:3])
        criteria_values(pd.concat([table, extra]), read_criteria())


def test_values_that_cannot_be_ranked() -> None:
    criteria = read_criteria()
    good = pd.DataFrame(2.0, index=["7203", "7206"], columns=criteria["criterion_id"])
    cases = [
        (good.drop(columns="population"), r"unknown criteria: there is no column for them \(1: population\)"),
        (good.iloc[:1], "1 districts"),
        (pd.concat([good, good.iloc[:1]]), r"districts that stand twice \(1: 7203\)"),
        (good.assign(population=float("inf")), r"not finite \(1: population\)"),
        (good.assign(population="many"), "values that are no numbers"),
        (good.assign(park_distance=[0.0, 5.0]), r"logarithms of zero or less \(1: 7203 park_distance\)"),
        (good * float("nan"), "no criterion with a weight has data"),
    ]
    for values, message in cases:
        with pytest.raises(DataError, match=message):
            make_problem(values, criteria)
    with pytest.raises(DataError, match=r"ranges that do not hold the value \(24: 7203"):
        make_problem(good, criteria, (good + 1, good.iloc[:1] + 2))
