"""A small threaded HTTP/1.1 server for the stand-in: one process, one thread per connection, keep-alive.

Its own, because the faults need what WSGI servers hide: to close a connection without an answer, and to notice
that the caller has given up. One process also means that nothing can be left behind."""

import io
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import unquote_to_bytes

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_LARGEST_BODY = 16 * 1024 * 1024
_LONGEST_HANG = 120.0
_PATIENCE = 3.0


class Server(ThreadingMixIn, TCPServer):
    """Serves one WSGI application on one loopback address."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], app: Wsgi) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.app = app
        self.stopping = threading.Event()
        self._busy = 0
        self._lock = threading.Lock()

    def enter(self, change: int) -> None:
        """Counts a request that begins (+1) or ends (-1)."""
        with self._lock:
            self._busy += change

    def finish(self) -> None:
        """Takes no more connections and gives the requests under way a few seconds."""
        self.stopping.set()
        self.server_close()
        until = time.monotonic() + _PATIENCE
        while self._busy and time.monotonic() < until:
            time.sleep(0.01)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is the caller's affair; the application reports its own errors."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server
    timeout = 75
    wbufsize = -1
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        body = self._body()
        if body is None:
            return
        self.server.enter(1)
        try:
            self._run(body)
        finally:
            self.server.enter(-1)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - the base's names

    def _body(self) -> bytes | None:
        """The request's body; None after a refusal."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self._refuse(411)
            return None
        if int(length) > _LARGEST_BODY:
            self._refuse(413)
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int) -> None:
        self.close_connection = True
        self.send_error(status)

    def _run(self, body: bytes) -> None:
        environ = self._environ(body)
        begun: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            begun[:] = [status, headers]

        parts = self.server.app(environ, start_response)
        try:
            payload = b"".join(parts)
        finally:
            getattr(parts, "close", lambda: None)()
        after = environ.get("standin.after")
        if after == "hang":
            self._hang()
        if after:
            self.close_connection = True
            return
        self._send(begun[0], begun[1], payload)

    def _send(self, status: str, headers: list[tuple[str, str]], payload: bytes) -> None:
        code, _, reason = status.partition(" ")
        self.send_response(int(code), reason)
        for name, value in headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        if self.server.stopping.is_set():
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def _hang(self) -> None:
        """Answers nothing until the caller gives up, the longest time is over, or the server ends."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.connection, selectors.EVENT_READ)
            until = time.monotonic() + _LONGEST_HANG
            while time.monotonic() < until and not self.server.stopping.is_set():
                if selector.select(0.1):
                    return

    def _environ(self, body: bytes) -> dict[str, Any]:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": _unquoted(path),
            "QUERY_STRING": query,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            environ.setdefault("HTTP_" + name.upper().replace("-", "_"), value)
        return environ

    def log_message(self, format: str, *args: Any) -> None:
        """No access log: the ledger says what happened."""


def _unquoted(path: str) -> str:
    """WSGI wants the decoded path as Latin-1."""
    return unquote_to_bytes(path).decode("latin-1")
