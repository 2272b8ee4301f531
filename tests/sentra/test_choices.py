"""Ranks under other choices are the ranks of the tables that make those choices."""

from __future__ import annotations

import numpy as np
import pytest

from spillover.sentra.choices import other_choices
from spillover.sentra.criteria import read_criteria
from spillover.sentra.ranking import rank_districts
from spillover.sentra.study import SentraStudy
from spillover.sentra.values import criteria_values


def test_the_table_itself_is_the_first_choice(study: SentraStudy) -> None:
    central = study.ranks.set_index("region_code")
    for choice, method in (("as_used", "weighted"), ("topsis", "topsis")):
        own = study.choices[study.choices["choice"].eq(choice)].set_index("region_code")
        assert own["rank"].to_dict() == central[f"rank_{method}"].to_dict()
        assert own["score"].to_dict() == pytest.approx(central[f"score_{method}"].to_dict())


def test_another_reach_is_another_measure(study: SentraStudy) -> None:
    criteria = read_criteria()
    demand = criteria["criterion_id"].eq("demand_100km")
    table = criteria.assign(measure=criteria["measure"].mask(demand, "demand_idr_200km"))
    values = criteria_values(study.facts.measures, table)
    ranked = rank_districts(values.values, table, draws=10, ranges=(values.low, values.high))
    found = study.choices[study.choices["choice"].eq("reach_200")].set_index("region_code")["rank"]
    assert found.to_dict() == ranked.set_index("region_code")["rank_weighted"].to_dict()


def test_choices_that_cannot_be_made_are_absent(study: SentraStudy) -> None:
    criteria = read_criteria()
    none = criteria[criteria["kind"].eq("data")]
    none = none.assign(weight=none["weight"] / none["weight"].sum())
    made = other_choices(study.facts.measures, none)
    assert set(made["choice"]) == {"as_used", "topsis", "equal_weights"}
    both = criteria.assign(measure=criteria["measure"].mask(criteria["measure"].eq("tpt"), "demand_idr_50km"))
    assert "reach_200" not in set(other_choices(study.facts.measures, both)["choice"])


def test_equal_weights_leave_out_what_weighs_nothing(study: SentraStudy) -> None:
    criteria = read_criteria()
    only = criteria.assign(
        weight=np.where(criteria["criterion_id"].isin(["population", "schooling"]), 0.5, 0.0)
    )
    made = other_choices(study.facts.measures, only).pivot(
        index="region_code", columns="choice", values="score"
    )
    assert made["equal_weights"].to_numpy() == pytest.approx(made["as_used"].to_numpy())
