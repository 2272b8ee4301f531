"""Labels and numbers in both languages."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from spillover.display import catalogue, language
from spillover.display.language import (
    fmt,
    fmt_interval,
    fmt_p,
    fmt_year,
    join,
    label,
    say,
    set_language,
    text_of,
)
from spillover.errors import DataError


def test_the_language_is_indonesian_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language.get_language() == "id"
    monkeypatch.setenv("SPILLOVER_LANG", "en")
    assert language.get_language() == "en"
    set_language("id")
    assert language.get_language() == "id", "what is set in the session goes before the environment"


def test_an_unknown_language_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"unknown language.*fr"):
        set_language("fr")
    monkeypatch.setenv("SPILLOVER_LANG", "EN")
    with pytest.raises(DataError, match="SPILLOVER_LANG"):
        language.get_language()


@pytest.mark.parametrize(
    ("value", "options", "indonesian", "english"),
    [
        (1234.5, {"decimals": 2}, "1.234,50", "1,234.50"),
        (-0.08, {"decimals": 2}, "−0,08", "−0.08"),
        (-0.001, {"decimals": 2}, "0,00", "0.00"),
        (0.08, {"decimals": 2, "sign": True}, "+0,08", "+0.08"),
        (0.0001, {"decimals": 2, "sign": True}, "0,00", "0.00"),
        (0.123, {"decimals": 1, "percent": True}, "12,3%", "12.3%"),
        (1234567, {}, "1.234.567", "1,234,567"),
        (np.int64(4697), {}, "4.697", "4,697"),
        (2.5, {}, "2,5", "2.5"),
        (float("nan"), {"decimals": 1}, "–", "–"),
        (pd.NA, {}, "–", "–"),
        (None, {}, "–", "–"),
    ],
)
def test_numbers_are_written_as_each_language_does(
    value: object, options: dict, indonesian: str, english: str
) -> None:
    assert fmt(value, **options) == indonesian
    set_language("en")
    assert fmt(value, **options) == english


@pytest.mark.parametrize("lang", ["id", "en"])
@given(cents=st.integers(-(10**12), 10**12))
def test_a_written_number_reads_back_as_itself(lang: str, cents: int) -> None:
    """No digit is lost or moved by separators, in either language."""
    set_language(lang)
    written = fmt(cents / 100, 2).replace("−", "-")
    assert float(parse_decimal(written, locale=lang, strict=True)) == cents / 100


def test_p_values_intervals_years_and_lists() -> None:
    assert [fmt_p(p) for p in (0.0004, 0.001, 0.25, None)] == ["<0,001", "0,001", "0,250", "–"]
    assert fmt_interval(-0.43, 0.27, 2) == "[−0,43; 0,27]"
    assert fmt_interval(None, 0.27, 2) == "–"
    assert fmt_year(2024.0) == "2024"
    assert join(["A", "B", "C"]) == "A, B, dan C"
    set_language("en")
    assert fmt_interval(-0.43, 0.27, 2) == "[−0.43, 0.27]"
    assert (fmt_year(2024), join(["A", "B"])) == ("2024", "A and B")
    with pytest.raises(DataError, match="outside 0 to 1"):
        fmt_p(1.2)
    with pytest.raises(DataError, match="not whole"):
        fmt_year(2015.5)


def test_labels_in_both_languages() -> None:
    assert label("ring.>200") == "lebih dari 200 km"
    assert label("map.legend", year=2024).count("2024") == 1
    set_language("en")
    assert label("ring.>200") == "more than 200 km"
    with pytest.raises(DataError, match=r"unknown label.*ring\.none_such"):
        label("ring.none_such")
    with pytest.raises(DataError, match=r"lacks values.*year"):
        label("map.legend")


def test_the_catalogue_names_what_the_data_hold() -> None:
    """Every key has both texts (checked on reading), and the words of the central tables are among them."""
    keys = set(catalogue.read_labels())
    needed = {f"status.{status}" for status in ("operating", "construction", "mine", "idle", "unknown")}
    needed |= {f"basis.{basis}" for basis in ("centroid", "edge")}
    needed |= {f"measure.{m}" for m in ("establishments", "workers", "output", "output_per_establishment")}
    needed |= {
        f"unit.{u}" for u in ("unit", "person", "million_idr", "thousand_idr_2010", "percent", "km", "year")
    }
    needed |= {f"word.{word}" for word in ("figure", "table", "source", "note", "not_available")}
    needed |= {
        f"column.{c}" for c in ("estimate", "p_relocation", "distance_km", "first_operation", "region_code")
    }
    assert needed <= keys


@given(st.integers(0, 499), st.integers(1, 499))
def test_any_ring_has_a_label(low: int, width: int) -> None:
    """Edges are the user's, so the words are made from them."""
    set_language("en")
    assert label(f"ring.{low}-{low + width}") == f"{low}–{low + width} km"
    assert text_of(f">{low}", "ring") == f"more than {low} km"
    set_language("id")
    assert label("ring.0-2.5") == "0–2,5 km"


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("a,x,y\na,x,y\n", "duplicate keys"),
        ("a,,y\n", "empty or surplus cells"),
        ("a,x, y, z\n", "empty or surplus cells"),
        ("a,{n} x,{m} y\n", "placeholders differ"),
        ("b,x,y\na,x,y\n", "out of order"),
    ],
)
def test_a_broken_catalogue_is_refused(tmp_path: Path, rows: str, problem: str) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("key,id,en\n" + rows, encoding="utf-8")
    with pytest.raises(DataError, match=problem):
        catalogue.read_labels(path)


def test_say_shows_one_paragraph_in_the_current_language() -> None:
    assert say(id="Ada **3**.", en="There are **3**.")._repr_mimebundle_() == {
        "text/markdown": "Ada **3**.",
        "text/plain": "Ada **3**.",
    }
    with pytest.raises(DataError, match=r"empty text.*en"):
        say(id="Ada.", en=" ")
