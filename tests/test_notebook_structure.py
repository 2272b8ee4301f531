"""Every notebook has the form that the reports, the reviewers and `git diff` rely on.

Each rule is a function from a notebook to a list of complaints. The rules run on the notebooks of the
project, and each is shown to complain about a notebook with that fault planted.
"""

import ast
import copy
import io
import re
import tokenize
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

MOST_CELLS = 30
MOST_LINES = 8
LANGUAGES = ["lang-id", "lang-en"]
CODE_TAGS = {"setup"}
NOTEBOOK_KEYS = {"kernelspec", "language_info"}


def markdown_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "markdown"]


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code"]


def pairs(nb: NotebookNode) -> list[tuple[NotebookNode, NotebookNode]]:
    """The Indonesian and the English cell of each piece of prose, as far as they stand side by side."""
    beside = zip(nb.cells, nb.cells[1:], strict=False)
    return [(a, b) for a, b in beside if tags(a) == [LANGUAGES[0]] and tags(b) == [LANGUAGES[1]]]


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def not_valid(nb: NotebookNode) -> list[str]:
    """nbformat 4.5, so that cells have ids; Python 3 as the kernel; no metadata that editors leave behind."""
    found = []
    if (nb.nbformat, nb.nbformat_minor) != (4, 5):
        return [f"format is {nb.nbformat}.{nb.nbformat_minor}, not 4.5"]
    if len({cell.id for cell in nb.cells}) < len(nb.cells):
        return ["two cells have the same id"]
    try:
        nbformat.validate(nb)
    except nbformat.ValidationError as error:
        found.append(f"not valid: {error.message}")
    if nb.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("the kernel is not python3")
    found += [f"metadata of the notebook: {key}" for key in nb.metadata if key not in NOTEBOOK_KEYS]
    for number, cell in enumerate(nb.cells, 1):
        found += [f"metadata of cell {number}: {key}" for key in cell.metadata if key != "tags"]
    return found


def too_long(nb: NotebookNode) -> list[str]:
    """At most 30 cells, a bilingual pair counted once."""
    count = len(nb.cells) - len(pairs(nb))
    return [f"{count} cells, more than {MOST_CELLS}"] if count > MOST_CELLS else []


def not_bilingual(nb: NotebookNode) -> list[str]:
    """Markdown stands in adjacent pairs, Indonesian first; the first piece of prose has the title."""
    paired = {cell.id for pair in pairs(nb) for cell in pair}
    found = [f"no pair: {cell.source[:50]!r}" for cell in markdown_cells(nb) if cell.id not in paired]
    first = markdown_cells(nb)[:2]
    if len(first) < 2 or not all(re.match(r"# \S", cell.source) for cell in first):
        found.append("the first Markdown pair does not start with a title (# ...)")
    return found


def translated_unevenly(nb: NotebookNode) -> list[str]:
    """Both languages have the same headings, list items, images and references to figures and tables."""
    patterns = {
        "headings": r"^#+(?= )",
        "list items": r"^ *(?:[-*]|\d+\.)(?= )",
        "images": r"!\[[^\]]*\]\(([^)]*)\)",
        "references": r"\[\[(?:fig|tab):[^\]]*\]\]",
    }
    found = []
    for one, other in pairs(nb):
        for what, pattern in patterns.items():
            here, there = (sorted(re.findall(pattern, cell.source, re.M)) for cell in (one, other))
            if here != there:
                found.append(f"{what} differ in {one.source[:40]!r}: {here} and {there}")
    return found


def logical_lines(source: str) -> int:
    """Statements as Python counts them: a call over five lines is one."""
    return sum(t.type == tokenize.NEWLINE for t in tokenize.generate_tokens(io.StringIO(source).readline))


