"""One request to the BPS web API: politely, within limits, tried again where that helps."""

from __future__ import annotations

import random
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import httpx

from spillover.bps.apijson import check_payload, load_json
from spillover.bps.apikey import KeyTransport, hidden_in_logs, key_adder, key_hider, target_of
from spillover.errors import DataError

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Pace:
    """How often, how long and how much; and the clocks, which tests replace.

    Attributes
    ----------
    per_second : float
        Most requests a second.
    connect_seconds, read_seconds, total_seconds : float
        Longest wait for a connection, for the next bytes, and for a whole response.
    tries : int
        Most requests for one response.
    backoff_seconds, longest_wait_seconds : float
        The wait before the n-th retry is random, at most ``backoff_seconds`` × 2ⁿ, and not above the longest.
    max_bytes : int
        Largest response, decompressed.
    sleep, clock, chance, now : callable
        Waiting, seconds that pass, a random number from 0 to 1, the time of day.
    """

    per_second: float = 2.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    total_seconds: float = 600.0
    tries: int = 6
    backoff_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    max_bytes: int = 50_000_000
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)


class _Reply(NamedTuple):
    """A response, or (status 0) the fault that came in its place."""

    status: int
    body: bytes
    fault: str = ""
    retry_after: str = ""
    location: str = ""


class _Line(NamedTuple):
    """An open connection: the client, its pace, what hides an echoed key, and when it last asked."""

    http: httpx.Client
    pace: Pace
    hide: Callable[[bytes], bytes]
    last: list[float]


Get = Callable[[str], bytes]


@contextmanager
def open_api(base_url: str, key: str, pace: Pace) -> Iterator[Get]:
    """Open the web API for requests.

    Parameters
    ----------
    base_url : str
    key : str
    pace : Pace

    Yields
    ------
    callable
        ``get(url)`` → body; the url is without key.

    Raises
    ------
    DataError
        The address is not HTTPS; after all tries nothing came; BPS refused; a redirect leads elsewhere;
        the response is too large.
    """
    url = httpx.URL(base_url)
    if url.scheme != "https" and url.host not in LOOPBACK:
        raise DataError(
            base_url, "is not an HTTPS address", remedy="the key travels in the address: use https://"
        )
    timeout = httpx.Timeout(pace.read_seconds, connect=pace.connect_seconds)
    # Plain HTTP, which only this machine is spoken to in, needs no certificates: loading them takes long.
    inner = httpx.HTTPTransport(verify=url.scheme == "https", proxy=_proxy(url))
    transport = KeyTransport(inner, key_adder(key))
    with httpx.Client(transport=transport, timeout=timeout) as http, hidden_in_logs(key):
        line = _Line(http, pace, key_hider(key), [float("-inf")])
        yield lambda wanted: _get(line, wanted)


def _proxy(url: httpx.URL) -> str | None:
    """The proxy that the environment names; never for this machine itself."""
    if url.host in LOOPBACK or urllib.request.proxy_bypass(url.host):
        return None
    return urllib.request.getproxies().get(url.scheme)


def _get(line: _Line, url: str) -> bytes:
    """Body of a response, after as many tries as it takes."""
    pace, last = line.pace, line.last
    reply = _Reply(0, b"", "no try was made")
    for attempt in range(pace.tries):
        pace.sleep(max(0.0, last[0] + 1 / pace.per_second - pace.clock()))
        last[0] = pace.clock()
        reply = _once(line, url)
        if reply.status and reply.status != 429 and reply.status < 500:
            return _accept(reply, url)
        if attempt + 1 < pace.tries:
            pace.sleep(_wait(attempt, reply.retry_after, pace))
    what = reply.fault or f"status {reply.status}"
    raise DataError(
        url,
        f"no answer after {pace.tries} tries; the last: {what}",
        remedy="check the connection and try later; what has come is kept and is not fetched again",
    )


def _once(line: _Line, url: str) -> _Reply:
    """One request; a fault of the connection is told, not raised."""
    pace = line.pace
    start = pace.clock()
    try:
        with line.http.stream("GET", url) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > pace.max_bytes:
                    break
                if pace.clock() - start > pace.total_seconds:
                    return _Reply(0, b"", "the response took too long")
            head = response.headers
            reply = _Reply(response.status_code, line.hide(b"".join(parts)), "", head.get("retry-after", ""))
            reply = reply._replace(location=head.get("location", ""))
    except httpx.RequestError as error:
        return _Reply(0, b"", type(error).__name__ + (f": {error}" if str(error) else ""))
    if size > pace.max_bytes:
        # Raised here, outside: no error of httpx is its context.
        raise DataError(url, f"the response is over {pace.max_bytes:,} bytes", remedy="ask for fewer years")
    return reply


def _wait(attempt: int, retry_after: str, pace: Pace) -> float:
    """Seconds before the next try: exponential with full jitter, at least what the server asks, capped."""
    jitter = pace.chance() * pace.backoff_seconds * 2.0**attempt
    return min(pace.longest_wait_seconds, max(jitter, _asked_seconds(retry_after, pace)))


def _asked_seconds(retry_after: str, pace: Pace) -> float:
    """``Retry-After`` as seconds: a number or a date; 0 if it is neither."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(min(int(retry_after[:9]), 10**9))
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, when.timestamp() - pace.now().timestamp())


def _accept(reply: _Reply, url: str) -> bytes:
    """The body of a success, or an error that says why there is none."""
    if reply.status < 300:
        return reply.body
    if reply.status < 400:
        target = target_of(httpx.URL(url), reply.location)
        host = target.host if target else "an address that it does not name"
        remedy = "check base_url; the key is not sent to another address"
        raise DataError(url, f"is redirected (status {reply.status}) to {host}", remedy=remedy)
    if reply.body.lstrip()[:1] in (b"{", b"["):
        check_payload(load_json(reply.body, url), url)  # BPS often says in JSON what is wrong
    if reply.status in (401, 403):
        remedy = "check BPS_API_KEY, or try from another network: the firewall of BPS blocks some"
    else:
        remedy = "check the table, region and year of the request"
    raise DataError(url, f"was refused with status {reply.status}", remedy=remedy)
