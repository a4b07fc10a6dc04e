"""A way to the server on which answers get lost after the work was done, as on a bad Wi-Fi."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

LOSABLE = ("/api/v1/door/scan", "/api/v1/door/sync")
OWN = ("transfer-encoding", "connection", "keep-alive")
LONGEST = 20


@dataclass
class Way:
    """How bad it is now: the share of answers that never arrive, and how many did not."""

    upstream: int
    port: int = 0
    loses: float = 0.0
    lost: int = 0
    dice: random.Random = field(default_factory=lambda: random.Random(4))  # noqa: S311 (no secret)

    def drops(self, path: str) -> bool:
        """Whether this answer gets lost."""
        if not path.startswith(LOSABLE) or self.dice.random() >= self.loses:
            return False
        self.lost += 1
        return True


class Handler(BaseHTTPRequestHandler):
    """One connection of a browser; a server that is gone, or a lost answer, closes it without a word."""

    protocol_version = "HTTP/1.1"
    way: ClassVar[Way]

    def do_GET(self) -> None:
        """Hand a request on."""
        length = int(self.headers.get("Content-Length") or 0)
        upstream = HTTPConnection("127.0.0.1", self.way.upstream, timeout=LONGEST)
        try:
            upstream.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
            answer = upstream.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            self.close_connection = True
            return
        finally:
            upstream.close()
        if self.way.drops(self.path):
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in (*OWN, "content-length")]
        for name, value in [*kept, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 (http.server's name)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers hang up when they like."""


@contextmanager
def lossy(upstream: int) -> Iterator[Way]:
    """A proxy to this port of this machine."""
    way = Way(upstream)
    server = _Server(("127.0.0.1", 0), type("Told", (Handler,), {"way": way}))
    way.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield way
    server.shutdown()
    thread.join()
    server.server_close()
