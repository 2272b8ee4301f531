"""Write a file so that it is there whole or not at all."""

from __future__ import annotations

import secrets
from pathlib import Path


def write_atomic(file: Path, content: str | bytes) -> None:
    """Write a text (UTF-8, line ends as given) or bytes to a file beside, then rename it.

    Several may write one file at once: each writes beside under a name of its own, and the last one stays.

    Parameters
    ----------
    file : Path
        Its folder is made if it is not there; a file of that name is replaced.
    content : str or bytes

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "a" / "b.txt"
    >>> write_atomic(file, "x\\n"); file.read_bytes()
    b'x\\n'
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # Not `tempfile`: its files are for their owner alone, and the rename would keep that.
    beside = file.with_name(f".{file.name}.{secrets.token_hex(8)}.new")
    try:
        beside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
