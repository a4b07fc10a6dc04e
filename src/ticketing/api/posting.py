"""Posting to a hook over HTTP: to the machine that was looked at, without following redirects, in bounded time."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import certifi

from ticketing.api.addresses import Closed, Lookup, Target, machines

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0
MOST_OF_ANSWER = 2000


@dataclass(frozen=True)
class Post:
    """What is sent."""

    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back: a status and the beginning of the text, or an error's code: `closed` (an address that may not be
    spoken to, or none), `unreachable`, `tls`, `timeout`, `broken` (nothing that is HTTP, or nothing at all).

    `retry_after`: how many seconds the other side asks to be left alone."""

    status: int | None = None
    text: str = ""
    error: str = ""
    retry_after: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the delivery arrived: any status of 200 to 299."""
        return self.status is not None and 200 <= self.status < 300


def post(
    target: Target,
    one: Post,
    *,
    loopback: bool,
    lookup: Lookup = socket.getaddrinfo,
    seconds: float = ANSWER_SECONDS,
) -> Answer:
    """Post it once. Never raises; takes no more than some seconds for each machine behind the name, and for sending and
    the answer no more than `seconds` in all, however slowly it drips."""
    try:
        numbers = machines(target, loopback=loopback, lookup=lookup)
        with _connected(target, numbers) as line:
            return _exchange(target, one, _Bounded(line, time.monotonic() + seconds))
    except Closed:
        return Answer(error="closed")
    except ssl.SSLError:
        return Answer(error="tls")
    except TimeoutError:
        return Answer(error="timeout")
    except (http.client.HTTPException, ValueError):  # before OSError: who hangs up without a word raises what is both
        return Answer(error="broken")
    except OSError:
        return Answer(error="unreachable")


def _connected(target: Target, numbers: list[str]) -> socket.socket:
    """A connection to the first machine that takes one; names are not looked up again."""
    fault: OSError = TimeoutError()
    for number in numbers[:4]:
        try:
            line = socket.create_connection((number, target.port), timeout=CONNECT_SECONDS)
        except OSError as error:
            fault = error
            continue
        if not target.secure:
            return line
        try:
            return tls().wrap_socket(line, server_hostname=target.host)
        except BaseException:
            line.close()
            raise
    raise fault


@cache
def tls() -> ssl.SSLContext:
    """Whose certificates count: those that the system trusts and those that browsers trust, as not every system brings
    a list."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _exchange(target: Target, one: Post, line: _Bounded) -> Answer:
    connection = http.client.HTTPConnection(target.host, target.port)
    if target.secure:
        connection.default_port = 443  # what the header Host leaves out
    connection.sock = line
    connection.request("POST", target.path, one.body, dict(one.headers))
    answer = connection.getresponse()
    begun = answer.read(MOST_OF_ANSWER)
    asked = answer.headers.get("Retry-After", "")
    seconds = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0
    return Answer(answer.status, begun.decode("utf-8", "replace"), retry_after=seconds)


class _Bounded:
    """A connection that ends at a moment: a limit for each piece would let a machine drip for ever."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line = line
        self._until = until

    def _limit(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)

    def sendall(self, data: bytes) -> None:
        self._limit()
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def receive_into(self, buffer: memoryview) -> int:
        self._limit()
        return self._line.recv_into(buffer)

    def close(self) -> None:
        """The connection is closed by whoever opened it."""


class _Reading(io.RawIOBase):
    def __init__(self, line: _Bounded) -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return self._line.receive_into(buffer)
