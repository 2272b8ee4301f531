"""The event-study chart says what it rests on, in both languages."""

from __future__ import annotations

import pandas as pd
import pytest
from lxml import etree

from spillover.display import set_language
from spillover.display.event_chart import event_chart
from spillover.errors import DataError

CAPTION = {
    "name": "event",
    "title": "Taksiran",
    "source": "BPS",
    "alt": "Titik dan selang menurut tahun paparan.",
}


def estimates(ring: str = "0-50", *, known: bool = True) -> pd.DataFrame:
    times = [-2, -1, 0, 1]
    table = pd.DataFrame(
        {"spec_id": f"s:{ring}", "term": [f"event {k}" for k in times], "event_time": times}
    ).assign(outcome="log_grdp", estimate=[0.01, 0.0, 0.2, 0.3], n_exposed=[7, 8, 8, 5])
    table["conf_low"] = (table["estimate"] - 0.1).where((table["event_time"] != -1) & known)
    table["conf_high"] = (table["estimate"] + 0.1).where((table["event_time"] != -1) & known)
    average = {
        "spec_id": f"s:{ring}",
        "term": "average",
        "outcome": "log_grdp",
        "estimate": 0.25,
        "n_exposed": 8,
    }
    if known:
        average |= {"conf_low": 0.15, "conf_high": 0.35}
    return pd.concat([table, pd.DataFrame([average])]).astype({"event_time": "Int64"})


def texts(svg: str) -> list[str]:
    return [e.text or "" for e in etree.fromstring(svg).iter("{*}text")]


def test_points_counts_and_average_are_written() -> None:
    exhibit = event_chart(estimates(), **CAPTION)
    said = texts(exhibit.svg)
    for word in (
        "Tahun sejak pertama kali terpapar",
        "Rata-rata 0,25 [0,15; 0,35]",
        "poin log",
        "−2",
        "+1",
        "7",
        "5",
    ):
        assert word in said
    assert "Titik kosong tanpa selang" in exhibit.html
    assert "0–50 km" not in said, "one panel needs no name"


def test_english_and_one_panel_for_each_ring() -> None:
    set_language("en")
    exhibit = event_chart(pd.concat([estimates(), estimates("50-100", known=False)]), **CAPTION)
    said = texts(exhibit.svg)
    assert {
        "0–50 km",
        "50–100 km",
        "Years since first exposure",
        "Average 0.25 [0.15, 0.35]",
        "Average 0.25",
    } <= set(said)
    assert said.count("Years since first exposure") == 2


def test_a_ring_that_nobody_enters_is_named() -> None:
    set_language("en")
    nobody = estimates("100-200").tail(1).assign(estimate=None, conf_low=None, conf_high=None, n_exposed=0)
    exhibit = event_chart(pd.concat([estimates(), nobody]), **CAPTION)
    assert "No region becomes exposed within the years of the data: 100–200 km." in exhibit.html


def test_refusals() -> None:
    with pytest.raises(DataError, match="event times twice in a panel"):
        event_chart(pd.concat([estimates(), estimates()]), **CAPTION)
    with pytest.raises(DataError, match="several outcomes"):
        event_chart(pd.concat([estimates(), estimates("50-100").assign(outcome="tpt")]), **CAPTION)
    with pytest.raises(DataError, match="the table is empty"):
        event_chart(estimates().tail(1), **CAPTION)
    with pytest.raises(DataError, match="more than 6 panels"):
        event_chart(pd.concat([estimates(str(i)) for i in range(7)]), **CAPTION)
    with pytest.raises(DataError, match="an alt text of 5 characters"):
        event_chart(estimates(), **(CAPTION | {"alt": "Titik"}))
