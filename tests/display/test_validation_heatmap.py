"""The heat map of simulated size and coverage."""

from __future__ import annotations

import pandas as pd
import pytest

from spillover.display import set_language, style
from spillover.display.language import MISSING
from spillover.display.validation_heatmap import _shade, validation_heat_map
from spillover.errors import DataError
from spillover.validation.blocks import DESIGNS, METHODS

CAPTION = {
    "name": "simulated_size",
    "title": "Simulated rejections of a true null, %, Sulawesi and Maluku, 2012–2025",
    "source": "simulated",
    "alt": "Heat map of simulated rejection rates by method and design.",
}


@pytest.fixture(scope="module")
def simulated_table() -> pd.DataFrame:
    """All cells, with made-up rates."""
    rows = [
        {"errors": design.split("-")[0], "n_exposed": int(design.split("-")[1]), "estimator": estimator,
         "inference": inference, "rejection_rate": 0.001 * (i + 8 * j), "coverage": 1 - 0.001 * (i + 8 * j)}
        for j, (estimator, inference) in enumerate(METHODS)
        for i, design in enumerate(DESIGNS)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("lang", "figure", "words"), [("id", ">21,5<", "wilayah terpapar"), ("en", ">21.5<", "exposed")]
)
def test_every_cell_has_its_figure(simulated_table: pd.DataFrame, lang: str, figure: str, words: str) -> None:
    set_language(lang)
    drawn = validation_heat_map(simulated_table, **CAPTION)
    assert drawn.svg.count("<title>") == 8 * len(METHODS)
    assert figure in drawn.svg.replace("\n", "")
    assert words in drawn.svg


def test_missing_cells_have_a_dash(simulated_table: pd.DataFrame) -> None:
    set_language("en")
    table = simulated_table.assign(coverage=simulated_table["coverage"].where(simulated_table.index > 0))
    drawn = validation_heat_map(table, "coverage", **CAPTION)
    assert "95% interval holds the truth" in drawn.svg
    assert drawn.svg.count(f"{MISSING}</title>") == 1
    assert drawn.svg.count("<title>") == 8 * len(METHODS)


def test_white_is_right_orange_too_often_blue_too_rarely() -> None:
    for rate in (0.035, 0.05, 0.065):
        assert _shade(rate, "rejection_rate") == _shade(1 - rate, "coverage") == style.PAPER
    red, _, blue, _ = _shade(0.4, "rejection_rate")
    assert red > blue
    assert _shade(0.4, "rejection_rate") == pytest.approx(_shade(0.6, "coverage"))
    red, _, blue, _ = _shade(0.01, "rejection_rate")
    assert blue > red


def test_a_title_must_say_simulated(simulated_table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="does not say simulated"):
        validation_heat_map(simulated_table, **(CAPTION | {"title": "Rejections, %"}))


def test_unknown_column_and_empty_table_are_refused(simulated_table: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="unknown column"):
        validation_heat_map(simulated_table, "truth", **CAPTION)
    with pytest.raises(DataError, match="empty"):
        validation_heat_map(simulated_table.head(0), **CAPTION)


def test_power_is_white_from_eighty_per_cent(simulated_table: pd.DataFrame) -> None:
    set_language("en")
    assert _shade(0.8, "power") == style.PAPER
    assert len({_shade(rate, "power") for rate in (0.79, 0.5, 0.49, 0.1)}) == 2
    drawn = validation_heat_map(simulated_table.assign(power=0.6), "power", **CAPTION)
    assert "Planted effect found" in drawn.svg and drawn.svg.count("60.0%</title>") == 8 * len(METHODS)
