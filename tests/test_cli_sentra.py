"""``spillover sentra``: an edited weight changes what it should, and a fault changes nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from spillover import cli_sentra_answer
from spillover.cli import app
from spillover.sentra import page, workbook
from spillover.sentra.criteria import read_criteria
from spillover.sentra.store import keep_tables, store_key
from spillover.sentra.study import Facts, SentraStudy

ANSI = re.compile(r"\x1b\[[0-9;]*m")
REAL_PAGE = page.write_page
EDITED = {"demand_100km": 0.02, "schooling": 0.26}


def run(*arguments: object) -> Result:
    given = [str(argument) for argument in arguments]
    return CliRunner(env={"COLUMNS": "100", "TERM": "dumb"}).invoke(app, given)


def one_line(result: Result) -> str:
    """The message of a command that failed: one line, no traceback."""
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    lines = result.output.strip().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.fixture
def out(facts: Facts, tmp_path: Path) -> Path:
    """A folder in which the facts are kept already."""
    folder = tmp_path / "out"
    keep_tables(folder / ".cache" / "sentra_7200", store_key("7200"), facts._asdict())
    return folder


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page without its exhibits, and one figure."""

    def write(study: SentraStudy, path: Path, *, store: object) -> list[Path]:
        path.write_text(study.ranks.to_csv(), encoding="utf-8")
        figure = path.parent / "figures" / "7200_ranks_id.svg"
        figure.parent.mkdir(exist_ok=True)
        figure.write_text("<svg/>", encoding="utf-8")
        return [path, figure]

    monkeypatch.setattr(page, "write_page", write)


@pytest.fixture
def light(undrawn: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a workbook of nothing but the criteria."""

    def write(study: SentraStudy, path: Path) -> None:
        book = openpyxl.Workbook()
        for row in [list(study.criteria.columns), *study.criteria.to_numpy().tolist()]:
            book.active.append(row)
        book.save(path)

    monkeypatch.setattr(workbook, "write_workbook", write)


def files(folder: Path) -> dict[str, bytes]:
    """What a reader sees of a folder."""
    seen = (path for path in folder.rglob("*") if path.is_file())
    parts = {path.relative_to(folder): path.read_bytes() for path in seen}
    return {str(name): content for name, content in parts.items() if name.parts[0] != ".cache"}


def edit(book: Path, weights: dict[str, float]) -> None:
    """Change weights in a workbook as a person does."""
    workbook = openpyxl.load_workbook(book)
    for sheet in workbook:
        heads = {cell.value: cell.column for cell in sheet[3]}
        if "criterion_id" not in heads:
            continue
        for row in sheet.iter_rows(min_row=4):
            if row[0].value in weights:
                sheet.cell(row[0].row, heads["weight"]).value = weights[row[0].value]
    workbook.save(book)


def test_the_whole_way_round(out: Path, undrawn: None) -> None:
    """Study, edit a weight in its workbook, study again with it: places change and the files say so."""
    first = run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    assert first.exit_code == 0, first.output
    made = files(out)
    assert {"sentra_7200.html", "sentra_7200.xlsx", "weights.csv"} <= set(made)
    assert re.search(r"1\. Morowali: in the top three in .* of the draws, rank", first.output)
    assert read_criteria(out / "weights.csv").equals(read_criteria())

    book = out / "sentra_7200.xlsx"
    edit(book, EDITED)
    second = run("sentra", "--province", 7200, "--out", out, "--weights", book, "--draws", 100)
    assert second.exit_code == 0, second.output
    assert "against the bundled weights:" in second.output
    assert re.search(r"\d+ → \d+", second.output)
    own = read_criteria(book).set_index("criterion_id")["weight"]
    assert own[list(EDITED)].round(9).to_dict() == EDITED
    assert {"Perubahan - Changes", "Bobot baru - New weights"} <= set(openpyxl.load_workbook(book).sheetnames)
    again = files(out)
    assert set(again) == set(made)
    assert again["weights.csv"] == made["weights.csv"]
    assert again["sentra_7200.html"] != made["sentra_7200.html"]


def test_the_page_of_the_real_study(out: Path, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All sections, in both languages, with nothing left to fetch."""
    monkeypatch.setattr(page, "write_page", REAL_PAGE)
    result = run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    assert result.exit_code == 0, result.output
    text = (out / "sentra_7200.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<h2 id=\"id-s", text)) == len(re.findall(r"<h2 id=\"en-s", text)) >= 6
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    opening = text[text.index("<section") : text.index("<figure")]
    assert "pertimbangan" in opening, "the first paragraph says how much is judgement"
    figures = sorted(path.name for path in (out / "figures").iterdir())
    assert len(figures) >= 6
    assert all(name.startswith("7200_") and f'href="figures/{name}"' in text for name in figures)


