"""Shared fixtures: a user's data laid over the bundled ones, and one sentra study of the latter."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from spillover import regions, sources
from spillover.sentra.store import facts_of, store_key
from spillover.sentra.study import Facts, SentraStudy, sentra_study

PROVINCE = "7200"


@pytest.fixture(scope="session")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    """What is known of Sulawesi Tengah: collected once, also for tests that run beside."""
    shared = tmp_path_factory.getbasetemp().parent / "sentra_facts"
    return facts_of(PROVINCE, shared, store_key(PROVINCE))


@pytest.fixture(scope="session")
def study(facts: Facts) -> SentraStudy:
    """The sentra study of Sulawesi Tengah with the bundled weights."""
    return sentra_study(PROVINCE, facts=facts, draws=200)


def _forget() -> None:
    """Forget tables read before the data folder changed."""
    for cached in (regions._regions, regions._provinces, regions._boundaries):
        cached.cache_clear()


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder that becomes the user's data (``SPILLOVER_DATA``) with its first ``sources.yml``."""
    folder = tmp_path / "own"
    folder.mkdir()
    yield folder
    monkeypatch.undo()
    _forget()


@pytest.fixture
def change_file(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Lay a changed copy of one source over the bundled data: ``change_file(source_id, edit)``.

    ``edit`` takes and returns the text of the file; of a source that is a folder, the text of its ``part``.
    With ``seal=False`` the recorded sha256 stays the old one. Further arguments replace fields of the record.
    """

    def change(
        source_id: str, edit: Callable[[str], str], *, part: str = "", seal: bool = True, **fields: Any
    ) -> Path:
        record = sources.read_sources().set_index("id").loc[source_id].to_dict() | {"id": source_id}
        old = Path(record.pop("folder")) / record["file"]
        new = own_folder / record["file"]
        if old.is_dir() and not new.exists():
            shutil.copytree(old, new)
        new.parent.mkdir(parents=True, exist_ok=True)
        changed, before = new / part, (old / part).read_text(encoding="utf-8")
        changed.write_text(edit(before), encoding="utf-8")
        if seal:
            record["sha256"] = sources.sha256(new)
        _write_records(own_folder, [record | fields])
        monkeypatch.setenv("SPILLOVER_DATA", str(own_folder))
        _forget()
        return changed

    return change


@pytest.fixture
def add_source(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Add a source of the user's own, or put another in its place.

    ``add_source("mine", text, indicators=["tpt"], published="2027")``; ``file`` is its name.
    """
    records: dict[str, dict[str, Any]] = {}

    def add(source_id: str, text: str, *, indicators: list[str], **fields: Any) -> Path:
        file = own_folder / fields.pop("file", f"{source_id}.csv")
        file.write_text(text, encoding="utf-8")
        record = dict.fromkeys(sources.FIELDS, "not stated") | {"id": source_id, "file": file.name}
        record |= {"sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "redistributable": False}
        records[source_id] = record | {"read": {"indicators": indicators}} | fields
        _write_records(own_folder, list(records.values()))
        monkeypatch.setenv("SPILLOVER_DATA", str(own_folder))
        _forget()
        return file

    return add


def _write_records(folder: Path, records: list[dict[str, Any]]) -> None:
    text = yaml.safe_dump(records, allow_unicode=True, sort_keys=False)
    (folder / "sources.yml").write_text(text, encoding="utf-8")
