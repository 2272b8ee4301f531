"""What a printed figure allows: half a unit of its last digit, or more where it is qualified."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from math import inf

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_ledger import claim, ledger

from spillover.errors import DataError
from spillover.partnerships.bounds import ABOUT_SHARE, rounding_half_unit, row_bounds, value_bounds


@pytest.mark.parametrize(
    ("printed", "value", "half"),
    [
        ("Rp3,5 triliun", 3.5e12, 5e10),
        ("Rp3.5 trillion", 3.5e12, 5e10),
        ("2482", 2482, 0.5),
        ("2.482 mitra binaan", 2482, 0.5),
        ("1.250", 1250, 0.5),
        ("1,250", 1250, 0.5),
        ("1.250", 1.25, 0.0005),
        ("lebih dari Rp 700 miliar", 700e9, 5e8),
        ("sekitar Rp.170 miliar", 170e9, 5e8),
        ("sekitar Rp2.565.000.000", 2565e6, 0.5),
        ("Rp2,565 miliar", 2565e6, 5e5),
        ("Rp 13 M per bulan", 13e9, 5e8),
        ("USD 13 M", 13e6, 5e5),
        ("28,5 ton", 28.5, 0.05),
        ("500 kg", 0.5, 0.0005),
        ("72,5%", 72.5, 0.05),
        ("18 juta", 18e6, 5e5),
        ("tahun 2021: 40 orang", 40, 0.5),
        ("4.400.000 (4,4 juta)", 4.4e6, 0.5),
        ("0", 0, 0.5),
        ("ribuan UMKM", 1000, 0),
        ("lima pilar", 5, 0),
        ("Rp3,5 triliun", 3.4e12, 0),
        ("", 5, 0),
        ("1.2.3", 123, 0),
    ],
)
def test_half_a_unit_of_the_last_printed_digit(printed: str, value: float, half: float) -> None:
    """Decimal comma and decimal point; the value says which reading is meant; without one, 0."""
    assert rounding_half_unit(printed, value) == pytest.approx(half, rel=1e-12)


WORDS = {"id": {0: "", 3: " ribu", 6: " juta", 9: " miliar", 12: " triliun"},
         "en": {0: "", 3: " thousand", 6: " million", 9: " billion", 12: " trillion"}}  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    truth=st.decimals(min_value=0, max_value=10**6, places=6),
    digits=st.integers(0, 3),
    scale=st.sampled_from([0, 3, 6, 9, 12]),
    language=st.sampled_from(["id", "en"]),
)
def test_the_true_number_lies_within_half_a_unit(
    truth: Decimal, digits: int, scale: int, language: str
) -> None:
    """Whatever is printed with whatever digits, in either language, the bounds hold the number rounded."""
    shown = truth.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{shown:,.{digits}f}"
    if language == "id":
        text = text.translate(str.maketrans(",.", ".,"))
    value = float(shown.scaleb(scale))
    half = rounding_half_unit(f"Rp{text}{WORDS[language][scale]}", value)
    assert half == pytest.approx(float(Decimal(5).scaleb(scale - digits - 1)), rel=1e-9)
    low, up = row_bounds(
        {"value": value, "qualifier": "exact", "reported_as": f"{text}{WORDS[language][scale]}"}
    )
    true = float(truth.scaleb(scale))
    assert low * (1 - 1e-12) <= true <= up * (1 + 1e-12)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40), st.floats(0, 1e15))
def test_no_text_makes_the_rounding_fall_over(text: str, value: float) -> None:
    assert rounding_half_unit(text, value) >= 0


@pytest.mark.parametrize(
    ("qualifier", "cells", "bounds"),
    [
        ("exact", {"value": 45}, (44.5, 45.5)),
        ("exact", {"value": 0}, (0, 0.5)),
        ("exact", {"value": 5, "reported_as": "lima"}, (5, 5)),
        ("about", {"value": 1900}, (1710, 2090)),
        ("about", {"value": 2}, (1.5, 2.5)),
        ("at_least", {"value": 700}, (699.5, inf)),
        ("at_most", {"value": 700}, (0, 700)),
        ("range", {"value": 1000, "value_high": 9999}, (1000, 9999)),
    ],
)
def test_bounds_of_each_qualifier(
    qualifier: str, cells: dict[str, object], bounds: tuple[float, float]
) -> None:
    table = value_bounds(ledger(claim("simulated", qualifier=qualifier, **cells)))
    assert tuple(table[["value_low", "value_up"]].iloc[0]) == pytest.approx(bounds)


def test_about_is_a_named_assumption() -> None:
    assert ABOUT_SHARE == 0.10


def test_bounds_stay_with_their_rows() -> None:
    """A shuffled index does not move a bound to another row."""
    table = ledger(claim("a", value=10), claim("b", value=20), claim("c", value=30)).iloc[[2, 0, 1]]
    bounds = value_bounds(table).set_index("entry_id")
    assert bounds["value_low"].to_dict() == {"c": 29.5, "a": 9.5, "b": 19.5}


def test_an_unknown_qualifier_or_a_lacking_column_is_refused() -> None:
    with pytest.raises(DataError, match=r"unknown qualifier \(1: nearly\).*use exact, about"):
        row_bounds({"value": 1, "qualifier": "nearly", "reported_as": ""})
    with pytest.raises(DataError, match=r"missing columns \(1: reported_as\)"):
        value_bounds(pd.DataFrame({"value": [1], "value_high": [None], "qualifier": ["exact"]}))
