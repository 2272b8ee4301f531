"""The curve of an effect in distance: what is drawn and said, in both languages."""

import numpy as np
import pandas as pd
import pytest
from lxml import etree

from spillover.display import set_language
from spillover.display.curve_chart import distance_curve_chart
from spillover.errors import DataError
from spillover.models.distance_curve import POINTWISE, distance_curve

CAPTION = {
    "name": "curve",
    "title": "Perubahan menurut jarak (data simulasi)",
    "source": "simulasi",
    "alt": "Taksiran per kelas jarak turun dari dekat kawasan ke nol.",
}


@pytest.fixture(scope="module")
def curve() -> pd.DataFrame:
    random = np.random.default_rng(3)
    km = np.sort(random.uniform(3, 480, 96))
    data = pd.DataFrame({"region_code": [f"s{i}" for i in range(96)], "distance_km": km})
    return distance_curve(data.assign(y=np.exp(-km / 60) + 0.2 * random.normal(size=96)), "y", bins=6)


def svg_texts(exhibit) -> list[str]:
    return [e.text for e in etree.fromstring(exhibit.svg).iter("{*}text")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("id", ("Jarak ke kawasan (km)", "kab./kota", "pita 95% semua kelas", "poin log")),
        ("en", ("Distance to the park (km)", "districts", "95% band for all bins", "log points")),
    ],
)
def test_axes_bands_and_counts_are_named(curve: pd.DataFrame, language: str, said: tuple[str, ...]) -> None:
    set_language(language)
    exhibit = distance_curve_chart(curve, **CAPTION)
    texts = svg_texts(exhibit)
    assert set(said) <= set(texts)
    assert texts.count("16") == 5, "the number of districts under each bin"
    assert "16" in exhibit.html.split("exhibit-note")[1], "and that of the outermost in the note"


def test_one_kind_of_interval_needs_no_legend(curve: pd.DataFrame) -> None:
    texts = svg_texts(distance_curve_chart(curve[curve["vcov"] == POINTWISE], **CAPTION))
    assert not any("95%" in text for text in texts)


def test_each_step_says_its_numbers_on_hover(curve: pd.DataFrame) -> None:
    set_language("en")
    titles = [e.text for e in etree.fromstring(distance_curve_chart(curve, **CAPTION).svg).iter("{*}title")]
    first = curve.iloc[0]
    assert any(f"{first['estimate']:.3f}" in (title or "") for title in titles)


def test_bad_curves_are_refused(curve: pd.DataFrame) -> None:
    with pytest.raises(DataError, match=r"terms that are not bins of distance \(1: near\)"):
        distance_curve_chart(curve.assign(term="near"), **CAPTION)
    with pytest.raises(DataError, match=r"several outcomes in one curve \(2: y, z\)"):
        distance_curve_chart(pd.concat([curve, curve.assign(outcome="z")]), **CAPTION)
    with pytest.raises(DataError, match="missing columns"):
        distance_curve_chart(curve.drop(columns="vcov"), **CAPTION)
