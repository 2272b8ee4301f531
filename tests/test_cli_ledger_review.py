"""``spillover ledger add`` on files as people have them, and with the slips that people make."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_cli_ledger import CELLS, run, sets

from spillover import cli_ledger
from spillover.partnerships import adding
from spillover.partnerships.columns import LEDGER_COLUMNS

HEADER = ",".join(LEDGER_COLUMNS) + "\n"
QUOTE = ("--quote", "Rp3 triliun")


def given(*without: str, **changed: str) -> list[str]:
    pairs = {name: text for name, text in (CELLS | changed).items() if name not in without}
    return [part for pair in pairs.items() for part in ("--set", "=".join(pair))]


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_ledger, "_at_terminal", lambda: True)


# ---------------------------------------------------------------- the file


def test_the_target_of_a_link_is_written_and_the_link_stays(tmp_path: Path) -> None:
    file, link = tmp_path / "real.csv", tmp_path / "link.csv"
    assert run("ledger", "add", file, *QUOTE, *sets()).exit_code == 0
    link.symlink_to(file.name)
    assert run("ledger", "add", link, "--quote", "Rp4 triliun", *sets(as_of="2025")).exit_code == 0
    assert link.is_symlink()
    assert len(adding.existing(file)) == 2
    hanging = tmp_path / "hanging.csv"
    hanging.symlink_to("later.csv")
    assert run("ledger", "add", hanging, *QUOTE, *sets()).exit_code == 0
    assert hanging.is_symlink()
    assert len(adding.existing(tmp_path / "later.csv")) == 1


@pytest.mark.parametrize(
    "content", ["", "\n\n", "\ufeff", HEADER, HEADER.rstrip(), HEADER.replace("\n", "\r\n")]
)
def test_a_file_without_rows_is_a_new_ledger(tmp_path: Path, content: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_bytes(content.encode())
    shown = run("ledger", "add", file, *QUOTE, *sets())
    assert shown.exit_code == 0, shown.output
    assert run("ledger", "check", file).exit_code == 0
    assert len(adding.existing(file)) == 1


def test_mode_line_ends_and_order_of_columns_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    order = list(LEDGER_COLUMNS)[::-1]
    file.write_bytes(b"\xef\xbb\xbf" + ",".join(order).encode() + b"\r\n")
    file.chmod(0o640)
    for text, day in (("Rp3 triliun", "2024-01-19"), ("Rp4 triliun", "2025")):
        assert run("ledger", "add", file, "--quote", text, *sets(as_of=day)).exit_code == 0
    data = file.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfnote_en,")
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    assert file.stat().st_mode & 0o777 == 0o640
    assert adding.existing(file)["value"].tolist() == ["3000000000000", "4000000000000"]
    assert run("ledger", "check", file).exit_code == 0


def test_the_line_of_a_refused_claim_is_the_one_it_would_have(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    assert run("ledger", "add", file, *QUOTE, *sets()).exit_code == 0
    file.write_bytes(file.read_bytes() + b"\n\n")
    refused = run("ledger", "add", file, "--quote", "Rp4 triliun", *sets(as_of="2025", stage="done"))
    assert "line 5 " in refused.stderr


# ---------------------------------------------------------------- what is asked


@pytest.mark.usefixtures("person")
def test_a_flow_is_asked_for_its_period_and_a_sum_for_its_start(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    flow = given("period_start", basis="flow")
    shown = run("ledger", "add", file, *QUOTE, *flow, stdin=b"2023\n2023-12\n")
    assert shown.exit_code == 0, shown.output
    row = adding.existing(file).iloc[0]
    assert (row["period_start"], row["period_end"]) == ("2023", "2023-12")
    total = given("period_start", measure="purchases")
    shown = run("ledger", "add", file, *QUOTE, *total, stdin=b"\n")
    assert shown.exit_code == 0, shown.output
    assert adding.existing(file)["period_start"].tolist() == ["2023", ""]


def test_a_flow_without_a_period_says_so_where_nobody_answers(tmp_path: Path) -> None:
    shown = run("ledger", "add", tmp_path / "mine.csv", *QUOTE, *given("period_start", basis="flow"))
    assert shown.exit_code == 1
    assert "2 columns are missing: period_start, period_end" in shown.stderr


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("name", "wrong", "right", "said"),
    [
        ("stage", "done", "realised", "planned, committed, realised"),
        ("basis", "sum", "cumulative", "flow, cumulative, stock"),
        ("as_of", "soon", "2024", "2024-03"),
        ("programme", "My Park", "my_park", "small letters"),
        ("region_code", "82", "8200", "8200"),
    ],
)
def test_a_wrong_answer_is_asked_again(tmp_path: Path, name: str, wrong: str, right: str, said: str) -> None:
    file = tmp_path / "mine.csv"
    shown = run("ledger", "add", file, *QUOTE, *given(name), stdin=f"{wrong}\n{right}\n".encode())
    assert shown.exit_code == 0, shown.output
    assert said in shown.output
    assert adding.existing(file)[name].tolist() == [right]


@pytest.mark.usefixtures("person")
def test_the_end_of_the_input_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    shown = run("ledger", "add", file, *QUOTE, *given("actor", "stage"), stdin=b"Dinas\n")
    assert shown.exit_code == 1
    assert "--set stage=…" in shown.stderr
    assert not file.exists()


# ---------------------------------------------------------------- slips


def test_a_new_programme_or_source_is_told_once(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    first = run("ledger", "add", file, *QUOTE, *sets(programme="iwip_umkn"))
    assert "programme iwip_umkn is your own" in first.stdout
    assert "source page is your own" in first.stdout
    again = run("ledger", "add", file, "--quote", "Rp4 triliun", *sets(programme="iwip_umkn", as_of="2025"))
    assert again.exit_code == 0
    assert "your own" not in again.stdout
    known = run("ledger", "add", tmp_path / "other.csv", *QUOTE,
                *sets(programme="iwip_umkm", source_id="tempo_2022_iwip_45_umkm"))  # fmt: skip
    assert "your own" not in known.stdout


@pytest.mark.parametrize(
    ("changed", "fits"),
    [
        ({"value": "4000000000000"}, False),
        ({"unit": "USD"}, False),
        ({"value": "3e12"}, True),
        ({"value": "3000000000000", "unit": "IDR"}, True),
        ({"value": "three"}, False),
    ],
)
def test_a_quotation_and_cells_that_contradict_it_are_refused(
    tmp_path: Path, changed: dict[str, str], fits: bool
) -> None:
    file = tmp_path / "mine.csv"
    shown = run("ledger", "add", file, *QUOTE, *sets(**changed))
    assert (shown.exit_code == 0) is fits, shown.output
    assert file.exists() is fits
    if not fits:
        assert "--quote" in shown.stderr
        assert next(iter(changed)) in shown.stderr


@pytest.mark.parametrize("text", ["=1+1", "+62 811", "-a", "@cmd", "=HYPERLINK(1)"])
def test_formulas_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.csv"
    shown = run("ledger", "add", file, *QUOTE, *sets(place=text))
    assert shown.exit_code == 1
    assert "formula" in shown.stderr
    assert not file.exists()


def test_a_negative_number_is_no_formula_but_no_value_either(tmp_path: Path) -> None:
    shown = run("ledger", "add", tmp_path / "mine.csv", *sets(value="-1", unit="IDR"))
    assert shown.exit_code == 1
    assert "formula" not in shown.stderr
    assert "value is not a number from 0 up" in shown.stderr
