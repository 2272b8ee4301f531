"""Responses of the BPS web API on disk: one file each, a line that stamps it and the body as it came."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from spillover.atomic import write_atomic
from spillover.errors import DataError


@dataclass(frozen=True)
class Stamp:
    """What was asked, when it came, and the sha256 of what came.

    Attributes
    ----------
    url : str
        The request without its key.
    fetched : str
        Time in UTC, ISO 8601.
    sha256 : str
        Of the body.
    """

    url: str
    fetched: str
    sha256: str


@dataclass(frozen=True)
class Answer:
    """A response: its stamp (url without key, time, sha256), its bytes, and what they say.

    Attributes
    ----------
    stamp : Stamp
    body : bytes
    payload : object
        JSON with its numbers as printed.
    """

    stamp: Stamp
    body: bytes
    payload: Any


def default_cache_dir() -> Path:
    """Folder for responses: ``spillover/bps`` under ``XDG_CACHE_HOME``, else under ``~/.cache``."""
    base = os.environ.get("XDG_CACHE_HOME", "").strip()
    return (Path(base) if base else Path.home() / ".cache") / "spillover" / "bps"


def cache_path(folder: Path, url: str) -> Path:
    """File for a request; its name is a digest of the request without key."""
    return folder / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.response"


def read_cached(folder: Path, url: str) -> tuple[Stamp, bytes] | None:
    """The stored response, or None if there is none or it is not whole.

    Examples
    --------
    >>> read_cached(Path("no-such-folder"), "https://example.org/list") is None
    True
    """
    try:
        head, _, body = cache_path(folder, url).read_bytes().partition(b"\n")
        stamp = Stamp(**json.loads(head))
    except (OSError, ValueError, TypeError):
        return None
    if stamp.url != url or stamp.sha256 != hashlib.sha256(body).hexdigest():
        return None
    return stamp, body


def write_cached(folder: Path, stamp: Stamp, body: bytes) -> None:
    """Store a response: whole, or not at all.

    Raises
    ------
    DataError
        The folder cannot be written.
    """
    content = json.dumps(asdict(stamp)).encode() + b"\n" + body
    try:
        write_atomic(cache_path(folder, stamp.url), content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        remedy = "free the disk or set another folder"
        raise DataError(
            "cache of the BPS web API", f"cannot be written: {reason}", [folder], remedy
        ) from error
