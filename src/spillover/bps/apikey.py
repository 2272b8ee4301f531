"""The key of the BPS web API: where it comes from, and how it is kept out of everyone's sight.

BPS wants the key inside the address. It is put there below httpx, in the transport: the requests that
httpx logs and that its errors carry never hold it.
"""

from __future__ import annotations

import getpass
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx

from spillover.errors import DataError

KEY_VARIABLE = "BPS_API_KEY"
MOST_HOPS = 3
REDACTED = b"[key]"

_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")
# Long enough that blanking an echoed key can never touch a figure.
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}")


def read_key() -> str:
    """The key of the web API: from ``BPS_API_KEY``, else asked for on a terminal.

    Returns
    -------
    str

    Raises
    ------
    DataError
        There is none, or it is no key; the text does not repeat it.
    """
    key = os.environ.get(KEY_VARIABLE, "").strip()
    if not key and sys.stdin is not None and sys.stdin.isatty():
        key = getpass.getpass("BPS web API key: ").strip()
    remedy = f"get a free key at the BPS web API site and set the environment variable {KEY_VARIABLE}"
    if not key:
        raise DataError("BPS web API", "no key", remedy=remedy)
    return checked_key(key)


def checked_key(key: str) -> str:
    if not _KEY.fullmatch(key):
        problem = "the key is not one: it has 16 to 128 letters and digits and nothing else"
        raise DataError("BPS web API", problem, remedy="copy it again from your account there")
    return key


def key_adder(key: str) -> Callable[[httpx.URL], httpx.URL]:
    """Puts the key where BPS wants it: as last path segments of interoperability, else in the query."""

    def add(url: httpx.URL) -> httpx.URL:
        if "/interoperabilitas/" in url.path:
            return url.copy_with(raw_path=f"{url.raw_path.decode().rstrip('/')}/key/{key}/".encode())
        return url.copy_merge_params({"key": key})

    return add


def key_hider(key: str) -> Callable[[bytes], bytes]:
    """Blanks the key where a response repeats it."""
    return lambda body: body.replace(key.encode(), REDACTED)


@contextmanager
def hidden_in_logs(key: str) -> Iterator[None]:
    """Blank the key in what httpx and httpcore log: a logged redirect can repeat it."""

    def blank(record: logging.LogRecord) -> bool:
        record.msg, record.args = record.getMessage().replace(key, REDACTED.decode()), ()
        return True

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(blank)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(blank)


class KeyTransport(httpx.BaseTransport):
    """Adds the key below everything that logs; follows redirects only where scheme, host and port stay."""

    def __init__(self, inner: httpx.BaseTransport, add_key: Callable[[httpx.URL], httpx.URL]) -> None:
        self._inner, self._add_key = inner, add_key

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = self._add_key(request.url)
        for _ in range(MOST_HOPS):
            sent = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
            response = self._inner.handle_request(sent)
            target = target_of(url, response.headers.get("location", ""))
            if not 300 <= response.status_code < 400 or target is None or not _same_place(url, target):
                break
            response.close()
            url = target
        return response

    def close(self) -> None:
        self._inner.close()


def target_of(url: httpx.URL, location: str) -> httpx.URL | None:
    """Where a redirect leads, or None if it says nothing that can be understood."""
    try:
        return url.join(location) if location else None
    except httpx.InvalidURL:
        return None


def _same_place(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
