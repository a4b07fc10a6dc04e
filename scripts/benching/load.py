"""A closed loop of keep-alive clients over plain sockets: each sends its next request when the last is answered.

Kept as small as it can be, because it shares the cores with what it measures.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
Requests = Callable[[], bytes]
"""Makes the next request, whole, as bytes."""


@dataclass
class Result:
    """What came of one run: how many answers, in how many seconds, how long each took, with which status."""

    clients: int
    seconds: float = 0.0
    millis: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.millis) / self.seconds

    def percentile(self, share: float) -> float:
        """The time in milliseconds that this share of the answers stayed within."""
        ordered = sorted(self.millis)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass
class _Client:
    connection: socket.socket
    sent_at: float = 0.0
    received: bytes = b""


def drive(address: tuple[str, int], clients: int, seconds: float, next_request: Requests) -> Result:
    """Send as fast as this many clients can for this long; raises ConnectionError when the server hangs up."""
    result = Result(clients)
    with selectors.DefaultSelector() as selector:
        everyone = [_Client(_connect(address)) for _ in range(clients)]
        began = time.perf_counter()
        for client in everyone:
            selector.register(client.connection, selectors.EVENT_READ, client)
            _send(client, next_request())
        until = began + seconds
        waiting = clients
        while waiting:
            for client in _ready(selector):
                if _receive(client, result):
                    if time.perf_counter() < until:
                        _send(client, next_request())
                    else:
                        waiting -= 1
        result.seconds = time.perf_counter() - began
        for client in everyone:
            client.connection.close()
    return result


def _connect(address: tuple[str, int]) -> socket.socket:
    connection = socket.create_connection(address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _send(client: _Client, request: bytes) -> None:
    client.sent_at = time.perf_counter()
    client.connection.sendall(request)


def _ready(selector: selectors.BaseSelector) -> Iterator[_Client]:
    events = selector.select(timeout=30)
    if not events:
        raise ConnectionError("no answer within 30 seconds")
    for key, _ in events:
        yield key.data


def _receive(client: _Client, result: Result) -> bool:
    """Take what has come; True when the answer is whole."""
    chunk = client.connection.recv(262_144)
    if not chunk:
        raise ConnectionError("the server closed a connection")
    client.received += chunk
    head, gap, body = client.received.partition(b"\r\n\r\n")
    if not gap:
        return False
    length = LENGTH.search(head)
    if len(body) < (int(length[1]) if length else 0):
        return False
    result.millis.append((time.perf_counter() - client.sent_at) * 1000)
    result.statuses[int(head[9:12])] += 1
    client.received = b""
    return True
