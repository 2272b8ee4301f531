"""Parks by legal status and product, and their workers as reported."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import spillover as sp
from spillover.errors import DataError
from spillover.park_choice import VOCABULARY, choose_parks, park_words
from spillover.parks import chosen_parks
from spillover.workforce import KINDS, park_workforce, read_park_workforce


@pytest.fixture(scope="module")
def parks() -> pd.DataFrame:
    return sp.read_parks()


def chosen(parks: pd.DataFrame, **words: object) -> set[str]:
    return set(choose_parks(parks, **words)["park_id"])  # type: ignore[arg-type]


def test_words_as_read_by_hand(parks: pd.DataFrame) -> None:
    """Read off parks.csv by eye."""
    assert chosen(parks, legal_status="industrial_park") == {"IMIP", "IWIP", "OBI_MSP", "HUADI_KIBA"}
    assert chosen(parks, legal_status="contract_of_work") == {"VALE_SOROWAKO", "WBN_MINE"}
    assert chosen(parks, legal_status="state_enterprise") == {"ANTAM_POMALAA"}
    assert chosen(parks, legal_status="licence_pending") == {"IHIP"}
    assert chosen(parks, legal_status="not_stated") == {
        "OBI_WP", "WANXIANG", "QZ_HENGSHUN", "BMS_BUA", "BNSI_SAMBALAGI", "CMMI_PURIALA", "COR_PETASIA",
    }  # fmt: skip
    assert chosen(parks, product="mhp") == {"IMIP", "IWIP", "OBI_HPAL", "IPIP"}
    assert chosen(parks, product=["matte", "stainless_steel"]) == {"IWIP", "VALE_SOROWAKO", "IMIP", "OSS"}
    assert chosen(parks, product="hpal") == {"IMIP", "IPIP"}
    assert chosen(parks, product="nickel_ore") == {"WBN_MINE"}


def test_planned_and_assumed_products_come_only_if_asked_for(parks: pd.DataFrame) -> None:
    assert chosen(parks, product="hpal", planned=True) - chosen(parks, product="hpal") == {
        "CNI_CERIA", "BNSI_SAMBALAGI",
    }  # fmt: skip
    assert "QZ_HENGSHUN" in chosen(parks, product="npi", planned=True) - chosen(parks, product="npi")
    assert "CNI_CERIA" in chosen(parks, product="ferronickel")  # only its HPAL is a plan


def test_both_arguments_narrow_the_choice(parks: pd.DataFrame) -> None:
    both = chosen(parks, legal_status="psn", product="stainless_steel")
    assert (
        both
        == chosen(parks, legal_status="psn") & chosen(parks, product="stainless_steel")
        == {"IMIP", "OSS"}
    )
    assert len(choose_parks(parks)) == len(parks)


def test_a_specification_can_name_a_word(parks: pd.DataFrame) -> None:
    """`chosen_parks` is what specifications call; the start stays a choice of its own."""
    assert set(chosen_parks("only_hpal")["park_id"]) == {"IMIP", "IPIP"}
    built = chosen_parks("only_hpal", "construction").set_index("park_id")
    assert built.loc["IPIP", ["status", "first_operation_year"]].tolist() == ["operating", 2022]
    assert len(chosen_parks("only_psn")) == len(choose_parks(parks, legal_status="psn")) == 13
    with pytest.raises(DataError, match=r"unknown word .* \(1: gold\).*psn, industrial_park"):
        chosen_parks("only_gold")


def test_every_park_has_words_and_every_word_a_park(parks: pd.DataFrame) -> None:
    words = park_words(parks)
    for kind, (_, vocabulary) in VOCABULARY.items():
        of = words[words["kind"] == kind]
        assert set(of["park_id"]) == set(parks["park_id"])
        assert set(of["word"]) - {"not_stated"} == set(vocabulary)


def test_unknown_words_are_refused_with_the_known_ones(parks: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"unknown product \(1: lithium\).*npi, ferronickel"):
        choose_parks(parks, product="lithium")
    with pytest.raises(DataError, match=r"unknown legal_status \(1: KEK\)"):
        choose_parks(parks, legal_status=["psn", "KEK"])
    with pytest.raises(DataError, match="no park has these words"):
        choose_parks(parks, legal_status="state_enterprise", product="mhp")


def test_a_text_without_a_known_word_is_not_passed_over(parks: pd.DataFrame) -> None:
    changed = parks.assign(products=parks["products"].mask(parks["park_id"].eq("IMIP"), "NPI, cobalt"))
    with pytest.raises(DataError, match=r"products without a known word \(1: IMIP: cobalt\)"):
        park_words(changed)


def test_workforce_of_morowali_as_the_registry_says(parks: pd.DataFrame) -> None:
    """Every number of the registry's text on IMIP stands in the table, contradictions too."""
    table = read_park_workforce().set_index("park_id")
    imip = set(table.loc["IMIP", "workers"])
    assert {11257, 28500, 43000, 35592, 51542, 68466, 74350, 83000, 85423, 89849} <= imip
    assert table.loc["IMIP"].query("workers == 11257")["kind"].item() == "need"
    claims = sp.read_ledger()
    claim = claims[claims["entry_id"] == "iwip_park_workers_2024_03_07"]["value"].item()
    assert claim in set(table.loc["IWIP", "workers"].astype(float))


