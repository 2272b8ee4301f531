"""What the two READMEs say is true: tables, pictures, links, commands, and code that runs."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest
import yaml
from typer.main import get_command

from spillover.cli import app

ROOT = Path(__file__).resolve().parent.parent
READMES = ["README.md", "README.id.md"]
TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in READMES}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The module scripts/make_readme.py, which is not part of the package."""
    spec = importlib.util.spec_from_file_location("make_readme", ROOT / "scripts/make_readme.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def blocks(name: str, language: str) -> list[str]:
    """Fenced code blocks of one language."""
    return [code for found, code in FENCE.findall(TEXTS[name]) if found == language]


def test_generated_parts_are_up_to_date(script: ModuleType) -> None:
    """The tables and the Indonesian map are what the script makes of today's data and notebooks."""
    assert script.problems() == []


@pytest.fixture
def small_project(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one source, one notebook with a map, and READMEs with empty generated parts."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_text("region_code,year\n7203,2014\n7203,2012\n7203,\n", encoding="utf-8")
    record = {"id": "a", "file": "a.csv", "title": "A | B", "producer": "P", "url": "https://example.org"}
    record |= {"licence": "facts", "redistributable": True}
    (tmp_path / "data/sources.yml").write_text(yaml.safe_dump([record]), encoding="utf-8")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 66.7" style="width:100%"></svg>'
    output = {
        "metadata": {"spillover": {"kind": "figure", "name": script.MAP}},
        "data": {"text/plain": [f"Gambar {script.MAP}: Jarak: peta, km"], "text/html": [f"<p>{svg}</p>"]},
    }
    cells = [{"cell_type": "code", "outputs": [output]}]
    (tmp_path / "notebooks").mkdir()
    book = tmp_path / f"notebooks/{script.MAP_NOTEBOOK}.ipynb"
    book.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    parts = "".join(
        f"<!-- begin {p}: made by scripts/make_readme.py -->\n<!-- end {p} -->\nkept {p}\n"
        for p in ("sources", "exhibits")
    )
    for name in READMES:
        (tmp_path / name).write_text(parts, encoding="utf-8")
    for lang in ("id", "en"):
        built = tmp_path / f"results/{lang}/{script.MAP}.svg"
        built.parent.mkdir(parents=True)
        built.write_text(svg, encoding="utf-8")
    monkeypatch.setattr(script, "ROOT", tmp_path)
    return tmp_path


def run(script: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> int:
    """Run the script as from the command line."""
    monkeypatch.setattr(sys, "argv", ["make_readme.py", "--notebooks", str(folder / "notebooks"), *options])
    return int(script.main())


def test_script_writes_what_it_then_finds_up_to_date(
    script: ModuleType, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Empty parts are stale; after one run they are full, prose around them is kept, and --check agrees."""
    assert run(script, small_project, monkeypatch, "--check") == 1
    assert run(script, small_project, monkeypatch, "--maps") == 0
    assert run(script, small_project, monkeypatch, "--check") == 0
    english = (small_project / "README.md").read_text(encoding="utf-8")
    assert "| A \\| B | [a.csv](data/a.csv) | 2012–2014 | [P](https://example.org) | facts | yes |" in english
    assert "kept sources" in english and "kept exhibits" in english
    indonesian = (small_project / "README.id.md").read_text(encoding="utf-8")
    assert "| Jarak: peta, km |" in indonesian and "| fakta | ya |" in indonesian
    assert 'width="80" height="67"' in (small_project / "docs/ring_map_id.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/sources.yml", "title: A", "title: Z"),
        ("data/a.csv", "2014", "2015"),
        ("notebooks/02_proximity.ipynb", "Jarak: peta", "Jarak: lain"),
        ("notebooks/02_proximity.ipynb", "80 66.7", "90 66.7"),
        ("README.id.md", "| ya |", "| tidak |"),
        ("README.md", "<!-- end exhibits -->", ""),
    ],
)
def test_check_finds_what_changed(
    script: ModuleType,
    small_project: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    old: str,
    new: str,
) -> None:
    """A changed record, data file, title, map or table, and a lost marker, make --check fail."""
    run(script, small_project, monkeypatch, "--maps")
    text = (small_project / file).read_text(encoding="utf-8")
    assert old in text
    (small_project / file).write_text(text.replace(old, new), encoding="utf-8")
    assert run(script, small_project, monkeypatch, "--check") == 1


def test_notebook_without_outputs_is_named(
    script: ModuleType, small_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Notebooks with outputs cleared do not empty the table: the script stops and says what to run."""
    book = {"cells": [{"cell_type": "code", "outputs": []}]}
    (small_project / "notebooks/03_b.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"03_b\.ipynb has no outputs: run make notebooks first"):
        run(script, small_project, monkeypatch)


def test_maps_show_by_themselves_and_are_of_one_build() -> None:
    """Each map is well-formed SVG with a size, without outside references; both have the same shapes."""
    seen = []
    for lang in ("id", "en"):
        text = (ROOT / f"docs/ring_map_{lang}.svg").read_text(encoding="utf-8")
        tree = ElementTree.fromstring(text)
        assert tree.tag == "{http://www.w3.org/2000/svg}svg"
        assert float(tree.attrib["width"]) > 0 and float(tree.attrib["height"]) > 0
        assert not re.search(r"<script|<image|<foreignObject|@import|href=\"[^#]|url\([^#]", text)
        shapes = [d for d in re.findall(r'\bd="([^"]*)"', text) if len(d) > 100]
        seen.append((shapes, re.findall(r"\d+", tree.attrib["aria-label"])))
    assert len(seen[0][0]) > 50
    assert seen[0] == seen[1]


@pytest.mark.parametrize("name", READMES)
def test_links_lead_to_files(name: str) -> None:
    """Every relative link and picture is a file of the project, and an anchor is a heading of its page."""
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        if not (ROOT / path).is_file():
            wrong.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
            slugs = [re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings]
            wrong += [] if anchor in slugs else [target]
    assert wrong == []


@pytest.mark.parametrize("name", READMES)
def test_commands_exist(name: str) -> None:
    """Every `make` target, `spillover` subcommand and option that is named exists."""
    text = TEXTS[name].replace("make_readme", "").replace("\n--", " --")
    phony = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    targets = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
    assert {"report", "test", "setup", "lab", "notebooks"} <= targets <= set(" ".join(phony).split())
    commands = get_command(app).commands  # type: ignore[attr-defined]
    called = re.findall(r"bin/spillover ([a-z]+)((?: --?[^`\n]+)?)", text)
    assert {command for command, _ in called} == {"report", "check"}
    wrong = []
    for command, rest in called:
        known = {option for p in commands[command].params for option in p.opts} | {"--help"}
        wrong += [f"{command} {o}" for o in re.findall(r"--[a-z-]+", rest) if o not in known]
    assert wrong == []
    for arguments in re.findall(r'ARGS="([^"]+)"', text):
        get_command(app).commands["report"].make_context("report", arguments.split())  # type: ignore[attr-defined]
        notebook = arguments.split()[arguments.split().index("--only") + 1]
        assert (ROOT / f"notebooks/{notebook}.ipynb").is_file()


def python(code: str, folder: Path, **settings: str) -> str:
    """Run code in a Python of its own, in an empty folder; what it printed."""
    env = {k: v for k, v in os.environ.items() if k != "SPILLOVER_DATA"} | settings
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_specification_examples_run(tmp_path: Path) -> None:
    """The examples that change a specification run, one after the other, and print what they say."""
    printed = python("\n".join(blocks("README.md", "python")[:2]), tmp_path)
    assert all(ring in printed for ring in ("0-30", "30-100", "100-200", "log_establishments"))
    again = "import spillover as sp\n\n" + blocks("README.md", "python")[1]
    assert blocks("README.id.md", "python") == [again]


def test_own_data_example_works_as_written(tmp_path: Path) -> None:
    """Files, command and code of the section on own data, as printed: values arrive with their distance."""
    own = tmp_path / "mine"
    own.mkdir()
    series, line = blocks("README.md", "csv")
    catalogue = (ROOT / "data/reference/indicators.csv").read_text(encoding="utf-8")
    (own / "ikm_workers.csv").write_text(series, encoding="utf-8")
    (own / "indicators.csv").write_text(catalogue + line, encoding="utf-8")
    (own / "sources.yml").write_text("".join(blocks("README.md", "yaml")), encoding="utf-8")
    (command,) = [
        text for text in "".join(blocks("README.md", "sh")).splitlines() if "spillover check" in text
    ]
    arguments = command.split()[1:]
    call = f"import sys; sys.argv = ['spillover', *{arguments!r}]; from spillover.cli import main; main()"
    printed = python(call, tmp_path, SPILLOVER_DATA=str(own))
    assert "ikm_workers: recorded" in printed and "read_indicator('ikm_workers')" in printed
    code = blocks("README.md", "python")[2]
    rows = python(code, tmp_path, SPILLOVER_DATA=str(own)).splitlines()[1:]
    assert [row.split()[1:4] for row in rows] == [
        ["7203", "2014", "1210.0"],
        ["7203", "2015", "1385.0"],
        ["7212", "2014", "640.0"],
    ]
