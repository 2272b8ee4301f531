"""Every page in a real browser: no accessibility finding, no request, nothing clipped on phone or paper.

The pages of ``reports/`` are looked at if they are built, and always a page made of fixtures.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "report"))
from report_books import full_cells, make_project, options_for, quiet_build, write_book

playwright_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
axe_api = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

REPORTS = Path(__file__).parents[1] / "reports"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
A4 = {"width": 794, "height": 1123}
DESKTOP = {"width": 1200, "height": 900}
PHONE = {"width": 360, "height": 740}

# In CI the browser must be there: without it these tests fail, they are not skipped.
pytestmark = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def fixture_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages made of fixtures: a wide table, a figure, a formula, a callout."""
    root = make_project(tmp_path_factory.mktemp("axe") / "project")
    (root / "notebooks/00_summary.ipynb").unlink()
    write_book(root, "01_first", full_cells("first_"))
    quiet_build(options_for(root))
    return root / "reports"


@pytest.fixture(scope="module")
def browser(fixture_site: Path) -> Iterator[object]:
    """Chromium, started after the pages are made: both hold the one event loop of the process."""
    with playwright_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def pages(fixture_site: Path) -> list[Path]:
    """Every page there is."""
    return [*sorted(fixture_site.rglob("*.html")), *sorted(REPORTS.rglob("*.html"))]


def opened(browser: object, path: Path, viewport: dict[str, int]) -> tuple[object, list[str]]:
    """A page opened from disk, and every request it makes (all but itself are blocked)."""
    context = browser.new_context(viewport=viewport, offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: asked.append(f"console: {message.text}"))
    page.goto(path.as_uri())
    return page, asked


def test_axe_finds_nothing(browser: object, pages: list[Path]) -> None:
    """All rules of axe-core on every page; the fixture page, which has everything, at phone width too."""
    findings = {}
    for path in pages:
        for viewport in (DESKTOP, PHONE) if path == pages[0] else (DESKTOP,):
            page, _ = opened(browser, path, viewport)
            # axe is put in by the test, past the policy that keeps scripts off the page
            result = axe_api.Axe().run(page)
            if result.violations_count:
                findings[f"{path.name} {viewport['width']}"] = result.generate_report()
            page.context.close()
    assert findings == {}


def test_axe_would_find_something(browser: object, fixture_site: Path, tmp_path: Path) -> None:
    """The check is not blind: a page without language and with pale text is found out."""
    text = (fixture_site / "id/01_first.html").read_text()
    broken = tmp_path / "broken.html"
    broken.write_text(re.sub(r'<html lang="id">', "<html>", text).replace("--ink: #1f2328", "--ink: #ccc"))
    page, _ = opened(browser, broken, PHONE)
    found = {violation["id"] for violation in axe_api.Axe().run(page).response["violations"]}
    page.context.close()
    assert {"html-has-lang", "color-contrast"} <= found


def test_a_page_from_disk_asks_for_nothing_but_itself(browser: object, pages: list[Path]) -> None:
    """No font, image, style or script from anywhere, and no complaint in the console."""
    for path in pages:
        page, asked = opened(browser, path, A4)
        page.wait_for_timeout(100)  # what a page wants, it wants when it is read
        page.context.close()
        assert asked == [path.as_uri()]


WIDER = """() =>
    [document.documentElement, ...document.querySelectorAll('.table-scroll, .exhibit-body, main')]
        .filter(e => e.scrollWidth > e.clientWidth + 1)
        .map(e => (e.className || e.tagName) + ' ' + e.scrollWidth)"""


def test_nothing_is_clipped_on_paper(browser: object, pages: list[Path], tmp_path: Path) -> None:
    """At the width of A4 with print styles nothing is wider than its place, and the PDF has A4 pages."""
    for path in pages:
        page, _ = opened(browser, path, A4 | {"width": 794 - 2 * 60})  # less the margins of 16 mm
        page.emulate_media(media="print")
        wider = page.evaluate(WIDER)
        pdf = page.pdf(prefer_css_page_size=True)
        page.context.close()
        assert wider == [], path.name
        assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", pdf), path.name


def test_nothing_overflows_a_phone(browser: object, pages: list[Path]) -> None:
    """At 360 px the page itself never scrolls sideways; wide tables and figures do so inside their frame."""
    for path in pages:
        page, _ = opened(browser, path, PHONE)
        widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        page.context.close()
        assert widths[0] <= widths[1], path.name
