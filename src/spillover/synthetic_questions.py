"""What the synthetic study asks: district, outcome, opening and years, and the panel of each question."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from spillover.catalogue import read_breaks
from spillover.errors import DataError
from spillover.indicators import read_indicator
from spillover.panel import make_panel
from spillover.parks import read_parks
from spillover.regions import read_regions
from spillover.specs import make_spec_id
from spillover.synthetic_donors import donor_pool


class Question(NamedTuple):
    """One district, one outcome, one date that counts as the opening, and the years of the series."""

    treated: str
    park_id: str
    indicator: str
    logged: bool
    start: str  # "operation" or "construction"
    first_year: int
    last_year: int

    @property
    def outcome(self) -> str:
        return f"log_{self.indicator}" if self.logged else self.indicator

    @property
    def spec_id(self) -> str:
        return f"{self.treated}_{self.indicator}_{self.start}"


# The poverty line begins in 2011, four years before Morowali's park: too few to choose weights on.
QUESTIONS = (
    Question("7203", "IMIP", "grdp_per_capita_real", True, "operation", 2000, 2024),
    Question("7203", "IMIP", "grdp_per_capita_real", True, "construction", 2000, 2024),
    Question("7203", "IMIP", "tpt", False, "operation", 2008, 2020),
    Question("8202", "IWIP", "grdp_per_capita_real", True, "operation", 2000, 2024),
    Question("8202", "IWIP", "grdp_per_capita_real", True, "construction", 2000, 2024),
    Question("8202", "IWIP", "tpt", False, "operation", 2008, 2020),
    Question("8202", "IWIP", "poverty_line", True, "operation", 2011, 2025),
)


def study_panel(
    question: Question, table: pd.DataFrame | None = None, ground: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Panel of the treated district and its donors, and the pool: region_code, reason ("" for a donor).

    ``table`` (as from `read_indicator`) and ``ground`` (as from `lasting_reasons`) are read if not given.
    """
    years = usable_years(question)
    pool = donor_pool(question.indicator, years, ground)
    chosen = [question.treated, *pool.loc[pool["reason"].eq(""), "region_code"]]
    regions = read_regions()
    regions = regions[regions["region_code"].isin(chosen)].reset_index(drop=True)
    table = read_indicator(question.indicator) if table is None else table
    return make_panel([table], regions, years), pool


def usable_years(question: Question) -> range:
    """Years of the question up to the first revision of the treated district's own series."""
    breaks = read_breaks(question.indicator)
    own = breaks[breaks["region_code"].eq(question.treated) & breaks["kind"].eq("revision")]
    later = own.loc[own["year"] > question.first_year, "year"]
    return range(question.first_year, min([question.last_year + 1, *later]))


def breaks_inside(question: Question) -> pd.DataFrame:
    """Known breaks of the treated district, its province or the whole country inside the years used."""
    breaks, years = read_breaks(question.indicator), usable_years(question)
    places = ["", question.treated, question.treated[:2] + "00"]
    inside = breaks["year"].between(years[1], years[-1])
    return breaks[breaks["region_code"].isin(places) & inside].reset_index(drop=True)


def opening_year(park_id: str, start: str) -> int:
    """First year of operation, or of construction, of a park of the registry."""
    park = read_parks().set_index("park_id").loc[park_id]
    year = str(park["first_operation" if start == "operation" else "construction_start"])[:4]
    if not year.isdigit():
        raise DataError("parks.csv", f"no year of {start}", [park_id], "add it, or use the other start")
    return int(year)


def name_of(question: Question, method: str) -> str:
    """Name of a specification, for `spillover.run_spec`."""
    options = {"treated": question.treated, "start": question.start, "method": method}
    return make_spec_id("synthetic", question.indicator, options, {"start": "operation"})
