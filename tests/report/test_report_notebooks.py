"""What the report engine asks of a notebook before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_books import prose, titles, write_book

from spillover.errors import DataError
from spillover.report.notebooks import choose, find_root, read_notebooks

TWIN_CASES = {
    "no twin at all": [prose("id", "Sendiri")],
    "same language twice": [prose("id", "Satu"), prose("id", "Dua"), prose("en", "Two")],
    "something between": [prose("en", "One"), *titles("x")[:1]],
    "at the end": [*titles("y"), prose("en", "Last")],
}


@pytest.mark.parametrize("cells", TWIN_CASES.values(), ids=TWIN_CASES)
def test_prose_without_its_twin_is_refused(tmp_path: Path, cells: list[object]) -> None:
    """A reader of the other language would miss that paragraph; the message names notebook and cell."""
    extra = [prose("id", "Akhir")] if cells is TWIN_CASES["something between"] else []
    write_book(tmp_path, "01_first", [*titles("a"), *cells, *extra])
    with pytest.raises(DataError, match=r"notebooks/01_first.ipynb, cell \d+: .* has no twin"):
        read_notebooks(tmp_path)


def test_titles_of_both_languages_and_reading_order(tmp_path: Path) -> None:
    """The title is the first heading of the language; notebooks come in the order of their names."""
    for name in ("02_b", "01_a"):
        write_book(tmp_path, name, titles(name[3:]))
    books = read_notebooks(tmp_path)
    assert list(books) == ["01_a", "02_b"]
    assert books["01_a"].titles == {"id": "Judul a", "en": "Title a"}


def test_a_page_needs_a_title(tmp_path: Path) -> None:
    """Without a heading a page would have no name in tabs, navigation and screen readers."""
    write_book(tmp_path, "01_a", [prose("id", "tanpa"), prose("en", "# With")])
    with pytest.raises(DataError, match="no title in 'id'"):
        read_notebooks(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    """A half-written notebook is a DataError with its name, not a JSON traceback."""
    write_book(tmp_path, "01_a", titles("a")).write_text('{"cells": [')
    with pytest.raises(DataError, match=r"notebooks/01_a.ipynb: not a Jupyter notebook"):
        read_notebooks(tmp_path)


def test_outputs_and_counters_do_not_change_the_digest_but_source_and_tags_do(tmp_path: Path) -> None:
    """Running a notebook in JupyterLab must not make it run again here; editing it must."""
    from spillover.report.formats import nbformat

    code = nbformat.v4.new_code_cell("1")

    def digest() -> str:
        write_book(tmp_path, "01_a", [*titles("a"), code])
        return read_notebooks(tmp_path)["01_a"].digest

    before = digest()
    code.execution_count = 7
    code.outputs = [nbformat.v4.new_output("stream", text="x")]
    assert digest() == before
    code.metadata["tags"] = ["setup"]
    tagged = digest()
    code.source = "2"
    assert len({before, tagged, digest()}) == 3


def test_only_takes_names_paths_and_unique_beginnings(tmp_path: Path) -> None:
    """What is typed after --only names exactly one notebook, or the message lists the known ones."""
    for name in ("01_a", "02_b", "02_c"):
        write_book(tmp_path, name, titles(name))
    books = read_notebooks(tmp_path)
    assert choose(books, []) == ["01_a", "02_b", "02_c"]
    assert choose(books, ["notebooks/02_c.ipynb", "01"]) == ["01_a", "02_c"]
    with pytest.raises(DataError, match="more than one notebook"):
        choose(books, ["02"])
    with pytest.raises(DataError, match=r"no such notebook.*01_a, 02_b, 02_c"):
        choose(books, ["9"])


def test_the_project_is_found_from_inside_and_missed_outside(tmp_path: Path) -> None:
    """Commands work from a folder of the project and say so elsewhere."""
    write_book(tmp_path, "01_a", titles("a"))
    assert find_root(tmp_path / "notebooks") == tmp_path
    with pytest.raises(DataError, match="no folder 'notebooks'"):
        find_root(Path("/"))
