"""The table of published numbers, and the sentences on them and on the simulations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from spillover.display import set_language
from spillover.display.catalogue import read_labels
from spillover.display.published_table import (
    disagreements_table,
    published_finding,
    published_table,
    words_of,
)
from spillover.display.validation_words import (
    simulation_limits,
    trust_finding,
    validation_alt,
    validation_finding,
)
from spillover.errors import DataError
from spillover.published import published_checks
from spillover.published.check import Check, agrees
from spillover.validation.blocks import METHODS, PLANTED
from spillover.validation.results import read_coverage

DISAGREEMENT = "As pinned there, but the search of the second program stopped early: the first is right"
PAPER = "Dubin (1992)"
MOST = [
    Check("a", "Baltimore houses, spatial lag", f"{PAPER}; spreg, ML_Lag", "published_baltimore",
          "rooms: estimate", "0.7502", 0.75021750),
    Check("b", "Baltimore houses, spatial lag", f"{PAPER}; a_b_c_reference.py", "published_baltimore",
          "rooms: standard error", "1.0593", 1.05932297, DISAGREEMENT),
    Check("c", "Driscoll and Kraay, lag 4", "Hoechle (2007)", "two points given there",
          "standard error of the constant", "12.1903471842", 12.190347184209445,
          read_labels()["published.remark.single"]["en"]),
]  # fmt: skip
WRONG = Check("d", "Driscoll and Kraay, lag 4", "Hoechle (2007)", "two points given there",
              "standard error of mvalue", "0.500", 0.4986)  # fmt: skip


def frame(rows: list[Check]) -> pd.DataFrame:
    return pd.DataFrame([{"topic": "t", **row._asdict(), "agrees": agrees(row)} for row in rows])


@pytest.fixture(scope="module")
def real_checks() -> pd.DataFrame:
    """Every check of the project."""
    return published_checks()


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    """The committed table of simulations."""
    return read_coverage()


def test_one_row_per_study_with_its_counts_and_largest_gap() -> None:
    set_language("en")
    shown = published_table(frame([*MOST, WRONG]))
    first = shown.html.partition("<details")[0]
    assert first.count("<tr>") == 1 + 2
    assert ">2 of 2<" in first and ">1 of 2<" in first
    assert ">0.2800<" in first  # |0.4986 - 0.5| / 0.5
    assert f"{PAPER}; spreg, ML_Lag; a_<wbr>b_<wbr>c_<wbr>reference.py" in first


def test_every_number_is_folded_below_and_in_the_csv() -> None:
    set_language("en")
    shown = published_table(frame([*MOST, WRONG]))
    folded = shown.html.partition("<details")[2]
    assert folded.count("<tr>") == 1 + 4
    assert ">0.750217<" in folded  # two digits more than printed
    assert ">12.1903471842<" in folded  # not more: processors would differ
    assert ">0.49860 (not the same)<" in folded
    assert shown.html.count('scope="col"') <= 9  # else paper sets it smaller
    assert shown.csv.count("\n") == 5 and "a_b_c_reference.py" in shown.csv and "<wbr>" not in shown.csv


def test_the_table_speaks_both_languages() -> None:
    set_language("id")
    html = published_table(frame(MOST)).html
    assert "Rumah di Baltimore, lag spasial" in html and "kamar: galat baku" in html
    assert "dua titik yang diberikan di sana" in html and "Baltimore houses" not in html


def test_names_inside_a_statistic_are_looked_up_too() -> None:
    set_language("id")
    assert words_of("standard error of the constant", "statistic") == "galat baku konstanta"
    assert words_of("direct:house value: estimate", "statistic") == "langsung, nilai rumah: taksiran"
    assert words_of("something new", "statistic") == "something new"


def test_disagreements_are_shown_and_remarks_are_not() -> None:
    set_language("en")
    shown = disagreements_table(frame(MOST))
    assert f"{DISAGREEMENT}." in shown.html
    assert "single precision" not in shown.html
    with pytest.raises(DataError, match="empty"):
        disagreements_table(frame(MOST[:1]))


def test_the_finding_counts_and_names_what_does_not_agree() -> None:
    set_language("en")
    assert "3 of 3 numbers" in published_finding(frame(MOST))
    said = published_finding(frame([*MOST, WRONG]))
    assert "3 of 4 numbers" in said
    assert "Not the same: Driscoll and Kraay, lag 4, standard error of mvalue." in said
    assert "For 1 of them two sources differ" in said


@pytest.mark.parametrize("change", ["missing", "none"])
def test_bad_tables_are_refused(change: str) -> None:
    checks = frame(MOST).drop(columns="printed") if change == "missing" else frame(MOST).head(0)
    with pytest.raises(DataError):
        published_table(checks)


def test_every_text_of_the_checks_has_an_indonesian_one(real_checks: pd.DataFrame) -> None:
    set_language("id")
    known = {"DID", "Proposition 99 (California, 1989)"}  # the same in both languages
    for kind, column in (("study", "study"), ("data", "data_source"), ("statistic", "statistic")):
        texts = set(real_checks[column]) - known
        assert [t for t in texts if words_of(t, kind) == t] == []
    notes = set(real_checks["note"]) - {""}
    assert [n for n in notes if words_of(n, "remark") == n == words_of(n, "disagreement")] == []


def test_all_published_numbers_of_the_project_agree(real_checks: pd.DataFrame) -> None:
    set_language("en")
    assert "Not the same" not in published_finding(real_checks)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_trust_is_said_only_if_it_is_earned(simulated: pd.DataFrame, lang: str) -> None:
    set_language(lang)
    good, checks = trust_finding(frame(MOST), simulated), frame([*MOST, WRONG])
    rates = simulated["rejection_rate"].where(simulated["inference"].ne("relocation_coast"), 0.2)
    bad = trust_finding(checks, simulated.assign(rejection_rate=rates))
    kept, broken = {"id": ("sesuai janjinya", "tidak selalu ditepati"),
                    "en": ("as it promises", "not always kept")}[lang]  # fmt: skip
    assert kept in good and broken not in good
    assert broken in bad and kept not in bad
    assert ("3 dari 4" if lang == "id" else "3 of 4") in bad


def planted_table(rate: float) -> pd.DataFrame:
    """Every method at one rate in the two designs with three exposed districts, the coast test at 5 %."""
    rows = [
        {"design": f"{errors}-3", "errors": errors, "n_exposed": 3, "estimator": e, "inference": i,
         "n_simulations": 2000, "truth": np.log(1.2), "mean_estimate": np.log(1.2),
         "rejection_rate": 0.05 if i == "relocation_coast" else rate,
         "coverage": 0.95 if i == "relocation_coast" else 1 - rate,
         "power": 0.6 if i == "relocation_coast" and e == "imputation" else 0.9}
        for errors in ("iid", "spatial") for e, i in METHODS
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_findings_change_with_the_numbers() -> None:
    set_language("en")
    table = planted_table(0.3)
    size = validation_finding(table, "rejection_rate")
    assert "10 of 10 cells" in size and "30.0–30.0%" in size and "all designs: none" in size
    table.loc[table["inference"].eq("wild_region"), "rejection_rate"] = 0.05
    assert "all designs: wild bootstrap, by district" in validation_finding(table, "rejection_rate")
    assert "70.0–70.0%" in validation_finding(table, "coverage")
    power = validation_finding(table, "power")
    assert (
        "20–20% on average" in power and "60% of simulations** at worst (Imputation (BJS), 3 exposed" in power
    )


def test_a_biased_estimate_is_named() -> None:
    set_language("en")
    table = planted_table(0.3)
    bad = table["estimator"].eq("two_stage") & table["errors"].eq("iid")
    table.loc[bad, "mean_estimate"] *= 0.9
    table.loc[bad, "coverage"] = 0.8
    said = validation_finding(table, "coverage")
    assert "Two-stage (Gardner), 3 exposed districts, independent errors" in said and "10.0%" in said


@pytest.mark.parametrize("column", ["rejection_rate", "coverage", "power"])
def test_alt_texts_and_findings_exist_in_both_languages(simulated: pd.DataFrame, column: str) -> None:
    for lang in ("id", "en"):
        set_language(lang)
        assert "simula" in validation_alt(simulated, column)
        assert len(validation_finding(simulated, column)) > 100


def test_limits_name_what_was_planted() -> None:
    set_language("en")
    assert PLANTED.neighbours == () and PLANTED.anticipation == ()  # as the fourth line says
    said = simulation_limits()
    assert said.count("\n- ") == 5 and "34 provinces" in said and "150 km" in said
