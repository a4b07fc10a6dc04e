"""Deliveries: signed events posted to the webhook, again and again until it answers 2xx or the tries are over.

The signature is Stripe's: docs.stripe.com/webhooks#verify-manually"""

import hashlib
import hmac
import http.client
import logging
import threading
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ticketing.standin.posting import Outbox
from ticketing.standin.world import World

log = logging.getLogger(__name__)

# Seconds between the tries. Stripe waits hours; a rehearsal should not.
WAITS = (1, 3, 9, 27, 60, 120, 240)
_ANSWER_WITHIN = 10
_IDLE = 5.0


def signature(payload: bytes, secret: str, at: int) -> str:
    """The value of the `Stripe-Signature` header."""
    digest = hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass(frozen=True)
class _Due:
    delivery: int
    event: str
    tries: int
    body: str


class Postman:
    """One thread per lane. `start` begins, `stop` ends them; undelivered events wait in the file."""

    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._outbox = outbox
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(lane, bell), daemon=True, name=f"webhooks-{lane}")
            for lane, bell in enumerate(outbox.bells)
        ]

    def start(self) -> None:
        """Begins to deliver, starting with what an earlier process left."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ends after the deliveries that are on their way."""
        self._stopping.set()
        for bell in self._outbox.bells:
            bell.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _work(self, lane: int, bell: threading.Event) -> None:
        door = _Door(self._world)
        while not self._stopping.is_set():
            bell.clear()
            due, pause = self._next(lane)
            if due is None:
                bell.wait(pause)
                continue
            answer = door.deliver(due)
            self._note(due, answer)
        door.close()

    def _next(self, lane: int) -> tuple[_Due | None, float]:
        """The delivery whose time has come, or how long there is nothing to do."""
        with self._world.store.transaction() as db:
            row = db.execute(
                "SELECT d.id, d.event, d.tries, o.body, d.due FROM deliveries d JOIN objects o ON o.id = d.event "
                "WHERE d.state = 'pending' AND d.lane = ? ORDER BY d.due, d.id LIMIT 1",
                (lane,),
            ).fetchone()
        wait = _IDLE if row is None else row[4] - time.time()
        if row is None or wait > 0:
            return None, min(wait, _IDLE)
        return _Due(*row[:4]), 0.0

    def _note(self, due: _Due, answer: str) -> None:
        """Writes down what came of a try."""
        state, at = "delivered", time.time()
        if not answer.startswith("2"):
            state = "pending" if due.tries < len(WAITS) else "failed"
            at += WAITS[due.tries] if due.tries < len(WAITS) else 0
            log.warning("webhook %s, try %d: %s", due.event, due.tries + 1, answer)
        with self._world.store.transaction() as db:
            db.execute(
                "UPDATE deliveries SET state = ?, due = ?, tries = tries + 1, answer = ? WHERE id = ?",
                (state, at, answer[:200], due.delivery),
            )


class _Door:
    """A connection to the webhook, kept open between deliveries."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._url: SplitResult = urlsplit(world.settings.notify)
        self._connection: http.client.HTTPConnection | None = None

    def deliver(self, due: _Due) -> str:
        """Posts the event; answers the status, or what went wrong."""
        payload = due.body.encode()
        # The signature's time is the machine's: receivers compare it with theirs.
        signed = signature(payload, self._world.settings.secret, int(time.time()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signed,
            "User-Agent": "Stripe/1.0 (local stand-in)",
        }
        reused = self._connection is not None
        try:
            return self._post(payload, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            if not reused or isinstance(error, TimeoutError):
                return f"{type(error).__name__}: {error}"
        try:  # the receiver had closed the idle connection: that is no failed try
            return self._post(payload, headers)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            return f"{type(error).__name__}: {error}"

    def _post(self, payload: bytes, headers: dict[str, str]) -> str:
        if self._connection is None:
            self._connection = _connect(self._url)
        path = self._url.path or "/"
        target = f"{path}?{self._url.query}" if self._url.query else path
        self._connection.request("POST", target, payload, headers)
        response = self._connection.getresponse()
        response.read()
        return str(response.status)

    def close(self) -> None:
        """Ends the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _connect(url: SplitResult) -> http.client.HTTPConnection:
    if url.scheme == "https":
        return http.client.HTTPSConnection(url.hostname or "", url.port, timeout=_ANSWER_WITHIN)
    return http.client.HTTPConnection(url.hostname or "", url.port, timeout=_ANSWER_WITHIN)


def deliveries(world: World) -> list[dict[str, object]]:
    """All deliveries with their state, oldest first."""
    names = ("event", "type", "state", "tries", "answer")
    with world.store.transaction() as db:
        rows = db.execute(
            "SELECT d.event, json_extract(o.body, '$.type'), d.state, d.tries, d.answer "
            "FROM deliveries d JOIN objects o ON o.id = d.event ORDER BY d.id"
        ).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
