"""A small BPS web API on this machine: a test scripts what it serves, faults included."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

FIREWALL = (
    b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected.</body></html>"
)

Params = dict[str, str]
Fault = Callable[["_Handler"], None]


@dataclass
class ApiServer:
    """``route`` answers a request (model or kind, parameters); ``faults`` come first; ``asked`` keeps all."""

    route: Callable[[str, Params], Any]
    url: str = ""
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, Params]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet for head and body: two cost 40 ms each
    api: ApiServer

    def do_GET(self) -> None:
        kind, params = _read(self.path)
        self.api.asked.append((kind, params))
        if self.api.faults:
            self.api.faults.pop(0)(self)
            return
        self.send(200, json.dumps(self.api.route(kind, params)).encode())

    def send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Keep the test's output clean."""


def _read(path: str) -> tuple[str, Params]:
    """(model, or first segments) and parameters, from the query or from path segments."""
    parts = urlsplit(path)
    if parts.path.startswith("/v1/api/interoperabilitas/"):
        segments = parts.path.removeprefix("/v1/api/interoperabilitas/datasource/").strip("/").split("/")
        return "/".join(segments[:3]), dict(zip(segments[3::2], segments[4::2], strict=True))
    params = dict(parse_qsl(parts.query))
    return params.pop("model", parts.path.removeprefix("/v1/api/")), params


def status(code: int, body: bytes = b"", **headers: str) -> Fault:
    """Answer with a status, a body and headers (``Retry_After="7"``)."""
    return lambda handler: handler.send(code, body, **headers)


def truncated(handler: _Handler) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"status":')
    handler.close_connection = True


def reset(handler: _Handler) -> None:
    """Tear the connection down without a word."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def silent(handler: _Handler) -> None:
    """Say nothing until the server is closed."""
    handler.api.over.wait(10)
    handler.close_connection = True


@contextmanager
def serve(route: Callable[[str, Params], Any]) -> Iterator[ApiServer]:
    """Run the server on a free port of this machine."""
    api = ApiServer(route)
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    api.url = f"http://127.0.0.1:{server.server_port}/v1/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        api.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