def code_out_of_form(nb: NotebookNode) -> list[str]:
    """Code is plain Python, short, with known tags, without paths of a machine; sp.say speaks twice."""
    found = []
    for number, cell in enumerate(code_cells(nb), 1):
        found += [f"code cell {number}: unknown tag {tag}" for tag in tags(cell) if tag not in CODE_TAGS]
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            found.append(f"code cell {number} is not plain Python")
            continue
        if logical_lines(cell.source + "\n") > MOST_LINES:
            found.append(f"code cell {number} is longer than {MOST_LINES} lines: move it into the library")
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        found += [f"code cell {number}: path {t!r}" for t in texts if re.match(r"/\w|~/|[A-Za-z]:[\\/]", t)]
        for call in (n for n in ast.walk(tree) if isinstance(n, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name == "say" and {k.arg for k in call.keywords} != {"id", "en"}:
                found.append(f"code cell {number}: sp.say without id= and en=")
    return found


def not_run(nb: NotebookNode) -> list[str]:
    """Every code cell was run once, in order, on a fresh kernel, without error or warning."""
    cells = code_cells(nb)
    counts = [cell.execution_count for cell in cells]
    found = [] if counts == list(range(1, len(cells) + 1)) else [f"executed as {counts}: make notebooks"]
    for number, cell in enumerate(cells, 1):
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"code cell {number} ended in {output.ename}")
            elif output.get("name") == "stderr":
                found.append(f"code cell {number} wrote to stderr: {output.text[:60]!r}")
    return found


def output_with_scripts(nb: NotebookNode) -> list[str]:
    """No output brings a script, a widget or something loaded from the network."""
    found = []
    for number, cell in enumerate(code_cells(nb), 1):
        for kind, text in ((k, v) for o in cell.outputs for k, v in o.get("data", {}).items()):
            if "widget" in kind or kind == "application/javascript":
                found.append(f"code cell {number}: output of kind {kind}")
            pattern = r"<script|<iframe|(?:src|xlink:href)\s*=\s*[\"']https?:|@import|url\(\s*[\"']?https?:"
            if kind in ("text/html", "image/svg+xml") and re.search(pattern, text, re.I):
                found.append(f"code cell {number}: its {kind} runs or loads something")
    return found


RULES: list[Callable[[NotebookNode], list[str]]] = [
    not_valid,
    too_long,
    not_bilingual,
    translated_unevenly,
    code_out_of_form,
    not_run,
    output_with_scripts,
]


def test_notebooks_are_there_and_numbered() -> None:
    """There are notebooks, named in reading order: 01_indicators, 02_proximity, ..."""
    assert NOTEBOOKS, "notebooks/ has no notebook"
    assert [p.name for p in NOTEBOOKS if not re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", p.name)] == []


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path: Path, rule: Callable[[NotebookNode], list[str]]) -> None:
    """A notebook of the project gives no rule a reason to complain."""
    assert rule(nbformat.reads(path.read_text(encoding="utf-8"), as_version=nbformat.NO_CONVERT)) == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_written_in_the_usual_form(path: Path) -> None:
    """The file is as nbformat writes it (indent 1, sorted keys, last newline): a diff shows only changes."""
    text = path.read_text(encoding="utf-8")
    assert text == nbformat.writes(nbformat.reads(text, as_version=nbformat.NO_CONVERT)) + "\n"


def sound_notebook() -> NotebookNode:
    """A notebook that no rule complains about."""
    prose = [new_markdown_cell("# T\n\n[[fig:a]]", metadata={"tags": [tag]}) for tag in LANGUAGES]
    output = new_output("display_data", {"text/html": "<p>1</p>"})
    code = new_code_cell('sp.say(id="satu", en="one")', execution_count=1, outputs=[output])
    return new_notebook(
        cells=[*prose, code], metadata={"kernelspec": {"name": "python3", "display_name": "P"}}
    )


def test_sound_notebook_has_no_complaint() -> None:
    """The rules let a notebook in the right form pass."""
    assert [complaint for rule in RULES for complaint in rule(sound_notebook())] == []


def planted(change: str) -> NotebookNode:
    """A sound notebook after one statement that spoils it."""
    nb = sound_notebook()
    prose, code = nb.cells[1], nb.cells[2]
    exec(change, {"nb": nb, "prose": prose, "code": code, "copy": copy, "new_output": new_output})
    return nb


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        (not_valid, "nb.nbformat_minor = 4"),
        (not_valid, "nb.cells[0].id = 'not an id!'"),
        (not_valid, "nb.cells[0].id = nb.cells[1].id"),
        (not_valid, "nb.metadata.kernelspec.name = 'conda-env'"),
        (not_valid, "nb.metadata.widgets = {}"),
        (not_valid, "code.metadata.execution = {'iopub.status.busy': 'now'}"),
        (too_long, "nb.cells += [copy.deepcopy(code) for _ in range(30)]"),
        (not_bilingual, "nb.cells.pop(1)"),
        (not_bilingual, "nb.cells[:2] = [prose, nb.cells[0]]"),
        (not_bilingual, "prose.metadata.tags = []"),
        (not_bilingual, "nb.cells.insert(1, nb.cells.pop(2))"),
        (not_bilingual, "prose.source = 'no title'"),
        (translated_unevenly, "prose.source += ' [[tab:b]]'"),
        (translated_unevenly, "prose.source += '\\n## More'"),
        (translated_unevenly, "prose.source += '\\n\\n- item'"),
        (code_out_of_form, "code.source = 'a = 1\\n' * 9"),
        (code_out_of_form, "code.source = '%matplotlib inline'"),
        (code_out_of_form, "code.source = 'read(\"/data/x.csv\")'"),
        (code_out_of_form, "code.source = 'sp.say(id=\"satu\")'"),
        (code_out_of_form, "code.metadata.tags = ['nbval-skip']"),
        (not_run, "code.execution_count = None"),
        (not_run, "code.execution_count = 2"),
        (not_run, "code.outputs.append(new_output('stream', name='stderr', text='Warning'))"),
        (not_run, "code.outputs.append(new_output('error', ename='DataError', evalue='', traceback=[]))"),
        (output_with_scripts, "code.outputs[0].data['text/html'] = '<SCRIPT>1</SCRIPT>'"),
        (output_with_scripts, "code.outputs[0].data['text/html'] = '<img src=\"https://a.b/c.png\">'"),
        (output_with_scripts, "code.outputs[0].data['application/vnd.jupyter.widget-view+json'] = {}"),
    ],
)
def test_planted_fault_is_found(rule: Callable[[NotebookNode], list[str]], change: str) -> None:
    """Each rule complains about a notebook that breaks it."""
    assert rule(planted(change)) != []
