"""Files are written whole or not at all, also by several writers at once."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from spillover.atomic import write_atomic


def test_writers_at_once_never_mix_and_leave_nothing_beside(tmp_path: Path) -> None:
    """Whenever it is read, the file is one of the texts in full; at the end only the file is there."""
    file = tmp_path / "table.csv"
    texts = [letter * 200_000 for letter in "abcdefgh"]
    write_atomic(file, texts[0])

    def write_and_read(text: str) -> set[str]:
        seen = set()
        for _ in range(20):
            write_atomic(file, text)
            seen.add(file.read_text(encoding="utf-8"))
        return seen

    with ThreadPoolExecutor(len(texts)) as pool:
        seen = set().union(*pool.map(write_and_read, texts))
    assert seen <= set(texts)
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk halfway, or a rename that is refused: what was there before is there after."""
    file = tmp_path / "table.csv"
    write_atomic(file, "old")
    written = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        written(path, content[:1])
        raise OSError(28, "No space left on device")

    def refused(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    for name, fault in (("write_bytes", full), ("replace", refused)):
        with monkeypatch.context() as broken, pytest.raises(OSError):
            broken.setattr(Path, name, fault)
            write_atomic(file, "new")
        assert file.read_text(encoding="utf-8") == "old"
        assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.skipif(os.name == "nt", reason="file modes are POSIX")
def test_a_written_file_is_as_readable_as_any_other(tmp_path: Path) -> None:
    """Published pages are read by others: the mode is that of a file written plainly."""
    (tmp_path / "plain").write_text("x", encoding="utf-8")
    write_atomic(tmp_path / "atomic", "x")
    assert (tmp_path / "atomic").stat().st_mode == (tmp_path / "plain").stat().st_mode