def test_every_park_with_a_workforce_text_has_a_row(parks: pd.DataFrame) -> None:
    """Except where the text only points to another park."""
    told = set(parks.loc[parks["workforce"].ne("") & ~parks["workforce"].str.startswith("see "), "park_id"])
    assert set(read_park_workforce()["park_id"]) == told


def test_the_latest_report_holds_until_the_next() -> None:
    workers = park_workforce(range(2015, 2027))
    assert workers.loc["IMIP"].astype("Float64").tolist()[2:8] == [11000, 28500, 28500, 35592, 51542, 68466]
    assert workers.loc["IMIP"].isna().tolist()[:2] == [True, True]  # nothing before the first count
    assert workers.loc["IMIP", 2026] == 85423  # Indonesians only in 2026: another kind
    assert workers.loc["VDNI", 2024] == 6000  # the number of the whole area is another coverage
    assert workers.loc["CNI_CERIA"].isna().all()  # "thousands" is no number
    assert workers.index.get_level_values("park_id").nunique() == 24


def test_kinds_and_coverage_are_chosen_not_mixed() -> None:
    assert park_workforce([2023])["VALE_SOROWAKO", 2023] == 3017
    assert park_workforce([2023], kinds=["with_contractors"])["VALE_SOROWAKO", 2023] == 9000
    # October 2023 with contractors, December 2023 employees: the later one, whatever the order of kinds
    assert park_workforce([2023], kinds=["with_contractors", "employees"])["VALE_SOROWAKO", 2023] == 3017
    assert park_workforce([2022], covers="complex")["OBI_MSP", 2022] == 20000
    assert park_workforce([2022])["OBI_MSP", 2022] is pd.NA
    assert park_workforce([2025], kinds=["construction"])["IPIP", 2025] == 3100
    assert park_workforce([2025], kinds=KINDS).notna().sum() > park_workforce([2025]).notna().sum()


def test_old_reports_can_be_left_out() -> None:
    assert park_workforce([2024])["VDNI", 2024] == 6000
    assert park_workforce([2024], max_age=3)["VDNI", 2024] is pd.NA
    assert park_workforce([2022], max_age=3)["VDNI", 2022] == 6000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("IMIP,2018,2018-08,28500", "IMIX,2018,2018-08,28500", r"unknown parks \(1: IMIX\)"),
        ("IMIP,2018,2018-08,28500", "IMIP,2019,2018-08,28500", "dates that do not fit"),
        ("IMIP,2018,2018-08,28500", "IMIP,2018,2018-8,28500", "dates that do not fit"),
        ("IMIP,2018,2018-08,28500", "IMIP,2018,2018-08,0", "numbers that do not fit"),
        ("IMIP,2018,2018-08,28500", "IMIP,2018,2018-08,", "numbers that do not fit"),
        ("employees,park,false,https://enw", "employees,park,true,https://enw", "one preferred"),
        ("28500,about,\"around 28,500 employees\",employees", "28500,about,x,staff", "unknown kind"),
        ("28500,about,", "28500,roughly,", "unknown qualifier"),
    ],
)  # fmt: skip
def test_faults_of_the_table_are_found(
    change_file: Callable[..., Path], old: str, new: str, words: str
) -> None:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    change_file("park_workforce", edit)
    with pytest.raises(DataError, match=words):
        read_park_workforce()


def test_unknown_words_for_workers_are_refused() -> None:
    with pytest.raises(DataError, match=r"unknown kind \(1: staff\)"):
        park_workforce([2020], kinds=["staff"])
    with pytest.raises(DataError, match="unknown kind"):
        park_workforce([2020], kinds=[])
    with pytest.raises(DataError, match="unknown coverage"):
        park_workforce([2020], covers="district")
