"""``spillover figures`` and ``spillover ledger`` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from spillover import cli_ledger
from spillover.cli import app
from spillover.partnerships import adding
from spillover.partnerships.columns import LEDGER_COLUMNS
from spillover.sources import source_path

NEWS = "Sejak 2021 hingga awal 2025 nilainya lebih dari Rp3,5 triliun, kata dinas pada Kamis (19/6/2025)."
CELLS = {
    "programme": "simulated", "actor": "Dinas", "measure": "contract_value", "basis": "cumulative",
    "stage": "realised", "as_of": "2024-01-19", "region_code": "8200", "source_id": "page",
    "period_start": "2021",
}  # fmt: skip


def run(*arguments: object, stdin: bytes | None = None) -> Result:
    runner = CliRunner(env={"COLUMNS": "160", "TERM": "dumb"})
    return runner.invoke(app, [str(argument) for argument in arguments], input=stdin)


def sets(**changed: str) -> list[str]:
    return [part for pair in (CELLS | changed).items() for part in ("--set", "=".join(pair))]


# --- figures ---


def test_figures_of_a_file_as_table_and_as_json(tmp_path: Path) -> None:
    file = tmp_path / "news.txt"
    file.write_text(NEWS, encoding="utf-8")
    shown = run("figures", file)
    assert shown.exit_code == 0
    assert "3,500,000,000,000" in shown.output
    assert "at least" in shown.output
    rows = json.loads(run("figures", file, "--json").stdout)
    assert [row["quote"] for row in rows] == ["Rp3,5 triliun"]
    assert NEWS[rows[0]["start"] : rows[0]["end"]] == rows[0]["quote"]
    assert rows[0]["value_high"] is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_figures_from_standard_input_in_any_encoding(encoding: str) -> None:
    shown = run("figures", "-", stdin="Nilainya Rp3,5 triliun – naik".encode(encoding))
    assert shown.exit_code == 0
    assert "Rp3,5 triliun" in shown.output


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7\nRp3 triliun", "a PDF"),
        (b"PK\x03\x04\x00\x00", "no text"),
        (b"Rp3 \x00 triliun", "no text"),
        (b"caf\xc3\xa9 \xff\xfe \xc3", "not utf-8"),
    ],
)
def test_what_is_no_text_is_one_line(data: bytes, said: str) -> None:
    shown = run("figures", "-", stdin=data)
    assert shown.exit_code == 1
    assert said in shown.stderr
    assert shown.stderr.count("\n") == 1


def test_nothing_found_and_no_file(tmp_path: Path) -> None:
    assert run("figures", "-", stdin=b"").stdout == "no figures found\n"
    missing = run("figures", tmp_path / "none.txt")
    assert missing.exit_code == 1
    assert "none.txt" in missing.stderr


# --- ledger ---


def test_the_bundled_ledger_is_in_order() -> None:
    shown = run("ledger", "check", source_path("partnerships"))
    assert shown.exit_code == 0
    assert "in order" in shown.stdout


def test_check_tells_every_broken_rule_with_its_lines(tmp_path: Path) -> None:
    text = source_path("partnerships").read_text(encoding="utf-8")
    file = tmp_path / "mine.csv"
    file.write_text(
        text.replace(",realised,", ",done,", 1).replace(",exact,", ",surely,", 1), encoding="utf-8"
    )
    shown = run("ledger", "check", file)
    assert shown.exit_code == 1
    assert "unknown stage (1: line" in shown.stderr
    assert "unknown qualifier (1: line" in shown.stderr


def test_add_reads_the_quotation_and_fills_in_the_rest(tmp_path: Path) -> None:
    """Two claims of one curve: the second names the first by itself, and the file is in order."""
    file = tmp_path / "new" / "mine.csv"
    first = run("ledger", "add", file, "--quote", "lebih dari Rp 700 miliar", *sets())
    assert first.exit_code == 0, first.output
    second = run("ledger", "add", file, "--quote", "Rp3,5 triliun", *sets(as_of="early-2025"))
    assert second.exit_code == 0, second.output
    rows = adding.existing(file).set_index("entry_id")
    assert list(rows["value"]) == ["700000000000", "3500000000000"]
    assert list(rows["qualifier"]) == ["at_least", "exact"]
    assert (
        rows.loc["simulated_contract_value_early_2025", "supersedes"] == "simulated_contract_value_2024_01_19"
    )
    assert run("ledger", "check", file).exit_code == 0


def test_add_refuses_what_breaks_a_rule_and_leaves_the_file(tmp_path: Path) -> None:
    """A cumulative sum that falls is no update: it must be marked as a conflict."""
    file = tmp_path / "mine.csv"
    assert run("ledger", "add", file, "--quote", "Rp3,50 triliun", *sets()).exit_code == 0
    before = file.read_bytes()
    lower = run("ledger", "add", file, "--quote", "Rp3,00 triliun", *sets(as_of="mid-2025"))
    assert lower.exit_code == 1
    assert file.read_bytes() == before
    for wrong in ({"stage": "done"}, {"region_code": "9999"}, {"as_of": "soon"}, {"unit": "sacks"}):
        refused = run("ledger", "add", file, "--quote", "Rp4,00 triliun", *sets(as_of="2026"), *sets(**wrong))
        assert refused.exit_code == 1, wrong
        assert file.read_bytes() == before


def test_dry_run_and_missing_columns_write_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    dry = run("ledger", "add", file, "--dry-run", "--quote", "Rp3 triliun", *sets())
    assert dry.exit_code == 0
    assert "would add this line" in dry.stdout
    lacking = run("ledger", "add", file, "--quote", "Rp3 triliun")
    assert lacking.exit_code == 1
    assert "--set programme=…" in lacking.stderr
    several = run("ledger", "add", file, "--quote", "Rp3 triliun dan 40 UMKM", *sets())
    assert several.exit_code == 1
    assert "2 figures instead of one" in several.stderr
    assert not file.exists()


def test_add_asks_a_person_for_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_ledger, "_at_terminal", lambda: True)
    given = {name: text for name, text in CELLS.items() if name not in ("actor", "stage")}
    pairs = [part for pair in given.items() for part in ("--set", "=".join(pair))]
    file = tmp_path / "mine.csv"
    shown = run(
        "ledger", "add", file, "--quote", "Rp3 triliun", *pairs, stdin=b"Dinas Perindustrian\nrealised\n"
    )
    assert shown.exit_code == 0, shown.output
    assert adding.existing(file)["actor"].tolist() == ["Dinas Perindustrian"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.csv"
    run("ledger", "add", file, "--quote", "Rp3 triliun", *sets())
    before = file.read_bytes()

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    shown = run("ledger", "add", file, "--quote", "Rp4 triliun", *sets(as_of="2025"))
    monkeypatch.undo()
    assert shown.exit_code == 1
    assert file.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["mine.csv"]


def test_every_column_is_explained() -> None:
    assert list(cli_ledger.COLUMNS) == list(LEDGER_COLUMNS)
    shown = run("ledger", "add", "--columns")
    assert shown.stdout.count("\n") == len(LEDGER_COLUMNS)