def test_the_same_weights_change_nothing(out: Path, light: None) -> None:
    run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    result = run("sentra", "--province", 7200, "--out", out, "--weights", out / "weights.csv", "--draws", 100)
    assert "against the bundled weights: no place changes" in result.output
    assert "weights.csv: as it was" in result.output


def test_figures_of_the_last_run_go_and_no_others(
    out: Path, light: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A figure that the tool no longer makes goes; what the user put there stays, whatever its name."""
    drawn = page.write_page

    def with_another(study: SentraStudy, path: Path, *, store: page.Store) -> list[Path]:
        written = drawn(study, path, store=store)
        (path.parent / "figures" / "7200_former_id.svg").write_text("<svg/>")
        return written

    monkeypatch.setattr(page, "write_page", with_another)
    run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    assert (out / "figures" / "7200_former_id.svg").exists()
    for name in ("7200_mine.svg", "8200_ranks_id.svg", "mine.svg"):
        (out / "figures" / name).write_text("<svg/>")
    monkeypatch.setattr(page, "write_page", drawn)
    run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    left = {path.name for path in (out / "figures").iterdir()}
    assert left == {"7200_ranks_id.svg", "7200_mine.svg", "8200_ranks_id.svg", "mine.svg"}


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("sentra_7200.html", ""),
        ("sentra_7200.xlsx", ""),
        ("weights.csv", ""),
        ("figures/7200_ranks_id.svg", ""),
        ("", "figures"),
        ("", ".cache/sentra_7200"),
    ],
)
def test_a_place_that_is_taken_is_said_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, file: str
) -> None:
    """A folder in the place of a file keeps all that it holds."""
    monkeypatch.setattr("spillover.sentra.store.facts_of", lambda *_: pytest.fail("computed"))
    out = tmp_path / "o"
    if folder:
        (out / folder).mkdir(parents=True)
        (out / folder / "mine.txt").write_text("mine")
    else:
        (out / file).parent.mkdir(parents=True)
        (out / file).write_text("mine")
    before = sorted(out.rglob("*"))
    line = one_line(run("sentra", "--province", 7200, "--out", out))
    assert f"a {'folder' if folder else 'file'}, where a" in line
    assert folder + file in line
    assert sorted(out.rglob("*")) == before


def test_a_link_to_nothing_is_said_before_anything_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spillover.sentra.store.facts_of", lambda *_: pytest.fail("computed"))
    (tmp_path / "o").symlink_to(tmp_path / "none")
    assert "a link to nothing" in one_line(run("sentra", "--province", 7200, "--out", tmp_path / "o"))


def test_an_edited_workbook_is_never_replaced_unread(out: Path, tmp_path: Path, light: None) -> None:
    """Unless its weights are those of the run; and one that was only saved anew is replaced."""
    again = ("sentra", "--province", 7200, "--out", out, "--draws", 100)
    (tmp_path / "w.csv").write_text("criterion_id,weight\npopulation,0.3\nschooling,0.7\n")
    run(*again, "--weights", tmp_path / "w.csv")
    book = out / "sentra_7200.xlsx"
    openpyxl.load_workbook(book).save(book)  # as a spreadsheet does that was only looked at
    result = run(*again)
    assert result.exit_code == 0, result.output
    assert len(read_criteria(book)) == len(read_criteria())

    edited = openpyxl.load_workbook(book)
    cells = {row[0].value: row[4] for row in edited.active.iter_rows()}
    assert edited.active["E1"].value == "weight"
    cells["demand_100km"].value, cells["schooling"].value = 0.02, 0.26
    edited.save(book)
    before = files(out)
    for more in ((), ("--weights", tmp_path / "w.csv"), ("--dry-run",)):
        line = one_line(run(*again, *more))
        assert "its weights were edited" in line
        assert f"--weights {book}" in line
        assert "move or delete it" in line
        assert files(out) == before
    assert run(*again, "--weights", book).exit_code == 0

    cells["schooling"].value = "banyak"
    edited.save(book)
    assert "cannot be read" in one_line(run(*again))
    book.unlink()
    assert run(*again).exit_code == 0


@pytest.mark.parametrize(
    ("encoding", "head", "said"),
    [
        ("utf-16", "criterion_id;weight", "it was not used: give it with --weights"),
        ("cp1252", "criterion_id;weight", "it was not used: give it with --weights"),
        ("utf-8", "criterion_id;bobot", "it cannot be read as weights (missing columns)"),
    ],
)
def test_weights_of_ones_own_are_left_and_said_not_to_be_used(
    out: Path, light: None, encoding: str, head: str, said: str
) -> None:
    """As any spreadsheet saves them."""
    table = f"{head};catatan\npopulation;1;caf\xe9\n"
    (out / "weights.csv").write_bytes(table.encode(encoding))
    result = run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    assert result.exit_code == 0, result.output
    assert "weights.csv: yours, left as it is" in result.output
    assert said in result.output
    assert (out / "weights.csv").read_bytes() == table.encode(encoding)


def test_what_weighs_nothing_and_who_ties_is_said(out: Path, tmp_path: Path, light: None) -> None:
    (tmp_path / "w.csv").write_text("criterion_id,weight\nsea_between,1\n")
    again = ("sentra", "--province", 7200, "--out", out, "--draws", 100, "--weights", tmp_path / "w.csv")
    for more in ((), ("--dry-run",)):
        result = run(*again, *more)
        assert result.exit_code == 0, result.output
        assert "not in your weights, weigh nothing: demand_100km, park_distance, market" in result.output
    output = run(*again).output
    tied = re.search(r"(\d+) districts share rank 1: (.*)", output)
    assert tied is not None
    assert int(tied[1]) == len(tied[2].split(", ")) > 3
    assert f"rank 1, shared with {int(tied[1]) - 1} others" in output


def test_home_is_understood_alike(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    run("sentra-form", "--province", 7200, tmp_path / "form.csv")
    (tmp_path / "w.csv").write_text("criterion_id,weight\npopulation,1\n")
    given = ("--needs", "~/form.csv", "--weights", "~/w.csv")
    result = run("sentra", "--province", 7200, "--out", out, *given, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "0 answers in form.csv: in order" in result.output


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("criterion_id,weight\npopulation,0.5\nschooling,0.4\n", ["sum to 0.9, not to 1", "add --normalise"]),
        ("criterion_id,weight\npopulation,0.5\nluck,0.5\n", ["unknown criteria (1: luck)"]),
        ("criterion_id,weight\npopulation,-1\nschooling,2\n", ["negative weights"]),
        ("a,b\n1,2\n", ["no table with a column criterion_id"]),
    ],
)
def test_faulty_weights_are_one_line_and_touch_nothing(
    out: Path, tmp_path: Path, light: None, table: str, said: list[str]
) -> None:
    out.mkdir(exist_ok=True)
    (out / "sentra_7200.html").write_text("as it was")
    before = files(out)
    (tmp_path / "w.csv").write_text(table)
    line = one_line(run("sentra", "--province", 7200, "--out", out, "--weights", tmp_path / "w.csv"))
    for words in (*said, "w.csv"):
        assert words in line
    assert files(out) == before


def test_normalise_rescales(out: Path, tmp_path: Path, light: None) -> None:
    (tmp_path / "w.csv").write_text("criterion_id,weight\npopulation,1\nschooling,3\n")
    given = ("--weights", tmp_path / "w.csv", "--normalise", "--draws", 100)
    result = run("sentra", "--province", 7200, "--out", out, *given)
    assert result.exit_code == 0, result.output
    assert read_criteria(out / "sentra_7200.xlsx")["weight"].tolist() == [0.25, 0.75]


def test_other_bad_input_is_one_line(out: Path, tmp_path: Path) -> None:
    line = one_line(run("sentra", "--province", 9999, "--out", out))
    assert "9999" in line
    line = one_line(run("sentra", "--province", 7200, "--out", out, "--weights", tmp_path / "none.csv"))
    assert "no such file of weights" in line
    run("sentra-form", "--province", 8200, tmp_path / "form.csv")
    line = one_line(run("sentra", "--province", 7200, "--out", out, "--needs", tmp_path / "form.csv"))
    assert "not of this province" in line
    (tmp_path / "file").write_text("")
    line = one_line(run("sentra", "--province", 7200, "--out", tmp_path / "file"))
    assert "a file, where the folder for the study is to be" in line
    assert files(out) == {}


def test_a_folder_that_may_not_be_written(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.R_OK and allowed(path, mode))
    line = one_line(run("sentra", "--province", 7200, "--out", out))
    assert "nothing may be written there" in line


def test_all_or_nothing(out: Path, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be replaced (open in a spreadsheet, on some systems) leaves all as they were."""
    run("sentra", "--province", 7200, "--out", out, "--draws", 100)
    before = files(out)
    replace = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if Path(target) == out / "sentra_7200.xlsx" and ".before" not in self.parts:
            raise PermissionError(13, "Permission denied", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    result = run("sentra", "--province", 7200, "--out", out, "--draws", 150)
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    first, *_, last = result.output.strip().splitlines()  # the ranks are said before files are written
    assert first == "13 districts, 12 criteria, 150 draws"
    assert "Permission denied" in last
    assert files(out) == before


def test_dry_run_says_and_writes_nothing(tmp_path: Path) -> None:
    result = run("sentra", "--province", 7200, "--out", tmp_path / "new", "--dry-run")
    assert result.exit_code == 0, result.output
    for words in ("12 criteria, bundled weights", "would collect", "would write", "sentra_7200.xlsx"):
        assert words in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["form.xlsx", "form.csv"])
def test_a_form_goes_out_and_comes_back(out: Path, tmp_path: Path, light: None, name: str) -> None:
    result = run("sentra-form", "--province", 7200, tmp_path / name, "--lang", "en")
    assert result.exit_code == 0, result.output
    assert "13 districts" in result.output
    line = one_line(run("sentra-form", "--province", 7200, tmp_path / name))
    assert "there already" in line
    if name.endswith("csv"):
        given = ("--needs", tmp_path / name, "--draws", 100)
        back = run("sentra", "--province", 7200, "--out", out, *given)
        assert back.exit_code == 0, back.output
        assert "0 answers of the form" in back.output


def test_a_form_of_another_ending_is_refused(tmp_path: Path) -> None:
    line = one_line(run("sentra-form", "--province", 7200, tmp_path / "form.docx"))
    assert "end the name in .xlsx or .csv" in line
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("command", ["sentra", "sentra-form"])
def test_help_teaches(command: str) -> None:
    text = ANSI.sub("", run(command, "--help").output)
    assert f"spillover {command} --province 7200" in text


def test_shares_of_draws_are_never_sure() -> None:
    shown: Callable[[float], str] = cli_sentra_answer._percent
    assert [shown(p) for p in (1.0, 0.48, 0.0)] == ["more than 99 %", "48 %", "less than 1 %"]
