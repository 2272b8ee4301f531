"""Every excerpt of a BPS table gives what a careful reader gets out of it, or is refused and told why."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from spillover.bps.measures import Declared
from spillover.bps.reading import clean_files
from spillover.bps.titles import SIZES, slug

FOLDER = Path(__file__).parents[1] / "data" / "bps"
ENTRIES = yaml.safe_load((FOLDER / "manifest.yml").read_text(encoding="utf-8"))


def cleaned(entry: dict[str, Any]) -> Any:
    """Clean one excerpt with what its entry declares."""
    options = {key: str(value) for key, value in entry.get("options", {}).items()}
    return clean_files([FOLDER / entry["file"]], Declared(**options))


# Words of our names for printed headings.
MEANT = {
    "Perusahaan": {"establishments"},
    "Usaha": {"establishments", "usaha"},
    "Tenaga Kerja": {"workers"},
    "Miskin": {"poor_population", "poverty_rate"},
    "Penduduk": {"population"},
    "Harapan": {"expected_years", "life_expectancy"},
}
# Scale of the unit in which the catalogue keeps an indicator; the manifest gives base units.
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}


def in_unit(cell: dict[str, Any], unit: str) -> float:
    """The expected value in the unit of the row."""
    word = unit.split("_")[0]
    return float(cell["value"]) / SCALES.get(word, 1.0)


def in_words(unit: str) -> str:
    """A unit of the long table as the manifest has it: without scale and prices, "head" as "capita"."""
    plain = re.sub(r"_(?:current|20\d\d)$", "", re.sub(r"^(?:thousand|million|billion)_", "", unit.lower()))
    return plain.replace("per_head", "per_capita")


def measures(fragment: str, indicator: str) -> bool:
    """Whether an indicator's name is that of a printed heading with this fragment."""
    words = {slug(fragment), SIZES.get(fragment.lower(), slug(fragment))} | MEANT.get(fragment, set())
    return any(word in indicator for word in words)


def name(entry: dict[str, Any]) -> str:
    return entry["file"] + ("+" + ",".join(entry["options"]) if entry.get("options") else "")


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "expect" in e], ids=name)
def test_excerpt_is_read(entry: dict[str, Any]) -> None:
    result = cleaned(entry)
    assert not result.files[0].refused
    table, expect = result.table, entry["expect"]
    for cell in expect["values"]:
        rows = table[(table["region_code"] == cell["region_code"]) & (table["year"] == cell["year"])]
        rows = rows[rows["period"] == cell.get("period", "")]
        if "measure" in cell:
            rows = rows[[measures(cell["measure"], indicator) for indicator in rows["indicator"]]]
        rows = rows[[in_words(unit) == cell["unit"].lower() for unit in rows["unit"]]]
        assert len(rows) == 1, f"{cell}: {rows.to_dict('records')}"
        row = rows.iloc[0]
        assert row["status"] == cell.get("status", "final"), cell
        assert row["missing_reason"] == cell.get("missing_reason", ""), cell
        if cell["value"] is None:
            assert row["value"] != row["value"], cell
        else:
            assert row["value"] == pytest.approx(in_unit(cell, row["unit"]), rel=1e-12), cell
    assert len(table) == expect["cells"]
    assert int(table["value"].isna().sum()) == expect["missing"]


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "refused" in e], ids=name)
def test_excerpt_is_refused(entry: dict[str, Any]) -> None:
    result = cleaned(entry)
    assert result.table.empty
    assert entry["refused"].lower() in result.files[0].refused[0].lower()
