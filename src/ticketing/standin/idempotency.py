"""Idempotency keys: the same key gets the same answer for 24 hours.

docs.stripe.com/api/idempotent_requests"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ticketing.standin.errors import StripeError
from ticketing.standin.world import Action

_REMEMBERED = 24 * 60 * 60
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Kept:
    """An answer that was given before."""

    status: int
    answer: str


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


def recall(action: Action, key: str, request: str) -> Kept | None:
    """The answer given to this key before; another request under the same key is an error."""
    row = action.db.execute("SELECT request, status, answer, at FROM keys WHERE key = ?", (key,)).fetchone()
    if row is None or row[3] < action.now - _REMEMBERED:
        return None
    if row[0] != request:
        message = (
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise StripeError(400, message, type="idempotency_error")
    return Kept(row[1], row[2])


def keep(action: Action, key: str, request: str, kept: Kept) -> None:
    """Stores the answer in the same transaction as the work."""
    action.db.execute(
        "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)", (key, request, kept.status, kept.answer, action.now)
    )


class KeysInUse:
    """The keys of requests that are being worked on at this moment."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def claim(self, key: str) -> Iterator[None]:
        """Holds a key for the time of one request; a second request with it is told to come back."""
        if len(key) > _LONGEST_KEY:
            message = f"Idempotency keys are limited to {_LONGEST_KEY} characters."
            raise StripeError(400, message, code="idempotency_key_too_long")
        with self._lock:
            if key in self._keys:
                raise StripeError(
                    409,
                    "There is currently another in-progress request using this Idempotency Key.",
                    code="idempotency_key_in_use",
                )
            self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key)
