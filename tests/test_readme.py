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


def test_every_source_has_indonesian_words(script: ModuleType) -> None:
    """Each bundled record has an Indonesian title and licence; the words are of no record that is gone."""
    records = yaml.safe_load((ROOT / "data/sources.yml").read_text(encoding="utf-8"))
    assert {record["id"] for record in records} == set(script.WORDS_ID["titles"])
    names = {"CC BY 4.0"}  # the same in both languages
    assert {record["licence"] for record in records} - names == set(script.WORDS_ID["licences"])


@pytest.fixture
def small_project(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a file, a folder of BPS tables, a notebook with a map, and READMEs with empty parts."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a.csv").write_text("region_code,year\n7203,2014\n7203,2012\n7203,\n", encoding="utf-8")
    record = {"id": "a", "file": "a.csv", "title": "A | B", "producer": "P", "url": "https://example.org"}
    record |= {"licence": "facts", "redistributable": True}
    printed = record | {"id": "b", "file": "b", "title": "C", "read": {"indicators": ["poverty_line"]}}
    (tmp_path / "data/b").mkdir()
    for year in (2012, 2013):
        title = f",Garis Kemiskinan Menurut Kabupaten/Kota (Rupiah/kapita/bulan)\n,{year}\n"
        text = f"Kabupaten/Kota,\n{title}Morowali,316400\nMorowali Utara,-\n"
        (tmp_path / f"data/b/{year}.csv").write_text(text, encoding="utf-8")
    (tmp_path / "data/sources.yml").write_text(yaml.safe_dump([record, printed]), encoding="utf-8")
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
    assert "| C | [b](data/b), 2 files | 2012–2013 | [P](https://example.org) | facts | yes |" in english
    assert "kept sources" in english and "kept exhibits" in english
    indonesian = (small_project / "README.id.md").read_text(encoding="utf-8")
    assert "| [b](data/b), 2 berkas |" in indonesian
    assert "| Jarak: peta, km |" in indonesian and "| fakta | ya |" in indonesian
    assert 'width="80" height="67"' in (small_project / "docs/ring_map_id.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/sources.yml", "title: A", "title: Z"),
        ("data/a.csv", "2014", "2015"),
        ("data/b/2013.csv", ",2013", ",2014"),
        ("data/b/2013.csv", "316400", "-"),
        ("data/b/2013.csv", "316400", "3.164"),
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
    """A changed record, year, title, map or table, a table that is refused, a lost marker: --check fails."""
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
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link and picture is a file or folder of the project, an anchor a heading of its page."""
    wrong = []
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        page = ROOT / (path or name)
        if not page.exists():
            wrong.append(target)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
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
    assert {command for command, _ in called} == {"report", "check", "clean", "fetch", "figures", "ledger"}
    wrong = []
    for command, rest in called:
        parts = getattr(commands[command], "commands", {}).values()  # ledger check, ledger add
        known = {o for c in [commands[command], *parts] for p in c.params for o in p.opts} | {"--help"}
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


def run_spillover(command: str, folder: Path, **settings: str) -> tuple[int, str]:
    """A line of the README that calls the command: its exit code and all that it said, as in a shell."""
    program, *arguments = command.split()
    assert program == ".venv/bin/spillover"
    env = {k: v for k, v in os.environ.items() if k not in ("SPILLOVER_DATA", "BPS_API_KEY")} | settings
    code = f"import sys; sys.argv = ['spillover', *{arguments!r}]; from spillover.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def commands(name: str) -> list[str]:
    """All lines of shell blocks that call spillover."""
    return [line for line in "".join(blocks(name, "sh")).splitlines() if "bin/spillover" in line]


def test_specification_examples_run(tmp_path: Path) -> None:
    """The examples that change a specification run, one after the other, and print what they say."""
    printed = python("\n".join(blocks("README.md", "python")[:2]), tmp_path)
    assert all(ring in printed for ring in ("0-30", "30-100", "100-200", "log_establishments"))
    again = "import spillover as sp\n\n" + blocks("README.md", "python")[1]
    assert blocks("README.id.md", "python")[0] == again


def test_partnership_example_runs(tmp_path: Path) -> None:
    """The section on partnership figures, alike in both languages, prints a figure and the bounds of 2024."""
    code = blocks("README.md", "python")[2]
    assert blocks("README.id.md", "python")[1] == code
    printed = python(code, tmp_path)
    assert "Rp3,5 triliun" in printed
    assert "at_least" in printed
    assert "2024" in printed


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``downloads/ikm.csv`` as printed in the README, cleaned into ``mine`` as it says."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "downloads").mkdir()
    (example,) = blocks("README.md", "csv")
    (folder / "downloads/ikm.csv").write_text(example, encoding="utf-8")
    code, said = run_spillover(commands("README.md")[0], folder)
    printed = next(text for text in blocks("README.md", "") if text.startswith("read "))
    assert code == 0 and said.startswith(printed)
    return folder


def test_own_data_example_works_as_written(own: Path) -> None:
    """After the commands of the section on own data, its code finds the values with their distance."""
    data = str(own / "mine")
    code, said = run_spillover(commands("README.md")[-1], own, SPILLOVER_DATA=data)
    assert (code, "read_indicator('ikm_workers')" in said) == (0, True)
    rows = python(blocks("README.md", "python")[4], own, SPILLOVER_DATA=data).splitlines()[1:]
    assert [row.split()[1:4] for row in rows] == [
        ["7203", "2014", "1210.0"],
        ["7203", "2015", "1385.0"],
        ["7212", "2014", "640.0"],
    ]


def test_own_files_are_read_in_python_as_written(own: Path) -> None:
    """The two districts of 2014 are one in 2012; a sum with a part that is missing is missing."""
    rows = [line.split() for line in python(blocks("README.md", "python")[3], own).splitlines()]
    assert ["7203", "2014", "1850.0"] in [row[1:4] for row in rows]
    assert ["7203", "2015", "NaN"] in [row[1:4] for row in rows]
    assert rows[-1][2] == "2025" and rows[-1][-1] == "idr_per_head_month"


def test_refusal_is_as_printed(own: Path, tmp_path: Path) -> None:
    """Sorong in place of Morowali gives the words in the README, exit code 1 and no table."""
    text = (own / "downloads/ikm.csv").read_text(encoding="utf-8").replace("Morowali,", "Sorong,")
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads/ikm.csv").write_text(text, encoding="utf-8")
    code, said = run_spillover(commands("README.md")[0], tmp_path)
    words = re.findall(r"`('Sorong'[^`]+|correct the label[^`]+)`", TEXTS["README.md"])
    assert code == 1 and len(words) == 2 and all(" ".join(quote.split()) in said for quote in words)
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["cleaning.json"]


def test_report_and_fetch_are_called_as_they_must_be(own: Path) -> None:
    """The lines that need notebooks or a key are understood: a dry run says what they would do."""
    report, fetch = commands("README.md")[1:3]
    code, said = run_spillover(f"{report} --dry-run".replace("mine ", f"{own / 'mine'} ", 1), ROOT)
    assert code == 0 and "03_sme_growth" in said
    code, said = run_spillover(f"{fetch} --dry-run", own)
    assert code == 0 and "would fetch poverty" in said and "into mine" in said


def test_both_readmes_show_the_same_example() -> None:
    """File, commands and code on own data are the same in both; only comments differ."""
    assert blocks("README.id.md", "csv") == blocks("README.md", "csv")
    assert commands("README.id.md") == commands("README.md")[:3]
    bare = [
        re.sub(r" *#.*", "", code)
        for code in (blocks("README.id.md", "python")[2], blocks("README.md", "python")[3])
    ]
    assert bare[0] == bare[1]
