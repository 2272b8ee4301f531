"""The sentra study as a reader meets it: sections of paragraphs and exhibits, in the current language."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from spillover.display.exhibits import Exhibit
from spillover.display.language import Said, say
from spillover.display.sentra_changes import sentra_change_table
from spillover.display.sentra_choices import sentra_choice_table
from spillover.display.sentra_compare import sentra_compare_table
from spillover.display.sentra_coverage import sentra_coverage_table, sentra_places_table
from spillover.display.sentra_demand import sentra_demand_table, sentra_items_table
from spillover.display.sentra_demand_years import sentra_demand_figure
from spillover.display.sentra_gaps import sentra_gap_table, sentra_gap_words
from spillover.display.sentra_map import sentra_map
from spillover.display.sentra_needs import sentra_needs_exhibits
from spillover.display.sentra_opening import sentra_opening
from spillover.display.sentra_places import (
    sentra_access_finding,
    sentra_access_table,
    sentra_structure_table,
    sentra_supply_table,
)
from spillover.display.sentra_ranks import (
    sentra_criteria_table,
    sentra_rank_figure,
    sentra_rank_table,
)
from spillover.display.sentra_reported import (
    sentra_purchases_table,
    sentra_reported_table,
    sentra_unknown_table,
)
from spillover.display.sentra_why import (
    sentra_explained,
    sentra_values_table,
    value_parts,
)

if TYPE_CHECKING:
    from spillover.sentra.study import SentraStudy


Items = tuple[Said | Exhibit, ...]
# Gives what a function makes, or has made before of the same facts: for what does not depend on weights.
Kept = Callable[[str, Callable[[], Items]], Items]


class Section(NamedTuple):
    """A heading with what stands under it."""

    title: Said
    items: Items


def _make(name: str, make: Callable[[], Items]) -> Items:
    return make()


def sentra_sections(study: SentraStudy, kept: Kept = _make) -> list[Section]:
    """Everything that the page of a study shows, in order, in the current language.

    The first item of the first section is the opening paragraph. With weights of a meeting, what they changed
    follows at once. ``kept`` may spare making again what follows from the facts alone.

    Examples
    --------
    >>> sentra_sections(sentra_study("7200"))[0].items[0]  # doctest: +SKIP
    """
    changed = (sentra_compare_table(study),) if study.own_weights else ()
    return [
        Section(
            say(id="Jawaban singkat", en="The answer in short"),
            (
                sentra_opening(study),
                *changed,
                sentra_rank_figure(study),
                sentra_rank_table(study),
                sentra_map(study),
            ),
        ),
        _why(study),
        _demand(study, kept),
        Section(
            say(id="Pasokan dan struktur", en="Supply and structure"),
            kept("supply", lambda: (sentra_supply_table(study), sentra_structure_table(study))),
        ),
        Section(
            say(id="Akses ke kawasan dan pasar", en="Access to parks and markets"),
            kept("access", lambda: (sentra_access_finding(study), sentra_access_table(study))),
        ),
        Section(
            say(id="Permintaan dan pasokan menurut sektor", en="Demand and supply by sector"),
            kept("gaps", lambda: (*sentra_gap_words(study), sentra_gap_table(study))),
        ),
        Section(
            say(id="Hambatan dan kebutuhan menurut daerah", en="Obstacles and needs as districts see them"),
            tuple(sentra_needs_exhibits(study)),
        ),
        Section(
            say(id="Pelatihan dan perizinan", en="Training and licensing"),
            kept("coverage", lambda: (sentra_coverage_table(study),)) + _places(study, kept),
        ),
    ]


def _why(study: SentraStudy) -> Section:
    """Criteria, values, the three most probable districts criterion by criterion, and what would change it."""
    values = (sentra_values_table(study, part) for part in range(1, value_parts(study) + 1))
    return Section(
        say(id="Mengapa peringkatnya begitu", en="Why districts rank as they do"),
        (
            sentra_criteria_table(study),
            *values,
            *sentra_explained(study),
            sentra_choice_table(study),
            sentra_change_table(study),
        ),
    )


def _demand(study: SentraStudy, kept: Kept) -> Section:
    def make() -> Items:
        return tuple(
            _once(
                sentra_demand_figure(study),
                sentra_demand_table(study),
                sentra_items_table(study),
                sentra_unknown_table(study),
                sentra_reported_table(),
                sentra_purchases_table(study),
            )
        )

    return Section(say(id="Permintaan kawasan", en="Demand of the parks"), kept("demand", make))


def _places(study: SentraStudy, kept: Kept) -> Items:
    """Places of the province beside its ranks; those of other provinces follow from the facts alone."""

    def make() -> Items:
        return (sentra_places_table(study),)

    return kept("places", make) if study.facts.places.empty else make()


def _once(*items: Said | Exhibit) -> list[Said | Exhibit]:
    """Items without sentences that were said before: that there is no demand."""
    kept: list[Said | Exhibit] = []
    for item in items:
        if isinstance(item, Exhibit) or item not in kept:
            kept.append(item)
    return kept
