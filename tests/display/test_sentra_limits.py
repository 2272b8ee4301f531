"""What the opening must not hide: who ranks without a park in reach, and what is not counted."""

from __future__ import annotations

import pytest

import spillover as sp
from spillover.display.sentra_choices import steady, steady_words
from spillover.display.sentra_limits import out_of_reach, uncounted
from spillover.sentra.study import SentraStudy


@pytest.mark.parametrize("lang", ["id", "en"])
def test_who_ranks_without_a_park_in_reach_is_named(study: SentraStudy, lang: str) -> None:
    sp.set_language(lang)
    said = str(out_of_reach(study))
    assert said.startswith("Kota Palu dan Donggala" if lang == "id" else "Kota Palu and Donggala")
    assert "200 km" in said
    demand = study.facts.measures.set_index(["measure", "region_code"])["value"]["demand_idr_200km"]
    assert demand[["7271", "7205"]].eq(0).all()


def test_nobody_is_named_where_all_have_a_park(study: SentraStudy) -> None:
    rows = study.facts.measures
    near = rows.assign(value=rows["value"].mask(rows["measure"].eq("demand_idr_200km"), 1e9))
    assert out_of_reach(study._replace(facts=study.facts._replace(measures=near))) == ""


@pytest.mark.parametrize("lang", ["id", "en"])
def test_parks_and_sectors_without_a_figure_are_named(study: SentraStudy, lang: str) -> None:
    """IHIP is half of what the study asks: that nothing is known of it stands on the first screen."""
    sp.set_language(lang)
    parks, sectors = map(str, uncounted(study))
    assert "IHIP" in parks
    assert "OSS" not in parks, "its complex has a number of workers, and it lies in another province"
    assert ("logistik" if lang == "id" else "logistics") in sectors
    blank = study.facts.totals["demand_missing_reason"].eq("no_coefficient")
    assert f" {study.facts.totals.loc[blank, 'sector'].nunique()} " in sectors


def test_steady_districts_are_first_under_every_choice(study: SentraStudy) -> None:
    always, sometimes, n = steady(study)
    wide = study.choices.pivot(index="region_code", columns="choice", values="rank")
    assert set(always) == set(wide.index[wide.max(axis=1) <= 3])
    assert set(sometimes) == set(wide.index[(wide.min(axis=1) <= 3) & (wide.max(axis=1) > 3)])
    assert n == wide.shape[1]
    sp.set_language("en")
    assert "of them), only Morowali is always in the top three" in steady_words(study)
    none = study.choices.assign(rank=study.choices["rank"].where(study.choices["choice"].ne("topsis"), 9))
    assert "no district is always" in steady_words(study._replace(choices=none))
