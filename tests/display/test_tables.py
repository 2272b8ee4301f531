"""Tables as HTML, CSV, LaTeX and text."""

import io

import pandas as pd
import pytest
from lxml import html as lxml_html

from spillover.display import Column, set_language, table
from spillover.display.exhibits import Exhibit
from spillover.errors import DataError

DATA = pd.DataFrame(
    {
        "region_name": ["Morowali <b>", "Luwu_Timur & 5%"],
        "year": [2023, 2024],
        "distance_km": [18.123456789, None],
        "status": ["operating", "idle"],
    }
)
COLUMNS = {
    "region_name": "region_name",
    "year": "year",
    "distance_km": Column("distance_km", "km", 1),
    "status": Column("status", values="status"),
}


def make(data: pd.DataFrame = DATA, **changes: object) -> Exhibit:
    options = {
        "columns": COLUMNS,
        "name": "distances",
        "title": "Jarak & status",
        "source": "BPS_1",
    } | changes
    return table(data, **options)


def test_html_is_accessible_and_has_the_unit_in_the_header() -> None:
    root = lxml_html.fromstring(make().html)
    heads = [th.text_content() for th in root.iterfind(".//thead//th")]
    assert heads == ["Kabupaten/kota", "Tahun", "Jarak(km)", "Status"]
    assert {th.get("scope") for th in root.iterfind(".//thead//th")} == {"col"}
    assert [th.get("scope") for th in root.iterfind(".//tbody//th")] == ["row", "row"]
    scroll = root.find(".//div[@class='table-scroll']")
    assert (scroll.get("tabindex"), scroll.get("role"), scroll.get("aria-label")) == (
        "0",
        "region",
        "Jarak & status",
    )
    cells = [[c.text_content() for c in row] for row in root.iterfind(".//tbody/tr")]
    assert cells == [
        ["Morowali <b>", "2023", "18,1", "beroperasi"],
        ["Luwu_Timur & 5%", "2024", "–", "berhenti"],
    ]
    assert "text-align:right" in root.find(".//tbody/tr/td[2]").get("style")
    assert "– berarti tidak tersedia." in root.text_content()


def test_english_changes_words_and_separators_but_not_the_csv() -> None:
    indonesian = make()
    set_language("en")
    english = make()
    assert "18.1" in english.html and "operating" in english.html and "Source: BPS_1" in english.html
    assert english.csv == indonesian.csv
    raw = pd.read_csv(io.StringIO(english.csv))
    assert list(raw) == list(COLUMNS)
    assert raw["distance_km"][0] == pytest.approx(18.123456789, rel=1e-7)
    assert raw["status"].tolist() == ["operating", "idle"]


def test_latex_is_booktabs_with_caption_label_source_and_escapes() -> None:
    latex = make().latex
    parts = [
        r"\toprule",
        r"\caption{Jarak \& status}",
        r"\label{tab:distances}",
        r"\begin{tabular}{lrrl}",
        r"Morowali \textless{}b\textgreater{} & 2023 & 18,1 & beroperasi \\",
        r"Luwu\_Timur \& 5\%",
        r"Sumber: BPS\_1",
        r"(km)",
    ]
    for part in parts:
        assert part in latex


def test_bundle_and_plain_text() -> None:
    data, metadata = make()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/csv", "text/latex", "text/plain"}
    assert metadata == {"spillover": {"kind": "table", "name": "distances", "lang": "id"}}
    lines = data["text/plain"].splitlines()
    assert lines[0] == "Tabel distances: Jarak & status"
    assert lines[2].index("2023") + 4 == lines[3].index("2024") + 4


@pytest.mark.parametrize(
    ("data", "changes", "problem"),
    [
        (DATA, {"columns": {"distance_km": "distance_km"}}, "numbers without unit.*distance_km"),
        (DATA, {"columns": {"nothing": "x"}}, "missing columns.*nothing"),
        (DATA.iloc[:0], {}, "empty"),
        (DATA, {"source": ""}, "no source"),
        (DATA.assign(year=[2023.5, 2024]), {}, "not whole"),
    ],
)
def test_bad_tables_are_refused(data: pd.DataFrame, changes: dict, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        make(data, **changes)
