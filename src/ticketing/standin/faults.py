"""Faults on demand: calls that fail, hang, or do their work and lose the answer."""

import threading
from dataclasses import dataclass
from typing import Any

from ticketing.standin.errors import StripeError, invalid

_STATUSES = (500, 429, 402)


@dataclass
class Fault:
    """One order to fail: which calls, how (a status, `timeout` or `drop_after`), and how many more of them."""

    path: str
    how: str
    left: int | None
    method: str | None = None

    def meets(self, method: str, path: str) -> bool:
        """Whether this call is one of those that shall fail."""
        return path.startswith(self.path) and self.method in (None, method)


def read_fault(body: dict[str, Any]) -> Fault:
    """The fault that a `POST /_control/fail` asks for."""
    path, status, count, method = (body.get(name) for name in ("path", "status", "count", "method"))
    if not isinstance(path, str) or not path.startswith("/"):
        raise invalid("path must be a path", "path")
    if status not in (*_STATUSES, "timeout", "drop_after"):
        raise invalid("status must be 500, 429, 402, timeout or drop_after", "status")
    if count is not None and (not isinstance(count, int) or count < 0):
        raise invalid("count must be a whole number", "count")
    return Fault(path, str(status), count, str(method).upper() if method else None)


class Faults:
    """The faults in force. One without a count holds until the next order; a count of 0 orders nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Puts a fault in force."""
        with self._lock:
            same = (fault.path, fault.method)
            self._faults = [kept for kept in self._faults if kept.left is not None and (kept.path, kept.method) != same]
            if fault.left != 0:
                self._faults.append(fault)

    def meet(self, method: str, path: str) -> str | None:
        """How this call shall fail, if it shall; counts it."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if fault.meets(method, path):
                    if fault.left is not None:
                        fault.left -= 1
                        if fault.left <= 0:
                            self._faults.remove(fault)
                    return fault.how
        return None


def as_error(how: str) -> StripeError:
    """The answer for a fault that is a status."""
    if how == "402":
        declined = "generic_decline"
        message = "Your card was declined."
        return StripeError(402, message, type="card_error", code="card_declined", decline_code=declined)
    if how == "429":
        message = "Request rate limit exceeded. Retry with exponential backoff."
        return StripeError(429, message, code="rate_limit")
    return StripeError(500, "An unknown error occurred", type="api_error")
