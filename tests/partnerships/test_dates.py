"""Dates as printed: the days that they may mean, and which is later."""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spillover.errors import DataError
from spillover.partnerships.dates import is_date, is_later, period, stretch, years_between

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def forms(day: date) -> list[str]:
    """Every way to print a day, the coarsest first."""
    part = "early" if day.month <= 4 else "mid" if day.month <= 8 else "late"
    return [f"{day:%Y}", f"{part}-{day:%Y}", f"{day:%Y-%m}", day.isoformat()]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-03-07", "2024-03-07", "2024-03-07"),
        ("early-2025", "2025-01-01", "2025-04-30"),
        ("mid-2025", "2025-05-01", "2025-08-31"),
        ("late-2025", "2025-09-01", "2025-12-31"),
    ],
)
def test_days_that_a_date_may_mean(text: str, first: str, last: str) -> None:
    assert [day.isoformat() for day in stretch(text)] == [first, last]


BAD = [
    "", "24", "2024-1", "2024-13", "2024-00", "2023-02-29", "2024-3-7", "2024-03-00", "2024-06-31",
    "Early-2025", "early 2025", "early-2025-03", "2024-03-07 ", "1850", "after 2025", "２０２４",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_other_texts_are_no_dates(text: str) -> None:
    assert not is_date(text)
    with pytest.raises(DataError, match=r"not a date of the ledger \(1: .*To mend it: write 2024, 2024-03"):
        stretch(text)


def test_parts_of_a_year_are_no_plain_dates() -> None:
    assert not is_date("mid-2025", fuzzy=False)
    assert is_date("2025", fuzzy=False)


@settings(max_examples=100, deadline=None)
@given(DAYS)
def test_every_form_of_a_day_holds_it_and_finer_forms_say_more(day: date) -> None:
    spans = [stretch(text) for text in forms(day)]
    assert all(span.first <= day <= span.last for span in spans)
    lengths = [span.last - span.first for span in spans]
    assert lengths == sorted(lengths, reverse=True)
    assert spans[-1] == (day, day)


@settings(max_examples=100, deadline=None)
@given(st.integers(1900, 2099))
def test_parts_of_a_year_and_its_months_fill_it_without_overlap(year: int) -> None:
    for names in (["early", "mid", "late"], [f"{m:02}" for m in range(1, 13)]):
        texts = [f"{n}-{year}" if n.isalpha() else f"{year}-{n}" for n in names]
        days = [(s.last - s.first).days + 1 for s in map(stretch, texts)]
        assert sum(days) == (366 if isleap(year) else 365)
        for a, b in pairwise(texts):
            assert stretch(b).first - stretch(a).last == timedelta(days=1)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789-earlymidt ", max_size=12))
def test_a_text_is_a_date_or_is_refused(text: str) -> None:
    if is_date(text):
        assert stretch(text).first <= stretch(text).last
    else:
        with pytest.raises(DataError):
            stretch(text)


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, st.integers(0, 3), st.integers(0, 3))
def test_what_is_called_later_cannot_be_wholly_earlier(a: date, b: date, i: int, j: int) -> None:
    one, other = forms(a)[i], forms(b)[j]
    assert not (is_later(one, other) and is_later(other, one))
    if stretch(one).first > stretch(other).last:
        assert is_later(one, other)
    if is_later(one, other):
        assert stretch(one).last > stretch(other).first


def test_overlapping_dates_are_not_ordered() -> None:
    assert not is_later("2024-05", "mid-2024")
    assert not is_later("mid-2024", "2024-05")
    assert not is_later("2024-12-31", "2024")
    assert not is_later("2024", "2024")


def test_a_period_lasts_from_its_first_day_to_its_last() -> None:
    assert [d.isoformat() for d in period("2021", "2023-06")] == ["2021-01-01", "2023-06-30"]
    assert years_between(*period("2001", "2004")) == 4.0
    assert years_between(date(2022, 1, 2), date(2022, 1, 1)) == 0
