"""The requests that the benchmark sends, written out as bytes."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

HOST = "Host: 127.0.0.1\r\n"


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{HOST}Accept-Encoding: gzip\r\nAccept-Language: ja\r\n\r\n".encode()


def _post(path: str, body: bytes, kind: str, more: str = "") -> bytes:
    head = f"POST {path} HTTP/1.1\r\n{HOST}{more}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def hello() -> Callable[[], bytes]:
    """The smallest page there is."""
    request = _get("/hello")
    return lambda: request


def bare_scan() -> Callable[[], bytes]:
    """The bare route's transaction."""
    request = _post("/scan", b"{}", "application/json")
    return lambda: request


class GetPage:
    """A visitor who opens a page."""

    def __init__(self, path: str) -> None:
        self._request = _get(path)

    def __call__(self) -> bytes:
        """The same page again."""
        return self._request


class PlaceOrder:
    """Buyers who each order one of each tier."""

    def __init__(self, event_path: str) -> None:
        self._path = f"{event_path}/orders"

    def __call__(self) -> bytes:
        """The next buyer's form."""
        key = uuid.uuid4().hex
        form = {
            "qty-1-DAY": 1,
            "qty-EVENT-ONLY": 1,
            "name": "山田 花子",
            "email": f"{key}@example.com",
            "form_key": key,
        }
        return _post(self._path, urlencode(form).encode(), "application/x-www-form-urlencoded")


class _Scan:
    def __init__(self, token: str) -> None:
        self._head = f"Authorization: Bearer {token}\r\n"

    def _scan(self, code: str) -> bytes:
        body = {"id": str(uuid.uuid4()), "code": code, "kind": "entry", "scanned_at": "2025-10-26T10:00:00+09:00"}
        return _post("/api/v1/door/scan", json.dumps(body).encode(), "application/json", self._head)


class ScanTickets(_Scan):
    """A queue at the door: every scan is another ticket's first."""

    def __init__(self, token: str, codes: Sequence[str]) -> None:
        super().__init__(token)
        self._codes: Iterator[str] = iter(codes)

    def __call__(self) -> bytes:
        """The next guest."""
        return self._scan(next(self._codes))


class ScanAgain(_Scan):
    """A ticket whose holder is inside already."""

    def __init__(self, token: str, code: str) -> None:
        super().__init__(token)
        self._code = code

    def __call__(self) -> bytes:
        """The same ticket again."""
        return self._scan(self._code)
