"""What a page is made of, from notebooks whose outputs are written by hand (no kernel runs)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_books import MATHML, prose, titles

from spillover.errors import DataError
from spillover.report.formats import nbformat
from spillover.report.frame import Frame
from spillover.report.notebooks import Page
from spillover.report.render import CSP, render_page

from nbformat.v4 import new_code_cell, new_notebook, new_output  # isort: skip

FRAME = Frame(
    {lang: {"01_a": "A & B", "02_b": "B"} for lang in ("id", "en")}, "../../results", "1.0", "abc", "d1"
)


def display(data: dict[str, str], kind: str = "", name: str = "", lang: str = "id") -> nbformat.NotebookNode:
    """A cell with one display output, an exhibit if ``kind`` is given."""
    about = {"spillover": {"kind": kind, "name": name, "lang": lang}} if kind else {}
    return new_code_cell("secret_code()", outputs=[new_output("display_data", data=data, metadata=about)])


def exhibit(kind: str, name: str, body: str = "", lang: str = "id", **data: str) -> nbformat.NotebookNode:
    """A cell that shows an exhibit as the display layer makes it."""
    short = {"figure": "fig", "table": "tab"}[kind]
    html = (
        f'<figure class="exhibit {kind}" id="{short}-{name}"><figcaption><span class="exhibit-number" '
        f'data-kind="{kind}"></span> T</figcaption>{body}<p class="exhibit-source">S</p></figure>'
    )
    return display({"text/html": html} | {k.replace("_", "/"): v for k, v in data.items()}, kind, name, lang)


def page_of(*cells: nbformat.NotebookNode, lang: str = "id") -> tuple[str, dict[str, str]]:
    """The page and the result files of a notebook with these cells after its titles."""
    book = new_notebook(cells=[*titles("a"), *cells])
    made = render_page(Page("01_a", lang), nbformat.writes(book), FRAME)
    return made.reports["01_a.html"], made.results


def test_frame_of_the_page() -> None:
    """Language, policy, skip link, landmarks, navigation, and a language switch that keeps the page."""
    page, _ = page_of()
    for part in (
        '<html lang="id">',
        f'http-equiv="Content-Security-Policy" content="{CSP}"',
        "<title>A &amp; B · ",
        'href="#content"',
        '<main id="content"',
        '<a href="01_a.html" aria-current="page">A &amp; B</a>',
        '<a href="02_b.html">B</a>',
        '<a href="../en/01_a.html" hreflang="en" lang="en">English</a>',
        '<a href="01_a.ipynb" download>',
        "CC BY 4.0",
        "spillover 1.0, revisi abc, sidik data d1",
    ):
        assert part in page
    assert '<html lang="en">' in page_of(lang="en")[0]


def test_every_tag_is_closed() -> None:
    """The page is well-formed: each element that opens is closed in its place."""

    class Balance(HTMLParser):
        void = frozenset({"meta", "br", "link", "img", "hr", "input"})

        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in self.void:
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(page_of(exhibit("table", "t", text_csv="a"), prose("id", "- a\n- b"), prose("en", "x"))[0])
    assert parser.open == []


def test_only_the_prose_of_the_language_is_kept() -> None:
    """Untagged cells stay on both pages, tagged ones on their own."""
    both = nbformat.v4.new_markdown_cell("Untagged 17")
    indonesian, english = page_of(both)[0], page_of(both, lang="en")[0]
    assert "Hanya bahasa" in indonesian and "English only" not in indonesian
    assert "Hanya bahasa" not in english and "English only" in english
    assert "Untagged 17" in indonesian and "Untagged 17" in english


def test_code_and_stray_outputs_are_not_shown() -> None:
    """Neither code nor prints nor a bare last line leak; Markdown and HTML outputs are shown."""
    stray = new_code_cell(
        "ax",
        outputs=[
            new_output("stream", name="stdout", text="leak1"),
            new_output("stream", name="stderr", text="leak2"),
            new_output("execute_result", data={"text/plain": "<Axes: leak3>"}),
            new_output("display_data", data={"image/png": "leak4", "text/plain": "leak5"}),
        ],
    )
    page, _ = page_of(stray, display({"text/markdown": "**kept** US$ 5, US$ 6", "text/plain": "leak6"}))
    assert "leak" not in page and "secret_code" not in page
    assert "<strong>kept</strong> US$ 5, US$ 6" in page


def test_an_image_that_is_left_out_is_told() -> None:
    """A figure that nobody can hear described is not shown, and the build says so."""
    book = new_notebook(cells=[*titles("a"), display({"image/png": "x"})])
    made = render_page(Page("01_a", "id"), nbformat.writes(book), FRAME)
    assert len(made.dropped) == 1 and "alt text" in made.dropped[0]


def test_exhibits_are_numbered_by_kind_and_references_resolved_forwards() -> None:
    """Figures and tables count apart; references work in prose, in Markdown outputs and in notes."""
    cells = [
        prose("id", "Lihat [[fig:two_b]] dan [[tab:one_a]]."),
        prose("en", "x"),
        exhibit("figure", "one_a", "<p>[[fig:two_b]]</p>"),
        exhibit("table", "one_a"),
        exhibit("figure", "two_b"),
        display({"text/markdown": "juga [[fig:one_a]]"}),
    ]
    page, _ = page_of(*cells)
    numbers = re.findall(r'data-kind="(\w+)">([^<]+)</span>', page)
    assert numbers == [("figure", "Gambar 1."), ("table", "Tabel 1."), ("figure", "Gambar 2.")]
    assert 'Lihat <a href="#fig-two_b">Gambar 2</a> dan <a href="#tab-one_a">Tabel 1</a>.' in page
    assert page.count('<a href="#fig-two_b">Gambar 2</a>') == 2
    assert 'juga <a href="#fig-one_a">Gambar 1</a>' in page
    assert "Figure 1." in page_of(exhibit("figure", "f", lang="en"), lang="en")[0]


def test_results_files_and_links_to_them() -> None:
    """CSV and LaTeX of a table, SVG of a figure, linked beneath the exhibit by the way from the page."""
    svg = '<div class="exhibit-body"><svg viewBox="0 0 1 1"><clipPath id="c"></clipPath></svg></div>'
    page, files = page_of(
        exhibit("table", "t", text_csv="a,b\n1,2\n", text_latex="\\x"), exhibit("figure", "f", svg)
    )
    assert files["t.csv"] == "a,b\n1,2\n" and files["t.tex"] == "\\x\n"
    assert files["f.svg"].startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">')
    for link in ("t.csv", "t.tex", "f.svg"):
        assert f'href="../../results/id/{link}"' in page
    assert '<svg viewBox="0 0 1 1"><clipPath id="c">' in page  # inline, its case kept


def test_mathml_survives_and_tex_is_refused() -> None:
    """Formulas are MathML to the byte, even where Markdown would see emphasis; TeX would stay unset."""
    page, _ = page_of(prose("id", f"Rumus {MATHML} dan *miring*."), prose("en", "x"))
    assert f"Rumus {MATHML} dan <em>miring</em>." in page
    for tex in ("a $\\beta_1$ b", "$$x$$"):
        with pytest.raises(DataError, match="formula in TeX"):
            page_of(prose("id", tex), prose("en", "x"))


def test_prose_details() -> None:
    """Headings get unique ids, tables scroll and have column scopes, links to notebooks lead to pages."""
    text = "## Hasil é\n\n## Hasil é\n\n| a |\n|---|\n| 1 |\n\n[b](02_b.ipynb#x) [c](other.ipynb) `$HOME`"
    page, _ = page_of(prose("id", text), prose("en", "x"))
    assert '<h2 id="hasil-é">' in page and '<h2 id="hasil-é-2">' in page
    assert (
        '<div class="table-scroll" tabindex="0" role="region" aria-label="Tabel dalam teks 1"><table>' in page
    )
    assert '<th scope="col">a</th>' in page
    assert 'href="02_b.html#x"' in page and 'href="other.ipynb"' in page
    assert "<code>$HOME</code>" in page


SCRIPTS = {
    "script": "<script>x</script>",
    "handler": '<p onclick="x">',
    "image": '<img alt="" src="http://e.org/x.png">',
    "local image": "<img src=map.png>",
    "frame": '<iframe src="https://e.org">',
    "stylesheet": '<link rel="stylesheet" href="x.css">',
}


@pytest.mark.parametrize("markup", SCRIPTS.values(), ids=SCRIPTS)
def test_scripts_and_outside_content_are_refused(markup: str) -> None:
    """A page that would break without network is an error that names the notebook, not a silent gap."""
    with pytest.raises(DataError, match=r"01_a.ipynb: script or outside content"):
        page_of(display({"text/html": markup}))
    with pytest.raises(DataError, match=r"01_a.ipynb: script or outside content"):
        page_of(prose("id", f"x {markup} x"), prose("en", "x"))


def test_no_script_on_a_page() -> None:
    """Nothing of nbconvert's own scripts comes in; images as data are welcome."""
    page, _ = page_of(display({"text/html": '<img alt="a" src="data:image/png;base64,AA">'}))
    assert "<script" not in page.lower() and 'src="data:' in page


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([prose("id", "[[fig:gone]]"), prose("en", "x")], r"01_a.ipynb: reference .*\[\[fig:gone\]\]"),
        ([exhibit("figure", "f"), exhibit("figure", "f")], "two exhibits have the same name"),
        ([exhibit("figure", "f", lang="en")], "not in the language of the page"),
    ],
)
def test_bad_exhibits_are_refused(cells: list[nbformat.NotebookNode], message: str) -> None:
    """A dead reference, a name used twice and the wrong language each stop the build."""
    with pytest.raises(DataError, match=message):
        page_of(*cells)


def test_two_renderings_are_the_same_bytes(built_project: Path) -> None:
    """No clock and no random id in a page, checked on outputs of real kernels."""
    executed = (built_project / "reports/id/01_first.ipynb").read_text()
    frame = Frame({lang: {"01_first": "x"} for lang in ("id", "en")}, "../../results", "1", "", "")
    first, second = (render_page(Page("01_first", "id"), executed, frame) for _ in range(2))
    assert first == second
