"""A matplotlib figure becomes an inline SVG that can share a page with others."""

import re

import numpy as np
import pytest
from lxml import etree
from matplotlib.figure import Figure

from spillover.display.exhibits import Exhibit, figure
from spillover.display.svg import compact_path
from spillover.errors import DataError

ALT = "Garis yang naik dari satu ke empat lalu turun ke dua."


def draw(name: str = "growth", **changes: str) -> Exhibit:
    fig = Figure(figsize=(4, 3))
    axes = fig.subplots()
    axes.plot([1, 2, 3], [1, 4, 2], marker="o", gid="region-7203")
    axes.set_ylabel("Pertumbuhan (%)")
    caption = {"title": "Pertumbuhan <%>, Morowali", "source": "BPS & lain", "alt": ALT} | changes
    return figure(fig, titles={"region-7203": "Morowali: 18 km dari IMIP (0–50 km)"}, name=name, **caption)


def svg_of(exhibit: Exhibit) -> etree._Element:
    return etree.fromstring(exhibit.svg)


def test_the_bundle_is_what_the_report_expects() -> None:
    data, metadata = draw()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain"}
    assert metadata == {"spillover": {"kind": "figure", "name": "growth", "lang": "id"}}
    html = data["text/html"]
    assert html.startswith('<figure class="exhibit figure" id="fig-growth">')
    assert '<span class="exhibit-number" data-kind="figure"></span> Pertumbuhan &lt;%&gt;, Morowali' in html
    assert '<p class="exhibit-source">Sumber: BPS &amp; lain</p>' in html
    assert data["text/plain"] == "Gambar growth: Pertumbuhan <%>, Morowali"


def test_the_svg_scales_speaks_and_leaks_nothing_into_the_page() -> None:
    root = svg_of(draw())
    assert root.get("viewBox") == "0 0 288 216"
    assert root.get("width") is None and root.get("height") is None
    assert (root.get("role"), root.get("aria-label")) == ("img", ALT)
    tags = {etree.QName(element).localname for element in root.iter()}
    assert not tags & {"style", "metadata"}
    titles = [element.text for element in root.iter("{*}title")]
    assert titles == ["Morowali: 18 km dari IMIP (0–50 km)"]
    assert any(element.text == "Pertumbuhan (%)" for element in root.iter("{*}text")), "text stays text"
    svg = draw().svg
    assert not re.search(r"xlink|DOCTYPE|<!--|font-family:|[0-9]\.[0-9]{3}", svg)


def test_ids_are_prefixed_and_every_reference_has_its_target() -> None:
    first, second = draw("first"), draw("second")
    ids = [set(re.findall(r'\bid="([^"]+)"', e.html)) for e in (first, second)]
    assert ids[0] and not ids[0] & ids[1]
    assert all(i.startswith(("first-", "fig-first")) for i in ids[0])
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', first.svg))
    assert used and {a or b for a, b in used} <= ids[0]


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert draw().html == draw().html


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"source": " "}, "no source"),
        ({"title": ""}, "no title"),
        ({"alt": "Peta."}, "alt text of 5 characters"),
        ({"name": "Ring Map"}, "not lower snake case"),
    ],
)
def test_an_exhibit_without_source_title_alt_or_proper_name_is_refused(changes: dict, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        draw(**changes)


def test_pyplot_figures_are_closed() -> None:
    import matplotlib.pyplot as plt

    fig, _ = plt.subplots()
    figure(fig, name="closed", title="Judul", source="BPS", alt=ALT)
    assert not plt.fignum_exists(fig.number)


def test_compact_paths_end_where_the_long_ones_do() -> None:
    """Steps of rounded positions do not drift: after 2,000 of them the end is still right to a tenth."""
    points = np.random.default_rng(1).normal(size=(2000, 2)).cumsum(axis=0)
    long = "M " + " \nL ".join(f"{x:.6f} {y:.6f}" for x, y in points)
    compact = compact_path(long)
    numbers = [float(n) for n in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", compact)]
    end = np.array(numbers).reshape(-1, 2).sum(axis=0)
    assert np.abs(end - points[-1]).max() <= 0.0501
    assert len(compact) < 0.5 * len(long)
    assert (
        compact_path("M 0 3 \nC 0.795609 3 1.55874 2.683901 2.12132 2.12132 z")
        == "M 0 3 C 0.8 3 1.6 2.7 2.1 2.1 z"
    )
