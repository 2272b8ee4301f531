"""``spillover validate``: plan, blocks kept and used again, table written, faults said."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from spillover.cli import app
from spillover.validation import run as runner
from spillover.validation.blocks import METHODS, Task

runner_of = CliRunner()


@pytest.fixture
def ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Task]:
    """Blocks that were run, in an empty folder; their numbers are made up by this test."""
    done: list[Task] = []

    def fake(task: Task) -> dict[str, list[float]]:
        done.append(task)
        n = float(task.last - task.first)
        return {f"{a} {b}": [n, 0.05 * n, 0.95 * n, 0.5 * n, 0.1 * n, 0.02 * n, 0.0, 0.0] for a, b in METHODS}

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(runner, "run_block", fake)
    return done


def validate(*arguments: str) -> tuple[int, str]:
    result = runner_of.invoke(app, ["validate", "--workers", "1", *arguments])
    return result.exit_code, result.output


def test_dry_run_changes_nothing(ran: list[Task], tmp_path: Path) -> None:
    code, text = validate("--dry-run", "--simulations", "600")
    assert code == 0
    assert "would run 24 blocks" in text
    assert "spatial-50" in text
    assert not ran
    assert not list(tmp_path.iterdir())


def test_table_is_written(ran: list[Task]) -> None:
    code, text = validate("--designs", "iid-3", "--designs", "spatial-8", "--simulations", "300")
    assert code == 0
    assert "2 designs" in text
    assert "relocation test rejects a true null in 0.050" in text
    table = pd.read_csv("results/coverage_simulated.csv")
    assert len(table) == 2 * len(METHODS)
    assert set(table["n_simulations"]) == {300}
    assert table["rejection_rate"].eq(0.05).all()
    assert len(ran) == 4


def test_blocks_are_used_again_unless_fresh(ran: list[Task]) -> None:
    options = ("--designs", "iid-3", "--simulations", "250")
    validate(*options)
    validate(*options)
    assert len(ran) == 1
    _, text = validate(*options, "--dry-run")
    assert "1 blocks, 1 done" in text
    validate("--designs", "iid-3", "--simulations", "500")
    assert [task.first for task in ran] == [0, 250]
    validate(*options, "--fresh")
    assert len(ran) == 3
    validate(*options, "--seed", "7")
    assert ran[-1].seed == 7


def test_a_stopped_run_says_how_to_go_on(ran: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(task: Task) -> dict[str, list[float]]:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run_block", stop)
    code, text = validate("--designs", "iid-3")
    assert code == 130
    assert "Finished blocks are kept; run the same command to go on" in text
    assert not Path("results").exists()


def test_unknown_design_is_one_line(ran: list[Task]) -> None:
    code, text = validate("--designs", "iid-4")
    assert code == 1
    assert "unknown design (1: iid-4)" in text
    assert "use iid-3, iid-8" in text


def test_help_teaches() -> None:
    code, text = validate("--help")
    said = " ".join(text.replace("│", " ").split())
    assert code == 0
    for words in (
        "outcomes are simulated",
        "size; right: 0.05",
        "--dask",
        "--fresh",
        "a run that was stopped goes on",
    ):
        assert words in said, words
