"""Charts: what is drawn is what is known."""

import re

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from spillover.display import heat_map, line_chart, scatter, set_language, small_multiples, style, timeline
from spillover.display.charts import segments
from spillover.display.exhibits import Exhibit
from spillover.display.heatmap import _shade
from spillover.errors import DataError

CAPTION = {"name": "chart", "title": "Judul", "source": "BPS", "alt": "Dua garis naik dengan jeda pada 2016."}
YEARS = [2013, 2014, 2015, 2017, 2018, 2019]
DATA = pd.DataFrame(
    {
        "year": YEARS * 2,
        "name": ["Sulawesi Tengah"] * 6 + ["Maluku Utara"] * 6,
        "value": [33.1, 40.2, 22.4, 87.2, 89.0, 85.5, 9.0, 8.5, 7.5, 31.9, 29.0, 14.5],
    }
)


def texts(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}text")]


def titles(exhibit: Exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}title")]


def lines_drawn(exhibit: Exhibit, colour: str) -> list[int]:
    """Number of points of each line in this colour."""
    paths = [
        e.get("d")
        for e in etree.fromstring(exhibit.svg).iter("{*}path")
        if f"stroke:{colour}" in e.get("style", "") and "fill:none" in e.get("style", "")
    ]
    return [len(re.findall(r"-?(?:\d+\.?\d*|\.\d+)", d)) // 2 for d in paths]


def test_no_line_runs_through_a_missing_year() -> None:
    """Each province has two lines of three points, before and after 2016, and no line of six."""
    exhibit = line_chart(DATA, series="name", unit="unit", **CAPTION)
    for colour in style.SERIES[:2]:
        assert lines_drawn(exhibit, colour) == [3, 3]


def test_no_line_runs_across_a_break_and_its_reason_is_written() -> None:
    exhibit = line_chart(DATA, series="name", unit="unit", breaks={2019: "revisi"}, **CAPTION)
    assert lines_drawn(exhibit, style.SERIES[0]) == [3, 2, 1], "2019 stands alone"
    assert "revisi" in texts(exhibit)


def test_segments_keep_every_value() -> None:
    line = pd.Series([1, np.nan, 3, 4, 5.0], index=range(2015, 2020))
    parts = segments(line, breaks=[2019])
    assert [list(part.index) for part in parts] == [[2015], [2017, 2018], [2019]]


def test_series_are_named_at_their_ends_and_ticks_follow_the_language() -> None:
    data = DATA.assign(value=DATA["value"] / 40)
    exhibit = line_chart(data, series="name", unit="thousand_idr_2010", **CAPTION)
    assert {"Sulawesi Tengah", "Maluku Utara", "ribu rupiah, harga 2010", "0,5", "2014"} <= set(
        texts(exhibit)
    )
    set_language("en")
    english = texts(line_chart(data, series="name", unit="thousand_idr_2010", **CAPTION))
    assert {"thousand rupiah, 2010 prices", "0.5", "2014"} <= set(english)


def test_names_at_line_ends_stand_apart() -> None:
    """Six lines that end within a hair of each other still have readable names."""
    data = pd.DataFrame(
        [
            {"year": y, "name": f"Kabupaten {k}", "value": 10 + 0.01 * k}
            for k in range(6)
            for y in (2020, 2021)
        ]
    )
    root = etree.fromstring(line_chart(data, series="name", unit="percent", **CAPTION).svg)
    heights = sorted(float(e.get("y")) for e in root.iter("{*}text") if e.text.startswith("Kabupaten"))
    assert len(heights) == 6
    assert min(np.diff(heights)) >= style.NORMAL


@pytest.mark.parametrize(
    ("data", "options", "problem"),
    [
        (DATA.iloc[:0], {}, "empty"),
        (DATA.drop(columns="year"), {}, "missing columns.*year"),
        (DATA.assign(year=2015.5), {}, "not whole"),
        (pd.concat([DATA, DATA]), {}, "years twice"),
        (DATA.assign(value=0.0), {"log": True}, "not positive"),
        (DATA, {"unit": " "}, "no unit"),
        (DATA.assign(value=np.nan), {}, "without any value"),
        (DATA.assign(name=range(12)), {}, "more than 6 lines"),
    ],
)
def test_bad_lines_are_refused(data: pd.DataFrame, options: dict, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        line_chart(data, **({"series": "name", "unit": "unit"} | options), **CAPTION)


def test_small_multiples_have_one_panel_per_series() -> None:
    exhibit = small_multiples(DATA.assign(name=DATA["name"]), series="name", unit="unit", log=True, **CAPTION)
    assert {"Sulawesi Tengah", "Maluku Utara", "perusahaan (skala log)"} <= set(texts(exhibit))
    assert lines_drawn(exhibit, style.SERIES[0]) == [3, 3, 3, 3]


def test_scatter_says_how_many_points_it_shows() -> None:
    data = pd.DataFrame({"d": [10, 120, 300, None], "g": [1.5, 2.5, -1, 3], "who": list("ABCD")})
    exhibit = scatter(data, "d", "g", axes_text=("Jarak (km)", "Pertumbuhan (%)"), names="who", **CAPTION)
    assert {"n = 3", "A", "B", "C", "Jarak (km)", "Pertumbuhan (%)"} <= set(texts(exhibit))
    assert titles(exhibit) == ["A: 10; 1,5", "B: 120; 2,5", "C: 300; −1"]
    with pytest.raises(DataError, match="axis without text"):
        scatter(data, "d", "g", axes_text=("Jarak (km)", ""), **CAPTION)


def test_heat_map_does_not_round_to_all_or_nothing() -> None:
    """99.6 % is not complete and 0.4 % is not nothing; a missing cell is a dash, not a zero."""
    shares = pd.DataFrame([[99.6, 0.4, 100, 0, np.nan]], index=["tpt"], columns=range(2010, 2015))
    exhibit = heat_map(shares, **CAPTION)
    written = [t for t in texts(exhibit) if re.fullmatch(r"\d{1,3}|–", t)]
    assert written == ["99", "1", "100", "0", "–"]
    assert titles(exhibit)[0] == "Tingkat pengangguran terbuka, 2010: 99,6%"
    with pytest.raises(DataError, match="outside 0 to 100"):
        heat_map(shares * 2, **CAPTION)


@pytest.mark.parametrize("share", range(0, 101, 5))
def test_figures_in_cells_contrast_with_their_cell(share: int) -> None:
    """At least 4 : 1 for every shade."""

    def luminance(colour: object) -> float:
        from matplotlib.colors import to_rgb

        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))

    a, b = sorted([luminance(_shade(share)), luminance(style.ink_on(_shade(share)))])
    assert (b + 0.05) / (a + 0.05) >= 4


PARKS = pd.DataFrame(
    {
        "park_id": ["IWIP", "IMIP", "IHIP", "VALE_SOROWAKO"],
        "district": ["Halmahera Tengah", "Morowali", "Morowali", "Luwu Timur"],
        "construction_start": ["2018-08", "2014-12", "", "1973"],
        "first_operation": ["2020-04", "2015-04", "", "1978"],
        "status": ["operating", "operating", "construction", "operating"],
    }
)


def test_timeline_is_ordered_by_first_operation_and_hides_no_park() -> None:
    exhibit = timeline(PARKS, today=2026.9, **CAPTION)
    names = [t for t in texts(exhibit) if ", " in t]
    assert names == [
        "Vale, Sorowako, Luwu Timur",
        "IMIP, Morowali",
        "IWIP (Weda Bay), Halmahera Tengah",
        "IHIP, Morowali",
    ]
    assert {"sejak 1978", "2015", "2020", "tahun mulai tidak diketahui"} <= set(texts(exhibit))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"first_operation": "April 2015"}, "neither year nor year-month"),
        ({"status": "open"}, "unknown status"),
    ],
)
def test_bad_parks_are_refused(changes: dict, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        timeline(PARKS.assign(**changes), today=2026.9, **CAPTION)
