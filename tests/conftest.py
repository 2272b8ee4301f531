"""Shared fixtures: a user's data folder laid over the bundled one, with one file changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from spillover import regions, sources


def _forget() -> None:
    """Forget tables read before the data folder changed."""
    for cached in (regions._regions, regions._provinces, regions._boundaries):
        cached.cache_clear()


@pytest.fixture
def change_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Lay a changed copy of one data file over the bundled data: ``change_file(source_id, edit)``.

    ``edit`` takes and returns the file's text. With ``seal=False`` the recorded sha256 stays the old one.
    """

    def change(source_id: str, edit: Callable[[str], str], *, seal: bool = True) -> Path:
        record = sources.read_sources().set_index("id").loc[source_id].to_dict() | {"id": source_id}
        old = Path(record.pop("folder")) / record["file"]
        new = tmp_path / "own" / record["file"]
        new.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(edit(old.read_text(encoding="utf-8")), encoding="utf-8")
        if seal:
            record["sha256"] = hashlib.sha256(new.read_bytes()).hexdigest()
        (tmp_path / "own" / "sources.yml").write_text(yaml.safe_dump([record]), encoding="utf-8")
        monkeypatch.setenv("SPILLOVER_DATA", str(tmp_path / "own"))
        _forget()
        return new

    yield change
    monkeypatch.undo()
    _forget()
